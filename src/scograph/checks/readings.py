"""Claims that rest on edited words, and that nobody has read against the new words yet."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode

from scograph import terms
from scograph.checks.run import CheckRun
from scograph.claims import can_be_claimed, claim_iri
from scograph.layout import FactsFile, SourceDocument
from scograph.model import Finding, Place, Severity


def check_readings(run: CheckRun) -> Iterator[Finding]:
    """Find the claims to be read again: their passage was edited, and no reading covers them.

    A fact that was right of the old words may be wrong of the new ones. Read the new words, change what they no longer
    say, and record it with `scograph source read`.

    Args:
        run: The graph, and how it is checked.

    Returns:
        T01 for each asserted claim of a revised passage that no reading covers, at the fact.
    """
    graph = run.graph
    covered: set[str] = set()
    revised: dict[NamedNode, str] = {}
    for source in graph.sources:
        stated = (triple.object for triple in source.parsed.triples if triple.predicate == terms.COVERS)
        covered |= {claim.value for claim in stated if isinstance(claim, NamedNode)}
        revised |= _revised(source)
    for file in graph.facts_files:
        if file.is_asserted and file.passage in revised:
            yield from _unread(run, file, revised[file.passage], covered)


def _unread(run: CheckRun, file: FactsFile, old: str, covered: set[str]) -> Iterator[Finding]:
    """The claims of a file that no reading covers."""
    if file.passage is None:
        return
    basis = terms.basis(file.basis)
    for triple in dict.fromkeys(file.parsed.triples):
        if not can_be_claimed(triple) or claim_iri(triple, file.passage, basis).value in covered:
            continue
        subject, predicate, value = map(str, triple)
        place = run.graph.places.find(subject, predicate, value, path=file.parsed.path)
        yield Finding(
            Severity.WARNING,
            "T01",
            f"to be read again: the words of passage {old} were edited to those of this one",
            f"hold it against the new words, then run: scograph source read {file.source}",
            focus=subject.strip("<>"),
            path=predicate[1:-1],
            value=value,
            place=place or Place(file.parsed.path),
        )


def _revised(source: SourceDocument) -> dict[NamedNode, str]:
    """The passages of a document that are revisions, each with the number of the first that it revises."""
    found: dict[NamedNode, str] = {}
    for triple in source.parsed.triples:
        new, old = triple.subject, triple.object
        if triple.predicate == terms.IS_REVISION_OF and isinstance(new, NamedNode) and isinstance(old, NamedNode):
            found.setdefault(new, old.value.rpartition("/")[2])
    return found
