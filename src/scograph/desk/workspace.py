"""The open project of the desk: what its pages showed, its edits as steps, and its check, which is kept."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scograph.checks.session import Session
from scograph.edit.changes import ChangedSinceError, Editing, FileChange, editing
from scograph.edit.steps import Step
from scograph.errors import RdfSyntaxError, UsageError
from scograph.graph import Graph, load_graph
from scograph.model import Finding
from scograph.project import Project, is_project, listed, read_bytes, refuse_link_out

MAX_KEPT_BYTES = 64 << 20
"""Bytes of files, as pages showed them, that are kept to be held against what is there later."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    Args:
        graph: The graph; None where files break their grammar.
        findings: What is wrong, in the order of a report.
    """

    graph: Graph | None
    findings: tuple[Finding, ...]


class Workspace:
    """A project that is open, for the requests of several pages at once.

    Args:
        folder: The folder of the project, which may be empty or not there yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._editing = threading.Lock()
        self._checking = threading.Lock()
        self._showing = threading.Lock()
        self._shown: OrderedDict[str, Mapping[str, bytes]] = OrderedDict()
        self._session: Session | None = None

    @property
    def is_begun(self) -> bool:
        """Whether there is a project."""
        return is_project(self.folder)

    @property
    def project(self) -> Project:
        """The project, with its settings as they are now.

        Raises:
            UsageError: There is none yet.
            InputError: Its settings cannot be read.
        """
        if not self.is_begun:
            raise UsageError(f"there is no project in {self.folder} yet", hint="begin one on the first page")
        return Project.open(self.folder)

    def recover(self) -> tuple[str, ...]:
        """Finish an edit that was cut short.

        Returns:
            The files that were finished.

        Raises:
            UsageError: It cannot be finished, since its files were changed since.
        """
        if not self.is_begun:
            return ()
        with self._editing, editing(self.project) as edit:
            return edit.finished

    def change(
        self, title: str, make: Callable[[Project], Iterable[FileChange]], *, seen: str = "", folder: str = ""
    ) -> tuple[FileChange, ...]:
        """Change files of the project, all or none, as one step that can be undone.

        Args:
            title: What makes the step, in words.
            make: Reads the files, and says what they are to become; no other edit is made meanwhile.
            seen: The digest that `show` gave for what the person saw; empty where the edit does not go by it.
            folder: The folder that was shown.

        Returns:
            The changes that were made.

        Raises:
            ChangedSinceError: The files are not as the person saw them, or were changed meanwhile.
            UsageError: A file cannot be written; then none is changed.
        """
        with self._editing, editing(self.project) as edit:
            if seen:
                self._refuse_stale(seen, folder)
            return edit.apply(make(edit.project), title)

    def undo(self) -> Step:
        """Take the last step back.

        Raises:
            UsageError: There is none.
            ChangedSinceError: A file was changed by somebody else since.
        """
        return self._again(Editing.undo)

    def redo(self) -> Step:
        """Make the step again that was undone last.

        Raises:
            UsageError: There is none.
            ChangedSinceError: A file was changed by somebody else since.
        """
        return self._again(Editing.redo)

    def _again(self, make: Callable[[Editing], Step]) -> Step:
        with self._editing, editing(self.project) as edit:
            return make(edit)

    def steps(self) -> tuple[Sequence[Step], Sequence[Step]]:
        """The steps that can be undone, the last first, and those that can be made again, the next first."""
        with self._editing, editing(self.project) as edit:
            done = [edit.steps.read(number) for number in reversed(edit.steps.done())]
            undone = [edit.steps.read(number, is_undone=True) for number in edit.steps.undone()]
        return done, undone

    def next_steps(self) -> tuple[Step | None, Step | None]:
        """The step that undo would take back, and the one that redo would make again."""
        with self._editing, editing(self.project) as edit:
            done, undone = edit.steps.done(), edit.steps.undone()
            return (
                edit.steps.read(done[-1]) if done else None,
                edit.steps.read(undone[0], is_undone=True) if undone else None,
            )

    def show(self, folder: str) -> str:
        """Remember the files of a folder as a page shows them.

        Args:
            folder: The folder, relative to the project.

        Returns:
            A digest of them, for the forms of the page.
        """
        files = self._files(folder)
        digest = _digest(files)
        with self._showing:
            self._shown[digest] = files
            self._shown.move_to_end(digest)
            kept = sum(map(_size, self._shown.values()))
            while kept > MAX_KEPT_BYTES and len(self._shown) > 1:
                kept -= _size(self._shown.popitem(last=False)[1])
        return digest

    def _refuse_stale(self, seen: str, folder: str) -> None:
        """Refuse an edit of what is not any more as the person saw it."""
        now = self._files(folder)
        if _digest(now) == seen:
            return
        with self._showing:
            then = self._shown.get(seen, {})
        found = [
            FileChange(path, then.get(path), now.get(path))
            for path in sorted({*then, *now})
            if then.get(path) != now.get(path)
        ]
        raise ChangedSinceError(
            f"{folder} was changed since this page was shown, in another window or by another program",
            found,
            hint="nothing is written; look at the page as it is now, and do it again",
        )

    def _files(self, folder: str) -> Mapping[str, bytes]:
        project = self.project
        place = refuse_link_out(project.folder / folder, project.folder)
        if not place.is_dir():
            return {}
        own = (entry for entry in listed(place) if entry.name.endswith(".ttl"))
        return {
            f"{folder}/{entry.name}": read_bytes(refuse_link_out(place / entry.name, project.folder)) for entry in own
        }

    def check(self) -> Checked:
        """Check the project, as far as it changed since the last check.

        Returns:
            What was found; where files break their grammar, that alone.

        Raises:
            InputError: A file cannot be read.
        """
        with self._checking:
            try:
                if self._session is None:
                    self._session = Session(load_graph(self.project))
                else:
                    self._session.refresh()
            except RdfSyntaxError as error:
                return Checked(None, tuple(error.findings))
            return Checked(self._session.graph, self._session.report.findings)

    def draft(self, changes: Iterable[FileChange]) -> Checked:
        """Check the project as it would be with changes that are not written.

        Args:
            changes: The changes.

        Returns:
            What would be found.

        Raises:
            InputError: A file cannot be read.
        """
        self.check()
        with self._checking:
            if self._session is None:
                return Checked(None, ())
            wanted = tuple(changes)
            session = self._session
            try:
                report = session.apply({change.path: change.after for change in wanted})
                return Checked(session.graph, report.findings)
            except RdfSyntaxError as error:
                return Checked(None, tuple(error.findings))
            finally:
                session.apply({change.path: change.before for change in wanted})


def _digest(files: Mapping[str, bytes]) -> str:
    digests = (f"{path}\n{hashlib.sha256(data).hexdigest()}\n" for path, data in sorted(files.items()))
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def _size(files: Mapping[str, bytes]) -> int:
    return sum(map(len, files.values()))
