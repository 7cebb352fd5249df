"""What is known of a thing, and why: its facts, each with the passages that support it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.claims import Claim
from scograph.errors import UsageError
from scograph.graph import Graph
from scograph.labels import Labels
from scograph.links import passage_link
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
    """

    claim: str
    passage: str
    basis: str
    document: str
    kind: str
    locator: str
    link: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A statement with what supports it and what speaks against it.

    Args:
        triple: The statement.
        is_asserted: Whether it is a fact, or only on record.
        supports: The passages that say it.
        contradictions: Statements on record, not asserted, of the same subject and property with another value.
    """

    triple: Triple
    is_asserted: bool
    supports: tuple[Support, ...]
    contradictions: tuple[tuple[Triple, Support], ...]


class Reasons:
    """Answers why, for one graph.

    Args:
        graph: The graph.
        labels: Its labels.
    """

    def __init__(self, graph: Graph, labels: Labels) -> None:
        self._graph = graph
        self._labels = labels

    def about(self, subject: NamedNode) -> list[Reason]:
        """Every statement about a thing, asserted or on record, in the order of its properties."""
        claimed = (claim.triple for claim in self._by_subject.get(subject, ()))
        described = (t for t in self._graph.by_subject.get(subject, ()) if t.predicate not in _OF_CLAIMS)
        return [self.reason(triple) for triple in sorted(distinct((*claimed, *described)), key=_order)]

    def why(self, subject: NamedNode, predicate: NamedNode | None = None, value: str | None = None) -> list[Reason]:
        """The claims behind the statements about a thing.

        Args:
            subject: The thing.
            predicate: Only this property.
            value: Only values with this text, IRI, CURIE or label.

        Returns:
            A reason for each statement that fits.

        Raises:
            UsageError: No statement fits.
        """
        meant = self._meant(value) if value is not None else None
        found = [
            reason
            for reason in self.about(subject)
            if predicate in (None, reason.triple.predicate)
            and (value is None or reason.triple.object == meant or _reads(reason.triple.object, value))
        ]
        if not found:
            said = sorted({self._labels.curie(reason.triple.predicate) for reason in self.about(subject)})
            raise UsageError(
                "nothing says that",
                hint=f"of {self._labels.curie(subject)} these are known: {', '.join(said) or 'none'}",
            )
        return found

    def reason(self, triple: Triple) -> Reason:
        """What supports one statement, and what speaks against it."""
        claims = self._by_triple.get(triple, ())
        others = self._by_subject.get(triple.subject, ())
        return Reason(
            triple,
            triple in self._facts or not claims,
            tuple(self.support(claim) for claim in claims),
            tuple(
                (claim.triple, self.support(claim))
                for claim in others
                if claim.triple.predicate == triple.predicate
                and claim.triple.object != triple.object
                and _basis(claim) in terms.UNASSERTED_BASES
            ),
        )

    def incoming(self, subject: NamedNode) -> list[Triple]:
        """The statements that point at a thing, claims aside."""
        return sorted(self._pointing.get(subject, ()), key=lambda t: (t.predicate.value, str(t.subject)))

    def support(self, claim: Claim) -> Support:
        """One claim in words."""
        passage = self._values(claim.passage)
        document = passage.get(terms.IS_PASSAGE_OF, [None])[0]
        about = self._values(document) if isinstance(document, NamedNode) else {}
        start, end = _first(passage, terms.CHAR_START), _first(passage, terms.CHAR_END)
        url = _first(about, NamedNode(terms.SCOG + "sourceUrl"))
        kind = about.get(NamedNode(terms.SCOG + "hasSourceKind"), [None])[0]
        return Support(
            claim.iri.value,
            claim.passage.value,
            _basis(claim),
            self._labels.label(document) if isinstance(document, NamedNode) else "",
            self._labels.label(kind) if isinstance(kind, NamedNode) else "",
            f"characters {start} to {end}" if start and end else _first(passage, NamedNode(terms.SCOG + "locator")),
            passage_link(url, _first(passage, terms.TEXT_START), _first(passage, terms.TEXT_END))
            if url
            else claim.passage.value,
        )

    def _meant(self, text: str) -> NamedNode | None:
        try:
            return self._labels.find(text)
        except UsageError:
            return None

    def _values(self, node: NamedNode) -> Mapping[NamedNode, list[Term]]:
        values: dict[NamedNode, list[Term]] = defaultdict(list)
        for triple in self._graph.by_subject.get(node, ()):
            values[triple.predicate].append(triple.object)
        return values

    @cached_property
    def _facts(self) -> frozenset[Triple]:
        return frozenset(self._graph.facts)

    @cached_property
    def _by_triple(self) -> Mapping[Triple, list[Claim]]:
        return _grouped((claim.triple, claim) for claim in self._graph.claims)

    @cached_property
    def _by_subject(self) -> Mapping[Term, list[Claim]]:
        return _grouped((claim.triple.subject, claim) for claim in self._graph.claims)

    @cached_property
    def _pointing(self) -> Mapping[Term, list[Triple]]:
        published = (t for triples in self._graph.by_subject.values() for t in triples)
        return _grouped((t.object, t) for t in published if t.predicate not in _OF_CLAIMS)


_OF_CLAIMS = frozenset(
    (terms.CLAIM_SUBJECT, terms.CLAIM_PREDICATE, terms.CLAIM_OBJECT, terms.IS_SUPPORTED_BY, terms.HAS_BASIS)
)


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def _order(triple: Triple) -> tuple[bool, str, str]:
    return triple.predicate != terms.TYPE, triple.predicate.value, str(triple.object)


def _reads(term: Term, text: str) -> bool:
    return isinstance(term, Literal) and text in (term.value, f"{term.value}@{term.language}")


def _basis(claim: Claim) -> str:
    return claim.basis.value.removeprefix(terms.BASIS)


def _first(values: Mapping[NamedNode, list[Term]], predicate: NamedNode) -> str:
    return next((value.value for value in values.get(predicate, ()) if isinstance(value, Literal)), "")
