"""Terms of the ontology that no question (SPARQL query) uses; the other rules of hygiene are in `shapes/hygiene/`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import NamedNode

from scograph import terms
from scograph.checks.questions import Question
from scograph.checks.run import CheckRun
from scograph.graph import Graph
from scograph.model import Finding, Place, Severity
from scograph.turtle.tokens import LineIndex, Token, tokens

_KINDS = (terms.CLASS, terms.OBJECT_PROPERTY, terms.DATATYPE_PROPERTY, terms.ANNOTATION_PROPERTY)
_NARROWER = (NamedNode(terms.RDFS + "subClassOf"), NamedNode(terms.RDFS + "subPropertyOf"))
_DEPRECATED = NamedNode(terms.OWL + "deprecated")
_OF_A_CLAIM = frozenset(
    term.value
    for term in (
        terms.CLAIM,
        terms.CLAIM_SUBJECT,
        terms.CLAIM_PREDICATE,
        terms.CLAIM_OBJECT,
        terms.IS_SUPPORTED_BY,
        terms.HAS_BASIS,
    )
)
_OF_CHECKS = frozenset({terms.SAID_AS.value, terms.SAID_BY.value})
"""What a check reads: it serves that check."""
_ESCAPED = re.compile(r"\\(.)")


def check_hygiene(run: CheckRun) -> Iterator[Finding]:
    """Find own terms that no question needs, and own terms that a question needs but nothing declares.

    A term that serves no question has to be kept up and is misunderstood all the same; a misspelt term in a question
    finds nothing, which an expected answer without rows does not show. A question needs the terms that it names and
    those above them, and with one part of a claim the whole claim; what a check reads is needed as well. Ask a
    question, or deprecate the term. Only projects that have questions and the folder `shapes/hygiene` are held to this.

    Args:
        run: The graph, and how it is checked.

    Returns:
        H01 for a term that no question needs, H02 for an undeclared term, one per question.

    Raises:
        InputError: A question is not UTF-8.
    """
    graph, questions = run.graph, run.questions
    namespace = graph.term_namespace
    if not namespace or not questions or not (graph.project.root / "shapes" / "hygiene").is_dir():
        return
    own = own_terms(graph)
    named: set[str] = set()
    for question in questions:
        names = {name: token for name, token in _names(question, graph.prefixes) if name.startswith(namespace)}
        named |= names.keys()
        for name in sorted(names.keys() - own - {namespace}):
            yield _undeclared(graph, question, name, names[name])
    needed = with_superterms(graph, named | (_OF_A_CLAIM if named & _OF_A_CLAIM else set()))
    for name in sorted(own - needed - _OF_CHECKS - _deprecated(graph)):
        yield Finding(
            Severity.ERROR,
            "H01",
            f"no question needs <{name}>",
            "ask a question whose answer needs it, or deprecate it",
            focus=name,
            place=graph.places.find(f"<{name}>"),
        )


def _undeclared(graph: Graph, question: Question, name: str, token: Token) -> Finding:
    return Finding(
        Severity.ERROR,
        "H02",
        f"the question names <{name}>, which is not declared in the ontology",
        "mend its spelling, or declare it",
        focus=name,
        place=Place(
            graph.project.relative(question.path), *LineIndex(question.query).position(token.start), len(token.text)
        ),
    )


def own_terms(graph: Graph) -> set[str]:
    """The IRIs of the classes and properties that the ontology declares in its own namespace."""
    return {
        triple.subject.value
        for triple in graph.ontology
        if triple.predicate == terms.TYPE
        and triple.object in _KINDS
        and isinstance(triple.subject, NamedNode)
        and triple.subject.value.startswith(graph.term_namespace)
    }


def _deprecated(graph: Graph) -> set[str]:
    return {
        triple.subject.value
        for triple in graph.ontology
        if triple.predicate == _DEPRECATED and isinstance(triple.subject, NamedNode)
    }


def _names(question: Question, known: Mapping[str, str]) -> Iterator[tuple[str, Token]]:
    """The IRIs that a query names, written whole or with a prefix, each with its token; declarations are left out."""
    prefixes = dict(known)
    before: tuple[Token | None, Token | None] = (None, None)
    for token in tokens(question.query):
        second, first = before
        declares = second is not None and second.kind == "word" and second.text.upper() == "PREFIX"
        if token.kind == "iri" and declares and first is not None:
            prefixes[first.text.rstrip(":")] = token.text[1:-1]
        elif token.kind == "iri":
            yield token.text[1:-1], token
        elif token.kind == "name" and not (first is not None and first.text.upper() == "PREFIX"):
            prefix, _, rest = token.text.partition(":")
            if prefix in prefixes:
                yield prefixes[prefix] + _ESCAPED.sub(r"\1", rest), token
        before = (first, token)


def with_superterms(graph: Graph, names: Iterable[str]) -> set[str]:
    """Classes and properties, and all those that they are under."""
    above: dict[str, list[str]] = defaultdict(list)
    for triple in graph.ontology:
        if (
            triple.predicate in _NARROWER
            and isinstance(triple.subject, NamedNode)
            and isinstance(triple.object, NamedNode)
        ):
            above[triple.subject.value].append(triple.object.value)
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += above[name]
    return found
