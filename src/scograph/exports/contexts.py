"""Remote JSON-LD contexts: none is fetched unless its address is allowed (JSON-LD 1.1, 9.4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scograph.errors import InputError, StoreError, UsageError
from scograph.guard import read_json
from scograph.project import read_bytes

MAX_CONTEXT_BYTES = 4 << 20
MAX_SECONDS = 20
"""How long a context may take to be fetched."""


@dataclass(frozen=True)
class AllowedContexts:
    """The contexts that may be read.

    Args:
        files: By address, the file that holds it, or nothing where it may be fetched.
    """

    files: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, options: tuple[str, ...]) -> AllowedContexts:
        """Read what is written as `URL` or `URL=FILE`.

        Raises:
            UsageError: It is neither.
        """
        files: dict[str, str] = {}
        for option in options:
            url, _, file = option.partition("=")
            if not url.startswith(("http://", "https://")):
                raise UsageError(f"{option!r} is no address", hint="give https://…, or https://…=FILE")
            files[url] = file
        return cls(files)

    def content(self, url: str) -> Any:  # noqa: ANN401 -- JSON
        """The value of a document's `@context`.

        Raises:
            InputError: It is not allowed, or no JSON.
            StoreError: It cannot be fetched.
        """
        if url not in self.files:
            raise InputError(
                f"a JSON-LD context on another host, {url}: nothing is fetched",
                hint=f"allow it: --allow-context {url}, or with a copy: --allow-context {url}=FILE",
            )
        data = read_bytes(Path(self.files[url]), is_pipe_allowed=True) if self.files[url] else _fetched(url)
        try:
            return read_json(data, self.files[url] or url)["@context"]
        except (ValueError, LookupError, TypeError) as error:
            raise InputError(f"{self.files[url] or url}: not a JSON-LD context: {error}") from error


def _fetched(url: str) -> bytes:
    """A context from its address, in bounded time and size."""
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


def with_contexts(data: bytes, name: str, allowed: AllowedContexts) -> bytes:
    """A JSON-LD document with the contexts that it refers to inside it, held in memory.

    Args:
        data: The document, which is within the bound of nesting.
        name: Its name in messages.
        allowed: What may be read.

    Returns:
        The document.

    Raises:
        InputError: It is no JSON, or refers to a context that is not allowed.
    """
    try:
        document = json.loads(data, parse_float=_Number, parse_int=_Number)
    except ValueError as error:
        raise InputError(f"{name}: not JSON: {error}") from error
    return json.dumps(_replaced(document, allowed, ()), ensure_ascii=False).encode()


class _Number(float):
    """A number that is written as it was read."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text

    __float__ = float.__float__


def _replaced(value: Any, allowed: AllowedContexts, inside: tuple[str, ...]) -> Any:  # noqa: ANN401 -- JSON
    if isinstance(value, list):
        return [_replaced(item, allowed, inside) for item in value]
    if isinstance(value, dict):
        return {
            key: _context(item, allowed, inside) if key == "@context" else _replaced(item, allowed, inside)
            for key, item in value.items()
        }
    return value


def _context(value: Any, allowed: AllowedContexts, inside: tuple[str, ...]) -> Any:  # noqa: ANN401 -- JSON
    if isinstance(value, list):
        return [part for item in value for part in _listed(_context(item, allowed, inside))]
    if isinstance(value, str):
        if value in inside:
            raise InputError(f"the JSON-LD context {value} refers to itself", hint="take another copy of it")
        return _context(allowed.content(value), allowed, (*inside, value))
    return _replaced(value, allowed, inside)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 -- JSON
    return value if isinstance(value, list) else [value]
