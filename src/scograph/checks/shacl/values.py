"""The order of literal values, as SPARQL's `<` has it (SPARQL 1.1, clause 17.3; XSD 1.1 Part 2, clause 3.3).

Values of different kinds have no order, nor have ill-typed ones, nor texts with a language: `compare` then gives None,
which a constraint takes for a violation (SHACL, clauses 4.3 and 4.5.3). A time without a zone and one with a zone have
an order only where more than fourteen hours lie between them (XSD 1.1 Part 2, clause 3.3.7).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from scograph.datatypes import WHOLE_NUMBERS, is_well_typed
from scograph.ntriples import datatype, is_literal, lexical
from scograph.terms import XSD

_MAX_COMPARED = 8
_HALF_A_DAY_AND_TWO_HOURS = 14 * 3600
_CACHED = 1 << 16

_MOMENT = re.compile(
    r"(?P<year>-?\d{4,})?-{0,3}(?:(?P<month>\d\d)(?:-(?P<day>\d\d))?)?"
    r"(?:T?(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d(?:\.\d+)?))?(?P<zone>Z|[+-]\d\d:\d\d)?"
)
_DAY_ALONE = re.compile(r"---(?P<day>\d\d)(?P<zone>Z|[+-]\d\d:\d\d)?")
_TIME_ALONE = re.compile(r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d(?:\.\d+)?)(?P<zone>Z|[+-]\d\d:\d\d)?")
_DURATION = re.compile(
    r"(?P<minus>-)?P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_REFERENCE_MONTHS = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))
"""Durations have an order if they keep it when added to each of these (XSD 1.1 Part 2, clause 3.3.6.1)."""

_KINDS: dict[str, str] = (
    dict.fromkeys(WHOLE_NUMBERS, "number")
    | {XSD + name: "number" for name in ("decimal", "float", "double")}
    | {
        XSD + name: "string"
        for name in ("string", "normalizedString", "token", "language", "NMTOKEN", "Name", "NCName")
    }
    | {XSD + name: "duration" for name in ("duration", "yearMonthDuration", "dayTimeDuration")}
    | {XSD + name: name for name in ("boolean", "date", "time", "dateTime")}
    | {XSD + name: name for name in ("gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay")}
    | {XSD + "dateTimeStamp": "dateTime"}
)


@dataclass(frozen=True, slots=True)
class DateTime:
    """A point on the time line: seconds, and whether a time zone is known."""

    seconds: Decimal
    zoned: bool


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration: months, and seconds."""

    months: int
    seconds: Decimal


Value = Decimal | float | str | bool | DateTime | Duration


def compare(one: str, other: str) -> int | None:
    """Compare two terms.

    Args:
        one: A term.
        other: A term.

    Returns:
        -1, 0 or 1; None if they have no order.
    """
    first, second = value(one), value(other)
    if first is None or second is None or first[0] != second[0]:
        return None
    return _compared(first[1], second[1])


def count_not_in_order(others: Sequence[str], allowed: Collection[int]) -> Callable[[str], int]:
    """Counts with how many of some terms a term is not in order.

    Args:
        others: The terms.
        allowed: What `compare(term, other)` may be: -1, or -1 and 0.

    Returns:
        A term to the number of others for which `compare` gives something else. Values of which any two have an order
        are sorted, so that no two are compared more often than a search takes.

    >>> count_not_in_order(['"1"', '"3"', '"3"'], (-1,))('"2"')
    1
    """
    if len(others) <= _MAX_COMPARED:
        return lambda term: sum(compare(term, other) not in allowed for other in others)
    lines = _sorted_lines(others)
    place = bisect_left if 0 in allowed else bisect_right

    def count(term: str) -> int:
        found = value(term)
        if found is None:
            return len(others)
        line, key = _line(found[1])
        ordered = 0
        for other_line, keys in lines.get(found[0], {}).items():
            if line is not None and line == other_line:
                ordered += len(keys) - place(keys, key)
            else:
                ordered += sum(_compared(found[1], _unlined(other_line, one)) in allowed for one in keys)
        return len(others) - ordered

    return count


def _sorted_lines(terms: Sequence[str]) -> dict[str, dict[object, list[Any]]]:
    """The values of terms by kind and line, those of a line sorted."""
    lines: dict[str, dict[object, list[Any]]] = {}
    for one in terms:
        if (found := value(one)) is not None:
            line, key = _line(found[1])
            lines.setdefault(found[0], {}).setdefault(line, []).append(key)
    for by_line in lines.values():
        for line in by_line.keys() - {None}:
            by_line[line].sort()
    return lines


def _line(one: Value) -> tuple[object, Any]:
    """A line on which any two values have an order, with the value's place; no line for durations and NaN."""
    if isinstance(one, DateTime):
        return one.zoned, one.seconds
    if isinstance(one, Duration) or one != one:  # noqa: PLR0124 -- only NaN is not itself
        return None, one
    return "", one


def _unlined(line: object, key: Any) -> Value:  # noqa: ANN401 -- what `_line` gave
    return DateTime(key, line) if isinstance(line, bool) else key


@lru_cache(maxsize=_CACHED)
def value(term: str) -> tuple[str, Value] | None:
    """The kind and the value of a literal.

    Args:
        term: A term.

    Returns:
        What kind of value it is and the value; None for what is no well-typed literal of a kind that has an order.
    """
    type_ = datatype(term) if is_literal(term) else ""
    kind = _KINDS.get(type_)
    if kind is None or not is_well_typed(text := lexical(term), type_):
        return None
    found: Value
    match kind:
        case "number":
            found = _number(text, type_)
        case "string":
            found = text
        case "boolean":
            found = text in ("true", "1")
        case "duration":
            found = _duration(text)
        case _:
            found = _moment(text, kind)
    return kind, found


def _number(text: str, type_: str) -> Decimal | float:
    if type_ in (XSD + "float", XSD + "double"):
        return float(text.replace("INF", "inf"))
    return Decimal(text)


def _compared(one: Value, other: Value) -> int | None:
    if isinstance(one, DateTime) and isinstance(other, DateTime):
        return _moments(one, other)
    if isinstance(one, Duration) and isinstance(other, Duration):
        return _durations(one, other)
    if one != one or other != other:  # noqa: PLR0124 -- only NaN is not itself, and Decimal would not be compared with it
        return None
    return -1 if one < other else 1 if one > other else 0 if one == other else None  # type: ignore[operator]


def _moments(one: DateTime, other: DateTime) -> int | None:
    apart = one.seconds - other.seconds
    if one.zoned == other.zoned:
        return (apart > 0) - (apart < 0)
    return None if abs(apart) <= _HALF_A_DAY_AND_TWO_HOURS else 1 if apart > 0 else -1


def _durations(one: Duration, other: Duration) -> int | None:
    months = one.months - other.months
    if not months:
        apart = one.seconds - other.seconds
        return (apart > 0) - (apart < 0)
    orders = set()
    for year, month in _REFERENCE_MONTHS:
        start = _days(year, month, 1)
        after = (year * 12 + month - 1) + months
        apart = (_days(after // 12, after % 12 + 1, 1) - start) * 86400 + one.seconds - other.seconds
        orders.add((apart > 0) - (apart < 0))
    return orders.pop() if len(orders) == 1 else None


def _duration(text: str) -> Duration:
    match = _DURATION.fullmatch(text)
    assert match  # noqa: S101 -- it is well typed
    part = {name: Decimal(found or 0) for name, found in match.groupdict().items() if name != "minus"}
    sign = -1 if match["minus"] else 1
    months = int(part["years"]) * 12 + int(part["months"])
    seconds = ((part["days"] * 24 + part["hours"]) * 60 + part["minutes"]) * 60 + part["seconds"]
    return Duration(sign * months, sign * seconds)


def _moment(text: str, kind: str) -> DateTime:
    """The moment that a well-typed literal names; parts that it lacks are taken for the first there is."""
    form = {"time": _TIME_ALONE, "gDay": _DAY_ALONE}.get(kind, _MOMENT)
    match = form.fullmatch(text)
    assert match  # noqa: S101 -- it is well typed
    part = match.groupdict()
    year = int(Decimal(part.get("year") or 1972))  # int() alone refuses thousands of digits
    days = _days(year, int(part.get("month") or 1), int(part.get("day") or 1))
    clock = (int(part.get("hour") or 0) * 60 + int(part.get("minute") or 0)) * 60 + Decimal(part.get("second") or 0)
    return DateTime(days * 86400 + clock - _offset(part["zone"]), zoned=bool(part["zone"]))


def _offset(zone: str | None) -> int:
    if zone in (None, "", "Z"):
        return 0
    assert zone  # noqa: S101 -- for the type checker
    seconds = (int(zone[1:3]) * 60 + int(zone[4:6])) * 60
    return -seconds if zone[0] == "-" else seconds


def _days(year: int, month: int, day: int) -> int:
    """Days from 1 January of the year 0 in the proleptic Gregorian calendar (XSD 1.1 Part 2, clause E.3.2)."""
    before = year if month > 2 else year - 1  # noqa: PLR2004 -- a leap day comes after February
    leap_days = before // 4 - before // 100 + before // 400
    month_days = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)[month - 1]
    return year * 365 + leap_days + month_days + day - 1
