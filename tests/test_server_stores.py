"""Queries passed on to a store elsewhere, behind the same gate and limits; a project that is built as it changes."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faulty_proxy import FaultyProxy
from scograph.build import BuildOptions, build
from scograph.project import Project
from scograph.stores.disk import write_store
from scograph.stores.gate import QueryRefusedError, refuse_unsafe
from scograph.stores.portable_query import plain_query
from scograph.turtle.tokens import tokens
from serving import Running, built, eventually, serving
from store_servers import Server, send

KAZ = "https://w3id.org/scograph/id/state/kaz"
ROWS = "SELECT * { ?s ?p ?o }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("server") / "dist")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build that is read in no time."""
    folder = tmp_path_factory.mktemp("small") / "dist"
    file = folder.with_name("facts.ttl")
    file.write_text("<https://example.org/a> <https://example.org/b> 'one' .\n", "utf-8")
    build(Project.open(file), folder, options=BuildOptions(0))
    return folder


@pytest.fixture(scope="module")
def oxigraph(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = Server("oxigraph", tmp_path_factory.mktemp("oxigraph"))
    server.start()
    server.put((folder / "sco.nq").read_bytes(), "application/n-quads")
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
    with pytest.MonkeyPatch.context() as patch:
        for name in ("no_proxy", "NO_PROXY"):
            patch.delenv(name, raising=False)
        patch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # nobody is there: it is not for this machine
        with serving(folder, *options) as running:
            yield running


def test_queries_go_to_the_store_and_documents_stay_here(server: Running, oxigraph: str) -> None:
    assert server.children() == [], "there are no workers"
    assert f"at most 2 at once are sent to {oxigraph}/query as nobody" in " ".join(server.said)
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
        send(f"{oxigraph}/update", update.encode(), "application/sparql-update", "POST")
        got = server.ask(query, Accept="text/csv")
        assert got.text.split() == ["o", value]
        assert "etag" not in got.headers
        assert got.headers["cache-control"] == "no-store"


def test_a_store_that_went_away_is_said_and_asked_again_when_it_is_back(small: Path, tmp_path: Path) -> None:
    store = Server("oxigraph", tmp_path / "store")
    store.start()
    with serving(small, "--store", store.address, "--log", "off", "--rate", "0") as server:
        try:
            assert server.query("ASK {}").status == 200
            assert server.health()["status"] == "ok"
            store.kill()
            for path in ("/sparql?query=ASK%7B%7D", "/sparql", "/data?graph=urn:g", "/data?default", "/search?q=a"):
                got = server.ask(path, Accept="*/*" if path != "/search?q=a" else "text/csv")
                assert (got.status, got.headers["retry-after"]) == (503, "5"), path
                assert got.text.startswith("The store behind this server does not answer"), path
            assert server.health()["status"] == "the store does not answer"
            assert b"scograph_store_answers 0" in server.ask("/-/metrics").body
            assert server.ask("/-/health").status == 200, "for its documents are there"
            assert server.ask("/void.ttl").status == 200
            store.start()
            assert server.query("ASK {}").status == 200
            assert server.health()["status"] == "ok"
        finally:
            store.stop()


def test_a_store_that_is_silent_is_waited_for_no_longer_than_a_query_may_take(small: Path, oxigraph: str) -> None:
    silent = threading.Event()
    with (
        FaultyProxy(oxigraph, lambda _: "silent" if silent.is_set() else "") as proxy,
        serving(small, "--store", f"{proxy.address}/query", "--log", "off", "--timeout", "0.5") as server,
    ):
        assert server.query("ASK {}").status == 200
        silent.set()
        got = server.query("ASK {}")
        assert (got.status, "longer than 0.5 seconds" in got.text) == (503, True)
        silent.clear()
        assert server.query("ASK {}").status == 200


def test_a_store_that_asks_for_a_password_gets_that_of_load(
    small: Path, oxigraph: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETRC", os.devnull)
    with FaultyProxy(oxigraph, user=("curator", "a secret")) as proxy:
        address = f"{proxy.address}/query"
        command = [sys.executable, "-m", "scograph", "serve", str(small), "-p", "0", "--store", address]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode, "SCOGRAPH_STORE_USER" in done.stderr) == (4, True), done.stderr
        monkeypatch.setenv("SCOGRAPH_STORE_USER", "curator")
        monkeypatch.setenv("SCOGRAPH_STORE_PASSWORD", "a secret")
        with serving(small, "--store", address, "--log", "off", "--rate", "0") as server:
            for _ in range(3):
                assert server.query("ASK {}").status == 200
            assert server.query("SELECT * { ?s ?p").status == 400
            assert "as 'curator'" in server.said[0]
            assert "a secret" not in " ".join(server.said) + server.ask("/-/health").text
        with serving(small, "--store", oxigraph, "--log", "off", "--rate", "0") as server:
            assert "as nobody" in server.said[0], "who lets anybody in is not told who asks"


BEGUN = b'{"head":{"vars":["s"]},"results":{"bindings":['

BOMB = gzip.compress(b" " * (32 << 20))


class Odd(BaseHTTPRequestHandler):
    """A store that answers in ways that none should, each when it is its turn."""

    turn = ""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        results = {"Content-Type": "application/sparql-results+json"}
        answers = {
            "redirect": (302, {"Location": "http://127.0.0.1:1/"}, b""),
            "wrong": (200, {"Content-Type": "text/html"}, b"<html>"),
            "broken": (500, {"Content-Type": "text/plain"}, b"out of order"),
            "locked": (403, {"Content-Type": "text/plain"}, b"go away, whoever you are"),
            "busy": (503, {"Content-Type": "text/plain"}, b"too many ask"),
            "cut": (200, results | {"Content-Length": "1000"}, BEGUN),
            "cancelled": (200, results, BEGUN + b"The SPARQL operation has been cancelled"),
            "empty": (200, results, b""),
            "bomb": (200, results | {"Content-Encoding": "gzip"}, BOMB),
            "coded": (200, results | {"Content-Encoding": "br"}, b"xx"),
            "spoilt": (500, {"Content-Type": "text/plain", "Content-Encoding": "gzip"}, b"\x1f\x8bxx"),
        }
        self.answer(*answers[self.turn])

    def do_GET(self) -> None:
        self.answer(200, {"Content-Type": "application/sparql-results+json"}, b'{"head":{},"boolean":true}')

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        return


SAID = {
    "redirect": (502, "answers 302"),
    "wrong": (502, "answers in text/html"),
    "broken": (502, "out of order"),
    "locked": (502, "the store refuses access: 403"),
    "busy": (503, "answers 503: too many ask"),
    "cut": (503, "sent an incomplete answer"),
    "cancelled": (502, "the store's answer is incomplete"),
    "empty": (502, "the store's answer is incomplete"),
    "coded": (502, "the answer is compressed as br, which the request did not accept"),
    "spoilt": (502, "the compressed answer is damaged"),
}


def test_a_store_that_is_out_of_order_is_told(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Odd) as store:
        thread = threading.Thread(target=store.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{store.server_address[1]}"
        try:
            with serving(small, "--store", address, "--log", "off", "--rate", "0") as server:
                for turn, (status, says) in SAID.items():
                    monkeypatch.setattr(Odd, "turn", turn)
                    got = server.query("ASK {}")
                    assert (got.status, says in got.text) == (status, True), (turn, got.text)
                    assert "whoever" not in got.text
                monkeypatch.setattr(Odd, "turn", "bomb")
                with pytest.raises(http.client.IncompleteRead) as cut:
                    server.query("ASK {}")
                assert len(cut.value.partial) <= 16 << 20, "what expands too much is cut off where that is seen"
        finally:
            store.shutdown()
            thread.join()


def test_what_answers_no_query_is_taken_for_no_store(small: Path, oxigraph: str) -> None:
    with FaultyProxy(oxigraph) as proxy:  # which hides what kind of store is behind it
        command = [sys.executable, "-m", "scograph", "serve", str(small), "-p", "0", "--store", proxy.address]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode, "not with SPARQL results" in done.stderr, "--profile" in done.stderr) == (
            4,
            True,
            True,
        )
        with serving(small, "--store", proxy.address, "--profile", "oxigraph", "--log", "off") as server:
            assert server.query("ASK {}").status == 200


def test_a_store_in_a_folder_is_asked_and_the_next_one_taken_over(small: Path, tmp_path: Path) -> None:
    place = tmp_path / "on disk"
    everything = f"/sparql?query={quote('SELECT ?o { ?s ?p ?o }')}"

    def load(*lines: str) -> None:
        write_store(place, [f"{line} .\n".encode() for line in lines])

    load('<urn:a> <urn:p> "one"')
    with serving(small, "--store", str(place), "--log", "off", "--workers", "1", "--rate", "0") as server:
        first = server.ask(everything, Accept="text/csv")
        assert first.text.split() == ["o", "one"]
        assert server.ask("/data?graph=urn:g").status == 404
        load('<urn:a> <urn:p> "two"', '<urn:a> <urn:p> "two" <urn:g>')
        for worker in server.children():
            os.kill(worker, signal.SIGKILL)  # the next one has to find the store that is still in use
        assert eventually(lambda: server.ask(everything, Accept="text/csv").text.split() == ["o", "two"])
        again = server.ask(everything, Accept="text/csv", If_None_Match=first.headers["etag"])
        assert again.status == 200, "another store is another result"
        assert server.ask(everything, Accept="text/csv", If_None_Match=again.headers["etag"]).status == 304
        assert server.ask("/data?graph=urn:g").status == 200
        (place / "current.json").write_text("{}", "utf-8")
        server.hear("current.json was not written by a load")
        assert server.ask(everything, Accept="text/csv").text.split() == ["o", "two"], "the last good one stays"


def test_questions_pass_the_gate_of_a_store_elsewhere_as_they_are() -> None:
    questions = [path.read_text("utf-8") for path in Project.builtin().question_files()]
    assert len(questions) > 30
    for question in questions:
        passed = plain_query(question)
        assert [token.text for token in tokens(passed.text)] == [token.text for token in tokens(question)]
        assert (passed.form, len(passed.text.splitlines())) == (refuse_unsafe(question), len(question.splitlines()))
    told = plain_query('BASE <http://a/> SELECT * { <\\u0061> ?p "\\u0022\\n" , "\\\\u0022" FILTER(1<2&&1<=2) } # end')
    assert told.text == 'BASE <http://a/> SELECT * { <a> ?p "\\"\\n" , "\\\\u0022" FILTER(1< 2&&1<= 2) }      '
    assert not told.needs_base
    assert plain_query("ASK { <a> ?p ?o }").needs_base


PARTS = (
    *("SELECT", "*", "WHERE", "GRAPH", "FROM", "BASE", "PREFIX", "FILTER", "CONSTRUCT", "DESCRIBE", "ASK"),
    *(
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ".",
        ";",
        ",",
        "<",
        "=",
        "<=",
        ">",
        "^^",
        "@en",
        " ",
        "\t",
        "\n",
        "\r",
        "#",
        "# a\n",
    ),
    *("?s", "$x", "a:", "a:b", "_:b", "1.5", "-2", "<a>", "<http://a/b>", "<\\u0061>", '"', "'", '"x"', "'y'", '"""'),
    *("\\", "\\u0022", "\\U0001F600", '"\\u0022"', "'\\n'", "`", "~", "\0", "\u00a0", "é", "a:\\'", "a:%41"),
)


@given(st.lists(st.sampled_from(PARTS), max_size=12).map("".join), st.booleans())
def test_what_is_passed_on_is_read_again_as_it_was_read(text: str, is_within: bool) -> None:  # noqa: FBT001 -- drawn
    try:
        passed = plain_query(f"SELECT * {{ {text} }}" if is_within else text)
    except QueryRefusedError:
        return
    assert plain_query(passed.text) == passed


def test_a_file_is_built_again_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "facts.ttl"
    file.write_text("<https://example.org/a> <https://example.org/b> 'one' .\n", "utf-8")
    everything = "SELECT ?o { ?s <https://example.org/b> ?o }"
    with serving(file, "--watch", "--log", "off", "--workers", "1", "--rate", "0") as server:
        assert "one" in server.query(everything).text
        file.write_text("<https://example.org/a> <https://example.org/b> 'two' .\n", "utf-8")
        assert eventually(lambda: "two" in server.query(everything).text, 60)
        file.write_text("<https://example.org/a> <https://example.org/b> 'three\n", "utf-8")
        server.hear("facts.ttl:1")
        assert "two" in server.query(everything).text, "what cannot be read leaves the last good build"
        assert server.stop() == 0


class Closing(BaseHTTPRequestHandler):
    """A store that keeps a connection for one answer, and closes it unannounced at the next query."""

    protocol_version = "HTTP/1.1"
    closed = 0

    def setup(self) -> None:
        super().setup()
        self.answered = False

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.answered:
            type(self).closed += 1
            self.close_connection = True
            return
        self.answered = True
        self.do_GET()

    def do_GET(self) -> None:
        body = b'{"head":{},"boolean":true}'
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_query_is_sent_again_where_the_store_closed_the_kept_connection(small: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Closing) as store:
        threading.Thread(target=store.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{store.server_address[1]}/"
        with serving(small, "--store", address, "--log", "off", "--rate", "0") as server:
            assert [server.query(f"ASK {{ ?s ?p {n} }}").status for n in range(4)] == [200] * 4
        assert Closing.closed > 0
        store.shutdown()
