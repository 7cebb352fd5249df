"""The OWL profile in a session: what it found stays while edits of facts bring and take no fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import RdfFormat, Triple, parse

from scograph.checks.owl_lite import owl_lite_findings
from scograph.checks.shacl.index import Index
from scograph.model import Finding
from scograph.ntriples import TYPE, is_blank, is_literal
from scograph.terms import OWL, RDF, RDFS

Token = tuple[str, str, str]
_AXIOMS = tuple(f"<{namespace}" for namespace in (OWL, RDF, RDFS))
_ANNOTATIONS = frozenset(f"<{RDFS}{name}>" for name in ("label", "comment", "seeAlso", "isDefinedBy"))


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found in one ontology: by itself, and with the facts."""

    ontology: tuple[Triple, ...]
    alone: tuple[Finding, ...]
    whole: tuple[Finding, ...] | None


class KeptProfile:
    """What breaks the profile, until an edit changes it.

    The rules look at a statement with the types and roles of its terms. So an edit of facts changes what is found only
    among the statements that it adds or removes, and those about things whose types it changes: these are held to the
    rules with the ontology, as they were and as they are. Where the two differ, or an axiom is edited, all runs again.
    """

    def __init__(self) -> None:
        self._found: _Found | None = None
        self.is_whole = True
        """Whether the last edit made everything run."""

    def findings(
        self, ontology: tuple[Triple, ...], with_facts: Callable[[], Iterable[Triple]]
    ) -> tuple[Sequence[Finding], Sequence[Finding] | None]:
        """What is found in the ontology alone, and where that is nothing, in the ontology with the facts.

        Args:
            ontology: The ontology, with what it imports.
            with_facts: Gives the ontology and the facts.
        """
        found = self._found
        self.is_whole = found is None or found.ontology != ontology
        if found is None or self.is_whole:
            alone = tuple(owl_lite_findings(ontology))
            whole = None if alone else tuple(owl_lite_findings(with_facts()))
            found = self._found = _Found(ontology, alone, whole)
        return found.alone, found.whole

    def follow(
        self, data: Index, added: Collection[Token], removed: Collection[Token], change: Callable[[], None]
    ) -> None:
        """Follow a change of the data.

        Args:
            data: The data, with the ontology.
            added: The triples that they get.
            removed: The triples that they lose.
            change: Makes the change.
        """
        found = self._found
        if found is None or found.whole is None:
            change()
            return
        edited = (*added, *removed)
        if any(map(_is_axiom, edited)):
            self._found = None
            change()
            return
        before = _around(data, edited)
        change()
        after = _around(data, edited)
        if before != after and _faults(found.ontology, before) != _faults(found.ontology, after):
            self._found = None


def _is_axiom(token: Token) -> bool:
    _, predicate, value = token
    if predicate == TYPE:
        return value.startswith(_AXIOMS)
    return predicate.startswith(_AXIOMS) and predicate not in _ANNOTATIONS


def _around(data: Index, edited: Collection[Token]) -> frozenset[Token]:
    """The statements that were edited and are there, those about things of which a type is, and the types of all."""
    nodes = {subject for subject, predicate, _ in edited if predicate == TYPE}
    waiting = [term for subject, _, value in edited for term in (subject, value) if is_blank(term)]
    nodes.update(waiting)
    found = {one for one in edited if data.has(*one)}
    done: set[str] = set()
    while nodes != done:
        new, done = nodes - done, set(nodes)
        for one in _about(data, new):
            found.add(one)
            nodes.update(term for term in (one[0], one[2]) if is_blank(term))
    types = data.forward(TYPE)
    terms = {term for subject, _, value in found for term in (subject, value) if not is_literal(term)}
    found.update((term, TYPE, class_) for term in terms for class_ in types.get(term, ()))
    return frozenset(found)


def _about(data: Index, nodes: Collection[str]) -> Iterator[Token]:
    for predicate in data.predicates:
        forward, backward = data.forward(predicate), data.backward(predicate)
        for node in nodes:
            yield from ((node, predicate, value) for value in forward.get(node, ()))
            yield from ((subject, predicate, node) for subject in backward.get(node, ()))


def _faults(ontology: Iterable[Triple], tokens: Iterable[Token]) -> Counter[tuple[str, str, str, str, str]]:
    lines = "".join(f"{' '.join(token)} .\n" for token in sorted(tokens)).encode()
    triples = [quad.triple for quad in parse(lines, RdfFormat.N_TRIPLES, rename_blank_nodes=False)]
    found = owl_lite_findings((*ontology, *triples))
    return Counter((one.code, one.focus, one.path, one.value, one.message) for one in found)
