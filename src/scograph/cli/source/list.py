"""The command that lists sources with their editions, coverage and open questions."""

from __future__ import annotations

import click

from scograph.cli.answers import write_json
from scograph.cli.frame import examples, handled, write_text
from scograph.cli.options import TEXT_OR_JSON
from scograph.cli.source.editing import PROJECT_TO_CHANGE, project_to_change
from scograph.edit.overview import Overview, overviews


@click.command(name="list", epilog=examples("scograph source list", "scograph source list -f json"))
@PROJECT_TO_CHANGE
@TEXT_OR_JSON
@handled
def list_command(path: str | None, form: str) -> None:
    """List the sources: editions, passages, how much of the text is accounted for, and what is open."""
    found = overviews(project_to_change(path))
    if form == "json":
        write_json("-", [one.as_json() for one in found])
    else:
        width = max((len(one.name) for one in found), default=0)
        write_text("-", (_line(one, width) for one in found))


def _line(one: Overview, width: int) -> str:
    covered = "" if one.percent is None else f"{one.percent:3d} %"
    opened = "; ".join(one.questions)
    return f"{one.name:{width}}  {one.editions:2d}  {one.passages:3d}  {covered:5}  {opened}".rstrip() + "\n"
