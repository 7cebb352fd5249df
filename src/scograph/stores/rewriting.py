"""Literals that a store writes in another lexical form of the same value (XML Schema 1.1 part 2, clause 3.3).

A store that answers `1.5` for `1.50` has lost nothing that a query could tell; one that answers `1.6` has. Both sides
are therefore written in one way, by value, before they are called different.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation

from scograph import terms
from scograph.ntriples import LABELS

_XSD = terms.XSD.encode()
_INTEGERS = (
    b"integer nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger long int short byte unsignedLong"
    b" unsignedInt unsignedShort unsignedByte"
).split()
_TYPED = re.compile(rb'"([^"\\\n]*)"\^\^<' + re.escape(_XSD) + rb"(\w+)>((?: <[^>\n]*>)?) \.$", re.MULTILINE)
_TAGGED = re.compile(rb'"@([A-Za-z0-9-]+)((?: <[^>\n]*>)?) \.$', re.MULTILINE)
DECIMAL = b"#decimal> ."
"""What a line ends with that `plain_decimals` may write otherwise."""
_VALUES = re.compile(b"(?:%s)|(?:%s)" % (_TYPED.pattern, _TAGGED.pattern), re.MULTILINE)
_BLANK = b"_:"
_MIDNIGHT = re.compile(rb"^24:00:00")
"""The end of a day is the time of its beginning (clause 3.3.8)."""
_FRACTION = re.compile(rb"(\.\d*?)0+(?=$|[Z+-])")


def by_value(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Lines with each literal written in one way for its value.

    Args:
        pieces: N-Triples or N-Quads, in pieces of whole lines.

    Returns:
        The lines, in the same pieces; ill-formed literals as they are.
    """
    for piece in pieces:
        written = _TYPED.sub(_value, piece) if b'"^^<' + _XSD in piece else piece
        yield (
            _TAGGED.sub(lambda match: b'"@%s%s .' % (match[1].lower(), match[2]), written)
            if b'"@' in written
            else written
        )


def plain_decimals(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Lines with each xsd:decimal written without needless zeros, and all else as it is.

    Args:
        pieces: N-Triples, in pieces of whole lines.

    Returns:
        The lines, in the same pieces.
    """
    for piece in pieces:
        if DECIMAL in piece:
            yield _TYPED.sub(lambda match: _value(match) if match[2] == b"decimal" else match[0], piece)
        else:
            yield piece


def rewritten(pieces: Iterable[bytes]) -> set[str]:
    """The kinds of literals among lines that `by_value` would write in another way.

    Args:
        pieces: N-Triples, in pieces of whole lines.

    Returns:
        Names such as `xsd:decimal` and `language tags`.
    """
    found: set[str] = set()
    for piece in pieces:
        for match in _TYPED.finditer(piece):
            if _value(match) != match[0]:
                found.add(f"xsd:{match[2].decode()}")
        if any(match[1] != match[1].lower() for match in _TAGGED.finditer(piece)):
            found.add("language tags")
    return found


def spelt_as(there: Iterable[bytes], here: Iterable[bytes]) -> tuple[list[bytes], set[str]]:
    """Lines of a store, their values written as others write them who have the same statement.

    Args:
        there: The store's, N-Triples or N-Quads, in pieces of whole lines.
        here: The others'.

    Returns:
        The store's lines, one a piece, and the kinds of literals that were written in another way; blank nodes count
        as alike, so a line with some is changed only where there is one way to write its value.
    """
    ways: dict[bytes, set[bytes]] = defaultdict(set)
    for line in _with_values(here):
        ways[_key(line)].add(line)
    found: list[bytes] = []
    names: set[str] = set()
    for line in (line for piece in there for line in piece.splitlines(keepends=True)):
        same = ways.get(_key(line), set()) if _VALUES.search(line) else set()
        if not same or line in same:
            found.append(line)
        elif _BLANK not in line:
            found += sorted(same)
            names |= _kinds_of(same)
        elif len(endings := {_VALUES.search(other)[0] for other in same}) == 1:  # type: ignore[index]  # all have one
            found.append(_VALUES.sub(lambda _, ending=endings: min(ending), line))  # type: ignore[misc]
            if found[-1] != line:
                names |= _kinds_of(same)
        else:
            found.append(line)
    return found, names


def _with_values(pieces: Iterable[bytes]) -> Iterator[bytes]:
    return (line for piece in pieces for line in piece.splitlines(keepends=True) if _VALUES.search(line))


def _key(line: bytes) -> bytes:
    (written,) = by_value([line])
    return LABELS.sub(_BLANK, written) if _BLANK in written else written


def _kinds_of(lines: Iterable[bytes]) -> set[str]:
    """The kinds of literals at the ends of lines."""
    typed = (_TYPED.search(line) for line in lines)
    return {f"xsd:{match[2].decode()}" if match else "language tags" for match in typed}


def _value(match: re.Match[bytes]) -> bytes:
    text, kind = match[1].strip(), match[2]
    value: bytes | None = None
    try:
        if kind in _INTEGERS:
            value, kind = b"%d" % int(text), b"integer"
        elif kind == b"decimal" and b"e" not in text.lower():
            number = Decimal(text.decode())
            if number.is_finite():
                value = f"{number.normalize():f}".encode() if number else b"0"
        elif kind in (b"double", b"float"):
            value = repr(float(text)).encode()
        elif kind == b"boolean":
            value = {b"1": b"true", b"0": b"false", b"true": b"true", b"false": b"false"}.get(text)
        elif kind in (b"dateTime", b"time"):
            value = _FRACTION.sub(lambda part: part[1].rstrip(b"."), text).replace(b"+00:00", b"Z")
            if kind == b"time":
                value = _MIDNIGHT.sub(b"00:00:00", value)
    except (ValueError, InvalidOperation, UnicodeDecodeError):
        value = None
    return match[0] if value is None else b'"%s"^^<%s%s>%s .' % (value, _XSD, kind, match[3])
