"""JSON-LD as text, in bounded memory: one object per entity, keys in order (JSON-LD 1.1 API, clause 6)."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from pyoxigraph import Quad, RdfFormat, parse, serialize

from scograph import terms
from scograph.serialise.compact import LINES, ONE_LINE, Compactor, usable_prefixes
from scograph.serialise.context import Context, ContextTable, read_context
from scograph.serialise.entities import BATCH, Entity, Gatherer, Turtle, assembled, by_graph, merged
from scograph.serialise.numbering import BlankNodeNames
from scograph.serialise.sorting import SortedLines, sort_lines

MOST_NESTED = 100_000
"""So many statements of blank nodes are held in memory to be written inside others; with more, each stands alone."""

_QUOTED = re.compile(rb'"([^"\\:]+)(?=[":])')
_TYPE = re.compile(rb'"' + re.escape(terms.TYPE.value.encode()) + rb'":\[(\{"@id":"[^"]*"\}(?:,\{"@id":"[^"]*"\})*)\]')
_BLANK_OBJECT = re.compile(rb'(?<=> )_:[^\s"<>]+(?= \.$)', re.MULTILINE)
_BLANK_SUBJECT = re.compile(rb"^_:.*\n", re.MULTILINE)
_TOGETHER = 64

Graphs = Iterable[tuple[bytes, Iterable[Entity]]]
"""Entities by graph: its name as Turtle writes it, nothing for the default graph."""


@dataclass(frozen=True)
class JsonLd:
    """How JSON-LD is written.

    Args:
        context: The context; it is written into the document, so that none has to be fetched.
        url: The context's address, to be written in its place.
        by_line: Whether each entity is a document of its own, on a line.
    """

    context: Context
    url: str = ""
    by_line: bool = False

    def in_order_of_the_file(
        self, quads: Iterable[Quad], *, graphs: bool = True, generated_are_local: Callable[[], bool] = lambda: False
    ) -> Iterator[bytes]:
        """Write quads as they come, an entity in memory at a time; a subject that returns is written again.

        Args:
            quads: The quads.
            graphs: Whether they may be in named graphs.
            generated_are_local: Whether a label that the library made up is known to occur in one statement only.

        Returns:
            UTF-8 in pieces.

        Raises:
            InputError: The context uses a feature that the writer does not know, or a term is one of RDF 1.2.
        """
        table, turtle = self._table()
        runs = by_graph(quads) if graphs else [(b"", quads)]
        found = (
            (name, Gatherer(turtle, generated_are_local=generated_are_local).entities(turtle.statements(run)))
            for name, run in runs
        )
        return self._written(table, turtle, found)

    def sorted(self, quads: Iterable[Quad]) -> Iterator[bytes]:
        """Write quads by graph and subject, each subject once, with every blank node that one object refers to in it.

        Args:
            quads: The quads, sorted in bounded memory.

        Returns:
            UTF-8 in pieces.

        Raises:
            InputError: The context uses a feature that the writer does not know, or a term is one of RDF 1.2.
        """
        table, turtle = self._table()
        return self._written(table, turtle, sorted_entities(sort_lines(lines_by_graph(quads)), turtle))

    def _table(self) -> tuple[ContextTable, Turtle]:
        table = read_context(without_circles(self.context))
        return table, Turtle(usable_prefixes(table))

    def _written(self, table: ContextTable, turtle: Turtle, graphs: Graphs) -> Iterator[bytes]:
        layout = ONE_LINE if self.by_line else LINES
        compactor = Compactor(table, turtle, BlankNodeNames().name, layout)
        return (_by_line if self.by_line else _document)(graphs, compactor, table, self.url)


def jsonld(quads: Iterable[Quad], context: Context) -> Iterator[bytes]:
    """Write quads as compact JSON-LD, sorted (see `JsonLd.sorted`).

    Args:
        quads: The quads.
        context: The context.

    Returns:
        UTF-8 in pieces.

    Raises:
        InputError: The context uses a feature that the writer does not know, or a term is one of RDF 1.2.
    """
    return JsonLd(context).sorted(quads)


def expanded(quads: Iterable[Quad]) -> Iterator[bytes]:
    """Write quads as expanded JSON-LD, in their order, with the library's writer.

    Args:
        quads: The quads, their blank nodes named.

    Returns:
        UTF-8 in pieces.
    """
    iterator = iter(quads)
    before = b"[\n"
    batch: list[Quad] = []
    while True:
        batch += islice(iterator, BATCH)
        if not batch:
            break
        last, following = batch[-1], []
        for quad in iterator:  # a subject is not divided
            if quad.subject != last.subject or quad.graph_name != last.graph_name:
                following.append(quad)
                break
            batch.append(quad)
        written = serialize(batch, format=RdfFormat.JSON_LD) or b"[]"
        yield before + _TYPE.sub(_as_type, written.strip()[1:-1])
        before = b",\n"
        batch = following
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


def _as_type(match: re.Match[bytes]) -> bytes:
    """The library writes types as a property, which framing does not look at."""
    return b'"@type":[%s]' % match[1].replace(b'{"@id":', b"").replace(b"}", b"")


def without_circles(context: Context) -> Context:
    """The context without each prefix whose namespace has the prefix itself as its scheme, written in full instead."""
    return without_prefixes(context, {n for n, v in context.items() if isinstance(v, str) and v.startswith(f"{n}:")})


def without_prefixes(context: Context, names: Container[str]) -> Context:
    """The context without some prefixes; what is defined by them is written in full."""
    gone = {name: value for name, value in context.items() if name in names and isinstance(value, str)}
    return {name: _in_full(value, gone) for name, value in context.items() if name not in gone}


def _in_full(value: Any, gone: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _in_full(inner, gone) if key in ("@id", "@type") else inner for key, inner in value.items()}
    if isinstance(value, str) and value.partition(":")[0] in gone and not value.startswith("@"):
        prefix, _, local = value.partition(":")
        return gone[prefix] + local
    return value


# Documents


def _document(graphs: Graphs, compactor: Compactor, table: ContextTable, url: str) -> Iterator[bytes]:
    written = json.dumps(url) if url else json.dumps(table.context, ensure_ascii=False, indent=2)
    yield b'{\n  "@context": ' + written.replace("\n", "\n  ").encode() + b',\n  "@graph": ['
    before = b"\n    "
    together: list[bytes] = []
    for name, entities in graphs:
        without: frozenset[str] = frozenset()
        if name:
            named, without = compactor.graph(name)
            yield b"".join((*together, before, b"{", named, b', "@graph": ['))
            together.clear()
            before = b"\n    "
        for entity in entities:
            together += before, compactor.entity(entity, without=without)
            before = b",\n    "
            if len(together) > _TOGETHER:
                yield b"".join(together)
                together.clear()
        if name:
            together.append(b"]}")
            before = b",\n    "
    yield b"".join(together) + b"\n  ]\n}\n"


def _by_line(graphs: Graphs, compactor: Compactor, table: ContextTable, url: str) -> Iterator[bytes]:
    lines: list[bytes] = []
    for name, entities in graphs:
        named, without = compactor.graph(name) if name else (b"", frozenset[str]())
        for entity in entities:
            written = compactor.entity(entity, without=without)
            if name:
                written = b'{%s, "@graph": [%s]}' % (named, written)
            lines.append(_with_context(written, table, url) + b"\n")
            if len(lines) > _TOGETHER:
                yield b"".join(lines)
                lines.clear()
    yield b"".join(lines)


def _with_context(written: bytes, table: ContextTable, url: str) -> bytes:
    """A line that stands alone: with the context's address, or the terms that it uses."""
    context: object = url
    if not url:
        names = {match.decode() for match in _QUOTED.findall(written)} & table.context.keys()
        for name in list(names):
            value = table.context[name]
            parts = (value.get("@id", ""), value.get("@type", "")) if isinstance(value, dict) else (value,)
            names.update(_prefixes(parts, table.context))
        context = {name: value for name, value in table.context.items() if name in names or name == "@version"}
    around = json.dumps(context, ensure_ascii=False).encode()
    own = b'{"@context": '
    if written.startswith(own):
        end = written.index(b"}", len(own)) + 1
        return b"%s[%s, %s]%s" % (own, around, written[len(own) : end], written[end:])
    return own + around + b", " + written[1:]


def _prefixes(values: Iterable[object], context: Context) -> Iterator[str]:
    for value in values:
        name = str(value).partition(":")[0]
        if name in context:
            yield name
            if isinstance(context[name], str):
                yield from _prefixes([context[name]], {n: v for n, v in context.items() if n != name})


# Sorted


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
                objects, subjects = _BLANK_OBJECT.findall(piece), _BLANK_SUBJECT.findall(piece)
                counted.update(objects)
                about[name] += subjects
                held += len(subjects)
                labels = {*objects, *(line.partition(b" ")[0] for line in subjects)}
                shared |= {label for label in labels if graphs.setdefault(label, name) != name}
            if max(held, len(counted)) > MOST_NESTED:
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
    own = {subject: properties}
    said = {subject: merged(properties)}
    unread = [subject]
    while unread:
        for objects in said[unread.pop()].values():
            for value in objects:
                if value in once and value in waiting:
                    own[value] = waiting.pop(value)
                    said[value] = merged(own[value])
                    unread.append(value)
    yield from assembled(own, said, {label for label in own if label != subject}, turtle.words, once)
