"""Fetches JSON-LD contexts whose address is allowed (JSON-LD 1.1, 9.4)."""

from __future__ import annotations

from scograph.errors import InputError, StoreError

MAX_CONTEXT_BYTES = 4 << 20
MAX_SECONDS = 20
"""How long a context may take to be fetched."""


def fetch_context(url: str) -> bytes:
    """Fetch a JSON-LD context, in bounded time and size.

    Args:
        url: Its address.

    Returns:
        Its bytes.

    Raises:
        StoreError: It cannot be fetched.
        InputError: It is too large.
    """
    import httpx2  # noqa: PLC0415 -- slow to import, and only wanted here

    from scograph.stores.clients import following, new_client  # noqa: PLC0415 -- the same
    from scograph.stores.exchange import Exchange  # noqa: PLC0415 -- the same

    hint = f"give a copy: --allow-context {url}=FILE"
    exchange = Exchange(is_guarded=True)
    data = bytearray()
    try:
        with (
            new_client(MAX_SECONDS, headers={"Accept-Encoding": "identity"}) as client,
            exchange.within(MAX_SECONDS, url),
            following(client, url, exchange, {"Accept": "application/ld+json, application/json"}) as response,
        ):
            if not response.is_success:
                raise StoreError(f"{url}: the server answers {response.status_code}", hint=hint)
            for piece in response.iter_raw():
                data += piece
                if len(data) > MAX_CONTEXT_BYTES:
                    break
    except (OSError, httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise StoreError(f"{url}: cannot be fetched: {error or type(error).__name__}", hint=hint) from error
    if len(data) > MAX_CONTEXT_BYTES:
        raise InputError(
            f"{url}: a context of more than {MAX_CONTEXT_BYTES >> 20} MiB", hint="give a copy of the right one"
        )
    return bytes(data)
