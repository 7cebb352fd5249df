"""The command that gives a passage its place in the text of a source."""

from __future__ import annotations

import click

from scograph.cli.frame import examples, handled
from scograph.cli.source.editing import DRY_RUN, NAME, PROJECT_TO_CHANGE, edit_passages


@click.command(name="place", epilog=examples("scograph source place minutes 'It met … in May.' --passage 02"))
@NAME
@click.argument("words")
@click.option(
    "--passage", "which", default="", help="The number of a passage without a place  [default: a new passage]."
)
@PROJECT_TO_CHANGE
@DRY_RUN
@handled
def place_command(name: str, words: str, which: str, path: str | None, *, is_dry: bool) -> None:
    """Say that a passage has these WORDS of the text: one that had a locator alone, or a new one.

    WORDS are all words of the passage, white space aside; for many, the first and the last of them with … between.
    They belong to no other passage. The passage keeps its number, its facts and its locator.
    """
    edit_passages(path, name, lambda passages: passages.place(words, which=which), is_dry=is_dry)
