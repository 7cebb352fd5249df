"""Language tags as BCP 47 defines them (RFC 5646, clause 2.1)."""

from __future__ import annotations

import re

HINT = "a tag of BCP 47: en for English, ru for Russian, zh-Hant for Chinese in traditional characters"
"""What to do about a tag that is none."""

_PRIVATE = r"x(?:-[a-z0-9]{1,8})+"
_TAG = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}"  # the language; longer subtags are reserved (clause 2.2.1)
    r"(?:-[a-z]{4})?"  # the script
    r"(?:-(?:[a-z]{2}|[0-9]{3}))?"  # the region
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*"  # extensions
    rf"(?:-{_PRIVATE})?|{_PRIVATE}|i-[a-z]{{3,8}})",
    re.IGNORECASE | re.ASCII,
)


def is_language_tag(text: str) -> bool:
    """Whether a text is a well-formed language tag whose language can be one that is registered.

    Args:
        text: The text.

    Returns:
        Whether it has the form of RFC 5646, clause 2.1, with a language of two or three letters: no longer one is
        registered, so that the name of a language is no tag.

    Example:
        >>> [is_language_tag(text) for text in ("en", "zh-Hant-TW", "sl-rozaj", "english", "en_GB")]
        [True, True, True, False, False]
    """
    return _TAG.fullmatch(text) is not None
