"""A graph indexed once for the rules of OWL 1 Lite: types, roles, blank nodes, and names for messages."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from scograph.checks.owl_lite import vocabulary as words
from scograph.checks.owl_lite.vocabulary import Role
from scograph.model import Finding, Node, Severity, Term
from scograph.terms import OWL, RDF, RDFS, XSD, curie

Statement = tuple[Node, str, Term]


class NodeKind(StrEnum):
    """What a blank node is part of, by its types and predicates."""

    RESTRICTION = "a restriction"
    LIST = "a list"
    ALL_DIFFERENT = "an owl:AllDifferent"
    EXPRESSION = "an unnamed class or property"
    INDIVIDUAL = "an individual"
    UNTYPED = "a blank node without a type"


@dataclass(frozen=True, slots=True)
class OntologyIndex:
    """What the rules ask of a graph, each answer in constant time.

    Args:
        statements: Every distinct triple, in the order given; the predicate as its IRI.
        by_predicate: Subject and object of the triples of each predicate.
        about: Predicate and object of the triples of each subject.
        types: The objects of `rdf:type` of each subject.
        roles: The roles of each IRI that is declared, built in, or typed as an individual.
        shapes: What each blank node is.
        parents: Subject and predicate of the triples whose object is a blank node.
        owners: For each blank node, the named node that it hangs from, if it hangs from one.
        faulty: The blank nodes that use a word that is not OWL 1 Lite's: L02 tells of them, and no other rule does.
    """

    statements: tuple[Statement, ...]
    by_predicate: Mapping[str, list[tuple[Node, Term]]]
    about: Mapping[Node, list[tuple[str, Term]]]
    types: Mapping[Node, list[Term]]
    roles: Mapping[NamedNode, frozenset[Role]]
    shapes: Mapping[BlankNode, NodeKind]
    parents: Mapping[BlankNode, list[tuple[Node, str]]]
    owners: Mapping[BlankNode, NamedNode]
    faulty: frozenset[BlankNode]

    def pairs(self, *predicates: str) -> Iterator[tuple[Node, str, Term]]:
        """The triples of some predicates, predicate by predicate."""
        for predicate in predicates:
            for subject, object_ in self.by_predicate.get(predicate, ()):
                yield subject, predicate, object_

    def values(self, subject: Node, *predicates: str) -> list[Term]:
        """The objects of a subject's triples with some predicates."""
        return [object_ for predicate, object_ in self.about.get(subject, ()) if predicate in predicates]

    def roles_of(self, term: Term) -> frozenset[Role]:
        """The roles of a term: none for a literal or an undeclared IRI; an individual's for an unnamed one."""
        if isinstance(term, NamedNode):
            return self.roles.get(term, frozenset())
        if isinstance(term, BlankNode) and self.shapes[term] == NodeKind.INDIVIDUAL:
            return frozenset({Role.INDIVIDUAL})
        return frozenset()

    def is_a(self, term: Term, *roles: Role) -> bool:
        """Whether a term has one of some roles."""
        return not self.roles_of(term).isdisjoint(roles)

    def is_class(self, term: Term) -> bool:
        """Whether a term is the name of a class."""
        return isinstance(term, NamedNode) and self.is_a(term, Role.CLASS)

    def is_restriction(self, term: Term) -> bool:
        """Whether a term is a blank node that holds a restriction."""
        return isinstance(term, BlankNode) and self.shapes[term] == NodeKind.RESTRICTION

    def is_undeclared(self, term: Term) -> bool:
        """Whether a term is an IRI that nothing gives a role: L03, L04 or L18 tells of it."""
        return isinstance(term, NamedNode) and not self.roles.get(term)

    def is_silenced(self, term: Term) -> bool:
        """Whether another rule tells of a term already: undeclared, or made of words that are not OWL 1 Lite's."""
        return self.is_undeclared(term) or (isinstance(term, BlankNode) and term in self.faulty)

    def focus(self, node: Node) -> Node:
        """The named node that a restriction or list belongs to, else the node itself."""
        return self.owners.get(node, node) if isinstance(node, BlankNode) else node

    def name(self, term: Term) -> str:
        """A term as a message names it."""
        if isinstance(term, BlankNode):
            shape = self.shapes.get(term, NodeKind.UNTYPED)
            return f"{shape} of {name(self.owners[term])}" if term in self.owners else f"{shape} ({name(term)})"
        return name(term)

    def what(self, term: Term) -> str:
        """What a term is, as a message says it."""
        if isinstance(term, Literal):
            return "a literal"
        if isinstance(term, BlankNode):
            return self.shapes[term]
        return " and ".join(sorted(self.roles_of(term))) or "not declared"

    def members(self, head: Term) -> tuple[list[Term], str]:
        """Read an RDF list (RDF Schema, clause 5.2).

        Args:
            head: Its first cell, or rdf:nil.

        Returns:
            The members in order, and what is wrong with the list: an empty text if nothing is.
        """
        found: list[Term] = []
        seen: set[Term] = set()
        while not words.is_term(head, words.NIL):
            if not isinstance(head, BlankNode):
                return found, f"it goes on with {self.name(head)}, which is no cell of a list"
            if head in seen:
                return found, "it runs in a circle"
            seen.add(head)
            first, rest = self.values(head, words.FIRST), self.values(head, words.REST)
            if len(first) != 1 or len(rest) != 1:
                return found, f"a cell has {len(first)} rdf:first and {len(rest)} rdf:rest, not one of each"
            extra = (
                len(self.about[head]) - 2 - [str(kind) for kind in self.types.get(head, ())].count(f"<{words.LIST}>")
            )
            if extra:
                return found, "a cell says more than rdf:first and rdf:rest"
            found.append(first[0])
            head = rest[0]
        return found, ""


def name(term: Term) -> str:
    """A term as a message names it: a word of RDF, OWL or XML Schema with its prefix, another IRI in brackets."""
    if isinstance(term, NamedNode):
        short = curie(term.value, {"owl": OWL, "rdfs": RDFS, "rdf": RDF, "xsd": XSD})
        if short:
            return short
    return str(term)


def finding(
    code: str, focus: Node | None, message: str, hint: str, at: tuple[str, Term | None] = ("", None)
) -> Finding:
    """A violation of one rule.

    Args:
        code: The rule.
        focus: The node at fault, or None where the whole graph is.
        message: What is wrong.
        hint: What to do.
        at: The IRI of the predicate at fault, and the value at fault.

    Returns:
        The finding.
    """
    where = "" if focus is None else focus.value if isinstance(focus, NamedNode) else str(focus)
    path, value = at
    return Finding(Severity.ERROR, code, message, hint, where, path=path, value="" if value is None else str(value))


def _shape(types: Iterable[Term], predicates: set[str]) -> NodeKind:
    kinds = {kind.value for kind in types if isinstance(kind, NamedNode)}
    if words.RESTRICTION in kinds or words.ON_PROPERTY in predicates or predicates & words.CONSTRAINTS:
        return NodeKind.RESTRICTION
    if words.LIST in kinds or predicates & {words.FIRST, words.REST}:
        return NodeKind.LIST
    if words.ALL_DIFFERENT in kinds or words.DISTINCT_MEMBERS in predicates:
        return NodeKind.ALL_DIFFERENT
    if kinds & words.META_TYPES or predicates & (words.AXIOM_PREDICATES - words.EQUALITIES - {words.TYPE}):
        return NodeKind.EXPRESSION
    return NodeKind.INDIVIDUAL if types else NodeKind.UNTYPED


def _roles(subject: NamedNode, types: Iterable[Term]) -> frozenset[Role]:
    kinds = {kind.value if isinstance(kind, NamedNode) else "" for kind in types}
    found = {words.DECLARES[kind] for kind in kinds & words.DECLARES.keys()}
    if subject.value in words.BUILT_IN_ROLES:
        found.add(words.BUILT_IN_ROLES[subject.value])
    # These three declare an object property by themselves (clause 4.1: the declaration is optional beside them).
    if kinds & words.OBJECT_ONLY and not found & words.PROPERTY_ROLES:
        found.add(Role.OBJECT_PROPERTY)
    if any(not words.is_reserved(kind) or kind in words.INDIVIDUAL_TYPES for kind in kinds):
        found.add(Role.INDIVIDUAL)
    return frozenset(found)


def _owners(children: Mapping[Node, list[BlankNode]]) -> dict[BlankNode, NamedNode]:
    owners: dict[BlankNode, NamedNode] = {}
    for root in children:
        if isinstance(root, NamedNode):
            waiting: deque[Node] = deque([root])
            while waiting:
                for child in children.get(waiting.popleft(), ()):
                    if child not in owners:
                        owners[child] = root
                        waiting.append(child)
    return owners


def index(triples: Iterable[Triple]) -> OntologyIndex:
    """OntologyIndex a graph, in time and space linear in its size.

    Args:
        triples: The graph; a triple may come twice.

    Returns:
        The index.
    """
    by_predicate: dict[str, list[tuple[Node, Term]]] = defaultdict(list)
    about: dict[Node, list[tuple[str, Term]]] = defaultdict(list)
    types: dict[Node, list[Term]] = defaultdict(list)
    parents: dict[BlankNode, list[tuple[Node, str]]] = defaultdict(list)
    children: dict[Node, list[BlankNode]] = defaultdict(list)
    blank: dict[BlankNode, None] = {}
    named: dict[NamedNode, None] = dict.fromkeys(NamedNode(iri) for iri in words.BUILT_IN_ROLES)
    statements: list[Statement] = []
    for triple in dict.fromkeys(triples):
        subject, object_ = cast("Node", triple.subject), triple.object
        predicate = triple.predicate.value
        statements.append((subject, predicate, object_))
        by_predicate[predicate].append((subject, object_))
        about[subject].append((predicate, object_))
        if predicate == words.TYPE:
            types[subject].append(object_)
        if isinstance(subject, BlankNode):
            blank[subject] = None
        else:
            named[subject] = None
        if isinstance(object_, BlankNode):
            blank[object_] = None
            parents[object_].append((subject, predicate))
            children[subject].append(object_)
    roles = {node: _roles(node, types.get(node, ())) for node in named}
    free = {node.value for node, found in roles.items() if Role.ANNOTATION_PROPERTY in found}
    faulty = {
        subject
        for subject, predicate, object_ in statements
        if isinstance(subject, BlankNode)
        and words.disallowed_term(subject, predicate, object_, is_free=predicate in free)
    }
    return OntologyIndex(
        tuple(statements),
        by_predicate,
        about,
        types,
        {node: found for node, found in roles.items() if found},
        {node: _shape(types.get(node, []), {predicate for predicate, _ in about.get(node, ())}) for node in blank},
        parents,
        _owners(children),
        frozenset(faulty),
    )
