"""The command that says what a document or one of its passages is about."""

from __future__ import annotations

import click

from scograph.cli.frame import examples, handled
from scograph.cli.source.editing import (
    DRY_RUN,
    NAME,
    PROJECT_TO_CHANGE,
    edit_passages,
    project_to_change,
    write_recorded,
)
from scograph.edit.changes import editing
from scograph.edit.document import Document
from scograph.graph import load_graph
from scograph.labels import Labels


@click.command(
    name="about",
    epilog=examples(
        "scograph source about minutes 'First item'", "scograph source about minutes --passage 02 'First item'"
    ),
)
@NAME
@click.argument("things", nargs=-1)
@click.option("--passage", default="", help="The passage, by its number or by words of it  [default: the document].")
@PROJECT_TO_CHANGE
@DRY_RUN
@handled
def about_command(name: str, things: tuple[str, ...], passage: str, path: str | None, *, is_dry: bool) -> None:
    """Say what a document, or one PASSAGE of it, is about: THINGS of the graph, each named as for show.

    They take the place of what it was about; without THINGS it is about nothing that is stated.
    """
    project = project_to_change(path)
    labels = Labels(load_graph(project), ("en",))
    found = [labels.find(thing) for thing in things]
    if passage:
        edit_passages(path, name, lambda passages: passages.about(passage, found), is_dry=is_dry)
        return
    with editing(project) as edit:
        document = Document.open(project, name)
        write_recorded(edit, document, [document.rewrite(about=found)], is_dry=is_dry)
