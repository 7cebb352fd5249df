"""The difference of two datasets, with their blank nodes matched (RDF Dataset Canonicalization 1.0).

Statements without blank nodes are compared line by line. Those with blank nodes fall into parts that are connected by
them; parts with the same canonical form are the same. In what is left, blank nodes are matched by the statements that
lead to them, else by those that they share, so that a changed value is one fact and not a whole part.
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
"""Statements that blank nodes connect."""


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


def compare(one: Iterable[bytes], other: Iterable[bytes]) -> Difference:
    """Compare two datasets.

    Args:
        one: The first as N-Quads, in pieces of whole lines.
        other: The second.

    Returns:
        Their difference, sorted.

    Raises:
        InputError: The blank nodes of one cannot be told apart in bounded time.
    """
    first, second = canonical(one), canonical(other)
    before, after = digest(first), digest(second)
    if before == after:
        return Difference(before, after, (), (), (), ())
    blank: tuple[list[Quad], list[Quad]] = ([], [])
    lines: tuple[list[bytes], list[bytes]] = ([], [])
    for line, side in _unshared(_ground(first, blank[0]), _ground(second, blank[1])):
        lines[side].append(line)
    removed, added = (list(parse(b"".join(some), RdfFormat.N_QUADS)) for some in lines)
    component_counts, old, new = _component_counts(_components(blank[0]), _components(blank[1]))
    named = _renamed(new, _matched(old, new))
    before_here, after_here = set(old), set(named)
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


def _ground(pieces: Iterable[bytes], blank: list[Quad]) -> Iterator[bytes]:
    """The lines without blank nodes; the statements with some are put aside."""
    for piece in pieces:
        for line in piece.splitlines(keepends=True):
            if b"_:" in line:
                (quad,) = parse(line, RdfFormat.N_QUADS)
                if next(blank_nodes(quad), None):
                    blank.append(quad)
                    continue
            yield line


def _unshared(one: Iterator[bytes], other: Iterator[bytes]) -> Iterator[tuple[bytes, int]]:
    """The lines that only one of two sorted sequences has, with 0 or 1 for which."""
    first, second = next(one, None), next(other, None)
    while first is not None or second is not None:
        if first == second:
            first, second = next(one, None), next(other, None)
        elif second is None or (first is not None and first < second):
            yield first or b"", 0
            first = next(one, None)
        else:
            yield second, 1
            second = next(other, None)


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
    one: Iterable[Component], other: Iterable[Component]
) -> tuple[tuple[ComponentCount, ...], list[Quad], list[Quad]]:
    """The kinds of parts that two sides have in different number, and the statements of what each has more."""
    first, second = _by_form(one), _by_form(other)
    component_counts: list[ComponentCount] = []
    old: list[Quad] = []
    new: list[Quad] = []
    for form in sorted({*first, *second}):
        before, after = first.get(form, []), second.get(form, [])
        if len(before) != len(after):
            component_counts.append(ComponentCount((before or after)[0], len(before), len(after)))
            old += (quad for part in before[len(after) :] for quad in part)
            new += (quad for part in after[len(before) :] for quad in part)
    return tuple(component_counts), old, new


def _by_form(parts: Iterable[Component]) -> dict[str, list[Component]]:
    forms: dict[str, list[Component]] = defaultdict(list)
    for part in parts:
        dataset = Dataset(part)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        forms["\n".join(sorted(map(str, dataset)))].append(part)
    return forms


def _matched(old: Sequence[Quad], new: Sequence[Quad]) -> dict[BlankNode, BlankNode]:
    """Which blank node of the old is meant by one of the new: by what leads to it, else by what they share."""
    one, other = _BlankNodes(old), _BlankNodes(new)
    waiting = deque(other.led.values())
    pairs = 0
    while one.steps + other.steps <= MAX_STEPS:
        while waiting:
            pairs_found = _only_pair(one, other, waiting.popleft())
            for second, first in pairs_found.items():
                waiting.extend((*one.match(first, first), *other.match(second, first)))
        pairs += len(one.led) * len(other.led)
        pairs_found = _by_overlap(one.contexts(), other.contexts()) if pairs <= MAX_PAIRS else {}
        if not pairs_found:
            break
        for second, first in pairs_found.items():
            waiting.extend((*one.match(first, first), *other.match(second, first)))
    return other.names


NodeStatements = frozenset[object]
"""Statements about a blank node, without the node itself, in terms that both sides share."""
NodeContext = tuple[NodeStatements, NodeStatements]
"""The statements that lead to a blank node, and those that lead on from it."""


class _BlankNodes:
    """The blank nodes of one side, and what leads to those that have no match yet.

    Args:
        quads: The statements with blank nodes.
    """

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.names: dict[BlankNode, BlankNode] = {}
        self.led: dict[BlankNode, NodeStatements] = {}
        self.holders: dict[NodeStatements, dict[BlankNode, None]] = defaultdict(dict)
        self.steps = 0
        self._quads: dict[BlankNode, list[Quad]] = defaultdict(list)
        for quad in quads:
            for node in set(blank_nodes(quad)):
                self._quads[node].append(quad)
        for node in sorted(self._quads, key=lambda node: node.value):
            self._place(node)

    def match(self, node: BlankNode, name: BlankNode) -> Iterator[NodeStatements]:
        """Give a node the name that it has on the other side; what leads to others may now be told apart.

        Args:
            node: The node.
            name: The name.

        Returns:
            The statements whose holders are others than before.
        """
        self.names[node] = name
        led = self.led.pop(node)
        self.holders[led].pop(node, None)
        changed = [led]
        for quad in self._quads[node]:
            for other in blank_nodes(quad):
                if other in self.led:
                    changed.append(self.led[other])
                    self.holders[self.led[other]].pop(other, None)
                    self._place(other)
                    changed.append(self.led[other])
        return iter(changed)

    def contexts(self) -> dict[BlankNode, NodeContext]:
        """What is said of the nodes that have no match."""
        return {node: self._context(node) for node in self.led}

    def _place(self, node: BlankNode) -> None:
        self.led[node] = led = self._context(node)[0]
        self.holders[led][node] = None

    def _context(self, node: BlankNode) -> NodeContext:
        incoming: set[object] = set()
        outgoing: set[object] = set()
        self.steps += len(self._quads[node])
        for quad in self._quads[node]:
            subject, value, graph = (self._named(t) for t in (quad.subject, quad.object, quad.graph_name))
            if quad.object == node and subject and graph:
                incoming.add((subject, quad.predicate, graph))
            if quad.subject == node and value and graph:
                outgoing.add((quad.predicate, value, graph))
            if quad.graph_name == node and subject and value:
                incoming.add((subject, quad.predicate, value))
        return frozenset(incoming), frozenset(outgoing)

    def _named(self, term: Term | GraphName) -> Term | GraphName | None:
        return self.names.get(term) if isinstance(term, BlankNode) else term


def _only_pair(one: _BlankNodes, other: _BlankNodes, led: NodeStatements) -> dict[BlankNode, BlankNode]:
    """The pair of nodes that the same statements lead to, if they lead to no others."""
    first, second = one.holders.get(led, {}), other.holders.get(led, {})
    return {next(iter(second)): next(iter(first))} if led and len(first) == len(second) == 1 else {}


def _by_overlap(
    one: Mapping[BlankNode, NodeContext], other: Mapping[BlankNode, NodeContext]
) -> dict[BlankNode, BlankNode]:
    """The pairs of nodes that share most statements, each node in one pair."""
    shared = [
        (len(a[0] & b[0]) + len(a[1] & b[1]), second.value, first.value)
        for first, a in one.items()
        for second, b in other.items()
    ]
    largest = max((count for count, _, _ in shared), default=0)
    names: dict[str, str] = {}
    taken: set[str] = set()
    for count, second, first in sorted(shared) if largest else ():
        if count == largest and second not in names and first not in taken:
            names[second] = first
            taken.add(first)
    return {BlankNode(second): BlankNode(first) for second, first in names.items()}


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
