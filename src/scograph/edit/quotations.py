"""Quotations of sources: at most 25 words or 60 Han characters, one place each, and a tenth of a document in all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scograph.edit.document import Document
from scograph.edit.words import non_blank, occurrences
from scograph.errors import UsageError

MAX_WORDS = 25
"""So many words a quotation has at most."""
MAX_HAN = 60
"""So many Han characters a quotation has at most."""
SHARE = 10
"""Of one document, at most this part of its characters is quoted."""

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_DATE = re.compile(
    r"(?:[^\W\d_]+\.?,?\s+)?\d{1,4}(?:\s*[-–/.年月]\s*\d{1,2}){0,2}日?(?:\s+[^\W\d_]+\.?)?(?:,?\s+\d{4})?"
)


def checked_quotation(
    words: str, others: Sequence[str], document: Document, text: str, names: Iterable[str] = ()
) -> None:
    """Refuse a quotation that is too long, or too much of one document.

    Args:
        words: The words.
        others: What else is quoted of the document.
        document: The document.
        text: What was read of it.
        names: Names of the graph: titles, names and dates do not count for the limit of a document.

    Raises:
        UsageError: It has more than `MAX_WORDS` words or `MAX_HAN` Han characters, stands in several places, or is
            more than a tenth of what was read, with the others.
    """
    count, han = len(words.split()), len(_HAN.findall(words))
    if count > MAX_WORDS:
        raise UsageError(
            f"the quotation has {count} words, and {MAX_WORDS} at most are quoted",
            hint="quote the words that the fact needs",
        )
    if han > MAX_HAN:
        raise UsageError(
            f"the quotation has {han} Han characters, and {MAX_HAN} at most are quoted",
            hint="quote the words that the fact needs",
        )
    places = len(occurrences(text, words))
    if places != 1:
        raise UsageError(
            f"the quotation stands in {places} places of the text", hint="quote more words, so that it stands in one"
        )
    exempt = {_folded(name) for name in (*names, document.title)}
    total = sum(non_blank(one) for one in (*others, words) if _counts(one, exempt))
    most = non_blank(text) // SHARE
    if total > most:
        raise UsageError(
            f"{total} characters of {document.name} would be quoted, and {most} at most are: a tenth of what was read",
            hint="quote fewer words, or take a quotation out with --remove",
        )


def _counts(words: str, exempt: set[str]) -> bool:
    """Whether words count: they are no name, no title and no date."""
    return _folded(words) not in exempt and not _DATE.fullmatch(words.strip())


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()
