"""What we publish in the tools of others: the shapes in their engines, and the server asked by their clients.

The versions are in java/pom.xml, js/package-lock.json and requirements.txt. `make test-clients` prints the table.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from scograph import terms
from scograph.graph import load_graph
from scograph.project import Project
from serving import BASE, Running, serving

HERE = Path(__file__).parent
JAVA, JS, GO, VENV = HERE / "java", HERE / "js", HERE / "go", HERE / ".venv"
CLASS_PATH = JAVA / ".classpath"
PARALLEL = 20
ABSENT = [program for program in ("mvn", "java", "npm", "node") if shutil.which(program) is None]
STATE = NamedNode(f"{BASE}ontology#State")
PATH = "/id/state/kaz"
SELECT = f"SELECT ?state ?label {{ ?state a <{STATE.value}> ; <{terms.LABEL.value}> ?label }}"
CONSTRUCT = SELECT.replace("SELECT ?state ?label", f"CONSTRUCT {{ ?state <{terms.LABEL.value}> ?label }}")

pytestmark = [
    pytest.mark.clients,
    pytest.mark.timeout(900),
    pytest.mark.skipif(bool(ABSENT), reason=f"not installed here: {', '.join(ABSENT)}"),
]


def said(command: Sequence[str | Path], **options: Path) -> str:
    """What a program says; it must end well."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=800, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


@pytest.fixture(scope="session", autouse=True)
def installed() -> None:
    """The tools, installed once for all workers."""
    with (HERE / "requirements.txt").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not CLASS_PATH.exists() or CLASS_PATH.stat().st_mtime < (JAVA / "pom.xml").stat().st_mtime:
            maven = ["mvn", "--batch-mode", "--quiet", "--file", str(JAVA / "pom.xml"), "dependency:build-classpath"]
            said([*maven, f"-Dmdep.outputFile={CLASS_PATH}"])
        if not (JS / "node_modules" / ".package-lock.json").exists():
            said(["npm", "ci", "--silent", "--no-audit", "--no-fund", "--prefix", str(JS)])
        ready = VENV / ".ready"
        if not ready.exists() or ready.stat().st_mtime < (HERE / "requirements.txt").stat().st_mtime:
            said([sys.executable, "-m", "venv", "--clear", str(VENV)])
            said([VENV / "bin" / "pip", "install", "--quiet", "-r", str(HERE / "requirements.txt")])
            ready.touch()


def java(*arguments: str | Path) -> str:
    return said(["java", "-Xmx2g", "-cp", CLASS_PATH.read_text("utf-8"), *arguments])


# The published shapes: each engine loads them, and finds nothing in the published data. pySHACL has test_pyshacl.py.


def jena(folder: Path, shapes: str, data: Path) -> str:
    report = java("shacl.shacl", "validate", "--shapes", folder / shapes, "--data", data)
    found = report.count("sh:ValidationResult") - report.count("sh:ValidationReport")
    return "conforms" if "sh:conforms  true" in report else f"{found} results"


def rdf4j(folder: Path, shapes: str, data: Path) -> str:
    return java(JAVA / "Validate.java", folder / shapes, data).strip()


def rudof(folder: Path, shapes: str, data: Path) -> str:
    return said([VENV / "bin" / "python", HERE / "validate.py", folder / shapes, data]).strip()


def rdf_validate_shacl(folder: Path, shapes: str, data: Path) -> str:
    return said(["node", JS / "validate.mjs", "rdf-validate-shacl", folder / shapes, data]).strip()


def shacl_engine(folder: Path, shapes: str, data: Path) -> str:
    """It looks for subclasses in the shapes graph alone, so that it needs the ontology there."""
    both = f"{folder / shapes},{folder / 'ontology.ttl'}"
    return said(["node", JS / "validate.mjs", "shacl-engine", both, data]).strip()


ENGINES = {
    "Jena": (jena, "shapes.ttl"),
    "RDF4J": (rdf4j, "shapes.ttl"),
    "rudof": (rudof, "shapes.ttl"),
    "rdf-validate-shacl": (rdf_validate_shacl, "shapes-core.ttl"),
    "shacl-engine": (shacl_engine, "shapes-core.ttl"),
}


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_loads_the_published_shapes_and_finds_nothing_in_the_data(name: str, built_site: Path) -> None:
    validate, shapes = ENGINES[name]
    assert validate(built_site, shapes, built_site / "sco-with-ontology.ttl") == "conforms"


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_finds_what_is_wrong(name: str, built_site: Path, tmp_path: Path) -> None:
    """A state without its code, and a meeting that is a place as well."""
    text = (built_site / "sco-with-ontology.ttl").read_text("utf-8")
    state, event = f"<{BASE}id/state/nowhere>", f"<{BASE}id/event/2001-nowhere>"
    more = f"{state} a <{STATE.value}> .\n{event} a <{BASE}ontology#Event> , <{BASE}ontology#Place> .\n"
    (tmp_path / "wrong.ttl").write_text(f"{text}\n{more}", encoding="utf-8")
    validate, shapes = ENGINES[name]
    found = validate(built_site, shapes, tmp_path / "wrong.ttl")
    assert found.endswith(" results")
    assert int(found.split()[0]) >= 2


# The running server.


@pytest.fixture(scope="module")
def server(built_site: Path) -> Iterator[Running]:
    with serving(built_site, "--log", "off", "--workers", "2", "--rate", "0") as running:
        yield running


@pytest.fixture(scope="module")
def counts(built_site: Path) -> tuple[int, int, int]:
    """Ours: the triples of the document, and the rows and triples of the two queries."""
    document = len(list(parse((built_site / f"{PATH[1:]}.nt").read_bytes(), format=RdfFormat.N_TRIPLES)))
    graph = load_graph(Project.builtin())
    states = {t.subject for t in graph.default_graph() if t.predicate == terms.TYPE and t.object == STATE}
    labels = {t for t in graph.default_graph() if t.subject in states and t.predicate == terms.LABEL}
    assert document > 10
    assert len(labels) > 20
    return document, len(labels), len(labels)


def table(text: str) -> dict[str, tuple[str, ...]]:
    """What the clients say, which is printed too."""
    print(text, end="")
    return {name: tuple(found) for name, *found in (line.split("\t") for line in text.splitlines())}


def test_clients_on_python(server: Running, counts: tuple[int, int, int]) -> None:
    arguments = [server.url, PATH, SELECT, CONSTRUCT, str(PARALLEL)]
    found = table(said([VENV / "bin" / "python", HERE / "ask.py", *arguments]))
    document, rows, triples = map(str, counts)
    assert found == {
        "SPARQLWrapper, rdflib": (document, rows, triples),
        "httpx": (document, rows, triples),
        "httpx in parallel": (str(PARALLEL),),
        "PyLD": (document, "-", triples),
    }


def test_clients_on_java(server: Running, counts: tuple[int, int, int]) -> None:
    found = table(java(JAVA / "Ask.java", server.url, PATH, SELECT, CONSTRUCT))
    names = ("Jena QueryExecutionHTTP", "RDF4J SPARQLRepository", "HttpURLConnection", "java.net.http")
    assert found == dict.fromkeys(names, tuple(map(str, counts)))


def test_riot_reads_a_document_by_its_address(server: Running, counts: tuple[int, int, int]) -> None:
    lines = java("riotcmd.riot", "--output=nt", server.url + PATH).splitlines()
    assert len(lines) == counts[0]


def test_clients_on_javascript(server: Running, counts: tuple[int, int, int]) -> None:
    found = table(said(["node", JS / "ask.mjs", server.url, PATH, SELECT, CONSTRUCT]))
    document, rows, triples = map(str, counts)
    assert found == {"Comunica": (document, rows, triples), "jsonld.js": (document, "-", triples)}


@pytest.mark.skipif(shutil.which("go") is None, reason="not installed here: go")
def test_clients_on_go(server: Running, counts: tuple[int, int, int]) -> None:
    found = table(said(["go", "run", GO / "main.go", server.url, PATH, SELECT, CONSTRUCT, str(PARALLEL)]))
    assert found == {"Go net/http": tuple(map(str, counts)), "Go in parallel": (str(PARALLEL),)}


def test_the_versions_are_told() -> None:
    """For the table: which version of each was tried."""
    jars = CLASS_PATH.read_text("utf-8").split(":")
    told = [Path(jar).stem for jar in jars if Path(jar).stem.startswith(("jena-shacl-", "rdf4j-shacl-"))]
    packages = said([VENV / "bin" / "pip", "list", "--format=freeze"]).split()
    print(*told, *packages, sep="\n")
    assert len(told) == 2
