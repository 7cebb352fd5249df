"""The rules of OWL 1 Lite: each lets its passing fixture through and finds the one fault of each failing one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from cost import calls_of
from scograph.checks.owl_lite import RULES, Rule, owl_lite_findings
from scograph.checks.owl_lite.index import name
from scograph.checks.owl_lite.vocabulary import DATATYPES, LITERAL, XML_LITERAL
from scograph.datatypes import is_in_range, is_well_typed
from scograph.model import Finding, Severity
from scograph.terms import OWL, RDF, RDFS, XSD

HERE = Path(__file__).parent / "owl_lite"
PASSING = sorted(HERE.glob("*-pass.ttl"))
FAILING = sorted(HERE.glob("*-fail*.ttl"))
EXAMPLE = "https://example.org/ns"


def triples(path: Path) -> Iterator[Triple]:
    return (quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE))


def findings(*statements: tuple[str, str, str | Literal]) -> list[Finding]:
    """What the checker says of a header and a few statements about named nodes."""
    header = (EXAMPLE, RDF + "type", OWL + "Ontology")
    return list(
        owl_lite_findings(
            Triple(NamedNode(subject), NamedNode(predicate), NamedNode(value) if isinstance(value, str) else value)
            for subject, predicate, value in (header, *statements)
        )
    )


def code(path: Path) -> str:
    return path.name[:3]


def faults(path: Path) -> list[tuple[str, str]]:
    """What a failing fixture says of itself: the rule by its name, the focus by its comment."""
    return [
        (code(path), focus) for focus in re.findall(r"^# focus: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]


def test_there_are_seventeen_rules_and_none_twice() -> None:
    assert [rule.code for rule in RULES] == (
        [
            "L01",
            "L02",
            "L03",
            "L04",
            "L05",
            "L07",
            "L08",
            "L09",
            "L10",
            "L11",
            "L12",
            "L13",
            "L15",
            "L16",
            "L17",
            "L18",
            "L19",
        ]
    )
    assert len({rule.check for rule in RULES}) == 17


def test_the_fixtures_are_all_here() -> None:
    assert (len(PASSING), len(FAILING)) == (17, 191)
    assert len(list(HERE.iterdir())) == len(PASSING) + len(FAILING)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_has_a_passing_fixture_and_a_failing_one(rule: Rule) -> None:
    assert (HERE / f"{rule.code}-pass.ttl") in PASSING
    assert (HERE / f"{rule.code}-fail.ttl") in FAILING


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_what_it_finds_why_it_is_wrong_how_to_put_it_right_and_by_which_clause(rule: Rule) -> None:
    text = " ".join((rule.check.__doc__ or "").split())
    assert text.startswith(f"{rule.code}. Find ")
    assert " Wrong, because " in text
    assert " Put right by " in text
    assert re.search(r"OWL 1 (Reference|Semantics and Abstract Syntax), clauses? \d", text)


@pytest.mark.parametrize("path", PASSING, ids=lambda path: path.stem)
def test_what_is_legal_gives_no_finding(path: Path) -> None:
    assert list(owl_lite_findings(triples(path))) == []


@pytest.mark.parametrize("path", FAILING, ids=lambda path: path.stem)
def test_a_single_fault_gives_exactly_its_finding(path: Path) -> None:
    found = list(owl_lite_findings(triples(path)))
    assert len(faults(path)) == 1
    assert [(finding.code, finding.focus) for finding in found] == faults(path)
    focus = found[0].focus
    assert (focus if focus.startswith("_:") else name(NamedNode(focus))) in found[0].message
    assert found[0].hint
    assert found[0].severity == Severity.ERROR


@pytest.mark.parametrize("path", FAILING, ids=lambda path: path.stem)
def test_a_failing_fixture_is_the_passing_one_and_a_fault(path: Path) -> None:
    legal = (HERE / f"{code(path)}-pass.ttl").read_text(encoding="utf-8")
    assert path.read_text(encoding="utf-8").startswith(legal + "\n# fault: ")


def test_an_empty_graph_lacks_a_header() -> None:
    assert [(finding.code, finding.focus) for finding in owl_lite_findings(())] == [("L01", "")]


def test_a_triple_as_a_value_is_not_owl_1() -> None:
    said = Triple(NamedNode(EXAMPLE), NamedNode(RDFS + "label"), Literal("x"))
    header = Triple(NamedNode(EXAMPLE), NamedNode(RDF + "type"), NamedNode(OWL + "Ontology"))
    found = list(owl_lite_findings([header, Triple(NamedNode(EXAMPLE), NamedNode(RDFS + "seeAlso"), said)]))
    assert [(finding.code, finding.focus) for finding in found] == [("L02", EXAMPLE)]


def test_a_triple_given_twice_counts_once() -> None:
    once = list(triples(HERE / "L16-pass.ttl"))
    assert list(owl_lite_findings([*once, *once])) == []


def test_the_order_of_the_triples_does_not_matter() -> None:
    for path in FAILING:
        found = owl_lite_findings(reversed(list(triples(path))))
        assert [(finding.code, finding.focus) for finding in found] == faults(path), path.name


def test_a_graph_with_many_faults_names_each() -> None:
    found = findings(
        (EXAMPLE + "#A", OWL + "disjointWith", EXAMPLE + "#B"),
        (EXAMPLE + "#a", EXAMPLE + "#p", EXAMPLE + "#b"),
        (EXAMPLE + "#a", RDF + "type", EXAMPLE + "#C"),
        (EXAMPLE + "#a", RDFS + "label", Literal("5a", datatype=NamedNode(XSD + "integer"))),
    )
    assert [(finding.code, finding.focus.removeprefix(EXAMPLE)) for finding in found] == [
        ("L02", "#A"),
        ("L03", "#p"),
        ("L04", "#C"),
        ("L15", "#A"),
        ("L15", "#a"),
    ]


def test_the_cost_is_linear() -> None:
    def calls_for(size: int) -> int:
        kind, p, thing = NamedNode(RDF + "type"), NamedNode(EXAMPLE + "#p"), NamedNode(OWL + "Thing")
        nodes = [NamedNode(f"{EXAMPLE}/{number}") for number in range(size)]
        cells = [BlankNode() for _ in nodes]
        graph = [
            Triple(NamedNode(EXAMPLE), kind, NamedNode(OWL + "Ontology")),
            Triple(p, kind, NamedNode(OWL + "ObjectProperty")),
            *(Triple(node, kind, thing) for node in nodes),
            *(Triple(node, p, nodes[0]) for node in nodes),
            *(Triple(cell, kind, thing) for cell in cells),
            *(Triple(nodes[0] if here == 0 else cells[here - 1], p, cells[here]) for here in range(size)),
            *(
                Triple(
                    NamedNode(f"{EXAMPLE}#C{here}"), NamedNode(RDFS + "subClassOf"), NamedNode(f"{EXAMPLE}#C{here + 1}")
                )
                for here in range(size)
            ),
            *(Triple(NamedNode(f"{EXAMPLE}#C{here}"), kind, NamedNode(OWL + "Class")) for here in range(size + 1)),
        ]
        results: list[object] = []
        calls = calls_of(lambda: results.extend(owl_lite_findings(graph)))
        assert results == []
        return calls

    assert calls_for(4_000) < 8.8 * calls_for(500)


WELL_TYPED = {
    "string": ["", "a\tb", "中文"],
    "normalizedString": ["a  b", " a "],
    "token": ["", "a b", "a"],
    "language": ["en", "zh-Hant-TW"],
    "NMTOKEN": ["-a", "1.b", "a:b"],
    "Name": ["a:b", ":a", "é1"],
    "NCName": ["_a", "a-b.c"],
    "anyURI": ["", "https://example.org/ü?q=%20#x"],
    "boolean": ["true", "false", "0", "1"],
    "decimal": ["1", "-1.50", "+.5", "5."],
    "integer": ["0", "-007", "+5", "9" * 5000],
    "nonPositiveInteger": ["0", "-0", "-1"],
    "negativeInteger": ["-1"],
    "nonNegativeInteger": ["0", "-0", "5"],
    "positiveInteger": ["1", "+1"],
    "long": ["-9223372036854775808", "9223372036854775807"],
    "int": ["-2147483648", "2147483647"],
    "short": ["-32768", "32767"],
    "byte": ["-128", "127"],
    "unsignedLong": ["18446744073709551615"],
    "unsignedInt": ["4294967295"],
    "unsignedShort": ["65535"],
    "unsignedByte": ["255", "0255"],
    "float": ["1", "1e5", "-1.5E-5", "INF", "-INF", "+INF", "NaN"],
    "double": [".5", "1.e1"],
    "dateTime": ["2017-12-19T24:00:00Z", "2024-02-29T23:59:59.999+14:00", "-0001-01-01T00:00:00"],
    "date": ["2024-02-29", "2000-02-29Z", "0000-02-29", "12024-02-29", "2017-12-19-05:00"],
    "gYearMonth": ["2021-03", "-0044-03Z"],
    "gYear": ["2017", "0000", "12017", "2017+05:30"],
    "gMonthDay": ["--02-29", "--12-31Z"],
    "gMonth": ["--12"],
    "gDay": ["---31"],
    "time": ["00:00:00", "24:00:00.0", "23:59:59.5-13:59"],
    "hexBinary": ["", "0aFF"],
    "base64Binary": ["", "AQ==", "AQI=", "AQID", "A Q I D"],
}

ILL_TYPED = {
    "string": ["\x00", "\ufffe"],
    "normalizedString": ["a\tb", "a\n"],
    "token": [" a", "a ", "a  b", "a\nb"],
    "language": ["", "english language", "abcdefghi", "en-"],
    "NMTOKEN": ["", "a b"],
    "Name": ["1a", "-a"],
    "NCName": ["a:b", "1a"],
    "anyURI": ["\x01"],
    "boolean": ["True", "yes", ""],
    "decimal": ["", ".", "1e5", "1,5", "INF", "\u0661"],
    "integer": ["", "1.0", "5a", " 5", "5\n", "+-5", "\u0661"],
    "nonPositiveInteger": ["1"],
    "negativeInteger": ["0", "-0"],
    "nonNegativeInteger": ["-1"],
    "positiveInteger": ["0", "-1"],
    "long": ["9223372036854775808", "9" * 5000],
    "int": ["2147483648"],
    "short": ["-32769"],
    "byte": ["128", "-129"],
    "unsignedLong": ["18446744073709551616", "-1"],
    "unsignedInt": ["4294967296"],
    "unsignedShort": ["65536"],
    "unsignedByte": ["256"],
    "float": ["", "1e", "inf", "nan", "-NaN", "1f"],
    "double": ["1d", "."],
    "dateTime": ["2017-12-19", "2017-12-19T24:00:01", "2017-12-19 10:00:00", "2023-02-29T00:00:00", "2017-12-19T10:00"],
    "date": [
        "2023-02-29",
        "1900-02-29",
        "2021-04-31",
        "2021-13-01",
        "2021-00-01",
        "2021-1-1",
        "21-01-01",
        "02021-01-01",
    ],
    "gYearMonth": ["2021", "2021-13", "2021-3", "2021-03-01"],
    "gYear": ["17", "2017-", "02017", "2017+15:00"],
    "gMonthDay": ["--02-30", "--04-31", "-02-29", "02-29"],
    "gMonth": ["--13", "12", "--12--"],
    "gDay": ["---32", "---00", "31"],
    "time": ["24:00:01", "12:60:00", "12:00", "12:00:60"],
    "hexBinary": ["0", "0g"],
    "base64Binary": ["A", "AQ=", "AR==", "A=QI", "AQ==AQ=="],
}


def cases(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(datatype, lexical) for datatype, lexicals in table.items() for lexical in lexicals]


def test_every_datatype_of_owl_1_has_values_and_others() -> None:
    names = {iri.removeprefix(XSD) for iri in DATATYPES - {LITERAL, XML_LITERAL}}
    assert set(WELL_TYPED) == set(ILL_TYPED) == names
    assert (len(cases(WELL_TYPED)), len(cases(ILL_TYPED))) == (91, 102)


@pytest.mark.parametrize(("datatype", "lexical"), cases(WELL_TYPED), ids=lambda part: part[:30])
def test_a_lexical_form_is_in_the_lexical_space(datatype: str, lexical: str) -> None:
    assert is_well_typed(lexical, XSD + datatype)


@pytest.mark.parametrize(("datatype", "lexical"), cases(ILL_TYPED), ids=lambda part: part[:30])
def test_a_lexical_form_is_not_in_the_lexical_space(datatype: str, lexical: str) -> None:
    assert not is_well_typed(lexical, XSD + datatype)


@pytest.mark.parametrize(
    ("lexical", "is_xml"),
    [
        ("a <b xmlns='urn:b'>c</b> &amp;", True),
        ("", True),
        ("<b>", False),
        ("a & b", False),
        ("</x><x>", False),
        ("<y:b/>", False),
    ],
)
def test_xml_literals_are_balanced_content(lexical: str, *, is_xml: bool) -> None:
    assert is_well_typed(lexical, XML_LITERAL) is is_xml


@pytest.mark.parametrize(
    ("lexical", "datatype", "range_", "fits"),
    [
        ("5", "integer", "byte", True),
        ("500", "integer", "byte", False),
        ("5", "byte", "decimal", True),
        ("5.0", "decimal", "integer", True),
        ("5.5", "decimal", "integer", False),
        ("5", "integer", "double", False),
        ("5", "double", "integer", False),
        ("5", "float", "double", False),
        ("a b", "string", "token", True),
        ("a  b", "string", "token", False),
        ("a", "token", "string", True),
        ("a", "anyURI", "string", False),
        ("2021-03", "gYearMonth", "date", False),
        ("2021-03-01", "date", "date", True),
        ("00", "hexBinary", "base64Binary", False),
        ("2021-03-01", "date", "duration", True),
    ],
)
def test_a_value_is_in_a_range_or_not(lexical: str, datatype: str, range_: str, *, fits: bool) -> None:
    assert is_in_range(lexical, XSD + datatype, XSD + range_) is fits


def test_any_literal_is_in_the_range_of_all_literals_and_a_language_is_in_no_string() -> None:
    assert is_in_range("a", RDF + "langString", LITERAL)
    assert not is_in_range("a", RDF + "langString", XSD + "string")
    assert is_in_range("a", EXAMPLE, XSD + "string")
