"""The nouns for Python programs, through a script such as a user would write."""

from __future__ import annotations

import inspect
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import NamedNode, Triple

import scograph
from scograph import Project
from scograph.api import Graph
from scograph.build import build
from scograph.errors import FindingsError, InputError, RdfSyntaxError, UsageError
from scograph.exports import EXPORTERS

HERE = Path(__file__).parent
SMALL = HERE / "projects" / "small"
SCRIPT = HERE / "user_script.py"
PLAYER = "https://example.org/chess/id/player/zoe-lind"

PRINTED = """\
conforms: True
triples: 249 claims: 21 coverage: 100.0
most used: <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "39"^^<http://www.w3.org/2001/XMLSchema#integer>
claims there: True
things with a class: 39
<https://example.org/chess/id/player/zoe-lind> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> \
<https://example.org/chess/ontology#Player>
<https://example.org/chess/id/player/zoe-lind> <http://www.w3.org/2000/01/rdf-schema#label> "Zoë Lind"@en
facts about it: 2
facts read back: 21 of 21
quads for rdflib: 270
refused: 2 the query does not parse: line 1, column 16: unexpected end of the query
refused: 2 no export format 'docx'
refused: 3 nowhere: no such file or folder
refused: 2 write it in full, https://… say
"""


def test_a_script_of_a_user_runs(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", SCRIPT, SMALL, PLAYER],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == (PRINTED, "", 0)


def test_a_script_of_a_user_passes_the_strictest_types() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--config-file=", SCRIPT],
        cwd=HERE.parent / "src",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout == "Success: no issues found in 1 source file\n"


def test_the_package_says_that_it_is_typed() -> None:
    assert (resources.files(scograph) / "py.typed").is_file()


@pytest.mark.parametrize("noun", [Project, Graph])
def test_every_public_name_of_the_api_is_documented_with_arguments_and_result(noun: type) -> None:
    assert noun.__doc__
    seen = 0
    for name, member in inspect.getmembers(noun):
        if name.startswith("_") or not (inspect.isfunction(member) or inspect.ismethod(member)):
            continue
        seen += 1
        doc = inspect.getdoc(member) or ""
        assert doc.split("\n")[0].endswith("."), name
        parameters = [p for p in inspect.signature(member).parameters if p not in ("self", "cls")]
        one_line = "\n" not in doc
        assert one_line or not parameters or "Args:" in doc, name
        for parameter in parameters if not one_line else ():
            assert f"{parameter}:" in doc, (name, parameter)
    assert seen >= 7


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Project.open(SMALL).load()


def test_the_built_in_project_opens_and_loads_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    project = Project.builtin()
    assert project.settings.name == "sco"
    assert len(project.load().claims) > 200


def test_a_path_may_be_text_or_a_path() -> None:
    assert Project.open(str(SMALL)) == Project.open(SMALL)


@pytest.mark.parametrize("row", EXPORTERS, ids=lambda row: row.name)
def test_an_export_comes_in_pieces_of_bytes_and_can_be_made_again(graph: Graph, row: object) -> None:
    name = str(getattr(row, "name"))  # noqa: B009 -- a parameter is an object to the type checker
    pieces = list(graph.export(name))
    assert all(isinstance(piece, bytes) for piece in pieces)
    assert b"".join(pieces) == b"".join(graph.export(name))


def test_one_source_can_be_exported_by_itself(graph: Graph) -> None:
    lines = b"".join(graph.export("nt", source="editorial", facts_only=True)).decode().splitlines()
    assert len(lines) == 1
    assert "a chess club" in lines[0].lower()
    with pytest.raises(UsageError, match="no source is called 'editors'"):
        graph.export("nt", source="editors")


def test_what_is_described_is_what_is_published_of_a_thing(graph: Graph) -> None:
    described = set(graph.describe(PLAYER))
    assert described == {t for t in graph.default_graph() if t.subject == NamedNode(PLAYER)}
    assert graph.describe("https://example.org/chess/id/player/nobody") == ()


def test_a_description_follows_blank_nodes() -> None:
    library = Project.open(HERE / "projects" / "library").load()
    described = library.describe("http://library.example/book/gardens")
    assert len(described) == 6, "four of its own, and one of each of two blank nodes"


def test_the_dataset_for_rdflib_holds_the_default_graph_and_a_graph_for_each_passage(graph: Graph) -> None:
    dataset = graph.to_rdflib()
    assert isinstance(dataset, rdflib.Dataset)
    assert len(dataset.default_graph) == len(graph.default_graph())
    named = {str(context.identifier) for context in dataset.graphs() if context.identifier.startswith("https:")}
    assert named == {file.passage.value for file in graph.facts_files if file.passage}


def test_the_prefixes_of_the_project_need_no_declaration_in_a_query(graph: Graph) -> None:
    assert graph.query("ASK { ?player a chess:Player ; rdfs:label 'Bo Berg'@en }")


def test_errors_come_as_exceptions_with_their_findings(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<http://a.example/> a\n")
    with pytest.raises(RdfSyntaxError) as broken:
        Project.open(tmp_path).load()
    (finding,) = broken.value.findings
    assert (finding.place and finding.place.path, finding.place and finding.place.line) == ("a.ttl", 2)
    (tmp_path / "a.ttl").unlink()
    with pytest.raises(InputError, match="the project is empty"):
        Project.open(tmp_path)


def test_a_project_that_does_not_conform_is_not_built(tmp_path: Path) -> None:
    (tmp_path / "data" / "a").mkdir(parents=True)
    (tmp_path / "data" / "a" / "source.ttl").write_text("")
    with pytest.raises(FindingsError) as refused:
        build(Project.open(tmp_path), tmp_path / "dist")
    assert [finding.code for finding in refused.value.findings] == ["F06"]
    assert not (tmp_path / "dist").exists()


def test_a_graph_is_read_only(graph: Graph) -> None:
    triple = Triple(NamedNode("http://a.example/"), NamedNode("http://a.example/"), NamedNode("http://a.example/"))
    assert isinstance(graph.facts, tuple)
    assert triple not in graph.facts
    with pytest.raises(AttributeError):
        graph.sources = ()  # type: ignore[misc]
