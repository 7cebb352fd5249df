"""Messages of a check name all there is: each value where there are too many, each row, examples that conform."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scograph.checks import check_graph
from scograph.checks.run import CheckOptions
from scograph.explain import page_of
from scograph.graph import load_graph
from scograph.project import Project

SMALL = Path(__file__).parent / "projects" / "small"
NOTES = "data/notes"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


def put(project: Path, path: str, old: str, new: str) -> None:
    text = (project / path).read_text(encoding="utf-8")
    assert text.count(old) == 1, (old, text.count(old))
    (project / path).write_text(text.replace(old, new), encoding="utf-8")


def found(project: Path, code: str) -> list[list[str]]:
    """The first lines of the findings of a code, each with its reasons."""
    findings = check_graph(load_graph(Project.open(project))).report.findings
    return [[str(one).splitlines()[0], *one.reasons()] for one in findings if one.code == code]


def test_of_two_values_where_one_may_be_each_is_named_with_its_place(project: Path) -> None:
    (project / NOTES / "05-another.interpreted.ttl").write_text(
        "@prefix chess: <https://example.org/chess/ontology#> .\n"
        "<https://example.org/chess/id/placing/spring-open-1998-1>\n"
        "    chess:hasPlayer <https://example.org/chess/id/player/bo-berg> .\n",
        encoding="utf-8",
    )
    first, second = f"{NOTES}/05-another.interpreted.ttl:3:21", f"{NOTES}/05-winner.ttl:6:21"
    assert found(project, "CHESS-P1") == [
        [
            f"{second}: error CHESS-P1 a placing is that of one player",
            f"because {first}: hasPlayer is <https://example.org/chess/id/player/bo-berg>",
            f"because {second}: hasPlayer is <https://example.org/chess/id/player/zoe-lind>",
        ]
    ]


def test_of_two_labels_of_one_language_each_is_named_with_its_place(project: Path) -> None:
    (project / NOTES / "05-another.interpreted.ttl").write_text(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        '<https://example.org/chess/id/club/millbrook> rdfs:label "Chess in Millbrook"@en .\n',
        encoding="utf-8",
    )
    ((_, *reasons),) = found(project, "CHESS-N1")
    assert sorted(reasons) == [
        f"because {NOTES}/01-club.ttl:6:16: label is 'Millbrook Chess Club' with the language en",
        f"because {NOTES}/05-another.interpreted.ttl:2:58: label is 'Chess in Millbrook' with the language en",
    ]


def test_one_value_alone_has_no_others_beside_it(project: Path) -> None:
    put(project, f"{NOTES}/05-winner.ttl", "a chess:Placing ;", "a chess:Placing , chess:Club ;")
    ((_, *reasons),) = found(project, "CHESS-N1")
    assert reasons == []


@pytest.mark.parametrize("is_every", [False, True])
def test_all_rows_by_which_an_answer_differs_are_written_if_asked_for(project: Path, *, is_every: bool) -> None:
    answers = next((project / "ontology" / "questions").glob("01-*.csv"))
    head, *rows = answers.read_text(encoding="utf-8").splitlines()
    more = [f"{number},Nobody {number}" for number in range(10, 30)]
    answers.write_text("\n".join([head, *rows, *more]) + "\n", encoding="utf-8")
    checked = check_graph(load_graph(Project.open(project)), CheckOptions(shows_every_row=is_every))
    (message,) = [one.message for one in checked.report.findings if one.code == "Q03"]
    assert message.count("- expected") == (20 if is_every else 6)
    assert ("- expected and 15 more; scograph check --all shows them" in message) is not is_every


def test_what_a_check_rejects_is_not_explained_as_right(project: Path) -> None:
    (project / "shapes" / "names.ttl").write_text(
        "@prefix chess: <https://example.org/chess/ontology#> .\n"
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "@prefix x: <https://example.org/shapes#> .\n"
        "x:Club a sh:NodeShape ; sh:targetClass chess:Club ; sh:pattern '^https://example.net/club/[a-z]+$' ;\n"
        "    sh:message 'CHESS-X1: a club is named otherwise'@en .\n",
        encoding="utf-8",
    )
    assert len(found(project, "CHESS-X1")) == 1
    page = page_of(load_graph(Project.open(project)), "CHESS-X1")
    assert page.right == "<x> a chess:Club , where <x> has the pattern ^https://example.net/club/[a-z]+$"
    (project / "shapes" / "names.ttl").write_text(
        (project / "shapes" / "names.ttl").read_text(encoding="utf-8").replace("example.net/club", "example.org/.*"),
        encoding="utf-8",
    )
    page = page_of(load_graph(Project.open(project)), "CHESS-X1")
    assert page.right == "<https://example.org/chess/id/club/millbrook> a chess:Club ."


def test_a_value_that_a_check_rejects_is_not_explained_as_right(project: Path) -> None:
    (project / "shapes" / "ranks.ttl").write_text(
        "@prefix chess: <https://example.org/chess/ontology#> .\n"
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "@prefix x: <https://example.org/shapes#> .\n"
        "x:Placing a sh:NodeShape ; sh:targetClass chess:Placing ; sh:property x:rank .\n"
        "x:rank a sh:PropertyShape ; sh:path chess:rank ; sh:in ( 7 8 ) ; sh:message 'CHESS-X2: another rank'@en .\n",
        encoding="utf-8",
    )
    assert len(found(project, "CHESS-X2")) == 2
    page = page_of(load_graph(Project.open(project)), "CHESS-X2")
    assert page.right == "<x> a chess:Placing ; chess:rank 7 ."
    put(project, "shapes/ranks.ttl", "( 7 8 )", "( 2 8 )")
    page = page_of(load_graph(Project.open(project)), "CHESS-X2")
    assert page.right == "<x> a chess:Placing ; chess:rank 2 ."
