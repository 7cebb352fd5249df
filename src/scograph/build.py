"""Build: load, check and export a project, and write its site in worker processes into an output folder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path

from pyoxigraph import Triple

from scograph.bounds import CANONICAL_MEMORY, CANONICAL_SECONDS
from scograph.checks import CheckedGraph, check_graph
from scograph.checks.report import Report
from scograph.checks.run import CheckOptions
from scograph.checks.shacl.core import core_shapes
from scograph.checks.shapes import published_shapes
from scograph.compressed import compressed, compressions
from scograph.errors import FindingsError, InputError
from scograph.exports import EXPORTERS
from scograph.exports.archive import LARGE, zip_pieces
from scograph.exports.canonical import IndistinctError, canonical, digest
from scograph.exports.descriptions import DESCRIPTIONS
from scograph.exports.facts_table import facts_table
from scograph.exports.files import ExportOptions, export_files
from scograph.exports.publication import CORE, WITH_ONTOLOGY, Publication
from scograph.exports.tables import ARCHIVE, TABLES, tables
from scograph.exports.writers import WRITERS, in_each_syntax
from scograph.formats import CONTEXT, N_QUADS, RDF_XML, TURTLE, rdf_format_of_type
from scograph.graph import Graph, load_graph
from scograph.manifest import Entry, Manifest
from scograph.messages import counted
from scograph.model import Document, Severity
from scograph.output import FolderChanges, OutputFolder, refuse_confused, refuse_unfit, rewritten
from scograph.project import MANIFEST, Project, refuse_name
from scograph.serialise.derive import context_bytes
from scograph.serialise.rdfxml import obstacle
from scograph.site import Renderer, SiteContent, prepare_site, site_files, site_pages
from scograph.streams import source_of


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How a build is written.

    Args:
        jobs: How many processes write the files; with 0 there is no site.
        compress: Whether each file has compressed twins.
        verify: Given the folder before it takes its place; what it raises is raised, and nothing is replaced.
        is_durable: Whether it is to survive a power cut.
    """

    jobs: int = 1
    compress: bool = False
    verify: Callable[[Path], None] = lambda _: None
    is_durable: bool = True


@dataclass(frozen=True, slots=True)
class Built:
    """What a build wrote.

    Args:
        folder: Where.
        manifest: What is there.
        checked: The graph, with the report of the check before it.
        publication: What its descriptions were made from.
        exported: Those of the files that are no part of the site.
        rewritten: What differs from the build that was there before, if there was one.
        left_out: The files that are not there since their format cannot carry what is said, each with the reason.
    """

    folder: Path
    manifest: Manifest
    checked: CheckedGraph
    publication: Publication
    exported: tuple[Entry, ...]
    rewritten: FolderChanges | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def report(self) -> Report:
        """The report of the check before it."""
        return self.checked.report

    @property
    def is_missing(self) -> str:
        """What the folder does without and why, for people, a line each; nothing if it has all."""
        lines = []
        if self.manifest.not_canonical:
            lines.append(
                f"there is no SHA-256 of the canonical form in {MANIFEST}, nor what is cited by it: "
                f"{self.manifest.not_canonical}; give the nodes IRIs, or raise the bounds"
            )
        in_xml = {path: reason for path, reason in self.left_out.items() if path != TABLES}
        if in_xml:
            names, reasons = " and ".join(in_xml), next(iter(in_xml.values()))
            pages = f", nor is the RDF/XML of {counted(self._without_xml, 'page')}" if self._without_xml else ""
            lines.append(f"{names} {'is' if len(in_xml) == 1 else 'are'} not there{pages}: {reasons}")
        if TABLES in self.left_out:
            lines.append(f"{TABLES}/ and {ARCHIVE} are not there: {self.left_out[TABLES]}")
        return "\n".join(lines)

    @property
    def note_on_addresses(self) -> str:
        """That the IRIs of things lead to no page, with the way out; nothing if they may, or without pages."""
        has_pages = any(entry.path == "index.html" for entry in self.entries)
        if not has_pages or self.publication.header.text("void:uriSpace"):
            return ""
        return (
            "note: no dataset states void:uriSpace, so the IRIs of the data lead to no page: pages are below thing/; "
            'state it: <IRI of the dataset> a void:Dataset ; void:uriSpace "https://…/" .'
        )

    @property
    def _without_xml(self) -> int:
        """How many pages have their data in Turtle and not in RDF/XML."""
        paths = {entry.path for entry in self.entries} - {entry.path for entry in self.exported}
        stems = (path.removesuffix(f".{TURTLE.extension}") for path in paths if path.endswith(f".{TURTLE.extension}"))
        return sum(f"{stem}.{RDF_XML.extension}" not in paths for stem in stems)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The files, by path; the manifest itself and the sums are not among them."""
        return self.manifest.entries


def build(
    project: Project, folder: Path, content: SiteContent | None = None, options: BuildOptions | None = None
) -> Built:
    """Check a project and publish it into a folder.

    The files are written beside the folder and then take its place, so that a failure leaves the last good output.

    Args:
        project: The project.
        folder: The folder to write; it may hold an earlier build, and nothing else.
        content: What is published beside the graph; its texts are what the passages are verified against.
        options: How it is written.

    Returns:
        What was written.

    Raises:
        FindingsError: The project does not conform; nothing was written.
        UsageError: The folder holds something that is no build of ours, or cannot be written; or what compresses is not
            installed.
        InputError: The blank nodes of the project cannot be told apart in bounded time, or a template is wrong.
    """
    content, options = content or SiteContent(), options or BuildOptions()
    if options.compress:
        compressions()
    refuse_unfit(project, folder)
    checked = conforming(load_graph(project), content.texts, hint=f"{folder} is as it was")
    return publish(checked, folder, content, options)


def conforming(
    graph: Graph, texts: Mapping[str, bytes] | None = None, *, done: str = "built", hint: str = ""
) -> CheckedGraph:
    """Check a graph that is to be published.

    Args:
        graph: The graph.
        texts: Source texts to verify the passages against.
        done: What it is not, if it does not conform, for the message.
        hint: What became of what was there, for the message.

    Returns:
        The graph, with the report.

    Raises:
        FindingsError: It does not conform.
        InputError: The name of a file is not UTF-8.
    """
    for path in _inputs(graph):
        refuse_name(Path(path))
    checked = check_graph(graph, CheckOptions(texts or {}))
    if not checked.report.conforms:
        raise FindingsError(
            f"{graph.project.settings.name}: not {done}, it does not conform",
            tuple(finding for finding in checked.report.findings if finding.severity is Severity.ERROR),
            hint=hint,
        )
    return checked


def publish(
    checked: CheckedGraph,
    folder: Path,
    content: SiteContent,
    options: BuildOptions,
    more: Callable[[Publication], Iterable[Document]] = lambda _: (),
) -> Built:
    """Write a folder with everything that is published of a checked graph.

    Args:
        checked: The graph, which conforms.
        folder: The folder, which is replaced.
        content: As for `build`.
        options: As for `build`; a release has no site, since pages follow the tool and not the data.
        more: What else is to be there.

    Returns:
        What was written.

    Raises:
        UsageError: The folder cannot be written.
        InputError: The blank nodes of a release cannot be told apart within the bounds; it is cited and compared by its
            canonical form. What is no release does without, and its manifest says so.
    """
    graph, target, jobs = checked.graph, content.target, options.jobs
    stem = graph.project.settings.name
    with OutputFolder(folder, is_durable=options.is_durable) as output:
        left_out = _left_out(graph)
        written = output.write_shared(partial(_share_of_documents, checked, frozenset(left_out)), jobs or 1)
        try:
            written = [*written, *_write_tables(output, graph)]
        except InputError as error:
            left_out[TABLES] = error.message
        entries = _with_canonical(output.beside, written, stem, is_required=bool(target.version))
        not_canonical = NOT_CANONICAL if _are_without_canonical(entries, stem) else ""
        whole = next(entry.canonical for entry in entries if entry.path.endswith(".nq"))
        publication = Publication(graph, entries, whole, target, _inputs(graph))
        described = (*(file for row in DESCRIPTIONS for file in row(publication)), *more(publication))
        exported = tuple(sorted((*entries, *map(output.write, described)), key=lambda entry: entry.path))
        entries = exported
        if jobs:
            site = prepare_site(publication, checked, exported, content)
            entries = (*exported, *_write_site(output, site, jobs))
        if options.compress:
            entries = (*entries, *output.write_shared(partial(compressed, output.beside, entries), jobs or 1))
        refuse_confused(entry.path for entry in entries)
        manifest = Manifest(
            tuple(sorted(entries, key=lambda entry: entry.path)),
            stem,
            publication.version,
            publication.date,
            target.previous,
            whole,
            not_canonical,
        )
        output.write_record(manifest)
        options.verify(output.beside)
        output.take_place()
    changed = None if output.before is None else rewritten(output.before, manifest.entries)
    return Built(folder, manifest, checked, publication, exported, changed, left_out)


def _write_tables(output: OutputFolder, graph: Graph) -> Iterator[Entry]:
    """Write the tables, and the archive of them; an error where no character can divide the values of a cell."""
    made = list(tables(graph.default_graph()))
    entries = [output.write(Document(f"{TABLES}/{one.path}", one.media_type, one.pieces)) for one in made]
    yield from entries
    inside = (Document(entry.path, entry.media_type, _pieces_of(output.beside / entry.path)) for entry in entries)
    is_large = any(entry.size > LARGE for entry in entries)
    yield output.write(Document(ARCHIVE, "application/zip", zip_pieces(inside, has_large=is_large)))


def _pieces_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece


def _write_site(output: OutputFolder, site: Renderer, jobs: int) -> Iterator[Entry]:
    """Write the pages, and then what they share."""
    pages = output.write_shared(partial(site_pages, site), jobs)
    yield from pages
    yield from map(output.write, site_files(site, pages))


def _inputs(graph: Graph) -> dict[str, str]:
    """The SHA-256 of the bytes of each data file as they were read, by its path in the project."""
    files = (*(source.parsed for source in graph.sources), *(facts.parsed for facts in graph.facts_files))
    return {parsed.path: parsed.sha256 for parsed in files}


NOT_CANONICAL = (
    f"the blank nodes cannot be told apart within the bounds {CANONICAL_SECONDS.name} and {CANONICAL_MEMORY.name}"
)
"""Why a manifest has no canonical form of some data: the same words on every machine."""


def _are_without_canonical(entries: Iterable[Entry], stem: str) -> bool:
    """Whether there is a file of data without its canonical form."""
    return any(data_in(entry, stem) and not entry.canonical for entry in entries)


_OF_ONE_GRAPH = ("facts", "default graph", "default graph with the ontology", "dataset")
"""Kinds of data with the same blank nodes: where one has no canonical form in time, the others are not tried."""


def _with_canonical(
    folder: Path, entries: Iterable[Entry], stem: str, *, is_required: bool = False
) -> tuple[Entry, ...]:
    """The entries, those of data with the digest of its canonical form; files with the same data share it.

    Where blank nodes cannot be told apart, there is no digest, unless it is required.
    """
    digests: dict[str, str] = {}
    completed = []
    for entry in sorted(entries, key=lambda entry: (not entry.path.endswith((".nt", ".nq")), entry.path)):
        data = data_in(entry, stem)
        if data and data not in digests:
            try:
                digests[data] = canonical_digest(folder / entry.path)
            except IndistinctError:
                if is_required:
                    raise
                failed = _OF_ONE_GRAPH if data in _OF_ONE_GRAPH else (data,)
                digests = {**dict.fromkeys(failed, ""), **digests}
        completed.append(replace(entry, canonical=digests[data]) if data else entry)
    return tuple(sorted(completed, key=lambda entry: entry.path))


def data_in(entry: Entry, stem: str) -> str:
    """The data of a file of a build: `dataset`, `default graph`, … or its stem; nothing if it is not RDF."""
    rdf_format = rdf_format_of_type(entry.media_type)
    if rdf_format is None or entry.path == CONTEXT.extension:
        return ""
    if entry.path.startswith(f"{stem}."):
        has_graphs = any(row.format is rdf_format and row.graphs for row in EXPORTERS)
        return "dataset" if has_graphs else "default graph"
    if entry.path == f"{stem}{WITH_ONTOLOGY}":
        return "default graph with the ontology"
    return "facts" if entry.path.startswith(f"{stem}-facts.") else entry.path.rpartition(".")[0]


def canonical_digest(path: Path) -> str:
    """The SHA-256 of the canonical form of the dataset in a file.

    Args:
        path: The file.

    Returns:
        The digest, in hexadecimal digits.

    Raises:
        InputError: The file cannot be read, or its blank nodes cannot be told apart in bounded time.
    """
    return digest(canonical(export_files([source_of(str(path))], N_QUADS.name, ExportOptions())))


def _left_out(graph: Graph) -> dict[str, str]:
    """The files in RDF/XML that cannot be written, with the reason: it cannot carry every term."""
    name = graph.project.settings.name
    fault = obstacle(graph.default_graph())
    found = {name: fault, f"{name}-facts": ""}
    if fault and RDF_XML.is_facts_published:
        found[f"{name}-facts"] = obstacle(graph.default_graph(facts_only=True))
    found |= {stem: obstacle(triples) for stem, triples in _vocabulary(graph).items()}
    return {f"{stem}.{RDF_XML.extension}": reason for stem, reason in found.items() if reason}


def _vocabulary(graph: Graph) -> dict[str, Sequence[Triple]]:
    """The triples of the ontology and of the shapes, by the stem of their files."""
    found: dict[str, Sequence[Triple]] = {"ontology": graph.ontology}
    for name, shapes in published_shapes(graph).items():
        stem = f"shapes-{name}" if name else "shapes"
        found[stem] = shapes
        core = core_shapes(shapes)
        if len(core) < len(shapes):
            found[stem + CORE] = core
    return found


def _with_ontology(graph: Graph) -> Sequence[Triple]:
    """The default graph and the ontology; nothing if the graph has all of the ontology."""
    data = graph.default_graph()
    missing = dict.fromkeys(graph.ontology)
    for triple in data:
        missing.pop(triple, None)
    return (*data, *missing) if missing else ()


def documents(checked: CheckedGraph, left_out: Collection[str] = ()) -> Iterator[Document]:
    """Everything that is published of a graph beside the site.

    Args:
        checked: The graph, with the report of its check.
        left_out: The paths of files that are not written.

    Returns:
        The documents, but for the manifest.
    """
    graph = checked.graph
    stem = graph.project.settings.name
    for row in EXPORTERS:
        whole, facts = f"{stem}.{row.format.extension}", f"{stem}-facts.{row.format.extension}"
        if row.format.is_published and whole not in left_out:
            yield row(graph)
        if row.format.is_facts_published and facts not in left_out:
            yield row(graph, facts_only=True, stem=f"{stem}-facts")
    yield facts_table(graph)
    for path, triples in _vocabulary(graph).items():
        if triples:
            yield from in_each_syntax(path, graph, triples)
    together = _with_ontology(graph)
    if together:
        yield Document(f"{stem}{WITH_ONTOLOGY}", TURTLE.media_type, WRITERS[TURTLE.name](graph, together, ()))
    yield Document(CONTEXT.extension, CONTEXT.media_type, (context_bytes(graph.context),))
    yield Document("check.json", "application/json", (checked.report.to_json(),))


def _share_of_documents(
    checked: CheckedGraph, left_out: Collection[str], worker: int, workers: int
) -> Iterator[Document]:
    """What one of several processes makes of `documents`."""
    return islice(sorted(documents(checked, left_out), key=lambda document: document.path), worker, None, workers)
