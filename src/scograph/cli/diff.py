"""The command that compares two datasets: diff."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import click

from scograph.cli.frame import examples, handled, open_project, say, write, write_text
from scograph.cli.inputs import read_options
from scograph.cli.options import ALLOW_CONTEXT, BASE, BUILTIN, FROM, GRAPH, OUTPUT, STORE, STRICT, InputPath
from scograph.cli.remote import stored_graph
from scograph.differences.changes import changes
from scograph.differences.matching import compare
from scograph.differences.rendering import RENDERERS, TEXT_FORMATS
from scograph.differences.sides import PARTS, Side, apart, graph_side, open_side
from scograph.errors import ScographError, UsageError
from scograph.graph import load_graph
from scograph.project import builtin_folder
from scograph.read_options import ReadOptions, file_iri
from scograph.revisions import is_revision, take_out
from scograph.stores.addresses import is_address


@click.command(
    name="diff",
    epilog=examples(
        "scograph diff public .",
        "scograph diff -f sparql public . -o update.ru",
    ),
)
@click.argument("before", metavar="A", required=False, type=InputPath())
@click.argument("after", metavar="[B]", required=False, type=InputPath(is_project=True))
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(list(RENDERERS)),
    default="text",
    show_default=True,
    help="text, md and html are for people; json for programs; rdf-patch and sparql turn A into B.",
)
@click.option(
    "--part", type=click.Choice(PARTS), default="data", show_default=True, help="The part of a folder that is compared."
)
@FROM
@BASE
@ALLOW_CONTEXT
@click.option("--exit-code", "tells", is_flag=True, help="Exit with 1 if there is a difference.")
@STORE
@GRAPH
@STRICT
@OUTPUT
@BUILTIN
@handled
def diff_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    before: str | None,
    after: str | None,
    form: str,
    part: str,
    form_in: str | None,
    base: str,
    allowed: tuple[str, ...],
    store: str | None,
    graph: str | None,
    output: str,
    *,
    tells: bool,
) -> None:
    """Show which facts B has and A has not, and the other way round: by thing, in words, with their sources.

    A and B are RDF files, project folders, folders that a build or a release wrote, or what git has: `main:` is the
    current folder as it is on main, `HEAD~1:data/x/01.ttl` a file by its path in the repository. Without B, A is
    compared with the project in the current folder. With --store, A is what the store has, and the one name that is
    given is B; a value that the store writes in another way is no difference. --graph takes one named graph of each
    side, and with --store that of the store. Blank nodes are matched by their statements.
    """
    if graph is not None and part != "data":
        raise UsageError("ontologies and shapes have no named graphs", hint="leave out --part or --graph")
    if store is not None:
        if after is not None or part != "data":
            raise UsageError(
                "a store is one side, and its data is compared", hint="name one other side, and leave out --part"
            )
    elif before is None:
        raise UsageError("there is nothing to compare", hint="name A, or a store with --store")
    read = read_options(base, form_in, allowed)
    top = next((one for one in (after, before) if one is not None and not is_revision(one)), ".")
    one_base = "" if form in _PATCHES else file_iri(top)
    with ExitStack() as stack:
        if store is not None:
            other = _side(before, part, stack, None, read, one_base)
            stored = _stored_side(store, graph, other)
            sides = (apart(stored), apart(other)) if is_address(store) else (stored, other)
        else:
            sides = (
                _side(before, part, stack, graph, read, one_base),
                _side(after, part, stack, graph, read, one_base),
            )
        difference = compare(sides[0].lines, sides[1].lines)
        told = changes(*sides, difference)
        pieces = RENDERERS[form](told)
        if form in TEXT_FORMATS:
            write_text(output, (piece.decode() for piece in pieces))
        else:
            write(output, pieces)
    if form != "text":
        say(told.summary)
    if tells and difference:
        raise SystemExit(1)


def _stored_side(store: str, graph: str | None, other: Side) -> Side:
    """What a store holds; values that it writes in its own way are said, and are no difference."""
    from scograph.stores.source import with_lexical_forms_of  # noqa: PLC0415 -- a comparison of files needs no store

    stored, names = with_lexical_forms_of(stored_graph(open_project(None, is_of_store=True), store, graph), other.lines)
    if names:
        say(f"the store writes {', '.join(names)} in another form: this is not a difference")
    return graph_side(stored, "data", store)


_PATCHES = ("rdf-patch", "sparql")
"""Formats that change data elsewhere, and are not to name paths of this machine."""


def _side(  # noqa: PLR0913, PLR0917 -- two calls
    name: str | None, part: str, stack: ExitStack, graph: str | None, read: ReadOptions, one_base: str
) -> Side:
    """One side; relative IRIs are resolved as if the files of both sides were in one place."""

    def moved(path: str) -> ReadOptions:
        return replace(read, moved=(path, one_base)) if one_base else read

    if name is None:
        project = open_project(None, replace(moved("."), row=None))
        loaded = load_graph(project)
        title = f"the {'built-in project' if project.root == builtin_folder() else 'project here'}"
        return graph_side(loaded if graph is None else loaded.only_graph(graph), part, title)
    if not is_revision(name):
        return open_side(name, part, options=moved(name), graph=graph or "")
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="scograph-")))
    place = take_out(name, folder)
    try:
        return open_side(str(place), part, name, moved(str(place)), graph=graph or "")
    except ScographError as error:  # what is temporary means nothing to anybody
        error.message, error.hint = (
            text.replace(str(place), name).replace(str(folder), name) for text in (error.message, error.hint)
        )
        raise
