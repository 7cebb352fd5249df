"""Portals: several projects joined and compared."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pyoxigraph import BlankNode

from scograph.errors import FindingsError, UsageError
from scograph.graph import load_graph
from scograph.portal import open_portal, portal_of
from scograph.project import Project

HERE = Path(__file__).parent
SMALL = HERE / "projects" / "small"
LIBRARY = HERE / "projects" / "library"


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    """A folder with two projects beside each other."""
    for folder in (SMALL, LIBRARY):
        shutil.copytree(folder, tmp_path / folder.name)
    return tmp_path


def test_a_portal_has_what_each_project_says_once(pair: Path) -> None:
    portal = portal_of([str(pair / "small"), str(pair / "library")])
    assert not portal.broken
    assert [profile.name for profile in portal.profiles] == ["chess", "library"]
    alone = [load_graph(Project.open(pair / name)) for name in ("small", "library")]
    assert len(portal.graph.facts) == sum(len(graph.facts) for graph in alone)
    assert len(portal.graph.claims) == sum(len(graph.claims) for graph in alone)
    of = [set(graph.facts) for graph in alone]
    named = [t for t in portal.graph.facts if not any(isinstance(term, BlankNode) for term in t)]
    assert len(named) > len(portal.graph.facts) // 2
    for triple in named:
        names = [profile.name for profile in portal.projects_of(triple)]
        assert names == [name for name, facts in zip(("chess", "library"), of, strict=True) if triple in facts]


def test_a_file_of_a_portal_is_found_by_the_name_that_messages_show(pair: Path) -> None:
    portal = portal_of([str(pair / "small"), str(pair / "library")])
    graph = portal.graph
    for parsed in graph.all_files:
        assert graph.project.path_of(parsed.path).is_file(), parsed.path
    first = graph.facts_files[0].parsed
    place = graph.places.find(*map(str, first.triples[0]), path=first.path)
    assert place is not None
    assert (place.path, place.line is not None) == (first.path, True)


def test_a_broken_project_leaves_the_others(pair: Path) -> None:
    path = pair / "small" / "data" / "notes" / "05-winner.ttl"
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            "hasPlayer <https://example.org/chess/id/player/zoe-lind>", "hasPlayer <urn:x:club>"
        ),
        encoding="utf-8",
    )
    portal = portal_of([str(pair / "small"), str(pair / "library"), str(pair / "nowhere")])
    assert [profile.name for profile in portal.profiles] == ["library"]
    assert [broken.name for broken in portal.broken] == ["chess", str(pair / "nowhere")]
    assert isinstance(portal.broken[0].error, FindingsError)
    assert "data/notes/05-winner.ttl" in str(portal.broken[0])
    assert "no such file or folder" in str(portal.broken[1])


def test_two_projects_of_one_name_are_refused(pair: Path) -> None:
    shutil.copytree(pair / "small", pair / "other")
    with pytest.raises(UsageError, match="two projects are called chess"):
        portal_of([str(pair / "small"), str(pair / "other")])


def write_portal(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "scograph.toml").write_text(text, encoding="utf-8")
    return folder


def test_settings_describe_a_portal(pair: Path) -> None:
    folder = write_portal(
        pair / "portal",
        '[project]\nname = "games"\n[portal]\ntitle = { en = "Games", ru = "Игры" }\n'
        'base = "https://example.org/games/"\nprojects = ["../small", "../library"]\n'
        '[[portal.headings]]\ntitle = "Winners"\nterms = ["^chess:hasPlayer"]\n',
    )
    portal = open_portal(folder)
    assert portal.name == "games"
    assert dict(portal.settings.title) == {"en": "Games", "ru": "Игры"}
    assert portal.header.text("void:uriSpace") == "https://example.org/games/"
    assert portal.settings.headings[0].terms == ("^chess:hasPlayer",)
    assert [profile.name for profile in portal.profiles] == ["chess", "library"]


WRONG = {
    "no projects": ('[portal]\ntitle = "x"\n', "portal.projects is no list of projects"),
    "a project twice": ('[portal]\nprojects = ["../small", "../small"]\n', "portal.projects is no list of projects"),
    "an unknown key": ('[portal]\nprojects = ["../small"]\nname = "x"\n', "unknown setting 'name'"),
    "no slash": ('[portal]\nprojects = ["../small"]\nbase = "https://example.org/x"\n', "portal.base is"),
    "a heading without terms": (
        '[portal]\nprojects = ["../small"]\n[[portal.headings]]\ntitle = "x"\n',
        "a heading of the portal has no list of terms",
    ),
    "a title that is a number": ('[portal]\nprojects = ["../small"]\ntitle = 3\n', "portal.title is no text"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_settings_of_a_portal_are_refused_with_their_place(pair: Path, name: str) -> None:
    text, message = WRONG[name]
    with pytest.raises(UsageError) as caught:
        open_portal(write_portal(pair / "portal", text))
    assert message in caught.value.message
    assert caught.value.hint
    assert caught.value.place is not None
    assert caught.value.place.path == "scograph.toml"


def test_a_portal_has_no_project_from_elsewhere(pair: Path) -> None:
    portal = open_portal(write_portal(pair / "portal", '[portal]\nprojects = ["../../outside"]\n'))
    assert "lies neither in the portal's folder nor beside it" in str(portal.broken[0])


def test_a_portal_is_no_project(pair: Path) -> None:
    folder = write_portal(pair / "portal", '[portal]\nprojects = ["../small"]\n')
    with pytest.raises(UsageError, match="is a portal"):
        Project.open(folder)
