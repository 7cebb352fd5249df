"""Pages of SVG pictures: timeline, map, parts and wholes, who takes part in what; each with a table of the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup
from pyoxigraph import NamedNode, Triple

from scograph.answers.meaning import DateRange
from scograph.model import Document
from scograph.site.markup import html, joined
from scograph.site.pages.dates import when
from scograph.site.pages.lists import sorted_classes
from scograph.site.pictures.land import Point, land_map
from scograph.site.pictures.matrix import matrix
from scograph.site.pictures.timeline import TimelineRow, timeline
from scograph.site.pictures.tree import tree
from scograph.site.render import Renderer
from scograph.site.static_files import published_path
from scograph.site.view import PageContext

MAX_LISTED = 500
"""So many things are in the table beside a picture; the list of their class has all."""


def picture_pages(site: Renderer) -> Iterator[Document]:
    """The pages of pictures.

    Args:
        site: The site.

    Returns:
        The pages, in each language; none for a picture that would be empty.
    """
    for view in site.views:
        for name, parts in (("timeline", _timelines), ("map", _map), ("structure", _structure), ("parties", _parties)):
            if name in site.index.empty_pages:
                continue
            context = PageContext(view, f"{name}.html")
            yield site.page(
                "picture",
                context,
                view.words(name),
                heading=view.words(name),
                lead=view.words(f"{name}.about"),
                parts=list(parts(context)),
                has_days=name == "timeline",
            )


def _timelines(context: PageContext) -> Iterator[dict[str, Any]]:
    index, words, view = context.view.index, context.words, context.view
    told = {triple.subject for triple in index.graph.facts} - {*index.documents, *index.passages}
    for kind in sorted_classes(context):
        rows = []
        for node in index.classes[kind]:
            span = index.meaning.span(node)
            if span is not None and node in told:  # when a document was read is no event of the world
                rows.append((span.order, view.name(node), node, TimelineRow(view.name_and_status(node), span)))
        rows.sort(key=lambda row: (row[0], row[1], row[2].value))
        if rows:
            name = view.name(kind) if kind else words("untyped")
            title = words("timeline.caption", name=name)
            yield {
                "name": view.name_html(kind) if kind else name,
                "picture": timeline([row for *_, row in rows], title, ""),
                "heads": (words("thing"), words("when")),
                "rows": [
                    (context.link(node), _spanned(context, node, row.span)) for *_, node, row in rows[:MAX_LISTED]
                ],
                "caption": title,
            }


def _spanned(context: PageContext, node: NamedNode, span: DateRange) -> Markup:
    """The dates of a thing in words, and for the script that tells what held on a day."""
    ends = [date.text if date else "" for date in (span.start, span.end)]
    days = [",".join(date.text for date in dates) for dates in (span.seen, span.on)]
    data = ";".join((*ends, *days, "open" if span.goes_on else ""))
    return html('<span data-span="{}">{}</span>', data, when(context, node))


def _map(context: PageContext) -> Iterator[dict[str, Any]]:
    index, words, view = context.view.index, context.words, context.view
    found = []
    for node in index.entities:
        at = index.meaning.coordinates(node)
        if at is not None:
            found.append((view.name(node), at, node))
    found.sort(key=lambda row: (row[0], row[2].value))
    if found:
        title = words("map.of", n=len(found))
        points = [Point(name, *at) for name, at, _ in found]
        yield {
            "name": words("map"),
            "picture": land_map(points, context.root + published_path("land.svg"), title, words("map.disclaimer")),
            "heads": (words("place"), words("latitude"), words("longitude")),
            "rows": [
                (
                    context.link(n),
                    _degrees(context, n, at[1], index.meaning.latitudes),
                    _degrees(context, n, at[0], index.meaning.longitudes),
                )
                for _, at, n in found[:MAX_LISTED]
            ],
            "caption": words("map.caption"),
        }


def _degrees(context: PageContext, node: NamedNode, degrees: float, properties: frozenset[NamedNode]) -> Markup:
    """A coordinate of a place, with the marks behind it."""
    index = context.view.index
    behind = [t for t in index.graph.by_subject.get(node, ()) if t.predicate in properties]
    marks = joined(context.marks(index.reasons.reason(triple)) for triple in behind)
    return html("{}° {}", f"{degrees:g}", marks)


def _structure(context: PageContext) -> Iterator[dict[str, Any]]:
    index, words, view = context.view.index, context.words, context.view
    parts: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    links: dict[NamedNode, list[tuple[int, Triple]]] = defaultdict(list)
    for number, triple in enumerate(index.graph.facts):
        part, whole = triple.subject, triple.object
        if triple.predicate not in index.meaning.wholes:
            continue
        if isinstance(part, NamedNode) and isinstance(whole, NamedNode):
            parts[whole].append(part)
            links[whole].append((number, triple))
    for nodes in parts.values():
        nodes.sort(key=view.order)
    inner = {part for nodes in parts.values() for part in nodes}
    roots = sorted((whole for whole in parts if whole not in inner), key=view.order)
    seen: set[NamedNode] = set()
    for root in [*roots, *sorted(parts, key=str)]:
        if root in seen:  # what no root leads to is part of itself in the end
            continue
        below = _below(root, parts)
        seen |= below
        yield {
            "name": view.name_html(root),
            "picture": tree(
                parts,
                [root],
                view.name,
                lambda node: context.home + index.address(node) if index.address(node) else "",
                words("structure.caption"),
                "",
            ),
            "heads": (words("part"), words("property"), words("whole")),
            "rows": [
                (
                    context.link(triple.subject),
                    context.link(triple.predicate),
                    html("{} {}", context.link(triple.object), context.marks(index.reasons.reason(triple))),
                )
                for _, triple in sorted((link for whole in below for link in links.get(whole, ())), key=_by_number)
            ][:MAX_LISTED],
            "caption": words("structure.caption"),
        }


def _by_number(link: tuple[int, Triple]) -> int:
    return link[0]


def _below(root: NamedNode, parts: dict[NamedNode, list[NamedNode]]) -> set[NamedNode]:
    found: set[NamedNode] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += parts.get(node, [])
    return found


def _parties(context: PageContext) -> Iterator[dict[str, Any]]:
    index, words, view = context.view.index, context.words, context.view
    meaning = index.meaning
    by_class: dict[NamedNode, list[Any]] = defaultdict(list)
    for involvement in meaning.involvements.values():
        for kind in index.types(involvement.record)[:1]:
            by_class[kind].append(involvement)
    for kind, involvements in sorted(by_class.items(), key=lambda item: (view.name(item[0]), item[0].value)):
        agents = sorted({i.agent for i in involvements}, key=view.order)
        targets = {t for i in involvements for t in i.targets}
        orders = {t: (0, *span.order) if (span := meaning.span(t)) else (1,) for t in targets}
        ordered = sorted(targets, key=lambda t: (orders[t], view.name(t), t.value))
        row_of = {node: number for number, node in enumerate(agents)}
        column_of = {node: number for number, node in enumerate(ordered)}
        cells: dict[tuple[int, int], bool] = {}
        for i in involvements:
            for target in i.targets:
                place = (row_of[i.agent], column_of[target])
                cells[place] = cells.get(place, False) or meaning.span(i.record) is not None
        name = view.name(kind)
        picture = matrix(
            [view.name_and_status(node) for node in agents],
            [view.name_and_status(node) for node in ordered],
            cells,
            name,
            "",
        )
        chosen = sorted(involvements, key=lambda i: (row_of[i.agent], i.record.value))[:MAX_LISTED]
        yield {
            "name": view.name_html(kind),
            "picture": picture,
            "heads": (words("agent"), words("role"), words("in_what"), words("when")),
            "rows": [
                (
                    context.link(i.agent),
                    context.words["comma"].join(map(context.link, i.roles)),
                    context.words["comma"].join(map(context.link, i.targets)),
                    when(context, i.record),
                )
                for i in chosen
            ],
            "caption": name,
        }
