"""Who takes part in what: a square for each involvement, filled where its date is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scograph.site.markup import html, joined
from scograph.site.pictures.svg import Picture, drawing, fitted, label, width_of

NAMES = 210
COLUMN = 34
ROW = 24
HEAD = 210
"""The names of the columns, which lean, are cut to this height."""
LEAN = 0.82
"""The height of a name of length 1: the sine of 55 degrees."""
MAX_ROWS = 80
MAX_COLUMNS = 40


def matrix(
    rows: Sequence[str], columns: Sequence[str], cells: Mapping[tuple[int, int], bool], title: str, caption: str
) -> Picture:
    """Draw who takes part in what.

    Args:
        rows: The names of those who take part.
        columns: The names of what they take part in, in the order of time.
        cells: By row and column whether a date is known; what is missing is not drawn.
        title: What the picture shows.
        caption: What to know to read it.

    Returns:
        The picture.
    """
    shown_rows, shown_columns = rows[:MAX_ROWS], columns[:MAX_COLUMNS]
    width = NAMES + COLUMN * len(shown_columns) + 130
    longest = max((width_of(name) for name in shown_columns), default=0)
    head = min(HEAD, longest * LEAN + 24)
    height = head + ROW * len(shown_rows) + 6
    body = []
    for number, name in enumerate(shown_columns):
        x = NAMES + COLUMN * number + COLUMN / 2
        text = label(0, 0, fitted(name, (HEAD - 24) / LEAN))
        body.append(html('<g transform="translate({} {}) rotate(-55)">{}</g>', f"{x:g}", f"{head - 10:.1f}", text))
        body.append(
            html('<line class="grid" x1="{0}" y1="{1}" x2="{0}" y2="{2}"/>', f"{x:g}", f"{head - 4:.1f}", height)
        )
    for number, name in enumerate(shown_rows):
        y = head + ROW * number
        body.append(label(NAMES - 8, y + 16, fitted(name, NAMES - 12), anchor="end"))
        body.append(
            html(
                '<line class="grid" x1="{}" y1="{}" x2="{}" y2="{}"/>',
                NAMES,
                y + ROW / 2,
                NAMES + COLUMN * len(shown_columns),
                y + ROW / 2,
            )
        )
    for (row, column), is_dated in sorted(cells.items()):
        if row < len(shown_rows) and column < len(shown_columns):
            body.append(
                html(
                    '<rect class="{}" x="{}" y="{}" width="14" height="14" rx="2"/>',
                    "cell" if is_dated else "cell empty",
                    f"{NAMES + COLUMN * column + COLUMN / 2 - 7:g}",
                    f"{head + ROW * row + 5:g}",
                )
            )
    return Picture(drawing("matrix", width, height, title, joined(body)), title, caption)
