"""Rewrite a client's query so that every store reads it in the same way, and refuse what is not SPARQL 1.1.

Stores differ in how they read: one takes escapes of code points, in comments too, as Java does, one allows quotation
marks in IRIs, one has words and functions of its own that fetch addresses or run programs. What the standard has, all
read alike; so the query is passed on without comments and escapes, and what is not of the standard is refused (SPARQL
1.1 Query Language, clauses 19.2, 19.3, 19.7 and 19.8).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scograph.escapes import ESCAPE
from scograph.stores.gate import READS, UPDATES, QueryRefusedError, Refusal, refuse_unsafe, refused
from scograph.turtle.tokens import Token, tokens

_PROLOGUE = ("BASE", "PREFIX")
_OWN_WORDS = ("DEFINE", "OPTION")
"""Virtuoso's: they let it fetch the graphs that a query names."""
_OWN_PREFIXES = ("bif", "sql")
"""Virtuoso's as well: functions of its own, `bif:http_get` and `bif:file_to_string` among them."""
_OWN_IRIS = re.compile(r"(?:java|bif|sql):|http://www\.openlinksw\.com/schemas/(?:bif|sql)", re.IGNORECASE)
"""Jena loads the class that a function called `java:` names."""
_SIGNS = frozenset("{}()[].,;=!<>+-*/|&^?") | {"^^"}
_SPACE = re.compile(r"[ \t\r\n]*")
_COMMENT = re.compile(r"#[^\r\n]*")
_IN_STRINGS = {'"': '\\"', "'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_KNOWN = frozenset("tbnrf\"'\\")
_NOT_IN_IRIS = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class PlainQuery:
    """A query in the words of the standard.

    Args:
        text: Its text, each token where it was but after an escape, or a `<` that had no space after it.
        form: SELECT, ASK, CONSTRUCT or DESCRIBE.
        names_dataset: Whether it says what it is asked of (FROM).
        names_graphs: Whether it looks into named graphs (GRAPH).
        graphs: The named graphs that it looks into, if it has the IRI of each.
        groups: Whether it has GROUP BY.
        needs_base: Whether it has a relative IRI and does not say what that is relative to.
    """

    text: str
    form: str
    names_dataset: bool
    names_graphs: bool
    graphs: tuple[str, ...]
    groups: bool
    needs_base: bool


def plain_query(query: str) -> PlainQuery:
    """Read a query that another's store will run, and refuse what that might read otherwise.

    Args:
        query: A SPARQL query.

    Returns:
        The same query without comments and escapes.

    Raises:
        QueryRefusedError: It is refused by `refuse_unsafe`, has a word or function that only some stores have, or is
            no SPARQL 1.1 by its tokens.
    """
    form = refuse_unsafe(query)
    reading = _PortableQueryReader(query)
    for token in tokens(query):
        reading.take(token)
    reading.fill(len(query))
    if not form:
        raise refused(Refusal.SYNTAX, query, 0, f"none of {', '.join(READS)} is there", "a query begins with one")
    words = reading.words
    return PlainQuery(
        "".join(reading.pieces),
        form,
        "FROM" in words,
        "GRAPH" in words,
        () if reading.looks_into_any else tuple(sorted(reading.graphs)),
        "GROUP" in words,
        reading.needs_base,
    )


def rows_query(query: PlainQuery) -> str:
    """The SELECT that has the rows which a CONSTRUCT or DESCRIBE makes its graph of.

    Args:
        query: The query.

    Returns:
        Its text; nothing for another form, and for a DESCRIBE of resources that it names.
    """
    begin, depth, previous = -1, 0, ""
    counted = "(COUNT(*) AS ?rows)" if query.groups else "*"
    for token in tokens(query.text):
        word = token.text.upper() if token.kind == "word" else token.text
        if begin >= 0 and not depth:
            is_template = word == "{" and previous == "CONSTRUCT"
            if word in ("FROM", "WHERE") or (word == "{" and not is_template):
                return f"{query.text[:begin]}SELECT {counted} {query.text[token.start :]}"
        if begin < 0 and word in ("CONSTRUCT", "DESCRIBE"):
            begin = token.start
        depth += (word == "{") - (word == "}")
        previous = word
    return ""


class _PortableQueryReader:
    """What of a query was read so far."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._at = 0
        self._previous = ""
        self._has_base = False
        self.pieces: list[str] = []
        self.words: set[str] = set()
        self.graphs: set[str] = set()
        self.looks_into_any = False
        self.needs_base = False

    def take(self, token: Token) -> None:
        """Take the next token."""
        self.fill(token.start)
        self._refuse(token)
        text = token.text
        self._at = token.start + len(text)
        self.looks_into_any |= self._previous == "GRAPH" and token.kind != "iri"
        if token.kind == "iri":
            text = self._iri(token)
        elif token.kind == "string":
            text = ESCAPE.sub(lambda match: self._character(match, token.start), text)
        elif self._is_open(text):
            text += " "
        self.pieces.append(text)
        self._previous = token.text.upper() if token.kind == "word" else token.text
        if token.kind == "word":
            self.words.add(self._previous)

    def _refuse(self, token: Token) -> None:
        """Refuse what is not of SPARQL 1.1, and what changes anything."""
        text, word = token.text, token.text.upper() if token.kind == "word" else ""
        if token.kind in ("triple_term", "annotation") or (token.kind == "punctuation" and text not in _SIGNS):
            raise self._wrong(token.start, f"{text!r} is not a token of SPARQL 1.1")
        if word in _OWN_WORDS:
            raise self._own(token.start, f"{word} is a keyword that only some stores have")
        if word in UPDATES:
            message = f"{word} is a SPARQL update; only queries are accepted"
            raise refused(Refusal.UPDATE, self._query, token.start, message, "change the facts in data/")
        is_prologue = word in _PROLOGUE or token.kind in ("iri", "name")
        if not is_prologue and word not in READS and not self.words.intersection(READS):
            raise self._wrong(token.start, f"{text!r} stands before {', '.join(READS)}")
        if token.kind == "name" and text.partition(":")[0].lower() in _OWN_PREFIXES:
            raise self._own(token.start, f"{text} is a function that only some stores have")

    def fill(self, end: int) -> None:
        """Take what stands between two tokens: of a comment so many spaces stay."""
        gap = _COMMENT.sub(lambda match: " " * len(match[0]), self._query[self._at : end])
        other = _SPACE.match(gap)
        if other and other.end() < len(gap):
            raise self._wrong(self._at + other.end(), f"{gap[other.end()]!r} is not white space in SPARQL")
        self.pieces.append(gap)

    def _is_open(self, text: str) -> bool:
        """Whether a comparison stands where an IRI might begin for who allows more signs in these."""
        following = self._query[self._at : self._at + 1]
        is_less = text == "<" or (text == "=" and self._previous == "<")
        return is_less and following not in ("=", " ", "\t", "\r", "\n")

    def _iri(self, token: Token) -> str:
        iri = ESCAPE.sub(lambda match: self._code(match, token.start), token.text[1:-1])
        if _NOT_IN_IRIS.search(iri):
            raise self._wrong(token.start, "an IRI has a character that is not allowed in IRIs")
        if _OWN_IRIS.match(iri):
            raise self._own(token.start, f"<{iri[:80]}> is a function that only some stores have")
        is_absolute = _SCHEME.match(iri) is not None
        if self._previous == "GRAPH":
            self.graphs.add(iri)
            self.looks_into_any |= not is_absolute
        self.needs_base |= not is_absolute and not self._has_base
        self._has_base |= is_absolute and self._previous == "BASE"
        return f"<{iri}>"

    def _character(self, match: re.Match[str], start: int) -> str:
        """An escape in a string: that of a code point as this itself, the others as they are."""
        if match[3] is not None:
            if match[3] not in _KNOWN:
                raise self._wrong(start, f"a string has the escape {match[0]!r}, which SPARQL does not have")
            return match[0]
        code = self._code(match, start)
        return _IN_STRINGS.get(code, code)

    def _code(self, match: re.Match[str], start: int) -> str:
        number = int(match[1] or match[2] or "0", 16)
        if not 0 < number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:  # noqa: PLR2004 -- Unicode's bounds and surrogates
            raise self._wrong(start, f"{match[0]} is not a character")
        return chr(number)

    def _own(self, start: int, message: str) -> QueryRefusedError:
        return refused(Refusal.FOREIGN, self._query, start, message, "write it in SPARQL 1.1")

    def _wrong(self, start: int, message: str) -> QueryRefusedError:
        return refused(Refusal.SYNTAX, self._query, start, message, "write it in SPARQL 1.1")
