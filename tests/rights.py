"""Rights that root has and a test is without: to read and to list whatever there is (capabilities(7)).

A user who is not root has none of them, and nothing is done. Root is refused here as any other owner of the files.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_VERSION = 0x20080522
_NUMBERS = (1, 2)
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH."""
_OVERRIDE = sum(1 << number for number in _NUMBERS)
_DROP = 24
"""PR_CAPBSET_DROP of prctl(2)."""


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("process", ctypes.c_int))


class _Data(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def can_be_refused() -> str:
    """Why no right can be taken here; nothing if it can."""
    if os.geteuid() != 0 or sys.platform == "linux":
        return ""
    return "root may read every file"


@contextmanager
def as_anybody() -> Iterator[None]:
    """Take root's rights over files of others from this thread, and from the processes that it forks meanwhile."""
    if os.geteuid() != 0:
        yield
        return
    taken = _take()
    try:
        yield
    finally:
        _set(taken)


def give_up() -> None:
    """Take those rights from this process for good, and from programs that it becomes."""
    if os.geteuid() == 0 and sys.platform == "linux":
        library = ctypes.CDLL(None, use_errno=True)
        for number in _NUMBERS:
            library.prctl(_DROP, number, 0, 0, 0)
        _take()


def _take() -> ctypes.Array[_Data]:
    """Take the rights; what they were before."""
    before, after = (_Data * 2)(), (_Data * 2)()
    for data in (before, after):
        _call("capget", data)
    after[0].effective &= ~_OVERRIDE
    _set(after)
    return before


def _set(data: ctypes.Array[_Data]) -> None:
    _call("capset", data)


def _call(name: str, data: ctypes.Array[_Data]) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(ctypes.byref(_Header(_VERSION, 0)), data) != 0:
        raise OSError(ctypes.get_errno(), name)
