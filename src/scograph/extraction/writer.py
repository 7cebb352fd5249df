"""Builds the text of a page from pieces of text and line breaks, and notes where its blocks, cells and links are."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace

from scograph.extraction.model import BlockKind, Link, TableCell, TextBlock
from scograph.model import BULLETS

BULLET = "A bullet: a mark of the list that says nothing of its own."
"""Why a bullet is ignored."""
_SPACE = re.compile(r"[ \t\n\r\f]+")
_INVISIBLE = str.maketrans(dict.fromkeys("\u00ad\u200b\u2060\ufeff\x00"))
"""What no browser shows: soft hyphens that part nothing, spaces and joiners without width, byte order marks."""
_WORD_BEFORE = re.compile("([^\\W\\d_]+)([-‐\u00ad])$")
_WORD_AFTER = re.compile(r"[^\W\d_]+")
_BULLET = re.compile(rf"[{BULLETS}](?=[\s\u00a0])[\s\u00a0]*")


@dataclass(frozen=True, slots=True)
class Box:
    """What a block is, before its text is known.

    Args:
        kind: Its kind.
        level: Its level.
        language: Its language.
        reason: Why it is furniture, or empty.
        page: The number of its page, or 0.
    """

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    language: str = ""
    reason: str = ""
    page: int = 0


class TextWriter:
    """Collects a text with its blocks. White space collapses as CSS has it (CSS Text 3, clause 4.1)."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[TextBlock] = []
        self._links: list[Link] = []
        self._feeds = 0  # line feeds before the next block
        self._start = -1  # of the block that is open
        self._first_part = 0  # of it
        self._box = Box()
        self._languages: set[str] = set()
        self._reasons: set[str] = set()
        self._has_space = False  # white space before the next character
        self._breaks = 0  # line breaks before the next character
        self._tabs = 0  # ends of cells before the next character
        self._cells: list[list[int]] | None = None

    @property
    def length(self) -> int:
        """Code points written."""
        return self._length

    @property
    def is_open(self) -> bool:
        """Whether a block is open."""
        return self._start >= 0

    @property
    def last(self) -> str:
        """The last character written, or nothing."""
        return self._parts[-1][-1] if self._parts else ""

    def join_hyphenated(self, text: str, keeps_hyphen: Callable[[str, str], bool]) -> bool:
        """Have a line follow that goes on with the word with whose hyphen the last line ends.

        Args:
            text: The line that follows.
            keeps_hyphen: Says of the two parts of a word whether its hyphen belongs to it.

        Returns:
            Whether it does.
        """
        before, after = _WORD_BEFORE.search(self._parts[-1]), _WORD_AFTER.match(text)
        if before is None or after is None or not after[0][0].islower():
            return before is not None and after is not None
        if before[2] == "\u00ad" or not keeps_hyphen(before[1], after[0]):
            self._parts[-1] = self._parts[-1][:-1]
            self._length -= 1
        return True

    def apart(self, feeds: int) -> None:
        """End the block; what follows stands at least so many line feeds below it."""
        if self._start >= 0:
            self._end()
        self._feeds = max(self._feeds, feeds)
        self._breaks = 0
        self._has_space = False

    def space(self) -> None:
        """What follows stands apart from what went before, in the same line."""
        self._has_space = True

    def line_break(self) -> None:
        """A line break in the block; a second one ends the block, if it is no row."""
        self._has_space = False
        if self._start >= 0:
            self._breaks += 1
            if self._breaks > 1 and self._cells is None:
                self.apart(2)

    def write(self, text: str, box: Box, *, is_preformatted: bool = False) -> int:
        """Write text.

        Args:
            text: The text.
            box: The block that it begins, if none is open, and its language.
            is_preformatted: Whether its white space stays.

        Returns:
            Where its first visible character stands; -1 if it has none.
        """
        text = text.translate(_INVISIBLE)
        if is_preformatted:
            return self._write_preformatted(text.replace("\r\n", "\n").replace("\r", "\n"), box)
        words = _SPACE.sub(" ", text)
        visible = words.strip(" ")
        self._has_space |= words.startswith(" ")
        if not visible:
            return -1
        at = self._put(visible, box)
        self._has_space = words.endswith(" ")
        return at

    def _write_preformatted(self, text: str, box: Box) -> int:
        """Write text with its spaces and line ends; blank lines end the block."""
        first = -1
        for number, line in enumerate(text.split("\n")):
            if number:
                self.line_break()
            if not line.strip():
                self._has_space |= bool(line)
                continue
            begins = self._start < 0 or self._breaks
            at = self._put(line.rstrip() if begins else line, box)
            first = at if first < 0 else first
        return first

    def _put(self, visible: str, box: Box) -> int:
        between = ""
        if self._start < 0:
            visible = visible.lstrip()
            if not visible:
                return -1
            between = "\n" * self._feeds if self._length else ""
            self._feeds = 0
        elif self._tabs:
            between = "\t" * self._tabs
        elif self._breaks:
            between = "\n" * min(self._breaks, 2)
        elif self._has_space:
            between = " "
        self._tabs = self._breaks = 0
        self._has_space = False
        self._append(between)
        if self._start < 0:
            self._start, self._box, self._languages, self._reasons = self._length, box, set(), set()
            self._first_part = len(self._parts)
        self._languages.add(box.language)
        self._reasons.add(box.reason)
        at = self._length
        self._append(visible)
        return at

    def _append(self, text: str) -> None:
        if text:
            self._parts.append(text)
            self._length += len(text)

    def begin_row(self) -> None:
        """A row begins: its cells are in one block."""
        self.apart(1)
        self._cells = []

    def cell(self) -> None:
        """A cell of the row begins."""
        if self._cells is not None:
            if self._cells:
                self._tabs += 1
                self._breaks, self._has_space = 0, False
            self._cells.append([-1, -1])

    def wrote(self, start: int) -> None:
        """Text was written into the cell, from a place on."""
        if self._cells:
            self._cells[-1][0] = start if self._cells[-1][0] < 0 else self._cells[-1][0]
            self._cells[-1][1] = self._length

    def end_row(self, box: Box, columns: list[str]) -> list[str]:
        """The row ends.

        Args:
            box: What it is.
            columns: The name of the column of each cell.

        Returns:
            The text of each cell.
        """
        cells, self._cells, self._tabs = self._cells or [], None, 0
        if self._start < 0:
            return [""] * len(cells)
        text, before = "".join(self._parts[self._first_part :]), self._start
        self._box = replace(self._box, kind=box.kind, reason=box.reason)
        end, made = self._start, []
        for (start, stop), column in zip(cells, columns, strict=True):
            made.append(TableCell(start if start >= 0 else end, stop if start >= 0 else end, column))
            end = made[-1].end
        self._end(tuple(made))
        self._feeds = max(self._feeds, 1)
        return [text[cell.start - before : cell.end - before] for cell in made]

    def link(self, start: int, url: str) -> None:
        """A link ends that began at a place."""
        if 0 <= start < self._length:
            self._links.append(Link(start, self._length, url))

    def _end(self, cells: tuple[TableCell, ...] = ()) -> None:
        start, box = self._start, self._box
        self._start = -1
        self._has_space, self._breaks = False, 0
        language = next(iter(self._languages)) if len(self._languages) == 1 else box.language
        reason = box.reason if len(self._reasons) == 1 else ""  # a button in a paragraph makes no furniture of it
        kind = BlockKind.FURNITURE if reason else box.kind
        self._blocks.append(TextBlock(kind, start, self._length, box.level, language, reason, box.page, cells))

    def finish(self) -> tuple[str, tuple[TextBlock, ...]]:
        """End all.

        Returns:
            The text and its blocks.
        """
        self.apart(0)
        text = "".join(self._parts)
        return text, tuple(_with_links(_without_bullets(text, self._blocks), self._links))


def _without_bullets(text: str, blocks: list[TextBlock]) -> list[TextBlock]:
    """Trim blocks, and make bullets that are characters of the text blocks of their own."""
    found = []
    for block in blocks:
        words = text[block.start : block.end]
        start = block.start + len(words) - len(words.lstrip())
        end = block.end - len(words) + len(words.rstrip())
        if start >= end:
            continue
        trimmed = replace(block, start=start, end=end)
        bullet = _BULLET.match(text, start, end)
        if bullet and bullet.end() < end and block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM):
            found.append(TextBlock(BlockKind.FURNITURE, start, start + 1, language=block.language, reason=BULLET))
            level = max(block.level, 1)
            trimmed = replace(trimmed, kind=BlockKind.LIST_ITEM, level=level, start=bullet.end())
        found.append(trimmed)
    return found


def _with_links(blocks: list[TextBlock], links: list[Link]) -> list[TextBlock]:
    ends = [block.end for block in blocks]
    parts: dict[int, list[Link]] = {}
    for link in links:
        index = bisect_left(ends, link.start + 1)
        while index < len(blocks) and blocks[index].start < link.end:
            block = blocks[index]
            parts.setdefault(index, []).append(Link(max(link.start, block.start), min(link.end, block.end), link.url))
            index += 1
    return [replace(block, links=tuple(parts.get(index, ()))) for index, block in enumerate(blocks)]
