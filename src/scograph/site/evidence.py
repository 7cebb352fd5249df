"""The evidence behind the marks of a page: for each passage its document, its words, and where both can be opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape
from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.answers.reasons import Support
from scograph.model import Term
from scograph.site.index import SiteIndex, SourcePassage
from scograph.site.markup import html
from scograph.site.view import LINKED_SCHEMES, PageContext

_TITLE = NamedNode(terms.DCTERMS + "title")
_ISSUED = NamedNode(terms.DCTERMS + "issued")
_URL = NamedNode(terms.SCOG + "sourceUrl")
_PUBLISHERS = (NamedNode(terms.SCOG + "isPublishedBy"), NamedNode(terms.DCTERMS + "publisher"))
_LANGUAGES = (NamedNode(terms.DCTERMS + "language"), NamedNode(terms.SCHEMA + "inLanguage"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a page shows of a passage that its marks stand for.

    Args:
        number: The number of its marks on the page.
        iri: The passage, whose IRI with the fragment of a claim is the claim's.
        document: The document, linked to its page.
        about: Kind, publisher, date and language of the document, and where in it the passage is: each where known.
        words: The words that are quoted, or those with which the passage begins and ends.
        is_gone: Whether the newest edition of the document no longer has the words.
        passage: The address of the passage's page.
        original: The address that opens the document at the passage, where it has one that may be linked.
        title: The title of the document, to cite it, where it is not what the document is called here.
    """

    number: int
    iri: str
    document: Markup
    about: tuple[Markup, ...]
    words: Markup
    is_gone: bool
    passage: str
    original: str
    title: str


@dataclass(frozen=True, slots=True)
class PageEvidence:
    """The passages and bases that the marks of a page stand for, to be asked when all its marks are made.

    Args:
        context: The page.
    """

    context: PageContext

    @property
    def passages(self) -> list[Evidence]:
        """The passages, in the order of their numbers."""
        return [_evidence(self.context, number, support) for number, support in self.context.marked]

    @property
    def bases(self) -> list[tuple[str, Markup, Markup]]:
        """The bases of the marked claims but *stated*: key, name linked to the concept, and what it means."""
        view = self.context.view
        nodes = ((name, terms.basis(name)) for name in sorted(self.context.bases - {"stated"}))
        return [(name, self.context.link(node), view.description(node)) for name, node in nodes]


def _evidence(context: PageContext, number: int, support: Support) -> Evidence:
    index, view = context.view.index, context.view
    node = NamedNode(support.passage)
    passage = index.passages.get(node)
    document = passage.document if passage else None
    issued = _first(index, document, _ISSUED) or _last_updated(index, passage)
    title = _first(index, document, _TITLE)
    publisher = next((found for one in _PUBLISHERS if (found := _first(index, document, one))), None)
    return Evidence(
        number,
        support.passage,
        context.link(document, is_marked=False) if document else escape(support.document),
        tuple(_about(context, support, passage, publisher, issued)),
        words_of(context, passage) if passage else Markup(""),
        support.is_gone,
        context.home + index.address(node),
        original_of(index, passage) if passage else "",
        title.value if isinstance(title, Literal) and document and title.value != view.name(document) else "",
    )


def _about(
    context: PageContext, support: Support, passage: SourcePassage | None, publisher: Term | None, issued: Term | None
) -> Iterator[Markup]:
    index, view = context.view.index, context.view
    document = passage.document if passage else None
    kind = _first(index, document, terms.HAS_SOURCE_KIND)
    if kind is not None:
        yield view.name_html(kind)
    elif support.kind:
        yield escape(support.kind)
    if publisher is not None:
        yield html('<span class="publisher">{}</span>', context.link(publisher, is_marked=False))
    if issued is not None:
        yield context.value(issued)
    tag = language_of(index, document)
    if tag:
        yield escape(context.words.language_name(tag))
    if passage is not None and _first(index, passage.node, terms.QUOTATION) is None:
        where = context.where(passage.node)  # where its words are quoted, these say it
        yield from (where,) if where else ()


def original_of(index: SiteIndex, passage: SourcePassage) -> str:
    """The address that opens the document at a passage, or nothing."""
    url = _first(index, passage.document, _URL)
    if not isinstance(url, Literal) or not url.value.startswith(LINKED_SCHEMES):
        return ""
    link = index.reasons.link(passage.node)
    is_there = link != url.value or not index.reasons.is_gone(passage.node)  # or in an archived copy
    return link if is_there else ""


def _first(index: SiteIndex, node: NamedNode | None, predicate: NamedNode) -> Term | None:
    return index.first(node, predicate) if node else None


def _last_updated(index: SiteIndex, passage: SourcePassage | None) -> Term | None:
    """When the edition says it was last changed: the date of a page that has none of its own."""
    return _first(index, passage.edition, terms.LAST_UPDATED) if passage else None


def language_of(index: SiteIndex, document: NamedNode | None) -> str:
    """The language tag of a document, as far as it is stated."""
    stated = (_first(index, document, property_) for property_ in _LANGUAGES)
    return next((value.value for value in stated if isinstance(value, Literal)), "")


def quotations(context: PageContext, passage: SourcePassage) -> Markup:
    """The quotations of a passage, or nothing."""
    found = [t.object for t in context.view.index.graph.describing(passage.node) if t.predicate == terms.QUOTATION]
    return Markup("<br>").join(html("<q>{}</q>", context.value(one)) for one in found)


def words_of(context: PageContext, passage: SourcePassage) -> Markup:
    """The quotations of a passage; else how it begins and ends."""
    index = context.view.index
    if quoted := quotations(context, passage):
        return quoted
    first = index.first(passage.node, terms.TEXT_START)
    last = index.first(passage.node, terms.TEXT_END)
    if not isinstance(first, Literal):
        return Markup("")
    shown = html("<q><bdi>{}</bdi></q>", first.value)
    if isinstance(last, Literal) and last.value != first.value:
        return html("{} … <q><bdi>{}</bdi></q>", shown, last.value)
    return shown
