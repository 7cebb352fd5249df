"""The rows of `hosting/addresses.tsv`: IRIs of things, terms and shapes whose page has another path than the IRI."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from pyoxigraph import NamedNode

from scograph.addresses import Address, addresses, request_of_iri
from scograph.site.index import SiteIndex
from scograph.site.paths import anchor


def site_addresses(index: SiteIndex, files: AbstractSet[str]) -> tuple[Address, ...]:
    """The IRIs of a site whose pages are not where the IRIs are.

    Args:
        index: The site.
        files: The paths of its files; an IRI that is the address of one names that file.

    Returns:
        The rows of the table.
    """
    own = []
    rows = {}
    for iri, request, page in _pages(index):
        if request == page:
            own.append(page)
        elif request not in files:
            rows[iri] = (iri, request, page)
        else:
            rows[iri] = (iri, "", page)
    claimed = {request for _, request, _ in rows.values()}
    terms = list(_terms(index))
    for iri, request, page in terms:
        own_page = page.partition("#")[0]
        if request and request not in files and request != own_page and iri not in rows and request not in claimed:
            rows[iri] = (iri, request, page.replace(own_page, f"{own_page}.html", 1) if own_page in claimed else page)
    return addresses(rows.values(), own)


def front_stem(index: SiteIndex) -> str:
    """The path, without extension, of the data that describe the whole: of the base itself, or of the dataset.

    Args:
        index: The site.

    Returns:
        The path; nothing if the data describe neither.
    """
    nodes = [NamedNode(index.base)] if index.base else []
    if index.dataset:
        nodes.append(index.dataset)
    return next((index.stem(n) for n in nodes if n in index.stems or n in index.document_stems), "")


def _request(index: SiteIndex, iri: str) -> str:
    """What clients ask this host for an IRI; nothing for that of another, and for the front page."""
    rest = index.below_base(NamedNode(iri))
    return request_of_iri(rest) if rest else ""


def _pages(index: SiteIndex) -> Iterator[tuple[str, str, str]]:
    for node, stem in (*index.stems.items(), *index.document_stems.items()):
        document, hash_, _ = node.value.partition("#")
        shared = NamedNode(document)
        has_own = not hash_ or not (shared in index.stems or shared in index.document_stems)
        yield node.value, _request(index, document) if has_own else "", stem


def _terms(index: SiteIndex) -> Iterator[tuple[str, str, str]]:
    """Terms and shapes, the ontology and its version: each has a place on a page."""
    versions = ((node, "ontology") for node in index.ontology_versions)
    terms = ((node, f"ontology#{index.term_anchor(node)}") for node in index.terms)
    shapes = ((node, f"shapes#{anchor(node.value)}") for node in index.shapes)
    for node, page in (*(versions if index.terms else ()), *terms, *shapes):
        document, hash_, _ = node.value.partition("#")
        yield document, _request(index, document), page.partition("#")[0] if hash_ else page
