"""What the commands of `source` share: the project, the passages of a document, and edits shown and written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence

import click

from scograph.cli.frame import command_in_hand, open_project, say, write_text
from scograph.cli.options import InputPath
from scograph.edit.changes import ChangedSinceError, Editing, FileChange, difference, editing
from scograph.edit.document import Document
from scograph.edit.passages import Edited, Passages
from scograph.edit.recording import Recording, recorded_with
from scograph.messages import counted, shell_word, visible
from scograph.project import Project
from scograph.releases import released_passages
from scograph.reports.text import Style, findings_text

PROJECT_TO_CHANGE = click.option(
    "-p", "--project", "path", metavar="PATH", type=InputPath(), help="The project  [default: the current folder]."
)
DRY_RUN = click.option("--dry-run", "is_dry", is_flag=True, help="Print what would change, and write nothing.")
NAME = click.argument("name", metavar="NAME")


def project_to_change(path: str | None) -> Project:
    """The project at a path, or that of the current folder; the built-in one is not changed."""
    return open_project(path, may_be_builtin=False)


def edit_passages(
    path: str | None, name: str, make: Callable[[Passages], Edited], *, is_dry: bool, done: str = ""
) -> None:
    """Change the passages of a document, and say what changed.

    Args:
        path: The project.
        name: The source.
        make: Makes the edit.
        is_dry: Whether nothing is to be written.
        done: What is said when it is done.
    """
    project = project_to_change(path)
    released = released_passages(project)
    with editing(project) as edit:
        document = Document.open(project, name)
        made = make(Passages.of(document, released=released))
        write_recorded(
            edit,
            document,
            (document.rewrite(spans=made.spans), *made.changes),
            told=made.told,
            is_dry=is_dry,
            done=done,
        )


def write_recorded(  # noqa: PLR0913 -- what an edit is, and what is said of it
    edit: Editing,
    document: Document,
    changes: Sequence[FileChange],
    *,
    told: Iterable[str] = (),
    text: str = "",
    is_dry: bool,
    done: str = "",
) -> None:
    """Write an edit together with the table of recorded fits, where the source has one or a text is new.

    Args:
        edit: The edit under way.
        document: The document that is edited.
        changes: The changes.
        told: What the person has to know, a sentence each.
        text: A text that the archive does not have yet.
        is_dry: Whether nothing is to be written.
        done: What is said when it is done.
    """
    recording = recorded_with(document, changes, text)
    write_edit(edit, [*changes, *recording.changes], told=told, is_dry=is_dry, done=done)
    if not is_dry:
        tell_recording(recording)


def tell_recording(recording: Recording) -> None:
    """Say which stated claims the words at hand do not say, or why nothing is recorded.

    Args:
        recording: What is recorded; its changes are written.
    """
    if recording.reason:
        say(f"note: what the words say is not recorded: {recording.reason}")
    findings = recording.findings()
    for text in findings_text(findings, Style(None, None)):
        say(text)
    if findings:
        say(f"note: {counted(len(findings), 'stated claim')} not recorded: the words do not say them")


def _apply(edit: Editing, changes: Sequence[FileChange]) -> None:
    """Make an edit; where somebody else changed a file meanwhile, both versions are shown."""
    try:
        edit.apply(changes, command_in_hand())
    except ChangedSinceError as error:
        say("note: the difference from what was read to what is there now:")
        show_changes(error.found)
        raise


def show_changes(changes: Iterable[FileChange]) -> None:
    """Print the differences of files, and which are new or removed.

    Args:
        changes: The changes of files.
    """
    for change in changes:
        if change.before is None or change.after is None:
            write_text("-", [f"{'new' if change.before is None else 'removed'}: {visible(change.path)}\n"])
        else:
            lines = difference(change.path, change.before, change.after)
            write_text("-", (line.decode("utf-8", "replace") for line in lines))


def undo_command(project: Project) -> str:
    """The command that undoes the last edit of a project."""
    folder = os.path.relpath(project.folder)
    return "scograph undo" if folder == os.curdir else f"scograph undo {shell_word(folder)}"


def write_edit(
    edit: Editing, changes: Sequence[FileChange], *, told: Iterable[str] = (), is_dry: bool, done: str = ""
) -> None:
    """Print what changes, and write it unless nothing is to be written.

    Args:
        edit: The edit under way.
        changes: The changes.
        told: What the person has to know, a sentence each.
        is_dry: Whether nothing is to be written.
        done: What is said when it is done.
    """
    for path in edit.finished:
        say(f"note: {path}: an edit that was cut short is finished")
    changes = [change for change in changes if change.before != change.after]
    for change in changes:
        is_shown = change.path.endswith(".csv") or change.before is not None
        if is_shown and change.after is not None:
            write_text("-", (piece.decode() for piece in difference(change.path, change.before or b"", change.after)))
        elif not change.path.endswith("/source.ttl"):
            write_text("-", [f"{'new' if change.before is None else 'removed'}: {change.path}\n"])
    for sentence in told:
        say(f"note: {sentence}")
    if not changes:
        say("nothing to change")
    elif is_dry:
        say(f"nothing is written: {counted(len(changes), 'file')} would change")
    else:
        _apply(edit, changes)
        if done:
            say(done)
        if len(changes) > 1:
            say(f"undo: {undo_command(edit.project)}")
