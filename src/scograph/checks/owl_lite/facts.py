"""The rules about facts and about blank nodes: L15, L16."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from pyoxigraph import BlankNode, Literal, NamedNode

from scograph.checks.owl_lite import vocabulary as words
from scograph.checks.owl_lite.index import NodeKind, OntologyIndex, finding, name
from scograph.checks.owl_lite.names import undeclared
from scograph.checks.owl_lite.vocabulary import Role
from scograph.datatypes import is_in_range, is_well_typed
from scograph.model import Finding, Node, Term
from scograph.terms import XSD


def facts_typed(graph: OntologyIndex) -> Iterator[Finding]:
    """L15. Find facts about anything but typed individuals, and literals that are ill typed or out of range.

    Wrong, because in OWL 1 Lite every individual has a type; an object property leads from an individual to an
    individual, never to a class, a property or a literal; a datatype property leads to a literal, which must lie in the
    property's range; equality and difference are said of named individuals. Put right by typing the individual, by an
    annotation property where the value is a class or an outside IRI, or by correcting the literal.
    OWL 1 Semantics and Abstract Syntax, clauses 2.2 and 3.1; OWL 1 Reference, clauses 5, 6 and 8.2.
    """
    yield from _untyped(graph)
    yield from _values(graph)
    yield from _literals(graph)
    yield from _equalities(graph)
    yield from _all_different(graph)


def _untyped(graph: OntologyIndex) -> Iterator[Finding]:
    undeclared_terms = undeclared(graph)
    seen: set[Node] = set()

    def is_new(node: Term) -> TypeGuard[Node]:
        if isinstance(node, BlankNode):
            return node not in seen and graph.shapes[node] == NodeKind.UNTYPED and node not in graph.faulty
        if not isinstance(node, NamedNode) or node in seen or node in undeclared_terms:
            return False
        return not graph.roles_of(node) and not graph.types.get(node) and not _is_word(node)

    for subject in graph.about:
        if is_new(subject):
            seen.add(subject)
            yield _untyped_finding(graph, subject)
    for predicate in graph.by_predicate:
        role = graph.roles_of(NamedNode(predicate))
        individuals = role == {Role.OBJECT_PROPERTY} or predicate in words.EQUALITIES
        for _, object_ in graph.by_predicate[predicate]:
            if (individuals or isinstance(object_, BlankNode)) and is_new(object_):
                seen.add(object_)
                yield _untyped_finding(graph, object_)


def _is_word(node: NamedNode) -> bool:
    return words.is_reserved(node.value) or node.value.startswith(XSD) or node.value in words.LATER_DATATYPES


def _untyped_finding(graph: OntologyIndex, node: Node) -> Finding:
    hint = "give it a type: a class of the ontology, or owl:Thing; for an outside IRI use an annotation property"
    shown = graph.name(node)
    return finding("L15", graph.focus(node), f"{shown} is used as an individual, and has no type", hint)


def _values(graph: OntologyIndex) -> Iterator[Finding]:
    for predicate in graph.by_predicate:
        property_ = NamedNode(predicate)
        role = graph.roles_of(property_)
        if role not in ({Role.OBJECT_PROPERTY}, {Role.DATATYPE_PROPERTY}):
            continue
        ranges = _ranges(graph, property_) if role == {Role.DATATYPE_PROPERTY} else []
        for subject, _, object_ in graph.pairs(predicate):
            focus = graph.focus(subject)
            if _is_no_individual(graph, subject):
                message = f"{graph.name(subject)}, {graph.what(subject)}, has {name(property_)} as if an individual"
                hint = "say it of an individual, or make the property an annotation property"
                yield finding("L15", focus, message, hint, (predicate, object_))
            shown = f"{graph.name(subject)} has {name(property_)} {graph.name(object_)}"
            if role == {Role.OBJECT_PROPERTY}:
                if isinstance(object_, Literal) or _is_no_individual(graph, object_):
                    hint = "give an individual, or make the property an annotation property"
                    message = f"{shown}, which is {graph.what(object_)}, not an individual"
                    yield finding("L15", focus, message, hint, (predicate, object_))
            elif not isinstance(object_, Literal):
                message = f"{shown}, which is no literal, and the property is a datatype property"
                yield finding("L15", focus, message, "give a literal, or use an object property", (predicate, object_))
            else:
                yield from _out_of_range(focus, shown, predicate, object_, ranges)


def _is_no_individual(graph: OntologyIndex, term: Term) -> bool:
    """Whether a term has a role, and it is not an individual's; L02 and L15 tell of lists and untyped terms."""
    if isinstance(term, BlankNode):
        return term not in graph.faulty and graph.shapes[term] not in {
            NodeKind.INDIVIDUAL,
            NodeKind.UNTYPED,
            NodeKind.LIST,
        }
    return bool(graph.roles_of(term)) and not graph.is_a(term, Role.INDIVIDUAL)


def _ranges(graph: OntologyIndex, property_: NamedNode) -> list[str]:
    """The ranges of a property and of those that it is a sub-property of."""
    found: dict[str, None] = {}
    above: dict[Node, None] = {property_: None}
    waiting: list[Node] = [property_]
    while waiting:
        node = waiting.pop()
        found.update((value.value, None) for value in graph.values(node, words.RANGE) if isinstance(value, NamedNode))
        for value in graph.values(node, words.SUB_PROPERTY_OF):
            if isinstance(value, NamedNode) and value not in above:
                above[value] = None
                waiting.append(value)
    return list(found)


def _out_of_range(focus: Node, shown: str, predicate: str, literal: Literal, ranges: list[str]) -> Iterator[Finding]:
    if is_well_typed(literal.value, literal.datatype.value):
        for range_ in ranges:
            if not is_in_range(literal.value, literal.datatype.value, range_):
                hint = f"write the value as {name(NamedNode(range_))}, or widen the range"
                message = f"{shown}, which is not in the range {name(NamedNode(range_))}"
                yield finding("L15", focus, message, hint, (predicate, literal))


def _literals(graph: OntologyIndex) -> Iterator[Finding]:
    for subject, predicate, object_ in graph.statements:
        if isinstance(object_, Literal) and predicate not in words.CARDINALITIES:
            datatype = object_.datatype.value
            if not is_well_typed(object_.value, datatype):
                shown = f"{graph.name(subject)} has {name(NamedNode(predicate))} {name(object_)}"
                hint = f"write a value that {name(object_.datatype)} has, or change the datatype"
                message = f"{shown}: {name(object_.datatype)} has no such value"
                yield finding("L15", graph.focus(subject), message, hint, (predicate, object_))


def _equalities(graph: OntologyIndex) -> Iterator[Finding]:
    for subject, predicate, object_ in graph.pairs(*sorted(words.EQUALITIES)):
        for term in (subject, object_):
            if isinstance(term, NamedNode) and not _is_no_individual(graph, term):
                continue
            if isinstance(term, BlankNode) and (term in graph.faulty or graph.shapes[term] == NodeKind.UNTYPED):
                continue
            shown = f"{graph.name(subject)} has {name(NamedNode(predicate))} {graph.name(object_)}"
            message = f"{shown}, where {graph.what(term)} stands for a named individual"
            hint = (
                "name both individuals; for classes and properties use owl:equivalentClass and owl:equivalentProperty"
            )
            yield finding("L15", graph.focus(subject), message, hint, (predicate, object_))


def _all_different(graph: OntologyIndex) -> Iterator[Finding]:
    holders = {node: None for node, kind in graph.by_predicate.get(words.TYPE, ()) if str(kind) == _ALL_DIFFERENT}
    holders |= {node: None for node, _ in graph.by_predicate.get(words.DISTINCT_MEMBERS, ())}
    for holder in holders:
        for fault in _all_different_faults(graph, holder):
            hint = "write `[] a owl:AllDifferent ; owl:distinctMembers ( … )` with two or more named individuals"
            focus = graph.focus(holder)
            yield finding(
                "L15", focus, f"the owl:AllDifferent {name(focus)}: {fault}", hint, (words.DISTINCT_MEMBERS, None)
            )


_MIN_MEMBERS = 2
_ALL_DIFFERENT = f"<{words.ALL_DIFFERENT}>"


def _all_different_faults(graph: OntologyIndex, holder: Node) -> Iterator[str]:
    if not isinstance(holder, BlankNode):
        yield "it has a name, and must be a blank node"
    if [str(kind) for kind in graph.types.get(holder, ())] != [_ALL_DIFFERENT]:
        yield "its type is not owl:AllDifferent alone"
    lists = graph.values(holder, words.DISTINCT_MEMBERS)
    if len(graph.about[holder]) != len(lists) + len(graph.types.get(holder, ())):
        yield "it says more than its type and its members"
    if len(lists) != 1:
        yield f"it has {len(lists)} lists of members, not one"
        return
    members, fault = graph.members(lists[0])
    if fault:
        yield fault
    elif len(members) < _MIN_MEMBERS:
        yield "it has fewer than two members"
    for member in members:
        if not isinstance(member, NamedNode) or not graph.is_a(member, Role.INDIVIDUAL):
            yield f"its member {graph.name(member)} is no named and typed individual"


def blank_nodes_form_trees(graph: OntologyIndex) -> Iterator[Finding]:
    """L16. Find blank nodes with two parents or in a circle, and parts of axioms that hang from nothing.

    Wrong, because OWL 1 Lite reads a graph as axioms and facts written as trees: a restriction or a list belongs to
    exactly one axiom, an `owl:AllDifferent` to none, an unnamed individual is the value of at most one triple. (Such
    individuals are legal, in trees.) Put right by a copy of the restriction for each axiom, by removing what hangs from
    nothing, by an IRI for an individual that is needed twice.
    OWL 1 Reference, clause 8.2 (tree-like structure) and appendix E; OWL 1 Semantics and Abstract Syntax, clause 4.1.
    """
    for node, parents in graph.parents.items():
        if len(parents) > 1:
            users = " and ".join(sorted({graph.name(subject) for subject, _ in parents}))
            message = f"{name(node)}, {graph.shapes[node]}, is the object of {len(parents)} triples, of {users}"
            hint = "write it out again for each, or give the individual an IRI"
            yield finding("L16", node, message, hint)
    for node, shape in graph.shapes.items():
        if node not in graph.faulty and not _is_header(graph, node):
            yield from _misplaced(graph, node, shape)
    yield from _blank_circles(graph)


def _is_header(graph: OntologyIndex, node: BlankNode) -> bool:
    return any(str(kind) == f"<{words.ONTOLOGY}>" for kind in graph.types.get(node, ()))


def _misplaced(graph: OntologyIndex, node: BlankNode, shape: NodeKind) -> Iterator[Finding]:
    parents = graph.parents.get(node, ())
    if shape == NodeKind.ALL_DIFFERENT:
        for subject, predicate in parents:
            message = f"{graph.name(node)} is the {name(NamedNode(predicate))} of {graph.name(subject)}"
            yield finding(
                "L16", graph.focus(node), message, "let the owl:AllDifferent stand by itself", (predicate, None)
            )
    elif shape in {NodeKind.RESTRICTION, NodeKind.LIST, NodeKind.EXPRESSION}:
        if not parents and not graph.values(node, words.SUB_CLASS_OF, words.EQUIVALENT_CLASS):
            on = "".join(f" on {name(value)}" for value in graph.values(node, words.ON_PROPERTY))
            message = f"{name(node)}, {shape}{on}, belongs to no axiom"
            yield finding("L16", node, message, "attach it to the class that it is about, or remove it")
        for subject, predicate in parents:
            if shape != NodeKind.LIST and graph.is_a(NamedNode(predicate), Role.ANNOTATION_PROPERTY):
                message = f"{graph.name(node)} is an annotation of {graph.name(subject)}, and belongs in an axiom"
                yield finding(
                    "L16", graph.focus(node), message, "name the class, and point at its name", (predicate, None)
                )


def _blank_circles(graph: OntologyIndex) -> Iterator[Finding]:
    """Circles of blank nodes with one parent each; a circle with a second way in has a node with two parents."""
    only = {node: parents[0][0] for node, parents in graph.parents.items() if len(parents) == 1}
    done: set[Node] = set()
    for start in only:
        path: dict[Node, None] = {}
        node: Node = start
        while node in only and node not in done and node not in path:
            path[node] = None
            node = only[node]  # type: ignore[index]
        if node in path:
            way = list(path)
            circle = sorted(str(step) for step in way[way.index(node) :])
            message = f"the blank nodes {', '.join(circle)} stand in a circle"
            yield finding("L16", BlankNode(circle[0].removeprefix("_:")), message, "give one of them an IRI")
        done.update(path)
