"""Texts that are changed in known ways, and passages that must not be attached to the words of others."""

from __future__ import annotations

import random

from changed_texts import cases
from proof.tally import Tally

GOAL = 0.995
"""The part of long passages that is found again, in their place or moved."""


def texts(chooser: random.Random, count: int) -> Tally:
    """Change so many texts, and hold what the alignment says against what was done.

    Args:
        chooser: What chooses.
        count: How many.

    Returns:
        What was tried: a wrong attachment is a loss; too few passages found are an untrue result.
    """
    tally = Tally("changed texts")
    tally.tried, wrong, _, counts = cases(count, f"proof {chooser.random()}")
    for fault in wrong:
        tally.lost(fault)
    for kind in sorted(kind for kind in counts if not kind.startswith("found ")):
        share = counts[f"found {kind}"] / counts[kind]
        tally.notes.append(f"{kind}: {counts[kind]:,}, found {share:.2%}")
        if kind in ("in place", "moved") and counts[kind] >= 200 and share < GOAL:
            tally.lied(f"{kind}: {share:.2%} found")
    return tally
