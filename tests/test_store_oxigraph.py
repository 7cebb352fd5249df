"""The downloads in somebody else's store: a running Oxigraph server loads them and answers as we do."""

from __future__ import annotations

import csv
import io
import urllib.request
from collections.abc import Iterator

import pytest

from built_in import built_in_graph
from scograph.checks.questions import Question, read_questions
from scograph.exports import EXPORTERS, exporter
from scograph.formats import RDF_FORMATS_BY_NAME
from scograph.stores.results import csv_rows
from store_servers import Server

RDF_NAMES = tuple(row.name for row in EXPORTERS if row.name in RDF_FORMATS_BY_NAME)
GRAPH = built_in_graph()
QUESTIONS = tuple(read_questions(GRAPH.project))


class StoreClient:
    """A store over HTTP: SPARQL 1.1 Protocol, and Graph Store HTTP Protocol at /store."""

    def __init__(self, address: str) -> None:
        self._url = address

    def _send(self, method: str, path: str, body: bytes, **headers: str) -> bytes:
        request = urllib.request.Request(  # noqa: S310 -- the server is our own
            f"{self._url}{path}",
            body,
            {name.replace("_", "-"): value for name, value in headers.items()},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 -- the same
            assert response.status in (200, 201, 204)
            return bytes(response.read())

    def replace(self, data: bytes, media_type: str, *, with_graphs: bool) -> None:
        self._send("PUT", "/store", b"", Content_Type="application/n-quads")
        self._send("PUT", "/store" if with_graphs else "/store?default", data, Content_Type=media_type)

    def rows(self, query: str) -> list[list[str]]:
        written = self._send(
            "POST", "/query", query.encode(), Content_Type="application/sparql-query", Accept="text/csv"
        ).decode()
        return list(csv.reader(io.StringIO(written, newline="")))

    def count(self, pattern: str) -> int:
        return int(self.rows(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")[1][0])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreClient]:
    running = Server("oxigraph", tmp_path_factory.mktemp("oxigraph"))
    running.start()
    try:
        yield StoreClient(running.address)
    finally:
        running.stop()


@pytest.mark.parametrize("name", RDF_NAMES)
def test_a_running_server_loads_each_export_with_the_same_count(name: str, server: StoreClient) -> None:
    row = exporter(name)
    document = row(GRAPH)
    server.replace(document.read(), document.media_type, with_graphs=row.graphs)
    assert server.count("?s ?p ?o") == len(GRAPH.default_graph()) > 2000
    in_graphs = len(set(GRAPH.passage_graphs())) if row.graphs else 0
    assert server.count("GRAPH ?g { ?s ?p ?o }") == in_graphs
    assert row.graphs == (in_graphs > 0)


@pytest.fixture(scope="module")
def loaded(server: StoreClient) -> StoreClient:
    server.replace(b"".join(GRAPH.export("nq")), RDF_FORMATS_BY_NAME["nq"].media_type, with_graphs=True)
    return server


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_question_has_the_same_answer_over_http_as_here(question: Question, loaded: StoreClient) -> None:
    head = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in GRAPH.prefixes.items())
    here, there = csv_rows(GRAPH.query(question.query)), loaded.rows(head + question.query)
    assert there[0] == here[0]
    assert sorted(there) == sorted(here)
    if question.is_ordered:
        assert there == here


def test_there_are_questions_to_ask_and_most_have_an_answer() -> None:
    assert len(QUESTIONS) >= 20
    assert sum(len(csv_rows(GRAPH.query(question.query))) > 1 for question in QUESTIONS) > len(QUESTIONS) / 2
