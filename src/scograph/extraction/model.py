"""The text of a page: its blocks, with places in it, and why a page could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from scograph.errors import InputError


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list item"
    ROW = "row"
    """A row of a table; its cells say where each value stands."""
    COLUMN_NAMES = "column names"
    """The row of a table that names its columns."""
    CELL = "cell"
    """A cell that stands for itself: it is alone in its row, or the row holds blocks."""
    CAPTION = "caption"
    FURNITURE = "furniture"
    """What the page shows and the document does not say: navigation, bullets, footers. `TextBlock.reason` says why."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a block.

    Args:
        start: Code points of the text before it.
        end: Code points of the text before what follows it.
        url: Where it leads: absolute if the address of the page was given.
    """

    start: int
    end: int
    url: str


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a row.

    Args:
        start: Code points of the text before it.
        end: Code points of the text before what follows it; the same as `start` for an empty cell.
        column: The name of its column; empty if there is none.
    """

    start: int
    end: int
    column: str = ""


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A stretch of the text that stands apart from others.

    Args:
        kind: What it is.
        start: Code points of the text before it. It starts and ends with a character that is not white space.
        end: Code points of the text before what follows it.
        level: Of a heading 1 to 6 (0 where it is not known), of a list item how many lists it is in, else 0.
        language: Its BCP 47 tag where the page states it, else empty.
        reason: Why it is furniture, as a sentence for people; empty for other kinds.
        page: The number of its page from 1 in a PDF, else 0.
        cells: The cells of a row.
        links: Its links.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    language: str = ""
    reason: str = ""
    page: int = 0
    cells: tuple[TableCell, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """A stretch of the text whose order or characters may not be those that a reader of the page sees.

    Args:
        start: Code points of the text before it.
        end: Code points of the text before what follows it.
        page: The number of its page from 1 in a PDF, else 0.
        message: What is in doubt, as a sentence for people.
    """

    start: int
    end: int
    page: int
    message: str


@dataclass(frozen=True, slots=True)
class PageText:
    """The whole visible text of a page, and its blocks.

    All places count Unicode code points of `text`, from 0, as `scog:charStart` and `scog:charEnd` do. Blocks are in
    the order of the text and do not overlap. Each character that is not white space is in exactly one block.

    Args:
        text: The text. Lines end with a line feed.
        blocks: The blocks.
        title: The title that the page has beside its text (`<title>`, the metadata of a PDF), or empty.
        language: The BCP 47 tag that the page states of itself, or empty.
        encoding: How its bytes were decoded, and why, such as `utf-8 (HTTP)`; empty for a PDF.
        extractor: What made the text of the bytes, with versions, such as `scograph-html 1 (selectolax 1.0.2)`.
        doubts: What may be wrong in the text.
    """

    text: str
    blocks: tuple[TextBlock, ...]
    title: str = ""
    language: str = ""
    encoding: str = ""
    extractor: str = ""
    doubts: tuple[Doubt, ...] = field(default=())

    def words(self, part: TextBlock | TableCell | Link | Doubt) -> str:
        """The words of a part.

        Args:
            part: A block, cell, link or doubt of it.

        Returns:
            The stretch of the text.
        """
        return self.text[part.start : part.end]


class Unreadable(StrEnum):
    """Why no text was made of a page."""

    KIND = "another kind of file"
    EMPTY = "no visible text"
    SCAN = "pictures without text"
    PASSWORD = "password"  # noqa: S105 -- no password
    DAMAGED = "damaged"
    BOUND = "beyond a bound"
    LIBRARY = "missing library"


IS_IT_MEANT = "is it the file that was meant?"
"""What to do about a file that has no text."""


class UnreadablePageError(InputError):
    """No text can be made of a page.

    Args:
        why: Why, for programs.
        message: Why, for people.
        hint: What to do about it.
    """

    def __init__(self, why: Unreadable, message: str, *, hint: str = "") -> None:
        self.why = why
        super().__init__(message, hint=hint)
