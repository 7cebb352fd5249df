"""The questions with ready answers: each with its query, its answer as a page, CSV, JSON and JSON-LD."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from scograph.checks.questions import Question, QuestionAnswer, read_questions
from scograph.errors import InputError, UsageError
from scograph.formats import CSV, JSON_LD, RESULT_FORMATS_BY_NAME, SPARQL_QUERY, Format
from scograph.model import Document
from scograph.serialise.table import csv_table
from scograph.site.markup import html, in_script
from scograph.site.pages.lists import ListTable, list_page
from scograph.site.paths import digest_name
from scograph.site.render import Renderer
from scograph.site.results import answer_json_ld, questions_json_ld
from scograph.site.view import PageContext
from scograph.stores.results import render_results

_RESULTS = (RESULT_FORMATS_BY_NAME["csv"], RESULT_FORMATS_BY_NAME["json"])
_TWINS: tuple[Format, ...] = (*_RESULTS, JSON_LD, SPARQL_QUERY)
_LIST_TWINS = (CSV, JSON_LD)


def question_pages(site: Renderer) -> Iterator[Document]:
    """The pages of questions.

    Args:
        site: The site.

    Returns:
        Each question's answer as CSV, JSON and JSON-LD, its query and its page in each language; the list of them, as
        CSV and JSON-LD too. Nothing where there are no questions.
    """
    index = site.index
    if "questions" in index.empty_pages:
        return
    questions = read_questions(index.graph.project)
    base = index.base
    counts: dict[str, int] = {}
    for question in questions:
        stem = question_stem(question)
        answer = index.checked.answers[question.path]
        if not isinstance(answer, QuestionAnswer):
            raise answer if isinstance(answer, UsageError) else InputError(answer.message, hint=answer.hint)
        table = answer.table()
        heads, rows = table.variables, table.rows
        for row in _RESULTS:
            yield Document(f"{stem}.{row.extension}", row.media_type, (render_results(answer.results(), row.name, {}),))
        text = question.text or question.name
        data = answer_json_ld(f"{base}{stem}", text, question.query, table)
        yield Document(f"{stem}.{JSON_LD.extension}", JSON_LD.media_type, (data,))
        yield Document(f"{stem}.{SPARQL_QUERY.extension}", SPARQL_QUERY.media_type, (question.query.encode(),))
        counts[stem] = len(rows)
        for view in site.views:
            context = PageContext(view, f"{stem}.html")
            yield site.page(
                "question",
                context,
                text,
                heading=view.with_language_tag(text, "en"),
                number=question.number.lstrip("0"),
                count=view.words.many("n.rows", len(rows)),
                heads=heads,
                rows=[[Markup("") if cell is None else context.value(cell) for cell in row] for row in rows],
                query=question.query,
                jsonld=in_script(data),
                command=f"scograph query {question.number.lstrip('0')}",
                twins=site.twin_links(context, stem, _TWINS),
            )
    labelled = [(f"{base}{question_stem(one)}", one.text or one.name) for one in questions]
    data = questions_json_ld(f"{base}questions", labelled)
    yield Document(f"questions.{JSON_LD.extension}", JSON_LD.media_type, (data,))
    listed_csv = _list_csv(labelled, [counts[question_stem(q)] for q in questions])
    yield Document(f"questions.{CSV.extension}", CSV.media_type, (listed_csv,))
    for view in site.views:
        context = PageContext(view, "questions.html")
        words = view.words
        listed = [
            (
                html(
                    '<a href="{}{}.html">{}</a>',
                    context.home,
                    question_stem(question),
                    view.with_language_tag(question.text or question.name, "en"),
                ),
                escape(counts[question_stem(question)]),
            )
            for question in questions
        ]
        heads = [words("question"), words("n.rows.other", n="").strip()]
        count = words.many("n.questions", len(listed))
        lead = words("ask.about")
        caption = words("questions.caption")
        embedded = in_script(data)
        yield from list_page(
            site,
            context,
            words("questions"),
            ListTable(caption, heads, listed),
            count=count,
            lead=lead,
            jsonld=embedded,
            twins=site.twin_links(context, "questions", _LIST_TWINS),
        )


def question_stem(question: Question) -> str:
    """The path of a question's page, without extension."""
    is_safe = all(c in "abcdefghijklmnopqrstuvwxyz0123456789-" for c in question.name)
    return f"question/{question.name if is_safe else digest_name(question.name)}"


def _list_csv(labelled: Sequence[tuple[str, str]], counts: Sequence[int]) -> bytes:
    rows = ((iri, question, count) for (iri, question), count in zip(labelled, counts, strict=True))
    return csv_table(("iri", "question", "rows"), rows)
