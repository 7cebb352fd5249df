"""HTML for links, literals and source marks in one language: all HTML that is made of data.

What comes from data is text: it is escaped, and a link is made only to a page of the site or by a scheme of
`LINKED_SCHEMES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from markupsafe import Markup, escape
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from scograph import terms
from scograph.answers.meaning import DESCRIPTIONS, partial_date
from scograph.answers.reasons import Reason, Support
from scograph.labels import Labels, is_read_as
from scograph.model import Term
from scograph.site.expressions import NIL, Expressions, list_html, read_list
from scograph.site.index import SiteIndex
from scograph.site.markup import html, joined
from scograph.site.paths import anchor, numbered, up
from scograph.site.words import Words, direction

LINKED_SCHEMES = ("http://", "https://", "mailto:")
"""The only schemes that a link out of the site has: a browser runs what follows some of the others."""
MAX_LABEL_LENGTH = 300
"""A label longer than this is cut where it names a thing; the thing's page has it whole."""
MAX_PER_PAGE = 500
"""At most this many rows are on a further page."""
MAX_DEPTH = 3
"""Blank nodes are shown to this depth."""
BUILT_IN = {
    terms.TYPE: "is_a",
    **{NamedNode(terms.RDFS + name): f"rdfs:{name}" for name in ("label", "comment", "seeAlso", "isDefinedBy")},
    **{NamedNode(terms.OWL + name): f"owl:{name}" for name in ("versionInfo", "imports")},
}
"""The properties that RDF and OWL build in, with the key of what the interface calls each: no project names them."""
_NUMBERS = re.compile("([0-9]{1,18})")
_ANY_URI = NamedNode(terms.XSD + "anyURI")


class View:
    """One language's tree of pages.

    Args:
        index: What is published, by address.
        words: The interface in that language.
        is_default: Whether its tree is the one without a folder of its own.
    """

    def __init__(self, index: SiteIndex, words: Words, *, is_default: bool) -> None:
        self.index = index
        self.words = words
        self.language = words.language
        self.folder = "" if is_default else f"{words.language}/"
        self.labels = Labels(index.graph, (self.language, *(x for x in index.languages if x != self.language)))
        self._named: dict[Term, tuple[str, str]] = {node: (words(key), self.language) for node, key in BUILT_IN.items()}
        self._orders: dict[Term, tuple[object, ...]] = {}
        self._linked: dict[Term, tuple[str, Markup, Markup]] = {}

    def name(self, term: Term) -> str:
        """The name of a thing as text: its label, else its CURIE."""
        return self._name(term)[0]

    def status(self, term: Term) -> str:
        """The statuses of a thing that say that it is not in force; nothing for most things."""
        found = self.index.statuses.get(term, ())
        return self.words("comma").join(self.name(triple.object) for triple in found)

    def name_and_status(self, term: Term) -> str:
        """The name of a thing as text, and after it the status, where it is not in force."""
        status = self.status(term)
        return self.words("with_status", name=self.name(term), status=status) if status else self.name(term)

    def order(self, term: Term) -> tuple[object, ...]:
        """The place of a thing among others: by its name, in which numbers count as such, then by itself."""
        if term not in self._orders:
            pieces = _NUMBERS.split(self.name(term).casefold())
            self._orders[term] = (tuple(int(p) if at % 2 else p for at, p in enumerate(pieces)), str(term))
        return self._orders[term]

    def _name(self, term: Term) -> tuple[str, str]:
        """The name of a thing and its language; `-` if it has no label."""
        if term not in self._named:
            literal = self.labels.own_literal(term)
            text = literal.value.strip() if literal is not None else ""
            if len(text) > MAX_LABEL_LENGTH:
                text = text[:MAX_LABEL_LENGTH] + "…"
            language = literal.language or "" if literal is not None else ""
            part = "" if text else self._name_of_part(term)
            named = (part, self.language) if part else (self.labels.curie(term).strip("<>"), "-")
            self._named[term] = (text, language) if text else named
        return self._named[term]

    def _name_of_part(self, term: Term) -> str:
        """What the interface calls a passage, an edition or a reading, which no project names; nothing for others."""
        if not isinstance(term, NamedNode):
            return ""
        passage = self.index.passages.get(term)
        if passage is not None:
            return self.words("passage", n=passage.number)
        kinds = {terms.EDITION: terms.RETRIEVED_ON, terms.READING: terms.READ_ON}
        kind = next((kind for kind in self.index.types(term) if kind in kinds), None)
        if kind is None:
            return ""
        day = self.index.first(term, kinds[kind])
        number = term.value.rpartition("/")[2]
        key = "edition.n" if kind == terms.EDITION else "reading.n"
        if not isinstance(day, Literal) or day.value == number:
            return self.words(key, n=self.words.date(number))
        return self.words(f"{key}.day", n=number, day=self.words.date(day.value))

    def name_html(self, term: Term) -> Markup:
        """The name of a thing, with its language, and a mark where it is not the page's."""
        text, language = self._name(term)
        if language == "-":
            return html("<code>{}</code>", text)
        return html("{}{}", self.with_language_tag(text, language), self.language_mark(language))

    def with_language_tag(self, text: str, language: str) -> Markup:
        """A text with its language and direction, where they are not the page's."""
        if not language:
            return html("<bdi>{}</bdi>", text)
        if is_read_as(language, self.language):
            return escape(text)
        return html('<bdi lang="{}" dir="{}">{}</bdi>', language, direction(language), text)

    def language_mark(self, language: str) -> Markup:
        """The mark of a name that is not in the page's language, or nothing."""
        if not language or is_read_as(language, self.language):
            return Markup("")
        title = self.words("fallback", language=self.words.language_name(language))
        return html('<abbr class="fb" title="{}">{}</abbr>', title, language)

    def inverse_name(self, predicate: NamedNode) -> Literal | None:
        """What a property is called from its value, in the best language, or nothing."""
        return self.labels.best(self.index.meaning.inverse_names.get(predicate, ()))

    def description(self, term: Term) -> Markup:
        """What a thing is, in a sentence, or nothing."""
        described = self.labels.described(term)
        for predicate in DESCRIPTIONS:
            found = self.labels.best(t.object for t in described if t.predicate == predicate)
            if found is not None:
                language = found.language or ""
                return html("{}{}", self.with_language_tag(found.value, language), self.language_mark(language))
        return Markup("")

    def linked(self, term: Term) -> tuple[str, Markup, Markup]:
        """The address of a thing's page from the root of its tree, its name, and the mark of its language."""
        if term not in self._linked:
            text, language = self._name(term)
            shown = html("<code>{}</code>", text) if language == "-" else self.with_language_tag(text, language)
            mark = self.language_mark("" if language == "-" else language)
            self._linked[term] = (self.index.address(term), shown, mark)
        return self._linked[term]


Piece = Callable[["PageContext"], Markup]
"""What can be shown on any page."""


@dataclass(frozen=True, slots=True)
class Group:
    """What is left of a group that is too long for its page.

    Args:
        heading: What the group is of.
        pieces: What is left.
    """

    heading: Markup
    pieces: Sequence[Piece]


@dataclass
class PageContext:
    """One page while it is made: where it lies, which passages its marks stand for, and what it has no room for.

    Args:
        view: The language it is in.
        path: Its path within the language's tree, with extension.
        is_anywhere: Whether it is served for any address, so that its links start from the root of the host.
        left: The groups whose rest stands on further pages.
        bases: The bases of the claims that its marks stand for.
    """

    view: View
    path: str
    is_anywhere: bool = False
    left: list[Group] = field(default_factory=list)
    bases: set[str] = field(default_factory=set)
    _marks: dict[str, tuple[int, Support]] = field(default_factory=dict)

    def leave(self, heading: Markup, pieces: Sequence[Piece]) -> Markup:
        """Leave the rest of a group for further pages, and link where it begins there.

        Args:
            heading: What the group is of.
            pieces: What is left of it.

        Returns:
            The link, which counts what is left.
        """
        page = sum(len(group.pieces) for group in self.left) // MAX_PER_PAGE + 1
        self.left.append(Group(heading, pieces))
        text = self.words.many("n.more", len(pieces))
        return html('<a href="{}#{}">{}</a>', self.home + numbered(self.path, page), f"g{len(self.left)}", text)

    @cached_property
    def home(self) -> str:
        """The way to the root of the language's tree."""
        return f"/{self.view.folder}" if self.is_anywhere else up(self.path)

    @cached_property
    def root(self) -> str:
        """The way to the root of the site."""
        return "/" if self.is_anywhere else self.home + up(self.view.folder)

    @property
    def words(self) -> Words:
        """The interface in its language."""
        return self.view.words

    def link(self, term: Term, *, is_marked: bool = True) -> Markup:
        """A thing by its name and status, linked to its page, or to its own address where the site has no page of it.

        Args:
            term: The thing.
            is_marked: Whether a name that is not in the page's language is marked as such.

        Returns:
            HTML.
        """
        return self.with_status(self.name_link(term, is_marked=is_marked), escape(self.view.status(term)))

    def sourced_link(self, term: Term) -> Markup:
        """A thing as `link` gives it, with the marks of the passages that say its status."""
        statuses = [
            html("{} {}", self.link(triple.object), self.marks(self.view.index.reasons.reason(triple)))
            for triple in self.view.index.statuses.get(term, ())
        ]
        return self.with_status(self.name_link(term), self.words["comma"].join(statuses))

    def with_status(self, name: Markup, status: Markup) -> Markup:
        """A name, and after it the status, where there is one: what is only proposed does not look like what is."""
        if not status:
            return name
        return self.words["with_status"].format(name=name, status=html('<span class="standing">{}</span>', status))

    def name_link(self, term: Term, *, is_marked: bool = True) -> Markup:
        """A thing by its name alone, linked as `link` does."""
        address, shown, mark = self.view.linked(term)
        mark = mark if is_marked else Markup("")
        if address:
            return html('<a href="{}">{}</a>{}', self.home + address, shown, mark)
        if isinstance(term, NamedNode) and term.value.startswith(LINKED_SCHEMES):
            return html('<a href="{}" rel="external">{}</a>{}', term.value, shown, mark)
        return html("{}{}", shown, mark)

    def inverse_link(self, predicate: NamedNode) -> Markup:
        """A property as it is called from its value, linked as `link` does."""
        name = self.view.inverse_name(predicate)
        if name is None:
            return self.words["incoming.this"].format(property=self.link(predicate))
        shown = html(
            "{}{}",
            self.view.with_language_tag(name.value, name.language or ""),
            self.view.language_mark(name.language or ""),
        )
        address = self.view.index.address(predicate)
        return html('<a href="{}">{}</a>', self.home + address, shown) if address else shown

    def link_to_iri(self, node: NamedNode) -> Markup:
        """An IRI as text, linked where its scheme may be."""
        if node.value.startswith(LINKED_SCHEMES):
            return html('<a href="{0}" rel="external">{0}</a>', node.value)
        return html("<code>{}</code>", node.value)

    def value(self, term: Term, depth: int = 0) -> Markup:
        """A value of a property."""
        if isinstance(term, Literal):
            return self.literal(term)
        if isinstance(term, BlankNode):
            return self._blank(term, depth)
        return Markup("<code>( )</code>") if term == NIL else self.link(term)

    def literal(self, literal: Literal) -> Markup:
        """A literal, with its language and direction; a date as a time; an address as a link."""
        if literal.datatype == _ANY_URI and literal.value.startswith(LINKED_SCHEMES):
            return html('<a href="{0}" rel="external">{0}</a>', literal.value)
        if literal.language:
            return self.view.with_language_tag(literal.value, literal.language)
        if literal.datatype == terms.STRING:
            return html("<bdi>{}</bdi>", literal.value)
        known = partial_date(literal)
        if known is not None:
            return html('<time datetime="{}">{}</time>', literal.value, self.words.date(literal.value))
        return escape(literal.value)

    @property
    def expressions(self) -> Expressions:
        """What writes the class expressions of one value."""
        return Expressions(self.describing, lambda term: self.value(term, MAX_DEPTH))

    def describing(self, node: Term) -> Sequence[Triple]:
        """What the graph says of a node, in all its files."""
        return self.view.index.graph.describing(node)

    def _blank(self, node: BlankNode, depth: int) -> Markup:
        expression = self.expressions.of(node)
        if expression is not None:
            return expression
        triples = self.describing(node)
        found = read_list(node, self.describing) if depth < MAX_DEPTH else None
        if found is not None:
            more = self.words.many("n.more", found.more) if found.more else ""
            return list_html(found, lambda member: self.value(member, depth + 1), more)
        if depth >= MAX_DEPTH or not triples:
            return Markup("<code>[ ]</code>")
        rows = joined(
            html("<li>{}{}{}</li>", self.link(t.predicate), self.words["colon"], self.value(t.object, depth + 1))
            for t in triples
        )
        return html('<ul class="blank">{}</ul>', rows)

    def mark(self, support: Support) -> Markup:
        """The mark of a source: its number on this page, which leads to its evidence there; its form says the basis."""
        number, _ = self._marks.setdefault(support.passage, (len(self._marks) + 1, support))
        self.bases.add(support.basis)
        kind, name = "", ""
        if support.basis != "stated":
            kind, name = f" m-{support.basis}", f", {self.view.name(terms.basis(support.basis))}"
        said = html('<span class="vh">{}</span>', name) if name else Markup("")
        gone = html(' <em class="record">{}</em>', self.words("gone")) if support.is_gone else Markup("")
        return html(
            '<a class="m{}" href="#s{}" data-claim="{}"><span class="vh">{} </span>{}{}</a>{}',
            kind,
            number,
            anchor(support.claim),
            self.words("mark", n="").strip(),
            number,
            said,
            gone,
        )

    def marks(self, reason: Reason) -> Markup:
        """The marks behind a statement, and what speaks against it."""
        parts = [self.mark(support) for support in _each_passage_once(reason.supports)]
        if not reason.is_asserted:
            notes = dict.fromkeys(support.note for support in reason.supports if support.note)
            parts.append(html(' <em class="record">{}</em>', self.words("on_record")))
            parts += [html(' <span class="note">{}</span>', note) for note in notes]
        elif reason.contradictions:
            for triple, support in reason.contradictions:
                parts.append(
                    html(
                        ' <span class="against">{}{}{} {}</span>',
                        self._against(reason, support),
                        self.words["colon"],
                        self.value(triple.object),
                        self.mark(support),
                    )
                )
        return joined(parts)

    def _against(self, reason: Reason, support: Support) -> str:
        """In what way a passage speaks against a statement: what was said once does not contradict what is said now."""
        if support.basis != "superseded":
            return self.words("against")
        key = "said.here" if reason.is_same_source(support) else "said.elsewhere"
        if not support.until:
            return self.words(f"{key}.before")
        return self.words(key, day=self.words.date(support.until))

    @property
    def marked(self) -> Iterator[tuple[int, Support]]:
        """The passages that the marks stand for, each with its number."""
        yield from self._marks.values()

    def where(self, node: NamedNode) -> Markup:
        """Where in its document a passage is: characters, or the locator."""
        passage = self.view.index.passages.get(node)
        if passage is None:
            return Markup("")
        if passage.span:
            start, end = passage.span
            return escape(self.words("characters", start=start, end=end))
        return escape(passage.locator)


def _each_passage_once(supports: Sequence[Support]) -> Iterable[Support]:
    return {(support.passage, support.basis): support for support in supports}.values()
