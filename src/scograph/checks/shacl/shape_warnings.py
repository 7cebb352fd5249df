"""Warnings about well-formed shapes: unknown or misplaced terms, targets without nodes, paths that no triple has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scograph.checks.shacl.components import COMPONENTS
from scograph.checks.shacl.engine import Evaluation
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.model import Flaw, Shape
from scograph.checks.shacl.nodes import sh
from scograph.checks.shacl.paths import predicates_of
from scograph.checks.shacl.shapes import Shapes
from scograph.checks.shacl.vocabulary import DRAFT_OTHERS, PROPERTY_SHAPE_ONLY, TERMS
from scograph.messages import did_you_mean, misspelt_term
from scograph.ntriples import TYPE, iri, is_iri
from scograph.terms import SH, local_name

_KNOWN = TERMS | {component.name for component in COMPONENTS}
UNKNOWN_TERM, TARGET_WITHOUT_NODES, PATH_WITHOUT_TRIPLES, PROPERTY_SHAPE_TERM = "G01", "G02", "G03", "G04"
NO_SHAPE_APPLIED, MISSING_IMPORT, IGNORED_SEVERITY = "G05", "G06", "G07"
MAX_LOOKED_UP, MAX_NAMES = 100, 2000
"""Maximum names that similar ones are looked for of, and among: it is slow."""


def unknown_terms(graph: Index) -> Iterator[Flaw]:
    """Terms of the SHACL namespace that the standard does not have: `sh:minCuont` constrains nothing.

    Terms that only a draft of SHACL 1.2 has are told as what they are.

    Args:
        graph: The shapes graph.

    Returns:
        A flaw for each use of such a term, with the nearest that there is.
    """
    for predicate in graph.predicates:
        if predicate.startswith(f"<{SH}") and predicate[len(SH) + 1 : -1] not in _KNOWN:
            for node in graph.forward(predicate):
                yield _unknown(node, predicate, predicate)
    for type_, nodes in graph.backward(TYPE).items():
        if type_.startswith(f"<{SH}") and type_[len(SH) + 1 : -1] not in _KNOWN:
            for node in nodes:
                yield _unknown(node, TYPE, type_)


def _unknown(node: str, predicate: str, term: str) -> Flaw:
    name = term[len(SH) + 1 : -1]
    if name in DRAFT_OTHERS:
        message = f"sh:{name} is of {DRAFT_OTHERS[name]}: it is not evaluated"
        return Flaw(node, predicate, message, "for validation it says nothing", term, UNKNOWN_TERM)
    hint = did_you_mean(name, sorted(_KNOWN), "see the terms of https://www.w3.org/TR/shacl/", form="sh:{}")
    return Flaw(node, predicate, f"SHACL has no sh:{name}: it asks for nothing", hint, term, UNKNOWN_TERM)


def property_shape_terms(shapes: Shapes) -> Iterator[Flaw]:
    """Node shapes with what describes property shapes (SHACL, clause 2.3.2).

    The SHACL vocabulary gives these properties the domain sh:PropertyShape, and clause 2.1 says that no shape is both.
    Engines that infer from domains refuse such a node shape, and with it the whole file.

    Args:
        shapes: The shapes.

    Returns:
        A flaw for each node shape, at the first of such properties.
    """
    for shape in shapes.by_node.values():
        found = [name for name in PROPERTY_SHAPE_ONLY if shape.node in shapes.graph.forward(sh(name))]
        if found and shape.path is None:
            verb = "is" if len(found) == 1 else "are"
            message = f"sh:{', sh:'.join(found)} {verb} for property shapes: some engines refuse a node shape with it"
            hints = dict.fromkeys(PROPERTY_SHAPE_ONLY[name] for name in found)
            first = sh(found[0])
            yield Flaw(shape.node, first, message, " and ".join(hints), first, PROPERTY_SHAPE_TERM)


def severities_of_queries(graph: Index) -> Iterator[Flaw]:
    """Severities of SPARQL-based constraints and validators, which say nothing (SHACL, clauses 3.6.2.4 and 5.3).

    A result has the severity of its shape. A draft of SHACL 1.2 SPARQL lets a constraint have its own.

    Args:
        graph: The shapes graph.

    Returns:
        A flaw for each of such severities.
    """
    severities = graph.forward(sh("severity"))
    shapes = graph.backward(sh("property"))
    for name in ("sparql", "validator", "nodeValidator", "propertyValidator"):
        for node in graph.backward(sh(name)):
            for value in severities.get(node, ()) if node not in shapes else ():
                message = "sh:severity of a query says nothing: its results have the severity of the shape"
                hint = "write sh:severity at the shape; only a draft, SHACL 1.2 SPARQL, has it at a constraint"
                yield Flaw(node, sh("severity"), message, hint, value, IGNORED_SEVERITY)


def targets_without_nodes(evaluation: Evaluation, shapes: Shapes) -> Iterator[Flaw]:
    """Targets that nothing in the data is one of.

    Args:
        evaluation: The evaluation.
        shapes: The shapes.

    Returns:
        A flaw for each class without an instance, and each property that no triple has.
    """
    index = evaluation.index
    classes = SimilarNames(value for value in index.backward(TYPE) if is_iri(value))
    properties = SimilarNames(index.predicates)
    for shape in shapes.targeted:
        for one in shape.targets.classes:
            if not index.instances(one):
                predicate = sh("targetClass") if one != shape.node else TYPE
                yield _term_without_triples(shape, predicate, one, f"nothing is a {_short(one)}", classes.nearest(one))
        for name, targets in (
            ("targetSubjectsOf", shape.targets.subjects_of),
            ("targetObjectsOf", shape.targets.objects_of),
        ):
            for one in targets:
                if not index.forward(one):
                    yield _term_without_triples(
                        shape, sh(name), one, f"nothing has {_short(one)}", properties.nearest(one)
                    )


def paths_without_triples(evaluation: Evaluation, shapes: Shapes, *, only_like_others: bool = False) -> Iterator[Flaw]:
    """Properties that a path names and no triple has.

    Args:
        evaluation: The evaluation.
        shapes: The shapes.
        only_like_others: Only those whose names are like that of a property that some triple has: that a shape speaks
            of an optional property is no reason to suspect it.

    Returns:
        A flaw for each property of each shape.
    """
    index = evaluation.index
    known = set(index.predicates)
    properties = SimilarNames(known)
    for shape in shapes.by_node.values():
        if shape.path is not None and not shape.is_deactivated:
            for one in sorted(predicates_of(shape.path) - known):
                near = properties.nearest(one)
                if near or not only_like_others:
                    yield _term_without_triples(shape, sh("path"), one, f"no triple has {_short(one)}", near)


def no_shape_applied(evaluation: Evaluation, shapes: Shapes) -> Iterator[Flaw]:
    """Shapes of which none is about any node of the data: that nothing is found says nothing then.

    Args:
        evaluation: The evaluation.
        shapes: The shapes.

    Returns:
        One flaw, if no shape has a target, or no target a node.
    """
    if not shapes.by_node:
        yield Flaw("", "", "there is no shape: nothing was validated", _NO_SHAPE, code=NO_SHAPE_APPLIED)
    elif not shapes.targeted:
        hint = "say what a shape is about: sh:targetClass, sh:targetNode, sh:targetSubjectsOf or sh:targetObjectsOf"
        yield Flaw("", "", "no shape has a target: nothing was validated", hint, code=NO_SHAPE_APPLIED)
    elif not any(evaluation.focus_nodes(shape) for shape in shapes.targeted if not shape.is_deactivated):
        message = "no node is a target of any shape: nothing was validated"
        hint = "are these the shapes for these data? the targets without nodes are told as warnings"
        yield Flaw("", "", message, hint, code=NO_SHAPE_APPLIED)


_NO_SHAPE = "name the file that has the shapes, or of those that it imports: --import IRI=FILE"


class SimilarNames:
    """Terms by the last part of their IRIs, among which a misspelt one is looked for.

    Args:
        terms: The terms.
    """

    def __init__(self, terms: Iterable[str]) -> None:
        self._terms = terms
        self._names: dict[str, list[str]] | None = None
        self._found: dict[str, str] = {}

    def nearest(self, term: str) -> str:
        """The name most like that of a term in the same namespace, or nothing; so many are looked up, and no more."""
        if self._names is None:
            self._names = {}
            for one in sorted(self._terms):
                self._names.setdefault(_space(one), []).append(_short(one))
        if term not in self._found and len(self._found) < MAX_LOOKED_UP:
            names = self._names.get(_space(term), [])[:MAX_NAMES]
            self._found[term] = misspelt_term(_short(term), names)
        return self._found.get(term, "")


def _term_without_triples(shape: Shape, predicate: str, term: str, message: str, near: str) -> Flaw:
    hint = f"did you mean {near}?" if near else "the shape then finds nothing: is the name spelt right?"
    return Flaw(
        shape.node,
        predicate,
        message,
        hint,
        term,
        PATH_WITHOUT_TRIPLES if predicate == sh("path") else TARGET_WITHOUT_NODES,
    )


def _space(term: str) -> str:
    return iri(term).removesuffix(_short(term))


def _short(term: str) -> str:
    return local_name(iri(term), "#/:") or iri(term)
