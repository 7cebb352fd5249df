"""Each question must have the answer that its CSV file states (SPARQL 1.1 Query Results CSV)."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from scograph.bounded import Unfinished
from scograph.checks.questions import Question, QuestionAnswer
from scograph.checks.rules import query_error
from scograph.checks.run import CheckRun
from scograph.errors import UsageError
from scograph.model import Finding, Place, Severity
from scograph.project import read_text
from scograph.turtle.tokens import LineIndex

MAX_ROWS = 5
"""At most this many differing rows of each kind are shown, if not all are asked for."""


def check_questions(run: CheckRun) -> Iterator[Finding]:
    """Find questions whose answer is not the expected one.

    A question and its answer, written by hand from the source, say what the graph is for; a difference means that the
    facts, the query or the expectation is wrong.

    Args:
        run: The graph, and how it is checked; a question that is not evaluated before the deadline is a finding.

    Returns:
        Q01 for a question without answer file, Q02 for a query that cannot be run, or not to its end, Q03 for a
        difference, Q04 for an answer file without question, Q05 for rows that another store gives in another order.
    """
    project = run.graph.project
    answer_paths = {question.answer_path for question in run.questions}
    for path in project.answer_files():
        if path not in answer_paths:
            yield Finding(
                Severity.ERROR,
                "Q04",
                "the answer file has no question",
                f"write the query into {path.with_suffix('.rq').name}, or take the file away",
                place=Place(project.relative(path), 1, 1),
            )
    for question in run.questions:
        shown = project.relative(question.path)
        answer = run.answers.get(question.path)
        if answer is None:
            yield Finding(
                Severity.ERROR,
                "Q01",
                "the question has no answer file",
                f"write the rows expected into {question.answer_path.name}, from the source, before running the query",
                place=Place(shown, 1, 1),
            )
            continue
        if isinstance(answer, UsageError):
            message, place = query_error(answer, shown)
            yield Finding(Severity.ERROR, "Q02", message, answer.hint, place=place)
            continue
        if isinstance(answer, Unfinished):
            yield Finding(Severity.ERROR, "Q02", answer.message, answer.hint, place=Place(shown, 1, 1))
            continue
        if answer.unsettled is not None:
            yield Finding(
                Severity.WARNING,
                "Q05",
                answer.unsettled.message,
                answer.unsettled.hint,
                place=Place(shown, *LineIndex(question.query).position(answer.unsettled.at)),
            )
        expected, rows = _read_csv(question.answer_path), answer.rows()
        most = None if run.options.shows_every_row else MAX_ROWS
        difference = _difference(expected, rows, most, is_ordered=question.is_ordered)
        if difference:
            yield Finding(
                Severity.ERROR,
                "Q03",
                f"{question.text or question.name}\n{difference}",
                _way(question),
                place=Place(project.relative(question.answer_path), _first_missing_row(expected, rows), 1),
                required_by=Place(shown, 1, 1),
            )


def _way(question: Question) -> str:
    """What to do about an answer that differs."""
    accept = f": scograph questions accept {question.key}" if question.key else ""
    return f"mend the facts or the query; the answer only if the source says otherwise{accept}"


def answer_csv(answer: QuestionAnswer) -> bytes:
    """An answer as the file of a question states it: CSV with line feeds."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(answer.rows())
    return text.getvalue().encode()


def is_as_expected(question: Question, answer: QuestionAnswer) -> bool:
    """Whether the answer file of a question states an answer, however it writes the CSV.

    Args:
        question: The question, which has an answer file.
        answer: The answer.
    """
    expected = _read_csv(question.answer_path)
    return not _difference(expected, answer.rows(), None, is_ordered=question.is_ordered)


def _read_csv(path: Path) -> list[list[str]]:
    text = read_text(path, str(path))
    return [row for row in csv.reader(io.StringIO(text, newline="")) if row]


def _first_missing_row(expected: list[list[str]], rows: list[list[str]]) -> int:
    """The line of the first expected row that is missing, counting a row a line; the head if there is none."""
    return next((number for number, row in enumerate(expected, 1) if row not in rows), 1)


def _difference(expected: list[list[str]], rows: list[list[str]], most: int | None, *, is_ordered: bool) -> str:
    if not expected:
        return f"  the answer file is empty; found the columns {_row(rows[0])} and {len(rows) - 1} rows"
    if expected[:1] != rows[:1]:
        return f"  expected the columns {_row(expected[0])}, found {_row(rows[0])}"
    if Counter(map(tuple, expected)) == Counter(map(tuple, rows)):
        if is_ordered and expected != rows:
            at = next(i for i, (a, b) in enumerate(zip(expected, rows, strict=True)) if a != b)
            return f"  the rows are the same, in another order from row {at}: found {_row(rows[at])}"
        return ""
    missing = list((Counter(map(tuple, expected)) - Counter(map(tuple, rows))).elements())
    unexpected = list((Counter(map(tuple, rows)) - Counter(map(tuple, expected))).elements())
    unexpected = unexpected if is_ordered else sorted(unexpected)  # a store gives them in any order
    return "\n".join([*_rows("- expected", missing, most), *_rows("+ found   ", unexpected, most)])


def _rows(mark: str, rows: Sequence[Sequence[str]], most: int | None) -> Iterator[str]:
    for row in rows[:most]:
        yield f"  {mark} {_row(row)}"
    if most is not None and len(rows) > most:
        yield f"  {mark} and {len(rows) - most} more; scograph check --all shows them"


def _row(row: Sequence[str]) -> str:
    return " | ".join(row)
