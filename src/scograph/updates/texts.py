"""Reads what a source is to be read from: a file, standard input, or a page that is fetched once."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from scograph.bounds import SOURCE_SIZE
from scograph.edit.adding import Read
from scograph.edit.document import Document
from scograph.errors import BeyondBoundError, InputError, StoreError
from scograph.extraction import PageText, extract, format_of
from scograph.fetching import fetch_page
from scograph.project import open_input, read_bytes, unreadable
from scograph.stores.addresses import is_address
from scograph.streams import STDIN
from scograph.texts import DIGITS, ORIGINAL, TextArchive, digest_of


def read_text(text: str, *, asks_private: bool = False) -> Read:
    """Read the text of a source.

    Args:
        text: A file, `-` for standard input, or the address of a page.
        asks_private: Whether an address of this machine or its network may be asked.

    Returns:
        The text with its bytes, read today (UTC).

    Raises:
        UnreadablePageError: No text can be made of it.
        InputError: The file cannot be read.
        BeyondBoundError: It is larger than the bound `source-size`.
        StoreError: The page cannot be fetched, or the site does not give it.
    """
    content_type = name = url = ""
    if text != STDIN and is_address(text):
        fetched = fetch_page(text, asks_private=asks_private)
        if not fetched.data:
            is_given = 200 <= fetched.status < 300  # noqa: PLR2004 -- RFC 9110, 15.3
            status = "the answer is empty" if is_given else f"the site answers {fetched.status}"
            raise StoreError(
                f"{text}: {status}: nothing is concluded from that",
                hint="open it in a browser, save the page, and give the file",
            )
        data, content_type, url = fetched.data, fetched.content_type, fetched.final
    else:
        data = _bytes_of(text)
        name = "" if text == STDIN else PurePosixPath(text).name
    try:
        read = read_given(data, content_type=content_type, name=name, url=url)
    except InputError as error:
        error.message = f"{_shown(text)}: {error.message}"
        raise
    return replace(read, file="" if url or text == STDIN else text)


def read_given(data: bytes, *, content_type: str = "", name: str = "", url: str = "") -> Read:
    """Read the text of a source whose bytes are at hand.

    Args:
        data: The bytes.
        content_type: The media type that they came with, or empty.
        name: The name of their file, or empty.
        url: The address that they were fetched from, or empty.

    Returns:
        The text with its bytes, read today (UTC).

    Raises:
        UnreadablePageError: No text can be made of it.
    """
    page = extract(data, content_type=content_type, name=name, url=url)
    form = format_of(data, content_type=content_type, name=name or url)
    return Read(page, data, form, f"{datetime.now(UTC):%Y-%m-%d}", name, url)


def kept_page(document: Document) -> PageText | None:
    """The text of a document's newest edition with its blocks.

    Args:
        document: The document; the text is at hand.

    Returns:
        Blocks as the format of the original tells them, where its bytes are at hand; else those of a plain text. None
        where neither gives the text again.

    Raises:
        UsageError: The text was not kept or is not at hand.
        InputError: A file of the archive cannot be read.
    """
    edition, text = document.newest_text()
    place = TextArchive(document.project).path(edition.sha256)
    originals = (
        []
        if place is None or not edition.original_sha256
        else place.parent.glob(f"{edition.sha256[:DIGITS]}{ORIGINAL}*")
    )
    for original in sorted(originals):
        data = read_bytes(original)
        if digest_of(data) == edition.original_sha256:
            page = extract(data, name=original.name)
            return page if page.text == text else None
    page = extract(text.encode(), name=f"{document.name}.txt")
    return page if page.text == text else None


def _bytes_of(text: str) -> bytes:
    """What a file or standard input has; of a larger one than the bound no more is read."""
    most = SOURCE_SIZE.limit << 20
    if text == STDIN:
        data = sys.stdin.buffer.read(most + 1)
    else:
        try:
            with open_input(Path(text)) as file:
                data = b""
                while len(data) <= most and (piece := file.read(most + 1 - len(data))):
                    data += piece
        except OSError as error:
            raise unreadable(Path(text), error) from error
    if len(data) > most:
        raise BeyondBoundError(
            f"{_shown(text)}: more than {SOURCE_SIZE.limit:,} MiB (bound: {SOURCE_SIZE.name})", hint=SOURCE_SIZE.hint
        )
    return data


def _shown(text: str) -> str:
    return "standard input" if text == STDIN else text
