"""HTTP requests other than queries: headers, bodies, trailers, conditions, Host; damaged builds and files."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import cast

import httpx2
import pytest

from hostile_clients import SLOW, attacking
from scograph.errors import InputError
from scograph.server.connections import BoundedProtocol, Connections
from scograph.server.folder import read_folder
from scograph.server.limits import ServerLimits, network_of
from scograph.server.scheduler import NotScheduledError, Scheduler, shape_of
from serving import SITE, Running, built, eventually, replaced, resident, serving, with_site

SCOGRAPH = str(Path(sys.executable).with_name("scograph"))
POST = "POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
METRICS = "GET /-/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
MARGIN = 32 << 10
"""KiB that a server may hold more after it was attacked."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chance = random.Random(5)  # noqa: S311 -- text that does not compress well
    medium = "".join(f"# {chance.getrandbits(400):x}\n" for _ in range(6000))
    return with_site(built(tmp_path_factory.mktemp("server") / "dist"), {**SITE, "medium.ttl": medium})


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Running]:
    with serving(folder, "--log", "off", "--workers", "2", "--rate", "0") as running:
        yield running


def raw(server: Running, *pieces: str, seconds: float = 60, half_closed: bool = False) -> bytes:
    """What comes back until the server closes, for pieces that are sent one after another."""
    with socket.create_connection((server.host, server.port), timeout=seconds) as connection:
        for piece in pieces:
            connection.sendall(piece.encode("latin-1"))
            time.sleep(0.2)
        if half_closed:
            connection.shutdown(socket.SHUT_WR)
        got = bytearray()
        while piece_back := connection.recv(65536):
            got += piece_back
        return bytes(got)


def ask_from(server: Running, source: str, path: str) -> int:
    connection = http.client.HTTPConnection(server.host, server.port, timeout=60, source_address=(source, 0))
    try:
        connection.request("GET", path)
        got = connection.getresponse()
        got.read()
        return got.status
    finally:
        connection.close()


UPGRADE = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n"
LAST = "GET /about HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("parts", [1, 2], ids=["in one piece", "the body later"])
def test_another_protocol_is_not_taken_up_and_the_body_is_the_body(server: Running, parts: int) -> None:
    asking = (f"{POST}{UPGRADE}Content-Length: 6\r\n\r\n", "ASK {}", LAST)
    got = raw(server, "".join(asking)) if parts == 1 else raw(server, *asking)
    assert re.findall(rb"HTTP/1.1 (\d+)", got) == [b"200", b"200"]
    assert b'"boolean":true' in got.replace(b" ", b"")
    chunked = raw(server, f"{POST}{UPGRADE}Transfer-Encoding: chunked\r\n\r\n", "6\r\nASK {}\r\n0\r\n\r\n", LAST)
    assert re.findall(rb"HTTP/1.1 (\d+)", chunked) == [b"200", b"200"]


@pytest.mark.parametrize("protocol", ["h2c", "websocket", "x"])
def test_a_request_in_the_body_of_an_upgrade_is_no_request(server: Running, protocol: str) -> None:
    head = f"{POST}Connection: Upgrade\r\nUpgrade: {protocol}\r\nContent-Length: {len(METRICS)}\r\n\r\n"
    got = raw(server, head, METRICS, LAST)
    assert b"scograph_requests_total" not in got
    assert re.findall(rb"HTTP/1.1 (\d+)", got) == [b"400", b"200"]


def test_nobody_tunnels(server: Running) -> None:
    got = raw(server, "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", METRICS)
    assert (got[:12], got.count(b"HTTP/1.1")) == (b"HTTP/1.1 501", 1)


CHUNKED = f"{POST}Transfer-Encoding: chunked\r\n\r\n6\r\nASK {{}}\r\n"


@pytest.mark.parametrize(
    "endless",
    ["0\r\n" + "X-Y: z\r\n" * 10_000, "0\r\nX-Long: " + "z" * 80_000, "0;x=" + "z" * 80_000],
    ids=["many trailers", "a long trailer", "a long extension of a chunk"],
)
def test_what_follows_a_body_is_bounded(server: Running, endless: str) -> None:
    before = resident(server.process.pid)
    for _ in range(10):
        with socket.create_connection((server.host, server.port), timeout=60) as connection:
            connection.sendall(CHUNKED.encode())
            sent = 0
            got = b""
            try:
                while sent < 50 << 20:
                    sent += connection.send(endless.encode())
                    endless = endless.removeprefix("0\r\n") if endless.startswith("0\r\nX-Y") else endless
                got = connection.recv(4096)
            except ConnectionError:
                pass
            assert sent < 20 << 20, "the server closed long before, but for what the system holds"
            assert got[:12] in (b"", b"HTTP/1.1 431")
    assert resident(server.process.pid) - before < MARGIN
    assert server.query("ASK {}").status == 200


def test_a_trailer_is_no_header(folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    with serving(folder, "--log", str(log), "--workers", "1", "--proxy", "127.0.0.1") as server:
        got = raw(server, f"{CHUNKED}0\r\nX-Forwarded-For: 192.0.2.9\r\nHost: evil\r\nExpect: x\r\n\r\n", LAST)
        assert re.findall(rb"HTTP/1.1 (\d+)", got) == [b"200", b"200"]
        server.stop()
    assert [json.loads(line)["client"] for line in log.read_text("utf-8").splitlines()] == ["127.0.0.1"] * 2


def test_a_trailer_that_ends_the_connection_does(server: Running) -> None:
    got = raw(server, f"{CHUNKED}0\r\nConnection: close\r\n\r\n", LAST)
    assert re.findall(rb"HTTP/1.1 (\d+)", got) == [b"200"]


def test_a_page_shows_so_many_cells(server: Running) -> None:
    columns = " ".join(f"?v{number}" for number in range(3000))
    query = f"SELECT {columns} {{ VALUES ?x {{ {'1 ' * 500} }} }}"
    got = server.query(query, "text/html")
    assert got.status == 200
    assert 0 < got.text.count("<td") <= 10_000
    assert "100 of 3000 columns are shown" in got.text
    assert "the first 100 are shown" in got.text
    long = server.query(f'SELECT ("{"x" * 50_000}" AS ?x) {{}}', "text/html").text
    assert "x" * 2000 + " …" in long


def test_pages_and_what_is_refused_count_to_the_rate(folder: Path) -> None:
    wide = "SELECT " + " ".join(f"?v{number}" for number in range(3000)) + f" {{ VALUES ?x {{ {'1 ' * 500} }} }}"
    form = b"query=" + b"%41" * 80_000
    with serving(folder, "--log", "off", "--workers", "1", "--rate", "2") as server:

        def is_wide_limited() -> bool:
            """Whether sixteen at once are too many: they have eight seconds of the rate, and pages count besides."""
            return 429 in {got.status for got in asking.map(server.query, [wide] * 16, ["text/html"] * 16)}

        def is_form_limited() -> bool:
            got = server.ask("/sparql", "POST", form, Content_Type="application/x-www-form-urlencoded")
            assert got.status in (413, 429)
            return got.status == 429

        assert any(is_form_limited() for _ in range(60))
        assert eventually(lambda: server.query("ASK {}").status == 200)
        with ThreadPoolExecutor(16) as asking:
            assert any(is_wide_limited() for _ in range(8))


def test_bodies_of_one_address_are_bounded_together(server: Running) -> None:
    head = "POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    held = [
        socket.create_connection((server.host, server.port), timeout=60, source_address=("127.0.0.2", 0))
        for _ in range(20)
    ]
    try:
        for connection in held:
            connection.sendall(f"{head}Content-Length: 250000\r\n\r\nquery=".encode())
        answers = [connection.recv(12) for connection in held[16:]]
        assert answers == [b"HTTP/1.1 429"] * 4, "16 bodies of 250,000 bytes are 4 MiB"
        assert server.query("ASK {}").status == 200
    finally:
        for connection in held:
            connection.close()


def test_headers_are_read_once() -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (20, 20))\n"
        "from scograph.server import accept\n"
        "for header in ('\\\\\"' * 1_000_000, '\"\\\\' * 1_000_000, '\"' * 999_999, 'a/b;' + '\"\\\\\"' * 500_000):\n"
        "    assert accept.choose(header, ['text/html', 'text/turtle']) in (0, None)\n"
        "    accept.choose_language(header, ('en', 'ru')), accept.choose_coding(header, ('br',))\n"
        "    list(accept._ITEMS.finditer(header)), accept._PARTS.findall(header)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0, "quadratic: it takes hours"


def test_answers_that_are_remembered_hold_no_files(server: Running) -> None:
    def ask(count: int, start: int) -> None:
        with socket.create_connection((server.host, server.port), timeout=60) as connection:
            for first in range(start, start + count, 50):
                numbers = range(first, first + 50)
                lines = (
                    f"HEAD /{('medium.ttl', 'none')[n % 2]}?n={n} HTTP/1.1\r\nHost: localhost\r\n"
                    f"Accept: x/{n}, */*\r\nAccept-Encoding: gzip\r\n\r\n"
                    for n in numbers
                )
                connection.sendall("".join(lines).encode())
                got = b""
                while got.count(b"HTTP/1.1 ") < 50 or not got.endswith(b"\r\n\r\n"):
                    piece = connection.recv(1 << 16)
                    assert piece
                    got += piece

    ask(100, 0)
    before = resident(server.process.pid)
    ask(5000, 100)
    assert resident(server.process.pid) - before < MARGIN
    got = server.ask("/medium.ttl?none=1", Accept_Encoding="gzip")
    assert got.headers["Content-Encoding"] == "gzip"


def test_a_spoilt_build_is_told_and_the_next_is_taken_over(folder: Path, tmp_path: Path) -> None:
    site = tmp_path / "dist"
    shutil.copytree(folder, site)
    with serving(site, "--log", "off", "--workers", "1") as server:
        first = server.health()
        replaced(site, {"void.ttl": "this is <no Turtle"})
        server.hear("the new build cannot be loaded")
        assert "void.ttl" in server.said[-1]
        said = server.health()
        assert said["build"] == first["build"]
        assert said["status"] == "a newer build could not be loaded"
        assert "void.ttl" in str(said["newerBuild"])
        assert cast("int", said["servedSeconds"]) >= cast("int", first["servedSeconds"])
        assert server.ask("/about").status == 200
        replaced(site, {"void.ttl": "", "about.html": "<html>new</html>"})
        server.hear("new build: ")
        assert "new" in server.ask("/about").text
        assert (server.health()["status"], server.health()["newerBuild"]) == ("ok", None)
        assert server.stop() == 0
        rest = server.process.stderr.read() if server.process.stderr else b""
        assert b"Traceback" not in rest


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A disk of its own for temporary files, which is soon full."""
    place = tmp_path / "disk"
    place.mkdir()
    options = ("-t", "tmpfs", "-o", "size=64m", "tmpfs")
    mounted = subprocess.run(["mount", *options, str(place)], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    monkeypatch.setenv("TMPDIR", str(place))
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_temporary_files_without_room_are_named(folder: Path, small_disk: Path) -> None:
    room = 16 << 10  # so much that Python takes it for its temporary folder
    (small_disk / "ballast").write_bytes(b"x" * (shutil.disk_usage(small_disk).free - room))
    words = [sys.executable, "-m", "scograph", "serve", str(folder), "--port", "0"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert re.fullmatch(
        r"error: [^\n]*cannot be written: No space left on device\n"
        r"hint: free some space, or name another folder in TMPDIR\n",
        done.stderr,
    ), done.stderr


def test_a_build_that_finds_the_disk_full_is_told_and_taken_over_later(
    folder: Path, tmp_path: Path, small_disk: Path
) -> None:
    site = tmp_path / "dist"
    shutil.copytree(folder, site)
    with serving(site, "--log", "off", "--workers", "1") as server:
        first = server.health()
        ballast = small_disk / "ballast"
        with suppress(OSError):  # the server may have taken some of it since
            ballast.write_bytes(b"x" * shutil.disk_usage(small_disk).free)
        replaced(site, {"about.html": "<html>new</html>"})
        server.hear("the new build cannot be loaded")
        assert "No space left" in server.said[-1]
        assert server.health()["build"] == first["build"]
        assert (server.ask("/about").status, server.query("ASK { ?s ?p ?o }").status) == (200, 200)
        ballast.unlink()
        server.hear("new build: ")
        assert "new" in server.ask("/about").text
        assert server.query("ASK { ?s ?p ?o }").status == 200
        assert eventually(lambda: len([one for one in small_disk.iterdir() if one.is_dir()]) == 1), "one store is kept"
        assert server.stop() == 0
    assert list(small_disk.iterdir()) == []


def test_one_address_leaves_a_worker_to_others(server: Running) -> None:
    with attacking(server.host, server.port, "slow_queries", "127.0.0.2"):
        assert eventually(lambda: json.loads(server.ask("/-/health").body)["workers"]["busy"] >= 1)
        answers = [ask_from(server, "127.0.0.3", f"/sparql?query=ASK%7B%3Fs%20%3Fp%20{n}%7D") for n in range(20)]
        searches = [ask_from(server, "127.0.0.3", f"/search?q=k{n}") for n in range(5)]
    assert set(answers) == {200}
    assert set(searches) == {200}


def test_queries_of_one_address_wait_in_a_queue(folder: Path) -> None:
    with serving(folder, "--log", "off", "--workers", "2") as server, ThreadPoolExecutor(40) as asking:
        queries = [f"SELECT (COUNT(*) AS ?n{number}) {{ ?s ?p ?o }}" for number in range(40)]
        assert [got.status for got in asking.map(server.query, queries)] == [200] * 40


async def answered(url: str, count: int, connections: int) -> list[int]:
    """The status of each of some queries that one client asks at once."""
    limits = httpx2.Limits(max_connections=connections)
    async with httpx2.AsyncClient(limits=limits, timeout=120) as client:
        asked = (
            client.get(url, params={"query": f"SELECT (COUNT(*) AS ?n{number}) {{ ?s a ?t{number} }}"})
            for number in range(count)
        )
        return [got.status_code for got in await asyncio.gather(*asked)]


def test_parallel_queries_of_one_address_are_all_answered(folder: Path) -> None:
    with serving(folder, "--log", "off") as server:
        assert asyncio.run(answered(f"{server.url}/sparql", 40, 40)) == [200] * 40
        assert asyncio.run(answered(f"{server.url}/sparql", 30, 6)) == [200] * 30, "as of a page in a browser"
    with serving(folder, "--log", "off", "--rate", "2") as server:
        got = asyncio.run(answered(f"{server.url}/sparql", 60, 60))
        assert sorted(set(got)) == [200, 429], "what does not fit in ten seconds of the rate is refused"
        assert got.count(200) >= 40


def test_without_a_rate_as_many_are_answered_as_have_a_connection(folder: Path) -> None:
    with serving(folder, "--log", "off", "--rate", "0") as server:
        assert asyncio.run(answered(f"{server.url}/sparql", 240, 240)) == [200] * 240


class Clock:
    """A time that tests set, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_last_place_is_for_who_has_used_little() -> None:
    async def play() -> None:
        clock = Clock()
        scheduler = Scheduler(slots=2, max_waiting=4, wait_seconds=0.05, clock=clock)
        first = await scheduler.acquire("a")
        with pytest.raises(NotScheduledError):
            await scheduler.acquire("a")
        second = await scheduler.acquire("b")
        scheduler.release(second)
        clock.now = 10.0
        scheduler.release(first)
        assert scheduler.usage("a") == 10.0
        held = await scheduler.acquire("b")
        with pytest.raises(NotScheduledError):
            await scheduler.acquire("a")
        scheduler.release(held)
        clock.now = 400.0
        assert scheduler.usage("a") < 0.01
        held, also = await scheduler.acquire("b"), await scheduler.acquire("a")
        scheduler.release(also)
        scheduler.release(held)
        assert (scheduler.running, scheduler.waiting) == (0, 0)

    asyncio.run(play())


def test_who_has_used_least_is_next_and_who_has_most_waiting_gives_way() -> None:
    async def play() -> None:
        clock = Clock()
        scheduler = Scheduler(slots=1, max_waiting=3, wait_seconds=30, clock=clock)
        running = await scheduler.acquire("a")
        clock.now = 1.0
        waiting = {name: asyncio.create_task(scheduler.acquire(name[0])) for name in ("a1", "a2", "a3")}
        await asyncio.sleep(0)
        waiting["b1"] = asyncio.create_task(scheduler.acquire("b"))
        await asyncio.sleep(0)
        with pytest.raises(NotScheduledError):
            await waiting["a3"]
        scheduler.release(running)
        chosen = await waiting["b1"]
        scheduler.release(chosen)
        scheduler.release(await waiting["a1"])
        scheduler.release(await waiting["a2"])
        assert (scheduler.running, scheduler.waiting) == (0, 0)

    asyncio.run(play())


def test_a_query_of_a_shape_that_took_long_is_behind_others_whoever_asks_it() -> None:
    async def play() -> None:
        clock = Clock()
        scheduler = Scheduler(slots=2, max_waiting=10, wait_seconds=30, clock=clock)
        first = await scheduler.acquire("a", "heavy")
        clock.now = 9.0
        scheduler.release(first)
        running = await scheduler.acquire("b", "heavy")
        waiting = [asyncio.create_task(scheduler.acquire(str(number), "heavy")) for number in range(3)]
        await asyncio.sleep(0)
        assert (scheduler.running, scheduler.waiting) == (1, 3), "the last place is not for a query that will take long"
        other = await asyncio.wait_for(scheduler.acquire("other", "short"), 1)
        late = asyncio.create_task(scheduler.acquire("late", "short"))
        await asyncio.sleep(0)
        scheduler.release(running)
        scheduler.release(await asyncio.wait_for(late, 1))
        scheduler.release(other)
        assert [task.done() for task in waiting] == [False] * 3 or scheduler.running == 1
        for task in waiting:
            scheduler.release(await asyncio.wait_for(task, 1))
        assert (scheduler.running, scheduler.waiting) == (0, 0)

    asyncio.run(play())


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("SELECT ?a { ?a <urn:p> 'x' } # one", "SELECT  ?b\n{ ?b <urn:q> 'y\\'z' }", True),
        ("ASK { ?s ?p 12 }", "ASK { ?x ?y 3.5 }", True),
        ("ASK { ?s ?p 12 }", "ASK { ?s ?p 12 . ?s ?q 12 }", False),
        ("ASK { ?s a ex:A }", "ASK { ?s a ex:B }", False),
        ('ASK { ?s ?p "{ ?a ?b ?c" }', 'ASK { ?s ?p "" }', True),
    ],
)
def test_queries_that_differ_in_names_and_values_alone_have_one_shape(
    one: str,
    other: str,
    is_same: bool,  # noqa: FBT001
) -> None:
    assert (shape_of(one) == shape_of(other)) is is_same


def test_a_full_queue_takes_a_query_that_will_be_short_for_one_that_will_not() -> None:
    async def play() -> None:
        clock = Clock()
        scheduler = Scheduler(slots=1, max_waiting=1, wait_seconds=30, clock=clock)
        first = await scheduler.acquire("a", "heavy")
        clock.now = 9.0
        scheduler.release(first)
        running = await scheduler.acquire("b", "heavy")
        heavy = asyncio.create_task(scheduler.acquire("c", "heavy"))
        await asyncio.sleep(0)
        with pytest.raises(NotScheduledError):
            await scheduler.acquire("d", "heavy")
        short = asyncio.create_task(scheduler.acquire("e", "short"))
        with pytest.raises(NotScheduledError):
            await heavy
        scheduler.release(running)
        scheduler.release(await short)

    asyncio.run(play())


def test_a_query_of_who_has_used_much_is_ended_for_who_has_waited() -> None:
    async def play() -> None:
        clock = Clock()
        scheduler = Scheduler(slots=1, max_waiting=4, wait_seconds=30, clock=clock)
        running, ended = await scheduler.acquire("a"), []
        running.stop = lambda: ended.append("a")
        clock.now = 5.0
        query = await scheduler.acquire("b")
        assert (ended, running.is_stopped, running.is_running) == (["a"], True, False)
        scheduler.release(running)
        scheduler.release(query)
        assert scheduler.running == 0

    asyncio.run(play())


def test_an_answer_ends_a_request_that_goes_on(server: Running) -> None:
    for method, path in (("GET", "/about"), ("POST", "/about"), ("OPTIONS", "/sparql"), ("GET", "/sparql")):
        with socket.create_connection((server.host, server.port), timeout=60) as connection:
            connection.sendall(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n\r\n".encode())

            def drips(to: socket.socket = connection) -> bool:
                """Whether the server has had enough of it."""
                try:
                    to.sendall(b"x")
                except ConnectionError:
                    return True
                return False

            assert eventually(drips, 60), (method, path)


def test_addresses_are_counted_by_who_has_them() -> None:
    assert network_of("::ffff:192.0.2.7") == network_of("192.0.2.7") == "192.0.2.7"
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff%eth0") == "2001:db8::/48"
    assert network_of("2001:db8:0:1::1") == network_of("2001:db8::1")
    assert network_of("2001:db8:1::1") != network_of("2001:db8::1")
    assert network_of("a name") == "a name"


class Held:
    """A connection as `Connections` sees it."""

    def __init__(self, *, is_waited_for: bool = True) -> None:
        self.is_waited_for = is_waited_for
        self.is_dropped = False

    def drop(self) -> None:
        self.is_dropped = True


def test_four_addresses_do_not_keep_a_fifth_out() -> None:
    connections = Connections(ServerLimits(connections=8, connections_each=2))
    held = [Held(is_waited_for=bool(number % 2)) for number in range(8)]

    def add(client: str, one: Held) -> bool:
        return connections.add(client, cast("BoundedProtocol", one))

    assert all(add(str(number // 2), one) for number, one in enumerate(held))
    assert not add("0", Held()), "one address has as many as it may"
    connections.remove("0", cast("BoundedProtocol", Held()))
    assert add("5", Held())
    assert [number for number, one in enumerate(held) if one.is_dropped] == [1], "one that waits for its client"


QUERY = "/sparql?query=ASK%20%7B%7D"
LONG_AGO, IN_FUTURE = "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"


def test_conditions_of_queries(server: Running) -> None:
    etag = server.ask(QUERY).headers["ETag"]
    for headers, status in (
        ({"If_Modified_Since": IN_FUTURE}, 200),
        ({"If_Unmodified_Since": LONG_AGO}, 200),
        ({"If_None_Match": etag}, 304),
        ({"If_None_Match": f'"x", W/{etag}'}, 304),
        ({"If_None_Match": "*"}, 304),
        ({"If_None_Match": '"x"'}, 200),
        ({"If_None_Match": '"x"', "If_Modified_Since": IN_FUTURE}, 200),
        ({"If_Match": etag}, 200),
        ({"If_Match": "*"}, 200),
        ({"If_Match": '"x"'}, 412),
        ({"If_Match": f"W/{etag}"}, 412),
        ({"If_Match": '"x"', "If_None_Match": etag}, 412),
        ({"If_Match": etag, "If_None_Match": etag}, 304),
    ):
        got = server.ask(QUERY, **headers)
        assert (got.status, headers) == (status, headers)
        assert got.status != 304 or got.headers["ETag"] == etag


@pytest.mark.parametrize("headers", [{"If_None_Match": "*"}, {"If_Match": '"x"'}, {"If_Modified_Since": IN_FUTURE}])
def test_what_has_no_representation_has_no_condition(server: Running, headers: dict[str, str]) -> None:
    for path, status in (
        ("/sparql?query=nonsense", 400),
        ("/data?graph=http%3A%2F%2Fx%2F", 404),
        ("/none", 404),
        ("/search?q=a&page=999", 404),
        ("/-/none", 404),
    ):
        assert server.ask(path, **headers).status == status, path


def test_conditions_of_what_has_no_validator(server: Running) -> None:
    for path in ("/robots.txt", "/search?q=kaz", "/-/health", "/sparql"):
        assert server.ask(path, If_Modified_Since=IN_FUTURE).status == 200
        assert server.ask(path, If_None_Match='"x"').status == 200
        assert server.ask(path, If_None_Match="*").status == 304
        assert server.ask(path, If_Match='"x"').status == 412


def test_a_large_file_that_is_written_to_is_no_more_served(folder: Path, tmp_path: Path) -> None:
    site = tmp_path / "dist"
    shutil.copytree(folder, site)
    with serving(site, "--log", "off", "--workers", "1") as server:
        etag = server.ask("/large.ttl").headers["ETag"]
        with (site / "large.ttl").open("r+b") as file:
            file.write(b"# other bytes, as many")
        got = server.ask("/large.ttl")
        assert (got.status, got.headers["ETag"]) == (503, None)
        assert server.ask("/large.ttl", If_None_Match=etag).status in (304, 503)
        assert server.ask("/about").status == 200


def run(*arguments: str, seconds: float = 120) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([SCOGRAPH, "serve", *arguments], capture_output=True, check=False, timeout=seconds)


def test_a_large_file_that_is_another_is_told_at_the_start(folder: Path, tmp_path: Path) -> None:
    site = tmp_path / "dist"
    shutil.copytree(folder, site)
    with (site / "large.ttl").open("r+b") as file:
        file.write(b"# other bytes, as many")
    got = run(str(site), "--get", "/about")
    assert (got.returncode, b"large.ttl does not have the digest" in got.stderr) == (3, True), got.stderr


@pytest.mark.parametrize("path", ["about.html", "large.ttl", "manifest.json"])
def test_a_pipe_in_the_folder_is_told(folder: Path, tmp_path: Path, path: str) -> None:
    site = tmp_path / "dist"
    shutil.copytree(folder, site)
    (site / path).unlink()
    os.mkfifo(site / path)
    got = run(str(site), "--get", "/about", seconds=60)
    assert got.returncode in (2, 3)
    assert b"Traceback" not in got.stderr


def test_a_small_file_that_became_a_pipe_is_503(folder: Path, tmp_path: Path) -> None:
    site = tmp_path / "dist"
    shutil.copytree(folder, site)
    (site / "void.ttl").unlink()
    (site / "void.ttl").write_text("not what the manifest says", "utf-8")
    got = run(str(site), "--get", "/void.ttl")
    assert (got.returncode, b"Traceback" in got.stderr) == (3, False), got.stderr


def test_what_a_profile_chooses_says_so(server: Running) -> None:
    for path in ("/dataset", "/dataset?_profile=void"):
        assert "Accept-Profile" in server.ask(path).headers["Vary"]


def test_queries_are_503_when_the_server_is_stopped(folder: Path) -> None:
    with serving(folder, "--log", "off", "--workers", "1", "--timeout", "60") as server:
        found: list[int] = []
        asking = threading.Thread(target=lambda: found.append(server.query(SLOW).status))
        asking.start()
        assert eventually(lambda: '"busy": 1' in json.dumps(server.health()))
        assert server.stop() == 0
        asking.join()
        assert found == [503]


def test_a_project_that_is_stopped_while_it_is_built_leaves_nothing(tmp_path: Path) -> None:
    project, place = tmp_path / "project", tmp_path / "tmp"
    (project / "data").mkdir(parents=True)
    place.mkdir()
    triples = "".join(f"<https://example.org/{n}> <https://example.org/p> 'value {n}' .\n" for n in range(30_000))
    (project / "data" / "a.ttl").write_text(triples, "utf-8")
    process = subprocess.Popen(
        [SCOGRAPH, "serve", str(project), "-p", "0"], stderr=subprocess.PIPE, env={**os.environ, "TMPDIR": str(place)}
    )
    assert process.stderr
    with process.stderr as said:
        assert said.readline().startswith(b"building")
        assert eventually(lambda: bool(list(place.iterdir())))
        process.send_signal(signal.SIGTERM)
        rest = said.read()
    assert process.wait(timeout=60) == 143
    assert b"Traceback" not in rest
    assert list(place.iterdir()) == []


def test_a_client_that_closes_its_side_is_answered(server: Running) -> None:
    whole = "GET /about HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert raw(server, whole, half_closed=True).startswith(b"HTTP/1.1 200")
    assert raw(server, whole * 3, half_closed=True).count(b"HTTP/1.1 200") == 3
    got = raw(server, f"{POST}Content-Length: 6\r\n\r\nASK {{}}", half_closed=True)
    assert got.startswith(b"HTTP/1.1 200")
    assert raw(server, "GET /about HTTP/1.1\r\nHost: localh", half_closed=True) == b""


def test_a_query_of_a_client_that_is_gone_is_ended(server: Running) -> None:
    with socket.create_connection((server.host, server.port), timeout=60) as connection:
        connection.sendall(f"{POST}Content-Length: {len(SLOW)}\r\n\r\n{SLOW}".encode())
        assert eventually(lambda: '"busy": 1' in json.dumps(server.health()))
    assert eventually(lambda: '"busy": 0' in json.dumps(server.health()), 20)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which Linux has")
def test_a_log_that_is_full_ends_nothing(folder: Path) -> None:
    with serving(folder, "--log", "/dev/full", "--workers", "1") as server:
        assert server.ask("/about").status == 200
        server.hear("the log cannot be written")
        assert server.ask("/about").status == 200
        assert server.stop() == 0
        rest = server.process.stderr.read() if server.process.stderr else b""
        assert rest == b""


def ask_as(server: Running, host: str, path: str = QUERY, **headers: str) -> tuple[int, str | None, str]:
    got = server.ask_host(host, path, **headers)
    return got.status, got.headers["Access-Control-Allow-Origin"], got.text


def test_a_preview_is_for_this_machine_only(server: Running) -> None:
    for host in ("localhost", "127.0.0.1:8000", "[::1]:1", "LOCALHOST"):
        assert ask_as(server, host)[:2] == (200, None)
    for host in ("evil.example", "localhost.evil.example", "192.0.2.1", "127.0.0.1.evil.example:8000"):
        for path in (QUERY, "/about", "/-/metrics", "/sparql"):
            status, allowed, text = ask_as(server, host, path)
            assert (status, allowed) == (421, None), (host, path)
            assert "--base-url or --public" in text
    got = server.ask(QUERY, Origin="https://evil.example")
    assert got.headers["Access-Control-Allow-Origin"] is None
    assert got.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    asked = server.ask("/sparql", "OPTIONS", Origin="https://evil.example", Access_Control_Request_Method="POST")
    assert [name for name in asked.headers if name.lower().startswith("access-control-")] == []


def test_a_response_in_memory_is_for_the_host_and_the_version_that_it_was_made_for(server: Running) -> None:
    old = "GET /about.html HTTP/1.0\r\n\r\n"
    for _ in range(2):
        assert raw(server, old).startswith(b"HTTP/1.1 200 ")
        assert ask_as(server, "localhost", "/about.html")[:2] == (200, None)
        assert ask_as(server, "evil.example", "/about.html")[0] == 421
        for wrong in ("", "Host: localhost\r\nHost: evil.example\r\n", "Host:\r\n", "Host: evil.example\r\n"):
            got = raw(server, f"GET /about.html HTTP/1.1\r\n{wrong}Connection: close\r\n\r\n")
            assert got.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 421 ")), wrong


def test_a_response_in_memory_is_for_the_conditions_that_it_was_made_for(server: Running, folder: Path) -> None:
    whole = (folder / "about.html").read_bytes()
    first = server.ask("/about.html")
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    cases: list[tuple[int, bytes, dict[str, str]]] = [
        (200, whole, {}),
        (304, b"", {"If_None_Match": etag}),
        (304, b"", {"If_Modified_Since": modified}),
        (200, whole, {"If_None_Match": '"another"'}),
        (206, whole[:5], {"Range": "bytes=0-4"}),
        (206, whole[:7], {"Range": "bytes=0-6"}),
        (200, whole, {"Range": "bytes=0-4", "If_Range": '"another"'}),
        (206, whole[:5], {"Range": "bytes=0-4", "If_Range": etag}),
    ]
    for _ in range(3):
        for status, body, headers in cases:
            got = server.ask("/about.html", **headers)
            assert (got.status, got.body, got.headers["ETag"]) == (status, body, etag), headers
            assert got.headers["Content-Length"] == (str(len(body)) if status != 304 else None)
            assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert server.ask("/about.html", If_Match='"another"').status == 412
        assert server.ask("/about.html", "POST", b"").status == 405
        assert server.ask("/about.html", "OPTIONS").status == 204
        head = server.ask("/about.html", "HEAD")
        assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(whole)))


def test_a_configured_name_is_answered_to(folder: Path) -> None:
    options = ("--log", "off", "--workers", "1", "--base-url", "https://data.example.org/")
    with serving(folder, *options) as server:
        assert ask_as(server, "data.example.org", "/about")[:2] == (200, None)
        assert ask_as(server, "evil.example", "/about")[0] == 421


def test_in_public_everybody_reads_and_the_host_is_not_believed(folder: Path) -> None:
    relative = "/sparql?query=SELECT%20%28%3Cx%3E%20AS%20%3Fx%29%20%7B%7D"
    with serving(folder, "--log", "off", "--workers", "1", "--public") as server:
        for path in (relative, "/sparql", "/search?q=kaz"):
            got = server.ask_host("evil.example", path, Accept="application/json, text/turtle")
            assert (got.status, got.headers["Access-Control-Allow-Origin"]) == (200, "*")
            assert "Host" in got.headers["Vary"]
            assert "evil.example" in got.text
    known = ("--public", "--base-url", "https://data.example.org")
    with serving(folder, "--log", "off", "--workers", "1", *known) as server:
        for path in (relative, "/sparql", "/search?q=kaz"):
            for accept in ("text/html", "application/json, text/turtle"):
                got = server.ask_host("evil.example", path, Accept=accept)
                assert got.status == 200
                assert "evil.example" not in got.text
        assert "https://data.example.org/sparql" in server.ask_host("evil.example", "/sparql", Accept="text/html").text


@pytest.mark.parametrize(
    ("address", "says"), [("data.example.org", "is not a URL"), ("https://example.org/graph/", "has a path")]
)
def test_a_wrong_base_url_is_told(folder: Path, address: str, says: str) -> None:
    got = run(str(folder), "--base-url", address)
    assert (got.returncode, says in got.stderr.decode()) == (2, True)


TARGETS = {
    "GET /about HTTP/1.1\r\nHost: localhost": 200,
    "GET http://localhost/about HTTP/1.1\r\nHost: another.example": 200,
    "GET http://localhost/about HTTP/1.0": 200,
    "GET http://another.example/about HTTP/1.1\r\nHost: localhost": 421,
    "GET HTTPS://another.example:99/?x HTTP/1.1\r\nHost: localhost": 421,
    "GET http://me:secret@localhost/ HTTP/1.1\r\nHost: localhost": 400,
    "GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\nHost: another.example": 400,
    "GET ftp://localhost/ HTTP/1.1\r\nHost: localhost": 400,
    "GET * HTTP/1.1\r\nHost: localhost": 400,
    "OPTIONS * HTTP/1.1\r\nHost: localhost": 204,
    "GET / HTTP/2.0\r\nHost: localhost": 505,
    "GET / HTTP/0.9\r\nHost: localhost": 505,
    "POST /sparql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked": 501,
    "POST /sparql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: identity, chunked": 501,
    "POST /sparql HTTP/1.1\r\nHost: localhost\r\nUpgrade: x\r\nTransfer-Encoding: gzip, chunked": 501,
}


@pytest.mark.parametrize("request_head", TARGETS)
def test_what_a_head_asks_for_is_a_path_or_an_address_of_this_server(server: Running, request_head: str) -> None:
    connection = "Upgrade" if "Upgrade" in request_head else "close"
    got = raw(server, f"{request_head}\r\nConnection: {connection}\r\n\r\n", half_closed=True)
    assert int(got[9:12]) == TARGETS[request_head], got


def test_a_client_that_speaks_http_2_is_told_in_http_2_that_this_server_does_not(server: Running) -> None:
    """RFC 9113: SETTINGS (clause 3.4), then GOAWAY (clause 6.8) with HTTP_1_1_REQUIRED (clause 7)."""
    preface, settings = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\0\0\0\4\0\0\0\0\0"
    got = b""
    with socket.create_connection((server.host, server.port), timeout=60) as connection:
        connection.sendall(preface + settings)
        while piece := connection.recv(1 << 16):
            got += piece
    said = b"This server speaks HTTP/1.1"
    goaway = b"\0\0%c\7\0\0\0\0\0" % (8 + len(said)) + b"\0\0\0\0" + b"\0\0\0\x0d" + said
    assert got == settings + goaway


def test_requests_that_wait_for_their_turn_are_not_parsed_before(server: Running) -> None:
    """One connection, thousands of requests at once: the answers are all there, and nothing grows with the requests."""
    one, count = b"GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n", 40_000
    before = most = resident(server.process.pid)
    with socket.create_connection((server.host, server.port), timeout=60) as connection:
        last = one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        sending = threading.Thread(target=connection.sendall, args=(one * count + last,), daemon=True)
        sending.start()
        answered, tail = 0, b""
        while piece := connection.recv(1 << 16):
            answered += (tail + piece).count(b"HTTP/1.1 404")
            tail = piece[-11:]
            most = max(most, resident(server.process.pid))
        sending.join()
    assert answered == count + 1
    assert most - before < 16 << 10, "KiB"


def test_bodies_of_requests_that_wait_are_whole(server: Running) -> None:
    query = "ASK {} #" + "x" * 30_000
    post = f"{POST}Content-Length: {len(query)}\r\n\r\n{query}"
    chunked = f"{POST}Transfer-Encoding: chunked\r\n\r\n" + f"{len(query):x}\r\n{query}\r\n0\r\n\r\n"
    upgrade = post.replace("\r\n\r\n", "\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", 1)
    got = raw(
        server, (post + chunked + upgrade) * 4 + "GET /about HTTP/1.1\r\nHost: localhost\r\n\r\n", half_closed=True
    )
    assert (got.count(b'"boolean":true'), got.count(b"HTTP/1.1 200 OK")) == (12, 13)


@pytest.mark.parametrize(
    ("date", "status"),
    [
        ("Fri, 01 Jan 2999 00:00:00 GMT", 304),
        ("Friday, 01-Jan-60 00:00:00 GMT", 304),
        ("Tue Jan  1 00:00:00 2999", 304),
        ("Fri, 01 Jan 2999 00:00:00 -0000", 200),
        ("Fri, 01 Jan 2999 00:00:00 +0100", 200),
        ("Fri, 01 Jan 2999 00:00:00 GMT, Fri, 01 Jan 2999 00:00:00 GMT", 200),
        ("2999-01-01", 200),
        ("Fri, 99 Jan 2999 00:00:00 GMT", 200),
    ],
)
def test_only_a_date_of_http_is_a_condition(server: Running, date: str, status: int) -> None:
    assert server.ask("/about", If_Modified_Since=date).status == status


@pytest.mark.parametrize("path", ["large.ttl", "id/state/kaz.ttl", "manifest.json", "SHA256SUMS", "id/state", "id"])
def test_what_lies_behind_a_link_is_not_served(folder: Path, tmp_path: Path, path: str) -> None:
    """The same bytes, of the same digest: what is checked is where they are."""
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    shutil.copytree(folder, site)
    shutil.copytree(folder, elsewhere)
    linked = site / path
    if linked.is_dir():
        shutil.rmtree(linked)
    else:
        linked.unlink()
    linked.symlink_to(elsewhere / linked.relative_to(site))
    with pytest.raises(InputError, match=r"links are not followed|a link, which is not followed"):
        read_folder(site).hold()


def test_the_log_commands_no_ci(folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serving(folder, "--log", str(log), "--proxy", "127.0.0.1") as server:
        hostile = {"User_Agent": "##[error]", "X_Forwarded_For": "##vso[task.x]"}
        server.ask("/%23%23vso%5Btask%5D", **hostile)  # what is no address is nobody's: the proxy is the client
        assert eventually(lambda: bool(log.read_text("utf-8")))
    line = log.read_text("utf-8")
    assert "##vso[" not in line
    assert "##[" not in line
    said = json.loads(line)
    assert (said["path"], said["client"], said["agent"]) == ("/# #vso[task]", "127.0.0.1", "# #[error]")
