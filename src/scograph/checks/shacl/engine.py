"""The evaluation: shapes against data, a set of nodes at a time (SHACL, clauses 3.4 to 3.6)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial

from scograph.checks.shacl.evaluator import SparqlEvaluator
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.model import Constraint, Fault, Flaw, Result, Shape, ShapeError, Values
from scograph.checks.shacl.nodes import sh
from scograph.checks.shacl.paths import Predicate, follow
from scograph.checks.shacl.shapes import Shapes
from scograph.checks.shacl.wording import Wording
from scograph.ntriples import literal

_NONE: frozenset[str] = frozenset()
MAX_EXPANDED = 50
"""So many property shapes inside each other a recursive shape is followed for the results at the far end."""


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What a task gives.

    Args:
        found: Focus nodes with the results of a constraint of their shape; a result may be about a node further on.
        flaws: The flaws of what cannot be evaluated, whose constraints are left out.
    """

    found: list[tuple[str, Result]]
    flaws: tuple[Flaw, ...]


class Evaluation:
    """One validation of data against shapes.

    Args:
        index: The data.
        shapes: The shapes.
        mark: Told the number in `constraints` of the one that is being evaluated, and -1 after the last.
        queries: What evaluates queries over the same data; a new one if none is given.
    """

    def __init__(
        self,
        index: Index,
        shapes: Shapes,
        mark: Callable[[int], None] = lambda _: None,
        queries: SparqlEvaluator | None = None,
    ) -> None:
        self.index = index
        self.constraints = [(shape, one) for shape in shapes.by_node.values() for one in shape.constraints]
        self.skipped: set[int] = set()
        self.words = Wording(shapes.by_node, shapes.names.with_graph(index))
        self._messages_made: dict[tuple[Constraint, str | None], tuple[str, ...]] = {}
        self._numbers = {one: number for number, (_, one) in enumerate(self.constraints)}
        self.mark = mark
        self._at = -1
        self._shapes = shapes
        self._sparql = queries or SparqlEvaluator(index, shapes.graph)
        self._known: dict[str, tuple[set[str], set[str]]] = {}
        self._in_progress: dict[str, RecursiveCircle] = {}
        self._expanded: dict[str, set[str]] = {}
        self._depth = 0
        self.flaws: dict[Flaw, None] = {}

    def tasks(self, focus: Collection[str] | None = None) -> list[partial[TaskResult]]:
        """The evaluation of every shape with targets, a constraint a task.

        Args:
            focus: Only these focus nodes; None for all.

        Returns:
            The tasks, by shape; each gives its results, and the flaws of queries that cannot be evaluated.
        """
        values = cache(partial(self._values_in, focus))
        return [partial(self._results_of, *one, values) for one in self.targeted()]

    def targeted(self) -> Iterator[tuple[Shape, Constraint]]:
        """The constraints of every shape with targets that counts."""
        for shape in self._shapes.targeted:
            if not shape.is_deactivated:
                yield from ((shape, constraint) for constraint in shape.constraints)

    def task_for(self, shape: Shape, constraint: Constraint, focus: Collection[str]) -> partial[TaskResult]:
        """The evaluation of one constraint for some focus nodes of its shape."""
        return partial(self._results_of, shape, constraint, lambda one: self._values(one, focus) if focus else None)

    def load_query(self, shape: Shape, constraint: Constraint) -> frozenset[str] | None:
        """Load what the query of a SPARQL-based constraint reads, in this process and not in that of a task.

        Args:
            shape: The shape.
            constraint: The constraint.

        Returns:
            The predicates of the triples that it looks at, as `SparqlEvaluator.load_query` gives them.
        """
        return self._sparql.load_query(shape, constraint)

    def constraint_of(self, result: Result) -> tuple[Shape, Constraint] | None:
        """The constraint that a result is of, with its shape; None for one of another engine."""
        return self._by_result.get((result.shape, result.component, result.parameter))

    @cached_property
    def _by_result(self) -> Mapping[tuple[str, str, str], tuple[Shape, Constraint]]:
        return {(shape.node, one.component.iri, one.parameter): (shape, one) for shape, one in self.constraints}

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
    ) -> TaskResult:
        self.mark(self._numbers[constraint])
        self.flaws = {}
        self._expanded = {}
        values = values_of(shape)
        found = list(self._checked(shape, constraint, values)) if values else []
        return TaskResult(found, tuple(self.flaws))

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
        if not found:
            return ()
        return (
            self._recursive_results(found, nodes) if shape in self._shapes.recursive else self._validated(found, nodes)
        )

    def results_apart(self, shape: str, nodes: Collection[str]) -> Iterator[tuple[str, Result]]:
        """As `results`, but the results of a node do not depend on which others are asked about."""
        if shape not in self._shapes.recursive:
            yield from self.results(shape, nodes)
            return
        for node in nodes:
            self._expanded = {}
            yield from self.results(shape, [node])

    def _recursive_results(self, shape: Shape, nodes: Collection[str]) -> Iterator[tuple[str, Result]]:
        """The results of nodes that do not conform; each pair of node and shape is looked into once a constraint."""
        failing = self.failing(shape.node, nodes)
        if shape.node in self._in_progress:
            yield from ((node, _does_not_conform(shape, node)) for node in failing)
            return
        expanded = self._expanded.setdefault(shape.node, set())
        new = [node for node in nodes if node in failing and node not in expanded]
        expanded.update(new)
        if self._depth >= MAX_EXPANDED:
            yield from ((node, _does_not_conform(shape, node)) for node in new)
            return
        self._depth += 1
        try:
            yield from self._validated(shape, new)
        finally:
            self._depth -= 1

    def failing(self, shape: str, nodes: Collection[str]) -> Collection[str]:
        """Those of some nodes that do not conform to a shape; each node is asked about once."""
        found = self._shapes.by_node.get(shape)
        if found is None or found.is_deactivated or not nodes:
            return _NONE
        if shape in self._in_progress:
            return self._in_progress[shape].failing(shape, nodes)
        seen, failed = self._known.setdefault(shape, (set(), set()))
        new = [node for node in nodes if node not in seen] if seen else nodes
        if new and shape in self._shapes.recursive:
            self._evaluate_circle(shape, new)
            failed = self._known[shape][1]
        elif new:
            failed.update(self._found_failing(found, new))
            seen.update(new)
        return {node for node in nodes if node in failed} if failed else _NONE

    def _found_failing(self, shape: Shape, nodes: Collection[str]) -> Iterator[str]:
        values = self._values(shape, nodes)
        for constraint in shape.constraints:
            yield from (fault.focus for fault in constraint.component.check(self, shape, constraint, values))

    def _evaluate_circle(self, shape: str, nodes: Collection[str]) -> None:
        """Evaluate shapes that refer to each other: what nothing speaks against conforms (the greatest fixpoint)."""
        members = self._shapes.recursive[shape]
        known = {one: self._known.get(one, (set(), set())) for one in members}
        circle = RecursiveCircle({one: (set(seen), set(failed)) for one, (seen, failed) in known.items()})
        self._in_progress.update(dict.fromkeys(members, circle))
        try:
            circle.failing(shape, nodes)
            circle.evaluate(lambda one, some: set(self._found_failing(self._shapes.by_node[one], some)))
            self._known.update(circle.known)
        finally:
            for one in members:
                del self._in_progress[one]

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
        self.mark(number)
        try:
            for fault in constraint.component.check(self, shape, constraint, values):
                yield fault.focus, fault.nested or self._result(shape, constraint, fault)
        except ShapeError as error:
            self.flaws.update(dict.fromkeys(error.flaws))
        self._at = outer
        self.mark(outer)

    def _result(self, shape: Shape, constraint: Constraint, fault: Fault) -> Result:
        return Result(
            fault.focus,
            Predicate(fault.path) if fault.path else shape.path,
            fault.value,
            shape.node,
            constraint.component.iri,
            shape.severity,
            self._messages(shape, constraint, fault),
            constraint.source,
            parameter=constraint.parameter,
        )

    def _messages(self, shape: Shape, constraint: Constraint, fault: Fault) -> tuple[str, ...]:
        if constraint.source or constraint.messages:
            found = fault.messages or constraint.messages or shape.messages
        else:
            found = shape.messages or fault.messages
        if found:
            return found
        if (constraint, fault.path) not in self._messages_made:
            path = Predicate(fault.path) if fault.path else shape.path
            made = literal(self.words.fault(constraint, path), "@en")
            self._messages_made[constraint, fault.path] = (made,)
        return self._messages_made[constraint, fault.path]


class RecursiveCircle:
    """Shapes that refer to each other, while they are evaluated.

    A pair of shape and node conforms until a constraint speaks against it. Pairs that are asked about on the way are
    evaluated as well, until no more are found to fail; the order does not matter.

    Args:
        known: For each shape, the nodes that are evaluated already, and those of them that fail; both grow.
    """

    def __init__(self, known: Mapping[str, tuple[set[str], set[str]]]) -> None:
        self.known = known
        self._waiting: dict[str, dict[str, None]] = {}
        self._asked_by: dict[tuple[str, str], dict[tuple[str, str], None]] = {}
        self._evaluated: tuple[str, str] | None = None

    def failing(self, shape: str, nodes: Collection[str]) -> Collection[str]:
        """Those of some nodes of which it is known that they do not conform; the others are evaluated later."""
        seen, failed = self.known[shape]
        new = [node for node in nodes if node not in seen]
        seen.update(new)
        self._waiting.setdefault(shape, {}).update(dict.fromkeys(new))
        if self._evaluated is not None:
            for node in nodes:
                self._asked_by.setdefault((shape, node), {})[self._evaluated] = None
        return {node for node in nodes if node in failed} if failed else _NONE

    def evaluate(self, found_failing: Callable[[str, Collection[str]], Collection[str]]) -> None:
        """Evaluate all pairs.

        Args:
            found_failing: A shape and some nodes to those that fail, as far as is known.
        """
        conforming: dict[tuple[str, str], None] = {}
        fails: list[tuple[str, str]] = []
        while fails or any(self._waiting.values()):
            while any(self._waiting.values()):
                shape = next(one for one, nodes in self._waiting.items() if nodes)
                nodes, self._waiting[shape] = list(self._waiting[shape]), {}
                failing = found_failing(shape, nodes)
                self.known[shape][1].update(failing)
                fails += ((shape, node) for node in failing)
                conforming.update(dict.fromkeys((shape, node) for node in nodes if node not in failing))
            if not fails:
                return
            for pair in conforming:  # once more, one by one: it is recorded which others each asks about
                if self._fails(pair, found_failing):
                    fails.append(pair)
            conforming = {}
            while fails:
                for pair in self._asked_by.get(fails.pop(), ()):
                    if pair[1] not in self.known[pair[0]][1] and self._fails(pair, found_failing):
                        fails.append(pair)

    def _fails(self, pair: tuple[str, str], found_failing: Callable[[str, Collection[str]], Collection[str]]) -> bool:
        shape, node = pair
        self._evaluated = pair
        is_failing = bool(found_failing(shape, [node]))
        self._evaluated = None
        if is_failing:
            self.known[shape][1].add(node)
        return is_failing


def _does_not_conform(shape: Shape, node: str) -> Result:
    """The result of a node that does not conform to a recursive shape, where what it lacks is not looked into."""
    message = literal("the value does not conform to a shape that refers to itself", "@en")
    return Result(node, None, node, shape.node, sh("NodeConstraintComponent"), shape.severity, (message,))
