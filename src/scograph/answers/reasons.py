"""The facts of a thing, each with the passages that support it: for commands, and for pages of the site."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.claims import Claim
from scograph.errors import UsageError
from scograph.graph import Graph
from scograph.labels import Labels
from scograph.links import passage_link
from scograph.messages import first_of
from scograph.model import Term, distinct

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Support:
    """One passage behind a fact.

    Args:
        claim: The claim's IRI.
        passage: The passage's IRI.
        basis: On what basis: stated, interpreted, contradicted, …
        document: The document's label.
        kind: The kind of the document: primary, press, …
        locator: Where in the document: characters, or the locator stated.
        link: The address that opens the document, at the passage where its words are known; the passage's own IRI where
            the document has no address of its own.
        note: Why the statement is not asserted, where it is only on record and the passage's description says why.
        is_gone: Whether the newest edition of the document no longer has the words of the passage.
        until: The day of the edition from which the words are gone, where that is known; nothing while they stand.
        source: The document's IRI; nothing where none is stated.
    """

    claim: str
    passage: str
    basis: str
    document: str
    kind: str
    locator: str
    link: str
    note: str
    is_gone: bool = False
    until: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """A statement with what supports it and what speaks against it.

    Args:
        triple: The statement.
        is_asserted: Whether it is a fact, or only on record.
        supports: The passages that say it.
        contradictions: Statements of the same subject and property with another value: against one that is asserted,
            those on record only, what a source denies aside; against one that is contradicted, those that are asserted.
        is_fact: Whether a file of facts has it; what has no claim and is none describes the publication.
    """

    triple: Triple
    is_asserted: bool
    supports: tuple[Support, ...]
    contradictions: tuple[tuple[Triple, Support], ...]
    is_fact: bool

    def is_same_source(self, support: Support) -> bool:
        """Whether a passage is of a document that supports the statement: an earlier edition of it, say."""
        return bool(support.source) and any(own.source == support.source for own in self.supports)


class Reasons:
    """Answers why, for one graph.

    Args:
        graph: The graph.
        labels: Its labels.
    """

    def __init__(self, graph: Graph, labels: Labels) -> None:
        self._graph = graph
        self._labels = labels
        self._passages: dict[NamedNode, Support] = {}

    def about(self, subject: NamedNode) -> list[Reason]:
        """Every statement about a thing, asserted or on record, in the order of its properties."""
        claimed = (claim.triple for claim in self._by_subject.get(subject, ()))
        described = self._graph.by_subject.get(subject, ())
        return [self.reason(triple) for triple in sorted(distinct((*claimed, *described)), key=_order)]

    def why(self, subject: NamedNode, predicate: NamedNode | None = None, value: str | None = None) -> list[Reason]:
        """The claims behind the statements about a thing.

        Args:
            subject: The thing; for a claim, its statement is what is asked about.
            predicate: Only this property.
            value: Only values with this text, IRI, CURIE or label; a literal may stand as in Turtle too.

        Returns:
            A reason for each statement that fits.

        Raises:
            UsageError: No statement fits.
        """
        meant = self._meant(value) if value is not None else None
        claim = self._by_iri.get(subject)
        about = [self.reason(claim.triple)] if claim else self.about(subject)
        fitting = [reason for reason in about if predicate in (None, reason.triple.predicate)]
        found = [
            reason
            for reason in fitting
            if value is None or reason.triple.object == meant or self._reads(reason.triple.object, value)
        ]
        if not found and fitting and predicate is not None:
            of = f"{self._labels.curie(subject)} {self._labels.curie(predicate)}"
            known = first_of([repr(self._labels.label(reason.triple.object)) for reason in fitting])
            raise UsageError("the graph does not have this fact", hint=f"of {of} these values are known: {known}")
        if not found:
            said = sorted({self._labels.curie(reason.triple.predicate) for reason in about})
            raise UsageError(
                "the graph does not have this fact",
                hint=f"of {self._labels.curie(subject)} these are known: {', '.join(said) or 'none'}",
            )
        return found

    def reason(self, triple: Triple) -> Reason:
        """What supports one statement, and what speaks against it."""
        claims = self._by_triple.get(triple, ())
        is_asserted = triple in self._facts or not claims
        is_contradicted = any(_basis(claim) == "contradicted" for claim in claims)
        return Reason(
            triple,
            is_asserted,
            tuple(self.support(claim) for claim in claims),
            tuple(
                (claim.triple, self.support(claim))
                for claim in sorted(
                    self._by_property.get((triple.subject, triple.predicate, not is_asserted), ()),
                    key=lambda claim: _order(claim.triple),
                )
                if claim.triple.object != triple.object
                and (is_asserted or is_contradicted)
                and _basis(claim) != "denied"  # a source that denies another value does not say it
            ),
            triple in self._facts,
        )

    def incoming(self, subject: NamedNode) -> list[Triple]:
        """The statements that point at a thing, claims aside."""
        return sorted(self._pointing.get(subject, ()), key=lambda t: (t.predicate.value, str(t.subject)))

    def uses(self, subject: NamedNode) -> int:
        """How many published statements have a thing as their property."""
        return self._uses[subject]

    def claims_of(self, passage: NamedNode) -> list[Claim]:
        """The claims that a passage supports, in the order of their subjects."""
        claims = self._by_passage.get(passage, ())
        return sorted(claims, key=lambda claim: (str(claim.triple.subject), _order(claim.triple)))

    def citing(self, passage: NamedNode) -> int:
        """How many claims a passage supports."""
        return len(self._by_passage.get(passage, ()))

    def is_gone(self, passage: NamedNode) -> bool:
        """Whether the newest edition of its document no longer has the words of a passage."""
        values = self._values(passage)
        document = values.get(terms.IS_PASSAGE_OF, [None])[0]
        return isinstance(document, NamedNode) and _is_gone(values, self._values(document))

    def link(self, passage: NamedNode) -> str:
        """The address that opens a document at a passage, or the passage's own IRI where it has none."""
        values = self._values(passage)
        document = values.get(terms.IS_PASSAGE_OF, [None])[0]
        about = self._values(document) if isinstance(document, NamedNode) else {}
        url = _first(about, NamedNode(terms.SCOG + "sourceUrl"))
        derived = _first(values, terms.PASSAGE_URL)  # not in what versions before editions published
        if derived or _is_gone(values, about):
            return derived or url or passage.value
        first, last = _first(values, terms.TEXT_START), _first(values, terms.TEXT_END)
        return passage_link(url, first, last) if url else passage.value

    def support(self, claim: Claim) -> Support:
        """One claim in words."""
        if claim.passage not in self._passages:
            self._passages[claim.passage] = self._passage(claim.passage)
        passage, basis = self._passages[claim.passage], _basis(claim)
        note = passage.note if basis in terms.UNASSERTED_BASES else ""
        return replace(passage, claim=claim.iri.value, basis=basis, note=note)

    def _passage(self, node: NamedNode) -> Support:
        """What is the same for every claim of a passage: all but the claim and its basis."""
        passage = self._values(node)
        document = passage.get(terms.IS_PASSAGE_OF, [None])[0]
        about = self._values(document) if isinstance(document, NamedNode) else {}
        start, end = _first(passage, terms.CHAR_START), _first(passage, terms.CHAR_END)
        kind = about.get(terms.HAS_SOURCE_KIND, [None])[0]
        gone_from = (edition for edition in passage.get(terms.IS_GONE_FROM, ()) if isinstance(edition, NamedNode))
        days = (_first(self._values(edition), terms.RETRIEVED_ON) for edition in gone_from)
        return Support(
            claim="",
            passage=node.value,
            basis="",
            document=self._labels.label(document) if isinstance(document, NamedNode) else "",
            kind=self._labels.label(kind) if isinstance(kind, NamedNode) else "",
            locator=(f"characters {start} to {end}" if start and end else _first(passage, terms.LOCATOR)),
            link=self.link(node),
            note=_first(passage, terms.NOTE),
            is_gone=_is_gone(passage, about),
            until=min((day for day in days if day), default=""),
            source=document.value if isinstance(document, NamedNode) else "",
        )

    def _meant(self, text: str) -> NamedNode | None:
        try:
            return self._labels.find(text, is_whole=True)
        except UsageError:
            return None

    def _reads(self, term: Term, text: str) -> bool:
        """Whether a text is one way to write a value."""
        if isinstance(term, NamedNode):
            return text in (term.value, f"<{term.value}>", self._labels.curie(term))
        if not isinstance(term, Literal):
            return False
        quoted = str(Literal(term.value))
        if term.language:
            tagged = {f"{term.value}@{term.language}", f"{quoted}@{term.language}"}
            head, _, tag = text.rpartition("@")
            return text in (term.value, quoted) or f"{head}@{tag.lower()}" in tagged
        return text in (term.value, quoted, str(term), f"{quoted}^^{self._labels.curie(term.datatype)}")

    def _values(self, node: NamedNode) -> Mapping[NamedNode, list[Term]]:
        values: dict[NamedNode, list[Term]] = defaultdict(list)
        for triple in self._graph.by_subject.get(node, ()):
            values[triple.predicate].append(triple.object)
        return values

    @cached_property
    def _facts(self) -> frozenset[Triple]:
        return frozenset(self._graph.facts)

    @cached_property
    def _by_iri(self) -> Mapping[NamedNode, Claim]:
        return {claim.iri: claim for claim in self._graph.claims}

    @cached_property
    def _uses(self) -> Counter[Term]:
        return Counter(triple.predicate for triples in self._graph.by_subject.values() for triple in triples)

    @cached_property
    def _by_triple(self) -> Mapping[Triple, list[Claim]]:
        return _grouped((claim.triple, claim) for claim in self._graph.claims)

    @cached_property
    def _by_subject(self) -> Mapping[Term, list[Claim]]:
        return _grouped((claim.triple.subject, claim) for claim in self._graph.claims)

    @cached_property
    def _by_passage(self) -> Mapping[NamedNode, list[Claim]]:
        return _grouped((claim.passage, claim) for claim in self._graph.claims)

    @cached_property
    def _by_property(self) -> Mapping[tuple[Term, NamedNode, bool], list[Claim]]:
        """Claims by subject and property of their statements, those only on record apart from those asserted."""
        return _grouped(
            ((claim.triple.subject, claim.triple.predicate, _basis(claim) not in terms.UNASSERTED_BASES), claim)
            for claim in self._graph.claims
        )

    @cached_property
    def _pointing(self) -> Mapping[Term, list[Triple]]:
        published = (t for triples in self._graph.by_subject.values() for t in triples)
        return _grouped((t.object, t) for t in published if t.predicate not in _OF_CLAIMS)


_OF_CLAIMS = frozenset(
    (terms.CLAIM_SUBJECT, terms.CLAIM_PREDICATE, terms.CLAIM_OBJECT, terms.IS_SUPPORTED_BY, terms.HAS_BASIS)
)


def _is_gone(passage: Mapping[NamedNode, list[Term]], document: Mapping[NamedNode, list[Term]]) -> bool:
    """Whether the words of a passage are gone from the newest edition of its document."""
    newest = document.get(terms.HAS_NEWEST_EDITION, ())
    return any(edition in newest for edition in passage.get(terms.IS_GONE_FROM, ()))


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def _order(triple: Triple) -> tuple[bool, str, str]:
    return triple.predicate != terms.TYPE, triple.predicate.value, str(triple.object)


def _basis(claim: Claim) -> str:
    return claim.basis.value.removeprefix(terms.BASIS)


def _first(values: Mapping[NamedNode, list[Term]], predicate: NamedNode) -> str:
    return next((value.value for value in values.get(predicate, ()) if isinstance(value, Literal)), "")
