"""The front page: title, counts, sections, classes, pictures, version and licence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup
from pyoxigraph import NamedNode

from scograph import terms
from scograph.model import Document
from scograph.site.comparison_list import ComparisonPage
from scograph.site.index import SiteIndex
from scograph.site.markup import html
from scograph.site.pages.comparisons import words_of
from scograph.site.pages.dates import when
from scograph.site.pages.lists import class_counts
from scograph.site.paths import OWN_PAGES
from scograph.site.render import Renderer
from scograph.site.view import PageContext

_MODIFIED = NamedNode(terms.DCTERMS + "modified")
_LICENCE = NamedNode(terms.DCTERMS + "license")
_PUBLISHER = NamedNode(terms.DCTERMS + "publisher")
_VERSION = NamedNode(terms.OWL + "versionInfo")
_STATE = NamedNode(terms.SCOG + "State")


def front_page(site: Renderer) -> Iterator[Document]:
    """The front page.

    Args:
        site: The site.

    Returns:
        The page, in each language.
    """
    for view in site.views:
        context = PageContext(view, "index.html")
        index, words = site.index, view.words
        dataset = index.dataset
        sourced = (("n.sources", index.documents), ("n.passages", index.passages), ("n.claims", index.graph.claims))
        counts = [
            words.many("n.entities", len(index.entities)),
            words.many("n.facts", len(index.graph.facts)),
            *(words.many(key, len(what)) for key, what in sourced if what),
        ]
        lead = view.description(dataset) if dataset else Markup("")
        yield site.page(
            "front",
            context,
            site.title(view),
            heading=site.title_html(view),
            lead=lead,
            summary=lead,
            counts=counts,
            sections=_sections(context) if index.comparisons is None else [],
            profiles=_profiles(context),
            states=_states(context) if index.comparisons is not None else [],
            broken=[words("profiles.broken.about", name=name) for name in index.broken],
            compares=[html('<a href="{}.html">{}</a>', page.stem, words(key)) for page, key in _compares(index)],
            classes=class_counts(context),
            has_questions="questions" not in index.empty_pages,
            pictures=[page.stem for page in OWN_PAGES if page.is_on_front and page.stem not in index.empty_pages],
            glance=list(_glance(site, context)),
            cite_as=dataset.value if dataset else "",
            schema_org=site.schema_org,
        )


def _sections(context: PageContext) -> list[dict[str, Any]]:
    """The sections in which the principal source lists things, if it does, each with what stands in it."""
    index = context.view.index
    listed: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    for triple in index.graph.facts:
        section, node = triple.object, triple.subject
        if triple.predicate == terms.IN_SECTION and isinstance(section, NamedNode) and isinstance(node, NamedNode):
            listed[section].append(node)
    sections = []
    for section, nodes in sorted(listed.items(), key=lambda item: item[0].value, reverse=True):
        items = [
            {
                "kind": context.words["comma"].join(map(context.view.name_html, index.types(node))),
                "when": when(context, node, with_marks=False),
                "link": context.link(node),
                "about": context.view.description(node),
            }
            for node in sorted(dict.fromkeys(nodes), key=lambda n: (not index.meaning.involvements_in.get(n), n.value))
        ]
        sections.append({"name": context.view.name_html(section), "note": "", "things": items})
    return sections


def _profiles(context: PageContext) -> list[dict[str, Any]]:
    """The organisations of a portal, each with its project, the edition of its profile, and how far that was read."""
    comparisons, words = context.view.index.comparisons, context.words
    if comparisons is None:
        return []
    said = words_of(context.view)
    found = []
    for column in comparisons.columns:
        profile = next(one for one in comparisons.portal.profiles if one.name == column.project)
        counts = (words.many("n.facts", len(profile.graph.facts)), words.many("n.sources", len(profile.graph.sources)))
        found.append(
            {
                "link": context.link(column.node),
                "kind": said.column(column),
                "about": context.view.description(column.node),
                "counts": words["clause"].join(counts),
                "documents": [context.link(one.document) for one in column.editions],
                "data": html('<a href="{}profiles/{}.ttl">Turtle</a>', context.root, column.project),
            }
        )
    return found


def _states(context: PageContext) -> list[Markup]:
    """The states, by name: the page of each shows its part in all profiles."""
    nodes = context.view.index.classes.get(_STATE, ())
    return [context.link(node) for node in sorted(nodes, key=context.view.order)]


def _compares(index: SiteIndex) -> list[tuple[ComparisonPage, str]]:
    """The comparisons of all facts, each with the key of its name."""
    pages = index.comparisons.pages if index.comparisons is not None else ()
    whole = (page for page in pages if page.facet is None and not page.day)
    return [(page, "compare.properties" if page.is_every else "compare.headings") for page in whole]


def _glance(site: Renderer, context: PageContext) -> Iterator[tuple[str, list[Markup]]]:
    index, words = site.index, context.words
    dataset = index.dataset
    for key, predicate in (("version", _VERSION), ("updated", _MODIFIED), ("publisher", _PUBLISHER)):
        value = index.first(dataset, predicate) if dataset else None
        if value is not None:
            yield words(key), [context.value(value)]
    licence = index.first(dataset, _LICENCE) if dataset else None
    if isinstance(licence, NamedNode):
        yield words("licence"), [html("{}", context.link(licence))]
    principal = []
    for document in index.documents:
        updated = index.first(document, terms.LAST_UPDATED)
        if updated is not None:
            dated = words["state_of"].format(date=context.value(updated))
            principal.append(html("{}, {}", context.link(document), dated))
    if principal:
        yield words("principal_source"), principal
