"""The server as an ASGI 3.0 application: each request goes to the handler of its route, and its response is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from dataclasses import replace

from scograph.server import errors
from scograph.server.answer import Answer, Headers, text_answer
from scograph.server.conditions import CONDITIONS, conditional
from scograph.server.documents import CHOOSING, MAX_KEY
from scograph.server.folder import FileChangedError, FileRange, Stored
from scograph.server.headers import Access, preflight, with_standard_headers
from scograph.server.limits import ServerLimits
from scograph.server.metrics import Metrics
from scograph.server.operations import Operations
from scograph.server.querypool import QueryFailedError
from scograph.server.request import (
    BadRequestError,
    Message,
    Receive,
    Request,
    Scope,
    Send,
    read_request,
    request_of,
)
from scograph.server.routes import Route, routes_of
from scograph.server.servedbuild import ServedBuild

DISCONNECT_DELAY = 0.25
"""Seconds after which a request that is still being answered is cancelled when its client disconnects."""
PIECE_BYTES = 1 << 18
BODILESS = (204, 304)
CLIENT_CLOSED = 499
"""The status in log and metrics of a request whose client went away."""
MAX_CACHED_FILE = 64 << 10
"""Larger files are read again for each response."""
_DECISIVE = frozenset((b"host", b"range", b"if-range", *CHOOSING, *CONDITIONS))
"""The headers that the response for a document depends on."""
_QUERY_HEADERS: Headers = {b"x-robots-tag": b"noindex"}
_QUERY_HEADERS_BY_HOST: Headers = {**_QUERY_HEADERS, b"vary": b"Host"}
_STOPPING = "The server is shutting down: try again later."
_CHANGED = "The file has changed since the server started: a new build may follow."
Log = Callable[[Request, str, int, int, float], None]
"""Given a request, its client, and the status, bytes and seconds of the answer."""


class IncompleteBodyError(Exception):
    """An answer could not be sent to its end: the connection is closed, so that the client sees that it is cut."""


class App:
    """The server as an ASGI application.

    Args:
        build: The first build to serve.
        limits: The limits.
        metrics: The counts of requests.
        log: Called for each request, with status, bytes and seconds.
        clock: Seconds that never go back.
        access: Who may read it, and under which names.
    """

    def __init__(  # noqa: PLR0913, PLR0917 -- the parts of a server
        self,
        build: ServedBuild,
        limits: ServerLimits,
        metrics: Metrics,
        log: Log,
        clock: Callable[[], float],
        access: Access,
    ) -> None:
        self.metrics = metrics
        self._limits = limits
        self._log = log
        self._clock = clock
        self._access = access
        self._operations = Operations(metrics, limits, clock)
        self.publish(build)

    def publish(self, build: ServedBuild) -> None:
        """Serve another build from now on."""
        self.build = build
        self._routes: tuple[Route, ...] = routes_of(build, self._operations)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        began = self._clock()
        build, key = self.build, _response_key(scope)
        cached = build.documents.cache.get(key) if key else None
        if cached is None or not isinstance(cached.body, bytes):
            await self._answer_anew(build, key, began, scope, receive, send)
            return
        await send(_start_message(cached))
        size = await _send_last(cached.body, send)
        seconds = self._clock() - began
        self.metrics.count_request("documents", cached.status, size, seconds)
        request = request_of(scope, receive)
        self._log(request, request.client, cached.status, size, seconds)

    async def _answer_anew(  # noqa: PLR0913, PLR0917 -- the parts of a request, and where its answer is kept
        self,
        build: ServedBuild,
        key: tuple[str | bytes, ...] | None,
        began: float,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        routes = self._routes
        build.running += 1
        self.metrics.open += 1
        part, status, size = "own", 0, 0
        request: Request | None = None
        watch: _DisconnectWatch | None = None
        try:
            request = read_request(scope, receive, self._access)
            route = next(route for route in routes if route.matches(request))
            part = route.name
            watch = _DisconnectWatch(request) if route.is_query else None
            complete = self._complete(await self._answer(route, request))
            if key and complete.is_lasting and sum(map(len, key)) < MAX_KEY:
                complete = _in_memory(complete)
                if isinstance(complete.body, bytes):
                    build.documents.cache.put(key, complete)
            status = complete.status
            size = await self._send_complete(complete, request, send)
        except FileChangedError:
            status = 503
            answer = errors.problem(503, "text/plain", detail=_CHANGED, headers={b"retry-after": b"2"})
            size = await self._send(answer, request, send)
        except BadRequestError as error:
            status = error.status
            size = await self._send(text_answer(error.status, error.message), None, send)
        except asyncio.CancelledError:
            if watch and watch.is_disconnected:
                status = CLIENT_CLOSED
                return
            status = 503
            with suppress(RuntimeError):  # it may have begun already
                closing = {b"retry-after": b"5", b"connection": b"close"}
                await self._send(text_answer(503, _STOPPING, closing), request, send)
            raise
        finally:
            if watch:
                watch.end()
            build.running -= 1
            self.metrics.open -= 1
            seconds = self._clock() - began
            self.metrics.count_request(part, status, size, seconds)
            if request:
                self._log(request, request.client, status, size, seconds)

    async def _answer(self, route: Route, request: Request) -> Answer:
        """The answer of a route, for the method and the conditions of a request."""
        if request.method == "OPTIONS":
            return Answer(204, preflight(route.allow))
        if request.method not in route.methods:
            allow = {b"allow": route.allow}
            answer = errors.problem(405, request.text(b"accept"), detail=route.refusal, headers=allow)
        else:
            try:
                answer = await route.handler(request)
            except BadRequestError as error:
                answer = text_answer(error.status, error.message)
            if request.method != "POST":
                answer = await self._conditional(answer, request)
        if not route.is_query:
            return answer
        # Without an origin of its own, an answer has links to the host that was asked.
        return answer.with_headers(_QUERY_HEADERS if self._access.origin else _QUERY_HEADERS_BY_HOST)

    @staticmethod
    async def _conditional(answer: Answer, request: Request) -> Answer:
        final = conditional(answer, request.method, request.headers)
        if isinstance(answer.body, AsyncGenerator) and final.body is not answer.body:
            await answer.body.aclose()
        return final

    def _complete(self, answer: Answer) -> Answer:
        """An answer as it is sent: the one place where standard headers and Content-Length are set."""
        headers = with_standard_headers(answer.headers, self._access)
        if answer.status not in BODILESS and not isinstance(answer.body, AsyncGenerator):
            headers[b"content-length"] = b"%d" % _length(answer.body)
        return Answer(answer.status, headers, answer.body, is_lasting=answer.is_lasting)

    async def _send(self, answer: Answer, request: Request | None, send: Send) -> int:
        """Complete and send an answer.

        Returns:
            The bytes of its body.
        """
        return await self._send_complete(self._complete(answer), request, send)

    async def _send_complete(self, answer: Answer, request: Request | None, send: Send) -> int:
        body = answer.body
        is_bodiless = answer.status in BODILESS or (request is not None and request.method == "HEAD")
        if isinstance(body, Stored) and not is_bodiless:
            body = body.body
        start = _start_message(answer)
        if isinstance(body, AsyncGenerator):
            async with aclosing(body):  # whatever makes it ends with it, however it ends
                await send(start)
                return await self._stream(body, send) if not is_bodiless else await _send_last(b"", send)
        await send(start)
        if isinstance(body, FileRange) and not is_bodiless:
            return await self._stream(_pieces(body), send)
        return await _send_last(body if isinstance(body, bytes) and not is_bodiless else b"", send)

    async def _stream(self, pieces: AsyncGenerator[bytes], send: Send) -> int:
        size = 0
        try:
            async for piece in pieces:
                size += len(piece)
                async with asyncio.timeout(self._limits.slow_seconds):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        except (TimeoutError, QueryFailedError) as error:
            raise IncompleteBodyError(str(error)) from error
        finally:
            await pieces.aclose()
        await send({"type": "http.response.body"})
        return size


def _response_key(scope: Scope) -> tuple[str | bytes, ...] | None:
    """All that the complete response for a document depends on besides the build; None where it is not cached.

    Host is a part of it, and a request whose host is refused has no cached response. What depends on the client, as
    queries do, is not cached by it.
    """
    if scope["method"] != "GET" or scope["query_string"]:
        return None
    decisive = [part for header in scope["headers"] if header[0] in _DECISIVE for part in header]
    # Neither names nor values of headers have ends of lines; a tuple of all would be hashed anew each time.
    return ("response", scope["http_version"], scope.get("raw_path", b""), scope["path"], b"\n".join(decisive))


def _in_memory(answer: Answer) -> Answer:
    """The same response with the bytes of a small file, where they can be had at once."""
    if isinstance(answer.body, Stored) and answer.body.size <= MAX_CACHED_FILE:
        body = answer.body.body
        return replace(answer, body=body) if isinstance(body, bytes) else answer
    return answer


def _start_message(answer: Answer) -> Message:
    return {"type": "http.response.start", "status": answer.status, "headers": answer.headers.items()}


def _length(body: bytes | Stored | FileRange) -> int:
    if isinstance(body, bytes):
        return len(body)
    return body.size if isinstance(body, Stored) else body.length


async def _send_last(body: bytes, send: Send) -> int:
    await send({"type": "http.response.body", "body": body})
    return len(body)


async def _pieces(body: FileRange) -> AsyncGenerator[bytes]:
    offset = 0
    while offset < body.length:
        piece = await asyncio.to_thread(body.read, offset, PIECE_BYTES)
        if not piece or body.owner.is_changed():
            raise IncompleteBodyError("the file was written to")
        offset += len(piece)
        yield piece


class _DisconnectWatch:
    """Cancels a task when the client of its request disconnects; it begins late, for most requests end before."""

    def __init__(self, request: Request) -> None:
        self.is_disconnected = False
        self._request = request
        self._task = asyncio.current_task()
        self._loop = asyncio.get_running_loop()
        self._watcher: asyncio.Task[None] | None = None
        self._timer = self._loop.call_later(DISCONNECT_DELAY, self._begin)

    def _begin(self) -> None:
        if self._request.is_being_read:
            self._timer = self._loop.call_later(DISCONNECT_DELAY, self._begin)
        else:
            self._watcher = self._loop.create_task(self._wait())

    async def _wait(self) -> None:
        while True:
            message = await self._request.receive()
            if message["type"] == "http.disconnect":
                self.is_disconnected = True
                if self._task:
                    self._task.cancel()
                return

    def end(self) -> None:
        """Watch no more."""
        self._timer.cancel()
        if self._watcher:
            self._watcher.cancel()
