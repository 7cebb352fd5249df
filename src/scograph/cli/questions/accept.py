"""The command that takes over the answers to questions."""

from __future__ import annotations

import click

from scograph.checks.expected_answers import answer_csv, is_as_expected
from scograph.checks.questions import Question, QuestionAnswer, answer_questions, question_of, read_questions
from scograph.cli.frame import examples, handled
from scograph.cli.source.editing import DRY_RUN, PROJECT_TO_CHANGE, project_to_change, write_edit
from scograph.edit.changes import FileChange, editing
from scograph.errors import UsageError
from scograph.graph import load_graph
from scograph.messages import counted
from scograph.project import Project, read_bytes
from scograph.stores.embedded import EmbeddedStore


@click.command(
    name="accept", epilog=examples("scograph questions accept 1 --dry-run", "scograph questions accept --all")
)
@click.argument("numbers", metavar="NUMBER…", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All questions that have an answer file.")
@PROJECT_TO_CHANGE
@DRY_RUN
@handled
def accept_command(numbers: tuple[str, ...], path: str | None, *, every: bool, is_dry: bool) -> None:
    """Write the answers that the graph gives to the questions with these NUMBERS into their answer files.

    Every row that changes is shown: check each against its source. An answer file that states the same in other CSV
    stays as it is. With --dry-run the whole difference is shown, and nothing is written.
    """
    if every == bool(numbers):
        raise UsageError(
            "no question is named" if not numbers else "--all goes with no NUMBER", hint="name one, or --all"
        )
    project = project_to_change(path)
    with editing(project) as edit:
        questions = read_questions(project)
        chosen = [question_of(questions, number) for number in dict.fromkeys(numbers)]
        if every:
            chosen = [question for question in questions if question.answer_path.is_file()]
        changes = _changes(project, chosen)
        made = counted(len(changes), "answer")
        write_edit(edit, changes, is_dry=is_dry, done=f"{made} written: check each row against its source")


def _changes(project: Project, questions: list[Question]) -> list[FileChange]:
    """The answer files that are to state what the graph answers.

    Raises:
        UsageError: A query cannot be run, or does not end within its bounds.
    """
    graph = load_graph(project)
    changes = []
    for path, answer in answer_questions(questions, EmbeddedStore(graph.quads()), graph.prefixes).items():
        question = next(one for one in questions if one.path == path)
        if not isinstance(answer, QuestionAnswer):
            raise UsageError(f"{project.relative(path)}: {answer.message}: nothing is written", hint=answer.hint)
        place = question.answer_path
        before = read_bytes(project.own_file(place)) if place.is_file() else b""
        if not before or not is_as_expected(question, answer):
            changes.append(FileChange(project.relative(place), before if place.is_file() else None, answer_csv(answer)))
    return changes
