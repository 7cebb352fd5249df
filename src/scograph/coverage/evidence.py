"""Coverage of claims: how many of the stated claims the words of their passages show, and what shows the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from scograph import terms
from scograph.checks.evidence import ClaimEvidence, Shown, told, unshown
from scograph.checks.source_texts import source_texts
from scograph.coverage.section import Item, Section
from scograph.graph import Graph


def evidence_covered(graph: Graph, archived: Callable[[str], str | None]) -> Section:
    """Measure the stated claims: those that the text of their passage, or its quotation, shows; structure aside.

    Args:
        graph: The graph.
        archived: Gives a source text of the archive by its SHA-256; None where it is not there.

    Returns:
        The section, with an item for each claim whose passage has words that do not say it.
    """
    evidence = ClaimEvidence(graph, source_texts(graph), archived)
    counts = evidence.counts
    shown = counts.get(Shown.TEXT, 0) + counts.get(Shown.RECORDED, 0) + counts.get(Shown.QUOTATION, 0)
    total = len(evidence.claims) - counts.get(Shown.STRUCTURE, 0)
    files = {(file.passage, file.basis): file.parsed.path for file in graph.facts_files}
    items = tuple(
        Item(
            "claims that their passage does not say",
            f"not said: {', '.join(part for part, _ in one.verdict.missing) if one.verdict else ''}",
            graph.places.find(*map(str, one.claim.triple), path=files[one.claim.passage, "stated"]),
        )
        for one in unshown(evidence)
    )
    without = counts.get(Shown.NOTHING, 0) - len(items)
    interpreted = [claim for claim in graph.claims if claim.basis == terms.basis("interpreted")]
    unread = sum(claim.iri.value not in evidence.covered for claim in interpreted)
    normalised = Counter(", ".join(one.rules) or "no rule" for one in evidence.normalised)
    by_rule = ", ".join(f"{count:,} {rules}" for rules, count in normalised.most_common())
    notes = (
        *((f"of {normalised.total():,} normalised claims with words at hand: {by_rule}",) if normalised else ()),
        *((f"{without:,} stated claims are of passages without words at hand",) if without else ()),
        *((f"{unread:,} of {len(interpreted):,} interpreted claims have no reading",) if unread else ()),
    )
    return Section("evidence", shown, total, f"of the stated claims: {told(counts)}", items, notes)
