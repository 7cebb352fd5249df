"""fmt: one layout, the same triples, every comment in its place, and a file that is left alone when anything fails."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given

from conformance import MISSING, Case, cases
from readers import canonical
from scograph.cli import cli
from scograph.serialise.formatted import formatted
from scograph.serialise.turtle import turtle
from scograph.turtle.reader import read_turtle
from strategies import PREFIXES, some_quads, turtle_texts

BASE = "http://example.org/base/"
POSITIVE = [case for case in [*cases("turtle"), *cases("n-triples")] if "Negative" not in case.kind]
POSITIVE_CASES = 260
LAYOUTS = sorted(
    path for path in (Path(__file__).parent / "fmt").glob("*.ttl") if not path.name.endswith(".expected.ttl")
)
"""Texts, each named by what its layout shows, with what becomes of it beside it."""
UNTIDY = "@prefix ex: <http://example.org/> .\nex:b a ex:T .\nex:a a ex:T .\n"
TIDY = "@prefix ex: <http://example.org/> .\n\nex:a\n    a ex:T .\n\nex:b\n    a ex:T .\n"
BROKEN = "@prefix ex: <http://example.org/> .\nex:a a .\n"


def says(text: str | bytes, base: str = BASE) -> set[str]:
    return canonical([placed.quad for placed in read_turtle(text, base=base).triples])


def words_of_comments(text: str) -> list[str]:
    reading = read_turtle(text, base=BASE)
    return sorted(" ".join(reading.written(comment) for comment in reading.comments).split())


@given(turtle_texts())
def test_any_text_keeps_its_triples_and_comments_and_is_laid_out_once(text: str) -> None:
    laid_out = formatted(text, base=BASE)
    assert says(laid_out) == says(text)
    assert words_of_comments(laid_out) == words_of_comments(text)
    assert formatted(laid_out, base=BASE) == laid_out


@given(some_quads())
def test_what_the_tool_writes_is_laid_out_already(quads: list) -> None:
    written = b"".join(turtle(quads, PREFIXES)).decode()
    assert formatted(written) == written


def test_the_cases_of_the_suites_that_are_laid_out_are_counted() -> None:
    if not POSITIVE:
        pytest.skip(MISSING)
    assert len(POSITIVE) == POSITIVE_CASES


@pytest.mark.parametrize("case", POSITIVE, ids=str)
def test_a_case_of_the_suite_says_the_same_when_it_is_laid_out(case: Case) -> None:
    data = case.action.read_bytes()
    laid_out = formatted(data, base=case.base, path=case.name)
    assert says(laid_out, case.base) == says(data, case.base)
    assert formatted(laid_out, base=case.base) == laid_out


@pytest.mark.parametrize("path", LAYOUTS, ids=lambda path: path.stem)
def test_the_layout_is_as_expected(path: Path) -> None:
    expected = path.with_suffix(".expected.ttl").read_text(encoding="utf-8")
    assert formatted(path.read_bytes()) == expected
    assert formatted(expected) == expected


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "untidy.ttl").write_text(UNTIDY)
    (tmp_path / "in" / "tidy.ttl").write_text(TIDY)
    return tmp_path


def test_files_and_folders_are_laid_out_in_place_and_keep_their_permissions(folder: Path) -> None:
    untidy = folder / "untidy.ttl"
    untidy.chmod(0o640)
    tidy = (folder / "in" / "tidy.ttl").stat()
    result = CliRunner().invoke(cli, ["fmt", str(folder)])
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{untidy}\n1 file changed, of 2 files\n"
    assert untidy.read_text() == TIDY
    assert stat.S_IMODE(untidy.stat().st_mode) == 0o640
    assert (folder / "in" / "tidy.ttl").stat().st_ino == tidy.st_ino
    assert CliRunner().invoke(cli, ["fmt", "--check", str(folder)]).exit_code == 0


def test_check_names_what_would_change_and_changes_nothing(folder: Path) -> None:
    result = CliRunner().invoke(cli, ["fmt", "--check", str(folder)])
    assert (result.exit_code, result.stdout) == (1, f"{folder / 'untidy.ttl'}\n")
    assert result.stderr == "1 file would change, of 2 files\n"
    assert (folder / "untidy.ttl").read_text() == UNTIDY


def test_lines_that_end_in_cr_lf_end_in_lf_once_and_literals_keep_theirs(tmp_path: Path) -> None:
    path = tmp_path / "windows.ttl"
    path.write_bytes(TIDY.replace("\n", "\r\n").replace("ex:T .", 'ex:T ;\r\n    ex:p """a\r\nb""" .', 1).encode())
    assert CliRunner().invoke(cli, ["fmt", "--check", str(path)]).exit_code == 1
    assert CliRunner().invoke(cli, ["fmt", str(path)]).exit_code == 0
    assert path.read_bytes() == TIDY.replace("ex:T .", 'ex:T ;\n    ex:p """a\r\nb""" .', 1).encode()
    result = CliRunner().invoke(cli, ["fmt", "--check", str(path)])
    assert (result.exit_code, result.stdout) == (0, "")


def test_diff_prints_what_would_change_and_changes_nothing(folder: Path) -> None:
    untidy = folder / "untidy.ttl"
    result = CliRunner().invoke(cli, ["fmt", "--diff", str(untidy)])
    assert result.exit_code == 1
    assert untidy.read_text() == UNTIDY
    assert result.stdout.splitlines() == [
        f"--- {untidy}",
        f"+++ {untidy}",
        "@@ -1,3 +1,7 @@",
        " @prefix ex: <http://example.org/> .",
        "-ex:b a ex:T .",
        "-ex:a a ex:T .",
        "+",
        "+ex:a",
        "+    a ex:T .",
        "+",
        "+ex:b",
        "+    a ex:T .",
    ]
    assert CliRunner().invoke(cli, ["fmt", "--diff", str(folder / "in")]).stdout == ""


def test_a_link_is_left_and_so_is_what_it_leads_to(folder: Path) -> None:
    link = folder / "link.ttl"
    link.symlink_to("untidy.ttl")
    result = CliRunner().invoke(cli, ["fmt", str(link)])
    assert (result.exit_code, result.stderr.splitlines()[0]) == (1, f"{link}: not changed: it is a link")
    assert link.is_symlink()
    assert (folder / "untidy.ttl").read_text() == UNTIDY


def test_a_syntax_error_is_named_with_its_place_and_no_file_is_written(folder: Path) -> None:
    broken = folder / "broken.ttl"
    broken.write_text(BROKEN)
    result = CliRunner().invoke(cli, ["fmt", str(folder)])
    assert result.exit_code == 3
    assert f"{broken}:2:8: error syntax . is not a valid RDF object" in result.stderr
    assert (broken.read_text(), (folder / "untidy.ttl").read_text()) == (BROKEN, UNTIDY)


def test_standard_input_goes_to_standard_output() -> None:
    result = CliRunner().invoke(cli, ["fmt", "-"], input=UNTIDY)
    assert (result.exit_code, result.stdout) == (0, TIDY)
    assert CliRunner().invoke(cli, ["fmt", "-"], input=TIDY).stdout == TIDY
    assert CliRunner().invoke(cli, ["fmt", "--check", "-"], input=UNTIDY).exit_code == 1
    result = CliRunner().invoke(cli, ["fmt", "-"], input=BROKEN)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "<stdin>:2:8" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["{}/a.jsonld"], 3, "a.jsonld: not a Turtle file by its extension\nhint: fmt lays out .ttl files only"),
        (["{}/missing.ttl"], 3, "missing.ttl: cannot be read: No such file or directory"),
        (["{}/empty"], 2, "no .ttl file in"),
        (["-", "{}"], 2, "- (standard input) excludes files and folders"),
        ([], 2, "Missing argument 'PATHS...'"),
    ],
)
def test_what_is_no_turtle_is_refused(folder: Path, arguments: list[str], code: int, message: str) -> None:
    (folder / "a.jsonld").write_text("{}")
    (folder / "empty").mkdir()
    result = CliRunner().invoke(cli, ["fmt", *(argument.format(folder) for argument in arguments)])
    assert result.exit_code == code
    assert message in result.stderr


def test_a_file_that_cannot_be_written_is_named_and_stays(folder: Path) -> None:
    (folder / "untidy.ttl").unlink()
    place = folder / "in" / "fixed"
    place.mkdir()
    (place / "a.ttl").write_text(UNTIDY)
    code = (
        "import os, sys\nfrom scograph.cli import cli\n"
        "def full(descriptor): raise OSError(28, 'No space left on device')\n"
        "os.fsync = full\ncli(['fmt', sys.argv[1]])\n"
    )
    run = subprocess.run([sys.executable, "-c", code, str(place)], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "cannot be written: No space left on device" in run.stderr
    assert (place / "a.ttl").read_text() == UNTIDY
    assert [path.name for path in place.iterdir()] == ["a.ttl"]


def test_a_reader_of_places_is_not_loaded_where_none_is_wanted() -> None:
    code = "import sys, scograph.cli, scograph.parse; print([m for m in sys.modules if m.endswith('turtle.grammar')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
