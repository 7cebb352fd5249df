"""Progress: one line on the terminal that is rewritten; nothing without a terminal."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from scograph.messages import visible
from scograph.streams import Source

_SECONDS = 0.2


class _Line:
    """The line, written anew a few times a second."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._started = self._last = time.monotonic()

    @property
    def is_due(self) -> bool:
        """Whether somebody sees it, and has seen the last one long enough."""
        return self._is_shown and time.monotonic() - self._last >= _SECONDS

    def write(self, what: str, done: int, total: int) -> None:
        """What is done, how fast, and how long the rest may take if it is known, in bytes."""
        if not self._is_shown:
            return
        self._last = time.monotonic()
        rate = done / max(self._last - self._started, 1e-9)
        ahead = f" · {max(total - done, 0) / max(rate, 1):,.0f} s left" if total else ""
        _over(f"{what}{ahead} · {rate / 1e6:,.1f} MB/s")

    def clear(self) -> None:
        """Take it away, so that other lines stand alone."""
        if self._is_shown:
            _over("")


def _over(text: str) -> None:
    sys.stderr.write(f"\r\x1b[K{visible(text)}")
    sys.stderr.flush()


@contextmanager
def reading(files: Sequence[Source]) -> Iterator[Callable[[int], None]]:
    """A line that says how far the input is read; told the bytes of the file that is being read."""
    line = _Line()
    sizes = [source.size for source in files]
    total = sum(size for size in sizes if size) if None not in sizes else 0
    done = before = 0

    def told(count: int) -> None:
        nonlocal done, before
        if count < before:  # the next file
            done += before
        before = count
        if line.is_due:
            of = f" of {total / 1e6:,.0f}" if total else ""
            line.write(f"{(done + count) / 1e6:,.0f} MB{of}", done + count, total)

    try:
        yield told
    finally:
        line.clear()


class Transfer:
    """A line that says how much of what has to go to a store went, and came back."""

    def __init__(self) -> None:
        self._steps: tuple[str, ...] = ()
        self._moved: Counter[str] = Counter()
        self._total = 0
        self._line = _Line()

    @contextmanager
    def of(self, total: int, *steps: str) -> Iterator[None]:
        """So many bytes go through each of these steps meanwhile."""
        self._moved.clear()
        self._steps = steps
        self._total = total
        self._line = _Line()
        try:
            yield
        finally:
            self._line.clear()
            self._total = 0

    def told(self, step: str, count: int) -> None:
        """So many bytes more went through a step; what is sent twice is not more than all."""
        if not self._total:
            return
        self._moved[step] = min(self._moved[step] + count, self._total)
        is_through = self._moved[step] == self._total
        if self._line.is_due or is_through:  # then nothing is told for as long as the store works
            done = ", ".join(f"{self._moved[name] / 1e6:,.0f} MB {name}" for name in self._steps)
            what = f"{done} of {self._total / 1e6:,.0f}"
            self._line.write(what, self._moved.total(), self._total * len(self._steps))
