"""Servers on loopback that do harm to whoever asks them: answers without end, bombs, drips, lies, bad redirects.

`hostile(answer)` runs one; `ANSWERS` has them by name, each a function that is given the connection after the head of
a request was read, and writes what it likes.
"""

from __future__ import annotations

import functools
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Answer = Callable[[socket.socket, bytes], None]
"""Writes an answer to a connection, given the request's head."""

LINE = b'<urn:x:s> <urn:x:p> "o" .\n'
MIB = 1 << 20
RESULTS = "application/sparql-results+json"
GZIP_START = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""The header of a gzip member without a name or time (RFC 1952, clause 2.3)."""
ZLIB_START = b"\x78\xda"
"""The header of a zlib stream (RFC 1950, clause 2.2)."""


@dataclass
class HostileServer:
    """A running server: its address, and the first lines of the requests that came."""

    address: str
    seen: list[str] = field(default_factory=list)


@contextmanager
def hostile(answer: Answer) -> Iterator[HostileServer]:
    """A server that gives one answer to every request, a connection each."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = HostileServer(f"http://127.0.0.1:{listening.getsockname()[1]}")
    stopped = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(60)
            head = b""
            while b"\r\n\r\n" not in head and (piece := connection.recv(1 << 16)):
                head += piece
            server.seen.append(head.partition(b"\r\n")[0].decode())
            answer(connection, head)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(1 << 16):
                pass

    def accept() -> None:
        while not stopped.is_set():
            with suppress(OSError):
                connection, _ = listening.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        stopped.set()
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def head(status: str = "200 OK", **headers: str) -> bytes:
    """The head of an answer that ends when the connection does."""
    lines = [f"HTTP/1.1 {status}", "Connection: close", *(f"{n.replace('_', '-')}: {v}" for n, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def says(
    body: bytes, media_type: str = "application/sparql-results+json", status: str = "200 OK", **more: str
) -> Answer:
    """An answer of one body."""

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(head(status, Content_Type=media_type, **more) + body)

    return answer


def endless(piece: bytes, media_type: str = "application/n-triples", status: str = "200 OK", **more: str) -> Answer:
    """An answer of the same bytes again and again, as long as anybody reads."""

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(head(status, Content_Type=media_type, **more))
        while True:
            connection.sendall(piece)

    return answer


def drips(text: bytes, seconds: float = 0.05) -> Answer:
    """Bytes that come one by one, and never all of them."""

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(text)
        for _ in range(int(600 / seconds)):
            time.sleep(seconds)
            connection.sendall(b"x")

    return answer


@functools.cache
def compressed_blanks(size: int, coding: str) -> bytes:
    """Many blanks in few bytes: one mebibyte is compressed, and repeated, since no block refers to one before it."""
    blanks, number = b" " * MIB, size // MIB
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    block = packer.compress(blanks) + packer.flush(zlib.Z_FULL_FLUSH)
    start, checksum, value = (GZIP_START, zlib.crc32, 0) if coding == "gzip" else (ZLIB_START, zlib.adler32, 1)
    for _ in range(number):
        value = checksum(blanks, value)
    end = struct.pack("<LL", value, number * MIB) if coding == "gzip" else struct.pack(">L", value)
    return start + block * number + packer.flush() + end


def bomb(size: int, coding: str, media_type: str = RESULTS) -> Answer:
    """An answer of few bytes that become many blanks; it is made when it is first asked for."""

    def answer(connection: socket.socket, _: bytes) -> None:
        body = compressed_blanks(size, coding)
        connection.sendall(head(Content_Type=media_type, Content_Encoding=coding) + body)

    return answer


def overlong(start: bytes, counted: list[int], size: int = 256 * MIB) -> Answer:
    """An answer that goes on after its head, and how many bytes of it were taken."""

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(start)
        for _ in range(size // MIB):
            connection.sendall(b"x" * MIB)
            counted.append(MIB)

    return answer


def redirects(location: str) -> Answer:
    """A redirect."""
    return says(b"", status="307 Temporary Redirect", Location=location)


ANSWERS: dict[str, Answer] = {
    "endless lines": endless(LINE * 4096),
    "endless line": endless(b"x" * (1 << 16)),
    "endless results": endless(b'{"head":' + b" " * (1 << 16), "application/sparql-results+json"),
    "gzip bomb": bomb(256 * MIB, "gzip"),
    "deflate bomb": bomb(256 * MIB, "deflate"),
    "brotli": says(b"\x00" * 100, Content_Encoding="br"),
    "zstd": says(b"\x28\xb5\x2f\xfd" * 100, Content_Encoding="zstd"),
    "two codings": says(b"", Content_Encoding="gzip, gzip"),
    "damaged gzip": says(b"\x1f\x8b" + b"\xff" * 100, Content_Encoding="gzip"),
    "page of open tags": says(b"<head" * 100_000, "text/html", "500 Internal Server Error"),
    "page of open scripts": says(b"<script>" * 100_000, "text/html", "500 Internal Server Error"),
    "endless refusal": endless(b"<" * (1 << 16), "text/html", "500 Internal Server Error"),
    "dripping head": drips(b"HTTP/1.1 200 OK\r\nX-Drip: "),
    "dripping body": drips(head(Content_Type="application/n-triples")),
    "dripping chunk": drips(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;"),
    "redirect to no address": redirects("http://[::1"),
    "redirect with a password": redirects("http://me:secret-password@127.0.0.1:9/"),
    "no rows": says(b'{"head":{"vars":["n"]},"results":{"bindings":[]}}'),
    "three columns": says(
        b'{"head":{"vars":["g","n","x"]},"results":{"bindings":[{"g":{"type":"uri","value":"urn:x:g"},'
        b'"n":{"type":"literal","value":"1"},"x":{"type":"literal","value":"1"}}]}}'
    ),
    "a word as count": says(
        b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"many"}}]}}'
    ),
    "a count of a million digits": says(
        b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"' + b"9" * MIB + b'"}}]}}'
    ),
    "truth": says(b'{"head":{},"boolean":true}'),
    "nothing": says(b""),
    "no HTTP": lambda connection, _: connection.sendall(b"\x00\x1b[31m" * 1000),
    "closes": lambda *_: None,
}
