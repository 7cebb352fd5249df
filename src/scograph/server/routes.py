"""The routes of the server: which handler answers which requests, in one table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from scograph.server import graphs, sparql
from scograph.server.answer import Answer
from scograph.server.graphs import GraphStore
from scograph.server.lists import Lists
from scograph.server.operations import PREFIX, Operations
from scograph.server.request import Request
from scograph.server.servedbuild import ServedBuild

READ = ("GET", "HEAD")

Handler = Callable[[Request], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Route:
    """Requests that one handler answers.

    Args:
        name: Their name in the metrics.
        matches: Whether a request is one of them.
        handler: Answers those whose method is allowed.
        methods: The methods that are, besides OPTIONS.
        is_query: Whether the store is asked: then a request ends when its client disconnects, and its answer is not
            indexed.
        refusal: The detail of a 405; the usual one, if nothing is given.
    """

    name: str
    matches: Callable[[Request], bool]
    handler: Handler
    methods: tuple[str, ...] = READ
    is_query: bool = False
    refusal: str = ""

    @property
    def allow(self) -> bytes:
        """The value of Allow."""
        return ", ".join((*self.methods, "OPTIONS")).encode()


def routes_of(build: ServedBuild, operations: Operations) -> tuple[Route, ...]:
    """The routes of a build.

    Args:
        build: The build.
        operations: The addresses for operators.

    Returns:
        The routes; the first that matches a request is its route, and the last matches every request.
    """
    own = operations.handler(build)
    first = Route("own", lambda request: operations.is_own(request.path), own)
    things = Route("documents", build.documents.is_thing, build.documents.answer)
    others = (
        Route("own", lambda request: request.path.startswith(f"/{PREFIX}"), own),
        Route("documents", lambda _: True, build.documents.answer),
    )
    endpoint = build.endpoint
    if endpoint is None:
        return first, things, *others
    lists = Lists(build.documents, endpoint)
    return (
        first,
        Route(
            "sparql",
            lambda request: request.path == sparql.PATH,
            endpoint.answer,
            methods=(*READ, "POST"),
            is_query=True,
        ),
        things,
        Route(
            "data",
            lambda request: request.path == graphs.PATH,
            GraphStore(endpoint).answer,
            is_query=True,
            refusal="This store is read-only.",
        ),
        Route("lists", lists.matches, lists.answer, is_query=True),
        *others,
    )
