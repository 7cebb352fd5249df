"""Paths of pages: that of the IRI where it is safe in every file system, else a name by digest.

A segment of small letters, digits and hyphens is the same name on every file system, is no reserved word of one, and
cannot leave the folder. Whatever else an IRI holds, its page is named by the SHA-256 of the IRI.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from scograph.site.words import LANGUAGES


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A page that belongs to no thing of the graph.

    Args:
        stem: Its path in the tree of a language, without extension; also the key of the word for it.
        is_in_navigation: Whether every page links it.
        is_on_front: Whether the front page links it: a picture of the graph, or a list of its claims.
    """

    stem: str
    is_in_navigation: bool = True
    is_on_front: bool = False


OWN_PAGES: tuple[OwnPage, ...] = (
    OwnPage("index", is_in_navigation=False),
    OwnPage("404", is_in_navigation=False),
    OwnPage("classes"),
    OwnPage("compare"),
    OwnPage("sources"),
    OwnPage("questions"),
    OwnPage("query"),
    OwnPage("timeline", is_on_front=True),
    OwnPage("map", is_on_front=True),
    OwnPage("structure", is_on_front=True),
    OwnPage("parties", is_on_front=True),
    OwnPage("disagreements", is_in_navigation=False, is_on_front=True),
    OwnPage("uncertain", is_in_navigation=False, is_on_front=True),
    OwnPage("ontology"),
    OwnPage("concepts"),
    OwnPage("shapes", is_in_navigation=False),
    OwnPage("downloads"),
    OwnPage("changes"),
    OwnPage("about"),
    OwnPage("search"),
)
"""The table of these pages, in the order of the navigation; no thing of the graph takes their paths."""
_OWN_STEMS = frozenset(page.stem for page in OWN_PAGES)
THINGS = "thing"
"""The folder of the pages that are named by a digest."""
OWN_FOLDERS = ("assets", "class", "compare", "question", THINGS, *LANGUAGES)
"""The folders that belong to no thing of the graph."""
MAX_LENGTH = 180
"""A path within the site is no longer than this: with its extension and a folder before it every system takes it."""
DIGITS = 16
"""So many hexadecimal digits of a digest stand in a path."""

_SEGMENT = re.compile(r"[a-z0-9][a-z0-9-]*")
_DEVICE = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")
"""What Windows takes for a device, whatever its extension."""


def page_stem(
    iri: str, base: str, taken: AbstractSet[str] = frozenset(), claimed: AbstractSet[str] = frozenset()
) -> str:
    """The path of a thing's page, without extension.

    Args:
        iri: The thing's IRI.
        base: What the IRIs of the site's things begin with, or nothing.
        taken: Paths without extension that other files have.
        claimed: What follows the base in the IRIs of all things: the page of one lies at none of another.

    Returns:
        What follows the base, where it is made of safe segments and nothing else has that path; else
        `thing/`, what can be read of the IRI's end, and a digest.
    """
    rest = iri[len(base) :] if base and iri.startswith(base) else ""
    segments = rest.split("/")
    is_safe = all(_SEGMENT.fullmatch(segment) and not _DEVICE.fullmatch(segment) for segment in segments)
    is_taken = segments[0] in OWN_FOLDERS or rest in _OWN_STEMS or rest in taken
    if is_safe and not is_taken and len(rest) <= MAX_LENGTH:
        return rest
    digits = DIGITS
    while (path := f"{THINGS}/{digest_name(iri, digits)}") in claimed and digits < hashlib.sha256().digest_size * 2:
        digits += 1
    return path


def digest_name(iri: str, digits: int = DIGITS) -> str:
    """A name for an IRI that no other has: what can be read of its end, and hex digits of its SHA-256."""
    readable = re.sub(r"[^a-z0-9]+", "-", iri.rstrip("/#")[-40:].rpartition("/")[2].lower()).strip("-")
    digest = hashlib.sha256(iri.encode()).hexdigest()[:digits]
    return f"{readable}-{digest}" if readable else digest


def anchor(iri: str) -> str:
    """The fragment that an IRI's own description has on a page: the IRI's own, else a name by digest."""
    fragment = iri.partition("#")[2]
    return fragment if re.fullmatch(r"[A-Za-z0-9_.-]+", fragment) else digest_name(iri)


def up(path: str) -> str:
    """The way from a page to the folder that its path starts from: `../` a level."""
    return "../" * path.count("/")


def numbered(path: str, number: int) -> str:
    """The path of a further page; no thing has it, since the path of a thing has no dot before its extension."""
    stem, _, extension = path.rpartition(".")
    return f"{stem}.{number}.{extension}"
