"""Whether addresses answer, asked politely: one after the other, a pause between two of one host."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from urllib.parse import urldefrag, urlsplit

import httpx2

from scograph.stores.exchange import Exchange, SlowAnswerError, without_userinfo

PAUSE = 1.0
"""Seconds between two requests to one host."""
SCHEMES = ("http", "https")
"""Schemes of addresses that can be asked."""


def answering(iris: Iterable[str], seconds: float, *, wait: Callable[[float], None] = time.sleep) -> dict[str, str]:
    """Ask addresses whether they answer.

    Args:
        iris: The addresses; two that differ in their fragment alone are one, and those of other schemes are not asked.
        seconds: How long one may be silent.
        wait: How a pause is made.

    Returns:
        By address that was asked: `200`, `301 to …`, or `no: …` and why.
    """
    found: dict[str, str] = {}
    documents: dict[str, str] = {}
    asked: set[str] = set()
    exchange = Exchange()
    with httpx2.Client(timeout=seconds, follow_redirects=False, headers={"User-Agent": "scograph links"}) as client:
        for iri in iris:
            parts = urlsplit(iri)
            if parts.scheme not in SCHEMES:
                continue
            document, host = urldefrag(iri)[0], parts.hostname or ""
            if document not in documents:
                if host in asked:
                    wait(PAUSE)
                asked.add(host)
                documents[document] = _asked(client, exchange, document, seconds)
            found[iri] = documents[document]
    return found


def _asked(client: httpx2.Client, exchange: Exchange, iri: str, seconds: float) -> str:
    try:
        with exchange.within(seconds, iri):
            response = client.head(iri, extensions=exchange.extensions)
            if response.status_code in (405, 501):
                with client.stream("GET", iri, extensions=exchange.extensions) as response:
                    pass
    except SlowAnswerError as error:
        return f"no: {error.message.removeprefix(f'{iri}: ')}"
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        return f"no: {error or type(error).__name__}"
    if response.is_redirect:
        return f"{response.status_code} to {without_userinfo(response.headers.get('location', ''))}"
    return str(response.status_code) if response.is_success else f"no: {response.status_code}"
