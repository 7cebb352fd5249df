"""An HTTP client for probes: one request after another, with a pause between two, and a limit on their number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx2

from scograph.bounds import PROBE_ANSWER
from scograph.errors import StoreError
from scograph.stores.exchange import Exchange, PrivateAddressError

MAX_LINK_CHARACTERS = 16_384
"""So much of a Link header is searched for links."""
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
        for target, rest in _LINK.findall(self.headers.get("link", "")[:MAX_LINK_CHARACTERS]):
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


class ElsewhereError(StoreError):
    """The site leads to another host, which is not asked."""


def _host(url: str) -> str:
    """The host and port of an address, without the name and password that it may have; nothing if it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return ""
    return f"{parts.hostname}:{port}" if parts.hostname else ""


def hosts_of(urls: Iterable[str]) -> frozenset[str]:
    """The hosts of addresses, as `Client` compares them.

    Args:
        urls: The addresses; empty ones are left out.

    Returns:
        The hosts.
    """
    return frozenset(_host(url) for url in urls if url)


@dataclass(slots=True)
class Client:
    """What asks.

    Args:
        http: What sends.
        most: So many requests are made at most.
        pause: Seconds between two.
        wait: How a pause is made.
        hosts: Those that may be asked, host and port as in their address; None for any. A private address is never
            asked once a public one was.
        seconds: How long a whole exchange may take.
        count: How many were made.
    """

    http: httpx2.Client
    most: int
    pause: float
    wait: Callable[[float], None]
    hosts: frozenset[str] | None = None
    seconds: float = 20.0
    count: int = field(default=0)
    exchange: Exchange = field(default_factory=lambda: Exchange(is_guarded=True))

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
            ElsewhereError: It is at a host that is not to be asked.
            StoreError: The site cannot be reached, or takes too long.
        """
        host = _host(url)
        if self.hosts is not None and host not in self.hosts:
            raise ElsewhereError(
                f"the link leads to another host, {host or 'none'}", hint="allow other hosts with --follow"
            )
        if self.count >= self.most:
            raise LimitReachedError(f"the maximum of {self.most} requests is reached", hint="allow more with --most")
        if self.count:
            self.wait(self.pause)
        self.count += 1
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"User-Agent": "scograph probe", "Accept": "*/*", "Accept-Encoding": "identity", **sent}
        if method == "HEAD":  # who sends a body all the same spoils no other answer
            sent["Connection"] = "close"
        try:
            with (
                self.exchange.within(self.seconds, host),
                self.http.stream(method, url, headers=sent, content=body, extensions=self.exchange.extensions) as reply,
            ):
                pieces = bytearray()
                for piece in reply.iter_raw():
                    pieces += piece
                    if len(pieces) > PROBE_ANSWER.limit << 20:
                        break
                said = {name.lower(): value for name, value in reply.headers.items()}
                return Reply(url, reply.status_code, said, bytes(pieces))
        except PrivateAddressError as error:
            raise ElsewhereError(error.message, hint="a probe of it begins there") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            raise StoreError(f"{host}: no answer: {error}", hint="is the address right?") from error
