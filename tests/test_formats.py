"""The table of formats: what it says, that no other list stands beside it, and what one new row of it brings."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, RdfFormat, parse

from scograph import formats
from scograph.exports import EXPORTERS
from scograph.exports.writers import WRITERS
from scograph.formats import EXPORT_FORMATS, RDF_FORMATS, RESULT_FORMATS, TWIN_FORMATS, Format, by_rank

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "scograph"
SMALL = ROOT / "tests" / "projects" / "small"
ALL: tuple[Format, ...] = (*EXPORT_FORMATS, *RESULT_FORMATS, formats.SPARQL_QUERY, formats.HTML)

ROW = 'rdf_syntax(RdfFormat.N3, "N3: to test.", file_type="N3", rank=8, is_negotiated=True, is_twin=True),'
WRITER = '"n3": lambda naming, triples, _named: iter((b"# N3\\n", *_n_triples(naming, triples, ()))),'
"""A new syntax is these two lines, in the table and beside the other writers."""


@pytest.mark.parametrize("rdf_format", RDF_FORMATS, ids=lambda row: row.name)
def test_a_row_says_of_an_rdf_syntax_what_pyoxigraph_says(rdf_format: formats.RdfSyntax) -> None:
    rdf = rdf_format.rdf
    assert (rdf_format.name, rdf_format.title, rdf_format.media_type) == (rdf.file_extension, rdf.name, rdf.media_type)
    assert rdf_format.graphs is rdf.supports_datasets
    assert formats.rdf_format_of_type(f"{rdf.media_type}; charset=utf-8") is rdf_format
    assert all(formats.rdf_format_of_extension(extension) is rdf_format for extension in rdf_format.extensions)


def test_the_iris_of_formats_are_those_of_the_w3c() -> None:
    """https://www.w3.org/ns/formats/ lists them; there is no `data/JSON-LD`, which pyoxigraph has."""
    assert {row.iri.removeprefix(formats.W3C_FORMATS) for row in ALL if row.iri} == {
        *("Turtle", "N-Triples", "JSON-LD", "N-Quads", "TriG", "RDF_XML"),
        *(f"SPARQL_Results_{name}" for name in ("JSON", "XML", "CSV", "TSV")),
    }


@pytest.mark.parametrize("table", [EXPORT_FORMATS, RESULT_FORMATS, TWIN_FORMATS])
def test_no_two_rows_of_a_table_have_one_name_extension_or_rank(table: tuple[Format, ...]) -> None:
    extensions = [extension for row in table for extension in row.extensions]
    ranks = [row.rank for row in table if row.is_negotiated or row.is_twin]
    for values in ([row.name for row in table], extensions, ranks):
        assert len(set(values)) == len(values)


def test_a_result_format_says_the_header_of_csv_and_tsv() -> None:
    shown = {row.name: row.content_type for row in RESULT_FORMATS if row.is_negotiated}
    assert shown == {
        "json": "application/sparql-results+json",
        "xml": "application/sparql-results+xml",
        "csv": "text/csv; charset=utf-8; header=present",
        "tsv": "text/tab-separated-values; charset=utf-8; header=present",
    }


def test_text_is_sent_with_its_charset_and_published_without() -> None:
    assert formats.TURTLE.content_type == "text/turtle; charset=utf-8"
    assert formats.TURTLE.media_type == "text/turtle"
    assert formats.N_TRIPLES.content_type == "application/n-triples"


def test_servers_prefer_turtle_to_json_ld_to_n_triples_to_rdf_xml() -> None:
    assert [row.name for row in by_rank(RDF_FORMATS) if row.is_negotiated] == ["ttl", "jsonld", "nt", "rdf"]


def test_each_export_that_is_described_has_a_writer() -> None:
    assert {row.name for row in EXPORT_FORMATS if row.about} == set(WRITERS) == {row.name for row in EXPORTERS}


BESIDE = {
    "probe/checks.py": "what other servers are asked for",
    "probe/site.py": "the same",
    "server/headers.py": "what browsers open in a spreadsheet",
}
"""The modules that may write the media type of a format by themselves, and why."""


def test_no_other_module_writes_the_media_type_of_a_format() -> None:
    known = {row.essence for row in ALL} - {"text/html", "text/markdown", "text/plain"}
    found = set()
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        if name != "formats.py" and name not in BESIDE:
            for node in ast.walk(ast.parse(path.read_text())):
                value = node.value if isinstance(node, ast.Constant) else None
                text = value.decode("latin-1") if isinstance(value, bytes) else value
                if isinstance(text, str) and text.partition(";")[0] in known:
                    found.add((name, text))
    assert found == set()


def test_pyoxigraph_is_named_a_format_by_the_table_alone() -> None:
    """Else a row would not be enough: lists by pyoxigraph's values are lists of formats too."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Dict | ast.Set):
                inside = [n for n in ast.walk(node) if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)]
                names = {(n.value.id, n.attr) for n in inside if isinstance(n.value, ast.Name)}
                kinds = {one for one in names if one[0] in (RdfFormat.__name__, QueryResultsFormat.__name__)}
                if len(kinds) > 1:
                    found.append(f"{path.relative_to(SOURCE)}:{node.lineno}")
    assert found == []


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with a new syntax: a row, and a writer."""
    root = tmp_path_factory.mktemp("extended")
    shutil.copytree(SOURCE, root / "src" / "scograph", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("data", "ontology", "shapes"):  # what the program carries
        shutil.copytree(ROOT / name, root / name)
    table, writers = (root / "src" / "scograph" / name for name in ("formats.py", "exports/writers.py"))
    for path, head, line in (
        (table, "RDF_FORMATS: tuple[RdfSyntax, ...] = (\n", ROW),
        (writers, "WRITERS: Mapping[str, Write] = {\n", WRITER),
    ):
        text = path.read_text()
        assert text.count(head) == 1
        path.write_text(text.replace(head, f"{head}    {line}\n"))
    return root


def run(extended: Path, *arguments: str) -> bytes:
    """Run the copy."""
    environment = {**os.environ, "PYTHONPATH": str(extended / "src")}
    command = [sys.executable, "-m", "scograph", *arguments]
    done = subprocess.run(command, cwd=extended, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="module")
def dist(extended: Path) -> Path:
    """The small project as the copy publishes it."""
    run(extended, "build", str(SMALL), "-o", "dist")
    return extended / "dist"


def get(extended: Path, path: str, accept: str) -> bytes:
    """The body of an answer of the server of the copy, for one Accept header."""
    return run(extended, "serve", "dist", "--get", path, "--header", f"Accept: {accept}")


def test_a_new_format_is_exported(extended: Path) -> None:
    triples = run(extended, "export", str(SMALL), "-f", "nt")
    assert run(extended, "export", str(SMALL), "-f", "n3") == b"# N3\n" + triples
    (extended / "small.nt").write_bytes(triples)
    assert run(extended, "export", "small.nt", "-f", "n3") == b"# N3\n" + triples
    query = ("query", "CONSTRUCT { <http://e/s> <http://e/p> 1 } {}", "-p", str(SMALL), "-f")
    assert run(extended, *query, "n3") == b"# N3\n" + run(extended, *query, "nt")


def test_a_new_format_is_published_and_stands_beside_each_page(dist: Path) -> None:
    names = {path.relative_to(dist).as_posix() for path in dist.rglob("*") if path.is_file()}
    assert "chess.n3" in names
    twins = {name.removesuffix(".ttl") for name in names if name.endswith(".ttl") and "/" in name}
    assert twins
    for stem in sorted(twins):
        data = (dist / f"{stem}.n3").read_bytes()
        assert data == b"# N3\n" + (dist / f"{stem}.nt").read_bytes()
        assert f"{stem}.n3" in (dist / f"{stem}.html").read_text()
    assert "text/n3 n3;" in (dist / "hosting" / "nginx.conf").read_text()
    assert "AddType text/n3 .n3" in (dist / "hosting" / "apache.conf").read_text()


def test_a_new_format_is_described(dist: Path) -> None:
    void = [quad.triple for quad in parse((dist / "void.ttl").read_bytes(), RdfFormat.TURTLE)]
    feature = NamedNode("http://rdfs.org/ns/void#feature")
    assert NamedNode(RdfFormat.N3.iri) in {triple.object for triple in void if triple.predicate == feature}
    dcat = [quad.triple for quad in parse((dist / "dcat.ttl").read_bytes(), RdfFormat.TURTLE)]
    (distribution,) = {triple.subject for triple in dcat if triple.object == Literal("chess.n3")}
    said = {triple.object for triple in dcat if triple.subject == distribution}
    assert NamedNode("https://www.iana.org/assignments/media-types/text/n3") in said
    assert NamedNode("http://publications.europa.eu/resource/authority/file-type/N3") in said


def test_a_new_format_is_negotiated(extended: Path, dist: Path) -> None:
    stem = min(path.relative_to(dist).with_suffix("").as_posix() for path in (dist / "id").rglob("*.n3"))
    assert get(extended, f"/{stem}.n3", "*/*") == (dist / f"{stem}.n3").read_bytes()
    assert get(extended, f"/doc/{stem}", "text/n3") == (dist / f"{stem}.n3").read_bytes()
    query = "CONSTRUCT%20%7B%20%3Chttp://e/s%3E%20%3Chttp://e/p%3E%20%3Chttp://e/o%3E%20%7D%20%7B%7D"
    assert b"<http://e/s> <http://e/p> <http://e/o> ." in get(extended, f"/sparql?query={query}", "text/n3")


def test_a_new_format_is_in_the_service_description(extended: Path, dist: Path) -> None:
    assert dist.is_dir()
    for accept in ("text/turtle", "text/n3"):
        described = get(extended, "/sparql", accept).decode()
        assert RdfFormat.N3.iri in described or "formats:N3" in described
