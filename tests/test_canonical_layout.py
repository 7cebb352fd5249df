"""Every Turtle file of the project is in the one layout, and `scograph fmt` puts it there."""

from __future__ import annotations

import pytest

from scograph import Project
from scograph.formats import RDF_FORMATS_BY_NAME
from scograph.parse import parse_rdf
from scograph.project import builtin_folder
from scograph.serialise.formatted import formatted
from scograph.serialise.turtle import turtle

ROOT = builtin_folder()
FOLDERS = ("ontology", "shapes", "data")
FILES = tuple(
    path.relative_to(ROOT).as_posix() for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.ttl"))
)


def test_every_folder_has_files_that_are_laid_out() -> None:
    assert {name.partition("/")[0] for name in FILES} == set(FOLDERS)
    project = Project.builtin()
    parsed = (*project.ontology_files(), *project.shapes_files(), *project.data_files())
    assert set(FILES) == {project.relative(path) for path in parsed}


@pytest.mark.parametrize("name", FILES)
def test_a_turtle_file_is_in_the_canonical_layout(name: str) -> None:
    data = (ROOT / name).read_bytes()
    assert data.decode() == formatted(data, path=name), f"run scograph fmt {name}, and look at the difference"


@pytest.mark.parametrize("name", FILES)
def test_the_layout_is_the_one_that_the_tool_writes(name: str) -> None:
    data = (ROOT / name).read_bytes()
    parsed = parse_rdf(data, RDF_FORMATS_BY_NAME["ttl"], name)
    without_comments = b"".join(line for line in data.splitlines(keepends=True) if not line.startswith(b"#"))
    assert without_comments.decode().lstrip("\n") == b"".join(turtle(parsed.quads, parsed.prefixes)).decode()
