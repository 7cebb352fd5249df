"""One request: its parts, and its body within bounds."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

from scograph.server.headers import Access

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_HOST = re.compile(r"([A-Za-z0-9_.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")


class BadRequestError(Exception):
    """A request that cannot be answered.

    Args:
        status: The status code.
        message: What is wrong, in the reader's words.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(slots=True)
class Request:
    """One request.

    Args:
        method: Its method.
        path: Its path, percent-decoded once.
        query: Its query, as it stands.
        headers: Its headers by name in small letters; of several of one name, those that are lists are joined.
        client: The address that it came from.
        origin: The scheme and host that were asked, `http://localhost:8000`, say.
        receive: Where its body comes from.
        raw_path: Its path as it came, percent-encoded.
        is_being_read: Whether its body is being read now.
    """

    method: str
    path: str
    query: bytes
    headers: dict[bytes, bytes]
    client: str
    origin: str
    receive: Receive
    raw_path: bytes = b""
    is_being_read: bool = False

    @property
    def target(self) -> str:
        """What was asked for, as it came (RFC 9112, clause 3.2.1), without the slash before it."""
        query = b"?" + self.query if self.query else b""
        return (self.raw_path + query).decode("latin-1")[1:]

    def text(self, name: bytes) -> str:
        """A header as text, or nothing.

        Args:
            name: Its name, in small letters.
        """
        return self.headers.get(name, b"").decode("latin-1")

    async def body(self, max_bytes: int, seconds: float) -> bytes:
        """Its body.

        Args:
            max_bytes: How many bytes it may have.
            seconds: How long it may take to come.

        Returns:
            The bytes.

        Raises:
            BadRequestError: It is longer, comes more slowly, is coded, or breaks off.
        """
        if self.headers.get(b"content-encoding", b"identity").lower() != b"identity":
            raise BadRequestError(415, "The body has a content coding: send it without one.")
        stated = self.headers.get(b"content-length", b"0")
        if stated.isdigit() and int(stated) > max_bytes:
            raise BadRequestError(413, f"The body has more than {max_bytes:,} bytes.")
        pieces = bytearray()
        self.is_being_read = True
        try:
            async with asyncio.timeout(seconds):
                while True:
                    message = await self.receive()
                    if message["type"] == "http.disconnect":
                        raise BadRequestError(400, "The body broke off.")
                    pieces += message.get("body", b"")
                    if len(pieces) > max_bytes:
                        raise BadRequestError(413, f"The body has more than {max_bytes:,} bytes.")
                    if not message.get("more_body", False):
                        return bytes(pieces)
        except TimeoutError:
            raise BadRequestError(408, f"The body did not come within {seconds:g} seconds.") from None
        finally:
            self.is_being_read = False


def read_request(scope: Scope, receive: Receive, access: Access) -> Request:
    """Read the head of a request.

    Args:
        scope: Its ASGI connection scope.
        receive: Where its body comes from.
        access: The names that the server answers to.

    Returns:
        The request.

    Raises:
        BadRequestError: It has no host, one that is none (RFC 9112, clause 3.2), or one that is another's (RFC 9110,
            clause 7.4).
    """
    request = request_of(scope, receive)
    is_old = scope.get("http_version") == "1.0"
    request.origin = _origin(scope["scheme"], request.headers.get(b"host"), is_old, access)
    return request


def request_of(scope: Scope, receive: Receive) -> Request:
    """The head of a request whose host is not looked at: it has no origin.

    Args:
        scope: Its ASGI connection scope.
        receive: Where its body comes from.

    Returns:
        The request.
    """
    given = scope["headers"]
    headers: dict[bytes, bytes] = dict(given)
    if len(headers) != len(given):
        headers = _joined(given)
    raw_path = scope.get("raw_path", b"")
    query = scope["query_string"]
    return Request(scope["method"], scope["path"], query, headers, client_of(scope), "", receive, raw_path)


def client_of(scope: Scope) -> str:
    """The address that a request came from."""
    client = scope.get("client")
    return client[0] if client else ""


def _joined(given: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Headers of one name joined with commas (RFC 9110, clause 5.3)."""
    headers: dict[bytes, bytes] = {}
    for name, value in given:
        headers[name] = headers[name] + b", " + value if name in headers else value
    return headers


def _origin(scheme: str, host: bytes | None, is_old: bool, access: Access) -> str:  # noqa: FBT001 -- HTTP/1.0 asks for no host
    if host is None and is_old:
        return access.origin or f"{scheme}://localhost"
    text = (host or b"").decode("latin-1")
    match = _HOST.fullmatch(text)
    if not match:
        raise BadRequestError(400, "The request has no Host header, or more than one.")
    if not access.answers_to(match[1]):
        raise BadRequestError(
            421,
            f"This server answers to {', '.join(sorted(access.hosts))}; to others with --base-url or --public.",
        )
    return access.origin or f"{scheme}://{text}"
