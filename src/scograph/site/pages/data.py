"""Pages for downloads, about the data, search, and 404."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from markupsafe import escape
from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.exports.descriptions import DESCRIPTIONS
from scograph.exports.purposes import purpose
from scograph.labels import NAMING
from scograph.model import Document
from scograph.site.markup import html
from scograph.site.pages.lists import class_counts
from scograph.site.render import OPENSEARCH, Renderer
from scograph.site.searching import search_files
from scograph.site.static_files import published_path
from scograph.site.view import PageContext, View

_DATASET_ROWS = tuple(
    NamedNode(iri)
    for iri in (
        *(terms.OWL + "versionInfo", terms.DCTERMS + "issued", terms.DCTERMS + "modified", terms.DCTERMS + "license"),
        *(terms.DCTERMS + "creator", terms.DCTERMS + "publisher"),
    )
)

OPENSEARCH_TYPE = "application/opensearchdescription+xml"
MAX_SHORT_NAME, MAX_LONG_NAME, MAX_DESCRIPTION = 16, 48, 1024


def data_pages(site: Renderer) -> Iterator[Document]:
    """Downloads, about the data, search with its index, not found.

    Args:
        site: The site.

    Returns:
        The pages, in each language, and the index once.
    """
    files = list(search_files(site))
    for number, data in enumerate(files):
        yield Document(f"assets/search-{number}.js", "text/javascript; charset=utf-8", (data,))
    if site.index.publication.base:
        yield from map(partial(_opensearch, site), site.views)
    for view in site.views:
        yield _downloads(site, PageContext(view, "downloads.html"))
        yield _about(site, PageContext(view, "about.html"))
        context = PageContext(view, "search.html")
        title = view.words("search")
        yield site.page("search", context, title, heading=title, classes=class_counts(context), shards=len(files))
        context = PageContext(view, "404.html", is_anywhere=True)
        title = view.words("notfound")
        yield site.page("404", context, title, heading=title)


def _opensearch(site: Renderer, view: View) -> Document:
    """How browsers ask the search of the site (OpenSearch 1.1, draft 6: names have at most 16 and 48 characters)."""
    base = site.index.publication.base
    title, name = site.title(view), site.index.graph.project.settings.name
    data = site.host_file(
        OPENSEARCH,
        short=escape(title if len(title) <= MAX_SHORT_NAME else name[:MAX_SHORT_NAME]),
        long=escape(title[:MAX_LONG_NAME]),
        description=escape(f"{view.words('search')}: {title}"[:MAX_DESCRIPTION]),
        language=view.language,
        icon=escape(base + published_path("icon.svg")),
        search=escape(f"{base}{view.folder}search.html?q="),
    )
    return Document(f"{view.folder}{OPENSEARCH}", OPENSEARCH_TYPE, (data,))


def _downloads(site: Renderer, context: PageContext) -> Document:
    words = context.words
    rows = []
    for file in site.index.downloads:
        link = html('<a href="{}" download>{}</a>', context.root + file.path, file.path)
        size = html('<span data-value="{}">{}</span>', file.size, words.many("n.bytes", file.size))
        digest = html('<code class="digest">{}</code>', file.sha256)
        rows.append((link, size, html('<bdi lang="en">{}</bdi>', _purpose(file.path)), digest))
    return site.page("downloads", context, words("downloads"), heading=words("downloads"), rows=rows)


def _purpose(path: str) -> str:
    """What a file is for: what the description in it says of itself, or what is known of its name."""
    described = {path: row.about for row in DESCRIPTIONS for path in row.paths}
    return described.get(path) or purpose(path)


def _about(site: Renderer, context: PageContext) -> Document:
    index, words, view = site.index, context.words, context.view
    dataset = index.dataset
    report = index.checked.report
    used = Counter(claim.basis for claim in index.graph.claims)
    bases = [
        (context.link(terms.basis(name)), view.description(terms.basis(name)), escape(used[terms.basis(name)]))
        for name in terms.BASES
        if used[terms.basis(name)]
    ]
    missing = []
    for language in index.languages:
        without = [node for node in index.entities if not _is_named(site, node, language)]
        missing.append((escape(language), escape(words.many("n.entities", len(without)))))
    by_code: dict[tuple[str, str], list[str]] = {}
    for finding in report.findings:
        by_code.setdefault((finding.code, str(finding.severity)), []).append(finding.message.splitlines()[0][:200])
    findings = [
        (escape(code), escape(severity), escape(len(messages)), html('<bdi lang="en">{}</bdi>', messages[0]))
        for (code, severity), messages in by_code.items()
    ]
    values = index.graph.by_subject.get(dataset, ()) if dataset else ()
    header = [
        (context.link(p), [context.value(t.object) for t in values if t.predicate == p])
        for p in _DATASET_ROWS
        if any(t.predicate == p for t in values)
    ]
    publisher = site.dataset_value(NamedNode(terms.DCTERMS + "publisher"))
    version = site.dataset_value(NamedNode(terms.OWL + "versionInfo"))
    issued = site.dataset_value(NamedNode(terms.DCTERMS + "issued"))
    parts = [view.name(publisher) if publisher else "", site.title(view)]
    parts += [f"{words('version')} {version.value}"] if isinstance(version, Literal) else []
    parts += [words.date(issued.value)] if isinstance(issued, Literal) else []
    citation = escape(". ".join(part for part in parts if part))
    return site.page(
        "about",
        context,
        words("about"),
        heading=words("about"),
        lead=view.description(dataset) if dataset else "",
        header=header,
        citation=html("{}. {}", citation, context.link_to_iri(dataset)) if dataset else citation,
        bases=bases,
        missing=missing,
        report_summary=report.summary(),
        findings=findings,
        has_map="map" not in index.empty_pages,
    )


def _is_named(site: Renderer, node: NamedNode, language: str) -> bool:
    return any(
        t.predicate in NAMING
        and isinstance(t.object, Literal)
        and (t.object.language or "").partition("-")[0] == language
        for t in site.index.graph.by_subject.get(node, ())
    )
