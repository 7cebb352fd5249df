"""The W3C's cases of the two protocols that an endpoint which only reads can pass, against the running server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, DefaultGraph, NamedNode, Quad, RdfFormat, parse, serialize

from protocol_cases import DATA, QUERIES, READS, UPDATES, WRITES, Case, GraphCase
from serving import Running, built, serving, with_site

DOCUMENT = NamedNode("http://xmlns.com/foaf/0.1/Document")
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
FORMS = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "boolean form": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": (
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ),
    "RDF": ("text/turtle", "application/n-triples", "application/rdf+xml"),
}


def canonical(data: str | bytes) -> Dataset:
    """What Turtle says, with names of blank nodes that two equal graphs have alike (RDFC-1.0)."""
    found = Dataset(parse(data, RdfFormat.TURTLE))
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server over the graphs that the cases ask about, and nothing else."""
    folder = built(tmp_path_factory.mktemp("server") / "dist")
    quads = [Quad(node, TYPE, DOCUMENT, node) for node in (NamedNode(f"{DATA}{number}.rdf") for number in range(4))]
    for case in {case.graph: case for case in READS if case.turtle}.values():
        graph = NamedNode(case.graph) if case.graph else DefaultGraph()
        renamed = parse(case.turtle, RdfFormat.TURTLE, rename_blank_nodes=True)
        quads += [Quad(q.subject, q.predicate, q.object, graph) for q in renamed]
    dump = serialize(quads, format=RdfFormat.N_QUADS)
    assert dump
    with_site(folder, {"sco.nq": dump.decode()})
    with serving(folder, "--log", "off", "--workers", "1", "--rate", "0") as running:
        yield running


def test_every_case_of_the_two_manifests_is_run_or_left_out_with_a_reason() -> None:
    assert (len(QUERIES), len(UPDATES), len(READS), len(WRITES)) == (27, 7, 10, 9)
    assert len({str(case) for case in QUERIES} | set(UPDATES)) == 34
    assert len({str(case) for case in READS} | set(WRITES)) == 19
    assert all((UPDATES | WRITES).values())


@pytest.mark.parametrize("case", QUERIES, ids=str)
def test_a_case_of_the_protocol(server: Running, case: Case) -> None:
    path = f"/sparql?{case.fields}" if case.fields else "/sparql"
    got = server.ask(path, case.method, case.body, **({"Content_Type": case.content_type} if case.content_type else {}))
    if case.expects == "4xx":
        assert 400 <= got.status < 500, got.text
        return
    assert got.status == 200, got.text
    assert got.headers["Content-Type"].partition(";")[0] in FORMS[case.expects]
    if case.expects == "boolean":
        assert json.loads(got.body)["boolean"] is True


def test_a_graph_that_nobody_has_is_an_empty_one(server: Running) -> None:
    """As query_multiple_dataset stands in the manifest: the second parameter is a part of the first one's value."""
    inner = quote(f"{DATA}1.rdf&named-graph-uri={DATA}2.rdf", safe="")
    body = f"ASK FROM <{DATA}3.rdf> {{ GRAPH ?g {{ ?s ?p ?o }} }}".encode()
    got = server.ask(f"/sparql?named-graph-uri={inner}", "POST", body, Content_Type="application/sparql-query")
    assert (got.status, json.loads(got.body)["boolean"]) == (200, False)


@pytest.mark.parametrize("case", READS, ids=str)
def test_a_case_of_the_graph_store_that_reads(server: Running, case: GraphCase) -> None:
    path = f"/data?graph={quote(case.graph, safe='')}" if case.graph else "/data?default"
    got = server.ask(path, case.method, Accept="text/turtle")
    assert got.status == case.status, got.text
    if case.method == "HEAD":
        assert got.body == b""
    elif case.status == 200:
        assert got.headers["Content-Type"].partition(";")[0] == "text/turtle"
        assert canonical(got.body) == canonical(case.turtle)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_what_would_write_is_refused_as_a_whole(server: Running, method: str) -> None:
    graph = quote(READS[0].graph, safe="")
    got = server.ask(f"/data?graph={graph}", method, b"<a:a> <a:b> <a:c> .", Content_Type="text/turtle")
    assert (got.status, got.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    after = server.ask(f"/data?graph={graph}", Accept="text/turtle")
    assert canonical(after.body) == canonical(READS[0].turtle)
