"""How long a store may be silent, what is done then, and how far a load is: told before a store that takes its time."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from programs import shown_on_terminal
from scograph.errors import StoreError
from scograph.stores.http import BYTES_A_SECOND, Body, Http

N_TRIPLES = "application/n-triples"


class Slow(ThreadingHTTPServer):
    """A store that takes what it is given, and answers after some seconds."""

    daemon_threads = True

    def __init__(self, seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seconds = seconds
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Slow

    def log_message(self, *_: object) -> None:
        pass

    def do_PUT(self) -> None:
        self.server.asked.append(self.path)
        self.rfile.read(int(self.headers["content-length"]))
        time.sleep(self.server.seconds)
        self.send_response(204)
        self.end_headers()


@contextmanager
def slow(seconds: float) -> Iterator[Slow]:
    store = Slow(seconds)
    threading.Thread(target=store.serve_forever, daemon=True).start()
    try:
        yield store
    finally:
        store.shutdown()
        store.server_close()


def test_a_store_that_is_silent_is_not_asked_the_same_again_while_it_may_be_at_work() -> None:
    with slow(1.5) as store, closing(Http(store.address, seconds=0.3)) as http:
        with pytest.raises(StoreError, match=r"did not answer in time|no complete answer") as raised:
            http.send("PUT", store.address, body=Body.of(b"small", N_TRIPLES), repeat=True)
        assert "wait, or raise --timeout" in raised.value.hint
        assert len(store.asked) == 1


def test_a_store_may_be_silent_for_longer_the_more_it_was_given() -> None:
    data = b"x" * (BYTES_A_SECOND * 4)
    with slow(0.8) as store, closing(Http(store.address, seconds=0.3)) as http:
        assert http.send("PUT", store.address, body=Body.of(data, N_TRIPLES), repeat=True).is_success


def test_what_goes_is_told_piece_by_piece_and_a_body_can_go_twice() -> None:
    moved: list[tuple[str, int]] = []
    body = Body(N_TRIPLES, 6, lambda: iter((b"abc", b"def")))
    with slow(0) as store, closing(Http(store.address, moved=lambda *told: moved.append(told))) as http:
        for _ in range(2):
            http.send("PUT", store.address, body=body, repeat=True)
    assert moved == [("sent", 3), ("sent", 3)] * 2


def test_how_far_a_load_is_is_told_on_a_terminal(tmp_path: Path) -> None:
    """The store on disk reads the input only; over HTTP the line says also what went and what came back (`stores`)."""
    (tmp_path / "big.nt").write_bytes(b"<x:a> <x:b> <x:c> .\n" * 400_000)
    command = [sys.executable, "-m", "scograph", "load", "big.store", "big.nt"]
    said = shown_on_terminal(command, cwd=tmp_path)
    assert re.search(r"\d+ MB of 8 · \d+ s left · [\d.]+ MB/s", said)
