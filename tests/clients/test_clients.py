"""What we publish in the tools of others: the shapes in their engines, and the server asked by their clients.

The versions are in java/pom.xml, js/package-lock.json and requirements.txt. `make test-clients` prints the table.
"""

from __future__ import annotations

import fcntl
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from programs import require
from scograph import terms
from scograph.graph import load_graph
from scograph.project import Project
from serving import BASE, Running, serving
from web_servers import SERVERS, web_server

HERE = Path(__file__).parent
JAVA, JS, GO, VENV = HERE / "java", HERE / "js", HERE / "go", HERE / ".venv"
CLASS_PATH = JAVA / ".classpath"
PARALLEL = 20
DATA = "dist/sco-with-ontology.ttl"
PAGE = (HERE.parents[1] / "docs" / "how-to" / "validate-with-other-engines.md").read_text("utf-8")
SHELL = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
QUERY = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:S> a sh:NodeShape ; sh:targetClass <urn:C> ; sh:sparql [
    a sh:SPARQLConstraint ; sh:message "bad" ; sh:select "SELECT $this ?value { $this <urn:bad> ?value }" ] .
"""
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
def installed() -> dict[str, str]:
    """The tools, installed once for all workers: the version of each package, by name."""
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
    jars = [Path(jar).stem for jar in CLASS_PATH.read_text("utf-8").split(":")]
    found = {name: version for jar in jars for name, _, version in [jar.rpartition("-")]}
    packages = said([VENV / "bin" / "pip", "list", "--format=freeze"]).split()
    found |= {name.lower(): version for name, _, version in (package.partition("==") for package in packages)}
    locked = json.loads((JS / "package-lock.json").read_text("utf-8"))["packages"]
    found |= {path.removeprefix("node_modules/"): of["version"] for path, of in locked.items() if "version" in of}
    found["java"] = said(["java", "--version"]).split()[1]
    if shutil.which("go"):
        found["go"] = said(["go", "version"]).split()[2]
    return found


def java(*arguments: str | Path) -> str:
    return said(["java", "-Xmx2g", "-cp", CLASS_PATH.read_text("utf-8"), *arguments])


# The published shapes: each engine loads them, and finds nothing in the published data. pySHACL has test_pyshacl.py.


ENGINES = {
    "Apache Jena": ("shacl validate", "jena-shacl", "yes"),
    "Eclipse RDF4J": ("java ", "rdf4j-shacl", "yes"),
    "rudof": ("python ", "pyrudof", "some queries are errors"),
    "rdf-validate-shacl": ("node validate.mjs rdf-validate-shacl", "rdf-validate-shacl", "refused"),
    "shacl-engine": ("node validate.mjs shacl-engine", "shacl-engine", "ignored"),
}
"""How the command on the page begins, the package, and what the page says of SHACL-SPARQL."""


@pytest.fixture(scope="module")
def as_told(built_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a reader who did what the page says: its files, the build, and the engines."""
    folder = tmp_path_factory.mktemp("reader")
    for name, text in re.findall(r"^```\w+ file=(\S+)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "dist").symlink_to(built_site)
    (folder / "node_modules").symlink_to(JS / "node_modules")
    (folder / "rdf4j" / "lib").mkdir(parents=True)
    for jar in map(Path, CLASS_PATH.read_text("utf-8").split(":")):
        (folder / "rdf4j" / "lib" / jar.name).symlink_to(jar)
    (folder / "bin").mkdir()
    (folder / "bin" / "shacl").write_text('#!/bin/sh\nexec java -cp "rdf4j/lib/*" shacl.shacl "$@"\n')
    (folder / "bin" / "shacl").chmod(0o755)
    return folder


def command_for(name: str) -> str:
    begin = ENGINES[name][0]
    (found,) = (line for block in SHELL.findall(PAGE) for line in block.splitlines() if line.startswith(begin))
    return str(found)


def results(command: str, folder: Path) -> int:
    """How many results a command of the page says; it must end well."""
    path = os.pathsep.join((str(folder / "bin"), str(VENV / "bin"), os.environ["PATH"]))
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=800,
    )
    if "sh:ValidationReport" in done.stdout:
        return done.stdout.count("sh:ValidationResult")
    assert done.returncode == 0, done.stdout + done.stderr
    return 0 if done.stdout == "conforms\n" else int(done.stdout.removesuffix(" results\n"))


def test_every_command_of_the_page_is_run() -> None:
    lines = [line for block in SHELL.findall(PAGE) for line in block.splitlines()]
    installs = [line for line in lines if " install " in line]
    assert len(installs) == 2
    assert sorted(map(command_for, ENGINES)) == sorted(set(lines) - set(installs))


def test_the_page_names_the_versions_that_are_tried(installed: dict[str, str]) -> None:
    rows = re.findall(r"^\| (.+) \| ([0-9.]+) \| `\S+` \| (.+) \|$", PAGE, re.MULTILINE)
    told = {name: (version, queries) for name, version, queries in rows}
    assert told.pop("pySHACL") == (importlib.metadata.version("pyshacl"), "yes")
    assert told == {name: (installed[package], queries) for name, (_, package, queries) in ENGINES.items()}
    installs = re.findall(r"(\S+?)(?:==|@)([0-9.]+)", " ".join(SHELL.findall(PAGE)))
    assert len(installs) == 4
    assert {name: installed[name] for name, _ in installs} == dict(installs)


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_loads_the_published_shapes_and_finds_nothing_in_the_data(name: str, as_told: Path) -> None:
    assert results(command_for(name), as_told) == 0


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_finds_what_is_wrong(name: str, as_told: Path, tmp_path: Path) -> None:
    """A state without its code, and a meeting that is a place as well."""
    text = (as_told / DATA).read_text("utf-8")
    state, event = f"<{BASE}id/state/nowhere>", f"<{BASE}id/event/2001-nowhere>"
    more = f"{state} a <{STATE.value}> .\n{event} a <{BASE}ontology#Event> , <{BASE}ontology#Place> .\n"
    (tmp_path / "wrong.ttl").write_text(f"{text}\n{more}", encoding="utf-8")
    command = command_for(name)
    assert DATA in command
    assert results(command.replace(DATA, str(tmp_path / "wrong.ttl")), as_told) >= 2


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_does_with_queries_what_the_page_says(name: str, as_told: Path, tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text("<urn:a> a <urn:C> ; <urn:bad> 1 .", encoding="utf-8")
    (tmp_path / "shapes.ttl").write_text(QUERY, encoding="utf-8")
    command = re.sub(r"dist/shapes\S*", str(tmp_path / "shapes.ttl"), command_for(name))
    command = command.replace(DATA, str(tmp_path / "data.ttl")).replace(" dist/ontology.ttl", "")
    told = ENGINES[name][2]
    if told in {"yes", "ignored"}:
        assert results(command, as_told) == (told == "yes")
    else:
        with pytest.raises(AssertionError, match=r"[Ee]rror.*(query|SPARQLConstraintComponent)"):
            results(command, as_told)


# Documents and queries, over HTTP.

CLIENTS = {
    "SPARQLWrapper, rdflib": ("sparqlwrapper", "rdflib"),
    "httpx": ("httpx",),
    "httpx in parallel": ("httpx",),
    "PyLD": ("pyld",),
    "Jena": ("jena-arq",),
    "RDF4J": ("rdf4j-repository-sparql",),
    "HttpURLConnection": ("java",),
    "java.net.http": ("java",),
    "riot": ("jena-cmds",),
    "Comunica": ("@comunica/query-sparql",),
    "jsonld.js": ("jsonld",),
    "Go net/http": ("go",),
    "Go in parallel": ("go",),
}
"""The packages of each client."""
READS_JSON_LD = {"PyLD", "jsonld.js"}


@pytest.fixture(scope="module")
def server(built_site: Path) -> Iterator[Running]:
    with serving(built_site, "--log", "off", "--workers", "2", "--rate", "0") as running:
        yield running


@pytest.fixture(scope="module", params=["scograph serve", *SERVERS])
def origin(
    request: pytest.FixtureRequest, built_site: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """The name and the address of a server of the built folder."""
    if request.param not in SERVERS:
        yield request.param, request.getfixturevalue("server").url
        return
    with web_server(request.param, built_site, tmp_path_factory.mktemp(request.param)) as address:
        yield request.param, address


@pytest.fixture(scope="module")
def counts(built_site: Path) -> tuple[str, str, str]:
    """Ours: the triples of the document, and the rows and triples of the two queries."""
    document = len(list(parse((built_site / f"{PATH[1:]}.nt").read_bytes(), format=RdfFormat.N_TRIPLES)))
    graph = load_graph(Project.builtin())
    states = {t.subject for t in graph.default_graph() if t.predicate == terms.TYPE and t.object == STATE}
    labels = {t for t in graph.default_graph() if t.subject in states and t.predicate == terms.LABEL}
    assert document > 10
    assert len(labels) > 20
    return str(document), str(len(labels)), str(len(labels))


def python(*arguments: str) -> str:
    return said([VENV / "bin" / "python", HERE / "ask.py", *arguments, str(PARALLEL)])


def java_clients(*arguments: str) -> str:
    return java(JAVA / "Ask.java", *arguments)


def riot(origin: str, path: str, *_queries: str) -> str:
    return f"riot\t{len(java('riotcmd.riot', '--output=nt', origin + path).splitlines())}"


def javascript(*arguments: str) -> str:
    return said(["node", JS / "ask.mjs", *arguments])


def go(*arguments: str) -> str:
    return said([require("go"), "run", GO / "main.go", *arguments, str(PARALLEL)])


ASK = {
    python: {"SPARQLWrapper, rdflib", "httpx", "httpx in parallel", "PyLD"},
    java_clients: {"Jena", "RDF4J", "HttpURLConnection", "java.net.http"},
    riot: {"riot"},
    javascript: {"Comunica", "jsonld.js"},
    go: {"Go net/http", "Go in parallel"},
}
"""How clients are run, and their names."""


def test_no_client_is_left_out() -> None:
    assert set().union(*ASK.values()) == set(CLIENTS)


@pytest.mark.parametrize("ask", ASK, ids=lambda ask: ask.__name__)
def test_clients_get_what_we_count(
    ask: Callable[..., str], origin: tuple[str, str], counts: tuple[str, str, str], installed: dict[str, str]
) -> None:
    """A document by its IRI from each server; from ours, the answers to two queries too, and to many at once."""
    server, address = origin
    has_queries = server not in SERVERS
    document, rows, triples = counts
    found = {}
    for line in ask(address, PATH, *((SELECT, CONSTRUCT) if has_queries else ("", ""))).splitlines():
        name, *got = line.split("\t")
        found[name] = tuple(got)
        print(server, name, " ".join(installed[package] for package in CLIENTS[name]), *got, sep="\t")
    expected = {}
    for name in ASK[ask]:
        if name.endswith(" in parallel"):
            expected |= {name: (str(PARALLEL),)} if has_queries else {}
        elif name == "riot" or not has_queries:
            expected[name] = (document,)
        else:
            expected[name] = (document, "-" if name in READS_JSON_LD else rows, triples)
    assert found == expected
