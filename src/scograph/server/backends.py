"""Backends of the SPARQL endpoint: a store made of the served build, one that a load wrote, or a remote store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from scograph.server.folder import Snapshot, file_version
from scograph.server.limits import ServerLimits
from scograph.server.pool import WorkerPool
from scograph.server.querypool import QueryPool
from scograph.server.remote import RemotePool
from scograph.server.temporary_stores import TemporaryStores
from scograph.stores.disk import CURRENT, hold_store
from scograph.stores.query_endpoint import QueryEndpoint

Prefixes = tuple[tuple[str, str], ...]
"""Prefixes that results in Turtle and RDF/XML are written with."""
ABSENT = (0, 0)


@dataclass(slots=True)
class OpenStore:
    """A store that queries run over.

    Args:
        pool: What runs them.
        digest: What tells its content from another's; nothing if it may change unseen: then no result is kept.
        release: Lets go of it.
    """

    pool: QueryPool
    digest: str
    release: Callable[[], None] | None = None

    async def open(self) -> OpenStore:
        """Start what runs queries.

        Raises:
            StoreError: It does not start.
        """
        try:
            await self.pool.open()
        except BaseException:
            await self._release()
            raise
        return self

    async def close(self) -> None:
        """End what runs queries, and let go of the store."""
        await self.pool.close()
        await self._release()

    async def _release(self) -> None:
        release, self.release = self.release, None
        if release:
            await asyncio.to_thread(release)


class Backend(Protocol):
    """Opens the store of each build."""

    def version(self) -> tuple[int, int]:
        """What changes when another store takes the place of this one; `ABSENT` if none is there."""

    async def open(self, snapshot: Snapshot, prefixes: Prefixes) -> OpenStore:
        """Open the store of a build.

        Args:
            snapshot: The build.
            prefixes: Prefixes of results.

        Raises:
            InputError: There is no such store.
            StoreError: What runs queries does not start.
        """

    def close(self) -> None:
        """Remove what it made."""


@dataclass(frozen=True, slots=True)
class BuiltBackend:
    """A temporary store for each build, loaded from its dump.

    Args:
        limits: The limits.
        clock: Seconds that never go back.
        workspace: Where the stores lie.
    """

    limits: ServerLimits
    clock: Callable[[], float]
    workspace: TemporaryStores

    def version(self) -> tuple[int, int]:
        """Always the same: the store changes with the build alone."""
        return 1, 1

    async def open(self, snapshot: Snapshot, prefixes: Prefixes) -> OpenStore:
        """Load the graph of a build; as `Backend.open`."""
        place, predicates = await asyncio.to_thread(self.workspace.load, snapshot)
        pool = WorkerPool(place, self.limits, self.clock, prefixes, predicates)
        return await OpenStore(pool, snapshot.digest, partial(self.workspace.drop, place)).open()

    def close(self) -> None:
        """Remove the stores."""
        self.workspace.close()


@dataclass(frozen=True, slots=True)
class FolderBackend:
    """A store in a folder that `scograph load` wrote.

    Args:
        folder: The folder.
        limits: The limits.
        clock: Seconds that never go back.
    """

    folder: Path
    limits: ServerLimits
    clock: Callable[[], float]

    def version(self) -> tuple[int, int]:
        """What changes with the next load."""
        return file_version(self.folder / CURRENT)

    async def open(self, snapshot: Snapshot, prefixes: Prefixes) -> OpenStore:
        """Hold the store that is there now; as `Backend.open`."""
        held = await asyncio.to_thread(hold_store, self.folder)
        pool = WorkerPool(held.place, self.limits, self.clock, prefixes, held.predicates)
        return await OpenStore(pool, snapshot.digest + held.digest, held.release).open()

    def close(self) -> None:
        """Nothing was made."""


@dataclass(frozen=True, slots=True)
class RemoteBackend:
    """A store at an address.

    Args:
        endpoint: Where queries are sent.
        limits: The limits.
        clock: Seconds that never go back.
    """

    endpoint: QueryEndpoint
    limits: ServerLimits
    clock: Callable[[], float]

    def version(self) -> tuple[int, int]:
        """Always the same: the store may change unseen."""
        return 1, 1

    async def open(self, snapshot: Snapshot, prefixes: Prefixes) -> OpenStore:  # noqa: ARG002 -- the same store for each build
        """Get ready to ask the store; as `Backend.open`."""
        return await OpenStore(RemotePool(self.endpoint, self.limits, self.clock, prefixes), "").open()

    def close(self) -> None:
        """Nothing was made."""
