"""Description of a publication as a DCAT 3 catalogue (W3C Recommendation of 2024), conforming to DCAT-AP 3.0.1."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.exports.publication import Agent, Publication
from scograph.exports.statements import PREFIXES, TripleBuilder, iri, typed
from scograph.exports.tables import ARCHIVE
from scograph.formats import CSV, EXPORT_FORMATS, JSON, JSON_LD
from scograph.manifest import Entry
from scograph.readings import told_readings

PATH = "dcat.ttl"

MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_CHECKSUM_SHA256 = terms.from_curie("spdx:checksumAlgorithm_sha256", PREFIXES)
_SPARQL_PROTOCOL = NamedNode("http://www.w3.org/TR/sparql11-protocol/")
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
"""The controlled vocabularies that DCAT-AP asks for."""
_LANGUAGES = {
    "ar": "ARA",
    "de": "DEU",
    "en": "ENG",
    "es": "SPA",
    "fr": "FRA",
    "it": "ITA",
    "ja": "JPN",
    "pl": "POL",
    "pt": "POR",
    "ru": "RUS",
    "uk": "UKR",
    "zh": "ZHO",
}
"""Their codes of languages by language tag; a language that is not here is left out."""
_FILE_TYPES = {row.essence: row.file_type for row in EXPORT_FORMATS if row.file_type} | {JSON: "JSON"}
"""Their codes of file formats by media type; a format that is not here is left out."""
_COMPRESSED = {"gz": "application/gzip", "zst": "application/zstd"}


def dcat(publication: Publication) -> TripleBuilder:
    """Describe a publication as a catalogue of one dataset.

    Args:
        publication: The publication.

    Returns:
        The catalogue, the dataset with a distribution for each file, and the service if there is one.
    """
    statements = TripleBuilder()
    catalogue = publication.part(PATH, "catalogue")
    dataset = publication.dataset
    statements.add(catalogue, "a", "dcat:Catalog")
    _described(statements, catalogue, publication)
    statements.add(catalogue, "dcat:dataset", dataset)
    statements.add(dataset, "a", "dcat:Dataset")
    _described(statements, dataset, publication)
    statements.add(dataset, "dcterms:creator", *(_agent(statements, publication, a) for a in publication.creators))
    statements.add(dataset, "dcterms:identifier", dataset.value)
    statements.add(dataset, "dcat:version", publication.version)
    _versions(statements, publication)
    if publication.years:
        period = statements.blank()
        statements.add(dataset, "dcterms:temporal", period)
        statements.add(period, "a", "dcterms:PeriodOfTime")
        statements.add(period, "dcat:startDate", typed(publication.years[0], "gYear"))
        statements.add(period, "dcat:endDate", typed(publication.years[1], "gYear"))
    if told := told_readings(publication.graph):
        read = statements.blank()
        statements.add(dataset, "dcterms:provenance", read)
        statements.add(read, "a", "dcterms:ProvenanceStatement")
        statements.add(read, "rdfs:label", Literal(told, language="en"))
    for entry in publication.distributions:
        statements.add(dataset, "dcat:distribution", _distribution(statements, publication, entry))
    if publication.endpoint:
        service = publication.part(PATH, "sparql")
        statements.add(catalogue, "dcat:service", service)
        statements.add(service, "a", "dcat:DataService")
        statements.add(service, "dcterms:title", f"{publication.title}: SPARQL")
        statements.add(service, "dcterms:conformsTo", _SPARQL_PROTOCOL)
        statements.add(_SPARQL_PROTOCOL, "a", "dcterms:Standard")
        statements.add(service, "dcterms:license", _licence(statements, publication))
        statements.add(service, "dcterms:publisher", _agent(statements, publication, publication.publisher))
        statements.add(service, "dcat:endpointURL", NamedNode(publication.endpoint))
        statements.add(service, "dcat:endpointDescription", NamedNode(publication.endpoint))
        statements.add(service, "dcat:servesDataset", dataset)
    return statements


def _described(statements: TripleBuilder, node: NamedNode, publication: Publication) -> None:
    """The properties that the catalogue and its one dataset share."""
    statements.add(node, "dcterms:title", *publication.titles)
    statements.add(node, "dcterms:description", *publication.descriptions)
    statements.add(node, "dcterms:publisher", _agent(statements, publication, publication.publisher))
    statements.add(node, "dcterms:license", _licence(statements, publication))
    statements.add(node, "dcterms:language", *_languages(statements, publication))
    statements.add(node, "dcterms:issued", typed(publication.header.text("dcterms:issued")[:10], "date"))
    statements.add(node, "dcterms:modified", typed(publication.date, "date"))


def _versions(statements: TripleBuilder, publication: Publication) -> None:
    """The chain of versions (DCAT 3, clause 11.1), where this is a release that has an address."""
    if publication.dataset == publication.abstract_dataset:
        return
    statements.add(publication.dataset, "dcat:isVersionOf", publication.abstract_dataset)
    statements.add(publication.abstract_dataset, "dcat:hasVersion", publication.dataset)
    if publication.target.previous:
        before = NamedNode(f"{publication.base}releases/{publication.target.previous}/")
        statements.add(publication.dataset, "dcat:previousVersion", before)


def _agent(statements: TripleBuilder, publication: Publication, agent: Agent) -> NamedNode:
    node = NamedNode(agent.iri) if agent.iri else publication.part(PATH, "publisher")
    statements.add(node, "a", "foaf:Agent")
    statements.add(node, "foaf:name", agent.name)
    return node


def _licence(statements: TripleBuilder, publication: Publication) -> NamedNode | None:
    node = iri(publication.licence)
    if node:
        statements.add(node, "a", "dcterms:LicenseDocument")
    return node


def _languages(statements: TripleBuilder, publication: Publication) -> list[NamedNode]:
    """The languages in which the dataset is named."""
    tags = {(title.language or "").partition("-")[0].lower() for title in publication.titles}
    nodes = [NamedNode(f"{_AUTHORITY}language/{_LANGUAGES[tag]}") for tag in sorted(tags) if tag in _LANGUAGES]
    for node in nodes:
        statements.add(node, "a", "dcterms:LinguisticSystem")
    return nodes


def _format(statements: TripleBuilder, media_type: str) -> NamedNode | None:
    code = _FILE_TYPES.get(media_type.partition(";")[0])
    node = NamedNode(f"{_AUTHORITY}file-type/{code}") if code else None
    if node:
        statements.add(node, "a", "dcterms:MediaTypeOrExtent")
    return node


def _media_type(statements: TripleBuilder, name: str) -> NamedNode:
    node = NamedNode(MEDIA_TYPES + name)
    statements.add(node, "a", "dcterms:MediaType")
    return node


def _distribution(statements: TripleBuilder, publication: Publication, entry: Entry) -> NamedNode:
    node = publication.part(PATH, entry.path)
    where = NamedNode(publication.address(entry.path))
    statements.add(node, "a", "dcat:Distribution")
    statements.add(node, "dcterms:title", entry.path)
    statements.add(node, "dcterms:license", _licence(statements, publication))
    statements.add(node, "dcat:accessURL", where)
    statements.add(node, "dcat:downloadURL", where)
    inside = CSV.essence if entry.path == ARCHIVE else entry.media_type.partition(";")[0]
    statements.add(node, "dcat:mediaType", _media_type(statements, inside))
    statements.add(node, "dcterms:format", _format(statements, inside))
    if entry.path == ARCHIVE:
        statements.add(node, "dcat:packageFormat", _media_type(statements, entry.media_type))
    if entry.media_type == JSON_LD.media_type and publication.is_dump(entry) and publication.json_schema:
        schema = NamedNode(publication.json_schema)
        statements.add(node, "dcterms:conformsTo", schema)
        statements.add(schema, "a", "dcterms:Standard")
    compression = _COMPRESSED.get(entry.path.rpartition(".")[2])
    if compression:
        statements.add(node, "dcat:compressFormat", _media_type(statements, compression))
    statements.add(node, "dcat:byteSize", typed(str(entry.size), "nonNegativeInteger"))
    checksum = statements.blank()
    statements.add(node, "spdx:checksum", checksum)
    statements.add(checksum, "a", "spdx:Checksum")
    statements.add(checksum, "spdx:algorithm", _CHECKSUM_SHA256)
    statements.add(_CHECKSUM_SHA256, "a", "spdx:ChecksumAlgorithm")
    statements.add(checksum, "spdx:checksumValue", typed(entry.sha256, "hexBinary"))
    return node
