"""Health, metrics, log, stop, and the limits of the wire; the command line around them."""

from __future__ import annotations

import json
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scograph.cli.serve import limits_text
from scograph.server.limits import RateLimiter, ServerLimits, TooManyQueriesError
from serving import SITE, Running, built, eventually, serving, with_site

SCOGRAPH = str(Path(sys.executable).with_name("scograph"))
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_site(built(tmp_path_factory.mktemp("server") / "dist"), SITE)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Running]:
    with serving(folder, "--log", "off", "--workers", "1", "--rate", "0") as running:
        yield running


def raw(server: Running, data: bytes, seconds: float = 30) -> bytes:
    """What comes back until the server closes."""
    with socket.create_connection((server.host, server.port), timeout=seconds) as connection:
        connection.sendall(data)
        pieces = bytearray()
        while piece := connection.recv(65536):
            pieces += piece
        return bytes(pieces)


def test_health_tells_the_protections_and_the_limits(server: Running) -> None:
    said = json.loads(server.ask("/-/health").body)
    assert said["status"] == "ok"
    assert said["workers"]["alive"] == 1
    assert {"ends with its parent", "memory", "no new files"} <= set(said["protections"])
    assert said["limits"]["seconds"] == 30
    shown = " ".join(server.said)
    assert all(protection in shown for protection in said["protections"])


def test_metrics_are_in_the_form_that_prometheus_reads(server: Running) -> None:
    server.ask("/about")
    server.ask("/none")
    server.query("ASK {}")
    got = server.ask("/-/metrics")
    assert got.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    line = re.compile(r'(?:# (?:HELP|TYPE) \S+ .+|[a-z_]+(?:\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? [-+0-9.e]+)')
    assert all(line.fullmatch(row) for row in got.text.splitlines())
    assert re.search(r'scograph_requests_total\{part="documents",status="404"\} [1-9]', got.text)
    assert re.search(r'scograph_requests_total\{part="sparql",status="200"\} [1-9]', got.text)
    counted = re.findall(r"scograph_request_seconds_(?:count|bucket\{le=\"\+Inf\"\}) (\d+)", got.text)
    assert len(set(counted)) == 1
    assert "scograph_workers 1\n" in got.text


def test_each_request_is_a_line_of_the_log(folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    with serving(folder, "--log", str(log), "--workers", "1") as server:
        server.ask('/id/state/kaz?"\n'.replace("\n", "%0A"), User_Agent='a "browser"\t')
        server.query("ASK {}")
        server.stop()
    rows = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert [(row["method"], row["path"], row["status"]) for row in rows] == [
        ("GET", '/id/state/kaz?"%0A', 303),
        ("POST", "/sparql", 200),
    ]
    assert rows[0]["agent"].startswith('a "browser"')
    assert rows[1]["bytes"] > 10
    assert {"time", "client", "ms"} <= set(rows[0])


def test_a_running_query_ends_before_the_server_does(folder: Path) -> None:
    with serving(folder, "--log", "off", "--workers", "1", "--timeout", "3") as server:
        found = []
        asking = threading.Thread(target=lambda: found.append(server.query(SLOW).status))
        asking.start()
        assert eventually(lambda: '"busy": 1' in json.dumps(server.health()))
        workers = server.children()
        assert server.stop() == 0
        asking.join()
        assert found == [503]
        assert eventually(lambda: not any(Path(f"/proc/{number}").exists() for number in workers))


def test_the_store_is_removed_at_the_end_and_by_the_next_after_a_kill(folder: Path) -> None:
    def stores(server: Running) -> set[Path]:
        found = set()
        for worker in server.children():
            arguments = Path(f"/proc/{worker}/cmdline").read_bytes().split(b"\0")
            found.add(Path(arguments[4].decode()).parents[1])
        return found

    with serving(folder, "--log", "off", "--workers", "1") as server:
        (place,) = stores(server)
        assert place.is_dir()
        server.stop()
        assert not place.exists()
    with serving(folder, "--log", "off", "--workers", "1") as server:
        (left,) = stores(server)
        server.stop(signal.SIGKILL)
        assert left.is_dir()
    with serving(folder, "--log", "off", "--workers", "1") as server:
        assert not left.exists()
        assert server.query("ASK {}").status == 200


def test_a_head_that_is_too_long_is_refused(server: Running) -> None:
    got = raw(server, b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-Long: " + b"a" * 70_000 + b"\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 431")
    endless = raw(
        server, b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(10_000))
    )
    assert endless.startswith(b"HTTP/1.1 431")
    assert server.ask("/").status == 200


def test_a_body_that_is_too_long_is_refused_before_it_comes(server: Running) -> None:
    stated = raw(
        server,
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 999999999\r\nConnection: close\r\n\r\nASK {}",
    )
    assert stated.startswith(b"HTTP/1.1 413")
    body = b"ASK {} # " + b"x" * (2 << 20)
    got = server.ask("/sparql", "POST", body, Content_Type="application/sparql-query")
    assert got.status == 413


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Half: ",
        (
            b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
            b"Content-Length: 100\r\n\r\nASK"
        ),
    ],
    ids=["says nothing", "half a head", "half a body"],
)
def test_a_client_that_does_not_go_on_is_let_go(server: Running, begun: bytes) -> None:
    got = raw(server, begun, seconds=60)
    assert got.startswith(b"HTTP/1.1 408")
    assert server.ask("/").status == 200


def test_a_drop_at_a_time_is_no_way_to_hold_a_connection(server: Running) -> None:
    with socket.create_connection((server.host, server.port), timeout=60) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")

        def is_let_go() -> bool:
            try:
                connection.sendall(b"X: y\r\n")
            except ConnectionError:
                return True
            time.sleep(0.4)
            return False

        assert eventually(is_let_go, 60)


def test_connections_of_one_address_are_counted(server: Running) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft >= 400 or hard >= 400
    held = [
        socket.create_connection((server.host, server.port), timeout=30) for _ in range(ServerLimits().connections_each)
    ]
    try:
        with socket.create_connection((server.host, server.port), timeout=30) as one_more:
            assert one_more.recv(64).startswith(b"HTTP/1.1 503")
    finally:
        for connection in held:
            connection.close()
    assert eventually(lambda: server.ask("/").status == 200)


def test_pipelined_requests_are_answered_in_order(server: Running) -> None:
    one = b"GET /id/state/kaz.ttl HTTP/1.1\r\nHost: localhost\r\n\r\n"
    got = raw(server, one * 20 + b"GET /about HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert got.count(b"HTTP/1.1 200 OK") == 21
    assert got.rindex(b"text/html") > got.rindex(b"text/turtle")


def test_rates_fill_with_time_and_count_what_runs() -> None:
    now = [0.0]
    rates = RateLimiter(ServerLimits(rate=2, wait_seconds=1.5), lambda: now[0])
    assert [rates.begin_query("a") for _ in range(20)] == [0.0] * 20
    assert [rates.begin_query("a") for _ in range(3)] == [0.5, 1.0, 1.5], "each waits for those before it"
    with pytest.raises(TooManyQueriesError) as raised:
        rates.begin_query("a")
    assert raised.value.seconds == 2.0
    assert rates.begin_query("b") == 0.0, "another address is not concerned"
    now[0] = 2.0
    assert [rates.begin_query("a") for _ in range(2)] == [0.0, 0.5]
    for _ in range(25):
        rates.end_query("a", 4)
    now[0] = 10.0
    with pytest.raises(TooManyQueriesError):
        rates.begin_query("a")  # the time of a worker counts
    for number in range(20):
        assert rates.begin_query(f"2001:db8:0:{number}::1") == 0.0
    assert rates.begin_query("2001:db8:0:99::4") > 0, "who has the first 48 bits has them all"
    assert rates.begin_query("2001:db8:1::4") == 0.0


def test_without_a_rate_nothing_waits_for_it() -> None:
    rates = RateLimiter(ServerLimits(rate=0), lambda: 0.0)
    assert {rates.begin_query("a") for _ in range(5000)} == {0.0}


def test_rates_forget_the_longest_silent() -> None:
    rates = RateLimiter(ServerLimits(rate=1), lambda: 0.0)
    for number in range(25_000):
        assert rates.begin_query(f"10.0.{number // 256}.{number % 256}") == 0.0
        rates.end_query(f"10.0.{number // 256}.{number % 256}", 0)
    assert len(rates) == 10_000


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([SCOGRAPH, "serve", *arguments], capture_output=True, check=False, cwd=cwd, timeout=120)


def test_one_request_is_answered_without_a_listener(folder: Path) -> None:
    got = run(str(folder), "--get", "/doc/id/state/kaz", "--header", "Accept: text/turtle")
    assert (got.returncode, got.stdout) == (0, (folder / "id/state/kaz.ttl").read_bytes())
    assert b"content-location: /id/state/kaz.ttl" in got.stderr
    asked = run(str(folder), "--get", "/sparql?query=ASK%20%7B%7D")
    assert json.loads(asked.stdout)["boolean"] is True
    large = run(str(folder), "--get", "/large.ttl")
    assert large.stdout == (folder / "large.ttl").read_bytes()
    none = run(str(folder), "--get", "/none")
    assert (none.returncode, none.stderr.splitlines()[0]) == (1, b"404")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--get", "none"], 2, "is not a path"),
        (["--get", "/", "--header", "nonsense"], 2, "is not a header"),
        (["--header", "Accept: text/html"], 2, "--header is for --get"),
        (["--host", "::"], 2, "makes the server public"),
        (["--host", "[::]"], 2, "--host :: makes the server public"),
        (["--host", "[2001:db8::1]", "--public"], 2, "cannot listen on [2001:db8::1]:8000: "),
        (["--proxy", "*"], 2, "--proxy '*' is neither an IP address nor a network"),
        (["--proxy", "127.0.0.1,proxy.example"], 2, "--proxy 'proxy.example' is neither an IP address nor a network"),
        (["--remember", "."], 3, "cannot be read"),
        (["--remember", "/proc/none/paths"], 2, "cannot be written"),
        (["--remember", __file__], 3, "not a list of published paths"),
        (["--host", "no.such.host.invalid", "--public"], 2, "cannot listen"),
    ],
)
def test_a_wrong_call_is_told(folder: Path, arguments: list[str], code: int, says: str) -> None:
    got = run(str(folder), *arguments)
    assert (got.returncode, says in got.stderr.decode()) == (code, True), got.stderr.decode()


def test_a_folder_that_is_no_build_is_told(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}", "utf-8")
    got = run(str(tmp_path), "--get", "/")
    assert (got.returncode, b"not a scograph manifest" in got.stderr) == (3, True)
    folder = built(tmp_path / "dist")
    (folder / "sco.nt").write_bytes(b"")
    got = run(str(folder), "--get", "/")
    assert (got.returncode, b"sco.nt has 0 bytes" in got.stderr) == (3, True)


def test_a_port_that_is_taken_is_told(folder: Path, server: Running) -> None:
    got = run(str(folder), "-p", str(server.port), "--log", "off", "--workers", "1")
    assert (got.returncode, b"cannot listen on 127.0.0.1" in got.stderr) == (2, True)


def test_public_says_what_has_to_stand_in_front(folder: Path) -> None:
    with serving(folder, "--public", "--host", "127.0.0.1", "--log", "off", "--workers", "1") as server:
        said = "\n".join(server.said)
        assert "[ ] a reverse proxy" in said
        assert "[x] only the proxy reaches this port" in said


def test_a_proxy_is_believed_only_when_it_is_named(folder: Path, tmp_path: Path) -> None:
    for options, client in (((), "127.0.0.1"), (("--proxy", "127.0.0.1"), "192.0.2.7")):
        log = tmp_path / f"{client}.log"
        with serving(folder, "--log", str(log), "--workers", "1", *options) as server:
            got = server.ask("/sparql", Accept="text/turtle", X_Forwarded_For="192.0.2.7", X_Forwarded_Proto="https")
            assert (f"<https://{server.host}:{server.port}/sparql>" in got.text) == bool(options)
            server.ask("/about", X_Forwarded_For="198.51.100.9, unknown")
            server.stop()
        rows = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
        assert [row["client"] for row in rows] == [client, "127.0.0.1"]


def test_a_project_or_one_file_is_built_on_the_way(tmp_path: Path) -> None:
    (tmp_path / "one.ttl").write_text("<https://example.org/a> <https://example.org/b> 'c' .\n", "utf-8")
    got = run("one.ttl", "--get", "/sparql?query=" + "SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D", cwd=tmp_path)
    assert got.returncode == 0, got.stderr.decode()
    assert "https://example.org/a" in got.stdout.decode()


@pytest.mark.parametrize("path", ["/sparql?query=SELECT%20(RAND()%20AS%20%3Fx)%20%7B%7D", "/about.html"])
def test_ten_thousand_requests_leave_nothing_behind(server: Running, path: str) -> None:
    def held() -> tuple[int, int, int]:
        status = Path(f"/proc/{server.process.pid}/status").read_text("utf-8")
        resident = int(re.search(r"VmRSS:\s+(\d+)", status)[1])  # type: ignore[index]
        return resident, len(list(Path(f"/proc/{server.process.pid}/fd").iterdir())), len(server.children())

    def ask(count: int, at_once: int = 50) -> None:
        """Requests of one connection, some at once on their way, each with another header than the one before."""
        with socket.create_connection((server.host, server.port), timeout=60) as connection:
            for start in range(0, count, at_once):
                numbers = range(start, start + at_once)
                accepts = (f"text/html;q=0.{number % 10}, */*;q=0.1, x/{number}" for number in numbers)
                connection.sendall(
                    b"".join(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {a}\r\n\r\n".encode() for a in accepts)
                )
                got = b""
                while got.count(b"HTTP/1.1 200 OK\r\n") < at_once or not got.endswith((b"</html>", b"}")):
                    piece = connection.recv(1 << 16)
                    assert piece, got[-500:]
                    got += piece

    ask(1000)
    resident, files, workers = held()
    ask(10_000)
    assert eventually(lambda: held()[1] <= files)
    assert held()[2] == workers
    assert held()[0] - resident < 8_000, "kibibytes"


def test_the_limits_of_a_query_are_said_without_those_that_are_off() -> None:
    assert limits_text(ServerLimits(), 1024) == "30 s, 100,000 rows, 1,024 MiB; 20 queries a second for each client"
    assert limits_text(ServerLimits(rows=0, rate=0), 0) == "30 s"
