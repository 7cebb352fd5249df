"""The evaluation: shapes against data, a set of nodes at a time (SHACL, clauses 3.4 to 3.6)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache, partial

from scograph.checks.shacl.evaluator import SparqlEvaluator
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.model import Constraint, Fault, Result, Shape, Values
from scograph.checks.shacl.paths import Predicate, follow
from scograph.checks.shacl.shapes import Shapes
from scograph.ntriples import literal

_NONE: frozenset[str] = frozenset()


class Evaluation:
    """One validation of data against shapes.

    Args:
        index: The data.
        shapes: The shapes.
        mark: Told the number in `constraints` of the one that is being evaluated, and -1 after the last.
    """

    def __init__(self, index: Index, shapes: Shapes, mark: Callable[[int], None] = lambda _: None) -> None:
        self.index = index
        self.constraints = [(shape, one) for shape in shapes.by_node.values() for one in shape.constraints]
        self.skipped: set[int] = set()
        self._numbers = {one: number for number, (_, one) in enumerate(self.constraints)}
        self._mark = mark
        self._at = -1
        self._shapes = shapes
        self._sparql = SparqlEvaluator(index, shapes.graph)
        self._known: dict[str, tuple[set[str], set[str]]] = {}

    def tasks(self, focus: Collection[str] | None = None) -> list[partial[list[Result]]]:
        """The evaluation of every shape with targets, a constraint a task; each raises ShapeError for bad queries.

        Args:
            focus: Only these focus nodes; None for all.

        Returns:
            The tasks, by shape; each gives its results.
        """
        values = cache(partial(self._values_in, focus))
        return [
            partial(self._results_of, shape, constraint, values)
            for shape in self._shapes.targeted
            if not shape.is_deactivated
            for constraint in shape.constraints
        ]

    def number(self, constraint: Constraint) -> int:
        """The number of a constraint in `constraints`."""
        return self._numbers[constraint]

    def _values_in(self, focus: Collection[str] | None, shape: Shape) -> Values | None:
        nodes = self.focus_nodes(shape)
        if focus is not None:
            nodes = [node for node in nodes if node in focus]
        return self._values(shape, nodes) if nodes else None

    def _results_of(
        self, shape: Shape, constraint: Constraint, values_of: Callable[[Shape], Values | None]
    ) -> list[Result]:
        self._mark(self._numbers[constraint])
        values = values_of(shape)
        return [result for _, result in self._checked(shape, constraint, values)] if values else []

    def focus_nodes(self, shape: Shape) -> Collection[str]:
        """The focus nodes of a shape's targets (SHACL, clause 2.1.3)."""
        targets = shape.targets
        sets: list[Iterable[str]] = [self.index.instances(one) for one in targets.classes]
        sets += [self.index.forward(one) for one in targets.subjects_of]
        sets += [self.index.backward(one) for one in targets.objects_of]
        if len(sets) == 1 and not targets.nodes and isinstance(sets[0], Collection):
            return sets[0]
        return dict.fromkeys(node for one in (targets.nodes, *sets) for node in one).keys()

    def results(self, shape: str, nodes: Collection[str]) -> Iterable[tuple[str, Result]]:
        """Some nodes with the results of validating them against a shape."""
        found = self._shapes.by_node.get(shape)
        return self._validated(found, nodes) if found else ()

    def failing(self, shape: str, nodes: Collection[str]) -> Collection[str]:
        """Those of some nodes that do not conform to a shape; each node is asked about once."""
        found = self._shapes.by_node.get(shape)
        if found is None or found.is_deactivated or not nodes:
            return _NONE
        seen, failed = self._known.setdefault(shape, (set(), set()))
        new = [node for node in nodes if node not in seen] if seen else nodes
        if new:
            seen.update(new)
            values = self._values(found, new)
            for constraint in found.constraints:
                failed.update(fault.focus for fault in constraint.component.check(self, found, constraint, values))
        return {node for node in nodes if node in failed} if failed else _NONE

    def sparql_faults(self, shape: Shape, constraint: Constraint, values: Values) -> Iterator[Fault]:
        """What a SPARQL-based constraint finds."""
        return self._sparql.faults(shape, constraint, values)

    def _values(self, shape: Shape, nodes: Collection[str]) -> Values:
        return Values(nodes, None if shape.path is None else follow(self.index, shape.path, nodes))

    def _validated(self, shape: Shape, nodes: Collection[str]) -> Iterator[tuple[str, Result]]:
        if shape.is_deactivated or not nodes:
            return
        values = self._values(shape, nodes)
        for constraint in shape.constraints:
            yield from self._checked(shape, constraint, values)

    def _checked(self, shape: Shape, constraint: Constraint, values: Values) -> Iterator[tuple[str, Result]]:
        number, outer = self._numbers[constraint], self._at
        if number in self.skipped:
            return
        self._at = number
        self._mark(number)
        for fault in constraint.component.check(self, shape, constraint, values):
            yield fault.focus, fault.nested or _result(shape, constraint, fault)
        self._at = outer
        self._mark(outer)


def _result(shape: Shape, constraint: Constraint, fault: Fault) -> Result:

    return Result(
        fault.focus,
        Predicate(fault.path) if fault.path else shape.path,
        fault.value,
        shape.node,
        constraint.component.iri,
        shape.severity,
        _messages(shape, constraint, fault),
        constraint.source,
    )


def _messages(shape: Shape, constraint: Constraint, fault: Fault) -> tuple[str, ...]:
    if constraint.source or constraint.messages:
        found = fault.messages or constraint.messages or shape.messages
    else:
        found = shape.messages or fault.messages
    return found or (literal(constraint.component.message.replace("{}", constraint.shown), "@en"),)
