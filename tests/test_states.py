"""States are added from the installed table, with the row of it as their source, under one IRI in all projects."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from scograph import Project
from scograph.claims import Claim
from scograph.cli import cli
from scograph.edit import states
from scograph.edit.states import rows_of, table_of_states
from scograph.starter_project import Answers, create_project

UNION = Answers("union", "The Union", "https://example.org/u/", "en", "Union", "https://example.org/p", "scograph")


def scograph(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, arguments, prog_name="scograph")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def union(tmp_path: Path) -> Path:
    create_project(tmp_path / "union", UNION)
    return tmp_path / "union"


def basis(claim: Claim) -> str:
    return str(claim.basis).strip("<>").rpartition("/")[2]


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.ttl")}


def test_the_files_of_more_than_99_states_are_laid_out_as_fmt_does(union: Path) -> None:
    codes = list(table_of_states())[:112]
    assert scograph("states", "add", *codes[:105], "-p", str(union))[0] == 0
    source = union / "data/country-names/source.ttl"
    commented = re.sub("(?m)^(?=<[^>]*/passage/11>)", "# Of the eleventh.\n", source.read_text("utf-8"))
    source.write_text(commented, "utf-8")
    assert scograph("states", "add", *codes[105:], "-p", str(union))[0] == 0
    assert scograph("fmt", "--check", str(union))[:2] == (0, "")
    names = re.findall(r"(?m)^<[^>]*/passage/(\d+)>", source.read_text("utf-8"))
    assert (names == sorted(names), sorted(map(int, names))) == (True, list(range(1, 113)))
    assert "# Of the eleventh.\n<https://example.org/u/source/country-names/passage/11>" in source.read_text("utf-8")


def test_states_come_with_their_source_and_the_graph_conforms(union: Path) -> None:
    before = files(union)
    assert scograph("states", "add", "ken", "--dry-run", "-p", str(union))[0] == 0
    assert files(union) == before, "a dry run writes nothing"
    code, _, err = scograph("states", "add", "ken", "Brasil", "-p", str(union))
    assert code == 0
    assert "no name" not in err
    assert sorted(files(union).keys() - before.keys()) == [
        "data/country-names/01-ken.ttl",
        "data/country-names/02-bra.normalised.ttl",
        "data/country-names/02-bra.ttl",
        "data/country-names/source.ttl",
        "data/editorial/02-publishers-of-tables-of-states.editorial.ttl",
        "data/table-of-states/01-ken.normalised.ttl",
        "data/table-of-states/02-bra.normalised.ttl",
        "data/table-of-states/source.ttl",
    ]
    graph = Project.open(union).load()
    found = graph.check().findings
    assert [one for one in found if str(one.severity) in {"error", "warning"}] == []
    state = "<https://w3id.org/scograph/id/state/ken>"
    of_kenya = [claim for claim in graph.claims if str(claim.triple.subject) == state]
    assert {(str(one.passage), basis(one)) for one in of_kenya} == {
        ("<https://example.org/u/source/country-names/passage/01>", "stated"),
        ("<https://example.org/u/source/table-of-states/passage/01>", "normalised"),
    }
    assert sorted(t.object.value for t in graph.facts if str(t.subject) == state) == sorted(
        [
            "404",
            "KE",
            "KEN",
            "Kenya",
            "Kenya",
            "Kenya",
            "Кения",
            "肯尼亚",
            "كينيا",
            "the Republic of Kenya",
            "http://www.wikidata.org/entity/Q114",
            "https://sws.geonames.org/192950/",
            "https://w3id.org/scograph/ontology#State",
        ]
    )
    code_of_brazil = [claim for claim in graph.claims if claim.triple.object.value == "076"]
    assert [basis(one) for one in code_of_brazil] == ["normalised"], "the taxonomy prints 76"


def test_what_the_table_does_not_name_is_said(union: Path) -> None:
    settings = union / "scograph.toml"
    text = settings.read_text("utf-8").replace('languages = ["en"]', 'languages = ["en", "pt", "zh-Hans"]')
    settings.write_text(text, encoding="utf-8")
    _, _, err = scograph("states", "add", "TWN", "AGO", "-p", str(union))
    assert "note: TWN has no name in any language in the table: add one from a passage that names it\n" in err
    assert "note: AGO has no name in pt in the table: add one from a passage that names it\n" in err
    facts = (union / "data/country-names/01-twn.ttl").read_text("utf-8")
    assert ("rdfs" in facts, 'scog:iso3166Alpha2 "TW"' in facts) == (False, True)


def test_every_state_of_the_table_can_be_added(union: Path) -> None:
    before = len(Project.open(union).load().claims)
    assert scograph("states", "add", *table_of_states(), "-p", str(union))[0] == 0
    graph = Project.open(union).load()
    states = {str(t.subject) for t in graph.facts if t.object.value == "https://w3id.org/scograph/ontology#State"}
    assert (len(states), len(graph.claims) > before + 249 * 8) == (249, True)
    findings = graph.check().findings
    assert [one for one in findings if str(one.severity) == "error"] == []
    without_label = [one for one in findings if one.code == "SCOG-W19"]
    assert len(without_label) == 1, "Taiwan (Province of China) has a name in neither UNTERM nor M49"
    facts = sorted(map(str, (union / "data" / "country-names").glob("[0-9]*.ttl")))
    assert len(facts) == 249 + sum(row.m49.startswith("0") for row in table_of_states().values())
    assert scograph("fmt", "--check", *facts)[0] == 0


def test_what_is_there_is_not_added_again_and_another_state_is_a_minimal_edit(union: Path) -> None:
    assert scograph("states", "add", "KEN", "-p", str(union))[0] == 0
    before = files(union)
    code, _, err = scograph("states", "add", "KEN", "-p", str(union))
    assert (code, err) == (0, "note: KEN is there already\nnothing to change\n")
    assert files(union) == before
    assert scograph("states", "add", "KEN", "BRA", "-p", str(union))[0] == 0
    after = files(union)
    for name in ("country-names", "table-of-states"):
        assert after[f"data/{name}/source.ttl"].startswith(before[f"data/{name}/source.ttl"])
    assert {name: data for name, data in after.items() if name in before and "source.ttl" not in name} == {
        name: data for name, data in before.items() if "source.ttl" not in name
    }
    assert "data/country-names/02-bra.ttl" in after
    assert scograph("fmt", "--check", str(union / "data" / "country-names"))[0] == 0


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("ke", "did you mean KEN?"),
        ("XQQ", "a code of ISO 3166-1"),
        ("KENN", "did you mean"),
        ("Brasilien", "did you mean BRA (Brazil)?"),
        ("Korea", "did you mean KOR (Republic of Korea) or PRK (Democratic People's Republic of Korea)?"),
        ("Atlantis", "a short name that the United Nations use"),
    ],
)
def test_a_state_that_is_not_in_the_table_is_one_message_and_nothing_is_written(
    code: str, hint: str, union: Path
) -> None:
    before = files(union)
    exit_code, _, err = scograph("states", "add", "BRA", code, "-p", str(union))
    assert exit_code == 2
    assert f"the table of states has no '{code}'" in err
    assert hint in err
    assert files(union) == before


def test_a_project_without_a_uri_space_is_told_so(union: Path) -> None:
    path = union / "data" / "editorial" / "source.ttl"
    path.write_text(re.sub(r"    void:uriSpace .*\n", "", path.read_text("utf-8")), encoding="utf-8")
    code, _, err = scograph("states", "add", "BRA", "-p", str(union))
    assert (code, "states no void:uriSpace" in err) == (2, True)


def test_a_state_has_one_iri_in_all_projects(tmp_path: Path) -> None:
    for name in ("one", "two"):
        create_project(tmp_path / name, replace(UNION, name=name, base=f"https://example.org/{name}/"))
        assert scograph("states", "add", "BRA", "-p", str(tmp_path / name))[0] == 0
    facts = [(tmp_path / name / "data/country-names/01-bra.ttl").read_bytes() for name in ("one", "two")]
    assert facts[0] == facts[1]


def test_the_table_has_every_code_once_and_agrees_with_the_names() -> None:
    table = table_of_states()
    assert len(table) == 249
    assert len({row.alpha2 for row in table.values()}) == len({row.m49 for row in table.values()}) == len(table)
    names = Path(states.__file__).with_name(states.NAMES)
    with names.open(encoding="utf-8", newline="") as file:
        printed = {row["alpha3"]: row for row in csv.DictReader(file)}
    assert {code: (row["alpha2"], row["m49"].zfill(3)) for code, row in printed.items()} == {
        code: (row.alpha2, row.m49) for code, row in table.items()
    }
    assert not any(character in name for row in printed.values() for name in row.values() for character in '"\\\n')


def test_names_are_in_six_languages_and_each_is_that_of_one_state() -> None:
    named = [row for row in table_of_states().values() if row.names]
    assert len(named) == 248
    assert {tuple(tag for tag, _ in row.names) for row in named} == {("ar", "en", "es", "fr", "ru", "zh")}
    told = [(name, row) for row in named for _, name in row.names]
    assert len(told) == 1488
    assert [name for name, row in told if rows_of([name.upper()]) != [row]] == []


def test_names_agree_with_those_of_the_built_in_project() -> None:
    labels: dict[str, set[tuple[str, str]]] = {}
    for one in Project.builtin().load().facts:
        if one.predicate.value == "http://www.w3.org/2000/01/rdf-schema#label":
            labels.setdefault(one.subject.value, set()).add((one.object.language, one.object.value))
    compared = [row for row in table_of_states().values() if row.iri in labels]
    assert len(compared) >= 27
    apart = {row.alpha3: set(row.names) - labels[row.iri] for row in compared}
    assert {code: names for code, names in apart.items() if names} == {"TUR": {("es", "Türkiye"), ("fr", "Türkiye")}}
