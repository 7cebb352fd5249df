"""The sides of a comparison: RDF files, projects, and folders that a build or a release wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple, parse

from scograph import terms
from scograph.answers.reasons import Reasons
from scograph.checks.shapes import published_shapes
from scograph.claims import Claim, can_be_claimed
from scograph.differences.matching import renamed
from scograph.errors import InputError, UsageError
from scograph.exports.files import ExportOptions, export_files
from scograph.exports.publication import CORE
from scograph.formats import N_QUADS, TURTLE
from scograph.graph import Graph, load_graph
from scograph.labels import Labels
from scograph.layout import FactsFile
from scograph.manifest import Entry
from scograph.model import GraphName, distinct
from scograph.parse import Parsed, parse_rdf
from scograph.project import MANIFEST, Project, Settings, manifest_of, read_bytes, refuse_link_out
from scograph.read_options import OWN_BASE, ReadOptions
from scograph.serialise.lines import n_quads
from scograph.streams import source_of

PARTS = ("data", "ontology", "shapes")
"""Parts of a project that can be compared: facts with claims and descriptions, the ontology, or the shapes."""


@dataclass(frozen=True)
class Side:
    """One side of a difference.

    Args:
        name: Its name in the output.
        lines: Its statements as N-Quads, in pieces of whole lines.
        graph: The graph that names its things and says where its facts come from.
    """

    name: str
    lines: tuple[bytes, ...] = field(repr=False)
    graph: Graph = field(repr=False)

    @cached_property
    def labels(self) -> Labels:
        """The names of its things."""
        return Labels(self.graph)

    @cached_property
    def reasons(self) -> Reasons:
        """What supports its facts."""
        return Reasons(self.graph, self.labels)

    @cached_property
    def claims(self) -> Mapping[NamedNode, Claim]:
        """The claims that are published in it, by their IRI."""
        return claims_in(self.graph)

    @cached_property
    def passages(self) -> frozenset[NamedNode]:
        """The passages, after which graphs are named."""
        return frozenset(claim.passage for claim in self.claims.values())


def open_side(
    path: str, part: str = "data", name: str = "", options: ReadOptions = OWN_BASE, *, graph: str = ""
) -> Side:
    """Open what is to be compared.

    Args:
        path: An RDF file, a project folder, or a folder that a build or a release wrote.
        part: One of `PARTS`.
        name: Its name in the output, if it is not the path.
        options: How its files are read.
        graph: The IRI of the one named graph of it that is compared; nothing for all.

    Returns:
        The side.

    Raises:
        InputError: It cannot be read, or a file in it breaks its grammar.
        UsageError: A file has no ontology or shapes of its own.
        FindingsError: The layout of the files does not show which passage supports each fact.
        MissingGraphError: It has no such graph.
    """
    where = Path(path)
    if where.is_dir() and (where / MANIFEST).is_file():
        return _published_side(where, part, name or path, graph)
    if where.is_file() and part != "data":
        raise UsageError(f"{path} is a file, and is compared whole", hint="leave out --part, or name a folder")
    source = source_of(path, options) if where.is_file() else None
    if source and source.row.graphs:  # a project's files have no graphs of their own
        lines = tuple(export_files([source], N_QUADS.name, ExportOptions(graph=graph)))
        return Side(name or path, lines, _graph_of(where, parse(b"".join(lines), RdfFormat.N_QUADS)))
    loaded = load_graph(Project.open(path, options))
    return graph_side(loaded.only_graph(graph) if graph else loaded, part, name or path)


def graph_side(graph: Graph, part: str, name: str) -> Side:
    """A project's graph as a side.

    Args:
        graph: The graph.
        part: One of `PARTS`.
        name: Its name in the output.

    Returns:
        The side.

    Raises:
        FindingsError: The layout of the files does not show which passage supports each fact.
    """
    if part == "data":
        return Side(name, tuple(n_quads(graph.quads())), graph)
    triples = graph.ontology if part == "ontology" else [t for some in published_shapes(graph).values() for t in some]
    return Side(name, tuple(n_quads(distinct(triples))), graph)


def apart(side: Side) -> Side:
    """A side whose blank nodes are of one graph each, as in stores that get and give a dataset graph by graph.

    Args:
        side: The side.

    Returns:
        The same side, if no blank node is in two graphs; else one where it is another in each.
    """
    quads = tuple(parse(b"".join(side.lines), RdfFormat.N_QUADS))
    graphs = {graph: n for n, graph in enumerate(sorted({quad.graph_name for quad in quads}, key=str))}
    placed = {
        (node, quad.graph_name) for quad in quads for node in (quad.subject, quad.object) if isinstance(node, BlankNode)
    }
    if len({node for node, _ in placed}) == len(placed):
        return side

    names: dict[GraphName, dict[BlankNode, BlankNode]] = {graph: {} for graph in graphs}
    for node, graph in placed:
        names[graph][node] = BlankNode(f"g{graphs[graph]}x{node.value}")
    pairs = ((renamed(quad, names[quad.graph_name]), quad.graph_name) for quad in quads)
    moved = (Quad(quad.subject, quad.predicate, quad.object, graph) for quad, graph in pairs)
    return replace(side, lines=tuple(n_quads(moved)))


def _published_side(folder: Path, part: str, name: str, graph: str) -> Side:
    entries = manifest_of(folder).entries
    without_queries = {f"{entry.path.removesuffix('.ttl')}{CORE}.ttl" for entry in entries}  # the same shapes once more
    is_of_part: dict[str, Callable[[Entry], bool]] = {
        "data": lambda entry: entry.media_type == N_QUADS.media_type,
        "ontology": lambda entry: entry.path == "ontology.ttl",
        "shapes": lambda entry: (
            entry.path.startswith("shapes") and entry.path.endswith(".ttl") and entry.path not in without_queries
        ),
    }
    files, dumps = (
        [refuse_link_out(folder / entry.path, folder) for entry in entries if is_of_part[name](entry)]
        for name in (part, "data")
    )
    options = ExportOptions(graph=graph)
    lines = tuple(export_files([source_of(str(file)) for file in files], N_QUADS.name, options))
    quads = (quad for dump in dumps for quad in parse(read_bytes(dump), RdfFormat.N_QUADS))
    try:
        return Side(name, lines, _graph_of(folder, quads))
    except (SyntaxError, ValueError) as error:
        raise InputError(
            f"{folder}: cannot be read: {error}", hint=f"scograph verify {folder} shows the details"
        ) from error


def _graph_of(path: Path, quads: Iterable[Quad]) -> Graph:
    """A graph made from a dump, with the ontology that lies beside it if it lies in a published folder."""
    project = Project(path, Settings("graph"))
    ontology: tuple[Parsed, ...] = ()
    if path.is_dir() and (path / "ontology.ttl").is_file():
        refuse_link_out(path / "ontology.ttl", path)
        ontology = (parse_rdf(read_bytes(path / "ontology.ttl"), TURTLE, "ontology.ttl"),)
    prefixes = {**terms.WELL_KNOWN_PREFIXES, **(ontology[0].prefixes if ontology else {})}
    return Graph(project, (), (FactsFile(Parsed(path.name, tuple(quads), prefixes)),), ontology)


def claims_in(graph: Graph) -> dict[NamedNode, Claim]:
    """The claims in a published graph, as anyone can read them there.

    Args:
        graph: The graph.

    Returns:
        The claims by their IRI; one that lacks a part is left out.
    """
    claims: dict[NamedNode, Claim] = {}
    for subject, triples in graph.by_subject.items():
        values = {triple.predicate: triple.object for triple in triples}
        if values.get(terms.TYPE) != terms.CLAIM or not isinstance(subject, NamedNode):
            continue
        parts = [values.get(predicate) for predicate in _CLAIM]
        if None in parts or not all(isinstance(part, NamedNode) for part in (parts[0], parts[1], parts[3], parts[4])):
            continue
        triple = Triple(parts[0], parts[1], parts[2])  # type: ignore[arg-type]  # each is what `all` found it to be
        if can_be_claimed(triple):
            claims[subject] = Claim(triple, parts[3], parts[4])  # type: ignore[arg-type]  # the same
    return claims


_CLAIM = (
    terms.CLAIM_SUBJECT,
    terms.CLAIM_PREDICATE,
    terms.CLAIM_OBJECT,
    terms.IS_SUPPORTED_BY,
    terms.HAS_BASIS,
)
