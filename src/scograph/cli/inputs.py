"""RDF files as the input of a command: which are meant, and how far they are read."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scograph.errors import UsageError
from scograph.project import Project, is_project
from scograph.streams import STDIN, Source, source_of

_SECONDS = 0.2


def inputs_of(inputs: Sequence[str], form: str | None) -> list[Source] | None:
    """The RDF files among what was named, or nothing if it is a project."""
    if not inputs or (len(inputs) == 1 and _is_project(Path(inputs[0]))):
        if form is not None:
            raise UsageError("--from is for RDF files, and this is a project", hint="leave it out")
        return None
    found: list[Source] = []
    for path in inputs:
        if path != STDIN and Path(path).is_dir():
            if _is_project(Path(path)):
                raise UsageError(f"{path} is a project, and is exported alone", hint="give one project, or RDF files")
            within = sorted(p for p in Project.open(path).data_files())
            found += (source_of(str(p)) for p in within)
        else:
            found.append(source_of(path, form))
    if sum(source.path == STDIN for source in found) > 1:
        raise UsageError("standard input can be read once only", hint="give - once")
    for source in found:
        _ = source.size  # it is there
    return found


def _is_project(folder: Path) -> bool:
    return folder.is_dir() and (is_project(folder) or any((folder / name).is_dir() for name in ("ontology", "shapes")))


@contextmanager
def progress(files: Sequence[Source]) -> Iterator[Callable[[int], None]]:
    """A line on the terminal that says how far the input is read, how fast, and how long it may take yet."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    sizes = [source.size for source in files]
    total = sum(size for size in sizes if size) if None not in sizes else 0
    started = last = time.monotonic()
    done = before = 0

    def told(count: int) -> None:
        nonlocal last, done, before
        if count < before:  # the next file
            done += before
        before = count
        now = time.monotonic()
        if now - last < _SECONDS:
            return
        last = now
        read = done + count
        rate = read / max(now - started, 1e-9)
        ahead = f" of {total / 1e6:,.0f} · {max(total - read, 0) / max(rate, 1):,.0f} s left" if total else ""
        sys.stderr.write(f"\r\x1b[K{read / 1e6:,.0f} MB{ahead} · {rate / 1e6:,.1f} MB/s")
        sys.stderr.flush()

    try:
        yield told
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
