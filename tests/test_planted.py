"""Kinds of single faults in facts: each is found at its line by a rule, without the answers of questions."""

from __future__ import annotations

from pathlib import Path

import pytest

from planted import Fault, copied, faults, found_at, found_in
from scograph.model import Finding, Severity

FAULTS = faults()


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Finding]]:
    """A copy with all faults in it, which are about different things, and what is found there."""
    folder = copied(tmp_path_factory.mktemp("planted"))
    for fault in FAULTS:
        fault.plant(folder)
    return folder, found_in(folder)


def test_the_kinds_are_as_many_as_were_named() -> None:
    assert len(FAULTS) == len({fault.kind for fault in FAULTS}) == 41
    assert sum(fault.is_fit for fault in FAULTS) == 3


def test_the_copy_without_faults_has_none_of_these_findings(tmp_path: Path) -> None:
    codes = {fault.code for fault in FAULTS if not fault.is_fit}
    found = [finding for finding in found_in(copied(tmp_path)) if finding.severity is Severity.ERROR]
    assert [str(finding) for finding in found] == []
    assert codes & {finding.code for finding in found_in(tmp_path)} == set()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.kind)
def test_a_fault_is_found_at_its_line(fault: Fault, planted: tuple[Path, list[Finding]]) -> None:
    folder, findings = planted
    place = fault.place(folder)
    assert fault.code in found_at(findings, place)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.kind)
def test_a_finding_points_at_what_was_planted(fault: Fault, planted: tuple[Path, list[Finding]]) -> None:
    folder, findings = planted
    path, number = fault.place(folder)
    line = (folder / path).read_text(encoding="utf-8").splitlines()[number - 1]
    start = line.index(fault.at)
    for finding in findings:
        place = finding.place
        if finding.code == fault.code and place and (place.path, place.line) == (path, number):
            assert place.column is not None
            assert place.column - 1 < start + len(fault.at)
            assert place.column - 1 + (place.length or 0) > start


def test_a_rule_names_the_other_statement_with_its_place(planted: tuple[Path, list[Finding]]) -> None:
    folder, findings = planted
    (found,) = [one for one in findings if one.code == "SCOG-R09"]
    assert found.message == "a status holds on 1999-06-15, before the founding on 2001-06-15"
    (other,) = found.details
    assert other.message == "establishedOn of <https://w3id.org/scograph/id/organisation/sco> is 2001-06-15"
    assert other.place is not None
    assert other.place.line is not None
    lines = (folder / other.place.path).read_text(encoding="utf-8").splitlines()
    assert 'scog:establishedOn "2001-06-15"' in lines[other.place.line - 1]


def test_a_total_is_held_against_the_memberships_of_its_day(planted: tuple[Path, list[Finding]]) -> None:
    _, findings = planted
    expected = {
        "the source counts 9 in this role on 2024-10, and 10 are known to have had it then": "sco-blr-member> is 2024",
        "the source counts 15 in this role on 2024-10, and only 14 may have had it then": "sco-lao-dialogue-partner",
    }
    found = {one.message: one.details for one in findings if one.code in {"SCOG-R26", "SCOG-R27"}}
    for message, other in expected.items():
        (detail,) = found[message]
        assert other in detail.message
        assert detail.place is not None
        assert detail.place.line is not None
