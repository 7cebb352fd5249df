"""Quads gathered into one block per graph and subject, with the blank nodes that can be written inside another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from scograph import terms
from scograph.errors import InputError
from scograph.model import GraphName, Node, Term

Values = dict[NamedNode, list[Term]]

DEEPEST = 50
"""Blank nodes nest so deep at most: writers go down by calls, and readers may have limits of their own."""


@dataclass(frozen=True)
class Blocks:
    """The subjects of one graph.

    Args:
        graph: The graph's name.
        subjects: Predicates and objects of every subject; rdf:type first, the rest sorted, each once.
        nested: The blank nodes that are written in the place of the one object that refers to them.
        lists: The first cells of the lists among the nested, with the members; the other cells are nested as well.
    """

    graph: GraphName
    subjects: Mapping[Node, Values]
    nested: frozenset[BlankNode]
    lists: Mapping[BlankNode, tuple[Term, ...]]

    def roots(self) -> list[Node]:
        """The subjects that stand on their own, sorted: IRIs first, then blank nodes."""
        return sorted((node for node in self.subjects if node not in self.nested), key=node_key)

    def objects(self) -> Iterator[Term]:
        """Every object, as often as it is one."""
        return (value for values in self.subjects.values() for objects in values.values() for value in objects)


def node_key(node: Term | DefaultGraph) -> tuple[int, int, str, str, str]:
    """The order of terms: IRIs, then blank nodes by number, then literals by language, text and datatype."""
    if isinstance(node, DefaultGraph):
        return -1, 0, "", "", ""
    if isinstance(node, NamedNode):
        return 0, 0, node.value, "", ""
    if isinstance(node, BlankNode):
        return 1, len(node.value), node.value, "", ""
    if isinstance(node, Literal):
        return 2, 0, node.language or "", node.value, node.datatype.value
    return 3, 0, str(node), "", ""


def gather(quads: Iterable[Quad], *, literals_in_lists: bool = True) -> list[Blocks]:
    """Group quads by graph and subject; they are all held in memory.

    Args:
        quads: The quads, in any order.
        literals_in_lists: Whether the format has a way to write a list that holds a literal.

    Returns:
        The default graph, then the named graphs sorted by name; an empty default graph is left out.

    Raises:
        InputError: An object is a triple, or a text with a base direction, as only RDF 1.2 has them.
    """
    graphs: dict[GraphName, dict[Node, dict[NamedNode, dict[Term, None]]]] = {}
    for quad in quads:
        subject, value = quad.subject, quad.object
        is_directed = isinstance(value, Literal) and value.direction is not None
        if isinstance(subject, Triple) or isinstance(value, Triple) or is_directed:
            raise InputError(f"{quad.triple} is RDF 1.2", hint="leave it out: only RDF 1.1 is written")
        graphs.setdefault(quad.graph_name, defaultdict(lambda: defaultdict(dict)))[subject][quad.predicate][value] = (
            None
        )
    shared = _shared(graphs)
    names = sorted(graphs, key=node_key)
    return [_blocks(name, graphs[name], shared, literals_in_lists=literals_in_lists) for name in names]


def _blocks(
    name: GraphName,
    subjects: Mapping[Node, Mapping[NamedNode, Iterable[Term]]],
    shared: set[BlankNode],
    *,
    literals_in_lists: bool,
) -> Blocks:
    ordered = {
        subject: {
            predicate: sorted(values[predicate], key=node_key)
            for predicate in sorted(values, key=lambda p: (p != terms.TYPE, p.value))
        }
        for subject, values in subjects.items()
    }
    every = (value for values in ordered.values() for objects in values.values() for value in objects)
    references = Counter(value for value in every if isinstance(value, BlankNode))
    once = {node for node, count in references.items() if count == 1 and node in ordered and node not in shared}
    lists = _lists(ordered, once, literals=literals_in_lists)
    nested = _nested(ordered, once, lists)
    members = {
        head: tuple(ordered[cell][terms.FIRST][0] for cell in cells) for head, cells in lists.items() if head in nested
    }
    return Blocks(name, ordered, frozenset(nested), members)


def _shared(graphs: Mapping[GraphName, Mapping[Node, Mapping[NamedNode, Iterable[Term]]]]) -> set[BlankNode]:
    """Blank nodes that name a graph, or occur in two: inside another node they would lose their name."""
    seen: Counter[BlankNode] = Counter()
    for subjects in graphs.values():
        objects = (value for values in subjects.values() for some in values.values() for value in some)
        seen.update({node for node in (*subjects, *objects) if isinstance(node, BlankNode)})
    names = {name for name in graphs if isinstance(name, BlankNode)}
    return names | {node for node, count in seen.items() if count > 1}


def _lists(
    subjects: Mapping[Node, Values], once: set[BlankNode], *, literals: bool
) -> dict[BlankNode, list[BlankNode]]:
    """The cells of each longest well-formed list by its first cell (RDF 1.1 Semantics, appendix D.3)."""
    rests: dict[BlankNode, Term] = {}
    for cell in once:
        values = subjects[cell]
        is_cell = set(values) == {terms.FIRST, terms.REST} and all(len(objects) == 1 for objects in values.values())
        if is_cell and (literals or not isinstance(values[terms.FIRST][0], Literal)):
            rests[cell] = values[terms.REST][0]
    before = {rest: cell for cell, rest in rests.items() if rest != terms.NIL}
    lists: dict[BlankNode, list[BlankNode]] = {}
    for last in (cell for cell, rest in rests.items() if rest == terms.NIL):
        cells = [last]
        while cells[-1] in before:
            cells.append(before[cells[-1]])
        lists[cells[-1]] = cells[::-1]
    return lists


def _nested(
    subjects: Mapping[Node, Values], once: set[BlankNode], lists: dict[BlankNode, list[BlankNode]]
) -> set[BlankNode]:
    """The blank nodes that a root leads to, but for every `DEEPEST`th level, which starts a block of its own.

    Each is referred to once, so what no root leads to can only lie in a cycle. A list is one level; where one would
    start a block, its first cell does, and the list of `lists` is the rest.
    """
    nested: set[BlankNode] = set()
    waiting: list[tuple[Node, int]] = [(node, 0) for node in subjects if node not in once]
    while waiting:
        node, depth = waiting.pop()
        for value in _referred(subjects, node, lists):
            if value not in once:
                continue
            waiting.append((value, depth + 1))
            if (depth + 1) % DEEPEST:
                nested.update(lists.get(value, [value]))
            else:
                cells = lists.pop(value, [value])
                lists.update({cells[1]: cells[1:]} if len(cells) > 1 else {})
    return nested


def _referred(
    subjects: Mapping[Node, Values], node: Node, lists: Mapping[BlankNode, list[BlankNode]]
) -> Iterator[BlankNode]:
    """The blank nodes that a node, or the members of the list that it starts, are followed by one level down."""
    cells: list[BlankNode] = lists.get(node, []) if isinstance(node, BlankNode) else []
    sources: Iterable[Node] = cells or (node,)
    for source in sources:
        for predicate, objects in subjects[source].items():
            if not (cells and predicate == terms.REST):
                yield from (value for value in objects if isinstance(value, BlankNode))
