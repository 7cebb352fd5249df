"""Per-client rate limits, and the limits of requests and results."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

MAX_CLIENTS = 10_000
"""Clients that are counted; beyond it the longest silent ones are forgotten."""
BURST_SECONDS = 10
"""A client may send as many queries at once as its rate allows in so many seconds."""


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """The limits of a server. Zero means none, unless stated otherwise.

    Args:
        seconds: How long a query may take.
        rows: How many rows or triples a result may have.
        result_bytes: How many bytes a result may have, at least 1.
        memory: Bytes that a worker may take beyond what it has when it starts.
        workers: Processes that run queries, at least 1; of two or more the last is not for everybody (`scheduler`).
        rate: Queries a second that one address may ask in the long run; ten times as many at once.
        query_bytes: How long a query may be, at least 1.
        body_bytes: How long the body of a request may be, at least 1.
        bodies_bytes: How many bytes of bodies one address may have here at once, read or still coming.
        header_bytes: How long the head of a request may be, at least 1.
        waiting: Queries that may wait for a worker, over all addresses.
        wait_seconds: How long one waits for a worker, and before that for the rate of its address.
        connections: Connections at once, over all addresses.
        connections_each: Connections at once of one address.
        slow_seconds: How long a client may take for the head of a request, for its body, and for reading a piece.
    """

    seconds: float = 30.0
    rows: int = 100_000
    result_bytes: int = 64 << 20
    memory: int = 1 << 30
    workers: int = 2
    rate: float = 20.0
    query_bytes: int = 64 << 10
    body_bytes: int = 256 << 10
    bodies_bytes: int = 4 << 20
    header_bytes: int = 32 << 10
    waiting: int = 2000
    wait_seconds: float = 10.0
    connections: int = 1000
    connections_each: int = 250
    slow_seconds: float = 10.0


@dataclass(slots=True)
class _ClientUse:
    tokens: float
    seen: float
    running: int = field(default=0)
    held: int = field(default=0)


class TooManyQueriesError(Exception):
    """An address has asked so much that it has to wait longer than queries wait here.

    Args:
        seconds: After how many seconds it may try again.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class RateLimiter:
    """A token bucket for each client, and how many of its queries run.

    Args:
        limits: The limits.
        clock: Seconds, from any moment on, that never go back.
    """

    def __init__(self, limits: ServerLimits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._clients: OrderedDict[str, _ClientUse] = OrderedDict()

    def __len__(self) -> int:
        return len(self._clients)

    def begin_query(self, address: str) -> float:
        """A query begins.

        Args:
            address: The client's address.

        Returns:
            The seconds that it has to wait before it runs, mostly 0. It has to be ended.

        Raises:
            TooManyQueriesError: The client has asked too much. Nothing has to be ended.
        """
        self.refuse_heavy(address)
        client = self._client(address)
        wait = self._wait(client)
        client.tokens -= 1
        client.running += 1
        return wait

    def refuse_heavy(self, address: str) -> None:
        """Refuse an address that has to wait longer than queries wait here.

        Args:
            address: The client's address.

        Raises:
            TooManyQueriesError: It has to.
        """
        wait = self._wait(self._client(address))
        if wait > self._limits.wait_seconds:
            raise TooManyQueriesError(wait)

    def _wait(self, client: _ClientUse) -> float:
        """Seconds until a client has a token that is not taken already."""
        return max(0.0, (1 - client.tokens) / self._limits.rate) if self._limits.rate else 0.0

    def hold_body(self, address: str, size: int) -> bool:
        """Whether an address may send a body of a size besides those that it has here; then it has to be released."""
        client = self._client(address)
        if client.held + size > self._limits.bodies_bytes:
            return False
        client.held += size
        return True

    def release_body(self, address: str, size: int) -> None:
        """A body is no longer here."""
        client = self._client(address)
        client.held = max(0, client.held - size)

    def charge(self, address: str, seconds: float, count: int = 1) -> None:
        """Something was asked that ran no query.

        Args:
            address: The client's address.
            seconds: The time it took, which counts as that of a worker does.
            count: For how many queries it counts besides.
        """
        client = self._client(address)
        self._take(client, count + seconds * self._limits.rate / 2)

    def end_query(self, address: str, seconds: float) -> None:
        """A query ended; the time it took counts as well: each second of a worker as half a second's rate."""
        client = self._client(address)
        client.running -= 1
        self._take(client, seconds * self._limits.rate / 2)

    def _take(self, client: _ClientUse, tokens: float) -> None:
        client.tokens = max(client.tokens - tokens, -60 * self._limits.rate)

    def _client(self, address: str) -> _ClientUse:
        now = self._clock()
        key = network_of(address)
        full = BURST_SECONDS * self._limits.rate
        client = self._clients.get(key)
        if client is None:
            while len(self._clients) >= MAX_CLIENTS:
                self._forget()
            client = self._clients[key] = _ClientUse(full, now)
        self._clients.move_to_end(key)
        client.tokens = min(full, client.tokens + (now - client.seen) * self._limits.rate)
        client.seen = now
        return client

    def _forget(self) -> None:
        """Forget one address, the longest silent of those that have nothing running."""
        key = next(
            (key for key, client in self._clients.items() if not client.running and not client.held),
            next(iter(self._clients)),
        )
        del self._clients[key]


def network_of(address: str) -> str:
    """Whom an address stands for.

    Args:
        address: An IPv4 or IPv6 address; anything else stands for itself.

    Returns:
        An IPv4 address as it is, also where it is written as an IPv6 one; of others the first 48 bits, the most that a
        site is usually given (RFC 6177): whoever has these has all that begin so, and any number of prefixes in them.

    Example:
        >>> network_of("::ffff:192.0.2.7"), network_of("2001:db8:1:2::7")
        ('192.0.2.7', '2001:db8:1::/48')
    """
    address = unmapped(address)
    if ":" not in address:
        return address
    try:
        found = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 48), strict=False))


def unmapped(address: str) -> str:
    """An address, as an IPv4 address where it is one written as IPv6 (RFC 4291, clause 2.5.5.2).

    Args:
        address: An IPv4 or IPv6 address; anything else stands for itself.

    Returns:
        The address.

    Example:
        >>> unmapped("::ffff:192.0.2.7"), unmapped("2001:db8::7")
        ('192.0.2.7', '2001:db8::7')
    """
    if not address.startswith("::"):
        return address
    try:
        found = ipaddress.IPv6Address(address.partition("%")[0]).ipv4_mapped
    except ValueError:
        return address
    return address if found is None else str(found)
