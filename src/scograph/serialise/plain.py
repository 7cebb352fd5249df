"""Triples as the tokens of their N-Triples lines, grouped by subject: for all that has no blank node around it.

Most of a graph is so, and texts are sorted, compared and looked up at a fraction of what terms cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pyoxigraph import Quad, RdfFormat, Triple, parse

from scograph import terms
from scograph.serialise.entities import refuse_rdf_12
from scograph.serialise.lines import n_triples

Said = dict[str, dict[str, list[str]]]
"""Objects by predicate by subject, each a token of N-Triples, each object once, nothing sorted."""

TYPE = str(terms.TYPE)

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class Divided(NamedTuple):
    """The triples of a graph in two parts.

    Args:
        said: The subjects that neither are blank nodes nor have one among their objects.
        rest: The triples of the others.
    """

    said: Said
    rest: Sequence[Triple]

    def objects(self) -> Iterator[str]:
        """Every object of those that are grouped."""
        return (value for values in self.said.values() for objects in values.values() for value in objects)


class Grouping:
    """Groups the triples of one graph by subject as they come."""

    def __init__(self) -> None:
        self._said: Said = {}
        self._around: set[str] = set()
        self._known: dict[str, str] = {}

    def add(self, pieces: Iterable[bytes]) -> None:
        """Take triples.

        Args:
            pieces: N-Triples as the library writes them, in pieces of whole lines.

        Raises:
            InputError: A term is one of RDF 1.2.
        """
        said, known = self._said, self._known
        for piece in pieces:
            refuse_rdf_12(piece)
            lines = piece.decode().split("\n")
            lines.pop()
            for line in lines:
                subject, predicate, value = line[:-2].split(" ", 2)
                if value[0] != '"':
                    value = known.setdefault(value, value)  # that which is named often is held once
                    if value[0] == "_":
                        self._around.add(subject)
                values = said.get(subject)
                if values is None:
                    said[subject] = {known.setdefault(predicate, predicate): [value]}
                elif predicate in values:
                    values[predicate].append(value)
                else:
                    values[known.setdefault(predicate, predicate)] = [value]

    def divided(self, *, as_terms: bool = False) -> Divided:
        """Divide what came.

        Args:
            as_terms: Whether all of it is to be in the rest.

        Returns:
            What has no blank node around it, and the rest.
        """
        rest = [t for t in self._said if as_terms or t[0] == "_" or t in self._around]
        apart = {subject: self._said.pop(subject) for subject in rest}
        lines = (
            f"{subject} {predicate} {value} .\n"
            for subject, values in apart.items()
            for predicate, objects in values.items()
            for value in objects
        )
        triples = [quad.triple for quad in parse("".join(lines), format=RdfFormat.N_TRIPLES)] if apart else []
        for values in self._said.values():
            for predicate, objects in values.items():
                if len(objects) > 1:
                    values[predicate] = list(dict.fromkeys(objects))
        return Divided(self._said, triples)


def divided(statements: Iterable[Quad] | Iterable[Triple]) -> Divided:
    """Group the triples of a graph by subject, all but those around blank nodes.

    Args:
        statements: The triples, or quads of one graph.

    Returns:
        Those grouped, and the rest.

    Raises:
        InputError: A term is one of RDF 1.2.
    """
    grouping = Grouping()
    grouping.add(n_triples(statements))
    return grouping.divided()


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
