"""HTTP responses: a status, headers, and a body in memory, in a file, or still being made."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scograph.server.folder import FileRange, Stored

TEXT = b"text/plain; charset=utf-8"
Headers = Mapping[bytes, bytes]
"""Headers by name, in small letters: none is there twice."""
NO_HEADERS: Headers = MappingProxyType({})
LISTS = frozenset(
    (
        b"accept-ranges",
        b"access-control-allow-headers",
        b"access-control-allow-methods",
        b"access-control-expose-headers",
        b"allow",
        b"content-language",
        b"link",
        b"vary",
    )
)
"""Headers whose value is a list: values of two are joined (RFC 9110, clause 5.3)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One response.

    Args:
        status: Its status code.
        headers: Its own headers; Content-Length and the standard ones are set where it is sent.
        body: Its bytes; a file or a part of one; or pieces that come as they are made, and break off if they cannot go
            on.
        is_lasting: Whether the build and the parts of a request that choose a document are all that it depends on.
    """

    status: int
    headers: Headers
    body: bytes | Stored | FileRange | AsyncGenerator[bytes] = b""
    is_lasting: bool = False

    def with_headers(self, more: Headers) -> Answer:
        """The same response with further headers.

        Args:
            more: They replace those of the same name; values of a list are added to it.

        Returns:
            The response; it counts as lasting no longer, for the headers may depend on more.
        """
        merged = dict(self.headers)
        for name, value in more.items():
            before = merged.get(name, value)
            merged[name] = b"%b, %b" % (before, value) if name in LISTS and before != value else value
        return Answer(self.status, merged, self.body)


def text_answer(status: int, text: str, headers: Headers = NO_HEADERS) -> Answer:
    """A short response for people and logs.

    Args:
        status: The status code.
        text: Its text.
        headers: Further headers.

    Returns:
        The response, as plain text that is not stored.
    """
    body = (text.rstrip("\n") + "\n").encode()
    return Answer(status, {b"content-type": TEXT, b"cache-control": b"no-store", **headers}, body)


def redirect(status: int, location: str, headers: Headers = NO_HEADERS) -> Answer:
    """A redirect; the address is percent-encoded already."""
    own = {b"content-type": TEXT, b"location": location.encode("ascii")}
    return Answer(status, {**own, **headers}, f"{location}\n".encode())
