"""The tool on graphs of another kind: a sourced one with blank nodes and no shapes, a folder with one Turtle file."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Quad, parse
from rdflib import URIRef

from built_in import built_in_graph
from scograph import Project
from scograph.build import BuildOptions, build
from scograph.exports import EXPORTERS
from scograph.exports.descriptions import DESCRIPTIONS
from scograph.formats import DOCUMENT_SYNTAXES, OF_ONTOLOGY, RDF_FORMATS_BY_NAME
from scograph.terms import PROVENANCE_TERMS, SCOG

HERE = Path(__file__).parent
ROOT = HERE.parent
PROJECTS = {"library": 59, "one-file": 16, "small": 249}
"""The projects, with the triples of each one's published default graph."""
RDF_EXPORTS = [row for row in EXPORTERS if row.name in RDF_FORMATS_BY_NAME]


@pytest.fixture(scope="module", params=sorted(PROJECTS))
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a project in a folder of its own."""
    return Path(shutil.copytree(HERE / "projects" / request.param, tmp_path_factory.mktemp("other") / request.param))


def scograph(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scograph", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)


def test_there_are_three_other_projects() -> None:
    assert {path.name for path in (HERE / "projects").iterdir()} == set(PROJECTS)


def test_another_project_checks(project: Path) -> None:
    done = scograph("check", project, cwd=project.parent)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    summary = done.stderr.splitlines()[-1]
    assert summary.startswith("0 errors, 0 warnings, 0 infos · ")
    assert f"{PROJECTS[project.name]} triples" in summary
    report = Project.open(project).load().check()
    assert report.conforms
    assert report.findings == ()
    assert report.triples == PROJECTS[project.name]


@pytest.mark.parametrize("row", EXPORTERS, ids=lambda row: row.name)
def test_another_project_exports(project: Path, row: object) -> None:
    name = str(getattr(row, "name"))  # noqa: B009 -- a parameter is an object to the type checker
    done = scograph("export", project, "-f", name, cwd=project.parent)
    if project.name == "one-file" and name in {row.name for row in OF_ONTOLOGY}:
        assert (done.returncode, done.stdout) == (2, "")  # without a project there is no ontology to derive it from
        return
    assert (done.returncode, done.stderr) == (0, "")
    graph = Project.open(project).load()
    if project.name != "one-file":  # a folder of files without data/ is exported as it is, not sorted
        assert done.stdout.encode() == b"".join(graph.export(name))
    if name in RDF_FORMATS_BY_NAME:
        quads = list(parse(done.stdout, RDF_FORMATS_BY_NAME[name].rdf))
        default = [quad.triple for quad in quads if not isinstance(quad.graph_name, NamedNode)]
        assert len(set(default)) == PROJECTS[project.name]
    elif name == "typescript":
        assert "export interface Graph {" in done.stdout
    else:
        key = {"context": "@context", "json-schema": "$schema"}[name]
        assert key in json.loads(done.stdout)


def test_all_exports_of_another_project_say_the_same(project: Path) -> None:
    graph = Project.open(project).load()
    triples = {}
    for row in RDF_EXPORTS:
        quads = parse(b"".join(graph.export(row.name)), RDF_FORMATS_BY_NAME[row.name].rdf)
        dataset = Dataset(
            Quad(q.subject, q.predicate, q.object) for q in quads if not isinstance(q.graph_name, NamedNode)
        )
        dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
        triples[row.name] = {str(quad) for quad in dataset}
    assert len(triples) == 6
    assert all(said == triples["nt"] for said in triples.values())


def test_another_project_is_queried(project: Path) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    done = scograph("query", "-p", project, count, "-f", "csv", cwd=project.parent)
    assert (done.returncode, done.stdout) == (0, f"n\n{PROJECTS[project.name]}\n")
    (row,) = Project.open(project).load().query(count)
    assert row[0].value == str(PROJECTS[project.name])


def test_another_project_is_built(project: Path) -> None:
    done = scograph("build", project, "-o", project.parent / "dist", "--no-site", cwd=project.parent)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    stem = {"small": "chess"}.get(project.name, project.name)
    names = {path.name for path in (project.parent / "dist").iterdir() if path.is_file()}
    expected = {f"{stem}.{row.format.extension}" for row in RDF_EXPORTS} | {
        "manifest.json",
        "tables.zip",
        "SHA256SUMS",
        *(path for row in DESCRIPTIONS for path in row.paths),
        "check.json",
        "context.jsonld",
        f"{stem}.schema.json",
        f"{stem}.d.ts",
        f"{stem}-facts.csv",
        f"{stem}-facts.nt",
        f"{stem}-facts.ttl",
        f"{stem}-facts.jsonld",
    }
    extensions = [row.extension for row in DOCUMENT_SYNTAXES]
    documents = {f"{stem}.{extension}" for stem in ("ontology", "shapes", "shapes-core") for extension in extensions}
    documents.add(f"{stem}-with-ontology.ttl")
    assert names - documents == expected
    files = {path.name: path.read_bytes() for path in (project.parent / "dist").rglob("*") if path.is_file()}
    built = build(Project.open(project), project.parent / "by-the-api", options=BuildOptions(0))
    assert {path.name: path.read_bytes() for path in built.folder.rglob("*") if path.is_file()} == files
    assert "csv-metadata.json" in files
    assert (documents <= names) == (project.name != "one-file")
    assert not documents & names or project.name != "one-file", "the shapes of provenance are those of a sourced graph"


def test_the_folder_one_stands_in_is_the_project(project: Path) -> None:
    done = scograph("check", *([] if project.name != "one-file" else ["."]), cwd=project)
    assert done.returncode == 0
    assert f"{PROJECTS[project.name]} triples" in done.stderr


def test_a_folder_with_one_file_builds_into_itself_twice(tmp_path: Path) -> None:
    """What a build wrote into the folder is not read as part of it."""
    folder = Path(shutil.copytree(HERE / "projects" / "one-file", tmp_path / "one-file"))
    first = scograph("build", ".", cwd=folder)
    second = scograph("build", ".", cwd=folder)
    assert (first.returncode, second.returncode) == (0, 0), second.stderr
    assert "1 file, 16 triples" in second.stderr


def test_the_one_file_itself_is_a_project(tmp_path: Path) -> None:
    file = HERE / "projects" / "one-file" / "walks.ttl"
    done = scograph("export", file, "-f", "nt", cwd=tmp_path)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 16


def test_the_folder_of_one_source_is_a_project() -> None:
    """Its source.ttl lies in the project itself, in no folder below."""
    graph = Project.open(HERE / "projects" / "small" / "data" / "notes").load()
    assert graph.problems == ()
    assert [(source.name, len(source.passages)) for source in graph.sources] == [("source", 6)]
    assert len(graph.claims) == 20
    assert b"".join(graph.export("nt", source="source")).count(b"\n") == len(graph.default_graph())


def test_facts_beside_the_folders_of_sources_are_told_the_path_of_the_file_they_lack(tmp_path: Path) -> None:
    shutil.copytree(HERE / "projects" / "small" / "data", tmp_path / "data")
    (tmp_path / "data" / "01-club.ttl").write_text("<http://a.example/> a <http://a.example/b> .\n")
    (problem,) = Project.open(tmp_path / "data").load().problems
    assert (problem.code, problem.hint) == ("F01", "describe the document in source.ttl")


@pytest.mark.parametrize("change", ["line ends", "byte order marks"])
def test_a_project_as_editors_on_windows_save_it_says_the_same(change: str, tmp_path: Path) -> None:
    project = Path(shutil.copytree(HERE / "projects" / "small", tmp_path / "small"))
    changed = [path for path in project.rglob("*") if path.is_file() and path.name != "text.txt"]
    for path in changed:
        data = path.read_bytes()
        path.write_bytes(data.replace(b"\n", b"\r\n") if change == "line ends" else b"\xef\xbb\xbf" + data)
    assert {path.suffix for path in changed} == {".ttl", ".rq", ".csv", ".toml", ".jsonld"}
    graph, before = (Project.open(path).load() for path in (project, HERE / "projects" / "small"))
    report = graph.check()
    assert [str(finding) for finding in report.findings] == []
    assert report.coverage_percent == 100
    assert b"".join(graph.export("nq")) == b"".join(before.export("nq"))
    asked = scograph("query", "1", "-p", project, cwd=tmp_path)
    assert (asked.returncode, asked.stderr) == (0, "Who came where in the Spring Open?\n")


def test_outside_a_project_a_file_that_lies_there_is_used(tmp_path: Path) -> None:
    shutil.copy(HERE / "projects" / "one-file" / "walks.ttl", tmp_path)
    done = scograph("query", "ASK { ?term a <https://w3id.org/scograph/ontology#State> }", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "false\n")
    assert done.stderr == "note: using 1 RDF file in this folder\n"


def test_blank_nodes_of_another_project_stay_apart_from_file_to_file() -> None:
    """Both files of the library call their shelf `_:shelf`."""
    graph = Project.open(HERE / "projects" / "library").load()
    shelves = {t.object for t in graph.facts if t.predicate.value == "http://library.example/terms/shelf"}
    assert len(shelves) == 2
    assert all(isinstance(shelf, BlankNode) for shelf in shelves)


def test_what_has_a_blank_node_is_published_without_a_claim() -> None:
    graph = Project.open(HERE / "projects" / "library").load()
    claimed = {claim.triple for claim in graph.claims}
    assert len(claimed) == 5
    assert claimed < set(graph.facts)
    assert all(isinstance(t.subject, BlankNode) or isinstance(t.object, BlankNode) for t in set(graph.facts) - claimed)


def test_the_lexical_forms_of_another_project_are_published_as_typed() -> None:
    graph = Project.open(HERE / "projects" / "library").load()
    assert '"096"^^<http://www.w3.org/2001/XMLSchema#integer>' in b"".join(graph.export("nt")).decode()
    dataset = graph.to_rdflib()
    (pages,) = dataset.default_graph.objects(None, URIRef("http://library.example/terms/pages"))
    assert str(pages) == "096"


def test_the_question_of_another_project_gives_its_answer(tmp_path: Path) -> None:
    library = HERE / "projects" / "library"
    done = scograph("query", "-p", library, "1", "-f", "csv", cwd=tmp_path)
    assert done.stderr == "Which books are there, and how many pages have they?\n"
    assert done.stdout == (library / "ontology" / "questions" / "1-books-by-pages.csv").read_text()


# Nothing in the code knows the graph that it comes with.

SOURCES = sorted(path for path in (ROOT / "src" / "scograph").rglob("*.py") if "starter" not in path.parts)
MACHINE_PATH = re.compile(r"(?:/home/|/Users/|/work/|/tmp/|/root/|\b[A-Z]:\\)")
GENERAL_TERMS = {"Agent", "Body", "Event", "Instrument", "Organisation", "Person", "Place", "Text", "officialTitle"}
GENERAL_TERMS |= {"endDate", "isBasedOn", "startDate"}
"""Terms of the built-in ontology that are words of another trade too (a finding has its `Place`), or name any thing, or
are terms of DCAT and schema.org as well, which descriptions of any graph use."""
USES = {
    "scograph/cli/compare.py": {"isProfileOf"},
    "scograph/edit/members.py": {"Membership", "State", "attestedOn", "hasAgent", "hasRole", "inOrganisation"},
    "scograph/edit/states.py": {"m49Code"},
    "scograph/portal/comparison.py": {
        *("hasKind", "hasSeatIn", "hasTopic", "isEstablishedIn", "isPlaceIn", "tookPlaceIn"),
    },
    "scograph/project.py": {"State"},
    "scograph/site/pages/front.py": {"State"},
    "scograph/terms.py": {"hasStatus", "isProfileOf"},
}
"""The terms of the vocabulary that its own records and views are made with, by file: memberships that are written,
codes of states, filters of a comparison, the states of a front page, in its settings too, and what a site and a
comparison ask of any organisation: its profile, and whether a thing is in force."""


def tokens_of(path: Path) -> Iterator[tokenize.TokenInfo]:
    with path.open("rb") as file:
        yield from tokenize.tokenize(file.readline)


def test_there_is_code_to_look_through() -> None:
    assert len(SOURCES) > 40


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT / "src").as_posix())
def test_the_code_does_not_name_the_built_in_organisation_or_a_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for pattern in (r"(?i)\bsco\b", r"(?i)shanghai", r"(?i)unidir", r"\bRATS\b", r"(?i)\bsco[-_]"):
        assert not re.search(pattern, text), pattern
    assert not MACHINE_PATH.search(text)


@pytest.fixture(scope="module")
def names() -> dict[str, set[str]]:
    """The names of the things, the classes and the properties of the built-in graph that are no words of provenance.

    GeoNames is a source of the graph, and also a register whose identifiers `links` checks in any graph.
    """
    graph = built_in_graph()
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    things = {t.object.value for t in graph.facts if t.predicate.value.endswith("abel")} - {"scograph", "GeoNames"}
    things -= {t.object.value for t in graph.ontology if t.predicate.value == label}
    local = {t.subject.value for t in graph.ontology if t.subject.value.startswith(SCOG)} - PROVENANCE_TERMS
    return {"things": things, "terms": {iri.removeprefix(SCOG) for iri in local} - GENERAL_TERMS}


@cache
def named_things(names: frozenset[str]) -> re.Pattern[str]:
    """One pattern of all names, the longest first: each file is looked through once."""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})\b")


def test_the_names_to_look_for_are_there(names: dict[str, set[str]]) -> None:
    assert {"China", "Tajikistan", "Taijikistan"} < names["things"]
    assert {"Agreement", "State", "Meeting", "hasAgent", "PartyStatus"} < names["terms"]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT / "src").as_posix())
def test_the_code_does_not_name_a_thing_or_a_term_of_the_built_in_graph(path: Path, names: dict[str, set[str]]) -> None:
    text = path.read_text(encoding="utf-8")
    assert named_things(frozenset(names["things"])).findall(text) == []
    words = {
        word
        for token in tokens_of(path)
        if token.type in (tokenize.NAME, tokenize.STRING) and not token.string.startswith('"""')
        for word in re.findall(r"\w+", token.string)
    }
    camel = {term for term in names["terms"] if term[:1].isupper() or any(c.isupper() for c in term)}
    assert words & camel == USES.get(path.relative_to(ROOT / "src").as_posix(), set())


PLAIN = """@prefix ex: <https://example.org/rivers/> .
ex:a a ex:River ; ex:flowsInto ex:b .
"""
SPACE = '<https://example.org/d> a <http://rdfs.org/ns/void#Dataset> ; <http://rdfs.org/ns/void#uriSpace> "{}" .\n'
NO_SPACE = "note: no dataset states void:uriSpace, so the IRIs of the data lead to no page"
EMPTY_PAGES = ("sources", "questions", "timeline", "map", "structure", "parties", "ontology", "concepts", "changes")


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A folder with one Turtle file."""
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "rivers.ttl").write_text(PLAIN)
    return tmp_path / "plain"


def test_a_build_of_a_plain_folder_has_no_page_without_content_and_no_link_to_one(plain: Path) -> None:
    assert scograph("build", plain, "-o", "dist", cwd=plain.parent).returncode == 0
    dist = plain.parent / "dist"
    pages = {path: path.read_text(encoding="utf-8") for path in dist.rglob("*.html")}
    assert len(pages) == 9
    for path, text in pages.items():
        assert "Nothing here" not in text, path
        for link in re.findall(r'href="([^"#?]+\.html)', text):
            assert (path.parent / link).is_file() or path.name == "404.html", f"{path}: {link}"
    assert not [stem for stem in EMPTY_PAGES if (dist / f"{stem}.html").exists()]
    assert "borders" not in pages[dist / "about.html"], "there is no map whose outline needs a word"
    front = pages[dist / "index.html"]
    assert "2 facts" in front
    assert not re.search(r"\b0 ", re.sub("<[^>]+>", "", front)), "no count of what there is nothing of"


def test_a_description_that_is_a_count_is_said_once(plain: Path) -> None:
    assert scograph("build", plain, "-o", "dist", "--no-site", cwd=plain.parent).returncode == 0
    for name in ("README.md", "CITATION.cff", "schema-org.jsonld"):
        text = (plain.parent / "dist" / name).read_text(encoding="utf-8")
        assert text.count("A knowledge graph of 2 facts about 1 thing, published as RDF.") == 1, name


def test_that_iris_lead_to_no_page_is_said_once(plain: Path) -> None:
    for command in (("build", plain, "-o", "dist"), ("serve", plain, "--get", "/")):
        done = scograph(*command, cwd=plain.parent)
        assert (done.returncode, done.stderr.count(NO_SPACE)) == (0, 1), done.stderr
    assert NO_SPACE not in scograph("build", plain, "-o", "dist", "--no-site", cwd=plain.parent).stderr
    (plain / "about.ttl").write_text(SPACE.format("https://example.org/"))
    for command in (("build", plain, "-o", "dist"), ("serve", plain, "--get", "/")):
        done = scograph(*command, cwd=plain.parent)
        assert (done.returncode, NO_SPACE in done.stderr) == (0, False), done.stderr


def test_well_known_prefixes_need_no_declaration(plain: Path) -> None:
    done = scograph("query", "SELECT ?s ?p { ?s ?p ?o ; rdf:type ?t } ORDER BY ?p", cwd=plain)
    assert (done.returncode, done.stdout.split()[4:8]) == (0, ["ex:a", "rdf:type", "ex:a", "ex:flowsInto"]), done.stderr
    written = scograph("query", "-f", "ttl", "CONSTRUCT WHERE { ?s rdf:type ?t }", cwd=plain).stdout
    assert written.count("@prefix") == 1, "but what is written declares only the prefixes of the files"


def test_a_blank_node_that_points_at_a_thing_is_shown_by_what_is_said_of_it(plain: Path) -> None:
    (plain / "notes.ttl").write_text(
        "@prefix ex: <https://example.org/rivers/> .\n[] a ex:Note ; ex:text 'It floods in May.' ; ex:about ex:a .\n"
    )
    assert scograph("build", plain, "-o", "dist", cwd=plain.parent).returncode == 0
    (page,) = (plain.parent / "dist" / "thing").glob("a-*.html")
    text = page.read_text(encoding="utf-8")
    assert "It floods in May." in text
    assert "_:" not in re.sub("<[^>]+>", "", text)


def test_an_ontology_that_is_a_file_of_its_own_gives_the_title(tmp_path: Path) -> None:
    (tmp_path / "o.ttl").write_text(
        "@prefix dcterms: <http://purl.org/dc/terms/> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "<https://example.org/o> a owl:Ontology ; dcterms:title 'Terms of rivers'@en .\n"
        "<https://example.org/o#River> a owl:Class .\n"
    )
    assert scograph("build", "o.ttl", "-o", "dist", cwd=tmp_path).returncode == 0
    assert "<h1>Terms of rivers</h1>" in (tmp_path / "dist" / "index.html").read_text(encoding="utf-8")
    assert (tmp_path / "dist" / "README.md").read_text(encoding="utf-8").startswith("# Terms of rivers\n")
    (tmp_path / "o.ttl").write_text((tmp_path / "o.ttl").read_text() + "<https://example.org/p> a owl:Ontology .\n")
    assert scograph("build", "o.ttl", "-o", "dist", cwd=tmp_path).returncode == 0
    assert (tmp_path / "dist" / "README.md").read_text(encoding="utf-8").startswith("# o\n"), "two are no one's title"
