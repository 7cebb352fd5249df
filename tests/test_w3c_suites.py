"""The W3C's suites of N-Triples, N-Quads, Turtle, TriG, RDF/XML and JSON-LD, as releases of rdflib carry them.

Each case is read as a stream and as a whole, with the base that its suite gives. What differs has its reason here.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from readers import canonical
from scograph.errors import RdfSyntaxError, ScographError
from scograph.exports.files import ExportOptions, export_files
from scograph.formats import JSON_LD, RDF_FORMATS_BY_NAME
from scograph.losses import DroppedWarning
from scograph.parse import parse_rdf
from scograph.read_options import ReadOptions
from scograph.streams import source_of

pytestmark = [pytest.mark.suites, pytest.mark.timeout(600)]
RELEASES = {
    "6.3.2": "72af591ff704f4caacea7ecc0c5a9056b8553e0489dd4f35a9bc52dbd41522e0",
    "6.0.2": "6136ae056001474ee2aff5fc5b956e62a11c3a9c66bb0f3d9c0aaa5fbb56854e",
}
"""Releases of rdflib whose sources have the suites, and the SHA-256 of each: the former RDF's, the latter JSON-LD's."""
HERE = "https://example.org/suite/"
_2013 = "http://www.w3.org/2013/"
SUITES = {
    "ntriples": ("nt", f"{_2013}N-TriplesTests/", 68),
    "nquads": ("nq", f"{_2013}N-QuadsTests/", 85),
    "turtle": ("ttl", f"{_2013}TurtleTests/", 291),
    "trig": ("trig", f"{_2013}TriGTests/", 335),
    "rdf-xml": ("rdf", f"{_2013}RDFXMLTests/", 162),
}
"""The suites of the syntaxes but JSON-LD: the format, the base, and how many cases there are."""
DIFFERENT = {"rdf-xml": {"xml-canon-test001": "RDF 1.1 does not ask for canonical XML literals (Concepts, 5.2)"}}
JSON_LD_CASES, JSON_LD_RUN = 462, 415
_DOTS = "the parser keeps `.` and `..` of an @base"
_RECURSIVE = "a context that refers to itself cannot be put into the document, and is refused"
JSON_LD_DIFFERENT = {
    "t0122": _DOTS,
    "t0123": _DOTS,
    "te062": _DOTS,
    "te091": _DOTS,
    "tc013": "the parser keeps the context of an outer type in a type map",
    "te126": _RECURSIVE,
    "te127": _RECURSIVE,
    "te128": _RECURSIVE,
    "tli12": "an @base that is no IRI is refused, and what depends on it not dropped",
}


@dataclass(frozen=True)
class Case:
    """A case: whether its input is right, and the file of the right result where there is one."""

    name: str
    is_right: bool
    file: Path
    base: str
    result: Path | None = None


@pytest.fixture(scope="session")
def suites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sources of the releases."""
    place = tmp_path_factory.mktemp("suites")
    for version, digest in RELEASES.items():
        wanted = place / f"{version}.txt"
        wanted.write_text(f"rdflib=={version} --hash=sha256:{digest}\n")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command = [*pip, "--no-binary", ":all:", "--require-hashes", "-d", str(place), "-r", str(wanted)]
        subprocess.run(command, check=True, timeout=500)
        with tarfile.open(place / f"rdflib-{version}.tar.gz") as archive:
            for member in archive:
                if member.isfile() and ("/suites/w3c/" in member.name or "/jsonld/1.1/" in member.name):
                    path = place / member.name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    content = archive.extractfile(member)
                    assert content is not None
                    path.write_bytes(content.read())
    return place


def cases_of(folder: Path, base: str) -> Iterator[Case]:
    """The cases of a suite, by its manifest in Turtle."""
    said: dict[str, dict[str, str]] = {}
    for quad in parse((folder / "manifest.ttl").read_bytes(), RdfFormat.TURTLE, base_iri=HERE):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            said.setdefault(quad.subject.value, {})[quad.predicate.value.rpartition("#")[2]] = quad.object.value
    for iri, entry in said.items():
        kind = entry.get("type", "").rpartition("#")[2]
        if kind.startswith("Test"):
            path = entry["action"].removeprefix(HERE)
            result = folder / entry["result"].removeprefix(HERE) if "result" in entry else None
            yield Case(iri.rpartition("#")[2], "Negative" not in kind, folder / path, base + path, result)


def failing(cases: Sequence[Case], form: str, options: ReadOptions) -> set[str]:
    """The names of the cases that are not read as they should be, as a stream or as a whole."""
    found = set()
    for case in cases:
        own = ReadOptions(case.base, row=RDF_FORMATS_BY_NAME[form], contexts=options.contexts)
        for read in (_streamed, _whole):
            try:
                quads = canonical(read(case.file, own))
            except ScographError:
                is_as_it_should_be = not case.is_right
            else:
                is_as_it_should_be = case.is_right and (case.result is None or quads == canonical(_right(case.result)))
            if not is_as_it_should_be:
                found.add(case.name)
    return found


def _right(path: Path) -> list[Quad]:
    return list(parse(path.read_bytes(), RdfFormat.N_QUADS, lenient=True))  # some results have what is no IRI


def _streamed(path: Path, options: ReadOptions) -> list[Quad]:
    pieces = export_files([source_of(str(path), options)], "nq", ExportOptions())
    return list(parse(b"".join(pieces), RdfFormat.N_QUADS, lenient=True))


def _whole(path: Path, options: ReadOptions) -> list[Quad]:
    row = options.row or JSON_LD
    parsed = parse_rdf(path.read_bytes(), row, path.name, base=options.base, options=options)
    if parsed.errors:
        raise RdfSyntaxError(parsed.errors)
    return list(parsed.quads)


@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_is_read_with_its_base(suites: Path, suite: str) -> None:
    form, base, count = SUITES[suite]
    cases = list(cases_of(suites / "rdflib-6.3.2" / "test" / "data" / "suites" / "w3c" / suite, base))
    assert len(cases) == count
    assert failing(cases, form, ReadOptions()) == set(DIFFERENT.get(suite, ()))


def test_json_ld_is_made_rdf(suites: Path) -> None:
    """The cases of version 1.1 that need no option of the API but the base, those that are optional left out."""
    folder = suites / "rdflib-6.0.2" / "test" / "jsonld" / "1.1"
    manifest = json.loads((folder / "toRdf-manifest.jsonld").read_text(encoding="utf-8"))
    assert len(manifest["sequence"]) == JSON_LD_CASES
    at = manifest["baseIri"]
    cases = [
        Case(
            entry["@id"].removeprefix("#"),
            "jld:NegativeEvaluationTest" not in entry["@type"],
            folder / entry["input"],
            entry.get("option", {}).get("base") or at + entry["input"],
            folder / entry["expect"] if "expect" in entry else None,
        )
        for entry in manifest["sequence"]
        if entry.get("option", {}).keys() <= {"specVersion", "processingMode", "base"}
        and "json-ld-1.0" not in entry.get("option", {}).values()
    ]
    assert len(cases) == JSON_LD_RUN
    contexts = {at + path.relative_to(folder).as_posix(): str(path) for path in (folder / "toRdf").rglob("*.jsonld")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DroppedWarning)
        assert failing(cases, "jsonld", ReadOptions(contexts=contexts)) == set(JSON_LD_DIFFERENT)
