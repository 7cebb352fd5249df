"""Named graphs: checked, queried, hashed, compared and exported as a union or one by one, and kept in what is built."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

import scograph
from built_in import built_in_graph
from readers import canonical
from scograph.build import build
from scograph.errors import UsageError
from scograph.named_graphs import MissingGraphError
from scograph.rdflib_bridge import to_dataset
from scograph.stores.disk import write_store
from serving import built

EX = "https://ex.org/"
FILES = {
    "a.nq": f"""<{EX}a> <{EX}p> "x" <{EX}g1> .
<{EX}b> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{EX}C> <{EX}g1> .
<{EX}b> <{EX}p> "x" <{EX}g1> .
<{EX}b> <{EX}p> "x" <{EX}g2> .
<{EX}b> <{EX}p> "y" <{EX}g2> .
<{EX}c> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{EX}C> .
""",
    "a.trig": f"""@prefix ex: <{EX}> .
ex:c a ex:C .
ex:g1 {{ ex:b a ex:C ; ex:p "x" . ex:a ex:p "x" . }}
GRAPH ex:g2 {{ ex:b ex:p "x", "y" . }}
""",
    "a.jsonld": json.dumps(
        {
            "@context": {"ex": EX},
            "@graph": [
                {
                    "@id": "ex:g1",
                    "@graph": [{"@id": "ex:b", "@type": "ex:C", "ex:p": "x"}, {"@id": "ex:a", "ex:p": "x"}],
                },
                {"@id": "ex:g2", "@graph": [{"@id": "ex:b", "ex:p": ["x", "y"]}]},
                {"@id": "ex:c", "@type": "ex:C"},
            ],
        }
    ),
}
SHAPES = f"""@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <{EX}> .
ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:maxCount 1 ] .
ex:T a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .
"""
PLACES = {
    "a.nq": {"union": ["a.nq:5:39", "a.nq:6:1"], "g1": [], "g2": ["a.nq:5:39"]},
    "a.trig": {"union": ["a.trig:2:1", "a.trig:4:30"], "g1": [], "g2": ["a.trig:4:30"]},
    "a.jsonld": {"union": ["a.jsonld:1:217", "a.jsonld:1:234"], "g1": [], "g2": ["a.jsonld:1:217"]},
}
NAMES = sorted(FILES)
_ERRORS = ("-f", "json", "--fail-on", "error")
MISSING = f"error: the data have no graph <{EX}none>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "s.ttl").write_text(SHAPES)
    return tmp_path


def says(folder: Path, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "scograph", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    return done.stdout + (done.stderr if code > 1 else "")


def ran(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scograph", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done


def test_three_syntaxes_of_named_graphs_are_tried() -> None:
    assert NAMES == ["a.jsonld", "a.nq", "a.trig"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("graph", ["union", "g1", "g2"])
def test_check_validates_the_union_or_one_graph_and_places_what_it_finds(folder: Path, name: str, graph: str) -> None:
    options = [] if graph == "union" else ["--graph", EX + graph]
    expected = PLACES[name][graph]
    found = json.loads(
        says(folder, "check", name, "--shapes", "s.ttl", "-f", "json", *options, code=1 if expected else 0)
    )
    assert [finding["place"] for finding in map(placed, found["findings"]) if finding["code"] != "G02"] == expected


def placed(finding: dict[str, object]) -> dict[str, object]:
    place = finding["place"]
    assert isinstance(place, dict)
    return {**finding, "place": ":".join(str(place[part]) for part in ("path", "line", "column") if place.get(part))}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("engine", ["scograph", "pyshacl", "both"])
def test_every_engine_and_the_python_interface_find_the_same(folder: Path, name: str, engine: str) -> None:
    found = {
        graph: len(
            scograph.validate(folder / name, folder / "s.ttl", engine=engine, graph=graph and EX + graph).results
        )
        for graph in ("g1", "g2", None)
    }
    assert found == {"g1": 0, "g2": 1, None: 2}


def test_a_dataset_of_rdflib_is_validated_as_one_graph(folder: Path) -> None:
    dataset = to_dataset(parse(FILES["a.nq"].encode(), RdfFormat.N_QUADS))
    assert isinstance(dataset, rdflib.Dataset)
    found = scograph.validate(dataset, folder / "s.ttl")
    assert [(result.focus, result.component.rpartition("#")[2].rstrip(">")) for result in found.results] == [
        (f"<{EX}b>", "MaxCountConstraintComponent"),
        (f"<{EX}c>", "MinCountConstraintComponent"),
    ]
    assert len(scograph.validate(dataset, folder / "s.ttl", graph=f"{EX}g2").results) == 1
    with pytest.raises(MissingGraphError, match="the data have no graph"):
        scograph.validate(dataset, folder / "s.ttl", graph=f"{EX}none")


def test_quads_of_pyoxigraph_are_validated_by_graph(folder: Path) -> None:
    quads = list(parse(FILES["a.nq"].encode(), RdfFormat.N_QUADS))
    assert len(scograph.validate(quads, folder / "s.ttl").results) == 2
    assert not scograph.validate(quads, folder / "s.ttl", graph=f"{EX}g1").results


def test_blank_nodes_of_one_graph_keep_their_places(folder: Path) -> None:
    (folder / "b.trig").write_text(
        f"@prefix ex: <{EX}> .\n[] ex:p 1 .\nex:g {{ [] ex:q 2 ; ex:p 3 .\n  [] ex:p 4, 5 . }}\n"
    )
    found = scograph.validate(folder / "b.trig", folder / "s.ttl", graph=f"{EX}g").findings
    assert [(finding.code, finding.place and finding.place.line) for finding in found] == [
        ("sh:maxCount", 4),
        ("G02", 4),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_query_asks_the_default_graph_the_named_ones_or_one_of_them(folder: Path, name: str) -> None:
    def rows(text: str, *options: str) -> list[str]:
        return says(folder, "query", "--data", name, "-f", "csv", *options, text).splitlines()[1:]

    everything = "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s ?o"
    assert rows(everything) == [f"{EX}c,{EX}C"]
    assert rows(everything, "--graph", f"{EX}g2") == [f"{EX}b,x", f"{EX}b,y"]
    assert rows("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g") == [
        f"{EX}g1,3",
        f"{EX}g2,2",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_export_hash_and_diff_take_one_graph(folder: Path, name: str) -> None:
    one = ["--graph", f"{EX}g2"]
    expected = f'<{EX}b> <{EX}p> "x" .\n<{EX}b> <{EX}p> "y" .\n'
    for form in ("nt", "nq"):
        assert says(folder, "export", name, "-f", form, "--sort", *one) == expected
    (folder / "one.nt").write_text(expected)
    assert says(folder, "hash", name, *one) == says(folder, "hash", "one.nt")
    assert says(folder, "hash", name) == says(folder, "hash", "a.nq")
    assert says(folder, "diff", name, "a.nq") == "no difference\n"
    assert says(folder, "diff", name, "a.nq", *one) == "no difference\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "a.nq", "--shapes", "s.ttl"],
        ["check", "a.nq"],
        ["query", "--data", "a.trig", "ASK {}"],
        ["query", "-p", "a.trig", "ASK {}"],
        ["query", "-p", "a.trig", "--store", "store", "ASK {}"],
        ["check", "a.trig", "--store", "store"],
        ["export", "a.jsonld", "-f", "nt"],
        ["export", "a.nq", "-f", "ttl", "--sort"],
        ["hash", "a.nq"],
        ["diff", "a.nq", "a.trig"],
        ["show", "-p", "a.nq", f"{EX}b"],
    ],
    ids=" ".join,
)
def test_a_graph_that_is_not_there_is_an_error(folder: Path, arguments: list[str]) -> None:
    write_store(folder / "store", [FILES["a.nq"].encode()])
    assert MISSING in says(folder, *arguments, "--graph", f"{EX}none", code=2)


def test_a_store_is_queried_by_graph(folder: Path) -> None:
    write_store(folder / "store", [FILES["a.nq"].encode()])
    query = ["query", "-p", "a.trig", "--store", "store", "-f", "csv", "--graph", f"{EX}g1"]
    assert says(folder, *query, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == "n\n3\n"


def test_a_project_keeps_the_names_of_graphs_in_its_nquads_and_trig(folder: Path) -> None:
    (folder / "project/data").mkdir(parents=True)
    (folder / "project/data/a.trig").write_text(FILES["a.trig"])
    build(scograph.Project.open(folder / "project"), folder / "dist")
    written = set(parse((folder / "a.nq").read_bytes(), RdfFormat.N_QUADS))
    named = {quad for quad in written if isinstance(quad.graph_name, NamedNode)}
    union = {Quad(*quad.triple) for quad in written}
    assert len(named) == 5
    assert len(union) == 5
    (dump,) = (folder / "dist").glob("*.nq")
    assert set(parse(dump.read_bytes(), RdfFormat.N_QUADS)) == named | union
    assert canonical(parse(dump.with_suffix(".trig").read_bytes(), RdfFormat.TRIG)) == canonical(named | union)
    report = scograph.Project.open(folder / "project").load().check()
    assert not [finding for finding in report.findings if "graph" in finding.message]
    assert says(folder / "project", "export", ".", "-f", "nt", "--graph", f"{EX}g2").count("\n") == 2


def test_a_passage_is_a_graph_that_can_be_chosen() -> None:
    graph = built_in_graph()
    name = min(str(quad.graph_name.value) for quad in graph.passage_graphs())
    asserted = {quad.triple for quad in graph.passage_graphs() if quad.graph_name == NamedNode(name)}
    chosen = graph.only_graph(name)
    assert set(chosen.default_graph()) - set(chosen.concepts) == asserted
    assert not list(chosen.named_graphs())
    with pytest.raises(UsageError, match="no graph"):
        graph.only_graph(f"{EX}none")


def test_what_we_publish_can_be_checked(tmp_path: Path) -> None:
    dist = built(tmp_path / "dist")
    shapes = sorted(str(path) for path in Path(str(scograph.Project.builtin().root), "shapes").glob("*.ttl"))
    counts = set()
    for form in ("nq", "trig", "nt"):
        (dump,) = dist.glob(f"*o.{form}")
        options = [word for shape in shapes for word in ("--shapes", shape)]
        report = json.loads(
            says(tmp_path, "check", str(dump), *options, "--ontology", str(dist / "ontology.ttl"), *_ERRORS)
        )
        counts.add(sum(finding["severity"] == "error" for finding in report["findings"]))
    assert counts == {0}


@pytest.mark.parametrize("form", ["nt", "ttl", "rdf", "csv"])
@pytest.mark.parametrize("place", ["a.nq", "a.trig", "a.jsonld", "folder", "project"])
def test_a_format_without_named_graphs_says_that_their_names_are_not_written(
    folder: Path, form: str, place: str
) -> None:
    if place in ("folder", "project"):
        data = folder / place / ("data" if place == "project" else "")
        data.mkdir(parents=True)
        (data / "a.nq").write_text(FILES["a.nq"])
    output = "out.zip" if form == "csv" else "out"
    said = ran(folder, "export", place, "-f", form, "-o", output)
    assert said.stderr.count(f"note: {form} has no named graphs: the statements of <{EX}g1>") == 1, said.stderr
    quiet = ran(folder, "export", place, "-f", form, "-o", output, "--graph", f"{EX}g1")
    assert "named graphs" not in quiet.stderr


@pytest.mark.parametrize("form", ["nq", "trig", "jsonld", "ndjson-ld"])
def test_a_format_with_named_graphs_has_nothing_to_say(folder: Path, form: str) -> None:
    assert "named graphs" not in ran(folder, "export", "a.nq", "-f", form).stderr


ONLY_NAMED = f'<{EX}a> <{EX}p> "x" <{EX}g1> .\n<{EX}a> <{EX}p> "y" <{EX}g2> .\n'
WHERE = f"the data are in the named graphs <{EX}g1> and 1 more: write GRAPH ?g {{ … }} in the query, or take one graph"


@pytest.mark.parametrize(
    ("query", "is_said"),
    [
        ("SELECT * { ?s ?p ?o }", True),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", True),
        ("ASK { ?s ?p ?o }", True),
        ("CONSTRUCT WHERE { ?s ?p ?o }", True),
        ("SELECT * { ?graph ?p 'GRAPH' }", True),
        ("SELECT * { GRAPH ?g { ?s ?p ?o } }", False),
        ("SELECT * FROM <https://ex.org/g1> { ?s ?p ?o }", False),
    ],
)
def test_a_query_that_asks_an_empty_default_graph_is_told_where_the_data_are(
    folder: Path, query: str, *, is_said: bool
) -> None:
    (folder / "only.nq").write_text(ONLY_NAMED)
    write_store(folder / "store", [ONLY_NAMED.encode()])
    for source in (("--data", "only.nq"), ("-p", "a.nq", "--store", "store")):
        assert (WHERE in ran(folder, "query", *source, query).stderr) is is_said
    assert WHERE not in ran(folder, "query", "--data", "only.nq", "--graph", f"{EX}g1", query).stderr
    assert WHERE not in ran(folder, "query", "--data", "a.nq", query).stderr, "its default graph is not empty"


def test_what_is_left_out_of_a_store_with_named_graphs_is_said(folder: Path) -> None:
    write_store(folder / "store", [FILES["a.nq"].encode()])
    said = ran(folder, "export", "--store", "store", "-f", "ttl").stderr
    assert f"note: ttl has no named graphs, so these are left out: <{EX}g1> and 1 more; take one with --graph" in said
    assert "left out" not in ran(folder, "export", "--store", "store", "-f", "nq").stderr


def test_with_a_store_no_command_says_that_it_uses_the_files_here(folder: Path) -> None:
    write_store(folder / "store", [FILES["a.nq"].encode()])
    commands = (
        ("query", "--store", "store", "ASK {}"),
        ("export", "--store", "store", "-f", "nq"),
        ("list", "--store", "store"),
        ("links", "--store", "store"),
        ("show", "--store", "store", f"{EX}c"),
        ("check", "--store", "store"),
    )
    for command in commands:
        said = ran(folder, *command).stderr
        assert said.count("note: the data are the store's, prefixes and ontology those of 4 RDF files") == 1, said
        assert "using" not in said
