"""One request answered without a listener: `scograph serve --get`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scograph.server import graphs, sparql
from scograph.server.app import App
from scograph.server.headers import Access
from scograph.server.limits import Limits
from scograph.server.metrics import Metrics
from scograph.server.request import Message, Request
from scograph.server.run import Clocks, Publisher, published


@dataclass(frozen=True, slots=True)
class Got:
    """An answer.

    Args:
        status: Its status code.
        headers: Its headers.
        body: Its body.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


async def get_once(
    folder: Path, address: str, headers: Sequence[tuple[str, str]], limits: Limits, clocks: Clocks
) -> Got:
    """Answer one GET as the server would.

    Args:
        folder: A built folder.
        address: The path, with a query if there is one.
        headers: The headers of the request.
        limits: The limits.
        clocks: The times.

    Returns:
        The answer.

    Raises:
        InputError: The folder is no build.
    """
    parts = urlsplit(address)
    path = unquote(parts.path) or "/"
    needs_store = path in (sparql.PATH, graphs.PATH)
    given = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers]
    if all(name != b"host" for name, _ in given):
        given.append((b"host", b"localhost"))
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "query_string": parts.query.encode(),
        "headers": given,
        "client": ("127.0.0.1", 0),
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    async with published(Publisher(folder, limits, clocks, with_store=needs_store)) as site:
        await App(site, limits, Metrics(), _unlogged, clocks.steady, Access(is_public=True))(scope, receive, send)
    start = sent[0]
    return Got(
        start["status"],
        tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]),
        b"".join(message.get("body", b"") for message in sent[1:]),
    )


def _unlogged(request: Request, client: str, status: int, size: int, seconds: float) -> None:
    """One request needs no log: its answer is shown."""
