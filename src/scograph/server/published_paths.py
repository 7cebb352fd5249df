"""The file of all paths that were ever published: a removed one answers 410 Gone after a restart as well."""

from __future__ import annotations

from pathlib import Path

from scograph.errors import InputError
from scograph.writing import write_file

_HEAD = "# what scograph serve has published here; what is no more answers 410"


class PublishedPaths:
    """The file of the paths.

    Args:
        path: The file; it need not be there.

    Raises:
        InputError: It is something else, or cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: frozenset[str] = frozenset()
        if not path.exists():
            return
        try:
            head, *lines = path.read_text("utf-8").splitlines() or [""]
        except (OSError, ValueError) as error:
            raise InputError(f"{path}: cannot be read: {error}", hint="give a new file with --remember") from error
        if head != _HEAD:
            raise InputError(f"{path}: not a list of published paths", hint="give a new file with --remember")
        self._known = frozenset(lines)

    def add(self, paths: frozenset[str]) -> frozenset[str]:
        """Note what is published from now on.

        Args:
            paths: Every path that has an answer.

        Returns:
            The paths that had one once.

        Raises:
            UsageError: The file cannot be written.
        """
        known = self._known | paths
        if known != self._known:
            write_file(self._path, ["\n".join([_HEAD, *sorted(known), ""]).encode()])
            self._known = known
        return known - paths
