"""The content of the page of a rule."""

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
        severity: The severity of its findings; None if that differs.
        finds: What it finds.
        why: Why that is wrong, and how to correct it.
        wrong: An example that it finds, in Turtle or in the format of the file.
        right: The example, corrected.
        place: The file and line of the rule.
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
