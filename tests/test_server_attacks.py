"""Queries and requests that are meant to harm: the server answers, others are served, nothing leaves the machine."""

from __future__ import annotations

import http.client
import random
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from hostile_clients import attacking
from serving import SITE, Running, built, eventually, serving, with_site

CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
GATED, ENDED, ANY = (400, 403, 413), (503,), (200, 400, 413, 503)
ATTACKS: dict[str, tuple[str, tuple[int, ...]]] = {
    "20,000 nested groups": ("SELECT * {" + "{" * 20_000 + "}" * 20_000 + "}", GATED),
    "20,000 nested parentheses": ("SELECT * { FILTER " + "(" * 20_000 + "true" + ")" * 20_000 + "}", GATED),
    "50,000 negations": ("SELECT * { FILTER(" + "!" * 50_000 + "true) }", GATED),
    "20,000 branches of a union": ("SELECT * { {}" + " UNION{}" * 20_000 + "}", GATED),
    "6,000 branches of a union": ("SELECT * { {}" + "UNION{}" * 6_000 + "}", GATED),
    "5,000 steps of a path": ("ASK { ?a " + "<a:a>/" * 5_000 + "<a:a> ?b }", GATED),
    "5,000 inverses": ("ASK { ?a " + "^" * 5_000 + "<a:a> ?b }", GATED),
    "8,000 signed numbers": ("SELECT (1" + " -1" * 8_000 + " AS ?x) {}", GATED),
    "100 nested groups": ("SELECT * {" + "{" * 95 + "}" * 95 + "}", (200,)),
    "4,000 optionals": ("SELECT * {" + "OPTIONAL{}" * 4_000 + "}", ANY),
    "4,000 patterns": ("SELECT (COUNT(*) AS ?n) {" + "?a?b?c." * 4_000 + "}", ANY),
    "4,000 filters": ("SELECT * {" + "FILTER(1)" * 4_000 + "}", ANY),
    "4,000 binds": ("SELECT * {" + "".join(f"BIND(1AS?{n})" for n in range(3_000)) + "}", ANY),
    "count of a cross product": (f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", ENDED),
    "order of a cross product": (f"SELECT * {{ {CROSS} }} ORDER BY ?c ?f ?i", ENDED),
    "distinct of a cross product": (f"SELECT DISTINCT ?a ?d ?g ?c ?f {{ {CROSS} }} OFFSET 999999999", ENDED),
    "one text of a cross product": (f"SELECT (GROUP_CONCAT(STR(?c)) AS ?x) {{ {CROSS} }}", ENDED),
    "a filter over a cross product": (f"ASK {{ {CROSS} FILTER(STR(?a) = CONCAT(STR(?d), STR(?g), 'x')) }}", ENDED),
    "a text doubled 34 times": (
        'SELECT (STRLEN(?x34) AS ?n) { BIND("aaaaaaaaaaaaaaaa" AS ?x0) '
        + " ".join(f"BIND(CONCAT(?x{n},?x{n}) AS ?x{n + 1})" for n in range(34))
        + "}",
        (200, 400, 503),
    ),
    "a text replaced by itself": (
        'SELECT (STRLEN(?x9) AS ?n) { BIND("aaaaaaaaaaaaaaaa" AS ?x0) '
        + " ".join(f'BIND(REPLACE(?x{n},"a",?x{n}) AS ?x{n + 1})' for n in range(9))
        + "}",
        (200, 400, 503),
    ),
    "an expression with 10^6 states": (
        'SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), "((a{100}){100}){100}")) }',
        ANY,
    ),
    "an expression that others backtrack on": (
        'SELECT (REGEX("' + "a" * 5_000 + 'b", "(a+)+$") AS ?x) {}',
        (200,),
    ),
    "all pairs of a path": (
        "PREFIX s: <https://w3id.org/scograph/ontology#> SELECT (COUNT(*) AS ?n) { ?a (!s:x|^!s:y)+ ?b }",
        ANY,
    ),
    "anything to anything": ("SELECT (COUNT(*) AS ?n) { ?a (!<a:a>)* ?b . ?b (!<a:a>)* ?c }", ANY),
    "nested not exists": (
        "ASK { ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f FILTER NOT EXISTS { ?g ?h ?i FILTER(?a = ?g && ?d = ?i) } } }",
        ANY,
    ),
    "a number of 60,000 digits": ("SELECT (" + "9" * 60_000 + " * 9 AS ?x) {}", ANY),
    "a wide result": (f"SELECT * {{ {CROSS} }}", (413, 503)),
    "many random numbers": (f"SELECT (SUM(RAND()) AS ?x) {{ {CROSS} }}", ENDED),
    "an order of hashes": (f"SELECT * {{ {CROSS} }} ORDER BY SHA512(STR(?c)) LIMIT 1", ENDED),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_site(built(tmp_path_factory.mktemp("server") / "dist"), SITE)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Running]:
    with serving(folder, *OPTIONS) as running:
        yield running


OPTIONS = ("--timeout", "2", "--max-memory", "512", "--workers", "2", "--rate", "0", "--log", "off")
PAGE = Path(__file__).parents[1] / "docs" / "reference" / "attacks.md"
HEAD = "| attack | answer | why | worker |\n|---|---|---|---|\n"
TIME, MEMORY, ROWS, CUT = (
    "the limit of time",
    "the limit of memory",
    "the limit of rows",
    ", after the head had gone out",
)
LIMITS = frozenset((TIME, MEMORY, ROWS, TIME + CUT))
"""Which of them ends a query first, the speed of a machine decides."""
_GATE = re.compile(r"query refused at line \d+, column \d+: (.*)")
_REASONS = {
    "took longer than": TIME,
    "needed more than": MEMORY,
    "more than 65,536 bytes": "the gate: longer than 64 KiB",
    "the query does not parse": "it does not parse",
    "more than 100,000 rows": ROWS,
}


@dataclass(frozen=True)
class Seen:
    """What became of an attack: a row of the table."""

    answer: str
    why: str
    worker: str


def reason(status: int, said: str) -> str:
    """Why a query was answered so, in the words of the table."""
    if status == 200:
        return "harmless"
    gate = _GATE.match(said)
    return f"the gate: {gate[1]}" if gate else next((why for words, why in _REASONS.items() if words in said), said)


def attack(server: Running, name: str) -> Seen:
    """Send one of the queries, and see what becomes of it and of the worker that had it."""
    query, statuses = ATTACKS[name]
    assert eventually(lambda: len(server.children()) == 2)
    before = set(server.children())
    try:
        got = server.query(query)
    except (http.client.IncompleteRead, ConnectionError):
        assert name == "a wide result", "what had begun to go out is cut off, and the client sees it"
        answer, why = "cut off", TIME + CUT
    else:
        assert got.status in statuses, (got.status, got.text[:300])
        assert got.status == 200 or got.text.strip(), "a reason is given"
        answer, why = str(got.status), reason(got.status, got.text.strip())
    assert server.process.poll() is None
    assert server.query("ASK {}").status == 200
    has_ended = why in LIMITS and eventually(lambda: set(server.children()) != before)
    assert eventually(lambda: len(server.children()) == 2)
    return Seen(answer, why, "replaced" if has_ended else "–")


def told() -> dict[str, Seen]:
    """The rows of the page."""
    table = PAGE.read_text("utf-8").partition(HEAD)[2].partition("\n\n")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines()]
    return {row[0].strip(): Seen(*(cell.strip() for cell in row[1:])) for row in rows}


def record() -> None:
    """Write the table of the page anew: `python tests/test_server_attacks.py`."""
    with TemporaryDirectory() as place:
        site = with_site(built(Path(place) / "dist"), SITE)
        with serving(site, *OPTIONS) as server:
            seen = {name: attack(server, name) for name in ATTACKS}
    rows = "".join(f"| {name} | {row.answer} | {row.why} | {row.worker} |\n" for name, row in seen.items())
    before, _, rest = PAGE.read_text("utf-8").partition(HEAD)
    PAGE.write_text(before + HEAD + rows + "\n" + rest.partition("\n\n")[2], "utf-8")


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_answered_as_the_page_says_and_the_server_lives(server: Running, name: str) -> None:
    seen, row = attack(server, name), told()[name]
    assert seen == row or {seen.why, row.why} <= LIMITS


def test_every_attack_of_the_list_is_tried_and_documented() -> None:
    assert len(ATTACKS) == 29
    assert list(told()) == list(ATTACKS)


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """A port of loopback, and who came to it."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        stopping = threading.Event()

        def accept() -> None:
            while not stopping.is_set():
                try:
                    connection, address = listening.accept()
                except TimeoutError:
                    continue
                came.append(address)
                connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        yield listening.getsockname()[1], came
        stopping.set()
        thread.join()


OUTWARD = {
    "SELECT * { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }": 403,
    "SELECT * { service <http://127.0.0.1:PORT/> { ?s ?p ?o } }": 403,
    "SELECT * { SERVICE SILENT <http://127.0.0.1:PORT/> { ?s ?p ?o } }": 403,
    "SELECT * { SER#\nVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }": 400,
    "SELECT * { \\u0053ERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }": 400,
    "SELECT * { #\rSERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }": 403,
    "SELECT * { 'a\\'' SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }": 403,
    "SELECT * { BIND('''a'''AS?x)SERVICE<http://127.0.0.1:PORT/>{ ?s ?p ?o } }": 403,
    "SELECT * { BIND(<http://127.0.0.1:PORT/> AS ?x) { SELECT * { SERVICE ?x { ?s ?p ?o } } } }": 403,
    "SELECT * FROM <http://127.0.0.1:PORT/> { ?s ?p ?o }": 200,
    "SELECT * FROM NAMED <http://127.0.0.1:PORT/> { GRAPH ?g { ?s ?p ?o } }": 200,
    "LOAD <http://127.0.0.1:PORT/>": 403,
    "BASE <http://127.0.0.1:PORT/> ASK { <x> ?p ?o }": 200,
}


def test_no_query_reaches_another_host(server: Running, listener: tuple[int, list[object]]) -> None:
    port, came = listener
    for query, status in OUTWARD.items():
        got = server.query(query.replace("PORT", str(port)))
        assert got.status == status, (query, got.status, got.text)
    got = server.ask(f"/sparql?query=ASK%7B%7D&default-graph-uri=http%3A%2F%2F127.0.0.1%3A{port}%2F")
    assert got.status == 200
    time.sleep(0.5)
    assert came == []


@pytest.mark.slow
@pytest.mark.parametrize("means", ["slow_queries", "searches", "large_forms", "dripping_bodies", "pipelined_queries"])
def test_others_are_served_while_somebody_attacks(folder: Path, means: str) -> None:
    """The server is a new one, on which nobody has used time yet: the bombs of the tests above came from the others."""
    with serving(folder, *OPTIONS) as server, attacking(server.host, server.port, means, "127.0.0.2"):
        statuses, documents = [], []
        until = time.monotonic() + 6
        while time.monotonic() < until or len(statuses) < 5:
            statuses.append(server.query("ASK { ?s ?p ?o }").status)
            documents.append(server.ask("/id/state/kaz.ttl").status)
    assert set(statuses) == {200}
    assert set(documents) == {200}


def hostile(chance: random.Random) -> bytes:
    """A request that nobody sends in good faith."""
    methods = ["GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE", "TRACE", "BREW", "", "get", "QUERY", "G\x00T"]
    paths = [
        "/",
        "/sparql",
        "/data",
        "/id/state/kaz",
        "/doc/",
        "/doc/id/state/kaz",
        "/-/health",
        "//",
        "/%",
        "/%zz",
        "/%00",
        "/%c3%28",
        "*",
        "http://x/",
        "/" + "../" * 9,
        "/\xff",
        "/a?b?c",
        "/dataset",
        "?",
        "/ru/",
    ]
    queries = [
        "",
        "?",
        "?query=",
        "?query=ASK{}",
        "?query=%",
        "?query=%00",
        "?graph=",
        "?default",
        "?query=ASK%7B%7D&query",
        "?_profile=%ff",
        "?lang=\x01",
        "?" + "&" * 500,
        "?query=" + "{" * 500,
        "?timeout=-1&query=ASK{}",
        "?_mediatype=x/",
    ]
    names = [
        "Accept",
        "Accept-Language",
        "Accept-Encoding",
        "If-None-Match",
        "If-Modified-Since",
        "If-Range",
        "Range",
        "Content-Type",
        "Content-Length",
        "Transfer-Encoding",
        "Host",
        "Connection",
        "Expect",
        "Content-Encoding",
        "Accept-Profile",
        "X-Forwarded-For",
        "Cookie",
        "Upgrade",
        "Te",
        "Origin",
    ]
    values = [
        "",
        "*/*",
        "text/html;q=2",
        ";;;",
        ",,,",
        "bytes=0-",
        "bytes=9-1",
        "bytes=-",
        "bytes=0-0,1-1",
        "chunked",
        "gzip",
        "identity;q=0, *;q=0",
        "100-continue",
        "close",
        "keep-alive",
        "websocket",
        'W/"x"',
        "*",
        '"',
        "99999999999999999999",
        "-1",
        "0",
        "application/sparql-query",
        "application/x-www-form-urlencoded",
        'text/turtle; charset="',
        "Thu, 99 Foo 2026 99:99:99 GMT",
        "\x80\xff",
        "a" * 2000,
        "q=" * 300,
        "x\ty",
    ]
    head = (
        f"{chance.choice(methods)} {chance.choice(paths)}{chance.choice(queries)} HTTP/1.{chance.choice('011119')}\r\n"
    )
    if chance.random() < 0.9:
        head += "Host: localhost\r\n"
    for _ in range(chance.randrange(6)):
        head += f"{chance.choice(names)}: {chance.choice(values)}\r\n"
    body = chance.choice(
        [b"", b"", b"ASK {}", b"query=ASK+%7B%7D", b"\xff\xfe", b"5\r\nASK{}\r\n0\r\n\r\n", b"x" * 300]
    )
    data = (head + "\r\n").encode("latin-1") + body
    if chance.random() < 0.1:
        position = chance.randrange(len(data))
        data = data[:position] + bytes([chance.randrange(256)]) + data[position + 1 :]
    return data


NOT_DONE = (b"501", b"503", b"505")
"""What a server says that does not know a transfer coding, is busy, or does not speak a version of HTTP."""


@pytest.mark.slow
def test_thousands_of_hostile_requests_have_no_error_of_the_server(server: Running) -> None:
    chance = random.Random(8)  # noqa: S311 -- the same requests each time
    count, answered = 3_000, 0
    for number in range(count):
        data = hostile(chance)
        with socket.create_connection((server.host, server.port), timeout=30) as connection:
            got = b""
            try:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                while len(got) < 4096 and (piece := connection.recv(4096)):
                    got += piece
            except OSError:  # it was refused, and closed, before all was sent
                pass
        status = got[9:12]
        answered += bool(status)
        assert not status.startswith(b"5") or status in NOT_DONE, (number, data, got)
        assert b"Traceback" not in got
    assert answered > count / 3
    assert server.process.poll() is None
    assert server.ask("/id/state/kaz.ttl").status == 200
    assert server.query("ASK {}").status == 200


if __name__ == "__main__":
    record()
