"""Claims: one fact as one passage supports it, named by a hash of both, so that anyone can compute its name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, NamedNode, Triple

from scograph import terms

HEX_DIGITS = 16


@dataclass(frozen=True)
class Claim:
    """That a passage supports a triple, and on what basis.

    Args:
        triple: The fact, or the statement on record that is not asserted.
        passage: The passage.
        basis: The concept of the basis: stated, normalised, interpreted, …

    Example:
        >>> from scograph import Project
        >>> claim = Project.builtin().load().claims[0]
        >>> len(list(claim.triples()))
        6
    """

    triple: Triple
    passage: NamedNode
    basis: NamedNode

    @cached_property
    def iri(self) -> NamedNode:
        """The IRI of the claim (see `claim_iri`).

        Example:
            >>> from scograph import Project
            >>> claim = Project.builtin().load().claims[0]
            >>> prefix, _, digits = claim.iri.value.partition("#")
            >>> prefix == claim.passage.value, len(digits)
            (True, 16)
        """
        return claim_iri(self.triple, self.passage, self.basis)

    def triples(self) -> Iterator[Triple]:
        """The six triples that describe the claim."""
        iri = self.iri
        yield Triple(iri, terms.TYPE, terms.CLAIM)
        yield Triple(iri, terms.CLAIM_SUBJECT, self.triple.subject)
        yield Triple(iri, terms.CLAIM_PREDICATE, self.triple.predicate)
        yield Triple(iri, terms.CLAIM_OBJECT, self.triple.object)
        yield Triple(iri, terms.IS_SUPPORTED_BY, self.passage)
        yield Triple(iri, terms.HAS_BASIS, self.basis)


def claim_iri(triple: Triple, passage: NamedNode, basis: NamedNode) -> NamedNode:
    """The name of a claim: a fragment of its passage.

    Args:
        triple: The statement.
        passage: The passage that supports it.
        basis: The concept of the basis.

    Returns:
        The passage's IRI, `#`, and the first 16 hex digits of SHA-256 over the canonical N-Triples line (RDF 1.2
        N-Triples, clause 3), a line feed, the passage's IRI, a line feed, the basis' IRI.
    """
    text = f"{triple} .\n{passage.value}\n{basis.value}"
    return NamedNode(f"{passage.value}#{hashlib.sha256(text.encode()).hexdigest()[:HEX_DIGITS]}")


def can_be_claimed(triple: Triple) -> bool:
    """Whether a claim can name a triple: a blank node has no name outside its file."""
    return not (isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode))
