"""Validation side by side with other engines, each a whole process as a user would run it: make bench-check.

    python -m bench.check [--sizes 10k,100k,1M,5M] [--engines scograph,pyshacl] [--shapes core,sparql] [--runs 3]

It makes the data, runs the engines in turn, and prints one table: processor time with children, time on the wall, peak
memory, and the number of results, each the median of the runs. The table and all figures go to bench/results/.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from statistics import median

from bench import generate
from bench.engines import ENGINES, HERE, LIMITS, OURS, SCOGRAPH, Engine, NotInstalledError, engine
from bench.figures import verdicts
from bench.reports import Counts, Found, counted, differences, read

DATA = HERE / ".data"
GRAPH = DATA / "data.ttl"
RESULTS = HERE / "results"
SHAPES = ("core", "sparql")
BUILTIN = "built-in project"


@dataclass
class Cell:
    """One engine at one size with one set of shapes: what its runs cost, and what it found."""

    engine: str
    size: str
    shapes: str
    faults: str
    runs: list[dict[str, float]] = field(default_factory=list)
    failure: str = ""
    cut: bool = False
    found: Found = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def median(self, measure: str) -> float | None:
        """The median of the runs: `cpu` and `wall` in seconds, `peak` in megabytes; None if it did not finish."""
        return None if self.failure or not self.runs else median(run[measure] for run in self.runs)


def main() -> int:
    """Measure, write, print."""
    args = _arguments()
    args.machine = _machine()
    DATA.mkdir(exist_ok=True)
    lock = (DATA / "lock").open("w")
    try:
        flock(lock, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        print("another run is under way here: both would write the same data", file=sys.stderr)
        return 2
    engines, absent = _installed(args.engines)
    cells: list[Cell] = []
    for size in args.sizes:
        for faults in (args.faults, "0") if size == args.conforming else (args.faults,):
            summary = _data(size, faults, args.seed)
            for shapes in args.shapes:
                meant = summary.results(sparql=shapes == "sparql")
                row = [Cell(one.name, size, shapes, faults) for one in engines]
                _limit(row, cells, args.limits)
                _measure(engines, row, meant, args)
                cells += row
                _write(engines, absent, cells, args)
    if args.builtin:
        cells += _builtin(engines, args)
    print(_write(engines, absent, cells, args), end="")
    return 0


def _write(engines: list[Engine], absent: dict[str, str], cells: list[Cell], args: argparse.Namespace) -> str:
    """Write what is known so far, so that a run that is ended by hand leaves it."""
    RESULTS.mkdir(exist_ok=True)
    name = f"check-{args.date}{'-' + args.label if args.label else ''}"
    text = "\n".join(_report(engines, absent, cells, args)) + "\n"
    (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
    (RESULTS / f"{name}.json").write_text(_json(engines, absent, cells, args), encoding="utf-8")
    return text


def _arguments() -> argparse.Namespace:
    def words(text: str) -> list[str]:
        return [word for word in text.split(",") if word]

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=words, default=["10k", "100k", "1M", "5M"])
    parser.add_argument("--engines", type=words, default=list(ENGINES), help=", ".join(ENGINES))
    parser.add_argument("--shapes", type=words, default=list(SHAPES), help="core, sparql")
    parser.add_argument("--limits", type=words, default=[], help="largest size of an engine: pyshacl=100k,jena=5M")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--bound", type=float, default=900, help="seconds on the wall that one run may take")
    parser.add_argument("--patience", type=float, default=900, help="seconds after which an engine is not run again")
    parser.add_argument("--faults", default="0.01", help="share of the subjects with a fault")
    parser.add_argument("--conforming", default="100k", help="the size that is measured without faults too")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-builtin", dest="builtin", action="store_false", help=f"without the {BUILTIN}")
    parser.add_argument("--date", default=str(datetime.now(UTC).date()), help="in the names of the files of results")
    parser.add_argument("--label", default="", help="after the date in those names")
    args = parser.parse_args()
    args.limits = LIMITS | dict(limit.split("=", 1) for limit in args.limits)
    for name, known in ((args.engines, ENGINES), (args.shapes, SHAPES)):
        if unknown := set(name) - set(known):
            parser.error(f"{', '.join(sorted(unknown))}: it can be {', '.join(known)}")
    return args


def _installed(names: list[str]) -> tuple[list[Engine], dict[str, str]]:
    engines, absent = [], {}
    for name in names:
        try:
            engines.append(engine(name))
        except NotInstalledError as error:
            absent[name] = str(error)
    return engines, absent


def _data(size: str, faults: str, seed: int) -> generate.Summary:
    """Make the graph of that size anew: it takes seconds, and a kept one might be of another generator."""
    DATA.mkdir(exist_ok=True)
    with GRAPH.open("w", encoding="utf-8", newline="\n") as out:
        return generate.write(out, generate.size(size), seed=seed, faults=float(faults))


def _shapes(name: str) -> Path:
    """One file of shapes, since not every engine takes several."""
    path = DATA / f"shapes-{name}.ttl"
    files = SHAPES[: SHAPES.index(name) + 1]
    path.write_text("\n".join((HERE / "shapes" / f"{one}.ttl").read_text(encoding="utf-8") for one in files))
    return path


def _limit(cells: list[Cell], before: list[Cell], limits: dict[str, str]) -> None:
    """Say of engines that are not run at this size why not."""
    for cell in cells:
        at = generate.size(cell.size)
        cut = [c.size for c in before if (c.engine, c.shapes) == (cell.engine, cell.shapes) and c.cut]
        if any(generate.size(size) <= at for size in cut):
            cell.failure = f"not run: it did not finish at {cut[0]}"
        elif generate.size(limits.get(cell.engine, cell.size)) < at:
            cell.failure = f"not run above {limits[cell.engine]}"


def _measure(engines: list[Engine], cells: list[Cell], meant: Counts, args: argparse.Namespace) -> None:
    """Run the engines on one graph and one set of shapes, in turn, so that a busy minute is shared."""
    shapes, report = _shapes(cells[0].shapes), DATA / "report.ttl"
    for _ in range(args.runs):
        for one, cell in zip(engines, cells, strict=True):
            if not cell.failure and sum(run["wall"] for run in cell.runs) < args.patience:
                _run(cell, one.validate(GRAPH, shapes), args.bound, report)
                if not cell.failure:
                    _read(cell, report, meant)


def _run(cell: Cell, command: list[str], bound: float, out: Path) -> None:
    err = DATA / "errors.txt"
    measure = [sys.executable, "-S", str(HERE / "measure.py"), str(bound), str(out), str(err), "--", *command]
    cost = json.loads(subprocess.run(measure, check=True, capture_output=True, text=True).stdout)
    cell.cut = bool(cost["cut"])
    if cell.cut:
        cell.failure = f"cut after {bound:g} s"
    elif cost["code"] not in (0, 1):
        said = err.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["no message"]
        cell.failure = f"ended with {cost['code']}: {said[-1][:120].replace(str(HERE.parent), '')}"
    else:
        cell.runs.append({name: cost[name] for name in ("cpu", "wall", "peak")})
    said = cell.failure or f"{cost['cpu']:.2f} s"
    print(f"  {cell.size} {cell.faults} {cell.shapes} {cell.engine}: {said}", flush=True)


def _read(cell: Cell, report: Path, meant: Counts) -> None:
    try:
        found = read(report)
    except (SyntaxError, ValueError) as error:
        cell.failure = f"its report is no Turtle: {error}"
        return
    if len(cell.runs) > 1 and found != cell.found:
        cell.failure = "its runs do not agree with each other"
    cell.found = found
    cell.differences = differences(cell.engine, counted(found), meant)


def _builtin(engines: list[Engine], args: argparse.Namespace) -> list[Cell]:
    """`scograph check`, all its checks, beside the pyshacl command on the graph and the shapes that it publishes."""
    names = {one.name: one for one in engines}
    if not {OURS, "pyshacl"} <= names.keys():
        return []
    DATA.mkdir(exist_ok=True)
    dist = DATA / "dist"
    root = HERE.parent
    subprocess.run([SCOGRAPH, "build", "-o", str(dist)], cwd=root, check=True, capture_output=True)
    shapes = DATA / "shapes-builtin.ttl"
    shapes.write_text("\n".join(file.read_text(encoding="utf-8") for file in sorted(dist.glob("shapes*.ttl"))))
    pyshacl = [names["pyshacl"].command[0], "-s", str(shapes), "-e", str(dist / "ontology.ttl"), "-f", "turtle"]
    cells = [Cell(name, BUILTIN, "its own", "–") for name in (OURS, "pyshacl")]
    for _ in range(args.runs):
        for cell, command in zip(cells, ([SCOGRAPH, "check"], [*pyshacl, str(dist / "sco.ttl")]), strict=True):
            if not cell.failure:
                _run(cell, command, args.bound, DATA / "report.txt")
    return cells


def _versions(engines: list[Engine], absent: dict[str, str]) -> Iterator[str]:
    for one in engines:
        yield f"- {one.name} {one.version}"
    for name, reason in absent.items():
        yield f"- {name} does not install here: {reason}"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}; load before: {os.getloadavg()[0]:.1f}"
    )


def _report(
    engines: list[Engine], absent: dict[str, str], cells: list[Cell], args: argparse.Namespace
) -> Iterator[str]:
    yield f"# Validation, side by side, {args.date}"
    yield ""
    yield f"{args.machine}. Whole processes, medians, run in turn. Faults: the share of subjects that have one."
    yield ""
    yield from _versions(engines, absent)
    yield ""
    yield "| triples | faults | shapes | engine | runs | CPU s | wall s | peak MB | results | CPU / ours | as meant |"
    yield "|---|---|---|---|--:|--:|--:|--:|--:|--:|---|"
    ours = {(cell.size, cell.faults, cell.shapes): cell.median("cpu") for cell in cells if cell.engine == OURS}
    for cell in cells:
        head = f"| {cell.size} | {cell.faults} | {cell.shapes} | {cell.engine} | {len(cell.runs)} |"
        cpu, base = cell.median("cpu"), ours.get((cell.size, cell.faults, cell.shapes))
        if cpu is None:
            yield f"{head} {cell.failure} | | | | | |"
            continue
        times = f"{cpu / base:.1f} ×" if base else ""
        meant = "" if cell.size == BUILTIN else "no" if cell.differences else "yes"
        results = "" if cell.size == BUILTIN else str(cell.found.total())
        wall, peak = cell.median("wall"), cell.median("peak")
        yield f"{head} {cpu:.2f} | {wall:.2f} | {peak:.0f} | {results} | {times} | {meant} |"
    yield ""
    yield "## Figures to reach"
    yield ""
    yield from verdicts(cells)
    yield ""
    yield "## Results that are not those the faults were made to give"
    yield ""
    lines = [
        f"- {cell.size} {cell.faults} {cell.shapes} {cell.engine}: {line}"
        for cell in cells
        for line in cell.differences
    ]
    yield from lines or ["None."]


def _json(engines: list[Engine], absent: dict[str, str], cells: list[Cell], args: argparse.Namespace) -> str:
    said = {
        "machine": args.machine,
        "seed": args.seed,
        "versions": {one.name: one.version for one in engines},
        "absent": absent,
        "cells": [
            {
                "triples": cell.size,
                "faults": cell.faults,
                "shapes": cell.shapes,
                "engine": cell.engine,
                "failure": cell.failure,
                "runs": [{measure: round(value, 3) for measure, value in run.items()} for run in cell.runs],
                "results": {f"{shape} {component}": n for (shape, component), n in sorted(counted(cell.found).items())},
            }
            for cell in cells
        ],
    }
    return json.dumps(said, indent=1) + "\n"


if __name__ == "__main__":
    sys.exit(main())
