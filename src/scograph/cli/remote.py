"""Opens what a command reads: a project or file in memory, a store on disk, or a remote store with its credentials."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scograph.cli.frame import open_project, say
from scograph.errors import UsageError
from scograph.project import Project
from scograph.read_options import OWN_BASE, ReadOptions
from scograph.stores.addresses import checked_address, is_address

if TYPE_CHECKING:  # what speaks to stores takes longer to import than most work without one takes
    from scograph.graph import Graph
    from scograph.stores.http import Credentials
    from scograph.stores.query_endpoint import QueryEndpoint
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
    timeout: float | None = None,
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
        timeout: Seconds that it may be silent; None for the bound `store-seconds`.
        name: The name of the load.
        shows: Whether each request is shown as a curl command.
        moved: Told of what is large how many bytes went and came.

    Returns:
        The store.
    """
    shown: Callable[[str], None] = say if shows else _silent
    from scograph.stores.http import Http  # noqa: PLC0415 -- see above
    from scograph.stores.remote import RemoteStore  # noqa: PLC0415

    who = credentials_for(address, user)
    http = Http(address, who, seconds=timeout, moved=moved, shown=shown, trust_environment=True)
    return RemoteStore.open(
        address, http, name=kind or "", update=update_url, graphs=graph_store_url, default_graph=GRAPHS + name
    )


def store_endpoint(address: str, name: str, kind: str = "") -> QueryEndpoint:
    """The query endpoint of a store for a server's clients; the user and the default graph are found as for load.

    Args:
        address: The store's base address.
        name: The name of the load.
        kind: The name of its profile, if it is known.

    Returns:
        The endpoint.
    """
    from scograph.stores.query_endpoint import open_query_endpoint  # noqa: PLC0415 -- see above

    who = credentials_for(address, None)
    return open_query_endpoint(address, who, default_graph=GRAPHS + name, kind=kind, trust_environment=True)


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


def loaded_graph(path: str | None, store: str | None, graph: str | None, options: ReadOptions = OWN_BASE) -> Graph:
    """The graph of a project that is looked at, or of what a store holds, with the project's ontology and shapes."""
    if store is None:
        from scograph.graph import load_graph  # noqa: PLC0415 -- see above

        whole = load_graph(open_project(path, options))
        return whole if graph is None else whole.only_graph(graph)
    return stored_graph(open_project(path, options, is_of_store=True), store, graph)


def stored_graph(project: Project, store: str, graph: str | None) -> StoredGraph:
    """The graph of what a store holds, with the project's ontology and shapes."""
    from scograph.stores.source import graph_in  # noqa: PLC0415 -- see above

    with opened_source(store, project) as source:
        return graph_in(project, source, store, graph)


def _silent(_: str) -> None:
    """Show nothing."""


def credentials_for(address: str, user: str | None) -> Credentials | None:
    """Who asks: as the option says, else the environment, else netrc, else nobody."""
    from scograph.stores.http import Credentials  # noqa: PLC0415 -- see above

    user, password = user or os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
    if user and password:
        return Credentials(user, password)
    login, kept = _in_netrc(checked_address(address).hostname or "")
    if not user:
        return Credentials(login, kept) if login or kept else None
    return Credentials(user, kept if kept and login == user else _asked(user))


def _in_netrc(host: str) -> tuple[str, str]:
    """The name and password that netrc has for a host; its words are not repeated, as one may be a password."""
    import netrc  # noqa: PLC0415 -- many stores ask nobody

    path = os.environ.get("NETRC")
    try:
        found = netrc.netrc(path).authenticators(host)
    except FileNotFoundError:
        return "", ""
    except netrc.NetrcParseError as error:
        if error.lineno is None:  # Python's words for a file that others may read
            raise UsageError("netrc: other users can read it", hint="chmod 600 ~/.netrc") from error
        raise UsageError(
            f"netrc cannot be read: line {error.lineno} or the one before", hint="correct the file"
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError("netrc cannot be read: it is not UTF-8", hint="correct the file") from error
    return (found[0] or "", found[2] or "") if found else ("", "")


def _asked(user: str) -> str:
    """The password that somebody at a terminal gives; nobody is asked where it would be seen."""
    from getpass import GetPassWarning  # noqa: PLC0415 -- many stores ask nobody

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", GetPassWarning)
            return str(click.prompt(f"Password of {user}", hide_input=True, err=True))
    except (click.Abort, GetPassWarning, UnicodeDecodeError) as error:  # the last, of bytes that are no text
        raise UsageError(f"no password for {user!r}", hint=f"set {PASSWORD}, or write it into netrc") from error
