"""The bridge to rdflib: every literal keeps the lexical form that the curator wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from scograph.errors import InputError

if TYPE_CHECKING:
    import rdflib

    from scograph.model import Term


def to_dataset(quads: Iterable[Quad], prefixes: Mapping[str, str] | None = None) -> rdflib.Dataset:
    """Copy quads into an rdflib dataset.

    Args:
        quads: The quads.
        prefixes: Prefixes to bind.

    Returns:
        The dataset; `"01"^^xsd:integer` is still `"01"` in it.
    """
    import rdflib  # noqa: PLC0415 -- slow to import, and only wanted here

    dataset = rdflib.Dataset()
    for prefix, namespace in (prefixes or {}).items():
        dataset.bind(prefix, namespace, replace=True)
    for quad in quads:
        name = quad.graph_name
        target = dataset.default_graph if isinstance(name, DefaultGraph) else dataset.graph(_resource(name))
        target.add(_rdflib_triple(quad.triple))
    return dataset


def to_graph(triples: Iterable[Triple]) -> rdflib.Graph:
    """Copy triples into an rdflib graph.

    Args:
        triples: The triples.

    Returns:
        The graph.
    """
    import rdflib  # noqa: PLC0415 -- slow to import, and only wanted here

    graph = rdflib.Graph()
    for triple in triples:
        graph.add(_rdflib_triple(triple))
    return graph


def _rdflib_triple(triple: Triple) -> tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]:
    return _resource(triple.subject), _resource(triple.predicate), _term(triple.object)


def _resource(term: Term) -> rdflib.URIRef | rdflib.BNode:
    import rdflib  # noqa: PLC0415 -- slow to import, and only wanted here

    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    raise InputError(f"{term} cannot stand here in RDF 1.1")


def _term(term: Term) -> rdflib.term.Node:
    import rdflib  # noqa: PLC0415 -- slow to import, and only wanted here

    if isinstance(term, Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        is_string = term.datatype.value == str(rdflib.XSD.string)
        return rdflib.Literal(
            term.value, datatype=None if is_string else rdflib.URIRef(term.datatype.value), normalize=False
        )
    return _resource(term)
