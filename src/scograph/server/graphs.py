"""The graphs of the store, to be read (SPARQL 1.1 Graph Store HTTP Protocol, clause 5.2)."""

from __future__ import annotations

from urllib.parse import parse_qsl

from pyoxigraph import NamedNode

from scograph.server import errors
from scograph.server.accept import choose
from scograph.server.answer import Answer, text_answer
from scograph.server.protocol import GRAPHS, Asking
from scograph.server.request import BadRequestError, Request
from scograph.server.sparql import Endpoint

PATH = "/data"
METHODS = b"GET, HEAD, OPTIONS"
_FORMS = tuple(form for form in GRAPHS if form.name != "html")
"""The forms of a graph, Turtle first."""


async def answer_graph(request: Request, endpoint: Endpoint) -> Answer:
    """Answer a request for a graph.

    Args:
        request: The request.
        endpoint: What runs queries.

    Returns:
        The graph in the form that fits; an error for what the store does not have, and for every write.
    """
    if request.method not in ("GET", "HEAD"):
        return errors.problem(
            405, request.text(b"accept"), detail="This store is read-only.", headers=((b"allow", METHODS),)
        )
    try:
        graph = _graph(request.query)
    except BadRequestError as error:
        return text_answer(error.status, error.message)
    place = choose(request.text(b"accept"), [form.media_type for form in _FORMS])
    if place is None:
        return errors.not_acceptable([(form.media_type, PATH) for form in _FORMS], b"Accept")
    missing = await endpoint.missing(request, graph.value) if graph else None
    if missing:
        return missing
    dataset = (graph.value,) if graph else None
    asking = Asking("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", default_graphs=dataset, form=_FORMS[place].name)
    return await endpoint.run(request, asking, "CONSTRUCT", _FORMS[place])


def _graph(query: bytes) -> NamedNode | None:
    """The graph that is named, or None for the default graph."""
    try:
        given = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
    except (UnicodeDecodeError, ValueError):
        raise BadRequestError(400, "The parameters are not percent-encoded UTF-8.") from None
    graphs = [value for name, value in given if name == "graph"]
    has_default = any(name == "default" for name, _ in given)
    if len(graphs) + has_default != 1:
        raise BadRequestError(400, "Name one graph: ?graph=IRI, or ?default.")
    try:
        return NamedNode(graphs[0]) if graphs else None
    except ValueError:
        raise BadRequestError(400, f"{graphs[0][:200]!r} is no absolute IRI.") from None
