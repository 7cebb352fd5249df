"""Turtle and TriG in one canonical layout (RDF 1.1 Turtle; RDF 1.1 TriG).

Prefixes are sorted and only those used; subjects are sorted; `a` comes first, then the predicates by IRI; one object
a line; blank nodes that are referred to once, and lists, stand where they are referred to; others are numbered by first
mention. The layout is a function of the triples, so that two files with the same triples have the same bytes (but for
blank nodes that are referred to more than once: which of them is mentioned first may depend on the order of the quads).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from pyoxigraph import DefaultGraph, Quad, Triple

from scograph.ntriples import FIRST, NIL, REST, TYPE, is_blank, is_iri, is_literal, predicate_key, term_key
from scograph.serialise.grouping import Grouping, grouped, shared_blank_nodes
from scograph.serialise.lines import n_triples
from scograph.serialise.names import Prefixes, TermWriter
from scograph.serialise.notes import Notes

INDENT = "    "
_DEFAULT_GRAPH = ""


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
    yield from turtle_of(grouped(statements), prefixes)


def turtle_of(graph: Grouping, prefixes: Mapping[str, str] | Prefixes | None = None) -> Iterator[bytes]:
    """Write triples as Turtle that are grouped already (see `turtle`)."""
    names = TermWriter(prefixes or {})
    yield from _pieces(names, GraphWriter(graph, names).blocks())


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
    graphs: dict[str, Grouping] = {}
    for graph, run in groupby(quads, key=lambda quad: quad.graph_name):
        name = _DEFAULT_GRAPH if isinstance(graph, DefaultGraph) else str(graph)
        graphs.setdefault(name, Grouping()).add(n_triples(run))
    shared = shared_blank_nodes(graphs)
    names = TermWriter(prefixes or {})
    written: list[str] = []
    default = graphs.pop(_DEFAULT_GRAPH, None)
    if default:
        written += GraphWriter(default, names, shared=shared).blocks()
    for name in names.in_order(sorted(graphs, key=term_key)):
        inside = "\n".join(GraphWriter(graphs[name], names, 1, shared=shared).blocks())
        written.append(f"{names.token(name)} {{\n{inside}}}\n")
    yield from _pieces(names, written)


def _pieces(names: TermWriter, written: list[str]) -> Iterator[bytes]:
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in names.used())
    for number, piece in enumerate([head, *written] if head else written):
        yield (("\n" if number else "") + piece).encode()


class GraphWriter:
    """Writes the subjects of one graph.

    Args:
        graph: The graph.
        names: How terms are written.
        depth: How many steps in.
        shared: The blank nodes that occur outside the graph, too.
        notes: The comments and spellings of the text that the graph was read from, if they are to be kept.
    """

    def __init__(
        self,
        graph: Grouping,
        names: TermWriter,
        depth: int = 0,
        *,
        shared: Collection[str] = (),
        notes: Notes | None = None,
    ) -> None:
        self._graph = graph
        self._subjects = graph.subjects
        self._nesting = graph.nesting(shared)
        self._names = names
        self._depth = depth
        self._notes = notes
        self._contents: dict[str, str] = {}
        self._referred: set[str] = set()

    def blocks(self) -> list[str]:
        """What is written of each subject that stands on its own."""
        return [self._block(root, self._subjects[root], None) for root in self._names.in_order(self._roots())]

    def sections(self) -> list[list[str]]:
        """What each section of the text says, by subjects; without notes all is one."""
        section_of = self._notes.comments.section_of if self._notes else {}
        parts: list[dict[str, dict[str, list[str]]]] = [{} for _ in range(max(section_of.values(), default=0) + 1)]
        for root in self._roots():
            for predicate, objects in self._subjects[root].items():
                for value in objects:
                    part = parts[section_of.get((root, predicate, value), 0)]
                    part.setdefault(root, {}).setdefault(predicate, []).append(value)
        return [
            [self._block(root, subjects[root], section) for root in self._names.in_order(subjects)]
            for section, subjects in enumerate(parts)
        ]

    def _roots(self) -> list[str]:
        """IRIs, then blank nodes: first those that nothing refers to, and all by what they say."""
        roots = self._graph.roots(self._nesting)
        blank = [root for root in roots if is_blank(root)]
        if not blank:
            return roots
        self._referred = set(self._graph.objects())
        blank.sort(key=lambda root: (root in self._referred, self._content_of_subject(root)))
        return [*(root for root in roots if is_iri(root)), *blank]

    def _block(self, subject: str, values: Mapping[str, Sequence[str]], section: int | None) -> str:
        pad = INDENT * self._depth
        is_unlabelled = self._is_unlabelled_root(subject, values)
        if self._notes and is_unlabelled and self._is_list_as_subject(subject):
            return self._block_of_list(subject, values, self._notes, section)
        name = "[]" if is_unlabelled else self._names.token(subject)
        properties, comment = self._properties(subject, values, self._depth + 1, section)
        if self._notes is None:
            return f"{pad}{name}\n{properties} .\n"
        before, opening, closing = self._notes.around(subject, section)
        end = f"{comment}\n{_above(closing, pad + INDENT)}{pad}{INDENT}.\n" if closing else f" .{comment}\n"
        return f"{_above(before, pad)}{pad}{name}{opening}\n{properties}{end}"

    def _block_of_list(self, head: str, values: Mapping[str, Sequence[str]], notes: Notes, section: int | None) -> str:
        """A list as a subject, and what else is said of its first cell."""
        pad = INDENT * self._depth
        before, opening, closing = notes.around(head, section)
        members = self._members(head, self._depth)
        others = {predicate: objects for predicate, objects in values.items() if predicate not in (FIRST, REST)}
        properties, comment = self._properties(head, others, self._depth + 1, section)
        end = f"{comment}\n{_above(closing, pad + INDENT)}{pad}{INDENT}.\n" if closing else f" .{comment}\n"
        return f"{_above(before, pad)}{pad}({opening}\n{members}{pad})\n{properties}{end}"

    def _is_unlabelled(self, node: str) -> bool:
        """Whether a blank node is written by brackets in the text whose form is kept."""
        return self._notes is not None and is_blank(node) and node not in self._notes.labelled

    def _is_unlabelled_root(self, subject: str, values: Mapping[str, Sequence[str]]) -> bool:
        """Whether nothing refers to such a node, and all that is said of it stands in one place."""
        is_whole = len(values) == len(self._subjects[subject])
        return is_whole and subject not in self._referred and self._is_unlabelled(subject)

    def _is_list_as_subject(self, subject: str) -> bool:
        """Whether the node is the first cell of a list of which more is said."""
        values = self._subjects[subject]
        if len(values) < 3 or any(len(values.get(word, ())) != 1 for word in (FIRST, REST)):  # noqa: PLR2004 -- and more
            return False
        return values[REST][0] == NIL or values[REST][0] in self._nesting.lists

    def _properties(
        self, subject: str, values: Mapping[str, Sequence[str]], depth: int, section: int | None
    ) -> tuple[str, str]:
        """Predicates and objects, without the last dot, and the comment that comes after it."""
        pad, token = INDENT * depth, self._names.token
        is_plain = self._notes is None and subject not in self._graph.around_blank
        pieces: list[str] = []
        comment = ""
        for predicate in sorted(values, key=predicate_key) if len(values) > 1 else values:
            if pieces:
                pieces.append(f" ;{comment}\n")
            name = "a" if predicate == TYPE else self._names.iri(predicate[1:-1])
            objects = values[predicate]
            if len(objects) > 1:
                objects = sorted(objects, key=term_key)
            if is_plain:
                pieces.append(f"{pad}{name} " + f" ,\n{pad}{INDENT}".join(map(token, objects)))
                continue
            objects = self._sorted(objects)
            above = self._notes.above(subject, predicate, objects[0], section) if self._notes else ()
            written, comment = self._objects(subject, predicate, objects, depth)
            pieces.append(f"{_above(above, pad)}{pad}{name} {written}")
        return "".join(pieces), comment

    def _objects(self, subject: str, predicate: str, objects: Sequence[str], depth: int) -> tuple[str, str]:
        """The objects of a predicate, and the comment that comes after the last of them."""
        pad, notes = INDENT * (depth + 1), self._notes
        inner = depth if len(objects) == 1 else depth + 1
        pieces: list[str] = []
        comment = ""
        for value in objects:
            if pieces:
                above = notes.leading(subject, predicate, value) if notes else ()
                pieces.append(f" ,{comment}\n{_above(above, pad)}{pad}")
            pieces.append(self._object(subject, predicate, value, inner))
            comment = notes.trailing(subject, predicate, value) if notes else ""
        return "".join(pieces), comment

    def _object(self, subject: str, predicate: str, value: str, depth: int) -> str:
        if not is_blank(value):
            spelling = self._notes.spellings.get((subject, predicate, value)) if self._notes else None
            return self._names.spelled(value, spelling) if spelling else self._names.token(value)
        pad = INDENT * depth
        if value in self._nesting.lists:
            before, opening, closing = self._around(value, None)
            inside = _above(before, pad + INDENT) + self._members(value, depth)
            return f"({opening}\n{inside}{_above(closing, pad + INDENT)}{pad})"
        if value in self._nesting.nested:
            before, opening, closing = self._around(value, None)
            properties, comment = self._properties(value, self._subjects[value], depth + 1, None)
            above, below = _above(before, pad + INDENT), _above(closing, pad + INDENT)
            return f"[{opening}\n{above}{properties}{comment}\n{below}{pad}]"
        return "[]" if self._is_leaf(value) else self._names.token(value)

    def _is_leaf(self, value: str) -> bool:
        """Whether a blank node is written as `[]`: nothing is said of it, and it has no label."""
        return value not in self._subjects and self._is_unlabelled(value)

    def _members(self, head: str, depth: int) -> str:
        pad = INDENT * (depth + 1)
        pieces: list[str] = []
        cell = head
        for member in self._list(head):
            rest = self._subjects[cell][REST][0]
            above, comment = self._notes.of_cell(cell, member, rest, cell == head) if self._notes else ((), "")
            written = self._object(cell, FIRST, member, depth + 1)
            pieces.append(f"{_above(above, pad)}{pad}{written}{comment}\n")
            cell = rest
        return "".join(pieces)

    def _list(self, head: str) -> Sequence[str]:
        """The members of a list that stands inside another node, or is a subject."""
        nested = self._nesting.lists.get(head)
        if nested is not None:
            return nested
        values = self._subjects[head]
        return (values[FIRST][0], *self._nesting.lists.get(values[REST][0], ()))

    def _around(self, node: str, section: int | None) -> tuple[Sequence[str], str, Sequence[str]]:
        return self._notes.around(node, section) if self._notes else ((), "", ())

    def _sorted(self, objects: Sequence[str]) -> Sequence[str]:
        """The objects, among them blank nodes by number, then those that are written in place by what they say."""
        if sum(map(is_blank, objects)) < 2:  # noqa: PLR2004 -- one is in order
            return objects
        return sorted(objects, key=self._key)

    def _key(self, value: str) -> tuple[int, int, str]:
        if not is_blank(value):
            return (3 if is_literal(value) else 0), 0, ""
        if value not in self._nesting.nested and not self._is_leaf(value):
            return 1, self._names.rank(value), ""
        return 2, 0, self._content(value)

    def _content(self, value: str) -> str:
        """What a term says, without the names of blank nodes."""
        if value not in self._contents:
            if not is_blank(value):
                content = value
            elif value in self._nesting.lists:
                content = f"( {' '.join(map(self._content, self._nesting.lists[value]))} )"
            elif value in self._nesting.nested:
                content = f"[ {self._content_of_subject(value)} ]"
            else:
                content = "_:"
            self._contents[value] = content
        return self._contents[value]

    def _content_of_subject(self, subject: str) -> str:
        values = self._subjects[subject]
        return " ; ".join(
            f"{predicate} {' , '.join(sorted(map(self._content, values[predicate])))}"
            for predicate in sorted(values, key=predicate_key)
        )


def _above(comments: Sequence[str], pad: str) -> str:
    return "".join(f"{pad}{comment}\n" for comment in comments) if comments else ""
