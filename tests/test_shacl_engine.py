"""Our SHACL engine in its parts: order of values, patterns, pre-binding, ill-formed and suspicious shapes."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from cost import calls_of
from scograph.checks.shacl import evaluator
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.model import ShapeError
from scograph.checks.shacl.regex import RegexError, compiled
from scograph.checks.shacl.validation import Validation, run_validation
from scograph.checks.shacl.values import compare
from scograph.terms import SH

HEAD = """
@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
XSD = "http://www.w3.org/2001/XMLSchema#"


def loaded(turtle: str) -> Index:
    index = Index()
    index.add_quads(parse(HEAD + turtle, RdfFormat.TURTLE))
    return index


def validated(data: str, shapes: str, engine: str = "scograph", *, is_strict: bool = False) -> Validation:
    return run_validation(loaded(data), loaded(shapes), engine=engine, is_strict=is_strict)


def focus_nodes(validation: Validation) -> list[str]:
    return [result.focus.rpartition("/")[2].rstrip(">") for result in validation.results]


def literal(written: str) -> str:
    text, _, type_ = written.partition("^")
    return f'"{text}"^^<{XSD}{type_}>' if type_ else f'"{text}"'


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [
        ("1^integer", "1.0^decimal", 0),
        ("01^integer", "1^byte", 0),
        ("9007199254740993^integer", "9007199254740992^integer", 1),
        ("1^integer", "1e0^double", 0),
        ("NaN^double", "1^integer", None),
        ("NaN^double", "NaN^double", None),
        ("INF^double", "1^integer", 1),
        ("-INF^float", "INF^double", -1),
        ("a", "b", -1),
        ("a", "a^token", 0),
        ("a", "1^integer", None),
        ("false^boolean", "1^boolean", -1),
        ("2020-01-01^date", "2020-01-02^date", -1),
        ("2020-01-01^date", "2020^gYear", None),
        ("2020-01-01^date", "2020-01-01T00:00:00^dateTime", None),
        ("2020-13-01^date", "2020-01-02^date", None),
        ("2020-01-01T00:00:00Z^dateTime", "2020-01-01T01:00:00+01:00^dateTime", 0),
        ("2020-01-01T00:00:00^dateTime", "2020-01-01T10:00:00Z^dateTime", None),
        ("2020-01-01T00:00:00^dateTime", "2020-01-01T14:00:00Z^dateTime", None),
        ("2020-01-01T00:00:00^dateTime", "2020-01-01T14:00:01Z^dateTime", -1),
        ("2020-01-01T24:00:00^dateTime", "2020-01-02T00:00:00^dateTime", 0),
        ("-0001-01-01T00:00:00^dateTime", "0001-01-01T00:00:00^dateTime", -1),
        ("12000-01-01^date", "2020-01-01^date", 1),
        ("2020-02-29^date", "2020-03-01^date", -1),
        ("1999^gYear", "2020^gYear", -1),
        ("2020-02^gYearMonth", "2019-12^gYearMonth", 1),
        ("--02-29^gMonthDay", "--03-01^gMonthDay", -1),
        ("---31^gDay", "---01^gDay", 1),
        ("--12^gMonth", "--01^gMonth", 1),
        ("10:00:00^time", "09:59:59.999^time", 1),
        ("P1Y^yearMonthDuration", "P12M^duration", 0),
        ("P1M^duration", "P30D^duration", None),
        ("P1M^duration", "P27D^duration", 1),
        ("PT36H^dayTimeDuration", "P1D^dayTimeDuration", 1),
        ("-P1D^duration", "PT0S^duration", -1),
    ],
)
def test_values_have_the_order_of_sparql_or_none(one: str, other: str, order: int | None) -> None:
    assert compare(literal(one), literal(other)) == order
    assert compare(literal(other), literal(one)) == (None if order is None else -order)


def test_what_is_no_plain_value_has_no_order() -> None:
    for term in ('"a"@en', "<http://example.org/>", "_:b", '"1"^^<http://example.org/dt>'):
        assert compare(term, term) is None


@pytest.mark.parametrize(
    ("pattern", "flags", "text", "found"),
    [
        ("^a$", "", "a", True),
        ("^a$", "", "a\n", False),
        ("^b$", "m", "a\nb", True),
        ("a.b", "", "a\nb", False),
        ("a.b", "", "a\rb", False),
        ("a.b", "s", "a\nb", True),
        ("A B", "xi", "ab", True),
        ("a.b*", "q", "xa.b*x", True),
        (r"^\p{Lu}\p{Ll}+$", "", "Ёлка", True),
        (r"^\p{IsCyrillic}+$", "", "latin", False),
        (r"^[a-z-[aeiou]]+$", "", "bcd", True),
        (r"^[a-z-[aeiou]]+$", "", "bad", False),
        (r"^\i\c*$", "", "a-b.c", True),
        (r"^\d{4}-\d{2}$", "", "2020-01", True),
        (r"[.]$", "", "a.", True),
        (r"^\S+$", "", "a\u00a0b", True),
        (r"^\s+$", "", "\u00a0", False),
        (r"^\s+$", "", " \t\r\n", True),
        (r"^\D\d$", "", "a٣", True),
        (r"^(?:a|b){2}$", "", "ab", True),
    ],
)
def test_patterns_are_those_of_xpath(pattern: str, flags: str, text: str, *, found: bool) -> None:
    assert bool(compiled(pattern, flags).search(text)) is found


@pytest.mark.parametrize(("pattern", "flags"), [("(", ""), ("[b-a]", ""), ("a", "y"), ("(?=a)", ""), ("*", "")])
def test_a_pattern_that_is_none_is_refused(pattern: str, flags: str) -> None:
    with pytest.raises(RegexError):
        compiled(pattern, flags)


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        (":S a sh:NodeShape ; sh:minCount 1 .", "sh:minCount stands in a node shape, and is for property shapes"),
        (":S sh:path :p ; sh:minCount 1, 2 .", "2 values of sh:minCount: a shape has one"),
        (":S sh:path :p ; sh:minCount 1.0 .", "is no xsd:integer"),
        (':S sh:path :p ; sh:minCount "x"^^xsd:integer .', "is no xsd:integer"),
        (':S a sh:NodeShape ; sh:class "C" .', '"C" is no IRI'),
        (":S a sh:NodeShape ; sh:nodeKind sh:Iri .", "is no node kind"),
        (':S a sh:NodeShape ; sh:pattern "(" .', "is no regular expression"),
        (":S a sh:NodeShape ; sh:in :x .", "the value of sh:in is no well-formed list"),
        (
            ":S a sh:NodeShape ; sh:in _:l . _:l rdf:first 1 ; rdf:rest _:l .",
            "the value of sh:in is no well-formed list",
        ),
        (":S a sh:NodeShape ; sh:or ( 1 ) .", "is no shape"),
        (":S a sh:PropertyShape ; sh:class :C .", "a property shape without a path"),
        (":S sh:path :p, :q .  :S a sh:PropertyShape .", "2 paths: a property shape has one"),
        (":S a sh:NodeShape ; sh:path :p .", "a node shape has no path"),
        (":S a sh:PropertyShape ; sh:path ( :p ) .", "a list of 1 path: it takes two or more"),
        (
            ":S a sh:PropertyShape ; sh:path [ sh:inversePath :p ; sh:zeroOrMorePath :q ] .",
            "a path that says 2 things at once",
        ),
        (":S a sh:PropertyShape ; sh:path [] .", "a path that says nothing"),
        (":S a sh:PropertyShape ; sh:path _:p . _:p sh:inversePath _:p .", "a path leads back into itself"),
        (":S a sh:NodeShape ; sh:node :S .", "a shape refers to itself"),
        (":S a sh:NodeShape ; sh:property [ sh:path :p ; sh:or ( [ sh:node :S ] ) ] .", "a shape refers to itself"),
        (
            ':S a sh:NodeShape ; sh:sparql [ sh:select "SELECT ?x WHERE { ?x" ] .',
            "the query does not parse: line 1, column 21",
        ),
        (':S a sh:NodeShape ; sh:sparql [ sh:select "SELECT $this WHERE { ?x :p 1 }" ] .', "prefix"),
        (':S a sh:NodeShape ; sh:sparql [ sh:ask "ASK { }" ] .', "sh:sparql asks with sh:select"),
        (':S a sh:NodeShape ; sh:sparql [ sh:message "m" ] .', "no query"),
        (
            ':S a sh:NodeShape ; sh:sparql [ sh:select "SELECT $this WHERE { SERVICE <http://x/> { ?a ?b ?c } }" ] .',
            "SERVICE would ask another host",
        ),
        (":S sh:targetNode _:x .", "a blank node cannot be a target"),
        (':S a sh:NodeShape ; sh:severity "high" .', '"high" is no IRI'),
        (":S a sh:NodeShape ; sh:message 5 .", "is no text"),
        (":S a sh:NodeShape ; sh:deactivated 5 .", "is no xsd:boolean"),
        (":C a sh:ConstraintComponent ; sh:parameter [ sh:path :x ] .", "a constraint component without a validator"),
    ],
)
def test_ill_formed_shapes_are_refused_with_the_reason(shapes: str, said: str) -> None:
    with pytest.raises(ShapeError) as caught:
        validated(":a :p :b .", shapes, is_strict=True)
    assert said in str(caught.value)


def test_each_circle_of_shapes_is_refused_once_with_the_way_round_it() -> None:
    with pytest.raises(ShapeError) as caught:
        validated(
            "",
            ":A sh:targetNode :a ; sh:node :B . :B sh:node :C , :D . :C sh:node :B . :D sh:not :E . :E sh:node :A . "
            ":F sh:targetNode :a ; sh:or ( :F :A ) . :G sh:targetNode :a ; sh:node :F .",
            is_strict=True,
        )
    told = {flaw.shape: flaw.message for flaw in caught.value.flaws}
    names = {node[len("<http://example.org/") : -1]: message.rpartition(": ")[2] for node, message in told.items()}
    assert len(caught.value.flaws) == 2
    assert {name: way.replace("http://example.org/", ":") for name, way in names.items()} == {
        "A": "<:A> → <:B> → <:D> → <:E> → <:A>",
        "F": "<:F> → <:F>",
    }


def test_every_flaw_of_a_shapes_graph_is_told_at_once() -> None:
    with pytest.raises(ShapeError) as caught:
        validated(
            "", ':S a sh:NodeShape ; sh:minCount 1 ; sh:class "C" . :T sh:targetNode :x ; sh:in 5 .', is_strict=True
        )
    assert len(caught.value.flaws) == 3


@pytest.mark.parametrize(
    ("shapes", "feature"),
    [
        (
            ":S sh:targetNode :a ; sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate :q ; sh:object 1 ] .",
            "SHACL rules",
        ),
        (
            ':S sh:target [ a sh:SPARQLTarget ; sh:select "SELECT ?this WHERE { ?this <http://example.org/p> ?x }" ] .',
            "custom targets",
        ),
        (":S sh:targetNode :a ; sh:js [ a sh:JSConstraint ] .", "SHACL-JS"),
    ],
)
def test_a_feature_that_is_not_implemented_is_handed_over_and_named(shapes: str, feature: str) -> None:
    notes = validated(":a :p :b .", shapes).notes
    assert notes == (f"the shapes use {feature}: pySHACL validates in place of our engine",)


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        (
            ":S sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate :q ; sh:object 1 ] .",
            "SHACL rules are not applied, so the data are validated as they stand",
        ),
        (
            ':S sh:target [ a sh:SPARQLTarget ; sh:select "SELECT ?this WHERE { ?this ex:p ?x }" ] , :Other .',
            "custom targets are not used (2 uses)",
        ),
        (":W sh:js [ a sh:JSConstraint ] .", "SHACL-JS is not evaluated"),
        (":W sh:expression [ sh:path :q ] .", "node expressions are not evaluated"),
        (":O sh:entailment <http://www.w3.org/ns/entailment/RDFS> .", "nothing is inferred"),
    ],
)
def test_what_both_engines_lack_is_a_flaw_and_the_rest_is_evaluated(shapes: str, expected: str) -> None:
    recursive = ":S a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :q ; sh:minCount 1 ; sh:node :S ] . "
    negated = ":W sh:nodeKind sh:IRI . :T sh:targetNode :a ; sh:not :W . :U sh:targetNode :a ; sh:in () . "
    broken = (
        ':V a sh:NodeShape ; sh:targetNode :a ; sh:sparql [ sh:select "SELECT $this WHERE { $this un:known 1 }" ] .'
    )
    found = validated(":a :p :b .", recursive + negated + broken + shapes)
    assert found.notes == ()
    components = {result.component.rsplit("#")[-1][:-1] for result in found.results}
    assert components >= {"MinCountConstraintComponent", "InConstraintComponent"}
    told = [flaw.message for flaw in found.flaws]
    assert [one for one in told if one.startswith(f"{expected}: our engine leaves this to pySHACL, which fails")]
    is_whole = not shapes.startswith(":W")  # where :W lacks a constraint, who conforms to it is not known
    assert [result.shape.endswith("/T>") for result in found.results].count(True) == is_whole
    with pytest.raises(ShapeError):
        validated(":a :p :b .", recursive + negated + broken + shapes, is_strict=True)


def test_misspelt_terms_and_idle_targets_are_told_with_the_nearest_known() -> None:
    found = validated(
        ":a a :Person .", ":S a sh:NodeShape ; sh:targetClass :Persn ; sh:property [ sh:path :p ; sh:minCuont 1 ] ."
    )
    told = {(flaw.message, flaw.hint) for flaw in found.shape_warnings}
    assert ("SHACL has no sh:minCuont: it asks for nothing", "did you mean sh:minCount?") in told
    assert ("nothing is a Persn", "did you mean Person?") in told


def test_the_inverse_of_a_sequence_is_followed_from_its_end() -> None:
    shapes = ":S a sh:PropertyShape ; sh:targetNode :z ; sh:path [ sh:inversePath ( :p :q ) ] ; sh:in () ."
    found = validated(":x :p :y . :y :q :z . :v :q :w . :w :p :z .", shapes)
    assert [result.value for result in found.results] == ["<http://example.org/x>"]


USUAL = "prefixes that queries do not declare taken as usual (SHACL, 5.2.1): {}"
GROUPED = "{} with $this in SELECT but not in GROUP BY taken as grouped by it (SPARQL 1.1, 11.4)"


@pytest.mark.parametrize(
    ("select", "notes", "value"),
    [
        ("SELECT $this ?value WHERE { $this rdfs:label ?value }", (USUAL.format("rdfs:"),), '"a"'),
        (
            "SELECT $this ?value WHERE { $this rdfs:label ?value ; rdf:type owl:Thing }",
            (USUAL.format("owl:, rdf:, rdfs:"),),
            '"a"',
        ),
        (
            "SELECT $this ?value WHERE { $this ?p [ ?k ?value ] } GROUP BY ?value HAVING (COUNT(?value) > 1)",
            (GROUPED.format("1 SPARQL-based constraint"),),
            "1",
        ),
        (
            "SELECT * {{ SELECT $this ?value (COUNT(*) AS ?n) {$this ?p [?k ?value]} GROUP BY ?value } FILTER(?n > 1)}",
            (GROUPED.format("1 SPARQL-based constraint"),),
            "1",
        ),
        ("SELECT $this ?value WHERE { $this <http://example.org/t> ?value }", (), '"b"'),
    ],
)
def test_queries_as_other_engines_take_them_are_told_and_strictness_refuses_them(
    select: str, notes: tuple[str, ...], value: str
) -> None:
    data = ':x a <http://www.w3.org/2002/07/owl#Thing> ; rdfs:label "a" ; :t "b" ; :p [ :k 1 ] , [ :k 1 ] , [ :k 2 ] .'
    shapes = f':S a sh:NodeShape ; sh:targetNode :x , :y ; sh:sparql [ sh:select """{select}""" ] .'
    found = validated(data, shapes)
    assert (found.flaws, found.notes) == ((), notes)
    expected = f'"1"^^<{XSD}integer>' if value == "1" else value
    assert [(result.focus, result.value) for result in found.results] == [("<http://example.org/x>", expected)]
    if notes:
        with pytest.raises(ShapeError):
            validated(data, shapes, is_strict=True)


VALUES = "SELECT $this ?value WHERE { $this <http://example.org/p> ?value }"
QUERIES = {
    "a subquery": "SELECT $this WHERE { { SELECT $this WHERE { $this :p ?x } } }",
    "an optional": "SELECT $this WHERE { OPTIONAL { $this :q ?x } FILTER(!BOUND(?x)) }",
    "a union without a pattern": "SELECT $this WHERE { { FILTER($this = :a) } UNION { FILTER($this = :b) } }",
    "an inner group": "SELECT $this WHERE { { { FILTER($this = :a) } FILTER(BOUND($this)) } }",
    "a count": "SELECT $this WHERE { $this :p ?x } GROUP BY $this HAVING (COUNT(?x) > 1)",
    "a limit": "SELECT $this WHERE { $this :p ?x } LIMIT 1",
    "a path to itself": "SELECT $this WHERE { $this :p+ $this }",
    "a variable predicate": "SELECT $this WHERE { $this ?p ?o . FILTER(?p = :q) }",
    "nothing but a filter": "SELECT $this WHERE { FILTER(isIRI($this)) }",
    "a pattern after a bind": "SELECT $this WHERE { BIND($this AS ?that) ?that :q ?x }",
    "a graph": "SELECT $this WHERE { GRAPH $shapesGraph { $currentShape a ?type } }",
}


@pytest.mark.parametrize("few", [0, 1_000_000], ids=["found among all", "looked up"])
@pytest.mark.parametrize("name", QUERIES)
def test_a_query_finds_the_same_asked_once_or_for_each_focus_node(
    name: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluator, "MIN_TRIPLES_PER_NODE", few)
    data = ":a :p :b , :c . :b :p :a ; :q 1 . :c :q _:x . _:x :p _:x . :d :p _:x ."
    declared = ':o sh:declare [ sh:prefix "" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .'
    targets = "sh:targetSubjectsOf :p ; sh:targetNode :e"
    together = validated(
        data, f':S {targets} ; sh:sparql [ sh:prefixes :o ; sh:select "{QUERIES[name]}" ] . {declared}'
    )
    apart = [
        focus
        for node in (":a", ":b", ":d", ":e")
        for focus in focus_nodes(
            validated(
                data,
                f':S sh:targetNode {node} ; sh:sparql [ sh:prefixes :o ; sh:select "{QUERIES[name]}" ] . {declared}',
            )
        )
    ]
    assert sorted(focus for focus in focus_nodes(together) if not focus.startswith("_:")) == sorted(apart)


def test_messages_have_the_values_of_their_variables() -> None:
    shapes = f':S sh:targetNode :a ; sh:sparql [ sh:message "{{$this}} has {{?value}}"@en ; sh:select "{VALUES}" ] .'
    (result,) = validated(':a :p "x\\"y" .', shapes).results
    assert result.messages == ('"http://example.org/a has x\\"y"@en',)


def test_a_result_keeps_the_literal_as_it_is_written() -> None:
    shapes = f':S sh:targetNode :a ; sh:sparql [ sh:select "{VALUES}" ] .'
    results = validated(':a :p "01"^^xsd:integer , "1.50"^^xsd:decimal .', shapes).results
    assert sorted(str(result.value).partition("^")[0] for result in results) == ['"01"', '"1.50"']


def test_shapes_are_compiled_in_linear_time() -> None:
    def calls_for(count: int) -> int:
        shapes = "\n".join(
            f":S{i} sh:targetNode :a ; sh:property [ sh:path :p{i} ; sh:maxCount 1 ] ." for i in range(count)
        )
        conforms = []
        calls = calls_of(lambda: conforms.append(validated(":a :p1 1, 2 .", shapes).conforms()))
        assert conforms == [False]
        return calls

    calls_for(100)  # what is read once in a process
    assert calls_for(3_000) < 11 * calls_for(300)


def test_a_hundred_thousand_results_are_given() -> None:
    data = "\n".join(f":n{i} a :C ." for i in range(100_000))
    assert (
        len(validated(data, ":S sh:targetClass :C ; sh:property [ sh:path :p ; sh:minCount 1 ] .").results) == 100_000
    )


def test_shapes_nested_too_deep_are_refused_or_left_out() -> None:
    deep = "[ sh:not " * 1000 + "[ sh:class :C ]" + " ]" * 1000
    shapes = f":S sh:targetNode :a ; sh:not {deep} ; sh:class :D ."
    with pytest.raises(ShapeError, match="deep"):
        validated(":a :p 1 .", shapes, is_strict=True)
    found = validated(":a :p 1 .", shapes)
    assert [result.component for result in found.results] == [f"<{SH}ClassConstraintComponent>"]
    assert any("100 deep" in flaw.message for flaw in found.flaws)


# Flaws: what is sound is evaluated, and nothing false is found.

COUNTED = (
    ":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:qualified{}Count {} ; sh:qualifiedValueShape :F ] ."
    ' :F sh:pattern "(" .'
)


@pytest.mark.parametrize(
    ("shapes", "found", "flaws"),
    [
        # a bad value beside a sound one, in one parameter and in another
        (':S sh:targetNode :a ; sh:class "C" , :D .', ["a"], ['"C" is no IRI']),
        (':S sh:targetNode :a ; sh:minLength "x" ; sh:maxLength 1 .', ["a"], ["is no xsd:integer"]),
        (":S sh:targetNode :a ; sh:property [ sh:path ( :p ) ; sh:minCount 9 ] , [ sh:path :q ; sh:minCount 1 ] .",
         ["a"], ["a list of 1 path"]),
        (":S sh:targetNode :a ; sh:property :nowhere ; sh:class :D .", ["a"], ["a property shape without a path"]),
        (':S sh:targetNode :a ; sh:targetClass "C" ; sh:class :D .', ["a"], ["the target is not used"]),
        (':S sh:targetNode :a ; sh:severity "high" ; sh:class :D .', ["a"], ["sh:Violation is used"]),
        (":S sh:targetNode :a ; sh:message 5 ; sh:class :D .", ["a"], ["the message is not used"]),
        (':S sh:targetNode :a ; sh:deactivated "no" ; sh:class :D .', ["a"], ["the shape is evaluated"]),
        (':S sh:targetNode :a ; sh:sparql [ sh:select "SELECT" ] , [ sh:select "SELECT $this { $this ?p 1 }" ] .',
         ["a"], ["does not parse"]),
        # what is at fault for conforming to a flawed shape is left out, what is at fault for failing it is not
        (':S sh:targetNode :a ; sh:not [ sh:pattern "(" ] .', [], ["no regular expression", "has a flaw"]),
        (':S sh:targetNode :a ; sh:not [ sh:node [ sh:pattern "(" ] ] .', [], ["no regular", "has a flaw"]),
        (':S sh:targetNode :a ; sh:node [ sh:pattern "(" ; sh:class :D ] .', ["a"], ["no regular expression"]),
        (':S sh:targetNode :a ; sh:or ( [ sh:pattern "(" ] [ sh:class :D ] ) .', [], ["no regular expression"]),
        (':S sh:targetNode :a ; sh:xone ( [ sh:pattern "(" ] [ sh:class :D ] ) .', [], ["no regular", "has a flaw"]),
        (':S sh:targetNode :a ; sh:and ( [ sh:pattern "(" ] [ sh:class :D ] ) .', ["a"], ["no regular expression"]),
        (COUNTED.format("Max", 0), [], ["no regular expression", "has a flaw"]),
        (COUNTED.format("Min", 2), ["a"], ["no regular expression"]),
    ],
)  # fmt: skip
def test_what_is_sound_is_evaluated_around_a_flaw(shapes: str, found: list[str], flaws: list[str]) -> None:
    validation = validated(":a :p 1 .", shapes)
    assert focus_nodes(validation) == found
    assert not validation.conforms()
    said = [flaw.message for flaw in validation.flaws]
    assert len(said) == len(flaws)
    assert all(any(part in message for message in said) for part in flaws), said


def test_a_query_that_fails_when_it_is_evaluated_is_left_out_and_the_rest_evaluated() -> None:
    failing = "SELECT $this (true AS ?failure) WHERE { $this ?p ?o }"
    shapes = f':S sh:targetNode :a ; sh:sparql [ sh:select "{failing}" ] ; sh:class :D .'
    found = validated(":a :p 1 .", shapes)
    assert focus_nodes(found) == ["a"]
    assert [flaw.message for flaw in found.flaws] == [
        "a query that cannot be evaluated: it answers that it failed: ?failure is true"
    ]
    with pytest.raises(ShapeError, match="answers that it failed"):
        validated(":a :p 1 .", shapes, is_strict=True)
    inside_not = f':S sh:targetNode :a ; sh:not [ sh:sparql [ sh:select "{failing}" ] ] .'
    assert not validated(":a :p 1 .", inside_not).results  # that it conforms is not known


# Shapes that refer to themselves: what nothing speaks against conforms.


def test_a_circle_of_nodes_conforms_until_one_of_them_does_not() -> None:
    shape = (
        ":P sh:targetClass :Person ; sh:property [ sh:path :name ; sh:minCount 1 ] , [ sh:path :knows ; sh:node :P ] ."
    )
    ring = ":a a :Person ; :name 1 ; :knows :b . :b :name 1 ; :knows :c . :c :knows :a"
    assert validated(f"{ring} ; :name 1 .", shape).conforms()
    assert focus_nodes(validated(f"{ring} .", shape)) == ["a"]


@pytest.mark.parametrize("length", [10, 3000])
def test_a_fault_at_the_end_of_a_long_chain_is_found_at_its_beginning(length: int) -> None:
    chain = " ".join(f":n{i} :next :n{i + 1} ." for i in range(length))
    shape = ":S sh:targetNode :n0 ; sh:property [ sh:path :next ; sh:node :S ; sh:nodeKind sh:IRI ] ."
    assert validated(chain, shape).conforms()
    wrong = validated(f"{chain} :n{length} :next 1 .", shape)
    assert focus_nodes(wrong) == ["n0"]


def test_results_of_recursive_property_shapes_are_those_at_the_end() -> None:
    shape = (
        ":S sh:targetNode :a ; sh:property :P . :P sh:path :next ; sh:property :P , [ sh:path :name ; sh:minCount 1 ] ."
    )
    found = validated(":a :next :b . :b :next :c ; :name 1 . :c :next :b .", shape)
    assert focus_nodes(found) == ["c"]
    deep = " ".join(f":n{i} :next :n{i + 1} . :n{i} :name 1 ." for i in range(500))
    far = validated(f":a :next :n0 . {deep}", shape)
    assert len(far.results) == 1
    assert "does not conform to a shape that refers to itself" in far.results[0].messages[0]


def test_shapes_that_refer_to_each_other_by_or_are_evaluated_to_the_end() -> None:
    shapes = (
        ":S sh:targetNode :a ; sh:node :T . :T sh:or ( [ sh:class :C ] [ sh:property [ sh:path :p ; sh:minCount 1 ; "
        "sh:node :U ] ] ) . :U sh:or ( [ sh:class :D ] [ sh:node :T ] ) ; sh:property [ sh:path :p ; sh:node :U ] ."
    )
    assert validated(":a :p :b . :b :p :c . :c :p :b .", shapes).conforms()
    assert focus_nodes(validated(":a :p :b . :b :p :c . :c :q :b .", shapes)) == ["a"]
    assert validated(":a :p :b . :b :p :c . :c a :C .", shapes).conforms()


@pytest.mark.parametrize(
    ("shapes", "name"),
    [
        (":S sh:targetNode :a ; sh:not :S .", "not"),
        (":S sh:targetNode :a ; sh:xone ( :S [ sh:class :C ] ) .", "xone"),
        (":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:qualifiedMaxCount 0 ; sh:qualifiedValueShape :S ] .",
         "qualifiedMaxCount"),
        (":S sh:targetNode :a ; sh:node :T . :T sh:not :S .", "not"),
    ],
)  # fmt: skip
def test_recursion_through_negation_is_a_flaw_and_finds_nothing(shapes: str, name: str) -> None:
    found = validated(":a :p :a .", shapes)
    assert not found.results
    assert [flaw.message for flaw in found.flaws] == [
        f"the shape refers to itself through sh:{name}; this constraint is not evaluated"
    ]


def test_neither_rdflib_nor_pyshacl_is_loaded_by_the_engine() -> None:
    script = (
        "import sys; from scograph.checks.shacl.index import Index;"
        "from scograph.checks.shacl.validation import run_validation; run_validation(Index(), Index());"
        "print([name for name in ('rdflib', 'pyshacl', 'elementpath') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Recursion beside a naive evaluation: all pairs conform at first, and those that fail are taken out until none does.

NODES, SHAPES = ("a", "b", "c", "d"), ("S", "T", "U")
CONSTRAINTS = st.one_of(
    st.just(("class",)),
    st.tuples(st.just("node"), st.sampled_from(SHAPES)),
    st.tuples(st.sampled_from(("all", "some")), st.sampled_from(SHAPES)),
    st.tuples(st.sampled_from(("or", "and")), st.sampled_from(SHAPES), st.sampled_from(SHAPES)),
)


def written(constraint: tuple[str, ...]) -> str:
    kind, *names = constraint
    if kind == "class":
        return "sh:class :C"
    if kind == "node":
        return f"sh:node :{names[0]}"
    if kind == "all":
        return f"sh:property [ sh:path :p ; sh:node :{names[0]} ]"
    if kind == "some":
        return f"sh:property [ sh:path :p ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape :{names[0]} ]"
    return f"sh:{kind} ( :{names[0]} :{names[1]} )"


@given(
    st.fixed_dictionaries({name: st.lists(CONSTRAINTS, max_size=3) for name in SHAPES}),
    st.sets(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES))),
    st.sets(st.sampled_from(NODES)),
)
def test_recursive_shapes_have_the_greatest_fixpoint(
    shapes: dict[str, list[tuple[str, ...]]], edges: set[tuple[str, str]], typed: set[str]
) -> None:
    def holds(node: str, constraint: tuple[str, ...]) -> bool:
        kind, *names = constraint
        values = [(names[0], value) for one, value in edges if one == node] if kind in ("all", "some") else []
        return {
            "class": lambda: node in typed,
            "node": lambda: (names[0], node) in conforming,
            "all": lambda: all(pair in conforming for pair in values),
            "some": lambda: any(pair in conforming for pair in values),
            "or": lambda: any((name, node) in conforming for name in names),
            "and": lambda: all((name, node) in conforming for name in names),
        }[kind]()

    conforming = {(name, node) for name in SHAPES for node in NODES}
    while failing := {pair for pair in conforming if not all(holds(pair[1], one) for one in shapes[pair[0]])}:
        conforming -= failing
    data = " ".join(f":{one} :p :{other} ." for one, other in sorted(edges)) + "".join(f" :{n} a :C ." for n in typed)
    text = " ".join(f":{name} a sh:NodeShape . " + " ".join(f":{name} {written(one)} ." for one in shapes[name])
                    for name in SHAPES)  # fmt: skip
    for name in SHAPES:
        found = validated(data, f"{text} :{name} sh:targetNode :a , :b , :c , :d .")
        assert not found.flaws
        assert set(focus_nodes(found)) == {node for node in NODES if (name, node) not in conforming}
