"""Texts of editions as the graph describes them: lengths, digests, and the character spans of passages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.graph import Graph
from scograph.layout import SourceDocument

MAX_DIGITS = 18
"""A longer number counts the characters of no text, and Python refuses to read one of thousands of digits."""


@dataclass(frozen=True, slots=True)
class SourceSpan:
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
    """What a source states of the text of one edition of its document.

    Args:
        source: The source.
        edition: The edition.
        is_newest: Whether it is the newest edition of the document.
        sha256: The digest of the text in UTF-8.
        length: Its characters.
        non_blank: Those of them that are not white space.
        spans: The passages and ignored spans that are placed in it, by their start.
    """

    source: SourceDocument
    edition: NamedNode
    is_newest: bool
    sha256: str
    length: int
    non_blank: int
    spans: tuple[SourceSpan, ...]

    @property
    def covered(self) -> int:
        """Non-blank characters in passages that a claim cites, or in ignored spans, by the lengths stated."""
        return sum(span.non_blank for span in self.spans if span.is_covered)

    @property
    def without_facts(self) -> int:
        """Non-blank characters in passages that no claim cites, by the lengths stated."""
        return sum(span.non_blank for span in self.spans if not span.is_covered)

    @property
    def outside(self) -> int:
        """Non-blank characters in no passage or ignored span, by the lengths stated."""
        return max(0, self.non_blank - self.covered - self.without_facts)


def source_texts(graph: Graph) -> tuple[SourceText, ...]:
    """The editions whose text is described by its length, with their spans.

    Args:
        graph: The graph.

    Returns:
        One entry for each such edition, in the order of the sources, the newest of a document first.
    """
    cited = {claim.passage.value for claim in graph.claims}
    found = []
    for source in graph.sources:
        values = _values(source)
        newest = values[source.document.value].get(terms.HAS_NEWEST_EDITION.value, ())
        texts = []
        for iri, edition in values.items():
            is_edition = source.document in edition.get(terms.IS_EDITION_OF.value, ())
            if is_edition and terms.CHAR_LENGTH.value in edition and terms.NON_BLANK_LENGTH.value in edition:
                spans = [span for part in values if (span := _span(part, values[part], iri, cited))]
                texts.append(
                    SourceText(
                        source,
                        NamedNode(iri),
                        NamedNode(iri) in newest,
                        _text(edition, terms.SHA256),
                        _number(edition, terms.CHAR_LENGTH),
                        _number(edition, terms.NON_BLANK_LENGTH),
                        tuple(sorted(spans, key=lambda span: (span.start, span.end))),
                    )
                )
        found += sorted(texts, key=lambda text: (not text.is_newest, text.edition.value))
    return tuple(found)


def newest_texts(texts: Iterable[SourceText]) -> tuple[SourceText, ...]:
    """Those texts that are the newest edition of their document."""
    return tuple(text for text in texts if text.is_newest)


def coverage(texts: Iterable[SourceText]) -> tuple[int, int] | None:
    """How much of source texts is covered: of each document, its newest edition.

    Args:
        texts: The texts.

    Returns:
        Non-blank characters covered, and all of them; None where no newest edition states its length.
    """
    newest = newest_texts(texts)
    return (sum(text.covered for text in newest), sum(text.non_blank for text in newest)) if newest else None


def uncovered(text: SourceText) -> tuple[str, ...]:
    """What is not covered of a text, in words: passages without facts apart from what lies in no passage.

    Args:
        text: The text.

    Returns:
        How much lies in passages that no claim cites, and which; how much lies in no span, and where. Nothing of what
        there is none of.
    """
    found = []
    if text.without_facts:
        numbers = (span.iri.rpartition("/")[2] for span in text.spans if not span.is_covered)
        found.append(f"{text.without_facts:,} in passages without facts: {', '.join(numbers)}")
    if text.outside:
        stretches = ", ".join(f"{start}–{end}" for start, end in gaps(text.spans, text.length))
        found.append(f"{text.outside:,} in no passage or ignored span: {stretches or 'by the lengths stated'}")
    return tuple(found)


def gaps(spans: Iterable[SourceSpan], length: int) -> Iterator[tuple[int, int]]:
    """The stretches of a text that no passage or ignored span takes in, blanks included."""
    at = 0
    for span in spans:
        if span.start > at:
            yield at, span.start
        at = max(at, span.end)
    if at < length:
        yield at, length


def _span(
    iri: str, values: Mapping[str, Sequence[Literal | NamedNode]], edition: str, cited: set[str]
) -> SourceSpan | None:
    is_placed = NamedNode(edition) in values.get(terms.IS_PLACED_IN.value, ())
    if not is_placed or terms.CHAR_START.value not in values or terms.CHAR_END.value not in values:
        return None
    return SourceSpan(
        iri,
        _number(values, terms.CHAR_START),
        _number(values, terms.CHAR_END),
        _number(values, terms.NON_BLANK_LENGTH),
        _text(values, terms.TEXT_SHA256),
        _text(values, terms.TEXT_START),
        _text(values, terms.TEXT_END),
        is_ignored=terms.IS_IGNORED_IN.value in values,
        is_cited=iri in cited,
    )


def _values(source: SourceDocument) -> dict[str, dict[str, list[Literal | NamedNode]]]:
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
    return int(text) if text.isdecimal() and len(text) <= MAX_DIGITS else 0
