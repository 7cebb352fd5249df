"""References: IRIs of the project's own namespaces that nothing declares or describes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pyoxigraph import NamedNode, Triple

from scograph import terms
from scograph.checks.owl_lite import vocabulary
from scograph.checks.run import CheckRun
from scograph.graph import Graph
from scograph.messages import misspelt_term
from scograph.model import Finding, Place, Severity, Term
from scograph.places import Part

_DECLARING = vocabulary.META_TYPES - vocabulary.STRUCTURE_TYPES - {vocabulary.ONTOLOGY}
"""The types that make a name one of a class, a property or a datatype."""
_CLASSES = frozenset({terms.CLASS, NamedNode(terms.RDFS + "Class")})
_SHAPE_REFERENCES = tuple(
    NamedNode(terms.SH + name) for name in ("path", "targetClass", "class", "targetSubjectsOf", "targetObjectsOf")
)
_NOT_REFERENCES = (
    NamedNode(terms.OWL + "versionIRI"),
    NamedNode(terms.OWL + "priorVersion"),
    terms.PREFERRED_NAMESPACE,
    terms.URI_SPACE,
    terms.COVERS,  # the check of readings tells of a claim that is no more
)


def check_references(run: CheckRun) -> Iterator[Finding]:
    """Find terms that are used but not declared, and things that are pointed at but not described.

    A misspelt property is silently another property, and a link to nothing is a page that does not exist: both pass
    every parser. Declare the term or describe the thing, or mend the spelling.

    Args:
        run: The graph, and how it is checked.

    Returns:
        R01 for an undeclared term, R02 for an undescribed thing, one finding per term or thing and file.
    """
    graph = run.graph
    declared = {t.subject.value for t in graph.ontology_with_imports if isinstance(t.subject, NamedNode)}
    if not graph.term_namespace.startswith(terms.SCOG):
        declared |= terms.PROVENANCE_TERMS
    yield from _undeclared(graph, declared)
    yield from _undescribed(graph, declared | run.described)


def declared_namespaces(graph: Graph) -> frozenset[str]:
    """The namespaces in which the ontology declares classes or properties, whether or not its header names them.

    An ontology may also declare terms of others that it uses, with a type alone. So a namespace counts in which a
    declared term has more than a type; if there is none, each in which a term is declared. Well-known vocabularies
    never count.

    Args:
        graph: The graph.

    Returns:
        The namespaces, each the part of its terms up to the last `#` or `/`.
    """
    declared, described = set(), set()
    for triple in graph.ontology:
        if not isinstance(triple.subject, NamedNode):
            continue
        if triple.predicate != terms.TYPE:
            described.add(triple.subject.value)
        elif isinstance(triple.object, NamedNode) and triple.object.value in _DECLARING:
            declared.add(triple.subject.value)
    spaces = {terms.split_iri(term)[0] for term in declared & described or declared}
    return frozenset(spaces - {"", *terms.WELL_KNOWN_PREFIXES.values()})


def _undeclared(graph: Graph, declared: set[str]) -> Iterator[Finding]:
    namespaces = tuple(namespace for namespace in {graph.term_namespace, terms.SCOG} if namespace)
    declaring = declared_namespaces(graph)
    classes = {
        str(t.subject) for t in graph.ontology_with_imports if t.predicate == terms.TYPE and t.object in _CLASSES
    }
    properties = {iri for iri in declared if f"<{iri}>" not in classes}
    seen: set[tuple[str, str]] = set()
    for path, triple, term in _terms(graph):
        is_own = term.value.startswith(namespaces) or terms.split_iri(term.value)[0] in declaring
        if is_own and term.value not in declared and (path, term.value) not in seen:
            seen.add((path, term.value))
            message = f"<{term.value}> is not declared in the ontology"
            hint = _hint(term.value, properties if term == triple.predicate else declared, _DECLARE)
            yield _finding(graph, "R01", message, hint, _Use(path, triple, term))


def _undescribed(graph: Graph, described: set[str]) -> Iterator[Finding]:
    namespaces = graph.namespaces
    seen: set[tuple[str, str]] = set()
    for path, triple, node in _references(graph) if namespaces else ():
        if node.value.startswith(namespaces) and node.value not in described and (path, node.value) not in seen:
            seen.add((path, node.value))
            message = f"<{node.value}> is pointed at, but nothing describes it"
            yield _finding(graph, "R02", message, _hint(node.value, described, _DESCRIBE), _Use(path, triple, node))


def _terms(graph: Graph) -> Iterator[tuple[str, Triple, NamedNode]]:
    """Every property and class that a file uses, with the file and the triple."""
    for path, triple in _statements(graph):
        yield path, triple, triple.predicate
        if triple.predicate == terms.TYPE and isinstance(triple.object, NamedNode):
            yield path, triple, triple.object
    for parsed in graph.shapes_files:
        for triple in parsed.triples:
            if triple.predicate in _SHAPE_REFERENCES and isinstance(triple.object, NamedNode):
                yield parsed.path, triple, triple.object


def _references(graph: Graph) -> Iterator[tuple[str, Triple, NamedNode]]:
    """Every thing that a file points at, with the file and the triple; claims point at statements on record too."""
    for path, triple in _statements(graph):
        value = triple.object
        is_term = triple.predicate in _NOT_REFERENCES or triple.predicate == terms.TYPE
        if isinstance(value, NamedNode) and not is_term and not value.value.startswith(terms.SCOG):
            yield path, triple, value
    for file in graph.facts_files:
        for triple in file.parsed.triples if not file.is_asserted else ():
            if isinstance(triple.subject, NamedNode):
                yield file.parsed.path, triple, triple.subject
        if file.passage:
            yield (
                file.parsed.path,
                Triple(file.passage, terms.HAS_BASIS, terms.basis(file.basis)),
                terms.basis(file.basis),
            )


def _statements(graph: Graph) -> Iterator[tuple[str, Triple]]:
    data = (*(file.parsed for file in graph.facts_files), *(source.parsed for source in graph.sources))
    for parsed in (*data, *graph.ontology_files):
        for triple in parsed.triples:
            yield parsed.path, triple


class _Use(NamedTuple):
    """A term, and the triple of a file that uses it."""

    path: str
    triple: Triple
    term: NamedNode

    @property
    def part(self) -> Part:
        """The part of the triple that the term is."""
        if self.term == self.triple.predicate:
            return Part.PREDICATE
        return Part.SUBJECT if self.term == self.triple.subject else Part.OBJECT


def _finding(graph: Graph, code: str, message: str, hint: str, use: _Use) -> Finding:
    triple = use.triple
    place = graph.places.find(*map(str, triple), path=use.path, part=use.part)
    return Finding(
        Severity.ERROR,
        code,
        message,
        hint,
        focus=_name(triple.subject),
        path=triple.predicate.value,
        value=str(triple.object),
        place=place or Place(use.path),
    )


_DECLARE = "declare it in ontology/, or use a term that is declared there"
_DESCRIBE = "describe it, or take out the reference"


def nearest(iri: str, known: Iterable[str]) -> str:
    """The known IRI of the same namespace that an IRI most probably misspells, or nothing."""
    namespace, local = terms.split_iri(iri)
    names = (name.removeprefix(namespace) for name in known if name.startswith(namespace) and name != namespace)
    near = misspelt_term(local, sorted(names))
    return namespace + near if near else ""


def _hint(iri: str, known: Iterable[str], otherwise: str) -> str:
    near = nearest(iri, known)
    return f"did you mean <{near}>?" if near else otherwise


def _name(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
