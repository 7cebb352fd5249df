"""A project that uses an ontology and shapes which are not its own: those that are installed, or another project's."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import Literal, NamedNode

from scograph import Project, terms
from scograph.cli import cli
from scograph.errors import UsageError
from scograph.model import Severity
from scograph.project import vocabulary, vocabulary_version

ROOT = Path(__file__).parents[1]
HEADER = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix scog: <https://w3id.org/scograph/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""
SETTINGS = '[project]\nname = "au"\nlanguages = ["en"]\n\n[ontology]\nprofile = "owl-lite"\nuses = "scograph"\n'
BASE = "https://example.org/au/"
DATASET = f"""<{BASE}dataset>
    a scog:SourceDocument ;
    dcterms:language "en" ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    dcterms:title "The African Union"@en ;
    void:uriSpace "{BASE}" ;
    scog:hasSourceKind <https://w3id.org/scograph/concept/source-kind/editorial> .

<{BASE}source/editorial/passage/01>
    a scog:Passage ;
    scog:isPassageOf <{BASE}dataset> ;
    scog:locator "data/editorial/01-types.editorial.ttl" .
"""
DOCUMENT = f"""<{BASE}source/profile>
    a scog:SourceDocument ;
    dcterms:language "en" ;
    dcterms:title "African Union"@en ;
    scog:hasSourceKind <https://w3id.org/scograph/concept/source-kind/secondary> ;
    scog:sourceUrl "https://example.org/profile"^^xsd:anyURI .

<{BASE}source/profile/passage/01>
    a scog:Passage ;
    scog:isPassageOf <{BASE}source/profile> ;
    scog:locator "heading" .
"""
FILES = {
    "scograph.toml": SETTINGS,
    "data/editorial/source.ttl": DATASET,
    "data/editorial/01-types.editorial.ttl": f"<{BASE}id/organisation/au> a scog:IntergovernmentalOrganisation .\n",
    "data/profile/source.ttl": DOCUMENT,
    "data/profile/01-name.ttl": f'<{BASE}id/organisation/au>\n    rdfs:label "African Union"@en .\n',
}


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(HEADER + text if name.endswith(".ttl") else text, encoding="utf-8")
    return folder


def au(folder: Path, **changed: str) -> Path:
    return write(folder, {**FILES, **{name.replace("__", "/"): text for name, text in changed.items()}})


def with_uses(uses: str) -> str:
    return f'[project]\nname = "b"\n\n[ontology]\nuses = "{uses}"\n'


def test_the_files_of_the_vocabulary_come_after_a_projects_own_and_are_called_installed(tmp_path: Path) -> None:
    project = Project.open(
        write(au(tmp_path), {"ontology/own.ttl": f"<{BASE}ontology#Post> a owl:Class .\n", "shapes/own.ttl": ""})
    )
    ontology = [project.relative(path) for path in project.ontology_files()]
    shapes = [project.relative(path) for path in project.shapes_files()]
    rules = [project.relative(path) for path in project.rule_files()]
    assert ontology[0] == "ontology/own.ttl"
    assert shapes[0] == "shapes/own.ttl"
    assert {"scograph:ontology/core.ttl", "scograph:ontology/concepts.ttl", "scograph:ontology/words.ttl"} <= set(
        ontology
    )
    assert {"scograph:shapes/agents.ttl", "scograph:shapes/provenance.ttl"} <= set(shapes)
    assert "scograph:shapes/03-party-twice.rq" in rules
    assert not any("/hygiene/" in name or "/questions/" in name for name in (*ontology, *shapes, *rules))
    assert all(project.path_of(name).is_file() for name in (*ontology, *shapes, *rules))


def test_terms_and_concepts_of_the_vocabulary_are_published_with_a_project_that_uses_it(tmp_path: Path) -> None:
    graph = Project.open(au(tmp_path)).load()
    assert NamedNode(terms.SCOG + "Organisation") in {triple.subject for triple in graph.ontology}
    concept = NamedNode("https://w3id.org/scograph/concept/role/member")
    assert concept in {triple.subject for triple in graph.default_graph()}
    assert graph.prefixes["scog"] == terms.SCOG


def test_a_finding_in_an_installed_file_names_it_as_such(tmp_path: Path) -> None:
    more = '@base <https://example.org/> .\n<x> a scog:State ; scog:iso3166Alpha3 "ken" .\n'
    project = Project.open(au(tmp_path, **{"data__editorial__01-types.editorial.ttl": more}))
    found = [f for f in project.load().check().findings if f.code == "SCOG-A41" or "Alpha3" in f.path]
    assert found
    assert all(f.required_by and f.required_by.path.startswith("scograph:shapes/") for f in found)
    assert all(f.required_by and f.required_by.line for f in found)


def test_an_import_of_the_vocabulary_is_resolved_without_a_setting(tmp_path: Path) -> None:
    header = f"<{BASE}ontology> a owl:Ontology ; owl:imports <https://w3id.org/scograph/ontology> .\n"
    settings = '[project]\nname = "au"\n'
    project = Project.open(au(tmp_path, **{"scograph.toml": settings, "ontology__own.ttl": header}))
    graph = project.load()
    assert graph.imports.missing == ()
    assert [parsed.path.rpartition("/")[2] for parsed in graph.imports.data] == ["core.ttl"]
    assert NamedNode(terms.SCOG + "Organisation") not in {triple.subject for triple in graph.ontology}


def test_an_import_of_the_vocabulary_that_is_used_is_read_once(tmp_path: Path) -> None:
    header = f"<{BASE}ontology> a owl:Ontology ; owl:imports <https://w3id.org/scograph/ontology> .\n"
    graph = Project.open(au(tmp_path, **{"ontology__own.ttl": header})).load()
    assert graph.imports.missing == ()
    assert graph.imports.data == ()


def test_a_project_uses_the_folder_of_another_and_what_that_uses(tmp_path: Path) -> None:
    au(tmp_path / "au", **{"ontology__own.ttl": f"<{BASE}ontology#Post> a owl:Class .\n"})
    second = write(
        tmp_path / "b", {"scograph.toml": with_uses("../au"), "data/facts.ttl": "<urn:a> <urn:b> <urn:c> .\n"}
    )
    project = Project.open(second)
    names = [project.relative(path) for path in project.ontology_files()]
    assert names[0] == "../au/ontology/own.ttl"
    assert "scograph:ontology/core.ttl" in names
    assert all(project.path_of(name).is_file() for name in names)
    assert [project.relative(path) for path in project.data_files()] == ["data/facts.ttl"]
    assert NamedNode(f"{BASE}ontology#Post") in {triple.subject for triple in project.load().ontology}


def test_a_version_is_that_of_the_header_or_a_beginning_of_it(tmp_path: Path) -> None:
    version = vocabulary_version()
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    for asked in (version, version.rpartition(".")[0], version.partition(".")[0]):
        au(tmp_path, **{"scograph.toml": SETTINGS.replace('"scograph"', f'"scograph {asked}"')})
        assert next(iter(vocabulary().ontology_files())) in set(Project.open(tmp_path).ontology_files())


REFUSED = (
    ("scograph 99", r"asks for scograph 99, and \d+\.\d+\.\d+ is installed"),
    ("scograp", "no vocabulary of that name is installed"),
    ("../nothing", "which is no folder"),
    ("../plain", "which is no project"),
    ("./", "goes round: b uses b"),
    ("../../elsewhere", "lies neither in this project nor beside it"),
    ("/etc", "lies neither in this project nor beside it"),
    ("../c", "goes round: b uses c uses b"),
    ("a\\u0000b", "has a NUL character"),
)


def test_every_way_to_use_in_vain_is_among_the_cases() -> None:
    assert len(REFUSED) == 9


@pytest.mark.parametrize(("uses", "message"), REFUSED)
def test_what_cannot_be_used_is_one_message_with_its_place_and_a_hint(uses: str, message: str, tmp_path: Path) -> None:
    write(tmp_path / "in" / "b", {"scograph.toml": with_uses(uses), "data/facts.ttl": "<urn:a> <urn:b> <urn:c> .\n"})
    write(tmp_path / "in" / "c", {"scograph.toml": with_uses("../b")})
    (tmp_path / "in" / "plain").mkdir()
    with pytest.raises(UsageError) as raised:
        Project.open(tmp_path / "in" / "b")
    assert re.search(message, raised.value.message), raised.value.message
    assert raised.value.hint
    place = raised.value.place
    assert place is not None
    assert (place.path, place.line, place.column) == ("scograph.toml", 5, 8)


@pytest.mark.parametrize("languages", ['"en"', "[1]", '["english"]', '["en", "en"]', str(["en"] * 99)])
def test_what_is_no_list_of_languages_is_refused_at_its_place(languages: str, tmp_path: Path) -> None:
    au(tmp_path, **{"scograph.toml": f"[project]\nlanguages = {languages}\n"})
    with pytest.raises(UsageError, match=r"project\.languages") as raised:
        Project.open(tmp_path)
    assert raised.value.place is not None
    assert (raised.value.place.line, raised.value.hint[:5]) == (2, "write")


def test_an_address_is_no_folder_for_texts(tmp_path: Path) -> None:
    au(tmp_path, **{"scograph.toml": '[texts]\nfolder = "https://example.org/"\n'})
    with pytest.raises(UsageError, match=r"texts\.folder"):
        Project.open(tmp_path)


def test_a_build_says_which_languages_have_no_words_for_pages(tmp_path: Path) -> None:
    project = shutil.copytree(Path(__file__).parent / "projects" / "small", tmp_path / "small")
    settings = (project / "scograph.toml").read_text("utf-8")
    (project / "scograph.toml").write_text(settings.replace("[project]", '[project]\nlanguages = ["en", "fr"]', 1))
    result = CliRunner().invoke(cli, ["build", str(project), "-o", str(tmp_path / "dist"), "--jobs", "1"])
    assert result.exit_code == 0, result.output
    assert result.stderr.count("note: no pages in fr: there are words for pages in en, ru, zh alone\n") == 1
    assert not list((tmp_path / "dist").glob("fr/*"))


def test_fmt_leaves_what_is_installed_alone(tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in vocabulary().ontology_files()}
    result = CliRunner().invoke(cli, ["fmt", str(au(tmp_path))])
    assert result.exit_code == 0, result.output
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert len(before) >= 5


NAMES = r"\bsco\b|shanghai|шанхай|上海|unidir|юнидир|裁军|dialogue.partner|партнёр по диалогу|对话伙伴"
"""The organisation of the built-in project, the publisher of its profile, and the status that it gives."""
OF_THE_DATASET = r"https://w3id\.org/scograph/(id/|source/|dataset)"
VOCABULARY_FILES = (
    *vocabulary().ontology_files(),
    *vocabulary().shapes_files(),
    *(ROOT / "shapes").glob("*.rq"),
    *(ROOT / "shapes" / "hygiene").glob("*.rq"),
)
SOURCES = tuple(path for path in (ROOT / "src").rglob("*") if path.suffix in {".py", ".ttl", ".html", ".toml", ".js"})


def lines(path: Path, pattern: str) -> list[str]:
    text, found = path.read_text(encoding="utf-8").splitlines(), re.compile(pattern, re.IGNORECASE)
    return [f"{path.name}:{number}: {line}" for number, line in enumerate(text, 1) if found.search(line)]


def test_the_vocabulary_and_the_tool_know_no_organisation_and_no_thing_of_the_built_in_dataset() -> None:
    assert len(VOCABULARY_FILES) > 65
    assert len(SOURCES) > 400
    assert [line for path in VOCABULARY_FILES for line in lines(path, f"{NAMES}|{OF_THE_DATASET}")] == []
    assert [line for path in SOURCES for line in lines(path, NAMES)] == []
    builtin = [path for path in Project.builtin().ontology_files() if path.parent.name == "profile"]
    assert [line for path in builtin for line in lines(path, NAMES)], "the pattern finds what stands apart"


def test_the_core_alone_builds_and_says_nothing_of_names_of_iris(tmp_path: Path) -> None:
    odd = FILES["data/profile/01-name.ttl"] + "<https://e.org/Odd> a scog:Agency ; rdfs:label 'Odd'@en .\n"
    project = Project.open(au(tmp_path, **{"data__profile__01-name.ttl": odd}))
    codes = {finding.code for finding in project.load().check().findings}
    assert not codes & {"SCOG-A10", "SCOG-A20", "SCOG-A23"}
    result = CliRunner().invoke(cli, ["build", str(tmp_path), "-o", str(tmp_path / "dist")])
    assert result.exit_code == 0, result.output
    assert NAMED_BY_PROFILE.search((tmp_path / "dist" / "shapes.ttl").read_text("utf-8")) is None


NAMED_BY_PROFILE = re.compile(r"SCOG-A23|/id/\(?agency")


def test_the_built_in_project_by_its_name_gives_its_profile_too(tmp_path: Path) -> None:
    odd = "@base <https://example.org/> .\n<Odd_Name> a scog:Agency ; rdfs:label 'Odd'@en .\n"
    name = Project.builtin().settings.name
    settings = SETTINGS.replace('uses = "scograph"', f'uses = "{name}"')
    project = Project.open(au(tmp_path, **{"scograph.toml": settings, "data__profile__01-name.ttl": odd}))
    found = [finding for finding in project.load().check().findings if finding.code == "SCOG-A23"]
    assert [finding.required_by.path for finding in found if finding.required_by] == [
        "scograph:shapes/profile/names.ttl"
    ]
    named = "<https://example.org/anywhere/id/agency/rats> a scog:Agency ; rdfs:label 'Even'@en .\n"
    au(tmp_path, **{"scograph.toml": settings, "data__profile__01-name.ttl": named})
    assert "SCOG-A23" not in {finding.code for finding in Project.open(tmp_path).load().check().findings}


def test_a_small_profile_in_english_is_clean_and_its_pages_are_english(tmp_path: Path) -> None:
    more = f"""<{BASE}dataset> scog:isPublishedBy <{BASE}id/organisation/au> ; dcterms:description "Two facts."@en .
<{BASE}source/profile> scog:isPublishedBy <{BASE}id/organisation/au> ; dcterms:description "A profile."@en .
<{BASE}id/organisation/au> dcterms:description "An organisation of states in Africa."@en .
"""
    files = {
        "data__editorial__source.ttl": DATASET + more.splitlines()[0] + "\n",
        "data__profile__source.ttl": DOCUMENT.replace(
            "    scog:sourceUrl", "    dcterms:description 'A profile.'@en ;\n    scog:sourceUrl"
        )
        + more.splitlines()[1]
        + "\n",
        "data__editorial__01-types.editorial.ttl": FILES["data/editorial/01-types.editorial.ttl"]
        + more.splitlines()[2]
        + "\n",
    }
    project = Project.open(au(tmp_path, **files))
    graph = project.load()
    assert [f"{one.code} {one.message}" for one in graph.check().findings if one.severity != Severity.INFO] == []
    assert not [
        t
        for t in graph.shapes
        if isinstance(t.object, Literal) and re.search("no name in (Russian|Chinese)", t.object.value)
    ]
    result = CliRunner().invoke(cli, ["build", str(tmp_path), "-o", str(tmp_path / "dist")])
    assert result.exit_code == 0, result.output
    assert 'lang="en"' in (tmp_path / "dist" / "index.html").read_text("utf-8")
    assert not (tmp_path / "dist" / "ru").exists()
    assert (tmp_path / "dist" / "id" / "organisation" / "au.html").is_file()


@pytest.mark.parametrize(
    ("languages", "codes"),
    [
        (["en"], set()),
        (["en", "ru"], {"SCOG-W01"}),
        (["en", "ru", "zh"], {"SCOG-W01", "SCOG-W02"}),
        (["fr"], {"SCOG-L01"}),
        (["en", "fr"], {"SCOG-W02"}),
        (["pt-BR", "en"], {"SCOG-L01"}),
    ],
)
def test_names_are_asked_for_in_the_languages_of_the_project(
    languages: list[str], codes: set[str], tmp_path: Path
) -> None:
    settings = SETTINGS.replace('["en"]', str(languages).replace("'", '"'))
    found = Project.open(au(tmp_path, **{"scograph.toml": settings})).load().check().findings
    asked = [one for one in found if one.code in {"SCOG-L01", "SCOG-W01", "SCOG-W02"}]
    assert {one.code for one in asked} == codes
    assert all(one.focus == f"{BASE}id/organisation/au" for one in asked)
    for one in found:
        if one.required_by and one.required_by.path == "scograph:shapes/recommended.ttl" and one.required_by.line:
            text = (ROOT / "shapes" / "recommended.ttl").read_text("utf-8").splitlines()[: one.required_by.line]
            name = next(line for line in reversed(text) if line.startswith("scogsh:"))
            assert one.shape.endswith(name.removeprefix("scogsh:")), "the place is that of the file as it is"


def test_a_concept_of_a_project_needs_no_other_language_than_its_own_and_opens_a_scheme(tmp_path: Path) -> None:
    chair = (
        "<https://example.org/au/concept/role/chair> a skos:Concept ; skos:prefLabel 'chair'@en ;\n"
        "    skos:definition 'An agent that presides over an organisation for a time.'@en ;\n"
        "    skos:inScheme <https://w3id.org/scograph/concept/role> .\n"
    )
    member = (
        f"<{BASE}id/membership/one> a scog:Membership ; scog:hasAgent <{BASE}id/organisation/au> ; rdfs:label 'x'@en;\n"
        f"    scog:inOrganisation <{BASE}id/organisation/au> ; scog:hasRole <{BASE}concept/role/chair> .\n"
    )
    facts = FILES["data/profile/01-name.ttl"] + member
    project = Project.open(au(tmp_path, **{"ontology__roles.ttl": chair, "data__profile__01-name.ttl": facts}))
    graph = project.load()
    assert [f"{one.code} {one.message}" for one in graph.check().findings if one.severity == Severity.ERROR] == []
    assert NamedNode(f"{BASE}concept/role/chair") in {triple.subject for triple in graph.default_graph()}
