"""Download a published folder over HTTP: the files that its manifest lists, and no more bytes than that (RFC 9110)."""

from __future__ import annotations

import time
from pathlib import Path

import httpx2

from scograph.bounds import DOWNLOAD, DOWNLOAD_LIST, DOWNLOAD_SECONDS
from scograph.errors import InputError, StoreError
from scograph.manifest import SUMS, Manifest, read_manifest
from scograph.project import MANIFEST
from scograph.stores.addresses import checked_address
from scograph.stores.clients import following, new_client
from scograph.stores.exchange import Clock, Exchange

MIN_SPEED = 10_000
"""Bytes a second that a server has to send, over a whole file, once `DOWNLOAD_SECONDS` are over."""
NOT_THERE = (404, 410)
MAX_REASON = 300
"""Characters of a server's own words that are passed on."""


def download(address: str, folder: Path) -> Manifest:
    """Fetch a published folder.

    Args:
        address: Its address, with or without a slash at the end, or that of its manifest.
        folder: An empty folder, for the manifest, the sums, and the files that the manifest lists. Files that the
            server does not have are left out, and of those that are longer than they should be one byte too many is
            kept.

    Returns:
        The manifest.

    Raises:
        InputError: There is no manifest at the address, or it is none of ours.
        StoreError: The network or the server fails, is too slow, or sends too much.
    """
    base = address.removesuffix(MANIFEST).rstrip("/") + "/"
    checked_address(base)
    exchange = Exchange(is_guarded=True)
    with new_client(DOWNLOAD_SECONDS.limit, headers={"Accept-Encoding": "identity"}) as client:
        return _download(client, exchange, base, folder)


def _download(client: httpx2.Client, exchange: Exchange, base: str, folder: Path) -> Manifest:
    def fetch(path: str, most: int) -> bool:
        with exchange.within(DOWNLOAD_SECONDS.limit, base + path) as clock:
            return _fetch(client, exchange, base + path, most, folder / path, clock)

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


def _fetch(  # noqa: PLR0913, PLR0917 -- one call
    client: httpx2.Client, exchange: Exchange, address: str, most: int, target: Path, clock: Clock
) -> bool:
    """Fetch a file, up to so many bytes; whether the server has it."""
    started = time.monotonic()
    try:
        with following(client, address, exchange) as response:
            if response.status_code in NOT_THERE:
                return False
            if not response.is_success:
                reason = response.reason_phrase[:MAX_REASON]
                raise StoreError(
                    f"{address}: the server answers {response.status_code} {reason}", hint="try again later"
                )
            with target.open("wb") as file:
                size = 0
                for piece in response.iter_raw():
                    size += file.write(piece[: most - size])
                    if size >= most:
                        break
                    clock.start()
                    seconds = time.monotonic() - started
                    if seconds > DOWNLOAD_SECONDS.limit and size < MIN_SPEED * seconds:
                        raise StoreError(
                            f"{address}: the server is too slow", hint="download it, and verify the folder"
                        )
    except (OSError, httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise StoreError(
            f"{address}: cannot be fetched: {str(error)[:MAX_REASON] or type(error).__name__}",
            hint="is the address right, and are you online?",
        ) from error
    return True
