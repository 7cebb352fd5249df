"""The canonical form of a dataset and its SHA-256 (RDF Dataset Canonicalization 1.0)."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass

from scograph.bounds import CANONICAL_MEMORY, CANONICAL_SECONDS
from scograph.errors import BeyondBoundError, MachineError, ScographError
from scograph.serialise.sorting import SortedLines, sort_lines

MEMORY_FRACTION = 4
"""Canonicalization may use at most one part in so many of the memory of the machine."""

_WORKER = """
import sys
try:
    import resource
    for limit, most in ((resource.RLIMIT_CPU, int(sys.argv[1])), (resource.RLIMIT_AS, int(sys.argv[2]) << 20)):
        hard = resource.getrlimit(limit)[1]
        if limit == resource.RLIMIT_CPU and most == hard > 1:
            most -= 1
        resource.setrlimit(limit, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except ImportError:
    pass
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse, serialize
dataset = Dataset(parse(sys.stdin.buffer, RdfFormat.N_QUADS))
dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
serialize(dataset, sys.stdout.buffer, RdfFormat.N_QUADS)
sys.stdout.buffer.flush()
"""


class IndistinctError(BeyondBoundError):
    """The blank nodes of a dataset cannot be told apart within the bounds, so that it has no canonical form here."""


def canonical(lines: Iterable[bytes], *, seconds: int | None = None) -> SortedLines:
    """The canonical N-Quads of a dataset.

    Without blank nodes, sorting is enough, in bounded memory. With some, the library names them, in a process of its
    own that is ended when it takes too long: there are graphs that are made so that it never ends.

    Args:
        lines: The dataset as N-Quads, in pieces of whole lines.
        seconds: Processor time for naming the blank nodes; the algorithm can take years for a few dozen. Without, that
            of the bound, and a second more for each MiB.

    Returns:
        The lines, sorted by code point, which for UTF-8 is by byte.

    Raises:
        IndistinctError: The blank nodes cannot be told apart in that time, or in that memory.
        MachineError: The same, and the system lets this process have less than that.
    """
    ordered = sort_lines(lines)
    if not any(_BLANK.search(piece) for piece in ordered if b"_:" in piece):
        return ordered
    with tempfile.TemporaryFile() as unnamed, tempfile.TemporaryFile() as named, tempfile.TemporaryFile() as errors:
        unnamed.writelines(ordered)
        seconds = CANONICAL_SECONDS.limit + (unnamed.tell() >> 20) if seconds is None else seconds
        bounds = _bounds(seconds)
        unnamed.seek(0)
        command = [sys.executable, "-I", "-c", _WORKER, str(bounds.seconds), str(bounds.megabytes)]
        before = _seconds_of_children()
        try:
            done = subprocess.run(command, stdin=unnamed, stdout=named, stderr=errors, check=False, timeout=seconds * 4)
        except subprocess.TimeoutExpired:
            raise _refused(bounds, is_time=True) from None
        if done.returncode:
            errors.seek(0)
            used = _seconds_of_children() - before
            raise _failure(done.returncode, errors.read().decode("utf-8", "replace"), bounds, used)
        named.seek(0)
        return sort_lines(iter(lambda: named.read(1 << 18) + named.readline(), b""))


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Bounds of canonicalization: those requested, or the lower limits of this process."""

    seconds: int
    megabytes: int
    is_less_time: bool = False
    is_less_memory: bool = False


def _bounds(seconds: int) -> _Bounds:
    megabytes = CANONICAL_MEMORY.limit
    if not CANONICAL_MEMORY.is_changed and hasattr(os, "sysconf"):
        megabytes = min(megabytes, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MEMORY_FRACTION >> 20)
    try:
        import resource  # noqa: PLC0415 -- not every system has it
    except ImportError:
        return _Bounds(seconds, megabytes)
    infinite = resource.RLIM_INFINITY
    time = [most for most in resource.getrlimit(resource.RLIMIT_CPU) if most != infinite and most < seconds]
    memory = [most >> 20 for most in resource.getrlimit(resource.RLIMIT_AS) if most != infinite]
    memory = [most for most in memory if most < megabytes]
    return _Bounds(min([seconds, *time]), min([megabytes, *memory]), bool(time), bool(memory))


def _seconds_of_children() -> float:
    """The processor time of processes that this one started, and that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _failure(code: int, errors: str, bounds: _Bounds, used: float) -> ScographError:
    """The error for a canonicalization process that failed, after so many seconds of processor time."""
    is_over = bounds.is_less_time and used > _LIMIT_FRACTION * bounds.seconds
    if code == -signal.SIGXCPU or (code == -signal.SIGKILL and is_over):
        return _refused(bounds, is_time=True)
    if code == -signal.SIGABRT or "MemoryError" in errors or "memory" in errors or "failed to map" in errors:
        return _refused(bounds, is_time=False)
    if code == -signal.SIGKILL:
        return MachineError("the system killed the process that canonicalizes the blank nodes", hint=_MEMORY_HINT)
    last = errors.strip().splitlines()[-1] if errors.strip() else f"it ended with {code}"
    return MachineError(f"the blank nodes cannot be told apart: {last}")


def _refused(bounds: _Bounds, *, is_time: bool) -> ScographError:
    what = f"in {bounds.seconds} seconds" if is_time else f"with {bounds.megabytes:,} MiB of memory"
    is_less = bounds.is_less_time if is_time else bounds.is_less_memory
    reason = f"the blank nodes cannot be told apart {what}"
    if is_less:
        limit = "processor time (ulimit -t)" if is_time else "memory (ulimit -v)"
        return MachineError(f"{reason}, which is all that the system allows", hint=f"raise the limit of {limit}")
    bound = CANONICAL_SECONDS if is_time else CANONICAL_MEMORY
    return IndistinctError(
        f"{reason}: the dataset is refused",
        hint=f"give them IRIs, or leave out those that many others are the same as; {bound.hint}",
    )


_LIMIT_FRACTION = 0.8
"""A process that was killed after this part of its hard limit of processor time is taken to have reached the limit. The
system also kills when memory is short; where possible, a soft limit one second earlier sends SIGXCPU instead."""
_MEMORY_HINT = "it does so when memory is short: make more memory available"
_BLANK = re.compile(rb'^_:|> _:[^\s"]+ |"(?:@[\w-]+|\^\^<[^>]*>)? _:[^\s"]+ \.$', re.MULTILINE)


def digest(lines: Iterable[bytes]) -> str:
    """The SHA-256 of lines, in hexadecimal digits."""
    sha256 = hashlib.sha256()
    for piece in lines:
        sha256.update(piece)
    return sha256.hexdigest()
