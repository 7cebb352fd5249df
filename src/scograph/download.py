"""A published folder over HTTP: what its manifest lists is fetched, and never more than that (RFC 9110)."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from scograph.errors import InputError, StoreError
from scograph.manifest import SUMS, Manifest, read_manifest
from scograph.project import MANIFEST

PIECE = 1 << 16
MOST_MANIFEST = 16 << 20
"""Bytes that a manifest, or the sums, may have."""
MOST_BYTES = 16 << 30
"""Bytes that all files together may have."""
SECONDS = 30
"""So long a server may be silent."""
SLOWEST = 10_000
"""Bytes a second that a server has to send, over a whole file, once `SECONDS` are over."""
NOT_THERE = (404, 410)


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
    opener = _opener(proxies or {})
    fetched = _fetch(opener, base + MANIFEST, MOST_MANIFEST, folder / MANIFEST)
    if not fetched:
        raise InputError(
            f"{base}{MANIFEST}: not there", hint="give the address of a folder that a build or release wrote"
        )
    manifest = read_manifest((folder / MANIFEST).read_bytes(), base + MANIFEST)
    total = sum(entry.size for entry in manifest.entries)
    if total > MOST_BYTES:
        raise StoreError(f"{base}: {total:,} bytes are too many to fetch", hint="download it, and verify the folder")
    _fetch(opener, base + SUMS, MOST_MANIFEST, folder / SUMS)
    for entry in manifest.entries:
        try:
            (folder / entry.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / entry.path).touch(exist_ok=False)
        except OSError as error:
            raise InputError(
                f"{base}{MANIFEST}: {entry.path} cannot be a file beside the others: {error.strerror}",
                hint="a manifest that a build wrote names no file that is a folder as well",
            ) from error
        if not _fetch(opener, base + entry.path, entry.size + 1, folder / entry.path):
            (folder / entry.path).unlink()
    return manifest


def _opener(proxies: Mapping[str, str]) -> urllib.request.OpenerDirector:
    """Opens http and https, and follows redirects to those alone: no file, no FTP."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(dict(proxies)),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _fetch(opener: urllib.request.OpenerDirector, address: str, most: int, target: Path) -> bool:
    """Fetch a file, up to so many bytes; whether the server has it."""
    started = time.monotonic()
    request = urllib.request.Request(address, headers={"Accept-Encoding": "identity", "User-Agent": "scograph"})  # noqa: S310 -- the opener knows http and https alone
    try:
        with opener.open(request, timeout=SECONDS) as response, target.open("wb") as file:
            size = 0
            while size < most and (piece := response.read1(min(PIECE, most - size))):
                file.write(piece)
                size += len(piece)
                seconds = time.monotonic() - started
                if seconds > SECONDS and size < SLOWEST * seconds:
                    raise StoreError(f"{address}: the server is too slow", hint="download it, and verify the folder")
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in NOT_THERE:
            return False
        raise StoreError(
            f"{address}: the server answers {error.code} {error.reason}", hint="try again later"
        ) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise StoreError(
            f"{address}: cannot be fetched: {reason}", hint="is the address right, and are you online?"
        ) from error
    return True
