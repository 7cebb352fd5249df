"""A builder for the triples of a description, and counts of triples, classes and properties (VoID, clause 4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from scograph import terms
from scograph.errors import InputError
from scograph.exports.writers import Prefixed, in_each_syntax
from scograph.model import Document, Node, Term

PREFIXES = {
    **terms.WELL_KNOWN_PREFIXES,
    "adms": "http://www.w3.org/ns/adms#",
    "spdx": "http://spdx.org/rdf/terms#",
}


@dataclass(frozen=True)
class Counts:
    """Counts of a set of triples (VoID, clause 4).

    Args:
        triples: The triples.
    """

    triples: tuple[Triple, ...]

    @cached_property
    def subjects(self) -> frozenset[Term]:
        """The subjects."""
        return frozenset(triple.subject for triple in self.triples)

    @cached_property
    def objects(self) -> frozenset[Term]:
        """The objects, literals among them."""
        return frozenset(triple.object for triple in self.triples)

    @cached_property
    def by_class(self) -> Mapping[NamedNode, int]:
        """The number of things in each class."""
        pairs = {(t.object, t.subject) for t in self.triples if t.predicate == terms.TYPE}
        return _frequencies(value for value, _ in pairs if isinstance(value, NamedNode))

    @cached_property
    def by_property(self) -> Mapping[NamedNode, int]:
        """The number of triples with each property."""
        return _frequencies(triple.predicate for triple in self.triples)

    def examples(self, space: str) -> list[str]:
        """The first thing of each class whose IRI begins with a text, sorted."""
        first: dict[Term, str] = {}
        for triple in self.triples:
            subject = triple.subject
            if triple.predicate == terms.TYPE and isinstance(subject, NamedNode) and subject.value.startswith(space):
                first[triple.object] = min(first.get(triple.object, subject.value), subject.value)
        return sorted(set(first.values()))

    def entities(self, space: str) -> list[str]:
        """The IRIs of the things described whose IRI begins with a text, sorted."""
        return sorted(s.value for s in self.subjects if isinstance(s, NamedNode) and s.value.startswith(space))


def _frequencies(nodes: Iterable[NamedNode]) -> dict[NamedNode, int]:
    return dict(sorted(Counter(nodes).items(), key=lambda item: item[0].value))


class TripleBuilder:
    """Collects the triples of a description, whose properties are named by CURIEs."""

    def __init__(self) -> None:
        self.triples: list[Triple] = []
        self._blank = 0

    def add(self, subject: Node, name: str, *values: Term | str | int | None) -> None:
        """Add a triple for each value.

        Args:
            subject: The subject.
            name: The property, as a CURIE.
            values: Its values: terms; texts, which are CURIEs of terms if they stand for `a`, else plain literals;
                numbers, which become integers. What is nothing is left out.
        """
        predicate = terms.TYPE if name == "a" else terms.from_curie(name, PREFIXES)
        for value in values:
            if value is None or value == "":
                continue
            term: Term
            if isinstance(value, int):
                term = Literal(str(value), datatype=terms.INTEGER)
            elif isinstance(value, str):
                term = terms.from_curie(value, PREFIXES) if name == "a" else Literal(value)
            else:
                term = value
            self.triples.append(Triple(subject, predicate, term))

    def blank(self) -> BlankNode:
        """A new blank node."""
        self._blank += 1
        return BlankNode(f"b{self._blank}")

    def documents(self, stem: str, prefixes: Mapping[str, str]) -> Iterator[Document]:
        """The triples in each syntax of `DOCUMENT_SYNTAXES`, with `PREFIXES` and others.

        Args:
            stem: The path of the files, without extension.
            prefixes: Each other prefix with its namespace.

        Returns:
            The documents.
        """
        return in_each_syntax(stem, Prefixed({**prefixes, **PREFIXES}), self.triples)


def typed(value: str, datatype: str) -> Literal | None:
    """A literal of a datatype of XML Schema, or nothing for an empty value."""
    return Literal(value, datatype=NamedNode(terms.XSD + datatype)) if value else None


def iri(value: str) -> NamedNode | None:
    """An IRI, or nothing for an empty value.

    Raises:
        InputError: The text is not an IRI.
    """
    try:
        return NamedNode(value) if value else None
    except ValueError as error:
        raise InputError(
            f"the header says {value!r} where an IRI is expected: {error}", hint="write <an IRI>, or leave it out"
        ) from error


def namespaces_of(nodes: Iterable[NamedNode]) -> Iterator[str]:
    """The namespaces that terms stand in, sorted: what comes before the last `#` or `/`, with it."""
    yield from sorted({terms.split_iri(n.value)[0] for n in nodes} - {""})
