"""The headers that every answer carries: who may read it, what a browser may do with it."""

from __future__ import annotations

from collections.abc import Iterable

from scograph.server.answer import Header

POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    b"font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Pages fetch from their own host only, and run nothing that is written in them (CSP Level 3)."""
EXPOSED = b"Accept-Ranges, Content-Location, Content-Range, ETag, Last-Modified, Link, Location, Retry-After"
ALWAYS: tuple[Header, ...] = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", EXPOSED),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)
PAGE: tuple[Header, ...] = (
    (b"content-security-policy", POLICY),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
)
ATTACHED = (b"text/csv", b"text/tab-separated-values")
"""A browser opens these in a spreadsheet, which may take a cell for a formula: it saves them instead."""


def dressed(headers: Iterable[Header]) -> list[Header]:
    """Headers with those that every answer of their kind carries.

    Args:
        headers: The headers of one answer.

    Returns:
        Them, and the others.
    """
    own = list(headers)
    media_type = next((value for name, value in own if name == b"content-type"), b"")
    if media_type.startswith(b"text/html"):
        own += PAGE
    if media_type.startswith(ATTACHED):
        own.append((b"content-disposition", b"attachment"))
    names = {name for name, _ in own}
    return own + [header for header in ALWAYS if header[0] not in names]


def preflight(methods: bytes) -> tuple[Header, ...]:
    """The headers of an answer to OPTIONS (Fetch, clause 3.2).

    Args:
        methods: The methods that the address knows.

    Returns:
        The headers.
    """
    return (
        (b"allow", methods),
        (b"access-control-allow-methods", methods),
        (
            b"access-control-allow-headers",
            b"Accept, Accept-Language, Accept-Profile, Content-Type, If-None-Match, Range",
        ),
        (b"access-control-max-age", b"86400"),
    )
