"""What the endpoint says of itself (SPARQL 1.1 Service Description)."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, serialize

from scograph import terms
from scograph.formats import HTML, RDF_FORMATS, RESULT_FORMATS, W3C_FORMATS, Format, by_rank
from scograph.server import errors
from scograph.server.about import About
from scograph.server.accept import choose
from scograph.server.answer import Answer
from scograph.server.limits import network_of
from scograph.server.pool import Job, Pool, QueryFailedError
from scograph.server.protocol import PAGE, SOLUTIONS
from scograph.server.remote import RemotePool
from scograph.server.request import Request

SD = "http://www.w3.org/ns/sparql-service-description#"
_GRAPH_FORMATS = by_rank(row for row in RDF_FORMATS if row.is_negotiated)
_RESULT_FORMATS: tuple[Format, ...] = (*by_rank(row for row in RESULT_FORMATS if row.is_negotiated), *_GRAPH_FORMATS)
_OFFERED = [row.essence for row in _GRAPH_FORMATS]
_RESULTS = [form.media_type for form in SOLUTIONS if form is not PAGE]
_MOST_ADDRESSES = 16
"""Descriptions are kept for so many addresses: strangers choose the host they ask for."""
KEPT = 60.0
"""Seconds that the counts of a store are kept which changes unseen: to count is dear where there is much."""
_COUNTS = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
_NAMED = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"


Counts = tuple[int | None, list[tuple[str, int]]]
"""The triples of the default graph, if they are counted, and those of each named graph."""


class ServiceDescription:
    """The description of one endpoint.

    Args:
        pool: The workers, which count.
        facts: What the folder says of itself.
        seconds: How long a count may take.
        clock: Seconds that never go back, for a store that changes unseen: then counts are kept for `KEPT` seconds.
    """

    def __init__(
        self, pool: Pool | RemotePool, facts: About, seconds: float, clock: Callable[[], float] | None = None
    ) -> None:
        self._clock = clock
        self._counted = 0.0
        self._pool = pool
        self._facts = facts
        self._seconds = seconds
        self._made: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._counts: Counts | None = None
        self._lock = asyncio.Lock()

    @staticmethod
    def prefers_page(accept: str) -> bool:
        """Whether a client would rather have a page: it names HTML, and nothing else before it."""
        if HTML.media_type not in accept or choose(accept, [HTML.media_type]) is None:
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
            QueryFailedError: The store cannot be asked.
        """
        place = choose(request.text(b"accept"), _OFFERED)
        if place is None:
            return errors.not_acceptable([(media_type, path) for media_type in _OFFERED], b"Accept")
        rdf_format = _GRAPH_FORMATS[place]
        counts = await self._known(network_of(request.client))
        key = (request.origin, rdf_format.name)
        if key not in self._made:
            triples = _described(request.origin + path, self._facts, *counts)
            prefixes = {"sd": SD, "void": terms.VOID, "formats": W3C_FORMATS, "dcterms": terms.DCTERMS}
            shown = prefixes if rdf_format.has_prefixes else None
            self._made[key] = serialize(triples, format=rdf_format.rdf, prefixes=shown) or b""
            while len(self._made) > _MOST_ADDRESSES:
                self._made.popitem(last=False)
        headers = [
            (b"content-type", rdf_format.content_type.encode()),
            (b"vary", b"Accept"),
            (b"cache-control", b"public, max-age=60"),
        ]
        return Answer(200, headers, self._made[key])

    async def has_graph(self, graph: str, client: str) -> bool:
        """Whether the store has a named graph, now.

        Args:
            graph: Its IRI.
            client: Who asks, as `limits.network_of` says.

        Raises:
            QueryFailedError: The store cannot be asked.
        """
        if self._clock is None:
            return any(graph == name for name, _ in (await self._known(client))[1])
        said = await self._asked("ASK { ?s ?p ?o }", client, (graph,))
        return bool(said["boolean"])

    async def _known(self, client: str) -> Counts:
        async with self._lock:
            now = self._clock() if self._clock else 0.0
            if self._counts is None or now > self._counted + KEPT:
                self._counts, self._counted = await self._counted_now(client), now
                self._made.clear()
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
        said = await self._asked(query, client)
        rows: list[dict[str, dict[str, str]]] = said["results"]["bindings"]
        return rows

    async def _asked(self, query: str, client: str, graphs: tuple[str, ...] | None = None) -> dict[str, Any]:
        job = Job(query, "json", default_graphs=graphs, seconds=self._seconds, client=client)
        async with self._pool.run(job) as pieces:
            data = b"".join([piece async for piece in pieces])
        try:
            said: dict[str, Any] = json.loads(data)
        except ValueError as error:
            raise QueryFailedError("remote", "the store's answer cannot be read") from error
        return said


def _described(address: str, facts: About, count: int | None, named: list[tuple[str, int]]) -> list[Triple]:
    service, dataset, default = NamedNode(address), BlankNode("dataset"), BlankNode("default")

    def count_of(number: int) -> Literal:
        return Literal(str(number), datatype=terms.INTEGER)

    found = [
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
        found.append(Triple(default, NamedNode(terms.VOID + "triples"), count_of(count)))
    found += [Triple(dataset, NamedNode(terms.DCTERMS + "license"), NamedNode(one)) for one in facts.licences]
    if facts.dataset:
        found.append(Triple(dataset, NamedNode(terms.DCTERMS + "source"), NamedNode(facts.dataset)))
    for number, (name, triples) in enumerate(named):
        graph, content = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        found += [
            Triple(dataset, NamedNode(SD + "namedGraph"), graph),
            Triple(graph, terms.TYPE, NamedNode(SD + "NamedGraph")),
            Triple(graph, NamedNode(SD + "name"), NamedNode(name)),
            Triple(graph, NamedNode(SD + "graph"), content),
            Triple(content, terms.TYPE, NamedNode(SD + "Graph")),
            Triple(content, NamedNode(terms.VOID + "triples"), count_of(triples)),
        ]
    return found
