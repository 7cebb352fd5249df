"""How Turtle writes terms: IRIs by prefixes, blank nodes by number, literals in their shortest safe form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from scograph import terms
from scograph.ntriples import NIL, datatype, is_blank, is_literal, literal_parts

MAX_KNOWN_IRIS = 100_000
"""So many IRIs are remembered in their short form."""
NO_PREFIX = "<"
"""Stands for the prefix of what none fits."""

_LOCAL = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_-]*)?")
"""What follows a prefix: not all that the grammar has, for there are readers that stop at a dot."""
_BARE = {
    terms.XSD + "integer": re.compile(r"0|-?[1-9][0-9]{0,17}"),
    terms.XSD + "decimal": re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.(?:0|[0-9]{0,5}[1-9])(?<!-0\.0)"),
    terms.XSD + "boolean": re.compile("true|false"),
}
"""What needs no quotes: not all that the grammar has, for there are readers that keep a bare number by its value."""
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_ESCAPED = re.compile(r'[\\"\x00-\x1f\x7f]')
_LONG_ESCAPED = re.compile(r'\\|""(?=")|"\Z|[\x00-\x09\x0b-\x1f\x7f]')


class Prefixes:
    """Prefixes with the IRIs that they have shortened, for many texts with the same ones.

    Args:
        prefixes: What each stands for.
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.namespaces = dict(prefixes)
        self._longest_first = sorted(prefixes.items(), key=lambda item: (-len(item[1]), item[0]))
        self._known: dict[str, tuple[str, str]] = {}

    def shortened(self, iri: str) -> tuple[str, str]:
        """An IRI by the longest prefix that fits, and that prefix; in angle brackets, without any, where none does."""
        known = self._known.get(iri)
        if known is None:
            if len(self._known) >= MAX_KNOWN_IRIS:
                self._known.clear()
            known = self._known[iri] = self._shorten(iri)
        return known

    def _shorten(self, iri: str) -> tuple[str, str]:
        for prefix, namespace in self._longest_first:
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                return f"{prefix}:{iri[len(namespace) :]}", prefix
        return f"<{iri}>", NO_PREFIX


class TermWriter:
    """Writes terms, and remembers which prefixes that took and which blank nodes got a name.

    Args:
        prefixes: The prefixes to use.
        written: How an author wrote IRIs that no prefix shortens here.
        labels: How an author called blank nodes.
        nil: How the empty list is written where it is no predicate, `()` or nothing for an IRI like others.
    """

    def __init__(
        self,
        prefixes: Mapping[str, str] | Prefixes,
        written: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
        nil: str = "",
    ) -> None:
        self._nil = nil
        self._written = written or {}
        self._labels = labels or {}
        self._taken = {f"_:{label}" for label in self._labels.values()}
        self._given: dict[str, str] = {}
        self._prefixes = prefixes if isinstance(prefixes, Prefixes) else Prefixes(prefixes)
        self.kept: set[str] = set()
        """The IRIs that were written in full as the author has them."""
        self._used: set[str] = set()
        self._next = 0
        self._numbers: dict[str, int] = {}
        self._numbered: list[str] = []

    def used(self) -> list[tuple[str, str]]:
        """The prefixes that were used and what they stand for, sorted."""
        return [(prefix, self._prefixes.namespaces[prefix]) for prefix in sorted(self._used - {NO_PREFIX})]

    def _number(self, node: str) -> int:
        """The number of a blank node by first mention, so that a file read and written again is the same."""
        if node not in self._numbers:
            self._numbers[node] = len(self._numbered)
            self._numbered.append(node)
        return self._numbers[node]

    def _label(self, node: str) -> str:
        """The author's label, or the next that is free."""
        self._number(node)
        label = self._labels.get(node)
        if label is not None:
            return f"_:{label}"
        if node not in self._given:
            while f"_:b{self._next}" in self._taken:
                self._next += 1
            self._given[node] = f"_:b{self._next}"
            self._next += 1
        return self._given[node]

    def rank(self, node: str) -> int:
        """The place of a blank node among those that are mentioned, after them if it is not."""
        return self._numbers.get(node, len(self._numbered))

    def in_order(self, nodes: Iterable[str]) -> Iterator[str]:
        """IRIs, then blank nodes by number; to write one may mention others, which then go before the rest."""
        blank: dict[str, None] = {}
        for node in nodes:
            if is_blank(node):
                blank[node] = None
            else:
                yield node
        seen = 0
        while blank:
            if seen == len(self._numbered):
                self._number(next(iter(blank)))
            node = self._numbered[seen]
            seen += 1
            if node in blank:
                del blank[node]
                yield node

    def iri(self, iri: str) -> str:
        """An IRI, by a prefix if one fits."""
        short, prefix = self._prefixes.shortened(iri)
        if prefix is NO_PREFIX and iri in self._written:
            return self._as_written(self._written[iri])
        self._used.add(prefix)
        return short

    def _as_written(self, written: str) -> str:
        if written.startswith("<"):
            self.kept.add(written)
        else:
            self._used.add(written.partition(":")[0])
        return written

    def spelled(self, literal: str, spelling: str) -> str:
        """A literal with the quotes and escapes that an author chose.

        Args:
            literal: The literal.
            spelling: How it was written; `^^` at its end stands for the datatype.
        """
        if is_literal(literal) and spelling.endswith("^^"):
            return spelling + self.iri(datatype(literal))
        return spelling

    def token(self, token: str) -> str:
        """A term by its token of N-Triples; a text that has no escape there needs none here."""
        if token[0] == "<":
            if self._nil and token == NIL:
                return self._nil
            return self.iri(token[1:-1])
        if token[0] == "_":
            return self._label(token)
        if "\\" in token:
            return self._literal(*literal_parts(token))
        if token[-1] != ">":
            return token
        text, _, type_ = token[1:-1].rpartition('"^^<')
        bare = _BARE.get(type_)
        return text if bare and bare.fullmatch(text) else f'"{text}"^^{self.iri(type_)}'

    def _literal(self, value: str, language: str, type_: str) -> str:
        bare = _BARE.get(type_)
        if bare and bare.fullmatch(value):
            return value
        if "\n" in value:
            text = '"""' + _LONG_ESCAPED.sub(lambda m: "".join(map(_escape, m.group())), value) + '"""'
        else:
            text = '"' + _ESCAPED.sub(lambda m: _escape(m.group()), value) + '"'
        if language:
            return f"{text}@{language}"
        return text if type_ == terms.STRING.value else f"{text}^^{self.iri(type_)}"


def _escape(character: str) -> str:
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"
