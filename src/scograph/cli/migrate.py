"""The command that takes a project of the last version over: migrate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from scograph.cli.frame import command_in_hand, examples, handled, open_project, say, write_text
from scograph.cli.options import InputPath
from scograph.edit.changes import FileChange, difference, editing
from scograph.edit.migration import Migration, migrations
from scograph.edit.replacing import Replacing, replaced_terms
from scograph.messages import counted
from scograph.project import Project
from scograph.read_options import OWN_BASE


@click.command(name="migrate", epilog=examples("scograph migrate --dry-run", "scograph migrate"))
@click.argument("path", required=False, type=InputPath())
@click.option("--dry-run", is_flag=True, help="Change nothing; print what would change.")
@handled
def migrate_command(path: str | None, *, dry_run: bool) -> None:
    """Take a project of the last version over: editions, and terms that others have replaced.

    In each source.ttl the digest, the lengths and the day of retrieval move from the document to an edition, in which
    its passages and ignored spans then stand. In all data, a class, property or concept that is deprecated gives way to
    the one that dcterms:isReplacedBy names; claims of changed statements have other IRIs, and readings and fit.tsv
    follow. Questions and shapes are left as they are. All other bytes stay, and so do the IRIs of passages. The
    difference goes to standard output. All files change, or none; a second run finds nothing to do.
    """
    project = open_project(path or ".", OWN_BASE)
    if dry_run:
        _show(*_changes(project), "would be")
        return
    with editing(project) as edit:
        found, replacing = _changes(project)
        edit.apply(replacing.changes, command_in_hand())
    _show(found, replacing, "")


def _changes(project: Project) -> tuple[tuple[Migration, ...], Replacing]:
    found = migrations(project)
    return found, replaced_terms(project, (one.change for one in found))


def _show(found: tuple[Migration, ...], replacing: Replacing, done: str) -> None:
    write_text("-", _differences(replacing.changes))
    would = f"{done} " if done else ""
    if not found and not replacing.statements:
        say("nothing to do: no document says of itself what an edition says, and no deprecated term is used")
        return
    if found:
        say(f"{counted(len(found), 'edition')} {would}made, of {counted(len(found), 'document')}")
        guessed = sum(one.extent != "whole" for one in found)
        if guessed:
            say(f"the extent of {counted(guessed, 'edition')} is excerpt: where more was read, say whole or beginning")
    for old, new in sorted((replacing.terms or {}).items(), key=str):
        say(f"{old.value} {would}replaced by {new.value}")
    if replacing.statements:
        say(f"{counted(replacing.statements, 'statement')} {would}changed")


def _differences(changes: Iterable[FileChange]) -> Iterator[str]:
    for change in changes:
        for line in difference(change.path, change.before or b"", change.after or b""):
            yield line.decode("utf-8")
