"""The documentation is true: its commands print what it shows, its links lead somewhere, nothing is left out."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scograph.bounds import QUERY_NESTING, QUERY_OPERATORS
from scograph.checks import CHECKS
from scograph.cli import cli
from scograph.exports import EXPORTERS
from scograph.exports.descriptions import DESCRIPTIONS
from scograph.project import PROJECT_PARTS
from scograph.server import scheduler
from scograph.server.limits import ServerLimits

ROOT = Path(__file__).parents[1]
PAGES = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
REFERENCE = ROOT / "docs" / "reference"
BIN = Path(sys.executable).parent

_BLOCK = re.compile(r"^```(console|python|\w+ file\+?=\S+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_CHANGES_THE_PROJECT = re.compile(r"^```\w+ file\+?=(?:data|ontology|shapes)/|^\$ sed -i", re.MULTILINE)
"""A page that changes the project leaves one that conforms."""
_LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
_RUN_BY_USERS_ONLY = ("make", ".")
"""`make` would run these tests inside themselves, and `.` enters the environment that they run in."""


def blocks(page: Path) -> list[tuple[str, str]]:
    """What a page asks the reader to do, in order: files to write, commands to run, programs."""
    return _BLOCK.findall(page.read_text(encoding="utf-8"))


WALKED = [page for page in PAGES if blocks(page)]
GENERATED = {*runpy.run_path(str(ROOT / "docs" / "generate.py"))["PAGES"]}
WRITTEN = [page for page in PAGES if page not in GENERATED and page.name != "CHANGELOG.md"]
MAX_WORDS = 30
"""Of a sentence; most have at most 25."""


def sentences(page: Path) -> Iterator[str]:
    """The sentences of a page, without code, tables and headings."""
    text = re.sub(r"^```.*?^```\n?", "\n\n", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^(?:\||<|#).*$", "", text, flags=re.MULTILINE)
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", text):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(paragraph.split()))
        yield from re.split(r"(?<=[.!?:;])(?:\*\*)?\s+", re.sub(r"`[^`]*`", "`code`", plain))


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


@pytest.fixture(scope="session")
def built_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project folder such as a clone has, after `make build`."""
    folder = copied(tmp_path_factory.mktemp("clone"))
    run("scograph build", folder)
    return folder


def walk(page: Path, folder: Path) -> None:
    """Do what a page says, and compare what it shows."""
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


def in_order() -> list[Path]:
    """The pages that walk the reader through something, in the order of docs/README.md, README.md the first."""
    table = ROOT / "docs" / "README.md"
    linked = [table.parent / link for link in _LINK.findall(table.read_text(encoding="utf-8"))]
    order = [ROOT / "README.md", *linked]
    return sorted(WALKED, key=lambda page: order.index(page) if page in order else len(order))


def contents(folder: Path) -> dict[str, bytes]:
    """What a build of a project reads."""
    files = (path for name in PROJECT_PARTS for path in sorted((folder / name, *(folder / name).rglob("*"))))
    return {str(path): path.read_bytes() for path in files if path.is_file()}


@pytest.mark.slow
@pytest.mark.timeout(1600)
def test_one_clone_goes_through_all_pages_and_builds_after_each(built_copy: Path, tmp_path: Path) -> None:
    """Who reads one page after the other has a project that builds after each."""
    folder = copied(tmp_path)
    shutil.copytree(built_copy / "dist", folder / "dist")
    walked, wrong = [], {}
    built = contents(folder)
    for page in in_order():
        try:
            walk(page, folder)
        except AssertionError as error:
            wrong[page.name] = str(error)[:2000]
        if contents(folder) != built:
            built = contents(folder)
            try:
                run("scograph build", folder)
            except AssertionError as error:
                wrong[f"{page.name}, after it"] = str(error)[:2000]
        walked.append(page.name)
    assert wrong == {}
    assert walked[:2] == ["README.md", "tutorial.md"]
    assert len(walked) >= 16


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", WALKED, ids=lambda page: page.name)
def test_a_page_does_and_prints_what_it_says(page: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = copied(tmp_path)
    if "dist/" in page.read_text(encoding="utf-8"):
        shutil.copytree(request.getfixturevalue("built_copy") / "dist", folder / "dist")
    walk(page, folder)
    if _CHANGES_THE_PROJECT.search(page.read_text(encoding="utf-8")):
        run("scograph check", folder)


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
    assert [name for name in cli.all() if commands.count(f"\n## scograph {name}\n") != 1] == []
    assert [check.name for check in CHECKS if f"## {check.name}\n" not in checks] == []
    assert [row.path for row in DESCRIPTIONS if f"| `{row.path}` |" not in downloads] == []
    assert [row.name for row in EXPORTERS if f"| `{row.name}` |" not in downloads] == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "explanation" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    pages = sorted(path.name for path in folder.glob("0*.md"))
    assert len(pages) >= 8
    assert [name for name in pages if f"({name})" not in index] == []


_ARCHITECTURE = ROOT / "docs" / "explanation" / "architecture.md"


def test_the_architecture_names_modules_and_definitions_that_exist() -> None:
    source = ROOT / "src" / "scograph"
    tokens = re.findall(r"`([^`]+)`", _ARCHITECTURE.read_text(encoding="utf-8"))
    paths = {token for token in tokens if re.fullmatch(r"[\w/]+(?:/|\.py|\.ttl|\.toml)", token)}
    missing = sorted(path for path in paths if not any((root / path).exists() for root in (source, ROOT)))
    assert missing == []
    assert len(paths) >= 50
    code = "\n".join(path.read_text(encoding="utf-8") for path in source.rglob("*.py"))
    names = {name for token in tokens for name in (re.fullmatch(r"[A-Za-z_.]+", token) and token.split(".")) or ()}
    names -= {"py", "toml", "pyproject", "scograph"}
    defined = {*re.findall(r"^\s*(?:async )?(?:def|class) (\w+)|^([A-Z_]+)\b(?=:| =)", code, re.MULTILINE)}
    known = {name for pair in defined for name in pair}
    assert sorted(names - known - {Path(path).stem for path in paths}) == []


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_sentences_are_short(page: Path) -> None:
    assert [sentence for sentence in sentences(page) if len(sentence.split()) > MAX_WORDS] == []


def test_the_limits_on_the_page_about_serving_are_those_of_the_server() -> None:
    page = " ".join((ROOT / "docs" / "how-to" / "serve-it.md").read_text(encoding="utf-8").split())
    limits = ServerLimits()
    shown = (
        f"| time of a query | {limits.seconds:g} s |",
        f"| rows of a result | {limits.rows:,} |",
        f"| bytes of a result | {limits.result_bytes >> 20} MiB |",
        f"| memory of a query (not with `--store URL`) | {limits.memory >> 30} GiB |",
        f"| {limits.rate:g} a second, {limits.rate * 10:g} in a burst |",
        f"| queries that wait for a worker | {limits.waiting:,}, for {limits.wait_seconds:g} s |",
        (
            f"| a query | {limits.query_bytes >> 10} KiB, brackets {QUERY_NESTING.default} deep, "
            f"{QUERY_OPERATORS.default:,} operators, no SERVICE |"
        ),
        f"| {limits.body_bytes >> 10} KiB; {limits.header_bytes >> 10} KiB | 413; 431 |",
        f"| {limits.bodies_bytes >> 20} MiB | 429 with `Retry-After` |",
        f"| waiting for a request head or body | {limits.slow_seconds:g} s |",
        f"| connections | {limits.connections:,}; {limits.connections_each} of one client |",
        f"forgotten every {scheduler.HALF_LIFE:g} s. Up to {scheduler.MAX_LIGHT_SECONDS:g} s is low",
        f"After {scheduler.PREEMPT_SECONDS:g} s the server ends a query",
        f"that has run for at least {scheduler.MIN_RUN_SECONDS:g} s.",
    )
    assert [text for text in shown if text not in page] == []
