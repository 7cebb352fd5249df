"""Terms as tokens of N-Triples: what is read off a token is what the library's term says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BaseDirection, BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from scograph import ntriples
from scograph.errors import InputError
from strategies import AWKWARD_TEXTS, EX, any_literals

NODE = NamedNode(EX + "s")


def line(value: object) -> bytes:
    return serialize([Triple(NODE, NODE, value)], format=RdfFormat.N_TRIPLES) or b""  # type: ignore[arg-type]


@given(any_literals)
def test_the_token_of_a_literal_is_its_string_and_says_what_the_literal_says(literal: Literal) -> None:
    token = str(literal)
    assert line(literal).decode() == f"{NODE} {NODE} {token} .\n"
    assert ntriples.is_literal(token)
    assert ntriples.lexical(token) == literal.value
    assert ntriples.language(token) == (literal.language or "")
    assert ntriples.datatype(token) == literal.datatype.value
    named = "" if literal.language else literal.datatype.value
    assert ntriples.literal_parts(token) == (literal.value, literal.language or "", named)


@given(st.one_of(st.text(), st.sampled_from(AWKWARD_TEXTS)))
def test_a_text_is_escaped_as_the_library_does_and_comes_back(text: str) -> None:
    assert ntriples.literal(text) == str(Literal(text))
    assert ntriples.unescape(ntriples.escape(text)) == text


def test_every_escape_of_the_grammar_is_read() -> None:
    written = r"\t\b\n\r\f\"\'\\\u00E9\U0001F600"
    assert ntriples.unescape(written) == "\t\b\n\r\f\"'\\é\U0001f600"


@given(st.lists(any_literals))
def test_lines_are_split_into_three_tokens_whatever_a_text_holds(literals: list[Literal]) -> None:
    lines = b"".join(map(line, literals)).decode().split("\n")
    assert list(ntriples.split_lines(lines)) == [[str(NODE), str(NODE), str(literal)] for literal in literals]


def test_iris_come_first_by_their_characters_then_blank_nodes_by_number_then_literals_by_language() -> None:
    ordered = [
        *map(NamedNode, (EX + "a", EX + "a/b", EX + "ab", EX + "b")),
        *map(BlankNode, ("b2", "b10")),
        *(Literal("1", datatype=NamedNode(EX + "t")), Literal("b"), Literal("a", language="en")),
    ]
    tokens = [str(term) for term in ordered]
    backwards = tokens[::-1]
    assert sorted(backwards, key=ntriples.term_key) == tokens


def test_the_type_is_the_first_predicate() -> None:
    tokens = [ntriples.TYPE, f"<{EX}a>", f"<{EX}a/b>"]
    backwards = tokens[::-1]
    assert sorted(backwards, key=ntriples.predicate_key) == tokens


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (Triple(NODE, NODE, NODE), "a triple as an object"),
        (Literal("x", language="en", direction=BaseDirection.LTR), "a text with a direction"),
    ],
)
def test_terms_of_rdf_1_2_are_refused(value: object, what: str) -> None:
    with pytest.raises(InputError, match=what):
        ntriples.refuse_rdf_12(line(value))


@pytest.mark.parametrize("text", ["<<( a", '"@en--ltr ', "@en--rtl ", "\\<<("])
def test_a_text_about_rdf_1_2_is_not_refused(text: str) -> None:
    ntriples.refuse_rdf_12(line(Literal(text)) + line(Literal(text, language="en")))
