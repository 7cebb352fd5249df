"""The figures that were set, each with what was measured: reached, not reached, or not measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import log
from typing import Protocol

from bench.engines import OURS
from bench.generate import size

TIMES_OURS = (
    # triples, shapes, engine, measure, how many times ours at least
    ("1M", "sparql", "pyshacl", "cpu", 30.0),
    ("1M", "core", "pyshacl", "cpu", 15.0),
    ("100k", "sparql", "pyshacl", "cpu", 22.0),
    ("100k", "core", "pyshacl", "cpu", 11.0),
    ("built-in project", "its own", "pyshacl", "cpu", 5.0),
    *(
        ("1M", shapes, engine, measure, 1.0)
        for engine in ("jena", "pyshifty", "pyrudof")
        for shapes in ("core", "sparql")
        for measure in ("cpu", "wall")
    ),
)
SHARE_OF_MEMORY = 0.75
"""Of pySHACL's, at most."""
JUDGES = ("jena", "pyshifty")
"""Whose results ours must be."""
EXPONENT = 1.15
"""Of the growth of processor time with the number of triples, at most."""


class Measured(Protocol):
    """What the figures are about."""

    engine: str
    size: str
    shapes: str
    faults: str
    found: Mapping[tuple[str, str, str], int]

    def median(self, measure: str) -> float | None:
        """The median of a measure, None if it did not finish."""


def verdicts(cells: Sequence[Measured]) -> Iterator[str]:
    """Compare what was measured with the figures.

    Args:
        cells: What was measured.

    Returns:
        A line of Markdown for each figure.
    """
    cells = [cell for cell in cells if cell.faults != "0"]
    by = {(cell.size, cell.shapes, cell.engine): cell for cell in cells}

    def cost(measure: str, *key: str) -> float | None:
        cell = by.get(key)
        return cell.median(measure) if cell else None

    for triples, shapes, engine, measure, times in TIMES_OURS:
        theirs, ours = cost(measure, triples, shapes, engine), cost(measure, triples, shapes, OURS)
        found = theirs / ours if theirs and ours else None
        yield _line(
            f"{triples}, {shapes}: {measure} of {engine} / ours ≥ {times:g}",
            found,
            reached=bool(found and found >= times),
        )
    for triples, shapes in (("1M", "sparql"), ("1M", "core"), ("100k", "sparql"), ("100k", "core")):
        theirs, ours = cost("peak", triples, shapes, "pyshacl"), cost("peak", triples, shapes, OURS)
        found = ours / theirs if theirs and ours else None
        text = f"{triples}, {shapes}: peak memory of ours / pyshacl ≤ {SHARE_OF_MEMORY}"
        yield _line(text, found, reached=bool(found and found <= SHARE_OF_MEMORY))
    for shapes in ("core", "sparql"):
        for judge in JUDGES:
            yield from _agreement(cells, shapes, judge)
        yield from _growth(cells, shapes)


def _line(text: str, found: float | None, *, reached: bool) -> str:
    said = "not measured" if found is None else f"{found:.2f}, {'reached' if reached else 'not reached'}"
    return f"- {text}: {said}"


def _agreement(cells: Sequence[Measured], shapes: str, judge: str) -> Iterator[str]:
    done = {(c.engine, c.size): c for c in cells if c.shapes == shapes and c.median("cpu") is not None}
    both = [triples for engine, triples in done if engine == judge and (OURS, triples) in done]
    same = [triples for triples in both if done[OURS, triples].found == done[judge, triples].found]
    text = f"{shapes}: the same results as {judge}, by shape, component and focus node"
    if not both:
        yield f"- {text}: not measured"
    else:
        said = "reached" if same == both else "not reached"
        yield f"- {text}: {said} (at {', '.join(same) or 'none'} of {', '.join(both)})"


def _growth(cells: Sequence[Measured], shapes: str) -> Iterator[str]:
    """The slope of a line through the logarithms, and the steepest step, since a start-up time flattens the line."""
    points = sorted(
        (log(size(c.size)), log(cpu))
        for c in cells
        if c.engine == OURS and c.shapes == shapes and (cpu := c.median("cpu"))
    )
    text = f"{shapes}: CPU of ours grows with exponent ≤ {EXPONENT} from 10k to 5M"
    if not {log(size("10k")), log(size("5M"))} <= {x for x, _ in points}:
        yield f"- {text}: not measured"
        return
    mean_x, mean_y = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
    steepest = max((y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in pairwise(points))
    yield f"{_line(text, slope, reached=slope <= EXPONENT)} (steepest step {steepest:.2f})"
