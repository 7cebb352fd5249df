"""The command that leaves words of a source out, for a stated reason."""

from __future__ import annotations

import click

from scograph.cli.frame import examples, handled
from scograph.cli.source.editing import DRY_RUN, NAME, PROJECT_TO_CHANGE, edit_passages


@click.command(
    name="ignore",
    epilog=examples("scograph source ignore minutes 'Printed … paper.' --because 'A notice of the printer.'"),
)
@NAME
@click.argument("words")
@click.option("--because", required=True, help="The reason, a sentence.")
@click.option("--language", default="en", show_default=True, metavar="TAG", help="The language of the reason.")
@PROJECT_TO_CHANGE
@DRY_RUN
@handled
def ignore_command(  # noqa: PLR0913 -- click hands every option over by itself
    name: str, words: str, because: str, language: str, path: str | None, *, is_dry: bool
) -> None:
    """Leave WORDS out, or the passage of a number: they are an ignored span then, with the reason.

    WORDS are exactly what is left out, white space aside; for many, the first and the last of them with … between. What
    a passage has before and after them stays a passage. A passage on which facts rest is not ignored.
    """
    edit_passages(path, name, lambda passages: passages.ignore(words, because, language=language), is_dry=is_dry)
