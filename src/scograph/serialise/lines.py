"""N-Triples and N-Quads in their canonical form (RDF 1.2 N-Triples, clause 3; N-Quads, clause 3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from pyoxigraph import Quad, RdfFormat, serialize

BATCH = 4096
"""Quads a piece: large enough that the calls do not count, small enough that memory does not."""


def n_triples(quads: Iterable[Quad]) -> Iterator[bytes]:
    """Write quads as N-Triples, in their order; graph names are left out.

    Args:
        quads: The quads.

    Returns:
        UTF-8 in pieces of whole lines.
    """
    triples = (quad.triple for quad in quads)
    while batch := list(islice(triples, BATCH)):
        yield serialize(batch, format=RdfFormat.N_TRIPLES) or b""


def n_quads(quads: Iterable[Quad]) -> Iterator[bytes]:
    """Write quads as N-Quads, in their order.

    Args:
        quads: The quads.

    Returns:
        UTF-8 in pieces of whole lines.
    """
    iterator = iter(quads)
    while batch := list(islice(iterator, BATCH)):
        yield serialize(batch, format=RdfFormat.N_QUADS) or b""


def sorted_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Sort lines by their bytes and drop the repeated ones; all lines are held in memory.

    Args:
        pieces: Pieces of whole lines.

    Returns:
        The sorted lines, in pieces.
    """
    lines = iter(sorted({line for piece in pieces for line in piece.splitlines(keepends=True)}))
    while batch := list(islice(lines, BATCH)):
        yield b"".join(batch)
