"""Exports side by side with other programs, each a whole process as a user would run it: make bench-export.

    python -m bench.export [--sizes 100k,1M,5M] [--tasks nt,nq,sorted,compact,expanded,gzip] [--runs 5] [--seconds 30]

It makes the data, runs the programs in turn, and prints one table: processor time with children, time on the wall, peak
memory, and bytes, each the median of the runs. A program that takes long is run fewer times, as the table says. The
table and all figures go to bench/results/. All takes about twenty minutes where nothing else runs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench import generate
from bench.engines import CLASS_PATH, HERE, SCOGRAPH, VENV, NotInstalledError, engine
from bench.export_report import BUILTIN, OURS, Cell, as_json, report

DATA = HERE / ".data"
RESULTS = HERE / "results"
NODE = DATA / "node"
CONTEXT = HERE / "context.jsonld"
OXIGRAPH = str(Path(sys.executable).parent / "oxigraph")
PYLD = "3.3.0"
LIMITS = dict.fromkeys((("nt", "rdflib"), *(("compact", p) for p in ("rdflib", "pyld"))), "1M")
LIMITS |= {("compact", program): "1M" for program in ("riot", "jsonld-streaming")}
"""The largest size that a program is given: what is larger takes minutes, or does not fit."""

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
    "nq": {
        OURS: "SCOGRAPH export DATA -f nq",
        "oxigraph": "OXIGRAPH convert -f DATA --to-format nq",
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


def main() -> int:
    """Measure, write, print."""
    args = _arguments()
    if hasattr(os, "sched_setscheduler"):  # under a real-time policy node and npm wait for themselves
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or ours alone is compiled at each start: pip compiles the peers
    DATA.mkdir(exist_ok=True)
    absent = _install()
    versions = _versions(absent)
    cells: list[Cell] = []
    for size in args.sizes:
        data = DATA / f"export-{size}.ttl"
        with data.open("w", encoding="utf-8", newline="\n") as out:
            generate.write(out, generate.size(size))
        row = [
            Cell(task, program, size, failure=_why_not(task, program, size, absent, args))
            for task in args.tasks
            for program in COMMANDS[task]
        ]
        if any(cell.program == "pyld" and not cell.failure for cell in row):
            subprocess.run([OXIGRAPH, "convert", "-f", str(data), "-t", str(DATA / "expanded.jsonld")], check=True)
        for _ in range(args.runs):
            for cell in row:
                _run(cell, COMMANDS[cell.task][cell.program], data, args)
        cells += row
        data.unlink()
        _write(cells, versions, absent, args)
    if args.builtin:
        cells += _builtin(args)
    print(_write(cells, versions, absent, args), end="")
    return 0


def _arguments() -> argparse.Namespace:
    def words(text: str) -> list[str]:
        return [word for word in text.split(",") if word]

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=words, default=["100k", "1M", "5M"])
    parser.add_argument("--tasks", type=words, default=list(COMMANDS))
    parser.add_argument("--programs", type=words, default=[], help="only these (all)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=30, help="on the wall, after which a program is not run again")
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
        f"PyLD=={PYLD}",
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


def _versions(absent: Mapping[str, str]) -> dict[str, str]:
    """The version of each program that is here, as it says it itself."""
    python = str(VENV / "bin" / "python")
    asked = {
        OURS: [SCOGRAPH, "--version"],
        "python": [sys.executable, "--version"],
        "oxigraph": [OXIGRAPH, "--version"],
        "serdi": ["serdi", "-v"],
        "rapper": ["rapper", "--version"],
        "rdflib": [python, "-c", "from importlib.metadata import version as v; print(v('rdflib'))"],
        "sort": ["sort", "--version"],
        "gzip": ["gzip", "--version"],
        "jsonld-streaming": ["node", "--version"],
    }
    found = {}
    for program, command in asked.items():
        if program not in absent:
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found[program] = (done.stdout or done.stderr).splitlines()[0]
    if "riot" not in absent:
        found["riot"] = f"Jena {engine('jena').version}"
    if "pyld" not in absent:
        found["pyld"] = f"PyLD {PYLD}"
    if "jsonld-streaming" not in absent:
        wanted = json.loads((HERE / "node" / "package.json").read_bytes())["dependencies"]
        found["jsonld-streaming"] = ", ".join(f"{name} {number}" for name, number in wanted.items()) + (
            f", node {found['jsonld-streaming']}"
        )
    return found


def _why_not(task: str, program: str, size: str, absent: Mapping[str, str], args: argparse.Namespace) -> str:
    limit = LIMITS.get((task, program), size)
    if args.programs and program not in args.programs:
        return "not asked for"
    if generate.size(limit) < generate.size(size):
        return f"not run above {limit}"
    return absent.get(program, "")


def _run(cell: Cell, command: str, data: Path, args: argparse.Namespace) -> None:
    spent = sum(run["wall"] for run in cell.runs)
    if cell.failure or spent + spent / max(len(cell.runs), 1) > args.seconds:
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
    measure = [sys.executable, "-S", str(HERE / "measure.py"), str(args.bound), str(out), str(err), "--", *shell]
    cost = json.loads(subprocess.run(measure, check=True, capture_output=True, text=True).stdout)
    if cost["cut"] or cost["code"]:
        said = err.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["no message"]
        cell.failure = f"cut after {args.bound:g} s" if cost["cut"] else f"ended with {cost['code']}: {said[-1][:100]}"
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
            _run(cell, commands[cell.program], built, args)
    return cells


def _write(cells: list[Cell], versions: Mapping[str, str], absent: Mapping[str, str], args: argparse.Namespace) -> str:
    RESULTS.mkdir(exist_ok=True)
    name = f"export-{datetime.now(UTC).date()}{'-' + args.label if args.label else ''}"
    text = "\n".join(report(cells, args.sizes, versions, absent)) + "\n"
    (RESULTS / f"{name}.json").write_text(as_json(cells, versions, absent), encoding="utf-8")
    (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
    return text


if __name__ == "__main__":
    sys.exit(main())
