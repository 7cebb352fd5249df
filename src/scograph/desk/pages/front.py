"""The first page: the sources of the project, or the beginning of one; its findings; undo, redo; the language."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.responses import Response

from scograph.desk.desk import Desk
from scograph.desk.requests import PageRequest
from scograph.desk.safety import is_own_path
from scograph.edit.document import Document, source_names
from scograph.edit.overview import Overview, overview_of
from scograph.edit.steps import Step
from scograph.errors import RdfSyntaxError, ScographError, UsageError
from scograph.model import Finding, Place
from scograph.project import Project, slug
from scograph.site.words import LANGUAGES
from scograph.starter_project import Answers, create_project
from scograph.texts import TextArchive

LANGUAGE = "scograph-desk-language"
"""The cookie with the language that was chosen."""
MAX_FINDINGS = 500
"""So many findings are shown."""
_NUMBER = re.compile(r"(\d+)-")
_EMPTY = Answers("", "", "", "en", "", "", "")


def front(desk: Desk, asked: PageRequest) -> Response:
    """The sources of the project at a glance; where there is no project, the questions that begin one."""
    if not desk.workspace.is_begun:
        return _beginning(desk, asked, _EMPTY)
    sources, broken = _sources(desk.workspace.project)
    return desk.page(asked, "front", desk.workspace.project.settings.name, sources=sources, broken=broken)


def _sources(project: Project) -> tuple[list[Overview], list[Finding | ScographError]]:
    """The sources that can be read, and what is wrong with the others, at the place."""
    archive = TextArchive(project)
    found: list[Overview] = []
    broken: list[Finding | ScographError] = []
    for name in source_names(project):
        try:
            found.append(overview_of(Document.open(project, name), archive))
        except RdfSyntaxError as error:
            broken += error.findings
        except ScographError as error:
            broken.append(error)
    return found, broken


def _beginning(desk: Desk, asked: PageRequest, answers: Answers, problem: ScographError | None = None) -> Response:
    return desk.page(
        asked,
        "begin",
        asked.words("begin"),
        status=400 if problem else 200,
        problem=problem,
        answers=answers,
        vocabulary=Project.builtin().settings.name,
    )


def begin(desk: Desk, asked: PageRequest) -> Response:
    """Make a project of the answers."""
    if desk.workspace.is_begun:
        raise UsageError(asked.words("begin.there"))
    folder = desk.workspace.folder
    answers = Answers(
        asked.one("name").strip() or slug(folder.resolve().name),
        asked.one("title"),
        asked.one("base").strip(),
        asked.one("language").strip(),
        asked.one("source-title"),
        asked.one("source-url").strip(),
        asked.one("uses"),
    )
    try:
        made = create_project(folder, answers)
    except ScographError as error:
        return _beginning(desk, asked, replace(answers, name=asked.one("name")), error)
    return desk.go("/", asked.words("begin.done", n=len(made), folder=folder))


def findings(desk: Desk, asked: PageRequest) -> Response:
    """What the check finds in the project; where files break their grammar, that, at the place."""
    checked, project = desk.workspace.check(), desk.workspace.project
    return desk.page(
        asked,
        "findings",
        asked.words("findings"),
        findings=checked.findings[:MAX_FINDINGS],
        more=max(0, len(checked.findings) - MAX_FINDINGS),
        is_broken=checked.graph is None,
        page_of=partial(_page_of, project, frozenset(source_names(project))),
    )


def _page_of(project: Project, names: Collection[str], place: Place) -> str:
    """The page of the source and passage that a place in a file belongs to; empty where there is none."""
    path = PurePosixPath(place.path)
    data = project.data_folder.relative_to(project.folder).as_posix()
    if not path.is_relative_to(data):
        return ""
    name = path.parent.relative_to(data).as_posix()
    number = _NUMBER.match(path.name)
    query = f"?passage={number[1]}" if number else ""
    return f"/source/{quote(name)}{query}" if name in names else ""


def steps(desk: Desk, asked: PageRequest) -> Response:
    """The edits that can be undone, the last first, and those that can be made again."""
    done, undone = desk.workspace.steps()
    return desk.page(asked, "steps", asked.words("steps"), done=done, undone=undone)


def undo(desk: Desk, asked: PageRequest) -> Response:
    """Take the last step back."""
    return _stepped(desk, asked, "undone", desk.workspace.undo())


def redo(desk: Desk, asked: PageRequest) -> Response:
    """Make the step again that was undone last."""
    return _stepped(desk, asked, "redone", desk.workspace.redo())


def _stepped(desk: Desk, asked: PageRequest, said: str, step: Step) -> Response:
    title = step.title or ", ".join(change.path for change in step.changes)
    return desk.go(_back(asked), asked.words(said, title=title))


def language(desk: Desk, asked: PageRequest) -> Response:
    """Choose the language of the interface."""
    answer = desk.go(_back(asked))
    if asked.one("language") in LANGUAGES:
        answer.set_cookie(LANGUAGE, asked.one("language"), httponly=True, samesite="strict", path="/")
    return answer


def _back(asked: PageRequest) -> str:
    """The page of the desk that a form was sent from, which may be gone after the step: then the first page."""
    path = asked.one("back")
    parts = urlsplit(path) if is_own_path(path) else None
    if parts is None:
        return "/"
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name != "told"])
    return parts._replace(fragment="", query=query).geturl()
