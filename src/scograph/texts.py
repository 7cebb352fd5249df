"""The archive of source texts: files below a folder that git ignores, each found by the SHA-256 of its text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from scograph.bounds import SOURCE_SIZE
from scograph.project import Project, files_below, leads_out, read_bytes, refuse_link_out

DIGITS = 12
"""So many hexadecimal digits of the SHA-256 of a text name it."""
ORIGINAL = ".original."
"""What the name of a file that a text was read from has before its extension."""


def digest_of(content: str | bytes) -> str:
    """The SHA-256 of bytes, or of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def texts_by_digest(texts: Iterable[bytes]) -> dict[str, str]:
    """Texts by their digests.

    Args:
        texts: Texts in UTF-8.

    Returns:
        Each by the SHA-256 of its bytes.
    """
    return {digest_of(data): data.decode("utf-8") for data in texts}


class TextArchive:
    """The texts of a project's sources.

    Args:
        project: The project; `[texts] folder` in its settings names the folder, `texts` by default.
    """

    def __init__(self, project: Project) -> None:
        self.folder = project.folder / project.settings.texts
        self._top = project.folder
        self._known: dict[str, Path] = {}
        self._left: Iterator[Path] | None = None

    def path(self, sha256: str) -> Path | None:
        """The file that has a text.

        Args:
            sha256: The SHA-256 of the text in UTF-8.

        Returns:
            A file below the folder with this digest, whatever its name; None where there is none.

        Raises:
            InputError: A folder or file cannot be read, or a symbolic link leads the archive out of the project.
        """
        if not self.folder.is_dir():
            return None
        if sha256 in self._known:
            return self._known[sha256]
        if self._left is None:
            refuse_link_out(self.folder, self._top)
            files = [path for path in files_below(self.folder, has_hidden=False) if ORIGINAL not in path.name]
            self._left = iter(sorted(files, key=lambda path: path.stem != sha256[:DIGITS]))
        for path in self._left:
            if not path.is_file() or leads_out(path, self._top) or path.stat().st_size > SOURCE_SIZE.limit << 20:
                continue
            found = digest_of(read_bytes(path))
            self._known.setdefault(found, path)
            if found == sha256:
                return path
        return None

    def text(self, sha256: str) -> str | None:
        """A text by its digest.

        Args:
            sha256: The SHA-256 of the text in UTF-8.

        Returns:
            The text; None where the archive does not have it.

        Raises:
            InputError: It cannot be read.
        """
        path = self.path(sha256)
        return None if path is None else read_bytes(path).decode("utf-8")

    def damaged(self) -> tuple[Path, ...]:
        """The files that are named by a digest and have another.

        Returns:
            The paths, sorted; texts that other names have are not among them.
        """
        if not self.folder.is_dir():
            return ()
        refuse_link_out(self.folder, self._top)
        return tuple(
            path
            for path in files_below(self.folder, has_hidden=False)
            if path.suffix == ".txt"
            and len(path.stem) == DIGITS
            and set(path.stem) <= set("0123456789abcdef")
            and not leads_out(path, self._top)
            and not digest_of(read_bytes(path)).startswith(path.stem)
        )
