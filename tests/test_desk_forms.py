"""Forms of things, made of ontology, shapes and schemes; the faults that makers of such forms are told of are cases."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from scograph import Project
from scograph.desk.forms import Field, Forms, Widget
from scograph.desk.values import FieldValues
from scograph.errors import UsageError
from scograph.labels import Labels

EX = "https://example.org/"
PREFIXES = """@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ONTOLOGY = """
ex:River a owl:Class ; rdfs:label "river"@en ; rdfs:subClassOf ex:Water .
ex:Water a owl:Class ; rdfs:label "water"@en .
ex:Country a owl:Class .
ex:Old a owl:Class ; owl:deprecated true .
ex:flowsInto a owl:ObjectProperty ; rdfs:label "flows into"@en ; rdfs:domain ex:River ; rdfs:range ex:Water .
ex:length a owl:DatatypeProperty , owl:FunctionalProperty ; rdfs:domain ex:River ; rdfs:range xsd:integer .
ex:gone a owl:DatatypeProperty ; rdfs:domain ex:River ; rdfs:range xsd:integer ; owl:deprecated true .
ex:depth a owl:DatatypeProperty ; rdfs:range xsd:decimal ;
    rdfs:domain [ a owl:Class ; owl:unionOf ( ex:Water ex:Country ) ] .
ex:capital a owl:ObjectProperty ; rdfs:domain ex:Country .
"""
SHAPES = """
ex:RiverShape a sh:NodeShape ; sh:targetClass ex:River ; sh:property ex:S2 , ex:S1 , ex:S3 , ex:S4 , ex:S5 , ex:S6 .
ex:S1 a sh:PropertyShape ; sh:path ex:since ; sh:order 1 ; sh:name "since"@en ; sh:maxCount 1 ;
    sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:gYear ] ) .
ex:S2 a sh:PropertyShape ; sh:path ex:flowsInto ; sh:order 2 ; sh:minCount 1 ; sh:class ex:Water .
ex:S3 a sh:PropertyShape ; sh:path ex:flowsInto ; sh:maxCount 3 .
ex:S4 a sh:PropertyShape ; sh:path ex:kind ; sh:in ( ex:upper ex:lower ) .
ex:S5 a sh:PropertyShape ; sh:path ex:told ; sh:or ( [ sh:class ex:Country ] [ sh:datatype rdf:langString ] ) .
ex:S6 a sh:PropertyShape ; sh:path ex:name ; sh:datatype rdf:langString ; sh:languageIn ( "en" "ru" ) .
"""
DATA = """
ex:a a ex:River ; rdfs:label "Aare"@en ; ex:flowsInto ex:b ; ex:unknown "kept" .
ex:b a ex:River ; rdfs:label "Rhine"@en , "Рейн"@ru ; ex:flowsInto ex:sea .
ex:sea a ex:Water ; rdfs:label "North Sea"@en .
ex:c a ex:Country ; rdfs:label "Land"@en .
"""


def forms_of(folder: Path, ontology: str = ONTOLOGY, shapes: str = SHAPES, data: str = DATA) -> tuple[Forms, Labels]:
    for name, text in (("ontology/o", ontology), ("shapes/s", shapes), ("data/d", data)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.ttl").write_text(PREFIXES + text, encoding="utf-8")
    (folder / "scograph.toml").write_text('[project]\nname = "rivers"\n', encoding="utf-8")
    graph = Project.open(folder).load()
    labels = Labels(graph)
    return Forms(graph, labels), labels


def fields(forms: Forms, kind: str, *stated: str) -> dict[str, Field]:
    found = forms.of([NamedNode(EX + kind)], [NamedNode(EX + one) for one in stated])
    assert len({field.property for field in found}) == len(found)
    return {field.property.value.removeprefix(EX): field for field in found}


def test_a_thing_has_the_properties_that_fit_its_classes(tmp_path: Path) -> None:
    forms, _ = forms_of(tmp_path)
    found = fields(forms, "River")
    own = {name for name in found if ":" not in name}
    assert own == {"flowsInto", "length", "depth", "since", "kind", "told", "name", "unknown"}
    assert {name for name in fields(forms, "Country") if ":" not in name} == {"capital", "depth"}


def test_several_shapes_of_one_path_make_one_field_with_all_that_they_say(tmp_path: Path) -> None:
    forms, _ = forms_of(tmp_path)
    field = fields(forms, "River")["flowsInto"]
    assert (field.least, field.most, field.widgets) == (1, 3, (Widget.THING,))
    assert field.classes == (NamedNode(f"{EX}Water"),)
    assert field.name == "flows into"


def test_the_form_does_not_change_with_the_order_of_shapes_in_a_file(tmp_path: Path) -> None:
    forms, _ = forms_of(tmp_path / "one")
    lines = SHAPES.strip().split("\nex:")
    turned = "\n".join([*(f"ex:{line}" for line in reversed(lines[1:])), lines[0]])
    other, _ = forms_of(tmp_path / "other", shapes=turned)
    assert list(fields(forms, "River").values()) == list(fields(other, "River").values())


def test_what_is_required_stands_first_and_then_by_order(tmp_path: Path) -> None:
    forms, _ = forms_of(tmp_path)
    assert [name for name in fields(forms, "River") if ":" not in name][:2] == ["flowsInto", "since"]


def test_a_choice_of_kinds_is_offered_whole(tmp_path: Path) -> None:
    forms, labels = forms_of(tmp_path)
    found = fields(forms, "River")
    assert found["told"].widgets == (Widget.THING, Widget.TEXT)
    assert found["since"].widgets == (Widget.DATE,)
    assert (found["since"].most, found["length"].most) == (1, 1)
    assert [name for _, name in found["kind"].choices] == ["ex:lower", "ex:upper"]
    assert found["name"].languages == ("en", "ru")
    assert FieldValues(forms, labels).read(found["since"], "1999") == Literal(
        "1999", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#gYear")
    )


def test_values_that_no_shape_mentions_are_fields_as_well(tmp_path: Path) -> None:
    forms, _ = forms_of(tmp_path)
    assert fields(forms, "River")["unknown"].widgets == (Widget.STRING,)
    assert "gone" not in fields(forms, "River")
    assert "gone" in fields(forms, "River", "gone")
    assert "told2" in fields(forms, "Country", "told2")


def test_a_thing_that_is_there_is_a_value_by_any_of_its_names(tmp_path: Path) -> None:
    forms, labels = forms_of(tmp_path)
    values, field = FieldValues(forms, labels), fields(forms, "River")["flowsInto"]
    for said in ("Rhine", "Рейн", f"{EX}b", "ex:b"):
        assert values.read(field, said) == NamedNode(f"{EX}b")
    assert [name for _, name in forms.things(field.classes)] == ["Aare", "North Sea", "Rhine"]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("since", "yesterday", "'yesterday' is no date"),
        ("flowsInto", "Rine", "nothing is called 'Rine'"),
        ("kind", "middle", "'middle' is none of the values of 'kind'"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_the_way_out(
    name: str, value: str, message: str, tmp_path: Path
) -> None:
    forms, labels = forms_of(tmp_path)
    with pytest.raises(UsageError) as raised:
        FieldValues(forms, labels).read(fields(forms, "River")[name], value)
    assert raised.value.message.startswith(message)
    assert raised.value.hint


def test_concepts_are_offered_from_the_schemes_that_are_used(tmp_path: Path) -> None:
    ontology = """
    ex:colours a skos:ConceptScheme . ex:shapes a skos:ConceptScheme .
    ex:red a skos:Concept ; skos:inScheme ex:colours ; skos:prefLabel "red"@en .
    ex:blue a skos:Concept ; skos:inScheme ex:colours ; skos:prefLabel "blue"@en .
    ex:round a skos:Concept ; skos:inScheme ex:shapes ; skos:prefLabel "round"@en .
    ex:Flag a owl:Class .
    ex:colour a owl:ObjectProperty ; rdfs:domain ex:Flag ; rdfs:range skos:Concept .
    """
    data = 'ex:f a ex:Flag ; rdfs:label "F"@en ; ex:colour ex:red .'
    forms, _ = forms_of(tmp_path, ontology, "", data)
    field = fields(forms, "Flag")["colour"]
    assert field.widgets == (Widget.CHOICE,)
    assert [name for _, name in field.choices] == ["blue", "red"]


def test_a_list_of_concepts_has_forms_without_shapes_and_classes_of_its_own(tmp_path: Path) -> None:
    data = """
    ex:scheme a skos:ConceptScheme .
    ex:one a skos:Concept ; skos:inScheme ex:scheme ; skos:prefLabel "one"@en ; skos:broader ex:two .
    ex:two a skos:Concept ; skos:inScheme ex:scheme ; skos:prefLabel "two"@en ; skos:notation "2" .
    """
    forms, _ = forms_of(tmp_path, "", "", data)
    concept = NamedNode("http://www.w3.org/2004/02/skos/core#Concept")
    found = {field.property.value.rpartition("#")[2]: field for field in forms.of([concept])}
    assert set(found) == {"inScheme", "prefLabel", "broader", "notation"}
    assert found["prefLabel"].widgets == (Widget.TEXT,)
    assert found["notation"].widgets == (Widget.STRING,)
    assert Widget.CHOICE in found["broader"].widgets
    assert (concept, "Concept") in forms.classes()


def test_the_classes_of_new_things_are_those_in_force_the_most_used_first(tmp_path: Path) -> None:
    forms, _ = forms_of(tmp_path)
    names = [one.value.removeprefix(EX) for one, _ in forms.classes()]
    assert names[0] == "River"
    assert set(names) == {"River", "Water", "Country"}
