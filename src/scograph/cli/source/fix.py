"""The command that makes all numbers of a source again from its text and its words."""

from __future__ import annotations

import click

from scograph.cli.frame import examples, handled, say
from scograph.cli.source.editing import DRY_RUN, NAME, PROJECT_TO_CHANGE, project_to_change, write_edit
from scograph.edit.changes import editing
from scograph.edit.document import Document
from scograph.edit.fixing import fixed
from scograph.errors import UsageError


@click.command(name="fix", epilog=examples("scograph source fix minutes"))
@NAME
@PROJECT_TO_CHANGE
@DRY_RUN
@handled
def fix_command(name: str, path: str | None, *, is_dry: bool) -> None:
    """Make all numbers of a source again: places, lengths, digests, first and last words.

    A passage stays where its digest says that it is; else it is where its first and last words stand. So a passage may
    be written by hand with scog:textStart and scog:textEnd alone. Words that do not stand in the text, or in several
    places, are told, and nothing is written.
    """
    project = project_to_change(path)
    with editing(project) as edit:
        document = Document.open(project, name)
        found = fixed(document)
        for sentence in found.unknown:
            say(sentence)
        if found.unknown:
            raise UsageError(
                f"{len(found.unknown)} of the passages of {name} have no one place in the text, and nothing is written",
                hint="mend their scog:textStart and scog:textEnd in source.ttl",
            )
        change = document.rewrite(spans=found.spans, editions=found.editions)
        write_edit(edit, [change], told=found.told, is_dry=is_dry)
