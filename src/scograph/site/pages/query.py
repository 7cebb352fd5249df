"""The page that answers SPARQL queries in the browser, with the dataset and the names of things as it loads them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from importlib import resources

from pyoxigraph import Literal, Quad

from scograph.bounds import QUERY_SECONDS
from scograph.checks.questions import read_questions
from scograph.compressed import GZIP
from scograph.exports import exporter
from scograph.formats import N_QUADS
from scograph.model import Document
from scograph.site.answers import question_stem
from scograph.site.markup import in_script
from scograph.site.render import Renderer
from scograph.site.static_files import published_path
from scograph.site.view import PageContext, View
from scograph.stores.lexical_forms import is_kept
from scograph.terms import with_well_known

MAX_ROWS = 500
"""Rows of an answer that are shown; the files that can be saved have all."""
MAX_ANSWER = 64 << 20
"""Bytes of an answer in JSON; a larger one is refused."""
STEM = "query"
_SAID = "query."
"""What the keys of the words begin with that the script of the page says."""
_DATA = "assets/query-data.nq.gz"
_NAMES = "assets/query-names-{}.json.gz"
_START = """SELECT ?class (COUNT(?thing) AS ?things)
WHERE {
  ?thing a ?class
}
GROUP BY ?class
ORDER BY DESC(?things) ?class"""
"""The query that the page begins with."""


def query_pages(site: Renderer) -> Iterator[Document]:
    """The page for queries, and what it loads when the first one is asked.

    Args:
        site: The site.

    Returns:
        The dataset in N-Quads, the names of things in each language, both compressed with gzip, and the page in each
        language. Nothing where the dataset has more than `scograph.site.index.MAX_QUERIED` statements.
    """
    index = site.index
    if STEM in index.empty_pages:
        return
    project = index.graph.project
    data = _compressed(exporter(N_QUADS.name)(index.graph))
    yield Document(_DATA, GZIP, (data,))
    changed = sum(not is_kept(one.value, one.datatype.value) for one in _literals(index.graph.quads()))
    questions = read_questions(project) if index.checked.answers else ()
    prefixes = dict(sorted(with_well_known(index.graph.prefixes).items()))
    for view in site.views:
        context, words = PageContext(view, f"{STEM}.html"), view.words
        names = _compressed((json.dumps(_names(view), ensure_ascii=False).encode(),))
        yield Document(_NAMES.format(view.language), GZIP, (names,))
        settings = {
            "worker": context.root + published_path("query-worker.js"),
            "engine": context.root + published_path("oxigraph.js"),
            "module": context.root + published_path("oxigraph.wasm.gz"),
            "data": context.root + _DATA,
            "names": context.root + _NAMES.format(view.language),
            "home": context.home,
            "questions": f"{context.root}question/",
            "base": project.options.base,
            "prefixes": prefixes,
            "seconds": QUERY_SECONDS.default,
            "rows": MAX_ROWS,
            "bytes": MAX_ANSWER,
            "words": {key[len(_SAID) :]: text for key, text in words.texts.items() if key.startswith(_SAID)},
        }
        title = words("query.title")
        yield site.page(
            STEM,
            context,
            title,
            heading=title,
            settings=in_script(json.dumps(settings, ensure_ascii=False).encode()),
            kilobytes=words.number(round((_module_size() + len(data) + len(names)) / 1000)),
            statements=words.number(index.statements),
            changed=words.number(changed) if changed else "",
            seconds=QUERY_SECONDS.default,
            prefixes=prefixes,
            start=_START,
            questions=[(question_stem(one).partition("/")[2], *one.text_in(view.language)) for one in questions],
        )


def _compressed(pieces: Iterable[bytes]) -> bytes:
    return gzip.compress(b"".join(pieces), 6, mtime=0)


def _module_size() -> int:
    return len(resources.files("scograph.site").joinpath("static", "vendor", "oxigraph.wasm.gz").read_bytes())


def _literals(quads: Iterable[Quad]) -> Iterator[Literal]:
    return (quad.object for quad in quads if isinstance(quad.object, Literal))


def _names(view: View) -> dict[str, tuple[str, str]]:
    """The address of each thing and term from the root of the language's tree, and its name, by its IRI."""
    index = view.index
    nodes = (*index.stems, *index.terms, *index.document_stems)
    return {node.value: (index.address(node), view.name(node)) for node in nodes}
