"""Expanded JSON-LD from entities (JSON-LD 1.1 API, clauses 5.2 and 8.4), in bounded memory; lists are folded."""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from pyoxigraph import Quad, RdfFormat, serialize

from scograph import terms
from scograph.serialise.compact import MAX_NATIVE_INTEGER, is_bare, native_type
from scograph.serialise.entities import BATCH, TYPE, Entity, Graphs, Turtle, merged
from scograph.serialise.numbering import BlankNodeNames
from scograph.serialise.sorted_entities import lines_by_graph, sorted_entities
from scograph.serialise.sorting import sort_lines

_TYPES = re.compile(rb'"' + re.escape(terms.TYPE.value.encode()) + rb'":\[(\{"@id":"[^"]*"\}(?:,\{"@id":"[^"]*"\})*)\]')
_NOT_PLAIN = (b'"_:', terms.NIL.value.encode(), terms.RDF.encode() + b"JSON")
_JSON = terms.RDF.encode() + b"JSON"
_TOGETHER = 64
_OUTSIDE_THE_BMP = re.compile("[\U00010000-\U0010ffff]")


def expanded(quads: Iterable[Quad], *, sort: bool = False) -> Iterator[bytes]:
    """Write quads as expanded JSON-LD: each node stands by itself, and lists are arrays.

    Args:
        quads: The quads, their blank nodes named.
        sort: Whether they are sorted by graph and subject; else they keep their order up to the first blank node, since
            the cells of a list may stand anywhere.

    Returns:
        UTF-8 in pieces.

    Raises:
        Rdf12Error: A term is one of RDF 1.2.
    """
    turtle = Turtle({})
    iterator = iter(quads)
    rest: list[Quad] = []

    def graphs() -> Graphs:
        """The entities of what is left when the first part was written."""
        if sort or rest:
            yield from sorted_entities(sort_lines(lines_by_graph(chain(rest, iterator))), turtle)

    return _document(() if sort else _plain_nodes(iterator, rest), graphs(), turtle)


def _plain_nodes(quads: Iterator[Quad], rest: list[Quad]) -> Iterator[bytes]:
    """Write quads with the library's writer, until one has what it does not write as the standard does.

    Args:
        quads: The quads, in any order.
        rest: What was read and not written, when the iterator ends.

    Returns:
        Node objects, some at a time, with commas between them.
    """
    batch: list[Quad] = []
    while True:
        batch += islice(quads, BATCH)
        if not batch:
            return
        last, following = batch[-1], []
        for quad in quads:  # a subject is not divided
            if quad.subject != last.subject or quad.graph_name != last.graph_name:
                following.append(quad)
                break
            batch.append(quad)
        written = (serialize(batch, format=RdfFormat.JSON_LD) or b"").strip()[1:-1]
        if any(map(written.__contains__, _NOT_PLAIN)):
            rest += batch + following
            return
        yield _TYPES.sub(_as_type, written)
        batch = following


def _as_type(match: re.Match[bytes]) -> bytes:
    """The library writes types as a property, which framing does not look at."""
    return b'"@type":[%s]' % match[1].replace(b'{"@id":', b"").replace(b"}", b"")


def _document(plain: Iterable[bytes], graphs: Graphs, turtle: Turtle) -> Iterator[bytes]:
    """Write a document of node objects.

    Args:
        plain: Node objects that are written already, some at a time, with commas between them.
        graphs: The entities behind them, by graph, their terms as Turtle without prefixes has them.
        turtle: That Turtle.

    Returns:
        UTF-8 in pieces.

    Raises:
        Rdf12Error: A term is one of RDF 1.2.
    """
    before = b"[\n"
    for some in plain:
        yield before + some
        before = b",\n"
    writer = _ExpandedWriter(turtle)
    together: list[bytes] = []
    for name, entities in graphs:
        if name:
            together += before, b'{"@id": %s, "@graph": [\n' % writer.name_of(name)
            before = b""
        for entity in entities:
            for node in writer.nodes(entity):
                together += before, node
                before = b",\n"
            if len(together) > _TOGETHER:
                yield b"".join(together)
                together.clear()
        if name:
            together.append(b"\n]}")
            before = b",\n"
    yield b"".join(together) + (b"[]\n" if before == b"[\n" else b"\n]\n")


class _ExpandedWriter:
    """Writes entities as node objects; what is nested in one is written behind it, but for lists.

    Args:
        turtle: The Turtle that the entities are in.
    """

    def __init__(self, turtle: Turtle) -> None:
        self._named = BlankNodeNames().name
        self._nil = turtle.words.nil

    def name_of(self, token: bytes) -> bytes:
        """An IRI or a blank node as a JSON string."""
        return b'"%s"' % (self._named(token) if token[:2] == b"_:" else token[1:-1])

    def nodes(self, entity: Entity) -> Iterator[bytes]:
        """The node object of an entity, and those of the blank nodes in it that are no cells of a list."""
        waiting: list[bytes] = []
        yield self._node(entity, entity.subject, entity.properties, waiting)
        for label in waiting:  # which grows meanwhile
            yield self._node(entity, label, entity.inside[label], waiting)

    def _node(self, entity: Entity, subject: bytes, properties: Sequence[bytes], waiting: list[bytes]) -> bytes:
        parts = [b'"@id": ' + self.name_of(subject)]
        types: list[bytes] = []
        values: dict[bytes, list[bytes]] = defaultdict(list)
        for name, objects in merged(properties).items():
            iri = terms.TYPE.value.encode() if name == TYPE else name[1:-1]
            for value in objects:
                if name == TYPE and not self._is_literal(value) and value not in entity.lists and value != self._nil:
                    types.append(self.name_of(value))
                    self._await(entity, value, waiting)
                else:
                    values[iri].append(self._value(entity, value, waiting))
        if types:
            parts.append(b'"@type": [%s]' % b", ".join(types))
        parts += (b'"%s": [%s]' % (iri, b", ".join(written)) for iri, written in values.items())
        return b"{%s}" % b", ".join(parts)

    @staticmethod
    def _is_literal(value: bytes) -> bool:
        return value[:1] == b'"' or is_bare(value)

    @staticmethod
    def _await(entity: Entity, value: bytes, waiting: list[bytes]) -> None:
        if value in entity.inside:
            waiting.append(value)

    def _value(self, entity: Entity, value: bytes, waiting: list[bytes]) -> bytes:
        if value[:1] == b'"':
            return _text(value)
        if is_bare(value):
            return b'{"@type": "%s", "@value": "%s"}' % (native_type(value).encode(), value)
        if value == self._nil:
            return b'{"@list": []}'
        if value in entity.lists:
            members = (self._value(entity, member, waiting) for member in entity.lists[value])
            return b'{"@list": [%s]}' % b", ".join(members)
        self._await(entity, value, waiting)
        return b'{"@id": %s}' % self.name_of(value)


def _text(value: bytes) -> bytes:
    end = value.rfind(b'"') + 1
    text, mark = value[:end], value[end : end + 1]
    if mark == b"@":
        return b'{"@language": "%s", "@value": %s}' % (value[end + 1 :], text)
    if mark != b"^":
        return b'{"@value": %s}' % text
    datatype = value[end + 3 : -1]
    if datatype == _JSON and is_canonical_json(lexical := json.loads(text)):
        return b'{"@type": "@json", "@value": %s}' % lexical.encode()
    return b'{"@type": "%s", "@value": %s}' % (datatype, text)


def is_canonical_json(text: str) -> bool:
    """Whether a text is surely what a JSON literal has after its value was read (RFC 8785; JSON-LD 1.1 API, 8.6).

    Args:
        text: The lexical form of a literal of rdf:JSON.

    Returns:
        Whether it is; where readers might differ, it is not.

    Example:
        >>> is_canonical_json('{"a":1}'), is_canonical_json('{"a": 1}'), is_canonical_json("1.0")
        (True, False, False)
    """
    try:
        value = json.loads(text, object_pairs_hook=_all_once)
        written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    except (ValueError, RecursionError):
        return False
    return written == text and _is_plain(value)


def _all_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key that is there twice")
    return dict(pairs)


def _is_plain(value: Any) -> bool:  # noqa: ANN401 -- JSON
    """Whether Python writes all numbers in a JSON value as ECMAScript does, and sorts its keys in the same order."""
    if isinstance(value, dict):
        return not any(map(_OUTSIDE_THE_BMP.search, value)) and all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    if isinstance(value, float):
        return math.isfinite(value) and not value.is_integer() and "e" not in repr(value)
    return isinstance(value, bool) or not isinstance(value, int) or abs(value) <= MAX_NATIVE_INTEGER
