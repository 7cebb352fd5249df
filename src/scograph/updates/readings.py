"""Readings: the record that somebody held claims against the words of their passages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.claims import Claim, can_be_claimed
from scograph.edit.changes import FileChange
from scograph.edit.document import Document, Span
from scograph.edit.locating import named_span, shown_name
from scograph.edit.turtle_edits import edited_turtle
from scograph.errors import UsageError
from scograph.graph import Graph
from scograph.messages import counted, did_you_mean
from scograph.project import Project, read_bytes
from scograph.read_options import NO_BASE
from scograph.readings import readings_of
from scograph.turtle.reader import read_turtle

DEPTHS = ("whole", "beginning", "quotation")
"""How much was seen: the page whole, its beginning, the words of the passage alone."""
MAX_NAMED = 20
"""So many passages are named in a hint."""
MANY = 5
"""Facts about so many things in one passage call for doubt."""
MAX_NOTE = 2000
"""So many characters of comments become a note."""
_DEPTH = "https://w3id.org/scograph/concept/reading-depth/"
_NUMBER = re.compile(r".*/reading/(\d{1,9})")


@dataclass(frozen=True, slots=True)
class PassageClaims:
    """A passage with the asserted claims that rest on it.

    Args:
        span: The passage.
        words: Its words; None where the text of its edition is not at hand.
        claims: The claims, in the order of their files.
        unread: Those of them that no reading covers.
        read_with: The passages that it is read with, directly or by way of another, such as headings and a header row,
            each with its words.
    """

    span: Span
    words: str | None
    claims: tuple[Claim, ...]
    unread: tuple[Claim, ...]
    read_with: tuple[tuple[Span, str | None], ...] = ()

    @property
    def doubt(self) -> str:
        """Why its words may be present and not say the claims: a phrase; empty where nothing calls for doubt."""
        told = [claim.triple for claim in self.claims if claim.triple.predicate != terms.TYPE]
        subjects = {str(triple.subject) for triple in told}
        properties: dict[tuple[str, str], set[str]] = {}
        for triple in told:
            properties.setdefault((str(triple.subject), str(triple.object)), set()).add(str(triple.predicate))
        unlike = sum(len(predicates) > 1 for predicates in properties.values())
        if unlike:
            return f"{counted(unlike, 'value')} under several properties: does it say each?"
        return f"facts about {len(subjects)} things: does it say them of each?" if len(subjects) >= MANY else ""


def passages_to_read(document: Document, graph: Graph) -> tuple[PassageClaims, ...]:
    """The passages of a document that claims rest on, in the order of the text.

    Args:
        document: The document.
        graph: The graph of its project.

    Returns:
        An entry for each passage with an asserted claim. Those to which claims were carried over stand first, then
        those whose claims call for doubt (`PassageClaims.doubt`): their words may not say what is claimed.
    """
    covered = {value.value for said in document.values.values() for value in said.get(terms.COVERS, ())}
    by_passage: dict[str, list[Claim]] = {}
    for claim in graph.claims:
        if claim.basis.value.removeprefix(terms.BASIS) in terms.ASSERTED_BASES:
            by_passage.setdefault(claim.passage.value, []).append(claim)
    words_of = _PassageWords(document)
    found = []
    for span in document.spans:
        claims = tuple(by_passage.get(span.iri.value, ()))
        if not claims:
            continue
        unread = tuple(claim for claim in claims if claim.iri.value not in covered)
        read_with = tuple((partner, words_of.of(partner)) for partner in _partners(document, span))
        found.append(PassageClaims(span, words_of.of(span), claims, unread, read_with))
    return tuple(sorted(found, key=lambda one: (not one.span.carried, not one.doubt)))


def readings_without(document: Document, is_gone: Callable[[str], bool]) -> list[Triple]:
    """What readings of a document say of claims that are no more.

    A claim is of a fact, a passage and a basis, so that one whose fact is changed or moved is another claim. A reading
    that covered such claims alone goes with them.

    Args:
        document: The document.
        is_gone: Whether the claim of an IRI is no more.

    Returns:
        The triples to be taken out of source.ttl.
    """
    removed: list[Triple] = []
    for reading, said in document.values.items():
        covered = said.get(terms.COVERS, ())
        lost = [claim for claim in covered if is_gone(claim.value)]
        if lost and len(lost) == len(covered):
            removed += [Triple(reading, predicate, value) for predicate, values in said.items() for value in values]
        else:
            removed += [Triple(reading, terms.COVERS, claim) for claim in lost]
    return removed


def _partners(document: Document, span: Span) -> list[Span]:
    """The passages that a passage is read with, directly or by way of another, in the order of the text."""
    by_iri = {one.iri: one for one in document.spans}
    found: dict[NamedNode, Span] = {}
    ahead = [*span.read_with]
    while ahead:
        one = by_iri.get(ahead.pop())
        if one is not None and one.iri not in found and one.iri != span.iri:
            found[one.iri] = one
            ahead += one.read_with
    return sorted(found.values(), key=lambda one: (one.start or 0, one.name))


class _PassageWords:
    """The words of passages, each from the text of the edition in which it is placed.

    Args:
        document: The document.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._editions = {edition.iri: edition for edition in document.editions}
        self._texts: dict[NamedNode, str | None] = {}

    def of(self, span: Span) -> str | None:
        """The words of a passage; None where the text is not at hand, or the passage has no span."""
        edition = self._editions.get(span.placed_in) if span.placed_in else None
        if edition is None or span.start is None:
            return None
        if edition.iri not in self._texts:
            self._texts[edition.iri] = self._document.text(edition)
        text = self._texts[edition.iri]
        return None if text is None else span.words(text)


def record_reading(  # noqa: PLR0913 -- what a reading says
    document: Document,
    claims: Iterable[Claim],
    graph: Graph,
    *,
    reader: str,
    day: str,
    depth: str,
    note: str = "",
) -> FileChange:
    """Add a reading to the file of a source, and take out what it says of claims that are no more.

    What was carried over to a passage, and is read now, is not to be read again.

    Args:
        document: The document.
        claims: The claims that were held against their words.
        graph: The graph of its project, which knows the claims that there are.
        reader: Who read them: a handle of `[readers]` in scograph.toml.
        day: The day, UTC, as `2026-11-30`.
        depth: How much was seen, one of `DEPTHS`.
        note: What was seen, or how it is interpreted; empty for nothing.

    Returns:
        The change of source.ttl.

    Raises:
        UsageError: The reader is not declared, or there is no claim.
    """
    return record_readings(document, {note: tuple(claims)}, graph, reader=reader, day=day, depth=depth)


def record_readings(  # noqa: PLR0913 -- what a reading says
    document: Document,
    claims: Mapping[str, Sequence[Claim]],
    graph: Graph,
    *,
    reader: str,
    day: str,
    depth: str,
) -> FileChange:
    """Add readings to the file of a source, one for each note, and take out those of claims that are no more.

    Args:
        document: The document.
        claims: The claims that were held against their words, by the note of their reading; it is empty for none.
        graph: The graph of its project, which knows the claims that there are.
        reader: Who read them: a handle of `[readers]` in scograph.toml.
        day: The day, UTC, as `2026-11-30`.
        depth: How much was seen, one of `DEPTHS`.

    Returns:
        The change of source.ttl.

    Raises:
        UsageError: The reader is not declared, or there is no claim.
    """
    check_reader(document.project, reader)
    if not any(claims.values()):
        raise UsageError("no claim was read", hint="name a passage that claims rest on")
    numbers = [int(match[1]) for iri in document.values if (match := _NUMBER.fullmatch(iri.value))]
    added: list[Triple] = []
    covered: set[str] = set()
    for number, (note, read) in enumerate(claims.items(), max(numbers, default=0) + 1):
        iri = NamedNode(f"{document.iri.value}/reading/{number}")
        own = sorted({claim.iri.value for claim in read})
        covered.update(own)
        said: list[tuple[NamedNode, NamedNode | Literal]] = [
            (terms.TYPE, terms.READING),
            *((terms.COVERS, NamedNode(claim)) for claim in own),
            (terms.READER, Literal(reader)),
            (terms.READ_ON, Literal(day, datatype=terms.DATE)),
            (terms.HAS_READING_DEPTH, NamedNode(_DEPTH + depth)),
            *([(terms.NOTE, Literal(note, language="en"))] if note else []),
        ]
        added += [Triple(iri, predicate, value) for predicate, value in said]
    known = {claim.iri.value for claim in graph.claims}
    removed = readings_without(document, lambda claim: claim not in known)
    removed += [
        Triple(span.iri, terms.CARRIES_OVER, claim)
        for span in document.spans
        for claim in span.carried
        if claim.value in covered or claim.value not in known
    ]
    data = edited_turtle(document.data, removed, added, path=document.path, base=document.project.options.base)
    return FileChange(document.path, document.data, data)


def notes_of_comments(document: Document, graph: Graph) -> dict[str, tuple[Claim, ...]]:
    """The interpreted claims of a document that no reading explains, by the comments of their files.

    Args:
        document: The document.
        graph: The graph of its project.

    Returns:
        The claims by the comments, in one line each, of the file that has them; those of a file without a comment are
        not among them.

    Raises:
        InputError: A file cannot be read.
    """
    explained = readings_of(graph).explained
    passages = {span.iri for span in document.spans}
    found: dict[str, list[Claim]] = {}
    for file in graph.facts_files:
        if file.passage not in passages or file.passage is None or file.basis != "interpreted":
            continue
        path = document.project.folder / file.parsed.path
        if path.suffix != ".ttl":
            continue
        reading = read_turtle(read_bytes(path), base=document.project.options.base or NO_BASE, path=file.parsed.path)
        lines = (reading.written(comment).lstrip("#").strip() for comment in reading.comments)
        note = " ".join(line for line in lines if line)[:MAX_NOTE]
        basis = terms.basis(file.basis)
        claims = [Claim(triple, file.passage, basis) for triple in dict.fromkeys(file.parsed.triples)]
        unread = [one for one in claims if can_be_claimed(one.triple) and one.iri.value not in explained]
        if note and note.isprintable() and unread:
            found.setdefault(note, []).extend(unread)
    return {note: tuple(claims) for note, claims in found.items()}


def check_reader(project: Project, reader: str) -> None:
    """Refuse a reader that the project does not declare.

    Args:
        project: The project.
        reader: The handle.

    Raises:
        UsageError: It is not declared.
    """
    readers = dict(project.settings.readers)
    if reader not in readers:
        hint = f'declare it in scograph.toml, below [readers]: {reader or "ab"} = "person"'
        raise UsageError(f"no reader is called {reader!r}", hint=did_you_mean(reader, readers, hint))


def chosen(document: Document, passages: Sequence[PassageClaims], number: str) -> PassageClaims:
    """The passage of a number.

    Args:
        document: The document.
        passages: Its passages with claims.
        number: The number of one, or its IRI.

    Returns:
        The passage.

    Raises:
        UsageError: There is none with claims.
    """
    span = named_span(document.spans, number)
    if span is not None and span.is_ignored:
        raise UsageError(f"no claim rests on {shown_name(span)}: it is an ignored span", hint="name a passage")
    found = next((one for one in passages if one.span == span), None)
    if found is None:
        known = [one.span.name for one in passages]
        named = f"claims rest on {', '.join(known[:MAX_NAMED])}{' and others' if len(known) > MAX_NAMED else ''}"
        otherwise = named if known else "no claim rests on this document yet: scograph source show lists its passages"
        raise UsageError(f"no claim rests on passage {number}", hint=did_you_mean(number, known, otherwise))
    return found
