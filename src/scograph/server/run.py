"""The server from start to end: the folder, its store and workers, the listener, and each build that follows."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from json.encoder import encode_basestring_ascii as _quoted
from pathlib import Path

import uvicorn

from scograph.errors import InputError, ScographError, UsageError
from scograph.messages import visible
from scograph.project import MANIFEST
from scograph.server.app import App, Log, Site
from scograph.server.documents import Documents
from scograph.server.folder import FileChangedError, Snapshot, marks, read_folder
from scograph.server.headers import Access
from scograph.server.ledger import Ledger
from scograph.server.limits import Limits, Rates
from scograph.server.metrics import Metrics
from scograph.server.pool import Pool
from scograph.server.querypage import QueryPage
from scograph.server.remote import RemotePool
from scograph.server.request import Request
from scograph.server.servicedescription import ServiceDescription
from scograph.server.sparql import Endpoint
from scograph.server.store import Workspace
from scograph.server.wire import bounded
from scograph.stores.disk import CURRENT, hold_store
from scograph.stores.query_endpoint import QueryEndpoint

LOOK_EVERY = 1.0
"""Seconds between two looks whether another build is there."""
MAX_PAUSE = 30.0
"""Seconds at most until a build that could not be taken over is tried again."""
LOG_EVERY = 0.1
"""Seconds that a line of the log waits for others."""
_ABSENT = (0, 0)
GRACE = 10
"""Seconds that requests have to end when the server stops."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """The times that a server goes by.

    Args:
        steady: Seconds that never go back.
        now: The time as the log has it.
    """

    steady: Callable[[], float]
    now: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens.

    Args:
        host: The host or address.
        port: The port; 0 for one that is free.
        proxies: Addresses of proxies whose word for who asks is taken, with commas between; nothing for none.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    proxies: str = ""


class Publisher:
    """What is published from a folder, and its replacement by the next build.

    Args:
        folder: The folder.
        limits: The limits.
        clocks: The times.
        with_store: Whether there is an endpoint.
        store: The store that is asked, elsewhere or in a folder; None for one that is loaded from what is published.
        ledger: Which paths have ever been published; nothing for those of this process only.
    """

    def __init__(  # noqa: PLR0913 -- each says something of its own
        self,
        folder: Path,
        limits: Limits,
        clocks: Clocks,
        *,
        with_store: bool = True,
        store: QueryEndpoint | Path | None = None,
        ledger: Ledger | None = None,
    ) -> None:
        self._folder = folder
        self._limits = limits
        self._clocks = clocks
        self._rates = Rates(limits, clocks.steady)
        self._workspace = Workspace() if with_store and store is None else None
        self._store = store
        self._ledger = ledger
        self._marks = self.seen()
        self._ended = threading.Event()
        self._is_whole = True
        self._releases: dict[int, Callable[[], None]] = {}

    async def first(self) -> Site:
        """Read the folder and start what serves it.

        Raises:
            InputError: It is no build.
            StoreError: The workers do not start.
        """
        self._marks = self.seen()
        return await self._site(await asyncio.to_thread(read_folder, self._folder), frozenset())

    async def hold(self, site: Site, tell: Callable[[str], None]) -> None:
        """Hold what the first site has, beside its requests.

        Args:
            site: The site.
            tell: Told where a file is no more what it was.
        """
        try:
            await asyncio.to_thread(site.documents.snapshot.hold, self._ended)
        except (FileChangedError, OSError) as error:
            self._is_whole = False
            tell(f"{self._folder}: {error}")

    async def next(self, before: Site) -> Site | None:
        """The next build, if there is one; None while there is none, or it cannot be read yet.

        Args:
            before: What is published now.

        Returns:
            What is to be published instead.
        """
        seen = self.seen()
        if seen == self._marks or _ABSENT in seen:
            return None
        if seen[0] == self._marks[0]:
            snapshot = before.documents.snapshot
        else:
            snapshot = await asyncio.to_thread(read_folder, self._folder)
            with _as_input(self._folder):
                await asyncio.to_thread(snapshot.hold)
        is_same = snapshot.digest == before.documents.snapshot.digest and self._is_whole and seen[1] == self._marks[1]
        if is_same:
            self._marks = seen
            return None
        site = await self._site(snapshot, before.documents.paths | before.documents.gone)
        self._marks, self._is_whole = seen, True
        return site

    def seen(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """What changes with another build, and with another store in the folder of one."""
        return marks(self._folder / MANIFEST), marks(self._store / CURRENT) if isinstance(self._store, Path) else (1, 1)

    async def _site(self, snapshot: Snapshot, gone: frozenset[str]) -> Site:
        with _as_input(self._folder):
            return await self._made(snapshot, gone)

    async def _made(self, snapshot: Snapshot, gone: frozenset[str]) -> Site:
        documents = await asyncio.to_thread(Documents, snapshot, gone)
        if self._ledger:
            documents.gone |= await asyncio.to_thread(self._ledger.gone, documents.paths)
        facts = documents.about
        release: Callable[[], None] | None = None
        digest = snapshot.digest
        pool: Pool | RemotePool
        if isinstance(self._store, QueryEndpoint):
            pool, digest = RemotePool(self._store, self._limits, self._clocks.steady, facts.prefixes), ""
        elif self._store:
            held = await asyncio.to_thread(hold_store, self._store)
            pool = Pool(held.place, self._limits, self._clocks.steady, facts.prefixes)
            release, digest = held.release, digest + held.digest
        elif self._workspace:
            place = await asyncio.to_thread(self._workspace.load, snapshot)
            pool = Pool(place, self._limits, self._clocks.steady, facts.prefixes)
            release = partial(self._workspace.drop, place)
        else:
            return Site(documents, None, self._clocks.now(), self._clocks.steady())
        try:
            await pool.open()
        except BaseException:
            if release:
                release()
            raise
        endpoint = Endpoint(
            pool,
            self._limits,
            self._rates,
            self._clocks.steady,
            digest,
            QueryPage(snapshot, facts),
            ServiceDescription(pool, facts, self._limits.seconds or GRACE, None if digest else self._clocks.steady),
        )
        site = Site(documents, endpoint, self._clocks.now(), self._clocks.steady())
        if release:
            self._releases[id(site)] = release
        gc.collect()
        gc.freeze()  # what is published stays; looking through it again and again costs more than the answers
        return site

    async def retire(self, site: Site) -> None:
        """Let the requests of a site end, then end what served them."""
        waited = 0.0
        while site.running and waited < (self._limits.seconds or GRACE) + GRACE:
            await asyncio.sleep(LOOK_EVERY / 4)
            waited += LOOK_EVERY / 4
        if site.endpoint:
            await site.endpoint.pool.close()
        release = self._releases.pop(id(site), None)
        if release:
            await asyncio.to_thread(release)

    def close(self) -> None:
        """Remove what was made."""
        self._ended.set()
        for release in self._releases.values():
            release()
        if self._workspace:
            self._workspace.close()


@contextlib.contextmanager
def _as_input(folder: Path) -> Iterator[None]:
    """A file that is not as the manifest says makes the folder none that can be served."""
    try:
        yield
    except FileChangedError as error:
        raise InputError(f"{folder}: {error}", hint="build the folder anew with `scograph build`") from error


@asynccontextmanager
async def published(publisher: Publisher) -> AsyncIterator[Site]:
    """A folder with its store and workers, which end with the block.

    Args:
        publisher: What publishes it.

    Yields:
        What it published first.
    """
    try:
        site = await publisher.first()
        try:
            yield site
        finally:
            if site.endpoint:
                await site.endpoint.pool.close()
    finally:
        publisher.close()


class Listener(uvicorn.Server):
    """The listener, which says when and where it is ready.

    Args:
        config: Its configuration.
        ready: Told the address.
    """

    def __init__(self, config: uvicorn.Config, ready: Callable[[str], None]) -> None:
        super().__init__(config)
        self._ready = ready

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop when told to; the process then ends by itself, when it has removed what it made."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            self._ready(f"http://{shown}:{port}/")


async def serve(  # noqa: PLR0913 -- each says something of its own
    folder: Path,
    address: Address,
    limits: Limits,
    clocks: Clocks,
    *,
    access: Access,
    store: QueryEndpoint | Path | None = None,
    ledger: Ledger | None = None,
    log: Callable[[str], None],
    tell: Callable[[str], None],
    ready: Callable[[str, Site], None],
) -> None:
    """Serve a folder until the process is told to stop.

    Args:
        folder: The folder.
        address: Where to listen.
        limits: The limits.
        clocks: The times.
        access: Who may read it, and under which names.
        store: The store that is asked, elsewhere or in a folder, if it is not loaded from what is published.
        ledger: Which paths have ever been published, if that is kept.
        log: Given each line of the access log.
        tell: Told what else happens.
        ready: Told the address and what is published, once it is.

    Raises:
        InputError: The folder is no build.
        StoreError: The workers do not start.
        UsageError: Nothing can listen there.
    """
    publisher = Publisher(folder, limits, clocks, store=store, ledger=ledger)
    async with published(publisher) as site:
        lines = Lines(log, asyncio.get_running_loop(), tell)
        app = App(site, limits, Metrics(), access_log(lines.add, clocks.now), clocks.steady, access)
        listener = Listener(_config(app, address, limits), lambda url: ready(url, site))
        following = asyncio.create_task(_follow(publisher, app, tell))
        holding = asyncio.create_task(publisher.hold(site, tell))
        try:
            sockets = [_bound(address)]
            await listener.serve(sockets)
        finally:
            for task in (following, holding):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            if app.site.endpoint:
                await app.site.endpoint.pool.close()
            lines.write()


class Lines:
    """Lines of the log, written some at a time, for writing costs as much as answering.

    Args:
        log: Given lines.
        loop: What waits in between.
        tell: Told, once, that they cannot be written.
    """

    def __init__(
        self, log: Callable[[str], None], loop: asyncio.AbstractEventLoop, tell: Callable[[str], None]
    ) -> None:
        self._log = log
        self._loop = loop
        self._tell = tell
        self._is_told = False
        self._lines: list[str] = []

    def add(self, line: str) -> None:
        """Write a line soon."""
        self._lines.append(line)
        if len(self._lines) == 1:
            self._loop.call_later(LOG_EVERY, self.write)

    def write(self) -> None:
        """Write what waits; what cannot be written is lost, and serving goes on."""
        if self._lines:
            lines, self._lines = self._lines, []
            try:
                self._log("\n".join(lines))
            except (OSError, ValueError) as error:
                if not self._is_told:
                    self._is_told = True
                    self._tell(f"the log cannot be written, and lines of it are lost: {error}")
            else:
                self._is_told = False


def _bound(address: Address) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        # With the protocol named, for asyncio sends small answers at once only where it is.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((address.host, address.port))
            listening.listen(1024)
        except BaseException:
            listening.close()
            raise
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"cannot listen on {address.host}:{address.port}: {error}",
            hint="another port is given with -p, -p 0 takes one",
        ) from error
    return listening


async def _follow(publisher: Publisher, app: App, tell: Callable[[str], None]) -> None:
    """Take each new build over; what cannot be is told once and tried again, and the last good one is served."""
    pause, seen = LOOK_EVERY, None
    retiring: set[asyncio.Task[None]] = set()
    try:
        while True:
            waited = 0.0
            while waited < pause and (waited == 0 or publisher.seen() == seen):
                await asyncio.sleep(LOOK_EVERY)
                waited += LOOK_EVERY
            seen = publisher.seen()
            try:
                found = await publisher.next(app.site)
            except Exception as error:  # noqa: BLE001 -- whatever a build is, the next one is looked at
                said = str(error) if isinstance(error, ScographError) else f"{type(error).__name__}: {error}"
                if said != app.newer:
                    tell(f"the new build is not taken over: {said}")
                app.newer = said
                pause = min(2 * pause, MAX_PAUSE)
                continue
            pause = LOOK_EVERY
            if found is None:
                app.newer = ""
                continue
            before = app.publish(found)
            is_same = found.documents.snapshot is before.documents.snapshot
            tell("another store" if is_same else f"another build: {len(found.documents.snapshot.files)} files")
            task = asyncio.create_task(publisher.retire(before))
            retiring.add(task)
            task.add_done_callback(retiring.discard)
    finally:
        for task in retiring:
            task.cancel()


def _config(app: App, address: Address, limits: Limits) -> uvicorn.Config:
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL + 1)  # cut answers and stray bytes are in the log
    return uvicorn.Config(
        app,
        http=bounded(limits),
        ws="none",
        loop="asyncio",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(address.proxies),
        forwarded_allow_ips=address.proxies or None,
        timeout_graceful_shutdown=GRACE,
    )


def access_log(write: Callable[[str], None], now: Callable[[], str]) -> Log:
    """The access log: a line of JSON for each request.

    Args:
        write: Given each line.
        now: The time.

    Returns:
        What the application tells.
    """

    def note(request: Request, client: str, status: int, size: int, seconds: float) -> None:
        if not request.said:
            query = request.query.decode("ascii", "replace")
            path = request.path[:400] + (f"?{query[:2000]}" if query else "")
            request.said = visible(
                f'"method":{_quoted(request.method)},"path":{_quoted(path)},'
                f'"agent":{_quoted(request.text(b"user-agent")[:200])}'
            )
        write(
            f'{{"time":"{now()}","client":{visible(_quoted(client))},{request.said},'
            f'"status":{status},"bytes":{size},"ms":{seconds * 1000:.2f}}}'
        )

    return note


__all__ = ["Address", "Clocks", "ScographError", "access_log", "published", "serve"]
