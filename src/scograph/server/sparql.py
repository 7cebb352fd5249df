"""The SPARQL 1.1 endpoint `/sparql`: checks a query, runs it in a pool, and never sends a truncated result with 200."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import ParamSpec, TypeVar

from scograph.errors import UsageError
from scograph.server import errors
from scograph.server.answer import Answer, text_answer
from scograph.server.cache import AnswerCache
from scograph.server.conditions import is_known_validator
from scograph.server.limits import RateLimiter, ServerLimits, TooManyQueriesError, network_of
from scograph.server.protocol import ProtocolQuery, ResultForm, choose_form, forms_of, is_short, read_body, read_query
from scograph.server.querypage import QueryPage
from scograph.server.querypool import Job, QueryFailedError, QueryPool
from scograph.server.request import BadRequestError, Request
from scograph.server.servicedescription import ServiceDescription
from scograph.stores.embedded import inexact, unknown_function, unparsable
from scograph.stores.gate import QueryRefusedError, Refusal
from scograph.stores.lexical_queries import InexactQueryError

PATH = "/sparql"
HELD_BACK = 1 << 20
"""A result is sent when it is whole, or has so many bytes: up to there a failure has its own status."""
SHARED_COST = 20
"""A second of the server's own process, which reads queries and writes pages for all, is charged as so many of a
worker."""
_VOLATILE = re.compile(r"\b(?:now|rand|uuid|struuid|bnode)\b", re.IGNORECASE)
"""Functions with another result each time."""


_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Failure:
    status: int
    message: str


_Read = tuple[ProtocolQuery, str | _Failure] | None


class Endpoint:
    """The endpoint of one store.

    Args:
        pool: The workers.
        limits: The limits.
        rates: What each address asked.
        clock: Seconds that never go back.
        digest: What tells this store's content from another's; nothing if it changes unseen: then no answer is kept.
        page: The page for people.
        description: The service description.
        cache: Where results are kept.
    """

    def __init__(  # noqa: PLR0913, PLR0917 -- its parts
        self,
        pool: QueryPool,
        limits: ServerLimits,
        rates: RateLimiter,
        clock: Callable[[], float],
        digest: str,
        page: QueryPage,
        description: ServiceDescription,
        cache: AnswerCache,
    ) -> None:
        self.pool = pool
        self._limits = limits
        self._rates = rates
        self._clock = clock
        self._digest = digest
        self.page = page
        self.description = description
        self._cache = cache
        self._thread = ThreadPoolExecutor(1, "apart")

    async def answer(self, request: Request) -> Answer:
        """Answer a request of the SPARQL 1.1 Protocol.

        Args:
            request: The request.

        Returns:
            The answer.
        """
        is_post = request.method == "POST"
        if not (is_post or request.query):
            return await self._description_answer(request)
        try:
            read = await self._read_post(request) if is_post else await self._read_get(request)
        except TooManyQueriesError as error:
            return _too_many(request, error.seconds)
        if read is None:
            return await self._description_answer(request)
        query, form = read
        if isinstance(form, _Failure):
            return await self._refused(request, query, form)
        return await self._query_answer(request, query, form)

    async def _read_post(self, request: Request) -> _Read:
        limits = self._limits
        self._rates.refuse_heavy(request.client)
        stated = request.headers.get(b"content-length", b"")
        size = min(int(stated), limits.body_bytes) if stated.isdigit() else limits.body_bytes
        if not self._rates.hold_body(request.client, size):
            raise TooManyQueriesError(1.0)
        try:
            body = await self._body(request)
            self._rates.refuse_heavy(request.client)  # others of the same client have come meanwhile
            return await self.run_in_thread(self._read, request, body)
        finally:
            self._rates.release_body(request.client, size)

    async def _body(self, request: Request) -> bytes:
        limits = self._limits
        try:
            return await read_body(request, limits.body_bytes, limits.slow_seconds, limits.query_bytes)
        except BadRequestError:
            self._rates.charge(request.client, 0)
            raise

    async def _read_get(self, request: Request) -> _Read:
        self._rates.refuse_heavy(request.client)
        return self._read(request, b"") if is_short(request) else await self.run_in_thread(self._read, request, b"")

    async def run_in_thread(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Do work that may take milliseconds beside the event loop, one piece after another."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(work, *args, **kwargs))

    def _read(self, request: Request, body: bytes) -> _Read:
        """What a request asks, and the form of its query or why that is refused; None if it has no parameter.

        Raises:
            BadRequestError: It is no operation of the protocol.
        """
        began = self._clock()
        is_refused = True
        try:
            query = read_query(request, body, self._limits.query_bytes)
            read = None if query is None else (query, self._form(query.query))
            is_refused = read is not None and isinstance(read[1], _Failure)
            return read
        finally:
            if is_refused or not is_short(request):
                self._rates.charge(request.client, (self._clock() - began) * SHARED_COST, count=int(is_refused))

    def _form(self, query: str) -> str | _Failure:
        """The form of a query that passes the gate."""
        try:
            return self.pool.form(query)
        except QueryRefusedError as error:
            return _Failure(400 if error.reason in (Refusal.NESTING, Refusal.SYNTAX) else 403, str(error))

    @property
    def may_change(self) -> bool:
        """Whether the store may change unseen."""
        return not self._digest

    async def failure_answer(self, request: Request, error: QueryFailedError) -> Answer:
        """The answer where a query of our own has no result.

        Args:
            request: What it was asked for.
            error: Why it has none.

        Returns:
            The error.
        """
        query = ProtocolQuery("")
        return await self._refused(request, query, self._failure(error, query, self._limits.seconds))

    async def missing_graph_answer(self, request: Request, graph: str) -> Answer | None:
        """What to answer where a named graph is not there, or cannot be asked for.

        Args:
            request: The request, which counts as a query where the store has to be asked.
            graph: The IRI of the graph.

        Returns:
            The answer; None if the graph is there.
        """
        if self.may_change:
            try:
                wait = self._rates.begin_query(request.client)
            except TooManyQueriesError as error:
                return _too_many(request, error.seconds)
        began = self._clock()
        try:
            if self.may_change and wait:
                await asyncio.sleep(wait)
                began = self._clock()
            if await self.description.has_graph(graph, network_of(request.client)):
                return None
        except QueryFailedError as error:
            return await self.failure_answer(request, error)
        finally:
            if self.may_change:
                self._rates.end_query(request.client, self._clock() - began)
        return errors.problem(404, request.text(b"accept"), detail="The store has no such graph.")

    async def _description_answer(self, request: Request) -> Answer:
        if self.description.prefers_page(request.text(b"accept"), request.method):
            key = ("query page", request.origin)
            page = self._cache.get(key)
            if page is None:
                page = await self.run_in_thread(self.page.empty, request.origin + PATH)
                self._cache.put(key, page)
            return page
        try:
            return await self.description.answer(request, PATH)
        except QueryFailedError as error:
            return await self.failure_answer(request, error)

    async def _query_answer(self, request: Request, query: ProtocolQuery, query_form: str) -> Answer:
        form = choose_form(query_form, request.text(b"accept"), query.form, request.method)
        if form is None:
            offered = [(one.media_type, f"{PATH}?format={one.name}") for one in forms_of(query_form)]
            return errors.not_acceptable(offered, b"Accept")
        return await self.run(request, query, query_form, form)

    async def run(self, request: Request, query: ProtocolQuery, query_form: str, form: ResultForm) -> Answer:
        """Run a query that has passed the gate.

        Args:
            request: The request that it comes from.
            query: The query.
            query_form: SELECT, ASK, CONSTRUCT or DESCRIBE; nothing where it does not parse.
            form: The form of the result.

        Returns:
            The answer, without regard to conditions but for a validator that the request names.
        """
        etag = self._etag(request, query, form)
        if etag and is_known_validator(request.headers, etag):
            return Answer(304, {b"etag": etag, b"vary": b"Accept", b"cache-control": b"public, max-age=60"})
        cached = self._cache.get(("result", etag)) if etag else None
        if cached is not None:
            return cached
        try:
            wait = self._rates.begin_query(request.client)
        except TooManyQueriesError as error:
            return _too_many(request, error.seconds)
        return await self._limited(request, query, query_form, form, etag, wait)

    async def _limited(  # noqa: PLR0913, PLR0917 -- a query, and what is known of it
        self, request: Request, query: ProtocolQuery, query_form: str, form: ResultForm, etag: bytes, wait: float
    ) -> Answer:
        limits = self._limits
        seconds = min(query.seconds or limits.seconds, limits.seconds or query.seconds or 3600.0)
        is_graph = query_form in ("CONSTRUCT", "DESCRIBE")
        result_form = form.name if form.name != "html" else "ttl" if is_graph else "json"
        address = request.origin + PATH
        client = network_of(request.client)
        job = Job(
            query.query,
            result_form,
            address,
            query.default_graphs,
            query.named_graphs,
            seconds,
            limits.rows,
            client,
        )
        stack = AsyncExitStack()
        began: list[float] = []
        stack.callback(lambda: self._rates.end_query(request.client, self._clock() - began[0] if began else 0.0))
        try:
            if wait:
                await asyncio.sleep(wait)
            pieces = await stack.enter_async_context(self.pool.run(job))
            began.append(self._clock())  # to wait costs nothing
            first, is_whole = await self._first(pieces)
        except QueryFailedError as error:
            await stack.aclose()
            return await self._refused(request, query, self._failure(error, query, seconds))
        except BaseException:
            await stack.aclose()
            raise
        if form.name == "html":
            await stack.aclose()
            if not is_whole:
                return await self._refused(
                    request, query, _Failure(413, "The result is too large for a page; download it.")
                )
            return await self.run_in_thread(
                self._page, request, partial(self.page.result, query, first, address, is_graph)
            )
        headers = {
            b"content-type": form.content_type.encode(),
            b"vary": b"Accept",
            b"cache-control": b"public, max-age=60" if etag else b"no-store",
        }
        if etag:
            headers[b"etag"] = etag
        if form.name in ("csv", "tsv"):
            headers[b"content-disposition"] = f'attachment; filename="result.{form.name}"'.encode()
        if is_whole:
            await stack.aclose()
            answer = Answer(200, headers, first)
            if etag:
                self._cache.put(("result", etag), answer)
            return answer
        body = _rest(first, pieces, stack)
        await anext(body)  # a generator that never began would not clean up when it is closed
        return Answer(200, headers, body)

    def _page(self, request: Request, made: Callable[[], Answer]) -> Answer:
        """Make a page, which counts."""
        began = self._clock()
        try:
            return made()
        finally:
            self._rates.charge(request.client, (self._clock() - began) * SHARED_COST, count=0)

    @staticmethod
    async def _first(pieces: AsyncIterator[bytes]) -> tuple[bytes, bool]:
        """What is held back, and whether it is all."""
        held: list[bytes] = []
        size = 0
        async for piece in pieces:
            held.append(piece)
            size += len(piece)
            if size >= HELD_BACK:
                return b"".join(held), False
        return b"".join(held), True

    def _etag(self, request: Request, query: ProtocolQuery, form: ResultForm) -> bytes:
        if not self._digest or request.method == "POST" or _VOLATILE.search(query.query):
            return b""
        key = "\n".join(
            (
                self._digest,
                form.content_type,
                request.origin,
                repr((query.default_graphs, query.named_graphs)),
                query.query,
            )
        )
        return f'"{hashlib.sha256(key.encode()).hexdigest()[:32]}"'.encode()

    def _failure(self, error: QueryFailedError, query: ProtocolQuery, seconds: float) -> _Failure:
        limits = self._limits
        if error.kind == "syntax":
            return _Failure(400, str(unparsable(query.query, error.message)))
        if error.kind == "inexact":
            start, _, what = error.message.partition(" ")
            return _Failure(400, str(inexact(query.query, InexactQueryError(what, int(start)))))
        refused = unknown_function(query.query, error.message) if error.kind == RuntimeError.__name__ else None
        if refused:
            return _Failure(400, str(refused))
        failures = {
            "busy": _Failure(503, "All workers are busy: try again later."),
            "yielded": _Failure(
                503, "The query was stopped because others were waiting: try again when the server is less busy."
            ),
            "stopping": _Failure(503, "The server is shutting down: try again later."),
            "time": _Failure(
                503, f"The query took longer than {seconds:g} seconds; ask for less, or download the dump."
            ),
            "memory": _Failure(503, f"The query needed more than {limits.memory >> 20:,} MiB; ask for less."),
            "away": _Failure(503, error.message),
            "remote": _Failure(502, error.message),
            "refused": _Failure(400, error.message),
            "died": _Failure(503, "The query ended its process: use less nesting."),
            "too many rows": _Failure(
                413, f"The result has more than {limits.rows:,} rows; add LIMIT, or download the dump."
            ),
            "cut": _Failure(
                413, f"The store truncates results at {error.message} rows; add a smaller LIMIT, or download the dump."
            ),
            "too many bytes": _Failure(
                413, f"The result has more than {limits.result_bytes >> 10:,} KiB; add LIMIT, or download the dump."
            ),
        }
        return failures.get(error.kind, _Failure(400, str(UsageError(f"the query cannot be run: {error.message}"))))

    async def _refused(self, request: Request, query: ProtocolQuery, failure: _Failure) -> Answer:
        headers = {b"vary": b"Accept"}
        if failure.status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers[b"retry-after"] = b"5"
        if self.description.prefers_page(request.text(b"accept"), request.method) and not query.form:
            address = request.origin + PATH
            page = partial(self.page.failed, query, failure.message, failure.status, address, headers)
            return await self.run_in_thread(self._page, request, page)
        return text_answer(failure.status, failure.message, headers)


def _too_many(request: Request, wait: float) -> Answer:
    return errors.problem(429, request.text(b"accept"), headers={b"retry-after": b"%d" % (int(wait) + 1)})


async def _rest(first: bytes, pieces: AsyncIterator[bytes], stack: AsyncExitStack) -> AsyncGenerator[bytes]:
    """What was held back, then the rest; if that fails the connection is cut, for the status has gone out."""
    try:
        yield b""
        yield first
        async for piece in pieces:
            yield piece
    finally:
        await stack.aclose()
