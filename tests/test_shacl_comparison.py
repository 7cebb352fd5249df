"""What `--engine both` tells: a difference, one that a clause explains, and a comparison that was not made."""

from __future__ import annotations

import pytest

import scograph
from scograph.checks.shacl.comparison import EngineComparison, compared
from scograph.checks.shacl.shapes import compile_shapes

HEAD = """@prefix : <http://ex.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CASES = {
    "a boolean 1 of languages": (
        ":a :p 'x'@en , 'y'@en .",
        ":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:uniqueLang '1'^^xsd:boolean ] .",
        [("1 result", "pyshacl", "SHACL, clause 4.4.5")],
    ),
    "a boolean 1 of closed shapes": (
        ":a :p 'x' .",
        ":S sh:targetNode :a ; sh:closed '1'^^xsd:boolean .",
        [("1 result", "pyshacl", "SHACL, clause 4.8.1")],
    ),
    "values without an order to the bound": (
        ":a :p 1 , true , 'P1D'^^xsd:duration .",
        ":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:minInclusive '2019-01-01'^^xsd:date ] .",
        [("2 results", "scograph", "SHACL, clause 4.3")],
    ),
    "values without an order to each other": (
        ":a :p '2020-01-01'^^xsd:date ; :q 9 .",
        ":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:lessThan :q ] .",
        [("1 result", "scograph", "SHACL, clause 4.5.3")],
    ),
    "times of which one has a zone": (
        ":a :p '2020-01-01T00:00:00'^^xsd:dateTime .",
        ":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:maxInclusive '2021-01-01T00:00:00Z'^^xsd:dateTime ] .",
        [("1 result", "pyshacl", "XML Schema 1.1, part 2, clause 3.3.7")],
    ),
    "the inverse of a sequence": (
        ":a :p :b . :b :q :c .",
        ":S sh:targetNode :c ; sh:property [ sh:path [ sh:inversePath ( :p :q ) ] ; sh:minCount 1 ] .",
        [("1 result", "pyshacl", "SPARQL 1.1, clause 18.4")],
    ),
    "words of drafts, also in shapes that others refer to": (
        ":a :p ( 1 2 2 ) , :x , 'a\\nb' ; :plain 1 , 2 . :x a :B .",
        """:S sh:targetNode :a ; sh:node [ sh:property [ sh:path :p ; sh:singleLine true ] ] ;
            sh:property [ sh:path :p ; sh:uniqueMembers true ; sh:maxCount 1 ] , [ sh:path :plain ; sh:maxCount 1 ] ,
            [ sh:path :p ; sh:class ( :A :B ) ] .""",
        [("5 results", "scograph", "SHACL 1.2 is a draft")],
    ),
    "a class that is a shape by a draft": (
        ":a a :D .",
        ":D a sh:ShapeClass ; sh:property [ sh:path :n ; sh:minCount 1 ] .",
        [("1 result", "scograph", "SHACL 1.2 is a draft")],
    ),
}


def both(data: str, shapes: str) -> scograph.Validated:
    return scograph.validate((HEAD + data).encode(), (HEAD + shapes).encode(), engine="both")


@pytest.mark.parametrize("case", CASES)
def test_differences_for_a_known_reason_are_told_with_the_clause(case: str) -> None:
    data, shapes, expected = CASES[case]
    found = both(data, shapes)
    assert found.validation.differences == ()
    told = []
    for one in found.validation.explained:
        number = one.message.removeprefix("the engines differ in ").partition(" for a known reason: only ")
        told.append((number[0], number[2].partition(":")[0], one.reason.partition(":")[0].partition(", on")[0]))
    assert told == expected
    assert [str(one.severity) for one in found.findings if one.code == "engines"] == ["info"] * len(expected)


def test_a_difference_for_no_known_reason_is_told_result_by_result() -> None:
    found = both(
        ":a :p 1 , 2 . :b :q 1 .",
        ":S sh:targetNode :a , :b ; sh:property [ sh:path :p ; sh:maxCount 1 ; sh:minCount 1 ] .",
    )
    shapes = compile_shapes(found.shapes_index)
    first, second = found.results
    assert compared(found.index, shapes, (first, second), (second, first)) == EngineComparison()
    differences = compared(found.index, shapes, (first,), (second, second)).differences
    assert [one.partition("  ")[0] for one in differences] == [
        "only scograph: <http://ex.org/a>",
        "only pyshacl: <http://ex.org/b>",
    ]
    assert differences[1].endswith(" (2 times)")


def test_the_results_are_there_where_pyshacl_fails() -> None:
    found = both(":a :p 1 .", ":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:minCount 2 ] , [ sh:minCount 1 ] .")
    assert len(found.results) == 1
    (told,) = (one for one in found.findings if one.code == "engines")
    assert str(told.severity) == "warning"
    assert told.message.startswith("the engines are not compared: pySHACL fails on these shapes (")
    assert told.hint == "the results are those of scograph alone"
