"""Temporary folders, removed with their process even if it was killed, and the stores of served builds in them."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scograph.errors import InputError
from scograph.server.folder import Snapshot, Stored
from scograph.stores.disk import store_place, write_store

_PREFIX = "scograph-serve-"
_LOCK = "lock"
_PIECE = 64 << 20


class TemporaryFolder:
    """A folder that is locked as long as its process lives; the next process removes those of killed ones.

    Args:
        parent: Where it is made; the system's folder for such files if None.
    """

    def __init__(self, parent: Path | None = None) -> None:
        place = parent or Path(tempfile.gettempdir())
        _sweep(place)
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
        self._lock = os.open(self.folder / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)


class TemporaryStores(TemporaryFolder):
    """A folder for stores.

    Args:
        parent: As for `TemporaryFolder`.
    """

    def __init__(self, parent: Path | None = None) -> None:
        super().__init__(parent)
        self._count = 0

    def load(self, snapshot: Snapshot) -> tuple[Path, tuple[str, ...]]:
        """Load the graph of a folder.

        Args:
            snapshot: The folder.

        Returns:
            The folder of the store, and the predicates whose literals are stored as written.

        Raises:
            InputError: It has no dump in N-Quads or N-Triples.
        """
        self._count += 1
        target = self.folder / f"build-{self._count}"
        try:
            write_store(target, _whole_lines(dump_of(snapshot)), is_durable=False)
            place, current = store_place(target)
        except BaseException:
            shutil.rmtree(target, ignore_errors=True)
            raise
        return place, tuple(current["written"])

    def drop(self, store: Path) -> None:
        """Remove a store that nobody opens any more."""
        shutil.rmtree(store.parent, ignore_errors=True)


def dump_of(snapshot: Snapshot) -> Stored:
    """The file that holds the whole dataset.

    Args:
        snapshot: The folder.

    Returns:
        The N-Quads, or where there are none the N-Triples.

    Raises:
        InputError: It has neither.
    """
    name = snapshot.manifest.name
    for path in (f"{name}.nq", f"{name}.nt"):
        if path in snapshot.files:
            return snapshot.files[path]
    roots = [path for path in sorted(snapshot.files) if "/" not in path]
    for extension in (".nq", ".nt"):
        for path in roots:
            if path.endswith(extension):
                return snapshot.files[path]
    raise InputError(f"{snapshot.folder}: there is no dump in N-Quads to query", hint="build it with `scograph build`")


def _whole_lines(file: Stored) -> Iterator[bytes]:
    rest = b""
    for piece in file.pieces(_PIECE):
        whole, newline, new = (rest + piece).rpartition(b"\n")
        rest = new
        if newline:
            yield whole + newline
    if rest:
        yield rest


def _sweep(place: Path) -> None:
    for folder in place.glob(f"{_PREFIX}*"):
        try:
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
        except OSError:  # somebody else's, or one that is just being made
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        else:
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)
