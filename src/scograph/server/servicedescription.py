"""The SPARQL 1.1 Service Description of the endpoint."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, serialize

from scograph import terms
from scograph.formats import HTML, RDF_FORMATS, RESULT_FORMATS, W3C_FORMATS, Format, by_rank
from scograph.server import errors
from scograph.server.about import About
from scograph.server.accept import choose
from scograph.server.answer import Answer
from scograph.server.cache import AnswerCache
from scograph.server.limits import network_of
from scograph.server.protocol import NO_QUERY, PAGE, SOLUTIONS, takes_page
from scograph.server.querypool import Job, QueryFailedError, QueryPool
from scograph.server.request import BadRequestError, Request

SD = "http://www.w3.org/ns/sparql-service-description#"
_GRAPH_FORMATS = by_rank(row for row in RDF_FORMATS if row.is_negotiated)
_RESULT_FORMATS: tuple[Format, ...] = (*by_rank(row for row in RESULT_FORMATS if row.is_negotiated), *_GRAPH_FORMATS)
_OFFERED = [row.essence for row in _GRAPH_FORMATS]
_RESULTS = [form.media_type for form in SOLUTIONS if form is not PAGE]
COUNTS_SECONDS = 60.0
"""Seconds that the counts of a store are kept which changes unseen: to count is dear where there is much."""
_COUNTS = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
_NAMED = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"


Counts = tuple[int | None, list[tuple[str, int]]]
"""The triples of the default graph, if they are counted, and those of each named graph."""


class ServiceDescription:
    """The description of one endpoint.

    Args:
        pool: What runs the queries that count.
        facts: The description of the folder.
        seconds: How long a count may take.
        cache: Where descriptions are kept.
        clock: Seconds that never go back, for a store that changes unseen: then counts are kept for `COUNTS_SECONDS`.
    """

    def __init__(
        self,
        pool: QueryPool,
        facts: About,
        seconds: float,
        cache: AnswerCache,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._clock = clock
        self._counted = 0.0
        self._pool = pool
        self._facts = facts
        self._seconds = seconds
        self._cache = cache
        self._counts: Counts | None = None
        self._lock = asyncio.Lock()

    @staticmethod
    def prefers_page(accept: str, method: str) -> bool:
        """Whether a client would rather have a page: it shows pages, names HTML, and nothing else before it."""
        if HTML.media_type not in accept or not takes_page(accept, method) or choose(accept, [HTML.media_type]) is None:
            return False
        return choose(accept, [HTML.media_type, *_OFFERED, *_RESULTS]) == 0 or choose(accept, _OFFERED) is None

    async def answer(self, request: Request, path: str) -> Answer:
        """The description.

        Args:
            request: Who asks, and how.
            path: The path of the endpoint.

        Returns:
            The answer, by Accept.

        Raises:
            BadRequestError: Results of a query are accepted, and no description: the query is missing.
            QueryFailedError: The store cannot be asked.
        """
        place = choose(request.text(b"accept"), _OFFERED)
        if place is None:
            if choose(request.text(b"accept"), _RESULTS) is not None:
                raise BadRequestError(400, NO_QUERY)
            return errors.not_acceptable([(media_type, path) for media_type in _OFFERED], b"Accept")
        rdf_format = _GRAPH_FORMATS[place]
        counts = await self._known(network_of(request.client))
        key = ("description", request.origin, rdf_format.name, self._counted)
        cached = self._cache.get(key)
        if cached is not None:
            return cached
        triples = _described(request.origin + path, self._facts, *counts)
        prefixes = {"sd": SD, "void": terms.VOID, "formats": W3C_FORMATS, "dcterms": terms.DCTERMS}
        used = prefixes if rdf_format.has_prefixes else None
        headers = {
            b"content-type": rdf_format.content_type.encode(),
            b"vary": b"Accept",
            b"cache-control": b"public, max-age=60",
        }
        answer = Answer(200, headers, serialize(triples, format=rdf_format.rdf, prefixes=used) or b"")
        self._cache.put(key, answer)
        return answer

    async def has_graph(self, graph: str, client: str) -> bool:
        """Whether the store has a named graph, now.

        Args:
            graph: Its IRI.
            client: The client, as `limits.network_of` has it.

        Raises:
            QueryFailedError: The store cannot be asked.
        """
        if self._clock is None:
            return any(graph == name for name, _ in (await self._known(client))[1])
        result = await self._result("ASK { ?s ?p ?o }", client, (graph,))
        return bool(result["boolean"])

    async def _known(self, client: str) -> Counts:
        async with self._lock:
            now = self._clock() if self._clock else 0.0
            if self._counts is None or now > self._counted + COUNTS_SECONDS:
                self._counts, self._counted = await self._counted_now(client), now
        return self._counts

    async def _counted_now(self, client: str) -> Counts:
        """The counts; none where a store elsewhere is too large to be counted in time."""
        try:
            return await self._count(client)
        except QueryFailedError as error:
            if self._clock is None or error.kind != "time":
                raise
            return None, []

    async def _count(self, client: str) -> Counts:
        whole = await self._rows(_COUNTS, client)
        named = await self._rows(_NAMED, client)
        return int(whole[0]["n"]["value"]), [(row["g"]["value"], int(row["n"]["value"])) for row in named if "g" in row]

    async def _rows(self, query: str, client: str) -> list[dict[str, dict[str, str]]]:
        result = await self._result(query, client)
        rows: list[dict[str, dict[str, str]]] = result["results"]["bindings"]
        return rows

    async def _result(self, query: str, client: str, graphs: tuple[str, ...] | None = None) -> dict[str, Any]:
        job = Job(query, "json", default_graphs=graphs, seconds=self._seconds, client=client)
        async with self._pool.run(job) as pieces:
            data = b"".join([piece async for piece in pieces])
        try:
            result: dict[str, Any] = json.loads(data)
        except ValueError as error:
            raise QueryFailedError("remote", "the store's answer cannot be read") from error
        return result


def _described(address: str, facts: About, count: int | None, named: list[tuple[str, int]]) -> list[Triple]:
    service, dataset, default = NamedNode(address), BlankNode("dataset"), BlankNode("default")

    def count_of(number: int) -> Literal:
        return Literal(str(number), datatype=terms.INTEGER)

    triples = [
        Triple(service, terms.TYPE, NamedNode(SD + "Service")),
        Triple(service, NamedNode(SD + "endpoint"), service),
        Triple(service, NamedNode(SD + "supportedLanguage"), NamedNode(SD + "SPARQL11Query")),
        *(Triple(service, NamedNode(SD + "resultFormat"), NamedNode(row.iri)) for row in _RESULT_FORMATS),
        Triple(service, NamedNode(SD + "defaultDataset"), dataset),
        Triple(dataset, terms.TYPE, NamedNode(SD + "Dataset")),
        Triple(dataset, NamedNode(SD + "defaultGraph"), default),
        Triple(default, terms.TYPE, NamedNode(SD + "Graph")),
    ]
    if count is not None:
        triples.append(Triple(default, NamedNode(terms.VOID + "triples"), count_of(count)))
    triples += [Triple(dataset, NamedNode(terms.DCTERMS + "license"), NamedNode(one)) for one in facts.licences]
    if facts.dataset:
        triples.append(Triple(dataset, NamedNode(terms.DCTERMS + "source"), NamedNode(facts.dataset)))
    for number, (name, size) in enumerate(named):
        graph, content = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        triples += [
            Triple(dataset, NamedNode(SD + "namedGraph"), graph),
            Triple(graph, terms.TYPE, NamedNode(SD + "NamedGraph")),
            Triple(graph, NamedNode(SD + "name"), NamedNode(name)),
            Triple(graph, NamedNode(SD + "graph"), content),
            Triple(content, terms.TYPE, NamedNode(SD + "Graph")),
            Triple(content, NamedNode(terms.VOID + "triples"), count_of(size)),
        ]
    return triples
