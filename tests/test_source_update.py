"""A newer text of a source is taken over: what needs nobody is done, the rest is asked, all is written or nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from built_in import built_in_graph
from hostile_servers import hostile, says
from scograph import Project
from scograph.cli import cli
from scograph.edit.document import Document
from scograph.edit.keeping import archive_text
from scograph.project import JOURNAL, builtin_folder
from source_projects import EX, TEXT, THREE_EDITS, contents, document, harbour

SEED = Path(__file__).parents[2] / "shared" / "seed" / "unidir-sco-2021-03.txt"
PROFILE = "unidir-sco-2021-03"
EDITS = {
    "March 2021": "November 2026",
    "24-26 January 2016": "12-14 May 2026",
    "19-20 December 2017": "19-21 December 2017",
}
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    harbour(folder)
    return folder


def update(root: Path, text: str, *options: str, answers: str = "", name: str = "new.txt") -> Result:
    file = root.parent / name
    file.write_text(text, encoding="utf-8")
    return run("source", "update", "harbour", str(file), "-p", str(root), *options, answers=answers)


def run(*words: str, answers: str = "") -> Result:
    return CliRunner().invoke(cli, list(words), input=answers)


def to_read_again(root: Path) -> list[tuple[str, int, str]]:
    """The claims that `check` lists to be read again: file, line and subject."""
    result = run("check", str(root), "-f", "json")
    findings = json.loads(result.stdout)["findings"]
    return sorted((one["path"], one["line"], one["focus"]) for one in _flat(findings) if one["code"] == "T01")


def _flat(findings: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{**one, **(one.get("place") or {})} if isinstance(one.get("place"), dict) else one for one in findings]


def test_three_edits_are_three_answers(root: Path) -> None:
    result = update(root, THREE_EDITS, answers="y\ny\ny\n")
    assert result.exit_code == 0, result.output
    assert result.stdout.count("Do the new words say these facts?") == 3
    assert "then  Last updated: [March 2021]" in result.stdout
    assert "now   Last updated: [November 2026]" in result.stdout
    assert "3 edited; 3 questions" in result.stderr
    files = {path.rpartition("/")[2] for path in contents(root)}
    assert {"11-said.ttl", "12-said.ttl", "13-said.ttl"} < files
    assert not {"02-said.ttl", "04-said.ttl", "10-said.ttl"} & files
    found = document(Project.open(root))
    assert [len(found.editions), len([span for span in found.spans if span.revision_of])] == [2, 3]
    texts = {span.name: span.words(THREE_EDITS) for span in found.spans if span.revision_of}
    assert texts == {
        "11": "Last updated: November 2026",
        "12": "Its most recent assembly was held on 12-14 May 2026 in the city hall of Bergen.",
        "13": "19-21 December 2017",
    }


def test_check_lists_exactly_the_claims_to_read_again_until_somebody_read_them(root: Path) -> None:
    assert to_read_again(root) == []
    update(root, THREE_EDITS, answers="y\nn\ny\n")
    expected = [(f"data/harbour/{number}-said.ttl", line, f"{EX}thing-{was}")
                for number, was in (("11", "02"), ("13", "10")) for line in (5, 6)]  # fmt: skip
    assert to_read_again(root) == expected
    result = run("source", "read", "harbour", "11", "--reader", "ab", "--yes", "--depth", "whole", "-p", str(root))
    assert result.exit_code == 0, result.output
    assert to_read_again(root) == expected[2:]
    result = run("source", "read", "harbour", "-p", str(root), "--reader", "ab", answers="n\n" * 20)
    assert "nothing is written" in result.stderr
    assert to_read_again(root) == expected[2:]


def readings_found(root: Path) -> list[tuple[str, str, str, int]]:
    """The findings that concern readings: code, severity, file and line."""
    findings = _flat(json.loads(run("check", str(root), "-f", "json").stdout)["findings"])
    return [
        (one["code"], one["severity"], one["path"], one["line"])
        for one in findings
        if one["code"] in ("L15", "R02", "SCOG-X01", "T02", "T03")
    ]


def test_a_fact_that_was_read_and_is_changed_by_hand_is_one_finding_with_the_way_out(root: Path) -> None:
    reads = ("source", "read", "harbour", "06", "--reader", "ab", "--yes", "-p", str(root))
    assert run(*reads).exit_code == 0
    before = readings_found(root)
    facts = root / "data" / "harbour" / "06-said.ttl"
    facts.write_text(facts.read_text(encoding="utf-8").replace("Kenya", "Kenia"), encoding="utf-8")
    lines = (root / "data" / "harbour" / "source.ttl").read_text(encoding="utf-8").splitlines()
    covers = [number for number, row in enumerate(lines, 1) if "passage/06#" in row]
    assert len(covers) == 2
    (found,) = [one for one in readings_found(root) if one not in before]
    assert found[:3] == ("T02", "error", "data/harbour/source.ttl")
    assert found[3] in covers
    said = run("check", str(root)).output
    assert "a fact of passage 06 was read, and is no more" in said
    assert "scograph source read harbour 06 --reader HANDLE" in said
    assert run(*reads).exit_code == 0
    assert readings_found(root) == before
    facts.unlink()
    assert [code for code, *_ in readings_found(root) if code == "T02"] == ["T02"] * 3
    assert run("source", "read", "harbour", "07", "--reader", "ab", "--yes", "-p", str(root)).exit_code == 0
    assert readings_found(root) == before
    assert len([iri for iri in document(Project.open(root)).values if "/reading/" in iri.value]) == 1


def test_a_fact_of_the_built_in_profile_that_was_read_and_is_changed_is_one_finding(tmp_path: Path) -> None:
    """Its ontology, shapes and namespaces tell of links that lead nowhere; of this one they tell no second time."""
    for name in ("data", "ontology", "shapes"):
        shutil.copytree(builtin_folder() / name, tmp_path / name)
    shutil.copy(builtin_folder() / "scograph.toml", tmp_path)
    facts = tmp_path / "data" / PROFILE / "25-date-of-drill.ttl"
    facts.write_text(facts.read_text(encoding="utf-8").replace('"2017-12-06"', '"2017-12-07"'), encoding="utf-8")
    assert [found[:3] for found in readings_found(tmp_path)] == [("T02", "error", f"data/{PROFILE}/source.ttl")] * 2


def test_a_reader_that_is_not_declared_is_a_warning_at_its_line(root: Path) -> None:
    run("source", "read", "harbour", "06", "--reader", "ab", "--yes", "-p", str(root))
    (root / "scograph.toml").write_text('[readers]\nac = "person"\n', encoding="utf-8")
    lines = (root / "data" / "harbour" / "source.ttl").read_text(encoding="utf-8").splitlines()
    line = next(number for number, row in enumerate(lines, 1) if "scog:reader" in row)
    assert readings_found(root) == [("T03", "warning", "data/harbour/source.ttl", line)]
    assert "no reader is called 'ab'" in run("check", str(root)).output


def test_the_readers_of_the_built_in_project_are_declared() -> None:
    readers = dict(Project.builtin().settings.readers)
    stated = {
        triple.object.value
        for source in built_in_graph().sources
        for triple in source.parsed.triples
        if triple.predicate.value.endswith("#reader")
    }
    assert stated <= set(readers)
    assert readers == {"scograph-curation": "program"}


VALUES = {
    "11-said.ttl": ("March 2021", "November 2026"),
    "12-said.ttl": ("24-26 January 2016", "12-14 May 2026"),
    "13-said.ttl": ("19-20 December", "19-21 December"),
}


@pytest.mark.parametrize("is_fact_changed", [False, True])
def test_a_release_after_three_edits_tells_a_reader_at_most_three_changes(root: Path, *, is_fact_changed: bool) -> None:
    """The changelog says which values are others now, and nothing of the places of passages."""
    folder = root / "data" / "harbour"
    (folder / "05-said.ttl").write_text(f"@prefix ex: <{EX}> .\nex:council ex:has ex:members .\n", encoding="utf-8")
    releases = root.parent / "releases"
    assert run("release", "1.0.0", str(root), "-o", str(releases)).exit_code == 0
    assert update(root, THREE_EDITS, answers="y\ny\ny\n").exit_code == 0
    for file, (old, new) in VALUES.items() if is_fact_changed else ():
        text = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    done = run("release", "1.1.0", str(root), "-o", str(releases))
    assert done.exit_code == 0, done.output
    changelog = (releases / "1.1.0" / "changelog.md").read_text(encoding="utf-8")
    told = [line for line in changelog.splitlines() if line.lstrip().startswith("- ")]
    assert "numbers of" not in changelog
    (assembly,) = (line for line in TEXT.replace("• ", "").split("\n") if "24-26" in line)
    carried = 3 if is_fact_changed else 6
    assert told[0] == f"- Harbour Council: 1 new edition, 3 passages edited, {carried} facts carried over"
    assert [line.partition("; stated: Harbour Council")[0] for line in told[1:]] == [
        f"- **changed**: rdfs:label: {old}@en → {new}@en"
        for old, new in (
            ("19-20 December 2017", "19-21 December 2017"),
            (assembly, assembly.replace(*VALUES["12-said.ttl"])),
            ("Last updated: March 2021", "Last updated: November 2026"),
        )
        if is_fact_changed
    ]


def test_answers_that_are_no_text_end_the_questions_and_nothing_is_written(root: Path) -> None:
    (root.parent / "new.txt").write_text(THREE_EDITS, encoding="utf-8")
    before = contents(root)
    for words in (["update", "harbour", str(root.parent / "new.txt")], ["read", "harbour", "--reader", "ab"]):
        command = [sys.executable, "-m", "scograph", "source", *words, "-p", str(root)]
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}
        done = subprocess.run(command, check=False, input=b"\xff\xfe\n", capture_output=True, env=environment)
        assert done.returncode in (0, 1)
        assert b"nothing is written" in done.stderr
        assert b"Traceback" not in done.stderr
        assert contents(root) == before


GONE = THREE_EDITS.replace("Togo\n", "").replace("Peru\n", "")


def test_facts_of_gone_words_stay_or_are_no_longer_asserted(root: Path) -> None:
    result = update(root, TEXT.replace("Togo\n", "").replace("Peru\n", ""), answers="s\nn\n")
    assert result.exit_code == 0, result.output
    files = {path.rpartition("/")[2] for path in contents(root)}
    assert {"07-said.superseded.ttl", "08-said.ttl"} < files
    assert "07-said.ttl" not in files
    gone = [span.name for span in document(Project.open(root)).spans if span.gone_from]
    assert gone == ["07", "08"]
    assert to_read_again(root) == []


def test_files_of_one_basis_are_joined_with_their_comments(root: Path) -> None:
    before = contents(root)
    result = update(
        root, TEXT.replace("• The council was founded by four ports in the spring of 1998", "• It"), answers="s\n"
    )
    assert result.exit_code == 0, result.output
    joined = contents(root)["data/harbour/03-said.superseded.ttl"].decode()
    for name in ("03-said.ttl", "03-said.interpreted.ttl"):
        assert f"data/harbour/{name}" in before
        assert f"data/harbour/{name}" not in contents(root)
    assert "# The year alone is printed." in joined
    assert joined.count("ex:thing-03") == 1
    assert "ex:begins 1998" in joined


def test_each_file_may_be_decided_by_itself(root: Path) -> None:
    result = update(root, TEXT.replace("four ports", "five ports"), answers="x\ne\nn\ny\n")
    assert result.exit_code == 0, result.output
    assert "[y] yes: they move to the new words, and are to be read again; [n] no" in result.stderr
    files = {path.rpartition("/")[2] for path in contents(root)}
    assert {"03-said.interpreted.ttl", "11-said.ttl"} < files
    assert {"03-said.ttl", "11-said.interpreted.ttl"} & files == set()


def test_each_claim_may_be_decided_by_itself(root: Path) -> None:
    folder = root / "data" / "harbour"
    result = update(root, TEXT.replace("Togo\nPeru\n", ""), answers="e\nn\ns\nn\n")
    assert result.exit_code == 0, result.output
    assert "rdfs:label: Togo@en" in result.stdout
    kept = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("07*")}
    assert set(kept) == {"07-said.ttl", "07-said.superseded.ttl"}
    assert ("rdfs:label" in kept["07-said.ttl"]) != ("rdfs:label" in kept["07-said.superseded.ttl"])
    assert ("isSaidIn" in kept["07-said.ttl"]) != ("isSaidIn" in kept["07-said.superseded.ttl"])


def test_facts_that_are_decided_one_by_one_keep_their_prefixes(root: Path) -> None:
    result = update(root, TEXT.replace("March 2021", "May 2026"), answers="e\ny\ns\n")
    assert result.exit_code == 0, result.output
    folder = root / "data" / "harbour"
    moved, left = (folder / name for name in ("11-said.ttl", "02-said.superseded.ttl"))
    for file in (moved, left):
        text = file.read_text(encoding="utf-8")
        assert f"@prefix ex: <{EX}> ." in text
        assert "\nex:thing-02\n" in text
        assert EX not in text.replace(f"@prefix ex: <{EX}> .", "")
    assert not (folder / "02-said.ttl").exists()


def test_what_is_left_to_do_after_an_update_is_said(root: Path) -> None:
    result = update(root, THREE_EDITS + "\nA new line.", answers="n\ns\ny\n")
    assert result.exit_code == 0, result.output
    assert "note: passage 11 has no fact yet: the facts of 02 stay with the old words\n" in result.stderr
    assert "note: passage 12 has no fact yet: the facts of 04 stay with the old words\n" in result.stderr
    assert "passage 13 has" not in result.stderr
    assert "note: 1 new passage without a fact: 14\n" in result.stderr
    assert "in no passage" not in result.stderr
    assert "claims to be read again" in result.stderr


def test_nothing_is_said_to_be_read_again_where_no_fact_moved(root: Path) -> None:
    result = update(root, TEXT.replace("March 2021", "May 2026"), answers="n\n")
    assert result.exit_code == 0, result.output
    assert "next: git diff shows what changed" in result.stderr
    (root / "data" / "harbour" / "11-said.ttl").write_text(
        f"@prefix ex: <{EX}> .\n\nex:thing-02\n    ex:begins 2026 .\n", encoding="utf-8"
    )
    assert to_read_again(root) == [], "a person wrote it for the new words"


def _moved(root: Path) -> tuple[Path, Path]:
    """A project in which three facts of passage 03 were carried over to 11: its source.ttl, and one file of facts."""
    result = update(root, TEXT.replace("four ports", "five ports"), answers="y\n")
    assert result.exit_code == 0, result.output
    folder = root / "data" / "harbour"
    assert (folder / "source.ttl").read_text("utf-8").count("/passage/11#") == 3
    return folder / "source.ttl", folder / "11-said.interpreted.ttl"


def test_what_was_carried_over_and_is_changed_by_hand_is_said_once(root: Path) -> None:
    source, facts = _moved(root)
    assert len(to_read_again(root)) == 3
    text = facts.read_text("utf-8")
    facts.write_text(text.replace("1998", "1999"), encoding="utf-8")
    assert facts.read_text("utf-8") != text
    assert len(to_read_again(root)) == 2
    found = json.loads(run("check", str(root), "-f", "json").stdout)["findings"]
    (stale,) = [one for one in _flat(found) if one["code"] == "T02"]
    assert stale["severity"] == "warning"
    assert str(stale["message"]).startswith("a fact of passage 11 was carried over to be read, and is no more")
    assert stale["path"] == "data/harbour/source.ttl"
    result = run("source", "read", "harbour", "11", "--reader", "ab", "--yes", "-p", str(root))
    assert result.exit_code == 0, result.output
    assert "carriesOver" not in source.read_text("utf-8")
    codes = {one["code"] for one in json.loads(run("check", str(root), "-f", "json").stdout)["findings"]}
    assert not codes & {"T01", "T02"}


def test_what_was_carried_over_is_to_be_read_wherever_it_is_carried_next(root: Path) -> None:
    """A second update moves the record with the facts, and so does joining two passages."""
    source, _ = _moved(root)
    result = update(root, TEXT.replace("four ports", "six ports"), answers="y\n", name="third.txt")
    assert result.exit_code == 0, result.output
    assert "/passage/11#" not in source.read_text("utf-8")
    files = {"data/harbour/12-said.ttl", "data/harbour/12-said.interpreted.ttl"}
    assert {path for path, _, _ in to_read_again(root)} == files
    assert len(to_read_again(root)) == 3
    before = next(span for span in Document.open(Project.open(root), "harbour").spans if span.name == "12")
    assert len(before.carried) == 3
    words = before.words(TEXT.replace("four ports", "six ports"))
    assert run("source", "split", "harbour", "12", "--at", words.split()[-1], "-p", str(root)).exit_code == 0
    assert len(to_read_again(root)) == 3


def test_what_was_carried_over_is_to_be_read_in_a_passage_that_takes_it_in(root: Path) -> None:
    result = update(root, TEXT.replace("nine million", "ten million"), answers="y\n")
    assert result.exit_code == 0, result.output
    (root / "data/harbour/08-said.ttl").unlink()
    result = run("source", "join", "harbour", "08", "11", "-p", str(root))
    assert result.exit_code == 0, result.output
    assert [path for path, _, _ in to_read_again(root)] == ["data/harbour/08-said.ttl"] * 2


def test_new_words_that_stay_without_passage_are_said(root: Path) -> None:
    plan = root.parent / "plan.json"
    text = TEXT + "\nA new line."
    update(root, text, "--plan", str(plan))
    said = json.loads(plan.read_bytes())
    (row,) = said["new"]
    row["decision"] = "leave"
    plan.write_text(json.dumps(said), encoding="utf-8")
    result = update(root, text, "--apply", str(plan))
    assert result.exit_code == 0, result.output
    assert "note: 9 characters of the new text in no passage, and not ignored: scograph source show" in result.stderr
    assert "9 characters in no passage" in run("source", "list", "-p", str(root)).stdout


def test_a_passage_is_read_with_its_headings_and_by_words_too(root: Path) -> None:
    for one, other in (("07", "05"), ("05", "01")):
        assert run("source", "read-with", "harbour", one, other, "-p", str(root)).exit_code == 0
    result = run("source", "read", "harbour", "07", "--reader", "ab", "-p", str(root), answers="yes\n")
    assert result.exit_code == 0, result.output
    assert "2 claims read by ab" in result.stderr
    lines = result.stdout.splitlines()
    first = lines.index("01  Harbour Council  (read with 07)")
    assert lines[first + 1] == "05  Members  (read with 07)"
    assert lines[first + 2].startswith("07  ")
    result = run("source", "read", "harbour", "99", "-p", str(root))
    assert result.exit_code == 2
    assert "hint: claims rest on 01, 02, 03, " in result.stderr
    assert "[" not in result.stderr


@pytest.mark.parametrize("command", ["update", "read"])
def test_ctrl_c_at_a_question_ends_with_130_and_keeps_the_readings_that_were_given(root: Path, command: str) -> None:
    before = contents(root)
    new = root.parent / "new.txt"
    new.write_text(THREE_EDITS, encoding="utf-8")
    words = {"update": ["update", "harbour", str(new)], "read": ["read", "harbour", "--reader", "ab"]}[command]
    asking = subprocess.Popen(
        [sys.executable, "-m", "scograph", "source", *words, "-p", str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 -- no thread
    )
    assert asking.stdin
    assert asking.stderr
    asking.stdin.write("y\n")
    asking.stdin.flush()
    shown = ""
    while shown.count("? " if command == "update" else "y/n/q? ") < 2:
        shown += asking.stderr.read(1)
    asking.send_signal(signal.SIGINT)
    said = asking.communicate(timeout=60)[1]
    assert asking.returncode == 130, said
    assert "interrupted\n" in said
    if command == "update":
        assert contents(root) == before
    else:
        assert "data/harbour/source.ttl: 2 claims read by ab\n" in said
        assert contents(root)["data/harbour/source.ttl"].count(b"scog:covers") == 1


def test_claims_of_a_plan_are_decided_one_by_one(root: Path) -> None:
    plan = root.parent / "plan.json"
    update(root, TEXT.replace("March 2021", "May 2026"), "--plan", str(plan))
    said = json.loads(plan.read_bytes())
    row = next(row for row in said["passages"] if row["decision"] == "ask")
    row |= {"decision": "revise", "facts": {"02-said.ttl": "each"}}
    label, other = sorted(row["claims"]["02-said.ttl"], key=lambda triple: "label" not in triple)
    row["claims"]["02-said.ttl"] = {label: "move", other: "ask"}
    plan.write_text(json.dumps(said), encoding="utf-8")
    assert "needs a person" in update(root, TEXT.replace("March 2021", "May 2026"), "--apply", str(plan)).stderr
    row["claims"]["02-said.ttl"][other] = "contradicted"
    plan.write_text(json.dumps(said), encoding="utf-8")
    result = update(root, TEXT.replace("March 2021", "May 2026"), "--apply", str(plan))
    assert result.exit_code == 0, result.output
    files = {path.rpartition("/")[2] for path in contents(root)}
    assert {"11-said.ttl", "02-said.contradicted.ttl"} < files
    assert "02-said.ttl" not in files
    assert [line for _, line, _ in to_read_again(root)] != []


def test_an_ambiguous_passage_is_where_a_person_says(root: Path) -> None:
    moved = TEXT.replace("Kenya\n", "").replace("\nThis map", "\nFormer members\nKenya\nThis map")
    result = update(root, moved, answers="1\n" * 3)
    assert result.exit_code == 0, result.output
    assert "Where does it stand?" in result.stdout
    kenya = next(span for span in document(Project.open(root)).spans if span.name == "06")
    assert kenya.words(moved) == "Kenya"
    assert len(kenya.stands_in) == 2
    assert to_read_again(root) == []


def test_what_needs_nobody_asks_nobody(root: Path) -> None:
    text = TEXT.replace(" of ", "  of ").replace("24-26", "24–26").replace("Peru", "Peru\nLaos is new")
    before = set(contents(root))
    result = update(root, text, "--yes")
    assert result.exit_code == 0, result.output
    assert "10 passages the same, 1 new; no question" in result.stderr
    found = document(Project.open(root))
    assert {span.name: span.words(text) for span in found.spans if len(span.stands_in) == 1} == {"11": "Laos is new"}
    assert found.text(found.editions[1]) == text
    assert set(contents(root)) == before | {"data/harbour/fit.tsv"}


def test_nothing_is_written_where_a_person_is_needed_or_quits(root: Path) -> None:
    before = contents(root)
    for options, answers, words in (
        (["--yes"], "", "3 passages of harbour need a person"),
        ([], "y\nq\n", "ended before all was answered"),
        ([], "y\n", "ended before all was answered"),
        (["--dry-run"], "y\ny\ny\n", "nothing is written"),
        (["--plan", str(root.parent / "plan.json")], "", "3 questions"),
    ):
        result = update(root, THREE_EDITS, *options, answers=answers)
        assert words in result.stderr, result.output
        assert contents(root) == before


def test_a_plan_is_written_changed_and_applied(root: Path) -> None:
    plan = root.parent / "plan.json"
    assert update(root, THREE_EDITS, "--plan", str(plan)).exit_code == 0
    before = contents(root)
    result = update(root, THREE_EDITS, "--apply", str(plan))
    assert (result.exit_code, contents(root)) == (1, before)
    said = json.loads(plan.read_bytes())
    for row in said["passages"]:
        if row["decision"] == "ask":
            row |= {"decision": "revise", "facts": dict.fromkeys(row["facts"], "move")}
    plan.write_text(json.dumps(said), encoding="utf-8")
    other = update(root, THREE_EDITS + ".", "--apply", str(plan), name="other.txt")
    assert "a plan for another new text" in other.stderr
    assert contents(root) == before
    result = update(root, THREE_EDITS, "--apply", str(plan))
    assert result.exit_code == 0, result.output
    assert len(to_read_again(root)) == 6
    result = update(root, GONE, "--apply", str(plan))
    assert "a plan for another" in result.stderr


OTHER_TEXT = "Page not found. " * 30
REFUSED = {
    "the same text": (TEXT, 0, "nothing to do"),
    "another document": (OTHER_TEXT, 2, "it may be another document"),
    "an empty text": (" \n", 3, ""),
    "a binary file": ("a\x00b", 3, ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_newer_text_is_told(root: Path, name: str) -> None:
    text, code, words = REFUSED[name]
    before = contents(root)
    result = update(root, text)
    assert (result.exit_code, contents(root)) == (code, before), result.output
    assert words in result.stderr
    assert result.stderr.count("error:") == (code > 0)


@pytest.mark.parametrize(
    ("body", "status", "words", "code"),
    [("", "503 Busy", "the site answers 503", 4), ("", "200 OK", "the answer is empty", 4), (None, "", "NUL", 3)],
)
def test_add_and_update_read_a_file_or_a_page_in_the_same_way(
    root: Path, body: str | None, status: str, words: str, code: int
) -> None:
    """One function reads for both: the same message, with the file or the address."""
    file = root.parent / "binary.txt"
    file.write_bytes(b"a\0b")
    before = contents(root)
    with hostile(says((body or "").encode(), "text/plain", status or "200 OK")) as server:
        page = str(file) if body is None else f"{server.address}/page"
        where = ("-p", str(root), "--private")
        results = [run("source", "add", page, *where), run("source", "update", "harbour", page, *where)]
    assert [result.exit_code for result in results] == [code, code]
    assert results[0].stderr == results[1].stderr
    assert f"{page}: " in results[0].stderr
    assert words in results[0].stderr
    assert contents(root) == before


def test_a_text_that_was_rewritten_is_taken_if_that_is_said(root: Path) -> None:
    result = update(root, OTHER_TEXT, "--rewritten", answers="n\n" * 20)
    assert result.exit_code == 0, result.output
    assert len(document(Project.open(root)).editions) == 2


def test_an_older_edition_is_told_with_its_day(root: Path) -> None:
    update(root, THREE_EDITS, answers="y\ny\ny\n")
    before = contents(root)
    result = update(root, TEXT)
    assert result.exit_code == 2
    assert "this is the text of an older edition" in result.stderr
    assert "read on 2021-04-01" in result.stderr
    assert contents(root) == before


def test_a_text_that_is_not_at_hand_is_asked_for_by_its_digest(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    harbour(root, has_text=False)
    result = update(root, THREE_EDITS)
    assert result.exit_code == 2
    assert "is not at hand" in result.stderr
    assert document(Project.open(root)).editions[0].sha256 in result.stderr
    (root / "texts" / "deep").mkdir(parents=True)
    (root / "texts" / "deep" / "any name.txt").write_text(TEXT, encoding="utf-8")
    assert update(root, THREE_EDITS, answers="y\ny\ny\n").exit_code == 0


def test_two_branches_with_an_edition_each_are_told(root: Path) -> None:
    """What git leaves when a person keeps both sides of the conflict."""
    update(root, THREE_EDITS, answers="y\ny\ny\n")
    source = root / "data" / "harbour" / "source.ttl"
    text = source.read_text(encoding="utf-8")
    iri = "https://example.org/source/harbour/edition/"
    newest = document(Project.open(root)).newest
    assert newest is not None
    block = text[text.index(f"<{newest.iri.value}>\n") :].partition("\n\n")[0]
    source.write_text(f"{text}\n{block.replace(newest.iri.value, iri + '0123456789ab')}\n", encoding="utf-8")
    before = contents(root)
    result = update(root, GONE)
    assert result.exit_code == 2
    assert "two editions follow the same one" in result.stderr
    source.write_text(text.replace("    a scog:Edition ;", "<<<<<<< HEAD\n    a scog:Edition ;", 1), encoding="utf-8")
    result = update(root, GONE)
    assert result.exit_code == 3
    assert "data/harbour/source.ttl:" in result.stderr
    assert before != contents(root)


def test_a_file_that_was_changed_meanwhile_stops_all(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scograph.cli.source import update as command  # noqa: PLC0415 -- loaded when it is called

    def meddle(*_: object) -> None:
        (root / "data" / "harbour" / "02-said.ttl").write_text("# mine\n", encoding="utf-8")

    monkeypatch.setattr(command, "keep_text", meddle)
    before = contents(root)
    result = update(root, THREE_EDITS, answers="y\ny\ny\n")
    assert "was changed meanwhile" in result.stderr
    assert {**contents(root), "data/harbour/02-said.ttl": before["data/harbour/02-said.ttl"]} == before


KILLER = """
import os, signal, sys
import scograph.edit.changes as changes
from click.testing import CliRunner
from scograph.cli import cli
left = int(sys.argv[1])
perform = changes._perform
def dying(project, change, made):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    perform(project, change, made)
changes._perform = dying
result = CliRunner().invoke(cli, ["source", "update", "harbour", sys.argv[2], "-p", sys.argv[3]], input="y\\ny\\ny\\n")
sys.stdout.write(result.output)
sys.exit(result.exit_code)
"""


def test_a_run_that_is_killed_between_two_writes_is_finished_by_the_next(root: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    harbour(whole)
    assert update(whole, THREE_EDITS, answers="y\ny\ny\n").exit_code == 0
    expected, begun = contents(whole), contents(root)
    (tmp_path / "new.txt").write_text(THREE_EDITS, encoding="utf-8")
    for steps in range(7):
        place = tmp_path / f"killed-{steps}"
        place.mkdir()
        harbour(place)
        done = subprocess.run(
            [sys.executable, "-c", KILLER, str(steps), str(tmp_path / "new.txt"), str(place)],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, done.stdout
        assert (place / JOURNAL).exists()
        assert contents(place) != begun or steps == 0
        said = [line for line in run("check", str(place)).output.splitlines() if " F12 " in line]
        assert len(said) == 1, said
        assert said[0].startswith(f"{JOURNAL}: error F12 an edit was cut short")
        result = run("source", "fix", "harbour", "-p", str(place)) if steps == 1 else update(place, THREE_EDITS)
        if steps == 1:
            assert result.exit_code == 0, result.output
            assert contents(place) == expected
            result = update(place, THREE_EDITS)
            assert "nothing to do" in result.stderr
            continue
        assert "finished what an earlier run had begun" in result.stderr
        assert "nothing to do" in result.stderr
        assert contents(place) == expected
        assert not (place / JOURNAL).exists()
        assert " F12 " not in run("check", str(place)).output


def committed(root: Path) -> None:
    """Put a project into a repository of its own."""
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "before"]):
        subprocess.run([*git, *words], check=True)


@pytest.mark.parametrize("is_inside", [True, False], ids=["in the folder", "elsewhere"])
def test_the_command_that_is_printed_undoes_an_update(
    root: Path, monkeypatch: pytest.MonkeyPatch, *, is_inside: bool
) -> None:
    committed(root)
    (root / "data/mine.txt").write_text("A file that git does not know.")
    before = contents(root)
    monkeypatch.chdir(root if is_inside else root.parent)
    result = update(root, THREE_EDITS, answers="y\ny\ny\n")
    assert contents(root) != before
    undo = next(line for line in result.stderr.splitlines() if line.startswith("undo: "))
    assert undo == ("undo: scograph undo" if is_inside else f"undo: scograph undo {root.name}")
    assert run(*undo.split()[2:]).exit_code == 0
    assert contents(root) == before
    status = subprocess.run(["git", "-C", root, "status", "--short"], check=True, capture_output=True, text=True)
    assert status.stdout == "?? data/mine.txt\n"
    assert update(root, THREE_EDITS, answers="y\ny\ny\n").exit_code == 0


@pytest.mark.timeout(600)
def test_three_edits_of_the_built_in_profile_are_three_answers_and_its_claims_to_read_again(tmp_path: Path) -> None:
    if not SEED.is_file():
        pytest.skip("the text of the profile is not here: it belongs to its publisher")
    root = tmp_path / "project"
    for name in ("data", "ontology", "shapes"):
        shutil.copytree(builtin_folder() / name, root / name)
    shutil.copy(builtin_folder() / "scograph.toml", root)
    text = SEED.read_text(encoding="utf-8")
    archive_text(Project.open(root), PROFILE, text)
    for old, new in EDITS.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    (tmp_path / "new.txt").write_text(text, encoding="utf-8")
    result = run("source", "update", PROFILE, str(tmp_path / "new.txt"), "-p", str(root), answers="y\ny\ny\n")
    assert result.exit_code == 0, result.output
    assert "20 passages the same, 3 edited; 3 questions" in result.stderr
    findings = json.loads(run("check", str(root), "-f", "json").stdout)["findings"]
    assert {one["code"] for one in findings if one["severity"] == "error"} == {"Q03"}  # the answers are other ones now
    again = sorted((one["path"].rpartition("/")[2], one["line"]) for one in _flat(findings) if one["code"] == "T01")
    assert [file for file, _ in again] == [
        "26-last-updated.ttl",
        *["27-expert-group-meeting.ttl"] * 4,
        *["28-dates-of-conference.ttl"] * 2,
    ]
    assert len(set(again)) == 7
