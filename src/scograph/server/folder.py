"""A built folder as it was at one moment: every file that its manifest names, held so that no later build tears it."""

from __future__ import annotations

import hashlib
import mmap
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scograph.errors import InputError
from scograph.manifest import SUMS, Entry, Manifest, read_manifest
from scograph.project import MANIFEST
from scograph.server.answer import Span

SMALL = 1 << 20
"""Files of up to so many bytes are held together; larger ones each by an open file."""
TRIES = 5
"""A folder that is replaced while it is read is read again, so many times."""
_HIDDEN = (".", "_")
"""What begins with these is for hosts, not for visitors."""


class OpenFile:
    """An open file, closed when nothing refers to it any more.

    Args:
        descriptor: Its descriptor.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def __del__(self) -> None:
        os.close(self.descriptor)


class Pack:
    """Many small files in one that has no name: the system keeps of it in memory what is asked for."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 -- held as long as the folder is
        self._file.write(b"\0")
        self._at = 1
        self._map: mmap.mmap | None = None

    def add(self, data: bytes) -> int:
        """Put bytes in, and say where."""
        start = self._at
        self._file.write(data)
        self._at += len(data)
        return start

    def close_for_reading(self) -> None:
        """Make what was put in readable; nothing more is put in."""
        self._file.flush()
        self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        self._file.close()

    def read(self, start: int, size: int) -> bytes:
        """Bytes that were put in."""
        if self._map is None:
            raise ValueError("the pack is still being written")
        return self._map[start : start + size]


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
        start: Where it begins there.
    """

    path: str
    media_type: str
    size: int
    sha256: str
    modified: int
    held: Pack | OpenFile
    start: int

    @property
    def body(self) -> bytes | Span:
        """Its bytes, or where they are."""
        if isinstance(self.held, Pack):
            return self.held.read(self.start, self.size)
        return Span(self.held.descriptor, 0, self.size, self.held)

    def read(self) -> bytes:
        """All its bytes."""
        body = self.body
        return body if isinstance(body, bytes) else body.read(0, body.length)

    def pieces(self, size: int = SMALL) -> Iterator[bytes]:
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


def read_folder(folder: Path) -> Snapshot:
    """Read a folder that `scograph build` wrote.

    Args:
        folder: The folder.

    Returns:
        What is in it, each file with the digest that the manifest states.

    Raises:
        InputError: It is no such folder, or a file in it is not as the manifest says.
    """
    for attempt in range(TRIES):
        try:
            return _read(folder)
        except (OSError, _TornError) as error:
            if attempt == TRIES - 1 or not (folder / MANIFEST).is_file():
                what = error.strerror if isinstance(error, OSError) else str(error)
                raise InputError(
                    f"{folder}: no build can be read there: {what}",
                    hint="name a folder that `scograph build` wrote, or a project, which is built",
                ) from error
    raise AssertionError  # the loop returns or raises


def marks(folder: Path) -> tuple[int, int]:
    """What changes when another build takes the place of a folder: the manifest's number and time; zeros if none is."""
    try:
        stat = (folder / MANIFEST).stat()
    except OSError:
        return 0, 0
    return stat.st_ino, stat.st_mtime_ns


class _TornError(Exception):
    """A file is not as the manifest says: another build is taking the folder's place, or somebody changed it."""


def _read(folder: Path) -> Snapshot:
    data = (folder / MANIFEST).read_bytes()
    manifest = read_manifest(data, str(folder / MANIFEST))
    pack = Pack()
    digest = hashlib.sha256(data).hexdigest()
    files = {entry.path: _held(folder, entry, pack) for entry in manifest.entries if not _is_hidden(entry.path)}
    seen = int((folder / MANIFEST).stat().st_mtime)
    extra = [(MANIFEST, "application/json", data)]
    sums = folder / SUMS
    if sums.is_file():
        extra.append((SUMS, "text/plain; charset=utf-8", sums.read_bytes()))
    for path, media_type, content in extra:
        sha256 = hashlib.sha256(content).hexdigest()
        files[path] = Stored(path, media_type, len(content), sha256, seen, pack, pack.add(content))
    pack.close_for_reading()
    return Snapshot(folder, manifest, digest, files)


def _is_hidden(path: str) -> bool:
    return path.startswith(_HIDDEN)


def _held(folder: Path, entry: Entry, pack: Pack) -> Stored:
    file = OpenFile(os.open(folder / entry.path, os.O_RDONLY | os.O_CLOEXEC))
    stat = os.fstat(file.descriptor)
    modified = int(stat.st_mtime)
    if stat.st_size != entry.size:
        raise _TornError(f"{entry.path} has {stat.st_size:,} bytes, and the manifest says {entry.size:,}")
    if entry.size > SMALL:
        return Stored(entry.path, entry.media_type, entry.size, entry.sha256, modified, file, 0)
    data = os.pread(file.descriptor, entry.size, 0)
    if hashlib.sha256(data).hexdigest() != entry.sha256:
        raise _TornError(f"{entry.path} has not the digest that the manifest states")
    return Stored(entry.path, entry.media_type, entry.size, entry.sha256, modified, pack, pack.add(data))
