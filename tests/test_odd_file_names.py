"""Every command, with every format that it writes, where a project and files have names that are not UTF-8."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import click
import pytest

from scograph.cli import cli
from writing_faults import run

HERE = Path(__file__).parent


def _odd(name: str) -> str:
    """A name as Python reads it, with a byte that is in no UTF-8 where `~` stands."""
    return os.fsdecode(name.encode().replace(b"~", b"\xff"))


PROJECT, OTHER = _odd("pro~ject"), _odd("oth~er")
FACTS, SHAPES, QUERY, PAGE, BUILD = (_odd(name) for name in ("a~.ttl", "s~.ttl", "q~.rq", "p~.html", "d~"))
NEVER_ENDING = {"desk", "serve"}
PARSED: dict[str, Callable[[str], Any]] = {"json": json.loads, "sarif": json.loads, "xml": ET.fromstring}
"""Formats that are read again, from what is on standard output."""
NEW = (
    *("--title", "R", "--base", "https://example.org/r/", "--source-title", "Notes"),
    *("--source-url", "https://example.org/n"),
)
"""Options of `init`."""
CALLS: dict[str, tuple[tuple[str, ...], ...]] = {
    "build": ((PROJECT, "-o", BUILD, "--jobs", "1", "--no-site"),),
    "check": ((OTHER,), (FACTS, "-s", SHAPES), (PROJECT, "--write-baseline", _odd("b~.json"))),
    "compare": (("no such thing", "-p", PROJECT),),
    "coverage": ((OTHER,),),
    "diff": ((PROJECT, OTHER),),
    "explain": (("E01",),),
    "export": ((PROJECT, "-o", _odd("out~/")), (FACTS,)),
    "feed": ((PROJECT,),),
    "fmt": (("--check", OTHER), (OTHER,)),
    "hash": ((PROJECT,), (FACTS,)),
    "init": ((_odd("new~"), *NEW),),
    "links": ((PROJECT,),),
    "list": (("Player", "-p", PROJECT),),
    "load": (("store", PROJECT), (_odd("store~"), PROJECT)),
    "members": (("chess:Player", "KEN", "--source", "notes", "-p", PROJECT),),
    "migrate": ((PROJECT,),),
    "probe": (("--list",),),
    "query": ((QUERY, "-p", PROJECT),),
    "questions accept": (("-p", PROJECT, "--all"),),
    "redo": (("--dry-run", PROJECT), (PROJECT,)),
    "release": (("1.0.0", PROJECT, "-o", _odd("r~")),),
    "show": (("chess:Player", "-p", PROJECT),),
    "source about": (("notes", "no such thing", "-p", PROJECT),),
    "source add": ((PAGE, "-p", PROJECT, "--language", "en"),),
    "source fix": (("notes", "-p", PROJECT),),
    "source history": (("notes", "-p", PROJECT),),
    "source ignore": (("notes", "99", "-p", PROJECT, "--because", "x"),),
    "source join": (("notes", "01", "99", "-p", PROJECT),),
    "source list": (("-p", PROJECT),),
    "source place": (("notes", "The clubs", "-p", PROJECT),),
    "source quote": (("notes", "Tuesdays", "-p", PROJECT),),
    "source read": (("notes", "-p", PROJECT, "--reader", "ab"),),
    "source read-with": (("notes", "02", "99", "-p", PROJECT),),
    "source show": (("notes", "-p", PROJECT),),
    "source split": (("notes", "99", "--at", "in", "-p", PROJECT),),
    "source status": (("-p", PROJECT),),
    "source update": (("notes", PAGE, "-p", PROJECT, "--plan", _odd("plan~.json")),),
    "states add": (("KEN", "-p", PROJECT),),
    "undo": (("--list", PROJECT), (PROJECT,)),
    "verify": ((FACTS,),),
    "why": (("https://example.org/chess/id/player/zoe-lind", "-p", PROJECT),),
}
"""Of each command its calls, each made in every format."""
COMMANDS = sorted(name for name, command in cli.all().items() if not isinstance(command, click.Group))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project, another with a finding, and files, all with such names."""
    for name in (PROJECT, OTHER):
        shutil.copytree(HERE / "projects" / "small", tmp_path / name)
        (tmp_path / name / "texts").mkdir()
        shutil.copy(tmp_path / name / "text.txt", tmp_path / name / "texts" / _odd("no~tes.txt"))
    small = tmp_path / PROJECT
    shutil.copy(small / "data" / "notes" / "06-second.ttl", tmp_path / FACTS)
    shutil.copy(small / "shapes" / "chess.ttl", tmp_path / SHAPES)
    shutil.copy(next(small.glob("ontology/questions/*.rq")), tmp_path / QUERY)
    (tmp_path / PAGE).write_text("<title>A page</title><p>One met in May.</p>", encoding="utf-8")
    with (tmp_path / OTHER / "data" / "notes" / "06-second.ttl").open("a", encoding="utf-8") as file:
        file.write("\n<https://example.org/chess/id/x> <https://example.org/chess/ontology#nope> 1 .\n")
    return tmp_path


def test_every_command_is_called() -> None:
    assert sorted({*CALLS, *NEVER_ENDING}) == COMMANDS


def _forms(name: str) -> tuple[str, ...]:
    kinds = (one.type for one in cli.all()[name].params if one.name == "form")
    return next((tuple(kind.choices) for kind in kinds if isinstance(kind, click.Choice)), ())


@pytest.mark.parametrize("name", CALLS)
def test_a_command_says_or_writes_what_it_has_to_in_every_format(name: str, folder: Path) -> None:
    for form in _forms(name) or ("",):
        for arguments in CALLS[name]:
            ended = run(*name.split(), *arguments, *(("-f", form) if form else ()), cwd=folder)
            assert ended.code in (0, 1, 2, 3), ended
            assert "Traceback" not in ended.err, ended
            assert ended.out or ended.err or ended.code == 0, ended
            if ended.code < 2 and ended.out and form in PARSED:
                PARSED[form](ended.out)


def test_an_edit_is_taken_back_and_made_again(folder: Path) -> None:
    """The edit before it, too, and nothing is left that was not there."""

    def bytes_of_files() -> dict[Path, bytes]:
        paths = (path for path in (folder / PROJECT).rglob("*.*") if path.is_file())
        return {path: path.read_bytes() for path in paths if ".scograph-steps" not in path.parts}

    states = [bytes_of_files()]
    for edit in (("source", "split", "notes", "02", "--at", "Tuesday"), ("states", "add", "KEN")):
        assert run(*edit, "-p", PROJECT, cwd=folder).code == 0
        states.append(bytes_of_files())
    assert states[0] != states[1] != states[2]
    for command, state in (("undo", 1), ("undo", 0), ("redo", 1), ("redo", 2), ("undo", 1)):
        ended = run(command, PROJECT, cwd=folder)
        assert ended.code == 0, ended
        assert bytes_of_files() == states[state], (command, state)


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("check", FACTS, "-s", SHAPES, "-f", "text"), "s\\xff.ttl:"),
        (("check", FACTS, "-s", SHAPES, "-f", "json"), '"path": "s\\udcff.ttl"'),
        (("check", FACTS, "-s", SHAPES, "-f", "sarif"), '"uri": "s%FF.ttl"'),
        (("check", FACTS, "-s", SHAPES, "-f", "github"), "file=s\\xff.ttl,"),
        (("diff", FACTS, SHAPES, "-f", "html"), "<h1>a\\xff.ttl → s\\xff.ttl</h1>"),
        (("diff", FACTS, SHAPES, "-f", "json"), '"name": "a\\udcff.ttl"'),
    ],
)
def test_a_name_is_shown_as_the_format_can_have_it(arguments: tuple[str, ...], shown: str, folder: Path) -> None:
    ended = run(*arguments, cwd=folder)
    assert shown in ended.out, ended
