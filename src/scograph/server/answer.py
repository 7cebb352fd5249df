"""What goes back to a client: a status, headers, and a body in memory, in a file, or still being made."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

Header = tuple[bytes, bytes]

TEXT = b"text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes of an open file.

    Args:
        file: The descriptor, held by its owner.
        start: The first byte.
        length: How many.
        owner: What keeps the file open as long as it is needed.
    """

    file: int
    start: int
    length: int
    owner: object

    def read(self, offset: int, size: int) -> bytes:
        """Bytes from an offset in the span."""
        return os.pread(self.file, min(size, self.length - offset), self.start + offset)


@dataclass(frozen=True, slots=True)
class Answer:
    """One response.

    Args:
        status: Its status code.
        headers: Its own headers, names in small letters; Content-Length and the standard ones are set where it is sent.
        body: Its bytes; a span of a file; or pieces that come as they are made, and break off if they cannot go on.
    """

    status: int
    headers: Sequence[Header]
    body: bytes | Span | AsyncGenerator[bytes] = b""


def text_answer(status: int, text: str, *headers: Header) -> Answer:
    """A short answer for people and logs.

    Args:
        status: The status code.
        text: What to say.
        headers: Further headers.

    Returns:
        The answer, as plain text that is not stored.
    """
    body = (text.rstrip("\n") + "\n").encode()
    return Answer(status, ((b"content-type", TEXT), (b"cache-control", b"no-store"), *headers), body)


def redirect(status: int, location: str, *headers: Header) -> Answer:
    """A redirect; the address is one that was percent-encoded already."""
    named = (b"location", location.encode("ascii"))
    return Answer(status, ((b"content-type", TEXT), named, *headers), f"{location}\n".encode())
