"""Run something again whenever files change."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from scograph.cli.frame import say, say_error
from scograph.errors import ScographError

INTERVAL = 0.5
"""Seconds between two looks at the files: their times and sizes tell, so that no watcher of the system is needed."""

Seen = dict[str, tuple[int, int]]


def watch_files(paths: Iterable[str], run: Callable[[], object], rounds: int | None = None) -> None:
    """Run something now, and again after each change of a file, until it is interrupted.

    Args:
        paths: Files and folders.
        run: What is run; its errors are said, and end nothing.
        rounds: So many times; None for as long as nobody interrupts.
    """
    paths = tuple(paths)
    done = 0
    try:
        while True:
            before = files_seen(paths)
            try:
                run()
            except ScographError as error:
                say_error(error)
            done += 1
            if done == rounds:
                return
            say("watching; Ctrl-C ends it")
            while files_seen(paths) == before:
                time.sleep(INTERVAL)
    except KeyboardInterrupt:
        return


def files_seen(paths: Iterable[str]) -> Seen:
    """The time and size of each file; hidden ones are left out."""
    return {path: stat for one in paths for path, stat in _seen(one)}


def _seen(path: str) -> Iterator[tuple[str, tuple[int, int]]]:
    waiting = [path]
    while waiting:
        one = waiting.pop()
        try:
            if Path(one).is_dir():
                waiting += [entry.path for entry in os.scandir(one) if not entry.name.startswith(".")]
            else:
                stat = os.stat(one)  # noqa: PTH116 -- the path is a text already
                yield one, (stat.st_mtime_ns, stat.st_size)
        except OSError:  # it went away: the next look finds it gone
            continue
