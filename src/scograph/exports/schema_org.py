"""Description of a publication for search engines: a schema.org Dataset as JSON-LD."""

from __future__ import annotations

from typing import Any

from scograph.exports.publication import Agent, Publication
from scograph.json_text import json_document

PATH = "schema-org.jsonld"

MAX_DESCRIPTION_LENGTH = 5000
"""Maximum length of a description: search engines show no dataset with a longer one."""
_FREE = ("creativecommons.org/", "opendatacommons.org/")
"""Licences of data that is free of charge."""


def schema_org(publication: Publication) -> bytes:
    """Describe a publication as a schema.org Dataset.

    Args:
        publication: The publication.

    Returns:
        JSON-LD in the words of schema.org.
    """
    header = publication.header
    titles = [text for text in publication.titles if text.value != publication.title]
    years = publication.years
    properties: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@id": publication.dataset.value,
        "@type": "Dataset",
        "name": publication.title,
        "alternateName": [
            {"@value": text.value, "@language": text.language} if text.language else text.value for text in titles
        ],
        "description": publication.description[:MAX_DESCRIPTION_LENGTH],
        "url": publication.folder_address or publication.dataset.value,
        "identifier": publication.dataset.value,
        "sameAs": [node.value for node in header.nodes("schema:sameAs")],
        "version": publication.version,
        "datePublished": header.text("dcterms:issued"),
        "dateModified": publication.date,
        "license": publication.licence,
        "isAccessibleForFree": True if any(part in publication.licence for part in _FREE) else None,
        "creator": [_agent(agent) for agent in publication.creators],
        "publisher": _agent(publication.publisher),
        "temporalCoverage": "/".join(years) if years else "",
        "isBasedOn": sorted({source.document.value for source in publication.graph.sources} - {_own_iri(publication)}),
        "distribution": [
            {
                "@type": "DataDownload",
                "name": entry.path,
                "contentUrl": publication.address(entry.path),
                "encodingFormat": entry.media_type,
                "contentSize": f"{entry.size} B",
                "sha256": entry.sha256,
            }
            for entry in publication.distributions
        ],
    }
    stated = {key: value for key, value in properties.items() if value not in ("", None, [])}
    return json_document(stated)


def _own_iri(publication: Publication) -> str:
    """The dataset's own IRI, which stands among the documents where editors wrote some of its facts."""
    return publication.header.iri.value if publication.header.iri else ""


def _agent(agent: Agent) -> dict[str, str]:
    properties = {"@type": "Organization", "name": agent.name}
    return {"@id": agent.iri, **properties} if agent.iri else properties
