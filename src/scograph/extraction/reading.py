"""Chooses the extractor for a format, and runs it in a sandboxed process with limits."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from pathlib import PurePosixPath
from typing import Any

from scograph.bounds import SOURCE_MEMORY, SOURCE_SECONDS, SOURCE_SIZE, SOURCE_TEXT, Bound
from scograph.errors import MachineError
from scograph.extraction.model import (
    BlockKind,
    Doubt,
    Link,
    PageText,
    TableCell,
    TextBlock,
    Unreadable,
    UnreadablePageError,
)
from scograph.formats import HTML, PDF, PLAIN_TEXT, SOURCE_FORMATS, Format
from scograph.processes import own_environment, own_module

MAX_WAIT_FACTOR = 10
"""So many times its processor time a page may take by the clock, on a machine that is busy with others."""
_SNIFFED = 1 << 12
_PDF = re.compile(rb"%PDF-[0-9]")
_HTML = re.compile(
    rb"(?:\s|<!--.*?-->|<\?xml[^>]*>)*<(?:!doctype\s+html|html|head|body|title|meta|script|table|div|p|h1|br|a|ul)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_OTHERS = (
    (b"PK\x03\x04", "a ZIP archive, such as a file of Word or a book"),
    (b"\xd0\xcf\x11\xe0", "a file of an old Microsoft Office"),
    (b"{\\rtf", "Rich Text"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%!PS", "PostScript"),
    (b"\x1f\x8b", "compressed with gzip"),
)
_SIGNALS: dict[int, Bound] = (
    {int(signal.SIGXCPU): SOURCE_SECONDS, int(signal.SIGABRT): SOURCE_MEMORY} if hasattr(signal, "SIGXCPU") else {}
)
_LOADER_FAILED = 127
"""The code with which the dynamic loader ends a process in which it gets no memory to bind a function."""


def format_of(data: bytes, *, content_type: str = "", name: str = "") -> Format:
    """The format of a page: by its first bytes, its media type, its file extension, in this order.

    Args:
        data: Its bytes.
        content_type: The Content-Type header that it came with, or empty.
        name: The name of its file, or its address, or empty.

    Returns:
        One of `formats.SOURCE_FORMATS`; plain text if nothing says what it is and no byte of it is NUL.

    Raises:
        UnreadablePageError: It is another kind of file.

    Example:
        >>> format_of(b"%PDF-1.7 ...", name="report.txt").name
        'pdf'
    """
    head = data[:_SNIFFED]
    if _PDF.search(head[:1024]):
        return PDF
    for mark, kind in _OTHERS:
        if head.startswith(mark):
            raise UnreadablePageError(
                Unreadable.KIND,
                f"the file is {kind}",
                hint="save it as one of " + ", ".join(row.title for row in SOURCE_FORMATS),
            )
    essence = content_type.partition(";")[0].strip().lower()
    extension = PurePosixPath(name.partition("?")[0].partition("#")[0]).suffix.lower().removeprefix(".")
    stated = next((row for row in SOURCE_FORMATS if essence in (row.essence, *row.broader_types)), None)
    named = next((row for row in SOURCE_FORMATS if extension and extension in row.extensions), None)
    if stated is PLAIN_TEXT and named:  # servers send any text as text/plain
        stated = named
    found = stated or named
    if found is None:
        found = HTML if _HTML.match(head) else PLAIN_TEXT
    elif found is PDF:
        raise UnreadablePageError(
            Unreadable.DAMAGED,
            "it is said to be a PDF, and does not begin as one",
            hint="open it: a page of a website may have been saved under this name; then call it .html",
        )
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")) and "utf-16" not in content_type.lower():
        raise UnreadablePageError(
            Unreadable.KIND,
            "the file is no text: it has NUL bytes",
            hint="give one of " + ", ".join(row.title for row in SOURCE_FORMATS),
        )
    return found


def extract(data: bytes, *, content_type: str = "", name: str = "", url: str = "") -> PageText:
    r"""The whole visible text of a page, and its blocks.

    The work is done in a process of its own: it may open no file and reach no network, and it ends at the bounds
    `source-seconds` and `source-memory`. The same bytes give the same text on every machine.

    Args:
        data: The bytes of the page.
        content_type: The Content-Type header that it came with, or empty. Its `charset` counts for texts.
        name: The name of its file, or empty; its extension tells the format where the media type does not.
        url: Its address, against which its links are resolved, or empty.

    Returns:
        The text, with places in Unicode code points.

    Raises:
        UnreadablePageError: No text can be made of it: `error.why` says why, such as `Unreadable.SCAN`. It is larger
            than the bound `source-size`, its text than `source-text`, or it takes more time or memory.
        MachineError: The machine starts no process.

    Example:
        >>> page = extract(b"<h1>Members</h1><p>Two st<b>ates</b>.</p>", content_type="text/html")
        >>> page.text
        'Members\n\nTwo states.'
        >>> [(block.kind.value, block.start, block.end) for block in page.blocks]
        [('heading', 0, 7), ('paragraph', 9, 20)]
    """
    if len(data) > SOURCE_SIZE.limit << 20:
        raise _beyond(SOURCE_SIZE, f"the file has {len(data):,} bytes")
    found = format_of(data, content_type=content_type, name=name or url)
    job = {
        "format": found.name,
        "contentType": content_type or found.media_type,
        "url": url,
        "memory": SOURCE_MEMORY.limit << 20,
        "seconds": SOURCE_SECONDS.limit,
    }
    answer = _run(json.dumps(job).encode() + b"\n" + data)
    if "why" in answer:
        raise UnreadablePageError(Unreadable(answer["why"]), answer["message"], hint=answer["hint"])
    page = _page(answer)
    if len(page.text) > SOURCE_TEXT.limit:
        raise _beyond(SOURCE_TEXT, f"its text has {len(page.text):,} characters")
    return page


def _run(job: bytes) -> dict[str, Any]:
    """Have the worker do a job, and read its answer."""
    wait = SOURCE_SECONDS.limit * MAX_WAIT_FACTOR
    try:
        done = subprocess.run(
            own_module("scograph.extraction.worker"),
            input=job,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=wait,
            check=False,
            env=own_environment(os.environ),
        )
    except subprocess.TimeoutExpired:
        raise _beyond(SOURCE_SECONDS, f"the page could not be read in {wait:,} seconds by the clock") from None
    except OSError as error:
        raise MachineError(f"no process can be started: {error.strerror}", hint="end others") from error
    if done.returncode == 0:
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer
    bound = _SIGNALS.get(-done.returncode) if done.returncode < 0 else None
    if bound is None and done.returncode in (_LOADER_FAILED, -getattr(signal, "SIGKILL", 9)):
        bound = SOURCE_MEMORY
    if bound is not None:
        raise _beyond(bound, f"it takes more than {bound.limit:,} {bound.unit} to read the page")
    raise UnreadablePageError(
        Unreadable.DAMAGED,
        f"the page cannot be read: its reader ended with {done.returncode}",
        hint="open it in a browser, and save it again, or save its text",
    )


def _beyond(bound: Bound, what: str) -> UnreadablePageError:
    return UnreadablePageError(
        Unreadable.BOUND, f"{what} (bound: {bound.name}, {bound.limit:,} {bound.unit})", hint=bound.hint
    )


def _page(answer: dict[str, Any]) -> PageText:
    """The page that the worker sent."""
    blocks = tuple(
        TextBlock(
            **{
                **block,
                "kind": BlockKind(block["kind"]),
                "cells": tuple(TableCell(*cell) for cell in block["cells"]),
                "links": tuple(Link(*link) for link in block["links"]),
            }
        )
        for block in answer["blocks"]
    )
    doubts = tuple(Doubt(*doubt) for doubt in answer["doubts"])
    return PageText(**{**answer, "blocks": blocks, "doubts": doubts})
