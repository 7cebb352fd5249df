"""The terminals of Turtle, TriG, N-Triples and N-Quads, as patterns of what may come next (RDF 1.1 Turtle, 6.5).

Every repetition is possessive or atomic, so that a pattern goes through the text once, whatever follows.
"""

from __future__ import annotations

import re

_BASE = r"[^\x00-@\[-`{-\x7F]"
_BASE_OR = r"[^\x00-/;-@\[-^`{-\x7F]"
_CHARS = r"[^\x00-,./:-@\[-^`{-\x7F]"
_CHARS_OR_COLON = r"[^\x00-,./;-@\[-^`{-\x7F]"
"""Letters, and what else may stand in a name, with all beyond ASCII; `misplaced` sorts out what may not.

The exact classes take a fifth of a second to compile. What they leave out begins no token, so a text that breaks the
grammar is told by the one as by the other.
"""
_PERCENT = r"%[0-9A-Fa-f]{2}"
_LOCAL_ESCAPE = r"\\[_~.\-!$&'()*+,;=/?\#@%]"
_CODE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_ESCAPE = rf"\\[tbnrf\"'\\]|{_CODE}"

# Where a repeated group looks ahead, it is atomic, `(?>(…)*)`, and not possessive, `(…)*+`: Python before 3.11.5 does
# not repeat it then.
_WHITE = r"[ \t\r\n]*+"
_OPEN_IRI = rf"<(?:[^\x00-\x20<>\"{{}}|^`\\]++|{_CODE})*+"
_OPEN_LONG = rf"\"\"\"(?:\"?\"?(?:[^\"\\]++|{_ESCAPE}))*+"
_OPEN_LONG_SINGLE = rf"'''(?:'?'?(?:[^'\\]++|{_ESCAPE}))*+"
_OPEN_SHORT = rf"(?!\"\"\")\"(?:[^\"\\\n\r]++|{_ESCAPE})*+"
_OPEN_SHORT_SINGLE = rf"(?!''')'(?:[^'\\\n\r]++|{_ESCAPE})*+"
_IRI = _OPEN_IRI + ">"
_STRING = rf"{_OPEN_SHORT}\"|{_OPEN_LONG}\"\"\"|{_OPEN_SHORT_SINGLE}'|{_OPEN_LONG_SINGLE}'''"
_PREFIX = rf"(?:{_BASE}(?>(?:{_CHARS}++|\.++(?={_CHARS}))*))?+:"
_LOCAL = (
    rf"(?:(?:{_BASE_OR}|{_PERCENT}|{_LOCAL_ESCAPE})"
    rf"(?>(?:{_CHARS_OR_COLON}++|{_PERCENT}|{_LOCAL_ESCAPE}"
    rf"|\.++(?={_CHARS_OR_COLON}|{_PERCENT}|{_LOCAL_ESCAPE}))*))?+"
)
_NAME = _PREFIX + _LOCAL
_BLANK = rf"_:(?!:){_BASE_OR}(?>(?:{_CHARS}++|\.++(?={_CHARS}))*)"
_LANGUAGE = r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+"
_NUMBER = r"[+\-]?(?:(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+\-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++)"
_WORD = rf"{_BASE}{_CHARS}*+"
_COMMENT = r"\#[^\n\r]*+"
_VERB = rf"((?>{_IRI}|{_NAME}|a(?!{_CHARS})))"
_OBJECT = (
    rf"((?>{_IRI}|{_NAME}|{_BLANK}|(?>{_STRING})(?:{_LANGUAGE}|\^\^(?>{_IRI}|{_NAME}))?+|{_NUMBER}"
    rf"|(?:true|false)(?!{_CHARS})))"
)

TOKEN = re.compile(
    rf"{_WHITE}(?>(?P<comment>{_COMMENT})|(?P<iri>{_IRI})|(?P<name>{_NAME})|(?P<blank>{_BLANK})|(?P<string>{_STRING})"
    rf"|(?P<number>{_NUMBER})|(?P<word>{_WORD})|(?P<language>{_LANGUAGE})|(?P<carets>\^\^)"
    r"|(?P<punctuation>[.,;()\[\]{}])|(?P<end>\Z))"
)
"""Any token, after white space."""
WHITE = re.compile(_WHITE)
VERB_OBJECT = re.compile(rf"{_WHITE}{_VERB}{_WHITE}{_OBJECT}{_WHITE}([;,.\]])")
"""A predicate, an object and what follows: what most of a file is made of."""
NEXT_OBJECT = re.compile(rf"{_WHITE}(){_OBJECT}{_WHITE}([;,.\]])")
"""The next object after a comma, and what follows; the groups are those of `VERB_OBJECT`."""
LINE = re.compile(
    rf"[ \t]*+(?>(?:(?P<subject>(?>{_IRI}|{_BLANK}))[ \t]*+(?P<predicate>{_IRI})[ \t]*+"
    rf"(?P<object>(?>{_IRI}|{_BLANK}"
    rf"|(?P<quoted>{_OPEN_SHORT}\")(?P<suffix>[ \t]*+(?:{_LANGUAGE}|\^\^[ \t]*+{_IRI}))?+))"
    rf"[ \t]*+(?P<graph>(?>{_IRI}|{_BLANK}))?+[ \t]*+\.[ \t]*+)?)(?P<comment>{_COMMENT})?+(?:[\r\n]++|\Z)"
)
"""A line of N-Triples or N-Quads (RDF 1.1 N-Triples, 7; RDF 1.1 N-Quads, 6)."""
QUOTED = re.compile(_STRING)
ESCAPED = re.compile(_ESCAPE)
LOCAL_ESCAPED = re.compile(_LOCAL_ESCAPE)
OPEN = {
    "<": re.compile(_OPEN_IRI),
    '"': re.compile(f"{_OPEN_SHORT}|{_OPEN_LONG}"),
    "'": re.compile(f"{_OPEN_SHORT_SINGLE}|{_OPEN_LONG_SINGLE}"),
}
"""How far a token is well formed that has no end, by its first character."""

_LETTERS = (
    "\u00c0\u00d6", "\u00d8\u00f6", "\u00f8\u02ff", "\u0370\u037d", "\u037f\u1fff", "\u200c\u200d", "\u2070\u218f",
    "\u2c00\u2fef", "\u3001\ud7ff", "\uf900\ufdcf", "\ufdf0\ufffd", "\U00010000\U000effff",
)  # fmt: skip
_WITHIN = ("\u00b7\u00b7", "\u0300\u036f", "\u203f\u2040")


def misplaced(name: str) -> int | None:
    """Where a name has a character beyond ASCII that cannot stand there (RDF 1.1 Turtle, PN_CHARS and around).

    Args:
        name: A prefixed name or a blank node's label, as the patterns find it.

    Returns:
        The offset of the first such character, or None.
    """
    if name.isascii():
        return None
    first = name.index(":") + 1
    for at, character in enumerate(name):
        ranges = _LETTERS if at in (0, first) else _LETTERS + _WITHIN
        if character > "\x7f" and not any(pair[0] <= character <= pair[1] for pair in ranges):
            return at
    return None
