"""Count the rows of a serialised result as its bytes pass; it imports little, for the worker runs it from its file."""

from __future__ import annotations

import re

HELD_BYTES = 1 << 20
"""Bytes that wait to be counted, as long as they cannot have too many rows."""
_MARKS = {"json": b"{", "csv": b"\n", "tsv": b"\n", "nt": b"\n", "xml": b"<"}
"""Bytes that occur at least once for each row: quickly counted, and never fewer than the rows."""
_SMALLEST = {"json": 3, "csv": 2, "tsv": 1, "nt": 1, "xml": 9}
"""The fewest bytes of a row: `{},`, or `<result/>`; a result with fewer need not be counted."""
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_ELEMENT = re.compile(rb"<result[\s/>]")
"""A < inside a value is written &lt;."""


class RowCounter:
    """Counts the rows of a result in one of the standard forms, those in which nothing is bound among them.

    Args:
        form: `json`, `xml`, `csv`, `tsv` or `nt`; of anything else nothing is counted.
        max_rows: How many rows there may be; 0 for any number.
    """

    def __init__(self, form: str, max_rows: int) -> None:
        self.rows = 0
        self._form = form
        self._mark = _MARKS.get(form, b"") if max_rows else b""
        self._max_lines = max_rows + (form in ("csv", "tsv"))  # these have a line for the header
        self._safe_bytes = self._max_lines * _SMALLEST.get(form, 0)
        self._pieces: list[bytes] = []
        self._held = 0
        self._scanned = 0
        self._upper_bound = 0
        self._tail = b""
        self._open = b""
        self._is_quoted = False

    def is_over(self, piece: bytes) -> bool:
        """Take the next piece, and say whether there are too many rows by now."""
        if not self._mark:
            return False
        self._pieces.append(piece)
        self._held += len(piece)
        if self._held <= self._safe_bytes and self._held < HELD_BYTES:
            return False
        self._safe_bytes = 0
        self._upper_bound += sum(waiting.count(self._mark) for waiting in self._pieces[self._scanned :])
        self._scanned = len(self._pieces)
        if self._upper_bound <= self._max_lines and self._held < HELD_BYTES:
            return False
        self._count(b"".join(self._pieces))
        self._pieces, self._held, self._scanned = [], 0, 0
        self._upper_bound = self.rows + self._tail.count(self._mark)  # a row may have begun at the very end
        return self.rows > self._max_lines

    def _count(self, piece: bytes) -> None:
        """Count the rows that begin in a piece, or, in CSV and TSV, end in it."""
        if self._form in ("tsv", "nt"):
            self.rows += piece.count(b"\n")
        elif self._form == "csv":
            for place, part in enumerate(piece.split(b'"')):
                self._is_quoted ^= place > 0
                self.rows += 0 if self._is_quoted else part.count(b"\n")
        elif self._form == "json":
            self._count_json(self._open + piece)
        else:
            window = self._tail + piece
            self.rows += len(_ELEMENT.findall(window))
            self._tail = window[-7:]

    def _count_json(self, text: bytes) -> None:
        """Count objects that are members of an array; what stands in a string, and blanks, are put aside."""
        bare, quote, rest = _STRING.sub(b"s", text).partition(b'"')
        self._open = quote + rest
        window = self._tail + bare.translate(None, b" \t\r\n")
        self.rows += sum(window.count(mark) for mark in (b",{s", b"[{s", b",{}", b"[{}"))
        self._tail = window[-2:]
