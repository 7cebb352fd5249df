"""The way to rdflib and its notebooks: nothing is added, dropped or rewritten."""

from __future__ import annotations

import subprocess
import sys
import warnings

import pytest
import rdflib
from hypothesis import given
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from built_in import built_in_graph
from readers import canonical
from scograph.errors import InputError
from scograph.rdflib_bridge import to_dataset, to_graph
from strategies import AWKWARD_TEXTS, CONTROLS, EX, PREFIXES, TYPED, XSD, any_literals, some_quads


def back(dataset: rdflib.Dataset) -> list[Quad]:
    """An rdflib dataset as quads, by rdflib's own terms."""
    quads = []
    for subject, predicate, value, name in dataset.quads():
        terms = [term(part) for part in (subject, predicate, value)]
        in_default = name in (None, dataset.default_graph.identifier)
        quads.append(Quad(*terms, *([] if in_default else [term(name)])))
    return quads


def term(node: rdflib.term.Node) -> NamedNode | BlankNode | Literal:
    if isinstance(node, rdflib.Literal):
        if node.language:
            return Literal(str(node), language=node.language)
        return Literal(str(node), datatype=NamedNode(str(node.datatype or XSD + "string")))
    return BlankNode(str(node)) if isinstance(node, rdflib.BNode) else NamedNode(str(node))


@given(some_quads(graphs=True))
def test_a_dataset_of_rdflib_has_the_same_quads(quads: list[Quad]) -> None:
    assert canonical(back(to_dataset(quads, PREFIXES))) == canonical(quads)


@given(any_literals)
def test_a_literal_keeps_its_lexical_form(literal: Literal) -> None:
    triple = Triple(NamedNode(EX + "s"), NamedNode(EX + "p"), literal)
    (found,) = to_graph([triple]).objects()
    assert term(found) == literal


@pytest.mark.parametrize("datatype", ["token", "normalizedString", "string", "integer", "date", "boolean", "anyURI"])
def test_a_literal_keeps_its_white_space_whatever_its_datatype(datatype: str) -> None:
    texts = [*AWKWARD_TEXTS, *CONTROLS, " 1 ", "\ttrue\n", " 2024-01-01"]
    triples = [
        Triple(NamedNode(EX + "s"), NamedNode(EX + "p"), Literal(text, datatype=NamedNode(XSD + datatype)))
        for text in texts
    ]
    with warnings.catch_warnings():
        # rdflib warns of a boolean that is none, which is the point here.
        warnings.filterwarnings("ignore", "Parsing weird boolean", UserWarning)
        found = list(to_graph(triples).objects())
    assert {term(node) for node in found} == {triple.object for triple in triples}
    assert {str(node.datatype) for node in found if node.datatype} <= {XSD + datatype}


def test_what_rdflib_makes_of_a_number_is_still_its_value() -> None:
    literal = Literal("01", datatype=NamedNode(XSD + "integer"))
    (found,) = to_graph([Triple(NamedNode(EX + "s"), NamedNode(EX + "p"), literal)]).objects()
    assert (str(found), found.toPython()) == ("01", 1)


def test_a_text_has_no_datatype_and_a_language_is_in_lower_case() -> None:
    triples = [
        Triple(NamedNode(EX + "s"), NamedNode(EX + "p"), literal)
        for literal in (Literal("x"), Literal("x", language="EN-GB"))
    ]
    found = set(to_graph(triples).objects())
    assert found == {rdflib.Literal("x"), rdflib.Literal("x", lang="en-gb")}


def test_a_term_of_rdf_1_2_is_refused() -> None:
    inner = Triple(NamedNode(EX + "s"), NamedNode(EX + "p"), NamedNode(EX + "o"))
    with pytest.raises(InputError, match=r"RDF 1\.1"):
        to_graph([Triple(NamedNode(EX + "s"), NamedNode(EX + "p"), inner)])


def test_prefixes_are_bound_in_the_dataset() -> None:
    bound = {
        prefix: str(namespace) for prefix, namespace in to_dataset([], {"ex": EX, "rdfs": EX + "own#"}).namespaces()
    }
    assert bound["ex"] == EX
    assert bound["rdfs"] == EX + "own#"


def test_the_built_in_project_is_in_rdflib_as_it_is_published() -> None:
    graph = built_in_graph()
    dataset = graph.to_rdflib()
    assert set(back(dataset)) == set(graph.quads())
    assert len(dataset.default_graph) == len(graph.default_graph()) > 2000
    query = "SELECT ?state { ?state a scog:State } ORDER BY ?state"
    with warnings.catch_warnings():
        # rdflib's own query engine uses what rdflib has deprecated.
        warnings.filterwarnings("ignore", r"Dataset\.default_context is", DeprecationWarning)
        there = [str(row[0]) for row in dataset.query(query)]
    assert there == [solution["state"].value for solution in graph.query(query)]
    assert len(there) >= 6


def test_typed_literals_of_every_kind_were_tried() -> None:
    assert len({datatype for _, datatype in TYPED}) > 12


def test_the_bridge_does_not_load_rdflib_before_it_is_used() -> None:
    code = "import sys, scograph.rdflib_bridge, scograph.api; sys.exit('rdflib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
