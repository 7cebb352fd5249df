"""Provenance of a published folder: source documents, passages, files, build (PROV-O, W3C Recommendation of 2013)."""

from __future__ import annotations

from importlib import metadata

from pyoxigraph import NamedNode

from scograph.exports.publication import Publication, ni
from scograph.exports.statements import TripleBuilder, iri, typed

PATH = "prov.ttl"


def prov(publication: Publication) -> TripleBuilder:
    """Describe the provenance of a publication.

    Args:
        publication: The publication.

    Returns:
        Each data file that was read, by its content, derived from its passage; the build that used them all;
        the dataset and each published file that it made. The day is that of the dataset, as no clock is read.
    """
    statements = TripleBuilder()
    graph, dataset = publication.graph, publication.dataset
    build, tool = publication.part(PATH, "build"), publication.part(PATH, "scograph")
    statements.add(tool, "a", "prov:SoftwareAgent")
    statements.add(tool, "foaf:name", "scograph")
    statements.add(tool, "schema:softwareVersion", metadata.version("scograph"))
    statements.add(build, "a", "prov:Activity")
    statements.add(build, "prov:wasAssociatedWith", tool)
    statements.add(dataset, "a", "prov:Entity")
    statements.add(dataset, "prov:wasGeneratedBy", build)
    statements.add(dataset, "prov:generatedAtTime", typed(_midnight(publication.date), "dateTime"))
    if publication.publisher.iri:
        agent = NamedNode(publication.publisher.iri)
        statements.add(agent, "a", "prov:Agent")
        statements.add(dataset, "prov:wasAttributedTo", agent)
    if publication.target.previous and publication.base:
        before = iri(f"{publication.base}releases/{publication.target.previous}/")
        statements.add(dataset, "prov:wasRevisionOf", before)
    for source in graph.sources:
        if source.document not in (dataset, publication.abstract_dataset):
            statements.add(dataset, "prov:wasDerivedFrom", source.document)
            statements.add(source.document, "a", "prov:Entity")
    _add_inputs(statements, publication, build)
    for entry in publication.entries:
        file = NamedNode(publication.address(entry.path))
        statements.add(file, "a", "prov:Entity")
        statements.add(file, "prov:wasGeneratedBy", build)
        statements.add(file, "prov:wasDerivedFrom", *([dataset] if publication.is_dump(entry) else []))
    return statements


def _add_inputs(statements: TripleBuilder, publication: Publication, build: NamedNode) -> None:
    """The files that the build read: by their content, with the passages that they transcribe."""
    graph = publication.graph
    for path, digest in sorted(publication.inputs.items()):
        file = NamedNode(ni(digest))
        statements.add(file, "a", "prov:Entity")
        statements.add(file, "rdfs:label", path)
        statements.add(build, "prov:used", file)
    for facts in graph.facts_files:
        if facts.passage and facts.parsed.path in publication.inputs:
            file = NamedNode(ni(publication.inputs[facts.parsed.path]))
            statements.add(file, "prov:wasDerivedFrom", facts.passage)
            statements.add(facts.passage, "a", "prov:Entity")
    for source in graph.sources:
        for passage in source.passages.values():
            statements.add(passage, "prov:wasDerivedFrom", source.document)


def _midnight(date: str) -> str:
    return f"{date}T00:00:00Z" if date else ""
