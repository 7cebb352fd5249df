"""The examples in the docstrings of the public Python API run, and print what they show."""

from __future__ import annotations

import doctest
import inspect
import os
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
PUBLIC: dict[str, object] = runpy.run_path(str(DOCS / "generate.py"))["public_names"]()
FLAGS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL


def examples(name: str, documented: object) -> doctest.DocTest:
    """The examples of one docstring."""
    text = inspect.getdoc(documented) or ""
    return doctest.DocTestParser().get_doctest(text, {}, name, None, 0)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path) -> Iterator[None]:
    """Examples write their files where they run."""
    before = Path.cwd()
    os.chdir(tmp_path)
    yield
    os.chdir(before)


@pytest.mark.parametrize("name", PUBLIC)
def test_each_public_name_has_an_example_that_prints_what_it_shows(name: str) -> None:
    test = examples(name, PUBLIC[name])
    assert any(example.want for example in test.examples), f"{name} has no example"
    printed: list[str] = []
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    failed, tried = runner.run(test, out=printed.append)
    assert (failed, tried) == (0, len(test.examples)), "".join(printed)


def test_all_public_names_are_collected() -> None:
    assert len(PUBLIC) == 61
    assert {"scograph.Project", "scograph.Graph.query", "scograph.validate", "scograph.errors.InputError"} <= {*PUBLIC}
