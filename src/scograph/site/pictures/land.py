"""Places as points on the outline of the land: no borders, no names of territories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from scograph.site.markup import html, joined
from scograph.site.pictures.svg import Picture, drawing, label, width_of

WIDTH = 860
MIN_DEGREES = 70.0
"""A map is no narrower than this, so that the outline can be recognised."""
MAX_NAMES = 60
"""So many points have their names beside them."""
SHAPE = 0.45
"""A map is so tall for its width."""
_LINE = 14


@dataclass(frozen=True, slots=True)
class Point:
    """A place.

    Args:
        name: Its name.
        longitude: In degrees, east positive.
        latitude: In degrees, north positive.
    """

    name: str
    longitude: float
    latitude: float


def land_map(points: Sequence[Point], outline: str, title: str, caption: str) -> Picture:
    """Draw places.

    Args:
        points: The places.
        outline: The address of the outline of the land.
        title: What the picture shows.
        caption: What to know to read it.

    Returns:
        The picture, cut to the places with room around them.
    """
    west, east = _around([p.longitude for p in points], MIN_DEGREES, -180, 180)
    south, north = _around([p.latitude for p in points], (east - west) * SHAPE, -90, 90)
    missing = (north - south) / SHAPE - (east - west)
    if missing > 0:
        west, east = max(-180.0, west - missing / 2), min(180.0, east + missing / 2)
    scale = WIDTH / (east - west)
    height = round((north - south) * scale)
    image = html(
        '<image href="{}" x="{}" y="{}" width="{}" height="{}" preserveAspectRatio="none"/>',
        outline,
        f"{(-180 - west) * scale:.1f}",
        f"{(north - 90) * scale:.1f}",
        f"{360 * scale:.1f}",
        f"{180 * scale:.1f}",
    )
    parts = [image]
    taken: list[tuple[float, float, float, float]] = []
    at = [((p.longitude - west) * scale, (north - p.latitude) * scale, p.name) for p in points]
    taken += [(x - 5, y - 5, x + 5, y + 5) for x, y, _ in at]
    for x, y, name in at:
        if len(taken) < len(at) + MAX_NAMES:
            parts += _named(x, y, name, height, taken)
        parts.append(html('<circle class="dot" cx="{}" cy="{}" r="4.5"/>', f"{x:.1f}", f"{y:.1f}"))
    return Picture(drawing("map", WIDTH, height, title, joined(parts)), title, caption)


def _named(
    x: float, y: float, name: str, height: float, taken: list[tuple[float, float, float, float]]
) -> list[Markup]:
    """A name beside its point, on the side where it covers nothing; none where there is no room."""
    wide = width_of(name)
    sides = ((x + 8, y + 4, "start"), (x - 8, y + 4, "end"), (x, y - 9, "middle"), (x, y + 18, "middle"))
    for left, base, anchor in sides:
        start = left - (wide if anchor == "end" else wide / 2 if anchor == "middle" else 0)
        box = (start, base - _LINE + 3, start + wide, base + 3)
        inside = box[0] >= 0 and box[2] <= WIDTH and box[1] >= 0 and box[3] <= height
        if inside and not any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in taken):
            taken.append(box)
            return [label(left, base, name, anchor=anchor, name="halo")]
    return []


def _around(values: Sequence[float], least: float, low: float, high: float) -> tuple[float, float]:
    """A range that holds the values with room around them, of some size at least, between two limits."""
    first, last = min(values), max(values)
    wide = min(max((last - first) * 1.2, least), high - low)
    start = min(max((first + last - wide) / 2, low), high - wide)
    return start, start + wide
