"""The concept schemes of SKOS: each as a tree of its concepts, and all concepts from A to Z."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from markupsafe import Markup
from pyoxigraph import NamedNode

from scograph import terms
from scograph.answers.meaning import CONCEPT
from scograph.model import Document
from scograph.site.markup import html
from scograph.site.pages.facts import class_link
from scograph.site.render import Renderer
from scograph.site.trees import nested_list
from scograph.site.view import PageContext

MAX_CONCEPTS = 5000
"""At most this many concepts are on the page: the list of their class, which has several pages, has all."""
_BROADER = tuple(NamedNode(terms.SKOS + name) for name in ("broader", "broaderGeneric", "broaderPartitive"))
_NARROWER = NamedNode(terms.SKOS + "narrower")
_OF_SCHEME = tuple(NamedNode(terms.SKOS + name) for name in ("inScheme", "topConceptOf"))
_HAS_TOP = NamedNode(terms.SKOS + "hasTopConcept")


def concept_pages(site: Renderer) -> Iterator[Document]:
    """The page of the concept schemes (SKOS Reference, clauses 4 and 8).

    Args:
        site: The site.

    Returns:
        The page, in each language; none if there are no concepts.
    """
    concepts = site.index.concepts
    if not concepts:
        return
    shown = concepts[:MAX_CONCEPTS]
    schemes, parents = _schemes(site, shown), _parents(site, shown)
    for view in site.views:
        context = PageContext(view, "concepts.html")
        title = view.words("concepts")
        named = sorted((s for s in schemes if s is not None), key=view.order)
        sections: list[dict[str, object]] = [
            {
                "name": context.link(scheme),
                "about": view.description(scheme),
                "tree": nested_list(context, schemes[scheme], parents),
            }
            for scheme in named
        ]
        if None in schemes:
            name = view.words("scheme.none")
            sections.append({"name": name, "about": "", "tree": nested_list(context, schemes[None], parents)})
        yield site.page(
            "concepts",
            context,
            title,
            heading=title,
            lead=view.words("concepts.about"),
            sections=sections,
            letters=list(_letters(context, shown)),
            rest=class_link(context, CONCEPT) if len(concepts) > len(shown) else "",
        )


def _schemes(site: Renderer, concepts: Sequence[NamedNode]) -> Mapping[NamedNode | None, list[NamedNode]]:
    """The concepts of each scheme; those of none by None."""
    tops: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    for triple in site.index.graph.default_graph():
        scheme, top = triple.subject, triple.object
        if triple.predicate == _HAS_TOP and isinstance(scheme, NamedNode) and isinstance(top, NamedNode):
            tops[top].append(scheme)
    found: dict[NamedNode | None, list[NamedNode]] = defaultdict(list)
    for node in concepts:
        triples = site.index.graph.describing(node)
        stated = [t.object for t in triples if t.predicate in _OF_SCHEME and isinstance(t.object, NamedNode)]
        for one in dict.fromkeys((*stated, *tops[node])) or (None,):
            found[one].append(node)
    return found


def _parents(site: Renderer, concepts: Sequence[NamedNode]) -> Mapping[NamedNode, list[NamedNode]]:
    """The concepts that each is directly below, whichever of the two says so."""
    among = set(concepts)
    parents: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    for node in concepts:
        for triple in site.index.graph.describing(node):
            other = triple.object
            if isinstance(other, NamedNode) and other in among:
                if triple.predicate in _BROADER:
                    parents[node].append(other)
                elif triple.predicate == _NARROWER:
                    parents[other].append(node)
    return parents


def _letters(context: PageContext, concepts: Sequence[NamedNode]) -> Iterator[tuple[str, list[Markup]]]:
    """The concepts by the first letter of their names."""

    def letter(node: NamedNode) -> str:
        first = context.view.name(node)[:1].upper()
        return first if first.isalpha() else "#"

    ordered = sorted(concepts, key=lambda node: (letter(node), context.view.order(node)))
    for first, nodes in groupby(ordered, key=letter):
        yield first, [html("{}", context.link(node)) for node in nodes]
