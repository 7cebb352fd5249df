"""The interface of query pools: `WorkerPool` runs queries in processes, `RemotePool` sends them to a store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from scograph.server.metrics import Sample

MAX_CACHED_QUERY = 4096
"""Accepted queries of up to so many characters are cached."""


class QueryFailedError(Exception):
    """A query has no result.

    Args:
        kind: `syntax`, `time`, `memory`, `too many rows`, `too many bytes`, `busy`, `yielded` to somebody else,
            `stopping`, `died`, or another error's name; of a store elsewhere also `refused`, `cut`, `away`, `remote`.
        message: The message of the engine or the store.
    """

    def __init__(self, kind: str, message: str = "") -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind
        self.message = message


@dataclass(frozen=True, slots=True)
class Job:
    """A query to be run.

    Args:
        query: Its text.
        form: The form of the result: `json`, `xml`, `csv`, `tsv`, or `ttl`, `nt`, `rdf`, `jsonld`.
        base: What relative IRIs in it are resolved against.
        default_graphs: The IRIs of the graphs that are merged into the default graph; None for the store's own.
        named_graphs: The IRIs of the named graphs; None for the store's own.
        seconds: How long it may take.
        max_rows: How many rows the result may have; 0 for any number.
        client: Its client, as `limits.network_of` has it; nothing for the server itself.
    """

    query: str
    form: str
    base: str = ""
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    seconds: float = 30.0
    max_rows: int = 0
    client: str = ""


class QueryPool(Protocol):
    """Runs queries, so many at once."""

    memory: int
    """Bytes that a query may take here; 0 where that is not bounded."""

    @property
    def protections(self) -> tuple[str, ...]:
        """What protects the store and this machine, in words."""

    @property
    def ended(self) -> Mapping[str, int]:
        """How many queries were ended, by reason."""

    @property
    def place(self) -> str:
        """Where queries run, in words."""

    @property
    def state(self) -> str:
        """`ok`, or why it answers no query."""

    @property
    def size(self) -> int:
        """Queries that may run at once."""

    @property
    def busy(self) -> int:
        """Queries that run."""

    @property
    def waiting(self) -> int:
        """Queries that wait."""

    def samples(self) -> tuple[Sample, ...]:
        """Its counts, for the metrics."""

    def form(self, query: str) -> str:
        """The form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE; nothing where it does not parse.

        Args:
            query: Its text.

        Raises:
            QueryRefusedError: It is not one that strangers may ask.
        """

    def run(self, job: Job) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Run a query; the block has the pieces of its result.

        Args:
            job: The query.

        Raises:
            QueryFailedError: It has no result; also while pieces are read.
        """

    async def open(self) -> None:
        """Get ready.

        Raises:
            StoreError: It cannot.
        """

    async def close(self) -> None:
        """End all queries."""
