"""Turtle and TriG in one canonical layout (RDF 1.1 Turtle; RDF 1.1 TriG).

Prefixes are sorted and only those used; subjects are sorted; `a` comes first, then the predicates by IRI; one object
a line; blank nodes that are referred to once, and lists, stand where they are referred to; others are numbered by first
mention. The layout is a function of the triples, so that two files with the same triples have the same bytes (but for
blank nodes that are referred to more than once: which of them is mentioned first may depend on the order of the quads).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from scograph import terms
from scograph.model import Node, Term
from scograph.serialise.blocks import Blocks, Values, gather

INDENT = "    "

_LOCAL = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*)?")
_BARE = {
    terms.XSD + "integer": re.compile(r"0|-?[1-9][0-9]{0,17}"),
    terms.XSD + "decimal": re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.(?:0|[0-9]{0,5}[1-9])(?<!-0\.0)"),
    terms.XSD + "boolean": re.compile("true|false"),
}
"""What needs no quotes: not all that the grammar has, for there are readers that keep a bare number by its value."""
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_ESCAPED = re.compile(r'[\\"\x00-\x1f\x7f]')
_LONG_ESCAPED = re.compile(r'\\|""(?=")|"\Z|[\x00-\x09\x0b-\x1f\x7f]')


def turtle(quads: Iterable[Quad], prefixes: Mapping[str, str] | None = None) -> Iterator[bytes]:
    """Write quads as Turtle; graph names are left out.

    Args:
        quads: The quads, all held in memory.
        prefixes: The prefixes to use.

    Returns:
        UTF-8 in pieces, a subject each.

    Raises:
        InputError: A term is one of RDF 1.2.
    """
    return trig((Quad(quad.subject, quad.predicate, quad.object) for quad in quads), prefixes)


def trig(quads: Iterable[Quad], prefixes: Mapping[str, str] | None = None) -> Iterator[bytes]:
    """Write quads as TriG: the default graph, then each named graph.

    Args:
        quads: The quads, all held in memory.
        prefixes: The prefixes to use.

    Returns:
        UTF-8 in pieces, a subject each.

    Raises:
        InputError: A term is one of RDF 1.2.
    """
    graphs = {blocks.graph: blocks for blocks in gather(quads)}
    names = _Names(prefixes or {})
    written: list[str] = []
    default = graphs.pop(DefaultGraph(), None)
    if default:
        written += _Writer(default, names, 0).blocks()
    for name in names.in_order(name for name in graphs if not isinstance(name, DefaultGraph)):
        inside = "\n".join(_Writer(graphs[name], names, 1).blocks())
        written.append(f"{names.term(name)} {{\n{inside}}}\n")
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in names.used())
    pieces = [head, *written] if head else written
    for number, piece in enumerate(pieces):
        yield (("\n" if number else "") + piece).encode()


class _Names:
    """Writes terms, and remembers which prefixes that took and which blank nodes got a name."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = sorted(prefixes.items(), key=lambda item: (-len(item[1]), item[0]))
        self._used: set[tuple[str, str]] = set()
        self._known: dict[str, str] = {}
        self._numbers: dict[BlankNode, int] = {}
        self._numbered: list[BlankNode] = []

    def used(self) -> list[tuple[str, str]]:
        return sorted(self._used)

    def term(self, term: Term) -> str:
        if isinstance(term, NamedNode):
            return self.iri(term.value)
        if isinstance(term, BlankNode):
            return f"_:b{self._number(term)}"
        return self.literal(term) if isinstance(term, Literal) else str(term)

    def _number(self, node: BlankNode) -> int:
        """The number of a blank node by first mention, so that a file read and written again is the same."""
        if node not in self._numbers:
            self._numbers[node] = len(self._numbered)
            self._numbered.append(node)
        return self._numbers[node]

    def rank(self, node: BlankNode) -> int:
        """The place of a blank node among those that are mentioned, after them if it is not."""
        return self._numbers.get(node, len(self._numbered))

    def in_order(self, nodes: Iterable[Node]) -> Iterator[Node]:
        """IRIs, then blank nodes by number; to write one may mention others, which then go before the rest."""
        blank: dict[BlankNode, None] = {}
        for node in nodes:
            if isinstance(node, BlankNode):
                blank[node] = None
            else:
                yield node
        seen = 0
        while blank:
            if seen == len(self._numbered):
                self._number(next(iter(blank)))
            node = self._numbered[seen]
            seen += 1
            if node in blank:
                del blank[node]
                yield node

    def iri(self, iri: str) -> str:
        if iri not in self._known:
            self._known[iri] = self._shortened(iri)
        return self._known[iri]

    def _shortened(self, iri: str) -> str:
        for prefix, namespace in self._prefixes:
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                self._used.add((prefix, namespace))
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"

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
    """Writes the blocks of one graph, so many steps in."""

    def __init__(self, blocks: Blocks, names: _Names, depth: int) -> None:
        self._blocks = blocks
        self._names = names
        self._depth = depth
        self._contents: dict[Term, str] = {}

    def blocks(self) -> list[str]:
        return [self._block(root) for root in self._names.in_order(self._roots())]

    def _roots(self) -> list[Node]:
        """IRIs, then blank nodes: first those that nothing refers to, and all by what they say."""
        roots = self._blocks.roots()
        blank = [root for root in roots if isinstance(root, BlankNode)]
        if not blank:
            return roots
        referred = set(self._blocks.objects())
        blank.sort(key=lambda root: (root in referred, self._said(root)))
        return [*(root for root in roots if isinstance(root, NamedNode)), *blank]

    def _block(self, subject: Node) -> str:
        values = self._blocks.subjects[subject]
        return f"{INDENT * self._depth}{self._names.term(subject)}\n{self._properties(values, self._depth + 1)} .\n"

    def _properties(self, values: Values, depth: int) -> str:
        pad = INDENT * depth
        parts = []
        for predicate, objects in values.items():
            name = "a" if predicate == terms.TYPE else self._names.iri(predicate.value)
            inner = depth if len(objects) == 1 else depth + 1
            written = f" ,\n{pad}{INDENT}".join(self._object(value, inner) for value in self._sorted(objects))
            parts.append(f"{pad}{name} {written}")
        return " ;\n".join(parts)

    def _object(self, value: Term, depth: int) -> str:
        pad = INDENT * depth
        if not isinstance(value, BlankNode):
            return self._names.term(value)
        if value in self._blocks.lists:
            inside = "".join(f"\n{pad}{INDENT}{self._object(item, depth + 1)}" for item in self._blocks.lists[value])
            return f"({inside}\n{pad})"
        if value in self._blocks.nested:
            return f"[\n{self._properties(self._blocks.subjects[value], depth + 1)}\n{pad}]"
        return self._names.term(value)

    def _sorted(self, objects: list[Term]) -> list[Term]:
        """The objects, among them blank nodes by number, then those that are written in place by what they say."""
        if sum(isinstance(value, BlankNode) for value in objects) < 2:  # noqa: PLR2004 -- one is in order
            return objects
        return sorted(objects, key=self._key)

    def _key(self, value: Term) -> tuple[int, int, str]:
        if not isinstance(value, BlankNode):
            return (0 if isinstance(value, NamedNode) else 3), 0, ""
        if value not in self._blocks.nested:
            return 1, self._names.rank(value), ""
        return 2, 0, self._content(value)

    def _content(self, value: Term) -> str:
        """What a term says, without the names of blank nodes."""
        if value not in self._contents:
            if not isinstance(value, BlankNode):
                content = str(value)
            elif value in self._blocks.lists:
                content = f"( {' '.join(map(self._content, self._blocks.lists[value]))} )"
            elif value in self._blocks.nested:
                content = f"[ {self._said(value)} ]"
            else:
                content = "_:"
            self._contents[value] = content
        return self._contents[value]

    def _said(self, subject: Node) -> str:
        values = self._blocks.subjects[subject].items()
        return " ; ".join(f"{predicate} {' , '.join(sorted(map(self._content, some)))}" for predicate, some in values)


def _escape(character: str) -> str:
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"
