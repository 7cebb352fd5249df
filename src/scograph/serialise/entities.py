"""Entities from quads in file order: a subject, and the blank nodes around it that can be nested in it.

The library writes Turtle, which groups what stands together by subject and property and shortens IRIs by prefixes; its
statements are taken apart here by their line ends, which no text contains unescaped. Memory holds one entity at a time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from types import MappingProxyType
from typing import Any, NamedTuple

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, serialize

from scograph import terms
from scograph.ntriples import TEXT, refuse_rdf_12
from scograph.serialise.nesting import ListWords, find_lists, find_nested

BATCH = 2048
"""Quads a call: large enough that the calls do not count, small enough that memory does not."""
MAX_WAITING = 20_000
"""So many blank nodes wait for the entity that refers to them, before they are written by themselves."""
TYPE = b"a"

_GENERATED = re.compile(rb"_:[a-f][0-9a-f]{15,31}")
"""A label that the library made up for a blank node without one."""
_OBJECTS = re.compile(TEXT + rb"(?:@[\w-]+|\^\^\S+)?|[^\s,]\S*")
_NAMED = re.compile(rb"(?:^| )(_:\S+)")

_NOTHING: Mapping[bytes, Sequence[bytes]] = MappingProxyType({})

Statement = tuple[bytes, list[bytes]]
"""A subject, and its properties, each with its objects, as Turtle has them."""
Said = Mapping[bytes, Sequence[bytes]]
"""Objects by property."""


class Entity(NamedTuple):
    """A subject with what is written inside it.

    Args:
        subject: The subject, as Turtle writes it.
        properties: Its properties, each with its objects; one may come again.
        inside: The properties of each blank node that is written in the place of the object that refers to it.
        lists: The members of each list among them, by its first cell.
        unnamed: Those inside that need no name, since nothing else refers to them.
    """

    subject: bytes
    properties: Sequence[bytes]
    inside: Mapping[bytes, Sequence[bytes]] = _NOTHING
    lists: Mapping[bytes, Sequence[bytes]] = _NOTHING
    unnamed: Container[bytes] = ()


Graphs = Iterable[tuple[bytes, Iterable[Entity]]]
"""Entities by graph: its name as Turtle writes it, nothing for the default graph."""


class Turtle:
    """The library's Turtle with some prefixes, and its tokens.

    Args:
        prefixes: The prefixes to shorten IRIs by.
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.prefixes = dict(prefixes)
        node = NamedNode("x:x")
        sample = self._write([Triple(node, node, node)])
        self._head = sample.rindex(b"\n", 0, -1) + 1 if prefixes else 0
        self._tokens: dict[str, bytes] = {}
        self.words = ListWords(*map(self.token, (terms.FIRST.value, terms.REST.value, terms.NIL.value)))

    def _write(self, some: Iterable[Quad] | Iterable[Triple]) -> bytes:
        return serialize(some, format=RdfFormat.TURTLE, prefixes=self.prefixes) or b""

    def token(self, iri: str) -> bytes:
        """An IRI as the object of a statement."""
        if iri not in self._tokens:
            line = self._write([Triple(NamedNode("x:x"), NamedNode("x:x"), NamedNode(iri))])
            self._tokens[iri] = line[line.rindex(b"\n", 0, -1) + 1 if b"\n" in line[:-1] else 0 :].split(b" ")[2]
        return self._tokens[iri]

    def statements(self, quads: Iterable[Quad] | Iterable[Triple]) -> Iterator[Statement]:
        """Quads of the default graph, or triples, as statements; a subject may come again in the next one."""
        iterator: Iterator[Any] = iter(quads)
        while piece := self._write(islice(iterator, BATCH)):
            refuse_rdf_12(piece)
            for block in piece[self._head :].split(b" .\n"):
                if block:
                    first, *more = block.split(b" ;\n\t")
                    subject, _, first = first.partition(b" ")
                    yield subject, [first, *more]


def objects_of(written: bytes) -> Sequence[bytes]:
    """The objects of a property, which Turtle writes with commas between them."""
    if b" , " not in written:
        return (written,)
    if b"\\" not in written:
        found = written.split(b" , ")
        quotes = written.count(b'"')
        if not quotes or quotes == 2 * len(found):  # a text has two, so that no comma is inside one
            return found
    return _OBJECTS.findall(written)


def merged(properties: Iterable[bytes]) -> dict[bytes, Sequence[bytes]]:
    """Objects by property, each once, in order of appearance."""
    said: dict[bytes, Sequence[bytes]] = {}
    for some in properties:
        name, _, written = some.partition(b" ")
        objects = objects_of(written)
        if name in said:
            objects = (*said[name], *objects)
        said[name] = tuple(dict.fromkeys(objects)) if len(objects) > 1 else objects
    return said


def by_graph(quads: Iterable[Quad]) -> Iterator[tuple[bytes, Iterable[Quad] | Iterable[Triple]]]:
    """Quads in runs of one graph: its name as N-Quads writes it, nothing for the default graph; and the triples."""
    for name, run in groupby(quads, key=lambda quad: quad.graph_name):
        yield b"" if isinstance(name, DefaultGraph) else str(name).encode(), (quad.triple for quad in run)


class Gatherer:
    """Gathers statements into entities, in their order.

    Args:
        turtle: The Turtle that they are in.
        generated_are_local: Whether a label that the library made up is known to occur in one statement only.
    """

    def __init__(self, turtle: Turtle, *, generated_are_local: Callable[[], bool] = lambda: False) -> None:
        self._words = turtle.words
        self._local = generated_are_local
        self._root: Statement | None = None
        self._waiting: dict[bytes, list[bytes]] = {}
        self._old: set[bytes] = set()

    def entities(self, statements: Iterable[Statement]) -> Iterator[Entity]:
        """The entities, each when the next one begins."""
        for subject, properties in statements:
            if subject[:2] == b"_:":
                if subject in self._waiting:
                    self._waiting[subject] += properties
                else:
                    self._waiting[subject] = properties
                    if len(self._waiting) > MAX_WAITING:
                        yield from self._all(complete=False)
            elif self._root is None:
                self._root = subject, properties
            elif self._root[0] == subject:
                self._root[1].extend(properties)
            else:
                if self._waiting:
                    yield from self._close()
                else:
                    yield Entity(*self._root)
                self._root = subject, properties
        yield from self._all(complete=True)

    def _close(self) -> Iterator[Entity]:
        """The entity that is complete, and the blank nodes that have waited for one entity in vain."""
        yield from self._nested(self._waiting, complete=True)
        for label in [label for label in self._waiting if label in self._old]:
            if label in self._waiting:  # else it was written inside another of them
                yield from self._alone(label)
        self._old = set(self._waiting)

    def _alone(self, label: bytes) -> Iterator[Entity]:
        root, self._root = self._root, (label, self._waiting.pop(label))
        yield from self._nested(self._waiting, complete=False)
        self._root = root

    def _all(self, *, complete: bool) -> Iterator[Entity]:
        if self._root:
            yield from self._nested(self._waiting, complete=complete)
        referred = {label for some in self._waiting.values() for said in some for label in _NAMED.findall(said)}
        for first in ([label for label in self._waiting if label not in referred], list(self._waiting)):
            for label in first:
                if label in self._waiting:
                    self._root = label, self._waiting.pop(label)
                    yield from self._nested(self._waiting, complete=complete)
        self._root = None
        self._old = set()

    def _nested(self, waiting: dict[bytes, list[bytes]], *, complete: bool) -> Iterator[Entity]:
        """The root with the waiting blank nodes that it leads to, which then no longer wait."""
        if self._root is None:
            return
        subject, properties = self._root
        if not waiting:
            yield Entity(subject, properties)
            return
        own, by_property = connected(subject, properties, waiting, waiting)
        counted = Counter(
            value for values in by_property.values() for objects in values.values() for value in objects if value in own
        )
        once = {label for label, count in counted.items() if count == 1 and label != subject}
        unnamed = _GENERATED_LABELS if complete and self._local() else ()
        yield from assembled(own, by_property, once, self._words, unnamed)


def connected(
    subject: bytes, properties: list[bytes], waiting: dict[bytes, list[bytes]], labels: Container[bytes]
) -> tuple[dict[bytes, list[bytes]], dict[bytes, Mapping[bytes, Sequence[bytes]]]]:
    """A subject with the waiting blank nodes that it leads to, which then no longer wait.

    Args:
        subject: The subject.
        properties: Its properties, each with its objects.
        waiting: The blank nodes that wait, with theirs.
        labels: Those of the waiting that may be taken.

    Returns:
        The properties of the subject, which comes first, and of the blank nodes; and the same by property.
    """
    own = {subject: properties}
    by_property: dict[bytes, Mapping[bytes, Sequence[bytes]]] = {subject: merged(properties)}
    unread = [subject]
    while unread:
        for objects in by_property[unread.pop()].values():
            for value in objects:
                if value in labels and value in waiting:
                    own[value] = waiting.pop(value)
                    by_property[value] = merged(own[value])
                    unread.append(value)
    return own, by_property


class _Generated:
    """The labels that the library made up."""

    def __contains__(self, label: object) -> bool:
        return isinstance(label, bytes) and _GENERATED.fullmatch(label) is not None


_GENERATED_LABELS = _Generated()


def assembled(
    own: Mapping[bytes, Sequence[bytes]],
    said: Mapping[bytes, Said],
    once: set[bytes],
    words: ListWords[bytes],
    unnamed: Container[bytes],
) -> Iterator[Entity]:
    """An entity with what can be written inside it, and the blank nodes that cannot, as entities of their own.

    Args:
        own: The properties of the subject, which comes first, and of the blank nodes that it leads to.
        said: The same, by property.
        once: The blank nodes that one object refers to.
        words: The words of lists.
        unnamed: Those that need no name when they are written in place.

    Returns:
        The entities, the subject's first.
    """
    if len(own) == 1:
        yield from (Entity(subject, properties) for subject, properties in own.items())
        return
    lists = find_lists(said, [label for label in once if label in unnamed], words)
    nested = find_nested(said, once, lists, words)
    inside = {label: own[label] for label in nested}
    members = {head: [said[cell][words.first][0] for cell in cells] for head, cells in lists.items() if head in nested}
    for subject, properties in own.items():
        if subject not in nested:
            yield Entity(subject, properties, inside, members, unnamed)
