"""Files as streams of bytes: compression by extension, and limits for what others made (RFC 1952, RFC 8878)."""

from __future__ import annotations

import io
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pyoxigraph import RdfFormat

from scograph.bounds import EXPANSION
from scograph.errors import InputError, UsageError
from scograph.formats import RDF_FORMATS_BY_NAME, RdfSyntax, rdf_format_of_extension
from scograph.guard import EXPANSION_FROM, Guard
from scograph.model import Finding, Place
from scograph.project import KNOWN_EXTENSIONS, open_input, unreadable
from scograph.xml_encoding import XmlInUtf8

if TYPE_CHECKING:
    from scograph.jsonld.dropped import DropWatch

STDIN = "-"
BUFFER = 1 << 18
"""Bytes a read."""
MOST_EXPANDED = 1 << 40
"""Bytes that a compressed file may hold."""

_COMPRESSED = ("gz", "zst")
_MARKS = (
    (b"\x1f\x8b", "gzip data", "name it so: .gz"),
    (b"\x28\xb5\x2f\xfd", "zstd data", "name it so: .zst"),
    (b"PK\x03\x04", "a zip archive", "unpack it first"),
    (b"\xff\xfe", "UTF-16", "save the file as UTF-8"),
    (b"\xfe\xff", "UTF-16", "save the file as UTF-8"),
)
_GENERATED = re.compile(rb"_:[a-f][0-9a-f]{15,31}(?![0-9A-Za-z])")
_OVERLAP = 48
"""Bytes that a search looks at again, since what it finds may lie across two reads."""


@dataclass(frozen=True, slots=True)
class Source:
    """An RDF file to read.

    Args:
        path: Its path, or `-` for standard input.
        row: Its format.
        compression: `gz`, `zst` or nothing.
    """

    path: str
    row: RdfSyntax
    compression: str = ""

    @property
    def name(self) -> str:
        """Its name in messages."""
        return "standard input" if self.path == STDIN else self.path

    @property
    def size(self) -> int | None:
        """Its bytes as they lie there, if that is known."""
        try:
            return None if self.path == STDIN else Path(self.path).stat().st_size
        except OSError as error:
            raise unreadable(self.path, error) from error


def compression_of(path: Path) -> str:
    """The compression that a file's extension names, or nothing."""
    extension = path.suffix.lstrip(".").lower()
    return extension if extension in _COMPRESSED else ""


def source_of(path: str, form: str | None = None) -> Source:
    """What a path names, by its extension.

    Args:
        path: The path, or `-`.
        form: The name of its format, if the extension does not tell.

    Returns:
        The source.

    Raises:
        InputError: The extension is not known.
        UsageError: Standard input is to be read, and no format is given.
    """
    if path == STDIN:
        if form is None:
            raise UsageError("the format of standard input is not known", hint="give it with --from, --from ttl say")
        return Source(path, RDF_FORMATS_BY_NAME[form])
    compression = compression_of(Path(path))
    inner = Path(path).with_suffix("") if compression else Path(path)
    extension = inner.suffix.lstrip(".").lower()
    row = RDF_FORMATS_BY_NAME[form] if form else rdf_format_of_extension(extension)
    if row is None:
        raise InputError(
            f"{path}: not an RDF file by its extension",
            hint=f"known: {KNOWN_EXTENSIONS}, each also with .gz or .zst; or name the format with --from",
        )
    return Source(path, row, compression)


class Reader:
    """The bytes of a source for the parser, watched as they pass.

    Args:
        source: The source.
        progress: Told how many bytes of the file were read, each time.
    """

    def __init__(self, source: Source, progress: Callable[[int], None] = lambda _: None) -> None:
        self.source = source
        self.labels_look_generated = False
        self._progress = progress
        self._raw = _Counted(_opened(source))
        self._file = _expanded(self._raw, source)
        self._read = 0
        self._tail = b""
        self._is_first = True
        self._is_over = False
        self._guard = Guard(source.row.rdf, source.name)
        self._xml = XmlInUtf8(source.name) if source.row.rdf is RdfFormat.RDF_XML else None
        self._drops: DropWatch | None = None
        if source.row.rdf is RdfFormat.JSON_LD:
            from scograph.jsonld.dropped import DropWatch  # noqa: PLC0415 -- few files are JSON-LD

            self._drops = DropWatch(source.name)

    def stream(self) -> IO[bytes]:
        """The bytes, in reads of any size."""
        return io.BufferedReader(_Watched(self), BUFFER)

    def read(self) -> bytes:
        """The next bytes.

        Raises:
            InputError: They are damaged, not what the name says, or more than is held for harmless.
        """
        source = self.source
        data = self._piece() if self._xml is None else self._in_utf8(self._xml)
        if self._is_first:
            self._is_first = False
            data = self._begin(data)
        self._watch(data)
        if source.row.rdf in (RdfFormat.TURTLE, RdfFormat.TRIG) and not self.labels_look_generated:
            self.labels_look_generated = b"_:" in data and _GENERATED.search(self._tail + data) is not None
        self._tail = data[-_OVERLAP:]
        return data

    def _piece(self) -> bytes:
        """The next bytes of the file, expanded."""
        source = self.source
        try:
            data: bytes = self._file.read(BUFFER)
        except (EOFError, zlib.error, OSError, ValueError) as error:
            raise self._damaged(error) from error
        except Exception as error:
            if type(error).__name__ == "ZstdError":
                raise self._damaged(error) from error
            raise
        self._progress(self._raw.count)
        self._read += len(data)
        if source.compression and self._read > EXPANSION_FROM:
            self._refuse_bomb()
        if source.compression and not data and not self._raw.count:
            raise self._damaged(EOFError())  # compressed nothing has a head (RFC 1952, 2.3; RFC 8878, 3.1)
        return data

    def _in_utf8(self, xml: XmlInUtf8) -> bytes:
        """The next bytes of XML in UTF-8; more are read where these are too few to tell the encoding."""
        while True:
            data = self._piece()
            text = xml.feed(data, is_last=not data)
            if text or not data:
                return text

    def _watch(self, data: bytes) -> None:
        """Show the next bytes, or the end, to those who look at them before the parser."""
        watches: list[Guard | DropWatch] = [self._guard] if self._drops is None else [self._guard, self._drops]
        for watch in watches:
            if data:
                watch.feed(data)
            elif not self._is_over:
                watch.end()
        self._is_over = not data

    @property
    def losses(self) -> tuple[Finding, ...]:
        """What of the bytes that were read makes no statement."""
        return () if self._drops is None else self._drops.findings

    @property
    def fault(self) -> Place | None:
        """Where the file breaks the rules of its format, if its parser tells no place of that."""
        return None if self._drops is None else self._drops.fault

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        self._raw.close()

    def _damaged(self, error: Exception) -> InputError:
        if isinstance(error, OSError) and error.errno:
            return unreadable(self.source.path, error)
        if isinstance(error, EOFError):
            return InputError(f"{self.source.name}: the compressed data ends early", hint="fetch the file again, whole")
        return InputError(f"{self.source.name}: the compressed data is damaged", hint="fetch the file again")

    def _begin(self, data: bytes) -> bytes:
        for mark, what, hint in _MARKS:
            if data.startswith(mark):
                raise InputError(f"{self.source.name}: {what} by its first bytes, not {self._expected()}", hint=hint)
        return data.removeprefix(b"\xef\xbb\xbf")

    def _expected(self) -> str:
        return f"{self.source.row.media_type} in UTF-8"

    def _refuse_bomb(self) -> None:
        if self._read > MOST_EXPANDED or self._read > EXPANSION.limit * max(self._raw.count, 1):
            raise InputError(
                f"{self.source.name}: {self._raw.count:,} compressed bytes became more than {self._read:,}:"
                f" a decompression bomb (bound: {EXPANSION.name})",
                hint="if you trust it, unpack it yourself and give the file",
            )


class _Watched(io.RawIOBase):
    """A reader as the raw part of a buffered stream."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self._reader = reader
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 -- any buffer of bytes
        data = self._left or self._reader.read()
        size = min(len(data), len(buffer))
        buffer[:size] = data[:size]
        self._left = data[size:]
        return size


class _Counted:
    """A file that knows how much of it was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.count += len(data)
        return data

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        self._file.close()


def _opened(source: Source) -> IO[bytes]:
    if source.path == STDIN:
        return sys.stdin.buffer
    try:
        return open_input(Path(source.path))
    except OSError as error:
        raise unreadable(source.path, error) from error


def _expanded(file: _Counted, source: Source) -> Any:  # noqa: ANN401 -- files of three libraries
    if source.compression == "gz":
        import gzip  # noqa: PLC0415 -- few files need it

        return gzip.GzipFile(fileobj=file, mode="rb")  # type: ignore[call-overload]
    if source.compression == "zst":
        return _zstd().ZstdFile(file, mode="r")
    return file


def _zstd() -> Any:  # noqa: ANN401 -- a module
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415 -- few files need it
    else:
        from backports import zstd  # noqa: PLC0415 -- the same
    return zstd


def compressed(pieces: Iterable[bytes], compression: str) -> Iterator[bytes]:
    """Compress a stream; the same bytes give the same bytes, without a name or a time in them.

    Args:
        pieces: The bytes.
        compression: `gz`, `zst`, or nothing to leave them as they are.

    Returns:
        The compressed bytes, in pieces.
    """
    if not compression:
        yield from pieces
        return
    gzip_window = 31  # the largest window, in gzip's framing
    compressor: Any = (
        _zstd().ZstdCompressor() if compression == "zst" else zlib.compressobj(6, zlib.DEFLATED, gzip_window)
    )
    for piece in pieces:
        if data := compressor.compress(piece):
            yield data
    yield compressor.flush()
