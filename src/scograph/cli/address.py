"""The address and date of a publication, from options and SOURCE_DATE_EPOCH."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from scograph.errors import UsageError
from scograph.exports.publication import PublicationTarget
from scograph.messages import visible


def publication_target(base_url: str, endpoint: str) -> PublicationTarget:
    """Where and when something is published.

    Args:
        base_url: The address, or nothing.
        endpoint: The address of SPARQL, or nothing.

    Returns:
        Both, with the date of SOURCE_DATE_EPOCH if that is set.

    Raises:
        UsageError: An address is none, or SOURCE_DATE_EPOCH is no time.
    """
    for option, address in (("--base-url", base_url), ("--endpoint", endpoint)):
        if address and not _is_web_address(address):
            raise UsageError(f"{option} {address!r} is not a URL", hint="write it in full: https://example.org/graph/")
    if base_url and (urlsplit(base_url).query or urlsplit(base_url).fragment):
        raise UsageError(f"--base-url {base_url!r} has a query or a fragment", hint="give the address of a folder")
    return PublicationTarget(base_url, endpoint, _date(os.environ.get("SOURCE_DATE_EPOCH", "")))


def _is_web_address(text: str) -> bool:
    """Whether a text is an address, which can be written into files as it is."""
    try:
        parts = urlsplit(text)  # it drops line ends, so that it alone does not tell
        NamedNode(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and visible(text) == text and text.isprintable()


def _date(epoch: str) -> str:
    if not epoch:
        return ""
    try:
        return datetime.fromtimestamp(int(epoch), tz=UTC).date().isoformat()
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"SOURCE_DATE_EPOCH is {epoch!r}, which is not a time",
            hint="it is the number of seconds since 1970: date +%s",
        ) from error
