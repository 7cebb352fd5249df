"""Labels: which of the names of a thing a reader is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from scograph.graph import load_graph
from scograph.labels import Labels
from scograph.project import Project

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
