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
        here = PageContext(view, "classes.html")
        words = view.words
        rows = [
            (class_link(here, kind), escape(len(classes[kind])), view.description(kind) if kind else Markup(""))
            for kind in sorted_classes(here)
        ]
        heads = (words("class"), words("count"), words("definition"))
        yield from list_page(site, here, words("classes"), ListTable(words("classes.caption"), heads, rows))
        for kind, nodes in classes.items():
            yield from _class_page(site, PageContext(view, f"{site.index.class_stems[kind]}.html"), kind, nodes)


def sorted_classes(here: PageContext) -> list[NamedNode | None]:
    """The classes by how many instances they have, the most first."""
    classes = here.view.index.classes
    return sorted(classes, key=lambda k: (k is None, -len(classes[k]), here.view.name(k) if k else "", str(k)))


def class_counts(here: PageContext) -> list[tuple[Markup, int]]:
    """The classes, linked, with how many instances they have."""
    classes = here.view.index.classes
    return [(class_link(here, kind), len(classes[kind])) for kind in sorted_classes(here)]


def _class_page(
    site: Renderer, here: PageContext, kind: NamedNode | None, nodes: Sequence[NamedNode]
) -> Iterator[Document]:
    words, view = here.words, here.view
    name = view.name(kind) if kind else words("untyped")
    ordered = sorted(nodes, key=view.order)
    rows = [(here.link(node), _dates(here, node), view.description(node)) for node in ordered]
    heading = view.name_html(kind) if kind else escape(name)
    yield from list_page(
        site,
        here,
        name,
        ListTable(
            words("list.caption", name=name),
            (words("name"), words("dates"), words("about_it")),
            rows,
            [view.name(node) for node in ordered],
        ),
        count=words.many("n.entities", len(rows)),
        lead=view.description(kind) if kind else Markup(""),
        kind=here.link(kind) if kind else Markup(""),
        heading=heading,
    )


def _dates(here: PageContext, node: NamedNode) -> Markup:
    """The dates of a thing, to be sorted by its beginning; where that is not known it stays last."""
    span = here.view.index.meaning.span(node)
    if span is None:
        return Markup("")
    first = span.first.text if span.first else ""
    return html('<span data-value="{}">{}</span>', first, when(here, node, with_marks=False))


@dataclass(frozen=True, slots=True)
class ListTable:
    """The table of a list.

    Args:
        caption: What it is.
        heads: The heads of the columns.
        rows: The rows; they have no marks.
        names: What each row is called, to say from what to what a page goes.
    """

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[object]]
    names: Sequence[str] = ()


def list_page(
    site: Renderer,
    here: PageContext,
    title: str,
    table: ListTable,
    **values: Any,  # noqa: ANN401 -- what templates show
) -> Iterator[Document]:
    """Pages that are one table, which readers can sort and filter: one page, or several where there are many rows.

    Args:
        site: The site.
        here: The first page.
        title: Its title.
        table: The table.
        values: What else the pages show: `count`, how many rows there are, in words; `lead`, what the list is of, in a
            sentence; `kind`, what stands above the heading; `heading`, where it is not the title; on the first page
            `jsonld`, its data, and `twins`, the links to them.

    Returns:
        The pages.
    """
    pages = split_into_pages(table.rows) or [()]
    ranges_shown = (
        [f"{_short(some[0])} – {_short(some[-1])}" for some in split_into_pages(table.names)]
        if table.names
        else ranges(here.words, len(table.rows))
    )
    paths = [here.path, *(numbered(here.path, number) for number in range(2, len(pages) + 1))]
    shown = {"count": "", "lead": "", "kind": "", "heading": title, **values}
    for number, page in enumerate(pages):
        there = PageContext(here.view, paths[number])
        yield site.page(
            "list",
            there,
            title if not number else f"{title} · {number + 1}",
            heads=table.heads,
            rows=page,
            caption=table.caption,
            pagers=pagination_links(there, list(zip(paths, ranges_shown, strict=True))) if len(pages) > 1 else (),
            **(shown if not number else {**shown, "jsonld": "", "twins": ()}),
        )


def _short(name: str) -> str:
    return name if len(name) <= MAX_NAME_LENGTH else name[: MAX_NAME_LENGTH - 1].rstrip() + "…"
