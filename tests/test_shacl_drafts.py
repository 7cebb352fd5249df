"""Words of the drafts of SHACL 1.2: the settled ones are evaluated, the others are told as what they are."""

from __future__ import annotations

import pytest

import scograph
from scograph.checks.shacl.nodes import sh

HEAD = """@prefix : <http://ex.org/> .
@prefix ex: <http://ex.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
LISTS = ":a :list ( 1 2 ) . :b :list ( 1 2 1 ) . :c :list () . :d :list :none . :e :list _:l . _:l rdf:first 1 ."
ZOO = ":Dog rdfs:subClassOf :Animal . :Pug rdfs:subClassOf :Dog . :a :holds :Pug , :Animal , :Plant , 'Dog' ."
PETS = (
    ":t a :Cat . :r a :Dog . :p a :Pug . :Pug rdfs:subClassOf :Dog . :f a :Unicorn . :a :pet :t , :r , :p , :f , 'x' ."
)

CASES = {
    "memberShape": ("sh:path :list ; sh:memberShape [ sh:hasValue 1 ]", LISTS, "a b d e"),
    "memberShape of all": ("sh:path :list ; sh:memberShape [ sh:datatype xsd:integer ]", LISTS, "d e"),
    "minListLength": ("sh:path :list ; sh:minListLength 2", LISTS, "c d e"),
    "maxListLength": ("sh:path :list ; sh:maxListLength 2", LISTS, "b d e"),
    "both lengths": ("sh:path :list ; sh:minListLength 1 ; sh:maxListLength 2", LISTS, "b c d d e e"),
    "uniqueMembers": ("sh:path :list ; sh:uniqueMembers true", LISTS, "b d e"),
    "uniqueMembers false": ("sh:path :list ; sh:uniqueMembers false", LISTS, "d e"),
    "singleLine": ("sh:path :p ; sh:singleLine true", ':a :p "x\\ny" . :b :p "x" , :x . :c :p "\\u000b"@en .', "a c"),
    "singleLine false": ("sh:path :p ; sh:singleLine false", ':a :p "x\\ny" .', ""),
    "subsetOf": ("sh:path :p ; sh:subsetOf :q", ":a :p 1 , 2 ; :q 2 . :b :p 1 ; :q 1 , 2 . :c :q 1 .", "a"),
    "subsetOf a path": ("sh:path :p ; sh:subsetOf ( :q :r )", ":a :p 1 , 2 ; :q [ :r 1 ] . :b :p 1 .", "a b"),
    "someValue": ("sh:path :p ; sh:someValue [ sh:class :D ]", ":a :p :x , :y . :x a :D . :b :p :y . :c :q 1 .", "b c"),
    "rootClass": ("sh:path :holds ; sh:rootClass :Animal", ZOO, "a a"),
    "rootClass of several": ("sh:path :holds ; sh:rootClass ( :Plant :Dog )", ZOO, "a a"),
    "class of several": ("sh:path :pet ; sh:class ( :Cat :Dog )", PETS, "a a"),
    "class of none": ("sh:path :pet ; sh:class ()", PETS, "a a a a a"),
    "class of one and of several": ("sh:path :pet ; sh:class ( :Cat :Dog ) , :Dog", PETS, "a a a a a"),
    "datatype of several": (
        "sh:path :p ; sh:datatype ( xsd:string rdf:langString )",
        ":a :p 'x' , 'x'@en . :b :p 1 , :x , 'x'^^rdf:HTML .",
        "b b b",
    ),
    "nodeKind of several": ("sh:path :p ; sh:nodeKind ( sh:IRI sh:BlankNode )", ":a :p :x , [] . :b :p 1 .", "b"),
}


@pytest.mark.parametrize("name", CASES)
def test_settled_words_are_evaluated(name: str) -> None:
    constraint, data, focus = CASES[name]
    targets = "sh:targetNode :a , :b , :c , :d , :e"
    if "someValue" in constraint:
        targets = "sh:targetNode :a , :b , :c"
    found = scograph.validate((HEAD + data).encode(), f"{HEAD}:S {targets} ; sh:property [ {constraint} ] .".encode())
    assert not found.validation.flaws
    assert " ".join(sorted(one.focus[len("<http://ex.org/") : -1] for one in found.results)) == focus
    assert not [one for one in found.findings if one.code == "G01"]


def test_they_have_their_own_components_and_messages() -> None:
    found = scograph.validate(
        f"{HEAD}:a :p :x ; :list ( 1 ) .".encode(),
        f"{HEAD}:S sh:targetNode :a ; sh:property [ sh:path :p ; sh:class ( ex:A ex:B ) ; sh:subsetOf ( ex:q ex:r ) ] ,"
        " [ sh:path :list ; sh:minListLength 2 ] .".encode(),
    )
    assert sorted((one.code, one.message) for one in found.findings if one.severity == "error") == [
        ("sh:class", "the value is not an ex:A or an ex:B"),
        ("sh:minListLength", "the value is no list of 2 members or more"),
        ("sh:subsetOf", "the value is none of those of ex:q/ex:r"),
    ]
    assert {one.component.rpartition("#")[2] for one in found.findings if one.component} == {
        "ClassConstraintComponent",
        "MinListLengthConstraintComponent",
        "SubsetOfConstraintComponent",
    }


def test_a_shape_class_is_a_shape_and_a_class() -> None:
    found = scograph.validate(
        f"{HEAD}:a a :C . :b a :D . :D rdfs:subClassOf :C .".encode(),
        f"{HEAD}:C a sh:ShapeClass ; sh:property [ sh:path :p ; sh:minCount 1 ] .".encode(),
        strict_shapes=True,
    )
    assert sorted(one.focus for one in found.results) == ["<http://ex.org/a>", "<http://ex.org/b>"]


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ("sh:reifierShape [ sh:class :C ]", "sh:reifierShape is of SHACL 1.2 Core, a draft"),
        ("sh:uniqueValuesFor :id", "sh:uniqueValuesFor is of SHACL 1.2 Core, a draft"),
        ("sh:nodeByExpression :e", "sh:nodeByExpression is of SHACL 1.2 Node Expressions, a draft"),
        ("sh:closed sh:ByTypes", "sh:closed: sh:ByTypes is of SHACL 1.2 Core, a draft"),
    ],
)
def test_other_constraints_of_drafts_are_flaws_at_their_place_and_the_rest_is_evaluated(
    shape: str, message: str
) -> None:
    shapes = f"{HEAD}:S a sh:NodeShape ; sh:targetNode :a ; sh:class :C ;\n  {shape} .".encode()
    found = scograph.validate(b"", shapes)
    assert [one.component for one in found.results] == [sh("ClassConstraintComponent")]
    (flaw,) = [one for one in found.findings if one.code == "shapes"]
    assert flaw.message == f"{message}; this constraint is not evaluated"
    assert (flaw.place.line if flaw.place else None) == 8
    assert not found.conforms
    with pytest.raises(scograph.errors.RdfSyntaxError, match="draft"):
        scograph.validate(b"", shapes, strict_shapes=True)


def test_a_negated_shape_with_such_a_constraint_is_left_out() -> None:
    found = scograph.validate(
        b"", f"{HEAD}:S sh:targetNode :a ; sh:not :T . :T a sh:NodeShape ; sh:uniqueValuesFor :id .".encode()
    )
    assert (found.results, len(found.validation.flaws)) == ((), 2)


def test_a_target_of_a_draft_is_a_flaw() -> None:
    found = scograph.validate(
        b"", f"{HEAD}:S a sh:NodeShape ; sh:targetWhere [ sh:class :C ] ; sh:targetNode :a ; sh:class :D .".encode()
    )
    assert len(found.results) == 1
    assert [one.message for one in found.findings if one.code == "shapes"] == [
        "sh:targetWhere is of SHACL 1.2 Core, a draft; the target is not used"
    ]


def test_words_of_drafts_are_no_misspellings() -> None:
    found = scograph.validate(
        b"",
        f"{HEAD}:S a sh:NodeShape ; sh:targetNode :a ; sh:intent 'x' ; sh:agentInstruction 'x' ; sh:unit 'x' .\n"
        ":R a sh:RuleSet ; sh:layer 1 . :F sh:bodyExpression :x . :Q sh:sparqlExpr 'x' . :T sh:intnt 'x' .".encode(),
    )
    assert sorted(one.message for one in found.findings if one.code == "G01") == [
        "SHACL has no sh:intnt: it asks for nothing",
        "sh:RuleSet is of SHACL 1.2 Rules, a draft: it is not evaluated",
        "sh:bodyExpression is of SHACL 1.2 Node Expressions, a draft: it is not evaluated",
        "sh:layer is of SHACL 1.2 Rules, a draft: it is not evaluated",
        "sh:sparqlExpr is of SHACL 1.2 SPARQL, a draft: it is not evaluated",
    ]


@pytest.mark.parametrize(
    ("constraint", "message"),
    [
        ("sh:class [ ]", "the value of sh:class is no well-formed list"),
        ("sh:class ( 1 )", "1 is no IRI"),
        ("sh:datatype ( 'x' )", "is no IRI"),
        ("sh:nodeKind ( sh:Iri )", "is no node kind"),
        ("sh:minListLength 'x'", "is no xsd:integer"),
        ("sh:uniqueMembers 1", "is no xsd:boolean"),
        ("sh:subsetOf 'x'", "a path is a property"),
        ("sh:memberShape 'x'", "is no shape"),
    ],
)
def test_ill_formed_values_are_flaws(constraint: str, message: str) -> None:
    found = scograph.validate(b"", f"{HEAD}:S sh:targetNode :a ; sh:property [ sh:path :p ; {constraint} ] .".encode())
    (flaw,) = found.validation.flaws
    assert message in flaw.message
