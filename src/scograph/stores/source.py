"""Read the data of a store: as quads, and as a graph that commands work on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse

from scograph.graph import Graph, load_graph
from scograph.layout import FactsFile
from scograph.model import in_default_graph
from scograph.named_graphs import require_some
from scograph.parse import BlankNodeNumbers, Parsed
from scograph.project import Project
from scograph.serialise.lines import n_quads
from scograph.serialise.sorting import sort_lines
from scograph.stores.embedded import Results
from scograph.stores.rewriting import spelt_as
from scograph.stores.state import STATES


class Store(Protocol):
    """What every kind of store does."""

    def query(self, text: str, prefixes: dict[str, str] | None = None, base: str = "", *, graph: str = "") -> Results:
        """Run a query, of one named graph where one is given."""

    def graphs(self) -> tuple[str, ...]:
        """The IRIs of its named graphs, sorted."""

    def dump(self, graph: str = "") -> Iterator[Quad]:
        """The quads of a graph, or of the default graph, as a stream."""

    def close(self) -> None:
        """Let go of it."""


@dataclass(frozen=True)
class StoredGraph(Graph):
    """What a store holds, read once; its named graphs are kept apart as they are there.

    Args:
        named: The quads of its named graphs.
    """

    named: tuple[Quad, ...] = ()

    def passage_graphs(self, *, source: str | None = None) -> Iterator[Quad]:
        """What each passage asserts, as the store has it (see `Graph.passage_graphs`)."""
        self._require_source(source)
        return iter(self.named)


def quads_in(store: Store, graph: str | None = None) -> Iterator[Quad]:
    """The quads of a store, as a stream.

    Args:
        store: The store.
        graph: The IRI of one graph; if there is none, all graphs, but for the states of loads.

    Returns:
        The quads; those of one graph are in the default graph.

    Raises:
        MissingGraphError: The store has no such graph.
    """
    if graph is not None:
        yield from require_some(in_default_graph(store.dump(graph)), graph)
        return
    yield from store.dump()
    yield from named_quads_in(store)


def graphs_in(store: Store) -> Iterator[str]:
    """The IRIs of a store's named graphs, but for the states of loads."""
    yield from (name for name in store.graphs() if not name.startswith(STATES))


def named_quads_in(store: Store) -> Iterator[Quad]:
    """The quads of a store's named graphs, as a stream, but for the states of loads."""
    for name in graphs_in(store):
        yield from store.dump(name)


def graph_in(project: Project, store: Store, name: str, graph: str | None = None) -> StoredGraph:
    """What a store holds, as a graph that is checked by a project's ontology and shapes.

    Its triples are facts of one file without sources: claims in it are triples like others.

    Args:
        project: The project.
        store: The store.
        name: What messages call the store.
        graph: The IRI of one graph; if there is none, the default graph.

    Returns:
        The graph.

    Raises:
        MissingGraphError: The store has no such graph.
    """
    own = load_graph(project)
    numbers = BlankNodeNumbers()
    scope = numbers.scope()

    def read(quads: Iterable[Quad]) -> tuple[Quad, ...]:
        pieces = sort_lines(n_quads(quads))
        read_again = (quad for piece in pieces for quad in parse(piece, RdfFormat.N_QUADS))
        return tuple(numbers.renumbered(read_again, scope))

    facts = FactsFile(Parsed(name, read(quads_in(store, graph or "")), dict(own.prefixes)))
    named = () if graph else read(named_quads_in(store))
    return StoredGraph(project, (), (facts,), own.ontology_files, own.shapes_files, named=named)


def with_lexical_forms_of(graph: StoredGraph, here: Iterable[bytes]) -> tuple[StoredGraph, tuple[str, ...]]:
    """What a store holds, its values written as somebody else writes the same statements.

    Args:
        graph: What the store holds.
        here: The statements of somebody else as N-Quads, in pieces of whole lines.

    Returns:
        The graph, and the kinds of literals that the store writes in its own way.
    """
    lines, names = spelt_as(n_quads(graph.quads()), here)
    if not names:
        return graph, ()
    quads = tuple(parse(b"".join(lines), RdfFormat.N_QUADS))
    (facts,) = graph.facts_files
    default = tuple(quad for quad in quads if quad.graph_name == DefaultGraph())
    named = tuple(quad for quad in quads if quad.graph_name != DefaultGraph())
    facts = replace(facts, parsed=replace(facts.parsed, quads=default))
    return replace(graph, facts_files=(facts,), named=named), tuple(sorted(names))
