"""An HTTP client for a store: authentication, retries, refusals (RFC 9110, RFC 7617, RFC 7616)."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import IO, Required, TypedDict, Unpack
from urllib.parse import quote

import httpx2

from scograph.bounds import STORE_GRAPH, STORE_SECONDS, Bound
from scograph.errors import SilentStoreError, StoreError
from scograph.stores.addresses import LOOPBACK, checked_address, proxies_around
from scograph.stores.clients import new_client
from scograph.stores.curl import curl
from scograph.stores.exchange import ACCEPTED, Beginning, Exchange, SlowAnswerError, body_of
from scograph.stores.refusing import broken, is_page, of_tls, refused

ATTEMPTS = 5
"""So often a request is sent whose repetition changes nothing."""
FIRST_PAUSE = 0.25
"""Seconds before the second attempt; each further pause is twice as long."""
MAX_PAUSE = 30.0
"""Seconds; a store that asks for more patience than that is reported instead."""
MAX_SHORT_ANSWER = 1 << 16
"""Bytes of an answer that says no more than that all is well, or a version."""
MAX_CHALLENGE = 200
"""Characters of how a store asks for a password that are passed on."""
PIECE = 1 << 18
"""Bytes a write."""
MAX_SHOWN = 4000
"""Bytes of what is sent that `--show` writes out."""
SENT, BACK = "sent", "read back"

BYTES_A_SECOND = 100_000
"""A store may be silent a second longer for each of so many bytes that it was given to work on: Oxigraph takes ten
times as much in a transaction, and less as it grows."""

_PASSING = (408, 425, 429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks. It is never shown: not in messages, not in `repr`.

    Args:
        user: The name.
        password: The password.
    """

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent, of known length, so that it can be sent again.

    Args:
        media_type: Its media type.
        size: Its bytes.
        pieces: Begins it anew.
        about: What it is, for people.
    """

    media_type: str
    size: int
    pieces: Callable[[], Iterator[bytes]]
    about: str = ""

    def __iter__(self) -> Iterator[bytes]:
        return self.pieces()

    @classmethod
    def of(cls, data: bytes, media_type: str, about: str = "") -> Body:
        """A body that is held in memory."""
        return cls(media_type, len(data), lambda: iter((data,)), about)


class RequestOptions(TypedDict, total=False):
    """What a request says beside its method and address.

    Args:
        params: What is added to the address; a name without a value stands alone, as in `?default`.
        accept: The media types wanted; any by default.
        body: What is sent along.
        repeat: Whether the same again changes nothing, so that it is tried again after a passing fault.
        also: Status codes that are answers too, beside 2xx.
        hint: What to do if there is nothing of the kind at the address.
    """

    params: Iterable[tuple[str, str]]
    accept: str
    body: Body | None
    repeat: Required[bool]
    also: tuple[int, ...]
    hint: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A short answer.

    Args:
        status: Its status code.
        headers: Its headers.
        body: Its bytes.
    """

    status: int
    headers: httpx2.Headers
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether its code is 2xx."""
        return httpx2.codes.is_success(self.status)


class ByChallenge(httpx2.Auth):
    """Credentials in the scheme that the store asks for, given to nobody who did not ask.

    Args:
        credentials: Who asks.
    """

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._chosen: dict[bytes, httpx2.Auth] = {}

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """The requests that it takes to be let in.

        Raises:
            StoreError: The store's challenge cannot be met.
        """
        host = request.url.netloc
        if host not in self._chosen:
            response = yield request
            asked = response.headers.get("www-authenticate", "").lower()
            knows = any(scheme in asked for scheme in ("digest", "basic"))
            if response.status_code != httpx2.codes.UNAUTHORIZED or not knows:
                return
            _shorten(response)
            who = self._credentials.user, self._credentials.password
            self._chosen[host] = httpx2.DigestAuth(*who) if "digest" in asked else httpx2.BasicAuth(*who)
        flow = self._chosen[host].auth_flow(request)
        try:
            asking = next(flow)
            while True:
                response = yield asking
                if response.status_code == httpx2.codes.UNAUTHORIZED:
                    _shorten(response)
                asking = flow.send(response)
        except StopIteration:
            return
        except (LookupError, ValueError, NotImplementedError, httpx2.ProtocolError) as error:
            raise StoreError(
                f"{request.url.netloc.decode()}: the store uses an authentication scheme that is not supported: "
                f"{response.headers.get('www-authenticate', '')[:MAX_CHALLENGE]}",
                hint="Basic and Digest (MD5, SHA-256, SHA-512) are supported",
            ) from error


def _shorten(refusal: httpx2.Response) -> None:
    """Let no more than the beginning of a refusal be read: the client reads it of its own accord, and decodes it."""
    refusal.stream = Beginning(refusal.stream, MAX_SHORT_ANSWER)
    refusal.headers.pop("content-encoding", None)


def own_headers(host: str) -> dict[str, str]:
    """What every request to a store says, by the store's host."""
    return {"User-Agent": "scograph", "Accept-Encoding": "identity" if host in LOOPBACK else ACCEPTED}


class Http:
    """A client for one store.

    Args:
        address: The store's base address.
        credentials: Who asks, if anybody is known.
        seconds: How long an answer may be silent, beside what a large body takes (`BYTES_A_SECOND`); None for the bound
            `store-seconds`.
        moved: Told of each piece of what is large how many bytes went (`SENT`) or came (`BACK`).
        shown: Told each request as a curl command, without secrets.
        wait: How a pause is made.
        trust_environment: Whether HTTPS_PROXY and its kin are heeded.

    Raises:
        UsageError: The address is none, or carries a password.
    """

    def __init__(  # noqa: PLR0913 -- each has its default
        self,
        address: str,
        credentials: Credentials | None = None,
        *,
        seconds: float | None = None,
        moved: Callable[[str, int], None] = lambda *_: None,
        shown: Callable[[str], None] = lambda _: None,
        wait: Callable[[float], None] = time.sleep,
        trust_environment: bool = False,
    ) -> None:
        self._headers = own_headers(checked_address(address).hostname or "")
        self._credentials = credentials
        self._moved = moved
        self._shown = shown
        self._wait = wait
        self._seconds = STORE_SECONDS.limit if seconds is None else seconds
        self._trusts = trust_environment
        self._proxies = proxies_around(trusted=trust_environment)
        self._clients: dict[str, httpx2.Client] = {}
        self._exchange = Exchange()

    def close(self) -> None:
        """Close its connections."""
        for client in self._clients.values():
            client.close()

    def _client(self, scheme: str) -> httpx2.Client:
        """The client for a scheme: the certificates are read where TLS is spoken, which takes longer than to ask."""
        if scheme not in self._clients:
            self._clients[scheme] = new_client(
                uses_proxies=self._trusts,
                has_tls=scheme != "http" or bool(self._proxies),
                auth=ByChallenge(self._credentials) if self._credentials else None,
                headers=self._headers,
            )
        return self._clients[scheme]

    def send(self, method: str, url: str, **options: Unpack[RequestOptions]) -> Answered:
        """Send a request and read the answer, which is short; of a longer one, `MAX_SHORT_ANSWER` bytes.

        Args:
            method: The method.
            url: Where to.
            options: The rest of the request.

        Returns:
            The answer.

        Raises:
            StoreError: There was none, or it was a refusal.
        """
        with self.stream(method, url, **options) as response:
            held = b""
            try:
                for piece in self.counted(response):
                    held += piece
                    if len(held) > MAX_SHORT_ANSWER:  # it said by its code that all is well
                        break
            except httpx2.TransportError as error:
                raise broken(error, by_proxy=bool(self._proxies)) from error
            return Answered(response.status_code, response.headers, held[:MAX_SHORT_ANSWER])

    @contextmanager
    def stream(self, method: str, url: str, **options: Unpack[RequestOptions]) -> Iterator[httpx2.Response]:
        """The same as `send`, the answer's body not read yet."""
        body, hint = options.get("body"), options.get("hint", "")
        headers = {"Accept": options.get("accept", "*/*")}
        if body is not None:
            headers |= {"Content-Type": body.media_type, "Content-Length": str(body.size)}
        query = "&".join(
            f"{name}={quote(value, safe='')}" if value else name for name, value in options.get("params", ())
        )
        address = httpx2.URL(f"{url}?{query}" if query else url)
        self._shown(self._as_curl(method, str(address), headers, body))
        response = self._tried(method, address, headers, body, ATTEMPTS if options["repeat"] else 1)
        try:
            if not (response.is_success or response.status_code in options.get("also", ())):
                raise refused(response, self._credentials.user if self._credentials else "", hint)
            if response.is_success and hint and is_page(response):
                raise StoreError(
                    f"{method} {address.netloc.decode()}{address.path}: the answer is a web page, not data",
                    hint=hint,
                )
            yield response
        finally:
            response.close()

    def counted(self, response: httpx2.Response, bound: Bound = STORE_GRAPH) -> Iterator[bytes]:
        """The body of an answer in pieces, whoever asks told how many bytes came.

        Args:
            response: The answer.
            bound: How much there may be.

        Returns:
            The pieces.

        Raises:
            StoreError: There is more, or it comes too slowly.
        """
        url = response.request.url
        where = f"{url.netloc.decode()}{url.path}"
        with self._exchange.within(self._seconds, where) as clock:
            for piece in body_of(response, bound, where, clock):
                self._moved(BACK, len(piece))
                yield piece

    def _tried(
        self, method: str, url: httpx2.URL, headers: Mapping[str, str], body: Body | None, attempts: int
    ) -> httpx2.Response:
        """The answer to one of several attempts; silence ends them, since the store may still be at the first."""
        seconds = self._seconds + (body.size / BYTES_A_SECOND if body else 0)
        content = replace(body, pieces=lambda: self._counted(body)) if body else None
        timeout = httpx2.Timeout(seconds, connect=min(self._seconds, 20.0))
        client = self._client(url.scheme)
        for attempt in range(1, attempts + 1):
            pause = FIRST_PAUSE * 2 ** (attempt - 1)
            try:
                request = client.build_request(
                    method, url, headers=headers, content=content, timeout=timeout, extensions=self._exchange.extensions
                )
                with self._exchange.within(seconds, f"{url.netloc.decode()}{url.path}"):
                    response = client.send(request, stream=True)
            except (httpx2.InvalidURL, ValueError) as error:  # of a redirect, as the address itself is one
                raise StoreError(
                    f"{method} {url.netloc.decode()}{url.path}: the store redirects to an invalid address: {error}",
                    hint="give the address of the store itself",
                ) from error
            except SlowAnswerError as error:
                raise SilentStoreError(error.message, hint=error.hint) from error
            except httpx2.TransportError as error:
                if attempt == attempts or isinstance(error, httpx2.ReadTimeout) or of_tls(error):
                    raise broken(error, by_proxy=bool(self._proxies)) from error
            else:
                asked = response.headers.get("retry-after", "")
                pause = float(asked) if asked.isdecimal() else pause
                if response.status_code not in _PASSING or attempt == attempts or pause > MAX_PAUSE:
                    return response
                response.close()
            self._wait(pause)
        raise AssertionError  # the last attempt returns or raises

    def _counted(self, body: Body) -> Iterator[bytes]:
        for piece in body:
            yield piece
            self._moved(SENT, len(piece))

    def _as_curl(self, method: str, url: str, headers: Mapping[str, str], body: Body | None) -> str:
        user = self._credentials.user if self._credentials else ""
        if body is None:
            return curl(method, url, headers, user=user)
        if body.size > MAX_SHOWN:
            return curl(method, url, headers, user=user, about=body.about or f"{body.size:,} bytes")
        return curl(method, url, headers, user=user, data=b"".join(body))


def whole_file(file: IO[bytes], start: int, size: int) -> Iterator[bytes]:
    """A stretch of a file, in pieces.

    Args:
        file: The file, which nobody else reads meanwhile.
        start: Where the stretch begins.
        size: Its bytes.

    Returns:
        The pieces.
    """
    file.seek(start)
    while size > 0 and (piece := file.read(min(PIECE, size))):
        size -= len(piece)
        yield piece
