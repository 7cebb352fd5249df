"""Quads gathered into one block per graph and subject, with the blank nodes that can be written inside another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from scograph import terms
from scograph.errors import Rdf12Error
from scograph.model import GraphName, Node, Term
from scograph.serialise.nesting import ListWords, find_lists, find_nested

Values = dict[NamedNode, list[Term]]

_WORDS: ListWords[Term] = ListWords(terms.FIRST, terms.REST, terms.NIL)


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
        return _objects(self.subjects)


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
            raise Rdf12Error(str(quad.triple))
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
    references = Counter(value for value in _objects(ordered) if isinstance(value, BlankNode))
    once: set[Term] = {
        node for node, count in references.items() if count == 1 and node in ordered and node not in shared
    }
    known: Mapping[Any, Mapping[Any, list[Term]]] = ordered
    unfit = () if literals_in_lists else {value for value in _objects(ordered) if isinstance(value, Literal)}
    lists = find_lists(known, once, _WORDS, unfit)
    nested = find_nested(known, once, lists, _WORDS)
    members = {
        head: tuple(known[cell][terms.FIRST][0] for cell in cells) for head, cells in lists.items() if head in nested
    }
    return Blocks(name, ordered, frozenset(nested), members)


def _objects(subjects: Mapping[Node, Mapping[NamedNode, Iterable[Term]]]) -> Iterator[Term]:
    return (value for values in subjects.values() for objects in values.values() for value in objects)


def _shared(graphs: Mapping[GraphName, Mapping[Node, Mapping[NamedNode, Iterable[Term]]]]) -> set[BlankNode]:
    """Blank nodes that name a graph, or occur in two: inside another node they would lose their name."""
    seen: Counter[BlankNode] = Counter()
    for subjects in graphs.values():
        objects = (value for values in subjects.values() for some in values.values() for value in some)
        seen.update({node for node in (*subjects, *objects) if isinstance(node, BlankNode)})
    names = {name for name in graphs if isinstance(name, BlankNode)}
    return names | {node for node, count in seen.items() if count > 1}
