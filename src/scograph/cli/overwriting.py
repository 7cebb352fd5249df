"""Refuse an output that is one of the files that the command reads, or that lies where the next run would read it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from scograph.errors import UsageError
from scograph.formats import CONTEXT, CSV
from scograph.project import MANIFEST, PROJECT_PARTS, format_of, is_project, refuse_among_inputs
from scograph.streams import STDIN

_KEPT = {CONTEXT.name: "ontology/context.jsonld", CSV.name: "ontology/questions/*.csv"}
"""Files of a project that are made by a command, of one format, and kept there for the check to compare."""


def refuse_overwriting(output: str, inputs: Iterable[str], form: str = "") -> None:
    """Refuse an output that is an input, since it would be replaced by what is made of it, or that would become one.

    Two paths are one file if they have one device and one inode, so links of both kinds are seen through.

    Args:
        output: The file or folder that is to be written, or `-` for standard output.
        inputs: Files, folders, or `-` for standard input; what is not there is passed over.
        form: The format of the output.

    Raises:
        UsageError: It is one of them, is in one of them, or lies in a folder that is read as input.
    """
    if output == "-":
        return
    inputs = list(inputs)
    folders = [Path(name) for name in inputs if _is_folder(name)]
    if form in _KEPT and any(_is_kept(output, folder, _KEPT[form]) for folder in folders):
        return
    target = _identity(output) if Path(output).is_file() else None
    if target is not None and any(_identity(path) == target for name in inputs for path in _files(name)):
        raise UsageError(
            f"{output} is an input of this command, which -o would replace", hint="give another file with -o"
        )
    for folder in folders:
        if not (folder / MANIFEST).exists():
            refuse_among_inputs(output, folder)


def _is_kept(output: str, folder: Path, pattern: str) -> bool:
    path = os.path.realpath(output)
    return PurePath(path).match(os.path.join(os.path.realpath(folder), pattern))  # noqa: PTH118 -- a pattern


def _is_folder(name: str) -> bool:
    return name != STDIN and os.path.isdir(name)  # noqa: PTH112 -- it is false for text that no path can be


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
    if not _is_folder(name):
        return
    if is_project(folder):
        parts = [folder / part for part in PROJECT_PARTS]
    else:
        parts = [manifest.parent for manifest in folder.glob(f"*/{MANIFEST}")] or [folder]
    is_plain = parts == [folder] and not (folder / MANIFEST).exists()
    for part in parts:
        yield str(part)
        for place, _, names in os.walk(part):
            read = (file for file in names if not is_plain or format_of(Path(file)))
            yield from (os.path.join(place, file) for file in read)  # noqa: PTH118 -- one text for each file
