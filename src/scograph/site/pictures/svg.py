"""What pictures share: a drawing with its text, labels that fit, and texts escaped."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from markupsafe import Markup

from scograph.site.markup import html

LATIN, LETTER, IDEOGRAPH = 6.5, 7.5, 12.6
"""About as wide is a letter at the size of the labels, 12 pixels: of Latin, of any other alphabet, an ideograph."""
LAST_LATIN = "\u024f"
"""The end of Latin Extended-B."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing.

    Args:
        svg: The drawing.
        title: What it shows, in a few words.
        caption: What to know to read it.
    """

    svg: Markup
    title: str
    caption: str


def drawing(name: str, width: float, height: float, title: str, body: Markup, *, linked: bool = False) -> Markup:
    """An SVG element (SVG 2, clause 5.1; WAI-ARIA Graphics).

    Args:
        name: Its class, which the stylesheet knows.
        width: Its width, in pixels.
        height: Its height.
        title: What it shows.
        body: What is in it.
        linked: Whether there are links in it, so that it is a group and not one picture.

    Returns:
        The element.
    """
    return html(
        '<svg class="{0}" viewBox="0 0 {1} {2}" width="{1}" height="{2}" role="{3}" aria-label="{4}">{5}</svg>',
        name,
        f"{width:g}",
        f"{height:g}",
        "group" if linked else "img",
        title,
        body,
    )


def width_of(text: str) -> float:
    """About how wide a label is, in pixels."""
    if text.isascii():
        return len(text) * LATIN
    return sum(_width(character) for character in text)


def _width(character: str) -> float:
    if character <= LAST_LATIN:
        return LATIN
    return IDEOGRAPH if unicodedata.east_asian_width(character) in "WF" else LETTER


def fitted(text: str, width: float) -> str:
    """A label cut to a width."""
    if width_of(text) <= width:
        return text
    room = width - width_of("…")
    kept = ""
    for character in text:
        room -= width_of(character)
        if room < 0:
            break
        kept += character
    return kept.rstrip() + "…"


def label(x: float, y: float, text: str, *, anchor: str = "start", name: str = "") -> Markup:
    """A label, by the left, middle or right end of its base line; its class and anchor are written in the code."""
    attributes = (f' class="{name}"' if name else "") + (f' text-anchor="{anchor}"' if anchor != "start" else "")
    return html(f'<text x="{round(x, 1):g}" y="{round(y, 1):g}"{attributes}>{{}}</text>', text)
