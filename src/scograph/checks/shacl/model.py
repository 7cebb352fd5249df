"""Data classes of SHACL: shapes, constraints, value nodes and validation results (SHACL, clauses 2 and 3.6)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from scograph.checks.shacl.index import Index
from scograph.checks.shacl.paths import Path


@dataclass(frozen=True, slots=True, eq=False)
class Constraint:
    """One constraint of a shape: a component with the values of its parameters.

    Args:
        component: The component.
        argument: What the component's preparation made of the parameters' values.
        shapes: The other shapes that it refers to.
        source: The node of a SPARQL-based constraint (the report's sh:sourceConstraint), or nothing.
        messages: The constraint's own messages, as literals.
        terms: The parameters' values that a message names: of a list, its members.
        parameter: The value of the mandatory parameter in the shapes graph: of a list, its node.
        negates: Whether a node may be at fault because it, or a value, does conform to one of the shapes.
    """

    component: Component
    argument: Any
    shapes: tuple[str, ...] = ()
    source: str = ""
    messages: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    parameter: str = ""
    negates: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """What a shape is about (SHACL, clause 2.1.3)."""

    nodes: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    subjects_of: tuple[str, ...] = ()
    objects_of: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nodes or self.classes or self.subjects_of or self.objects_of)


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A node shape or, with a path, a property shape (SHACL, clauses 2.2 and 2.3).

    Args:
        node: The term that names it.
        path: Its path; None for a node shape.
        targets: Its targets.
        constraints: Its constraints, in the order of the components.
        severity: The IRI of its severity.
        messages: Its messages, as literals.
        is_deactivated: Whether all nodes conform to it.
    """

    node: str
    path: Path | None
    targets: Targets
    constraints: tuple[Constraint, ...]
    severity: str
    messages: tuple[str, ...] = ()
    is_deactivated: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What a component found: before it is told which shape asked.

    Args:
        focus: The focus node.
        value: The value node at fault, if it is one.
        path: The path at fault, where it is not the shape's.
        messages: Messages made for this fault.
        nested: A result of a property shape, which is passed on as it is.
    """

    focus: str
    value: str | None = None
    path: str | None = None
    messages: tuple[str, ...] = ()
    nested: Result | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result (SHACL, clause 3.6.2).

    Args:
        focus: The focus node.
        path: The path; None for a node shape's result.
        value: The value node at fault, if it is one.
        shape: The source shape.
        component: The IRI of the constraint component, in brackets.
        severity: The IRI of the severity, in brackets.
        messages: The messages, as literals.
        source: The node of the SPARQL-based constraint, or nothing.
        details: The results of the shapes inside that the value does not conform to, where these are why (clause
            3.6.2.6); only the first of many.
        parameter: The value of the constraint's parameter in the shapes graph, by which constraints of one component in
            one shape are told apart.

    Example:
        >>> import scograph
        >>> shapes = (
        ...     b"@prefix ex: <https://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> . "
        ...     b"ex:S a sh:NodeShape ; sh:targetNode ex:bo ; sh:property [ sh:path ex:name ; sh:minCount 1 ] ."
        ... )
        >>> result = scograph.validate(b"", shapes).results[0]
        >>> str(result.path), result.severity
        ('<https://example.org/name>', '<http://www.w3.org/ns/shacl#Violation>')
    """

    focus: str
    path: Path | None
    value: str | None
    shape: str
    component: str
    severity: str
    messages: tuple[str, ...]
    source: str = ""
    details: tuple[Result, ...] = field(default=(), compare=False)
    parameter: str = field(default="", compare=False, repr=False)

    @property
    def key(self) -> tuple[str, str, str, str, str, str]:
        """What two engines must agree on: focus node, path, value, component, source shape, severity."""
        path = "" if self.path is None else str(self.path)
        return self.focus, path, self.value or "", self.component, self.shape, self.severity


class Values:
    """The value nodes of a set of focus nodes.

    Args:
        focus: The focus nodes.
        found: The values of each; None where each focus node is its own value node, as for a node shape.
    """

    __slots__ = ("_distinct", "_found", "focus")

    def __init__(self, focus: Collection[str], found: Mapping[str, Sequence[str]] | None) -> None:
        self.focus = focus
        self._found = found
        self._distinct: Collection[str] | None = focus if found is None else None

    @property
    def found(self) -> Mapping[str, Sequence[str]]:
        """The values by focus node; a focus node without values may be missing."""
        return {node: (node,) for node in self.focus} if self._found is None else self._found

    @property
    def is_per_focus(self) -> bool:
        """Whether each focus node is its own value node."""
        return self._found is None

    def of(self, focus: str) -> Sequence[str]:
        """The values of a focus node, each once."""
        return (focus,) if self._found is None else self._found.get(focus, ())

    @property
    def distinct(self) -> Collection[str]:
        """The values of all focus nodes, each once."""
        if self._distinct is None:
            found = self._found or {}
            self._distinct = set().union(*(found[node] for node in self.focus if node in found))
        return self._distinct

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every focus node with each of its values."""
        if self._found is None:
            for node in self.focus:
                yield node, node
            return
        found = self._found
        for node in self.focus:
            for value in found.get(node, ()):
                yield node, value


class Run(Protocol):
    """An evaluation, as constraint components see it."""

    index: Index

    def failing(self, shape: str, nodes: Collection[str]) -> Collection[str]:
        """Those of some nodes that do not conform to a shape."""

    def results(self, shape: str, nodes: Collection[str]) -> Iterable[tuple[str, Result]]:
        """Some nodes with the results of validating them against a shape; a result may be about a node further on."""

    def sparql_faults(self, shape: Shape, constraint: Constraint, values: Values) -> Iterator[Fault]:
        """What a SPARQL-based constraint finds."""


Check = Callable[[Run, Shape, Constraint, Values], Iterable[Fault]]
Prepare = Callable[["Parameters"], Iterable[Constraint]]


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """A constraint component (SHACL, clause 4).

    Args:
        name: Its name in the SHACL namespace, or its IRI in brackets for one that shapes declare.
        parameters: Its parameters, by their names in the SHACL namespace; the first is mandatory.
        prepare: The parameters of a shape to its constraints.
        check: A constraint to its faults.
        message: What is wrong, in English, with the names of `wording.IN_GENERAL` in braces.
        asks: What is asked of a value, as a phrase behind `the value`, likewise.
    """

    name: str
    parameters: tuple[str, ...]
    prepare: Prepare
    check: Check
    message: str = ""
    asks: str = ""
    iri: str = field(default="")


class Parameters(Protocol):
    """What a shape says, as the preparation of a component reads it."""

    @property
    def component(self) -> Component:
        """The component."""

    @property
    def node(self) -> str:
        """The shape's node."""

    @property
    def is_property_shape(self) -> bool:
        """Whether the shape has a path."""

    @property
    def graph(self) -> Index:
        """The shapes graph."""

    @property
    def is_strict(self) -> bool:
        """Whether nothing is read otherwise than the standard has it."""

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a parameter."""

    def one(self, name: str) -> str | None:
        """The one value of a parameter, or None; more than one is an error."""

    def members(self, list_: str, name: str) -> tuple[str, ...]:
        """The members of a list; what is no list is an error."""

    def fail(self, name: str, message: str) -> ShapeError:
        """The error for a parameter's value."""

    def property_paths(self) -> Iterator[str]:
        """The predicates that the shape's own property shapes are about."""

    def siblings(self) -> tuple[str, ...]:
        """The qualified value shapes beside that of this property shape (SHACL, clause 4.7.3)."""

    def show(self, term: str) -> str:
        """A term in words."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, or suspicious, in a shapes graph.

    Args:
        shape: The node it is about.
        predicate: The property of that node at fault, in brackets, or nothing.
        message: What is wrong.
        hint: What to do about it.
        value: The value at fault, or nothing.
        code: The stable name of what is suspicious; nothing for what is wrong.
    """

    shape: str
    predicate: str
    message: str
    hint: str = ""
    value: str = ""
    code: str = ""


class ShapeError(Exception):
    """Shapes that are ill-formed, or that cannot be evaluated (SHACL, clauses 3.4 and 3.5).

    Args:
        flaws: What is wrong with them.
    """

    def __init__(self, *flaws: Flaw) -> None:
        super().__init__("; ".join(flaw.message for flaw in flaws))
        self.flaws = flaws

    def __reduce__(self) -> tuple[type[ShapeError], tuple[Flaw, ...]]:
        return type(self), self.flaws


class NotImplementedFeature(Exception):  # noqa: N818 -- it is no error: another engine takes over
    """Shapes that use a feature which the engine does not implement.

    Args:
        feature: Its name.
    """

    def __init__(self, feature: str) -> None:
        super().__init__(feature)
        self.feature = feature
