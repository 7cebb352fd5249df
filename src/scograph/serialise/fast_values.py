"""A fast path for the common values of a property in compact JSON-LD: only the text between fixed pieces changes.

Most statements have one short name, one small number, or texts, each of another language or datatype. How such texts
are written depends on what stands around them alone, so that each surrounding is worked out once, by the writer of any
value on numbered stand-ins; then the texts are put between its pieces.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

Write = Callable[[bytes], bytes]
"""Gives the key and the value for the objects of a property; nothing if they are not of its kind."""

MAX_SURROUNDINGS = 1000
"""So many are remembered for a property."""
_SHORT = re.compile(rb'(?:[A-Za-z][\w.-]*:[^\s\\"<]+(?: , |\Z))+')
"""Prefixed names that JSON-LD reads as Turtle does."""
_TEXTS = re.compile(rb'(?:"(?:@[\w-]+|\^\^[^\s"]+)?(?: , |\Z))+')
"""What stands around texts, with a quotation mark in the place of each."""
_STAND_IN = re.compile(rb"\0([0-9]+)\0")
_NO_PREFIX = b"\\/\\/"
"""What stands before a colon and this is taken for a scheme (JSON-LD 1.1 API, clause 5.2)."""
_SURELY_NATIVE = 15
"""Digits; 2^53 has one more."""

# A byte is looked for in a fraction of the time that bytes are looked for.
_SPACE, _QUOTE, _BACKSLASH, _ZERO = b' "\\0'


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a value: the key and all that opens it, and what closes it."""

    start: bytes
    end: bytes


def short_name(token: bytes, prefixes: frozenset[bytes]) -> bytes:
    """A prefixed name of Turtle as JSON-LD has it.

    Args:
        token: The token.
        prefixes: The prefixes of the context.

    Returns:
        The name; nothing if the token is something else, or JSON-LD would read it otherwise.
    """
    prefix, _, local = token.partition(b":")
    if prefix not in prefixes or not local or _SPACE in local:
        return b""
    if _BACKSLASH not in local:
        return token
    return b"" if local.startswith(_NO_PREFIX) else token.replace(b"\\", b"")


def fast_values(
    any_value: Write, prefixes: frozenset[bytes], name: Around, *, in_array: bool, number: Around | None
) -> Write:
    """The writer of the usual values of a property.

    Args:
        any_value: The writer of any value.
        prefixes: The prefixes of short names.
        name: What stands around a short name.
        in_array: Whether names can stand in one array.
        number: What stands around a small whole number, where it stands for itself.
    """
    texts = _texts(any_value)

    def write(objects: bytes) -> bytes:
        if objects[0] == _QUOTE:
            return texts(objects)
        if short := short_name(objects, prefixes):
            return name.start + short + name.end
        if in_array and _SPACE in objects and _SHORT.fullmatch(objects):
            names = objects.split(b" , ")
            return name.start + b'", "'.join(names) + name.end if len(set(names)) == len(names) else b""
        if number is not None and objects.isdigit() and len(objects) <= _SURELY_NATIVE:
            is_canonical = objects[0] != _ZERO or len(objects) == 1
            return number.start + objects + number.end if is_canonical else b""
        return b""

    return write


def _texts(any_value: Write) -> Write:
    """The writer of texts, each of another language or datatype."""
    surroundings: dict[bytes, list[bytes]] = {}

    def write(objects: bytes) -> bytes:
        if _BACKSLASH in objects and objects.find(b'\\"') >= 0:
            if objects.find(b"\\\\") >= 0:  # which of the two is it that the quotation mark follows?
                return b""
            return write(objects.replace(b'\\"', b"\0")).replace(b"\0", b'\\"')
        pieces = objects.split(b'"')
        around = b'"'.join(pieces[::2])
        ready = surroundings.get(around)
        if ready is None:
            if len(surroundings) >= MAX_SURROUNDINGS:
                surroundings.clear()
            ready = surroundings[around] = _pieces(around, any_value)
        if not ready:
            return b""
        pieces[::2] = ready
        return b"".join(pieces)

    return write


def _pieces(around: bytes, any_value: Write) -> list[bytes]:
    """What is written around texts; nothing if their own bytes, or their order, matter."""
    if not _TEXTS.fullmatch(around):
        return []
    marks = around.split(b" , ")
    if len(set(marks)) < len(marks):  # equal texts would be one
        return []
    stand_ins = (b'"\0%d\0%s' % (number, mark) for number, mark in enumerate(marks))
    pieces = _STAND_IN.split(any_value(b" , ".join(stand_ins)))
    in_order = pieces[1::2] == [b"%d" % number for number in range(len(marks))]
    return pieces[::2] if in_order else []
