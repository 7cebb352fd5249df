"""Every Turtle file of the project is in the one layout that the serialiser has; `pytest --renew` puts it there."""

from __future__ import annotations

from itertools import takewhile

import pytest

from scograph import Project
from scograph.model import FORMATS_BY_NAME
from scograph.parse import parse_rdf
from scograph.project import builtin_folder
from scograph.serialise.turtle import turtle

ROOT = builtin_folder()
FOLDERS = ("ontology", "shapes", "data")
FILES = tuple(
    path.relative_to(ROOT).as_posix() for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.ttl"))
)


def laid_out(data: bytes, name: str) -> bytes:
    """The comments at the head of a file, and its triples in the serialiser's layout, with the prefixes it declares."""
    parsed = parse_rdf(data, FORMATS_BY_NAME["ttl"], name)
    assert not parsed.errors
    head = b"".join(takewhile(lambda line: line.startswith(b"#"), data.splitlines(keepends=True)))
    return (head + b"\n" if head else b"") + b"".join(turtle(parsed.quads, parsed.prefixes))


def test_every_folder_has_files_that_are_laid_out() -> None:
    assert {name.partition("/")[0] for name in FILES} == set(FOLDERS)
    project = Project.builtin()
    parsed = (*project.ontology_files(), *project.shapes_files(), *project.data_files())
    assert set(FILES) == {project.relative(path) for path in parsed}


@pytest.mark.parametrize("name", FILES)
def test_a_turtle_file_is_in_the_canonical_layout(name: str, *, renew: bool) -> None:
    path = ROOT / name
    data = path.read_bytes()
    wanted = laid_out(data, name)
    if renew and data != wanted:
        path.write_bytes(wanted)
        data = wanted
    assert data.decode() == wanted.decode(), (
        "run pytest --renew tests/test_canonical_layout.py, and look at the difference"
    )


def test_a_file_out_of_order_is_put_in_order_and_keeps_its_head() -> None:
    untidy = (
        "# What it is.\n# More.\n@prefix ex: <http://example.org/> .\n@prefix no: <http://example.org/no/> .\n"
        "# lost\nex:b ex:p 1 , ex:c; a ex:T .\nex:a ex:p 'x'@en ."
    )
    assert laid_out(untidy.encode(), "untidy.ttl").decode() == (
        "# What it is.\n"
        "# More.\n"
        "\n"
        "@prefix ex: <http://example.org/> .\n"
        "\n"
        "ex:a\n"
        '    ex:p "x"@en .\n'
        "\n"
        "ex:b\n"
        "    a ex:T ;\n"
        "    ex:p ex:c ,\n"
        "        1 .\n"
    )
