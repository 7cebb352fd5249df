"""The table of recorded fits, `fit.tsv`: claims that the words of their passages were seen to say; read and written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from scograph.model import Place

FIT_COLUMNS = ("claim", "passage", "edition", "start", "end", "sha256")
MAX_TABLE_BYTES = 1 << 26
"""A table of a larger size is not read: a row has about 120 bytes, so that it has half a million."""
MAX_FAULTS = 20
"""So many faults of one table are told."""

_HEADER = "\t".join(FIT_COLUMNS)
_PATTERNS = (
    (re.compile(r"[0-9a-f]{16}"), "16 hexadecimal digits"),
    (re.compile(r"[^\s/#]{1,100}"), "the number of a passage"),
    (re.compile(r"[0-9a-f]{12}"), "12 hexadecimal digits"),
    (re.compile(r"0|[1-9][0-9]{0,17}"), "a number of characters"),
    (re.compile(r"[1-9][0-9]{0,17}"), "a number of characters"),
    (re.compile(r"[0-9a-f]{64}"), "64 hexadecimal digits"),
)
_CONFLICT = re.compile(r"(?:<{7}|\|{7}|={7}|>{7})(?: .*)?")


@dataclass(frozen=True, slots=True)
class FitRow:
    """That the words of a passage were seen to say a claim.

    Args:
        claim: The last 16 hexadecimal digits of the claim's IRI.
        passage: The number of its passage, such as `04`.
        edition: The name of the edition in which the offsets count: 12 hexadecimal digits.
        start: Code points of its text before the passage.
        end: Code points before what follows it.
        sha256: The SHA-256 of the passage's words in UTF-8.
    """

    claim: str
    passage: str
    edition: str
    start: int
    end: int
    sha256: str

    @property
    def line(self) -> str:
        """The row as the table has it, without the end of the line."""
        return "\t".join((self.claim, self.passage, self.edition, str(self.start), str(self.end), self.sha256))


@dataclass(frozen=True, slots=True)
class TableFault:
    """What is wrong with a table.

    Args:
        message: What it is.
        place: Where it stands.
    """

    message: str
    place: Place


@dataclass(frozen=True, slots=True)
class FitTable:
    """A table as it was read.

    Args:
        path: The file, as messages show it.
        rows: Its rows, each with its line, counted from 1.
        faults: What is wrong with it; rows at fault are not among the others.
    """

    path: str
    rows: tuple[tuple[int, FitRow], ...] = ()
    faults: tuple[TableFault, ...] = ()


def read_fit_table(data: bytes, path: str) -> FitTable:
    r"""Read a table.

    Args:
        data: The bytes of the file.
        path: The file, as messages show it.

    Returns:
        The rows that can be read, and what is wrong with the others: at most `MAX_FAULTS` faults.

    Example:
        >>> row = f"0123456789abcdef\t04\t4c68fb426f74\t0\t9\t{'ab' * 32}"
        >>> table = read_fit_table(f"claim\tpassage\tedition\tstart\tend\tsha256\n{row}\n".encode(), "fit.tsv")
        >>> [(line, row.passage, row.end) for line, row in table.rows], table.faults
        ([(2, '04', 9)], ())
    """
    if len(data) > MAX_TABLE_BYTES:
        return FitTable(path, faults=(TableFault(f"the table has more than {MAX_TABLE_BYTES:,} bytes", Place(path)),))
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        place = Place(path, data.count(b"\n", 0, error.start) + 1, error.start - data.rfind(b"\n", 0, error.start))
        return FitTable(path, faults=(TableFault(f"byte 0x{data[error.start]:02X} is in no such table", place),))
    faults = _framing(lines, path)
    rows: list[tuple[int, FitRow]] = []
    first: dict[str, int] = {}
    before = ""
    for number, line in enumerate(lines[1:] if lines[-1] else lines[1:-1], 2):
        row = _row(line, path, number)
        if isinstance(row, TableFault):
            faults.append(row)
        elif row.claim in first:
            faults.append(TableFault(f"the claim stands in line {first[row.claim]} already", Place(path, number, 1)))
        elif line < before:
            faults.append(TableFault("the row is not in order: lines are sorted", Place(path, number, 1)))
        else:
            rows.append((number, row))
            before = line
        if isinstance(row, FitRow):
            first.setdefault(row.claim, number)
        if len(faults) >= MAX_FAULTS:
            break
    return FitTable(path, tuple(rows), tuple(faults[:MAX_FAULTS]))


def fit_table(rows: Iterable[FitRow]) -> bytes:
    r"""Write a table.

    Args:
        rows: The rows, in any order.

    Returns:
        The bytes of the file: the header, then the rows as sorted lines, each once.

    Example:
        >>> fit_table([])
        b'claim\tpassage\tedition\tstart\tend\tsha256\n'
    """
    return "".join(f"{line}\n" for line in (_HEADER, *sorted({row.line for row in rows}))).encode()


def _framing(lines: list[str], path: str) -> list[TableFault]:
    """What is wrong with the first line of a table and the end of its last one."""
    faults = []
    if lines[0] != _HEADER:
        conflict = f"git left a conflict here: {lines[0][:7]!r}"
        message = conflict if _CONFLICT.fullmatch(lines[0]) else f"the first line is not the header {_HEADER!r}"
        faults.append(TableFault(message, Place(path, 1, 1)))
    if lines[-1]:
        faults.append(TableFault("the last line has no end", Place(path, len(lines), len(lines[-1]) + 1)))
    return faults


def _row(line: str, path: str, number: int) -> FitRow | TableFault:
    if _CONFLICT.fullmatch(line):
        return TableFault(f"git left a conflict here: {line[:7]!r}", Place(path, number, 1))
    if line.endswith("\r"):
        return TableFault("the line ends with a carriage return", Place(path, number, len(line)))
    cells = line.split("\t")
    if len(cells) != len(FIT_COLUMNS):
        return TableFault(f"the row has {len(cells)} columns, and must have {len(FIT_COLUMNS)}", Place(path, number, 1))
    column = 1
    for name, cell, (pattern, wanted) in zip(FIT_COLUMNS, cells, _PATTERNS, strict=True):
        if not pattern.fullmatch(cell):
            return TableFault(f"{name} is not {wanted}: {cell[:70]!r}", Place(path, number, column, len(cell) or None))
        column += len(cell) + 1
    claim, passage, edition, start, end, sha256 = cells
    if int(start) >= int(end):
        return TableFault(f"start {start} is not before end {end}", Place(path, number, 1))
    return FitRow(claim, passage, edition, int(start), int(end), sha256)
