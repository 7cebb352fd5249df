"""What a stranger may ask of this server, and how often."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_CLIENTS = 10_000
"""So many addresses are kept in mind; then those that were not heard of for longest are forgotten."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a server. Zero means none, where nothing else is said.

    Args:
        seconds: How long a query may take.
        rows: How many rows or triples a result may have.
        result_bytes: How many bytes a result may have, at least 1.
        memory: Bytes that a worker may take beyond what it has when it starts.
        workers: Processes that run queries, at least 1.
        rate: Queries a second that one address may ask in the long run; ten times as many at once.
        at_once: Queries that one address may have running or waiting.
        query_bytes: How long a query may be, at least 1.
        body_bytes: How long the body of a request may be, at least 1.
        header_bytes: How long the head of a request may be, at least 1.
        waiting: Queries that may wait for a worker, over all addresses.
        wait_seconds: How long one waits.
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
    at_once: int = 5
    query_bytes: int = 64 << 10
    body_bytes: int = 1 << 20
    header_bytes: int = 32 << 10
    waiting: int = 64
    wait_seconds: float = 5.0
    connections: int = 1000
    connections_each: int = 250
    slow_seconds: float = 10.0


@dataclass(slots=True)
class _Client:
    tokens: float
    seen: float
    running: int = field(default=0)


class Rates:
    """How much each address asks: a bucket that fills with time, and how many of its queries run.

    Args:
        limits: The limits.
        clock: Seconds, from any moment on, that never go back.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._clients: OrderedDict[str, _Client] = OrderedDict()

    def __len__(self) -> int:
        return len(self._clients)

    def begin(self, address: str) -> float:
        """A query begins.

        Args:
            address: Who asks.

        Returns:
            0 if it may; else the seconds after which to try again. Only one that may has to be ended.
        """
        client = self._client(address)
        if self._limits.at_once and client.running >= self._limits.at_once:
            return 1.0
        if self._limits.rate and client.tokens < 1:
            return max(1.0, (1 - client.tokens) / self._limits.rate)
        client.tokens -= 1
        client.running += 1
        return 0.0

    def end(self, address: str, seconds: float) -> None:
        """A query ended; the time it took counts as well: each second of a worker as half a second's rate."""
        client = self._client(address)
        client.running -= 1
        client.tokens = max(client.tokens - seconds * self._limits.rate / 2, -60 * self._limits.rate)

    def _client(self, address: str) -> _Client:
        now = self._clock()
        key = _network(address)
        full = 10 * self._limits.rate
        client = self._clients.get(key)
        if client is None:
            while len(self._clients) >= MOST_CLIENTS:
                self._forget()
            client = self._clients[key] = _Client(full, now)
        self._clients.move_to_end(key)
        client.tokens = min(full, client.tokens + (now - client.seen) * self._limits.rate)
        client.seen = now
        return client

    def _forget(self) -> None:
        """Forget one address, the longest silent of those that have nothing running."""
        key = next((key for key, client in self._clients.items() if not client.running), next(iter(self._clients)))
        del self._clients[key]


def _network(address: str) -> str:
    """Whom an address stands for: in IPv6 whoever has the first 64 bits has them all."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address
