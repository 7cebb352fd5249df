"""One edit of a file in a session beside a check of everything: CPU and wall time, by size of the graph.

    python -m bench.edit [--sizes builtin,10k,100k] [--runs 9]

A run edits one fact of a file and takes it back; the reports are compared with those of a check of everything.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scograph.bounded import can_fork
from scograph.checks import check_graph
from scograph.checks.report import Report
from scograph.checks.session import Session
from scograph.graph import Graph, load_graph
from scograph.project import Project, builtin_folder

RESULTS = Path(__file__).parent / "results"
SIZES = {"builtin": 0, "10k": 10_000, "100k": 100_000}
FACTS_OF_A_FILE = 100
HEAD = (
    "@prefix ex: <https://example.org/ontology#> .\n@prefix id: <https://example.org/id/> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
)
SHAPES = """
ex:PersonShape a sh:NodeShape ; sh:targetClass ex:Person ;
    sh:property [ sh:path rdfs:label ; sh:minCount 1 ; sh:uniqueLang true ] ;
    sh:property [ sh:path ex:knows ; sh:class ex:Person ] ;
    sh:property [ sh:path ( ex:knows rdfs:label ) ; sh:minCount 1 ] ;
    sh:property [ sh:path ex:age ; sh:maxCount 1 ; sh:node ex:Number ] .
ex:Number a sh:NodeShape ; sh:nodeKind sh:Literal .
"""
ONTOLOGY = "ex:Person a owl:Class .\nex:knows a owl:ObjectProperty .\nex:age a owl:DatatypeProperty .\n"


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of processor and wall, with those of ended child processes."""

    cpu: float
    wall: float


def measured(work: Callable[[], Report]) -> tuple[Times, Report]:
    """Do work, and say how long it took."""
    cpu, wall = _cpu(), time.perf_counter()
    report = work()
    return Times(_cpu() - cpu, time.perf_counter() - wall), report


def _cpu() -> float:
    import resource  # noqa: PLC0415 -- not on all systems

    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def made(folder: Path, triples: int) -> None:
    """Write a project of about so many triples, in files of `FACTS_OF_A_FILE`."""
    for name, text in (("ontology/people.ttl", ONTOLOGY), ("shapes/people.ttl", SHAPES)):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(HEAD + text, encoding="utf-8")
    (folder / "data").mkdir()
    people = triples // 4
    for start in range(0, people, FACTS_OF_A_FILE // 4):
        lines = (
            f'id:p{number} a ex:Person ; rdfs:label "Person {number}"@en ; ex:age {number % 90} ; '
            f"ex:knows id:p{number * 7 % people} .\n"
            for number in range(start, min(people, start + FACTS_OF_A_FILE // 4))
        )
        (folder / "data" / f"people-{start:07}.ttl").write_text(HEAD + "".join(lines), encoding="utf-8")


def edits(graph: Graph, session: Session) -> Iterator[dict[str, bytes]]:
    """Edits of one fact, each followed by its undoing."""
    files = [file for file in graph.facts_files if file.is_asserted and file.basis != "editorial"]
    for file in files[:: max(1, len(files) // 20)]:
        content = session.content(file.parsed.path)
        subject = next(str(quad.subject) for quad in file.parsed.quads if str(quad.subject).startswith("<"))
        label = f"\n{subject} <http://www.w3.org/2000/01/rdf-schema#label> 'A name that is edited'@fi .\n".encode()
        yield {file.parsed.path: content + label}
        yield {file.parsed.path: content}


def row(name: str, folder: Path, runs: int) -> dict[str, object]:
    """Measure one size."""
    project = Project.open(folder)
    graph = load_graph(project)

    def everything() -> Report:
        return check_graph(load_graph(project)).report

    full = [measured(everything) for _ in range(3)]
    start, _ = measured(lambda: Session(graph).report)
    session = Session(graph)
    times = []
    chosen = edits(graph, session)
    for number in range(2 * runs):
        change = next(chosen, None)
        if change is None:
            break
        took, report = measured(lambda change=change: session.apply(change))  # type: ignore[misc]
        times.append(took)
        if number < 2:  # noqa: PLR2004 -- an edit and its undoing
            whole = check_graph(load_graph(project, change)).report
            if whole != report:
                raise SystemExit(f"{name}: the report differs from that of a check of everything")
    worst = sorted(one.wall for one in times)[max(0, round(0.95 * len(times)) - 1)]
    return {
        "size": name,
        "triples": full[0][1].triples,
        "edits": len(times),
        "full_cpu": statistics.median(one.cpu for one, _ in full),
        "full_wall": statistics.median(one.wall for one, _ in full),
        "start_cpu": start.cpu,
        "edit_cpu": statistics.median(one.cpu for one in times),
        "edit_wall": statistics.median(one.wall for one in times),
        "edit_wall_p95": worst,
        "ratio_cpu": statistics.median(one.cpu for one, _ in full) / statistics.median(one.cpu for one in times),
    }


def main() -> int:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default=",".join(SIZES), help="which graphs [default: all]")
    parser.add_argument("--runs", type=int, default=9, help="edits of each [default: 9]")
    given = parser.parse_args()
    rows = []
    for name in given.sizes.split(","):
        with tempfile.TemporaryDirectory(prefix="bench-edit-") as place:
            folder = Path(place) / "project"
            if SIZES[name]:
                folder.mkdir()
                made(folder, SIZES[name])
            else:
                shutil.copytree(builtin_folder(), folder, ignore=shutil.ignore_patterns(".*", "dist", "node_modules"))
            rows.append(row(name, folder, given.runs))
    head = list(rows[0])
    lines = [
        "\t".join(f"{one[key]:.3f}" if isinstance(one[key], float) else str(one[key]) for key in head) for one in rows
    ]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "edit.json").write_text(
        json.dumps({"forks": can_fork(), "rows": rows}, indent=1) + "\n", encoding="utf-8"
    )
    sys.stdout.write("\n".join(["\t".join(head), *lines]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
