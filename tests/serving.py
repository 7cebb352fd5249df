"""Helpers for tests of the server: a folder of a small site, and `scograph serve` as a child process."""

from __future__ import annotations

import atexit
import hashlib
import http.client
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from scograph.build import BuildOptions, build
from scograph.manifest import Entry, Manifest, read_manifest
from scograph.project import Project

BASE = "https://w3id.org/scograph/"
SECONDS_TO_START = 60
MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "nq": "application/n-quads",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "csv": "text/csv; charset=utf-8; header=present",
    "rq": "application/sparql-query",
    "json": "application/sparql-results+json",
    "svg": "image/svg+xml",
    "css": "text/css; charset=utf-8",
    "gz": "application/gzip",
}
TWINS = {form: MEDIA_TYPES[form].partition(";")[0] for form in ("html", "ttl", "nt", "jsonld", "rdf", "csv")}
KAZ = f"{BASE}id/state/kaz"
_LINE = f'<{KAZ}> <http://www.w3.org/2000/01/rdf-schema#label> "Kazakhstan"@en .\n'
SITE: dict[str, str] = {
    "index.html": '<!doctype html><html lang="en"><head><title>Start</title></head><body>start</body></html>',
    "ru/index.html": '<!doctype html><html lang="ru"><head><title>Начало</title></head><body>начало</body></html>',
    "404.html": '<!doctype html><html lang="en"><head><title>Not found</title></head><body>nothing here</body></html>',
    "about.html": '<!doctype html><html lang="en"><head><title>About</title></head><body>about</body></html>',
    "ru/about.html": '<!doctype html><html lang="ru"><head><title>О графе</title></head><body>о графе</body></html>',
    "id/state/kaz.html": (
        '<!doctype html><html lang="en"><head><title>Kazakhstan</title>'
        '<link rel="alternate" hreflang="ru" href="../../ru/id/state/kaz.html">'
        f'<link rel="cite-as" href="{KAZ}"><link rel="type" href="{BASE}ontology#State">'
        "</head><body>" + "Kazakhstan " * 100 + "</body></html>"
    ),
    "ru/id/state/kaz.html": '<!doctype html><html lang="ru"><head><title>Казахстан</title></head><body></body></html>',
    "id/state/kaz.ttl": _LINE,
    "id/state/kaz.nt": _LINE,
    "id/state/kaz.jsonld": json.dumps({"@id": KAZ, "http://www.w3.org/2000/01/rdf-schema#label": "Kazakhstan"}),
    "id/state/kaz.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
    "id/state/kaz.csv": "subject,property,value\r\n",
    "question/01-states.html": '<!doctype html><html lang="en"><head><title>States</title></head></html>',
    "question/01-states.rq": f"# Which states are there?\nSELECT ?state {{ ?state a <{BASE}ontology#State> }}",
    "assets/site.css": "body { margin: 0 }",
    "large.ttl": "# a file that is held open, not in memory\n" * 40_000,
}


@cache
def _exports() -> Path:
    """The built-in project, published without its site once in this process."""
    folder = Path(tempfile.mkdtemp(prefix="scograph-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return build(Project.builtin(), folder / "dist", options=BuildOptions(0)).folder


def built(folder: Path) -> Path:
    """The built-in project, published into a folder without its site: the tests bring pages that they know."""
    return Path(shutil.copytree(_exports(), folder))


def with_site(folder: Path, files: Mapping[str, str], without: str = "") -> Path:
    """A built folder with files put into it, and into its manifest; one may be taken out."""
    manifest = read_manifest((folder / "manifest.json").read_bytes(), "manifest.json")
    entries = {entry.path: entry for entry in manifest.entries if entry.path != without}
    for path, text in files.items():
        data = text.encode()
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
        media_type = MEDIA_TYPES[path.rpartition(".")[2]]
        entries[path] = Entry(path, media_type, len(data), hashlib.sha256(data).hexdigest())
    rows = tuple(sorted(entries.values(), key=lambda entry: entry.path))
    whole = Manifest(
        rows, manifest.name, manifest.version, manifest.date, manifest.previous, canonical=manifest.canonical
    )
    (folder / "manifest.json").write_bytes(whole.to_bytes())
    return folder


def replaced(folder: Path, files: Mapping[str, str], without: str = "") -> None:
    """Put another build in a folder's place, as `scograph build` does: beside it, then swapped."""
    beside = folder.with_name(folder.name + "-next")
    old = folder.with_name(folder.name + "-old")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(folder, beside)
    with_site(beside, files, without)
    folder.rename(old)
    beside.rename(folder)
    shutil.rmtree(old)


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    def links(self, relation: str) -> list[str]:
        found = []
        for value in self.headers.get_all("link") or []:
            for target, rest in re.findall(r"<([^>]*)>((?:\s*;\s*[a-z]+=\"[^\"]*\")*)", value):
                if f'rel="{relation}"' in rest:
                    found.append(target)
        return found


@dataclass(slots=True)
class Running:
    """A server that runs.

    Args:
        process: Its process.
        host: Where it listens.
        port: The same.
        said: What it said on standard error.
    """

    process: subprocess.Popen[bytes]
    host: str
    port: int
    said: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, timeout: float = 60, **headers: str
    ) -> Response:
        return self._ask("", path, method, body, timeout, headers)

    def ask_host(self, host: str, path: str, **headers: str) -> Response:
        """A GET that names another host than the one that it goes to."""
        return self._ask(host, path, "GET", None, 60, headers)

    def _ask(  # noqa: PLR0913, PLR0917 -- the parts of a request
        self, host: str, path: str, method: str, body: bytes | None, timeout: float, headers: Mapping[str, str]
    ) -> Response:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True, skip_host=bool(host))
            if host:
                connection.putheader("Host", host)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            got = connection.getresponse()
            return Response(got.status, got.headers, got.read())
        finally:
            connection.close()

    def query(self, text: str, accept: str = "application/sparql-results+json", **headers: str) -> Response:
        return self.ask(
            "/sparql", "POST", text.encode(), Content_Type="application/sparql-query", Accept=accept, **headers
        )

    def health(self) -> dict[str, object]:
        said: dict[str, object] = json.loads(self.ask("/-/health").body)
        return said

    def children(self) -> list[int]:
        """The numbers of its workers."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text("utf-8")
        return [int(number) for number in found.split()]

    def hear(self, words: str, seconds: float = 60) -> None:
        """Wait for a line on standard error that has these words."""
        until = time.monotonic() + seconds
        while not self.said or words not in self.said[-1]:
            self.said.append(_line(self.process, until, self.said))

    def stop(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=60)


def resident(process: int) -> int:
    """KiB of memory that a process holds."""
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    match = re.search(r"VmRSS:\s+(\d+)", status)
    return int(match[1]) if match else 0


def _line(process: subprocess.Popen[bytes], until: float, said: list[str]) -> str:
    """What a process says next on standard error, which has no buffer here."""
    assert process.stderr
    ready, _, _ = select.select([process.stderr], [], [], max(0.0, until - time.monotonic()))
    line = process.stderr.readline().decode() if ready else ""
    assert line, f"the server said no more than this: {said}"
    return line.rstrip()


@contextmanager
def serving(folder: Path | str, *options: str, cwd: Path | None = None) -> Iterator[Running]:
    """`scograph serve` on a free port of loopback."""
    program = str(Path(sys.executable).with_name("scograph"))
    process = subprocess.Popen(
        [program, "serve", str(folder), "-p", "0", *options],
        stderr=subprocess.PIPE,
        bufsize=0,
        cwd=cwd,
        env=dict(os.environ),
    )
    assert process.stderr
    said: list[str] = []
    try:
        until = time.monotonic() + SECONDS_TO_START
        match = None
        while match is None:
            said.append(_line(process, until, said))
            match = re.search(r"at http://([^:/]+):(\d+)/ ", said[-1] + " ")
        yield Running(process, match[1], int(match[2]), said)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stderr.close()


def eventually(holds: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether something comes to hold within some time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.05)
    return False
