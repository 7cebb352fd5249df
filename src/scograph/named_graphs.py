"""The choice of one named graph of a dataset (RDF 1.1 Concepts, clause 4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from pyoxigraph import Quad

from scograph.errors import UsageError
from scograph.formats import JSON_LD, NDJSON_LD, RDF_FORMATS_BY_NAME
from scograph.model import GraphName

T = TypeVar("T")


class MissingGraphError(UsageError):
    """The data have no graph of a name.

    Args:
        name: The name.

    Example:
        >>> print(MissingGraphError("https://example.org/atlas"))
        the data have no graph <https://example.org/atlas>
        hint: is its IRI spelt right? The names: SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }
    """

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the data have no graph <{name}>",
            hint="is its IRI spelt right? The names: SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }",
        )


def has_graphs(form: str, shape: str = "compact") -> bool:
    """Whether named graphs are written in a format: a frame takes what it asks for from all graphs as one.

    Args:
        form: The name of the format.
        shape: The shape of JSON-LD.

    Returns:
        Whether they are.

    Example:
        >>> has_graphs("trig"), has_graphs("ttl"), has_graphs("jsonld", "framed")
        (True, False, False)
    """
    if form in (JSON_LD.name, NDJSON_LD.name):
        return shape != "framed"
    row = RDF_FORMATS_BY_NAME.get(form)
    return row is not None and row.graphs


def in_graph(quads: Iterable[Quad], name: GraphName | None) -> Iterator[Quad]:
    """The quads of one graph.

    Args:
        quads: The quads of a dataset.
        name: The name of the graph; None for all graphs.

    Returns:
        The quads, in their order.
    """
    return iter(quads) if name is None else (quad for quad in quads if quad.graph_name == name)


def require_some(statements: Iterable[T], name: str) -> Iterator[T]:
    """The statements of a graph, as they come.

    Args:
        statements: The statements.
        name: The IRI of the graph; nothing if any are right.

    Yields:
        The statements.

    Raises:
        MissingGraphError: There are none, after the last one.
    """
    is_missing = bool(name)
    for statement in statements:
        is_missing = False
        yield statement
    if is_missing:
        raise MissingGraphError(name)
