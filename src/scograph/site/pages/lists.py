"""Lists: the classes with how many instances each has, and the instances of each class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape
from pyoxigraph import NamedNode

from scograph.model import Document
from scograph.site.markup import html
from scograph.site.pages.dates import when
from scograph.site.pages.facts import class_link
from scograph.site.pages.pagination import pagination_links, ranges, split_into_pages
from scograph.site.paths import numbered
from scograph.site.render import Renderer
from scograph.site.view import PageContext

MAX_MARKED = 150
"""The dates of a longer list have no marks: they are on the pages of the things."""
MAX_NAME_LENGTH = 24
"""So much of a name is shown where it says from what to what a page goes."""


def list_pages(site: Renderer) -> Iterator[Document]:
    """The list of classes, and a list for each class.

    Args:
        site: The site.

    Returns:
        The pages, in each language.
    """
    classes = site.index.classes
    for view in site.views:
        context = PageContext(view, "classes.html")
        words = view.words
        rows = [
            (class_link(context, kind), escape(len(classes[kind])), view.description(kind) if kind else Markup(""))
            for kind in sorted_classes(context)
        ]
        heads = (words("class"), words("count"), words("definition"))
        yield from list_page(site, context, words("classes"), ListTable(words("classes.caption"), heads, rows))
        for kind, nodes in classes.items():
            yield from _class_page(site, PageContext(view, f"{site.index.class_stems[kind]}.html"), kind, nodes)


def sorted_classes(context: PageContext) -> list[NamedNode | None]:
    """The classes by how many instances they have, the most first."""
    classes = context.view.index.classes
    return sorted(classes, key=lambda k: (k is None, -len(classes[k]), context.view.name(k) if k else "", str(k)))


def class_counts(context: PageContext) -> list[tuple[Markup, int]]:
    """The classes, linked, with how many instances they have."""
    classes = context.view.index.classes
    return [(class_link(context, kind), len(classes[kind])) for kind in sorted_classes(context)]


def _class_page(
    site: Renderer, context: PageContext, kind: NamedNode | None, nodes: Sequence[NamedNode]
) -> Iterator[Document]:
    words, view = context.words, context.view
    name = view.name(kind) if kind else words("untyped")
    ordered = sorted(nodes, key=view.order)
    has_marks = len(ordered) <= MAX_MARKED
    rows = [
        (context.link(node), _dates(context, node, with_marks=has_marks), view.description(node)) for node in ordered
    ]
    heading = view.name_html(kind) if kind else escape(name)
    yield from list_page(
        site,
        context,
        name,
        ListTable(
            words("list.caption", name=name),
            (words("name"), words("dates"), words("about_it")),
            rows,
            [view.name(node) for node in ordered],
        ),
        count=words.many("n.entities", len(rows)),
        lead=view.description(kind) if kind else Markup(""),
        kind=context.link(kind) if kind else Markup(""),
        heading=heading,
    )


def _dates(context: PageContext, node: NamedNode, *, with_marks: bool) -> Markup:
    """The dates of a thing, to be sorted by its beginning; where that is not known it stays last."""
    span = context.view.index.meaning.span(node)
    if span is None:
        return Markup("")
    first = span.first.text if span.first else ""
    return html('<span data-value="{}">{}</span>', first, when(context, node, with_marks=with_marks))


@dataclass(frozen=True, slots=True)
class ListTable:
    """The table of a list.

    Args:
        caption: What it is.
        heads: The heads of the columns.
        rows: The rows; those of a list of several pages have no marks. A column that is empty in all rows is left out.
        names: What each row is called, to say from what to what a page goes.
    """

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[object]]
    names: Sequence[str] = ()


def list_page(
    site: Renderer,
    context: PageContext,
    title: str,
    table: ListTable,
    **values: Any,  # noqa: ANN401 -- what templates show
) -> Iterator[Document]:
    """Pages that are one table, which readers can sort and filter: one page, or several where there are many rows.

    Args:
        site: The site.
        context: The first page.
        title: Its title.
        table: The table.
        values: What else the pages show: `count`, how many rows there are, in words; `lead`, what the list is of, in a
            sentence; `kind`, what stands above the heading; `heading`, where it is not the title; on the first page
            `jsonld`, its data, and `twins`, the links to them.

    Returns:
        The pages.
    """
    kept = [at for at in range(len(table.heads)) if not at or any(row[at] for row in table.rows)]
    heads, rows = [table.heads[at] for at in kept], [[row[at] for at in kept] for row in table.rows]
    pages = split_into_pages(rows) or [()]
    ranges_shown = (
        [f"{_short(some[0])} – {_short(some[-1])}" for some in split_into_pages(table.names)]
        if table.names
        else ranges(context.words, len(table.rows))
    )
    paths = [context.path, *(numbered(context.path, number) for number in range(2, len(pages) + 1))]
    shown = {"count": "", "lead": "", "kind": "", "heading": title, **values}
    for number, page in enumerate(pages):
        page_context = PageContext(context.view, paths[number]) if number else context
        yield site.page(
            "list",
            page_context,
            title if not number else f"{title} · {number + 1}",
            heads=heads,
            rows=page,
            caption=table.caption,
            pagers=pagination_links(page_context, list(zip(paths, ranges_shown, strict=True)))
            if len(pages) > 1
            else (),
            **(shown if not number else {**shown, "jsonld": "", "twins": ()}),
        )


def _short(name: str) -> str:
    return name if len(name) <= MAX_NAME_LENGTH else name[: MAX_NAME_LENGTH - 1].rstrip() + "…"
