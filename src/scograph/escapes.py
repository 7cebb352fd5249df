"""The escapes of texts in N-Triples, Turtle and SPARQL (RDF 1.1 N-Triples, clauses 2.4 and 7).

This module imports little, since each worker of the server imports it.
"""

from __future__ import annotations

import re

ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
"""An escape: four or eight digits of a code point, or one character."""
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_TO_ESCAPE = re.compile(r'["\\\x00-\x1f\x7f]')


def escape(text: str) -> str:
    """A text with the escapes of canonical N-Triples, as pyoxigraph writes them."""
    if not _TO_ESCAPE.search(text):
        return text
    return _TO_ESCAPE.sub(lambda match: _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}", text)


def unescape(text: str) -> str:
    """A text without its escapes (RDF 1.1 N-Triples, clause 7)."""
    return ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _CHARACTERS.get(match[3], match[3])
