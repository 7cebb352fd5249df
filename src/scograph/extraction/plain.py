"""Plain text, every character kept, divided into paragraphs, list items and lines."""

from __future__ import annotations

import re

from scograph.extraction.characters import decode
from scograph.extraction.model import IS_IT_MEANT, BlockKind, PageText, TextBlock, Unreadable, UnreadablePageError
from scograph.extraction.writer import BULLET
from scograph.model import BULLETS

VERSION = 1
"""Raised whenever the same bytes give another text or other blocks."""
MAX_WRAPPED = 120
"""Lines of a text that is broken at a width have so many characters at most."""
MIN_WRAPPED = 40
"""And so many at least."""

_MARK = re.compile(rf"[ \t]*([{BULLETS}]|[-*–+](?=[ \t\u00a0]))[ \t\u00a0]*")
_RULE = re.compile(r"[ \t]*([-=_*~#])(?:[ \t]*\1){2,}[ \t]*")
_RULE_REASON = "A line drawn across the text."


def line_ends(text: str) -> str:
    """A text whose lines end with a line feed, without a byte order mark."""
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def read_plain(data: bytes, content_type: str = "") -> PageText:
    r"""The blocks of a plain text.

    A line is a block of its own, unless the text is broken at a width of at most 120 characters: then lines that end
    where the next word had no room are one block. A line that begins with a bullet or a dash is an item of a list.

    Args:
        data: Its bytes.
        content_type: The Content-Type header that it came with, or empty.

    Returns:
        The text, with line feeds for any ends of lines, and else unchanged.

    Raises:
        UnreadablePageError: There is no text in it, or it is no text.

    Example:
        >>> page = read_plain("One.\r\n• Two".encode())
        >>> [(block.kind.value, page.words(block)) for block in page.blocks]
        [('paragraph', 'One.'), ('furniture', '•'), ('list item', 'Two')]
    """
    text, encoding = decode(data, content_type)
    text = line_ends(text)
    if "\x00" in text:
        raise UnreadablePageError(Unreadable.KIND, "it is no text: it has NUL characters", hint="save it as a text")
    blocks = tuple(_blocks(text))
    if not blocks:
        raise UnreadablePageError(Unreadable.EMPTY, "the file has no text", hint=IS_IT_MEANT)
    return PageText(text, blocks, encoding=encoding, extractor=f"scograph-text {VERSION}")


def _blocks(text: str) -> list[TextBlock]:
    lines = re.split(r"[\n\f\v\x1c-\x1e\x85\u2028\u2029]", text)
    width = max((len(line.rstrip()) for line in lines), default=0)
    is_wrapped = MIN_WRAPPED <= width <= MAX_WRAPPED
    found: list[TextBlock] = []
    at, is_open = 0, False
    for number, line in enumerate(lines):
        start, end = at + len(line) - len(line.lstrip()), at + len(line.rstrip())
        at += len(line) + 1
        if start >= end:
            is_open = False
            continue
        mark = _MARK.match(line)
        if _RULE.fullmatch(line):
            found.append(TextBlock(BlockKind.FURNITURE, start, end, reason=_RULE_REASON))
            is_open = False
        elif mark and mark.end() < len(line.rstrip()):
            after = at - len(line) - 1 + mark.end()
            found.append(TextBlock(BlockKind.FURNITURE, start, start + 1, reason=BULLET))
            found.append(TextBlock(BlockKind.LIST_ITEM, after, end, level=1))
            is_open = True
        elif is_open and is_wrapped and _had_no_room(lines[number - 1], line, width):
            last = found.pop()
            found.append(TextBlock(last.kind, last.start, end, level=last.level))
        else:
            found.append(TextBlock(BlockKind.PARAGRAPH, start, end))
            is_open = True
    return found


def _had_no_room(line: str, following: str, width: int) -> bool:
    """Whether a line was broken because the first word of the next one had no room in it."""
    return len(line.rstrip()) + 1 + len(following.split(maxsplit=1)[0]) > width
