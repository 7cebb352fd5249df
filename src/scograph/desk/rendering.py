"""The pages of the desk: templates filled with escaped text, in one of the languages of the interface."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from scograph.site.words import LANGUAGES, Words, direction, read_words

PACKAGE = "scograph.desk"
STATIC = {
    "site.css": ("scograph.site", "text/css"),
    "icon.svg": ("scograph.site", "image/svg+xml"),
    "desk.css": (PACKAGE, "text/css"),
    "desk.js": (PACKAGE, "text/javascript"),
}
"""The files that pages load: the package that has each, and its media type."""
_COMMAND = re.compile(r"\bscograph [a-z]|(?:^|[\s'\"])--[a-z]")
_TAG = re.compile(r"\s*([A-Za-z]{2,3})(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q=([0-9.]+)\s*)?")

_environment = Environment(
    loader=PackageLoader(PACKAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


@lru_cache(len(LANGUAGES))
def desk_words(language: str) -> Words:
    """The words of the desk, and those of the site, in a language."""
    return read_words(language, PACKAGE)


def language_of(chosen: str, accepted: str) -> str:
    """The language of the interface for a reader.

    Args:
        chosen: The one that was chosen, if there is one.
        accepted: The Accept-Language header (RFC 9110, clause 12.5.4).

    Returns:
        A language of the interface.

    Example:
        >>> language_of("", "kk, ru;q=0.8, en;q=0.5"), language_of("zh", "en")
        ('ru', 'zh')
    """
    if chosen in LANGUAGES:
        return chosen
    wanted: list[tuple[float, str]] = []
    for part in accepted[:500].split(","):
        match = _TAG.fullmatch(part)
        if match and match[1].lower() in LANGUAGES:
            try:
                wanted.append((-float(match[2] or 1), match[1].lower()))
            except ValueError:
                continue
    return min(wanted, key=lambda one: one[0])[1] if wanted else LANGUAGES[0]


def without_commands(text: str) -> str:
    """A message or hint without the clauses that name a command or an option: the desk has fields and buttons.

    Example:
        >>> without_commands("title: 'Minutes', the first line; --title gives another")
        "title: 'Minutes', the first line"
        >>> without_commands("scograph source show prints the passages")
        ''
    """
    return "; ".join(clause for clause in text.split("; ") if not _COMMAND.search(clause))


def static_file(name: str) -> Response | None:
    """A file that pages load.

    Args:
        name: Its name.

    Returns:
        The answer; None where there is no such file.
    """
    found = STATIC.get(name)
    if found is None:
        return None
    data = resources.files(found[0]).joinpath("static", name).read_bytes()
    return Response(data, media_type=found[1])


def page(template: str, words: Words, status: int, **values: Any) -> HTMLResponse:  # noqa: ANN401 -- what templates show
    """Fill a template.

    Args:
        template: Its name, without extension.
        words: The interface in the language of the reader.
        status: The status of the answer.
        values: What it shows.

    Returns:
        The answer.
    """
    shared = {
        "w": words,
        "languages": [(tag, desk_words(tag)("language")) for tag in LANGUAGES],
        "dir": direction,
        "plain": without_commands,
    }
    text = _environment.get_template(f"{template}.html").render(shared | values)
    return HTMLResponse(text, status)
