"""Quads that hypothesis makes up: the IRIs, literals and blank nodes that serialisers get wrong."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
EX = "http://example.org/ns#"

TYPE = NamedNode(RDF + "type")
FIRST = NamedNode(RDF + "first")
REST = NamedNode(RDF + "rest")
NIL = NamedNode(RDF + "nil")

PREFIXES = {
    "": "http://example.org/empty#",
    "ex": EX,
    "exs": EX + "sub/",
    "id": "http://example.org/id/",
    "label": "http://example.org/label/",
    "path": "http://example.org",
    "rdf": RDF,
    "scog": "https://w3id.org/scograph/ontology#",
    "urn": "urn:isbn:",
    "x.y-z": "http://example.org/dots/",
    "xml1": "http://example.org/xml#",
    "xsd": XSD,
}
"""Prefixes, some of which are schemes of IRIs, keys of JSON-LD, one inside another, or no prefix in XML."""

AWKWARD_IRIS = (
    "scog:x",
    "ex:a",
    "ex:",
    "id:1",
    "type:a",
    "label:en",
    "link:a",
    "Thing:a",
    "urn:a:b",
    "urn:isbn:123",
    "mailto:a@b.example",
    "tag:é,2026:x",
    "a:😀",
    "http:",
    "http://[::1]/",
    "http://example.org",
    "http://example.org/",
    "http://example.org//x",
    "http://example.org/?q=a&b='c'*(d)!$;=@,+#f",
    "http://example.org/a%20b",
    "http://example.org/~a",
    "http://example.org/%3C",
    "http://example.org/dots/a.b",
    "http://example.org/empty#a",
    "http://example.org/id/1",
    "http://example.org/label/",
    EX,
    EX + "-a",
    EX + "1",
    EX + "_a",
    EX + "a-",
    EX + "a.",
    EX + "a..b",
    EX + "a.b",
    EX + "a/b",
    EX + "a:b",
    EX + "//a",
    EX + "sub/",
    EX + "sub/a",
    EX + "é",
    EX + "Thing",
    EX + "graph",
    EX + "null",
    EX + "true",
    EX + "version",
    "https://w3id.org/scograph/ontology#Claim",
    RDF + "nil",
    RDF + "List",
    RDF + "Description",
    RDF + "li",
    XSD + "integer",
)

PROPERTIES = (
    *(EX + name for name in ("link", "one", "when", "count", "flag", "label", "names", "plain", "many")),
    *(EX + name for name in ("Thing", "sub/p", "名", "p-1")),
    *(RDF + name for name in ("type", "first", "rest", "value", "_1")),
    "http://www.w3.org/2000/xmlns/ab",
    "https://w3id.org/scograph/ontology#claimObject",
    "ex:p",
    "urn:isbn:p",
    "id:p",
    "label:p",
    "http://example.org/other/p",
    "http://example.org/more#p",
)
"""Properties, each of which XML can carry."""

AWKWARD_TEXTS = (
    "",
    " ",
    "\n",
    " x ",
    "a\nb",
    "a\r\nb\r",
    "\t",
    'say "x"',
    '"',
    '""',
    '"""',
    '""""',
    'a\n"',
    'a\n""',
    'a\n"""b""""',
    "it's '''",
    "\\",
    "\n\\",
    "\\n",
    "\\u0041",
    "a\u2028b\u2029c\x85d",
    "😀𝒳",
    "é e\u0301",
    "<&>]]>",
    "&#13; &amp;",
    "@en",
    "_:b0",
    "scog:x",
    "\u200f\ufeff",
)
CONTROLS = "\x00\x01\b\x0b\f\x1b\x1f\x7f\x80\ufffe\uffff"
LANGUAGES = ("en", "EN-gb", "ru", "zh-Hant-CN", "de-1996", "x-klingon")
_LEXICAL_FORMS = {
    XSD + "integer": ("1", "0", "-0", "-1", "01", "+5", " 1 ", "x", "", str(2**53), str(2**53 + 1), "9" * 400),
    XSD + "decimal": ("1.5", "1.0", "1.50", "1.", ".5", "-0.0", "1", "1e3", "0.0000001", "-0.1", "01.5"),
    XSD + "double": ("1.5E0", "1.5e10", "1e3", ".5e-1", "1.e1", "1.5", "NaN", "INF", "1"),
    XSD + "boolean": ("true", "false", "TRUE", "1", "0"),
    XSD + "date": ("2024-02-29", "2024-99-99", "2024-02-29Z", ""),
    XSD + "string": ("plain",),
    XSD + "gYear": ("2024",),
    XSD + "gYearMonth": ("2021-03",),
    XSD + "nonNegativeInteger": ("5", "-5"),
    XSD + "anyURI": ("http://example.org/ a",),
    XSD + "hexBinary": ("0aFF",),
    XSD + "language": ("EN",),
    RDF + "JSON": ("{}",),
    EX + "type": ("x", '"""'),
    EX + "a.": ("a\nb",),
    "scog:type": ("x",),
}
TYPED = tuple((text, datatype) for datatype, texts in _LEXICAL_FORMS.items() for text in texts)

BLANK_NODES = tuple(BlankNode(label) for label in ("b0", "b1", "b2", "b10", "0a", "a.b", "é"))

_LOCALS = st.text(st.sampled_from("abZ019-._~!$&'()*+,;=:@/?é中"), max_size=5)
iris = st.one_of(
    st.sampled_from(AWKWARD_IRIS),
    st.builds(
        lambda space, local: space + local, st.sampled_from([EX, "http://example.org/id/", "ex:", "x:y"]), _LOCALS
    ),
).map(NamedNode)
properties = st.sampled_from(PROPERTIES).map(NamedNode)
blank_nodes = st.sampled_from(BLANK_NODES)


def literals(characters: st.SearchStrategy[str]) -> st.SearchStrategy[Literal]:
    texts = st.one_of(st.sampled_from(AWKWARD_TEXTS), st.text(characters, max_size=8))
    return st.one_of(
        st.builds(Literal, texts),
        st.builds(lambda text, language: Literal(text, language=language), texts, st.sampled_from(LANGUAGES)),
        st.sampled_from(TYPED).map(lambda pair: Literal(pair[0], datatype=NamedNode(pair[1]))),
    )


any_literals = literals(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(CONTROLS)))
xml_literals = literals(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))


def list_quads(members: Sequence[object], label: str) -> tuple[list[Quad], BlankNode | NamedNode]:
    """The cells of a list, and its head."""
    cells = [BlankNode(f"{label}{number}") for number in range(len(members))]
    rests = [*cells[1:], NIL][: len(cells)]
    quads = []
    for cell, member, rest in zip(cells, members, rests, strict=True):
        quads += [Quad(cell, FIRST, member), Quad(cell, REST, rest)]
    return quads, cells[0] if cells else NIL


@st.composite
def some_quads(  # noqa: PLR0913 -- each is one knob of the shape
    draw: st.DrawFn,
    *,
    literals: st.SearchStrategy[Literal] = any_literals,
    blank: bool = True,
    lists: bool = True,
    graphs: bool = False,
    blank_graphs: bool = True,
    size: int = 12,
) -> list[Quad]:
    """Some quads, among them lists and blank nodes that are nested, shared and in cycles."""
    nodes = st.one_of(iris, blank_nodes) if blank else iris
    terms = st.one_of(nodes, literals)
    names = st.just(DefaultGraph())
    if graphs:
        names = st.one_of(names, iris, blank_nodes) if blank and blank_graphs else st.one_of(names, iris)
    quads = draw(st.lists(st.builds(Quad, nodes, properties, terms, names), max_size=size))
    heads: list[BlankNode | NamedNode] = []
    for number in range(draw(st.integers(0, 2)) if blank and lists else 0):
        members = draw(st.lists(st.one_of(terms, st.sampled_from(heads)) if heads else terms, max_size=4))
        cells, head = list_quads(members, f"l{number}x")
        heads.append(head)
        quads += cells
        quads += draw(st.lists(st.builds(Quad, nodes, properties, st.just(head)), max_size=2))
    return draw(st.permutations(quads))


MAX_DEPTH = 3
_GAPS = (" ", " ", "\n", "\t", "\r\n", " \n\n", " # a comment\n", '\n# <a> "b" ; .\n', "#\n", " # last\r\n\t")
_NAMES = ("ex:a", "ex:", "ex:a.b", "ex:1-2", "ex:%41b", r"ex:a\,b\~", "ex:a:b", ":x", "exs:é", "x.y-z:a", "rdf:nil")
_IRIS = ("<http://example.org/>", r"<http://example.org/\u00e9>", "<urn:a:b>", "<rel>", "<#f>", "<>", "<../x?y>")
_LABELS = ("_:a", "_:b0", "_:1", "_:a.b", "_:é-")
_DECLARATIONS = (
    "@prefix ex: <http://example.org/2#> .",
    "prefix : <r/>",
    "BASE <http://example.org/3/>",
    "@base <b/> .",
)
_NUMBERS = ("0", "-1", "+5", "01", "1.5", ".5", "-0.0", "1e3", "1.E-2", "+.5e+1")
_SUFFIXES = ("", "", "", "@en", "@zh-Hant", " @ru", "^^xsd:date", "^^<http://example.org/t>", " ^^ ex:t")


def _quoted(text: str, quote: str) -> str:
    escapes = {"\\": "\\\\", quote[0]: "\\" + quote[0]}
    if len(quote) == 1:
        escapes |= {"\n": "\\n", "\r": "\\r"}
    return quote + "".join(escapes.get(character, character) for character in text) + quote


@st.composite
def turtle_texts(  # noqa: C901 -- a function for each clause of the grammar
    draw: st.DrawFn, *, graphs: bool = False, redeclared: bool = True, size: int = 6
) -> str:
    """A text in Turtle, or TriG, in many of the ways that the grammar has: brackets, lists, all quotes, comments."""

    def pick(*choices: str) -> str:
        return draw(st.sampled_from(choices))

    def spaced(*parts: str) -> str:
        return "".join(part + pick(*_GAPS) for part in parts)

    def literal(_: int) -> str:
        text = draw(st.one_of(st.sampled_from(AWKWARD_TEXTS), st.text(st.characters(codec="utf-8"), max_size=5)))
        return _quoted(text, pick('"', "'", '"""', "'''")) + pick(*_SUFFIXES)

    def name(_: int) -> str:
        return pick(*_NAMES, *_IRIS, *_LABELS)

    def short(_: int) -> str:
        return pick(*_NUMBERS, "true", "false")

    def bracket(depth: int) -> str:
        return spaced("[") + (said(depth) if draw(st.booleans()) else "") + "]"

    def members(depth: int) -> str:
        return spaced("(", *(value(depth) for _ in range(draw(st.integers(0, 3))))) + ")"

    def value(depth: int) -> str:
        kinds = [name, literal, short, bracket, members] if depth < MAX_DEPTH else [name, literal, short]
        return draw(st.sampled_from(kinds))(depth + 1)

    def said(depth: int) -> str:
        pairs = []
        for _ in range(draw(st.integers(1, 3))):
            objects = [value(depth) for _ in range(draw(st.integers(1, 2)))]
            pairs.append(
                spaced(pick("a", *_NAMES, *_IRIS)) + spaced(*objects[:1]) + "".join(spaced(",", o) for o in objects[1:])
            )
        return spaced(pick(";", ";;")).join(pairs) + pick("", spaced(";"))

    def statement() -> str:
        subject = draw(st.sampled_from([name, name, bracket, members]))(1)
        is_alone = subject.startswith("[") and subject.rstrip("]").split() != ["["] and "#" not in subject
        return spaced(subject) + ("" if is_alone and draw(st.booleans()) else said(1)) + "."

    def in_graph(text: str) -> str:
        names = ("", "ex:g ", "GRAPH <http://example.org/g>", "_:g ", "[] ", "graph[]")
        return pick(*names) + spaced("{", text) + "}" if graphs and draw(st.booleans()) else text

    body = []
    for _ in range(draw(st.integers(0, size))):
        if redeclared and draw(st.integers(0, 5)) == 0:
            body.append(pick(*_DECLARATIONS))
        body.append(in_graph(statement()))
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    return head + spaced(*body)
