"""Bad input: each folder of `invalid/` is laid over the project `projects/small`, and says what must come of it.

`expected` holds the command after `$ scograph`, the exit code, and what the command says: `1> ` begins a line of
standard output, `2> ` one of standard error. The line that counts what was checked, or says what was not, is left out.
`remove.txt` lists what is taken away. `pytest tests/test_invalid.py --renew` writes the files anew.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from rights import as_anybody, can_be_refused
from scograph.cli import cli

HERE = Path(__file__).parent
ROOT = HERE.parent
INVALID = HERE / "invalid"
SMALL = HERE / "projects" / "small"
CASES = sorted(path.name for path in INVALID.iterdir())
BUILT_IN_PLACE = re.compile(r"(required by scograph:\S+?\.ttl):\d+:\d+")
"""The line of a shape that comes with the tool moves with every word above it; `test_places.py` tests these places."""
REFUSES = pytest.mark.skipif(bool(can_be_refused()), reason=can_be_refused() or "rights can be taken")
NOT_COMPARED = re.compile(r"\d+ errors?, .* s|note: not checked until .*")


def scograph(*arguments: str) -> tuple[int, str, str]:
    """Run the command line in this process: exit code, standard output, standard error."""
    result = CliRunner().invoke(cli, arguments, prog_name="scograph")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result.exit_code, result.stdout, result.stderr


def lay_over(case: Path, project: Path) -> Path:
    """The small project with the files of a case in it, and without those that the case takes away."""
    shutil.copytree(SMALL, project)
    for name in (case / "remove.txt").read_text().split() if (case / "remove.txt").is_file() else ():
        path = project / name
        assert path.exists(), f"{case.name} takes away what is not there: {name}"
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in case.rglob("*"):
        if path.is_file() and path.name not in ("expected", "remove.txt"):
            (project / path.relative_to(case)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, project / path.relative_to(case))
    return project


def said(code: int, out: str, err: str) -> list[str]:
    """What `expected` must hold after the command."""
    lines = ["1> " + BUILT_IN_PLACE.sub(r"\1", line) for line in out.splitlines()]
    lines = [line.rstrip() for line in lines]
    lines += [f"2> {line}".rstrip() for line in err.splitlines() if not NOT_COMPARED.fullmatch(line)]
    return [f"exit {code}", *lines]


def test_every_case_is_collected() -> None:
    assert len(CASES) == 123
    assert all((INVALID / case / "expected").is_file() for case in CASES)


def test_the_base_of_the_cases_conforms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SMALL, tmp_path / "small")
    monkeypatch.chdir(tmp_path / "small")
    code, out, err = scograph("check", "--source-text", "text.txt")
    assert (code, out) == (0, "")
    assert err.splitlines() == [
        (
            "note: 4 claims of 1 source shown by a text at hand, and not recorded for those without the text:"
            " scograph source fix notes"
        ),
        "0 errors, 0 warnings, 0 infos · 12 files, 249 triples, 21 claims · coverage 100 % · "
        + err.splitlines()[1].partition("coverage 100 % · ")[2],
    ]


@pytest.mark.parametrize("name", CASES)
def test_bad_input_gives_its_message_and_exit_code(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, renew: bool
) -> None:
    expected = (INVALID / name / "expected").read_text(encoding="utf-8").splitlines()
    project = lay_over(INVALID / name, tmp_path / "project")
    monkeypatch.chdir(project)
    before = files_of(project)
    code, out, err = scograph(*shlex.split(expected[0].removeprefix("$ scograph ")))
    found = [expected[0], *said(code, out, err)]
    if renew:
        (INVALID / name / "expected").write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
        return
    assert found == expected
    assert str(tmp_path) not in out + err, "a message names a path of the machine"
    assert files_of(project) == before, "a command that failed wrote something"


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", CASES)
def test_every_message_has_a_hint(name: str) -> None:
    """A finding is one line `place: severity code …`, an error one `error: …`; each has its hint below it."""
    lines = [line[3:] for line in (INVALID / name / "expected").read_text(encoding="utf-8").splitlines()]
    heads = [i for i, line in enumerate(lines) if re.match(r"error: |\S+: (error|warning|info) ", line)]
    listed = "Error: Invalid value for "  # what click says of a choice lists the choices
    assert heads or any(line.startswith(listed) for line in lines)
    for start, end in pairwise([*heads, len(lines)]):
        assert any(line.lstrip().startswith(("hint: ", "help: ")) and len(line) > 10 for line in lines[start:end]), (
            lines[start]
        )


_HEAD = re.compile(r"(?P<file>\S+?)(?::(?P<line>\d+):(?P<column>\d+))?: (?:error|warning|info) (?P<code>\S+) ")
_OF_WHOLE_FILES = {f"F{number:02}" for number in range(1, 9)} | {"S03"}
"""Codes about a file's name or folder, or about a text as a whole."""
_WITHOUT_PLACES = (".rdf", ".jsonld")
"""The parsers of these formats tell no place of what is well formed, and not of every error."""


def test_every_case_names_the_line_and_column_of_its_fault() -> None:
    """What `expected` says is what `check` must print; so each fixture names place and code of what is wrong in it."""
    placed, whole = 0, 0
    for case in CASES:
        for line in (INVALID / case / "expected").read_text(encoding="utf-8").splitlines():
            head = _HEAD.match(line[3:])
            if head and head["line"]:
                placed += 1
            elif head:
                assert head["code"] in _OF_WHOLE_FILES or head["file"].endswith(_WITHOUT_PLACES), (case, line)
                whole += 1
    assert (placed, whole) == (79, 15)


# Fixtures that are made on the spot: links, rights and sizes that no repository should hold.


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small project, which is the folder one stands in."""
    shutil.copytree(SMALL, tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture(scope="module")
def built_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a build of the small project writes, without a site."""
    folder = tmp_path_factory.mktemp("built") / "dist"
    assert scograph("build", str(SMALL), "--no-site", "--jobs", "1", "-o", str(folder))[0] == 0
    return folder


def test_a_link_that_leads_back_to_a_folder_above_it_is_refused(small: Path) -> None:
    (small / "data" / "notes" / "again").symlink_to("..")
    assert scograph("check") == (
        3,
        "",
        "error: data/notes/again: a symbolic link that leads back to a folder above it\nhint: remove the link\n",
    )


def test_a_link_to_itself_is_refused(small: Path) -> None:
    (small / "data" / "notes" / "07-loop.ttl").symlink_to("07-loop.ttl")
    code, out, err = scograph("check")
    assert (code, out) == (3, "")
    assert err == (
        "error: data/notes/07-loop.ttl: cannot be read: a loop of symbolic links\n"
        "hint: a symbolic link leads back to itself: remove it\n"
    )


def test_a_project_that_is_a_link_to_itself_is_refused(small: Path) -> None:
    (small / "loop").symlink_to("loop")
    code, out, err = scograph("check", "loop")
    assert (code, out) == (3, "")
    assert err.startswith("error: loop: cannot be read: a loop of symbolic links\nhint: ")


def test_a_link_to_nothing_is_refused(small: Path) -> None:
    (small / "data" / "notes" / "07-gone.ttl").symlink_to("nowhere.ttl")
    code, out, err = scograph("check")
    assert (code, out) == (3, "")
    assert err == (
        "error: data/notes/07-gone.ttl: cannot be read: No such file or directory\n"
        "hint: check the name; a symbolic link may lead to a missing file\n"
    )


def test_a_link_to_a_folder_elsewhere_is_followed_if_the_user_names_that_folder(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (small / "data" / "notes").rename(tmp_path / "notes")
    (small / "data" / "notes").symlink_to(tmp_path / "notes")
    code, out, err = scograph("check")
    assert (code, out) == (3, "")
    assert err == (
        "error: data/notes: a symbolic link leads out of the folder, and is not followed\n"
        "hint: put the file itself there; or, if you trust it, name the folder that it leads to in"
        " SCOGRAPH_ALLOW_LINKS\n"
    )
    monkeypatch.setenv("SCOGRAPH_ALLOW_LINKS", os.pathsep.join(["/nowhere", str(tmp_path / "notes")]))
    code, out, _ = scograph("check")
    assert (code, out) == (0, "")


@REFUSES
@pytest.mark.parametrize("name", ["data/notes/02-meetings.ttl", "data/notes", "scograph.toml", "shapes/chess.ttl"])
def test_a_file_without_the_right_to_read_it_is_named(small: Path, name: str) -> None:
    (small / name).chmod(0)
    try:
        with as_anybody():
            code, out, err = scograph("check")
    finally:
        (small / name).chmod(0o700)
    assert (code, out) == (3, "")
    assert err == f"error: {name}: cannot be read: Permission denied\nhint: you need permission to read it\n"


def test_a_right_that_is_lacking_is_named_also_to_root(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def refuse(path: Path, *arguments: int) -> int:
        if Path(path).name == "01-club.ttl":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments)

    monkeypatch.setattr(os, "open", refuse)
    code, out, err = scograph("check", str(small / "data" / "notes" / "01-club.ttl"))
    assert (code, out) == (3, "")
    assert err.endswith("01-club.ttl: cannot be read: Permission denied\nhint: you need permission to read it\n")


@REFUSES
@pytest.mark.parametrize("mode", [0, 0o400, 0o100])
def test_a_project_without_the_right_to_read_it_is_named(small: Path, mode: int) -> None:
    small.chmod(mode)
    try:
        with as_anybody():
            code, out, err = scograph("check", str(small))
    finally:
        small.chmod(0o700)
    assert (code, out) == (3, "")
    assert err == f"error: {small}: cannot be read: Permission denied\nhint: you need permission to read it\n"


@REFUSES
@pytest.mark.parametrize(
    ("folder", "arguments"),
    [
        ("data/notes", ("check",)),
        ("data/notes", ("fmt", ".")),
        ("data/notes", ("export", "-f", "nq")),
        ("data/notes", ("build", "--no-site", "-o", "out")),
        ("ontology/more", ("show", "Zoë Lind")),
        ("shapes/more", ("check",)),
        ("tests/shapes/more", ("coverage",)),
        ("dist/more", ("verify", "dist")),
        ("releases", ("release", "2.0.0", "-o", "releases")),
        (".", ("check",)),
        (".", ("show", "Zoë Lind")),
    ],
)
def test_a_folder_without_the_right_to_list_it_is_passed_over_by_no_command(
    small: Path, built_folder: Path, folder: str, arguments: tuple[str, ...]
) -> None:
    shutil.copytree(built_folder, small / "dist")
    (small / folder).mkdir(parents=True, exist_ok=True)
    (small / folder).chmod(0o300)
    before = sorted(path.name for path in small.iterdir())
    try:
        with as_anybody():
            code, out, err = scograph(*arguments)
    finally:
        (small / folder).chmod(0o700)
    assert (code, out) == (3, "")
    assert err == f"error: {folder}: cannot be read: Permission denied\nhint: you need permission to read it\n"
    assert sorted(path.name for path in small.iterdir()) == before


@pytest.fixture
def deep() -> Iterator[Path]:
    """A folder with 1,200 folders one in another, a file in the last: Python's own calls end at 1,000.

    It is none of pytest's own folders, which Python removes, or does not: this one is too deep.
    """
    top = Path(tempfile.mkdtemp(prefix="deep-")).resolve()
    try:
        with chdir(top):
            for _ in range(1200):
                Path("d").mkdir()
                os.chdir("d")
            Path("deep.ttl").write_text("<urn:a> <urn:p> <urn:deepest> .\n")
        yield top
    finally:
        subprocess.run(["rm", "-r", str(top)], check=True)


def test_a_folder_in_folders_by_the_thousand_is_read_as_any_other(deep: Path) -> None:
    code, out, err = scograph("export", str(deep), "-f", "nt")
    assert (code, out, err) == (0, "<urn:a> <urn:p> <urn:deepest> .\n", "")
    assert scograph("fmt", "--check", str(deep))[2] == "1 file would change, of 1 file\n"


def test_a_folder_in_folders_by_the_thousand_is_not_built_over(deep: Path) -> None:
    code, _, err = scograph("build", str(SMALL), "--no-site", "--jobs", "1", "-o", str(deep))
    assert code == 2
    assert err.splitlines()[-2].startswith(f"error: {deep}")


def test_settings_that_are_a_link_to_nothing_are_not_passed_over(small: Path) -> None:
    (small / "scograph.toml").unlink()
    (small / "scograph.toml").symlink_to("nowhere.toml")
    code, out, err = scograph("check")
    assert (code, out) == (3, "")
    assert err.startswith("error: scograph.toml: cannot be read: No such file or directory\nhint: ")


def test_a_file_that_goes_away_while_it_is_looked_at_is_an_error_without_traceback(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(folder: str) -> None:
        raise FileNotFoundError(2, "No such file or directory", f"{folder}/gone")

    monkeypatch.setattr(os, "scandir", gone)
    code, out, err = scograph("check", str(small / "data"))
    assert (code, out) == (3, "")
    assert "cannot be read: No such file or directory\nhint: " in err or "no such file or folder\nhint: " in err


MEGABYTE = 1 << 20
LONG = 17 * MEGABYTE
"""More than the 16 MiB that the parser holds of a literal or name."""


@pytest.mark.parametrize(
    "line",
    [
        pytest.param('chess:meetingDay "' + "x" * LONG + '"@en .', id="literal"),
        pytest.param('chess:meetingDay "' + "-" * LONG + '"@en .', id="literal with hyphens"),
        pytest.param('chess:meetingDay "' + "x" * LONG, id="literal without its end"),
        pytest.param("chess:" + "x" * LONG + " 1 .", id="name"),
    ],
)
def test_a_literal_or_name_of_17_megabytes_on_one_line_is_refused_with_its_line(small: Path, line: str) -> None:
    head = "@prefix chess: <https://example.org/chess/ontology#> .\n\n<https://example.org/chess/id/club/millbrook> "
    (small / "data" / "notes" / "02-meetings.ttl").write_text(head + line)
    code, out, err = scograph("check")
    assert (code, out) == (3, "")
    message, hint = err.splitlines()
    assert message == (
        "data/notes/02-meetings.ttl:3: error syntax a literal or name of more than 16 MiB, the maximum of the parser"
    )
    assert hint.startswith("  help: put such a long text into a file")


def test_a_line_of_17_megabytes_with_an_error_is_cut_in_the_message(small: Path) -> None:
    data = "<http://a.example/> <http://a.example/> " + "1, " * (LONG // 3) + "oops ."
    (small / "long.nt").write_text(data)
    code, out, err = scograph("query", "ASK {}", "--data", "long.nt")
    assert (code, out) == (3, "")
    assert err.startswith("long.nt:1:")
    assert len(err) < 1000


def test_a_line_of_17_megabytes_that_is_right_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    long = "x" * (2 * MEGABYTE)
    objects = ", ".join(f'"{n} {long}"' for n in range(9))
    Path("long.ttl").write_text(f"<http://a.example/> <http://a.example/says> {objects} .")
    assert Path("long.ttl").stat().st_size > LONG
    code, out, _ = scograph("query", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "--data", "long.ttl", "-f", "csv")
    assert (code, out) == (0, "n\n9\n")


def test_words_joined_by_dots_cost_time_in_proportion(small: Path) -> None:
    """The tokens of a query or a Turtle file are looked through once: this took minutes when it was quadratic."""
    code, _, err = scograph("query", "SELECT * { " + "a." * 200_000)
    assert code == 2
    assert err.startswith("error: the query does not parse: line 1, column ")
    assert small.is_dir()


def test_after_a_hundred_errors_a_file_is_not_read_on_and_says_so(small: Path) -> None:
    (small / "data" / "notes" / "02-meetings.ttl").write_text("<http://a.example/> oops 1 .\n" * 150)
    code, out, err = scograph("check")
    assert (code, out) == (3, "")
    lines = [line for line in err.splitlines() if line.startswith("data/")]
    assert len(lines) == 101
    assert lines[-1] == "data/notes/02-meetings.ttl:101: error syntax reading stopped after 100 errors"


def test_closed_standard_output_ends_a_command_with_its_code_and_no_word() -> None:
    """`scograph export -f nt | head -1` closes the pipe while there is more to say: the code of SIGPIPE.

    The built-in graph is asked, which is larger than any pipe holds.
    """
    for arguments in (["export", "-f", "nt"], ["export", "-f", "ttl"], ["query", "-f", "csv", "SELECT * { ?s ?p ?o }"]):
        process = subprocess.Popen(
            [sys.executable, "-m", "scograph", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
        )
        assert process.stdout
        assert process.stderr
        process.stdout.read(1)
        process.stdout.close()
        error = process.stderr.read()
        process.stderr.close()
        assert (process.wait(timeout=60), error) == (141, b""), arguments


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_standard_output_is_an_error(small: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "scograph", "export", "-f", "nt"],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=small,
            check=False,
            text=True,
        )
    assert done.returncode == 2
    assert done.stderr == (
        "error: standard output cannot be written: No space left on device\nhint: write to a file with -o\n"
    )


# The built-in project, with faults put into its facts.


@pytest.fixture
def builtin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the built-in project, which is the folder one stands in."""
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "scograph.toml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (path, old)
    path.write_text(text.replace(old, new), encoding="utf-8")


def errors(out: str) -> list[tuple[str, str]]:
    """Place and code of each error."""
    heads = re.findall(r"^(?:(\S+): )?error (\S+) ", out, re.MULTILINE)
    return sorted((place, code) for place, code in heads)


def test_a_party_that_is_a_person_is_found_in_the_file_that_says_so(builtin: Path) -> None:
    file = "data/unidir-sco-2021-03/14-parties-and-purpose.normalised.ttl"
    also = "data/sco-secretariat-209441/01-signatories.ttl"
    for path in (file, also):
        put(
            builtin / path,
            "scog:hasAgent <https://w3id.org/scograph/id/state/tjk>",
            "scog:hasAgent <https://w3id.org/scograph/id/person/zhang-ming>",
        )
    code, out, _ = scograph("check")
    assert code == 1
    assert f"{also}:36:19: error SCOG-V11 a party is neither a state nor an organisation\n" in out, (
        "the first file that says it"
    )
    first, *rest = errors(out)
    assert first == (f"{also}:36:19", "SCOG-V11")
    assert {code for _, code in rest} == {"E06", "Q03"}
    assert {"ontology/questions/01-parties-to-the-2009-agreement.csv"} < {place.partition(":")[0] for place, _ in rest}


def test_for_a_property_no_class_is_proposed(builtin: Path) -> None:
    put(builtin / "data/unidir-sco-2021-03/20-sco-secretariat.ttl", "scog:isBodyOf", "scog:isAgency")
    out = scograph("check")[1]
    (at,) = (number for number, line in enumerate(out.splitlines()) if ":9:5: error R01 " in line)
    helps = [line for line in out.splitlines()[at:] if line.startswith("  help: ")]
    assert "ontology#Agency>" not in helps[0]
    assert helps[0].startswith(("  help: did you mean <https://w3id.org/scograph/ontology#is", "  help: declare it"))


def test_each_of_several_faults_is_found_in_its_file(builtin: Path) -> None:
    data = builtin / "data" / "unidir-sco-2021-03"
    put(data / "25-date-of-drill.ttl", 'scog:endDate "2017-12-06"', 'scog:endDate "2017-12-05"')
    put(data / "18-date-of-agreement.ttl", '"2009-06-16"', '"2009-06-31"')
    put(data / "07-cyber-expert-group.ttl", "scog:Agency", "scog:Agancy")
    code, out, err = scograph("check")
    assert code == 1
    found = errors(out)
    assert "help: did you mean <https://w3id.org/scograph/ontology#Agency>?" in out
    assert ("data/unidir-sco-2021-03/25-date-of-drill.ttl:7:18", "SCOG-E03") in found
    assert ("data/unidir-sco-2021-03/18-date-of-agreement.ttl:8:15", "SCOG-I02") in found
    assert ("data/unidir-sco-2021-03/18-date-of-agreement.ttl:8:15", "L15") in found
    assert ("data/unidir-sco-2021-03/07-cyber-expert-group.ttl:7:7", "R01") in found
    assert all(re.fullmatch(r"\S+:\d+:\d+", place) for place, _ in found), "each has its file, line and column"
    assert "Traceback" not in err


OTHER_SYNTAXES = {
    "OWL/XML": """<?xml version="1.0"?>
<!DOCTYPE Ontology [ <!ENTITY owl "http://www.w3.org/2002/07/owl#" > ]>
<Ontology xmlns="http://www.w3.org/2002/07/owl#" ontologyIRI="https://example.org/o">
  <Declaration><Class IRI="#A"/></Declaration>
</Ontology>
""",
    "OWL in functional syntax": "Prefix(:=<https://example.org/>)\nOntology(<https://example.org/>)\n",
    "OWL in Manchester syntax": "Prefix: : <https://example.org/>\nClass: A\n",
    "OBO": "format-version: 1.2\n\n[Term]\nid: A:1\n",
    "HTML": "<!DOCTYPE html>\n<html lang=en><title>404</title></html>\n",
}


@pytest.mark.parametrize("extension", ["owl", "ttl", "nt", "trig", "jsonld"])
@pytest.mark.parametrize("name", OTHER_SYNTAXES)
def test_a_file_in_another_syntax_is_one_error_that_names_it(name: str, extension: str, tmp_path: Path) -> None:
    path = tmp_path / f"o.{extension}"
    path.write_text(OTHER_SYNTAXES[name])
    for arguments in (("check", str(path)), ("hash", str(path)), ("load", str(tmp_path / "store"), str(path))):
        code, out, err = scograph(*arguments)
        assert code == 3
        found = [line for line in (out + err).splitlines() if ": error " in line]
        assert len(found) == 1, found
        assert re.search(rf"o\.{extension}:[123]:1: error syntax the file is {name}, not ", found[0])
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("store", ["store", "a/b/store"])
def test_a_load_that_fails_leaves_no_folder(store: str, tmp_path: Path) -> None:
    (tmp_path / "wide.ttl").write_bytes("<urn:a> <urn:b> <urn:c> .".encode("utf-16"))
    (tmp_path / "cut.nt").write_text("<urn:a> <urn:b> ")
    for name in ("wide.ttl", "cut.nt"):
        code, _, err = scograph("load", str(tmp_path / store), str(tmp_path / name))
        assert (code, name in err) == (3, True)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["cut.nt", "wide.ttl"]


@pytest.mark.parametrize("form", ["nt", "ttl", "rdf"])
def test_named_graphs_that_a_format_lacks_are_not_left_out_in_silence(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.nq").write_text("<urn:a> <urn:p> <urn:b> <urn:g> .\n<urn:a> <urn:p> <urn:b> <urn:h> .\n")
    assert scograph("load", "store", "a.nq")[0] == 0
    note = (
        f"note: the default graph is empty, and {form} has no named graphs, so these are left out: <urn:g> and 1 more; "
    )
    code, _, err = scograph("export", "--store", "store", "-f", form)
    assert (code, f"{note}take one with --graph, or -f nq\n" in err) == (0, True)
    assert note not in scograph("export", "--store", "store", "-f", form, "--graph", "urn:g")[2]
    Path("b.nt").write_text("<urn:a> <urn:p> <urn:b> .\n")
    assert scograph("load", "other", "b.nt")[0] == 0
    assert note not in scograph("export", "--store", "other", "-f", form)[2]
    for other in ("nq", "ndjson-ld"):
        _, out, err = scograph("export", "--store", "store", "-f", other)
        assert (out.count("\n"), "left out" in err) == (2, False)
