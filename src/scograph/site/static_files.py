"""The files that come with the tool and that pages share: each has a digest of its bytes in its published name.

A file of one name never changes, so that servers let browsers keep it (`scograph.policies.IMMUTABLE`). What a
build makes of the data, such as the index of the search, keeps its name and is asked for again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import resources

from scograph.compressed import GZIP
from scograph.model import Document

FOLDER = "assets"
"""Where they lie in the site."""
DIGITS = 12
"""So many hexadecimal digits of the SHA-256 stand in a name."""
_CSS, _SCRIPT, _SVG = "text/css; charset=utf-8", "text/javascript; charset=utf-8", "image/svg+xml"
_TEXT = "text/plain; charset=utf-8"
ASSETS: tuple[tuple[str, str], ...] = (
    ("site.css", _CSS),
    ("site.js", _SCRIPT),
    ("search.js", _SCRIPT),
    ("timeline.js", _SCRIPT),
    ("icon.svg", _SVG),
    ("vendor/land.svg", _SVG),
    ("vendor/world-atlas-LICENSE.txt", _TEXT),
)
"""The files that the pages share, with their media types."""
QUERY_ASSETS: tuple[tuple[str, str], ...] = (
    ("query.js", _SCRIPT),
    ("query-worker.js", _SCRIPT),
    ("vendor/oxigraph.js", _SCRIPT),
    ("vendor/oxigraph.wasm.gz", GZIP),
    ("vendor/oxigraph-LICENSE.txt", _TEXT),
)
"""Those of the page for queries, where a site has one."""
_FILES = {file.rpartition("/")[2]: file for file, _ in (*ASSETS, *QUERY_ASSETS)}


@cache
def published_path(name: str) -> str:
    """The path of a file in a site, with a digest of its bytes; a licence, which no page loads, has none.

    Args:
        name: Its name, such as `site.css`.

    Returns:
        The path from the root of the site.
    """
    stem, _, extension = name.partition(".")
    if extension == "txt":
        return f"{FOLDER}/{name}"
    return f"{FOLDER}/{stem}.{hashlib.sha256(_read(name)).hexdigest()[:DIGITS]}.{extension}"


def static_files(*, has_query: bool) -> Iterator[Document]:
    """The files as a site has them.

    Args:
        has_query: Whether the site has the page for queries.

    Returns:
        The documents.
    """
    for file, media_type in _files_of(has_query=has_query):
        name = file.rpartition("/")[2]
        yield Document(published_path(name), media_type, (_read(name),))


def static_paths(*, has_query: bool) -> Iterator[str]:
    """The paths of the files that a site has.

    Args:
        has_query: Whether the site has the page for queries.

    Returns:
        The paths from the root of the site.
    """
    return (published_path(file.rpartition("/")[2]) for file, _ in _files_of(has_query=has_query))


def _files_of(*, has_query: bool) -> tuple[tuple[str, str], ...]:
    return (*ASSETS, *(QUERY_ASSETS if has_query else ()))


def _read(name: str) -> bytes:
    return resources.files("scograph.site").joinpath("static", *_FILES[name].split("/")).read_bytes()
