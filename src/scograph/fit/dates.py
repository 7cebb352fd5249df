"""Dates in texts: in words and in numbers, in the languages of `LANGUAGES`, as precise as they are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from scograph.fit.languages import LANGUAGES
from scograph.fit.text import Words

_MONTHS = 12
_NEAR = 160
"""A day without a year is of the year that is named so many letters before it, or fewer."""
_DAYS = 31
_FIRST_YEAR, _LAST_YEAR = 1000, 2199
_LEXICAL = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_DAY = r"(?:[0-3]?\d)(?: ?(?:st|nd|rd|th|er|re|º|ª|°)| - ?(?:го|е|ого|ші|шы)| \. (?:º|ª))?(?! ?[/:])(?=\s)"
_YEAR = r"(?:1\d|20|21)\d\d"
_RANGE = (
    "-",
    "to",
    "until",
    "till",
    "through",
    "по",
    "до",
    "至",
    "到",
    "a",
    "à",
    "au",
    "até",
    "al",
    "hasta",
    "ден",
    "дан",
)
_LIST = ("and", "or", "&", ",", "、", "и", "е", "бен", "пен", "e", "y", "et", "和", "及", "және", "мен", "или")
_NUMBERED = frozenset({"no", "№", "n", "nº", "res", "resolution", "doc", "art", "article", "резолюция", "第"})
"""Words before a number that is no year."""
_BETWEEN = ("between", "между", "entre", "аралығында", "с", "from")
"""Words that make a list of two dates a range."""
_FROM = re.compile("(?:дан|ден|тан|тен|нан|нен) ?$")
"""The end of a Kazakh word that says since when."""
_HAN_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}


@dataclass(frozen=True, slots=True)
class Date:
    """A day, a month or a year; parts that are not known are 0.

    Args:
        year: The year.
        month: The month, or 0.
        day: The day, or 0.
    """

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def read(cls, lexical: str) -> Date | None:
        """A lexical form of xsd:date, xsd:gYearMonth or xsd:gYear (XML Schema 1.1 Part 2, clauses 3.3.9–3.3.11).

        Example:
            >>> Date.read("2009-06")
            Date(year=2009, month=6, day=0)
        """
        match = _LEXICAL.match(lexical)
        return cls(*(int(part or 0) for part in match.groups())) if match else None

    def __str__(self) -> str:
        parts = [f"{self.year:04}" if self.year else "????"]
        parts += [f"{part:02}" for part in (self.month, self.day) if part]
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text.

    Args:
        date: The date.
        first: The first of its tokens.
        after: What follows the last.
        is_start: Whether a range begins with it.
        is_end: Whether a range ends with it.
        others: What else it may mean, where day and month are numbers.
    """

    date: Date
    first: int
    after: int
    is_start: bool = False
    is_end: bool = False
    others: tuple[Date, ...] = ()


@dataclass(slots=True)
class _Atom:
    year: int
    month: int
    day: int
    start: int
    end: int
    other: Date | None = None
    is_start: bool = False
    is_end: bool = False


def dates_of(words: Words) -> list[DateMention]:
    """The dates of a text.

    Args:
        words: The text.

    Returns:
        Its dates in order. A day without a year, or without a month, takes it from the next date of its list or range,
        or the year from the last date before it; a date whose year is nowhere near is left out.

    Example:
        >>> [str(found.date) for found in dates_of(Words("held 24-26 January 2016", "en"))]
        ['2016-01-24', '2016-01-26']
    """
    atoms = sorted(_atoms(words), key=lambda atom: (atom.start, -atom.end))
    kept: list[_Atom] = []
    for atom in atoms:
        if not kept or atom.start >= kept[-1].end:
            kept.append(atom)
    _inherit(words, kept)
    return [
        DateMention(
            Date(atom.year, atom.month, atom.day),
            words.token_at(atom.start),
            words.token_at(atom.end),
            atom.is_start,
            atom.is_end,
            (atom.other,) if atom.other else (),
        )
        for atom in kept
        if atom.year and _is_date(atom)
    ]


def _is_date(atom: _Atom) -> bool:
    return _FIRST_YEAR <= atom.year <= _LAST_YEAR and atom.month <= _MONTHS and atom.day <= _DAYS


@cache
def _months() -> tuple[str, dict[str, int]]:
    """A pattern of the names of months, and the number of each group of it."""
    groups, numbers = [], {}
    for number in range(_MONTHS):
        parts = [
            f"{language.months[number]}{'[а-яәғқңөұүһі]*' if language.has_suffixes else ''}"
            for language in LANGUAGES.values()
            if language.months
        ]
        groups.append(f"(?P<m{number + 1}>{'|'.join(parts)})")
        numbers[f"m{number + 1}"] = number + 1
    return f"(?:{'|'.join(groups)})(?: \\.)?(?=\\s)", numbers


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    month, _ = _months()
    plain = re.sub(r"\(\?P<m\d+>", "(?:", month)
    joined = "|".join(map(re.escape, _RANGE + _LIST))
    days = rf"(?P<days>(?:{_DAY} (?:{joined}) (?:le |el |the |o )?)*{_DAY})"
    before = r"(?:(?<=\s)|^)"
    day_month = (
        rf"{before}{days} (?:of |de |days? of |- |, )?{month}(?: (?:of |de |del |, |- )?(?P<year>{_YEAR})(?=\s))?"
    )
    between = "|".join(map(re.escape, ("-", "to", "and", "&", "through")))
    month_day = (
        rf"{before}{month} (?:the )?(?P<days>{_DAY}(?: (?:{between}) {_DAY}(?! {plain}))*)"
        rf"(?: (?:, )?(?P<year>{_YEAR})(?=\s))?"
    )
    month_year = rf"{before}{month} (?:of |de |, |года |del )?(?P<year>{_YEAR})(?=\s)"
    year_day_month = (
        rf"{before}(?P<year>{_YEAR}) ?(?:-? ?жыл\w*|- ?ж|ж \.?|ж) ?"
        rf"(?:(?P<days>(?:{_DAY} (?:{joined}) )*{_DAY}) )?{month}"
    )
    bare = rf"{before}{month} (?={'(?:-|and|to|и|et|e|y|a|до|по|мен|бен|және) '}{plain})(?P<year>(?!))?"
    return tuple(re.compile(pattern) for pattern in (year_day_month, day_month, month_day, month_year, bare))


_HAN_NUMBER = r"(?:\d{1,2}|[〇零○一二三四五六七八九十](?: ?[〇零○一二三四五六七八九十]){0,2})"
_HAN_YEAR = r"(?:\d{4}|[〇零○一二三四五六七八九](?: ?[〇零○一二三四五六七八九]){3})"
_CHINESE = re.compile(
    rf"(?:(?P<year>{_HAN_YEAR}) 年 (?:度 )?)?(?P<month>{_HAN_NUMBER}) 月 (?:份 )?"
    rf"(?P<days>{_HAN_NUMBER}(?: 日)?(?: (?:-|至|到|、|和|及) {_HAN_NUMBER}(?: 日)?(?! 月))*) (?:日|号)?"
    rf"|(?:(?P<year2>{_HAN_YEAR}) 年 )?(?P<month2>{_HAN_NUMBER}) 月 "
    rf"|(?P<year3>{_HAN_YEAR}) 年 "
    rf"|(?<![\w] )(?P<day4>{_HAN_NUMBER}) (?:日|号) "
)
_NUMERIC = re.compile(
    r"(?:(?<=\s)|^)(?:(?P<y>\d{4})(?P<s> - |[./])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"
    r"|(?P<d2>\d{1,2})(?P<t> - |[./])(?P<m2>\d{1,2})(?P=t)(?P<y2>\d{4})"
    r"|(?P<y3>\d{4}) - (?P<m3>0[1-9]|1[0-2]))(?=\s)"
)
_BARE_YEAR = re.compile(rf"(?:(?<=\s)|^)({_YEAR})(?=\s)")


def _atoms(words: Words) -> Iterator[_Atom]:
    flat = words.flat
    taken: list[tuple[int, int]] = []
    yield from _numeric(words, taken)
    if words.tag.startswith("zh") or "年" in flat or "月" in flat:
        yield from _chinese(flat, taken)
    yield from _worded(flat, taken)
    for match in _BARE_YEAR.finditer(flat):
        if _is_free(match, taken) and _stands_alone(words, match):
            yield _Atom(int(match[1]), 0, 0, *match.span())


def _is_free(match: re.Match[str], taken: list[tuple[int, int]]) -> bool:
    return not any(start < match.end() and match.start() < end for start, end in taken)


def _goes_on(words: Words, match: re.Match[str]) -> bool:
    """Whether a dash that touches numbers makes them a part of a symbol."""
    after = words.token_at(match.end())
    return after < len(words) and after > 0 and words.forms[after] == "-" and words.touches(after - 1)


def _numeric(words: Words, taken: list[tuple[int, int]]) -> Iterator[_Atom]:
    """Dates in numbers alone: 2009-06-16, 16.06.2009, 16/06/2009."""
    flat = words.flat
    for match in _NUMERIC.finditer(flat):
        if _goes_on(words, match):
            continue
        taken.append(match.span())
        if match["y3"]:
            yield _Atom(int(match["y3"]), int(match["m3"]), 0, *match.span())
        elif match["y"]:
            yield _Atom(int(match["y"]), int(match["m"]), int(match["d"]), *match.span())
        else:
            day, month, year = int(match["d2"]), int(match["m2"]), int(match["y2"])
            if month > _MONTHS:
                day, month = month, day
            other = Date(year, day, month) if match["t"] == "/" and day <= _MONTHS and day != month else None
            yield _Atom(year, month, day, *match.span(), other)


def _worded(flat: str, taken: list[tuple[int, int]]) -> Iterator[_Atom]:
    """Dates with the name of a month."""
    _, numbers = _months()
    for pattern in _patterns():
        for match in pattern.finditer(flat):
            month = next(number for group, number in numbers.items() if match[group])
            year = int(match["year"] or 0)
            days = match.groupdict().get("days")
            if _is_free(match, taken) and (days or year or pattern is _patterns()[-1]):
                taken.append(match.span())
                yield from _days(days, match, year, month)


def _days(days: str | None, match: re.Match[str], year: int, month: int) -> Iterator[_Atom]:
    """One date for each day of a list or range before or behind a month."""
    if not days:
        yield _Atom(year, month, 0, *match.span())
        return
    base = match.start("days")
    parts = list(re.finditer(rf"{_DAY}", f"{days} "))
    for number, part in enumerate(parts):
        before = days[parts[number - 1].end() : part.start()].strip() if number else ""
        behind = days[part.end() : parts[number + 1].start()].strip() if number + 1 < len(parts) else ""
        digits = re.match(r"\d+", part[0])
        start = match.start() if number == 0 else base + part.start()
        end = match.end() if number == len(parts) - 1 else base + part.end()
        yield _Atom(
            year,
            month,
            int(digits[0]) if digits else 0,
            start,
            end,
            is_start=behind in _RANGE,
            is_end=before in _RANGE,
        )


def _chinese(flat: str, taken: list[tuple[int, int]]) -> Iterator[_Atom]:
    for match in _CHINESE.finditer(flat):
        if not _is_free(match, taken):
            continue
        year = _han(match["year"] or match["year2"] or match["year3"])
        month = _han(match["month"] or match["month2"])
        if match["year"] or match["year2"] or match["year3"] or month or match["day4"]:
            taken.append(match.span())
        if match["days"]:
            base = match.start("days")
            parts = list(re.finditer(_HAN_NUMBER, match["days"]))
            for number, part in enumerate(parts):
                before = match["days"][parts[number - 1].end() : part.start()] if number else ""
                behind = match["days"][part.end() : parts[number + 1].start()] if number + 1 < len(parts) else ""
                yield _Atom(
                    year,
                    month,
                    _han(part[0]),
                    match.start() if not number else base + part.start(),
                    match.end() if number == len(parts) - 1 else base + part.end(),
                    is_start=bool(re.search("[-至到]", behind)),
                    is_end=bool(re.search("[-至到]", before)),
                )
        else:
            yield _Atom(year, month, _han(match["day4"]), *match.span())


def _han(text: str | None) -> int:
    """A number in digits or in Chinese numerals."""
    if not text:
        return 0
    text = text.replace(" ", "")
    if text.isdecimal():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return _HAN_DIGITS.get(tens, 1) * 10 + _HAN_DIGITS.get(ones, 0)
    return int("".join(str(_HAN_DIGITS.get(character, 0)) for character in text))


def _stands_alone(words: Words, match: re.Match[str]) -> bool:
    """Whether a number of four digits is a year, and no part of a symbol or name."""
    place = words.token_at(match.start())
    text = words.text
    start, end = words.tokens.starts[place], words.tokens.ends[place]
    before, behind = text[start - 1 : start], text[end : end + 1]
    if before in ("/", "№", "#", "$", "€", "£") or behind in ("/", "%"):
        return False
    if before in ("-", "‑") and start > 1 and text[start - 2].isalpha():
        return False
    at = place - 1 if place and words.forms[place - 1] != "." else place - 2
    return not (at >= 0 and words.forms[at] in _NUMBERED)


def _inherit(words: Words, atoms: list[_Atom]) -> None:
    """Give days of a list or range their month and year, and mark the ends of ranges."""
    flat = words.flat
    joined = []
    for before, behind in pairwise(atoms):
        between = flat[before.end : behind.start].strip()
        is_from = not between and _FROM.search(flat[: before.end]) is not None
        is_listed = between in (*_LIST, ", and", "и с", "et le", "e o")
        if between in _RANGE or is_from or (is_listed and _is_between(flat, before, behind)):
            if not (before.is_start or behind.is_end):
                before.is_start = behind.is_end = True
            is_listed = True
        if is_listed:
            joined.append((before, behind))
    for before, behind in reversed(joined):
        _complete(before, behind)
    for before, behind in joined:
        _complete(behind, before)
    for place, atom in enumerate(atoms):
        if atom.month and atom.day and not atom.year:
            atom.year = next(
                (one.year for one in reversed(atoms[:place]) if atom.start - one.end < _NEAR and one.year), 0
            )


def _complete(atom: _Atom, other: _Atom) -> None:
    """Take the year, and the month of a day, from another date of the same list or range."""
    if not atom.year and other.year:
        atom.year = other.year
        if atom.day and not atom.month:
            atom.month = other.month


def _is_between(flat: str, first: _Atom, last: _Atom) -> bool:
    """Whether two dates are said to be the ends of a span of time."""
    before = flat[: first.start].split()[-2:]
    behind = flat[last.end :].split()[:1]
    return any(word in _BETWEEN for word in (*before[-1:], *behind)) or (len(before) > 1 and before[0] in _BETWEEN[:3])
