"""Atom feed of changes: an entry for each release, and for each entity that changed in it (RFC 4287)."""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from typing import Any

from scograph.errors import UsageError
from scograph.exports.publication import NOT_STATED, ni
from scograph.releases import Release, changes_of

PATH = "feed.atom"
ATOM = "http://www.w3.org/2005/Atom"
MAX_LINES = 20
"""Maximum number of facts in an entry; the rest are counted."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed(releases: Sequence[Release], entity: str = "") -> bytes:
    """Write the changes of releases as an Atom feed.

    Args:
        releases: The releases, the lowest first; those without a date are left out, since every entry needs one.
        entity: Only what changed about this thing, by its IRI.

    Returns:
        XML in UTF-8, the last release first.

    Raises:
        UsageError: There is no release that has a date.
        InputError: A release does not say what changed.
    """
    dated = [(release, changes_of(release)) for release in releases if release.manifest.date]
    if not dated:
        raise UsageError(
            "no release has a date, and a feed needs one",
            hint="state dcterms:modified in the dataset's header, or SOURCE_DATE_EPOCH, when a release is made",
        )
    last = dated[-1][1]["release"]
    site = _releases_address(last)
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    about = f": {entity}" if entity else ""
    _add_text(root, "id", f"{site}{PATH}" if site and not entity else _name_by_content(dated[0][0], f"{PATH}{entity}"))
    _add_text(root, "title", f"{last.get('title', '')}: changes{about}")
    _add_text(root, "updated", _timestamp(last))
    _add_text(ET.SubElement(root, "author"), "name", last.get("publisher", "") or NOT_STATED)
    if site:
        if not entity:
            _add_link(root, "self", f"{site}{PATH}", "application/atom+xml")
        _add_link(root, "alternate", last["address"])
    for release, released in reversed(dated):
        if not entity:
            _release_entry(root, release, released)
        for changed in changed_in(released):
            if entity in ("", changed["iri"]):
                _entity_entry(root, release, released, changed)
    ET.indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


def _releases_address(head: dict[str, Any]) -> str:
    """The address of the folder that all releases lie in, or nothing."""
    return str(head.get("address", "")).removesuffix(f"{head['version']}/")


def _release_entry(root: ET.Element, release: Release, released: dict[str, Any]) -> None:
    entry = ET.SubElement(root, "entry")
    head = released["release"]
    _add_text(entry, "id", head.get("address") or _name_by_content(release, ""))
    _add_text(entry, "title", f"Version {head['version']}")
    _add_text(entry, "updated", _timestamp(head))
    if head.get("address"):
        _add_link(entry, "alternate", head["address"])
        _add_link(entry, "related", f"{head['address']}changelog.md", "text/markdown")
    documents = [f"{one['label']}: {one['words']}" for one in released.get("documents", ())[:MAX_LINES]]
    _add_text(entry, "content", "\n".join([released.get("summary", ""), *documents]), type="text")


def _entity_entry(root: ET.Element, release: Release, released: dict[str, Any], changed: dict[str, Any]) -> None:
    entry = ET.SubElement(root, "entry")
    head = released["release"]
    iri, name = changed["iri"], changed.get("label") or changed["iri"]
    counts = [
        f"{len(changed[kind])} {word}"
        for kind, word in (("added", "added"), ("removed", "removed"), ("resourced", "with other sources"))
        if changed.get(kind)
    ]
    _add_text(entry, "id", _entry_address(head, release, iri))
    _add_text(entry, "title", f"{name}: {', '.join(counts)} in {head['version']}")
    _add_text(entry, "updated", _timestamp(head))
    if iri.startswith(("http://", "https://")):
        _add_link(entry, "alternate", iri)
    ET.SubElement(entry, "category", {"term": iri, "label": _xml_text(name)})
    lines = [
        f"{mark} {fact['words']}{_sources_text(fact)}"
        for kind, mark in (("removed", "−"), ("added", "+"), ("resourced", "~"))
        for fact in changed.get(kind, ())
    ]
    more = [f"and {len(lines) - MAX_LINES} more"] if len(lines) > MAX_LINES else []
    _add_text(entry, "content", "\n".join([*lines[:MAX_LINES], *more]), type="text")


def _sources_text(fact: dict[str, Any]) -> str:
    parts = [f"{s['basis']}: {s['document']}" for s in fact.get("sources", ())]
    parts += [f"now {s['basis']}: {s['document']}" for s in fact.get("gained", ())]
    parts += [f"no longer {s['basis']}: {s['document']}" for s in fact.get("lost", ())]
    return f" [{'; '.join(parts)}]" if parts else ""


def _entry_address(head: dict[str, Any], release: Release, iri: str) -> str:
    """The name of an entry, for good: the release's address and a digest of the thing's IRI."""
    digest = hashlib.sha256(iri.encode()).hexdigest()[:16]
    return f"{head['address']}changes.json#{digest}" if head.get("address") else _name_by_content(release, iri)


def _name_by_content(release: Release, what: str) -> str:
    """A name by content, where no address is known."""
    return ni(hashlib.sha256(f"{release.manifest.canonical}\n{release.version}\n{what}".encode()).hexdigest())


def _timestamp(head: dict[str, Any]) -> str:
    return f"{head['date']}T00:00:00Z"


def _add_text(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, tag, attributes).text = _xml_text(text)


def _add_link(parent: ET.Element, rel: str, href: str, media_type: str = "") -> None:
    attributes = {"rel": rel, "href": href}
    ET.SubElement(parent, "link", {**attributes, "type": media_type} if media_type else attributes)


def _xml_text(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return _NOT_XML.sub("�", text)


def changed_in(released: dict[str, Any]) -> list[dict[str, Any]]:
    """The things that changed in a release, those of its ontology last."""
    return [*released["entities"], *released.get("ontology", {}).get("entities", ())]


def entities_of(releases: Iterable[Release]) -> frozenset[str]:
    """The IRIs of all things that changed in any release."""
    return frozenset(changed["iri"] for release in releases for changed in changed_in(changes_of(release)))
