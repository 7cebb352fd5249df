"""Terms as tokens of canonical N-Triples: `<iri>`, `_:label`, or a literal in quotes (RDF 1.1 N-Triples, clause 2).

Equal terms are equal strings, and a literal keeps the lexical form that its author wrote. Texts are sorted, compared
and looked up at a fraction of what the library's terms cost, so writers, the SHACL engine and the stores work on them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scograph import terms
from scograph.errors import Rdf12Error
from scograph.escapes import escape, unescape

TYPE, FIRST, REST, NIL = map(str, (terms.TYPE, terms.FIRST, terms.REST, terms.NIL))
STRING = terms.STRING.value
LANG_STRING = terms.LANG_STRING.value

LABELS = re.compile(
    rb'^_:[^\s"<>]+|(?<=> )_:[^\s"<>]+(?= (?:\.$|<[^<>" ]*> \.$|_:[^\s"<>]+ \.$))|(?<= )_:[^\s"<>]+(?= \.$)',
    re.MULTILINE,
)
"""The blank nodes in lines of N-Quads; none is in a text, which its quotation mark closes before the line ends."""
BLANK_OBJECTS = re.compile(rb'(?<=> )_:[^\s"<>]+(?= \.$)', re.MULTILINE)
"""The blank nodes that are objects, in lines of N-Triples."""
BLANK_SUBJECT_LINES = re.compile(rb"^_:.*\n", re.MULTILINE)
"""The lines whose subject is a blank node."""
TEXT = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
"""A text in quotes."""

_TEXTS = re.compile(TEXT)
_DIRECTION = re.compile(rb"@[A-Za-z0-9-]+--(?:ltr|rtl) ")


def split_lines(lines: Iterable[str]) -> Iterator[list[str]]:
    """The subject, predicate and object of each line.

    Args:
        lines: Lines of canonical N-Triples without their ends; empty ones are left out.

    Returns:
        The tokens of each line.
    """
    return (line[:-2].split(" ", 2) for line in lines if line)


def is_iri(token: str) -> bool:
    """Whether a term is an IRI."""
    return token[0] == "<"


def is_blank(token: str) -> bool:
    """Whether a term is a blank node."""
    return token[0] == "_"


def is_literal(token: str) -> bool:
    """Whether a term is a literal."""
    return token[0] == '"'


def iri(token: str) -> str:
    """The IRI of an IRI term, without its brackets."""
    return token[1:-1]


def lexical(token: str) -> str:
    """The text that SPARQL's STR gives: an IRI, or a literal's lexical form (SPARQL 1.1, clause 17.4.2.5)."""
    return unescape(token[1 : token.rindex('"')]) if token[0] == '"' else token[1:-1]


def datatype(token: str) -> str:
    """The IRI of a literal's datatype."""
    end = token.rindex('"') + 1
    if end == len(token):
        return STRING
    return LANG_STRING if token[end] == "@" else token[end + 3 : -1]


def language(token: str) -> str:
    """A literal's language tag, or nothing."""
    end = token.rindex('"') + 1
    return token[end + 1 :] if token.startswith("@", end) else ""


def literal_parts(token: str) -> tuple[str, str, str]:
    """A literal's text, its language or nothing, and the IRI of its datatype or nothing where it has a language."""
    end = token.rindex('"')
    text, suffix = token[1:end], token[end + 1 :]
    if "\\" in text:
        text = unescape(text)
    if suffix[:1] == "@":
        return text, suffix[1:], ""
    return text, "", suffix[3:-1] if suffix else STRING


def literal(text: str, suffix: str = "") -> str:
    """The literal with a lexical form, and `@language` or `^^<datatype>` after it."""
    return f'"{escape(text)}"{suffix}'


def predicate_key(token: str) -> tuple[bool, str]:
    """The order of predicates: rdf:type, then by IRI."""
    return token != TYPE, token[1:-1]


def term_key(token: str) -> tuple[int | str, ...]:
    """The order of terms: IRIs, then blank nodes by number, then literals by language, text and datatype."""
    if token[0] == "<":
        return 0, token[1:-1]
    if token[0] == "_":
        return 1, len(token), token
    text, tag, type_ = literal_parts(token)
    return 2, tag, text, type_


def refuse_rdf_12(piece: bytes) -> None:
    """Refuse what only RDF 1.2 has.

    Args:
        piece: N-Triples, N-Quads or Turtle, as the library writes them.

    Raises:
        Rdf12Error: An object is a triple, or a text with a base direction.
    """
    if b"<<(" in piece and b"<<(" in _TEXTS.sub(b"", piece):
        raise Rdf12Error("a triple as an object")
    if (b"--ltr " in piece or b"--rtl " in piece) and _DIRECTION.search(_TEXTS.sub(b"", piece)):
        raise Rdf12Error("a text with a direction")
