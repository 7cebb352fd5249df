"""Each place that asks queries sees literals as they were written: files, folders, the server, shapes and rules."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat, parse

import scograph
from scograph.cli import cli
from scograph.server.limits import ServerLimits
from scograph.server.pool import WorkerPool
from scograph.server.querypool import Job, QueryFailedError
from scograph.stores.disk import CURRENT, DiskStore, hold_store, write_store
from scograph.stores.lexical_forms import STORED
from scograph.stores.lexical_queries import ANY, MAX_PREDICATES
from scograph.terms import XSD

E = "http://example.org/"
NUMBERS = ["0999", "999", "+1", "1", "01"]
LINES = "".join(f'<{E}{i}> <{E}p> "{text}"^^<{XSD}integer> .\n' for i, text in enumerate(NUMBERS)).encode()
LINES += f'<{E}0> <{E}k> "7"^^<{XSD}integer> <{E}g> .\n'.encode()
WITH_ZERO = f'SELECT ?o {{ ?s <{E}p> ?o FILTER(STRSTARTS(STR(?o), "0")) }} ORDER BY ?o'
COUNTED = f"SELECT (COUNT(DISTINCT ?o) AS ?n) {{ ?s <{E}p> ?o FILTER(?o = 1) }}"


def run(*arguments: str) -> str:
    done = CliRunner().invoke(cli, arguments, prog_name="scograph")
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert write_store(tmp_path / "store", [LINES], is_durable=False) == 6
    return tmp_path / "store"


def test_a_store_in_a_folder_has_each_literal_as_it_was_written(folder: Path) -> None:
    assert json.loads((folder / CURRENT).read_text("utf-8"))["written"] == [E + "p"]
    store = DiskStore(folder)
    assert [row[0].value for row in store.query(WITH_ZERO)] == ["01", "0999"]  # type: ignore[union-attr]
    assert [row[0].value for row in store.query(COUNTED)] == ["3"]  # type: ignore[union-attr]
    lines = {f"{quad} ." for quad in store.dump()} | {f"{quad} ." for quad in store.dump(E + "g")}
    assert lines == set(LINES.decode().splitlines())


def test_a_folder_without_such_literals_says_nothing_of_them(tmp_path: Path) -> None:
    write_store(tmp_path / "store", [f'<{E}a> <{E}p> "1"^^<{XSD}integer> .\n'.encode()], is_durable=False)
    assert "written" not in json.loads((tmp_path / "store" / CURRENT).read_text("utf-8"))
    assert hold_store(tmp_path / "store").predicates == ()


def test_more_predicates_than_are_told_apart_are_all(tmp_path: Path) -> None:
    lines = "".join(f'<{E}a> <{E}p{i}> "01"^^<{XSD}integer> .\n' for i in range(MAX_PREDICATES + 1))
    write_store(tmp_path / "store", [lines.encode()], is_durable=False)
    assert json.loads((tmp_path / "store" / CURRENT).read_text("utf-8"))["written"] == [ANY]
    assert bool(DiskStore(tmp_path / "store").query(f"ASK {{ ?s <{E}p7> ?o FILTER(?o = 1 && STR(?o) = '01') }}"))


def with_pool(folder: Path, *jobs: Job) -> list[bytes | tuple[str, str]]:
    """What a worker answers to queries."""

    async def ask() -> list[bytes | tuple[str, str]]:
        held = hold_store(folder)
        pool = WorkerPool(held.place, ServerLimits(workers=1), time.monotonic, (), held.predicates)
        await pool.open()
        found: list[bytes | tuple[str, str]] = []
        try:
            for job in jobs:
                try:
                    async with pool.run(job) as pieces:
                        found.append(b"".join([piece async for piece in pieces]))
                except QueryFailedError as error:
                    found.append((error.kind, error.message))
        finally:
            await pool.close()
            held.release()
        return found

    return asyncio.run(ask())


def test_a_worker_answers_in_every_form(folder: Path) -> None:
    forms = ("json", "csv", "tsv", "xml")
    graph = f"CONSTRUCT {{ ?s <{E}q> ?o }} {{ ?s <{E}p> ?o FILTER(?o = 999) }}"
    least = f"SELECT (MIN(?o) AS ?x) (SUM(DISTINCT ?o) AS ?y) {{ ?s <{E}p> ?o FILTER(?o > 1) }}"
    found = with_pool(folder, *(Job(WITH_ZERO, form) for form in forms), Job(graph, "nt"), Job(least, "csv"))
    assert [row["o"]["value"] for row in json.loads(found[0])["results"]["bindings"]] == ["01", "0999"]
    assert found[1] == b"o\r\n01\r\n0999\r\n"
    assert found[2] == b"?o\n01\n0999\n"
    assert isinstance(found[3], bytes)
    assert found[3].count(f'<literal datatype="{XSD}integer">0'.encode()) == 2
    assert not any(STORED.encode() in answer for answer in found[:5])  # type: ignore[operator]
    assert isinstance(found[4], bytes)
    assert sorted(found[4].splitlines()) == [
        f'<{E}0> <{E}q> "0999"^^<{XSD}integer> .'.encode(),
        f'<{E}1> <{E}q> "999"^^<{XSD}integer> .'.encode(),
    ]
    assert isinstance(found[5], bytes)
    assert found[5].splitlines()[1] in (b"0999,1998", b"999,1998")


def test_a_worker_bounds_such_a_result_and_goes_on(folder: Path) -> None:
    found = with_pool(
        folder,
        Job(f"SELECT ?o {{ ?s <{E}p> ?o }}", "json", max_rows=4),
        Job(f"CONSTRUCT WHERE {{ ?s <{E}p> ?o }}", "nt", max_rows=4),
        Job(f"SELECT ?o {{ ?s <{E}p> ?o LATERAL {{ ?s <{E}p> ?o }} }}", "json"),
        Job(f"ASK {{ ?s <{E}p> ?o FILTER(<{E}f>(?o)) }}", "json"),
        Job("SELECT ?o { ?s ", "json"),
        Job(COUNTED, "csv"),
    )
    assert [one[0] for one in found[:5]] == ["too many rows", "too many rows", "inexact", "RuntimeError", "syntax"]
    assert found[2] == ("inexact", f"{len(f'SELECT ?o {{ ?s <{E}p> ?o ')} 'LATERAL' is not of SPARQL 1.1")
    assert found[5] == b"n\r\n3\r\n"


def test_the_commands_show_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data.nq").write_bytes(LINES)
    assert run("query", "--data", "data.nq", "-f", "csv", WITH_ZERO).split() == ["o", "01", "0999"]
    assert (
        run("query", "--data", "data.nq", "-f", "csv", f"SELECT (COUNT(*) AS ?n) {{ ?s <{E}p> 999 }}").split()[1] == "1"
    )
    run("load", "folder", "data.nq")
    assert run("query", "--builtin", "--store", "folder", "-f", "csv", WITH_ZERO).split() == ["o", "01", "0999"]
    exported = run("export", "--builtin", "--store", "folder", "-f", "nq")
    assert set(exported.splitlines()) == set(LINES.decode().splitlines())


SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <http://example.org/> .
:Shape a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:sparql [ sh:message "{?value}" ; sh:select %r ] .
:Component a sh:ConstraintComponent ; sh:parameter [ sh:path :other ] ;
  sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER(!sameTerm($value, $other) && $value < 9999) }" ] .
:Property a sh:PropertyShape ; sh:targetSubjectsOf :p ; sh:path :p ; :other 0999 .
"""


@pytest.mark.parametrize(
    ("select", "found"),
    [
        ('SELECT $this ?value { $this :p ?value FILTER(STRSTARTS(STR(?value), "0")) }', ["01", "0999"]),
        ("SELECT $this ?value { $this :p ?value FILTER(?value = 1) }", ["+1", "01", "1"]),
        ("SELECT $this ?value { $this :p ?value , 999 }", ["999"]),
        ("SELECT $this (MIN(?v) AS ?value) { $this :p ?v } GROUP BY $this", ["+1", "01", "0999", "1", "999"]),
        (
            "SELECT $this ?value { $this :p ?value . FILTER EXISTS { ?s :p ?w FILTER(?w + 998 = ?value) } }",
            ["0999", "999"],
        ),
        ("SELECT $this ?value { $this :p ?value } ORDER BY ?value LIMIT 1", ["+1", "01", "0999", "1", "999"]),
    ],
)
def test_shapes_judge_the_literal_that_was_written(select: str, found: list[str]) -> None:
    shapes = SHAPES % f"PREFIX : <{E}> {select}"
    report = scograph.validate([*parse(LINES, RdfFormat.N_QUADS)], shapes.encode())
    of_query = [one for one in report.findings if str(one.shape).endswith("Shape")]
    assert sorted(one.message for one in of_query) == found
    assert sorted(one.value for one in of_query) == sorted(f'"{text}"^^<{XSD}integer>' for text in found)
    (other,) = (one for one in report.findings if one not in of_query)  # the only one that is the parameter's term
    assert (other.focus, other.value) == (f"{E}0", f'"0999"^^<{XSD}integer>')
