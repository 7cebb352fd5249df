"""Run the server: read the build folder, open its store, listen, and replace the build when a new one is there."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring_ascii as _quoted
from pathlib import Path

import httpx2
import uvicorn

from scograph.errors import InputError, ScographError, UsageError
from scograph.messages import visible
from scograph.project import MANIFEST
from scograph.server import graphs, sparql
from scograph.server.app import App, Log
from scograph.server.backends import ABSENT, Backend, BuiltBackend, OpenStore
from scograph.server.cache import AnswerCache
from scograph.server.connections import (
    ACCEPTED_AT_ONCE,
    BoundedProtocol,
    Connections,
    ListeningSocket,
    bounded_protocol,
)
from scograph.server.documents import Documents
from scograph.server.folder import FileChangedError, Snapshot, file_version, read_folder
from scograph.server.headers import Access
from scograph.server.limits import RateLimiter, ServerLimits
from scograph.server.metrics import Metrics
from scograph.server.proxies import ForwardedClients, TrustedProxies
from scograph.server.published_paths import PublishedPaths
from scograph.server.querypage import QueryPage
from scograph.server.request import Request
from scograph.server.servedbuild import ServedBuild
from scograph.server.servicedescription import ServiceDescription
from scograph.server.sparql import Endpoint
from scograph.server.temporary_stores import TemporaryStores

POLL_SECONDS = 1.0
"""Seconds between two checks for another build."""
MAX_PAUSE = 30.0
"""Seconds at most until a build that could not be taken over is tried again."""
LOG_SECONDS = 0.1
"""Seconds that a line of the log waits for others."""
MAX_LOGGED_PATH, MAX_LOGGED_QUERY, MAX_LOGGED_AGENT = 400, 2000, 200
"""Characters of a request that are logged."""
GRACE = 10
"""Seconds that requests have to end when the server stops."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of a server.

    Args:
        steady: Seconds that never go back.
        now: The time as the log has it.
    """

    steady: Callable[[], float]
    now: Callable[[], str]


@dataclass(frozen=True, slots=True)
class ListenAddress:
    """Where a server listens.

    Args:
        host: The host or address.
        port: The port; 0 for one that is free.
        proxies: The trusted proxies (`X-Forwarded-For`), if there are any.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    proxies: TrustedProxies | None = None


class Publisher:
    """What is published from a folder, and its replacement by the next build.

    Args:
        folder: The folder.
        limits: The limits.
        clocks: The times.
        backend: The store that queries run over; None for a server without an endpoint.
        published_paths: Which paths have ever been published; nothing for those of this process only.
    """

    def __init__(
        self,
        folder: Path,
        limits: ServerLimits,
        clocks: Clocks,
        backend: Backend | None = None,
        published_paths: PublishedPaths | None = None,
    ) -> None:
        self._folder = folder
        self._limits = limits
        self._clocks = clocks
        self._rates = RateLimiter(limits, clocks.steady)
        self._backend = backend
        self._published_paths = published_paths
        self._versions = self.versions()
        self._ended = threading.Event()
        self._is_whole = True
        self._open: set[ServedBuild] = set()

    async def open_first(self) -> ServedBuild:
        """Read the folder and start what serves it.

        Raises:
            InputError: It is no build.
            StoreError: The workers do not start.
        """
        self._versions = self.versions()
        return await self._served(await asyncio.to_thread(read_folder, self._folder), frozenset())

    async def hold(self, build: ServedBuild, tell: Callable[[str], None]) -> None:
        """Hold the files of the first build, beside its requests.

        Args:
            build: The build.
            tell: Given a message where a file has changed.
        """
        try:
            await asyncio.to_thread(build.documents.snapshot.hold, self._ended)
        except (FileChangedError, OSError) as error:
            self._is_whole = False
            tell(f"{self._folder}: {error}")

    async def open_next(self, before: ServedBuild) -> ServedBuild | None:
        """The next build, if there is one; None while there is none, or it cannot be read yet.

        Args:
            before: The build that is served now.

        Returns:
            The build to serve instead.
        """
        seen = self.versions()
        if seen == self._versions or ABSENT in seen:
            return None
        if seen[0] == self._versions[0]:
            snapshot = before.documents.snapshot
        else:
            snapshot = await asyncio.to_thread(read_folder, self._folder)
            with _as_input(self._folder):
                await asyncio.to_thread(snapshot.hold)
        is_same = (
            snapshot.digest == before.documents.snapshot.digest and self._is_whole and seen[1] == self._versions[1]
        )
        if is_same:
            self._versions = seen
            return None
        build = await self._served(snapshot, before.documents.paths | before.documents.gone)
        self._versions, self._is_whole = seen, True
        return build

    def versions(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """What changes with another build, and with another store."""
        return file_version(self._folder / MANIFEST), self._backend.version() if self._backend else (1, 1)

    async def _served(self, snapshot: Snapshot, gone: frozenset[str]) -> ServedBuild:
        with _as_input(self._folder):
            cache = AnswerCache()
            documents = await asyncio.to_thread(Documents, snapshot, cache, gone)
            if self._published_paths:
                documents.gone |= await asyncio.to_thread(self._published_paths.add, documents.paths)
            store = await self._backend.open(snapshot, documents.about.prefixes) if self._backend else None
        endpoint = self._endpoint(documents, store, cache) if store else None
        build = ServedBuild(documents, store, endpoint, self._clocks.now(), self._clocks.steady())
        self._open.add(build)
        gc.collect()
        gc.freeze()  # what is published stays; looking through it again and again costs more than the answers
        return build

    def _endpoint(self, documents: Documents, store: OpenStore, cache: AnswerCache) -> Endpoint:
        facts, steady = documents.about, self._clocks.steady
        seconds = self._limits.seconds or GRACE
        description = ServiceDescription(store.pool, facts, seconds, cache, None if store.digest else steady)
        page = QueryPage(documents.snapshot, facts)
        return Endpoint(store.pool, self._limits, self._rates, steady, store.digest, page, description, cache)

    async def retire(self, build: ServedBuild) -> None:
        """Let the requests of a build end, then end what served them."""
        waited = 0.0
        while build.running and waited < (self._limits.seconds or GRACE) + GRACE:
            await asyncio.sleep(POLL_SECONDS / 4)
            waited += POLL_SECONDS / 4
        await build.close()
        self._open.discard(build)

    async def close(self) -> None:
        """End what serves, and remove what was made."""
        self._ended.set()
        for build in self._open:
            await build.close()
        self._open.clear()
        if self._backend:
            self._backend.close()


@contextlib.contextmanager
def _as_input(folder: Path) -> Iterator[None]:
    """A file that differs from the manifest is an error of the folder."""
    try:
        yield
    except FileChangedError as error:
        raise InputError(f"{folder}: {error}", hint="build the folder anew with `scograph build`") from error


@asynccontextmanager
async def published_build(publisher: Publisher) -> AsyncIterator[ServedBuild]:
    """A folder with its store and workers, which end with the block.

    Args:
        publisher: What publishes it.

    Yields:
        The first build.
    """
    try:
        yield await publisher.open_first()
    finally:
        await publisher.close()


async def get_once(
    folder: Path, path: str, headers: Sequence[tuple[str, str]], limits: ServerLimits, clocks: Clocks
) -> httpx2.Response:
    """Answer one GET as the server would, without listening: `scograph serve --get`.

    Args:
        folder: A built folder.
        path: The path, with a query if there is one.
        headers: The headers of the request.
        limits: The limits.
        clocks: The times.

    Returns:
        The response, with its body as it was sent.

    Raises:
        InputError: The folder is no build.
        UsageError: The path or a header cannot be sent.
    """
    try:
        request = httpx2.Request("GET", f"http://localhost{path}", headers=headers)
    except (httpx2.InvalidURL, UnicodeEncodeError) as error:
        raise UsageError(f"--get {path!r} is not a valid path: {error}", hint="percent-encode it") from error
    needs_store = request.url.path in (sparql.PATH, graphs.PATH)
    backend = BuiltBackend(limits, clocks.steady, TemporaryStores()) if needs_store else None
    async with published_build(Publisher(folder, limits, clocks, backend)) as build:
        app = App(build, limits, Metrics(), _no_log, clocks.steady, Access(is_public=True))
        response = await httpx2.ASGITransport(app).handle_async_request(request)
        body = b"".join([piece async for piece in response.aiter_raw()])
    return httpx2.Response(response.status_code, headers=response.headers, stream=httpx2.ByteStream(body))


def _no_log(request: Request, client: str, status: int, size: int, seconds: float) -> None:
    """One request needs no log: its answer is shown."""


class Listener(uvicorn.Server):
    """The listener, which calls back when it is ready.

    Args:
        config: Its configuration.
        ready: Called with the address.
    """

    def __init__(self, config: uvicorn.Config, ready: Callable[[str], None]) -> None:
        super().__init__(config)
        self._ready = ready

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM; the process then ends by itself, when it has removed what it made."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then call back."""
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            name = f"[{host}]" if ":" in host else host
            self._ready(f"http://{name}:{port}/")


async def serve(  # noqa: PLR0913 -- each says something of its own
    folder: Path,
    address: ListenAddress,
    limits: ServerLimits,
    clocks: Clocks,
    *,
    access: Access,
    backend: Backend,
    published_paths: PublishedPaths | None = None,
    log: Callable[[str], None],
    tell: Callable[[str], None],
    ready: Callable[[str, ServedBuild], None],
) -> None:
    """Serve a folder until the process is told to stop.

    Args:
        folder: The folder.
        address: Where to listen.
        limits: The limits.
        clocks: The times.
        access: Who may read it, and under which names.
        backend: The store that queries run over.
        published_paths: Which paths have ever been published, if that is kept.
        log: Given each line of the access log.
        tell: Given each other message.
        ready: Called with the address and the first build.

    Raises:
        InputError: The folder is no build.
        StoreError: The workers do not start.
        UsageError: Nothing can listen there.
    """
    publisher = Publisher(folder, limits, clocks, backend, published_paths)
    async with published_build(publisher) as build:
        lines = LogWriter(log, asyncio.get_running_loop(), tell)
        app = App(build, limits, Metrics(), access_log(lines.add, clocks.now), clocks.steady, access)
        protocol = bounded_protocol(limits)
        listener = Listener(_config(app, address, protocol), lambda url: ready(url, build))
        following = asyncio.create_task(_follow(publisher, app, tell))
        holding = asyncio.create_task(publisher.hold(build, tell))
        try:
            await listener.serve([bound_socket(address, protocol.counted)])
        finally:
            for task in (following, holding):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            lines.write()


class LogWriter:
    """Writes lines of the log some at a time, for to write one costs as much as an answer.

    Args:
        log: Given lines.
        loop: The event loop.
        tell: Given one message when lines cannot be written.
    """

    def __init__(
        self, log: Callable[[str], None], loop: asyncio.AbstractEventLoop, tell: Callable[[str], None]
    ) -> None:
        self._log = log
        self._loop = loop
        self._tell = tell
        self._has_failed = False
        self._lines: list[str] = []

    def add(self, line: str) -> None:
        """Write a line soon."""
        self._lines.append(line)
        if len(self._lines) == 1:
            self._loop.call_later(LOG_SECONDS, self.write)

    def write(self) -> None:
        """Write what waits; what cannot be written is lost, and serving goes on."""
        if self._lines:
            lines, self._lines = self._lines, []
            try:
                self._log("\n".join(lines))
            except (OSError, ValueError) as error:
                if not self._has_failed:
                    self._has_failed = True
                    self._tell(f"the log cannot be written, and lines are lost: {error}")
            else:
                self._has_failed = False


def bound_socket(address: ListenAddress, connections: Connections) -> ListeningSocket:
    """A socket that listens.

    Args:
        address: Where.
        connections: The connections that count for its bound.

    Returns:
        The socket.

    Raises:
        UsageError: Nothing can listen there.
    """
    try:
        family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        listening = ListeningSocket(family, connections)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((address.host, address.port))
            listening.listen()
        except BaseException:
            listening.close()
            raise
    except (OSError, OverflowError) as error:
        host = f"[{address.host}]" if ":" in address.host else address.host
        raise UsageError(
            f"cannot listen on {host}:{address.port}: {error}",
            hint="choose another port with -p; -p 0 takes a free one",
        ) from error
    return listening


async def _follow(publisher: Publisher, app: App, tell: Callable[[str], None]) -> None:
    """Take each new build over; what cannot be is told once and tried again, and the last good one is served."""
    pause, seen = POLL_SECONDS, None
    retiring: set[asyncio.Task[None]] = set()
    try:
        while True:
            waited = 0.0
            while waited < pause and (waited == 0 or publisher.versions() == seen):
                await asyncio.sleep(POLL_SECONDS)
                waited += POLL_SECONDS
            seen = publisher.versions()
            before = app.build
            try:
                build = await publisher.open_next(before)
            except Exception as error:  # noqa: BLE001 -- whatever a build is, the next one is looked at
                reason = str(error) if isinstance(error, ScographError) else f"{type(error).__name__}: {error}"
                if reason != before.newer:
                    tell(f"the new build cannot be loaded: {reason}")
                before.newer = reason
                pause = min(2 * pause, MAX_PAUSE)
                continue
            pause = POLL_SECONDS
            if build is None:
                before.newer = ""
                continue
            app.publish(build)
            snapshot = build.documents.snapshot
            is_same = snapshot is before.documents.snapshot
            tell("another store" if is_same else f"new build: {len(snapshot.files)} files")
            task = asyncio.create_task(publisher.retire(before))
            retiring.add(task)
            task.add_done_callback(retiring.discard)
    finally:
        for task in retiring:
            task.cancel()


def _config(app: App, address: ListenAddress, protocol: type[BoundedProtocol]) -> uvicorn.Config:
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL + 1)  # cut answers and stray bytes are in the log
    return uvicorn.Config(
        ForwardedClients(app, address.proxies) if address.proxies else app,
        http=protocol,
        backlog=ACCEPTED_AT_ONCE,
        ws="none",
        loop="asyncio",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
    )


@lru_cache(maxsize=512)
def _logged_request(method: str, path: str, query: bytes, agent: bytes) -> str:
    """A request as the log has it, cached: clients send the same again and again."""
    target = f"{path}?{query.decode('ascii', 'replace')}" if query else path
    return visible(f'"method":{_quoted(method)},"path":{_quoted(target)},"agent":{_quoted(agent.decode("latin-1"))}')


def access_log(write: Callable[[str], None], now: Callable[[], str]) -> Log:
    """The access log: a line of JSON for each request.

    Args:
        write: Given each line.
        now: The time.

    Returns:
        The log of an application.
    """

    def log(request: Request, client: str, status: int, size: int, seconds: float) -> None:
        path, query = request.path[:MAX_LOGGED_PATH], request.query[:MAX_LOGGED_QUERY]
        logged = _logged_request(
            request.method, path, query, request.headers.get(b"user-agent", b"")[:MAX_LOGGED_AGENT]
        )
        write(
            f'{{"time":"{now()}","client":{visible(_quoted(client))},{logged},'
            f'"status":{status},"bytes":{size},"ms":{seconds * 1000:.2f}}}'
        )

    return log


__all__ = ["Clocks", "ListenAddress", "ScographError", "access_log", "published_build", "serve"]
