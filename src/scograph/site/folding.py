"""Text folded for comparison: no case, no diacritics, Cyrillic in Latin letters, simplified characters for traditional.

Pages and the server compare the same folded text: what of `folded_letters` an index needs is published with it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain, pairwise

from scograph.simplified import simplified_characters

_CYRILLIC_LETTERS = "абвгдежзиклмнопрстуфхцчшщъыьэюяієґғқңөұүһәҷҳ"
_IN_LATIN = "a b v g d e zh z i k l m n o p r s t u f kh ts ch sh shch  y  e yu ya i e g g k n o u u h a j h"
_CYRILLIC = dict(zip(_CYRILLIC_LETTERS, _IN_LATIN.split(" "), strict=True))
"""Cyrillic letters as English text writes them (BGN/PCGN romanisation of Russian, without apostrophes)."""
_APOSTROPHES = "'’ʼ`"


@cache
def folded_letters() -> Mapping[str, str]:
    """What stands for a letter in folded text, where it is another: Latin for Cyrillic, simplified for traditional."""
    return {**simplified_characters(), **_CYRILLIC}


def letters_needed(texts: Iterable[str]) -> dict[str, str]:
    """The part of `folded_letters` by which a query can be compared with some texts.

    Args:
        texts: The texts, folded or not.

    Returns:
        All of the Cyrillic letters, and the traditional characters that stand in the texts or whose simplified ones do.

    Example:
        >>> needed = letters_needed(["国际組织"])
        >>> [(letter, needed[letter]) for letter in "國組我" if letter in needed]
        [('國', '国'), ('組', '组')]
    """
    there = set(chain.from_iterable(texts))
    simplified = simplified_characters()
    return {**{one: other for one, other in simplified.items() if one in there or other in there}, **_CYRILLIC}


def fold(text: str) -> str:
    """A text for comparison.

    Args:
        text: The text.

    Returns:
        The text in small letters, without diacritics and apostrophes, an English genitive's *s* with them.

    Example:
        >>> fold("Québec’s"), fold("Женева"), fold("國際組織")
        ('quebec', 'zheneva', '国际组织')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not "\u0300" <= c <= "\u036f").lower()
    for sign in _APOSTROPHES:
        if sign in plain:
            plain = " ".join(part.removeprefix("s ") for part in f"{plain} ".split(sign))
    letters = folded_letters()
    return "".join(letters.get(letter, letter) for letter in plain).strip()


def search_words(text: str) -> list[str]:
    """The words of a text for a search: runs of letters and digits; of Chinese characters each two that are neighbours.

    Args:
        text: The text.

    Returns:
        The words, folded, each once, in order.

    Example:
        >>> search_words("Устав союза (2002)"), search_words("国际组织")
        (['ustav', 'soyuza', '2002'], ['国际', '际组', '组织'])
    """
    return list(dict.fromkeys(word for run in _runs(fold(text)) for word in _parts(run)))


def is_han(letter: str) -> bool:
    """Whether a letter is a Chinese character."""
    return "\u2e80" <= letter[0] <= "\u9fff"


def _runs(text: str) -> Iterator[str]:
    """Runs of letters and digits, Chinese characters apart from others."""
    run = ""
    for letter in text:
        if run and (not letter.isalnum() or is_han(letter) != is_han(run)):
            yield run
            run = ""
        run += letter if letter.isalnum() else ""
    if run:
        yield run


def _parts(run: str) -> Iterator[str]:
    if len(run) > 1 and is_han(run):
        yield from (one + other for one, other in pairwise(run))
    else:
        yield run
