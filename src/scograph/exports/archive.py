"""ZIP archives (APPNOTE 6.3.10) of documents: the same bytes for the same documents, written as they are read."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator

from scograph.model import Document

LARGE = (1 << 31) - 1
"""Bytes that a file has at most in an archive that every reader takes."""


class _Pieces:
    """A file that is only written: it keeps what was written until that is taken."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> Iterator[bytes]:
        pieces, self._pieces = self._pieces, []
        yield from pieces


def zip_pieces(documents: Iterable[Document], *, has_large: bool = False) -> Iterator[bytes]:
    r"""Archive documents; no time and no owner of a file is in it.

    Args:
        documents: The documents, by their paths.
        has_large: Whether one may be larger than 2 GiB, which some readers do not take.

    Returns:
        The archive in pieces.

    Example:
        >>> archive = b"".join(zip_pieces([Document("a.txt", "text/plain", (b"text",))]))
        >>> archive[:4]
        b'PK\x03\x04'
    """
    made = _Pieces()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for document in documents:
            entry = zipfile.ZipInfo(document.path)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            with archive.open(entry, "w", force_zip64=has_large) as inside:
                for piece in document:
                    inside.write(piece)
                    yield from made.taken()
            yield from made.taken()
    yield from made.taken()
