"""What is known of sources, and what is open: editions, coverage, passages without facts; the parts of a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from scograph.edit.document import Document, Span, source_names
from scograph.edit.facts import fact_files
from scograph.edit.passages import Passages
from scograph.edit.words import non_blank
from scograph.messages import counted
from scograph.project import Project
from scograph.texts import TextArchive


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Something that is open in a source.

    Args:
        kind: What it is: `unread` characters in no passage, `textless` where the text is not at hand, `factless`
            passages, or passages that are `gone` and have facts.
        number: How many; 0 where nothing is counted.
    """

    kind: Literal["unread", "textless", "factless", "gone"]
    number: int = 0

    def __str__(self) -> str:
        if self.kind == "unread":
            return f"{counted(self.number, 'character')} in no passage"
        if self.kind == "textless":
            return "its text is not at hand"
        passages = counted(self.number, "passage")
        if self.kind == "factless":
            return f"{passages} without facts"
        return f"facts of {passages} no longer in the source"


@dataclass(frozen=True, slots=True)
class Overview:
    """A source at a glance.

    Args:
        name: The folder in `data/`.
        title: The document's title.
        editions: How many editions it has.
        passages: How many passages it has.
        covered: Characters of the newest edition that facts or a reason account for, white space aside; None where its
            text has no length.
        total: All of them.
        open: What is open.
    """

    name: str
    title: str
    editions: int
    passages: int
    covered: int | None
    total: int | None
    open: tuple[OpenQuestion, ...]

    @property
    def questions(self) -> tuple[str, ...]:
        """What is open, a phrase each."""
        return tuple(map(str, self.open))

    @property
    def percent(self) -> int | None:
        """How much is accounted for, in per cent, rounded down."""
        return None if self.covered is None or not self.total else self.covered * 100 // self.total

    def as_json(self) -> dict[str, Any]:
        """The same as an object of JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "editions": self.editions,
            "passages": self.passages,
            "charactersCovered": self.covered,
            "characters": self.total,
            "open": list(self.questions),
        }


def overviews(project: Project) -> list[Overview]:
    """The sources of a project at a glance.

    Args:
        project: The project.

    Returns:
        One for each source, by name.

    Raises:
        InputError: A source.ttl cannot be read.
        RdfSyntaxError: One is no Turtle.
    """
    archive = TextArchive(project)
    return [overview_of(Document.open(project, name), archive) for name in source_names(project)]


def overview_of(document: Document, archive: TextArchive) -> Overview:
    """A source at a glance.

    Args:
        document: Its document.
        archive: The archive of texts.

    Returns:
        What is known of it, and what is open.
    """
    facts = fact_files(document)
    passages = [span for span in document.spans if not span.is_ignored]
    newest = document.newest
    revised = {iri for span in document.spans for iri in span.revision_of}
    covered = None
    questions: list[OpenQuestion] = []
    if newest is not None and newest.non_blank is not None:
        placed = [span for span in document.spans if span.placed_in == newest.iri and span.stated]
        accounted = [span for span in placed if span.is_ignored or span.name in facts]
        covered = min(sum(span.stated.non_blank for span in accounted if span.stated), newest.non_blank)
        left = newest.non_blank - sum(span.stated.non_blank for span in placed if span.stated)
        if left > 0:
            questions.append(OpenQuestion("unread", left))
        if document.text(newest, archive) is None:
            questions.append(OpenQuestion("textless"))
    without = [span.name for span in passages if span.name not in facts and span.iri not in revised]
    if without:
        questions.append(OpenQuestion("factless", len(without)))
    gone = [span for span in passages if newest and newest.iri in span.gone_from and span.name in facts]
    if gone:
        questions.append(OpenQuestion("gone", len(gone)))
    total = newest.non_blank if newest else None
    return Overview(
        document.name, document.title, len(document.editions), len(passages), covered, total, tuple(questions)
    )


@dataclass(frozen=True, slots=True)
class TextPart:
    """A part of a text: a passage, an ignored span, or what is left over.

    Args:
        kind: `passage`, `ignored` or `left over`.
        number: The last segment of its IRI; empty for what is left over.
        iri: Its IRI, or empty.
        start: Code points before it; None where it has no place in a text.
        end: Code points before what follows it.
        words: Its words; where the text is not at hand, the first and the last of them with `…` between.
        reason: Why it is ignored.
        read_with: The numbers of the passages that it is read with.
        quotation: Its quotation, or empty.
        facts: The files with its facts.
        locator: Where it is in the document, in words, or empty.
    """

    kind: str
    number: str
    iri: str
    start: int | None
    end: int | None
    words: str
    reason: str = ""
    read_with: tuple[str, ...] = ()
    quotation: str = ""
    facts: tuple[str, ...] = ()
    locator: str = ""

    def notes(self) -> Iterator[str]:
        """What is to be said of it below its words."""
        if self.kind == "left over":
            yield "in no passage, and not ignored"
        if self.locator:
            yield f"at: {self.locator}"
        if self.reason:
            yield f"ignored: {self.reason}"
        if self.read_with:
            yield f"read with {', '.join(self.read_with)}"
        if self.quotation:
            yield f"quoted: {self.quotation}"
        if self.facts:
            yield f"facts: {', '.join(path.rpartition('/')[2] for path in self.facts)}"

    def as_json(self) -> dict[str, Any]:
        """The same as an object of JSON."""
        return {
            "kind": self.kind,
            "number": self.number,
            "iri": self.iri,
            "start": self.start,
            "end": self.end,
            "words": self.words,
            "reason": self.reason,
            "readWith": list(self.read_with),
            "quotation": self.quotation,
            "facts": list(self.facts),
            "locator": self.locator,
        }


def parts_of(passages: Passages) -> list[TextPart]:
    """The parts of a text, in its order: passages, ignored spans, and what is left over.

    Args:
        passages: The passages of a document.

    Returns:
        The parts; together they have all characters that are not white space. At the end the passages that have no
        place in the text.
    """
    document, text = passages.document, passages.text
    facts = fact_files(document)
    found = [_part(document, span, span.words(text), facts) for span in passages.spans]
    found += [TextPart("left over", "", "", start, end, text[start:end]) for start, end in passages.gaps()]
    assert sum(non_blank(part.words) for part in found) >= non_blank(text)  # noqa: S101 -- nothing is passed over
    found.sort(key=lambda part: (part.start or 0, part.end or 0))
    return found + [_part(document, span, "", facts) for span in passages.without_place]


def parts_without_text(document: Document) -> list[TextPart]:
    """What is known of the passages and ignored spans of a document whose text is not at hand.

    Args:
        document: The document.

    Returns:
        Those that are placed in the newest edition, in its order, then those without a place.
    """
    facts = fact_files(document)
    newest = document.newest
    return [
        _part(document, span, span.stated.edges if span.stated else "", facts)
        for span in document.spans
        if span.start is None or (newest is not None and span.placed_in == newest.iri)
    ]


def _part(document: Document, span: Span, words: str, facts: Mapping[str, tuple[str, ...]]) -> TextPart:
    return TextPart(
        "ignored" if span.is_ignored else "passage",
        span.name,
        span.iri.value,
        span.start,
        span.end,
        words,
        " ".join(note.value for note in span.notes) if span.is_ignored else "",
        tuple(iri.value.rpartition("/")[2] for iri in span.read_with),
        span.quotation.value if span.quotation else "",
        () if span.is_ignored else facts.get(span.name, ()),
        document.locator(span),
    )
