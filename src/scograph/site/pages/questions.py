"""The questions with ready answers: each with its query, its answer as a page, CSV, JSON and JSON-LD."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from scograph.checks.questions import Question
from scograph.checks.statements_behind import Behind
from scograph.formats import CSV, JSON_LD, RESULT_FORMATS_BY_NAME, SPARQL_QUERY, Format
from scograph.model import Document
from scograph.serialise.table import csv_table
from scograph.site.answers import heads, marked_rows, question_stem
from scograph.site.markup import html, in_script
from scograph.site.pages.lists import ListTable, list_page
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
    has_query = "query" not in index.empty_pages
    base = index.base
    answers = site.answers
    for answer in answers:
        question, table = answer.question, answer.table
        stem = question_stem(question)
        for row in _RESULTS:
            data = render_results(answer.answer.results(), row.name, {})
            yield Document(f"{stem}.{row.extension}", row.media_type, (data,))
        data = answer_json_ld(f"{base}{stem}", question.text or question.name, question.query, table)
        yield Document(f"{stem}.{JSON_LD.extension}", JSON_LD.media_type, (data,))
        yield Document(f"{stem}.{SPARQL_QUERY.extension}", SPARQL_QUERY.media_type, (question.query.encode(),))
        for view in site.views:
            context = PageContext(view, f"{stem}.html")
            text, language = question.text_in(view.language)
            yield site.page(
                "question",
                context,
                text,
                heading=view.with_language_tag(text, language),
                number=question.number.lstrip("0"),
                count=view.words.many("n.rows", len(table.rows)),
                heads=heads(context, answer),
                rows=marked_rows(context, answer, site.behind.get(question.name, Behind())),
                query=question.query,
                jsonld=in_script(data),
                change=f"{context.home}query.html?question={stem.partition('/')[2]}" if has_query else "",
                command=f"scograph query {question.number.lstrip('0')}",
                twins=site.twin_links(context, stem, _TWINS),
            )
    questions = [answer.question for answer in answers]
    labelled = [(f"{base}{question_stem(one)}", one.text or one.name) for one in questions]
    data = questions_json_ld(f"{base}questions", labelled)
    yield Document(f"questions.{JSON_LD.extension}", JSON_LD.media_type, (data,))
    listed_csv = _list_csv(labelled, [len(answer.table.rows) for answer in answers])
    yield Document(f"questions.{CSV.extension}", CSV.media_type, (listed_csv,))
    for view in site.views:
        context = PageContext(view, "questions.html")
        words = view.words
        listed = [(question_link(context, answer.question), escape(len(answer.table.rows))) for answer in answers]
        named = [words("question"), words("n.rows.other", n="").strip()]
        count = words.many("n.questions", len(listed))
        lead = words("ask.about")
        caption = words("questions.caption")
        embedded = in_script(data)
        yield from list_page(
            site,
            context,
            words("questions"),
            ListTable(caption, named, listed),
            count=count,
            lead=lead,
            jsonld=embedded,
            twins=site.twin_links(context, "questions", _LIST_TWINS),
        )


def question_link(context: PageContext, question: Question) -> Markup:
    """A question in the language of a page, linked to its page."""
    shown = context.view.with_language_tag(*question.text_in(context.view.language))
    return html('<a href="{}{}.html">{}</a>', context.home, question_stem(question), shown)


def _list_csv(labelled: Sequence[tuple[str, str]], counts: Sequence[int]) -> bytes:
    rows = ((iri, question, count) for (iri, question), count in zip(labelled, counts, strict=True))
    return csv_table(("iri", "question", "rows"), rows)
