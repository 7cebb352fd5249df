"""The reading order of a PDF page, found from the boxes of its words: columns, tables, paragraphs.

A PDF says where each glyph stands, and nothing of lines, columns or order: what is drawn first need not be read first.
Words in a row form segments; where rows leave the same stretch free, it parts columns. Columns of prose are read one
after the other, a table row by row. Where the two cannot be told apart, the page is said to be in doubt.
"""

from __future__ import annotations

import statistics
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

GAP_IN_LINE = 1.4
"""Ems of white space that part two segments of a row; between words there are less."""
MIN_OVERLAP = 0.35
"""The part of its height that a word shares with the row in which it stands."""
PROSE_WORDS = 3.0
"""A line of prose has so many words on average; of scripts without blanks, two characters count as one."""
PROSE_FILL = 0.45
"""The part of the lines of prose that fill their column."""
FULL = 0.72
"""The part of a column's width that a full line has."""
MIN_PROSE_ROWS = 3
"""Fewer rows are read across: they may be the head of a page, or a table."""
MAX_DEPTH = 6
"""Columns in columns are looked for so often."""

ORDER_IN_DOUBT = "It is not certain in which order the columns of the page are read: compare it with the page."


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a page.

    Args:
        text: Its characters.
        left: Points from the left edge.
        top: Points from the upper edge, downwards.
        right: The same of its right end.
        bottom: The same of its lower edge.
        size: The size of its letters, in points.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float


@dataclass(slots=True)
class Segment:
    """Words in a row, with no wide gap between them."""

    words: list[Word]

    @property
    def left(self) -> float:
        """Where it begins."""
        return min(word.left for word in self.words)

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(word.right for word in self.words)

    @property
    def top(self) -> float:
        """Its upper edge."""
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return max(word.bottom for word in self.words)

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        return statistics.median_high([word.size for word in self.words for _ in word.text])

    @property
    def text(self) -> str:
        """Its words, with blanks between them."""
        return joined([word.text for word in self.words])

    @property
    def count(self) -> float:
        """How many words it has; of scripts without blanks, two characters count as one."""
        return sum(max(1.0, sum(is_ideograph(character) for character in word.text) / 2) for word in self.words)


@dataclass(slots=True)
class Piece:
    """A part of a page in the order of reading: a line of a column, or a row of a table."""

    segments: list[Segment]
    is_row: bool = False
    column: tuple[float, float] = (0.0, 0.0)  # left and right edge of the column
    starts_column: bool = False


@dataclass(slots=True)
class ReadingOrder:
    """The pieces of a page in order."""

    pieces: list[Piece] = field(default_factory=list)
    is_in_doubt: bool = False


def is_ideograph(character: str) -> bool:
    """Whether a character belongs to a script that has no blanks between words."""
    return "\u2e80" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff" or character >= "\U00020000"


def joined(texts: Sequence[str]) -> str:
    """Words with blanks between them, but between characters of scripts that have none."""
    found = ""
    for text in texts:
        needs_blank = found and text and not (is_ideograph(found[-1]) and is_ideograph(text[0]))
        found += f" {text}" if needs_blank else text
    return found


def is_right_to_left(words: Sequence[Word]) -> bool:
    """Whether most letters are written from right to left."""
    letters = [unicodedata.bidirectional(character) for word in words for character in word.text]
    return sum(kind in ("R", "AL") for kind in letters) > sum(kind == "L" for kind in letters)


def read_page(words: Sequence[Word]) -> ReadingOrder:
    """The order in which the words of a page are read.

    Args:
        words: The words, in any order but that those of one line and script are in theirs.

    Returns:
        The pieces, in order.
    """
    reading = ReadingOrder()
    if words:
        to_left = is_right_to_left(words)
        _read(_rows(words, to_left=to_left), reading, to_left=to_left, depth=0)
    return reading


def _rows(words: Sequence[Word], *, to_left: bool) -> list[list[Segment]]:
    """Words by rows, each in segments from left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda one: (one.top + one.bottom) / 2):
        for row in rows[-4:][::-1]:
            shared = min(row[0].bottom, word.bottom) - max(row[0].top, word.top)
            if shared > MIN_OVERLAP * min(row[0].bottom - row[0].top, word.bottom - word.top):
                row.append(word)
                break
        else:
            rows.append([word])
    return [_segments(row, to_left=to_left) for row in rows]


def _segments(row: list[Word], *, to_left: bool) -> list[Segment]:
    found: list[Segment] = []
    for word in sorted(row, key=lambda one: one.left):
        last = found[-1].words[-1] if found else None
        if last is not None and word.left - last.right < GAP_IN_LINE * max(last.size, word.size):
            found[-1].words.append(word)
        else:
            found.append(Segment([word]))
    for segment in found:
        segment.words = _logical(segment.words, to_left=to_left)
    return found


def _logical(words: list[Word], *, to_left: bool) -> list[Word]:
    """Words of a row from left to right, in the order in which they are read (a part of UAX 9)."""
    if not any(_direction(word) == "R" for word in words):
        return words
    runs: list[list[Word]] = []
    for word in words:
        direction = _direction(word) or ("R" if to_left else "L")
        if runs and (_direction(runs[-1][0]) or ("R" if to_left else "L")) == direction:
            runs[-1].append(word)
        else:
            runs.append([word])
    ordered = [run[::-1] if (_direction(run[0]) or ("R" if to_left else "L")) == "R" else run for run in runs]
    return [word for run in (ordered[::-1] if to_left else ordered) for word in run]


def _direction(word: Word) -> str:
    kinds = {unicodedata.bidirectional(character) for character in word.text}
    return "R" if kinds & {"R", "AL"} else "L" if "L" in kinds or kinds & {"EN", "AN"} else ""


def _read(rows: list[list[Segment]], reading: ReadingOrder, *, to_left: bool, depth: int) -> None:
    """Read rows: bands of one column, and bands of several."""
    for band in _bands(rows):
        columns = _columns([segment for row in band for segment in row])
        if len(columns) < 2 or depth >= MAX_DEPTH:  # noqa: PLR2004 -- one column
            left = min(segment.left for row in band for segment in row)
            right = max(segment.right for row in band for segment in row)
            for number, row in enumerate(band):
                ordered = row[::-1] if to_left else row
                words = [word for segment in ordered for word in segment.words]
                reading.pieces.append(Piece([Segment(words)], column=(left, right), starts_column=not number))
            continue
        if _is_prose(band, columns, reading):
            for column in columns[::-1] if to_left else columns:
                inner = [[segment for segment in row if _stands_in(segment, column)] for row in band]
                _read([row for row in inner if row], reading, to_left=to_left, depth=depth + 1)
        else:
            _read_table(band, columns, reading, to_left=to_left)


def _bands(rows: list[list[Segment]]) -> list[list[list[Segment]]]:
    """Rows one below the other in which the same stretches are free."""
    bands: list[list[list[Segment]]] = []
    taken: list[tuple[float, float]] = []
    for row in rows:
        spans = [(segment.left, segment.right) for segment in row]
        size = max(segment.size for segment in row)
        both = _united([*taken, *spans], size)
        is_same = bool(bands) and len(both) >= max(len(taken), len(spans))
        if len(taken) < len(spans) and taken and taken[0][0] < spans[0][1]:
            is_same = False  # a title over the first column, or over all
        if is_same:
            bands[-1].append(row)
            taken = both
        else:
            bands.append([row])
            taken = _united(spans, size)
    return bands


def _united(spans: list[tuple[float, float]], size: float) -> list[tuple[float, float]]:
    """Stretches that are taken, with those between which there is no gap of an em in one."""
    found: list[tuple[float, float]] = []
    for left, right in sorted(spans):
        if found and left - found[-1][1] < size * 0.7:
            found[-1] = found[-1][0], max(found[-1][1], right)
        else:
            found.append((left, right))
    return found


def _columns(segments: list[Segment]) -> list[tuple[float, float]]:
    size = statistics.median([segment.size for segment in segments])
    return _united([(segment.left, segment.right) for segment in segments], size)


def _stands_in(segment: Segment, column: tuple[float, float]) -> bool:
    return column[0] <= (segment.left + segment.right) / 2 <= column[1]


def _is_prose(band: list[list[Segment]], columns: list[tuple[float, float]], reading: ReadingOrder) -> bool:
    """Whether columns are read one after the other, and not as rows of a table."""
    if len(band) < MIN_PROSE_ROWS:
        return False
    prose = []
    for column in columns:
        lines = [segment for row in band for segment in row if _stands_in(segment, column)]
        words = statistics.mean([line.count for line in lines])
        width = column[1] - column[0]
        full = sum(line.right - line.left >= FULL * width for line in lines) / len(lines)
        prose.append(words >= PROSE_WORDS and full >= PROSE_FILL)
    shared = sum(len(row) > 1 for row in band) / len(band)
    if all(prose):
        return True
    if any(prose):
        # Long texts beside short ones: a table with a column of texts, or a column of prose beside notes.
        reading.is_in_doubt = True
        return shared < 0.5  # noqa: PLR2004 -- a half
    if shared < 0.5:  # noqa: PLR2004 -- short lines that stand in no rows
        reading.is_in_doubt = True
        return True
    return False


def _read_table(
    band: list[list[Segment]], columns: list[tuple[float, float]], reading: ReadingOrder, *, to_left: bool
) -> None:
    """Read rows of cells; what continues a cell below its row belongs to it."""
    order = columns[::-1] if to_left else columns
    last: list[Segment] | None = None
    for row in band:
        cells = []
        for column in order:
            words = [word for segment in row if _stands_in(segment, column) for word in segment.words]
            cells.append(Segment(words))
        is_continued = (
            last is not None
            and not cells[0].words
            and min(cell.top for cell in cells if cell.words) - max(cell.bottom for cell in last if cell.words)
            < 0.6 * max(cell.size for cell in cells if cell.words)
        )
        if is_continued and last is not None:
            for cell, more in zip(last, cells, strict=True):
                cell.words += more.words
        else:
            reading.pieces.append(Piece(cells, is_row=True, column=(columns[0][0], columns[-1][1])))
            last = cells
