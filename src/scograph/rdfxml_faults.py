"""Finds the lines and columns of errors in well-formed XML that is not valid RDF/XML; the parser does not give them."""

from __future__ import annotations

import io
from typing import IO, Any, cast

from pyoxigraph import RdfFormat, parse

from scograph.model import Place

_SPACE = b" \t\r\n"


def places_of_faults(data: bytes, path: str, base: str = "", most: int = 100) -> list[Place]:
    """Where a document breaks the rules of RDF/XML.

    Args:
        data: The document in UTF-8, within the bounds (`guard`).
        path: Its name in messages.
        base: Its base IRI, or nothing.
        most: At most so many.

    Returns:
        The line and column of each error of the parser, in its order: of the tag, or of the text before it.

    >>> head = b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    >>> places_of_faults(head + b'<r:Description r:about="http://e.org/a b"/></r:RDF>', "a.rdf")
    [Place(path='a.rdf', line=1, column=62, length=None)]
    """
    pieces = _TagByTag(data)
    parser = parse(cast("IO[bytes]", pieces), RdfFormat.RDF_XML, base_iri=base or None)
    places: list[Place] = []
    while len(places) < most:
        try:
            for _ in parser:
                pass
        except SyntaxError as error:
            places.append(_place(data, pieces, path, is_text="text" in str(error)))
        else:
            break
    return places


class _TagByTag(io.RawIOBase):
    """Bytes that are read a tag at a time, with the text before it, so that an error is in what was read last.

    Args:
        data: The bytes.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = data
        self.start = self.end = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 -- any buffer of bytes
        self.start = self.end
        after = self._data.find(b">", self.start, self.start + len(buffer)) + 1
        self.end = after or min(self.start + len(buffer), len(self._data))
        buffer[: self.end - self.start] = self._data[self.start : self.end]
        return self.end - self.start


def _place(data: bytes, pieces: _TagByTag, path: str, *, is_text: bool) -> Place:
    """The place of the tag that was read last; of a text that stands before it, if the error is about that."""
    piece = data[pieces.start : pieces.end]
    tag = piece.rfind(b"<")
    is_end = piece[tag : tag + 2] == b"</"
    within = len(piece) - len(piece.lstrip(_SPACE)) if is_text or is_end or tag < 0 else tag
    start = pieces.start + within
    line = data.count(b"\n", 0, start) + 1
    return Place(path, line, len(data[data.rfind(b"\n", 0, start) + 1 : start].decode("utf-8", "replace")) + 1)
