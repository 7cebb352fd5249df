"""Standard HTTP headers: CORS, Content-Security-Policy and the like, set where a response is sent."""

from __future__ import annotations

from dataclasses import dataclass

from scograph.policies import POLICY
from scograph.server.answer import Headers
from scograph.stores.addresses import LOOPBACK

EXPOSED = b"Accept-Ranges, Content-Location, Content-Range, ETag, Last-Modified, Link, Location, Retry-After"
ALWAYS: Headers = {b"x-content-type-options": b"nosniff", b"referrer-policy": b"no-referrer"}
PUBLIC: Headers = {
    b"access-control-allow-origin": b"*",
    b"access-control-expose-headers": EXPOSED,
    **ALWAYS,
    b"cross-origin-resource-policy": b"cross-origin",
}
"""With these, pages of any site may read what is served."""
PRIVATE: Headers = {**ALWAYS, b"cross-origin-resource-policy": b"same-origin"}
"""With these, only pages of the server itself may: another page that its user has open cannot (Fetch, clause 3.2)."""
PAGE: Headers = {
    b"content-security-policy": POLICY.encode(),
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=()",
}
TABLE: Headers = {b"content-disposition": b"attachment"}
TABLES = (b"text/csv", b"text/tab-separated-values")
"""A browser opens these in a spreadsheet, which may take a cell for a formula: it saves them instead."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may read what a server serves, and under which names.

    Args:
        is_public: Whether everybody may, and pages of other sites too.
        hosts: The names that it answers to, without ports, where it is not public: a name that leads here although it
            is another's lets that other's pages in (DNS rebinding).
        origin: The address that it is known by, `https://data.example.org`, say; nothing for the one that is asked.
    """

    is_public: bool = False
    hosts: frozenset[str] = frozenset(LOOPBACK)
    origin: str = ""

    def answers_to(self, host: str) -> bool:
        """Whether it answers to a name."""
        return self.is_public or host.lower().strip("[]") in self.hosts


def with_standard_headers(headers: Headers, access: Access) -> dict[bytes, bytes]:
    """The headers of a response as they are sent.

    Called in one place, where a response is sent. What a handler set is kept.

    Args:
        headers: The headers that are set for this response.
        access: Who may read it.

    Returns:
        Them, and the standard ones of their media type that are not set.
    """
    merged = dict(headers)
    media_type = merged.get(b"content-type", b"")
    if media_type.startswith(b"text/html"):
        _set_defaults(merged, PAGE)
    elif media_type.startswith(TABLES):
        _set_defaults(merged, TABLE)
    _set_defaults(merged, PUBLIC if access.is_public else PRIVATE)
    if not access.is_public:
        return {name: value for name, value in merged.items() if not name.startswith(b"access-control-")}
    return merged


def _set_defaults(headers: dict[bytes, bytes], defaults: Headers) -> None:
    for name, value in defaults.items():
        headers.setdefault(name, value)


def preflight(methods: bytes) -> Headers:
    """The headers of a response to OPTIONS (Fetch, clause 3.2).

    Args:
        methods: The methods that the address knows.

    Returns:
        The headers.
    """
    return {
        b"allow": methods,
        b"access-control-allow-methods": methods,
        b"access-control-allow-headers": (
            b"Accept, Accept-Language, Accept-Profile, Content-Type, If-None-Match, Range"
        ),
        b"access-control-max-age": b"86400",
    }
