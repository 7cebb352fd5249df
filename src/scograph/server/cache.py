"""The cache of responses of one build: bounded in bytes and number, the least recently used go first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncGenerator

from scograph.server.answer import Answer

MAX_BYTES = 32 << 20
"""Bytes of all responses and keys together."""
MAX_BODY = 1 << 20
"""Larger bodies are not kept."""
MAX_ENTRIES = 4096
ENTRY_BYTES = 2000
"""Bytes that an entry is reckoned to take besides its key, body and values of headers: for what Python adds."""

Key = tuple[str | bytes | float | None, ...]
"""All that a response depends on besides the build, the kind of the key first."""


class AnswerCache:
    """Responses by what they depend on.

    All responses that a server keeps are here, so that one bound holds for all: clients choose the keys. A new build
    has a new cache. A body that lies in a file is not read for it.

    Args:
        max_bytes: How many bytes it may take.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._answers: OrderedDict[Key, tuple[Answer, int]] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._answers)

    @property
    def size(self) -> int:
        """Bytes that it is reckoned to take."""
        return self._bytes

    def get(self, key: Key) -> Answer | None:
        """The response of a key, or None."""
        found = self._answers.get(key)
        if found is None:
            return None
        self._answers.move_to_end(key)
        return found[0]

    def put(self, key: Key, answer: Answer) -> None:
        """Keep a response; one that is too large, or still being made, is not kept.

        Args:
            key: All that it depends on.
            answer: The response.
        """
        body = len(answer.body) if isinstance(answer.body, bytes) else 0
        if isinstance(answer.body, AsyncGenerator) or body > MAX_BODY or key in self._answers:
            return
        size = ENTRY_BYTES + body + sum(map(len, answer.headers.values()))
        size += sum(len(part) for part in key if isinstance(part, str | bytes))
        self._answers[key] = answer, size
        self._bytes += size
        while self._bytes > self._max_bytes or len(self._answers) > MAX_ENTRIES:
            self._bytes -= self._answers.popitem(last=False)[1][1]
