"""Baselines: what was put away is not said again, counts no more, and is said when it no longer occurs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from scograph.checks.baseline import EMPTY, Known, read_baseline
from scograph.cli import cli
from scograph.errors import InputError
from scograph.model import Finding, Place, Severity

HERE = Path(__file__).parent
SCHEMA = json.loads((HERE / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
WRONG = """@prefix chess: <https://example.org/chess/ontology#> .

<https://example.org/chess/id/player/zoe-lind> chess:nickname "Z" .
<https://example.org/chess/id/player/bo-berg> chess:nickname "B" .
"""
FACTS = "data/notes/05-winner.interpreted.ttl"


def check(*arguments: str) -> Result:
    """Run the check in this process."""
    result = CliRunner().invoke(cli, ["check", *arguments], prog_name="scograph")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small project, which is the folder one stands in, with an undeclared property."""
    shutil.copytree(HERE / "projects" / "small", tmp_path / "small")
    monkeypatch.chdir(tmp_path / "small")
    Path(FACTS).write_text(WRONG, encoding="utf-8")
    assert check().exit_code == 1
    return tmp_path / "small"


def found(result: Result) -> list[dict[str, object]]:
    """The findings of a report in JSON."""
    findings: list[dict[str, object]] = json.loads(result.stdout)["findings"]
    return findings


@pytest.mark.usefixtures("project")
def test_what_is_put_away_is_not_said_again_and_does_not_count() -> None:
    before = found(check("-f", "json"))
    assert [one["code"] for one in before] == ["R01"]
    written = check("--write-baseline", "seen.json")
    assert (written.exit_code, written.stdout) == (0, "")
    assert "1 finding put away in seen.json\n" in written.stderr
    again = check("--baseline", "seen.json")
    assert (again.exit_code, again.stdout) == (0, "")
    assert again.stderr.startswith("0 errors, 0 warnings, 0 infos · 1 put away · ")
    assert check().exit_code == 1


@pytest.mark.usefixtures("project")
def test_a_finding_is_known_again_on_another_line_but_not_in_another_file() -> None:
    check("--write-baseline", "seen.json")
    Path(FACTS).write_text("# A comment.\n\n" + WRONG, encoding="utf-8")
    assert check("--baseline", "seen.json").exit_code == 0
    Path(FACTS).rename("data/notes/05-winner.possible.ttl")
    moved = check("--baseline", "seen.json")
    assert moved.exit_code == 1
    assert "note: findings of the baseline that no longer occur: 1; --write-baseline leaves them out\n" in moved.stderr
    assert f"  {FACTS}: R01 <https://example.org/chess/ontology#nickname> is not declared" in moved.stderr


@pytest.mark.usefixtures("project")
def test_a_new_finding_counts_beside_those_that_are_put_away() -> None:
    check("--write-baseline", "seen.json")
    Path(FACTS).write_text(WRONG.replace('chess:nickname "B"', 'chess:nikname "B"'), encoding="utf-8")
    result = check("--baseline", "seen.json", "-f", "json")
    assert result.exit_code == 1
    assert [(one["message"], one.get("suppressed")) for one in found(result)] == [
        ("<https://example.org/chess/ontology#nikname> is not declared in the ontology", None),
        ("<https://example.org/chess/ontology#nickname> is not declared in the ontology", True),
    ]


@pytest.mark.usefixtures("project")
def test_the_settings_may_name_the_baseline_and_reasons_are_kept() -> None:
    check("--write-baseline", "seen.json")
    document = json.loads(Path("seen.json").read_text(encoding="utf-8"))
    document["findings"][0]["reason"] = "the nickname is under discussion"
    Path("seen.json").write_text(json.dumps(document), encoding="utf-8")
    with Path("scograph.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[check]\nbaseline = "seen.json"\n')
    assert check().exit_code == 0
    assert found(check("-f", "json"))[0]["reason"] == "the nickname is under discussion"
    Path(FACTS).write_text(WRONG + "<https://example.org/x> chess:nikname 1 .\n", encoding="utf-8")
    assert check("--write-baseline", "seen.json").exit_code == 0
    reasons = [one.get("reason") for one in json.loads(Path("seen.json").read_text(encoding="utf-8"))["findings"]]
    assert sorted(map(str, reasons)) == ["None", "the nickname is under discussion"]
    assert check().exit_code == 0


@pytest.mark.usefixtures("project")
def test_sarif_says_of_each_result_whether_it_is_suppressed() -> None:
    check("--write-baseline", "seen.json")
    Path(FACTS).write_text(WRONG.replace('chess:nickname "B"', 'chess:nikname "B"'), encoding="utf-8")
    log = json.loads(check("--baseline", "seen.json", "-f", "sarif").stdout)
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    assert [result["suppressions"] for result in log["runs"][0]["results"]] == [[], [{"kind": "external"}]]
    plain = json.loads(check("-f", "sarif").stdout)
    assert ["suppressions" in result for result in plain["runs"][0]["results"]] == [False, False]


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(("path", "code"), [("kept.txt", 3), (FACTS, 2)])  # the other is an input besides
def test_a_file_that_is_no_baseline_is_not_written_over(path: str, code: int) -> None:
    Path("kept.txt").write_text("years of work\n", encoding="utf-8")
    before = Path(path).read_bytes()
    result = check("--write-baseline", path)
    assert (result.exit_code, Path(path).read_bytes()) == (code, before)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON"),
        ("[]", "no baseline of version 1"),
        ('{"scograph-baseline": 2, "findings": []}', "no baseline of version 1"),
        ('{"scograph-baseline": 1, "findings": {}}', "no baseline of version 1"),
        ('{"scograph-baseline": 1, "findings": [1]}', "finding 1: no object"),
        ('{"scograph-baseline": 1, "findings": [{"code": "A"}]}', "finding 1: message is no text"),
        ('{"scograph-baseline": 1, "findings": [{"code": "A", "message": 1}]}', "finding 1: message is no text"),
        ('{"scograph-baseline": 1, "findings": [{"code": "A", "mesage": "b"}]}', "finding 1: unknown key 'mesage'"),
        ('{"scograph-baseline": 1, "findings": [{"code": "A", "message": "b", "count": 0}]}', "count is no number"),
        ('{"scograph-baseline": 1, "findings": [{"code": "A", "message": "b", "count": true}]}', "count is no number"),
    ],
)
def test_a_broken_baseline_is_refused_with_its_place(text: str, message: str, project: Path) -> None:
    Path("broken.json").write_text(text, encoding="utf-8")
    for option in ("--baseline", "--write-baseline"):
        result = check(option, "broken.json")
        assert result.exit_code == 3
        assert f"error: broken.json: {message}" in result.stderr.replace("finding 1: count", "count")
        assert "hint: " in result.stderr
    assert (project / "broken.json").read_text(encoding="utf-8") == text


@pytest.mark.usefixtures("project")
def test_a_check_that_is_not_complete_writes_no_baseline() -> None:
    result = check("--write-baseline", "seen.json", "--timeout", "0.000001")
    assert (result.exit_code, Path("seen.json").exists()) == (124, False)
    assert "seen.json is not written: the check was stopped by --timeout\n" in result.stderr
    assert check("--write-baseline", "-").exit_code == 2


@pytest.mark.parametrize("path", ["../seen.json", "/seen.json"])
@pytest.mark.usefixtures("project")
def test_the_baseline_of_a_project_lies_in_it(path: str) -> None:
    with Path("scograph.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[check]\nbaseline = "{path}"\n')
    result = check()
    assert result.exit_code == 2
    assert "check.baseline is no file of the project" in result.stderr


def test_more_of_one_finding_than_were_put_away_are_new() -> None:
    one = Finding(Severity.WARNING, "W1", "of _:b1", focus="_:b1", place=Place("a.ttl", 3))
    same = Finding(Severity.WARNING, "W1", "of _:b7", focus="_:b7", place=Place("a.ttl", 9))
    baseline = EMPTY.renewed([one, same])
    assert baseline.counts == {Known("W1", "of _:b", "a.ttl", "_:b"): 2}
    assert read_baseline(baseline.to_json(), "x") == baseline
    judged = baseline.judge([one, same, same])
    assert (len(judged.suppressed), judged.new, judged.gone) == (2, (same,), {})
    assert baseline.judge([one]).gone == {Known("W1", "of _:b", "a.ttl", "_:b"): 1}


def test_a_baseline_that_counts_more_than_memory_holds_is_read() -> None:
    text = '{"scograph-baseline": 1, "findings": [{"code": "A", "message": "b", "count": 99999999999999}]}'
    assert read_baseline(text.encode(), "x").judge([]).gone == {Known("A", "b"): 99999999999999}


def test_json_that_nests_too_deep_is_refused() -> None:
    with pytest.raises(InputError):
        read_baseline(b"[" * 100_000, "x")
