"""A server while one address, or three, do their worst: memory, pages of others, queries of others, in numbers.

    python tests/proof/server_under_attack.py [--seconds 10] [MEANS ...]

Each means of `tests/hostile_clients.py` is tried from one loopback address and from three; other clients have another
address. It prints a row for each, and exits with 1 if one is beyond its limit.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import hostile_clients
from serving import SITE, Running, built, resident, serving, with_site

MAX_GROWTH = 64 << 10
"""KiB that the process of the server may hold more at its height than after it was warmed up."""
MAX_PAGE_SECONDS = 0.5
"""In which 95 of 100 pages of others have to be answered."""
MIN_ANSWERED = 0.9
"""The share of the queries of others that has to be answered with 200."""
BEYOND_PROMISE = frozenset({"pipelined_queries_of_many"})
"""Attacks from more addresses than the promise is about: the server has to hold its memory and to live on."""
MAX_GROWTH_BEYOND = 128 << 10
"""KiB that it may hold more at its height under such an attack."""
OTHER, WARMING = "127.0.0.9", "127.0.0.8"
PAGES = ("/", "/id/state/kaz.ttl", "/about", "/doc/id/state/kaz", "/search?q=kaz")


@dataclass(slots=True)
class Seen:
    """What others saw, and what the server held."""

    pages: list[float] = field(default_factory=list)
    failed_pages: int = 0
    queries: list[int] = field(default_factory=list)
    query_seconds: list[float] = field(default_factory=list)
    searches: list[int] = field(default_factory=list)
    highest: int = 0


def processor(server: Running) -> float:
    """Seconds of processors that the process of a server has used."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def asked(server: Running, path: str, source: str = OTHER) -> int:
    """The status of one request on a connection of its own; 0 for none."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=30, source_address=(source, 0))
    try:
        connection.request("GET", path)
        got = connection.getresponse()
        got.read()
    except (OSError, http.client.HTTPException):
        return 0
    else:
        return got.status
    finally:
        connection.close()


def look(server: Running, seen: Seen, ended: threading.Event) -> list[threading.Thread]:
    """Others, each in a thread: one asks for pages, one asks queries, one searches; and the memory is looked at."""

    def pages() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            began = time.monotonic()
            status = asked(server, PAGES[number % 4])
            seen.pages.append(time.monotonic() - began)
            seen.failed_pages += status not in (200, 303)
            time.sleep(0.02)

    def queries() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            began = time.monotonic()
            seen.queries.append(asked(server, f"/sparql?query=ASK%7B%3Fs%20%3Fp%20{number}%7D"))
            seen.query_seconds.append(time.monotonic() - began)
            time.sleep(0.1)

    def searches() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            seen.searches.append(asked(server, f"/search?q=kaz{number % 7}"))
            time.sleep(0.5)

    def memory() -> None:
        while not ended.wait(0.1):
            seen.highest = max(seen.highest, resident(server.process.pid))

    threads = [threading.Thread(target=work) for work in (pages, queries, searches, memory)]
    for thread in threads:
        thread.start()
    return threads


def measured(server: Running, means: str, count: int, seconds: float) -> tuple[Seen, int]:
    """What others see while some addresses attack, and how much these tried."""
    seen, ended = Seen(), threading.Event()
    sources = [f"127.0.0.{number + 2}" for number in range(count)]
    with hostile_clients.attacking(server.host, server.port, means, *sources, counts=True) as attacking:
        time.sleep(1)
        threads = look(server, seen, ended)
        time.sleep(seconds)
        ended.set()
        for thread in threads:
            thread.join()
    return seen, hostile_clients.tried(attacking)


def share(statuses: list[int]) -> float:
    """The share of answers with 200."""
    return statuses.count(200) / len(statuses) if statuses else 0.0


def say(line: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Measure, print, and say whether the bars hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("means", nargs="*", default=[])
    given = parser.parse_args()
    beyond = 0
    with tempfile.TemporaryDirectory() as place:
        folder = with_site(built(Path(place) / "dist"), SITE)
        say(
            f"{'means':20} from  rounds   pages  p95 s  lost   queries answered  p95 s"
            "  searches answered  MiB, +height  processor"
        )
        for means in given.means or hostile_clients.MEANS:
            for count in (1, 3):
                with serving(folder, "--log", "off") as server:
                    for path in (*PAGES, "/sparql?query=ASK%7B%7D") * 20:
                        asked(server, path, WARMING)
                    before = resident(server.process.pid)
                    began, used = time.monotonic(), processor(server)
                    seen, tried = measured(server, means, count, given.seconds)
                    busy = (processor(server) - used) / (time.monotonic() - began)
                    assert server.process.poll() is None, "the server is gone"
                    health = json.loads(server.ask("/-/health").body)
                    assert asked(server, PAGES[1], WARMING) == 200, "the server does not answer after the attack"
                pages = sorted(seen.pages)[int(len(seen.pages) * 0.95)]
                slow = sorted(seen.query_seconds)[int(len(seen.query_seconds) * 0.95)]
                grown = seen.highest - before
                is_promised = means not in BEYOND_PROMISE
                is_hurt = (
                    pages > MAX_PAGE_SECONDS
                    or seen.failed_pages > 0
                    or share(seen.queries) < MIN_ANSWERED
                    or share(seen.searches) < MIN_ANSWERED
                )
                is_beyond = (
                    (is_promised and is_hurt)
                    or grown > (MAX_GROWTH if is_promised else MAX_GROWTH_BEYOND)
                    or health["status"] != "ok"
                )
                beyond += is_beyond
                say(
                    f"{means:20} {count:4} {tried:6} {len(seen.pages):7} {pages:6.3f} {seen.failed_pages:5}"
                    f" {len(seen.queries):9} {share(seen.queries):8.1%} {slow:6.2f} {len(seen.searches):10}"
                    f" {share(seen.searches):8.1%} {before >> 10:8} {grown >> 10:+5} {busy:10.0%}"
                    + (
                        "   BEYOND"
                        if is_beyond
                        else "   others wait, as from so many addresses they may"
                        if is_hurt
                        else ""
                    )
                )
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())
