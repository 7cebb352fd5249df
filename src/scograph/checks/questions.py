"""The questions of a project (SPARQL queries in ontology/questions/) and their answers, evaluated within bounds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise, takewhile
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse_query_results,
)

from scograph.bounded import NEVER, Deadline, TaskLimits, Unfinished, run_tasks
from scograph.checks.parameters import Parameter, parameters_of
from scograph.checks.row_order import Unsettled, unsettled
from scograph.errors import InputError, UsageError
from scograph.labels import is_read_as
from scograph.messages import did_you_mean
from scograph.model import Place, Term
from scograph.project import Project, read_text
from scograph.stores.embedded import EmbeddedStore, Results
from scograph.stores.results import csv_rows, results_json
from scograph.turtle.tokens import tokens

OWNERS = ("vocabulary", "profile", "project")
"""Whose a question may be: any project's, that of each project which uses this one, or this project's alone."""
_NUMBER = re.compile(r"(\d+)-")
_OWNER = re.compile(r"#\s*owner:\s*(\w+)\s*")
_TRANSLATION = re.compile(r"#\s*([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*):\s*(\S.*?)\s*")


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Args:
        number: As its file name begins, `01`.
        name: The file's stem.
        text: The question in English: the query's first comment.
        query: The query.
        path: The query's file.
        owner: One of `OWNERS`: a comment `# owner: profile` before the query says it; else the project's alone.
        of: The name of the project that it is used from; empty for the project's own.
        translations: The question in other languages, by tag: comments `# ru: …` before the query say it.
    """

    number: str
    name: str
    text: str
    query: str
    path: Path
    owner: str = "project"
    of: str = ""
    translations: tuple[tuple[str, str], ...] = ()

    def text_in(self, language: str) -> tuple[str, str]:
        """The question in a language, else in English, with the tag of the language that it is in."""
        said = next((text for tag, text in self.translations if is_read_as(tag, language)), "")
        return (said, language) if said else (self.text or self.name, "en")

    @property
    def key(self) -> str:
        """What it is asked by: its number, after the name of the project that it is used from."""
        number = self.number.lstrip("0")
        return f"{self.of}:{number}" if self.of else number

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters, each with the value that it has in the file."""
        return parameters_of(self.query)

    @property
    def answer_path(self) -> Path:
        """The CSV with the rows expected."""
        return self.path.with_suffix(".csv")

    @property
    def is_ordered(self) -> bool:
        """Whether the order of the rows is part of the answer."""
        words = [token.text.upper() for token in tokens(self.query) if token.kind == "word"]
        return ("ORDER", "BY") in pairwise(words)


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """The result of a query as terms.

    Args:
        variables: The variables.
        rows: The solutions, in order, each with a value or None for each variable.
        boolean: The result of an ASK, which has no solutions.
    """

    variables: Sequence[str] = ()
    rows: Sequence[Sequence[Term | None]] = ()
    boolean: bool | None = None


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """The answer to a question, evaluated once and read as often as needed.

    Args:
        json: The result in the SPARQL 1.1 Query Results JSON Format; the triples of a CONSTRUCT or DESCRIBE are
            solutions of ?subject, ?predicate and ?object, sorted.
        unsettled: Why its rows could stand in another order; None if they cannot.
    """

    json: bytes
    unsettled: Unsettled | None = None

    def results(self) -> QuerySolutions | QueryBoolean:
        """The result, to be read once."""
        return parse_query_results(self.json, format=QueryResultsFormat.JSON)

    def table(self) -> AnswerTable:
        """The result as terms."""
        results = self.results()
        if isinstance(results, QueryBoolean):
            return AnswerTable(boolean=bool(results))
        return AnswerTable(tuple(name.value for name in results.variables), [tuple(solution) for solution in results])

    def rows(self) -> list[list[str]]:
        """The rows of the result as CSV has them, the header first."""
        return csv_rows(self.results())


AnswerOrError: TypeAlias = QuestionAnswer | UsageError | Unfinished
"""An answer, or why there is none: the query does not parse, or did not end within the bounds."""


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


def offered_questions(project: Project) -> list[Question]:
    """The questions that a project can be asked: its own, and those of what it uses that are not about one project.

    Args:
        project: The project.

    Returns:
        Its own by file name, then those of the vocabulary or profile that it uses, each once.

    Raises:
        InputError: A file is not UTF-8.

    Example:
        >>> from scograph import Project
        >>> offered_questions(Project.builtin())[19].owner
        'vocabulary'
    """
    found = {question.path: question for question in read_questions(project)}
    one = project.used
    while one is not None:
        owners = OWNERS[: 1 if one.is_vocabulary else 2]
        for question in read_questions(one):
            if question.owner in owners and question.number:
                found.setdefault(question.path, replace(question, of=one.settings.name))
        one = one.used
    return list(found.values())


def question_of(questions: Sequence[Question], key: str) -> Question:
    """The question that a number means.

    Args:
        questions: The questions.
        key: Its number, or `NAME:NUMBER` for one of a project that is used.

    Returns:
        The question.

    Raises:
        UsageError: There is none.
    """
    of, _, number = key.strip().rpartition(":")
    wanted = f"{of}:{number.lstrip('0')}" if of else number.lstrip("0")
    for question in questions:
        if question.number and question.key == wanted:
            return question
    known = "".join(f"\n  {one.key} {one.name.partition('-')[2]}" for one in questions if one.number)
    raise UsageError(f"no question has the number {key}", hint=f"there are:{known or ' none'}")


def read_question(path: Path) -> Question:
    """Read one question's file (see `read_questions`).

    Raises:
        InputError: It is not UTF-8, or names an owner that is none.
    """
    query = read_text(path, str(path))
    lines = query.splitlines()
    number = _NUMBER.match(path.name)
    owner = next((match[1] for line in comments_of(lines) if (match := _OWNER.fullmatch(line))), OWNERS[-1])
    if owner not in OWNERS:
        hint = did_you_mean(owner, OWNERS, f"one of {', '.join(OWNERS)}")
        raise InputError(f"the owner of a question is not {owner!r}", hint=hint, place=Place(str(path), 1, 1))
    text = (lines[0] if lines else "").lstrip("# ").strip()
    said = (match for line in comments_of(lines[1:]) if (match := _TRANSLATION.fullmatch(line)))
    translations = tuple((match[1], match[2]) for match in said)
    return Question(number[1] if number else "", path.stem, text, query, path, owner, translations=translations)


def comments_of(lines: Sequence[str]) -> list[str]:
    """The comments that a query begins with."""
    return list(takewhile(lambda line: line.startswith("#"), lines))


def answer_questions(
    questions: Sequence[Question], store: EmbeddedStore, prefixes: Mapping[str, str], deadline: Deadline = NEVER
) -> Mapping[Path, AnswerOrError]:
    """Evaluate questions in a child process, each within the bounds of time and memory.

    Args:
        questions: The questions.
        store: What they are asked of.
        prefixes: Prefixes that the queries need not declare.
        deadline: When it must be over.

    Returns:
        Each answer, or why there is none, by the file of the query.
    """
    tasks = question_tasks(questions, store, prefixes)
    return {questions[index].path: answer for index, answer in run_tasks(tasks, TaskLimits(len(store), deadline))}


def question_tasks(
    questions: Sequence[Question], store: EmbeddedStore, prefixes: Mapping[str, str]
) -> list[Callable[[], QuestionAnswer | UsageError]]:
    """The evaluation of questions, a question a task; the arguments as for `answer_questions`."""
    return [partial(_answer, question, store, dict(prefixes)) for question in questions]


def _answer(question: Question, store: EmbeddedStore, prefixes: dict[str, str]) -> QuestionAnswer | UsageError:
    try:
        answer = QuestionAnswer(_json(store.query(question.query, prefixes)))
    except UsageError as error:
        return error
    table = answer.table()

    def ask(query: str) -> list[Sequence[Term | None]]:
        return [tuple(row) for row in store.query(query, prefixes)]  # type: ignore[union-attr]  # it is a SELECT

    return replace(answer, unsettled=unsettled(question.query, table.variables, table.rows, ask))


def _json(results: Results) -> bytes:
    if isinstance(results, QuerySolutions | QueryBoolean):
        return results.serialize(format=QueryResultsFormat.JSON) or b""
    return _json_of_triples(results)


def _json_of_triples(triples: Iterable[Triple]) -> bytes:
    rows = sorted((tuple(triple) for triple in triples), key=lambda row: tuple(map(str, row)))
    return results_json(("subject", "predicate", "object"), rows)
