"""A source's document as an object: editions, passages and ignored spans, read from its source.ttl and written back."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Self

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.edit.changes import FileChange
from scograph.edit.turtle_edits import edited_turtle, new_turtle
from scograph.edit.words import Stretch, non_blank, stretch_of
from scograph.errors import InputError, UsageError
from scograph.messages import near_names
from scograph.model import Place
from scograph.ntriples import term_key
from scograph.project import SOURCE_FILE, Project, read_bytes, refuse_link_out
from scograph.read_options import NO_BASE
from scograph.texts import DIGITS, TextArchive, digest_of
from scograph.turtle.reader import read_turtle

CONCEPT = "https://w3id.org/scograph/concept/"
MAX_DIGITS = 18
"""A longer number counts the characters of no text."""

Value = NamedNode | Literal
Values = Mapping[NamedNode, Sequence[Value]]
"""The values of the properties of a thing."""

_NUMBERED = re.compile(r"(?P<kind>.*/(?:passage|ignored))/(?P<number>\d+)")


@dataclass(frozen=True, slots=True)
class Edition:
    """A text of a document that was read.

    Args:
        iri: Its IRI, which `edition_iri` makes.
        extent: How much of the document it has: `whole`, `beginning`, `excerpt`, `transcription`.
        access: Who may read it: `open`, `login`, `paper`; empty where it is not known.
        follows: The edition before it, if there is one.
        sha256: The SHA-256 of its text in UTF-8; empty where the text was not kept.
        length: Code points of its text.
        non_blank: Those of them that are not white space.
        retrieved_on: The day on which it was read, UTC, as `2026-11-30`.
        last_seen_on: The last day on which it was found unchanged.
        last_updated: What the page calls its date.
        archived_url: An archived copy of it.
        retrieved_from: Where it was read, if that is not the document's address.
        original_sha256: The SHA-256 of the bytes that the text was made from.
        extractor: What made the text of them, with its version.
    """

    iri: NamedNode
    extent: str = ""
    access: str = ""
    follows: NamedNode | None = None
    sha256: str = ""
    length: int | None = None
    non_blank: int | None = None
    retrieved_on: str = ""
    last_seen_on: str = ""
    last_updated: Literal | None = None
    archived_url: str = ""
    retrieved_from: str = ""
    original_sha256: str = ""
    extractor: str = ""

    @property
    def name(self) -> str:
        """The beginning of its digest; the day it was read, where its text was not kept."""
        return self.sha256[:DIGITS] or self.iri.value.rpartition("/")[2]

    @property
    def title(self) -> str:
        """Its name with the day it was read, where that is known."""
        return f"{self.name}, read on {self.retrieved_on}" if self.retrieved_on else self.name


@dataclass(frozen=True, slots=True)
class Span:
    """A passage or an ignored span of a document.

    Args:
        iri: Its IRI.
        start: Code points before it in the text of the edition `placed_in`; None for a passage with a locator alone.
        end: Code points before what follows it.
        is_ignored: Whether it is an ignored span.
        notes: Why it is ignored; of a passage, what is noted of it.
        stands_in: The editions in which its words stand.
        placed_in: The edition that its places count in.
        gone_from: The editions that do not have it any more.
        revision_of: The passages whose words were edited, split or joined to its own.
        read_with: The passages without which it cannot be read, such as a heading.
        about: What it is about.
        quotation: Words of it.
        carried: The claims that were moved to it from the words that it revises, and are to be read against its own.
        stated: What is stated of its digest, length and words.
    """

    iri: NamedNode
    start: int | None = None
    end: int | None = None
    is_ignored: bool = False
    notes: tuple[Literal, ...] = ()
    stands_in: tuple[NamedNode, ...] = ()
    placed_in: NamedNode | None = None
    gone_from: tuple[NamedNode, ...] = ()
    revision_of: tuple[NamedNode, ...] = ()
    read_with: tuple[NamedNode, ...] = ()
    about: tuple[NamedNode, ...] = ()
    quotation: Literal | None = None
    carried: tuple[NamedNode, ...] = ()
    stated: Stretch | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """The last segment of its IRI, such as `06`."""
        return self.iri.value.rpartition("/")[2]

    def words(self, text: str) -> str:
        """Its words in the text of the edition that it is placed in."""
        return text[self.start or 0 : self.end or 0]


@dataclass(frozen=True)
class Document:
    """A document with its editions, passages and ignored spans, as its source.ttl describes it.

    Args:
        project: The project.
        name: The folder of the source in `data/`.
        iri: The document.
        data: The bytes of the file.
        values: What the file states, by subject.
    """

    project: Project
    name: str
    iri: NamedNode
    data: bytes
    values: Mapping[NamedNode, Values]

    @property
    def path(self) -> str:
        """The file, relative to the project."""
        return _source_path(self.project, self.name)

    @classmethod
    def open(cls, project: Project, name: str) -> Self:
        """Read the document of a source.

        Args:
            project: The project.
            name: The folder of the source in `data/`.

        Returns:
            The document.

        Raises:
            UsageError: There is no such source.
            InputError: Its source.ttl cannot be read, or describes no document, or several.
            RdfSyntaxError: It is no Turtle.
        """
        path = source_path(project, name)
        return cls.read(project, name, read_bytes(refuse_link_out(project.folder / path, project.folder)))

    @classmethod
    def read(cls, project: Project, name: str, data: bytes) -> Self:
        """Read the document of a source from bytes.

        Args:
            project: The project.
            name: The folder of the source in `data/`.
            data: The bytes of its source.ttl.

        Returns:
            The document.

        Raises:
            InputError: The bytes describe no document, or several.
            RdfSyntaxError: They are no Turtle.
        """
        path = _source_path(project, name)
        try:
            reading = read_turtle(data, base=project.options.base or NO_BASE, path=path)
        except UnicodeDecodeError as error:
            raise InputError("is not UTF-8", hint="save it as UTF-8", place=Place(path)) from error
        values: dict[NamedNode, dict[NamedNode, list[Value]]] = defaultdict(lambda: defaultdict(list))
        for placed in reading.triples:
            subject, predicate, value = placed.terms
            if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
                values[subject][predicate].append(value)
        found = [subject for subject, said in values.items() if terms.SOURCE_DOCUMENT in said.get(terms.TYPE, ())]
        if len(found) != 1:
            raise InputError(
                f"describes {len(found)} documents, and must describe one",
                hint="give exactly one IRI the type scog:SourceDocument",
                place=Place(path),
            )
        return cls(project, name, found[0], data, values)

    @property
    def forbids_quotation(self) -> bool:
        """Whether its terms of use forbid that words of it are quoted."""
        said = self.values[self.iri].get(terms.FORBIDS_QUOTATION, ())
        return any(value.value in ("true", "1") for value in said)

    @property
    def title(self) -> str:
        """Its title, or a short name of it, or the name of its folder."""
        said = self.values[self.iri]
        for predicate in (NamedNode(terms.DCTERMS + "title"), NamedNode(terms.SKOS + "altLabel")):
            for value in said.get(predicate, ()):
                return value.value
        return self.name

    @property
    def language(self) -> str:
        """The BCP 47 tag of its language; empty where it is not stated or there are several."""
        said = self.values[self.iri].get(NamedNode(terms.DCTERMS + "language"), ())
        return said[0].value if len(said) == 1 else ""

    @property
    def is_editorial(self) -> bool:
        """Whether it is the project's own: it has no text, and each passage is known by a locator."""
        kinds = self.values[self.iri].get(terms.HAS_SOURCE_KIND, ())
        return NamedNode(f"{CONCEPT}source-kind/editorial") in kinds

    @cached_property
    def editions(self) -> tuple[Edition, ...]:
        """Its editions, the first first."""
        found = {
            subject: _edition(subject, said)
            for subject, said in self.values.items()
            if self.iri in said.get(terms.IS_EDITION_OF, ())
        }
        depth: dict[NamedNode, int] = {}
        for iri in found:
            chain: list[NamedNode] = []
            at: NamedNode | None = iri
            while at in found and at not in chain:
                chain.append(at)
                at = found[at].follows
            depth[iri] = len(chain)
        return tuple(sorted(found.values(), key=lambda one: (depth[one.iri], one.iri.value)))

    @property
    def newest(self) -> Edition | None:
        """The newest edition, as the document names it; else the last of the chain."""
        named = self.values[self.iri].get(terms.HAS_NEWEST_EDITION, ())
        editions = self.editions
        return next((one for one in editions if one.iri in named), editions[-1] if editions else None)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """Its passages and ignored spans: those with places in the order of the text, then the others by IRI."""
        found = [
            _span(subject, said)
            for subject, said in self.values.items()
            if self.iri in said.get(terms.IS_PASSAGE_OF, ()) or self.iri in said.get(terms.IS_IGNORED_IN, ())
        ]
        return tuple(
            sorted(found, key=lambda span: (span.start is None, span.start or 0, span.end or 0, span.iri.value))
        )

    def text(self, edition: Edition, archive: TextArchive | None = None) -> str | None:
        """The text of one of its editions, from the archive.

        Args:
            edition: The edition.
            archive: The archive, if there is one at hand already.

        Returns:
            The text, or None where it was not kept or is not at hand.
        """
        return (archive or TextArchive(self.project)).text(edition.sha256) if edition.sha256 else None

    def newest_text(self, archive: TextArchive | None = None) -> tuple[Edition, str]:
        """The newest edition, and its text.

        Args:
            archive: The archive, if there is one at hand already.

        Returns:
            Both.

        Raises:
            UsageError: There is no edition, or several that none follows; or the text was not kept or is not at hand.
        """
        newest, name = self.newest, self.name
        last = [edition for edition in self.editions if edition.iri not in {one.follows for one in self.editions}]
        if len(last) > 1:
            raise UsageError(
                f"{self.path}: two editions follow the same one: {' and '.join(edition.title for edition in last)}",
                hint="two branches were merged: let one follow the other with scog:follows, and name it as the newest",
            )
        if newest is None and self.is_editorial:
            raise UsageError(
                f"{name}: the editorial source has no text: each of its passages has a locator",
                hint=f"its passages are described in {self.path}, by hand",
            )
        if newest is None or not newest.sha256:
            raise UsageError(
                f"{name}: no text of it was kept",
                hint=f"scograph source update {name} FILE takes the text that was read",
            )
        text = self.text(newest, archive)
        if text is None:
            raise UsageError(
                f"{name}: the text of its newest edition, {newest.title}, is not at hand",
                hint=f"put it anywhere below {self.project.settings.texts}/, under any name: the file with the SHA-256 "
                f"{newest.sha256}",
            )
        return newest, text

    def locator(self, span: Span) -> str:
        """Where a passage is in the document, in words; empty where no locator is stated."""
        return _first(self.values.get(span.iri, {}), terms.LOCATOR)

    def new_iri(self, *, is_ignored: bool = False, taken: Iterable[Span] = ()) -> NamedNode:
        """The IRI of a new passage or ignored span: the next number that none has or had.

        Args:
            is_ignored: Whether it is for an ignored span.
            taken: Spans that are not in the file yet.
        """
        kind = "ignored" if is_ignored else "passage"
        prefix, largest, width = f"{self.iri.value}/{kind}", 0, 2
        iris = [span.iri.value for span in (*self.spans, *taken)]
        for match in filter(None, map(_NUMBERED.fullmatch, iris)):
            if match["kind"].endswith(kind):
                prefix, largest = match["kind"], max(largest, int(match["number"]))
                width = max(width, len(match["number"]))
        return NamedNode(f"{prefix}/{largest + 1:0{width}}")

    def rewrite(
        self,
        *,
        spans: Iterable[Span] | None = None,
        editions: Iterable[Edition] | None = None,
        texts: Mapping[NamedNode, str] | None = None,
        about: Sequence[NamedNode] | None = None,
        renamed: Mapping[NamedNode, NamedNode] | None = None,
    ) -> FileChange:
        """Change editions and spans: a minimal edit of the file, in which all else keeps its bytes.

        Numbers, digests, first and last words of spans are made from the text of the edition that they are placed in;
        where that is not at hand, they stay as they are stated.

        Args:
            spans: All passages and ignored spans that the document is to have; None for those that it has.
            editions: All editions that it is to have, in any order; None for those that it has. The one that no other
                follows is the newest.
            texts: Texts by the IRIs of editions, for those that the archive does not have yet.
            about: What the document is about; None for what it is about already.
            renamed: New IRIs of editions by their old ones; what else the file says of an old one is said of the new.

        Returns:
            The change of its file.

        Raises:
            UsageError: Several editions are followed by none, or a span does not lie in its text.
            InputError: The file is not one that can be edited.
        """
        wanted = self.spans if spans is None else tuple(spans)
        kept = self.editions if editions is None else tuple(editions)
        known = dict(texts or {})
        archive = TextArchive(self.project)
        for edition in kept:
            if edition.iri not in known and any(span.placed_in == edition.iri for span in wanted):
                text = self.text(edition, archive)
                if text is not None:
                    known[edition.iri] = text
        new: dict[NamedNode, Values] = {}
        was = {after: before for before, after in (renamed or {}).items()}
        for edition in kept:
            before = self.values.get(was.get(edition.iri, edition.iri), {})
            new[edition.iri] = {**before, **_edition_values(edition, self.iri)}
        for span in wanted:
            text = known.get(span.placed_in) if span.placed_in else None
            new[span.iri] = _span_values(span, self.iri, text)
        newest = _newest(kept)
        new[self.iri] = {terms.HAS_NEWEST_EDITION: (newest,) if newest else ()}
        if about is not None:
            new[self.iri] = {**new[self.iri], terms.IS_ABOUT: tuple(about)}
        removed: list[Triple] = []
        added: list[Triple] = []
        there = {*(span.iri for span in self.spans), *(edition.iri for edition in self.editions)}
        for iri in there | set(new):
            old = self.values.get(iri, {})
            if iri in new:
                said = new[iri]
                gone = {p: [v for v in old.get(p, ()) if v not in said[p]] for p in said if p != terms.TYPE}
                removed += _triples(iri, gone)
                added += _triples(iri, {p: [v for v in said[p] if v not in old.get(p, ())] for p in said})
            else:
                removed += _triples(iri, old)
        data = edited_turtle(self.data, removed, added, path=self.path, base=self.project.options.base)
        return FileChange(self.path, self.data, data)

    def about(self) -> tuple[NamedNode, ...]:
        """What the document is about."""
        return _nodes(self.values[self.iri], terms.IS_ABOUT)


def new_document(  # noqa: PLR0913 -- what a document is described by
    project: Project,
    name: str,
    iri: NamedNode,
    said: Values,
    *,
    edition: Edition,
    spans: Iterable[Span],
    text: str,
    comment: str = "",
) -> FileChange:
    """The source.ttl of a new source.

    Args:
        project: The project.
        name: The folder of the source in `data/`.
        iri: The document.
        said: What is said of it, beside its type and edition.
        edition: What was read of it.
        spans: Its passages and ignored spans.
        text: The text of the edition.
        comment: A line that the file begins with, or nothing.

    Returns:
        The file to be made.
    """
    properties: dict[NamedNode, Values] = {
        iri: {**said, terms.TYPE: (terms.SOURCE_DOCUMENT,), terms.HAS_NEWEST_EDITION: (edition.iri,)},
        edition.iri: _edition_values(edition, iri),
    }
    for span in spans:
        properties[span.iri] = _span_values(span, iri, text)
    triples = [triple for subject, values in properties.items() for triple in _triples(subject, values)]
    return FileChange(_source_path(project, name), None, new_turtle(triples, comment=comment))


def edition_iri(document: NamedNode, text: str | None, day: str) -> NamedNode:
    """The IRI of an edition: by the digest of its text, or by the day it was read where the text is not kept.

    Args:
        document: The document.
        text: The text, or None.
        day: The day, as `2026-11-30`; without a text it is the name itself.

    Returns:
        The IRI.

    Example:
        >>> edition_iri(NamedNode("https://example.org/source/a"), "One.", "2026-11-30").value
        'https://example.org/source/a/edition/70277bfc409b'
    """
    return NamedNode(f"{document.value}/edition/{day if text is None else digest_of(text)[:DIGITS]}")


def source_names(project: Project) -> tuple[str, ...]:
    """The names of the sources of a project: the folders of its data that have a source.ttl."""
    root = project.data_folder
    return tuple(
        sorted(
            path.parent.relative_to(root).as_posix()
            for path in project.data_files()
            if path.name == SOURCE_FILE and path.parent != root
        )
    )


def source_path(project: Project, name: str) -> str:
    """The source.ttl of a source, relative to the project.

    Args:
        project: The project.
        name: The folder of the source in `data/`.

    Returns:
        Its path.

    Raises:
        UsageError: There is no such source.
    """
    names = source_names(project)
    if name not in names:
        near = near_names(name, names)
        hint = f"did you mean {near[0]}?" if near else "scograph source list names them"
        raise UsageError(f"no source is called {name!r}", hint=hint)
    return _source_path(project, name)


def _source_path(project: Project, name: str) -> str:
    return (project.data_folder.relative_to(project.folder) / Path(name) / SOURCE_FILE).as_posix()


def _newest(editions: Sequence[Edition]) -> NamedNode | None:
    followed = {edition.follows for edition in editions}
    last = [edition.iri for edition in editions if edition.iri not in followed]
    if len(last) > 1:
        raise UsageError(
            f"{len(last)} editions are followed by none: {', '.join(iri.value for iri in last)}",
            hint="say with scog:follows which came first",
        )
    return last[0] if last else None


def _triples(subject: NamedNode, said: Values) -> Iterator[Triple]:
    for predicate, values in said.items():
        for value in values:
            yield Triple(subject, predicate, value)


def _first(said: Values, predicate: NamedNode) -> str:
    return next((value.value for value in said.get(predicate, ())), "")


def _node(said: Values, predicate: NamedNode) -> NamedNode | None:
    return next((value for value in said.get(predicate, ()) if isinstance(value, NamedNode)), None)


def _nodes(said: Values, predicate: NamedNode) -> tuple[NamedNode, ...]:
    found = [value for value in said.get(predicate, ()) if isinstance(value, NamedNode)]
    return tuple(sorted(found, key=lambda value: value.value))


def _literals(said: Values, predicate: NamedNode) -> tuple[Literal, ...]:
    found = [value for value in said.get(predicate, ()) if isinstance(value, Literal)]
    return tuple(sorted(found, key=lambda value: term_key(str(value))))


def _number(said: Values, predicate: NamedNode) -> int | None:
    text = _first(said, predicate)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS else None


def _concept(said: Values, predicate: NamedNode) -> str:
    return _first(said, predicate).rpartition("/")[2]


def _edition(iri: NamedNode, said: Values) -> Edition:
    return Edition(
        iri,
        extent=_concept(said, terms.HAS_EXTENT),
        access=_concept(said, terms.HAS_ACCESS),
        follows=_node(said, terms.FOLLOWS),
        sha256=_first(said, terms.SHA256),
        length=_number(said, terms.CHAR_LENGTH),
        non_blank=_number(said, terms.NON_BLANK_LENGTH),
        retrieved_on=_first(said, terms.RETRIEVED_ON),
        last_seen_on=_first(said, terms.LAST_SEEN_ON),
        last_updated=next(iter(_literals(said, terms.LAST_UPDATED)), None),
        archived_url=_first(said, terms.ARCHIVED_URL),
        retrieved_from=_first(said, terms.RETRIEVED_FROM),
        original_sha256=_first(said, terms.ORIGINAL_SHA256),
        extractor=_first(said, terms.EXTRACTOR),
    )


def of_text(edition: Edition, text: str) -> Edition:
    """An edition with the digest and the lengths of its text."""
    return replace(edition, sha256=digest_of(text), length=len(text), non_blank=non_blank(text))


def _span(iri: NamedNode, said: Values) -> Span:
    start, end = _number(said, terms.CHAR_START), _number(said, terms.CHAR_END)
    stated = None
    if start is not None and end is not None:
        stated = Stretch(
            start,
            end,
            _first(said, terms.TEXT_SHA256),
            _number(said, terms.NON_BLANK_LENGTH) or 0,
            _first(said, terms.TEXT_START),
            _first(said, terms.TEXT_END),
        )
    return Span(
        iri,
        start,
        end,
        is_ignored=bool(said.get(terms.IS_IGNORED_IN)),
        notes=_literals(said, terms.NOTE),
        stands_in=_nodes(said, terms.STANDS_IN),
        placed_in=_node(said, terms.IS_PLACED_IN),
        gone_from=_nodes(said, terms.IS_GONE_FROM),
        revision_of=_nodes(said, terms.IS_REVISION_OF),
        read_with=_nodes(said, terms.IS_READ_WITH),
        about=_nodes(said, terms.IS_ABOUT),
        quotation=next(iter(_literals(said, terms.QUOTATION)), None),
        carried=_nodes(said, terms.CARRIES_OVER),
        stated=stated,
    )


def _optional(value: Value | None) -> tuple[Value, ...]:
    return () if value is None else (value,)


def _text(value: str, datatype: NamedNode = terms.STRING) -> tuple[Literal, ...]:
    return (Literal(value, datatype=datatype),) if value else ()


def _date(value: str) -> tuple[Literal, ...]:
    """A day, a month or a year, as precise as it is given."""
    datatype = {4: "gYear", 7: "gYearMonth"}.get(len(value), "date")
    return _text(value, NamedNode(terms.XSD + datatype))


def _integer(value: int | None) -> tuple[Literal, ...]:
    return () if value is None else (Literal(str(value), datatype=terms.INTEGER),)


def _concept_iri(scheme: str, name: str) -> tuple[NamedNode, ...]:
    return (NamedNode(f"{CONCEPT}{scheme}/{name}"),) if name else ()


def _edition_values(edition: Edition, document: NamedNode) -> Values:
    return {
        terms.TYPE: (terms.EDITION,),
        terms.IS_EDITION_OF: (document,),
        terms.FOLLOWS: _optional(edition.follows),
        terms.HAS_EXTENT: _concept_iri("extent", edition.extent),
        terms.HAS_ACCESS: _concept_iri("access", edition.access),
        terms.SHA256: _text(edition.sha256),
        terms.CHAR_LENGTH: _integer(edition.length),
        terms.NON_BLANK_LENGTH: _integer(edition.non_blank),
        terms.RETRIEVED_ON: _date(edition.retrieved_on),
        terms.LAST_SEEN_ON: _date(edition.last_seen_on),
        terms.LAST_UPDATED: _optional(edition.last_updated),
        terms.ARCHIVED_URL: _text(edition.archived_url, terms.ANY_URI),
        terms.RETRIEVED_FROM: _text(edition.retrieved_from, terms.ANY_URI),
        terms.ORIGINAL_SHA256: _text(edition.original_sha256),
        terms.EXTRACTOR: _text(edition.extractor),
    }


def _span_values(span: Span, document: NamedNode, text: str | None) -> Values:
    said: dict[NamedNode, Sequence[Value]] = {
        terms.TYPE: (terms.IGNORED_SPAN if span.is_ignored else terms.PASSAGE,),
        terms.IS_PASSAGE_OF: () if span.is_ignored else (document,),
        terms.IS_IGNORED_IN: (document,) if span.is_ignored else (),
        terms.NOTE: span.notes,
        terms.STANDS_IN: span.stands_in,
        terms.IS_PLACED_IN: _optional(span.placed_in),
        terms.IS_GONE_FROM: span.gone_from,
        terms.IS_REVISION_OF: span.revision_of,
        terms.IS_READ_WITH: span.read_with,
        terms.IS_ABOUT: span.about,
        terms.QUOTATION: _optional(span.quotation),
        terms.CARRIES_OVER: span.carried,
    }
    if span.start is None or span.end is None:
        return said
    stated = span.stated
    if text is not None:
        if not 0 <= span.start < span.end <= len(text):
            raise UsageError(f"{span.iri.value}: characters {span.start} to {span.end} are not in the text")
        stated = stretch_of(text, span.start, span.end)
    said |= {terms.CHAR_START: _integer(span.start), terms.CHAR_END: _integer(span.end)}
    if stated is not None:
        said |= {
            terms.TEXT_SHA256: _text(stated.sha256),
            terms.NON_BLANK_LENGTH: _integer(stated.non_blank),
            terms.TEXT_START: () if span.is_ignored else _text(stated.first),
            terms.TEXT_END: () if span.is_ignored else _text(stated.last),
        }
    return said
