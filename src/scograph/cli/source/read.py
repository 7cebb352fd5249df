"""The command that walks through passages with their claims, and records readings: source read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import click

from scograph.claims import Claim
from scograph.cli.frame import examples, handled, open_project, say, write_text
from scograph.cli.options import PROJECT
from scograph.cli.source.asking import asked
from scograph.cli.source.editing import DRY_RUN, write_edit
from scograph.cli.source.wording import claim_line
from scograph.edit.changes import editing
from scograph.edit.document import Document, Span
from scograph.ending import Terminated, end_by, put_off
from scograph.errors import UsageError
from scograph.graph import Graph, load_graph
from scograph.labels import Labels
from scograph.messages import behind_mark, counted
from scograph.read_options import OWN_BASE
from scograph.updates.readings import (
    DEPTHS,
    PassageClaims,
    check_reader,
    chosen,
    notes_of_comments,
    passages_to_read,
    record_reading,
    record_readings,
)

_MEANS = {"y": "yes", "n": "no: they stay unread", "q": "quit: what was answered is recorded"}


@click.command(
    name="read",
    epilog=examples("scograph source read notes --reader ab", "scograph source read notes 06 --reader ab --yes"),
)
@click.argument("name")
@click.argument("passage", required=False)
@click.option("--reader", metavar="HANDLE", help="Who reads: a handle of [readers] in scograph.toml.")
@click.option("--depth", type=click.Choice(DEPTHS), default="quotation", show_default=True, help="How much was seen.")
@click.option("--note", metavar="TEXT", default="", help="What was seen, or how it is interpreted.")
@click.option("--notes-from-comments", "has_notes", is_flag=True, help="Record what comments of files say as notes.")
@click.option("--all", "every", is_flag=True, help="Also claims that were read before.")
@click.option("--yes", is_flag=True, help="Ask nothing: record that the claims shown were read. Needs PASSAGE.")
@DRY_RUN
@PROJECT
@handled
def read_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    name: str,
    passage: str | None,
    reader: str | None,
    depth: str,
    note: str,
    every: bool,  # noqa: FBT001
    yes: bool,  # noqa: FBT001
    has_notes: bool,  # noqa: FBT001
    path: str | None,
    *,
    is_dry: bool,
) -> None:
    """Show the passages of the source NAME with the claims that nobody has read yet, and record who read them.

    For each passage its words and its claims are shown. With --reader it is asked whether the words say them: yes is
    recorded at the end, with the day (UTC) and the depth; no leaves them unread. Without --reader nothing is asked or
    written. Passages that carry facts about many things, or one value under several properties, are shown first: their
    words are there, and may not say all that is credited to them.

    With --notes-from-comments the reader vouches for the interpreted claims: what the comments of their files say of
    what is interpreted, and how, becomes the note of a reading, so that pages and exports have it.
    """
    if has_notes and (passage or note or every or yes or reader is None):
        raise UsageError(
            "--notes-from-comments goes with --reader, --depth and --dry-run", hint="give a --reader, and no more"
        )
    _refuse_unfit(passage, reader, note, yes=yes)
    project = open_project(path, OWN_BASE, may_be_builtin=reader is None)
    document = Document.open(project, name)
    if reader is not None:
        check_reader(project, reader)
    graph = load_graph(project)
    if has_notes:
        _record_notes(document, graph, reader or "", depth, is_dry=is_dry)
        return
    labels = Labels(graph)
    found = passages_to_read(document, graph)
    shown = [chosen(document, found, passage)] if passage else [one for one in found if every or one.unread]
    read: list[Claim] = []
    signal = 0
    try:
        for one in shown:
            lines = _lines(one, every=every or bool(passage), labels=labels)
            write_text("-", (f"{behind_mark(line)}\n" for line in lines))
            if reader is None:
                continue
            answer = "y" if yes else asked(_MEANS, before="do the words say this: ")
            if answer == "q":
                break
            if answer == "y":
                read += one.claims if every or passage else one.unread
    except (click.Abort, KeyboardInterrupt, Terminated):  # what was answered is recorded before the run ends
        signal = put_off()
    if reader is None or not read:
        unread = sum(len(one.unread) for one in found)
        say(f"{counted(unread, 'claim')} of {document.name} not read yet" + ("; nothing is written" if reader else ""))
        end_by(signal)
        return
    change = record_reading(document, read, graph, reader=reader, day=_today(), depth=depth, note=note)
    with editing(project) as edit:
        done = f"{change.path}: {counted(len(read), 'claim')} read by {reader}"
        write_edit(edit, [change], is_dry=is_dry, done=done)
    end_by(signal)


def _refuse_unfit(passage: str | None, reader: str | None, note: str, *, yes: bool) -> None:
    """Refuse options that do not go together, and a note that cannot be printed."""
    if yes and not (passage and reader):
        raise UsageError("--yes records what is shown as read", hint="name a PASSAGE and a --reader")
    if not note.isprintable():
        raise UsageError("the note has characters that cannot be printed", hint="write it in one line")


def _record_notes(document: Document, graph: Graph, reader: str, depth: str, *, is_dry: bool) -> None:
    """Record readings of the interpreted claims of a document, with the comments of their files as notes."""
    notes = notes_of_comments(document, graph)
    if not notes:
        say(f"no interpreted claim of {document.name} is without a note and has a comment: nothing to change")
        return
    change = record_readings(document, notes, graph, reader=reader, day=_today(), depth=depth)
    claims = counted(sum(map(len, notes.values())), "interpreted claim")
    with editing(document.project) as edit:
        done = f"{change.path}: {claims} read by {reader}, with {counted(len(notes), 'note')}"
        write_edit(edit, [change], is_dry=is_dry, done=done)


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


def _lines(one: PassageClaims, *, every: bool, labels: Labels) -> Iterator[str]:
    """The words of the passages that a passage is read with, its own words, and its claims."""
    yield ""
    for span, words in one.read_with:
        yield f"{span.name}  {_words(span, words)}  (read with {one.span.name})"
    yield f"{one.span.name}  {_words(one.span, one.words)}"
    if one.doubt:
        yield f"  ! {one.doubt}"
    for claim in one.claims:
        if not every and claim not in one.unread:
            continue
        yield f"  - {claim_line(claim, labels)}{'' if claim in one.unread else '  (read)'}"


def _words(span: Span, words: str | None) -> str:
    """The words of a passage in one line, or what is known of them where the text is not at hand."""
    if words is not None:
        return " ".join(words.split())
    if span.stated is None:
        return "(a passage without a span: open the document)"
    return f"{span.stated.edges}  (the text is not at hand: open the document)"
