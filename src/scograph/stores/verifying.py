"""Compare the content of a store with what was sent, as far as the store lets it be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from scograph.errors import InputError
from scograph.messages import counted
from scograph.ntriples import LABELS
from scograph.serialise.sorting import SortedLines, sort_lines
from scograph.stores.parts import GraphPart, graph_label, held_lines
from scograph.stores.remote import RemoteStore, canonical_lines
from scograph.stores.rewriting import by_value, rewritten

SAMPLE = 100
"""So many triples are asked for one by one where a graph cannot be read back whole."""
MAX_SHOWN = 3
"""So many differing lines are shown of each kind."""

Canonical = Callable[[Iterable[bytes]], Iterable[bytes]]
"""Lines of a dataset to its canonical lines (RDFC-1.0); raises InputError where that would take too long."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a comparison found.

    Args:
        graph: The graph's IRI, or `DEFAULT`.
        kind: How it was compared: `hash`, `hash by value`, `lines`, `counts and sample`.
        count: The triples in the store.
        rewritten: Kinds of literals that the store writes in its own way.
        differences: What differs, in words; nothing if all is well.
    """

    graph: str
    kind: str
    count: int
    rewritten: tuple[str, ...] = ()
    differences: str = ""


def fingerprint(lines: Iterable[bytes], *, has_blank_nodes: bool, canonical: Canonical) -> str:
    """The hash of a graph, however its blank nodes are called.

    Args:
        lines: Sorted N-Triples.
        has_blank_nodes: Whether there are any.
        canonical: Names the blank nodes.

    Returns:
        `sha256:` and the hash of the canonical form; `lines:` and the hash of the lines with every blank node alike
        where the canonical form would take too long: then two graphs may have one hash, if they differ in nothing but
        which of their blank nodes hang together.
    """
    if not has_blank_nodes:
        return f"sha256:{_digest(lines)}"
    held = sort_lines(held_lines(lines))
    try:
        return f"sha256:{_digest(canonical(held))}"
    except InputError:
        return f"lines:{_digest(_every_one(held))}"


def _every_one(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines with their blank nodes alike, sorted, and numbered so that none is lost."""
    alike = sort_lines(
        b"".join(LABELS.sub(b"_:b", line) + b"\t%d\n" % n for n, line in enumerate(piece.splitlines()))
        for piece in lines
    )
    for piece in alike:
        yield b"".join(line.rpartition(b"\t")[0] + b"\n" for line in piece.splitlines())


def _digest(pieces: Iterable[bytes]) -> str:
    found = sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


def verify(store: RemoteStore, part: GraphPart, digest: str, canonical: Canonical, at: str | None = None) -> Verified:
    """Compare a graph in a store with what it should hold.

    Args:
        store: The store.
        part: What the graph should hold.
        digest: The part's fingerprint.
        canonical: Names the blank nodes.
        at: The graph that holds it in the store, if that is another one (`stores.sharing`).

    Returns:
        What was found.

    Raises:
        StoreError: The store does not answer.
    """
    at = part.graph if at is None else at
    there = sort_lines(store.lines(at))
    count = _count(there)
    is_short = count < part.count and (not count or store.profile.cuts_answers)
    if is_short and (stated := store.count(at)) > count:
        return _sampled(store, part, stated, at)
    blank = part.has_blank_nodes or any(b"_:" in piece and LABELS.search(piece) for piece in there)
    kind = "hash" if digest.startswith("sha256") else "lines"
    if not blank and digest == fingerprint(there, has_blank_nodes=False, canonical=canonical):
        return Verified(part.graph, kind, count)  # the store writes as this library does: no need to parse it
    there = sort_lines(canonical_lines(there))
    if digest == fingerprint(there, has_blank_nodes=bool(blank), canonical=canonical):
        return Verified(part.graph, kind, count)
    here_by_value = sort_lines(by_value(held_lines(part.lines())))
    there_by_value = sort_lines(by_value(there))
    hashes = [
        fingerprint(lines, has_blank_nodes=bool(blank), canonical=canonical)
        for lines in (here_by_value, there_by_value)
    ]
    if hashes[0] == hashes[1]:
        names = rewritten(held_lines(part.lines()))
        kind = "hash by value" if hashes[0].startswith("sha256") else "lines by value"
        return Verified(part.graph, kind, count, tuple(sorted(names)))
    return Verified(part.graph, "hash", count, differences=_differences(part, count, here_by_value, there_by_value))


def _sampled(store: RemoteStore, part: GraphPart, count: int, at: str) -> Verified:
    ground = (line for piece in held_lines(part.lines()) for line in piece.splitlines() if b"_:" not in line)
    step = max(part.count // SAMPLE, 1)
    missing = [line for n, line in enumerate(ground) if n % step == 0 and not store.holds(at, line)]
    if count == part.count and not missing:
        return Verified(part.graph, "counts and sample", count)
    shown = [f"  - missing of a sample: {line.decode()}" for line in missing[:MAX_SHOWN]]
    words = "\n".join([f"{graph_label(part.graph)}: {of_counts(part.count, count)}", *shown])
    return Verified(part.graph, "counts and sample", count, differences=words)


def of_counts(wanted: int, found: int) -> str:
    """How many triples should be there, and how many are, in words."""
    return f"{counted(wanted, 'triple')} should be there, {found:,} found"


def _count(lines: SortedLines) -> int:
    return sum(piece.count(b"\n") for piece in lines)


def _differences(part: GraphPart, count: int, here: Iterable[bytes], there: Iterable[bytes]) -> str:
    """What only one side has, blank nodes alike."""
    sides = [_lines(here), _lines(there)]
    heads = [next(side, None) for side in sides]
    only: tuple[list[bytes], list[bytes]] = ([], [])
    while (heads[0] is not None or heads[1] is not None) and min(map(len, only)) < MAX_SHOWN:
        if heads[0] == heads[1]:
            heads = [next(side, None) for side in sides]
            continue
        first = 0 if heads[1] is None or (heads[0] is not None and heads[0] < heads[1]) else 1
        line = heads[first]
        if line is not None and b"_:" not in line:
            only[first].append(line)
        heads[first] = next(sides[first], None)
    shown = [f"  - should be there: {line.decode()}" for line in only[0][:MAX_SHOWN]]
    shown += [f"  + should not be:   {line.decode()}" for line in only[1][:MAX_SHOWN]]
    if not shown:
        shown = ["  the blank nodes are connected differently"]
    return "\n".join([f"{graph_label(part.graph)}: {of_counts(part.count, count)}", *shown])


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    return (line for piece in pieces for line in piece.splitlines())
