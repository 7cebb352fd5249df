"""The query endpoint of a store that clients of our server are sent to, and what a query needs there."""

from __future__ import annotations

import math
from contextlib import closing
from dataclasses import dataclass

from pyoxigraph import QueryResultsFormat

from scograph.errors import StoreError
from scograph.stores.http import Credentials, Http
from scograph.stores.profiles import StoreProfile
from scograph.stores.remote import RemoteStore

_ASKED = (("query", "ASK{}"),)
_BOOLEAN = QueryResultsFormat.JSON.media_type
_REFUSALS = tuple(range(300, 500))


@dataclass(frozen=True, slots=True)
class QueryEndpoint:
    """Where the queries of clients go.

    Args:
        address: The address.
        profile: The kind of the store.
        default_graph: The graph that a query means which names none, where the store would take another.
        credentials: The user; None where the store answers without a user: anonymous access has the fewest rights.
        trust_environment: Whether HTTPS_PROXY and its kin are heeded.
    """

    address: str
    profile: StoreProfile
    default_graph: str = ""
    credentials: Credentials | None = None
    trust_environment: bool = False

    def time_bound(self, seconds: float) -> list[tuple[str, str]]:
        """The parameter that has the store itself end a query, if it knows one."""
        name, units = self.profile.time
        return [(name, str(math.ceil(seconds * units)))] if name else []


def open_query_endpoint(
    address: str,
    credentials: Credentials | None,
    *,
    default_graph: str,
    kind: str = "",
    trust_environment: bool = False,
) -> QueryEndpoint:
    """Find the query endpoint of the store at an address.

    Args:
        address: The store's base address.
        credentials: Who asks, if anybody is known.
        default_graph: The graph that stands for the default graph in a store that has none.
        kind: The name of its profile, if it is known.
        trust_environment: Whether HTTPS_PROXY and its kin are heeded.

    Returns:
        The endpoint, which answers a query.

    Raises:
        StoreError: Nothing answers a query there, or not to whom asks.
        UsageError: No profile has that name.
    """
    nobody = Http(address, trust_environment=trust_environment)
    somebody = Http(address, credentials, trust_environment=trust_environment)
    with closing(nobody), closing(somebody):
        store = RemoteStore.open(address, somebody, name=kind, default_graph=default_graph)
        row, graph = store.profile, store.default_graph or store.profile.default_graph
        for url in filter(None, (row.open_query, row.query)):
            if nobody.send("GET", url, params=_ASKED, accept=_BOOLEAN, repeat=True, also=_REFUSALS).is_success:
                return _checked(nobody, QueryEndpoint(url, row, graph, trust_environment=trust_environment))
        return _checked(somebody, QueryEndpoint(row.query, row, graph, credentials, trust_environment))


def _checked(http: Http, endpoint: QueryEndpoint) -> QueryEndpoint:
    """The endpoint, if it answers in the media type of SPARQL results; a web page is no answer."""
    media_type = http.send("GET", endpoint.address, params=_ASKED, accept=_BOOLEAN, repeat=True).headers.get(
        "content-type", ""
    )
    if not media_type.startswith(_BOOLEAN):
        raise StoreError(
            f"{endpoint.address} answers a query with {media_type or 'no media type'}, not with SPARQL results",
            hint="give the base address of the store and its kind with --profile, or the address of its query endpoint",
        )
    return endpoint
