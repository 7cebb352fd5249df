"""Namespaces, and the terms that the tool itself reads or writes: RDF's, and those of provenance.

Nothing here belongs to one graph: the `scog:` terms are the vocabulary in which any project says which passage of
which document supports a fact.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyoxigraph import NamedNode

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
VANN = "http://purl.org/vocab/vann/"
VOID = "http://rdfs.org/ns/void#"
SCHEMA = "https://schema.org/"
SCOG = "https://w3id.org/scograph/ontology#"
BASIS = "https://w3id.org/scograph/concept/basis/"
EXTENT = "https://w3id.org/scograph/concept/extent/"
STATUS = "https://w3id.org/scograph/concept/status/"

WELL_KNOWN_PREFIXES: dict[str, str] = {
    "bibo": "http://purl.org/ontology/bibo/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": DCTERMS,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "org": "http://www.w3.org/ns/org#",
    "owl": OWL,
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "scog": SCOG,
    "sh": SH,
    "skos": SKOS,
    "vann": VANN,
    "void": VOID,
    "xsd": XSD,
}
"""What a prefix most often stands for: offered as a hint where a file forgot to declare it."""


def from_curie(curie: str, prefixes: Mapping[str, str] = WELL_KNOWN_PREFIXES) -> NamedNode:
    """The term that a CURIE means.

    Raises:
        KeyError: Its prefix is not among the prefixes.
    """
    prefix, _, local = curie.partition(":")
    return NamedNode(prefixes[prefix] + local)


TYPE = NamedNode(RDF + "type")
FIRST = NamedNode(RDF + "first")
REST = NamedNode(RDF + "rest")
NIL = NamedNode(RDF + "nil")
LANG_STRING = NamedNode(RDF + "langString")
DESCRIPTION = NamedNode(DCTERMS + "description")
LABEL = NamedNode(RDFS + "label")
STRING = NamedNode(XSD + "string")
INTEGER = NamedNode(XSD + "integer")
DATE = NamedNode(XSD + "date")
ANY_URI = NamedNode(XSD + "anyURI")
ONTOLOGY = NamedNode(OWL + "Ontology")
CLASS = NamedNode(OWL + "Class")
OBJECT_PROPERTY = NamedNode(OWL + "ObjectProperty")
DATATYPE_PROPERTY = NamedNode(OWL + "DatatypeProperty")
ANNOTATION_PROPERTY = NamedNode(OWL + "AnnotationProperty")
FUNCTIONAL_PROPERTY = NamedNode(OWL + "FunctionalProperty")
RANGE = NamedNode(RDFS + "range")
RANGE_INCLUDES = NamedNode(SCHEMA + "rangeIncludes")
PREF_LABEL = NamedNode(SKOS + "prefLabel")
PREFERRED_PREFIX = NamedNode(VANN + "preferredNamespacePrefix")
PREFERRED_NAMESPACE = NamedNode(VANN + "preferredNamespaceUri")
URI_SPACE = NamedNode(VOID + "uriSpace")

CLAIM = NamedNode(SCOG + "Claim")
CLAIM_SUBJECT = NamedNode(SCOG + "claimSubject")
CLAIM_PREDICATE = NamedNode(SCOG + "claimPredicate")
CLAIM_OBJECT = NamedNode(SCOG + "claimObject")
IS_SUPPORTED_BY = NamedNode(SCOG + "isSupportedBy")
HAS_BASIS = NamedNode(SCOG + "hasBasis")
SOURCE_DOCUMENT = NamedNode(SCOG + "SourceDocument")
HAS_NEWEST_EDITION = NamedNode(SCOG + "hasNewestEdition")
EDITION = NamedNode(SCOG + "Edition")
IS_EDITION_OF = NamedNode(SCOG + "isEditionOf")
FOLLOWS = NamedNode(SCOG + "follows")
HAS_EXTENT = NamedNode(SCOG + "hasExtent")
RETRIEVED_ON = NamedNode(SCOG + "retrievedOn")
SOURCE_URL = NamedNode(SCOG + "sourceUrl")
ARCHIVED_URL = NamedNode(SCOG + "archivedUrl")
PASSAGE = NamedNode(SCOG + "Passage")
IGNORED_SPAN = NamedNode(SCOG + "IgnoredSpan")
IS_PASSAGE_OF = NamedNode(SCOG + "isPassageOf")
IS_IGNORED_IN = NamedNode(SCOG + "isIgnoredIn")
STANDS_IN = NamedNode(SCOG + "standsIn")
IS_PLACED_IN = NamedNode(SCOG + "isPlacedIn")
IS_GONE_FROM = NamedNode(SCOG + "isGoneFrom")
IS_REVISION_OF = NamedNode(SCOG + "isRevisionOf")
IS_READ_WITH = NamedNode(SCOG + "isReadWith")
QUOTATION = NamedNode(SCOG + "quotation")
FORBIDS_QUOTATION = NamedNode(SCOG + "forbidsQuotation")
PASSAGE_URL = NamedNode(SCOG + "passageUrl")
READING = NamedNode(SCOG + "Reading")
COVERS = NamedNode(SCOG + "covers")
CARRIES_OVER = NamedNode(SCOG + "carriesOver")
HAS_SOURCE_KIND = NamedNode(SCOG + "hasSourceKind")
HAS_ACCESS = NamedNode(SCOG + "hasAccess")
LAST_SEEN_ON = NamedNode(SCOG + "lastSeenOn")
LAST_UPDATED = NamedNode(SCOG + "lastUpdated")
RETRIEVED_FROM = NamedNode(SCOG + "retrievedFrom")
ORIGINAL_SHA256 = NamedNode(SCOG + "originalSha256")
EXTRACTOR = NamedNode(SCOG + "extractor")
IS_ABOUT = NamedNode(SCOG + "isAbout")
LOCATOR = NamedNode(SCOG + "locator")
READER = NamedNode(SCOG + "reader")
READ_ON = NamedNode(SCOG + "readOn")
HAS_READING_DEPTH = NamedNode(SCOG + "hasReadingDepth")
NOTE = NamedNode(SKOS + "note")
CHAR_START = NamedNode(SCOG + "charStart")
CHAR_END = NamedNode(SCOG + "charEnd")
CHAR_LENGTH = NamedNode(SCOG + "charLength")
NON_BLANK_LENGTH = NamedNode(SCOG + "nonBlankLength")
TEXT_SHA256 = NamedNode(SCOG + "textSha256")
TEXT_START = NamedNode(SCOG + "textStart")
TEXT_END = NamedNode(SCOG + "textEnd")
SHA256 = NamedNode(SCOG + "sha256")
IN_SECTION = NamedNode(SCOG + "inSection")
SAID_AS = NamedNode(SCOG + "saidAs")
SAID_BY = NamedNode(SCOG + "saidBy")

_ALSO_PROVENANCE = (
    "Agent",
    "Organisation",
    "Text",
    "TextPart",
    "isPublishedBy",
)
PROVENANCE_TERMS: frozenset[str] = frozenset(
    term.value for term in tuple(globals().values()) if isinstance(term, NamedNode) and term.value.startswith(SCOG)
) | frozenset(SCOG + name for name in _ALSO_PROVENANCE)
"""Every term of the provenance vocabulary, which a project may use without declaring it."""

IS_PROFILE_OF = NamedNode(SCOG + "isProfileOf")
HAS_STATUS = NamedNode(SCOG + "hasStatus")
IN_FORCE = NamedNode(STATUS + "in-force")
"""The status that is taken for granted of what is named without one."""

PART_OF: frozenset[NamedNode] = frozenset((IS_PASSAGE_OF, IS_IGNORED_IN))
"""The properties that say of which document a part of a text is."""
OF_AN_EDITION: frozenset[NamedNode] = frozenset((SHA256, CHAR_LENGTH, NON_BLANK_LENGTH, RETRIEVED_ON))
"""What is said of an edition, and was said of its document before there were editions."""


def basis(name: str) -> NamedNode:
    """The concept for a basis by its file suffix, `stated` or `interpreted`, say."""
    return NamedNode(BASIS + name)


ASSERTED_BASES: tuple[str, ...] = ("stated", "normalised", "interpreted", "editorial")
UNASSERTED_BASES: tuple[str, ...] = ("possible", "contradicted", "superseded", "denied")
BASES: tuple[str, ...] = ASSERTED_BASES + UNASSERTED_BASES


def curie(iri: str, prefixes: Mapping[str, str]) -> str:
    """The CURIE of an IRI (CURIE Syntax 1.0, clause 3).

    Args:
        iri: The IRI.
        prefixes: Prefix to namespace.

    Returns:
        Prefix and rest by the longest namespace that fits, or nothing.
    """
    fitting = [
        (namespace, prefix) for prefix, namespace in prefixes.items() if iri.startswith(namespace) and iri != namespace
    ]
    if not fitting:
        return ""
    namespace, prefix = max(fitting, key=lambda found: (len(found[0]), found[1]))
    return f"{prefix}:{iri[len(namespace) :]}"


def with_well_known(prefixes: Mapping[str, str]) -> dict[str, str]:
    """Prefixes, with those that everybody uses for namespaces that have none among them.

    Args:
        prefixes: Prefix to namespace.

    Returns:
        Prefix to namespace; where the two differ, what was given counts.

    >>> with_well_known({"x": XSD})["x"], "xsd" in with_well_known({"x": XSD})
    ('http://www.w3.org/2001/XMLSchema#', False)
    """
    namespaces = set(prefixes.values())
    return {**{one: name for one, name in WELL_KNOWN_PREFIXES.items() if name not in namespaces}, **prefixes}


def split_iri(iri: str, separators: str = "#/") -> tuple[str, str]:
    """An IRI cut in two behind its last separator.

    Args:
        iri: The IRI.
        separators: The characters that end a namespace.

    Returns:
        The namespace, and the local name; no namespace where there is no separator.

    >>> split_iri("http://example.org/ns#Agent")
    ('http://example.org/ns#', 'Agent')
    """
    cut = max(map(iri.rfind, separators)) + 1
    return iri[:cut], iri[cut:]


def local_name(iri: str, separators: str = "#/") -> str:
    """The local name of an IRI: what stands behind its last separator (see `split_iri`)."""
    return split_iri(iri, separators)[1]


def local_words(iri: str) -> str:
    """The end of an IRI as small words with hyphens: `PartyStatus` is `party-status`.

    Args:
        iri: The IRI.

    Returns:
        The words; nothing if there is no letter or digit of ASCII in them.
    """
    local = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", local_name(iri)).lower()
    return re.sub(r"[^a-z0-9]+", "-", local).strip("-")[:60]
