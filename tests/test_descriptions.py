"""Descriptions are true: each number is what a query finds in the published files, each file is as it is described."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyshacl
import pytest
import rdflib
from jsonschema import Draft202012Validator
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple, parse
from rdflib.namespace import DCAT, DCTERMS, FOAF, PROV, RDF, VOID

from scograph import Project
from scograph.build import BuildOptions, Built, build
from scograph.checks.shapes import validate
from scograph.exports.canonical import canonical, digest
from scograph.exports.citation import spdx
from scograph.exports.descriptions import DESCRIPTIONS
from scograph.exports.facts_table import facts_table
from scograph.exports.publication import NOT_STATED, PublicationTarget, ni
from scograph.exports.tables import METADATA, tables
from scograph.exports.writers import Prefixed, in_each_syntax
from scograph.formats import DOCUMENT_SYNTAXES
from scograph.rdflib_bridge import to_graph
from scograph.serialise.lines import n_quads
from scograph.site import SiteContent
from scograph.stores.embedded import EmbeddedStore

HERE = Path(__file__).parent
PROJECTS = ("builtin", "library", "one-file", "small")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
CONCEPT = "https://w3id.org/scograph/concept/"
ENDPOINT = "https://example.org/sparql"
SHAPES = tuple(q.triple for q in parse((HERE / "dcat_ap" / "shapes.ttl").read_bytes(), RdfFormat.TURTLE))


@pytest.fixture(scope="module", params=PROJECTS)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A project, published; the small one with a SPARQL endpoint."""
    name = str(request.param)
    project = Project.builtin() if name == "builtin" else Project.open(HERE / "projects" / name)
    target = PublicationTarget(endpoint=ENDPOINT) if name == "small" else PublicationTarget()
    return build(project, tmp_path_factory.mktemp(name) / "dist", SiteContent(target), BuildOptions(0))


def described(built: Built, name: str) -> rdflib.Graph:
    return rdflib.Graph().parse(built.folder / name, format="turtle")


@pytest.fixture(scope="module")
def dumps(built: Built) -> dict[str, rdflib.Graph]:
    """What is published, as anyone loads it: all, and the facts alone."""
    return {kind: dump(built, kind) for kind in ("", "-facts")}


def dump(built: Built, kind: str = "") -> rdflib.Graph:
    """What is published, as anyone loads it; rdflib keeps the lexical forms apart."""
    stem = built.manifest.name
    data = (built.folder / f"{stem}{kind}.nt").read_bytes()
    return to_graph(quad.triple for quad in parse(data, RdfFormat.N_TRIPLES))


def number(graph: rdflib.Graph, select: str) -> int:
    (row,) = graph.query(f"SELECT {select}")
    return int(row[0])


def test_the_projects_differ_in_what_could_go_wrong() -> None:
    assert len(PROJECTS) == 4
    assert not Project.open(HERE / "projects" / "one-file").load().sources
    assert "_:" in (HERE / "projects" / "library" / "data" / "catalogue" / "1-gardens.ttl").read_text(encoding="utf-8")


def test_every_description_is_among_the_files_and_in_the_manifest(built: Built) -> None:
    assert len(DESCRIPTIONS) == 7
    assert sum(len(row.paths) for row in DESCRIPTIONS) == 16
    for row in DESCRIPTIONS:
        for path in row.paths:
            entry = built.manifest.entry(path)
            assert entry is not None
            assert entry.media_type == row.media_type or row.path.endswith(".ttl") != path.endswith(".ttl")
            assert entry.size == (built.folder / path).stat().st_size > 0


@pytest.mark.parametrize("stem", ["ontology", "shapes", "void", "dcat", "prov"])
def test_a_document_says_the_same_in_each_syntax(built: Built, stem: str) -> None:
    if not (built.folder / f"{stem}.ttl").exists():
        assert stem in {"ontology", "shapes"}, "a project of one file has neither"
        assert not list(built.folder.glob(f"{stem}.*"))
        return
    turtle = (built.folder / f"{stem}.ttl").read_bytes()
    form = digest(canonical(n_quads(parse(turtle, RdfFormat.TURTLE))))
    assert [row.name for row in DOCUMENT_SYNTAXES] == ["ttl", "nt", "jsonld", "rdf"]
    for row in DOCUMENT_SYNTAXES:
        data = (built.folder / f"{stem}.{row.extension}").read_bytes()
        assert digest(canonical(n_quads(parse(data, row.rdf)))) == form, row.name
        entry = built.manifest.entry(f"{stem}.{row.extension}")
        assert entry is not None
        assert entry.media_type == row.media_type


def test_rdf_xml_that_cannot_be_written_is_left_out() -> None:
    """An XML name cannot begin with a digit, and the property has no other cut (RDF/XML, clause 2.1)."""
    prefixes = Prefixed({"ex": "https://example.org/"})
    subject = NamedNode("https://example.org/a")
    (fine, odd) = (
        tuple(
            in_each_syntax("a/b", prefixes, [Triple(subject, NamedNode(f"https://example.org/{name}"), Literal("x"))])
        )
        for name in ("name", "gdo/0000240")
    )
    assert [document.path for document in fine] == ["a/b.ttl", "a/b.nt", "a/b.jsonld", "a/b.rdf"]
    assert [document.path for document in odd] == ["a/b.ttl", "a/b.nt", "a/b.jsonld"]
    assert b"gdo/0000240" in b"".join(odd[0])


def listed(built: Built) -> set[str]:
    """What catalogues list: single tables are in their archive."""
    return {entry.path for entry in built.exported if not entry.path.startswith("tables/")}


def about_json_ld(built: Built) -> set[str]:
    """What says how the JSON-LD looks, and is no form of the data."""
    return {f"{built.manifest.name}.{extension}" for extension in ("schema.json", "d.ts")}


def test_the_tables_are_published_as_a_folder_and_as_an_archive_of_the_same_bytes(built: Built) -> None:
    expected = {document.path: document.read() for document in tables(built.publication.graph.default_graph())}
    assert len(expected) > 1
    assert expected.keys() >= {METADATA}
    assert {path.name: path.read_bytes() for path in (built.folder / "tables").iterdir()} == expected
    with zipfile.ZipFile(built.folder / "tables.zip") as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"tables/{name}": data for name, data in expected.items()
        }
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    dcat = described(built, "dcat.ttl")
    (node,) = [
        n for n in dcat.subjects(RDF.type, DCAT.Distribution) if str(dcat.value(n, DCTERMS.title)) == "tables.zip"
    ]
    assert str(dcat.value(node, DCAT.packageFormat)).endswith("/application/zip")
    assert str(dcat.value(node, DCAT.mediaType)).endswith("/text/csv")


def test_the_readme_names_every_file(built: Built) -> None:
    text = (built.folder / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([^`]+)` \| \S", text, re.MULTILINE))
    files = {path.name + "/" * path.is_dir() for path in built.folder.iterdir()}
    assert named == {
        name for name in files if name in listed(built) or name in {"tables/", "manifest.json", "SHA256SUMS"}
    }
    assert len(named) > 25
    assert text.startswith("# ")


# VoID.


@pytest.mark.parametrize("kind", ["", "-facts"])
def test_each_number_in_void_is_what_a_query_finds(kind: str, built: Built, dumps: dict[str, rdflib.Graph]) -> None:
    void, data = described(built, "void.ttl"), dumps[kind]
    (whole,) = void.subjects(VOID.subset)
    node = void.value(whole, VOID.subset) if kind else whole
    space = str(void.value(whole, VOID.uriSpace) or "")
    expected = {
        VOID.triples: "(COUNT(*) AS ?n) { ?s ?p ?o }",
        VOID.entities: f'(COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p ?o FILTER(isIRI(?s) && STRSTARTS(STR(?s), "{space}")) }}',
        VOID.classes: "(COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
        VOID.properties: "(COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
        VOID.distinctSubjects: "(COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
        VOID.distinctObjects: "(COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    }
    for predicate, query in expected.items():
        assert int(void.value(node, predicate)) == number(data, query), predicate
    assert int(void.value(node, VOID.triples)) > 0


@pytest.mark.parametrize("kind", ["", "-facts"])
def test_the_partitions_in_void_are_those_that_a_query_finds(
    kind: str, built: Built, dumps: dict[str, rdflib.Graph]
) -> None:
    void, data = described(built, "void.ttl"), dumps[kind]
    (whole,) = void.subjects(VOID.subset)
    node = void.value(whole, VOID.subset) if kind else whole
    for partition, about, count, query in (
        (
            VOID.classPartition,
            VOID["class"],
            VOID.entities,
            "SELECT ?x (COUNT(DISTINCT ?s) AS ?n) { ?s a ?x } GROUP BY ?x",
        ),
        (VOID.propertyPartition, VOID.property, VOID.triples, "SELECT ?x (COUNT(*) AS ?n) { ?s ?x ?o } GROUP BY ?x"),
    ):
        said = {void.value(part, about): int(void.value(part, count)) for part in void.objects(node, partition)}
        assert said == {row[0]: int(row[1]) for row in data.query(query)}
        assert len(said) > 0


def test_the_vocabularies_and_examples_in_void_are_used(built: Built, dumps: dict[str, rdflib.Graph]) -> None:
    void, data = described(built, "void.ttl"), dumps[""]
    query = "SELECT DISTINCT ?t { { ?s ?t ?o } UNION { ?s a ?t } }"
    namespaces = {re.sub(r"[^#/]*$", "", str(row[0])) for row in data.query(query)}
    assert {str(o) for o in void.objects(None, VOID.vocabulary)} == namespaces
    examples = list(void.objects(None, VOID.exampleResource))
    assert examples
    for example in examples:
        assert (example, RDF.type, None) in data


def test_the_dumps_in_void_are_files_that_were_written(built: Built) -> None:
    void = described(built, "void.ttl")
    addresses = {str(o) for o in void.objects(None, VOID.dataDump)}
    stem = built.manifest.name
    names = (f"{stem}.", f"{stem}-facts.")
    table = f"{stem}-facts.csv"
    files = {e.path for e in built.entries if e.path.startswith(names)} - about_json_ld(built) - {table}
    assert addresses == {built.publication.address(path) for path in files}
    assert len(files) == 9
    (facts,) = void.objects(None, VOID.subset)
    assert [str(one) for one in void.objects(facts, DCTERMS.hasFormat)] == [built.publication.address(table)]


# The table of facts.


def test_the_table_of_facts_says_what_the_question_for_all_facts_finds(built: Built) -> None:
    stem = built.manifest.name
    with (built.folder / f"{stem}-facts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    published = parse((built.folder / f"{stem}.nt").read_bytes(), RdfFormat.N_TRIPLES)
    store = EmbeddedStore(published)  # it keeps lexical forms
    (path,) = (HERE.parent / "ontology" / "questions").glob("*-facts-with-source-and-link.rq")
    query, found = re.subn(r"(?m)^ *VALUES .*\n", "", path.read_text(encoding="utf-8"))
    assert found == 1
    wanted = Counter(tuple(value.value if value is not None else "" for value in row) for row in store.query(query))
    document = "PREFIX scog: <https://w3id.org/scograph/ontology#> SELECT * { ?p scog:isPassageOf ?d }"
    document_of = {row["p"].value: row["d"].value for row in store.query(document)}
    columns = ("subject", "property", "value", "basis", "document", "date", "link")
    shown = [
        {**row, "basis": f"{CONCEPT}basis/{row['basis']}", "document": document_of[row["passage"]]}
        for row in rows
        if row["claim"]
    ]
    assert Counter(tuple(row[column] for column in columns) for row in shown) == wanted
    facts = dump(built, "-facts")
    assert len({tuple(row[c] for c in (*columns[:3], "language or datatype")) for row in rows}) == len(facts)
    assert (len(shown) > 1000) == (stem == "sco")
    assert all(row["claim"].startswith(f"{row['passage']}#") for row in shown)
    assert [row["subject"] for row in rows] == sorted(row["subject"] for row in rows)


def test_a_fact_without_a_source_has_a_line_and_what_is_on_record_only_has_none() -> None:
    project = Project.builtin()
    graph = project.load()
    table = csv.DictReader(io.StringIO(facts_table(graph).read().decode()))
    claims = {row["claim"] for row in table}
    on_record = {
        c.iri.value for c in graph.claims if c.basis.value.endswith(("/contradicted", "/superseded", "/denied"))
    }
    assert len(on_record) >= 3
    assert not claims & on_record
    bare = Project.open(HERE / "projects" / "one-file").load()
    (line, *_) = csv.DictReader(io.StringIO(facts_table(bare).read().decode()))
    assert line["value"]
    assert not line["link"]


# DCAT.


def test_each_distribution_in_dcat_is_a_file_as_it_is(built: Built) -> None:
    dcat = described(built, "dcat.ttl")
    nodes = list(dcat.subjects(RDF.type, DCAT.Distribution))
    own = {path for row in DESCRIPTIONS for path in row.paths}
    assert {str(dcat.value(node, DCTERMS.title)) for node in nodes} == listed(built) - own - about_json_ld(built)
    for node in nodes:
        path = str(dcat.value(node, DCTERMS.title))
        data = (built.folder / path).read_bytes()
        entry = built.manifest.entry(path)
        assert entry is not None
        assert int(dcat.value(node, DCAT.byteSize)) == len(data)
        checksum = dcat.value(node, SPDX.checksum)
        assert dcat.value(checksum, SPDX.algorithm) == SPDX.checksumAlgorithm_sha256
        assert str(dcat.value(checksum, SPDX.checksumValue)) == hashlib.sha256(data).hexdigest()
        media_type = str(dcat.value(node, DCAT.mediaType))
        inside = "text/csv" if path == "tables.zip" else entry.media_type.partition(";")[0]
        assert media_type == f"https://www.iana.org/assignments/media-types/{inside}"
        assert dcat.value(node, DCAT.accessURL) == dcat.value(node, DCAT.downloadURL)
        assert str(dcat.value(node, DCAT.downloadURL)) == built.publication.address(path)


def test_the_json_ld_conforms_to_the_schema_that_the_catalogue_names(built: Built) -> None:
    dcat, stem = described(built, "dcat.ttl"), built.manifest.name
    schema = json.loads((built.folder / f"{stem}.schema.json").read_bytes())
    conforming = {
        str(dcat.value(node, DCTERMS.title)): str(dcat.value(node, DCTERMS.conformsTo))
        for node in dcat.subjects(DCTERMS.conformsTo, None)
        if (node, RDF.type, DCAT.Distribution) in dcat
    }
    address = built.publication.address(f"{stem}.schema.json")
    assert conforming == {f"{stem}.jsonld": address, f"{stem}-facts.jsonld": address}
    for path in conforming:
        document = json.loads((built.folder / path).read_bytes())
        assert [error.json_path for error in Draft202012Validator(schema).iter_errors(document)] == []


def violations(triples: list[Triple]) -> list[str]:
    """What DCAT-AP finds in a description, by our own SHACL engine."""
    return sorted(f"{finding.focus} {finding.path}" for finding in validate(triples, SHAPES))


def test_the_catalogue_conforms_to_dcat_ap(built: Built) -> None:
    triples = [q.triple for q in parse((built.folder / "dcat.ttl").read_bytes(), RdfFormat.TURTLE)]
    assert violations(triples) == []


@pytest.mark.filterwarnings("ignore:Dataset[.]default_context:DeprecationWarning")  # pySHACL's own
def test_another_engine_finds_nothing_either(built: Built) -> None:
    data = rdflib.Graph().parse(built.folder / "dcat.ttl")
    conforms, _, text = pyshacl.validate(data, shacl_graph=str(HERE / "dcat_ap" / "shapes.ttl"))
    assert conforms, text


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> list[Triple]:
    """The catalogue of a project with an endpoint: it has every class."""
    folder = tmp_path_factory.mktemp("catalogue") / "dist"
    built = build(Project.builtin(), folder, SiteContent(PublicationTarget(endpoint=ENDPOINT)), BuildOptions(0))
    return [q.triple for q in parse((built.folder / "dcat.ttl").read_bytes(), RdfFormat.TURTLE)]


@pytest.mark.parametrize(
    "name", ["accessURL", "title", "description", "publisher", "name", "checksumValue", "algorithm", "endpointURL"]
)
def test_dcat_ap_finds_a_property_that_is_not_there(name: str, catalogue: list[Triple]) -> None:
    kept = [t for t in catalogue if not t.predicate.value.endswith((f"/{name}", f"#{name}"))]
    assert len(kept) < len(catalogue)
    assert violations(kept) != []


@pytest.mark.parametrize(
    "name",
    ["ChecksumAlgorithm", "Checksum", "LicenseDocument", "LinguisticSystem", "MediaType", "MediaTypeOrExtent",
     "PeriodOfTime", "Standard", "Agent", "Distribution"],
)  # fmt: skip
def test_dcat_ap_finds_a_value_without_its_class(name: str, catalogue: list[Triple]) -> None:
    kept = [t for t in catalogue if not str(t.object).endswith((f"/{name}>", f"#{name}>"))]
    assert len(kept) < len(catalogue)
    assert violations(kept) != []


def test_the_catalogue_says_what_dcat_ap_recommends_as_far_as_it_is_known(catalogue: list[Triple]) -> None:
    dcat = to_graph(catalogue)
    authority = "http://publications.europa.eu/resource/authority/"
    for kind in (DCAT.Catalog, DCAT.Dataset):
        node = dcat.value(None, RDF.type, kind)
        languages = {str(value).removeprefix(authority) for value in dcat.objects(node, DCTERMS.language)}
        assert languages == {"language/ENG", "language/RUS", "language/ZHO"}
        assert dcat.value(node, DCTERMS.license) is not None
        assert {dcat.value(node, date) is None for date in (DCTERMS.issued, DCTERMS.modified)} == {False}
    formats = {
        str(dcat.value(node, DCTERMS.title)): str(dcat.value(node, DCTERMS.format)).removeprefix(authority)
        for node in dcat.subjects(RDF.type, DCAT.Distribution)
    }
    for path, code in {
        "sco.ttl": "RDF_TURTLE",
        "sco.nt": "RDF_N_TRIPLES",
        "sco.nq": "RDF_N_QUADS",
        "sco.trig": "RDF_TRIG",
        "sco.rdf": "RDF_XML",
        "sco.jsonld": "JSON_LD",
        "check.json": "JSON",
    }.items():
        assert formats[path] == f"file-type/{code}", path


def test_the_service_is_described_where_there_is_one(built: Built) -> None:
    dcat, void = described(built, "dcat.ttl"), described(built, "void.ttl")
    endpoints = [rdflib.URIRef(ENDPOINT)] if built.manifest.name == "chess" else []
    assert list(dcat.objects(None, DCAT.endpointURL)) == endpoints
    assert list(void.objects(None, VOID.sparqlEndpoint)) == endpoints


def test_the_years_of_the_dataset_are_those_of_its_facts(built: Built, dumps: dict[str, rdflib.Graph]) -> None:
    dcat, data = described(built, "dcat.ttl"), dumps["-facts"]
    rows = data.query(
        "SELECT (MIN(?y) AS ?first) (MAX(?y) AS ?last) { ?s ?p ?o BIND(SUBSTR(STR(?o), 1, 4) AS ?y) "
        "FILTER(DATATYPE(?o) IN (xsd:date, xsd:gYear, xsd:gYearMonth, xsd:dateTime)) }"
    )
    row = next(iter(rows), (None, None))  # of no date rdflib gives no row
    period = dcat.value(None, RDF.type, DCTERMS.PeriodOfTime)
    said = [None if period is None else str(dcat.value(period, p)) for p in (DCAT.startDate, DCAT.endDate)]
    assert said == [None if year is None else str(year) for year in row]


def test_a_publisher_that_the_graph_does_not_name_is_said_to_be_not_stated(built: Built) -> None:
    dcat = described(built, "dcat.ttl")
    catalogue = dcat.value(None, RDF.type, DCAT.Catalog)
    name = str(dcat.value(dcat.value(catalogue, DCTERMS.publisher), FOAF.name))
    assert name == ("scograph" if built.manifest.name == "sco" else NOT_STATED)


# Other descriptions.


def test_the_schema_org_dataset_is_what_search_engines_ask_for(built: Built) -> None:
    said = json.loads((built.folder / "schema-org.jsonld").read_bytes())
    assert said["@type"] == "Dataset"
    assert said["name"]
    assert 50 <= len(said["description"]) <= 5000
    own = {path for row in DESCRIPTIONS for path in row.paths}
    assert {d["name"] for d in said["distribution"]} == listed(built) - own - about_json_ld(built)
    for distribution in said["distribution"]:
        data = (built.folder / distribution["name"]).read_bytes()
        assert distribution["contentSize"] == f"{len(data)} B"
        assert distribution["sha256"] == hashlib.sha256(data).hexdigest()


def test_the_count_in_a_description_that_is_made_is_that_of_a_query(tmp_path: Path) -> None:
    built = build(Project.open(HERE / "projects" / "library"), tmp_path / "dist")
    said = json.loads((built.folder / "schema-org.jsonld").read_bytes())["description"]
    data = dump(built, "-facts")
    facts, things = (
        number(data, "(COUNT(*) AS ?n) { ?s ?p ?o }"),
        number(data, "(COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
    )
    assert said == f"A knowledge graph of {facts} facts about {things} things, from 1 document."


def test_the_provenance_leads_from_each_file_to_its_document(built: Built) -> None:
    prov = described(built, "prov.ttl")
    graph = built.publication.graph
    build_node = prov.value(None, RDF.type, PROV.Activity)
    used = set(prov.objects(build_node, PROV.used))
    assert {str(node) for node in used} == {
        ni(hashlib.sha256(path.read_bytes()).hexdigest()) for path in graph.project.data_files()
    }
    for facts in graph.facts_files:
        if facts.passage:
            file = rdflib.URIRef(ni(built.publication.inputs[facts.parsed.path]))
            assert rdflib.URIRef(facts.passage.value) in set(prov.objects(file, PROV.wasDerivedFrom))
    for source in graph.sources:
        for passage in source.passages.values():
            derived = set(prov.objects(rdflib.URIRef(passage.value), PROV.wasDerivedFrom))
            assert derived == {rdflib.URIRef(source.document.value)}
    assert set(prov.subjects(PROV.wasGeneratedBy, build_node)) > used & set(prov.subjects(PROV.wasGeneratedBy))


def test_the_day_of_a_build_is_that_of_the_data_and_never_of_the_clock(built: Built) -> None:
    prov = described(built, "prov.ttl")
    times = [str(t) for t in prov.objects(None, PROV.generatedAtTime)]
    assert times == (["2026-11-23T00:00:00+00:00"] if built.manifest.name == "sco" else [])


def test_the_source_date_epoch_is_the_day(tmp_path: Path) -> None:
    built = build(
        Project.open(HERE / "projects" / "small"), tmp_path / "d", SiteContent(PublicationTarget(date="2001-02-03"))
    )
    assert built.manifest.date == "2001-02-03"
    for name in ("void.ttl", "dcat.ttl", "prov.ttl", "schema-org.jsonld", "CITATION.cff"):
        assert "2001-02-03" in (built.folder / name).read_text(encoding="utf-8"), name


def fields(text: str) -> Iterator[tuple[str, str]]:
    """The first level of a Citation File: every value of ours is a JSON text or a bare word."""
    for line in text.splitlines():
        if match := re.fullmatch(r"([a-z-]+): (.+)", line):
            yield match[1], json.loads(match[2]) if match[2].startswith('"') else match[2]


def test_the_citation_file_has_what_its_schema_requires(built: Built) -> None:
    said = dict(fields((built.folder / "CITATION.cff").read_text(encoding="utf-8")))
    assert said["cff-version"] == "1.2.0"
    assert said["message"]
    assert said["type"] == "dataset"
    assert said["title"] == built.publication.title
    assert "authors:\n  - name: " in (built.folder / "CITATION.cff").read_text(encoding="utf-8")
    assert set(said) <= {
        *(
            "cff-version",
            "message",
            "type",
            "title",
            "abstract",
            "version",
            "date-released",
            "license",
            "license-url",
            "url",
        )
    }


def test_bibtex_reads_as_one_entry_with_balanced_braces(built: Built) -> None:
    text = (built.folder / "citation.bib").read_text(encoding="utf-8")
    assert text.startswith("@misc{")
    bare = re.sub(r"\\.", "", text)
    assert bare.count("{") == bare.count("}")
    assert built.manifest.canonical in text


def test_the_canonical_digest_is_that_of_the_dataset(built: Built) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scograph", "hash", built.folder / f"{built.manifest.name}.trig"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == built.manifest.canonical


def test_an_address_that_is_given_stands_before_all_paths(tmp_path: Path) -> None:
    built = build(
        Project.open(HERE / "projects" / "one-file"),
        tmp_path / "dist",
        SiteContent(PublicationTarget(base="https://walks.example/open")),
    )
    dcat = described(built, "dcat.ttl")
    urls = {str(o) for o in dcat.objects(None, DCAT.downloadURL)}
    assert "https://walks.example/open/one-file.nt" in urls
    assert all(url.startswith("https://walks.example/open/") for url in urls)


def test_without_an_address_files_are_named_by_their_content(tmp_path: Path) -> None:
    built = build(Project.open(HERE / "projects" / "one-file"), tmp_path / "dist")
    digest = hashlib.sha256((built.folder / "one-file.nt").read_bytes()).hexdigest()
    assert built.publication.address("one-file.nt") == ni(digest)
    assert ni(digest) in (built.folder / "dcat.ttl").read_text(encoding="utf-8")


def test_the_example_of_rfc_6920_has_its_name() -> None:
    assert (
        ni(hashlib.sha256(b"Hello World!").hexdigest()) == "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk"
    )


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("http://creativecommons.org/licenses/by-sa/3.0/", "CC-BY-SA-3.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://opendatacommons.org/licenses/pddl/1-0/", "PDDL-1.0"),
        ("https://opendatacommons.org/licenses/odbl/1-0/", "ODbL-1.0"),
        ("https://example.org/licence", ""),
    ],
)
def test_a_licence_has_its_spdx_identifier_or_none(licence: str, expected: str) -> None:
    assert spdx(licence) == expected


def test_a_description_can_be_loaded_into_a_store_beside_the_data(built: Built) -> None:
    store = Store()
    for row in DESCRIPTIONS:
        if row.path.endswith(".ttl"):
            store.load(path=str(built.folder / row.path), format=RdfFormat.TURTLE)
    dataset = NamedNode(built.publication.dataset.value)
    kinds = {q.object.value for q in store.quads_for_pattern(dataset, NamedNode(str(RDF.type)), None)}
    assert kinds >= {str(VOID.Dataset), str(DCAT.Dataset), str(PROV.Entity)}


def test_odd_texts_in_the_header_break_no_description(tmp_path: Path) -> None:
    project = Path(shutil.copytree(HERE / "projects" / "small", tmp_path / "odd"))
    path = project / "data" / "editorial" / "source.ttl"
    text = path.read_text(encoding="utf-8")
    odd = """"100% \\"Chess\\" & {sets}: #1 \\\\ <b>_~^\\n---\\n棋"@en"""
    path.write_text(text.replace('"The Millbrook chess record"@en', odd), encoding="utf-8")
    built = build(Project.open(project), tmp_path / "dist")
    said = dict(fields((built.folder / "CITATION.cff").read_text(encoding="utf-8")))
    assert said["title"] == '100% "Chess" & {sets}: #1 \\ <b>_~^\n---\n棋'
    assert json.loads((built.folder / "schema-org.jsonld").read_bytes())["name"] == said["title"]
    assert str(described(built, "dcat.ttl").value(built_dataset(built), DCTERMS.title)) == said["title"]


def built_dataset(built: Built) -> rdflib.URIRef:
    return rdflib.URIRef(built.publication.dataset.value)
