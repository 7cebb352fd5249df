from __future__ import annotations

import csv
import http.client
import io
import json
import os
import re
import signal
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, parse
from rdflib import URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, POST, TURTLE, XML, SPARQLWrapper

from programs import require
from serving import BASE, KAZ, SITE, Running, built, eventually, serving, with_site

SD = "http://www.w3.org/ns/sparql-service-description#"
RESULT_TYPES = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "text/csv": "text/csv; charset=utf-8; header=present",
    "text/tab-separated-values": "text/tab-separated-values; charset=utf-8; header=present",
    "application/json": "application/json",
    "*/*": "application/sparql-results+json",
}
GRAPH_TYPES = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
DESCRIBE = f"DESCRIBE <{KAZ}>"
COUNT_SAID = f"""
PREFIX sd: <{SD}> PREFIX void: <http://rdfs.org/ns/void#>
SELECT ?n {{ ?d sd:defaultGraph [ void:triples ?n ] }}"""
LABELS = f"SELECT ?label {{ <{KAZ}> <http://www.w3.org/2000/01/rdf-schema#label> ?label }} ORDER BY ?label"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_site(
        built(tmp_path_factory.mktemp("server") / "dist"),
        {"index.html": SITE["index.html"], "question/01-states.rq": SITE["question/01-states.rq"]},
    )


@pytest.fixture(scope="module")
def store(folder: Path) -> Store:
    store = Store()
    store.bulk_load(path=str(folder / "sco.nq"), format=RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Running]:
    with serving(folder, "--log", "off", "--workers", "2", "--rate", "0") as running:
        yield running


def values(body: bytes, name: str) -> list[str]:
    return [row[name]["value"] for row in json.loads(body)["results"]["bindings"]]


def test_a_query_comes_in_the_three_ways_of_the_protocol(server: Running, store: Store) -> None:
    expected = [str(row["label"].value) for row in store.query(LABELS)]
    assert "Kazakhstan" in expected
    by_get = server.ask(f"/sparql?query={quote(LABELS)}")
    form = urlencode({"query": LABELS}).encode()
    by_form = server.ask("/sparql", "POST", form, Content_Type="application/x-www-form-urlencoded")
    direct = server.query(LABELS)
    for got in (by_get, by_form, direct):
        assert got.status == 200
        assert values(got.body, "label") == expected


@pytest.mark.parametrize(
    ("path", "method", "body", "content_type", "status"),
    [
        ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", "GET", None, "", 400),
        ("/sparql?default-graph-uri=http%3A%2F%2Fexample.org%2F", "GET", None, "", 400),
        ("/sparql", "POST", b"", "application/x-www-form-urlencoded", 400),
        ("/sparql?query=ASK%7B%7D", "POST", b"query=ASK%7B%7D", "application/x-www-form-urlencoded", 400),
        ("/sparql?query=ASK%7B%7D", "POST", b"ASK {}", "application/sparql-query", 400),
        ("/sparql", "PUT", b"ASK {}", "application/sparql-query", 405),
        ("/sparql", "DELETE", None, "", 405),
        ("/sparql", "POST", b"ASK {}", "", 415),
        ("/sparql", "POST", b"ASK {}", "text/plain", 415),
        ("/sparql", "POST", b"ASK {}", "application/sparql-query; charset=latin-1", 415),
        ("/sparql", "POST", "ASK { ?s ?p 'é' }".encode("latin-1"), "application/sparql-query", 400),
        ("/sparql?query=%FF", "GET", None, "", 400),
        ("/sparql?update=CLEAR%20ALL", "GET", None, "", 403),
        ("/sparql", "POST", b"update=CLEAR+ALL", "application/x-www-form-urlencoded", 403),
        ("/sparql", "POST", b"CLEAR ALL", "application/sparql-update", 403),
        ("/sparql", "POST", b"CLEAR ALL", "application/sparql-query", 403),
        ("/sparql?query=ASK%7B%7D&using-graph-uri=http%3A%2F%2Fe%2F", "GET", None, "", 400),
        ("/sparql?query=ASK%7B%7D&default-graph-uri=relative", "GET", None, "", 400),
        ("/sparql?query=ASK%7B%7D&timeout=soon", "GET", None, "", 400),
        ("/sparql?query=ASK%7B%7D&timeout=nan", "GET", None, "", 400),
        ("/sparql?query=ASK%7B%7D&version=7", "GET", None, "", 400),
        ("/sparql?query=ASK%7B%7D&version=1.1", "GET", None, "", 200),
        ("/sparql?" + "a=b&" * 300, "GET", None, "", 400),
        ("/sparql?query=%41SK%7B%7D&other=ignored", "GET", None, "", 200),
    ],
)
def test_what_is_no_query_operation_is_refused(  # noqa: PLR0913, PLR0917 -- the parts of a request
    server: Running, path: str, method: str, body: bytes | None, content_type: str, status: int
) -> None:
    got = server.ask(path, method, body, **({"Content_Type": content_type} if content_type else {}))
    assert got.status == status, got.text
    if status == 405:
        assert got.headers["Allow"] == "GET, HEAD, POST, OPTIONS"


def test_a_body_with_a_content_coding_is_refused(server: Running) -> None:
    got = server.ask("/sparql", "POST", b"ASK {}", Content_Type="application/sparql-query", Content_Encoding="gzip")
    assert got.status == 415


def test_a_fault_of_syntax_is_told_with_its_place(server: Running) -> None:
    got = server.query("SELECT * {\n  ?s ?p\n}")
    assert (got.status, got.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert "line 3, column 2" in got.text


@pytest.mark.parametrize("accept", RESULT_TYPES)
def test_solutions_come_in_each_form(server: Running, accept: str) -> None:
    got = server.query(LABELS, accept)
    assert (got.status, got.headers["Content-Type"]) == (200, RESULT_TYPES[accept])
    if "json" in accept or accept == "*/*":
        assert "Kazakhstan" in values(got.body, "label")
    elif "xml" in accept:
        assert "Kazakhstan" in [element.text for element in ET.fromstring(got.body).iter() if element.text]  # noqa: S314 -- our own server's
    elif accept == "text/csv":
        assert ["Kazakhstan"] in list(csv.reader(io.StringIO(got.text, newline="")))
    else:
        assert '"Kazakhstan"@en' in got.text.splitlines()


def test_a_boolean_has_no_table(server: Running) -> None:
    assert json.loads(server.query("ASK {}").body)["boolean"] is True
    assert b"<boolean>true</boolean>" in server.query("ASK {}", "application/sparql-results+xml").body
    assert server.query("ASK {}", "text/csv").status == 406
    assert server.query("ASK {}", "text/csv, application/json;q=0.1").status == 200


@pytest.mark.parametrize("accept", GRAPH_TYPES)
@pytest.mark.parametrize("query", [DESCRIBE, f"CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o . FILTER(?s = <{KAZ}>) }}"])
def test_triples_come_in_each_form(server: Running, store: Store, accept: str, query: str) -> None:
    got = server.query(query, accept)
    assert got.headers["Content-Type"].partition(";")[0] == accept
    read = {str(quad.triple) for quad in parse(got.body, GRAPH_TYPES[accept])}
    assert read == {str(triple) for triple in store.query(query)}
    assert len(read) > 5


def test_without_accept_triples_are_turtle_and_json_alone_is_json_ld(server: Running) -> None:
    path = f"/sparql?query={quote(f'DESCRIBE <{KAZ}>')}"
    assert server.ask(path).headers["Content-Type"] == "text/turtle; charset=utf-8"
    got = server.ask(path, Accept="application/json")
    assert got.headers["Content-Type"] == "application/json"
    assert len(list(parse(got.body, RdfFormat.JSON_LD))) > 5
    assert server.ask(path, Accept="image/png").status == 406


def test_the_dataset_is_what_the_protocol_says(server: Running, store: Store) -> None:
    first, second = [graph.value for graph in sorted(store.named_graphs(), key=str)][:2]
    counting = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    naming = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"

    def count(*graphs: str) -> int:
        quads = {q.triple for g in graphs for q in store.quads_for_pattern(None, None, None, NamedNode(g))}
        return len(quads)

    def asked(query: str, fields: str, name: str) -> list[str]:
        got = server.ask(f"/sparql?query={quote(query)}{fields}", Accept="application/sparql-results+json")
        return values(got.body, name)

    default = "&default-graph-uri="
    named = "&named-graph-uri="
    assert asked(counting, default + quote(first), "n") == [str(count(first))]
    assert asked(counting, default + quote(first) + default + quote(second), "n") == [str(count(first, second))]
    assert asked(counting, named + quote(first), "n") == ["0"]
    assert asked(naming, named + quote(first) + named + quote(second), "g") == [first, second]
    assert asked(naming, default + quote(first), "g") == []
    from_first = counting.replace("{", f"FROM <{first}> {{", 1)
    assert asked(from_first, "", "n") == [str(count(first))]
    assert asked(from_first, default + quote(second), "n") == [str(count(second))]


def test_a_relative_iri_is_one_of_the_endpoint(server: Running) -> None:
    got = server.query("SELECT (<x> AS ?iri) {}")
    assert values(got.body, "iri") == [f"{server.url}/x"]


@pytest.mark.parametrize("text", ["a+b", "100%", "%2B", "𝛑 ≠ é", "a&b=c", "\\u0041", "#"])
def test_characters_survive_the_way_to_the_store(server: Running, text: str) -> None:
    literal = text.replace("\\", "\\\\")
    query = f'SELECT ("{literal}" AS ?x) {{}}'
    for got in (
        server.ask("/sparql?" + urlencode({"query": query})),
        server.ask(
            "/sparql", "POST", urlencode({"query": query}).encode(), Content_Type="application/x-www-form-urlencoded"
        ),
        server.query(query),
    ):
        assert values(got.body, "x") == [text]


def test_a_null_character_is_no_fault_of_the_server(server: Running) -> None:
    assert server.ask("/sparql?query=ASK%7B%7D%00").status == 400


def test_an_answer_that_does_not_change_has_a_validator(server: Running) -> None:
    path = f"/sparql?query={quote(LABELS)}"
    first = server.ask(path)
    assert server.ask(path, If_None_Match=first.headers["ETag"]).status == 304
    other = server.ask(path, Accept="text/csv")
    assert other.headers["ETag"] != first.headers["ETag"]
    changing = server.ask(f"/sparql?query={quote('SELECT (RAND() AS ?x) {}')}")
    assert "ETag" not in changing.headers
    assert changing.headers["Cache-Control"] == "no-store"


def test_the_service_description_says_what_the_store_has(server: Running, store: Store) -> None:
    for accept, rdf in GRAPH_TYPES.items():
        got = server.ask("/sparql", Accept=accept)
        assert got.status == 200
        described = Store()
        described.load(got.body, format=rdf)
        said = {p: [q.object for q in described.quads_for_pattern(None, NamedNode(SD + p), None)] for p in
                ("endpoint", "supportedLanguage", "resultFormat", "feature", "name")}  # fmt: skip
        assert said["endpoint"] == [NamedNode(f"{server.url}/sparql")]
        assert said["supportedLanguage"] == [NamedNode(SD + "SPARQL11Query")]
        assert len(said["resultFormat"]) == 8
        assert said["feature"] == []
        assert {graph.value for graph in said["name"]} == {graph.value for graph in store.named_graphs()}
        counts = described.query(COUNT_SAID)
        default = list(store.quads_for_pattern(None, None, None, DefaultGraph()))
        assert [int(row["n"].value) for row in counts] == [len(default)]
    assert server.ask("/sparql", Accept="image/png").status == 406


def test_a_page_is_given_to_who_takes_a_page_and_no_rdf(server: Running) -> None:
    """Results in JSON are no description of a service: of what is left, the page is acceptable."""
    got = server.ask("/sparql", Accept="application/sparql-results+json, text/html;q=0.1")
    assert (got.status, got.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("path", "accept", "message"),
    [
        ("/sparql", "application/sparql-results+json", "There is no query: give one"),
        ("/sparql", "application/sparql-results+json, text/html;q=0", "There is no query: give one"),
        ("/sparql", "text/csv, image/png;q=0.5", "There is no query: give one"),
        ("/sparql?", "application/json", "There is no query: give one"),
        ("/sparql?default-graph-uri=", "*/*", "There is no query: give one"),
        ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", "*/*", "There are 2 parameters `query`; give one."),
        ("/sparql?query=ASK%7B%7D&default-graph-uri=", "*/*", "`default-graph-uri` is empty: give the IRI of a graph"),
        ("/sparql?query=ASK%7B%7D&named-graph-uri=", "*/*", "`named-graph-uri` is empty: give the IRI of a graph"),
        ("/sparql?query=ASK%7B%7D&named-graph-uri=a", "*/*", "`named-graph-uri` is 'a', which is not the absolute IRI"),
    ],
)
def test_a_request_without_a_query_or_graph_says_what_it_lacks(
    server: Running, path: str, accept: str, message: str
) -> None:
    got = server.ask(path, Accept=accept)
    assert got.status == 400
    assert got.text.startswith(message)
    assert server.ask(path, "HEAD", Accept=accept).status == 400


JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "by_get", "by_post"),
    [
        (JAVA, "json", "json"),  # HttpURLConnection, unless told otherwise
        ("text/html, */*;q=0.1", "json", "json"),
        ("text/html, application/sparql-results+xml;q=0.5", "html", "xml"),
        ("text/html, text/csv;q=.2", "html", "csv"),
        (BROWSER, "html", "browser"),
        ("text/html", "html", "html"),
        ("*/*", "json", "json"),
        ("", "json", "json"),
    ],
)
def test_programs_get_results_and_who_shows_pages_gets_a_page(
    server: Running, accept: str, by_get: str, by_post: str
) -> None:
    types = {"json": "application/sparql-results+json", "xml": "application/sparql-results+xml"}
    types |= {"csv": "text/csv; charset=utf-8; header=present", "html": "text/html; charset=utf-8"}
    types["browser"] = "application/xml"  # it names that
    got = server.ask(f"/sparql?query={quote(LABELS)}", Accept=accept)
    assert (got.status, got.headers["Content-Type"]) == (200, types[by_get])
    got = server.query(LABELS, accept)
    assert (got.status, got.headers["Content-Type"]) == (200, types[by_post])
    wrong = server.query("SELEC", accept)
    assert (wrong.status, wrong.headers["Content-Type"].startswith("text/html")) == (400, by_post == "html")


def test_java_reads_the_description_of_the_service_at_the_endpoint(server: Running) -> None:
    assert server.ask("/sparql", Accept=JAVA).headers["Content-Type"].startswith("text/turtle")
    assert server.ask("/sparql", Accept=BROWSER).headers["Content-Type"].startswith("text/html")


def test_people_get_a_page_that_needs_no_script(server: Running) -> None:
    page = server.ask("/sparql", Accept="text/html")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert 'action="/sparql" method="get"' in page.text
    assert '<label for="query">' in page.text
    assert "Which states are there?" in page.text
    result = server.ask(f"/sparql?query={quote(LABELS)}", Accept="text/html")
    assert '<td lang="en">Kazakhstan</td>' in result.text
    assert "format=csv" in result.text
    hostile = f"SELECT * {{ <{KAZ}> a ?c . BIND(<javascript:alert(1)> AS ?x) BIND('<b>' AS ?y) }}"
    things = server.ask(f"/sparql?query={quote(hostile)}", Accept="text/html")
    assert f'href="{BASE}ontology#State"' in things.text
    assert 'href="javascript' not in things.text
    assert "&lt;b&gt;" in things.text
    assert "<b>" not in things.text
    graph = server.ask(f"/sparql?query={quote(f'DESCRIBE <{KAZ}>')}", Accept="text/html")
    assert "<pre" in graph.text
    assert "Yes" in server.ask("/sparql?query=ASK%7B%7D", Accept="text/html").text
    wrong = server.ask("/sparql?query=SELEC", Accept="text/html")
    assert wrong.status == 400
    assert 'aria-describedby="failure"' in wrong.text
    for asset in re.findall(r'(?:href|src)="(/-/[^"]+)"', page.text):
        assert server.ask(asset).status == 200


def test_a_share_link_and_a_download_link_lead_to_the_same_rows(server: Running) -> None:
    page = server.ask(f"/sparql?query={quote(LABELS)}", Accept="text/html").text
    link = re.search(r'href="(/sparql\?[^"]*format=json)"', page)
    assert link
    got = server.ask(link[1].replace("&amp;", "&"), Accept="text/html")
    assert "Kazakhstan" in values(got.body, "label")


def test_a_graph_of_the_store_is_read_by_its_name(server: Running, store: Store) -> None:
    graph = min(store.named_graphs(), key=str)
    for accept, rdf in GRAPH_TYPES.items():
        got = server.ask(f"/data?graph={quote(graph.value)}", Accept=accept)
        assert got.status == 200
        assert {str(q.triple) for q in parse(got.body, rdf)} == {
            str(q.triple) for q in store.quads_for_pattern(None, None, None, graph)
        }
        assert server.ask(f"/data?graph={quote(graph.value)}", "HEAD", Accept=accept).headers["Content-Length"]
    whole = server.ask("/data?default")
    assert whole.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert len(list(parse(whole.body, RdfFormat.TURTLE))) > 10_000
    assert server.ask("/data?graph=http%3A%2F%2Fexample.org%2Fnone").status == 404
    for wrong in (
        "",
        "?graph=relative",
        "?graph=http%3A%2F%2Fe%2F&default",
        "?default&default=1&graph=http%3A%2F%2Fe%2F",
        "?graph=%FF",
    ):
        assert server.ask(f"/data{wrong}").status == 400, wrong
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        got = server.ask("/data?default", method, b"")
        assert (got.status, got.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert server.ask("/data?default", Accept="image/png").status == 406


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        (
            "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
            403,
            "SERVICE sends a part of the query to another host",
        ),
        ("SELECT * { SERVICE SILENT ?x { ?s ?p ?o } }", 403, "SERVICE"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 403, "is a SPARQL update"),
        ("LOAD <http://127.0.0.1:1/>", 403, "is a SPARQL update"),
        ("SELECT * {" + "{" * 101 + "}" * 101 + "}", 400, "nest deeper"),
        ("SELECT * { FILTER(" + "!" * 200 + "true) }", 400, "signs in a row"),
        ("SELECT * { {} " + "UNION {} " * 2000 + "}", 400, "operators"),
        ("SELECT * { # " + "x" * 70_000 + "\n}", 413, "bytes"),
    ],
)
def test_the_gate_says_what_it_does_not_let_through(server: Running, query: str, status: int, says: str) -> None:
    before = server.children()
    got = server.query(query)
    assert (got.status, says in got.text) == (status, True), got.text
    assert server.children() == before


def test_a_query_may_speak_of_services_and_updates(server: Running) -> None:
    got = server.query('SELECT ("SERVICE <x> {} DROP ALL" AS ?x) { # INSERT\n }')
    assert values(got.body, "x") == ["SERVICE <x> {} DROP ALL"]


def test_too_many_rows_are_refused_and_never_cut(folder: Path) -> None:
    with serving(folder, "--log", "off", "--workers", "1", "--max-rows", "100") as server:
        for accept in (
            "application/sparql-results+json",
            "application/sparql-results+xml",
            "text/csv",
            "text/tab-separated-values",
        ):
            for rows in ("?s ?p ?o", "BIND(1 AS ?a) ?s ?p ?o", "?s ?p ?o OPTIONAL { <a:a> <b:b> ?unbound }"):
                shown = "*" if "unbound" not in rows else "?unbound"
                query = f"SELECT {shown} {{ {rows} }} LIMIT"
                assert server.query(f"{query} 100", accept).status == 200, accept
                got = server.query(f"{query} 101", accept)
                assert (got.status, "more than 100 rows" in got.text) == (413, True), accept
        assert server.query("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 101", "text/turtle").status == 413


def test_a_result_that_fails_after_its_head_went_out_is_cut_off(folder: Path) -> None:
    """More than is held back goes out, then the limit of time ends it: the client must see that it is not whole."""
    with serving(folder, "--log", "off", "--workers", "1", "--timeout", "6", "--max-rows", "0") as server:
        wide = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            server.query(wide, "text/csv")
        assert eventually(lambda: server.query("ASK {}").status == 200)


def test_a_slow_query_ends_at_its_limit_and_says_so(folder: Path) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with serving(folder, "--log", "off", "--workers", "1", "--timeout", "1") as server:
        got = server.query(slow)
        assert (got.status, "longer than 1 seconds" in got.text) == (503, True)
        assert got.headers["Retry-After"]
        assert eventually(lambda: server.query("ASK {}").status == 200)
    with serving(folder, "--log", "off", "--workers", "1", "--timeout", "60") as server:
        got = server.ask(f"/sparql?query={quote(slow)}&timeout=0.5")
        assert (got.status, "0.5 seconds" in got.text) == (503, True)


def test_a_query_that_needs_too_much_memory_ends_and_says_so(folder: Path) -> None:
    order = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f"
    with serving(folder, "--log", "off", "--workers", "1", "--max-memory", "100") as server:
        got = server.query(order)
        assert (got.status, "more than 100 MiB" in got.text) == (503, True), got.text
        assert eventually(lambda: server.query("ASK {}").status == 200)


def test_queries_wait_for_a_worker_and_are_told_when_there_is_none(folder: Path) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    known = f"/sparql?query={quote(LABELS)}"
    with serving(folder, "--log", "off", "--workers", "1", "--timeout", "20") as server:
        before = server.ask(known, User_Agent="one")
        running = http.client.HTTPConnection(server.host, server.port)
        running.request("POST", "/sparql", slow, {"Content-Type": "application/sparql-query"})
        try:
            assert eventually(lambda: '"busy": 1' in json.dumps(server.health()))
            got = server.query("ASK {}")
            assert (got.status, "busy" in got.text) == (503, True)
            assert got.headers["Retry-After"]
            again = server.ask(known, User_Agent="another")
            assert (again.status, again.body) == (200, before.body), "a result that is known needs no worker"
            assert again.headers["ETag"] == before.headers["ETag"]
        finally:
            running.close()
        assert eventually(lambda: server.query("ASK {}").status == 200), (
            "the client went away, and its query did not end"
        )


def test_an_address_that_asks_too_much_waits_and_is_told_to_where_that_takes_long(folder: Path) -> None:
    with (
        serving(folder, "--log", "off", "--workers", "1", "--rate", "2") as server,
        ThreadPoolExecutor(60) as asking,
    ):
        assert {server.query("ASK {}").status for _ in range(24)} == {200}, "one after the other they wait"
        got = list(asking.map(server.query, ["ASK {}"] * 60))
        assert {one.status for one in got} == {200, 429}
        assert all(one.headers["Retry-After"] for one in got if one.status == 429)
    with serving(folder, "--log", "off", "--workers", "1") as server:
        assert [server.query("ASK {}").status for _ in range(100)] == [200] * 100, "an ordinary client is let through"


def test_a_long_query_that_is_refused_counts_for_the_time_that_it_took_to_read(folder: Path) -> None:
    long = "ASK { FILTER(" + "(" * 30_000 + "1" + ")" * 30_000 + ") }"
    with serving(folder, "--log", "off", "--workers", "1", "--rate", "2") as server:
        statuses = [server.query(long).status for _ in range(60)]
        assert set(statuses) == {400, 429}
        assert statuses[0] == 400
        assert statuses[-1] == 429


def test_a_killed_worker_is_replaced(server: Running) -> None:
    before = server.children()
    for number in before:
        os.kill(number, signal.SIGKILL)
    assert eventually(lambda: len(set(server.children()) - set(before)) == len(before))
    assert server.query("ASK {}").status == 200


def test_a_killed_server_leaves_no_worker(folder: Path) -> None:
    with serving(folder, "--log", "off", "--workers", "2") as server:
        workers = server.children()
        assert len(workers) == 2
        server.stop(signal.SIGKILL)
        assert eventually(lambda: not any(Path(f"/proc/{number}").exists() for number in workers))
    with serving(folder, "--log", "off", "--workers", "1") as server:
        assert server.query("ASK {}").status == 200


def test_sparqlwrapper_asks_in_its_ways(server: Running) -> None:
    client = SPARQLWrapper(f"{server.url}/sparql")
    client.setQuery(LABELS)
    for form, method in ((JSON, "GET"), (JSON, POST), (XML, "GET")):
        client.setReturnFormat(form)
        client.setMethod(method)
        found = client.query().convert()
        text = json.dumps(found) if form == JSON else found.toxml()
        assert "Kazakhstan" in text
    client.setQuery(f"DESCRIBE <{KAZ}>")
    client.setReturnFormat(TURTLE)
    assert b"Kazakhstan" in client.query().convert()


def test_rdflib_reads_through_its_sparql_store(server: Running) -> None:
    store = SPARQLStore(f"{server.url}/sparql", returnFormat="json")
    labels = [
        str(o)
        for (_, _, o), _ in store.triples((URIRef(KAZ), URIRef("http://www.w3.org/2000/01/rdf-schema#label"), None))
    ]
    assert "Kazakhstan" in labels


def test_curl_asks_in_its_ways(server: Running) -> None:
    curl = require("curl")
    by_form = subprocess.run(
        [curl, "-sf", "--data-urlencode", f"query={LABELS}", f"{server.url}/sparql"], capture_output=True, check=True
    )
    assert "Kazakhstan" in values(by_form.stdout, "label")
    by_get = subprocess.run(
        [curl, "-sfG", "--data-urlencode", f"query={LABELS}", "-H", "Accept: text/csv", f"{server.url}/sparql"],
        capture_output=True,
        check=True,
    )
    assert b"Kazakhstan" in by_get.stdout
