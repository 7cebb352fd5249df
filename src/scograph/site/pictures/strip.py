"""The coverage of a document: its characters from left to right, passages and left-out spans in their places."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from scograph.site.markup import html
from scograph.site.pictures.svg import Picture, drawing

WIDTH = 860
TALL = 26


def strip(
    length: int,
    passages: Iterable[tuple[int, int]],
    ignored: Iterable[tuple[int, int]],
    title: str,
    caption: str,
    here: tuple[int, int] | None = None,
) -> Picture:
    """Draw the coverage of a document.

    Args:
        length: The document's characters.
        passages: The spans that facts cite: first character, and the one after the last.
        ignored: The spans that are left out for a reason.
        title: What the picture shows.
        caption: What to know to read it.
        here: The span to point out.

    Returns:
        The picture.
    """
    body = [html('<rect class="ground" x="0" y="4" width="{}" height="{}"/>', WIDTH, TALL - 8)]
    spans = [("cited", span) for span in passages] + [("left", span) for span in ignored]
    if here is not None:
        spans.append(("here", here))
    for name, (start, end) in spans:
        x = start / length * WIDTH
        wide = max((end - start) / length * WIDTH - 1, 1)
        y, tall = (0, TALL) if name == "here" else (4, TALL - 8)
        body.append(
            html('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>', name, f"{x:.1f}", y, f"{wide:.1f}", tall)
        )
    return Picture(drawing("coverage", WIDTH, TALL, title, Markup("").join(body)), title, caption)
