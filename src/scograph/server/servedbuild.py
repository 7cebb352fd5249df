"""A build that is being served, with the store that its queries run over."""

from __future__ import annotations

from dataclasses import dataclass

from scograph.server.backends import OpenStore
from scograph.server.documents import Documents
from scograph.server.sparql import Endpoint


@dataclass(slots=True, eq=False)
class ServedBuild:
    """A build that is being served; the next build is another.

    Args:
        documents: Its documents.
        store: The store that its queries run over, if there is one.
        endpoint: Its SPARQL endpoint, if it has a store.
        since: When it began to be served, as the log has times.
        began: The same in seconds of a clock that never goes back.
        running: How many requests it is answering.
        newer: Why a newer build is not served instead; nothing if there is none.
    """

    documents: Documents
    store: OpenStore | None = None
    endpoint: Endpoint | None = None
    since: str = ""
    began: float = 0.0
    running: int = 0
    newer: str = ""

    async def close(self) -> None:
        """End what it holds."""
        if self.store:
            await self.store.close()
