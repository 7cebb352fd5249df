"""Data classes of the Turtle reader: triples with the positions of their terms, statements, declarations, comments."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple, overload

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from scograph.model import GraphName, Node, Place, Term, TextSpan
from scograph.turtle.tokens import LineIndex

Tokens = tuple[str, str, str]
"""A subject, predicate and object as N-Triples writes them."""


class PlacedTriple(NamedTuple):
    """A triple, and where its terms are written.

    A node that brackets or parentheses stand for is placed at these, the cell of a later member of a list at this
    member; the predicates that a list implies are placed at their objects, and the end of a list at its parenthesis.

    Args:
        terms: Its subject, predicate and object; blank nodes are numbered by first appearance.
        subject: Where the subject is written; the triples of one statement share it.
        predicate: Where the predicate is written; `a` is one.
        object: Where the object is written, a literal with its language or datatype.
        graph: The graph that it is in.
    """

    terms: tuple[Node, NamedNode, Term]
    subject: TextSpan
    predicate: TextSpan
    object: TextSpan
    graph: GraphName

    @property
    def tokens(self) -> Tokens:
        """Its terms as N-Triples writes them."""
        subject, predicate, value = self.terms
        return str(subject), str(predicate), str(value)

    @property
    def triple(self) -> Triple:
        """The triple itself."""
        return Triple(*self.terms)

    @property
    def quad(self) -> Quad:
        """The triple in its graph."""
        return Quad(*self.terms, self.graph)


@dataclass(frozen=True, slots=True)
class Block:
    """A statement: a subject and what is said of it, up to the dot.

    Args:
        span: From the subject to the dot, or to the last object where a graph's last statement has none.
        subject: Where the subject is written.
        node: The subject.
        triples: The numbers of its triples, among them those of nested blank nodes.
    """

    span: TextSpan
    subject: TextSpan
    node: Node
    triples: range


@dataclass(frozen=True, slots=True)
class Declaration:
    """A prefix or base.

    Args:
        span: From its keyword to its dot or IRI.
        prefix: The prefix without its colon, None for a base.
        iri: What it stands for.
    """

    span: TextSpan
    prefix: str | None
    iri: str


class Columns:
    """What is written, in columns: the occurrences of terms, and the three occurrences of each triple."""

    def __init__(self) -> None:
        self.starts = array("Q")
        self.ends = array("Q")
        self.values: list[Term] = []
        self.subjects = array("Q")
        self.predicates = array("Q")
        self.objects = array("Q")
        self.graphs: list[tuple[int, GraphName]] = [(0, DefaultGraph())]
        """The number of the first triple of each run of triples in one graph, and that graph."""

    def span(self, occurrence: int) -> TextSpan:
        """Where an occurrence is."""
        return TextSpan(self.starts[occurrence], self.ends[occurrence])


class PlacedTriples(Sequence[PlacedTriple]):
    """The triples of a text in the parser's order, each made when it is asked for.

    Args:
        columns: Where they stand.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def __len__(self) -> int:
        return len(self._columns.subjects)

    def __iter__(self) -> Iterator[PlacedTriple]:
        columns = self._columns
        starts, ends = columns.starts, columns.ends
        values: list[Any] = columns.values
        run_ends = [first for first, _ in columns.graphs[1:]] + [len(self)]
        for (first, graph), end in zip(columns.graphs, run_ends, strict=True):
            run = (column[first:end] for column in (columns.subjects, columns.predicates, columns.objects))
            for subject, predicate, value in zip(*run, strict=True):
                yield PlacedTriple(
                    (values[subject], values[predicate], values[value]),
                    TextSpan(starts[subject], ends[subject]),
                    TextSpan(starts[predicate], ends[predicate]),
                    TextSpan(starts[value], ends[value]),
                    graph,
                )

    @overload
    def __getitem__(self, index: int) -> PlacedTriple: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[PlacedTriple, ...]: ...
    def __getitem__(self, index: int | slice) -> PlacedTriple | tuple[PlacedTriple, ...]:
        if isinstance(index, slice):
            return tuple(self[number] for number in range(*index.indices(len(self))))
        columns = self._columns
        number = range(len(self))[index]
        run = bisect_right(columns.graphs, number, key=itemgetter(0)) - 1
        three = (columns.subjects[number], columns.predicates[number], columns.objects[number])
        terms: Any = tuple(columns.values[occurrence] for occurrence in three)
        subject, predicate, value = (columns.span(occurrence) for occurrence in three)
        return PlacedTriple(terms, subject, predicate, value, columns.graphs[run][1])


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text that was read.

    Args:
        text: The text, without a byte order mark.
        triples: Its triples, in the order in which the parser gives them.
        blocks: Its statements.
        declarations: Its prefixes and bases.
        comments: Its comments, from `#` to the end of the line.
        prefixes: The prefixes as they stand at its end.
        lines: Its lines.
    """

    text: str
    triples: PlacedTriples
    blocks: tuple[Block, ...]
    declarations: tuple[Declaration, ...]
    comments: tuple[TextSpan, ...]
    prefixes: Mapping[str, str]
    lines: LineIndex

    def place(self, span: TextSpan, path: str) -> Place:
        """The line and column where a part of the text begins, in a file."""
        return Place(path, *self.lines.position(span.start))

    def owner(self, number: int) -> str:
        """The IRI of the statement that a triple is written in, as N-Triples writes it, or nothing."""
        block = next((one for one in self.blocks if number in one.triples), None)
        return str(block.node) if block and str(block.node).startswith("<") else ""

    def written(self, span: TextSpan) -> str:
        """A part of the text, as it stands there."""
        return self.text[span.start : span.end]
