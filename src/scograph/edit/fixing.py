"""Numbers of passages made again from the text and the words: what a person moved or typed is found by its words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scograph import terms
from scograph.edit.document import Document, Edition, Span, of_text
from scograph.edit.locating import MAX_SHOWN, around, is_line, shown_name
from scograph.edit.words import from_to, occurrences, stretch_of
from scograph.texts import TextArchive, digest_of

MAX_WORK = 200_000_000
"""Characters that are digested to find a span without words; a longer search is left to the person."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """What became of the numbers of a document.

    Args:
        spans: Its passages and ignored spans, with the places that were found.
        editions: Its editions, with digests and lengths of their texts.
        told: What was found anew, a sentence each.
        unknown: What has no place, or several: a sentence each. Nothing is to be written then.
    """

    spans: tuple[Span, ...]
    editions: tuple[Edition, ...]
    told: tuple[str, ...]
    unknown: tuple[str, ...]


def fixed(document: Document) -> Fixed:
    """Make all numbers of a document again, edition by edition.

    A span stays where its digest says that it is. Else it is where its first and last words stand, if that is one
    place; of several the one with its digest, else the one that is all of a line.

    Args:
        document: The document.

    Returns:
        What it is to state.

    Raises:
        UsageError: No text of it is in the archive.
    """
    archive = TextArchive(document.project)
    texts = {edition.iri: document.text(edition, archive) for edition in document.editions}
    if not any(text is not None for text in texts.values()):
        document.newest_text(archive)  # it says why there is none
    told: list[str] = []
    unknown: list[str] = []
    newest = document.newest
    spans: list[Span] = []
    for span in document.spans:
        placed = span.placed_in or (
            newest.iri if newest and span.stated is None and _has_words(document, span) else None
        )
        text = texts.get(placed) if placed else None
        if placed is None or text is None:
            spans.append(span)
            continue
        places = _places(document, span, text)
        if len(places) == 1:
            start, end = places[0]
            if (start, end) != (span.start, span.end):
                told.append(
                    f"{document.name}: {shown_name(span)} stands at {around(text, start, start + min(end - start, 40))}"
                )
            stands_in = span.stands_in or (placed,)
            spans.append(replace(span, start=start, end=end, placed_in=placed, stands_in=stands_in))
        else:
            spans.append(span)
            unknown.append(_unknown(document, span, text, places))
    editions = tuple(
        edition if (text := texts[edition.iri]) is None else of_text(edition, text) for edition in document.editions
    )
    return Fixed(tuple(spans), editions, tuple(told), tuple(unknown))


def _words(document: Document, span: Span) -> tuple[str, str, str]:
    """The first words, last words and digest that the file states of a span."""
    said = document.values[span.iri]
    first, last, digest = (
        next((value.value for value in said.get(predicate, ())), "")
        for predicate in (terms.TEXT_START, terms.TEXT_END, terms.TEXT_SHA256)
    )
    return first, last or first, digest


def _has_words(document: Document, span: Span) -> bool:
    return bool(_words(document, span)[0])


def _places(document: Document, span: Span, text: str) -> list[tuple[int, int]]:
    """Where a span may stand."""
    first, last, digest = _words(document, span)
    if span.start is not None and span.end is not None and 0 <= span.start < span.end <= len(text):
        here = stretch_of(text, span.start, span.end)
        is_it = here.sha256 == digest and (span.is_ignored or (here.first, here.last) == (first, last))
        if is_it or (span.is_ignored and here.sha256 == digest):
            return [(span.start, span.end)]
        if digest == "" and span.is_ignored:
            return [(span.start, span.end)]
    if not first:
        return _by_digest(span, text, digest)
    found = occurrences(text, first) if first == last else from_to(text, first, last)
    same = [place for place in found if digest_of(text[slice(*place)]) == digest]
    if len(same) == 1 or len(found) == 1:
        return same or found
    fitting = [place for place in found if stretch_of(text, *place).last == last or first == last] or found
    starts = [place for place in fitting if place[0] == span.start or place[1] == span.end]
    lines = [place for place in fitting if is_line(text, *place)]
    return next((places for places in (starts, lines) if len(places) == 1), fitting)


def _by_digest(span: Span, text: str, digest: str) -> list[tuple[int, int]]:
    """Where a stretch of the same length has the digest."""
    if span.start is None or span.end is None or not digest:
        return []
    size = span.end - span.start
    if size < 1 or size * len(text) > MAX_WORK:
        return []
    return [
        (at, at + size)
        for at in range(len(text) - size + 1)
        if not text[at].isspace() and digest_of(text[at : at + size]) == digest
    ]


def _unknown(document: Document, span: Span, text: str, places: list[tuple[int, int]]) -> str:
    first, last, _ = _words(document, span)
    words = f"{first!r} … {last!r}" if first != last else repr(first)
    if not places:
        return f"{document.path}: {shown_name(span)}: {words} does not stand in the text"
    shown = "; ".join(around(text, start, start + min(end - start, 40)) for start, end in places[:MAX_SHOWN])
    return f"{document.path}: {shown_name(span)}: {words} stands in {len(places)} places: {shown}"
