"""The connection by itself, on a transport of the test: what is parsed in one turn, and what is refused (RFC 9112)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
import uvicorn
from uvicorn.server import ServerState

from scograph.server.connections import (
    MAX_UNREAD_BYTES,
    READ_BYTES,
    REFUSED_AT_ONCE,
    REQUESTS_AT_ONCE,
    TURN_BYTES,
    BoundedProtocol,
    Connections,
    ListeningSocket,
    Turns,
    bounded_protocol,
)
from scograph.server.limits import ServerLimits

HEAD = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\n"


class Transport(asyncio.Transport):
    """Keeps what is written to it."""

    def __init__(self, peer: str = "127.0.0.1") -> None:
        super().__init__({"peername": (peer, 1), "sockname": ("127.0.0.1", 2)})
        self.written = bytearray()
        self.is_over = self.has_eof = self.is_paused = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def write_eof(self) -> None:
        self.has_eof = True

    def is_closing(self) -> bool:
        return self.is_over

    def close(self) -> None:
        self.is_over = True

    def abort(self) -> None:
        self.is_over = True

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    def status(self) -> int:
        return int(self.written.split(b" ", 2)[1]) if self.written else 0


@asynccontextmanager
async def connected(
    limits: ServerLimits | None = None,
) -> AsyncIterator[tuple[BoundedProtocol, Transport, list[bytes]]]:
    """A connection, its transport, and the bodies that reached the application."""
    bodies: list[bytes] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401, ARG001 -- ASGI's signature
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        bodies.append(body)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    protocol = bounded_protocol(limits or ServerLimits())
    config = uvicorn.Config(app, http=protocol, ws="none", lifespan="off", log_config=None, access_log=False)
    config.load()
    connection = protocol(config, ServerState(), {}, asyncio.get_running_loop())
    transport = Transport()
    connection.connection_made(transport)
    try:
        yield connection, transport, bodies
    finally:
        connection.connection_lost(None)
        await asyncio.sleep(0)


def fed(connection: BoundedProtocol, data: bytes) -> int:
    """Give bytes as a selector does, a turn for each buffer, and say how many turns it took."""
    turns = 0
    while data:
        buffer = connection.get_buffer(-1)
        size = min(len(buffer), len(data))
        buffer[:size] = data[:size]
        connection.buffer_updated(size)
        data, turns = data[size:], turns + 1
    return turns


async def settled(holds: Callable[[], bool]) -> None:
    for _ in range(100):
        if holds():
            return
        await asyncio.sleep(0)
    pytest.fail("nothing came of it")


def test_a_turn_reads_a_bounded_number_of_bytes() -> None:
    async def play() -> None:
        async with connected() as (connection, transport, bodies):
            body = bytes(range(256)) * 800
            turns = fed(connection, HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            assert turns == -(-(len(body) + 63) // TURN_BYTES)
            await settled(lambda: bool(bodies))
            assert bodies == [body]
            assert transport.status() == 200

    asyncio.run(play())


def test_a_body_of_known_length_is_parsed_in_one_piece_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    parse = BoundedProtocol._parse  # noqa: SLF001 -- its calls are counted
    monkeypatch.setattr(BoundedProtocol, "_parse", lambda self, data: (sizes.append(len(data)), parse(self, data))[1])

    async def play() -> None:
        async with connected() as (connection, _, bodies):
            fed(connection, HEAD + b"Content-Length: 100000\r\n\r\n")
            sizes.clear()
            fed(connection, b"x" * 100_000)
            assert len(sizes) == -(-100_000 // TURN_BYTES)
            await settled(lambda: bool(bodies))

    asyncio.run(play())


def test_chunks_are_parsed_in_small_pieces_and_what_follows_a_body_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    parse = BoundedProtocol._parse  # noqa: SLF001 -- its calls are counted
    monkeypatch.setattr(BoundedProtocol, "_parse", lambda self, data: (sizes.append(len(data)), parse(self, data))[1])

    async def play() -> None:
        async with connected() as (connection, transport, bodies):
            chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 5000 + b"0\r\n\r\n"
            fed(connection, chunked)
            assert max(sizes) == READ_BYTES
            await settled(lambda: bodies == [b"x" * 5000])
            fed(connection, (HEAD + b"Content-Length: 2000\r\n\r\n" + b"y" * 2000) * 5)
            await settled(lambda: len(bodies) == 6)
            assert set(bodies[1:]) == {b"y" * 2000}
            assert transport.written.count(b"HTTP/1.1 200") == 6

    asyncio.run(play())


def test_a_length_that_is_not_true_of_the_head_bounds_nothing_but_pieces() -> None:
    async def play() -> None:
        async with connected(ServerLimits(header_bytes=4096)) as (connection, transport, bodies):
            fed(connection, HEAD + b"Content-Length: 999999\r\n" + b"X: y\r\n" * 2000)
            assert (transport.status(), bodies) == (431, [])

    asyncio.run(play())


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost localhost\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET http://a/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        (HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n", 501),
        (HEAD + b"X-Long: " + b"a" * 40_000, 431),
    ],
)
def test_a_refusal_is_answered_and_what_comes_after_it_is_thrown_away(head: bytes, status: int) -> None:
    async def play() -> None:
        async with connected() as (connection, transport, bodies):
            fed(connection, head)
            assert transport.status() == status
            assert transport.has_eof
            assert not transport.is_over  # the client is read on, so that it can read the answer
            fed(connection, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100)
            assert (transport.written.count(b"HTTP/1.1 "), bodies) == (1, [])
            assert not transport.is_over
            fed(connection, b"x" * MAX_UNREAD_BYTES)
            assert transport.is_over

    asyncio.run(play())


def test_the_host_of_an_address_counts_and_not_the_header() -> None:
    async def play() -> None:
        async with connected() as (connection, transport, bodies):
            fed(connection, b"GET http://example.org/a HTTP/1.1\r\nHost: other\r\n\r\n")
            assert (b"host", b"example.org") in connection.headers
            assert (b"host", b"other") not in connection.headers
            await settled(lambda: bool(bodies))
            assert transport.status() == 200

    asyncio.run(play())


def test_a_connection_beyond_the_number_of_one_client_is_refused() -> None:
    limits = ServerLimits(connections_each=1)

    async def play() -> None:
        protocol = bounded_protocol(limits)
        config = uvicorn.Config(lambda: None, http=protocol, ws="none", lifespan="off", log_config=None)
        config.load()
        connections = [protocol(config, ServerState(), {}, asyncio.get_running_loop()) for _ in range(2)]
        transports = [Transport(), Transport()]
        for connection, transport in zip(connections, transports, strict=True):
            connection.connection_made(transport)
        assert [transport.status() for transport in transports] == [0, 503]
        assert transports[1].is_over
        for connection in connections:
            connection.connection_lost(None)

    asyncio.run(play())


def opened(protocol: type[BoundedProtocol], peers: list[str]) -> list[tuple[BoundedProtocol, Transport]]:
    """A connection of each peer, one after another; those that are closed meanwhile are lost."""
    config = uvicorn.Config(lambda: None, http=protocol, ws="none", lifespan="off", log_config=None)
    config.load()
    made: list[tuple[BoundedProtocol, Transport]] = []
    for peer in peers:
        made.append((protocol(config, ServerState(), {}, asyncio.get_running_loop()), Transport(peer)))
        made[-1][0].connection_made(made[-1][1])
        for connection, transport in made:
            if transport.is_over:
                connection.connection_lost(None)
    return made


def test_connections_without_room_are_refused_before_the_event_loop_knows_of_them() -> None:
    connections = Connections(ServerLimits(connections_each=2))
    for _ in range(2):
        assert connections.add("127.0.0.1", cast("BoundedProtocol", object()))
    with ListeningSocket(socket.AF_INET, connections) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.setblocking(False)  # noqa: FBT003 -- the library's signature
        address = listening.getsockname()
        with pytest.raises(BlockingIOError):
            listening.accept()
        clients = [socket.create_connection(address, timeout=10) for _ in range(REFUSED_AT_ONCE)]
        clients.append(socket.create_connection(address, timeout=10, source_address=("127.0.0.2", 0)))
        with pytest.raises(BlockingIOError):  # so many were refused that it is the turn of others
            listening.accept()
        accepted, (client, _) = listening.accept()
        with accepted:
            assert client == "127.0.0.2"
        for refused in clients[:-1]:
            assert refused.recv(1 << 10).startswith(b"HTTP/1.1 503 ")
            assert refused.recv(1) == b""
        for one in clients:
            one.close()


def test_a_site_with_many_prefixes_gives_up_a_connection_for_others_and_takes_none_of_theirs() -> None:
    async def play() -> None:
        protocol = bounded_protocol(ServerLimits(connections=6))
        peers = ["192.0.2.7", "192.0.2.7", *(f"2001:db8:1:{number}::1" for number in range(4))]
        peers += ["2001:db8:1:9::1", "192.0.2.8", "2001:db8:2::1", "2001:db8:1:8::1"]
        made = opened(protocol, peers)
        refused = [peer for peer, (_, one) in zip(peers, made, strict=True) if one.status() == 503]
        dropped = [peer for peer, (_, one) in zip(peers, made, strict=True) if one.is_over and not one.status()]
        assert refused == ["2001:db8:1:9::1", "2001:db8:1:8::1"]
        assert dropped == ["2001:db8:1:0::1", "2001:db8:1:1::1"]
        for connection, _ in made:
            connection.connection_lost(None)
        assert not protocol.counted._clients  # noqa: SLF001 -- nothing is left of what ended
        assert not protocol.counted._all  # noqa: SLF001

    asyncio.run(play())


def test_many_clients_with_few_connections_each_keep_nobody_out() -> None:
    async def play() -> None:
        peers = [f"192.0.2.{number}" for number in range(8)]
        made = opened(bounded_protocol(ServerLimits(connections=6)), peers)
        assert [one.is_over for _, one in made] == [True] * 2 + [False] * 6, "the longest open gave way"
        for connection, _ in made:
            connection.connection_lost(None)

    asyncio.run(play())


def test_of_pipelined_requests_the_next_is_parsed_when_the_answer_before_it_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[int] = []
    complete = BoundedProtocol.on_headers_complete

    def counted(self: BoundedProtocol) -> None:
        begun.append(self.transport.written.count(b"HTTP/1.1 200"))  # type: ignore[attr-defined]  # the test's transport
        complete(self)

    monkeypatch.setattr(BoundedProtocol, "on_headers_complete", counted)

    async def play() -> None:
        async with connected() as (connection, transport, bodies):
            fed(connection, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20)
            assert begun == [0]
            assert transport.is_paused
            assert not connection.pipeline
            await settled(lambda: len(bodies) == 20)
            assert begun == list(range(20)), "each when as many answers were written"

    asyncio.run(play())


@pytest.mark.parametrize("size", [1, 2, 3, 5, 37, 1000])
def test_the_end_of_a_request_is_found_wherever_it_is_cut(size: int) -> None:
    requests = (
        b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"
        + HEAD
        + b"Content-Length: 4\r\n\r\nbody"
        + HEAD
        + b"Transfer-Encoding: chunked\r\n\r\n6\r\n\r\n\r\n x\r\n0\r\n\r\n"
    ) * 3

    async def play() -> None:
        async with connected() as (connection, transport, bodies):
            for start in range(0, len(requests), size):
                connection.data_received(requests[start : start + size])
                assert not connection.pipeline
                await asyncio.sleep(0)
            await settled(lambda: len(bodies) == 9)
            assert bodies == [b"", b"body", b"\r\n\r\n x"] * 3
            assert transport.written.count(b"HTTP/1.1 200") == 9

    asyncio.run(play())


def test_requests_begin_in_turns_of_the_clients_a_bounded_number_at_once() -> None:
    begun: list[str] = []

    class One:
        def __init__(self, client: str) -> None:
            self.client = client
            self.loop = asyncio.get_running_loop()

        def read_on(self) -> None:
            begun.append(self.client)

    async def play() -> None:
        turns = Turns()
        held = [One("many") for _ in range(3 * REQUESTS_AT_ONCE)]
        for one in held:
            turns.add(one.client, cast("BoundedProtocol", one))
        turns.add("few", cast("BoundedProtocol", One("few")))
        turns.remove("many", cast("BoundedProtocol", held[-1]))
        assert begun == ["many"] * REQUESTS_AT_ONCE
        await asyncio.sleep(0)
        assert len(begun) == 2 * REQUESTS_AT_ONCE
        assert begun.index("few") == REQUESTS_AT_ONCE + 1, "it has its turn next"
        await settled(lambda: len(begun) == 3 * REQUESTS_AT_ONCE)

    asyncio.run(play())


@pytest.mark.parametrize(
    ("peer", "client"),
    [("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8::7", "2001:db8::7"), ("192.0.2.7", "192.0.2.7")],
)
def test_an_ipv4_client_of_an_ipv6_socket_has_its_own_address_for_the_log_and_for_proxies(
    peer: str, client: str
) -> None:
    async def play() -> None:
        protocol = bounded_protocol(ServerLimits())
        config = uvicorn.Config(lambda: None, http=protocol, ws="none", lifespan="off", log_config=None)
        config.load()
        connection = protocol(config, ServerState(), {}, asyncio.get_running_loop())
        connection.connection_made(Transport(peer))
        fed(connection, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.scope["client"] == (client, 1)
        connection.connection_lost(None)

    asyncio.run(play())
