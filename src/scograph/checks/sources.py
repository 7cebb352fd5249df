"""Sources: spans, digests and words of passages against the text, and how much of the text they cover."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator

from pyoxigraph import NamedNode

from scograph import terms
from scograph.checks.run import CheckRun
from scograph.checks.source_texts import SourceText, gaps, newest_texts, uncovered
from scograph.graph import Graph
from scograph.layout import SourceDocument, gone_passages
from scograph.model import Finding, Place, Severity
from scograph.places import Part
from scograph.project import decoded, read_bytes
from scograph.texts import TextArchive
from scograph.turtle.tokens import LineIndex


def check_sources(run: CheckRun) -> Iterator[Finding]:
    """Find passages that support nothing, and text that no passage accounts for.

    A profile is transcribed only when every character of it lies in a passage that a claim cites, or in a span that is
    ignored for a stated reason. Write the facts of the passage, or say why it holds none.

    Args:
        run: The graph, and how it is checked.

    Returns:
        S01 for a passage that supports nothing, S02 for a document whose newest edition is not covered whole.
    """
    graph = run.graph
    cited = {claim.passage for claim in graph.claims}
    for source in graph.sources:
        gone = gone_passages(source)
        for number, passage in sorted(source.passages.items()):
            if passage not in cited and passage not in gone:
                yield Finding(
                    Severity.WARNING,
                    "S01",
                    f"passage {number} supports no claim",
                    f"write what it says into {number}-….ttl beside source.ttl, or make it an ignored span",
                    focus=passage.value,
                    place=_place(graph, source, passage.value),
                )
    for text in newest_texts(run.source_texts):
        if text.covered != text.non_blank:
            yield Finding(
                Severity.WARNING,
                "S02",
                f"{text.covered:,} of {text.non_blank:,} non-blank characters lie in passages with facts or in ignored "
                "spans",
                "; ".join(uncovered(text)) or "spans overlap, or their lengths are not those of the text",
                focus=text.edition.value,
                place=_place(graph, text.source, text.edition.value, terms.NON_BLANK_LENGTH),
            )


def check_texts(run: CheckRun) -> Iterator[Finding]:
    """Hold the texts of documents against what their sources state.

    Who reads a passage must find the words that were transcribed. Mend what source.ttl states, by the text; or if the
    text is another edition, take the one that was transcribed.

    Args:
        run: The graph, and how it is checked: with the texts.

    Returns:
        S03 if no edition has the text's digest, S04 for a passage's digest, S05 for its words, S06 for a length, S07
        for a character that lies in no span, S08 for a text of the archive that its name is not the digest of.
    """
    given = set()
    for name, data in run.options.texts.items():
        digest = hashlib.sha256(data).hexdigest()
        given.add(digest)
        matching = [text for text in run.source_texts if text.sha256 == digest]
        if not matching:
            yield Finding(
                Severity.ERROR,
                "S03",
                f"no edition has this text's SHA-256, {digest}",
                "is it the text as it was transcribed, byte for byte? The digest stands in source.ttl",
                place=Place(name),
            )
        for stated in matching:
            yield from _verified(run.graph, stated, name, data.decode("utf-8"))
    yield from _archived(run, given)


def _archived(run: CheckRun, given: Collection[str]) -> Iterator[Finding]:
    """Hold the texts of the archive against what is stated of them, those that were given by themselves aside."""
    project = run.graph.project
    archive = TextArchive(project)
    for stated in run.source_texts:
        path = archive.path(stated.sha256) if stated.sha256 not in given else None
        if path is not None:
            text = decoded(read_bytes(path), project.relative(path))
            yield from _verified(run.graph, stated, project.relative(path), text)
    for path in archive.damaged():
        yield Finding(
            Severity.ERROR,
            "S08",
            f"the SHA-256 of this text does not begin with {path.stem}",
            "take the text that was read from a backup, or read the document again with scograph source update",
            place=Place(project.relative(path)),
        )


def _verified(graph: Graph, stated: SourceText, name: str, text: str) -> Iterator[Finding]:
    def finding(code: str, message: str, hint: str, focus: str, stated_by: NamedNode) -> Finding:
        place = _place(graph, stated.source, focus, stated_by)
        return Finding(Severity.ERROR, code, message, hint, focus=focus, place=place)

    edition = stated.edition.value
    for what, expected, counted in (
        (terms.CHAR_LENGTH, stated.length, len(text)),
        (terms.NON_BLANK_LENGTH, stated.non_blank, _non_blank(text)),
    ):
        if expected != counted:
            message = f"{terms.local_name(what.value)} is {expected}, and the text has {counted}"
            yield finding("S06", message, "state what the text has", edition, what)
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
    for start, end in gaps(stated.spans, len(text)):
        if stated.is_newest and text[start:end].strip():  # of an older one, what still stands is placed in the newest
            inside = text[start:end].strip()
            yield Finding(
                Severity.ERROR,
                "S07",
                f"characters {start} to {end} lie in no span: {inside[:40]!r}",
                "make it part of a passage, or an ignored span with its reason",
                focus=edition,
                place=Place(name, *LineIndex(text).position(text.index(inside, start)), len(inside)),
                required_by=_place(graph, stated.source, edition),
            )


def _place(graph: Graph, source: SourceDocument, subject: str, predicate: NamedNode | None = None) -> Place:
    """Where a source says something of a document or passage."""
    path = source.parsed.path
    if predicate is None:
        return graph.places.find(f"<{subject}>", path=path) or Place(path)
    found = graph.places.find(f"<{subject}>", str(predicate), path=path, part=Part.OBJECT)
    return found or Place(path)


def _non_blank(text: str) -> int:
    return sum(1 for character in text if not character.isspace())
