"""A new project checks and builds as it stands, whatever it is called."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from scograph import Project
from scograph.cli import cli
from scograph.errors import UsageError
from scograph.starter_project import Answers, create_project

RIVERS = Answers("rivers", "Rivers", "https://example.org/rivers/", "en", "Notes", "https://example.org/notes")


def scograph(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, arguments, input=stdin, prog_name="scograph")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    "answers",
    [
        RIVERS,
        Answers(
            "my-graph-2", 'A "quoted" \\ title\nof two lines', "http://e.org/", "zh-Hant", "源", "http://e.org/?a=b&c#d"
        ),
    ],
)
def test_a_new_project_has_no_finding_and_builds(answers: Answers, tmp_path: Path) -> None:
    written = create_project(tmp_path / "new", answers)
    assert len(written) == 10
    report = Project.open(tmp_path / "new").load().check()
    assert report.findings == ()
    assert report.claims == 3
    code, _, _ = scograph("build", str(tmp_path / "new"), "-o", str(tmp_path / "dist"))
    assert code == 0
    assert (tmp_path / "dist" / f"{answers.name}.nt").is_file()


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
        ({"source_url": "ftp://example.org/"}, "is no web address"),
    ],
)
def test_an_unfit_answer_is_refused_and_nothing_is_written(
    changed: dict[str, str], message: str, tmp_path: Path
) -> None:
    fields = {name: getattr(RIVERS, name) for name in Answers.__dataclass_fields__}
    with pytest.raises(UsageError, match=message):
        create_project(tmp_path / "new", Answers(**{**fields, **changed}))
    assert not (tmp_path / "new").exists()


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not empty"):
        create_project(tmp_path, RIVERS)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
