"""Turtle and TriG in one canonical layout (RDF 1.1 Turtle; RDF 1.1 TriG).

Prefixes are sorted and only those used; subjects are sorted; `a` comes first, then the predicates by IRI; one object
a line; blank nodes that are referred to once, and lists, stand where they are referred to. The layout is a function of
the triples, so that two files with the same triples have the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from scograph import terms
from scograph.model import Node, Term
from scograph.serialise.blocks import Blocks, Values, gather

INDENT = "    "

_LOCAL = re.compile(r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_-])?(?:\.[A-Za-z0-9_-]+)*)?")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?[0-9]*\.[0-9]+")
_DOUBLE = re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+")
_BARE = {
    terms.XSD + "integer": _INTEGER,
    terms.XSD + "decimal": _DECIMAL,
    terms.XSD + "double": _DOUBLE,
    terms.XSD + "boolean": re.compile("true|false"),
}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_ESCAPED = re.compile(r'[\\"\x00-\x1f\x7f]')
_LONG_ESCAPED = re.compile(r'\\|""(?=")|"(?=$)|[\x00-\x09\x0b-\x1f\x7f]')


def turtle(quads: Iterable[Quad], prefixes: Mapping[str, str] | None = None) -> Iterator[bytes]:
    """Write quads as Turtle; graph names are left out.

    Args:
        quads: The quads, all held in memory.
        prefixes: The prefixes to use.

    Returns:
        UTF-8 in pieces, a subject each.
    """
    return trig((Quad(quad.subject, quad.predicate, quad.object) for quad in quads), prefixes)


def trig(quads: Iterable[Quad], prefixes: Mapping[str, str] | None = None) -> Iterator[bytes]:
    """Write quads as TriG: the default graph, then each named graph.

    Args:
        quads: The quads, all held in memory.
        prefixes: The prefixes to use.

    Returns:
        UTF-8 in pieces, a subject each.
    """
    graphs = gather(quads)
    names = _Names(prefixes or {})
    written: list[str] = []
    for graph in graphs:
        is_default = isinstance(graph.graph, DefaultGraph)
        writer = _Writer(graph, names)
        blocks = [writer.block(root) for root in graph.roots()]
        if is_default:
            written += blocks
        else:
            inside = "\n".join(_indented(block) for block in blocks)
            written.append(f"{names.term(graph.graph)} {{\n{inside}}}\n")
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in names.used())
    pieces = [head, *written] if head else written
    for number, piece in enumerate(pieces):
        yield (("\n" if number else "") + piece).encode()


class _Names:
    """Writes terms, and remembers which prefixes that took."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = sorted(prefixes.items(), key=lambda item: (-len(item[1]), item[0]))
        self._used: set[tuple[str, str]] = set()
        self._known: dict[str, str] = {}

    def used(self) -> list[tuple[str, str]]:
        return sorted(self._used)

    def term(self, term: Term | DefaultGraph) -> str:
        if isinstance(term, NamedNode):
            return self.iri(term.value)
        if isinstance(term, Literal):
            return self.literal(term)
        return str(term)

    def iri(self, iri: str) -> str:
        if iri not in self._known:
            self._known[iri] = self._shortened(iri)
        return self._known[iri]

    def _shortened(self, iri: str) -> str:
        for prefix, namespace in self._prefixes:
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                self._used.add((prefix, namespace))
                return f"{prefix}:{iri[len(namespace) :]}"
        return str(NamedNode(iri))

    def literal(self, literal: Literal) -> str:
        value, datatype = literal.value, literal.datatype.value
        bare = _BARE.get(datatype)
        if bare and bare.fullmatch(value):
            return value
        if "\n" in value:
            text = '"""' + _LONG_ESCAPED.sub(lambda m: "".join(map(_escape, m.group())), value) + '"""'
        else:
            text = '"' + _ESCAPED.sub(lambda m: _escape(m.group()), value) + '"'
        if literal.language:
            return f"{text}@{literal.language}"
        return text if datatype == terms.STRING.value else f"{text}^^{self.iri(datatype)}"


class _Writer:
    """Writes the blocks of one graph."""

    def __init__(self, blocks: Blocks, names: _Names) -> None:
        self._blocks = blocks
        self._names = names

    def block(self, subject: Node) -> str:
        values = self._blocks.subjects[subject]
        return f"{self._names.term(subject)}\n{self._properties(values, 1)} .\n"

    def _properties(self, values: Values, depth: int) -> str:
        pad = INDENT * depth
        parts = []
        for predicate, objects in values.items():
            name = "a" if predicate == terms.TYPE else self._names.iri(predicate.value)
            written = f" ,\n{pad}{INDENT}".join(self._object(value, depth) for value in objects)
            parts.append(f"{pad}{name} {written}")
        return " ;\n".join(parts)

    def _object(self, value: Term, depth: int) -> str:
        if not isinstance(value, BlankNode) or value not in self._blocks.nested:
            return self._names.term(value)
        items = self._list(value)
        pad = INDENT * (depth + 1)
        if items is not None:
            inside = "".join(f"\n{pad}{self._object(item, depth + 1)}" for item in items)
            return f"({inside}\n{INDENT * depth})"
        return f"[\n{self._properties(self._blocks.subjects[value], depth + 1)}\n{INDENT * depth}]"

    def _list(self, node: BlankNode) -> list[Term] | None:
        """The members of a well-formed list all of whose nodes are nested, else None."""
        members: list[Term] = []
        current: Term = node
        while current != terms.NIL:
            if not isinstance(current, BlankNode) or current not in self._blocks.nested:
                return None
            values = self._blocks.subjects[current]
            if set(values) != {terms.FIRST, terms.REST} or any(len(objects) != 1 for objects in values.values()):
                return None
            members.append(values[terms.FIRST][0])
            current = values[terms.REST][0]
        return members


def _escape(character: str) -> str:
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"


def _indented(block: str) -> str:
    """A block one step in; the lines inside a long string stay as they are, so such a block is not moved."""
    if '"""' in block:
        return block
    return "".join(f"{INDENT}{line}" for line in block.splitlines(keepends=True))
