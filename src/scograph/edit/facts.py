"""The files of facts beside a source.ttl, by the passage that their names begin with."""

from __future__ import annotations

import re

from scograph.edit.changes import FileChange
from scograph.edit.document import Document, Span
from scograph.errors import UsageError
from scograph.project import SOURCE_FILE, format_of, listed, read_bytes

_NUMBER = re.compile(r"(\d+)-")


def fact_files(document: Document) -> dict[str, tuple[str, ...]]:
    """The files of facts of a document.

    Args:
        document: The document.

    Returns:
        Their paths relative to the project, by the number of the passage.
    """
    folder = document.path.rpartition("/")[0]
    found: dict[str, tuple[str, ...]] = {}
    for entry in listed(document.project.folder / folder):
        match = _NUMBER.match(entry.name)
        if match and entry.name != SOURCE_FILE and format_of(document.project.folder / folder / entry.name):
            found[match[1]] = (*found.get(match[1], ()), f"{folder}/{entry.name}")
    return found


def moved_facts(document: Document, old: Span, new: Span) -> tuple[FileChange, ...]:
    """Let the facts of one passage rest on another: its files get names that begin with the other's number.

    Args:
        document: The document.
        old: The passage.
        new: The other one.

    Returns:
        The changes of files: each file is made under its new name, and removed under its old one.

    Raises:
        UsageError: A file of the new name is there already, or one is not Turtle.
    """
    changes: list[FileChange] = []
    for path in fact_files(document).get(old.name, ()):
        folder, _, name = path.rpartition("/")
        target = f"{folder}/{new.name}-{name.partition('-')[2]}"
        if (document.project.folder / target).exists():
            raise UsageError(f"{target} is there already", hint=f"rename {path} first, or join the two files by hand")
        if not name.endswith(".ttl"):
            raise UsageError(f"{path} is not Turtle, and is not renamed", hint=f"rename it to {target} by hand first")
        data = read_bytes(document.project.folder / path)
        changes += [FileChange(target, None, data), FileChange(path, data, None)]
    return tuple(changes)
