"""The vocabulary of OWL 1 Lite, each term with its roles (OWL 1 Semantics and Abstract Syntax, clauses 2 and 4)."""

from __future__ import annotations

from enum import StrEnum

from pyoxigraph import NamedNode

from scograph.model import Term
from scograph.terms import OWL, RDF, RDFS, XSD


class Role(StrEnum):
    """What a name stands for; the roles share no name (OWL 1 Semantics and Abstract Syntax, clauses 2 and 4.2)."""

    CLASS = "a class"
    DATATYPE = "a datatype"
    OBJECT_PROPERTY = "an object property"
    DATATYPE_PROPERTY = "a datatype property"
    ANNOTATION_PROPERTY = "an annotation property"
    ONTOLOGY_PROPERTY = "an ontology property"
    ONTOLOGY = "an ontology"
    INDIVIDUAL = "an individual"


def _all(namespace: str, names: str) -> frozenset[str]:
    return frozenset(namespace + name for name in names.split())


TYPE = RDF + "type"
FIRST = RDF + "first"
REST = RDF + "rest"
NIL = RDF + "nil"
LIST = RDF + "List"
LANG_STRING = RDF + "langString"
XML_LITERAL = RDF + "XMLLiteral"
LITERAL = RDFS + "Literal"
SUB_CLASS_OF = RDFS + "subClassOf"
SUB_PROPERTY_OF = RDFS + "subPropertyOf"
DOMAIN = RDFS + "domain"
RANGE = RDFS + "range"
THING = OWL + "Thing"
RESTRICTION = OWL + "Restriction"
ALL_DIFFERENT = OWL + "AllDifferent"
EQUIVALENT_CLASS = OWL + "equivalentClass"
EQUIVALENT_PROPERTY = OWL + "equivalentProperty"
INVERSE_OF = OWL + "inverseOf"
INTERSECTION_OF = OWL + "intersectionOf"
ON_PROPERTY = OWL + "onProperty"
ALL_VALUES_FROM = OWL + "allValuesFrom"
SOME_VALUES_FROM = OWL + "someValuesFrom"
SAME_AS = OWL + "sameAs"
DIFFERENT_FROM = OWL + "differentFrom"
DISTINCT_MEMBERS = OWL + "distinctMembers"
IMPORTS = OWL + "imports"
VERSION_IRI = OWL + "versionIRI"
ONTOLOGY = OWL + "Ontology"
FUNCTIONAL = OWL + "FunctionalProperty"
INVERSE_FUNCTIONAL = OWL + "InverseFunctionalProperty"
TRANSITIVE = OWL + "TransitiveProperty"
SYMMETRIC = OWL + "SymmetricProperty"
DEPRECATED_CLASS = OWL + "DeprecatedClass"
DEPRECATED_PROPERTY = OWL + "DeprecatedProperty"

CARDINALITIES = _all(OWL, "cardinality minCardinality maxCardinality")
CONSTRAINTS = CARDINALITIES | {ALL_VALUES_FROM, SOME_VALUES_FROM}
OBJECT_ONLY = frozenset({INVERSE_FUNCTIONAL, TRANSITIVE, SYMMETRIC})
FUNCTIONALITIES = frozenset({FUNCTIONAL, INVERSE_FUNCTIONAL})
EQUALITIES = frozenset({SAME_AS, DIFFERENT_FROM})

DECLARES: dict[str, Role] = {
    OWL + "Class": Role.CLASS,
    RDFS + "Datatype": Role.DATATYPE,
    OWL + "ObjectProperty": Role.OBJECT_PROPERTY,
    OWL + "DatatypeProperty": Role.DATATYPE_PROPERTY,
    OWL + "AnnotationProperty": Role.ANNOTATION_PROPERTY,
    OWL + "OntologyProperty": Role.ONTOLOGY_PROPERTY,
    ONTOLOGY: Role.ONTOLOGY,
}
"""The types that give a name its role."""

PROPERTY_ROLES = frozenset(
    {Role.OBJECT_PROPERTY, Role.DATATYPE_PROPERTY, Role.ANNOTATION_PROPERTY, Role.ONTOLOGY_PROPERTY}
)

LOGICAL = (Role.OBJECT_PROPERTY, Role.DATATYPE_PROPERTY)
"""The roles of the properties that take part in axioms."""

WEAK_TYPES = _all(OWL, "FunctionalProperty DeprecatedClass DeprecatedProperty") | {RDF + "Property", RDFS + "Class"}
"""The types that a declared term may have besides, and that declare nothing by themselves."""

STRUCTURE_TYPES = frozenset({RESTRICTION, ALL_DIFFERENT, LIST})
"""The types of the blank nodes that hold an axiom together."""

META_TYPES = frozenset(DECLARES) | WEAK_TYPES | OBJECT_ONLY | STRUCTURE_TYPES
"""Every word that may be a type and is no class of individuals."""

INDIVIDUAL_TYPES = _all(RDF, "Statement Seq Bag Alt") | {THING, OWL + "NamedIndividual"}
"""The words that say, as types, that a name is an individual's; OWL 2's among them, of which L02 tells."""

TYPES = META_TYPES | INDIVIDUAL_TYPES - {OWL + "NamedIndividual"}
"""Every word that may be a type."""

ANNOTATION_PROPERTIES = _all(RDFS, "label comment seeAlso isDefinedBy") | _all(OWL, "versionInfo deprecated")
"""The built-in annotation properties (clause 2.1), and `owl:deprecated`: OWL 2's, the documented exception."""

ONTOLOGY_PROPERTIES = _all(OWL, "imports priorVersion backwardCompatibleWith incompatibleWith versionIRI")
"""The built-in ontology properties (clause 2.1), and `owl:versionIRI`: OWL 2's, the documented exception."""

AXIOM_PREDICATES = (
    frozenset(
        {
            TYPE,
            FIRST,
            REST,
            SUB_CLASS_OF,
            SUB_PROPERTY_OF,
            DOMAIN,
            RANGE,
            EQUIVALENT_CLASS,
            EQUIVALENT_PROPERTY,
            INVERSE_OF,
            INTERSECTION_OF,
            ON_PROPERTY,
            DISTINCT_MEMBERS,
        }
    )
    | CONSTRAINTS
    | EQUALITIES
)
"""The words that stand as predicates in the RDF form of axioms and facts (clause 4.1, the transformation table)."""

FREE_WORDS = _all(RDF, "Statement Seq Bag Alt subject predicate object value")
"""Words of RDF that OWL leaves to its users: classes and properties like any other, to be declared (clause 4.2)."""

PREDICATES = AXIOM_PREDICATES | ANNOTATION_PROPERTIES | ONTOLOGY_PROPERTIES | FREE_WORDS

DATATYPES = _all(
    XSD,
    "string boolean decimal float double dateTime time date gYearMonth gYear gMonthDay gDay gMonth hexBinary "
    "base64Binary anyURI normalizedString token language NMTOKEN Name NCName integer nonPositiveInteger "
    "negativeInteger long int short byte nonNegativeInteger unsignedLong unsignedInt unsignedShort unsignedByte "
    "positiveInteger",
) | {XML_LITERAL, LITERAL}
"""The built-in datatypes (clause 2), with `rdfs:Literal`, which stands wherever a datatype's name may (clause 2.3)."""

LATER_DATATYPES = _all(RDF, "langString dirLangString HTML JSON PlainLiteral") | _all(OWL, "real rational")
"""Datatypes of later standards than OWL 1, in the language's own namespaces: as unknown here as xsd:duration."""

NAMES = ANNOTATION_PROPERTIES | ONTOLOGY_PROPERTIES | DATATYPES | FREE_WORDS | {THING, NIL}
"""The words that may stand as the subject of a triple: what has a role already, or may be given one."""

BUILT_IN_ROLES: dict[str, Role] = (
    {THING: Role.CLASS}
    | dict.fromkeys(ANNOTATION_PROPERTIES, Role.ANNOTATION_PROPERTY)
    | dict.fromkeys(ONTOLOGY_PROPERTIES, Role.ONTOLOGY_PROPERTY)
    | dict.fromkeys(DATATYPES, Role.DATATYPE)
)
"""The roles of the names that need no declaration."""

RESERVED = (RDF, RDFS, OWL)
"""The namespaces whose words are the language's own; those of XML Schema are datatypes, and L18's affair."""


def is_term(term: Term, iri: str) -> bool:
    """Whether a term is a certain IRI."""
    return isinstance(term, NamedNode) and term.value == iri


def is_reserved(iri: str) -> bool:
    """Whether an IRI is a word of the language, known or not; `rdf:_1` and so on are the user's (clause 4.2)."""
    return iri.startswith(RESERVED) and not iri.startswith(RDF + "_") and iri not in LATER_DATATYPES


def disallowed_term(subject: Term, predicate: str, object_: Term, *, is_free: bool) -> str | None:
    """The first word of a triple that is the language's own and that OWL 1 Lite does not let stand where it stands.

    Args:
        subject: The subject.
        predicate: The predicate's IRI.
        object_: The object.
        is_free: Whether the predicate is an annotation property, whose values may be any IRI (clause 2.1:
            `annotation(annotationPropertyID URIreference)`).

    Returns:
        That word, or None.
    """
    if is_reserved(predicate) and predicate not in PREDICATES:
        return predicate
    if isinstance(subject, NamedNode) and is_reserved(subject.value) and subject.value not in NAMES:
        return subject.value
    if isinstance(object_, NamedNode) and is_reserved(object_.value) and not is_free:
        return None if object_.value in (TYPES if predicate == TYPE else NAMES) else object_.value
    return None
