"""Which part answers a request, and how an answer goes out (ASGI 3.0)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from dataclasses import asdict, dataclass

from scograph.server import errors, graphs, lists, sparql
from scograph.server.answer import Answer, Span, text_answer
from scograph.server.conditions import conditional
from scograph.server.documents import Documents
from scograph.server.folder import FileChangedError, OpenFile
from scograph.server.headers import Access, preflight, with_standard_headers
from scograph.server.limits import Limits
from scograph.server.metrics import CONTENT_TYPE, Metrics
from scograph.server.pool import QueryFailedError
from scograph.server.querypage import assets
from scograph.server.request import BadRequestError, Message, Receive, Request, Scope, Send, client_of, read_request
from scograph.server.sparql import Endpoint

DOCUMENT_METHODS = b"GET, HEAD, OPTIONS"
HEALTH, METRICS = "-/health", "-/metrics"
_WATCHED_AFTER = 0.25
"""Seconds after which a request that is still being answered ends when its client goes away."""
_PIECE = 1 << 18
MOST_KEPT, LARGEST_KEPT, LONGEST_KEPT = 16 << 20, 64 << 10, 2000
"""Answers of so many bytes in all are kept, each with a body and a request of so many; then all are forgotten."""
KEEPING_COSTS = 4000
"""So many bytes are reckoned for what a kept answer is besides its body."""
BODILESS = (204, 304)
_STOPPING = "The server is being stopped; try again soon."
_CHANGED = "The file is no more what it was when the server started; another build may be on its way."
Log = Callable[[Request, str, int, int, float], None]
"""Given a request, its client, and the status, bytes and seconds of the answer."""
Key = tuple[str, str, bytes, tuple[tuple[bytes, bytes], ...]]


class CutError(Exception):
    """An answer could not be sent to its end: the connection is closed, so that the client sees that it is cut."""


@dataclass(slots=True)
class Site:
    """What is published at one moment; a new build is a new site.

    Args:
        documents: Its documents.
        endpoint: Its endpoint, if it has a store.
        since: When it began to be served, as the log has times.
        began: The same in seconds of a clock that never goes back.
        running: How many requests it is answering.
    """

    documents: Documents
    endpoint: Endpoint | None
    since: str = ""
    began: float = 0.0
    running: int = 0


@dataclass(frozen=True, slots=True)
class _Kept:
    site: Site
    start: Message
    body: Message
    status: int
    size: int
    request: Request


class App:
    """The server as an ASGI application.

    Args:
        site: What is published first.
        limits: The limits.
        metrics: Where counts go.
        log: Told of each request, with status, bytes and seconds.
        clock: Seconds that never go back.
        access: Who may read it, and under which names.
    """

    def __init__(  # noqa: PLR0913, PLR0917 -- each says something of its own
        self,
        site: Site,
        limits: Limits,
        metrics: Metrics,
        log: Log,
        clock: Callable[[], float],
        access: Access,
    ) -> None:
        self.site = site
        self.newer = ""
        """Why a build that is newer than what is served is not; nothing if there is none."""
        self._access = access
        self._kept_bytes = 0
        self.metrics = metrics
        self._limits = limits
        self._log = log
        self._clock = clock
        self._assets = assets()
        self._kept: dict[Key, _Kept] = {}

    def publish(self, site: Site) -> Site:
        """Answer from another site from now on, and say which one it was."""
        before, self.site = self.site, site
        self.newer = ""
        self._forget()
        return before

    def _forget(self) -> None:
        self._kept.clear()
        self._kept_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        began = self._clock()
        site = self.site
        key = (scope["method"], scope["path"], scope["query_string"], tuple(scope["headers"]))
        kept = self._kept.get(key)
        if kept is not None and kept.site is site:
            await send(kept.start)
            await send(kept.body)
            seconds = self._clock() - began
            self.metrics.note("documents", kept.status, kept.size, seconds)
            self._log(kept.request, client_of(scope), kept.status, kept.size, seconds)
            return
        await self._made(key, site, scope, receive, send, began)

    async def _made(  # noqa: PLR0913, PLR0917 -- a request and what was found out of it
        self, key: Key, site: Site, scope: Scope, receive: Receive, send: Send, began: float
    ) -> None:
        """Make and send the answer to a request, or the error that it has."""
        site.running += 1
        self.metrics.open += 1
        part, status, size = "own", 0, 0
        request: Request | None = None
        try:
            request = read_request(scope, receive, self._access)
            path = request.path[1:]
            if site.endpoint and (path in ("sparql", "data") or lists.is_list(path, request, site.documents)):
                part = path if path in ("sparql", "data") else "lists"
                status, size = await self._watched(site, site.endpoint, path, request, send)
                return
            part = "own" if path.startswith("-/") else "documents"
            answer = self._plain(site, path, request)
            status = answer.status
            if part == "documents":
                self._keep(key, site, answer, request)
            size = await self._send(answer, request, send)
        except FileChangedError:
            status = 503
            answer = errors.problem(503, "text/plain", detail=_CHANGED, headers=((b"retry-after", b"2"),))
            size = await self._send(answer, request, send)
        except BadRequestError as error:
            status = error.status
            answer = text_answer(error.status, error.message)
            size = await self._send(answer, None, send)
        except asyncio.CancelledError:
            status = 503
            answer = text_answer(503, _STOPPING, (b"retry-after", b"5"), (b"connection", b"close"))
            with suppress(RuntimeError):  # it may have begun already
                await self._send(answer, request, send)
            raise
        finally:
            site.running -= 1
            self.metrics.open -= 1
            seconds = self._clock() - began
            self.metrics.note(part, status, size, seconds)
            if request:
                self._log(request, request.client, status, size, seconds)

    def _keep(self, key: Key, site: Site, answer: Answer, request: Request) -> None:
        """Keep the answer to a request, for the same request again: it says all that the answer depends on."""
        body = answer.body
        said = sum(len(name) + len(value) for name, value in key[3]) + len(key[1]) + len(key[2])
        if not isinstance(body, bytes) or len(body) > LARGEST_KEPT or said > LONGEST_KEPT or request.method != "GET":
            return
        self._kept_bytes += len(body) + said + KEEPING_COSTS
        if self._kept_bytes > MOST_KEPT:
            self._forget()
        self._kept[key] = _Kept(
            site,
            self._start(answer),
            {"type": "http.response.body", "body": b"" if answer.status in BODILESS else body},
            answer.status,
            len(body),
            request,
        )

    def _plain(self, site: Site, path: str, request: Request) -> Answer:
        if request.method not in ("GET", "HEAD"):
            if request.method == "OPTIONS":
                return Answer(204, preflight(DOCUMENT_METHODS))
            allowed = ((b"allow", DOCUMENT_METHODS),)
            return errors.problem(405, request.text(b"accept"), headers=allowed)
        if path.startswith("-/"):
            return conditional(self._own(site, path, request), request.headers)
        return conditional(site.documents.answer(path, request.query, request.headers), request.headers)

    def _own(self, site: Site, path: str, request: Request) -> Answer:
        if path in self._assets:
            media_type, body = self._assets[path]
            headers = ((b"content-type", media_type.encode()), (b"cache-control", b"public, max-age=3600"))
            return Answer(200, headers, body)
        if path == HEALTH:
            return self._health(site)
        if path == METRICS:
            return self._counts(site)
        return errors.problem(404, request.text(b"accept"))

    def _health(self, site: Site) -> Answer:
        pool = site.endpoint.pool if site.endpoint else None
        state = pool.state if pool else "ok"
        said = {
            "status": "a newer build is not taken over" if self.newer and state == "ok" else state,
            "build": site.documents.snapshot.digest,
            "version": site.documents.snapshot.manifest.version,
            "date": site.documents.snapshot.manifest.date,
            "servedSince": site.since,
            "servedSeconds": round(self._clock() - site.began),
            "newerBuild": self.newer or None,
            "files": len(site.documents.snapshot.files),
            "workers": {"alive": pool.size, "busy": pool.busy, "waiting": pool.waiting} if pool else None,
            "protections": list(pool.protections) if pool else [],
            "limits": asdict(self._limits),
        }
        headers = ((b"content-type", b"application/json"), (b"cache-control", b"no-store"))
        serves = pool is None or pool.size > 0  # the documents are there without a store elsewhere
        return Answer(200 if serves else 503, headers, (json.dumps(said, indent=1) + "\n").encode())

    def _counts(self, site: Site) -> Answer:
        pool = site.endpoint.pool if site.endpoint else None
        age = ("scograph_build_seconds", "Since when this build is served.", "gauge", self._clock() - site.began)
        newer = ("scograph_build_refused", "Whether a newer one is not taken over.", "gauge", float(bool(self.newer)))
        samples = (age, newer, *(pool.samples() if pool else ()))
        body = self.metrics.text(samples, pool.ended if pool else {})
        return Answer(200, ((b"content-type", CONTENT_TYPE), (b"cache-control", b"no-store")), body)

    async def _watched(
        self, site: Site, endpoint: Endpoint, path: str, request: Request, send: Send
    ) -> tuple[int, int]:
        """Answer a query; it ends when its client goes away."""
        if request.method == "OPTIONS":
            methods = sparql.METHODS if path == "sparql" else graphs.METHODS
            answer = Answer(204, preflight(methods))
            return 204, await self._send(answer, request, send)
        watch = _Watch(request)
        try:
            if path == "sparql":
                answer = await endpoint.answer(request)
            elif path == "data":
                answer = await graphs.answer_graph(request, endpoint)
            else:
                answer = await lists.answer_list(path, request, site.documents, endpoint, endpoint.page)
            body = answer.body
            if request.method != "POST":
                answer = conditional(answer, request.headers)
            if isinstance(body, AsyncGenerator) and answer.body is not body:
                await body.aclose()
            more = [(b"x-robots-tag", b"noindex")]
            if not self._access.origin:  # then what is made names the host that was asked
                more.append((b"vary", b"Host"))
            answer = Answer(answer.status, [*answer.headers, *more], answer.body)
            return answer.status, await self._send(answer, request, send)
        except asyncio.CancelledError:
            if watch.is_gone:
                return 499, 0
            raise
        finally:
            watch.end()

    async def _send(self, answer: Answer, request: Request | None, send: Send) -> int:
        """Send an answer, and say how many bytes its body had."""
        body = answer.body
        is_head = request is not None and request.method == "HEAD"
        if isinstance(body, AsyncGenerator):
            return await self._send_generated(answer, body, send, is_head=is_head)
        await send(self._start(answer))
        if isinstance(body, bytes):
            bodiless = answer.status in BODILESS
            await send({"type": "http.response.body", "body": b"" if is_head or bodiless else body})
            return 0 if is_head else len(body)
        if is_head:
            await send({"type": "http.response.body"})
            return 0
        return await self._stream(_pieces(body), send)

    async def _send_generated(self, answer: Answer, body: AsyncGenerator[bytes], send: Send, *, is_head: bool) -> int:
        """Send an answer whose body is still being made; what makes it ends with it, however it ends."""
        async with aclosing(body):
            await send(self._start(answer))
            if is_head:
                await send({"type": "http.response.body"})
                return 0
            return await self._stream(body, send)

    def _start(self, answer: Answer) -> Message:
        """The status and headers of an answer: the one place where standard headers and Content-Length are set."""
        headers = with_standard_headers(answer.headers, self._access)
        body = answer.body
        if isinstance(body, bytes | Span) and answer.status not in BODILESS:
            length = len(body) if isinstance(body, bytes) else body.length
            headers.append((b"content-length", b"%d" % length))
        return {"type": "http.response.start", "status": answer.status, "headers": headers}

    async def _stream(self, pieces: AsyncGenerator[bytes], send: Send) -> int:
        size = 0
        try:
            async for piece in pieces:
                size += len(piece)
                async with asyncio.timeout(self._limits.slow_seconds):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        except (TimeoutError, QueryFailedError) as error:
            raise CutError(str(error)) from error
        finally:
            await pieces.aclose()
        await send({"type": "http.response.body"})
        return size


async def _pieces(span: Span) -> AsyncGenerator[bytes]:
    offset = 0
    while offset < span.length:
        piece = await asyncio.to_thread(span.read, offset, _PIECE)
        if not piece or (isinstance(span.owner, OpenFile) and span.owner.is_changed()):
            raise CutError("the file was written to")
        offset += len(piece)
        yield piece


class _Watch:
    """Ends a task when the client of its request goes away; it begins late, for most requests end before."""

    def __init__(self, request: Request) -> None:
        self.is_gone = False
        self._request = request
        self._task = asyncio.current_task()
        self._loop = asyncio.get_running_loop()
        self._watcher: asyncio.Task[None] | None = None
        self._timer = self._loop.call_later(_WATCHED_AFTER, self._begin)

    def _begin(self) -> None:
        if self._request.is_being_read:
            self._timer = self._loop.call_later(_WATCHED_AFTER, self._begin)
        else:
            self._watcher = self._loop.create_task(self._wait())

    async def _wait(self) -> None:
        while True:
            message = await self._request.receive()
            if message["type"] == "http.disconnect":
                self.is_gone = True
                if self._task:
                    self._task.cancel()
                return

    def end(self) -> None:
        self._timer.cancel()
        if self._watcher:
            self._watcher.cancel()
