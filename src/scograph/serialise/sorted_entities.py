"""Entities from sorted N-Quads lines, for the JSON-LD of a project: each subject once, blank nodes nested."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from pyoxigraph import Quad, RdfFormat, parse, serialize

from scograph.ntriples import BLANK_OBJECTS, BLANK_SUBJECT_LINES
from scograph.serialise.entities import BATCH, Entity, Turtle, assembled, by_graph, connected
from scograph.serialise.numbering import BlankNodeNames
from scograph.serialise.sorting import SortedLines

MAX_NESTED = 100_000
"""So many statements of blank nodes are held in memory to be written inside others; with more, each stands alone."""


def lines_by_graph(quads: Iterable[Quad]) -> Iterator[bytes]:
    """Lines that sort by graph and subject: the graph's name, a tabulator, a triple."""
    names = BlankNodeNames()
    for graph, run in by_graph(quads):
        iterator: Iterator[Any] = iter(run)
        before = (names.name(graph) if graph[:2] == b"_:" else graph) + b"\t"
        while piece := serialize(islice(iterator, BATCH), format=RdfFormat.N_TRIPLES):
            yield before + names.in_lines(piece)[:-1].replace(b"\n", b"\n" + before) + b"\n"


@dataclass(frozen=True)
class _Blank:
    """The blank nodes of sorted lines.

    Args:
        once: Those that are an object once, in the graph that they are in, and in no other.
        lines: By graph, the lines that they are the subjects of.
    """

    once: frozenset[bytes] = frozenset()
    lines: Mapping[bytes, Sequence[bytes]] = field(default_factory=dict)


def sorted_entities(lines: SortedLines, turtle: Turtle) -> Iterator[tuple[bytes, Iterator[Entity]]]:
    """The entities of sorted lines.

    Args:
        lines: What `lines_by_graph` gives, sorted.
        turtle: The Turtle that the entities are to be in.

    Returns:
        The graphs by name, each with its entities: IRIs first, then the blank nodes that are not inside another.
    """
    blank = _blank_nodes(lines)
    for name, pieces in _runs(lines):
        yield name, _in_graph(turtle, pieces, blank.once, blank.lines.get(name, ()))


def _blank_nodes(lines: SortedLines) -> _Blank:
    counted: Counter[bytes] = Counter()
    graphs: dict[bytes, bytes] = {}
    shared: set[bytes] = set()
    about: dict[bytes, list[bytes]] = defaultdict(list)
    held = 0
    for name, pieces in _runs(lines):
        if name[:2] == b"_:":
            shared.add(name)
        for piece in pieces:
            if b"_:" in piece:
                objects, subjects = BLANK_OBJECTS.findall(piece), BLANK_SUBJECT_LINES.findall(piece)
                counted.update(objects)
                about[name] += subjects
                held += len(subjects)
                labels = {*objects, *(line.partition(b" ")[0] for line in subjects)}
                shared |= {label for label in labels if graphs.setdefault(label, name) != name}
            if max(held, len(counted)) > MAX_NESTED:
                for _ in pieces:
                    pass
                return _Blank()
    return _Blank(frozenset(label for label, count in counted.items() if count == 1 and label not in shared), about)


def _runs(lines: SortedLines) -> Iterator[tuple[bytes, Iterator[bytes]]]:
    """The lines of each graph, in pieces and without the graph's name before them; to be read one after the other."""
    by_name = (part for piece in lines for part in _by_name(piece))
    for name, run in groupby(by_name, key=itemgetter(0)):
        yield name, (piece for _, piece in run)


def _by_name(piece: bytes) -> Iterator[tuple[bytes, bytes]]:
    """A piece of sorted lines, taken apart where the graph changes."""
    name = piece.partition(b"\t")[0]
    before = name + b"\t"
    if piece[piece.rfind(b"\n", 0, -1) + 1 :].startswith(before):
        yield name, piece[len(before) :].replace(b"\n" + before, b"\n")
        return
    for name, run in groupby((line.partition(b"\t") for line in piece.splitlines(keepends=True)), key=itemgetter(0)):
        yield name, b"".join(line for _, _, line in run)


def _in_graph(
    turtle: Turtle, pieces: Iterable[bytes], once: frozenset[bytes], blank: Iterable[bytes]
) -> Iterator[Entity]:
    def read(some: Iterable[bytes]) -> Iterator[tuple[bytes, list[bytes]]]:
        triples = (quad for piece in some for quad in parse(piece, RdfFormat.N_TRIPLES))
        for subject, statements in groupby(turtle.statements(triples), key=itemgetter(0)):
            yield subject, [properties for _, some in statements for properties in some]

    waiting = dict(read([b"".join(blank)])) if once else {}
    for subject, properties in read(pieces):
        if subject[:2] != b"_:" or not once:
            yield from _whole(subject, properties, waiting, once, turtle)
    for label in [*(label for label in waiting if label not in once), *waiting]:
        if label in waiting:
            yield from _whole(label, waiting.pop(label), waiting, once, turtle)


def _whole(
    subject: bytes,
    properties: list[bytes],
    waiting: dict[bytes, list[bytes]],
    once: frozenset[bytes],
    turtle: Turtle,
) -> Iterator[Entity]:
    """An entity with the waiting blank nodes that it leads to and nothing else refers to, which then no longer wait."""
    if not waiting:
        yield Entity(subject, properties)
        return
    own, by_property = connected(subject, properties, waiting, once)
    yield from assembled(own, by_property, own.keys() - {subject}, turtle.words, once)
