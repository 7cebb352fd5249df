"""Every code has a page: what it finds, why it is wrong, an example of wrong and right."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat, parse

from built_in import built_in_graph
from scograph.checks import CHECKS, Check
from scograph.checks.owl_lite import RULES
from scograph.checks.shacl.components import COMPONENTS
from scograph.cli import cli
from scograph.explain import codes_of, pages
from scograph.explain.examples import EXAMPLES, NO_EXAMPLE, OF_COMPONENTS
from scograph.explain.page import Page
from scograph.terms import WELL_KNOWN_PREFIXES

SOURCE = Path(__file__).parents[1] / "src" / "scograph"
PREFIXES = {**WELL_KNOWN_PREFIXES, "ex": "https://example.org/"}


@functools.cache
def all_pages() -> Mapping[str, Page]:
    return pages(built_in_graph())


def explain(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["explain", *arguments], prog_name="scograph", catch_exceptions=False)
    return result.exit_code, result.output


def test_every_code_of_the_code_has_a_page() -> None:
    """The codes are read off the source: whatever a finding is made with. Those of probe are lines of its checklist."""
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("*.py")) if path.parent.name != "probe"
    )
    codes = set(re.findall(r'"([A-Z]\d\d)"', text))
    codes |= {"syntax", "shapes", "rule", "engines", "dropped", "sh:sparql"} | {rule.code for rule in RULES}
    codes |= {
        f"sh:{component.parameters[0]}" for component in COMPONENTS if component.name != "PropertyConstraintComponent"
    }
    assert len(codes) > 60
    assert sorted(codes - all_pages().keys()) == []


def test_every_code_that_the_built_in_project_can_give_has_a_page() -> None:
    found = {finding.code for finding in built_in_graph().check().findings}
    assert found <= all_pages().keys()
    assert len(all_pages()) > 300


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_names_its_codes_in_its_docstring(check: Check) -> None:
    codes = codes_of(check.run)
    assert all(finds and code in EXAMPLES for code, finds in codes.items())


@pytest.mark.parametrize("code", sorted(all_pages()))
def test_a_page_says_what_why_and_shows_wrong_and_right(code: str) -> None:
    page = all_pages()[code]
    assert page.finds
    assert page.why
    assert page.wrong
    assert page.right
    assert page.wrong != page.right
    assert (page.wrong, page.right) != NO_EXAMPLE
    text = "\n".join(page.text())
    assert text.startswith(code)
    assert "\nwrong:\n    " in text
    assert "\nright:\n    " in text


@pytest.mark.parametrize("code", sorted(code for code in all_pages() if code.startswith(("SCOG-", "sh:"))))
def test_examples_in_turtle_parse(code: str) -> None:
    head = "@base <https://example.org/base/> .\n" + "".join(
        f"@prefix {p}: <{n}> .\n" for p, n in known_prefixes().items()
    )
    for example in (all_pages()[code].wrong, all_pages()[code].right):
        if example.endswith(" .") and "…" not in example and ", " not in re.sub(r'"[^"]*"', "", example):
            assert list(parse((head + example).encode(), RdfFormat.TURTLE))


@functools.cache
def known_prefixes() -> dict[str, str]:
    return {**PREFIXES, **built_in_graph().prefixes}


def test_the_command_prints_a_page_whatever_the_case_and_lists_them_all() -> None:
    code, text = explain("r01")
    assert code == 0
    assert text.startswith("R01: an undeclared term\n\n")
    assert '    <x> ex:metingDay "Tuesday" .\n' in text
    code, listed = explain()
    assert code == 0
    assert len(listed.splitlines()) == len(all_pages())
    assert explain("SCOG-I99")[0] == 2
    assert explain("sh:minCuont") == (2, "error: nothing has the code 'sh:minCuont'\nhint: did you mean sh:minCount?\n")


def test_no_example_is_of_a_code_that_there_is_not() -> None:
    assert EXAMPLES.keys() <= all_pages().keys()
    assert {f"sh:{name}" for name in OF_COMPONENTS} <= all_pages().keys()
