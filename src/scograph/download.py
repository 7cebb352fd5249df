"""A published folder over HTTP: what its manifest lists is fetched, and never more than that (RFC 9110)."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from scograph.bounds import DOWNLOAD, DOWNLOAD_LIST, DOWNLOAD_SECONDS
from scograph.errors import InputError, StoreError
from scograph.manifest import SUMS, Manifest, read_manifest
from scograph.project import MANIFEST
from scograph.stores.addresses import checked_address
from scograph.stores.exchange import Clock, Exchange

PIECE = 1 << 16
SLOWEST = 10_000
"""Bytes a second that a server has to send, over a whole file, once `DOWNLOAD_SECONDS` are over."""
NOT_THERE = (404, 410)
MAX_REASON = 300
"""Characters of a server's own words that are passed on."""


def is_address(name: str) -> bool:
    """Whether a name is an address, and no path."""
    return urlsplit(name).scheme in ("http", "https")


def download(address: str, folder: Path, proxies: Mapping[str, str] | None = None) -> Manifest:
    """Fetch a published folder.

    Args:
        address: Its address, with or without a slash at the end, or that of its manifest.
        folder: An empty folder, for the manifest, the sums, and the files that the manifest lists. Files that the
            server does not have are left out, and of those that are longer than they should be one byte too many is
            kept.
        proxies: The address of the proxy for each scheme, if there are any.

    Returns:
        The manifest.

    Raises:
        InputError: There is no manifest at the address, or it is none of ours.
        StoreError: The network or the server fails, is too slow, or sends too much.
    """
    base = address.removesuffix(MANIFEST).rstrip("/") + "/"
    checked_address(base)
    exchange = Exchange(is_guarded=True)
    opener = _opener(proxies or {}, exchange)

    def fetch(path: str, most: int) -> bool:
        with exchange.within(DOWNLOAD_SECONDS.limit, base + path) as clock:
            return _fetch(opener, base + path, most, folder / path, clock)

    fetched = fetch(MANIFEST, DOWNLOAD_LIST.limit << 20)
    if not fetched:
        raise InputError(
            f"{base}{MANIFEST}: not there", hint="give the address of a folder that a build or release wrote"
        )
    manifest = read_manifest((folder / MANIFEST).read_bytes(), base + MANIFEST)
    total = sum(entry.size for entry in manifest.entries)
    if total > DOWNLOAD.limit << 20:
        raise StoreError(f"{base}: {total:,} bytes are too many to fetch (bound: {DOWNLOAD.name})", hint=DOWNLOAD.hint)
    fetch(SUMS, DOWNLOAD_LIST.limit << 20)
    for entry in manifest.entries:
        try:
            (folder / entry.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / entry.path).touch(exist_ok=False)
        except OSError as error:
            raise InputError(
                f"{base}{MANIFEST}: {entry.path} cannot be a file beside the others: {error.strerror}",
                hint="a manifest that a build wrote names no file that is a folder as well",
            ) from error
        if not fetch(entry.path, entry.size + 1):
            (folder / entry.path).unlink()
    return manifest


class _Http(urllib.request.HTTPHandler):
    """Opens http, each connection watched.

    Args:
        exchange: What watches.
    """

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self._exchange = exchange

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        """Ask over a new connection."""
        return self.do_open(self._connection, request)

    def _connection(self, host: str, **settings: Any) -> http.client.HTTPConnection:  # noqa: ANN401 -- the library's
        return _watched(http.client.HTTPConnection(host, **settings), self._exchange)


class _Https(urllib.request.HTTPSHandler):
    """Opens https, each connection watched.

    Args:
        exchange: What watches.
    """

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self._exchange = exchange

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        """Ask over a new connection."""
        return self.do_open(self._connection, request)

    def _connection(self, host: str, **settings: Any) -> http.client.HTTPConnection:  # noqa: ANN401 -- the library's
        return _watched(http.client.HTTPSConnection(host, **settings), self._exchange)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects; what else such an answer says is not read, for it may have no end."""

    def http_error_302(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage
    ) -> object:
        """Close the answer, which the library would read to its end or leave open, and ask where it leads to."""
        fp.close()
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _watched(connection: http.client.HTTPConnection, exchange: Exchange) -> http.client.HTTPConnection:
    """A connection that is watched from when it is made."""
    connect = connection.connect

    def connect_and_add() -> None:
        connect()
        exchange.add(connection.sock)

    connection.connect = connect_and_add  # type: ignore[method-assign]  # the library's classes have no hook for it
    return connection


def _opener(proxies: Mapping[str, str], exchange: Exchange) -> urllib.request.OpenerDirector:
    """Opens http and https, and follows redirects to those alone: no file, no FTP."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(dict(proxies)),
        _Http(exchange),
        _Https(exchange),
        _Redirects(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _fetch(opener: urllib.request.OpenerDirector, address: str, most: int, target: Path, clock: Clock) -> bool:
    """Fetch a file, up to so many bytes; whether the server has it."""
    started = time.monotonic()
    request = urllib.request.Request(address, headers={"Accept-Encoding": "identity", "User-Agent": "scograph"})  # noqa: S310 -- the opener knows http and https alone
    try:
        with opener.open(request, timeout=DOWNLOAD_SECONDS.limit) as response, target.open("wb") as file:
            size = 0
            while size < most and (piece := response.read1(min(PIECE, most - size))):
                file.write(piece)
                size += len(piece)
                clock.start()
                seconds = time.monotonic() - started
                if seconds > DOWNLOAD_SECONDS.limit and size < SLOWEST * seconds:
                    raise StoreError(f"{address}: the server is too slow", hint="download it, and verify the folder")
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in NOT_THERE:
            return False
        raise StoreError(
            f"{address}: the server answers {error.code} {str(error.reason)[:MAX_REASON]}", hint="try again later"
        ) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise StoreError(
            f"{address}: cannot be fetched: {reason}", hint="is the address right, and are you online?"
        ) from error
    return True
