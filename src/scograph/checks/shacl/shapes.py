"""The compiler of shapes: node and property shapes, their targets, constraints and errors (SHACL, clauses 2 and 3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from scograph.checks.shacl import sparql
from scograph.checks.shacl.components import COMPONENTS, a_boolean
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.lists_and_paths import PathError, list_members, read_path
from scograph.checks.shacl.model import Component, Constraint, Flaw, NotImplementedFeature, Shape, ShapeError, Targets
from scograph.checks.shacl.nodes import TEXTS, sh
from scograph.checks.shacl.paths import Path, Predicate
from scograph.checks.shacl.vocabulary import CORE_PARAMETERS, NOT_IMPLEMENTED, TARGETS
from scograph.ntriples import TYPE, datatype, is_blank, is_iri, is_literal, lexical
from scograph.terms import RDFS, SH, curie

CLASS = f"<{RDFS}Class>"
VIOLATION = sh("Violation")
MAX_DEPTH = 100
"""Maximum depth of shapes that refer to others: the evaluation is recursive."""

_SHAPE_VALUES = ("node", "property", "not", "qualifiedValueShape")
_LIST_VALUES = ("and", "or", "xone")


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """A shapes graph, compiled.

    Args:
        by_node: Every shape of the graph.
        targeted: Those with targets, in the order of the graph.
        graph: The shapes graph itself.
        prefixes: Prefixes to show terms with.
    """

    by_node: Mapping[str, Shape]
    targeted: tuple[Shape, ...]
    graph: Index
    prefixes: Mapping[str, str]


def compile_shapes(graph: Index, prefixes: Mapping[str, str] | None = None) -> Shapes:
    """Compile a shapes graph.

    Args:
        graph: Its triples.
        prefixes: Prefixes to show terms with.

    Returns:
        Its shapes.

    Raises:
        ShapeError: Shapes are ill-formed, or refer to themselves; all of the flaws are in it.
        NotImplementedFeature: The graph uses a feature that the engine does not implement.
    """
    return _Compiler(graph, prefixes or {}).compiled()


class _Compiler:
    """What the compilation of one shapes graph has found so far."""

    def __init__(self, graph: Index, prefixes: Mapping[str, str]) -> None:
        self.graph = graph
        self.prefixes = prefixes
        self.flaws: dict[Flaw, None] = {}
        self.implicit = graph.instances(CLASS)
        self.components: tuple[Component, ...] = ()

    def compiled(self) -> Shapes:
        _refuse_not_implemented(self.graph)
        declared = sparql.declared_components(self.graph)
        self.components = (*_with_iris(COMPONENTS), sparql.SPARQL_COMPONENT, *declared)
        shapes = {}
        for node in self._shape_nodes(declared):
            shapes[node] = self._shape(node)
        self._refuse_recursion(shapes)
        if self.flaws:
            raise ShapeError(*self.flaws)
        targeted = tuple(shape for shape in shapes.values() if shape.targets)
        return Shapes(shapes, targeted, self.graph, self.prefixes)

    def _shape_nodes(self, declared: Iterable[Component]) -> dict[str, None]:
        """The nodes that are shapes (SHACL, clause 2.1)."""
        graph = self.graph
        found: dict[str, None] = {}
        for name in ("NodeShape", "PropertyShape"):
            found.update(dict.fromkeys(sorted(graph.instances(sh(name)))))
        mandatory = [sh(name) for name in (*CORE_PARAMETERS, *TARGETS)]
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
        path = self._path_of(reader)
        constraints: list[Constraint] = []
        for component in self.components:
            reader = ParameterReader(self, node, component, is_property_shape=path is not None)
            try:
                constraints += component.prepare(reader)
            except ShapeError as error:
                self.flaws.update(dict.fromkeys(error.flaws))
        try:
            return Shape(
                node,
                path,
                self._targets(reader),
                tuple(constraints),
                self._severity(reader),
                self._messages(reader),
                self._is_deactivated(reader),
            )
        except ShapeError as error:
            self.flaws.update(dict.fromkeys(error.flaws))
            return Shape(node, path, Targets(), (), VIOLATION)

    def _path_of(self, reader: ParameterReader) -> Path | None:
        values = reader.values("path")
        is_property_shape = reader.node in self.graph.instances(sh("PropertyShape")) or self.graph.backward(
            sh("property")
        ).get(reader.node)
        try:
            if len(values) > 1:
                raise reader.fail("path", f"{len(values)} paths: a property shape has one")
            if values:
                if reader.node in self.graph.instances(sh("NodeShape")):
                    raise reader.fail("path", "a node shape has no path", "leave out sh:path, or the type")
                return read_path(self.graph, values[0])
            if is_property_shape:
                raise reader.fail("path", "a property shape without a path", "say which property it is about: sh:path")
        except PathError as error:
            self.flaws[Flaw(reader.node, sh("path"), str(error), "see SHACL, clause 2.3.1")] = None
        except ShapeError as error:
            self.flaws.update(dict.fromkeys(error.flaws))
        return Predicate(f"<{SH}path>") if is_property_shape or values else None

    def _targets(self, reader: ParameterReader) -> Targets:
        node = reader.node
        for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf"):
            for value in reader.values(name):
                if not is_iri(value):
                    raise reader.fail(name, f"{reader.show(value)} is no IRI")
        for value in reader.values("targetNode"):
            if is_blank(value):
                raise reader.fail("targetNode", "a blank node cannot be a target: no other graph can name it")
        classes = reader.values("targetClass")
        is_shape = any(node in self.graph.instances(sh(name)) for name in ("NodeShape", "PropertyShape"))
        if is_shape and node in self.implicit:
            if not is_iri(node):
                raise reader.fail("targetClass", "a class that is a shape as well must be an IRI")
            classes = (*classes, node)
        return Targets(
            reader.values("targetNode"),
            tuple(dict.fromkeys(classes)),
            reader.values("targetSubjectsOf"),
            reader.values("targetObjectsOf"),
        )

    @staticmethod
    def _severity(reader: ParameterReader) -> str:
        value = reader.one("severity") or VIOLATION
        if not is_iri(value):
            raise reader.fail("severity", f"{reader.show(value)} is no IRI")
        return value

    @staticmethod
    def _messages(reader: ParameterReader) -> tuple[str, ...]:
        values = reader.values("message")
        for value in values:
            if not is_literal(value) or value.endswith(">"):
                raise reader.fail("message", f"{reader.show(value)} is no text")
        return values

    @staticmethod
    def _is_deactivated(reader: ParameterReader) -> bool:
        value = reader.one("deactivated")
        return value is not None and a_boolean(reader, "deactivated", value)

    def _refuse_recursion(self, shapes: Mapping[str, Shape]) -> None:
        """A shape that refers to itself, over others or not, has no meaning that all engines share (clause 3.4.3)."""
        state: dict[str, int] = {}
        depth: dict[str, int] = {}
        for start in shapes:
            stack: list[tuple[str, Iterator[str]]] = []
            if start not in state:
                state[start] = 1
                stack.append((start, _referred(shapes[start])))
            while stack:
                node, rest = stack[-1]
                for other in rest:
                    if state.get(other) == 1:
                        around = [one for one, _ in stack]
                        loop = " → ".join(self.show(one) for one in (*around[around.index(other) :], other))
                        flaw = Flaw(node, "", f"a shape refers to itself: {loop}", "SHACL leaves open what that means")
                        self.flaws[flaw] = None
                    elif other in shapes and other not in state:
                        state[other] = 1
                        stack.append((other, _referred(shapes[other])))
                        break
                else:
                    state[node] = 2
                    stack.pop()
                    depth[node] = 1 + max((depth.get(other, 0) for other in _referred(shapes[node])), default=0)
                    if depth[node] == MAX_DEPTH:
                        flaw = Flaw(node, "", f"shapes refer to others {MAX_DEPTH} deep", "make them flatter")
                        self.flaws[flaw] = None

    def show(self, term: str) -> str:
        """A term in words."""
        if is_iri(term):
            return curie(term[1:-1], self.prefixes) or term
        if is_blank(term):
            return "a blank node"
        return term if datatype(term) in TEXTS else lexical(term)


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

    def show(self, *terms: str) -> str:
        """Terms in words."""
        return ", ".join(self.compiler.show(term) for term in terms)


def _referred(shape: Shape) -> Iterator[str]:
    return (other for constraint in shape.constraints for other in constraint.shapes)


def _with_iris(components: Iterable[Component]) -> Iterator[Component]:
    return (replace(component, iri=sh(component.name)) for component in components)


def _refuse_not_implemented(graph: Index) -> None:
    names = {sh(name): feature for name, feature in NOT_IMPLEMENTED.items()}
    for predicate in graph.predicates:
        if predicate in names and graph.forward(predicate):
            raise NotImplementedFeature(names[predicate])
    for type_ in graph.backward(TYPE):
        if type_ in names:
            raise NotImplementedFeature(names[type_])
    for entailment in graph.backward(sh("entailment")):
        raise NotImplementedFeature(f"the entailment {entailment}")
