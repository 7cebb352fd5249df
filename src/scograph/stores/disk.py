"""An Oxigraph store on disk, for graphs that memory does not hold: loaded beside the old one, swapped, opened to read.

Loads of several names share it; each replaces its own quads. The folder holds a file that names the store in use, with
the SHA-256 of its files; it is replaced in one step: whoever opens the folder gets the old store or the new one, and an
interrupted load leaves the old one in use.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Store

from scograph.ending import refuse_if_told
from scograph.errors import InputError, UsageError
from scograph.json_text import json_document
from scograph.serialise.lines import n_quads
from scograph.stores.embedded import EmbeddedStore
from scograph.stores.folder_loads import NAMES, FolderLoad, loads_of, quads_of, read_quads, told_apart, write_quads
from scograph.stores.lexical_forms import stored_lines
from scograph.stores.lexical_queries import ANY, MAX_PREDICATES
from scograph.stores.load_names import checked_name, refuse_other_project
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
"""The file that names the store in use, with its loads, its quads, the SHA-256 of its files, and the predicates whose
literals are stored as written, if there are any."""
_CHANGING = re.compile(r"LOG(\.old\.\d+)?|LOCK")
"""The files of a store that may be others each time it is opened; they hold no data."""
_OF_ENGINE = re.compile(rf"{_CHANGING.pattern}|\d+\.(sst|log|blob)|(MANIFEST|OPTIONS)-\d+(\.dbtmp)?|CURRENT|IDENTITY")
"""What Oxigraph's engine (RocksDB) calls its files."""
_OURS = re.compile(rf"{_OF_ENGINE.pattern}|{NAMES}")
"""The files of a store: nothing else is ever removed from its folder."""
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


def write_store(  # noqa: PLR0913 -- as many as a load has
    folder: Path,
    lines: Iterable[bytes],
    *,
    name: str = "graph",
    of: str = "",
    may_replace: bool = False,
    is_durable: bool = True,
) -> int:
    """Load a dataset into a folder, in place of what a load of the same name put there, beside those of other names.

    Args:
        folder: The folder; it is made, or it is one that this function made.
        lines: N-Quads, in pieces of whole lines.
        name: What the load is called.
        of: The base IRI of the project that is loaded; nothing for files.
        may_replace: Whether it may take the place of a load of that name of another project.
        is_durable: Whether it is to survive a power cut.

    Returns:
        The quads of the load.

    Raises:
        UsageError: The folder holds something else, or a load of that name of another project; another load is writing
            into it; or it cannot be written.
        InputError: What a load of another name put there is damaged.
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
            held = _held(folder)
            last = next((load for load in held if load.name == name), None)
            if last and not may_replace:
                refuse_other_project(name, last.of, of)
            load = FolderLoad(checked_name(name), of or (last.of if last else ""))
            begin(folder, folder / CURRENT)
            found = _written(folder, {load: lines, **{o: None for o in held if o.name != name}}, is_durable=is_durable)
    except BaseException as error:
        remove_empty(made)
        if isinstance(error, OSError):
            raise unwritable(folder, error) from error
        raise
    return next(one.quads for one in found if one.name == name)


def remove_load(folder: Path, name: str) -> int:
    """Remove what a load put into a folder; what others put there as well stays.

    Args:
        folder: The folder that `write_store` made.
        name: The name of the load.

    Returns:
        The quads that the load had.

    Raises:
        UsageError: There is no load of that name; another load is writing into the folder; or it cannot be written.
        InputError: There is no store, or what a load of another name put there is damaged.
    """
    store_place(folder)
    try:
        with _alone(folder):
            held = _held(folder)
            gone = next((load for load in held if load.name == name), None)
            if gone is None:
                raise UsageError(
                    f"{folder} has no load named {name!r}", hint=f"list them: scograph load {folder} --list"
                )
            begin(folder, folder / CURRENT)
            _written(folder, {load: None for load in held if load != gone})
    except OSError as error:
        raise unwritable(folder, error) from error
    return gone.quads


def loads_in(folder: Path) -> tuple[FolderLoad, ...]:
    """The loads that a folder holds.

    Args:
        folder: The folder that `write_store` made.

    Returns:
        The loads, by name.

    Raises:
        InputError: There is no store.
    """
    loads: tuple[FolderLoad, ...] = store_place(folder)[1]["loads"]
    return loads


def _held(folder: Path) -> tuple[FolderLoad, ...]:
    """The loads in a folder, where nothing may be that no load put there."""
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
    loads: tuple[FolderLoad, ...] = current.get("loads", ())
    return loads


def _kept(folder: Path, load: FolderLoad) -> Iterator[bytes]:
    """The quads of a load that stays, as the store in use has them."""
    place, current = store_place(folder)
    if load.file:
        yield from quads_of(folder, place, load, current["files"])
        return
    with closing(DiskStore(folder)) as store:
        yield from n_quads(store.quads_of_all_graphs())


def _filled(
    folder: Path, place: Path, inputs: Mapping[FolderLoad, Iterable[bytes] | None]
) -> tuple[list[FolderLoad], int, set[str]]:
    """Write the quads of loads into a new store: the loads, its quads, and the predicates of literals as written."""
    predicates: set[str] = set()
    loads = []
    store = Store(str(place))
    try:
        for number, (load, given) in enumerate(sorted(inputs.items(), key=lambda one: one[0].name)):
            lines = _kept(folder, load) if given is None else given
            if len(inputs) > 1:
                file, quads = write_quads(place, number, lines)
                loads.append(replace(load, file=file, quads=quads))
                lines = told_apart(read_quads(place / file), number)
            for piece in lines:
                store.bulk_load(stored_lines(piece, predicates), RdfFormat.N_QUADS)
            if len(inputs) == 1:
                loads.append(replace(load, file="", quads=len(store)))
        store.flush()
        store.optimize()
        return loads, len(store), predicates
    finally:
        del store  # it closes its files: an engine at work would write, and remove, what is removed after a failure


def _written(
    folder: Path, inputs: Mapping[FolderLoad, Iterable[bytes] | None], *, is_durable: bool = True
) -> tuple[FolderLoad, ...]:
    """Write a store of loads, whose lines are given, or stay what they were, and name it as the one in use."""
    tidy(folder)
    place, lock = make_beside(folder, _PREFIX)
    try:
        loads, count, predicates = _filled(folder, place, inputs)
        place.chmod(0o777 & ~umask())
        if is_durable:
            flush_tree(place)
        _refuse_other_count(folder, place, count)
        record = {
            "store": place.name,
            "name": " ".join(load.name for load in loads),
            "loads": [load.record() for load in loads],
            "quads": count,
            "files": _digests(place),
        }
        if predicates:
            record["written"] = sorted(predicates) if len(predicates) <= MAX_PREDICATES else [ANY]
        refuse_if_told()
        fcntl.flock(lock, fcntl.LOCK_SH)  # from now on others may hold it
        write_file(folder / CURRENT, [json_document(record, indent=1, sort_keys=True)], shown=folder)
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
    return tuple(loads)


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
    """Remove the files of a store, and its folder if nothing else is in it."""
    with suppress(OSError):
        for path in list(place.iterdir()):
            if _OURS.fullmatch(path.name):
                path.unlink(missing_ok=True)
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
    for load in current["loads"]:
        found = sum(piece.count(b"\n") for piece in read_quads(place / load.file)) if load.file else found
        if found != load.quads:
            return [(CURRENT, f"says {load.quads:,} quads of the load named {load.name!r}, and {found:,} are there")]
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
        loads = loads_of(current, str(current.get("name", "graph")), count)
        written = [str(iri) for iri in current.get("written", [])]  # one that was loaded before had none
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{folder}: {CURRENT} was not written by a load", hint=hint) from error
    if os.sep in name or not name.startswith(_PREFIX):
        raise InputError(f"{folder}: {CURRENT} does not name a store", hint=hint)
    return {"store": name, "loads": loads, "quads": count, "files": files, "written": written}


def _digests(place: Path) -> dict[str, str]:
    """The SHA-256 of the files of a store that stay the same."""
    found = {}
    for path in sorted(place.iterdir()) if place.is_dir() else ():
        if not _CHANGING.fullmatch(path.name):
            with path.open("rb") as file:
                found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
