"""Addresses (URLs) of stores: which are valid, and whether a request to them goes through a proxy (RFC 3986)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from scograph.errors import UsageError

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""The names of this machine: a remote proxy would resolve them to itself, and compressing takes longer than sending."""

WITHOUT_PROXY = {f"all://[{host}]" if ":" in host else f"all://{host}": None for host in LOOPBACK}
"""The client's setting that no proxy is asked for this machine."""

_MEANT = re.compile(r"https?:|[\w.-]+:\d+(/|$)", re.IGNORECASE)
"""How an address begins that lacks a part."""
_NEVER = frozenset('<>"{}|\\^`')


def is_address(name: str) -> bool:
    """Whether something is named by an address, not by a path.

    Args:
        name: What the user wrote.

    Returns:
        Whether it is an address.

    Raises:
        UsageError: It is meant to be an address, and lacks a part of one.
    """
    if "://" in name:
        return True
    if not name or (_MEANT.match(name) and not Path(name).exists()):
        raise UsageError(
            "an address begins with http:// or https://",
            hint="localhost:7878 is http://localhost:7878; for a file or folder of that name write ./ before it",
        )
    return False


def checked_address(address: str, what: str = "") -> SplitResult:
    """Refuse an address that no store has, or that would tell who asks.

    Args:
        address: The address.
        what: The option that gave it, if that has to be said.

    Returns:
        Its parts.

    Raises:
        UsageError: It is none, carries a name or password, or has a query or fragment, where each request has its own.
    """
    said = f"{what}: " if what else ""
    if "@" in address.partition("//")[2].partition("/")[0]:
        raise UsageError(
            f"{said}the address has a user name or password, which process lists and logs would show",
            hint="set SCOGRAPH_STORE_USER and SCOGRAPH_STORE_PASSWORD, use netrc, or enter them when asked",
        )
    hint = "give one in full: http://localhost:7878"
    try:
        parts = urlsplit(address)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise UsageError(f"{said}{address!r} is not a URL: {error}", hint=hint) from error
    if not is_one or any(c <= " " or c in _NEVER for c in address):
        raise UsageError(f"{said}{address!r} is not the URL of a store", hint=hint)
    if "?" in address or "#" in address:
        raise UsageError(f"{said}the address has a query or a fragment", hint="leave it out: each request has its own")
    return parts


def proxies_around(*, trusted: bool) -> Mapping[str, str]:
    """The proxies that the environment names, by scheme; none if it is not trusted."""
    if not trusted:
        return {}
    from urllib.request import getproxies  # noqa: PLC0415 -- slow to import, and commands without a store check addresses

    return {name: proxy for name, proxy in getproxies().items() if name != "no"}
