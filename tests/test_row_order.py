"""Whether the rows of a question can stand in one order only: what leaves them without one, and what does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions

from scograph.checks.questions import QuestionAnswer, answer_questions, read_questions
from scograph.checks.row_order import unsettled
from scograph.graph import load_graph
from scograph.model import Term
from scograph.project import Project
from scograph.stores.embedded import EmbeddedStore

EX = "https://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
NAMES = {"ex": EX}


def node(name: str) -> NamedNode:
    return NamedNode(EX + name)


def typed(text: str, name: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + name))


STORE = EmbeddedStore(
    Quad(node(subject), node(predicate), value)
    for subject, predicate, value in (
        ("a", "name", Literal("Ann")),
        ("b", "name", Literal("Bob")),
        ("c", "name", Literal("Cy")),
        ("a", "club", node("x")),
        ("b", "club", node("x")),
        ("c", "club", node("y")),
        ("a", "rank", typed("1", "integer")),
        ("b", "rank", typed("1.0", "decimal")),
        ("c", "rank", typed("2", "integer")),
        ("a", "day", typed("2001", "gYear")),
        ("b", "day", typed("2002-01-01", "date")),
        ("c", "day", typed("2003-01-01", "date")),
        ("a", "word", Literal("chess", language="en")),
        ("b", "word", Literal("Schach", language="de")),
        ("c", "word", Literal("draw", language="en")),
    )
)

SETTLED = (
    "SELECT ?s { ?s ex:name 'Ann' }",
    "SELECT ?n { ?s ex:name ?n } ORDER BY ?n",
    "SELECT ?s ?n { ?s ex:name ?n } ORDER BY DESC(?n)",
    "SELECT ?c ?n { ?s ex:club ?c ; ex:name ?n } ORDER BY ?c ?n",
    "SELECT ?c ?n { ?s ex:club ?c ; ex:name ?n } ORDER BY ASC(?c) STRLEN(?n) LCASE(?n)",
    "SELECT ?c { ?s ex:club ?c ; ex:name ?n } ORDER BY ?n",
    "SELECT ?c { ?s ex:club ?c FILTER(?c = ex:x) }",
    "SELECT DISTINCT ?c { ?s ex:club ?c } ORDER BY ?c",
    "SELECT ?c { ?s ex:club ?c } ORDER BY ?c",
    "SELECT * { ?s ex:club ?c } ORDER BY ?c ?s",
    "SELECT * { ?s ex:club ?c } ORDER BY STR(?c) STR(?s)",
    "SELECT ?c (COUNT(?s) AS ?n) { ?s ex:club ?c } GROUP BY ?c ORDER BY DESC(?n) ?c",
    "SELECT ?c { ?s ex:club ?c } GROUP BY ?c ORDER BY DESC(COUNT(?s))",
    "SELECT ?n { ?s ex:name ?n } ORDER BY ?n LIMIT 2",
    "SELECT ?n { ?s ex:name ?n } ORDER BY ?n LIMIT 1 OFFSET 1",
    "SELECT ?n { { SELECT ?n { ?s ex:name ?n } LIMIT 1 } }",
    "SELECT ?n { ?s ex:name ?n } ORDER BY ?n VALUES ?n { 'Ann' 'Bob' }",
    "SELECT ?d { ?s ex:day ?d } ORDER BY STR(?d)",
    "SELECT ?w { ?s ex:word ?w } ORDER BY STR(?w) LANG(?w)",
    "SELECT ?w { ?s ex:word ?w FILTER(LANG(?w) = 'en') } ORDER BY ?w",
    "ASK { ?s ?p ?o }",
    "CONSTRUCT WHERE { ?s ?p ?o }",
)
UNSETTLED = (
    ("SELECT ?n { ?s ex:name ?n }", "the order of the 3 rows is not settled: there is no ORDER BY", "ORDER BY ?n"),
    ("SELECT ?n { ?s ex:name ?n } LIMIT 1", "which rows come is not settled: there is no ORDER BY", "ORDER BY ?n"),
    ("SELECT ?n { { SELECT ?n { ?s ex:name ?n } ORDER BY ?n } }", "the order of the 3 rows is not", "ORDER BY ?n"),
    ("SELECT ?c ?n { ?s ex:club ?c ; ex:name ?n } ORDER BY ?c", "rows 1 and 2 is not settled: ?c is equal", ": ?n"),
    ("SELECT * { ?s ex:club ?c } ORDER BY ?c", "rows 1 and 2 is not settled: ?c is equal", "add to ORDER BY: ?s"),
    ("SELECT ?n { ?s ex:club ?c ; ex:name ?n } ORDER BY ?c", "?c is equal", "add to ORDER BY: ?n"),
    ("SELECT ?n { ?s ex:name ?n } ORDER BY STRLEN(?n) LIMIT 2", "rows 2 and 3 is not settled: STRLEN(?n) is", ": ?n"),
    (
        "SELECT ?n { ?s ex:name ?n } ORDER BY DESC(STRLEN(?n)) LIMIT 1",
        "1 and 2 is not settled: (STRLEN(?n)) is",
        ": ?n",
    ),
    ("SELECT ?n { ?s ex:name ?n } ORDER BY STRLEN(?n) OFFSET 2", "rows 2 and 3", "add to ORDER BY: ?n"),
    ("SELECT ?r ?n { ?s ex:rank ?r ; ex:name ?n } ORDER BY ?r", "rows 1 and 2 is not settled: ?r is equal", "?r ?n"),
    ("SELECT ?d { ?s ex:day ?d } ORDER BY ?d", "have no order in SPARQL", "order by STR(?d)"),
    ("SELECT ?w { ?s ex:word ?w } ORDER BY ?w", "have no order in SPARQL", "order by STR(?w) LANG(?w)"),
    ("SELECT DISTINCT ?n { ?s ex:name ?n ; ex:club ?c } ORDER BY ?c", "?c is no column, and DISTINCT drops it", "?n"),
    ("SELECT ?b { ?s ex:club ?c BIND(BNODE() AS ?b) } ORDER BY ?b", "?b is a blank node in both", "what is said of it"),
)


def found(query: str) -> str:
    """What is found of a query: the message and the hint, or nothing."""

    def ask(text: str) -> list[Sequence[Term | None]]:
        results = STORE.query(text, NAMES)
        assert isinstance(results, QuerySolutions)
        return [tuple(row) for row in results]

    results = STORE.query(query, NAMES)
    is_select = isinstance(results, QuerySolutions)
    variables = [name.value for name in results.variables] if isinstance(results, QuerySolutions) else []
    reason = unsettled(query, variables, ask(query) if is_select else [], ask)
    return "" if reason is None else f"{reason.message}\n{reason.hint}"


@pytest.mark.parametrize("query", SETTLED)
def test_rows_that_have_one_order_are_settled(query: str) -> None:
    assert found(query) == ""


@pytest.mark.parametrize(("query", "message", "hint"), UNSETTLED)
def test_rows_that_another_store_gives_otherwise_are_found(query: str, message: str, hint: str) -> None:
    said, advice = found(query).split("\n")
    assert message in said
    assert advice.endswith(hint)


def test_each_question_of_the_built_in_project_is_settled_and_the_check_sees_when_it_is_not() -> None:
    project = Project.builtin()
    questions = read_questions(project)
    assert len(questions) >= 61
    store = EmbeddedStore(load_graph(project).quads())
    answers = answer_questions(questions, store, {})
    assert [
        path.name for path, answer in answers.items() if not isinstance(answer, QuestionAnswer) or answer.unsettled
    ] == []
    without = [
        replace(question, query=question.query.rpartition("ORDER BY")[0])
        for question in questions
        if question.is_ordered and len(answers[question.path].rows()) > 2  # type: ignore[union-attr]
    ]
    assert len(without) >= 40
    again = answer_questions(without, store, {})
    assert [
        path.name for path, answer in again.items() if isinstance(answer, QuestionAnswer) and not answer.unsettled
    ] == []
