"""What is well formed in a shapes graph and is most likely meant otherwise: it would pass in silence elsewhere."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from scograph.checks.shacl.engine import Evaluation
from scograph.checks.shacl.index import TYPE, Index
from scograph.checks.shacl.model import Flaw, Shape
from scograph.checks.shacl.nodes import is_iri, sh
from scograph.checks.shacl.paths import predicates_of
from scograph.checks.shacl.shapes import Shapes
from scograph.checks.shacl.vocabulary import KNOWN
from scograph.terms import SH

_LEAST_LIKE = 0.6


def unknown_terms(graph: Index) -> Iterator[Flaw]:
    """Terms of the SHACL namespace that the standard does not have: `sh:minCuont` constrains nothing.

    Args:
        graph: The shapes graph.

    Returns:
        A flaw for each use of such a term, with the nearest that there is.
    """
    for predicate in graph.predicates:
        if predicate.startswith(f"<{SH}") and predicate[len(SH) + 1 : -1] not in KNOWN:
            for node in graph.forward(predicate):
                yield _unknown(node, predicate, predicate)
    for type_, nodes in graph.backward(TYPE).items():
        if type_.startswith(f"<{SH}") and type_[len(SH) + 1 : -1] not in KNOWN:
            for node in nodes:
                yield _unknown(node, TYPE, type_)


def _unknown(node: str, predicate: str, term: str) -> Flaw:
    name = term[len(SH) + 1 : -1]
    near = difflib.get_close_matches(name, sorted(KNOWN), 1, _LEAST_LIKE)
    hint = f"did you mean sh:{near[0]}?" if near else "see the terms of https://www.w3.org/TR/shacl/"
    return Flaw(node, predicate, f"SHACL has no sh:{name}: it asks for nothing", hint, term)


def idle_targets(evaluation: Evaluation, shapes: Shapes) -> Iterator[Flaw]:
    """Targets that nothing in the data is one of.

    Args:
        evaluation: The evaluation.
        shapes: The shapes.

    Returns:
        A flaw for each class without an instance, and each property that no triple has.
    """
    index = evaluation.index
    classes = {value for value in index.backward(TYPE) if is_iri(value)}
    for shape in shapes.targeted:
        for one in shape.targets.classes:
            if not index.instances(one):
                predicate = sh("targetClass") if one != shape.node else TYPE
                yield _idle(shape, predicate, one, f"nothing is a {_short(one)}", classes)
        for name, targets in (
            ("targetSubjectsOf", shape.targets.subjects_of),
            ("targetObjectsOf", shape.targets.objects_of),
        ):
            for one in targets:
                if not index.forward(one):
                    yield _idle(shape, sh(name), one, f"nothing has {_short(one)}", set(index.predicates))


def idle_paths(evaluation: Evaluation, shapes: Shapes) -> Iterator[Flaw]:
    """Properties that a path names and no triple has.

    Args:
        evaluation: The evaluation.
        shapes: The shapes.

    Returns:
        A flaw for each property of each shape.
    """
    index = evaluation.index
    known = set(index.predicates)
    for shape in shapes.by_node.values():
        if shape.path is not None and not shape.is_deactivated:
            for one in sorted(predicates_of(shape.path) - known):
                yield _idle(shape, sh("path"), one, f"no triple has {_short(one)}", known)


def _idle(shape: Shape, predicate: str, term: str, message: str, known: Iterable[str]) -> Flaw:
    near = difflib.get_close_matches(_short(term), {_short(one): one for one in sorted(known)}, 1, _LEAST_LIKE)
    hint = f"did you mean {near[0]}?" if near else "the shape then finds nothing: is the name spelt right?"
    return Flaw(shape.node, predicate, message, hint, term)


def _short(term: str) -> str:
    text = term[1:-1]
    return text[max(text.rfind("#"), text.rfind("/"), text.rfind(":")) + 1 :] or text
