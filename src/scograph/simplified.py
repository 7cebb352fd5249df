"""Simplified Chinese characters for traditional ones, after the table of OpenCC (Apache License 2.0)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

TABLE = "simplified-characters.txt"
"""A traditional character and its simplified one on each line; `tools/simplified_characters.py` makes it."""


@cache
def simplified_characters() -> Mapping[str, str]:
    """The simplified character of each traditional one, whatever word it is in.

    Returns:
        The 3,700 odd pairs.

    Example:
        >>> simplified_characters()["國"], "国" in simplified_characters()
        ('国', False)
    """
    return {line[0]: line[1] for line in files("scograph").joinpath(TABLE).read_text("utf-8").splitlines()}
