"""Finds where the parts of a JSON text stand: each value, and each key of each object (RFC 8259)."""

from __future__ import annotations

import json
import re
from typing import Any

from scograph.jsonld.walk import KEY, Path
from scograph.model import TextSpan

MAX_PARTS = 1_000_000
"""So many parts of a text are found; each takes some hundred bytes of memory."""

_TOKEN = re.compile(r'[\s,:]*(?P<token>"(?:[^"\\]++|\\.)*+"|[\[\]{}]|[^\s,:"\[\]{}]+)', re.DOTALL)


class JsonPart:
    """A value of a text: where it stands, and what is in it.

    Args:
        start: Characters before it.
    """

    __slots__ = ("end", "keys", "parts", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.end = start + 1
        self.parts: dict[Any, JsonPart] | None = None
        self.keys: dict[str, TextSpan] | None = None

    @property
    def span(self) -> TextSpan:
        """From its first character to its last."""
        return TextSpan(self.start, self.end)


def scan(text: str) -> JsonPart:
    """Find the parts of a text that is JSON.

    Args:
        text: The text; the parser has judged its syntax.

    Returns:
        The outermost value; of a key that occurs twice, the last. Of a text with more than `MAX_PARTS` parts only the
        whole is found.

    >>> scan('{"a": [1, 22]}').parts["a"].parts[1].span
    TextSpan(start=10, end=12)
    """
    if text.count(",") > MAX_PARTS:
        return _whole(text)
    whole: JsonPart | None = None
    stack: list[JsonPart] = []
    key: str | None = None
    position = 0
    while match := _TOKEN.match(text, position):
        position = match.end()
        token, start = match["token"], match.start("token")
        if token in ("]", "}"):
            if stack:
                stack.pop().end = position
            continue
        around = stack[-1] if stack else None
        if around is not None and around.keys is not None and key is None:
            key = _string(token)
            around.keys[key] = TextSpan(start, position)
            continue
        part = JsonPart(start)
        part.end = position
        if around is None:
            whole = whole or part
        elif around.parts is not None:
            around.parts[len(around.parts) if around.keys is None else key] = part
        key = None
        if token in ("[", "{"):
            part.parts = {}
            part.keys = {} if text[start] == "{" else None
            stack.append(part)
    return whole or JsonPart(0)


def _whole(text: str) -> JsonPart:
    part = JsonPart(len(text) - len(text.lstrip()))
    part.end = len(text)
    return part


def _string(token: str) -> str:
    if "\\" not in token:
        return token[1:-1]
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        return token


def part_at(whole: JsonPart, path: Path) -> TextSpan:
    """Where the part with a path stands; the nearest around it where the text has none.

    Args:
        whole: What `scan` found.
        path: The path (`walk`).

    Returns:
        The place.
    """
    steps = []
    while path is not None:
        path, step = path
        steps.append(step)
    part, found = whole, whole.span
    while steps:
        step = steps.pop()
        if len(steps) == 1 and steps[0] == KEY and part.keys is not None and step in part.keys:
            return part.keys[step]
        inner = (part.parts or {}).get(step)
        if inner is None:
            return found
        part, found = inner, inner.span
    return found
