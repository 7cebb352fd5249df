"""Minimal edits of Turtle: what was asked and nothing else, in any layout, with every comment."""

from __future__ import annotations

import doctest
import random
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from scograph import terms
from scograph.edit import turtle_edits, words
from scograph.edit.turtle_edits import edited_turtle
from scograph.errors import InputError, UsageError
from scograph.project import builtin_folder
from scograph.serialise.formatted import formatted
from scograph.turtle.reader import read_turtle

ROOT = builtin_folder()
EX = "http://example.org/"
SCOG = terms.SCOG
FILES = sorted((ROOT / "data").rglob("*.ttl"))
LAYOUTS = sorted((Path(__file__).parent / "fmt").rglob("*.ttl"))
ROUNDS = 4


def _n(name: str) -> NamedNode:
    return NamedNode(EX + name)


def _t(subject: str, predicate: str, value: str) -> Triple:
    return Triple(_n(subject), _n(predicate), Literal(value))


def _stated(data: bytes) -> set[Triple]:
    return {quad.triple for quad in parse(data, RdfFormat.TURTLE)}


HEAD = "@prefix ex: <http://example.org/> .\n\n"
CASES = {
    "replaced": ('ex:a\n    ex:p "1" ; # one\n    ex:q "2" .\n', ["p 1"], ["p 9"], 'ex:p "9" ; # one'),
    "comment beside what goes": ('ex:a\n    ex:p "1" ; # one\n    ex:q "2" .\n', ["p 1"], [], "# one"),
    "comment above what goes": ('ex:a\n    ex:p "1" ;\n    # two\n    ex:q "2" .\n', ["q 2"], [], "# two"),
    "comment beside the last": ('ex:a\n    ex:p "1" ; # one\n    ex:q "2" . # two\n', ["q 2"], [], '"1" . # one'),
    "last semicolon": ('ex:a\n    ex:p "1" ;\n    ex:q "2" ;\n.\n', ["q 2"], [], '"1" ;\n.'),
    "added before a last semicolon": ('ex:a\n    ex:p "1" ;\n.\n', [], ["q 2"], 'ex:q "2" ;\n.'),
    "added after a comment": ('ex:a\n    ex:p "1" . # one\n', [], ["q 2"], '"1" ; # one\n    ex:q "2" .'),
    "added before a predicate": (
        'ex:a\n    ex:p "1" ; # one\n    ex:r "3" .\n',
        [],
        ["q 2"],
        '# one\n    ex:q "2" ;\n',
    ),
    "on one line": ('ex:a ex:p "1"; ex:r "3".\n', ["p 1"], ["q 2"], 'ex:a ex:q "2" ;\n    ex:r "3".'),
    "several objects": (
        'ex:a\n    ex:p "1" ,\n        "3" ; # three\n    ex:q "2" .\n',
        [],
        ["p 2"],
        '"1" ,\n        "2" ,',
    ),
    "an object beside a comment": ('ex:a\n    ex:p "1" . # one\n', [], ["p 2"], '"1" . # one'),
    "first of several goes": ('ex:a\n    ex:p "1" , # one\n        "3" .\n', ["p 1"], [], "# one"),
    "last of several goes": ('ex:a\n    ex:p "1" ,\n        "3" .\n', ["p 3"], [], 'ex:p "1" .'),
    "stated twice": ('ex:a ex:p "1", "1" .\nex:a ex:p "1" ; ex:q "2" .\n', ["p 1"], [], 'ex:a ex:q "2" .'),
    "stated twice and replaced": ('ex:a ex:p "1" .\nex:a ex:p "1" ; ex:q "2" .\n', ["p 1"], ["p 3"], 'ex:q "2" .'),
    "a semicolon in a comment": ('ex:a\n    ex:p "1" # ; no\n    ;\n    ex:q "2" .\n', ["q 2"], [], "# ; no"),
    "all goes": ('# above\nex:a\n    ex:p "1" .\n\nex:b ex:p "2" .\n', ["p 1"], [], "# above\n\nex:b"),
    "all goes and more comes": ('ex:a\n    ex:p "1" .\n', ["p 1"], ["q 2"], 'ex:q "2" .'),
}


def _triples(rows: list[str]) -> list[Triple]:
    return [_t("a", *row.split()) for row in rows]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_an_edit_changes_what_was_asked(name: str, newline: str, mark: str) -> None:
    body, gone, new, expected = CASES[name]
    text = HEAD + body
    data = (mark + text.replace("\n", newline)).encode()
    found = edited_turtle(data, _triples(gone), _triples(new))
    decoded = found.decode()
    assert decoded.startswith(mark or "@prefix")
    assert decoded.count("\n") == decoded.count(newline)
    assert expected.replace("\n", newline) in decoded, decoded
    assert _stated(found.removeprefix(b"\xef\xbb\xbf")) == (_stated(text.encode()) - {*_triples(gone)}) | {
        *_triples(new)
    }


def test_every_case_of_an_edit_is_there() -> None:
    assert len(CASES) == 18


def test_new_subjects_stand_in_order_with_their_prefixes() -> None:
    text = HEAD + '# first\nex:b\n    ex:p "1" .\n\nex:d\n    ex:p "1" . # last\n'
    triples = [
        _t("a", "p", "1"),
        _t("c", "p", "1"),
        Triple(_n("e"), _n("p"), Literal("2026", datatype=NamedNode(terms.XSD + "gYear"))),
    ]
    found = edited_turtle(text.encode(), [], triples)
    assert found.decode() == (
        "@prefix ex: <http://example.org/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\n"
        'ex:a\n    ex:p "1" .\n\n# first\nex:b\n    ex:p "1" .\n\nex:c\n    ex:p "1" .\n\n'
        'ex:d\n    ex:p "1" . # last\n\n'
        'ex:e\n    ex:p "2026"^^xsd:gYear .\n'
    )


def test_a_prefix_with_two_meanings_is_not_used() -> None:
    text = (
        '@prefix ex: <http://example.org/> .\nex:a ex:p "1" .\n@prefix ex: <http://example.net/> .\nex:a ex:p "1" .\n'
    )
    found = edited_turtle(text.encode(), [_t("a", "p", "1")], [_t("a", "p", "2"), _t("a", "q", "3")])
    assert found.decode().count("ex:a") == 2
    assert '<http://example.org/q> "3"' in found.decode()


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="does not state"):
        edited_turtle((HEAD + 'ex:a ex:p "1" .').encode(), [_t("a", "p", "2")], [])


def test_blank_nodes_are_refused() -> None:
    with pytest.raises(UsageError, match="blank node"):
        edited_turtle(HEAD.encode(), [], [Triple(_n("a"), _n("p"), BlankNode("x"))])


def _candidates(data: bytes) -> list[Triple]:
    return sorted(
        (
            triple
            for triple in _stated(data)
            if isinstance(triple.subject, NamedNode) and not isinstance(triple.object, BlankNode)
        ),
        key=str,
    )


def _tried(path: Path, seed: int) -> None:
    """Remove, replace and add at random: the triples are those asked for, no comment is lost, and all can be undone."""
    data = path.read_bytes()
    chance = random.Random(f"{path.name} {seed}")  # noqa: S311 -- no secret
    there = _candidates(data)
    gone = chance.sample(there, min(len(there), chance.randint(0, 4)))
    new = [
        Triple(one.subject, one.predicate, Literal(f"new {chance.random()}"))
        for one in chance.sample(there, min(len(there), 3))
    ]
    new += [
        Triple(one.subject, _n(f"p{chance.randint(0, 9)}"), one.object)
        for one in chance.sample(there, min(len(there), 2))
    ]
    new += [_t(f"new-{chance.randint(0, 9)}", "p", "1")]
    found = edited_turtle(data, gone, new)  # it compares triples and comments by itself
    before, after = read_turtle(data), read_turtle(found)
    subjects = {str(one.subject) for one in (*gone, *new)}
    others = [before.written(block.span) for block in before.blocks if str(block.node) not in subjects]
    at = 0
    text = after.text
    for block in others:
        at = text.index(block, at) + len(block)
    again = edited_turtle(found, new, [one for one in gone if one not in new])
    assert _stated(again) == _stated(data) - ({*new} & _stated(data))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT / "data").as_posix())
def test_random_edits_of_a_file_of_the_project(path: Path) -> None:
    for seed in range(ROUNDS if path.name == "source.ttl" else 1):
        _tried(path, seed)


def test_an_edit_of_a_laid_out_file_leaves_it_laid_out() -> None:
    count = 0
    for path in FILES[::7]:
        data = path.read_bytes()
        reading = read_turtle(data)
        if reading.comments and any(
            reading.lines.position(one.start)[0] > reading.lines.position(reading.blocks[0].span.start)[0]
            for one in reading.comments
        ):
            continue
        there = _candidates(data)
        found = edited_turtle(
            data, there[:1], [Triple(there[-1].subject, NamedNode(SCOG + "isGoneFrom"), NamedNode(EX + "e"))]
        )
        assert found.decode() == formatted(found)
        count += 1
    assert count > 20


def test_examples_of_the_modules() -> None:
    results = [doctest.testmod(module) for module in (turtle_edits, words)]
    assert [result.failed for result in results] == [0, 0]
    assert sum(result.attempted for result in results) >= 8
