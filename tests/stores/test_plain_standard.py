"""The plain standard, a query and an update endpoint and nothing else, on each of the four stores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from pyoxigraph import RdfFormat, parse

from scograph.errors import StoreError, UsageError
from scograph.exports.canonical import canonical
from scograph.serialise.lines import n_quads
from scograph.stores.http import Http
from scograph.stores.loading import Loaded, Loading
from scograph.stores.parts import DEFAULT, GraphParts, split_by_graph
from scograph.stores.remote import RemoteStore
from store_servers import OTHERS, Server, empty

E = "https://example.org/"
ENDPOINTS = {
    "oxigraph": ("/query", "/update"),
    "fuseki": ("/query", "/update"),
    "rdf4j": ("", "/statements"),
    "virtuoso": ("/sparql-auth", "/sparql-auth"),
}
"""Where each store has its two endpoints, after its base address."""
NO_DEFAULT = {
    "rdf4j": "its queries take the union of all graphs for the default graph",
    "virtuoso": "it has no default graph",
}
"""Stores into which the plain standard brings named graphs alone."""

NAMED = f"""<{E}a> <{E}p> "one" <{E}g1> .
<{E}a> <{E}q> _:x <{E}g1> .
_:x <{E}p> "a \\"quoted\\" line\\nand another, \\u00E9\\U0001F600"@de <{E}g1> .
<{E}c> <{E}p> "2" <{E}g2> .
<{E}d> <{E}p> "3" <{E}g3> .
""" + "".join(f'<{E}s{i}> <{E}p> "{"long " * 100}{i}" <{E}h> .\n' for i in range(6_000))
"""The largest graph takes three requests of this profile."""


def parts_of(text: str) -> GraphParts:
    return split_by_graph(n_quads(parse(text, RdfFormat.N_QUADS)))


@pytest.fixture
def plain(server: Server) -> Iterator[RemoteStore]:
    query, update = ENDPOINTS[server.name]
    http = Http(server.address + query, server.credentials, wait=lambda _: None)
    store = RemoteStore.open(server.address + query, http, name="sparql", update=server.address + update)
    with closing(store), closing(server.open()) as opened:
        assert not store.profile.graphs
        empty(opened)
        yield store
        empty(opened)


def loaded(store: RemoteStore, parts: GraphParts, *, prunes: bool = False) -> Loaded:
    loading = Loading(store, parts, "plain", canonical)
    return loading.run(loading.plan(), prunes=prunes)


def sent(done: Loaded) -> set[str]:
    return {part.graph for part, _ in done.plan.send}


def test_two_endpoints_are_enough(plain: RemoteStore) -> None:
    plain.update(f'INSERT DATA {{ GRAPH <{OTHERS}> {{ <{E}c> <{E}p> "theirs" }} }}')
    done = loaded(plain, parts_of(NAMED))
    assert sent(done) == {f"{E}g1", f"{E}g2", f"{E}g3", f"{E}h"}
    assert not [found for found in done.verified if found.differences]
    assert plain.count(f"{E}h") == 6_000
    assert not sent(loaded(plain, parts_of(NAMED)))
    changed = NAMED.replace('"2" <', '"two" <').replace(f'<{E}d> <{E}p> "3" <{E}g3> .\n', "")
    done = loaded(plain, parts_of(changed), prunes=True)
    assert sent(done) == {f"{E}g2"}
    assert done.pruned == (f"{E}g3",)
    assert not [found for found in Loading(plain, parts_of(changed), "plain", canonical).verify() if found.differences]
    assert not [graph for graph in plain.graphs() if "/staging" in graph]
    assert plain.count(OTHERS) == 1


def test_a_default_graph_is_loaded_where_there_is_one_and_else_said_to_be_missing(
    plain: RemoteStore, server: Server
) -> None:
    text = NAMED.replace(f" <{E}g1> .", " .")
    if server.name in NO_DEFAULT:
        with pytest.raises((StoreError, UsageError)) as raised:
            loaded(plain, parts_of(text))
        assert "--graph" in raised.value.hint
        return
    done = loaded(plain, parts_of(text))
    assert not [found for found in done.verified if found.differences]
    assert plain.count(DEFAULT) == 3
    plain.drop(DEFAULT)
