"""The compiler of shapes: node and property shapes, their targets, constraints and errors (SHACL, clauses 2 and 3)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from scograph.checks.shacl import sparql
from scograph.checks.shacl.components import COMPONENTS, a_boolean
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.lists_and_paths import PathError, list_members, read_path
from scograph.checks.shacl.model import Component, Constraint, Flaw, NotImplementedFeature, Shape, ShapeError, Targets
from scograph.checks.shacl.nodes import sh
from scograph.checks.shacl.paths import Path, Predicate
from scograph.checks.shacl.vocabulary import (
    CORE_PARAMETERS,
    DRAFT_CONSTRAINTS,
    DRAFT_PARAMETERS,
    DRAFT_TARGETS,
    NOT_IMPLEMENTED,
    TARGETS,
    UNEVALUATED_CONSTRAINTS,
    WITHOUT,
)
from scograph.checks.shacl.wording import TermNames
from scograph.messages import counted
from scograph.ntriples import TYPE, is_blank, is_iri, is_literal
from scograph.terms import OWL, RDFS, SH

CLASS = f"<{RDFS}Class>"
OWL_CLASS = f"<{OWL}Class>"
VIOLATION = sh("Violation")
MAX_DEPTH = 100
"""Maximum depth of shapes that refer to others: the evaluation is recursive."""

_SHAPE_VALUES = ("node", "property", "not", "qualifiedValueShape", "memberShape", "someValue")
_LIST_VALUES = ("and", "or", "xone")


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """A shapes graph, compiled.

    Args:
        by_node: Every shape of the graph.
        targeted: Those with targets, in the order of the graph.
        graph: The shapes graph itself.
        names: The names of terms in messages.
        flaws: What is wrong with the graph; what is concerned is left out of the shapes.
        recursive: For each shape that refers to itself, directly or through others, all shapes of that circle.
        notes: What was read otherwise than the standard has it.
    """

    by_node: Mapping[str, Shape]
    targeted: tuple[Shape, ...]
    graph: Index
    names: TermNames
    flaws: tuple[Flaw, ...] = ()
    recursive: Mapping[str, frozenset[str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def compile_shapes(
    graph: Index, prefixes: Mapping[str, str] | None = None, *, is_strict: bool = True, leave_out: str = ""
) -> Shapes:
    """Compile a shapes graph.

    Args:
        graph: Its triples.
        prefixes: Prefixes to show terms with.
        is_strict: Whether a flaw refuses the graph, recursion too, and only `rdfs:Class` makes a shape a class
            (clause 2.1.3.3). Otherwise what is sound is compiled, and the flaws are told.
        leave_out: Why features that the engine does not implement are left out, each with a flaw; nothing if they are
            refused.

    Returns:
        Its shapes.

    Raises:
        ShapeError: Shapes are ill-formed, or refer to themselves; all of the flaws are in it. Only if it is strict.
        NotImplementedFeature: The graph uses a feature that the engine does not implement.
    """
    return _Compiler(graph, prefixes or {}, is_strict=is_strict, leave_out=leave_out).compiled()


class _Compiler:
    """What the compilation of one shapes graph has found so far."""

    def __init__(self, graph: Index, prefixes: Mapping[str, str], *, is_strict: bool, leave_out: str) -> None:
        self.graph = graph
        self.leave_out = leave_out
        self.names = TermNames(prefixes, graph)
        self.is_strict = is_strict
        self.flaws: dict[Flaw, None] = {}
        self.partial: set[str] = set()
        self.implicit = set(graph.instances(CLASS)) | set(graph.instances(sh("ShapeClass")))
        self.owl_classes = set() if is_strict else set(graph.instances(OWL_CLASS)) - self.implicit
        self.components: tuple[Component, ...] = ()

    def compiled(self) -> Shapes:
        self._read_not_implemented()
        self._read_drafts()
        declared = sparql.declared_components(self.graph)
        for component in declared.broken:
            self.flaws.update(dict.fromkeys(component.flaws))
            for parameter in component.parameters:
                self.partial.update(self.graph.forward(parameter))
        self.components = (*_with_iris(COMPONENTS), sparql.SPARQL_COMPONENT, *declared.components)
        shapes = {}
        for node in self._shape_nodes(declared.components):
            shapes[node] = self._shape(node)
        recursive = self._circles(shapes)
        if self.is_strict and self.flaws:
            raise ShapeError(*self.flaws)
        if self.partial:
            self._leave_out_what_negates(shapes)
        targeted = tuple(shape for shape in shapes.values() if shape.targets)
        notes = (*self._class_notes(targeted), *_query_notes(shapes.values()))
        return Shapes(shapes, targeted, self.graph, self.names, tuple(self.flaws), recursive, notes)

    def _class_notes(self, targeted: Iterable[Shape]) -> Iterator[str]:
        """Which shapes are targets only as classes of OWL."""
        taken = self.owl_classes & {one for shape in targeted for one in shape.targets.classes if one == shape.node}
        if taken:
            shown = ", ".join(self.show_shape(one) for one in sorted(taken)[:3]) + (", …" if len(taken) > 3 else "")  # noqa: PLR2004 -- as many as one reads
            yield f"{counted(len(taken), 'shape')} of type owl:Class taken as a class target: {shown}"

    def _read_not_implemented(self) -> None:
        """Refuse features that the engine does not implement, or leave them out, with a flaw for each."""
        uses: dict[str, list[Flaw]] = {}
        for feature, flaw in _not_implemented(self.graph):
            if not self.leave_out:
                raise NotImplementedFeature(feature)
            uses.setdefault(feature, []).append(flaw)
        for found in uses.values():
            times = f" ({counted(len(found), 'use')})" if len(found) > 1 else ""
            self.flaws[replace(found[0], message=f"{found[0].message}{times}: {self.leave_out}")] = None
        for name in UNEVALUATED_CONSTRAINTS:
            self.partial.update(self.graph.forward(sh(name)))

    def _read_drafts(self) -> None:
        """Leave out constraints and targets of drafts of SHACL 1.2 that the engine does not evaluate, with flaws."""
        hint = "leave it out, or validate with an engine that has the draft"
        for name, draft in DRAFT_CONSTRAINTS.items():
            for node in self.graph.forward(sh(name)):
                flaw = Flaw(node, sh(name), f"sh:{name} is of {draft}", hint)
                self._leave_out(node, (flaw,), "this constraint is not evaluated")
        for name, draft in DRAFT_TARGETS.items():
            for node in self.graph.forward(sh(name)):
                self._record(Flaw(node, sh(name), f"sh:{name} is of {draft}", hint), "the target is not used")

    def _shape_nodes(self, declared: Iterable[Component]) -> dict[str, None]:
        """The nodes that are shapes (SHACL, clause 2.1)."""
        graph = self.graph
        found: dict[str, None] = {}
        for name in ("NodeShape", "PropertyShape", "ShapeClass"):
            found.update(dict.fromkeys(sorted(graph.instances(sh(name)))))
        mandatory = [sh(name) for name in (*CORE_PARAMETERS, *DRAFT_PARAMETERS, *TARGETS)]
        mandatory += [component.parameters[0] for component in declared]
        parameters = {value for values in graph.forward(sh("parameter")).values() for value in values}
        for predicate in mandatory:
            found.update(dict.fromkeys(node for node in graph.forward(predicate) if node not in parameters))
        for name in _SHAPE_VALUES:
            found.update(dict.fromkeys(v for v in graph.backward(sh(name)) if not is_literal(v)))
        for name in _LIST_VALUES:
            for list_ in graph.backward(sh(name)):
                found.update(dict.fromkeys(v for v in list_members(graph, list_) or () if not is_literal(v)))
        return found

    def _shape(self, node: str) -> Shape:
        reader = ParameterReader(self, node, COMPONENTS[0])
        path, is_path_sound = self._path_of(reader)
        constraints: list[Constraint] = []
        for component in self.components:
            reader = ParameterReader(self, node, component, is_property_shape=path is not None)
            try:
                constraints += component.prepare(reader)
            except ShapeError as error:
                self._leave_out(node, error.flaws, "this constraint is not evaluated")
        return Shape(
            node,
            path,
            self._targets(reader),
            tuple(constraints) if is_path_sound else (),
            self._severity(reader),
            self._messages(reader),
            self._is_deactivated(reader),
        )

    def _leave_out(self, node: str, flaws: Iterable[Flaw], cost: str) -> None:
        """Record what is wrong with a shape that has fewer constraints for it."""
        self.partial.add(node)
        for flaw in flaws:
            self._record(flaw, cost)

    def _record(self, flaw: Flaw, cost: str) -> None:
        self.flaws[flaw if self.is_strict else replace(flaw, message=f"{flaw.message}; {cost}")] = None

    def _path_of(self, reader: ParameterReader) -> tuple[Path | None, bool]:
        """The path of a shape, and whether it has none or a sound one."""
        values = reader.values("path")
        is_property_shape = reader.node in self.graph.instances(sh("PropertyShape")) or self.graph.backward(
            sh("property")
        ).get(reader.node)
        cost = "the property shape is not evaluated"
        try:
            if len(values) > 1:
                raise reader.fail("path", f"{len(values)} paths: a property shape has one")
            if values:
                if reader.node in self.graph.instances(sh("NodeShape")):
                    raise reader.fail("path", "a node shape has no path", "leave out sh:path, or the type")
                return read_path(self.graph, values[0]), True
            if is_property_shape:
                raise reader.fail("path", "a property shape without a path", "say which property it is about: sh:path")
        except PathError as error:
            flaw = Flaw(reader.node, sh("path"), str(error), "see SHACL, clause 2.3.1")
            self._leave_out(reader.node, (flaw,), cost)
        except ShapeError as error:
            self._leave_out(reader.node, error.flaws, cost)
        else:
            return None, True
        return Predicate(f"<{SH}path>"), False

    def _targets(self, reader: ParameterReader) -> Targets:
        node = reader.node
        sound: dict[str, tuple[str, ...]] = {}
        for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf"):
            sound[name] = tuple(value for value in reader.values(name) if is_iri(value))
            for value in reader.values(name):
                if not is_iri(value):
                    self._without(reader.fail(name, f"{reader.show(value)} is no IRI"), "the target is not used")
        sound["targetNode"] = tuple(value for value in reader.values("targetNode") if not is_blank(value))
        if len(sound["targetNode"]) < len(reader.values("targetNode")):
            message = "a blank node cannot be a target: no other graph can name it"
            self._without(reader.fail("targetNode", message), "the target is not used")
        classes = sound["targetClass"]
        is_shape = any(node in self.graph.instances(sh(name)) for name in ("NodeShape", "PropertyShape", "ShapeClass"))
        if is_shape and (node in self.implicit or node in self.owl_classes):
            if is_iri(node):
                classes = (*classes, node)
            elif node in self.implicit:
                message = "a class that is a shape as well must be an IRI"
                self._without(reader.fail("targetClass", message), "the target is not used")
        return Targets(
            sound["targetNode"],
            tuple(dict.fromkeys(classes)),
            sound["targetSubjectsOf"],
            sound["targetObjectsOf"],
        )

    def _without(self, error: ShapeError, cost: str) -> None:
        """Record what is wrong with a shape that has all of its constraints."""
        for flaw in error.flaws:
            self._record(flaw, cost)

    def _severity(self, reader: ParameterReader) -> str:
        try:
            value = reader.one("severity") or VIOLATION
            if not is_iri(value):
                raise reader.fail("severity", f"{reader.show(value)} is no IRI")
        except ShapeError as error:
            self._without(error, "sh:Violation is used")
            return VIOLATION
        return value

    def _messages(self, reader: ParameterReader) -> tuple[str, ...]:
        sound = []
        for value in reader.values("message"):
            if is_literal(value) and not value.endswith(">"):
                sound.append(value)
            else:
                self._without(reader.fail("message", f"{reader.show(value)} is no text"), "the message is not used")
        return tuple(sound)

    def _is_deactivated(self, reader: ParameterReader) -> bool:
        try:
            value = reader.one("deactivated")
            return value is not None and a_boolean(reader, "deactivated", value)
        except ShapeError as error:
            self._without(error, "the shape is evaluated")
            return False

    # Shapes that refer to others.

    def _circles(self, shapes: dict[str, Shape]) -> dict[str, frozenset[str]]:
        """The circles of shapes that refer to each other; what SHACL gives no meaning to is a flaw (clause 3.4.3)."""
        circles = _strongly_connected(shapes)
        for circle in dict.fromkeys(circles.values()):
            if self.is_strict:
                self._refuse_circle(circle, shapes)
                continue
            for node in sorted(circle):
                shape = shapes[node]
                kept = tuple(one for one in shape.constraints if not (one.negates and circle.intersection(one.shapes)))
                if len(kept) < len(shape.constraints):
                    left = next(one for one in shape.constraints if one not in kept)
                    message = f"the shape refers to itself through sh:{left.component.parameters[0]}"
                    flaw = Flaw(node, sh(left.component.parameters[0]), message, "SHACL leaves open what that means")
                    self._leave_out(node, (flaw,), "this constraint is not evaluated")
                    shapes[node] = replace(shape, constraints=kept)
        if self.partial:
            circles = _strongly_connected(shapes)
        self._bound_depth(shapes, circles)
        return circles

    def _bound_depth(self, shapes: dict[str, Shape], circles: Mapping[str, frozenset[str]]) -> None:
        """Leave out the constraints with which shapes refer to others too deep: the evaluation is recursive."""
        depth: dict[str, int] = {}
        for node in _others_first(shapes):
            inner = [
                depth.get(other, 0) for other in _referred(shapes[node]) if other not in circles.get(node, frozenset())
            ]
            depth[node] = 1 + max(inner, default=0)
            if depth[node] >= MAX_DEPTH:
                flaw = Flaw(node, "", f"shapes refer to others {MAX_DEPTH} deep", "make them flatter")
                self._leave_out(node, (flaw,), "what this shape refers to is not evaluated")
                kept = tuple(one for one in shapes[node].constraints if not one.shapes)
                shapes[node] = replace(shapes[node], constraints=kept)
                depth[node] = 1

    def _leave_out_what_negates(self, shapes: dict[str, Shape]) -> None:
        """Leave out constraints by which a node is at fault for conforming to a shape that lacks some constraints.

        A shape that lacks constraints has fewer results than it should have, and never a false one. Where another asks
        that a node does not conform to it, that would be false results.
        """
        users: dict[str, dict[str, None]] = {}
        for node, shape in shapes.items():
            for other in _referred(shape):
                users.setdefault(other, {})[node] = None
        waiting = sorted(self.partial)
        while waiting:
            partial = waiting.pop()
            for node in users.get(partial, ()):
                shape = shapes[node]
                kept = tuple(one for one in shape.constraints if not (one.negates and partial in one.shapes))
                for left in shape.constraints:
                    if left not in kept:
                        name = left.component.parameters[0]
                        flaw = Flaw(
                            node, sh(name), f"{self.show_shape(partial)} has a flaw", "mend the flaw of that shape"
                        )
                        self._record(flaw, "this constraint is not evaluated")
                shapes[node] = replace(shape, constraints=kept)
                if node not in self.partial:
                    self.partial.add(node)
                    waiting.append(node)

    def _refuse_circle(self, circle: frozenset[str], shapes: Mapping[str, Shape]) -> None:
        """Record that shapes refer to themselves, with the shortest way round from the first of them."""
        start = next(node for node in shapes if node in circle)
        loop = " → ".join(self.show_shape(one) for one in _way_round(start, circle, shapes))
        self._record(Flaw(start, "", f"a shape refers to itself: {loop}", "SHACL leaves open what that means"), "")

    def show(self, term: str) -> str:
        """A term in words."""
        return self.names.term(term)

    def show_shape(self, node: str) -> str:
        """A shape in words."""
        return (self.names.label(node) or "a shape without a name") if is_blank(node) else self.names.term(node)


@dataclass(frozen=True, slots=True)
class ParameterReader:
    """What one node of a shapes graph says; see `model.Parameters`."""

    compiler: _Compiler
    node: str
    component: Component
    is_property_shape: bool = False

    @property
    def graph(self) -> Index:
        """The shapes graph."""
        return self.compiler.graph

    @property
    def is_strict(self) -> bool:
        """Whether nothing is read otherwise than the standard has it."""
        return self.compiler.is_strict

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a parameter."""
        predicate = name if name[0] == "<" else sh(name)
        return tuple(self.compiler.graph.forward(predicate).get(self.node, ()))

    def one(self, name: str) -> str | None:
        """The one value of a parameter, or None."""
        values = self.values(name)
        if len(values) > 1:
            shown = name if name[0] == "<" else f"sh:{name}"
            raise self.fail(name, f"{len(values)} values of {shown}: a shape has one", "split it into several shapes")
        return values[0] if values else None

    def members(self, list_: str, name: str) -> tuple[str, ...]:
        """The members of a list."""
        found = list_members(self.compiler.graph, list_)
        if found is None:
            raise self.fail(name, f"the value of sh:{name} is no well-formed list", "write it as ( … )")
        return found

    def fail(self, name: str, message: str, hint: str = "") -> ShapeError:
        """The error for a parameter's value."""
        predicate = name if name[0] == "<" else sh(name)
        return ShapeError(Flaw(self.node, predicate, message, hint or "see SHACL, clauses 2 and 4"))

    def property_paths(self) -> Iterator[str]:
        """The predicates that the shape's own property shapes are about."""
        paths = self.compiler.graph.forward(sh("path"))
        for shape in self.values("property"):
            yield from (path for path in paths.get(shape, ()) if is_iri(path))

    def siblings(self) -> tuple[str, ...]:
        """The qualified value shapes of the other property shapes of this one's parents."""
        graph = self.compiler.graph
        wanted = graph.forward(sh("qualifiedValueShape"))
        own = wanted.get(self.node, ())
        found = {
            shape: None
            for parent in graph.backward(sh("property")).get(self.node, ())
            for child in graph.forward(sh("property")).get(parent, ())
            for shape in wanted.get(child, ())
            if shape not in own
        }
        return tuple(found)

    def show(self, term: str) -> str:
        """A term in words."""
        return self.compiler.show(term)


def _referred(shape: Shape) -> Iterator[str]:
    return (other for constraint in shape.constraints for other in constraint.shapes)


def _others_first(shapes: Mapping[str, Shape]) -> Iterator[str]:
    """Shapes, each after those that it refers to, but for circles."""
    seen: set[str] = set()
    for start in shapes:
        if start in seen:
            continue
        seen.add(start)
        stack = [(start, _referred(shapes[start]))]
        while stack:
            node, rest = stack[-1]
            other = next((one for one in rest if one in shapes and one not in seen), None)
            if other is None:
                stack.pop()
                yield node
            else:
                seen.add(other)
                stack.append((other, _referred(shapes[other])))


def _strongly_connected(shapes: Mapping[str, Shape]) -> dict[str, frozenset[str]]:
    """The circles of shapes that refer to each other or to themselves, by each of their members (Kosaraju)."""
    users: dict[str, list[str]] = {}
    for node, shape in shapes.items():
        for other in _referred(shape):
            users.setdefault(other, []).append(node)
    found: dict[str, frozenset[str]] = {}
    seen: set[str] = set()
    for start in reversed(list(_others_first(shapes))):
        if start in seen:
            continue
        seen.add(start)
        members, waiting = {start}, [start]
        while waiting:
            for user in users.get(waiting.pop(), ()):
                if user not in seen:
                    seen.add(user)
                    members.add(user)
                    waiting.append(user)
        if len(members) > 1 or start in _referred(shapes[start]):
            circle = frozenset(members)
            found.update(dict.fromkeys(members, circle))
    return found


def _way_round(start: str, circle: frozenset[str], shapes: Mapping[str, Shape]) -> list[str]:
    """The shortest way from a shape of a circle back to it, with both ends."""
    came_from: dict[str, str] = {}
    waiting = deque([start])
    while start not in came_from:
        node = waiting.popleft()
        for other in _referred(shapes[node]):
            if other in circle and other not in came_from:
                came_from[other] = node
                waiting.append(other)
    way = [start, came_from[start]]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]


def _with_iris(components: Iterable[Component]) -> Iterator[Component]:
    return (replace(component, iri=sh(component.name)) for component in components)


def _query_notes(shapes: Iterable[Shape]) -> Iterator[str]:
    """What of queries was read otherwise than the standards have it."""
    queries = [
        constraint.argument
        for shape in shapes
        for constraint in shape.constraints
        if isinstance(constraint.argument, sparql.Executable)
    ]
    usual = sorted({prefix for query in queries for prefix in query.usual})
    if usual:
        names = ", ".join(f"{prefix}:" for prefix in usual)
        yield f"prefixes that queries do not declare taken as usual (SHACL, 5.2.1): {names}"
    regrouped = len({query.node for query in queries if query.is_regrouped})
    if regrouped:
        what = counted(regrouped, "SPARQL-based constraint")
        yield f"{what} with $this in SELECT but not in GROUP BY taken as grouped by it (SPARQL 1.1, 11.4)"


def _not_implemented(graph: Index) -> Iterator[tuple[str, Flaw]]:
    """The uses of features that the engine does not implement, each with the feature, by the first of its terms."""
    found: set[str] = set()
    types = graph.backward(TYPE)
    for name, feature in NOT_IMPLEMENTED.items():
        term = sh(name)
        uses = [(node, term, value) for node, values in graph.forward(term).items() for value in values]
        uses += [(node, TYPE, term) for node in types.get(term, ())]
        if uses and feature not in found:
            found.add(feature)
            yield from ((feature, Flaw(node, name, WITHOUT[feature], value=value)) for node, name, value in uses)
    for entailment, nodes in graph.backward(sh("entailment")).items():
        for node in nodes:
            yield f"the entailment {entailment}", Flaw(node, sh("entailment"), "nothing is inferred", value=entailment)
