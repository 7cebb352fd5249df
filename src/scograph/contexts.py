"""Remote JSON-LD contexts: none is read unless its address is allowed (JSON-LD 1.1, 9.4)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scograph.errors import InputError, UsageError
from scograph.guard import read_json
from scograph.project import read_bytes
from scograph.read_options import ReadOptions


def allowed_contexts(options: Iterable[str]) -> dict[str, str]:
    """The contexts that options allow.

    Args:
        options: Each `URL`, or `URL=FILE` for a copy of it.

    Returns:
        By address, the file, or nothing where it may be fetched.

    Raises:
        UsageError: An option is neither.

    Example:
        >>> allowed_contexts(["https://schema.org/=schema-org.jsonld"])
        {'https://schema.org/': 'schema-org.jsonld'}
    """
    files: dict[str, str] = {}
    for option in options:
        url, _, file = option.partition("=")
        if not url.lower().startswith(("http://", "https://")):
            raise UsageError(f"{option!r} is no address", hint="give https://…, or https://…=FILE")
        files[_normalised(url)] = file
    return files


def _normalised(url: str) -> str:
    """An address in the form in which the same ones are equal: an empty path is `/` (RFC 3986, 6.2.3)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if parts.scheme.lower() not in ("http", "https"):
        return url
    return parts._replace(
        scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), path=parts.path or "/", fragment=""
    ).geturl()


def with_contexts(data: bytes, name: str, options: ReadOptions) -> bytes:
    """A JSON-LD document with the contexts that it refers to inside it.

    Args:
        data: The document, in UTF-8, nested within the bound.
        name: Its name in messages.
        options: What may be read; if nothing is, the document stays as it is.

    Returns:
        The document.

    Raises:
        InputError: It is no JSON, or refers to a context that is not allowed.
        StoreError: A context cannot be fetched.
    """
    if not options.contexts:
        return data
    try:
        document = json.loads(data, parse_float=_Number, parse_int=_Number)
    except ValueError as error:
        raise InputError(f"{name}: not JSON: {error}", hint="JSON has double quotes, and no comma at an end") from error
    return json.dumps(_replaced(document, options, ())).encode()


def _content(url: str, options: ReadOptions) -> Any:  # noqa: ANN401 -- JSON
    """The value of the `@context` of a document that a context refers to."""
    known = _normalised(url)
    file = options.contexts.get(known)
    if file is None or (not file and options.fetch is None):
        raise InputError(
            f"a JSON-LD context on another host, {url}: nothing is fetched", hint=options.context_hint(url)
        )
    data = read_bytes(Path(file), is_pipe_allowed=True) if file else options.fetch(known)  # type: ignore[misc]
    try:
        return read_json(data.removeprefix(b"\xef\xbb\xbf"), file or url)["@context"]
    except (ValueError, LookupError, TypeError) as error:
        raise InputError(
            f"{file or url}: not a JSON-LD context: {error}", hint='a context is {"@context": {…}}'
        ) from error


class _Number(float):
    """A number that is written as it was read."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text

    __float__ = float.__float__


def _replaced(value: Any, options: ReadOptions, inside: tuple[str, ...]) -> Any:  # noqa: ANN401 -- JSON
    if isinstance(value, list):
        return [_replaced(item, options, inside) for item in value]
    if isinstance(value, dict):
        return {
            key: _context(item, options, inside) if key == "@context" else _replaced(item, options, inside)
            for key, item in value.items()
        }
    return value


def _context(value: Any, options: ReadOptions, inside: tuple[str, ...]) -> Any:  # noqa: ANN401 -- JSON
    if isinstance(value, list):
        return [part for item in value for part in _listed(_context(item, options, inside))]
    if isinstance(value, str):
        if value in inside:
            raise InputError(f"the JSON-LD context {value} refers to itself", hint="take another copy of it")
        return _context(_content(value, options), options, (*inside, value))
    return _replaced(value, options, inside)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 -- JSON
    return value if isinstance(value, list) else [value]
