"""Exporters: a graph in, a document out; each is listed once, in `EXPORTERS`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Quad

from scograph.errors import UsageError
from scograph.graph import Graph
from scograph.model import FORMATS_BY_NAME, Document
from scograph.serialise.context import Context
from scograph.serialise.derive import context_bytes, derive_context
from scograph.serialise.jsonld import jsonld
from scograph.serialise.lines import n_quads, n_triples, sorted_lines
from scograph.serialise.rdfxml import rdf_xml
from scograph.serialise.turtle import trig, turtle

Write = Callable[[Graph, Iterable[Quad]], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Exporter:
    """One download.

    Args:
        name: What `-f` calls it.
        about: What it is for, in a sentence.
        media_type: Its media type.
        extension: Its file extension.
        write: Quads of a graph to bytes.
        graphs: Whether it carries the passage graphs.
    """

    name: str
    about: str
    media_type: str
    extension: str
    write: Write
    graphs: bool = False

    def __call__(
        self, graph: Graph, *, facts_only: bool = False, source: str | None = None, stem: str | None = None
    ) -> Document:
        """Export a graph.

        Args:
            graph: The graph.
            facts_only: Leave out the claims and descriptions.
            source: The name of one source, to take only what it says.
            stem: The file's name without extension; the project's name if none is given.

        Returns:
            The document, its bytes made as they are read.

        Raises:
            FindingsError: The project's files are not laid out so that it is known what each supports.
            UsageError: No source has that name.
        """
        if self.graphs:
            quads: Iterable[Quad] = graph.quads(facts_only=facts_only, source=source)
        else:
            triples = graph.default_graph(facts_only=facts_only, source=source)
            quads = (Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
        path = f"{stem or graph.project.settings.name}.{self.extension}"
        return Document(path, self.media_type, self.write(graph, quads))


def _rdf(name: str, about: str, write: Write) -> Exporter:
    row = FORMATS_BY_NAME[name]
    return Exporter(name, about, row.media_type, row.extensions[0], write, row.graphs and name != "jsonld")


def context_of(graph: Graph) -> Context:
    """The JSON-LD context of a graph."""
    return derive_context(graph.ontology, graph.shapes, graph.prefixes, graph.term_namespace)


def _context(graph: Graph, _quads: Iterable[Quad]) -> Iterator[bytes]:
    yield context_bytes(context_of(graph))


EXPORTERS: tuple[Exporter, ...] = (
    _rdf(
        "nt", "Sorted N-Triples: to load, to compare, to search line by line.", lambda _, q: sorted_lines(n_triples(q))
    ),
    _rdf("ttl", "Turtle: to read.", lambda graph, quads: turtle(quads, graph.prefixes)),
    _rdf(
        "jsonld",
        "Compact JSON-LD with its context inside: for programs that read JSON.",
        lambda graph, quads: jsonld(quads, context_of(graph)),
    ),
    _rdf(
        "nq",
        "Sorted N-Quads: each passage's facts in a graph of their own as well.",
        lambda _, q: sorted_lines(n_quads(q)),
    ),
    _rdf("trig", "TriG: the same quads, to read.", lambda graph, quads: trig(quads, graph.prefixes)),
    _rdf("rdf", "RDF/XML: for tools that know nothing else.", lambda graph, quads: rdf_xml(quads, graph.prefixes)),
    Exporter("context", "The JSON-LD context by itself.", "application/ld+json", "context.jsonld", _context),
)


def exporter(name: str) -> Exporter:
    """The exporter of a format.

    Args:
        name: The format, as `-f` calls it.

    Returns:
        Its exporter.

    Raises:
        UsageError: There is none of that name.
    """
    for row in EXPORTERS:
        if row.name == name:
            return row
    raise UsageError(f"no export format {name!r}", hint=f"one of {', '.join(row.name for row in EXPORTERS)}")
