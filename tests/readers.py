"""Parsers of others: pyoxigraph's, PyLD's and rdflib's parsers, each giving quads with the lexical forms they found."""

from __future__ import annotations

import hashlib
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import rdflib
from pyld import jsonld as pyld
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    parse,
)

from scograph.formats import RDF_FORMATS_BY_NAME
from scograph.model import Node

Quads = Iterable[Quad]

XSD = "http://www.w3.org/2001/XMLSchema#"


def canonical(quads: Quads) -> set[str]:
    """Isomorphic sets of quads have the same canonical form."""
    dataset = Dataset(named_by_their_paths(list(quads)))
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}


def named_by_their_paths(quads: list[Quad]) -> list[Quad]:
    """Give an IRI to each blank node that is a property's only one: the algorithm takes hours for 2,000 in a row."""
    below: dict[Any, dict[NamedNode, set[BlankNode]]] = defaultdict(lambda: defaultdict(set))
    for quad in quads:
        if isinstance(quad.object, BlankNode):
            below[quad.subject][quad.predicate].add(quad.object)
    names: dict[Any, NamedNode] = {}
    waiting = sorted((node for node in below if isinstance(node, NamedNode)), key=str)
    while waiting:
        node = waiting.pop()
        for predicate, objects in sorted(below[node].items(), key=str):
            if len(objects) == 1 and not objects & names.keys():
                (value,) = objects
                digest = hashlib.sha256(f"{names.get(node, node)} {predicate}".encode()).hexdigest()
                names[value] = NamedNode(f"path:{digest}")
                waiting.append(value)
    return [
        Quad(*(names.get(part, part) for part in (quad.subject, quad.predicate, quad.object, quad.graph_name)))
        for quad in quads
    ]


def read_with_oxigraph(data: bytes, name: str) -> list[Quad]:
    return list(parse(data, RDF_FORMATS_BY_NAME[name].rdf))


def refuse_to_fetch(url: str, _options: object) -> dict[str, Any]:
    raise AssertionError(f"the document asks for {url}")


def read_with_pyld(data: bytes) -> list[Quad]:
    options = {"documentLoader": refuse_to_fetch, "produceGeneralizedRdf": False}
    dataset = pyld.to_rdf(pyld.expand(pyld.json.loads(data), options), options)
    return [
        Quad(*(_from_pyld(triple[part]) for part in ("subject", "predicate", "object")), _pyld_graph(name))
        for name, triples in dataset.items()
        for triple in triples
    ]


def _from_pyld(term: Mapping[str, str]) -> Node | Literal:
    if term["type"] == "IRI":
        return NamedNode(term["value"])
    if term["type"] == "blank node":
        return BlankNode(term["value"].removeprefix("_:"))
    if "language" in term:
        return Literal(term["value"], language=term["language"])
    return Literal(term["value"], datatype=NamedNode(term["datatype"]))


def _pyld_graph(name: str) -> Node | DefaultGraph:
    if name == "@default":
        return DefaultGraph()
    return BlankNode(name.removeprefix("_:")) if name.startswith("_:") else NamedNode(name)


def read_with_rdflib(data: bytes, form: str) -> list[Quad]:
    graph = rdflib.Graph()
    rdflib.NORMALIZE_LITERALS = False
    try:
        with warnings.catch_warnings():
            # rdflib's own readers of formats with graphs go through what rdflib has deprecated.
            warnings.filterwarnings("ignore", r"(ConjunctiveGraph|Dataset\.default_context) is", DeprecationWarning)
            graph.parse(data=data, format=form)
    finally:
        rdflib.NORMALIZE_LITERALS = True
    return [Quad(*map(_from_rdflib, triple)) for triple in graph]


def _from_rdflib(term: rdflib.term.Node) -> Node | Literal:
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return BlankNode(str(term))
    if term.language:
        return Literal(str(term), language=term.language)
    return Literal(str(term), datatype=NamedNode(str(term.datatype or XSD + "string")))
