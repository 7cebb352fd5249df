"""The server side by side with its own stack's ceiling and with other servers, on loopback: make bench-serve.

    python -m bench.serve [--runs 5] [--seconds 2] [--peers nginx,oxigraph,rdflib-endpoint,fuseki]

The servers run at once and are asked in turn, so that what else the machine does falls on all alike. Told are requests
a second and the processor time of the server for each request, children included; the median of the runs. Then what a
query costs through the workers and in process, and how long others wait while somebody attacks. It needs wrk, and nginx
for the row of that name. The table and all figures go to bench/results/.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from urllib.parse import quote

from pyoxigraph import NamedNode, QueryResultsFormat, RdfFormat, Store, parse

from bench.engines import HERE, SCOGRAPH
from scograph.server.folder import read_folder
from scograph.server.limits import ServerLimits
from scograph.server.pool import WorkerPool
from scograph.server.querypool import Job
from scograph.server.temporary_stores import TemporaryStores

sys.path.insert(0, str(HERE.parent / "tests"))
from store_servers import Server, bring_jars, free_port

RESULTS = HERE / "results"
_TICKS = os.sysconf("SC_CLK_TCK")
_PEERS_VENV = HERE / ".data" / "rdflib-endpoint"
THING = "https://w3id.org/scograph/id/state/kaz"
IRI, NUMBER = "TheIRI", "TheNumber"
ANOTHER = f"SELECT ?p ?o {{ <{IRI}> ?p ?o }} LIMIT {NUMBER}"
"""A lookup that is another each time: no server has seen its text before."""
LOOKUP = f"SELECT ?p ?o {{ <{THING}> ?p ?o }}"
ROWS = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 1000"
JOIN = (
    "PREFIX s: <https://w3id.org/scograph/ontology#> SELECT ?c ?f ?p "
    "{ ?c s:claimSubject ?f ; s:isSupportedBy ?p . ?p s:isPassageOf ?d } LIMIT 100"
)
COUNT = "SELECT ?t (COUNT(*) AS ?n) { ?s a ?t } GROUP BY ?t ORDER BY DESC(?n)"
ATTACK = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
JSON = "application/sparql-results+json"
LEAST_OF_CEILING, MOST_ADDED_MS, LEAST_TIMES_RDFLIB, MOST_UNDER_ATTACK = 0.8, 0.3, 10.0, 3.0
"""The figures to reach."""


@dataclass(frozen=True)
class Peer:
    """A server that runs: its name, its process, and the address of a case."""

    name: str
    pid: int
    address: Callable[[str], str]


CASES: dict[str, tuple[str, dict[str, str]]] = {
    "page": ("/doc/id/state/kaz", {"Accept": "text/html"}),
    "page, gzip": ("/doc/id/state/kaz", {"Accept": "text/html", "Accept-Encoding": "gzip"}),
    "JSON-LD": ("/id/state/kaz.jsonld", {}),
    "304": ("/doc/id/state/kaz", {"Accept": "text/html"}),
    "lookup": (LOOKUP, {"Accept": JSON}),
    "lookup, each another": (ANOTHER, {"Accept": JSON}),
    "join": (JOIN, {"Accept": JSON}),
    "count": (COUNT, {"Accept": JSON}),
    "1,000 rows": (ROWS, {"Accept": JSON}),
}
DOCUMENTS = ("page", "page, gzip", "JSON-LD", "304")


def main() -> int:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--peers", default="nginx,oxigraph,rdflib-endpoint,fuseki")
    parser.add_argument("--folder", help="a built folder with its site; built if none is named")
    args = parser.parse_args()
    if shutil.which("wrk") is None:
        print("wrk is missing: apt-get install wrk", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as place:
        folder = Path(args.folder) if args.folder else built(Path(place))
        rows = _measured(folder, Path(place), args.peers.split(","), args.runs, args.seconds)
        pool = asyncio.run(_through_the_pool(folder))
        attack = _under_attack(folder)
    found = {"requests": rows, "pool": pool, "attack": attack, "load": os.getloadavg()}
    text = _table(found)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"serve-{datetime.now(UTC):%Y-%m-%d}"
    path.with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    path.with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)
    return 0


def built(place: Path) -> Path:
    """Build the built-in project with its site."""
    subprocess.run([SCOGRAPH, "build", "-o", str(place / "dist")], check=True, stderr=subprocess.DEVNULL)
    return place / "dist"


@contextmanager
def ours(folder: Path, *options: str) -> Iterator[tuple[int, int]]:
    """Our server: its process and its port."""
    port = free_port()
    command = [
        SCOGRAPH,
        "serve",
        str(folder),
        "-p",
        str(port),
        "--rate",
        "0",
        "--public",
        "--log",
        os.devnull,
        *options,
    ]
    with _process(command, port) as pid:
        yield pid, port


@contextmanager
def _process(command: list[str], port: int, seconds: float = 120) -> Iterator[int]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + seconds
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command[0]} does not start")
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/")
        connection.getresponse().read()
    except OSError:
        return False
    return True


def _measured(folder: Path, place: Path, peers: list[str], runs: int, seconds: int) -> list[dict[str, float | str]]:
    rows: list[dict[str, float | str]] = []
    with ExitStack() as stack:
        pid, port = stack.enter_context(ours(folder))
        own = Peer("scograph", pid, lambda case: _address(port, case, "/sparql"))
        others = [peer for name in peers for peer in _started(name, folder, place, stack)]
        for case, (_, headers) in CASES.items():
            sent = dict(headers)
            if case == "304":
                sent["If-None-Match"] = _got(own.address(case), headers)[1]["etag"]
            asked = [own]
            if case in DOCUMENTS:
                asked.append(_ceiling(stack, place, own.address(case), sent))
                asked += [peer for peer in others if peer.name == "nginx"]
            else:
                asked += [peer for peer in others if peer.name != "nginx"]
            found: dict[str, list[tuple[float, float]]] = {}
            script = _script(folder, place) if case == "lookup, each another" else None
            for number in range(runs):
                for peer in asked:
                    matching = _own_validator(peer, case, sent)
                    figures = _rate(peer, case, matching, seconds, script, number)
                    found.setdefault(peer.name, []).append(figures)
            for name, measured in found.items():
                rates, costs = zip(*measured, strict=True)
                rows.append(
                    {
                        "case": case,
                        "server": name,
                        "per second": round(median(rates), 1),
                        "cpu ms": round(median(costs), 4),
                    }
                )
                print(json.dumps(rows[-1]), flush=True)
    return rows


def _own_validator(peer: Peer, case: str, sent: dict[str, str]) -> dict[str, str]:
    """For 304 each server is asked with the ETag that it gives."""
    if case != "304" or peer.name == "ceiling":
        return sent
    plain = {name: value for name, value in sent.items() if name != "If-None-Match"}
    return {**plain, "If-None-Match": _got(peer.address(case), plain)[1]["etag"]}


def _address(port: int, case: str, endpoint: str) -> str:
    asked = CASES[case][0]
    return f"http://127.0.0.1:{port}" + (asked if case in DOCUMENTS else f"{endpoint}?query={quote(asked)}")


def _started(name: str, folder: Path, place: Path, stack: ExitStack) -> Iterator[Peer]:
    try:
        yield {"nginx": _nginx, "oxigraph": oxigraph, "rdflib-endpoint": rdflib_endpoint, "fuseki": _fuseki}[name](
            folder, place, stack
        )
    except (OSError, RuntimeError, AssertionError, subprocess.CalledProcessError) as error:
        print(f"{name} is not here: {error}", file=sys.stderr)


def _nginx(folder: Path, place: Path, stack: ExitStack) -> Peer:
    port = free_port()
    (place / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {place}/nginx.pid; error_log {place}/error.log; user root;\n"
        "events { worker_connections 512; }\nhttp { access_log off; default_type text/html; "
        f"client_body_temp_path {place}/b; proxy_temp_path {place}/p; fastcgi_temp_path {place}/f; "
        f"uwsgi_temp_path {place}/u; scgi_temp_path {place}/s; gzip on; gzip_types text/html;\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder.resolve()}; }} }}\n",
        "utf-8",
    )
    pid = stack.enter_context(_process(["nginx", "-c", str(place / "nginx.conf"), "-p", str(place)], port))
    return Peer("nginx", pid, lambda case: _address(port, case, "").replace("/doc/id/state/kaz", "/id/state/kaz.html"))


def oxigraph(folder: Path, place: Path, stack: ExitStack) -> Peer:
    """Start Oxigraph over the data, only to be read."""
    port = free_port()
    store = Store(str(place / "oxigraph"))
    store.bulk_load(path=str(next(folder.glob("*.nq"))), format=RdfFormat.N_QUADS)
    store.flush()
    store.optimize()
    del store
    program = str(Path(sys.executable).with_name("oxigraph"))
    command = [program, "serve-read-only", "--location", str(place / "oxigraph"), "--bind", f"127.0.0.1:{port}"]
    pid = stack.enter_context(_process(command, port))
    return Peer("oxigraph", pid, lambda case: _address(port, case, "/query"))


def rdflib_endpoint(folder: Path, place: Path, stack: ExitStack) -> Peer:
    """Start rdflib-endpoint over the data, installed into an environment of its own."""
    if not (_PEERS_VENV / ".ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(_PEERS_VENV)], check=True)
        pip = [str(_PEERS_VENV / "bin" / "pip"), "install", "--quiet", "rdflib-endpoint[cli,web]"]
        subprocess.run(pip, check=True)
        (_PEERS_VENV / ".ready").touch()
    port = free_port()
    data = place / "data.ttl"
    shutil.copyfile(next(folder.glob("sco.ttl")), data)
    program = str(_PEERS_VENV / "bin" / "rdflib-endpoint")
    pid = stack.enter_context(_process([program, "serve", "--host", "127.0.0.1", "--port", str(port), str(data)], port))
    return Peer("rdflib-endpoint", pid, lambda case: _address(port, case, "/"))


def _fuseki(folder: Path, place: Path, stack: ExitStack) -> Peer:
    bring_jars()
    server = Server("fuseki", place / "fuseki")
    server.start()
    stack.callback(server.stop)
    data = f"@{next(folder.glob('*.nq'))}"
    load = [
        "curl",
        "-sf",
        "-X",
        "PUT",
        "--data-binary",
        data,
        "-H",
        "Content-Type: application/n-quads",
        server.address,
    ]
    subprocess.run(load, check=True, stdout=subprocess.DEVNULL)
    process = server.process
    return Peer("fuseki", process.pid if process else 0, lambda case: _address(server.port, case, "/test/query"))


def _ceiling(stack: ExitStack, place: Path, address: str, headers: dict[str, str]) -> Peer:
    status, said, body = _got(address, headers)
    kept = [(name, value) for name, value in said.items() if name not in ("date", "connection")]
    answer = place / f"{free_port()}.json"
    answer.write_text(json.dumps({"status": status, "headers": kept, "body": base64.b64encode(body).decode()}), "utf-8")
    port = free_port()
    pid = stack.enter_context(_process([sys.executable, "-m", "bench.constant", str(port), str(answer)], port))
    return Peer("ceiling", pid, lambda _: f"http://127.0.0.1:{port}/")


def _got(address: str, headers: dict[str, str], source: str = "127.0.0.1") -> tuple[int, dict[str, str], bytes]:
    host, slash, path = address.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=60, source_address=(source, 0))
    connection.putrequest("GET", slash + path, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    reply = connection.getresponse()
    body = reply.read()
    return reply.status, {name.lower(): value for name, value in reply.getheaders()}, body


def _script(folder: Path, place: Path) -> Path:
    """What makes wrk ask for another thing in each request, with a limit that no request had before."""
    quads = parse(path=str(next(folder.glob("*.nq"))), format=RdfFormat.N_QUADS)
    iris = sorted({quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)})
    listed = ",".join(f'"{quote(iri, safe="").replace("%", "%%")}"' for iri in iris[::3])
    script = place / "another.lua"
    script.write_text(
        f"local iris = {{{listed}}}\nlocal n = 0\nlocal template = nil\n"
        "function init(args) n = 1000 + 1000000 * tonumber(args[1]); template = wrk.path end\n"
        "function request() n = n + 1\n"
        f'  local path = template:gsub("{IRI}", iris[n % #iris + 1]):gsub("{NUMBER}", tostring(n))\n'
        '  return wrk.format("GET", path) end\n',
        "utf-8",
    )
    return script


def _rate(  # noqa: PLR0913, PLR0917 -- what is measured, and how
    peer: Peer, case: str, headers: dict[str, str], seconds: int, script: Path | None = None, number: int = 0
) -> tuple[float, float]:
    """Requests a second, and milliseconds of processor time for each."""
    address = peer.address(case)
    filled = address.replace(IRI, quote(THING, safe="")).replace(NUMBER, "1000")
    status = _got(filled, headers)[0]
    if status not in (200, 304):
        raise RuntimeError(f"{peer.name}: {status} for {case}")
    given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    before = _cpu(peer.pid)
    said = subprocess.run(
        [  # noqa: S607 -- as it is installed
            "wrk",
            "-t1",
            "-c4",
            f"-d{seconds}",
            *given,
            *(("-s", str(script)) if script else ()),
            address,
            *(("--", str(number)) if script else ()),
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    used = _cpu(peer.pid) - before
    if "Non-2xx" in said and case != "304":
        raise RuntimeError(f"{peer.name}: errors in {case}: {said}")
    count = re.search(r"(\d+) requests in", said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if not count or not rate:
        raise RuntimeError(f"{peer.name}: wrk said {said}")
    if not int(count[1]):  # slower than the time it was given: one request alone
        before, began = _cpu(peer.pid), time.perf_counter()
        _got(filled, headers)
        return 1 / (time.perf_counter() - began), (_cpu(peer.pid) - before) * 1000
    return float(rate[1]), used * 1000 / int(count[1])


def _cpu(pid: int) -> float:
    """Processor time of a process and of its children that live."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / _TICKS
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return own + sum(_cpu(int(child)) for child in children)


async def _through_the_pool(folder: Path, rounds: int = 20, times: int = 20) -> list[dict[str, float | str]]:
    """The median time of a query through a worker and in this process, some of each in turn, over the same store."""
    workspace = TemporaryStores()
    rows: list[dict[str, float | str]] = []
    try:
        place = workspace.load(read_folder(folder))
        store = Store.read_only(str(place))
        pool = WorkerPool(place, ServerLimits(workers=1, rows=0), time.monotonic)
        await pool.open()
        for name in ("lookup", "join", "count", "1,000 rows"):
            query, within, through = CASES[name][0], [], []
            for _ in range(rounds):
                for _ in range(times):
                    began = time.perf_counter()
                    whole = store.query(query).serialize(format=QueryResultsFormat.JSON)  # type: ignore[union-attr, call-arg]
                    within.append(time.perf_counter() - began)
                for _ in range(times):
                    began = time.perf_counter()
                    async with pool.run(Job(query, "json")) as pieces:
                        got = b"".join([piece async for piece in pieces])
                    through.append(time.perf_counter() - began)
                    if got != whole:
                        raise RuntimeError(f"{name}: two results")
            rows.append(
                {"case": name, "in process ms": median(within) * 1e3, "through a worker ms": median(through) * 1e3}
            )
        await pool.close()
    finally:
        workspace.close()
    return rows


def _under_attack(folder: Path, seconds: float = 10.0) -> dict[str, float]:
    """The 95th percentile of lookups, in ms: while one other client asks lookups as well, and while it attacks."""
    found: dict[str, float] = {}
    with ours(folder, "--timeout", "2", "--workers", "2") as (_, port):
        numbers = count(1000)
        lookup = ANOTHER.replace(IRI, THING)  # with a limit that is another each time: none comes from memory

        def ask(query: str, source: str = "127.0.0.1") -> int:
            query = query.replace(NUMBER, str(next(numbers)))
            return _got(f"http://127.0.0.1:{port}/sparql?query={quote(query)}", {"Accept": JSON}, source)[0]

        for name, other in (("benign", lookup), ("attack", ATTACK)):
            stopping = threading.Event()

            def ask_others(other: str = other, stopping: threading.Event = stopping) -> None:
                while not stopping.is_set():
                    ask(other, "127.0.0.2")

            thread = threading.Thread(target=ask_others)
            thread.start()
            times, until = [], time.monotonic() + seconds
            while time.monotonic() < until:
                began = time.perf_counter()
                status = ask(lookup)
                times.append((time.perf_counter() - began) * 1e3)
                if status != 200:  # noqa: PLR2004 -- fine
                    raise RuntimeError(f"{status} for a lookup")
            stopping.set()
            thread.join()
            times.sort()
            found[f"p95 {name} ms"] = round(times[int(len(times) * 0.95)], 2)
            found[f"lookups {name}"] = len(times)
    return found


def _table(found: dict[str, object]) -> str:
    rows = found["requests"]
    by_case: dict[str, dict[str, dict[str, float]]] = {}
    for row in rows:  # type: ignore[attr-defined]
        by_case.setdefault(row["case"], {})[row["server"]] = row
    lines = ["# The server beside others\n", f"Load of the machine meanwhile: {found['load']}\n"]
    lines.append(
        "Ours keeps results of GET for who asks the same of a build, up to 64 MiB; "
        "each another is one that it has not.\n"
    )
    lines.append(
        "| case | server | requests/s | processor ms/request | ours to it, by rate | by processor time |"
        "\n|---|---|--:|--:|--:|--:|"
    )
    for case, servers in by_case.items():
        own = servers["scograph"]
        for name, row in servers.items():
            share = row["cpu ms"] / own["cpu ms"] if own["cpu ms"] else 0
            rate = own["per second"] / row["per second"] if row["per second"] else 0
            lines.append(
                f"| {case} | {name} | {row['per second']:,.0f} | {row['cpu ms']:.3f} | {rate:.2f} | {share:.2f} |"
            )
    lines.append("\n| query | in process, ms | through a worker, ms | added |\n|---|--:|--:|--:|")
    for row in found["pool"]:  # type: ignore[attr-defined]
        within, through = row["in process ms"], row["through a worker ms"]
        lines.append(f"| {row['case']} | {within:.3f} | {through:.3f} | {through - within:.3f} |")
    lines.append("\n| others' lookups | |\n|---|--:|")
    lines += [f"| {name} | {value} |" for name, value in found["attack"].items()]  # type: ignore[attr-defined]
    lines.append(
        f"\nTo reach: documents {LEAST_OF_CEILING} of the ceiling; at most {MOST_ADDED_MS} ms added by a worker; "
        f"{LEAST_TIMES_RDFLIB:g} times rdflib-endpoint; {MOST_UNDER_ATTACK:g} times the p95 under attack."
    )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
