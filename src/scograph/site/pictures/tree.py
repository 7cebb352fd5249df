"""Wholes and their parts, from left to right; what is part of itself in the end is drawn once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup
from pyoxigraph import NamedNode

from scograph.site.markup import html, joined
from scograph.site.pictures.svg import Picture, drawing, fitted, label

COLUMN = 300
BOX = 264
ROW = 38
TALL = 28
MAX_BOXES = 200

Name = Callable[[NamedNode], str]


def tree(
    parts_of: Mapping[NamedNode, Sequence[NamedNode]],
    roots: Sequence[NamedNode],
    name: Name,
    address: Name,
    title: str,
    caption: str,
) -> Picture:
    """Draw wholes and parts.

    Args:
        parts_of: The parts of each whole.
        roots: The wholes that are part of nothing.
        name: The name of a thing.
        address: The address of its page, or nothing.
        title: What the picture shows.
        caption: What to know to read it.

    Returns:
        The picture, its boxes linked.
    """
    places: dict[NamedNode, tuple[int, int]] = {}
    edges: list[tuple[NamedNode, NamedNode]] = []
    row = 0
    waiting: list[tuple[NamedNode, int, NamedNode | None]] = [(root, 0, None) for root in reversed(roots)]
    last_depth = -1
    while waiting and len(places) < MAX_BOXES:
        node, depth, whole = waiting.pop()
        if node in places:
            continue
        if depth <= last_depth:
            row += 1
        places[node] = (depth, row)
        last_depth = depth
        if whole is not None:
            edges.append((whole, node))
        waiting += [(part, depth + 1, node) for part in reversed(list(parts_of.get(node, ())))]
    deepest = max(depth for depth, _ in places.values())
    body = [_edge(places[a], places[b]) for a, b in edges]
    body += [_box(places[node], name(node), address(node)) for node in places]
    width, height = deepest * COLUMN + BOX + 4, (row + 1) * ROW
    return Picture(drawing("tree", width, height, title, joined(body), linked=True), title, caption)


def _at(place: tuple[int, int]) -> tuple[float, float]:
    return place[0] * COLUMN + 2, place[1] * ROW + (ROW - TALL) / 2


def _edge(whole: tuple[int, int], part: tuple[int, int]) -> Markup:
    (x1, y1), (x2, y2) = _at(whole), _at(part)
    middle = x1 + BOX + (COLUMN - BOX) / 2
    return html(
        '<path class="edge" d="M{} {}H{}V{}H{}"/>',
        f"{x1 + BOX:g}",
        f"{y1 + TALL / 2:g}",
        f"{middle:g}",
        f"{y2 + TALL / 2:g}",
        f"{x2:g}",
    )


def _box(place: tuple[int, int], name: str, address: str) -> Markup:
    x, y = _at(place)
    box = html(
        '<rect class="box" x="{}" y="{}" width="{}" height="{}" rx="4"/>{}',
        f"{x:g}",
        f"{y:g}",
        BOX,
        TALL,
        label(x + 10, y + 18, fitted(name, BOX - 20)),
    )
    return html('<a href="{}">{}</a>', address, box) if address else box
