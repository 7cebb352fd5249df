"""The command that hashes a dataset: hash."""

from __future__ import annotations

import click

from scograph.cli.frame import examples, handled, write
from scograph.cli.inputs import inputs_of, read_options
from scograph.cli.options import ALLOW_CONTEXT, BASE, BUILTIN, FROM, GRAPH, OUTPUT, STRICT, InputPath
from scograph.cli.progress import reading
from scograph.cli.remote import loaded_graph
from scograph.formats import N_QUADS
from scograph.serialise.lines import n_quads


@click.command(name="hash", epilog=examples("scograph hash"))
@click.argument("inputs", metavar="[PATH]...", nargs=-1, type=InputPath(is_project=True))
@FROM
@BASE
@ALLOW_CONTEXT
@GRAPH
@click.option("--lines", is_flag=True, help="Print the canonical N-Quads themselves, not their SHA-256.")
@STRICT
@OUTPUT
@BUILTIN
@handled
def hash_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    inputs: tuple[str, ...],
    form_in: str | None,
    base: str,
    allowed: tuple[str, ...],
    graph: str | None,
    output: str,
    *,
    lines: bool,
) -> None:
    """Print the SHA-256 of a dataset's canonical form (RDFC-1.0): the same for the same facts, however written.

    PATH is a project, or RDF files, as for export.
    """
    from scograph.exports.canonical import canonical, digest  # noqa: PLC0415
    from scograph.exports.files import ExportOptions, export_files  # noqa: PLC0415

    read = read_options(base, form_in, allowed)
    files = inputs_of(inputs, read)
    if files is None:
        found = canonical(n_quads(loaded_graph(inputs[0] if inputs else None, None, graph, read).quads()))
    else:
        with reading(files) as told:
            options = ExportOptions(graph=graph or "", progress=told)
            found = canonical(export_files(files, N_QUADS.name, options))
    write(output, found if lines else [f"{digest(found)}\n".encode()])
