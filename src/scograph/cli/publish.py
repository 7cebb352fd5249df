"""The command that publishes a project: build."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from scograph.build import build
from scograph.cli.address import BASE_URL, ENDPOINT, occasion
from scograph.cli.frame import SOURCE_TEXT, examples, handled, open_project, read_texts, say
from scograph.errors import UsageError
from scograph.verification import build_again

DEFAULT_OUTPUT = "dist"


@click.command(name="build", epilog=examples("scograph build", "scograph build -o public"))
@click.argument("path", required=False)
@click.option(
    "-o", "--output", metavar="FOLDER", default=DEFAULT_OUTPUT, show_default=True, help="The folder to write."
)
@SOURCE_TEXT
@BASE_URL
@ENDPOINT
@click.option("--verify", "twice", is_flag=True, help="Build twice, with another hash seed, and compare every byte.")
@handled
def build_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    path: str | None,
    output: str,
    source_texts: tuple[str, ...],
    base_url: str,
    endpoint: str,
    twice: bool,  # noqa: FBT001
) -> None:
    """Check a project and publish all its exports and descriptions into a folder.

    A project that does not conform is not published: exit 1, and the folder stays as it was.
    """
    started = time.perf_counter()
    if Path(output).resolve() == Path.cwd():
        raise UsageError(
            f"{Path(output)} is the folder you stand in, and a build replaces it", hint="name another with -o"
        )
    project = open_project(path)
    given = [("--source-text", text) for text in source_texts]
    given += [(name, value) for name, value in (("--base-url", base_url), ("--endpoint", endpoint)) if value]
    arguments = [part for pair in given for part in pair]

    def again(folder: Path) -> None:
        if twice:
            build_again(project, folder, arguments, os.environ)

    when = occasion(base_url, endpoint)
    built = build(project, Path(output), read_texts(source_texts), occasion=when, verify=again)
    warnings = built.report.findings
    say(built.report.summary())
    if warnings:
        say("the findings are in check.json; `scograph check` prints them")
    width = max(len(entry.path) for entry in built.entries)
    for entry in built.entries:
        say(f"  {entry.path:<{width}}  {entry.size:>9,} bytes")
    if twice:
        say("a second build gives the same bytes")
    say(f"{len(built.entries) + 2} files in {built.folder}{os.sep} · {time.perf_counter() - started:.1f} s")
