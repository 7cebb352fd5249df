"""Memberships are written as a passage says them: held against its words, with states and labels, all or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from scograph import Project
from scograph.cli import cli
from scograph.starter_project import Answers, create_project

BASE = "https://example.org/plain/"
PLAIN = Answers("plain", "The Union", BASE, "en", "Union of the Plain", "https://example.org/p", "sco")
TEXT = """The Union of the Plain

Member states of the Union of the Plain since 2001: Kenya, Brazil, Ivory Coast and Türkiye.

Its observers are Peru and Togo.

Former members of the Union of the Plain: Chad.
"""
MEMBERS = ("--source", "charter", "--passage", "02", "--role", "member")


def scograph(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, arguments, prog_name="scograph")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    create_project(tmp_path / "plain", PLAIN)
    (tmp_path / "charter.txt").write_text(TEXT, encoding="utf-8")
    options = ("--language", "en", "--kind", "press", "--url", "https://example.org/charter")
    code, _, err = scograph("source", "add", str(tmp_path / "charter.txt"), *options, "-p", str(tmp_path / "plain"))
    assert code == 0, err
    return tmp_path / "plain"


def members(folder: Path, *arguments: str) -> tuple[int, str, str]:
    return scograph("members", "plain", *arguments, "-p", str(folder))


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.ttl")}


def test_records_states_and_labels_are_written_and_the_words_say_them(plain: Path) -> None:
    before = files(plain)
    code, out, _ = members(plain, *MEMBERS, "KEN", "BR", "TUR", "CIV=Ivory Coast", "--from", "2001", "--dry-run")
    assert (code, "new: data/charter/02-members.ttl" in out) == (0, True)
    assert files(plain) == before, "a dry run writes nothing"
    code, _, err = members(plain, *MEMBERS, "KEN", "BR", "TUR", "CIV=Ivory Coast", "--from", "2001")
    assert code == 0, err
    assert "4 states added from the table of states: KEN, BRA, TUR, CIV\n" in err
    assert "4 records written\n" in err
    facts = (plain / "data/charter/02-members.ttl").read_text("utf-8")
    assert facts.count("a scog:Membership") == 4
    assert f"<{BASE}id/membership/plain-ken-member>" in facts
    assert facts.count('scog:startDate "2001"^^xsd:gYear') == 4
    assert 'skos:altLabel "Ivory Coast"@en' in facts
    labels = (plain / "data/editorial/03-labels-of-memberships.editorial.ttl").read_text("utf-8")
    assert 'rdfs:label "Kenya as a member of the Union of the Plain"@en' in labels
    new = [str(plain / path) for path in files(plain) if path not in before]
    assert scograph("fmt", "--check", *new)[0] == 0
    graph = Project.open(plain).load()
    findings = graph.check().findings
    assert [one for one in findings if str(one.severity) == "error"] == []
    assert [one for one in findings if one.code.startswith("E0")] == []
    shown = [claim for claim in graph.claims if claim.passage.value == f"{BASE}source/charter/passage/02"]
    assert len(shown) == 4 * 5 + 1


def test_a_name_that_is_the_label_of_a_state_is_its_label_here_too(plain: Path) -> None:
    assert members(plain, *MEMBERS, "KEN=Kenya", "CIV=Ivory Coast")[0] == 0
    facts = (plain / "data/charter/02-members.ttl").read_text("utf-8")
    assert ('rdfs:label "Kenya"@en' in facts, 'skos:altLabel "Ivory Coast"@en' in facts) == (True, True)
    findings = Project.open(plain).load().check().findings
    assert [one.code for one in findings if str(one.severity) == "error"] == []


def test_the_record_of_another_passage_is_used_again_and_its_label_stays(plain: Path) -> None:
    assert members(plain, *MEMBERS, "KEN")[0] == 0
    code, _, err = members(plain, *MEMBERS[:3], "03", *MEMBERS[4:], "KEN", "--basis", "possible")
    assert code == 0, err
    other = (plain / "data/charter/03-members.possible.ttl").read_text("utf-8")
    assert other.count(f"<{BASE}id/membership/plain-ken-member>") == 1
    labels = (plain / "data/editorial/03-labels-of-memberships.editorial.ttl").read_text("utf-8")
    assert labels.count("rdfs:label") == 1


def test_more_states_of_the_passage_go_into_its_file(plain: Path) -> None:
    assert members(plain, *MEMBERS, "KEN")[0] == 0
    before = files(plain)
    code, _, err = members(plain, *MEMBERS, "KEN", "BRA")
    assert (code, "passage 02 says that already of KEN\n" in err) == (2, True)
    assert files(plain) == before
    assert members(plain, *MEMBERS, "BRA")[0] == 0
    facts = (plain / "data/charter/02-members.ttl").read_text("utf-8")
    assert facts.count("a scog:Membership") == 2
    assert members(plain, *MEMBERS, "BRA", "--from", "2001")[0] == 0
    facts = (plain / "data/charter/02-members.ttl").read_text("utf-8")
    assert (facts.count("a scog:Membership"), facts.count("scog:startDate")) == (2, 1)


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        ((*MEMBERS, "PER"), "passage 02 of charter does not name PER (Peru): nothing is written", "PER='…'"),
        ((*MEMBERS, "CIV"), "does not name CIV (Côte d'Ivoire)", "--basis interpreted with a --note"),
        ((*MEMBERS, "KEN", "--from", "1999"), "does not print the date of --from 1999", "--basis interpreted"),
        ((*MEMBERS[:5], "observer", "KEN"), "has no word for the role 'observer'", "--basis interpreted"),
        (
            (*MEMBERS[:3], "03", "--role", "observer", "PER"),
            "passage 03 of charter does not name 'Union of the Plain'",
            "scograph source about charter --passage 03 …",
        ),
        ((*MEMBERS[:3], "04", *MEMBERS[4:], "TCD"), "passage 04 of charter says 'Former", "--basis interpreted"),
        ((*MEMBERS, "Kenia"), "the table of states has no 'Kenia'", "did you mean KEN (Kenya)?"),
        ((*MEMBERS, "KEN", "ke", "KE"), "the table of states has no 'ke'", "did you mean KEN?"),
        ((*MEMBERS, "KEN", "KE"), "KEN is named twice", "once"),
        ((*MEMBERS[:5], "membr", "KEN"), "the scheme of roles has no 'membr'", "did you mean member?"),
        (
            (*MEMBERS[:5], "participant", "KEN"),
            "is for agreements, events, posts or submissions (participant; SCOG-V22): nothing is written",
            "add it to the scheme of roles",
        ),
        ((*MEMBERS[:3], "09", *MEMBERS[4:], "KEN"), "charter has no passage 09", "01 to 04"),
        (("--source", "charta", *MEMBERS[2:], "KEN"), "no source is called 'charta'", "did you mean charter?"),
        ((*MEMBERS, "KEN", "--from", "2001-13"), "--from '2001-13' is no date", "2001-06"),
        ((*MEMBERS, "KEN", "--from", "2001-06", "--until", "2001-05"), "is before --from", "mend one"),
        ((*MEMBERS, "KEN", "--basis", "interpreted"), "needs a --note", "what is interpreted"),
    ],
)
def test_what_cannot_be_written_is_one_message_and_nothing_is_written(
    arguments: tuple[str, ...], message: str, hint: str, plain: Path
) -> None:
    before = files(plain)
    code, _, err = members(plain, *arguments)
    assert code == 2
    assert message in err
    assert hint in err
    assert files(plain) == before


def test_an_organisation_that_no_fact_describes_is_refused(plain: Path) -> None:
    before = files(plain)
    code, _, err = scograph("members", "scog:State", *MEMBERS, "KEN", "-p", str(plain))
    assert (code, "no fact says what" in err) == (2, True)
    assert files(plain) == before


def test_what_is_interpreted_has_its_note_in_the_file(plain: Path) -> None:
    note = "Peru is named below the heading of the members."
    code, _, err = members(plain, *MEMBERS, "PER", "--basis", "interpreted", "--note", note)
    assert code == 0, err
    assert (plain / "data/charter/02-members.interpreted.ttl").read_text("utf-8").startswith(f"# {note}\n")


def test_without_the_text_it_is_said_that_nothing_was_held_against_it(plain: Path) -> None:
    for path in (plain / "texts").rglob("*.txt"):
        path.unlink()
    code, _, err = members(plain, *MEMBERS, "PER")
    assert code == 0
    assert "note: the words of passage 02 are not at hand: nothing was held against them\n" in err


def test_another_start_is_refused_and_an_ended_part_is_another_record(plain: Path) -> None:
    assert members(plain, *MEMBERS, "KEN", "--from", "2001")[0] == 0
    as_read = ("--basis", "interpreted", "--note", "It is said elsewhere.")
    code, _, err = members(plain, *MEMBERS, "KEN", "--from", "1998", *as_read)
    assert (code, "KEN has 2001 there, in the record plain-ken-member" in err) == (2, True)
    code, _, err = members(plain, *MEMBERS, "KEN", "--until", "2005", *as_read)
    assert code == 0, err
    assert members(plain, *MEMBERS, "KEN", "--from", "2010", *as_read)[0] == 0
    read = (plain / "data/charter/02-members.interpreted.ttl").read_text("utf-8")
    assert 'plain-ken-member>\n    scog:endDate "2005"' in read
    assert "plain-ken-member-2010>\n    a scog:Membership" in read
    code, _, err = members(plain, *MEMBERS, "KEN", "--from", "2001-05", "--basis", "contradicted")
    assert (code, "says that of KEN already, with the basis stated" in err) == (2, True)
    findings = Project.open(plain).load().check().findings
    assert [one for one in findings if str(one.severity) == "error"] == []


def test_labels_are_in_the_languages_of_the_project_where_all_names_are_known(plain: Path) -> None:
    settings = plain / "scograph.toml"
    text = settings.read_text("utf-8").replace('languages = ["en"]', 'languages = ["en", "ru"]')
    settings.write_text(text, encoding="utf-8")
    name = plain / "data/profile/01-name.ttl"
    text = name.read_text("utf-8").replace('"Union of the Plain"@en', '"Union of the Plain"@en , "Союз равнины"@ru')
    name.write_text(text, encoding="utf-8")
    code, _, err = members(plain, *MEMBERS, "KEN")
    assert code == 0, err
    labels = (plain / "data/editorial/03-labels-of-memberships.editorial.ttl").read_text("utf-8")
    assert '"Кения: член (Союз равнины)"@ru' in labels
