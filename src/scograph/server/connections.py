"""HTTP/1.1 connections by uvicorn and httptools, with limits that these lack.

They bound the head of a request in bytes and seconds, trailers, what comes after the answer, the bytes of a connection
that are parsed in one turn of the event loop, and connections in number. Of a connection one request at a time is
parsed: a pipelined one is parsed when the answer before it is written, and when it is the turn of its client.
"""

from __future__ import annotations

import asyncio
import enum
import re
import socket
from contextlib import suppress
from typing import Any, ClassVar

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from scograph.server.limits import ServerLimits, network_of, unmapped

HALF_CLOSED_SECONDS = 2.0
"""Seconds that a client which has closed its side is still sent its answer: it may wait for it, or be gone."""
VERSIONS = ("1.0", "1.1")
TURN_BYTES = 16 << 10
"""Bytes that are read from one connection in one turn of the event loop; the others wait in the system."""
READ_BYTES = 1 << 10
"""Bytes that are parsed at once, but for a body of known length."""
REQUESTS_AT_ONCE = 16
"""Requests that begin in one turn of the event loop, over all connections."""
ACCEPT_QUEUE = 1 << 14
"""Connections that wait in the system until they are accepted, or the most that it allows: where its queue is full, new
ones are dropped, and whoever opens one tries again after a second, then after three."""
ACCEPTED_AT_ONCE, REFUSED_AT_ONCE = 64, 256
"""Connections that are accepted, and refused, in one turn of the event loop."""
MAX_UNREAD_BYTES = 1 << 20
"""Bytes that a client may go on sending after its answer: they are thrown away; beyond it the connection is cut."""


def _closing(status: str, text: str, more: str = "") -> bytes:
    """An answer after which the connection is closed."""
    return (
        f"HTTP/1.1 {status}\r\ncontent-type: text/plain\r\n{more}"
        f"content-length: {len(text)}\r\nconnection: close\r\n\r\n{text}"
    ).encode("ascii")


def _frame(kind: int, payload: bytes) -> bytes:
    """A frame of HTTP/2 for the whole connection, without flags (RFC 9113, clause 4.1)."""
    return b"%b%c\0\0\0\0\0%b" % (len(payload).to_bytes(3, "big"), kind, payload)


_SPEAKS = "This server speaks HTTP/1.1"
_SETTINGS, _GOAWAY, _HTTP_1_1_REQUIRED = 4, 7, 13
_NO_HTTP_2 = _frame(_SETTINGS, b"") + _frame(
    _GOAWAY, bytes(4) + _HTTP_1_1_REQUIRED.to_bytes(4, "big") + _SPEAKS.encode("ascii")
)
"""The end of a connection in the words of HTTP/2 (RFC 9113, clauses 6.8 and 7), whose clients understand no others."""
_TOO_LARGE = _closing(
    "431 Request Header Fields Too Large", "The header section of the request, or its trailer, is too long"
)
_INVALID = _closing("400 Bad Request", "Invalid HTTP request received.")
_LATE = _closing("408 Request Timeout", "The header section of the request came too late")
_FULL = _closing("503 Service Unavailable", "Too many connections are open", "retry-after: 5\r\n")
_NO_TARGET = _closing("400 Bad Request", "The request target is neither a path nor a URL of this server")
_OTHER_VERSION = _closing("505 HTTP Version Not Supported", _SPEAKS)
_HTTP_2_PREFACE = b"PRI * HTTP/2.0\r\n"
"""The beginning of what a client sends that takes a server for one of HTTP/2 (RFC 9113, clause 3.4)."""
_CODED = _closing("501 Not Implemented", "`chunked` is the only transfer coding that this server supports")
_NO_TUNNEL = _closing("501 Not Implemented", "This server is not a proxy")


_ABSOLUTE = re.compile(rb"https?://([^/?#]*)", re.IGNORECASE)
_TRANSFER_CODING, _CONTENT_LENGTH = b"transfer-encoding", b"content-length"
MAX_LENGTH_DIGITS = 15
_END = b"\r\n\r\n"
"""The end of a head, and of a chunked body."""


class Stage(enum.Enum):
    """How far the end of a connection has come."""

    OPEN = "requests are read and answered"
    LAST = "the client has closed its side; what it asked is answered"
    LEAVING = "the last answer is written and this side is closed; what still comes is thrown away"
    OVER = "the connection is closed"


class Turns:
    """Whose request is parsed next: a bounded number in one turn of the event loop, and of the clients in a circle."""

    def __init__(self) -> None:
        self._ready: dict[str, dict[BoundedProtocol, None]] = {}
        self._begun = 0
        """Requests that have begun in this turn of the event loop."""
        self._is_due = False

    def add(self, client: str, connection: BoundedProtocol) -> None:
        """Have a connection read on when it is its turn, which may be at once.

        Args:
            client: Whose it is, as `network_of` says.
            connection: The connection.
        """
        if self._ready or self._begun >= REQUESTS_AT_ONCE:
            self._ready.setdefault(client, {})[connection] = None
        else:
            self._begun += 1
            connection.read_on()
        self._see_to_next(connection.loop)

    def remove(self, client: str, connection: BoundedProtocol) -> None:
        """A connection wants no turn any more."""
        own = self._ready.get(client, {})
        own.pop(connection, None)
        if not own:
            self._ready.pop(client, None)

    def _see_to_next(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._is_due:
            self._is_due = True
            loop.call_soon(self._next, loop)

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        self._is_due = False
        self._begun = 0
        while self._ready and self._begun < REQUESTS_AT_ONCE:
            self._begun += 1
            client, own = next(iter(self._ready.items()))
            connection = next(iter(own))
            del self._ready[client], own[connection]
            if own:
                self._ready[client] = own
            connection.read_on()
        if self._begun:
            self._see_to_next(loop)


class Connections:
    """The open connections of each client; where there is no room, the client that holds most gives one up.

    Where no client holds more than a hundredth, the connection that is open longest is given up: else some hundred
    clients would keep all others out.

    Args:
        limits: How many there may be, in all and of one client.
    """

    def __init__(self, limits: ServerLimits) -> None:
        self._limits = limits
        self._clients: dict[str, dict[BoundedProtocol, None]] = {}
        self._all: dict[BoundedProtocol, None] = {}
        """All of them, the longest open first."""

    def add(self, client: str, connection: BoundedProtocol) -> bool:
        """Count a new connection, whether it may stay or not.

        Args:
            client: Whose it is, as `network_of` says.
            connection: The connection.

        Returns:
            Whether there is room for it.
        """
        has_room, is_full = self.has_room(client), self._is_full
        self._clients.setdefault(client, {})[connection] = self._all[connection] = None
        if has_room and is_full:
            most = max(self._clients.values(), key=len)
            if len(most) <= self._few:
                next(iter(self._all)).drop()
            else:
                next((one for one in most if one.is_waited_for), next(iter(most))).drop()
        return has_room

    def has_room(self, client: str) -> bool:
        """Whether one more connection of a client may stay, if need be in the place of another.

        Args:
            client: Whose it is, as `network_of` says.

        Returns:
            Whether there is room for it.
        """
        own = len(self._clients.get(client, ()))
        if 0 < self._limits.connections_each <= own:
            return False
        if not self._is_full:
            return True
        most = max(own + 1, *map(len, self._clients.values()))
        return most <= self._few or most > own + 1

    @property
    def _is_full(self) -> bool:
        return 0 < self._limits.connections <= len(self._all)

    @property
    def _few(self) -> int:
        """Connections of one client that are not many."""
        return max(1, self._limits.connections // 100)

    def remove(self, client: str, connection: BoundedProtocol) -> None:
        """A connection ended."""
        own = self._clients.get(client, {})
        if own.pop(connection, self) is None:
            del self._all[connection]
        if not own:
            self._clients.pop(client, None)


class ListeningSocket(socket.socket):
    """A listening socket that refuses a connection for which there is no room before the event loop knows of it.

    The system hands connections over in the order in which they came: others wait behind a client that opens them as
    fast as it can, so each that is refused has to cost little.

    Args:
        family: The family of its addresses.
        connections: The open connections.
    """

    def __init__(self, family: socket.AddressFamily, connections: Connections) -> None:
        # With the protocol named, for asyncio sends small answers at once only where it is.
        super().__init__(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._connections = connections

    def listen(self, backlog: int = 0, /) -> None:
        """Listen, with a queue in the system that does not depend on how many are accepted in a turn."""
        super().listen(max(backlog, ACCEPT_QUEUE))

    def accept(self) -> tuple[socket.socket, Any]:
        """Accept the next connection for which there is room.

        Returns:
            A socket, and the address of the client.

        Raises:
            BlockingIOError: There is none, or so many were refused that it is the turn of others.
        """
        for _ in range(REFUSED_AT_ONCE):
            connection, address = super().accept()
            if self._connections.has_room(network_of(address[0])):
                return connection, address
            with connection, suppress(OSError):
                connection.setblocking(False)  # noqa: FBT003 -- the library's signature
                connection.send(_FULL)
        raise BlockingIOError


class BoundedProtocol(HttpToolsProtocol, asyncio.BufferedProtocol):
    """HTTP/1.1 with bounds.

    Args:
        config: As for uvicorn's protocol.
        server_state: The same.
        app_state: The same.
        _loop: The same.
    """

    limits: ClassVar[ServerLimits]
    counted: ClassVar[Connections]
    turns: ClassVar[Turns]
    buffer: ClassVar[bytearray]
    """Where the system puts what came: each connection takes it from there before the next is read."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._unparsed = 0
        """Bytes that came since the parser last reported a head, or a piece of a body."""
        self._named = 0
        """Bytes of the address, the headers and the trailers of a request."""
        self._stage = Stage.OPEN
        self._is_in_head = True
        self._is_upgrade = False
        self._is_coded = False
        """Whether its body is in a transfer coding that is not undone here."""
        self._timer: asyncio.TimerHandle | None = None
        self._client = ""
        self._body_left = 0
        """Bytes of a body of known length that have not come yet."""
        self._held = b""
        """Bytes that wait for an answer to be written, or for their turn; reading is paused meanwhile."""
        self._is_queued = False
        """Whether it waits for its turn."""
        self._tail = b""
        """The last three bytes that were parsed: the end of a head may have come in two pieces."""

    @property
    def is_idle(self) -> bool:
        """Whether nobody waits for an answer here: no request came yet, or the last was answered."""
        return self.cycle is None or self.cycle.response_complete

    @property
    def is_waited_for(self) -> bool:
        """Whether it is the client's turn to send."""
        return not self._held and (self.is_idle or self.cycle.more_body)

    @property
    def _is_read(self) -> bool:
        """Whether what comes is still read as requests."""
        return self._stage in (Stage.OPEN, Stage.LAST) and not self.transport.is_closing()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection begins; it is refused where there are too many."""
        super().connection_made(transport)
        if self.client:  # an IPv4 client of an IPv6 socket is the same to the log and to `--proxy`
            self.client = (unmapped(self.client[0]), self.client[1])
        self._client = network_of(self.client[0] if self.client else "")
        if not self.counted.add(self._client, self):
            self._refuse(_FULL, is_unread=False)
            return
        seconds = self.limits.slow_seconds
        raw = transport.get_extra_info("socket")
        if raw is not None and hasattr(socket, "TCP_USER_TIMEOUT"):  # what nobody reads is given up
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 3000))
        self._timer = self.loop.call_later(seconds, self._late)

    def connection_lost(self, exc: Exception | None) -> None:
        """A connection ended."""
        self._stage = Stage.OVER
        self.counted.remove(self._client, self)
        self.turns.remove(self._client, self)
        self._held = b""
        self._stop()
        super().connection_lost(exc)

    def eof_received(self) -> bool | None:  # type: ignore[override]
        """The client has closed its side: what it asked is answered, if that does not take long; then this side is."""
        if self._stage is not Stage.OPEN or self.is_waited_for:
            return None
        self._stage = Stage.LAST
        if not self._held:
            self.cycle.keep_alive = False
        self._stop()
        self._timer = self.loop.call_later(HALF_CLOSED_SECONDS, self.drop)
        return True

    def get_buffer(self, sizehint: int) -> bytearray:  # noqa: ARG002 -- asyncio's signature
        """Where what comes next is put; it bounds what is read and parsed in one turn."""
        return self.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Bytes came into the buffer."""
        self.data_received(bytes(memoryview(self.buffer)[:nbytes]))

    def data_received(self, data: bytes) -> None:
        """Bytes came; those that are no body are counted."""
        if self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        if self._stage is Stage.LEAVING:
            self._unparsed += len(data)
            if self._unparsed > MAX_UNREAD_BYTES:
                self.drop()
        elif self._held:
            self._held += data
            self.flow.pause_reading()
        elif self.is_waited_for and not self.is_idle:  # the rest of a body
            self._read(data)
        else:
            self._hold(data)

    def _hold(self, data: bytes) -> None:
        """Keep what came until the answer to the request before it is written, and it is the turn of the client."""
        self._held = data
        if self.is_idle and not self._is_queued:
            self._is_queued = True
            self.turns.add(self._client, self)
        if self._held:
            self.flow.pause_reading()

    def read_on(self) -> None:
        """It is the turn of this connection: parse a request of what came."""
        self._is_queued = False
        data, self._held = self._held, b""
        if data and self._is_read:
            self.flow.resume_reading()
            self._read(data)

    def _read(self, data: bytes) -> None:
        """Parse what came, up to where a request has to wait for the answer to another; the rest is held."""
        if self._is_in_head and self._timer is None:
            self._timer = self.loop.call_later(self.limits.slow_seconds, self._late)
        start = 0
        while start < len(data):
            if not (self.is_idle or self.cycle.more_body):
                self._hold(data[start:])
                return
            piece = self._piece(data, start)
            start += len(piece)
            self._unparsed += len(piece)
            self._parse(piece)
            if self._unparsed > self.limits.header_bytes:
                self._refuse(_TOO_LARGE)
            if not self._is_read:
                return
        if self._stage is Stage.LAST and not self.is_idle:
            self.cycle.keep_alive = False

    def _piece(self, data: bytes, start: int) -> bytes:
        """What is parsed next: at most up to the end of a request."""
        if self._body_left:
            piece = data[start : start + self._body_left]
        else:
            piece = data[start : start + READ_BYTES]
            place = (self._tail + piece).find(_END)
            if place >= 0 and not piece.startswith(_HTTP_2_PREFACE):
                piece = piece[: place + len(_END) - len(self._tail)]
        self._tail = (self._tail + piece)[-3:] if len(piece) < len(_END) else piece[-3:]
        return piece

    def _parse(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if self._is_upgrade:
                self._parse_without_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self._refuse(_NO_HTTP_2 if data.startswith(_HTTP_2_PREFACE) else _INVALID)

    def _parse_without_upgrade(self, rest: bytes) -> None:
        """Read a request as if it asked for no other protocol: its body is as long as it says (RFC 9110, clause 7.8).

        The parser takes what follows such a head for the other protocol, so the head is given once more to a new one.
        """
        self._is_upgrade = False
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        line = b"%s %s HTTP/%s\r\n" % (self.scope["method"].encode(), self.url, self.scope["http_version"].encode())
        kept = [b"%s: %s\r\n" % (name, value) for name, value in self.headers if name != b"upgrade"]
        self._parse(b"".join((line, *kept, b"\r\n", rest)))

    def on_message_begin(self) -> None:
        """A head begins."""
        self._is_in_head = True
        self._is_coded = False
        self._body_left = 0
        self._named = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A part of the address."""
        self._named += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; or a trailer, which is counted and says nothing (RFC 9110, clause 6.5.1)."""
        self._named += len(name) + len(value)
        if self._is_in_head:
            super().on_header(name, value)
            if len(name) == len(_CONTENT_LENGTH) and name.lower() == _CONTENT_LENGTH:
                self._body_left = int(value) if value.isdigit() and len(value) <= MAX_LENGTH_DIGITS else 0
            elif len(name) == len(_TRANSFER_CODING) and name.lower() == _TRANSFER_CODING:
                self._is_coded = self._is_coded or value.strip().lower() != b"chunked"
        elif self._named > self.limits.header_bytes:
            self._refuse(_TOO_LARGE)
        elif name.lower() == b"connection":  # the parser minds it, and reads no further request
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._unparsed = 0
        self._body_left = max(0, self._body_left - len(body))
        if self._is_read:
            super().on_body(body)

    def on_headers_complete(self) -> None:
        """A head is whole."""
        self._stop()
        self._unparsed = 0
        if self._named > self.limits.header_bytes:
            self._is_in_head = False
            self._refuse(_TOO_LARGE)
        elif self.parser.should_upgrade():
            method = self.parser.get_method()
            if method == b"CONNECT":
                self._refuse(_NO_TUNNEL)
            self.scope["method"] = method.decode("ascii")
            self.scope["http_version"] = self.parser.get_http_version()
            self._is_upgrade = self._is_read
        else:
            fault = self._fault()
            self._is_in_head = False
            if fault:
                self._refuse(fault)
            if self._is_read:
                super().on_headers_complete()

    def _fault(self) -> bytes | None:
        """Why a head is not answered, as an answer; the host that an address in it names is taken for its Host.

        A path is asked for, or an address, whose host then counts and not the header (RFC 9112, clause 3.2.2), or `*`
        with OPTIONS. The version is one of HTTP/1 (clause 2.3), the transfer coding is chunked (clause 6.1).
        """
        if self.parser.get_http_version() not in VERSIONS:
            return _OTHER_VERSION
        if self._is_coded:
            return _CODED
        if self.url.startswith(b"/") or (self.url == b"*" and self.parser.get_method() == b"OPTIONS"):
            return None
        match = _ABSOLUTE.match(self.url)
        hosts = [header for header in self.headers if header[0] == b"host"]
        if match is None or len(hosts) > 1:
            return _NO_TARGET
        self.headers[:] = [(b"host", match[1]), *(header for header in self.headers if header[0] != b"host")]
        return None

    def on_message_complete(self) -> None:
        """A request is whole; what comes next is the head of another."""
        if self._is_upgrade:
            return
        self._unparsed = self._body_left = 0
        if self._is_read:
            super().on_message_complete()
        self._is_in_head = True

    def on_response_complete(self) -> None:
        """An answer is out; where its request has not come to its end, the connection does."""
        is_whole = self._is_in_head or bool(self.pipeline)
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if not is_whole:
            self._unset_keepalive_if_required()
            self._end()
        elif self.pipeline:
            self.flow.pause_reading()
        elif self._held:
            self._unset_keepalive_if_required()
            self._hold(self._held)

    def drop(self) -> None:
        """Close the connection at once."""
        self._stop()
        self._stage = Stage.OVER
        self.transport.abort()

    def _end(self) -> None:
        """Close this side, and the connection when the client has seen that, so that it can read its answer."""
        self._stop()
        self._held = b""
        self._unparsed = 0
        if self._stage is Stage.LAST:  # the client sends nothing more
            self._stage = Stage.OVER
            self.transport.close()
            return
        self._stage = Stage.LEAVING
        self.transport.write_eof()
        self._timer = self.loop.call_later(self.limits.slow_seconds, self.drop)

    def _late(self) -> None:
        self._timer = None
        if self._is_in_head and self.is_idle and not self._is_queued:
            self._refuse(_LATE, is_unread=False)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, answer: bytes, *, is_unread: bool = True) -> None:
        """Answer that something is not answered, and close the connection.

        Args:
            answer: The answer.
            is_unread: Whether the client may still be sending: then it is read on for a while, since what is not read
                when a connection is closed has the client lose the answer (RFC 9112, clause 9.6).
        """
        if not self._is_read:
            return
        self._stop()
        answers = self.is_idle or not (self.pipeline or self.cycle.response_started)
        if answers:
            self.transport.write(answer)  # else it would stand in the middle of another
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if answers and is_unread:
            self.flow.resume_reading()
            self._end()
        else:
            self._stage = Stage.OVER
            self.transport.close()


def bounded_protocol(limits: ServerLimits) -> type[BoundedProtocol]:
    """The protocol of one server.

    Args:
        limits: The limits.

    Returns:
        A protocol for uvicorn's `http` setting.
    """
    return type(
        "BoundedBySettings",
        (BoundedProtocol,),
        {"limits": limits, "counted": Connections(limits), "turns": Turns(), "buffer": bytearray(TURN_BYTES)},
    )
