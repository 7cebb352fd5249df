"""Passages that are split, joined, ignored, quoted, and read with others; each edit gives new spans and what to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from scograph.edit.changes import FileChange
from scograph.edit.document import Document, Edition, Span
from scograph.edit.facts import claims_of, fact_files, moved_facts
from scograph.edit.locating import (
    MAX_SHOWN,
    around,
    is_name,
    is_number,
    named_span,
    numbers_of,
    passage_at,
    shown,
    shown_name,
    stretch_at,
    trimmed,
)
from scograph.edit.proposing import proposed_spans
from scograph.edit.quotations import checked_quotation
from scograph.edit.words import occurrences
from scograph.errors import UsageError
from scograph.extraction import PageText
from scograph.language_tags import HINT, is_language_tag
from scograph.messages import counted

Where = str | tuple[int, int]
"""A stretch of a text: its words, or how many code points stand before it and before what follows it."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit of passages makes.

    Args:
        spans: The passages and ignored spans that the document is to have.
        told: What the person has to know, a sentence each.
        changes: Changes of other files than the source.ttl.
    """

    spans: tuple[Span, ...]
    told: tuple[str, ...] = ()
    changes: tuple[FileChange, ...] = ()


@dataclass(frozen=True)
class Passages:
    """The passages of the newest edition of a document, with its text.

    Args:
        document: The document.
        edition: Its newest edition.
        text: The text of that.
        released: The IRIs of passages that a release has published.
    """

    document: Document
    edition: Edition
    text: str
    released: Collection[str] = ()

    @classmethod
    def of(cls, document: Document, *, released: Collection[str] = ()) -> Passages:
        """The passages of a document whose text is in the archive.

        Args:
            document: The document.
            released: The IRIs of passages that a release has published.

        Returns:
            Its passages.

        Raises:
            UsageError: It has no edition, or the text of the newest one was not kept or is not at hand.
        """
        edition, text = document.newest_text()
        return cls(document, edition, text, released)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The passages and ignored spans that have a place in the edition, in the order of the text."""
        own = (span for span in self.document.spans if span.placed_in == self.edition.iri)
        return tuple(span for span in own if span.start is not None and span.end is not None)

    @property
    def without_place(self) -> tuple[Span, ...]:
        """The passages that have a locator and no place in a text, by IRI."""
        return tuple(span for span in self.document.spans if span.start is None and not span.is_ignored)

    def find(self, which: str) -> Span:
        """A passage or ignored span by its name, or by words that stand in it alone.

        Raises:
            UsageError: No passage of the newest edition has them, or several have.
        """
        try:
            return passage_at(self.spans, self.text, which)
        except UsageError:
            self._refuse_older(which)
            raise

    def _refuse_older(self, which: str) -> None:
        """Say of the name of a passage that the newest edition has not, which ones revise it."""
        span = named_span(self.document.spans, which)
        if span is None or (span.placed_in == self.edition.iri and span.start is not None):
            return
        if span.start is None:
            raise UsageError(
                f"{_named(span)} has a locator, and no place in the text",
                hint=f"scograph source place {self.document.name} WORDS --passage {span.name} gives it one",
            )
        revising = [one.name for one in self.document.spans if span.iri in one.revision_of]
        raise UsageError(
            f"{_named(span).removeprefix('the ')} is not placed in the newest edition",
            hint=f"{', '.join(revising)} revises it" if revising else "scograph source show prints those that are",
        )

    def place(self, words: Where, *, which: str = "") -> Edited:
        """Say where a passage stands, or make one.

        Args:
            words: The words of the passage, white space aside; first and last words with `…` between them do. Or
                their place.
            which: The number of a passage that has a locator and no place; empty for a new passage.

        Returns:
            The passage with these words. It stands in the newest edition, and keeps its locator.

        Raises:
            UsageError: The words do not stand in the text, stand in several places, or belong to another passage or
                ignored span; or there is no such passage, or it has a place already.
        """
        start, end = trimmed(self.text, *self._at(words))
        for span in self.spans:
            first, last = _place(span)
            if first < end and start < last:
                command = f"scograph source split {self.document.name} WORDS --at WORDS parts it"
                raise UsageError(f"{_named(span)} has some of these words", hint=command)
        own = self._without_place(which) if which else Span(self.document.new_iri())
        stands_in = own.stands_in if self.edition.iri in own.stands_in else (*own.stands_in, self.edition.iri)
        placed = replace(own, start=start, end=end, stands_in=stands_in, placed_in=self.edition.iri)
        return Edited((*(span for span in self.document.spans if span.iri != own.iri), placed))

    def place_rest(self, page: PageText) -> Edited:
        """Make a passage of each block of the text, or of what is left of it, that lies in none.

        Args:
            page: The text of the edition with its blocks.

        Returns:
            The new passages and ignored spans, as a new source has them: each is read with the heading above it, and
            furniture is ignored.
        """
        gaps = self.gaps()
        made: list[Span] = []
        iris: dict[NamedNode, NamedNode] = {}
        for block in proposed_spans(page, self.document.iri, self.edition.iri):
            start, end = _place(block)
            places = [trimmed(self.text, max(start, first), min(end, last)) for first, last in gaps]
            places = [(first, last) for first, last in places if first < last]
            there = [span for span in self.spans if not span.is_ignored and _holds(span, start, start + 1)]
            if there:
                iris[block.iri] = there[0].iri
            for first, last in places:
                iri = self.document.new_iri(is_ignored=block.is_ignored, taken=made)
                read_with = tuple(iris[one] for one in block.read_with if one in iris)
                made.append(replace(block, iri=iri, start=first, end=last, read_with=read_with))
                iris.setdefault(block.iri, iri)
        numbers = Counter("ignored span" if one.is_ignored else "passage" for one in made)
        if not made:
            return Edited(self.document.spans)
        told = [" and ".join(counted(number, f"new {noun}") for noun, number in sorted(numbers.items(), reverse=True))]
        if self.without_place:
            names = ", ".join(span.name for span in self.without_place[:MAX_SHOWN])
            told.append(
                f"still without a place in the text: {names}; if its words are in a new passage, undo this and place"
                f" it first (scograph source place {self.document.name} WORDS --passage {self.without_place[0].name})"
            )
        return Edited((*self.document.spans, *made), tuple(told))

    def _without_place(self, which: str) -> Span:
        """The passage of a number that has a locator and no place."""
        span = named_span(self.without_place, which)
        if span is not None:
            return span
        names = ", ".join(span.name for span in self.without_place)
        raise UsageError(
            f"no passage {which!r} waits for a place in the text",
            hint=f"these do: {names}" if names else "without --passage, the words become a new passage",
        )

    def split(self, which: str, at: Sequence[Where]) -> Edited:
        """Split a passage where words begin.

        Args:
            which: Its number, or words of it.
            at: Words in it, or their places; at each a new passage begins.

        Returns:
            The first part keeps the IRI, and the facts; if the passage was released, all parts are new passages that
            revise it.

        Raises:
            UsageError: The words are not in it, stand there several times, or begin it.
        """
        span = self.find(which)
        start, end = _place(span)
        cuts = sorted({self._at(words, within=(start, end))[0] for words in at})
        if start in cuts:
            raise UsageError(f"{_named(span)} begins with these words", hint="give words where a part begins")
        parts = [trimmed(self.text, *place) for place in zip((start, *cuts), (*cuts, end), strict=True)]
        return self._in_parts(span, parts)

    def _in_parts(self, span: Span, parts: Sequence[tuple[int, int]]) -> Edited:
        """Have parts in the place of a span."""
        is_released = span.iri.value in self.released
        made: list[Span] = []
        for number, (start, end) in enumerate(parts):
            new = replace(span, start=start, end=end)
            if number or is_released:
                iri = self.document.new_iri(is_ignored=span.is_ignored, taken=made)
                new = replace(new, iri=iri, carried=())
            if is_released:
                new = replace(new, revision_of=(span.iri,))
            made.append(self._with_quotation(span, new))
        told: list[str] = []
        if span.quotation is not None and all(one.quotation is None for one in made):
            told.append(f"the quotation {span.quotation.value!r} stands in no part, and is left out")
        if is_released:
            told.append(f"{span.name} was released: it stays, and {', '.join(one.name for one in made)} revise it")
        facts = () if span.is_ignored else fact_files(self.document).get(span.name, ())
        if facts:
            told.append(f"the facts in {', '.join(facts)} rest on {span.name}: move what the other parts say")
        kept = [one for one in self.document.spans if is_released or one.iri != span.iri]
        return Edited((*kept, *made), tuple(told))

    def _with_quotation(self, old: Span, new: Span) -> Span:
        """A part with the quotation of the whole if its words stand in it."""
        if old.quotation is None:
            return new
        has_it = not new.is_ignored and bool(occurrences(new.words(self.text), old.quotation.value))
        return replace(new, quotation=old.quotation if has_it else None)

    def join(self, first: str, second: str) -> Edited:
        """Join two passages that follow each other.

        Args:
            first: The number of the one, or words of it.
            second: The same of the other.

        Returns:
            The first one keeps its IRI and gets the facts of both; if one of them was released, the whole is a new
            passage that revises both.

        Raises:
            UsageError: They are one, or another passage or an ignored span lies between them.
        """
        one, other = sorted((self.find(first), self.find(second)), key=lambda span: span.start or 0)
        if one.iri == other.iri:
            raise UsageError(f"both are the passage {one.name}", hint="name two passages that follow each other")
        if one.is_ignored or other.is_ignored:
            ignored = shown_name(one if one.is_ignored else other)
            raise UsageError(f"an ignored span cannot be joined: {ignored}", hint="name two passages")
        (start, end), (after, last) = _place(one), _place(other)
        if self.text[end:after].strip():
            between = shown(self.text[end:after].strip())
            raise UsageError(f"{between!r} stands between {one.name} and {other.name}", hint="join neighbours")
        retarget = {one.iri: one.iri, other.iri: one.iri}
        if {one.iri.value, other.iri.value} & set(self.released):
            whole = Span(
                self.document.new_iri(),
                start,
                last,
                stands_in=tuple(sorted({*one.stands_in} & {*other.stands_in}, key=lambda iri: iri.value)),
                placed_in=one.placed_in,
                revision_of=(one.iri, other.iri),
                read_with=tuple(iri for iri in one.read_with if iri != other.iri),
                about=one.about,
                quotation=one.quotation or other.quotation,
            )
            told: tuple[str, ...] = (
                f"{one.name} and {other.name} were released: they stay, and {whole.name} revises them",
            )
            return Edited((*self.document.spans, whole), told)
        read_with = sorted({*one.read_with, *other.read_with} - {one.iri, other.iri}, key=lambda iri: iri.value)
        whole = replace(
            one,
            end=last,
            stands_in=tuple(sorted({*one.stands_in} & {*other.stands_in}, key=lambda iri: iri.value)),
            read_with=tuple(read_with),
            about=tuple(sorted({*one.about, *other.about}, key=lambda iri: iri.value)),
            quotation=one.quotation or other.quotation,
            notes=tuple(dict.fromkeys((*one.notes, *other.notes))),
            carried=(*one.carried, *self._carried_to(other, one)),
        )
        spans = [
            whole if span.iri == one.iri else _retargeted(span, retarget)
            for span in self.document.spans
            if span.iri != other.iri
        ]
        changes = moved_facts(self.document, other, one)
        told = tuple(
            f"{change.path}: its facts rest on {one.name} now"
            if change.before is None
            else f"{change.path}: it has the facts of {other.name} too"
            for change in changes
            if change.after is not None
        )
        if one.quotation and other.quotation:
            told += (f"the quotation {other.quotation.value!r} is left out: a passage has one",)
        return Edited(tuple(spans), told, changes)

    def _carried_to(self, old: Span, new: Span) -> tuple[NamedNode, ...]:
        """The claims that a passage carries over, as those of another that its facts are to rest on."""
        if not old.carried:
            return ()
        return tuple(
            then[1]
            for path in fact_files(self.document).get(old.name, ())
            for now, then in zip(
                claims_of(self.document, path, old.iri), claims_of(self.document, path, new.iri), strict=True
            )
            if now[1] in old.carried
        )

    def ignore(self, which: Where, because: str, *, language: str = "en") -> Edited:
        """Leave a passage, or words, out of what is to be transcribed.

        Args:
            which: The name of a passage or ignored span, or the words to be left out; first and last words with `…`
                between them do; or their place. What is ignored already gets the reason, and keeps its IRI.
            because: The reason, a sentence.
            language: The BCP 47 tag of the reason.

        Returns:
            An ignored span in the place of these words; what is left of passages before and after them stays.

        Raises:
            UsageError: There is no reason, its language tag is none, facts rest on what is to be ignored, or it was
                released.
        """
        if not because.strip():
            raise UsageError("there is no reason", hint='give one: --because "A notice of the website."')
        if not is_language_tag(language):
            raise UsageError(f"{language!r} is no language tag", hint=HINT)
        note = Literal(because.strip(), language=language)
        start, end = self._stretch(which)
        spans = list(self.document.spans)
        same = next((span for span in self.spans if span.is_ignored and _place(span) == (start, end)), None)
        if same is not None:
            return Edited(tuple(replace(span, notes=(note,)) if span.iri == same.iri else span for span in spans))
        touched = [span for span in self.spans if _place(span)[0] < end and start < _place(span)[1]]
        told: list[str] = []
        made: list[Span] = []
        for span in touched:
            spans.remove(span)
            before, after = (trimmed(self.text, *place) for place in ((_place(span)[0], start), (end, _place(span)[1])))
            rest = [place for place in (before, after) if place[0] < place[1]]
            if not rest:
                self._refuse_used(span)
                spans = [_without(one, span.iri) for one in spans]
            elif span.iri.value in self.released:
                raise UsageError(
                    f"the passage {span.name} was released, and a part of it is to be ignored",
                    hint=f"scograph source split {self.document.name} {span.name} --at WORDS first",
                )
            for number, place in enumerate(rest):
                kept = replace(span, start=place[0], end=place[1])
                if number:
                    iri = self.document.new_iri(is_ignored=span.is_ignored, taken=made)
                    kept = replace(kept, iri=iri, carried=())
                made.append(self._with_quotation(span, kept))
        ignored = Span(
            self.document.new_iri(is_ignored=True, taken=made),
            start,
            end,
            is_ignored=True,
            notes=(note,),
            stands_in=(self.edition.iri,),
            placed_in=self.edition.iri,
        )
        return Edited((*spans, *made, ignored), tuple(told))

    def located(self, words: Where, *, within: Span | None = None) -> tuple[int, int]:
        """The stretch that words name, white space at its ends aside.

        Args:
            words: The words, or their place.
            within: The passage that has them, if it is known.

        Returns:
            Code points before the stretch, and before what follows it.

        Raises:
            UsageError: They do not stand there, or several times.
        """
        return trimmed(self.text, *self._at(words, within=_place(within) if within else None))

    def _at(self, words: Where, *, within: tuple[int, int] | None = None) -> tuple[int, int]:
        """The stretch that words name, or that is given as a place."""
        if isinstance(words, str):
            return stretch_at(self.text, words, within=within, spans=self.spans if within else ())
        first, last = within or (0, len(self.text))
        if not first <= words[0] < words[1] <= last:
            raise UsageError("nothing is selected there", hint="select words of the passage")
        return words

    def _stretch(self, which: Where) -> tuple[int, int]:
        if not isinstance(which, str):
            return trimmed(self.text, *self._at(which))
        is_words = not is_number(which) and occurrences(self.text, which)
        if is_name(which) and (named_span(self.document.spans, which) or not is_words):
            return _place(self.find(which))
        return trimmed(self.text, *stretch_at(self.text, which))

    def _refuse_used(self, span: Span) -> None:
        """Refuse that a passage goes on which something rests."""
        if span.is_ignored:
            return
        if span.iri.value in self.released:
            raise UsageError(
                f"the passage {span.name} was released, and cannot be ignored",
                hint="its IRI stays: leave it as it is, or say in a note that it states nothing",
            )
        facts = fact_files(self.document).get(span.name, ())
        if facts:
            raise UsageError(
                f"facts rest on the passage {span.name}: {', '.join(facts)}", hint="remove these files first"
            )

    def quote(self, words: Where, *, names: Iterable[str] = ()) -> Edited:
        """Have a passage quote words of it.

        Args:
            words: The words, as they stand in the text, in one passage; or their place.
            names: Names of the graph: what consists of a name does not count for the limit of a document.

        Returns:
            The passage with the quotation; one that it had is replaced.

        Raises:
            UsageError: The words are too many, not in one place of one passage, or the document forbids it.
        """
        if self.document.forbids_quotation:
            raise UsageError(
                f"{self.document.name} forbids quotations: scog:forbidsQuotation is true",
                hint="words of it are not published; its passages are known by their first and last words",
            )
        start, end = trimmed(self.text, *self._at(words))
        quotation = self.text[start:end]
        span = next((one for one in self.spans if _holds(one, start, end)), None)
        if span is None or span.is_ignored:
            where = _named(span) if span else around(self.text, start, end)
            raise UsageError(
                f"the words do not stand in one passage, but in {where}",
                hint="scograph source show prints the passages",
            )
        others = [one.quotation.value for one in self.document.spans if one.quotation and one.iri != span.iri]
        checked_quotation(quotation, others, self.document, self.text, names)
        language = self.document.language or "en"
        literal = Literal(" ".join(quotation.split()), language=language)
        spans = [replace(one, quotation=literal) if one.iri == span.iri else one for one in self.document.spans]
        told = () if span.quotation is None else (f"it replaces the quotation {span.quotation.value!r}",)
        return Edited(tuple(spans), told)

    def unquote(self, which: str) -> Edited:
        """Take the quotation of a passage out.

        Args:
            which: The number of the passage, or words of it.

        Returns:
            The passage without a quotation.
        """
        span = self.find(which)
        spans = [replace(one, quotation=None) if one.iri == span.iri else one for one in self.document.spans]
        return Edited(tuple(spans))

    def read_with(self, which: str, others: Sequence[str]) -> Edited:
        """Say without which passages one, or each of several, cannot be read.

        Args:
            which: The number of the passage, or words of it; or several numbers, as `numbers_of` reads them.
            others: The number of each of the others, or words of it; none for none.

        Returns:
            The passages with these, in the place of those that they had.

        Raises:
            UsageError: One would be read with itself, or with an ignored span.
        """
        named = [self.find(one) for one in numbers_of(which) or (which,)]
        found = [self.find(other) for other in others]
        if ignored := [one for one in (*named, *found) if one.is_ignored]:
            raise UsageError(f"an ignored span is not read: {shown_name(ignored[0])}", hint="name passages")
        if itself := [one for one in named if one in found]:
            raise UsageError(f"the passage {itself[0].name} cannot be read with itself", hint="name another one")
        iris = tuple(sorted({one.iri for one in found}, key=lambda iri: iri.value))
        those = {one.iri for one in named}
        spans = [replace(one, read_with=iris) if one.iri in those else one for one in self.document.spans]
        return Edited(tuple(spans))

    def about(self, which: str, things: Sequence[NamedNode]) -> Edited:
        """Say what a passage is about.

        Args:
            which: The number of the passage, or words of it.
            things: The things; none for none.

        Returns:
            The passage with these, in the place of those that it had.
        """
        span = self.find(which)
        iris = tuple(sorted(set(things), key=lambda iri: iri.value))
        spans = [replace(one, about=iris) if one.iri == span.iri else one for one in self.document.spans]
        return Edited(tuple(spans))

    def gaps(self) -> list[tuple[int, int]]:
        """The stretches of the text that lie in no passage and no ignored span, white space aside."""
        found, at = [], 0
        for span in self.spans:
            start, end = _place(span)
            if start > at:
                found.append(trimmed(self.text, at, start))
            at = max(at, end)
        found.append(trimmed(self.text, at, len(self.text)))
        return [place for place in found if place[0] < place[1]]


def _named(span: Span) -> str:
    return f"{'' if span.is_ignored else 'the passage '}{shown_name(span)}"


def _place(span: Span) -> tuple[int, int]:
    if span.start is None or span.end is None:
        raise UsageError(f"{_named(span)} has a locator, and no place in the text")
    return span.start, span.end


def _holds(span: Span, start: int, end: int) -> bool:
    return span.start is not None and span.end is not None and span.start <= start and end <= span.end


def _retargeted(span: Span, to: dict[NamedNode, NamedNode]) -> Span:
    def changed(iris: tuple[NamedNode, ...]) -> tuple[NamedNode, ...]:
        found = {to.get(iri, iri) for iri in iris} - {span.iri}
        return tuple(sorted(found, key=lambda iri: iri.value))

    return replace(span, read_with=changed(span.read_with), revision_of=changed(span.revision_of))


def _without(span: Span, iri: NamedNode) -> Span:
    return replace(
        span,
        read_with=tuple(one for one in span.read_with if one != iri),
        revision_of=tuple(one for one in span.revision_of if one != iri),
    )
