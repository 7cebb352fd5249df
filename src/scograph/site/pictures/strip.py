"""The coverage of a document: its characters from left to right, passages and left-out spans in their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil

from markupsafe import Markup

from scograph.site.markup import html, joined
from scograph.site.pictures.svg import Picture, drawing

WIDTH = 860
TALL = 26
MAX_SPANS_DRAWN = 400
"""So many spans are drawn each with its own beginning and end."""


def ground(length: int, passages: Iterable[tuple[int, int]], ignored: Iterable[tuple[int, int]]) -> Markup:
    """Draw what all strips of a document share.

    Args:
        length: The document's characters.
        passages: The spans that facts cite: first character, and the one after the last.
        ignored: The spans that are left out for a reason.

    Returns:
        The drawing: two shapes, however many spans there are.
    """
    parts = [html('<rect class="ground" x="0" y="4" width="{}" height="{}"/>', WIDTH, TALL - 8)]
    for name, spans in (("cited", passages), ("left", ignored)):
        drawn = "".join(f"M{x:g} 4h{wide:g}v{TALL - 8}h{-wide:g}z" for x, wide in _places(length, sorted(spans)))
        if drawn:
            parts.append(html('<path class="{}" d="{}"/>', name, drawn))
    return joined(parts)


def _places(length: int, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[float, float]]:
    """Where spans begin and how wide they are, in pixels; where there are very many, those that touch are one."""
    places = [_place(length, span) for span in spans]
    if len(places) <= MAX_SPANS_DRAWN:
        yield from places
        return
    columns = sorted({column for x, wide in places for column in range(int(x), ceil(x + wide))})
    start = before = columns[0]
    for column in columns[1:]:
        if column != before + 1:
            yield start, before + 1 - start
            start = column
        before = column
    yield start, before + 1 - start


def _place(length: int, span: tuple[int, int]) -> tuple[float, float]:
    start, end = span
    return round(start / length * WIDTH, 1), round(max((end - start) / length * WIDTH - 1, 1), 1)


def strip(length: int, shared: Markup, title: str, caption: str, context: tuple[int, int] | None = None) -> Picture:
    """Draw the coverage of a document.

    Args:
        length: The document's characters.
        shared: What `ground` drew.
        title: What the picture shows.
        caption: What to know to read it.
        context: The span to point out.

    Returns:
        The picture.
    """
    body = shared
    if context is not None:
        x, wide = _place(length, context)
        pointed = html('<rect class="here" x="{}" y="0" width="{}" height="{}"/>', f"{x:g}", f"{wide:g}", TALL)
        body = joined((shared, pointed))
    return Picture(drawing("coverage", WIDTH, TALL, title, body), title, caption)
