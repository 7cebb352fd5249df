"""Pagination: continuation pages for long groups of facts and long lists, and the links between pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from markupsafe import Markup

from scograph.model import Document
from scograph.site.markup import html, joined
from scograph.site.paths import numbered
from scograph.site.render import Renderer
from scograph.site.view import MAX_PER_PAGE, PageContext
from scograph.site.words import Words

T = TypeVar("T")


def continuation_pages(site: Renderer, context: PageContext, title: str, heading: Markup) -> Iterator[Document]:
    """The pages with what a page has left.

    Args:
        site: The site.
        context: The page, which was made.
        title: Its title.
        heading: Its heading.

    Returns:
        The pages; none where nothing was left.
    """
    left = [(number, group.heading, piece) for number, group in enumerate(context.left, 1) for piece in group.pieces]
    pages = split_into_pages(left)
    names = [(numbered(context.path, number), name) for number, name in enumerate(ranges(context.words, len(left)), 1)]
    for number, page in enumerate(pages, 1):
        page_context = PageContext(context.view, numbered(context.path, number))
        groups: dict[int, dict[str, Any]] = {}
        for of, name, piece in page:
            groups.setdefault(of, {"id": f"g{of}", "heading": name, "values": []})["values"].append(piece(page_context))
        yield site.page(
            "further",
            page_context,
            f"{title} · {number}",
            heading=html('<a href="{}">{}</a>', context.home + context.path, heading),
            groups=list(groups.values()),
            pagers=pagination_links(page_context, names),
        )


def split_into_pages(rows: Sequence[T]) -> list[Sequence[T]]:
    """Rows by page."""
    return [rows[start : start + MAX_PER_PAGE] for start in range(0, len(rows), MAX_PER_PAGE)]


def ranges(words: Words, number: int) -> list[str]:
    """Which of so many rows each page has, counted from 1."""
    starts = range(1, number + 1, MAX_PER_PAGE)
    return [f"{words.number(start)}–{words.number(min(start + MAX_PER_PAGE - 1, number))}" for start in starts]


def pagination_links(context: PageContext, pages: Sequence[tuple[str, str]]) -> tuple[Markup, ...]:
    """The links between pages that belong together, by path and name, for above and below; none where there is one."""
    if len(pages) == 1:
        return ()
    items = joined(
        html('<li><span aria-current="page">{}</span></li>', name)
        if path == context.path
        else html('<li><a href="{}">{}</a></li>', context.home + path, name)
        for path, name in pages
    )
    around = '<nav class="pages" aria-label="{}"><ul>{}</ul></nav>'
    return tuple(html(around, context.words(label), items) for label in ("pages", "pages.below"))
