"""A query pool over a remote store: queries are checked and bounded here as for local workers, and sent to it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from functools import lru_cache, partial
from urllib.parse import urlencode, urlsplit

import httpx2
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, parse, parse_query_results, serialize

from scograph.errors import InputError, StoreError
from scograph.formats import N_TRIPLES, RDF_FORMATS_BY_NAME, RESULT_FORMATS, RESULT_FORMATS_BY_NAME
from scograph.guard import guard, read_json
from scograph.server.limits import ServerLimits
from scograph.server.metrics import Sample
from scograph.server.querypool import MAX_CACHED_QUERY, Job, QueryFailedError
from scograph.server.rows import RowCounter
from scograph.server.scheduler import NotScheduledError, ScheduledQuery, Scheduler, shape_of
from scograph.stores.addresses import WITHOUT_PROXY
from scograph.stores.exchange import Unpacked
from scograph.stores.gate import QueryRefusedError
from scograph.stores.http import ByChallenge, own_headers
from scograph.stores.portable_query import PlainQuery, plain_query, rows_query
from scograph.stores.query_endpoint import QueryEndpoint
from scograph.stores.solutions import csv_pieces

_MEDIA_TYPES = {row.name: row.essence for row in (*RESULT_FORMATS, N_TRIPLES) if row.is_negotiated}
_ENDS = {"json": (b"}",), "xml": (b"sparql>",), "csv": (b"\n",), "tsv": (b"\n",), "nt": (b"\n", b".")}
"""How a whole result ends: what broke off may come with a status of 200, and what it broke off for written after it."""
_NODE_ID = (b"<bnode>nodeID://", b"<bnode>")
"""Virtuoso's names of blank nodes, and names that SPARQL has."""
_TAIL_BYTES = 64
MAX_ATTEMPTS = 3
"""So often a query is sent where the store closes the connection without an answer."""
MAX_ERROR_TEXT = 2000
"""Bytes of an error message of the store that are passed on."""
MAX_GRAPHS_BYTES = 8 << 20
"""Bytes that the list of a store's graphs may have."""
_GRAPH_LIST = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
"""Virtuoso does not come to an end with DISTINCT (7.2.5)."""
MAX_NAMED = 90_000
"""Characters of IRIs of graphs that are sent with a query: RDF4J's server takes no longer form than 200,000 bytes,
Virtuoso sends each back as a header, and no client reads more than 100 kB of these."""
_OK, _BAD_REQUEST = 200, 400
_FROM_GATEWAYS = (502, 504)
_AWAY = (429, 503, *_FROM_GATEWAYS)
_REFUSED = (401, 403, 407)
_COUNTED = ("time", "away", "remote", "cut")


_accepted = lru_cache(maxsize=1024)(plain_query)
"""An accepted query as it is sent, cached: clients send the same again and again."""


def _is_short(query: str) -> bool:
    return len(query) <= MAX_CACHED_QUERY


async def _plain(query: str) -> PlainQuery:
    """A query as it is sent; a long one is read beside the event loop."""
    return _accepted(query) if _is_short(query) else await asyncio.to_thread(plain_query, query)


class RemotePool:
    """Queries that a remote store runs, so many at once as there would be workers: a `QueryPool`.

    Args:
        endpoint: Where they are sent.
        limits: The limits.
        clock: Seconds that never go back.
        prefixes: Prefixes that results in Turtle and RDF/XML are written with.
    """

    def __init__(
        self,
        endpoint: QueryEndpoint,
        limits: ServerLimits,
        clock: Callable[[], float],
        prefixes: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self._endpoint = endpoint
        self._limits = limits
        self._prefixes = dict(prefixes)
        self._scheduler = Scheduler(limits.workers, limits.waiting, limits.wait_seconds, clock)
        self._client: httpx2.AsyncClient | None = None
        self.ended: Counter[str] = Counter()
        self.answers = True
        self.memory = 0
        self.place = "in the store"
        who = f"as {endpoint.credentials.user!r}" if endpoint.credentials else "as nobody"
        self.protections = (
            f"at most {limits.workers} at once are sent to {endpoint.address} {who}",
            "only SPARQL 1.1 is passed on",
            "no redirects followed",
            "bytes, rows and time bounded here",
        )

    @property
    def size(self) -> int:
        """Queries that may run at once."""
        return self._limits.workers

    @property
    def busy(self) -> int:
        """Queries that run."""
        return self._scheduler.running

    @property
    def waiting(self) -> int:
        """Queries that wait."""
        return self._scheduler.waiting

    @property
    def state(self) -> str:
        """`ok`, or why it answers no query."""
        return "ok" if self.answers else "the store does not answer"

    def samples(self) -> tuple[Sample, ...]:
        """Its counts, for the metrics."""
        return (
            ("scograph_workers", "Queries that may run at once.", "gauge", float(self.size)),
            ("scograph_workers_busy", "Queries that run.", "gauge", float(self.busy)),
            ("scograph_queue", "Queries that wait.", "gauge", float(self.waiting)),
            (
                "scograph_store_answers",
                "Whether the store answered last.",
                "gauge",
                float(self.answers),
            ),
        )

    def form(self, query: str) -> str:
        """The form of a query that passes the gate (`stores.portable_query`).

        Raises:
            QueryRefusedError: It does not.
        """
        return (_accepted(query) if _is_short(query) else plain_query(query)).form

    async def open(self) -> None:
        """Get ready; the store is asked when somebody asks."""
        self._client = httpx2.AsyncClient(
            auth=ByChallenge(self._endpoint.credentials) if self._endpoint.credentials else None,
            follow_redirects=False,
            timeout=self._limits.seconds or None,
            trust_env=self._endpoint.trust_environment,
            mounts=WITHOUT_PROXY,
            headers=own_headers(urlsplit(self._endpoint.address).hostname or ""),
        )

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client:
            await self._client.aclose()
            self._client = None

    @asynccontextmanager
    async def run(self, job: Job) -> AsyncIterator[AsyncIterator[bytes]]:
        """Run a query; as `Pool.run`.

        Args:
            job: The query.

        Yields:
            The pieces of its result.

        Raises:
            QueryFailedError: It has none, here or there.
        """
        try:
            scheduled = await self._scheduler.acquire(job.client, shape_of(job.query))
        except NotScheduledError:
            raise QueryFailedError("busy") from None
        pieces = self._pieces(job, scheduled)
        try:
            yield pieces
        finally:
            await pieces.aclose()
            self._scheduler.release(scheduled)

    async def _pieces(self, job: Job, scheduled: ScheduledQuery) -> AsyncGenerator[bytes]:
        try:
            query = await _plain(job.query)
        except QueryRefusedError as error:
            raise QueryFailedError("refused", str(error)) from error
        try:
            async with asyncio.timeout(job.seconds) as time:
                scheduled.stop = partial(_end_now, time)
                fields = [("query", _based(query, job.base)), *await self._dataset(job, query)]
                fields += self._endpoint.time_bound(job.seconds)
                store_form = self._store_form(job.form)
                if store_form == "nt" and self._endpoint.profile.cut_by_rows and (rows := rows_query(query)):
                    await self._refuse_cut(rows, fields)
                async with aclosing(self._answer(fields, store_form, job.max_rows)) as pieces:
                    if store_form == job.form:
                        async for piece in pieces:
                            yield piece
                        return
                    whole = b"".join([piece async for piece in pieces])
                    yield await asyncio.to_thread(self._converted, whole, job.form)
        except TimeoutError:
            kind = "yielded" if scheduled.is_stopped else "time"
            self.ended[kind] += 1
            raise QueryFailedError(kind) from None
        except QueryFailedError as error:
            if error.kind in _COUNTED:
                self.ended[error.kind] += 1
            raise

    async def _refuse_cut(self, rows: str, fields: list[tuple[str, str]]) -> None:
        """Refuse a graph that the store would make of some rows only: it says so of the rows themselves."""
        async with aclosing(self._answer([("query", rows), *fields[1:]], "xml", 0)) as pieces:
            async for _ in pieces:
                return

    def _store_form(self, form: str) -> str:
        """The form that the store is asked for, of which that of a result is made.

        Graphs come as N-Triples, whose triples can be counted, and are written here as the workers write them.
        """
        if form in RDF_FORMATS_BY_NAME:
            return N_TRIPLES.name
        profile = self._endpoint.profile
        return profile.solutions or ("xml" if form == "csv" and profile.has_bare_iris_in_csv else form)

    async def _dataset(self, job: Job, query: PlainQuery) -> list[tuple[str, str]]:
        """The dataset that a query means, for a store that would take another."""
        if job.default_graphs is not None or job.named_graphs is not None:
            given = [("default-graph-uri", iri) for iri in job.default_graphs or ()]
            return given + [("named-graph-uri", iri) for iri in job.named_graphs or ()]
        if not self._endpoint.default_graph or query.names_dataset:
            return []
        dataset = [("default-graph-uri", self._endpoint.default_graph)]
        if query.names_graphs and self._endpoint.profile.names_each_graph:
            named = query.graphs or await self._graphs()
            if sum(map(len, named)) > MAX_NAMED:
                raise QueryFailedError(
                    "refused",
                    f"The store has {len(named):,} graphs, too many for one request: write GRAPH <…> with its IRI, "
                    "or choose some with FROM NAMED.",
                )
            dataset += [("named-graph-uri", iri) for iri in named if iri != self._endpoint.default_graph]
        return dataset

    async def _graphs(self) -> tuple[str, ...]:
        """The named graphs; asked each time, for the store changes unseen."""
        fields = [("query", _GRAPH_LIST)]
        data = b"".join([piece async for piece in self._answer(fields, "json", 0, MAX_GRAPHS_BYTES)])
        try:
            rows = read_json(data, "the answer")["results"]["bindings"]
            return tuple(row["g"]["value"] for row in rows if row.get("g", {}).get("type") == "uri")
        except (InputError, ValueError, KeyError, TypeError) as error:
            raise QueryFailedError("remote", "the store's answer cannot be read") from error

    async def _answer(
        self, fields: list[tuple[str, str]], form: str, max_rows: int, max_bytes: int = 0
    ) -> AsyncGenerator[bytes]:
        """The pieces of the store's response, if it is of the right form, within bounds, and whole."""
        if self._client is None:
            raise QueryFailedError("busy")
        counter, limit = RowCounter(form, max_rows), max_bytes or self._limits.result_bytes
        media_type = _MEDIA_TYPES[form]
        headers = {"Accept": media_type, "Content-Type": "application/x-www-form-urlencoded"}
        content, tail, has_begun = urlencode(fields).encode(), b"", False
        try:
            async with self._asked(self._client, content, headers) as reply:
                has_begun = True
                await self._check(reply, media_type)
                unpacked = Unpacked(reply, "the store")
                async for raw in reply.aiter_raw():
                    for piece in unpacked.add(raw):
                        if unpacked.total > limit:
                            raise QueryFailedError("too many bytes")
                        if counter.is_over(piece):
                            raise QueryFailedError("too many rows")
                        tail = (tail + piece)[-_TAIL_BYTES:]
                        yield piece
        except httpx2.TimeoutException as error:
            raise QueryFailedError("time") from error
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            self.answers = has_begun
            what = "sent an incomplete answer" if has_begun else "does not answer"
            raise QueryFailedError("away", f"The store behind this server {what}; try again later.") from error
        except StoreError as error:
            raise QueryFailedError("remote", error.message) from error
        is_whole = tail.endswith(_ENDS[form]) or tail.rstrip().endswith(_ENDS[form]) or (form == "nt" and not tail)
        if not is_whole:
            raise QueryFailedError("remote", "the store's answer is incomplete")

    @asynccontextmanager
    async def _asked(
        self, client: httpx2.AsyncClient, content: bytes, headers: Mapping[str, str]
    ) -> AsyncGenerator[httpx2.Response]:
        """The store's response to a query, which is sent again where the store has closed the connection meanwhile.

        A server may close a connection that is kept at any time, and what changes nothing may be sent again (RFC 9112,
        clauses 9.3 and 9.5; RFC 9110, clause 9.2.2).
        """
        for attempt in range(1, MAX_ATTEMPTS + 1):
            request = client.build_request("POST", self._endpoint.address, content=content, headers=headers)
            try:
                reply = await client.send(request, stream=True)
                break
            except (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError):
                if attempt == MAX_ATTEMPTS:
                    raise
        try:
            yield reply
        finally:
            await reply.aclose()

    async def _check(self, reply: httpx2.Response, media_type: str) -> None:
        """Refuse an error, another media type, and a result that the store has cut."""
        self.answers = reply.status_code not in _FROM_GATEWAYS
        profile = self._endpoint.profile
        if reply.status_code != _OK:
            await self._refuse(reply)
        if profile.cut_by_time and profile.cut_by_time in reply.headers:
            raise QueryFailedError("time")
        if profile.cut_by_rows and profile.cut_by_rows in reply.headers:
            raise QueryFailedError("cut", reply.headers[profile.cut_by_rows])
        if reply.headers.get("content-type", "").partition(";")[0].strip().lower() != media_type:
            raise QueryFailedError("remote", f"the store answers in {reply.headers.get('content-type')}")

    @staticmethod
    async def _refuse(reply: httpx2.Response) -> None:
        if reply.status_code in _REFUSED:
            raise QueryFailedError("remote", f"the store refuses access: {reply.status_code}")
        message = bytearray()
        unpacked = Unpacked(reply, "the store")
        async for raw in reply.aiter_raw():
            for piece in unpacked.add(raw):
                message += piece[:MAX_ERROR_TEXT]
                if len(message) >= MAX_ERROR_TEXT:
                    break
            if len(message) >= MAX_ERROR_TEXT:
                break
        text = message[:MAX_ERROR_TEXT].decode("utf-8", "replace").strip()
        if reply.status_code == _BAD_REQUEST:
            raise QueryFailedError("refused", text)
        kind = "away" if reply.status_code in _AWAY else "remote"
        raise QueryFailedError(kind, f"the store answers {reply.status_code}: {text}")

    def _converted(self, whole: bytes, form: str) -> bytes:
        """A result in the form that was asked for; IRIs that are none stay what they are in the store."""
        rdf_format = RDF_FORMATS_BY_NAME.get(form)
        try:
            if rdf_format is None:
                guard(whole, RdfFormat.RDF_XML, "the answer")
                solutions = parse_query_results(whole.replace(*_NODE_ID), QueryResultsFormat.XML)
                result_format = RESULT_FORMATS_BY_NAME[form].results
                if result_format == QueryResultsFormat.CSV and isinstance(solutions, QuerySolutions):
                    return b"".join(csv_pieces(solutions))
                return (solutions.serialize(format=result_format) if result_format else None) or b""
            guard(whole, RdfFormat.N_TRIPLES, "the answer")
            prefixes = self._prefixes if rdf_format.has_prefixes else None
            quads = parse(whole, RdfFormat.N_TRIPLES, lenient=True)
            return serialize(quads, format=rdf_format.rdf, prefixes=prefixes) or b""
        except (SyntaxError, ValueError, InputError) as error:
            raise QueryFailedError("remote", f"the store's answer cannot be read: {error}") from error


def _end_now(time: asyncio.Timeout) -> None:
    """Let a timeout expire now, if it is still running."""
    with suppress(RuntimeError):
        time.reschedule(asyncio.get_running_loop().time())


def _based(query: PlainQuery, base: str) -> str:
    """A query with the base that it would have here; others stay as they are, and so do the places in them."""
    return f"BASE <{base}> {query.text}" if query.needs_base and base else query.text
