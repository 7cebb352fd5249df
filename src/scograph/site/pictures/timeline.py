"""Things in time: a dot for a day, a pale bar for a month or a year, a bar from a beginning to an end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from scograph.site.markup import html, joined
from scograph.site.meaning import Span
from scograph.site.pictures.svg import Picture, drawing, fitted, label

WIDTH = 860
NAMES = 300
ROW = 24
TOP = 28
MOST_ROWS = 60
"""So many rows are drawn; the table beside has all."""
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)
_MOST_TICKS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One thing in time.

    Args:
        name: Its name.
        span: When it was.
    """

    name: str
    span: Span


def timeline(rows: Sequence[Row], title: str, caption: str) -> Picture:
    """Draw things in time.

    Args:
        rows: The things, in the order of drawing.
        title: What the picture shows.
        caption: What to know to read it.

    Returns:
        The picture.
    """
    drawn = rows[:MOST_ROWS]
    first = int(min(row.span.start.start for row in drawn))
    last = max((row.span.end or row.span.start).end for row in drawn)
    step = next((s for s in _STEPS if (last - first) / s <= _MOST_TICKS), _STEPS[-1])
    low = first - first % step
    high = max(last, low + step)
    scale = (WIDTH - NAMES - 20) / (high - low)

    def x(year: float) -> float:
        return NAMES + 10 + (year - low) * scale

    height = TOP + ROW * len(drawn) + 8
    parts = []
    year = low
    while year <= high:
        at = f"{x(year):.1f}"
        parts += [
            html(f'<line class="grid" x1="{at}" y1="{TOP - 6}" x2="{at}" y2="{height}"/>'),
            label(x(year), 14, f"{year:04d}", anchor="middle", name="axis"),
        ]
        year += step
    for number, row in enumerate(drawn):
        y = TOP + ROW * number + ROW / 2
        parts.append(label(NAMES, y + 4, fitted(row.name, NAMES - 8), anchor="end"))
        parts += _bar(row.span, x, y, x(high))
    return Picture(drawing("timeline", WIDTH, height, title, joined(parts)), title, caption)


def _bar(span: Span, at: Callable[[float], float], y: float, right: float) -> list[Markup]:
    start, end = at(span.start.start), at(span.start.end)
    parts = []
    if span.end is not None or span.is_open:
        until = at(span.end.end) if span.end is not None else right
        name = "open" if span.end is None else "bar"
        parts.append(_rectangle(name, start, y - 4, max(until - start, 3), 8))
    if len(span.start.text) < 10:  # noqa: PLR2004 -- shorter than a day
        parts.append(_rectangle("pale", start, y - 7, max(end - start, 4), 14))
    else:
        parts.append(html(f'<circle class="dot" cx="{start:.1f}" cy="{y:.1f}" r="4.5"/>'))
    return parts


def _rectangle(name: str, x: float, y: float, width: float, height: float) -> Markup:
    return html(f'<rect class="{name}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:g}" rx="3"/>')
