"""Compressed copies of published files, for servers that send them unchanged (gzip, RFC 1952; Brotli, RFC 7932)."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scograph.errors import UsageError
from scograph.manifest import Entry
from scograph.model import Document

MIN_BYTES = 1000
"""Smaller files are not compressed: they fit into one packet."""
GZIP = "application/gzip"
"""The media type of what is compressed with gzip (RFC 6713)."""


@dataclass(frozen=True, slots=True)
class Compression:
    """One way to compress.

    Args:
        extension: What a compressed file is called, after its own name.
        media_type: Its media type, where it is fetched by that name.
        compress: Bytes to bytes, the same each time.
    """

    extension: str
    media_type: str
    compress: Callable[[bytes], bytes]


def compressions() -> tuple[Compression, ...]:
    """The ways to compress, each at the quality at which more time saves little.

    Raises:
        UsageError: The library for Brotli is not installed.
    """
    try:
        import brotli  # type: ignore[import-untyped]  # noqa: PLC0415 -- an extra: few builds ask for it
    except ImportError as error:
        raise UsageError("--compress needs a library that is not here", hint="pip install brotli") from error

    return (
        Compression("gz", GZIP, lambda data: gzip.compress(data, 6, mtime=0)),
        Compression("br", "application/x-brotli", lambda data: bytes(brotli.compress(data, quality=5))),
    )


def compressed(folder: Path, entries: Sequence[Entry], worker: int = 0, workers: int = 1) -> Iterator[Document]:
    """Compress files, or the share of one worker among several.

    Args:
        folder: Where the files are.
        entries: The files.
        worker: Which worker it is, from 0.
        workers: How many there are.

    Returns:
        The twins that are smaller than their files; none of a file that is compressed by itself.

    Raises:
        UsageError: As for `compressions`.
    """
    ways = compressions()
    for entry in entries[worker::workers]:
        if entry.size >= MIN_BYTES and entry.media_type != GZIP:
            data = (folder / entry.path).read_bytes()
            for way in ways:
                twin = way.compress(data)
                if len(twin) < len(data):
                    yield Document(f"{entry.path}.{way.extension}", way.media_type, (twin,))
