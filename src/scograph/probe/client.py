"""A client that asks one site politely: one request after another, a pause between two, and a bounded number."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx2

from scograph.errors import StoreError

MOST_BYTES = 4 << 20
"""So much of an answer is read."""
_LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[A-Za-z*-]+\s*=\s*(?:"[^"]*"|[^\s;,]+))*)')
_PARAMETER = re.compile(r'([A-Za-z*-]+)\s*=\s*(?:"([^"]*)"|([^\s;,]+))')


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of a site.

    Args:
        url: What was asked.
        status: Its status code.
        headers: Its headers, names in small letters.
        body: Its bytes, as far as they were read.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """Its media type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """Its body as text."""
        return self.body.decode("utf-8", "replace")

    def varies_by(self, name: str) -> bool:
        """Whether Vary names a header, or everything."""
        named = [part.strip().lower() for part in self.headers.get("vary", "").split(",")]
        return name.lower() in named or "*" in named

    def links(self, relation: str) -> list[tuple[str, dict[str, str]]]:
        """The links of one relation (RFC 8288), targets in full, each with its parameters."""
        found = []
        for target, rest in _LINK.findall(self.headers.get("link", "")):
            said = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(rest)}
            if relation in said.get("rel", "").split():
                found.append((urljoin(self.url, target), said))
        return found


def opened(seconds: float) -> httpx2.Client:
    """What sends: redirects are seen and not followed, and no proxy of the environment is asked.

    Args:
        seconds: How long an answer may take.

    Returns:
        A client, to be closed.
    """
    return httpx2.Client(timeout=seconds, follow_redirects=False, trust_env=False)


class LimitReachedError(StoreError):
    """As many requests were made as may be."""


@dataclass(slots=True)
class Client:
    """What asks.

    Args:
        http: What sends.
        most: So many requests are made at most.
        pause: Seconds between two.
        wait: How a pause is made.
        count: How many were made.
    """

    http: httpx2.Client
    most: int
    pause: float
    wait: Callable[[float], None]
    count: int = field(default=0)

    def ask(self, url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Reply:
        """Ask once; redirects are not followed.

        Args:
            url: The address.
            method: The method.
            body: The body, if there is one.
            headers: The headers, with `_` for `-`.

        Returns:
            The answer.

        Raises:
            LimitReachedError: There were enough.
            StoreError: The site cannot be reached.
        """
        if self.count >= self.most:
            raise LimitReachedError(f"{self.most} requests were made", hint="allow more with --most")
        if self.count:
            self.wait(self.pause)
        self.count += 1
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"User-Agent": "scograph probe", "Accept": "*/*", "Accept-Encoding": "identity", **sent}
        if method == "HEAD":  # who sends a body all the same spoils no other answer
            sent["Connection"] = "close"
        try:
            with self.http.stream(method, url, headers=sent, content=body) as reply:
                pieces = bytearray()
                for piece in reply.iter_raw():
                    pieces += piece
                    if len(pieces) > MOST_BYTES:
                        break
                said = {name.lower(): value for name, value in reply.headers.items()}
                return Reply(url, reply.status_code, said, bytes(pieces))
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            host = urlsplit(url).netloc
            raise StoreError(f"{host} cannot be asked: {error}", hint="is the address right?") from error
