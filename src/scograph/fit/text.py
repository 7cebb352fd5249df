"""The words of a text with their sentences, in forms in which typography, case and inflection do not count."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from scograph.alignment.tokens import Compounds, Tokens, tokens_of
from scograph.fit.languages import Language, language_of
from scograph.simplified import simplified_characters

_NO_COMPOUNDS = Compounds(frozenset(), frozenset())
_ENDS = frozenset({"!", "?", "。", "；", ";", "！", "？"})
_HAN = re.compile("[\u3400-\u9fff]")
_ABBREVIATIONS = frozenset(
    {"no", "art", "arts", "vol", "st", "mr", "ms", "dr", "para", "sec", "ch", "res", "doc", "approx"}
)
_MIN_STEM = 3
"""A shorter word is not inflected."""
_NOUN = re.compile("ation(?:s|al|ally)?$")
"""The end of a word that says another thing than the verb with its stem: organised, organisation; organisé."""
_WITH_NOUNS = frozenset({"english", "french"})
_ACCENTED = "àâäçéèêëîïôöùûü"
_ACCENTED_TO_BARE = str.maketrans(_ACCENTED, "aaaceeeeiioouuu")
_QUOTES = frozenset({'"', "″", "′"})
_MAX_CUT = 2
"""So many letters more than an ending the Russian stemmer takes off of some names."""
_FLEETING = re.compile("[ео](?=[бвгджзклмнпрстфхцчшщ]$)")
_SUFFIX = re.compile(
    "(?:(?:лар|лер|дар|дер|тар|тер)?"
    "(?:ы|і|сы|сі|ымыз|іміз)?"
    "(?:н?ың|н?ің|ның|нің|дың|дің|тың|тің|ға|ге|қа|ке|а|е|на|не|н|ны|ні|ды|ді|ты|ті|нда|нде|да|де|та|те|"
    "ндағы|ндегі|дағы|дегі|тағы|тегі|нан|нен|дан|ден|тан|тен|мен|бен|пен|дік|дық|лық|лік)?)"
)
"""Endings of Kazakh nouns: plural, possession, case."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text has a phrase.

    Args:
        first: The first of its tokens.
        after: What follows the last.
        keys: What the phrase stands for.
        is_inside: Whether it is a part of a longer phrase that stands for something else.
    """

    first: int
    after: int
    keys: tuple[str, ...]
    is_inside: bool = False


class Words:
    """The words of a text.

    Args:
        text: The text.
        language: The BCP 47 tag of its language.
    """

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self.tag = language
        self.language: Language = language_of(language)
        self.tokens: Tokens = tokens_of(text, _NO_COMPOUNDS)
        self.forms: list[str] = [form_of(key, language) for key in self.tokens.keys]

    def __len__(self) -> int:
        return len(self.forms)

    @cached_property
    def stems(self) -> list[str]:
        """The stem of each word."""
        stem = stemmer(self.language.stemmer)
        return [stem(form) for form in self.forms]

    @cached_property
    def flat(self) -> str:
        """The words with a space behind each, quotation marks left out."""
        return "".join(map(_spaced, self.forms))

    @cached_property
    def _flat_starts(self) -> list[int]:
        starts, at = [], 0
        for form in self.forms:
            starts.append(at)
            at += len(_spaced(form))
        return starts

    def token_at(self, place: int) -> int:
        """The token that begins at a place of `flat`, or the first behind it."""
        found = bisect_left(self._flat_starts, place)
        while found < len(self) - 1 and not _spaced(self.forms[found]):
            found += 1
        return found

    def span(self, mention: Mention) -> tuple[int, int]:
        """The code points of the text before a mention, and before what follows it."""
        return self.tokens.starts[mention.first], self.tokens.ends[mention.after - 1]

    def written(self, mention: Mention) -> str:
        """A mention as the text has it."""
        start, end = self.span(mention)
        return self.text[start:end]

    def is_capital(self, place: int) -> bool:
        """Whether a word begins with a capital letter, or with one that has no case."""
        letter = self.text[self.tokens.starts[place]]
        return not letter.islower()

    def touches(self, place: int) -> bool:
        """Whether nothing stands between a token and the next."""
        return place + 1 < len(self) and self.tokens.ends[place] == self.tokens.starts[place + 1]

    @cached_property
    def sentences(self) -> list[int]:
        """The number of the sentence of each token."""
        found, number = [], 0
        for place, form in enumerate(self.forms):
            if place and self._begins(place):
                number += 1
            found.append(number)
            if form in _ENDS:
                number += 1
        return found

    def _begins(self, place: int) -> bool:
        """Whether a sentence begins with a token: behind a full stop, or on a new line that does not go on."""
        before = self.forms[place - 1]
        if before == "." and not self.touches(place - 1) and self.is_capital(place):
            word = self.forms[place - 2] if place > 1 else ""
            is_short = (len(word) == 1 and word.isalpha()) or word in _ABBREVIATIONS
            return not is_short
        lines = self.tokens.lines
        if lines[place] == lines[place - 1]:
            return False
        return self.is_capital(place) and before not in (",", "(", "-")


def _spaced(form: str) -> str:
    return "" if form in _QUOTES else f"{form} "


def form_of(key: str, language: str = "") -> str:
    """A word without case, with the letters that are spelt both ways in one; Chinese characters simplified.

    In French the accent of a first letter does not count: capitals are printed without it (Etats, Erythrée).
    """
    form = key.casefold()
    if form.isascii():
        return form
    if len(form) > 1 and form[0] in _ACCENTED and language.lower().startswith("fr"):
        form = form[0].translate(_ACCENTED_TO_BARE) + form[1:]
    if "ё" in form:
        form = form.replace("ё", "е")
    if _HAN.match(form) and not language.lower().startswith(("ja", "ko")):
        return "".join(map(simplified_characters().get, form, form))
    return form


@cache
def stemmer(name: str) -> Callable[[str], str]:
    """What gives the stem of a word: Snowball's for a language, or the word itself."""
    if not name:
        return str
    import snowballstemmer  # type: ignore[import-untyped]  # noqa: PLC0415 -- only where a text is read

    stem: Callable[[str], str] = snowballstemmer.stemmer(name).stemWord
    return cache(lambda word: stem(word) if len(word) > _MIN_STEM and word.isalpha() else word)


def is_same_word(words: Words, place: int, form: str, stem: str, *, is_open: bool = False) -> bool:
    """Whether a word of a text is a word, inflected or not.

    Args:
        words: The text.
        place: The token.
        form: The other word, as `form_of` gives it.
        stem: Its stem.
        is_open: Whether any ending may follow, in a language where endings are added.

    Returns:
        Whether they are forms of one word.
    """
    here = words.forms[place]
    if here == form:
        return True
    if words.language.has_suffixes:
        return (
            here.startswith(form) and len(form) >= _MIN_STEM and (is_open or bool(_SUFFIX.fullmatch(here[len(form) :])))
        )
    other = words.stems[place]
    if other == stem and words.language.stemmer in _WITH_NOUNS and bool(_NOUN.search(here)) != bool(_NOUN.search(form)):
        return False
    if other == stem:
        return len(form) >= _MIN_STEM and len(here) >= _MIN_STEM
    return words.language.stemmer == "russian" and _is_same_in_russian(here, form, other, stem)


def _is_same_in_russian(here: str, form: str, other: str, stem: str) -> bool:
    """Whether two stems differ only by what the stemmer took off of one of them, or by a vowel that comes and goes."""
    if not (here.isalpha() and form.isalpha()) or min(len(other), len(stem)) < _MIN_STEM:
        return False
    if _FLEETING.sub("", other) == _FLEETING.sub("", stem):
        return True
    short, long = sorted((other, stem), key=len)
    common = next((n for n, (a, b) in enumerate(zip(here, form, strict=False)) if a != b), min(len(here), len(form)))
    return long.startswith(short) and len(long) - len(short) <= _MAX_CUT and common >= min(len(here), len(form)) - 1


def keys_of(text: str, language: str) -> tuple[Sequence[str], Sequence[str]]:
    """The forms of the words of a phrase, and how each is written."""
    tokens = tokens_of(text, _NO_COMPOUNDS)
    return [form_of(key, language) for key in tokens.keys], tokens.keys
