"""Limits of one HTTP exchange: total time, bytes of the response as sent and as decompressed, no private addresses.

A client's own limits of time are for each read and write, and a byte that comes before each of them keeps it waiting
for ever; a few compressed bytes become any number of bytes in one step. (RFC 9110, 8.4; RFC 1950 to 1952.)
"""

from __future__ import annotations

import ipaddress
import math
import socket
import threading
import zlib
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx2

from scograph.bounds import EXPANSION, Bound
from scograph.errors import StoreError
from scograph.stores.addresses import LOOPBACK

ACCEPTED = "gzip, deflate"
"""The content codings that are asked for: those that can be undone piece by piece."""
PIECE = 1 << 18
MAX_EXPANSION_FROM = 16 << 20
"""Bytes up to which the ratio of expansion does not matter."""
MIN_SPEED = 1000
"""Bytes a second that an answer has on average, once its time is over."""

_CONNECTING = "connection.connect_tcp.started"
_UNDER_WAY = ("connection.connect_tcp.complete", "connection.start_tls.complete", "proxy.start_tls.complete")


class AnswerBoundError(StoreError):
    """An answer is beyond a bound.

    Args:
        where: What was asked.
        what: What of the answer is too much, in words.
        bound: The bound.
    """

    def __init__(self, where: str, what: str, bound: Bound) -> None:
        message = f"{where}: {what}: more than {bound.limit:,} {bound.unit} (bound: {bound.name})"
        super().__init__(message, hint=bound.hint)


class SlowAnswerError(StoreError):
    """An exchange takes longer than it may."""


class PrivateAddressError(StoreError):
    """An address of this machine or its network, where only public ones may be asked."""


class Exchange:
    """Watches the exchanges of a client, one after the other.

    Args:
        is_guarded: Whether an exchange with a private address is refused once one with a public address was made.
        is_public_only: Whether each exchange with a private address is refused.
        proxies: The hosts of proxies: one of them may have a private address.
    """

    def __init__(
        self, *, is_guarded: bool = False, is_public_only: bool = False, proxies: Collection[str] = ()
    ) -> None:
        self._sockets: list[socket.socket] = []
        self._is_guarded = is_guarded or is_public_only
        self._has_been_public = is_public_only
        self._proxies = proxies
        self._is_to_proxy = False

    @property
    def extensions(self) -> dict[str, Any]:
        """What a request is sent with, so that its connection is known."""
        return {"trace": self._seen}

    def _seen(self, event: str, info: Mapping[str, Any]) -> None:
        if event == _CONNECTING:
            self._is_to_proxy = info["host"] in self._proxies
        if event not in _UNDER_WAY:
            return
        found = info["return_value"].get_extra_info("socket")
        if found is not None:
            self.add(found)

    def add(self, connection: socket.socket) -> None:
        """Watch a connection too.

        Raises:
            PrivateAddressError: It is to a private address, after one to a public one, and the exchange is guarded.
        """
        self._sockets = [one for one in self._sockets if one.fileno() != -1]
        self._sockets.append(connection)
        if self._is_guarded and not self._is_to_proxy:
            self._refuse_private(connection)

    def _refuse_private(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError, IndexError):
            peer = connection.getpeername()[0]
            if is_public(peer):
                self._has_been_public = True
            elif self._has_been_public:
                connection.close()
                raise PrivateAddressError(f"{peer}: a public site leads to this private address: no request is sent")

    @contextmanager
    def within(self, seconds: float, where: str) -> Iterator[Clock]:
        """End an exchange that takes too long.

        Args:
            seconds: How long it may take, from now and from each start of the clock.
            where: What is asked, for people.

        Yields:
            The clock.

        Raises:
            SlowAnswerError: It took longer.
        """
        clock = Clock(seconds)
        watching = threading.Thread(target=clock.watch, args=(self._cut,), daemon=True)
        watching.start()
        try:
            yield clock
        except Exception as error:
            if clock.is_over:
                raise _slow(where, seconds) from error
            raise
        finally:
            clock.end()
            watching.join()
        if clock.is_over:
            raise _slow(where, seconds)

    def _cut(self) -> None:
        for one in self._sockets:
            with suppress(OSError):
                socket.socket.shutdown(one, socket.SHUT_RDWR)  # not that of TLS, which another thread reads


class Clock:
    """How long an exchange may still take.

    Args:
        seconds: How long, from each start.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.is_over = False
        self._until = monotonic() + seconds
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin the time anew."""
        self._until = monotonic() + self.seconds

    def stop(self) -> None:
        """Let it stand: who reads the answer is at work on what came."""
        self._until = math.inf

    def end(self) -> None:
        """End the watch."""
        self._ended.set()

    def watch(self, cut: Callable[[], None]) -> None:
        """Wait for the end of the time, and then cut the connection, unless the watch ends before."""
        while not self._ended.wait(min(max(0.0, self._until - monotonic()), self.seconds)):
            if monotonic() >= self._until:
                self.is_over = True
                cut()
                return


def _slow(where: str, seconds: float) -> SlowAnswerError:
    return SlowAnswerError(
        f"{where}: no complete answer within {round(seconds, 1):g} seconds",
        hint="it may still be working: wait, or raise --timeout if the command has it, and run the command again",
    )


def is_public(host: str) -> bool:
    """Whether an IP address is one of the public internet.

    Args:
        host: The address, without brackets.

    Returns:
        Not for loopback, link-local, private and reserved ones, also inside IPv6.

    Raises:
        ValueError: It is no IP address.

    >>> is_public("192.0.43.8"), is_public("169.254.169.254"), is_public("::ffff:127.0.0.1")
    (True, False, False)
    """
    address = ipaddress.ip_address(host.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address.sixtofour or address
    return address.is_global and not address.is_multicast


def is_private_name(host: str) -> bool:
    """Whether a host is private by its name alone: of others the connection tells.

    >>> is_private_name("localhost"), is_private_name("10.0.0.1"), is_private_name("example.org")
    (True, True, False)
    """
    with suppress(ValueError):
        return not is_public(host)
    return host.rstrip(".").lower() in LOOPBACK


def without_userinfo(url: str) -> str:
    """An address for people, without the name and password that it may have.

    >>> without_userinfo("http://me:secret@example.org/x")
    'http://example.org/x'
    """
    try:
        parts = urlsplit(url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if "@" in parts.netloc else url
    except ValueError:
        return url.rpartition("@")[2]


def body_of(response: httpx2.Response, bound: Bound, where: str, clock: Clock | None = None) -> Iterator[bytes]:
    """The body of an answer, its content coding undone.

    Args:
        response: The answer, its body not read yet.
        bound: How much of it there may be, in MiB.
        where: What was asked, for people.
        clock: Runs while the answer is waited for.

    Returns:
        The body in pieces.

    Raises:
        AnswerBoundError: It is larger, or its compressed bytes become too many.
        SlowAnswerError: It comes too slowly.
        StoreError: It is damaged, or in a coding that was not asked for.
    """
    waited = 0.0
    unpacked = Unpacked(response, where)
    pieces = response.iter_raw()
    while True:
        begun = monotonic()
        if clock is not None:
            clock.start()
        raw = next(pieces, None)
        if clock is not None:
            clock.stop()
        if raw is None:
            return
        waited += monotonic() - begun
        for piece in unpacked.add(raw):
            if unpacked.total > bound.limit << 20:
                raise AnswerBoundError(where, "the answer", bound)
            yield piece
        if clock is not None and unpacked.came < MIN_SPEED * (waited - clock.seconds):
            raise SlowAnswerError(
                f"{where}: the answer comes slower than {MIN_SPEED:,} bytes a second", hint="ask for less, or later"
            )


class Unpacked:
    """The body of an answer, its content coding undone piece by piece.

    Args:
        response: The answer, its body not read yet.
        where: What was asked, for people.

    Raises:
        StoreError: It is in a coding that was not asked for.
    """

    def __init__(self, response: httpx2.Response, where: str) -> None:
        self._decode = _decoder(response, where)
        self._where = where
        self.came = 0
        """Bytes that came."""
        self.total = 0
        """Bytes that they became."""

    def add(self, raw: bytes) -> Iterator[bytes]:
        """Undo the coding of bytes that came.

        Args:
            raw: The bytes.

        Yields:
            What they become, in pieces of no more than `PIECE` bytes where they are compressed.

        Raises:
            AnswerBoundError: They become too many.
            StoreError: They are damaged.
        """
        self.came += len(raw)
        for piece in self._decode(raw):
            self.total += len(piece)
            if self.total > MAX_EXPANSION_FROM and self.total > EXPANSION.limit * self.came:
                raise AnswerBoundError(self._where, "the compressed answer is too large when expanded", EXPANSION)
            yield piece


class Beginning(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """The beginning of a body: a client that reads an answer of its own accord reads no more than this.

    Args:
        stream: The whole body.
        most: How many bytes of it are read.
    """

    def __init__(self, stream: httpx2.SyncByteStream | httpx2.AsyncByteStream, most: int) -> None:
        self._stream = stream
        self._most = most

    def __iter__(self) -> Iterator[bytes]:
        """The pieces, read as they are asked for."""
        left = self._most
        if isinstance(self._stream, httpx2.SyncByteStream):
            for piece in self._stream:
                yield piece[:left]
                left -= len(piece)
                if left <= 0:
                    return

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The same, for a client that waits beside others."""
        left = self._most
        if isinstance(self._stream, httpx2.AsyncByteStream):
            async for piece in self._stream:
                yield piece[:left]
                left -= len(piece)
                if left <= 0:
                    return

    def close(self) -> None:
        """Read no more."""
        if isinstance(self._stream, httpx2.SyncByteStream):
            self._stream.close()

    async def aclose(self) -> None:
        """The same, for a client that waits beside others."""
        if isinstance(self._stream, httpx2.AsyncByteStream):
            await self._stream.aclose()


def _decoder(response: httpx2.Response, where: str) -> Callable[[bytes], Iterator[bytes]]:
    codings = response.headers.get("content-encoding", "").lower().replace(" ", "").split(",")
    codings = [coding for coding in codings if coding not in ("", "identity")]
    if not codings:
        return lambda raw: iter((raw,))
    if len(codings) > 1 or codings[0] not in ("gzip", "x-gzip", "deflate"):
        raise StoreError(
            f"{where}: the answer is compressed as {', '.join(codings)}, which the request did not accept",
            hint=f"the server must honour Accept-Encoding: {ACCEPTED}",
        )
    undo: list[Any] = []

    def decode(raw: bytes) -> Iterator[bytes]:
        try:
            if not undo and raw:  # some send what RFC 1951 describes as `deflate`, without the frame of RFC 1950
                is_framed = codings[0] != "deflate" or raw[0] & 0x0F == zlib.DEFLATED
                undo.append(zlib.decompressobj(zlib.MAX_WBITS | 32 if is_framed else -zlib.MAX_WBITS))
            while raw and not undo[0].eof:
                yield undo[0].decompress(raw, PIECE)
                raw = undo[0].unconsumed_tail
        except zlib.error as error:
            raise StoreError(
                f"{where}: the compressed answer is damaged: {error}", hint="run the command again"
            ) from error

    return decode
