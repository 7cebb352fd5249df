"""The terminals of Turtle, TriG, N-Triples and N-Quads, as patterns of what may come next (RDF 1.1 Turtle, 6.5).

Every repetition is possessive or atomic, so that a pattern goes through the text once, whatever follows.
"""

from __future__ import annotations

import re

_BASE = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F\u2C00-\u2FEF"
    r"\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_CHARS = rf"{_BASE}_\-0-9\u00B7\u0300-\u036F\u203F\u2040"
_PERCENT = r"%[0-9A-Fa-f]{2}"
_LOCAL_ESCAPE = r"\\[_~.\-!$&'()*+,;=/?\#@%]"
_CODE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_ESCAPE = rf"\\[tbnrf\"'\\]|{_CODE}"

_WHITE = r"[ \t\r\n]*+"
_OPEN_IRI = rf"<(?:[^\x00-\x20<>\"{{}}|^`\\]++|{_CODE})*+"
_OPEN_LONG = rf"\"\"\"(?:[^\"\\]++|{_ESCAPE}|\"{{1,2}}(?!\"))*+"
_OPEN_LONG_SINGLE = rf"'''(?:[^'\\]++|{_ESCAPE}|'{{1,2}}(?!'))*+"
_OPEN_SHORT = rf"(?!\"\"\")\"(?:[^\"\\\n\r]++|{_ESCAPE})*+"
_OPEN_SHORT_SINGLE = rf"(?!''')'(?:[^'\\\n\r]++|{_ESCAPE})*+"
_IRI = _OPEN_IRI + ">"
_STRING = rf"{_OPEN_SHORT}\"|{_OPEN_LONG}\"\"\"|{_OPEN_SHORT_SINGLE}'|{_OPEN_LONG_SINGLE}'''"
_PREFIX = rf"(?:[{_BASE}](?:[{_CHARS}]++|\.++(?=[{_CHARS}]))*+)?+:"
_LOCAL = (
    rf"(?:(?:[{_BASE}_:0-9]|{_PERCENT}|{_LOCAL_ESCAPE})"
    rf"(?:[{_CHARS}:]++|{_PERCENT}|{_LOCAL_ESCAPE}|\.++(?=[{_CHARS}:]|{_PERCENT}|{_LOCAL_ESCAPE}))*+)?+"
)
_NAME = _PREFIX + _LOCAL
_BLANK = rf"_:[{_BASE}_0-9](?:[{_CHARS}]++|\.++(?=[{_CHARS}]))*+"
_LANGUAGE = r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+"
_NUMBER = r"[+\-]?(?:(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+\-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++)"
_WORD = rf"[{_BASE}][{_CHARS}]*+"
_COMMENT = r"\#[^\n\r]*+"
_VERB = rf"((?>{_IRI}|{_NAME}|a(?![{_CHARS}])))"
_OBJECT = (
    rf"((?>{_IRI}|{_NAME}|{_BLANK}|(?>{_STRING})(?:{_LANGUAGE}|\^\^(?>{_IRI}|{_NAME}))?+|{_NUMBER}"
    rf"|(?:true|false)(?![{_CHARS}])))"
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
    rf"[ \t]*+(?:(?P<subject>(?>{_IRI}|{_BLANK}))[ \t]*+(?P<predicate>{_IRI})[ \t]*+"
    rf"(?P<object>(?>{_IRI}|{_BLANK}"
    rf"|(?P<quoted>{_OPEN_SHORT}\")(?P<suffix>[ \t]*+(?:{_LANGUAGE}|\^\^[ \t]*+{_IRI}))?+))"
    rf"[ \t]*+(?P<graph>(?>{_IRI}|{_BLANK}))?+[ \t]*+\.[ \t]*+)?+(?P<comment>{_COMMENT})?+(?:[\r\n]++|\Z)"
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
