"""The check against shapes: the published graph, with the ontology, validated by SHACL (clauses 3 and 5)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from scograph import terms
from scograph.checks.findings import ValidationContext, flaw_findings, result_findings, shapes_error
from scograph.checks.run import CheckRun
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.model import ShapeError
from scograph.checks.shacl.shape_warnings import NO_SHAPE_APPLIED
from scograph.checks.shacl.validation import Validation, run_validation
from scograph.formats import TURTLE
from scograph.graph import Graph
from scograph.model import Finding, Severity, distinct, in_default_graph
from scograph.parse import parse_rdf
from scograph.places import PlacedFile, Places
from scograph.project import INSTALLED, builtin_folder, read_bytes

APART = ("ontology", "recommended")
"""Files of shapes whose names begin so are about the ontology's own style, or about what is good to have."""
PROVENANCE_SHAPES = "shapes/provenance.ttl"
"""The shapes that every sourced project must satisfy: each fact has its claim, each claim its fact."""

_BUILT_IN_TERMS = tuple(f"<{namespace}" for namespace in (terms.RDF, terms.RDFS, terms.OWL))
"""Words that an ontology need not declare: that nothing uses one is no sign of a slip."""


def check_shapes(run: CheckRun) -> Iterator[Finding]:
    """Find what breaks a shape.

    A shape is what its author promises readers: that a party is a state, that each fact has its source. What breaks it
    would mislead them; mend the fact, or if the promise was wrong, the shape. A shape that cannot find anything, by a
    misspelt term say, keeps no promise at all.

    Args:
        run: The graph, and how it is checked; a constraint that is not evaluated before the deadline is a finding.

    Returns:
        A finding per validation result; of terms that the ontology does not declare: G01 for a term that SHACL does not
        have, G02 for a target that nothing is, G03 for a property that no triple has, where one of a similar name has,
        G04 for a node shape with a term that is for property shapes; G05 where no shape is about any node; G07
        for the severity of a query, which says nothing.

    Raises:
        RdfSyntaxError: Files of shapes cannot be evaluated.
    """
    graph = run.graph
    if not graph.shapes_files and not shapes_with_imports(graph):
        return
    validation, context = run.kept.validated() if run.kept else _validated(run)
    own = {str(triple.subject) for triple in graph.shapes}
    declared = {str(triple.subject) for triple in graph.ontology_with_imports}
    suspicious = (
        flaw
        for flaw in validation.shape_warnings
        if flaw.code == NO_SHAPE_APPLIED
        or (flaw.shape in own and flaw.value not in declared and not flaw.value.startswith(_BUILT_IN_TERMS))
    )
    run.notes.extend(validation.notes)
    run.are_shapes_flawed = bool(validation.flaws)
    yield from result_findings(validation.results, context)
    yield from flaw_findings((*validation.flaws, *suspicious, *validation.unfinished), context.in_shapes)
    yield from difference_findings(validation)


def _validated(run: CheckRun) -> tuple[Validation, ValidationContext]:
    graph, options = run.graph, run.options
    context = validation_context(graph, indexed(distinct((*graph.default_graph(), *graph.ontology_with_imports))))
    try:
        validation = run_validation(
            context.data, context.shapes, engine=options.engine, prefixes=graph.prefixes, deadline=options.deadline
        )
    except ShapeError as error:
        raise shapes_error(error, context.in_shapes) from error
    return validation, context


def validation_context(graph: Graph, data: Index, shapes: Index | None = None) -> ValidationContext:
    """The data and the shapes that a graph is held to, and where they stand.

    Args:
        graph: The graph.
        data: Its data, with the ontology.
        shapes: The shapes, if they are indexed already.
    """
    shapes = indexed(shapes_with_imports(graph)) if shapes is None else shapes
    return ValidationContext(data, shapes, graph.places_with_imports, placed_shapes(graph))


def difference_findings(validation: Validation) -> Iterator[Finding]:
    """What only one of two engines found: an error for no known reason, else an info; a warning if one failed."""
    for one in validation.explained:
        yield Finding(Severity.INFO if one.was_compared else Severity.WARNING, "engines", one.message, one.reason)
    for difference in validation.differences:
        hint = "one of the engines is wrong: please report it, with the data and the shapes"
        yield Finding(Severity.ERROR, "engines", f"the engines differ: {difference}", hint)


def placed_shapes(graph: Graph) -> Places:
    """The files of the shapes that a graph is held to, with what they import, those of provenance last."""
    files = [graph.placed_file(parsed) for parsed in (*graph.shapes_files, *graph.imports.shapes)]
    path = builtin_folder() / PROVENANCE_SHAPES

    def quads() -> Iterator[Quad]:
        return in_default_graph(_renamed(provenance_shapes()))

    places = {os.path.realpath(graph.project.path_of(parsed.path)) for parsed in graph.shapes_files}
    if os.path.realpath(path) not in places:
        read = partial(read_bytes, path)
        files.append(PlacedFile(f"{INSTALLED}{PROVENANCE_SHAPES}", quads, read, TURTLE.rdf))
    return Places(files)


def project_shapes(graph: Graph) -> tuple[Triple, ...]:
    """The shapes that a graph is held to: its own, and those of provenance where it has sources."""
    own = builtin_folder()
    if not graph.is_sourced or os.path.realpath(graph.project.root) == os.path.realpath(own):
        return graph.shapes
    return distinct((*graph.shapes, *_missing_triples(graph.shapes, tuple(_renamed(provenance_shapes())))))


def shapes_with_imports(graph: Graph) -> tuple[Triple, ...]:
    """The shapes that a graph is held to, with what its shapes import (SHACL, clause 3.1)."""
    return distinct((*project_shapes(graph), *(t for parsed in graph.imports.shapes for t in parsed.triples)))


def provenance_shapes() -> tuple[Triple, ...]:
    """The shapes of provenance, read from the file that the tool carries."""
    path = builtin_folder() / PROVENANCE_SHAPES
    return parse_rdf(read_bytes(path), TURTLE, PROVENANCE_SHAPES).triples


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
    """Validate data against shapes that have no files.

    Args:
        data: The data, with the ontology whose subclasses count.
        shapes: The shapes.

    Returns:
        A finding per result, gravest first, without places.

    Raises:
        RdfSyntaxError: The shapes cannot be evaluated.
    """
    context = ValidationContext(indexed(data), indexed(shapes))
    try:
        validation = run_validation(context.data, context.shapes, is_strict=True)
    except ShapeError as error:
        raise shapes_error(error, context.in_shapes) from error
    return sorted(result_findings(validation.results, context), key=Finding.sort_key)


def indexed(triples: Iterable[Triple]) -> Index:
    """Triples as the engine takes them."""
    index = Index()
    index.add_triples(triples)
    return index


def _renamed(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Blank nodes under names that no project's shapes use."""

    def fresh(term: Any) -> Any:
        return BlankNode(f"provenance{term.value}") if isinstance(term, BlankNode) else term

    for triple in triples:
        yield Triple(fresh(triple.subject), triple.predicate, fresh(triple.object))


def _missing_triples(shapes: Iterable[Triple], more: tuple[Triple, ...]) -> Iterator[Triple]:
    """More shapes, without the blank nodes of what a copy of them says already: a second path would break a shape."""
    known = {(triple.subject, triple.predicate) for triple in shapes if isinstance(triple.object, BlankNode)}
    kept = [t for t in more if not (isinstance(t.object, BlankNode) and (t.subject, t.predicate) in known)]
    left = 0
    while left != len(kept):
        left = len(kept)
        pointed_at = {triple.object for triple in kept}
        kept = [t for t in kept if isinstance(t.subject, NamedNode) or t.subject in pointed_at]
    yield from kept
