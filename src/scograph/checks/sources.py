"""Sources: spans, digests and words of passages against the text, and how much of the text they cover."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.graph import Graph
from scograph.layout import Source
from scograph.model import Finding, Place, Severity
from scograph.places import Part
from scograph.turtle.tokens import LineIndex

MOST_DIGITS = 18
"""A longer number counts the characters of no text, and Python refuses to read one of thousands of digits."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document's text.

    Args:
        iri: The passage or ignored span.
        start: Characters before it.
        end: Characters before what follows it.
        non_blank: How many of its characters are not white space, as stated.
        sha256: The digest of its text in UTF-8, as stated.
        first_words: How it begins, as stated.
        last_words: How it ends, as stated.
        is_ignored: Whether it is left out for a stated reason.
        is_cited: Whether a claim rests on it.
    """

    iri: str
    start: int
    end: int
    non_blank: int
    sha256: str
    first_words: str
    last_words: str
    is_ignored: bool
    is_cited: bool

    @property
    def is_covered(self) -> bool:
        """Whether its characters are accounted for."""
        return self.is_ignored or self.is_cited


@dataclass(frozen=True, slots=True)
class SourceText:
    """What a source states of its document's text.

    Args:
        source: The source.
        sha256: The digest of the text in UTF-8.
        length: Its characters.
        non_blank: Those of them that are not white space.
        spans: Its passages and ignored spans, by their start.
    """

    source: Source
    sha256: str
    length: int
    non_blank: int
    spans: tuple[Span, ...]

    @property
    def covered(self) -> int:
        """Non-blank characters in passages that a claim cites, or in ignored spans, by the lengths stated."""
        return sum(span.non_blank for span in self.spans if span.is_covered)


def source_texts(graph: Graph) -> list[SourceText]:
    """The documents whose text is described by its length, with their spans.

    Args:
        graph: The graph.

    Returns:
        One entry for each such document, in the order of the sources.
    """
    cited = {claim.passage.value for claim in graph.claims}
    found = []
    for source in graph.sources:
        values = _values(source)
        document = values[source.document.value]
        if terms.CHAR_LENGTH.value in document and terms.NON_BLANK_LENGTH.value in document:
            spans = (span for iri in values if (span := _span(iri, values[iri], source, cited)))
            found.append(
                SourceText(
                    source,
                    _text(document, terms.SHA256),
                    _number(document, terms.CHAR_LENGTH),
                    _number(document, terms.NON_BLANK_LENGTH),
                    tuple(sorted(spans, key=lambda span: (span.start, span.end))),
                )
            )
    return found


def coverage(graph: Graph) -> tuple[int, int] | None:
    """How much of the source texts is covered.

    Args:
        graph: The graph.

    Returns:
        Non-blank characters covered, and all of them; None where no document states its length.
    """
    texts = source_texts(graph)
    return (sum(text.covered for text in texts), sum(text.non_blank for text in texts)) if texts else None


def check_sources(graph: Graph) -> Iterator[Finding]:
    """Find passages that support nothing, and text that no passage accounts for.

    A profile is transcribed only when every character of it lies in a passage that a claim cites, or in a span that is
    ignored for a stated reason. Write the facts of the passage, or say why it holds none.

    Args:
        graph: The graph.

    Returns:
        S01 for a passage that supports nothing, S02 for a document not covered whole.
    """
    cited = {claim.passage for claim in graph.claims}
    for source in graph.sources:
        for number, passage in sorted(source.passages.items()):
            if passage not in cited:
                yield Finding(
                    Severity.WARNING,
                    "S01",
                    f"passage {number} supports no claim",
                    f"write what it says into {number}-….ttl beside source.ttl, or make it an ignored span",
                    focus=passage.value,
                    place=_place(graph, source, passage.value),
                )
    for text in source_texts(graph):
        if text.covered != text.non_blank:
            yield Finding(
                Severity.WARNING,
                "S02",
                f"{text.covered} of {text.non_blank} non-blank characters are covered",
                f"not in any passage or ignored span, blanks included: {gaps(text)}",
                focus=text.source.document.value,
                place=_place(graph, text.source, text.source.document.value, terms.NON_BLANK_LENGTH),
            )


def verify_text(graph: Graph, name: str, data: bytes) -> Iterator[Finding]:
    """Hold the text of a document against what its source states.

    Who reads a passage must find the words that were transcribed. Mend what source.ttl states, by the text; or if the
    text is another edition, take the one that was transcribed.

    Args:
        graph: The graph.
        name: The text file's name in messages.
        data: The text's bytes.

    Returns:
        S03 if no document has the text's digest, S04 for a passage's digest, S05 for its words, S06 for a length, S07
        for a character that lies in no span.
    """
    digest = hashlib.sha256(data).hexdigest()
    matching = [text for text in source_texts(graph) if text.sha256 == digest]
    if not matching:
        yield Finding(
            Severity.ERROR,
            "S03",
            f"no document has this text's SHA-256, {digest}",
            "is it the text as it was transcribed, byte for byte? The digest stands in source.ttl",
            place=Place(name),
        )
    for stated in matching:
        yield from _verified(graph, stated, name, data.decode("utf-8"))


def _verified(graph: Graph, stated: SourceText, name: str, text: str) -> Iterator[Finding]:
    def finding(code: str, message: str, hint: str, focus: str, stated_by: NamedNode) -> Finding:
        place = _place(graph, stated.source, focus, stated_by)
        return Finding(Severity.ERROR, code, message, hint, focus=focus, place=place)

    document = stated.source.document.value
    for what, said, counted in (
        (terms.CHAR_LENGTH, stated.length, len(text)),
        (terms.NON_BLANK_LENGTH, stated.non_blank, _non_blank(text)),
    ):
        if said != counted:
            message = f"{terms.local_name(what.value)} is {said}, and the text has {counted}"
            yield finding("S06", message, "state what the text has", document, what)
    for span in stated.spans:
        part = text[span.start : span.end]
        found = hashlib.sha256(part.encode()).hexdigest()
        if found != span.sha256:
            hint = f"characters {span.start} to {span.end} give {found}"
            yield finding(
                "S04", f"the digest of <{span.iri}> does not match the text", hint, span.iri, terms.TEXT_SHA256
            )
        if not (part.startswith(span.first_words) and part.endswith(span.last_words)):
            hint = f"it begins {part[:30]!r} and ends {part[-30:]!r}"
            at = terms.TEXT_END if part.startswith(span.first_words) else terms.TEXT_START
            yield finding("S05", f"the words of <{span.iri}> are not those of the text", hint, span.iri, at)
        if span.non_blank != _non_blank(part):
            hint = f"it has {_non_blank(part)}"
            yield finding(
                "S06", f"nonBlankLength of <{span.iri}> is {span.non_blank}", hint, span.iri, terms.NON_BLANK_LENGTH
            )
    for start, end in _outside(stated.spans, len(text)):
        if text[start:end].strip():
            inside = text[start:end].strip()
            yield Finding(
                Severity.ERROR,
                "S07",
                f"characters {start} to {end} lie in no span: {inside[:40]!r}",
                "make it part of a passage, or an ignored span with its reason",
                focus=document,
                place=Place(name, *LineIndex(text).position(text.index(inside, start)), len(inside)),
                required_by=_place(graph, stated.source, document),
            )


def _place(graph: Graph, source: Source, subject: str, predicate: NamedNode | None = None) -> Place:
    """Where a source says something of a document or passage."""
    path = source.parsed.path
    if predicate is None:
        return graph.places.find(f"<{subject}>", path=path) or Place(path)
    found = graph.places.find(f"<{subject}>", str(predicate), path=path, part=Part.OBJECT)
    return found or Place(path)


def _outside(spans: Iterable[Span], length: int) -> Iterator[tuple[int, int]]:
    """The stretches that no covered span takes in."""
    at = 0
    for span in spans:
        if span.is_covered:
            if span.start > at:
                yield at, span.start
            at = max(at, span.end)
    if at < length:
        yield at, length


def gaps(text: SourceText) -> str:
    """The stretches of a text that are not accounted for."""
    return ", ".join(f"{start}–{end}" for start, end in _outside(text.spans, text.length)) or "none"


def _span(
    iri: str, values: Mapping[str, Sequence[Literal | NamedNode]], source: Source, cited: set[str]
) -> Span | None:
    is_ignored = NamedNode(source.document.value) in values.get(terms.IS_IGNORED_IN.value, ())
    is_passage = NamedNode(source.document.value) in values.get(terms.IS_PASSAGE_OF.value, ())
    if not (is_ignored or is_passage) or terms.CHAR_START.value not in values or terms.CHAR_END.value not in values:
        return None
    return Span(
        iri,
        _number(values, terms.CHAR_START),
        _number(values, terms.CHAR_END),
        _number(values, terms.NON_BLANK_LENGTH),
        _text(values, terms.TEXT_SHA256),
        _text(values, terms.TEXT_START),
        _text(values, terms.TEXT_END),
        is_ignored=is_ignored,
        is_cited=iri in cited,
    )


def _values(source: Source) -> dict[str, dict[str, list[Literal | NamedNode]]]:
    values: dict[str, dict[str, list[Literal | NamedNode]]] = defaultdict(lambda: defaultdict(list))
    for triple in source.parsed.triples:
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, Literal | NamedNode):
            values[triple.subject.value][triple.predicate.value].append(triple.object)
    return values


def _text(values: Mapping[str, Sequence[Literal | NamedNode]], predicate: NamedNode) -> str:
    return next((value.value for value in values.get(predicate.value, ())), "")


def _number(values: Mapping[str, Sequence[Literal | NamedNode]], predicate: NamedNode) -> int:
    """A stated number; what is no number, or none that a text can have, is a shape's business and counts as 0 here."""
    text = _text(values, predicate)
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0


def _non_blank(text: str) -> int:
    return sum(1 for character in text if not character.isspace())
