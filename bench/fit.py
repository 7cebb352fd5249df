"""How many wrong claims fit finds, and how many right ones it doubts: make bench-fit.

    python -m bench.fit [--text FILE] [--seed 1]

Contrasts are made from claims that fit finds in their passages: those of the built-in project whose words are at hand
(in texts/, or with --text), the right ones of tests/fit/pairs.toml, and those of foreign.toml beside.
In each one thing is made wrong. What would be true by accident is left out: a claim that the passage is credited with,
a property that is above the other or that the same words say, a thing that the passage prints.
"""

from __future__ import annotations

import argparse
import platform
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

# ruff: isort: off
from pyoxigraph import NamedNode

from fit_cases import cases
from fit_judged import is_shown, known, ontology, passage_of
from scograph import Project
from scograph.checks.run import CheckOptions, CheckRun
from scograph.checks.statements import Statements
from scograph.fit import Name, Passage, Statement, Thing, Value, ValueSort
from scograph.terms import SCOG, TYPE
from scograph.texts import TextArchive

RESULTS = Path(__file__).parent / "results"
MAX_SWAPS = 4
"""So many things are put in the place of one."""
MONTHS, LAST_DAY = 12, 28
WEAK = frozenset(SCOG + name for name in ("date", "attestedOn", "hasProvision", "startDate", "endDate"))
"""Properties that are true as well, or nearly, where a stronger one is."""
SAID_ALIKE = (
    {"domesticallyApprovedOn", "consentExpressedOn"},
    {"isBodyOf", "isConcludedWithin"},
    {"party", "signatory"},
    {"dialogue-partner", "partner"},
    {"submitter", "co-sponsor"},
    {"isAdoptedBy", "isHeldBy"},
    {"establishedOn", "isEstablishedIn"},
    {"tookPlaceIn", "isEstablishedIn"},
    {"tookPlaceIn", "isPlaceIn"},
    {"isPlaceIn", "isCapitalOf"},
    {"ratification", "approval"},
    {"acceptance", "approval"},
)
"""Properties and concepts that the same words of a text may say."""
DENIED = {"en": "not ", "ru": "не ", "zh": "未", "pt": "não ", "fr": "jamais "}
GOALS = {"value or date shifted": 99, "entity swapped": 98, "predicate swapped": 90, "neighbouring passage": 95}


@dataclass(frozen=True)
class Right:
    """A claim that fit finds in its passage: its origin, what makes statements, and what else the passage says."""

    origin: str
    made: Statements
    statement: Statement
    passage: Passage
    said: frozenset[tuple[str, str, str]]


def key(statement: Statement) -> tuple[str, str, str]:
    """Return a statement as its three terms; a record as its agent, so that two of one are told apart."""
    value = statement.object
    return statement.subject.iri, statement.predicate, value.iri if isinstance(value, Thing) else value.text


def own_claims(text: bytes | None) -> Iterator[Right]:
    """Give the claims of the built-in project that are shown."""
    project = Project.builtin()
    options = CheckOptions({"text": text} if text else {}, archived=TextArchive(project).text)
    run = CheckRun(project.load(), options)
    by_passage: dict[Passage, set[tuple[str, str, str]]] = defaultdict(set)
    judged = [one for one in run.evidence.claims if one.passage and one.statement and one.verdict]
    for one in judged:
        by_passage[one.passage].add(key(one.statement))  # type: ignore[index,arg-type]
    for one in judged:
        if one.verdict and one.verdict.is_shown and one.statement and one.passage:
            yield Right("own", run.evidence.statements, one.statement, one.passage, frozenset(by_passage[one.passage]))


def case_claims(name: str) -> Iterator[Right]:
    """Give the right claims of a file of cases that are shown."""
    right = [case for case in cases(name) if case.right]
    said: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    found = []
    for case in right:
        triples = [quad.triple for quad in case.triples()]
        made = Statements((*known("pairs" if name == "pairs" else name), *triples), ontology())
        for triple in triples:
            statement = made.statement(triple)
            if statement is not None and not made.is_structure(triple):
                said[case.passage.name].add(key(statement))
                found.append((case, made, statement))
    for case, made, statement in found:
        passage = passage_of(name, case)
        if made.reader.judge(statement, passage).is_shown:
            yield Right(name, made, statement, passage, frozenset(said[case.passage.name]))


def shifted(one: Right) -> Iterator[Statement]:
    """Give a claim with its date shifted by a day, a month, a year, or made more precise."""
    value = one.statement.object
    if not isinstance(value, Value) or value.sort is not ValueSort.DATE:
        return
    parts = [int(part) for part in value.text.split("-")]
    made = [f"{parts[0] + step:04}" + value.text[4:] for step in (-1, 1, 10)]
    if len(parts) > 1:
        rest = value.text[7:]
        made += [f"{parts[0]:04}-{(parts[1] + step - 1) % MONTHS + 1:02}{rest}" for step in (1, 5)]
    if len(parts) > 2:  # noqa: PLR2004 -- a day
        day = date(*parts)
        made += [str(day + timedelta(days=step)) for step in (-1, 1, 7)]
    else:
        made.append(f"{value.text}-01")
    for text in made:
        yield replace(one.statement, object=replace(value, text=text))


def swapped(one: Right, chooser: random.Random) -> Iterator[Statement]:
    """Give a claim with its object, or subject, swapped for another of its class that the passage does not print."""
    printed = "\n".join((one.passage.text, *one.passage.read_with)).casefold()
    statement = one.statement
    value = statement.object
    places: list[tuple[str, Thing]] = [("object", value)] if isinstance(value, Thing) else []
    places += [] if statement.record else [("subject", statement.subject)]
    for place, thing in places:
        is_term = thing.iri in one.made.wording.phrases or thing.is_worded_freely
        if is_term or statement.predicate == TYPE.value or not thing.names:
            continue
        others = [iri for iri, kinds in one.made.names.kinds.items() if kinds == thing.kinds and iri != thing.iri]
        unprinted = []
        for iri in others:
            other = one.made.thing(NamedNode(iri))
            if other.names and not any(name.text.casefold() in printed for name in other.names):
                unprinted.append(other)
        for other in chooser.sample(unprinted, min(MAX_SWAPS, len(unprinted))):
            if place == "subject":
                yield replace(statement, subject=other)
            else:
                record = tuple((p, other if v == thing else v) for p, v in statement.record)
                yield replace(statement, object=other, record=record)


def with_other_property(one: Right) -> Iterator[Statement]:
    """Give a claim with another property of its domain and range, or another role."""
    statement, wording = one.statement, one.made.wording
    mine = local(statement.predicate)
    if (
        isinstance(statement.object, Thing)
        and statement.object.iri in wording.phrases
        and statement.predicate != TYPE.value
    ):
        for iri, kinds in one.made.names.kinds.items():
            is_like = iri in wording.phrases and kinds == statement.object.kinds and iri != statement.object.iri
            if is_like and kinds and not alike(local(iri), local(statement.object.iri)):
                other = one.made.thing(NamedNode(iri))
                record = tuple((p, other if v == statement.object else v) for p, v in statement.record)
                yield replace(statement, object=other, record=record)
        return
    for iri in wording.phrases:
        range_, domain = wording.ranges.get(iri), wording.domains.get(iri)
        fits = range_ is not None and range_ == wording.ranges.get(statement.predicate)
        fits = fits and (domain is None or domain in statement.subject.kinds)
        if fits and iri != statement.predicate and iri not in WEAK and not alike(local(iri), mine):
            record = tuple((iri if p == statement.predicate else p, v) for p, v in statement.record)
            yield replace(statement, predicate=iri, record=record)


def local(iri: str) -> str:
    """Return the last part of an IRI."""
    return iri.replace("#", "/").rpartition("/")[2]


def alike(one: str, other: str) -> bool:
    """Return whether the same words may say both."""
    return any({one, other} <= both for both in SAID_ALIKE)


def denied(one: Right) -> Iterator[Passage]:
    """Give the passage with a word that denies before the word that says the claim's property or role."""
    language = one.passage.language.partition("-")[0]
    value = one.statement.object
    if language not in DENIED or (isinstance(value, Value) and value.sort in (ValueSort.NAME, ValueSort.CODE)):
        return
    if one.statement.predicate == TYPE.value or (isinstance(value, Thing) and value.is_worded_freely):
        return
    wanted = {one.statement.predicate} | ({value.iri} if isinstance(value, Thing) else set())
    text = one.passage.text
    starts = [start for start in says(one, wanted) if start]
    for start in reversed(starts):
        text = text[:start] + DENIED[language] + text[start:]
    if starts:
        yield replace(one.passage, text=text)


def says(one: Right, wanted: set[str]) -> list[int]:
    """Return where the words for a property or role begin in a passage."""
    view = one.made.reader.view(one.passage.text, one.passage.language)
    found = [mention for mention in view.says if wanted & set(mention.keys) and not view.is_in_name(mention)]
    return sorted({view.words.span(mention)[0] for mention in found})


def measured(rights: list[Right], chooser: random.Random) -> dict[str, Counter[tuple[str, bool]]]:
    """Count by kind how many contrasts of each origin are found, and how many are not."""
    counts: dict[str, Counter[tuple[str, bool]]] = {kind: Counter() for kind in (*GOALS, "polarity turned")}

    def count(kind: str, one: Right, statement: Statement, passage: Passage) -> None:
        is_found = not one.made.reader.judge(statement, passage).is_shown
        counts[kind][one.origin, is_found] += 1

    passages = {one.origin: list(dict.fromkeys(r.passage for r in rights if r.origin == one.origin)) for one in rights}
    said: dict[Passage, set[tuple[str, str, str]]] = defaultdict(set)
    for one in rights:
        said[one.passage] |= one.said
    for one in rights:
        made = (shifted(one), swapped(one, chooser), with_other_property(one))
        for kind, statements in zip(GOALS, made, strict=False):
            for statement in statements:
                if key(statement) not in one.said:
                    count(kind, one, statement, one.passage)
        place = passages[one.origin].index(one.passage)
        for other in passages[one.origin][place + 1 : place + 3]:
            if key(one.statement) not in said[other] and is_told_apart(one, other):
                count("neighbouring passage", one, one.statement, other)
        for passage in denied(one):
            count("polarity turned", one, one.statement, passage)
    return counts


def is_told_apart(one: Right, other: Passage) -> bool:
    """Return whether a claim is not true of another passage by accident: its value is no name that is printed there."""
    value = one.statement.object
    if one.statement.predicate == TYPE.value:
        return False
    names: tuple[Name, ...] = value.names if isinstance(value, Thing) else (Name(value.text),)
    if isinstance(value, Value) and value.sort is ValueSort.NAME:
        return not any(name.text.casefold() in other.text.casefold() for name in names)
    return not (isinstance(value, Thing) and value.is_worded_freely)


def report(counts: dict[str, Counter[tuple[str, bool]]], rights: list[Right]) -> Iterator[str]:
    """Give the lines of a report."""
    origins = ("own", "pairs", "foreign")
    shown = Counter(one.origin for one in rights)
    yield f"claims found in their passages: {', '.join(f'{shown[origin]} {origin}' for origin in origins)}"
    yield ""
    yield "| contrast | made | found | rate | goal | own | pairs | foreign |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for kind, count in counts.items():
        made, found = sum(count.values()), sum(number for (_, is_found), number in count.items() if is_found)
        each = [f"{count[origin, True]}/{count[origin, True] + count[origin, False]}" for origin in origins]
        rate = f"{found / made:.1%}" if made else "–"
        goal = f"≥ {GOALS[kind]} %" if kind in GOALS else "–"
        yield f"| {kind} | {made} | {found} | {rate} | {goal} | {' | '.join(each)} |"
    yield ""
    pairs = cases("pairs")
    right = sum(is_shown("pairs", case) == case.right for case in pairs)
    yield f"pairs: {right} of {len(pairs)} judged rightly (goal ≥ 55)"
    foreign = cases("foreign")
    alarms = sum(not is_shown("foreign", case) for case in foreign)
    yield f"false alarms on profiles of other organisations: {alarms} of {len(foreign)} (goal ≤ 1 %)"


def main() -> None:
    """Measure, print and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--text", type=Path, help="the text of a source of the built-in project")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    text = arguments.text.read_bytes() if arguments.text else None
    rights = [*own_claims(text), *case_claims("pairs"), *case_claims("foreign")]
    lines = list(report(measured(rights, random.Random(arguments.seed)), rights))  # noqa: S311 -- no secret
    head = f"# Fit\n\n{datetime.now(tz=UTC):%Y-%m-%d}, Python {platform.python_version()}, seed {arguments.seed}\n"
    print("\n".join((head, *lines)))
    (RESULTS / "fit.md").write_text("\n".join((head, *lines, "")), encoding="utf-8")


if __name__ == "__main__":
    main()
