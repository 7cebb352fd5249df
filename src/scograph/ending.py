"""Signal handling: SIGTERM, SIGINT and the like end a run at once, or after a step that must not be cut in two."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from types import FrameType
from typing import Any, NoReturn

SIGNALS = tuple(
    number for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None
)
"""What a terminal, a shell, a service manager and a closed window send."""
EXIT_BASE = 128
"""A run that a signal ended exits with this and the signal's number, as shells have it."""
_PR_SET_PDEATHSIG = 1
INTERRUPTED, TERMINATED, HUNG_UP, READER_GONE = 130, 143, 129, 141

_AGAIN_AFTER = 0.02
"""Seconds until a signal whose exception got lost is sent again: from here its exception would get lost once more."""

_told = 0
"""The last signal that asked this process to end; 0 for none."""
_waiting = 0
"""A signal that waits for the end of a step."""
_depth = 0
"""So many steps are under way, one inside the other."""


_left: list[threading.Thread] = []
"""Threads whose work need not end before the process does."""


class Terminated(SystemExit):
    """A signal other than Ctrl-C asked the run to end.

    Args:
        number: The signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(EXIT_BASE + number)


def heed_signals() -> None:
    """Turn SIGINT, SIGTERM and SIGHUP into exceptions from now on; one that is ignored, as by nohup, stays ignored."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _note)
    sys.unraisablehook = _again


def heed_none() -> None:
    """In a forked worker: the process that forked it is asked to end, and ends it."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def ignore_signals() -> None:
    """All is done and said: what comes now must not change how the run ends."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def end_with_parent(parent: int) -> None:
    """In a forked worker: have the system end it when the process that forked it ends, however that ends (Linux).

    Elsewhere a thread looks for that, once a second.

    Args:
        parent: The number of that process.
    """
    prctl = _prctl()
    if prctl is None or prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        threading.Thread(target=_end_when_orphaned, args=(parent,), daemon=True).start()
    elif os.getppid() != parent:  # it ended just before
        os._exit(1)


@cache
def _prctl() -> Callable[[int, int], int] | None:
    """prctl(2); None where the system has none."""
    import ctypes  # noqa: PLC0415 -- it is slow to import, and many runs fork nothing

    try:
        call: Callable[[int, int], int] | None = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
    except (OSError, AttributeError):
        return None
    return call


def _end_when_orphaned(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


@contextmanager
def held_back() -> Iterator[None]:
    """Keep signals waiting in the system, across a fork: both processes get theirs when their own block ends."""
    _prctl()  # here, and not in each child
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def uncut() -> Iterator[None]:
    """A step that is done whole: a signal that comes meanwhile is heeded at its end."""
    global _depth, _waiting  # noqa: PLW0603 -- signals belong to the process
    _depth += 1
    try:
        yield
    finally:
        _depth -= 1
        number = 0 if _depth else _waiting
        if number:
            _waiting = 0
    if number:
        _end(number)


def refuse_if_told() -> None:
    """End now if a signal asked for it, and the exception got lost on its way.

    Raises:
        KeyboardInterrupt: It was SIGINT.
        Terminated: It was another.
    """
    if _told:
        _end(_told)


def put_off() -> int:
    """Take back a signal that asked the run to end, so that what was given so far is written first.

    Returns:
        The signal, to be handed to `end_by` after that; 0 for none.
    """
    global _told
    number, _told = _told, 0
    return number


def end_by(number: int) -> None:
    """End as a signal asks for that was put off.

    Args:
        number: The signal; 0 for none: nothing is done.

    Raises:
        KeyboardInterrupt: It was SIGINT.
        Terminated: It was another.
    """
    global _told  # noqa: PLW0603 -- as above
    if number:
        _told = number
        _end(number)


def leave(thread: threading.Thread) -> None:
    """Have the process end without waiting for a thread, if that is still at work then (`exit_at_once`)."""
    _left.append(thread)


def has_left_work() -> bool:
    """Whether a thread that was given to `leave` is at work."""
    _left[:] = [thread for thread in _left if thread.is_alive()]
    return bool(_left)


def exit_at_once(code: int) -> NoReturn:
    """End the process, and with it the threads that were left; Python's own end would wait for native code.

    Args:
        code: The exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # closed, or nobody reads
            if stream is not None:
                stream.flush()
    os._exit(code)


def _note(number: int, _frame: FrameType | None) -> None:
    global _told, _waiting  # noqa: PLW0603 -- as above
    _told = number
    if _depth:
        _waiting = number
    else:
        _end(number)


def _end(number: int) -> NoReturn:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise Terminated(number)


def _again(unraisable: Any) -> None:  # noqa: ANN401 -- sys.UnraisableHookArgs is a name for type checkers only
    """An exception of ours that was raised where Python drops it, as in a finaliser, is raised once more, elsewhere."""
    if isinstance(unraisable.exc_value, KeyboardInterrupt | Terminated):
        again = threading.Timer(_AGAIN_AFTER, os.kill, (os.getpid(), _told or signal.SIGINT))
        again.daemon = True
        again.start()
    else:
        sys.__unraisablehook__(unraisable)
