"""A snapshot of a built folder: every file of its manifest, held so that a later build does not change it.

Large files are held open from the start, when their digests are looked at; what changes in them later is seen by
their size, time and number. Small ones are put together in one file, each when it is first asked for, or beside the
requests, so that a folder of a million files answers at once. Until that is done, a folder that is replaced takes what
was not held yet with it.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scograph.errors import InputError
from scograph.manifest import SUMS, Entry, Manifest, read_manifest
from scograph.project import MANIFEST
from scograph.writing import temporary_unwritable

MAX_SMALL = 1 << 20
"""Bytes up to which files are held together; larger ones each by an open file."""
MAX_READS = 5
"""How often a folder is read that is replaced meanwhile."""
HELD_FILES, PAUSE_SECONDS = 64, 0.001
"""After each such number of files that are held beside the requests, such a pause is left to these."""
_HIDDEN = (".", "_")
"""Files with these first characters are for hosts, not for visitors."""


@dataclass(frozen=True, slots=True)
class FileRange:
    """A range of bytes of an open file.

    Args:
        descriptor: The descriptor, held by its owner.
        start: The first byte.
        length: How many.
        owner: The open file: it is closed when nothing refers to it any more.
    """

    descriptor: int
    start: int
    length: int
    owner: OpenFile

    def read(self, offset: int, size: int) -> bytes:
        """Bytes from an offset in the range."""
        return os.pread(self.descriptor, min(size, self.length - offset), self.start + offset)

    def part(self, start: int, length: int) -> FileRange:
        """A range within this one."""
        return FileRange(self.descriptor, self.start + start, length, self.owner)


class OpenFile:
    """An open file, closed when nothing refers to it any more.

    Args:
        descriptor: Its descriptor.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._version = _descriptor_version(descriptor)

    def is_changed(self) -> bool:
        """Whether somebody has written to it since it was opened."""
        return _descriptor_version(self.descriptor) != self._version

    def __del__(self) -> None:
        os.close(self.descriptor)


def _descriptor_version(descriptor: int) -> tuple[int, int, int]:
    """What changes when somebody writes to a file, and not when it is removed."""
    found = os.fstat(descriptor)
    return found.st_ino, found.st_size, found.st_mtime_ns


class FileChangedError(InputError):
    """A file is not as the manifest says: another build is taking the folder's place, or somebody changed it."""


class OpenFolder(OpenFile):
    """An open folder, of which the regular files are read that lie in it: no link leads out of it, or elsewhere in it.

    Args:
        path: The folder; it stays the one that it is now, whatever takes its place.

    Raises:
        OSError: It cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        self._inside: set[str] = set()

    def open(self, path: str) -> int:
        """Open a file of it to be read.

        Args:
            path: Its path in the folder.

        Returns:
            Its descriptor.

        Raises:
            FileChangedError: It is a link, or lies behind one; or it is a pipe, a device or another file that may never
                come to an end.
            OSError: It cannot be opened.
        """
        self.stat(path)
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
        descriptor = os.open(path, flags, dir_fd=self.descriptor)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise FileChangedError(f"{path} is not a regular file")
        return descriptor

    def stat(self, path: str) -> os.stat_result:
        """What the system says of a file; as `open`."""
        parent = path.rpartition("/")[0]
        while parent and parent not in self._inside:
            if not stat.S_ISDIR(os.stat(parent, dir_fd=self.descriptor, follow_symlinks=False).st_mode):
                raise FileChangedError(f"{parent} is not a folder in it; links are not followed")
            self._inside.add(parent)
            parent = parent.rpartition("/")[0]
        found = os.stat(path, dir_fd=self.descriptor, follow_symlinks=False)
        if not stat.S_ISREG(found.st_mode):
            is_link = stat.S_ISLNK(found.st_mode)
            raise FileChangedError(f"{path} is {'a link, which is not followed' if is_link else 'not a regular file'}")
        return found


class Pack:
    """The small files of a folder in one that has no name: the system keeps of it in memory what is asked for.

    Args:
        folder: The folder; it stays the one that it is now, whatever takes its place.

    Raises:
        OSError: It cannot be opened.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = OpenFolder(folder)
        with tempfile.TemporaryFile() as file:
            self._file = OpenFile(os.dup(file.fileno()))
        self._places: dict[str, int] = {}
        self._end = 0
        self._lock = threading.Lock()

    def read(self, path: str, size: int, sha256: str) -> bytes:
        """The bytes of a file, which is held from then on.

        Args:
            path: Its path.
            size: How many bytes it has.
            sha256: Their SHA-256.

        Returns:
            The bytes.

        Raises:
            FileChangedError: It was not held yet, and is no more what it was.
        """
        place = self._places.get(path)
        if place is not None:
            return os.pread(self._file.descriptor, size, place)
        data = self._take(path, size, sha256)
        with suppress(OSError):  # there is no room to hold it now: it is read again, as long as it is there
            self.put(path, data)
        return data

    def hold(self, path: str, size: int, sha256: str) -> None:
        """Hold a file; as `read`.

        Raises:
            FileChangedError: It is no more what it was.
            OSError: There is no room for it.
        """
        if path not in self._places:
            self.put(path, self._take(path, size, sha256))

    def put(self, path: str, data: bytes) -> None:
        """Hold bytes under a path.

        Raises:
            OSError: There is no room for them.
        """
        with self._lock:
            place = self._end
            self._end += len(data)
        if os.pwrite(self._file.descriptor, data, place) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._places[path] = place

    def _take(self, path: str, size: int, sha256: str) -> bytes:
        try:
            with os.fdopen(self.folder.open(path), "rb") as file:
                data = file.read(size + 1)
        except OSError as error:
            raise FileChangedError(f"{path}: {error.strerror}") from error
        if len(data) != size or hashlib.sha256(data).hexdigest() != sha256:
            raise FileChangedError(f"{path} does not have the digest of the manifest")
        return data


@dataclass(frozen=True, slots=True)
class Stored:
    """One file of a folder.

    Args:
        path: Its path in the folder.
        media_type: Its media type.
        size: Its bytes.
        sha256: Their SHA-256.
        modified: When it was written, in seconds since 1970.
        held: The pack it is in, or the open file.
    """

    path: str
    media_type: str
    size: int
    sha256: str
    modified: int
    held: Pack | OpenFile

    @property
    def body(self) -> bytes | FileRange:
        """Its bytes, or where they are.

        Raises:
            FileChangedError: It has changed, and is no small file that was held before.
        """
        if isinstance(self.held, Pack):
            return self.held.read(self.path, self.size, self.sha256)
        if self.held.is_changed():
            raise FileChangedError(f"{self.path} was changed while the server read it")
        return FileRange(self.held.descriptor, 0, self.size, self.held)

    def read(self) -> bytes:
        """All its bytes."""
        body = self.body
        return body if isinstance(body, bytes) else body.read(0, body.length)

    def pieces(self, size: int = MAX_SMALL) -> Iterator[bytes]:
        """Its bytes in pieces."""
        body = self.body
        if isinstance(body, bytes):
            yield body
            return
        offset = 0
        while offset < body.length:
            piece = body.read(offset, size)
            yield piece
            offset += len(piece)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A folder as it was.

    Args:
        folder: Where it was read from.
        manifest: Its manifest.
        digest: The SHA-256 of the manifest, which tells one build from another.
        files: Its files by path, the manifest and the sums among them.
    """

    folder: Path
    manifest: Manifest
    digest: str
    files: Mapping[str, Stored]

    def hold(self, ended: threading.Event | None = None) -> None:
        """Hold every file from now on.

        Args:
            ended: Beside requests: says when nobody needs it any more.

        Raises:
            FileChangedError: One is no more what it was.
            OSError: There is no room for one.
        """
        for number, file in enumerate(self.files.values()):
            if isinstance(file.held, Pack):
                file.held.hold(file.path, file.size, file.sha256)
            if ended is not None and number % HELD_FILES == 0:
                if ended.is_set():
                    return
                time.sleep(PAUSE_SECONDS)


def read_folder(folder: Path) -> Snapshot:
    """Read a folder that `scograph build` wrote.

    Args:
        folder: The folder.

    Returns:
        What is in it. Each file has the size that the manifest states, and each large one its digest; those of small
        ones are looked at when they are held.

    Raises:
        InputError: It is no such folder, or a file in it is another.
        UsageError: There is no room for temporary files.
    """
    for attempt in range(MAX_READS):
        try:
            return _read(folder)
        except (OSError, FileChangedError) as error:
            full = temporary_unwritable(error) if isinstance(error, OSError) else None
            if full is not None:
                raise full from error
            if attempt == MAX_READS - 1 or not (folder / MANIFEST).is_file():
                what = error.strerror if isinstance(error, OSError) else str(error)
                raise InputError(
                    f"{folder}: not a readable build: {what}",
                    hint="name a folder that `scograph build` wrote, or a project, which is built",
                ) from error
    raise AssertionError  # the loop returns or raises


def file_version(file: Path) -> tuple[int, int]:
    """What changes when another file takes the place of one: its number and time; zeros if none is there."""
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns


def _read(folder: Path) -> Snapshot:
    pack = Pack(folder)
    data = _whole(pack, MANIFEST)
    manifest = read_manifest(data, str(folder / MANIFEST))
    digest = hashlib.sha256(data).hexdigest()
    files = {entry.path: _held(entry, pack) for entry in manifest.entries if not _is_hidden(entry.path)}
    seen = int(os.stat(MANIFEST, dir_fd=pack.folder.descriptor).st_mtime)
    extra = [(MANIFEST, "application/json", data)]
    if (folder / SUMS).is_file():
        extra.append((SUMS, "text/plain; charset=utf-8", _whole(pack, SUMS)))
    for path, media_type, content in extra:
        files[path] = Stored(path, media_type, len(content), hashlib.sha256(content).hexdigest(), seen, pack)
        pack.put(path, content)
    return Snapshot(folder, manifest, digest, files)


def _whole(pack: Pack, path: str) -> bytes:
    with os.fdopen(pack.folder.open(path), "rb") as file:
        return file.read()


def _is_hidden(path: str) -> bool:
    return path.startswith(_HIDDEN)


def _held(entry: Entry, pack: Pack) -> Stored:
    held: Pack | OpenFile = pack
    if entry.size > MAX_SMALL:
        held = OpenFile(pack.folder.open(entry.path))
        found = os.fstat(held.descriptor)
    else:
        found = pack.folder.stat(entry.path)
    if found.st_size != entry.size:
        raise FileChangedError(f"{entry.path} has {found.st_size:,} bytes, but the manifest states {entry.size:,}")
    if isinstance(held, OpenFile) and _digest(held, entry.size) != entry.sha256:
        raise FileChangedError(f"{entry.path} does not have the digest of the manifest")
    return Stored(entry.path, entry.media_type, entry.size, entry.sha256, int(found.st_mtime), held)


def _digest(file: OpenFile, size: int) -> str:
    """The SHA-256 of the first bytes of an open file."""
    found, offset = hashlib.sha256(), 0
    while offset < size and (piece := os.pread(file.descriptor, min(MAX_SMALL, size - offset), offset)):
        found.update(piece)
        offset += len(piece)
    return found.hexdigest()
