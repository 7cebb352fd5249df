"""Readings: which claims of a graph were held against the words of their passages, by whom, and how much was seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.graph import Graph
from scograph.messages import counted
from scograph.model import Term


@dataclass(frozen=True, slots=True)
class Readings:
    """What the readings of a graph cover.

    Args:
        readers: The readers of each claim, by its IRI.
        depths: How much was seen at the deepest reading of each claim: `whole`, `beginning` or `quotation`.
        explained: The claims that a reading with a note covers.
    """

    readers: Mapping[str, AbstractSet[str]]
    depths: Mapping[str, str]
    explained: AbstractSet[str]


def readings_of(graph: Graph) -> Readings:
    """Gather what the readings of a graph cover.

    Args:
        graph: The graph.

    Returns:
        The readers and depths of each claim that was read.
    """
    readers: dict[str, set[str]] = {}
    depths: dict[str, str] = {}
    explained: set[str] = set()
    for source in graph.sources:
        said: dict[Term, dict[NamedNode, list[str]]] = {}
        for triple in source.parsed.triples:
            if isinstance(triple.object, NamedNode | Literal):
                said.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple.object.value)
        for values in said.values():
            covered = values.get(terms.COVERS, ())
            depth = next((one.rpartition("/")[2] for one in values.get(terms.HAS_READING_DEPTH, ())), "")
            for claim in covered:
                readers.setdefault(claim, set()).update(values.get(terms.READER, ()))
                depths[claim] = min(depth, depths.get(claim, depth), key=_depth)
            if any(note.strip() for note in values.get(terms.NOTE, ())):
                explained.update(covered)
    return Readings(readers, depths, explained)


def told_readings(graph: Graph) -> str:
    """How much of a graph was read: by persons and by programs, how deep, and how many interpretations are explained.

    Args:
        graph: The graph.

    Returns:
        One sentence; empty where the graph has no claims.
    """
    asserted = {terms.basis(name) for name in terms.ASSERTED_BASES}
    claims = {claim.iri.value: claim.basis for claim in graph.claims if claim.basis in asserted}
    if not claims:
        return ""
    found = readings_of(graph)
    kinds = dict(graph.project.settings.readers)
    read = [iri for iri in claims if iri in found.readers]
    by_person = sum(any(kinds.get(one) == "person" for one in found.readers[iri]) for iri in read)
    depths = Counter(found.depths[iri] for iri in read)
    deep = ", ".join(f"{depths[name]:,} {_DEPTHS[name]}" for name in _DEPTHS if depths[name])
    interpreted = [iri for iri, basis in claims.items() if basis == terms.basis("interpreted")]
    explained = sum(iri in found.explained for iri in interpreted)
    return (
        f"read: {len(read):,} of {counted(len(claims), 'asserted claim')}, {by_person:,} by persons and "
        f"{len(read) - by_person:,} by programs alone{f' ({deep})' if deep else ''}; {explained:,} of "
        f"{len(interpreted):,} interpreted claims have a note"
    )


_DEPTHS = {
    "whole": "with the page seen whole",
    "beginning": "with its beginning seen",
    "quotation": "with the words of the passage alone",
    "": "without saying how much was seen",
}


def _depth(name: str) -> int:
    """The deepest reading first."""
    return list(_DEPTHS).index(name) if name in _DEPTHS else len(_DEPTHS)
