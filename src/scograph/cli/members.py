"""The command that writes memberships of states in an organisation."""

from __future__ import annotations

import click
from pyoxigraph import NamedNode

from scograph import terms
from scograph.cli.frame import examples, handled
from scograph.cli.source.editing import DRY_RUN, PROJECT_TO_CHANGE, project_to_change, write_recorded
from scograph.edit.changes import editing
from scograph.edit.document import Document
from scograph.edit.locating import named_span
from scograph.edit.members import Joining, add_members, named_states, passage_of, role_of
from scograph.errors import UsageError
from scograph.graph import Graph, load_graph
from scograph.labels import Labels
from scograph.messages import counted


@click.command(
    name="members",
    epilog=examples(
        "scograph members union --source profile --passage 05 --role observer KEN 'BRA=the Brazilian state'",
        "scograph members union --source press-2025 --passage 04 --role partner --on 2025-09 --basis possible KEN",
    ),
)
@click.argument("organisation", metavar="ORGANISATION")
@click.argument("states", nargs=-1, required=True, metavar="STATES...")
@click.option("--source", "name", required=True, metavar="NAME", help="The source whose passage says it.")
@click.option("--passage", required=True, metavar="NUMBER", help="The passage.")
@click.option("--role", required=True, help="Their role: a concept of the scheme of roles, such as member.")
@click.option("--from", "since", default="", metavar="DATE", help="Since when: 2001, 2001-06 or 2001-06-15.")
@click.option("--until", default="", metavar="DATE", help="Until when.")
@click.option("--on", "seen_on", default="", metavar="DATE", help="When they are known to have it.")
@click.option(
    "--basis",
    type=click.Choice([one for one in terms.BASES if one != "editorial"]),
    default="stated",
    show_default=True,
    help="How it follows from the passage.",
)
@click.option("--note", default="", metavar="TEXT", help="How it is interpreted: a comment in the file.")
@PROJECT_TO_CHANGE
@DRY_RUN
@handled
def members_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    organisation: str,
    states: tuple[str, ...],
    name: str,
    passage: str,
    role: str,
    since: str,
    until: str,
    seen_on: str,
    basis: str,
    note: str,
    path: str | None,
    *,
    is_dry: bool,
) -> None:
    """Write that STATES have a role in ORGANISATION, as a passage of a source says it: a record for each.

    ORGANISATION is an IRI, a CURIE, the last part of an IRI, or a name. STATES are codes of ISO 3166-1 or short names
    of the United Nations in any of their languages; CODE='NAME' has the name as the passage prints it. States that the
    project does not have are added, as by `scograph states add`. New records get labels in the editorial layer, made of
    names, in the languages of the project.

    Nothing is written if a state is not in the table, a role not in its scheme or one of events and agreements, or all
    of it is there already; and for what is stated, if the words of the passage are at hand and do not say it.
    """
    if basis == "interpreted" and not note:
        raise UsageError("--basis interpreted needs a --note", hint="say what is interpreted, and how")
    project = project_to_change(path)
    named = named_states(states)
    with editing(project) as edit:
        graph = load_graph(project)
        document = Document.open(project, name)
        span = passage_of(document, named_span(document.spans, passage), passage)
        joining = Joining(
            _organisation(graph, organisation), role_of(graph, role), named, since, until, seen_on, basis, note
        )
        added = add_members(project, graph, document, span, joining)
        write_recorded(
            edit,
            document,
            added.changes,
            told=added.told,
            is_dry=is_dry,
            done=f"{counted(added.records, 'record')} written",
        )


def _organisation(graph: Graph, text: str) -> NamedNode:
    """The organisation that a person means, which the graph has to know."""
    found = Labels(graph).find(text)
    if not any(triple.subject == found and triple.predicate == terms.TYPE for triple in graph.facts):
        raise UsageError(f"no fact says what {found} is", hint="describe the organisation first: its class and a label")
    return found
