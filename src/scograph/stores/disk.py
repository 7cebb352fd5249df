"""An Oxigraph store on disk, for graphs that memory does not hold: loaded beside the old one, swapped, opened to read.

The folder holds a file that names the store in use, with the SHA-256 of its files; it is replaced in one step, so that
whoever opens the folder gets the old store or the new one, and an interrupted load leaves the old one in use.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Store

from scograph.ending import refuse_if_told
from scograph.errors import InputError, UsageError
from scograph.stores.embedded import EmbeddedStore
from scograph.stores.lexical_forms import stored_lines
from scograph.stores.lexical_queries import ANY, MAX_PREDICATES
from scograph.writing import (
    PREFIX,
    begin,
    finished,
    flush_tree,
    is_beside_name,
    left_behind,
    make_beside,
    make_folders,
    remove_empty,
    tidy,
    umask,
    unwritable,
    write_file,
)

CURRENT = "current.json"
"""The file that names the store in use, with the name of its load, its quads, the SHA-256 of its files, and the
predicates whose literals are stored as written, if there are any."""
_CHANGING = re.compile(r"LOG(\.old\.\d+)?|LOCK")
"""The files of a store that may be others each time it is opened; they hold no data."""
_OF_ENGINE = re.compile(rf"{_CHANGING.pattern}|\d+\.(sst|log|blob)|(MANIFEST|OPTIONS)-\d+(\.dbtmp)?|CURRENT|IDENTITY")
"""What Oxigraph's engine (RocksDB) calls its files: nothing else is ever removed from the folder of a store."""
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
        self._predicates = set(current["written"])

    def __len__(self) -> int:
        return self.quads


@dataclass(frozen=True, slots=True)
class HeldStore:
    """A store that stays where it is while others load a new one into its folder.

    Args:
        place: The folder of Oxigraph's own files.
        predicates: The predicates whose literals are stored as written (`lexical_queries.ask`).
        digest: What tells it from another.
        descriptor: The folder, open and locked.
    """

    place: Path
    predicates: tuple[str, ...]
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
                digest = hashlib.sha256(repr(current).encode()).hexdigest()
                return HeldStore(place, tuple(current["written"]), digest, descriptor)
        except BlockingIOError:  # it is just being removed
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
    _whole_place(folder)
    raise InputError(f"{folder}: other loads keep replacing the store", hint="wait until they have ended")


def damaged(folder: Path, error: RuntimeError) -> InputError:
    """What to say of a store whose files are not as they were written, which pyoxigraph says by a RuntimeError.

    Args:
        folder: The folder that `write_store` made.
        error: What pyoxigraph says, when the store is opened or where a result comes to the damaged place.

    Returns:
        The error in the reader's words.
    """
    return InputError(f"{folder}: the store is damaged: {error}", hint=f"load it again: scograph load {folder}")


def write_store(
    folder: Path, lines: Iterable[bytes], *, name: str = "graph", may_replace: bool = False, is_durable: bool = True
) -> int:
    """Load a dataset into a folder, in place of what a load of the same name put there.

    Args:
        folder: The folder; it is made, or it is one that this function made.
        lines: N-Quads, in pieces of whole lines.
        name: What the load is called.
        may_replace: Whether it may take the place of a load of another name.
        is_durable: Whether it is to survive a power cut.

    Returns:
        The quads.

    Raises:
        UsageError: The folder holds something else, or a load of another name; another load is writing into it; or it
            cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: a store is a folder", hint="give the store first, then the input")
    try:
        os.fsencode(folder).decode()
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{folder}: the folder of a store needs a path in UTF-8", hint="rename it and the folders above it"
        ) from error
    made: tuple[Path, ...] = ()
    try:
        made = make_folders(folder)
        with _alone(folder):
            _refuse_others(folder, name, may_replace=may_replace)
            begin(folder, folder / CURRENT)
            count = _written(folder, lines, name, is_durable=is_durable)
    except BaseException as error:
        remove_empty(made)
        if isinstance(error, OSError):
            raise unwritable(folder, error) from error
        raise
    return count


def _refuse_others(folder: Path, name: str, *, may_replace: bool) -> None:
    """Nothing may be in a store's folder that no load put there, nor a load of another name."""
    try:
        current = _current(folder)
    except InputError:
        current = {}
    ours = {CURRENT, current.get("store")}
    foreign = sorted(
        path.name
        for path in folder.iterdir()
        if path.name not in ours and not any(is_beside_name(path.name, prefix) for prefix in (_PREFIX, PREFIX))
    )
    if foreign:
        raise UsageError(f"{folder} holds other files: {foreign[0]}", hint="name a new folder")
    other = current.get("name", name)
    if other != name and not may_replace:
        raise UsageError(
            f"{folder} holds the load named {other!r}, not {name!r}",
            hint="name another folder, or replace it with --replace",
        )


def _written(folder: Path, lines: Iterable[bytes], name: str, *, is_durable: bool) -> int:
    tidy(folder)
    place, lock = make_beside(folder, _PREFIX)
    try:
        store = Store(str(place))
        predicates: set[str] = set()
        for piece in lines:
            store.bulk_load(stored_lines(piece, predicates), RdfFormat.N_QUADS)
        store.flush()
        store.optimize()
        count = len(store)
        del store  # it closes its files
        place.chmod(0o777 & ~umask())
        if is_durable:
            flush_tree(place)
        _refuse_other_count(folder, place, count)
        record = {"store": place.name, "name": name, "quads": count, "files": _digests(place)}
        if predicates:
            record["written"] = sorted(predicates) if len(predicates) <= MAX_PREDICATES else [ANY]
        refuse_if_told()
        fcntl.flock(lock, fcntl.LOCK_SH)  # from now on others may hold it
        text = json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        write_file(folder / CURRENT, [text.encode()], shown=folder)
    finally:
        if not _is_named(folder, place):
            _remove_files(place)
        finished(place)
    with suppress(OSError):  # what cannot be looked at now waits for a later load, as does one that is held
        for old in folder.iterdir():  # the last one, and what a killed load left
            if old.name != place.name and old.is_dir() and old.name.startswith(_PREFIX):
                with left_behind(old) as is_left:
                    if is_left:
                        _remove_files(old)
    return count


def _refuse_other_count(folder: Path, place: Path, count: int) -> None:
    """What was written is opened, and counted, before it takes the place of the last good one."""
    try:
        found = len(Store.read_only(str(place)))
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError(f"{folder}: the written store cannot be opened: {error}", hint="check the disk") from error
    if found != count:
        raise UsageError(f"{folder}: {count:,} quads were written, and {found:,} are there", hint="check the disk")


def _is_named(folder: Path, place: Path) -> bool:
    """Whether `CURRENT` names a store, or may name it: it cannot be read, whatever was raised since it was written."""
    if not os.path.lexists(folder / CURRENT):
        return False
    try:
        return store_place(folder)[0] == place
    except InputError:
        return True


def _remove_files(place: Path) -> None:
    """Remove the engine's files of a store, and its folder if nothing else is in it."""
    with suppress(OSError):
        for path in list(place.iterdir()):
            if _OF_ENGINE.fullmatch(path.name):
                path.unlink()
        place.rmdir()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Lock the folder against other loads, which would take the store that is being made for one that was left."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(f"{folder}: another load is writing into it", hint="wait until it has ended") from error
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
    problems = _problems(place, current)
    if problems:
        path, what = problems[0]
        raise InputError(
            f"{folder}: the store is damaged: {path} {what}", hint=f"load it again: scograph load {folder}"
        )
    return place, current


def _problems(place: Path, current: dict[str, Any]) -> list[tuple[str, str]]:
    """The files of a store that are not as `CURRENT` says, with what is wrong."""
    written, found = current["files"], _digests(place)
    return [
        (
            name,
            "is missing"
            if name not in found
            else "was changed after it was written"
            if name in written
            else "was added",
        )
        for name in sorted(written.keys() | found.keys())
        if written.get(name) != found.get(name)
    ]


def verify_store(folder: Path) -> list[tuple[str, str]]:
    """Compare a store with what its load recorded: the bytes of its files, and the count of its quads.

    Args:
        folder: The folder that `write_store` made.

    Returns:
        What was changed after it was written, each with what is wrong; nothing if all is.

    Raises:
        InputError: There is none.
    """
    place, current = store_place(folder)
    problems = [(f"{place.name}/{name}", what) for name, what in _problems(place, current)]
    if problems:
        return problems
    try:
        found = len(Store.read_only(str(place)))
    except (OSError, ValueError, RuntimeError) as error:
        return [(place.name, f"cannot be opened: {error}")]
    if found != current["quads"]:
        return [(CURRENT, f"says {current['quads']:,} quads, and {found:,} are there")]
    return []


def _current(folder: Path) -> dict[str, Any]:
    try:
        text = (folder / CURRENT).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputError(f"{folder}: no store is there", hint=f"make one: scograph load {folder}") from error
    hint = f"load it again: scograph load {folder}"
    try:
        current = json.loads(text)
        name, count, files = str(current["store"]), int(current["quads"]), dict(current["files"])
        load = str(current.get("name", "graph"))
        written = [str(iri) for iri in current.get("written", [])]  # one that was loaded before had none
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{folder}: {CURRENT} was not written by a load", hint=hint) from error
    if os.sep in name or not name.startswith(_PREFIX):
        raise InputError(f"{folder}: {CURRENT} does not name a store", hint=hint)
    return {"store": name, "name": load, "quads": count, "files": files, "written": written}


def _digests(place: Path) -> dict[str, str]:
    """The SHA-256 of the files of a store that stay the same."""
    found = {}
    for path in sorted(place.iterdir()) if place.is_dir() else ():
        if not _CHANGING.fullmatch(path.name):
            with path.open("rb") as file:
                found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
