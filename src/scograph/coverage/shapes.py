"""Coverage of shapes: triples that no shape sees, targets without nodes, constraints without a failing fixture."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from pyoxigraph import Triple

from scograph import terms
from scograph.checks.findings import component_name, local_name, plain
from scograph.checks.references import nearest
from scograph.checks.shacl import shape_warnings
from scograph.checks.shacl.engine import Evaluation
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.model import Constraint, NotImplementedFeature, Shape, ShapeError
from scograph.checks.shacl.nodes import sh
from scograph.checks.shacl.paths import (
    Alternative,
    Inverse,
    Path,
    Predicate,
    Repeated,
    Sequential,
    follow,
    predicates_of,
)
from scograph.checks.shacl.shapes import Shapes, compile_shapes
from scograph.checks.shacl.sparql import Executable
from scograph.checks.shapes import indexed, placed_shapes, shapes_with_imports
from scograph.coverage.section import Item, Section
from scograph.graph import Graph
from scograph.messages import counted
from scograph.model import distinct
from scograph.ntriples import TYPE, is_literal
from scograph.project import FIXTURES, read_bytes
from scograph.turtle.tokens import tokens

_EXPECT = re.compile(r"^# expect: \S+ (\S+) (\S+) (\S+) ", re.MULTILINE)
_COMPARED = ("equals", "disjoint", "lessThan", "lessThanOrEquals")


def shapes_covered(graph: Graph) -> Section:
    """Measure the shapes: how many triples of the data one of them sees.

    A shape sees what lies on its paths from its focus nodes, what its targets are known by, and what it compares; a
    query is taken to see all triples of the properties that it names.

    Args:
        graph: The graph.

    Returns:
        The section, with an item for each property and class of triples that no shape sees, each target that nothing
        is, and each constraint that no fixture of the project has made fail.
    """
    triples = distinct((*graph.facts, *(t for source in graph.sources for t in source.parsed.triples)))
    data = indexed(distinct((*graph.default_graph(), *graph.ontology_with_imports)))
    try:
        compiled = compile_shapes(indexed(shapes_with_imports(graph)), graph.prefixes)
    except (ShapeError, NotImplementedFeature) as error:
        return Section("shapes", 0, len(triples), "the shapes cannot be followed", notes=(str(error),))
    evaluation = Evaluation(data, compiled)
    sight = Sight(evaluation, compiled)
    unseen = [triple for triple in triples if not sight.sees(triple)]
    items = (*_unseen(graph, data, unseen), *_target_warning(graph, evaluation, compiled))
    untried, notes = _untried(graph, compiled)
    seen = len(triples) - len(unseen)
    return Section(
        "shapes",
        seen,
        len(triples),
        f"{seen:,} of {len(triples):,} triples are seen by a shape",
        (*items, *untried),
        notes,
    )


class Sight:
    """What shapes see.

    Args:
        evaluation: The evaluation.
        shapes: The shapes.
    """

    def __init__(self, evaluation: Evaluation, shapes: Shapes) -> None:
        self._index = evaluation.index
        self._shapes = shapes
        self._subjects: dict[str, set[str]] = defaultdict(set)
        self._objects: dict[str, set[str]] = defaultdict(set)
        self._whole: set[str] = set()
        """Properties all of whose triples are seen."""
        self._closed: set[str] = set()
        """Nodes all of whose triples are seen."""
        self._walked: dict[str, set[str]] = defaultdict(set)
        for shape in shapes.targeted:
            for _ in shape.targets.classes:
                self._subjects[TYPE].update(evaluation.focus_nodes(shape))
            self._whole.update((*shape.targets.subjects_of, *shape.targets.objects_of))
            self._walk(shape, evaluation.focus_nodes(shape))

    def sees(self, triple: Triple) -> bool:
        """Whether a triple is seen."""
        subject, predicate, value = map(str, triple)
        return (
            predicate in self._whole
            or subject in self._closed
            or subject in self._subjects.get(predicate, ())
            or value in self._objects.get(predicate, ())
        )

    def _walk(self, shape: Shape, nodes: Iterable[str]) -> None:
        waiting: list[tuple[Shape, set[str]]] = [(shape, set(nodes))]
        while waiting:
            one, asked = waiting.pop()
            new = asked - self._walked[one.node]
            if one.is_deactivated or not new:
                continue
            self._walked[one.node] |= new
            values: set[str] = new if one.path is None else self._follow(one.path, new)
            for constraint in one.constraints:
                self._look(constraint, new, values)
                waiting += [(found, values) for name in constraint.shapes if (found := self._shapes.by_node.get(name))]

    def _follow(self, path: Path, nodes: Collection[str]) -> set[str]:
        """The values of a path, on the way to which the triples are seen."""
        match path:
            case Predicate(iri):
                self._subjects[iri].update(nodes)
            case Inverse(Predicate(iri)):
                self._objects[iri].update(nodes)
            case Sequential(paths):
                for one in paths:
                    nodes = self._follow(one, nodes)
                return set(nodes)
            case Alternative(paths):
                return set().union(*(self._follow(one, nodes) for one in paths))
            case Repeated(inner, _):
                reached = set(nodes).union(*follow(self._index, path, nodes).values())
                self._follow(inner, reached)
                return reached
            case Inverse(inner):
                self._whole.update(predicates_of(inner))
        return set().union(*follow(self._index, path, nodes).values())

    def _look(self, constraint: Constraint, nodes: set[str], values: set[str]) -> None:
        name = constraint.component.parameters[0]
        if isinstance(constraint.argument, Executable):
            self._whole.update(_named(constraint.argument))
        elif name == "class":
            self._subjects[TYPE].update(value for value in values if not is_literal(value))
        elif name == "closed":
            self._closed |= nodes
        elif name in _COMPARED and isinstance(constraint.argument, str):
            self._subjects[constraint.argument].update(nodes)


def _named(executable: Executable) -> Iterator[str]:
    """The IRIs that a query names."""
    for token in tokens(executable.query):
        prefix, _, name = token.text.partition(":")
        if token.kind == "iri":
            yield token.text
        elif token.kind == "name" and prefix in executable.prefixes:
            yield f"<{executable.prefixes[prefix]}{name}>"
        elif token.text == "a":
            yield TYPE


def _unseen(graph: Graph, data: Index, triples: Iterable[Triple]) -> Iterator[Item]:
    groups: dict[tuple[str, str], list[Triple]] = defaultdict(list)
    types = data.forward(TYPE)
    for triple in triples:
        kinds = " and ".join(sorted(local_name(one) for one in types.get(str(triple.subject), ()))) or "nothing"
        groups[terms.curie(triple.predicate.value, graph.prefixes) or str(triple.predicate), kinds].append(triple)
    for (predicate, kinds), members in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        of = f" of {kinds}" if kinds != "nothing" else " of what has no type"
        count = counted(len(members), "triple")
        places = tuple(place for one in members if (place := graph.places.find(*map(str, one))))
        message = f"{count} that no shape sees: {predicate}{of}"
        yield Item("triples that no shape sees", message, places[0] if places else None, places=places)


def _target_warning(graph: Graph, evaluation: Evaluation, compiled: Shapes) -> Iterator[Item]:
    """Targets that nothing is, and properties of paths that nothing has, in the project's own shapes."""
    own = {str(triple.subject) for triple in graph.shapes}
    declared = {t.subject.value for t in graph.ontology if hasattr(t.subject, "value")}
    places = placed_shapes(graph)
    flaws = (
        *shape_warnings.targets_without_nodes(evaluation, compiled),
        *shape_warnings.paths_without_triples(evaluation, compiled),
    )
    for flaw in distinct(flaws):
        if flaw.shape in own:
            iri = plain(flaw.value)
            near = "" if iri in declared else nearest(iri, declared)
            kind = (
                "paths that no triple has"
                if flaw.code == shape_warnings.PATH_WITHOUT_TRIPLES
                else "targets that nothing is"
            )
            message = f"{local_name(flaw.shape)}: {flaw.message}"
            place = places.find(flaw.shape, flaw.predicate, flaw.value)
            yield Item(kind, message, place, f"did you mean <{near}>?" if near else "")


def _untried(graph: Graph, compiled: Shapes) -> tuple[list[Item], tuple[str, ...]]:
    """Constraints of the project's own shapes that no fixture names as failed, and what could not be looked at."""
    if not (graph.project.root / FIXTURES).is_dir():
        return [], (f"no {FIXTURES}/: no fixture shows that a shape finds what it must",)
    failed = {
        (component, shape)
        for path in graph.project.fixture_files()
        for _, component, shape in _EXPECT.findall(read_bytes(path).decode("utf-8", "replace"))
    }
    own = {str(triple.subject) for triple in graph.shapes}
    places = placed_shapes(graph)
    items = []
    for shape, constraint in _reporting(compiled):
        component = local_name(constraint.component.iri).removesuffix("ConstraintComponent")
        if shape.node in own and (component, local_name(shape.node)) not in failed:
            name = constraint.component.parameters[0]
            predicate = name if name.startswith("<") else sh(name)
            place = places.find(shape.node, predicate)
            message = f"no fixture fails {component_name(predicate) or plain(predicate)} of {local_name(shape.node)}"
            items.append(Item("constraints that no fixture fails", message, place))
    return items, ()


def _reporting(compiled: Shapes) -> Iterator[tuple[Shape, Constraint]]:
    """The constraints that give results of their own: those of shapes with targets, and of their property shapes."""
    waiting = dict.fromkeys(compiled.targeted)
    done: set[str] = set()
    while waiting:
        shape = next(iter(waiting))
        del waiting[shape]
        if shape.node in done:
            continue
        done.add(shape.node)
        for constraint in shape.constraints:
            if constraint.component.parameters[0] == "property":
                waiting |= {found: None for name in constraint.shapes if (found := compiled.by_node.get(name))}
            else:
                yield shape, constraint
