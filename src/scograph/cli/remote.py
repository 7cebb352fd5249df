"""What every command that speaks to a store shares: who asks, and which store."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from scograph.cli.frame import open_project, say
from scograph.errors import UsageError
from scograph.project import Project

if TYPE_CHECKING:  # what speaks to stores takes longer to import than most work without one takes
    from scograph.graph import Graph
    from scograph.stores.door import Door
    from scograph.stores.http import Credentials
    from scograph.stores.remote import RemoteStore
    from scograph.stores.source import Store, StoredGraph

GRAPHS = "https://w3id.org/scograph/graph/"
"""In a store without a default graph, the graph in its place is called by this and the name of the load."""
USER, PASSWORD = "SCOGRAPH_STORE_USER", "SCOGRAPH_STORE_PASSWORD"


def open_store(  # noqa: PLR0913 -- one for each option
    address: str,
    *,
    kind: str | None = None,
    update_url: str = "",
    graph_store_url: str = "",
    user: str | None = None,
    timeout: float = 600.0,
    name: str = "graph",
    shows: bool = False,
    moved: Callable[[str, int], None] = lambda *_: None,
) -> RemoteStore:
    """Open the store at an address.

    Args:
        address: Its base address.
        kind: The name of its profile, if it is known.
        update_url: Its update endpoint.
        graph_store_url: Its Graph Store Protocol.
        user: Who asks.
        timeout: Seconds that it may be silent.
        name: The name of the load.
        shows: Whether each request is shown as a curl command.
        moved: Told of what is large how many bytes went and came.

    Returns:
        The store.
    """
    shown: Callable[[str], None] = say if shows else _silent
    from scograph.stores.http import Http  # noqa: PLC0415 -- see above
    from scograph.stores.remote import RemoteStore  # noqa: PLC0415

    who = _credentials(address, user)
    http = Http(address, who, seconds=timeout, moved=moved, shown=shown, trust_environment=True)
    return RemoteStore.open(
        address, http, name=kind or "", update=update_url, graphs=graph_store_url, default_graph=GRAPHS + name
    )


def store_door(address: str, name: str, kind: str = "") -> Door:
    """The door of a store for the queries of others; who asks, and what stands for a default graph, as for load.

    Args:
        address: The store's base address.
        name: The name of the load.
        kind: The name of its profile, if it is known.

    Returns:
        The door.
    """
    from scograph.stores.door import open_door  # noqa: PLC0415 -- see above

    who = _credentials(address, None)
    return open_door(address, who, default_graph=GRAPHS + name, kind=kind, trust_environment=True)


STORE = click.option(
    "--store", metavar="URL|FOLDER", help="Work on what this store holds: at an address, or in a folder that load made."
)
STORE_GRAPH = click.option("--graph", "store_graph", metavar="IRI", help="With --store: only this graph of it.")


@contextmanager
def opened_source(store: str, project: Project) -> Iterator[Store]:
    """The store that `--store` names; who asks, and what stands for a default graph, is found as for load."""
    if is_address(store):
        with closing(open_store(store, name=project.settings.name)) as source:
            yield source
        return
    from scograph.stores.disk import DiskStore, damaged  # noqa: PLC0415 -- see above

    try:
        with closing(DiskStore(Path(store))) as source:
            yield source
    except RuntimeError as error:  # a result is read as it is written, and the damage may be far on
        if type(error) is not RuntimeError:  # pyoxigraph's has no class of its own
            raise
        raise damaged(Path(store), error) from error


def is_address(store: str) -> bool:
    """Whether a store is named by an address, not by a folder."""
    return "://" in store


def loaded_graph(path: str | None, store: str | None, graph: str | None) -> Graph:
    """The graph of a project, or of what a store holds, with the project's ontology and shapes."""
    if store is None:
        if graph is not None:
            raise UsageError("--graph is for --store", hint="give both")
        from scograph.graph import load_graph  # noqa: PLC0415 -- see above

        return load_graph(open_project(path))
    return stored_graph(open_project(path), store, graph)


def stored_graph(project: Project, store: str, graph: str | None) -> StoredGraph:
    """The graph of what a store holds, with the project's ontology and shapes."""
    from scograph.stores.source import graph_in  # noqa: PLC0415 -- see above

    with opened_source(store, project) as source:
        return graph_in(project, source, store, graph)


def _silent(_: str) -> None:
    """Show nothing."""


def _credentials(address: str, user: str | None) -> Credentials | None:
    """Who asks: as the option says, else the environment, else netrc, else nobody."""
    password = os.environ.get(PASSWORD, "")
    if user is None and USER in os.environ:
        user = os.environ[USER]
    from scograph.stores.http import Credentials  # noqa: PLC0415 -- see above

    if user is not None:
        if not password:
            try:
                password = click.prompt(f"Password of {user}", hide_input=True, err=True)
            except click.Abort as error:
                raise UsageError(f"no password for {user!r}", hint=f"set {PASSWORD}, or write it into netrc") from error
        return Credentials(user, password)
    import netrc  # noqa: PLC0415

    try:
        found = netrc.netrc(os.environ.get("NETRC")).authenticators(urlsplit(address).hostname or "")
    except FileNotFoundError:
        return None
    except netrc.NetrcParseError as error:
        raise UsageError(f"netrc cannot be read: line {error.lineno}: {error.msg}", hint="mend the file") from error
    return Credentials(found[0], found[2] or "") if found else None
