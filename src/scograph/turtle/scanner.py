"""The scanner of the Turtle reader: steps through tokens, notes terms, triples, comments and the place of an error."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode

from scograph.errors import RdfSyntaxError
from scograph.model import Finding, Place, Severity, TextSpan
from scograph.turtle.grammar import OPEN, TOKEN, WHITE, misplaced
from scograph.turtle.reading import Block, Columns, Declaration, PlacedText, PlacedTriples
from scograph.turtle.tokens import LineIndex
from scograph.turtle.written import TermReader

Value = NamedNode | Literal | int
"""A term, or the number of a blank node by first mention, until all are named by first appearance in a triple."""


class Scanner:
    """The state that readers of all formats share.

    Args:
        text: The text.
        base: The IRI that relative ones are resolved against, or nothing.
        path: The file, as messages show it.
    """

    def __init__(self, text: str, base: str, path: str) -> None:
        self.text = text
        self.path = path
        self.position = 0
        self.start = 0
        """Where the last token begins; `position` is where it ends."""
        self.vocabulary = TermReader(base)
        self.columns = Columns()
        self.values: list[Value] = []
        self.graphs: list[tuple[int, Value | None]] = [(0, None)]
        self.blocks: list[tuple[int, int, int, int, int]] = []
        """Start, end, the subject's occurrence, the first triple, and the one after the last."""
        self.declarations: list[Declaration] = []
        self.comments: list[TextSpan] = []
        self._labels: dict[str, int] = {}
        self._blank_nodes = 0

    def reading(self) -> PlacedText:
        """All that was noted, with blank nodes numbered by first appearance."""
        columns = self.columns
        names = self._names()
        columns.values = (
            [names[value] if isinstance(value, int) else value for value in self.values] if names else self.values  # type: ignore[assignment]
        )
        columns.graphs = [
            (first, columns.graphs[0][1] if name is None else names[name] if isinstance(name, int) else name)  # type: ignore[misc]
            for first, name in self.graphs
        ]
        blocks = tuple(
            Block(TextSpan(start, end), columns.span(subject), columns.values[subject], range(first, last))  # type: ignore[arg-type]
            for start, end, subject, first, last in self.blocks
        )
        return PlacedText(
            self.text,
            PlacedTriples(columns),
            blocks,
            tuple(self.declarations),
            tuple(self.comments),
            dict(self.vocabulary.prefixes),
            LineIndex(self.text),
        )

    def _names(self) -> list[BlankNode]:
        order: dict[int, None] = {}
        if self._blank_nodes:
            values = self.values
            ends = [first for first, _ in self.graphs[1:]] + [len(self.columns.subjects)]
            for (first, graph), end in zip(self.graphs, ends, strict=True):
                pairs = zip(self.columns.subjects[first:end], self.columns.objects[first:end], strict=True)
                for subject, value in pairs:
                    if isinstance(values[subject], int):
                        order[values[subject]] = None  # type: ignore[index]
                    if isinstance(values[value], int):
                        order[values[value]] = None  # type: ignore[index]
                    if isinstance(graph, int):
                        order[graph] = None
        numbers = {node: number for number, node in enumerate([*order, *range(self._blank_nodes)][: len(order)])}
        return [BlankNode(f"b{numbers.get(node, len(order))}") for node in range(self._blank_nodes)]

    def token(self) -> str:
        """Go to the next token, noting the comments before it, and return its kind, or itself if it is punctuation."""
        while True:
            match = TOKEN.match(self.text, self.position)
            if not match:
                raise self.broken_token()
            kind = match.lastgroup or ""
            self.start, self.position = match.span(kind)
            if kind != "comment":
                return match[kind] if kind == "punctuation" else kind
            self.comments.append(TextSpan(self.start, self.position))

    def written(self) -> str:
        """The last token."""
        return self.text[self.start : self.position]

    def blank(self) -> int:
        """A new blank node."""
        self._blank_nodes += 1
        return self._blank_nodes - 1

    def _labelled(self, label: str, start: int) -> int:
        number = self._labels.get(label)
        if number is None:
            at = misplaced(label)
            if at is not None:
                raise self.error(start + at, f"{label[at]!r} cannot stand there in a label")
            number = self._labels[label] = self.blank()
        return number

    def occurrence(self, value: Value, start: int, end: int) -> int:
        """Note that a term is written somewhere, and return the number of this occurrence."""
        self.columns.starts.append(start)
        self.columns.ends.append(end)
        self.values.append(value)
        return len(self.values) - 1

    def emit(self, subject: int, predicate: int, value: int) -> None:
        """Note a triple by the occurrences of its terms."""
        self.columns.subjects.append(subject)
        self.columns.predicates.append(predicate)
        self.columns.objects.append(value)

    def value(self, written: str, start: int) -> Value:
        """What is written in one piece: an IRI, a literal or a blank node."""
        if written.startswith("_:"):
            return self._labelled(written, start)
        try:
            return self.vocabulary.object(written)
        except ValueError as error:
            raise self.error(start, str(error)) from error

    def node(self, written: str, start: int) -> NamedNode:
        """The IRI that is written."""
        try:
            return self.vocabulary.node(written)
        except ValueError as error:
            raise self.error(start, str(error)) from error

    def literal(self, quoted: str, suffix: str, start: int) -> Literal:
        """The literal of a text in quotes, and of its `@language` or `^^` and datatype."""
        try:
            return self.vocabulary.literal(quoted, suffix)
        except ValueError as error:
            raise self.error(start, str(error)) from error

    def error(self, offset: int, message: str, hint: str = "") -> RdfSyntaxError:
        """Say what is wrong at an offset."""
        line, column = LineIndex(self.text).position(offset)
        place = Place(self.path, line, column)
        return RdfSyntaxError([Finding(Severity.ERROR, "syntax", message, hint, place=place)])

    def unexpected(self, wanted: str, hint: str = "") -> RdfSyntaxError:
        """Say that something else was wanted than the last token."""
        found = self.text[self.start : self.position]
        if not found:
            return self.error(self.start, f"the text ends, and {wanted} is missing", hint)
        shown = found if len(found) <= 40 else found[:40] + "…"  # noqa: PLR2004 -- enough to know it by
        return self.error(self.start, f"{shown} stands where {wanted} is wanted", hint)

    def broken_token(self) -> RdfSyntaxError:
        """Say what is wrong with a token that no pattern matches."""
        white = WHITE.match(self.text, self.position)
        start = white.end() if white else self.position
        first = self.text[start]
        begun = OPEN[first].match(self.text, start) if first in OPEN else None
        if not begun:
            return self.error(
                start, f"{first!r} is not valid here", "is a quote, a bracket or a dot missing before it?"
            )
        at = begun.end()
        what = "an IRI" if first == "<" else "a text"
        if at == len(self.text):
            return self.error(start, f"{what} that nothing closes", "is its end missing?")
        if self.text[at] == "\\":
            return self.error(at, f"{self.text[at : at + 2]} is no escape", "write a backslash as two")
        if self.text[at] in "\r\n" and first != "<":
            return self.error(at, "a text in single quotes ends with the line", "close it, or open it with three")
        return self.error(
            at, f"{self.text[at]!r} cannot stand in {what}", "percent-encode the character, a space as %20"
        )
