"""The plan of an update: what became of each passage in a newer text, and what a person decides about it, as JSON.

A plan says nothing that the two texts do not say, but for its decisions: it is made again when it is applied, and the
decisions of the file are taken over only if all else is equal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeVar

from scograph.alignment import Extent, Heading, Outcome, Passage, Placement, align
from scograph.edit.adding import EXTENTS
from scograph.errors import InputError, UsageError
from scograph.guard import read_json
from scograph.json_text import json_document
from scograph.messages import counted, did_you_mean
from scograph.model import Place, TextSpan

VERSION = 1
SCHEMA = "https://w3id.org/scograph/schema/update-plan-1.json"
V = TypeVar("V", bound=StrEnum)
MAX_PLAN_BYTES = 1 << 26
"""A plan holds the words of two texts at most, and a text is smaller."""


class Decision(StrEnum):
    """What is to become of a passage, or of a stretch of new text."""

    ASK = "ask"
    """A person has to say."""
    KEEP = "keep"
    """The passage stands in the new text: at its place there, or at the candidate that is chosen."""
    REVISE = "revise"
    """Its words were edited: a new passage is a revision of it, and the facts that are said so move there."""
    GONE = "gone"
    """Its words are not in the new text any more. It stays, with its facts, as a passage of the older text."""
    LEAVE = "leave"
    """Of a passage: nothing is known of it in the new text. Of new words: they stay without passage."""
    PASSAGE = "passage"
    """New words become a passage."""
    IGNORE = "ignore"
    """New words are left out, for the reason given."""


class FactsDecision(StrEnum):
    """What is to become of the facts of a file, where the words that they rest on were edited or are gone."""

    ASK = "ask"
    """A person has to say."""
    MOVE = "move"
    """The new words say them too: the file belongs to the new passage, and its claims are to be read again."""
    STAY = "stay"
    """They stay with the old words, as what the document said then."""
    SUPERSEDED = "superseded"
    """They were said then and hold no more: they are recorded, and asserted no longer."""
    CONTRADICTED = "contradicted"
    """A better source denies them: they are recorded, and asserted no longer."""
    EACH = "each"
    """Of a file: each of its claims is decided by itself."""


ALLOWED: Mapping[Outcome, tuple[Decision, ...]] = {
    Outcome.SAME: (Decision.KEEP, Decision.GONE),
    Outcome.MOVED: (Decision.KEEP, Decision.GONE),
    Outcome.EDITED: (Decision.ASK, Decision.REVISE, Decision.GONE),
    Outcome.GONE: (Decision.ASK, Decision.GONE),
    Outcome.NOT_REACHED: (Decision.LEAVE, Decision.GONE),
    Outcome.AMBIGUOUS: (Decision.ASK, Decision.KEEP, Decision.REVISE, Decision.LEAVE, Decision.GONE),
}
"""What may be decided about a passage, by what became of it."""
FACTS_ALLOWED: Mapping[Decision, tuple[FactsDecision, ...]] = {
    Decision.REVISE: (
        *(FactsDecision.MOVE, FactsDecision.STAY, FactsDecision.SUPERSEDED, FactsDecision.CONTRADICTED),
        FactsDecision.EACH,
    ),
    Decision.GONE: (FactsDecision.STAY, FactsDecision.SUPERSEDED, FactsDecision.CONTRADICTED, FactsDecision.EACH),
}
"""What may be decided about facts, by what is decided about their passage; of other decisions they stay."""
_WITH_CLAIMS = (Outcome.EDITED, Outcome.GONE, Outcome.AMBIGUOUS)
NEW_ALLOWED = (Decision.PASSAGE, Decision.IGNORE, Decision.LEAVE)


@dataclass(frozen=True, slots=True)
class OldSpan:
    """A passage or ignored span of the older text, as a plan is made of it.

    Args:
        name: The last segment of its IRI, such as `06`; of an ignored span with `ignored/` before it.
        start: Code points of the older text before it.
        end: Code points of the older text before what follows it.
        is_ignored: Whether it is an ignored span.
        because: Why it is ignored.
        read_with: The names of the passages without which it cannot be read.
        files: The names of the files with its facts, without the folder.
        recorded: The names of those whose basis does not assert them, such as `possible`: they need no answer.
        claims: The triples of each of `files` that a claim can name, as N-Triples writes them.
    """

    name: str
    start: int
    end: int
    is_ignored: bool = False
    because: str = ""
    read_with: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    recorded: tuple[str, ...] = ()
    claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Where an ambiguous passage may stand.

    Args:
        span: Its place in the newer text.
        words: The words there.
        is_same: Whether they are the words of the passage, typography aside.
    """

    span: TextSpan
    words: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class PassagePlan:
    """What became of a passage or ignored span, and what is to be done.

    Args:
        name: Its name, as in `OldSpan`.
        outcome: What became of it.
        old: Its words in the older text.
        new: Its words in the newer text, or those that stand in its place; empty where there are none.
        span: Their place in the newer text, or None.
        forms: In what typography the words differ.
        reason: Why a person has to decide, or what has to be seen; often empty.
        candidates: Where an ambiguous one may stand.
        decision: What is to be done.
        choice: The number of the chosen candidate, from 1; 0 for none.
        facts: What is to become of its facts, by the name of their file.
        claims: What is to become of each claim of a file, by its triple, where each is decided by itself.
    """

    name: str
    outcome: Outcome
    old: str
    new: str = ""
    span: TextSpan | None = None
    forms: tuple[str, ...] = ()
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()
    decision: Decision = Decision.ASK
    choice: int = 0
    facts: Mapping[str, FactsDecision] = field(default_factory=dict)
    claims: Mapping[str, Mapping[str, FactsDecision]] = field(default_factory=dict)

    @property
    def is_ignored(self) -> bool:
        """Whether it is an ignored span."""
        return self.name.startswith("ignored/")

    @property
    def target(self) -> TextSpan | None:
        """Where the passage, or its revision, is to stand in the newer text; None where it does not."""
        if self.decision not in (Decision.KEEP, Decision.REVISE):
            return None
        return self.candidates[self.choice - 1].span if self.choice else self.span

    @property
    def is_open(self) -> bool:
        """Whether something is left to decide."""
        return (
            self.decision is Decision.ASK
            or FactsDecision.ASK in self.facts.values()
            or any(
                FactsDecision.ASK in self.claims[file].values()
                for file, decision in self.facts.items()
                if decision is FactsDecision.EACH
            )
        )


@dataclass(frozen=True, slots=True)
class NewText:
    """Words of the newer text that the older one does not have.

    Args:
        span: Their place in the newer text.
        words: The words.
        decision: What is to be done.
        because: Why they are ignored, if they are.
        continues: The name of the ignored span whose words they repeat, such as a bullet; empty for others.
    """

    span: TextSpan
    words: str
    decision: Decision = Decision.PASSAGE
    because: str = ""
    continues: str = ""


@dataclass(frozen=True, slots=True)
class UpdatePlan:
    """What became of a document's passages, and what is to be done.

    Args:
        document: The IRI of the document.
        follows: The SHA-256 of the older text.
        sha256: The SHA-256 of the newer text.
        extent: How much of the document the newer text has: `whole`, `beginning`, `excerpt`, `transcription`.
        is_cut: Whether the newer text ends in the middle of a line of the older one.
        passages: One entry for each passage and ignored span that the older text has, in the order of the text.
        new: What is new.
    """

    document: str
    follows: str
    sha256: str
    extent: str
    is_cut: bool
    passages: tuple[PassagePlan, ...]
    new: tuple[NewText, ...]

    @property
    def questions(self) -> tuple[PassagePlan, ...]:
        """The passages that a person has to decide."""
        return tuple(one for one in self.passages if one.is_open)

    def counts(self) -> dict[str, int]:
        """How many passages there are of each outcome, ignored spans aside, and how many stretches of new text.

        Returns:
            The counts that are not 0, by the word of the outcome.
        """
        found = {
            outcome.value: sum(one.outcome is outcome for one in self.passages if not one.is_ignored)
            for outcome in Outcome
        }
        found["new"] = sum(not one.continues for one in self.new)
        return {word: count for word, count in found.items() if count}

    def with_passage(self, changed: PassagePlan) -> UpdatePlan:
        """The plan with another entry for a passage."""
        return replace(self, passages=tuple(changed if one.name == changed.name else one for one in self.passages))


def make_plan(  # noqa: PLR0913 -- two texts, and what is known of each
    document: str,
    old: str,
    new: str,
    spans: Iterable[OldSpan],
    *,
    digests: tuple[str, str],
    extent: str = "whole",
    old_headings: Sequence[Heading] | None = None,
    new_headings: Sequence[Heading] | None = None,
) -> UpdatePlan:
    """Say what became of the passages of a text in a newer one.

    Args:
        document: The IRI of the document.
        old: The older text.
        new: The newer text.
        spans: The passages and ignored spans that stand in the older text.
        digests: The SHA-256 of both texts in UTF-8.
        extent: How much of the document the newer text has; of a transcription all is taken to be there.
        old_headings: The headings of the older text; None if they are not known. Both or neither.
        new_headings: Those of the newer text.

    Returns:
        The plan. What needs nobody is decided: words that are the same, and what is gone without facts.

    Raises:
        ValueError: A span does not lie in the older text, or has the name of another.

    Example:
        >>> spans = [OldSpan("01", 0, 12, files=("01-founding.ttl",)), OldSpan("02", 13, 29)]
        >>> old, new = "Founded 2001.|Seat: Millbrook.", "Founded 2002.|Seat: Millbrook."
        >>> old, new = old.replace("|", chr(10)), new.replace("|", chr(10))
        >>> plan = make_plan("https://example.org/source/a", old, new, spans, digests=("a" * 64, "b" * 64))
        >>> [(one.name, one.outcome.value, one.decision.value) for one in plan.passages]
        [('01', 'edited', 'ask'), ('02', 'same', 'keep')]
    """
    known = {Extent.BEGINNING.value: Extent.BEGINNING, Extent.EXCERPT.value: Extent.EXCERPT}
    ordered = sorted(spans, key=lambda span: (span.start, span.end, span.name))
    found = align(
        old,
        new,
        [Passage(span.name, span.start, span.end, span.read_with) for span in ordered],
        old_headings=old_headings,
        new_headings=new_headings,
        extent=known.get(extent, Extent.WHOLE),
    )
    passages = [_planned(span, old[span.start : span.end], found[span.name], new) for span in ordered]
    passages, left = _with_marks(passages)
    ignored = {old[span.start : span.end]: span for span in ordered if span.is_ignored}
    stretches = [part for span in sorted({*found.new, *left}) for part in _parted(span, new, ignored)]
    return UpdatePlan(document, *digests, extent, found.is_cut, tuple(passages), tuple(stretches))


def _with_marks(passages: Sequence[PassagePlan]) -> tuple[list[PassagePlan], set[TextSpan]]:
    """Give ignored marks, such as bullets, one of the places where they may stand: which one makes no difference.

    Also gives the places that are left.
    """
    taken = {one.span for one in passages if one.span}
    decided_ones, candidates = [], set()
    for one in passages:
        if one.is_ignored and not _has_words(one.old) and one.candidates:
            spans = [candidate.span for candidate in one.candidates if candidate.is_same]
            candidates |= set(spans)
            span = next((span for span in spans if span not in taken), None)
            if span:
                taken.add(span)
                choice = [candidate.span for candidate in one.candidates].index(span) + 1
                decided_ones.append(replace(one, decision=Decision.KEEP, choice=choice))
                continue
        decided_ones.append(one)
    return decided_ones, candidates - taken


def _planned(span: OldSpan, words: str, placement: Placement, new: str) -> PassagePlan:
    """The entry of a passage, with what needs nobody decided."""
    there = placement.span
    candidates = tuple(
        Candidate(TextSpan(*one), new[one.start : one.end], _are_same(words, new[one.start : one.end]))
        for one in placement.candidates
    )
    outcome = placement.outcome
    decision = Decision.ASK
    facts = dict.fromkeys((*span.files, *span.recorded), FactsDecision.STAY)
    if outcome in (Outcome.SAME, Outcome.MOVED):
        decision = Decision.KEEP
    elif outcome is Outcome.NOT_REACHED:
        decision = Decision.LEAVE
    elif outcome is Outcome.GONE and not span.files:
        decision = Decision.GONE
    elif span.is_ignored and (outcome is Outcome.GONE or not _has_words(words)):
        decision = Decision.GONE  # a bullet; where it may stand elsewhere, `_with_marks` says so
    elif outcome is not Outcome.GONE and not span.files and not span.is_ignored and outcome is Outcome.EDITED:
        decision = Decision.REVISE  # no fact hangs on it
    if decision is Decision.ASK:
        facts |= dict.fromkeys(span.files, FactsDecision.ASK)
    return PassagePlan(
        span.name,
        outcome,
        words,
        new[there.start : there.end] if there else "",
        TextSpan(*there) if there else None,
        placement.forms,
        placement.reason,
        candidates,
        decision,
        0,
        facts,
        {file: dict.fromkeys(triples, FactsDecision.ASK) for file, triples in span.claims.items()}
        if outcome in _WITH_CLAIMS
        else {},
    )


def _are_same(old: str, new: str) -> bool:
    """Whether words are the same, typography aside."""
    (placement,) = align(old, new, [Passage("", 0, len(old))]).placements
    return placement.outcome is Outcome.SAME


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _parted(span: TextSpan, text: str, ignored: Mapping[str, OldSpan]) -> list[NewText]:
    """A new stretch, with marks before its words that are ignored elsewhere as entries of their own."""
    found: list[NewText] = []
    start, end = span
    words = text[start:end]
    if words in ignored:
        return [NewText(TextSpan(start, end), words, Decision.IGNORE, ignored[words].because, ignored[words].name)]
    for mark, old in ignored.items():
        if not _has_words(mark) and words.startswith(mark) and words[len(mark) :].strip():
            at = TextSpan(start, start + len(mark))
            found.append(NewText(at, mark, Decision.IGNORE, old.because, old.name))
            start = end - len(text[start + len(mark) : end].lstrip())
            break
    found.append(NewText(TextSpan(start, end), text[start:end]))
    return found


def has_moved(plan: UpdatePlan) -> bool:
    """Whether facts move to new words, so that they are to be read again.

    Args:
        plan: The plan.

    Returns:
        Whether a file, or a claim of a file that is decided claim by claim, moves.
    """
    return any(
        value is FactsDecision.MOVE
        or (value is FactsDecision.EACH and FactsDecision.MOVE in one.claims.get(file, {}).values())
        for one in plan.passages
        for file, value in one.facts.items()
    )


# Plans as JSON.

_FATES = (
    "move (y at the terminal): to the new words, to be read again. stay (n): with the old words, as what was said then."
    " superseded (s): said then, true no more. contradicted (c): a better source denies them."
)


def plan_schema() -> dict[str, Any]:
    """The JSON Schema of plans.

    Returns:
        A schema (JSON Schema 2020-12) that each plan conforms to, also after its decisions were changed.
    """
    span = {
        "type": "array",
        "description": "Code points of the new text before the words, and before what follows them.",
        "items": {"type": "integer", "minimum": 0},
        "minItems": 2,
        "maxItems": 2,
    }
    text = {"type": "string"}
    digest = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    candidate = _object({"at": span, "words": text, "isSame": {"type": "boolean"}})
    passage = _object(
        {
            "name": {
                "type": "string",
                "description": "The last segment of its IRI; of an ignored span ignored/ and it.",
            },
            "outcome": _one_of(Outcome, "What became of it."),
            "old": {"type": "string", "description": "Its words in the older text."},
            "new": {"type": "string", "description": "Its words in the new text, or those that stand in its place."},
            "at": span,
            "typography": {"type": "array", "items": text, "description": "In what typography the words differ."},
            "reason": {"type": "string", "description": "Why a person has to decide, or what has to be seen."},
            "candidates": {"type": "array", "items": candidate, "description": "Where an ambiguous one may stand."},
            "decision": _one_of(
                (one for one in Decision if one not in (Decision.PASSAGE, Decision.IGNORE)),
                "What to do. ask: a person has to say. keep: it stands in the new text, at the candidate of choice"
                " if it was ambiguous. revise: the new words are a revision of it. gone: it is not there any more."
                " leave: the new text does not reach it, or does not show whether it is there.",
            ),
            "choice": {"type": "integer", "minimum": 0, "description": "The number of the candidate, from 1; 0: none."},
            "facts": {
                "type": "object",
                "description": "What is to become of the facts of each file.",
                "additionalProperties": _one_of(
                    FactsDecision, f"What is to become of them. ask: a person has to say. {_FATES} each: see claims."
                ),
            },
            "claims": {
                "type": "object",
                "description": "What is to become of each claim of a file, by its triple, if the file says `each`.",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": _one_of(
                        (one for one in FactsDecision if one is not FactsDecision.EACH),
                        f"What is to become of it. ask: a person has to say. {_FATES}",
                    ),
                },
            },
        },
        ("name", "outcome", "old", "decision"),
    )
    passage["allOf"] = [
        {
            "if": {"properties": {"outcome": {"const": outcome.value}}},
            "then": {"properties": {"decision": {"enum": [one.value for one in allowed]}}},
        }
        for outcome, allowed in ALLOWED.items()
    ]
    new = _object(
        {
            "at": span,
            "words": text,
            "decision": _one_of(
                NEW_ALLOWED,
                "What is to be done with them. passage: they become a passage. ignore: they are left out, because of"
                " because. leave: they stay without passage.",
            ),
            "because": {"type": "string", "description": "Why they are ignored; empty if they are not."},
        }
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "The plan of an update of a source",
        **_object(
            {
                "$schema": {"const": SCHEMA},
                "version": {"const": VERSION},
                "document": {"type": "string", "description": "The IRI of the document."},
                "follows": {**digest, "description": "The SHA-256 of the older text in UTF-8."},
                "sha256": {**digest, "description": "The SHA-256 of the new text in UTF-8."},
                "extent": {"enum": list(EXTENTS), "description": "How much of the document the new text has."},
                "isCut": {
                    "type": "boolean",
                    "description": "Whether the new text ends inside a line of the older one.",
                },
                "passages": {"type": "array", "items": passage},
                "new": {"type": "array", "items": new},
            }
        ),
    }


def _object(properties: Mapping[str, Any], required: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required or properties),
        "additionalProperties": False,
    }


def _one_of(values: Iterable[StrEnum], description: str) -> dict[str, Any]:
    return {"enum": [one.value for one in values], "description": description}


def plan_json(plan: UpdatePlan) -> bytes:
    """Write a plan as JSON, to be read, changed and applied.

    Args:
        plan: The plan.

    Returns:
        The JSON text, in UTF-8; `plan_schema` says what is in it.
    """
    said: dict[str, Any] = {
        "$schema": SCHEMA,
        "version": VERSION,
        "document": plan.document,
        "follows": plan.follows,
        "sha256": plan.sha256,
        "extent": plan.extent,
        "isCut": plan.is_cut,
        "passages": [_passage_row(one) for one in plan.passages],
        "new": [
            {"at": list(one.span), "words": one.words, "decision": one.decision.value, "because": one.because}
            for one in plan.new
        ],
    }
    return json_document(said)


def _passage_row(one: PassagePlan) -> dict[str, Any]:
    row: dict[str, Any] = {"name": one.name, "outcome": one.outcome.value, "old": one.old}
    if one.span is not None:
        row |= {"new": one.new, "at": list(one.span)}
    if one.forms:
        row["typography"] = list(one.forms)
    if one.reason:
        row["reason"] = one.reason
    if one.candidates:
        row["candidates"] = [
            {"at": list(two.span), "words": two.words, "isSame": two.is_same} for two in one.candidates
        ]
    row["decision"] = one.decision.value
    if one.candidates:
        row["choice"] = one.choice
    if one.facts:
        row["facts"] = {file: decision.value for file, decision in one.facts.items()}
    if one.claims:
        row["claims"] = {
            file: {triple: decision.value for triple, decision in claims.items()} for file, claims in one.claims.items()
        }
    return row


def decided(plan: UpdatePlan, data: bytes, *, path: str = "-") -> UpdatePlan:
    """Take the decisions of a plan's file over.

    Args:
        plan: The plan as the two texts give it.
        data: The file: the same plan, with decisions that were changed.
        path: Its name in messages.

    Returns:
        The plan with these decisions.

    Raises:
        InputError: The file is no plan, or a value in it is none that may stand there.
        UsageError: It is the plan of another document, edition or text; or something else than a decision was changed.
    """
    said = _read(data, path)
    for key, value, what in (
        ("document", plan.document, "document"),
        ("follows", plan.follows, "edition"),
        ("sha256", plan.sha256, "new text"),
        ("extent", plan.extent, "extent"),
    ):
        if said.get(key) != value:
            raise UsageError(
                f"{path}: a plan for another {what}: {_shown(said.get(key))}, and here it is {value}",
                hint="make a new plan with --plan",
            )
    made = json.loads(plan_json(plan))
    passages, new = _rows(said, "passages", path), _rows(said, "new", path)
    if len(passages) != len(plan.passages) or len(new) != len(plan.new):
        raise UsageError(
            f"{path}: {counted(len(passages), 'passage')} and {len(new):,} new, and the texts give"
            f" {len(plan.passages):,} and {len(plan.new):,}",
            hint="change decisions only; make a new plan with --plan",
        )
    changed = []
    for number, (one, row) in enumerate(zip(plan.passages, passages, strict=True)):
        where = f"{path}: passages[{number}] ({one.name})"
        _unchanged(row, made["passages"][number], ("decision", "choice", "facts", "claims"), where)
        changed.append(_decided_passage(one, row, where))
    texts = []
    for number, (text, row) in enumerate(zip(plan.new, new, strict=True)):
        where = f"{path}: new[{number}]"
        _unchanged(row, made["new"][number], ("decision", "because"), where)
        texts.append(_decided_text(text, row, where))
    return replace(plan, passages=tuple(changed), new=tuple(texts))


def _read(data: bytes, path: str) -> dict[str, Any]:
    if len(data) > MAX_PLAN_BYTES:
        raise InputError(f"a plan of more than {MAX_PLAN_BYTES >> 20} MiB", place=Place(path))
    try:
        said = read_json(data, path)
    except ValueError as error:
        raise InputError(f"no JSON: {error}", hint="make a plan with --plan", place=Place(path)) from error
    if not isinstance(said, dict) or said.get("version") != VERSION or said.get("$schema") != SCHEMA:
        raise InputError(f"no plan of an update, version {VERSION}", hint="make one with --plan", place=Place(path))
    return said


def _rows(said: Mapping[str, Any], key: str, path: str) -> list[dict[str, Any]]:
    rows = said.get(key)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{key} is no list of objects", hint="make a plan with --plan", place=Place(path))
    return rows


def _unchanged(row: Mapping[str, Any], made: Mapping[str, Any], open_keys: Sequence[str], where: str) -> None:
    """Refuse a row in which something else than its decisions differs from what the texts give."""
    for key in sorted({*row, *made}):
        if key not in open_keys and row.get(key) != made.get(key):
            raise UsageError(
                f"{where}: {key} is {_shown(row.get(key))}, and the texts give {_shown(made.get(key))}",
                hint="change decisions only; make a new plan with --plan",
            )
        if key in open_keys and key not in made and row.get(key):
            raise InputError(f"{where}: {key} has no meaning here", hint="leave it out")


def _decided_passage(one: PassagePlan, row: Mapping[str, Any], where: str) -> PassagePlan:
    decision = _value(row.get("decision"), ALLOWED[one.outcome], f"{where}: decision")
    choice = row.get("choice", 0)
    if not isinstance(choice, int) or isinstance(choice, bool) or not 0 <= choice <= len(one.candidates):
        raise InputError(f"{where}: choice is {_shown(choice)}", hint=f"0 for none, or 1 to {len(one.candidates)}")
    facts = row.get("facts", {})
    if not isinstance(facts, dict) or set(facts) != set(one.facts):
        raise InputError(f"{where}: facts names other files than {', '.join(one.facts) or 'none'}")
    claims = row.get("claims", {})
    has_objects = isinstance(claims, dict) and all(isinstance(said, dict) for said in claims.values())
    if not has_objects or {file: set(said) for file, said in claims.items()} != {
        file: set(said) for file, said in one.claims.items()
    }:
        raise InputError(f"{where}: claims names other facts than the files have", hint="change decisions only")
    return decide(
        one,
        decision,
        choice=choice,
        claims={
            file: {
                triple: _value(said[triple], tuple(FactsDecision), f"{where}: claims: {triple}")
                for triple in one.claims[file]
            }
            for file, said in claims.items()
        },
        facts={file: _value(facts[file], tuple(FactsDecision), f"{where}: facts: {file}") for file in one.facts},
        where=f"{where}: ",
    )


def decide(  # noqa: PLR0913 -- what is decided
    one: PassagePlan,
    decision: Decision,
    *,
    choice: int = 0,
    facts: Mapping[str, FactsDecision] | None = None,
    claims: Mapping[str, Mapping[str, FactsDecision]] | None = None,
    where: str = "",
) -> PassagePlan:
    """Decide about a passage.

    Args:
        one: Its entry.
        decision: What is to be done.
        choice: The number of the candidate where it stands, from 1; 0 for none.
        facts: What is to become of its facts, by file; None where they stay.
        claims: What is to become of each claim of the files that are decided claim by claim; None for no such file.
        where: What messages begin with.

    Returns:
        The entry with the decision.

    Raises:
        InputError: The decision does not fit what became of the passage, or one about facts does not fit it.
    """
    decision = _value(decision.value, ALLOWED[one.outcome], f"{where}decision")
    needs_choice = one.outcome is Outcome.AMBIGUOUS and decision in (Decision.KEEP, Decision.REVISE)
    if needs_choice != bool(choice):
        message = "say which candidate it is" if needs_choice else "a candidate is chosen for keep and revise alone"
        raise InputError(f"{where}choice is {choice}: {message}", hint=f"1 to {len(one.candidates)}")
    if needs_choice and one.candidates[choice - 1].is_same != (decision is Decision.KEEP):
        other = Decision.REVISE if decision is Decision.KEEP else Decision.KEEP
        words = "are not" if decision is Decision.KEEP else "are"
        raise InputError(f"{where}the words of candidate {choice} {words} those of the passage", hint=f"decide {other}")
    allowed = (*FACTS_ALLOWED.get(decision, (FactsDecision.STAY,)), FactsDecision.ASK)
    if decision is Decision.ASK:
        allowed = tuple(FactsDecision)
    kept = {}
    for file in one.facts:
        value = _value((facts or {}).get(file, FactsDecision.STAY).value, allowed, f"{where}facts: {file}")
        is_open = value is not FactsDecision.ASK or decision in (Decision.ASK, *FACTS_ALLOWED)
        kept[file] = value if is_open else FactsDecision.STAY
    by_claim = {file: dict(said) for file, said in one.claims.items()}
    for file, said in (claims or {}).items():
        if kept.get(file) is FactsDecision.EACH:
            allowed_here = tuple(value for value in allowed if value is not FactsDecision.EACH)
            for triple in by_claim.get(file, ()):
                value = said.get(triple, FactsDecision.ASK)
                by_claim[file][triple] = _value(value.value, allowed_here, f"{where}claims: {triple}")
    for file, value in kept.items():
        if value is FactsDecision.EACH and file not in by_claim:
            raise InputError(f"{where}facts: {file} has no claims that can be decided one by one")
    return replace(one, decision=decision, choice=choice, facts=kept, claims=by_claim)


def _decided_text(one: NewText, row: Mapping[str, Any], where: str) -> NewText:
    decision = _value(row.get("decision"), NEW_ALLOWED, f"{where}: decision")
    because = row.get("because", "")
    if not isinstance(because, str) or not because.isprintable():
        raise InputError(f"{where}: because is {_shown(because)}, and must be a line of text")
    if decision is Decision.IGNORE and not because.strip():
        raise InputError(f"{where}: because is empty", hint="say why the words are ignored")
    is_same = decision is one.decision and because == one.because
    return replace(one, decision=decision, because=because, continues=one.continues if is_same else "")


def _value(value: object, allowed: Sequence[V], where: str) -> V:
    """The value that a text stands for, of those that are allowed."""
    found = next((one for one in allowed if one.value == value), None)
    if found is None:
        names = [one.value for one in allowed]
        raise InputError(
            f"{where} is {_shown(value)}", hint=did_you_mean(str(value), names, f"one of {', '.join(names)}")
        )
    return found


def _shown(value: object) -> str:
    """A value of a strange file in a message."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004 -- a line
