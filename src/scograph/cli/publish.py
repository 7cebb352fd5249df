"""The command that publishes a project: build."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from scograph.build import build
from scograph.cli.frame import SOURCE_TEXT, examples, handled, open_project, read_texts, say
from scograph.errors import UsageError

DEFAULT_OUTPUT = "dist"


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
