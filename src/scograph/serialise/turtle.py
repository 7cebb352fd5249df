"""Turtle and TriG in one canonical layout (RDF 1.1 Turtle; RDF 1.1 TriG).

Prefixes are sorted and only those used; subjects are sorted; `a` comes first, then the predicates by IRI; one object
a line; blank nodes that are referred to once, and lists, stand where they are referred to; others are numbered by first
mention. The layout is a function of the triples, so that two files with the same triples have the same bytes (but for
blank nodes that are referred to more than once: which of them is mentioned first may depend on the order of the quads).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple

from scograph import terms
from scograph.model import GraphName, Node, Term, in_default_graph
from scograph.serialise.blocks import Blocks, Values, gather, node_key
from scograph.serialise.lines import n_triples
from scograph.serialise.names import Names, Prefixes
from scograph.serialise.notes import Notes
from scograph.serialise.plain import TYPE, Divided, Grouping, divided, iri_of, object_key, predicate_key

INDENT = "    "


def turtle(
    statements: Iterable[Quad] | Iterable[Triple], prefixes: Mapping[str, str] | Prefixes | None = None
) -> Iterator[bytes]:
    """Write triples as Turtle; graph names are left out.

    Args:
        statements: The triples, or quads, all held in memory.
        prefixes: The prefixes to use.

    Returns:
        UTF-8 in pieces, a subject each.

    Raises:
        InputError: A term is one of RDF 1.2.
    """
    yield from turtle_of(divided(statements), prefixes)


def turtle_of(parts: Divided, prefixes: Mapping[str, str] | Prefixes | None = None) -> Iterator[bytes]:
    """Write triples as Turtle that were divided already (see `turtle`)."""
    names = Names(prefixes or {})
    yield from _pieces(names, _blocks(parts, next(iter(gather(in_default_graph(parts.rest))), None), names, 0))


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
    groupings: dict[GraphName, Grouping] = {}
    for name, run in groupby(quads, key=lambda quad: quad.graph_name):
        groupings.setdefault(name, Grouping()).add(n_triples(run))
    is_named = any(isinstance(name, BlankNode) for name in groupings)  # then who is nested depends on all of them
    parts = {name: grouping.divided(as_terms=is_named) for name, grouping in groupings.items()}
    rest = (_quad(triple, name) for name, some in parts.items() for triple in some.rest)
    blocks = {some.graph: some for some in gather(rest)}
    names = Names(prefixes or {})
    written: list[str] = []
    default = parts.pop(DefaultGraph(), None)
    if default:
        written += _blocks(default, blocks.get(DefaultGraph()), names, 0)
    ordered = sorted((name for name in parts if not isinstance(name, DefaultGraph)), key=node_key)
    for name in names.in_order(ordered):
        inside = "\n".join(_blocks(parts[name], blocks.get(name), names, 1))
        written.append(f"{names.term(name)} {{\n{inside}}}\n")
    yield from _pieces(names, written)


def _quad(triple: Triple, name: GraphName) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, name)


def _pieces(names: Names, written: list[str]) -> Iterator[bytes]:
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in names.used())
    for number, piece in enumerate([head, *written] if head else written):
        yield (("\n" if number else "") + piece).encode()


def _blocks(parts: Divided, rest: Blocks | None, names: Names, depth: int) -> list[str]:
    """Each subject that stands on its own: IRIs in order, then blank nodes."""
    found = [(iri_of(token), _plain(token, values, names, depth)) for token, values in parts.said.items()]
    blank: list[str] = []
    for root, block in Writer(rest, names, depth).blocks() if rest else ():
        if isinstance(root, NamedNode):
            found.append((root.value, block))
        else:
            blank.append(block)
    found.sort()
    return [*(block for _, block in found), *blank]


def _plain(token: str, values: Mapping[str, list[str]], names: Names, depth: int) -> str:
    pad = INDENT * depth
    written = []
    for predicate in sorted(values, key=predicate_key) if len(values) > 1 else values:
        objects = values[predicate]
        if len(objects) > 1:
            objects = sorted(objects, key=object_key)
        name = "a" if predicate == TYPE else names.iri(iri_of(predicate))
        written.append(f"{name} " + f" ,\n{pad}{INDENT}{INDENT}".join(map(names.token, objects)))
    said = f" ;\n{pad}{INDENT}".join(written)
    return f"{pad}{names.iri(iri_of(token))}\n{pad}{INDENT}{said} .\n"


class Writer:
    """Writes the blocks of one graph.

    Args:
        blocks: The graph.
        names: How terms are written.
        depth: How many steps in.
        notes: The comments and spellings of the text that the graph was read from, if they are to be kept.
    """

    def __init__(self, blocks: Blocks, names: Names, depth: int, notes: Notes | None = None) -> None:
        self._blocks = blocks
        self._names = names
        self._depth = depth
        self._notes = notes
        self._contents: dict[Term, str] = {}

    def blocks(self) -> list[tuple[Node, str]]:
        """Each subject that stands on its own, with what is written of it."""
        roots = self._names.in_order(self._roots())
        return [(root, self._block(root, self._blocks.subjects[root], None)) for root in roots]

    def sections(self) -> list[list[str]]:
        """What each section of the text says, by subjects; without notes all is one."""
        section_of = self._notes.comments.section_of if self._notes else {}
        said: list[dict[Node, Values]] = [{} for _ in range(max(section_of.values(), default=0) + 1)]
        for root in self._roots():
            for predicate, objects in self._blocks.subjects[root].items():
                for value in objects:
                    here = said[section_of.get((root, predicate, value), 0)]
                    here.setdefault(root, {}).setdefault(predicate, []).append(value)
        return [
            [self._block(root, values[root], section) for root in self._names.in_order(values)]
            for section, values in enumerate(said)
        ]

    def _roots(self) -> list[Node]:
        """IRIs, then blank nodes: first those that nothing refers to, and all by what they say."""
        roots = self._blocks.roots()
        blank = [root for root in roots if isinstance(root, BlankNode)]
        if not blank:
            return roots
        referred = set(self._blocks.objects())
        blank.sort(key=lambda root: (root in referred, self._said(root)))
        return [*(root for root in roots if isinstance(root, NamedNode)), *blank]

    def _block(self, subject: Node, values: Values, section: int | None) -> str:
        pad = INDENT * self._depth
        before, opening, closing = self._around(subject, section)
        name = self._names.term(subject)
        said, comment = self._properties(subject, values, self._depth + 1, section)
        end = f"{comment}\n{_above(closing, pad + INDENT)}{pad}{INDENT}.\n" if closing else f" .{comment}\n"
        return f"{_above(before, pad)}{pad}{name}{opening}\n{said}{end}"

    def _properties(self, subject: Node, values: Values, depth: int, section: int | None) -> tuple[str, str]:
        """Predicates and objects, without the last dot, and the comment that comes after it."""
        pad, notes = INDENT * depth, self._notes
        pieces: list[str] = []
        comment = ""
        for predicate, objects in values.items():
            if pieces:
                pieces.append(f" ;{comment}\n")
            name = "a" if predicate == terms.TYPE else self._names.iri(predicate.value)
            inner = depth if len(objects) == 1 else depth + 1
            ordered = self._sorted(objects)
            if notes:
                pieces.append(_above(notes.above(subject, predicate, ordered[0], section), pad))
            pieces.append(f"{pad}{name} ")
            for number, value in enumerate(ordered):
                if number:
                    pieces.append(f" ,{comment}\n")
                    if notes:
                        pieces.append(_above(notes.leading(subject, predicate, value), pad + INDENT))
                    pieces.append(pad + INDENT)
                pieces.append(self._object(subject, predicate, value, inner))
                comment = notes.trailing(subject, predicate, value) if notes else ""
        return "".join(pieces), comment

    def _object(self, subject: Node, predicate: NamedNode, value: Term, depth: int) -> str:
        if not isinstance(value, BlankNode):
            spelling = self._notes.spellings.get((subject, predicate, value)) if self._notes else None
            return self._names.spelled(value, spelling) if spelling else self._names.term(value)
        pad = INDENT * depth
        if value in self._blocks.lists:
            before, opening, closing = self._around(value, None)
            inside = _above(before, pad + INDENT) + self._members(value, depth)
            return f"({opening}\n{inside}{_above(closing, pad + INDENT)}{pad})"
        if value in self._blocks.nested:
            before, opening, closing = self._around(value, None)
            said, comment = self._properties(value, self._blocks.subjects[value], depth + 1, None)
            above, below = _above(before, pad + INDENT), _above(closing, pad + INDENT)
            return f"[{opening}\n{above}{said}{comment}\n{below}{pad}]"
        return self._names.term(value)

    def _members(self, head: BlankNode, depth: int) -> str:
        pad = INDENT * (depth + 1)
        pieces: list[str] = []
        cell: Term = head
        for member in self._blocks.lists[head]:
            if not isinstance(cell, BlankNode):
                break
            rest = self._blocks.subjects[cell][terms.REST][0]
            above, comment = self._notes.of_cell(cell, member, rest, cell == head) if self._notes else ((), "")
            written = self._object(cell, terms.FIRST, member, depth + 1)
            pieces.append(f"{_above(above, pad)}{pad}{written}{comment}\n")
            cell = rest
        return "".join(pieces)

    def _around(self, node: Node, section: int | None) -> tuple[Sequence[str], str, Sequence[str]]:
        return self._notes.around(node, section) if self._notes else ((), "", ())

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


def _above(comments: Sequence[str], pad: str) -> str:
    return "".join(f"{pad}{comment}\n" for comment in comments)
