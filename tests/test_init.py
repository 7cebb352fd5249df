"""A new project checks and builds as it stands, whatever it is called."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from rights import as_anybody, can_be_refused
from scograph import Project, starter_project
from scograph.cli import cli
from scograph.errors import InputError, UsageError
from scograph.starter_project import Answers, create_project

RIVERS = Answers("rivers", "Rivers", "https://example.org/rivers/", "en", "Notes", "https://example.org/notes")


def scograph(*arguments: str, stdin: str | bytes = "") -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, arguments, input=stdin, prog_name="scograph")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    "answers",
    [
        RIVERS,
        Answers("my-graph-2", 'A "quoted" \\ title $name', "http://e.org/", "zh-Hant", "源", "http://e.org/?a=b&c#d"),
    ],
)
def test_a_new_project_has_no_finding_and_builds(answers: Answers, tmp_path: Path) -> None:
    written = create_project(tmp_path / "new", answers)
    assert len(written) == 11
    assert {"/dist/", "/texts/"} <= set((tmp_path / "new/.gitignore").read_text().splitlines())
    report = Project.open(tmp_path / "new").load().check()
    assert report.findings == ()
    assert report.claims == 3
    code, _, _ = scograph("build", str(tmp_path / "new"), "-o", str(tmp_path / "dist"))
    assert code == 0
    assert (tmp_path / "dist" / f"{answers.name}.nt").is_file()


@pytest.mark.parametrize("uses", ["", "scograph", "sco"])
def test_the_files_of_a_new_project_are_laid_out_as_fmt_does(uses: str, tmp_path: Path) -> None:
    create_project(tmp_path / "new", replace(RIVERS, uses=uses))
    code, out, _ = scograph("fmt", "--check", str(tmp_path / "new"))
    assert (code, out) == (0, "")


def test_the_question_of_a_new_project_settles_its_order_whatever_is_added(tmp_path: Path) -> None:
    create_project(tmp_path / "new", RIVERS)
    file = tmp_path / "new/data/notes/01-first-item.ttl"
    text = file.read_text(encoding="utf-8")
    more = ', "Первый предмет"@ru, "Item one"@en'
    file.write_text(text.replace('rdfs:label "First item"@en', f'rdfs:label "First item"@en{more}'), encoding="utf-8")
    codes = [finding.code for finding in Project.open(tmp_path / "new").load().check().findings]
    assert "Q03" in codes, "the new rows are found"
    assert "Q05" not in codes, "the order is not the user's to mend"


def test_what_is_not_given_is_asked_for(tmp_path: Path) -> None:
    asked = "Rivers\nhttps://example.org/rivers/\nNotes\nhttps://example.org/notes\n"
    code, _, err = scograph("init", str(tmp_path / "rivers"), stdin=asked)
    assert code == 0
    assert "next: scograph check" in err
    assert Project.open(tmp_path / "rivers").settings.name == "rivers"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": "Rivers!"}, "the name 'Rivers!' cannot be used"),
        ({"language": "e n"}, "'e n' is no language tag"),
        ({"base": "rivers"}, "the base 'rivers' is no web address"),
        ({"base": "https://example.org/rivers"}, "does not end with /"),
        ({"base": "https://example.org/rivers#"}, "did you mean https://example.org/rivers/"),
        ({"base": "https://example.org/?of=rivers/"}, "does not end with /"),
        ({"base": "https://w3id.org/scograph/"}, "is that of scograph's own terms"),
        ({"source_url": "ftp://example.org/"}, "is no web address"),
        ({"title": "  "}, "the title '  ' cannot be used"),
        ({"title": "Ri\x07vers"}, "the title .* cannot be used"),
        ({"source_title": ""}, "the title of the source '' cannot be used"),
        ({"name": "skos"}, "is a prefix or a file of its own already"),
        ({"name": "shape"}, "is a prefix or a file of its own already"),
        ({"name": "ontology"}, "is a prefix or a file of its own already"),
        ({"name": ""}, "the name '' cannot be used"),
    ],
)
def test_an_unfit_answer_is_refused_and_nothing_is_written(
    changed: dict[str, str], message: str, tmp_path: Path
) -> None:
    fields = {name: getattr(RIVERS, name) for name in Answers.__dataclass_fields__}
    with pytest.raises(UsageError) as raised:
        create_project(tmp_path / "new", Answers(**{**fields, **changed}))
    assert re.search(message, f"{raised.value} {raised.value.hint}")
    assert not (tmp_path / "new").exists()


def test_a_folder_of_any_name_gives_a_project_a_name_and_is_quoted_where_a_shell_needs_it(tmp_path: Path) -> None:
    told = (
        "--title",
        " Реки ",
        "--base",
        "https://example.org/r/",
        "--source-title",
        "N",
        "--source-url",
        "https://e.org",
    )
    for folder, name in (("日本", "graph"), ("My Rivers", "my-rivers")):
        code, _, err = scograph("init", str(tmp_path / folder), *told)
        assert code == 0
        assert Project.open(tmp_path / folder).settings.name == name
        assert 'dcterms:title "Реки"@en' in (tmp_path / folder / "data" / "editorial" / "source.ttl").read_text("utf-8")
    assert err.splitlines()[-1] == f"next: scograph check '{tmp_path / folder}'"


def test_where_nobody_answers_the_prompts_it_is_a_usage_error(tmp_path: Path) -> None:
    code, _, err = scograph("init", str(tmp_path / "rivers"), "--title", "Rivers")
    assert code == 2
    assert err.endswith("Error: not every question was answered: nothing is written; --help lists the options\n")
    assert not (tmp_path / "rivers").exists()


def test_an_answer_that_is_not_utf_8_is_a_usage_error(tmp_path: Path) -> None:
    code, _, err = scograph("init", str(tmp_path / "rivers"), "--title", "Rivers", stdin=b"https://example.org/\xff\n")
    assert code == 2
    assert err.endswith("Error: an answer is not UTF-8: nothing is written: byte 0xFF\n")
    assert not (tmp_path / "rivers").exists()


@pytest.mark.skipif(bool(can_be_refused()), reason=can_be_refused() or "rights can be taken")
def test_a_part_of_the_starter_that_cannot_be_listed_is_not_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starter = Path(shutil.copytree(starter_project.STARTER, tmp_path / "starter"))
    monkeypatch.setattr(starter_project, "STARTER", starter)
    (starter / "ontology").chmod(0o300)
    try:
        with as_anybody(), pytest.raises(InputError, match="starter/ontology: cannot be read: Permission denied"):
            create_project(tmp_path / "new", RIVERS)
    finally:
        (starter / "ontology").chmod(0o700)
    assert not (tmp_path / "new").exists()


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not empty"):
        create_project(tmp_path, RIVERS)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_pages_of_a_new_project_name_kinds_of_sources_and_bases_in_words(tmp_path: Path) -> None:
    create_project(tmp_path / "new", RIVERS)
    assert scograph("build", str(tmp_path / "new"), "-o", str(tmp_path / "dist"))[0] == 0
    pages = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "dist").rglob("*.html")}
    assert len(pages) > 10
    assert not [name for name, text in pages.items() if "<code>https://w3id.org/scograph/concept/" in text]
    assert "secondary source" in pages["sources.html"]
    code, text, _ = scograph("show", "First item", "-p", str(tmp_path / "new"))
    assert (code, "Notes (secondary source), passage 01, first paragraph" in text) == (0, True), text


@pytest.mark.parametrize("like", ["scograph", "builtin", "folder"])
def test_a_project_like_another_uses_its_vocabulary_and_is_clean(like: str, tmp_path: Path) -> None:
    first = tmp_path / "first"
    told = ("--title", "The Union", "--base", "https://example.org/u/", "--source-title", 'Union of "Two"')
    told = (*told, "--source-url", "https://example.org/profile")
    name = {"scograph": "scograph", "builtin": Project.builtin().settings.name, "folder": str(first)}[like]
    if like == "folder":
        assert scograph("init", str(first), "--like", "scograph", *told)[0] == 0
    code, _, err = scograph("init", str(tmp_path / "union"), "--like", name, *told)
    assert (code, err.splitlines()[0]) == (0, f"7 files in {tmp_path / 'union'}/")
    project = Project.open(tmp_path / "union")
    assert project.settings.uses == {"folder": "../first"}.get(like, name)
    assert project.settings.languages == ("en",)
    assert "scograph:ontology/core.ttl" in [project.relative(path) for path in project.ontology_files()]
    assert {finding.code for finding in project.load().check().findings} == {"SCOG-W18"}, "the day is for who read it"
    if like == "builtin":
        code, _, _ = scograph("build", str(tmp_path / "union"), "-o", str(tmp_path / "dist"))
        assert code == 0
        assert (tmp_path / "dist" / "id" / "organisation" / "union.html").is_file()


@pytest.mark.parametrize(
    ("title", "name", "acronym"),
    [
        ("Organization of American States (OAS)", "Organization of American States", "OAS"),
        ("União (ÚÃO)", "União", "ÚÃO"),
        ("Union of the Plain", "Union of the Plain", ""),
        ("Council (Upper House)", "Council (Upper House)", ""),
        ("(OAS)", "(OAS)", ""),
    ],
)
def test_an_acronym_behind_the_name_of_an_organisation_is_no_part_of_it(
    title: str, name: str, acronym: str, tmp_path: Path
) -> None:
    create_project(tmp_path / "union", replace(RIVERS, source_title=title, uses="scograph"))
    project = Project.open(tmp_path / "union")
    graph = project.load()
    file = (tmp_path / "union/data/profile/01-name.ttl").read_text(encoding="utf-8")
    assert f'rdfs:label "{name}"@en' in file
    assert (f'scog:acronym "{acronym}"' in file) == bool(acronym)
    assert [finding.code for finding in graph.check().findings] == ["SCOG-W18"], "retrieved: nobody read it yet"


def test_a_project_like_nothing_that_is_there_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    for like, message in (("unknown", "no vocabulary of that name"), (str(tmp_path), "neither in this project nor")):
        with pytest.raises(UsageError, match=f"--like: .*{message}") as raised:
            create_project(tmp_path / "in" / "new", replace(RIVERS, uses=like))
        assert raised.value.hint
        assert not (tmp_path / "in").exists()
