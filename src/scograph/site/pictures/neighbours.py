"""A thing and the things around it: on the left what points at it, on the right what it points at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from scograph.site.markup import html, joined
from scograph.site.pictures.svg import Picture, drawing, fitted, label

WIDTH = 860
SIDE = 250
CENTRE = 200
ROW = 42
TALL = 28
MOST = 8
"""So many things are drawn a side."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A thing beside another.

    Args:
        name: Its name.
        property: The name of the property between them.
        address: The address of its page, or nothing.
    """

    name: str
    property: str
    address: str


def neighbourhood(
    name: str, before: Sequence[Neighbour], after: Sequence[Neighbour], title: str, caption: str
) -> Picture:
    """Draw a thing and its neighbours.

    Args:
        name: The thing's name.
        before: What points at it.
        after: What it points at.
        title: What the picture shows.
        caption: What to know to read it.

    Returns:
        The picture, its boxes linked.
    """
    left, right = before[:MOST], after[:MOST]
    height = max(len(left), len(right), 1) * ROW
    middle = height / 2
    x = (WIDTH - CENTRE) / 2
    body = []
    for column, near, far in ((left, x, SIDE), (right, x + CENTRE, WIDTH - SIDE)):
        top = (height - len(column) * ROW) / 2
        for number, neighbour in enumerate(column):
            y = top + number * ROW + ROW / 2
            half = (near + far) / 2
            body.append(
                html(
                    f'<path class="edge" d="M{near:.1f} {middle:.1f}C{half:.1f} {middle:.1f} {half:.1f} {y + 4:.1f}'
                    f' {far:.1f} {y + 4:.1f}"/>'
                )
            )
            start = 0 if column is left else WIDTH - SIDE
            body += [
                _box(start, y - 8, SIDE, neighbour.name, neighbour.address),
                label(start + 10, y - 12, fitted(neighbour.property, SIDE - 20), name="axis"),
            ]
    body.append(_box(x, middle - TALL / 2, CENTRE, name, "", "box self"))
    picture = drawing("neighbours", WIDTH, height + 8, title, joined(body), linked=True)
    return Picture(picture, title, caption)


def _box(x: float, y: float, width: float, name: str, address: str, kind: str = "box") -> Markup:
    box = html(
        f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{TALL - 2}" rx="4"/>{{}}',
        label(x + 10, y + 17, fitted(name, width - 20)),
    )
    return html('<a href="{}">{}</a>', address, box) if address else box
