"""Fields of `application/x-www-form-urlencoded` data, decoded within bounds (URL Standard, clause 5.1)."""

from __future__ import annotations

import re
from binascii import a2b_qp

from scograph.server.request import BadRequestError

MAX_FIELDS = 200
"""Fields of a query operation."""
MAX_PARAMETERS = 20
"""Fields of the query of another URL."""
_STRAY_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def form_fields(data: bytes, max_value: int, max_fields: int = MAX_FIELDS) -> list[tuple[str, str]]:
    """The fields of a form or of the query of a URL, percent-decoded once.

    What is too long is refused before it is decoded, and decoding is linear in C: clients choose how long it is.

    Args:
        data: The encoded fields.
        max_value: How many bytes a value may have.
        max_fields: How many fields there may be.

    Returns:
        Each name and value in their order.

    Raises:
        BadRequestError: They are no percent-encoded UTF-8, or too many or too long.

    Example:
        >>> form_fields(b"query=ASK+%7B%7D&timeout=3", 100)
        [('query', 'ASK {}'), ('timeout', '3')]
    """
    if not data:
        return []
    if data.count(b"&") >= max_fields:
        raise BadRequestError(400, f"There are more than {max_fields} parameters.")
    fields = [field.partition(b"=") for field in data.split(b"&") if field]
    if any(_min_length(name) > max_value or _min_length(value) > max_value for name, _, value in fields):
        raise BadRequestError(413, f"A parameter has more than {max_value:,} bytes.")
    try:
        return [(_decoded(name), _decoded(value)) for name, _, value in fields]
    except UnicodeDecodeError:
        raise BadRequestError(400, "The parameters are not percent-encoded UTF-8.") from None


def _min_length(encoded: bytes) -> int:
    """The fewest bytes that a text has when it is decoded."""
    return len(encoded) - 2 * encoded.count(b"%")


def _decoded(encoded: bytes) -> str:
    """A text without its percent-encoding; a `%` that begins none stands for itself."""
    if not encoded.isascii():
        raise BadRequestError(400, "The parameters are not percent-encoded UTF-8.")
    spaced = encoded.replace(b"+", b" ")
    if b"%" not in spaced:
        return spaced.decode("ascii")
    # Quoted-printable has the same escapes, with = for %, and a decoder in C.
    escaped = _STRAY_PERCENT.sub(b"%25", spaced).replace(b"=", b"%3D").replace(b"%", b"=")
    return a2b_qp(escaped).decode("utf-8")
