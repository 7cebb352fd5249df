"""Findings for people: IRIs shortened wherever they stand, and no literal longer than is read."""

from __future__ import annotations

import pytest

from scograph.model import Finding, Severity
from scograph.reports.text import MAX_LITERAL_LENGTH, Style, finding_text

PREFIXES = {"ex": "https://example.org/"}
XSD = "http://www.w3.org/2001/XMLSchema#"

SHOWN = [
    ("https://example.org/a", "ex:a"),
    ("<https://example.org/a>", "ex:a"),
    ("<https://elsewhere.example/a>", "<https://elsewhere.example/a>"),
    ("(<https://example.org/a>|^<https://elsewhere.example/b>)", "(ex:a|^<https://elsewhere.example/b>)"),
    (f'"1998-04-31"^^<{XSD}date>', '"1998-04-31"^^xsd:date'),
    ('"see <https://example.org/a>"@en', '"see <https://example.org/a>"@en'),
    ('"https://example.org/a"', '"https://example.org/a"'),
    ("_:b0", "_:b0"),
    (f'"{"9" * 5000}"^^<{XSD}integer>', f'"{"9" * (MAX_LITERAL_LENGTH - 1)}…"^^xsd:integer'),
]


@pytest.mark.parametrize(("value", "shown"), SHOWN)
def test_what_a_finding_is_about_is_shortened_and_nothing_inside_a_text_is(value: str, shown: str) -> None:
    finding = Finding(Severity.WARNING, "X", "message", value=value)
    assert finding_text(finding, Style(prefixes=PREFIXES)) == f"warning X message\n  at: {shown}"


def test_a_prefix_of_the_project_goes_before_the_usual_one() -> None:
    finding = Finding(Severity.WARNING, "X", "message", focus=f"{XSD}date")
    assert finding_text(finding, Style(prefixes={"sch": XSD})) == "warning X message\n  at: sch:date"
    assert (
        finding_text(finding, Style(prefixes={"xsd": "https://example.org/"})) == f"warning X message\n  at: {XSD}date"
    )
