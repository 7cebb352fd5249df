"""SHACL validation from end to end: choice of engine, validation results, warnings about shapes (SHACL, clause 3.4)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from scograph.bounded import NEVER, Deadline, StopReason, TaskLimits, Unfinished, run_tasks
from scograph.checks.shacl import shape_warnings
from scograph.checks.shacl.comparison import Explained, compared, not_compared
from scograph.checks.shacl.details import detail_tasks
from scograph.checks.shacl.engine import Evaluation
from scograph.checks.shacl.index import Index, without_collection
from scograph.checks.shacl.model import Constraint, Flaw, NotImplementedFeature, Result, Shape, ShapeError
from scograph.checks.shacl.nodes import sh
from scograph.checks.shacl.reference import ReferenceOptions, reference_results
from scograph.checks.shacl.regex import Pattern
from scograph.checks.shacl.report import Line, report_lines
from scograph.checks.shacl.shapes import Shapes, compile_shapes
from scograph.model import distinct

REFERENCE_TIMES = 10
"""So many times longer than one constraint the reference engine may take for all of them."""
ENGINES = ("scograph", "pyshacl", "both")


@dataclass(frozen=True, slots=True)
class Validation:
    """What a validation found.

    Args:
        results: The results.
        notes: What was done otherwise than asked for, and why.
        differences: With both engines: which results only one of them has, for no known reason.
        explained: With both engines: where they differ or are not compared, with the reason.
        shape_warnings: What is most likely meant otherwise in the shapes.
        shapes: The number of shapes that have targets; None if the reference engine alone ran.
        unfinished: The constraints that were not evaluated to their end, within the bounds and the time.
        flaws: What is wrong with the shapes; what is concerned was left out.
    """

    results: tuple[Result, ...]
    notes: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    shape_warnings: tuple[Flaw, ...] = ()
    shapes: int | None = None
    unfinished: tuple[Flaw, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    explained: tuple[Explained, ...] = ()

    def conforms(self, allowed: Sequence[str] = ()) -> bool:
        """Whether there is no result (SHACL, clause 3.6.1), but for those of severities that are allowed."""
        passed = {sh(severity) for severity in allowed}
        return not (self.unfinished or self.flaws) and all(result.severity in passed for result in self.results)

    def report(self, allowed: Sequence[str] = ()) -> Iterator[Line]:
        """The validation report, as triples of terms."""
        return report_lines(self.results, conforms=self.conforms(allowed))


def run_validation(  # noqa: PLR0913 -- each is an option of its own
    data: Index,
    shapes: Index,
    *,
    engine: str = "scograph",
    inference: str = "none",
    focus: tuple[str, ...] | None = None,
    prefixes: Mapping[str, str] | None = None,
    deadline: Deadline = NEVER,
    is_strict: bool = False,
    most: int | None = None,
) -> Validation:
    """Validate data against shapes.

    Args:
        data: The data, with the ontology whose subclasses count.
        shapes: The shapes.
        engine: `scograph`, `pyshacl`, or `both`, which tells how the two differ.
        inference: What is inferred first: `none`, or `rdfs` or `owlrl`, which the reference engine does.
        focus: Only these focus nodes, as IRIs; None for all.
        prefixes: Prefixes to show terms with.
        deadline: When the evaluation must be over; what is not evaluated then is told.
        is_strict: Whether a flaw of the shapes refuses them all; otherwise what is sound is evaluated.
        most: So many results, the first, get details; None for all, within `details.MAX_DETAILED`.

    Returns:
        The results in a stable order, and what is to be said of the run.

    Raises:
        ShapeError: It is strict and the shapes are ill-formed or cannot be evaluated; or pySHACL refuses them.
    """
    with without_collection():
        options = ReferenceOptions(inference, focus=focus)
        found = _validated(data, shapes, engine, options, prefixes, deadline, is_strict, most)
    if is_strict and found.flaws:
        raise ShapeError(*found.flaws)
    return found


def _validated(  # noqa: PLR0913, PLR0917 -- as `run_validation`
    data: Index,
    shapes: Index,
    engine: str,
    options: ReferenceOptions,
    prefixes: Mapping[str, str] | None,
    deadline: Deadline,
    is_strict: bool,  # noqa: FBT001 -- the same
    most: int | None,
) -> Validation:
    limits = TaskLimits(data.size, deadline)
    inference, focus = options.inference, options.focus
    if engine == "pyshacl" or inference != "none":
        notes = () if engine == "pyshacl" else (f"inference {inference}: pySHACL infers and validates",)
        return Validation(_sorted(_reference(data, shapes, options, limits)), notes)
    try:
        compiled = compile_shapes(shapes, prefixes, is_strict=is_strict)
    except NotImplementedFeature as feature:
        try:
            results = _reference(data, shapes, ReferenceOptions(inference, advanced=True, focus=focus), limits)
        except ShapeError as error:
            if is_strict:
                raise
            reason = f"our engine leaves this to pySHACL, which fails on these shapes ({_reason(error)})"
            compiled = compile_shapes(shapes, prefixes, is_strict=False, leave_out=reason)
        else:
            note = f"the shapes use {feature}: pySHACL validates in place of our engine"
            return Validation(_sorted(results), (note,))
    nodes = None if focus is None else {f"<{iri}>" for iri in focus}
    found = _evaluated(data, compiled, nodes, limits, most)
    if engine == "both":
        try:
            comparison = compared(data, compiled, found.results, _reference(data, shapes, options, limits))
        except ShapeError as error:
            comparison = not_compared(_reason(error))
        return replace(found, differences=comparison.differences, explained=comparison.explained)
    return found


def _evaluated(
    data: Index, compiled: Shapes, nodes: Collection[str] | None, limits: TaskLimits, most: int | None
) -> Validation:
    """The results, what is suspicious, and what was left out: flawed constraints, and those that did not end."""
    evaluation = Evaluation(data, compiled, limits.mark)
    tasks = evaluation.tasks(nodes)
    ended = end_tasks(evaluation, [*tasks, partial(suspicious_flaws, evaluation, compiled)], limits)
    results: list[Result] = []
    flaws = dict.fromkeys(compiled.flaws)
    for one in ended.found[:-1]:
        if one is not None:
            results += (result for _, result in one.found)
            flaws.update(dict.fromkeys(one.flaws))
    return Validation(
        _with_details(evaluation, _sorted(results), most, limits),
        compiled.notes,
        (),
        ended.found[-1] or (),
        len(compiled.targeted),
        ended.unfinished,
        tuple(flaws),
    )


@dataclass(frozen=True, slots=True)
class Ended:
    """What tasks of an evaluation gave.

    Args:
        found: What each gave; None for one that did not end.
        unfinished: The constraints that were not evaluated to their end.
    """

    found: list[Any]
    unfinished: tuple[Flaw, ...]


def end_tasks(evaluation: Evaluation, tasks: Sequence[Callable[[], Any]], limits: TaskLimits) -> Ended:
    """Run tasks of an evaluation; a constraint that takes too long is left out, and its task run again without it.

    Args:
        evaluation: The evaluation.
        tasks: The tasks; the first arguments of one that is of a constraint are its shape and itself.
        limits: What each may take.

    Returns:
        What they gave.
    """
    unfinished: list[Flaw] = []

    def skip(_index: int, one: Unfinished) -> bool:
        if one.mark < 0 or one.mark in evaluation.skipped:
            return False
        evaluation.skipped.add(one.mark)
        unfinished.append(_flaw(*evaluation.constraints[one.mark], one))
        return one.reason is not StopReason.DEADLINE

    found: list[Any] = [None] * len(tasks)
    for index, result in run_tasks(tasks, limits, skip):
        if not isinstance(result, Unfinished):
            found[index] = result
        elif not (result.mark >= 0 and result.mark in evaluation.skipped):
            shape, constraint, *_ = getattr(tasks[index], "args", (None, None))
            if isinstance(shape, Shape) and isinstance(constraint, Constraint):
                unfinished.append(_flaw(shape, constraint, result))
    return Ended(found, tuple(unfinished))


def suspicious_flaws(evaluation: Evaluation, compiled: Shapes) -> tuple[Flaw, ...]:
    """What is most likely meant otherwise in the shapes."""
    evaluation.mark(-1)
    return distinct(
        (
            *shape_warnings.no_shape_applied(evaluation, compiled),
            *shape_warnings.unknown_terms(compiled.graph),
            *shape_warnings.property_shape_terms(compiled),
            *shape_warnings.severities_of_queries(compiled.graph),
            *shape_warnings.targets_without_nodes(evaluation, compiled),
            *shape_warnings.paths_without_triples(evaluation, compiled, only_like_others=True),
        )
    )


def _with_details(
    evaluation: Evaluation, results: tuple[Result, ...], most: int | None, limits: TaskLimits
) -> tuple[Result, ...]:
    """The results, the first of them with their details; those of a constraint that takes too long have none."""
    found = list(results)
    for some, detailed in details_of(evaluation, results[:most], limits):
        for number, result in zip(some, detailed, strict=True):
            found[number] = result
    return tuple(found)


def details_of(
    evaluation: Evaluation, results: Sequence[Result], limits: TaskLimits
) -> Iterator[tuple[list[int], Sequence[Result]]]:
    """The numbers of results, and the same with their details, by constraint; without one that takes too long."""
    numbers, tasks = [], []
    for some, task in detail_tasks(evaluation, results):
        numbers.append(some)
        tasks.append(task)
    if tasks:
        for index, detailed in run_tasks(tasks, TaskLimits(evaluation.index.size, limits.deadline.for_extras())):
            if not isinstance(detailed, Unfinished):
                yield numbers[index], detailed


def _flaw(shape: Shape, constraint: Constraint, one: Unfinished) -> Flaw:
    if constraint.source:
        return Flaw(constraint.source, "", one.message, one.hint)
    name = constraint.component.parameters[0]
    hint = (constraint.argument.hint if isinstance(constraint.argument, Pattern) else "") or one.hint
    return Flaw(shape.node, name if name.startswith("<") else sh(name), one.message, hint)


def _reference(data: Index, shapes: Index, options: ReferenceOptions, limits: TaskLimits) -> Sequence[Result]:
    """What pySHACL finds, within the bound of ten constraints, since it cannot be told which one it is at."""
    limits = TaskLimits(data.size, limits.deadline)
    limits.seconds *= REFERENCE_TIMES
    ((_, found),) = run_tasks([partial(reference_results, data, shapes, options)], limits)
    if isinstance(found, Unfinished):
        raise ShapeError(Flaw("", "", f"pySHACL: {found.message}", found.hint))
    results: Sequence[Result] = found
    return results


def _reason(error: ShapeError) -> str:
    """What pySHACL says is wrong, without its name."""
    return error.flaws[0].message.removeprefix("pySHACL fails on them: ").removeprefix("pySHACL: ").rstrip(".")


def _sorted(results: Sequence[Result]) -> tuple[Result, ...]:
    return tuple(sorted(results, key=lambda result: (result.key, result.messages)))
