"""Clients on Python: python ask.py ORIGIN PATH SELECT CONSTRUCT PARALLEL, in the environment tests/clients/.venv.

Each says on a line: its name, then the triples of the document, the rows and the triples that it got. Without queries
("") only the document is asked for.
"""

from __future__ import annotations

import asyncio
import sys

import httpx
import rdflib
from pyld import jsonld
from SPARQLWrapper import CSV, JSON, SPARQLWrapper

ORIGIN, PATH, SELECT, CONSTRUCT, PARALLEL = sys.argv[1:]
ENDPOINT = f"{ORIGIN}/sparql"


def say(name: str, *counts: object) -> None:
    """Say what a client got."""
    print(name, *counts, sep="\t", flush=True)


def lines(text: str) -> int:
    """The number of lines that are not empty."""
    return sum(bool(line.strip()) for line in text.splitlines())


def sparqlwrapper() -> None:
    """SPARQLWrapper, and rdflib for the document."""
    document = len(rdflib.Graph().parse(ORIGIN + PATH))
    if not SELECT:
        say("SPARQLWrapper, rdflib", document)
        return
    client = SPARQLWrapper(ENDPOINT)
    client.setQuery(SELECT)
    client.setReturnFormat(JSON)
    rows = client.query().convert()["results"]["bindings"]
    client.setReturnFormat(CSV)
    assert lines(client.query().convert().decode()) == len(rows) + 1
    client = SPARQLWrapper(ENDPOINT)
    client.setQuery(CONSTRUCT)
    say("SPARQLWrapper, rdflib", document, len(rows), len(client.queryAndConvert()))


def with_pyld() -> None:
    """PyLD, with its own loader of documents."""
    document = lines(jsonld.to_rdf(ORIGIN + PATH, {"format": "application/n-quads"}))
    if not SELECT:
        say("PyLD", document)
        return
    answer = httpx.get(ENDPOINT, params={"query": CONSTRUCT}, headers={"Accept": "application/ld+json"})
    built = jsonld.to_rdf(answer.raise_for_status().json(), {"format": "application/n-quads"})
    say("PyLD", document, "-", lines(built))


async def with_httpx() -> None:
    """Httpx, many queries at once."""
    async with httpx.AsyncClient(timeout=120, follow_redirects=True) as client:
        document = await client.get(ORIGIN + PATH, headers={"Accept": "application/n-triples"})
        if not SELECT:
            say("httpx", lines(document.text))
            return
        rows = await client.get(ENDPOINT, params={"query": SELECT}, headers={"Accept": "text/csv"})
        built = await client.get(ENDPOINT, params={"query": CONSTRUCT}, headers={"Accept": "application/n-triples"})
        say("httpx", lines(document.text), lines(rows.text) - 1, lines(built.text))
        asked = (
            client.get(ENDPOINT, params={"query": f"{SELECT} # {n}"}, headers={"Accept": "text/csv"})
            for n in range(int(PARALLEL))
        )
        answers = await asyncio.gather(*asked)
        say("httpx in parallel", sum(answer.text == rows.text for answer in answers))


if __name__ == "__main__":
    sparqlwrapper()
    asyncio.run(with_httpx())
    with_pyld()
