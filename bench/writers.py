"""Terms, records and how they are written: Turtle or N-Triples, a subject at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

PREFIXES = {
    "b": "http://example.org/",
    "id": "http://example.org/id/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


class Iri(NamedTuple):
    """An IRI: a prefix of `PREFIXES`, and what follows it."""

    prefix: str
    local: str


class Literal(NamedTuple):
    """A literal: its lexical form, and either a language or a datatype of XML Schema; neither for a string."""

    value: str
    language: str = ""
    datatype: str = ""


Term = Iri | Literal
Pairs = list[tuple[Iri, Term]]


class Record(NamedTuple):
    """All triples of one subject."""

    subject: Iri
    pairs: Pairs


A = Iri("rdf", "type")


def ntriples(records: Iterable[Record]) -> Iterator[str]:
    """Write records as N-Triples, one string a record."""

    def name(iri: Iri) -> str:
        return f"<{PREFIXES[iri.prefix]}{iri.local}>"

    for subject, pairs in records:
        begin = name(subject)
        yield "".join(f"{begin} {name(predicate)} {_term(term, name)} .\n" for predicate, term in pairs)


def turtle(records: Iterable[Record]) -> Iterator[str]:
    """Write records as Turtle as people lay it out, one string a record."""

    def name(iri: Iri) -> str:
        return "a" if iri is A else f"{iri.prefix}:{iri.local}"

    yield "".join(f"@prefix {prefix}: <{full}> .\n" for prefix, full in PREFIXES.items())
    for subject, pairs in records:
        lines = (f"{name(predicate)} {_term(term, name)}" for predicate, term in pairs)
        yield "\n" + name(subject) + " " + " ;\n    ".join(lines) + " .\n"


def _term(term: Term, name: Callable[[Iri], str]) -> str:
    if isinstance(term, Iri):
        return name(term)
    text = '"' + term.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if term.language:
        return f"{text}@{term.language}"
    return f"{text}^^{name(Iri('xsd', term.datatype))}" if term.datatype else text
