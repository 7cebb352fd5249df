"""JSON-LD that takes the whole document, by PyLD: flattened, framed, or compacted with a context that no stream has.

JSON-LD 1.1 API, clauses 6 and 7; JSON-LD 1.1 Framing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scograph.bounds import JSON_LD_DOCUMENT
from scograph.errors import BeyondBoundError, InputError, UsageError
from scograph.json_text import json_document
from scograph.serialise.jsonld import without_prefixes

ExpandedJson = Iterable[bytes]


def compacted(document: ExpandedJson, context: Any, url: str = "") -> Iterator[bytes]:  # noqa: ANN401 -- JSON
    """A document with any context.

    Args:
        document: Expanded JSON-LD.
        context: The value of its `@context`.
        url: The context's address, to be written in its place.

    Returns:
        UTF-8; the nodes are in an array, as they are with `JsonLd`.

    Raises:
        InputError: The context is not one, or the document is larger than the bound.
        UsageError: PyLD is not installed.
    """
    return _processed("compact", document, {"@context": context}, url, graph=True)


def flattened(document: ExpandedJson, context: Any, url: str = "") -> Iterator[bytes]:  # noqa: ANN401 -- JSON
    """A document whose nodes are all on one level.

    Args:
        document: Expanded JSON-LD.
        context: The context to compact it with.
        url: The context's address, to be written in its place.

    Returns:
        UTF-8.

    Raises:
        InputError: The context is not one, or the document is larger than the bound.
        UsageError: PyLD is not installed.
    """
    return _processed("flatten", document, {"@context": context}, url)


def framed(document: ExpandedJson, context: Any, frame: Mapping[str, Any], url: str = "") -> Iterator[bytes]:  # noqa: ANN401 -- JSON
    """A document in the shape of a frame.

    Args:
        document: Expanded JSON-LD.
        context: The context to compact it with, unless the frame has one.
        frame: The frame.
        url: The context's address, to be written in its place.

    Returns:
        UTF-8.

    Raises:
        InputError: The frame is not one, or the document is larger than the bound.
        UsageError: PyLD is not installed.
    """
    return _processed("frame", document, {"@context": context, **frame}, url, embed="@once")


def _processed(
    verb: str, document: ExpandedJson, shape: Mapping[str, Any], url: str, **options: object
) -> Iterator[bytes]:
    try:
        from pyld import jsonld  # type: ignore[import-untyped] # noqa: PLC0415 -- slow to load, and an extra
    except ImportError as error:
        raise UsageError(f"to {verb} JSON-LD takes PyLD", hint="pip install pyld") from error
    value = json.loads(_in_memory(document))
    options = {"documentLoader": _refuse, "ordered": True, **options}
    try:
        made = getattr(jsonld, verb)(value, _without_schemes(shape, value, jsonld.expand), options)
    except jsonld.JsonLdError as error:
        raise _told(error) from error
    if url:
        made["@context"] = url
    yield json_document(made)


def _in_memory(document: ExpandedJson) -> bytes:
    held = bytearray()
    limit = JSON_LD_DOCUMENT.limit << 20
    for piece in document:
        held += piece
        if len(held) > limit:
            raise BeyondBoundError(
                f"the document is larger than {JSON_LD_DOCUMENT.limit:,} MiB (bound: {JSON_LD_DOCUMENT.name}), and this"
                " shape or context takes all of it in memory",
                hint="--shape expanded and contexts of terms and prefixes are written as a stream;"
                f" {JSON_LD_DOCUMENT.hint}",
            )
    return bytes(held)


def _without_schemes(shape: Mapping[str, Any], document: Any, expand: Any) -> Mapping[str, Any]:  # noqa: ANN401 -- PyLD
    """The shape without the prefixes that are the scheme of an IRI, which PyLD refuses; a frame keeps its meaning."""
    context = shape["@context"]
    prefixes = _schemes(document) & context.keys() if isinstance(context, dict) else set()
    if not prefixes:
        return shape
    rest: dict[str, Any] = {}
    if len(shape) > 1:
        rest = (expand(dict(shape), {"isFrame": True, "documentLoader": _refuse}) or [{}])[0]
    return {**rest, "@context": without_prefixes(context, prefixes)}


def _schemes(value: Any) -> set[str]:  # noqa: ANN401 -- JSON
    """The schemes of the IRIs without authority in an expanded document."""
    found: set[str] = set()
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict) and one.get("@type") != "@json":
            types = one.get("@type", ())
            names = [*one, one.get("@id", ""), *([types] if isinstance(types, str) else types)]
            parts = (iri.partition(":") for iri in names)
            found.update(scheme for scheme, colon, rest in parts if colon and not rest.startswith("//"))
            waiting += one.values()
    return found


def _told(error: BaseException) -> InputError:
    """The first cause of an error of PyLD, as an error of ours."""
    while error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, InputError):
        return error
    reason = str(error.args[0] if error.args else error)
    return InputError(f"JSON-LD cannot be put into that shape: {reason.splitlines()[0]}")


def _refuse(url: str, _options: object) -> dict[str, Any]:
    raise InputError(
        f"a JSON-LD context on another host, {url}: nothing is fetched",
        hint=f"give a copy of it with --allow-context {url}=FILE",
    )
