"""What became of each passage of a text in a newer one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scograph.model import TextSpan


class Outcome(StrEnum):
    """What became of a passage."""

    SAME = "same"
    """Its words stand in their place. Typography may differ: `Placement.forms` says in what."""
    MOVED = "moved"
    """Its words stand in another place, and so much of what is around them moved too that they are the same ones."""
    EDITED = "edited"
    """Other words stand in its place, of which a part is its own."""
    GONE = "gone"
    """Its words are nowhere, and the newer text covers its place."""
    NOT_REACHED = "not reached"
    """The newer text ends before its place, or begins after it."""
    AMBIGUOUS = "ambiguous"
    """A person has to decide: `Placement.reason` says why, `Placement.candidates` where it may stand."""


class Extent(StrEnum):
    """How much of a document a text has."""

    WHOLE = "whole"
    BEGINNING = "beginning"
    EXCERPT = "excerpt"


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of the older text.

    Args:
        name: What it is called, such as its IRI; no other has the name.
        start: Code points of the text before it.
        end: Code points of the text before what follows it.
        read_with: The names of the passages without which it cannot be read, such as a heading.
    """

    name: str
    start: int
    end: int
    read_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a text.

    Args:
        start: Code points of the text before it.
        end: Code points of the text before what follows it.
        level: From 1; 0 where it is not known.
    """

    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Placement:
    """What became of a passage.

    Args:
        name: The passage.
        outcome: What became of it.
        span: Where it stands in the newer text, if it is the same, moved or edited; else None.
        forms: In what typography its words differ there, such as `quotes`; only if it is the same or moved.
        reason: Why a person has to decide, or what has to be seen, as a sentence; often empty.
        candidates: Where an ambiguous one may stand; other outcomes have none.
    """

    name: str
    outcome: Outcome
    span: TextSpan | None = None
    forms: tuple[str, ...] = ()
    reason: str = ""
    candidates: tuple[TextSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Alignment:
    """What became of all passages.

    Args:
        placements: One for each passage, in the order in which they were given.
        new: The stretches of the newer text that the older one does not have, each in one line: no passage that is
            the same, moved or edited stands there, and none that is ambiguous may.
        is_cut: Whether the newer text ends in the middle of a line of the older one, so that it is taken for a
            beginning, whatever was said of its extent.
    """

    placements: tuple[Placement, ...]
    new: tuple[TextSpan, ...]
    is_cut: bool = False

    def __getitem__(self, name: str) -> Placement:
        """The placement of a passage."""
        return next(placement for placement in self.placements if placement.name == name)
