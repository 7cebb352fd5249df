"""Commands that hold a project to its promises and publish it: check, build."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from scograph.build import build
from scograph.checks import check_graph
from scograph.checks.report import findings_text
from scograph.cli.frame import OUTPUT, SOURCE_TEXT, examples, handled, open_project, read_texts, say, write
from scograph.errors import UsageError

DEFAULT_OUTPUT = "dist"

MOST_OF_A_KIND = 5
"""So many findings of one code are written out; the rest are counted."""


@click.command(epilog=examples("scograph check", "scograph check -f json -o report.json"))
@click.argument("path", required=False)
@SOURCE_TEXT
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--all", "every", is_flag=True, help=f"Write out every finding, not {MOST_OF_A_KIND} of a kind and a count."
)
@OUTPUT
@handled
def check(path: str | None, source_texts: tuple[str, ...], form: str, output: str, *, every: bool) -> None:
    """Check a project: syntax, ontology, shapes, rules, references, sources, questions.

    Exits with 1 if there is a violation, with 3 if a file cannot be parsed.
    """
    started = time.perf_counter()
    graph = open_project(path).load()
    report = check_graph(graph, read_texts(source_texts))
    if form == "json":
        write(output, [report.to_json()])
    else:
        most = None if every else MOST_OF_A_KIND
        write(output, (f"{text}\n".encode() for text in findings_text(report.findings, graph.prefixes, most)))
        for note in report.notes:
            say(f"note: {note}")
    say(f"{report.summary()} · {time.perf_counter() - started:.1f} s")
    if not report.conforms:
        raise SystemExit(1)


@click.command(name="build", epilog=examples("scograph build", "scograph build -o public"))
@click.argument("path", required=False)
@click.option(
    "-o", "--output", metavar="FOLDER", default=DEFAULT_OUTPUT, show_default=True, help="The folder to write."
)
@SOURCE_TEXT
@handled
def build_command(path: str | None, output: str, source_texts: tuple[str, ...]) -> None:
    """Check a project and publish all its exports into a folder.

    A project that does not conform is not published: exit 1, and the folder stays as it was.
    """
    started = time.perf_counter()
    if Path(output).resolve() == Path.cwd():
        raise UsageError(
            f"{Path(output)} is the folder you stand in, and a build replaces it", hint="name another with -o"
        )
    built = build(open_project(path), Path(output), read_texts(source_texts))
    warnings = built.report.findings
    say(built.report.summary())
    if warnings:
        say("the findings are in check.json; `scograph check` prints them")
    width = max(len(entry.path) for entry in built.entries)
    for entry in built.entries:
        say(f"  {entry.path:<{width}}  {entry.size:>9,} bytes")
    say(f"{len(built.entries) + 1} files in {built.folder}{os.sep} · {time.perf_counter() - started:.1f} s")
