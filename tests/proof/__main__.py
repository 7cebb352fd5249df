"""The standing attack, all parts or some: what each tried, what gave way, and one table at the end.

    python -m tests.proof [--size 1] [--seed 1] [PART ...]

It exits with 1 if anything gave way. Size 1 takes long, most of all the dripping answers; what cannot be had is skipped
with its reason.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "src")]

from hostile_projects import LINKS  # noqa: E402 -- the path stands first
from proof import answers, commands, cuts, edits, faults, files, power_cut, projects, texts  # noqa: E402
from proof.cases import CASES  # noqa: E402
from proof.runs import Runs, can_meet  # noqa: E402
from proof.tally import Tally, show, table  # noqa: E402

Part = Callable[[Path, random.Random, float], Tally]
"""What runs a part in a folder, with what chooses, and a size."""


def _signals(place: Path, chooser: random.Random, size: float) -> Tally:
    root = _made(place / "root")
    with Runs(place / "own", None if can_meet() else root) as runs:
        return faults.signals(runs, root / "work", chooser, max(1, round(4 * size)))


def _with_calls(name: str, attack: Callable[[Runs, Path, random.Random, float], Tally]) -> Part:
    """A part that meets the calls of commands; it is skipped where that cannot be."""

    def part(place: Path, chooser: random.Random, size: float) -> Tally:
        reason = can_meet()
        if reason:
            return _skipped(name, reason)
        root = _made(place / "root")
        with Runs(place / "own", root) as runs:
            return attack(runs, root / "work", chooser, size)

    return part


def _errors(runs: Runs, work: Path, chooser: random.Random, size: float) -> Tally:
    return faults.errors(runs, work, chooser, max(1, round(6 * size)))


def _cuts(runs: Runs, work: Path, chooser: random.Random, size: float) -> Tally:
    return cuts.cuts(runs, work, chooser, CASES if size >= 1 else CASES[:: round(1 / size)])


def _images(place: Path, _chooser: random.Random, size: float) -> Tally:
    """Cuts of power on an ext4 image, by `power_cut.py`."""
    name = "cuts of power, ext4"
    tally = Tally(name)
    done = _program(place, "power_cut.py", str(max(1, round(size))))
    counts = re.search(r"(\d+) cuts of power, (\d+) with a loss", done.stdout)
    if done.returncode == power_cut.SKIPPED:
        return _skipped(name, done.stdout.strip())
    if counts is None:
        tally.lied(f"it did not come to its end: {done.stdout[-400:]} {done.stderr[-400:]}")
        return tally
    tally.tried, tally.losses = int(counts[1]), int(counts[2])
    tally.said += [line for line in done.stdout.splitlines() if line.startswith("lost")]
    return tally


def _mutations(place: Path, chooser: random.Random, size: float) -> Tally:
    with Runs(place / "own") as runs:
        return files.mutations(runs, place / "work", chooser, max(1, round(8 * size)))


def _commands(place: Path, chooser: random.Random, size: float) -> Tally:
    with Runs(place / "own") as runs:
        return commands.commands(runs, place / "work", chooser, max(1, round(5_000 * size)))


def _bombs(place: Path, _chooser: random.Random, _size: float) -> Tally:
    with Runs(place / "own") as runs:
        return files.explosions(runs, place / "work")


def _answers(place: Path, chooser: random.Random, size: float) -> Tally:
    names = sorted(answers.all_answers())
    chosen = names if size >= 1 else chooser.sample(names, max(1, round(len(names) * size)))
    with Runs(place / "own") as runs:
        return answers.answers(runs, place / "work", chosen)


def _projects(place: Path, chooser: random.Random, size: float) -> Tally:
    links = sorted(LINKS) if size >= 1 else chooser.sample(sorted(LINKS), max(1, round(len(LINKS) * size)))
    with Runs(place / "own") as runs:
        return projects.projects(runs, place / "work", links)


def _server(place: Path, _chooser: random.Random, size: float) -> Tally:
    """The server, by `server_under_attack.py`; a row of it that is beyond its bar is a loss."""
    tally = Tally("server under attack")
    done = _program(place, "server_under_attack.py", "--seconds", f"{max(2.0, 4 * size):g}")
    tally.notes += done.stdout.splitlines()
    rows = [line.split() for line in done.stdout.splitlines()[1:] if len(line.split()) > 2]
    tally.tried = sum(int(row[2]) for row in rows if row[2].isdigit())
    for row in rows:
        if row[-1] == "BEYOND":
            tally.lost(" ".join(row))
    if done.returncode not in (0, 1):
        tally.lied(f"it did not come to its end: {done.stderr[-600:]}")
    return tally


def _texts(_place: Path, chooser: random.Random, size: float) -> Tally:
    return texts.texts(chooser, max(1, round(10_000 * size)))


def _edits(place: Path, chooser: random.Random, size: float) -> Tally:
    return edits.edits(place, chooser, max(2, round(10_000 * size)))


PARTS: dict[str, Part] = {
    "signals": _signals,
    "errors": _with_calls("failing calls", _errors),
    "cuts": _with_calls("cuts of power, traced", _cuts),
    "images": _images,
    "files": _mutations,
    "commands": _commands,
    "bombs": _bombs,
    "answers": _answers,
    "projects": _projects,
    "server": _server,
    "texts": _texts,
    "edits": _edits,
}


def _program(place: Path, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program of this folder."""
    return subprocess.run(
        [sys.executable, str(HERE / name), *arguments],
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
        env={**os.environ, "TMPDIR": str(place)},
    )


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _skipped(name: str, reason: str) -> Tally:
    return Tally(name, notes=[f"skipped: {reason}"])


def main() -> int:
    """Attack, and say what gave way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=float, default=1, help="how much is tried [default: 1]")
    parser.add_argument("--seed", type=int, default=1, help="which random choices are made [default: 1]")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"some of {', '.join(PARTS)} [default: all]")
    given = parser.parse_args()
    unknown = [name for name in given.parts if name not in PARTS]
    if unknown:
        parser.error(f"no part is called {unknown[0]}")
    tallies = []
    for name in given.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="proof-") as place:
            chooser = random.Random(f"{given.seed} {name}")  # noqa: S311 -- no secret
            tallies.append(PARTS[name](Path(place).resolve(), chooser, given.size))
        show(tallies[-1])
    sys.stdout.write(f"\nsize {given.size:g}, seed {given.seed}\n{table(tallies)}\n")
    return 1 if any(tally.faults for tally in tallies) else 0


if __name__ == "__main__":
    sys.exit(main())
