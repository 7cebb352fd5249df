"""Check whether addresses answer: one request after the other, with a pause between two to one host (RFC 9110)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from urllib.parse import urldefrag, urlsplit

import httpx2

from scograph.stores.addresses import LOOPBACK, proxies_around
from scograph.stores.clients import SCHEMES, new_client
from scograph.stores.exchange import Exchange, PrivateAddressError, SlowAnswerError, is_public, without_userinfo

PAUSE = 1.0
"""Seconds between two requests to one host."""
PRIVATE = "no: a private address, which is asked only with --private"


def check_links(
    iris: Iterable[str],
    seconds: float,
    *,
    asks_private: bool = False,
    wait: Callable[[float], None] = time.sleep,
) -> dict[str, str]:
    """Ask addresses whether they answer.

    Args:
        iris: The addresses; two that differ in their fragment alone are one, and those of other schemes are not asked.
        seconds: How long one may be silent.
        asks_private: Whether addresses of this machine and its network are asked too, whoever wrote them.
        wait: How a pause is made.

    Returns:
        By address that was asked: `200`, `301 to …`, or `no: …` and why.

    Raises:
        UsageError: The environment names a proxy or certificates that cannot be used.
    """
    answers: dict[str, str] = {}
    documents: dict[str, str] = {}
    hosts: set[str] = set()
    proxies = [urlsplit(proxy).hostname or "" for proxy in proxies_around(trusted=True).values()]
    exchange = Exchange(is_public_only=not asks_private, proxies=proxies)
    with new_client(seconds, headers={"User-Agent": "scograph links"}) as client:
        for iri in iris:
            parts = urlsplit(iri)
            if parts.scheme not in SCHEMES:
                continue
            document, host = urldefrag(iri)[0], parts.hostname or ""
            if document not in documents and not asks_private and _is_private(host):
                documents[document] = PRIVATE
            if document not in documents:
                if host in hosts:
                    wait(PAUSE)
                hosts.add(host)
                documents[document] = _answer(client, exchange, document, seconds)
            answers[iri] = documents[document]
    return answers


def _is_private(host: str) -> bool:
    """Whether a host is private by its name alone; of others the connection tells."""
    with suppress(ValueError):
        return not is_public(host)
    return host.rstrip(".").lower() in LOOPBACK


def _answer(client: httpx2.Client, exchange: Exchange, iri: str, seconds: float) -> str:
    try:
        with exchange.within(seconds, iri):
            response = client.head(iri, extensions=exchange.extensions)
            if response.status_code in (405, 501):
                with client.stream("GET", iri, extensions=exchange.extensions) as response:
                    pass
    except SlowAnswerError as error:
        return f"no: {error.message.removeprefix(f'{iri}: ')}"
    except PrivateAddressError:
        return PRIVATE
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        return f"no: {error or type(error).__name__}"
    if response.is_redirect:
        return f"{response.status_code} to {without_userinfo(response.headers.get('location', ''))}"
    return str(response.status_code) if response.is_success else f"no: {response.status_code}"
