"""The nouns for Python programs: a project and its graph, with the verbs of every layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pyoxigraph import Triple

from scograph import graph as graphs
from scograph import project as projects
from scograph.checks import check_graph
from scograph.checks.report import Report
from scograph.exports import exporter
from scograph.rdflib_bridge import to_dataset
from scograph.stores.embedded import EmbeddedStore, Results

if TYPE_CHECKING:
    import rdflib


class Graph(graphs.Graph):
    """What a project says, parsed once, to be checked, asked and exported."""

    def check(self, texts: Mapping[str, bytes] | None = None) -> Report:
        """Run every check.

        Args:
            texts: Source texts by name, to verify the passages against.

        Returns:
            The report; `report.conforms` is true if nothing is violated.

        Raises:
            InputError: A shape or a rule cannot be evaluated.
        """
        return check_graph(self, texts)

    def query(self, text: str) -> Results:
        """Run a SPARQL query: the default graph holds facts and claims, a named graph what one passage asserts.

        Args:
            text: A SPARQL 1.1 query; the project's own prefixes need no declaration.

        Returns:
            Solutions of a SELECT, the truth of an ASK, triples of a CONSTRUCT or DESCRIBE.

        Raises:
            UsageError: The query does not parse, or wants another host or a change.
        """
        return self._store.query(text, dict(self.prefixes))

    def export(self, format: str, *, facts_only: bool = False, source: str | None = None) -> Iterator[bytes]:  # noqa: A002 -- the word users know
        """Export the graph.

        Args:
            format: A name in `scograph.exports.EXPORTERS`: nt, ttl, jsonld, nq, trig, rdf or context.
            facts_only: Leave out the claims and descriptions.
            source: The name of one source, to take only what it says.

        Returns:
            UTF-8 in pieces.

        Raises:
            UsageError: No format or source has that name.
            FindingsError: Files of the project have no place in it.
        """
        return iter(exporter(format)(self, facts_only=facts_only, source=source))

    def to_rdflib(self) -> rdflib.Dataset:
        """The published dataset for rdflib, each literal with the lexical form that its author wrote."""
        return to_dataset(self.quads(), self.prefixes)

    @cached_property
    def _store(self) -> EmbeddedStore:
        return EmbeddedStore(self.quads())


class Project(projects.Project):
    """A folder with data, and optionally an ontology, shapes, questions and settings."""

    def load(self) -> Graph:
        """Parse the project.

        Returns:
            Its graph.

        Raises:
            RdfSyntaxError: Files break their grammar.
            InputError: A file cannot be read.
        """
        loaded = graphs.load_graph(self)
        fields: dict[str, Any] = {name: getattr(loaded, name) for name in loaded.__dataclass_fields__}
        return Graph(**fields)


__all__ = ["Graph", "Project", "Report", "Triple"]
