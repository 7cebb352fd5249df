"""What the page of a rule holds."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from scograph.model import Place, Severity

WIDTH = 100


@dataclass(frozen=True, slots=True)
class Page:
    """The page of one rule.

    Args:
        code: Its code.
        severity: How grave what it finds is; None where that differs.
        finds: What it finds.
        why: Why that is wrong, and what to do about it.
        wrong: An example that it finds, in Turtle or what else the file is in.
        right: The same, put right.
        place: Where the rule itself stands.
    """

    code: str
    severity: Severity | None
    finds: str
    why: str
    wrong: str
    right: str
    place: Place | None = None

    def text(self) -> Iterator[str]:
        """The page, line by line."""
        yield f"{self.code}{f' ({self.severity})' if self.severity else ''}: {self.finds}"
        if self.why:
            yield ""
            yield from textwrap.wrap(self.why, WIDTH)
        for title, example in (("wrong", self.wrong), ("right", self.right)):
            yield ""
            yield f"{title}:"
            yield from textwrap.indent(example, "    ").splitlines()
        if self.place:
            yield ""
            yield f"the rule: {self.place}"
