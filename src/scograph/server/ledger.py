"""Which paths have ever been published: kept in a file, so that what is gone is 410 after a restart as well."""

from __future__ import annotations

import os
from pathlib import Path

from scograph.errors import InputError, UsageError

_HEAD = "# what scograph serve has published here; what is no more answers 410"


class Ledger:
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
            raise InputError(f"{path}: cannot be read: {error}", hint="name a new file with --remember") from error
        if head != _HEAD:
            raise InputError(f"{path}: not a list of published paths", hint="name a new file with --remember")
        self._known = frozenset(lines)

    def gone(self, paths: frozenset[str]) -> frozenset[str]:
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
            beside = self._path.with_name(f"{self._path.name}.new")
            try:
                beside.write_text("\n".join([_HEAD, *sorted(known), ""]), "utf-8")
                os.replace(beside, self._path)  # noqa: PTH105 -- in one step, also over a file that is there
            except OSError as error:
                raise UsageError(
                    f"{self._path}: cannot be written: {error.strerror}", hint="name another file with --remember"
                ) from error
            self._known = known
        return known - paths
