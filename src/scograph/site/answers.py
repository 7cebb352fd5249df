"""Answers of questions as pages show them: the columns that tell something, their heads, and cells as links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape
from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.answers.meaning import partial_date
from scograph.answers.reasons import Reason
from scograph.checks.questions import AnswerTable, Question, QuestionAnswer, read_questions
from scograph.checks.statements_behind import Behind, Filled
from scograph.errors import InputError, UsageError
from scograph.labels import ALSO_NAMING
from scograph.model import Term
from scograph.site.index import SiteIndex
from scograph.site.markup import html, joined
from scograph.site.paths import digest_name
from scograph.site.view import PageContext

MAX_ANSWERS = 6
"""So many answers stand on the front page where the settings name none."""
MAX_MARKED, MAX_MARKS = 150, 6
"""An answer with more rows has no marks; a cell has so many."""
MAX_LISTED = 12
"""So many things of an answer are named there."""
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """The answer to a question, with the columns that a page shows.

    Args:
        question: The question.
        answer: What the query gave.
        table: All of the answer.
        columns: The indexes of its columns, but of those that only name the thing in another one.
    """

    question: Question
    answer: QuestionAnswer
    table: AnswerTable
    columns: tuple[int, ...]

    @property
    def has_marks(self) -> bool:
        """Whether its cells have marks: there are not too many rows."""
        return len(self.table.rows) <= MAX_MARKED


def question_stem(question: Question) -> str:
    """The path of a question's page, without extension."""
    is_safe = _SAFE.issuperset(question.name)
    return f"question/{question.name if is_safe else digest_name(question.name)}"


def shown_answers(index: SiteIndex) -> list[ShownAnswer]:
    """The questions of the project with their answers.

    Args:
        index: The site.

    Returns:
        Each, in the order of their files.

    Raises:
        InputError: A query does not parse, or was not answered within its bounds.
    """
    found = []
    for question in read_questions(index.graph.project):
        answer = index.checked.answers[question.path]
        if not isinstance(answer, QuestionAnswer):
            raise answer if isinstance(answer, UsageError) else InputError(answer.message, hint=answer.hint)
        table = answer.table()
        found.append(ShownAnswer(question, answer, table, _columns(index, table)))
    return found


def _columns(index: SiteIndex, table: AnswerTable) -> tuple[int, ...]:
    every = range(len(table.variables))
    names = {at for at in every for of in every if at != of and _names_all(index, table, at, of)}
    return tuple(at for at in every if at not in names)


def _names_all(index: SiteIndex, table: AnswerTable, at: int, of: int) -> bool:
    """Whether each cell of a column is a name of the thing in another column of its row."""
    pairs = [(row[at], row[of]) for row in table.rows]
    return bool(pairs) and all(name is not None and _is_name(index, name, thing) for name, thing in pairs)


def _is_name(index: SiteIndex, name: Term, thing: Term | None) -> bool:
    if not isinstance(name, Literal) or not isinstance(thing, NamedNode):
        return False
    names = (t.object for t in index.graph.describing(thing) if t.predicate in ALSO_NAMING)
    return any(isinstance(one, Literal) and name.value == one.value for one in names)


def heads(context: PageContext, answer: ShownAnswer) -> list[Markup]:
    """The heads of the columns: the class or property that a variable is called after, else its own words."""
    return [_head(context, answer.table.variables[at]) for at in answer.columns]


def _head(context: PageContext, variable: str) -> Markup:
    term = context.view.index.terms_by_name.get(variable.lower())
    if term is not None:
        return escape(context.view.name(term))
    return html('<bdi lang="en">{}</bdi>', terms.local_words(variable).replace("-", " ") or variable)


def answer_items(context: PageContext, answer: ShownAnswer) -> list[Markup]:
    """The first rows of an answer in a line each: the thing, then what else is said of it in the row."""
    index = context.view.index
    first = next((at for at in answer.columns if any(row[at] in index.stems for row in answer.table.rows)), -1)
    ordered = sorted(answer.columns, key=lambda at: at != first)
    items = []
    for row in answer.table.rows[:MAX_LISTED]:
        cells = [context.value(cell) for at in ordered if (cell := row[at]) is not None]
        rest = html(' <span class="quiet">{}</span>', Markup(" · ").join(cells[1:])) if cells[1:] else ""
        items.append(html("{}{}", cells[0] if cells else "", rest))
    return items


def marked_rows(context: PageContext, answer: ShownAnswer, behind: Behind) -> list[list[Markup]]:
    """The rows of an answer, each cell with the marks of what it rests on.

    Args:
        context: The page.
        answer: The answer.
        behind: The statements behind its rows; none where it has no marks.

    Returns:
        The cells of each row.
    """
    table = answer.table
    rows = []
    for row in table.rows:
        found = _cell_reasons(context.view.index, answer, behind.of(table.variables, row))
        rows.append([_marked(context, row[at], found.get(at, ())) for at in answer.columns])
    return rows


def _marked(context: PageContext, cell: Term | None, reasons: Sequence[Reason]) -> Markup:
    if cell is None:
        return Markup("")
    supports = {support.passage: support for reason in reasons for support in reason.supports}
    marks = joined(context.mark(support) for support in list(supports.values())[:MAX_MARKS])
    return html("{} {}", context.value(cell), marks) if marks else context.value(cell)


def _cell_reasons(index: SiteIndex, answer: ShownAnswer, filled: Sequence[Filled]) -> dict[int, list[Reason]]:
    """The facts behind the cells of a row: at the value, else at the subject, else at the first cell.

    Types tell nothing that a cell says, and a name has its marks on the page of the thing.
    """
    found: dict[int, list[Reason]] = defaultdict(list)
    names = answer.table.variables
    for (subject, _, value), triple in filled:
        if triple.predicate == terms.TYPE or (triple.predicate in ALSO_NAMING and not _is_shown(answer, value)):
            continue
        reason = index.reasons.reason(triple)
        if reason.is_fact and reason.supports:
            at = next((names.index(one[1:]) for one in (value, subject) if _is_shown(answer, one)), answer.columns[0])
            found[at].append(reason)
    return found


def _is_shown(answer: ShownAnswer, part: str) -> bool:
    """Whether a part of a pattern is a variable whose column is shown."""
    names = answer.table.variables
    return part.startswith("?") and part[1:] in names and names.index(part[1:]) in answer.columns


def front_answers(index: SiteIndex, answers: Sequence[ShownAnswer]) -> Iterator[ShownAnswer]:
    """The answers that the front page has.

    Args:
        index: The site.
        answers: All of them.

    Returns:
        Those that the settings name, in their order; else the first that list things, or things with a date.
    """
    named = index.graph.project.settings.site.answers
    if named:
        by_number = {one.question.number.lstrip("0"): one for one in answers}
        yield from (by_number[number.lstrip("0")] for number in named if number.lstrip("0") in by_number)
        return
    yield from [one for one in answers if _lists_things(index, one)][:MAX_ANSWERS]


def _lists_things(index: SiteIndex, answer: ShownAnswer) -> bool:
    """Whether each row is a thing with a page, and at most a date or another thing."""
    columns, rows = answer.columns, answer.table.rows
    return (
        bool(rows)
        and 1 <= len(columns) <= 2  # noqa: PLR2004 -- a thing, and what is said of it
        and all(row[columns[0]] in index.stems for row in rows)
        and all(_is_short(index, row[at]) for row in rows for at in columns[1:])
    )


def _is_short(index: SiteIndex, cell: Term | None) -> bool:
    return cell is None or cell in index.stems or partial_date(cell) is not None
