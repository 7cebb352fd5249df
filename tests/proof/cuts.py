"""Cuts of power, from the calls that a command makes: after each, what the disk is sure to hold is the old or the new.

The calls are those that calls.c logged. Two disks are supposed. The ordered one has a journal as ext4 has it: names
change in the order of the calls, up to any point after the last flush; bytes that were not flushed are not there. The
lazy one holds of each folder only the names that were flushed. `power_cut.py` has a real disk.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from proof.cases import CASES, DAY, STORE, Case, prepare
from proof.runs import Meet, Runs
from proof.tally import Tally

_CHANGING = ("LOG", "LOCK")
"""Files of a store that hold no data."""
MOST = 400
"""Cuts of a command that are looked at; the last calls always."""


@dataclass(frozen=True, slots=True)
class Change:
    """Names that change in one step.

    Args:
        sets: Folders, names in them, and the file or folder that has the name then, or None.
    """

    sets: tuple[tuple[int, str, int | None], ...]


@dataclass(slots=True)
class Disk:
    """A file system as the calls make it: files and folders are numbers.

    Args:
        folders: Of each folder, its names.
        written: Of each file, how often it was written to.
        flushed: Of each file, how much of that is on the disk.
        changes: The changes of names so far, in order.
        sure: So many of the first changes are on the disk, for all.
        sure_of: The same, of each folder.
    """

    folders: dict[int, dict[str, int]] = field(default_factory=dict)
    written: dict[int, int] = field(default_factory=dict)
    flushed: dict[int, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    sure: int = 0
    sure_of: dict[int, int] = field(default_factory=dict)
    inodes: dict[int, int] = field(default_factory=dict)
    _next: int = 1

    @classmethod
    def of(cls, root: Path) -> Disk:
        """What is below a folder, all of it on the disk; the folder itself is 0."""
        disk = cls(folders={0: {}})
        disk._take(root, 0)
        return disk

    def _take(self, folder: Path, number: int) -> None:
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            made = self._made(entry.inode())
            self.folders[number][entry.name] = made
            if entry.is_dir(follow_symlinks=False):
                self.folders[made] = {}
                self._take(Path(entry.path), made)

    def _made(self, inode: int) -> int:
        """A new number; the system gives that of a removed file to another, this does not."""
        self.inodes[inode], self._next = self._next, self._next + 1
        return self.inodes[inode]

    def copied(self) -> Disk:
        """The same, apart."""
        folders = {number: dict(names) for number, names in self.folders.items()}
        return Disk(folders, dict(self.written), dict(self.flushed))

    def find(self, path: str) -> int | None:
        """What is at a path, relative to the root."""
        number: int | None = 0
        for part in filter(None, path.split("/")):
            number = self.folders.get(number, {}).get(part) if number is not None else None
        return number

    def _place(self, path: str) -> tuple[int, str] | None:
        above, _, name = path.rpartition("/")
        folder = self.find(above)
        return None if folder is None else (folder, name)

    def call(self, fields: list[str], root: str) -> None:
        """Do a call of the log."""
        name, *rest = fields
        paths = [path.removeprefix(root) for path in rest]
        if name in ("create", "mkdir"):
            known = self.inodes.get(int(rest[0])) if name == "create" else None
            made = known if known is not None and self._is_linked(known) else self._made(int(rest[0]))
            if name == "mkdir":
                self.folders[made] = {}
            self._change(self._at(paths[1], made))
        elif name in ("rename", "exchange"):
            one, other = self.find(paths[0]), self.find(paths[1])
            self._change(self._at(paths[0], other if name == "exchange" else None) + self._at(paths[1], one))
        elif name == "remove":
            self._change(self._at(paths[0], None))
        elif name in ("write", "truncate"):
            number = self.inodes.get(int(rest[0]))
            if number is not None:
                self.written[number] = self.written.get(number, 0) + 1
        elif name in ("fsync", "fdatasync"):
            number = self.inodes.get(int(rest[0]), 0 if not paths[1] else None)
            if number is not None:
                self.flushed[number] = self.written.get(number, 0)
                self.sure_of[number] = len(self.changes)
            self.sure = len(self.changes)
        elif name == "syncfs":
            self.flushed = dict(self.written)
            self.sure = len(self.changes)
            self.sure_of = dict.fromkeys(self.folders, self.sure)

    def _is_linked(self, number: int) -> bool:
        return any(number in names.values() for names in self.folders.values())

    def _at(self, path: str, number: int | None) -> tuple[tuple[int, str, int | None], ...]:
        place = self._place(path)
        return () if place is None else ((*place, number),)

    def _change(self, sets: tuple[tuple[int, str, int | None], ...]) -> None:
        self.changes.append(Change(sets))
        self.apply(self.changes[-1])

    def apply(self, change: Change) -> None:
        """Change names."""
        for folder, name, number in change.sets:
            names = self.folders.setdefault(folder, {})
            if number is None:
                names.pop(name, None)
            else:
                names[name] = number


Content = dict[str, tuple[int, int]]
"""Of each path, the file and how much of it was written."""


def content(disk: Disk, path: str, written: dict[int, int]) -> Content | None:
    """What a path is: its files, or None if it is not there; `written` says how much of each file there is."""
    number = disk.find(path)
    return None if number is None else dict(_files(disk, number, "", written))


def _files(disk: Disk, number: int, path: str, written: dict[int, int]) -> Iterator[tuple[str, tuple[int, int]]]:
    if number not in disk.folders:
        yield path, (number, written.get(number, 0))
        return
    for name, inner in disk.folders[number].items():
        if name not in _CHANGING:
            yield from _files(disk, inner, f"{path}/{name}", written)


def remains(start: Disk, now: Disk, chooser: random.Random) -> Iterator[tuple[str, Disk]]:
    """What a cut at this moment leaves: the least, the most, something between, and the least of a lazy disk."""
    least, most = now.sure, len(now.changes)
    for kept in sorted({least, most, chooser.randint(least, most)}):
        disk = start.copied()
        for change in now.changes[:kept]:
            disk.apply(change)
        yield f"{kept} of {most} names", disk
    lazy = start.copied()
    for number, change in enumerate(now.changes):
        if any(number < now.sure_of.get(folder, 0) for folder, _, _ in change.sets):
            lazy.apply(change)
    yield "only flushed names", lazy


def cuts(runs: Runs, root: Path, chooser: random.Random, cases: Iterable[Case] = CASES) -> Tally:
    """Cut the power after each call of each command.

    Args:
        runs: What runs commands, with their calls logged.
        root: A folder to work in.
        chooser: Chooses what a cut leaves of what was not flushed.
        cases: The commands.

    Returns:
        What gave way.
    """
    tally = Tally("cuts of power")
    for case in cases:
        template = prepare(runs, case, root).template
        folder = Path(shutil.copytree(template, template.with_name(f"{template.name}-cut"), symlinks=True))
        log = folder.parent.parent / f"{folder.name}.log"
        start = Disk.of(folder)
        ended = runs.run(*case.arguments, cwd=folder, environment=DAY, meet=Meet(log=str(log)))
        assert ended.code == 0, ended
        calls = [line.split("\t") for line in log.read_text("utf-8").splitlines()]
        _cut_each(case, start, calls, f"{os.path.realpath(folder)}", tally, chooser)
        shutil.rmtree(folder)
    return tally


def _cut_each(  # noqa: PLR0913, PLR0917 -- a trace, and how it is judged
    case: Case, start: Disk, calls: list[list[str]], root: str, tally: Tally, chooser: random.Random
) -> None:
    whole = _begun(start)
    for fields in calls:
        whole.call(fields, root)
    old = {unit: _unit(start, unit, {}) for unit in case.units}
    new = {unit: _unit(whole, unit, whole.written) for unit in case.units}
    assert all(new[unit] and new[unit] != old[unit] for unit in case.units), case.name
    now = _begun(start)
    chosen = {*chooser.sample(range(len(calls)), min(len(calls), MOST)), *range(max(0, len(calls) - 100), len(calls))}
    for number, fields in enumerate(calls):
        now.call(fields, root)
        if number not in chosen:
            continue
        for how, disk in remains(start, now, chooser):
            tally.tried += 1
            for unit in case.units:
                found = _unit(disk, unit, now.flushed)
                what = f"{case.name}: a cut after call {number} of {len(calls)} ({' '.join(fields)}), {how}: {unit}"
                if not any(_is(unit, found, known) for known in (old[unit], new[unit])):
                    tally.lost(f"{what} is neither the old nor the new: {_first_other(found, new[unit])}")
                elif number == len(calls) - 1 and not _is(unit, found, new[unit]):
                    tally.lied(f"{what} is not the new, though the command had ended: {_first_other(found, new[unit])}")


def _begun(start: Disk) -> Disk:
    disk = start.copied()
    disk.inodes, disk._next = dict(start.inodes), start._next  # noqa: SLF001 -- of the same class
    return disk


def _unit(disk: Disk, unit: str, written: dict[int, int]) -> Content | None:
    return content(disk, unit, written)


def _is(unit: str, found: Content | None, known: Content | None) -> bool:
    """Whether something is there whole: of a store, beside what is half written, or half removed, of another."""
    if unit != STORE:
        return found == known
    if known is None:
        return not found or "/current.json" not in found
    return found is not None and known.items() <= found.items()


def _first_other(found: Content | None, new: Content | None) -> str:
    if found is None or new is None:
        return "nothing is there"
    differing = sorted(path for path in found.keys() | new.keys() if found.get(path) != new.get(path))
    return f"{len(differing)} of {len(new)} files differ from the new, {differing[:3]}"
