"""The questions that the data is known to answer: each with its answer, its query, and the answer as CSV and JSON."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup, escape
from pyoxigraph import QuerySolutions

from scograph.checks.questions import Question, read_questions
from scograph.model import Document
from scograph.site.markup import html
from scograph.site.pages.lists import list_page
from scograph.site.paths import digest_name
from scograph.site.render import Renderer, TwinLink
from scograph.site.view import Here
from scograph.stores.embedded import EmbeddedStore
from scograph.stores.results import render_results

_FORMATS = (
    ("CSV", "csv", "text/csv; charset=utf-8; header=present"),
    ("JSON", "json", "application/sparql-results+json"),
    ("SPARQL", "rq", "application/sparql-query"),
)


def question_pages(site: Renderer) -> Iterator[Document]:
    """The pages of questions.

    Args:
        site: The site.

    Returns:
        Each question's answer as CSV and JSON, its query and its page in each language; the list of them.
    """
    graph = site.published.graph
    questions = read_questions(graph)
    store = EmbeddedStore(graph.quads()) if questions else None
    prefixes = dict(graph.prefixes)
    counts: dict[str, int] = {}
    for question in questions:
        stem = question_stem(question)
        heads: list[str] = []
        rows = []
        if store is not None:
            found = store.query(question.query, prefixes)
            if isinstance(found, QuerySolutions):
                heads = [variable.value for variable in found.variables]
                rows = [[solution[name] for name in heads] for solution in found]
            for _, extension, media_type in _FORMATS[:2]:
                again = store.query(question.query, prefixes)
                yield Document(f"{stem}.{extension}", media_type, (_rendered(again, extension, prefixes),))
        yield Document(f"{stem}.rq", _FORMATS[2][2], (question.query.encode(),))
        counts[stem] = len(rows)
        for view in site.views:
            here = Here(view, f"{stem}.html")
            yield site.page(
                "question",
                here,
                question.text or question.name,
                heading=view.tagged(question.text or question.name, "en"),
                number=question.number.lstrip("0"),
                count=view.words.many("n.rows", len(rows)),
                heads=heads,
                rows=[[Markup("") if cell is None else here.value(cell) for cell in row] for row in rows],
                query=question.query,
                command=f"scograph query {question.number.lstrip('0')}",
                twins=tuple(TwinLink(name, ext, kind, f"{here.root}{stem}.{ext}") for name, ext, kind in _FORMATS),
            )
    for view in site.views:
        here = Here(view, "questions.html")
        words = view.words
        listed = [
            (
                html(
                    '<a href="{}{}.html">{}</a>',
                    here.home,
                    question_stem(question),
                    view.tagged(question.text or question.name, "en"),
                ),
                escape(counts[question_stem(question)]),
            )
            for question in questions
        ]
        heads = [words("question"), words("n.rows.other", n="").strip()]
        count = words.many("n.questions", len(listed))
        lead = words("ask.about")
        yield from list_page(
            site, here, words("questions"), heads, listed, words("questions.caption"), count=count, lead=lead
        )


def question_stem(question: Question) -> str:
    """The path of a question's page, without extension."""
    is_safe = all(c in "abcdefghijklmnopqrstuvwxyz0123456789-" for c in question.name)
    return f"question/{question.name if is_safe else digest_name(question.name)}"


def _rendered(results: object, name: str, prefixes: dict[str, str]) -> bytes:
    return render_results(results, name, prefixes)  # type: ignore[arg-type]  # questions are SELECT or ASK
