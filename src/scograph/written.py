"""The file positions of statements in JSON-LD and RDF/XML texts, in the order of the quads of the parser."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pyoxigraph import BlankNode, Quad

from scograph.model import Place, TextSpan
from scograph.turtle.tokens import LineIndex


class PlacedStatement(NamedTuple):
    """Where the terms of a statement are written.

    Args:
        subject: Where its subject is.
        predicate: Where its predicate is.
        object: Where its object is.
        owner: The IRI of the outermost node that it is written in, as N-Triples writes it, or nothing.
    """

    subject: TextSpan
    predicate: TextSpan
    object: TextSpan
    owner: str = ""


class Found(NamedTuple):
    """A statement of a text: its terms as N-Triples writes them, blank nodes by any label, and its place."""

    subject: str
    predicate: str
    value: str
    place: PlacedStatement


class WrittenStatements:
    """The statements of a text, in the order of the parser's.

    Args:
        text: The text.
        quads: What the parser reads in it.
        found: What was found in it, in the order of the text.
    """

    def __init__(self, text: str, quads: Iterable[Quad], found: Iterable[Found]) -> None:
        self.text = text
        self.lines = LineIndex(text)
        self.triples: Sequence[PlacedStatement | None] = _aligned(quads, found)

    def place(self, span: TextSpan, path: str) -> Place:
        """The line and column where a part of the text begins, in a file."""
        return Place(path, *self.lines.position(span.start))

    def written(self, span: TextSpan) -> str:
        """A part of the text, as it stands there."""
        return self.text[span.start : span.end]

    def owner(self, number: int) -> str:
        """The IRI of the outermost node that a statement is written in, as N-Triples writes it, or nothing."""
        placed = self.triples[number] if number < len(self.triples) else None
        return placed.owner if placed else ""


def _aligned(quads: Iterable[Quad], found: Iterable[Found]) -> tuple[PlacedStatement | None, ...]:
    """The place of each quad: that of the first statement left with its terms, else with its subject and predicate.

    Labels of blank nodes differ each time, so all are alike here; those with the same statements keep their order.
    """
    exact: dict[tuple[str, str, str], deque[PlacedStatement]] = defaultdict(deque)
    near: dict[tuple[str, str], PlacedStatement] = {}
    for one in found:
        subject, value = (_label(term) for term in (one.subject, one.value))
        exact[subject, one.predicate, value].append(one.place)
        near.setdefault((subject, one.predicate), one.place)
    placed: list[PlacedStatement | None] = []
    for quad in quads:
        subject = "_:" if isinstance(quad.subject, BlankNode) else str(quad.subject)
        value = "_:" if isinstance(quad.object, BlankNode) else str(quad.object)
        predicate = str(quad.predicate)
        left = exact.get((subject, predicate, value))
        placed.append(left.popleft() if left else near.get((subject, predicate)))
    return tuple(placed)


def _label(term: str) -> str:
    return "_:" if term.startswith("_:") else term
