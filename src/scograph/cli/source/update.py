"""The command that takes a newer text of a source over: source update."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import click

from scograph.alignment import Heading, Outcome
from scograph.claims import Claim
from scograph.cli.frame import examples, handled, say, write, write_text
from scograph.cli.options import InputPath
from scograph.cli.source.asking import asked
from scograph.cli.source.editing import DRY_RUN, PROJECT_TO_CHANGE, project_to_change, write_recorded
from scograph.cli.source.wording import claim_line
from scograph.edit.adding import ACCESSES, DEFAULT_EXTENT, EXTENTS, Read, refuse_no_address
from scograph.edit.changes import FileChange, editing
from scograph.edit.document import Document
from scograph.ending import refuse_if_told
from scograph.errors import ScographError, UsageError
from scograph.graph import load_graph
from scograph.labels import Labels
from scograph.messages import counted
from scograph.project import Project, read_bytes
from scograph.stores.addresses import is_address
from scograph.updates.applying import (
    NewEdition,
    SameTextError,
    apply_update,
    has_no_words,
    headings_of,
    keep_text,
    new_edition,
    plan_update,
    take_words,
    told,
    told_after,
)
from scograph.updates.plan import (
    Decision,
    FactsDecision,
    PassagePlan,
    UpdatePlan,
    decide,
    decided,
    has_moved,
    plan_json,
)
from scograph.updates.texts import kept_page, read_text
from scograph.writing import removed_on_error

MAX_FACTS = 12
"""So many facts of a passage are shown with a question; the rest are counted."""
MAX_WORDS_SHOWN = 400
"""So many characters of words are shown."""
_FACTS = {
    "y": FactsDecision.MOVE,
    "n": FactsDecision.STAY,
    "s": FactsDecision.SUPERSEDED,
    "c": FactsDecision.CONTRADICTED,
}
_OUTCOMES = {
    Outcome.EDITED: "its words were edited",
    Outcome.GONE: "its words are gone",
    Outcome.AMBIGUOUS: "where it stands is not certain",
}
_MEANS = {
    "y": "yes: they move to the new words, and are to be read again",
    "n": "no: they stay with the old words, as what was said then",
    "s": "superseded: said then, holds no more",
    "c": "contradicted: a better source denies it",
    "e": "each by itself",
    "g": "gone: what stands there now is something else",
    "q": "quit: nothing is written",
}


@click.command(
    name="update",
    epilog=examples(
        "scograph source update notes notes-2026.html",
        "scograph source update notes notes-2026.html --plan plan.json",
        "scograph source update notes notes-2026.html --apply plan.json",
    ),
)
@click.argument("name")
@click.argument("text", metavar="FILE|URL", type=InputPath())
@click.option("--plan", "plan_file", metavar="FILE", help="Write the plan as JSON, and change nothing; - for output.")
@click.option("--apply", "apply_file", metavar="FILE", type=InputPath(), help="Take the decisions of a plan.")
@DRY_RUN
@click.option("--yes", is_flag=True, help="Ask nothing: do what needs nobody, and end with 1 if a person is needed.")
@click.option("--extent", type=click.Choice(EXTENTS), help=f"What was read of it.  [default: {DEFAULT_EXTENT}]")
@click.option("--access", type=click.Choice(ACCESSES), help="Who may read it.")
@click.option("--archived", metavar="URL", default="", help="An archived copy of this edition.")
@click.option("--updated", metavar="DATE", default="", help="When this edition was last updated, as it prints.")
@click.option("--from", "address", metavar="URL", default="", help="Where FILE was read, if not at its address.")
@click.option("--rewritten", is_flag=True, help="Take a text that has hardly any words of the last edition.")
@click.option("--private", is_flag=True, help="Fetch also from this machine and its network.")
@PROJECT_TO_CHANGE
@handled
def update_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    name: str,
    text: str,
    plan_file: str | None,
    apply_file: str | None,
    yes: bool,  # noqa: FBT001
    extent: str | None,
    access: str | None,
    archived: str,
    updated: str,
    address: str,
    rewritten: bool,  # noqa: FBT001
    private: bool,  # noqa: FBT001
    path: str | None,
    *,
    is_dry: bool,
) -> None:
    """Take a newer text of the source NAME over, from a file or an address.

    Each passage is looked for in the new text: it is the same, moved, edited, gone, not reached or ambiguous. What a
    person has to decide is asked: old and new words are shown, and the facts that rest on them. Then there is a new
    edition, and numbers are made anew. Edited words become a new passage; the facts that they still say move there,
    and `scograph check` lists them as to be read again. All is written, or nothing. `scograph undo` takes it
    back.

    If no text of the source was kept until now, this one becomes its words, and `scograph source place` gives its
    passages their places. A text of the day on which the newest edition was read is this edition.

    Exits with 1 if a person has to decide and --yes is given.
    """
    if plan_file and (apply_file or is_dry or yes):
        raise UsageError("--plan changes nothing, and goes with no --apply, --dry-run or --yes", hint="give one")
    project = project_to_change(path)
    with editing(project) as edit:
        for file in edit.finished:
            say(f"{file}: finished what an earlier run had begun")
    document = Document.open(project, name)
    read = _read(text, address, asks_private=private)
    if has_no_words(document):
        new = new_edition(
            document, read, extent=extent or "", access=access or "", archived_url=archived, updated=updated
        )
        _take_words(document, new, has_plan=bool(plan_file or apply_file), is_dry=is_dry)
        return
    extent = extent or DEFAULT_EXTENT
    new = new_edition(document, read, extent=extent, access=access or "", archived_url=archived, updated=updated)
    try:
        plan = plan_update(document, new, old_headings=_old_headings(document), is_rewritten=rewritten)
    except SameTextError as error:
        say(f"{error.message}: nothing to do")
        return
    if plan.is_cut and extent == "whole":
        say("note: the text ends inside a line of the last edition: it is taken for a beginning (--extent beginning)")
    if plan_file:
        write(plan_file, [plan_json(plan)])
        say(told(plan))
        return
    if apply_file:
        plan = decided(plan, read_bytes(Path(apply_file), is_pipe_allowed=True), path=apply_file)
    say(told(plan))
    plan = _answered(project, document, plan, may_ask=not yes and not apply_file)
    changes = apply_update(document, plan, new)
    done = "\n".join(_told_changes(changes, document, new))
    with removed_on_error() as made, editing(project) as edit:
        if not is_dry:
            keep_text(document, new, made)
        write_recorded(edit, document, changes, text=new.text, is_dry=is_dry, done=done)
    if not is_dry:
        _say_what_is_left(document)
        again = "scograph check lists the claims to be read again; " if has_moved(plan) else ""
        say(f"next: {again}git diff shows what changed")


def _read(text: str, address: str, *, asks_private: bool) -> Read:
    """The text, with the address at which a file was read."""
    if not address:
        return read_text(text, asks_private=asks_private)
    refuse_no_address(address)
    if is_address(text):
        raise UsageError("--from says where a FILE was read, and this is fetched from its address", hint="leave it out")
    return replace(read_text(text), retrieved_from=address)


def _say_what_is_left(document: Document) -> None:
    """Say what is to be done after an edition was written."""
    for sentence in told_after(Document.open(document.project, document.name)):
        say(f"note: {sentence}")


def _take_words(document: Document, new: NewEdition, *, has_plan: bool, is_dry: bool) -> None:
    """Make a text the words of a document of which none was kept."""
    if has_plan:
        raise UsageError(
            f"{document.name}: no text of it was kept: there is nothing to compare, and no plan",
            hint="without --plan and --apply, the text becomes its words",
        )
    change = take_words(document, new)
    with removed_on_error() as made, editing(document.project) as edit:
        if not is_dry:
            keep_text(document, new, made)
        write_recorded(edit, document, [change], is_dry=is_dry)
    if not is_dry:
        _say_what_is_left(document)


def _old_headings(document: Document) -> tuple[Heading, ...] | None:
    """The headings of the newest edition's text, where its format tells them."""
    page = kept_page(document)
    return headings_of(page) if page else None


def _answered(project: Project, document: Document, plan: UpdatePlan, *, may_ask: bool) -> UpdatePlan:
    """The plan with all decided: by questions in the terminal, where they may be asked."""
    if not plan.questions:
        return plan
    if not may_ask:
        for one in plan.questions:
            say(f"passage {one.name}: {one.outcome.value}: {_shortened(one.old)!r}")
        count = len(plan.questions)
        raise ScographError(
            f"{counted(count, 'passage')} of {document.name} {'needs' if count == 1 else 'need'} a person",
            hint="run it without --yes, or write a plan with --plan, decide, and take it with --apply",
        )
    graph = load_graph(project)
    claims: dict[str, list[Claim]] = {}
    for claim in graph.claims:
        claims.setdefault(claim.passage.value, []).append(claim)
    labels = Labels(graph)
    iris = {span.name: span.iri.value for span in document.spans if not span.is_ignored}
    open_ones = plan.questions
    for number, one in enumerate(open_ones, 1):
        mine = claims.get(iris.get(one.name, ""), [])
        write_text("-", _question(one, mine, labels, f"{number}/{len(open_ones)}"))
        words = {str(claim.triple): claim_line(claim, labels) for claim in mine}
        plan = plan.with_passage(_asked(one, words))
    return plan


def _question(one: PassagePlan, claims: Sequence[Claim], labels: Labels, count: str) -> Iterator[str]:
    """What is shown before a question: old and new words, and the facts that rest on them."""
    kind = "span" if one.is_ignored else "passage"
    yield f"\n{count}  {kind} {one.name}: {_OUTCOMES[one.outcome]}\n"
    if one.reason:
        yield f"  {one.reason}\n"
    if one.new:
        then, now = _marked(one.old, one.new)
        yield f"  then  {then}\n  now   {now}\n"
    else:
        yield f"  then  {_shortened(one.old, MAX_WORDS_SHOWN)}\n"
    for number, candidate in enumerate(one.candidates, 1):
        words = candidate.words if candidate.is_same else _marked(one.old, candidate.words)[1]
        yield f"  {number}     {_shortened(words, MAX_WORDS_SHOWN)}\n"
    for claim in claims[:MAX_FACTS]:
        yield f"  - {claim_line(claim, labels)}\n"
    if len(claims) > MAX_FACTS:
        yield f"  - and {len(claims) - MAX_FACTS:,} more\n"


def _asked(one: PassagePlan, words: Mapping[str, str]) -> PassagePlan:
    """Ask about a passage until the answer fits."""
    choice = 0
    decision = Decision.REVISE if one.outcome is Outcome.EDITED else Decision.GONE
    if one.outcome is Outcome.AMBIGUOUS:
        numbers = {str(number): f"it stands at {number}" for number in range(1, len(one.candidates) + 1)}
        others = {"l": "not known: the new text does not show it", "g": "nowhere: it is gone", "q": _MEANS["q"]}
        answer = _choice("Where does it stand?", {**numbers, **others})
        if answer == "l":
            return decide(one, Decision.LEAVE)
        if answer != "g":
            choice = int(answer)
            decision = Decision.KEEP if one.candidates[choice - 1].is_same else Decision.REVISE
    elif one.is_ignored:
        what = {"y": "yes: they are ignored too", "n": "no: they become a passage", "q": _MEANS["q"]}
        decision = Decision.REVISE if _choice("Do the new words say nothing either?", what) == "y" else Decision.GONE
    files = [file for file, value in one.facts.items() if value is FactsDecision.ASK]
    if decision is Decision.KEEP:
        return decide(one, decision, choice=choice)
    if not files:
        return decide(one, decision, choice=choice if decision is Decision.REVISE else 0, facts=one.facts)
    said = _asked_facts(one, decision, files, words)
    choice = choice if said.decision is Decision.REVISE else 0
    return decide(one, said.decision, choice=choice, facts={**one.facts, **said.facts}, claims=said.claims)


class _PersonsAnswer(NamedTuple):
    """What a person said of a passage and its facts."""

    decision: Decision
    facts: Mapping[str, FactsDecision]
    claims: Mapping[str, Mapping[str, FactsDecision]]


def _asked_facts(
    one: PassagePlan, decision: Decision, files: Sequence[str], words: Mapping[str, str]
) -> _PersonsAnswer:
    """Ask what is to become of facts: of all of a passage, of each file, or of each claim."""
    can_part = len(files) > 1 or any(len(one.claims.get(file, ())) > 1 for file in files)
    question = "Do the new words say these facts?"
    keys = ["y", "n", "s", "c", *(["e"] if can_part else []), *(["g"] if one.outcome is Outcome.EDITED else []), "q"]
    if decision is Decision.REVISE:
        answer = _choice(question, {key: _MEANS[key] for key in keys})
    if decision is Decision.GONE or answer == "g":
        decision, question = Decision.GONE, "What is to become of these facts?"
        keys = [key for key in keys if key not in ("y", "g")]
        answer = _choice(question, {key: _MEANS[key] for key in keys})
    if answer != "e":
        return _PersonsAnswer(decision, dict.fromkeys(files, _FACTS[answer]), {})
    keys = [key for key in keys if key not in ("e", "g")]
    facts: dict[str, FactsDecision] = {}
    claims: dict[str, dict[str, FactsDecision]] = {}
    for file in files:
        parts = one.claims.get(file, {})
        more = ["e"] if len(parts) > 1 and len(files) > 1 else []
        key = "e" if len(files) == 1 else _choice(f"{file}?", {key: _MEANS[key] for key in [*keys[:-1], *more, "q"]})
        facts[file] = _FACTS.get(key, FactsDecision.EACH)
        if facts[file] is FactsDecision.EACH:
            meanings = {key: _MEANS[key] for key in keys}
            claims[file] = {triple: _FACTS[_choice(words.get(triple, triple), meanings)] for triple in parts}
    return _PersonsAnswer(decision, facts, claims)


def _choice(question: str, meanings: Mapping[str, str]) -> str:
    """Ask for one of some letters until it is one of them; `q`, or the end of the input, ends the command."""
    write_text("-", [f"  {question}\n", *(f"    [{key}] {meaning}\n" for key, meaning in meanings.items())])
    try:
        answer = asked(meanings)
    except click.Abort:
        refuse_if_told()  # Ctrl-C
        answer = "q"
    if answer == "q":
        raise ScographError(
            "ended before all was answered: nothing is written", hint="--plan writes the questions down"
        )
    return answer


def _marked(old: str, new: str) -> tuple[str, str]:
    """Two wordings, with what differs in brackets."""
    ours, theirs = old.split(), new.split()
    then, now = [], []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if kind == "equal":
            then.append(" ".join(ours[a:b]))
            now.append(" ".join(theirs[c:d]))
        else:
            then.append(f"[{' '.join(ours[a:b])}]" if b > a else "")
            now.append(f"[{' '.join(theirs[c:d])}]" if d > c else "")
    return " ".join(filter(None, then)), " ".join(filter(None, now))


def _shortened(text: str, size: int = 60) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= size else f"{plain[: size - 1]}…"


def _told_changes(changes: Sequence[FileChange], document: Document, edition: NewEdition) -> Iterator[str]:
    """What was written, a line for each thing."""
    renamed = [change for change in changes if change.path != document.path]
    yield f"{document.path}: edition {edition.edition(document.iri, None).iri.value.rpartition('/')[2]}"
    for change in renamed:
        done = "removed" if change.after is None else "written" if change.before is None else "changed"
        yield f"{change.path}: {done}"
