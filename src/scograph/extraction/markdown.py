"""The visible text of Markdown: headings, paragraphs, lists, quotations, code and tables, without their markup.

It reads the constructs of CommonMark 0.31 and the tables of GitHub that texts use, line by line. Where Markdown leaves
a choice that only its authors' test cases know, such as emphasis inside of words, the characters stay as written.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator

from scograph.extraction.characters import decode
from scograph.extraction.model import IS_IT_MEANT, BlockKind, PageText, Unreadable, UnreadablePageError
from scograph.extraction.plain import line_ends
from scograph.extraction.writer import Box, TextWriter

VERSION = 1
"""Raised whenever the same bytes give another text or other blocks."""

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")
_RULE = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*")
_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})([^`]*)")
_ITEM = re.compile(r"([ \t]*)([-*+]|[0-9]{1,9}[.)])(?:[ \t]+|$)(\[[ xX]\][ \t]+)?")
_QUOTE = re.compile(r"(?: {0,3}>[ ]?)+")
_DELIMITERS = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_DEFINITION = re.compile(
    r" {0,3}\[([^\]\[]{1,200})\]:[ \t]*<?([^\s>]+)>?(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*"
)
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_FRONT_LANGUAGE = re.compile(
    r"^lang(?:uage)?:[ \t]*['\"]?([A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)['\"]?[ \t]*$", re.MULTILINE
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_INLINE = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<ticks>`+)"
    r"|(?P<image>!\[[^\]\[]{0,2000}\](?:\([^()\s]*(?:[ \t]+\"[^\"]*\")?\)|\[[^\]\[]*\])?)"
    r"|\[(?P<shown>(?:\\.|[^\]\[\\]){1,2000})\]"
    r"(?:\([ \t]*<?(?P<url>[^()\s>]*(?:\([^()\s]*\)[^()\s>]*)*)>?(?:[ \t]+(?:\"[^\"]*\"|'[^']*'))?[ \t]*\)"
    r"|\[(?P<name>[^\]\[]*)\])?"
    r"|<(?P<auto>(?:https?|ftp|mailto):[^\s<>]+)>"
    r"|(?P<tag></?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]{0,2000})?/?>)"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
)
_TICKS = re.compile("`+")
_EMPHASIS = tuple(
    re.compile(
        rf"(?<!{beside}){mark * count}(?=[^\s{mark}])(?P<inner>(?:(?!{mark * count}).){{1,2000}}?)"
        rf"(?<=[^\s\\]){mark * count}(?!{beside})",
        re.DOTALL,
    )
    for mark, beside, counts in ((r"\*", r"\*", (3, 2, 1)), ("_", r"\w", (3, 2, 1)), ("~", "~", (2,)))
    for count in counts
)
"""Emphasis by length of its marks; the underscore makes none inside of a word (CommonMark 0.31, clause 6.2)."""
_HARD_BREAK = re.compile(r"(?: {2,}|\\)$")
_KEPT = "\ufdd0"
"""Stands for what must not be taken for marks while emphasis is read: a code point that no text may hold."""


def read_markdown(data: bytes, content_type: str = "") -> PageText:
    r"""The text of a file in Markdown, as it is shown.

    Args:
        data: Its bytes.
        content_type: The Content-Type header that it came with, or empty.

    Returns:
        The text without the marks of Markdown, its blocks, and the title and language of its front matter.

    Raises:
        UnreadablePageError: There is no text in it, or it is no text.

    Example:
        >>> page = read_markdown(b"# Title #\n\n* bo**ld**\n* [link](https://example.org)\n")
        >>> [(block.kind.value, page.words(block)) for block in page.blocks]
        [('heading', 'Title'), ('list item', 'bold'), ('list item', 'link')]
    """
    text, encoding = decode(data, content_type)
    text = line_ends(text)
    if "\x00" in text:
        raise UnreadablePageError(Unreadable.KIND, "it is no text: it has NUL characters", hint="save it as a text")
    title = language = ""
    front = _FRONT.match(text)
    if front:
        named = _FRONT_TITLE.search(front[1])
        title = named[1].strip("'\"") if named else ""
        stated = _FRONT_LANGUAGE.search(front[1])
        language = stated[1] if stated else ""
        text = text[front.end() :]
    reader = _MarkdownReader(_COMMENT.sub("", text).replace(_KEPT, "\ufffd"), language)
    reader.read()
    shown, blocks = reader.writer.finish()
    if not blocks:
        raise UnreadablePageError(Unreadable.EMPTY, "the file has no text", hint=IS_IT_MEANT)
    return PageText(shown, blocks, title, language, encoding, f"scograph-markdown {VERSION}")


class _MarkdownReader:
    """Reads lines into blocks.

    Args:
        text: The text, without comments and front matter.
        language: Its language, or empty.
    """

    def __init__(self, text: str, language: str) -> None:
        self.writer = TextWriter()
        self._lines = text.split("\n")
        self._box = Box(language=language)
        self._indents: list[int] = []  # of the items that are open
        self._paragraph: list[str] = []
        self._kind, self._level = BlockKind.PARAGRAPH, 0
        self._urls = {match[1].lower(): match[2] for line in self._lines if (match := _DEFINITION.fullmatch(line))}

    def read(self) -> None:
        """Read all lines."""
        number = 0
        while number < len(self._lines):
            number = self._line(number)
        self._end()

    def _line(self, number: int) -> int:
        """Read the block or the line at a number; gives the number of what follows."""
        line = self._lines[number].expandtabs(4)
        quote = _QUOTE.match(line)
        line = line[quote.end() :] if quote else line
        fence = _FENCE.fullmatch(line)
        if fence:
            return self._code(number, fence[2], len(fence[1]))
        if "|" in line and number + 1 < len(self._lines) and self._is_table(line, self._lines[number + 1]):
            return self._table(number)
        heading, underline = _HEADING.fullmatch(line), _UNDERLINE.fullmatch(line)
        if heading:
            self._end()
            self._indents = []
            self._write([heading[2] or ""], BlockKind.HEADING, len(heading[1]), 2)
        elif underline and self._paragraph and self._kind is BlockKind.PARAGRAPH:
            self._kind, self._level = BlockKind.HEADING, 1 if underline[1][0] == "=" else 2
            self._end()
        elif not line.strip() or _RULE.fullmatch(line):
            self._end()
        elif self._paragraph or not _DEFINITION.fullmatch(line):
            self._text(line)
        return number + 1

    def _text(self, line: str) -> None:
        """Read a line of a paragraph or an item, which may begin one."""
        item = _ITEM.match(line)
        if item and (line[item.end() :].strip() or not self._paragraph):
            self._end()
            self._begin_item(len(item[1]))
            line = line[item.end() :]
        elif not self._paragraph:
            indent = len(line) - len(line.lstrip(" "))
            while self._indents and indent <= self._indents[-1]:
                self._indents.pop()
            self._kind = BlockKind.LIST_ITEM if self._indents else BlockKind.PARAGRAPH
            self._level = len(self._indents)
        if line.strip():
            self._paragraph.append(line)

    def _begin_item(self, indent: int) -> None:
        while self._indents and indent <= self._indents[-1]:
            self._indents.pop()
        self._indents.append(indent)
        self._kind, self._level = BlockKind.LIST_ITEM, len(self._indents)

    def _end(self) -> None:
        """Write the paragraph that is open."""
        lines, self._paragraph = self._paragraph, []
        if lines:
            self._write(lines, self._kind, self._level, 1 if self._kind is BlockKind.LIST_ITEM else 2)

    def _write(self, lines: list[str], kind: BlockKind, level: int, feeds: int) -> None:
        self.writer.apart(feeds)
        box = Box(kind, level, self._box.language)
        for number, part in enumerate(_hard_lines(lines)):
            if number:
                self.writer.line_break()
            self._inline(part, box)
        self.writer.apart(feeds)

    def _inline(self, text: str, box: Box) -> int:
        """Write a line of text; gives where it starts, or -1."""
        first = -1
        for words, url in self._runs(text):
            at = self.writer.write(words, box)
            self.writer.wrote(at) if at >= 0 else None
            first = at if first < 0 else first
            if url and at >= 0:
                self.writer.link(at, url)
        return first

    def _runs(self, text: str) -> Iterator[tuple[str, str]]:
        """The text as it is shown, in runs, each with the address that it leads to, or nothing."""
        kept: list[tuple[str, str]] = []
        parts, at, start = [], 0, 0
        ticks: dict[int, list[int]] = {}  # starts of runs of grave accents by their length
        for run in _TICKS.finditer(text):
            ticks.setdefault(len(run[0]), []).append(run.start())
        while match := _INLINE.search(text, start):
            start = match.end()
            if match["ticks"]:
                same = ticks.get(len(match[0]), [])
                closing = bisect_left(same, start)
                if closing == len(same):
                    continue
                shown: tuple[str, str] | None = text[start : same[closing]], ""
                start = same[closing] + len(match[0])
            else:
                shown = self._shown(match)
            if shown is not None:
                parts += [text[at : match.start()], f"{_KEPT}{len(kept)}{_KEPT}"]
                kept.append(shown)
                at = start
        plain = "".join([*parts, text[at:]])
        for emphasis in _EMPHASIS:
            plain = emphasis.sub(r"\g<inner>", plain)
        for number, part in enumerate(plain.split(_KEPT)):
            yield kept[int(part)] if number % 2 else (part, "")

    def _shown(self, match: re.Match[str]) -> tuple[str, str] | None:
        """What is shown of a construct, and where it leads; None if it is none after all."""
        if match["shown"] is not None:
            url = match["url"]
            if url is None:
                url = self._urls.get((match["name"] or match["shown"]).lower())
            return None if url is None else ("".join(words for words, _ in self._runs(match["shown"])), url)
        if match["auto"]:
            return match["auto"].removeprefix("mailto:"), match["auto"]
        if match["tag"] or match["image"]:
            return " " if (match["tag"] or "").lower().startswith("<br") else "", ""
        return (match["escape"] or " ")[1:] or html.unescape(match["entity"] or ""), ""

    def _code(self, number: int, fence: str, indent: int) -> int:
        self._end()
        lines = []
        number += 1
        while number < len(self._lines):
            line = self._lines[number]
            number += 1
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                break
            lines.append(line[indent:] if not line[:indent].strip() else line)
        self.writer.apart(2)
        self.writer.write("\n".join(lines), self._box, is_preformatted=True)
        self.writer.apart(2)
        return number

    @staticmethod
    def _is_table(line: str, following: str) -> bool:
        delimiters = _DELIMITERS.fullmatch(following)
        return bool(delimiters) and "-" in following and len(_cells(line)) == len(_cells(following))

    def _table(self, number: int) -> int:
        self._end()
        names: list[str] = []
        self.writer.apart(2)
        kind = BlockKind.COLUMN_NAMES
        while number < len(self._lines) and "|" in self._lines[number]:
            cells = _cells(self._lines[number])
            cells = (cells + [""] * len(names))[: len(names)] if names else cells
            self.writer.begin_row()
            box = Box(kind, language=self._box.language)
            for cell in cells:
                self.writer.cell()
                self._inline(cell, box)
            texts = self.writer.end_row(box, names or [""] * len(cells))
            names, number = names or texts, number + (1 if names else 2)
            kind = BlockKind.ROW
        self.writer.apart(2)
        return number


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner)]


def _hard_lines(lines: list[str]) -> Iterator[str]:
    """The lines of a paragraph, joined but at hard line breaks (CommonMark 0.31, clause 6.7)."""
    joined: list[str] = []
    for line in lines:
        hard = _HARD_BREAK.search(line)
        joined.append(line[: hard.start()] if hard else line)
        if hard:
            yield " ".join(joined)
            joined = []
    if joined:
        yield " ".join(joined)
