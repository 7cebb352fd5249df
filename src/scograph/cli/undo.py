"""The command that takes back the last edit of a project: undo."""

from __future__ import annotations

from collections.abc import Callable

import click

from scograph.cli.frame import examples, handled, open_project, say, write_text
from scograph.cli.options import InputPath
from scograph.cli.source.editing import show_changes
from scograph.edit.changes import ChangedSinceError, Editing, editing
from scograph.edit.steps import Step
from scograph.messages import counted, visible


@click.command(name="undo", epilog=examples("scograph undo --list", "scograph undo --dry-run", "scograph undo"))
@click.argument("path", required=False, type=InputPath())
@click.option("--list", "is_list", is_flag=True, help="List the edits that can be undone, the last first.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Print what would change, and write nothing.")
@handled
def undo_command(path: str | None, *, is_list: bool, is_dry: bool) -> None:
    """Take back the last edit of a project: all its files get the bytes that they had before it.

    Each edit that a command made on this machine is kept in .scograph-steps/, which git ignores: those of source,
    members, states, migrate and questions accept. Each run takes back one more, up to the first; `scograph redo` makes
    the last one again. Texts that were put into texts/ stay there.

    A file that somebody else changed since is not touched: nothing is written, and what the edit left is shown against
    what is there now.
    """
    if is_list:
        _list(path)
        return
    again(path, Editing.next_undo, Editing.undo, is_dry=is_dry)


def again(path: str | None, find: Callable[[Editing], Step], make: Callable[[Editing], Step], *, is_dry: bool) -> None:
    """Undo a step or make it again, and say what changed.

    Args:
        path: The project.
        find: Finds the step.
        make: Makes it.
        is_dry: Whether nothing is to be written.
    """
    project = open_project(path, may_be_builtin=False)
    with editing(project) as edit:
        for name in edit.finished:
            say(f"note: {name}: an edit that was cut short is finished")
        try:
            step = find(edit)
            edit.refuse_foreign(step)
        except ChangedSinceError as error:
            show_changes(error.found)
            raise
        show_changes(step.changes)
        if is_dry:
            say(f"nothing is written: {counted(len(step.changes), 'file')} would change")
            return
        make(edit)
        said = "undone" if step.kind == "undo" else "made again"
        say(f"{said}: {_named(step)}; {counted(len(edit.steps.done()), 'edit')} can be undone")


def _list(path: str | None) -> None:
    project = open_project(path, may_be_builtin=False)
    with editing(project) as edit:
        numbers = edit.steps.done()
        steps = (edit.steps.read(number) for number in reversed(numbers))
        write_text("-", (f"{_named(step)}\n" for step in steps))
    if not numbers:
        say("no edit can be undone")


def _named(step: Step) -> str:
    files = step.changes[0].path if len(step.changes) == 1 else f"{len(step.changes)} files"
    return visible(f"{step.number} {step.made_on} {step.title or 'an edit'} ({files})")
