"""HTTP clients of this program, all made in one way: proxies, certificates, headers and redirects (RFC 9110, 15.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

import httpx2

from scograph.errors import StoreError, UsageError
from scograph.stores.addresses import WITHOUT_PROXY
from scograph.stores.exchange import Exchange, without_userinfo

MAX_REDIRECTS = 10
"""Redirects that are followed from one address."""
SCHEMES = ("http", "https")


def new_client(
    seconds: float | None = None,
    *,
    uses_proxies: bool = True,
    has_tls: bool = True,
    auth: httpx2.Auth | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx2.Client:
    """Make a client, which follows no redirect of its own accord.

    Args:
        seconds: How long a step of an exchange may take; None where each request says so.
        uses_proxies: Whether the proxies of the environment are used (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY):
            never for this machine.
        has_tls: Whether TLS is spoken; without, no certificates are read, which takes longer than a request.
        auth: Who asks.
        headers: Headers of every request, beside User-Agent.

    Returns:
        The client, to be closed.

    Raises:
        UsageError: The environment names a proxy or certificates that cannot be used.
    """
    try:
        return httpx2.Client(
            verify=has_tls,
            auth=auth,
            follow_redirects=False,
            trust_env=uses_proxies,
            mounts=WITHOUT_PROXY,
            timeout=seconds,
            headers={"User-Agent": "scograph", **(headers or {})},
        )
    except (ImportError, ValueError, httpx2.InvalidURL) as error:  # not its words: a proxy may have a password
        raise UsageError(
            "HTTP_PROXY, HTTPS_PROXY or ALL_PROXY does not name a usable proxy",
            hint="give http://host:port there, or unset it",
        ) from error
    except OSError as error:
        raise UsageError(
            f"SSL_CERT_FILE or SSL_CERT_DIR: the certificates cannot be read: {error.strerror or error}",
            hint="name a file in PEM form, or unset it",
        ) from error


@contextmanager
def following(
    client: httpx2.Client, url: str, exchange: Exchange, headers: Mapping[str, str] | None = None
) -> Iterator[httpx2.Response]:
    """GET an address, and follow redirects to http and https; what else a redirect sends is not read.

    Args:
        client: The client.
        url: The address.
        exchange: Watches the connections.
        headers: Headers of the request.

    Yields:
        The answer, its body not read yet.

    Raises:
        StoreError: A redirect leads to what cannot be fetched, or there are more than `MAX_REDIRECTS`.
        httpx2.HTTPError: The exchange failed.
    """
    target = url
    for _ in range(MAX_REDIRECTS + 1):
        with client.stream("GET", target, headers=headers, extensions=exchange.extensions) as response:
            if not response.has_redirect_location:
                yield response
                return
        target = _target(target, response.headers["location"], url)
    raise StoreError(
        f"{url}: the server redirects more than {MAX_REDIRECTS} times ({response.status_code})",
        hint="give the address of the file itself",
    )


def _target(base: str, location: str, url: str) -> str:
    """Where a redirect leads to."""
    try:
        target = urljoin(base, location)
        is_one = urlsplit(target).scheme in SCHEMES
    except ValueError:
        is_one = False
    if not is_one:
        raise StoreError(
            f"{url}: the server sends to {without_userinfo(location)!r}, which is not an http(s) address",
            hint="give the address of the file itself",
        )
    return target
