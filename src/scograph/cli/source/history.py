"""The command that tells the editions of a source: source history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from scograph.cli.frame import examples, handled, open_project, write, write_text
from scograph.cli.options import BUILTIN, OUTPUT, PROJECT, TEXT_OR_JSON
from scograph.cli.source.wording import claim_line
from scograph.edit.document import Document
from scograph.graph import load_graph
from scograph.json_text import json_document
from scograph.labels import Labels
from scograph.messages import behind_mark, counted
from scograph.read_options import OWN_BASE
from scograph.updates.history import EditionChanges, PassageChange, history


@click.command(
    name="history", epilog=examples("scograph source history notes", "scograph source history notes -f json")
)
@click.argument("name")
@TEXT_OR_JSON
@OUTPUT
@PROJECT
@BUILTIN
@handled
def history_command(name: str, form: str, output: str, path: str | None) -> None:
    """Tell the editions of the source NAME, and what each changed in passages and facts."""
    project = open_project(path, OWN_BASE)
    document = Document.open(project, name)
    graph = load_graph(project)
    labels = Labels(graph)
    found = history(document, graph)
    if form == "json":
        rows = [_row(one, labels) for one in found]
        write(output, [json_document(rows)])
    else:
        write_text(output, (f"{behind_mark(line)}\n" for line in _lines(found, labels)))


def _lines(found: Sequence[EditionChanges], labels: Labels) -> Iterator[str]:
    if not found:
        yield "no edition: no text of it was read"
    for one in found:
        edition = one.edition
        known = [
            f"read on {edition.retrieved_on}" if edition.retrieved_on else "",
            f"seen unchanged on {edition.last_seen_on}" if edition.last_seen_on else "",
            edition.extent,
            counted(edition.length, "character") if edition.length is not None else "text not kept",
            counted(one.standing, "passage"),
        ]
        yield f"{edition.name}  {', '.join(filter(None, known))}"
        for word, changes in (("edited", one.revised), ("new", one.new), ("gone", one.gone)):
            for change in changes:
                was = f" (was {change.was})" if change.was else ""
                words = f": {change.span.stated.edges}" if change.span.stated else ""
                yield f"  {word} {change.span.name}{was}{words}"
                for claim in change.claims:
                    yield f"    - {claim_line(claim, labels)}"


def _row(one: EditionChanges, labels: Labels) -> dict[str, object]:
    edition = one.edition
    return {
        "edition": edition.iri.value,
        "retrievedOn": edition.retrieved_on,
        "lastSeenOn": edition.last_seen_on,
        "extent": edition.extent,
        "sha256": edition.sha256,
        "passages": one.standing,
        **{
            word: [_change(change, labels) for change in changes]
            for word, changes in (("revised", one.revised), ("new", one.new), ("gone", one.gone))
        },
    }


def _change(change: PassageChange, labels: Labels) -> dict[str, object]:
    return {
        "passage": change.span.iri.value,
        "was": [old.value for old in change.span.revision_of],
        "facts": [claim_line(claim, labels) for claim in change.claims],
    }
