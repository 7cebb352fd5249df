"""Passages placed in a newer text, beside programs that go by likeness: make bench-sources.

    python -m bench.sources [--sizes 2 20 200] [--runs 3]

Texts in five languages are changed in known ways (tests/changed_texts.py). Ours aligns the two. The others do what is
usual: a passage whose words are found is where they are found next to its old place, any other is the line that is most
like it. rapidfuzz is measured if it is installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

# ruff: isort: off
from changed_texts import CHANGES, LANGUAGES, Line, Sections, fault_of, forget_returns, large, remember_homes, rendered

from scograph.model import TextSpan
from scograph.alignment import Heading, Outcome, Passage, Placement, align

RESULTS = Path(__file__).parent / "results"
CUTOFF = 0.6
"""The least likeness of a line that is taken for a passage, as difflib proposes it."""
MAX_LOOKED_FOR = 40
"""So many passages are looked for by difflib in a run; its time is given for all that it would have to look for."""

Placed = tuple[list[Placement], float]
"""Placements, and seconds of processor time."""


def ours(
    old: str, new: str, passages: list[Passage], old_headings: list[Heading], new_headings: list[Heading]
) -> Placed:
    """The alignment."""
    began = time.process_time()
    found = align(old, new, passages, old_headings=old_headings, new_headings=new_headings)
    return list(found.placements), time.process_time() - began


def by_likeness(ratio: Callable[[str, str], float], limit: int) -> Callable[..., Placed]:
    """A program that takes the line which is most like a passage."""

    def place(old: str, new: str, passages: list[Passage], *_headings: list[Heading]) -> Placed:
        began = time.process_time()
        lines, at = [], 0
        for line in new.split("\n"):
            lines.append((line, TextSpan(at, at + len(line))))
            at += len(line) + 1
        found, looked_for = [], []
        for passage in passages:
            words = old[passage.start : passage.end]
            before, behind = new.rfind(words, 0, passage.end), new.find(words, passage.start)
            near = [start for start in (before, behind) if start >= 0]
            start = min(near, key=lambda at, old_start=passage.start: abs(at - old_start), default=-1)
            if start >= 0:
                found.append(Placement(passage.name, Outcome.SAME, TextSpan(start, start + len(words))))
            else:
                looked_for.append((passage.name, words))
        exact, began = time.process_time() - began, time.process_time()
        for name, words in looked_for[:limit]:
            likeness, span = max((ratio(words, line), (span.start, span.end)) for line, span in lines)
            is_found = likeness >= CUTOFF
            found.append(
                Placement(name, Outcome.EDITED if is_found else Outcome.GONE, TextSpan(*span) if is_found else None)
            )
        likely = time.process_time() - began
        return found, exact + likely * len(looked_for) / max(min(limit, len(looked_for)), 1)

    return place


def programs() -> dict[str, Callable[..., Placed]]:
    """The programs that are here."""
    found: dict[str, Callable[..., Placed]] = {
        "scograph": ours,
        "difflib": by_likeness(lambda a, b: SequenceMatcher(None, a, b, autojunk=False).ratio(), MAX_LOOKED_FOR),
    }
    if importlib.util.find_spec("rapidfuzz"):
        from rapidfuzz import fuzz  # noqa: PLC0415 -- it need not be here

        found["rapidfuzz"] = by_likeness(lambda a, b: fuzz.ratio(a, b) / 100, 1 << 30)
    return found


def changed(size: int, seed: int) -> tuple[tuple[object, ...], dict[str, Line], dict[str, tuple[int, int]]]:
    """A text with its changed one, the lines that are known by name, and where each stands in the changed text."""
    chooser = random.Random(seed)  # noqa: S311 -- no secret
    language = LANGUAGES[sorted(LANGUAGES)[seed % len(LANGUAGES)]]
    sections: Sections = large(language, chooser, size)
    old, spans, old_headings = rendered(sections)
    lines = {line.name: line for section in sections for line in section}
    remember_homes(sections)
    for _ in range(max(3, len(lines) // 50)):
        CHANGES[chooser.choice(sorted(CHANGES))](sections, language, chooser)
    forget_returns(sections)
    new, places, new_headings = rendered(sections)
    passages = [Passage(name, *span) for name, span in spans.items()]
    return (old, new, passages, old_headings, new_headings), lines, places


def wrong(found: list[Placement], lines: dict[str, Line], places: dict[str, tuple[int, int]]) -> int:
    """How many passages are attached to words that are not their own."""
    count = 0
    twins: dict[tuple[str, str], list[tuple[int, int] | None]] = {}
    for line in lines.values():
        twins.setdefault((line.text, line.home), []).append(places.get(line.name))
    for placement in found:
        line = lines[placement.name]
        same = twins[line.text, line.home]
        span = (placement.span.start, placement.span.end) if placement.span else None
        is_placed = placement.outcome in (Outcome.SAME, Outcome.MOVED, Outcome.EDITED)
        is_twin = len(same) > 1 and span is not None and span in same
        fault = fault_of(placement, line, places.get(line.name), is_reached=True)
        count += is_placed and not is_twin and bool(fault)
    return count


def main() -> int:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[2, 20, 200], help="kilobytes [default: 2 20 200]")
    parser.add_argument("--runs", type=int, default=5, help="texts of each size, in one language after another")
    args = parser.parse_args()
    text = "".join(_report(args.sizes, args.runs))
    path = RESULTS / f"sources-{datetime.now(UTC):%Y-%m-%d}.md"
    path.write_text(text, encoding="utf-8")
    print(text)
    return 0


def _report(sizes: list[int], runs: int) -> Iterator[str]:
    yield "# Passages in a newer text\n\n"
    yield f"Medians of {runs} texts in as many languages. difflib looks for {MAX_LOOKED_FOR} passages at most, and\n"
    yield "its time is that for all. *Wrong*: attached to words that are not the passage's own, or that only a person\n"
    yield "can tell to be.\n\n"
    yield f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.\n\n"
    yield "| kB | program | processor time, s | passages looked at | wrong |\n|--:|---|--:|--:|--:|\n"
    for size in sizes:
        cases = [changed(size * 1000, seed) for seed in range(runs)]
        for name, program in programs().items():
            times, looked_at, errors = [], 0, 0
            for texts, lines, places in cases:
                found, seconds = program(*texts)
                times.append(seconds)
                looked_at += len(found)
                errors += wrong(found, lines, places)
            yield f"| {size} | {name} | {median(times):.3f} | {looked_at:,} | {errors:,} |\n"
    yield "\nThe most work are two texts that share no passage: each is looked for everywhere.\n\n"
    yield "| kB | language | processor time, s |\n|--:|---|--:|\n"
    for size in sizes:
        for language in sorted(LANGUAGES):
            yield f"| {size} | {language} | {_unrelated(size * 1000, language):.3f} |\n"


def _unrelated(size: int, language: str) -> float:
    """Seconds of processor time for two texts that share no passage."""
    chooser = random.Random(1)  # noqa: S311 -- no secret
    (old, spans, old_headings), (new, _, new_headings) = (
        rendered(large(LANGUAGES[language], chooser, size)) for _ in range(2)
    )
    passages = [Passage(name, *span) for name, span in spans.items()]
    return ours(old, new, passages, old_headings, new_headings)[1]


if __name__ == "__main__":
    sys.exit(main())
