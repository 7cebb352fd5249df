"""RDF terms as their N-Triples strings, and what can be read off them (RDF 1.1 N-Triples, clause 2).

The engine keeps every term as the one string that canonical N-Triples gives it: `<iri>`, `_:label`, or a literal in
quotes. Equal terms are equal strings, and a literal keeps the lexical form that its author wrote.
"""

from __future__ import annotations

import re

from scograph.terms import RDF, SH, XSD

LANG_STRING = RDF + "langString"
STRING = XSD + "string"
TEXTS = (STRING, LANG_STRING)
"""The datatypes of literals that stand in quotes alone, or with a language."""

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_NAMED = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


def sh(name: str) -> str:
    """A term of the SHACL vocabulary."""
    return f"<{SH}{name}>"


def is_iri(term: str) -> bool:
    """Whether a term is an IRI."""
    return term[0] == "<"


def is_blank(term: str) -> bool:
    """Whether a term is a blank node."""
    return term[0] == "_"


def is_literal(term: str) -> bool:
    """Whether a term is a literal."""
    return term[0] == '"'


def iri(term: str) -> str:
    """The IRI of an IRI term, without its brackets."""
    return term[1:-1]


def lexical(term: str) -> str:
    """The text that SPARQL's STR gives: an IRI, or a literal's lexical form (SPARQL 1.1, clause 17.4.2.5)."""
    if term[0] != '"':
        return term[1:-1]
    text = term[1 : term.rindex('"')]
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def datatype(term: str) -> str:
    """The IRI of a literal's datatype."""
    end = term.rindex('"') + 1
    if end == len(term):
        return STRING
    return LANG_STRING if term[end] == "@" else term[end + 3 : -1]


def language(term: str) -> str:
    """A literal's language tag, or nothing."""
    end = term.rindex('"') + 1
    return term[end + 1 :] if term.startswith("@", end) else ""


def literal(text: str, suffix: str = "") -> str:
    """The literal with a lexical form, and `@language` or `^^<datatype>` after it."""
    return f'"{quoted(text)}"{suffix}'


def quoted(text: str) -> str:
    """A text with the escapes of canonical N-Triples, as pyoxigraph writes them."""
    if not _TO_ESCAPE.search(text):
        return text
    return _TO_ESCAPE.sub(lambda match: _ESCAPED.get(match[0]) or f"\\u{ord(match[0]):04X}", text)


_TO_ESCAPE = re.compile(r'["\\\x00-\x1f\x7f]')
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _NAMED.get(match[3], match[3])
