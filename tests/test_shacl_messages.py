"""What a SHACL finding says: in words what is asked and why it is not met, with places, bounded, in every format."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from random import Random

import jsonschema
import pytest
import rdflib
from click.testing import CliRunner
from pyoxigraph import RdfFormat, parse

import scograph
import shacl_graphs
from conformance import MISSING
from scograph import terms
from scograph.bounded import Deadline
from scograph.checks.shacl import details
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.model import Result, ShapeError
from scograph.checks.shacl.report import read_results
from scograph.checks.shacl.validation import Validation, run_validation
from scograph.checks.shacl.wording import MAX_MESSAGE_LENGTH, TermNames
from scograph.cli import cli
from scograph.ntriples import lexical
from shacl_graphs import Kind
from test_shacl_suite import ALL, MF, SHT, only, path_of
from test_shacl_suite import loaded as manifest

HERE = Path(__file__).parent
SARIF = json.loads((HERE / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
PREFIXES = """@prefix ex: <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def loaded(turtle: str | bytes, rename: str = "") -> tuple[Index, Mapping[str, str]]:
    index = Index()
    quads = parse(turtle, RdfFormat.TURTLE)
    index.add_quads(quads, rename)
    return index, quads.prefixes


def validated(data: str, shapes: str, most: int | None = None) -> Validation:
    index, prefixes = loaded(PREFIXES + shapes, "s")
    return run_validation(loaded(PREFIXES + data)[0], index, prefixes=prefixes, most=most)


def said(result: Result) -> list[str]:
    """The messages of a result, and those of its details indented under it."""
    own = [lexical(message) for message in result.messages]
    return own + [f"  {line}" for detail in result.details for line in said(detail)]


NESTED = [
    # or: what each asks, and why for this value
    (
        'ex:a ex:p "x" .',
        "sh:or ( [ sh:class ex:B ] [ sh:datatype xsd:string ; sh:minLength 2 ] )",
        [
            (
                "the value does not meet any of these: (1) is an ex:B; (2) is a valid xsd:string and has at least 2 "
                "characters"
            ),
            "  the value is not an ex:B",
            "  the value is shorter than 2 characters",
        ],
    ),
    # named shapes by their prefixed names, unnamed ones by their labels
    (
        "ex:a ex:p ex:b .",
        'sh:or ( ex:One [ rdfs:label "a small thing"@en ; sh:class ex:C ] )',
        [
            "the value does not conform to any of ex:One, a small thing",
            "  fewer than 1 value of ex:q",
            "  the value is not an ex:C",
        ],
    ),
    # and: only what fails
    (
        "ex:a ex:p 5 .",
        "sh:and ( [ sh:minInclusive 3 ] [ sh:nodeKind sh:IRI ] )",
        [
            "the value does not meet all of these: (1) is 3 or greater; (2) is an IRI",
            "  the value is not an IRI",
        ],
    ),
    # xone: none of them, or which ones
    (
        "ex:a ex:p 5 .",
        "sh:xone ( [ sh:minInclusive 3 ] [ sh:datatype xsd:integer ] [ sh:class ex:B ] )",
        [
            (
                "the value does not meet exactly one of these: (1) is 3 or greater; (2) is a valid xsd:integer; "
                "(3) is an ex:B; it meets 2 of them: (1), (2)"
            ),
        ],
    ),
    (
        "ex:a ex:p 1 .",
        "sh:xone ( [ sh:minInclusive 3 ] [ sh:maxExclusive 1 ] )",
        [
            (
                "the value does not meet exactly one of these: (1) is 3 or greater; (2) is less than 1; it meets "
                "none of them"
            ),
            "  the value is not 3 or greater",
            "  the value is not less than 1",
        ],
    ),
    ("ex:a ex:p 1 .", "sh:not [ sh:hasValue 1 ]", ["the value must not meet this: has the value 1"]),
    (
        "ex:a ex:p ex:b . ex:b ex:q 1 .",
        "sh:not ex:One",
        ["the value must not conform to ex:One"],
    ),
    # node: by name, and in words; details in details; the author's message stays
    (
        "ex:a ex:p ex:b .",
        "sh:node ex:One",
        ["the value does not conform to ex:One", "  fewer than 1 value of ex:q"],
    ),
    (
        "ex:a ex:p ex:b . ex:b ex:r ex:c .",
        "sh:node [ sh:property [ sh:path ex:r ; sh:node ex:One ] ]",
        [
            "the value does not meet this: has only values of ex:r each of which conforms to ex:One",
            "  ex:r: the value does not conform to ex:One",
            "    fewer than 1 value of ex:q",
        ],
    ),
    (
        "ex:a ex:p ex:b .",
        'sh:message "say q"@en ; sh:node [ sh:property [ sh:path ex:q ; sh:minCount 1 ; sh:message "no q"@en ] ]',
        ["say q", "  no q"],
    ),
    # what each property asks
    (
        "ex:a ex:p ex:b .",
        (
            "sh:node [ sh:closed true ; sh:ignoredProperties ( ex:x ) ; sh:property [ sh:path [ "
            "sh:inversePath ex:q ] ; sh:minCount 1 ; sh:maxCount 3 ; sh:uniqueLang true ; "
            "sh:equals ex:r ; sh:disjoint ex:t ] ]"
        ),
        [
            (
                "the value does not meet this: has at least 1 value of ^ex:q, has at most 3 values of ^ex:q, has "
                "no two values of ^ex:q in one language, has the same values of ^ex:q as of ex:r, has only values of "
                "^ex:q each of which is no value …"
            ),
            "  fewer than 1 value of ^ex:q",
        ],
    ),
    # how many values conform
    (
        'ex:a ex:p 1 , "x" , ex:b .',
        "sh:qualifiedMinCount 2 ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ]",
        [
            "fewer than 2 values of ex:p each of which is an IRI; 1 of 3 values conforms",
            "  the value is not an IRI",
            "  the value is not an IRI",
        ],
    ),
    (
        "ex:a ex:p ex:c , ex:b .",
        "sh:qualifiedMaxCount 1 ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ]",
        ["more than 1 value of ex:p that is an IRI; 2 of 2 values conform"],
    ),
    # lists by their members
    ('ex:a ex:p "x"@fr .', 'sh:languageIn ( "en" "de" )', ["the value is not in one of the languages en, de"]),
    ('ex:a ex:p "x"@fr .', 'sh:languageIn ( "en" )', ["the value is not in the language en"]),
    ("ex:a ex:p 2 .", 'sh:in ( 1 "b"@en ex:c "d" )', ['the value is not one of 1, "b"@en, ex:c, "d"']),
    ("ex:a ex:p 2 .", "sh:in ()", ["the value is not one of an empty list"]),
    ("ex:a ex:p 2 .", "sh:or ()", ["the value does not conform to any of an empty list"]),
    (
        "ex:a ex:p 2 .",
        f"sh:in ( {' '.join(map(str, range(10, 30)))} )",
        ["the value is not one of 10, 11, 12, 13, 14, 15, 16, 17 …"],
    ),
    # labels where there is no prefix; the IRI where there is neither
    ("ex:a ex:p 2 .", "sh:class <urn:x:Thing>", ["the value is not a thing of its own"]),
    ("ex:a ex:p 2 .", "sh:class <urn:x:Other>", ["the value is not an <urn:x:Other>"]),
    ("ex:a ex:p 2 .", "sh:nodeKind sh:BlankNodeOrIRI", ["the value is not a blank node or an IRI"]),
    ("ex:a ex:p 2 .", 'sh:pattern "^A" ; sh:flags "i"', ["the value does not match ^A (flags i)"]),
    ("ex:a ex:p 2 .", "sh:maxCount 0", ["more than 0 values of ex:p"]),
    ("ex:a ex:p 2 .", "sh:minCount 2", ["fewer than 2 values of ex:p"]),
]


@pytest.mark.parametrize(("data", "constraint", "expected"), NESTED)
def test_a_message_says_what_is_asked_and_why_it_is_not_met(data: str, constraint: str, expected: list[str]) -> None:
    others = 'ex:One sh:property [ sh:path ex:q ; sh:minCount 1 ] . <urn:x:Thing> rdfs:label "thing of its own" .'
    (result,) = validated(data, f"[] sh:targetNode ex:a ; sh:path ex:p ; {constraint} . {others}").results
    assert said(result) == expected


def test_a_node_shape_s_message_and_those_of_a_component_that_shapes_declare() -> None:
    shapes = """ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:closed true ; sh:property [ sh:path ex:q ] ; ex:most 1 .
        ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:most ] ;
        sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER(false) }" ] ."""
    found = [said(result) for result in validated("ex:a ex:p 1 ; ex:q 2 .", shapes).results]
    assert sorted(found) == [
        ["the shape is closed, and ex:p is not among its properties"],
        ["the value breaks C, with most 1"],
    ]


# Places, in every format.

DATA = """@prefix ex: <https://example.org/> .
ex:bo a ex:Person ;
    ex:address ex:home .
ex:home ex:zip "12" .
"""
SHAPES = (
    PREFIXES
    + """ex:PersonShape a sh:NodeShape ; sh:targetClass ex:Person ;
    sh:property [ sh:path ex:address ;
        sh:or ( [ sh:nodeKind sh:BlankNode ]
                ex:Address ) ;
        sh:or ( [ sh:nodeKind sh:IRI ] [ sh:class ex:B ] ) ] .
ex:Address
    sh:property [ sh:path ex:zip ; sh:pattern "^[0-9]{5}$" ] .
"""
)
LINES = [
    "data.ttl:3:16: error sh:or the value does not meet any of these: (1) is a blank node; (2) conforms to ex:Address",
    "    3 |     ex:address ex:home .",
    "      |                ^^^^^^^",
    "  because data.ttl:3:16: the value is not a blank node (required by shapes.ttl:7:19)",
    "  because data.ttl:4:16: ex:zip: the value does not match ^[0-9]{5}$ (required by shapes.ttl:11:36)",
    "  required by shapes.ttl:7:9 (PersonShape)",
]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("data.ttl").write_text(DATA)
    Path("shapes.ttl").write_text(SHAPES)
    return tmp_path


def check(form: str, *more: str) -> str:
    result = CliRunner().invoke(
        cli, ["check", "data.ttl", "--shapes", "shapes.ttl", "-f", form, *more], prog_name="scograph"
    )
    assert result.exit_code == 1, result.output
    return result.stdout


@pytest.mark.usefixtures("files")
def test_details_are_in_the_text_with_the_places_of_the_value_and_of_what_asks_for_it() -> None:
    assert check("text").splitlines() == LINES


@pytest.mark.usefixtures("files")
def test_details_are_findings_in_json() -> None:
    (finding,) = json.loads(check("json"))["findings"]
    first, second = finding["details"]
    assert (first["code"], first["place"]["line"], first["requiredBy"]["line"]) == ("sh:nodeKind", 3, 7)
    assert (second["code"], second["place"]["line"], second["requiredBy"]["line"]) == ("sh:pattern", 4, 11)
    assert (second["focus"], second["path"], second["value"]) == (
        "https://example.org/home",
        "https://example.org/zip",
        '"12"',
    )


@pytest.mark.usefixtures("files")
def test_details_are_related_locations_in_sarif_and_lines_of_an_annotation() -> None:
    log = json.loads(check("sarif"))
    jsonschema.Draft4Validator(SARIF).validate(log)
    (result,) = log["runs"][0]["results"]
    assert result["message"]["text"].splitlines() == [
        LINES[0].partition("sh:or ")[2],
        *(line.strip() for line in LINES[3:5]),
    ]
    related = result["relatedLocations"]
    assert [one["id"] for one in related] == [1, 2, 3, 4, 5]
    assert [(one["physicalLocation"]["region"]["startLine"], one["message"]["text"]) for one in related] == [
        (7, "required by this"),
        (3, "because the value is not a blank node"),
        (7, "required by this"),
        (4, "because ex:zip: the value does not match ^[0-9]{5}$"),
        (11, "required by this"),
    ]
    assert "%0Abecause data.ttl:4:16: ex:zip: the value does not match ^[0-9]{5}$" in check("github")


@pytest.mark.usefixtures("files")
def test_details_are_in_the_validation_report() -> None:
    report = rdflib.Graph().parse(data=check("turtle"), format="turtle")
    sh = rdflib.Namespace(terms.SH)
    (result,) = report.objects(None, sh.result)
    components = {
        str(report.value(one, sh.sourceConstraintComponent))[len(terms.SH) :] for one in report[result : sh.detail]
    }
    assert components == {"NodeKindConstraintComponent", "PatternConstraintComponent"}
    for one in report[result : sh.detail]:
        for required in (sh.focusNode, sh.resultSeverity, sh.sourceConstraintComponent, sh.sourceShape):
            assert len(list(report[one:required])) == 1
    index = Index()
    index.add_lines(report.serialize(format="nt").splitlines())
    (read,) = read_results(index)
    assert len(read.details) == len(list(report[result : sh.detail]))


@pytest.mark.usefixtures("files")
def test_a_source_shape_that_is_blank_is_described_in_the_report() -> None:
    report = scograph.validate("data.ttl", "shapes.ttl").to_rdflib()
    sh, ex = rdflib.Namespace(terms.SH), rdflib.Namespace("https://example.org/")
    (result,) = report.objects(None, sh.result)
    shape = report.value(result, sh.sourceShape)
    assert report.value(shape, sh.path) == ex.address
    lists = [list(rdflib.collection.Collection(report, one)) for one in report[shape : sh["or"]]]
    assert sorted(map(len, lists)) == [2, 2]
    kinds = {report.value(member, sh.nodeKind) for members in lists for member in members}
    assert {sh.BlankNode, sh.IRI} <= kinds
    assert (ex.Address, sh.property, None) not in report  # a named shape can be found in its own graph


def test_the_blank_nodes_of_shapes_and_data_are_not_one_in_the_report() -> None:
    data = [rdflib.BNode("b0"), rdflib.URIRef("https://example.org/p"), rdflib.Literal(1)]
    shapes = "[] sh:targetSubjectsOf ex:p ; sh:path ex:p ; sh:maxCount 0 ."
    graph = rdflib.Graph()
    graph.add(tuple(data))
    report = scograph.validate(graph, (PREFIXES + shapes).encode()).to_rdflib()
    sh = rdflib.Namespace(terms.SH)
    (result,) = report.objects(None, sh.result)
    assert report.value(result, sh.focusNode) != report.value(result, sh.sourceShape)
    assert report.value(report.value(result, sh.sourceShape), sh.maxCount) == rdflib.Literal(0)


# Bounds and costs.


def test_messages_and_details_are_bounded_in_length_and_depth() -> None:
    deep = "[ sh:node " * 40 + "[ sh:class ex:C ]" + " ]" * 40
    long = " ".join(
        f'[ sh:hasValue "{"x" * 1000}" ; sh:property {" , ".join(["[ sh:path ex:r ; sh:minCount 9 ]"] * 15)} ]'
        for _ in range(15)
    )
    shapes = f"[] sh:targetNode ex:a ; sh:path ex:p ; sh:node {deep} ; sh:or ( {long} ) ; sh:in ( {long} ) ."
    found = validated("ex:a ex:p ex:b .", shapes).results
    assert len(found) == 3

    def depth(result: Result) -> int:
        return 1 + max(map(depth, result.details), default=0)

    assert [depth(result) for result in found if "Node" in result.component] == [1 + len(details.MAX_DETAILS)]
    for result in found:
        assert len(result.details) <= details.MAX_DETAILS[0]
        assert all(len(message) <= MAX_MESSAGE_LENGTH + 100 for message in said(result))
    assert max(len(result.details) for result in found) == details.MAX_DETAILS[0]


def test_a_text_has_few_of_many_reasons_and_counts_the_others() -> None:
    parts = " ".join(f"[ sh:class ex:C{i} ]" for i in range(9))
    data, shapes = b"<urn:a> <urn:p> <urn:b> .", f"[] sh:targetNode <urn:b> ; sh:or ( {parts} ) ."
    (finding,) = scograph.validate(data, (PREFIXES + shapes).encode()).report().findings
    lines = list(finding.reasons())
    assert len(finding.details) == 9
    assert lines[-1] == "and 3 more reasons"
    assert len(lines) == 7


def test_details_are_made_for_what_is_reported_and_for_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Counting(details.Details):
        def of(self, results: Iterable[Result], depth: int = 0) -> list[Result]:  # type: ignore[override]
            some = list(results)
            asked.append(len(some))
            return super().of(some, depth)

    monkeypatch.setattr(details, "Details", Counting)
    monkeypatch.setattr("scograph.bounded.can_fork", lambda: False)
    shapes = "ex:S sh:targetClass ex:C ; sh:node [ sh:property [ sh:path ex:p ; sh:minCount 1 ] ] ."
    right = " ".join(f"ex:r{i} a ex:C ; ex:p 1 ." for i in range(50))
    assert validated(right, shapes).results == ()
    assert asked == []
    wrong = " ".join(f"ex:w{i} a ex:C ." for i in range(20))
    few = validated(right + wrong, shapes, most=3).results
    assert [len(result.details) for result in few] == [1] * 3 + [0] * 17
    assert asked[0] == 3
    asked.clear()
    monkeypatch.setattr(details, "MAX_DETAILED", 5)
    every = validated(right + wrong, shapes).results
    assert [len(result.details) for result in every] == [1] * 5 + [0] * 15


def test_results_stay_where_their_details_take_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_much(*_: object) -> list[Result]:
        raise MemoryError

    monkeypatch.setattr(details.Details, "of", too_much)
    found = validated("ex:a ex:p 1 .", "ex:S sh:targetNode ex:a ; sh:node [ sh:class ex:C ] .")
    assert [said(result) for result in found.results] == [["the value does not meet this: is an ex:C"]]
    assert not found.unfinished


def test_details_that_are_not_made_in_time_are_no_part_of_the_check_that_is_missed() -> None:
    deadline = Deadline(60)
    extras = deadline.for_extras()
    assert extras.at == deadline.at
    extras.at = 0
    assert extras.over()
    assert (extras.was_met, deadline.was_met) == (False, True)


def test_shapes_that_refer_to_themselves_have_details_too() -> None:
    shapes = (
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:node ex:S ] , [ sh:path ex:n ; sh:minCount 1 ] ."
    )
    found = validated("ex:a ex:p ex:b ; ex:n 1 . ex:b ex:p ex:a .", shapes).results
    assert sorted(said(result)[0] for result in found) == [
        "the value does not conform to ex:S",
    ]
    assert "fewer than 1 value of ex:n" in {line.strip() for result in found for line in said(result)}


# Every message that many shapes give.

KINDS = r"\bis (?:not )?a blank node\b"
"""Where `blank node` is what sh:nodeKind asks for, and not a shape or a list that has no name."""
REPEATED = re.compile(r"(?<![\w:\"(|/^-])([a-z]+) \1(?![\w:\"|/^-])")
PYTHON = re.compile(r"\bNone\b|\bTrue\b|\bFalse\b|frozenset|Predicate\(|dict_keys|object at 0x|\bset\(|\bb'")
BRACES = re.compile(r"\{\w*\}")


def faults(message: str, names: TermNames) -> Iterator[str]:
    """What is wrong with how a message is written."""
    if "blank node" in re.sub(KINDS, "", message):
        yield "a blank node"
    for iri in re.findall(r"<[a-z]+:[^<>]*>", re.sub(r'"[^"]*"', "", message)):
        if names.term(iri) != iri:
            yield iri
    if found := PYTHON.search(message) or REPEATED.search(message):
        yield found[0]
    if "  " in message or not message.strip() or message != message.strip():
        yield "blanks"


def messages(results: Iterable[Result]) -> Iterator[str]:
    for result in results:
        yield from map(lexical, result.messages)
        yield from messages(result.details)


def test_the_check_of_messages_finds_each_kind_of_fault() -> None:
    names = TermNames({"ex": "https://example.org/"})
    wrong = ["none of a blank node", "a <https://example.org/A>", "a None", "the the value", "two  blanks"]
    assert all(list(faults(message, names)) for message in wrong)
    right = ["the value is not a blank node or an IRI", "a <urn:x:A>", 'is one of "a a", "  "'[:18], "ex:p/ex:p"]
    assert [list(faults(message, names)) for message in right] == [[], [], [], []]


def test_every_message_of_random_shapes_is_in_words() -> None:
    literals = shacl_graphs.PLAIN + shacl_graphs.ODD
    kinds = [Kind(literals=literals, order=True), Kind(literals=shacl_graphs.PLAIN, queries=shacl_graphs.QUERIES)]
    read: dict[str, None] = {}
    count = 0
    for seed in range(100):
        random = Random(seed)  # noqa: S311 -- only an order
        data = loaded(shacl_graphs.data(random, kinds[seed % 2]))[0]
        shapes, prefixes = loaded(shacl_graphs.shapes(random, kinds[seed % 2]), "s")
        names = TermNames(prefixes, shapes, data)
        for message in messages(run_validation(data, shapes, prefixes=prefixes).results):
            count += 1
            if message not in read:
                assert list(faults(message, names)) == [], message
            read[message] = None
    assert count >= 500
    assert len(read) >= 200


@pytest.mark.skipif(not ALL, reason=MISSING)
def test_every_message_of_the_w3c_suite_is_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    count = cases = nested = 0
    for _, path, entry in ALL:
        index = manifest(path)
        action = only(index, entry, MF + "action")
        if only(index, entry, MF + "result") == f"<{SHT}Failure>":
            continue
        data, shapes = (path_of(only(index, action, SHT + name)) for name in ("dataGraph", "shapesGraph"))
        quads = parse(shapes.read_bytes(), RdfFormat.TURTLE, base_iri=shapes.as_uri())
        shapes_index = Index()
        shapes_index.add_quads(quads, "s")
        try:
            results = run_validation(manifest(data), shapes_index, prefixes=quads.prefixes).results
        except ShapeError:
            continue
        cases += 1
        names = TermNames(quads.prefixes, shapes_index)
        nested += sum(bool(result.details) for result in results)
        for message in messages(results):
            count += 1
            assert list(faults(message, names)) == [], (path, message)
    with capsys.disabled():
        sys.stdout.write(f"\n{count} messages of {cases} cases of the W3C's SHACL suite\n")
    assert (cases, count, nested) == (113, 274, 20)


def test_every_message_in_the_fixtures_of_bad_input_is_in_words() -> None:
    names = TermNames({})
    count = 0
    for path in sorted((HERE / "invalid").glob("*/expected")):
        for line in path.read_text(encoding="utf-8").splitlines():
            found = re.match(r"[12]> .*?: (?:error|warning|info) (?:sh:\w+|[A-Z]+-[A-Z]\d+) (.*)", line)
            if found:
                count += 1
                assert list(faults(found[1], names)) == [], (path, line)
    assert count >= 9


def test_a_detail_about_a_text_stands_where_the_focus_node_has_it_not_where_another_does() -> None:
    data = (
        PREFIXES
        + 'ex:first a ex:Other ; rdfs:label "one name"@en .\nex:second a ex:Club ; rdfs:label "one name"@en .\n'
    )
    shapes = (
        PREFIXES
        + """ex:S a sh:NodeShape ; sh:targetClass ex:Club ; sh:property [
            sh:path rdfs:label ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:languageIn ( "ru" ) ] ] ."""
    )
    (finding,) = scograph.validate(data.encode(), shapes.encode()).findings
    (detail,) = finding.details
    assert (detail.place.line, detail.place.column) == (6, 34)
