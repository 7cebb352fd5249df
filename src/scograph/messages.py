"""What messages are put together from: numbers with their nouns, and text of others that gives a terminal no orders."""

from __future__ import annotations

_VISIBLE = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"} | dict.fromkeys(
    range(0x7F, 0xA0), "\N{SYMBOL FOR DELETE}"
)


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where there is not one.

    Args:
        number: The number.
        noun: The noun in the singular; its plural ends in s.

    Returns:
        `1 triple`, `2,000 triples`.
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def visible(text: str) -> str:
    """Text that others wrote, its control characters but tabs and line ends as their pictures.

    Args:
        text: The text.

    Returns:
        The text; it neither colours a terminal nor moves its cursor.
    """
    return text.translate(_VISIBLE)
