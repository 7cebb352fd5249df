"""The command that adds states from the installed table."""

from __future__ import annotations

import click

from scograph.cli.frame import examples, handled
from scograph.cli.source.editing import DRY_RUN, PROJECT_TO_CHANGE, project_to_change, write_edit
from scograph.edit.changes import editing
from scograph.edit.states import add_states
from scograph.graph import load_graph
from scograph.messages import counted


@click.command(name="add", epilog=examples("scograph states add KEN BRA"))
@click.argument("codes", nargs=-1, required=True, metavar="CODES...")
@PROJECT_TO_CHANGE
@DRY_RUN
@handled
def add_command(codes: tuple[str, ...], path: str | None, *, is_dry: bool) -> None:
    """Add the states with CODES: their codes and identifiers, each with the row of the table that says it.

    Each is credited to a row of a table, a passage each. States that the built-in project has come with their names, in
    data/country-codes/, from datasets/country-codes, which is in the public domain (PDDL 1.0). Others have codes and
    identifiers from scograph's own table, in data/table-of-states/; their names come from passages of your sources.
    """
    project = project_to_change(path)
    base = load_graph(project).header.text("void:uriSpace")
    with editing(project) as edit:
        added = add_states(project, base, codes)
        made = counted(sum(change.before is None for change in added.changes), "file")
        write_edit(edit, added.changes, told=added.told, is_dry=is_dry, done=f"{made} added")
