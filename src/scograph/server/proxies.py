"""Proxies that are trusted, and the client that they name (X-Forwarded-For, X-Forwarded-Proto)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache

from scograph.errors import UsageError
from scograph.server.limits import unmapped
from scograph.server.request import Receive, Scope, Send

MAX_FORWARDED = 2000
"""Characters of X-Forwarded-For that are read, the last: what is nearest to this server stands there."""
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NODE = re.compile(
    r'"?(?:\[([0-9A-Fa-f:.%]+)\]|([0-9A-Fa-f:]*:[0-9A-Fa-f:.%]*:[0-9A-Fa-f:.%]*)|([\d.]+))(?::\d{1,5})?"?'
)
"""A node with an address (RFC 7239, clause 6), and the IPv6 address without brackets that many proxies write."""


class TrustedProxies:
    """The networks of trusted proxies.

    Args:
        text: Addresses and networks, with commas between.

    Raises:
        UsageError: One is neither.

    Example:
        >>> TrustedProxies("127.0.0.1, 10.0.0.0/8").client("10.1.2.3", "198.51.100.9, 192.0.2.7, 10.9.9.9")
        '192.0.2.7'
    """

    def __init__(self, text: str) -> None:
        self._networks = tuple(_network(part.strip()) for part in text.split(","))
        self._is_trusted = lru_cache(maxsize=4096)(self._finds)

    def client(self, peer: str, forwarded: str) -> str:
        """Whose request it is.

        Args:
            peer: The address that it came from.
            forwarded: X-Forwarded-For; several joined with commas.

        Returns:
            The last address that is none of a trusted proxy, if a trusted proxy names it. What is no address was made
            up, or is hidden: then the proxy that names it counts itself, and nothing before it is read.
        """
        client = unmapped(peer)
        if not self._is_trusted(client):
            return client
        for node in reversed(forwarded[-MAX_FORWARDED:].split(",")):
            address = address_of(node.strip())
            if not address:
                return client
            client = address
            if not self._is_trusted(client):
                return client
        return client

    def trusts(self, peer: str) -> bool:
        """Whether an address is one of a trusted proxy."""
        return self._is_trusted(unmapped(peer))

    def _finds(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._networks)


def _network(text: str) -> _Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise UsageError(
            f"--proxy {text!r} is neither an IP address nor a network: {error}",
            hint="such as 127.0.0.1 or 10.0.0.0/8; separate several with commas",
        ) from error


def address_of(node: str) -> str:
    """The address of a node as a proxy writes it.

    Args:
        node: An IPv4 address or an IPv6 address in brackets, each with a port or without, also quoted (RFC 7239,
            clause 6); or an IPv6 address alone.

    Returns:
        The address; nothing for `unknown`, `_hidden` and all else.

    Example:
        >>> address_of('"[2001:db8::7]:4711"'), address_of("192.0.2.7:80"), address_of("unknown")
        ('2001:db8::7', '192.0.2.7', '')
    """
    match = _NODE.fullmatch(node)
    if match is None:
        return ""
    try:
        return unmapped(str(ipaddress.ip_address(match[1] or match[2] or match[3])))
    except ValueError:
        return ""


class ForwardedClients:
    """An ASGI application whose clients and schemes are those that trusted proxies name.

    Args:
        app: The application.
        proxies: The proxies.
    """

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]], proxies: TrustedProxies) -> None:
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        peer = scope.get("client")
        if peer and self._proxies.trusts(peer[0]):
            forwarded = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
            if forwarded:
                scope["client"] = (self._proxies.client(peer[0], b",".join(forwarded).decode("latin-1")), 0)
            scheme = next((value for name, value in scope["headers"] if name == b"x-forwarded-proto"), b"").strip()
            if scheme in (b"http", b"https"):
                scope["scheme"] = scheme.decode("ascii")
        await self._app(scope, receive, send)
