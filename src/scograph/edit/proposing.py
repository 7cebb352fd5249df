"""Passages that a text is divided into, block by block: headings, paragraphs, items and rows; furniture is ignored."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode

from scograph.edit.document import Span
from scograph.extraction.model import BlockKind, PageText, TextBlock

MIN_WIDTH = 2
"""So many digits at least has the number of a passage."""
REASON_LANGUAGE = "en"


def proposed_spans(page: PageText, document: NamedNode, edition: NamedNode) -> tuple[Span, ...]:
    r"""Divide a text into passages and ignored spans.

    Args:
        page: The text with its blocks.
        document: The document, whose IRI theirs begin with.
        edition: The edition that the text is.

    Returns:
        A passage for each block, numbered in the order of the text; each is read with the heading above it, a row of a
        table also with the names of its columns. Furniture is ignored for the reason that the extraction gives.

    Example:
        >>> from scograph.extraction.plain import read_plain
        >>> page = read_plain("One.\n• Two".encode())
        >>> spans = proposed_spans(page, NamedNode("x:d"), NamedNode("x:d/edition/a"))
        >>> [(span.iri.value, page.text[span.start : span.end]) for span in spans]
        [('x:d/passage/01', 'One.'), ('x:d/ignored/01', '•'), ('x:d/passage/02', 'Two')]
    """
    blocks = _merged(page.text, page.blocks)
    counts = {is_ignored: sum(_is_ignored(block) is is_ignored for block in blocks) for is_ignored in (False, True)}
    numbers = dict.fromkeys(counts, 0)
    above: list[tuple[int, NamedNode]] = []
    columns: NamedNode | None = None
    spans: list[Span] = []
    for block in blocks:
        is_ignored = _is_ignored(block)
        numbers[is_ignored] += 1
        width = max(MIN_WIDTH, len(str(counts[is_ignored])))
        kind = "ignored" if is_ignored else "passage"
        iri = NamedNode(f"{document.value}/{kind}/{numbers[is_ignored]:0{width}}")
        if block.kind is BlockKind.HEADING:
            above = [(level, heading) for level, heading in above if level and block.level and level < block.level]
        if block.kind not in (BlockKind.ROW, BlockKind.COLUMN_NAMES):
            columns = None
        read_with = [] if is_ignored else [heading for _, heading in above[-1:]]
        if block.kind is BlockKind.ROW and columns is not None:
            read_with.append(columns)
        spans.append(
            Span(
                iri,
                block.start,
                block.end,
                is_ignored=is_ignored,
                notes=(Literal(block.reason, language=REASON_LANGUAGE),) if is_ignored else (),
                stands_in=(edition,),
                placed_in=edition,
                read_with=tuple(sorted(read_with, key=lambda one: one.value)),
            )
        )
        if block.kind is BlockKind.HEADING:
            above.append((block.level, iri))
        elif block.kind is BlockKind.COLUMN_NAMES:
            columns = iri
    return tuple(spans)


def _is_ignored(block: TextBlock) -> bool:
    return block.kind is BlockKind.FURNITURE


def _merged(text: str, blocks: Sequence[TextBlock]) -> list[TextBlock]:
    """The blocks, furniture of one reason that only white space is between as one."""
    found: list[TextBlock] = []
    for block in blocks:
        last = found[-1] if found else None
        if (
            last is not None
            and _is_ignored(block)
            and _is_ignored(last)
            and last.reason == block.reason
            and not text[last.end : block.start].strip()
        ):
            found[-1] = TextBlock(BlockKind.FURNITURE, last.start, block.end, reason=block.reason, page=last.page)
        else:
            found.append(block)
    return found
