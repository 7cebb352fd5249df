"""The front page: search, answers with how sure they are, things by class, sections, version and licence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup
from pyoxigraph import NamedNode

from scograph import terms
from scograph.model import Document
from scograph.site.answers import MAX_LISTED, answer_items, front_answers
from scograph.site.comparison_list import ComparisonPage
from scograph.site.index import BASES, SiteIndex
from scograph.site.markup import html
from scograph.site.pages.comparisons import words_of
from scograph.site.pages.facts import class_link
from scograph.site.pages.lists import class_counts, sorted_classes
from scograph.site.pages.questions import question_link
from scograph.site.paths import OWN_PAGES
from scograph.site.render import Renderer
from scograph.site.view import PageContext

_MODIFIED = NamedNode(terms.DCTERMS + "modified")
_LICENCE = NamedNode(terms.DCTERMS + "license")
_PUBLISHER = NamedNode(terms.DCTERMS + "publisher")
_VERSION = NamedNode(terms.OWL + "versionInfo")
_STATE = NamedNode(terms.SCOG + "State")
_TECHNICAL = frozenset(
    {*(term.value for term in (terms.EDITION, terms.READING, terms.IGNORED_SPAN)), terms.SKOS + "ConceptScheme"}
)
MAX_NAMED = 12
"""So many things of a class are named."""
MAX_CLASSES = 6
"""So many classes have their things named where the settings name none."""


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
            answers=_answers(site, context),
            certainty=_certainty(context),
            groups=_groups(context) if index.comparisons is None else [],
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


def _answers(site: Renderer, context: PageContext) -> list[dict[str, Any]]:
    """The answers that the page has: question, the things that it lists, and how many more there are."""
    index = context.view.index
    found = []
    for answer in front_answers(index, site.answers):
        left = len(answer.table.rows) - MAX_LISTED
        found.append(
            {
                "question": question_link(context, answer.question),
                "items": answer_items(context, answer),
                "is_flat": len(answer.columns) == 1,
                "more": context.words.many("n.more", left) if left > 0 else "",
            }
        )
    return found


def _certainty(context: PageContext) -> list[dict[str, Any]]:
    """How many claims have each basis, those that are most said first; with the page that lists them, if one does."""
    index, words = context.view.index, context.words
    used = Counter(claim.basis for claim in index.graph.claims)
    total = sum(used.values())
    listing = {basis: stem for stem, bases in BASES.items() for basis in bases if stem not in index.empty_pages}
    return [
        {
            "name": html('<a href="{}{}.html">{}</a>', context.home, listing[basis], context.view.name_html(basis))
            if basis in listing
            else context.link(basis),
            "count": words.number(used[basis]),
            "share": round(100 * used[basis] / total, 2),
        }
        for name in terms.BASES
        if used[basis := terms.basis(name)]
    ]


def _groups(context: PageContext) -> list[dict[str, Any]]:
    """Classes with the things of each that most points at, and the link to all."""
    index, view = context.view.index, context.view
    groups = []
    for kind in _front_classes(context):
        nodes = index.classes[kind]
        ranked = sorted(nodes, key=lambda node: (-index.connections(node), view.order(node)))
        left = len(nodes) - MAX_NAMED
        groups.append(
            {
                "name": class_link(context, kind),
                "count": context.words.number(len(nodes)),
                "things": [context.link(node) for node in sorted(ranked[:MAX_NAMED], key=view.order)],
                "more": html(
                    '<a href="{}{}.html">{}</a>',
                    context.home,
                    index.class_stems[kind],
                    context.words.many("n.more", left),
                )
                if left > 0
                else "",
            }
        )
    return groups


def _front_classes(context: PageContext) -> list[NamedNode]:
    """The classes that the settings name; else those with the most things, records, documents and concepts aside."""
    index = context.view.index
    named = index.graph.project.settings.site.classes
    if named:
        found = [context.view.labels.find_class(name) for name in named]
        return [kind for kind in found if kind in index.classes]
    apart = {*index.meaning.involvements, *index.documents, *index.concepts, index.dataset}
    listed = [kind for kind in sorted_classes(context) if kind and not apart.issuperset(index.classes[kind])]
    return [kind for kind in listed if kind.value not in _TECHNICAL][:MAX_CLASSES]


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
        ordered = sorted(dict.fromkeys(nodes), key=lambda n: (not index.meaning.involvements_in.get(n), n.value))
        sections.append({"name": context.view.name_html(section), "things": [context.link(node) for node in ordered]})
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
