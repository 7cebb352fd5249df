"""The documentation is true: its commands print what it shows, its links lead somewhere, nothing is left out."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scograph.checks import CHECKS
from scograph.cli import cli
from scograph.exports import EXPORTERS
from scograph.exports.descriptions import DESCRIPTIONS

ROOT = Path(__file__).parents[1]
PAGES = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
REFERENCE = ROOT / "docs" / "reference"
BIN = Path(sys.executable).parent

_BLOCK = re.compile(r"^```(console|python|\w+ file\+?=\S+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
_RUN_BY_USERS_ONLY = ("make", ".")
"""`make` would run these tests inside themselves, and `.` enters the environment that they run in."""


def blocks(page: Path) -> list[tuple[str, str]]:
    """What a page asks the reader to do, in order: files to write, commands to run, programs."""
    return _BLOCK.findall(page.read_text(encoding="utf-8"))


WALKED = [page for page in PAGES if blocks(page)]


def copied(folder: Path) -> Path:
    """A project folder such as a clone has, that a page may change."""
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "scograph.toml", folder)
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").symlink_to(BIN)
    return folder


def run(command: str, folder: Path) -> str:
    """What a command prints, talk first."""
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stderr + done.stdout


def is_shown(printed: str, shown: str) -> bool:
    """Whether a page shows what was printed; `…` stands for the rest of a line, alone for the rest of the lines."""
    pattern = "\n".join(
        r"(?:.|\n)*" if line == "…" else ".*".join(re.escape(part) for part in line.split("…"))
        for line in (line.rstrip() for line in shown.strip().splitlines())
    )
    return re.fullmatch(pattern, "\n".join(line.rstrip() for line in printed.strip().splitlines())) is not None


def test_the_pages_that_walk_the_reader_through_something_are_collected() -> None:
    assert {page.name for page in WALKED} >= {"README.md", "tutorial.md", "add-a-fact.md", "one-fact.md"}
    assert len(WALKED) >= 8


@pytest.mark.parametrize("page", WALKED, ids=lambda page: page.name)
def test_a_page_does_and_prints_what_it_says(page: Path, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    if "dist/" in page.read_text(encoding="utf-8"):
        run("scograph build", folder)
    for kind, text in blocks(page):
        if kind == "python":
            (folder / "script.py").write_text(text, encoding="utf-8")
            run("python script.py", folder)
        elif kind == "console":
            for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, _, shown = part.partition("\n")
                if shlex.split(command)[0] not in _RUN_BY_USERS_ONLY:
                    printed = run(command, folder)
                    assert not shown or is_shown(printed, shown), f"$ {command}\n{printed}"
        else:
            name = kind.partition("=")[2]
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            before = path.read_text(encoding="utf-8") if "+=" in kind else ""
            path.write_text(before + text, encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_leads_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_generated_pages_are_what_the_code_says() -> None:
    pages = list(runpy.run_path(str(ROOT / "docs" / "generate.py"))["pages"]())
    assert len(pages) >= 6
    for path, text in pages:
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is old: make docs"


def test_every_command_check_and_format_is_documented() -> None:
    commands = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    checks = (REFERENCE / "checks.md").read_text(encoding="utf-8")
    downloads = (REFERENCE / "downloads.md").read_text(encoding="utf-8")
    assert [name for name in cli.all() if f"## scograph {name}\n" not in commands] == []
    assert [check.name for check in CHECKS if f"## {check.name}\n" not in checks] == []
    assert [row.path for row in DESCRIPTIONS if f"| `{row.path}` |" not in downloads] == []
    assert [row.name for row in EXPORTERS if f"| `{row.name}` |" not in downloads] == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "explanation" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    pages = sorted(path.name for path in folder.glob("0*.md"))
    assert len(pages) >= 8
    assert [name for name in pages if f"({name})" not in index] == []
