"""Pages of the rules that are shapes, with examples made of what they ask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from scograph import terms
from scograph.checks.findings import local_name, message_and_code, shape_description
from scograph.checks.shacl.engine import Evaluation
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.model import Constraint, NotImplementedFeature, Shape, ShapeError
from scograph.checks.shacl.nodes import sh
from scograph.checks.shacl.paths import Inverse, Predicate
from scograph.checks.shacl.shapes import Shapes, compile_shapes
from scograph.checks.shapes import indexed, placed_shapes, shapes_with_imports
from scograph.explain.examples import NO_EXAMPLE, OF_COMPONENTS
from scograph.explain.page import Page
from scograph.graph import Graph
from scograph.model import Severity, distinct
from scograph.ntriples import datatype, is_iri, is_literal, language, lexical

EXAMPLE = f"<{terms.SKOS}example>"
"""What gives a shape an example of its own: `wrong: …`, and on further lines `right: …`, in Turtle."""

_SEVERITIES = {sh("Violation"): Severity.ERROR, sh("Warning"): Severity.WARNING, sh("Info"): Severity.INFO}
_SAMPLES = {
    "integer": "1",
    "decimal": "1.5",
    "boolean": "true",
    "date": '"2001-06-15"^^xsd:date',
    "gYear": '"2001"^^xsd:gYear',
    "gYearMonth": '"2001-06"^^xsd:gYearMonth',
    "string": '"text"',
    "langString": '"text"@en',
    "anyURI": '"https://example.org/"^^xsd:anyURI',
}
MAX_TRIED = 20
"""So many nodes of the data are tried as examples of what conforms."""
_PLAIN = re.compile(r"[\w-]*:[\w-]+")
_COMPARED = ("lessThan", "lessThanOrEquals", "disjoint", "equals")


def shape_pages(graph: Graph) -> Iterator[Page]:
    """A page for each code that a shape's message begins with.

    Args:
        graph: The graph.

    Returns:
        The pages, by shape.
    """
    shapes = indexed(shapes_with_imports(graph))
    try:
        compiled = compile_shapes(shapes, graph.prefixes)
    except (ShapeError, NotImplementedFeature):
        return
    data = indexed(distinct((*graph.default_graph(), *graph.ontology_with_imports)))
    writer = Writer(data, shapes, compiled, graph.prefixes)
    places = placed_shapes(graph)
    for shape in compiled.by_node.values():
        for message in shape.messages[:1]:
            text, code = message_and_code(shape.messages)
            if code and shape.constraints and message:
                why = shape_description(shapes, shape.node)
                wrong, right = writer.example(shape)
                yield Page(code, _SEVERITIES.get(shape.severity), text, why, wrong, right, places.find(shape.node))


class Writer:
    """Writes examples of shapes.

    Args:
        data: The data, from which values are taken.
        graph: The shapes graph.
        shapes: The shapes.
        prefixes: The prefixes that examples are written with.
    """

    def __init__(self, data: Index, graph: Index, shapes: Shapes, prefixes: Mapping[str, str]) -> None:
        self._data = data
        self._graph = graph
        self._shapes = shapes
        self._prefixes = prefixes
        self._evaluation = Evaluation(data, shapes)

    def example(self, shape: Shape) -> tuple[str, str]:
        """An example that a shape finds, and the same corrected."""
        own = next((lexical(one) for one in self._graph.forward(EXAMPLE).get(shape.node, ())), "")
        if own:
            wrong, _, right = own.partition("\nright:")
            return wrong.removeprefix("wrong:").strip(), right.strip()
        constraint = shape.constraints[0]
        kind = self._target(shape)
        if shape.path is None:
            return self._of_node(shape, kind, constraint)
        if isinstance(shape.path, Predicate):
            predicate, values = self._show(shape.path.iri), self._wrong_values(shape)
            right = f"<x> a {kind} ; {predicate} {self._value(shape)} ."
            return f"<x> a {kind}{f' ; {predicate} {values}' if values else ''} .", right
        if isinstance(shape.path, Inverse) and isinstance(shape.path.path, Predicate):
            predicate = self._show(shape.path.path.iri)
            return f"<x> a {kind} .", f"<x> a {kind} . <y> {predicate} <x> ."
        return OF_COMPONENTS.get(constraint.component.parameters[0], NO_EXAMPLE)

    def _classes_of(self, shapes: Iterable[str]) -> Iterator[str]:
        """The classes that shapes ask for, themselves or in one of several ways to conform."""
        for other in shapes:
            found = self._shapes.by_node.get(other)
            for one in found.constraints if found else ():
                name = one.component.parameters[0]
                if name == "class":
                    yield one.argument
                elif name == "or":
                    yield from self._classes_of(one.shapes)

    def _conforming(self, shape: Shape, nodes: Iterable[str]) -> list[str]:
        """The first nodes that conform to a shape: what a check rejects is no right example."""
        first = list(islice(nodes, MAX_TRIED))
        if any(constraint.source for constraint in shape.constraints):
            return first
        failing = self._evaluation.failing(shape.node, first)
        return [node for node in first if node not in failing]

    def _of_node(self, shape: Shape, kind: str, constraint: Constraint) -> tuple[str, str]:
        name = constraint.component.parameters[0]
        for other in self._classes_of(constraint.shapes) if name == "not" else ():
            return f"<x> a {kind} , {self._show(other)} .", f"<x> a {kind} ."
        if name in ("pattern", "nodeKind"):
            known = self._conforming(shape, sorted(filter(is_iri, self._data.instances(self._iri(kind)))))
            wrong = "[]" if name == "nodeKind" else "<https://example.org/Other_Name>"
            if not known and name == "pattern":
                return f"{wrong} a {kind} .", f"<x> a {kind} , where <x> has the pattern {lexical(constraint.terms[0])}"
            return f"{wrong} a {kind} .", f"{known[0] if known else '<https://example.org/x>'} a {kind} ."
        return OF_COMPONENTS.get(name, NO_EXAMPLE)

    def _target(self, shape: Shape) -> str:
        """The class that a shape is about, or the one that it is a part of."""
        seen: set[str] = set()
        waiting = [shape.node]
        while waiting:
            node = waiting.pop(0)
            found = self._shapes.by_node.get(node)
            if found is None or node in seen:
                continue
            seen.add(node)
            if found.targets.classes:
                return self._show(found.targets.classes[0])
            waiting += self._graph.backward(sh("property")).get(node, ())
            waiting += self._graph.backward(sh("node")).get(node, ())
        return self._show(f"<{terms.OWL}Thing>")

    def _wrong_values(self, shape: Shape) -> str:
        """Values that break the first constraint of a property shape; nothing where a value is missing."""
        value = self._value(shape)
        constraint = shape.constraints[0]
        name = constraint.component.parameters[0]
        shown = lexical(constraint.terms[0]) if constraint.terms else ""
        if name in _COMPARED:
            return self._beside(shape, value)
        wrong = {
            "minCount": "",
            "qualifiedMinCount": "",
            "maxCount": f"{value} , {self._another(value)}",
            "class": f"<y> . <y> a {self._show(f'<{terms.OWL}Thing>')}",
            "datatype": "5" if value.startswith('"') and "^^" not in value else '"some text"',
            "nodeKind": '"some text"' if not value.startswith('"') else "<y>",
            "uniqueLang": '"a name"@en , "another name"@en',
            "languageIn": '"ein Name"@de',
            "minInclusive": "-1" if shown == "0" else f"-{shown.lstrip('-')}",
            "minExclusive": "-1" if shown == "0" else f"-{shown.lstrip('-')}",
            "maxInclusive": f"{shown}0",
            "maxExclusive": f"{shown}0",
            "minLength": '""',
        }
        return wrong.get(name, '"?"')

    def _beside(self, shape: Shape, value: str) -> str:
        constraint = shape.constraints[0]
        other = self._show(constraint.argument) if isinstance(constraint.argument, str) else "<y>"
        return f"{value} ; {other} {value}"

    def _value(self, shape: Shape) -> str:
        """A value that a property has in the data, else one of the kind that the shape asks for."""
        path = shape.path
        if isinstance(path, Predicate):
            having = self._data.forward(path.iri)
            for node in self._conforming(shape, having):
                return self._show(having[node][0])
        for constraint in shape.constraints:
            match constraint.component.parameters[0]:
                case "datatype":
                    return _SAMPLES.get(local_name(constraint.terms[0]), '"text"')
                case "in":
                    return self._show(constraint.terms[0]) if constraint.terms else '"text"'
                case "class":
                    return f"<y> . <y> a {self._show(constraint.terms[0])}"
                case "nodeKind":
                    return "<y>"
        return '"2001-06-15"^^xsd:date' if "date" in str(path).lower() or str(path).endswith("On>") else "<y>"

    @staticmethod
    def _another(value: str) -> str:
        if not value.startswith('"'):
            return "<another>"
        end = value.rindex('"')
        if value[end - 1].isdigit():
            return f"{value[: end - 1]}{(int(value[end - 1]) + 1) % 10}{value[end:]}"
        return f'"another"{value[end + 1 :]}'

    def _show(self, term: str) -> str:
        if is_iri(term):
            short = terms.curie(term[1:-1], self._prefixes)
            return short if _PLAIN.fullmatch(short) else term
        if not is_literal(term):
            return "[]"
        if language(term) or datatype(term).endswith("#string"):
            return term
        kind = local_name(datatype(term))
        if kind in ("integer", "boolean", "decimal"):
            return lexical(term)
        return f"{term[: term.rindex(chr(34)) + 1]}^^{self._show(f'<{datatype(term)}>')}"

    def _iri(self, shown: str) -> str:
        prefix, _, name = shown.partition(":")
        return shown if shown.startswith("<") else f"<{self._prefixes.get(prefix, '')}{name}>"
