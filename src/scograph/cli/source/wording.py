"""Claims and words of passages in one line, as the commands about sources show them."""

from __future__ import annotations

from scograph import terms
from scograph.claims import Claim
from scograph.edit.words import Stretch
from scograph.labels import Labels


def claim_line(claim: Claim, labels: Labels) -> str:
    """A claim in words, with its basis if it is not stated.

    Args:
        claim: The claim.
        labels: The graph's labels.

    Returns:
        Such as `Harbour Council: is a: item` or `Harbour Council: year: 1998  [interpreted]`.
    """
    subject, predicate, value = claim.triple
    said = "is a" if predicate == terms.TYPE else labels.label(predicate)
    basis = claim.basis.value.removeprefix(terms.BASIS)
    words = f"{labels.label(subject)}: {said}: {labels.label(value)}"
    return words if basis == "stated" else f"{words}  [{basis}]"


def edges(stated: Stretch) -> str:
    """The first and the last words of a passage, or all of a short one.

    Args:
        stated: What is stated of it.

    Returns:
        Such as `The council was … seat in Oslo.`.
    """
    return stated.first if stated.first == stated.last else f"{stated.first} … {stated.last}"
