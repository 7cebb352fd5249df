"""Store servers on loopback (Oxigraph, Fuseki, RDF4J, Virtuoso), each in its own folder, to start, kill and stop."""

from __future__ import annotations

import fcntl
import os
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from scograph.stores.http import Body, Credentials, Http
from scograph.stores.parts import DEFAULT, N_TRIPLES
from scograph.stores.remote import RemoteStore

HERE = Path(__file__).parent / "stores"
JARS = HERE / ".servers"
NEEDS = {"oxigraph": (), "fuseki": ("java", "mvn"), "rdf4j": ("java", "mvn"), "virtuoso": ("virtuoso-t",)}
"""The programs that a store's test needs; one that needs none is in `make test`."""
PORTS = range(10_000, 32_000)
"""Below the ports of clients, which begin at 32,768 on Linux and at 49,152 elsewhere."""
SECONDS_TO_START = 180
"""A Java server beside other work on two processors takes its time."""
HEAP = "-Xmx600m"
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""A Java server that is started and killed over and over should not spend its time on compiling itself."""
DBA = Credentials("dba", "dba")
DEFAULT_GRAPH = "https://example.org/the-default-graph"
OURS = ("https://example.org/", "https://w3id.org/scograph/")
OTHERS = "urn:of-others"
"""The tests load what begins like ours, and keep others' data in this graph."""

REPOSITORY = """
@prefix rep: <http://www.openrdf.org/config/repository#> .
@prefix sr: <http://www.openrdf.org/config/repository/sail#> .
@prefix sail: <http://www.openrdf.org/config/sail#> .
[] a rep:Repository ; rep:repositoryID "test" ;
   rep:repositoryImpl [
     rep:repositoryType "openrdf:SailRepository" ; sr:sailImpl [ sail:sailType "openrdf:NativeStore" ] ] .
"""

VIRTUOSO_INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
CaseMode = 2
DirsAllowed = .
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = .
ServerThreads = 10
HTTPThreadSize = 280000
Charset = UTF-8
[SPARQL]
MaxQueryExecutionTime = 60
{limit}
"""


def free_port() -> int:
    """A port for a server, also when it is started anew after some time.

    It is none of those that the system gives to clients: while the server is down, a connection of anybody could have
    it, or stay a minute in TIME_WAIT, and the server could not come back.
    """
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def bring_jars() -> None:
    """Let Maven copy the servers that run on Java; of several workers the first does, and the others wait."""
    pom = HERE / "pom.xml"
    with pom.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if JARS.is_dir() and JARS.stat().st_mtime > pom.stat().st_mtime:
            return
        shutil.rmtree(JARS, ignore_errors=True)
        maven = ["mvn", "--batch-mode", "--quiet", "--file", str(pom), "dependency:copy-dependencies"]
        done = subprocess.run([*maven, f"-DoutputDirectory={JARS}"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        os.utime(JARS)


def jar(stem: str) -> Path:
    return next(path for path in JARS.iterdir() if path.name.startswith(stem))


def send(address: str, data: bytes, media_type: str, method: str) -> None:
    """Send data to an address that has to take it."""
    request = urllib.request.Request(address, data, {"Content-Type": media_type}, method=method)  # noqa: S310 -- loopback
    with urllib.request.urlopen(request, timeout=120):  # noqa: S310 -- the same
        pass


@dataclass
class Server:
    """A store that runs; `closed` if it lets in nobody but the one user."""

    name: str
    folder: Path
    options: tuple[str, ...] = ()
    java: tuple[str, ...] = QUICK
    closed: bool = False
    port: int = field(default_factory=free_port)
    largest_file: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        path = {"fuseki": "/test", "rdf4j": "/repositories/test"}.get(self.name, "")
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def credentials(self) -> Credentials | None:
        return DBA if self.closed or self.name == "virtuoso" else None

    @property
    def version(self) -> str:
        if self.name == "rdf4j":
            return jar("rdf4j-http-server").stem.rpartition("-")[2]
        if self.name == "fuseki":
            return jar("jena-fuseki-server").stem.rpartition("-")[2]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=10) as response:
                headers = response.headers
        except urllib.error.HTTPError as error:  # Virtuoso has nothing at its root
            headers = error.headers
        return str(headers["server"]).partition("/")[2].split()[0]

    def put(self, data: bytes, media_type: str) -> None:
        """Put a dataset into Oxigraph, in place of what it has."""
        send(f"{self.address}/store", data, media_type, "PUT")

    def open(
        self, address: str = "", shown: Callable[[str], None] = lambda _: None, *, seconds: float = 120.0
    ) -> RemoteStore:
        address = address or self.address
        return RemoteStore.open(
            address,
            Http(address, self.credentials, shown=shown, wait=lambda _: None, seconds=seconds),
            name=self.name,
            default_graph=DEFAULT_GRAPH,
        )

    def start(self) -> None:
        self.folder.mkdir(exist_ok=True)

        def limited() -> None:
            if self.largest_file:
                resource.setrlimit(resource.RLIMIT_FSIZE, (self.largest_file, self.largest_file))
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self._command(),
                cwd=self.folder,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                preexec_fn=limited,  # noqa: PLW1509 -- no thread exists that could hold a lock
            )
        for _ in range(SECONDS_TO_START * 10):
            if self._answers():
                break
            assert self.process.poll() is None, self.log()
            time.sleep(0.1)
        else:
            self.kill()
            raise AssertionError(f"{self.name} does not answer: {self.log()}")
        if self.name == "rdf4j":
            self._send("PUT", self.address, REPOSITORY.encode(), "text/turtle", also=409)

    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:]

    def kill(self) -> None:
        """End it at once, as a loss of power does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=30)
            self.process = None
        (self.folder / "virtuoso.lck").unlink(missing_ok=True)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(timeout=60)
                self.process = None
            except subprocess.TimeoutExpired:
                self.kill()

    def _command(self) -> list[str]:
        port = str(self.port)
        if self.name == "oxigraph":
            program = str(Path(sysconfig.get_path("scripts")) / "oxigraph")
            verb, *rest = self.options or ("serve",)
            return [program, verb, "--location", "store", "--bind", f"127.0.0.1:{port}", *rest]
        if self.name == "fuseki":
            (self.folder / "tdb").mkdir(exist_ok=True)
            options = self.options or ("--update",)
            server = ["java", HEAP, *self.java, "-jar", str(jar("jena-fuseki-server")), "--localhost", "--port", port]
            return [*server, "--tdb2", "--loc=tdb", *options, "/test"]
        if self.name == "rdf4j":
            data = f"-Dorg.eclipse.rdf4j.appdata.basedir={self.folder / 'data'}"
            java = ["java", HEAP, *self.java, data, f"-Djava.io.tmpdir={self.folder}"]
            return [
                *java,
                "-jar",
                str(jar("jetty-runner")),
                "--host",
                "127.0.0.1",
                "--port",
                port,
                str(jar("rdf4j-http-server")),
            ]
        settings = VIRTUOSO_INI.format(sql=free_port(), port=port, limit="\n".join(self.options))
        (self.folder / "virtuoso.ini").write_text(settings, encoding="utf-8")
        return ["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"]

    def _answers(self) -> bool:
        path = {"fuseki": "/test?query=ASK%7B%7D", "rdf4j": "/protocol"}.get(self.name, "/")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as response:
                return bool(response.status < 500)
        except urllib.error.HTTPError as error:
            return error.code < 500 and (self.closed or self.name == "virtuoso")
        except OSError:
            return False

    def _send(self, method: str, url: str, body: bytes, media_type: str, *, also: int) -> None:
        request = urllib.request.Request(url, body, {"Content-Type": media_type}, method=method)  # noqa: S310 -- ours
        try:
            urllib.request.urlopen(request, timeout=60).close()  # noqa: S310 -- the same
        except urllib.error.HTTPError as error:
            if error.code != also:
                raise


def empty(store: RemoteStore) -> None:
    """Remove what the tests put there; together where one update may, which is a hundred times quicker in some."""
    graphs = [graph for graph in store.counts() if graph == DEFAULT or graph.startswith((*OURS, OTHERS))]
    if graphs and store.profile.together:
        store.load_together({graph: Body.of(b"", N_TRIPLES) for graph in graphs})
        return
    for graph in graphs:
        store.drop(graph)
