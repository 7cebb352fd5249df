"""The site of graphs of growing size, each build a whole process: make bench-site.

    python -m bench.site [--sizes 1000,3000,10000] [--languages 1,3] [--runs 3] [--label NAME]

It writes projects with so many entities, each sourced, builds them with and without the site, and prints one table:
processor time with children, time on the wall, the peak memory of the largest process, files; each the median of the
runs. The build without site is the peer: what the pages cost is the difference.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.engines import HERE, SCOGRAPH
from bench.outcome import write_results

DATA = HERE / ".data"
PER_PASSAGE = 50
"""So many entities one passage speaks of."""
CHARACTERS = 100
"""So long is the text about a thing, where there is one; its digest stands for any."""
DIGEST = "0" * 64
MOST_SECONDS, MOST_MEGABYTES, AT = 60, 1000, 10_000
"""The figures to reach, and for how many entities."""
LANGUAGES = ("en", "ru", "zh")

_PREFIXES = """\
@prefix b: <https://bench.example/onto#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix scog: <https://w3id.org/scograph/ontology#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix t: <https://bench.example/> .
"""


def write_project(
    folder: Path, entities: int, languages: int, per_passage: int = PER_PASSAGE, *, has_text: bool = False
) -> None:
    """Write a project: entities with name, class, description, date and two links each, every one in a passage.

    Args:
        folder: Where; it must not be there.
        entities: How many things have a page, documents and passages aside.
        languages: In how many languages the ontology is named, and so the site is.
        per_passage: So many things one passage speaks of.
        has_text: Whether passages are spans of a text, so that its coverage is drawn.
    """
    source = folder / "data" / "register"
    source.mkdir(parents=True)
    names = "".join(f' ; rdfs:label "thing"@{x}' for x in LANGUAGES[:languages])
    (folder / "ontology").mkdir()
    (folder / "ontology" / "bench.ttl").write_text(
        f"{_PREFIXES}<https://bench.example/onto> a owl:Ontology{names} .\nb:Thing a owl:Class{names} .\n"
        f"b:near a owl:ObjectProperty{names} .\n",
        encoding="utf-8",
    )
    document = (
        f'{_PREFIXES}<https://bench.example/doc> a scog:SourceDocument ; dcterms:title "Register"@en ;\n'
        '    scog:sourceUrl "https://bench.example/doc"^^xsd:anyURI ; void:uriSpace "https://bench.example/"'
    )
    length = entities * CHARACTERS
    of_text = f' ; scog:sha256 "{DIGEST}" ; scog:charLength {length} ; scog:nonBlankLength {length}'
    edition = f"<https://bench.example/doc/edition/{DIGEST[:12]}>"
    described = [document + (f" ; scog:hasNewestEdition {edition}" if has_text else "") + " .\n"]
    if has_text:
        whole = "scog:hasExtent <https://w3id.org/scograph/concept/extent/whole>"
        described.append(
            f"{edition} a scog:Edition ; scog:isEditionOf <https://bench.example/doc> ; {whole}{of_text} .\n"
        )
    for start in range(0, entities, per_passage):
        number = f"{start // per_passage + 1:04d}"
        end = min(start + per_passage, entities)
        span = (
            f"scog:charStart {start * CHARACTERS} ; scog:charEnd {end * CHARACTERS} ;"
            f' scog:nonBlankLength {(end - start) * CHARACTERS} ; scog:textSha256 "{DIGEST}" ; scog:textStart "thing" ;'
            f" scog:standsIn {edition} ; scog:isPlacedIn {edition}"
        )
        described.append(
            f"<https://bench.example/doc/passage/{number}> a scog:Passage ;\n"
            "    scog:isPassageOf <https://bench.example/doc> ;"
            + (f" {span} .\n" if has_text else f' scog:locator "page {number}" .\n')
        )
        things = (_thing(n, entities) for n in range(start, end))
        (source / f"{number}-page.ttl").write_text(_PREFIXES + "".join(things), encoding="utf-8")
    (source / "source.ttl").write_text("".join(described), encoding="utf-8")


def _thing(number: int, entities: int) -> str:
    near = ", ".join(f"<https://bench.example/id/{(number * 7 + step) % entities}>" for step in (1, 3))
    return (
        f'<https://bench.example/id/{number}> a b:Thing ; rdfs:label "thing {number}"@en ;\n'
        f'    dcterms:description "One of the things that are listed, by number {number}."@en ;\n'
        f'    schema:startDate "{1950 + number % 75}-0{1 + number % 9}-1{number % 10}"^^xsd:date ; b:near {near} .\n'
    )


def _measured(project: Path, dist: Path, options: list[str], bound: float) -> dict[str, float]:
    shutil.rmtree(dist, ignore_errors=True)
    out, err = DATA / "site.out", DATA / "errors.txt"
    command = [SCOGRAPH, "build", str(project), "-o", str(dist), *options]
    measure = [sys.executable, "-S", str(HERE / "measure.py"), str(bound), str(out), str(err), "--", *command]
    cost = json.loads(subprocess.run(measure, check=True, capture_output=True, text=True).stdout)
    if cost["cut"] or cost["code"]:
        raise SystemExit(f"{' '.join(command)}: {cost}\n{err.read_text(encoding='utf-8')}")
    return {name: cost[name] for name in ("cpu", "wall", "peak")}


def _rows(args: argparse.Namespace) -> Iterator[dict[str, float]]:
    project, dist = DATA / "site-project", DATA / "site-dist"
    for languages in args.languages:
        for size in args.sizes:
            shutil.rmtree(project, ignore_errors=True)
            write_project(project, size, languages)
            runs: dict[str, list[dict[str, float]]] = {"site": [], "none": []}
            for _ in range(args.runs):
                runs["none"].append(_measured(project, dist, ["--no-site"], args.bound))
                runs["site"].append(_measured(project, dist, ["--jobs", str(args.jobs)], args.bound))
            row = {"languages": languages, "entities": size}
            for kind, costs in runs.items():
                row |= {f"{name} {kind}": median(cost[name] for cost in costs) for name in costs[0]}
            row["files"] = sum(1 for path in dist.rglob("*") if path.is_file())
            print(json.dumps(row), file=sys.stderr, flush=True)
            yield row
    shutil.rmtree(project, ignore_errors=True)
    shutil.rmtree(dist, ignore_errors=True)


def _verdicts(rows: list[dict[str, float]]) -> Iterator[str]:
    for row in (row for row in rows if row["entities"] == AT):
        of = f"{AT:,} entities in {row['languages']} language{'s' * (row['languages'] != 1)}"
        for name, most in (("wall site", MOST_SECONDS), ("peak site", MOST_MEGABYTES)):
            what, found = name.removesuffix(" site"), row[name]
            unit = "s on the wall" if what == "wall" else "MB"
            yield f"- {of}: {unit} ≤ {most}: {found:.0f}, {'reached' if found <= most else 'not reached'}"
    for languages in dict.fromkeys(row["languages"] for row in rows):
        costs = (
            f"{(row['cpu site'] - row['cpu none']) / row['entities'] * 1000:.1f} at {row['entities']:,}"
            for row in rows
            if row["languages"] == languages
        )
        of = f"{languages} language{'s' * (languages != 1)}"
        yield f"- {of}: pages cost so many ms of processor time an entity: {', '.join(costs)}"


def _report(rows: list[dict[str, float]], args: argparse.Namespace) -> Iterator[str]:
    yield f"# The site as a graph grows, {datetime.now(UTC).date()}"
    yield ""
    yield f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the end, Python"
    yield f"{platform.python_version()}, --jobs {args.jobs}. Whole processes, medians of {args.runs}; the peak is"
    yield "that of the largest process. An entity has a page in each language and five twins."
    yield ""
    yield "| languages | entities | files | CPU s | wall s | peak MB | CPU s without site | wall s | peak MB |"
    yield "|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for row in rows:
        costs = (f"{row[f'{name} {kind}']:.1f}" for kind in ("site", "none") for name in ("cpu", "wall", "peak"))
        yield f"| {row['languages']} | {row['entities']:,} | {row['files']:,} | {' | '.join(costs)} |"
    yield ""
    yield from _verdicts(rows)


def main() -> int:
    """Measure, write, print."""

    def numbers(text: str) -> list[int]:
        return [int(word) for word in text.split(",")]

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=numbers, default=[1000, 3000, AT])
    parser.add_argument("--languages", type=numbers, default=[1, 3])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--bound", type=float, default=1800, help="seconds on the wall that one run may take")
    parser.add_argument("--label", default="", help="after the date in the names of the files of results")
    args = parser.parse_args()
    DATA.mkdir(exist_ok=True)
    rows = list(_rows(args))
    write_results("site", args.label, rows, _report(rows, args))
    return 0


if __name__ == "__main__":
    sys.exit(main())
