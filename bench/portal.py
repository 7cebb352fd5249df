"""Portals of growing size, each command a whole process: make bench-portal.

    python -m bench.portal [--sizes 5x20,10x50,20x100] [--editions 6] [--label NAME]

A size is organisations x states. Every state is a member of every second organisation; each profile has an edition a
year, with a strategy of its own. It prints one table of processor time with children, and peak memory: the checks of
all projects, the build without and with pages, the comparison, the load of the build into a store on disk, and the
build after one fact of one profile was changed.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.engines import HERE, SCOGRAPH
from bench.outcome import write_results
from bench.profiles import CONCEPT, SECTION, STATE, ProfileProject, ProfileText

DATA = HERE / ".data"
FULL = "40x193"
"""Organisations and states of the portal that was asked for; it has about 300,000 triples."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def code_of(number: int) -> str:
    """A code of three letters, none of a state."""
    return f"Q{_LETTERS[number // 26]}{_LETTERS[number % 26]}"


def organisation(number: int, states: int, editions: int) -> ProfileProject:
    """The profile of one organisation.

    Args:
        number: Its number.
        states: How many states there are; it has every second one as a member.
        editions: In how many editions its profile was read.

    Returns:
        The project.
    """
    always = range(1, editions + 1)
    label = f"Organisation {number}"
    passages = [ProfileText("name", always, {"stated": f'ORG scog:acronym "O{number}" .\n'})]
    for year in always:
        node = f"<ID:instrument/{2015 + year}>"
        said = f'{node} a scog:Instrument ; rdfs:label "Strategy {2015 + year} of {label}"@en .\n'
        listed = f"{node} scog:inSection <{SECTION}/strategies> .\n"
        is_newest = year == editions
        facts = {"stated": said + listed} if is_newest else {"stated": said, "superseded": listed}
        passages.append(ProfileText("strategy", [year], facts))
    members = [state for state in range(states) if (state + number) % 2 == 0]
    for start in range(0, len(members), 10):
        some = "".join(_member(state, label) for state in members[start : start + 10])
        passages.append(ProfileText("members", always, {"stated": some}))
    facts = "".join(_state(state) for state in members)
    days = tuple(f"{2015 + year}-06" for year in always)
    return ProfileProject(f"o{number}", label, "whole", passages, days, facts)


def _state(number: int) -> str:
    code = code_of(number).lower()
    return f'<{STATE}/{code}> a scog:State ; rdfs:label "State {number}"@en .\n'


def _member(number: int, label: str) -> str:
    code = code_of(number).lower()
    return f"""\
<ID:membership/{code}-member> a scog:Membership ; rdfs:label "State {number} as a member of {label}"@en ;
    scog:hasAgent <{STATE}/{code}> ; scog:hasRole <{CONCEPT}/role/member> ; scog:inOrganisation ORG ;
    scog:startDate "{1950 + number % 70}-01-01"^^xsd:date .
"""


def _cost(command: Sequence[str], bound: float) -> dict[str, float]:
    out, err = DATA / "portal.out", DATA / "errors.txt"
    measure = [sys.executable, "-S", str(HERE / "measure.py"), str(bound), str(out), str(err), "--"]
    done = subprocess.run([*measure, SCOGRAPH, *command], check=True, capture_output=True, text=True)
    cost = json.loads(done.stdout)
    if cost["cut"] or cost["code"]:
        raise SystemExit(f"{' '.join(command)}: {cost}\n{err.read_text(encoding='utf-8')[:2000]}")
    return {"cpu": cost["cpu"], "peak": cost["peak"]}


def _row(size: str, editions: int, bound: float) -> dict[str, Any]:
    organisations, states = map(int, size.split("x"))
    folder, dist, store = DATA / "portal", DATA / "portal-dist", DATA / "portal-store"
    for path in (folder, dist, store):
        shutil.rmtree(path, ignore_errors=True)
    roots = [str(organisation(n, states, editions).write(folder)) for n in range(1, organisations + 1)]
    checks = [_cost(["check", root], bound) for root in roots]
    build = ["build", *roots, "-o", str(dist), "--jobs", "1"]
    row: dict[str, Any] = {
        "size": size,
        "check": {"cpu": sum(one["cpu"] for one in checks), "peak": max(one["peak"] for one in checks)},
        "build --no-site": _cost(["build", *roots, "-o", str(dist), "--no-site"], bound),
    }
    row["triples"] = (dist / "portal.nt").read_bytes().count(b"\n")
    row["build"] = _cost(build, bound)
    row["compare"] = _cost(["compare", *roots, "-f", "csv"], bound)
    row["load"] = _cost(["load", str(store), str(dist)], bound)
    changed = next(Path(roots[0]).glob("data/profile/*-members.ttl"))
    text = changed.read_text(encoding="utf-8")
    changed.write_text(text.replace("-01-01", "-01-02", 1), encoding="utf-8")
    row["update"] = _cost(build, bound)
    row["files"] = sum(1 for path in dist.rglob("*") if path.is_file())
    for path in (folder, dist, store):
        shutil.rmtree(path, ignore_errors=True)
    print(json.dumps(row), file=sys.stderr, flush=True)
    return row


STEPS = ("check", "build --no-site", "build", "compare", "load", "update")


def _report(rows: Sequence[dict[str, Any]], editions: int) -> Iterator[str]:
    yield "# Portals"
    yield ""
    yield f"{datetime.now(tz=UTC):%Y-%m-%d}, Python {platform.python_version()}, {editions} editions of each profile."
    yield "Processor time in seconds, with children; behind it microseconds for each triple, and the peak in MB."
    yield ""
    yield f"| organisations x states | triples | files | {' | '.join(STEPS)} |"
    yield f"|---|---:|---:|{'---:|' * len(STEPS)}"
    for row in rows:
        triples = row["triples"]
        cells = []
        for step in STEPS:
            cost = row[step]
            cells.append(f"{cost['cpu']:.1f} ({cost['cpu'] / triples * 1e6:,.0f} µs, {cost['peak']:,.0f} MB)")
        yield f"| {row['size']} | {triples:,} | {row['files']:,} | {' | '.join(cells)} |"
    if all(row["size"] != FULL for row in rows):
        yield ""
        yield f"Not measured: {FULL}, the size that was asked for."


def main() -> int:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=lambda text: text.split(","), default=["5x20", "10x50", "20x100", FULL])
    parser.add_argument("--editions", type=int, default=6)
    parser.add_argument("--bound", type=float, default=3600, help="seconds on the wall that one run may take")
    parser.add_argument("--label", default="", help="after the date in the names of the files of results")
    args = parser.parse_args()
    DATA.mkdir(exist_ok=True)
    rows = [_row(size, args.editions, args.bound) for size in args.sizes]
    write_results("portal", args.label, rows, _report(rows, args.editions))
    return 0


if __name__ == "__main__":
    sys.exit(main())
