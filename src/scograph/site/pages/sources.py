"""Pages of source documents and their passages: the text of each passage, and the claims that cite it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any

from markupsafe import Markup, escape
from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.claims import Claim
from scograph.model import Document, Node, Term
from scograph.site.evidence import language_of, original_of, words_of
from scograph.site.index import SiteIndex, SourcePassage
from scograph.site.markup import html, joined
from scograph.site.pages import facts
from scograph.site.pages.lists import ListTable, list_page
from scograph.site.pages.pagination import continuation_pages
from scograph.site.pages.things import shown, twins_of
from scograph.site.paths import anchor
from scograph.site.pictures.strip import ground, strip
from scograph.site.pictures.svg import Picture
from scograph.site.render import Renderer, Share
from scograph.site.twins import TwinWriter
from scograph.site.view import LINKED_SCHEMES, PageContext
from scograph.site.words import direction

_URL = NamedNode(terms.SCOG + "sourceUrl")
EXCERPT_MARGIN = 200
"""This many characters of the text are shown before and after a passage."""


def source_pages(site: Renderer, share: Share) -> Iterator[Document]:
    """The pages of documents and passages.

    Args:
        site: The site.
        share: Which of the documents and passages.

    Returns:
        For each document and each passage its twins, then its page in each language.
    """
    writer = TwinWriter(site.index.graph)
    coverages = {document: _Coverage(site.index, document) for document in site.index.documents}
    for document in share.of(site.index.documents):
        thing = facts.gather_thing(site, document)
        thing = facts.Thing(
            document, thing.reasons, [t for t in thing.incoming if not _is_part(t.predicate)], thing.files
        )
        twins, jsonld, documents = twins_of(site, writer, thing)
        yield from documents
        for view in site.views:
            context = PageContext(view, f"{site.index.stems[document]}.html")
            values = shown(site, context, thing, twins, jsonld)
            values |= _document(context, document, coverages[document])
            yield site.page("source", context, view.name(document), **values)
            yield from continuation_pages(site, context, view.name(document), view.name_html(document))
    beside = [
        neighbours
        for document in site.index.documents
        for passages in (site.index.passages_of[document],)
        for neighbours in zip(passages, (None, *passages), (*passages[1:], None), strict=False)
    ]
    for passage, before, after in share.of(beside):
        yield from _passage(site, writer, passage, (before, after), coverages)


def _is_part(predicate: NamedNode) -> bool:
    return predicate in (terms.IS_PASSAGE_OF, terms.IS_IGNORED_IN)


def source_list(site: Renderer) -> Iterator[Document]:
    """The list of documents.

    Args:
        site: The site.

    Returns:
        The page, in each language; none where there are no documents.
    """
    for view in site.views if site.index.documents else ():
        context = PageContext(view, "sources.html")
        words = view.words
        rows = []
        for document in site.index.documents:
            kind = site.index.first(document, terms.HAS_SOURCE_KIND)
            passages = site.index.passages_of[document]
            claims = sum(site.index.reasons.citing(p.node) for p in passages)
            shown_kind = view.name_html(kind) if kind else Markup("")
            rows.append((context.link(document), shown_kind, escape(len(passages)), escape(claims)))
        heads = (words("document"), words("kind"), words("passages"), words("claims"))
        count = words.many("n.sources", len(rows))
        yield from list_page(
            site, context, words("sources"), ListTable(words("sources.caption"), heads, rows), count=count
        )


def _document(context: PageContext, document: NamedNode, coverage: _Coverage) -> dict[str, Any]:
    index, words = context.view.index, context.words
    url = index.first(document, _URL)
    address = url.value if isinstance(url, Literal) and url.value.startswith(LINKED_SCHEMES) else ""
    everything = index.passages_of[document]
    passages = [partial(_row, passage) for passage in everything if not index.reasons.is_gone(passage.node)]
    gone = [partial(_gone_row, passage) for passage in everything if index.reasons.is_gone(passage.node)]
    readings = [partial(_reading_row, reading) for reading in index.readings_of.get(document, ())]
    ignored = [partial(_left_out, span) for span in coverage.ignored]
    return {
        "original": address,
        "editions": [_edition_row(edition, context) for edition in index.editions_of.get(document, ())],
        "passages": facts.first_rows(context, words("passages"), passages),
        "gone": facts.first_rows(context, words("passages.gone"), gone),
        "readings": facts.first_rows(context, words("readings"), readings),
        "ignored": facts.first_rows(context, words("ignored"), ignored),
        "strip": coverage.strip(context),
        "text": _text(context, document),
        "text_language": _language(index, document),
    }


def _row(passage: SourcePassage, context: PageContext) -> tuple[Markup, ...]:
    index = context.view.index
    link = html('<a href="{}">{}</a>', context.home + index.address(passage.node), passage.number)
    claims = escape(index.reasons.citing(passage.node))
    return link, context.where(passage.node), words_of(context, passage), claims


def _gone_row(passage: SourcePassage, context: PageContext) -> tuple[Markup, ...]:
    """A passage whose words the newest edition does not have: its offsets count in another, which is named instead."""
    link, _, words, claims = _row(passage, context)
    edition = context.link(passage.edition) if passage.edition else Markup("")
    return link, edition, words, claims


def _reading_row(reading: NamedNode, context: PageContext) -> tuple[Markup, ...]:
    """A reading: day, reader, depth, the claims it covers by their passages, and the note."""
    index = context.view.index
    day = index.first(reading, terms.READ_ON)
    covered = (t.object for t in index.graph.describing(reading) if t.predicate == terms.COVERS)
    claims = sorted((index.claims[iri] for iri in covered if iri in index.claims), key=lambda claim: claim.iri.value)
    shown = [_claim_link(context, claim) for claim in claims[: facts.MAX_LISTED]]
    if len(claims) > facts.MAX_LISTED:
        shown.append(escape(context.words.many("n.more", len(claims) - facts.MAX_LISTED)))
    return (
        html(
            '<a href="{}">{}</a>', context.home + index.address(reading), context.value(day) if day else reading.value
        ),
        _value_of(context, reading, terms.READER),
        _value_of(context, reading, terms.HAS_READING_DEPTH),
        Markup("<br>").join(shown),
        _notes(context, reading),
    )


def _claim_link(context: PageContext, claim: Claim) -> Markup:
    """A claim as its passage and its statement, linked to where it stands."""
    subject, predicate, value = claim.triple.subject, claim.triple.predicate, claim.triple.object
    said = value.value if isinstance(value, Literal) else context.view.name(value)
    text = f"{context.view.name(subject)} · {context.view.name(predicate)} · {said}"
    passage = claim.passage.value.rpartition("/")[2]
    return html('<a href="{}">{}: {}</a>', context.home + context.view.index.address(claim.iri), passage, text)


def _value_of(context: PageContext, node: NamedNode, predicate: NamedNode) -> Markup:
    value = context.view.index.first(node, predicate)
    return context.value(value) if value else Markup("")


def _notes(context: PageContext, node: NamedNode) -> Markup:
    found = [t.object for t in context.view.index.graph.describing(node) if t.predicate == terms.NOTE]
    return Markup("<br>").join(context.value(note) for note in found)


def _read(context: PageContext, claim: Claim) -> Markup:
    """Who read a claim, on which day and how deep, with the note; nothing where nobody did."""
    lines = []
    for reading in context.view.index.readings_of.get(claim.iri, ()):
        parts = [
            _value_of(context, reading, predicate)
            for predicate in (terms.READER, terms.READ_ON, terms.HAS_READING_DEPTH)
        ]
        lines.append(Markup(" · ").join(part for part in (*parts, _notes(context, reading)) if part))
    return Markup("<br>").join(lines)


def _revised(context: PageContext, passage: SourcePassage) -> list[tuple[Markup, Markup]]:
    """The passages that a passage revises, each with its words: those that are quoted, or the first and last."""
    index = context.view.index
    older = [t.object for t in index.graph.describing(passage.node) if t.predicate == terms.IS_REVISION_OF]
    found = [index.passages[node] for node in older if isinstance(node, NamedNode) and node in index.passages]
    return [(context.link(old.node), words_of(context, old)) for old in found]


def _edition_row(edition: NamedNode, context: PageContext) -> tuple[Markup, ...]:
    """An edition: name, extent, day, and how many passages stand in it, came with it and went with it."""
    index = context.view.index
    extent, day = index.first(edition, terms.HAS_EXTENT), index.first(edition, terms.RETRIEVED_ON)
    before = index.first(edition, terms.FOLLOWS)
    standing = index.parts_by(terms.STANDS_IN)
    here = standing.get(edition, frozenset())
    new = here - standing.get(before, frozenset()) if isinstance(before, NamedNode) else frozenset()
    return (
        html('<a href="{}">{}</a>', context.home + index.address(edition), edition.value.rpartition("/")[2]),
        context.value(extent) if extent else Markup(""),
        context.value(day) if day else Markup(""),
        escape(len(here)),
        escape(len(new)),
        escape(len(index.parts_by(terms.IS_GONE_FROM).get(edition, ()))),
    )


def _editions_of_a_passage(context: PageContext, passage: SourcePassage) -> Markup:
    """The editions in which a passage stands, and whether the newest is among those from which it is gone."""
    index = context.view.index
    standing = index.parts_by(terms.STANDS_IN)
    editions = index.editions_of.get(passage.document, ()) if passage.document else ()
    shown = [
        html('<a href="{}">{}</a>', context.home + index.address(edition), edition.value.rpartition("/")[2])
        for edition in editions
        if passage.node in standing.get(edition, ())
    ]
    if not shown:
        return Markup("")
    text = html("{}{}{}", context.words("stands_in"), context.words["colon"], Markup(", ").join(shown))
    if index.reasons.is_gone(passage.node):
        text = html('{} <em class="record">{}</em>', text, context.words("gone"))
    return text


def _left_out(span: tuple[int, int, Term | None], context: PageContext) -> tuple[Markup, ...]:
    start, end, note = span
    return escape(context.words("characters", start=start, end=end)), context.value(note) if note else Markup("")


def _text(context: PageContext, document: NamedNode) -> Markup:
    """The text of a document, if it is at hand, with each passage marked and linked."""
    index = context.view.index
    newest = index.first(document, terms.HAS_NEWEST_EDITION)
    text = index.texts.get(newest) if isinstance(newest, NamedNode) else None
    if text is None:
        return Markup("")
    parts, at = [], 0
    for passage in index.passages_of[document]:
        if passage.edition == newest and passage.span and passage.span[0] >= at:
            start, end = passage.span
            address = context.home + index.address(passage.node)
            shown = html('<mark><a href="{}">{}</a></mark>', address, text[start:end])
            parts += [escape(text[at:start]), shown]
            at = end
    return joined([*parts, escape(text[at:])])


def _language(index: SiteIndex, document: NamedNode | None) -> Markup:
    """The attributes that say in which language a document is, as far as it is stated, and which way that runs."""
    tag = language_of(index, document)
    return html(' lang="{}" dir="{}"', tag, direction(tag))


def _excerpt(index: SiteIndex, passage: SourcePassage) -> Markup:
    """A passage in its text, if that is at hand, with some of what is before and after it."""
    text = index.texts.get(passage.edition) if passage.edition else None
    if text is None or passage.span is None:
        return Markup("")
    start, end = passage.span
    first, last = max(0, start - EXCERPT_MARGIN), min(len(text), end + EXCERPT_MARGIN)
    before, after = "…" * (first > 0) + text[first:start], text[end:last] + "…" * (last < len(text))
    return html("{}<mark>{}</mark>{}", before, text[start:end], after)


class _Coverage:
    """What of a document is cited or left out, found once for all its pages.

    Args:
        index: What is published, by address.
        document: The document.
    """

    def __init__(self, index: SiteIndex, document: NamedNode) -> None:
        self._index = index
        self._document = document
        newest = index.first(document, terms.HAS_NEWEST_EDITION)
        self._edition = newest if isinstance(newest, NamedNode) else None

    @cached_property
    def ignored(self) -> list[tuple[int, int, Term | None]]:
        """The spans that are left out, each with its reason, in the order of the text."""
        found = []
        for node in self._left_out:
            start = self._index.number(node, terms.CHAR_START)
            end = self._index.number(node, terms.CHAR_END)
            if start is not None and end is not None:
                found.append((start, end, self._index.first(node, terms.NOTE)))
        return sorted(found, key=lambda span: span[:2])

    @cached_property
    def _left_out(self) -> list[Node]:
        incoming = self._index.reasons.incoming(self._edition) if self._edition else ()
        placed = (t.subject for t in incoming if t.predicate == terms.IS_PLACED_IN)
        parts = [node for node in placed if not isinstance(node, Triple)]
        return [node for node in parts if self._index.first(node, terms.IS_IGNORED_IN) is not None]

    @cached_property
    def _cited(self) -> list[tuple[NamedNode, tuple[int, int]]]:
        passages = self._index.passages_of[self._document]
        here = (p for p in passages if p.edition == self._edition)
        return [(p.node, p.span) for p in here if p.span and self._index.reasons.citing(p.node)]

    @cached_property
    def _length(self) -> int:
        """The characters of the newest edition; 0 where its text was not kept."""
        has_spans = any(passage.span for passage in self._index.passages_of[self._document])
        return (self._index.number(self._edition, terms.CHAR_LENGTH) or 0) if has_spans and self._edition else 0

    @cached_property
    def _covered(self) -> tuple[int, int, int | None]:
        """The characters that are cited or left out, those in other passages, and all; blanks aside."""
        passages = [p.node for p in self._index.passages_of[self._document] if p.edition == self._edition]
        cited = [node for node, _ in self._cited]
        total = self._index.number(self._edition, terms.NON_BLANK_LENGTH) if self._edition else None
        covered = self._non_blank([*cited, *self._left_out])
        return covered, self._non_blank(set(passages).difference(cited)), total

    def _non_blank(self, nodes: Iterable[Node]) -> int:
        return sum(self._index.number(node, terms.NON_BLANK_LENGTH) or 0 for node in nodes)

    @cached_property
    def _ground(self) -> Markup:
        return ground(self._length, [span for _, span in self._cited], [span[:2] for span in self.ignored])

    def strip(self, context: PageContext, passage: SourcePassage | None = None) -> Picture | None:
        """The coverage drawn, with one passage pointed out; None where the text was not at hand."""
        if not self._length:
            return None
        words = context.words
        covered, without, total = self._covered
        text = words("coverage.strip")
        if total is not None:
            text = words("coverage.of", covered=words.number(covered), total=words.number(total))
        if total is not None and without:
            text = words("coverage.without", covered=text, without=words.number(without))
        title = f"{words('coverage')}: {text}"
        if passage is None:
            return strip(self._length, self._ground, title, text)
        span = passage.span if passage.edition == self._edition else None
        return strip(self._length, self._ground, title, words("coverage.strip"), span)


def _passage(
    site: Renderer,
    writer: TwinWriter,
    passage: SourcePassage,
    beside: tuple[SourcePassage | None, SourcePassage | None],
    coverages: Mapping[NamedNode, _Coverage],
) -> Iterator[Document]:
    index = site.index
    before, after = beside
    claims = index.reasons.claims_of(passage.node)
    thing = facts.gather_thing(site, passage.node)
    stem = index.stems[passage.node]
    about = [triple for claim in claims for triple in claim.triples()]
    statements = [index.reasons.reason(t) for t in dict.fromkeys(claim.triple for claim in claims)]
    written = facts.Thing(passage.node, [*thing.reasons, *statements], (), thing.files)
    twins, jsonld, documents = twins_of(site, writer, written, about)
    yield from documents
    for view in site.views:
        context = PageContext(view, f"{stem}.html")
        title = view.words("passage", n=passage.number)
        values = shown(site, context, facts.Thing(passage.node, thing.reasons, (), thing.files), twins, jsonld)
        values |= {
            "heading": title,
            "pictures": [],
            "document": context.link(passage.document) if passage.document else "",
            "where": context.where(passage.node),
            "words_of": words_of(context, passage),
            "editions": _editions_of_a_passage(context, passage),
            "revised": _revised(context, passage),
            "has_readings": any(claim.iri in index.readings_of for claim in claims),
            "text": _excerpt(index, passage),
            "text_language": _language(index, passage.document),
            "original": original_of(index, passage),
            "strip": coverages[passage.document].strip(context, passage) if passage.document else None,
            "claims": [
                {
                    "id": anchor(claim.iri.value),
                    "subject": context.link(claim.triple.subject),
                    "property": context.link(claim.triple.predicate),
                    "value": context.value(claim.triple.object),
                    "basis": _basis(context, claim.basis),
                    "read": _read(context, claim),
                }
                for claim in claims
            ],
            "previous": context.home + index.address(before.node) if before else "",
            "next": context.home + index.address(after.node) if after else "",
        }
        document = f" · {view.name(passage.document)}" if passage.document else ""
        yield site.page("passage", context, f"{title}{document}", **values)
        yield from continuation_pages(site, context, f"{title}{document}", escape(title))


def _basis(context: PageContext, basis: NamedNode) -> Markup:
    name = basis.value.removeprefix(terms.BASIS)
    shown = context.link(basis)
    if name in terms.UNASSERTED_BASES:
        return html('{} <em class="record">{}</em>', shown, context.words("on_record"))
    return shown
