"""What shows each stated claim: the text of its passage, a record of that, a quotation, or nothing; structure apart."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.checks.recorded import Recorded, recorded_fits
from scograph.checks.source_texts import SourceText
from scograph.checks.statements import Statements
from scograph.claims import Claim
from scograph.fit import Passage, Statement, Thing, Value, Verdict, language_in
from scograph.fit.dates import Date
from scograph.fit.normalising import NormalisationRule, PassageContext, explained_by
from scograph.graph import Graph
from scograph.labels import ALSO_NAMING
from scograph.layout import SourceDocument
from scograph.model import Term
from scograph.texts import digest_of

_LANGUAGE = NamedNode(terms.DCTERMS + "language")
_DATES = frozenset(
    (
        *(NamedNode(terms.DCTERMS + name) for name in ("date", "issued", "modified")),
        NamedNode(terms.SCOG + "lastUpdated"),
    )
)
_ADDRESSES = frozenset(NamedNode(terms.SCOG + name) for name in ("sourceUrl", "retrievedFrom"))
_DATED = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/]?([01]\d)[-/]?([0-3]\d)(?!\d)")
"""A day in an address."""


_STATED = terms.basis("stated")
_PRINTED = frozenset((_STATED, terms.basis("normalised")))
_INTRODUCING = frozenset((terms.TYPE, *ALSO_NAMING))


class Shown(StrEnum):
    """By what a stated claim is shown."""

    TEXT = "shown in text"
    RECORDED = "recorded"
    QUOTATION = "quotation only"
    STRUCTURE = "structure"
    NOTHING = "not shown"


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A stated claim, and what shows it.

    Args:
        claim: The claim.
        shown: By what it is shown.
        statement: The claim with the names of what it connects; None where the passage has no words.
        passage: The words of the passage; None where there are none.
        verdict: What its words say; None where there are none, or none are needed.
        is_whole: Whether these words are the whole passage, and not a quotation of it.
    """

    claim: Claim
    shown: Shown
    statement: Statement | None = None
    passage: Passage | None = None
    verdict: Verdict | None = None
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class NormalisedClaim:
    """A normalised claim whose passage has words at hand.

    Args:
        claim: The claim.
        passage: The words of the passage.
        rules: The rules by which its value follows from them; none where no rule explains it.
    """

    claim: Claim
    passage: Passage
    rules: tuple[NormalisationRule, ...]


class ClaimEvidence:
    """The evidence for the stated claims of a graph.

    Args:
        graph: The graph.
        texts: What its sources state of their texts.
        text_of: Gives a text by its SHA-256; None where it is not at hand.
    """

    def __init__(self, graph: Graph, texts: Sequence[SourceText], text_of: Callable[[str], str | None]) -> None:
        self._graph = graph
        self._texts = texts
        self._text_of = text_of

    @cached_property
    def claims(self) -> tuple[JudgedClaim, ...]:
        """Every stated claim with what shows it, in the order of the graph's claims."""
        return tuple(self._judged(claim) for claim in self._graph.claims if claim.basis == _STATED)

    def claims_of(self, passages: AbstractSet[NamedNode]) -> Iterator[JudgedClaim]:
        """The stated claims of some passages with what shows them.

        Args:
            passages: The passages.

        Yields:
            The claims, in the order of the graph's claims.
        """
        for claim in self._graph.claims:
            if claim.basis == _STATED and claim.passage in passages:
                yield self._judged(claim)

    @property
    def counts(self) -> Mapping[Shown, int]:
        """How many claims are shown by what."""
        return Counter(one.shown for one in self.claims)

    @cached_property
    def statements(self) -> Statements:
        """What makes statements of the graph's triples."""
        return Statements(self._graph.facts, self._graph.ontology)

    @cached_property
    def covered(self) -> frozenset[str]:
        """The IRIs of the claims that a reading covers."""
        found = (triple for source in self._graph.sources for triple in source.parsed.triples)
        return frozenset(
            triple.object.value
            for triple in found
            if triple.predicate == terms.COVERS and isinstance(triple.object, NamedNode)
        )

    def _judged(self, claim: Claim) -> JudgedClaim:
        if self.statements.is_structure(claim.triple):
            return JudgedClaim(claim, Shown.STRUCTURE)
        if claim.passage not in self.whole:
            if claim.iri.value in self._agreeing:
                return JudgedClaim(claim, Shown.RECORDED)
            if claim.iri.value in self._disagreeing:
                return JudgedClaim(claim, Shown.NOTHING)
        passage = self._passages.get(claim.passage)
        statement = self.statements.statement(claim.triple) if passage else None
        if passage is None or statement is None:
            return JudgedClaim(claim, Shown.NOTHING)
        statement = self.of_passage(statement, claim)
        verdict = self.statements.reader.judge(statement, passage)
        shown = Shown.TEXT if claim.passage in self.whole else Shown.QUOTATION
        is_whole = claim.passage in self.whole or claim.passage not in self._quoted
        return JudgedClaim(claim, shown if verdict.is_shown else Shown.NOTHING, statement, passage, verdict, is_whole)

    @cached_property
    def recorded(self) -> tuple[Recorded, ...]:
        """What the table of each source records, in the order of the sources."""
        return recorded_fits(self._graph)

    @cached_property
    def _agreeing(self) -> frozenset[str]:
        """The IRIs of the claims that a row records which agrees with the graph."""
        return frozenset(iri for one in self.recorded for iri in one.agreeing)

    @cached_property
    def _disagreeing(self) -> frozenset[str]:
        """The IRIs of the claims that have a row which does not agree."""
        return frozenset(other.claim for one in self.recorded for other in one.disagreeing if other.claim)

    @cached_property
    def normalised(self) -> tuple[NormalisedClaim, ...]:
        """The normalised claims whose passage has words, each with the rules that explain it."""
        basis = terms.basis("normalised")
        found = []
        for claim in self._graph.claims:
            passage = self._passages.get(claim.passage) if claim.basis == basis else None
            if passage is None or claim.passage in self.incomplete or claim.triple.predicate == terms.TYPE:
                continue
            value = self.statements.value(claim.triple.object, claim.triple.predicate)
            subject = claim.triple.subject
            others = frozenset(
                text
                for predicate, text in self._said.get((claim.passage, subject), ())
                if predicate != claim.triple.predicate.value
            )
            context = PassageContext(passage.language, self._issued.get(claim.passage, ()), others)
            words = "\n".join((*passage.read_with, passage.text))
            found.append(NormalisedClaim(claim, passage, explained_by(value, words, context)))
        return tuple(found)

    @cached_property
    def _issued(self) -> Mapping[NamedNode, tuple[Date, ...]]:
        """The dates of the document of each passage, and of its editions, as stated or as its address has them."""
        found = {}
        for source in self._graph.sources:
            dates: dict[Date, None] = {}
            for triple in source.parsed.triples:
                value = triple.object
                if not isinstance(value, Literal):
                    continue
                text = value.value
                if triple.predicate in _ADDRESSES:
                    match = _DATED.search(text)
                    text = "-".join(match.groups()) if match else ""
                elif triple.predicate not in _DATES:
                    continue
                if one := Date.read(text):
                    dates[one] = None
            found.update(dict.fromkeys(source.passages.values(), tuple(dates)))
        return found

    def of_passage(self, statement: Statement, claim: Claim) -> Statement:
        """A statement with that of its record which its passage, or one it is read with, prints.

        Args:
            statement: The statement.
            claim: The claim of which it is made.

        Returns:
            The statement, whose record has what is credited to these passages as stated or normalised.
        """
        subject = claim.triple.subject
        with_ = self._read_with.get(claim.passage, ())
        said = {name for passage in (claim.passage, *with_) for name in self._said.get((passage, subject), ())}
        kept = tuple(part for part in statement.record if (part[0], _text_of(part[1])) in said)
        is_alone = all(predicate == statement.predicate for predicate, _ in kept)
        return statement if is_alone else replace(statement, record=kept)

    @cached_property
    def _said(self) -> Mapping[tuple[Term, Term], set[tuple[str, str]]]:
        """The properties and values of each thing that each passage is credited with, by its own words or by a rule."""
        found: dict[tuple[Term, Term], set[tuple[str, str]]] = defaultdict(set)
        for claim in self._graph.claims:
            value = claim.triple.object
            if claim.basis in _PRINTED and isinstance(value, NamedNode | Literal):
                found[claim.passage, claim.triple.subject].add((claim.triple.predicate.value, value.value))
        return found

    @cached_property
    def _read_with(self) -> Mapping[NamedNode, tuple[NamedNode, ...]]:
        """The passages that each passage is read with."""
        return {
            iri: tuple(one for one in said[iri].get(terms.IS_READ_WITH, ()) if isinstance(one, NamedNode))
            for source in self._graph.sources
            for said in (_by_subject(source),)
            for iri in source.passages.values()
        }

    @cached_property
    def _passages(self) -> Mapping[NamedNode, Passage]:
        """The passages whose words are at hand."""
        found: dict[NamedNode, Passage] = {}
        for source in self._graph.sources:
            said = _by_subject(source)
            document = said[source.document]
            words = self._words(source, said)
            tags = [value.value for value in document.get(_LANGUAGE, ()) if isinstance(value, Literal)]
            for iri in source.passages.values():
                if iri not in words:
                    continue
                with_ = self._read_with[iri]
                about = {source.document, *document.get(terms.IS_ABOUT, ()), *said[iri].get(terms.IS_ABOUT, ())}
                found[iri] = Passage(
                    words[iri],
                    language_in(words[iri], tags),
                    tuple(words[one] for one in with_ if one in words),
                    frozenset(one.value for one in about if isinstance(one, NamedNode)),
                    frozenset().union(*(self._introduced.get(one, frozenset()) for one in (iri, *with_))),
                )
        return found

    @cached_property
    def described(self) -> frozenset[NamedNode]:
        """The passages of which it is said what they are read with or about, or that are quoted.

        Without that nothing can be concluded from what a passage does not name: a heading may name it.
        """
        found: set[NamedNode] = set()
        for source in self._graph.sources:
            said = _by_subject(source)
            is_whole = terms.IS_ABOUT in said[source.document]
            ways = (terms.IS_ABOUT, terms.IS_READ_WITH, terms.QUOTATION)
            found |= {iri for iri in source.passages.values() if is_whole or any(way in said[iri] for way in ways)}
        return frozenset(found)

    @cached_property
    def _quoted(self) -> frozenset[Term]:
        """The passages that have a quotation."""
        triples = (triple for source in self._graph.sources for triple in source.parsed.triples)
        return frozenset(triple.subject for triple in triples if triple.predicate == terms.QUOTATION)

    @cached_property
    def incomplete(self) -> frozenset[NamedNode]:
        """The passages that must be read with one whose words are not at hand: what they do not name, it may name."""
        return frozenset(
            iri for iri, others in self._read_with.items() if any(other not in self._passages for other in others)
        )

    @cached_property
    def whole(self) -> frozenset[NamedNode]:
        """The passages whose whole text is at hand, not only a quotation."""
        at_hand = {span for text in self._texts for span in self._stretches(text)}
        return frozenset(NamedNode(iri) for iri in at_hand)

    def _words(
        self, source: SourceDocument, said: Mapping[Term, Mapping[NamedNode, list[Term]]]
    ) -> dict[NamedNode, str]:
        """The words of each passage: its text, its quotations, or its first words where they are all of it."""
        words: dict[NamedNode, str] = {}
        for iri in source.passages.values():
            quoted = [one.value for one in said[iri].get(terms.QUOTATION, ()) if isinstance(one, Literal)]
            if quoted:
                words[iri] = "\n".join(quoted)
                continue
            digests = said[iri].get(terms.TEXT_SHA256, ())
            for start in said[iri].get(terms.TEXT_START, ()):
                if isinstance(start, Literal) and any(_is_digest(one, start.value) for one in digests):
                    words[iri] = start.value
        for text in self._texts:
            if text.source.document == source.document:
                words |= {NamedNode(iri): stretch for iri, stretch in self._stretches(text).items()}
        return words

    def _stretches(self, text: SourceText) -> Mapping[str, str]:
        """The passages of a text at hand, with their words."""
        if text.sha256 not in self._read:
            whole = self._text_of(text.sha256) if text.sha256 else None
            self._read[text.sha256] = (
                {span.iri: whole[span.start : span.end] for span in text.spans if not span.is_ignored} if whole else {}
            )
        return self._read[text.sha256]

    @cached_property
    def _read(self) -> dict[str, dict[str, str]]:
        return {}

    @cached_property
    def _introduced(self) -> Mapping[NamedNode, frozenset[str]]:
        """What each passage gives a name or a class."""
        found: dict[NamedNode, set[str]] = defaultdict(set)
        asserted = {terms.basis(name) for name in terms.ASSERTED_BASES}
        for claim in self._graph.claims:
            subject = claim.triple.subject
            if claim.basis in asserted and claim.triple.predicate in _INTRODUCING and isinstance(subject, NamedNode):
                found[claim.passage].add(subject.value)
        return {passage: frozenset(things) for passage, things in found.items()}


def _text_of(value: Thing | Value) -> str:
    return value.iri if isinstance(value, Thing) else value.text


def told(counts: Mapping[Shown, int]) -> str:
    """The numbers of stated claims by what shows them, in one line."""
    return ", ".join(f"{counts.get(shown, 0):,} {shown}" for shown in Shown)


def _by_subject(source: SourceDocument) -> Mapping[Term, Mapping[NamedNode, list[Term]]]:
    said: dict[Term, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for triple in source.parsed.triples:
        said[triple.subject][triple.predicate].append(triple.object)
    return said


def _is_digest(term: Term, text: str) -> bool:
    return isinstance(term, Literal) and term.value == digest_of(text)


def unshown(evidence: ClaimEvidence) -> Iterator[JudgedClaim]:
    """The claims whose passage has words that do not say them."""
    return (one for one in evidence.claims if one.verdict is not None and not one.verdict.is_shown)
