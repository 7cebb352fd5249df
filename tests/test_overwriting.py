"""No command replaces a file that it reads by what it makes of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from scograph.cli import cli
from scograph.cli.options import InputPath

SMALL = Path(__file__).parent / "projects" / "small"
REFUSED = "is an input of this command, which -o would replace"


def run(*arguments: str) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(cli, arguments, prog_name="scograph")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small project, which is the folder one stands in, with files and folders to read."""
    shutil.copytree(SMALL, tmp_path / "small")
    monkeypatch.chdir(tmp_path / "small")
    Path("a.nt").write_text("<urn:a> <urn:b> <urn:c> .\n", encoding="utf-8")
    Path("s.ttl").write_text("<urn:s> a <urn:Shape> .\n", encoding="utf-8")
    Path("q.rq").write_text("ASK {}\n", encoding="utf-8")
    Path("context.json").write_text('{"@context": {}}\n', encoding="utf-8")
    return tmp_path / "small"


def facts(project: Path) -> str:
    """A file of the project's facts."""
    return str(next((project / "data").rglob("*.ttl")).relative_to(project))


CALLS: dict[str, tuple[tuple[str, ...], str]] = {
    "export of a file": (("export", "-f", "nt", "a.nt"), "a.nt"),
    "export of a project": (("export", "-f", "nt"), "FACTS"),
    "export of a named project": (("export", "-f", "nt", "."), "FACTS"),
    "export with a context": (("export", "-f", "jsonld", "--context", "context.json", "a.nt"), "context.json"),
    "export as tables": (("export", "-f", "csv", "a.zip.nt"), "a.zip.nt"),
    "hash of a file": (("hash", "a.nt"), "a.nt"),
    "hash of a project": (("hash",), "FACTS"),
    "query of files": (("query", "--data", "a.nt", "ASK {}"), "a.nt"),
    "query in a file": (("query", "q.rq"), "q.rq"),
    "query of a project": (("query", "ASK {}", "-p", "."), "FACTS"),
    "diff, one side": (("diff", "a.nt", "s.ttl"), "a.nt"),
    "diff, other side": (("diff", "a.nt", "s.ttl"), "s.ttl"),
    "diff with the project here": (("diff", "a.nt"), "FACTS"),
    "check of a project": (("check",), "FACTS"),
    "check of data": (("check", "a.nt", "-s", "s.ttl"), "a.nt"),
    "check by shapes": (("check", "a.nt", "-s", "s.ttl"), "s.ttl"),
    "coverage": (("coverage",), "FACTS"),
    "links": (("links",), "FACTS"),
    "show": (("show", "scog:Claim"), "FACTS"),
    "why": (("why", "scograph:dataset"), "FACTS"),
    "verify": (("verify", "dist"), "dist/sco.nt"),
    "feed": (("feed", "releases"), "releases/1.0.0/manifest.json"),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("link", ["itself", "symbolic link", "hard link"])
def test_an_output_that_is_an_input_is_refused_through_links_too(name: str, link: str, project: Path) -> None:
    arguments, target = CALLS[name]
    path = Path(facts(project) if target == "FACTS" else target)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text("<urn:a> <urn:b> <urn:c> .\n", encoding="utf-8")
    output = path
    if link != "itself":
        output = Path("link")
        output.symlink_to(path) if link == "symbolic link" else output.hardlink_to(path)
    before = path.read_bytes()
    done = run(*arguments, "-o", str(output))
    assert (done.exit_code, REFUSED in done.stderr) == (2, True), done.output
    assert path.read_bytes() == before


def test_standard_input_is_an_input(project: Path) -> None:
    program = str(Path(sys.executable).with_name("scograph"))
    with Path("a.nt").open("rb") as file:
        command = [program, "export", "-f", "ttl", "--from", "nt", "-", "-o", "a.nt"]
        done = subprocess.run(command, stdin=file, capture_output=True, text=True, check=False)
    assert (done.returncode, REFUSED in done.stderr) == (2, True)
    assert Path("a.nt").read_text(encoding="utf-8") == "<urn:a> <urn:b> <urn:c> .\n"
    assert project.is_dir()


def test_what_lies_beside_the_inputs_is_replaced(project: Path) -> None:
    for arguments, output in (
        (("export", "-f", "nt"), "dist/graph.nt"),
        (("export", "-f", "nt", "a.nt"), facts(project)),
        (("query", "--data", "a.nt", "ASK {}"), facts(project)),
    ):
        Path(output).parent.mkdir(exist_ok=True)
        Path(output).write_text("old\n", encoding="utf-8")
        done = run(*arguments, "-o", output)
        assert done.exit_code == 0, done.output
        assert Path(output).read_text(encoding="utf-8") != "old\n"
    assert run("export", "-f", "nt", "a.nt", "-o", os.devnull).exit_code == 0


AMONG_INPUTS = {
    "export": ("export", "-f", "nt", "-o"),
    "export of a named project": ("export", "-f", "nt", ".", "-o"),
    "export as tables": ("export", "-f", "csv", "-o"),
    "hash": ("hash", "-o"),
    "query": ("query", "ASK {}", "-o"),
    "diff": ("diff", "a.nt", "-o"),
    "check": ("check", "-o"),
    "check with a baseline": ("check", "--write-baseline"),
    "coverage": ("coverage", "-o"),
    "links": ("links", "-o"),
    "list": ("list", "-o"),
    "show": ("show", "scog:Claim", "-o"),
    "why": ("why", "scograph:dataset", "-o"),
    "build": ("build", "-o"),
    "release": ("release", "1.0.0", "-o"),
    "load": ("load",),
    "serve": ("serve", ".", "--log"),
    "serve with a record": ("serve", ".", "--remember"),
}


def listing() -> list[str]:
    """What is in the current folder."""
    return sorted(str(path) for path in Path().rglob("*"))


@pytest.mark.parametrize("name", AMONG_INPUTS)
@pytest.mark.parametrize("folder", ["data", "ontology", "shapes", "templates"])
def test_an_output_in_a_folder_that_is_read_is_refused(name: str, folder: str, project: Path) -> None:
    Path("templates").mkdir()
    before = listing()
    done = run(*AMONG_INPUTS[name], f"{folder}/new/x")
    assert (done.exit_code, done.stderr.count(f"lies in {folder}/, which is read as input")) == (2, 1), done.output
    assert listing() == before
    itself = run(*AMONG_INPUTS[name], folder)
    said = "lies in" if name == "release" else "is a folder"
    assert (itself.exit_code, itself.stderr.count(f" {said} ")) == (2, 1), itself.output
    Path("link").symlink_to(folder)
    assert run(*AMONG_INPUTS[name], "link/x").exit_code == 2
    assert project.is_dir()


@pytest.mark.parametrize("name", ["export", "hash", "query", "check", "list"])
def test_an_rdf_file_among_those_that_are_all_read_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.nt").write_text("<urn:a> <urn:b> <urn:c> .\n", encoding="utf-8")
    done = run(*AMONG_INPUTS[name], "b.nt")
    assert done.exit_code == 2, done.output
    assert (
        "b.nt lies in a folder whose RDF files are all read as input\nhint: name a place outside of it" in done.stderr
    )
    assert listing() == ["a.nt"]
    assert "lies in" not in run(*AMONG_INPUTS[name], "b.txt").stderr
    assert run("export", "-f", "nt", "a.nt", "-o", "c.nt").exit_code == 0


def test_what_a_command_makes_for_the_project_is_written_again_and_again(project: Path) -> None:
    """The context and the answers lie where the check compares them."""
    for _ in range(2):
        assert run("export", "-f", "context", "-o", "ontology/context.jsonld").exit_code == 0
        done = run("query", "ASK {}", "-f", "csv", "-o", "ontology/questions/90-new.csv")
        assert done.exit_code == 0, done.output
    assert run("export", "-f", "nt", "-o", "ontology/context.jsonld").exit_code == 2
    assert run("query", "ASK {}", "-f", "csv", "-o", "ontology/90-new.csv").exit_code == 2
    assert project.is_dir()


def test_each_command_that_writes_a_file_says_what_it_reads() -> None:
    asked = {"probe"}  # it reads a site
    for name, command in cli.all().items():
        options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
        writes = any("-o" in option.opts and option.metavar == "FILE" for option in options)
        reads = any(isinstance(parameter.type, InputPath) for parameter in command.params)
        assert reads or not writes or name in asked, name
    assert len(CALLS) >= 20


@pytest.mark.parametrize("length", [300, 5000])
def test_a_query_that_is_longer_than_a_path_may_be_is_written_to_a_file(length: int, tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text("<urn:a> <urn:b> <urn:c> .\n", encoding="utf-8")
    query = f"SELECT ?s {{ ?s ?p ?o FILTER(STRLEN('{'x' * length}') > 1) }}"
    output = tmp_path / "answer.csv"
    result = CliRunner().invoke(cli, ["query", query, "--data", str(tmp_path / "a.nt"), "-f", "csv", "-o", str(output)])
    assert result.exit_code == 0, result.output
    assert output.read_text("utf-8").split() == ["s", "urn:a"]
