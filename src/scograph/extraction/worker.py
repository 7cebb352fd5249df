"""The process that reads one page: a line of JSON and the bytes come in, the text and its blocks go out as JSON."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple
from typing import Any

from scograph.bounds import SOURCE_MEMORY
from scograph.extraction import characters
from scograph.extraction.html import read_html
from scograph.extraction.markdown import read_markdown
from scograph.extraction.model import PageText, Unreadable, UnreadablePageError
from scograph.extraction.pdf import read_pdf
from scograph.extraction.plain import read_plain
from scograph.extraction.tables import read_table
from scograph.formats import CSV, HTML, MARKDOWN, PDF, PLAIN_TEXT, TSV

READERS: dict[str, Callable[[bytes, str, str], PageText]] = {
    HTML.name: read_html,
    MARKDOWN.name: lambda data, content_type, _url: read_markdown(data, content_type),
    PDF.name: lambda data, _content_type, _url: read_pdf(data),
    PLAIN_TEXT.name: lambda data, content_type, _url: read_plain(data, content_type),
    CSV.name: lambda data, content_type, _url: read_table(data, content_type),
    TSV.name: lambda data, content_type, _url: read_table(data, content_type),
}

_SAMPLES = {
    HTML.name: b"<table><tr><th>a<th>b<tr><td><a href=c>1</a><td>2</table>",
    MARKDOWN.name: b"# a\n- *b* `c` &amp; [d](e)\n",
    PDF.name: b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 81>>stream
BT /F 9 Tf 9 80 Td (a b) Tj 50 0 Td (c) Tj 0 -20 Td (d) Tj -50 0 Td (e) Tj ET     \nendstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
""",
}
"""Small pages of each format."""


def main() -> None:
    """Read the page on standard input, and answer on standard output."""
    head = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    _load(head["format"])
    _give_up_rights(head["memory"], head["seconds"])
    try:
        answer = _as_json(READERS[head["format"]](data, head["contentType"], head["url"]))
    except UnreadablePageError as error:
        answer = {"why": error.why.value, "message": error.message, "hint": error.hint}
    except (MemoryError, RecursionError):
        limit = f"{SOURCE_MEMORY.limit:,} {SOURCE_MEMORY.unit}"
        message = f"it takes more than {limit} to read the page (bound: {SOURCE_MEMORY.name})"
        answer = {"why": Unreadable.BOUND.value, "message": message, "hint": SOURCE_MEMORY.hint}
    sys.stdout.buffer.write(json.dumps(answer).encode())
    sys.stdout.buffer.flush()


def _load(name: str) -> None:
    """Load all that may be needed, before no file can be opened: much is imported while a page is read."""
    characters.load_decoders()
    with suppress(UnreadablePageError):  # the library is missing, which is said when the page itself is read
        READERS[name](_SAMPLES.get(name, b"a"), "", "")


def _give_up_rights(memory: int, seconds: int) -> None:
    """Bound this process, and take from it what it does not need, as far as the system can."""
    try:
        import resource  # noqa: PLC0415 -- Windows has none

        from scograph import sandbox  # noqa: PLC0415 -- it needs the above
    except ImportError:
        return
    sandbox.die_with_parent()
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    sandbox.lower_limit(resource.RLIMIT_CPU, seconds, seconds + 1)
    sandbox.bound_resources(memory, sandbox.open_statm())
    sandbox.refuse_calls()


def _as_json(page: PageText) -> dict[str, Any]:
    blocks = [
        {
            "kind": block.kind.value,
            "start": block.start,
            "end": block.end,
            "level": block.level,
            "language": block.language,
            "reason": block.reason,
            "page": block.page,
            "cells": [astuple(cell) for cell in block.cells],
            "links": [astuple(link) for link in block.links],
        }
        for block in page.blocks
    ]
    return {
        "text": page.text,
        "blocks": blocks,
        "title": page.title,
        "language": page.language,
        "encoding": page.encoding,
        "extractor": page.extractor,
        "doubts": [astuple(doubt) for doubt in page.doubts],
    }
