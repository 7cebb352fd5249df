"""The command that shows the text of a source with its passages."""

from __future__ import annotations

from collections.abc import Iterator

import click

from scograph.cli.answers import write_json
from scograph.cli.frame import examples, handled, write_text
from scograph.cli.options import TEXT_OR_JSON
from scograph.cli.source.editing import NAME, PROJECT_TO_CHANGE, project_to_change
from scograph.edit.document import Document
from scograph.edit.overview import Part, parts_of
from scograph.edit.passages import Passages


@click.command(name="show", epilog=examples("scograph source show minutes", "scograph source show minutes -f json"))
@NAME
@PROJECT_TO_CHANGE
@TEXT_OR_JSON
@handled
def show_command(name: str, path: str | None, form: str) -> None:
    """Show the text of a source, each passage with its number, and what is ignored or left over.

    With -f json also the places, quotations and files of facts of each passage.
    """
    passages = Passages.of(Document.open(project_to_change(path), name))
    parts = parts_of(passages)
    if form == "json":
        write_json(
            "-",
            {
                "name": name,
                "iri": passages.document.iri.value,
                "title": passages.document.title,
                "edition": passages.edition.iri.value,
                "parts": [part.as_json() for part in parts],
            },
        )
    else:
        write_text("-", _lines(passages, parts))


def _lines(passages: Passages, parts: list[Part]) -> Iterator[str]:
    edition = passages.edition
    yield f"{passages.document.title}\n"
    facts = [edition.iri.value.rpartition("/")[2], edition.extent, edition.retrieved_on]
    yield f"edition {', '.join(filter(None, facts))}\n\n"
    width = max((len(part.number) for part in parts), default=2)
    for part in parts:
        mark = part.number if part.kind == "passage" else {"ignored": "-", "left over": "?"}[part.kind]
        lines = part.words.split("\n")
        yield f"{mark:>{width}}  {lines[0]}\n"
        yield from (f"{'':{width}}  {line}\n" for line in lines[1:])
        yield from (f"{'':{width}}    {note}\n" for note in part.notes())
