"""Loading beside the bare transfer, into each store: make bench-load.

    python -m bench.load [--sizes 100k,1M] [--stores oxigraph,fuseki,rdf4j,virtuoso] [--runs 3]

Each run starts an empty store on loopback. The bare transfer is `curl -T` of the same N-Triples with the same verb to
the same graph, in pieces where ours sends pieces, and `curl` of the same graph back, since ours reads back too:
`scograph load FILE --graph`, as a whole process. Then the same load again, which has nothing to send. Beside wall time
stands the processor time of client and store together, which other work on the machine disturbs less. The table goes to
bench/results/.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.check import HERE, RESULTS

sys.path.insert(0, str(HERE.parent / "tests"))
from store_servers import DBA, Server, bring_jars

SIZES = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000, "5M": 5_000_000}
STORES = ("oxigraph", "fuseki", "rdf4j", "virtuoso")
GRAPH = "https://example.org/bench"
MOST_RATIO, MOST_CLIENT, MOST_RELOAD = 1.2, 0.25, 0.03
"""The figures to reach: time to the bare transfer's, client's to the store's processor time, reload's to the load's."""
HEAP = "-Xmx3g"
"""RDF4J keeps a transaction in memory: a PUT of a million triples took 3 minutes in this, and over 12 in 600 MB."""
_TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100k,1M")
    parser.add_argument("--stores", default=",".join(STORES))
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    rows = []
    if {"fuseki", "rdf4j"} & set(args.stores.split(",")):
        bring_jars()
    with tempfile.TemporaryDirectory() as folder:
        for size in args.sizes.split(","):
            data = _data(Path(folder), SIZES[size])
            for kind in args.stores.split(","):
                rows.append(_measured(kind, size, data, Path(folder), args.runs))
                print(json.dumps(rows[-1]), flush=True)
    text = _table(rows)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"load-{datetime.now(UTC):%Y-%m-%d}"
    path.with_suffix(".json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    path.with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)
    return 0


def _data(folder: Path, number: int) -> Path:
    """N-Triples as ours sends them, sorted: the order in which a store meets terms is part of what a load costs it."""
    path = folder / f"{number}.nt"
    lines = []
    for i in range(number):
        subject, turn = f"https://example.org/id/{i // 4}", i % 4
        value = (f'"label {i}"@en', f'"{i}"', f"<https://example.org/id/{i // 3}>", f'"text of {i}"')[turn]
        lines.append(f"<{subject}> <https://example.org/p{turn}> {value} .\n".encode())
    path.write_bytes(b"".join(sorted(lines)))
    return path


def _measured(kind: str, size: str, data: Path, folder: Path, runs: int) -> dict[str, float | str]:
    found: dict[str, list[float]] = {}
    for run in range(runs):
        for name in ("bare", "ours"):
            server = Server(kind, folder / f"{kind}-{size}-{run}-{name}", java=(HEAP,))
            server.start()
            try:
                store = server.open()
                doors, most = store.profile.graphs, store.profile.chunk
                store.close()
                if name == "bare":
                    graph = f"{doors}?graph={GRAPH}"
                    pieces = _pieces(data, most)
                    _costs(found, "bare", server, lambda to=graph, server=server, sent=pieces: _put(server, to, sent))
                    _costs(found, "back", server, lambda to=graph, server=server: _get(server, to))
                else:
                    _costs(found, "load", server, lambda server=server: _ours(server, data))
                    _costs(found, "reload", server, lambda server=server: _ours(server, data))
            finally:
                server.stop()
    return {"store": kind, "size": size, **{name: round(median(values), 3) for name, values in found.items()}}


def _costs(found: dict[str, list[float]], name: str, server: Server, run: Callable[[], None]) -> None:
    """Wall time, and the processor time of the client and of the store."""
    assert server.process is not None  # noqa: S101 -- for the type checker: it runs
    pid = server.process.pid
    store, client, wall = _cpu(pid), sum(os.times()[2:4]), time.perf_counter()
    run()
    found.setdefault(f"{name} wall", []).append(time.perf_counter() - wall)
    found.setdefault(f"{name} client cpu", []).append(sum(os.times()[2:4]) - client)
    found.setdefault(f"{name} store cpu", []).append(_cpu(pid) - store)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _pieces(data: Path, most: int) -> list[Path]:
    """The file, or what it is cut into where a store takes no request of its size."""
    if not most or data.stat().st_size <= most:
        return [data]
    for old in data.parent.glob(f"{data.stem}-piece-*"):
        old.unlink()
    cut = ["split", "--line-bytes", str(most), "--additional-suffix=.nt", str(data), f"{data.with_suffix('')}-piece-"]
    subprocess.run(cut, check=True)
    return sorted(data.parent.glob(f"{data.stem}-piece-*"))


def _put(server: Server, graph: str, pieces: list[Path]) -> None:
    """The first takes the graph's place, and the others are added."""
    for number, piece in enumerate(pieces):
        verb = ("-X", "POST") if number else ()
        _curl(server, *verb, "-T", str(piece), "-H", "Content-Type: application/n-triples", graph)


def _get(server: Server, graph: str) -> None:
    _curl(server, "-H", "Accept: application/n-triples", graph)


def _curl(server: Server, *words: str) -> None:
    who = ["--digest", "-u", f"{DBA.user}:{DBA.password}"] if server.credentials else []
    command = ["curl", "-sS", "-f", *who, "-o", os.devnull, *words]
    subprocess.run(command, check=True)


def _ours(server: Server, data: Path) -> None:
    environment = {**os.environ, "SCOGRAPH_STORE_USER": DBA.user, "SCOGRAPH_STORE_PASSWORD": DBA.password}
    if not server.credentials:
        del environment["SCOGRAPH_STORE_USER"]
    command = [sys.executable, "-m", "scograph", "load", server.address, str(data), "--graph", GRAPH]
    subprocess.run(command, check=True, env=environment, stderr=subprocess.DEVNULL)


def _table(rows: list[dict[str, float | str]]) -> str:
    """Two tables: by the clock, and by the processor time of client and store together."""
    aims = (
        f"To reach: load / bare ≤ {MOST_RATIO}, reload / load ≤ {MOST_RELOAD}, the client's processor time ≤"
        f" {MOST_CLIENT} of the store's. Bare is the PUT alone, back the GET of the same."
    )
    machine = f"load average of the machine {os.getloadavg()[1]:.1f} on {os.cpu_count()} processors"
    clock = _lines(rows, lambda row, name: float(row[f"{name} wall"]))
    busy = _lines(rows, lambda row, name: float(row[f"{name} client cpu"]) + float(row[f"{name} store cpu"]))
    head = "By processor seconds, client and store together:"
    return "\n".join([aims, "", f"By the clock, seconds; {machine}:", "", *clock, "", head, "", *busy, ""])


def _lines(rows: list[dict[str, float | str]], cost: Callable[[dict[str, float | str], str], float]) -> list[str]:
    heads = (
        "store",
        "triples",
        "bare",
        "back",
        "load",
        "load / bare",
        "load / (bare + back)",
        "reload",
        "reload / load",
    )
    lines = [f"| {' | '.join((*heads, 'client / store'))} |", f"|{'---|' * (len(heads) + 1)}"]
    for row in rows:
        bare, back, load, again = (cost(row, name) for name in ("bare", "back", "load", "reload"))
        client = float(row["load client cpu"]) / max(float(row["load store cpu"]), 0.01)
        cells = (f"{bare:.2f}", f"{back:.2f}", f"{load:.2f}", f"{load / bare:.2f}", f"{load / (bare + back):.2f}")
        rest = (f"{again:.2f}", f"{again / load:.3f}", f"{client:.2f}")
        lines.append(f"| {' | '.join((str(row['store']), str(row['size']), *cells, *rest))} |")
    return lines


if __name__ == "__main__":
    sys.exit(main())
