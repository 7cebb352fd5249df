"""The stores of a session, which follow edits, and the answers of queries until what these read has changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pyoxigraph import DefaultGraph, Quad

from scograph.bounded import TaskLimits, Unfinished, run_tasks
from scograph.checks.run import Asked
from scograph.checks.shacl.rewriting import predicates_read
from scograph.stores.embedded import EmbeddedStore

Key = tuple[str, str, tuple[tuple[str, str], ...]]


class KeptStore:
    """A store that follows changes of files, of which several may say the same.

    Args:
        quads: What all files say; what two say, twice.
    """

    def __init__(self, quads: Iterable[Quad]) -> None:
        counts = Counter(quads)
        self.store = EmbeddedStore(counts)
        self.in_default_graph = sum(isinstance(quad.graph_name, DefaultGraph) for quad in counts)
        """How many triples its default graph has."""
        self._more = Counter({quad: count - 1 for quad, count in counts.items() if count > 1})

    def change(self, net: Mapping[Quad, int]) -> None:
        """Follow a change.

        Args:
            net: By how many files more each quad is said.
        """
        added, removed = [], []
        for quad, count in net.items():
            before = int(quad in self.store) + self._more[quad]
            after = before + count
            self._more[quad] = max(0, after - 1)
            if not self._more[quad]:
                del self._more[quad]
            if after and not before:
                added.append(quad)
            elif before and not after:
                removed.append(quad)
        self.store.change(added, removed)
        for some, sign in ((added, 1), (removed, -1)):
            self.in_default_graph += sign * sum(isinstance(quad.graph_name, DefaultGraph) for quad in some)


class KeptAnswers:
    """What queries answered, until a triple of a predicate that they read comes or goes."""

    def __init__(self) -> None:
        self._known: dict[Key, Any] = {}
        self._reads: dict[Key, frozenset[str] | None] = {}
        self.run = 0
        """How many were asked since `forget`."""

    def forget(self, changed: frozenset[str]) -> None:
        """Forget the answers that depend on what has changed: predicates and classes, as `predicates_read` tells."""
        self.run = 0
        for key in list(self._known) if changed else ():
            reads = self._reads[key]
            if reads is None or not reads.isdisjoint(changed):
                del self._known[key]

    def asked(self, kind: str, queries: Sequence[Asked], limits: TaskLimits) -> list[tuple[int, Any]]:
        """The answers of queries: those that are known, and the others as `run_tasks` gives them.

        Args:
            kind: What they are asked for.
            queries: The queries.
            limits: What each may take.
        """
        keys: list[Key] = [(kind, one.text, tuple(sorted(one.prefixes.items()))) for one in queries]
        new = [number for number, key in enumerate(keys) if key not in self._known]
        self.run += len(new)
        found: dict[int, Any] = {}
        for index, answer in run_tasks([queries[number].task for number in new], limits) if new else ():
            number = new[index]
            found[number] = answer
            if not isinstance(answer, Unfinished):
                key = keys[number]
                self._known[key] = answer
                if key not in self._reads:
                    self._reads[key] = predicates_read(queries[number].text, queries[number].prefixes)
        return [(number, found[number] if number in found else self._known[key]) for number, key in enumerate(keys)]
