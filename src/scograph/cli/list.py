"""The command that lists the things of a class: list."""

from __future__ import annotations

import click

from scograph.answers.listing import CLASS_COLUMNS, class_rows, thing_table
from scograph.cli.frame import examples, handled, write
from scograph.cli.options import BUILTIN, GRAPH, LANGUAGES, OUTPUT, PROJECT, ROWS_FORMAT, STORE
from scograph.cli.remote import loaded_graph
from scograph.labels import Labels
from scograph.stores.results import rows_text


@click.command(
    name="list", epilog=examples("scograph list", "scograph list scog:Passage", "scograph list -f csv SourceDocument")
)
@click.argument("kind", metavar="[CLASS]", required=False)
@PROJECT
@LANGUAGES
@ROWS_FORMAT
@STORE
@GRAPH
@OUTPUT
@BUILTIN
@handled
def list_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    kind: str | None,
    path: str | None,
    languages: tuple[str, ...],
    form: str,
    store: str | None,
    graph: str | None,
    output: str,
) -> None:
    """List the things of a class and of its subclasses, with their names; without a CLASS, the classes with counts.

    CLASS is an IRI, a CURIE, or a name as for show. Where things have a status, or are concepts of schemes, there is a
    column for it.
    """
    loaded = loaded_graph(path, store, graph)
    labels = Labels(loaded, (*languages, "en"))
    if kind is None:
        listed = rows_text(CLASS_COLUMNS, class_rows(loaded, labels), form, loaded.prefixes)
    else:
        columns, rows = thing_table(loaded, labels, labels.find_class(kind))
        listed = rows_text(columns, rows, form, loaded.prefixes)
    write(output, [listed])
