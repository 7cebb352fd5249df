"""The rules about properties: L09 to L13."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from pyoxigraph import BlankNode, NamedNode

from scograph.checks.owl_lite import vocabulary as words
from scograph.checks.owl_lite.index import OntologyIndex, finding, name
from scograph.checks.owl_lite.vocabulary import LOGICAL, Role
from scograph.model import Finding, Node, Term


def domains(graph: OntologyIndex) -> Iterator[Finding]:
    """L09. Find domains of anything but an object or datatype property, and domains that are no class name.

    Wrong, because annotation properties take part in no axiom, and OWL 1 Lite lets only class names be domains. Put
    right by leaving the domain out (a comment, or a shape, can say it), or by a named superclass.
    OWL 1 Reference, clause 8.3 (domain) and 8.2 (annotations); OWL 1 Semantics and Abstract Syntax, clause 2.3.1.3.
    """
    for subject, predicate, object_ in graph.pairs(words.DOMAIN):
        yield from _subject_faults("L09", graph, subject, predicate)
        if not graph.is_class(object_) and not graph.is_silenced(object_):
            message = f"the domain of {graph.name(subject)}, {graph.name(object_)}, is {graph.what(object_)}"
            yield finding("L09", graph.focus(subject), message, "use a class name as the domain", (predicate, object_))


def _subject_faults(code: str, graph: OntologyIndex, subject: Node, predicate: str) -> Iterator[Finding]:
    if not graph.is_a(subject, *LOGICAL) and not graph.is_silenced(subject):
        message = f"{graph.name(subject)} is {graph.what(subject)}, and has an {name(NamedNode(predicate))}"
        hint = "leave it out, or make the term an object or datatype property"
        yield finding(code, graph.focus(subject), message, hint, (predicate, None))


def ranges(graph: OntologyIndex) -> Iterator[Finding]:
    """L10. Find ranges of anything but an object or datatype property, and ranges that do not suit the property.

    Wrong, because in OWL 1 Lite the range of an object property is a class name and that of a datatype property a
    datatype name (`rdfs:Literal` among them), and annotation properties have none. Put right by such a name, or by
    leaving the range out. OWL 1 Reference, clauses 8.2 and 8.3 (range); OWL 1 Semantics and Abstract Syntax, clause
    2.3.1.3.
    """
    for subject, predicate, object_ in graph.pairs(words.RANGE):
        yield from _subject_faults("L10", graph, subject, predicate)
        for role, wanted in ((Role.OBJECT_PROPERTY, Role.CLASS), (Role.DATATYPE_PROPERTY, Role.DATATYPE)):
            # A property of two kinds is L03's affair.
            if graph.roles_of(subject) != {role} or graph.is_silenced(object_):
                continue
            if not isinstance(object_, NamedNode) or not graph.is_a(object_, wanted):
                shown = f"{graph.name(object_)}, is {graph.what(object_)}"
                message = f"the range of {graph.name(subject)}, {role}, {shown}, not {wanted}"
                hint = f"use the name of {wanted} as the range"
                yield finding("L10", graph.focus(subject), message, hint, (predicate, object_))


def property_kinds(graph: OntologyIndex) -> Iterator[Finding]:
    """L11. Find sub-property, equivalence and inverse axioms between properties of different kinds.

    Wrong, because both sides are named object properties or both named datatype properties, an inverse has object
    properties only, and annotation properties take part in no axiom. Put right by two properties of one kind, or by
    leaving the axiom out (`rdfs:seeAlso` can say it). OWL 1 Reference, clauses 4 and 8.2; OWL 1 Semantics and Abstract
    Syntax, clause 2.3.1.3.
    """
    predicates = (words.SUB_PROPERTY_OF, words.EQUIVALENT_PROPERTY, words.INVERSE_OF)
    for subject, predicate, object_ in graph.pairs(*predicates):
        kinds = (Role.OBJECT_PROPERTY,) if predicate == words.INVERSE_OF else LOGICAL
        # An unnamed inverse that is the value of another triple is told of there.
        is_part = isinstance(subject, BlankNode) and bool(graph.parents.get(subject))
        if is_part or graph.is_silenced(subject) or graph.is_silenced(object_):
            continue
        if not any(graph.is_a(subject, kind) and graph.is_a(object_, kind) for kind in kinds):
            message = (
                f"{graph.name(subject)}, {graph.what(subject)}, has {name(NamedNode(predicate))} "
                f"{graph.name(object_)}, {graph.what(object_)}"
            )
            hint = "both sides must be object properties" + (" or both datatype properties" if len(kinds) > 1 else "")
            yield finding("L11", graph.focus(subject), message, hint, (predicate, object_))


def characteristics(graph: OntologyIndex) -> Iterator[Finding]:
    """L12. Find characteristics of properties that their kind cannot have.

    Wrong, because inverse-functional, transitive and symmetric are said of object properties only, functional of
    object and datatype properties only, and a term is deprecated as what it is. Put right by leaving the type out; a
    key that is a literal is a shape's affair. OWL 1 Reference, clauses 4.3, 4.4, 7.4.5 and 8.2; OWL 1 Semantics and
    Abstract Syntax, clause 2.3.1.3.
    """
    wanted: dict[str, tuple[Role, ...]] = dict.fromkeys(words.OBJECT_ONLY, (Role.OBJECT_PROPERTY,))
    wanted[words.FUNCTIONAL] = LOGICAL
    wanted[words.DEPRECATED_CLASS] = (Role.CLASS,)
    wanted[words.DEPRECATED_PROPERTY] = tuple(words.PROPERTY_ROLES)
    for subject, kind in graph.by_predicate.get(words.TYPE, ()):
        roles = wanted.get(kind.value) if isinstance(kind, NamedNode) else None
        if roles and not graph.is_a(subject, *roles) and not graph.is_silenced(subject):
            message = f"{graph.name(subject)} is {graph.what(subject)}, and cannot be an {name(kind)}"
            yield finding("L12", graph.focus(subject), message, f"drop the type {name(kind)}", (words.TYPE, kind))


def transitive_are_free(graph: OntologyIndex) -> Iterator[Finding]:
    """L13. Find cardinalities and functionality of properties that are transitive or stand above a transitive one.

    Wrong, because OWL 1 Lite allows no number on a transitive property, on its inverse, on what either is a
    sub-property of, or on an equivalent of these: with it, reasoning is undecidable. Put right by dropping the one or
    the other; a shape can count. OWL 1 Reference, clause 8.2; OWL 1 Semantics and Abstract Syntax, clause 2.3.1.3.
    """
    cause = _above_transitive(graph)
    for subject, kind in graph.by_predicate.get(words.TYPE, ()):
        if subject in cause and isinstance(kind, NamedNode) and kind.value in words.FUNCTIONALITIES:
            hint = f"drop {name(kind)}, or the transitivity of {name(cause[subject])}"
            yield finding("L13", subject, f"{name(subject)} is an {name(kind)}, and {_why(subject, cause)}", hint)
    for node, _, property_ in graph.pairs(words.ON_PROPERTY):
        if property_ in cause and isinstance(property_, NamedNode):
            for predicate, value in graph.about[node]:
                if predicate in words.CARDINALITIES:
                    message = f"{name(property_)} has a cardinality in {graph.name(node)}, and {_why(property_, cause)}"
                    hint = f"drop the restriction, or the transitivity of {name(cause[property_])}"
                    yield finding("L13", property_, message, hint, (predicate, value))


def _above_transitive(graph: OntologyIndex) -> dict[Term, Term]:
    """Every property on which a number is forbidden, and the transitive property that it is because of."""
    reaches: dict[Term, list[Term]] = defaultdict(list)
    predicates = (words.SUB_PROPERTY_OF, words.EQUIVALENT_PROPERTY, words.INVERSE_OF)
    for subject, predicate, object_ in graph.pairs(*predicates):
        reaches[subject].append(object_)
        if predicate != words.SUB_PROPERTY_OF:
            reaches[object_].append(subject)
    starts = (
        subject for subject, kind in graph.by_predicate.get(words.TYPE, ()) if words.is_term(kind, words.TRANSITIVE)
    )
    cause: dict[Term, Term] = {}
    for start in starts:
        waiting: list[Term] = [start]
        while waiting:
            node = waiting.pop()
            if node not in cause:
                cause[node] = start
                waiting.extend(reaches.get(node, ()))
    return cause


def _why(property_: Term, cause: Mapping[Term, Term]) -> str:
    return "is transitive" if cause[property_] == property_ else f"depends on the transitive {name(cause[property_])}"
