"""A validation that is kept: after a change of the data only the constraints and focus nodes that depend on it run.

The report is that of a validation of all (SHACL, clause 3.4). What a constraint depends on is told by `dependencies`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from scograph.bounded import NEVER, Deadline, TaskLimits
from scograph.checks.shacl.dependencies import Affected, Dependencies, Reads, by_predicate, is_query
from scograph.checks.shacl.details import MAX_DETAILED, has_details
from scograph.checks.shacl.engine import Evaluation, TaskResult
from scograph.checks.shacl.evaluator import SparqlEvaluator
from scograph.checks.shacl.index import SUBCLASS, Index, without_collection
from scograph.checks.shacl.model import Constraint, Flaw, Result, Shape
from scograph.checks.shacl.paths import Changed
from scograph.checks.shacl.shapes import Shapes, compile_shapes
from scograph.checks.shacl.validation import Validation, details_of, end_tasks, suspicious_flaws
from scograph.checks.shacl.wording import LABELS
from scograph.ntriples import TYPE

Token = tuple[str, str, str]


@dataclass(slots=True, eq=False)
class _KeptResult:
    """A result, and the same with its details where they were made."""

    result: Result
    detailed: Result | None = None


@dataclass(frozen=True, slots=True)
class Effort:
    """What one change made run.

    Args:
        pairs: How many pairs of constraint and focus node were evaluated.
        whole: How many constraints were evaluated for all their focus nodes, since it cannot be told for which they
            are needed.
        constraints: How many constraints of shapes with targets there are.
        queries: How many rules and questions were asked.

    Example:
        >>> from scograph import Project
        >>> session = Project.builtin().load().session()
        >>> session.effort.whole == session.effort.constraints
        True
    """

    pairs: int = 0
    whole: int = 0
    constraints: int = 0
    queries: int = 0


@dataclass(slots=True)
class _KeptConstraint:
    """What is known of a constraint: the results by focus node, and its flaws."""

    found: dict[str, list[_KeptResult]] = field(default_factory=dict)
    flaws: tuple[Flaw, ...] = ()


class KeptValidation:
    """A validation of data against shapes that follows changes of the data.

    Args:
        data: The data; they are this validation's own from here on.
        shapes: The shapes, which stay as they are.
        prefixes: Prefixes to show terms with.
        deadline: When the first evaluation must be over.

    Raises:
        NotImplementedFeature: The shapes use a feature that the engine does not implement.

    Example:
        >>> shapes, data = Index(), Index()
        >>> shapes.add_lines(
        ...     f"<urn:S> <http://www.w3.org/ns/shacl#{name}> {value} ."
        ...     for name, value in (("targetSubjectsOf", "<urn:p>"), ("property", "<urn:P>"))
        ... )
        >>> shapes.add_lines(["<urn:P> <http://www.w3.org/ns/shacl#path> <urn:q> ."])
        >>> one = '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
        >>> shapes.add_lines([f"<urn:P> <http://www.w3.org/ns/shacl#minCount> {one} ."])
        >>> kept = KeptValidation(data, shapes)
        >>> [result.focus for result in kept.change([("<urn:a>", "<urn:p>", "<urn:b>")], []).results]
        ['<urn:a>']
        >>> kept.change([("<urn:a>", "<urn:q>", "<urn:b>")], []).results
        ()
    """

    def __init__(
        self, data: Index, shapes: Index, prefixes: Mapping[str, str] | None = None, deadline: Deadline = NEVER
    ) -> None:
        self.data = data
        self.effort = Effort()
        self._shapes: Shapes = compile_shapes(shapes, prefixes, is_strict=False)
        self._queries = SparqlEvaluator(data, shapes)
        self._kept: dict[Constraint, _KeptConstraint] = {}
        self._suspicious: tuple[Flaw, ...] = ()
        self._unfinished: tuple[Flaw, ...] = ()
        self._query_reads: dict[Constraint, Reads] = {}
        self._dependencies = Dependencies(self._shapes, lambda _, constraint: self._query_reads[constraint])
        self._words: frozenset[str] = frozenset(
            term for triple in shapes.triples() for term in (triple[0], triple[2]) if term[0] == "<"
        )
        with without_collection():
            evaluation = self._evaluation(TaskLimits(data.size, deadline))
            for shape, constraint in evaluation.constraints:
                if is_query(constraint):
                    self._query_reads[constraint] = evaluation.load_query(shape, constraint)
            self.validation = self._whole(deadline)

    def change(self, added: Collection[Token], removed: Collection[Token], deadline: Deadline = NEVER) -> Validation:
        """Follow a change of the data.

        Args:
            added: The triples that the data have got, which they did not have.
            removed: Those that they have lost, which they had.
            deadline: When the evaluation must be over.

        Returns:
            What a validation of all would find.
        """
        if not (added or removed) and not self._unfinished:
            self.effort = Effort(0, 0, self.effort.constraints)
            return self.validation
        with without_collection():
            before = frozenset(self.data.predicates)
            self.data.add(added)
            changed = by_predicate(added, removed)
            affected = Affected(self.data, changed, self._dependencies)
            wanted = {} if self._is_all_affected(changed) else self._affected(affected)
            self.data.remove(removed)
            self._queries.change(added, removed)
            if self._is_all_affected(changed):
                self.validation = self._whole(deadline)
                return self.validation
            is_suspect = before != frozenset(self.data.predicates) or TYPE in changed or SUBCLASS in changed
            self.validation = self._again(wanted, deadline, is_suspect=is_suspect)
        return self.validation

    def _is_all_affected(self, changed: Changed) -> bool:
        """Whether messages may be others, or an evaluation did not come to its end."""
        named = (subject for one in LABELS for subject, _ in changed.get(one, ()))
        return bool(self._unfinished) or any(subject in self._words for subject in named)

    def _affected(self, affected: Affected) -> dict[Constraint, Collection[str] | None]:
        found: dict[Constraint, Collection[str] | None] = {}
        for shape in self._shapes.targeted:
            if shape.is_deactivated:
                continue
            of_targets = affected.targets(shape)
            for constraint in shape.constraints:
                some = affected.of(shape, constraint)
                nodes = None if some is None else {*some, *of_targets}
                if nodes is None or nodes:
                    found[constraint] = nodes
        return found

    def _evaluation(self, limits: TaskLimits) -> Evaluation:
        return Evaluation(self.data, self._shapes, limits.mark, self._queries)

    def _whole(self, deadline: Deadline) -> Validation:
        limits = TaskLimits(self.data.size, deadline)
        evaluation = self._evaluation(limits)
        self._kept = {constraint: _KeptConstraint() for _, constraint in evaluation.targeted()}
        return self._again(dict.fromkeys(self._kept), deadline, is_suspect=True)

    def _again(
        self, wanted: Mapping[Constraint, Collection[str] | None], deadline: Deadline, *, is_suspect: bool
    ) -> Validation:
        """Evaluate constraints for some focus nodes, None for all, and put what is found in place of what was."""
        limits = TaskLimits(self.data.size, deadline)
        evaluation = self._evaluation(limits)
        tasks, pairs, whole = [], 0, 0
        for shape, constraint in evaluation.targeted():
            if constraint in wanted:
                nodes = None if self._kept[constraint].flaws else wanted[constraint]
                here = self._forgotten(evaluation, shape, constraint, nodes)
                whole += nodes is None
                pairs += len(here)
                if here:
                    tasks.append(evaluation.task_for(shape, constraint, here))
        more = [partial(suspicious_flaws, evaluation, self._shapes)] if is_suspect else []
        ended = end_tasks(evaluation, [*tasks, *more], limits)
        self.effort = Effort(pairs, whole, len(self._kept))
        self._unfinished = ended.unfinished
        for task, found in zip(tasks, ended.found, strict=False):
            if found is not None:
                self._remember(task.args[1], found)
        if is_suspect:
            self._suspicious = ended.found[-1] or ()
        flaws = dict.fromkeys((*self._shapes.flaws, *(one for kept in self._kept.values() for one in kept.flaws)))
        return Validation(
            tuple(self._results(evaluation, limits)),
            self._shapes.notes,
            (),
            self._suspicious,
            len(self._shapes.targeted),
            self._unfinished,
            tuple(flaws),
        )

    def _forgotten(
        self, evaluation: Evaluation, shape: Shape, constraint: Constraint, nodes: Collection[str] | None
    ) -> Collection[str]:
        """Forget the results of some nodes, None for all: those of them that are focus nodes now."""
        kept = self._kept[constraint]
        focus = evaluation.focus_nodes(shape)
        kept.flaws = ()
        if nodes is None:
            kept.found = {}
        else:
            for node in nodes:
                kept.found.pop(node, None)
            known = focus if isinstance(focus, set | frozenset) else set(focus)
            focus = [node for node in nodes if node in known]
        if focus and is_query(constraint) and self._query_reads[constraint] is None:
            evaluation.load_query(shape, constraint)
        return focus

    def _remember(self, constraint: Constraint, found: TaskResult) -> None:
        kept = self._kept[constraint]
        kept.flaws = found.flaws
        for node, result in found.found:
            kept.found.setdefault(node, []).append(_KeptResult(result))

    def _results(self, evaluation: Evaluation, limits: TaskLimits) -> Iterator[Result]:
        """All results in the order of the report, the first of each constraint with their details."""
        every = [one for kept in self._kept.values() for some in kept.found.values() for one in some]
        every.sort(key=lambda one: (one.result.key, one.result.messages))
        first = list(_first_of_each(evaluation, every))
        missing = [one for one in first if one.detailed is None]
        for numbers, detailed in details_of(evaluation, [one.result for one in missing], limits):
            for number, result in zip(numbers, detailed, strict=True):
                missing[number].detailed = result
        is_first = {id(one) for one in first}
        return ((one.detailed if id(one) in is_first else None) or one.result for one in every)


def _first_of_each(evaluation: Evaluation, results: Iterable[_KeptResult]) -> Iterator[_KeptResult]:
    """The results that have details: the first of each constraint that refers to other shapes."""
    numbers: dict[tuple[Shape, Constraint], int] = {}
    for one in results:
        at = evaluation.constraint_of(one.result)
        if at and has_details(at[1]):
            numbers[at] = numbers.get(at, 0) + 1
            if numbers[at] <= MAX_DETAILED:
                yield one
