"""Shapes: the graph that would be published, with the ontology, against the shapes (SHACL, clauses 3 and 5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from scograph import terms
from scograph.errors import InputError, RdfSyntaxError
from scograph.graph import Graph
from scograph.model import FORMATS_BY_NAME, Finding, Place, Severity, distinct
from scograph.parse import parse_rdf
from scograph.project import builtin_folder, read_bytes
from scograph.rdflib_bridge import quiet, to_graph
from scograph.turtle.tokens import tokens

if TYPE_CHECKING:
    import rdflib

APART = ("ontology", "recommended")
"""Files of shapes whose names begin so are about the ontology's own style, or about what is good to have."""
PROVENANCE_SHAPES = "shapes/provenance.ttl"
"""The shapes that every sourced project must satisfy: each fact has its claim, each claim its fact."""

_CODE = re.compile(r"([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+): ")
_DECLARE = NamedNode(terms.SH + "declare")
_QUERIES = tuple(NamedNode(terms.SH + name) for name in ("select", "ask", "construct"))
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
    from pyparsing import ParseBaseException  # noqa: PLC0415
    from pyshacl.errors import ReportableRuntimeError  # noqa: PLC0415

    _refuse_other_hosts(shapes)
    try:
        with quiet():
            _, results, text = pyshacl.validate(
                _remembering(to_graph(data)), shacl_graph=to_graph(shapes), inference="none"
            )
    except ReportableRuntimeError as error:
        raise _not_evaluable(error.args[0] if error.args else str(error)) from error
    except ParseBaseException as error:
        raise _not_evaluable(f"a query does not parse: {error}") from error
    except re.error as error:
        raise _not_evaluable(f"{error.pattern!r} is no regular expression: {error}") from error
    except Exception as error:
        if type(error) is not Exception:  # rdflib raises the bare class for a prefix that nothing declares
            raise
        raise _not_evaluable(f"a query does not parse: {error}") from error
    if not isinstance(results, rdflib.Graph):
        raise _not_evaluable(text)
    hints = {str(t.subject): t.object.value for t in shapes if _is_description(t) and isinstance(t.object, Literal)}
    return sorted(_findings(results, hints), key=Finding.sort_key)


def _remembering(data: rdflib.Graph) -> rdflib.Graph:
    """A graph that parses each query once: the engine asks the same one for every focus node."""
    from rdflib.plugins.sparql import prepareQuery  # noqa: PLC0415 -- slow to import

    ask = data.query
    prepared: dict[str, Any] = {}

    def query(text: Any, *arguments: Any, **options: Any) -> Any:
        if isinstance(text, str):
            if text not in prepared:
                prepared[text] = prepareQuery(text, initNs=dict(data.namespaces()))
            text = prepared[text]
        return ask(text, *arguments, **options)

    data.query = query  # type: ignore[assignment, method-assign]
    return data


def _not_evaluable(reason: str) -> InputError:
    first, _, rest = reason.strip().partition("\n")
    address = re.search(r"https?://\S+", rest)
    hint = f"see {address.group()}" if address else "see SHACL, clauses 2 and 3"
    return InputError(f"the shapes cannot be evaluated: {first}", hint=hint)


def _refuse_other_hosts(shapes: Iterable[Triple]) -> None:
    """The engine would run SERVICE, and load what FROM names, over the network."""
    for triple in shapes:
        if triple.predicate in _QUERIES and isinstance(triple.object, Literal):
            for token in tokens(triple.object.value):
                word = token.text.upper() if token.kind == "word" else ""
                if word in ("SERVICE", "FROM"):
                    raise InputError(
                        f"the shapes cannot be evaluated: a query with {word} would reach another host",
                        hint="ask only what the project itself says",
                    )


def _findings(results: rdflib.Graph, hints: dict[str, str]) -> Iterator[Finding]:
    from rdflib import SH  # noqa: PLC0415 -- slow to import

    # Only what the report itself counts: a result may have others as its details, for sh:node say (SHACL, 3.6.2).
    for node in results.objects(predicate=SH.result):
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
    """A property path as SPARQL writes it, but for the angle brackets of a single property (SHACL, clause 2.3.1)."""
    from rdflib import SH, BNode  # noqa: PLC0415 -- slow to import

    if path is None:
        return ""
    if not isinstance(path, BNode):
        return str(path)

    def step(node: Any) -> str:
        if not isinstance(node, BNode):
            return f"<{node}>"
        for predicate, form in (
            (SH.inversePath, "^{}"),
            (SH.zeroOrMorePath, "{}*"),
            (SH.oneOrMorePath, "{}+"),
            (SH.zeroOrOnePath, "{}?"),
        ):
            inner = results.value(node, predicate)
            if inner is not None:
                return form.format(step(inner))
        alternatives = results.value(node, SH.alternativePath)
        separator, members = ("|", alternatives) if alternatives is not None else ("/", node)
        return f"({separator.join(step(member) for member in results.items(members))})"

    return step(path)


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
