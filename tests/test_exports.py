"""Every download says the same: the facts as their curators typed them, with their claims."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import rdflib
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from built_in import built_in_graph
from readers import XSD, read_with_oxigraph, read_with_pyld, read_with_rdflib
from scograph import Project
from scograph.api import Graph
from scograph.errors import UsageError
from scograph.exports import EXPORTERS, Exporter, exporter
from scograph.formats import RDF_FORMATS_BY_NAME
from scograph.messages import first_of
from scograph.project import builtin_folder

ROOT = builtin_folder()
RDF_NAMES = tuple(row.name for row in EXPORTERS if row.name in RDF_FORMATS_BY_NAME)
WITH_GRAPHS = tuple(row.name for row in EXPORTERS if row.graphs)
SOURCES = tuple(sorted(path.parent.name for path in (ROOT / "data").glob("*/source.ttl")))
RDFLIB_FORMATS = {"nt": "nt", "ttl": "turtle", "jsonld": "json-ld", "nq": "nquads", "trig": "trig", "rdf": "xml"}

SCOG = "https://w3id.org/scograph/ontology#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return built_in_graph()


@pytest.fixture(scope="module")
def exports(graph: Graph) -> dict[str, bytes]:
    return {name: b"".join(graph.export(name)) for name in RDF_NAMES}


def triples(quads: list[Quad]) -> set[Triple]:
    return {quad.triple for quad in quads if isinstance(quad.graph_name, DefaultGraph)}


def turtle_file(path: Path) -> set[Triple]:
    return {quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE)}


def facts_files(source: str) -> Iterator[tuple[str, str, Path]]:
    """Passage number, basis and path of each file of facts, by its name."""
    for path in sorted((ROOT / "data" / source).glob("[0-9]*.ttl")):
        number, *_ = path.name.partition("-")
        _, *basis = path.name.removesuffix(".ttl").split(".")
        yield number, basis[0] if basis else "stated", path


def asserted(source: str) -> set[Triple]:
    files = (path for _, basis, path in facts_files(source) if basis not in ("possible", "contradicted"))
    return set().union(*map(turtle_file, files))


# The same triples


@pytest.mark.parametrize("name", RDF_NAMES)
def test_an_export_says_what_the_graph_says(name: str, graph: Graph, exports: dict[str, bytes]) -> None:
    said = triples(read_with_oxigraph(exports[name], name))
    assert said == set(graph.default_graph())
    assert len(said) > 2000


@pytest.mark.parametrize("name", RDF_NAMES)
def test_an_export_of_facts_alone_says_the_facts_and_nothing_else(name: str, graph: Graph) -> None:
    facts = triples(read_with_oxigraph(b"".join(graph.export(name, facts_only=True)), name))
    assert facts == set().union(*map(asserted, SOURCES))
    assert facts < set(graph.default_graph())


@pytest.mark.parametrize("name", WITH_GRAPHS)
def test_a_named_graph_holds_what_its_passage_asserts(name: str, exports: dict[str, bytes]) -> None:
    found: dict[str, set[Triple]] = {}
    for quad in read_with_oxigraph(exports[name], name):
        if isinstance(quad.graph_name, NamedNode):
            found.setdefault(quad.graph_name.value, set()).add(quad.triple)
    expected: dict[str, set[Triple]] = {}
    for source in SOURCES:
        passages = {
            t.subject.value.rpartition("/")[2]: t.subject.value
            for t in turtle_file(ROOT / "data" / source / "source.ttl")
            if t.object == NamedNode(SCOG + "Passage")
        }
        for number, basis, path in facts_files(source):
            if basis not in ("possible", "contradicted"):
                passage = passages[number]
                expected.setdefault(passage, set()).update(turtle_file(path))
    assert found == expected
    assert len(found) > 20


def test_only_n_quads_and_trig_have_named_graphs() -> None:
    assert WITH_GRAPHS == ("nq", "trig")


@pytest.mark.parametrize("name", ["nt", "nq"])
def test_lines_are_sorted_and_each_is_there_once(name: str, exports: dict[str, bytes]) -> None:
    lines = exports[name].split(b"\n")
    assert lines.pop() == b""
    assert lines == sorted(set(lines))
    assert all(line.endswith(b" .") for line in lines)


def test_the_lines_of_n_triples_are_those_of_n_quads_without_a_graph(exports: dict[str, bytes]) -> None:
    in_the_default_graph = {
        line for line in exports["nq"].splitlines() if not re.search(rb" <[^>]*/passage/\d+> \.$", line)
    }
    pointing_at_a_passage = {line for line in exports["nt"].splitlines() if re.search(rb"/passage/\d+> \.$", line)}
    assert set(exports["nt"].splitlines()) >= in_the_default_graph
    assert set(exports["nt"].splitlines()) == in_the_default_graph | pointing_at_a_passage


# One source


@pytest.mark.parametrize("source", SOURCES)
def test_the_export_of_one_source_holds_its_facts_its_description_and_its_claims(source: str, graph: Graph) -> None:
    said = set(graph.default_graph(source=source))
    described = turtle_file(ROOT / "data" / source / "source.ttl")
    concepts = {t for place in ("", "profile") for t in turtle_file(ROOT / "ontology" / place / "concepts.ttl")}
    facts = asserted(source)
    assert said >= facts | described | concepts
    claims = {t.subject for t in said if t.object == NamedNode(SCOG + "Claim")}
    derived = {t for t in said if t.predicate == NamedNode(SCOG + "passageUrl")}
    assert {t.subject for t in said - facts - described - concepts - derived} == claims
    assert {t.subject for t in derived} <= {t.subject for t in described}
    assert len(claims) == sum(len(turtle_file(path)) for _, _, path in facts_files(source))
    passages = {t.object for t in said if t.subject in claims and t.predicate == NamedNode(SCOG + "isSupportedBy")}
    assert passages <= {t.subject for t in described}


def test_the_sources_together_are_the_whole(graph: Graph) -> None:
    assert len(SOURCES) >= 3
    assert set().union(*(graph.default_graph(source=source) for source in SOURCES)) == set(graph.default_graph())


@pytest.mark.parametrize("source", SOURCES)
def test_one_source_has_the_named_graphs_of_its_passages_only(source: str, graph: Graph) -> None:
    names = {quad.graph_name for quad in read_with_oxigraph(b"".join(graph.export("nq", source=source)), "nq")}
    described = {
        triple.subject
        for triple in turtle_file(ROOT / "data" / source / "source.ttl")
        if triple.object == NamedNode(SCOG + "Passage")
    }
    assert names - {DefaultGraph()} <= described
    assert len(names) - 1 == len(
        {number for number, basis, _ in facts_files(source) if basis not in ("possible", "contradicted")}
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("country-code", "did you mean 'country-codes'?"),
        ("zzz", f"sources: {first_of(SOURCES)}"),
        ("", f"sources: {first_of(SOURCES)}"),
    ],
)
@pytest.mark.parametrize("form", ["nt", "nq"])
def test_a_source_that_is_not_there_is_refused(name: str, hint: str, form: str, graph: Graph) -> None:
    with pytest.raises(UsageError) as caught:
        list(graph.export(form, source=name))
    assert caught.value.message == f"no source is called {name!r}"
    assert caught.value.hint == hint


# JSON-LD


@pytest.fixture(scope="module")
def document(exports: dict[str, bytes]) -> dict[str, Any]:
    return json.loads(exports["jsonld"])


def test_json_ld_expands_with_pyld_to_exactly_the_triples_of_the_n_triples(exports: dict[str, bytes]) -> None:
    assert triples(read_with_pyld(exports["jsonld"])) == triples(read_with_oxigraph(exports["nt"], "nt"))


def test_json_ld_has_one_object_for_each_entity(document: dict[str, Any], graph: Graph) -> None:
    names = Counter(entity["id"] for entity in document["@graph"])
    assert names.most_common(1)[0][1] == 1
    assert len(names) == len({t.subject for t in graph.default_graph()})


def test_json_ld_has_its_keys_in_order_and_no_null(document: dict[str, Any]) -> None:
    for entity in document["@graph"]:
        keys = list(entity)
        assert keys[:2] == ["id", "type"]
        assert keys[2:] == sorted(keys[2:])
    assert "null" not in json.dumps(document)


def test_json_ld_has_an_array_where_the_context_says_so_or_where_there_are_several(document: dict[str, Any]) -> None:
    context = document["@context"]
    seen = Counter[bool]()
    for entity in document["@graph"]:
        for key, value in entity.items():
            definition = context[key] if isinstance(context.get(key), dict) else {}
            container = definition.get("@container", [])
            by_language = "@language" in container
            assert isinstance(value, dict) == by_language or not {"id", "@value"}.isdisjoint(value)
            always = "@set" in container
            for values in value.values() if by_language else [value]:
                assert isinstance(values, list) == (always or (isinstance(values, list) and len(values) > 1))
                seen[always] += 1
    assert min(seen[True], seen[False]) > 100


def test_json_ld_writes_every_property_of_ours_under_its_term(document: dict[str, Any]) -> None:
    keys = {key for entity in document["@graph"] for key in entity}
    assert keys <= set(document["@context"])
    assert not [key for key in keys if ":" in key]


def test_the_context_in_the_json_ld_is_the_one_that_is_committed_and_exported(
    document: dict[str, Any], graph: Graph, *, renew: bool
) -> None:
    exported = b"".join(graph.export("context"))
    assert json.loads(exported) == {"@context": document["@context"]}
    if renew:
        (ROOT / "ontology" / "context.jsonld").write_bytes(exported)
    assert (ROOT / "ontology" / "context.jsonld").read_bytes() == exported


# RDF/XML


def test_rdf_xml_has_one_element_for_each_subject_named_by_its_type(exports: dict[str, bytes], graph: Graph) -> None:
    root = ET.fromstring(exports["rdf"])  # noqa: S314 -- our own bytes
    types: dict[str, set[str]] = {}
    for triple in graph.default_graph():
        if triple.predicate.value == RDF + "type" and isinstance(triple.object, NamedNode):
            types.setdefault(str(triple.subject), set()).add(triple.object.value)
    subjects = [element.attrib[f"{{{RDF}}}about"] for element in root]
    assert subjects == sorted({t.subject.value for t in graph.default_graph() if isinstance(t.subject, NamedNode)})
    for element, subject in zip(root, subjects, strict=True):
        assert element.tag.removeprefix("{").replace("}", "") in types[f"<{subject}>"]


def test_rdf_xml_needs_no_made_up_prefix(exports: dict[str, bytes]) -> None:
    head = exports["rdf"].partition(b">\n  <")[0].decode()
    declared = re.findall(r"xmlns:(\S+)=", head)
    assert declared == sorted(declared)
    assert {"rdf", "rdfs", "scog", "skos"} <= set(declared)
    assert not [prefix for prefix in declared if prefix.startswith("ns")]
    assert all(f"<{prefix}:" in exports["rdf"].decode() for prefix in set(declared) - {"rdf"})


# Lexical forms, as rdflib reads them from the files

Form = tuple[str, str, str]


def lexical_forms(quads: list[Quad]) -> set[Form]:
    """Text, language and datatype of every literal; a language is compared without case."""
    values = (quad.object for quad in quads if isinstance(quad.object, Literal))
    return {(value.value, (value.language or "").lower(), value.datatype.value) for value in values}


def typed_forms(folder: Path) -> set[Form]:
    """The literals of a project's data files, read by rdflib."""
    files = sorted((folder / "data").rglob("*.ttl"))
    assert files
    return set().union(*(lexical_forms(read_with_rdflib(path.read_bytes(), "turtle")) for path in files))


@pytest.mark.parametrize("name", RDF_NAMES)
def test_every_literal_of_the_data_is_in_the_export_as_its_curator_typed_it(
    name: str, exports: dict[str, bytes]
) -> None:
    forms = typed_forms(ROOT)
    assert len(forms) > 200
    assert forms - lexical_forms(read_with_rdflib(exports[name], RDFLIB_FORMATS[name])) == set()


AWKWARD: tuple[tuple[str, str], ...] = (
    ("01", "^^xsd:integer"),
    ("1.50", "^^xsd:decimal"),
    ("+5", "^^xsd:integer"),
    (" x ", ""),
    (" x ", "@en-GB"),
    ("2024-99-99", "^^xsd:date"),
    ("5", "^^xsd:nonNegativeInteger"),
    ("TRUE", "^^xsd:boolean"),
    ("1", "^^xsd:boolean"),
    ("-0", "^^xsd:integer"),
    ("9" * 30, "^^xsd:integer"),
    ("1.0E0", "^^xsd:float"),
    ("", ""),
    ("2021-03", "^^xsd:gYearMonth"),
    ("x", "^^ex:own"),
)


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sourced project whose literals other tools would rewrite."""
    folder = tmp_path_factory.mktemp("awkward")
    source = folder / "data" / "one"
    source.mkdir(parents=True)
    (source / "source.ttl").write_text(
        f"@prefix scog: <{SCOG}> .\n"
        "<http://example.org/doc> a scog:SourceDocument .\n"
        "<http://example.org/doc/passage/01> a scog:Passage ; scog:isPassageOf <http://example.org/doc> .\n",
        encoding="utf-8",
    )
    objects = ", ".join(f'"{text}"{suffix}' for text, suffix in AWKWARD)
    (source / "01-awkward.ttl").write_text(
        f"@prefix ex: <http://example.org/> .\n@prefix xsd: <{XSD}> .\nex:a ex:p {objects} .\n", encoding="utf-8"
    )
    return folder


@pytest.mark.parametrize("facts_only", [False, True], ids=["with claims", "facts alone"])
@pytest.mark.parametrize("name", RDF_NAMES)
def test_awkward_literals_are_exported_as_they_were_typed(name: str, facts_only: bool, awkward: Path) -> None:  # noqa: FBT001 -- pytest's way
    typed = typed_forms(awkward)
    assert len(typed) == len(AWKWARD)
    exported = b"".join(Project.open(awkward).load().export(name, facts_only=facts_only))
    for quads in (read_with_oxigraph(exported, name), read_with_rdflib(exported, RDFLIB_FORMATS[name])):
        assert lexical_forms(quads) == typed
        claimed = [quad for quad in quads if quad.predicate.value == SCOG + "claimObject"]
        assert lexical_forms(claimed) == (set() if facts_only else typed)


@pytest.mark.parametrize("name", RDF_NAMES)
def test_the_library_that_reads_the_files_here_keeps_lexical_forms_only_when_told(name: str) -> None:
    assert rdflib.NORMALIZE_LITERALS, f"a test before {name} has not put it back"


# The table of exporters


@pytest.mark.parametrize("row", EXPORTERS, ids=lambda row: row.name)
def test_a_document_is_named_by_the_project_and_its_format(row: Exporter, graph: Graph) -> None:
    document = row(graph)
    assert document.path == f"sco.{row.format.extension}"
    assert row(graph, stem="other").path == f"other.{row.format.extension}"
    others = {"context": "application/ld+json", "json-schema": "application/schema+json", "typescript": "text/plain"}
    known = RDF_FORMATS_BY_NAME.get(row.name)
    assert document.media_type == (known.media_type if known else others[row.name])
    assert document.read().endswith(b"\n")
    assert row.format.about.endswith(".")


def test_every_format_of_the_table_can_be_exported() -> None:
    assert set(RDF_NAMES) == set(RDF_FORMATS_BY_NAME)
    assert len({row.format.extension for row in EXPORTERS}) == len(EXPORTERS)


def test_a_format_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        exporter("n3")
    assert caught.value.message == "no export format 'n3'"
    assert caught.value.hint == "one of ttl, nt, jsonld, nq, trig, rdf, context, json-schema, typescript"
