"""Finds the line and column of an error in a JSON-LD document, which the parser does not give."""

from __future__ import annotations

import json
import re

from scograph.jsonld.context import UnreadableError
from scograph.jsonld.scan import part_at, scan
from scograph.jsonld.walk import Walk
from scograph.model import Place, TextSpan
from scograph.turtle.tokens import LineIndex

_QUOTED = re.compile(r"'([^']+)'")


def place_of_fault(data: bytes, message: str, path: str, base: str = "") -> Place:
    """Where a document breaks the rules of JSON-LD.

    Args:
        data: Its bytes, which are JSON.
        message: What the parser says.
        path: Its name in messages.
        base: Its base IRI, or nothing.

    Returns:
        The place of the first fault; the file alone where it cannot be found.

    >>> place_of_fault(b'{"@id": 1}', "@id value must be a string", "a.jsonld")
    Place(path='a.jsonld', line=1, column=9, length=1)
    """
    text = data.decode("utf-8", "replace")
    span = _fault(text, base) or _quoted(text, message)
    if span is None:
        return Place(path)
    return Place(path, *LineIndex(text).position(span.start), length=_on_one_line(text, span))


def _fault(text: str, base: str) -> TextSpan | None:
    try:
        Walk(base).document(json.loads(text, strict=False))
    except UnreadableError as error:
        return part_at(scan(text), error.path) if error.path is not None else None
    except (ValueError, TypeError, RecursionError):
        return None
    return None


def _quoted(text: str, message: str) -> TextSpan | None:
    """What the message quotes, if it occurs once."""
    for value in _QUOTED.findall(message):
        token = json.dumps(value, ensure_ascii=False)
        if text.count(token) == 1:
            start = text.index(token)
            return TextSpan(start, start + len(token))
    return None


def _on_one_line(text: str, span: TextSpan) -> int:
    end = text.find("\n", span.start, span.end)
    return (span.end if end < 0 else end) - span.start
