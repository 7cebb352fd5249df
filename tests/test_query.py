"""Results of queries: CSV and TSV, the order of columns, functions that are not known."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

import scograph
from built_in import built_in_graph
from scograph.errors import RdfSyntaxError, UsageError
from scograph.project import Project
from scograph.stores.disk import DiskStore, write_store
from scograph.stores.embedded import EmbeddedStore
from scograph.stores.results import csv_rows, render_results
from serving import Running, built, serving

PARIS = "https://ex.org/Paris,_Texas"
P = NamedNode("https://ex.org/p")
VALUES = ("a,b", 'q"x', "line\nend", "cr\rx", "", " lead", "tab\tx", "é", "plain")
HAS_NO = "no function <https://ex.org/f>"
XSD_DATE = "http://www.w3.org/2001/XMLSchema#date"
CALL = "SELECT ?o { ?s ?p ?o\n FILTER(<https://ex.org/f>(?o)) }"


def store() -> EmbeddedStore:
    return EmbeddedStore(Quad(NamedNode(PARIS), P, Literal(value)) for value in VALUES)


def scograph_says(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scograph", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(built(tmp_path_factory.mktemp("query") / "dist"), "--log", "off", "--workers", "1") as running:
        yield running


def test_csv_quotes_what_has_commas_quotation_marks_and_ends_of_lines() -> None:
    text = render_results(store().query("SELECT ?s ?o { ?s ?p ?o } ORDER BY ?o"), "csv", {}).decode()  # type: ignore[arg-type]
    assert text.startswith('s,o\r\n"https://ex.org/Paris,_Texas",\r\n')
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[1:] == [[PARIS, value] for value in sorted(VALUES)]
    assert 'Texas","q""x"\r\n' in text
    assert 'Texas","cr\rx"\r\n' in text


def test_csv_keeps_a_row_whose_one_value_is_empty() -> None:
    query = 'SELECT ?x { VALUES ?x { "" UNDEF "a" } }'
    assert render_results(store().query(query), "csv", {}) == b'x\r\n""\r\n""\r\na\r\n'  # type: ignore[arg-type]
    assert csv_rows(store().query(query)) == [["x"], [""], [""], ["a"]]


def test_csv_has_terms_as_clause_3_2_of_the_standard() -> None:
    one = EmbeddedStore([Quad(BlankNode("b"), P, Literal("Paris", language="fr"))])
    query = "SELECT ?s ?p ?o (5 AS ?n) (BNODE() AS ?b) ?none { ?s ?p ?o }"
    ((s, p, o, n, b, none),) = csv_rows(one.query(query))[1:]
    assert (p, o, n, none) == (P.value, "Paris", "5", "")
    assert s.startswith("_:")
    assert b.startswith("_:")


def test_tsv_has_terms_as_turtle_writes_them() -> None:
    text = render_results(store().query("SELECT ?s ?o { ?s ?p ?o }"), "tsv", {}).decode()  # type: ignore[arg-type]
    lines = text.removesuffix("\n").split("\n")
    assert lines[0] == "?s\t?o"
    assert len(lines) == 1 + len(VALUES)
    assert f'<{PARIS}>\t"q\\"x"' in lines
    assert f'<{PARIS}>\t"line\\nend"' in lines
    assert f'<{PARIS}>\t"tab\\tx"' in lines


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=20, unique=True))
def test_csv_gives_back_every_text(texts: list[str]) -> None:
    quads = [Quad(NamedNode(PARIS), P, Literal(text)) for text in texts]
    assert sorted(csv_rows(EmbeddedStore(quads).query("SELECT ?s ?o { ?s ?p ?o }"))[1:]) == sorted(
        [PARIS, text] for text in texts
    )


def test_the_server_quotes_iris_with_commas_in_csv(server: Running) -> None:
    query = f"SELECT ?b ?a {{ VALUES (?a ?b) {{ (<{PARIS}> 1) ('q\"x' UNDEF) }} }}"
    got = server.query(query, "text/csv")
    assert got.status == 200
    assert got.body == b'b,a\r\n1,"https://ex.org/Paris,_Texas"\r\n,"q""x"\r\n'


COLUMNS = [
    ("SELECT * { ?z ?p ?a }", ["z", "p", "a"]),
    ("SELECT*{?z ?p ?a}", ["z", "p", "a"]),
    ("select distinct * where { ?z ?p ?a } limit 2", ["z", "p", "a"]),
    ("SELECT REDUCED * { ?z ?p ?a OPTIONAL { ?a ?p ?b } FILTER (?hidden || true) }", ["z", "p", "a", "b"]),
    ("# SELECT * ?q\nPREFIX s: <x:?a*> SELECT * { ?z ?p '?b' . ?y ?p ?a }", ["z", "p", "y", "a"]),
    ("SELECT * { { SELECT * { ?z ?p ?a } } MINUS { ?x ?p ?b } }", ["z", "p", "a"]),
    ("SELECT * { $z ?p ?a } ORDER BY ?a VALUES ?v { 1 }", ["z", "p", "a", "v"]),
    ("SELECT * { ?z ?p ?a BIND (1 AS ?c) { SELECT (COUNT(*) AS ?b) { ?s ?p2 ?o } } }", ["z", "p", "a", "c", "b"]),
    ("SELECT ?p ?a ?z { ?z ?p ?a }", ["p", "a", "z"]),
    ("SELECT (COUNT(*) AS ?n) ?a { ?z ?p ?a } GROUP BY ?a", ["n", "a"]),
    ("SELECT * { <a:a> <a:b> 1 }", []),
]


@pytest.mark.parametrize(("query", "columns"), COLUMNS)
def test_columns_stand_as_named_or_as_they_appear(query: str, columns: list[str]) -> None:
    results = store().query(query)
    assert [variable.value for variable in results.variables] == columns  # type: ignore[union-attr]


def test_each_form_of_a_result_has_the_columns_in_the_same_order(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<a:z> <a:p> <a:a> .")
    begins = {
        "csv": "z,p,a",
        "tsv": "?z\t?p\t?a",
        "md": "| z | p | a |",
        "json": '{"head":{"vars":["z","p","a"]}',
        "xml": '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="z"',
    }
    for form, begin in begins.items():
        said = scograph_says("query", "--data", "a.ttl", "-f", form, "SELECT * { ?z ?p ?a }", folder=tmp_path)
        assert said.stdout.startswith(begin), form


def test_the_server_has_the_columns_in_the_order_of_appearance(server: Running) -> None:
    assert server.query("SELECT * { VALUES (?z ?a) { (1 2) } }", "text/csv").body == b"z,a\r\n1,2\r\n"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (CALL, f"line 2, column 9: {HAS_NO}"),
        ("PREFIX e: <https://ex.org/> SELECT (e:f(?o) AS ?x) { ?s ?p ?o }", f"line 1, column 37: {HAS_NO}"),
        ("ASK { FILTER(known:f(1)) }", f"line 1, column 14: {HAS_NO}"),
        ("CONSTRUCT WHERE { ?s ?p ?o } ORDER BY <https://ex.org/f>(?o)", f"line 1, column 39: {HAS_NO}"),
        ("SELECT * { ?s ?p ?o FILTER(COALESCE(<https://ex.org/f>(?o), true)) }", f"line 1, column 37: {HAS_NO}"),
        ("BASE <https://ex.org/> SELECT * { ?s ?p ?o FILTER(<f>(?o)) }", HAS_NO),
        (
            "SELECT * { ?s ?p ?o FILTER(xsd:date(?o, 2)) }",
            f"line 1, column 28: <{XSD_DATE}> requires between 1 and 1 arguments, but 2 were given",
        ),
    ],
)
def test_a_function_that_is_not_known_is_an_error_with_its_place(query: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        store().query(query, {"known": "https://ex.org/", "xsd": XSD_DATE.removesuffix("date")})
    assert caught.value.message == f"the query cannot be run: {message}"


def test_a_store_in_a_folder_is_not_called_damaged_for_a_function(tmp_path: Path) -> None:
    write_store(tmp_path / "s", [b"<a:a> <a:b> <a:c> .\n"])
    with pytest.raises(UsageError, match=HAS_NO):
        DiskStore(tmp_path / "s").query(CALL)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/a.ttl").write_text("<a:z> <a:p> <a:a> .")
    said = scograph_says("query", "--store", "s", CALL, folder=tmp_path)
    assert said.returncode == 2
    assert said.stderr.splitlines()[-2:] == [
        f"error: the query cannot be run: line 2, column 9: {HAS_NO}",
        "hint: the functions are those of SPARQL 1.1 and the casts of XML Schema",
    ]


def test_files_and_the_server_say_the_same_of_a_function(server: Running, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<a:z> <a:p> <a:a> .")
    said = scograph_says("query", "--data", "a.ttl", CALL, folder=tmp_path)
    assert said.returncode == 2
    got = server.ask(f"/sparql?query={quote(CALL)}", Accept="text/csv")
    assert got.status == 400
    words = f"the query cannot be run: line 2, column 9: {HAS_NO}"
    assert said.stderr.startswith(f"error: {words}\n")
    assert got.body.decode().startswith(words)


def test_questions_and_rules_say_which_function_is_not_known(tmp_path: Path) -> None:
    for name in ("data", "shapes", "ontology/questions"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "data/a.ttl").write_text("<a:z> <a:p> <a:a> .")
    (tmp_path / "ontology/questions/01-what.rq").write_text(f"# What?\n{CALL}\n")
    (tmp_path / "ontology/questions/01-what.csv").write_text("o\n")
    report = scograph.Project.open(tmp_path).load().check()
    (finding,) = (finding for finding in report.findings if finding.value or "function" in finding.message)
    assert (str(finding.place), finding.message) == (
        "ontology/questions/01-what.rq:3:9",
        f"the query cannot be run: {HAS_NO}",
    )
    (tmp_path / "shapes/rule.rq").write_text(f"# X01 error: wrong\n{CALL.replace('?o {', '?focus {')}\n")
    with pytest.raises(RdfSyntaxError) as caught:
        scograph.Project.open(tmp_path).load().check()
    (finding,) = caught.value.findings
    assert (str(finding.place), finding.message) == ("shapes/rule.rq:3:9", f"the query cannot be run: {HAS_NO}")


@pytest.mark.parametrize("form", ["select", "ask"])
def test_shapes_say_which_function_is_not_known(form: str) -> None:
    shapes = {
        "select": 'ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:sparql [ sh:select "SELECT $this { $this ?p ?o '
        'FILTER(<https://ex.org/f>(?o)) }" ] .',
        "ask": "ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:k ] ; sh:validator [ a "
        'sh:SPARQLAskValidator ; sh:ask "ASK { FILTER(<https://ex.org/f>($value)) }" ] . '
        "ex:S a sh:NodeShape ; sh:targetNode ex:a ; ex:k 1 .",
    }
    prefixes = "@prefix ex: <https://ex.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> . "
    found = scograph.validate(b"@prefix ex: <https://ex.org/> . ex:a ex:p 1 .", (prefixes + shapes[form]).encode())
    (finding,) = (finding for finding in found.findings if finding.code == "shapes")
    assert finding.message.startswith(f"sh:{form}: the query cannot be run: {HAS_NO}")
    assert finding.place is not None


def test_the_built_in_questions_name_their_columns_as_their_answers_do() -> None:
    project = Project.builtin()
    graph = built_in_graph()
    count = 0
    for path in project.question_files():
        with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        results = graph.query(path.read_text(encoding="utf-8"))
        assert [variable.value for variable in getattr(results, "variables", [])] == header, path
        count += 1
    assert count >= 50


def test_every_built_in_question_with_rows_has_an_order() -> None:
    count = 0
    for path in Project.builtin().question_files():
        rows = path.with_suffix(".csv").read_text(encoding="utf-8").count("\n") - 1
        if rows > 1:
            assert "ORDER BY" in path.read_text(encoding="utf-8").upper().rpartition("}")[2], path
            count += 1
    assert count > 20
