"""The command that shows the text of a source with its passages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from scograph.cli.answers import write_json
from scograph.cli.frame import examples, handled, open_project, say, write_text
from scograph.cli.options import BUILTIN, PROJECT, TEXT_OR_JSON
from scograph.cli.source.editing import NAME
from scograph.edit.document import Document
from scograph.edit.overview import TextPart, parts_of, parts_without_text
from scograph.edit.passages import Passages
from scograph.errors import UsageError


@click.command(name="show", epilog=examples("scograph source show minutes", "scograph source show minutes -f json"))
@NAME
@PROJECT
@TEXT_OR_JSON
@BUILTIN
@handled
def show_command(name: str, path: str | None, form: str) -> None:
    """Show the text of a source, each passage with its number, and what is ignored or left over.

    Where the text is not at hand, what is known of each passage is shown: its first and last words, or its locator.
    With -f json also the places, quotations and files of facts of each passage.
    """
    document = Document.open(open_project(path), name)
    try:
        parts = parts_of(Passages.of(document))
    except UsageError as error:
        parts = parts_without_text(document)
        say(f"note: {error.message}\nhint: {error.hint}")
    if form == "json":
        newest = document.newest
        write_json(
            "-",
            {
                "name": name,
                "iri": document.iri.value,
                "title": document.title,
                "edition": newest.iri.value if newest else None,
                "parts": [part.as_json() for part in parts],
            },
        )
    else:
        write_text("-", _lines(document, parts))


def _lines(document: Document, parts: Sequence[TextPart]) -> Iterator[str]:
    edition = document.newest
    yield f"{document.title}\n"
    if edition is not None:
        yield f"edition {', '.join(filter(None, (edition.name, edition.extent, edition.retrieved_on)))}\n"
    yield "\n"
    width = max((len(part.number) for part in parts), default=2)
    for part in parts:
        mark = part.number if part.kind == "passage" else {"ignored": "-", "left over": "?"}[part.kind]
        lines = part.words.split("\n")
        yield f"{mark:>{width}}  {lines[0]}".rstrip() + "\n"
        yield from (f"{'':{width}}  {line}\n" for line in lines[1:])
        yield from (f"{'':{width}}    {note}\n" for note in part.notes())
