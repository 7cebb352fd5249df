"""The rules about headers, vocabulary, declarations, datatypes and imports: L01 to L04, L18, L19."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from scograph.checks.owl_lite import vocabulary as words
from scograph.checks.owl_lite.index import NodeKind, OntologyIndex, finding, name
from scograph.checks.owl_lite.vocabulary import Role
from scograph.model import Finding, Node, Term
from scograph.terms import XSD, local_name

_OPERAND_PREDICATES = (
    words.SUB_CLASS_OF,
    words.EQUIVALENT_CLASS,
    words.DOMAIN,
    words.RANGE,
    words.SUB_PROPERTY_OF,
    words.EQUIVALENT_PROPERTY,
    words.INVERSE_OF,
)
_PART_PREDICATES = (words.ON_PROPERTY, words.ALL_VALUES_FROM, words.SOME_VALUES_FROM)


def one_header(graph: OntologyIndex) -> Iterator[Finding]:
    """L01. Find a graph without exactly one ontology header of its own.

    Wrong, because a reader cannot tell which ontology the axioms belong to, nor its version or licence; the headers
    of ontologies that the one imports, from inside the same graph, are no fault. A header is an IRI, and only headers
    have ontology properties (`owl:versionIRI`, `owl:priorVersion`). Put right by one `<IRI> a owl:Ontology`.
    OWL 1 Semantics and Abstract Syntax, clauses 2.1 and 4.1; OWL 1 Reference, clause 7.2.
    """
    called = _headers(graph)
    headers = set(called.values())
    links = ((subject, called.get(value)) for subject, _, value in graph.pairs(words.IMPORTS))
    imported = {header for subject, header in links if header and subject in headers and subject != header}
    own = sorted((header for header in headers - imported if isinstance(header, NamedNode)), key=str)
    if not headers - imported:
        yield finding("L01", None, "no ontology header", "say `<IRI of the ontology> a owl:Ontology` once")
    for header in own[1:]:
        message = f"{name(header)} is a second ontology header beside {name(own[0])}"
        yield finding("L01", header, message, "keep one, or let it import the other")
    for blank in sorted((header for header in headers if isinstance(header, BlankNode)), key=str):
        yield finding("L01", blank, f"the ontology header {name(blank)} is a blank node", "give the ontology an IRI")
    for predicate in sorted(graph.by_predicate):
        if predicate in words.ONTOLOGY_PROPERTIES or graph.is_a(NamedNode(predicate), Role.ONTOLOGY_PROPERTY):
            for subject, _, value in graph.pairs(predicate):
                if subject not in headers:
                    message = f"{name(subject)} has {name(NamedNode(predicate))}, and is no ontology"
                    hint = "say it of the ontology, or use an annotation property"
                    yield finding("L01", graph.focus(subject), message, hint, (predicate, value))


def _headers(graph: OntologyIndex) -> dict[Term, Node]:
    """The ontologies of a graph, by their IRIs and version IRIs."""
    headers = [node for node, kind in graph.by_predicate.get(words.TYPE, ()) if words.is_term(kind, words.ONTOLOGY)]
    versions = {version: header for header in headers for version in graph.values(header, words.VERSION_IRI)}
    return {**versions, **{header: header for header in headers}}


def vocabulary_terms(graph: OntologyIndex) -> Iterator[Finding]:
    """L02. Find words of RDF, RDFS and OWL that OWL 1 Lite does not have, or not in that place.

    Wrong, because OWL 1 Lite leaves out `owl:oneOf`, `owl:unionOf`, `owl:complementOf`, `owl:hasValue`,
    `owl:disjointWith`, `owl:DataRange`, `owl:Nothing`, all that OWL 2 added (`owl:hasKey`, `owl:NamedIndividual`), RDF
    lists in facts, and any statement about its own vocabulary. Put right by a construct of Lite (a named superclass
    for a union) or by a shape. Two words of OWL 2 are let through: `owl:versionIRI` and `owl:deprecated`.
    OWL 1 Reference, clause 8.3; OWL 1 Semantics and Abstract Syntax, clause 4.2 (disallowed vocabulary).
    """
    free = {iri for iri in graph.by_predicate if graph.is_a(NamedNode(iri), Role.ANNOTATION_PROPERTY)}
    seen: set[tuple[Term, str]] = set()
    for subject, predicate, object_ in graph.statements:
        word = words.disallowed_term(subject, predicate, object_, is_free=predicate in free)
        focus = graph.focus(subject)
        if word and (focus, word) not in seen:
            seen.add((focus, word))
            message = f"{name(focus)}: {name(NamedNode(word))} is not a word of OWL 1 Lite here"
            yield finding("L02", focus, message, _instead(word), (predicate, object_))
        if isinstance(object_, Triple):
            message = f"{name(focus)} has a triple as a value; RDF 1.2 came after OWL 1"
            yield finding("L02", focus, message, "make the triple a resource of its own", (predicate, object_))
    for node in (node for node, shape in graph.shapes.items() if shape == NodeKind.LIST):
        for subject, predicate in graph.parents.get(node, ()):
            is_reserved = words.is_reserved(predicate) and predicate not in words.PREDICATES
            if not is_reserved and predicate not in words.AXIOM_PREDICATES:
                message = f"{graph.name(subject)} has an RDF list as a value; OWL 1 Lite has lists in axioms only"
                hint = "say one triple a member, or give each member its number with a property of your own"
                yield finding("L02", graph.focus(subject), message, hint, (predicate, None))


def _instead(word: str) -> str:
    local = local_name(word)
    return {
        "disjointWith": "say it in a shape: sh:not with sh:class",
        "unionOf": "declare a named superclass of the classes and use that",
        "complementOf": "say it in a shape: sh:not",
        "oneOf": "make the values concepts of a scheme, and say the list in a shape: sh:in",
        "hasValue": "say it in a shape: sh:hasValue",
        "hasKey": "make the property inverse-functional, or say it in a shape",
        "NamedIndividual": "type the individual with its class alone",
        "Nothing": "leave it out",
        "Resource": "leave it out, or use owl:Thing",
    }.get(local, "leave it out, or say it with a word of OWL 1 Lite, or in a shape")


def undeclared(graph: OntologyIndex) -> dict[NamedNode, str]:
    """The IRIs that are used as a class, a property or a datatype in an axiom or as a predicate, and have no role.

    Args:
        graph: The index.

    Returns:
        Each with what it is used as. Not among them: types (L04), datatypes that no declaration helps (L18), words of
        the language (L02), and terms whose only types declare nothing (L04).
    """
    uses: dict[NamedNode, str] = {}

    def use(term: Term, purpose: str) -> None:
        if graph.is_undeclared(term) and isinstance(term, NamedNode) and term not in uses:
            iri = term.value
            own = not (words.is_reserved(iri) or iri.startswith(XSD) or iri in words.LATER_DATATYPES)
            if own and not graph.types.get(term):
                uses[term] = purpose

    for predicate in graph.by_predicate:
        if predicate not in words.AXIOM_PREDICATES:
            use(NamedNode(predicate), "a property")
    for subject, predicate, object_ in graph.pairs(*_OPERAND_PREDICATES):
        use(subject, f"the subject of {name(NamedNode(predicate))}")
        use(object_, f"the object of {name(NamedNode(predicate))}")
    for _, predicate, object_ in graph.pairs(*_PART_PREDICATES):
        use(object_, f"the object of {name(NamedNode(predicate))}")
    for subject, _, object_ in graph.pairs(words.INTERSECTION_OF):
        use(subject, "the subject of owl:intersectionOf")
        for member in graph.members(object_)[0]:
            use(member, "a member of an owl:intersectionOf")
    return uses


def one_role_declared(graph: OntologyIndex) -> Iterator[Finding]:
    """L03. Find names used without a declaration, and names with two roles.

    Wrong, because OWL 1 Lite keeps classes, datatypes, individuals, ontologies and the kinds of properties apart, and
    every name that an axiom or a fact uses says in the graph which of them it is. Put right by declaring the name
    (`a owl:ObjectProperty`, say), or by two names for two things.
    OWL 1 Semantics and Abstract Syntax, clauses 2 and 4.2; OWL 1 Reference, clause 8.2 and appendix E.
    """
    for term, purpose in undeclared(graph).items():
        hint = "declare it with the type of its role (owl:Class, owl:ObjectProperty …), or correct its spelling"
        yield finding("L03", term, f"{name(term)} is {purpose}, and is not declared", hint)
    for predicate in graph.by_predicate:
        term = NamedNode(predicate)
        if graph.roles_of(term) and not graph.is_a(term, *words.PROPERTY_ROLES):
            role = " and ".join(sorted(graph.roles_of(term)))
            yield finding("L03", term, f"{name(term)} is {role}, and used as a property", "use a property there")
    for term, roles in graph.roles.items():
        if len(roles) > 1:
            message = f"{name(term)} is {' and '.join(sorted(roles))} at once"
            yield finding(
                "L03", term, message, "keep one role for this name, and give the other thing a name of its own"
            )


def types_declared(graph: OntologyIndex) -> Iterator[Finding]:
    """L04. Find types that are no declared class and no restriction, and terms that only RDF Schema declares.

    Wrong, because in OWL 1 Lite the type of an individual is a class name or a restriction, and `rdf:Property`,
    `rdfs:Class` or `owl:FunctionalProperty` alone do not say what a name is. Put right by `a owl:Class` for the class,
    or by the OWL type beside the other. OWL 1 Reference, clause 8.3 (objects of rdf:type) and appendix E.
    """
    reported: set[Term] = set()
    for subject, _, kind in graph.pairs(words.TYPE):
        if isinstance(kind, NamedNode):
            if kind in reported or kind.value in words.META_TYPES or graph.is_a(kind, Role.CLASS):
                continue
            if words.is_reserved(kind.value) and kind.value not in words.TYPES:
                continue
            reported.add(kind)
            what = " and ".join(sorted(graph.roles_of(kind))) or "not declared"
            message = f"{name(kind)} is the type of {name(subject)}, and is {what}, where a class must stand"
            yield finding("L04", kind, message, "declare it as an owl:Class, or correct the type", (words.TYPE, None))
        elif not graph.is_restriction(kind) and not graph.is_silenced(kind):
            message = f"{graph.name(subject)} has {graph.name(kind)} as its type, not a class name or a restriction"
            yield finding("L04", graph.focus(subject), message, "name the class and use its name", (words.TYPE, kind))
    for subject, kinds in graph.types.items():
        if isinstance(subject, NamedNode) and not graph.roles_of(subject):
            weak = sorted(
                kind.value for kind in kinds if isinstance(kind, NamedNode) and kind.value in words.WEAK_TYPES
            )
            if weak and len(weak) == len(kinds):
                what = " and ".join(name(NamedNode(kind)) for kind in weak)
                hint = "add the type that says its role: owl:Class, owl:ObjectProperty, owl:DatatypeProperty …"
                yield finding("L04", subject, f"{name(subject)} is only declared as {what}", hint, (words.TYPE, None))


def datatypes_known(graph: OntologyIndex) -> Iterator[Finding]:
    """L18. Find datatypes that are neither among OWL 1's nor declared.

    Wrong, because a reader cannot tell which values they have: a misspelt name (`xsd:Date`), a datatype that OWL 1
    leaves out (`xsd:duration`), one of later standards (`xsd:dateTimeStamp`, `rdf:langString` as a range). Put right by
    a datatype of the list, by `rdfs:Literal` as the range, or by declaring your own with `a rdfs:Datatype`.
    OWL 1 Semantics and Abstract Syntax, clause 2 (datatypes); OWL 1 Reference, clause 6.
    """
    used: dict[str, str] = {}
    for _, _, object_ in graph.statements:
        if isinstance(object_, Literal) and object_.language is None:
            used.setdefault(object_.datatype.value, "the datatype of a literal")
    for iri in sorted(used):
        if iri == words.LITERAL:
            hint = "leave the datatype out, or give the one that it has"
            yield finding("L18", NamedNode(iri), "rdfs:Literal is the datatype of a literal, and is no datatype", hint)
    for _, predicate, object_ in graph.pairs(words.RANGE, words.ALL_VALUES_FROM, words.SOME_VALUES_FROM):
        # A filler or range without any role may be a misspelt class: L03 tells of those outside XML Schema.
        if isinstance(object_, NamedNode):
            iri = object_.value
            if iri.startswith(XSD) or iri in words.LATER_DATATYPES:
                used.setdefault(iri, f"the object of {name(NamedNode(predicate))}")
    for iri, purpose in used.items():
        declared = graph.is_a(NamedNode(iri), Role.DATATYPE) and not iri.startswith(XSD)
        if iri not in words.DATATYPES and not declared:
            message = f"{name(NamedNode(iri))} is {purpose}, and OWL 1 does not know it as a datatype"
            yield finding(
                "L18", NamedNode(iri), message, "use a datatype of OWL 1 (xsd:date, xsd:integer …), or declare it"
            )


def imports_local(graph: OntologyIndex) -> Iterator[Finding]:
    """L19. Find imports of ontologies that the graph does not hold.

    Wrong, because a graph is OWL 1 Lite only if everything it imports is, and what is not here cannot be judged; big
    vocabularies seldom are. Put right by adding the ontology to the graph, or by declaring the borrowed terms instead
    of the import. OWL 1 Semantics and Abstract Syntax, clauses 2.1 and 4.2 (imports closure).
    """
    known = _headers(graph)
    for subject, _, imported in graph.pairs(words.IMPORTS):
        if imported not in known:
            message = f"{name(subject)} imports {name(imported)}, which is not in the graph"
            hint = "add that ontology to the graph, or declare the terms that you borrow and drop the import"
            yield finding("L19", subject, message, hint, (words.IMPORTS, imported))
