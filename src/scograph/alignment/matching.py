"""Which tokens of two texts are the same ones: patience diff, over runs of tokens that occur once in each text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

LEVELS = (32, 12, 6, 4, 3, 2, 1, 1)
"""Tokens of a block, from one round to the next: each round looks only between what those before it found."""


def matches(
    old: Sequence[str], new: Sequence[str], known: Sequence[tuple[int, int, int]] = ()
) -> tuple[list[int], list[tuple[int, int, int]]]:
    """For each token of the old text its place in the new one, in order, or -1.

    A run of tokens is matched where it holds a block that occurs once in both stretches that are compared. The time is
    in proportion to the length of the texts, whatever they are.

    Args:
        old: The tokens of the old text.
        new: Those of the new one.
        known: Blocks that are known to be the same: their places in both, and their sizes. They do not overlap.

    Returns:
        The places, and the known blocks that are out of order: none of their tokens is matched.

    Example:
        >>> matches("a b c d".split(), "a x c d".split())
        ([0, -1, 2, 3], [])
    """
    numbers: dict[str, int] = {}
    a = [numbers.setdefault(key, len(numbers)) for key in old]
    b = [numbers.setdefault(key, len(numbers)) for key in new]
    found = [-1] * len(a)
    in_order = _in_order([(i, j) for i, j, _ in sorted(known)])
    moved = sorted(set(known) - {(i, j, size) for i, j, size in known if (i, j) in set(in_order)})
    for number, (i, j, size) in enumerate(moved):
        a[i : i + size] = [-2 * number - 1] * size
        b[j : j + size] = [-2 * number - 2] * size
    gaps = []
    at = to = 0
    sizes = {(i, j): size for i, j, size in known}
    for i, j in in_order:
        size = sizes[i, j]
        found[i : i + size] = range(j, j + size)
        gaps.append((at, i, to, j))
        at, to = i + size, j + size
    gaps.append((at, len(a), to, len(b)))
    for size in LEVELS:
        following = []
        for gap in gaps:
            following += _fill(a, b, gap, size, found)
        gaps = following
    return found, moved


def _fill(
    a: list[int], b: list[int], gap: tuple[int, int, int, int], size: int, found: list[int]
) -> list[tuple[int, int, int, int]]:
    """Match what is between two matches, and give what is left between new ones."""
    if size == 1:  # later than blocks, which extend to both sides: a full stop is no block
        gap = _trimmed(a, b, gap, found)
    first, last, start, end = gap
    if min(last - first, end - start) < size:
        return [gap] if first < last and start < end else []
    anchors = _in_order(_common(a, b, (first, last, start, end), size))
    left = []
    at, to = first, start
    for i, j in anchors:
        overlap = max(at - i, to - j, 0)
        if overlap >= size:
            continue
        first_old, first_new, width = i + overlap, j + overlap, size - overlap
        while first_old > at and first_new > to and a[first_old - 1] == b[first_new - 1]:
            first_old, first_new, width = first_old - 1, first_new - 1, width + 1
        while first_old + width < last and first_new + width < end and a[first_old + width] == b[first_new + width]:
            width += 1
        found[first_old : first_old + width] = range(first_new, first_new + width)
        if at < first_old and to < first_new:
            left.append((at, first_old, to, first_new))
        at, to = first_old + width, first_new + width
    if at < last and to < end:
        left.append((at, last, to, end))
    return left


def _trimmed(a: list[int], b: list[int], gap: tuple[int, int, int, int], found: list[int]) -> tuple[int, int, int, int]:
    """Match what both sides of a gap begin and end with, and give what is left."""
    first, last, start, end = gap
    while first < last and start < end and a[first] == b[start]:
        found[first] = start
        first, start = first + 1, start + 1
    while first < last and start < end and a[last - 1] == b[end - 1]:
        last, end = last - 1, end - 1
        found[last] = end
    return first, last, start, end


def _common(a: list[int], b: list[int], gap: tuple[int, int, int, int], size: int) -> list[tuple[int, int]]:
    """The places of the blocks of a size that occur once in each text, in the order of the first."""
    first, last, start, end = gap
    ours = _unique(a, first, last, size)
    theirs = _unique(b, start, end, size)
    return [(place, theirs[block]) for block, place in ours.items() if place >= 0 and theirs.get(block, -1) >= 0]


def _unique(tokens: list[int], first: int, last: int, size: int) -> dict[object, int]:
    """Each block of a size with its place, or -1 if it occurs more than once."""
    found: dict[object, int] = {}
    blocks: Iterable[object] = tokens[first:last]
    if size > 1:
        blocks = zip(*(tokens[first + step : last - size + 1 + step] for step in range(size)), strict=True)
    for place, block in enumerate(blocks, first):
        found[block] = -1 if block in found else place
    return found


def _in_order(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs, in the order of both texts."""
    tails: list[int] = []
    ends: list[int] = []
    before = [-1] * len(pairs)
    for number, (_, place) in enumerate(pairs):
        at = bisect_left(tails, place)
        before[number] = ends[at - 1] if at else -1
        if at == len(tails):
            tails.append(place)
            ends.append(number)
        else:
            tails[at], ends[at] = place, number
    chain = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]
