"""Lines sorted by their bytes, each once, in bounded memory: outside Python where the system has a `sort`."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from typing import IO

from scograph.errors import UsageError

IN_MEMORY = 8 << 20
"""So many bytes are sorted in memory; more go through files."""
BUFFER = "24M"
"""What the system's `sort` may hold in memory."""
_PIECE = 1 << 18


# What is imported inside functions takes longer to import than most projects' lines to sort, which fit into memory.


@dataclass
class SortedLines:
    """Lines that were sorted, to be read as often as needed.

    Args:
        lines: The lines, if they are held in memory.
        file: The file that holds them, if not.
    """

    lines: list[bytes] = field(default_factory=list)
    file: IO[bytes] | None = None

    def __post_init__(self) -> None:
        if self.file is not None:
            weakref.finalize(self, self.file.close)

    def __iter__(self) -> Iterator[bytes]:
        """The lines, in pieces of whole lines."""
        if self.file is None:
            for start in range(0, len(self.lines), 4096):
                yield b"".join(self.lines[start : start + 4096])
            return
        self.file.seek(0)
        yield from whole_lines(self.file)


def whole_lines(file: IO[bytes]) -> Iterator[bytes]:
    """The rest of a file in pieces of whole lines."""
    while piece := file.read(_PIECE):
        yield piece if piece.endswith(b"\n") else piece + file.readline()


def sort_lines(pieces: Iterable[bytes], *, in_memory: int = IN_MEMORY, program: str | None = "sort") -> SortedLines:
    """Sort lines by their bytes and drop the repeated ones.

    Args:
        pieces: Pieces of whole lines.
        in_memory: So many bytes are sorted in memory.
        program: The system's `sort`; if there is none, pieces are sorted here and merged.

    Returns:
        The sorted lines.

    Raises:
        UsageError: There is no room for the files of the sort.
    """
    iterator = iter(pieces)
    held: list[bytes] = []
    size = 0
    for piece in iterator:
        held.append(piece)
        size += len(piece)
        if size > in_memory:
            break
    else:
        return SortedLines(_sorted(held))
    from scograph.processes import system_program  # noqa: PLC0415 -- see above

    try:
        everything = _chain(held, iterator)
        found = system_program(program) if program else None
        return SortedLines(file=_outside(everything, found) if found else _merged(everything, in_memory))
    except OSError as error:
        raise _no_room(error.strerror or str(error)) from error


def _chain(held: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    yield from held
    held.clear()
    yield from rest


def _sorted(pieces: Iterable[bytes]) -> list[bytes]:
    return sorted(set(b"".join(pieces).splitlines(keepends=True)))


def _no_room(reason: str) -> UsageError:
    return UsageError(f"the lines cannot be sorted: {reason}", hint="set TMPDIR to a folder with more room")


def _outside(pieces: Iterable[bytes], program: str) -> IO[bytes]:
    """Sort with the system's program, which compares bytes under LC_ALL=C."""
    import subprocess  # noqa: PLC0415 -- see above
    import tempfile  # noqa: PLC0415

    target = tempfile.TemporaryFile()  # noqa: SIM115 -- it lives as long as the lines are read
    command = [program, "-u", "-S", BUFFER, "-T", tempfile.gettempdir()]
    environment = {**os.environ, "LC_ALL": "C"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=target, stderr=pipe, env=environment) as sorting:
        assert sorting.stdin is not None and sorting.stderr is not None  # noqa: S101, PT018 -- for the type checker: pipes
        try:
            for piece in pieces:
                sorting.stdin.write(piece)
            sorting.stdin.close()
        except BrokenPipeError:
            pass  # it says why
        except BaseException:
            sorting.kill()
            raise
        said = sorting.stderr.read()  # a line or two, which a pipe holds
    if sorting.returncode:
        raise _no_room(said.decode("utf-8", "replace").strip())
    return target


def _merged(pieces: Iterable[bytes], in_memory: int) -> IO[bytes]:
    """Sort runs of lines into files, and merge them."""
    import heapq  # noqa: PLC0415 -- see above
    import tempfile  # noqa: PLC0415

    with ExitStack() as stack:
        runs: list[IO[bytes]] = []
        held: list[bytes] = []
        size = 0
        for piece in pieces:
            held.append(piece)
            size += len(piece)
            if size > in_memory:
                runs.append(_run(stack, held))
                held, size = [], 0
        runs.append(_run(stack, held))
        target = tempfile.TemporaryFile()  # noqa: SIM115 -- it lives as long as the lines are read
        target.writelines(line for line, _ in groupby(heapq.merge(*runs)))
        return target


def _run(stack: ExitStack, pieces: list[bytes]) -> IO[bytes]:
    import tempfile  # noqa: PLC0415 -- see above

    run = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 -- the stack closes it
    run.writelines(_sorted(pieces))
    run.seek(0)
    return run
