"""The command line: data on standard output, talk on standard error, the same options everywhere, exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import click
import pytest
from click.testing import CliRunner, Result
from pyoxigraph import parse

from scograph.cli import cli
from scograph.cli.options import InputPath, given_options
from scograph.exports import EXPORTERS
from scograph.formats import RDF_FORMATS, RDF_FORMATS_BY_NAME, RESULT_FORMATS_BY_NAME
from scograph.project import builtin_folder

HERE = Path(__file__).parent
SMALL = HERE / "projects" / "small"
COMMANDS = sorted(cli.all())
EXAMPLES = [
    (name, line.strip())
    for name, command in [("scograph", cli), *sorted(cli.all().items())]
    for line in (command.epilog or "").splitlines()
    if line.strip().startswith("scograph")
]


def run(*arguments: str) -> Result:
    """Run the command line in this process."""
    result = CliRunner().invoke(cli, arguments, prog_name="scograph")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small project, which is the folder one stands in."""
    shutil.copytree(SMALL, tmp_path / "small")
    monkeypatch.chdir(tmp_path / "small")
    return tmp_path / "small"


# Help.


def test_there_are_commands_and_examples_to_try() -> None:
    assert {"check", "export", "query", "build"} <= set(COMMANDS)
    assert {name for name, _ in EXAMPLES} == {"scograph", *COMMANDS}
    assert len(EXAMPLES) >= 12


@pytest.mark.parametrize("name", ["", *COMMANDS])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_has_help_with_examples(name: str, option: str) -> None:
    result = run(*name.split(), option)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"Usage: scograph {name}".rstrip())
    assert re.search(r"\n +Examples:\n +scograph", result.stdout)
    assert all(len(line) <= 140 for line in result.stdout.splitlines())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_and_option_is_explained(name: str) -> None:
    command = cli.all()[name]
    assert (command.help or "").strip()
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not isinstance(parameter.type, click.Choice):
            assert parameter.help, parameter.name


PROJECT_COMMANDS = ("check", "build", "diff", "fmt", "release", "serve", "verify")
"""What is run on a small project of its own, since it writes files, compares them, or builds the site."""


NEED_ANOTHER_SOURCE = (
    "members",
    "redo",
    "source history",
    "source place",
    "source read",
    "source status",
    "source update",
    "undo",
)
"""Commands that ask a person or a site, or need a source without places or an edit before: tests/test_source_*.py and
test_steps.py run them."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with projects in which the examples are run, one after the other, as a reader would."""
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(SMALL, folder / "small")
    for name in ("data", "ontology", "shapes"):
        shutil.copytree(builtin_folder() / name, folder / "builtin" / name)
    shutil.copy(builtin_folder() / "scograph.toml", folder / "builtin")
    _stage_of_sources(folder / "sources")
    return folder


def _stage_of_sources(folder: Path) -> None:
    """A new project with a source whose text is at hand, and the text of another one."""
    about = ("--title", "Rivers", "--base", "https://example.org/r/", "--source-title", "Notes")
    assert run("init", str(folder), *about, "--source-url", "https://example.org/n").exit_code == 0
    minutes = folder / "minutes.txt"
    paragraphs = (
        "Minutes of the council",
        "It met in May. The next meeting is in June.",
        "All came. They spoke of the fish and of the bridge, of the ferry and of the mill, and voted.",
        "Printed on grey paper.",
    )
    minutes.write_text("\n\n".join(paragraphs))
    (folder / "agreement.txt").write_text("An agreement\nIt was signed.\n")
    assert run("source", "add", str(minutes), "--language", "en", "-p", str(folder)).exit_code == 0


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(line, marks=[pytest.mark.slow, pytest.mark.timeout(300)] if line == "scograph build" else [])
        for line in dict.fromkeys(line for name, line in EXAMPLES if name not in NEED_ANOTHER_SOURCE)
    ],
)
def test_an_example_of_the_help_runs(line: str, stage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each runs in a copy of the built-in project; in the small one what writes, builds, or checks with options."""
    program, *arguments = shlex.split(line)
    assert program == "scograph"
    is_small = arguments[:1] in ([name] for name in PROJECT_COMMANDS) and len(arguments) > 1
    is_source = arguments[0] == "source" if arguments else False
    monkeypatch.chdir(stage / ("small" if is_small else "sources" if is_source else "builtin"))
    if "--data" in arguments:
        run("export", "-f", "jsonld", "-o", arguments[arguments.index("--data") + 1])
    result = run(*arguments)
    assert result.exit_code == 0, result.output


def test_each_example_is_of_the_command_that_shows_it() -> None:
    assert all(f"{line} ".startswith(f"scograph {name} ") for name, line in EXAMPLES if name != "scograph")


def test_the_version_is_told() -> None:
    result = run("--version")
    assert (result.exit_code, result.stderr) == (0, "")
    assert re.fullmatch(r"scograph, version \d+\.\d+\.\d+\n", result.stdout)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("chck", "No such command 'chck'. Did you mean 'check'?"),
        ("source shw", "No such command 'shw'. Did you mean 'show'?"),
        ("source zzzzz", "No such command 'zzzzz'."),
    ],
)
def test_a_misspelt_command_is_answered_with_the_one_that_is_like_it(line: str, message: str) -> None:
    result = run(*line.split())
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == f"Error: {message}"


def test_the_help_needs_neither_rdflib_nor_pyshacl() -> None:
    code = (
        "import sys; from scograph.cli import cli; cli(['--help'], standalone_mode=False);"
        "sys.exit(bool({'rdflib', 'pyshacl'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


# The same options everywhere.


@pytest.mark.parametrize("name", COMMANDS)
def test_an_output_option_is_o_and_a_format_option_f(name: str) -> None:
    options = {param.name: set(param.opts) for param in cli.all()[name].params if isinstance(param, click.Option)}
    for opts in options.values():
        assert ("-o" in opts) == ("--output" in opts)
        assert ("-f" in opts) == ("--format" in opts)
    if name in ("check", "export", "query"):
        assert options["output"] == {"-o", "--output"}
        assert options["form"] == {"-f", "--format"}
    if name == "build":
        assert options["output"] == {"-o", "--output"}


DATA: dict[str, list[str]] = {
    "check as text": ["check"],
    "check as JSON": ["check", "-f", "json"],
    **{f"export as {row.name}": ["export", "-f", row.name] for row in EXPORTERS},
    **{f"query as {name}": ["query", "1", "-f", name] for name in RESULT_FORMATS_BY_NAME},
    **{f"construct as {row.name}": ["query", "CONSTRUCT WHERE { ?s a ?c }", "-f", row.name] for row in RDF_FORMATS},
}


@pytest.mark.parametrize("arguments", DATA.values(), ids=DATA)
@pytest.mark.usefixtures("small")
def test_data_goes_to_standard_output_or_into_the_file_and_is_the_same(arguments: list[str]) -> None:
    shown = run(*arguments)
    assert shown.exit_code == 0
    written = run(*arguments, "-o", "file")
    assert (written.exit_code, written.stdout) == (0, "")
    assert Path("file").read_bytes() == shown.stdout_bytes
    assert Path("file").stat().st_mode & 0o777 == 0o666 & ~umask()
    assert [path.name for path in Path().glob(".file*")] == []
    if arguments != ["check"]:
        assert shown.stdout_bytes.endswith(b"\n")


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.usefixtures("small")
def test_talk_goes_to_standard_error() -> None:
    result = run("check", "-f", "json")
    report = json.loads(result.stdout)
    assert report["conforms"] is True
    assert report["counts"] == {"error": 0, "warning": 0, "info": 0}
    assert result.stderr.startswith("0 errors, ")
    assert re.fullmatch(r"0 errors, .* · coverage 100 % · stated: \d.* not shown · \d+\.\d s\n", result.stderr)
    assert run("build").stdout == ""
    question = run("query", "1", "-f", "csv")
    assert question.stdout.startswith("rank,name\n")
    assert question.stderr == "Who came where in the Spring Open?\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check"], 0),
        (["export", "-f", "nt"], 0),
        (["query", "ASK {}"], 0),
        (["query", "SELECT"], 2),
        (["query"], 2),
        (["no-such-command"], 2),
        (["check", "--no-such-option"], 2),
        (["export"], 2),
        (["check", "nowhere"], 3),
        (["check", "text.txt"], 3),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
@pytest.mark.usefixtures("small")
def test_a_command_exits_with_the_code_of_what_happened(arguments: list[str], code: int) -> None:
    assert run(*arguments).exit_code == code


@pytest.mark.usefixtures("small")
def test_findings_exit_with_1_and_are_written_all_the_same() -> None:
    Path("data/notes/09-nothing.ttl").write_text("<http://a.example/> a <http://a.example/> .\n")
    result = run("check", "-f", "json", "-o", "report.json")
    assert (result.exit_code, result.stdout) == (1, "")
    report = json.loads(Path("report.json").read_text())
    assert report["conforms"] is False
    assert report["findings"] == [
        {
            "severity": "error",
            "code": "F05",
            "message": "data/notes/source.ttl describes no passage 09",
            "hint": "describe the passage …/09 there, or put the facts where they belong",
            "place": {"path": "data/notes/09-nothing.ttl"},
        }
    ]
    assert report["notes"][0].startswith("not checked until every file has its place: ")


# `scograph` alone.


@pytest.mark.usefixtures("small")
def test_scograph_alone_says_what_is_here_and_the_next_step() -> None:
    result = run()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "the project here: chess (.)\n"
        "  21 facts about 6 things, 21 claims, 2 sources, 1 question\n"
        "  not built yet in dist/\n"
        "next: scograph build\n"
    )


@pytest.mark.usefixtures("small")
def test_scograph_alone_knows_the_last_build() -> None:
    assert run("build").exit_code == 0
    os.utime("dist/manifest.json", (4_000_000_000, 4_000_000_000))
    lines = run().stdout.splitlines()
    assert lines[2] == "  last built 2096-10-02 07:06 UTC in dist/"
    assert lines[3].startswith("next: scograph query 1")
    assert len(lines) == 4


def test_scograph_alone_does_not_lead_to_a_question_where_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rivers.ttl").write_text("<https://example.org/a> <https://example.org/flowsInto> <https://example.org/b> .")
    assert run("build").exit_code == 0
    os.utime("dist/manifest.json", (4_000_000_000, 4_000_000_000))
    assert run().stdout.splitlines()[-1] == "next: scograph serve, or load dist/ into your store"


@pytest.mark.parametrize(
    "name",
    [
        "data/notes/05-winner.ttl",
        "data/notes/source.ttl",
        "ontology/chess.ttl",
        "ontology/context.jsonld",
        "ontology/questions/01-who-came-where.rq",
        "ontology/questions/01-who-came-where.csv",
        "shapes/chess.ttl",
        "shapes/one-at-each-rank.rq",
        "scograph.toml",
    ],
)
@pytest.mark.usefixtures("small")
def test_scograph_alone_says_that_a_build_is_stale(name: str) -> None:
    assert run("build", "--no-site", "--jobs", "1").exit_code == 0
    os.utime("dist/manifest.json", (4_000_000_000, 4_000_000_000))
    os.utime(name, (4_000_000_001, 4_000_000_001))
    lines = run().stdout.splitlines()
    assert lines[3:] == [f"  1 file changed since: {name}", "next: scograph build"]


def test_outside_a_project_the_built_in_one_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run().stdout.startswith("the built-in project: sco (")
    result = run("query", "1", "-f", "csv")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 7, "a header and six rows"


def test_in_a_folder_of_a_project_the_built_in_one_is_meant_but_not_in_silence(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small / "ontology" / "questions")
    result = run()
    assert result.stdout.startswith("the built-in project: sco (")
    assert result.stderr == (
        "note: no project and no RDF file in this folder: using the built-in project; the nearest project is ../..\n"
    )


RIVERS = "<https://example.org/a> <https://example.org/flowsInto> <https://example.org/b> .\n"
"""A file of somebody's own."""


@pytest.fixture
def rivers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of RDF files, which is the one that one stands in."""
    (tmp_path / "rivers").mkdir()
    (tmp_path / "rivers" / "a.nt").write_text(RIVERS)
    monkeypatch.chdir(tmp_path / "rivers")
    return tmp_path / "rivers"


ON_RIVERS: dict[str, tuple[tuple[str, ...], str]] = {
    "alone": ((), "1 fact about 1 thing"),
    "build": (("build", "-o", "../dist", "--no-site"), "1 file, 1 triple"),
    "check": (("check",), "1 file, 1 triple"),
    "check as JSON": (("check", "-f", "json"), '"triples": 1'),
    "compare": (("compare", "https://example.org/a", "https://example.org/b"), "flows"),
    "coverage": (("coverage", "--shapes"), "of 1 triple"),
    "diff": (("diff", "."), "no difference"),
    "explain": (("explain", "R01"), "undeclared"),
    "export": (("export", "-f", "nt"), RIVERS),
    "hash": (("hash", "--lines"), RIVERS),
    "links": (("links",), "1  https://example.org/b"),
    "list": (("list",), "(0 rows)"),
    "load": (("load", "../store"), "1 quad"),
    "query": (("query", "SELECT * { ?s ?p ?o }", "-f", "csv"), "s,p,o"),
    "release": (("release", "1.0.0", "-o", "../releases"), "the first release"),
    "serve": (("serve", "--get", "/graph.nt"), "404"),
    "show": (("show", "https://example.org/a"), "flowsInto"),
    "why": (("why", "https://example.org/a"), "flowsInto"),
}


@pytest.mark.parametrize("name", ON_RIVERS)
def test_in_a_folder_of_rdf_files_every_command_works_on_them(name: str, rivers: Path) -> None:
    arguments, shown = ON_RIVERS[name]
    result = run(*arguments)
    assert shown in result.stdout + result.stderr
    assert result.stderr.count("note: using 1 RDF file in this folder\n") == 1
    assert "Shanghai" not in result.output
    assert sorted(path.name for path in rivers.iterdir()) == ["a.nt"]


def test_every_command_that_takes_a_project_has_the_option_for_the_built_in_one() -> None:
    takes = {
        name
        for name, command in cli.all().items()
        if any(isinstance(one.type, InputPath) and one.type.is_project for one in command.params)
    }
    takes = {name for name in takes if not name.startswith("source ")}  # of sources, which the built-in one is not for
    has = {name for name, command in cli.all().items() if any("--builtin" in one.opts for one in command.params)}
    assert has - takes == {"source list", "source show", "source status", "source history"}, "which only read"
    assert takes <= has
    assert takes == {name for arguments, _ in ON_RIVERS.values() for name in arguments[:1]}


@pytest.mark.usefixtures("rivers")
def test_the_built_in_project_is_meant_where_it_is_named() -> None:
    result = run("query", "--builtin", "1", "-f", "csv")
    assert (result.exit_code, result.stdout.count("\n")) == (0, 7)
    assert "note:" not in result.stderr
    assert "--builtin excludes another project" in run("check", "--builtin", ".").stderr
    assert "--data excludes" in run("query", "--builtin", "ASK {}", "--data", "a.nt").stderr
    loaded = run("load", "--builtin", "../store")
    assert (loaded.exit_code, "quads" in loaded.stderr) == (0, True)


@pytest.mark.parametrize("arguments", [("build",), ("load", "store"), ("release", "1.0.0")], ids=lambda one: one[0])
def test_what_writes_or_sends_takes_the_built_in_project_only_if_it_is_named(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "error: there is no project and no RDF file in this folder",
        "hint: give a PATH, or use --builtin for the built-in project",
    ]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_facts_of_a_project_is_used_as_it_is_with_a_word_about_the_project(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small / "data" / "notes")
    assert run("hash").stderr.endswith(" RDF files in this folder; the nearest project is ../..\n")


@pytest.mark.usefixtures("rivers")
def test_a_report_may_be_written_twice_beside_rdf_files_but_not_over_them() -> None:
    for _ in range(2):
        assert run("check", "-f", "json", "-o", "report.json").exit_code == 0
    assert run("check", "-f", "json", "-o", "a.nt").exit_code == 2
    assert Path("a.nt").read_text() == RIVERS


def test_inside_a_project_it_is_meant(small: Path) -> None:
    assert run("query", "1", "-f", "csv").stdout == "rank,name\n1,Zoë Lind\n2,Bo Berg\n"
    assert small == Path.cwd()


def test_another_project_is_meant_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("query", "-p", str(SMALL), "1", "-f", "csv").stdout.startswith("rank,name\n")
    assert "21 claims" in run("check", str(SMALL)).stderr
    assert run("export", str(SMALL), "-f", "nt", "--facts-only").stdout.count("\n") == 21


# Queries.


@pytest.mark.usefixtures("small")
def test_a_question_is_asked_by_its_number_its_file_or_its_text() -> None:
    file = Path("ontology/questions/01-who-came-where.rq")
    answers = {run("query", query, "-f", "csv").stdout for query in ("1", "01", " 1 ", str(file), file.read_text())}
    assert answers == {"rank,name\n1,Zoë Lind\n2,Bo Berg\n"}


@pytest.mark.usefixtures("small")
def test_answers_that_differ_are_written_as_the_graph_gives_them() -> None:
    answer, other = Path("ontology/questions/01-who-came-where.csv"), Path("ontology/questions/02-nothing.csv")
    before = answer.read_bytes()
    Path("ontology/questions/02-nothing.rq").write_text(
        "# What is \u201cit, then\u201d?\nSELECT ?a { BIND('x, y' AS ?a) }\n"
    )
    other.write_text("a\nz\n")
    answer.write_bytes(before.replace(b"1,", b"7,"))
    assert run("check").exit_code == 1
    result = run("questions", "accept", "--all", "--dry-run")
    assert (result.exit_code, answer.read_bytes() == before) == (0, False)
    result = run("questions", "accept", "1", "2")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.count("\n+++ ") == 2
    assert '-z\n+"x, y"\n' in result.stdout
    assert "2 answers written: check each row against its source\n" in result.stderr
    assert (answer.read_bytes(), other.read_bytes()) == (before, b'a\n"x, y"\n')
    assert run("check").exit_code == 0
    other.write_text('a\r\n"x, y"\r\n')
    assert run("questions", "accept", "--all").stderr == "nothing to change\n", "the same in other CSV stays"


@pytest.mark.usefixtures("small")
def test_a_new_question_has_its_answer_shown_whole_before_it_is_taken_over() -> None:
    Path("ontology/questions/02-nothing.rq").write_text("# What is it?\nSELECT ?a { VALUES ?a { 1 2 } } ORDER BY ?a\n")
    result = run("questions", "accept", "02")
    assert (result.exit_code, "+a\n+1\n+2\n" in result.stdout) == (0, True)
    assert Path("ontology/questions/02-nothing.csv").read_bytes() == b"a\n1\n2\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "no question is named"),
        (("1", "--all"), "--all goes with no NUMBER"),
        (("77",), "no question has the number 77"),
        (("1", "2"), "ontology/questions/02-nothing.rq: "),
    ],
)
@pytest.mark.usefixtures("small")
def test_answers_that_cannot_be_taken_over_are_one_message(arguments: tuple[str, ...], message: str) -> None:
    answer = Path("ontology/questions/01-who-came-where.csv")
    answer.write_bytes(wrong := answer.read_bytes().replace(b"1,", b"7,"))
    Path("ontology/questions/02-nothing.rq").write_text("# What?\nSELECT ?a { ?a }\n")
    result = run("questions", "accept", *arguments)
    assert (result.exit_code, message in result.stderr) == (2, True)
    assert answer.read_bytes() == wrong


@pytest.mark.parametrize("value", ["1000001", "1e10", "1e30"])
@pytest.mark.parametrize("words", ["check --timeout", "query 1 --timeout", "links --timeout", "load store --timeout"])
@pytest.mark.usefixtures("small")
def test_a_time_that_no_timer_of_the_system_takes_is_refused(words: str, value: str) -> None:
    result = run(*words.split(), value)
    assert (result.exit_code, f"{value} is more than 1,000,000 seconds." in result.stderr) == (2, True)


@pytest.mark.parametrize("value", ["nan", "inf", "1e999", "-1"])
@pytest.mark.parametrize("words", ["coverage --fail-under", "serve --rate", "serve --timeout", "query 1 --timeout"])
@pytest.mark.usefixtures("small")
def test_a_number_that_is_none_or_has_no_end_is_refused(words: str, value: str) -> None:
    result = run(*words.split(), value)
    assert (result.exit_code, f"Invalid value for '{words.rsplit(maxsplit=1)[-1]}'" in result.stderr) == (2, True)


def test_more_memory_than_a_machine_has_is_refused() -> None:
    assert "Invalid value for '--max-memory'" in run("serve", "--max-memory", "99999999999999999999").stderr


def test_questions_are_listed_with_their_numbers() -> None:
    result = run("query", "--list", "-p", str(SMALL), "-f", "csv")
    assert (result.exit_code, result.stderr) == (0, "")
    assert list(csv.reader(io.StringIO(result.stdout))) == [
        ["number", "question", "owner", "parameters", "file"],
        ["1", "Who came where in the Spring Open?", "project", "", "ontology/questions/01-who-came-where.rq"],
    ]
    assert run("query", "--list", "-p", str(SMALL)).stdout.endswith("(1 row)\n")
    assert json.loads(run("query", "--list", "-p", str(SMALL), "-f", "json").stdout)["head"]["vars"][0] == "number"


@pytest.mark.parametrize("arguments", [("--list", "1"), ("--list", "--data", "a.nt"), ("--list", "-f", "ttl")], ids=str)
@pytest.mark.usefixtures("small")
def test_a_list_of_questions_is_asked_for_alone(arguments: tuple[str, ...]) -> None:
    result = run("query", *arguments)
    assert (result.exit_code, result.stdout, "error: " in result.stderr) == (2, "", True)


@pytest.mark.usefixtures("small")
def test_a_query_may_name_a_passage_as_a_graph() -> None:
    query = "SELECT ?day { GRAPH <https://example.org/chess/source/notes/passage/02> { ?club chess:meetingDay ?day } }"
    assert run("query", query, "-f", "csv").stdout == "day\nTuesday\n"
    assert (
        run("query", "ASK { GRAPH <https://example.org/chess/source/notes/passage/02> { ?s a ?c } }").stdout
        == "false\n"
    )


def test_rdf_files_are_asked_instead_of_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    triple = "<http://a.example/a> <http://a.example/says> <http://a.example/b> .\n"
    Path("a.nt").write_text(triple)
    Path("b.ttl").write_text('@prefix a: <http://a.example/> .\na:b a:says "b" ; a:knows [ a:says "c" ] .\n')
    Path("c.nq").write_text(triple.replace(" .", " <http://a.example/graph> ."))
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    files = ["--data", "a.nt", "--data", "b.ttl", "--data", "c.nq"]
    assert run("query", count, *files, "-f", "csv").stdout == "n\n4\n"
    assert run("query", "ASK { GRAPH <http://a.example/graph> { ?s ?p ?o } }", *files).stdout == "true\n"
    result = run("query", "SELECT ?o { ?s a:says ?o } ORDER BY ?o", *files, "-f", "csv")
    assert result.stdout == "o\nhttp://a.example/b\nb\nc\n"
    Path("q.rq").write_text(count)
    assert run("query", "q.rq", *files, "-f", "csv").stdout == "n\n4\n"


ROWS = (
    'SELECT ?text ?iri ?none { VALUES (?text ?iri ?none) { ("a|b"@en <http://a.example/> UNDEF) ("上海\\nx" 1 true) } }'
)


def table(text: str) -> None:
    lines = text.splitlines()
    assert lines[-1] == "(2 rows)"
    assert lines[0].split() == ["text", "iri", "none"]
    assert lines[2].split() == ["a|b@en", "<http://a.example/>"]
    assert lines[3].split() == ["上海", "x", "1", "true"]
    assert lines[2].index("<") == lines[3].index("1") + 2, "a wide character takes two columns"
    assert lines[1].count("─") == len("上海 x") + 2 + len("<http://a.example/>") + len("none")


def markdown(text: str) -> None:
    assert text == (
        "| text | iri | none |\n| --- | --- | --- |\n| a\\|b@en | <http://a.example/> |  |\n| 上海 x | 1 | true |\n"
    )


def comma_separated(text: str) -> None:
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["text", "iri", "none"],
        ["a|b", "http://a.example/", ""],
        ["上海\nx", "1", "true"],
    ]


def tab_separated(text: str) -> None:
    first, second, third = text.splitlines()
    assert first == "?text\t?iri\t?none"
    assert second == '"a|b"@en\t<http://a.example/>\t'
    assert third.split("\t") == ['"上海\\nx"', "1", "true"]


def results_json(text: str) -> None:
    bindings = json.loads(text)["results"]["bindings"]
    assert bindings[0] == {
        "text": {"type": "literal", "value": "a|b", "xml:lang": "en"},
        "iri": {"type": "uri", "value": "http://a.example/"},
    }
    assert bindings[1]["text"] == {"type": "literal", "value": "上海\nx"}


def results_xml(text: str) -> None:
    root = ET.fromstring(text)  # noqa: S314 -- the tool has just written it
    literals = [node.text for node in root.iter("{http://www.w3.org/2005/sparql-results#}literal")]
    assert literals == ["a|b", "上海\nx", "1", "true"]


RESULT_CHECKS: dict[str, Callable[[str], None]] = {
    "table": table,
    "csv": comma_separated,
    "tsv": tab_separated,
    "json": results_json,
    "xml": results_xml,
    "md": markdown,
}


@pytest.mark.parametrize("name", RESULT_FORMATS_BY_NAME)
@pytest.mark.usefixtures("small")
def test_rows_are_written_in_every_form(name: str) -> None:
    result = run("query", ROWS, "-f", name)
    assert (result.exit_code, result.stderr) == (0, "")
    RESULT_CHECKS[name](result.stdout)
    if name == "table":
        assert run("query", ROWS).stdout == result.stdout, "it is the form that one gets without asking"


@pytest.mark.parametrize("name", RESULT_FORMATS_BY_NAME)
@pytest.mark.usefixtures("small")
def test_yes_and_no_are_written_in_every_form(name: str) -> None:
    for query, word in (("ASK { ?s a chess:Club }", "true"), ("ASK { ?s a chess:Clubs }", "false")):
        result = run("query", query, "-f", name)
        assert (result.exit_code, result.stderr) == (0, "")
        assert word in result.stdout
        assert len(re.findall("true|false", result.stdout)) == 1


@pytest.mark.parametrize("row", RDF_FORMATS, ids=lambda row: row.name)
@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("CONSTRUCT WHERE { ?placing chess:rank ?rank }", 2),
        ("DESCRIBE <https://example.org/chess/id/player/bo-berg>", 2),
        ("CONSTRUCT { [] rdfs:label ?name } WHERE { ?player a chess:Player ; rdfs:label ?name }", 2),
        ("CONSTRUCT WHERE { ?placing chess:rank 7 }", 0),
    ],
)
@pytest.mark.usefixtures("small")
def test_triples_are_written_in_every_syntax(row: object, query: str, count: int) -> None:
    name = str(getattr(row, "name"))  # noqa: B009 -- a parameter is an object to the type checker
    result = run("query", query, "-f", name)
    assert (result.exit_code, result.stderr) == (0, "")
    assert len(list(parse(result.stdout, RDF_FORMATS_BY_NAME[name].rdf))) == count
    assert run("query", query, "-f", name).stdout == result.stdout, "blank nodes are numbered anew for each run"


@pytest.mark.usefixtures("small")
def test_triples_come_as_turtle_without_asking() -> None:
    query = "CONSTRUCT WHERE { ?placing chess:rank ?rank }"
    assert run("query", query).stdout == run("query", query, "-f", "ttl").stdout
    assert "chess:rank 2 ." in run("query", query).stdout


@pytest.mark.usefixtures("small")
def test_the_facts_of_one_source_are_exported_alone() -> None:
    everything = set(run("export", "-f", "nt", "--facts-only").stdout.splitlines())
    parts = [
        set(run("export", "-f", "nt", "--facts-only", "--source", name).stdout.splitlines())
        for name in ("notes", "editorial")
    ]
    assert parts[0] | parts[1] == everything
    assert [len(part) for part in parts] == [20, 1]


@pytest.mark.parametrize("name", [row.name for row in RDF_FORMATS])
def test_what_is_printed_is_utf_8_whatever_the_locale(name: str) -> None:
    """Standard output may say it is ASCII: data is bytes all the same, and talk is escaped, not lost."""
    environment = {
        **os.environ,
        "PYTHONIOENCODING": "ascii",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    }
    done = subprocess.run(
        [sys.executable, "-m", "scograph", "export", str(SMALL), "-f", name],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Zoë Lind" in done.stdout.decode("utf-8") or "Zo\\u00EB" in done.stdout.decode("ascii")


# Odd places for output.


@pytest.mark.usefixtures("small")
def test_a_pipe_or_a_device_is_written_to_and_stays_what_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        done = subprocess.run(
            [sys.executable, "-m", "scograph", "export", "-f", "nt", "-o", str(pipe)], check=False, timeout=60
        )
        if not pipe.is_fifo():
            reader.kill()  # nobody will ever write to it
            pytest.fail("a file took the place of the pipe")
        assert done.returncode == 0
        assert reader.stdout is not None
        assert reader.stdout.read().decode() == run("export", "-f", "nt").stdout


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.usefixtures("small")
def test_a_link_stays_a_link_and_what_it_leads_to_is_written(tmp_path: Path, exists: bool) -> None:  # noqa: FBT001 -- pytest's way
    target, link = tmp_path / "target.nt", tmp_path / "link.nt"
    if exists:
        target.write_text("the old one")
    link.symlink_to("target.nt")
    assert run("export", "-f", "nt", "-o", str(link)).exit_code == 0
    assert link.is_symlink()
    assert target.read_text() == run("export", "-f", "nt").stdout


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell in which $SCOGRAPH is the command line."""
    environment = {**os.environ, "SCOGRAPH": f"{shlex.quote(sys.executable)} -m scograph"}
    return subprocess.run(
        ["bash", "-c", command.replace("scograph", "eval $SCOGRAPH")],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("arguments", ["", " export -f nt", " check -f json", " query 1"])
def test_standard_output_that_is_full_or_closed_is_named(arguments: str, small: Path) -> None:
    full, closed = (shell(f"scograph{arguments} {to}", small) for to in ("> /dev/full", ">&-"))
    assert (full.returncode, closed.returncode) == (2, 2)
    assert "error: standard output cannot be written: No space left on device\nhint: write to a file" in full.stderr
    assert "error: standard output is closed\nhint: write to a file" in closed.stderr


@pytest.mark.parametrize("arguments", ["", " check", " build"])
def test_a_folder_that_was_removed_while_one_stood_in_it_is_named(arguments: str, tmp_path: Path) -> None:
    done = shell(f"mkdir gone; cd gone; rmdir ../gone; scograph{arguments}", tmp_path)
    assert done.returncode == 3
    assert done.stderr.startswith("error: the current folder: cannot be read: No such file or directory\n")


@pytest.mark.usefixtures("small")
def test_a_number_of_any_length_is_a_number_that_no_question_has() -> None:
    result = run("query", "9" * 5000)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("\nhint: there are:\n  1 who-came-where\n")


@pytest.mark.parametrize("form", ["table", "md"])
def test_a_text_with_control_characters_neither_breaks_a_table_nor_reaches_the_terminal(
    form: str, tmp_path: Path
) -> None:
    (tmp_path / "a.ttl").write_text('<http://a.example/> <http://a.example/> "a\\tb\\r\\nc\\u001b[31md" .')
    result = run("query", "--data", str(tmp_path / "a.ttl"), "SELECT ?o { ?s ?p ?o }", "-f", form)
    assert "a b  c\u241b[31md" in result.stdout
    assert not set(result.stdout) & {"\t", "\r", "\x1b"}


def test_a_control_character_in_a_broken_file_is_named_not_printed(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_bytes(b"\0\0")
    result = run("check", str(tmp_path))
    assert result.exit_code == 3
    assert result.stderr.startswith("a.ttl:1:1: error syntax 'U+0000' is not allowed")


@pytest.mark.parametrize(
    "arguments", [["check", "--##vso[task.x]"], ["##vso[task.x]"], ["export", "-f", "##vso[task.x]"]]
)
def test_a_wrong_call_commands_no_log(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "scograph", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "# #vso[task.x]" in done.stderr
    assert "##vso[" not in done.stderr


def test_the_options_of_a_call_are_given_again_as_they_were() -> None:
    build = cli.all()["build"]
    words = [
        "--no-site",
        "--compress",
        "--base-url",
        "https://example.org/",
        "--source-text",
        "a",
        "--source-text",
        "b",
    ]
    context = build.make_context("build", [*words, "-o", "out", "--verify", "--jobs", "2", "."])
    assert sorted(given_options(context, without=("output", "jobs", "twice"))) == sorted(words)
    assert given_options(build.make_context("build", ["-o", "out"]), without=("output",)) == []
    context = build.make_context("build", given_options(context, without=("output",)))
    assert context.params["source_texts"] == ("a", "b")
    assert (context.params["with_site"], context.params["twice"], context.params["jobs"]) == (False, True, 2)


def test_an_undeclared_term_that_is_like_none_is_to_be_declared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (
        ("data/rivers.ttl", "<https://example.org/a> <https://example.org/terms#flowsInto> <https://example.org/b> ."),
        ("ontology/terms.ttl", "<https://example.org/terms#Zoo> a <http://www.w3.org/2002/07/owl#Class> ."),
    ):
        Path(name).parent.mkdir()
        Path(name).write_text(text)
    assert "\n  help: declare it in ontology/, or use a term that is declared there\n" in run("check").output
