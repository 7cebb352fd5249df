"""Installed shapes in the languages of a project: names are asked for in these, not in those of the vocabulary."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from scograph import terms
from scograph.model import Term, in_default_graph
from scograph.parse import Parsed
from scograph.terms import FIRST, REST, SH

_LANGUAGE_IN = NamedNode(SH + "languageIn")
_QUALIFIED_SHAPE = NamedNode(SH + "qualifiedValueShape")
_MIN_COUNT, _MAX_COUNT = NamedNode(SH + "minCount"), NamedNode(SH + "maxCount")
_ONE = Literal("1", datatype=terms.INTEGER)
_ABOUT_TERMS = "ontology"
"""The names of files of shapes about the terms of the vocabulary begin so: those have names in its own languages."""
_EACH = ((" each in English, Russian and Chinese", ""), ("in each of en, ru, zh", "in a language of the project"))
"""What the messages of shapes for all languages of the vocabulary say, and what they say for other languages."""
_NAMES = {"ar": "Arabic", "de": "German", "es": "Spanish", "fr": "French", "kk": "Kazakh", "pt": "Portuguese"}
"""Names of languages in messages; others are called by their tags."""
_ASKED = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix scogsh: <https://w3id.org/scograph/shapes#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

scogsh:In-{tag} a sh:NodeShape ; sh:languageIn ( "{tag}" ) .

scogsh:Name-{tag} a sh:PropertyShape ;
    sh:description "Add rdfs:label in {tag}, as a source prints the name."@en ;
    sh:group scogsh:{group} ;
    sh:message "{message} {name}"@en ;
    sh:name "name in {name}"@en ;
    sh:path rdfs:label ;
    sh:qualifiedMinCount 1 ;
    sh:qualifiedValueShape scogsh:In-{tag} ;
    sh:severity sh:{severity} .

scogsh:{shape} sh:property scogsh:Name-{tag} .
"""
_OF_MAIN = {
    "group": "LabelsGroup",
    "message": "SCOG-L01: something has no label in",
    "severity": "Violation",
    "shape": "NamedShape",
}
_OF_FURTHER = {
    "group": "RecommendedGroup",
    "message": "SCOG-W02: no name in",
    "severity": "Warning",
    "shape": "RecommendedNames",
}
"""What asks for names in a language that the vocabulary does not have: as its shapes do for its own."""


def in_languages(files: Sequence[Parsed], languages: Sequence[str]) -> list[Parsed]:
    """Shapes that ask for names in the languages of a project.

    What asks for names in a language of the vocabulary that is none of the project's is left out. What asks for a label
    or definition of concepts in each language of the vocabulary asks for one, in whatever language; what asks for those
    of the terms of the vocabulary stays. For each language of the project that the vocabulary does not have, names are
    asked for as those in its own: in the main language as those in English, in the others as those in Chinese.

    Args:
        files: The files of installed shapes.
        languages: The languages of the project, the main one first.

    Returns:
        The same files with these shapes.
    """
    triples = [triple for parsed in files for triple in parsed.triples]
    asked = {triple.subject: _tags(triple.object, triples) for triple in triples if triple.predicate == _LANGUAGE_IN}
    single = {shape: found[0] for shape, found in asked.items() if len(found) == 1}
    foreign = {shape for shape, tag in single.items() if not any(_is_a(one, tag) for one in languages)}
    dropped = {
        triple.subject for triple in triples if triple.predicate == _QUALIFIED_SHAPE and triple.object in foreign
    }
    several = asked.keys() - single.keys() if foreign else set()
    further = [tag for tag in languages if not any(_is_a(tag, one) for one in single.values())]
    found = [
        parsed if _is_about_terms(parsed) else _with(parsed, _asking(parsed.triples, several, dropped))
        for parsed in files
    ]
    for tag in further:
        more = _for_language(tag, _OF_MAIN if tag == languages[0] else _OF_FURTHER)
        at = next(
            index for index, parsed in enumerate(files) if any(t.subject == more[-1].subject for t in parsed.triples)
        )
        found[at] = _with(found[at], (*found[at].triples, *more))
    return found


def _tags(head: Term, triples: Iterable[Triple]) -> tuple[str, ...]:
    """The texts of a list."""
    cells: dict[tuple[Term, NamedNode], Term] = {
        (triple.subject, triple.predicate): triple.object for triple in triples if triple.predicate in (FIRST, REST)
    }
    found = []
    while (head, FIRST) in cells:
        found.append(str(getattr(cells[head, FIRST], "value", "")))
        head = cells[head, REST]
    return tuple(found)


def _is_a(tag: str, wanted: str) -> bool:
    """Whether a tag is that of a language or of a kind of it (RFC 4647, clause 3.3.1)."""
    return f"{tag.lower()}-".startswith(f"{wanted.lower()}-")


def _is_about_terms(parsed: Parsed) -> bool:
    return parsed.path.rpartition("/")[2].startswith(_ABOUT_TERMS)


def _with(parsed: Parsed, triples: Iterable[Triple]) -> Parsed:
    return replace(parsed, quads=tuple(in_default_graph(triples)), written=parsed.written or parsed.quads)


def _asking(triples: Iterable[Triple], several: Container[Term], dropped: Container[Term]) -> Iterator[Triple]:
    """Shapes without those that are dropped; those for several languages ask for one value in whatever language."""
    for triple in triples:
        subject, predicate, value = triple
        if subject in dropped or value in dropped or (subject in several and predicate in (_LANGUAGE_IN, _MAX_COUNT)):
            continue
        if subject in several and predicate == _MIN_COUNT:
            yield Triple(subject, predicate, _ONE)
        elif subject in several and isinstance(value, Literal) and value.language == "en":
            yield Triple(subject, predicate, Literal(_in_one(value.value), language="en"))
        else:
            yield triple


def _in_one(text: str) -> str:
    for before, after in _EACH:
        text = text.replace(before, after)
    return text


def _for_language(tag: str, words: Mapping[str, str]) -> tuple[Triple, ...]:
    text = _ASKED.format(tag=tag, name=_NAMES.get(tag.partition("-")[0].lower(), tag), **words)
    return tuple(_named(quad.triple, tag) for quad in parse(text, RdfFormat.TURTLE))


def _named(triple: Triple, tag: str) -> Triple:
    """The same, its blank nodes under names that nothing else has."""

    def named(term: Term) -> Term:
        return BlankNode(f"language{tag.replace('-', 'x')}{term.value}") if isinstance(term, BlankNode) else term

    subject = named(triple.subject)
    assert isinstance(subject, NamedNode | BlankNode)  # noqa: S101 -- for the type checker
    return Triple(subject, triple.predicate, named(triple.object))
