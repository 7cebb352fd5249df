"""The command that splits a passage of a source where words begin."""

from __future__ import annotations

import click

from scograph.cli.frame import examples, handled
from scograph.cli.source.editing import DRY_RUN, NAME, PROJECT_TO_CHANGE, edit_passages


@click.command(name="split", epilog=examples("scograph source split minutes 02 --at 'The next'"))
@NAME
@click.argument("passage")
@click.option("--at", "words", required=True, multiple=True, help="Words with which a new passage begins. Repeatable.")
@PROJECT_TO_CHANGE
@DRY_RUN
@handled
def split_command(name: str, passage: str, words: tuple[str, ...], path: str | None, *, is_dry: bool) -> None:
    """Split a PASSAGE, named by its number or by words of it, where other words begin.

    The first part keeps the number and the facts, which are named. If the passage was released, it stays as it is, and
    the parts are new passages that revise it.
    """
    edit_passages(path, name, lambda passages: passages.split(passage, words), is_dry=is_dry)
