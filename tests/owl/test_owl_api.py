"""The second opinion: the OWL API and HermiT on the ontology, and on the ontology with all that is published."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ONTOLOGY = sorted((ROOT / "ontology").glob("*.ttl"))
FIXTURES = HERE / "fixtures"
SOUND = FIXTURES / "sound.ttl"
VERDICT = "OWL 2 DL, OWL 2 RL, consistent"
ABSENT = [program for program in ("mvn", "java") if shutil.which(program) is None]

pytestmark = [
    pytest.mark.owl,
    pytest.mark.skipif(bool(ABSENT), reason=f"not installed here: {', '.join(ABSENT)} (Maven and a JDK)"),
]


def judge(*arguments: str | Path) -> tuple[int, list[str], str]:
    """Run the checker: its exit code, its lines, and what it says on the error stream."""
    done = subprocess.run(
        [HERE / "run", *arguments], capture_output=True, text=True, encoding="utf-8", timeout=900, check=False
    )
    return done.returncode, done.stdout.splitlines(), done.stderr


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    code, lines, talk = judge(SOUND)
    if code == 4 and "COMPILATION ERROR" not in talk:
        pytest.skip("the OWL API and HermiT are not in the local Maven repository, and could not be fetched")
    assert (code, lines[-1:]) == (0, [VERDICT]), talk


def logical_axioms(lines: list[str]) -> int:
    match = re.fullmatch(r"\d+ axioms, (\d+) of them logical", lines[1])
    assert match, lines
    return int(match[1])


def test_the_ontology_is_owl_2_dl_and_rl_and_consistent() -> None:
    assert len(ONTOLOGY) == 5
    code, lines, talk = judge("--without-dates", *ONTOLOGY)
    assert (code, lines[2:]) == (0, [VERDICT]), talk
    # A parser that drops axioms without a word would approve of anything.
    assert logical_axioms(lines) > 300


def test_the_ontology_with_all_that_is_published_is_consistent(tmp_path: Path) -> None:
    published = tmp_path / "published.ttl"
    subprocess.run(
        [sys.executable, "-m", "scograph", "export", "-f", "ttl", "-o", published, ROOT], check=True, timeout=300
    )
    code, lines, talk = judge("--without-dates", published, *ONTOLOGY)
    assert (code, lines[2:]) == (0, [VERDICT]), talk
    assert logical_axioms(lines) > 1000


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("inconsistent", r"inconsistent: no world can be as the axioms say"),
        ("not-dl", r"not OWL 2 DL: Use of non-simple property in functional axiom <https://example\.org/ns#p> .*"),
        ("not-rl", r"not OWL 2 RL: Use of non-superclass expression .* ObjectSomeValuesFrom.*"),
        ("empty-class", r"a class that can have no instance: <https://example\.org/ns#D>"),
        ("undeclared", r"not OWL 2 DL: Use of undeclared annotation property: <https://example\.org/ns#q> .*"),
        ("dated", r"not OWL 2 DL: Use of undeclared datatype: xsd:date .*"),
        ("imports", r"import of an ontology that is not in the files: https://example\.com/elsewhere"),
    ],
)
def test_what_is_unsound_is_refused(name: str, problem: str) -> None:
    code, lines, _ = judge(SOUND, FIXTURES / f"{name}.ttl")
    assert code == 1
    assert any(re.fullmatch(problem, line) for line in lines), lines
    assert lines[-1].endswith(" problems")


def test_each_unsound_fixture_is_refused() -> None:
    assert len(list(FIXTURES.glob("*.ttl"))) == 9  # the sound one, the seven above, the unreadable one


def test_dates_are_left_out_where_that_is_asked_for() -> None:
    code, lines, _ = judge("--without-dates", SOUND, FIXTURES / "dated.ttl")
    assert code == 0
    assert lines[0] == "17 triples, 1 of them left out for their dates"


def test_a_file_that_cannot_be_read_is_named() -> None:
    code, _, talk = judge(SOUND, FIXTURES / "unreadable.ttl")
    assert code == 3
    assert "unreadable.ttl: " in talk


def test_no_file_is_a_question_of_usage() -> None:
    code, _, talk = judge()
    assert code == 2
    assert "usage: run" in talk
