"""Commands that give the graph away: export, hash."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click
from pyoxigraph import Quad, Triple

from scograph.cli.frame import OUTPUT, atomically, examples, handled, open_project, say, write
from scograph.cli.inputs import inputs_of
from scograph.cli.remote import STORE, STORE_GRAPH, open_source
from scograph.errors import InputError, UsageError
from scograph.exports import context_of, exporter
from scograph.exports.canonical import canonical, digest
from scograph.exports.contexts import AllowedContexts
from scograph.exports.files import SHAPES, Options, export_files, shaped_quads, triples_of
from scograph.exports.tables import METADATA, tables
from scograph.graph import Graph, load_graph
from scograph.model import FORMATS, Document
from scograph.project import read_bytes
from scograph.serialise.context import Context
from scograph.serialise.jsonld import JsonLd
from scograph.serialise.lines import n_quads
from scograph.streams import Source

FILE_FORMATS = (*(row.name for row in FORMATS), "ndjson-ld", "csv")
_FROM = click.option(
    "--from",
    "form_in",
    type=click.Choice([row.name for row in FORMATS]),
    help="The format of the input, where its extension does not tell; `-` needs it.",
)
_ALLOW = click.option(
    "--allow-context",
    "allowed",
    metavar="URL[=FILE]",
    multiple=True,
    help="Let JSON-LD input refer to the context at URL: fetched, or read from FILE. Repeatable.",
)


@click.command(
    epilog=examples(
        "scograph export -f jsonld -o graph.jsonld",
        "scograph export -f nt --facts-only",
        "scograph export -f csv -o tables/",
    )
)
@click.argument("inputs", metavar="[INPUT]...", nargs=-1)
@click.option("-f", "--format", "form", type=click.Choice([*FILE_FORMATS, "context"]), required=True)
@_FROM
@click.option("--sort", "is_sorted", is_flag=True, help="Sort the output of RDF files; a project's is sorted anyway.")
@click.option("--shape", type=click.Choice(SHAPES), default="compact", show_default=True, help="The shape of JSON-LD.")
@click.option("--context", "context_file", metavar="FILE", help="The context of JSON-LD, instead of the derived one.")
@click.option("--context-url", metavar="URL", default="", help="Write the context's address in its place.")
@click.option("--frame", "frame_file", metavar="FILE", help="The frame for --shape framed.")
@_ALLOW
@click.option("--facts-only", is_flag=True, help="Leave out claims and the descriptions of documents and concepts.")
@click.option("--source", metavar="NAME", help="Only what one source says, by the name of its folder in data/.")
@STORE
@STORE_GRAPH
@OUTPUT
@handled
def export(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    inputs: tuple[str, ...],
    form: str,
    form_in: str | None,
    is_sorted: bool,  # noqa: FBT001
    shape: str,
    context_file: str | None,
    context_url: str,
    frame_file: str | None,
    allowed: tuple[str, ...],
    facts_only: bool,  # noqa: FBT001
    source: str | None,
    store: str | None,
    store_graph: str | None,
    output: str,
) -> None:
    """Export a project, or RDF files of any size.

    INPUT is a project folder (one with data/ or scograph.toml): it comes out sorted, with its claims. Or it is RDF
    files, folders of them, or `-` for standard input: they are read as a stream and keep their order unless --sort is
    given. The extensions .gz and .zst compress and expand, of inputs and of FILE. csv writes several files: give -o a
    folder (ending in /) or a .zip file.
    """
    if (shape == "framed") != (frame_file is not None):
        raise UsageError("--shape framed and --frame FILE go together", hint="give both, or neither")
    if store is not None:
        if inputs or facts_only or source is not None or form == "context":
            raise UsageError("a store is exported as it is, and alone", hint="take one graph of it with --graph")
    elif store_graph is not None:
        raise UsageError("--graph is for --store", hint="give both")
    context = _context(context_file) if context_file else None
    frame = _json_object(frame_file) if frame_file else None
    json_ld = (shape, context, context_url, frame)
    if store is not None:
        _export_store(store, store_graph, form, json_ld, output)
        return
    files = inputs_of(inputs, form_in)
    if files is None:
        graph = load_graph(open_project(inputs[0] if inputs else None))
        triples = graph.default_graph(facts_only=facts_only, source=source)
        _write_graph(graph, triples, graph.passage_graphs(source=source), form, json_ld, output)
        return
    if facts_only or source is not None:
        raise UsageError("--facts-only and --source are for a project", hint="give a folder with data/ in it")
    if form == "context":
        raise UsageError("the context is derived from a project", hint="give a folder with data/ in it")
    options = Options(
        is_sorted,
        shape,
        context,
        context_url,
        frame,
        AllowedContexts.read(allowed),
        noted=lambda text: say(f"note: {text}"),
    )
    with progress(files) as told:
        watched = Options(**{**vars(options), "progress": told})
        if form == "csv":
            _write_documents(output, tables(triples_of(files, watched)))
        else:
            write(output, export_files(files, form, watched))


_JsonLd = tuple[str, Context | None, str, dict[str, Any] | None]
"""What JSON-LD is to be like: its shape, its context and the context's address, its frame."""


def _export_store(store: str, name: str | None, form: str, json_ld: _JsonLd, output: str) -> None:
    """What a store holds: the default graph, or the one that is named, and the others where the format has graphs."""
    from scograph.stores.source import named_quads_in, quads_in  # noqa: PLC0415 -- what speaks to stores is slow

    with closing(open_source(store)) as source:
        triples = (quad.triple for quad in quads_in(source, name or ""))
        named = named_quads_in(source) if name is None else iter(())
        _write_graph(load_graph(open_project(None)), triples, named, form, json_ld, output)


def _write_graph(  # noqa: PLR0913, PLR0917 -- one call for projects and stores
    graph: Graph, triples: Iterable[Triple], named: Iterable[Quad], form: str, json_ld: _JsonLd, output: str
) -> None:
    """Write triples, and the quads of named graphs, as a graph's context and prefixes say."""
    shape, context, context_url, frame = json_ld
    if form == "csv":
        _write_documents(output, tables(triples))
    elif form not in ("jsonld", "ndjson-ld") or (form, *json_ld) == ("jsonld", "compact", None, "", None):
        write(output, exporter(form).write(graph, triples, named))
    else:
        quads = (Quad(t.subject, t.predicate, t.object) for t in triples)
        used = context_of(graph) if context is None else context
        if shape == "compact":
            write(output, JsonLd(used, context_url, by_line=form == "ndjson-ld").sorted(quads))
        else:
            write(output, shaped_quads(quads, shape, used, frame))


@click.command(name="hash", epilog=examples("scograph hash"))
@click.argument("inputs", metavar="[PATH]...", nargs=-1)
@_FROM
@_ALLOW
@click.option("--lines", is_flag=True, help="Print the canonical N-Quads themselves, not their SHA-256.")
@OUTPUT
@handled
def hash_command(
    inputs: tuple[str, ...], form_in: str | None, allowed: tuple[str, ...], output: str, *, lines: bool
) -> None:
    """Print the SHA-256 of a dataset's canonical form (RDFC-1.0): the same for the same facts, however written.

    PATH is a project, or RDF files, as for export.
    """
    files = inputs_of(inputs, form_in)
    if files is None:
        found = canonical(n_quads(load_graph(open_project(inputs[0] if inputs else None)).quads()))
    else:
        with progress(files) as told:
            options = Options(allowed=AllowedContexts.read(allowed), progress=told)
            found = canonical(export_files(files, "nq", options))
    write(output, found if lines else [f"{digest(found)}\n".encode()])


def _json_object(path: str) -> dict[str, Any]:
    try:
        value = json.loads(read_bytes(Path(path)))
    except ValueError as error:
        raise InputError(f"{path}: not JSON: {error}", hint="JSON has double quotes, and no comma at an end") from error
    if not isinstance(value, dict):
        raise InputError(f"{path}: not a JSON object", hint='write {"@context": {…}}')
    return value


def _context(path: str) -> Context:
    value = _json_object(path)
    context = value.get("@context", value)
    if not isinstance(context, dict):
        raise InputError(f"{path}: its @context is no object", hint="write the terms out in one object")
    return context


# Output of several files


def _write_documents(output: str, documents: Iterable[Document]) -> None:
    if output.lower().endswith(".zip"):
        with atomically(Path(output)) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for document in documents:
                entry = zipfile.ZipInfo(document.path)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                with archive.open(entry, "w") as inside:
                    for piece in document:
                        inside.write(piece)
        return
    folder = Path(output)
    if output == "-" or not (output.endswith(("/", os.sep)) or folder.is_dir()):
        raise UsageError("csv is several files", hint="give a folder with -o tables/, or an archive with -o tables.zip")
    foreign = (
        sorted(p.name for p in folder.iterdir() if p.suffix != ".csv" and p.name != METADATA) if folder.is_dir() else []
    )
    if foreign:
        raise UsageError(f"{output} holds other files: {foreign[0]}", hint="name a new folder")
    try:
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.resolve().parent))
    except OSError as error:
        raise UsageError(
            f"{output}: cannot be written: {error.strerror}", hint="does the folder around it exist?"
        ) from error
    try:
        for document in documents:
            with (beside / document.path).open("xb") as file:
                file.writelines(document)
        beside.chmod(0o755)
        if folder.is_dir():
            shutil.rmtree(folder)
        beside.rename(folder.resolve())
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror}", hint="is there room on the disk?") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


# Progress

_SECONDS = 0.2


@contextmanager
def progress(files: Sequence[Source]) -> Iterator[Callable[[int], None]]:
    """A line on the terminal that says how far the input is read, how fast, and how long it may take yet."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    sizes = [source.size for source in files]
    total = sum(size for size in sizes if size) if None not in sizes else 0
    started = last = time.monotonic()
    done = before = 0

    def told(count: int) -> None:
        nonlocal last, done, before
        if count < before:  # the next file
            done += before
        before = count
        now = time.monotonic()
        if now - last < _SECONDS:
            return
        last = now
        read = done + count
        rate = read / max(now - started, 1e-9)
        ahead = f" of {total / 1e6:,.0f} · {max(total - read, 0) / max(rate, 1):,.0f} s left" if total else ""
        sys.stderr.write(f"\r\x1b[K{read / 1e6:,.0f} MB{ahead} · {rate / 1e6:,.1f} MB/s")
        sys.stderr.flush()

    try:
        yield told
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
