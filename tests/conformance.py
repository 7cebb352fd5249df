"""The test suites of the W3C that lie beside the repository: their cases, read from their manifests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

SUITES = Path(__file__).parents[2] / "shared" / "conformance"
MISSING = "the W3C's tests are not beside the repository, in ../shared/conformance"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
RDFT = "http://www.w3.org/ns/rdftest#"
N_TRIPLES_BASE = "https://w3c.github.io/rdf-tests/rdf/rdf11/rdf-n-triples/"


@dataclass(frozen=True)
class Case:
    """One test: its kind is the last part of its type, `TestTurtleEval` say; base is the IRI of its input."""

    name: str
    kind: str
    action: Path
    result: Path | None
    base: str

    def __str__(self) -> str:
        return self.name


def cases(suite: str) -> list[Case]:
    """The cases of a suite in the order of their names; none where the suite is not there."""
    folder = SUITES / suite
    manifest = folder / "manifest.ttl"
    if not manifest.is_file():
        return []
    here = "https://example.org/suite/"
    said: dict[str, dict[str, str]] = {}
    for quad in parse(manifest.read_bytes(), RdfFormat.TURTLE, base_iri=here):
        if isinstance(quad.object, NamedNode | Literal) and isinstance(quad.subject, NamedNode):
            said.setdefault(quad.subject.value, {})[quad.predicate.value.rpartition("#")[2]] = quad.object.value
    base = said.get(here, {}).get("assumedTestBase", N_TRIPLES_BASE)

    def file(iri: str) -> Path:
        return folder / iri.removeprefix(here)

    return sorted(
        (
            Case(
                entry["name"],
                entry["type"].removeprefix(RDFT),
                file(entry["action"]),
                file(entry["result"]) if "result" in entry else None,
                base + entry["action"].removeprefix(here),
            )
            for entry in said.values()
            if entry.get("type", "").startswith(RDFT)
        ),
        key=str,
    )
