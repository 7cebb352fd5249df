"""The name of a claim can be computed by anyone with a hash function, and says what it claims."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from built_in import built_in_graph
from readers import read_with_oxigraph
from scograph import terms
from scograph.claims import Claim, can_be_claimed, claim_iri
from strategies import any_literals, iris, properties

EX = "http://example.org/"
PASSAGE = NamedNode(EX + "source/passage/01")
STATED = terms.basis("stated")


def hashed(
    line: str, passage: NamedNode = PASSAGE, basis: str = "https://w3id.org/scograph/concept/basis/stated"
) -> str:
    """The name by the recipe in the documentation, from a line written by hand."""
    digest = hashlib.sha256(f"{line}\n{passage.value}\n{basis}".encode()).hexdigest()
    return f"{passage.value}#{digest[:16]}"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (NamedNode(EX + "b"), "<http://example.org/b>"),
        (Literal("plain"), '"plain"'),
        (Literal(""), '""'),
        (Literal("Россия", language="ru"), '"Россия"@ru'),
        (Literal("x", language="EN-gb"), '"x"@en-gb'),
        (
            Literal("01", datatype=NamedNode(terms.XSD + "integer")),
            '"01"^^<http://www.w3.org/2001/XMLSchema#integer>',
        ),
        (Literal('say "x"\\'), r'"say \"x\"\\"'),
        (Literal("a\nb\r\tc\b\f"), r'"a\nb\r\tc\b\f"'),
        (Literal("\x01\x7f"), r'"\u0001\u007F"'),
        (Literal("😀"), '"😀"'),
    ],
    ids=str,
)
def test_the_name_is_a_hash_of_the_n_triples_line_the_passage_and_the_basis(
    value: NamedNode | Literal, written: str
) -> None:
    triple = Triple(NamedNode(EX + "a"), NamedNode(EX + "p"), value)
    line = f"<http://example.org/a> <http://example.org/p> {written} ."
    assert claim_iri(triple, PASSAGE, STATED).value == hashed(line)


def test_a_known_name_stays_as_it_is() -> None:
    triple = Triple(NamedNode(EX + "a"), NamedNode(EX + "p"), NamedNode(EX + "b"))
    assert claim_iri(triple, PASSAGE, STATED).value == EX + "source/passage/01#c5e46cf624ecef68"


@given(iris, properties, any_literals)
def test_the_line_is_the_one_that_n_triples_have(subject: NamedNode, predicate: NamedNode, value: Literal) -> None:
    triple = Triple(subject, predicate, value)
    (quad,) = read_with_oxigraph(f"{triple} .\n".encode(), "nt")
    assert quad.triple == triple


def test_two_passages_that_support_a_fact_make_two_claims() -> None:
    triple = Triple(NamedNode(EX + "a"), NamedNode(EX + "p"), Literal("x"))
    other = NamedNode(EX + "other/passage/01")
    line = '<http://example.org/a> <http://example.org/p> "x" .'
    names = {claim_iri(triple, passage, STATED).value for passage in (PASSAGE, other)}
    assert names == {hashed(line), hashed(line, other)}
    assert len(names) == 2


def test_another_basis_makes_another_claim() -> None:
    triple = Triple(NamedNode(EX + "a"), NamedNode(EX + "p"), Literal("x"))
    names = {claim_iri(triple, PASSAGE, terms.basis(name)).value for name in terms.BASES}
    assert len(names) == len(terms.BASES) == 8
    assert {name.rpartition("#")[0] for name in names} == {PASSAGE.value}


def test_a_claim_is_described_by_six_triples() -> None:
    fact = Triple(NamedNode(EX + "a"), NamedNode(EX + "p"), Literal("x", language="en"))
    claim = Claim(fact, PASSAGE, STATED)
    scog = "https://w3id.org/scograph/ontology#"
    name = f"<{hashed('<http://example.org/a> <http://example.org/p> ' + chr(34) + 'x' + chr(34) + '@en .')}>"
    assert [str(triple) for triple in claim.triples()] == [
        f"{name} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{scog}Claim>",
        f"{name} <{scog}claimSubject> <http://example.org/a>",
        f"{name} <{scog}claimPredicate> <http://example.org/p>",
        f'{name} <{scog}claimObject> "x"@en',
        f"{name} <{scog}isSupportedBy> <{PASSAGE.value}>",
        f"{name} <{scog}hasBasis> <https://w3id.org/scograph/concept/basis/stated>",
    ]


def test_a_triple_with_a_blank_node_has_no_claim() -> None:
    named, predicate, blank = NamedNode(EX + "a"), NamedNode(EX + "p"), BlankNode("b0")
    assert can_be_claimed(Triple(named, predicate, named))
    assert can_be_claimed(Triple(named, predicate, Literal("x")))
    assert not can_be_claimed(Triple(blank, predicate, named))
    assert not can_be_claimed(Triple(named, predicate, blank))


def test_every_claim_of_the_built_in_project_has_the_name_that_its_line_in_the_export_gives() -> None:
    graph = built_in_graph()
    lines = set(b"".join(graph.export("nt", facts_only=True)).decode().splitlines())
    names = {
        hashed(f"{claim.triple} .", claim.passage, claim.basis.value): f"{claim.triple} ." for claim in graph.claims
    }
    assert {claim.iri.value for claim in graph.claims} == set(names)
    assert len(names) == len(graph.claims) > 250
    unasserted = {
        f"{claim.triple} ." for claim in graph.claims if claim.basis in map(terms.basis, terms.UNASSERTED_BASES)
    }
    assert set(names.values()) - unasserted == lines - unasserted
