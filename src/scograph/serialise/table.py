"""Rows as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


def csv_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a table that is held in memory as CSV (RFC 4180, clause 2).

    Args:
        head: The names of the columns.
        rows: The rows.

    Returns:
        UTF-8, each line ended by CR LF.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode()
