"""Configuration of web servers and static hosts, sitemap and robots.txt: IRIs of the graph lead to their pages.

A request for `/id/x` is answered with a page, and with the twin where `Accept` asks for one (Cool URIs for the
Semantic Web, clause 4.3). Where a host cannot choose by `Accept`, the page is served, which links its twins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote
from xml.sax.saxutils import escape

from scograph.formats import N_TRIPLES, RDF_FORMATS, SPARQL_QUERY, TWIN_FORMATS
from scograph.model import Document
from scograph.site.render import Renderer

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""The pages fetch from their own host only, and run nothing that is written in them."""
MAX_ADDRESSES = 50_000
"""At most this many addresses are in one sitemap (sitemaps.org, protocol 0.9)."""
_TEXT = "text/plain; charset=utf-8"
_NO_TWINS = tuple(row for row in RDF_FORMATS if row.is_published and not row.is_twin)
_XML = "application/xml"
_SERVERS = ("nginx.conf", "apache.conf", "w3id.htaccess")
_TYPES = (
    *(("html", "text/html"), ("css", "text/css"), ("js", "text/javascript"), ("svg", "image/svg+xml")),
    *(("json", "application/json"), ("xml", "application/xml"), ("atom", "application/atom+xml")),
    ("txt", "text/plain"),
    *((row.extension, row.essence) for row in (*_NO_TWINS, SPARQL_QUERY, *TWIN_FORMATS)),
)
"""The files of the site by extension, with the type that a server sends of each."""
_IN_UTF_8 = (*(extension for extension, media_type in _TYPES if media_type.startswith("text/")), N_TRIPLES.extension)
"""The extensions of those whose type does not say it by itself."""
_CODINGS = (("br", "br"), ("gzip", "gz"))
"""Content codings (RFC 9110, clause 8.4.1) and the extension of their twins, the smaller first."""
_NEGOTIATED = tuple(row for row in TWIN_FORMATS if row.is_negotiated)


def host_files(site: Renderer, pages: Iterable[str]) -> Iterator[Document]:
    """The configuration for static hosts, the sitemap, and robots.txt.

    Args:
        site: The site.
        pages: The paths of its pages.

    Returns:
        The files; those for servers lie in `hosting/`, those that hosts look for at the root there.
    """
    base = site.index.publication.base
    values = {
        "codings": _CODINGS,
        "folders": sorted({stem.partition("/")[0] for stem in site.index.stems.values() if "/" in stem}),
        "has_ontology": bool(site.index.terms),
        "in_utf_8": _IN_UTF_8,
        "languages": [view.language for view in site.views if view.folder],
        "negotiated": _NEGOTIATED,
        "policy": POLICY,
        "text_twins": [twin for twin in TWIN_FORMATS if twin.media_type.startswith("text/")],
        "types": _TYPES,
    }
    for folder, name in (*(("hosting/", name) for name in _SERVERS), ("", "_headers"), ("", "_redirects")):
        yield Document(f"{folder}{name}", _TEXT, (site.host_file(name, **values),))
    yield Document(".nojekyll", _TEXT, (b"",))
    robots = "User-agent: *\nDisallow:\n"
    if base:
        yield from _sitemaps(site, base, sorted(page for page in pages if not page.endswith("404.html")))
        robots += f"\nSitemap: {base}sitemap.xml\n"
    yield Document("robots.txt", _TEXT, (robots.encode(),))


def _sitemaps(site: Renderer, base: str, pages: Sequence[str]) -> Iterator[Document]:
    """One sitemap, or several and their index."""
    addresses = [escape(base + quote(page)) for page in pages]
    parts = [addresses[i : i + MAX_ADDRESSES] for i in range(0, len(addresses), MAX_ADDRESSES)]
    names = ["sitemap.xml"] if len(parts) == 1 else [f"sitemap-{number}.xml" for number in range(len(parts))]
    for name, part in zip(names, parts, strict=True):
        yield Document(name, _XML, (site.host_file("sitemap.xml", addresses=part),))
    if len(parts) > 1:
        listed = [escape(base + name) for name in names]
        yield Document("sitemap.xml", _XML, (site.host_file("sitemap-index.xml", addresses=listed),))
