"""Words and numbers of a stretch of text: its digest and lengths, its first and last words, and where words stand."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from scograph.texts import digest_of

EDGE_WORDS = 3
"""So many words at the beginning and the end of a passage are stated."""
MAX_WHOLE_WORDS = 5
"""A passage of so many words is stated whole at both."""
MAX_EDGE_CHARACTERS = 60
"""So many characters at most, where words are long or a script has no blanks between them."""
EDGE_HAN = 8
"""So many Han characters stand for three words."""

_WORD = re.compile(r"\S+")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is stated of a stretch of a text.

    Args:
        start: Code points of the text before it.
        end: Code points of the text before what follows it.
        sha256: The SHA-256 of its text in UTF-8.
        non_blank: How many of its characters are not white space.
        first: Its first words.
        last: Its last words.
    """

    start: int
    end: int
    sha256: str
    non_blank: int
    first: str
    last: str

    @property
    def edges(self) -> str:
        """The first and the last words with `…` between, or all of a short one; empty where none are stated."""
        return self.first if self.last in ("", self.first) else f"{self.first} … {self.last}"


def stretch_of(text: str, start: int, end: int) -> Stretch:
    """What is to be stated of a stretch.

    Args:
        text: The text.
        start: Code points before the stretch.
        end: Code points before what follows it.

    Returns:
        Its digest, length and words.

    Example:
        >>> stretch = stretch_of("Founded on 15 June 2001 in Millport.", 0, 36)
        >>> stretch.first, stretch.last, stretch.non_blank
        ('Founded on 15', '2001 in Millport.', 30)
    """
    part = text[start:end]
    first, last = edge_words(part)
    return Stretch(start, end, digest_of(part), non_blank(part), first, last)


def non_blank(text: str) -> int:
    """How many characters of a text are not white space."""
    return len("".join(text.split()))


def edge_words(part: str) -> tuple[str, str]:
    """The first and the last words of a passage, as they stand in it: three each, or all of five or fewer.

    Args:
        part: The words of the passage.

    Returns:
        Its first and its last words, each on one line. Of words without blanks between them, as in Chinese, the first
        and last eight Han characters.

    Example:
        >>> edge_words("River Commission")
        ('River Commission', 'River Commission')
        >>> edge_words("国际河流委员会成员国元首会议新闻公报")
        ('国际河流委员会成', '元首会议新闻公报')
    """
    part = part.strip()
    words = list(_WORD.finditer(part))
    if (
        len(words) <= MAX_WHOLE_WORDS
        and "\n" not in part
        and len(part) <= MAX_EDGE_CHARACTERS
        and not _is_long_han(part)
    ):
        return part, part
    head, tail = part.partition("\n")[0].rstrip(), part.rpartition("\n")[2].lstrip()
    first, last = list(_WORD.finditer(head)), list(_WORD.finditer(tail))
    beginning = head[: first[min(EDGE_WORDS, len(first)) - 1].end()]
    ending = tail[last[max(len(last) - EDGE_WORDS, 0)].start() :]
    return _cut(beginning), _cut(ending[::-1])[::-1]


def _is_long_han(text: str) -> bool:
    return len(_HAN.findall(text)) > 2 * EDGE_HAN


def _cut(text: str) -> str:
    """A beginning that is not too long, and ends with no half of a character that combines."""
    han = [found.end() for found in _HAN.finditer(text)]
    size = han[EDGE_HAN - 1] if len(han) > EDGE_HAN else len(text)
    size = min(size, MAX_EDGE_CHARACTERS)
    while size < len(text) and (unicodedata.combining(text[size]) or text[size] in "\u200d\ufe0f"):
        size += 1
    return text[:size]


def occurrences(text: str, words: str) -> list[tuple[int, int]]:
    r"""Where words stand in a text, white space aside.

    Args:
        text: The text.
        words: The words.

    Returns:
        Start and end of each place, in order; none for words that are blank.

    Example:
        >>> occurrences("the sea and\nthe sea", "and the")
        [(8, 15)]
    """
    parts = words.split()
    if not parts:
        return []
    pattern = r"\s+".join(map(re.escape, parts))
    return [found.span() for found in re.finditer(f"(?={pattern})", text) for found in [_at(pattern, text, found)]]


def from_to(text: str, first: str, last: str) -> list[tuple[int, int]]:
    """The stretches from each place of some words to the next place of others.

    Args:
        text: The text.
        first: The words with which a stretch begins.
        last: Those with which it ends, after the first.

    Returns:
        Start and end of each stretch, in order.

    Example:
        >>> from_to("the sea and the lake", "sea", "lake")
        [(4, 20)]
    """
    ends = [end for _, end in occurrences(text, last)]
    found = []
    for start, after in occurrences(text, first):
        end = next((end for end in ends if end > after), None)
        if end is not None:
            found.append((start, end))
    return found


def _at(pattern: str, text: str, found: re.Match[str]) -> re.Match[str]:
    match = re.compile(pattern).match(text, found.start())
    assert match is not None  # noqa: S101 -- the look-ahead found it there
    return match
