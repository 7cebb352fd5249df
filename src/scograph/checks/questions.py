"""Competency questions: each query of ontology/questions/ must answer what its CSV says (SPARQL 1.1 CSV Results)."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

from scograph.bounded import NEVER, Deadline, TaskLimits, Unfinished, run_tasks
from scograph.checks.rules import query_error
from scograph.errors import UsageError
from scograph.graph import Graph
from scograph.model import Finding, Place, Severity
from scograph.project import Project, read_text
from scograph.stores.embedded import EmbeddedStore
from scograph.stores.results import csv_rows
from scograph.turtle.tokens import tokens

MOST_ROWS = 5
"""So many differing rows are shown of each kind."""

_NUMBER = re.compile(r"(\d+)-")


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Args:
        number: As its file name begins, `01`.
        name: The file's stem.
        text: The question in English: the query's first comment.
        query: The query.
        path: The query's file.
    """

    number: str
    name: str
    text: str
    query: str
    path: Path

    @property
    def answer_path(self) -> Path:
        """The CSV with the rows expected."""
        return self.path.with_suffix(".csv")

    @property
    def is_ordered(self) -> bool:
        """Whether the order of the rows is part of the answer."""
        words = [token.text.upper() for token in tokens(self.query) if token.kind == "word"]
        return ("ORDER", "BY") in pairwise(words)


def read_questions(project: Project) -> list[Question]:
    """Read a project's questions.

    Args:
        project: The project.

    Returns:
        The questions by file name.

    Raises:
        InputError: A file is not UTF-8.
    """
    return [read_question(path) for path in project.question_files()]


def read_question(path: Path) -> Question:
    """Read one question's file (see `read_questions`)."""
    query = read_text(path, str(path))
    first = query.splitlines()[0] if query.splitlines() else ""
    number = _NUMBER.match(path.name)
    return Question(number[1] if number else "", path.stem, first.lstrip("# ").strip(), query, path)


def check_questions(graph: Graph, deadline: Deadline = NEVER) -> Iterator[Finding]:
    """Find questions whose answer is not the expected one.

    A question and its answer, written by hand from the source, say what the graph is for; a difference means that the
    facts, the query or the expectation is wrong.

    Args:
        graph: The graph.
        deadline: When it must be over; a question that is not asked then is a finding.

    Returns:
        Q01 for a question without answer file, Q02 for a query that cannot be run, or not to its end, Q03 for a
        difference, Q04 for an answer file without question.
    """
    questions = read_questions(graph.project)
    asked = {question.answer_path for question in questions}
    for path in graph.project.answer_files():
        if path not in asked:
            yield Finding(
                Severity.ERROR,
                "Q04",
                "the answer file has no question",
                f"write the query into {path.with_suffix('.rq').name}, or take the file away",
                place=Place(graph.project.relative(path), 1, 1),
            )
    if not questions:
        return
    store = EmbeddedStore(graph.quads())
    answered = [question for question in questions if question.answer_path.is_file()]
    ask = [partial(_asked, question, store, dict(graph.prefixes)) for question in answered]
    answers = {answered[index].path: found for index, found in run_tasks(ask, TaskLimits(len(store), deadline))}
    for question in questions:
        shown = graph.project.relative(question.path)
        if question.path not in answers:
            yield Finding(
                Severity.ERROR,
                "Q01",
                "the question has no answer file",
                f"write the rows expected into {question.answer_path.name}, from the source, before running the query",
                place=Place(shown, 1, 1),
            )
            continue
        found = answers[question.path]
        if isinstance(found, UsageError):
            message, place = query_error(found, shown)
            yield Finding(Severity.ERROR, "Q02", message, found.hint, place=place)
            continue
        if isinstance(found, Unfinished):
            yield Finding(Severity.ERROR, "Q02", found.message, found.hint, place=Place(shown, 1, 1))
            continue
        expected = _read_csv(question.answer_path)
        difference = _difference(expected, found, ordered=question.is_ordered)
        if difference:
            yield Finding(
                Severity.ERROR,
                "Q03",
                f"{question.text or question.name}\n{difference}",
                "mend the facts or the query; the answer only if the source says otherwise",
                place=Place(graph.project.relative(question.answer_path), _first_row(expected, found), 1),
                required_by=Place(shown, 1, 1),
            )


def _asked(question: Question, store: EmbeddedStore, prefixes: dict[str, str]) -> list[list[str]] | UsageError:
    """The rows of a question's answer, or why there are none."""
    try:
        return csv_rows(store.query(question.query, prefixes))
    except UsageError as error:
        return error


def _read_csv(path: Path) -> list[list[str]]:
    text = read_text(path, str(path))
    return [row for row in csv.reader(io.StringIO(text, newline="")) if row]


def _first_row(expected: list[list[str]], found: list[list[str]]) -> int:
    """The line of the first expected row that was not found, counting a row a line; the head if there is none."""
    return next((number for number, row in enumerate(expected, 1) if row not in found), 1)


def _difference(expected: list[list[str]], found: list[list[str]], *, ordered: bool) -> str:
    if not expected:
        return f"  the answer file is empty; found the columns {_row(found[0])} and {len(found) - 1} rows"
    if expected[:1] != found[:1]:
        return f"  expected the columns {_row(expected[0])}, found {_row(found[0])}"
    if Counter(map(tuple, expected)) == Counter(map(tuple, found)):
        if ordered and expected != found:
            at = next(i for i, (a, b) in enumerate(zip(expected, found, strict=True)) if a != b)
            return f"  the rows are the same, in another order from row {at}: found {_row(found[at])}"
        return ""
    missing = list((Counter(map(tuple, expected)) - Counter(map(tuple, found))).elements())
    unexpected = list((Counter(map(tuple, found)) - Counter(map(tuple, expected))).elements())
    return "\n".join([*_rows("- expected", missing), *_rows("+ found   ", unexpected)])


def _rows(mark: str, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for row in rows[:MOST_ROWS]:
        yield f"  {mark} {_row(row)}"
    if len(rows) > MOST_ROWS:
        yield f"  {mark} and {len(rows) - MOST_ROWS} more"


def _row(row: Sequence[str]) -> str:
    return " | ".join(row)
