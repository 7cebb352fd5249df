"""Sources: spans, digests and words of passages against the text, and how much of the text they cover."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.checks.run import CheckRun
from scograph.checks.source_texts import SourceText, gaps, newest_texts, uncovered
from scograph.graph import Graph
from scograph.layout import FactsFile, SourceDocument, gone_passages, revised_passages
from scograph.model import Finding, Place, Severity
from scograph.places import Part
from scograph.project import decoded, read_bytes
from scograph.texts import TextArchive, digest_of
from scograph.turtle.tokens import LineIndex

MIN_COPIED = 2
"""Passages with fewer triples in common may well say the same."""
MIN_COPIED_OF_A_DOCUMENT = 8
"""Documents with fewer triples in common may well report one event."""
MIN_SENTENCE_WORDS = 6
MIN_SENTENCE_HAN = 15
"""A description of fewer words, or of fewer Han characters, may be a name."""
_HAN = re.compile("[\u3400-\u9fff]")


def check_sources(run: CheckRun) -> Iterator[Finding]:
    """Find passages that support nothing, text that no passage accounts for, and facts that stand under two passages.

    A profile is transcribed only when every character of it lies in a passage that a claim cites, or in a span that is
    ignored for a stated reason. Write the facts of the passage, or say why it holds none. Two passages that say exactly
    the same are rare: the facts of one were probably copied to the other.

    Args:
        run: The graph, and how it is checked.

    Returns:
        S01 for a passage that supports nothing, S02 for a document whose newest edition is not covered whole, S09 for
        two passages of a document with the same facts, S10 for two documents with the same facts.
    """
    graph = run.graph
    cited = {claim.passage for claim in graph.claims}
    for source in graph.sources:
        left = gone_passages(source) | revised_passages(source)
        for number, passage in sorted(source.passages.items()):
            if passage not in cited and passage not in left:
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
    yield from _copied_facts(graph)


def _copied_facts(graph: Graph) -> Iterator[Finding]:
    """Two passages of a document, and two documents, with the same facts: two triples or more.

    Edited words may still say what they said, so a passage and its revision are no such two.
    """
    revising = {
        frozenset((triple.subject, triple.object))
        for source in graph.sources
        for triple in source.parsed.triples
        if triple.predicate == terms.IS_REVISION_OF
    }
    by_passage: dict[tuple[str, frozenset[Triple]], FactsFile] = {}
    of_source: dict[str, list[FactsFile]] = defaultdict(list)
    for file in graph.facts_files:
        facts = frozenset(file.parsed.triples)
        if file.passage is None or len(facts) < MIN_COPIED:
            continue
        of_source[file.source].append(file)
        first = by_passage.setdefault((file.source, facts), file)
        if first.passage != file.passage and frozenset((first.passage, file.passage)) not in revising:
            yield _copied(graph, "S09", file, f"the facts of this passage are those of {first.parsed.path}")
    by_facts: dict[frozenset[tuple[str, frozenset[Triple]]], str] = {}
    for name, files in of_source.items():
        everything = frozenset((file.basis, frozenset(file.parsed.triples)) for file in files)
        original = by_facts.setdefault(everything, name)
        if original != name and sum(len(facts) for _, facts in everything) >= MIN_COPIED_OF_A_DOCUMENT:
            there = of_source[original][0].parsed.path.rpartition("/")[0]
            longest = max(files, key=lambda file: len(file.parsed.triples))
            yield _copied(graph, "S10", longest, f"all facts of this document are those of {there}")


def _copied(graph: Graph, code: str, file: FactsFile, message: str) -> Finding:
    first = file.parsed.triples[0]
    place = graph.places.find(*map(str, first), path=file.parsed.path, part=Part.SUBJECT)
    return Finding(
        Severity.WARNING,
        code,
        message,
        "hold both against the words; if both say the same, put the finding away with a baseline",
        focus=file.passage.value if file.passage else "",
        place=place or Place(file.parsed.path),
    )


def check_texts(run: CheckRun) -> Iterator[Finding]:
    """Hold the texts of documents against what their sources state.

    Who reads a passage must find the words that were transcribed. Mend what source.ttl states, by the text; or if the
    text is another edition, take the one that was transcribed.

    Args:
        run: The graph, and how it is checked: with the texts.

    Returns:
        S03 if no edition has the text's digest, S04 for a passage's digest, S05 for its words, S06 for a length, S07
        for a character that lies in no span, S08 for a text of the archive that its name is not the digest of, S11 for
        a description that is a sentence of the text.
    """
    given = set()
    read: list[tuple[SourceText, str]] = []
    for name, data in run.options.texts.items():
        digest = digest_of(data)
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
            read.append((stated, data.decode("utf-8")))
            yield from _verified(run.graph, stated, name, read[-1][1])
    yield from _archived(run, given, read)
    yield from _copied_words(run.graph, read)


def _copied_words(graph: Graph, texts: Iterable[tuple[SourceText, str]]) -> Iterator[Finding]:
    """Descriptions in the words of a text that says something of the same thing, given as the project's own."""
    described = [
        (file.parsed.path, triple, words)
        for file in graph.facts_files
        for triple in file.parsed.triples
        if triple.predicate == terms.DESCRIPTION and isinstance(triple.object, Literal)
        for words in [_plain_words(triple.object.value)]
        if len(words.split()) >= MIN_SENTENCE_WORDS or len(_HAN.findall(words)) >= MIN_SENTENCE_HAN
    ]
    if not described:
        return
    subjects: dict[str, set[str]] = defaultdict(set)
    for file in graph.facts_files:
        subjects[file.source] |= {str(triple.subject) for triple in file.parsed.triples}
    for stated, text in texts:
        plain = ""
        for path, triple, words in described:
            if str(triple.subject) not in subjects[stated.source.name]:
                continue
            plain = plain or _plain_words(text)
            if words in plain:
                yield Finding(
                    Severity.WARNING,
                    "S11",
                    f"the description stands word for word in the text of <{stated.source.document.value}>",
                    "say it in your own words; where the licence of the source allows it, put the finding away with a "
                    "baseline",
                    focus=str(triple.subject).strip("<>"),
                    path=terms.DESCRIPTION.value,
                    value=str(triple.object),
                    place=graph.places.find(*map(str, triple), path=path) or Place(path),
                )


def _plain_words(text: str) -> str:
    """Words in lower case with single spaces, without the mark at their end."""
    return " ".join(text.casefold().split()).rstrip(".。!?")


def _archived(run: CheckRun, given: Collection[str], read: list[tuple[SourceText, str]]) -> Iterator[Finding]:
    """Hold the texts of the archive against what is stated of them, those that were given by themselves aside."""
    project = run.graph.project
    archive = TextArchive(project)
    for stated in run.source_texts:
        path = archive.path(stated.sha256) if stated.sha256 not in given else None
        if path is not None:
            text = decoded(read_bytes(path), project.relative(path))
            read.append((stated, text))
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
        found = digest_of(part)
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
