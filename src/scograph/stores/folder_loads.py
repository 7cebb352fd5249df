"""The loads that share a store in a folder: each with its own quads in a file, from which the store is made.

One load alone needs no file: its quads are those of the store.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from scograph.errors import InputError
from scograph.ntriples import LABELS
from scograph.serialise.sorting import sort_lines, whole_lines

NAMES = r"load-\d+\.nq\.gz"
"""The files of quads, beside those of the engine; a pattern."""
_LEVEL = 1


@dataclass(frozen=True, slots=True)
class FolderLoad:
    """A load that a folder holds.

    Args:
        name: Its name.
        of: The base IRI of its project; nothing if it was made of files.
        quads: How many quads it put there.
        file: The file of its quads; nothing if it is the only load.
    """

    name: str
    of: str = ""
    quads: int = 0
    file: str = ""

    def record(self) -> dict[str, str | int]:
        """What the folder's list says of it."""
        return {"name": self.name, "of": self.of, "quads": self.quads, "file": self.file}


def loads_of(record: Mapping[str, Any], name: str, quads: int) -> tuple[FolderLoad, ...]:
    """The loads that a folder's list names.

    Args:
        record: The list.
        name: The name that it has of its only load, if it was written before loads could share a folder.
        quads: The quads of the store.

    Returns:
        The loads, by name.

    Raises:
        KeyError: The list lacks something.
        TypeError: Something in the list has another type.
        ValueError: Something in the list has another form.
    """
    if "loads" not in record:
        return (FolderLoad(name, quads=quads),)
    found = tuple(
        FolderLoad(str(row["name"]), str(row["of"]), int(row["quads"]), str(row["file"])) for row in record["loads"]
    )
    return tuple(sorted(found, key=lambda load: load.name))


def write_quads(place: Path, number: int, lines: Iterable[bytes]) -> tuple[str, int]:
    """Write the quads of a load, sorted, each once.

    Args:
        place: The folder of the store.
        number: Which load it is.
        lines: N-Quads, in pieces of whole lines.

    Returns:
        The name of the file, and the quads.

    Raises:
        OSError: The file cannot be written.
        UsageError: There is no room for the files of the sort.
    """
    path, count = place / f"load-{number}.nq.gz", 0
    with path.open("wb") as file, gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as packed:
        for piece in sort_lines(lines):
            packed.write(piece)
            count += piece.count(b"\n")
    return path.name, count


def quads_of(folder: Path, place: Path, load: FolderLoad, digests: Mapping[str, str]) -> Iterator[bytes]:
    """The quads of a load.

    Args:
        folder: The folder that messages name.
        place: The folder of the store.
        load: The load.
        digests: The SHA-256 of the files, as they were written.

    Returns:
        N-Quads, in pieces of whole lines.

    Raises:
        InputError: The file is damaged.
    """
    try:
        with (place / load.file).open("rb") as file:
            is_whole = hashlib.file_digest(file, "sha256").hexdigest() == digests.get(load.file)
        if not is_whole:
            raise InputError(
                f"{folder}: the quads of the load named {load.name!r} are damaged: {load.file} was changed after it was"
                " written",
                hint=f"load it again first: scograph load {folder} --name {load.name}",
            )
        yield from read_quads(place / load.file)
    except OSError as error:
        raise InputError(
            f"{folder}: the quads of the load named {load.name!r} cannot be read: {error.strerror or error}",
            hint=f"load it again first: scograph load {folder} --name {load.name}",
        ) from error


def read_quads(path: Path) -> Iterator[bytes]:
    """What `write_quads` wrote.

    Args:
        path: The file.

    Returns:
        N-Quads, in pieces of whole lines.

    Raises:
        OSError: The file cannot be read.
    """
    with gzip.open(path) as packed:
        yield from whole_lines(cast("IO[bytes]", packed))


def told_apart(lines: Iterable[bytes], number: int) -> Iterator[bytes]:
    """Lines whose blank nodes have labels that no other load has.

    Args:
        lines: N-Quads, in pieces of whole lines.
        number: Which load it is.

    Returns:
        The lines.
    """
    mark = b"_:l%d_" % number
    for piece in lines:
        yield LABELS.sub(lambda match: mark + match[0][2:], piece) if b"_:" in piece else piece


__all__ = ["NAMES", "FolderLoad", "loads_of", "quads_of", "read_quads", "told_apart", "write_quads"]
