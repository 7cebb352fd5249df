"""Recorded fits: the table is written while a text is at hand, believed as long as it agrees, and no longer."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from scograph import Project, terms
from scograph.checks import check_graph
from scograph.checks.evidence import ClaimEvidence, Shown
from scograph.checks.run import CheckOptions
from scograph.checks.source_texts import source_texts
from scograph.cli import cli
from scograph.fit.table import FIT_COLUMNS, MAX_FAULTS, FitRow, fit_table, read_fit_table
from scograph.texts import TextArchive
from source_projects import TEXT, THREE_EDITS, contents, harbour

TABLE = "data/harbour/fit.tsv"
ROWS = 9
DATED = ("prov", "void", "dcat")
"""Descriptions that have the time of the build, or what follows from it."""
HEADER = "\t".join(FIT_COLUMNS)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the project with its table; its text is at hand."""
    folder = tmp_path / "project"
    harbour(folder)
    assert run(folder, "source", "fix", "harbour").exit_code == 0
    return folder


@pytest.fixture
def bare(root: Path) -> Path:
    """Return the project with its table, without its text."""
    shutil.rmtree(root / "texts")
    return root


def run(root: Path, *arguments: str) -> Result:
    where = ["-p", str(root)] if arguments[0] == "source" else [str(root)]
    result = CliRunner().invoke(cli, [*arguments, *where], prog_name="scograph")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def counts(root: Path) -> dict[str, int]:
    graph = Project.open(root).load()
    evidence = ClaimEvidence(graph, source_texts(graph), TextArchive(graph.project).text)
    return {str(shown): number for shown, number in evidence.counts.items() if number}


def findings(root: Path) -> list[tuple[str, str, str]]:
    graph = Project.open(root).load()
    report = check_graph(graph, CheckOptions(archived=TextArchive(graph.project).text)).report
    return [(one.code, str(one.place), one.message) for one in report.findings if re.fullmatch("E0[5-8]", one.code)]


def rows(root: Path) -> list[str]:
    return (root / TABLE).read_text(encoding="ascii").splitlines()[1:]


def test_what_the_words_say_is_recorded_and_what_they_do_not_is_told_at_its_line(tmp_path: Path) -> None:
    harbour(tmp_path / "project")
    result = run(tmp_path / "project", "source", "fix", "harbour")
    assert f"new: {TABLE}" in result.stdout
    assert "data/harbour/06-said.ttl:6:17: warning E01 the passage does not name 'ex:harbour'" in result.stderr
    assert "note: 9 stated claims not recorded: the words do not say them" in result.stderr
    lines = rows(tmp_path / "project")
    assert lines == sorted(lines)
    assert len(lines) == ROWS
    table = read_fit_table((tmp_path / "project" / TABLE).read_bytes(), TABLE)
    assert not table.faults
    for _, row in table.rows:
        assert "isSaidIn" not in row.line
        assert row.edition == "8d464623abf3"
        assert TEXT[row.start : row.end].strip()
    again = run(tmp_path / "project", "source", "fix", "harbour")
    assert "nothing to change" in again.stderr


def test_a_dry_run_writes_no_table(tmp_path: Path) -> None:
    harbour(tmp_path / "project")
    before = contents(tmp_path / "project")
    assert run(tmp_path / "project", "source", "fix", "harbour", "--dry-run").exit_code == 0
    assert contents(tmp_path / "project") == before


def test_without_the_text_a_row_makes_a_claim_recorded(root: Path) -> None:
    assert counts(root) == {"shown in text": ROWS, "not shown": ROWS}
    shutil.rmtree(root / "texts")
    assert counts(root) == {"recorded": ROWS, "not shown": ROWS}
    assert findings(root) == []
    assert re.search(rf"· stated: {ROWS} recorded, {ROWS} not shown ·", run(root, "check").stderr.splitlines()[-1])
    told = run(root, "coverage", "--evidence", "--fail-under", "50")
    assert told.exit_code == 0
    assert "evidence: 50 %" in told.stdout
    assert run(root, "coverage", "--evidence", "--fail-under", "51").exit_code == 1


def test_a_text_that_is_not_recorded_is_noted(tmp_path: Path) -> None:
    harbour(tmp_path / "project")
    note = f"note: {ROWS} claims of 1 source shown by a text at hand, and not recorded"
    assert note in run(tmp_path / "project", "check").stdout + run(tmp_path / "project", "check").stderr
    run(tmp_path / "project", "source", "fix", "--all")
    assert "not recorded" not in run(tmp_path / "project", "check").output


def in_source(old: str, new: str) -> Callable[[Path], None]:
    return lambda root: replaced(root / "data/harbour/source.ttl", old, new)


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def of_row(passage: str, change: Callable[[list[str]], list[str]]) -> Callable[[Path], None]:
    def made(root: Path) -> None:
        lines = rows(root)
        index = next(i for i, line in enumerate(lines) if line.split("\t")[1] == passage)
        lines[index] = "\t".join(change(lines[index].split("\t")))
        (root / TABLE).write_text("\n".join([HEADER, *lines, ""]), encoding="ascii")

    return made


def at(index: int, value: str) -> Callable[[list[str]], list[str]]:
    return lambda cells: [*cells[:index], value, *cells[index + 1 :]]


DISAGREEMENTS = {
    "the fact was changed": (
        lambda root: replaced(root / "data/harbour/06-said.ttl", '"Kenya"@en', '"Kenya"'),
        "E06",
        "no stated claim of passage 06 has this name: it was changed, moved or removed since",
    ),
    "the fact is interpreted now": (
        lambda root: (root / "data/harbour/06-said.ttl").rename(root / "data/harbour/06-said.interpreted.ttl"),
        "E06",
        "no stated claim of passage 06 has this name: it was changed, moved or removed since",
    ),
    "the passage is none": (of_row("06", at(1, "66")), "E06", "there is no passage 66"),
    "the passage is another": (
        of_row("06", at(1, "07")),
        "E06",
        "no stated claim of passage 07 has this name: it was changed, moved or removed since",
    ),
    "the edition is another": (
        of_row("06", at(2, "0123456789ab")),
        "E07",
        "passage 06 is placed in edition 8d464623abf3, not 0123456789ab",
    ),
    "the passage has moved": (of_row("06", at(3, "222")), "E07", "passage 06 stands at 223 to 228, not 222 to 228"),
    "the passage is longer": (of_row("06", at(4, "229")), "E07", "passage 06 stands at 223 to 228, not 223 to 229"),
    "the words are others": (of_row("06", at(5, "ab" * 32)), "E07", "the words of passage 06 are others"),
    "the passage has no place": (
        in_source(
            "<https://example.org/source/harbour/passage/06>",
            "<https://example.org/source/harbour/passage/06> a scog:Passage . <https://example.org/other>",
        ),
        "E07",
        "passage 06 has no place and words in an edition",
    ),
}


@pytest.mark.parametrize("case", DISAGREEMENTS)
def test_a_row_that_does_not_agree_is_found_and_shows_nothing(case: str, bare: Path) -> None:
    change, code, message = DISAGREEMENTS[case]
    change(bare)
    ((found, place, said),) = findings(bare)
    assert (found, said) == (code, message)
    line = int(place.split(":")[1])
    assert place == f"{TABLE}:{line}:1"
    assert counts(bare)["recorded"] == ROWS - 1
    fixed = run(bare, "source", "fix", "harbour")
    assert fixed.exit_code == 0, fixed.output
    assert "no text of harbour is at hand: its numbers stay" in fixed.stderr
    assert findings(bare) == []
    assert len(rows(bare)) == ROWS - 1


def test_all_disagreements_are_tried() -> None:
    assert len(DISAGREEMENTS) == 9


def line_of(number: int, change: Callable[[str], str]) -> Callable[[str], str]:
    def made(text: str) -> str:
        lines = text.split("\n")
        lines[number - 1] = change(lines[number - 1])
        return "\n".join(lines)

    return made


FAULTS: dict[str, tuple[Callable[[str], str], str, str]] = {
    "no header": (lambda text: text.partition("\n")[2], "1:1", f"the first line is not the header {HEADER!r}"),
    "nothing": (lambda _: "", "1:1", f"the first line is not the header {HEADER!r}"),
    "a column less": (line_of(3, lambda row: row.rpartition("\t")[0]), "3:1", "the row has 5 columns, and must have 6"),
    "a blank line": (lambda text: text + "\n", "11:1", "the row has 1 columns, and must have 6"),
    "a claim in capitals": (line_of(2, str.upper), "2:1", "claim is not 16 hexadecimal digits: '10FDBE9B66BB4541'"),
    "a start that is no number": (
        line_of(2, lambda row: row.replace("\t229\t", "\t+229\t")),
        "2:34",
        "start is not a number of characters: '+229'",
    ),
    "a start behind the end": (
        line_of(2, lambda row: row.replace("\t229\t", "\t233\t")),
        "2:1",
        "start 233 is not before end 233",
    ),
    "twice": (lambda text: text + text.split("\n")[1] + "\n", "11:1", "the claim stands in line 2 already"),
    "not in order": (
        lambda text: "\n".join([*text.split("\n")[:2], *sorted(text.split("\n")[2:-1], reverse=True), ""]),
        "4:1",
        "the row is not in order: lines are sorted",
    ),
    "a conflict": (
        line_of(4, lambda row: f"<<<<<<< HEAD\n{row}\n=======\n>>>>>>> other"),
        "4:1",
        "git left a conflict here: '<<<<<<<'",
    ),
    "the end of a line of Windows": (
        lambda text: text.replace("\n", "\r\n").replace("\r\n", "\n", 1),
        "2:106",
        "the line ends with a carriage return",
    ),
    "no end of the last line": (lambda text: text[:-1], "10:103", "the last line has no end"),
    "a letter that is not ASCII": (line_of(3, lambda row: row + "é"), "3:105", "byte 0xC3 is in no such table"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_table_that_a_hand_has_changed_is_told_at_line_and_column(case: str, bare: Path) -> None:
    change, place, message = FAULTS[case]
    path = bare / TABLE
    path.write_text(change(path.read_text(encoding="ascii")), encoding="utf-8")
    assert ("E05", f"{TABLE}:{place}", message) in findings(bare)
    assert run(bare, "source", "fix", "harbour").exit_code == 0
    assert findings(bare) == []


def test_all_faults_are_tried() -> None:
    assert len(FAULTS) == 13


def test_a_table_beyond_the_bound_is_not_read(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scograph.checks.recorded.MAX_TABLE_BYTES", 500)
    assert findings(bare) == [("E05", TABLE, "the table has more than 500 bytes")]


def test_a_table_that_a_link_leads_out_of_the_project_is_not_read(bare: Path, tmp_path: Path) -> None:
    (bare / TABLE).rename(tmp_path / "elsewhere.tsv")
    (bare / TABLE).symlink_to(tmp_path / "elsewhere.tsv")
    result = run(bare, "check")
    assert result.exit_code == 3
    assert "fit.tsv" in result.stderr


def test_a_table_without_a_source_is_read_by_nobody(bare: Path) -> None:
    (bare / "data" / "other").mkdir()
    (bare / TABLE).rename(bare / "data" / "other" / "fit.tsv")
    assert "F08" in run(bare, "check").output


def test_with_the_text_at_hand_a_row_is_proved_again(root: Path) -> None:
    """A row of a claim that the words do not say: its numbers are right, and it is found all the same."""
    graph = Project.open(root).load()
    stated = terms.basis("stated")
    claim = next(
        one
        for one in graph.claims
        if one.basis == stated and one.triple.predicate.value.endswith("isSaidIn") and one.passage.value.endswith("06")
    )
    row = next(line for line in rows(root) if line.split("\t")[1] == "06").split("\t")
    lines = sorted([*rows(root), "\t".join([claim.iri.value.partition("#")[2], *row[1:]])])
    (root / TABLE).write_text("\n".join([HEADER, *lines, ""]), encoding="ascii")
    ((code, _, message),) = findings(root)
    assert (code, message) == ("E08", "the words of passage 06 do not say the claim")
    assert counts(root) == {"shown in text": ROWS, "not shown": ROWS}


def test_an_update_records_what_the_newer_words_say(root: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.txt"
    newer.write_text(THREE_EDITS.replace("24-26", "24–26"), encoding="utf-8")
    plan = tmp_path / "plan.json"
    assert run(root, "source", "update", "harbour", str(newer), "--plan", str(plan)).exit_code == 0
    decided = json.loads(plan.read_text(encoding="utf-8"))
    for one in decided["passages"]:
        if one["decision"] == "ask":
            one |= {"decision": "revise", "facts": dict.fromkeys(one["facts"], "move")}
    plan.write_text(json.dumps(decided), encoding="utf-8")
    result = run(root, "source", "update", "harbour", str(newer), "--apply", str(plan))
    assert result.exit_code == 0, result.output
    assert findings(root) == []
    editions = {line.split("\t")[2] for line in rows(root)}
    assert len(editions) == 1
    assert editions != {"8d464623abf3"}
    shutil.rmtree(root / "texts")
    assert findings(root) == []
    assert counts(root)["recorded"] == len(rows(root))


def test_edits_of_passages_keep_the_table_true(root: Path) -> None:
    for arguments in (
        ("split", "harbour", "09", "--at", "pays for"),
        ("join", "harbour", "09", "11"),
        ("about", "harbour", "ex:thing-06"),
        ("read-with", "harbour", "06", "05"),
    ):
        result = run(root, "source", *arguments)
        assert result.exit_code == 0, (arguments, result.output)
        assert findings(root) == [], arguments
    assert run(root, "source", "fix", "harbour").stderr.count("nothing to change") == 1


def git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_tables_of_two_branches_merge_and_a_conflict_has_a_way_out(root: Path) -> None:
    (root / ".gitignore").write_text("texts/\n", encoding="utf-8")

    def changed(name: str, passage: str) -> None:
        replaced(root / f"data/harbour/{passage}-said.ttl", "ex:thing", f"# {name}\nex:thing")
        replaced(root / f"data/harbour/{passage}-said.ttl", "@en", "")
        assert run(root, "source", "fix", "harbour").exit_code == 0
        assert git(root, "add", "-A").returncode == git(root, "commit", "-qm", name).returncode == 0

    git(root, "init", "-qb", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    git(root, "checkout", "-qb", "one")
    changed("one", "06")
    git(root, "checkout", "-qb", "two", "main")
    changed("two", "10")
    merged = git(root, "merge", "-q", "one")
    if merged.returncode == 0:
        assert findings(root) == []
    else:
        assert any(code == "E05" and "conflict" in message for code, _, message in findings(root))
    assert run(root, "source", "fix", "harbour").exit_code == 0
    assert findings(root) == []
    assert len(rows(root)) == ROWS


def test_what_is_published_is_the_same_with_and_without_a_table(root: Path, tmp_path: Path) -> None:
    made = []
    for name in ("with", "without"):
        out = tmp_path / f"dist-{name}"
        assert run(root, "build", "-o", str(out)).exit_code == 0
        assert CliRunner().invoke(cli, ["verify", str(out)]).exit_code == 0
        assert not list(out.rglob("fit.tsv"))
        made.append({path.name: path.read_bytes() for path in out.glob("*.nt") if path.stem not in DATED})
        assert "fit.tsv" not in run(root, "fmt", "--check").output
        assert run(root, "migrate").exit_code == 0
        (root / TABLE).unlink(missing_ok=True)
    assert made[0] == made[1]
    assert sum(len(data.splitlines()) for data in made[0].values()) > 100


row_strategy = st.builds(
    FitRow,
    st.from_regex("[0-9a-f]{16}", fullmatch=True),
    st.from_regex("[0-9]{2,4}", fullmatch=True),
    st.from_regex("[0-9a-f]{12}", fullmatch=True),
    st.integers(0, 10**6),
    st.integers(10**6 + 1, 10**7),
    st.from_regex("[0-9a-f]{64}", fullmatch=True),
)


@given(st.lists(row_strategy, max_size=20, unique_by=lambda row: row.claim))
@settings(max_examples=100)
def test_a_table_is_read_as_it_was_written(made: list[FitRow]) -> None:
    table = read_fit_table(fit_table(made), TABLE)
    assert not table.faults
    assert sorted(row.line for _, row in table.rows) == sorted(row.line for row in made)


@given(
    st.lists(row_strategy, min_size=1, max_size=6, unique_by=lambda row: row.claim), st.randoms(use_true_random=False)
)
@settings(max_examples=300)
def test_damaged_bytes_are_told_or_change_a_row_and_never_more(made: list[FitRow], chance: random.Random) -> None:
    data = bytearray(fit_table(made))
    for _ in range(chance.randint(1, 4)):
        where = chance.randrange(len(data))
        match chance.randrange(3):
            case 0:
                data[where] = chance.randrange(256)
            case 1:
                del data[where : where + chance.randrange(30)]
                data = data or bytearray(b"x")
            case _:
                data[where:where] = bytes(chance.choice(b"\t\n\r0af<=>\xff ") for _ in range(chance.randrange(9)))
    table = read_fit_table(bytes(data), TABLE)
    assert len(table.faults) <= MAX_FAULTS
    if not table.faults:
        assert fit_table(row for _, row in table.rows) == bytes(data)
    lines = bytes(data).split(b"\n")
    for fault in table.faults:
        assert fault.place.line is None or 1 <= fault.place.line <= len(lines)
    for line, row in table.rows:
        assert lines[line - 1] == row.line.encode()


def test_shown_names_all_kinds() -> None:
    assert [str(one) for one in Shown] == ["shown in text", "recorded", "quotation only", "structure", "not shown"]
