"""Error messages for requests to a store that failed or were refused, with hints (RFC 9110, clause 15)."""

from __future__ import annotations

import ssl

import httpx2

from scograph.bounds import STORE_ANSWER
from scograph.errors import SilentStoreError, StoreError
from scograph.stores.addresses import LOOPBACK
from scograph.stores.exchange import body_of, without_userinfo

MAX_MESSAGE = 300
"""Characters of a store's own message that are passed on."""
MAX_REFUSAL = 1 << 16
"""Bytes that are read for it: what stands at an address may send without an end."""

_REFUSED = (401, 403, 407)
_NOT_THERE = (404, 405, 501)
_WITHOUT_WORDS = (b"head", b"script", b"style")


def broken(error: httpx2.TransportError, *, by_proxy: bool) -> StoreError:
    """The error for a request that got no answer, or half of one.

    Args:
        error: What the client says.
        by_proxy: Whether the environment names a proxy.

    Returns:
        The error in the reader's words.
    """
    tls, url = of_tls(error), error.request.url
    host = url.netloc.decode()
    if isinstance(tls, ssl.SSLCertVerificationError):
        return StoreError(
            f"{host}: its certificate is not trusted: {tls.verify_message}",
            hint="if an authority of your own signed it, name that authority's certificate: SSL_CERT_FILE=ca.pem",
        )
    if tls:
        return StoreError(
            f"{host}: the server does not use TLS: {tls.reason}", hint="does the address begin with http:// instead?"
        )
    if isinstance(error, httpx2.ConnectError):
        which = "the proxy of the environment" if by_proxy and url.host not in LOOPBACK else "the address"
        return StoreError(f"{host}: no answer: {error}", hint=f"is the store running, and is {which} right?")
    if isinstance(error, httpx2.TimeoutException):
        return SilentStoreError(
            f"{host}: the store did not answer in time",
            hint="it may still be working: wait, or raise --timeout, and run the command again",
        )
    return StoreError(
        f"{host}: the connection broke: {error}", hint="run the command again: it continues where it stopped"
    )


def refused(response: httpx2.Response, user: str, not_there: str) -> StoreError:
    """The error for an answer that is a refusal.

    Args:
        response: The answer, its body not read yet.
        user: Who asked, if anybody was named.
        not_there: What to do if there is nothing of the kind at the address, or nothing in particular.

    Returns:
        The error in the reader's words, with the beginning of the store's own.
    """
    code, method = response.status_code, response.request.method
    url = response.request.url
    where = f"{method} {url.netloc.decode()}{url.path}"
    if response.is_redirect:
        target = without_userinfo(response.headers.get("location", ""))
        return StoreError(
            f"{where}: the store redirects to {target!r}: redirects are not followed with data or a password",
            hint="give the address of the store itself",
        )
    if code in _REFUSED:
        known = f" as {user!r}" if user else ""
        return StoreError(
            f"{where}: the store refuses{known}: {code} {response.reason_phrase}",
            hint="set SCOGRAPH_STORE_USER and SCOGRAPH_STORE_PASSWORD of a user who may do this",
        )
    beginning = _beginning(response)
    text = (_words(beginning) if is_page(response) else beginning).decode("utf-8", "replace")
    said = " ".join(text.split())[:MAX_MESSAGE]
    hint = {
        404: "is it the store's base address? Is --profile right?",
        405: "is the store read-only there?",
        413: "the request is too large for the store: use a smaller --chunk",
        507: "the store has no space left",
    }.get(code, "see the log of the store")
    asks_nothing = method == "GET" and code == httpx2.codes.BAD_REQUEST  # no query of the user's can be at fault
    if not_there and (code in _NOT_THERE or asks_nothing):
        hint = not_there
    return StoreError(f"{where}: {code} {response.reason_phrase}{': ' if said else ''}{said}", hint=hint)


def is_page(response: httpx2.Response) -> bool:
    """Whether an answer is a web page."""
    return bool(response.headers.get("content-type", "").startswith("text/html"))


def _words(page: bytes) -> bytes:
    """The words of a web page, which is gone through once."""
    lower = page.lower()
    found, at = [], 0
    while (start := page.find(b"<", at)) >= 0:
        found.append(page[at:start])
        name = next((name for name in _WITHOUT_WORDS if lower.startswith(name, start + 1)), b"")
        end = lower.find(b"</" + name, start) if name else start
        end = page.find(b">", end) if end >= 0 else -1
        if end < 0:
            return b" ".join(found)
        at = end + 1
    return b" ".join((*found, page[at:]))


def of_tls(error: BaseException | None) -> ssl.SSLError | None:
    """What TLS says in an error that others were made of."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error


def _beginning(response: httpx2.Response) -> bytes:
    held = b""
    try:
        for piece in body_of(response, STORE_ANSWER, "the refusal"):
            held += piece
            if len(held) >= MAX_REFUSAL:
                break
    except (httpx2.TransportError, StoreError):
        return held[:MAX_REFUSAL]
    return held[:MAX_REFUSAL]
