"""Several people update one source: on two branches of git, and in two processes at once."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scograph import Project
from scograph.cli import cli
from scograph.edit.changes import FileChange
from scograph.edit.document import Document
from scograph.updates.applying import NewEdition
from scograph.updates.plan import UpdatePlan
from source_projects import EX, TEXT, THREE_EDITS, contents, document, harbour

ALSO_EDITED = TEXT.replace("spring of 1998", "autumn of 1998").replace("nine million", "ten million")
LONGER = TEXT.replace("This map", "A new line of words that nobody has read.\nThis map")
LONGEST = LONGER.replace("This map", "One more line of words, that another person has read.\nThis map")
YES = "y\n" * 5
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    harbour(folder)
    facts = f"@prefix ex: <{EX}> .\nex:council ex:has ex:members .\n"
    (folder / "data" / "harbour" / "05-said.ttl").write_text(facts, encoding="utf-8")
    for name, text in {"three": THREE_EDITS, "also": ALSO_EDITED, "longer": LONGER, "longest": LONGEST}.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def words_of_update(root: Path, name: str, *options: str) -> list[str]:
    return ["source", "update", "harbour", str(root.parent / f"{name}.txt"), "-p", str(root), *options]


def update(root: Path, name: str) -> Result:
    return CliRunner().invoke(cli, words_of_update(root, name), input=YES)


def errors(root: Path) -> list[tuple[str, int, str]]:
    """The errors of `check`: file, line and code."""
    findings = json.loads(CliRunner().invoke(cli, ["check", str(root), "-f", "json"]).stdout)["findings"]
    places = [(one, one.get("place") or one) for one in findings if one["severity"] == "error"]
    return sorted((str(place["path"]), place["line"], one["code"]) for one, place in places)


def git(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@example.org", *words]
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.fixture
def merged(root: Path) -> Path:
    """Two branches with an edition each, half merged by git."""
    (root / ".gitignore").write_text("texts/\n", encoding="utf-8")
    for words in (["init", "-qb", "main"], ["add", "."], ["commit", "-qm", "before"], ["switch", "-qc", "other"]):
        assert git(root, *words).returncode == 0
    assert update(root, "three").exit_code == 0
    for words in (["add", "."], ["commit", "-qm", "other"], ["switch", "-q", "main"]):
        assert git(root, *words).returncode == 0
    assert update(root, "also").exit_code == 0
    for words in (["add", "."], ["commit", "-qm", "main"]):
        assert git(root, *words).returncode == 0
    done = git(root, "merge", "other")
    assert done.returncode == 1
    assert "CONFLICT (content): Merge conflict in data/harbour/source.ttl" in done.stdout
    return root


def test_what_git_could_not_merge_is_one_error_a_file(merged: Path) -> None:
    for arguments in (["check", str(merged)], ["fmt", str(merged)], ["build", str(merged), "-o", str(merged / "x")]):
        result = CliRunner().invoke(cli, arguments)
        assert result.exit_code == 3, result.output
        said = result.output.splitlines()
        assert [
            line.split()[0].removeprefix(f"{merged}/")
            for line in said
            if "error syntax a merge left both versions" in line
        ] == [
            "data/harbour/11-said.ttl:4:1:",
            "data/harbour/12-said.ttl:4:1:",
            "data/harbour/source.ttl:12:1:",
        ]
        assert sum(": error " in line for line in said) == 3
        assert "git restore --source=HEAD --staged --worktree FOLDER" in result.output
    result = update(merged, "three")
    assert result.exit_code == 3
    assert "data/harbour/source.ttl:12:1: error syntax a merge left both versions" in result.stderr


def test_a_half_merged_source_is_mended_by_one_more_update(merged: Path) -> None:
    assert git(merged, "restore", "--source=HEAD", "--staged", "--worktree", "data/harbour").returncode == 0
    result = update(merged, "three")
    assert result.exit_code == 0, result.output
    for words in (["add", "data/harbour"], ["commit", "-qm", "merged"]):
        assert git(merged, *words).returncode == 0
    assert git(merged, "rev-list", "--count", "--merges", "HEAD").stdout == "1\n"
    found = document(Project.open(merged))
    assert [found.text(one) for one in found.editions] == [TEXT, ALSO_EDITED, THREE_EDITS]
    assert found.newest is not None
    assert found.text(found.newest) == THREE_EDITS
    assert errors(merged) == []


def test_two_editions_that_follow_the_same_one_are_mended_with_follows(root: Path) -> None:
    """What is left when a person keeps both sides of the conflict."""
    assert update(root, "three").exit_code == 0
    source = root / "data" / "harbour" / "source.ttl"
    text = source.read_text(encoding="utf-8")
    first, newest = (one.iri.value for one in document(Project.open(root)).editions)
    block = text[text.index(f"<{newest}>\n") :].partition("\n\n")[0]
    digits = newest.rpartition("/")[2]
    twin = block.replace(digits, "0123456789ab")
    both = f"{text}\n{twin}\n"
    source.write_text(both, encoding="utf-8")
    line = both[: both.index(f"<{first.replace(first.rpartition('/')[2], '0123456789ab')}>\n    a")].count("\n") + 1
    path = "data/harbour/source.ttl"
    assert (path, line, "SCOG-P59") in errors(root)
    said = CliRunner().invoke(cli, ["check", str(root), "--all"]).output
    assert "Where two branches were merged, let one edition follow the other" in said
    assert "two editions follow the same one" in update(root, "also").stderr
    mended = both.replace(twin, twin.replace(f"scog:follows <{first}>", f"scog:follows <{newest}>"))
    mended = mended.replace(f"scog:hasNewestEdition <{newest}>", f"scog:hasNewestEdition <{first[:-12]}0123456789ab>")
    source.write_text(mended, encoding="utf-8")
    assert errors(root) == []


def test_an_update_waits_for_another_edit(root: Path) -> None:
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    before = contents(root)
    process = subprocess.Popen([sys.executable, "-m", "scograph", *words_of_update(root, "longer", "--yes")])
    assert process.poll() is None
    assert contents(root) == before
    os.close(descriptor)
    assert process.wait() == 0
    assert contents(root) != before


def test_of_two_updates_at_once_each_is_made_or_refused(root: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "scograph", *words_of_update(root, name, "--yes")],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        )
        for name in ("longer", "longest")
    ]  # fmt: skip
    said = [process.communicate()[1] for process in processes]
    codes = [process.returncode for process in processes]
    assert 0 in codes
    for code, words in zip(codes, said, strict=True):
        assert code == 0 or (code == 2 and "was changed meanwhile" in words and "run the same" in words), words
    found = document(Project.open(root))
    assert len(found.editions) == 1 + codes.count(0)
    assert {found.text(one) for one in found.editions} <= {TEXT, LONGER, LONGEST}
    for name in ("longer", "longest"):
        update(root, name)
    assert found.text(Document.open(Project.open(root), "harbour").editions[-1]) in (LONGER, LONGEST)
    assert {code for _, _, code in errors(root)} <= {"S07"}  # the new words may have no fact yet


def test_an_update_that_another_one_overtook_is_refused_and_can_be_made_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scograph.cli.source import update as command  # noqa: PLC0415 -- loaded when it is called

    make = command.apply_update
    with monkeypatch.context() as patch:

        def overtaken(document: Document, plan: UpdatePlan, new: NewEdition) -> tuple[FileChange, ...]:
            changes = make(document, plan, new)
            other = [sys.executable, "-m", "scograph", *words_of_update(root, "longer", "--yes")]
            assert subprocess.run(other, check=False, capture_output=True).returncode == 0
            return changes

        patch.setattr(command, "apply_update", overtaken)
        result = update(root, "three")
    assert result.exit_code == 2
    assert "data/harbour/source.ttl was changed meanwhile" in result.stderr
    found = document(Project.open(root))
    assert [found.text(one) for one in found.editions] == [TEXT, LONGER]
    assert update(root, "three").exit_code == 0
    found = document(Project.open(root))
    assert [found.text(one) for one in found.editions] == [TEXT, LONGER, THREE_EDITS]
