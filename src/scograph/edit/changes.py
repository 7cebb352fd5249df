"""Changes of several files of a project as one step: locked, written with a journal, finished after a crash."""

from __future__ import annotations

import difflib
import fcntl
import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from scograph.errors import InputError, ScographError, UsageError
from scograph.guard import read_json
from scograph.json_text import json_document
from scograph.project import FIT_FILE, JOURNAL, Project, read_bytes, refuse_link_out
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

MAX_JOURNAL_BYTES = 1 << 28
ANSWERS = "ontology/questions"
"""The folder with questions and their answers."""
MAX_WAIT_SECONDS = 30
"""So long an edit waits for another one of the same project."""
_STEP = 0.05


@dataclass(frozen=True, slots=True)
class FileChange:
    """What a file of a project is to become.

    Args:
        path: The file, relative to the project, with forward slashes.
        before: The bytes that it has; None for a file that is not there.
        after: The bytes that it is to have; None for a file that is to be removed.
    """

    path: str
    before: bytes | None
    after: bytes | None


class Editing:
    """An edit under way: no other one changes the same project.

    Args:
        project: The project.
        finished: The files of an edit that a killed run had begun, and that is finished now.
    """

    def __init__(self, project: Project, finished: tuple[str, ...]) -> None:
        self.project = project
        self.finished = finished

    def apply(self, changes: Iterable[FileChange]) -> tuple[FileChange, ...]:
        """Change files, all or none.

        Several files are listed in a journal first: if the run is killed between two of them, the next edit finishes.

        Args:
            changes: What they are to become.

        Returns:
            The changes that were made: those of files that were not as they are to be.

        Raises:
            UsageError: A file was changed by somebody else meanwhile, is a link or read-only, or cannot be written;
                then no file is changed.
        """
        wanted = tuple(change for change in changes if change.before != change.after)
        for change in wanted:
            if _now(self.project, change.path) != change.before:
                raise UsageError(
                    f"{change.path} was changed meanwhile", hint="nothing is written; run the same command again"
                )
        if len(wanted) < 2:  # noqa: PLR2004 -- one file takes its place in one step
            for change in wanted:
                with removed_on_error() as made:
                    _perform(self.project, change, made)
            return wanted
        journal = self.project.folder / JOURNAL
        try:
            write_file(journal, [_journal_of(wanted)])
            with removed_on_error() as made:
                for change in wanted:
                    _perform(self.project, change, made)
        except (ScographError, OSError) as error:
            self._take_back(wanted)
            with suppress(UsageError):
                _remove(journal)
            if isinstance(error, UnconfirmedError):
                raise error.taken_back() from error
            raise
        _remove(journal)
        return wanted

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
    changes = _read_journal(project, journal)
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
    _remove(journal)
    return tuple(change.path for change in left)


def _journal_of(changes: Iterable[FileChange]) -> bytes:
    rows = [
        {
            "path": change.path,
            "before": None if change.before is None else change.before.decode("utf-8"),
            "after": None if change.after is None else change.after.decode("utf-8"),
        }
        for change in changes
    ]
    return json_document({"changes": rows}, indent=1)


def _read_journal(project: Project, journal: Path) -> list[FileChange]:
    """The edit that a journal lists; it may be a stranger's, so it reaches what is edited in the data folder alone."""
    damaged = InputError(
        f"{journal}: no journal of an edit", hint="remove it if git says that all files are as they were"
    )
    if journal.is_symlink() or not journal.is_file() or journal.stat().st_size > MAX_JOURNAL_BYTES:
        raise damaged
    try:
        rows: Any = read_json(read_bytes(journal), str(journal))["changes"]
        changes = [FileChange(row["path"], _bytes(row["before"]), _bytes(row["after"])) for row in rows]
    except (ValueError, TypeError, KeyError) as error:
        raise damaged from error
    for change in changes:
        _place(project, change.path)
    return changes


def _bytes(text: object) -> bytes | None:
    if text is None:
        return None
    if not isinstance(text, str):
        raise TypeError(text)
    return text.encode()


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
