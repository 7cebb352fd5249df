"""RDF terms from Turtle syntax: escapes, prefixed names, relative IRIs (RDF 1.1 Turtle, clauses 6.3 and 6.4)."""

from __future__ import annotations

import re

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from scograph import terms
from scograph.turtle.grammar import ESCAPED, LOCAL_ESCAPED, QUOTED, misplaced

_NOT_IN_AN_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_LONG = ('"""', "'''")
_SURROGATES = range(0xD800, 0xE000)
_LAST_CHARACTER = 0x10FFFF
_INTEGER, _DECIMAL, _DOUBLE = (NamedNode(terms.XSD + name) for name in ("integer", "decimal", "double"))
_BOOLEAN = NamedNode(terms.XSD + "boolean")


def unescaped(text: str) -> str:
    r"""A text without its string and numeric escapes; ValueError where one names no character, as `\uD800` does."""
    return ESCAPED.sub(_character, text) if "\\" in text else text


def is_absolute(written: str) -> bool:
    """Whether an IRI in angle brackets begins with its scheme (RFC 3986, clause 4.3)."""
    return bool(_ABSOLUTE.match(unescaped(written[1:-1])))


def _character(escape: re.Match[str]) -> str:
    written = escape[0]
    if len(written) == 2:  # noqa: PLR2004 -- a backslash and a letter
        return _ESCAPES[written[1]]
    code = int(written.lstrip("\\uU"), 16)
    if code in _SURROGATES or code > _LAST_CHARACTER:
        raise ValueError(f"{written} is no character")
    return chr(code)


class TermReader:
    """The terms of a text by how they are written, under the prefixes and the base that hold at the moment.

    Args:
        base: The IRI that relative ones are resolved against, or nothing.
    """

    def __init__(self, base: str = "") -> None:
        self.prefixes: dict[str, str] = {}
        self.known: dict[str, NamedNode | Literal] = {}
        self._base = base
        self._forget()

    def _forget(self) -> None:
        self.known.clear()
        self.known["a"] = terms.TYPE

    def declare_prefix(self, name: str, written: str) -> str:
        """Let a prefix stand for an IRI from here on.

        Args:
            name: The prefix, without the colon.
            written: The IRI in angle brackets.

        Returns:
            The IRI.

        Raises:
            ValueError: It is no IRI.
        """
        _judge(f"{name}:")
        iri = self._iri(written).value
        if self.prefixes.get(name) != iri:
            self.prefixes[name] = iri
            self._forget()
        return iri

    def declare_base(self, written: str) -> str:
        """Let an IRI, in angle brackets, be the base from here on, and return it; ValueError if it is none."""
        self._base = self._iri(written).value
        self._forget()
        return self._base

    def node(self, written: str) -> NamedNode:
        """The IRI of `<…>` or `prefix:name`; ValueError if it is none, or the prefix is not declared."""
        found = self.known.get(written)
        if isinstance(found, NamedNode):
            return found
        node = self._iri(written) if written.startswith("<") else self._name(written)
        self.known[written] = node
        return node

    def object(self, written: str) -> NamedNode | Literal:
        """The IRI or literal that is written in one piece; ValueError where `node` and `literal` have it."""
        first = written[0]
        found: NamedNode | Literal
        if first in "\"'":
            found = self.literal(*parts(written))
        elif first in "+-.0123456789":
            found = _number(written)
        elif written in ("true", "false"):
            found = Literal(written, datatype=_BOOLEAN)
        else:
            return self.node(written)
        self.known[written] = found
        return found

    def literal(self, quoted: str, suffix: str = "") -> Literal:
        """A literal.

        Args:
            quoted: The text with its quotes.
            suffix: `@language`, or `^^` and the datatype as written, or nothing.

        Raises:
            ValueError: An escape is no character, the language no tag, or the datatype no IRI.
        """
        size = 3 if quoted[:3] in _LONG else 1
        text = quoted[size:-size]
        if "\\" in text:
            text = unescaped(text)
        if not suffix:
            return Literal(text)
        if suffix.startswith("@"):
            return Literal(text, language=suffix[1:].lower())
        return Literal(text, datatype=self.node(suffix[2:]))

    def _iri(self, written: str) -> NamedNode:
        iri = unescaped(written[1:-1])
        if is_absolute(written):
            return NamedNode(iri)
        if not self._base:
            raise ValueError(f"{written} is a relative IRI, and there is no base")
        return _resolved(iri, self._base)

    def _name(self, written: str) -> NamedNode:
        _judge(written)
        prefix, _, local = written.partition(":")
        namespace = self.prefixes.get(prefix)
        if namespace is None:
            raise ValueError(f"the prefix {prefix}: has not been declared")
        return NamedNode(namespace + (LOCAL_ESCAPED.sub(lambda m: m[0][1], local) if "\\" in local else local))


def _judge(name: str) -> None:
    at = misplaced(name)
    if at is not None:
        raise ValueError(f"{name[at]!r} cannot stand in the name {name}")


def parts(written: str) -> tuple[str, str]:
    """A text in quotes, and the `@` or `^^` part after it; nothing and all, where it is no such text."""
    if written[0] == '"':
        if written[-1] == '"':
            return written, ""
        size = written.rindex('"') + 1  # no language or datatype has one
    else:
        quoted = QUOTED.match(written)
        size = quoted.end() if quoted else 0
    return written[:size], written[size:]


def _number(written: str) -> Literal:
    if "e" in written or "E" in written:
        return Literal(written, datatype=_DOUBLE)
    return Literal(written, datatype=_DECIMAL if "." in written else _INTEGER)


def _resolved(iri: str, base: str) -> NamedNode:
    """An IRI resolved as the parser does it, so that both give the same (RFC 3986, 5.2)."""
    if _NOT_IN_AN_IRI.search(iri):
        raise ValueError(f"<{iri}> has a character that no IRI has")
    try:
        (quad,) = parse(f"<{iri}> <x:p> <x:o> .".encode(), RdfFormat.TURTLE, base_iri=base)
    except SyntaxError as error:
        raise ValueError(error.msg) from error
    if not isinstance(quad.subject, NamedNode):
        raise TypeError(quad.subject)
    return quad.subject
