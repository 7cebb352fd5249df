"""Coverage of source texts: characters that a claim or a stated reason accounts for."""

from __future__ import annotations

from scograph import terms
from scograph.checks.source_texts import newest_texts, source_texts, uncovered
from scograph.coverage.section import Item, Section
from scograph.graph import Graph


def source_covered(graph: Graph) -> Section:
    """Measure the newest editions: characters in passages that a claim cites, or that are left out for a reason.

    Args:
        graph: The graph.

    Returns:
        The section, with an item for each document that is not covered whole.
    """
    texts = newest_texts(source_texts(graph))
    covered, total = sum(text.covered for text in texts), sum(text.non_blank for text in texts)
    items = tuple(
        Item(
            "documents not covered whole",
            f"{text.covered:,} of {text.non_blank:,} characters of <{text.edition.value}>",
            graph.places.find(str(text.edition), str(terms.NON_BLANK_LENGTH), path=text.source.parsed.path),
            "; ".join(uncovered(text)),
        )
        for text in texts
        if text.covered != text.non_blank
    )
    without = len(graph.sources) - len(texts)
    notes = (
        (f"{without} of {len(graph.sources)} documents have no newest edition whose length is stated",)
        if without
        else ()
    )
    return Section("source", covered, total, f"{covered:,} of {total:,} characters are accounted for", items, notes)
