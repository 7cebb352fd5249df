"""Things in time: a dot for a day, a bar from beginning to end, an arrow for what goes on, a ring for what was seen.

What is not known is drawn as that: a month or a year as a pale bar of its length, a beginning before the first date as
a dashed line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from scograph.answers.meaning import DateRange, PartialDate
from scograph.site.markup import html, joined
from scograph.site.pictures.svg import Picture, drawing, fitted, label

WIDTH = 860
NAMES = 300
ROW = 24
TOP = 28
BEYOND = 26
"""So far past the last date an arrow goes."""
BEFORE = 18
"""So far before its first date a line goes whose beginning is not known."""
MAX_ROWS = 60
"""So many rows are drawn; the table beside has all."""
NARROW = 8
"""An end so near to its beginning is one with it."""
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)
_MAX_TICKS = 12


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One thing in time.

    Args:
        name: Its name.
        span: When it was.
    """

    name: str
    span: DateRange


def timeline(rows: Sequence[TimelineRow], title: str, caption: str) -> Picture:
    """Draw things in time.

    Args:
        rows: The things, in the order of drawing.
        title: What the picture shows.
        caption: What to know to read it.

    Returns:
        The picture.
    """
    drawn = rows[:MAX_ROWS]
    dates = [date for row in drawn for date in row.span.dates]
    first = int(min(date.start for date in dates))
    last = max(date.end for date in dates)
    step = next((s for s in _STEPS if (last - first) / s <= _MAX_TICKS), _STEPS[-1])
    low = first - first % step
    high = max(last, low + step)
    scale = (WIDTH - NAMES - 20 - BEYOND) / (high - low)

    def x(year: float) -> float:
        return NAMES + 10 + (year - low) * scale

    height = TOP + ROW * len(drawn) + 8
    parts = []
    year = low
    while year <= high:
        at = f"{x(year):.0f}"
        parts += [
            html(f'<line class="grid" x1="{at}" y1="{TOP - 6}" x2="{at}" y2="{height}"/>'),
            label(x(year), 14, f"{year:04d}", anchor="middle", name="axis"),
        ]
        year += step
    for number, row in enumerate(drawn):
        y = TOP + ROW * number + ROW / 2
        parts.append(label(NAMES, y + 4, fitted(row.name, NAMES - 24), anchor="end"))
        parts += _drawn(row.span, x, y, x(high) + BEYOND)
    parts.append(
        html(
            '<line class="day" visibility="hidden" x1="0" x2="0" y1="{}" y2="{}" data-low="{}" data-at="{}" '
            'data-scale="{}" data-right="{}"/>',
            TOP - 6,
            height,
            low,
            f"{x(low):.0f}",
            f"{scale:.4f}",
            f"{x(high) + BEYOND:.0f}",
        )
    )
    return Picture(drawing("timeline", WIDTH, height, title, joined(parts)), title, caption)


def _drawn(span: DateRange, at: Callable[[float], float], y: float, right: float) -> list[Markup]:
    """The dates of one thing: first what lies between them, then themselves."""
    parts = []
    start, end, seen = span.start, span.end, span.seen
    if start is not None and end is not None and end.start > start.end:
        parts.append(_rectangle("bar", at(start.end), y - 4, at(end.start) - at(start.end), 8))
    elif start is not None and span.goes_on:
        parts.append(_arrow(at(start.end), y, right))
    elif start is None and end is not None:
        since = at(seen[0].end) if seen else at(end.start) - BEFORE
        parts.append(_dashed(min(since, at(end.start) - BEFORE), y, at(end.start)))
    for date, name in ((start, "dot"), *((date, "dot") for date in span.on), *((date, "seen") for date in seen)):
        if date is not None:
            parts.append(_date(date, name, at, y))
    if end is not None and (start is None or at(end.end) - at(start.start) >= NARROW):
        parts.append(_end(end, at, y))
    return parts


def _date(date: PartialDate, name: str, at: Callable[[float], float], y: float) -> Markup:
    if _is_day(date):
        return html(f'<circle class="{name}" cx="{at(date.start):.0f}" cy="{y:.0f}" r="4.5"/>')
    pale = "seen" if name == "seen" else "pale"
    return _rectangle(pale, at(date.start), y - 7, max(at(date.end) - at(date.start), 4), 14)


def _end(date: PartialDate, at: Callable[[float], float], y: float) -> Markup:
    if _is_day(date):
        x = at(date.end)
        return html(f'<line class="end" x1="{x:.0f}" y1="{y - 7:.0f}" x2="{x:.0f}" y2="{y + 7:.0f}"/>')
    return _rectangle("pale", at(date.start), y - 7, max(at(date.end) - at(date.start), 4), 14)


def _is_day(date: PartialDate) -> bool:
    return len(date.text) == len("yyyy-mm-dd")


def _arrow(x: float, y: float, right: float) -> Markup:
    """A bar that ends in an arrow, past the last date of the drawing."""
    tip = f"{right - 8:.0f}"
    shape = f"M{x:.0f} {y - 4:.0f}H{tip}V{y - 8:.0f}L{right:.0f} {y:.0f}L{tip} {y + 8:.0f}V{y + 4:.0f}H{x:.0f}Z"
    return html(f'<path class="goes-on" d="{shape}"/>')


def _dashed(x: float, y: float, until: float) -> Markup:
    return html(f'<line class="unknown" x1="{x:.0f}" y1="{y:.0f}" x2="{until:.0f}" y2="{y:.0f}"/>')


def _rectangle(name: str, x: float, y: float, width: float, height: float) -> Markup:
    left, right = round(x), round(x + width)  # so that what meets in time meets in the picture
    return html(f'<rect class="{name}" x="{left}" y="{y:.0f}" width="{right - left}" height="{height:g}" rx="3"/>')
