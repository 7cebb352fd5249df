"""Refuse an output file that is one of the files that the command reads."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from scograph.errors import UsageError
from scograph.project import MANIFEST, SETTINGS_FILE, format_of, is_project
from scograph.streams import STDIN

_PROJECT = ("data", "ontology", "shapes", "templates", "static", SETTINGS_FILE)
"""What of a project is read: an output may lie beside it in the same folder."""


def refuse_overwriting(output: str, inputs: Iterable[str]) -> None:
    """Refuse an output file that is an input: it would be replaced by what is made of it.

    Two paths are one file if they have one device and one inode, so links of both kinds are seen through.

    Args:
        output: The file that is to be written.
        inputs: Files, folders, or `-` for standard input; what is not there is passed over.

    Raises:
        UsageError: It is one of them, or in one of them.
    """
    target = _identity(output)
    if target is None or not Path(output).is_file():
        return
    if any(_identity(path) == target for name in inputs for path in _files(name)):
        raise UsageError(
            f"{output} is a file that this command reads, and -o would replace it", hint="name another file with -o"
        )


def _identity(path: str | int) -> tuple[int, int] | None:
    """The device and inode of a file, or None where there is no such file."""
    try:
        found = os.stat(path)  # noqa: PTH116 -- a descriptor, or a text
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def _files(name: str) -> Iterator[str | int]:
    """A file; the files of a folder that are read: of a project its parts, of builds all, of others the RDF files."""
    if name == STDIN:
        yield 0
        return
    yield name
    folder = Path(name)
    try:
        is_folder = folder.is_dir()
    except ValueError:  # text that no path can be
        return
    if not is_folder:
        return
    if is_project(folder):
        parts = [folder / part for part in _PROJECT]
    else:
        parts = [manifest.parent for manifest in folder.glob(f"*/{MANIFEST}")] or [folder]
    is_plain = parts == [folder] and not (folder / MANIFEST).exists()
    for part in parts:
        yield str(part)
        for place, _, names in os.walk(part):
            read = (file for file in names if not is_plain or format_of(Path(file)))
            yield from (os.path.join(place, file) for file in read)  # noqa: PTH118 -- one text for each file
