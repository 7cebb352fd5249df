"""Runs tasks in a child process with limits of time and memory; a task that exceeds them is named, the rest still runs.

The child is a copy of this process (fork), so that a task needs nothing but what it has already. It is ended when this
process ends, however that ends, and what native code says as it aborts goes nowhere: why it ended is told here.

`run_tasks` gives results, by one child for all tasks unless one of them ends it; `run_in_pieces` gives bytes as they
are made. Where a system has no fork, as macOS and Windows, or other threads run, tasks run in this process, without
limits, and a thread makes the pieces, without a bound of memory. The process ends without waiting for it: Python hears
a signal only between two of its own steps, and a query is one step of the engine.
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
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from queue import Empty, Queue
from typing import Any

from scograph import losses
from scograph.bounds import CONSTRAINT_MEMORY, CONSTRAINT_SECONDS, QUERY_MEMORY
from scograph.ending import end_with_parent, heed_none, held_back, leave
from scograph.errors import MachineError, ScographError, TimeOverError

_HEAD = struct.Struct("=QQ")
_MARK = struct.Struct("=q")
STATEMENTS_A_SECOND = 20_000
"""A task gets a second more for so many statements."""
_MIN_SECONDS = 1
_MAX_WAIT_FACTOR = 10
"""So many times its processor time a task may take by the clock, on a machine that is busy with others."""
_MEMORY_SHARE = 2
"""A query may take this part of the machine's memory at most, unless the bound was changed."""
_STACK_BYTES = 16 << 20
"""The stack of a query, where the system allows it."""
_MAX_WAITING = 8
"""Pieces that wait to be taken; then a thread that makes them waits."""
_MAX_READ = 1 << 20
"""So many bytes of a piece are read at once."""
_RESULT, _ERROR, _UNFINISHED, _PIECE, _DONE, _LOSSES, _REMARK = range(7)
"""What a child sends."""


class StopReason(StrEnum):
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

    reason: StopReason
    mark: int
    seconds: int
    detail: str = ""

    @property
    def message(self) -> str:
        """What is to be said of it."""
        time, memory = CONSTRAINT_SECONDS, CONSTRAINT_MEMORY
        why = {
            StopReason.TIME: f"it did not end within {self.seconds:,} seconds (bound: {time.name})",
            StopReason.MEMORY: f"it needs more than {memory.limit:,} MiB (bound: {memory.name})",
            StopReason.DEPTH: "it is nested too deeply",
            StopReason.DEADLINE: "the time limit of --timeout ran out",
            StopReason.FAILED: self.detail,
        }
        return f"not evaluated: {why[self.reason]}"

    @property
    def hint(self) -> str:
        """What to do about it."""
        bound = {StopReason.TIME: CONSTRAINT_SECONDS, StopReason.MEMORY: CONSTRAINT_MEMORY}.get(self.reason)
        if self.reason is StopReason.DEADLINE:
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

    def for_extras(self) -> Deadline:
        """The same time for work that may as well be left out: nothing is missed if it is."""
        other = Deadline()
        other.at = self.at
        return other


NEVER = Deadline()


class TaskLimits:
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


def _done_here(task: Callable[[], Any], limits: TaskLimits) -> Any:  # noqa: ANN401 -- as `run_tasks`
    """The result of a task in this process, whose own bounds are the only ones."""
    if limits.deadline.over():
        return Unfinished(StopReason.DEADLINE, -1, 0)
    try:
        return task()
    except MemoryError:
        return Unfinished(StopReason.MEMORY, -1, 0)


def run_tasks(
    tasks: Sequence[Callable[[], Any]],
    limits: TaskLimits,
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
            yield index, _done_here(task, limits)
        return
    index = 0
    while index < len(tasks):
        child = _Child(tasks, index, limits)
        try:
            while index < len(tasks):
                if limits.deadline.over():
                    yield index, Unfinished(StopReason.DEADLINE, -1, limits.seconds)
                    index += 1
                    continue
                found = child.next()
                if isinstance(found, Unfinished):
                    if not again(index, found):
                        yield index, found
                        index += 1
                    limits.seconds = max(limits.seconds // 2, _MIN_SECONDS)
                    break
                yield index, found
                index += 1
        finally:
            child.close()


class _Fork:
    """A copy of this process that does work, and the pipe that it writes to.

    Args:
        work: Is given the end of the pipe to write to.

    Raises:
        MachineError: The system starts no process.
    """

    def __init__(self, work: Callable[[int], None]) -> None:
        parent = os.getpid()
        self._pid = 0
        self._read, write = os.pipe()
        try:
            with held_back():
                self._pid = os.fork()
                if self._pid == 0:
                    _run_forked(partial(work, write), parent, self._read)
        except BaseException as error:
            self.close()
            if isinstance(error, OSError):
                raise MachineError(f"no process can be started: {error.strerror}", hint="end others") from error
            raise
        finally:
            os.close(write)

    def read(self, size: int, until: float | None) -> bytes | None:
        """So many bytes, fewer where the process has ended, None where the time is over."""
        found = bytearray()
        while len(found) < size:
            wait = None if until is None else max(until - time.monotonic(), 0)
            ready, _, _ = select.select([self._read], [], [], wait)
            if not ready:
                return None
            piece = os.read(self._read, min(size - len(found), _MAX_READ))
            if not piece:
                break
            found += piece
        return bytes(found)

    def exit_code(self) -> int:
        """Wait for its end, and give its exit code, less than 0 for a signal."""
        _, status = os.waitpid(self._pid, 0)
        self._pid = 0
        return os.waitstatus_to_exitcode(status)

    def close(self) -> None:
        """End the process."""
        os.close(self._read)
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = 0


def _run_forked(work: Callable[[], None], parent: int, read: int) -> None:
    """In the child: do the work, and end, whatever happens."""
    try:
        heed_none()
        end_with_parent(parent)
        os.close(read)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        work()
        os._exit(0)
    finally:
        os._exit(1)


def _send(write: int, kind: int, data: bytes) -> None:
    for part in (_HEAD.pack(kind, len(data)), data):
        view = memoryview(part)
        while view:
            view = view[os.write(write, view) :]


_LOADER_FAILED = 127
"""The code with which the dynamic loader ends a process in which it gets no memory to bind a function."""


def _reason(code: int) -> StopReason:
    """Why a process ended that did not say it: native code aborts where memory ends."""
    if code == -signal.SIGXCPU:
        return StopReason.TIME
    if code in (-signal.SIGABRT, -signal.SIGKILL, _LOADER_FAILED):
        return StopReason.MEMORY
    return StopReason.DEPTH if code in (-signal.SIGSEGV, -signal.SIGBUS) else StopReason.FAILED


class _Child:
    """A copy of this process that runs tasks from one on."""

    def __init__(self, tasks: Sequence[Callable[[], Any]], start: int, limits: TaskLimits) -> None:
        self._limits = limits
        limits.mark(-1)
        self._fork = _Fork(partial(_work, tasks, start, limits))
        self.close = self._fork.close

    def next(self) -> Any:  # noqa: ANN401 -- what the task gives
        """The result of the next task."""
        patience = self._limits.seconds * _MAX_WAIT_FACTOR
        until = time.monotonic() + patience
        reason = StopReason.TIME
        deadline = self._limits.deadline
        if deadline.at is not None and deadline.at < until:
            until, reason = deadline.at, StopReason.DEADLINE
        head = self._fork.read(_HEAD.size, until)
        if head is not None and len(head) == _HEAD.size:
            kind, size = _HEAD.unpack(head)
            body = self._fork.read(size, until)
            if body is not None and len(body) == size:
                found = pickle.loads(body)  # noqa: S301 -- our own process wrote it
                if kind == _ERROR:
                    raise found
                if kind == _UNFINISHED:
                    return Unfinished(found, self._limits.marked, self._limits.seconds)
                return found
            head = body
        if head is None:
            deadline.over()
            return Unfinished(reason, self._limits.marked, self._limits.seconds)
        code = self._fork.exit_code()
        why = _reason(code)
        detail = f"its process ended with exit code {code}" if why is StopReason.FAILED else ""
        return Unfinished(why, self._limits.marked, self._limits.seconds, detail)


def _work(tasks: Sequence[Callable[[], Any]], start: int, limits: TaskLimits, write: int) -> None:
    """In the child: run the tasks, and send what they give."""
    gc.disable()  # to look through all objects of the parent would copy their pages
    _limit_memory(limits.memory)
    for task in tasks[start:]:
        _limit_time(limits.seconds)
        kind = _RESULT
        try:
            found: Any = task()
        except MemoryError:
            kind, found = _UNFINISHED, StopReason.MEMORY
        except RecursionError:
            kind, found = _UNFINISHED, StopReason.DEPTH
        except Exception as error:  # noqa: BLE001 -- it is raised again in the parent
            kind, found = _ERROR, error
        try:
            data = pickle.dumps(found)
        except MemoryError:
            kind, data = _UNFINISHED, pickle.dumps(StopReason.MEMORY)
        _send(write, kind, data)
        if kind == _UNFINISHED:
            return


def run_in_pieces(
    work: Callable[[], Iterable[bytes | str]], seconds: float, *, name: str = "the query"
) -> Generator[bytes | str, None, None]:
    """Do work in a child process, or else in a thread, and give its pieces as they come.

    Args:
        work: Makes the pieces, and remarks on them as strings; it runs there from its first step on, and may add the
            memory of `query-memory` in a child.
        seconds: How long all of it may take.
        name: What it is, for messages.

    Returns:
        The pieces and remarks, in their order; a child may give a large piece in several.

    Raises:
        TimeOverError: It took longer. A thread is left behind, as after Ctrl-C: `ending.exit_at_once` ends it.
        MachineError: Memory or the stack ran out, or a signal ended it: in a child alone. What the work raises is
            raised as it is.
    """
    return _pieces_of_child(work, seconds, name) if can_fork() else _pieces_of_thread(work, seconds)


def _pieces_of_child(
    work: Callable[[], Iterable[bytes | str]], seconds: float, name: str
) -> Generator[bytes | str, None, None]:
    until = time.monotonic() + seconds
    megabytes = _query_memory()
    is_less = _is_less(megabytes)
    child = _Fork(partial(_send_pieces, work, megabytes))
    try:
        while True:
            head = _in_time(child.read(_HEAD.size, until), seconds)
            if len(head) < _HEAD.size:
                break
            kind, size = _HEAD.unpack(head)
            if kind == _DONE:
                return
            if kind == _PIECE:
                while size and (piece := _in_time(child.read(min(size, _MAX_READ), until), seconds)):
                    size -= len(piece)
                    yield piece
                continue
            body = _in_time(child.read(size, until), seconds)
            if len(body) < size:
                break
            if kind == _REMARK:
                yield body.decode()
                continue
            found = pickle.loads(body)  # noqa: S301 -- our own process wrote it
            if kind == _LOSSES:
                losses.tell(found)
                continue
            if kind == _ERROR:
                raise found
            raise _unanswered(name, found, megabytes, is_less=is_less)
        code = child.exit_code()
        raise _unanswered(name, _reason(code), megabytes, is_less=is_less, code=code)
    finally:
        child.close()


def _time_over(seconds: float) -> TimeOverError:
    return TimeOverError(
        f"not done within {seconds:g} seconds", hint="give it more time with --timeout, or ask for less"
    )


def _in_time(data: bytes | None, seconds: float) -> bytes:
    if data is None:
        raise _time_over(seconds)
    return data


def _send_pieces(work: Callable[[], Iterable[bytes | str]], megabytes: int, write: int) -> None:
    """In the child: send the pieces, or the error that ended them."""
    gc.freeze()  # as in `_work`
    _limit_memory(megabytes)
    _raise_stack()
    short = pickle.dumps(StopReason.MEMORY)
    try:
        with losses.told(lambda found: _send(write, _LOSSES, pickle.dumps(tuple(found)))):
            for piece in work():
                if isinstance(piece, str):
                    _send(write, _REMARK, piece.encode())
                else:
                    _send(write, _PIECE, piece)
    except MemoryError:
        _send(write, _UNFINISHED, short)
    except RecursionError:
        _send(write, _UNFINISHED, pickle.dumps(StopReason.DEPTH))
    except BaseException as error:  # noqa: BLE001 -- it is raised again in the parent, a panic of native code too
        _send(write, _ERROR, _pickled(error))
    else:
        _send(write, _DONE, b"")


def _pickled(error: BaseException) -> bytes:
    """An error as it can be raised elsewhere; with the steps that led to it, unless it is one that users are told."""
    trace = "".join(traceback.format_exception(error))
    if not isinstance(error, ScographError | OSError):
        error.add_note(trace)
    with suppress(Exception):
        data = pickle.dumps(error)
        if isinstance(pickle.loads(data), Exception):  # noqa: S301 -- we just made it
            return data
    return pickle.dumps(RuntimeError(trace))


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None = None


def _pieces_of_thread(work: Callable[[], Iterable[bytes | str]], seconds: float) -> Generator[bytes | str, None, None]:
    done: Queue[bytes | str | _End] = Queue(_MAX_WAITING)
    until = time.monotonic() + seconds
    thread = threading.Thread(target=_run_in_thread, args=(work, done), daemon=True)
    before = threading.stack_size(_STACK_BYTES)
    leave(thread)
    try:
        thread.start()
    finally:
        threading.stack_size(before)
    while True:
        try:
            found = done.get(timeout=max(0.0, until - time.monotonic()))
        except Empty:
            raise _time_over(seconds) from None
        if isinstance(found, _End):
            thread.join()
            if found.error is not None:
                raise found.error
            return
        yield found


def _run_in_thread(work: Callable[[], Iterable[bytes | str]], done: Queue[bytes | str | _End]) -> None:
    try:
        for piece in work():
            done.put(piece)
    except BaseException as error:  # noqa: BLE001 -- it is raised where the pieces are read
        _let_go(error)
        done.put(_End(error))
    else:
        done.put(_End())


def _let_go(error: BaseException) -> None:
    """Drop what the steps held that led to an error: a result of pyoxigraph may be dropped in its own thread alone."""
    link: BaseException | None = error
    while link is not None:
        traceback.clear_frames(link.__traceback__)
        link = link.__cause__ or link.__context__


def _query_memory() -> int:
    """MiB that a query may add."""
    if QUERY_MEMORY.is_changed:
        return QUERY_MEMORY.limit
    return min(QUERY_MEMORY.limit, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // _MEMORY_SHARE >> 20)


def _unanswered(name: str, reason: StopReason, megabytes: int, *, is_less: bool, code: int = 0) -> MachineError:
    said = f"{name} was not answered"
    if code == -signal.SIGKILL:
        return MachineError(
            f"{said}: not enough memory: the operating system killed the process",
            hint="ask for less, or use a machine with more memory",
        )
    if reason is StopReason.MEMORY and is_less:
        return MachineError(
            f"{said}: not enough memory: it needs more than the limit of this process",
            hint="ask for less, or raise the limit (ulimit -v)",
        )
    if reason is StopReason.MEMORY:
        return MachineError(
            f"{said}: not enough memory: it needs more than {megabytes:,} MiB (bound: {QUERY_MEMORY.name})",
            hint=f"ask for less; {QUERY_MEMORY.hint}",
        )
    if reason is StopReason.DEPTH:
        return MachineError(f"{said}: it is nested too deeply", hint="make it simpler")
    ended = (
        f"the process was ended by {signal.Signals(-code).name}"
        if code < 0
        else f"the process ended with exit code {code}"
    )
    return MachineError(f"{said}: {ended}", hint="try again, or ask for less")


def _memory_limits(megabytes: int) -> tuple[int, list[int], int] | None:
    """Bytes that may be in use when so much was added, the limits of the system, and the hard one; None if unknown."""
    import resource  # noqa: PLC0415 -- Windows has none, nor fork

    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 -- a pathlib import less
            used = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    return used + (megabytes << 20), [one for one in (soft, hard) if one != resource.RLIM_INFINITY], hard


def _is_less(megabytes: int) -> bool:
    """Whether the system lets this process add less than that."""
    found = _memory_limits(megabytes)
    return found is not None and min([found[0], *found[1]]) < found[0]


def _limit_memory(megabytes: int) -> None:
    import resource  # noqa: PLC0415 -- as above

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    found = _memory_limits(megabytes)
    if found is not None:
        resource.setrlimit(resource.RLIMIT_AS, (min([found[0], *found[1]]), found[2]))


def _raise_stack() -> None:
    """Let the stack grow further: the system looks at this limit each time that it grows."""
    import resource  # noqa: PLC0415 -- as above

    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    if soft != resource.RLIM_INFINITY and soft < _STACK_BYTES:
        most = _STACK_BYTES if hard == resource.RLIM_INFINITY else min(_STACK_BYTES, hard)
        resource.setrlimit(resource.RLIMIT_STACK, (most, hard))


def _limit_time(seconds: int) -> None:
    import resource  # noqa: PLC0415 -- as above

    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    most = int(usage.ru_utime + usage.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
