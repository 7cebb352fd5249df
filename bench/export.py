"""Exports side by side with other programs, each a whole process as a user would run it: make bench-export.

    python -m bench.export [--sizes 100k,1M,5M] [--tasks nt,sorted,compact,expanded,gzip] [--runs 5]

It makes the data, runs the programs in turn, and prints one table: processor time with children, time on the wall, peak
memory, and bytes, each the median of the runs. The table and all figures go to bench/results/.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench import generate
from bench.engines import CLASS_PATH, HERE, SCOGRAPH, VENV, NotInstalledError, engine

DATA = HERE / ".data"
RESULTS = HERE / "results"
NODE = DATA / "node"
CONTEXT = HERE / "context.jsonld"
OXIGRAPH = str(Path(sys.executable).parent / "oxigraph")
OURS = "scograph"
BUILTIN = "built-in project"
LIMITS = {"rdflib": "1M", "pyld": "100k"}
"""The largest size that a program is given."""

COMMANDS: Mapping[str, Mapping[str, str]] = {
    "nt": {
        OURS: "SCOGRAPH export DATA -f nt",
        "oxigraph": "OXIGRAPH convert -f DATA --to-format nt",
        "serdi": "serdi -i turtle -o ntriples DATA",
        "rapper": "rapper -q -i turtle -o ntriples DATA",
        "riot": "java -cp CLASSPATH riotcmd.riot --output=nt DATA",
        "rdflib": "PEERS/rdfpipe -i turtle -o nt DATA",
        "cat": "cat DATA",
    },
    "sorted": {
        OURS: "SCOGRAPH export DATA -f nt --sort",
        "oxigraph": "OXIGRAPH convert -f DATA --to-format nt | LC_ALL=C sort -u",
    },
    "compact": {
        OURS: "SCOGRAPH export DATA -f jsonld --context CONTEXT",
        "jsonld-streaming": "node HERE/node/compact.js DATA CONTEXT",
        "rdflib": "PEERS/python HERE/compact_peer.py rdflib DATA CONTEXT",
        "pyld": "PEERS/python HERE/compact_peer.py pyld EXPANDED CONTEXT",
        "riot": "java -cp CLASSPATH riotcmd.riot --formatted=jsonld DATA",
    },
    "expanded": {
        OURS: "SCOGRAPH export DATA -f jsonld --shape expanded",
        "oxigraph": "OXIGRAPH convert -f DATA --to-format jsonld",
    },
    "gzip": {
        OURS: "SCOGRAPH export DATA -f nt -o OUT.gz && cat OUT.gz",
        "oxigraph": "OXIGRAPH convert -f DATA --to-format nt | gzip -6",
    },
}
"""By task and program, the command that writes to standard output."""
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
"""Megabytes at the largest size, for nt, compact and expanded."""


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


def main() -> int:
    """Measure, write, print."""
    args = _arguments()
    DATA.mkdir(exist_ok=True)
    absent = _install()
    cells: list[Cell] = []
    for size in args.sizes:
        data = DATA / f"export-{size}.ttl"
        with data.open("w", encoding="utf-8", newline="\n") as out:
            generate.write(out, generate.size(size))
        expanded = DATA / "expanded.jsonld"
        subprocess.run([OXIGRAPH, "convert", "-f", str(data), "-t", str(expanded)], check=True)
        row = [
            Cell(task, program, size, failure=_why_not(program, size, absent, args))
            for task in args.tasks
            for program in COMMANDS[task]
        ]
        for _ in range(args.runs):
            for cell in row:
                _run(cell, COMMANDS[cell.task][cell.program], data, args.bound)
        cells += row
        data.unlink()
        _write(cells, absent, args)
    if args.builtin:
        cells += _builtin(args)
    print(_write(cells, absent, args), end="")
    return 0


def _arguments() -> argparse.Namespace:
    def words(text: str) -> list[str]:
        return [word for word in text.split(",") if word]

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=words, default=["100k", "1M", "5M"])
    parser.add_argument("--tasks", type=words, default=list(COMMANDS))
    parser.add_argument("--programs", type=words, default=[], help="only these (all)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--bound", type=float, default=600, help="seconds on the wall that one run may take")
    parser.add_argument("--no-builtin", dest="builtin", action="store_false", help=f"without the {BUILTIN}")
    parser.add_argument("--label", default="", help="after the date in the names of the files of results")
    return parser.parse_args()


def _install() -> dict[str, str]:
    """What does not install here, with the reason."""
    absent = {}
    for program in ("serdi", "rapper", "gzip", "sort"):
        if shutil.which(program) is None:
            absent[program] = "not installed: apt-get install serdi raptor2-utils"
    try:
        engine("jena")
    except NotInstalledError as error:
        absent["riot"] = str(error)
    try:
        engine("pyshacl")  # rdflib is in the same environment
    except NotInstalledError as error:
        absent["rdflib"] = str(error)
    pip = [
        str(VENV / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "PyLD==3.3.0",
    ]
    if subprocess.run(pip, check=False).returncode:
        absent["pyld"] = "pip does not install it"
    if shutil.which("npm") is None:
        absent["jsonld-streaming"] = "no npm here"
    else:
        NODE.mkdir(parents=True, exist_ok=True)
        shutil.copytree(HERE / "node", NODE, dirs_exist_ok=True)
        npm = ["npm", "install", "--silent", "--prefix", str(NODE)]
        if subprocess.run(npm, check=False).returncode:
            absent["jsonld-streaming"] = "npm does not install it"
    return absent


def _why_not(program: str, size: str, absent: Mapping[str, str], args: argparse.Namespace) -> str:
    if args.programs and program not in args.programs:
        return "not asked for"
    if generate.size(LIMITS.get(program, size)) < generate.size(size):
        return f"not run above {LIMITS[program]}"
    return absent.get(program, "")


def _run(cell: Cell, command: str, data: Path, bound: float) -> None:
    if cell.failure:
        return
    out, err = DATA / "export.out", DATA / "errors.txt"
    words = {
        "SCOGRAPH": SCOGRAPH,
        "OXIGRAPH": OXIGRAPH,
        "CLASSPATH": CLASS_PATH.read_text(encoding="utf-8") if CLASS_PATH.exists() else "",
        "PEERS": str(VENV / "bin"),
        "HERE/node": str(NODE),
        "HERE": str(HERE),
        "CONTEXT": str(CONTEXT),
        "EXPANDED": str(DATA / "expanded.jsonld"),
        "DATA": str(data),
        "OUT.gz": str(DATA / "out.nt.gz"),
    }
    for word, value in words.items():
        command = command.replace(word, value) if word != "DATA" else command.replace(" DATA", f" {value}")
    shell = ["/bin/sh", "-c", command if "|" in command or "&&" in command else f"exec {command}"]
    measure = [sys.executable, "-S", str(HERE / "measure.py"), str(bound), str(out), str(err), "--", *shell]
    cost = json.loads(subprocess.run(measure, check=True, capture_output=True, text=True).stdout)
    if cost["cut"] or cost["code"]:
        said = err.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["no message"]
        cell.failure = f"cut after {bound:g} s" if cost["cut"] else f"ended with {cost['code']}: {said[-1][:100]}"
    else:
        cell.runs.append({name: cost[name] for name in ("cpu", "wall", "peak")})
        cell.bytes = out.stat().st_size
    print(f"  {cell.size} {cell.task} {cell.program}: {cell.failure or round(cost['cpu'], 2)}", flush=True)


def _builtin(args: argparse.Namespace) -> list[Cell]:
    """Start and all on the built-in graph, beside rdfpipe on the file that it is."""
    built = DATA / "builtin.ttl"
    subprocess.run([SCOGRAPH, "export", "-f", "ttl", "-o", str(built)], check=True, cwd=DATA)
    commands = {OURS: f"cd {DATA} && exec SCOGRAPH export -f nt 2>/dev/null", "rdflib": COMMANDS["nt"]["rdflib"]}
    cells = [Cell("nt", program, BUILTIN) for program in commands]
    for _ in range(args.runs):
        for cell in cells:
            _run(cell, commands[cell.program], built, args.bound)
    return cells


def _verdicts(cells: list[Cell], sizes: list[str]) -> Iterator[str]:
    by = {(cell.size, cell.task, cell.program): cell for cell in cells}
    at = "1M" if "1M" in sizes else sizes[-1]
    for task, program, theirs, most in FIGURES:
        size = at if generate.size(LIMITS.get(program, at)) >= generate.size(at) else LIMITS[program]
        pair = [by.get(key) for key in ((size, task, OURS), (size, theirs, program))]
        costs = [cell.median("cpu") if cell else None for cell in pair]
        found = costs[0] / costs[1] if costs[0] and costs[1] else None
        bound = f"≤ {most:g}" if most >= 1 else f"≤ 1/{1 / most:g}"
        said = "not measured"
        if found is not None:
            share = f"{found:.2f}" if most >= 1 else f"1/{1 / found:.1f}"
            said = f"{share}, {'reached' if found <= most else 'not reached'}"
        yield f"- {size}: CPU of ours ({task}) / {program} ({theirs}) {bound}: {said}"
    largest = sizes[-1]
    for task in ("nt", "sorted", "compact", "expanded"):
        cell = by.get((largest, task, OURS))
        peak = cell.median("peak") if cell else None
        said = "not measured" if peak is None else f"{peak:.0f}, {'reached' if peak <= MOST_MEMORY else 'not reached'}"
        yield f"- {largest}: peak MB of ours ({task}) ≤ {MOST_MEMORY}: {said}"
    pair = [by.get((BUILTIN, "nt", program)) for program in (OURS, "rdflib")]
    costs = [cell.median("cpu") if cell else None for cell in pair]
    if costs[0] and costs[1]:
        found = costs[0] / costs[1]
        yield f"- {BUILTIN}: CPU of ours / rdfpipe ≤ 1/4: {found:.2f}, {'reached' if found <= 1 / 4 else 'not reached'}"


def _report(cells: list[Cell], absent: Mapping[str, str], args: argparse.Namespace) -> Iterator[str]:
    yield f"# Exports, side by side, {datetime.now(UTC).date()}"
    yield ""
    yield f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the end, Python"
    yield f"{platform.python_version()}. Whole processes, medians, run in turn; `oxigraph` is `oxigraph convert`."
    yield ""
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
    yield from _verdicts(cells, args.sizes)


def _write(cells: list[Cell], absent: Mapping[str, str], args: argparse.Namespace) -> str:
    RESULTS.mkdir(exist_ok=True)
    name = f"export-{datetime.now(UTC).date()}{'-' + args.label if args.label else ''}"
    text = "\n".join(_report(cells, absent, args)) + "\n"
    (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
    return text


if __name__ == "__main__":
    sys.exit(main())
