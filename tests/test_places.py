"""Places: every finding of every check stands somewhere, and every format of a report says where."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from pathlib import Path

import jsonschema
import pytest
import rdflib
from click.testing import CliRunner, Result
from pyoxigraph import RdfFormat

from built_in import built_in_graph
from scograph import terms
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.report import read_results
from scograph.cli import cli
from scograph.errors import InputError
from scograph.formats import RDF_FORMATS_BY_NAME, TURTLE
from scograph.model import Finding, Place, Severity
from scograph.parse import parse_rdf
from scograph.places import Part, PlacedFile, Places
from scograph.project import unreadable
from scograph.reports.sarif import github, sarif
from scograph.reports.text import Style, finding_text, findings_text

HERE = Path(__file__).parent
SMALL = HERE / "projects" / "small"
SCHEMA = json.loads((HERE / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8"))

TEXT = """@prefix ex: <https://example.org/> .
ex:a a ex:Club ;
    ex:day "Tuesday"@en , "Friday"@en ;
    ex:held [ ex:at "noon" ] .
ex:b ex:day \"\"\"a text
of two lines\"\"\" .
"""


def places(text: str = TEXT, name: str = "ttl") -> Places:
    data = text.encode()
    parsed = parse_rdf(data, RDF_FORMATS_BY_NAME[name], "a.ttl")
    assert not parsed.errors
    return Places([PlacedFile("a.ttl", lambda: parsed.quads, lambda: data, RDF_FORMATS_BY_NAME[name].rdf)])


def ex(name: str) -> str:
    return f"<https://example.org/{name}>"


@pytest.mark.parametrize(
    ("terms_", "options", "expected"),
    [
        ((ex("a"), ex("day"), '"Friday"@en'), {}, (3, 27, 11)),
        ((ex("a"), ex("day")), {}, (3, 5, 6)),
        ((ex("a"), ex("day")), {"part": Part.OBJECT, "last": True}, (3, 27, 11)),
        ((ex("a"), ex("name")), {}, (2, 1, 4)),
        ((ex("a"), "", '"Friday"@en'), {}, (3, 27, 11)),
        ((ex("Club"),), {}, (2, 8, 7)),
        ((ex("b"), ex("day"), '"a text\\nof two lines"'), {}, (5, 13, 9)),
        (("_:b0", ex("at"), '"noon"'), {}, (4, 21, 6)),
        (("_:b0", ex("name")), {}, (4, 13, 16)),
    ],
)
def test_a_statement_is_found_else_its_subject_else_where_it_is_used(
    terms_: tuple[str, ...], options: dict[str, object], expected: tuple[int, int, int]
) -> None:
    place = places().find(*terms_, **options)  # type: ignore[arg-type]
    assert place is not None
    assert (place.line, place.column, place.length) == expected


def test_what_nothing_speaks_of_has_no_place() -> None:
    assert places().find(ex("nobody")) is None
    assert places().find(ex("a"), path="b.ttl") is None


def test_a_text_that_cannot_be_followed_gives_the_file() -> None:
    data = b'{"@context": "https://schema.org/", "@id": "https://example.org/a"}'
    (quad,) = parse_rdf(b"<https://example.org/a> <https://example.org/day> 1 .", TURTLE, "a").quads
    found = Places([PlacedFile("a.jsonld", lambda: (quad,), lambda: data, RdfFormat.JSON_LD)])
    assert found.find(ex("a"), ex("day")) == Place("a.jsonld")


def test_a_file_is_read_once_and_only_where_something_is_to_be_placed() -> None:
    read: list[str] = []

    def reading() -> bytes:
        read.append("once")
        return TEXT.encode()

    parsed = parse_rdf(TEXT.encode(), RDF_FORMATS_BY_NAME["ttl"], "a.ttl")
    both = Places([PlacedFile("a.ttl", lambda: parsed.quads, reading, RdfFormat.TURTLE)])
    assert both.find(ex("nobody")) is None
    assert read == []
    assert both.find(ex("a")) != both.find(ex("b"))
    assert read == ["once"]


def test_a_file_that_changed_since_it_was_parsed_gives_its_name() -> None:
    parsed = parse_rdf(TEXT.encode(), RDF_FORMATS_BY_NAME["ttl"], "a.ttl")
    changed = Places([PlacedFile("a.ttl", lambda: parsed.quads, lambda: b"<a:b> <a:c>", RdfFormat.TURTLE)])
    assert changed.find(ex("a"), ex("day")) == Place("a.ttl")


@pytest.mark.parametrize(
    ("number", "is_raised"), [(errno.EMFILE, True), (errno.EIO, True), (errno.EACCES, True), (errno.ENOENT, False)]
)
def test_a_file_that_cannot_be_read_again_is_told_and_one_that_is_gone_gives_its_name(
    number: int, *, is_raised: bool
) -> None:
    parsed = parse_rdf(TEXT.encode(), RDF_FORMATS_BY_NAME["ttl"], "a.ttl")

    def read() -> bytes:
        error = OSError(number, os.strerror(number))
        raise unreadable("a.ttl", error) from error

    found = Places([PlacedFile("a.ttl", lambda: parsed.quads, read, RdfFormat.TURTLE)])
    if is_raised:
        with pytest.raises(InputError, match=f"a.ttl: cannot be read: {os.strerror(number)}"):
            found.find(ex("a"), ex("day"))
    else:
        assert found.find(ex("a"), ex("day")) == Place("a.ttl")


def test_an_error_in_a_query_is_placed_inside_of_its_literal() -> None:
    text = '@prefix ex: <https://example.org/> .\nex:a ex:q "SELECT * {" ;\n  ex:r """SELECT *\n  { ?x }""" .\n'
    found = places(text)
    one = found.within(ex("a"), ex("q"), '"SELECT * {"', 1, 10)
    two = found.within(ex("a"), ex("r"), '"SELECT *\\n  { ?x }"', 2, 5)
    assert (str(one), str(two)) == ("a.ttl:2:21", "a.ttl:4:5")


# The built-in project.


def test_every_finding_of_the_built_in_project_has_its_line_and_column() -> None:
    report = built_in_graph().check()
    assert len(report.findings) > 150
    assert [finding for finding in report.findings if not (finding.place and finding.place.column)] == []
    assert all(finding.required_by and finding.required_by.line for finding in report.findings)


# The command.


@pytest.fixture
def faulty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small project with a fault, in a folder below the one that one stands in."""
    shutil.copytree(SMALL, tmp_path / "in here")
    path = tmp_path / "in here" / "data" / "notes" / "05-winner.ttl"
    path.write_text(path.read_text().replace("id/player/zoe-lind> ;", "id/club/millbrook> ;"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["check", *arguments], prog_name="scograph", catch_exceptions=False)


@pytest.mark.usefixtures("faulty")
def test_a_finding_shows_the_line_what_requires_otherwise_and_help() -> None:
    result = check("in here")
    assert result.exit_code == 1
    assert result.stdout.startswith(
        "data/notes/05-winner.ttl:6:21: error CHESS-P1 a placing is that of one player\n"
        "    6 |     chess:hasPlayer <https://example.org/chess/id/club/millbrook> ;\n"
        "      |                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this is a Club\n"
        "  required by shapes/chess.ttl:28:5 (Placing-hasPlayer)\n"
        "  help: Point at a player; a club or a tournament cannot be placed.\n"
    )
    assert "\x1b" not in result.stdout


@pytest.mark.usefixtures("faulty")
def test_sarif_is_what_its_schema_asks_and_its_paths_begin_where_one_stands() -> None:
    result = check("in here", "-f", "sarif")
    assert result.exit_code == 1
    log = json.loads(result.stdout)
    jsonschema.Draft4Validator.check_schema(SCHEMA)
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    results = log["runs"][0]["results"]
    first = results[0]["locations"][0]["physicalLocation"]
    assert first["artifactLocation"]["uri"] == "in%20here/data/notes/05-winner.ttl"
    assert first["region"] == {"startLine": 6, "startColumn": 21, "endColumn": 66}
    assert results[0]["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 28
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert [rules[one["ruleIndex"]]["id"] for one in results] == [one["ruleId"] for one in results]


def test_the_schema_of_sarif_refuses_what_is_none() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SCHEMA).validate({"version": "2.1.0", "runs": [{"results": 1}]})


@pytest.mark.usefixtures("faulty")
def test_syntax_errors_are_reported_in_every_format(faulty: Path) -> None:
    (faulty / "in here" / "data" / "notes" / "06-second.ttl").write_text("<a:b> oops 1 .")
    for form in ("json", "sarif", "github", "turtle"):
        result = check("in here", "-f", form)
        assert result.exit_code == 3, form
        told = result.stderr if form == "turtle" else result.stdout  # a failure is no validation report (SHACL, 3.4.1)
        assert "oops is not a valid predicate" in told, form


def test_annotations_escape_what_ends_a_property_or_a_line() -> None:
    finding = Finding(Severity.WARNING, "A:1", "50 % of\r\ntwo", "a, b", place=Place("a,b:c.ttl", 2, 3, 4))
    assert list(github([finding])) == [
        b"::warning file=a%2Cb%3Ac.ttl,line=2,col=3,endColumn=7,title=A%3A1::50 %25 of%0D%0Atwo%0Ahelp: a, b\n"
    ]
    assert list(github([Finding(Severity.INFO, "X", "said")])) == [b"::notice title=X::said\n"]


@pytest.mark.usefixtures("faulty")
def test_a_validation_report_has_a_result_for_every_finding() -> None:
    turtle = check("in here", "-f", "turtle").stdout
    found = json.loads(check("in here", "-f", "json").stdout)["findings"]
    report = rdflib.Graph().parse(data=turtle, format="turtle")
    sh = rdflib.Namespace(terms.SH)
    (node,) = report.subjects(rdflib.RDF.type, sh.ValidationReport)
    assert report.value(node, sh.conforms) == rdflib.Literal("false", datatype=rdflib.XSD.boolean)
    results = list(report.objects(node, sh.result))
    assert len(results) == len(found) == 2
    for result in results:
        for required in (sh.focusNode, sh.resultSeverity, sh.sourceConstraintComponent):
            assert len(list(report.objects(result, required))) == 1, required
    components = {str(report.value(result, sh.sourceConstraintComponent)) for result in results}
    assert components == {terms.SH + "ClassConstraintComponent", "https://w3id.org/scograph/check#Q03"}
    index = Index()
    index.add_lines(line for line in report.serialize(format="nt").splitlines() if line)
    assert len(list(read_results(index))) == 2


@pytest.mark.parametrize(("least", "code"), [("error", 0), ("warning", 1), ("info", 1)])
def test_fail_on_says_what_fails(least: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SMALL, tmp_path / "small")
    monkeypatch.chdir(tmp_path / "small")
    Path("shapes/more.shacl").write_text("")
    result = check("--fail-on", least)
    assert result.stdout.startswith("shapes/more.shacl: warning F08 ")
    assert result.exit_code == code


@pytest.mark.usefixtures("faulty")
def test_max_limits_what_is_written_and_says_so() -> None:
    result = check("in here", "--max", "1")
    assert result.exit_code == 1
    assert result.stdout.count("error ") == 1
    assert "1 more findings; --max is 1\n" in result.stderr
    assert len(json.loads(check("in here", "--max", "1", "-f", "json").stdout)["findings"]) == 1


# Findings as text.


def test_findings_of_one_kind_are_folded_to_some_and_a_count() -> None:
    one = Finding(Severity.ERROR, "A1", "wrong", required_by=Place("s.ttl", 1, 1))
    other = Finding(Severity.ERROR, "A1", "wrong", required_by=Place("s.ttl", 2, 1))
    lines = list(findings_text([one] * 7 + [other], Style(limit=5)))
    assert len(lines) == 7
    assert lines[-1] == "error A1: 2 more required by s.ttl:1:1; --all shows them"
    assert len(list(findings_text([one] * 7 + [other], Style()))) == 8


def test_colour_is_added_and_nothing_else() -> None:
    finding = Finding(Severity.ERROR, "A1", "wrong", "mend it", place=Place("a.ttl", 1, 3, 2), note="this")
    plain = finding_text(finding, Style(line=lambda _: "a bc d"))
    coloured = finding_text(finding, Style(line=lambda _: "a bc d", has_colour=True))
    assert plain == "a.ttl:1:3: error A1 wrong\n    1 | a bc d\n      |   ^^ this\n  help: mend it"
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain
    assert coloured != plain


@pytest.mark.parametrize(
    ("line", "column", "length", "under"),
    [
        ("\tx y", 4, 1, "   ^"),
        ("上海 x", 4, 1, "     ^"),
        ("x 上海", 3, 2, "  ^^^^"),
        ("short", 40, 5, " " * 5 + "^"),
    ],
)
def test_what_is_underlined_stands_under_what_is_meant(line: str, column: int, length: int, under: str) -> None:
    finding = Finding(Severity.ERROR, "A1", "wrong", place=Place("a.ttl", 1, column, length))
    assert finding_text(finding, Style(line=lambda _: line)).splitlines()[2].rstrip().startswith(f"      | {under}"[:9])
    shown = finding_text(finding, Style(line=lambda _: line)).splitlines()[2]
    assert shown.count("^") == under.count("^")


def test_of_a_long_line_the_part_around_what_is_meant_is_shown() -> None:
    line = "x" * 5000 + "HERE" + "y" * 5000
    finding = Finding(Severity.ERROR, "A1", "wrong", place=Place("a.ttl", 1, 5001, 4))
    _, shown, under = finding_text(finding, Style(line=lambda _: line)).splitlines()
    assert len(shown) < 120
    assert shown[under.index("^") : under.rindex("^") + 1] == "HERE"


def test_a_log_without_findings_is_valid_too() -> None:
    jsonschema.Draft4Validator(SCHEMA).validate(json.loads(sarif([], "1.0")))
