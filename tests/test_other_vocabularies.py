"""What our axioms with other vocabularies let a reasoner infer, held against their published domains and ranges."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from rdflib import RDFS

ONTOLOGY = Path(__file__).parent.parent / "ontology"
SCOG = rdflib.Namespace("https://w3id.org/scograph/ontology#")
ORG = rdflib.Namespace("http://www.w3.org/ns/org#")
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
OA = rdflib.Namespace("http://www.w3.org/ns/oa#")
DCTERMS = rdflib.Namespace("http://purl.org/dc/terms/")
SCHEMA = "https://schema.org/"
PUBLISHED = {
    ORG.subOrganizationOf: (ORG.Organization, ORG.Organization),
    ORG.organization: (ORG.Membership, ORG.Organization),
    ORG.postIn: (ORG.Post, ORG.Organization),
    PROV.wasRevisionOf: (PROV.Entity, PROV.Entity),
    PROV.wasDerivedFrom: (PROV.Entity, PROV.Entity),
    OA.hasSource: (OA.SpecificResource, None),
    DCTERMS.isPartOf: (None, None),
    DCTERMS.isVersionOf: (None, None),
}
"""Domain and range of each property that is above one of ours; those of schema.org have none."""


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    graph = rdflib.Graph()
    for name in ("core", "alignment", "external"):
        graph.parse(ONTOLOGY / f"{name}.ttl")
    return graph


def above(graph: rdflib.Graph, node: rdflib.term.Node) -> set[rdflib.term.Node]:
    return set(graph.transitive_objects(node, RDFS.subClassOf))


def test_an_axiom_passes_no_class_on_that_ours_is_not_below(ontology: rdflib.Graph) -> None:
    checked = 0
    for ours, theirs in ontology.subject_objects(RDFS.subPropertyOf):
        if str(theirs).startswith((str(SCOG), SCHEMA)):
            continue
        for said, published in zip((RDFS.domain, RDFS.range), PUBLISHED[theirs], strict=True):
            if published is not None:
                own = ontology.value(ours, said)
                assert own is not None, (ours, said)
                assert published in above(ontology, own), f"{ours} makes each {own} a {published}"
                checked += 1
    assert checked == 13


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Instrument", "http://data.europa.eu/eli/ontology#LegalResource"),
        ("Agreement", "http://data.europa.eu/eli/ontology#LegalResource"),
        ("Body", "http://www.w3.org/ns/org#OrganizationalUnit"),
        ("Body", "http://www.w3.org/ns/org#FormalOrganization"),
        ("State", "http://www.w3.org/ns/org#Organization"),
        ("Post", "http://www.w3.org/ns/org#Organization"),
    ],
)
def test_what_need_not_be_so_is_not_inferred(ours: str, theirs: str, ontology: rdflib.Graph) -> None:
    assert rdflib.URIRef(theirs) not in above(ontology, SCOG[ours])
