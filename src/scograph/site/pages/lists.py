"""Lists: the classes with how many instances each has, and the instances of each class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape
from pyoxigraph import NamedNode

from scograph.model import Document
from scograph.site.markup import html
from scograph.site.pages.dates import when
from scograph.site.pages.facts import class_link
from scograph.site.pages.further import divided, pagers, ranges
from scograph.site.paths import numbered
from scograph.site.render import Renderer, TwinLink
from scograph.site.view import Here

LONGEST_NAME = 24
"""So much of a name is shown where it says from what to what a page goes."""


def list_pages(site: Renderer) -> Iterator[Document]:
    """The list of classes, and a list for each class.

    Args:
        site: The site.

    Returns:
        The pages, in each language.
    """
    classes = site.published.classes
    for view in site.views:
        here = Here(view, "classes.html")
        words = view.words
        rows = [
            (class_link(here, kind), escape(len(classes[kind])), view.description(kind) if kind else Markup(""))
            for kind in sorted_classes(here)
        ]
        heads = (words("class"), words("count"), words("definition"))
        yield from list_page(site, here, words("classes"), heads, rows, words("classes.caption"))
        for kind, nodes in classes.items():
            yield from _class_page(site, Here(view, f"{site.published.class_stems[kind]}.html"), kind, nodes)


def sorted_classes(here: Here) -> list[NamedNode | None]:
    """The classes by how many instances they have, the most first."""
    classes = here.view.published.classes
    return sorted(classes, key=lambda k: (k is None, -len(classes[k]), here.view.name(k) if k else "", str(k)))


def class_counts(here: Here) -> list[tuple[Markup, int]]:
    """The classes, linked, with how many instances they have."""
    classes = here.view.published.classes
    return [(class_link(here, kind), len(classes[kind])) for kind in sorted_classes(here)]


def _class_page(site: Renderer, here: Here, kind: NamedNode | None, nodes: Sequence[NamedNode]) -> Iterator[Document]:
    words, view = here.words, here.view
    name = view.name(kind) if kind else words("untyped")
    ordered = sorted(nodes, key=view.order)
    rows = [(here.link(node), _dates(here, node), view.description(node)) for node in ordered]
    heading = view.name_html(kind) if kind else escape(name)
    yield from list_page(
        site,
        here,
        name,
        (words("name"), words("dates"), words("about_it")),
        rows,
        words("list.caption", name=name),
        count=words.many("n.entities", len(rows)),
        lead=view.description(kind) if kind else Markup(""),
        kind=here.link(kind) if kind else Markup(""),
        heading=heading,
        names=[view.name(node) for node in ordered],
    )


def _dates(here: Here, node: NamedNode) -> Markup:
    """The dates of a thing, to be sorted by its beginning; where that is not known it stays last."""
    span = here.view.published.meaning.span(node)
    if span is None:
        return Markup("")
    first = span.first.text if span.first else ""
    return html('<span data-value="{}">{}</span>', first, when(here, node, with_marks=False))


def list_page(  # noqa: PLR0913, PLR0917 -- the parts of a list
    site: Renderer,
    here: Here,
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[object]],
    caption: str,
    *,
    count: str = "",
    lead: object = "",
    kind: object = "",
    heading: object = "",
    names: Sequence[str] = (),
    jsonld: object = "",
    twins: Sequence[TwinLink] = (),
) -> Iterator[Document]:
    """Pages that are one table, which readers can sort and filter: one page, or several where there are many rows.

    Args:
        site: The site.
        here: The first page.
        title: Its title.
        heads: The heads of the columns.
        rows: The rows; they have no marks.
        caption: What the table is.
        count: How many rows there are, in words.
        lead: What the list is of, in a sentence.
        kind: What stands above the heading.
        heading: The heading, where it is not the title.
        names: What each row is called, to say from what to what a page goes.
        jsonld: What the first page carries of its data, as JSON-LD.
        twins: The data of the list, which its first page links.

    Returns:
        The pages.
    """
    pages = divided(rows) or [()]
    said = (
        [f"{_short(some[0])} – {_short(some[-1])}" for some in divided(names)]
        if names
        else ranges(here.words, len(rows))
    )
    paths = [here.path, *(numbered(here.path, number) for number in range(2, len(pages) + 1))]
    for number, page in enumerate(pages):
        there = Here(here.view, paths[number])
        yield site.page(
            "list",
            there,
            title if not number else f"{title} · {number + 1}",
            heading=heading or title,
            heads=heads,
            rows=page,
            caption=caption,
            count=count,
            lead=lead,
            kind=kind,
            pagers=pagers(there, list(zip(paths, said, strict=True))) if len(pages) > 1 else (),
            jsonld="" if number else jsonld,
            twins=() if number else twins,
        )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"
