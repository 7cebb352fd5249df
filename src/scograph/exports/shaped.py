"""Flattened and framed JSON-LD by PyLD (JSON-LD 1.1 API, clause 7; JSON-LD 1.1 Framing), held in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scograph.errors import InputError, UsageError
from scograph.serialise.context import Context
from scograph.serialise.jsonld import without_prefixes

_SCHEME = re.compile(rb'"([A-Za-z][A-Za-z0-9+.-]*):')

ExpandedJsonLd = Iterable[bytes]


def flattened(document: ExpandedJsonLd, context: Context) -> Iterator[bytes]:
    """A document whose nodes are all on one level.

    Args:
        document: Expanded JSON-LD.
        context: The context to compact it with.

    Returns:
        UTF-8.

    Raises:
        InputError: The context is not one.
        UsageError: PyLD is not installed.
    """
    return _processed("flatten", document, {"@context": context})


def framed(document: ExpandedJsonLd, context: Context, frame: Mapping[str, Any]) -> Iterator[bytes]:
    """A document in the shape of a frame.

    Args:
        document: Expanded JSON-LD.
        context: The context to compact it with, unless the frame has one.
        frame: The frame.

    Returns:
        UTF-8.

    Raises:
        InputError: The frame is not one.
        UsageError: PyLD is not installed.
    """
    return _processed("frame", document, {"@context": context, **frame})


def _processed(verb: str, document: ExpandedJsonLd, shape: Mapping[str, Any]) -> Iterator[bytes]:
    try:
        from pyld import jsonld  # type: ignore[import-untyped] # noqa: PLC0415 -- slow to load, and an extra
    except ImportError as error:
        raise UsageError(f"to {verb} JSON-LD takes PyLD", hint="pip install pyld") from error
    data = b"".join(document)
    schemes = {match.decode() for match in _SCHEME.findall(data)}  # PyLD refuses a prefix that is one
    context = shape["@context"]
    context = without_prefixes(context, schemes) if isinstance(context, dict) else context
    options = {"documentLoader": _refuse, "embed": "@once", "ordered": True}
    try:
        made = getattr(jsonld, verb)(json.loads(data), {**shape, "@context": context}, options)
    except jsonld.JsonLdError as error:
        reason = error.cause or error
        raise InputError(f"JSON-LD cannot be put into that shape: {str(reason).splitlines()[0]}") from error
    yield (json.dumps(made, ensure_ascii=False, indent=2) + "\n").encode()


def _refuse(url: str, _options: object) -> dict[str, Any]:
    raise InputError(
        f"a JSON-LD context on another host, {url}: nothing is fetched", hint="give it with --context FILE"
    )
