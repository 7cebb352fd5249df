"""Words of a text in a form in which typography does not count, with their places."""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

_INVISIBLE = "\u00ad\u034f\u061c\u0640\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
"""Soft hyphens, joiners, signs of direction, the Arabic stretch: what changes no letter."""
_SINGLE = "'‘’‚‛ʼ`´‹›"
_DOUBLE = '"“”„‟«»「」『』〝〞〟＂'
_DASHES = "-‐‑‒–—―−﹘﹣－⁃"
_KEPT_FORMS = ("<super>", "<sub>", "<fraction>", "<circle>")
"""Forms that mean something: 2009¹ is not 20091 (Unicode Standard Annex 44, 5.7.3)."""
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ĳ": "ij", "Ĳ": "IJ"})
_ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Scripts without blanks between words: each character counts for itself."""
_HYPHENATED = re.compile(rf"[-‐\u00ad][{_INVISIBLE}]*[ \t]*\r?\n[ \t]*")
_QUOTES = re.compile(rf"''|``|(?P<single>[{_SINGLE}])|[{_DOUBLE}]")
_DASHES_IN_ROW = re.compile(f"[{_DASHES}]+")
_DOTS = re.compile(r"…|\.{2,}")
_INVISIBLES = re.compile(f"[{_INVISIBLE}]+")
_SPACES = re.compile(r"\s+")


@cache
def _token() -> re.Pattern[str]:
    """A number, a word, a character of a script without blanks, or a mark."""
    marks = "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M")
    ranges = _ranges(marks)
    letter = rf"(?:[^\W{_ALONE}]|[{ranges}{_INVISIBLE}])"
    return re.compile(
        rf"(?P<number>\d+(?:[.,:/٫٬]\d+)*(?!{letter}))"
        rf"|(?P<word>[^\W{_ALONE}]{letter}*(?:[-‐]?(?<=[-‐\u00ad])\r?\n[ \t]*[^\W\d_{_ALONE}]{letter}*)*)"
        rf"|[{_ALONE}][{ranges}]*"
        rf"|[{_DASHES}]+|…|\.{{2,}}|''|``"
        rf"|[^\s{_INVISIBLE}]"
    )


def _ranges(characters: str) -> str:
    """A class of characters, for a regular expression."""
    found: list[list[int]] = []
    for code in map(ord, characters):
        if found and code == found[-1][1] + 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in found)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words and marks of a text.

    Args:
        keys: What each is, typography aside.
        starts: Code points of the text before each.
        ends: Code points of the text before what follows each.
        lines: The number of the line of each.
    """

    keys: list[str]
    starts: list[int]
    ends: list[int]
    lines: list[int]

    def __len__(self) -> int:
        return len(self.keys)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The tokens that lie in a stretch of the text: the first, and what follows the last."""
        return bisect_left(self.ends, start + 1), bisect_left(self.starts, end)

    def is_word(self, place: int) -> bool:
        """Whether a token is a word, a number, or a character of a script without blanks, and no mark."""
        return self.keys[place][0].isalnum()

    def words(self, first: int, after: int) -> int:
        """How many words lie in a range of tokens; of scripts without blanks, two characters count as one."""
        alone = words = 0
        for key in self.keys[first:after]:
            if key[0].isalnum():
                alone, words = (alone + 1, words) if _is_alone(key) else (alone, words + 1)
        return words + (alone + 1) // 2


@cache
def _is_alone_character(key: str) -> bool:
    return _alone().match(key) is not None


def _is_alone(key: str) -> bool:
    return len(key) == 1 and _is_alone_character(key)


@cache
def _alone() -> re.Pattern[str]:
    return re.compile(f"[{_ALONE}]")


def tokens_of(text: str, compounds: Compounds) -> Tokens:
    """The tokens of a text.

    Args:
        text: The text.
        compounds: What the texts in hand write with a hyphen inside of a line, and without.

    Returns:
        The tokens, in order.
    """
    keys: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    folded: dict[str, str] = {}
    for match in _token().finditer(text):
        raw = match[0]
        parts = [(raw, match.start())]
        if "\n" in raw:
            parts = _parted(raw, match.start(), compounds)
        for part, at in parts:
            key = folded.get(part)
            if key is None:
                key = folded[part] = sys.intern(fold(part))
            if key in ("'", '"') and at and text[at - 1].isdigit():
                key = "′" if key == "'" else "″"
            elif key == "'":
                key = '"'
            if key:
                keys.append(key)
                starts.append(at)
                ends.append(at + len(part))
    return Tokens(keys, starts, ends, _lines(text, starts))


def _lines(text: str, starts: Iterable[int]) -> list[int]:
    found: list[int] = []
    line, end = 0, text.find("\n")
    for start in starts:
        while 0 <= end < start:
            line, end = line + 1, text.find("\n", end + 1)
        found.append(line)
    return found


@dataclass(frozen=True, slots=True)
class Compounds:
    """What texts write with a hyphen inside of a line, and what they write without.

    Args:
        hyphened: Words with hyphens.
        words: Words.
    """

    hyphened: frozenset[str]
    words: frozenset[str]

    def keeps_hyphen(self, before: str, after: str) -> bool:
        """Whether a hyphen at the end of a line belongs to the word, by how it is written elsewhere."""
        before, after = fold(before).casefold(), fold(after).casefold()
        return f"{before}-{after}" in self.hyphened and before + after not in self.words


def compounds_of(*texts: str) -> Compounds:
    """What texts write with and without a hyphen.

    Args:
        texts: The texts.

    Returns:
        Both.
    """
    hyphened: set[str] = set()
    words: set[str] = set()
    if any(_HYPHENATED.search(text) for text in texts):
        for text in texts:
            inside = _HYPHENATED.sub("\n\n", text)
            hyphened |= {fold(match[0]).casefold() for match in re.finditer(r"[^\W\d_]+[-‐‑][^\W\d_]+", inside)}
            words |= {fold(match[0]).casefold() for match in re.finditer(r"[^\W\d_]+", inside)}
    return Compounds(frozenset(hyphened), frozenset(words))


def _parted(raw: str, at: int, compounds: Compounds) -> list[tuple[str, int]]:
    """A word that is broken over lines; in parts, where its hyphen belongs to it."""
    parts: list[tuple[str, int]] = []
    start = 0
    for match in _HYPHENATED.finditer(raw):
        after = _HYPHENATED.split(raw[match.end() :], maxsplit=1)[0]
        if match[0][0] != "\u00ad" and compounds.keeps_hyphen(raw[start : match.start()], after):
            parts += [(raw[start : match.start()], at + start), (match[0][0], at + match.start())]
            start = match.end()
    return [*parts, (raw[start:], at + start)]


def fold(text: str) -> str:
    """A word or mark without what is only typography: form of characters, hyphens at ends of lines, dashes, quotes."""
    if text.isascii() and text.isalnum():
        return text
    text = _HYPHENATED.sub("", text)
    text = fold_characters(_INVISIBLES.sub("", text))
    return _DOTS.sub("...", _DASHES_IN_ROW.sub("-", _fold_quotes(text)))


def _fold_quotes(text: str) -> str:
    return _QUOTES.sub(lambda match: "'" if match["single"] else '"', text)


def fold_characters(text: str) -> str:
    """A text in one Unicode form, with raised, lowered and ringed figures as they are."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    text = "".join(
        character
        if character.isascii() or unicodedata.decomposition(character).startswith(_KEPT_FORMS)
        else unicodedata.normalize("NFKC", character)
        for character in text
    )
    return unicodedata.normalize("NFC", text).translate(_LIGATURES)


_FORMS: dict[str, Callable[[str], str]] = {
    "hyphenation": lambda text: _HYPHENATED.sub("", text),
    "invisible characters": lambda text: _INVISIBLES.sub("", text),
    "white space": lambda text: _SPACES.sub("", text),
    "quotes": lambda text: _QUOTES.sub('"', text),
    "dashes": lambda text: _DASHES_IN_ROW.sub("-", text),
    "Unicode form": lambda text: _DOTS.sub("...", fold_characters(text)),
}
"""Kinds of typography, each with what takes it away, in the order in which they are taken away."""
_TOLD = ("white space", "invisible characters", "quotes", "dashes", "Unicode form")


def forms_changed(old: str, new: str) -> tuple[str, ...]:
    """In what two texts differ that are the same but for typography.

    Args:
        old: One.
        new: The other.

    Returns:
        Names for people, such as `quotes`; nothing if they are equal.

    Example:
        >>> forms_changed("the “ICC”", "the  'ICC'")
        ('white space', 'quotes')
    """
    if old == new:
        return ()
    if _plain(old) != _plain(new):  # a hyphen at the end of a line belongs to its word
        old, new = (re.sub(r"(?<=[-‐])[ \t]*\r?\n[ \t]*", "", side) for side in (old, new))
    found = [name for name in _TOLD if _plain(old, name) != _plain(new, name)]
    if len(_HYPHENATED.findall(old)) != len(_HYPHENATED.findall(new)):
        found.insert(0, "hyphenation")
    return tuple(found) or ("white space",)


def _plain(text: str, kept: str = "") -> str:
    """A text without typography, but for one kind."""
    for name, without in _FORMS.items():
        if name != kept:
            text = without(text)
    return text
