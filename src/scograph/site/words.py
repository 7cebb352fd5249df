"""The interface texts of the site by language, with plural rules and date formats."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

from markupsafe import Markup, escape

_FALLBACK = "en"


def _catalogues() -> Iterator[str]:
    for file in resources.files("scograph.site").joinpath("words").iterdir():
        language, dot, extension = file.name.partition(".")
        if (dot, extension) == (".", "json"):
            yield language


LANGUAGES = tuple(sorted(_catalogues(), key=lambda language: (language != _FALLBACK, language)))
"""The languages of the interface: those of the files in `words`; the first is the one that others fall back to."""
RIGHT_TO_LEFT = frozenset(("ar", "dv", "fa", "he", "ku-arab", "ps", "sd", "ug", "ur", "yi"))
"""Languages that are written from right to left."""


def _east_slavic(number: int) -> str:
    tens, ones = number % 100, number % 10
    if ones == 1 and tens != 11:  # noqa: PLR2004 -- одиннадцать
        return "one"
    return "few" if ones in (2, 3, 4) and tens not in (12, 13, 14) else "other"


PLURALS: Mapping[str, Callable[[int], str]] = {
    "none": lambda _: "other",
    "one": lambda number: "one" if number == 1 else "other",
    "east-slavic": _east_slavic,
}
"""How languages count, by the name that a file in `words` gives under `plurals` (CLDR, Language Plural Rules)."""


@dataclass(frozen=True)
class Words:
    """The interface in one language.

    Args:
        language: Its tag.
        texts: Key to text; `{name}` in a text stands for what is filled in.
        months: The months, as the language writes them in a date.
    """

    language: str
    texts: Mapping[str, str]
    months: tuple[str, ...]

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, with its places filled in."""
        return self.texts[key].format(**values)

    def __getitem__(self, key: str) -> Markup:
        """The text of a key that has no places, ready to stand in HTML."""
        return self._shown[key]

    @cached_property
    def _shown(self) -> Mapping[str, Markup]:
        return {key: escape(text) for key, text in self.texts.items()}

    def many(self, key: str, number: int) -> str:
        """A counted noun: the text of the key's form for a number."""
        form = PLURALS[self.texts["plurals"]](number)
        return self.texts[f"{key}.{form}"].format(n=self.number(number))

    def language_name(self, tag: str) -> str:
        """The name of a language; its tag where the interface has no name for it."""
        return self.texts.get(f"language.{tag.lower()}") or self.texts.get(f"language.{tag.partition('-')[0]}") or tag

    def number(self, number: int) -> str:
        """A whole number as the language writes it."""
        return f"{number:,}".replace(",", self.texts["thousands"])

    def date(self, text: str, kind: str = "") -> str:
        """A date, a month or a year as XML Schema writes it, in words; what is none of them stays as it is.

        Args:
            text: The date.
            kind: What it says: `from`, `until`, `on`, `seen`, or nothing for the bare date.

        Returns:
            The words: `seen in March 2021`, say.
        """
        parts = self._parts(text)
        if not parts:
            return text
        key = f"date.{kind}{'.' if kind else ''}{('year', 'month', 'day')[len(parts) - 1]}"
        of_the_day = f"{key}.{parts[-1]}"  # Russian writes `from` in another way before the second
        return self.texts.get(of_the_day, self.texts[key]).format(**self._places(parts))

    def dates(self, first: str, last: str) -> str:
        """Two days of one year as one range, or nothing for any other two dates."""
        start, end = self._parts(first), self._parts(last)
        if not len(start) == len(end) == len("ymd") or start[0] != end[0] or start >= end:
            return ""
        key = "date.days" if start[1] == end[1] else "date.days.months"
        begun = self._places(start)
        return self.texts[key].format(first=begun["day"], first_month=begun["month"], **self._places(end))

    def _parts(self, text: str) -> tuple[int, ...]:
        """The year, month and day of a date, as many as it has; none of what is no date."""
        parts = text.partition("T")[0].split("-")
        if not all(part.isdecimal() for part in parts) or [len(part) for part in parts] not in ([4], [4, 2], [4, 2, 2]):
            return ()
        numbers = tuple(map(int, parts))
        return numbers if len(numbers) == 1 or 1 <= numbers[1] <= len(self.months) else ()

    def _places(self, parts: tuple[int, ...]) -> dict[str, object]:
        year, month, day = (*parts, 0, 0)[:3]
        names = {"month": "months", "alone": "months.alone", "within": "months.within"}
        cases = {case: self.texts[key].split(" ")[month - 1] if month else "" for case, key in names.items()}
        return {"year": f"{year:04d}", "day": day, **cases}


def read_words(language: str, *packages: str) -> Words:
    """Read the catalogue of a language.

    Args:
        language: One of `LANGUAGES`.
        packages: Packages with a folder `words` of their own, whose texts are added to those of the site.

    Returns:
        Its words.
    """
    texts: dict[str, str] = {}
    for package in ("scograph.site", *packages):
        text = resources.files(package).joinpath("words", f"{language}.json").read_text(encoding="utf-8")
        texts |= json.loads(text)
    return Words(language, texts, tuple(texts["months"].split(" ")))


def direction(language: str) -> str:
    """Which way a language runs: `rtl`, `ltr`, or `auto` where none is named."""
    tag = language.lower()
    if not tag:
        return "auto"
    return "rtl" if tag in RIGHT_TO_LEFT or tag.partition("-")[0] in RIGHT_TO_LEFT else "ltr"
