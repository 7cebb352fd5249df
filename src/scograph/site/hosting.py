"""Configuration for static hosts, and what crawlers read: each keeps the IRIs of the graph leading to its pages.

A request for `/id/x` is answered with a page, and with the twin where `Accept` asks for one (Cool URIs for the
Semantic Web, clause 4.3). Where a host cannot choose by `Accept`, the page is served, which links its twins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
MOST_ADDRESSES = 50_000
"""So many addresses a sitemap holds at most (sitemaps.org, protocol 0.9)."""
_TEXT = "text/plain; charset=utf-8"
_NO_TWINS = tuple(row for row in RDF_FORMATS if row.is_published and not row.is_twin)
_TYPES = (
    *(("html", "text/html"), ("css", "text/css"), ("js", "text/javascript"), ("svg", "image/svg+xml")),
    *(("json", "application/json"), ("xml", "application/xml"), ("atom", "application/atom+xml")),
    ("txt", "text/plain"),
    *((row.extension, row.essence) for row in (*_NO_TWINS, SPARQL_QUERY, *TWIN_FORMATS)),
)
"""The files of the site by extension, with the type that a server sends of each."""
_IN_UTF_8 = (*(extension for extension, media_type in _TYPES if media_type.startswith("text/")), N_TRIPLES.extension)
"""The extensions of those whose type does not say it by itself."""
_ENCODINGS = (("br", "br"), ("gzip", "gz"))
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
    base = site.published.publication.base
    folders = sorted({stem.partition("/")[0] for stem in site.published.stems.values() if "/" in stem})
    yield Document("hosting/nginx.conf", _TEXT, (_nginx(site).encode(),))
    yield Document("hosting/apache.conf", _TEXT, (_apache(site).encode(),))
    yield Document("hosting/w3id.htaccess", _TEXT, (_w3id(site).encode(),))
    yield Document("_headers", _TEXT, (_headers(folders).encode(),))
    yield Document("_redirects", _TEXT, (_redirects(site).encode(),))
    yield Document(".nojekyll", _TEXT, (b"",))
    listed = sorted(page for page in pages if not page.endswith("404.html"))
    if base:
        addresses = [base + quote(page) for page in listed]
        parts = [addresses[i : i + MOST_ADDRESSES] for i in range(0, len(addresses), MOST_ADDRESSES)]
        names = ["sitemap.xml"] if len(parts) == 1 else [f"sitemap-{n}.xml" for n in range(len(parts))]
        for name, part in zip(names, parts, strict=True):
            yield Document(name, "application/xml", (_sitemap(part).encode(),))
        if len(parts) > 1:
            yield Document("sitemap.xml", "application/xml", (_sitemap_index(base, names).encode(),))
        robots = f"User-agent: *\nDisallow:\n\nSitemap: {base}sitemap.xml\n"
    else:
        robots = "User-agent: *\nDisallow:\n"
    yield Document("robots.txt", _TEXT, (robots.encode(),))


def _sitemap(addresses: Iterable[str]) -> str:
    lines = "".join(f"  <url><loc>{escape(address)}</loc></url>\n" for address in addresses)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}</urlset>\n'
    )


def _sitemap_index(base: str, names: Iterable[str]) -> str:
    lines = "".join(f"  <sitemap><loc>{escape(base + name)}</loc></sitemap>\n" for name in names)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}</sitemapindex>\n'
    )


def _languages(site: Renderer) -> list[str]:
    """The languages that have a folder of their own."""
    return [view.language for view in site.views if view.folder]


def _nginx(site: Renderer) -> str:
    types = "\n".join(f"        {media_type} {extension};" for extension, media_type in _TYPES)
    wanted = "\n".join(f'    "~*{t.media_type.replace("+", "[+]")}" .{t.extension};' for t in _NEGOTIATED)
    errors = "".join(
        f"""
    location /{language}/ {{
        error_page 404 /{language}/404.html;
        try_files $uri $uri.html =404;
    }}
"""
        for language in _languages(site)
    )
    return f"""# For the http block of nginx. The folder of the site is `root`; put its path there.
# A path without extension is a thing: its page is served, or the twin that Accept names first in this list.
map $http_accept $scograph_twin {{
    default .html;
    "~*text/html" .html;
{wanted}
}}

server {{
    listen 8080;
    root /srv/www/site;
    charset utf-8;
    charset_types text/html text/css text/javascript text/turtle text/csv text/plain application/n-triples;
    types {{
{types}
    }}
    server_tokens off;
    gzip_static on;
    gzip_vary on;
    index index.html;
    error_page 404 /404.html;

    add_header Content-Security-Policy "{POLICY}" always;
    add_header X-Content-Type-Options nosniff always;
    add_header Referrer-Policy no-referrer always;
    add_header Access-Control-Allow-Origin * always;
    add_header Vary Accept always;

    location / {{
        try_files $uri $uri$scograph_twin $uri.html $uri/index.html =404;
    }}
{errors}}}
"""


def _apache(site: Renderer) -> str:
    rules = "\n".join(
        f"""RewriteCond %{{HTTP_ACCEPT}} "{t.media_type.replace("+", "[+]")}" [NC]
RewriteCond %{{HTTP_ACCEPT}} !text/html [NC]
RewriteCond %{{DOCUMENT_ROOT}}$1.{t.extension} -f
RewriteRule ^([^.]+)$ $1.{t.extension}"""
        for t in _NEGOTIATED
    )
    types = "\n".join(f"AddType {media_type} .{extension}" for extension, media_type in _TYPES)
    errors = "\n".join(
        f'<Location "/{language}/">\n    ErrorDocument 404 /{language}/404.html\n</Location>'
        for language in _languages(site)
    )
    return f"""# For a VirtualHost of Apache 2.4 whose DocumentRoot is the folder of the site. Needs rewrite, headers.
# A path without extension is a thing: its page is served, or the twin that Accept asks for.
AddDefaultCharset utf-8
{types}
AddCharset utf-8 {" ".join(f".{extension}" for extension in _IN_UTF_8)}
DirectoryIndex index.html
DirectorySlash Off
ErrorDocument 404 /404.html
{errors}

Header always set Content-Security-Policy "{POLICY}"
Header always set X-Content-Type-Options nosniff
Header always set Referrer-Policy no-referrer
Header always set Access-Control-Allow-Origin *
Header always merge Vary Accept

RewriteEngine On
{rules}
RewriteCond %{{DOCUMENT_ROOT}}$1 !-f
RewriteCond %{{DOCUMENT_ROOT}}$1.html -f
RewriteRule ^([^.]+)$ $1.html

{_apache_compressed()}"""


def _apache_compressed() -> str:
    """Rules that send a compressed twin, if there is one, to whoever takes its coding, with the type of the file."""
    chosen = "\n".join(
        f"""RewriteCond %{{HTTP:Accept-Encoding}} "(?:^|[ ,]){coding}(?!;q=0(?:[.]0*)?(?:[ ,]|$))(?:[ ;,]|$)" [NC]
RewriteCond %{{DOCUMENT_ROOT}}$1.{extension} -f
RewriteCond %{{ENV:scograph_coding}} ^$
RewriteRule ^(.+[.](?:{"|".join(extension for extension, _ in _TYPES)}))$ $1.{extension} \\
    [E=scograph_coding:{coding},E=no-gzip:1,E=no-brotli:1]"""
        for coding, extension in _ENCODINGS
    )
    typed = "\n".join(
        f"""RewriteCond %{{ENV:scograph_coding}} !^$
RewriteRule [.]{extension}[.](?:br|gz)$ - "[T={media_type}{"; charset=utf-8" * (extension in _IN_UTF_8)}]\""""
        for extension, media_type in _TYPES
    )
    return f"""# Where `scograph build --compress` made a smaller twin, whoever takes it gets that.
Header always merge Vary Accept-Encoding
Header always set Content-Encoding %{{scograph_coding}}e env=scograph_coding
{chosen}
{typed}
"""


def _headers(folders: Iterable[str]) -> str:
    """The headers of hosts that read `_headers`: a path with a wildcard, then its headers, indented."""
    twins = "".join(
        f"\n/{folder}/*.{t.extension}\n  Content-Type: {t.essence}; charset=utf-8\n"
        for folder in folders
        for t in TWIN_FORMATS
        if t.media_type.startswith("text/")
    )
    return f"""/*
  Content-Security-Policy: {POLICY}
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
  Access-Control-Allow-Origin: *
{twins}"""


def _redirects(site: Renderer) -> str:
    """The redirects of hosts that read `_redirects`: they add `.html` by themselves, so only languages are left."""
    lines = [f"/{language}/* /{language}/404.html 404" for language in _languages(site)]
    return "\n".join([*lines, "/* /404.html 404", ""])


def _w3id(site: Renderer) -> str:
    rules = "\n".join(
        f"RewriteCond %{{HTTP_ACCEPT}} {t.media_type.replace('+', '[+]')} [NC]\n"
        "RewriteCond %{HTTP_ACCEPT} !text/html [NC]\n"
        f"RewriteRule ^((?:id|source|concept|dataset)(?:/.*)?)$ https://HOST/$1.{t.extension} [R=303,L]"
        for t in _NEGOTIATED
    )
    ontology = (
        "RewriteCond %{HTTP_ACCEPT} text/turtle [NC]\n"
        "RewriteCond %{HTTP_ACCEPT} !text/html [NC]\n"
        "RewriteRule ^(ontology|shapes)(?:/[0-9.]+)?$ https://HOST/$1.ttl [R=303,L]\n"
        "RewriteRule ^ontology/[0-9.]+$ https://HOST/ontology.html [R=303,L]"
        if site.published.terms
        else ""
    )
    return f"""# For a redirect at w3id.org: put the host of the site for HOST, and send the file to the registry.
Options +FollowSymLinks
RewriteEngine On
Header set Access-Control-Allow-Origin *

{rules}
{ontology}
RewriteRule ^$ https://HOST/index.html [R=303,L]
RewriteRule ^([^.]+)$ https://HOST/$1.html [R=303,L]
RewriteRule ^(.+)$ https://HOST/$1 [R=303,L]
"""
