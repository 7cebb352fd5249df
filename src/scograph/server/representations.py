"""The representations of a folder and their addresses: which files are forms of one thing, and in which languages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from scograph.formats import CSV, JSON, RDF_FORMATS, RESULT_FORMATS, RESULT_FORMATS_BY_NAME, SPARQL_QUERY, by_rank
from scograph.formats import HTML as HTML_PAGE
from scograph.server.folder import Snapshot, Stored
from scograph.site.paths import OWN_PAGES

HTML = HTML_PAGE.media_type
_ORDER = tuple(
    row.extension for row in by_rank((HTML_PAGE, *RDF_FORMATS, CSV, RESULT_FORMATS_BY_NAME["json"], SPARQL_QUERY))
)
"""The extensions that are forms of one thing, the default first."""
_PLAIN_JSON = tuple(row.media_type for row in (*RESULT_FORMATS, *RDF_FORMATS) if JSON in row.broader_types)
"""Used for `Accept: application/json`: the first that a thing has."""
_LANGUAGE_FOLDER = re.compile(r"([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)/index\.html")
_LANGUAGE = re.compile(rb"""<html[^>]*\slang=["']?([A-Za-z0-9-]+)""", re.IGNORECASE)
RDF_TYPES = frozenset(row.media_type for row in RDF_FORMATS)
"""The media types of RDF."""
_DOCUMENTS = frozenset(page.stem for page in OWN_PAGES)
"""Pages of documents, which name no thing although their data may have several forms."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One form of a thing.

    Args:
        media_type: Its media type without parameters.
        file: The file.
    """

    media_type: str
    file: Stored


@dataclass(frozen=True, slots=True)
class Stem:
    """An address without extension, and the forms that it has.

    Args:
        path: The path, without a slash before it.
        variants: Its forms, the default first.
        is_thing: Whether it names a thing and not a document: it has a page, and data in several forms.
        languages: The languages of its page, that of the page itself first, each with the page's path.
    """

    path: str
    variants: tuple[Variant, ...]
    is_thing: bool
    languages: tuple[tuple[str, str], ...]

    @property
    def has_page(self) -> bool:
        """Whether there is a page for people."""
        return self.variants[0].media_type == HTML


def essence(media_type: str) -> str:
    """A media type without its parameters."""
    return media_type.partition(";")[0].strip()


def languages_of(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    """The languages of a site.

    Args:
        snapshot: The folder.

    Returns:
        Each language and the folder of its pages with a slash after it, the default, which has none, first.
    """
    front = snapshot.files.get("index.html")
    if front is None:
        return ()
    found = [(_language(front), "")]
    for path, file in sorted(snapshot.files.items()):
        match = _LANGUAGE_FOLDER.fullmatch(path)
        if match and match[1] == _language(file):
            found.append((match[1], f"{match[1]}/"))
    return tuple(found)


def _language(page: Stored) -> str:
    match = _LANGUAGE.search(page.read()[:1000])
    return match[1].decode() if match else "en"


def stems_of(snapshot: Snapshot, languages: tuple[tuple[str, str], ...]) -> Mapping[str, Stem]:
    """The addresses without extension of a folder.

    Args:
        snapshot: The folder.
        languages: As `languages_of` gives them.

    Returns:
        Each stem by its path; those in the folder of a language have the data of the stem that they translate.
    """
    groups: dict[str, dict[str, Stored]] = defaultdict(dict)
    for path, file in snapshot.files.items():
        stem, dot, extension = path.rpartition(".")
        if dot and extension in _ORDER and "/" not in extension:
            groups[stem][extension] = file
    folders = tuple(folder for _, folder in languages if folder)
    return {stem: _stem(stem, groups, folders, languages) for stem in groups}


def _stem(
    stem: str,
    groups: Mapping[str, Mapping[str, Stored]],
    folders: tuple[str, ...],
    languages: tuple[tuple[str, str], ...],
) -> Stem:
    folder = next((folder for folder in folders if stem.startswith(folder)), "")
    forms = dict(groups[stem])
    if folder:
        forms = {**{k: v for k, v in groups.get(stem[len(folder) :], {}).items() if k != "html"}, **forms}
    variants = [Variant(essence(forms[e].media_type), forms[e]) for e in _ORDER if e in forms]
    plain = next((v for kind in _PLAIN_JSON for v in variants if v.media_type == kind), None)
    is_thing = (
        not folder
        and "html" in forms
        and stem not in _DOCUMENTS
        and sum(v.media_type in RDF_TYPES for v in variants) > 1
    )
    if plain and all(v.media_type != JSON for v in variants):
        variants.append(Variant(JSON, plain.file))
    known = tuple((tag, f"{f}{stem}.html") for tag, f in languages if "html" in groups.get(f + stem, {}))
    return Stem(stem, tuple(variants), is_thing, known if not folder and "html" in forms else ())
