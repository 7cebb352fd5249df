"""A dataset split by graph, in bounded memory: each graph sorted, counted, hashed, and sent as often as needed."""

from __future__ import annotations

import hashlib
import io
import re
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import IO

from pyoxigraph import RdfFormat

from scograph.bounds import STORE_LINE
from scograph.errors import InputError, UsageError
from scograph.messages import counted
from scograph.ntriples import LABELS
from scograph.serialise.sorting import sort_lines, whole_lines
from scograph.stores.exchange import AnswerBoundError
from scograph.stores.http import Body, whole_file

N_TRIPLES = RdfFormat.N_TRIPLES.media_type
DEFAULT = ""
"""How the default graph is graph_label here: every other name is an IRI, and none is empty."""

_QUAD = rb'^(\S+ <[^>]*> (?:<[^>]*>|_:\S+|"(?:[^"\\\n]|\\.)*"(?:@\S+|\^\^<[^>]*>)?))(?: (<[^>]*>|_:\S+))? \.$'
_TAB = b"\t"


@dataclass(frozen=True, slots=True)
class GraphPart:
    """One graph of a dataset.

    Args:
        graph: Its IRI, or `DEFAULT`.
        count: Its triples.
        size: The bytes of its lines.
        digest: The SHA-256 of its lines, sorted.
        start: Where they begin in the file.
        has_blank_nodes: Whether it has any.
        file: The file with the lines of all parts.
    """

    graph: str
    count: int
    size: int
    digest: str
    start: int
    has_blank_nodes: bool
    file: IO[bytes] = field(repr=False)

    def lines(self) -> Iterator[bytes]:
        """Its lines as sorted N-Triples, in pieces of any length."""
        return whole_file(self.file, self.start, self.size)

    def body(self) -> Body:
        """All of it in one request."""
        about = f"{counted(self.count, 'triple')} of {graph_label(self.graph)}"
        return Body(N_TRIPLES, self.size, self.lines, about)

    def chunks(self, limit: int) -> Iterator[Body]:
        """It in several requests, no blank node in two of them: each request names its own.

        Args:
            limit: Bytes that a request may have.

        Returns:
            The bodies.

        Raises:
            UsageError: Connected blank nodes are larger than a request may be.
        """
        if self.size <= limit:
            yield self.body()
            return
        groups = self._by_scope() if self.has_blank_nodes else ([line] for line in self._each())
        held: list[bytes] = []
        size = 0
        for group in groups:
            added = sum(map(len, group))
            if added > limit:
                raise UsageError(
                    f"{graph_label(self.graph)}: connected blank nodes must be sent in one request: they take"
                    f" {added:,} bytes, and the maximum is {limit:,}",
                    hint="give them IRIs, or allow larger requests with --chunk",
                )
            if size + added > limit:
                yield Body.of(b"".join(held), N_TRIPLES, f"{counted(len(held), 'triple')} of {graph_label(self.graph)}")
                held, size = [], 0
            held += group
            size += added
        if held:
            yield Body.of(b"".join(held), N_TRIPLES, f"{counted(len(held), 'triple')} of {graph_label(self.graph)}")

    def _each(self) -> Iterator[bytes]:
        left = b""
        for piece in self.lines():
            *lines, left = (left + piece).split(b"\n")
            for line in lines:
                yield line + b"\n"

    def _by_scope(self) -> Iterator[list[bytes]]:
        """The lines in groups: those that share blank nodes, directly or by others, together."""
        scopes = _Scopes()
        for line in self._each():
            if b"_:" in line:
                scopes.join(LABELS.findall(line))

        def keyed() -> Iterator[bytes]:
            for line in self._each():
                labels = LABELS.findall(line) if b"_:" in line else []
                if labels:
                    yield b"%012d\t%s" % (scopes.of(labels[0]), line)

        for line in self._each():
            if b"_:" not in line or not LABELS.search(line):
                yield [line]
        sorted_by_scope = (line for piece in sort_lines(keyed()) for line in piece.splitlines(keepends=True))
        for _, lines in groupby(sorted_by_scope, key=lambda line: line.partition(_TAB)[0]):
            yield [line.partition(_TAB)[2] for line in lines]


@dataclass
class GraphParts:
    """The graphs of a dataset, whose lines are kept in a file without a name.

    Args:
        file: The file.
        by_graph: Its parts, by graph, the default graph first.
    """

    file: IO[bytes]
    by_graph: dict[str, GraphPart] = field(default_factory=dict)

    def __post_init__(self) -> None:
        weakref.finalize(self, self.file.close)

    def add(self, graph: str, pieces: Iterable[bytes]) -> None:
        """Add a graph, its lines sorted."""
        start, count, found, blank = self.file.seek(0, io.SEEK_END), 0, hashlib.sha256(), False
        for piece in pieces:
            self.file.write(piece)
            found.update(piece)
            count += piece.count(b"\n")
            blank = blank or (b"_:" in piece and LABELS.search(piece) is not None)
        self.by_graph[graph] = GraphPart(
            graph, count, self.file.tell() - start, found.hexdigest(), start, blank, self.file
        )

    def rewritten(self, rewrite: Callable[[Iterable[bytes]], Iterator[bytes]], mark: bytes) -> GraphParts:
        """The same parts with their lines rewritten, if a line of any has the mark."""
        if not any(mark in piece for part in self.by_graph.values() for piece in held_lines(part.lines())):
            return self
        found = GraphParts(tempfile.TemporaryFile())  # noqa: SIM115 -- it lives as long as the parts
        for graph, part in self.by_graph.items():
            found.add(graph, sort_lines(rewrite(held_lines(part.lines()))))
        return found


def no_parts() -> GraphParts:
    """A dataset without graphs."""
    return GraphParts(tempfile.TemporaryFile())


class _Scopes:
    """Blank nodes that occur together, by union and find."""

    def __init__(self) -> None:
        self._number: dict[bytes, int] = {}
        self._parent: list[int] = []

    def of(self, label: bytes) -> int:
        number = self._number.setdefault(label, len(self._parent))
        if number == len(self._parent):
            self._parent.append(number)
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number

    def join(self, labels: Iterable[bytes]) -> None:
        roots = {self.of(label) for label in labels}
        if roots:
            least = min(roots)
            for root in roots:
                self._parent[root] = least


def graph_label(graph: str) -> str:
    """A graph's name in messages."""
    return f"<{graph}>" if graph else "the default graph"


def as_one(triples: Iterable[bytes], graph: str) -> GraphParts:
    """Triples as a dataset of one graph.

    Args:
        triples: Canonical N-Triples, in pieces of whole lines.
        graph: The graph's IRI, or `DEFAULT`.

    Returns:
        The parts.

    Raises:
        UsageError: There is no room for the files of the sort.
    """
    parts = GraphParts(tempfile.TemporaryFile())  # noqa: SIM115 -- it lives as long as the parts
    lines = sort_lines(triples)
    if any(lines):
        parts.add(graph, lines)
    return parts


def split_by_graph(quads: Iterable[bytes]) -> GraphParts:
    """Split a dataset by graph.

    Args:
        quads: Canonical N-Quads, in pieces of whole lines.

    Returns:
        The parts.

    Raises:
        InputError: A graph is named by a blank node.
        UsageError: There is no room for the files of the sort.
    """
    quad = re.compile(_QUAD, re.MULTILINE)  # here, since a load that sends nothing does not need it
    keyed = (quad.sub(rb"\2\t\1 .", piece) for piece in quads)
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- it lives as long as the parts
    parts = GraphParts(file)
    for name, pieces in _grouped(sort_lines(keyed)):
        if name.startswith(b"_:"):
            raise InputError(
                f"a graph is named by the blank node {name.decode()}, which a request cannot refer to",
                hint="name it by an IRI, or put all into one graph with --graph",
            )
        parts.add(name.decode()[1:-1], pieces)
    return parts


def _grouped(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, Iterator[bytes]]]:
    """Keyed lines as groups, the key taken off; each group is to be read before the next."""
    iterator = iter(pieces)
    rest = next(iterator, b"")
    while rest:
        name = rest[: rest.index(_TAB)]

        def group(name: bytes = name) -> Iterator[bytes]:
            nonlocal rest
            head = name + _TAB
            while rest.startswith(head):
                last = rest.rfind(b"\n", 0, -1) + 1
                if rest.startswith(head, last):  # they are sorted: so do all between
                    yield rest[len(head) :].replace(b"\n" + head, b"\n")
                    rest = next(iterator, b"")
                    continue
                lines = rest.splitlines(keepends=True)
                end = next(i for i, line in enumerate(lines) if not line.startswith(head))
                yield b"".join(line[len(head) :] for line in lines[:end])
                rest = b"".join(lines[end:])

        yield name, group()


def held_lines(pieces: Iterable[bytes], where: str = "") -> Iterator[bytes]:
    """Pieces of any length as pieces of whole lines.

    Args:
        pieces: The pieces.
        where: Who sends them, if it is not this program: then no line may be longer than the bound.

    Returns:
        The lines, each with its end.

    Raises:
        AnswerBoundError: A line is too long.
    """
    held: list[bytes] = []  # joined once, however many pieces a line has
    size = 0
    for piece in pieces:
        end = piece.rfind(b"\n") + 1
        if end:
            yield b"".join((*held, piece[:end]))
            held, size = [], 0
        if end < len(piece):
            held.append(piece[end:])
            size += len(piece) - end
            if where and size > STORE_LINE.limit << 20:
                raise AnswerBoundError(where, "one line of the answer", STORE_LINE)
    if held:
        yield b"".join((*held, b"\n"))


__all__ = [
    "DEFAULT",
    "GraphPart",
    "GraphParts",
    "graph_label",
    "held_lines",
    "no_parts",
    "split_by_graph",
    "whole_lines",
]
