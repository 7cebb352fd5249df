"""The command that says without which passages one of a source cannot be read."""

from __future__ import annotations

import click

from scograph.cli.frame import examples, handled
from scograph.cli.source.editing import DRY_RUN, NAME, PROJECT_TO_CHANGE, edit_passages


@click.command(
    name="read-with",
    epilog=examples("scograph source read-with minutes 02 01"),
)
@NAME
@click.argument("passage")
@click.argument("others", nargs=-1)
@PROJECT_TO_CHANGE
@DRY_RUN
@handled
def read_with_command(name: str, passage: str, others: tuple[str, ...], path: str | None, *, is_dry: bool) -> None:
    """Say that a PASSAGE cannot be read without OTHERS: a heading, or the line that names its subject.

    Passages are named by their numbers or by words of them; 05-09,12 is each of these numbers as a PASSAGE. OTHERS take
    the place of what it was read with; without OTHERS it is read by itself.
    """
    edit_passages(path, name, lambda passages: passages.read_with(passage, others), is_dry=is_dry)
