"""Readings: what nobody has read is listed, comments become notes, and the release says how much was read."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rdflib import DCTERMS, RDF, RDFS, Graph
from rdflib import Literal as RdfLiteral

from scograph import Project
from scograph.cli import cli
from scograph.readings import told_readings
from source_projects import contents, document, harbour

INTERPRETED = "data/harbour/03-said.interpreted.ttl"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the project: 18 stated claims, and one that is interpreted, with a comment."""
    harbour(tmp_path / "project")
    return tmp_path / "project"


def run(root: Path, *arguments: str) -> Result:
    where = ["-p", str(root)] if arguments[:2] == ("source", "fix") else [str(root)] if arguments[0] != "source" else []
    result = CliRunner().invoke(cli, [*arguments, *where], prog_name="scograph")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def read(root: Path, *arguments: str, answers: str = "") -> Result:
    result = CliRunner().invoke(
        cli, ["source", "read", "harbour", *arguments, "-p", str(root)], input=answers, prog_name="scograph"
    )
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def unread(root: Path) -> list[str]:
    lines = run(root, "check", "--readings", "--all").stdout.splitlines()
    return [line for line in lines if " T04 " in line or " T05 " in line]


def test_what_nobody_read_is_listed_at_its_line_where_it_is_asked_for(root: Path) -> None:
    assert " T04 " not in run(root, "check", "--all").stdout
    found = unread(root)
    assert len(found) == 19
    assert found[0] == f"{INTERPRETED}:5:15: warning T04 interpreted, and no reading says what is interpreted, and how"
    assert sum(" info T05 nobody has held it against the words of its passage" in line for line in found) == 18
    assert read(root, "06", "--reader", "ab", "--yes").exit_code == 0
    assert len(unread(root)) == 17


def test_a_reading_without_a_note_does_not_explain_what_is_interpreted(root: Path) -> None:
    assert read(root, "03", "--reader", "ab", "--yes").exit_code == 0
    assert sum(" T04 " in line for line in unread(root)) == 1
    assert read(root, "03", "--reader", "ab", "--yes", "--note", "The year is read as the beginning.").exit_code == 0
    assert not [line for line in unread(root) if " T04 " in line]


def test_comments_become_notes_of_readings_once(root: Path) -> None:
    result = read(root, "--reader", "check-bot", "--notes-from-comments", "--depth", "whole")
    assert result.exit_code == 0, result.output
    assert "data/harbour/source.ttl: 1 interpreted claim read by check-bot, with 1 note" in result.stderr
    said = document(Project.open(root)).values
    (reading,) = [values for iri, values in said.items() if "/reading/" in iri.value]
    values = {
        predicate.value.rpartition("#")[2]: [one.value for one in objects] for predicate, objects in reading.items()
    }
    assert values["note"] == ["The year alone is printed."]
    assert values["reader"] == ["check-bot"]
    assert len(values["covers"]) == 1
    assert not [line for line in unread(root) if " T04 " in line]
    before = contents(root)
    again = read(root, "--reader", "ab", "--notes-from-comments")
    assert "nothing to change" in again.stderr
    assert contents(root) == before


def test_an_interpretation_without_a_comment_stays_unexplained(root: Path) -> None:
    path = root / INTERPRETED
    path.write_text(path.read_text(encoding="utf-8").partition("\n")[2], encoding="utf-8")
    assert "nothing to change" in read(root, "--reader", "ab", "--notes-from-comments").stderr
    assert sum(" T04 " in line for line in unread(root)) == 1


REFUSED = {
    "no reader": ("--notes-from-comments",),
    "a passage": ("06", "--reader", "ab", "--notes-from-comments"),
    "a note": ("--reader", "ab", "--note", "seen", "--notes-from-comments"),
    "a reader that is not declared": ("--reader", "xy", "--notes-from-comments"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_options_that_do_not_go_together_change_nothing(case: str, root: Path) -> None:
    before = contents(root)
    assert read(root, *REFUSED[case]).exit_code == 2
    assert contents(root) == before


def test_all_refusals_are_tried() -> None:
    assert len(REFUSED) == 4


def test_how_much_was_read_is_told_by_persons_programs_and_depth(root: Path) -> None:
    assert told_readings(Project.open(root).load()) == (
        "read: 0 of 19 asserted claims, 0 by persons and 0 by programs alone; 0 of 1 interpreted claims have a note"
    )
    read(root, "06", "--reader", "ab", "--yes", "--depth", "beginning")
    read(root, "07", "--reader", "check-bot", "--yes")
    read(root, "06", "--reader", "check-bot", "--yes", "--depth", "whole")
    read(root, "--reader", "ab", "--notes-from-comments")
    told = (
        "read: 5 of 19 asserted claims, 3 by persons and 2 by programs alone (2 with the page seen whole, 3 with the "
        "words of the passage alone); 1 of 1 interpreted claims have a note"
    )
    assert told_readings(Project.open(root).load()) == told
    released = CliRunner().invoke(cli, ["release", "1.0.0", str(root), "-o", str(root.parent / "releases")])
    assert released.exit_code == 0, released.output
    assert told in released.output.splitlines()
    folder = root.parent / "releases" / "1.0.0"
    readme = (folder / "README.md").read_text(encoding="utf-8").replace("\\", "")
    assert f"- Read: {told.removeprefix('read: ')}" in readme.splitlines()
    described = Graph().parse(folder / "dcat.ttl")
    (statement,) = described.objects(predicate=DCTERMS.provenance)
    assert described.value(statement, RDF.type) == DCTERMS.ProvenanceStatement
    assert described.value(statement, RDFS.label) == RdfLiteral(told, lang="en")


def test_passages_whose_words_may_not_say_what_is_claimed_are_shown_first(root: Path) -> None:
    first = read(root).stdout.split("\n\n")[0]
    assert "Harbour Council" in first
    many = root / "data/harbour/09-said.ttl"
    many.write_text(
        many.read_text(encoding="utf-8") + "".join(f"ex:t{number} ex:pays ex:fund .\n" for number in range(6)), "utf-8"
    )
    same = root / "data/harbour/10-said.ttl"
    same.write_text(
        same.read_text(encoding="utf-8") + 'ex:thing-10 ex:begins "19" ; ex:ends "19" .\n', encoding="utf-8"
    )
    shown = read(root).stdout
    assert "  ! facts about 7 things: does it say them of each?" in shown
    assert "  ! 1 value under several properties: does it say each?" in shown
    assert shown.index("! facts about 7") < shown.index("01  Harbour Council")
    assert shown.index("! 1 value") < shown.index("01  Harbour Council")
    assert shown.count("  ! ") == 2
