"""The example projects: checked, built, and held against a table that was written by hand from the pages."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import Literal, NamedNode

from scograph import Graph, Project, terms
from scograph.cli import cli
from scograph.edit.document import Document
from scograph.graph import Graph as PlainGraph
from scograph.model import Term
from scograph.portal.comparison import Comparing
from scograph.portal.table import Row, Status

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
SECTION = "https://w3id.org/scograph/concept/section/"
PROFILES = "/source/(?:profile|unidir-sco-2021-03)/"
NOT_OF_A_PAGE = "/source/(?:country-names|editorial|table-of-states)/"
NAMES = (terms.LABEL, NamedNode(terms.SKOS + "altLabel"), NamedNode(terms.SCOG + "officialTitle"))


@dataclass(frozen=True)
class Example:
    """What an example has.

    Args:
        warnings: How often each code is found.
        claims: Its claims.
        recorded: Its stated claims that the words were seen to say, as `fit.tsv` records it.
        editions: The months of its editions, each with its length in characters.
        gone: The passages that are gone from the second edition.
        both: How many passages stand in all of them.
    """

    warnings: dict[str, int]
    claims: int
    recorded: int
    editions: dict[str, int]
    gone: tuple[str, ...]
    both: int


KNOWN = {
    "association-of-southeast-asian-nations": Example(
        {"SCOG-W08": 1, "SCOG-W09": 1, "SCOG-W12": 2, "SCOG-W15": 1},
        claims=568,
        recorded=112,
        editions={"2018-11": 1989},
        gone=(),
        both=38,
    ),
    "african-union": Example(
        {"SCOG-W09": 1, "SCOG-W12": 1, "SCOG-W13": 1},
        claims=170,
        recorded=63,
        editions={"2018-11": 1984, "2019-07": 1973},
        gone=("02", "16"),
        both=14,
    ),
    "organization-of-american-states": Example(
        {"SCOG-W11": 1, "SCOG-W12": 5},
        claims=819,
        recorded=164,
        editions={"2018-11": 1987, "2020-11": 1986},
        gone=("02", "03", "04", "15", "16", "21"),
        both=11,
    ),
}


@pytest.fixture(scope="module", params=KNOWN)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def graph(name: str, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """An example as others have it: without the texts."""
    folder = tmp_path_factory.mktemp("examples") / name
    shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns("texts", "dist"))
    return Project.open(folder).load()


def test_each_example_is_tried() -> None:
    assert sorted(KNOWN) == sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())


def test_an_example_has_no_error_and_its_words_are_recorded(name: str, graph: Graph) -> None:
    report, known = graph.check(), KNOWN[name]
    own = [one for one in report.findings if not str(one.place).startswith("scograph:")]
    assert Counter(finding.code for finding in own) == known.warnings
    assert report.conforms
    assert report.coverage is not None
    assert report.coverage[0] == report.coverage[1] > 0
    evidence = dict(report.evidence or {})
    assert (report.claims, evidence.get("recorded")) == (known.claims, known.recorded), evidence
    read = [claim for claim in graph.claims if not re.search(NOT_OF_A_PAGE, claim.passage.value)]
    stated = [claim for claim in read if claim.basis == terms.basis("stated")]
    assert len(read) > len(stated) > known.recorded / 2


def test_the_profile_of_an_example_has_editions_of_which_the_beginning_was_read(name: str, graph: Graph) -> None:
    document, known = Document.open(graph.project, "profile"), KNOWN[name]
    newest = document.newest
    assert newest is not None
    assert (newest.follows is not None) == (len(known.editions) > 1)
    months = {one.last_updated.value: one.length for one in document.editions if one.last_updated}
    assert months == known.editions
    assert {one.extent for one in document.editions} == {"beginning"}
    assert newest.retrieved_from.startswith("https://unidir.org/cpp/" if newest.follows else "")
    passages = [span for span in document.spans if not span.is_ignored]
    assert tuple(sorted(span.name for span in passages if span.gone_from)) == known.gone
    assert sum(len(span.stands_in) == len(document.editions) for span in passages) == known.both


def test_an_example_adds_concepts_alone_and_these_are_the_same_everywhere(graph: Graph) -> None:
    added = graph.project.folder / "ontology"
    assert graph.project.settings.uses == "scograph"
    assert [path.name for path in added.iterdir()] == ["headings.ttl"]
    ours = headings(added / "headings.ttl")
    assert len(ours) >= 3
    others = headings(ROOT / "ontology/profile/concepts.ttl")
    for path in EXAMPLES.glob("*/ontology/headings.ttl"):
        others |= headings(path)
    assert ours == {iri: others[iri] for iri in ours}


def headings(path: Path) -> dict[str, str]:
    """What a file says of each heading."""
    parts = re.findall(
        rf"^<({re.escape(SECTION)}[^>]+)>\n(.*?) \.$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return dict(parts)


def test_an_example_is_built_without_the_sentences_of_its_page(name: str, graph: Graph, tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["build", str(graph.project.folder), "-o", str(tmp_path / "dist")])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "dist" / f"{name}.nt").is_file()
    pages = {path.relative_to(tmp_path / "dist").as_posix() for path in (tmp_path / "dist").rglob("*.html")}
    assert {f"id/organisation/{name}.html", "source/profile.html"} <= pages
    front = (tmp_path / "dist/index.html").read_text(encoding="utf-8")
    assert "/ignored/" not in front
    assert "What is here" in front
    assert not [path for path in (tmp_path / "dist").rglob("*") if path.name == "texts"]
    quotations = [one.value for span in Document.open(graph.project, "profile").spans if (one := span.quotation)]
    assert len(quotations) == 1
    assert all(len(words.split()) <= 25 for words in quotations)


# The table of what the pages say.

ANSWERS = ("yes", "no", "not stated", "not yet read", "contradicted")
INVERSE = ("inOrganisation", "isBodyOf", "isPostIn")
"""Properties of which an organisation is the object."""


def cells() -> list[dict[str, str]]:
    with (EXAMPLES / "truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_has_a_cell_for_each_organisation_day_and_row() -> None:
    rows = cells()
    assert len(rows) == len({(row["organisation"], row["day"], row["row"]) for row in rows}) == 102
    assert {row["answer"] for row in rows} <= set(ANSWERS)
    assert Counter(row["answer"] for row in rows) == {"yes": 48, "not yet read": 50, "not stated": 4}
    assert all(bool(row["value"]) == bool(row["first"]) == (row["answer"] == "yes") for row in rows)
    assert all(row["first"] <= row["day"] or row["first"] == "undated" for row in rows if row["day"])


def test_the_examples_are_a_portal_with_the_built_in_project() -> None:
    result = CliRunner().invoke(cli, ["compare", str(EXAMPLES), "-f", "csv"])
    assert result.exit_code == 0, result.output
    rows = [row for row in csv.DictReader(result.stdout.splitlines()) if row["heading"] == "Member States"]
    assert Counter((row["project"], row["status"]) for row in rows) == {
        ("sco", "not-stated"): 1,
        ("african-union", "not-yet-read"): 1,
        ("organization-of-american-states", "stated"): 35,
        ("association-of-southeast-asian-nations", "not-yet-read"): 1,
    }


def test_the_examples_say_what_the_table_says(name: str, graph: Graph) -> None:
    organisation = f"https://example.org/{name}/id/organisation/{name}"
    own = [row for row in cells() if row["organisation"] == organisation]
    assert len(own) == 32
    comparing = Comparing(graph)
    for row in own:
        assert compared(comparing, row) == (row["answer"], names_in(row)), row


def test_the_built_in_profile_says_what_the_table_says() -> None:
    own = [row for row in cells() if row["organisation"].endswith("/sco")]
    assert len(own) == 6
    comparing = Comparing(Project.builtin().load())
    for row in own:
        answer, values = compared(comparing, row)
        assert (answer, names_in(row) <= values) == (row["answer"], True), row


SAID_AS = {
    Status.STATED: "yes",
    Status.DENIED: "no",
    Status.CONTRADICTED: "contradicted",
    Status.NOT_STATED: "not stated",
    Status.NOT_READ: "not yet read",
}


def names_in(row: dict[str, str]) -> set[str]:
    return set(filter(None, row["value"].split(" | ")))


def compared(comparing: Comparing, row: dict[str, str]) -> tuple[str, set[str]]:
    """What a comparison has in a cell: its answer, and the names or values that the profile prints."""
    is_inverse = row["row"].rpartition("#")[2] in INVERSE
    heading = Row((), (comparing.term(f"{'^' if is_inverse else ''}{row['row']}"),))
    columns = comparing.columns([NamedNode(row["organisation"])], row["day"])
    cell = comparing.compare(columns, [heading], row["day"]).cells[0][0]
    return SAID_AS[cell.status], {printed_name(comparing.graph, fact.thing) for fact in cell.facts}


def printed_name(graph: PlainGraph, thing: Term) -> str:
    """A value, or the name of a thing as the profile prints it."""
    if isinstance(thing, Literal):
        return thing.value
    names = [
        claim.triple.object
        for claim in graph.claims
        if claim.triple.subject == thing
        and claim.triple.predicate in NAMES
        and re.search(PROFILES, claim.passage.value)
    ]
    known = [one.object for one in graph.describing(thing) if one.predicate == terms.LABEL]
    return next(name.value for name in (*names, *known) if isinstance(name, Literal) and name.language == "en")
