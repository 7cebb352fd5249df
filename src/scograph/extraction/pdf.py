"""The text of a PDF: glyphs with their boxes by PDFium, words, columns, paragraphs (ISO 32000-2)."""

from __future__ import annotations

import ctypes
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from scograph.alignment.tokens import Compounds, compounds_of
from scograph.bounds import SOURCE_TEXT
from scograph.extraction.columns import ORDER_IN_DOUBT, Piece, Word, is_ideograph, read_page
from scograph.extraction.model import IS_IT_MEANT, BlockKind, Doubt, PageText, Unreadable, UnreadablePageError
from scograph.extraction.writer import Box, TextWriter

VERSION = 1
"""Raised whenever the same bytes give another text or other blocks."""
GAP_IN_WORD = 0.18
"""Ems of white space that part two words."""
HEADING_SIZE = 1.15
"""Letters of a heading are so many times as large as those of most of the text."""
MIN_PAGES_WITH_EDGE = 3
"""On so many pages a line stands that is the head or the foot of the page."""
EDGE = 0.12
"""The part of a page's height in which its head and its foot stand."""
MAX_LEVELS = 6

_PASSWORD = 4
"""FPDF_ERR_PASSWORD (fpdfview.h)."""
_INVISIBLE = 3
"""The mode of text that is neither filled nor stroked, as over a scanned picture (ISO 32000-2, table 104)."""
_HYPHENS = "-‐\u00ad"
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel) - .*|untitled.*|(?:powerpoint|slide) ?presentation|document ?\d*|"
    r".+\.(?:docx?|dotx?|pptx?|xlsx?|od[tsp]|rtf|pdf|indd|qxd|tex|dvi|ps|html?|txt|pages|wpd)",
    re.IGNORECASE,
)
"""What programs write in the place of a title: the name of the file, or of the program."""
_HEAD_OR_FOOT = "The head or the foot of the page, the same on other pages."
_TURNED = "It is not written from left to right on the page, and its place in the text is not certain."
_RECOGNISED = "The text was recognised in a picture by a program: letters may be wrong."
_NO_LETTERS = "Some characters of its font stand for no known letters: they may be wrong or missing."
_PICTURE = "The page has a picture and no text: what the picture shows is not in the text."


@dataclass(slots=True)
class _PdfPage:
    """The words of a page."""

    number: int
    width: float
    height: float
    words: list[Word] = field(default_factory=list)
    turned: list[Word] = field(default_factory=list)
    has_pictures: bool = False
    is_recognised: bool = False
    lacks_letters: bool = False


def read_pdf(data: bytes) -> PageText:
    """The text of a PDF, in the order in which it is read.

    Lines of a paragraph are joined, and so are words that are hyphenated at the end of a line, unless the document
    writes the word with its hyphen elsewhere. Ligatures are parted into letters.

    Args:
        data: Its bytes.

    Returns:
        The text, its blocks with the numbers of their pages, and what is in doubt.

    Raises:
        UnreadablePageError: The library is missing, a password is needed, the file is damaged, or has no text.
    """
    try:
        import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415 -- an extra
        from pypdfium2 import raw  # noqa: PLC0415
    except ImportError:
        raise UnreadablePageError(
            Unreadable.LIBRARY, "PDF needs the library pypdfium2", hint="pip install 'scograph[sources]'"
        ) from None
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD:
            raise UnreadablePageError(
                Unreadable.PASSWORD, "the PDF asks for a password", hint="save it without one"
            ) from None
        raise UnreadablePageError(
            Unreadable.DAMAGED, "the PDF is damaged", hint="open it in a viewer, and print it into a new file"
        ) from None
    pages: list[_PdfPage] = []
    for number in range(len(document)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            raise UnreadablePageError(
                Unreadable.DAMAGED,
                f"page {number + 1} of the PDF is damaged",
                hint="open it in a viewer, and print it into a new file",
            ) from None
        pages.append(_page(raw, page, number + 1))
        page.close()
        if sum(len(word.text) for one in pages[-1:] for word in one.words) > SOURCE_TEXT.limit:
            break
    if not any(page.words or page.turned for page in pages):
        if any(page.has_pictures for page in pages):
            raise UnreadablePageError(
                Unreadable.SCAN,
                "the PDF has pictures of pages, and no text",
                hint="have a program for text recognition (OCR) read it, and give its text",
            )
        raise UnreadablePageError(Unreadable.EMPTY, "the PDF has no text", hint=IS_IT_MEANT)
    title = " ".join((document.get_metadata_value("Title") or "").split())
    if _NO_TITLE.fullmatch(title):
        title = ""
    extractor = f"scograph-pdf {VERSION} (pypdfium2 {pypdfium2.PYPDFIUM_INFO}, PDFium {pypdfium2.PDFIUM_INFO.build})"
    return _PdfDocument(pages).read(title, extractor)


def _page(raw: Any, page: Any, number: int) -> _PdfPage:  # noqa: ANN401 -- the library has no types
    """Read the glyphs of a page, and put them together to words."""
    width, height = page.get_size()
    found = _PdfPage(number, width, height)
    found.has_pictures = any(item.type == raw.FPDF_PAGEOBJ_IMAGE for item in page.get_objects(max_depth=3))
    text = page.get_textpage()
    left, bottom, right, top = page.get_cropbox() if page.get_rotation() == 0 else (0.0, 0.0, width, height)
    box = raw.FS_RECTF()
    glyphs: list[tuple[str, Word, int, bool]] = []  # its letters, its box, its turn, whether white space stands before
    has_space, invisible = True, 0
    for index in range(raw.FPDFText_CountChars(text)):
        code = raw.FPDFText_GetUnicode(text, index)
        if raw.FPDFText_IsGenerated(text, index) == 1 or chr(code).isspace() or code == 0:
            found.lacks_letters |= code == 0
            has_space = True
            continue
        if raw.FPDFText_HasUnicodeMapError(text, index) == 1 or code == 0xFFFD or 0xE000 <= code <= 0xF8FF:  # noqa: PLR2004
            found.lacks_letters = True
        raw.FPDFText_GetLooseCharBox(text, index, ctypes.byref(box))
        if not (left <= (box.left + box.right) / 2 <= right and bottom <= (box.top + box.bottom) / 2 <= top):
            continue  # outside of what is shown
        turn = round(raw.FPDFText_GetCharAngle(text, index) * 57.29578 / 90) % 4
        shown = raw.FPDFText_GetTextObject(text, index)
        invisible += bool(shown) and raw.FPDFTextObj_GetTextRenderMode(shown) == _INVISIBLE
        letters = _letters(chr(code))
        word = Word(letters, box.left - left, top - box.top, box.right - left, top - box.bottom, 0.0)
        glyphs.append((letters, word, turn, has_space))
        has_space = False
    found.is_recognised = invisible > len(glyphs) / 2
    for word, turn in _words(glyphs):
        (found.turned if turn else found.words).append(word)
    text.close()
    return found


def _letters(character: str) -> str:
    """A glyph's letters: ligatures and forms of letters by their place in a word are parted (Unicode, NFKC)."""
    if character == "\x02":  # a hyphen at the end of a line, as PDFium tells it
        return "-"
    if "\ufb00" <= character <= "\ufdff" or "\ufe70" <= character <= "\ufefc":
        return unicodedata.normalize("NFKC", character)
    return character


def _words(glyphs: Sequence[tuple[str, Word, int, bool]]) -> list[tuple[Word, int]]:
    """Glyphs that stand side by side, as words."""
    found: list[tuple[list[Word], int]] = []
    for _, glyph, turn, has_space in glyphs:
        last = found[-1][0][-1] if found else None
        height = max(glyph.bottom - glyph.top, 1.0)
        is_beside = (
            last is not None
            and not has_space
            and found[-1][1] == turn
            and (turn or min(last.bottom, glyph.bottom) - max(last.top, glyph.top) > height * 0.4)
            and (turn or max(glyph.left - last.right, last.left - glyph.right) < GAP_IN_WORD * height)
        )
        if is_beside:
            found[-1][0].append(glyph)
        else:
            found.append(([glyph], turn))
    return [(_united(group), turn) for group, turn in found]


def _united(glyphs: list[Word]) -> Word:
    return Word(
        "".join(glyph.text for glyph in glyphs),
        min(glyph.left for glyph in glyphs),
        min(glyph.top for glyph in glyphs),
        max(glyph.right for glyph in glyphs),
        max(glyph.bottom for glyph in glyphs),
        statistics.median([max(glyph.bottom - glyph.top, 1.0) for glyph in glyphs]),
    )


class _PdfDocument:
    """Writes the pages of a document.

    Args:
        pages: Its pages.
    """

    def __init__(self, pages: list[_PdfPage]) -> None:
        self._pages = pages
        self._writer = TextWriter()
        self._doubts: list[Doubt] = []
        self._readings = [read_page(page.words) for page in pages]
        sizes = Counter(
            round(word.size, 1)
            for page in pages
            for word in page.words
            for _ in word.text
            if len(word.text) < 100  # noqa: PLR2004
        )
        self._body = sizes.most_common(1)[0][0] if sizes else 10.0
        larger = sorted((size for size in sizes if size > self._body * HEADING_SIZE), reverse=True)
        self._levels = {size: min(number, MAX_LEVELS) for number, size in enumerate(larger, 1)}
        lines = [piece.segments[0].text for reading in self._readings for piece in reading.pieces if not piece.is_row]
        self._compounds: Compounds = compounds_of("\n".join(lines))
        self._edges = self._repeated()

    def read(self, title: str, extractor: str) -> PageText:
        """Write all pages.

        Args:
            title: The title of the document.
            extractor: What reads it.

        Returns:
            Its text.
        """
        for page, reading in zip(self._pages, self._readings, strict=True):
            start = self._writer.length
            self._writer.apart(2)
            self._write_pieces(page, reading.pieces)
            if reading.is_in_doubt:
                self._doubt(page, start, ORDER_IN_DOUBT)
            if page.is_recognised:
                self._doubt(page, start, _RECOGNISED)
            if page.lacks_letters:
                self._doubt(page, start, _NO_LETTERS)
            if page.has_pictures and not page.words:
                self._doubts.append(Doubt(start, start, page.number, _PICTURE))
            if page.turned:
                start = self._writer.length
                self._writer.apart(2)
                self._writer.write(" ".join(word.text for word in page.turned), Box(page=page.number))
                self._doubt(page, start, _TURNED)
        text, blocks = self._writer.finish()
        doubts = tuple(
            Doubt(start, end, doubt.page, doubt.message)
            for doubt in self._doubts
            for start, end in [_trimmed(text, doubt.start, doubt.end)]
        )
        return PageText(text, blocks, title, "", "", extractor, doubts)

    def _doubt(self, page: _PdfPage, start: int, message: str) -> None:
        self._writer.apart(2)
        self._doubts.append(Doubt(start, self._writer.length, page.number, message))

    def _repeated(self) -> set[str]:
        """What stands at the edge of several pages, numbers aside."""
        seen: Counter[str] = Counter()
        for page, reading in zip(self._pages, self._readings, strict=True):
            seen.update({self._edge_key(piece) for piece in reading.pieces if _is_at_edge(page, piece)})
        return {key for key, count in seen.items() if count >= MIN_PAGES_WITH_EDGE}

    def _edge_key(self, piece: Piece) -> str:
        """A line at the edge, numbers aside: those of a heading count, as in "Chapter 1" at the head of a page."""
        shown = [segment for segment in piece.segments if segment.words]
        text = " ".join(segment.text for segment in shown)
        is_heading = any(round(segment.size, 1) in self._levels for segment in shown)
        return text if is_heading else re.sub(r"\d+", "#", text)

    def _write_pieces(self, page: _PdfPage, pieces: list[Piece]) -> None:
        before: Piece | None = None
        for number, piece in enumerate(pieces):
            is_edge = _is_at_edge(page, piece) and self._edge_key(piece) in self._edges
            reason = _HEAD_OR_FOOT if is_edge else ""
            if piece.is_row:
                self._row(page, piece, reason)
                before = None
                continue
            if before is None or reason or self._begins_block(before, piece, pieces, number):
                self._writer.apart(2)
            self._line(page, piece, reason)
            before = None if reason else piece
            if reason:
                self._writer.apart(2)

    def _row(self, page: _PdfPage, piece: Piece, reason: str) -> None:
        self._writer.begin_row()
        box = Box(BlockKind.ROW, page=page.number, reason=reason)
        for cell in piece.segments:
            self._writer.cell()
            at = self._writer.write(cell.text, box) if cell.words else -1
            if at >= 0:
                self._writer.wrote(at)
        self._writer.end_row(box, [""] * len(piece.segments))

    def _line(self, page: _PdfPage, piece: Piece, reason: str) -> None:
        segment = piece.segments[0]
        level = self._levels.get(round(segment.size, 1), 0)
        box = Box(BlockKind.HEADING if level else BlockKind.PARAGRAPH, level, reason=reason, page=page.number)
        text = segment.text
        if self._writer.is_open:
            last, first = self._writer.last, text[:1]
            is_word = last in _HYPHENS and self._writer.join_hyphenated(text, self._compounds.keeps_hyphen)
            if not is_word and not (is_ideograph(last) and is_ideograph(first)):
                self._writer.space()
        self._writer.write(text, box)

    def _begins_block(self, before: Piece, piece: Piece, pieces: list[Piece], number: int) -> bool:
        """Whether a line begins a paragraph."""
        last, this = before.segments[0], piece.segments[0]
        if piece.starts_column and piece.column != before.column:
            # A paragraph goes on in the next column, or below a picture, if its sentence does.
            return last.text[-1:] in ".!?:;。！？" or this.text[:1].isupper() or last.size != this.size
        pitch = _pitch(pieces, number, this.size)
        if this.top - last.top > 1.35 * pitch or abs(this.size - last.size) > 0.1 * this.size:
            return True
        if re.match(r"[•‣▪■●○◦–—]\s|\(?[0-9a-z]{1,3}[.)]\s", this.text):
            return True
        left, right = piece.column
        em = this.size
        is_indented = this.left - left > 0.9 * em and last.left - left < 0.5 * em
        room = right - last.right
        had_room = room > this.words[0].right - this.words[0].left + 0.5 * em and room > 2 * em
        return is_indented or (had_room and not is_ideograph(this.text[0]) and not this.text[0].islower())


def _pitch(pieces: list[Piece], number: int, size: float) -> float:
    """The distance of lines around a line."""
    near = [piece.segments[0] for piece in pieces[max(number - 6, 0) : number + 7] if not piece.is_row]
    steps = [
        below.top - above.top
        for above, below in pairwise(near)
        if 0 < below.top - above.top < 3 * size and abs(below.size - size) < 0.1 * size
    ]
    return min(statistics.median_low(steps), 2 * size) if steps else 1.3 * size


def _is_at_edge(page: _PdfPage, piece: Piece) -> bool:
    shown = [segment for segment in piece.segments if segment.words]
    top, bottom = min(segment.top for segment in shown), max(segment.bottom for segment in shown)
    return bottom < EDGE * page.height or top > (1 - EDGE) * page.height


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    return (start + len(words) - len(words.lstrip()), start + len(words.rstrip())) if words.strip() else (start, start)
