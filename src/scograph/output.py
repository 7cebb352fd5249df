"""A published folder as it is written: beside the one that is there, sharing what is the same; then in its place."""

from __future__ import annotations

import filecmp
import gc
import hashlib
import multiprocessing
import multiprocessing.connection
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scograph.errors import InputError, ScographError, UsageError
from scograph.manifest import SUMS, Entry, read_manifest
from scograph.model import Document
from scograph.project import MANIFEST, Project, manifest_paths, read_bytes

MOST_SHOWN = 5
"""So many files that are in the way are named."""

Share = Callable[[int, int], Iterable[Document]]
"""The documents that one worker makes: its number, and how many workers there are."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What differs from the build that was there before.

    Args:
        added: The files that are new.
        changed: Those whose bytes are others.
        removed: Those that are gone.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def rewritten(before: Mapping[str, str], entries: Iterable[Entry]) -> Rewritten:
    """Compare the files of a build with those of the one before.

    Args:
        before: The digest of each file, by path.
        entries: What was written.

    Returns:
        What differs, by path.
    """
    now = {entry.path: entry.sha256 for entry in entries}
    return Rewritten(
        tuple(sorted(now.keys() - before.keys())),
        tuple(sorted(path for path in now.keys() & before.keys() if now[path] != before[path])),
        tuple(sorted(before.keys() - now.keys())),
    )


def digests_in(folder: Path) -> Mapping[str, str] | None:
    """The SHA-256 of each file of a build, by path, as its manifest has it; None where there is no such manifest."""
    try:
        manifest = read_manifest(read_bytes(folder / MANIFEST), str(folder / MANIFEST))
    except InputError:
        return None
    return {entry.path: entry.sha256 for entry in manifest.entries}


def refuse_foreign(project: Project, folder: Path) -> None:
    """A build takes the place of the whole folder, so nothing may be in it that a build did not write.

    Args:
        project: The project that is built.
        folder: The folder.

    Raises:
        UsageError: It is a file, holds or is part of the project, or has files that no build wrote.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file", hint="name a folder with -o")
    target, root = (Path(os.path.realpath(path)) for path in (folder, project.root))
    if root.is_relative_to(target):
        raise UsageError(f"{folder} holds the project itself", hint="name another folder with -o")
    for name in ("data", "ontology", "shapes"):
        if target.is_relative_to(root / name):
            raise UsageError(f"{folder} lies in {name}/, which is read as input", hint="name another folder with -o")
    present = {path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir()}
    foreign = sorted(present - {MANIFEST, SUMS} - (manifest_paths(target) or frozenset()))
    if foreign or (present and manifest_paths(target) is None):
        raise UsageError(
            f"{folder} holds what no build of ours wrote: {', '.join(foreign[:MOST_SHOWN] or [MANIFEST])}"
            + (f" and {len(foreign) - MOST_SHOWN} more" if len(foreign) > MOST_SHOWN else ""),
            hint="name another folder with -o, or move them away: a build replaces the folder",
        )


def refuse_confused(paths: Iterable[str]) -> None:
    """No file may be another one's where a file system knows neither letter case nor composition of characters.

    Args:
        paths: The paths of all files.

    Raises:
        InputError: Two would be one.
    """
    seen: dict[str, str] = {}
    for path in paths:
        other = seen.setdefault(unicodedata.normalize("NFC", path).casefold(), path)
        if other != path:
            raise InputError(f"{path} and {other} would be one file where letter case does not count")


class Output:
    """A folder that is being written beside the one whose place it will take.

    Args:
        folder: The folder whose place it takes; a link is followed.

    Raises:
        UsageError: Nothing can be written there.
    """

    def __init__(self, folder: Path) -> None:
        self._shown = folder
        self._target = Path(os.path.realpath(folder))
        self.before = digests_in(self._target)
        self._made: set[str] = set()
        try:
            self._target.parent.mkdir(parents=True, exist_ok=True)
            self.beside = Path(tempfile.mkdtemp(prefix=f".{self._target.name}-", dir=self._target.parent))
        except OSError as error:
            raise self.unwritable(error) from error

    def unwritable(self, error: OSError) -> UsageError:
        """The error for a folder that cannot be written."""
        return UsageError(f"{self._shown}: cannot be written: {error.strerror}", hint="name another folder with -o")

    def write(self, document: Document) -> Entry:
        """Write a document; where the build before has the same bytes, that file is kept, with its time.

        Args:
            document: The document; its path may have folders.

        Returns:
            Its line of the manifest.

        Raises:
            OSError: It cannot be written, or there is a file of that path already.
        """
        path, old = self.beside / document.path, self._target / document.path
        folder = document.path.rpartition("/")[0]
        if folder not in self._made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(folder)
        if isinstance(document.pieces, tuple):  # its bytes are at hand, and need not be written to be compared
            data = b"".join(document.pieces)
            digest = hashlib.sha256(data).hexdigest()
            is_kept = self._had(document.path, digest) and _is_file_with(old, data) and _linked(old, path)
            if not is_kept:
                _write_new(path, data)
            return Entry(document.path, document.media_type, len(data), digest)
        sha256 = hashlib.sha256()
        size = 0
        with path.open("xb") as file:
            for piece in document:
                file.write(piece)
                sha256.update(piece)
                size += len(piece)
        digest = sha256.hexdigest()
        if self._had(document.path, digest) and _is_file(old) and filecmp.cmp(old, path, shallow=False):
            kept = path.with_name(f"{path.name}.kept")
            if _linked(old, kept):
                kept.replace(path)
        return Entry(document.path, document.media_type, size, digest)

    def _had(self, path: str, digest: str) -> bool:
        """Whether the build before says that it had a file with these bytes; those of the manifest it does not list."""
        return self.before is not None and self.before.get(path, digest) == digest

    def write_shared(self, share: Share, jobs: int) -> list[Entry]:
        """Write documents by several processes, which have all that was read by being forked.

        Args:
            share: The documents of one worker.
            jobs: How many workers; one is this process itself.

        Returns:
            The lines of the manifest, in no order.

        Raises:
            ScographError: What a worker raised.
            OSError: A worker cannot write.
        """
        if jobs == 1:
            return [self.write(document) for document in share(0, 1)]
        context = multiprocessing.get_context("fork")
        gc.freeze()  # what is there stays; to look through it for garbage would make each process a copy of it
        workers = []
        for number in range(jobs):
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=self._work, args=(theirs, share, number, jobs))
            process.start()
            theirs.close()
            workers.append((process, ours))
        entries: list[Entry] = []
        errors: list[Exception] = []
        for process, ours in workers:
            try:
                found = ours.recv()
            except EOFError:
                found = ScographError(f"a process that wrote pages ended with {process.exitcode}", hint="try --jobs 1")
            process.join()
            ours.close()
            if isinstance(found, Exception):
                errors.append(found)
            else:
                entries += found
        gc.unfreeze()
        if errors:
            raise errors[0]
        return entries

    def _work(self, pipe: multiprocessing.connection.Connection, share: Share, number: int, jobs: int) -> None:
        try:
            pipe.send([self.write(document) for document in share(number, jobs)])
        except (ScographError, OSError) as error:
            pipe.send(error)

    def take_place(self) -> None:
        """Put what was written in the place of the folder; if that fails in between, the old one is put back.

        Raises:
            OSError: It cannot be put there.
        """
        self.beside.chmod(0o755)
        if not self._target.exists():
            self.beside.rename(self._target)
            return
        old = Path(tempfile.mkdtemp(prefix=f".{self._target.name}-old-", dir=self._target.parent))
        os.rmdir(old)  # noqa: PTH106 -- only its name is wanted
        self._target.rename(old)
        try:
            self.beside.rename(self._target)
        except OSError:
            old.rename(self._target)
            raise
        shutil.rmtree(old, ignore_errors=True)

    def close(self) -> None:
        """Take away what did not come to its place."""
        shutil.rmtree(self.beside, ignore_errors=True)


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _is_file_with(path: Path, data: bytes) -> bool:
    try:
        return _is_file(path) and path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that must not be there: by three calls of the system, since there are ten thousands."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(file, left) :]
    finally:
        os.close(file)


def _linked(old: Path, new: Path) -> bool:
    """Give a file a second name, where the system has such."""
    try:
        os.link(old, new)
    except OSError:
        return False
    return True
