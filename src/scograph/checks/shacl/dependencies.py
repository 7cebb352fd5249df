"""What the results of a constraint depend on: from changed triples back to the focus nodes that may have other results.

A result is about a constraint and a focus node. It depends on the triples that the shape's path leads over, on those
that the component reads of the value nodes, and on the shapes that the constraint refers to, of the value nodes again.
So a changed triple is followed backwards, over the data before and after the change in one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from scograph.checks.shacl.index import SUBCLASS, Index
from scograph.checks.shacl.model import Constraint, Shape
from scograph.checks.shacl.paths import Changed, Predicate, Repeated, Sequential, predicates_of, starts, touched
from scograph.checks.shacl.shapes import Shapes
from scograph.checks.shacl.sparql import Executable
from scograph.ntriples import FIRST, REST, TYPE

Nodes = Collection[str] | None
"""Some nodes; None for all that there are."""
Reads = frozenset[str] | None
"""The only predicates whose triples are read, or rdf:type, a blank and the one class; None for all."""

_CLASSES = frozenset((TYPE, SUBCLASS))
_OF_VALUES = frozenset(
    f"{name}ConstraintComponent"
    for name in (
        *("Datatype", "NodeKind", "MinCount", "MaxCount", "MinExclusive", "MinInclusive", "MaxExclusive"),
        *("MaxInclusive", "MinLength", "MaxLength", "Pattern", "LanguageIn", "UniqueLang", "HasValue", "In"),
        "SingleLine",
    )
)
"""Components that read nothing of a value but itself."""
_PAIRS = frozenset(f"{name}ConstraintComponent" for name in ("Equals", "Disjoint", "LessThan", "LessThanOrEquals"))
_REFERRING = frozenset(
    f"{name}ConstraintComponent"
    for name in (
        *("Not", "And", "Or", "Xone", "Node", "Property", "QualifiedMinCount", "QualifiedMaxCount", "SomeValue"),
        "MemberShape",
    )
)
_OF_LISTS = frozenset(
    f"{name}ConstraintComponent" for name in ("MemberShape", "MinListLength", "MaxListLength", "UniqueMembers")
)
_OF_CLASSES = frozenset(f"{name}ConstraintComponent" for name in ("Class", "RootClass"))
_KNOWN = frozenset(
    (
        *(*_OF_VALUES, *_PAIRS, *_REFERRING, *_OF_LISTS, *_OF_CLASSES),
        *("SubsetOfConstraintComponent", "ClosedConstraintComponent"),
    )
)
_MEMBER = Sequential((Repeated(Predicate(REST), "*"), Predicate(FIRST)))
"""From a list to its members."""


class Dependencies:
    """What the constraints of compiled shapes read.

    Args:
        shapes: The shapes.
        query_reads: What the query of a SPARQL-based constraint reads.
    """

    def __init__(self, shapes: Shapes, query_reads: Callable[[Shape, Constraint], Reads]) -> None:
        self.shapes = shapes
        self._query_reads = query_reads
        self._reads: dict[Constraint, Reads] = {}
        self._below: dict[str, Reads] = {}

    def reads(self, shape: Shape, constraint: Constraint) -> Reads:
        """The predicates of the triples that the results of a constraint depend on, those of its targets among them."""
        if constraint not in self._reads:
            targets = shape.targets
            own = _joined(
                frozenset((*targets.subjects_of, *targets.objects_of)),
                _CLASSES if targets.classes else frozenset(),
                frozenset() if shape.path is None else frozenset(predicates_of(shape.path)),
                self.own_reads(shape, constraint),
            )
            self._reads[constraint] = _joined(own, *map(self._of_shape, constraint.shapes))
        return self._reads[constraint]

    def is_bounded(self, shape: Shape, constraint: Constraint) -> bool:
        """Whether the focus nodes can be told of which a change of triples may change the results.

        They cannot for shapes that refer to themselves, whose results depend on which nodes are asked about together,
        nor for components that this module does not know.
        """
        known = constraint.component.name in _KNOWN or is_query(constraint)
        return known and shape.node not in self.shapes.recursive and all(map(self._is_bounded_shape, constraint.shapes))

    def _is_bounded_shape(self, node: str) -> bool:
        shape = self.shapes.by_node.get(node)
        if node in self.shapes.recursive:
            return False
        return shape is None or all(self.is_bounded(shape, one) for one in shape.constraints)

    def own_reads(self, shape: Shape, constraint: Constraint) -> Reads:
        """What a component reads of a value node or a focus node, without its path and other shapes."""
        name = constraint.component.name
        found: Reads = frozenset()
        if is_query(constraint):
            found = self._query_reads(shape, constraint)
        elif name in _PAIRS:
            found = frozenset((constraint.argument,))
        elif name in _OF_LISTS:
            found = frozenset((FIRST, REST))
        elif name == "SubsetOfConstraintComponent":
            found = frozenset(predicates_of(constraint.argument))
        elif name in _OF_CLASSES:
            found = _CLASSES
        elif name not in _OF_VALUES | _REFERRING:
            found = None
        return found

    def _of_shape(self, node: str) -> Reads:
        if node in self._below:
            return self._below[node]
        shape = self.shapes.by_node.get(node)
        if shape is None:
            return frozenset()
        self._below[node] = frozenset()  # of a shape that leads back to itself the others are told
        of_circle = node in self.shapes.recursive
        found = None if of_circle else _joined(*(self.reads(shape, one) for one in shape.constraints))
        self._below[node] = found
        return found


def is_query(constraint: Constraint) -> bool:
    """Whether a constraint is evaluated by a query."""
    return isinstance(constraint.argument, Executable)


class Affected:
    """The focus nodes of which a change of the data may change results.

    Args:
        union: The data before and after the change, both in one.
        changed: The triples that were added or removed.
        dependencies: What the constraints read.
    """

    def __init__(self, union: Index, changed: Changed, dependencies: Dependencies) -> None:
        self._union = union
        self._changed = changed
        classes = (f"{TYPE} {value}" for _, value in changed.get(TYPE, ()))
        self._predicates = frozenset((*changed, *classes))
        self._dependencies = dependencies
        self._by_path: dict[str, set[str]] = {}
        self._by_shape: dict[str, Nodes] = {}
        self._below: dict[str, set[str]] = {}

    def of(self, shape: Shape, constraint: Constraint) -> Nodes:
        """The nodes whose results of a constraint may be others, without those that its targets have got or lost.

        Args:
            shape: The shape.
            constraint: One of its constraints.

        Returns:
            The nodes; None where they cannot be told, and all are to be evaluated.
        """
        reads = self._dependencies.reads(shape, constraint)
        if reads is not None and reads.isdisjoint(self._predicates):
            return ()
        if not self._dependencies.is_bounded(shape, constraint):
            return None
        values, focus = self._own(shape, constraint)
        if values is None:
            return None
        for node in constraint.shapes:
            inner = self._of_shape(node)
            if inner is None:
                return None
            if constraint.component.name == "MemberShapeConstraintComponent":
                inner = starts(self._union, _MEMBER, inner)
            values.update(inner)
        return focus | self._of_path(shape) | (starts(self._union, shape.path, values) if shape.path else values)

    def targets(self, shape: Shape) -> set[str]:
        """The nodes that may have become, or be no more, focus nodes by the targets of a shape."""
        targets, changed = shape.targets, self._changed
        found = {subject for one in targets.subjects_of for subject, _ in changed.get(one, ())}
        found.update(value for one in targets.objects_of for _, value in changed.get(one, ()))
        for one in targets.classes:
            found |= self._instances(one)
        return found

    def _instances(self, class_: str) -> set[str]:
        """The nodes that may have become instances of a class, or be no more."""
        if self._predicates.isdisjoint(_CLASSES):
            return set()
        if class_ not in self._below:
            self._below[class_] = set(self._union.below(class_))
        below = self._below[class_]
        found = {subject for subject, value in self._changed.get(TYPE, ()) if value in below}
        for narrower, wider in self._changed.get(SUBCLASS, ()):
            if wider in below:
                found |= self._union.instances(narrower)
        return found

    def _of_path(self, shape: Shape) -> set[str]:
        if shape.path is None:
            return set()
        if shape.node not in self._by_path:
            self._by_path[shape.node] = touched(self._union, shape.path, self._changed)
        return self._by_path[shape.node]

    def _of_shape(self, node: str) -> Nodes:
        """The nodes of which a change may change whether, or why not, they conform to a shape; None for all."""
        if node not in self._by_shape:
            shape = self._dependencies.shapes.by_node.get(node)
            found: set[str] | None = set()
            for constraint in shape.constraints if shape and not shape.is_deactivated else ():
                some = self.of(shape, constraint) if shape else ()
                found = None if some is None or found is None else found.union(some)
            self._by_shape[node] = found
        return self._by_shape[node]

    def _own(self, shape: Shape, constraint: Constraint) -> tuple[set[str] | None, set[str]]:
        """What the component reads: the value nodes that are concerned, None for all; and the focus nodes."""
        name, changed = constraint.component.name, self._changed
        values: set[str] | None = set()
        focus: set[str] = set()
        if is_query(constraint):
            reads = self._dependencies.own_reads(shape, constraint)
            values = None if reads is None or not reads.isdisjoint(self._predicates) else set()
        elif name in _PAIRS:
            focus = {subject for subject, _ in changed.get(constraint.argument, ())}
        elif name == "SubsetOfConstraintComponent":
            focus = touched(self._union, constraint.argument, changed)
        elif name in _OF_LISTS:
            values = touched(self._union, _MEMBER, changed)
        elif name == "ClassConstraintComponent":
            wanted = constraint.argument
            values = set().union(*map(self._instances, (wanted,) if isinstance(wanted, str) else wanted))
        elif name == "RootClassConstraintComponent":
            values = None if SUBCLASS in changed else set()
        elif name == "ClosedConstraintComponent":
            allowed = constraint.argument
            values = {subject for one, pairs in changed.items() if one not in allowed for subject, _ in pairs}
        return values, focus


def by_predicate(*triples: Collection[tuple[str, str, str]]) -> Changed:
    """Triples by predicate."""
    found: dict[str, list[tuple[str, str]]] = {}
    for some in triples:
        for subject, predicate, value in some:
            found.setdefault(predicate, []).append((subject, value))
    return found


def _joined(*reads: Reads) -> Reads:
    found: set[str] = set()
    for one in reads:
        if one is None:
            return None
        found |= one
    return frozenset(found)
