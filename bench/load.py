"""Loading beside the bare transfer, into each store: make bench-load.

    python -m bench.load [--sizes 100k,1M] [--stores oxigraph,fuseki,rdf4j,virtuoso] [--runs 3]

Each run starts an empty store on loopback. The bare transfer is `curl -T` of the same N-Triples with the same verb to
the same graph; ours is `scograph load FILE --graph`, as a whole process that reads back what it sent. Then the same
load again, which has nothing to send. The table goes to bench/results/.
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
    path = folder / f"{number}.nt"
    with path.open("w", encoding="utf-8") as file:
        for i in range(number):
            subject, turn = f"https://example.org/id/{i // 4}", i % 4
            value = (f'"label {i}"@en', f'"{i}"', f"<https://example.org/id/{i // 3}>", f'"text of {i}"')[turn]
            file.write(f"<{subject}> <https://example.org/p{turn}> {value} .\n")
    return path


def _measured(kind: str, size: str, data: Path, folder: Path, runs: int) -> dict[str, float | str]:
    found: dict[str, list[float]] = {}
    for run in range(runs):
        for name in ("bare", "ours"):
            server = Server(kind, folder / f"{kind}-{size}-{run}-{name}", java=())
            server.start()
            try:
                store = server.open()
                doors = store.profile.graphs
                store.close()
                if name == "bare":
                    _costs(found, "bare", server, lambda doors=doors, server=server: _curl(server, doors, data))
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


def _curl(server: Server, doors: str, data: Path) -> None:
    who = ["--digest", "-u", f"{DBA.user}:{DBA.password}"] if server.credentials else []
    command = ["curl", "-sS", "-f", *who, "-T", str(data), "-H", "Content-Type: application/n-triples"]
    subprocess.run([*command, "-o", os.devnull, f"{doors}?graph={GRAPH}"], check=True)


def _ours(server: Server, data: Path) -> None:
    environment = {**os.environ, "SCOGRAPH_STORE_USER": DBA.user, "SCOGRAPH_STORE_PASSWORD": DBA.password}
    if not server.credentials:
        del environment["SCOGRAPH_STORE_USER"]
    command = [sys.executable, "-m", "scograph", "load", server.address, str(data), "--graph", GRAPH]
    subprocess.run(command, check=True, env=environment, stderr=subprocess.DEVNULL)


def _table(rows: list[dict[str, float | str]]) -> str:
    heads = ("store", "triples", "bare s", "load s", "ratio", "client CPU / store CPU", "reload s", "reload / load")
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for row in rows:
        value = {name: float(number) for name, number in row.items() if name not in ("store", "size")}
        ratio = value["load wall"] / value["bare wall"]
        client = value["load client cpu"] / max(value["load store cpu"], 0.01)
        again = value["reload wall"] / value["load wall"]
        cells = (row["store"], row["size"], f"{value['bare wall']:.2f}", f"{value['load wall']:.2f}", f"{ratio:.2f}")
        rest = (f"{client:.2f}", f"{value['reload wall']:.2f}", f"{again:.3f}")
        lines.append(f"| {' | '.join(map(str, (*cells, *rest)))} |")
    aims = (
        f"To reach: ratio ≤ {MOST_RATIO}, client ≤ {MOST_CLIENT} of the store's processor time, reload ≤ {MOST_RELOAD}."
    )
    return "\n".join([*lines, "", aims, ""])


if __name__ == "__main__":
    sys.exit(main())
