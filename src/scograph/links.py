"""Links that open a source at a passage (URL Fragment Text Directives, WICG draft, clause 3)."""

from __future__ import annotations

from urllib.parse import quote


def passage_link(url: str, first_words: str = "", last_words: str = "") -> str:
    """The address of a document, at a passage where its words are known.

    Args:
        url: The document's address.
        first_words: How the passage begins; the whole passage if it is as short as that.
        last_words: How it ends.

    Returns:
        The address with a text directive; the address alone where no words are known, or it has a fragment already.
    """
    if not first_words or "#" in url:
        return url
    words = [first_words] if not last_words or last_words == first_words else [first_words, last_words]
    return f"{url}#:~:text={','.join(_encoded(part) for part in words)}"


def _encoded(words: str) -> str:
    """Percent-encoded, with the characters that the directive itself uses: dash, comma, ampersand."""
    return quote(words, safe="").replace("-", "%2D")
