"""Shapes without SHACL-SPARQL: nothing of SPARQL is left, and what is left finds no more than the whole."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from built_in import built_in_graph
from scograph import terms
from scograph.checks.shacl.core import core_shapes
from scograph.checks.shapes import published_shapes, validate

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .\n"
SELECT = '"SELECT $this { $this <http://example.org/bad> ?x }"'
QUERY = f"sh:sparql [ a sh:SPARQLConstraint ; sh:select {SELECT} ]"
COMPONENT = (
    "ex:K a sh:ConstraintComponent ; sh:parameter [ sh:path ex:most ] ; sh:nodeValidator [ a sh:SPARQLAskValidator ;"
    ' sh:ask "ASK { FILTER(1 = 1) }" ] .\n'
)


def triples(text: str) -> list[Triple]:
    return [quad.triple for quad in parse((PREFIXES + text).encode(), format=RdfFormat.TURTLE)]


CASES = {
    "nothing of SPARQL": ("ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI .", None),
    "a constraint beside another": (
        f"ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI ; {QUERY} .",
        "ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI .",
    ),
    "a shape of SPARQL alone": (f"ex:S sh:targetClass ex:C ; {QUERY} .", ""),
    "a named query": (
        (f"ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI ; sh:sparql ex:Q .\nex:Q sh:select {SELECT} ."),
        "ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI .",
    ),
    "a property shape of SPARQL alone": (
        (
            f"ex:S sh:targetClass ex:C ; sh:property ex:P , ex:R . ex:P sh:path ex:p ; {QUERY} .\n"
            "ex:R sh:path ex:r ; sh:maxCount 1 ."
        ),
        "ex:S sh:targetClass ex:C ; sh:property ex:R . ex:R sh:path ex:r ; sh:maxCount 1 .",
    ),
    "a node shape whose property shapes all go": (
        f"ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; {QUERY} ] .",
        "",
    ),
    "a negation of what is weaker": (
        (
            f"ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI ; sh:not ex:N , ex:M . ex:N sh:class ex:D ; {QUERY} .\n"
            "ex:M sh:class ex:E ."
        ),
        "ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI ; sh:not ex:M . ex:N sh:class ex:D . ex:M sh:class ex:E .",
    ),
    "a negation of what refers to what is weaker": (
        (
            f"ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI ; sh:not ex:N . ex:N sh:class ex:D ; sh:node ex:W .\n"
            f"ex:W sh:class ex:E ; {QUERY} ."
        ),
        "ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI . ex:N sh:class ex:D ; sh:node ex:W . ex:W sh:class ex:E .",
    ),
    "one of several, of which exactly one must hold": (
        f"ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI ; sh:xone ( [ sh:class ex:D ; {QUERY} ] [ sh:class ex:E ] ) .",
        "ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI .",
    ),
    "one of several, of which one must hold": (
        f"ex:S sh:targetClass ex:C ; sh:or ( [ sh:class ex:D ; {QUERY} ] [ sh:class ex:E ] ) .",
        "ex:S sh:targetClass ex:C ; sh:or ( [ sh:class ex:D ] [ sh:class ex:E ] ) .",
    ),
    "an operand that asks for nothing any more": (
        f"ex:S sh:targetClass ex:C ; sh:or ( ex:N [ sh:class ex:E ] ) . ex:N a sh:NodeShape ; {QUERY} .",
        "ex:S sh:targetClass ex:C ; sh:or ( ex:N [ sh:class ex:E ] ) . ex:N a sh:NodeShape .",
    ),
    "a number of values of what is weaker": (
        (
            f"ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:qualifiedMaxCount 1 ;\n"
            f"sh:qualifiedValueShape [ sh:class ex:D ; {QUERY} ] ] ."
        ),
        "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .",
    ),
    "a component that the shapes declare": (
        COMPONENT + "ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI ; ex:most 3 .",
        "ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI .",
    ),
    "a target by a query": (
        "ex:S sh:target [ sh:select 'SELECT ?this {}' ] ; sh:targetClass ex:C ; sh:nodeKind sh:IRI .",
        "ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI .",
    ),
    "prefixes for queries": (
        (
            f'ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/" ] .\n'
            f"ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI ; {QUERY} ."
        ),
        "ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI .",
    ),
}


def canonical(found: list[Triple]) -> list[str]:
    """The triples, with blank nodes told apart by what is said of them."""

    def shown(term: object, depth: int = 0) -> str:
        said = [t for t in found if t.subject == term] if str(term).startswith("_:") and depth < 9 else []
        return str(sorted((t.predicate.value, shown(t.object, depth + 1)) for t in said)) if said else str(term)

    return sorted(f"{shown(t.subject)} {t.predicate} {shown(t.object)}" for t in found)


@pytest.mark.parametrize("name", CASES)
def test_what_is_left_is_core(name: str) -> None:
    given, expected = CASES[name]
    shapes = triples(given)
    found = core_shapes(shapes)
    if expected is None:
        assert found == tuple(shapes)
    else:
        assert canonical(list(found)) == canonical(triples(expected))


DATA = (
    "ex:a a ex:C . ex:b a ex:C , ex:D ; ex:bad 1 . ex:c a ex:C , ex:E ; ex:p ex:b , ex:c . ex:d a ex:C , ex:D , ex:E ;"
    " ex:bad 2 ; ex:p ex:d . [] a ex:C ; ex:bad 3 ; ex:r 1 , 2 ."
)


@pytest.mark.parametrize("name", [name for name, (text, _) in CASES.items() if "sh:target [" not in text])
def test_what_is_left_finds_nothing_more(name: str) -> None:
    shapes = triples(CASES[name][0])
    data = triples(DATA)
    whole, left = (
        [(f.focus, f.shape, f.component, f.path) for f in validate(data, some)]
        for some in (shapes, core_shapes(shapes))
    )
    assert set(left) <= set(whole)
    assert whole or name == "nothing of SPARQL"


def test_the_published_shapes_lose_their_queries_and_no_more() -> None:
    graph = built_in_graph()
    for name, shapes in published_shapes(graph).items():
        core = core_shapes(shapes)
        if name:
            assert core == shapes
            continue
        left = {t.predicate.value.removeprefix(terms.SH) for t in core}
        assert not left & {"sparql", "select", "prefixes", "declare", "prefix", "namespace"}
        gone = {str(t.subject) for t in set(shapes) - set(core)} - {str(t.subject) for t in core}
        queries = {t.subject for t in shapes if t.predicate.value == f"{terms.SH}select"}
        users = {str(t.subject) for t in shapes if t.object in queries}
        assert len(queries) == 25
        assert {one for one in gone if not one.startswith("_:") and "#prefix-" not in one} == users | set(
            map(str, queries)
        )
