"""The documentation is true: its commands print what it shows, its links lead somewhere, nothing is left out."""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from scograph import Project
from scograph.checks import CHECKS
from scograph.cli import cli
from scograph.exports import EXPORTERS
from scograph.model import Severity

ROOT = Path(__file__).parents[1]
PAGES = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
REFERENCE = ROOT / "docs" / "reference"
BIN = Path(sys.executable).parent

_CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
_PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
_RUN_BY_USERS_ONLY = ("make",)
"""`make` would run these tests inside themselves; the set-up is tried by .ci/run."""


def sessions() -> list[tuple[str, str, str]]:
    """Page, command and expected output of every console line of the documentation."""
    found = []
    for page in PAGES:
        for block in _CONSOLE.findall(page.read_text(encoding="utf-8")):
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                if shlex.split(command)[0] not in _RUN_BY_USERS_ONLY:
                    found.append((page.name, command, output))
    return found


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a built graph, where the documentation's relative paths lead to the real things."""
    folder = tmp_path_factory.mktemp("workplace")
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").symlink_to(BIN)
    for name in ("ontology", "shapes", "data", "scograph.toml"):
        (folder / name).symlink_to(ROOT / name)
    subprocess.run([BIN / "scograph", "build"], cwd=folder, check=True, capture_output=True)
    return folder


def test_the_readme_shows_the_tool_at_work() -> None:
    assert len([page for page, _, _ in sessions() if page == "README.md"]) >= 2


@pytest.mark.parametrize(("page", "command", "output"), sessions(), ids=lambda value: str(value)[:40])
def test_a_command_in_the_documentation_prints_what_is_shown(
    workplace: Path, page: str, command: str, output: str
) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=workplace, capture_output=True, text=True, check=False, timeout=120
    )
    printed = (done.stderr + done.stdout).strip()
    assert done.returncode == 0, f"{page}: {printed}"
    assert printed == output.strip()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_in_the_documentation_runs(page: Path, tmp_path: Path) -> None:
    for number, code in enumerate(_PYTHON.findall(page.read_text(encoding="utf-8"))):
        script = tmp_path / f"script{number}.py"
        script.write_text(code, encoding="utf-8")
        done = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_leads_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_generated_pages_are_what_the_code_says() -> None:
    pages = list(runpy.run_path(str(ROOT / "docs" / "generate.py"))["pages"]())
    assert len(pages) >= 4
    for path, text in pages:
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is old: make docs"


def test_every_command_check_and_format_is_documented() -> None:
    commands = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    checks = (REFERENCE / "checks.md").read_text(encoding="utf-8")
    downloads = (REFERENCE / "downloads.md").read_text(encoding="utf-8")
    assert [name for name in cli.commands if f"## scograph {name}\n" not in commands] == []
    assert [check.name for check in CHECKS if f"## {check.name}\n" not in checks] == []
    assert [row.name for row in EXPORTERS if f"| `{row.name}` |" not in downloads] == []


def test_every_warning_that_remains_is_listed_with_its_reason() -> None:
    page = (REFERENCE / "warnings.md").read_text(encoding="utf-8")
    report = Project.builtin().load().check()
    remaining = [finding for finding in report.findings if finding.severity is not Severity.VIOLATION]
    for finding in remaining:
        rows = [line for line in page.splitlines() if line.startswith(f"| {finding.code} ")]
        name = finding.focus.rpartition("/")[2]
        assert any(name in row for row in rows), f"{finding.code} {finding.focus}"
    listed = set(re.findall(r"^\| ([A-Z0-9-]+) +\|", page, flags=re.MULTILINE))
    assert listed == {finding.code for finding in remaining}


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "explanation" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    pages = sorted(path.name for path in folder.glob("0*.md"))
    assert len(pages) >= 8
    assert [name for name in pages if f"({name})" not in index] == []
