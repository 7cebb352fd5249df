"""GET and HEAD of the SPARQL 1.1 Graph Store HTTP Protocol (clause 5.2)."""

from __future__ import annotations

from pyoxigraph import NamedNode

from scograph.server import errors
from scograph.server.accept import choose
from scograph.server.answer import Answer
from scograph.server.formfields import MAX_PARAMETERS, form_fields
from scograph.server.protocol import GRAPHS, ProtocolQuery
from scograph.server.request import BadRequestError, Request
from scograph.server.sparql import Endpoint

PATH = "/data"
_FORMS = tuple(form for form in GRAPHS if form.name != "html")
"""The forms of a graph, Turtle first."""


class GraphStore:
    """The graphs of a store, by indirect identification (clause 4.2).

    Args:
        endpoint: What runs queries.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    async def answer(self, request: Request) -> Answer:
        """Answer a GET or HEAD of a graph.

        Args:
            request: The request.

        Returns:
            The graph in the form that fits; an error for a graph that the store does not have.

        Raises:
            BadRequestError: The request names no graph.
        """
        graph = _graph(request.query)
        place = choose(request.text(b"accept"), [form.media_type for form in _FORMS])
        if place is None:
            return errors.not_acceptable([(form.media_type, PATH) for form in _FORMS], b"Accept")
        missing = await self._endpoint.missing_graph_answer(request, graph.value) if graph else None
        if missing:
            return missing
        dataset = (graph.value,) if graph else None
        query = ProtocolQuery("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", default_graphs=dataset, form=_FORMS[place].name)
        return await self._endpoint.run(request, query, "CONSTRUCT", _FORMS[place])


def _graph(query: bytes) -> NamedNode | None:
    """The graph that is named, or None for the default graph."""
    fields = form_fields(query, len(query), MAX_PARAMETERS)
    graphs = [value for name, value in fields if name == "graph"]
    has_default = any(name == "default" for name, _ in fields)
    if len(graphs) + has_default != 1:
        raise BadRequestError(400, "Name one graph: ?graph=IRI, or ?default.")
    try:
        return NamedNode(graphs[0]) if graphs else None
    except ValueError:
        raise BadRequestError(400, f"{graphs[0][:200]!r} is not an absolute IRI.") from None
