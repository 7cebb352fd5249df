"""The command that has a passage of a source quote words of it."""

from __future__ import annotations

import click
from pyoxigraph import Literal

from scograph.cli.frame import examples, handled
from scograph.cli.source.editing import DRY_RUN, NAME, PROJECT_TO_CHANGE, edit_passages, project_to_change
from scograph.edit.passages import Edited, Passages
from scograph.graph import load_graph


@click.command(
    name="quote",
    epilog=examples("scograph source quote minutes 'The next meeting'", "scograph source quote minutes 02 --remove"),
)
@NAME
@click.argument("words")
@click.option("--remove", "is_removed", is_flag=True, help="Take the quotation of a passage out.")
@PROJECT_TO_CHANGE
@DRY_RUN
@handled
def quote_command(name: str, words: str, path: str | None, *, is_removed: bool, is_dry: bool) -> None:
    """Have the passage that has these WORDS quote them.

    At most 25 words, or 60 Han characters, that stand in one place of the text. Of one document at most a tenth of what
    was read is quoted; titles, names of the graph and dates do not count.
    """

    def made(passages: Passages) -> Edited:
        return passages.unquote(words) if is_removed else passages.quote(words, names=names)

    graph = load_graph(project_to_change(path)) if not is_removed else None
    names = {quad.object.value for quad in graph.facts if isinstance(quad.object, Literal)} if graph else set()
    edit_passages(path, name, made, is_dry=is_dry)
