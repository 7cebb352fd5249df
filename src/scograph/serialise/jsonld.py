"""JSON-LD as text, in bounded memory: one object per entity, keys in order (JSON-LD 1.1 API, clause 6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import Quad

from scograph.json_text import json_bytes
from scograph.serialise.compact import LINES, ONE_LINE, Compactor, usable_prefixes
from scograph.serialise.context import Context, ContextTable, read_context
from scograph.serialise.entities import Gatherer, Graphs, Turtle, by_graph
from scograph.serialise.numbering import BlankNodeNames
from scograph.serialise.repeated_subjects import RepeatedSubjects
from scograph.serialise.sorted_entities import lines_by_graph, sorted_entities
from scograph.serialise.sorting import sort_lines

_QUOTED = re.compile(rb'"([^"\\:]+)(?=[":])')
_TOGETHER = 64


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
        self,
        quads: Iterable[Quad],
        *,
        graphs: bool = True,
        generated_are_local: Callable[[], bool] = lambda: False,
        repeated: RepeatedSubjects | None = None,
    ) -> Iterator[bytes]:
        """Write quads as they come, an entity in memory at a time; a subject that returns is written again.

        Args:
            quads: The quads.
            graphs: Whether they may be in named graphs.
            generated_are_local: Whether a label that the library made up is known to occur in one statement only.
            repeated: Counts the subjects that are written again.

        Returns:
            UTF-8 in pieces.

        Raises:
            InputError: The context uses a feature that the writer does not know, or a term is one of RDF 1.2.
        """
        table, turtle = self._table
        runs = by_graph(quads) if graphs else [(b"", quads)]
        found = (
            (name, Gatherer(turtle, generated_are_local=generated_are_local).entities(turtle.statements(run)))
            for name, run in runs
        )
        if repeated is not None:
            found = ((name, repeated.watched(name, entities)) for name, entities in found)
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
        table, turtle = self._table
        return self._written(table, turtle, sorted_entities(sort_lines(lines_by_graph(quads)), turtle))

    def read_context(self) -> None:
        """Read the context, which is read at the first quad otherwise.

        Raises:
            UnstreamedContextError: The context uses a feature that the writer does not know.
            InputError: It defines a prefix by itself.
        """
        _ = self._table

    @cached_property
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


def without_circles(context: Any) -> Any:
    """A context, if it is one object, without each prefix whose namespace has the prefix itself as its scheme.

    What is defined by them is written in full.
    """
    if not isinstance(context, dict):
        return context
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
    written = json_bytes(url) if url else json_bytes(table.context, indent=2)
    yield b'{\n  "@context": ' + written.replace(b"\n", b"\n  ") + b',\n  "@graph": ['
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
    around = json_bytes(context)
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
