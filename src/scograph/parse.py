"""Parse RDF files into quads: each syntax error at its line and column, blank nodes numbered by appearance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from pyoxigraph import BlankNode, Literal, Quad, QuadParser, RdfFormat, Triple, parse

from scograph.errors import InputError
from scograph.formats import RdfSyntax
from scograph.guard import MAX_TOKEN_BYTES, PIECE, IllFormedError, guard
from scograph.losses import tell
from scograph.model import Finding, GraphName, Place, Severity, Term
from scograph.named_graphs import in_graph
from scograph.terms import WELL_KNOWN_PREFIXES
from scograph.turtle.tokens import rdf_12_tokens
from scograph.xml_encoding import xml_in_utf8

MAX_ERRORS = 100
"""After so many errors in one file the rest is noise."""
MAX_CHARACTERS = 300
"""A message longer than this is cut: a parser may quote a line of megabytes."""

_POSITION = re.compile(r"^Parser error (?:at|between) [^:]*: ")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_PREFIX = re.compile(r"The prefix (\S*): has not been declared")
_TURTLE_LIKE = (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N_TRIPLES, RdfFormat.N_QUADS)
_BLANK = (b"_:", b"[", b"(")
"""What a blank node, an anonymous one and a list begin with; texts may hold it too."""
_CUT = ("nexpected end", "end of input", "end of file", "not closed")
"""In the messages of the parser of RDF/XML about what was cut off by us."""
_ENDS_EARLY = "the file ends in the middle of a statement"
_NO_FAULT = "@type must be the first key of an object"
"""What the parser of JSON-LD says of type maps; it asks no such thing elsewhere, unless a document is streamed."""
_STRAY_TEXT = "Unexpected text event"
_BROKEN_STRING = "Line jumps are not allowed"
_EXPLAINED: tuple[tuple[str, str, str], ...] = (
    (
        "No LoadDocumentCallback",
        "a JSON-LD context on another host: nothing is fetched",
        "copy the context into the file",
    ),
    ("Unexpected end", _ENDS_EARLY, "is a closing dot, quote or bracket missing?"),
    ("A dot is expected", "", "end the statement before with a dot"),
    ("is not a valid RDF object", "", 'an object is <an IRI>, prefix:name, _:label, [ ], ( ), a number or "a text"'),
    ("is not a valid predicate", "", "a predicate is <an IRI>, prefix:name or the word a"),
    (
        "is not a valid subject",
        "",
        "a subject is <an IRI>, prefix:name, _:label, [ ] or ( ); does the statement before it end with a dot?",
    ),
    (_BROKEN_STRING, "", "close the quotes, or use three of them on each side for a text of several lines"),
    ("escape", "", "write a backslash as two"),
    ("language code", "", "write the language as in @en or @zh-Hant"),
    ("PREFIX keyword", "", "write @prefix name: <…> ."),
    ("No scheme found", "", "write the IRI in full, or declare a base: @base <…> ."),
    ("IRI code point", "", "percent-encode the character, a space as %20"),
    ("XML namespaces are required", "", "is it RDF/XML? Its root is rdf:RDF"),
    ("Invalid UTF-8", "not UTF-8", "save the file as UTF-8"),
    ("Only UTF-8 is supported", "not UTF-8, by its first line", "save the file as UTF-8, and say so in its first line"),
    ("Unknown prefix", "", 'declare it in the root element: xmlns:name="…"'),
)
"""What the parser's message contains, what to say instead if it is unclear, and what to do about it."""
_ANY_HINT = "put it right as the format's grammar asks, and check again"


class BlankNodeNumbers:
    """Names blank nodes `b0`, `b1`, … by first appearance, so that two runs give the same bytes."""

    def __init__(self) -> None:
        self._count = 0

    def scope(self) -> dict[str, BlankNode]:
        """A fresh table for one file: the labels of two files never meet (RDF 1.1 Concepts, clause 3.4)."""
        return {}

    def number(self, node: BlankNode, scope: dict[str, BlankNode]) -> BlankNode:
        """The numbered blank node that stands for a label in a scope."""
        if node.value not in scope:
            scope[node.value] = BlankNode(f"b{self._count}")
            self._count += 1
        return scope[node.value]

    def renumbered(self, quads: Iterable[Quad], scope: dict[str, BlankNode] | None = None) -> Iterator[Quad]:
        """Quads with their blank nodes numbered.

        Args:
            quads: The quads.
            scope: The table of the file that they are from; a fresh one if none is given.

        Returns:
            The quads, in their order.
        """
        number = self.number
        scope = self.scope() if scope is None else scope
        for quad in quads:
            subject, value, graph = quad.subject, quad.object, quad.graph_name
            if isinstance(subject, BlankNode) or isinstance(value, BlankNode) or isinstance(graph, BlankNode):
                yield Quad(
                    number(subject, scope) if isinstance(subject, BlankNode) else subject,
                    quad.predicate,
                    number(value, scope) if isinstance(value, BlankNode) else value,
                    number(graph, scope) if isinstance(graph, BlankNode) else graph,
                )
            else:
                yield quad


@dataclass(frozen=True)
class Parsed:
    """What one file says.

    Args:
        path: The file, as messages show it.
        quads: Its quads, in the order of the file.
        prefixes: The prefixes it declares.
        errors: Its syntax errors; the quads are then incomplete.
        sha256: The SHA-256 of the bytes that were parsed, in hexadecimal digits; nothing if nobody asked for it.
        losses: What of it makes no statement, as warnings (`losses`).
        graph: The one graph of it whose triples count; None for all.
    """

    path: str
    quads: tuple[Quad, ...]
    prefixes: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[Finding, ...] = ()
    sha256: str = ""
    losses: tuple[Finding, ...] = ()
    graph: GraphName | None = None

    @property
    def triples(self) -> tuple[Triple, ...]:
        """The triples of all its graphs, or of the one that counts."""
        return tuple(quad.triple for quad in in_graph(self.quads, self.graph))


def parse_rdf(data: bytes, rdf_format: RdfSyntax, path: str, numbers: BlankNodeNumbers | None = None) -> Parsed:
    """Parse one file.

    Args:
        data: Its bytes.
        rdf_format: Its format.
        path: Its name in messages.
        numbers: The numbering of blank nodes to go on with; a new one if none is given.

    Returns:
        Its quads and prefixes, or its errors, all that the parser could find.
    """
    numbers = numbers or BlankNodeNumbers()
    data, refused = _text(data, rdf_format, path)
    if refused:
        return Parsed(path, (), {}, (refused,))
    data = data.removeprefix(b"\xef\xbb\xbf")
    parser = quads_in(data, rdf_format)
    scope = numbers.scope()
    quads: list[Quad] = []
    errors: list[Finding] = list(_rdf_12(data, path)) if rdf_format.rdf in _TURTLE_LIKE else []
    failures = 0
    while failures < MAX_ERRORS:
        try:
            if rdf_format.rdf in _TURTLE_LIKE:
                may_be_blank = any(mark in data for mark in _BLANK)
                quads += numbers.renumbered(parser, scope) if may_be_blank else parser
                break
            for quad in numbers.renumbered(parser, scope):
                quads.append(quad)
                if _is_rdf_12(quad.object):
                    errors.append(_not_rdf_11(Place(path)))
            break
        except SyntaxError as error:
            failures += 1
            errors.append(_syntax_finding(error, _place_of(error, data, rdf_format, path, failures)))
        except MemoryError:
            errors.append(_too_long(data, path))
            break
    if failures == MAX_ERRORS:
        errors.append(_too_many(errors[-1]))
    errors = _without_echoes(errors)
    losses = () if errors else _losses(data, rdf_format, path)
    errors += tell(losses)
    return Parsed(path, tuple(quads), dict(parser.prefixes), tuple(errors), losses=losses)


def _text(data: bytes, rdf_format: RdfSyntax, path: str) -> tuple[bytes, Finding | None]:
    """A file in UTF-8, and what is wrong with it as a text, if anything is."""
    if rdf_format.rdf is RdfFormat.RDF_XML:
        try:
            data = xml_in_utf8(data, path)
        except InputError as error:
            return data, _refusal(error, path)
    return data, _bad_encoding(data, path) or _beyond_bounds(data, rdf_format, path)


def _losses(data: bytes, rdf_format: RdfSyntax, path: str) -> tuple[Finding, ...]:
    """What of a file without errors makes no statement."""
    if rdf_format.rdf is not RdfFormat.JSON_LD:
        return ()
    from scograph.jsonld.dropped import dropped  # noqa: PLC0415 -- few files are JSON-LD

    return dropped(data, path)


def _place_of(error: SyntaxError, data: bytes, rdf_format: RdfSyntax, path: str, number: int) -> Place:
    """Where the error of a number, from 1, stands; the parsers of JSON-LD and RDF/XML tell it of bad syntax alone."""
    if error.lineno is None and rdf_format.rdf in (RdfFormat.JSON_LD, RdfFormat.RDF_XML):
        places = places_of_faults(data, rdf_format, path, str(error))
        return places[number - 1] if number <= len(places) else Place(path)
    return Place(path, error.lineno, error.offset)


def places_of_faults(data: bytes, rdf_format: RdfSyntax, path: str, message: str) -> Sequence[Place]:
    """Where JSON-LD or RDF/XML breaks the rules of its format, though it is JSON or XML.

    Args:
        data: The document in UTF-8, within the bounds.
        rdf_format: Its format.
        path: Its name in messages.
        message: What the parser says first.

    Returns:
        The places of its errors, in the order of the parser, as far as they are known.
    """
    if rdf_format.rdf is RdfFormat.RDF_XML:
        from scograph.rdfxml_faults import places_of_faults as places_in_xml  # noqa: PLC0415 -- few files have a fault

        return places_in_xml(data, path, most=MAX_ERRORS)
    from scograph.jsonld.faults import place_of_fault  # noqa: PLC0415 -- the same

    return (place_of_fault(data, message, path),)


class _JsonLdQuads:
    """The quads of a JSON-LD document as its standard says: without base directions, and with type maps.

    Args:
        parser: The parser, which makes RDF 1.2 of directions (JSON-LD 1.1 API, 8.2.2, drops them), and complains of a
            type map whose values begin with `@id`, though it reads them rightly.
    """

    def __init__(self, parser: QuadParser) -> None:
        self._parser = parser

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that were read up to here."""
        return self._parser.prefixes

    def __iter__(self) -> _JsonLdQuads:
        return self

    def __next__(self) -> Quad:
        while True:
            try:
                quad: Quad = next(self._parser)
            except SyntaxError as error:
                if _NO_FAULT in str(error):
                    continue
                raise
            value = quad.object
            if isinstance(value, Literal) and value.direction is not None:
                plain = Literal(value.value, language=value.language)
                return Quad(quad.subject, quad.predicate, plain, quad.graph_name)
            return quad


def quads_in(data: bytes | IO[bytes], rdf_format: RdfSyntax) -> QuadParser | _JsonLdQuads:
    """The quads of a file or of its bytes, one by one, with the prefixes that were read up to there.

    Args:
        data: The bytes, or the file.
        rdf_format: Its format.

    Returns:
        The quads; after a syntax error they can be read on.
    """
    parser = parse(data, rdf_format.rdf)
    return _JsonLdQuads(parser) if rdf_format.rdf is RdfFormat.JSON_LD else parser


def syntax_errors(
    first: SyntaxError, parser: Iterator[Quad], path: str, faults: Sequence[Place] = ()
) -> tuple[Finding, ...]:
    """The syntax errors of a file that is read as a stream: the one that stopped it, and those after it.

    Args:
        first: The error.
        parser: The parser, which goes on behind it.
        path: The file's name in messages.
        faults: Where the errors are, one by one, if the parser does not tell it.

    Returns:
        The errors, by place.
    """

    def place(error: SyntaxError, number: int) -> Place:
        return Place(path, error.lineno, error.offset) if error.lineno or number >= len(faults) else faults[number]

    errors = [_syntax_finding(first, place(first, 0))]
    while len(errors) < MAX_ERRORS:
        try:
            for _ in parser:
                pass
            break
        except SyntaxError as error:
            errors.append(_syntax_finding(error, place(error, len(errors))))
        except MemoryError:
            break
    else:
        errors.append(_too_many(errors[-1]))
    return tuple(_without_echoes(errors))


def _syntax_finding(error: SyntaxError, place: Place) -> Finding:
    message = _CONTROL.sub(lambda found: f"U+{ord(found[0]):04X}", _POSITION.sub("", error.msg or str(error)))
    said, hint = next(((said, hint) for part, said, hint in _EXPLAINED if part in message), ("", _ANY_HINT))
    shown = said or (message if len(message) <= MAX_CHARACTERS else message[:MAX_CHARACTERS] + "…")
    return Finding(Severity.ERROR, "syntax", shown, _prefix_hint(message) or hint, place=place)


def _prefix_hint(message: str) -> str:
    prefix = _PREFIX.search(message)
    if not prefix:
        return ""
    name = prefix.group(1)
    return f"declare it at the top of the file: @prefix {name}: <{WELL_KNOWN_PREFIXES.get(name, '…')}> ."


def _too_long(data: bytes, path: str) -> Finding:
    """The parser tells no place: it is the longest line, unless a long text runs over several."""
    lines = data.split(b"\n")
    longest = max(range(len(lines)), key=lambda i: len(lines[i]))
    return Finding(
        Severity.ERROR,
        "syntax",
        f"a literal or name of more than {MAX_TOKEN_BYTES >> 20} MiB, which the parser does not hold",
        "keep so long a text in a file of its own, and point at it; or is a closing quote missing?",
        place=Place(path, longest + 1 if len(lines[longest]) > MAX_TOKEN_BYTES else None),
    )


def _too_many(last: Finding) -> Finding:
    place = last.place or Place("")
    return Finding(
        Severity.ERROR,
        "syntax",
        f"the file is not read on after {MAX_ERRORS} errors",
        "put these right, and check again; or is the file in another format than its extension says?",
        place=Place(place.path, place.line + 1 if place.line else None),
    )


def _rdf_12(data: bytes, path: str) -> Iterator[Finding]:
    for line, column, text in rdf_12_tokens(data):
        yield _not_rdf_11(Place(path, line, column), text)


def _not_rdf_11(place: Place, text: str = "") -> Finding:
    return Finding(
        Severity.ERROR,
        "syntax",
        f"RDF 1.2 syntax{f' {text}' if text else ''}: only RDF 1.1 is accepted",
        "state it with a node of its own, or leave it out: not every part of the tool carries RDF 1.2 yet",
        place=place,
    )


def _is_rdf_12(term: Term) -> bool:
    return isinstance(term, Triple) or (isinstance(term, Literal) and term.direction is not None)


def _beyond_bounds(data: bytes, rdf_format: RdfSyntax, path: str) -> Finding | None:
    try:
        guard(data, rdf_format.rdf, path)
    except IllFormedError as error:
        return _ill_formed(error, data, rdf_format)
    except InputError as error:
        return _refusal(error, path)
    return None


def _refusal(error: InputError, path: str) -> Finding:
    return Finding(Severity.ERROR, "syntax", error.message, error.hint, place=error.place or Place(path))


def _ill_formed(error: IllFormedError, data: bytes, rdf_format: RdfSyntax) -> Finding:
    """XML that is not well-formed: the RDF parser often says more of it, when it is given no more than up to there."""
    place = error.place or Place("")
    end = data.find(b">", error.offset) + 1 or len(data)
    try:
        for _ in parse(data[: min(end, error.offset + PIECE)], rdf_format.rdf):
            pass
    except SyntaxError as told:
        if not any(part in str(told) for part in _CUT):
            return _syntax_finding(told, place)
    return Finding(Severity.ERROR, "syntax", error.message, error.hint, place=place)


def _without_echoes(errors: list[Finding]) -> list[Finding]:
    """One finding a line: after an error the parser may stumble again over the rest of the statement.

    After a text without its closing quote it takes the next opening one for that, and so the end for a surprise; after
    an element of RDF/XML that it refuses it expects no text.
    """
    if any(_BROKEN_STRING in finding.message for finding in errors):
        errors = [finding for finding in errors if finding.message != _ENDS_EARLY]
    errors = [finding for number, finding in enumerate(errors) if not number or _STRAY_TEXT not in finding.message]
    first: dict[int | None, Finding] = {}
    for finding in errors:
        line = finding.place.line if finding.place else None
        first.setdefault(line, finding)
    return sorted(first.values(), key=Finding.sort_key)


def _bad_encoding(data: bytes, path: str) -> Finding | None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        return Finding(
            Severity.ERROR,
            "syntax",
            f"not UTF-8: byte 0x{data[error.start]:02X} cannot stand here",
            "save the file as UTF-8",
            place=Place(path, line, column),
        )
    return None
