"""The gzip form of files that the build has not compressed, made once each (RFC 9110, clause 8.4.1)."""

from __future__ import annotations

import asyncio
import gzip
import os
import tempfile
import threading
from contextlib import suppress
from dataclasses import replace

from scograph.server.folder import FileChangedError, OpenFile, Pack, Stored

COMPRESSIBLE = ("text/", "application/", "image/svg+xml")
MIN_BYTES, MAX_BYTES = 512, 512 << 20
"""Smaller and larger bodies are sent as they are, unless the build has compressed them."""
LEVEL = 6


def is_compressible(file: Stored) -> bool:
    """Whether a file is worth compressing."""
    return MIN_BYTES <= file.size <= MAX_BYTES and file.media_type.startswith(COMPRESSIBLE)


class Compressor:
    """The compressed forms of the files of one build."""

    def __init__(self) -> None:
        self._compressed: dict[str, Stored] = {}
        self._pending: set[str] = set()

    def is_pending(self, file: Stored) -> bool:
        """Whether a large file is being compressed now."""
        return file.path in self._pending

    async def compressed(self, file: Stored) -> Stored | None:
        """The gzip form of a file, made beside the event loop.

        Args:
            file: The file.

        Returns:
            The compressed file; None where there is no room for it, or as long as a large one is being compressed.

        Raises:
            FileChangedError: The file has changed.
        """
        if file.path not in self._compressed:
            if isinstance(file.held, Pack):
                await asyncio.to_thread(self._compress_small, file, file.held)
            elif file.path not in self._pending:
                self._pending.add(file.path)
                threading.Thread(target=self._compress_large, args=(file,), daemon=True).start()
        return self._compressed.get(file.path)

    def _compress_small(self, file: Stored, pack: Pack) -> None:
        data, path = gzip.compress(file.read(), compresslevel=LEVEL, mtime=0), f"{file.path}\0gzip"
        with suppress(OSError):  # there is no room for it
            pack.put(path, data)
            self._compressed[file.path] = replace(file, path=path, size=len(data))

    def _compress_large(self, file: Stored) -> None:
        with suppress(OSError, FileChangedError), tempfile.TemporaryFile() as target:
            with gzip.GzipFile(fileobj=target, mode="wb", compresslevel=LEVEL, mtime=0) as compressing:
                for piece in file.pieces():
                    compressing.write(piece)
            target.flush()
            held = OpenFile(os.dup(target.fileno()))
            self._compressed[file.path] = replace(file, size=target.tell(), held=held)
            self._pending.discard(file.path)
