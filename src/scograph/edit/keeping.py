"""Texts of sources put into the archive, which git ignores, with the bytes that they were read from."""

from __future__ import annotations

from pathlib import Path

from scograph.errors import InputError
from scograph.project import Project, refuse_link_out
from scograph.texts import DIGITS, ORIGINAL, TextArchive, digest_of
from scograph.writing import Made

_IGNORED = b"# Texts of sources belong to their authors: they are not committed and not published.\n*\n"


def archive_text(  # noqa: PLR0913, PLR0917 -- a text, and what it was read from
    project: Project, name: str, text: str, original: bytes = b"", extension: str = "", made: Made | None = None
) -> Path:
    """Keep a text, and what it was read from.

    Args:
        project: The project.
        name: The folder of its source in `data/`.
        text: The text.
        original: The bytes that it was read from, if they are to be kept: they are not where they are the text.
        extension: The extension of these bytes' format, such as `html`.
        made: What makes the files; it may remove them again.

    Returns:
        The file of the text; one that is there already stays as it is.

    Raises:
        InputError: A symbolic link leads the archive out of the project.
        UsageError: It cannot be written.
    """
    archive = TextArchive(project).folder
    folder = archive / name
    for place in (archive, folder):
        refuse_link_out(place, project.folder)
    made = made or Made()
    ignoring = archive / ".gitignore"
    if not ignoring.exists():
        made.file(ignoring, _IGNORED)
    stem = digest_of(text)[:DIGITS]
    files = {folder / f"{stem}.txt": text.encode()}
    if original and original != text.encode():
        files[folder / f"{stem}{ORIGINAL}{extension}"] = original
    for path, content in files.items():
        if not path.exists():
            made.file(path, content)
        elif not path.is_file():
            raise InputError(f"{path}: no regular file", hint="move it away")
    return folder / f"{stem}.txt"
