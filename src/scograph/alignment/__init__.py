"""What became of the passages of a text in a newer one: same, moved, edited, gone, not reached, or ambiguous."""

from __future__ import annotations

from scograph.alignment.comparison import differs_in_typography_alone, overlap
from scograph.alignment.model import Alignment, Extent, Heading, Outcome, Passage, Placement
from scograph.alignment.placing import MIN_WORDS, align
from scograph.alignment.tokens import forms_changed

__all__ = [
    "MIN_WORDS",
    "Alignment",
    "Extent",
    "Heading",
    "Outcome",
    "Passage",
    "Placement",
    "align",
    "differs_in_typography_alone",
    "forms_changed",
    "overlap",
]
