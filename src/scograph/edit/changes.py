"""Changes of files of a project as one step: locked, written with a journal, finished after a crash, undone."""

from __future__ import annotations

import difflib
import fcntl
import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from scograph.edit.steps import FileChange, Step, Steps, read_step
from scograph.errors import InputError, ScographError, UsageError
from scograph.project import FIT_FILE, JOURNAL, STEPS, Project, read_bytes, refuse_link_out
from scograph.writing import (
    Made,
    UnconfirmedError,
    flush_folder,
    remove_empty,
    removed_on_error,
    rewrite_file,
    unwritable,
    write_file,
)

ANSWERS = "ontology/questions"
"""The folder with questions and their answers."""
MAX_WAIT_SECONDS = 30
"""So long an edit waits for another one of the same project."""
_STEP = 0.05


__all__ = ["ChangedSinceError", "Editing", "FileChange", "difference", "editing"]


class ChangedSinceError(UsageError):
    """Files were changed by somebody else, and the edit that they were read for is not made.

    Args:
        message: What is not made.
        found: The files: the bytes that the edit goes by, and those that are there.
        hint: What to do about it.
    """

    def __init__(self, message: str, found: Iterable[FileChange], *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.found = tuple(found)


class Editing:
    """An edit under way: no other one changes the same project.

    Args:
        project: The project.
        finished: The files of an edit that a killed run had begun, and that is finished now.
    """

    def __init__(self, project: Project, finished: tuple[str, ...]) -> None:
        self.project = project
        self.finished = finished
        self.steps = Steps(project)

    def apply(self, changes: Iterable[FileChange], title: str = "") -> tuple[FileChange, ...]:
        """Change files, all or none, as one step that can be undone.

        They are listed in a journal first: if the run is killed before the last is written, the next edit finishes.

        Args:
            changes: What they are to become.
            title: What makes the step, such as a command.

        Returns:
            The changes that were made: those of files that were not as they are to be.

        Raises:
            ChangedSinceError: A file was changed by somebody else meanwhile.
            UsageError: A file is a link or read-only, or cannot be written; then no file is changed.
        """
        wanted = tuple(change for change in changes if change.before != change.after)
        foreign = self._foreign(wanted)
        if foreign:
            names = ", ".join(one.path for one in foreign)
            hint = "nothing is written; run the same command again"
            raise ChangedSinceError(f"{names} was changed meanwhile", foreign, hint=hint)
        if wanted:
            self._make(Step(wanted, title, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")))
        return wanted

    def undo(self) -> Step:
        """Give the files of the last step that is in force the bytes that they had before it.

        Returns:
            What was made: the step that takes it back.

        Raises:
            UsageError: There is none, or a file cannot be written.
            ChangedSinceError: A file was changed by somebody else since.
        """
        return self._again(self.next_undo())

    def redo(self) -> Step:
        """Make the step again that was undone last.

        Returns:
            What was made.

        Raises:
            UsageError: There is none, or a file cannot be written.
            ChangedSinceError: A file was changed by somebody else since.
        """
        return self._again(self.next_redo())

    def next_undo(self) -> Step:
        """The step that `undo` makes: its changes lead back.

        Raises:
            UsageError: There is none.
        """
        numbers = self.steps.done()
        if not numbers:
            raise UsageError("no step can be undone", hint=f"{STEPS}/ keeps those that this tool made on this machine")
        return self.steps.read(numbers[-1]).reversed("undo")

    def next_redo(self) -> Step:
        """The step that `redo` makes.

        Raises:
            UsageError: There is none.
        """
        numbers = self.steps.undone()
        if not numbers:
            raise UsageError("no step was undone", hint="only what undo took back last can be made again")
        return replace(self.steps.read(numbers[0], is_undone=True), kind="redo")

    def refuse_foreign(self, step: Step) -> None:
        """Refuse a step if a file of it is not as it has to be.

        Raises:
            ChangedSinceError: A file was changed by somebody else since.
        """
        foreign = self._foreign(step.changes)
        if foreign:
            names = ", ".join(one.path for one in foreign)
            raise ChangedSinceError(
                f"step {step.number} changed {names}, and somebody else did since: nothing is written",
                foreign,
                hint="take the other change back first, or mend the file by hand",
            )

    def _foreign(self, changes: Iterable[FileChange]) -> tuple[FileChange, ...]:
        """The files that are not as changes go by, from what these go by to what is there."""
        found = [(change, _now(self.project, change.path)) for change in changes]
        return tuple(FileChange(change.path, change.before, now) for change, now in found if now != change.before)

    def _again(self, step: Step) -> Step:
        self.refuse_foreign(step)
        self._make(step)
        return step

    def _make(self, step: Step) -> None:
        """Make a step, all of it or nothing, and keep it."""
        journal = self.project.folder / JOURNAL
        try:
            with removed_on_error() as made:
                self.steps.prepare(made)
                write_file(journal, [step.write()])
                for change in step.changes:
                    _perform(self.project, change, made)
        except (ScographError, OSError) as error:
            self._take_back(step.changes)
            with suppress(UsageError):
                _remove(journal)
            if isinstance(error, UnconfirmedError):
                raise error.taken_back() from error
            raise
        _keep(self.steps, journal, step)

    def _take_back(self, changes: Iterable[FileChange]) -> None:
        """Give files that were changed, or removed, the bytes that they had."""
        for change in changes:
            if change.before is not None and _now(self.project, change.path) == change.after:
                with suppress(UnconfirmedError):
                    _perform(self.project, FileChange(change.path, change.after, change.before), Made())


@contextmanager
def editing(project: Project) -> Iterator[Editing]:
    """Begin an edit of a project's files: wait for another one to end, and finish one that was killed.

    Read the files inside of the block: before, another edit may change them.

    Args:
        project: The project.

    Yields:
        The edit.

    Raises:
        UsageError: Another edit takes too long, or one that was killed cannot be finished, since its files were changed
            since.
        InputError: The journal is none.
    """
    if not project.root.is_dir():
        raise UsageError(
            f"{project.root} is a file, not a project", hint="name a project folder; scograph init makes one"
        )
    descriptor = os.open(project.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _lock(descriptor, project)
        yield Editing(project, _recovered(project))
    finally:
        os.close(descriptor)


def difference(name: str, old: bytes, new: bytes) -> Iterator[bytes]:
    """The unified difference of two versions of a file, in lines.

    Args:
        name: The file.
        old: What it was.
        new: What it is to be.

    Yields:
        The lines, each with its end.
    """
    before, after = (data.splitlines(keepends=True) for data in (old, new))
    for line in difflib.diff_bytes(difflib.unified_diff, before, after, name.encode(), name.encode()):
        yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def _lock(descriptor: int, project: Project) -> None:
    latest = time.monotonic() + MAX_WAIT_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > latest:
                raise UsageError(
                    f"another command is changing {project.folder}", hint="let it end, and run the same again"
                ) from None
            time.sleep(_STEP)
        except OSError:  # no locks there: what somebody else changes meanwhile is noticed all the same
            return
        else:
            return


def _recovered(project: Project) -> tuple[str, ...]:
    """Finish an edit that a killed run had begun."""
    journal = project.folder / JOURNAL
    if not os.path.lexists(journal):
        return ()
    step = read_step(journal, "remove it if git says that all files are as they were")
    for change in step.changes:
        _place(project, change.path)
    changes = step.changes
    states = {change.path: _now(project, change.path) for change in changes}
    foreign = [change.path for change in changes if states[change.path] not in (change.before, change.after)]
    if foreign:
        raise UsageError(
            f"an edit was cut short, and {', '.join(foreign)} was changed since",
            hint=f"look at the files that {JOURNAL} lists, and remove it when they are as you want them",
        )
    left = [change for change in changes if states[change.path] != change.after]
    for change in left:
        _perform(project, change, Made())
    steps = Steps(project)
    steps.prepare(Made())
    _keep(steps, journal, step)
    return tuple(change.path for change in left)


def _keep(steps: Steps, journal: Path, step: Step) -> None:
    """Keep a step that is made.

    Raises:
        UsageError: It cannot be kept for certain.
    """
    try:
        steps.keep(journal, step)
    except OSError as error:
        raise UsageError(
            f"the files are written, but the disk did not confirm that {journal} is kept: {error.strerror}",
            hint="check the disk; the next edit tries it again",
        ) from error


def _place(project: Project, path: str) -> Path:
    """A file of the project's data, or an answer to a question, that is edited; no link leads out of the project."""
    parts = PurePosixPath(path)
    is_data = parts.suffix == ".ttl" or parts.name == FIT_FILE
    is_answer = parts.suffix == ".csv" and parts.is_relative_to(ANSWERS)
    place = project.folder / path
    inside = not parts.is_absolute() and ".." not in parts.parts and "\0" not in path
    if not inside or not (is_answer or (is_data and place.is_relative_to(project.data_folder))):
        raise InputError(
            f"{path}: no Turtle file or {FIT_FILE} of the project's data, and no answer", hint=f"is {JOURNAL} your own?"
        )
    return refuse_link_out(place, project.folder)


def _now(project: Project, path: str) -> bytes | None:
    place = _place(project, path)
    return read_bytes(place) if os.path.lexists(place) else None


def _perform(project: Project, change: FileChange, made: Made) -> None:
    """Make one change, durably, a new file by what makes files; UsageError if somebody else made another one."""
    place = _place(project, change.path)
    if change.before is not None and change.after is not None:
        reason = rewrite_file(place, change.before, change.after)
        if reason:
            raise UsageError(f"{change.path}: left as it is: it {reason}", hint="mend that, and run the same again")
    elif change.after is not None:
        made.file(place, change.after, is_new=True)
    elif change.before is not None:
        if hashlib.sha256(read_bytes(place)).digest() != hashlib.sha256(change.before).digest():
            raise UsageError(f"{change.path} was changed meanwhile", hint="run the same again")
        try:
            os.unlink(place)  # noqa: PTH108 -- as in `writing.new_file`
            flush_folder(place.parent)
            remove_empty([place.parent])
        except OSError as error:
            raise unwritable(place, error) from error


def _remove(journal: Path) -> None:
    """Remove the journal of changes that are made.

    Raises:
        UsageError: It cannot be removed for certain.
    """
    try:
        with suppress(FileNotFoundError):
            os.unlink(journal)  # noqa: PTH108 -- as above
        flush_folder(journal.parent)
    except OSError as error:
        raise UsageError(
            f"the files are written, but the disk did not confirm that {journal} is removed: {error.strerror}",
            hint="check the disk, and remove it if it is there",
        ) from error
