"""A section of a coverage report."""

from __future__ import annotations

from dataclasses import dataclass

from scograph.model import Place


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is not covered.

    Args:
        kind: What is so with it, the same words for all such things.
        message: What it is.
        place: Where it stands.
        hint: What may be meant instead.
        places: Where all of it stands, where it is several things.
    """

    kind: str
    message: str
    place: Place | None = None
    hint: str = ""
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One measure.

    Args:
        name: What it is called.
        covered: So many are covered.
        total: Of so many.
        summary: What was counted.
        items: What is not covered.
        notes: What could not be measured, and why.
    """

    name: str
    covered: int
    total: int
    summary: str
    items: tuple[Item, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def percent(self) -> float | None:
        """The share in percent, rounded down to a tenth so that 100 means all; None where there is nothing to cover."""
        return (self.covered * 1000 // self.total) / 10 if self.total else None
