"""The command that takes a project of the last version over: migrate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from scograph.cli.frame import examples, handled, open_project, say, write_text
from scograph.cli.options import InputPath
from scograph.edit.changes import FileChange, difference, editing
from scograph.edit.migration import Migration, migrations
from scograph.messages import counted
from scograph.read_options import OWN_BASE


@click.command(name="migrate", epilog=examples("scograph migrate --dry-run", "scograph migrate"))
@click.argument("path", required=False, type=InputPath())
@click.option("--dry-run", is_flag=True, help="Change nothing; print what would change.")
@handled
def migrate_command(path: str | None, *, dry_run: bool) -> None:
    """Take a project of the last version over: what its documents said of their texts moves to editions.

    In each source.ttl the digest, the lengths and the day of retrieval move from the document to an edition, in which
    its passages and ignored spans then stand. All other bytes stay, and so do the IRIs of passages and claims. The
    difference goes to standard output. All files change, or none; a second run finds nothing to do.
    """
    project = open_project(path or ".", OWN_BASE)
    if dry_run:
        _show(migrations(project), "would be made")
        return
    with editing(project) as edit:
        found = migrations(project)
        edit.apply(one.change for one in found)
    _show(found, "made")


def _show(found: tuple[Migration, ...], done: str) -> None:
    write_text("-", _differences(one.change for one in found))
    if not found:
        say("nothing to do: no document says of itself what an edition says")
        return
    say(f"{counted(len(found), 'edition')} {done}, of {counted(len(found), 'document')}")
    guessed = sum(one.extent != "whole" for one in found)
    if guessed:
        say(f"the extent of {counted(guessed, 'edition')} is excerpt: where more was read, say whole or beginning")


def _differences(changes: Iterable[FileChange]) -> Iterator[str]:
    for change in changes:
        for line in difference(change.path, change.before or b"", change.after or b""):
            yield line.decode("utf-8")
