"""The bridge to rdflib: every literal keeps the lexical form that the curator wrote."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from scograph.errors import InputError
from scograph.terms import STRING

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
    with quiet():
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
    with quiet():
        for triple in triples:
            graph.add(_rdflib_triple(triple))
    return graph


def quads_of(graph: rdflib.Graph) -> Iterator[Quad]:
    """Copy an rdflib graph.

    Args:
        graph: The graph, or all graphs of a dataset.

    Returns:
        Its triples, with the literals as it has them.
    """
    with quiet():
        lines = graph.serialize(format="nquads" if graph.context_aware else "nt", encoding="utf-8")
    return iter(parse(lines, RdfFormat.N_QUADS))


@contextmanager
def quiet() -> Iterator[None]:
    """Keep rdflib and pySHACL from logging: an ill-typed literal would be shown with a traceback, once a copy."""
    import logging  # noqa: PLC0415 -- as rdflib

    loggers = [logging.getLogger(name) for name in ("rdflib.term", "pyshacl-validate")]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        with warnings.catch_warnings():  # rdflib compares an ill-typed literal so, and then says that it cannot
            warnings.filterwarnings("ignore", "NotImplemented should not be used", DeprecationWarning)
            warnings.filterwarnings("ignore", r"Dataset\.", DeprecationWarning)  # its writer uses what it deprecates
            yield
    finally:
        for logger, was in zip(loggers, before, strict=True):
            logger.disabled = was


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

    if not isinstance(term, Literal):
        return _resource(term)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = None if term.datatype == STRING else rdflib.URIRef(term.datatype.value)
    literal = rdflib.Literal(term.value, datatype=datatype, normalize=False)
    if str(literal) != term.value:  # it folds the white space of xsd:token whatever `normalize` says
        literal = rdflib.Literal(term.value)
        literal._datatype = datatype  # noqa: SLF001 -- there is no other way in
    return literal
