"""What the benchmark of exports says: the table, the figures to reach, and each run as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from statistics import median

OURS = "scograph"
BUILTIN = "built-in project"

FIGURES = (
    # task, program, task of the program, CPU of ours / theirs at most
    ("nt", "oxigraph", "nt", 1.35),
    ("sorted", "oxigraph", "nt", 2.0),
    ("nt", "rdflib", "nt", 1 / 20),
    ("nt", "riot", "nt", 1 / 3),
    ("compact", "oxigraph", "expanded", 1.5),
    ("compact", "rdflib", "compact", 1 / 15),
    ("compact", "riot", "compact", 1 / 10),
    ("compact", "pyld", "compact", 1 / 25),
)
MOST_MEMORY = 64
"""Megabytes (10^6 bytes) at the largest size."""

ABOUT = (
    "Whole processes, start included, run in turn; medians, of fewer runs where one takes long. CPU is of all",
    "processes of a command, the peak that of the largest. `oxigraph` is `oxigraph convert`; `cat` is what any reading",
    "and writing costs; `pyld` is compaction alone, of an expanded document; `riot` compacts by prefixes.",
)


@dataclass
class Cell:
    """One program at one task and size."""

    task: str
    program: str
    size: str
    runs: list[dict[str, float]] = field(default_factory=list)
    failure: str = ""
    bytes: int = 0

    def median(self, measure: str) -> float | None:
        """The median of the runs, None if there is none."""
        return median(run[measure] for run in self.runs) if self.runs and not self.failure else None

    def share_of(self, other: Cell) -> float | None:
        """The processor time in that of another, the median of the runs that were made one after the other."""
        if self.failure or other.failure:
            return None
        pairs = zip(self.runs, other.runs, strict=False)  # the slow have fewer
        shares = [ours["cpu"] / theirs["cpu"] for ours, theirs in pairs]
        return median(shares) if shares else None


def report(
    cells: Sequence[Cell], sizes: Sequence[str], versions: Mapping[str, str], absent: Mapping[str, str]
) -> Iterator[str]:
    """The lines of the table and of the figures to reach.

    Args:
        cells: What was measured.
        sizes: The sizes, the largest last.
        versions: The version of each program.
        absent: What does not install here, with the reason.
    """
    yield f"# Exports, side by side, {datetime.now(UTC).date()}"
    yield ""
    yield f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the end."
    yield from ABOUT
    yield ""
    yield from (f"- {program}: {version}" for program, version in versions.items())
    yield from (f"- without {program}: {why}" for program, why in sorted(absent.items()))
    yield ""
    yield "| triples | task | program | runs | CPU s | wall s | peak MB | MB written |"
    yield "|---|---|---|--:|--:|--:|--:|--:|"
    for cell in cells:
        head = f"| {cell.size} | {cell.task} | {cell.program} | {len(cell.runs)} |"
        cpu, wall, peak = (cell.median(measure) for measure in ("cpu", "wall", "peak"))
        if cpu is None or wall is None or peak is None:
            yield f"{head} {cell.failure} | | | |"
        else:
            yield f"{head} {cpu:.2f} | {wall:.2f} | {peak:.0f} | {cell.bytes / 1e6:.1f} |"
    yield ""
    yield "## Figures to reach"
    yield ""
    yield from _verdicts(cells, sizes)


def as_json(cells: Sequence[Cell], versions: Mapping[str, str], absent: Mapping[str, str]) -> str:
    """Each run of each cell."""
    said = {"versions": versions, "absent": absent, "cells": [asdict(cell) for cell in cells]}
    return json.dumps(said, indent=1) + "\n"


def _verdicts(cells: Sequence[Cell], sizes: Sequence[str]) -> Iterator[str]:
    by = {(cell.size, cell.task, cell.program): cell for cell in cells}
    at = "1M" if "1M" in sizes else sizes[-1]
    for task, program, theirs, most in FIGURES:
        ours, other = by.get((at, task, OURS)), by.get((at, theirs, program))
        found = ours.share_of(other) if ours and other else None
        bound = f"≤ {most:g}" if most >= 1 else f"≤ 1/{1 / most:g}"
        said = "not measured"
        if found is not None:
            share = f"{found:.2f}" if most >= 1 else f"1/{1 / found:.1f}"
            said = f"{share}, {'reached' if found <= most else 'not reached'}"
        yield f"- {at}: CPU of ours ({task}) / {program} ({theirs}) {bound}: {said}"
    largest = sizes[-1]
    for task in ("nt", "nq", "sorted", "compact", "expanded"):
        cell = by.get((largest, task, OURS))
        peak = cell.median("peak") if cell else None
        said = "not measured" if peak is None else f"{peak:.0f}, {'reached' if peak <= MOST_MEMORY else 'not reached'}"
        yield f"- {largest}: peak MB of ours ({task}) ≤ {MOST_MEMORY}: {said}"
    ours, other = (by.get((BUILTIN, "nt", program)) for program in (OURS, "rdflib"))
    found = ours.share_of(other) if ours and other else None
    if found is not None:
        yield f"- {BUILTIN}: CPU of ours / rdfpipe ≤ 1/4: {found:.3f}, {'reached' if found <= 1 / 4 else 'not reached'}"
