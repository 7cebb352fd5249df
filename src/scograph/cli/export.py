"""The command that writes the graph in one format: export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import click
from pyoxigraph import Quad, Triple

from scograph.cli.frame import examples, handled, open_project, say, write
from scograph.cli.inputs import inputs_of, read_options
from scograph.cli.options import (
    ALLOW_CONTEXT,
    BASE,
    BUILTIN,
    FACTS_ONLY,
    FROM,
    GRAPH,
    OUTPUT,
    STORE,
    STRICT,
    FormatName,
    InputPath,
)
from scograph.cli.progress import reading
from scograph.cli.remote import loaded_graph, opened_source
from scograph.errors import UsageError
from scograph.exports import SHAPES, exporter
from scograph.formats import CSV, EXPORT_FORMATS, JSON_LD, NDJSON_LD, OF_ONTOLOGY
from scograph.graph import Graph, load_graph
from scograph.messages import graphs_lost
from scograph.named_graphs import has_graphs
from scograph.streams import Source


@click.command(
    name="export",
    epilog=examples(
        "scograph export -f jsonld -o graph.jsonld",
        "scograph export -f nt --facts-only",
        "scograph export -f csv -o tables/",
    ),
)
@click.argument("inputs", metavar="[INPUT]...", nargs=-1, type=InputPath(is_project=True))
@click.option("-f", "--format", "form", type=FormatName([row.name for row in EXPORT_FORMATS]), required=True)
@FROM
@click.option(
    "--sort", "is_sorted", is_flag=True, help="Sort the output of RDF files; that of a project is always sorted."
)
@click.option("--shape", type=click.Choice(SHAPES), default="compact", show_default=True, help="The shape of JSON-LD.")
@click.option(
    "--context",
    "context_file",
    metavar="FILE",
    type=InputPath(),
    help="The context of JSON-LD, instead of the derived one.",
)
@click.option("--context-url", metavar="URL", default="", help="Write this URL instead of the context itself.")
@click.option("--frame", "frame_file", metavar="FILE", type=InputPath(), help="The frame for --shape framed.")
@BASE
@ALLOW_CONTEXT
@FACTS_ONLY
@click.option("--source", metavar="NAME", help="Only the facts of one source: the name of its folder in data/.")
@STORE
@GRAPH
@STRICT
@OUTPUT
@BUILTIN
@handled
def export_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    inputs: tuple[str, ...],
    form: str,
    form_in: str | None,
    is_sorted: bool,  # noqa: FBT001
    shape: str,
    context_file: str | None,
    context_url: str,
    frame_file: str | None,
    base: str,
    allowed: tuple[str, ...],
    facts_only: bool,  # noqa: FBT001
    source: str | None,
    store: str | None,
    graph: str | None,
    output: str,
) -> None:
    """Export a project, or RDF files of any size.

    INPUT is a project folder (one with data/ or scograph.toml): it comes out sorted, with its claims. Or it is RDF
    files, folders of them, or `-` for standard input: they are read as a stream and keep their order unless --sort is
    given. The extensions .gz and .zst compress and expand, of inputs and of FILE. csv writes several files: give -o a
    folder (ending in /) or a .zip file.
    """
    if (shape == "framed") != (frame_file is not None):
        raise UsageError("--shape framed and --frame FILE go together", hint="use both, or neither")
    if store is not None and (inputs or facts_only or source is not None or form in _OF_ONTOLOGY):
        raise UsageError("a store is exported alone, with its whole data", hint="take one graph of it with --graph")
    if graph is not None and source is not None:
        raise UsageError("--graph and --source exclude each other", hint="give one of them")
    json_ld = (shape, context_file, context_url, frame_file, allowed)
    if store is not None:
        _export_store(store, graph, form, json_ld, output)
        return
    read = read_options(base, form_in, allowed)
    files = inputs_of(inputs, read)
    if files is None:
        loaded = loaded_graph(inputs[0] if inputs else None, None, graph, read)
        is_one_graph = graph is not None  # which says no more than its own statements
        if not is_one_graph and not has_graphs(form, shape):
            names = sorted({str(quad.graph_name) for quad in loaded.quads_in_named_graphs(source=source)})
            if names:
                say(f"note: {graphs_lost(form, names[0])}")
        triples = loaded.default_graph(facts_only=facts_only or is_one_graph, source=source)
        _write_graph(loaded, triples, loaded.named_graphs(source=source), form, json_ld, output)
        return
    if facts_only or source is not None:
        raise UsageError("--facts-only and --source are for a project", hint="give a folder with data/ in it")
    if form in _OF_ONTOLOGY:
        raise UsageError(f"{form} is derived from a project", hint="give a folder with data/ in it")
    _export_files(files, form, json_ld, graph, output, is_sorted=is_sorted)


_OF_ONTOLOGY = tuple(row.name for row in OF_ONTOLOGY)
_JsonLd = tuple[str, str | None, str, str | None, tuple[str, ...]]
"""What JSON-LD is to be like: its shape, the file of its context and the context's address, the file of its frame, and
the contexts of others that it may refer to."""
_AS_IT_COMES = ("compact", None, "", None)

# What only some runs want is imported where it is wanted: all of it takes longer than to export a small project.


def _export_files(  # noqa: PLR0913 -- one call
    files: Sequence[Source],
    form: str,
    json_ld: _JsonLd,
    graph: str | None,
    output: str,
    *,
    is_sorted: bool,
) -> None:
    """RDF files, as streams."""
    from scograph.cli.json_ld import JsonLdOptions  # noqa: PLC0415
    from scograph.exports.files import ExportOptions, export_files, triples_of  # noqa: PLC0415

    wanted = JsonLdOptions.read(*json_ld)
    with reading(files) as told:
        options = ExportOptions(
            is_sorted,
            **vars(wanted),
            graph=graph or "",
            progress=told,
            note=lambda text: say(f"note: {text}"),
        )
        if form == CSV.name:
            _write_tables(triples_of(files, options), output)
        else:
            write(output, export_files(files, form, options))


def _export_store(store: str, name: str | None, form: str, json_ld: _JsonLd, output: str) -> None:
    """What a store holds: the default graph, or the one that is named, and the others where the format has graphs."""
    from scograph.stores.source import graphs_in, named_quads_in, quads_in  # noqa: PLC0415

    project = open_project(None, is_of_store=True)
    with opened_source(store, project) as source:
        triples: Iterator[Triple] = (quad.triple for quad in quads_in(source, name or ""))
        named = named_quads_in(source) if name is None else iter(())
        if name is None and not has_graphs(form, json_ld[0]):
            triples = _with_note(triples, graphs_in(source), form)
        _write_graph(load_graph(project), triples, named, form, json_ld, output)


def _with_note(triples: Iterable[Triple], names: Iterable[str], form: str) -> Iterator[Triple]:
    """The triples of a store's default graph; then it is said which graphs of the store were left out."""
    is_empty = True
    for triple in triples:
        is_empty = False
        yield triple
    graphs = list(names)
    if graphs:
        shown = f"<{graphs[0]}>" if len(graphs) == 1 else f"<{graphs[0]}> and {len(graphs) - 1:,} more"
        what = "the default graph is empty, and " if is_empty else ""
        say(f"note: {what}{form} has no named graphs, so these are left out: {shown}; take one with --graph, or -f nq")


def _write_graph(  # noqa: PLR0913, PLR0917 -- one call for projects and stores
    graph: Graph, triples: Iterable[Triple], named: Iterable[Quad], form: str, json_ld: _JsonLd, output: str
) -> None:
    """Write triples, and the quads of named graphs, as a graph's context and prefixes say."""
    if form == CSV.name:
        _write_tables(triples, output)
    elif form not in (JSON_LD.name, NDJSON_LD.name) or (form, json_ld[:4]) == (JSON_LD.name, _AS_IT_COMES):
        write(output, exporter(form).write(graph, triples, named))
    else:
        from scograph.cli.json_ld import JsonLdOptions  # noqa: PLC0415

        write(output, JsonLdOptions.read(*json_ld).written(graph, triples, named, by_line=form == NDJSON_LD.name))


def _write_tables(triples: Iterable[Triple], output: str) -> None:
    from scograph.cli.tables import write_tables  # noqa: PLC0415

    write_tables(output, triples)
