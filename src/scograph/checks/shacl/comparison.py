"""Two engines compared: the results that only one of them has, and those of these that a clause explains."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from scograph.checks.shacl.index import Index
from scograph.checks.shacl.model import Constraint, Result, Shape
from scograph.checks.shacl.nodes import sh
from scograph.checks.shacl.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequential
from scograph.checks.shacl.shapes import Shapes
from scograph.checks.shacl.values import compare
from scograph.checks.shacl.vocabulary import DRAFT_PARAMETERS
from scograph.messages import counted
from scograph.ntriples import FIRST, NIL, TYPE, is_literal, lexical

_LISTS = ("class", "datatype", "nodeKind")
"""The parameters whose value SHACL 1.2, a draft, lets be a list."""
_DRAFT = "SHACL 1.2 is a draft: its words are evaluated by scograph, and pySHACL does not know them"
_BOOLEANS = {"UniqueLang": ("uniqueLang", "4.4.5"), "Closed": ("closed", "4.8.1")}
_RANGES = ("MinExclusive", "MinInclusive", "MaxExclusive", "MaxInclusive")
_ZONE = re.compile(r"T.*(Z|[+-][0-9]{2}:[0-9]{2})\Z")
_PAIRS = ("LessThan", "LessThanOrEquals")


@dataclass(frozen=True, slots=True)
class Explained:
    """Where two engines differ, or were not compared, for a reason that is known.

    Args:
        message: What is so.
        reason: Why, with the clause that decides.
        was_compared: Whether both engines evaluated the shapes.
    """

    message: str
    reason: str
    was_compared: bool = True


@dataclass(frozen=True, slots=True)
class EngineComparison:
    """How the results of two engines differ.

    Args:
        differences: The results that only one has, for no known reason, as text.
        explained: The others, those of one reason as one.
    """

    differences: tuple[str, ...] = ()
    explained: tuple[Explained, ...] = ()


def not_compared(reason: str) -> EngineComparison:
    """The comparison with an engine that failed.

    Args:
        reason: What it said.

    Returns:
        The comparison, which says so.
    """
    message = f"the engines are not compared: pySHACL fails on these shapes ({reason})"
    return EngineComparison((), (Explained(message, "the results are those of scograph alone", was_compared=False),))


def compared(data: Index, shapes: Shapes, ours: Sequence[Result], theirs: Sequence[Result]) -> EngineComparison:
    """Compare the results of our engine with those of pySHACL.

    Args:
        data: The data.
        shapes: The shapes.
        ours: Our results.
        theirs: Those of pySHACL.

    Returns:
        How they differ.
    """
    reasons = _KnownReasons(data, shapes)
    differences: list[str] = []
    explained: dict[str, list[str]] = defaultdict(list)
    counts = [Counter(result.key for result in results) for results in (ours, theirs)]
    for name, results, (one, other) in (
        ("scograph", ours, counts),
        ("pyshacl", theirs, counts[::-1]),
    ):
        by_key = {result.key: result for result in results}
        for key, times in sorted((one - other).items()):
            shown = f"only {name}: " + "  ".join(part for part in key if part)
            reason = reasons.of(by_key[key], is_ours=name == "scograph")
            if reason:
                explained[reason] += [shown] * times
            else:
                differences.append(shown + (f" ({times} times)" if times > 1 else ""))
    return EngineComparison(
        tuple(differences),
        tuple(
            Explained(f"the engines differ in {counted(len(shown), 'result')} for a known reason: {shown[0]}", reason)
            for reason, shown in explained.items()
        ),
    )


class _KnownReasons:
    """Why only one of two engines has a result, if that is known."""

    def __init__(self, data: Index, shapes: Shapes) -> None:
        self._data = data
        self._shapes = shapes
        self._of_drafts = _closed(
            (node for node, shape in shapes.by_node.items() if any(map(self._is_of_draft, self._of(shape)))),
            _users(shapes),
        )
        self._below_shape_classes = _closed(
            shapes.graph.backward(TYPE).get(sh("ShapeClass"), ()), lambda node: _used(shapes.by_node.get(node))
        )

    def of(self, result: Result, *, is_ours: bool) -> str:
        """The reason with its clause, or nothing."""
        name = result.component.rpartition("#")[2].removesuffix("ConstraintComponent>")
        shape = self._shapes.by_node.get(result.shape)
        constraints = [one for one in shape.constraints if one.component.iri == result.component] if shape else []
        if (is_ours and result.shape in self._below_shape_classes) or any(
            self._is_of_draft((result.shape, one)) or not self._of_drafts.isdisjoint(one.shapes) for one in constraints
        ):
            return _DRAFT
        if shape and shape.path is not None and _reverses_a_sequence(shape.path):
            return (
                "SPARQL 1.1, clause 18.4, on whose paths SHACL, clause 2.3.1, builds: a sequence is reversed as a whole"
            )
        return self._of_ours(result, name) if is_ours else self._of_theirs(result, name, constraints)

    def _of_ours(self, result: Result, name: str) -> str:
        if name in _RANGES and result.value and compare(result.parameter, result.value) is None:
            return "SHACL, clause 4.3: a value that SPARQL cannot compare with the bound is at fault"
        if name in _PAIRS and result.value:
            others = self._data.forward(result.parameter).get(result.focus, ())
            if any(compare(result.value, other) is None for other in others):
                return "SHACL, clause 4.5.3: a value that SPARQL cannot compare with the other is at fault"
        return ""

    def _of_theirs(self, result: Result, name: str, constraints: Iterable[Constraint]) -> str:
        if name in _BOOLEANS:
            parameter, clause = _BOOLEANS[name]
            values = self._shapes.graph.forward(sh(parameter)).get(result.shape, ())
            if not any(lexical(value) == "true" for value in values):
                return f"SHACL, clause {clause}: only the literal true asks for sh:{parameter}"
        value = result.value or ""
        if name in _RANGES and any(_is_one_with_zone(one.parameter, value) for one in constraints):
            return "XML Schema 1.1, part 2, clause 3.3.7: with and without a time zone, times far apart are in order"
        return ""

    @staticmethod
    def _of(shape: Shape) -> Iterator[tuple[str, Constraint]]:
        return ((shape.node, one) for one in shape.constraints)

    def _is_of_draft(self, one: tuple[str, Constraint]) -> bool:
        node, constraint = one
        name, graph = constraint.component.parameters[0], self._shapes.graph
        if name in _LISTS:
            values = graph.forward(sh(name)).get(node, ())
            return any(value == NIL or value in graph.forward(FIRST) for value in values)
        return name in DRAFT_PARAMETERS


def _is_one_with_zone(bound: str, value: str) -> bool:
    """Whether two times are in order of which only one has a time zone."""
    zoned = [is_literal(term) and bool(_ZONE.search(lexical(term))) for term in (bound, value)]
    return zoned[0] != zoned[1] and compare(bound, value) is not None


def _used(shape: Shape | None) -> Iterable[str]:
    return () if shape is None else (used for constraint in shape.constraints for used in constraint.shapes)


def _users(shapes: Shapes) -> Callable[[str], Iterable[str]]:
    """The function that tells which shapes refer to one."""
    users: dict[str, list[str]] = defaultdict(list)
    for node, shape in shapes.by_node.items():
        for used in _used(shape):
            users[used].append(node)
    return lambda node: users.get(node, ())


def _closed(nodes: Iterable[str], further: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """Nodes with all that are reached from them."""
    found = set(nodes)
    waiting = list(found)
    while waiting:
        for node in further(waiting.pop()):
            if node not in found:
                found.add(node)
                waiting.append(node)
    return frozenset(found)


def _reverses_a_sequence(path: Path) -> bool:
    match path:
        case Predicate():
            return False
        case Inverse(inner):
            return isinstance(inner, Sequential) or _reverses_a_sequence(inner)
        case Repeated(inner, _):
            return _reverses_a_sequence(inner)
        case Sequential(paths) | Alternative(paths):
            return any(map(_reverses_a_sequence, paths))
