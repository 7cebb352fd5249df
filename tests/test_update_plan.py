"""The plan of an update: what needs nobody is decided, and a plan that was changed is taken over as far as it fits."""

from __future__ import annotations

import copy
import doctest
import hashlib
import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from scograph.alignment import Heading, Outcome
from scograph.errors import InputError, ScographError, UsageError
from scograph.updates import plan as plans
from scograph.updates.plan import (
    ALLOWED,
    Decision,
    FactsDecision,
    OldSpan,
    UpdatePlan,
    decide,
    decided,
    make_plan,
    plan_json,
    plan_schema,
)

DOCUMENT = "https://example.org/source/harbour"
OLD = """Harbour Council
• The council was founded by four ports in the spring of 1998 and has its seat in Oslo.
• Its most recent assembly was held on 24 January 2016 in the city hall of Bergen.
Members
Kenya
Togo
Former members
Chad
Mali"""
NEW = OLD.replace("four ports", "five ports").replace("Kenya\n", "").replace("Mali", "Kenya\nMali")
NEW = NEW.replace("• Its", "• A fund of nine million euros pays for exercises.\n• Its").replace("\nChad", "")


HEADINGS = ("Harbour Council", "Members", "Former members")


def headings(text: str) -> list[Heading]:
    """The lines of a text that are headings."""
    found, at = [], 0
    for line in text.split("\n"):
        if line in HEADINGS:
            found.append(Heading(at, at + len(line), 1 if line == HEADINGS[0] else 2))
        at += len(line) + 1
    return found


def spans(text: str = OLD) -> list[OldSpan]:
    """A passage for each line, with a file of facts but for headings, and an ignored span for each bullet."""
    found, at, bullets = [], 0, 0
    for number, line in enumerate(text.split("\n"), 1):
        start = at
        if line.startswith("• "):
            bullets += 1
            found.append(OldSpan(f"ignored/{bullets:02}", at, at + 1, is_ignored=True, because="A bullet."))
            start += 2
        has_facts = line not in HEADINGS[1:]
        found.append(OldSpan(f"{number:02}", start, at + len(line), files=(f"{number:02}-x.ttl",) if has_facts else ()))
        at += len(line) + 1
    return found


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def planned(new: str = NEW, old: str = OLD, **more: Any) -> UpdatePlan:  # noqa: ANN401
    known = {"old_headings": headings(old), "new_headings": headings(new)}
    return make_plan(DOCUMENT, old, new, spans(old), digests=(digest(old), digest(new)), **known, **more)


def row(said: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in said["passages"] if one["name"] == name)


@pytest.fixture
def said() -> dict[str, Any]:
    return json.loads(plan_json(planned()))  # type: ignore[no-any-return]


def test_what_needs_nobody_is_decided_and_the_rest_is_asked() -> None:
    plan = planned()
    assert [(one.name, one.outcome.value) for one in plan.questions] == [
        ("02", "edited"),
        ("05", "ambiguous"),
        ("08", "gone"),
    ]
    assert plan.counts() == {"same": 6, "edited": 1, "gone": 1, "ambiguous": 1, "new": 1}
    assert {one.decision for one in plan.passages if one.outcome is Outcome.SAME} == {Decision.KEEP}


def test_the_same_text_asks_nothing() -> None:
    plan = planned(OLD)
    assert plan.questions == ()
    assert plan.new == ()
    assert plan.counts() == {"same": 9}


def test_a_new_line_with_a_known_bullet_is_a_passage_and_an_ignored_bullet() -> None:
    plan = planned()
    bullets = [one.target for one in plan.passages if one.is_ignored]
    assert [NEW[slice(*bullet)] for bullet in bullets if bullet] == ["•", "•"]
    words, bullet = plan.new
    assert bullet.span not in bullets
    assert (bullet.words, bullet.decision, bullet.because) == ("•", Decision.IGNORE, "A bullet.")
    assert (words.words, words.decision) == ("A fund of nine million euros pays for exercises.", Decision.PASSAGE)


def test_what_no_fact_hangs_on_is_revised_or_gone_without_a_question() -> None:
    new = OLD.replace("Former members", "Former members and observers")
    bare = [replace(span, files=()) for span in spans()]
    plan = make_plan(DOCUMENT, OLD, new, bare, digests=("a" * 64, "b" * 64))
    assert [(one.name, one.decision.value) for one in plan.passages if one.outcome is Outcome.EDITED] == [
        ("07", "revise")
    ]
    gone = make_plan(DOCUMENT, OLD, OLD.replace("Togo\n", ""), bare, digests=("a" * 64, "b" * 64))
    assert [one.decision.value for one in gone.passages if one.outcome is Outcome.GONE] == ["gone"]


def test_an_ignored_span_with_words_that_were_edited_is_asked_for() -> None:
    old = OLD + "\nThe map of this page is for illustration only and says nothing of borders."
    given = [*spans(), OldSpan("ignored/09", len(OLD) + 1, len(old), is_ignored=True, because="A notice.")]
    new = old.replace("nothing of borders", "something of all borders")
    plan = make_plan(DOCUMENT, old, new, given, digests=("a" * 64, "b" * 64))
    assert [one.name for one in plan.questions] == ["ignored/09"]


def test_a_plan_of_a_beginning_leaves_what_it_does_not_reach() -> None:
    plan = planned(OLD[: OLD.index("\nFormer")], extent="beginning")
    assert [one.decision.value for one in plan.passages[-3:]] == ["leave"] * 3


def test_each_plan_conforms_to_the_schema_and_is_read_again(said: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(plan_schema())
    jsonschema.validate(said, plan_schema())
    for new in (OLD, NEW, OLD[:60], OLD + "\n" + OLD):
        plan = planned(new)
        jsonschema.validate(json.loads(plan_json(plan)), plan_schema())
        assert decided(plan, plan_json(plan)) == plan


def test_decisions_of_a_plan_are_taken_over(said: dict[str, Any]) -> None:
    row(said, "02").update(decision="revise", facts={"02-x.ttl": "move"})
    row(said, "05").update(decision="keep", choice=1, facts={"05-x.ttl": "stay"})
    row(said, "08").update(decision="gone", facts={"08-x.ttl": "superseded"})
    said["new"][0].update(decision="ignore", because="An advertisement.")
    jsonschema.validate(said, plan_schema())
    plan = decided(planned(), json.dumps(said).encode())
    assert plan.questions == ()
    by_name = {one.name: one for one in plan.passages}
    assert by_name["02"].facts == {"02-x.ttl": FactsDecision.MOVE}
    assert by_name["02"].target is not None
    assert NEW[slice(*by_name["05"].target or ())] == "Kenya"
    assert by_name["08"].target is None
    assert plan.new[0].because == "An advertisement."


CHANGES: list[tuple[str, Any, type[ScographError], str]] = [
    ("no JSON", lambda _: "{", InputError, "no JSON"),
    ("a list", lambda _: [], InputError, "no plan of an update"),
    ("another version", lambda said: said.update(version=2), InputError, "no plan of an update"),
    ("another document", lambda said: said.update(document="urn:x"), UsageError, "another document"),
    ("another edition", lambda said: said.update(follows="0" * 64), UsageError, "another edition"),
    ("another text", lambda said: said.update(sha256="0" * 64), UsageError, "another new text"),
    ("another extent", lambda said: said.update(extent="excerpt"), UsageError, "another extent"),
    ("fewer passages", lambda said: said["passages"].pop(), UsageError, "change decisions only"),
    ("no passages", lambda said: said.update(passages=None), InputError, "no list of objects"),
    ("another outcome", lambda said: row(said, "02").update(outcome="same"), UsageError, "outcome"),
    ("another place", lambda said: row(said, "04").update(at=[0, 5]), UsageError, "at is"),
    ("other words", lambda said: row(said, "02").update(new="x"), UsageError, "new is"),
    ("another key", lambda said: row(said, "02").update(why="x"), UsageError, "why is"),
    ("no decision", lambda said: row(said, "02").update(decision=None), InputError, "decision is null"),
    ("a misspelt decision", lambda said: row(said, "02").update(decision="revize"), InputError, "did you mean revise"),
    ("same that is revised", lambda said: row(said, "01").update(decision="revise"), InputError, "decision"),
    ("edited that is kept", lambda said: row(said, "02").update(decision="keep"), InputError, "decision"),
    ("no choice", lambda said: row(said, "05").update(decision="keep"), InputError, "which"),
    ("a choice beyond", lambda said: row(said, "05").update(decision="keep", choice=9), InputError, "choice is 9"),
    ("a choice that is true", lambda said: row(said, "05").update(choice=True), InputError, "choice is true"),
    ("the same words revised", lambda said: row(said, "05").update(decision="revise", choice=1), InputError, "keep"),
    ("a choice of none", lambda said: row(said, "01").update(choice=1), InputError, "no meaning here"),
    ("facts of others", lambda said: row(said, "02").update(facts={"x.ttl": "move"}), InputError, "other files"),
    ("facts that are no object", lambda said: row(said, "02").update(facts=[]), InputError, "other files"),
    ("facts kept of gone words", lambda said: row(said, "08").update(decision="gone", facts={"08-x.ttl": "move"}),
     InputError, "move"),
    ("facts of the same words", lambda said: row(said, "01").update(facts={"01-x.ttl": "move"}), InputError, "move"),
    ("claims of others", lambda said: row(said, "02").update(claims={"x.ttl": {}}), InputError, "no meaning"),
    ("a file without claims by each", lambda said: row(said, "02").update(decision="gone", facts={"02-x.ttl": "each"}),
     InputError, "one by one"),
    ("an unknown decision on facts", lambda said: row(said, "02").update(facts={"02-x.ttl": 7}), InputError, "is 7"),
    ("new words kept", lambda said: said["new"][0].update(decision="keep"), InputError, "decision"),
    ("ignored without a reason", lambda said: said["new"][0].update(decision="ignore"), InputError, "because"),
    ("a reason of two lines", lambda said: said["new"][0].update(because="a\nb"), InputError, "because"),
    ("a reason that is a number", lambda said: said["new"][0].update(because=7), InputError, "because"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "error", "words"), [one[1:] for one in CHANGES], ids=[one[0] for one in CHANGES])
def test_a_plan_that_does_not_fit_is_refused(
    said: dict[str, Any],
    change: Any,  # noqa: ANN401
    error: type[ScographError],
    words: str,
) -> None:
    changed = copy.deepcopy(said)
    result = change(changed)
    data = result if isinstance(result, str) else json.dumps(result if isinstance(result, list) else changed)
    with pytest.raises(error) as caught:
        decided(planned(), data.encode(), path="plan.json")
    assert words in str(caught.value)
    assert "plan.json" in str(caught.value)


def test_a_plan_that_nests_deep_is_refused() -> None:
    with pytest.raises(InputError):
        decided(planned(), b"[" * 100_000, path="plan.json")


def test_there_is_a_decision_for_each_outcome() -> None:
    assert set(ALLOWED) == set(Outcome)
    assert len(CHANGES) == 33
    for one in planned().passages:
        with pytest.raises(InputError):
            decide(one, Decision.PASSAGE)


def test_the_examples_of_the_documentation_run() -> None:
    found = doctest.testmod(plans)
    assert (found.failed, found.attempted >= 4) == (0, True)
