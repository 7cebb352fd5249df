"""Rules of normalisation: by which named rule a value that is not printed as it is claimed follows from the words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, partial

from scograph.fit.dates import Date, dates_of
from scograph.fit.model import Thing, Value, ValueSort
from scograph.fit.text import Words, is_same_word

MAX_EXTRA = 3
"""So many words may stand between those of a name whose order is another."""
MAX_DAYS = 7
"""A weekday is one of the days before or behind the day of issue."""


class NormalisationRule(StrEnum):
    """A rule of normalisation, by its name."""

    PRINTED = "as printed"
    CAPITALS = "capital letters"
    LAYOUT = "spaces and marks"
    INFLECTION = "inflection"
    LEFT_OUT = "brackets left out"
    SPELLING = "spelling"
    ORDER = "order of words"
    WRITTEN_OUT = "abbreviation written out"
    IDENTIFIER = "identifier written as an IRI"
    ONE_DAY = "one day begins and ends"
    ISSUE = "date of issue"
    COMPLETED = "year or month of the date of issue"
    RELATIVE = "day named from the date of issue"


@dataclass(frozen=True, slots=True)
class PassageContext:
    """What else is known where a passage was read.

    Args:
        language: The BCP 47 tag of its language.
        issued: The dates of the document and of its editions, as printed there or in its address.
        same_day: The lexical forms of dates that the passage is credited with for the same thing.
    """

    language: str
    issued: tuple[Date, ...] = ()
    same_day: frozenset[str] = frozenset()


def explained_by(value: Thing | Value, words: str, context: PassageContext) -> tuple[NormalisationRule, ...]:
    """The rules by which a value follows from words.

    Args:
        value: The value, or the thing with its names.
        words: The words of the passage, and of those it is read with.
        context: What else is known.

    Returns:
        The names of the rules, the fewest that suffice; none where no rule explains it.

    Example:
        >>> context = PassageContext("en", issued=(Date(2019, 12, 13),))
        >>> [str(rule) for rule in explained_by(Value("2019-12-12", ValueSort.DATE), "held yesterday", context)]
        ['day named from the date of issue']
    """
    if isinstance(value, Thing):
        ends = re.split(r"[/#]", value.iri.rstrip("/"))[-1:]
        names = tuple(name.text for name in value.names)
        if not names and any(re.search(rf"(?<!\w){re.escape(end)}(?!\w)", words) for end in ends if end):
            return (NormalisationRule.IDENTIFIER,)
        return min((found for name in names if (found := _of_name(name, words, context))), key=len, default=())
    if value.sort is ValueSort.DATE:
        wanted = Date.read(value.text)
        return () if wanted is None else _of_date(wanted, value.text, words, context)
    return _of_name(value.text, words, context)


def _of_name(name: str, words: str, context: PassageContext) -> tuple[NormalisationRule, ...]:
    """The rules by which a name follows from words."""
    ways = (
        ((), (), _is_printed),
        ((NormalisationRule.CAPITALS,), (str.casefold,), _is_printed),
        ((NormalisationRule.LAYOUT,), (), _stands),
        ((NormalisationRule.INFLECTION,), (), _is_inflected),
        ((NormalisationRule.LEFT_OUT,), (_without_brackets,), _stands),
        ((NormalisationRule.SPELLING,), (_spelt,), _stands),
        ((NormalisationRule.INFLECTION, NormalisationRule.LEFT_OUT), (_without_brackets,), _is_inflected),
        ((NormalisationRule.SPELLING, NormalisationRule.LEFT_OUT), (_without_brackets, _spelt), _stands),
        ((NormalisationRule.WRITTEN_OUT,), (), _is_written_out),
        ((NormalisationRule.ORDER,), (), _is_in_another_order),
        ((NormalisationRule.ORDER, NormalisationRule.LEFT_OUT), (_without_brackets,), _is_in_another_order),
    )
    for rules, folds, is_found in ways:
        folded_name, folded = name, words
        for fold in folds:
            folded_name, folded = fold(folded_name), fold(folded)
        if folded_name.strip() and is_found(folded_name, folded, context.language):
            return rules or (NormalisationRule.PRINTED,)
    return ()


def _words_of(text: str, language: str) -> list[str]:
    return [form for form in Words(text, language).forms if any(map(str.isalnum, form))]


def _is_printed(name: str, text: str, language: str) -> bool:
    """Whether a name stands as it is, over lines if need be; in Chinese also between other characters."""
    pattern = r"\s+".join(map(re.escape, unicodedata.normalize("NFC", name).split()))
    bound = "" if language.startswith("zh") else r"\b"
    edges = [bound if one.isalnum() else "" for one in (name[:1], name[-1:])]
    return bool(re.search(f"{edges[0]}{pattern}{edges[1]}", unicodedata.normalize("NFC", text)))


def _stands(name: str, text: str, language: str) -> bool:
    wanted, found = _words_of(name, language), _words_of(text, language)
    return bool(wanted) and any(found[at : at + len(wanted)] == wanted for at in range(len(found) - len(wanted) + 1))


def _is_inflected(name: str, text: str, language: str) -> bool:
    """Whether each word stands in its order, in some form of it."""
    words, other = Words(text, language), Words(name, language)
    places = [at for at, form in enumerate(words.forms) if any(map(str.isalnum, form))]
    wanted = [at for at, form in enumerate(other.forms) if any(map(str.isalnum, form))]
    return bool(wanted) and any(
        all(
            is_same_word(words, places[start + step], other.forms[at], other.stems[at], is_open=True)
            for step, at in enumerate(wanted)
        )
        for start in range(len(places) - len(wanted) + 1)
    )


def _without_brackets(text: str) -> str:
    return re.sub(r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）)", "", text)


def _spelt(text: str) -> str:
    """A text without accents, with one letter for both of British and American spelling, plurals as singulars."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    bare = re.sub(r"\s*[-‐‑–]\s*", "", bare.replace("z", "s"))
    return re.sub(r"(?<=\w\w\w)s\b", "", bare)


def _is_written_out(name: str, text: str, language: str) -> bool:
    """Whether a name stands with its abbreviation written out, by the first letters of words."""
    for short in re.findall(r"\b[^\W\d_a-zа-я]{2,8}\b", name):
        letters = r"\w*[\s-]+(?:of\s+(?:the\s+)?)?".join(short)
        for match in re.finditer(rf"\b{letters}\w*", text, re.IGNORECASE):
            if _stands(name.replace(short, match[0]), text, language):
                return True
    return False


def _is_in_another_order(name: str, text: str, language: str) -> bool:
    """Whether all words of a name but small ones stand close together."""
    wanted = {form for form in _words_of(name, language) if len(form) > MAX_EXTRA}
    found = _words_of(text, language)
    size = len(wanted) + MAX_EXTRA
    return len(wanted) > 1 and any(wanted <= set(found[at : at + size]) for at in range(len(found)))


def _of_date(wanted: Date, lexical: str, words: str, context: PassageContext) -> tuple[NormalisationRule, ...]:
    """The rules by which a date follows from words."""
    printed = [found.date for found in dates_of(Words(words, context.language))]
    if lexical in context.same_day:
        return (NormalisationRule.ONE_DAY,)
    if wanted in printed:
        return (NormalisationRule.PRINTED,)
    issued = (*context.issued, *printed)
    tests: Sequence[tuple[NormalisationRule, Callable[[], bool]]] = (
        (NormalisationRule.COMPLETED, partial(_is_completed, wanted, words, context.language, issued)),
        (NormalisationRule.RELATIVE, partial(_is_relative, wanted, words, issued)),
        (
            NormalisationRule.ISSUE,
            lambda: not _names_a_day(words) and any(_is_within(one, wanted) for one in context.issued),
        ),
    )
    return next(((rule,) for rule, is_met in tests if is_met()), ())


def _is_within(exact: Date, wanted: Date) -> bool:
    """Whether a date is another one, or a part of it: a day of that month, a month of that year."""
    parts = zip((exact.year, exact.month, exact.day), (wanted.year, wanted.month, wanted.day), strict=True)
    return all(mine == asked for mine, asked in parts if asked)


def _is_completed(wanted: Date, words: str, language: str, issued: Sequence[Date]) -> bool:
    """Whether day and month, or the day alone in Chinese, are printed, and the rest is that of a date of issue."""
    for year in {one.year for one in issued}:
        if year == wanted.year and any(found == wanted for found in _with_year(words, language, year)):
            return True
    months = {(one.year, one.month) for one in issued}
    return (wanted.year, wanted.month) in months and bool(re.search(rf"(?<!\d){wanted.day}\s*[日号]", words))


def _with_year(words: str, language: str, year: int) -> Iterator[Date]:
    """The dates of words that have no year, as if it stood behind each day and month."""
    for pattern in (r"\d{1,2}(?:\s*[-–]\s*\d{1,2})?\s+[^\W\d_]{3,}", r"[^\W\d_]{3,}\s+\d{1,2}(?:\s*[-–]\s*\d{1,2})?"):
        for match in re.finditer(pattern, words):
            for text in (f"{match[0]} {year}", f"{match[0]}, {year}", f"{match[0]} {year} года"):
                yield from (found.date for found in dates_of(Words(text, language)))


_RELATIVE = {
    "yesterday": -1,
    "вчера": -1,
    "昨天": -1,
    "昨日": -1,
    "кеше": -1,
    "today": 0,
    "сегодня": 0,
    "今天": 0,
    "今日": 0,
    "бүгін": 0,
    "tomorrow": 1,
    "завтра": 1,
}
_WEEKDAYS = (
    ("monday", "понедельник", "星期一", "周一"),
    ("tuesday", "вторник", "星期二", "周二"),
    ("wednesday", "среду", "среда", "星期三", "周三"),
    ("thursday", "четверг", "星期四", "周四"),
    ("friday", "пятницу", "пятница", "星期五", "周五"),
    ("saturday", "субботу", "суббота", "星期六", "周六"),
    ("sunday", "воскресенье", "星期日", "周日"),
)


@cache
def _word(text: str) -> re.Pattern[str]:
    return re.compile(text if text[0] > "\u2e80" else rf"(?<!\w){text}(?!\w)")


def _is_relative(wanted: Date, words: str, issued: Sequence[Date]) -> bool:
    """Whether a day is named from a day of issue: by its weekday, or as yesterday."""
    day, text = _day(wanted), words.casefold()
    days = [found for one in issued if (found := _day(one))]
    if day is None or not days:
        return False
    shifts = {shift for word, shift in _RELATIVE.items() if _word(word).search(text)}
    if any(day == one + timedelta(shift) for one in days for shift in shifts):
        return True
    is_named = any(_word(word).search(text) for word in _WEEKDAYS[day.weekday()])
    return is_named and any(abs((day - one).days) <= MAX_DAYS for one in days)


def _names_a_day(words: str) -> bool:
    """Whether words name a day from the day of issue."""
    text = words.casefold()
    return any(_word(word).search(text) for word in (*_RELATIVE, *(one for names in _WEEKDAYS for one in names)))


def _day(one: Date) -> date | None:
    try:
        return date(one.year, one.month, one.day) if one.day else None
    except ValueError:
        return None
