"""The editions of a document, and what each changed in passages and facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scograph.claims import Claim
from scograph.edit.document import Document, Edition, Span
from scograph.graph import Graph


@dataclass(frozen=True, slots=True)
class PassageChange:
    """A passage that an edition changed.

    Args:
        span: The passage.
        was: The number of the passage that it revises; empty for others.
        claims: The claims that rest on it.
    """

    span: Span
    was: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class EditionChanges:
    """An edition, and what it changed.

    Args:
        edition: The edition.
        standing: How many passages stand in it.
        revised: The passages whose words are new in it, and revise older ones.
        new: The passages whose words are new in it.
        gone: The passages whose words are not in it any more, and that no passage revises.
    """

    edition: Edition
    standing: int
    revised: tuple[PassageChange, ...]
    new: tuple[PassageChange, ...]
    gone: tuple[PassageChange, ...]


def history(document: Document, graph: Graph) -> tuple[EditionChanges, ...]:
    """The editions of a document with what each changed.

    Args:
        document: The document.
        graph: The graph of its project.

    Returns:
        The editions, the first first; of the first, nothing counts as new.
    """
    by_passage: dict[str, list[Claim]] = {}
    for claim in graph.claims:
        by_passage.setdefault(claim.passage.value, []).append(claim)
    passages = [span for span in document.spans if not span.is_ignored]
    revised_ones = {old for span in passages for old in span.revision_of}

    def change(span: Span) -> PassageChange:
        was = ", ".join(old.value.rpartition("/")[2] for old in span.revision_of)
        return PassageChange(span, was, tuple(by_passage.get(span.iri.value, ())))

    found: list[EditionChanges] = []
    before: set[str] = set()
    for number, edition in enumerate(document.editions):
        here = [span for span in passages if edition.iri in span.stands_in]
        fresh = [span for span in here if span.iri.value not in before] if number else []
        gone = [span for span in passages if edition.iri in span.gone_from and span.iri not in revised_ones]
        found.append(
            EditionChanges(
                edition,
                len(here),
                _sorted(change(span) for span in fresh if span.revision_of),
                _sorted(change(span) for span in fresh if not span.revision_of),
                _sorted(change(span) for span in gone),
            )
        )
        before |= {span.iri.value for span in here}
    return tuple(found)


def _sorted(changes: Iterable[PassageChange]) -> tuple[PassageChange, ...]:
    return tuple(sorted(changes, key=lambda one: one.span.name))
