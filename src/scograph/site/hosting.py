"""Configuration of web servers and static hosts, sitemap and robots.txt: IRIs of the graph lead to their pages.

A request for `/id/x` is answered with a page, and with the twin where `Accept` asks for one (Cool URIs for the
Semantic Web, clause 4.3). Where a host cannot choose by `Accept`, the page is served, which links its twins. The page
of `/id/X` lies elsewhere, since its name would not be safe in every file system; the request is redirected to it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from xml.sax.saxutils import escape

from scograph.addresses import ADDRESSES, TYPE, Address, decoded_path, write_addresses
from scograph.exports.citation import CITATION_TYPES
from scograph.formats import N_TRIPLES, RDF_FORMATS, SPARQL_QUERY, TWIN_FORMATS, TYPESCRIPT, by_rank
from scograph.manifest import Entry
from scograph.model import Document
from scograph.policies import FOLDER_POLICY, IMMUTABLE, KEEP, POLICY, WORKER, WORKER_POLICY
from scograph.site.addressing import front_stem, site_addresses
from scograph.site.paths import OWN_FOLDERS, OWN_PAGES
from scograph.site.render import HTML, Renderer

MAX_ADDRESSES = 50_000
"""At most this many addresses are in one sitemap (sitemaps.org, protocol 0.9)."""
MAX_REDIRECTS = 1_900
"""So many rules for IRIs are in `_redirects`: hosts take 2,000, and others need some of them."""
MAX_RULE = 1_000
"""Characters of a rule that such hosts take."""
MAX_MAP_LINE = 900
"""Bytes of a line that Apache reads of a map; longer IRIs have a rule of their own."""
MAX_NGINX_WORD = 4_000
"""Bytes of a word that nginx reads of its configuration; longer IRIs are left to other servers."""
NOT_REDIRECTED = "hosting/not-redirected.txt"
APACHE_MAP = "hosting/addresses.map"
_TEXT = "text/plain; charset=utf-8"
_NO_TWINS = tuple(row for row in RDF_FORMATS if row.is_published and not row.is_twin)
_XML = "application/xml"
_SERVERS = ("nginx.conf", "apache.conf", "w3id.htaccess")
_TYPES = (
    *(("html", "text/html"), ("css", "text/css"), ("js", "text/javascript"), ("svg", "image/svg+xml")),
    *(("json", "application/json"), ("xml", "application/xml"), ("atom", "application/atom+xml")),
    *(("txt", "text/plain"), ("tsv", TYPE.partition(";")[0]), ("md", "text/markdown"), ("zip", "application/zip")),
    *((path.rpartition(".")[2], media_type) for path, media_type in CITATION_TYPES),
    *((row.extension, row.essence) for row in (*_NO_TWINS, SPARQL_QUERY, *TWIN_FORMATS)),
    (TYPESCRIPT.extension.rpartition(".")[2], TYPESCRIPT.essence),
)
"""The files of the site by extension, with the type that a server sends of each."""
_IN_UTF_8 = (*(extension for extension, media_type in _TYPES if media_type.startswith("text/")), N_TRIPLES.extension)
"""The extensions of those whose type does not say it by itself."""
_CODINGS = (("br", "br"), ("gzip", "gz"))
"""Content codings (RFC 9110, clause 8.4.1) and the extension of their twins, the smaller first."""
_NEGOTIATED = by_rank(row for row in TWIN_FORMATS if row.is_negotiated)
_OWN = tuple(
    sorted({*(page.stem for page in OWN_PAGES), *OWN_FOLDERS, "hosting"} - {"index", "ontology", "shapes", "thing"})
)
"""What the paths of pages without data begin with."""
_PARAMETER = r"""(?:;(?![ \t]*q=)(?:[^,;"]|"[^"]*")*)"""
"""A parameter of a media range, but for its weight."""
_ASKS_FOR_DATA = (
    rf"(?:^|,)[ \t]*(?:{'|'.join(row.media_type.replace('+', '[+]') for row in RDF_FORMATS)})[ \t]*"
    rf"(?!{_PARAMETER}*;[ \t]*q=0(?:[.]0*)?[ \t]*(?:[,;]|$))(?:[,;]|$)"
)
_ASKS_FOR_PAGE = r"(?:^|,)[ \t]*(?:text/html|application/xhtml[+]xml|text/[*])[ \t]*(?:[,;]|$)"
"""What Accept has that names RDF, or a page: with the first and not the second, `*/*` in it asks for no page."""
_PLACEHOLDER = re.compile(r"[*?]|:[A-Za-z]")
"""What `_redirects` has a meaning of its own for."""
_NGINX_ESCAPED = re.compile(r'["\\]')
_APACHE_AS_THEY_ARE = "$-_.+!*'(),:@&=/~"


@dataclass(frozen=True, slots=True)
class OfferedType:
    """A form of a thing that a server may choose, as expressions for its media ranges.

    Args:
        extension: The extension of its files.
        ranges: For each range that means it (RFC 9110, clause 12.5.1), the most exact first: an expression, and how
            exact it is.
    """

    extension: str
    ranges: tuple[tuple[str, int], ...]


def _offered(extension: str, media_type: str) -> OfferedType:
    ranges = ((media_type, 3), (f"{media_type.partition('/')[0]}/*", 2), ("*/*", 1))
    return OfferedType(extension, tuple((re.sub(r"([+*.])", r"[\1]", name), exactness) for name, exactness in ranges))


def host_files(site: Renderer, written: Iterable[Entry]) -> Iterator[Document]:
    """The configuration for static hosts, the sitemap, and robots.txt.

    Args:
        site: The site.
        written: The files of its pages.

    Returns:
        The files; those for servers lie in `hosting/`, those that hosts look for at the root there.
    """
    base = site.index.publication.base
    files = tuple(written)
    table = site_addresses(site.index, {entry.path for entry in (*files, *site.index.downloads)})
    redirected, left = _redirects(table)
    values = {
        "apache_map": APACHE_MAP,
        "codings": _CODINGS,
        "asks_for_data": _ASKS_FOR_DATA,
        "asks_for_page": _ASKS_FOR_PAGE,
        "comparisons": tuple((n, f"{n + 1}-9") for n in range(9)),
        "folders": sorted({stem.partition("/")[0] for stem in site.index.stems.values() if "/" in stem}),
        "front": front_stem(site.index),
        "immutable": IMMUTABLE,
        "in_utf_8": _IN_UTF_8,
        "keep": KEEP,
        "kept": [path for path in site.assets if re.fullmatch(IMMUTABLE, path)],
        "languages": [view.language for view in site.views if view.folder],
        "left": len(left),
        "long": [row for row in table if row.request and _is_long(row)],
        "negotiated": _NEGOTIATED,
        "not_redirected": NOT_REDIRECTED,
        "nginx": _NginxMaps(table),
        "offered": [_offered("html", "text/html"), *(_offered(row.extension, row.media_type) for row in _NEGOTIATED)],
        "own": _OWN,
        "parameter": _PARAMETER,
        "policy": POLICY,
        "folder_policy": FOLDER_POLICY,
        "worker": WORKER,
        "worker_policy": WORKER_POLICY,
        "redirected": redirected,
        "table": [row for row in table if row.request],
        "text_twins": [twin for twin in TWIN_FORMATS if twin.media_type.startswith("text/")],
        "types": _TYPES,
        "w3id": list(_w3id_rules(table)),
    }
    for folder, name in (*(("hosting/", name) for name in _SERVERS), ("", "_headers"), ("", "_redirects")):
        yield Document(f"{folder}{name}", _TEXT, (site.host_file(name, **values),))
    if table:
        yield Document(ADDRESSES, TYPE, tuple(write_addresses(table)))
        yield Document(APACHE_MAP, _TEXT, tuple(_apache_map(table)))
    if left:
        yield Document(NOT_REDIRECTED, _TEXT, tuple(f"{row.iri}\n".encode() for row in left))
    yield Document(".nojekyll", _TEXT, (b"",))
    robots = "User-agent: *\nDisallow:\n"
    if base:
        pages = (entry.path for entry in files if entry.media_type == HTML and not entry.path.endswith("404.html"))
        yield from _sitemaps(site, base, sorted(pages))
        robots += f"\nSitemap: {base}sitemap.xml\n"
    yield Document("robots.txt", _TEXT, (robots.encode(),))


def _redirects(table: Iterable[Address]) -> tuple[list[tuple[str, str]], list[Address]]:
    """What `_redirects` says, as requests and pages; and the rows that it has no way or no room to say."""
    rules: list[tuple[str, str]] = []
    left = []
    for row in table:
        stem, hash_, fragment = row.page.partition("#")
        rule = (f"/{row.request}", f"/{stem.removesuffix('.html')}.html{hash_}{fragment}")
        is_sayable = not _PLACEHOLDER.search(row.request) and len(" ".join(rule)) + 4 <= MAX_RULE
        if row.request and is_sayable and len(rules) < MAX_REDIRECTS:
            rules.append(rule)
        elif row.request:
            left.append(row)
    return rules, left


class _NginxMaps:
    """The rows as maps of nginx.

    Its maps take capitals for small letters. So a key stands for all rows that differ in nothing else, and its value
    holds each of them with its page: an expression finds the one that was asked for.
    """

    def __init__(self, table: Iterable[Address]) -> None:
        exact: dict[str, list[tuple[str, str]]] = defaultdict(list)
        decoded: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in table:
            if row.request:
                exact[f"/{row.request}".lower()].append((f"/{row.request}", row.page))
            if row.is_any_spelling:
                path = f"/{decoded_path(row.request)}"
                if "|" not in path:
                    decoded[_ascii_lower(path)].append((path, row.page))
        self.exact, self.decoded = self._entries(exact), self._entries(decoded)
        keys = (*self.exact, *self.decoded)
        self.max_size = 1 << max(11, (2 * max(len(self.exact), len(self.decoded))).bit_length())
        self.bucket_size = 1 << max(7, max((len(key.encode()) + 64 for key, _ in keys), default=0).bit_length())

    @staticmethod
    def _entries(groups: Mapping[str, Iterable[tuple[str, str]]]) -> list[tuple[str, str]]:
        entries = []
        for key, rows in groups.items():
            value = "".join(f"|{asked}|/{page}|" for asked, page in rows)
            quoted = (
                _NGINX_ESCAPED.sub(r"\\\g<0>", key),
                _NGINX_ESCAPED.sub(r"\\\g<0>", value).replace("$", "${scograph_dollar}"),
            )
            if max(len(text.encode()) for text in quoted) <= MAX_NGINX_WORD:
                entries.append(quoted)
        return sorted(entries)


def _ascii_lower(text: str) -> str:
    """Small letters as nginx makes them, byte by byte."""
    return re.sub("[A-Z]", lambda match: match[0].lower(), text)


def _apache_map(table: Iterable[Address]) -> Iterator[bytes]:
    """The rows as a text map of Apache: requests as they come, and paths as Apache escapes them."""
    for row in table:
        if row.request and not _is_long(row):
            yield f"exact:/{row.request} /{row.page}\n".encode()
        if row.is_any_spelling and not _is_long(row):
            yield f"path:/{_apache_escaped(decoded_path(row.request) or '')} /{row.page}\n".encode()


def _apache_escaped(path: str) -> str:
    return "".join(
        chr(byte)
        if chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in _APACHE_AS_THEY_ARE)
        else f"%{byte:02x}"
        for byte in path.encode()
    )


def _w3id_rules(table: Iterable[Address]) -> Iterator[tuple[str, str]]:
    """Paths below w3id.org as expressions, each with its page."""
    rows = [row for row in table if row.is_any_spelling and "#" not in row.page]
    for row in rows[:MAX_REDIRECTS]:
        yield "^" + re.escape(decoded_path(row.request) or "").replace('"', r"\x22") + "$", row.page


def _is_long(row: Address) -> bool:
    return len(row.request) * 3 > MAX_MAP_LINE


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
