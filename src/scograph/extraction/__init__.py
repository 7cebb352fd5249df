"""From the bytes of a page to its visible text and blocks: HTML, PDF, Markdown, plain text, CSV."""

from __future__ import annotations

from scograph.extraction.model import (
    BlockKind,
    Doubt,
    Link,
    PageText,
    TableCell,
    TextBlock,
    Unreadable,
    UnreadablePageError,
)
from scograph.extraction.reading import extract, format_of

__all__ = [
    "BlockKind",
    "Doubt",
    "Link",
    "PageText",
    "TableCell",
    "TextBlock",
    "Unreadable",
    "UnreadablePageError",
    "extract",
    "format_of",
]
