"""The doctor: our own server has all marks; a server that lacks things is told which, with clause and remedy."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote

import pytest
from pyoxigraph import RdfFormat, Store

from scograph.probe import NOT_TRIED, Diagnosis, as_json, as_text, probe
from scograph.probe.checks import CHECKS, Level
from scograph.probe.client import Client, opened
from serving import SITE, built, eventually, serving, with_site
from store_servers import Server, free_port

SCOGRAPH = str(Path(sys.executable).with_name("scograph"))
KAZ_PATH = "/id/state/kaz"
HARMFUL = {"P07", "P11", "S05", "G04", "H07", "H08"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_site(built(tmp_path_factory.mktemp("server") / "dist"), SITE)


@pytest.fixture(scope="module")
def ours(folder: Path) -> Iterator[Diagnosis]:
    with serving(folder, "--log", "off", "--workers", "1", "--public") as server:
        yield probe(f"{server.url}/", entity=f"{server.url}{KAZ_PATH}", harms=True, wait=time.sleep)


def test_our_own_server_has_all_marks(ours: Diagnosis) -> None:
    assert [(v.check.code, v.detail) for v in ours.verdicts if v.state != "pass"] == []
    assert ours.score() == (len(CHECKS), len(CHECKS))
    assert ours.requests <= 150


def test_a_preview_is_not_marked_down_for_being_closed_to_other_sites(folder: Path) -> None:
    with serving(folder, "--log", "off", "--workers", "1") as server:
        found = probe(f"{server.url}/", entity=f"{server.url}{KAZ_PATH}", harms=True, wait=time.sleep)
    assert [(v.check.code, v.state) for v in found.verdicts if v.state != "pass"] == [
        ("H01", "none"),
        ("H02", "none"),
    ]
    assert found.passes


def test_every_check_has_a_code_of_its_own_a_clause_and_a_remedy() -> None:
    assert len({check.code for check in CHECKS}) == len(CHECKS) >= 60
    assert all(check.title and check.clause and check.fix.endswith(".") for check in CHECKS)
    groups = [check.group for check in CHECKS]
    assert list(dict.fromkeys(groups)) == sorted(set(groups), key=groups.index)


def test_the_reports_say_the_same(ours: Diagnosis) -> None:
    said = json.loads(as_json(ours))
    assert (said["passed"], said["of"]) == ours.score()
    assert [row["code"] for row in said["checks"]] == [check.code for check in CHECKS]
    text = "\n".join(as_text(ours))
    numbers = {level: found for level in Level if (found := ours.score(level=level))}
    assert text.splitlines()[-3:] == [f"{level:8}{of} of {of} looked at" for level, (_, of) in numbers.items()]
    assert sum(of for _, of in numbers.values()) == len(CHECKS)
    assert {name: (row["passed"], row["of"]) for name, row in said["levels"].items()} == numbers
    assert all(f"  ok    {check.code} " in text for check in CHECKS)


@contextmanager
def oxigraph(folder: Path, data: Path) -> Iterator[str]:
    server = Server("oxigraph", folder)
    server.start()
    try:
        server.put(data.read_bytes(), "application/n-quads")
        yield server.address
    finally:
        server.stop()


def test_an_endpoint_alone_is_judged_by_what_it_is(folder: Path, tmp_path: Path) -> None:
    with oxigraph(tmp_path / "store", folder / "sco.nq") as address:
        harmless = probe(address, wait=time.sleep)
        assert {v.check.code for v in harmless.verdicts if v.detail == NOT_TRIED} == HARMFUL
        assert "not looked at" in "\n".join(as_text(harmless))
        found = probe(address, harms=True, wait=time.sleep)
    failed = {v.check.code: v for v in found.verdicts if v.state == "fail"}
    assert found.endpoint in (f"{address}/sparql", f"{address}/query")
    assert "H07" in failed, "it follows SERVICE to its own network"
    assert "H08" in failed, "a nested query ends it"
    assert "P12" not in failed
    passed = {v.check.code for v in found.verdicts if v.state == "pass"}
    assert {"P01", "P02", "P03", "P12", "P13", "P14", "P15", "P16"} <= passed
    unseen = {v.check.code for v in found.verdicts if v.state == "none"}
    assert {"D01", "C01", "L01"} <= unseen, "what is no site of documents is not marked down for them"
    text = "\n".join(as_text(found))
    assert "SPARQL 1.1 Federated Query" in text
    assert "help: Refuse SERVICE." in text


def listens(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def test_the_faults_of_a_store_that_is_served_to_be_read_are_these(folder: Path, tmp_path: Path) -> None:
    """What is said of another server has to be fair: each was looked at by hand, none is a fault of the probe."""
    store = Store(str(tmp_path / "store"))
    store.bulk_load(path=str(folder / "sco.nq"), format=RdfFormat.N_QUADS)
    del store
    port = free_port()
    program = str(Path(sys.executable).with_name("oxigraph"))
    command = [program, "serve-read-only", "--location", str(tmp_path / "store"), "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert eventually(lambda: listens(port))
        found = probe(f"http://127.0.0.1:{port}/", harms=True, wait=time.sleep)
    finally:
        process.kill()
        process.wait()
    assert {v.check.code for v in found.verdicts if v.state == "fail"} == {
        *("V01", "V06", "V07"),  # it describes no dataset
        *("P04", "P07"),  # HEAD and PUT are 404, and HEAD has a body
        "S04",
        "G03",
        *("H03", "H04", "H05", "H06"),  # headers, and robots.txt
        *("H07", "H08"),  # SERVICE goes out, and nesting ends the process
    }


class Site(BaseHTTPRequestHandler):
    """A site of files, which notes what is asked of it."""

    files: ClassVar[dict[str, tuple[str, bytes]]] = {}
    asked: ClassVar[list[tuple[str, str, bytes]]] = []

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.asked.append((self.command, self.path, body))
        media_type, data = self.files.get(self.path.partition("?")[0], ("", b""))
        self.send_response(200 if media_type else 404)
        self.send_header("Content-Type", media_type or "text/plain")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = _answer  # noqa: N815 -- the library's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def site_of(files: dict[str, tuple[str, bytes]]) -> Iterator[tuple[str, list[tuple[str, str, bytes]]]]:
    """A site of files, and what is asked of it."""
    made = type("Made", (Site,), {"files": files, "asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), made)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", made.asked
    finally:
        server.shutdown()
        server.server_close()


TURTLE = "text/turtle"
VOID = b"@prefix void: <http://rdfs.org/ns/void#> . <#d> a void:Dataset ; void:triples 4 ; void:dataDump </all.nt> ."
RESULT = ("application/sparql-results+json", b'{"head": {}, "boolean": true}')


def test_a_description_beside_the_well_known_address_is_found() -> None:
    with site_of({"/": ("text/html", b"<p>a site</p>"), "/void.ttl": (TURTLE, VOID)}) as (url, _):
        found = {v.check.code: v for v in probe(url, wait=lambda _: None).verdicts}
    assert (found["V01"].state, found["V01"].detail) == ("fail", "404 there; a description is at /void.ttl")
    assert [found[code].state for code in ("V02", "V03", "V05")] == ["pass", "pass", "fail"]
    assert found["V01"].check.level == Level.ADVICE


def test_without_the_option_nothing_is_written_and_no_other_host_is_called() -> None:
    files = {"/": ("text/html", b""), "/sparql": RESULT, "/data": (TURTLE, VOID)}
    with site_of(files) as (url, asked):
        probe(url, wait=lambda _: None)
        harmless = list(asked)
        probe(url, harms=True, wait=lambda _: None)
    texts = [unquote(path) + body.decode() for _, path, body in harmless]
    assert {method for method, _, _ in harmless} <= {"GET", "HEAD", "POST", "OPTIONS"}
    assert not [text for text in texts if "SERVICE" in text or "CLEAR" in text or "{{{" in text]
    tried = {method for method, _, _ in asked[len(harmless) :]}
    assert {"PUT", "DELETE"} <= tried


HOSTILE = "\x1b]0;pwned\x07\x1b[2J\u202e\r\nin all"


@pytest.mark.parametrize(
    "address", [f"/a{HOSTILE}", "/../../etc/passwd", "file:///etc/passwd", "//other.example/x", "http://[", "/%00"]
)
def test_a_hostile_site_does_no_harm(address: str) -> None:
    void = VOID + b" <#d> void:sparqlEndpoint <file:///etc/passwd> ; void:exampleResource <javascript:alert(1)> ."
    files = {
        "/": ("text/html", f"<title>{HOSTILE}</title>".encode()),
        "/void.ttl": (TURTLE, void),
        "/sitemap.xml": ("application/xml", f"<urlset><url><loc>{{url}}{address}</loc></url></urlset>".encode()),
        "/sparql": RESULT,
    }
    with site_of(files) as (url, asked):
        media_type, sitemap = files["/sitemap.xml"]
        files["/sitemap.xml"] = (
            media_type,
            sitemap.replace(b"{url}", url.rstrip("/").encode() if address[0] == "/" else b""),
        )
        found = probe(url, wait=lambda _: None)
        text = "\n".join(as_text(found))
    assert asked
    assert not [c for c in text if (ord(c) < 32 and c != "\n") or c == "\u202e"]
    assert "root:" not in text
    assert text.count("\nadvice ") == 1
    assert json.loads(as_json(found))["url"] == url


def test_no_more_requests_are_made_than_are_allowed(folder: Path) -> None:
    with serving(folder, "--log", "off", "--workers", "1") as server:
        found = probe(f"{server.url}/", most=10, wait=time.sleep)
    assert found.requests == 10
    assert any(v.state == "none" and "10 requests" in v.detail for v in found.verdicts)


def test_a_pause_is_made_between_two_requests(folder: Path) -> None:
    waited: list[float] = []
    with serving(folder, "--log", "off", "--workers", "1") as server, opened(10) as http:
        client = Client(http, 5, 0.25, waited.append)
        for _ in range(4):
            client.ask(f"{server.url}/")
    assert waited == [0.25] * 3


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([SCOGRAPH, "probe", *arguments], capture_output=True, check=False, timeout=120)


def test_the_command_says_what_it_looks_at_and_how_it_ended(folder: Path) -> None:
    assert run("--list").stdout.count(b"\n") == len(CHECKS)
    rows = json.loads(run("--list", "-f", "json").stdout)
    assert [(row["code"], row["harmful"]) for row in rows] == [(one.code, one.is_harmful) for one in CHECKS]
    with serving(folder, "--log", "off", "--workers", "1", "--public") as server:
        whole = run(f"{server.url}/", "--harm", "--entity", f"{server.url}{KAZ_PATH}", "-f", "json")
        assert (whole.returncode, json.loads(whole.stdout)["passed"]) == (0, len(CHECKS))
        wrong = run(f"{server.url}/", "--entity", f"{server.url}/none")
        assert wrong.returncode == 1
        assert b"FAIL  D03" in wrong.stdout


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["nonsense"], 2), (["http://127.0.0.1:1/"], 4)])
def test_a_wrong_address_is_told(arguments: list[str], code: int) -> None:
    got = run(*arguments)
    assert (got.returncode, got.stderr.startswith(b"error: ")) == (code, True), got.stderr
