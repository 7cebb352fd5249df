"""A store as the place where the data is: what commands find there is what they find here."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from scograph.answers.outside import form_problem
from scograph.errors import InputError, UsageError
from scograph.exports import EXPORTERS
from scograph.project import Project
from scograph.stores.disk import CURRENT, DiskStore, store_place, write_store
from scograph.stores.link_check import PRIVATE, check_links
from scograph.stores.unchanged import digest_of_input, project_files
from store_servers import Server

ROOT = Path(__file__).parents[2]
JSON_LD = (("ndjson-ld",), ("jsonld", "--shape", "expanded"), ("jsonld", "--context-url", "https://example.org/c"))
PROJECT = ROOT / "tests" / "projects" / "library"
Findings = list[tuple[str, ...]]


def scograph(*arguments: object, cwd: Path, code: int | None = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scograph", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)
    assert code is None or done.returncode == code, done.stderr
    return done


@pytest.fixture(scope="module", params=["folder", "oxigraph"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A store that holds the built-in project."""
    folder = tmp_path_factory.mktemp("source")
    if request.param == "folder":
        scograph("load", "--builtin", folder / "db", cwd=folder)
        yield str(folder / "db")
        return
    server = Server("oxigraph", folder / "server")
    server.start()
    try:
        scograph("load", "--builtin", server.address, cwd=folder)
        yield server.address
    finally:
        server.stop()


@cache
def exported(*options: str) -> str:
    """An export of the built-in project."""
    return scograph("export", "-f", *options, cwd=ROOT).stdout


OF_A_PROJECT = ("context", "json-schema", "typescript")
"""Exports that are made of the vocabulary of a project, which a store is not."""


@pytest.mark.parametrize("options", [*((row.name,) for row in EXPORTERS if row.name not in OF_A_PROJECT), *JSON_LD])
def test_an_export_of_the_store_is_the_export_of_the_project(
    store: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    here = exported(*options)
    assert len(here) > 100_000
    there = scograph("export", "--store", store, "-f", *options, cwd=tmp_path).stdout
    if "expanded" in options:  # it is written in the order in which it comes
        assert set(parse(here, RdfFormat.JSON_LD)) == set(parse(there, RdfFormat.JSON_LD))
    else:
        assert here == there


@pytest.fixture(scope="module")
def tables_here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the built-in project."""
    folder = tmp_path_factory.mktemp("tables")
    scograph("export", "-f", "csv", "-o", "here/", cwd=folder)
    return folder / "here"


def test_tables_of_the_store_are_the_tables_of_the_project(store: str, tables_here: Path, tmp_path: Path) -> None:
    scograph("export", "-f", "csv", "-o", "there/", "--store", store, cwd=tmp_path)
    here, there = (
        {path.name: path.read_bytes() for path in folder.iterdir()} for folder in (tables_here, tmp_path / "there")
    )
    assert len(here) > 10
    assert here == there


def test_one_graph_of_the_store_is_exported_alone(store: str, tmp_path: Path) -> None:
    graphs = [quad.graph_name for quad in parse(exported("nq"), RdfFormat.N_QUADS)]
    graph = next(name.value for name in graphs if isinstance(name, NamedNode))
    quads = parse(exported("nq"), RdfFormat.N_QUADS)
    one = [f"{quad.triple} ." for quad in quads if quad.graph_name == NamedNode(graph)]
    assert one
    done = scograph("export", "--store", store, "--graph", graph, "-f", "nt", cwd=tmp_path)
    assert done.stdout.splitlines() == sorted(one)
    for wrong in (["--facts-only"], ["--source", "x"], ["data.nt"]):
        refused = scograph("export", "--store", store, "-f", "nt", *wrong, cwd=tmp_path, code=2)
        assert "a store is exported alone" in refused.stderr
    here = scograph("export", "--graph", graph, "-f", "nt", cwd=tmp_path)
    assert sorted(here.stdout.splitlines()) == done.stdout.splitlines()


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, str]]:
    """The built-in project with other facts, and what differs, in two forms."""
    folder = tmp_path_factory.mktemp("changed")
    lines = exported("nq").splitlines(keepends=True)
    (folder / "before.nq").write_text("".join(lines), encoding="utf-8")
    added = '<https://example.org/a> <https://example.org/p> _:b .\n_:b <https://example.org/q> "new"@en .\n'
    after = "".join(lines[:-3]) + added
    (folder / "after.nq").write_text(after, encoding="utf-8")
    forms = ("rdf-patch", "sparql")
    return after, {form: scograph("diff", "-f", form, "before.nq", "after.nq", cwd=folder).stdout for form in forms}


def test_a_difference_to_the_store_is_the_difference_to_its_dump(
    store: str, changed: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    assert scograph("diff", "--store", store, "--exit-code", cwd=tmp_path).returncode == 0
    (tmp_path / "after.nq").write_text(changed[0], encoding="utf-8")
    for form, here in changed[1].items():
        there = scograph("diff", "-f", form, "--store", store, "after.nq", cwd=tmp_path).stdout
        assert here.count("\n") >= 5
        assert there == here
    assert scograph("diff", "--store", store, "--exit-code", "after.nq", cwd=tmp_path, code=1).stdout
    for wrong in (["--store", store, "a", "b"], ["--store", store, "--part", "shapes"], []):
        assert "hint: name" in scograph("diff", *wrong, cwd=tmp_path, code=2).stderr


def test_values_in_a_folder_store_stay_as_they_are_written_and_are_no_difference(tmp_path: Path) -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    text = f"""<urn:a> <urn:p> "1.50"^^<{xsd}decimal> <urn:g> .
<urn:a> <urn:p> "007"^^<{xsd}integer> .
<urn:a> <urn:q> _:b .
_:b <urn:p> "2.0"^^<{xsd}decimal> .
_:b <urn:p> "2.50"^^<{xsd}decimal> <urn:g> .
<urn:a> <urn:p> "text" .
"""
    (tmp_path / "data").mkdir()  # a project without an ontology, whose descriptions would be a difference too
    (tmp_path / "data" / "a.ttl").write_text("<urn:a> <urn:p> <urn:b> .\n", encoding="utf-8")
    (tmp_path / "data.nq").write_text(text, encoding="utf-8")
    scograph("load", "store", "data.nq", cwd=tmp_path)
    same = scograph("diff", "--store", "store", "data.nq", "--exit-code", "-f", "rdf-patch", cwd=tmp_path)
    assert "in its own way" not in same.stderr
    assert "no difference" in same.stderr
    (tmp_path / "data.nq").write_text(text.replace("1.50", "1.60"), encoding="utf-8")
    other = scograph("diff", "--store", "store", "data.nq", "--exit-code", "-f", "rdf-patch", cwd=tmp_path, code=1)
    changed = [line for line in other.stdout.splitlines() if line.startswith(("A ", "D "))]
    assert [line.split('"')[1] for line in changed] == ["1.50", "1.60"]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Findings]:
    """A project whose data are an export of the built-in one, and what a check of it finds."""
    project = tmp_path_factory.mktemp("checked") / "project"
    for name in ("ontology", "shapes"):
        shutil.copytree(ROOT / name, project / name)
    shutil.rmtree(project / "ontology" / "questions")  # they ask for passage graphs, which one file has not
    shutil.copy(ROOT / "scograph.toml", project)
    (project / "data").mkdir()
    scograph("export", "-f", "nt", "-o", project / "data" / "all.nt", cwd=project.parent)
    return project, found_by_check(project)


def found_by_check(project: Path, *options: str) -> Findings:
    report = json.loads(scograph("check", project, *options, "-f", "json", cwd=project.parent, code=None).stdout)
    names = ("severity", "code", "focus", "path", "value", "message")
    return sorted(tuple(str(finding.get(name)) for name in names) for finding in report["findings"])


def test_a_check_of_the_store_finds_what_a_check_of_its_export_finds(
    store: str, checked: tuple[Path, Findings]
) -> None:
    project, found = checked
    assert len(found) > 100
    assert found_by_check(project, "--store", store) == found


def test_a_query_that_does_not_parse_is_refused_as_it_is_without_a_store(store: str, tmp_path: Path) -> None:
    for query in ("SELECT * {", "SELECT ?x { ?x nobody:declared ?y }"):
        note, here = scograph("query", query, cwd=tmp_path, code=2).stderr.split("\n", 1)
        assert here.startswith("error: the query does not parse: line 1, column ")
        of_store, there = scograph("query", query, "--store", store, cwd=tmp_path, code=2).stderr.split("\n", 1)
        assert there == here
        assert note.endswith(": using the built-in project")
        assert of_store.endswith(": the data are the store's, prefixes and ontology those of the built-in project")


def test_questions_are_answered_by_the_store(store: str, tmp_path: Path) -> None:
    here = scograph("query", "1", "-f", "csv", cwd=tmp_path).stdout
    assert scograph("query", "1", "-f", "csv", "--store", store, cwd=tmp_path).stdout == here
    assert here.count("\n") == 7
    assert scograph("query", "ASK {}", "--store", store, cwd=tmp_path).stdout == "true\n"
    assert "scograph" in scograph("show", "scograph:dataset", "--store", store, cwd=tmp_path).stdout
    refused = scograph("query", "SELECT * { SERVICE <urn:x> { ?s ?p ?o } }", "--store", store, cwd=tmp_path, code=2)
    assert "SERVICE" in refused.stderr


def test_a_store_is_held_against_what_a_build_wrote(tmp_path: Path) -> None:
    scograph("build", PROJECT, "-o", "public", cwd=tmp_path)
    server = Server("oxigraph", tmp_path / "server")
    server.start()
    try:
        scograph("load", server.address, PROJECT, cwd=tmp_path)
        same = scograph("load", server.address, "public", "--verify-only", cwd=tmp_path)
        assert same.stderr.startswith("Oxigraph: 3 of 3 graphs as expected (")
        assert "already up to date" in scograph("load", server.address, "public", cwd=tmp_path).stderr
        dump = tmp_path / "public" / "library.nq"
        lines = dump.read_text(encoding="utf-8").splitlines(keepends=True)
        dump.write_text("".join(lines[1:]), encoding="utf-8")
        wrong = scograph("load", server.address, "public", "--verify-only", cwd=tmp_path, code=1)
        assert "triples should be there, " in wrong.stdout
        assert f"  + should not be:   {lines[0].replace('096', '96')}" in wrong.stdout  # as this store writes it
    finally:
        server.stop()


def test_a_load_says_what_it_does(tmp_path: Path) -> None:
    e = "https://example.org/"
    first = "".join(f'<{e}s> <{e}p> "{n}" <{e}g{n}> .\n' for n in range(1, 4))
    server = Server("oxigraph", tmp_path / "server")
    server.start()
    at = f"Oxigraph at {server.address}"

    def said(text: str, *options: str, code: int = 0) -> list[str]:
        (tmp_path / "a.nq").write_text(text, encoding="utf-8")
        done = scograph("load", server.address, "a.nq", *options, cwd=tmp_path, code=code)
        lines = [*done.stdout.splitlines(), *done.stderr.splitlines()]
        return lines if code else lines[:-1]  # the last says how long it took

    try:
        assert said(first) == [f"{at}: 3 graphs sent, 3 triples", "read back: all data as sent (3 by hash)"]
        assert said(first) == [f"already up to date: {at} has all data, 3 graphs, 3 triples; nothing sent"]
        changed = first.replace('"2"', '"two"')
        assert said(changed, "--dry-run") == [
            f"send   <{e}g2>: 1 triple: changed",
            "1 graph to send, 1 triple; 2 unchanged",
        ]
        assert said(changed, "--verify-only", code=1) == [
            f"<{e}g2>: 1 triple should be there, 1 found",
            f'  - should be there: <{e}s> <{e}p> "two" .',
            f'  + should not be:   <{e}s> <{e}p> "2" .',
            "Oxigraph: 2 of 3 graphs as expected (2 by hash)",
        ]
        assert said(changed) == [
            f"{at}: 1 graph sent, 1 triple, 2 unchanged",
            "changed: 1 graph, replacing those of the last load named graph",
            "read back: all data as sent (1 by hash)",
        ]
        fewer = changed.splitlines(keepends=True)[0]
        assert said(fewer, "--verify") == [
            f"already up to date: {at} has all data, 1 graph, 1 triple; nothing sent",
            "read back: 1 graph unchanged, with the content that was loaded",
            f"kept: <{e}g2>, <{e}g3>, written by an earlier load; --prune removes them",
        ]
        assert said(fewer, "--prune") == [
            f"{at}: 0 graphs sent, 0 triples, 1 unchanged",
            f"removed: <{e}g2>, <{e}g3>",
        ]
        assert said(fewer.replace('"1"', '"one"'), "--name", "other") == [
            f"{at}: 1 graph sent, 1 triple",
            "shared: 1 graph, beside what other loads put there",
            "read back: all data as sent (1 by hash)",
        ]
    finally:
        server.stop()


def test_a_load_depends_on_the_bytes_of_its_input_and_on_what_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "data.ttl"
    path.write_text("<urn:a> <urn:p> 1 .\n", encoding="utf-8")
    one = digest_of_input([path], ["1.0", "graph"])
    assert one == digest_of_input([path], ["1.0", "graph"])
    assert len({one, digest_of_input([path], ["1.0gr", "aph"]), digest_of_input([path, path], ["1.0", "graph"])}) == 3
    path.write_text("<urn:a> <urn:p> 2 .\n", encoding="utf-8")
    assert digest_of_input([path], ["1.0", "graph"]) != one
    found = {path.name for path in project_files(Project.open(PROJECT))}
    assert found >= {"source.ttl", "1-gardens.ttl", "2-boats.ttl", "library.ttl"}
    with pytest.raises(InputError, match="No such file"):
        digest_of_input([tmp_path / "gone.ttl"], [])


# On disk

LINES = [b'<urn:a> <urn:p> "1.50"^^<http://www.w3.org/2001/XMLSchema#decimal> <urn:g> .\n<urn:a> <urn:p> "b" .\n']


def test_a_store_on_disk_is_replaced_in_one_step(tmp_path: Path) -> None:
    folder = tmp_path / "db"
    assert write_store(folder, LINES) == 2
    before = DiskStore(folder)

    def broken() -> Iterator[bytes]:
        yield LINES[0]
        raise InputError("the input ends here")

    with pytest.raises(InputError, match="ends here"):
        write_store(folder, broken())
    assert len(DiskStore(folder)) == 2
    assert write_store(folder, [b"<urn:a> <urn:p> <urn:c> .\n"]) == 1
    assert len(DiskStore(folder)) == 1
    assert len(list(before.dump())) == 1
    assert len([path for path in folder.iterdir() if path.is_dir()]) == 1


def test_a_damaged_store_on_disk_is_said_to_be(tmp_path: Path) -> None:
    write_store(tmp_path / "db", LINES)
    current = json.loads((tmp_path / "db" / CURRENT).read_text(encoding="utf-8"))
    table = next((tmp_path / "db" / current["store"]).glob("*.sst"))
    table.write_bytes(table.read_bytes()[:-10])
    with pytest.raises(InputError, match="the store is damaged"):
        DiskStore(tmp_path / "db")
    with pytest.raises(InputError, match="no store is there"):
        DiskStore(tmp_path)


def test_a_store_on_disk_whose_files_have_their_size_and_not_their_content_is_damaged(tmp_path: Path) -> None:
    rows = (b'<urn:s%d> <urn:p> "value %d" .\n' % (n, n) for n in range(50_000))
    write_store(tmp_path / "db", [b"".join(rows)])
    place = store_place(tmp_path / "db")[0]
    for table in place.glob("*.sst"):
        content = bytearray(table.read_bytes())
        middle = len(content) // 2 if len(content) > 100_000 else -10  # the end is read when the store is opened
        content[middle] ^= 0xFF
        table.write_bytes(content)
    query = ("query", "SELECT * { ?s ?p ?o } ORDER BY ?s")
    for words in (query, ("export", "-f", "nq"), ("check",)):
        done = scograph(*words, "--store", tmp_path / "db", cwd=PROJECT, code=3)
        assert f"{tmp_path}/db: the store is damaged: 0" in done.stderr
        assert f"hint: load it again: scograph load {tmp_path}/db" in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"store": 3, "quads": 1, "files": []}',
        '{"store": "store-x", "quads": "many", "files": {}}',
        '{"store": "store-../../x", "quads": 1, "files": {}}',
    ],
)
def test_a_folder_whose_list_is_not_as_it_was_written_is_said_to_be(text: str, tmp_path: Path) -> None:
    write_store(tmp_path, LINES)
    (tmp_path / CURRENT).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"current\.json (was not written by a load|does not name a store)"):
        DiskStore(tmp_path)
    assert write_store(tmp_path, LINES) == len(list(DiskStore(tmp_path).dump("urn:g"))) + 1


def test_a_first_load_that_was_killed_is_completed_by_the_next_and_a_second_one_waits_its_turn(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from scograph.stores.disk import write_store\n"
        "def lines():\n    yield b'<urn:a> <urn:p> <urn:b> .\\n'\n    print(flush=True)\n    time.sleep(60)\n"
        "write_store(Path(sys.argv[1]), lines())"
    )
    with subprocess.Popen([sys.executable, "-c", script, tmp_path], stdout=subprocess.PIPE) as loading:
        assert loading.stdout
        loading.stdout.readline()
        with pytest.raises(UsageError, match="another load is writing into it"):
            write_store(tmp_path, LINES)
        loading.kill()
    assert [path.is_dir() for path in tmp_path.iterdir()] == [True]
    assert write_store(tmp_path, LINES) == 2
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_with_other_files_is_not_taken_for_a_store(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    done = scograph("load", tmp_path, PROJECT, cwd=tmp_path, code=2)
    assert "holds other files" in done.stderr
    assert (tmp_path / "mine.txt").is_file()
    done = scograph("load", tmp_path / "mine.txt", PROJECT, cwd=tmp_path, code=2)
    assert done.stderr.splitlines() == [
        f"error: {tmp_path}/mine.txt is a file: a store is a folder",
        "hint: give the store first, then the input",
    ]


# Links


@pytest.mark.parametrize(
    ("iri", "is_right"),
    [
        ("http://www.wikidata.org/entity/Q42", True),
        ("https://www.wikidata.org/entity/Q42", False),
        ("http://www.wikidata.org/wiki/Q42", False),
        ("http://www.wikidata.org/entity/42", False),
        ("https://sws.geonames.org/2950159/", True),
        ("https://sws.geonames.org/2950159", False),
        ("http://sws.geonames.org/2950159/", False),
        ("https://example.org/anything", True),
    ],
)
def test_links_to_wikidata_and_geonames_are_held_to_their_form(iri: str, is_right: bool) -> None:  # noqa: FBT001
    assert (form_problem(iri) == "") is is_right


def test_links_are_listed_without_a_network(tmp_path: Path) -> None:
    done = scograph("links", "-f", "json", cwd=tmp_path)
    rows = json.loads(done.stdout)
    assert len(rows) > 50
    assert not [row for row in rows if row["problem"] or "answer" in row]
    assert rows == sorted(rows, key=lambda row: row["iri"])


LINKS = """@prefix ex: <https://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:a rdfs:seeAlso <urn:isbn:1>, <mailto:a@example.com>, <http://127.0.0.1:9/x>, ex:b . ex:b rdfs:label "B" .
"""


def test_every_outside_iri_is_listed_and_those_of_the_web_are_asked(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.ttl").write_text(LINKS, encoding="utf-8")
    done = scograph("links", cwd=tmp_path)
    assert done.stdout.split() == ["1", "http://127.0.0.1:9/x", "1", "mailto:a@example.com", "1", "urn:isbn:1"]
    assert done.stderr == "3 outside IRIs at 1 host (127.0.0.1 1); 0 wrong\n"
    asked = scograph("links", "--online", "-f", "json", cwd=tmp_path, code=1)
    answers = [row.get("answer", "") for row in json.loads(asked.stdout)]
    assert answers == ["not asked: a private address (--private allows it)", "", ""]
    asked = scograph("links", "--online", "--private", "-f", "json", cwd=tmp_path, code=1)
    answers = [row.get("answer", "") for row in json.loads(asked.stdout)]
    assert (answers[0][:4], answers[0] != PRIVATE, answers[1:]) == ("no: ", True, ["", ""])
    (tmp_path / "data" / "a.ttl").write_text("<urn:a> <urn:p> 1 .", encoding="utf-8")
    assert scograph("links", cwd=tmp_path).stderr == "0 outside IRIs; 0 wrong\n"


def test_whether_an_address_answers_is_asked_of_real_servers(tmp_path: Path) -> None:
    from faulty_proxy import FaultyProxy  # noqa: PLC0415

    with FaultyProxy("http://127.0.0.1:9", lambda seen: "elsewhere" if "moved" in seen.path else "500") as proxy:
        paths = ("/moved", "/gone", "/gone#one", "/gone#two")
        found = check_links(
            [*(proxy.address + path for path in paths), "http://127.0.0.1:9/", "urn:x"],
            5,
            asks_private=True,
            wait=lambda _: None,
        )
        assert len(proxy.seen) == 2
    said = list(found.values())
    assert said[:4] == ["307 to http://127.0.0.1:9/", "no: 500", "no: 500", "no: 500"]
    assert said[4].startswith("no: ")
    assert len(said) == 5
    assert tmp_path.is_dir()
