"""The output folder of a build, written by several processes; unchanged files are hard links to those before."""

from __future__ import annotations

import gc
import hashlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import stat
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

from scograph.ending import end_with_parent, heed_none, held_back
from scograph.errors import InputError, MachineError, ScographError, UsageError
from scograph.manifest import SUMS, Entry, Manifest, read_manifest, sums_bytes
from scograph.model import Document
from scograph.project import MANIFEST, Project, manifest_paths, read_bytes, refuse_among_inputs
from scograph.writing import NewFolder, has_digest, refuse_foreign, refuse_mount, umask, unwritable, write_all

Share = Callable[[int, int], Iterable[Document]]
"""The documents that one worker makes: its number, and how many workers there are."""


@dataclass(frozen=True, slots=True)
class FolderChanges:
    """What differs from the build that was there before.

    Args:
        added: The files that are new.
        changed: Those whose bytes are others.
        removed: Those that are gone.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def rewritten(before: Mapping[str, str], entries: Iterable[Entry]) -> FolderChanges:
    """Compare the files of a build with those of the one before.

    Args:
        before: The digest of each file, by path.
        entries: What was written.

    Returns:
        What differs, by path.
    """
    now = {entry.path: entry.sha256 for entry in entries}
    before = {path: digest for path, digest in before.items() if path not in (MANIFEST, SUMS)}
    return FolderChanges(
        tuple(sorted(now.keys() - before.keys())),
        tuple(sorted(path for path in now.keys() & before.keys() if now[path] != before[path])),
        tuple(sorted(before.keys() - now.keys())),
    )


OF_BUILDS = "check.json"
"""The file that tells the manifest of a build or a release from others."""
OF_RELEASES = "changes.json"
"""The file that only a release has."""


def digests_in(folder: Path, record_of: str = OF_BUILDS) -> Mapping[str, str] | None:
    """The SHA-256 of each file of a folder that we wrote, by path, as its manifest and its sums have it.

    Args:
        folder: The folder.
        record_of: A file that the manifest must list: a build takes no tables' place, and tables none of a build.

    Returns:
        The digests, those of the manifest and the sums among them; None where there is no such manifest, or it is that
        of a release, whose place nothing takes.
    """
    try:
        data = read_bytes(folder / MANIFEST)
        manifest = read_manifest(data, str(folder / MANIFEST))
    except InputError:
        return None
    digests = {entry.path: entry.sha256 for entry in manifest.entries}
    if record_of not in digests or OF_RELEASES in digests:
        return None
    digests[MANIFEST] = hashlib.sha256(data).hexdigest()
    return digests | {SUMS: hashlib.sha256(sums_bytes(digests)).hexdigest()}


def refuse_unfit(project: Project, folder: Path) -> None:
    """A build takes the place of the whole folder: it may hold neither the project nor what no build wrote.

    Args:
        project: The project that is built.
        folder: The folder.

    Raises:
        UsageError: It is a file or a mount point, is or is part of a release, holds or is part of the project, or has
            files that no build wrote.
    """
    target, root = (Path(os.path.realpath(path)) for path in (folder, project.root))
    if root.is_relative_to(target):
        raise UsageError(f"{folder} holds the project itself", hint="name another folder with -o")
    if root.is_dir():
        refuse_among_inputs(folder, project.root)
    _refuse_release(folder)
    refuse_mount(folder)
    refuse_foreign(folder, digests_in)


def _refuse_release(folder: Path) -> None:
    """A release is never changed again: nothing takes its place, and nothing is put into it."""
    target = Path(os.path.realpath(folder))
    for place in (target, *target.parents):
        if {OF_BUILDS, OF_RELEASES} <= (manifest_paths(place) or set()):
            part = "is" if place == target else "lies in"
            raise UsageError(
                f"{folder} {part} a release, which is never changed again", hint="name another folder with -o"
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


class OutputFolder:
    """A folder that is written beside the one that it will replace; a context manager that turns OSErrors into ours.

    Args:
        folder: The folder whose place it takes; a link is followed.
        is_durable: Whether it is to survive a power cut.
        record_of: As for `digests_in`.

    Raises:
        UsageError: Nothing can be written there, what is there is not ours, or it is or lies in a release.
    """

    def __init__(self, folder: Path, *, is_durable: bool = True, record_of: str = OF_BUILDS) -> None:
        self._recorded = partial(digests_in, record_of=record_of)
        _refuse_release(folder)
        refuse_foreign(folder, self._recorded)
        self._new = NewFolder(folder, is_durable=is_durable)
        self.beside = self._new.path
        self.before = self._recorded(self._new.target)
        self._mode = 0o666 & ~umask()
        self._made: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._new.close()
        if isinstance(error, OSError):
            raise unwritable(self._new.shown, error, "name another folder with -o") from error

    def write(self, document: Document) -> Entry:
        """Write a document; where the build before has the same bytes, that file is kept, with its time.

        Args:
            document: The document; its path may have folders.

        Returns:
            Its line of the manifest.

        Raises:
            OSError: It cannot be written, or there is a file of that path already.
        """
        path, old = self.beside / document.path, self._new.target / document.path
        folder = document.path.rpartition("/")[0]
        if folder not in self._made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(folder)
        if isinstance(document.pieces, tuple):  # its bytes are at hand, and need not be written to be compared
            data = b"".join(document.pieces)
            digest = hashlib.sha256(data).hexdigest()
            if not (self._had(document.path, digest) and self._is_kept(old, digest) and _linked(old, path)):
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
        if self._had(document.path, digest) and self._is_kept(old, digest):
            kept = path.with_name(f"{path.name}.kept")
            if _linked(old, kept):
                kept.replace(path)
        return Entry(document.path, document.media_type, size, digest)

    def _had(self, path: str, digest: str) -> bool:
        """Whether the build before says that it had a file with these bytes."""
        return self.before is not None and self.before.get(path) == digest

    def _is_kept(self, old: Path, digest: str) -> bool:
        """Whether a file of the build before has these bytes indeed, and the permissions that a new one gets."""
        try:
            return stat.S_IMODE(os.lstat(old).st_mode) == self._mode and has_digest(old, digest)
        except OSError:
            return False

    def write_record(self, manifest: Manifest) -> None:
        """Write the manifest and the sums, which record what is ours.

        Args:
            manifest: The manifest.

        Raises:
            OSError: They cannot be written.
        """
        last = self.write(Document(MANIFEST, "application/json", (manifest.to_bytes(),)))
        sums = sums_bytes((entry.path, entry.sha256) for entry in (*manifest.entries, last))
        self.write(Document(SUMS, "text/plain", (sums,)))

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
        workers: list[tuple[multiprocessing.context.ForkProcess, multiprocessing.connection.Connection]] = []
        entries: list[Entry] = []
        errors: list[BaseException] = []
        try:
            for number in range(jobs):
                ours, theirs = context.Pipe(duplex=False)
                process = context.Process(target=self._work, args=(theirs, share, number, jobs, os.getpid()))
                with held_back():
                    process.start()
                    workers.append((process, ours))
                theirs.close()
            for process, ours in workers:
                try:
                    found = ours.recv()
                except EOFError:
                    process.join()
                    found = _ended_early(process.exitcode or 0)
                if isinstance(found, BaseException):
                    errors.append(found)
                else:
                    entries += found
        finally:
            for process, ours in workers:
                process.kill()  # if it has not ended: this process was told to
                process.join()
                ours.close()
            gc.unfreeze()
        if errors:
            raise errors[0]
        return entries

    def _work(
        self, pipe: multiprocessing.connection.Connection, share: Share, number: int, jobs: int, parent: int
    ) -> None:
        heed_none()
        end_with_parent(parent)
        try:
            pipe.send([self.write(document) for document in share(number, jobs)])
        except (ScographError, OSError, MemoryError) as error:
            pipe.send(error)

    def take_place(self) -> None:
        """Put what was written in the place of the folder, in one step.

        Raises:
            UsageError: Files came in meanwhile that no build wrote; nothing was replaced.
            OSError: It cannot be put there.
        """
        self._new.place(self._recorded)


def _ended_early(code: int) -> ScographError:
    if code == -signal.SIGKILL:
        return MachineError(
            "a process that wrote pages was killed, as the system does when memory is short", hint="try --jobs 1"
        )
    if code < 0:  # native code aborts where memory ends
        name = signal.Signals(-code).name
        return MachineError(f"a process that wrote pages was ended by {name}", hint="try --jobs 1, or more memory")
    return ScographError(f"a process that wrote pages ended with {code}", hint="try --jobs 1")


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that must not be there: by three calls of the system, since there are ten thousands."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        write_all(file, data)
    finally:
        os.close(file)


def _linked(old: Path, new: Path) -> bool:
    """Give a file a second name, where the system has such."""
    try:
        os.link(old, new)
    except OSError:
        return False
    return True
