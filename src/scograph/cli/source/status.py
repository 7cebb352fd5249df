"""The command that tells what became of the pages of sources: source status."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import click

from scograph import terms
from scograph.cli.frame import (
    command_in_hand,
    examples,
    handled,
    is_builtin_named,
    open_project,
    say,
    write,
    write_text,
)
from scograph.cli.options import BUILTIN, OUTPUT, PROJECT, TEXT_OR_JSON
from scograph.edit.changes import FileChange, editing
from scograph.edit.document import Document, Edition, source_names
from scograph.errors import StoreError, UsageError
from scograph.json_text import json_document
from scograph.messages import behind_mark, counted
from scograph.project import Project
from scograph.read_options import OWN_BASE
from scograph.stores.link_check import PAUSE
from scograph.texts import TextArchive
from scograph.updates.watching import KnownText, PageState, Watched, watch

MAX_WORDS_KNOWN = 40
"""So many passages are looked for by their first words, where a text is not at hand."""
FINDINGS = 1
_QUIET = (PageState.UNCHANGED, PageState.NO_ANSWER)


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """What is known of a source.

    Args:
        name: Its name.
        kind: The kind of its document.
        address: The address of the document; empty if it has none.
        edition: Its newest edition, if it has one.
        has_text: Whether the text of that edition is at hand.
        watched: What became of its page; None where it was not fetched.
    """

    name: str
    kind: str
    address: str
    edition: Edition | None
    has_text: bool
    watched: Watched | None = None


@click.command(
    name="status",
    epilog=examples("scograph source status", "scograph source status --fetch", "scograph source status --fetch notes"),
)
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--fetch", is_flag=True, help="Fetch each page, at most one a second from each host, and compare it.")
@click.option("--record", is_flag=True, help="With --fetch: write down today as the day last seen, where unchanged.")
@click.option("--private", is_flag=True, help="With --fetch: also addresses of this machine and its network.")
@TEXT_OR_JSON
@OUTPUT
@PROJECT
@BUILTIN
@handled
def status_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    names: tuple[str, ...],
    fetch: bool,  # noqa: FBT001
    record: bool,  # noqa: FBT001
    private: bool,  # noqa: FBT001
    form: str,
    output: str,
    path: str | None,
) -> None:
    """Tell for each source, or those named, when it was read, and with --fetch what became of its page.

    The page is changed, unchanged, redirected, not found, gone, refused, unreadable, an empty shell or another
    document, or it asks to log in. Nothing is concluded from a failure, and nothing is written without --record.

    With --fetch, exits with 1 if a page is anything but unchanged, and with 4 if no site answered.
    """
    if (record or private) and not fetch:
        raise UsageError("--record and --private are for --fetch", hint="give it too")
    if record and is_builtin_named():
        raise UsageError("the built-in project is not changed", hint="leave --record or --builtin out")
    project = open_project(path, OWN_BASE, may_be_builtin=not record)
    known = source_names(project)
    documents = [Document.open(project, name) for name in names or known]
    archive = TextArchive(project)
    found = [_known(document, archive) for document in documents]
    if fetch:
        found = list(_fetched(found, documents, archive, asks_private=private))
    if form == "json":
        write(output, [json_document([_row(one) for one in found])])
    else:
        write_text(output, (f"{behind_mark(line)}\n" for line in _lines(found)))
    if record:
        _record(project, documents, found)
    _end(found)


def _known(document: Document, archive: TextArchive) -> SourceStatus:
    said = document.values[document.iri]
    kind = next((value.value.rpartition("/")[2] for value in said.get(terms.HAS_SOURCE_KIND, ())), "")
    address = next((value.value for value in said.get(terms.SOURCE_URL, ())), "")
    newest = document.newest
    has_text = newest is not None and document.text(newest, archive) is not None
    return SourceStatus(document.name, kind, address, newest, has_text)


def _fetched(
    found: Sequence[SourceStatus], documents: Sequence[Document], archive: TextArchive, *, asks_private: bool
) -> Iterator[SourceStatus]:
    """Fetch the pages one after the other, with a pause between two of one host."""
    hosts: set[str] = set()
    for one, document in zip(found, documents, strict=True):
        address = one.edition.retrieved_from if one.edition and one.edition.retrieved_from else one.address
        if not address:
            yield one
            continue
        host = urlsplit(address).hostname or ""
        if host in hosts:
            time.sleep(PAUSE)
        hosts.add(host)
        yield replace(one, watched=watch(address, _text_of(document, archive), asks_private=asks_private))


def _text_of(document: Document, archive: TextArchive) -> KnownText:
    newest = document.newest
    if newest is None:
        return KnownText()
    words = [
        span.stated.first
        for span in document.spans
        if span.stated is not None and span.stated.first and span.placed_in == newest.iri
    ]
    return KnownText(
        newest.sha256, newest.original_sha256, document.text(newest, archive), tuple(words[:MAX_WORDS_KNOWN])
    )


def _lines(found: Sequence[SourceStatus]) -> Iterator[str]:
    width = max((len(one.name) for one in found), default=0)
    for one in found:
        parts = [_state(one), *_dates(one)]
        yield f"{one.name:{width}}  {', '.join(filter(None, parts))}"
        watched = one.watched
        if watched is None:
            continue
        if watched.message:
            yield f"{'':{width}}    {watched.message}"
        if watched.moved_to:
            how = "moved for good to" if watched.is_moved else "leads to"
            yield f"{'':{width}}    {how} {watched.moved_to}"


def _state(one: SourceStatus) -> str:
    if one.watched is not None:
        return one.watched.state.value
    if one.edition is None:
        return "no edition"
    if not one.edition.sha256:
        return f"{one.edition.name} (text not kept)"
    return one.edition.name + ("" if one.has_text else " (text not at hand)")


def _dates(one: SourceStatus) -> Iterator[str]:
    """What kind of document it is, and since when no change is known."""
    yield one.kind
    if one.edition is None:
        return
    edition = one.edition
    if edition.last_updated is not None:
        yield f"dated {edition.last_updated.value}"
    if edition.retrieved_on:
        yield f"read on {edition.retrieved_on}"
    if one.watched is not None and one.watched.state is PageState.UNCHANGED:
        since = edition.last_updated.value if edition.last_updated is not None else edition.retrieved_on
        age = _age(since)
        if age:
            yield f"no change for {age}"
    elif edition.last_seen_on:
        yield f"last seen on {edition.last_seen_on}"


def _age(day: str) -> str:
    """How long ago a day, month or year was."""
    try:
        first = date.fromisoformat((day + "-01-01")[:10] if len(day) < 10 else day[:10])  # noqa: PLR2004 -- 2026-11-30
    except ValueError:
        return ""
    days = (datetime.now(UTC).date() - first).days
    if days < 0:
        return ""
    return counted(days, "day") if days < 730 else counted(days // 365, "year")  # noqa: PLR2004 -- two years


def _row(one: SourceStatus) -> dict[str, object]:
    row: dict[str, object] = {"name": one.name, "kind": one.kind, "address": one.address, "hasText": one.has_text}
    if one.edition is not None:
        row["edition"] = one.edition.iri.value
        row["retrievedOn"] = one.edition.retrieved_on
        row["lastSeenOn"] = one.edition.last_seen_on
        row["lastUpdated"] = one.edition.last_updated.value if one.edition.last_updated else ""
    if one.watched is not None:
        row["state"] = one.watched.state.value
        row["message"] = one.watched.message
        row["movedTo"] = one.watched.moved_to
        row["isMoved"] = one.watched.is_moved
    return row


def _record(project: Project, documents: Sequence[Document], found: Sequence[SourceStatus]) -> None:
    """Write down the day on which pages were seen unchanged."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    changes: list[FileChange] = []
    for one, document in zip(found, documents, strict=True):
        is_same = one.watched is not None and one.watched.state in (PageState.UNCHANGED, PageState.REDIRECTED)
        if is_same and one.edition is not None and one.edition.last_seen_on < today:
            editions = [
                replace(edition, last_seen_on=today) if edition.iri == one.edition.iri else edition
                for edition in document.editions
            ]
            changes.append(document.rewrite(editions=editions))
    with editing(project) as edit:
        made = edit.apply(changes, command_in_hand())
    say(f"{counted(len(made), 'file')} written: last seen on {today}")


def _end(found: Sequence[SourceStatus]) -> None:
    """Say how many there are of each, and end with the exit code."""
    fetched = [one.watched for one in found if one.watched is not None]
    if not fetched:
        return
    counts = {state: sum(one.state is state for one in fetched) for state in PageState}
    say(", ".join(f"{count:,} {state.value}" for state, count in counts.items() if count))
    if counts[PageState.NO_ANSWER] == len(fetched):
        raise StoreError("no site answered, so nothing is known of any page", hint="is this machine online?")
    if counts[PageState.UNCHANGED] != len(fetched):
        raise SystemExit(FINDINGS)
