"""Load a dataset into a store: graphs that differ are sent and read back; what others put there is not touched.

Readers see each graph as it was or as it becomes. A run that was interrupted, by whatever and wherever, is completed by
the next: before a graph is written the state says so, and only when it was read back does the state say what it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scograph.errors import SilentStoreError, StoreError, UsageError
from scograph.messages import counted
from scograph.stores.http import Body
from scograph.stores.load_names import refuse_other_project
from scograph.stores.parts import DEFAULT, N_TRIPLES, GraphPart, GraphParts, graph_label
from scograph.stores.remote import RemoteStore
from scograph.stores.rewriting import DECIMAL, plain_decimals
from scograph.stores.sharing import Sharing, part_graph
from scograph.stores.state import PENDING, STATES, GraphState, LoadState, state_in
from scograph.stores.verifying import Canonical, Verified, fingerprint, of_counts, verify

TRIES = 3
"""So often a graph is begun anew where a single request of several could not be repeated."""
STATE_EVERY = 200_000
"""Triples after which the state is written in between, a graph counting as `GRAPH_COSTS`."""
GRAPH_COSTS = 5_000
MAX_NAMED = 5
NEW, CHANGED, IN_PLACE, BESIDE = "new", "changed", "in place of data of others", "beside what other loads put there"
"""Why a graph is sent, if nothing has to be mended."""


@dataclass(frozen=True)
class Plan:
    """What a load will do.

    Args:
        send: The parts to be sent, each with why.
        unchanged: The parts that are there already.
        gone: Graphs that were loaded once and are no part any more.
        state: What the store says that it has.
        left_over: Graphs where an interrupted run let content wait.
        shared: Those among `gone` where a load of another name put something as well.
        beside: Those among `send` where a load of another name put something.
    """

    send: tuple[tuple[GraphPart, str], ...]
    unchanged: tuple[GraphPart, ...]
    gone: tuple[str, ...]
    state: LoadState
    left_over: tuple[str, ...]
    shared: tuple[str, ...] = ()
    beside: frozenset[str] = frozenset()

    @property
    def triples(self) -> int:
        """The triples to be sent."""
        return sum(part.count for part, _ in self.send)


@dataclass(frozen=True)
class Loaded:
    """What a load did.

    Args:
        plan: What was to be done.
        verified: What was read back.
        pruned: Graphs that were removed.
    """

    plan: Plan
    verified: tuple[Verified, ...] = field(default=())
    pruned: tuple[str, ...] = field(default=())


class Loading:
    """A dataset, and the store it goes into.

    Args:
        store: The store.
        parts: The dataset.
        name: What the load is called in the store.
        canonical: Names blank nodes (RDFC-1.0).
        release: What the dataset is, in words.
        made_of: The hash of the input.
        of: The base IRI of the project that the dataset is; nothing for files.
        chunk: Bytes that a request may have; 0 for what the store's profile says.
    """

    def __init__(  # noqa: PLR0913 -- as many as there are
        self,
        store: RemoteStore,
        parts: GraphParts,
        name: str,
        canonical: Canonical,
        *,
        release: str = "",
        made_of: str = "",
        of: str = "",
        chunk: int = 0,
    ) -> None:
        taken = [graph for graph in parts.by_graph if graph.startswith(STATES)]
        if taken:
            raise UsageError(
                f"{graph_label(taken[0])} is reserved for the state of loads",
                hint="leave it out of the input, or name another graph with --graph",
            )
        self._store = store
        given = parts.by_graph
        self._parts = parts = parts.rewritten(plain_decimals, DECIMAL) if store.profile.plain_decimals else parts
        self._rewritten = frozenset(g for g, part in parts.by_graph.items() if part.digest != given[g].digest)
        self._canonical = canonical
        self._release = release
        self._made_of = made_of
        self._of = of
        self._chunk = chunk or store.profile.chunk
        self._empty = LoadState(name)
        self._sharing = Sharing(store, self._empty, {}, {})
        self._serial = 0
        self._staged = 0
        self._waiting: list[str] = []
        self._digests = {
            graph: fingerprint(part.lines(), has_blank_nodes=True, canonical=canonical)
            if part.has_blank_nodes
            else f"sha256:{part.digest}"
            for graph, part in parts.by_graph.items()
        }

    def plan(self, *, may_replace: bool = False, reads_back: bool = False) -> Plan:
        """Compare the dataset with what the store says it has.

        Args:
            may_replace: Whether graphs may be overwritten that were not loaded under this name.
            reads_back: Whether graphs that seem unchanged are read back and compared.

        Returns:
            What has to be done.

        Raises:
            UsageError: A graph holds what no load put there, or the load of this name is another project's.
            StoreError: The store does not answer.
        """
        counts, state = self._store.counts(), state_in(self._store, self._empty.name)
        if not may_replace:
            refuse_other_project(state.name, state.of, self._of)
        self._of = self._of or state.of
        self._sharing = sharing = Sharing.of(self._store, state, counts)
        send, unchanged, foreign = [], [], []
        for graph, part in self._parts.by_graph.items():
            there, entry = sharing.count(graph), state.entries.get(graph)
            if entry is None and counts.get(graph) and (not may_replace or sharing.is_shared(graph)):
                if not sharing.parts(graph) and there == part.count and not self._differs(part):
                    unchanged.append(part)
                    continue
                theirs = sharing.foreign(graph, there)
                if theirs and not may_replace:
                    foreign.append(f"{graph_label(graph)} ({counted(theirs, 'triple')})")
                    continue
            why = self._why(part, entry, there, reads_back=reads_back)
            if why:
                send.append((part, why))
            else:
                unchanged.append(part)
        if foreign:
            more = f" and {len(foreign) - MAX_NAMED} more" if len(foreign) > MAX_NAMED else ""
            raise UsageError(
                f"the store has data that was not loaded as {state.name!r} in {', '.join(foreign[:MAX_NAMED])}{more}",
                hint="load into another graph with --graph IRI, or replace their data with --replace",
            )
        gone = tuple(sorted(state.entries.keys() - self._parts.by_graph.keys()))
        left_over = tuple(sorted(graph for graph in counts if graph.startswith(self._empty.staging)))
        shared = tuple(graph for graph in gone if sharing.sharers(graph))
        beside = frozenset(part.graph for part, _ in send if sharing.is_shared(part.graph))
        if beside and not self._store.profile.update:
            raise UsageError(
                f"other loads put data into {graph_label(min(beside))}, and the address for updates is not known",
                hint="give it with --update-url, or load into a graph of your own with --graph IRI",
            )
        return Plan(tuple(send), tuple(unchanged), gone, state, left_over, shared, beside)

    def _why(self, part: GraphPart, entry: GraphState | None, there: int, *, reads_back: bool) -> str:
        """Why a part has to be sent, or nothing."""
        if entry is None:
            return BESIDE if self._sharing.is_shared(part.graph) else IN_PLACE if there else NEW
        if entry.digest == PENDING:
            return "an earlier run was interrupted"
        if entry.digest != self._digests[part.graph]:
            return CHANGED
        if entry.count != there:
            return of_counts(entry.count, there)
        is_other = reads_back and self._differs(part)
        return self._sharing.problem(part.graph) or ("its content is not as loaded" if is_other else "")

    def _differs(self, part: GraphPart) -> bool:
        return bool(self._verified(part).differences)

    def _verified(self, part: GraphPart) -> Verified:
        at = self._sharing.part(part.graph)
        found = verify(self._store, part, self._digests[part.graph], self._canonical, at)
        if at != part.graph and not found.differences:
            found = replace(found, differences=self._sharing.problem(part.graph))
        if part.graph in self._rewritten:
            return replace(found, kind="hash by value", rewritten=tuple(sorted({*found.rewritten, "xsd:decimal"})))
        return found

    def run(self, plan: Plan, *, prunes: bool = False) -> Loaded:
        """Do what a plan says.

        Args:
            plan: The plan.
            prunes: Whether graphs that are gone are removed from the store.

        Returns:
            What was done.

        Raises:
            StoreError: The store refuses something, gives back something else than was sent, or another load of the
                name ran meanwhile.
        """
        state = plan.state
        self._serial = state.serial
        adopted = [part for part in plan.unchanged if part.graph not in state.entries]
        entries = {**state.entries, **{p.graph: GraphState(self._digests[p.graph], p.count) for p in adopted}}
        is_same = not (plan.send or adopted or (prunes and plan.gone))
        made_of = "" if plan.gone and not prunes else self._made_of
        if is_same and (state.release, state.made_of, state.of) == (self._release, made_of, self._of):
            return Loaded(plan)
        for graph in plan.left_over:
            self._store.drop(graph)
        entries |= {part.graph: GraphState(PENDING, part.count) for part, _ in plan.send}
        entries |= {graph: GraphState(PENDING, entries[graph].count) for graph in plan.gone if prunes}
        self._write(entries)
        verified: list[Verified] = []
        since = 0
        for batch in self._batches(plan):
            self._send(batch, plan.beside)
            for part in batch:
                found = self._verified(part)
                verified.append(found)
                if not found.differences:
                    entries[part.graph] = GraphState(self._digests[part.graph], found.count)
            since += sum(part.count for part in batch) + GRAPH_COSTS
            if since > STATE_EVERY:
                self._write(entries)
                since = 0
        for graph in self._waiting:
            self._store.drop(graph)
        removed = self._prune(plan) if prunes else ()
        for graph in plan.gone if prunes else ():
            del entries[graph]
        wrong = [found.differences for found in verified if found.differences]
        self._require_alone(plan)
        self._write(entries, "" if wrong else made_of)
        if wrong:
            raise StoreError(
                "the store changed statements:\n" + "\n".join(wrong[:MAX_NAMED]),
                hint="does the store keep datatypes and language tags? If its default graph is the union of all graphs,"
                " or if it has none, use --graph IRI",
            )
        return Loaded(plan, tuple(verified), removed)

    def _require_alone(self, plan: Plan) -> None:
        """Refuse to say what the store has if another load of this name said something meanwhile; the next looks."""
        last = LoadState(self._empty.name, serial=self._serial)
        if self._store.holds(self._place(last), last.serial_line):
            self._require_alone_in(plan)
            return
        theirs = state_in(self._store, self._empty.name)
        if theirs.serial < self._serial:
            raise StoreError(
                "the store accepted the last write of this load, but does not have its data",
                hint="look for the cause in the log of the store, then run the command again",
            )
        self._serial = max(self._serial, theirs.serial)
        self._write({**theirs.entries, **{part.graph: GraphState(PENDING, part.count) for part, _ in plan.send}})
        raise StoreError(
            f"another load named {self._empty.name!r} ran at the same time, and each may have overwritten the other's"
            " data",
            hint="run the command again when it has ended: it sends the data of both again",
        )

    def _require_alone_in(self, plan: Plan) -> None:
        """Refuse to say what the store has if a load of another name came to a graph that this one thought its own."""
        graphs = [part.graph for part, _ in plan.send if part.graph not in plan.beside]
        came = self._sharing.newcomers(graphs) if graphs else ()
        if came:
            self._write(
                {**plan.state.entries, **{part.graph: GraphState(PENDING, part.count) for part, _ in plan.send}}
            )
            for name in came:
                theirs = state_in(self._store, name)
                lost = {g: replace(entry, digest=PENDING) for g, entry in theirs.entries.items() if g in graphs}
                self._put(replace(theirs, entries={**theirs.entries, **lost}, serial=theirs.serial + 1, made_of=""))
            raise StoreError(
                f"another load, named {came[0]!r}, came to the same graphs at the same time, and each may have"
                " overwritten the other's data",
                hint="run both commands again, one after the other",
            )

    def _put(self, state: LoadState) -> None:
        """Write a state; the last one stays whole where the store could lose one in the middle."""
        body = Body.of(state.lines(), N_TRIPLES, f"the state of {counted(len(state.entries), 'graph')}")
        self._store.load(self._place(state), [body])

    def _place(self, state: LoadState) -> str:
        return state.places[0 if self._store.profile.is_atomic else state.serial % 2]

    def _prune(self, plan: Plan) -> tuple[str, ...]:
        for graph in plan.gone:
            if self._sharing.parts(graph):
                self._share(graph)
            elif graph not in plan.shared:
                self._store.drop(graph)
        return tuple(graph for graph in plan.gone if graph not in plan.shared)

    def _share(self, graph: str, staging: str = "") -> None:
        """Put other content into the load's part of a graph, and into the graph what is in any part."""
        apart = [(name, self._sharing.separation(graph, name)) for name in self._sharing.unparted(graph)]
        steps = self._sharing.replacement(graph, staging)
        if self._store.profile.is_atomic:
            self._store.update(" ;\n".join((*(step for _, step in apart), *steps)), repeat=True)
            return
        for name, _ in apart:  # half a part would be taken for all of it: it waits until it is whole
            waiting = self._waiting_graph()
            self._store.update(self._sharing.separation(graph, name, waiting), repeat=True)
            self._move(waiting, part_graph(name, graph))
            self._waiting.remove(waiting)
        for step in steps:
            self._store.update(step, repeat=True)

    def _waiting_graph(self) -> str:
        """A new graph where content waits until it is whole."""
        self._staged += 1
        self._waiting.append(f"{self._empty.staging}/{self._serial}-{self._staged}")
        return self._waiting[-1]

    def remove(self) -> Loaded:
        """Remove all that the load put into the store, and what the store says of it.

        Returns:
            What was removed.

        Raises:
            UsageError: The store has no load of that name.
            StoreError: The store refuses something.
        """
        plan = self.plan()
        if plan.state.serial == 0:
            raise UsageError(
                f"the store has no load named {self._empty.name!r}", hint="list those that it has with --list"
            )
        done = self.run(plan, prunes=True)
        for graph in self._empty.places:
            self._store.drop(graph)
        return done

    def verify(self) -> tuple[Verified, ...]:
        """Compare all that the store has with the dataset.

        Returns:
            What was found, graph by graph; graphs that are gone and still there among it.

        Raises:
            StoreError: The store does not answer.
        """
        state = state_in(self._store, self._empty.name)
        self._sharing = Sharing.of(self._store, state, self._store.counts())
        found = [self._verified(part) for part in self._parts.by_graph.values()]
        for graph in sorted(state.entries.keys() - self._parts.by_graph.keys()):
            is_theirs = self._sharing.part(graph) == graph and self._sharing.sharers(graph)
            if (count := self._sharing.count(graph)) and not is_theirs:
                words = f"{graph_label(graph)}: no triple should be there, {count:,} found"
                found.append(Verified(graph, "counts and sample", count, differences=words))
        return tuple(found)

    def _batches(self, plan: Plan) -> Iterator[list[GraphPart]]:
        """The parts by request: small graphs together, as far as one update may carry them; shared ones alone."""
        most = min(self._store.profile.together, self._chunk or self._store.profile.together)
        batch: list[GraphPart] = []
        size = 0
        for part in sorted((part for part, _ in plan.send), key=lambda part: part.size):
            if part.graph in plan.beside:
                yield [part]
                continue
            if size + part.size > most and batch:
                yield batch
                batch, size = [], 0
            batch.append(part)
            size += part.size
        if batch:
            yield batch

    def _send(self, batch: Sequence[GraphPart], beside: frozenset[str]) -> None:
        """Send parts until the store has them."""
        if len(batch) > 1:
            self._store.load_together({part.graph: part.body() for part in batch})
            return
        (part,) = batch
        for attempt in range(1, TRIES + 1):
            try:
                self._replace(part.graph, part, is_shared=part.graph in beside)
                break
            except SilentStoreError:
                raise
            except StoreError:
                if attempt == TRIES or (self._is_one_request(part) and part.graph not in beside):
                    raise

    def _is_one_request(self, part: GraphPart) -> bool:
        return self._store.profile.is_atomic and (not self._chunk or part.size <= self._chunk)

    def _replace(self, graph: str, part: GraphPart, *, is_shared: bool) -> None:
        most = self._chunk or part.size
        if not is_shared and (self._is_one_request(part) or not self._store.profile.update):
            self._store.load(graph, part.chunks(most))
            return
        staging = self._waiting_graph()
        self._store.add(staging, part.chunks(most), repeat=not part.has_blank_nodes)
        if is_shared:
            self._share(graph, staging)
            self._sharing.has_written(graph, part.count)
            self._store.drop(staging)
        else:
            self._move(staging, graph)
        self._waiting.remove(staging)

    def _move(self, source: str, target: str) -> None:
        """Move a graph that is not empty; if the answer is lost, look whether it happened.

        A second MOVE would put nothing in the place of what the first one moved. COPY could be repeated blindly, and
        takes Virtuoso 7 forty times as long (measured, 100,000 triples).
        """
        for attempt in range(1, TRIES + 1):
            try:
                self._store.move(source, target)
                break
            except SilentStoreError:
                raise
            except StoreError:
                is_left = self._store.count(source) > 0
                if not is_left and self._store.count(target):
                    break
                if not is_left or attempt == TRIES:
                    raise

    def _write(self, entries: Mapping[str, GraphState], made_of: str = "") -> None:
        self._serial += 1
        self._put(LoadState(self._empty.name, self._release, dict(entries), self._serial, made_of, self._of))


__all__ = ["DEFAULT", "Loaded", "Loading", "Plan"]
