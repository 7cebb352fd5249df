"""Quads gathered into one block per graph and subject, with the blank nodes that can be written inside another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from scograph import terms
from scograph.model import Node, Term

GraphName = NamedNode | BlankNode | DefaultGraph
Values = dict[NamedNode, list[Term]]

DEEPEST = 50
"""Blank nodes nest so deep at most: writers go down by calls, and readers may have limits of their own."""


@dataclass(frozen=True)
class Blocks:
    """The subjects of one graph.

    Args:
        graph: The graph's name.
        subjects: Predicates and objects of every subject; rdf:type first, the rest sorted, each once.
        nested: The blank nodes that one object refers to and that lie in no cycle: they can be written in its place.
    """

    graph: GraphName
    subjects: Mapping[Node, Values]
    nested: frozenset[BlankNode]

    def roots(self) -> list[Node]:
        """The subjects that stand on their own, sorted: IRIs first, then blank nodes."""
        return sorted((node for node in self.subjects if node not in self.nested), key=node_key)


def node_key(node: Term) -> tuple[int, int, str]:
    """The order of terms: IRIs, then blank nodes by number, then literals."""
    if isinstance(node, NamedNode):
        return 0, 0, node.value
    if isinstance(node, BlankNode):
        return 1, len(node.value), node.value
    return 2, 0, str(node)


def gather(quads: Iterable[Quad]) -> list[Blocks]:
    """Group quads by graph and subject; they are all held in memory.

    Args:
        quads: The quads, in any order.

    Returns:
        The default graph, then the named graphs sorted by name; an empty default graph is left out.
    """
    graphs: dict[GraphName, dict[Node, dict[NamedNode, dict[Term, None]]]] = {}
    for quad in quads:
        subject = quad.subject
        if isinstance(subject, NamedNode | BlankNode):
            values = graphs.setdefault(quad.graph_name, defaultdict(lambda: defaultdict(dict)))
            values[subject][quad.predicate][quad.object] = None
    names = sorted(graphs, key=lambda name: (-1, 0, "") if isinstance(name, DefaultGraph) else node_key(name))
    return [_blocks(name, graphs[name], _shared(graphs)) for name in names]


def _blocks(
    name: GraphName, subjects: Mapping[Node, Mapping[NamedNode, Iterable[Term]]], shared: set[BlankNode]
) -> Blocks:
    ordered = {
        subject: {
            predicate: sorted(values[predicate], key=node_key)
            for predicate in sorted(values, key=lambda p: (p != terms.TYPE, p.value))
        }
        for subject, values in subjects.items()
    }
    references = Counter(
        value
        for values in ordered.values()
        for objects in values.values()
        for value in objects
        if isinstance(value, BlankNode)
    )
    once = {node for node, count in references.items() if count == 1 and node in ordered and node not in shared}
    return Blocks(name, ordered, frozenset(_reachable(ordered, once)))


def _shared(graphs: Mapping[GraphName, Mapping[Node, object]]) -> set[BlankNode]:
    """Blank nodes that name a graph, or are subjects in two: inside another node they would lose their name."""
    seen = Counter(node for subjects in graphs.values() for node in subjects if isinstance(node, BlankNode))
    names = {name for name in graphs if isinstance(name, BlankNode)}
    return names | {node for node, count in seen.items() if count > 1}


def _reachable(subjects: Mapping[Node, Values], once: set[BlankNode]) -> Iterator[BlankNode]:
    """The blank nodes that a root leads to, but for every `DEEPEST`th level, which starts a block of its own.

    Each is referred to once, so what no root leads to can only lie in a cycle. The cells of a list are one level.
    """
    waiting: list[tuple[Node, int]] = [(node, 0) for node in subjects if node not in once]
    while waiting:
        node, depth = waiting.pop()
        for predicate, objects in subjects[node].items():
            below = depth if predicate == terms.REST else depth + 1
            for value in objects:
                if isinstance(value, BlankNode) and value in once:
                    waiting.append((value, below))
                    if predicate == terms.REST or below % DEEPEST:
                        yield value
