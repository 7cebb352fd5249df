"""Exporters: a graph in, a document out; each is listed once, in `EXPORTERS`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from pyoxigraph import Quad, Triple

from scograph.errors import UsageError
from scograph.graph import Graph
from scograph.model import FORMATS_BY_NAME, Document, in_default_graph
from scograph.serialise.lines import n_quads, sorted_lines

if TYPE_CHECKING:
    from scograph.serialise.context import Context

SHAPES = ("compact", "expanded", "flattened", "framed")
"""The shapes of JSON-LD."""

Write = Callable[[Graph, Iterable[Triple], Iterable[Quad]], Iterator[bytes]]
"""The graph, the triples of its default graph, and the quads of its passages' graphs, to bytes."""


@dataclass(frozen=True, slots=True)
class Exporter:
    """One download.

    Args:
        name: What `-f` calls it.
        about: What it is for, in a sentence.
        media_type: Its media type.
        extension: Its file extension.
        write: How it is written.
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
        triples = graph.default_graph(facts_only=facts_only, source=source)
        named = graph.passage_graphs(source=source) if self.graphs else ()
        path = f"{stem or graph.project.settings.name}.{self.extension}"
        return Document(path, self.media_type, self.write(graph, triples, named))


def _rdf(name: str, about: str, write: Write) -> Exporter:
    row = FORMATS_BY_NAME[name]
    return Exporter(name, about, row.media_type, row.extensions[0], write, row.graphs and name != "jsonld")


def context_of(graph: Graph) -> Context:
    """The JSON-LD context of a graph."""
    from scograph.serialise.derive import derive_context  # noqa: PLC0415 -- one run writes one format: as below

    return derive_context(graph.ontology, graph.shapes, graph.prefixes, graph.term_namespace)


def _n_triples(_graph: Graph, triples: Iterable[Triple], _named: Iterable[Quad]) -> Iterator[bytes]:
    return sorted_lines(n_quads(triples))


def _n_quads(_graph: Graph, triples: Iterable[Triple], named: Iterable[Quad]) -> Iterator[bytes]:
    return sorted_lines(chain(n_quads(triples), n_quads(named)))


def _turtle(graph: Graph, triples: Iterable[Triple], _named: Iterable[Quad]) -> Iterator[bytes]:
    from scograph.serialise.turtle import turtle  # noqa: PLC0415

    return turtle(triples, graph.prefixes)


def _trig(graph: Graph, triples: Iterable[Triple], named: Iterable[Quad]) -> Iterator[bytes]:
    from scograph.serialise.turtle import trig  # noqa: PLC0415

    return trig(chain(in_default_graph(triples), named), graph.prefixes)


def _jsonld(graph: Graph, triples: Iterable[Triple], _named: Iterable[Quad]) -> Iterator[bytes]:
    from scograph.serialise.jsonld import jsonld  # noqa: PLC0415

    return jsonld(in_default_graph(triples), context_of(graph))


def _rdf_xml(graph: Graph, triples: Iterable[Triple], _named: Iterable[Quad]) -> Iterator[bytes]:
    from scograph.serialise.rdfxml import rdf_xml  # noqa: PLC0415

    return rdf_xml(triples, graph.prefixes)


def _context(graph: Graph, _triples: Iterable[Triple], _named: Iterable[Quad]) -> Iterator[bytes]:
    from scograph.serialise.derive import context_bytes  # noqa: PLC0415

    yield context_bytes(context_of(graph))


EXPORTERS: tuple[Exporter, ...] = (
    _rdf("nt", "Sorted N-Triples: to load, to compare, to search line by line.", _n_triples),
    _rdf("ttl", "Turtle: to read.", _turtle),
    _rdf("jsonld", "Compact JSON-LD with its context inside: for programs that read JSON.", _jsonld),
    _rdf("nq", "Sorted N-Quads: each passage's facts in a graph of their own as well.", _n_quads),
    _rdf("trig", "TriG: the same quads, to read.", _trig),
    _rdf("rdf", "RDF/XML: for tools that know nothing else.", _rdf_xml),
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
