"""Why values do not conform to shapes inside of others: the results of these, as details (SHACL, clause 3.6.2.6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from scograph.checks.shacl.engine import Evaluation
from scograph.checks.shacl.model import Constraint, Result, Shape
from scograph.checks.shacl.paths import follow
from scograph.messages import counted
from scograph.ntriples import lexical, literal

MAX_DETAILED = 1_000
"""So many results of one constraint get details, the first in the order of the report."""
MAX_DETAILS = (10, 3, 3)
"""Maximum details of a result, of each of these, and so on."""

_OF_A_LIST = ("AndConstraintComponent", "OrConstraintComponent", "XoneConstraintComponent")
_COUNTED = ("QualifiedMinCountConstraintComponent", "QualifiedMaxCountConstraintComponent")
_DETAILED = (*_OF_A_LIST, *_COUNTED, "NodeConstraintComponent")


def detail_tasks(
    evaluation: Evaluation, results: Sequence[Result]
) -> Iterator[tuple[list[int], partial[list[Result]]]]:
    """What makes the details of results, a constraint a task.

    Args:
        evaluation: The evaluation that found them.
        results: The results, in the order of the report.

    Returns:
        For each constraint that refers to other shapes: the numbers of its first results, and the task that gives the
        same results with their details, in the same order.
    """
    numbers: dict[tuple[str, str, str], list[int]] = {}
    for number, result in enumerate(results):
        numbers.setdefault(_key(result), []).append(number)
    for some in numbers.values():
        found = evaluation.constraint_of(results[some[0]])
        if found and has_details(found[1]):
            first = some[:MAX_DETAILED]
            yield first, partial(Details(evaluation).of, [results[one] for one in first])


def has_details(constraint: Constraint) -> bool:
    """Whether the results of a constraint have details: it refers to other shapes."""
    return constraint.component.name in _DETAILED


def _key(result: Result) -> tuple[str, str, str]:
    return result.shape, result.component, result.parameter


class Details:
    """Finds out why values do not conform to shapes inside of others.

    Args:
        evaluation: The evaluation.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation

    def of(self, results: Sequence[Result], depth: int = 0) -> list[Result]:
        """Results with their details.

        Args:
            results: The results, of whatever constraints.
            depth: How deep they are inside other results; as deep as `MAX_DETAILS` is long, none get details.

        Returns:
            The same results in their order.
        """
        found = list(results)
        numbers: dict[tuple[str, str, str], list[int]] = {}
        for number, result in enumerate(results):
            numbers.setdefault(_key(result), []).append(number)
        for some in numbers.values() if depth < len(MAX_DETAILS) else ():
            at = self._evaluation.constraint_of(results[some[0]])
            if at and at[1].component.name in _DETAILED:
                of_one = self._of_constraint(*at, [results[one] for one in some], depth)
                for number, result in zip(some, of_one, strict=True):
                    found[number] = result
        return found

    def _of_constraint(
        self, shape: Shape, constraint: Constraint, results: Sequence[Result], depth: int
    ) -> Iterator[Result]:
        if constraint.component.name in _COUNTED:
            yield from self._of_counted(shape, constraint, results, depth)
            return
        values = dict.fromkeys(result.value for result in results if result.value is not None)
        failing = [set(self._evaluation.failing(one, values)) for one in constraint.shapes]
        conforming = {
            value: [number for number, failed in enumerate(failing) if value not in failed] for value in values
        }
        is_xone = constraint.component.name == "XoneConstraintComponent" and len(constraint.shapes) > 1
        if is_xone:  # of what conforms to several, no result says why it is wrong
            values = {value: None for value in values if not conforming[value]}
        inner = self._inner(constraint.shapes, values, depth)
        for result in results:
            value = result.value or ""
            said = self._met(constraint, conforming.get(value, ())) if is_xone else ""
            messages = self._with(shape, constraint, result, said)
            yield replace(result, details=inner.get(value, ()), messages=messages)

    def _met(self, constraint: Constraint, numbers: Sequence[int]) -> str:
        """Which of several shapes a value conforms to."""
        if not numbers:
            return "it meets none of them"
        names = [self._evaluation.words.name(one) for one in constraint.shapes]
        shown = ", ".join(names[one] if all(names) else f"({one + 1})" for one in numbers[: MAX_DETAILS[0]])
        return f"it meets {len(numbers)} of them: {shown}"

    def _of_counted(
        self, shape: Shape, constraint: Constraint, results: Sequence[Result], depth: int
    ) -> Iterator[Result]:
        wanted, _, siblings = constraint.argument
        focus = dict.fromkeys(result.focus for result in results)
        by_focus = follow(self._evaluation.index, shape.path, focus) if shape.path else {}
        values = dict.fromkeys(value for one in focus for value in by_focus.get(one, ()))
        failing = set(self._evaluation.failing(wanted, values))
        out = failing.union(
            *(values.keys() - set(self._evaluation.failing(one, values)) for one in siblings),
        )
        why: dict[str, tuple[Result, ...]] = {}
        if "Min" in constraint.component.name:
            first = {
                value: None
                for one in focus
                for value in sorted(failing & set(by_focus.get(one, ())))[: MAX_DETAILS[depth]]
            }
            why = self._inner((wanted,), first, depth)
        for result in results:
            here = by_focus.get(result.focus, ())
            count = sum(value not in out for value in here)
            is_ = "conforms" if count == 1 else "conform"
            said = f"{count} of {counted(len(here), 'value')} {is_}" if here else "there is no value"
            details = tuple(detail for value in sorted(here) for detail in why.get(value, ()))[: MAX_DETAILS[depth]]
            yield replace(result, details=details, messages=self._with(shape, constraint, result, said))

    def _with(self, shape: Shape, constraint: Constraint, result: Result, said: str) -> tuple[str, ...]:
        """The messages of a result with what is special to it; those of the shape's author stay as they are."""
        if not said or not _is_worded_here(shape, constraint):
            return result.messages
        return tuple(literal(f"{lexical(message)}; {said}", "@en") for message in result.messages)

    def _inner(self, shapes: Sequence[str], values: Collection[str], depth: int) -> dict[str, tuple[Result, ...]]:
        """The results of values against shapes, by value: the first of each shape."""
        if not values or not shapes:
            return {}
        share = max(1, MAX_DETAILS[depth] // len(shapes))
        found: dict[str, list[Result]] = {}
        for shape in shapes[: MAX_DETAILS[depth]]:
            of_shape: dict[str, list[Result]] = {}
            for value, result in self._evaluation.results_apart(shape, self._evaluation.failing(shape, values)):
                some = of_shape.setdefault(value, [])
                some.append(result)
                if len(some) >= 4 * share:
                    some[:] = _first(some, share)
            for value, some in of_shape.items():
                found.setdefault(value, []).extend(_first(some, share))
        flat = iter(self.of([self._with_path(one) for some in found.values() for one in some], depth + 1))
        return {value: tuple(next(flat) for _ in some) for value, some in found.items()}

    def _with_path(self, result: Result) -> Result:
        """A result whose message says which property it is about, since it stands among those of others."""
        at = self._evaluation.constraint_of(result)
        if result.path is None or at is None or not _is_worded_here(*at):
            return result
        name, template = at[1].component.name, at[1].component.message
        if name in _COUNTED or "{path}" in template:
            return result
        path = self._evaluation.words.names.path(result.path)
        return replace(result, messages=tuple(literal(f"{path}: {lexical(one)}", "@en") for one in result.messages))


def _is_worded_here(shape: Shape, constraint: Constraint) -> bool:
    """Whether the messages of a constraint's results are made here, not by the author of the shapes."""
    return not (shape.messages or constraint.messages)


def _first(results: Iterable[Result], number: int) -> list[Result]:
    return sorted(dict.fromkeys(results), key=lambda one: (one.key, one.messages))[:number]
