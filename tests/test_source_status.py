"""What the commands tell of sources: their editions, what became of their pages, and who read their claims."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hostile_servers import hostile, says
from scograph import Project
from scograph.cli import cli
from source_projects import TEXT, THREE_EDITS, contents, document, harbour

PLAIN = "text/plain; charset=utf-8"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    harbour(folder)
    return folder


def run(*words: str, answers: str = "") -> Result:
    return CliRunner().invoke(cli, ["source", *words], input=answers)


def point_at(root: Path, address: str) -> None:
    """Let the document have an address on loopback."""
    source = root / "data" / "harbour" / "source.ttl"
    source.write_text(source.read_text("utf-8").replace("https://example.org/harbour", address), encoding="utf-8")


def fetched(root: Path, body: str, *options: str, status: str = "200 OK") -> tuple[Result, dict[str, str]]:
    """The status of the source whose page has a body."""
    with hostile(says(body.encode(), PLAIN, status)) as server:
        before = document(Project.open(root)).values
        point_at(root, f"{server.address}/page")
        result = run("status", "--fetch", "--private", "-f", "json", "-p", str(root), *options)
        source = root / "data" / "harbour" / "source.ttl"
        text = source.read_text("utf-8").replace(f"{server.address}/page", "https://example.org/harbour")
        source.write_text(text, encoding="utf-8")
        assert set(document(Project.open(root)).values) == set(before)
    return result, json.loads(result.stdout)[0]


def test_without_fetching_nothing_is_asked(root: Path) -> None:
    result = run("status", "-p", str(root))
    assert result.exit_code == 0, result.output
    assert "read on 2021-04-01" in result.stdout
    (root / "texts").rename(root / "elsewhere")
    assert "(text not at hand)" in run("status", "-p", str(root)).stdout


@pytest.mark.parametrize(
    ("body", "status", "state", "code"),
    [
        (TEXT, "200 OK", "unchanged", 0),
        (THREE_EDITS, "200 OK", "changed", 1),
        ("", "404 Not Found", "not found", 1),
        ("", "410 Gone", "gone", 1),
        ("", "403 Forbidden", "refused", 1),
        ("", "503 Busy", "no answer", 4),
        ("Page not found. " * 9, "200 OK", "another document", 1),
    ],
)
def test_a_page_is_told_for_what_it_is(root: Path, body: str, status: str, state: str, code: int) -> None:
    before = contents(root)
    result, row = fetched(root, body, status=status)
    assert (row["state"], result.exit_code) == (state, code)
    assert contents(root) == before


def test_the_day_last_seen_is_written_where_a_page_is_unchanged_and_that_is_wanted(root: Path) -> None:
    before = contents(root)
    result, _ = fetched(root, THREE_EDITS, "--record")
    assert "0 files written" in result.stderr
    assert contents(root) == before
    result, _ = fetched(root, TEXT, "--record")
    assert "1 file written" in result.stderr
    (edition,) = document(Project.open(root)).editions
    assert edition.last_seen_on == f"{datetime.now(UTC):%Y-%m-%d}"
    after = contents(root)
    result, _ = fetched(root, TEXT, "--record")
    assert "0 files written" in result.stderr
    assert contents(root) == after


def test_a_page_without_a_change_is_told_with_kind_and_age(root: Path) -> None:
    with hostile(says(TEXT.encode(), PLAIN)) as server:
        point_at(root, f"{server.address}/page")
        result = run("status", "--fetch", "--private", "-p", str(root))
    assert "unchanged, read on 2021-04-01, no change for" in result.stdout
    assert "1 unchanged" in result.stderr


def test_a_private_address_is_asked_only_if_that_is_said(root: Path) -> None:
    with hostile(says(TEXT.encode(), PLAIN)) as server:
        point_at(root, f"{server.address}/page")
        result = run("status", "--fetch", "-p", str(root))
    assert (result.exit_code, server.seen) == (4, [])
    assert "--private" in result.stdout


@pytest.mark.parametrize("option", ["--record", "--private"])
def test_options_of_fetching_need_it(root: Path, option: str) -> None:
    assert run("status", option, "-p", str(root)).exit_code == 2


def test_the_history_tells_what_each_edition_changed(root: Path) -> None:
    new = root.parent / "new.txt"
    new.write_text(THREE_EDITS.replace("Togo\nPeru\n", ""), encoding="utf-8")
    result = run("update", "harbour", str(new), "-p", str(root), answers="y\ny\nn\nn\ny\n")
    assert result.exit_code == 0, result.output
    first, second = json.loads(run("history", "harbour", "-f", "json", "-p", str(root)).stdout)
    assert (first["passages"], first["revised"], first["gone"]) == (10, [], [])
    assert second["passages"] == 8
    changes = {one["passage"].rpartition("/")[2]: len(one["facts"]) for one in second["revised"]}
    assert changes == {"11": 2, "12": 2, "13": 2}
    assert [one["passage"].rpartition("/")[2] for one in second["gone"]] == ["07", "08"]
    text = run("history", "harbour", "-p", str(root)).stdout
    assert "edited 11 (was 02)" in text
    assert "gone 07" in text


def test_what_was_read_is_recorded_with_reader_day_depth_and_note(root: Path) -> None:
    before = contents(root)
    shown = run("read", "harbour", "-p", str(root))
    assert (shown.exit_code, contents(root)) == (0, before)
    assert "19 claims of harbour not read yet" in shown.stderr
    result = run("read", "harbour", "-p", str(root), "--reader", "ab", "--note", "By the page.", answers="y\nn\nq\n")
    assert "2 claims read by ab" in result.stderr
    text = contents(root)["data/harbour/source.ttl"].decode()
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    for words in (
        "source/harbour/reading/1>",
        'scog:reader "ab"',
        f'scog:readOn "{today}"^^xsd:date',
        "concept/reading-depth/quotation>",
        '"By the page."@en',
    ):
        assert words in text
    assert "17 claims of harbour not read yet" in run("read", "harbour", "-p", str(root)).stderr
    run("read", "harbour", "06", "-p", str(root), "--reader", "check-bot", "--yes", "--depth", "whole")
    assert "source/harbour/reading/2>" in contents(root)["data/harbour/source.ttl"].decode()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["harbour", "--reader", "xy"], "no reader is called 'xy'"),
        (["harbour", "99", "--reader", "ab"], "no claim rests on passage 99"),
        (["harbour", "--yes", "--reader", "ab"], "--yes records what is shown"),
        (["harbour", "06", "--yes"], "--yes records what is shown"),
        (["harbor"], "did you mean harbour?"),
        (["harbour", "--note", "a\nb", "--reader", "ab"], "the note has characters"),
    ],
)
def test_a_reading_that_cannot_be_is_refused(root: Path, words: list[str], said: str) -> None:
    before = contents(root)
    result = run("read", *words, "-p", str(root))
    assert (result.exit_code, contents(root)) == (2, before)
    assert said in result.stderr


@pytest.mark.parametrize(
    "line", ['ab = "robot"', "ab = 1", '"A B" = "person"', '"" = "person"', f'{"a" * 33} = "person"']
)
def test_a_reader_that_is_none_is_refused(root: Path, line: str) -> None:
    (root / "scograph.toml").write_text(f"[readers]\n{line}\n", encoding="utf-8")
    result = run("status", "-p", str(root))
    assert result.exit_code == 2
    assert "scograph.toml" in result.stderr
