"""What anyone can check with pySHACL's own command: the export conforms, a tampered copy does not."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
Built = tuple[Path, list[str]]


@pytest.fixture(scope="module")
def built(built_site: Path) -> Built:
    """A built folder, and the lines of its N-Triples."""
    return built_site, (built_site / "sco.nt").read_text(encoding="utf-8").splitlines()


def pyshacl(folder: Path, data: Path) -> tuple[int, str]:
    command = ["pyshacl", "-s", str(folder / "shapes.ttl"), "-e", str(folder / "ontology.ttl"), str(data)]
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def tampered(built: Built, tmp_path: Path, lines: list[str]) -> tuple[int, str]:
    assert lines != built[1]
    copy = tmp_path / "tampered.ttl"
    copy.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return pyshacl(built[0], copy)


def one(lines: list[str], pattern: str) -> str:
    found = [line for line in lines if re.search(pattern, line)]
    assert len(found) == 1, found
    return found[0]


def test_the_export_conforms(built: Built) -> None:
    code, text = pyshacl(built[0], built[0] / "sco.ttl")
    assert (code, text.split()) == (0, ["Validation", "Report", "Conforms:", "True"])


def test_a_copy_without_one_of_its_facts_does_not_conform(built: Built, tmp_path: Path) -> None:
    fact = one(built[1], r"^<\S+/agreement/2009-international-\S+> <\S+#date> ")
    code, text = tampered(built, tmp_path, [line for line in built[1] if line != fact])
    assert code == 1
    assert "Severity: sh:Violation" in text


def test_a_copy_without_one_of_its_claims_does_not_conform(built: Built, tmp_path: Path) -> None:
    claim = one(built[1], r"^<\S+/unidir-\S+> <\S+#claimPredicate> <\S+#lastUpdated> ").split(" ")[0]
    code, text = tampered(built, tmp_path, [line for line in built[1] if not line.startswith(claim + " ")])
    assert code == 1
    assert "Severity: sh:Violation" in text


def test_a_copy_with_a_literal_changed_does_not_conform(built: Built, tmp_path: Path) -> None:
    fact = one(built[1], r"^<\S+/event/2017-12-06-\S+> <\S+#startDate> ")
    changed = [line.replace('2017-12-06"', '2017-12-05"') if line == fact else line for line in built[1]]
    code, text = tampered(built, tmp_path, changed)
    assert code == 1
    assert "Severity: sh:Violation" in text
