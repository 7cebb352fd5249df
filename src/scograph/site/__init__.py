"""The site: HTML pages of all things, terms, sources and questions, with their data, for any static web server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from scograph.checks import CheckedGraph
from scograph.exports.publication import Publication
from scograph.manifest import Entry
from scograph.model import Document
from scograph.site.hosting import host_files
from scograph.site.index import SiteContent, SiteIndex
from scograph.site.own_assets import own_assets
from scograph.site.pages.certainty import certainty_pages
from scograph.site.pages.changes import changes_page
from scograph.site.pages.comparisons import comparison_pages
from scograph.site.pages.concepts import concept_pages
from scograph.site.pages.data import data_pages
from scograph.site.pages.front import front_page
from scograph.site.pages.lists import list_pages
from scograph.site.pages.ontology import ontology_pages
from scograph.site.pages.pictures import picture_pages
from scograph.site.pages.query import STEM as QUERY
from scograph.site.pages.query import query_pages
from scograph.site.pages.questions import question_pages
from scograph.site.pages.sources import source_list, source_pages
from scograph.site.pages.things import thing_pages
from scograph.site.render import FEED, FEED_TYPE, HTML, Renderer, Share
from scograph.site.static_files import static_files

DIVIDED_PAGES: tuple[Callable[[Renderer, Share], Iterable[Document]], ...] = (
    thing_pages,
    source_pages,
    comparison_pages,
)
"""The kinds of page that grow with the graph: each worker makes its share of each."""
PAGES: tuple[Callable[[Renderer], Iterable[Document]], ...] = (
    source_list,
    front_page,
    list_pages,
    question_pages,
    query_pages,
    ontology_pages,
    concept_pages,
    picture_pages,
    certainty_pages,
    data_pages,
    changes_page,
)
"""The other kinds of page: one worker makes all of a kind."""


def prepare_site(
    publication: Publication, checked: CheckedGraph, downloads: Iterable[Entry], content: SiteContent | None = None
) -> Renderer:
    """Get ready to publish a graph.

    Args:
        publication: The graph, and where and as what it is published.
        checked: The graph, with what its checks found out.
        downloads: The files that are published beside the site.
        content: What is published beside the graph.

    Returns:
        What renders its pages.

    Raises:
        InputError: Two things would have one page.
    """
    return Renderer(SiteIndex(publication, checked, downloads, content or SiteContent()))


def site_pages(site: Renderer, worker: int = 0, workers: int = 1) -> Iterator[Document]:
    """The pages of a site with their twins, or the share of one worker among several.

    Args:
        site: The site.
        worker: Which worker it is, from 0.
        workers: How many there are; each page and twin is made by one of them.

    Returns:
        The documents.

    Raises:
        InputError: A template of the project does not parse, or asks for what there is not.
    """
    share = Share(worker, workers)
    for pages in DIVIDED_PAGES:
        yield from pages(site, share)
    for whole in share.of(PAGES):
        yield from whole(site)


def site_files(site: Renderer, written: Iterable[Entry]) -> Iterator[Document]:
    """What the pages of a site share, and what hosts and crawlers read.

    Args:
        site: The site.
        written: The files of its pages.

    Returns:
        The documents.
    """
    yield from static_files(has_query=QUERY not in site.index.empty_pages)
    yield from own_assets(site.index.graph.project)
    if site.index.content.feed:
        yield Document(FEED, FEED_TYPE, (site.index.content.feed,))
    yield from host_files(site, written)


__all__ = ["HTML", "PAGES", "Renderer", "SiteContent", "prepare_site", "site_files", "site_pages"]
