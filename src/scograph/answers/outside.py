"""What the facts point at outside the graph, and whether it has the form that its publisher gives it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from scograph import terms
from scograph.graph import Graph

FORMS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "wikidata.org",
        re.compile(r"http://www\.wikidata\.org/(?:entity/(?:[QP][1-9]\d*|L[1-9]\d*(?:-[FS][1-9]\d*)?)|prop/.+)"),
        "an entity of Wikidata is http://www.wikidata.org/entity/Q42",
    ),
    (
        "geonames.org",
        re.compile(r"https://sws\.geonames\.org/[1-9]\d*/|http://www\.geonames\.org/ontology#.*"),
        "a place of GeoNames is https://sws.geonames.org/2950159/, with its slash",
    ),
)
"""Hosts, the form of their IRIs, and that form in words; pages about an entity are other things than the entity."""
_PAGES = re.compile(r"https://www\.(?:wikidata\.org/wiki|geonames\.org)/.+")


@dataclass(frozen=True, slots=True)
class OutsideLink:
    """An IRI that the facts point at.

    Args:
        iri: The IRI.
        uses: The triples that have it as object.
        problem: What is wrong with its form, or nothing.
    """

    iri: str
    uses: int
    problem: str = ""

    @property
    def host(self) -> str:
        """Its host."""
        return urlsplit(self.iri).hostname or ""


def outside_links(graph: Graph) -> list[OutsideLink]:
    """The IRIs outside the project's own namespaces that its published triples point at.

    Args:
        graph: The graph.

    Returns:
        The links, sorted; classes and properties are terms, not links, and are left out.
    """
    own = tuple(graph.namespaces)
    subjects = {triple.subject for triple in graph.default_graph()}
    used = Counter(
        (triple.object.value, triple.predicate.value)
        for triple in graph.default_graph()
        if isinstance(triple.object, NamedNode)
        and triple.predicate not in (terms.TYPE, terms.CLAIM_PREDICATE)
        and triple.object not in subjects
    )
    uses: Counter[str] = Counter()
    identifies: set[str] = set()
    for (iri, predicate), number in used.items():
        if not (own and iri.startswith(own)):
            uses[iri] += number
            if predicate.endswith(("sameAs", "Match")):
                identifies.add(iri)
    return [OutsideLink(iri, uses[iri], form_problem(iri, identifies=iri in identifies)) for iri in sorted(uses)]


def form_problem(iri: str, *, identifies: bool = True) -> str:
    """What is wrong with the form of an IRI.

    Args:
        iri: The IRI.
        identifies: Whether it stands for a thing, not for a page.

    Returns:
        The right form in words, or nothing.
    """
    host = urlsplit(iri).hostname or ""
    for domain, form, words in FORMS:
        if host == domain or host.endswith(f".{domain}"):
            is_page = not identifies and _PAGES.fullmatch(iri)
            return "" if form.fullmatch(iri) or is_page else words
    return ""
