"""Reads Turtle, TriG, N-Triples and N-Quads, and says where each term, statement and comment stands (RDF 1.1).

It gives the triples that the parser gives, in the parser's order, so that the n-th triple of a file has a place. It is
run where a place is wanted, and judges the syntax by itself.
"""

from __future__ import annotations

import re

from pyoxigraph import RdfFormat

from scograph.errors import RdfSyntaxError, UsageError
from scograph.model import TextSpan
from scograph.other_syntaxes import merge_conflict
from scograph.turtle.grammar import LINE
from scograph.turtle.reading import PlacedText
from scograph.turtle.scanner import Scanner
from scograph.turtle.statements import StatementReader

BYTE_ORDER_MARK = "\ufeff"
_LINE_END = re.compile(r"[\r\n]")
_NODES = ("iri", "blank")


def read_turtle(data: bytes | str, *, base: str = "", path: str = "-", rdf: RdfFormat = RdfFormat.TURTLE) -> PlacedText:
    """Read a text and keep the place of everything.

    Args:
        data: The text, as characters or as UTF-8.
        base: The IRI that relative ones are resolved against; without one they are errors.
        path: The file, as messages show it.
        rdf: Turtle, TriG, N-Triples or N-Quads.

    Returns:
        Its triples, the n-th of which is the n-th quad of the parser, with places; statements, comments, prefixes.

    Raises:
        RdfSyntaxError: It breaks the grammar; the finding has the place.
        UsageError: The format is another one.
        UnicodeDecodeError: The bytes are not UTF-8.
    """
    text = data if isinstance(data, str) else data.decode("utf-8")
    text = text.removeprefix(BYTE_ORDER_MARK)
    try:
        return _read(text, base, path, rdf)
    except RdfSyntaxError:
        conflict = merge_conflict(text.encode("utf-8", "surrogatepass"), path)
        if conflict:
            raise RdfSyntaxError([conflict]) from None
        raise


def _read(text: str, base: str, path: str, rdf: RdfFormat) -> PlacedText:
    if rdf in (RdfFormat.TURTLE, RdfFormat.TRIG):
        statements = StatementReader(text, base, path, with_graphs=rdf == RdfFormat.TRIG)
        statements.read()
        return statements.reading()
    if rdf in (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS):
        scanner = Scanner(text, "", path)
        _read_lines(scanner, with_graphs=rdf == RdfFormat.N_QUADS)
        return scanner.reading()
    raise UsageError(f"{rdf} is not written in Turtle's terms", hint="places are known in ttl, trig, nt and nq")


def _read_lines(scanner: Scanner, *, with_graphs: bool) -> None:
    """Read a line at a time: one triple or quad each (RDF 1.1 N-Triples, clause 7; RDF 1.1 N-Quads, clause 6)."""
    text, position, graph = scanner.text, 0, ""
    while position < len(text):
        match = LINE.match(text, position)
        if not match or (match["graph"] and not with_graphs):
            raise _error_in_line(scanner, position, with_graphs=with_graphs)
        position = match.end()
        if match["comment"]:
            scanner.comments.append(TextSpan(*match.span("comment")))
        if not match["subject"]:
            continue
        if (match["graph"] or "") != graph:
            graph = match["graph"] or ""
            name = scanner.value(graph, match.start("graph")) if graph else None
            scanner.graphs.append((len(scanner.columns.subjects), name))
        subject, predicate = (_occurrence(scanner, match, name) for name in ("subject", "predicate"))
        start, end = match.span("object")
        value = (
            scanner.literal(match["quoted"], (match["suffix"] or "").replace(" ", "").replace("\t", ""), start)
            if match["quoted"]
            else scanner.value(match["object"], start)
        )
        number = len(scanner.columns.subjects)
        scanner.emit(subject, predicate, scanner.occurrence(value, start, end))
        dot = text.rindex(".", start, match.start("comment") if match["comment"] else position)
        scanner.blocks.append((match.start("subject"), dot + 1, subject, number, number + 1))


def _occurrence(scanner: Scanner, match: re.Match[str], name: str) -> int:
    start, end = match.span(name)
    return scanner.occurrence(scanner.value(match[name], start), start, end)


def _error_in_line(scanner: Scanner, position: int, *, with_graphs: bool) -> RdfSyntaxError:
    """Find the token of a line that cannot stand where it does."""
    line_end = _LINE_END.search(scanner.text, position)
    end = line_end.start() if line_end else len(scanner.text)
    scanner.position = position

    def expect(what: str, *kinds: str) -> str:
        kind = scanner.token()
        if scanner.start >= end:
            raise scanner.error(end, f"the line ends, and {what} is missing")
        if kind not in kinds or (kind == "string" and scanner.written().startswith(("'", '"""'))):
            raise scanner.unexpected(what)
        return kind

    expect("a subject", "iri", "blank")
    expect("a predicate, an <IRI>", "iri")
    last = expect("an object", "iri", "blank", "string")
    names = _NODES if with_graphs else ()
    kind = expect("a dot", ".", *names, *(("language", "carets") if last == "string" else ()))
    if kind == "carets":
        expect("a datatype, an <IRI>", "iri")
    if kind in ("language", "carets"):
        kind = expect("a dot", ".", *names)
    if kind in _NODES:
        expect("a dot", ".")
    scanner.token()
    return scanner.unexpected("the end of the line", "a line holds one statement")
