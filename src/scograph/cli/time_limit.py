"""Work that Ctrl-C or a time limit ends at once, native code too: a child process does it, where there is fork.

Python hears a signal only between two of its own steps, and a query is one step of the engine; and where memory ends,
the engine ends the process that it is in. Without fork, as on macOS and Windows, or beside other threads, a thread does
the work without a bound of memory, and the process ends without waiting for it.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Queue
from time import monotonic
from traceback import clear_frames
from typing import NoReturn

from scograph.bounded import can_fork, pieces_in_child, time_over

MAX_WAITING = 8
"""Pieces that wait to be written; then the thread waits."""
STACK_BYTES = 16 << 20
"""The stack of the thread: at least what the first thread of a process has, whatever the system's default is."""

_threads: list[threading.Thread] = []


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None = None


def ended_in_time(
    work: Callable[[], Iterable[bytes]], seconds: float | None = None, *, name: str = "the query"
) -> Generator[bytes, None, None]:
    """Do work in a child process, or else in a thread, and give its pieces as they come.

    Args:
        work: Makes the pieces; it runs there from its first step on.
        seconds: How long all of it may take, or None for any time.
        name: What it is, for messages.

    Returns:
        The pieces, in their order; a child may give a large one in several.

    Raises:
        TimeOverError: It took longer. A thread is left behind, as after Ctrl-C: `exit_at_once` ends it.
        MachineError: It needs more memory than it may add, or the system ended it: in a child alone.
    """
    return pieces_in_child(work, seconds, name=name) if can_fork() else _pieces_in_thread(work, seconds)


def _pieces_in_thread(work: Callable[[], Iterable[bytes]], seconds: float | None) -> Generator[bytes, None, None]:
    done: Queue[bytes | _End] = Queue(MAX_WAITING)
    until = None if seconds is None else monotonic() + seconds
    thread = threading.Thread(target=_run, args=(work, done), daemon=True)
    before = threading.stack_size(STACK_BYTES)
    _threads.append(thread)
    try:
        thread.start()
    finally:
        threading.stack_size(before)
    while True:
        try:
            found = done.get(timeout=None if until is None else max(0.0, until - monotonic()))
        except Empty:
            raise time_over(seconds) from None
        if isinstance(found, _End):
            thread.join()
            _threads.remove(thread)
            if found.error is not None:
                raise found.error
            return
        yield found


def _run(work: Callable[[], Iterable[bytes]], done: Queue[bytes | _End]) -> None:
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
        clear_frames(link.__traceback__)
        link = link.__cause__ or link.__context__


def has_left_work() -> bool:
    """Whether a thread was left behind, and is still at work."""
    return any(thread.is_alive() for thread in _threads)


def exit_at_once(code: int) -> NoReturn:
    """End the process, and with it the threads that were left behind; Python's own end would wait for native code.

    Args:
        code: The exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # closed, or nobody reads
            if stream is not None:
                stream.flush()
    os._exit(code)
