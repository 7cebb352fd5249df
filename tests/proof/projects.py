"""Hostile projects through every command: nothing of them runs, they lead nowhere, and their words command nobody."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from hostile_projects import (
    CANARY,
    COMMANDS,
    FOR_PEOPLE,
    LINKS,
    SMALL,
    Hostile,
    commanding,
    executing,
    linking,
    snapshot,
    speaking,
)
from proof.runs import Ended, Runs
from proof.tally import Tally

PLAYER = "https://example.org/chess/id/player/zoe-lind"
MORE: tuple[tuple[str, ...], ...] = (
    ("check", "--engine", "both"),
    ("check", "-f", "turtle"),
    ("coverage", "-f", "json"),
    ("show", "-f", "json", PLAYER),
    ("links", "-f", "json"),
    ("export", "-f", "csv", "-o", "tables/"),
    ("diff", "-f", "sparql", str(SMALL), "."),
    ("diff", "-f", "rdf-patch", str(SMALL), "."),
    ("build", "--jobs", "2"),
    ("build", "--verify", "--no-site", "-o", "twice"),
    ("release", "1.0.0"),
    ("feed",),
    ("verify", "releases/1.0.0"),
    ("query", "--store", "new.store", "ASK {}"),
    ("serve", "--get", "/"),
    ("fmt", "shapes"),
)
"""Further commands, those late that rest on what others wrote."""
REVISIONS = (("diff", "HEAD:", "."), ("diff", "HEAD~1:data", "."), ("diff", "main:./", str(SMALL)))
GRACE = 240


def projects(
    runs: Runs, root: Path, links: Iterable[str] = LINKS, commands: Iterable[tuple[str, ...]] = (*COMMANDS, *MORE)
) -> Tally:
    """Run every command in each hostile project.

    Args:
        runs: What runs commands.
        root: A folder to work in.
        links: The projects with a link that leads out, by name.
        commands: The commands.

    Returns:
        What gave way.
    """
    tally = Tally("hostile projects")
    commands = tuple(commands)
    has_git = shutil.which("git") is not None
    if has_git:
        _execute(executing(root / "executing"), (*commands, *REVISIONS), tally)
    else:
        tally.notes.append("no project of a stranger's repository: there is no git")
    loud = speaking(root / "speaking")
    before = snapshot(loud.around, leaving_out=loud.project)
    for command in commands:
        ended = runs.run(*command, cwd=loud.project)
        _judge(loud, command, ended, tally)
        _judge_words(command, ended, tally)
    _judge_around(loud, before, tally)
    wanted = set(links)
    for one in linking(root / "linking"):
        if one.name in wanted:
            before = snapshot(one.around, leaving_out=one.project)
            for command in commands:
                if not _names_the_link(command, LINKS[one.name][0]):
                    _judge(one, command, runs.run(*command, cwd=one.project), tally)
            _judge_around(one, before, tally)
    return tally


def _names_the_link(command: tuple[str, ...], place: str) -> bool:
    """Whether the user names the link itself, and so means it."""
    return any(argument == place for argument in command[1:])


def _execute(one: Hostile, commands: Iterable[tuple[str, ...]], tally: Tally) -> None:
    """As programs of their own: the folder that one stands in is then where it is for whoever calls them."""
    program = Path(sys.executable).with_name("scograph")
    before = snapshot(one.around, leaving_out=one.project)
    environment = {**os.environ, "PATH": f"{os.environ['PATH']}:."}
    for command in commands:
        began = time.monotonic()
        try:
            done = subprocess.run(
                [program, *command],
                cwd=one.project,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=GRACE,
                check=False,
            )
            code: int | None = done.returncode
            out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            code, out, err = None, "", ""
        _judge(one, command, Ended(code, out, err, time.monotonic() - began), tally)
    _judge_around(one, before, tally)


def _judge(one: Hostile, command: tuple[str, ...], ended: Ended, tally: Tally) -> None:
    what = f"{one.name}: {' '.join(command) or 'scograph'}"
    tally.ended(ended, what)
    if one.has_run:
        tally.lost(f"{what}: code of the project ran")
        (one.around / "ran").unlink()
    if CANARY in ended.out + ended.err:
        tally.lost(f"{what}: words of outside are told")


def _judge_words(command: tuple[str, ...], ended: Ended, tally: Tally) -> None:
    what = f"speaking: {' '.join(command)}"
    if commanding(ended.err):
        tally.lied(f"{what}: words that command on standard error: {commanding(ended.err)[:3]}")
    if not command or command[0] in FOR_PEOPLE or " ".join(command[:3]) in FOR_PEOPLE:
        if any("json" in word or word in ("turtle", "sparql", "rdf-patch") for word in command):
            return
        out = ended.out
        if command[:3] == ("check", "-f", "github"):
            out = "".join(line.lstrip(":") for line in out.splitlines(keepends=True))
        if commanding(out):
            tally.lied(f"{what}: words that command on standard output: {commanding(out)[:3]}")


def _judge_around(one: Hostile, before: dict[str, str], tally: Tally) -> None:
    after = snapshot(one.around, leaving_out=one.project)
    if after != before:
        changed = sorted(path for path in after.keys() | before.keys() if after.get(path) != before.get(path))
        tally.lost(f"{one.name}: files outside changed: {changed[:5]}")
    for folder in ("dist", "releases", "twice", "tables"):
        for path in (one.project / folder).rglob("*"):
            if path.is_file() and not path.is_symlink() and CANARY.encode() in path.read_bytes():
                tally.lost(f"{one.name}: {path.relative_to(one.project)} has words of outside")
