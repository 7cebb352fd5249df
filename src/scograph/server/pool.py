"""A pool of worker processes over a read-only store, each with one query at a time; a process is ended at a limit.

Whose query gets one is decided in `scheduler`.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import struct
import subprocess
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from scograph.errors import StoreError
from scograph.formats import RDF_FORMATS
from scograph.server.limits import ServerLimits
from scograph.server.metrics import Sample
from scograph.server.querypool import MAX_CACHED_QUERY, Job, QueryFailedError
from scograph.server.scheduler import NotScheduledError, ScheduledQuery, Scheduler, shape_of
from scograph.stores.gate import refuse_unsafe

_PREFIXED = frozenset(row.name for row in RDF_FORMATS if row.has_prefixes)
FRAME_HEAD = 5
SOCKET_BUFFER = 1 << 20
MAX_FRAMES = 8
"""Frames that wait to be read; then the worker waits."""
MAX_START_SECONDS = 30.0
RETRY_SECONDS = 0.2
"""Seconds after which a worker that could not be started is tried again."""
MAX_GROWTH = 256 << 20
"""A worker that holds so many bytes more than when it started is replaced after its answer."""
LONG_SECONDS, LONG_NICE = 1.0, 15
"""After so many seconds of a query its worker stands back for those that have just begun, where processors are scarce;
it is replaced after that, since a process without rights cannot undo it."""
MAX_ANSWERED = 20_000
"""After so many answers a worker is replaced as well."""


_accepted = lru_cache(maxsize=1024)(refuse_unsafe)
"""The form of an accepted query, cached: clients send the same again and again."""


class _Channel(asyncio.Protocol):
    """The frames that a worker sends."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._wanted = FRAME_HEAD
        self._frames: deque[tuple[bytes, bytes]] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._is_closed = False
        self._is_paused = False
        self.transport: asyncio.Transport | None = None
        self.lost: Callable[[], None] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._pieces.append(data)
        self._size += len(data)
        if self._size < self._wanted:
            return
        whole = data if len(self._pieces) == 1 else b"".join(self._pieces)
        start = 0
        self._wanted = FRAME_HEAD
        while len(whole) - start >= FRAME_HEAD:
            end = start + FRAME_HEAD + int.from_bytes(whole[start + 1 : start + FRAME_HEAD])
            if len(whole) < end:
                self._wanted = end - start
                break
            self._frames.append((whole[start : start + 1], whole[start + FRAME_HEAD : end]))
            start = end
        rest = whole[start:]
        self._pieces, self._size = [rest], len(rest)
        if len(self._frames) > MAX_FRAMES and self.transport:
            self._is_paused = True
            self.transport.pause_reading()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- asyncio's signature
        self._is_closed = True
        self._wake()
        if self.lost:
            self.lost()

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    def ready(self) -> tuple[bytes, bytes] | None:
        """The next frame, if it is here; an empty kind when the worker is gone; else None."""
        if not self._frames:
            return (b"", b"") if self._is_closed else None
        frame = self._frames.popleft()
        if self._is_paused and not self._frames and self.transport and not self.transport.is_closing():
            self._is_paused = False
            self.transport.resume_reading()
        return frame

    async def frame(self) -> tuple[bytes, bytes]:
        """The next frame; an empty kind when the worker is gone."""
        while (frame := self.ready()) is None:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return frame

    def send(self, data: bytes) -> None:
        """Send a frame."""
        if self.transport:
            self.transport.write(struct.pack("!I", len(data)) + data)


class Worker:
    """One process.

    Args:
        process: The process.
        channel: Its frames.
        protections: What it gave up before it was ready.
        resident: Bytes that it held then.
    """

    def __init__(
        self, process: subprocess.Popen[bytes], channel: _Channel, protections: tuple[str, ...], resident: int
    ) -> None:
        self.process = process
        self.channel = channel
        self.protections = protections
        self.answered = 0
        self._stands_back = False
        self._resident = resident

    @classmethod
    async def start(cls, store: Path, memory: int) -> Worker:
        """Start a process and wait until it is ready.

        Args:
            store: The folder of the store.
            memory: Bytes that it may take beyond what it needs to start.

        Returns:
            The worker.

        Raises:
            StoreError: It does not start.
        """
        ours, theirs = socket.socketpair()
        theirs.setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER
        )  # most results go at once, and nobody waits
        with theirs:
            program = Path(__file__).with_name("worker.py")
            process = subprocess.Popen(  # noqa: ASYNC220 -- it returns at once, and a later wait is by the loop
                [sys.executable, "-I", str(program), str(theirs.fileno()), str(store), str(memory)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},
            )
        ours.setblocking(False)  # noqa: FBT003 -- the library's signature
        _, channel = await asyncio.get_running_loop().create_connection(_Channel, sock=ours)
        try:
            async with asyncio.timeout(MAX_START_SECONDS):
                kind, data = await channel.frame()
        except TimeoutError:
            kind, data = b"", b""
        if kind != b"R":
            _end(process, channel)
            raise StoreError("a worker process cannot be started", hint="is there enough memory?")
        started = json.loads(data)
        return cls(process, channel, tuple(started["protections"]), started["resident"])

    def end(self) -> int:
        """End the process, and say how it ended."""
        return _end(self.process, self.channel)

    def is_spent(self, resident: int) -> bool:
        """Whether it is to be replaced, by the bytes that it holds after an answer."""
        return self._stands_back or resident - self._resident > MAX_GROWTH or self.answered >= MAX_ANSWERED

    def stand_back(self) -> None:
        """Leave the processors to workers whose query has just begun."""
        self._stands_back = True
        with suppress(OSError):  # it has just ended
            os.setpriority(os.PRIO_PROCESS, self.process.pid, LONG_NICE)


def _end(process: subprocess.Popen[bytes], channel: _Channel) -> int:
    process.kill()
    if channel.transport:
        channel.transport.close()
    return process.wait()


class WorkerPool:
    """Worker processes over one store, and the queue before them: a `QueryPool`.

    Args:
        store: The folder of the store.
        limits: The limits.
        clock: Seconds that never go back.
        prefixes: Prefixes that results in Turtle and RDF/XML are written with.
        predicates: The predicates whose literals are stored as written (`stores.lexical_queries.ask`).
    """

    def __init__(
        self,
        store: Path,
        limits: ServerLimits,
        clock: Callable[[], float],
        prefixes: tuple[tuple[str, str], ...] = (),
        predicates: tuple[str, ...] = (),
    ) -> None:
        self._store = store
        self._limits = limits
        self._scheduler = Scheduler(limits.workers, limits.waiting, limits.wait_seconds, clock)
        self._prefixes = dict(prefixes)
        self._predicates = predicates
        self._idle: deque[Worker] = deque()
        self._all: set[Worker] = set()
        self._waiters: deque[asyncio.Future[Worker]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closed = False
        self.ended: dict[str, int] = {}
        self.protections: tuple[str, ...] = ()
        self.memory = limits.memory

    @property
    def size(self) -> int:
        """Workers that are alive."""
        return len(self._all)

    @property
    def state(self) -> str:
        """`ok`, or why it answers no query."""
        return "ok" if self._all else "no workers"

    @property
    def place(self) -> str:
        """Where queries run, in words."""
        return f"in {self._limits.workers} processes"

    @property
    def busy(self) -> int:
        """Workers that run a query."""
        return len(self._all) - len(self._idle)

    @property
    def waiting(self) -> int:
        """Queries that wait for a worker."""
        return self._scheduler.waiting

    @property
    def processes(self) -> tuple[int, ...]:
        """The numbers of the processes."""
        return tuple(worker.process.pid for worker in self._all)

    def samples(self) -> tuple[Sample, ...]:
        """Its counts, for the metrics."""
        return (
            ("scograph_workers", "Workers alive.", "gauge", float(self.size)),
            ("scograph_workers_busy", "Workers that run a query.", "gauge", float(self.busy)),
            ("scograph_queue", "Queries that wait for a worker.", "gauge", float(self.waiting)),
        )

    @staticmethod
    def form(query: str) -> str:
        """The form of a query that passes the gate (`stores.gate`).

        Raises:
            QueryRefusedError: It does not.
        """
        return _accepted(query) if len(query) <= MAX_CACHED_QUERY else refuse_unsafe(query)

    async def open(self) -> None:
        """Start the workers.

        Raises:
            StoreError: One does not start.
        """
        started = await asyncio.gather(
            *(Worker.start(self._store, self._limits.memory) for _ in range(self._limits.workers))
        )
        for worker in started:
            self._add(worker)
        self.protections = started[0].protections

    async def close(self) -> None:
        """End the workers; queries that wait fail as `stopping`."""
        self._is_closed = True
        self._scheduler.close()
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_exception(QueryFailedError("stopping"))
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in tuple(self._all):
            self._all.discard(worker)
            worker.end()
        self._idle.clear()

    @asynccontextmanager
    async def run(self, job: Job) -> AsyncIterator[AsyncIterator[bytes]]:
        """Run a query.

        Args:
            job: The query.

        Yields:
            The pieces of its result. Whoever leaves before the last one ends the worker.

        Raises:
            QueryFailedError: There is no worker for it in time, or it has no result; also while pieces are read.
        """
        if self._is_closed:
            raise QueryFailedError("stopping")
        try:
            scheduled = await self._scheduler.acquire(job.client, shape_of(job.query))
        except NotScheduledError:
            raise QueryFailedError("stopping" if self._is_closed else "busy") from None
        try:
            worker = await self._take()
            scheduled.stop = partial(self._replace, worker)
            state = _Running()
            long = asyncio.get_running_loop().call_later(LONG_SECONDS, worker.stand_back)
            try:
                yield self._pieces(worker, job, state, scheduled)
            finally:
                long.cancel()
                if state.is_done and worker in self._all and not worker.is_spent(state.resident):
                    self._give(worker)
                else:
                    self._replace(worker)
        finally:
            self._scheduler.release(scheduled)

    async def _pieces(
        self, worker: Worker, job: Job, state: _Running, scheduled: ScheduledQuery
    ) -> AsyncIterator[bytes]:
        worker.answered += 1
        worker.channel.send(json.dumps(self._document(job)).encode())
        loop = asyncio.get_running_loop()
        deadline = loop.time() + job.seconds
        while True:
            frame = worker.channel.ready()
            if frame is None:
                try:
                    async with asyncio.timeout_at(deadline):
                        frame = await worker.channel.frame()
                except TimeoutError:
                    self._count("time")
                    raise QueryFailedError("time") from None
            kind, data = frame
            if kind == b"D":
                yield data
            elif kind == b"E":
                state.resident, state.is_done = int(data), True
                return
            elif kind == b"X":
                state.is_done = True
                error = json.loads(data)
                raise QueryFailedError(error["kind"], error["message"])
            else:
                if scheduled.is_stopped:
                    self._count("yielded")
                    raise QueryFailedError("yielded")
                if self._is_closed:
                    raise QueryFailedError("stopping")
                code = await asyncio.to_thread(worker.process.wait)
                kinds = {-signal.SIGABRT: "memory", -signal.SIGALRM: "time", -signal.SIGKILL: "memory"}
                self._count(kinds.get(code, "died"))
                raise QueryFailedError(kinds.get(code, "died"))

    async def _take(self) -> Worker:
        while self._idle:
            worker = self._idle.popleft()
            if worker.process.poll() is None:
                return worker
            self._replace(worker)
        if self._is_closed:
            raise QueryFailedError("stopping")
        waiter: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout(self._limits.wait_seconds):
                return await waiter
        except TimeoutError:
            raise QueryFailedError("busy") from None
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._give(waiter.result())
            raise
        finally:
            if waiter in self._waiters:
                self._waiters.remove(waiter)

    def _give(self, worker: Worker) -> None:
        if self._is_closed:
            return
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(worker)
                return
        self._idle.append(worker)

    def _add(self, worker: Worker) -> None:
        self._all.add(worker)
        worker.channel.lost = lambda: self._lost(worker)
        self._give(worker)

    def _lost(self, worker: Worker) -> None:
        """A worker ended by itself; where it runs a query, that finds out."""
        if worker in self._idle:
            self._idle.remove(worker)
            self._count("lost")
            self._replace(worker)

    def _replace(self, worker: Worker) -> None:
        if worker not in self._all:
            return
        self._all.discard(worker)
        self._count("replaced")
        task = asyncio.get_running_loop().create_task(self._renew(worker))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _renew(self, worker: Worker) -> None:
        worker.process.kill()
        if worker.channel.transport:
            worker.channel.transport.close()
        await asyncio.to_thread(worker.process.wait)
        while not self._is_closed:
            try:
                self._add(await Worker.start(self._store, self._limits.memory))
            except (StoreError, OSError):
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return

    def _document(self, job: Job) -> dict[str, Any]:
        """What a worker is sent."""
        return {
            "query": job.query,
            "form": job.form,
            "base": job.base,
            "defaultGraphs": job.default_graphs,
            "namedGraphs": job.named_graphs,
            "seconds": job.seconds,
            "maxRows": job.max_rows,
            "maxBytes": self._limits.result_bytes,
            "prefixes": self._prefixes if job.form in _PREFIXED else {},
            "written": self._predicates,
        }

    def _count(self, reason: str) -> None:
        self.ended[reason] = self.ended.get(reason, 0) + 1


@dataclass(slots=True)
class _Running:
    is_done: bool = False
    resident: int = 0
