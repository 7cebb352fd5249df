"""A new source: what a page prints of itself, its text for the archive, and the passages that are proposed."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.edit.changes import FileChange
from scograph.edit.document import (
    CONCEPT,
    Document,
    Edition,
    Span,
    Value,
    edition_iri,
    new_document,
    of_text,
    source_names,
)
from scograph.edit.proposing import proposed_spans
from scograph.errors import ScographError, UsageError
from scograph.extraction import BlockKind, PageText
from scograph.formats import Format
from scograph.language_tags import HINT, is_language_tag
from scograph.project import Project, listed, slug
from scograph.texts import digest_of
from scograph.writing import is_beside_name

KINDS = ("editorial", "official", "press", "primary", "secondary")
"""The kinds of source, by the names of their concepts."""
EXTENTS = ("whole", "beginning", "excerpt", "transcription")
"""How much of a document was read, by the names of the concepts."""
ACCESSES = ("open", "login", "paper")
"""Who may read a document, by the names of the concepts."""
DEFAULT_KIND = "secondary"
DEFAULT_EXTENT = "whole"
MAX_TITLE_WORDS = 25
"""A first line of so many words at most is taken for a title where none is given."""

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DATES = (
    (re.compile(r"\d{4}"), "gYear"),
    (re.compile(r"\d{4}-(?:0[1-9]|1[0-2])"), "gYearMonth"),
    (re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"), "date"),
)
MAX_NAMING_WORDS = 6
"""So many words of a title name a source."""
_SAID_OF_ANY = frozenset(
    ("default", "document", "download", "file", "home", "index", "main", "page", "text", "untitled")
)
"""Names of files that say nothing of what is in them."""


@dataclass(frozen=True, slots=True)
class Described:
    """What a person says of a new source; what is empty is taken from the page, or left out.

    Args:
        name: The folder in `data/`.
        title: The title, as it is printed.
        url: The address.
        archived: The address of an archived copy.
        kind: One of `KINDS`.
        language: The BCP 47 tag of the document.
        published: The day, month or year that it prints, as `2026-11-30`, `2026-11` or `2026`.
        extent: One of `EXTENTS`.
        access: One of `ACCESSES`, or empty.
        updated: The day, month or year in which this edition says that it was last updated.
    """

    name: str = ""
    title: str = ""
    url: str = ""
    archived: str = ""
    kind: str = DEFAULT_KIND
    language: str = ""
    published: str = ""
    extent: str = DEFAULT_EXTENT
    access: str = ""
    updated: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read.

    Args:
        page: Its text and blocks.
        data: Its bytes.
        form: Its format.
        day: The day, UTC, as `2026-11-30`.
        file: The path of its file; empty for standard input and for an address.
        retrieved_from: The address that answered, if it was fetched.
    """

    page: PageText
    data: bytes = field(repr=False)
    form: Format
    day: str
    file: str = ""
    retrieved_from: str = ""


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source that can be written.

    Args:
        name: The folder in `data/`.
        change: Its source.ttl.
        spans: Its passages and ignored spans.
        edition: What was read.
        told: What was taken from the page, and what is not known, a sentence each.
        first_passage: The number of the first passage that is a sentence; else of the first that is neither a heading
            nor the title; of the first one where there is no other.
    """

    name: str
    change: FileChange
    spans: tuple[Span, ...]
    edition: Edition
    told: tuple[str, ...]
    first_passage: str


def new_source(project: Project, read: Read, described: Described) -> NewSource:
    """Describe a page as a source, with a passage for each of its blocks.

    Args:
        project: The project.
        read: What was read.
        described: What a person says of it.

    Returns:
        The source; nothing is written.

    Raises:
        UsageError: The name is taken or none, a date, language or address is none, there is no title, or nothing says
            with what the IRIs of sources begin.
    """
    told: list[str] = []
    title = described.title.strip() or _title(read.page, told)
    name = _name(project, read, described, title)
    iri = NamedNode(source_base(project) + name)
    language = _language(described.language or read.page.language, told, is_given=bool(described.language))
    url = described.url or read.retrieved_from
    for address in filter(None, (url, described.archived)):
        refuse_no_address(address)
    said: dict[NamedNode, tuple[Value, ...]] = {
        NamedNode(terms.DCTERMS + "title"): (Literal(title, language=language) if language else Literal(title),),
        terms.HAS_SOURCE_KIND: (NamedNode(f"{CONCEPT}source-kind/{described.kind}"),),
    }
    if language:
        said[NamedNode(terms.DCTERMS + "language")] = (Literal(language),)
    if described.published:
        said[NamedNode(terms.DCTERMS + "issued")] = (printed_date(described.published),)
    if url:
        said[NamedNode(terms.SCOG + "sourceUrl")] = (Literal(url, datatype=NamedNode(terms.XSD + "anyURI")),)
    text = read.page.text
    edition = of_text(
        Edition(
            edition_iri(iri, text, read.day),
            extent=described.extent,
            access=described.access,
            retrieved_on=read.day,
            last_updated=printed_date(described.updated) if described.updated else None,
            archived_url=described.archived,
            retrieved_from="" if read.retrieved_from == url else read.retrieved_from,
            original_sha256="" if read.data == text.encode() else digest_of(read.data),
            extractor=read.page.extractor,
        ),
        text,
    )
    spans = proposed_spans(read.page, iri, edition.iri)
    change = new_document(project, name, iri, said, edition=edition, spans=spans, text=text)
    told += [f"in doubt: {doubt.message}" for doubt in read.page.doubts]
    told += _same_text(project, edition.sha256)
    return NewSource(name, change, spans, edition, tuple(told), _first_passage(read.page, spans, title))


_ENDS = (".", "!", "?", "。", "！", "？", "؟", "۔", "।")
"""What a sentence ends with."""


def _first_passage(page: PageText, spans: Sequence[Span], title: str) -> str:
    headings = {block.start for block in page.blocks if block.kind in (BlockKind.HEADING, BlockKind.COLUMN_NAMES)}
    passages = [span for span in spans if not span.is_ignored]
    others = [one for one in passages if one.start not in headings and " ".join(one.words(page.text).split()) != title]
    sentences = [one for one in others if one.words(page.text).rstrip().endswith(_ENDS)]
    return next((one.name for one in (*sentences, *others, *passages)), "01")


def _same_text(project: Project, sha256: str) -> list[str]:
    """What is to be told if another document has the same text."""
    found: list[str] = []
    for name in source_names(project):
        try:
            document = Document.open(project, name)
        except ScographError:  # check tells of it
            continue
        found += [name for one in document.editions if one.sha256 == sha256]
    return [
        f"{name} has the same text already; if they are one document, remove the new folder in data/"
        for name in dict.fromkeys(found)
    ]


def source_base(project: Project) -> str:
    """What the IRIs of a project's documents begin with.

    Args:
        project: The project.

    Returns:
        What its documents' IRIs have before the names of their folders; else `source/` behind the IRI space of the
        dataset, or behind the base of the settings.

    Raises:
        UsageError: Nothing says it.
    """
    bases: Counter[str] = Counter()
    space = ""
    for name in source_names(project):
        try:
            document = Document.open(project, name)
        except ScographError:  # check tells of it
            continue
        if document.iri.value.endswith(f"/{name}"):
            bases[document.iri.value.removesuffix(name)] += 1
        for value in document.values[document.iri].get(terms.URI_SPACE, ()):
            space = value.value
    if bases:
        return bases.most_common(1)[0][0]
    if space or project.options.base:
        return f"{space or project.options.base}source/"
    raise UsageError(
        "nothing says with what the IRIs of this project's sources begin",
        hint='write base = "https://…/" below [project] in scograph.toml',
    )


def _name(project: Project, read: Read, described: Described, title: str) -> str:
    name = described.name
    if name and not _NAME.fullmatch(name):
        raise UsageError(
            f"the name {name!r} cannot be used", hint="small letters, digits and hyphens, such as un-2026-03"
        )
    if not name:
        names = (slug(one) for one in _named_after(read, described, title) if one)
        name = next((one for one in names if one != "graph"), "")
        if not name:
            raise UsageError("the source has no name", hint="give one with --name: a folder of data/ is made with it")
    if _is_taken(project.data_folder / name):
        raise UsageError(
            f"there is a source {name} already",
            hint=f"give another --name; for a newer text of it: scograph source update {name} FILE",
        )
    return name


def _named_after(read: Read, described: Described, title: str) -> Iterator[str]:
    """What a source may be named after: its file or the last part of its address, unless many pages are called that.

    Then, or where it has neither, it is named after its title, its address or its folder, whichever comes first.
    """
    address = read.retrieved_from or described.url
    stem = PurePosixPath(read.file).stem if read.file else _last_part(address)
    if not stem or stem.lower() in _SAID_OF_ANY:
        yield " ".join(title.split()[:MAX_NAMING_WORDS])
        yield _last_part(address, is_above=True)
        yield Path(read.file).absolute().parent.name if read.file else ""
    yield stem


def _is_taken(folder: Path) -> bool:
    """Whether a folder is more than what a killed run left: an empty one, or a file that was being written."""
    if not folder.is_dir() or folder.is_symlink():
        return os.path.lexists(folder)
    return any(not is_beside_name(entry.name) for entry in listed(folder))


def _last_part(address: str, *, is_above: bool = False) -> str:
    """The last part of the path of an address, or of the path above it; else its host, or nothing."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    path = PurePosixPath(parts.path)
    return (path.parent if is_above else path).stem or (parts.hostname or "")


def _title(page: PageText, told: list[str]) -> str:
    headings = [page.words(block) for block in page.blocks if block.kind is BlockKind.HEADING]
    lines = [page.words(block) for block in page.blocks if block.kind is not BlockKind.FURNITURE]
    candidates = {"title of the page": [page.title], "first heading": headings[:1], "first line": lines[:1]}
    for what, found in ((what, words) for what, some in candidates.items() for words in some):
        title = " ".join(found.split())
        if title and len(title.split()) <= MAX_TITLE_WORDS:
            told.append(f"title: {title!r}, the {what}; --title gives another")
            return title
    raise UsageError("the page has no title", hint="give one with --title, as the document prints it")


def _language(tag: str, told: list[str], *, is_given: bool) -> str:
    if tag and not is_language_tag(tag):
        if is_given:
            raise UsageError(f"{tag!r} is no language tag", hint=HINT)
        tag = ""
    if not tag:
        told.append("language: the page states none; --language gives it")
    elif not is_given:
        told.append(f"language: {tag}, as the page states")
    return tag


def printed_date(text: str) -> Literal:
    """A date as a document prints it, no more precise.

    Args:
        text: A day, month or year.

    Returns:
        It, as a literal.

    Raises:
        UsageError: It is none.

    Example:
        >>> printed_date("2026-11").datatype.value
        'http://www.w3.org/2001/XMLSchema#gYearMonth'
    """
    for pattern, datatype in _DATES:
        if re.fullmatch(pattern, text):
            return Literal(text, datatype=NamedNode(terms.XSD + datatype))
    raise UsageError(
        f"{text!r} is no date", hint="write what the document prints, and no more: 2026-11-30, 2026-11, 2026"
    )


def refuse_no_address(address: str) -> None:
    """Refuse what is no address of a document on the web.

    Args:
        address: The address.

    Raises:
        UsageError: It is none, or has a name or password in it.
    """
    try:
        parts = urlsplit(address)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        NamedNode(address)
    except ValueError:
        is_one = False
    if not is_one or any(character <= " " for character in address):
        raise UsageError(f"{address!r} is no web address", hint="begin it with https://, without name and password")
