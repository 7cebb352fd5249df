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
@click.argument("states", nargs=-1, required=True, metavar="STATES...")
@PROJECT_TO_CHANGE
@DRY_RUN
@handled
def add_command(states: tuple[str, ...], path: str | None, *, is_dry: bool) -> None:
    """Add STATES: their codes, names and identifiers, each with the row of the table that says it.

    STATES are codes of ISO 3166-1 (KEN, KE) or short names as the United Nations use them, in any of their languages.
    Each is a passage, of two tables. Codes and names in Arabic, Chinese, English, French, Russian and Spanish are from
    the Countries & Territories Taxonomy of OCHA (MIT licence), in data/country-names/; identifiers at Wikidata and
    GeoNames are from scograph's own table, in data/table-of-states/. A name that the table does not have comes from a
    passage of your sources.
    """
    project = project_to_change(path)
    base = load_graph(project).header.text("void:uriSpace")
    with editing(project) as edit:
        added = add_states(project, base, states)
        made = counted(sum(change.before is None for change in added.changes), "file")
        write_edit(edit, added.changes, told=added.told, is_dry=is_dry, done=f"{made} added")
