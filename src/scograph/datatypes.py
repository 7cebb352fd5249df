"""Whether a literal is well typed, and whether it lies in a range (W3C XML Schema Definition Language 1.1, Part 2).

The lexical spaces are those of XSD 1.1, which RDF 1.1 cites: the year 0000 and `+INF` are in. White space around a
value is not in a lexical space (RDF 1.1 Concepts, clause 5.1), so `" 5 "^^xsd:integer` is ill typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache, partial
from xml.parsers import expat

from scograph.terms import RDF, RDFS, XSD

_LANG_STRING = RDF + "langString"
_XML_LITERAL = RDF + "XMLLiteral"
_LITERAL = RDFS + "Literal"

_YEAR = r"(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))"
_MONTH = r"(?P<month>0[1-9]|1[0-2])"
_DAY = r"(?P<day>0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_FLOAT = rf"[+-]?{_NUMBER}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN"
_B64 = r"[A-Za-z0-9+/] ?"
_CHARACTERS = "\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff"
_NAME_START = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME_REST = _NAME_START + "0-9.\xb7\u0300-\u036f\u203f\u2040\\-"

_PATTERNS: dict[str, str] = {
    XSD + name: pattern
    for name, pattern in {
        "string": f"[{_CHARACTERS}]*",
        "normalizedString": f"(?:(?![\t\n\r])[{_CHARACTERS}])*",
        "token": f"(?:(?![\t\n\r ])[{_CHARACTERS}]| (?! )(?!\\Z)(?<!\\A ))*",
        "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
        "NMTOKEN": f"[:{_NAME_REST}]+",
        "Name": f"[:{_NAME_START}][:{_NAME_REST}]*",
        "NCName": f"[{_NAME_START}][{_NAME_REST}]*",
        "anyURI": f"[{_CHARACTERS}]*",
        "boolean": "true|false|0|1",
        "decimal": f"[+-]?{_NUMBER}",
        "integer": "[+-]?[0-9]+",
        "float": _FLOAT,
        "double": _FLOAT,
        "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}",
        "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
        "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
        "gYear": f"{_YEAR}{_ZONE}",
        "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}",
        "gMonth": f"--{_MONTH}{_ZONE}",
        "gDay": f"---{_DAY}{_ZONE}",
        "time": f"{_CLOCK}{_ZONE}",
        "hexBinary": "(?:[0-9A-Fa-f]{2})*",
        "base64Binary": f"(?:(?:{_B64}){{4}})*(?:(?:{_B64}){{3}}[A-Za-z0-9+/]"
        f"|(?:{_B64}){{2}}[AEIMQUYcgkosw048] ?=|{_B64}[AQgw] ?= ?=)|",
    }.items()
}

_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    XSD + name: bounds
    for name, bounds in {
        "integer": (None, None),
        "nonPositiveInteger": (None, 0),
        "negativeInteger": (None, -1),
        "nonNegativeInteger": (0, None),
        "positiveInteger": (1, None),
        "long": (-(2**63), 2**63 - 1),
        "int": (-(2**31), 2**31 - 1),
        "short": (-(2**15), 2**15 - 1),
        "byte": (-(2**7), 2**7 - 1),
        "unsignedLong": (0, 2**64 - 1),
        "unsignedInt": (0, 2**32 - 1),
        "unsignedShort": (0, 2**16 - 1),
        "unsignedByte": (0, 2**8 - 1),
    }.items()
}

_DECIMAL = XSD + "decimal"
_STRINGS = frozenset(
    XSD + name for name in ("string", "normalizedString", "token", "language", "NMTOKEN", "Name", "NCName")
)
WHOLE_NUMBERS = frozenset(_BOUNDS)
"""The datatypes whose values are whole numbers."""


def _month_length(year: int, month: int) -> int:
    """The days of a month in the proleptic Gregorian calendar (XSD 1.1, Part 2, clause E.3.2)."""
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (31, 29 if is_leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


_compiled = cache(re.compile)  # some take long to compile, and few are wanted in one run


def _matches(pattern: str, lexical: str) -> bool:
    return _compiled(pattern).fullmatch(lexical) is not None


def _is_calendar_day(pattern: str, lexical: str) -> bool:
    match = _compiled(pattern).fullmatch(lexical)
    if match is None:
        return False
    parts = match.groupdict()
    # Whether it is a leap year depends on the last four digits alone; without a year 29 February is a day.
    year = int(parts["year"][-4:]) if "year" in parts else 0
    return int(parts["day"]) <= _month_length(year, int(parts["month"]))


def _is_integer(bounds: tuple[int | None, int | None], lexical: str) -> bool:
    return _matches(_PATTERNS[XSD + "integer"], lexical) and _within(bounds, lexical)


def _within(bounds: tuple[int | None, int | None], lexical: str) -> bool:
    """Whether a decimal lies within whole bounds; Decimal, since int() refuses numbers of thousands of digits."""
    low, high = bounds
    value = Decimal(lexical)
    return (low is None or value >= low) and (high is None or value <= high)


def _is_xml(lexical: str) -> bool:
    """Whether a text is balanced XML content (RDF 1.1 Concepts, clause 5.3)."""
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    try:
        parser.Parse(f"<x>{lexical}</x>".encode())
        parser.Parse(b"", True)  # noqa: FBT003 -- it takes no keyword
    except expat.ExpatError:
        return False
    return True


_VALID: dict[str, Callable[[str], bool]] = (
    {iri: partial(_matches, pattern) for iri, pattern in _PATTERNS.items()}
    | {XSD + name: partial(_is_calendar_day, _PATTERNS[XSD + name]) for name in ("date", "dateTime", "gMonthDay")}
    | {iri: partial(_is_integer, bounds) for iri, bounds in _BOUNDS.items()}
    | {_XML_LITERAL: _is_xml}
)

_DATE_PART = "(?:[0-9]+Y)?(?:[0-9]+M)?"
_TIME_PART = r"(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"
_NOT_IN_OWL_1: Mapping[str, Callable[[str], bool]] = {
    XSD + name: partial(_matches, pattern)
    for name, pattern in {
        "duration": rf"-?P(?=[0-9T]){_DATE_PART}(?:[0-9]+D)?{_TIME_PART}",
        "yearMonthDuration": f"-?P(?=[0-9]){_DATE_PART}",
        "dayTimeDuration": rf"-?P(?=[0-9T])(?:[0-9]+D)?{_TIME_PART}",
    }.items()
} | {XSD + "dateTimeStamp": partial(_is_calendar_day, f"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE.removesuffix('?')}")}
"""RDF 1.1 Concepts, clause 5.1, has them, OWL 1 has not."""

_KNOWN = _VALID.keys() | {_LANG_STRING}


def is_well_typed(lexical: str, datatype: str) -> bool:
    """Whether a lexical form is in the lexical space of its datatype.

    Args:
        lexical: The lexical form.
        datatype: The IRI of the datatype.

    Returns:
        False if it is not; True if it is, and for any datatype that RDF 1.1 does not name.
    """
    valid = _VALID.get(datatype) or _NOT_IN_OWL_1.get(datatype)
    return valid is None or valid(lexical)


def is_in_range(lexical: str, datatype: str, range_: str) -> bool:
    """Whether the value of a well-typed literal lies in the value space of a range.

    Numbers and strings are judged by value, so `"5"^^xsd:integer` lies in xsd:byte and in xsd:decimal; the value
    spaces of the other primitive datatypes share nothing (XSD 1.1, Part 2, clause 2.2).

    Args:
        lexical: The lexical form, in the lexical space of its datatype.
        datatype: The IRI of the literal's datatype; `rdf:langString` if it has a language.
        range_: The IRI of the range.

    Returns:
        False if it does not; True if it does, and where a datatype is not one that OWL 1 knows.
    """
    if range_ in (_LITERAL, datatype) or range_ not in _VALID or datatype not in _KNOWN:
        return True
    if datatype in _STRINGS and range_ in _STRINGS:
        return is_well_typed(lexical, range_)
    if range_ == _DECIMAL:
        return datatype in WHOLE_NUMBERS
    whole = datatype in WHOLE_NUMBERS or (
        datatype == _DECIMAL and Decimal(lexical) == Decimal(lexical).to_integral_value()
    )
    return whole and range_ in WHOLE_NUMBERS and _within(_BOUNDS[range_], lexical)
