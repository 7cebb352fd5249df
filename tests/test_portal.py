"""Portals: several projects joined and compared."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections import defaultdict
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import BlankNode, RdfFormat, parse

from portal_projects import CONCEPT, NORTH, SCOG, SECTION, THREE, write_three
from scograph import terms
from scograph.build import BuildOptions
from scograph.cli import cli
from scograph.errors import FindingsError, UsageError
from scograph.graph import load_graph
from scograph.portal import open_portal, portal_of
from scograph.portal.comparison import Comparing
from scograph.portal.table import STATUS, Status
from scograph.portals import build_portal
from scograph.project import Project
from scograph.site.comparisons import ComparisonWords
from scograph.site.words import read_words

HERE = Path(__file__).parent
SMALL = HERE / "projects" / "small"
LIBRARY = HERE / "projects" / "library"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


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
    assert [broken.name for broken in portal.broken] == ["chess", "nowhere"]
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


# Comparisons.


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal of three organisations; its settings lie beside the projects."""
    folder = tmp_path_factory.mktemp("three")
    write_three(folder)
    headings = "".join(
        f'[[portal.headings]]\nterms = ["{term}"]\n'
        for term in (
            f"{SECTION}/agencies",
            f"{SECTION}/strategies",
            f"{CONCEPT}/role/member",
            "scog:hasSeatIn",
            "^scog:isBodyOf",
        )
    )
    write_portal(
        folder / "portal",
        '[project]\nname = "unions"\n[portal]\ntitle = { en = "Unions", ru = "Союзы" }\n'
        f'base = "https://example.org/portal/"\nprojects = ["../north", "../south", "../east"]\n{headings}',
    )
    return folder


STATED, DENIED, CONTRADICTED, NOT_STATED, NOT_READ = (status.value for status in Status)
TRUTH: dict[str, dict[str, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    "": {
        "Agencies": ((STATED, ("Northern CERT",)), (NOT_READ, ()), (NOT_STATED, ())),
        "Strategies": ((NOT_STATED, ()), (STATED, ("Southern Strategy",)), (NOT_STATED, ())),
        "member": ((STATED, ("Kenya",)), (NOT_READ, ()), (STATED, ("Kenya",))),
        "has seat in": ((DENIED, ()), (CONTRADICTED, ()), (NOT_STATED, ())),
        "bodies": ((STATED, ("Northern CERT",)), (NOT_READ, ()), (NOT_STATED, ())),
    },
    "2018-06-30": {
        "Agencies": ((NOT_READ, ()), (NOT_READ, ()), (NOT_READ, ())),
        "Strategies": ((NOT_READ, ()), (NOT_READ, ()), (NOT_READ, ())),
        "member": ((NOT_READ, ()), (NOT_READ, ()), (NOT_READ, ())),
        "has seat in": ((NOT_READ, ()), (NOT_READ, ()), (NOT_READ, ())),
        "bodies": ((NOT_READ, ()), (NOT_READ, ()), (NOT_READ, ())),
    },
    "2019-08-01": {
        "Agencies": ((STATED, ("Northern CERT",)), (NOT_READ, ()), (NOT_STATED, ())),
        "Strategies": ((STATED, ("Strategy of 2017",)), (NOT_READ, ()), (NOT_STATED, ())),
        "member": ((STATED, ("Kenya",)), (NOT_READ, ()), (STATED, ("Kenya",))),
        "has seat in": ((NOT_STATED, ()), (NOT_READ, ()), (NOT_STATED, ())),
        "bodies": ((STATED, ("Northern CERT",)), (NOT_READ, ()), (NOT_STATED, ())),
    },
    "2021-06-30": {
        "Agencies": ((STATED, ("Northern CERT",)), (NOT_READ, ()), (NOT_STATED, ())),
        "Strategies": ((NOT_STATED, ()), (STATED, ("Southern Strategy",)), (NOT_STATED, ())),
        "member": ((STATED, ("Kenya",)), (NOT_READ, ()), (NOT_STATED, ())),
        "has seat in": ((DENIED, ()), (CONTRADICTED, ()), (NOT_STATED, ())),
        "bodies": ((STATED, ("Northern CERT",)), (NOT_READ, ()), (NOT_STATED, ())),
    },
}
"""What each cell must be, on each day: written by hand from `portal_projects`, north, south and east in this order."""


@pytest.mark.parametrize("day", TRUTH)
def test_each_cell_is_as_the_truth_table_says(three: Path, day: str) -> None:
    portal = open_portal(three / "portal")
    assert not portal.broken
    comparing = Comparing(portal.graph)
    rows = [comparing.row(heading) for heading in portal.settings.headings]
    table = comparing.compare(portal.columns(comparing, day), rows, day)
    said = ComparisonWords(
        read_words("en"), comparing.labels, lambda node: comparing.labels.best(comparing.meaning.inverse_names[node])
    )
    found = {
        said.heading(row): tuple((c.status.value, tuple(said.name(fact.thing) for fact in c.facts)) for c in cells)
        for row, cells in zip(table.rows, table.cells, strict=True)
    }
    assert found == TRUTH[day]
    assert sum(len(cells) for cells in found.values()) == 15


@pytest.fixture(scope="module")
def site(three: Path) -> Path:
    """The built portal of three."""
    build_portal(open_portal(three / "portal"), three / "dist", options=BuildOptions(1, is_durable=False))
    return three / "dist"


def csv_cells(path: Path) -> set[tuple[str, str, str, str]]:
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    return {(row["heading"], row["organisation"], row["status"], row["shown name"]) for row in rows}


def json_ld_cells(path: Path) -> set[tuple[str, str, str, str]]:
    values: dict[tuple[str, str], list[str]] = defaultdict(list)
    observations = []
    base = "https://example.org/portal/"
    for quad in parse(path.read_bytes(), RdfFormat.JSON_LD, base_iri=base):
        values[str(quad.subject), quad.predicate.value].append(getattr(quad.object, "value", ""))
        values[str(quad.subject), f"{quad.predicate.value} term"].append(str(quad.object))
        if str(quad.object) == "<http://purl.org/linked-data/cube#Observation>":
            observations.append(str(quad.subject))
    label, terms_of = f"{terms.RDFS}label", terms.DCTERMS
    found = set()
    for one in observations:
        (heading,) = values[values[one, f"{terms_of}isPartOf term"][0], label]
        ((who,), (status,)) = values[one, f"{SCOG}isAbout"], values[one, f"{terms_of}type"]
        facts = [*values[one, f"{terms_of}references term"], *values[one, f"{terms_of}relation term"]]
        assert status.startswith(STATUS)
        named = [values[fact, label][0] for fact in facts] or [""]
        found |= {(heading, who, status.removeprefix(STATUS), name) for name in named}
    return found


class CellsOfPage(HTMLParser):
    """Reads the cells of a page that compares."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: set[tuple[str, str, str, str]] = set()
        self._row = self._label = self._status = ""
        self._text: list[str] = []
        self._in = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "b":
            self._in, self._text = "b", []
        elif tag == "td" and "data-status" in values:
            self._label, self._status = values["data-label"] or "", values["data-status"] or ""
            self._items = 0
        elif tag == "span" and values.get("class") == "what":
            self._items += 1
            self._in, self._text = "span", []

    def handle_data(self, data: str) -> None:
        if self._in:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        text = " ".join("".join(self._text).split())
        if tag == self._in == "b":
            self._row, self._in = text, ""
        elif tag == self._in == "span":
            self.cells.add((self._row, self._label, self._status, text))
            self._in = ""
        elif tag == "td" and self._status:
            if not self._items:
                self.cells.add((self._row, self._label, self._status, ""))
            self._status = ""


NAMES = {project.organisation: project.label for project in THREE}


@pytest.mark.parametrize(("stem", "count"), [("compare", 15), ("compare/properties", 6), ("compare/on-2021-03-31", 15)])
def test_page_csv_and_json_ld_say_the_same(site: Path, stem: str, count: int) -> None:
    of_csv = csv_cells(site / f"{stem}.csv")
    assert of_csv == json_ld_cells(site / f"{stem}.jsonld")
    reader = CellsOfPage()
    reader.feed((site / f"{stem}.html").read_text(encoding="utf-8"))
    named = {(heading, NAMES[who], status, name) for heading, who, status, name in of_csv}
    assert reader.cells == named
    assert len({(heading, who) for heading, who, _, _ in of_csv}) == count


def test_comparisons_are_chosen_by_topic_kind_region_year_and_day(site: Path) -> None:
    stems = {path.stem for path in (site / "compare").glob("*.html")}
    assert {"properties", "on-2018-11-30", "on-2019-07-31", "on-2020-11-30", "on-2021-03-31"} <= stems
    assert {"year-2010", "year-2015", "year-2020"} <= stems
    topic = next(stem for stem in stems if stem.startswith("topic-"))
    chosen = csv_cells(site / "compare" / f"{topic}.csv")
    assert ("Agencies", NORTH.organisation, STATED, "Northern CERT") in chosen
    assert ("member", NORTH.organisation, NOT_STATED, "") in chosen
    of_2015 = csv_cells(site / "compare" / "year-2015.csv")
    assert ("member", NORTH.organisation, NOT_STATED, "") in of_2015
    assert ("member", THREE[2].organisation, STATED, "Kenya") in of_2015


def test_a_portal_has_one_page_for_one_thing_with_what_each_profile_says(site: Path) -> None:
    pages = [path for path in site.rglob("*.html") if "Kenya as a member" in path.read_text(encoding="utf-8")]
    (state,) = (path for path in pages if path.parent == site / "thing" and path.name.startswith("ken-"))
    text = state.read_text(encoding="utf-8")
    assert "Northern Union" in text
    assert "Eastern Pact" in text
    front = (site / "index.html").read_text(encoding="utf-8")
    for project in THREE:
        assert project.label in front
        assert (site / "profiles" / f"{project.name}.ttl").is_file()
    assert "<title>Unions</title>" in front


def test_the_things_of_a_project_have_pages_below_its_name(site: Path) -> None:
    for project in THREE:
        assert (site / project.name / "id" / "organisation" / f"{project.name}.html").is_file()


def test_differences_are_said_in_words(three: Path) -> None:
    done = run("compare", str(three / "portal"), "-f", "md")
    assert done.exit_code == 0, done.stderr
    assert "- **member**: Kenya: Northern Union, Eastern Pact; not yet read: Southern League\n" in done.stdout
    assert (
        "- **has seat in**: no: Northern Union; contradicted: Southern League; not stated: Eastern Pact\n"
        in done.stdout
    )


STANDING = {
    "": {("Southern Strategy", "in progress")},
    "2019-08-01": {("Northern CERT", "proposed")},
    "2018-06-30": set(),
}
"""What is shown with a status, by day: the first edition of a profile calls its CERT proposed, the second does not."""


@pytest.mark.parametrize("day", STANDING)
def test_what_is_not_in_force_is_compared_with_its_status_and_whoever_says_it(three: Path, day: str) -> None:
    options = ("--on", day) if day else ()
    done = run("compare", str(three / "portal"), "-f", "csv", *options)
    rows = [row for row in csv.DictReader(io.StringIO(done.stdout)) if row["shown status"] or row["status claim"]]
    names = {"proposed": f"{CONCEPT}/status/proposed", "in progress": f"{CONCEPT}/status/in-progress"}
    assert {(row["shown name"], row["shown status"]) for row in rows} == {(n, names[s]) for n, s in STANDING[day]}
    assert all("/source/profile/passage/" in row["status claim"] for row in rows)
    text = run("compare", str(three / "portal"), *options).stdout
    page = run("compare", str(three / "portal"), "-f", "html", *options).stdout
    for name, status in STANDING[day]:
        assert re.search(rf"{name} \({status} \[1\]\(<https://[^>]+>\)\)", text)
        assert re.search(rf'{name} \(<em>{status} <a href="https://[^"]+" title="[^"]+">1</a></em>\)', page)
    for status in set(names) - {status for _, status in STANDING[day]}:
        assert status not in text
        assert status not in page


def test_what_is_not_in_force_has_its_status_wherever_the_site_names_it(site: Path) -> None:
    shown = '<span class="standing">'
    source = r' <a class="m" href="#s\d+" data-claim="[^"]+"><span class="vh">Source </span>\d+'
    own = (site / "south" / "id" / "instrument" / "2019.html").read_text(encoding="utf-8")
    assert "<title>Southern Strategy (in progress)" in own
    assert re.search(rf'<p class="standing"><a href="[^"]+">in progress</a>{source}', own)
    compared = (site / "compare.html").read_text(encoding="utf-8")
    assert re.search(rf'Southern Strategy</a></span> \({shown}<a href="[^"]+">in progress</a>{source}', compared)
    assert f">Southern Strategy</a> ({shown}in progress</span>)" in (site / "class/instrument.html").read_text("utf-8")
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        assert not re.search(r">Southern Strategy</a>(?!(</span>)? \(<span class=\"standing\">)", text), page
        was_proposed = re.search(r"Northern CERT</a></span> \(<span class=\"standing\"><a [^>]+>proposed", text)
        assert bool(was_proposed) == (page.stem in {"on-2018-11-30", "on-2019-07-31", "on-2020-11-30"}), page


@pytest.mark.parametrize("language", ["ru", "zh"])
def test_words_of_comparisons_are_those_of_the_language(three: Path, language: str) -> None:
    done = run("compare", str(three / "portal"), "--language", language)
    expected = {"ru": "ещё не прочитано: Southern League", "zh": "尚未阅读：Southern League"}[language]
    assert expected in done.stdout


def test_organisations_of_one_project_are_compared(three: Path) -> None:
    done = run("compare", "north", "maintainers", "-p", str(three / "north"), "--row", "scog:acronym", "-f", "csv")
    assert done.exit_code == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["organisation name"], row["status"], row["value"]) for row in rows] == [
        ("Northern Union", STATED, "NU"),
        ("Maintainers", NOT_READ, ""),
    ]


def test_a_comparison_of_the_command_is_the_one_of_the_site(three: Path, site: Path) -> None:
    done = run("compare", str(three / "portal"), "-f", "csv")
    assert done.stdout_bytes == (site / "compare.csv").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--on", "2021-02-30"], "'2021-02-30' is no day"),
        (["--row", "nothing-like-it"], "nothing is called 'nothing-like-it'"),
        (["--row", "scog:acronym", "--properties"], "--row and --properties exclude each other"),
    ],
)
def test_a_wrong_call_of_compare_is_told(three: Path, arguments: list[str], message: str) -> None:
    done = run("compare", str(three / "portal"), *arguments)
    assert done.exit_code == 2
    assert message in done.stderr


def test_build_of_a_portal_says_the_broken_project_and_publishes_the_others(three: Path, tmp_path: Path) -> None:
    shutil.copytree(three / "north", tmp_path / "north")
    shutil.copytree(three / "east", tmp_path / "east")
    facts = tmp_path / "north" / "data" / "profile" / "01-name.ttl"
    facts.write_text("@prefix scog: nonsense", encoding="utf-8")
    done = run("build", str(tmp_path / "north"), str(tmp_path / "east"), "-o", str(tmp_path / "dist"), "--jobs", "1")
    assert done.exit_code == 1
    assert "north/data/profile/01-name.ttl:1:" in done.stderr
    assert "without north: not published, the others are" in done.stderr
    front = (tmp_path / "dist" / "index.html").read_text(encoding="utf-8")
    assert "Eastern Pact" in front
    assert "north does not conform" in front
    assert not (tmp_path / "dist" / "profiles" / "north.ttl").exists()
    verified = run("build", str(tmp_path / "north"), str(tmp_path / "east"), "-o", str(tmp_path / "two"), "--verify")
    assert verified.exit_code == 1
    assert "a second build gives the same bytes" in verified.output
    assert verified.stderr.splitlines()[-1] == "error: without north: not published, the others are"


def test_a_portal_without_any_project_that_conforms_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("build", str(tmp_path / "empty"), str(tmp_path / "none"), "-o", str(tmp_path / "dist"))
    assert done.exit_code == 1
    assert "none of its 2 projects conforms" in done.stderr
    assert not (tmp_path / "dist").exists()


def test_a_conflict_of_projects_is_said_by_the_build_with_both_places(tmp_path: Path) -> None:
    north, _, east = THREE
    founded = "ORG scog:establishedOn {} .\n".replace("ORG", "<https://example.org/common/id/organisation/maintainers>")
    for project, day in ((north, "2001"), (east, "2002")):
        fact = founded.format(f'"{day}"^^xsd:gYear')
        replace(project, facts=project.facts + fact).write(tmp_path)
    paths = [str(tmp_path / project.name) for project in (north, east)]
    done = run("build", *paths, "-o", str(tmp_path / "dist"), "--no-site")
    assert done.exit_code == 1
    assert "conflict between projects" in done.stderr or "conflicts between projects" in done.stderr
    for name in ("north", "east"):
        assert f"{name}/data/editorial/01-things.editorial.ttl:" in done.stderr
    assert (tmp_path / "dist" / "profiles" / "north.ttl").is_file()
