"""Detects, before parsing, that a load has nothing to send: neither the input nor the store has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from scograph.project import SETTINGS_FILE, Project, unreadable
from scograph.stores.remote import RemoteStore
from scograph.stores.sharing import Sharing, part_graph
from scograph.stores.state import PENDING, LoadState, state_in


def project_files(project: Project) -> tuple[Path, ...]:
    """The files that a project's dataset is made of."""
    found = {*project.data_files(), *project.ontology_files(), *project.shapes_files()}
    settings = project.folder / SETTINGS_FILE
    return (*sorted(found), *((settings,) if settings.is_file() else ()))


def digest_of_input(files: Iterable[Path], words: Iterable[str]) -> str:
    """The hash of what a dataset is made of: the same again, the same dataset.

    Args:
        files: The files that are read, in their order.
        words: What else it depends on: the tool's version, and what was asked for.

    Returns:
        `sha256:` and the hash.

    Raises:
        InputError: A file cannot be read.
    """
    found = hashlib.sha256()
    for word in words:
        found.update(b"%d %s\n" % (len(word), word.encode()))
    for path in files:
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise unreadable(path, error) from error
        found.update(f"{path.absolute()}\n{digest}\n".encode("utf-8", "surrogateescape"))
    return f"sha256:{found.hexdigest()}"


def unchanged(store: RemoteStore, name: str, digest: str) -> LoadState | None:
    """The state of a load that would send nothing.

    Args:
        store: The store.
        name: The name of the load.
        digest: The hash of its input.

    Returns:
        The state, if it was made of the same input and each of its graphs has as many triples as it had then.

    Raises:
        StoreError: The store does not answer.
    """
    state = state_in(store, name)
    if state.made_of != digest:  # to count takes a store longer than all else here
        return None
    parts = {part_graph(name, graph) for graph in state.entries}
    sharing = Sharing(store, state, store.counts({*state.entries, *parts}), {})
    entries = state.entries.items()
    is_whole = all(entry.digest != PENDING and sharing.count(graph) == entry.count for graph, entry in entries)
    return state if is_whole and not any(sharing.problem(graph) for graph in state.entries) else None
