"""Restrict a worker before it runs an untrusted query: network, programs, memory, files, time (Linux, Unix).

Every means stands alone, so that one which a system lacks leaves the others. It imports nothing of the project: the
worker runs it before anything else, from its own file.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 1, 38, 22
_SECCOMP_MODE_FILTER = 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1
"""The second is: fail with EPERM."""
_X32 = 0x40000000
"""From here on, calls of the x86-64 kernel are those of its other interface: none is let through."""
_CALLS = {
    "x86_64": (0xC000003E, (41, 42, 43, 49, 50, 53, 56, 57, 58, 59, 62, 101, 165, 288, 310, 311, 322, 425, 435)),
    "aarch64": (0xC00000B7, (40, 117, 129, 198, 199, 200, 201, 202, 203, 220, 221, 242, 270, 271, 281, 425, 435)),
}
"""For each machine its number in the kernel's audit, and: socket, connect, accept, bind, listen, socketpair, clone,
fork, vfork, execve, kill, ptrace, mount, accept4, process_vm_*, execveat, io_uring_setup, clone3."""


def die_with_parent() -> bool:
    """Have the system kill this process when the one that started it ends, however that ends.

    Returns:
        Whether the system can.
    """
    return _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) == 0


def bound_resources(memory: int, statm: int) -> tuple[str, ...]:
    """Bound memory, core dumps and open files to what is in use now and what may be added.

    Args:
        memory: Bytes that may be added; 0 for any number.
        statm: What `open_statm` gave.

    Returns:
        The bounds that hold.
    """
    held = []
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    used = _pages(statm, 0)
    if memory and used:
        lower_limit(resource.RLIMIT_AS, used + memory)
        held.append("memory")
    highest = _fill_holes()
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1, highest + 1))
    held.append("no new files")
    return tuple(held)


def lower_limit(kind: int, wanted: int, hard: int | None = None) -> None:
    """Lower a limit of this process; one that is lower already, by whoever started it, stays.

    Args:
        kind: The limit, such as `resource.RLIMIT_AS`.
        wanted: What it is to be at most.
        hard: What its hard limit is to be at most; `wanted` if it is not given.
    """
    most = resource.getrlimit(kind)[1]
    soft, hard = (value if most == resource.RLIM_INFINITY else min(value, most) for value in (wanted, hard or wanted))
    resource.setrlimit(kind, (soft, hard))


def refuse_calls() -> bool:
    """Have the kernel refuse the calls that reach a network or another program (seccomp).

    Returns:
        Whether it does, on this machine.
    """
    known = _CALLS.get(platform.machine())
    if known is None or platform.system() != "Linux":
        return False
    arch, numbers = known
    size = len(numbers)
    lines = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, arch),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, size + 1, 0, _X32),
        *((_EQUAL, size - place, 0, number) for place, number in enumerate(numbers)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in lines))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(lines), ctypes.addressof(code)))
    if _prctl(_PR_SET_NO_NEW_PRIVS, 1) != 0:
        return False
    return _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program)) == 0


def end_after(seconds: float) -> None:
    """Set the timer after which the system ends this process; 0 stops it."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


def open_statm() -> int:
    """Open what tells the memory of this process, before files can no longer be opened; -1 where there is none."""
    try:
        return os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return -1


def resident(statm: int) -> int:
    """Bytes of memory that this process holds; 0 where the system does not say."""
    return _pages(statm, 1)


def _pages(statm: int, field: int) -> int:
    return int(os.pread(statm, 200, 0).split()[field]) * resource.getpagesize() if statm >= 0 else 0


def _fill_holes() -> int:
    """Use up every free descriptor below the highest in use, and say which that is."""
    opened = sorted(int(name) for name in os.listdir("/dev/fd")) if os.path.isdir("/dev/fd") else [64]  # noqa: PTH112, PTH208 -- as above
    highest = max(number for number in opened if _is_open(number))
    while (number := os.open(os.devnull, os.O_RDONLY)) < highest:
        continue
    os.close(number)
    return highest


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _prctl(*arguments: int) -> int:
    try:
        library = ctypes.CDLL(None, use_errno=True)
        padded = (*arguments, 0, 0, 0, 0)[:5]
        return int(library.prctl(*(ctypes.c_ulong(argument) for argument in padded)))
    except (OSError, AttributeError):
        return -1
