"""The command that makes numbers, and the table of recorded fits, of sources again from their texts and words."""

from __future__ import annotations

import click

from scograph.cli.frame import examples, handled, say
from scograph.cli.source.editing import (
    DRY_RUN,
    PROJECT_TO_CHANGE,
    project_to_change,
    tell_recording,
    write_edit,
)
from scograph.edit.changes import FileChange, editing
from scograph.edit.document import Document, source_names
from scograph.edit.fixing import fixed
from scograph.edit.recording import has_table, record_fits
from scograph.errors import UsageError
from scograph.messages import counted
from scograph.texts import TextArchive


@click.command(name="fix", epilog=examples("scograph source fix minutes", "scograph source fix --all"))
@click.argument("names", metavar="NAME…", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All sources.")
@PROJECT_TO_CHANGE
@DRY_RUN
@handled
def fix_command(names: tuple[str, ...], path: str | None, *, every: bool, is_dry: bool) -> None:
    """Make all numbers of a source again: places, lengths, digests, first and last words; and record what it says.

    A passage stays where its digest says that it is; else it is where its first and last words stand. So a passage may
    be written by hand with scog:textStart and scog:textEnd alone. Of several places, one that is all of a line is
    meant. Words that do not stand in the text, or in several places, are told, and nothing is written.

    Beside source.ttl, fit.tsv gets a row for each stated claim that the words of its passage say, so that it is known
    where the text is not at hand. What they do not say is told, at the line of the fact.
    """
    if every == bool(names):
        raise UsageError("no source is named" if not names else "--all goes with no NAME", hint="name one, or --all")
    project = project_to_change(path)
    archive = TextArchive(project)
    with editing(project) as edit:
        documents = [Document.open(project, name) for name in names or source_names(project)]
        changes: list[FileChange] = []
        told: list[str] = []
        for document in documents:
            is_at_hand = any(document.text(edition, archive) is not None for edition in document.editions)
            if not is_at_hand and (every or has_table(document)):
                if not every:
                    told.append(f"no text of {document.name} is at hand: its numbers stay")
                continue
            found = fixed(document)
            for sentence in found.unknown:
                say(sentence)
            if found.unknown:
                raise UsageError(
                    f"no one place in the text of {document.name}: {counted(len(found.unknown), 'passage')}; "
                    "nothing is written",
                    hint="mend their scog:textStart and scog:textEnd in source.ttl",
                )
            told += found.told
            changes.append(document.rewrite(spans=found.spans, editions=found.editions))
        recording = record_fits(project, [document.path for document in documents], changes, archive.text)
        write_edit(edit, [*changes, *recording.changes], told=told, is_dry=is_dry)
        tell_recording(recording)
