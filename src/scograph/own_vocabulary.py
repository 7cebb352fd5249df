"""The vocabulary of provenance that the tool carries, for graphs that use its terms and do not describe them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from pyoxigraph import NamedNode, Triple, parse

from scograph import terms
from scograph.project import Project, format_of, read_bytes

_OWN = (terms.SCOG, terms.SCOG.removesuffix("ontology#") + "concept/")


def is_own_term(iri: str) -> bool:
    """Whether an IRI is that of a term or a concept of the vocabulary.

    Example:
        >>> is_own_term(terms.SCOG + "Claim"), is_own_term(terms.RDFS + "label")
        (True, False)
    """
    return iri.startswith(_OWN)


@cache
def own_vocabulary() -> Mapping[NamedNode, tuple[Triple, ...]]:
    """What the ontology that the tool carries says of its terms and concepts.

    Returns:
        The statements about each.

    Example:
        >>> any(t.object.value == "claim" for t in own_vocabulary()[terms.CLAIM])
        True
    """
    found: dict[NamedNode, list[Triple]] = defaultdict(list)
    for path in Project.builtin().ontology_files():
        row = format_of(path)
        for quad in parse(read_bytes(path), row.rdf) if row else ():
            if isinstance(quad.subject, NamedNode) and is_own_term(quad.subject.value):
                found[quad.subject].append(quad.triple)
    return {node: tuple(triples) for node, triples in found.items()}
