"""Facts by forms, as a person uses them: a thing is chosen, its form filled in, looked at, saved and taken back."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner

from desk_client import Tab
from scograph.cli import cli

TERMS = "https://w3id.org/scograph/ontology#"
RIVERS = "https://example.org/rivers/"
TEXT = """The River Commission is an organisation that meets in Nairobi.

The Water Agreement was signed on 16 June 2009. <b>Its</b> parties are not named.
"""
MAKE = ("--like", "scograph", "--title", "Rivers", "--base", RIVERS, "--source-title", "River Commission")
PAGE = ("--name", "page", "--title", "Page", "--language", "en")
FACTS = "data/page"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    project = tmp_path / "rivers"
    (tmp_path / "page.txt").write_text(TEXT, encoding="utf-8")
    url = ("--source-url", "https://example.org/n", "--name", "rivers", "--language", "en")
    for command in (
        ("init", str(project), *MAKE, *url),
        ("source", "add", str(tmp_path / "page.txt"), *PAGE, "-p", str(project)),
    ):
        done = CliRunner().invoke(cli, command)
        assert done.exit_code == 0, done.output
    return project


@pytest.fixture
def tab(folder: Path) -> Tab:
    return Tab(folder).open()


def turtle(folder: Path) -> dict[str, str]:
    """The files of facts and of our own words, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((folder / "data").rglob("*.ttl"))
        if path.name != "source.ttl"
    }


def fill(tab: Tab, values: dict[str, str], **about: str) -> dict[str, str]:
    """The form of a thing, filled in by the local names of properties."""
    asked = {"passage": "02", **about}
    assert tab.get(f"/source/page/thing?{urlencode(asked)}") == 200
    fields = dict(re.findall(r'name="(p\d+)" value="([^"]+)"', tab.page))
    numbers = {re.split("[#/]", iri)[-1]: name[1:] for name, iri in fields.items()}
    given = {f"v{numbers[name]}": value for name, value in values.items()}
    return {**asked, "new-language": "en", "basis": "stated", **fields, **given}


def add_agreement(tab: Tab, **more: str) -> int:
    form = fill(tab, {"signedOn": "2009-06-16"}, kind=f"{TERMS}Agreement", new="Water Agreement")
    return tab.send("/source/page/thing/save", {**form, **more})


def test_a_new_thing_is_described_as_the_passage_says_it(tab: Tab, folder: Path) -> None:
    before = turtle(folder)
    assert add_agreement(tab) == 200
    assert tab.path.startswith("/source/page?passage=02")
    (path,) = turtle(folder).keys() - before.keys()
    assert path == f"{FACTS}/02-water-agreement.ttl"
    assert turtle(folder)[path].endswith(
        f"<{RIVERS}id/agreement/water-agreement>\n    a scog:Agreement ;\n"
        '    rdfs:label "Water Agreement"@en ;\n    scog:signedOn "2009-06-16"^^xsd:date .\n'
    )
    assert "signed on 2009-06-16" in tab.text
    assert tab.send("/undo", {"back": "/"}) == 200
    assert turtle(folder) == before


def test_a_name_that_the_passage_does_not_print_is_our_own(tab: Tab, folder: Path) -> None:
    form = fill(tab, {"signedOn": "2009-06"}, kind=f"{TERMS}Agreement", new="Agreement on water of 2009")
    assert tab.send("/source/page/thing/save", form) == 200
    found = turtle(folder)
    assert "Agreement on water of 2009" not in found[f"{FACTS}/02-agreement-on-water-of-2009.ttl"]
    own = [path for path, text in found.items() if '"Agreement on water of 2009"@en' in text]
    assert all(path.startswith("data/editorial/") and path.endswith(".editorial.ttl") for path in own)
    assert len(own) == 1


def test_more_is_said_of_a_thing_that_is_there_in_the_same_file(tab: Tab, folder: Path) -> None:
    add_agreement(tab)
    thing = f"{RIVERS}id/agreement/water-agreement"
    form = fill(tab, {"officialTitle": "The Water Agreement"}, thing=thing)
    assert "Water Agreement (en)" in tab.text
    assert tab.send("/source/page/thing/save", form) == 200
    assert 'scog:officialTitle "The Water Agreement"@en ;' in turtle(folder)[f"{FACTS}/02-water-agreement.ttl"]


def test_what_is_interpreted_has_a_file_of_its_own_that_begins_with_the_note(tab: Tab, folder: Path) -> None:
    assert add_agreement(tab, basis="interpreted", note="It is read\nas the day.") == 200
    text = turtle(folder)[f"{FACTS}/02-water-agreement.interpreted.ttl"]
    assert text.startswith("# It is read as the day.\n")


def tokens(tab: Tab, *parts: str) -> list[str]:
    found = [html.unescape(one) for one in re.findall(r'name="fact" value="([^"]+)"', tab.page)]
    return [one for one in found if any(part in one for part in parts)]


def test_facts_are_put_on_another_basis_and_removed(tab: Tab, folder: Path) -> None:
    before = turtle(folder)
    add_agreement(tab)
    chosen = {"passage": "02", "fact": tokens(tab, "signedOn"), "basis": "superseded"}
    assert tab.send("/source/page/facts/basis", chosen) == 200
    moved = turtle(folder)[f"{FACTS}/02-water-agreement.superseded.ttl"]
    assert 'scog:signedOn "2009-06-16"^^xsd:date' in moved
    assert "signedOn" not in turtle(folder)[f"{FACTS}/02-water-agreement.ttl"]
    assert tab.send("/source/page/facts/remove", {"passage": "02", "fact": tokens(tab, "label", "signedOn")}) == 200
    assert turtle(folder) == before


def test_a_fact_goes_and_every_comment_of_the_file_stays(tab: Tab, folder: Path) -> None:
    add_agreement(tab)
    path = folder / FACTS / "02-water-agreement.ttl"
    text = "# Mine.\n" + path.read_text().replace("scog:signedOn", "# before\n    scog:signedOn")
    path.write_text(text)
    tab.get("/source/page?passage=02")
    assert tab.send("/source/page/facts/remove", {"passage": "02", "fact": tokens(tab, "signedOn")}) == 200
    assert {"# Mine.", "    # before"} <= {*path.read_text().splitlines()}


def test_the_check_says_what_a_draft_lacks_and_nothing_is_written(tab: Tab, folder: Path) -> None:
    before = turtle(folder)
    form = fill(tab, {"startDate": "2009"}, kind=f"{TERMS}Membership", new="Kenya in the Commission")
    assert tab.send("/source/page/thing/check", form) == 200
    said = json.loads(tab.page)
    assert said["problem"] == ""
    assert {f"{TERMS}hasAgent", f"{TERMS}hasRole"} <= {one["property"] for one in said["findings"]}
    assert all(one["hint"] for one in said["findings"])
    assert turtle(folder) == before


def test_a_value_that_does_not_fit_is_told_at_the_form_which_keeps_what_was_typed(tab: Tab, folder: Path) -> None:
    before = turtle(folder)
    form = fill(tab, {"signedOn": "in June", "documentSymbol": "W/1"}, kind=f"{TERMS}Agreement", new="Water Agreement")
    assert tab.send("/source/page/thing/save", form) == 400
    assert "'in June' is no date" in tab.text
    assert all(f'value="{typed}"' in tab.page for typed in ("in June", "W/1", "Water Agreement"))
    assert turtle(folder) == before


@pytest.mark.parametrize(
    ("path", "fields", "message"),
    [
        ("thing/save", {"passage": "02", "kind": f"{TERMS}Agreement"}, "Give the new thing a name."),
        ("thing/choose", {"passage": "02", "thing": "Nobody"}, "nothing is called 'Nobody'"),
        ("facts/remove", {"passage": "02"}, "Tick the facts first."),
        ("facts/remove", {"passage": "02", "fact": "stated nonsense"}, "Tick the facts first."),
        ("facts/other", {"passage": "02", "fact": "stated <x:a> <x:b> <x:c>"}, "There is no such page."),
    ],
)
def test_a_form_that_says_too_little_is_told(
    path: str, fields: dict[str, str], message: str, tab: Tab, folder: Path
) -> None:
    before = turtle(folder)
    tab.get("/source/page?passage=02")
    assert tab.send(f"/source/page/{path}", fields) == 400
    assert message in tab.text
    assert turtle(folder) == before


def test_a_form_of_a_stale_page_is_refused_and_both_versions_are_shown(tab: Tab, folder: Path) -> None:
    form = fill(tab, {"signedOn": "2009-06-16"}, kind=f"{TERMS}Agreement", new="Water Agreement")
    other = Tab(folder, tab.desk).open()
    assert add_agreement(other) == 200
    assert tab.send("/source/page/thing/save", form) == 409
    assert "02-water-agreement.ttl" in tab.text


def test_what_a_passage_mentions_is_offered(tab: Tab) -> None:
    add_agreement(tab)
    tab.get("/source/page?passage=02")
    assert re.search(r'<li><a href="/source/page/thing\?[^"]+">Water Agreement</a></li>', tab.page)
    fill(tab, {}, thing=f"{RIVERS}id/agreement/water-agreement")
    assert '<datalist id="dates"><option value="2009-06-16"></option></datalist>' in tab.page


def test_names_and_words_that_are_markup_are_shown_as_words(tab: Tab) -> None:
    name = "<script>alert(1)</script>"
    form = fill(tab, {"signedOn": "2009"}, kind=f"{TERMS}Agreement", new=name)
    assert tab.send("/source/page/thing/save", form) == 200
    assert name in tab.text
    assert "script" not in {one.partition(" ")[0] for one in tab.elements if "desk.js" not in one}
