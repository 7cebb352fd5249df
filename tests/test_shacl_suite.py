"""The W3C's test suite for SHACL: every case of the core and the sparql manifests, result by result."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat, parse

from conformance import MF, MISSING, SUITES
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.lists_and_paths import list_members
from scograph.checks.shacl.model import ShapeError
from scograph.checks.shacl.report import read_results
from scograph.checks.shacl.validation import run_validation
from scograph.cli import cli

SHT = "http://www.w3.org/ns/shacl-test#"
CASES = {"core": 98, "sparql": 22}
"""How many cases each manifest has; a case that is not collected is a case that is not tested."""
EXPLAINED = {"uniqueLang-002": "SHACL, clause 4.4.5: only the literal true asks for sh:uniqueLang"}
"""The cases in which pySHACL finds something else, with the clause that decides for ours."""
NOT_COMPARED = {
    "prefixes-001": "Unknown namespace prefix",
    "shapesGraph-001": "Shapes Graph is not currently supported",
    "pre-binding-006": "SELECT *",
    "unsupported-sparql-001": "MINUS",
    "unsupported-sparql-002": "VALUES",
    "unsupported-sparql-003": "SERVICE",
    "unsupported-sparql-004": "nested SELECT",
    "unsupported-sparql-005": "AS to re-bind",
    "unsupported-sparql-006": "AS to re-bind",
}
"""The cases that pySHACL refuses; the first two it should not (SHACL, clauses 5.2.1 and 5.3.1)."""


def loaded(path: Path) -> Index:
    index = Index()
    index.add_quads(parse(path.read_bytes(), RdfFormat.TURTLE, base_iri=path.as_uri()))
    return index


def only(index: Index, node: str, name: str) -> str:
    (value,) = index.forward(f"<{name}>").get(node, ())
    return value


def path_of(term: str) -> Path:
    return Path(term.removeprefix("<file://").removesuffix(">"))


def collected(manifest: Path) -> Iterator[tuple[Path, str]]:
    index = loaded(manifest)
    for values in index.forward(f"<{MF}include>").values():
        for value in values:
            yield from collected(path_of(value))
    for values in index.forward(f"<{MF}entries>").values():
        for list_ in values:
            for entry in list_members(index, list_) or ():
                yield manifest, entry


def suite(part: str) -> list[tuple[Path, str]]:
    manifest = SUITES / "shacl" / part / "manifest.ttl"
    return sorted(collected(manifest.resolve())) if manifest.is_file() else []


ALL = [(part, path, entry) for part in CASES for path, entry in suite(part)]


def keys(results: Index) -> Counter[tuple[str, ...]]:
    """What must agree, blank nodes apart: they have other names in each graph."""
    return Counter(tuple("_:" if part.startswith("_:") else part for part in r.key) for r in read_results(results))


def test_every_case_of_the_manifests_is_collected(capsys: pytest.CaptureFixture[str]) -> None:
    if not ALL:
        pytest.skip(MISSING)
    counts = Counter(part for part, _, _ in ALL)
    with capsys.disabled():
        sys.stdout.write(f"\nSHACL suite of the W3C: {counts['core']} core and {counts['sparql']} sparql cases\n")
    assert counts == CASES


@pytest.mark.skipif(not ALL, reason=MISSING)
@pytest.mark.parametrize(("manifest", "entry"), [(path, entry) for _, path, entry in ALL])
def test_the_results_are_those_that_the_suite_expects(manifest: Path, entry: str) -> None:
    index = loaded(manifest)
    action = only(index, entry, MF + "action")
    data, shapes = (loaded(path_of(only(index, action, SHT + name))) for name in ("dataGraph", "shapesGraph"))
    expected = only(index, entry, MF + "result")
    if expected == f"<{SHT}Failure>":
        with pytest.raises(ShapeError):
            run_validation(data, shapes, is_strict=True)
        return
    validation = run_validation(data, shapes)
    report = Index()
    report.add_lines(f"{s} {p} {o} ." for s, p, o in validation.report())
    wanted = keys_of_report(index, expected)
    assert keys(report) == wanted
    assert validation.conforms() == (not wanted)


def keys_of_report(index: Index, report: str) -> Counter[tuple[str, ...]]:
    one = Index()
    one.add_lines(f"{s} {p} {o} ." for s, p, o in index.triples() if p != "<http://www.w3.org/ns/shacl#result>")
    results = index.forward("<http://www.w3.org/ns/shacl#result>").get(report, ())
    one.add_lines(f"{report} <http://www.w3.org/ns/shacl#result> {result} ." for result in results)
    return keys(one)


@pytest.mark.skipif(not ALL, reason=MISSING)
def test_every_case_runs_as_published_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    counts: Counter[str] = Counter()
    for part, manifest, entry in ALL:
        index = loaded(manifest)
        action = only(index, entry, MF + "action")
        data, shapes = (str(path_of(only(index, action, SHT + name))) for name in ("dataGraph", "shapesGraph"))
        expected = only(index, entry, MF + "result")
        result = CliRunner().invoke(cli, ["check", data, "--shapes", shapes, "-f", "turtle"])
        if expected == f"<{SHT}Failure>":
            assert result.exit_code == 3, manifest
        else:
            report = Index()
            report.add_quads(parse(result.stdout_bytes, RdfFormat.TURTLE))
            wanted = keys_of_report(index, expected)
            assert keys(report) == wanted, manifest
            assert result.exit_code == bool(wanted), manifest
        counts[part] += 1
    with capsys.disabled():
        sys.stdout.write(f"\nSHACL suite of the W3C by `scograph check`: {counts.total()} of {len(ALL)} cases\n")
    assert counts == CASES


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(not ALL, reason=MISSING)
def test_both_engines_agree_but_for_what_a_clause_explains() -> None:
    explained: dict[str, str] = {}
    not_compared: dict[str, str] = {}
    for _, manifest, entry in ALL:
        index = loaded(manifest)
        action = only(index, entry, MF + "action")
        data, shapes = (str(path_of(only(index, action, SHT + name))) for name in ("dataGraph", "shapesGraph"))
        expected = only(index, entry, MF + "result")
        result = CliRunner().invoke(cli, ["check", data, "--shapes", shapes, "--engine", "both"])
        is_failure = expected == f"<{SHT}Failure>"
        assert result.exit_code == (3 if is_failure else bool(keys_of_report(index, expected))), manifest
        assert "the engines differ: " not in result.output, manifest
        if "for a known reason" in result.output:
            explained[manifest.stem] = result.output
        if "the engines are not compared" in result.output:
            not_compared[manifest.stem] = result.output
    for expectations, outputs in ((EXPLAINED, explained), (NOT_COMPARED, not_compared)):
        assert outputs.keys() == expectations.keys()
        for case, text in expectations.items():
            assert text in outputs[case]
