"""What became of a source's page: it is fetched once, and compared with the text that was read of it.

Nothing is concluded from a failure: a page that does not answer, asks to log in or shows another document says nothing
about what the document says now.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from scograph.alignment import differs_in_typography_alone, forms_changed, overlap
from scograph.errors import StoreError
from scograph.extraction import PageText, Unreadable, UnreadablePageError, extract
from scograph.fetching import Fetched, fetch_page
from scograph.stores.exchange import PrivateAddressError
from scograph.texts import digest_of

MIN_OVERLAP = 0.1
"""A page with less of the words of the last edition is not taken for the same document."""
MAX_SHELL_WORDS = 60
"""A page with scripts and so few words, none of them the document's, may be an empty shell."""
MIN_WORDS_KNOWN = 3
"""So many passages whose first words are known tell a document from another one, where its text is not at hand."""
_NOT_FOUND, _GONE = 404, 410
_LOGIN = (401, 407, 511)
_SERVER_ERRORS = range(500, 600)
_LOGIN_PATH = re.compile(
    r"(?:^|[/._-])(?:log-?in|sign-?in|sso|oauth2?|authorize|authenticate|cas)(?:$|[/._?-])", re.IGNORECASE
)
_PASSWORD = re.compile(rb"<input\b[^>]{0,1000}\btype\s*=\s*[\"']?password\b", re.IGNORECASE)
_SCRIPT = re.compile(rb"<script\b", re.IGNORECASE)


class PageState(StrEnum):
    """What became of a page."""

    UNCHANGED = "unchanged"
    """It has the words of the last edition."""
    CHANGED = "changed"
    """It has other words."""
    REDIRECTED = "redirected"
    """It has the words of the last edition, at another address."""
    NOT_FOUND = "not found"
    """The site does not have it (404)."""
    GONE = "gone"
    """The site says that it has it no more (410)."""
    REFUSED = "refused"
    """The site does not give it (403, 429 and others)."""
    LOGIN = "asks to log in"
    """The site wants to know who asks."""
    EMPTY_SHELL = "empty shell"
    """The page has scripts that would load its text, and no text."""
    OTHER = "another document"
    """The page has none of the words of the last edition."""
    UNREADABLE = "unreadable"
    """No text can be made of it."""
    NO_ANSWER = "no answer"
    """The site cannot be reached, is too slow, sends too much, or fails (5xx)."""
    NOT_COMPARED = "not compared"
    """It was fetched, and nothing is known of the words that were read of it."""


@dataclass(frozen=True, slots=True)
class KnownText:
    """What is known of the last edition of a document.

    Args:
        sha256: The SHA-256 of its text; empty where it is not known.
        original_sha256: The SHA-256 of the bytes that it was read from; empty where it is not known.
        text: The text; None where it is not at hand.
        words: First words of its passages, for where the text is not at hand.
    """

    sha256: str = ""
    original_sha256: str = ""
    text: str | None = None
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Watched:
    """What was found out about a page.

    Args:
        state: What became of it.
        message: What was seen, for people; often empty.
        moved_to: The address that answered, if it is another one; empty if not.
        is_moved: Whether the site says that the document moved there for good.
        page: The text of the page, if one was made.
        data: The bytes of the page.
    """

    state: PageState
    message: str = ""
    moved_to: str = ""
    is_moved: bool = False
    page: PageText | None = None
    data: bytes = b""


def watch(address: str, known: KnownText, *, asks_private: bool = False) -> Watched:
    """Fetch a page, and compare it with the last edition.

    Args:
        address: The address of the document.
        known: What is known of its last edition.
        asks_private: Whether an address of this machine or its network may be asked.

    Returns:
        What became of it.

    Raises:
        UsageError: It is no address of a page.
    """
    try:
        fetched = fetch_page(address, asks_private=asks_private)
    except PrivateAddressError as error:
        return Watched(PageState.NO_ANSWER, f"{error.message} (--private allows it)")
    except StoreError as error:
        return Watched(PageState.NO_ANSWER, error.message.removeprefix(f"{address}: "))
    return judge(fetched, known)


def judge(fetched: Fetched, known: KnownText) -> Watched:
    """Compare an answer with the last edition.

    Args:
        fetched: The answer.
        known: What is known of the last edition.

    Returns:
        What became of the page.

    Example:
        >>> answer = Fetched("https://example.org/a", "https://example.org/a", 410, False, "", b"")
        >>> judge(answer, KnownText()).state.value
        'gone'
    """
    state, message, page = _judged(fetched, known)
    moved_to = fetched.final if fetched.is_redirected else ""
    if state is PageState.UNCHANGED and moved_to:
        state = PageState.REDIRECTED
    return Watched(state, message, moved_to, fetched.is_moved, page, fetched.data)


def _judged(fetched: Fetched, known: KnownText) -> tuple[PageState, str, PageText | None]:
    """What became of a page, redirects aside, with what was seen and its text."""
    if not 200 <= fetched.status < 300:  # noqa: PLR2004 -- RFC 9110, 15.3
        return _state_of(fetched.status), f"the site answers {fetched.status}", None
    if known.original_sha256 and digest_of(fetched.data) == known.original_sha256:
        return PageState.UNCHANGED, "", None
    try:
        page = extract(fetched.data, content_type=fetched.content_type, url=fetched.final)
    except UnreadablePageError as error:
        return (*_unreadable(fetched, error), None)
    return (*_compared(fetched, known, page.text), page)


def _unreadable(fetched: Fetched, error: UnreadablePageError) -> tuple[PageState, str]:
    """What a page is of which no text can be made."""
    if _leads_to_login(fetched):
        return PageState.LOGIN, "the site leads to a page to log in"
    if error.why is Unreadable.EMPTY and _SCRIPT.search(fetched.data):
        return PageState.EMPTY_SHELL, "the page has scripts and no text"
    return PageState.UNREADABLE, error.message


def _compared(fetched: Fetched, known: KnownText, text: str) -> tuple[PageState, str]:
    """What a text is beside the last edition."""
    if known.sha256 and digest_of(text) == known.sha256:
        return PageState.UNCHANGED, ""
    share = _share(known, text)
    if share is None:
        return PageState.NOT_COMPARED, "nothing is known of the words that were read of it"
    if share < MIN_OVERLAP:
        return _other(fetched, text)
    if known.text is not None and differs_in_typography_alone(known.text, text):
        return PageState.UNCHANGED, f"but for {', '.join(forms_changed(known.text, text))}"
    return PageState.CHANGED, ""


def _other(fetched: Fetched, text: str) -> tuple[PageState, str]:
    """What a page is that has none of the words of the last edition."""
    if _PASSWORD.search(fetched.data) or _leads_to_login(fetched):
        return PageState.LOGIN, "the site shows a page to log in"
    if _SCRIPT.search(fetched.data) and len(text.split()) <= MAX_SHELL_WORDS:
        return PageState.EMPTY_SHELL, "the page has scripts and hardly any text"
    return PageState.OTHER, f"it begins {text[:60].splitlines()[0]!r}"


def _leads_to_login(fetched: Fetched) -> bool:
    """Whether the site redirects to an address of a page to log in."""
    return fetched.is_redirected and _LOGIN_PATH.search(urlsplit(fetched.final).path) is not None


def _state_of(status: int) -> PageState:
    """What a status code says that is no success."""
    if status == _NOT_FOUND:
        return PageState.NOT_FOUND
    if status == _GONE:
        return PageState.GONE
    if status in _LOGIN:
        return PageState.LOGIN
    return PageState.NO_ANSWER if status in _SERVER_ERRORS or status < 400 else PageState.REFUSED  # noqa: PLR2004


def _share(known: KnownText, text: str) -> float | None:
    """How much of the last edition a text has, from 0 to 1; None where that cannot be known."""
    if known.text is not None:
        return overlap(known.text, text)
    words = [" ".join(words.split()) for words in known.words if words.strip()]
    if not known.sha256 or len(words) < MIN_WORDS_KNOWN:
        return 1.0 if known.sha256 else None  # another digest: it changed, and no more is known
    plain = " ".join(text.split())
    return sum(one in plain for one in words) / len(words)
