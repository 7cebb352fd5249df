"""Steps: every edit can be undone, up to the first bytes, after any restart, kill or change of somebody else."""

from __future__ import annotations

import doctest
import json
import random
import shutil
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from scograph import Project
from scograph.cli import cli
from scograph.edit import steps
from scograph.edit.changes import ChangedSinceError, FileChange, editing
from scograph.edit.steps import Step
from scograph.edit.turtle_edits import edited_turtle, new_turtle
from scograph.errors import InputError, UsageError
from scograph.project import JOURNAL, STEPS
from source_projects import TEXT, contents, harbour
from turtle_texts import EX, PREDICATES, SUBJECTS, TurtleText
from writing_faults import Fault, run

FILES = ("data/harbour/01-a.ttl", "data/harbour/02-b.ttl", "data/harbour/03-c.ttl")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    harbour(folder)
    return folder


def _apply(root: Path, *changes: FileChange) -> None:
    with editing(Project.open(root)) as edit:
        edit.apply(changes, "a test")


def _undo(root: Path) -> Step:
    with editing(Project.open(root)) as edit:
        return edit.undo()


def _redo(root: Path) -> Step:
    with editing(Project.open(root)) as edit:
        return edit.redo()


def _call(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def test_steps_are_undone_and_made_again_one_by_one(root: Path) -> None:
    states = [contents(root)]
    one, two, _ = FILES
    for changes in (
        [FileChange(one, None, b"# 1\n")],
        [FileChange(one, b"# 1\n", b"# 2\n"), FileChange(two, None, b"# new\n")],
        [FileChange(one, b"# 2\n", None)],
    ):
        _apply(root, *changes)
        states.append(contents(root))
    for state in reversed(states[:-1]):
        assert _undo(root).kind == "undo"
        assert contents(root) == state
    with pytest.raises(UsageError, match="no step can be undone"):
        _undo(root)
    for state in states[1:]:
        assert _redo(root).title == "a test"
        assert contents(root) == state
    with pytest.raises(UsageError, match="no step was undone"):
        _redo(root)


def test_a_new_step_ends_what_was_undone(root: Path) -> None:
    one, two, three = FILES
    for name in (one, two):
        _apply(root, FileChange(name, None, b"# 1\n"))
    before = contents(root)
    _undo(root)
    _undo(root)
    _apply(root, FileChange(three, None, b"# 3\n"))
    with pytest.raises(UsageError, match="no step was undone"):
        _redo(root)
    _undo(root)
    assert contents(root) == {name: data for name, data in before.items() if name not in FILES}


def test_an_edit_that_changes_nothing_is_no_step(root: Path) -> None:
    _apply(root, FileChange(FILES[0], None, None))
    assert not (root / STEPS).exists()


def test_what_somebody_else_changed_is_shown_and_left(root: Path) -> None:
    one, two, _ = FILES
    _apply(root, FileChange(one, None, b"# 1\n"), FileChange(two, None, b"# 2\n"))
    (root / one).write_bytes(b"# 1\n# mine\n")
    before = contents(root)
    with pytest.raises(
        ChangedSinceError, match=r"step 1 changed data/harbour/01-a.ttl, and somebody else did"
    ) as raised:
        _undo(root)
    assert raised.value.found == (FileChange(one, b"# 1\n", b"# 1\n# mine\n"),)
    result = _call("undo", str(root))
    assert (result.exit_code, contents(root)) == (2, before)
    assert result.stdout.splitlines()[2:] == ["@@ -1 +1,2 @@", " # 1", "+# mine"]
    (root / one).write_bytes(b"# 1\n")
    _undo(root)
    assert not (root / one).exists()


def test_both_versions_are_known_where_a_file_was_changed_meanwhile(root: Path) -> None:
    one, two, _ = FILES
    (root / one).write_bytes(b"# mine\n")
    with editing(Project.open(root)) as edit, pytest.raises(ChangedSinceError, match="was changed meanwhile") as raised:
        edit.apply([FileChange(two, None, b"# 2\n"), FileChange(one, b"# read\n", b"# 1\n")])
    assert raised.value.found == (FileChange(one, b"# read\n", b"# mine\n"),)
    assert not (root / two).exists()
    assert not (root / STEPS).exists()


def test_a_fact_moves_to_the_file_of_another_passage_in_one_step(root: Path) -> None:
    names = ("data/harbour/01-said.ttl", "data/harbour/02-said.ttl")
    first = contents(root)
    old = [first[name] for name in names]
    moved = [quad.triple for quad in parse(old[0], RdfFormat.TURTLE) if isinstance(quad.object, Literal)]
    assert len(moved) == 1
    new = [edited_turtle(old[0], moved, []), edited_turtle(old[1], [], moved)]
    _apply(root, *map(FileChange, names, old, new))
    stated = [{quad.triple for quad in parse((root / name).read_bytes(), RdfFormat.TURTLE)} for name in names]
    assert moved[0] not in stated[0]
    assert moved[0] in stated[1]
    assert (root / names[1]).read_bytes().endswith(old[1].partition(b"\n\n")[2])
    _undo(root)
    assert contents(root) == first


def test_the_oldest_steps_go_beyond_a_bound(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "MAX_STEPS_BYTES", 3000)
    old: bytes | None = None
    for number in range(12):
        new = f"# {number} {'x' * 500}\n".encode()
        _apply(root, FileChange(FILES[0], old, new))
        old = new
    with editing(Project.open(root)) as edit:
        done = edit.steps.done()
    assert done[-1] == 12
    assert 1 <= len(done) < 6
    for _ in done:
        _undo(root)
    with pytest.raises(UsageError, match="no step can be undone"):
        _undo(root)


@pytest.mark.parametrize("path", ["../x.ttl", "/x.ttl", "scograph.toml", "data/harbour/../../x.ttl", "data/x.sh"])
def test_a_step_of_a_stranger_reaches_the_data_alone(root: Path, path: str) -> None:
    (root / STEPS).mkdir()
    (root / STEPS / "000001.json").write_bytes(Step((FileChange(path, None, b"x"),)).write())
    with pytest.raises(InputError, match="no Turtle file"):
        _undo(root)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"changes": [1]}',
        b'{"changes": [], "kind": "x"}',
        b'{"changes": [], "number": true}',
        b"[" * 2000,
    ],
)
def test_a_damaged_step_is_told(root: Path, data: bytes) -> None:
    (root / STEPS).mkdir()
    (root / STEPS / "000001.json").write_bytes(data)
    result = _call("undo", str(root))
    assert result.exit_code == 3
    assert "000001.json" in result.stderr
    assert len(result.stderr.splitlines()) == 2


def test_a_folder_of_steps_that_leads_out_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (root / STEPS).symlink_to(tmp_path / "elsewhere")
    before = contents(root)
    with pytest.raises(InputError, match="leads out"):
        _apply(root, FileChange(FILES[0], None, b"# 1\n"))
    assert contents(root) == before
    assert not list((tmp_path / "elsewhere").iterdir())


def test_bytes_that_are_no_utf_8_come_back(root: Path) -> None:
    before = b"# \xff\xfe\r\n"
    (root / FILES[0]).write_bytes(before)
    _apply(root, FileChange(FILES[0], before, b"# 1\n"))
    _undo(root)
    assert (root / FILES[0]).read_bytes() == before


def test_commands_undo_list_and_make_again(root: Path) -> None:
    before = contents(root)
    assert _call("source", "ignore", "harbour", "Members", "--because", "A heading.", "-p", str(root)).exit_code == 0
    after = contents(root)
    assert after != before
    listed = _call("undo", "--list", str(root))
    assert listed.stdout.startswith("1 2")
    assert " scograph source ignore harbour Members (" in listed.stdout
    dry = _call("undo", "--dry-run", str(root))
    assert (dry.exit_code, contents(root)) == (0, after)
    assert "nothing is written" in dry.stderr
    result = _call("undo", str(root))
    assert (result.exit_code, contents(root)) == (0, before)
    assert result.stdout == dry.stdout
    assert result.stderr.startswith("undone: 1 ")
    assert result.stderr.endswith("0 edits can be undone\n")
    assert _call("undo", str(root)).exit_code == 2
    assert "no edit can be undone" in _call("undo", "--list", str(root)).stderr
    assert _call("redo", str(root)).exit_code == 0
    assert contents(root) == after
    assert (root / STEPS / ".gitignore").read_text().endswith("\n*\n")


# Kills.


NEWER = f"A new line stands above all others.\n{TEXT}"
UPDATE = ("source", "update", "harbour", "../newer.txt", "--yes")
KILLED = {"edit": ([], UPDATE), "undo": ([UPDATE], ("undo",)), "redo": ([UPDATE, ("undo",)], ("redo",))}
"""Commands that are killed, each with those that are run before it."""


def _read(folder: Path) -> dict[str, bytes]:
    """The files of the data; what a killed run was writing aside."""
    return {path: data for path, data in contents(folder).items() if "/.scograph-" not in path}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("stride", [4, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("case", KILLED)
def test_a_kill_at_any_write_loses_nothing_but_the_step_in_hand(
    case: str, stride: int, root: Path, tmp_path: Path
) -> None:
    earlier, command = KILLED[case]
    (tmp_path / "newer.txt").write_text(NEWER, encoding="utf-8")
    first = contents(root)
    for words in earlier:
        assert run(*words, cwd=root).code == 0
    before = contents(root)
    shutil.copytree(root, tmp_path / "whole")
    ended = run(*command, cwd=tmp_path / "whole")
    assert ended.code == 0, ended.err
    after = contents(tmp_path / "whole")
    assert len([path for path in {*before, *after} if before.get(path) != after.get(path)]) > 1
    begun = next(at for at, call in enumerate(ended.calls) if any(JOURNAL in path for path in call.paths))
    points = range(max(begun - 4, 0), len(ended.calls))
    assert len(points) > 15
    finished = 0
    for at in points[::stride]:
        place = tmp_path / f"at-{at}"
        shutil.copytree(root, place)
        assert run(*command, cwd=place, fault=Fault(at, kill=True)).code == -signal.SIGKILL
        with editing(Project.open(place)) as edit:
            finished += bool(edit.finished)
            assert _read(place) in (before, after), at
            while edit.steps.done():
                edit.undo()
        assert _read(place) == first, at
        assert not (place / JOURNAL).exists()
    assert finished > 0


# Many edits.


def _tried_edit(chance: random.Random, data: bytes) -> bytes:
    """An edit of a text: some of what it says goes, and other comes."""
    there = sorted(
        (quad.triple for quad in parse(data, RdfFormat.TURTLE, base_iri=EX) if isinstance(quad.subject, NamedNode)),
        key=str,
    )
    named = [one for one in there if isinstance(one.object, NamedNode | Literal)]
    gone = chance.sample(named, min(len(named), chance.randint(0, 2)))
    new = Triple(
        NamedNode(EX + chance.choice(SUBJECTS)),
        NamedNode(EX + chance.choice(PREDICATES)),
        Literal(str(chance.randint(0, 99))),
    )
    return edited_turtle(data, gone, [] if new in gone else [new], base=EX)


@pytest.mark.timeout(1600)
@pytest.mark.parametrize("count", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_random_edits_of_two_tabs_are_undone_to_the_first_bytes(root: Path, count: int) -> None:
    chance = random.Random(17)  # noqa: S311 -- no secret
    for name in FILES[:2]:
        (root / name).write_bytes(TurtleText(chance).write().encode())
    first = contents(root)
    tabs = [Project.open(root), Project.open(root)]
    edits = undone = 0
    while edits < count:
        tab = chance.randrange(2)
        if chance.random() < 0.02:
            tabs[tab] = Project.open(root)
        with editing(tabs[tab]) as edit:
            assert edit.finished == ()
            if chance.random() < 0.1 and edit.steps.done():
                edit.undo()
                undone += 1
                continue
            changes = []
            for name in chance.sample(FILES, chance.choice([1, 1, 2])):
                path = root / name
                old = path.read_bytes() if path.exists() else None
                new: bytes | None = _tried_edit(chance, old) if old is not None else new_turtle([])
                if name == FILES[2] and old is not None and chance.random() < 0.2:
                    new = None
                changes.append(FileChange(name, old, new))
            edits += bool(edit.apply(changes))
    assert undone > count // 20
    with editing(Project.open(root)) as edit:
        while edit.steps.done():
            edit.undo()
    assert contents(root) == first


def test_the_file_of_a_step_is_json(root: Path) -> None:
    _apply(root, FileChange(FILES[0], None, "# é\n".encode()))
    row = json.loads((root / STEPS / "000001.json").read_bytes())
    assert row["changes"] == [{"path": FILES[0], "before": None, "after": "# é\n"}]
    assert doctest.testmod(steps).attempted == 2
    assert doctest.testmod(steps).failed == 0
