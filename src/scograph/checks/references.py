"""References: IRIs of the project's own namespaces that nothing declares or describes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Triple

from scograph import terms
from scograph.graph import Graph
from scograph.model import Finding, Place, Severity, Term, distinct

_SHAPE_REFERENCES = tuple(
    NamedNode(terms.SH + name) for name in ("path", "targetClass", "class", "targetSubjectsOf", "targetObjectsOf")
)
_NOT_REFERENCES = (
    NamedNode(terms.OWL + "versionIRI"),
    NamedNode(terms.OWL + "priorVersion"),
    terms.PREFERRED_NAMESPACE,
    terms.URI_SPACE,
)


def check_references(graph: Graph) -> Iterator[Finding]:
    """Find terms that are used but not declared, and things that are pointed at but not described.

    A misspelt property is silently another property, and a link to nothing is a page that does not exist: both pass
    every parser. Declare the term or describe the thing, or mend the spelling.

    Args:
        graph: The graph.

    Returns:
        R01 for an undeclared term, R02 for an undescribed thing, one finding per term or thing and file.
    """
    published = graph.default_graph()
    declared = {t.subject.value for t in graph.ontology if isinstance(t.subject, NamedNode)}
    if not graph.term_namespace.startswith(terms.SCOG):
        declared |= terms.PROVENANCE_TERMS
    yield from _undeclared(graph, distinct((*published, *graph.ontology)), declared)
    described = declared | {t.subject.value for t in published if isinstance(t.subject, NamedNode)}
    yield from _undescribed(graph, distinct((*published, *graph.ontology)), described)


def _undeclared(graph: Graph, triples: Iterable[Triple], declared: set[str]) -> Iterator[Finding]:
    namespaces = tuple(namespace for namespace in {graph.term_namespace, terms.SCOG} if namespace)
    used: dict[tuple[str, str], Triple] = {}
    for triple in triples:
        for term in (triple.predicate, triple.object if triple.predicate == terms.TYPE else None):
            if isinstance(term, NamedNode):
                used.setdefault((term.value, ""), triple)
    for triple in graph.shapes:
        if triple.predicate in _SHAPE_REFERENCES and isinstance(triple.object, NamedNode):
            used.setdefault((triple.object.value, ""), triple)
    for (iri, _), triple in sorted(used.items()):
        if iri.startswith(namespaces) and iri not in declared:
            path = graph.file_of(triple.subject, triple.predicate, triple.object)
            yield Finding(
                Severity.VIOLATION,
                "R01",
                f"<{iri}> is not declared in the ontology",
                _nearest(iri, declared),
                focus=_name(triple.subject),
                path=triple.predicate.value,
                value=str(triple.object),
                place=Place(path) if path else None,
            )


def _undescribed(graph: Graph, triples: Iterable[Triple], described: set[str]) -> Iterator[Finding]:
    namespaces = graph.namespaces
    if not namespaces:
        return
    seen: set[str] = set()
    for triple in triples:
        value = triple.object
        if (
            not isinstance(value, NamedNode)
            or not value.value.startswith(namespaces)
            or value.value in described
            or value.value in seen
            or triple.predicate in _NOT_REFERENCES
            or (triple.predicate == terms.TYPE or value.value.startswith(terms.SCOG))
        ):
            continue
        seen.add(value.value)
        path = graph.file_of(triple.subject, triple.predicate, value)
        yield Finding(
            Severity.VIOLATION,
            "R02",
            f"<{value.value}> is pointed at, but nothing describes it",
            _nearest(value.value, described),
            focus=_name(triple.subject),
            path=triple.predicate.value,
            value=str(value),
            place=Place(path) if path else None,
        )


def _nearest(iri: str, known: Iterable[str]) -> str:
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    names = {name[cut:]: name for name in known if name.startswith(iri[:cut]) and len(name) > cut}
    near = difflib.get_close_matches(iri[cut:], sorted(names), 1, cutoff=0.5)
    return f"did you mean <{names[near[0]]}>?" if near else "describe it, or take out the reference"


def _name(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
