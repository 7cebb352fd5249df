"""Claims in one line, as the commands about sources show them."""

from __future__ import annotations

from scograph import terms
from scograph.claims import Claim
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
