"""States are added from the installed table, with the row of it as their source, under one IRI in all projects."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from scograph import Project
from scograph.cli import cli
from scograph.edit.states import table_of_states
from scograph.starter_project import Answers, create_project

UNION = Answers("union", "The Union", "https://example.org/u/", "en", "Union", "https://example.org/p", "scograph")


def scograph(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, arguments, prog_name="scograph")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def union(tmp_path: Path) -> Path:
    create_project(tmp_path / "union", UNION)
    return tmp_path / "union"


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.ttl")}


def test_states_come_with_their_source_and_the_graph_conforms(union: Path) -> None:
    before = files(union)
    assert scograph("states", "add", "CHN", "ken", "--dry-run", "-p", str(union))[0] == 0
    assert files(union) == before, "a dry run writes nothing"
    code, _, err = scograph("states", "add", "CHN", "ken", "-p", str(union))
    assert code == 0
    assert "KEN has no name in the table" in err
    assert "CHN has no name" not in err
    assert sorted(files(union).keys() - before.keys()) == [
        "data/country-codes/01-chn.normalised.ttl",
        "data/country-codes/01-chn.ttl",
        "data/country-codes/source.ttl",
        "data/table-of-states/01-ken.normalised.ttl",
        "data/table-of-states/01-ken.ttl",
        "data/table-of-states/source.ttl",
    ]
    graph = Project.open(union).load()
    found = graph.check().findings
    assert [one for one in found if str(one.severity) == "error"] == []
    state = "<https://w3id.org/scograph/id/state/ken>"
    passages = {str(one.passage) for one in graph.claims if str(one.triple.subject) == state}
    assert passages == {"<https://example.org/u/source/table-of-states/passage/01>"}
    assert sorted(t.object.value for t in graph.facts if str(t.subject) == state) == [
        "404",
        "KE",
        "KEN",
        "http://www.wikidata.org/entity/Q114",
        "https://sws.geonames.org/192950/",
        "https://w3id.org/scograph/ontology#State",
    ]


def test_what_is_there_is_not_added_again_and_another_state_is_a_minimal_edit(union: Path) -> None:
    assert scograph("states", "add", "KEN", "-p", str(union))[0] == 0
    before = files(union)
    code, _, err = scograph("states", "add", "KEN", "-p", str(union))
    assert (code, err) == (0, "note: KEN is there already\nnothing to change\n")
    assert files(union) == before
    assert scograph("states", "add", "KEN", "BRA", "-p", str(union))[0] == 0
    after = files(union)
    assert after["data/table-of-states/source.ttl"].startswith(before["data/table-of-states/source.ttl"])
    assert {name: data for name, data in after.items() if name in before and "source.ttl" not in name} == {
        name: data for name, data in before.items() if "source.ttl" not in name
    }
    assert "data/table-of-states/02-bra.ttl" in after
    assert scograph("fmt", "--check", str(union / "data" / "table-of-states"))[0] == 0


@pytest.mark.parametrize(
    ("code", "hint"), [("KE", "did you mean KEN ?"), ("XQQ", "ISO 3166-1 alpha-3"), ("KENN", "did you mean")]
)
def test_a_state_that_is_not_in_the_table_is_one_message_and_nothing_is_written(
    code: str, hint: str, union: Path
) -> None:
    before = files(union)
    exit_code, _, err = scograph("states", "add", "BRA", code, "-p", str(union))
    assert exit_code == 2
    assert f"the table of states has no code '{code}'" in err
    assert hint in err
    assert files(union) == before


def test_a_project_without_a_uri_space_is_told_so(union: Path) -> None:
    path = union / "data" / "editorial" / "source.ttl"
    path.write_text(re.sub(r"    void:uriSpace .*\n", "", path.read_text("utf-8")), encoding="utf-8")
    code, _, err = scograph("states", "add", "BRA", "-p", str(union))
    assert (code, "states no void:uriSpace" in err) == (2, True)


def test_a_state_has_one_iri_in_all_projects(tmp_path: Path) -> None:
    for name in ("one", "two"):
        create_project(tmp_path / name, replace(UNION, name=name, base=f"https://example.org/{name}/"))
        assert scograph("states", "add", "BRA", "-p", str(tmp_path / name))[0] == 0
    facts = [(tmp_path / name / "data/table-of-states/01-bra.ttl").read_bytes() for name in ("one", "two")]
    assert facts[0] == facts[1]


def test_the_table_has_every_code_once() -> None:
    table = table_of_states()
    assert len(table) > 240
    assert len({row.alpha2 for row in table.values()}) == len({row.m49 for row in table.values()}) == len(table)
