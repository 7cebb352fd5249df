"""Graphs that loads of several names share: each load has its part in a graph of its own, and the graph is their union.

A part is made when a second load comes to a graph; until then the graph itself is the part of its only load. A part is
complete before the graph gets what is in it, and a graph loses only what is in no part: a run that was interrupted
leaves nothing that the next one does not mend.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from pyoxigraph import NamedNode

from scograph.messages import counted
from scograph.stores.parts import DEFAULT, graph_label
from scograph.stores.remote import RemoteStore
from scograph.stores.state import PENDING, STATES, LoadState, state_in, states_in

_DIGITS = 16
_TRIPLE = "{ ?s ?p ?o }"


def part_graph(name: str, graph: str) -> str:
    """The graph that holds the part of a load.

    Args:
        name: The name of the load.
        graph: The IRI of the shared graph, or `DEFAULT`.

    Returns:
        Its IRI.

    Example:
        >>> part_graph("union", "https://example.org/g")
        'https://w3id.org/scograph/state/union/part/17a9812f3fddc015'
    """
    return f"{STATES}{name}{_end(graph)}"


def _end(graph: str) -> str:
    return f"/part/{sha256(graph.encode()).hexdigest()[:_DIGITS]}"


class Sharing:
    """The graphs of a store that loads share, seen from one of them.

    Args:
        store: The store.
        state: What the store says of the load that asks.
        counts: The triples of each graph.
        others: What the store says of the other loads.
    """

    def __init__(
        self, store: RemoteStore, state: LoadState, counts: Mapping[str, int], others: Mapping[str, LoadState]
    ) -> None:
        self._store = store
        self._state = state
        self._counts = dict(counts)
        self._others = others

    @classmethod
    def of(cls, store: RemoteStore, state: LoadState, counts: Mapping[str, int]) -> Sharing:
        """Look what other loads say.

        Args:
            store: The store.
            state: What it says of the load that asks.
            counts: The triples of each graph.

        Returns:
            What is shared.

        Raises:
            StoreError: The store does not answer.
        """
        names = [name for name in states_in(store) if name != state.name]
        return cls(store, state, counts, {name: state_in(store, name) for name in names})

    def sharers(self, graph: str) -> tuple[str, ...]:
        """The names of other loads that say they put something into a graph."""
        if graph == DEFAULT and not self._store.profile.has_default_graph:
            return ()  # each load has a graph of its own in its place
        return tuple(name for name, state in self._others.items() if graph in state.entries)

    def parts(self, graph: str) -> tuple[str, ...]:
        """The graphs with the parts of a graph, of whatever load."""
        end = _end(graph)
        return tuple(sorted(g for g, n in self._counts.items() if n and g.startswith(STATES) and g.endswith(end)))

    def is_shared(self, graph: str) -> bool:
        """Whether a graph may hold what another load put there."""
        return bool(self.parts(graph) or self.sharers(graph))

    def part(self, graph: str) -> str:
        """Where the load's own content of a graph is: its part, or the graph if nobody has a part of it."""
        return part_graph(self._state.name, graph) if self.parts(graph) else graph

    def count(self, graph: str) -> int:
        """The triples of the load's own content of a graph."""
        return self._counts.get(self.part(graph), 0)

    def problem(self, graph: str) -> str:
        """What is wrong with a shared graph, beside the load's own part, in words.

        Args:
            graph: The graph.

        Returns:
            The words; nothing if it holds the load's part, and nothing that is in no part.

        Raises:
            StoreError: The store does not answer.
        """
        own = self.part(graph)
        if own == graph:
            return ""
        here, pattern = self._store.pattern(graph), self._store.pattern(own)
        missing = self._store.matches(f"{pattern} FILTER NOT EXISTS {{ {here} }}")
        if missing:
            return f"{graph_label(graph)}: {counted(missing, 'triple')} of this load should be there"
        return f"{graph_label(graph)}: {counted(more, 'triple')} of no load" if (more := self.foreign(graph)) else ""

    def foreign(self, graph: str, count: int = 0) -> int:
        """How many triples of a graph no load put there.

        Args:
            graph: The graph.
            count: Its triples, if it is not known to have parts.

        Returns:
            Those in no part; all of a graph that no load says it put there; none of one that is itself a load's part.

        Raises:
            StoreError: The store does not answer.
        """
        if not self.parts(graph):
            return 0 if self.sharers(graph) else count
        return self._store.matches(f"{self._store.pattern(graph)} FILTER NOT EXISTS {{ {_any_part(graph)} }}")

    def unparted(self, graph: str) -> tuple[str, ...]:
        """The other loads whose content of a graph is the graph itself, so that it has to become a part first."""
        if self.parts(graph):
            return ()
        own = self._state.entries.get(graph)
        is_own = own is not None and own.digest != PENDING and own.count == self._counts.get(graph, 0)
        names = self.sharers(graph) if self._counts.get(graph) else ()
        return tuple(n for n in names if not (is_own and self._others[n].entries[graph].digest == PENDING))

    def separation(self, graph: str, name: str, target: str = "") -> str:
        """The update that makes a graph the part of its load, unless that has one.

        Args:
            graph: The graph.
            name: The name of the load.
            target: Where it is copied to; nothing for the part itself.

        Returns:
            An update that may be repeated.
        """
        part = self._store.pattern(target or part_graph(name, graph))
        return (
            f"INSERT {{ {part} }} WHERE {{ {self._store.pattern(graph)}"
            f" FILTER NOT EXISTS {{ {part.replace(_TRIPLE, '{ ?x ?y ?z }')} }} }}"
        )

    def replacement(self, graph: str, staging: str = "") -> tuple[str, ...]:
        """The updates that give the load's part of a graph another content, and make the graph the union of the parts.

        Args:
            graph: The graph.
            staging: The graph with the new content; nothing if there is none any more.

        Returns:
            Updates that may be repeated, in their order.
        """
        own, store = part_graph(self._state.name, graph), self._store
        here = store.pattern(graph)
        steps = [f"DROP SILENT GRAPH {NamedNode(own)}"]
        if staging:
            old, new = store.pattern(own), store.pattern(staging)
            steps = [
                f"INSERT {{ {old} }} WHERE {{ {new} }}",
                f"DELETE {{ {old} }} WHERE {{ {old} FILTER NOT EXISTS {{ {new} }} }}",
            ]
        others = {part_graph(name, graph) for name in self.unparted(graph)}
        parts = sorted({*self.parts(graph), *others, *([own] if staging else ())} - (set() if staging else {own}))
        steps += [f"INSERT {{ {store.template(graph)} }} WHERE {{ {store.pattern(part)} }}" for part in parts]
        steps.append(f"DELETE {{ {here} }} WHERE {{ {here} FILTER NOT EXISTS {{ {_any_part(graph)} }} }}")
        return tuple(steps)

    def has_written(self, graph: str, count: int) -> None:
        """Take note that the load's part of a graph was written."""
        self._counts[part_graph(self._state.name, graph)] = count

    def newcomers(self, graphs: Iterable[str]) -> tuple[str, ...]:
        """The loads that came to some graphs meanwhile.

        Args:
            graphs: The graphs.

        Returns:
            Their names.

        Raises:
            StoreError: The store does not answer.
        """
        now = Sharing.of(self._store, self._state, {})
        return tuple(sorted({name for graph in graphs for name in now.sharers(graph)}))


def _any_part(graph: str) -> str:
    """The pattern of a triple that is in a part of a graph."""
    return f'GRAPH ?part {_TRIPLE} FILTER(STRSTARTS(STR(?part), "{STATES}") && STRENDS(STR(?part), "{_end(graph)}"))'


__all__ = ["Sharing", "part_graph"]
