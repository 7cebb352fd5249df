"""The scheduler of queries: a fair queue before the workers, by how much worker time each client has used.

The last place is reserved for clients that have used little, absolutely or beside the others that ask, and have no
query running. The client that has used least is next, with what its query is expected to use: what queries of that
shape took before. Where the queue is full, the client with most queries in it loses one; where all places are taken, a
query of the client that has used most is ended for a client that has used little and has waited.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

HALF_LIFE = 30.0
"""Seconds after which half of what a client has used is forgotten."""
MAX_LIGHT_SECONDS, MAX_LIGHT_SHARE = 3.0, 0.75
"""Seconds of a worker up to which a client has used little; of those who ask now, so has whoever has used least, if
that is no more than such a share of what whoever has used most has."""
EXPECTED_SECONDS = 0.25
"""Seconds that a query of a shape which was not seen yet is expected to use."""
PREEMPT_SECONDS = 1.0
"""Seconds that a client which has used little waits before a query of another is ended for it."""
MIN_RUN_SECONDS = 1.0
"""Seconds that a query runs before it may be ended for another client."""
ENDED_SECONDS = 10.0
"""Seconds that a query is taken to have needed at least which was ended for another client."""
MAX_CLIENTS = 10_000
"""Clients that are counted; beyond it those that have used least are forgotten."""
MAX_SHAPES = 1_000
"""Shapes of queries whose seconds are known; beyond it the longest unused are forgotten."""
SHAPED_CHARACTERS = 4096
"""Characters of a query that its shape is taken from."""
_QUOTED = r"(?:[^{0}\\]|\\.?)*+{0}?"
"""The rest of a literal; one without an end reaches to the end, so that none is looked at twice."""
_VARYING = re.compile(
    rf"""(?P<text>"{_QUOTED.format('"')}|'{_QUOTED.format("'")})|(?P<iri><[^<>"{{}}|^`\\\s]*+>)"""
    r"""|(?P<variable>[?$]\w++)|(?P<comment>\#[^\n]*+)|(?P<number>\b\d[\d.]*+)|(?P<space>\s++)""",
    re.DOTALL,
)


def shape_of(query: str) -> str:
    """A query without its names and values: two that differ in these alone tend to take as long.

    Args:
        query: Its text.

    Returns:
        Its beginning, each IRI, literal, variable and number written as a sign.

    Example:
        >>> shape_of("SELECT ?a { ?a <urn:p> 'x' } # one") == shape_of("SELECT ?b {  ?b <urn:q> 'y' }")
        True
    """
    signs = {"text": "'", "iri": "<", "variable": "?", "comment": " ", "number": "0", "space": " "}
    shape = _VARYING.sub(lambda match: signs[match.lastgroup or "space"], query[:SHAPED_CHARACTERS])
    return " ".join(shape.split())


class NotScheduledError(Exception):
    """There is no place in time: the queue is full, or the wait was too long."""


@dataclass(slots=True, eq=False)
class ScheduledQuery:
    """One query that waits or runs.

    Args:
        client: Its client; nothing for the server itself.
        number: How many came before it.
        shape: Its shape, as `shape_of` has it; nothing if that is not known.
        came: When it came, by the clock of the event loop.
        may_run: Done when it may run.
        began: When it began to run.
        stop: Ends it for somebody else; set by what runs it.
        is_stopped: Whether it was ended for another client.
        is_running: Whether it has a place.
    """

    client: str
    number: int
    shape: str
    came: float
    may_run: asyncio.Future[None]
    began: float = 0.0
    stop: Callable[[], None] | None = None
    is_stopped: bool = False
    is_running: bool = False


@dataclass(slots=True)
class _Usage:
    seconds: float = 0.0
    seen: float = 0.0


@dataclass(slots=True)
class Scheduler:
    """The places, who has them, and who waits.

    Args:
        slots: How many queries may run at once; with two or more, the last is not for everybody.
        max_waiting: How many may wait.
        wait_seconds: How long one waits.
        clock: Seconds that never go back.
    """

    slots: int
    max_waiting: int
    wait_seconds: float
    clock: Callable[[], float]
    _running: dict[ScheduledQuery, None] = field(default_factory=dict)
    _waiting: dict[ScheduledQuery, None] = field(default_factory=dict)
    _held: Counter[str] = field(default_factory=Counter)
    _used: dict[str, _Usage] = field(default_factory=dict)
    _seconds: OrderedDict[str, float] = field(default_factory=OrderedDict)
    """What queries of a shape took, the last of them weighing most."""
    _count: int = 0
    _timer: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """How many run."""
        return len(self._running)

    async def acquire(self, client: str, shape: str = "") -> ScheduledQuery:
        """Wait for a place.

        Args:
            client: The client.
            shape: The shape of the query, as `shape_of` has it, if that is known.

        Returns:
            The turn, which has to be given back.

        Raises:
            NotScheduledError: There is none in time.
        """
        loop = asyncio.get_running_loop()
        self._count += 1
        query = ScheduledQuery(client, self._count, shape, loop.time(), loop.create_future())
        if not self._waiting and self._may_start(query):
            self._start(query)
            return query
        if len(self._waiting) >= self.max_waiting:
            self._make_room(query)
        self._waiting[query] = None
        if self._may_start(query):
            self._next()
        self._see_to_preempt(loop, PREEMPT_SECONDS)
        try:
            async with asyncio.timeout(self.wait_seconds):
                await query.may_run
        except TimeoutError:
            self.release(query)
            raise NotScheduledError from None
        except BaseException:
            self.release(query)
            raise
        finally:
            self._waiting.pop(query, None)
        return query

    def close(self) -> None:
        """Have everybody who waits give up."""
        waiting, self._waiting = self._waiting, {}
        for query in waiting:
            if not query.may_run.done():
                query.may_run.set_exception(NotScheduledError())

    def release(self, query: ScheduledQuery) -> None:
        """Give a place back; nothing if the turn has none any more."""
        self._waiting.pop(query, None)
        if not query.is_running:
            return
        query.is_running = False
        del self._running[query]
        self._held[query.client] -= 1
        if not self._held[query.client]:
            del self._held[query.client]
        now = self.clock()
        usage = self._used.setdefault(query.client, _Usage(0.0, now))
        usage.seconds, usage.seen = self._decayed(usage, now) + now - query.began, now
        self._learn(query, now - query.began)
        if len(self._used) > MAX_CLIENTS:
            kept = sorted(self._used.items(), key=lambda item: -self._decayed(item[1], now))
            self._used = dict(kept[: MAX_CLIENTS // 2])
        self._next()

    def usage(self, client: str) -> float:
        """Seconds of workers that a client has used of late, with those of what runs now."""
        now = self.clock()
        known = self._used.get(client)
        seconds = self._decayed(known, now) if known else 0.0
        if self._held.get(client):
            seconds += sum(now - query.began for query in self._running if query.client == client)
        return seconds

    def _learn(self, query: ScheduledQuery, seconds: float) -> None:
        """Remember what a query took for others of its shape."""
        if not query.shape:
            return
        if query.is_stopped:
            seconds = max(seconds, ENDED_SECONDS)
        known = self._seconds.get(query.shape)
        self._seconds[query.shape] = seconds if known is None else (known + seconds) / 2
        self._seconds.move_to_end(query.shape)
        if len(self._seconds) > MAX_SHAPES:
            self._seconds.popitem(last=False)

    def _expected(self, query: ScheduledQuery) -> float:
        """Seconds that a query is expected to take."""
        return self._seconds.get(query.shape, EXPECTED_SECONDS)

    @staticmethod
    def _decayed(usage: _Usage, now: float) -> float:
        return float(usage.seconds * 0.5 ** ((now - usage.seen) / HALF_LIFE))

    def _may_start(self, query: ScheduledQuery) -> bool:
        free = self.slots - len(self._running)
        if free <= 0:
            return False
        if free > 1 or self.slots == 1:
            return True
        return not self._held.get(query.client) and self._is_light(query)

    def _is_light(self, query: ScheduledQuery) -> bool:
        """Whether a client has used little, by itself or beside the others that ask now, and its query will too."""
        client = query.client
        if self._expected(query) > MAX_LIGHT_SECONDS:
            return False
        own = self.usage(client)
        if own <= MAX_LIGHT_SECONDS:
            return True
        usage = [self.usage(other) for other in {*self._held, *(query.client for query in self._waiting)}]
        return own <= min(usage, default=0.0) + EXPECTED_SECONDS and own <= MAX_LIGHT_SHARE * max(usage, default=0.0)

    def _start(self, query: ScheduledQuery) -> None:
        query.began = self.clock()
        query.is_running = True
        self._running[query] = None
        self._held[query.client] += 1

    def _next(self) -> None:
        """Let run who may: whoever has used least, then whoever came first."""
        while self._waiting and len(self._running) < self.slots:
            query = next((query for query in self._ranked() if self._may_start(query)), None)
            if query is None:
                return
            del self._waiting[query]
            if query.may_run.done():  # it has just been given up
                continue
            self._start(query)
            query.may_run.set_result(None)

    def _ranked(self) -> list[ScheduledQuery]:
        """Who waits, whoever has used and will use least first."""
        each = Counter(query.client for query in self._waiting)
        usage = {client: self.usage(client) for client in each}
        rank = {query: usage[query.client] + each[query.client] * self._expected(query) for query in self._waiting}
        return sorted(self._waiting, key=lambda query: (rank[query], query.number))

    def _make_room(self, query: ScheduledQuery) -> None:
        """Have whoever has most in the queue give up the last of it, if that is more than the newcomer has.

        Where nobody has more, whoever has used and will use most gives way, if that is more than the newcomer will.

        Raises:
            NotScheduledError: Nobody does.
        """
        if not self._waiting:
            raise NotScheduledError
        each = Counter(waiting.client for waiting in self._waiting)
        client, count = each.most_common(1)[0]
        if count > each[query.client] + 1:
            last = next(waiting for waiting in reversed(self._waiting) if waiting.client == client)
        else:
            last = self._ranked()[-1]
            own = self.usage(query.client) + self._expected(query)
            if own >= self.usage(last.client) + self._expected(last):
                raise NotScheduledError
        del self._waiting[last]
        if not last.may_run.done():
            last.may_run.set_exception(NotScheduledError())

    def _see_to_preempt(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        if self._timer is None:
            self._timer = loop.call_later(seconds, self._preempt)

    def _preempt(self) -> None:
        """End a query of whoever has used most for somebody who has used little and has waited."""
        self._timer = None
        if not self._waiting:
            return
        loop = asyncio.get_running_loop()
        self._see_to_preempt(loop, PREEMPT_SECONDS / 4)
        self._next()  # what others have used is less by now
        now, came = self.clock(), loop.time() - PREEMPT_SECONDS
        heavy = [
            (self.usage(running.client), running.began, running)
            for running in self._running
            if running.stop and now - running.began >= MIN_RUN_SECONDS
        ]
        if not heavy:
            return
        for query in self._ranked():
            if query.came > came or (self._held.get(query.client) and self.slots > 1):
                continue
            others = [one for one in heavy if one[2].client != query.client]
            seconds, _, most = max(others, key=lambda one: one[:2], default=(0.0, 0.0, None))
            if most and most.stop and self.usage(query.client) < seconds and self._is_light(query):
                most.is_stopped = True
                most.stop()
                self.release(most)
            return
