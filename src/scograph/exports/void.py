"""Description of a publication in VoID: counts, vocabularies, examples and dumps (W3C Note of 2011)."""

from __future__ import annotations

from pyoxigraph import NamedNode

from scograph.exports.facts_table import FACTS_TABLE
from scograph.exports.publication import Publication
from scograph.exports.statements import Counts, TripleBuilder, iri, namespaces_of, typed
from scograph.formats import rdf_format_of_type
from scograph.model import Node

PATH = "void.ttl"


def void(publication: Publication) -> TripleBuilder:
    """Describe a publication in VoID.

    Args:
        publication: The publication.

    Returns:
        The dataset with its counts, partitions, vocabularies, examples and dumps, and its facts as a subset.
    """
    statements = TripleBuilder()
    dataset = publication.dataset
    document = NamedNode(publication.address(PATH))
    statements.add(document, "a", "void:DatasetDescription")
    statements.add(document, "foaf:primaryTopic", dataset)
    statements.add(dataset, "a", "void:Dataset")
    statements.add(dataset, "dcterms:title", *publication.titles)
    statements.add(dataset, "dcterms:description", *publication.descriptions)
    statements.add(dataset, "dcterms:license", iri(publication.licence))
    statements.add(dataset, "dcterms:publisher", iri(publication.publisher.iri))
    statements.add(dataset, "dcterms:creator", *(iri(agent.iri) for agent in publication.creators))
    statements.add(dataset, "dcterms:issued", typed(publication.header.text("dcterms:issued")[:10], "date"))
    statements.add(dataset, "dcterms:modified", typed(publication.date, "date"))
    statements.add(dataset, "owl:versionInfo", publication.version)
    statements.add(dataset, "void:sparqlEndpoint", iri(publication.endpoint))
    space = publication.header.text("void:uriSpace")
    statements.add(dataset, "void:uriSpace", space)
    counts = Counts(publication.graph.default_graph())
    _count(statements, dataset, counts, space)
    for namespace in namespaces_of({*counts.by_class, *counts.by_property}):
        statements.add(dataset, "void:vocabulary", NamedNode(namespace))
    for example in counts.examples(space):
        statements.add(dataset, "void:exampleResource", NamedNode(example))
    facts = publication.part(PATH, "facts")
    statements.add(dataset, "void:subset", facts)
    statements.add(facts, "a", "void:Dataset")
    statements.add(facts, "dcterms:title", f"{publication.title}: the facts alone")
    statements.add(facts, "dcterms:license", iri(publication.licence))
    _count(statements, facts, Counts(publication.graph.facts), space)
    name = publication.graph.project.settings.name
    if any(entry.path == f"{name}{FACTS_TABLE}" for entry in publication.entries):
        statements.add(facts, "dcterms:hasFormat", NamedNode(publication.address(f"{name}{FACTS_TABLE}")))
    for entry in filter(publication.is_dump, publication.entries):
        whole = not entry.path.startswith(f"{name}-facts.")
        node = dataset if whole else facts
        statements.add(node, "void:dataDump", NamedNode(publication.address(entry.path)))
        rdf_format = rdf_format_of_type(entry.media_type)
        statements.add(node, "void:feature", iri(rdf_format.iri if rdf_format else ""))
    return statements


def _count(statements: TripleBuilder, node: Node, counts: Counts, space: str) -> None:
    statements.add(node, "void:triples", len(counts.triples))
    statements.add(node, "void:entities", len(counts.entities(space)))
    statements.add(node, "void:classes", len(counts.by_class))
    statements.add(node, "void:properties", len(counts.by_property))
    statements.add(node, "void:distinctSubjects", len(counts.subjects))
    statements.add(node, "void:distinctObjects", len(counts.objects))
    for term, number in counts.by_class.items():
        part = statements.blank()
        statements.add(node, "void:classPartition", part)
        statements.add(part, "void:class", term)
        statements.add(part, "void:entities", number)
    for term, number in counts.by_property.items():
        part = statements.blank()
        statements.add(node, "void:propertyPartition", part)
        statements.add(part, "void:property", term)
        statements.add(part, "void:triples", number)
