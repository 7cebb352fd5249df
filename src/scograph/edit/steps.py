"""The steps of a project: each edit that was made, with the bytes before and after it, so that it can be undone.

A step is one file in a folder of the project that git ignores: `000012.json` if it is in force, `000012.undone.json` if
it was undone and can be made again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from scograph.errors import InputError
from scograph.guard import read_json
from scograph.json_text import json_document
from scograph.project import STEPS, Project, listed, read_bytes, refuse_link_out
from scograph.writing import Made, flush_folder

MAX_STEP_BYTES = 1 << 28
MAX_STEPS_BYTES = 1 << 27
"""Beyond this many bytes in all, the oldest steps are not kept."""
Kind = Literal["edit", "undo", "redo"]
_NAME = re.compile(r"(?P<number>\d{6})(?P<undone>\.undone)?\.json")
_IGNORED = b"# Steps that can be undone on this machine: they are not committed and not published.\n*\n"


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


@dataclass(frozen=True, slots=True)
class Step:
    """An edit of some files that was made, or is under way.

    Args:
        changes: What it changes.
        title: What made it, such as a command.
        made_on: When, UTC, as `2026-11-30T09:00:00Z`.
        kind: Whether it is an edit, or undoes one, or makes one again.
        number: Its place in the order of steps; of an undo or redo, that of the edit; 0 for an edit under way.
    """

    changes: tuple[FileChange, ...]
    title: str = ""
    made_on: str = ""
    kind: Kind = "edit"
    number: int = 0

    def reversed(self, kind: Kind) -> Step:
        """The step that takes it back."""
        changes = (FileChange(one.path, one.after, one.before) for one in reversed(self.changes))
        return replace(self, changes=tuple(changes), kind=kind)

    def write(self) -> bytes:
        """Its bytes: JSON in UTF-8.

        Example:
            >>> step = Step((FileChange("data/a.ttl", None, b"# a"),), "scograph source add")
            >>> Step.read(step.write()) == step
            True
        """
        row: dict[str, Any] = {"title": self.title, "made_on": self.made_on, "kind": self.kind, "number": self.number}
        row["changes"] = [
            {"path": one.path, "before": _text(one.before), "after": _text(one.after)} for one in self.changes
        ]
        return json_document(row, indent=1)

    @classmethod
    def read(cls, data: bytes, shown: str = "-") -> Step:
        """Read a step.

        Args:
            data: Its bytes.
            shown: The file, as messages show it.

        Returns:
            The step.

        Raises:
            ValueError: The bytes are no step.
            InputError: They are JSON beyond a bound.
        """
        row: Any = read_json(data, shown)
        try:
            changes = tuple(
                FileChange(_str(one["path"]), _bytes(one["before"]), _bytes(one["after"])) for one in row["changes"]
            )
            kind, number = row.get("kind", "edit"), row.get("number", 0)
            title, made_on = _str(row.get("title", "")), _str(row.get("made_on", ""))
        except (TypeError, KeyError, AttributeError, UnicodeError) as error:
            raise ValueError(shown) from error
        if kind not in get_args(Kind) or type(number) is not int or not 0 <= number < 10**6:
            raise ValueError(shown)
        return cls(changes, title, made_on, kind, number)


class Steps:
    """The steps of a project, on its disk.

    Args:
        project: The project.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._folder = project.folder / STEPS

    def done(self) -> list[int]:
        """The numbers of the edits that are in force, the first first."""
        return sorted(number for number, is_undone in self._listed() if not is_undone)

    def undone(self) -> list[int]:
        """The numbers of those that were undone and can be made again, the next first."""
        last = max(self.done(), default=0)
        return sorted(number for number, is_undone in self._listed() if is_undone and number > last)

    def _listed(self) -> Iterator[tuple[int, bool]]:
        refuse_link_out(self._folder, self._project.folder)
        if not self._folder.is_dir():
            return
        for entry in listed(self._folder):
            match = _NAME.fullmatch(entry.name)
            if match:
                yield int(match["number"]), bool(match["undone"])

    def read(self, number: int, *, is_undone: bool = False) -> Step:
        """Read an edit that was kept.

        Args:
            number: Its number.
            is_undone: Whether it was undone.

        Returns:
            The edit.

        Raises:
            InputError: Its file is no step.
        """
        path = self._path(number, is_undone=is_undone)
        return replace(read_step(path), number=number)

    def _path(self, number: int, *, is_undone: bool = False) -> Path:
        return self._folder / f"{number:06}{'.undone' if is_undone else ''}.json"

    def prepare(self, made: Made) -> None:
        """Make the folder, which git ignores.

        Args:
            made: What makes it, and may remove it again.

        Raises:
            InputError: A link leads out of the project.
            UsageError: It cannot be written.
        """
        refuse_link_out(self._folder, self._project.folder)
        ignoring = self._folder / ".gitignore"
        if not ignoring.exists():
            made.file(ignoring, _IGNORED)

    def keep(self, journal: Path, step: Step) -> None:
        """Keep what a journal lists, all of which is made; what was undone before cannot be made again after an edit.

        Args:
            journal: The file of the step, which goes.
            step: The step.

        Raises:
            OSError: The disk did not take it.
        """
        if step.kind == "edit":
            for number, is_undone in list(self._listed()):
                if is_undone:
                    os.unlink(self._path(number, is_undone=True))  # noqa: PTH108 -- as in `writing.new_file`
            target = self._path(max(self.done(), default=0) + 1)
            os.rename(journal, target)  # noqa: PTH104 -- as above
        else:
            with suppress(FileNotFoundError):  # a run that was killed had renamed it
                os.rename(  # noqa: PTH104 -- as above
                    self._path(step.number, is_undone=step.kind == "redo"),
                    self._path(step.number, is_undone=step.kind == "undo"),
                )
            flush_folder(self._folder)
            os.unlink(journal)  # noqa: PTH108 -- as above
        flush_folder(self._folder)
        flush_folder(journal.parent)
        self._shorten()

    def _shorten(self) -> None:
        """Remove the oldest steps beyond the bound; the last one stays."""
        sizes = [(number, self._path(number).stat().st_size) for number in self.done()]
        total = sum(size for _, size in sizes)
        for number, size in sizes[:-1]:
            if total <= MAX_STEPS_BYTES:
                return
            os.unlink(self._path(number))  # noqa: PTH108 -- as above
            total -= size


def read_step(path: Path, hint: str = "") -> Step:
    """Read the file of a step, which may be a stranger's.

    Args:
        path: The file.
        hint: What to do where it is none.

    Returns:
        The step.

    Raises:
        InputError: It is none, or too large, or a link.
    """
    damaged = InputError(f"{path}: no journal of an edit", hint=hint or f"remove the folder {path.parent}")
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_STEP_BYTES:
        raise damaged
    try:
        return Step.read(read_bytes(path), str(path))
    except ValueError as error:
        raise damaged from error


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "surrogateescape")


def _bytes(text: object) -> bytes | None:
    return None if text is None else _str(text).encode("utf-8", "surrogateescape")


def _str(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError(text)
    return text
