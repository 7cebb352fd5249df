"""JSON as bytes in UTF-8 (RFC 8259, clause 8.1), also of text that has no UTF-8.

Python reads a file name that is not UTF-8 with lone surrogates in it (PEP 383), and JSON of others may have them as
escapes. They are written as escapes, which JSON allows (clause 8.2), so that what is read again is what was written.
"""

from __future__ import annotations

import json


def json_bytes(
    value: object, *, indent: int | None = None, sort_keys: bool = False, separators: tuple[str, str] | None = None
) -> bytes:
    r"""A value as JSON, without a line end: a part of a document, or one for programs.

    Args:
        value: What `json.dumps` takes.
        indent: The number of blanks of an indent; None for one line.
        sort_keys: Whether keys are sorted.
        separators: What stands between items and after keys, as `json.dumps` has it.

    Returns:
        UTF-8, in which lone surrogates are escapes.

    Example:
        >>> json_bytes({"path": "b\udcff.ttl", "is": "é"})
        b'{"path": "b\\udcff.ttl", "is": "\xc3\xa9"}'
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent, sort_keys=sort_keys, separators=separators)
    return text.encode("utf-8", "backslashreplace")  # a surrogate is written as JSON escapes it


def json_document(value: object, *, indent: int | None = 2, sort_keys: bool = False) -> bytes:
    r"""A value as a JSON file for people: indented, with a line end.

    Args:
        value: As for `json_bytes`.
        indent: As for `json_bytes`.
        sort_keys: As for `json_bytes`.

    Returns:
        UTF-8, as `json_bytes` writes it.

    Example:
        >>> json_document({"a": 1}, indent=1)
        b'{\n "a": 1\n}\n'
    """
    return json_bytes(value, indent=indent, sort_keys=sort_keys) + b"\n"
