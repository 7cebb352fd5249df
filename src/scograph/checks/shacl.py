"""Shapes: the graph that would be published, with the ontology, against the shapes (SHACL, clauses 3 and 5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from scograph.errors import InputError
from scograph.graph import Graph
from scograph.model import FORMATS_BY_NAME, Finding, Place, Severity, Term, distinct
from scograph.parse import parse_rdf
from scograph.project import builtin_folder, read_bytes
from scograph.rdflib_bridge import to_graph

if TYPE_CHECKING:
    import rdflib

PROVENANCE_SHAPES = "shapes/provenance.ttl"
"""The shapes that every sourced project must satisfy: each fact has its claim, each claim its fact."""

_CODE = re.compile(r"([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+): ")
_SEVERITIES = {"Violation": Severity.VIOLATION, "Warning": Severity.WARNING, "Info": Severity.INFO}


def check_shapes(graph: Graph) -> Iterator[Finding]:
    """Find what breaks a shape.

    A shape is what its author promises readers: that a party is a state, that each fact has its source. What breaks it
    would mislead them; mend the fact, or if the promise was wrong, the shape.

    Args:
        graph: The graph.

    Returns:
        A finding per validation result.
    """
    shapes = project_shapes(graph)
    if not shapes:
        return
    data = distinct((*graph.default_graph(), *graph.ontology))
    for finding in validate(data, shapes):
        path = graph.file_of(*_triple_of(finding))
        yield _placed(finding, path)


def project_shapes(graph: Graph) -> tuple[Triple, ...]:
    """The shapes that a graph is held to: its own, and those of provenance where it has sources."""
    own = builtin_folder()
    if not graph.is_sourced or graph.project.root.resolve() == own.resolve():
        return graph.shapes
    path = own / PROVENANCE_SHAPES
    parsed = parse_rdf(read_bytes(path), FORMATS_BY_NAME["ttl"], PROVENANCE_SHAPES)
    return distinct((*graph.shapes, *_renamed(parsed.triples)))


def validate(data: Iterable[Triple], shapes: Iterable[Triple]) -> list[Finding]:
    """Validate data against shapes with the reference engine.

    Args:
        data: The data, with the ontology whose subclasses count.
        shapes: The shapes.

    Returns:
        A finding per result, gravest first, without places.

    Raises:
        InputError: The shapes cannot be evaluated.
    """
    import pyshacl  # noqa: PLC0415 -- slow to import, and only wanted when shapes are checked
    import rdflib  # noqa: PLC0415
    from pyshacl.errors import ReportableRuntimeError, ShapeLoadError  # noqa: PLC0415

    try:
        _, results, text = pyshacl.validate(to_graph(data), shacl_graph=to_graph(shapes), inference="none")
    except (ShapeLoadError, ReportableRuntimeError) as error:
        raise InputError(f"the shapes cannot be evaluated: {error}", hint="see SHACL, clause 2") from error
    if not isinstance(results, rdflib.Graph):
        raise InputError(f"the shapes cannot be evaluated: {text}")
    hints = {str(t.subject): t.object.value for t in shapes if _is_description(t) and isinstance(t.object, Literal)}
    return sorted(_findings(results, hints), key=Finding.sort_key)


def _findings(results: rdflib.Graph, hints: dict[str, str]) -> Iterator[Finding]:
    from rdflib import RDF, SH  # noqa: PLC0415 -- slow to import

    for node in results.subjects(RDF.type, SH.ValidationResult):
        message = _message(results, node)
        code = _CODE.match(message)
        shape = _one(results, node, SH.sourceShape)
        yield Finding(
            _SEVERITIES.get(_one(results, node, SH.resultSeverity).rpartition("#")[2], Severity.VIOLATION),
            code[1] if code else "shape",
            message[code.end() :] if code else message,
            hints.get(f"<{shape}>", ""),
            focus=_one(results, node, SH.focusNode),
            path=_path(results, results.value(node, SH.resultPath)),
            value=_n3(results.value(node, SH.value)),
            component=_one(results, node, SH.sourceConstraintComponent),
            shape=shape,
        )


def _message(results: rdflib.Graph, node: Any) -> str:
    from rdflib import SH  # noqa: PLC0415 -- slow to import

    messages = sorted(
        results.objects(node, SH.resultMessage), key=lambda m: (getattr(m, "language", "") != "en", str(m))
    )
    return str(messages[0]) if messages else "does not conform to its shape"


def _one(results: rdflib.Graph, node: Any, predicate: Any) -> str:
    value = results.value(node, predicate)
    return "" if value is None else _n3(value) if type(value).__name__ in ("BNode", "Literal") else str(value)


def _n3(value: Any) -> str:
    return "" if value is None else str(value.n3())


def _path(results: rdflib.Graph, path: Any) -> str:
    """A path as SPARQL writes it; a complex one names its properties in order."""
    from rdflib import RDF, BNode  # noqa: PLC0415 -- slow to import

    if path is None:
        return ""
    if not isinstance(path, BNode):
        return str(path)
    parts = [str(o) for _, p, o in results.triples((path, None, None)) if p not in (RDF.first, RDF.rest)]
    return " ".join(parts) or " / ".join(str(item) for item in results.items(path))


def _is_description(triple: Triple) -> bool:
    return triple.predicate.value == "http://www.w3.org/ns/shacl#description"


def _triple_of(finding: Finding) -> tuple[Term, Term | None]:
    focus = BlankNode(finding.focus[2:]) if finding.focus.startswith("_:") else _iri(finding.focus)
    return focus or NamedNode("urn:none"), _iri(finding.path)


def _iri(text: str) -> NamedNode | None:
    try:
        return NamedNode(text) if text else None
    except ValueError:
        return None


def _placed(finding: Finding, path: str) -> Finding:
    return replace(finding, place=Place(path)) if path else finding


def _renamed(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Blank nodes under names that no project's shapes use."""

    def fresh(term: Any) -> Any:
        return BlankNode(f"provenance{term.value}") if isinstance(term, BlankNode) else term

    for triple in triples:
        yield Triple(fresh(triple.subject), triple.predicate, fresh(triple.object))
