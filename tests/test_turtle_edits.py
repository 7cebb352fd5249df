"""Minimal edits of Turtle: what was asked and nothing else, in any layout, with every comment."""

from __future__ import annotations

import doctest
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from scograph import terms
from scograph.edit import turtle_edits, words
from scograph.edit.turtle_edits import edited_turtle, without_nodes
from scograph.errors import InputError, UsageError
from scograph.project import builtin_folder
from scograph.serialise.formatted import formatted
from scograph.turtle.reader import read_turtle
from scograph.turtle.reading import PlacedText
from turtle_texts import PREDICATES, SUBJECTS, TurtleText

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
    "comments inside of all that goes": (
        'ex:a # one\n    ex:p "1" # two\n    . # three\n\nex:b ex:p "2" .\n',
        ["p 1"],
        [],
        "# one\n# two\n# three\n\nex:b",
    ),
    "a comment between a predicate and what goes": (
        'ex:a\n    ex:p # one\n        "1" ;\n    ex:q "2" .\n',
        ["p 1"],
        [],
        'ex:a\n    # one\n        ex:q "2" .',
    ),
    "a comment below the last": ('ex:a\n    ex:p "1"\n    # two\n    .\n', [], ["q 2"], 'ex:q "2"\n    # two\n    .'),
    "a comment above the next": (
        'ex:a\n    ex:p "1" ;\n    # three\n    ex:r "3" .\n',
        [],
        ["q 2"],
        '"1" ;\n    ex:q "2" ;\n    # three\n    ex:r',
    ),
    "two statements on a line": ('ex:a ex:p "1" . ex:b ex:p "2" .\n', ["p 1"], [], '\n\nex:b ex:p "2" .\n'),
    "several semicolons": ('ex:a ex:p "1" ; ; ex:q "2" ;; .\n', ["q 2"], [], 'ex:a ex:p "1" ;; .'),
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
    assert len(CASES) == 24


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


@pytest.mark.parametrize("value", ["two\nlines", 'a """\n"quoted" word'])
def test_lines_inside_of_a_value_keep_their_ends(value: str) -> None:
    data = b'@prefix ex: <http://example.org/> .\r\n\r\nex:a ex:p "1" .\r\n'
    new = [Triple(_n("a"), _n("q"), Literal(value)), Triple(_n("b"), _n("q"), Literal(value))]
    found = edited_turtle(data, [], new)
    assert _stated(found) == {*new, _t("a", "p", "1")}
    assert found.count(b"\n") - found.count(b"\r\n") == 2 * value.count("\n")


def test_a_comment_without_an_end_of_line_is_not_joined() -> None:
    found = edited_turtle((HEAD + "# end").encode(), [], [_t("a", "p", "1")])
    assert found.decode() == HEAD + '# end\n\nex:a\n    ex:p "1" .\n'


def test_a_hash_inside_of_a_value_is_no_comment() -> None:
    text = HEAD + 'ex:b ex:p """x\n# y""" .\n'
    found = edited_turtle(text.encode(), [], [_t("a", "p", "1")])
    assert found.decode() == HEAD + 'ex:a\n    ex:p "1" .\n\nex:b ex:p """x\n# y""" .\n'


def test_a_prefix_of_ones_own_stays_though_nothing_uses_it() -> None:
    text = "@prefix own: <http://example.net/> .\n" + HEAD + 'ex:a ex:p "1" ; own:q "2" .\n'
    found = edited_turtle(text.encode(), [Triple(_n("a"), NamedNode("http://example.net/q"), Literal("2"))], [])
    assert found.decode() == "@prefix own: <http://example.net/> .\n" + HEAD + 'ex:a ex:p "1" .\n'


def test_a_prefix_is_declared_above_its_first_use() -> None:
    text = HEAD + 'ex:a ex:p "1" .\nPREFIX ex: <http://example.org/>\nex:b ex:p "1" .\n'
    found = edited_turtle(text.encode(), [], [Triple(_n("a"), NamedNode(terms.SKOS + "note"), Literal("2"))])
    assert found.decode().startswith(HEAD.rstrip() + "\n@prefix skos: <")
    assert len(_stated(found)) == 3


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


NODES = {
    "nested blank nodes": ("# one\nex:a\n    ex:p [ # two\n        ex:q ( 1 2 ) ] .\n\n", "# one\n# two\n\n"),
    "several statements": ('ex:a ex:p "1" .\nex:a ex:q "2" . # two\n', "# two\n"),
    "beside another": ('ex:a ex:p "1" . ', ""),
    "pointed at": ("ex:c ex:p ex:a .\nex:a ex:p _:x .\n_:x ex:p ex:a .\n", "ex:c ex:p ex:a .\n_:x ex:p ex:a .\n"),
}


@pytest.mark.parametrize("name", NODES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_node_goes_with_all_that_is_said_of_it(name: str, newline: str) -> None:
    before, after = NODES[name]
    rest = 'ex:b ex:p "2" . # b\n'
    found = without_nodes((HEAD + before + rest).replace("\n", newline).encode(), [_n("a")])
    assert found.decode() == (HEAD + after + rest).replace("\n", newline)


def test_a_node_of_which_nothing_is_said_is_refused() -> None:
    assert len(NODES) == 4
    with pytest.raises(InputError, match=r"states nothing of <http://example\.org/z>"):
        without_nodes((HEAD + "ex:a ex:p ex:z .").encode(), [_n("z")])


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


@given(st.randoms(use_true_random=False))
def test_any_node_of_any_text_goes_alone(chance: random.Random) -> None:
    data = TurtleText(chance).write().encode()
    before = read_turtle(data, base=BASE)
    named = sorted({block.node.value for block in before.blocks if isinstance(block.node, NamedNode)})
    gone = chance.sample(named, min(len(named), chance.randint(0, 2)))
    after = read_turtle(without_nodes(data, map(NamedNode, gone), base=BASE), base=BASE)
    lines = iter(line.rstrip("\r") for line in after.text.split("\n"))
    assert [line for line in _untouched(before, {f"<{one}>" for one in gone}) if line not in lines] == []
    assert not {one for one in gone if any(str(block.node) == f"<{one}>" for block in after.blocks)}
    assert [*map(after.written, after.comments)] == [*map(before.written, before.comments)]


BASE = "http://base.example/"


def _canonical(triples: set[Triple]) -> list[str]:
    dataset = Dataset(Quad(*triple) for triple in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


def _parsed(data: bytes) -> set[Triple]:
    return {quad.triple for quad in parse(data, RdfFormat.TURTLE, base_iri=BASE)}


def _new_triple(chance: random.Random) -> Triple:
    properties = (*(EX + name for name in (*PREDICATES, "t")), terms.TYPE.value, terms.SKOS + "note")
    values = (
        Literal("new"),
        Literal("n\n#;", language="en"),
        _n("c"),
        Literal(4),
        Literal("2026", datatype=NamedNode(terms.XSD + "gYear")),
    )
    return Triple(_n(chance.choice((*SUBJECTS, "z", "0"))), NamedNode(chance.choice(properties)), chance.choice(values))


def _untouched(reading: PlacedText, subjects: set[str]) -> list[str]:
    """The lines that no statement of some subjects stands on, and no declaration; empty ones aside."""
    spans = [block.span for block in reading.blocks if str(block.node) in subjects]
    spans += [one.span for one in reading.declarations]
    touched = {
        line
        for span in spans
        for line in range(reading.lines.position(span.start)[0], reading.lines.position(span.end)[0] + 1)
    }
    lines = reading.text.split("\n")
    return [line.rstrip("\r") for number, line in enumerate(lines, 1) if number not in touched and line.strip()]


@given(st.randoms(use_true_random=False))
def test_any_edit_of_any_text(chance: random.Random) -> None:
    """The graph is the one asked for; comments, other statements, other lines, and ends of lines are as they were."""
    data = TurtleText(chance).write().encode()
    there = _parsed(data)
    named = sorted(
        (one for one in there if isinstance(one.subject, NamedNode) and not isinstance(one.object, BlankNode)), key=str
    )
    gone = chance.sample(named, min(len(named), chance.choice([0, 1, 1, 2, 3, len(named)])))
    new = [one for one in (_new_triple(chance) for _ in range(chance.randint(0, 3))) if one not in gone]
    found = edited_turtle(data, gone, new, base=BASE)
    assert _canonical(_parsed(found)) == _canonical((there - {*gone}) | {*new})
    if not gone and there.issuperset(new):
        assert found == data
    before, after = read_turtle(data, base=BASE), read_turtle(found, base=BASE)
    assert [*map(after.written, after.comments)] == [*map(before.written, before.comments)]
    subjects = {str(one.subject) for one in (*gone, *({*new} - there))}
    at = 0
    for block in before.blocks:
        if str(block.node) not in subjects:
            at = after.text.index(before.written(block.span), at) + block.span.end - block.span.start
    lines = iter(line.rstrip("\r") for line in after.text.split("\n"))
    assert [line for line in _untouched(before, subjects) if line not in lines] == []
    if b"\r\n" in data:
        values = {at for placed in after.triples for at in range(placed.object.start, placed.object.end)}
        single = [at for at, mark in enumerate(after.text) if mark == "\n" and after.text[at - 1] != "\r"]
        assert values.issuperset(single)
