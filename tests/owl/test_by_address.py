"""The published ontology, shapes and descriptions loaded by their addresses with the OWL API and with ROBOT."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from scograph import Project
from scograph.build import BuildOptions, build
from scograph.formats import DOCUMENT_SYNTAXES, JSON_LD
from serving import Running, serving

HERE = Path(__file__).parent
ABSENT = [program for program in ("mvn", "java") if shutil.which(program) is None]
READ = [row.extension for row in DOCUMENT_SYNTAXES if row is not JSON_LD]
"""What the OWL API reads of the ontology and the shapes; its JSON-LD is 1.0, and their context is one of 1.1."""

pytestmark = [
    pytest.mark.owl,
    pytest.mark.skipif(bool(ABSENT), reason=f"not installed here: {', '.join(ABSENT)} (Maven and a JDK)"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = build(Project.builtin(), tmp_path_factory.mktemp("built") / "dist", options=BuildOptions(2)).folder
    with serving(folder) as running:
        yield running


def ran(*arguments: str | Path) -> str:
    """What a program writes; the test is skipped where Maven could not get it."""
    done = subprocess.run(
        [*arguments], capture_output=True, text=True, encoding="utf-8", timeout=900, check=False, cwd=HERE
    )
    if done.returncode == 4 and "COMPILATION ERROR" not in done.stderr:
        pytest.skip(f"{arguments[0]}: not in the local Maven repository, and could not be fetched")
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize(("stem", "least"), [("ontology", 390), ("shapes", 1), ("void", 1), ("dcat", 1), ("prov", 1)])
def test_the_owl_api_loads_a_document_by_its_address_and_by_each_file(server: Running, stem: str, least: int) -> None:
    extensions = READ if stem in {"ontology", "shapes"} else [row.extension for row in DOCUMENT_SYNTAXES]
    addresses = [f"{server.url}/{stem}", *(f"{server.url}/{stem}.{extension}" for extension in extensions)]
    lines = ran(HERE / "run", "--load", *addresses).splitlines()
    found = [match for line in lines if (match := re.fullmatch(r"(\S+): (.+), (\d+) logical axioms", line))]
    assert [match[1] for match in found] == addresses, lines
    assert found[0][2] == "RDF/XML Syntax", "what its Accept header names first"
    assert len({match[3] for match in found}) == 1, lines
    assert int(found[0][3]) >= least


def test_robot_loads_the_ontology_by_its_address(server: Running, tmp_path: Path) -> None:
    converted = tmp_path / "ontology.ttl"
    ran(HERE / "robot" / "run", "convert", "--input-iri", f"{server.url}/ontology", "--output", converted)
    triples = {q.triple for q in parse(converted.read_bytes(), RdfFormat.TURTLE)}
    published = {q.triple for q in parse(server.ask("/ontology.ttl").body, RdfFormat.TURTLE)}
    kinds = [
        {t.subject for t in found if t.predicate.value.endswith("#type") and str(t.object).endswith("owl#Class>")}
        for found in (triples, published)
    ]
    named = [{str(node) for node in nodes if not str(node).startswith("_:")} for nodes in kinds]
    assert named[0] >= named[1]
    assert len(named[1]) > 30
