"""N-Triples and N-Quads in their canonical form (RDF 1.2 N-Triples, clause 3; N-Quads, clause 3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from scograph.serialise.sorting import sort_lines

BATCH = 4096
"""Quads a piece: large enough that the calls do not count, small enough that memory does not."""


def n_triples(statements: Iterable[Quad] | Iterable[Triple]) -> Iterator[bytes]:
    """Write triples as N-Triples, in their order; graph names are left out.

    Args:
        statements: The triples, or quads.

    Returns:
        UTF-8 in pieces of whole lines.
    """
    triples = (said if isinstance(said, Triple) else said.triple for said in statements)
    while piece := serialize(islice(triples, BATCH), format=RdfFormat.N_TRIPLES):
        yield piece


def n_quads(quads: Iterable[Quad] | Iterable[Triple]) -> Iterator[bytes]:
    """Write quads as N-Quads, in their order.

    Args:
        quads: The quads; triples are those of the default graph, whose lines are N-Triples too.

    Returns:
        UTF-8 in pieces of whole lines.
    """
    iterator: Iterator[Any] = iter(quads)
    while piece := serialize(islice(iterator, BATCH), format=RdfFormat.N_QUADS):
        yield piece


def sorted_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Sort lines by their bytes and drop the repeated ones, in bounded memory.

    Args:
        pieces: Pieces of whole lines.

    Returns:
        The sorted lines, in pieces.

    Raises:
        UsageError: There is no room for the files of the sort.
    """
    yield from sort_lines(pieces)
