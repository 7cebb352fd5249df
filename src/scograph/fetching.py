"""One GET of one page over HTTP: its bytes, its status and its redirects, within bounds (RFC 9110, 9.3.1 and 15)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx2

from scograph.bounds import SOURCE_SIZE, SOURCE_WAIT
from scograph.errors import StoreError, UsageError
from scograph.stores.addresses import proxies_around
from scograph.stores.clients import MAX_REDIRECTS, SCHEMES, new_client
from scograph.stores.exchange import (
    ACCEPTED,
    Exchange,
    PrivateAddressError,
    body_of,
    is_private_name,
    without_userinfo,
)

ACCEPT = "text/html, application/xhtml+xml, application/pdf;q=0.9, text/*;q=0.9, */*;q=0.5"
"""The formats that texts are read from."""
MAX_REASON = 300
"""Characters of a failure that are passed on."""
PERMANENT = (301, 308)
"""Redirects after which the new address is to be used (RFC 9110, 15.4.2 and 15.4.9)."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a site answered.

    Args:
        address: The address that was asked.
        final: The address that answered, after all redirects, without a fragment.
        status: The status code of that answer.
        is_moved: Whether each redirect on the way was a permanent one; False without redirects.
        content_type: The header Content-Type, or empty.
        data: The body, its content coding undone; empty unless the status is 2xx.
    """

    address: str
    final: str
    status: int
    is_moved: bool
    content_type: str
    data: bytes

    @property
    def is_redirected(self) -> bool:
        """Whether another address answered."""
        return self.final != urldefrag(self.address)[0]


def fetch_page(address: str, *, asks_private: bool = False, user_agent: str = "scograph source") -> Fetched:
    """Fetch a page: one GET, and one for each redirect.

    Args:
        address: Its address, http or https; a fragment is not sent.
        asks_private: Whether an address of this machine or its network may be asked. A public site never leads there.
        user_agent: The header User-Agent.

    Returns:
        What the site answered, whatever its status.

    Raises:
        UsageError: The address is none, or carries a password; or the environment names no usable proxy.
        PrivateAddressError: The address, or one that a redirect leads to, is private.
        StoreError: The site cannot be reached, is too slow (bound `source-wait`), sends too much (bound
            `source-size`), redirects too often, or to what is no address of http or https.
    """
    page = _checked(address)
    proxies = [urlsplit(proxy).hostname or "" for proxy in proxies_around(trusted=True).values()]
    exchange = Exchange(is_guarded=True, is_public_only=not asks_private, proxies=proxies)
    headers = {"User-Agent": user_agent, "Accept": ACCEPT, "Accept-Encoding": ACCEPTED}
    seconds = SOURCE_WAIT.limit
    try:
        with new_client(seconds, headers=headers) as client, exchange.within(seconds, page):
            return _followed(client, exchange, address, page, asks_private=asks_private)
    except (OSError, httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        reason = str(error)[:MAX_REASON] or type(error).__name__
        raise StoreError(
            f"{page}: cannot be fetched: {reason}", hint="is the address right, and are you online?"
        ) from error


def _followed(client: httpx2.Client, exchange: Exchange, address: str, page: str, *, asks_private: bool) -> Fetched:
    """The answer at the end of all redirects."""
    target, is_moved = page, True
    for count in range(MAX_REDIRECTS + 1):
        if not asks_private and is_private_name(urlsplit(target).hostname or ""):
            raise PrivateAddressError(f"{without_userinfo(target)}: a private address: it is not asked")
        with client.stream("GET", target, extensions=exchange.extensions) as answer:
            if answer.has_redirect_location:
                is_moved &= answer.status_code in PERMANENT
                target = _next(target, answer.headers["location"], page)
                continue
            data = b"".join(body_of(answer, SOURCE_SIZE, page)) if answer.is_success else b""
            content_type = answer.headers.get("content-type", "")
            return Fetched(address, target, answer.status_code, is_moved and count > 0, content_type, data)
    raise StoreError(
        f"{page}: the site redirects more than {MAX_REDIRECTS} times",
        hint="open it in a browser, and give the last address",
    )


def _checked(address: str) -> str:
    """An address without its fragment; a UsageError where it is none."""
    hint = "an address begins with http:// or https://"
    try:
        parts = urlsplit(address)
        is_one = parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise UsageError(f"{address!r} is not a URL: {error}", hint=hint) from error
    if not is_one:
        raise UsageError(f"{address!r} is not the URL of a page", hint=hint)
    if "@" in parts.netloc:
        raise UsageError(
            f"{without_userinfo(address)}: the address has a user name or password, which the project would publish",
            hint="save the page, and give the file",
        )
    return urldefrag(address)[0]


def _next(base: str, location: str, page: str) -> str:
    """Where a redirect leads to."""
    with suppress(ValueError):
        target = urldefrag(urljoin(base, location))[0]
        if urlsplit(target).scheme in SCHEMES and urlsplit(target).hostname:
            return target
    raise StoreError(
        f"{page}: the site redirects to {without_userinfo(location)[:MAX_REASON]!r}, which is not an http(s) address",
        hint="open it in a browser, and give the last address",
    )
