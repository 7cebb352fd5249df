"""Counts the subjects whose triples are not adjacent, which are written more than once, in little memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

from scograph.serialise.entities import Entity

_PARTS = 64
"""The subjects are held in so many parts, so that looking for those that returned holds one part twice, not all."""


class RepeatedSubjects:
    """Counts the subjects of entities that come again: eight bytes for each subject, and hashes for names."""

    def __init__(self) -> None:
        self._parts = tuple(array("q") for _ in range(_PARTS))

    def watched(self, graph: bytes, entities: Iterable[Entity]) -> Iterator[Entity]:
        """The entities of a graph, each counted as it goes by."""
        parts = self._parts
        for entity in entities:
            name = hash((graph, entity.subject)) if graph else hash(entity.subject)
            parts[name % _PARTS].append(name)
            yield entity

    @property
    def count(self) -> int:
        """How many subjects came more than once; two names with one hash, among 2^64, would count as one subject."""
        found = 0
        for part in self._parts:
            once: set[int] = set()
            again: set[int] = set()
            for name in part:
                (again if name in once else once).add(name)
            found += len(again)
        return found
