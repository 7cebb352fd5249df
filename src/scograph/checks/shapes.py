"""Shapes: the graph that would be published, with the ontology, against the shapes (SHACL, clauses 3 and 5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from scograph import terms
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.model import Flaw, Result, ShapeError
from scograph.checks.shacl.nodes import language, lexical
from scograph.checks.shacl.validation import run_validation
from scograph.errors import InputError, RdfSyntaxError
from scograph.graph import Graph
from scograph.model import FORMATS_BY_NAME, Finding, Place, Severity, distinct
from scograph.parse import parse_rdf
from scograph.project import builtin_folder, read_bytes

APART = ("ontology", "recommended")
"""Files of shapes whose names begin so are about the ontology's own style, or about what is good to have."""
PROVENANCE_SHAPES = "shapes/provenance.ttl"
"""The shapes that every sourced project must satisfy: each fact has its claim, each claim its fact."""

MOST_DIFFERENCES = 20
"""So many differences between two engines are told."""

_CODE = re.compile(r"([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+): ")
_DECLARE = NamedNode(terms.SH + "declare")
_SEVERITIES = {"Violation": Severity.VIOLATION, "Warning": Severity.WARNING, "Info": Severity.INFO}


def check_shapes(graph: Graph) -> Iterator[Finding]:
    """Find what breaks a shape.

    A shape is what its author promises readers: that a party is a state, that each fact has its source. What breaks it
    would mislead them; mend the fact, or if the promise was wrong, the shape.

    Args:
        graph: The graph.

    Returns:
        A finding per validation result.

    Raises:
        RdfSyntaxError: Files of shapes cannot be evaluated.
    """
    shapes = project_shapes(graph)
    if not shapes:
        return
    data = distinct((*graph.default_graph(), *graph.ontology))
    try:
        findings = validate(data, shapes)
    except InputError as error:
        raise RdfSyntaxError(_located(graph, data, error)) from error
    for finding in findings:
        yield _placed(finding, _file(graph, finding))


def _located(graph: Graph, data: Iterable[Triple], error: InputError) -> list[Finding]:
    """The files of shapes that cannot be evaluated: those that by themselves give the error that all give together."""

    def failure(triples: Iterable[Triple]) -> InputError | None:
        try:
            validate(data, triples)
        except InputError as one:
            return one
        return None

    files = list(graph.shapes_files)
    alone = {parsed.path: failure(parsed.triples) for parsed in files}
    found: list[Finding] = []
    left: InputError | None = error
    while left:
        at_fault = [parsed for parsed in files if str(alone[parsed.path]) == str(left)]
        paths = [parsed.path for parsed in at_fault] or ["shapes"]
        message, hint = left.message, left.hint
        found += [Finding(Severity.VIOLATION, "shapes", message, hint, place=Place(path)) for path in paths]
        if not at_fault or any(triple.predicate == _DECLARE for parsed in at_fault for triple in parsed.triples):
            break  # without the prefixes that a file declares, others would be blamed for using them
        files = [parsed for parsed in files if parsed not in at_fault]
        left = failure([triple for parsed in files for triple in parsed.triples])
    return sorted(found, key=Finding.sort_key)


def project_shapes(graph: Graph) -> tuple[Triple, ...]:
    """The shapes that a graph is held to: its own, and those of provenance where it has sources."""
    own = builtin_folder()
    if not graph.is_sourced or graph.project.root.resolve() == own.resolve():
        return graph.shapes
    path = own / PROVENANCE_SHAPES
    parsed = parse_rdf(read_bytes(path), FORMATS_BY_NAME["ttl"], PROVENANCE_SHAPES)
    return distinct((*graph.shapes, *_not_said_by(graph.shapes, tuple(_renamed(parsed.triples)))))


def published_shapes(graph: Graph) -> dict[str, tuple[Triple, ...]]:
    """The shapes as they are published, by what they are for.

    What must hold of the data is a file of its own, so that an engine agrees that a graph conforms which lacks only
    what is recommended (SHACL, clause 3.6.1: any result, of whatever severity, is non-conformance), and which holds no
    more of the ontology than its axioms.

    Args:
        graph: The graph.

    Returns:
        The shapes of the files whose names begin with `ontology` or `recommended` under these names, all others, with
        those of provenance, under the empty one.
    """
    own = frozenset(graph.shapes)
    sets: dict[str, list[Triple]] = {name: [] for name in ("", *APART)}
    for parsed in graph.shapes_files:
        stem = parsed.path.rpartition("/")[2]
        sets[next((name for name in APART if stem.startswith(name)), "")].extend(parsed.triples)
    sets[""].extend(triple for triple in project_shapes(graph) if triple not in own)
    return {name: distinct(triples) for name, triples in sets.items()}


def validate(data: Iterable[Triple], shapes: Iterable[Triple], engine: str = "scograph") -> list[Finding]:
    """Validate data against shapes.

    Args:
        data: The data, with the ontology whose subclasses count.
        shapes: The shapes.
        engine: The engine, one of `shacl.validation.ENGINES`; with `both`, what they differ in is an error.

    Returns:
        A finding per result, gravest first, without places.

    Raises:
        InputError: The shapes cannot be evaluated, or the engines differ.
    """
    shapes = tuple(shapes)
    try:
        validation = run_validation(_indexed(data), _indexed(shapes), engine=engine)
    except ShapeError as error:
        flaw = error.flaws[0]
        raise InputError(f"the shapes cannot be evaluated: {_about(flaw)}{flaw.message}", hint=flaw.hint) from error
    if validation.differences:
        raise InputError("the engines differ: " + "; ".join(validation.differences[:MOST_DIFFERENCES]))
    hints = {str(t.subject): t.object.value for t in shapes if _is_description(t) and isinstance(t.object, Literal)}
    return sorted((_finding(result, hints) for result in validation.results), key=Finding.sort_key)


def _indexed(triples: Iterable[Triple]) -> Index:
    index = Index()
    index.add_triples(triples)
    return index


def _about(flaw: Flaw) -> str:
    return f"{_plain(flaw.shape)}: " if flaw.shape.startswith("<") else ""


def _finding(result: Result, hints: Mapping[str, str]) -> Finding:
    message = _message(result)
    code = _CODE.match(message)
    return Finding(
        _SEVERITIES.get(result.severity.rpartition("#")[2].rstrip(">"), Severity.VIOLATION),
        code[1] if code else "shape",
        message[code.end() :] if code else message,
        hints.get(result.shape, ""),
        focus=_plain(result.focus),
        path="" if result.path is None else _plain(str(result.path)),
        value=result.value or "",
        component=_plain(result.component),
        shape=_plain(result.shape),
    )


def _message(result: Result) -> str:
    messages = sorted(result.messages, key=lambda message: (language(message) != "en", message))
    return lexical(messages[0]) if messages else "does not conform to its shape"


def _plain(term: str) -> str:
    """An IRI or a path of one property without its brackets, any other term as it is."""
    return term[1:-1] if term.startswith("<") and ">" not in term[:-1] else term


def _is_description(triple: Triple) -> bool:
    return triple.predicate.value == "http://www.w3.org/ns/shacl#description"


def _file(graph: Graph, finding: Finding) -> str:
    """The file that says what is at fault: where no path is named, it is the value itself that is."""
    focus = BlankNode(finding.focus[2:]) if finding.focus.startswith("_:") else _iri(finding.focus)
    value = _iri(finding.value.strip("<>")) if finding.value.startswith("<") and not finding.path else None
    path = (graph.file_of(value) or graph.file_using(value)) if value else ""
    return path or (graph.file_of(focus, _iri(finding.path), finding.value) if focus else "")


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


def _not_said_by(shapes: Iterable[Triple], more: tuple[Triple, ...]) -> Iterator[Triple]:
    """More shapes, without the blank nodes of what a copy of them says already: a second path would break a shape."""
    said = {(triple.subject, triple.predicate) for triple in shapes if isinstance(triple.object, BlankNode)}
    kept = [t for t in more if not (isinstance(t.object, BlankNode) and (t.subject, t.predicate) in said)]
    left = 0
    while left != len(kept):
        left = len(kept)
        pointed_at = {triple.object for triple in kept}
        kept = [t for t in kept if isinstance(t.subject, NamedNode) or t.subject in pointed_at]
    yield from kept
