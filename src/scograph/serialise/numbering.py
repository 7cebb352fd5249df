"""Blank nodes numbered by first appearance, so that two runs give the same bytes, however many there are."""

from __future__ import annotations

import weakref

from scograph.ntriples import LABELS

MAX_IN_MEMORY = 100_000
"""So many labels are remembered in memory; more are kept in a file without a name, which the system removes."""


class BlankNodeNames:
    """Names blank nodes `_:b0`, `_:b1`, … by first appearance."""

    def __init__(self, max_in_memory: int = MAX_IN_MEMORY) -> None:
        self._most = max_in_memory
        self._known: dict[bytes, int] = {}
        self._count = 0
        self._scope = b""
        self._spilt: _Spilt | None = None

    def next_file(self) -> None:
        """Begin another file: the labels of two files never meet (RDF 1.1 Concepts, clause 3.4)."""
        self._scope = b"%d:" % self._count

    def name(self, label: bytes) -> bytes:
        """The name of a blank node.

        Args:
            label: Its label as the file has it, with `_:`.

        Returns:
            `_:b` and its number.
        """
        key = self._scope + label
        number = self._known.get(key)
        if number is None:
            number = self._spilt.find(key) if self._spilt else None
            if number is None:
                number = self._count
                self._count += 1
            if len(self._known) >= self._most:
                self._spilt = self._spilt or _Spilt()
                self._spilt.keep(self._known)
                self._known = {}
            self._known[key] = number
        return b"_:b%d" % number

    def in_lines(self, lines: bytes) -> bytes:
        """Lines of N-Triples or N-Quads with their blank nodes named.

        Args:
            lines: Whole lines, as the library writes them.

        Returns:
            The lines.
        """
        return LABELS.sub(lambda match: self.name(match.group()), lines) if b"_:" in lines else lines


class _Spilt:
    """Numbers that are kept outside memory."""

    def __init__(self) -> None:
        import sqlite3  # noqa: PLC0415 -- slow to load, and few files have so many blank nodes

        self._table = sqlite3.connect("", check_same_thread=False)  # whichever thread drops it closes it
        weakref.finalize(self, self._table.close)  # Python warns of one that is left open, since 3.13
        self._table.execute("PRAGMA journal_mode=OFF")
        self._table.execute("PRAGMA cache_size=-8000")  # KiB
        self._table.execute("CREATE TABLE names (label BLOB PRIMARY KEY, number INTEGER) WITHOUT ROWID")

    def find(self, label: bytes) -> int | None:
        row = self._table.execute("SELECT number FROM names WHERE label = ?", (label,)).fetchone()
        return None if row is None else int(row[0])

    def keep(self, numbers: dict[bytes, int]) -> None:
        self._table.executemany("INSERT OR IGNORE INTO names VALUES (?, ?)", sorted(numbers.items()))
