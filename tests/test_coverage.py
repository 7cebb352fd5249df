"""Coverage: what the checks look at, and what nothing uses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from built_in import built_in_graph
from scograph.cli import cli
from scograph.coverage import MEASURES

HERE = Path(__file__).parent


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(HERE / "projects" / "small", tmp_path / "small")
    monkeypatch.chdir(tmp_path / "small")
    return tmp_path / "small"


def coverage(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["coverage", *arguments], prog_name="scograph", catch_exceptions=False)


def section(name: str) -> dict[str, object]:
    found = json.loads(coverage(f"--{name}", "-f", "json").stdout)
    assert list(found) == [name]
    return dict(found[name])


def messages(name: str) -> list[tuple[str, str]]:
    items = section(name)["items"]
    assert isinstance(items, list)
    return [(item["message"], ":".join(str(v) for k, v in item["place"].items() if k != "length")) for item in items]


@pytest.mark.usefixtures("small")
def test_all_are_measured_unless_one_is_asked_for() -> None:
    lines = coverage().stdout.splitlines()
    assert [line.split(":")[0] for line in lines if not line.startswith(" ")] == [one.name for one in MEASURES]
    assert len(MEASURES) == 5


@pytest.mark.usefixtures("small")
def test_fail_under_is_held_against_each_that_is_measured() -> None:
    assert coverage("--source", "--fail-under", "100").exit_code == 0
    low = coverage("--languages", "--shapes", "--fail-under", "100")
    assert low.exit_code == 1
    assert "is under 100 %" in low.stderr


def test_a_triple_that_no_shape_sees_is_counted_with_its_place(small: Path) -> None:
    before = section("shapes")
    path = small / "data" / "notes" / "02-meetings.ttl"
    path.write_text(path.read_text() + "<https://example.org/chess/id/club/millbrook> <http://a.example/p> 1 , 2 .\n")
    after = section("shapes")
    assert (after["covered"], after["total"]) == (before["covered"], int(str(before["total"])) + 2)
    found = dict(messages("shapes"))
    assert found["2 triples that no shape sees: <http://a.example/p> of Club"] == "data/notes/02-meetings.ttl:5:68"


def test_a_shape_that_targets_nothing_is_told_with_the_nearest_declared_term(small: Path) -> None:
    path = small / "shapes" / "chess.ttl"
    path.write_text(path.read_text().replace("sh:targetClass chess:Placing .", "sh:targetClass chess:Placings ."))
    items = json.loads(coverage("--shapes", "-f", "json").stdout)["shapes"]["items"]
    (idle,) = [item for item in items if item["kind"] == "targets that nothing is"]
    assert idle["message"] == "PlacingShape: nothing is a Placings"
    assert idle["hint"] == "did you mean <https://example.org/chess/ontology#Placing>?"
    assert idle["place"]["path"] == "shapes/chess.ttl"


def test_a_constraint_that_no_fixture_fails_is_told(small: Path) -> None:
    assert "note: no tests/shapes/: no fixture shows" in coverage("--shapes").stdout
    (small / "tests" / "shapes").mkdir(parents=True)
    (small / "tests" / "shapes" / "one.trig").write_text("# expect: error CHESS-P1 MaxCount Placing-hasPlayer x\n")
    untried = [message for message, _ in messages("shapes") if message.startswith("no fixture fails")]
    assert "no fixture fails sh:minCount of Placing-hasPlayer" in untried
    assert "no fixture fails sh:maxCount of Placing-hasPlayer" not in untried


def test_terms_that_nothing_uses_or_declares_and_questions_without_answer_are_told(small: Path) -> None:
    chess = small / "ontology" / "chess.ttl"
    chess.write_text(chess.read_text() + "\nchess:Umpire a owl:Class .\n")
    data = small / "data" / "notes" / "02-meetings.ttl"
    data.write_text(data.read_text().replace("chess:meetingDay", "chess:metingDay"))
    (small / "ontology" / "questions" / "02-none.rq").write_text(
        "# Who is an umpire?\nSELECT ?x { ?x a chess:Umpire }\n"
    )
    found = [message for message, _ in messages("ontology")]
    assert "nothing uses <https://example.org/chess/ontology#Umpire>" in found
    assert "<https://example.org/chess/ontology#metingDay> is not declared in the ontology" in found
    assert "nothing answers: Who is an umpire?" in found


def test_the_built_in_project_is_measured_as_a_whole() -> None:
    found = {measure.name: measure.of(built_in_graph(), lambda _: None) for measure in MEASURES}
    assert found["source"].percent == 100
    assert found["shapes"].percent is not None
    assert found["shapes"].percent > 98
    untried = [item.message for item in found["shapes"].items if item.kind == "constraints that no fixture fails"]
    assert untried == []
