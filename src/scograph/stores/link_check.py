"""Check whether addresses answer: one request after the other, with a pause between two to one host (RFC 9110)."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urldefrag, urlsplit

import httpx2

from scograph.errors import StoreError
from scograph.stores.addresses import proxies_around
from scograph.stores.clients import SCHEMES, new_client
from scograph.stores.exchange import Exchange, PrivateAddressError, SlowAnswerError, is_private_name, without_userinfo

PAUSE = 1.0
"""Seconds between two requests to one host."""
MAX_UNREACHED = 3
"""So many hosts that are not reached, and none that is, tell that the network is not."""
PRIVATE = "not asked: a private address (--private allows it)"

_NO_NETWORK = (errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH, errno.EHOSTDOWN, errno.ETIMEDOUT)


class UnreachedError(StoreError):
    """No host could be reached, so nothing is known of any address."""


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
        UnreachedError: No host was reached, of all or of the first `MAX_UNREACHED`: then it is the network that fails,
            and no address.
    """
    answers: dict[str, str] = {}
    documents: dict[str, str] = {}
    hosts: set[str] = set()
    unreached: dict[str, str] = {}
    is_reached = False
    proxies = [urlsplit(proxy).hostname or "" for proxy in proxies_around(trusted=True).values()]
    exchange = Exchange(is_public_only=not asks_private, proxies=proxies)
    with new_client(seconds, headers={"User-Agent": "scograph links"}) as client:
        for iri in iris:
            parts = urlsplit(iri)
            if parts.scheme not in SCHEMES:
                continue
            document, host = urldefrag(iri)[0], parts.hostname or ""
            if document not in documents and not asks_private and is_private_name(host):
                documents[document] = PRIVATE
            if document not in documents and host in unreached:
                documents[document] = f"no: {unreached[host]}"
            if document not in documents:
                if host in hosts:
                    wait(PAUSE)
                hosts.add(host)
                documents[document], has_answered = _answer(
                    client, exchange, document, seconds, is_by_proxy=bool(proxies)
                )
                is_reached |= has_answered
                if not has_answered:
                    unreached.setdefault(host, documents[document].removeprefix("no: "))
                if not is_reached and len(unreached) == MAX_UNREACHED:
                    raise _unreached(unreached)
            answers[iri] = documents[document]
    if unreached and not is_reached:
        raise _unreached(unreached)
    return answers


def _unreached(reasons: Mapping[str, str]) -> UnreachedError:
    host, reason = next(iter(reasons.items()))
    which = f"none of the first {len(reasons)} hosts" if len(reasons) > 1 else "no host"
    return UnreachedError(
        f"{which} can be reached ({host}: {reason}), so no link was judged",
        hint="connect this machine to the network, or name its proxy in HTTPS_PROXY",
    )


def _is_unreached(error: BaseException, *, is_by_proxy: bool) -> bool:
    """Whether an error is that of a machine without network, and not the answer of a host or of one near it."""
    if not isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError):
        return False
    if is_by_proxy or isinstance(error, httpx2.ConnectTimeout):
        return True
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror | TimeoutError):
            return True
        if isinstance(cause, OSError) and cause.errno in _NO_NETWORK:
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _answer(
    client: httpx2.Client, exchange: Exchange, iri: str, seconds: float, *, is_by_proxy: bool
) -> tuple[str, bool]:
    """What is said of an address, and whether something was reached."""
    try:
        with exchange.within(seconds, iri):
            response = client.head(iri, extensions=exchange.extensions)
            if response.status_code in (405, 501):
                with client.stream("GET", iri, extensions=exchange.extensions) as response:
                    pass
    except SlowAnswerError as error:
        said = f"no: {error.message.removeprefix(f'{iri}: ')}"
        return said, not _is_unreached(error.__cause__ or error, is_by_proxy=is_by_proxy)
    except PrivateAddressError:
        return PRIVATE, True
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        return f"no: {error or type(error).__name__}", not _is_unreached(error, is_by_proxy=is_by_proxy)
    if response.is_redirect:
        return f"{response.status_code} to {without_userinfo(response.headers.get('location', ''))}", True
    return str(response.status_code) if response.is_success else f"no: {response.status_code}", True
