"""Queries passed on to a store elsewhere, behind the same gate and limits; a project that is built as it changes."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from serving import Running, built, eventually, serving
from store_servers import Server

KAZ = "https://w3id.org/scograph/id/state/kaz"
ROWS = "SELECT * { ?s ?p ?o }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("server") / "dist")


@pytest.fixture(scope="module")
def oxigraph(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = Server("oxigraph", tmp_path_factory.mktemp("oxigraph"))
    server.start()
    data = ["-T", str(folder / "sco.nq"), "-H", "Content-Type: application/n-quads"]
    subprocess.run(["curl", "-sf", *data, f"{server.address}/store"], check=True)
    yield server.address
    server.stop()


@pytest.fixture(scope="module")
def server(folder: Path, oxigraph: str) -> Iterator[Running]:
    options = (
        "--store",
        oxigraph,
        "--log",
        "off",
        "--rate",
        "0",
        "--timeout",
        "3",
        "--max-rows",
        "200",
        "--workers",
        "2",
    )
    with serving(folder, *options) as running:
        yield running


def test_queries_go_to_the_store_and_documents_stay_here(server: Running, oxigraph: str) -> None:
    assert server.children() == [], "there are no workers"
    assert f"at most 2 at once go to {oxigraph}/query as nobody" in " ".join(server.said)
    for accept in ("application/sparql-results+json", "text/csv", "application/sparql-results+xml"):
        assert b"Kazakhstan" in server.query(f"SELECT ?o {{ <{KAZ}> ?p ?o }}", accept).body
    assert b"Kazakhstan" in server.query(f"DESCRIBE <{KAZ}>", "text/turtle").body
    assert json.loads(server.query("ASK {}").body)["boolean"] is True
    assert server.ask("/void.ttl").status == 200
    assert "sd:defaultDataset" in server.ask("/sparql", Accept="text/turtle").text
    page = server.ask(f"/sparql?query={quote('SELECT * {} LIMIT 1')}", Accept="text/html")
    assert page.status == 200


def test_the_gate_and_the_limits_are_the_same(server: Running) -> None:
    assert server.query("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }").status == 403
    assert server.query("DROP ALL").status == 403
    assert server.query("SELECT * {" + "{" * 200 + "}" * 200 + "}").status == 400
    for accept in ("application/sparql-results+json", "text/csv", "application/sparql-results+xml"):
        got = server.query(ROWS, accept)
        assert (got.status, "more than 200 rows" in got.text) == (413, True)
        assert server.query(f"{ROWS} LIMIT 200", accept).status == 200
    slow = server.query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert (slow.status, "longer than 3 seconds" in slow.text) == (503, True)


def test_what_the_store_says_of_a_query_is_passed_on(server: Running) -> None:
    got = server.query("SELECT * { ?s ?p }")
    assert got.status == 400
    assert "error at 1" in got.text


def test_what_changes_in_the_store_is_answered_at_once(server: Running, oxigraph: str) -> None:
    query = f"/sparql?query={quote('SELECT ?o { <urn:changing> <urn:p> ?o }')}"
    for value in ("one", "two"):
        update = f"DELETE WHERE {{ <urn:changing> <urn:p> ?o }} ; INSERT DATA {{ <urn:changing> <urn:p> '{value}' }}"
        subprocess.run(["curl", "-sf", "--data-urlencode", f"update={update}", f"{oxigraph}/update"], check=True)
        got = server.ask(query, Accept="text/csv")
        assert got.text.split() == ["o", value]
        assert "etag" not in got.headers
        assert got.headers["cache-control"] == "no-store"


class Odd(BaseHTTPRequestHandler):
    """A store that answers in ways that none should."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        answers = {
            "/redirect": (302, {"Location": "http://127.0.0.1:1/"}, b""),
            "/wrong": (200, {"Content-Type": "text/html"}, b"<html>"),
            "/broken": (500, {"Content-Type": "text/plain"}, b"out of order"),
        }
        status, headers, body = answers[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        return


@pytest.mark.parametrize(
    ("path", "says"), [("redirect", "answers 302"), ("wrong", "answers in text/html"), ("broken", "out of order")]
)
def test_a_store_that_is_out_of_order_is_told(folder: Path, path: str, says: str) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Odd) as store:
        thread = threading.Thread(target=store.serve_forever)
        thread.start()
        try:
            address = f"http://127.0.0.1:{store.server_address[1]}/{path}"
            with serving(folder, "--store", address, "--log", "off") as server:
                got = server.query("ASK {}")
                assert (got.status, says in got.text) == (502, True), got.text
        finally:
            store.shutdown()
            thread.join()


def test_a_file_is_built_again_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "facts.ttl"
    file.write_text("<https://example.org/a> <https://example.org/b> 'one' .\n", "utf-8")
    everything = "SELECT ?o { ?s <https://example.org/b> ?o }"
    with serving(file, "--watch", "--log", "off", "--workers", "1", "--rate", "0") as server:
        assert "one" in server.query(everything).text
        file.write_text("<https://example.org/a> <https://example.org/b> 'two' .\n", "utf-8")
        assert eventually(lambda: "two" in server.query(everything).text, 60)
        file.write_text("<https://example.org/a> <https://example.org/b> 'three\n", "utf-8")
        assert server.process.stderr
        while b"facts.ttl:1" not in server.process.stderr.readline():
            continue
        assert "two" in server.query(everything).text, "what cannot be read leaves the last good build"
        assert server.stop() == 0
