"""Exporters: a graph in, a document out. `EXPORTERS` lists them."""

from __future__ import annotations

from dataclasses import dataclass

from scograph.errors import UsageError
from scograph.exports.writers import WRITERS, Write
from scograph.formats import EXPORT_FORMATS, JSON_LD, Format, RdfSyntax, format_name
from scograph.graph import Graph
from scograph.model import Document

SHAPES = ("compact", "expanded", "flattened", "framed")
"""The shapes of JSON-LD."""


@dataclass(frozen=True, slots=True)
class Exporter:
    """One export of a project.

    Args:
        format: Its format.
        write: What writes it.
    """

    format: Format
    write: Write

    @property
    def name(self) -> str:
        """What `-f` calls it."""
        return self.format.name

    @property
    def graphs(self) -> bool:
        """Whether it carries the passage graphs; JSON-LD could, and is simpler to read without."""
        return isinstance(self.format, RdfSyntax) and self.format.graphs and self.format is not JSON_LD

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
        named = graph.named_graphs(source=source) if self.graphs else ()
        path = f"{stem or graph.project.settings.name}.{self.format.extension}"
        return Document(path, self.format.media_type, self.write(graph, triples, named))


EXPORTERS: tuple[Exporter, ...] = tuple(Exporter(row, WRITERS[row.name]) for row in EXPORT_FORMATS if row.about)


def exporter(name: str) -> Exporter:
    """The exporter of a format.

    Args:
        name: The format, as `-f` calls it, or an alias.

    Returns:
        Its exporter.

    Raises:
        UsageError: There is none of that name.
    """
    known = format_name(name, (row.name for row in EXPORTERS))
    for row in EXPORTERS:
        if row.name == known:
            return row
    raise UsageError(f"no export format {name!r}", hint=f"one of {', '.join(row.name for row in EXPORTERS)}")
