"""HTTP on the wire, by uvicorn and httptools, with the bounds that they leave to others.

Those are the head of a request in bytes and seconds, and connections in number.
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from typing import Any, ClassVar

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from scograph.server.limits import Limits

_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain\r\n"
    b"content-length: 35\r\nconnection: close\r\n\r\nThe head of the request is too long"
)
_LATE = (
    b"HTTP/1.1 408 Request Timeout\r\ncontent-type: text/plain\r\n"
    b"content-length: 37\r\nconnection: close\r\n\r\nThe head of the request came too late"
)
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\nretry-after: 5\r\n"
    b"content-length: 33\r\nconnection: close\r\n\r\nToo many connections are open here"
)


class Connections:
    """How many connections are open, in all and of each address."""

    def __init__(self) -> None:
        self.each: Counter[str] = Counter()

    @property
    def total(self) -> int:
        """All."""
        return self.each.total()


class Bounded(HttpToolsProtocol):
    """HTTP/1.1 with bounds.

    Args:
        config: What uvicorn hands over.
        server_state: The same.
        app_state: The same.
        _loop: The same.
    """

    limits: ClassVar[Limits]
    counted: ClassVar[Connections]

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._head = 0
        self._named = 0
        self._is_refused = False
        self._is_in_head = True
        self._timer: asyncio.TimerHandle | None = None
        self._address = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection begins; it is refused where there are too many."""
        super().connection_made(transport)
        limits, each = self.limits, self.counted.each
        self._address = self.client[0] if self.client else ""
        each[self._address] += 1
        if each.total() > limits.connections > 0 or each[self._address] > limits.connections_each > 0:
            self._refuse(_FULL)
            return
        raw = transport.get_extra_info("socket")
        if raw is not None and hasattr(socket, "TCP_USER_TIMEOUT"):  # what nobody reads is given up
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(limits.slow_seconds * 3000))
        self._timer = self.loop.call_later(limits.slow_seconds, self._late)

    def connection_lost(self, exc: Exception | None) -> None:
        """A connection ended."""
        each = self.counted.each
        each[self._address] -= 1
        if each[self._address] <= 0:
            del each[self._address]
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came; those of a head are counted."""
        if self.transport.is_closing():
            return
        if self._is_in_head:
            self._head += len(data)
            if self._timer is None:
                self._timer = self.loop.call_later(self.limits.slow_seconds, self._late)
        super().data_received(data)
        if self._is_in_head and self._head > self.limits.header_bytes:
            self._refuse(_TOO_LARGE)

    def on_message_begin(self) -> None:
        """A head begins."""
        self._is_in_head = True
        self._named = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A part of the address."""
        self._named += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        self._named += len(name) + len(value)
        super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        if not self._is_refused:
            super().on_body(body)

    def on_headers_complete(self) -> None:
        """A head is whole."""
        self._stop()
        self._is_in_head = False
        self._head = 0
        if self._named > self.limits.header_bytes:
            self._refuse(_TOO_LARGE)
        else:
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A request is whole; what comes next is the head of another."""
        if not self._is_refused:
            super().on_message_complete()
        self._is_in_head = True

    def _late(self) -> None:
        self._timer = None
        if self._is_in_head and (self.cycle is None or self.cycle.response_complete):
            self._refuse(_LATE)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, answer: bytes) -> None:
        self._stop()
        self._is_refused = True
        if not self.transport.is_closing():
            self.transport.write(answer)
            self.transport.close()


def bounded(limits: Limits, connections: Connections) -> type[Bounded]:
    """The protocol of one server.

    Args:
        limits: The limits.
        connections: Where connections are counted.

    Returns:
        A protocol for uvicorn's `http` setting.
    """
    return type("BoundedBySettings", (Bounded,), {"limits": limits, "counted": connections})
