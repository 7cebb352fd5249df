"""The lexer that knows positions: tokens, lines and columns, and the syntax that only RDF 1.2 has."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat, parse

from scograph.serialise.turtle import turtle
from scograph.turtle.tokens import LineIndex, rdf_12_tokens, tokens
from strategies import PREFIXES, some_quads

SUITE = Path(__file__).parents[2] / "shared" / "conformance" / "turtle"
POSITIVE_TESTS = 219


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ex:a a <b> .", [("name", "ex:a"), ("word", "a"), ("iri", "<b>"), ("punctuation", ".")]),
        (":a _:b.c :", [("name", ":a"), ("name", "_:b.c"), ("name", ":")]),
        ("ex:a.b.", [("name", "ex:a.b"), ("punctuation", ".")]),
        (r"ex:a\~b\.c%20d", [("name", r"ex:a\~b\.c%20d")]),
        ("# a <b> 'c\nex:d#e", [("name", "ex:d") ]),
        ("<http://example.org/#a> ex:b", [("iri", "<http://example.org/#a>"), ("name", "ex:b")]),
        (r"<http://example.org/\u00e9>", [("iri", r"<http://example.org/\u00e9>")]),
        ('"a"@en "b"^^ex:c', [
            ("string", '"a"'), ("language", "@en"), ("string", '"b"'), ("punctuation", "^^"), ("name", "ex:c"),
        ]),
        ('"a # b" \'c " d\'', [("string", '"a # b"'), ("string", "'c \" d'")]),
        (r'"a\"b" "\\" "c"', [("string", r'"a\"b"'), ("string", r'"\\"'), ("string", '"c"')]),
        ('"""a "b" ""c\n"""', [("string", '"""a "b" ""c\n"""')]),
        ("'''it's\n''' ''", [("string", "'''it's\n'''"), ("string", "''")]),
        ('"" """"""', [("string", '""'), ("string", '""""""')]),
        ("1 -1.5 +.5 1e3 1.", [
            ("number", "1"), ("number", "-1.5"), ("number", "+.5"), ("number", "1e3"), ("number", "1."),
        ]),
        ("[] ( )", [(("punctuation"), c) for c in "[]()"]),
        ("@prefix ex: <x:> .", [("language", "@prefix"), ("name", "ex:"), ("iri", "<x:>"), ("punctuation", ".")]),
        ("SELECT ?a { ?a ex:b $c }", [
            ("word", "SELECT"), ("variable", "?a"), ("punctuation", "{"), ("variable", "?a"), ("name", "ex:b"),
            ("variable", "$c"), ("punctuation", "}"),
        ]),
        ("?a<?b && ?c>?d", [
            ("variable", "?a"), ("punctuation", "<"), ("variable", "?b"), ("punctuation", "&"), ("punctuation", "&"),
            ("variable", "?c"), ("punctuation", ">"), ("variable", "?d"),
        ]),
        ("<< ex:a >>", [("triple_term", "<<"), ("name", "ex:a"), ("triple_term", ">>")]),
        ("<<( ex:a )>>", [("triple_term", "<<("), ("name", "ex:a"), ("triple_term", ")>>")]),
        ("{| ex:a |}", [("annotation", "{|"), ("name", "ex:a"), ("annotation", "|}")]),
        ("", []),
        (" \t\r\n# only", []),
        ('"open', [("punctuation", '"'), ("word", "open")]),
        ("名:字 é:é", [("name", "名:字"), ("name", "é:é")]),
    ],
)  # fmt: skip
def test_a_text_is_split_into_tokens(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


@given(st.text(st.sampled_from("<>@\"'\\#:.~{}|()[]^-_ae1 \n\té名"), max_size=60))
def test_tokens_stand_where_they_say_and_in_order(text: str) -> None:
    found = list(tokens(text))
    for token in found:
        assert text.startswith(token.text, token.start)
        assert token.text
    for one, two in pairwise(found):
        assert one.start + len(one.text) <= two.start


@pytest.mark.parametrize("opening", ['"""', "'''", '"', "'", "<", "<<", '"a"@', "ex:\\", "a.", "_"])
def test_a_long_text_that_never_ends_takes_no_long_time(opening: str) -> None:
    assert sum(1 for _ in tokens(opening + "a." * 20_000)) > 0
    assert sum(1 for _ in tokens(opening * 5_000)) > 0


@given(st.text(st.sampled_from("ab\né😀\r"), max_size=40))
def test_a_position_is_a_line_and_a_column_counted_in_characters(text: str) -> None:
    lines = LineIndex(text)
    for offset in range(len(text) + 1):
        before = text[:offset]
        expected = before.count("\n") + 1, len(before) - before.rfind("\n")
        assert lines.position(offset) == expected


HEAD = "@prefix ex: <http://example.org/> .\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<< ex:a ex:b ex:c >> ex:d ex:e .", [(1, 1, "<<")]),
        ("ex:a ex:b <<( ex:a ex:b ex:c )>> .", [(1, 11, "<<(")]),
        ("ex:a ex:b ex:c {| ex:d ex:e |} .", [(1, 16, "{|"), (1, 29, "|}")]),
        ("ex:a ex:b ex:c ~ ex:d .", [(1, 16, "~")]),
        ('ex:a ex:b "x"@en--ltr .', [(1, 14, "@en--ltr")]),
        ('VERSION "1.2"\nex:a ex:b ex:c .', [(1, 1, "VERSION")]),
        ('version "1.2"', [(1, 1, "version")]),
        ('@version "1.2" .', [(1, 1, "@version")]),
        ('PREFIX ex: <x:>\nVERSION "1.2"', [(2, 1, "VERSION")]),
        ('ex:a ex:b ex:c .\n  VERSION "1.2"', [(2, 3, "VERSION")]),
        ('ex:g { ex:a ex:b ex:c }\nVERSION "1.2"', [(2, 1, "VERSION")]),
        ('ex:a ex:b "é😀\u2028" ;\n ex:é <<( 1 1 1 )>> , << a b c >> .', [(2, 7, "<<("), (2, 23, "<<")]),
    ],
)
def test_syntax_that_only_rdf_1_2_has_is_found_with_its_place(text: str, expected: list[tuple[int, int, str]]) -> None:
    assert list(rdf_12_tokens(text.encode())) == expected
    below = [(line + 1, column, found) for line, column, found in expected]
    assert list(rdf_12_tokens((HEAD + text).encode())) == below


@pytest.mark.parametrize(
    "text",
    [
        'ex:a ex:b "<< x >>" .',
        "ex:a ex:b '<<( x )>>' .",
        'ex:a ex:b """\n<< "x" {| ~ VERSION |}\n""" .',
        "ex:a ex:b '''\n<< 'x' ~\n''' .",
        r'ex:a ex:b "\" << ~" .',
        "# << ~ VERSION {|\nex:a ex:b ex:c . # @en--ltr",
        "ex:a ex:b <http://example.org/~x> , <http://example.org/a--b> , <http://example.org/VERSION> .",
        "ex:a ex:b <http://example.org/#~> , <x:%3C%3C> .",
        r"ex:a ex:b ex:c\~d , ex:\~ .",
        "ex:version ex:VERSION ex:a.version .",
        "@prefix version: <http://example.org/version#> . version:a version:version version: .",
        "PREFIX VERSION: <x:> VERSION:a a VERSION:b .",
        'ex:a ex:b "VERSION" , "1.2"@en , "version"^^ex:version .',
        'ex:a ex:b "x"@version .',
        'ex:a ex:b "x" @version .',
        "ex:a ex:b ex:c-- , ex:c--d , _:a--b .",
        "ex:a ex:b 1 , -1 , ( ) , [ ] .",
    ],
)
def test_turtle_of_rdf_1_1_is_not_taken_for_rdf_1_2(text: str) -> None:
    assert list(parse(HEAD + text, RdfFormat.TURTLE))
    assert list(rdf_12_tokens((HEAD + text).encode())) == []


@given(some_quads())
def test_no_turtle_of_ours_is_taken_for_rdf_1_2(quads: list[object]) -> None:
    assert list(rdf_12_tokens(b"".join(turtle(quads, PREFIXES)))) == []


@given(some_quads(), st.randoms(use_true_random=False))
def test_a_triple_term_put_anywhere_between_tokens_is_found(quads: list[object], chance: random.Random) -> None:
    text = b"".join(turtle(quads, PREFIXES)).decode()
    place = chance.choice([token.start for token in tokens(text)] or [0])
    line, column = LineIndex(text).position(place)
    found = list(rdf_12_tokens(f"{text[:place]}<<( a a a )>> {text[place:]}".encode()))
    assert found == [(line, column, "<<(")]


# The test suite of the W3C


def positive_tests() -> list[Path]:
    """The files that the suite's manifest calls good Turtle."""
    manifest = SUITE / "manifest.ttl"
    if not manifest.is_file():
        return []
    test = "http://www.w3.org/ns/rdftest#TestTurtle"
    action = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#action"
    quads = list(parse(path=manifest, format=RdfFormat.TURTLE, base_iri="http://suite.example/"))
    good = {q.subject for q in quads if q.object in (NamedNode(test + "PositiveSyntax"), NamedNode(test + "Eval"))}
    actions = (q.object.value for q in quads if q.subject in good and q.predicate.value == action)
    return sorted(SUITE / iri.rpartition("/")[2] for iri in actions)


def test_the_positive_tests_of_rdf_1_1_turtle_have_nothing_of_rdf_1_2() -> None:
    if not SUITE.is_dir():
        pytest.skip("the W3C's tests are not beside the repository, in ../shared/conformance/turtle")
    files = positive_tests()
    assert len(files) == POSITIVE_TESTS
    found = {path.name: list(rdf_12_tokens(path.read_bytes())) for path in files}
    assert {name: places for name, places in found.items() if places} == {}
