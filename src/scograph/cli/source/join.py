"""The command that joins two passages of a source that follow each other."""

from __future__ import annotations

import click

from scograph.cli.frame import examples, handled
from scograph.cli.source.editing import DRY_RUN, NAME, PROJECT_TO_CHANGE, edit_passages


@click.command(name="join", epilog=examples("scograph source join minutes 02 03"))
@NAME
@click.argument("first")
@click.argument("second")
@PROJECT_TO_CHANGE
@DRY_RUN
@handled
def join_command(name: str, first: str, second: str, path: str | None, *, is_dry: bool) -> None:
    """Join two passages that follow each other, named by their numbers or by words of them.

    The FIRST keeps its number, and the files with the facts of the SECOND are renamed to it; where it has a file of the
    same basis, that one gets them. If one of them was released, both stay as they are, and the whole is a new passage
    that revises them.
    """
    edit_passages(path, name, lambda passages: passages.join(first, second), is_dry=is_dry)
