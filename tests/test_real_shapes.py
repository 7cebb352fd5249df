"""Shapes as people have them, by kind: what ours finds, beside two other engines, and what is told of their flaws.

Each folder of `real_shapes/` has shapes in the manner of a published collection, in words of their own, with data. The
head of `data.ttl` says what must be found, by hand from the shapes and the data:

    # expect: SEVERITY COMPONENT FOCUS PATH

with the component without "ConstraintComponent", and `-` for the path where there is none. In `flawed/`, the end of a
line says which finding is there: `# flaw: SEVERITY CODE`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat, parse

import scograph
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.model import Result, ShapeError
from scograph.checks.shacl.reference import ReferenceOptions, reference_results
from scograph.cli import cli
from scograph.terms import SH, local_name
from test_shacl_differential import shifty_results, unpathed

HERE = Path(__file__).parent / "real_shapes"
KINDS = {"portal": 11, "units": 10, "pods": 11, "events": 10, "cubes": 14, "railway": 12, "spaces": 8}
"""How many results each kind has."""
FLAWED = 5
NOTES = {
    "units": ("2 shapes of type owl:Class taken as a class target: u:Kind, u:Unit",),
    "pods": ("1 shape of type owl:Class taken as a class target: :Bookmark",),
    "spaces": ("the shapes use custom targets: pySHACL validates in place of our engine",),
}
NOT_FOR_PYSHACL = "units"
"""pySHACL refuses circles of shapes, which SHACL, clause 3.4.3, leaves open, and does not follow owl:imports from
sh:prefixes, as clause 5.2.1 has it. It is asked about the units without the circle, with prefixes declared in place."""
CIRCLE = "<https://example.org/units/Size> <https://example.org/units/schema#broader> "
DECLARED = b"""@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://example.org/units/shapes> sh:declare
    [ sh:prefix "u" ; sh:namespace "https://example.org/units/schema#"^^xsd:anyURI ] ,
    [ sh:prefix "rdfs" ; sh:namespace "http://www.w3.org/2000/01/rdf-schema#"^^xsd:anyURI ] ."""
DEACTIVATED = "#sparql> <https://example.org/units/schema#OldCheck> "
"""Shifty evaluates a query that is deactivated, of which SHACL, clause 5.3, has no results: it is not shown to it."""
Row = tuple[str, str, str, str]


def files(kind: str) -> tuple[Path, Path]:
    return HERE / kind / "data.ttl", HERE / kind / "shapes.ttl"


def validated(kind: str, *more: Path | bytes, engine: str = "scograph") -> scograph.Validated:
    data, shapes = files(kind)
    return scograph.validate([data], [shapes, *more], engine=engine)


def expected(kind: str) -> Counter[Row]:
    text = files(kind)[0].read_text(encoding="utf-8")
    prefixes = dict(re.findall(r"@prefix (\w*:) <(.*?)>", text))

    def written_out(row: str) -> str:
        return re.sub(
            r"<[^>]*>|(\w*:)(\w+)", lambda found: f"<{prefixes[found[1]]}{found[2]}>" if found[1] else found[0], row
        )

    rows = [written_out(row).split() for row in re.findall(r"# expect: (.*)", text)]
    return Counter((severity, component, focus, path) for severity, component, focus, path in rows)


def counted(results: Iterable[Result]) -> Counter[Row]:
    return Counter(
        (
            severity if (severity := result.severity.removeprefix(f"<{SH}").removesuffix(">")).isalpha() else "other",
            local_name(result.component.strip("<>"), "#").removesuffix("ConstraintComponent"),
            result.focus,
            "-" if result.path is None else str(result.path),
        )
        for result in results
    )


def test_every_kind_has_its_rows() -> None:
    assert {path.name for path in HERE.iterdir()} == {*KINDS, "flawed"}
    assert {kind: expected(kind).total() for kind in KINDS} == KINDS
    for path in HERE.rglob("*.ttl"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 80, path


@pytest.mark.parametrize("kind", KINDS)
def test_exactly_what_is_expected_is_found(kind: str) -> None:
    found = validated(kind)
    assert counted(found.results) == expected(kind)
    assert found.notes == NOTES.get(kind, ())
    assert [one.message for one in found.findings if one.code[:3] != "sh:"] == []


def test_a_rule_beside_the_shapes_is_left_to_pyshacl_or_told() -> None:
    """With the rules of the units, pySHACL would validate; it fails on their prefixes, so ours does without it."""
    found = validated("units", HERE / "units" / "rules.ttl")
    assert counted(found.results) == expected("units")
    flaws = [(str(one.place), one.message) for one in found.findings if one.code == "shapes"]
    assert [place.rpartition("/")[2] for place, _ in flaws] == ["rules.ttl:12:13"]
    assert "SHACL rules are not applied" in flaws[0][1]


def triples(index: Index, without: str = "no such triple") -> str:
    lines = sorted(f"{s} {p} {o} .\n" for s, p, o in index.triples())
    return "".join(line for line in lines if without not in line)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_pyshacl_finds_the_same_in_each_kind(kind: str) -> None:
    ours = validated(kind)
    data, shapes = triples(ours.index), triples(ours.shapes_index)
    if kind == NOT_FOR_PYSHACL:
        with pytest.raises(ShapeError, match=r"Unknown namespace prefix|Recursive Shape"):
            reference_results(ours.index, ours.shapes_index)
        data = triples(ours.index, CIRCLE)
        assert data != triples(ours.index)
        shapes = triples(validated(kind, DECLARED).shapes_index)
    indexes = [Index(), Index()]
    for index, lines in zip(indexes, (data, shapes), strict=True):
        index.add_quads(parse(lines, RdfFormat.N_TRIPLES))
    assert counted(reference_results(*indexes, ReferenceOptions(advanced=True))) == expected(kind)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_shifty_finds_the_same_in_each_kind(kind: str) -> None:
    ours = validated(kind)
    shapes = triples(ours.shapes_index, DEACTIVATED)
    assert (shapes != triples(ours.shapes_index)) == (kind == "units")
    assert unpathed(shifty_results(triples(ours.index), shapes)) == unpathed(ours.results)


@pytest.mark.parametrize("kind", KINDS)
def test_both_engines_agree_on_the_command_line(kind: str) -> None:
    data, shapes = map(str, files(kind))
    result = CliRunner().invoke(cli, ["check", data, "--shapes", shapes, "--engine", "both"])
    assert result.exit_code == 1
    assert "the engines differ" not in result.output
    assert ("the engines are not compared" in result.output) == (kind == NOT_FOR_PYSHACL)


def test_flaws_are_told_at_their_lines_and_the_rest_is_evaluated() -> None:
    found = validated("flawed")
    assert counted(found.results) == expected("flawed")
    assert expected("flawed").total() == FLAWED
    lines = files("flawed")[1].read_text(encoding="utf-8").splitlines()
    marked = [
        (number, *line.split("# flaw: ")[1].split(" ")) for number, line in enumerate(lines, 1) if "# flaw: " in line
    ]
    told = [
        (one.place.line, str(one.severity), one.code)
        for one in found.findings
        if one.code[:3] != "sh:" and one.place is not None
    ]
    assert sorted(told) == marked
    assert len(marked) == 8


def test_the_command_line_gives_the_flaws_the_code_of_flawed_shapes() -> None:
    data, shapes = map(str, files("flawed"))
    for engine in ("scograph", "both"):
        result = CliRunner().invoke(cli, ["check", data, "--shapes", shapes, "--engine", engine])
        assert result.exit_code == 3
        assert "fewer than 1 value of :code" in result.output
