"""Commands that make files in a folder, and fail: nothing of theirs stays, and what was there is as it was."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import source_projects
from scograph.errors import InputError
from scograph.stores.disk import write_store
from writing_faults import Fault, points, run, tree

HERE = Path(__file__).parent
INIT = ("--title", "Rivers", "--base", "https://example.org/r/", "--source-title", "Notes", "--source-url")
ADDRESS = "https://example.org/n"
PAGE = "<title>Minutes</title><p>The council met in May.</p><p>The next meeting is in June.</p>"
BROKEN = "<urn:a> <urn:p> <urn:b> .\n<urn:a> <urn:p> \n"
MAX_POINTS = 5
"""Of each command so many calls are tried."""
NO_REMOVALS = ("unlink", "rmdir")
"""Calls that are not tried: what the system does not let go stays."""


def _project(folder: Path) -> None:
    shutil.copytree(HERE / "projects" / "one-file", folder / "project")


def _broken_project(folder: Path) -> None:
    _project(folder)
    with next((folder / "project").rglob("*.ttl")).open("a", encoding="utf-8") as file:
        file.write(BROKEN)


def _sources(folder: Path) -> None:
    (folder / "project").mkdir()
    source_projects.harbour(folder / "project")
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    (folder / "newer.txt").write_text(f"{source_projects.TEXT}\nA new bridge opens in May.", encoding="utf-8")


def _own_project(folder: Path) -> None:
    assert run("init", "project", *INIT, ADDRESS, "--like", "sco", cwd=folder).code == 0


def _facts(folder: Path) -> None:
    (folder / "a.nt").write_text("<urn:a> <urn:p> <urn:b> .\n" * 3, encoding="utf-8")
    (folder / "bad.ttl").write_text(BROKEN, encoding="utf-8")


def _nothing(_folder: Path) -> None:
    pass


@dataclass(frozen=True)
class Case:
    """A command that makes files: what is there before, beside an empty folder `empty`, and the command line."""

    setup: Callable[[Path], None]
    arguments: tuple[str, ...]


WORKING = {
    "build": Case(_project, ("build", "project", "-o", "new/deep", "--jobs", "1", "--no-site")),
    "build into a folder": Case(_project, ("build", "project", "-o", "empty", "--jobs", "1", "--no-site")),
    "release": Case(_project, ("release", "1.0.0", "project", "-o", "new")),
    "release into a folder": Case(_project, ("release", "1.0.0", "project", "-o", "empty")),
    "export": Case(_facts, ("export", "a.nt", "-f", "ttl", "-o", "empty/out.ttl")),
    "tables": Case(_facts, ("export", "a.nt", "-f", "csv", "-o", "new/deep/")),
    "tables into a folder": Case(_facts, ("export", "a.nt", "-f", "csv", "-o", "empty/")),
    "init": Case(_nothing, ("init", "new/deep", *INIT, ADDRESS)),
    "init in a folder": Case(_nothing, ("init", "empty", "--name", "rivers", *INIT, ADDRESS)),
    "init of a profile": Case(_nothing, ("init", "empty", "--name", "rivers", "--like", "sco", *INIT, ADDRESS)),
    "load": Case(_facts, ("load", "new/deep", "a.nt")),
    "load into a folder": Case(_facts, ("load", "empty", "a.nt")),
    "source add": Case(_sources, ("source", "add", "page.html", "-p", "project", "--language", "en")),
    "source update": Case(_sources, ("source", "update", "harbour", "newer.txt", "-p", "project", "--yes")),
    "source fix": Case(_sources, ("source", "fix", "harbour", "-p", "project")),
    "states add": Case(_own_project, ("states", "add", "KEN", "BRA", "-p", "project")),
}
"""Commands that succeed, of which one call fails."""
FAILING = {
    "build of a broken file": Case(_broken_project, ("build", "project", "-o", "empty", "--jobs", "1")),
    "build of nothing": Case(_facts, ("build", "empty", "-o", "new/deep", "--jobs", "1")),
    "release of a broken file": Case(_broken_project, ("release", "1.0.0", "project", "-o", "empty")),
    "release without a version": Case(_project, ("release", "first", "project", "-o", "new")),
    "export of a broken file": Case(_facts, ("export", "bad.ttl", "-f", "nt", "-o", "empty/out.nt")),
    "export of a file that breaks late": Case(_facts, ("export", "a.nt", "bad.ttl", "-f", "ttl", "-o", "new.ttl")),
    "tables of a broken file": Case(_facts, ("export", "bad.ttl", "-f", "csv", "-o", "empty/")),
    "tables in a new folder": Case(_facts, ("export", "a.nt", "bad.ttl", "-f", "csv", "-o", "new/deep/")),
    "init with a bad base": Case(_nothing, ("init", "empty", *INIT, ADDRESS, "--base", "nowhere")),
    "init like nobody": Case(_nothing, ("init", "new/deep", "--like", "nobody", *INIT, ADDRESS)),
    "load of a broken file": Case(_facts, ("load", "empty", "bad.ttl")),
    "load of a file that breaks late": Case(_facts, ("load", "new/deep", "a.nt", "bad.ttl")),
    "load of a broken project": Case(_broken_project, ("load", "empty", "project")),
    "source add of no page": Case(_sources, ("source", "add", "none.html", "-p", "project")),
    "source add of no text": Case(_facts, ("source", "add", "a.nt", "-p", "empty", "--kind", "report")),
    "source add of a name that is taken": Case(
        _sources, ("source", "add", "page.html", "-p", "project", "--language", "en", "--name", "harbour")
    ),
    "states add of no state": Case(_own_project, ("states", "add", "KEN", "XYZ", "-p", "project")),
}
"""Commands that fail by what they are given."""


def _template(case: Case, tmp_path: Path) -> Path:
    template = tmp_path / "template"
    (template / "empty").mkdir(parents=True)
    case.setup(template)
    return template


@pytest.mark.parametrize("name", FAILING)
def test_bad_input_leaves_nothing(name: str, tmp_path: Path) -> None:
    template = _template(FAILING[name], tmp_path)
    before = tree(template)
    ended = run(*FAILING[name].arguments, cwd=template)
    assert ended.code in (1, 2, 3), ended
    assert ended.err, ended
    assert tree(template) == before, ended


@pytest.mark.parametrize("name", WORKING)
def test_a_call_that_fails_leaves_nothing(name: str, tmp_path: Path) -> None:
    case = WORKING[name]
    template = _template(case, tmp_path)
    before = tree(template)
    done = Path(shutil.copytree(template, tmp_path / "done"))
    ended = run(*case.arguments, cwd=done)
    assert ended.code == 0, ended
    assert tree(done) != before, ended
    failed = 0
    for at in points(ended.calls, MAX_POINTS):
        if ended.calls[at].name in NO_REMOVALS or ended.calls[at].paths[0].startswith("pipe:"):
            continue
        folder = Path(shutil.copytree(template, tmp_path / f"error-{at}"))
        hurt = run(*case.arguments, cwd=folder, fault=Fault(at, error=errno.ENOSPC))
        assert hurt.code in (0, 2), (at, ended.calls[at], hurt)
        failed += hurt.code == 2
        if hurt.code == 2 and not _tells_what_stays(hurt.err):
            assert tree(folder) == before, (at, ended.calls[at], hurt)
        shutil.rmtree(folder)
    assert failed, ended


def _tells_what_stays(said: str) -> bool:
    """Whether what took its place before the failure is named."""
    return "written, but the disk did not confirm" in said or "completes the release" in said


def test_an_engine_at_work_leaves_nothing_of_a_load_that_fails(tmp_path: Path) -> None:
    """The engine of a store merges its files in the background while its input breaks off."""

    def lines() -> Iterator[bytes]:
        for number in range(4):
            yield b"".join(b"<urn:a%d> <urn:p> <urn:c> <urn:g> .\n" % (number * 5_000 + row) for row in range(5_000))
        raise InputError("the input ends here")

    for _ in range(20):
        with pytest.raises(InputError, match="ends here"):
            write_store(tmp_path, lines())
        assert list(tmp_path.iterdir()) == []
