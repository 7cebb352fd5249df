"""The statements behind the rows of an answer: which patterns are plain, and what marks the pages of answers have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from scograph.bounded import NEVER
from scograph.checks.questions import Question
from scograph.checks.statements_behind import plain_patterns, statements_behind
from scograph.stores.embedded import EmbeddedStore

EX = "urn:x:"
A = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@pytest.mark.parametrize(
    ("body", "patterns"),
    [
        ("?a ex:b ?c", [("?a", "b", "?c")]),
        ("?a ex:b ?c, ex:d ; ex:e ?f .", [("?a", "b", "?c"), ("?a", "b", "d"), ("?a", "e", "?f")]),
        ("?a ex:b/ex:c ?d ; ex:e ?f", [("?a", "e", "?f")]),
        ("?a ^ex:b ?c ; (ex:d|ex:e)+ ?f ; ex:g* ?h", []),
        ("?a ex:b [ ex:c ?d ] ; ex:e ?f", [("?a", "e", "?f")]),
        ("?a ex:b 'text'@en, 5, true ; ex:c ?d", [("?a", "c", "?d")]),
        ("OPTIONAL { ?a ex:b ?c } ?a ex:d ?e", [("?a", "b", "?c"), ("?a", "d", "?e")]),
        ("{ ?a ex:d ?e } UNION { ?a ex:f ?e }", [("?a", "d", "?e"), ("?a", "f", "?e")]),
        ("?a ex:b ?c FILTER(?c > 5) ?a ex:d ?e", [("?a", "b", "?c"), ("?a", "d", "?e")]),
        ("?a ex:b ?c FILTER NOT EXISTS { ?a ex:d ?e } MINUS { ?a ex:f ?g }", [("?a", "b", "?c")]),
        ("VALUES ?a { ex:z } ?a ex:b ?c BIND(ex:y AS ?d)", [("?a", "b", "?c")]),
        ("{ SELECT ?a { ?a ex:b ?c } } ?a ex:d ?e", [("?a", "d", "?e")]),
        ("?a ?p ?c . ?a none:b ?d", [("?a", "?p", "?c")]),
    ],
)  # fmt: skip
def test_patterns_are_plain_or_left_out(body: str, patterns: list[tuple[str, str, str]]) -> None:
    full = [tuple(part if part.startswith("?") else EX + part for part in one) for one in patterns]
    assert plain_patterns(f"PREFIX ex: <{EX}>\nSELECT ?a WHERE {{ {body} }} ORDER BY ?a", {}) == full


@pytest.mark.parametrize("query", ["ASK { ?a ?b ?c }", "CONSTRUCT WHERE { ?a ?b ?c }", "DESCRIBE <x:y>", "", "SELECT"])
def test_only_a_selection_has_statements_behind_it(query: str) -> None:
    assert plain_patterns(query, {}) == []


def test_a_row_has_the_statements_that_fit_it_and_no_others() -> None:
    def node(name: str) -> NamedNode:
        return NamedNode(EX + name)

    day, other = Literal("2001"), Literal("2017")
    data = [("r1", "who", node("a")), ("r1", "from", day), ("r2", "who", node("b")), ("r2", "from", other)]
    data += [("r3", "who", node("a")), ("r3", "from", day), ("r3", "until", other)]
    store = EmbeddedStore(Quad(node(s), node(p), o) for s, p, o in data)
    query = (
        f"PREFIX ex: <{EX}> SELECT ?who ?from (COUNT(?r) AS ?n) "
        "{ ?r ex:who ?who ; ex:from ?from FILTER NOT EXISTS { ?r ex:until ?end } } GROUP BY ?who ?from"
    )
    question = Question("1", "one", "?", query, Path("1.rq"))
    (behind,) = statements_behind([question], store, {}, NEVER)
    filled = behind.of(("who", "from", "n"), (node("a"), day, Literal("1")))
    assert [(triple.subject, triple.object) for _, triple in filled] == [(node("r1"), node("a")), (node("r1"), day)]
    assert behind.of(("who", "from", "n"), (node("c"), day, None)) == ()


def test_the_page_of_an_answer_has_marks_that_lead_to_its_sources(built_site: Path) -> None:
    text = (built_site / "question" / "26-present-members.html").read_text("utf-8")
    table = text.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = table.split("<tr>")[1:]
    assert len(rows) == 10
    for row in rows:
        who, since = row.split("</th>")
        assert re.search(r'class="m[^"]*" href="#s\d+" data-claim="[0-9a-f]{16}"', who)
        assert re.search(r'class="m[^"]*" href="#s\d+" data-claim="[0-9a-f]{16}"', since)
    targets = set(re.findall(r'href="#(s\d+)"', table))
    assert targets == set(re.findall(r'<li id="(s\d+)"', text))
    marked = [path for path in (built_site / "question").glob("*.html") if 'class="m' in path.read_text("utf-8")]
    assert len(marked) >= 40
