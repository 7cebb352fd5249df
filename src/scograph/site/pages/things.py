"""The page of each thing but documents and passages, in every language, with its data as RDF and CSV beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup
from pyoxigraph import NamedNode, Triple

from scograph import terms
from scograph.answers.meaning import CONCEPT
from scograph.formats import Format
from scograph.model import Document
from scograph.site.markup import in_script
from scograph.site.pages import facts
from scograph.site.pages.facts import Thing
from scograph.site.pages.pagination import continuation_pages
from scograph.site.pictures.land import Point, land_map
from scograph.site.pictures.neighbours import Neighbour, neighbourhood
from scograph.site.pictures.svg import Picture
from scograph.site.pictures.timeline import TimelineRow, timeline
from scograph.site.render import Renderer, Share
from scograph.site.static_files import published_path
from scograph.site.twins import TwinWriter
from scograph.site.view import PageContext

MIN_IN_TIME = 2
"""A page with at least this many dated things shows them in time."""
MIN_NEIGHBOURS = 3
"""A page with at least this many neighbours draws them."""
MAX_IN_TIME = 24
MAX_EMBEDDED = 150_000
"""Bytes of JSON-LD that a page carries; a page that has more links it only, as it links the other twins."""


def thing_pages(site: Renderer, share: Share) -> Iterator[Document]:
    """The pages of things.

    Args:
        site: The site.
        share: Which of the things.

    Returns:
        For each thing its twins, then its page in each language; likewise for each IRI of which nothing is said but
        of its fragments.
    """
    writer = TwinWriter(site.index.graph)
    index = site.index
    for node in share.of((*index.entities, *index.document_stems)):
        thing = facts.gather_thing(site, node)
        twins, jsonld, documents = twins_of(site, writer, thing)
        yield from documents
        for view in site.views:
            context = PageContext(view, f"{index.stem(node)}.html")
            yield site.page("entity", context, view.name_and_status(node), **shown(site, context, thing, twins, jsonld))
            yield from continuation_pages(site, context, view.name(node), view.name_html(node))


def twins_of(
    site: Renderer, writer: TwinWriter, thing: Thing, more: list[Any] | None = None
) -> tuple[list[Format], Markup, list[Document]]:
    """The twins of a thing's page.

    Args:
        site: The site.
        writer: What writes twins.
        thing: The thing.
        more: Triples that its page shows beside its own.

    Returns:
        Which there are, the JSON-LD for the page itself, and the documents.
    """
    index = site.index
    stem = index.stem(thing.node)
    triples = [*index.graph.describe(thing.node.value), *(more or ()), *described_fragments(site, thing.node)]
    twins, jsonld, documents = [], Markup(""), []
    for twin, data in writer.write(triples, thing.reasons):
        twins.append(twin)
        documents.append(Document(f"{stem}.{twin.extension}", twin.media_type, (data,)))
        if twin.extension == "jsonld" and len(data) <= MAX_EMBEDDED:
            jsonld = in_script(data)
    return twins, jsonld, documents


def described_fragments(site: Renderer, document: NamedNode) -> list[Triple]:
    """What is said of the things whose IRIs are fragments of an IRI: who asks for one of them asks for that IRI."""
    index = site.index
    nodes = [node for node in index.fragments.get(document, ()) if node in index.stems]
    return list(dict.fromkeys(triple for node in nodes for triple in index.graph.describe(node.value)))


def shown(site: Renderer, context: PageContext, thing: Thing, twins: list[Format], jsonld: Markup) -> dict[str, Any]:
    """What the template of a thing shows; the order of the parts is the order of the marks."""
    index = site.index
    meaning = index.meaning
    node = thing.node
    type_labels = facts.type_labels(context, thing)
    lead = facts.description(context, thing)
    return {
        "kinds": type_labels,
        "heading": context.view.name_html(node),
        "standing": facts.standing(context, thing),
        "others": facts.other_names(context, thing),
        "lead": lead,
        "summary": lead,
        "now": facts.summary_lines(
            context, meaning.involvements_in.get(node, ()), meaning.involvements_of.get(node, ())
        ),
        "facts": facts.fact_rows(context, thing),
        "involved": facts.involvement_rows(context, meaning.involvements_in.get(node, ()), of_agent=False),
        "takes_part": facts.involvement_rows(context, meaning.involvements_of.get(node, ()), of_agent=True),
        "incoming": facts.incoming_rows(context, thing),
        "pictures": list(_pictures(context, thing)),
        "names": facts.name_rows(context, thing),
        "identifiers": facts.identifiers(context, thing),
        **facts.download_links(site, context, thing),
        "twins": site.twin_links(context, index.stem(node), twins),
        "types": [kind.value for kind in index.types(node)],
        "cite_as": node.value,
        "jsonld": jsonld,
        "schema_org": site.schema_org if node == index.dataset else "",
    }


def _pictures(context: PageContext, thing: Thing) -> Iterator[Picture]:
    index, words = context.view.index, context.words
    meaning, name = index.meaning, context.view.name(thing.node)
    around = _neighbours(context, thing)
    if sum(map(len, around)) >= MIN_NEIGHBOURS:
        yield neighbourhood(name, *around, words("neighbours"), words("neighbours.text", name=name))
    points = []
    places = (thing.node, *(r.triple.object for r in thing.reasons if r.is_asserted))
    for place in dict.fromkeys(p for p in places if isinstance(p, NamedNode)):
        at = meaning.coordinates(place)
        if at:
            points.append(Point(context.view.name(place), *at))
    if not points:
        for triple in thing.incoming:
            at = meaning.coordinates(triple.subject)
            if at:
                points.append(Point(context.view.name(triple.subject), *at))
    points = list(dict.fromkeys(points))
    if points:
        title = words("map.of", n=len(points))
        yield land_map(points, context.root + published_path("land.svg"), title, words("map.disclaimer"))
    rows = _in_time(context, thing)
    if len(rows) >= MIN_IN_TIME:
        yield timeline(rows, words("timeline.caption", name=name), words("timeline.about"))


def _neighbours(context: PageContext, thing: Thing) -> tuple[list[Neighbour], list[Neighbour]]:
    index = context.view.index
    meaning = index.meaning

    def address(node: NamedNode) -> str:
        found = index.address(node)
        return context.home + found if found else ""

    after = [
        Neighbour(context.view.name_and_status(value), context.view.name(r.triple.predicate), address(value))
        for r in thing.reasons
        if isinstance(value := r.triple.object, NamedNode)
        and r.is_asserted
        and r.triple.predicate != terms.TYPE
        and value in index.stems
    ]
    before = [
        Neighbour(context.view.name_and_status(i.agent), _roles(context, i.roles), address(i.agent))
        for i in meaning.involvements_in.get(thing.node, ())
    ]
    after += [
        Neighbour(context.view.name_and_status(target), _roles(context, i.roles), address(target))
        for i in meaning.involvements_of.get(thing.node, ())
        for target in i.targets
    ]
    before += [
        Neighbour(context.view.name_and_status(t.subject), _inverse_name(context, t.predicate), address(t.subject))
        for t in thing.incoming
        if isinstance(t.subject, NamedNode)
    ]
    return before, after


def _inverse_name(context: PageContext, predicate: NamedNode) -> str:
    name = context.view.inverse_name(predicate)
    return name.value if name else context.view.name(predicate)


def _roles(context: PageContext, roles: tuple[NamedNode, ...]) -> str:
    return context.words("comma").join(map(context.view.name, roles))


def _in_time(context: PageContext, thing: Thing) -> list[TimelineRow]:
    """The dated things that a thing has to do with."""
    meaning = context.view.index.meaning
    if meaning.is_a(thing.node, CONCEPT):
        return []
    rows: dict[NamedNode, TimelineRow] = {}
    involvements = (*meaning.involvements_in.get(thing.node, ()), *meaning.involvements_of.get(thing.node, ()))
    nodes = (thing.node, *(i.record for i in involvements), *(t.subject for t in thing.incoming))
    for node in dict.fromkeys(nodes):
        span = meaning.span(node) if isinstance(node, NamedNode) else None
        if span is not None:
            rows[node] = TimelineRow(context.view.name_and_status(node), span)
    return sorted(rows.values(), key=lambda row: (row.span.order, row.name))[:MAX_IN_TIME]
