"""The command that gives a passage its place in the text of a source."""

from __future__ import annotations

import click

from scograph.cli.frame import examples, handled
from scograph.cli.source.editing import DRY_RUN, NAME, PROJECT_TO_CHANGE, edit_passages
from scograph.edit.passages import Edited, Passages
from scograph.errors import UsageError
from scograph.updates.texts import kept_page


@click.command(
    name="place",
    epilog=examples(
        "scograph source place minutes 'It met … in May.' --passage 02", "scograph source place minutes --rest"
    ),
)
@NAME
@click.argument("words", default="")
@click.option(
    "--passage", "which", default="", help="The number of a passage without a place  [default: a new passage]."
)
@click.option("--rest", is_flag=True, help="Make a passage of each block of the text that lies in none.")
@PROJECT_TO_CHANGE
@DRY_RUN
@handled
def place_command(name: str, words: str, which: str, rest: bool, path: str | None, *, is_dry: bool) -> None:  # noqa: FBT001, PLR0913 -- click hands every option over by itself
    """Say that a passage has these WORDS of the text: one that had a locator alone, or a new one.

    WORDS are all words of the passage, white space aside; for many, the first and the last of them with … between.
    They belong to no other passage. If they stand in several places, they are those that are all of a line. The
    passage keeps its number, its facts and its locator.

    With --rest, each heading, paragraph, item and row that lies in no passage becomes one, as `scograph source add`
    has it.
    """
    if rest == bool(words) or (rest and which):
        raise UsageError(
            "give WORDS, or --rest for all that lies in no passage",
            hint=f"scograph source show {name} marks that with ?",
        )
    if rest:
        edit_passages(path, name, _rest, is_dry=is_dry)
    else:
        edit_passages(path, name, lambda passages: passages.place(words, which=which), is_dry=is_dry)


def _rest(passages: Passages) -> Edited:
    """A passage for each block that is in none."""
    page = kept_page(passages.document)
    if page is None:
        raise UsageError(
            f"{passages.document.name}: its text cannot be divided: the original gives another text today",
            hint="place words",
        )
    return passages.place_rest(page)
