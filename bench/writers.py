"""Terms, records and how they are written: Turtle or N-Triples, a subject at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def ntriples(records_: Iterable[Record]) -> Iterator[str]:
    """Write records as N-Triples, one string a record."""

    def full(term: Term) -> str:
        if isinstance(term, Iri):
            return f"<{PREFIXES[term.prefix]}{term.local}>"
        text = f'"{_escaped(term.value)}"'
        if term.language:
            return f"{text}@{term.language}"
        return f"{text}^^<{PREFIXES['xsd']}{term.datatype}>" if term.datatype else text

    for subject, pairs in records_:
        written = full(subject)
        yield "".join(f"{written} {full(predicate)} {full(term)} .\n" for predicate, term in pairs)


def turtle(records_: Iterable[Record]) -> Iterator[str]:
    """Write records as Turtle as people lay it out, one string a record."""

    def short(term: Term) -> str:
        if isinstance(term, Iri):
            return f"{term.prefix}:{term.local}"
        text = f'"{_escaped(term.value)}"'
        if term.language:
            return f"{text}@{term.language}"
        return f"{text}^^xsd:{term.datatype}" if term.datatype else text

    yield "".join(f"@prefix {prefix}: <{name}> .\n" for prefix, name in PREFIXES.items())
    for subject, pairs in records_:
        lines = (f"{'a' if predicate == A else short(predicate)} {short(term)}" for predicate, term in pairs)
        yield "\n" + short(subject) + " " + " ;\n    ".join(lines) + " .\n"
