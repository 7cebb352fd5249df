"""Pages that compare the organisations of a portal: by heading, property, topic, kind, region, year, and on a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup, escape
from pyoxigraph import NamedNode

from scograph.formats import CSV, JSON_LD, Format
from scograph.model import Document
from scograph.portal.data import comparison_csv, comparison_json_ld
from scograph.portal.table import FACETS, Cell, CellFact, Column, Comparison, Row
from scograph.site.comparison_list import COMPARE, ComparisonPage
from scograph.site.comparisons import ComparisonWords
from scograph.site.markup import html, joined
from scograph.site.render import Renderer, Share
from scograph.site.view import PageContext, View

MAX_SHOWN = 8
"""So many facts of a cell are shown at once; the others unfold."""
_TWINS: tuple[Format, ...] = (CSV, JSON_LD)


def comparison_pages(site: Renderer, share: Share) -> Iterator[Document]:
    """The pages that compare, each with its table as CSV and JSON-LD; none where there is no portal.

    Args:
        site: The site.
        share: The part of them that is made.

    Returns:
        The documents.
    """
    comparisons = site.index.comparisons
    if comparisons is None:
        return
    pages = comparisons.pages
    for page in share.of(pages):
        table = comparisons.table(page)
        for number, view in enumerate(site.views):
            said = words_of(view)
            title = _title(said, page)
            if not number:
                data = comparison_json_ld(table, title, said.name, said.heading)
                yield Document(f"{page.stem}.{CSV.extension}", CSV.media_type, (_csv(table, said),))
                yield Document(f"{page.stem}.{JSON_LD.extension}", JSON_LD.media_type, (data,))
            yield _page(site, PageContext(view, f"{page.stem}.html"), page, table, title)


def words_of(view: View) -> ComparisonWords:
    """What says comparisons in the language of a view."""
    return ComparisonWords(view.words, view.labels, view.inverse_name)


def _csv(table: Comparison, said: ComparisonWords) -> bytes:
    return comparison_csv(table, said.name, said.heading)


def _title(said: ComparisonWords, page: ComparisonPage) -> str:
    words = said.words
    if page.day:
        return words("compare.on", day=words.date(page.day))
    what = words(COMPARE)
    if page.is_every:
        return words("compare.of", what=what, name=words("compare.properties"))
    if page.facet is not None:
        return words("compare.of", what=words(f"compare.{page.facet.kind}"), name=said.name(page.facet.value))
    return what


def _page(site: Renderer, context: PageContext, page: ComparisonPage, table: Comparison, title: str) -> Document:
    said = words_of(context.view)
    heads = [_head(context, said, column) for column in table.columns]
    names = [said.name(column.node) for column in table.columns]
    rows = []
    for number, (row, cells) in enumerate(zip(table.rows, table.cells, strict=True)):
        difference = said.difference(table.columns, table.difference(number)) if len(table.columns) > 1 else ""
        shown = [(cell.status.value, _cell(context, said, cell)) for cell in cells]
        rows.append((_row_name(context, said, row), difference, list(zip(names, shown, strict=True))))
    return site.page(
        COMPARE,
        context,
        title,
        heading=title,
        heads=heads,
        rows=rows,
        doors=_doors(site, context, page),
        twins=site.twin_links(context, page.stem, _TWINS),
    )


def _row_name(context: PageContext, said: ComparisonWords, row: Row) -> Markup:
    if row.titles:
        return escape(said.heading(row))
    parts = [context.inverse_link(term.node) if term.is_inverse else context.link(term.node) for term in row.terms]
    return context.words["comma"].join(parts)


def _head(context: PageContext, said: ComparisonWords, column: Column) -> Markup:
    documents = [
        html('<a href="{}{}">{}</a>', context.home, address, said.edition(one.day) or context.words("document"))
        for one in column.editions
        if (address := context.view.index.address(one.document))
    ]
    read = context.words("compare.read" if column.is_read else "compare.unread")
    below = context.words["clause"].join((*documents, escape(read)))
    return html('{}<br><span class="quiet">{}</span>', context.link(column.node), below)


def _cell(context: PageContext, said: ComparisonWords, cell: Cell) -> Markup:
    facts = [_fact(context, said, fact) for fact in cell.facts]
    against = [
        html(
            '<span class="record">{}{}{}</span>',
            context.words["on_record"],
            context.words["colon"],
            _fact(context, said, fact),
        )
        for fact in cell.against
    ]
    listed = [html("<li>{}</li>", one) for one in (*facts, *against)]
    status = Markup("") if facts else html('<em class="status">{}</em>', said.status(cell.status))
    if not listed:
        return status
    rest = listed[MAX_SHOWN:]
    shown = html("{}<ul>{}</ul>", status, joined(listed[:MAX_SHOWN]))
    if not rest:
        return shown
    more = context.words.many("n.more", len(rest))
    return html("{}<details><summary>{}</summary><ul>{}</ul></details>", shown, more, joined(rest))


def _fact(context: PageContext, said: ComparisonWords, fact: CellFact) -> Markup:
    dates = said.dates(fact)
    shown_dates = html(' <span class="quiet">{}</span>', dates) if dates else Markup("")
    name = context.name_link(fact.thing) if isinstance(fact.thing, NamedNode) else context.value(fact.thing)
    statuses = [html("{} {}", context.link(one.thing), joined(_marks(context, said, one))) for one in fact.statuses]
    what = context.with_status(html('<span class="what">{}</span>', name), context.words["comma"].join(statuses))
    return html("{}{} {}", what, shown_dates, joined(_marks(context, said, fact)))


def _marks(context: PageContext, said: ComparisonWords, fact: CellFact) -> Iterator[Markup]:
    """The marks of the passages behind a fact, each passage once, with the day of its edition."""
    seen = set()
    for support, day in zip(fact.supports, fact.days, strict=True):
        if (support.passage, support.basis) not in seen:
            seen.add((support.passage, support.basis))
            edition = html('<span class="vh"> {}</span>', said.edition(day)) if day else Markup("")
            yield html("{}{}", context.mark(support), edition)


def _doors(site: Renderer, context: PageContext, here: ComparisonPage) -> list[dict[str, Any]]:
    """The links to the other comparisons, in groups."""
    comparisons = site.index.comparisons
    pages: Sequence[ComparisonPage] = comparisons.pages if comparisons is not None else ()
    said, words = words_of(context.view), context.words
    groups: dict[str, list[tuple[ComparisonPage, str]]] = {"": [], **{kind: [] for kind in FACETS}, "days": []}
    for page in pages:
        if page.day:
            groups["days"].append((page, words.date(page.day)))
        elif page.facet is not None:
            groups[page.facet.kind].append((page, said.name(page.facet.value)))
        else:
            groups[""].append((page, words("compare.properties" if page.is_every else "compare.headings")))
    return [
        {
            "name": words(f"compare.{group}") if group else "",
            "links": [
                html('<a href="{}{}.html"{}>{}</a>', context.home, page.stem, _current(page, here), name)
                for page, name in listed
            ],
            "is_open": any(page.stem == here.stem for page, _ in listed),
        }
        for group, listed in groups.items()
        if listed
    ]


def _current(page: ComparisonPage, here: ComparisonPage) -> Markup:
    return Markup(' aria-current="page"') if page.stem == here.stem else Markup("")
