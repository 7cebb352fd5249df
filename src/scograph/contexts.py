"""Remote JSON-LD contexts: none is read unless its address is allowed (JSON-LD 1.1, 9.4)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

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
            raise UsageError(f"{option!r} is not a URL", hint="give https://…, or https://…=FILE")
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


def with_contexts(data: bytes, name: str, options: ReadOptions, base: str = "") -> bytes:
    """A JSON-LD document with the contexts inside it that it refers to, and those that it imports (JSON-LD API, 4.1.2).

    Args:
        data: The document, in UTF-8, nested within the bound.
        name: Its name in messages.
        options: What may be read; if nothing is, the document stays as it is.
        base: The IRI that relative references are resolved against; nothing where they stay relative.

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
    return json.dumps(_replaced(document, options, _Chain(base))).encode()


class _Chain(NamedTuple):
    """Where a reference to a context stands.

    Args:
        base: The IRI of its document, or nothing.
        inside: The contexts that are being put in around it.
    """

    base: str
    inside: tuple[str, ...] = ()

    def below(self, reference: str) -> _Chain:
        """The same for what stands in a context that is referred to here.

        Raises:
            InputError: It refers to itself.
        """
        url = urljoin(self.base, reference) if self.base else reference
        if url in self.inside:
            raise InputError(f"the JSON-LD context {url} refers to itself", hint="take another copy of it")
        return _Chain(url, (*self.inside, url))


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


def _replaced(value: Any, options: ReadOptions, chain: _Chain) -> Any:  # noqa: ANN401 -- JSON
    if isinstance(value, list):
        return [_replaced(item, options, chain) for item in value]
    if isinstance(value, dict):
        return {
            key: _context(item, options, chain) if key == "@context" else _replaced(item, options, chain)
            for key, item in value.items()
        }
    return value


def _context(value: Any, options: ReadOptions, chain: _Chain) -> Any:  # noqa: ANN401 -- JSON
    if isinstance(value, list):
        return [part for item in value for part in _listed(_context(item, options, chain))]
    if isinstance(value, str):
        below = chain.below(value)
        return _context(_content(below.base, options), options, below)
    if isinstance(value, dict) and isinstance(value.get("@import"), str):
        below = chain.below(value["@import"])
        content = _content(below.base, options)
        if not isinstance(content, dict) or "@import" in content:
            raise InputError(
                f"the JSON-LD context {below.base} cannot be imported: it is not one object without @import",
                hint='refer to it in an array: ["URL", {…}]',
            )
        own = {key: item for key, item in value.items() if key != "@import"}
        return {**_replaced(content, options, below), **_replaced(own, options, chain)}
    return _replaced(value, options, chain)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 -- JSON
    return value if isinstance(value, list) else [value]
