"""Projects that say of one thing what excludes each other: found when they are checked together, with all places."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal_projects import CONCEPT, NORTH, SOUTH, STATE, ProfileText, write_three
from scograph.cli import cli
from scograph.errors import UsageError
from scograph.portal import portal_of

TREATY = "<https://example.org/common/id/instrument/treaty>"
TOWER = "<https://example.org/common/id/thing/tower>"
ORG = f"<{NORTH.organisation}>"
KENYA = f"""<{STATE}/ken> a scog:State ; rdfs:label "Kenya"@en ;
    scog:iso3166Alpha2 "KE" ; scog:iso3166Alpha3 "KEN" ; scog:m49Code "404" .
"""
NAMED = f'{ORG} a scog:IntergovernmentalOrganisation , scog:Organisation ; rdfs:label "Northern Union"@en .\n'
ADOPTED = f'{TREATY} a scog:Instrument ; rdfs:label "Treaty"@en ; scog:adoptedOn "%s"^^xsd:date .\n'
ROLE = f"""<ID:membership/ken-%s> a scog:Membership ; rdfs:label "Kenya as %s"@en ;
    scog:hasAgent <{STATE}/ken> ; scog:hasRole <{CONCEPT}/role/%s> ; scog:inOrganisation {ORG} ;
    scog:startDate "%s"^^xsd:date .
"""


@dataclass(frozen=True)
class Conflict:
    """What north and south say, and what is found: code, words of the message, and words at the two places."""

    north: str
    south: str
    code: str
    words: str
    places: tuple[str, str]


CONFLICTS = {
    "two values of a functional property": Conflict(
        ADOPTED % "2001-06-15",
        ADOPTED % "2001-06-16",
        "SCOG-I16",
        "the adoption",
        ("adoptedOn 2001-06-15", "adoptedOn 2001-06-16"),
    ),
    "two classes": Conflict(
        f'{TOWER} a scog:Place ; rdfs:label "Tower"@en .\n',
        f'{TOWER} a scog:Organisation ; rdfs:label "Tower"@en .\n',
        "",
        "",
        ("ontology#Place>", "ontology#Organisation>"),
    ),
    "two statuses at a time": Conflict(
        ROLE % ("observer", "an observer", "observer", "2012-01-01"),
        KENYA + NAMED + ROLE % ("member-too", "a member", "member", "2012-01-01"),
        "SCOG-R08",
        "a status holds on",
        ("startDate 2012-01-01", "startDate"),
    ),
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(one) for one in arguments])


def pair(folder: Path, north: str, south: str) -> list[Path]:
    """Two projects that conform, each by itself."""
    passages = [one for one in NORTH.passages if one.slug != "member"]
    projects = (
        replace(NORTH, passages=[*passages, ProfileText("more", [1, 2], {"stated": north})]),
        replace(SOUTH, passages=[*SOUTH.passages, ProfileText("more", [1], {"stated": south})]),
    )
    return [project.write(folder) for project in projects]


def test_every_kind_of_conflict_is_among_the_cases() -> None:
    assert len(CONFLICTS) == 3


@pytest.mark.parametrize("name", CONFLICTS)
def test_what_excludes_each_other_is_found_with_both_places_and_the_ways_out(name: str, tmp_path: Path) -> None:
    case = CONFLICTS[name]
    folders = pair(tmp_path, case.north, case.south)
    for folder in folders:
        alone = run("check", folder)
        assert alone.exit_code == 0, alone.output
    portal = portal_of([str(folder) for folder in folders])
    assert not portal.broken
    assert not [one for one in portal.checked.report.findings if one.severity.rank == 0]
    found = [one for one in portal.conflicts if case.code in one.code and case.words in one.message]
    assert found, portal.conflicts
    first = found[0]
    assert "north and south do not agree" in first.message
    assert ".contradicted.ttl" in first.hint
    told = "\n".join(f"{one.place}: {one.message}" for one in (first, *first.details))
    for project in ("north", "south"):
        assert re.search(rf"^{project}/data/profile/[^:\s]+:\d+:\d+: ", told, re.MULTILINE), told
    assert all(place in told for place in case.places), told
    together = run("check", *folders)
    assert together.exit_code == 1
    assert "north and south do not agree" in together.output


def test_what_two_projects_say_alike_is_no_conflict(tmp_path: Path) -> None:
    folders = pair(tmp_path, ADOPTED % "2001-06-15", ADOPTED % "2001-06-15")
    assert portal_of([str(folder) for folder in folders]).conflicts == ()
    done = run("check", *folders)
    assert done.exit_code == 0, done.output


def test_what_one_project_calls_contradicted_is_no_conflict(tmp_path: Path) -> None:
    folders = pair(tmp_path, ADOPTED % "2001-06-15", ADOPTED % "2001-06-16")
    (path,) = (folders[1] / "data" / "profile").glob("*-more.ttl")
    text = path.read_text(encoding="utf-8")
    path.with_name(path.name.replace(".ttl", ".contradicted.ttl")).write_text(
        text.replace('a scog:Instrument ; rdfs:label "Treaty"@en ; ', ""), encoding="utf-8"
    )
    path.write_text(text.replace(' ; scog:adoptedOn "2001-06-16"^^xsd:date', ""), encoding="utf-8")
    assert portal_of([str(folder) for folder in folders]).conflicts == ()


def test_three_projects_of_different_things_have_no_conflict(tmp_path: Path) -> None:
    folders = write_three(tmp_path)
    assert portal_of([str(folder) for folder in folders]).conflicts == ()


def test_two_projects_that_read_one_page_have_no_conflict(tmp_path: Path) -> None:
    folders = pair(tmp_path, ADOPTED % "2001-06-15", ADOPTED % "2001-06-15")
    for folder in folders:
        source = folder / "data/profile/source.ttl"
        text = source.read_text(encoding="utf-8")
        assert text.count("scog:sourceUrl") == 1
        source.write_text(re.sub('scog:sourceUrl "[^"]*"', 'scog:sourceUrl "https://example.org/page"', text))
    done = run("check", *folders)
    assert done.exit_code == 0, done.output
    assert "SCOG-R16" not in done.output


def test_states_of_one_table_are_added_in_two_projects(tmp_path: Path) -> None:
    folders = pair(tmp_path, ADOPTED % "2001-06-15", ADOPTED % "2001-06-15")
    for folder in folders:
        added = run("states", "add", "PER", "-p", folder)
        assert added.exit_code == 0, added.output
    done = run("check", *folders)
    assert done.exit_code == 0, done.output


def test_two_projects_with_one_base_are_refused_with_both_places(tmp_path: Path) -> None:
    folders = write_three(tmp_path)[:2]
    path = folders[1] / "data" / "editorial" / "source.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f'void:uriSpace "{SOUTH.base}"', f'void:uriSpace "{NORTH.base}"'), encoding="utf-8")
    with pytest.raises(UsageError) as raised:
        portal_of([str(folder) for folder in folders])
    places = r"north/data/editorial/source\.ttl:\d+:\d+ and south/data/editorial/source\.ttl:\d+:\d+"
    assert re.search(f"two projects have the base <{NORTH.base}>: {places}", str(raised.value.message))
    assert "void:uriSpace of its own" in raised.value.hint


@pytest.mark.parametrize("option", ["--store=x", "--watch", "--readings"])
def test_what_is_for_one_project_is_refused_for_several(option: str, tmp_path: Path) -> None:
    done = run("check", *write_three(tmp_path)[:2], option)
    assert (done.exit_code, "is for one project" in done.output) == (2, True)
