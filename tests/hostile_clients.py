"""Hostile HTTP clients: each attacks a server by one means, from one loopback address, until it is stopped.

As a program: `python tests/hostile_clients.py MEANS HOST PORT ADDRESS`; it goes on until it is killed, and writes a
dot to standard output for each round.
"""

from __future__ import annotations

import itertools
import random
import resource
import select
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

SECONDS_OF_A_DRIP = 0.5
PIPELINING_CONNECTIONS, PIPELINED = 1200, 40
"""Connections that pipeline, and the queries that each sends at once."""
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
SLOW = f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"
HEAD = "Host: localhost\r\n"


class Client:
    """Connections from one address to a server.

    Args:
        host: The server.
        port: The same.
        source: The address to come from.
    """

    def __init__(self, host: str, port: int, source: str) -> None:
        self._server = (host, port)
        self._source = source

    def neighbours(self) -> Iterator[Client]:
        """Clients at other addresses of loopback, one after another, as many as there are in a /16 of its own."""
        network = int(self._source.rpartition(".")[2])
        for number in itertools.cycle(range(1, 1 << 16)):
            yield Client(*self._server, f"127.{network}.{number >> 8}.{number & 255}")

    def open(self) -> socket.socket:
        """A new connection."""
        return socket.create_connection(self._server, timeout=20, source_address=(self._source, 0))

    def opened(self, count: int) -> list[socket.socket]:
        """As many new connections as there may be, up to a number."""
        found: list[socket.socket] = []
        for _ in range(count):
            try:
                found.append(self.open())
            except OSError:
                break
        return found

    def ask(self, data: bytes, count: int = 1) -> None:
        """Send something on some connections at once, and read what comes back on each."""
        waiting = self.opened(count)
        for connection in list(waiting):
            if not _sent(connection, data):
                waiting.remove(connection)
        until = time.monotonic() + 60
        while waiting and time.monotonic() < until:
            for connection in select.select(waiting, [], [], 1)[0]:
                try:
                    is_over = not connection.recv(1 << 20)
                except OSError:
                    is_over = True
                if is_over:
                    connection.close()
                    waiting.remove(connection)
        for connection in waiting:
            connection.close()


def _sent(connection: socket.socket, data: bytes) -> bool:
    try:
        connection.sendall(data)
    except OSError:
        connection.close()
        return False
    return True


def get(path: str, **headers: str) -> bytes:
    """A GET on a connection that closes."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\n{HEAD}Connection: close\r\n{more}\r\n".encode("latin-1")


def post(body: bytes, media_type: str, **headers: str) -> bytes:
    """A query by POST on a connection that closes."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"POST /sparql HTTP/1.1\r\n{HEAD}Connection: close\r\nContent-Type: {media_type}\r\n{more}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode("latin-1") + body


def _numbers() -> Iterator[int]:
    return itertools.count(random.randrange(1 << 40))  # noqa: S311 -- so that two attackers differ


def slow_queries(client: Client) -> None:
    """Queries that take as long as they may, ten at once."""
    for number in _numbers():
        client.ask(get(f"/sparql?query={quote(SLOW.replace('?n', f'?n{number}'))}"), 10)
        _tried()


def searches(client: Client) -> None:
    """Searches that match everything, ten at once."""
    for number in _numbers():
        client.ask(
            get(f"/search?q={'aeiou'[number % 5]}&size=500&page=1&sort=-label&n={number}", Accept="text/csv"), 10
        )
        _tried()


def wide_pages(client: Client) -> None:
    """Result pages of 2,000 columns in a link of 13 kB, and of 9,000 in a form; and the largest that there are."""
    for number in _numbers():
        values = f"{{ VALUES ?x {{{' 1' * 500}}} }} # {number}"
        narrow = f"SELECT {' '.join(f'?v{n}' for n in range(2000))} {values}"
        rows = f"SELECT {' '.join(f'?v{n}' for n in range(9000))} {values}"
        most = f"SELECT * {{ ?s ?p ?o }} LIMIT 4000 OFFSET {number % 100}"
        client.ask(get(f"/sparql?query={quote(narrow)}", Accept="text/html"), 5)
        client.ask(post(rows.encode(), "application/sparql-query", Accept="text/html"), 5)
        client.ask(get(f"/sparql?query={quote(most)}", Accept="text/html"), 5)
        _tried()


def odd_headers(client: Client) -> None:
    """Accept of 10 kB of escaped quotes, on 100 connections at once."""
    for number in _numbers():
        value = '\\"' * 5000 + str(number)
        client.ask(get("/id/state/kaz", Accept=value, Accept_Language=value, Accept_Encoding="gzip"), 100)
        _tried()


def large_forms(client: Client) -> None:
    """Forms that are long to decode, and are refused after that, on 50 connections at once."""
    for number in _numbers():
        body = b"query=" + b"%41" * 80_000 + b"%d" % number
        client.ask(post(body, "application/x-www-form-urlencoded"), 50)
        _tried()


def long_queries(client: Client) -> None:
    """Queries of nearly 64 KiB that are long to read, on 50 connections at once."""
    for number in _numbers():
        body = f"SELECT * {{{' ?a ?b ?c .' * 5400}}} # {number}"
        client.ask(post(body.encode(), "application/sparql-query", Accept="text/html"), 50)
        _tried()


def remembered_answers(client: Client) -> None:
    """The same large files again and again, each time with another query and header, compressed."""
    numbers = _numbers()
    while True:
        with client.open() as connection:
            connection.settimeout(20)
            for _ in range(50):
                at_once = [next(numbers) for _ in range(20)]
                lines = (
                    f"HEAD /{path}?n={n} HTTP/1.1\r\n{HEAD}Accept: x/{n}, */*\r\nAccept-Encoding: gzip\r\n\r\n"
                    for n, path in zip(at_once, itertools.cycle(("ontology.ttl", "none", "", "sparql-", "void.ttl")))
                )
                if not _sent(connection, "".join(lines).encode()):
                    break
                got = b""
                try:
                    while got.count(b"HTTP/1.1 ") < len(at_once) and (piece := connection.recv(1 << 16)):
                        got += piece
                except OSError:
                    break
        _tried()


def trailers(client: Client) -> None:
    """Requests whose trailers never end: many, and a long one."""
    head = (
        f"POST /sparql HTTP/1.1\r\n{HEAD}Content-Type: application/sparql-query\r\n"
        "Transfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n"
    )
    for number in _numbers():
        for connection in client.opened(20):
            with connection:
                if _sent(connection, head.encode()):
                    line = f"X-{number}: {'y' * 60}\r\n" * 1000 if number % 2 else "z" * 100_000
                    for _ in range(50):
                        if not _sent(connection, line.encode()):
                            break
        _tried()


def upgrades(client: Client) -> None:
    """Requests that ask for another protocol, with a request in their body."""
    inner = f"GET /-/metrics HTTP/1.1\r\n{HEAD}\r\n".encode()
    head = (
        f"POST /sparql HTTP/1.1\r\n{HEAD}Connection: Upgrade, close\r\nUpgrade: h2c\r\n"
        f"Content-Type: application/sparql-query\r\nContent-Length: {len(inner)}\r\n\r\n"
    )
    while True:
        client.ask(head.encode() + inner, 20)
        _tried()


def dripping_bodies(client: Client) -> None:
    """Up to 250 connections whose bodies come a byte at a time, some for what is answered at once."""
    held: list[socket.socket] = []
    heads = (
        f"GET /about HTTP/1.1\r\n{HEAD}Content-Length: 100000\r\n\r\n",
        f"POST /about HTTP/1.1\r\n{HEAD}Content-Length: 100000\r\n\r\n",
        f"POST /sparql HTTP/1.1\r\n{HEAD}Content-Type: application/sparql-query\r\nContent-Length: 60000\r\n\r\n",
        f"GET / HTTP/1.1\r\n{HEAD}X: ",
    )
    while True:
        for connection in client.opened(250 - len(held)):
            if _sent(connection, heads[len(held) % len(heads)].encode()):
                held.append(connection)
        held = [connection for connection in held if _sent(connection, b"x")]
        _tried()
        time.sleep(SECONDS_OF_A_DRIP)


def slow_readers(client: Client) -> None:
    """Large results that are read a little at a time, on 20 connections."""
    held: list[socket.socket] = []
    numbers = _numbers()
    while True:
        for connection in client.opened(20 - len(held)):
            query = f"SELECT * {{ ?a ?b ?c . ?d ?e ?f }} LIMIT 99999 OFFSET {next(numbers) % 1000}"
            if _sent(connection, get(f"/sparql?query={quote(query)}")):
                held.append(connection)
        for connection in list(held):
            try:
                connection.settimeout(0.01)
                is_over = not connection.recv(1000)
            except TimeoutError:
                is_over = False
            except OSError:
                is_over = True
            if is_over:
                connection.close()
                held.remove(connection)
        _tried()
        time.sleep(SECONDS_OF_A_DRIP)


def pipelined_queries(client: Client) -> None:
    """Forty queries at once that take as long as they may, on each of 1,200 connections of one address."""
    _pipeline(itertools.repeat(client))


def pipelined_queries_of_many(client: Client) -> None:
    """The same, with each connection from another address."""
    _pipeline(client.neighbours())


def _pipeline(sources: Iterator[Client]) -> None:
    """Hold 1,200 connections that each have forty queries on their way; one that ends begins anew."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    numbers = _numbers()
    with selectors.DefaultSelector() as held:
        while True:
            begun = 0
            while len(held.get_map()) < PIPELINING_CONNECTIONS and begun < PIPELINING_CONNECTIONS:
                begun += 1
                opened = next(sources).opened(1)
                if not opened:
                    break
                lines = (
                    f"GET /sparql?query={quote(SLOW.replace('?n', f'?n{next(numbers)}'))} HTTP/1.1\r\n{HEAD}\r\n"
                    for _ in range(PIPELINED)
                )
                if _sent(opened[0], "".join(lines).encode()):
                    opened[0].setblocking(False)  # noqa: FBT003 -- the library's signature
                    held.register(opened[0], selectors.EVENT_READ)
            for key, _ in held.select(SECONDS_OF_A_DRIP):
                connection = key.fileobj
                assert isinstance(connection, socket.socket)
                try:
                    is_over = not connection.recv(1 << 16)
                except BlockingIOError:
                    is_over = False
                except OSError:
                    is_over = True
                if is_over:
                    held.unregister(connection)
                    connection.close()
            _tried()
            time.sleep(SECONDS_OF_A_DRIP / 10)


def _tried() -> None:
    sys.stdout.write(".")
    sys.stdout.flush()


MEANS: dict[str, Callable[[Client], None]] = {
    made.__name__: made
    for made in (
        slow_queries,
        searches,
        wide_pages,
        odd_headers,
        large_forms,
        long_queries,
        remembered_answers,
        trailers,
        upgrades,
        dripping_bodies,
        slow_readers,
        pipelined_queries,
        pipelined_queries_of_many,
    )
}


@contextmanager
def attacking(
    host: str, port: int, means: str, *sources: str, counts: bool = False
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Attack a server by one means from some addresses, by a process for each, as long as the block lasts.

    Where it counts, `tried` says afterwards what they did.
    """
    told = subprocess.PIPE if counts else subprocess.DEVNULL
    running = [
        subprocess.Popen([sys.executable, __file__, means, host, str(port), source], stdout=told) for source in sources
    ]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
        for process in running:
            process.wait()


def tried(attackers: list[subprocess.Popen[bytes]]) -> int:
    """How often attackers that ended did what they do."""
    count = 0
    for process in attackers:
        if process.stdout:
            with process.stdout as said:
                count += len(said.read())
    return count


def main() -> None:
    """Attack until killed."""
    means, host, port, source = sys.argv[1:]
    client = Client(host, int(port), source)
    while True:
        try:
            MEANS[means](client)
        except OSError:
            time.sleep(0.1)


if __name__ == "__main__":
    main()
