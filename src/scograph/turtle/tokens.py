"""The tokens of a Turtle or SPARQL text and where they stand (RDF 1.1 Turtle, clause 6.5; SPARQL 1.1, clause 19.8)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

_GRAMMAR = r"""
    (?P<comment> \#[^\n\r]* )
  | (?P<triple_term> <<\(? | \)?>> )
  | (?P<iri> <(?:[^\x00-\x20<>"{}|^`\\]++|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+> )
  | (?P<string> \"\"\"(?:"?"?(?:[^"\\]++|\\.))*+\"\"\"
              | '''(?:'?'?(?:[^'\\]++|\\.))*+'''
              | "(?:[^"\\\n\r]++|\\.)*+"
              | '(?:[^'\\\n\r]++|\\.)*+' )
  | (?P<language> @[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)? )
  | (?P<variable> [?$][\w·]+ )
  | (?P<annotation> \{\| | \|\} )
  | (?P<name> (?:_|[^\W\d_][\w.-]*)?:
              (?:[\w:·-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]|\.(?=[\w:.·%\\-]))* )
  | (?P<word> [^\W\d]\w* )
  | (?P<number> [+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)? )
  | (?P<space> \s+ )
  | (?P<punctuation> \^\^ | . )
"""

_PREFIX_RUN = re.compile(r"[\w.-]*+")


class Token(NamedTuple):
    """One token: its kind, its text, and its offset in characters.

    Args:
        kind: The name of its group in the grammar above.
        text: As written.
        start: Characters before it.
    """

    kind: str
    text: str
    start: int


def tokens(text: str) -> Iterator[Token]:
    """Split a Turtle or SPARQL text into tokens; comments and white space are left out.

    The lexer is lenient: what it cannot name is one character of punctuation. A parser judges the syntax.

    Args:
        text: The text.

    Returns:
        Its tokens in order.
    """
    any_token = re.compile(_GRAMMAR, re.VERBOSE | re.DOTALL)  # here: it takes long, and most runs look at no token
    but_name = re.compile(_GRAMMAR.replace("(?P<name>", "(?P<name> (?!)"), re.VERBOSE | re.DOTALL)
    at = 0
    no_prefix_before = 0  # a run of prefix characters that ends without a colon holds no name: look through it once
    while at < len(text):
        match = (any_token if at >= no_prefix_before else but_name).match(text, at)
        if not match:
            break
        kind = match.lastgroup or "punctuation"
        if kind not in ("comment", "space"):
            yield Token(kind, match.group(), at)
        if kind == "word" and at >= no_prefix_before:
            run = _PREFIX_RUN.match(text, at)
            no_prefix_before = run.end() if run and not text.startswith(":", run.end()) else at
        at = match.end()


class LineIndex:
    """Turns offsets of a text into lines and columns, both counted from 1 in characters."""

    def __init__(self, text: str) -> None:
        self._starts = list(accumulate((len(line) + 1 for line in text.split("\n")[:-1]), initial=0))

    def position(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


# Each begins with bytes that are looked for fast, and most files have none of them.
_DIRECTION = re.compile(rb"@[A-Za-z0-9-]+--")
_VERSION = re.compile(rb"version(?:\s|#.*\n)*[\"']")


def rdf_12_tokens(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Find the syntax that only RDF 1.2 Turtle has: triple terms, annotations, base direction, VERSION.

    Args:
        data: The file, as UTF-8.

    Returns:
        Line, column and text of each such token (RDF 1.2 Turtle, clause 6.5).
    """
    if not _may_be_rdf_12(data):
        return
    text = data.decode("utf-8")
    lines = LineIndex(text)
    previous: Token | None = None
    for token in tokens(text):
        found = (
            token.kind in ("triple_term", "annotation")
            or (token.kind == "language" and "--" in token.text)
            or (token.text == "@version" and not (previous and previous.kind == "string"))
            or (token.kind == "word" and token.text.upper() == "VERSION" and _starts_statement(previous))
            or (token.kind == "punctuation" and token.text == "~")
        )
        if found and not (token.kind == "triple_term" and token.text in (">>", ")>>")):
            line, column = lines.position(token.start)
            yield line, column, token.text
        previous = token


def _may_be_rdf_12(data: bytes) -> bool:
    if b"<<" in data or b"{|" in data or b"~" in data or _DIRECTION.search(data):
        return True
    folded = data.lower()
    return b"version" in folded and _VERSION.search(folded) is not None


def _starts_statement(previous: Token | None) -> bool:
    return previous is None or previous.text in (".", "}") or previous.kind in ("iri", "string")
