"""The descriptions of a dataset as profiles of it (Content Negotiation by Profile, W3C Working Draft of 2023)."""

from __future__ import annotations

from dataclasses import dataclass

from scograph.server.folder import Snapshot
from scograph.server.links import Link
from scograph.server.representations import essence


@dataclass(frozen=True, slots=True)
class DatasetProfile:
    """One description of the dataset.

    Args:
        token: Its short name, for `?_profile=`.
        iri: What it conforms to.
        path: Its file.
        media_type: Its media type.
    """

    token: str
    iri: str
    path: str
    media_type: str


_KNOWN = (
    ("void", "http://rdfs.org/ns/void#", "void.ttl"),
    ("dcat", "http://www.w3.org/ns/dcat#", "dcat.ttl"),
    ("schema", "https://schema.org/", "schema-org.jsonld"),
    ("prov", "http://www.w3.org/ns/prov#", "prov.ttl"),
)


def profiles_of(snapshot: Snapshot) -> tuple[DatasetProfile, ...]:
    """The profiles that a folder has files for, the default first."""
    return tuple(
        DatasetProfile(token, iri, path, essence(snapshot.files[path].media_type))
        for token, iri, path in _KNOWN
        if path in snapshot.files
    )


def profile_links(profiles: tuple[DatasetProfile, ...], chosen: DatasetProfile | None, address: str) -> list[Link]:
    """The links to all profiles, and to the one of a document (clauses 6.2 and 7.1 of the draft).

    Args:
        profiles: All.
        chosen: The one that is sent, or None.
        address: The address of the dataset.

    Returns:
        The links.
    """
    links: list[Link] = [(chosen.iri, "profile", ())] if chosen else []
    for profile in profiles:
        links.append((f"/{profile.path}", "alternate", (("type", profile.media_type), ("profile", profile.iri))))
        if address:
            links.append(
                ("http://www.w3.org/ns/dx/prof/Profile", "type", (("token", profile.token), ("anchor", profile.iri)))
            )
    return links
