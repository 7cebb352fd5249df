"""Parses RDF files into quads (pyoxigraph): syntax errors with line and column, blank nodes numbered by appearance."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from pyoxigraph import BlankNode, Literal, Quad, QuadParser, RdfFormat, Triple, parse

from scograph.contexts import with_contexts
from scograph.errors import InputError
from scograph.formats import RDF_FORMATS, RdfSyntax
from scograph.guard import MAX_TOKEN_BYTES, PIECE, IllFormedError, guard
from scograph.losses import tell
from scograph.model import Finding, GraphName, Place, Severity, Term
from scograph.named_graphs import in_graph
from scograph.other_syntaxes import HEAD_BYTES, merge_conflict, other_syntax
from scograph.read_options import AS_WRITTEN, NO_BASE, ReadOptions
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
_IS_RELATIVE = "No scheme found"
_IS_REMOTE = "No LoadDocumentCallback"
_RELATIVE = "a relative IRI, and no base to resolve it against"
_NO_BASE = f"<{NO_BASE.partition(':')[0]}:"
_QUOTED_IRI = re.compile(r"parsing IRI '([^']*)'")
_ENDS_EARLY = "the file ends in the middle of a statement"
_NO_FAULT = "@type must be the first key of an object"
"""What the parser of JSON-LD says of type maps; it asks no such thing elsewhere, unless a document is streamed."""
_STRAY_TEXT = "Unexpected text event"
_BROKEN_STRING = "Line jumps are not allowed"
_EXPLAINED: tuple[tuple[str, str, str], ...] = (
    (
        _IS_REMOTE,
        "a remote JSON-LD context: nothing is fetched",
        "",
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
    ("IRI code point", "", "percent-encode the character, a space as %20"),
    ("XML namespaces are required", "", "is it RDF/XML? Its root is rdf:RDF"),
    ("Invalid UTF-8", "not UTF-8", "save the file as UTF-8"),
    ("Only UTF-8 is supported", "not UTF-8, by its first line", "save the file as UTF-8, and say so in its first line"),
    ("Unknown prefix", "", 'declare it in the root element: xmlns:name="…"'),
)
"""What the parser's message contains, what to say instead if it is unclear, and what to do about it."""
_ANY_HINT = "correct it as the grammar of the format asks, and check again"


class BlankNodeNumbers:
    """Names blank nodes `b0`, `b1`, … by first appearance, so that two runs give the same bytes.

    Args:
        label: What the names begin with; those of two numberings meet unless this differs.
    """

    def __init__(self, label: str = "b") -> None:
        self._label = label
        self.count = 0
        """How many are named."""

    def scope(self) -> dict[str, BlankNode]:
        """A fresh table for one file: the labels of two files never meet (RDF 1.1 Concepts, clause 3.4)."""
        return {}

    def number(self, node: BlankNode, scope: dict[str, BlankNode]) -> BlankNode:
        """The numbered blank node that stands for a label in a scope."""
        if node.value not in scope:
            scope[node.value] = BlankNode(f"{self._label}{self.count}")
            self.count += 1
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
        base: The IRI that relative IRIs were resolved against; nothing if there was none.
        rdf: Its format; None if it was not parsed.
        losses: What of it makes no statement, as warnings (`losses`).
        graph: The one graph of it whose triples count; None for all.
        written: What stands in the file, by which places are found, if other quads count; nothing if these do.
        blank_nodes: How many blank nodes were numbered while it was read as a file of a project.
        content: Its bytes, where they are not, or not yet, those of the file on disk.
    """

    path: str
    quads: tuple[Quad, ...]
    prefixes: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[Finding, ...] = ()
    sha256: str = ""
    base: str = ""
    rdf: RdfFormat | None = None
    losses: tuple[Finding, ...] = ()
    graph: GraphName | None = None
    written: tuple[Quad, ...] = ()
    blank_nodes: int = 0
    content: bytes | None = field(default=None, repr=False)

    @property
    def triples(self) -> tuple[Triple, ...]:
        """The triples of all its graphs, or of the one that counts."""
        return tuple(quad.triple for quad in in_graph(self.quads, self.graph))


def parse_rdf(  # noqa: PLR0913 -- the last two are as they are for most
    data: bytes,
    rdf_format: RdfSyntax,
    path: str,
    numbers: BlankNodeNumbers | None = None,
    *,
    base: str = "",
    options: ReadOptions = AS_WRITTEN,
) -> Parsed:
    """Parse one file.

    Args:
        data: Its bytes.
        rdf_format: Its format.
        path: Its name in messages.
        numbers: The numbering of blank nodes to go on with; a new one if none is given.
        base: The IRI that relative IRIs are resolved against (RFC 3986, 5.1); without one they are errors.
        options: The JSON-LD contexts that may be read, and what hints may advise.

    Returns:
        Its quads and prefixes, or its errors, all that the parser could find.

    Raises:
        StoreError: An allowed JSON-LD context cannot be fetched.

    Example:
        >>> from scograph.formats import TURTLE
        >>> parsed = parse_rdf(b"<> a <#Thing> .", TURTLE, "a.ttl", base="https://example.org/a")
        >>> str(parsed.quads[0].subject)
        '<https://example.org/a>'
    """
    numbers = numbers or BlankNodeNumbers()
    data, refused = _text(data, rdf_format, path)
    if refused:
        errors = _in_other_syntax([refused], Text(path, rdf_format.rdf, options, lambda: data))
        return Parsed(path, (), {}, tuple(errors), base=base, rdf=rdf_format.rdf)
    written = data.removeprefix(b"\xef\xbb\xbf")
    try:
        data = _with_contexts(written, rdf_format, path, options, base)
    except InputError as error:
        return Parsed(path, (), {}, (_refusal(error, path),), base=base, rdf=rdf_format.rdf)
    text = Text(path, rdf_format.rdf, options, lambda: written)
    parser = quads_in(data, rdf_format, parser_base(rdf_format, base))
    scope = numbers.scope()
    may_be_blank = rdf_format.rdf not in _TURTLE_LIKE or any(mark in data for mark in _BLANK)
    quads: list[Quad] = []
    errors = list(_rdf_12(data, path)) if rdf_format.rdf in _TURTLE_LIKE else []
    errors += _parse_all(lambda: numbers.renumbered(parser, scope) if may_be_blank else parser, quads, text)
    if rdf_format.rdf is RdfFormat.JSON_LD and not base:
        errors += relative_in_json(quads, text)
    errors = _in_other_syntax(_without_echoes(errors), text)
    losses = () if errors else _losses(data, rdf_format, path, base, None if data is written else written)
    errors += tell(losses)
    losses = tuple(loss for loss in losses if loss.severity is not Severity.ERROR)
    prefixes = dict(parser.prefixes)
    return Parsed(path, tuple(quads), prefixes, tuple(errors), base=base, rdf=rdf_format.rdf, losses=losses)


def _written_in_json(relative: str, data: bytes) -> re.Match[bytes] | None:
    """The value that is written for a relative IRI; that of a relative @base is before it."""
    while True:
        found = re.search(rb'"((?:\.{0,2}/)*' + re.escape(relative.encode()) + rb')"\s*[^:\s]', data)
        if found or "/" not in relative:
            return found
        relative = relative.partition("/")[2]


def _parse_all(rest: Callable[[], Iterable[Quad]], quads: list[Quad], text: Text) -> list[Finding]:
    """Take what a parser gives into a list; returns its errors.

    Args:
        rest: Gives what the parser has not given yet; after an error it goes on behind it.
        quads: The list.
        text: What is parsed.
    """
    errors: list[Finding] = []
    failures = 0
    while failures < MAX_ERRORS:
        try:
            if text.rdf in _TURTLE_LIKE:
                quads += rest()
                break
            for quad in rest():
                quads.append(quad)
                if _is_rdf_12(quad.object):
                    errors.append(_not_rdf_11(Place(text.path)))
            break
        except SyntaxError as error:
            failures += 1
            errors.append(_syntax_finding(error, text, number=failures))
            if _is_lost(error, text):
                break
        except MemoryError:
            errors.append(_too_long(text.read(), text.path))
            break
    if failures == MAX_ERRORS:
        errors.append(_too_many(errors[-1]))
    return errors


def _text(data: bytes, rdf_format: RdfSyntax, path: str) -> tuple[bytes, Finding | None]:
    """A file in UTF-8, and what is wrong with it as a text, if anything is."""
    if rdf_format.rdf is RdfFormat.RDF_XML:
        try:
            data = xml_in_utf8(data, path)
        except InputError as error:
            return data, _refusal(error, path)
    return data, _bad_encoding(data, path) or _beyond_bounds(data, rdf_format, path)


def _losses(data: bytes, rdf_format: RdfSyntax, path: str, base: str, written: bytes | None) -> tuple[Finding, ...]:
    """What of a file without errors makes no statement."""
    if rdf_format.rdf is not RdfFormat.JSON_LD:
        return ()
    from scograph.jsonld.dropped import dropped  # noqa: PLC0415 -- few files are JSON-LD

    return dropped(data, path, base, written)


def _place_of(error: SyntaxError, text: Text, number: int) -> Place:
    """Where the error of a number, from 1, stands; the parsers of JSON-LD and RDF/XML tell it of bad syntax alone."""
    if number and error.lineno is None and text.rdf in (RdfFormat.JSON_LD, RdfFormat.RDF_XML):
        row = next(row for row in RDF_FORMATS if row.rdf == text.rdf)
        places = places_of_faults(text.read(), row, text.path, str(error))
        return places[number - 1] if number <= len(places) else Place(text.path)
    return Place(text.path, error.lineno, error.offset)


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


def quads_in(data: bytes | IO[bytes], rdf_format: RdfSyntax, base: str = "") -> QuadParser | _JsonLdQuads:
    """The quads of a file or of its bytes, one by one, with the prefixes that were read up to there.

    Args:
        data: The bytes, or the file.
        rdf_format: Its format.
        base: The IRI that relative IRIs are resolved against; without one they are syntax errors, and in JSON-LD they
            are dropped (see `parser_base`).

    Returns:
        The quads; after a syntax error they can be read on.
    """
    parser = parse(data, rdf_format.rdf, base_iri=base or None)
    return _JsonLdQuads(parser) if rdf_format.rdf is RdfFormat.JSON_LD else parser


@dataclass(frozen=True, slots=True)
class Text:
    """A text whose errors are told.

    Args:
        path: Its name in messages.
        rdf: Its format.
        options: How it is read.
        read: Its bytes, where they are to be had again.
    """

    path: str
    rdf: RdfFormat
    options: ReadOptions = AS_WRITTEN
    read: Callable[[], bytes] = bytes


def _with_contexts(data: bytes, rdf_format: RdfSyntax, path: str, options: ReadOptions, base: str) -> bytes:
    """A text with the JSON-LD contexts inside it that it refers to, within the bounds again."""
    if rdf_format.rdf is not RdfFormat.JSON_LD or not options.contexts:
        return data
    whole = with_contexts(data, path, options, base)
    guard(whole, rdf_format.rdf, path)
    return whole


def parser_base(rdf_format: RdfSyntax, base: str) -> str:
    """The base that the parser is given, so that no relative IRI is dropped.

    Args:
        rdf_format: The format.
        base: The IRI that relative ones are resolved against, or nothing.

    Returns:
        The base; for JSON-LD without one, that by which `relative_in_json` knows them.
    """
    return base or (NO_BASE if rdf_format.rdf is RdfFormat.JSON_LD else "")


def relative_in_json(quads: Iterable[Quad], text: Text) -> Iterator[Finding]:
    """The relative IRIs of a JSON-LD document that has no base, each once (JSON-LD 1.1, 4.1.3).

    Args:
        quads: What the parser gave of it, with the base of `parser_base`.
        text: The document.

    Returns:
        An error for each, at the first place where it is written.
    """
    seen: dict[str, None] = {}
    for quad in quads:
        if _NO_BASE in str(quad):
            for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
                iri = term.datatype if isinstance(term, Literal) else term
                if str(iri).startswith(_NO_BASE):
                    seen[str(iri)[1:-1].removeprefix(NO_BASE)] = None
    for relative in list(seen)[:MAX_ERRORS]:
        written = _written_in_json(relative, text.read())
        data = text.read()[: written.start()] if written else b""
        line, column = data.count(b"\n") + 1, len(data[data.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        yield Finding(
            Severity.ERROR,
            "syntax",
            f"{_RELATIVE}: {written[1].decode('utf-8', 'replace') if written else relative!r}",
            text.options.base_hint(text.rdf),
            place=Place(text.path, line, column) if written else Place(text.path),
        )


def syntax_errors(
    first: SyntaxError, parser: Iterator[Quad], text: Text, faults: Sequence[Place] = ()
) -> tuple[Finding, ...]:
    """The syntax errors of a file that is read as a stream: the one that stopped it, and those after it.

    Args:
        first: The error.
        parser: The parser, which goes on behind it.
        text: The file.
        faults: Where the errors are, one by one, if the parser does not tell it.

    Returns:
        The errors, by place.
    """

    def place(error: SyntaxError, number: int) -> Place:
        is_told = error.lineno or number >= len(faults)
        return Place(text.path, error.lineno, error.offset) if is_told else faults[number]

    errors = [_syntax_finding(first, text, place(first, 0))]
    while len(errors) < MAX_ERRORS and not _is_lost(first, text):
        try:
            for _ in parser:
                pass
            break
        except SyntaxError as error:
            first = error
            errors.append(_syntax_finding(error, text, place(error, len(errors))))
        except MemoryError:
            break
    if len(errors) == MAX_ERRORS:
        errors.append(_too_many(errors[-1]))
    return tuple(_in_other_syntax(_without_echoes(errors), text))


def _in_other_syntax(errors: list[Finding], text: Text) -> list[Finding]:
    """One error for a file that is in a syntax of its own; else the errors."""
    told = other_syntax_error(text) if errors else None
    return [told] if told else errors


def other_syntax_error(text: Text) -> Finding | None:
    """The one error of a file that is no RDF, but in another syntax that is known, or half merged.

    Args:
        text: The file.

    Returns:
        The error, which names the syntax; or None.
    """
    data = text.read()
    found = other_syntax(data[:HEAD_BYTES])
    if found is None:
        return merge_conflict(data, text.path)
    line, column = data.count(b"\n", 0, found.offset) + 1, found.offset - data.rfind(b"\n", 0, found.offset)
    title = next(row.title for row in RDF_FORMATS if row.rdf == text.rdf)
    message = f"the file is {found.name}, not {title}"
    return Finding(Severity.ERROR, "syntax", message, found.hint, place=Place(text.path, line, column))


def _syntax_finding(error: SyntaxError, text: Text, place: Place | None = None, *, number: int = 0) -> Finding:
    place = place or _place_of(error, text, number)
    message = _CONTROL.sub(lambda found: f"U+{ord(found[0]):04X}", _POSITION.sub("", error.msg or str(error)))
    said, hint = next(((said, hint) for part, said, hint in _EXPLAINED if part in message), ("", _ANY_HINT))
    if _IS_RELATIVE in message:
        return _relative_finding(error, text, place)
    if _IS_REMOTE in message:
        hint = text.options.context_hint()
    shown = said or (message if len(message) <= MAX_CHARACTERS else message[:MAX_CHARACTERS] + "…")
    return Finding(Severity.ERROR, "syntax", shown, _prefix_hint(message) or hint, place=place)


def _relative_finding(error: SyntaxError, text: Text, place: Place) -> Finding:
    """A relative IRI where there is no base; of RDF/XML the parser says which, and not where."""
    said = _QUOTED_IRI.search(error.msg or "")
    message = f"{_RELATIVE}: {said[1]!r}" if said else _RELATIVE
    hint = text.options.base_hint(text.rdf)
    if said and text.rdf is RdfFormat.RDF_XML:
        found, attribute = _place_in_xml(text, said[1])
        place = found if place.line is None else place
        if attribute == "xml:base":  # the parser resolves none of them, whatever base there is
            message, hint = f"the base is itself a relative IRI: {said[1]!r}", "write an absolute IRI as xml:base"
    return Finding(Severity.ERROR, "syntax", message, hint, place=place)


def _is_lost(error: SyntaxError, text: Text) -> bool:
    """Whether the parser stumbles over what follows: that of RDF/XML does within an element without a name."""
    return text.rdf is RdfFormat.RDF_XML and _IS_RELATIVE in (error.msg or "")


def _place_in_xml(text: Text, relative: str) -> tuple[Place, str]:
    """Where an attribute of RDF/XML has a relative IRI: the line and column of its element, and the attribute."""
    found: list[tuple[Place, str]] = []

    def start(_: str, attributes: dict[str, str]) -> None:
        named = (name for name, value in attributes.items() if relative in (value, f"#{value}"))
        if not found and (name := next(named, "")):
            found.append((Place(text.path, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1), name))

    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler = start
    with suppress(expat.ExpatError):
        parser.Parse(text.read(), True)  # noqa: FBT003 -- it is the whole
    return found[0] if found else (Place(text.path), "")


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
        f"a literal or name of more than {MAX_TOKEN_BYTES >> 20} MiB, the maximum of the parser",
        "put such a long text into a file and refer to it; or is a closing quote missing?",
        place=Place(path, longest + 1 if len(lines[longest]) > MAX_TOKEN_BYTES else None),
    )


def _too_many(last: Finding) -> Finding:
    place = last.place or Place("")
    return Finding(
        Severity.ERROR,
        "syntax",
        f"reading stopped after {MAX_ERRORS} errors",
        "correct these, and check again; or does the extension not match the format of the file?",
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
        "use a node instead, or leave it out: RDF 1.2 is not supported yet",
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
        for _ in parse(data[: min(end, error.offset + PIECE)], rdf_format.rdf, base_iri=NO_BASE):
            pass
    except SyntaxError as told:
        if not any(part in str(told) for part in _CUT):
            return _syntax_finding(told, Text(place.path, rdf_format.rdf), place)
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
            f"not UTF-8: byte 0x{data[error.start]:02X} is not valid here",
            "save the file as UTF-8",
            place=Place(path, line, column),
        )
    return None
