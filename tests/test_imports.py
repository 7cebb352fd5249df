"""owl:imports of data, shapes and ontologies: followed to the files at hand, told where not, never fetched."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import scograph
from scograph.cli import cli
from scograph.errors import InputError, RdfSyntaxError, UsageError
from scograph.imports import given_imports, split_named

HEAD = """@prefix ex: <http://ex.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
DATA = f"{HEAD}<http://ex.org/data> a owl:Ontology ; owl:imports <http://ex.org/classes> .\nex:bo a ex:Dog .\n"
CLASSES = f"{HEAD}<http://ex.org/classes> a owl:Ontology .\nex:Dog rdfs:subClassOf ex:Animal .\n"
SHAPES = f"{HEAD}<http://ex.org/shapes> owl:imports <http://ex.org/more> .\n"
SHAPE = "ex:S a sh:NodeShape ; sh:targetClass ex:Animal ; sh:property [ sh:path ex:name ; sh:minCount 1 ] .\n"
MORE = f"{HEAD}<http://ex.org/more> a owl:Ontology .\n{SHAPE}"
NOT_AT_HAND = "is imported and not at hand: its statements are missing"
PYTHON_HINT = "give its file as well, or name it: [imports] in scograph.toml, in Python imports={IRI: FILE}"
NO_NAME = "data.ttl:6:1: error sh:minCount fewer than 1 value of ex:name"
CLASSES_MISSING = (
    "data.ttl:5:51: warning G06 <http://ex.org/classes> is imported and not at hand: its statements are missing"
)
MORE_MISSING = (
    "shapes.ttl:5:36: warning G06 <http://ex.org/more> is imported and not at hand: its statements are missing"
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("away").mkdir()
    for name, text in {"data": DATA, "shapes": SHAPES, "away/classes": CLASSES, "away/more": MORE}.items():
        Path(f"{name}.ttl").write_text(text)
    return tmp_path


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, [*arguments], prog_name="scograph")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def check(*arguments: str) -> Result:
    return run("check", *arguments, "--all")


def heads(result: Result) -> list[str]:
    return [line for line in result.stdout.splitlines() if re.search("^[^ ]+: (error|warning|info) ", line)]


def missing(result: Result) -> list[str]:
    """The lines about imports."""
    return [line for line in heads(result) if " G06 " in line]


def catalog(*entries: str, path: str = "catalog-v001.xml", head: str = "") -> None:
    lines = "\n".join(entries)
    space = "urn:oasis:names:tc:entity:xmlns:xml:catalog"
    Path(path).write_text(
        f'<?xml version="1.0"?>\n{head}<catalog prefer="public" xmlns="{space}">\n{lines}\n</catalog>'
    )


BOTH = ("--import", "http://ex.org/classes=away/classes.ttl", "--import", "http://ex.org/more=away/more.ttl")


# Data and shapes.


def test_a_missing_import_is_a_warning_at_its_place_and_said_in_the_last_line() -> None:
    result = check("data.ttl", "-s", "shapes.ttl")
    assert (result.exit_code, heads(result)) == (0, [CLASSES_MISSING, MORE_MISSING])
    assert (
        "help: give its file as well, or name it: --import http://ex.org/more=FILE; nothing is fetched" in result.stdout
    )
    assert " · no shape applied · 2 imports missing · " in result.stderr
    assert result.stderr.endswith(" · --fail-on warning exits with 1\n")
    strict = check("data.ttl", "-s", "shapes.ttl", "--fail-on", "warning")
    assert (strict.exit_code, "exits with 1" in strict.stderr) == (1, False)


def test_a_missing_import_has_a_line_and_column_in_reports_for_machines() -> None:
    found = json.loads(check("data.ttl", "-s", "shapes.ttl", "-f", "json").stdout)["findings"]
    places = {(one["code"], one.get("value"), one.get("place", {}).get("column")) for one in found}
    assert places == {
        ("G05", None, None),
        ("G06", "<http://ex.org/classes>", 51),
        ("G06", "<http://ex.org/more>", 36),
    }


def test_options_name_the_files_of_imports() -> None:
    result = check("data.ttl", "-s", "shapes.ttl", *BOTH)
    assert (result.exit_code, heads(result)) == (1, [NO_NAME])
    assert "required by away/more.ttl:6:" in result.stdout
    assert " · 4 files, 5 triples, 1 shape · " in result.stderr


def test_imports_are_found_among_the_files_given_by_every_name() -> None:
    Path("away/classes.ttl").write_text(
        f"{HEAD}<http://ex.org/o> a owl:Ontology ; owl:versionIRI <http://ex.org/classes> .\n"
        "ex:Dog rdfs:subClassOf ex:Animal .\n"
    )
    Path("shapes.ttl").write_text(f"{HEAD}<> owl:imports <away/more.ttl> .\n")  # as a file
    result = check("data.ttl", "--ontology", "away/classes.ttl", "-s", "shapes.ttl", "-s", "away/more.ttl")
    assert heads(result) == [NO_NAME]


def test_an_empty_fragment_makes_no_other_document() -> None:
    Path("shapes.ttl").write_text(f"{HEAD}<http://ex.org/shapes> owl:imports <http://ex.org/more#> .\n")
    assert heads(check("data.ttl", "-s", "shapes.ttl", *BOTH)) == [NO_NAME]


def test_what_the_data_import_from_the_shapes_counts_as_data_and_the_other_way_round() -> None:
    Path("data.ttl").write_text(DATA.replace("ex.org/classes", "ex.org/more"))
    Path("away/more.ttl").write_text(f"{MORE}ex:Dog rdfs:subClassOf ex:Animal .\n")
    assert heads(check("data.ttl", "-s", "away/more.ttl")) == [NO_NAME]
    Path("data.ttl").write_text(MORE.replace("ex:S a", "ex:bo a ex:Animal . ex:S a"))
    assert heads(check("data.ttl", "-s", "shapes.ttl")) == [
        "data.ttl:6:1: error sh:minCount fewer than 1 value of ex:name"
    ]


def test_imports_of_imports_are_followed_and_circles_end() -> None:
    Path("away/classes.ttl").write_text(
        f"{HEAD}<> a owl:Ontology ; owl:imports <http://ex.org/data> , <deeper> , <> .\n"
    )
    Path("away/deeper.ttl").write_text(
        f"{HEAD}<> a owl:Ontology ; owl:imports <http://ex.org/classes> , <http://ex.org/none> .\n"
        "ex:Dog rdfs:subClassOf ex:Animal .\n"
    )
    result = check("data.ttl", "-s", "shapes.ttl", *BOTH, "--import", "http://ex.org/deeper=away/deeper.ttl")
    assert heads(result) == [
        NO_NAME,
        f"away/deeper.ttl:5:59: warning G06 <http://ex.org/none> {NOT_AT_HAND}",
    ]


def test_a_file_that_is_given_and_imported_is_read_once() -> None:
    result = check("data.ttl", "--ontology", "away/classes.ttl", "-s", "shapes.ttl", "-s", "away/more.ttl", *BOTH)
    assert heads(result) == [NO_NAME]


def test_relative_iris_of_an_import_stand_below_the_iri_it_is_imported_by() -> None:
    Path("away/more.ttl").write_text(f"{HEAD}<#S> a sh:NodeShape ; sh:targetClass ex:Animal ; sh:closed true .\n")
    shapes = scograph.validate("data.ttl", "shapes.ttl", imports={"http://ex.org/more": "away/more.ttl"}).shapes_index
    assert list(shapes.forward("<http://www.w3.org/ns/shacl#targetClass>")) == ["<http://ex.org/more#S>"]


def test_imports_stand_in_every_format() -> None:
    Path("data.rdf").write_text(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:owl="http://www.w3.org/2002/07/owl#">\n'
        '<owl:Ontology rdf:about="http://ex.org/data">\n  <owl:imports rdf:resource="http://ex.org/classes"/>\n'
        "</owl:Ontology>\n</rdf:RDF>\n"
    )
    Path("away/classes.jsonld").write_text(
        '{"@id": "http://ex.org/Dog", "http://www.w3.org/2000/01/rdf-schema#subClassOf": {"@id": "http://ex.org/A"}}'
    )
    result = check("data.rdf", "-s", "away/more.ttl")
    assert [head.split(" <")[0] for head in missing(result)] == ["data.rdf:3:16: warning G06"]
    named = check("data.rdf", "-s", "away/more.ttl", "--import", "http://ex.org/classes=away/classes.jsonld")
    assert (missing(named), "3 files, 3 triples" in named.stderr) == ([], True)


def test_a_blank_node_may_import() -> None:
    Path("data.ttl").write_text(f"{HEAD}[] a owl:Ontology ; owl:imports <http://ex.org/classes> .\nex:bo a ex:Dog .\n")
    (found,) = missing(check("data.ttl", "-s", "away/more.ttl"))
    assert found == CLASSES_MISSING.replace("5:51", "5:33")


def test_an_import_that_breaks_its_grammar_is_an_error_at_its_place() -> None:
    Path("away/classes.ttl").write_text("ex:Dog oops .\n")
    result = check("data.ttl", "-s", "shapes.ttl", *BOTH)
    assert result.exit_code == 3
    assert "away/classes.ttl:1:1: error syntax" in result.stderr


@pytest.mark.parametrize(
    ("option", "code", "said"),
    [
        ("http://ex.org/classes=none.ttl", 3, "none.ttl: cannot be read: No such file or directory"),
        ("http://ex.org/classes=away", 3, "away"),
        ("http://ex.org/classes", 2, "no file for the import of http://ex.org/classes"),
        ("classes.ttl=away/classes.ttl", 2, "'classes.ttl' is no absolute IRI"),
        ("=away/classes.ttl", 2, "'' is no absolute IRI"),
    ],
)
def test_a_wrong_option_is_refused(option: str, code: int, said: str) -> None:
    result = check("data.ttl", "-s", "shapes.ttl", "--import", option)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr


def test_an_iri_is_given_one_file_and_may_hold_an_equals_sign() -> None:
    Path("b.ttl").write_text("")
    assert split_named("http://ex.org/?a=b.ttl=b.ttl") == ("http://ex.org/?a=b.ttl", "b.ttl")
    assert split_named("http://ex.org/?version=2=b.ttl") == ("http://ex.org/?version=2", "b.ttl")
    assert split_named("http://ex.org/=none=2") == ("http://ex.org/", "none=2")
    with pytest.raises(UsageError, match=r"two files for the import of http://ex\.org/a"):
        given_imports(["http://ex.org/a=a.ttl", "http://ex.org/a#=b.ttl"])


def test_the_report_does_not_replace_an_import() -> None:
    result = check("data.ttl", "-s", "shapes.ttl", *BOTH, "-f", "turtle", "-o", "away/more.ttl")
    assert (result.exit_code, Path("away/more.ttl").read_text()) == (2, MORE)


def test_no_more_files_are_imported_than_the_bound_allows() -> None:
    for number in range(4):
        Path(f"away/{number}.ttl").write_text(f"{HEAD}<> owl:imports <http://ex.org/{number + 1}> .")
    catalog('<rewriteURI uriStartString="http://ex.org/" rewritePrefix="away/"/>')
    for number in range(4):
        Path(f"away/{number}.ttl").rename(f"away/{number}")
    Path("data.ttl").write_text(f"{HEAD}ex:d owl:imports <http://ex.org/0> .\n")
    result = run("--bound", "imported-files=3", "check", "data.ttl", "-s", "away/more.ttl")
    assert (result.exit_code, "more than 3 files are imported (bound: imported-files)" in result.stderr) == (3, True)
    run("--bound", "imported-files=500", "check", "--help")
    assert "<http://ex.org/4> is imported and not at hand" in check("data.ttl", "-s", "away/more.ttl").stdout


def test_statements_of_another_graph_import_nothing() -> None:
    Path("data.trig").write_text(
        f"{HEAD}<urn:g> {{ ex:bo a ex:Animal }} <urn:h> {{ ex:d owl:imports <http://ex.org/classes> }}\n"
    )
    one = check("data.trig", "-s", "away/more.ttl", "--graph", "urn:g")
    assert [head.rpartition(": ")[2] for head in heads(one)] == ["error sh:minCount fewer than 1 value of ex:name"]
    assert any("G06" in head for head in heads(check("data.trig", "-s", "away/more.ttl")))


# Catalogs.


@pytest.mark.parametrize(
    "entries",
    [
        [
            '<uri name="http://ex.org/classes" uri="away/classes.ttl"/>',
            '<uri name="http://ex.org/more" uri="away/more.ttl"/>',
        ],
        [
            '<group xml:base="away/"><uri name="http://ex.org/classes" uri="classes.ttl"/></group>',
            '<uri name="http://ex.org/more#" uri="away/more.ttl"/>',
        ],
        [
            '<uriSuffix uriSuffix="classes" uri="away/classes.ttl"/>',
            '<uriSuffix uriSuffix="/more" uri="away/more.ttl"/>',
        ],
        ['<nextCatalog catalog="none.xml"/>', '<nextCatalog catalog="away/catalog-v001.xml"/>'],
    ],
    ids=["uri", "group", "suffix", "next"],
)
def test_a_catalog_beside_the_files_names_imports(entries: list[str]) -> None:
    catalog(
        '<uri name="http://ex.org/classes" uri="classes.ttl"/>',
        '<rewriteURI uriStartString="http://ex.org/" rewritePrefix="none/"/>',
        '<rewriteURI uriStartString="http://ex.org/mo" rewritePrefix="mo"/>',
        '<nextCatalog catalog="../catalog-v001.xml"/>',  # back again
        path="away/catalog-v001.xml",
    )
    Path("away/more").write_text(MORE)
    catalog(
        *entries, head='<!DOCTYPE catalog PUBLIC "-//OASIS//DTD XML Catalogs V1.1//EN" "http://127.0.0.1:9/c.dtd">\n'
    )
    result = check("data.ttl", "-s", "shapes.ttl")
    assert heads(result) == [NO_NAME]


def test_a_catalog_is_looked_for_beside_what_is_imported_as_well() -> None:
    Path("away/classes.ttl").write_text(f"{HEAD}<> a owl:Ontology ; owl:imports <http://ex.org/inner> .\n")
    Path("away/inner.ttl").write_text(CLASSES)
    catalog('<uri name="http://ex.org/inner" uri="inner.ttl"/>', path="away/catalog-v001.xml")
    assert heads(check("data.ttl", "-s", "shapes.ttl", *BOTH)) == [NO_NAME]


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("../secret.ttl", "catalog-v001.xml leads out of its folder, to "),
        ("file:///etc/passwd", "catalog-v001.xml leads out of its folder, to /etc/passwd"),
        (
            "http://127.0.0.1:9/classes.ttl",
            "catalog-v001.xml leads to http://127.0.0.1:9/classes.ttl, and nothing is fetched",
        ),
        ("none.ttl", "catalog-v001.xml names none.ttl, which is no file"),
        ("away", "catalog-v001.xml names away, which is no file"),
        (
            "file://other.host/classes.ttl",
            "catalog-v001.xml leads to file://other.host/classes.ttl, and nothing is fetched",
        ),
    ],
)
def test_what_a_catalog_must_not_read_is_told(uri: str, why: str, here: Path) -> None:
    (here.parent / "secret.ttl").write_text(CLASSES)
    catalog(f'<uri name="http://ex.org/classes" uri="{uri}"/>')
    (found,) = missing(check("data.ttl", "-s", "away/more.ttl"))
    assert found.startswith(f"{CLASSES_MISSING}; {why}")


def test_a_link_does_not_lead_a_catalog_out_of_its_folder(here: Path) -> None:
    (here.parent / "secret.ttl").write_text(CLASSES)
    Path("classes.ttl").symlink_to(here.parent / "secret.ttl")
    catalog('<uri name="http://ex.org/classes" uri="classes.ttl"/>')
    (found,) = missing(check("data.ttl", "-s", "away/more.ttl"))
    assert "leads out of its folder" in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<catalog>\n<uri", "catalog-v001.xml:2:1: ill-formed catalog: unclosed token"),
        ("", "catalog-v001.xml:1:1: ill-formed catalog: no element found"),
        ('<!DOCTYPE c [<!ENTITY a "b">]>\n<catalog/>', "catalog-v001.xml:1:25: a catalog with entities"),
        ("<catalog>" + "<group>" * 30 + "</group>" * 30 + "</catalog>", "more than 20 groups inside each other"),
        (f"<catalog>{' ' * (1 << 20)}</catalog>", "a catalog of more than 1,048,576 bytes"),
        ('<catalog xml:base="http://[/"><uri name="a:b" uri="c"/></catalog>', "catalog-v001.xml:1:1: no IRI: "),
    ],
    ids=["cut", "empty", "entity", "deep", "long", "base"],
)
def test_a_broken_catalog_is_refused_at_its_place_and_only_when_it_is_needed(text: str, said: str) -> None:
    Path("catalog-v001.xml").write_text(text)
    result = check("data.ttl", "-s", "away/more.ttl")
    assert (result.exit_code, said in result.stderr) == (3, True), result.stderr
    assert heads(check("data.ttl", "-s", "shapes.ttl", *BOTH)) == [NO_NAME]


def test_catalogs_that_lead_to_many_others_are_refused() -> None:
    for number in range(30):
        catalog(f'<nextCatalog catalog="{number + 1}.xml"/>', path=f"{number}.xml")
    catalog('<nextCatalog catalog="0.xml"/>')
    result = check("data.ttl", "-s", "away/more.ttl")
    assert (result.exit_code, "more than 20 catalogs lead to each other" in result.stderr) == (3, True)


# Projects.


def project(settings: str = "") -> None:
    files = {
        "p/scograph.toml": f'[project]\nname = "dogs"\n{settings}',
        "p/ontology/own.ttl": f"{HEAD}<http://ex.org/own> a owl:Ontology ; owl:imports <http://ex.org/classes> .\n",
        "p/shapes/own.ttl": SHAPES,
        "p/data/facts.ttl": f"{HEAD}ex:bo a ex:Dog .\n",
    }
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)


def in_settings() -> None:
    project('[imports]\n"http://ex.org/classes" = "more/classes.ttl"\n"http://ex.org/more" = "more/more.ttl"\n')
    Path("p/more").mkdir()
    Path("p/more/classes.ttl").write_text(CLASSES)
    Path("p/more/more.ttl").write_text(MORE)


def in_catalogs() -> None:
    project()
    for name, text in {"ontology": CLASSES, "shapes": MORE}.items():
        Path(f"p/{name}/imports").mkdir()
        Path(f"p/{name}/imports/it").write_text(text)
        iri = "http://ex.org/classes" if name == "ontology" else "http://ex.org/more"
        catalog(f'<uri name="{iri}" uri="imports/it.ttl"/>', path=f"p/{name}/catalog-v001.xml")
        Path(f"p/{name}/imports/it").rename(f"p/{name}/imports/it.ttl.txt")
        Path(f"p/{name}/catalog-v001.xml").write_text(
            Path(f"p/{name}/catalog-v001.xml").read_text().replace("it.ttl", "it.ttl.txt")
        )


def test_a_project_tells_its_missing_imports() -> None:
    project()
    result = check("p")
    assert missing(result) == [
        f"ontology/own.ttl:5:50: warning G06 <http://ex.org/classes> {NOT_AT_HAND}",
        f"shapes/own.ttl:5:36: warning G06 <http://ex.org/more> {NOT_AT_HAND}",
    ]
    assert "warning G05 no shape" in result.stdout or "warning G05 there is no shape" in result.stdout
    assert " · no shape applied · 2 imports missing · " in result.stderr
    assert result.exit_code == 0


@pytest.mark.parametrize("named", [in_settings, in_catalogs])
def test_a_project_reads_imports_of_its_settings_and_of_catalogs(named: Callable[[], None]) -> None:
    named()
    result = check("p")
    errors = [line for line in heads(result) if "error" in line]
    assert errors == ["data/facts.ttl:5:1: error sh:minCount fewer than 1 value of ex:name"]
    assert not [line for line in heads(result) if "G06" in line or "G05" in line]


def test_a_project_reads_imports_of_options_and_publishes_nothing_of_them() -> None:
    project()
    result = check("p", *BOTH)
    assert [line for line in heads(result) if "error" in line] == [
        "data/facts.ttl:5:1: error sh:minCount fewer than 1 value of ex:name"
    ]
    assert "required by " in result.stdout
    assert "away/more.ttl:6:" in result.stdout
    loaded = scograph.Project.open("p").load(
        imports={"http://ex.org/classes": "away/classes.ttl", "http://ex.org/more": Path("away/more.ttl")}
    )
    assert [finding.code for finding in loaded.check().findings if finding.severity == "error"] == ["sh:minCount"]
    assert "Animal" not in "".join(map(str, (*loaded.ontology, *loaded.shapes, *loaded.default_graph())))


def test_an_import_of_a_project_that_claims_owl_lite_is_judged_with_it() -> None:
    project('[ontology]\nprofile = "owl-lite"\n')
    assert any(" error L19 " in line for line in heads(check("p")))
    Path("away/classes.ttl").write_text(
        f"{CLASSES}ex:Dog a owl:Class ; owl:disjointWith ex:Cat .\nex:Cat a owl:Class .\n"
    )
    found = heads(check("p", *BOTH))
    assert not [line for line in found if "L19" in line]
    assert [line for line in found if "L02" in line and "away/classes.ttl" in line]


def test_terms_that_an_import_declares_are_declared() -> None:
    project()
    Path("p/ontology/own.ttl").write_text(
        f"{HEAD}<http://ex.org/own> a owl:Ontology ; owl:imports <http://ex.org/classes> .\n"
        "ex:Cat a owl:Class ; rdfs:comment 'a cat' .\n"
    )
    assert [line for line in heads(check("p")) if " R01 <http://ex.org/Dog>" in line]
    assert not [line for line in heads(check("p", *BOTH)) if " R01 <http://ex.org/Dog>" in line]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('"http://ex.org/classes" = "../away/classes.ttl"', "imports: '../away/classes.ttl' is no file of the project"),
        ('"http://ex.org/classes" = "/etc/passwd"', "imports: '/etc/passwd' is no file of the project"),
        ('"classes" = "a.ttl"', "imports: 'classes' is no absolute IRI"),
        ('"http://ex.org/classes" = ""', "imports: no file for the import of http://ex.org/classes"),
        ('"http://ex.org/classes" = 5', "imports.http://ex.org/classes is no text"),
    ],
)
def test_settings_name_files_of_the_project(line: str, said: str) -> None:
    project(f"[imports]\n{line}\n")
    result = check("p")
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr


# Python.


def test_python_names_files_of_imports_and_gets_the_missing_ones_as_findings() -> None:
    found = scograph.validate("data.ttl", "shapes.ttl")
    assert [(one.code, str(one.place), one.hint) for one in found.findings if one.code == "G06"] == [
        ("G06", "data.ttl:5:51", PYTHON_HINT),
        ("G06", "shapes.ttl:5:36", PYTHON_HINT),
    ]
    assert found.conforms
    named = {"http://ex.org/classes": Path("away/classes.ttl"), "http://ex.org/more#": "away/more.ttl"}
    assert [result.focus for result in scograph.validate("data.ttl", "shapes.ttl", imports=named).results] == [
        "<http://ex.org/bo>"
    ]
    assert [
        result.focus
        for result in scograph.validate(
            DATA.encode(), SHAPES.encode(), ontology=CLASSES.encode(), imports=named
        ).results
    ] == ["<http://ex.org/bo>"]


def test_python_refuses_wrong_imports() -> None:
    with pytest.raises(UsageError, match="'classes' is no absolute IRI"):
        scograph.validate("data.ttl", "shapes.ttl", imports={"classes": "a.ttl"})
    with pytest.raises(InputError, match=r"none\.ttl"):
        scograph.validate("data.ttl", "shapes.ttl", imports={"http://ex.org/classes": "none.ttl"})
    Path("broken.ttl").write_text("oops")
    with pytest.raises(RdfSyntaxError):
        scograph.validate("data.ttl", "shapes.ttl", imports={"http://ex.org/classes": "broken.ttl"})
