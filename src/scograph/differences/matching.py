"""The difference of two datasets, with their blank nodes matched (RDF Dataset Canonicalization 1.0).

Statements without blank nodes are compared line by line. Those with blank nodes form components that are connected by
them; components with the same canonical form are equal. In the rest, blank nodes are matched by the statements that
lead to them, else by those that they share, so that a changed value is one changed fact and not a whole component.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse

from scograph.exports.canonical import canonical, digest
from scograph.model import GraphName, Term

MAX_PAIRS = 1_000_000
"""Maximum number of pairs of blank nodes that are compared; the rest count as different nodes."""

MAX_STEPS = 20_000_000
"""Maximum number of statements that are read for the comparison."""

Component = tuple[Quad, ...]
"""Statements that blank nodes connect, directly or through others."""


@dataclass(frozen=True, slots=True)
class ComponentCount:
    """How often each side has one kind of component, the same up to the labels of blank nodes.

    Args:
        component: One of the kind.
        before: How many the first side has.
        after: How many the second side has.
    """

    component: Component
    before: int
    after: int


@dataclass(frozen=True)
class Difference:
    """The statements to remove from one dataset and to add to it, to get another.

    Args:
        before: The SHA-256 of the canonical form of the one.
        after: That of the other.
        removed: The statements to take away; blank nodes are named as in the canonical form of the one.
        added: The statements to add; new blank nodes are named `n0`, `n1`, ….
        component_counts: The kinds of components with blank nodes that the two have in different number.
        around: The statements with blank nodes around the difference, of both sides.
    """

    before: str
    after: str
    removed: tuple[Quad, ...]
    added: tuple[Quad, ...]
    component_counts: tuple[ComponentCount, ...]
    around: tuple[Quad, ...]

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)


def compare(old_lines: Iterable[bytes], new_lines: Iterable[bytes]) -> Difference:
    """Compare two datasets.

    Args:
        old_lines: The first as N-Quads, in pieces of whole lines.
        new_lines: The second.

    Returns:
        Their difference, sorted.

    Raises:
        InputError: The blank nodes of a dataset cannot be told apart in bounded time.
    """
    old_canonical, new_canonical = canonical(old_lines), canonical(new_lines)
    before, after = digest(old_canonical), digest(new_canonical)
    if before == after:
        return Difference(before, after, (), (), (), ())
    blank: tuple[list[Quad], list[Quad]] = ([], [])
    lines: tuple[list[bytes], list[bytes]] = ([], [])
    for line, side in _unshared(
        _without_blank_nodes(old_canonical, blank[0]), _without_blank_nodes(new_canonical, blank[1])
    ):
        lines[side].append(line)
    removed, added = (list(parse(b"".join(pieces), RdfFormat.N_QUADS)) for pieces in lines)
    component_counts, old, new = _component_counts(_components(blank[0]), _components(blank[1]))
    matched_new = _renamed(new, _matched_names(old, new))
    before_here, after_here = set(old), set(matched_new)
    return Difference(
        before,
        after,
        _sorted((*removed, *(before_here - after_here))),
        _sorted((*added, *(after_here - before_here))),
        component_counts,
        _sorted(before_here | after_here),
    )


def _sorted(quads: Iterable[Quad]) -> tuple[Quad, ...]:
    return tuple(sorted(quads, key=str))


def blank_nodes(quad: Quad) -> Iterator[BlankNode]:
    """The blank nodes of a statement, its graph's name among them."""
    for term in (quad.subject, quad.object, quad.graph_name):
        if isinstance(term, BlankNode):
            yield term


def _without_blank_nodes(pieces: Iterable[bytes], blank: list[Quad]) -> Iterator[bytes]:
    """Yield the lines without blank nodes; append the statements with blank nodes to a list."""
    for piece in pieces:
        for line in piece.splitlines(keepends=True):
            if b"_:" in line:
                (quad,) = parse(line, RdfFormat.N_QUADS)
                if next(blank_nodes(quad), None):
                    blank.append(quad)
                    continue
            yield line


def _unshared(old: Iterator[bytes], new: Iterator[bytes]) -> Iterator[tuple[bytes, int]]:
    """The lines that only one of two sorted sequences has, with 0 or 1 for which."""
    old_line, new_line = next(old, None), next(new, None)
    while old_line is not None or new_line is not None:
        if old_line == new_line:
            old_line, new_line = next(old, None), next(new, None)
        elif new_line is None or (old_line is not None and old_line < new_line):
            yield old_line or b"", 0
            old_line = next(old, None)
        else:
            yield new_line, 1
            new_line = next(new, None)


def _components(quads: Sequence[Quad]) -> list[Component]:
    """Statements by the blank nodes that connect them."""
    leader: dict[BlankNode, BlankNode] = {}

    def find(node: BlankNode) -> BlankNode:
        leader.setdefault(node, node)
        while leader[node] != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    for quad in quads:
        first, *rest = blank_nodes(quad)
        for node in rest:
            leader[find(node)] = find(first)
    parts: dict[BlankNode, list[Quad]] = defaultdict(list)
    for quad in quads:
        parts[find(next(blank_nodes(quad)))].append(quad)
    return [tuple(part) for part in parts.values()]


def _component_counts(
    old_components: Iterable[Component], new_components: Iterable[Component]
) -> tuple[tuple[ComponentCount, ...], list[Quad], list[Quad]]:
    """The kinds of components that two sides have in different number, and the surplus statements of each side."""
    old_by_form, new_by_form = _by_form(old_components), _by_form(new_components)
    component_counts: list[ComponentCount] = []
    old: list[Quad] = []
    new: list[Quad] = []
    for form in sorted({*old_by_form, *new_by_form}):
        before, after = old_by_form.get(form, []), new_by_form.get(form, [])
        if len(before) != len(after):
            component_counts.append(ComponentCount((before or after)[0], len(before), len(after)))
            old += (quad for component in before[len(after) :] for quad in component)
            new += (quad for component in after[len(before) :] for quad in component)
    return tuple(component_counts), old, new


def _by_form(components: Iterable[Component]) -> dict[str, list[Component]]:
    forms: dict[str, list[Component]] = defaultdict(list)
    for component in components:
        dataset = Dataset(component)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        forms["\n".join(sorted(map(str, dataset)))].append(component)
    return forms


def _matched_names(old: Sequence[Quad], new: Sequence[Quad]) -> dict[BlankNode, BlankNode]:
    """The old blank node that each new one corresponds to: by incoming statements, else by those that they share."""
    old_nodes, new_nodes = _BlankNodes(old), _BlankNodes(new)
    waiting = deque(new_nodes.incoming.values())
    pairs = 0
    while old_nodes.steps + new_nodes.steps <= MAX_STEPS:
        while waiting:
            found_pairs = _unique_pair(old_nodes, new_nodes, waiting.popleft())
            for new_node, old_node in found_pairs.items():
                waiting.extend((*old_nodes.match(old_node, old_node), *new_nodes.match(new_node, old_node)))
        pairs += len(old_nodes.incoming) * len(new_nodes.incoming)
        found_pairs = _pairs_by_overlap(old_nodes.contexts(), new_nodes.contexts()) if pairs <= MAX_PAIRS else {}
        if not found_pairs:
            break
        for new_node, old_node in found_pairs.items():
            waiting.extend((*old_nodes.match(old_node, old_node), *new_nodes.match(new_node, old_node)))
    return new_nodes.names


NodeStatements = frozenset[object]
"""Statements about a blank node, without the node itself, in terms that both sides share."""
NodeContext = tuple[NodeStatements, NodeStatements]
"""The statements that lead to a blank node, and those that lead on from it."""


class _BlankNodes:
    """The blank nodes of one side, and the incoming statements of those that have no match yet.

    Args:
        quads: The statements with blank nodes.
    """

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.names: dict[BlankNode, BlankNode] = {}
        self.incoming: dict[BlankNode, NodeStatements] = {}
        self.nodes_by_incoming: dict[NodeStatements, dict[BlankNode, None]] = defaultdict(dict)
        self.steps = 0
        self._quads: dict[BlankNode, list[Quad]] = defaultdict(list)
        for quad in quads:
            for node in set(blank_nodes(quad)):
                self._quads[node].append(quad)
        for node in sorted(self._quads, key=lambda node: node.value):
            self._index_node(node)

    def match(self, node: BlankNode, name: BlankNode) -> Iterator[NodeStatements]:
        """Give a node its name on the other side; the incoming statements of its neighbours change with it.

        Args:
            node: The node.
            name: The name.

        Returns:
            The sets of incoming statements whose nodes have changed.
        """
        self.names[node] = name
        incoming = self.incoming.pop(node)
        self.nodes_by_incoming[incoming].pop(node, None)
        changed = [incoming]
        for quad in self._quads[node]:
            for other in blank_nodes(quad):
                if other in self.incoming:
                    changed.append(self.incoming[other])
                    self.nodes_by_incoming[self.incoming[other]].pop(other, None)
                    self._index_node(other)
                    changed.append(self.incoming[other])
        return iter(changed)

    def contexts(self) -> dict[BlankNode, NodeContext]:
        """The incoming and outgoing statements of each node that has no match."""
        return {node: self._context(node) for node in self.incoming}

    def _index_node(self, node: BlankNode) -> None:
        self.incoming[node] = incoming = self._context(node)[0]
        self.nodes_by_incoming[incoming][node] = None

    def _context(self, node: BlankNode) -> NodeContext:
        incoming: set[object] = set()
        outgoing: set[object] = set()
        self.steps += len(self._quads[node])
        for quad in self._quads[node]:
            subject, value, graph = (self._matched_term(t) for t in (quad.subject, quad.object, quad.graph_name))
            if quad.object == node and subject and graph:
                incoming.add((subject, quad.predicate, graph))
            if quad.subject == node and value and graph:
                outgoing.add((quad.predicate, value, graph))
            if quad.graph_name == node and subject and value:
                incoming.add((subject, quad.predicate, value))
        return frozenset(incoming), frozenset(outgoing)

    def _matched_term(self, term: Term | GraphName) -> Term | GraphName | None:
        return self.names.get(term) if isinstance(term, BlankNode) else term


def _unique_pair(
    old_nodes: _BlankNodes, new_nodes: _BlankNodes, incoming: NodeStatements
) -> dict[BlankNode, BlankNode]:
    """The pair of nodes that the same statements lead to, if they lead to no others."""
    old_candidates = old_nodes.nodes_by_incoming.get(incoming, {})
    new_candidates = new_nodes.nodes_by_incoming.get(incoming, {})
    is_unique = incoming and len(old_candidates) == len(new_candidates) == 1
    return {next(iter(new_candidates)): next(iter(old_candidates))} if is_unique else {}


def _pairs_by_overlap(
    old_contexts: Mapping[BlankNode, NodeContext], new_contexts: Mapping[BlankNode, NodeContext]
) -> dict[BlankNode, BlankNode]:
    """The pairs of nodes that share most statements, each node in one pair."""
    shared = [
        (len(old_context[0] & new_context[0]) + len(old_context[1] & new_context[1]), new_node.value, old_node.value)
        for old_node, old_context in old_contexts.items()
        for new_node, new_context in new_contexts.items()
    ]
    largest = max((count for count, _, _ in shared), default=0)
    names: dict[str, str] = {}
    taken: set[str] = set()
    for count, new_node, old_node in sorted(shared) if largest else ():
        if count == largest and new_node not in names and old_node not in taken:
            names[new_node] = old_node
            taken.add(old_node)
    return {BlankNode(new_node): BlankNode(old_node) for new_node, old_node in names.items()}


def _renamed(quads: Sequence[Quad], names: Mapping[BlankNode, BlankNode]) -> list[Quad]:
    """Statements with the blank nodes that are matched under their old names, the others numbered."""
    known = dict(names)
    for quad in sorted(quads, key=str):
        for node in blank_nodes(quad):
            known.setdefault(node, BlankNode(f"n{len(known) - len(names)}"))
    return [renamed(quad, known) for quad in quads]


def renamed(quad: Quad, names: Mapping[BlankNode, BlankNode]) -> Quad:
    """A statement with its blank nodes under other names."""
    subject, value, graph = quad.subject, quad.object, quad.graph_name
    return Quad(
        names.get(subject, subject) if isinstance(subject, BlankNode) else subject,
        quad.predicate,
        names.get(value, value) if isinstance(value, BlankNode) else value,
        names.get(graph, graph) if isinstance(graph, BlankNode) else graph,
    )
