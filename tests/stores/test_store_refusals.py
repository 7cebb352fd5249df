"""Stores that will not or cannot: they only read, know nobody of that name, or have no room left."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from pyoxigraph import RdfFormat, parse

from scograph.errors import StoreError
from scograph.exports.canonical import canonical
from scograph.serialise.lines import n_quads
from scograph.stores.http import Credentials, Http
from scograph.stores.loading import Loaded, Loading
from scograph.stores.parts import DEFAULT, GraphParts, split_by_graph
from scograph.stores.remote import RemoteStore
from serving import serving
from store_servers import DBA, DEFAULT_GRAPH, Server, empty

E = "https://example.org/"
OLD = f'<{E}a> <{E}p> "old" .\n<{E}a> <{E}p> "old" <{E}g> .\n'
NEW = OLD.replace('"old" .', '"new" .')
THEIRS = "urn:of-others"
READS = {"oxigraph": ("serve-read-only",), "fuseki": ("--timeout=60000",)}
"""How a store is started that only reads; the other two know no such thing but the rights of a user."""
EMPTIED = ("rdf4j",)
"""Started anew after its disk was full, it has forgotten all it had (4.1.3): it must write once more before that."""
PROJECT = Path(__file__).parents[1] / "projects" / "library"
ROOM = 512
"""Megabytes that every store finds enough for what is loaded here."""


LARGE = 4_000
"""Triples that do not fit where two megabytes are left."""


def parts_of(text: str) -> GraphParts:
    return split_by_graph(n_quads(parse(text, RdfFormat.N_QUADS)))


def large() -> GraphParts:
    """Some six megabytes of text that does not shrink much."""
    return parts_of(NEW + "".join(f'<{E}s{i}> <{E}p> "{(i * 7919) ** 160}" .\n' for i in range(LARGE)))


def loaded(store: RemoteStore, parts: GraphParts) -> Loaded:
    loading = Loading(store, parts, "test", canonical)
    return loading.run(loading.plan())


def differences(store: RemoteStore, parts: GraphParts) -> list[str]:
    return [found.differences for found in Loading(store, parts, "test", canonical).verify() if found.differences]


@contextmanager
def running(server: Server) -> Iterator[Server]:
    server.start()
    try:
        yield server
    finally:
        server.kill()


@contextmanager
def emptied(server: Server) -> Iterator[Server]:
    """A server that runs, without what the tests before it loaded."""
    with closing(server.open()) as store:
        empty(store)
        yield server
        empty(store)


def test_a_store_that_only_reads_is_said_to_and_stays_as_it_was(kind: str, tmp_path: Path) -> None:
    if kind not in READS:
        pytest.skip("it is not started to read only: who may write is told by a user's rights")
    with running(Server(kind, tmp_path / "data")) as server, closing(server.open()) as store:
        loaded(store, parts_of(OLD))
        server.stop()
    with running(Server(kind, tmp_path / "data", READS[kind])) as server, closing(server.open()) as store:
        assert not loaded(store, parts_of(OLD)).plan.send
        with pytest.raises(StoreError, match=r": 40[35] ") as raised:
            loaded(store, parts_of(NEW))
        assert raised.value.exit_code == 4
        assert raised.value.hint
        assert not differences(store, parts_of(OLD))


def test_an_answer_that_the_store_cuts_is_never_taken_for_whole(kind: str, tmp_path: Path) -> None:
    if kind != "virtuoso":
        pytest.skip("it cuts no answer")
    rows = "".join(f'<{E}s{i}> <{E}p> "{i}" .\n' for i in range(200))
    with (
        running(Server(kind, tmp_path / "data", ("ResultSetMaxRows = 100",))) as server,
        closing(server.open()) as store,
    ):
        (found,) = loaded(store, parts_of(rows)).verified
        assert (found.kind, found.count, found.differences) == ("counts and sample", 200, "")
        assert not differences(store, parts_of(rows))
        (said,) = differences(store, parts_of(f'{rows}<{E}s> <{E}p> "one more" .\n'))
        assert said.startswith("the default graph: 201 triples should be there, 200 found")
        with pytest.raises(StoreError, match=r"the store sent 10[01] of the 200 triples") as raised:
            list(store.dump())
        assert "ResultSetMaxRows" in raised.value.hint
        with serving(PROJECT, "--store", server.address, "--log", "off", "--rate", "0") as served:
            for query in (
                "SELECT * { ?s ?p ?o }",
                "CONSTRUCT WHERE { ?s ?p ?o }",
                "CONSTRUCT { ?p a ?p } { ?s ?p ?o }",
                "DESCRIBE ?s { ?s ?p ?o }",
            ):
                asked = f"/sparql?query={quote(query)}&default-graph-uri={quote(DEFAULT_GRAPH)}"
                got = served.ask(asked, Accept="*/*;q=0.1, text/csv, text/turtle")
                assert (got.status, "truncates results at 100 rows" in got.text) == (413, True), (query, got.text)
                small = f"{asked[: asked.index('&')]}{quote(' LIMIT 99')}{asked[asked.index('&') :]}"
                assert served.ask(small, Accept="text/csv, text/turtle").status == 200, query


def test_commands_ask_the_graph_that_stands_for_the_default_graph(server: Server) -> None:
    if server.name != "virtuoso":
        pytest.skip("it has a default graph")
    environment = {**os.environ, "SCOGRAPH_STORE_USER": DBA.user, "SCOGRAPH_STORE_PASSWORD": DBA.password}

    def said(*words: str) -> str:
        command = [sys.executable, "-m", "scograph", *words]
        return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True).stdout

    with emptied(server):
        said("load", server.address)
        query = ("query", "-f", "csv", "SELECT ?s ?p { ?s ?p ?o FILTER(!isBlank(?s)) } ORDER BY STR(?s) STR(?p)")
        here = said(*query)
        assert here.count("\n") > 40
        assert said(*query, "--store", server.address) == here
        for form in ("nt", "nq"):  # as many lines: the store writes numbers in its own way, and has graphs of its own
            export = ("export", "-f", form)
            assert said(*export, "--store", server.address).count("\n") == said(*export).count("\n")
        assert said("diff", "--store", server.address) == "no difference\n"  # nor by blank nodes of two graphs


def test_a_wrong_password_is_refused_by_the_store_itself(kind: str, server: Server, tmp_path: Path) -> None:
    if kind in ("oxigraph", "rdf4j"):
        pytest.skip("it knows no users: a proxy before it does, as in the tests of loading")
    closed = emptied(server)  # Virtuoso has a user and a password from its start
    if kind == "fuseki":
        (tmp_path / "users").write_text("dba: dba\n", encoding="utf-8")
        options = ("--update", f"--passwd={tmp_path / 'users'}", "--auth=digest")
        closed = running(Server(kind, tmp_path / "data", options, closed=True))
    with closed as guarded:
        for user, password in (("dba", "wrong-secret"), ("nobody", "dba")):
            http = Http(guarded.address, Credentials(user, password), wait=lambda _: None)
            with closing(RemoteStore.open(guarded.address, http, name=kind, default_graph=f"{E}default")) as store:
                with pytest.raises(StoreError, match=f"refuses as '{user}': 401") as raised:
                    loaded(store, parts_of(OLD))
                assert "secret" not in str(raised.value)
        http = Http(guarded.address, wait=lambda _: None)
        nobody = closing(RemoteStore.open(guarded.address, http, name=kind, default_graph=f"{E}default"))
        with nobody as store, pytest.raises(StoreError, match="the store refuses: 401"):
            loaded(store, parts_of(OLD))
        with closing(guarded.open()) as store:
            loaded(store, parts_of(OLD))
            assert not differences(store, parts_of(OLD))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """A disk whose size in megabytes may be set."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOM}m", "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no disk of a given size can be made here: {mounted.stderr.strip()}")

    def sized(megabytes: int) -> Path:
        subprocess.run(["mount", "-o", f"remount,size={megabytes}m", folder], check=True)
        return folder

    try:
        yield sized
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_disk_that_is_full_is_said_and_the_next_load_completes(kind: str, disk: Callable[[int], Path]) -> None:
    folder = disk(ROOM)
    server = Server(kind, folder / "data")
    with running(server), closing(server.open()) as store:
        store.update(f'INSERT DATA {{ GRAPH <{THEIRS}> {{ <{E}c> <{E}p> "theirs" }} }}')
        loaded(store, parts_of(OLD))
        disk((shutil.disk_usage(folder).used >> 20) + 2)
        with pytest.raises(StoreError) as raised:
            loaded(store, large())
        assert raised.value.exit_code == 4
        disk(ROOM)
        if kind in EMPTIED:
            complete(store)
    with running(server), closing(server.open()) as store:
        complete(store)


def complete(store: RemoteStore) -> None:
    """Load what was not loaded for want of room, into a store that kept what it had."""
    assert store.count(THEIRS) == 1
    assert store.count(DEFAULT) in (1, LARGE + 1)
    done = loaded(store, large())
    assert not [found for found in done.verified if found.differences]
    assert not differences(store, large())
    assert store.count(THEIRS) == 1
