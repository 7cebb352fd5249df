"""`scograph serve --store` before each store: a query means what the standard says, and strangers get no further."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest
from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from scograph.build import BuildOptions, build
from scograph.cli.remote import GRAPHS
from scograph.project import Project
from scograph.stores.http import Body, Http
from scograph.stores.parts import DEFAULT, N_TRIPLES
from scograph.stores.remote import RemoteStore
from serving import Running, serving
from store_servers import Server, empty

PROJECT = Path(__file__).parents[1] / "projects" / "library"
E = "https://example.org/"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
FACTS = (
    f'<{E}a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{E}Thing> .\n<{E}a> {LABEL} "Алма \\"a\\" 😀"@kk .\n'
    f'<{E}a> <{E}size> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
)
"""What the default graph holds."""
GRAPH, LATER = f"{E}graph", f"{E}later"
INSIDE = f"<{E}a> <{E}in> _:b .\n_:b <{E}in> <{E}a> .\n"
"""What a named graph holds."""
ROWS = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?p"
SOLUTIONS = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
GRAPH_FORMS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}


@pytest.fixture(scope="module")
def store(server: Server) -> Iterator[RemoteStore]:
    """The store, loaded as `scograph load` loads the project of that name."""
    name = Project.open(PROJECT).settings.name
    http = Http(server.address, server.credentials, wait=lambda _: None)
    with closing(RemoteStore.open(server.address, http, name=server.name, default_graph=GRAPHS + name)) as opened:
        empty(opened)
        opened.load(DEFAULT, [Body.of(FACTS.encode(), N_TRIPLES)])
        opened.load(GRAPH, [Body.of(INSIDE.encode(), N_TRIPLES)])
        yield opened
        empty(opened)


@pytest.fixture(scope="module")
def served(store: RemoteStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("served") / "dist"
    build(Project.open(PROJECT), folder, options=BuildOptions(0))
    with serving(folder, "--store", store.address, "--log", "off", "--rate", "0", "--max-rows", "5") as running:
        yield running


def quads(data: bytes, form: RdfFormat) -> Dataset:
    found = Dataset(parse(data, form))
    found.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return found


def test_a_query_means_the_default_graph_that_load_writes(served: Running) -> None:
    count = "SELECT (COUNT(*) AS ?n) { %s }"
    cases = {
        "?s ?p ?o": 3,
        f"GRAPH <{GRAPH}> {{ ?s ?p ?o }}": 2,
        f"GRAPH ?g {{ ?s <{E}in> <{E}a> }}": 1,
        f"?a {LABEL} ?l . GRAPH ?g {{ ?a <{E}in> ?b }}": 1,
    }
    for pattern, number in cases.items():
        got = json.loads(served.query(count % pattern).body)["results"]["bindings"]
        assert [row["n"]["value"] for row in got] == [str(number)], pattern
    asked = quote(count % "?s ?p ?o")
    for parameters, number in (("default-graph-uri=" + quote(GRAPH), 2), ("named-graph-uri=" + quote(GRAPH), 0)):
        got = served.ask(f"/sparql?query={asked}&{parameters}", Accept="application/sparql-results+json")
        assert json.loads(got.body)["results"]["bindings"][0]["n"]["value"] == str(number), parameters
    named = served.query(count.replace("{", "FROM <%s> {") % (GRAPH, "?s ?p ?o"))
    assert json.loads(named.body)["results"]["bindings"][0]["n"]["value"] == "2"
    assert "as nobody" in served.said[0], "Virtuoso's door without a password is taken"


def test_every_form_says_the_same(served: Running) -> None:
    expected = sorted(str(quad.triple) for quad in parse(FACTS, RdfFormat.N_TRIPLES))
    for accept, form in SOLUTIONS.items():
        found = parse_query_results(served.query(ROWS, accept).body, form)
        assert isinstance(found, QuerySolutions)
        rows = sorted(" ".join(str(term) for term in row) for row in found)
        assert rows == expected, accept
    assert "a,https://example.org/size,1" in served.query(ROWS, "text/csv").text
    assert '"Алма ""a"" 😀"' in served.query(ROWS, "text/csv").text
    for query, data in (("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", FACTS), (f"CONSTRUCT WHERE {{ <{E}a> ?p ?o }}", FACTS)):
        for accept, form in GRAPH_FORMS.items():
            got = served.query(query, accept)
            assert quads(got.body, form) == quads(data.encode(), RdfFormat.N_TRIPLES), accept
    for accept, form in GRAPH_FORMS.items():
        got = served.ask(f"/data?graph={quote(GRAPH)}", Accept=accept)
        assert quads(got.body, form) == quads(INSIDE.encode(), RdfFormat.N_TRIPLES), accept
    assert json.loads(served.query("ASK { ?s ?p ?o }").body)["boolean"] is True


def test_graphs_are_those_that_are_there_now(served: Running, store: RemoteStore) -> None:
    later = f"/data?graph={quote(LATER)}"
    whole = served.ask("/data?default", Accept="application/n-triples")
    assert quads(whole.body, RdfFormat.N_TRIPLES) == quads(FACTS.encode(), RdfFormat.N_TRIPLES)
    assert served.ask(later).status == 404
    for number in (1, 2):
        store.load(LATER, [Body.of(f'<{E}l> <{E}n> "{number}" .\n'.encode(), N_TRIPLES)])
        got = served.ask(later, Accept="application/n-triples")
        assert (got.status, f'"{number}"' in got.text) == (200, True)
        assert ("etag" in got.headers, got.headers["cache-control"]) == (False, "no-store")
        assert served.ask(later, "HEAD").status == 200
    listed = served.query(f"SELECT ?g {{ GRAPH ?g {{ ?s <{E}n> ?o }} }}", "text/csv")
    assert listed.text.split() == ["g", LATER]
    store.drop(LATER)
    assert served.ask(later).status == 404


def test_lists_and_search_show_what_the_store_has(served: Running) -> None:
    found = served.ask(f"/search?q={quote('алма')}", Accept="text/csv")
    assert (found.status, f"{E}a,{E}Thing" in found.text) == (200, True), found.text
    assert found.headers["cache-control"] == "no-store"


def test_an_error_has_its_place_and_a_limit_its_name(served: Running) -> None:
    for query in ("SELECT *\n{ ?s ?p }", "# a remark\nSELECT * { ?s ?p }"):
        got = served.query(query)
        assert (got.status, "2" in got.text.split("SPARQL query")[0]) == (400, True), got.text
    rows = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    for accept in (*SOLUTIONS, "text/csv"):
        assert "more than 5 rows" in served.query(rows, accept).text
        assert served.query(f"{rows} LIMIT 5", accept).status == 200
    made = f"CONSTRUCT {{ ?a <{E}with> ?c ; <{E}and> ?f }} {{ ?a ?b ?c . ?d ?e ?f }}"
    for accept in GRAPH_FORMS:
        got = served.query(made, accept)
        assert (got.status, "more than 5 rows" in got.text) == (413, True)


REFUSED = (
    "SELECT * { SERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { \\uu0053ERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 'a\nb' . SERVICE <%s> { ?s ?p ?o } ?s ?p 'x' }",
    'SELECT * { ?s <x"> ?o . SERVICE <%s> { ?s ?p ?o } ?s <"y> ?o }',
    'SELECT * { ?s < x"> ?o . SERVICE <%s> { ?s ?p ?o } ?s < "y> ?o }',
    'SELECT * { ?s <="> ?o . SERVICE <%s> { ?s ?p ?o } ?s <="y> ?o }',
    'DEFINE get:soft "replace" SELECT * FROM <%s> { ?s ?p ?o }',
    'SELECT * FROM <%s> OPTION (get:soft "replace") { ?s ?p ?o }',
    "SELECT (bif:http_get('%s') AS ?x) {}",
    "SELECT (<bif:http_get>('%s') AS ?x) {}",
    "SELECT (<b\\u0069f:http_get>('%s') AS ?x) {}",
    "PREFIX b: <bif:> SELECT (b:http_get('%s') AS ?x) {}",
    "BASE <bif:> SELECT (<http_get>('%s') AS ?x) {}",
    "SELECT (<http://www.openlinksw.com/schemas/bif#http_get>('%s') AS ?x) {}",
    "SELECT (sql:http_get('%s') AS ?x) {}",
    "SELECT (<java:org.apache.jena.sparql.function.library.now>() AS ?x) {}",
    "SELECT (<\\u006aava:org.apache.jena.sparql.function.library.now>() AS ?x) {}",
    "LOAD <%s> INTO GRAPH <https://example.org/evil>",
    "INSERT DATA { GRAPH <https://example.org/evil> { <urn:a> <urn:b> 1 } }",
    "\\u0049NSERT DATA { GRAPH <https://example.org/evil> { <urn:a> <urn:b> 1 } }",
    "SELECT * {} ; INSERT DATA { GRAPH <https://example.org/evil> { <urn:a> <urn:b> 1 } }",
    "SELECT * {} INSERT INTO <https://example.org/evil> { <urn:a> <urn:b> 1 }",
    "ALTER QUAD STORAGE <https://example.org/evil> {} SELECT",
)
"""What is refused before every store; `%s` is an address that must not be asked."""
NOTHING = (
    "SELECT * { # \\u000A SERVICE <%s> { ?s ?p ?o }\n}",
    "SELECT * { # \\u000D SERVICE <%s> { ?s ?p ?o }\n}",
    "SELECT * { # \x0c SERVICE <%s> { ?s ?p ?o }\n}",
    'SELECT * { ?s ?p "\\u0022 . SERVICE <%s> { ?s ?p ?o } #" }',
    'SELECT * { ?s ?p "\\\\u0022 . SERVICE <%s> { ?s ?p ?o } #" }',
    "SELECT * { ?s ?p '''\\u0027\\u0027\\u0027 . SERVICE <%s> { ?s ?p ?o } #''' }",
    "# \\u000AINSERT DATA { GRAPH <https://example.org/evil> { <urn:a> <urn:b> 1 } } # \nSELECT * {}",
    "SELECT * FROM <%s> { ?s ?p ?o }",
    "PREFIX b: <bi> SELECT (b:f:http_get('%s') AS ?x) {}",
    "BASE <b> SELECT (<if:http_get>('%s') AS ?x) {}",
)
"""What is a query that does nothing of the kind, and may be answered or not."""


class Listening(BaseHTTPRequestHandler):
    """What no store should ask."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_error(404)

    do_POST = do_GET  # noqa: N815 -- as the library calls them

    def log_message(self, *_: object) -> None:
        return


def test_no_query_makes_the_store_ask_others_or_change_anything(served: Running, store: RemoteStore) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Listening) as other:
        other.asked = []  # type: ignore[attr-defined]
        threading.Thread(target=other.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{other.server_address[1]}/"
        for query in REFUSED:
            got = served.query(query.replace("%s", address))
            assert got.status in (400, 403), (query, got.text)
        for query in NOTHING:
            assert served.query(query.replace("%s", address)).status in (200, 400, 502), query
        sponge = quote(f"{address}sponge")
        assert served.ask(f"/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D&default-graph-uri={sponge}").status == 200
        assert served.ask(f"/data?graph={sponge}").status == 404
        assert (
            served.ask(
                "/sparql", "POST", b"update=CLEAR%20ALL", Content_Type="application/x-www-form-urlencoded"
            ).status
            == 403
        )
        assert served.ask("/sparql", "POST", b"CLEAR ALL", Content_Type="application/sparql-update").status == 403
        assert other.asked == []  # type: ignore[attr-defined]
        other.shutdown()
    assert f"{E}evil" not in store.graphs()
    assert store.count(DEFAULT) == 3
