"""The output of `scograph` without a command: what the folder holds, when it was built, and what to do next."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime

from scograph.checks.questions import read_questions
from scograph.cli.frame import default_folder, open_project, write_text
from scograph.cli.options import DEFAULT_OUTPUT
from scograph.graph import load_graph
from scograph.messages import counted
from scograph.project import MANIFEST, SETTINGS_FILE, builtin_folder
from scograph.read_options import OWN_BASE


def status() -> None:
    """Say what is here, when it was built, and what to do next."""
    write_text("-", (f"{line}\n" for line in _status()))


def _status() -> Iterator[str]:
    project = open_project(None, OWN_BASE)
    graph = load_graph(project)
    where = "the built-in project" if project.root == builtin_folder() else "the project here"
    build = "scograph build" + (" --builtin" if project.root == builtin_folder() else "")
    things = {t.subject for t in graph.facts}
    questions = len(read_questions(graph.project))
    yield f"{where}: {project.settings.name} ({project.root})"
    contents = (
        counted(len(graph.claims), "claim"),
        counted(len(graph.sources), "source"),
        counted(questions, "question"),
    )
    yield f"  {counted(len(graph.facts), 'fact')} about {counted(len(things), 'thing')}, {', '.join(contents)}"
    dist = default_folder(DEFAULT_OUTPUT)
    manifest = dist / MANIFEST
    if not manifest.is_file():
        yield f"  not built yet in {dist}{os.sep}"
        yield f"next: {build}"
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
        yield f"  {counted(len(newer), 'file')} changed since: {project.relative(newer[0])}"
        yield f"next: {build}"
    else:
        look = "query 1" if questions else "serve"
        yield f"next: scograph {look}, or load dist/ into your store"
