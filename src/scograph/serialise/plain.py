"""Triples as the tokens of their N-Triples lines, grouped by subject: for all that has no blank node around it.

Most of a graph is so, and texts are sorted, compared and looked up at a fraction of what terms cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from scograph import terms

Said = dict[str, dict[str, list[str]]]
"""Objects by predicate by subject, each a token of N-Triples, each object once, nothing sorted."""

TYPE = str(terms.TYPE)

_RDF_12 = ("<<(", "--ltr", "--rtl")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class Divided(NamedTuple):
    """The triples of a graph in two parts.

    Args:
        said: The subjects that neither are blank nodes nor have one among their objects.
        rest: The triples of the others; all of them where there may be a term of RDF 1.2.
        lines: The lines of all, in the order of the triples.
    """

    said: Said
    rest: Sequence[Triple]
    lines: Sequence[str]

    def objects(self) -> Iterator[str]:
        """Every object of those that are grouped."""
        return (value for values in self.said.values() for objects in values.values() for value in objects)


def divided(statements: Iterable[Quad] | Iterable[Triple]) -> Divided:
    """Group the triples of a graph by subject, all but those around blank nodes.

    Args:
        statements: The triples, or quads of one graph.

    Returns:
        Those grouped, and the rest.
    """
    triples = [x.triple if isinstance(x, Quad) else x for x in statements]
    text = (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode()
    lines = text.split("\n")
    lines.pop()
    if any(mark in text for mark in _RDF_12):
        return Divided({}, triples, lines)
    said: Said = {}
    around: set[str] = set()
    for line in dict.fromkeys(lines):
        subject, predicate, value = line[:-2].split(" ", 2)
        if value[0] == "_" or subject[0] == "_":
            around.add(subject)
        elif subject not in said:
            said[subject] = {predicate: [value]}
        elif predicate in said[subject]:
            said[subject][predicate].append(value)
        else:
            said[subject][predicate] = [value]
    if not around:
        return Divided(said, (), lines)
    for subject in around:
        said.pop(subject, None)
    rest = [triple for triple, line in zip(triples, lines, strict=True) if line.partition(" ")[0] in around]
    return Divided(said, rest, lines)


def iri_of(token: str) -> str:
    """The IRI that a token is."""
    return token[1:-1]


def literal_parts(token: str) -> tuple[str, str, str]:
    """A literal's text, its language or nothing, and the IRI of its datatype or nothing where it has a language."""
    end = token.rindex('"')
    text, suffix = token[1:end], token[end + 1 :]
    if "\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
    if suffix[:1] == "@":
        return text, suffix[1:], ""
    return text, "", suffix[3:-1] if suffix else terms.STRING.value


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])


def predicate_key(token: str) -> tuple[bool, str]:
    """The order of predicates: rdf:type, then by IRI."""
    return token != TYPE, token[1:-1]


def object_key(token: str) -> tuple[bool, str, str, str]:
    """The order of objects that are no blank nodes, as `blocks.node_key` has it."""
    if token[0] == "<":
        return False, token[1:-1], "", ""
    text, language, datatype = literal_parts(token)
    return True, language, text, datatype
