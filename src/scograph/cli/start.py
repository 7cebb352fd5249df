"""Where one stands, and how one begins: `scograph` alone, and init."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sized
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from scograph.checks.questions import read_questions
from scograph.cli.frame import default_folder, examples, handled, open_project, say, write_text
from scograph.cli.publish import DEFAULT_OUTPUT
from scograph.ending import refuse_if_told
from scograph.graph import load_graph
from scograph.project import MANIFEST, SETTINGS_FILE, is_project, slug
from scograph.starter_project import Answers, create_project


class _Asking(click.Command):
    """A command whose prompts, where nobody answers, are a usage error like a missing option."""

    def make_context(self, *arguments: Any, **settings: Any) -> click.Context:
        try:
            return super().make_context(*arguments, **settings)
        except click.Abort as error:
            refuse_if_told()  # Ctrl-C at a question is no answer that lacks
            say("")
            raise click.UsageError("not all was answered, and nothing is written; --help lists the options") from error


@click.command(
    cls=_Asking,
    epilog=examples(
        "scograph init rivers --title Rivers --base https://example.org/rivers/"
        " --source-title Notes --source-url https://example.org/notes"
    ),
)
@click.argument("folder")
@click.option("--name", help="The stem of the files and the prefix of the terms [default: the folder's name].")
@click.option("--title", prompt="Title of the graph", help="Its title.")
@click.option("--base", prompt="IRI that all its own IRIs begin with", help="The IRI that its own IRIs begin with.")
@click.option("--language", default="en", show_default=True, help="The language of its labels, as a BCP 47 tag.")
@click.option("--source-title", prompt="Title of its first source", help="The title of its first source.")
@click.option("--source-url", prompt="Address of its first source", help="The address of its first source.")
@handled
def init(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    folder: str, name: str | None, title: str, base: str, language: str, source_title: str, source_url: str
) -> None:
    """Begin a new project in FOLDER, which checks and builds as it stands. What is not given is asked for."""
    stem = slug(Path(folder).resolve().name) if name is None else name
    written = create_project(Path(folder), Answers(stem, title, base, language, source_title, source_url))
    say(f"{len(written)} files in {folder}{os.sep}")
    say(f"next: scograph check {shlex.quote(folder)}")


def status() -> None:
    """Say what is here, when it was built, and what to do next."""
    write_text("-", (f"{line}\n" for line in _status()))


def _status() -> Iterator[str]:
    project = open_project(None)
    graph = load_graph(project)
    where = "the project here" if is_project(Path.cwd()) else "the built-in project"
    things = {t.subject for t in graph.facts}
    yield f"{where}: {project.settings.name} ({project.root})"
    yield (
        f"  {_counted(graph.facts, 'fact')} about {_counted(things, 'thing')}, {_counted(graph.claims, 'claim')},"
        f" {_counted(graph.sources, 'source')}, {_counted(read_questions(graph.project), 'question')}"
    )
    dist = default_folder(DEFAULT_OUTPUT)
    manifest = dist / MANIFEST
    if not manifest.is_file():
        yield f"  not built yet in {dist}{os.sep}"
        yield "next: scograph build"
        return
    built = datetime.fromtimestamp(manifest.stat().st_mtime, tz=UTC)
    inputs = (
        *project.data_files(),
        *project.ontology_files(),
        *project.shapes_files(),
        *project.rule_files(),
        *project.question_files(),
        *project.answer_files(),
        project.context_file,
        project.root / SETTINGS_FILE,
    )
    newer = [path for path in inputs if path.is_file() and path.stat().st_mtime > manifest.stat().st_mtime]
    yield f"  last built {built:%Y-%m-%d %H:%M} UTC in {dist}{os.sep}"
    if newer:
        yield f"  {_counted(newer, 'file')} changed since: {project.relative(newer[0])}"
        yield "next: scograph build"
    else:
        yield "next: scograph query 1, or load dist/ into your store"


def _counted(things: Sized, noun: str) -> str:
    return f"{len(things):,} {noun}{'' if len(things) == 1 else 's'}"
