"""The text of CSV and TSV: each row is a block, whose cells keep the names of their columns (RFC 4180)."""

from __future__ import annotations

import re

from scograph.extraction.characters import decode
from scograph.extraction.model import (
    IS_IT_MEANT,
    BlockKind,
    PageText,
    TableCell,
    TextBlock,
    Unreadable,
    UnreadablePageError,
)
from scograph.extraction.plain import line_ends

VERSION = 1
"""Raised whenever the same bytes give another text or other blocks."""

_QUOTED = re.compile(r'[ ]*"((?:[^"]|"")*)"[ ]*')
_UNQUOTED = {separator: re.compile(rf"[^{separator}\n]*") for separator in ",;\t"}
"""What a cell without quotes is, by what ends it."""
_NO_HEADER = re.compile(r"header\s*=\s*\"?absent", re.IGNORECASE)


def read_table(data: bytes, content_type: str = "") -> PageText:
    r"""The rows of a table in CSV or TSV.

    The first row names the columns, unless the media type says `header=absent` (RFC 4180, clause 3). Columns end with
    a comma, a semicolon or a tab: with the one that the first row has most of, outside of quotes.

    Args:
        data: Its bytes.
        content_type: The Content-Type header that it came with, or empty.

    Returns:
        The text, with line feeds for any ends of lines, and else unchanged. A cell in quotes is what stands between
        them; in it a quote is doubled.

    Raises:
        UnreadablePageError: There is no text in it, or a quote has no end.

    Example:
        >>> page = read_table(b"state,joined\r\n\"Korea, Republic of\",2023\r\n")
        >>> [(cell.column, page.words(cell)) for cell in page.blocks[1].cells]
        [('state', 'Korea, Republic of'), ('joined', '2023')]
    """
    text, encoding = decode(data, content_type)
    text = line_ends(text)
    if "\x00" in text:
        raise UnreadablePageError(Unreadable.KIND, "it is no text: it has NUL characters", hint="save it as a text")
    separator = _separator(text, content_type)
    blocks: list[TextBlock] = []
    names: list[str] | None = [] if _NO_HEADER.search(content_type) else None
    at = 0
    while at < len(text):
        cells, end = _row(text, at, separator)
        words = text[at:end]
        start, stop = at + len(words) - len(words.lstrip()), at + len(words.rstrip())
        at = end + 1
        if start >= stop:
            continue
        if names is None:
            names = [text[cell.start : cell.end].replace('""', '"').strip() for cell in cells]
            blocks.append(TextBlock(BlockKind.COLUMN_NAMES, start, stop, cells=tuple(cells)))
            continue
        named = [
            TableCell(cell.start, cell.end, names[number] if number < len(names) else "")
            for number, cell in enumerate(cells)
        ]
        blocks.append(TextBlock(BlockKind.ROW, start, stop, cells=tuple(named)))
    if not blocks:
        raise UnreadablePageError(Unreadable.EMPTY, "the file has no text", hint=IS_IT_MEANT)
    return PageText(text, tuple(blocks), encoding=encoding, extractor=f"scograph-csv {VERSION}")


def _separator(text: str, content_type: str) -> str:
    if "tab-separated" in content_type:
        return "\t"
    first = _QUOTED.sub("", text.lstrip("\n").partition("\n")[0])
    return max(",;\t", key=first.count)


def _row(text: str, at: int, separator: str) -> tuple[list[TableCell], int]:
    """The cells of the row that begins at a place, and where it ends."""
    cells = []
    while True:
        quoted = _QUOTED.match(text, at)
        if quoted and (quoted.end() == len(text) or text[quoted.end()] in (separator, "\n")):
            cells.append(TableCell(quoted.start(1), quoted.end(1)))
            at = quoted.end()
        elif quoted is None and text[at : at + 1] == '"':
            line = text.count("\n", 0, at) + 1
            raise UnreadablePageError(
                Unreadable.DAMAGED, f"line {line}: the quote of a cell has no end", hint='write a quote in a cell as ""'
            )
        else:
            end = _UNQUOTED[separator].match(text, at).end()  # type: ignore[union-attr]  # it matches nothing at least
            cells.append(TableCell(at, end))
            at = end
        if at >= len(text) or text[at] == "\n":
            return cells, at
        at += 1
