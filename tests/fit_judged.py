"""The cases of tests/fit as fit judges them, with the ontology of the built-in project."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pyoxigraph import RdfFormat, Triple, parse

from fit_cases import WORLDS, Case, cases, things
from scograph import terms
from scograph.checks.statements import Statements
from scograph.fit import Passage, Verdict

ONTOLOGY = Path(__file__).parents[1] / "ontology"


@cache
def ontology() -> tuple[Triple, ...]:
    """Return the triples of the built-in ontology."""
    files = sorted(ONTOLOGY.rglob("*.ttl"))
    return tuple(quad.triple for file in files for quad in parse(path=str(file), format=RdfFormat.TURTLE))


@cache
def known(name: str) -> tuple[Triple, ...]:
    """Return what is known of the things of a file of cases."""
    return tuple(quad.triple for quad in things(WORLDS[name]))


def passage_of(name: str, case: Case) -> Passage:
    """Return the passage of a case as fit reads it."""
    documents = {one.subject.value for one in things(WORLDS[name]) if one.object == terms.SOURCE_DOCUMENT}
    return Passage(
        case.passage.text,
        case.passage.language,
        tuple(other.text for other in case.passage.read_with),
        about=frozenset(documents),
        introduces=frozenset(one.subject.value for one in case.triples()),
    )


def verdicts(name: str, case: Case) -> list[tuple[Triple, Verdict]]:
    """Return the verdict on each triple of a case that is no structure."""
    claim = [quad.triple for quad in case.triples()]
    made = Statements((*known(name), *claim), ontology())
    found = []
    for triple in claim:
        statement = made.statement(triple)
        if statement is not None and not made.is_structure(triple):
            found.append((triple, made.reader.judge(statement, passage_of(name, case))))
    return found


def is_shown(name: str, case: Case) -> bool:
    """Return whether fit finds each triple of a case in its passage."""
    return all(verdict.is_shown for _, verdict in verdicts(name, case))


def score(name: str) -> tuple[int, int]:
    """Return how many cases are judged rightly, and how many there are."""
    judged = [is_shown(name, case) == case.right for case in cases(name)]
    return sum(judged), len(judged)


__all__ = ["is_shown", "score", "terms", "verdicts"]
