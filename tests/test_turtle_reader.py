"""The reader that knows places: the W3C's suites, the parser's triples in the parser's order, and where each stands."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Quad, RdfFormat, parse

from conformance import MISSING, Case, cases
from readers import canonical
from scograph.errors import RdfSyntaxError, UsageError
from scograph.formats import RDF_FORMATS_BY_NAME
from scograph.model import TextSpan
from scograph.parse import BlankNodeNumbers, parse_rdf
from scograph.turtle.reader import read_turtle
from scograph.turtle.reading import PlacedText
from strategies import turtle_texts

TURTLE_CASES = {"TestTurtleEval": 145, "TestTurtlePositiveSyntax": 74, "TestTurtleNegativeSyntax": 94}
N_TRIPLES_CASES = {"TestNTriplesPositiveSyntax": 41, "TestNTriplesNegativeSyntax": 29}
ALL_CASES = [*cases("turtle"), *cases("n-triples")]
POSITIVE = [case for case in ALL_CASES if "Negative" not in case.kind]
NEGATIVE = [case for case in ALL_CASES if "Negative" in case.kind]
EVALUATED = [case for case in ALL_CASES if case.kind == "TestTurtleEval"]
BASE = "http://example.org/base/"
PARSER_REJECTS: dict[str, str] = {}
"""Positive cases that the parser does not accept, with the reason: at present there are none."""

needs_suite = pytest.mark.skipif(not ALL_CASES, reason=MISSING)
ROOT = Path(__file__).parents[1]
OWN_FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in ROOT.glob("*/**/*.ttl")
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)  # environments, data of benchmarks
)


def form(case: Case) -> RdfFormat:
    return RdfFormat.TURTLE if case.kind.startswith("TestTurtle") else RdfFormat.N_TRIPLES


def read(case: Case) -> PlacedText:
    base = case.base if form(case) == RdfFormat.TURTLE else ""
    return read_turtle(case.action.read_bytes(), base=base, path=case.name, rdf=form(case))


def quads_of(reading: PlacedText) -> list[Quad]:
    return [placed.quad for placed in reading.triples]


def parsed(data: bytes, rdf: RdfFormat, base: str = "") -> list[Quad]:
    """The parser's quads in its order, with blank nodes numbered as `parse_rdf` numbers them."""
    return list(BlankNodeNumbers().renumbered(parse(data, rdf, base_iri=base or None)))


def written(text: str) -> list[tuple[str, str, str]]:
    """What stands at the places of each triple's terms."""
    reading = read_turtle("@prefix : <x:> . " + text)
    return [tuple(reading.written(span) for span in placed[1:4]) for placed in reading.triples]


@needs_suite
def test_all_cases_of_the_suites_are_collected(capsys: pytest.CaptureFixture[str]) -> None:
    counts = Counter(case.kind for case in ALL_CASES)
    assert counts == Counter(TURTLE_CASES | N_TRIPLES_CASES)
    with capsys.disabled():
        print(  # noqa: T201 -- the count is what is asked for
            f"\nW3C Turtle and N-Triples: {len(ALL_CASES)} cases: {dict(counts)}"
        )


@needs_suite
@pytest.mark.parametrize("case", EVALUATED, ids=str)
def test_a_case_gives_the_triples_of_its_result(case: Case) -> None:
    assert case.result
    expected = parse(case.result.read_bytes(), RdfFormat.N_TRIPLES)
    assert canonical(quads_of(read(case))) == canonical(expected)


@needs_suite
@pytest.mark.parametrize("case", NEGATIVE, ids=str)
def test_a_case_of_bad_syntax_is_refused_with_its_place(case: Case) -> None:
    with pytest.raises(RdfSyntaxError) as caught:
        read(case)
    (finding,) = caught.value.findings
    assert finding.place
    assert finding.place.path == case.name
    lines = case.action.read_text(encoding="utf-8").split("\n")
    assert finding.place.line in range(1, len(lines) + 1)
    assert finding.place.column in range(1, len(lines[finding.place.line - 1]) + 2)


@needs_suite
@pytest.mark.parametrize("case", POSITIVE, ids=str)
def test_a_case_gives_what_the_parser_gives_in_its_order(case: Case) -> None:
    base = case.base if form(case) == RdfFormat.TURTLE else ""
    quads = quads_of(read(case))
    if case.name in PARSER_REJECTS:
        with pytest.raises(SyntaxError):
            parsed(case.action.read_bytes(), form(case), base)
        return
    assert quads == parsed(case.action.read_bytes(), form(case), base)


@needs_suite
@pytest.mark.parametrize("case", [case for case in POSITIVE if case.kind.startswith("TestNT")], ids=str)
def test_n_triples_are_turtle_too(case: Case) -> None:
    data = case.action.read_bytes()
    assert quads_of(read_turtle(data)) == quads_of(read_turtle(data, rdf=RdfFormat.N_TRIPLES))
    assert quads_of(read_turtle(data, rdf=RdfFormat.N_QUADS)) == quads_of(read_turtle(data))


@pytest.mark.parametrize("name", OWN_FILES)
def test_a_file_here_has_a_place_for_each_quad(name: str) -> None:
    data = (ROOT / name).read_bytes()
    expected = parse_rdf(data, RDF_FORMATS_BY_NAME["ttl"], name)
    try:
        reading = read_turtle(data, path=name)
    except (RdfSyntaxError, UnicodeDecodeError):
        assert expected.errors
        return
    assert not expected.errors
    assert quads_of(reading) == list(expected.quads)
    assert reading.prefixes == expected.prefixes


@given(turtle_texts())
def test_any_turtle_gives_what_the_parser_gives_in_its_order(text: str) -> None:
    assert quads_of(read_turtle(text, base=BASE)) == parsed(text.encode(), RdfFormat.TURTLE, BASE)


@given(turtle_texts(graphs=True))
def test_any_trig_gives_what_the_parser_gives_in_its_order(text: str) -> None:
    assert quads_of(read_turtle(text, base=BASE, rdf=RdfFormat.TRIG)) == parsed(text.encode(), RdfFormat.TRIG, BASE)


@given(turtle_texts(graphs=True))
def test_any_lines_give_what_the_parser_gives_in_its_order(text: str) -> None:
    quads = parsed(text.encode(), RdfFormat.TRIG, BASE)
    lines = "".join(f"{quad} . # {number}\r\n\n" for number, quad in enumerate(quads))
    reading = read_turtle(lines, rdf=RdfFormat.N_QUADS)
    assert quads_of(reading) == quads
    assert len(reading.comments) == len(quads)
    assert [reading.written(block.span) for block in reading.blocks] == [f"{quad} ." for quad in quads]


@given(turtle_texts(redeclared=False))
def test_what_stands_at_the_place_of_a_term_says_that_term(text: str) -> None:
    reading = read_turtle(text, base=BASE)
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in reading.prefixes.items())
    for placed in reading.triples:
        for term, span in zip(placed.terms, placed[1:4], strict=True):
            there = reading.written(span)
            if isinstance(term, BlankNode) or there.startswith("(") or there == ")":
                assert there[0] in "_[()" or placed.terms[1].value.endswith(("#first", "#rest"))
            elif not (term.value.endswith(("#first", "#rest")) and span == placed.object):
                (quad,) = parse(
                    f"{head}<x:s> <x:p> {there} .".replace("> a .", "> rdf:type ."), RdfFormat.TURTLE, base_iri=BASE
                )
                assert quad.object == term


@given(turtle_texts())
def test_statements_and_comments_lie_in_order_and_cover_the_text(text: str) -> None:
    reading = read_turtle(text, base=BASE)
    spans = sorted([*(b.span for b in reading.blocks), *(d.span for d in reading.declarations)])
    assert all(before.end <= after.start for before, after in pairwise(spans))
    between = [*spans, TextSpan(len(text), len(text))]
    outside = "".join(text[a.end : b.start] for a, b in pairwise([TextSpan(0, 0), *between]))
    comments = {reading.written(comment) for comment in reading.comments}
    for line in outside.splitlines():
        assert not line.strip() or line.strip() in comments or line.strip().startswith("#")
    numbers = [number for block in reading.blocks for number in block.triples]
    assert numbers == list(range(len(reading.triples)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":s a :o .", [(":s", "a", ":o")]),
        (":s :p 1 , 'x'@en ; :q \"1\"^^:t .", [(":s", ":p", "1"), (":s", ":p", "'x'@en"), (":s", ":q", '"1"^^:t')]),
        (
            ":s :p [ :q 1 ] .",
            [("[ :q 1 ]", ":q", "1"), (":s", ":p", "[ :q 1 ]")],
        ),
        ("[] :p [] .", [("[]", ":p", "[]")]),
        ("[ :p 1 ] .", [("[ :p 1 ]", ":p", "1")]),
        ("() :p () .", [("()", ":p", "()")]),
        (
            ":s :p ( :a [ :q 1 ] ) .",
            [
                ("( :a [ :q 1 ] )", ":a", ":a"),
                (":s", ":p", "( :a [ :q 1 ] )"),
                ("( :a [ :q 1 ] )", "[ :q 1 ]", "[ :q 1 ]"),
                ("[ :q 1 ]", ":q", "1"),
                ("[ :q 1 ]", "[ :q 1 ]", "[ :q 1 ]"),
                ("[ :q 1 ]", ")", ")"),
            ],
        ),
        (
            "( ( 1 ) 'x' ) :p 2 .",
            [
                ("( 1 )", "1", "1"),
                ("( ( 1 ) 'x' )", "( 1 )", "( 1 )"),
                ("( 1 )", ")", ")"),
                ("( ( 1 ) 'x' )", "'x'", "'x'"),
                ("'x'", ")", ")"),
                ("'x'", "'x'", "'x'"),
                ("( ( 1 ) 'x' )", ":p", "2"),
            ],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_terms_are_placed_at_what_is_written_for_them(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert written(text) == expected


@pytest.mark.parametrize(
    "value", ["'x'", "'x'^^:a\\'", ":a\\'", "'\\''", "'\\\\'", '"x"', '"x"^^:a', "'x'@en", '"x"^^:a\\\'']
)
def test_the_order_is_the_parsers_whatever_an_object_in_brackets_ends_with(value: str) -> None:
    text = f"@prefix : <x:> . :s :p [ :q {value} ] , {value} , ( {value} [ :q {value}] {value} ) ."
    reading = read_turtle(text)
    assert quads_of(reading) == parsed(text.encode(), RdfFormat.TURTLE)
    assert value in {reading.written(placed.object) for placed in reading.triples}


def test_places_count_lines_and_columns_from_one() -> None:
    reading = read_turtle("# é\n@prefix : <x:> .\r\n:s a :o ; # why\n   :p '''é\n''' , 😀:x .".replace("😀:x", ":😀"))
    label = reading.triples[-1]
    assert str(reading.place(label.object, "a.ttl")) == "a.ttl:5:7"
    assert [str(reading.place(comment, "a.ttl")) for comment in reading.comments] == ["a.ttl:1:1", "a.ttl:3:11"]
    assert str(reading.place(reading.blocks[0].span, "a.ttl")) == "a.ttl:3:1"
    assert [(d.prefix, d.iri, reading.written(d.span)) for d in reading.declarations] == [
        ("", "x:", "@prefix : <x:> .")
    ]


def test_a_byte_order_mark_takes_no_place() -> None:
    reading = read_turtle(b"\xef\xbb\xbf<a:s> <a:p> <a:o> .")
    assert reading.triples[0].subject == (0, 5)


def test_triples_are_a_sequence() -> None:
    triples = read_turtle("<a:s> <a:p> 1, 2, 3 .").triples
    assert len(triples) == 3
    assert triples[-1] == triples[2]
    assert triples[1:] == (triples[1], triples[2])
    assert triples[0].triple == triples[0].quad.triple
    with pytest.raises(IndexError):
        triples[3]


BROKEN = [
    ("<a:s> <a:p> <a:o>", "1:18", "the text ends, and a comma, a semicolon or a dot is missing"),
    ("<a:s> <a:p> <a:o> <a:q> .", "1:19", "<a:q> stands where a comma, a semicolon or a dot is wanted"),
    ("<a:s> <a:p> ex:o .", "1:13", "the prefix ex: has not been declared"),
    ("<a:s>\n<a:p> 'x\n' .", "2:9", "a text in single quotes ends with the line"),
    ("<a:s> <a:p> '''x ", "1:13", "a text that nothing closes"),
    (r"<a:s> <a:p> 'a\qb' .", "1:15", r"\q is no escape"),
    (r"<a:s> <a:p> 'a\ud800' .", "1:13", r"\ud800 is no character"),
    ("<a:s> <a:p> <a:o o> .", "1:17", "' ' cannot stand in an IRI"),
    ("<a:s> <a:p> <o> .", "1:13", "<o> is a relative IRI, and there is no base"),
    ("<a:s> <a:p> 'x'@a-123456789 .", "1:13", "The given language subtag is invalid"),
    ("<a:s> <a:p> [ <a:q> 1 . ] .", "1:23", ". stands where a comma, a semicolon or the closing bracket is wanted"),
    ("<a:s> <a:p> ( 1 . ", "1:17", ". stands where an object is wanted"),
    ("<a:s> <a:p> ] .", "1:13", "] stands where an object is wanted"),
    ("<a:s> 'x' 1 .", "1:7", "'x' stands where a predicate is wanted"),
    ("'x' <a:p> 1 .", "1:1", "'x' stands where a subject is wanted"),
    ("<a:s> <a:p> 'x'^^1 .", "1:18", "1 stands where a datatype is wanted"),
    ("<a:s> <a:p> ~ .", "1:13", "'~' is not valid here"),
    ("@prefix ex <a:b> .", "1:9", "ex stands where a prefix with its colon is wanted"),
    ("@prefix ex: <a:b> <a:s> <a:p> 1 .", "1:19", "<a:s> stands where the dot that ends a declaration is wanted"),
    ("@base 'x' .", "1:7", "'x' stands where an IRI in angle brackets is wanted"),
    ("<a:g> { <a:s> <a:p> 1 }", "1:7", "{ stands where a predicate is wanted"),
]


@pytest.mark.parametrize(("text", "place", "message"), BROKEN, ids=[text for text, _, _ in BROKEN])
def test_broken_turtle_is_refused_with_its_place_and_what_is_wrong(text: str, place: str, message: str) -> None:
    with pytest.raises(RdfSyntaxError) as caught:
        read_turtle(text, path="a.ttl")
    (finding,) = caught.value.findings
    assert (str(finding.place), finding.message) == (f"a.ttl:{place}", message)


BROKEN_LINES = [
    ("<a:s> <a:p>\n<a:o> .", "1:12", "the line ends, and an object is missing"),
    ("<a:s> <a:p> <a:o> . <a:s>", "1:21", "<a:s> stands where the end of the line is wanted"),
    ("<a:s> <a:p> 'x' .", "1:13", "'x' stands where an object is wanted"),
    ("\n<a:s> <a:p> 1 .", "2:13", "1 stands where an object is wanted"),
    ("@prefix a: <a:> .", "1:1", "@prefix stands where a subject is wanted"),
    ("<a:s> <a:p> <a:o> <a:g> .", "1:19", "<a:g> stands where a dot is wanted"),
    ('<a:s> <a:p> "x"^^a:b .', "1:18", "a:b stands where a datatype, an <IRI> is wanted"),
    ("<a:s> <a:p> <o> .", "1:13", "<o> is a relative IRI, and there is no base"),
]


@pytest.mark.parametrize(("text", "place", "message"), BROKEN_LINES, ids=[text for text, _, _ in BROKEN_LINES])
def test_a_broken_line_is_refused_with_its_place_and_what_is_wrong(text: str, place: str, message: str) -> None:
    with pytest.raises(RdfSyntaxError) as caught:
        read_turtle(text, path="a.nt", rdf=RdfFormat.N_TRIPLES)
    (finding,) = caught.value.findings
    assert (str(finding.place), finding.message) == (f"a.nt:{place}", message)


def test_a_name_has_the_characters_that_the_parser_lets_it_have() -> None:
    edges = "\x80\xa0\xb7\xbf\xc0\xd6\xd7\xd8\xf6\xf7\u02ff\u0300\u036f\u0370\u037d\u037e\u1fff\u2000\u200b\u200c\u200d"
    edges += "\u200e\u2028\u203e\u203f\u2040\u2041\u206f\u2070\u218f\u2190\u2bff\u2c00\u2fef\u2ff0\u3000\u3001\ud7ff"
    edges += "\ue000\uf8ff\uf900\ufdcf\ufdd0\ufdef\ufdf0\ufffd\ufffe\uffff\U00010000\U000effff\U000f0000\U0010ffff"
    characters = {*edges, *map(chr, range(1, 128))} - {"~"}  # which only RDF 1.2 has
    places = (":%", ":a%", ":a%b", "_:%", "_:a%", "a%", "true%", "1%")
    head = "@prefix : <x:> . "
    texts = [f"{head}:s :p {place.replace('%', character)} ." for character in characters for place in places]
    texts += [f"@prefix {name}: <x:> . {name}:s {name}:p 1 ." for c in characters for name in (c, f"a{c}", f"a{c}b")]
    accepted = 0
    for text in texts:
        try:
            expected = parsed(text.encode(), RdfFormat.TURTLE)
        except SyntaxError:
            with pytest.raises(RdfSyntaxError):
                read_turtle(text)
        else:
            accepted += 1
            assert quads_of(read_turtle(text)) == expected, text
    assert 700 < accepted < len(texts) - 700


@given(turtle_texts(graphs=True), st.data())
def test_a_text_with_a_fault_is_read_or_refused_as_the_parser_does(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    broken = text[:at] + data.draw(st.sampled_from(["", ".", "]", "(", "'", "<", "\\", "{", ";", ","])) + text[at + 1 :]
    try:
        expected = parsed(broken.encode(), RdfFormat.TRIG, BASE)
    except SyntaxError:
        with pytest.raises(RdfSyntaxError):
            read_turtle(broken, base=BASE, rdf=RdfFormat.TRIG)
    else:
        assert quads_of(read_turtle(broken, base=BASE, rdf=RdfFormat.TRIG)) == expected


@pytest.mark.parametrize(("opening", "closing"), [("[ <a:p> ", "]"), ("( ", ") ")])
def test_fifty_thousand_brackets_nest(opening: str, closing: str) -> None:
    deep = 50_000
    reading = read_turtle(f"<a:s> <a:p> {opening * deep}1 {closing * deep} .")
    assert len(reading.triples) >= deep + 1
    assert reading.triples[0].graph == reading.triples[-1].graph


def test_a_format_without_places_is_refused() -> None:
    with pytest.raises(UsageError, match="places are known in ttl, trig, nt and nq"):
        read_turtle("{}", rdf=RdfFormat.JSON_LD)
