"""The messages of a load: its plan, what was done, what a comparison found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Sized
from typing import TYPE_CHECKING

from scograph.messages import counted

if TYPE_CHECKING:  # as in `cli.remote`
    from scograph.stores.loading import Loaded, Plan
    from scograph.stores.remote import RemoteStore
    from scograph.stores.state import LoadState
    from scograph.stores.verifying import Verified

MAX_LISTED = 10
"""So many graphs are listed; the rest are counted."""


def planned(plan: Plan, *, prunes: bool) -> Iterator[str]:
    """What a load would do."""
    from scograph.stores.parts import graph_label  # noqa: PLC0415 -- what sends nothing does not need it

    for part, why in plan.send[:MAX_LISTED]:
        yield f"send   {graph_label(part.graph)}: {counted(part.count, 'triple')}: {why}"
    yield from _more(plan.send)
    for graph in plan.gone[:MAX_LISTED]:
        what = "it is no more" if graph not in plan.shared else "what no other load put there"
        yield f"{'remove' if prunes else 'leave '} {graph_label(graph)}: {what}"
    yield from _more(plan.gone)
    yield f"{_graphs(len(plan.send))} to send, {counted(plan.triples, 'triple')}; {len(plan.unchanged):,} unchanged"


def _more(listed: Sized) -> Iterator[str]:
    if len(listed) > MAX_LISTED:
        yield f"       and {_graphs(len(listed) - MAX_LISTED)} more"


def done_lines(store: RemoteStore, done: Loaded, *, prunes: bool, reads_back: bool) -> Iterator[str]:
    """What a load did, and why where that is not plain."""
    from scograph.stores.loading import BESIDE, CHANGED, IN_PLACE, NEW  # noqa: PLC0415 -- what sends nothing does not need it

    plan = done.plan
    if not (plan.send or done.pruned):
        yield up_to_date(store, [part.count for part in plan.unchanged])
    else:
        unchanged = f", {len(plan.unchanged):,} unchanged" if plan.unchanged else ""
        yield f"{_where(store)}: {_graphs(len(plan.send))} sent, {counted(plan.triples, 'triple')}{unchanged}"
    reasons = Counter(why for _, why in plan.send)
    if reasons[CHANGED]:
        yield f"changed: {_graphs(reasons[CHANGED])}, replacing those of the last load named {plan.state.name}"
    if reasons[IN_PLACE]:
        yield f"replaced: {_graphs(reasons[IN_PLACE])}, {IN_PLACE}"
    if reasons[BESIDE]:
        yield f"shared: {_graphs(reasons[BESIDE])}, {BESIDE}"
    plain = (NEW, CHANGED, IN_PLACE, BESIDE)
    mended = Counter({why: number for why, number in reasons.items() if why not in plain})
    yield from (f"repaired: {_graphs(number)}: {why}" for why, number in mended.most_common(MAX_LISTED))
    if reads_back and plan.unchanged:
        yield f"read back: {_graphs(len(plan.unchanged))} unchanged, with the content that was loaded"
    if done.verified:
        yield f"read back: all data as sent{_kinds(done.verified)}"
    if done.pruned:
        yield f"removed: {_listed(done.pruned)}"
    if plan.shared and prunes:
        yield f"kept: what loads of other names put into {_listed(plan.shared)}"
    if plan.gone and not prunes:
        it = "it" if len(plan.gone) == 1 else "them"
        yield f"kept: {_listed(plan.gone)}, written by an earlier load; --prune removes {it}"


def _listed(graphs: Sequence[str]) -> str:
    from scograph.stores.parts import graph_label  # noqa: PLC0415 -- what sends nothing does not need it

    more = f" and {_graphs(len(graphs) - MAX_LISTED)} more" if len(graphs) > MAX_LISTED else ""
    return f"{', '.join(map(graph_label, graphs[:MAX_LISTED]))}{more}"


def up_to_date(store: RemoteStore, counts: list[int]) -> str:
    """That a load had nothing to do, for the counts of its graphs."""
    said = f"{_graphs(len(counts))}, {counted(sum(counts), 'triple')}"
    return f"already up to date: {_where(store)} has all data, {said}; nothing sent"


def _where(store: RemoteStore) -> str:
    return f"{store.profile.title} at {store.address}"


def compared(store: RemoteStore, found: Iterable[Verified]) -> str:
    """How many graphs of a store are as they should be."""
    found = tuple(found)
    right = [verified for verified in found if not verified.differences]
    return f"{store.profile.title}: {len(right):,} of {_graphs(len(found))} as expected{_kinds(right)}"


def _graphs(number: int) -> str:
    return counted(number, "graph")


def _kinds(found: Iterable[Verified]) -> str:
    found = tuple(found)
    kinds = Counter(verified.kind for verified in found)
    names = sorted({name for verified in found for name in verified.rewritten})
    said = ", ".join(f"{number:,} by {kind}" for kind, number in kinds.most_common())
    return (f" ({said})" if said else "") + (f"; the store writes {', '.join(names)} in another form" if names else "")


def listed(states: Iterable[LoadState]) -> Iterator[str]:
    """The loads that a store holds, a line each."""
    from scograph.stores.state import PENDING  # noqa: PLC0415 -- what sends nothing does not need it

    for state in states:
        triples = sum(entry.count for entry in state.entries.values())
        waits = any(entry.digest == PENDING for entry in state.entries.values())
        release = f" {state.release}" if state.release else ""
        end = of_project(state.of) + ("; interrupted: run it again" if waits else "")
        yield f"{state.name}{release}: {_graphs(len(state.entries))}, {counted(triples, 'triple')}{end}"


def of_project(base: str) -> str:
    """Whose load it is, at the end of a line of a list."""
    return f", of <{base}>" if base else ""


def removed(store: RemoteStore, done: Loaded) -> Iterator[str]:
    """That a load was removed."""
    plan = done.plan
    yield f"{_where(store)}: removed the load named {plan.state.name!r}, {_graphs(len(plan.gone))}"
    if plan.shared:
        yield f"kept: what loads of other names put into {_listed(plan.shared)}"
