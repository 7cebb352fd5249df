"""A store elsewhere in the workers' place: the same gate and limits, and its own protect it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import httpx2

from scograph.server.limits import Limits
from scograph.server.metrics import Sample
from scograph.server.pool import Job, QueryFailedError
from scograph.server.rows import RowCounter

_ACCEPT = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
_MOST_SHOWN = 2000
"""So many characters of what the store says of an error are passed on."""
_OK, _BAD_REQUEST = 200, 400


class RemotePool:
    """Queries passed on to an endpoint, so many at once as there would be workers.

    Args:
        endpoint: Its address.
        limits: The limits.
    """

    def __init__(self, endpoint: str, limits: Limits) -> None:
        self._endpoint = endpoint
        self._limits = limits
        self._free = asyncio.Semaphore(limits.workers)
        self._client: httpx2.AsyncClient | None = None
        self.waiting = 0
        self.busy = 0
        self.ended: Counter[str] = Counter()
        self.protections = (f"queries go to {endpoint}", "no redirects followed", "bytes, rows and time bounded here")

    @property
    def size(self) -> int:
        """Queries that may run at once."""
        return self._limits.workers

    def samples(self) -> tuple[Sample, ...]:
        """What it counts, for the metrics."""
        return (
            ("scograph_workers", "Queries that may run at once.", "gauge", float(self.size)),
            ("scograph_workers_busy", "Queries that run.", "gauge", float(self.busy)),
            ("scograph_queue", "Queries that wait.", "gauge", float(self.waiting)),
        )

    async def open(self) -> None:
        """Get ready; the store is asked when somebody asks."""
        self._client = httpx2.AsyncClient(follow_redirects=False, timeout=self._limits.seconds or None, trust_env=False)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client:
            await self._client.aclose()
            self._client = None

    @asynccontextmanager
    async def run(self, job: Job) -> AsyncIterator[AsyncIterator[bytes]]:
        """Run a query; as `Pool.run`.

        Args:
            job: The query.

        Yields:
            The pieces of its result.

        Raises:
            QueryFailedError: It has none, here or there.
        """
        if self.waiting >= self._limits.waiting:
            raise QueryFailedError("busy")
        self.waiting += 1
        try:
            async with asyncio.timeout(self._limits.wait_seconds):
                await self._free.acquire()
        except TimeoutError:
            raise QueryFailedError("busy") from None
        finally:
            self.waiting -= 1
        self.busy += 1
        pieces = self._pieces(job)
        try:
            yield pieces
        finally:
            await pieces.aclose()
            self.busy -= 1
            self._free.release()

    async def _pieces(self, job: Job) -> AsyncGenerator[bytes]:
        if self._client is None:
            raise QueryFailedError("busy")
        fields = [("query", _based(job))]
        fields += [("default-graph-uri", iri) for iri in job.default_graphs or ()]
        fields += [("named-graph-uri", iri) for iri in job.named_graphs or ()]
        content = urlencode(fields).encode()
        headers = {"Accept": _ACCEPT[job.form], "Content-Type": "application/x-www-form-urlencoded"}
        counter, left = RowCounter(job.form, job.most_rows), self._limits.result_bytes
        try:
            async with (
                asyncio.timeout(job.seconds),
                self._client.stream("POST", self._endpoint, content=content, headers=headers) as reply,
            ):
                if reply.status_code != _OK:
                    await self._refuse(reply)
                if reply.headers.get("content-type", "").partition(";")[0].strip() != _ACCEPT[job.form]:
                    raise QueryFailedError("remote", f"the store answers in {reply.headers.get('content-type')}")
                async for piece in reply.aiter_bytes():
                    left -= len(piece)
                    if left < 0:
                        raise QueryFailedError("too many bytes")
                    if counter.is_over(piece):
                        raise QueryFailedError("too many rows")
                    yield piece
        except TimeoutError:
            self.ended["time"] += 1
            raise QueryFailedError("time") from None
        except httpx2.TimeoutException as error:
            raise QueryFailedError("time") from error
        except httpx2.HTTPError as error:
            raise QueryFailedError("remote", f"the store cannot be asked: {error}") from error

    @staticmethod
    async def _refuse(reply: httpx2.Response) -> None:
        said = bytearray()
        async for piece in reply.aiter_bytes():
            said += piece
            if len(said) > _MOST_SHOWN:
                break
        text = said[:_MOST_SHOWN].decode("utf-8", "replace").strip()
        if reply.status_code == _BAD_REQUEST:
            raise QueryFailedError("refused", text)
        raise QueryFailedError("remote", f"the store answers {reply.status_code}: {text}")


def _based(job: Job) -> str:
    """The query with the base that it would have here; a BASE of its own comes after, and counts."""
    return f"BASE <{job.base}> {job.query}" if job.base else job.query
