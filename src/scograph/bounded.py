"""Work in a child process with limits of time and memory, task by task: what does not end is named, the rest is done.

The child is a copy of this process (fork), so that a task needs nothing but what it has already, and is started once
for all tasks unless one of them ends it. Where a system has no fork, or other threads run, tasks run in this process,
without limits.
"""

from __future__ import annotations

import gc
import mmap
import os
import pickle
import select
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scograph.bounds import CONSTRAINT_MEMORY, CONSTRAINT_SECONDS

_HEAD = struct.Struct("=QQ")
_MARK = struct.Struct("=q")
STATEMENTS_A_SECOND = 20_000
"""A task gets a second more for so many statements."""
_LEAST_SECONDS = 1
_MOST_WAITED = 10
"""So many times its processor time a task may take by the clock, on a machine that is busy with others."""


class Reason(StrEnum):
    """Why a task did not end."""

    TIME = "time"
    MEMORY = "memory"
    DEPTH = "depth"
    DEADLINE = "deadline"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A task that did not end.

    Args:
        reason: Why.
        mark: What it had set with `Child.mark` last; -1 for nothing.
        seconds: The processor time that it might take.
        detail: How its process ended, where the reason is not one of the limits.
    """

    reason: Reason
    mark: int
    seconds: int
    detail: str = ""

    @property
    def message(self) -> str:
        """What is to be said of it."""
        time, memory = CONSTRAINT_SECONDS, CONSTRAINT_MEMORY
        why = {
            Reason.TIME: f"it did not end within {self.seconds:,} seconds (bound: {time.name})",
            Reason.MEMORY: f"it takes more than {memory.limit:,} MiB (bound: {memory.name})",
            Reason.DEPTH: "it nests deeper than the stack holds",
            Reason.DEADLINE: "the time of --timeout was over",
            Reason.FAILED: self.detail,
        }
        return f"not evaluated: {why[self.reason]}"

    @property
    def hint(self) -> str:
        """What to do about it."""
        bound = {Reason.TIME: CONSTRAINT_SECONDS, Reason.MEMORY: CONSTRAINT_MEMORY}.get(self.reason)
        if self.reason is Reason.DEADLINE:
            return "give more time: --timeout SECONDS"
        return f"make it simpler; {bound.hint}" if bound else "make it simpler"


class Deadline:
    """When all work must be over.

    Args:
        seconds: From now on; None for never.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self.at = None if seconds is None else time.monotonic() + seconds
        self.was_met = True

    def over(self) -> bool:
        """Whether it has passed; then something is left out."""
        if self.at is None or time.monotonic() < self.at:
            return False
        self.was_met = False
        return True


NEVER = Deadline()


class Limits:
    """What each task may take: by default the bounds of a check.

    Args:
        statements: How many statements the tasks go over: with more of them, each may take more time.
        deadline: When all must be over.
    """

    def __init__(self, statements: int = 0, deadline: Deadline = NEVER) -> None:
        self.seconds = CONSTRAINT_SECONDS.limit + statements // STATEMENTS_A_SECOND
        self.memory = CONSTRAINT_MEMORY.limit
        self.deadline = deadline
        self._page = mmap.mmap(-1, mmap.PAGESIZE)
        self.mark(-1)

    def mark(self, number: int) -> None:
        """Note in the task what it is at, for `Unfinished.mark`."""
        _MARK.pack_into(self._page, 0, number)

    @property
    def marked(self) -> int:
        """What was marked last."""
        return int(_MARK.unpack_from(self._page, 0)[0])


def can_fork() -> bool:
    """Whether tasks can run in a child process here."""
    return hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1


def run_tasks(
    tasks: Sequence[Callable[[], Any]],
    limits: Limits,
    again: Callable[[int, Unfinished], bool] = lambda _index, _unfinished: False,
) -> Iterator[tuple[int, Any]]:
    """Run tasks one after the other, each within the limits.

    Args:
        tasks: The tasks; their results can be pickled.
        limits: What each may take.
        again: Asked when one did not end: whether to run it again, after what it was at has been left out.

    Returns:
        The number of each task with its result, or with `Unfinished`. An exception that a task raises is raised here.
    """
    if not can_fork():
        for index, task in enumerate(tasks):
            yield index, Unfinished(Reason.DEADLINE, -1, 0) if limits.deadline.over() else task()
        return
    index = 0
    while index < len(tasks):
        child = _Child(tasks, index, limits)
        try:
            while index < len(tasks):
                if limits.deadline.over():
                    yield index, Unfinished(Reason.DEADLINE, -1, limits.seconds)
                    index += 1
                    continue
                found = child.next()
                if isinstance(found, Unfinished):
                    if not again(index, found):
                        yield index, found
                        index += 1
                    limits.seconds = max(limits.seconds // 2, _LEAST_SECONDS)
                    break
                yield index, found
                index += 1
        finally:
            child.close()


class _Child:
    """A copy of this process that runs tasks from one on."""

    def __init__(self, tasks: Sequence[Callable[[], Any]], start: int, limits: Limits) -> None:
        self._limits = limits
        limits.mark(-1)
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        self._read, write = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                os.close(self._read)
                _work(tasks, start, limits, write)
            finally:
                os._exit(1)
        os.close(write)

    def next(self) -> Any:  # noqa: ANN401 -- what the task gives
        """The result of the next task."""
        patience = self._limits.seconds * _MOST_WAITED
        until = time.monotonic() + patience
        reason = Reason.TIME
        deadline = self._limits.deadline
        if deadline.at is not None and deadline.at < until:
            until, reason = deadline.at, Reason.DEADLINE
        head = self._bytes(_HEAD.size, until)
        if head is not None and len(head) == _HEAD.size:
            is_error, size = _HEAD.unpack(head)
            body = self._bytes(size, until)
            if body is not None and len(body) == size:
                found = pickle.loads(body)  # noqa: S301 -- our own process wrote it
                if is_error == 1:
                    raise found
                return Unfinished(found, self._limits.marked, self._limits.seconds) if is_error else found
            head = body
        if head is None:
            deadline.over()
            return Unfinished(reason, self._limits.marked, self._limits.seconds)
        return self._ended()

    def close(self) -> None:
        """End the process."""
        os.close(self._read)
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = 0

    def _bytes(self, size: int, until: float) -> bytes | None:
        """So many bytes, fewer where the process has ended, None where the time is over."""
        found = bytearray()
        while len(found) < size:
            ready, _, _ = select.select([self._read], [], [], max(until - time.monotonic(), 0))
            if not ready:
                return None
            piece = os.read(self._read, min(size - len(found), 1 << 20))
            if not piece:
                break
            found += piece
        return bytes(found)

    def _ended(self) -> Unfinished:
        _, status = os.waitpid(self._pid, 0)
        self._pid = 0
        code = os.waitstatus_to_exitcode(status)
        detail = ""
        if code == -signal.SIGXCPU:
            reason = Reason.TIME
        elif code in (-signal.SIGABRT, -signal.SIGKILL):
            reason = Reason.MEMORY
        elif code in (-signal.SIGSEGV, -signal.SIGBUS):
            reason = Reason.DEPTH
        else:
            reason, detail = Reason.FAILED, f"its process ended with {code}"
        return Unfinished(reason, self._limits.marked, self._limits.seconds, detail)


def _work(tasks: Sequence[Callable[[], Any]], start: int, limits: Limits, write: int) -> None:
    """In the child: run the tasks, and send what they give."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends it
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    gc.disable()  # to look through all objects of the parent would copy their pages
    _limit_memory(limits.memory)
    for task in tasks[start:]:
        _limit_time(limits.seconds)
        kind = 0
        try:
            found: Any = task()
        except MemoryError:
            kind, found = 2, Reason.MEMORY
        except RecursionError:
            kind, found = 2, Reason.DEPTH
        except Exception as error:  # noqa: BLE001 -- it is raised again in the parent
            kind, found = 1, error
        try:
            data = pickle.dumps(found)
        except MemoryError:
            kind, data = 2, pickle.dumps(Reason.MEMORY)
        view = memoryview(_HEAD.pack(kind, len(data)) + data)
        while view:
            view = view[os.write(write, view) :]
        if kind == 2:  # noqa: PLR2004 -- as above
            return


def _limit_memory(megabytes: int) -> None:
    import resource  # noqa: PLC0415 -- Windows has none, nor fork

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 -- a pathlib import less
            used = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = [used + (megabytes << 20), *(one for one in (soft, hard) if one != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_AS, (min(most), hard))


def _limit_time(seconds: int) -> None:
    import resource  # noqa: PLC0415 -- as above

    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    most = int(usage.ru_utime + usage.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
