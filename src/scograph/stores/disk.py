"""An Oxigraph store on disk, for graphs that memory does not hold: loaded beside the old one, swapped, opened to read.

The folder holds a file that names the store in use; it is replaced in one step, so that whoever opens the folder gets
the old store or the new one, and an interrupted load leaves the old one in use.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Store

from scograph.errors import InputError, UsageError
from scograph.stores.embedded import EmbeddedStore

CURRENT = "current.json"
"""The file that names the store in use, with its quads and the sizes of its files."""
_BESIDE = f".{CURRENT}"
_PREFIX = "store-"
_TRIES = 20
"""A store that is replaced while it is opened is looked for again, so many times."""


class DiskStore(EmbeddedStore):
    """A store on disk, opened to be read.

    Args:
        folder: The folder that `write_store` made.

    Raises:
        InputError: There is none, or it is damaged.
    """

    def __init__(self, folder: Path) -> None:
        place, current = _whole_place(folder)
        try:
            self._store = Store.read_only(str(place))
        except (OSError, ValueError) as error:
            raise InputError(
                f"{folder}: the store cannot be opened: {error}", hint=f"load it again: scograph load {folder}"
            ) from error
        except RuntimeError as error:
            raise damaged(folder, error) from error
        self.quads = int(current["quads"])

    def __len__(self) -> int:
        return self.quads


@dataclass(frozen=True, slots=True)
class HeldStore:
    """A store that stays where it is while others load a new one into its folder.

    Args:
        place: The folder of Oxigraph's own files.
        digest: What tells it from another.
        descriptor: The folder, open and locked.
    """

    place: Path
    digest: str
    descriptor: int

    def release(self) -> None:
        """Let a later load remove it."""
        os.close(self.descriptor)


def hold_store(folder: Path) -> HeldStore:
    """Hold the store in use.

    Args:
        folder: The folder that `write_store` made.

    Returns:
        The store, whole.

    Raises:
        InputError: There is none, or it is damaged.
    """
    for _ in range(_TRIES):
        place, current = store_place(folder)
        try:
            descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:  # another took its place just now; else it is damaged, which is told below
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            if _whole_place(folder)[0] == place:
                return HeldStore(place, hashlib.sha256(repr(current).encode()).hexdigest(), descriptor)
        except BlockingIOError:  # it is just being removed
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
    _whole_place(folder)
    raise InputError(f"{folder}: the store is replaced again and again", hint="wait until the loads are done")


def damaged(folder: Path, error: RuntimeError) -> InputError:
    """What to say of a store whose files are not as they were written, which pyoxigraph says by a RuntimeError.

    Args:
        folder: The folder that `write_store` made.
        error: What pyoxigraph says, when the store is opened or where a result comes to the damaged place.

    Returns:
        The error in the reader's words.
    """
    return InputError(f"{folder}: the store is damaged: {error}", hint=f"load it again: scograph load {folder}")


def write_store(folder: Path, lines: Iterable[bytes]) -> int:
    """Load a dataset into a folder, in place of what was there.

    Args:
        folder: The folder; it is made, or it is one that this function made.
        lines: N-Quads, in pieces of whole lines.

    Returns:
        The quads.

    Raises:
        UsageError: The folder holds something else, another load writes into it, or it cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file, and a store is a folder", hint="name the store first, then the input")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            return _written(folder, lines)
    except OSError as error:
        hint = "is there room, and may you write there?"
        raise UsageError(f"{folder}: cannot be written: {error.strerror or error}", hint=hint) from error


def _written(folder: Path, lines: Iterable[bytes]) -> int:
    if any(not _is_ours(path) for path in folder.iterdir()):
        raise UsageError(f"{folder} holds other files", hint="name a new folder")
    place = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=folder))
    try:
        store = Store(str(place))
        for piece in lines:
            store.bulk_load(piece, RdfFormat.N_QUADS)
        store.flush()
        store.optimize()
        count = len(store)
        del store  # it closes its files
        current = json.dumps({"store": place.name, "quads": count, "files": _sizes(place)}, indent=1, sort_keys=True)
        beside = folder / _BESIDE
        beside.write_text(current + "\n", encoding="utf-8")
        beside.replace(folder / CURRENT)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    for old in folder.glob(f"{_PREFIX}*"):  # the last one, and what a killed load left
        if old != place:
            _remove(old)
    return count


def _remove(place: Path) -> None:
    """Remove a store that nobody holds; one that is held waits for a later load."""
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(place, ignore_errors=True)
    except BlockingIOError:
        pass
    finally:
        os.close(descriptor)


def _is_ours(path: Path) -> bool:
    return path.name in (CURRENT, _BESIDE) or (path.name.startswith(_PREFIX) and path.is_dir())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a folder against other loads, which would take the store that is being made for one that was left."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(f"{folder}: another load writes into it", hint="wait until it has ended") from error
        yield
    finally:
        os.close(held)


def store_place(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Where the store in use lies.

    Args:
        folder: The folder that `write_store` made.

    Returns:
        The folder of Oxigraph's own files, and what `CURRENT` says of it.

    Raises:
        InputError: There is none.
    """
    current = _current(folder)
    return folder / current["store"], current


def _whole_place(folder: Path) -> tuple[Path, dict[str, Any]]:
    """The same, its files compared with what `CURRENT` says of them."""
    place, current = store_place(folder)
    found = _sizes(place)
    if found != current["files"]:
        changed = sorted(set(found.items()) ^ set(current["files"].items()))
        raise InputError(
            f"{folder}: the store is damaged: {changed[0][0]} is not as it was written",
            hint=f"load it again: scograph load {folder}",
        )
    return place, current


def _current(folder: Path) -> dict[str, Any]:
    try:
        text = (folder / CURRENT).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputError(f"{folder}: no store is there", hint=f"make one: scograph load {folder}") from error
    try:
        current = json.loads(text)
        name, _, files = str(current["store"]), int(current["quads"]), dict(current["files"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{folder}: {CURRENT} is not as a load wrote it", hint=f"load it again: scograph load {folder}"
        ) from error
    if os.sep in name or not name.startswith(_PREFIX):
        raise InputError(
            f"{folder}: {CURRENT} names something else than a store", hint=f"load it again: scograph load {folder}"
        )
    return {"store": name, "quads": int(current["quads"]), "files": files}


def _sizes(place: Path) -> dict[str, int]:
    """The files of a store that hold data: others change by being opened."""
    return {path.name: path.stat().st_size for path in sorted(place.glob("*.sst"))} if place.is_dir() else {}
