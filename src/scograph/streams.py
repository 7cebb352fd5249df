"""Files as streams of bytes: decompressed by extension, within limits of size (RFC 1952, RFC 8878)."""

from __future__ import annotations

import io
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from pyoxigraph import RdfFormat

from scograph.bounds import EXPANSION
from scograph.errors import InputError, UsageError
from scograph.formats import (
    SNIFFED_BYTES,
    TELLING_LITTLE,
    TURTLE,
    RdfSyntax,
    rdf_format_of_content,
)
from scograph.guard import EXPANSION_FROM, Guard
from scograph.model import Finding, Place
from scograph.project import KNOWN_EXTENSIONS, compression_of, format_of, open_input, unreadable
from scograph.read_options import AS_WRITTEN, ReadOptions
from scograph.xml_encoding import XmlInUtf8

if TYPE_CHECKING:
    from scograph.jsonld.dropped import DropWatch

STDIN = "-"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BUFFER = 1 << 18
"""Bytes a read."""
MOST_EXPANDED = 1 << 40
"""Bytes that a compressed file may hold."""

_COMPRESSION_MARKS = ((b"\x1f\x8b", "gz"), (b"\x28\xb5\x2f\xfd", "zst"))
COMPRESSION_MARKS = tuple(mark for mark, _ in _COMPRESSION_MARKS)
"""What compressed files begin with."""
_MARKS = (
    (b"\x1f\x8b", "gzip data", "give it the extension .gz"),
    (b"\x28\xb5\x2f\xfd", "zstd data", "give it the extension .zst"),
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
        base: The IRI that relative ones in it are resolved against, or nothing where they are errors.
        opened: What was opened to look at it and cannot be opened again, from its first byte on; None for a file.
        options: How it is read.
    """

    path: str
    row: RdfSyntax
    compression: str = ""
    base: str = ""
    opened: IO[bytes] | None = field(default=None, compare=False)
    options: ReadOptions = field(default_factory=ReadOptions, compare=False)

    @property
    def name(self) -> str:
        """Its name in messages."""
        return "standard input" if self.path == STDIN else self.path

    @property
    def size(self) -> int | None:
        """Its bytes as they lie there, if that is known."""
        try:
            return None if self.path == STDIN or self.opened else Path(self.path).stat().st_size
        except OSError as error:
            raise unreadable(self.path, error) from error


def source_of(path: str, options: ReadOptions = AS_WRITTEN, stdin: IO[bytes] | None = None) -> Source:
    """What a path names: a file in the format that the options say, else its extension, else its content.

    Args:
        path: The path, or `-`.
        options: How it is to be read.
        stdin: What `-` stands for, if it is not standard input.

    Returns:
        The source.

    Raises:
        InputError: It is no RDF, by its extension and its content.
        UsageError: Standard input is none of the formats by its content, and none is given.
    """
    compression = "" if path == STDIN else compression_of(Path(path))
    told = None if path == STDIN else format_of(Path(path))
    row = options.row or told
    if path != STDIN and not Path(path).is_fifo():
        is_looked_at = options.row is None or Path(path).is_file()  # a device may have nothing to look at
        if is_looked_at and (told is None or told.extension in TELLING_LITTLE):
            seen, compression = _looked_at(path, told, compression)
            row = options.row or seen
        if row is None:
            raise InputError(
                f"{path}: neither its extension nor its content is of an RDF format",
                hint=f"known: {KNOWN_EXTENSIONS}, each also with .gz or .zst"
                + ("; or name the format with --from" if "--from" in options.advised else ""),
            )
        return Source(path, row, compression, options.base_of(path), None, options)
    opened = _Again(
        (stdin if path == STDIN else None) or _opened(path),
        SNIFFED_BYTES if row is None else max(len(mark) for mark, _ in _COMPRESSION_MARKS),
    )
    compression = compression or next((name for mark, name in _COMPRESSION_MARKS if opened.head.startswith(mark)), "")
    row = row or rdf_format_of_content(_expanded_head(opened.head, compression))
    if row is None and not opened.head.strip():
        row = TURTLE  # nothing, in any format
    if row is None:
        what = "standard input" if path == STDIN else path
        raise UsageError(
            f"the format of {what} is not known",
            hint="name it with --from, such as --from ttl"
            if "--from" in options.advised
            else "give a file with one of the known extensions",
        )
    return Source(path, row, compression, options.base_of(None), cast("IO[bytes]", opened), options)


def _looked_at(path: str, row: RdfSyntax | None, compression: str) -> tuple[RdfSyntax | None, str]:
    """The format and compression of a file, as its first bytes say; else those that its extension says."""
    try:
        with open_input(Path(path), is_pipe_allowed=False) as file:
            head = file.read(SNIFFED_BYTES)
    except OSError as error:
        raise unreadable(path, error) from error
    if row is None and not compression:
        compression = next((name for mark, name in _COMPRESSION_MARKS if head.startswith(mark)), "")
    return rdf_format_of_content(_expanded_head(head, compression)) or row, compression


def _expanded_head(head: bytes, compression: str) -> bytes:
    """What the first bytes of a compressed text say, as far as they go."""
    if not compression:
        return head
    try:
        if compression == "gz":
            return zlib.decompressobj(31).decompress(head, SNIFFED_BYTES)
        return bytes(_zstd().ZstdDecompressor().decompress(head, SNIFFED_BYTES))
    except Exception as error:  # what is damaged is told when it is read
        if isinstance(error, zlib.error | ValueError | EOFError) or type(error).__name__ == "ZstdError":
            return b""
        raise


class _Again(io.RawIOBase):
    """A pipe whose first bytes were looked at, and are read again.

    Args:
        file: The pipe.
        looked_at: How many bytes are looked at: no more are waited for.
    """

    def __init__(self, file: IO[bytes], looked_at: int) -> None:
        super().__init__()
        self._read = getattr(file, "read1", file.read)  # what is there, without waiting for more
        head = b""
        while len(head) < looked_at and (data := self._read(looked_at - len(head))):
            head += data
        self.head = self._left = head

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 -- any buffer of bytes
        data = self._left[: len(buffer)] or self._read(len(buffer))
        self._left = self._left[len(data) :]
        buffer[: len(data)] = data
        return len(data)


def content_of(source: Source) -> bytes:
    """The whole text of a source, expanded, without a byte order mark.

    Args:
        source: The source; it is read from a pipe once only.

    Returns:
        The bytes.

    Raises:
        InputError: They are damaged, or expand beyond the bound.
    """
    reader = SourceReader(source, is_guarded=False)
    try:
        return b"".join(iter(reader.read, b""))
    finally:
        reader.close()


def expanded(data: bytes, path: Path) -> bytes:
    """The text of a file that was read, expanded as its extension says.

    Args:
        data: The bytes of the file.
        path: Its path.

    Returns:
        The text.

    Raises:
        InputError: They are damaged, or expand beyond the bound.
    """
    compression = compression_of(path)
    if not compression:
        return data
    return content_of(Source(str(path), TURTLE, compression, opened=cast("IO[bytes]", io.BytesIO(data))))


class SourceReader:
    """The bytes of a source for the parser, watched as they pass.

    Args:
        source: The source.
        progress: Told how many bytes of the file were read, each time.
        is_guarded: Whether the bytes are held to the bounds of their format as they pass.
    """

    def __init__(
        self, source: Source, progress: Callable[[int], None] = lambda _: None, *, is_guarded: bool = True
    ) -> None:
        self.source = source
        self.labels_look_generated = False
        self._progress = progress
        self._raw = _Counted(source.opened or _opened(source.path))
        self._file = _expanded(self._raw, source)
        self._read = 0
        self._tail = b""
        self._is_first = True
        self._is_over = False
        self._guard = Guard(source.row.rdf, source.name) if is_guarded else None
        self._xml = XmlInUtf8(source.name) if source.row.rdf is RdfFormat.RDF_XML else None
        self._drops: DropWatch | None = None
        if is_guarded and source.row.rdf is RdfFormat.JSON_LD:
            from scograph.jsonld.dropped import DropWatch  # noqa: PLC0415 -- few files are JSON-LD

            self._drops = DropWatch(source.name, source.base)

    def stream(self) -> IO[bytes]:
        """The bytes, in reads of any size."""
        return io.BufferedReader(_RawStream(self), BUFFER)

    def read(self) -> bytes:
        """The next bytes.

        Raises:
            InputError: They are damaged, not what the name says, or more than is held for harmless.
        """
        source = self.source
        data = self._next()
        if self._is_first:
            self._is_first = False
            data = self._begin(data)
        self._watch(data)
        if source.row.rdf in (RdfFormat.TURTLE, RdfFormat.TRIG) and not self.labels_look_generated:
            self.labels_look_generated = b"_:" in data and _GENERATED.search(self._tail + data) is not None
        self._tail = data[-_OVERLAP:]
        return data

    def _next(self) -> bytes:
        """The next bytes of the text, in UTF-8 if it is XML."""
        return self._piece() if self._xml is None else self._in_utf8(self._xml)

    def _in_utf8(self, xml: XmlInUtf8) -> bytes:
        """The next bytes of XML in UTF-8; more are read where these are too few to tell the encoding."""
        while True:
            data = self._piece()
            text = xml.feed(data, is_last=not data)
            if text or not data:
                return text

    def _watch(self, data: bytes) -> None:
        """Show the next bytes, or the end, to those who look at them before the parser."""
        for watch in (self._guard, self._drops):
            if watch is None:
                continue
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

    def _piece(self) -> bytes:
        """The next bytes of the expanded file."""
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
        if self.source.compression and self._read > EXPANSION_FROM:
            self._refuse_bomb()
        if self.source.compression and not data and not self._raw.count:
            raise self._damaged(EOFError())  # compressed nothing has a head (RFC 1952, 2.3; RFC 8878, 3.1)
        return data

    def _damaged(self, error: Exception) -> InputError:
        if isinstance(error, OSError) and error.errno:
            return unreadable(self.source.path, error)
        if isinstance(error, EOFError):
            return InputError(
                f"{self.source.name}: the compressed data ends early", hint="the file is incomplete: fetch it again"
            )
        return InputError(f"{self.source.name}: the compressed data is damaged", hint="fetch the file again")

    def _begin(self, data: bytes) -> bytes:
        while BYTE_ORDER_MARK.startswith(data) and (more := self._next()):  # a pipe may give a byte at a time
            data += more
        for mark, what, hint in _MARKS:
            if data.startswith(mark):
                raise InputError(
                    f"{self.source.name}: its first bytes are those of {what}, not of {self._expected()}", hint=hint
                )
        return data.removeprefix(BYTE_ORDER_MARK)

    def _expected(self) -> str:
        return f"{self.source.row.media_type} in UTF-8"

    def _refuse_bomb(self) -> None:
        if self._read > MOST_EXPANDED or self._read > EXPANSION.limit * max(self._raw.count, 1):
            raise InputError(
                f"{self.source.name}: {self._raw.count:,} compressed bytes became more than {self._read:,}:"
                f" a decompression bomb (bound: {EXPANSION.name})",
                hint="if you trust the file, unpack it, and give the unpacked file",
            )


class _RawStream(io.RawIOBase):
    """A reader as the raw part of a buffered stream."""

    def __init__(self, reader: SourceReader) -> None:
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


def _opened(path: str) -> IO[bytes]:
    if path == STDIN:
        return sys.stdin.buffer
    try:
        return open_input(Path(path))
    except OSError as error:
        raise unreadable(path, error) from error


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
