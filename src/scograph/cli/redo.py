"""The command that makes an edit again that was undone: redo."""

from __future__ import annotations

import click

from scograph.cli.frame import examples, handled
from scograph.cli.options import InputPath
from scograph.cli.undo import again
from scograph.edit.changes import Editing


@click.command(name="redo", epilog=examples("scograph redo --dry-run", "scograph redo"))
@click.argument("path", required=False, type=InputPath())
@click.option("--dry-run", "is_dry", is_flag=True, help="Print what would change, and write nothing.")
@handled
def redo_command(path: str | None, *, is_dry: bool) -> None:
    """Make the edit again that `scograph undo` took back last.

    A new edit ends this: what was undone before it cannot be made again. A file that somebody else changed since is not
    touched: nothing is written, and what is expected is shown against what is there now.
    """
    again(path, Editing.next_redo, Editing.redo, is_dry=is_dry)
