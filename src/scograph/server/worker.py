"""The worker process of a pool: it runs untrusted queries over a read-only store, and may be killed at a limit.

It reads frames from a socket: four bytes of length, then JSON. It answers frames of a kind byte and four bytes of
length: `R` it is ready, `D` a piece of the result, `E` the end, `X` an error. It imports nothing of the project but
`rows`, `sandbox`, `solutions` and `lexical_queries`, so that it starts in the time that Python and the store take.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import sys
from collections.abc import Iterator
from typing import IO, Any, cast

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

sys.path.append(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 -- started with -I, which leaves it out
sys.path.append(os.path.dirname(os.path.dirname(sys.path[-1])))  # noqa: PTH120 -- and the folder that has the package

import rows  # type: ignore[import-not-found]  # as the next

from scograph import sandbox
from scograph.stores.lexical_queries import Answers, InexactQueryError, ask
from scograph.stores.solutions import csv_pieces, ordered_columns

PIECE = 1 << 18
"""About how many bytes a piece of a result has."""
NICE = 5
"""How far a worker stands back for the process that answers requests, where processors are scarce."""
GRACE = 2.0
"""Seconds after the limit in which the parent ends it; then it ends itself."""


class ResultTooLargeError(Exception):
    """The result has more bytes or rows than may be sent."""


class Sender:
    """A writer that sends what it is given as frames, and stops where there is too much.

    Args:
        channel: The socket.
        max_bytes: How many bytes may be sent.
        max_rows: How many rows.
        form: The form of the result.
    """

    def __init__(self, channel: socket.socket, max_bytes: int, max_rows: int, form: str) -> None:
        self._channel = channel
        self._left = max_bytes
        self._counter = rows.RowCounter(form, max_rows)
        self._pieces: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        """Take bytes; Oxigraph gives them in pieces of some kilobytes."""
        self._left -= len(data)
        if self._left < 0:
            raise ResultTooLargeError("bytes")
        piece = bytes(data)
        if self._counter.is_over(piece):
            raise ResultTooLargeError("rows")
        self._pieces.append(piece)
        self._size += len(data)
        if self._size >= PIECE:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Send what was taken."""
        self.end(b"")

    def end(self, last: bytes) -> None:
        """Send what was taken and a last frame, at once."""
        head = b"D" + struct.pack("!I", self._size) if self._size else b""
        self._channel.sendall(b"".join((head, *self._pieces, last)))
        self._pieces, self._size = [], 0


def frame(kind: bytes, data: bytes) -> bytes:
    """A frame."""
    return kind + struct.pack("!I", len(data)) + data


def receive(channel: socket.socket) -> bytes:
    """Receive a frame; nothing if the other side is gone."""
    head = _exactly(channel, 4)
    return _exactly(channel, struct.unpack("!I", head)[0]) if head else b""


def _exactly(channel: socket.socket, size: int) -> bytes:
    pieces = bytearray()
    while len(pieces) < size:
        piece = channel.recv(size - len(pieces))
        if not piece:
            return b""
        pieces += piece
    return bytes(pieces)


def answer(store: Store, job: dict[str, Any], channel: socket.socket, statm: int) -> None:
    """Run one query and send its result, or the error that it has."""
    sender = Sender(channel, job["maxBytes"], job["maxRows"], job["form"])
    try:
        graphs, named = _graphs(job["defaultGraphs"]), _graphs(job["namedGraphs"])
        base = job["base"] or ""
        query = ordered_columns(job["query"], base=base or None)
        predicates = frozenset(job["written"])
        results = ask(store, query, predicates, base=base, default_graph=graphs, named_graphs=named)
        write_results(results, job, sender)
    except ResultTooLargeError as error:
        channel.sendall(_error(f"too many {error}", ""))
    except SyntaxError as error:
        channel.sendall(_error("syntax", error.msg or str(error)))
    except InexactQueryError as error:
        channel.sendall(_error("inexact", f"{error.start} {error}"))
    except (ValueError, OSError, RuntimeError, OverflowError, MemoryError) as error:
        channel.sendall(_error(type(error).__name__, str(error)))
    else:
        sender.end(frame(b"E", b"%d" % sandbox.resident(statm)))


def _graphs(iris: list[str] | None) -> list[Any] | None:
    return None if iris is None else [NamedNode(iri) for iri in iris]


def _error(kind: str, message: str) -> bytes:
    return frame(b"X", json.dumps({"kind": kind, "message": message}).encode())


def write_results(results: Answers, job: dict[str, Any], sender: Sender) -> None:
    """Write a result in the form that was asked for."""
    form = job["form"]
    if isinstance(results, QuerySolutions | QueryBoolean):
        result_format = QueryResultsFormat.from_extension(form)
        if result_format is None:
            raise ValueError(f"the result cannot be written as {form}")
        if result_format == QueryResultsFormat.CSV and isinstance(results, QuerySolutions):
            for piece in csv_pieces(results):
                sender.write(piece)
            return
        results.serialize(cast("IO[bytes]", sender), format=result_format)
        return
    rdf_format = RdfFormat.from_extension(form)
    if rdf_format is None or rdf_format.file_extension != form:
        raise ValueError(f"the result cannot be written as {form}")
    prefixes = dict(job["prefixes"]) or None
    serialize(_counted(results, job["maxRows"]), cast("IO[bytes]", sender), format=rdf_format, prefixes=prefixes)


def _counted(triples: QueryTriples | Iterator[Triple], max_rows: int) -> Iterator[Triple]:
    for count, triple in enumerate(triples):
        if max_rows and count >= max_rows:
            raise ResultTooLargeError("rows")
        yield triple


def main(descriptor: int, store_path: str, memory: int) -> None:
    """Open the store, give up what is not needed, and answer until the socket is closed.

    Args:
        descriptor: The socket.
        store_path: The store.
        memory: Bytes that it may take beyond what it has when it starts; 0 for any number.
    """
    parent = os.getppid()
    held = ["ends with its parent"] if sandbox.die_with_parent() else []
    if os.getppid() != parent:
        return
    os.nice(NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    channel = socket.socket(fileno=descriptor)
    store = Store.read_only(store_path)
    next(store.quads_for_pattern(None, None, None), None)
    statm = sandbox.open_statm()
    held += sandbox.bound_resources(memory, statm)
    if sandbox.refuse_calls():
        held.append("no network, no programs (seccomp)")
    channel.sendall(frame(b"R", json.dumps({"protections": held, "resident": sandbox.resident(statm)}).encode()))
    while data := receive(channel):
        job = json.loads(data)
        sandbox.end_after(job["seconds"] + GRACE)
        answer(store, job, channel, statm)
        sandbox.end_after(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
