"""Labels: which of the names of a thing a reader is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store

from scograph.graph import load_graph
from scograph.labels import Labels, is_read_as, is_read_condition
from scograph.project import Project
from scograph.terms import RDF, SCOG

TYPE = f"{RDF}type"
HEAD = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
CASES = [
    ('dcterms:title "Хартия"@ru ; skos:altLabel "Charter, item 1"@en', "Charter, item 1", "Хартия"),
    ('dcterms:title "Charter"@en ; skos:altLabel "Charter, item 1"@en', "Charter", "Charter"),
    ('dcterms:title "Carta"@pt ; skos:altLabel "Хартия, 1"@ru', "Carta", "Хартия, 1"),
    ('dcterms:title "Carta"@pt ; skos:altLabel "Charta 1"@de', "Carta", "Carta"),
    ('skos:altLabel "Charter, item 1"@en', "Charter, item 1", "Charter, item 1"),
    ('rdfs:label "Charter" ; skos:altLabel "Charter, item 1"@en', "Charter", "Charter"),
    ('dcterms:description "a text"@en', "", ""),
]


@pytest.mark.parametrize(("said", "english", "russian"), CASES)
def test_a_short_name_stands_in_for_a_title_in_a_language_that_the_reader_does_not_ask_for(
    tmp_path: Path, said: str, english: str, russian: str
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "things.ttl").write_text(f"{HEAD}<https://example.org/x> {said} .\n", encoding="utf-8")
    graph = load_graph(Project.open(tmp_path))
    thing = NamedNode("https://example.org/x")
    assert Labels(graph, ("en",)).own_label(thing) == english
    assert Labels(graph, ("ru", "en")).own_label(thing) == russian


TAGS = [
    ("zh", "zh", True),
    ("zh-hans", "zh", True),
    ("zh-Hans-TW", "zh", True),
    ("zh-cn", "zh", True),
    ("zh-hant", "zh", False),
    ("zh-Hant-CN", "zh", False),
    ("zh-tw", "zh", False),
    ("zh-HK", "zh", False),
    ("zh-mo", "zh", False),
    ("zh-latn-pinyin", "zh", False),
    ("zho", "zh", False),
    ("ru-cyrl", "ru", True),
    ("ru-latn", "ru", False),
    ("en-gb", "en", True),
    ("zh-hant-hk", "zh-hant", True),
    ("zh", "zh-hant", False),
    ("sr-latn", "sr", True),
]


@pytest.mark.parametrize(("tag", "wanted", "is_read"), TAGS)
def test_a_text_in_another_script_is_not_in_the_language_asked_for(tag: str, wanted: str, *, is_read: bool) -> None:
    assert is_read_as(tag, wanted) == is_read
    found = Store().query(f'ASK {{ VALUES ?x {{ "x"@{tag} }} FILTER({is_read_condition("?x", wanted)}) }}')
    assert bool(found) == is_read


CHINESE = [
    ('rdfs:label "憲章"@zh-hant , "Charter"@en', "Charter"),
    ('rdfs:label "憲章"@zh-hant , "宪章"@zh , "Charter"@en', "宪章"),
    ('rdfs:label "憲章"@zh-hant , "宪章"@zh-hans', "宪章"),
    ('rdfs:label "憲章"@zh-tw ; skos:altLabel "Charter, item 1"@en', "Charter, item 1"),
    ('rdfs:label "憲章"@zh-hant', "憲章"),
]


@pytest.mark.parametrize(("said", "shown"), CHINESE)
def test_a_traditional_name_is_no_label_for_who_reads_simplified_chinese(tmp_path: Path, said: str, shown: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "things.ttl").write_text(f"{HEAD}<https://example.org/x> {said} .\n", encoding="utf-8")
    graph = load_graph(Project.open(tmp_path))
    assert Labels(graph, ("zh", "en")).own_label(NamedNode("https://example.org/x")) == shown


def test_terms_of_the_vocabulary_that_is_carried_have_names_in_a_project_that_describes_none(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<https://example.org/x> <https://example.org/p> 1 .\n")
    labels = Labels(load_graph(Project.open(tmp_path)))
    concept = NamedNode("https://w3id.org/scograph/concept/source-kind/secondary")
    assert labels.own_label(concept) == "secondary source"
    assert Labels(load_graph(Project.open(tmp_path)), ("ru",)).own_label(concept) not in ("", "secondary source")
    assert labels.own_label(NamedNode(f"{SCOG}Passage")) == "passage"
    assert labels.own_label(NamedNode(f"{SCOG}NoSuchTerm")) == ""
    assert labels.own_label(NamedNode("https://w3id.org/scograph/id/state/kaz")) == "", "data are not vocabulary"


def test_a_name_of_the_project_comes_before_that_of_the_vocabulary_that_is_carried(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(f'{HEAD}<{SCOG}Passage> rdfs:label "excerpt"@en .\n')
    assert Labels(load_graph(Project.open(tmp_path))).own_label(NamedNode(f"{SCOG}Passage")) == "excerpt"


@pytest.mark.parametrize(
    ("declared", "iri", "shown"),
    [
        ("", TYPE, "rdf:type"),
        (f"@prefix r: <{TYPE.removesuffix('type')}> .", TYPE, "r:type"),
        ("@prefix rdf: <https://example.org/> .", TYPE, f"<{TYPE}>"),
        ("", "http://xmlns.com/foaf/0.1/name", "foaf:name"),
        ("", "https://example.org/p", "<https://example.org/p>"),
    ],
)
def test_well_known_prefixes_shorten_what_the_files_do_not(tmp_path: Path, declared: str, iri: str, shown: str) -> None:
    (tmp_path / "a.ttl").write_text(f"{declared}\n<https://example.org/x> <{iri}> <https://example.org/y> .\n")
    labels = Labels(load_graph(Project.open(tmp_path)))
    assert labels.curie(NamedNode(iri)) == shown
    assert labels.find(shown) == NamedNode(iri)
