"""The queue before the workers: fair scheduling by how much time each client has used.

The last place is reserved for clients that have used little, absolutely or beside the others that ask, and have no
query running. The client that has used least is next. Where the queue is full, the client with most queries in it loses
one; where all places are taken, a query of the client that has used most is ended for a client that has used little and
has waited.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

HALF_LIFE = 30.0
"""Seconds after which half of what a client has used is forgotten."""
LITTLE, SHARE = 3.0, 0.75
"""Seconds of a worker up to which a client has used little; of those who ask now, so has whoever has used least, if
that is no more than such a share of what whoever has used most has."""
EXPECTED = 0.25
"""Seconds that each query which waits is expected to use."""
PATIENCE = 1.0
"""Seconds that a client which has used little waits before a query of another is ended for it."""
GUARANTEED = 1.0
"""Seconds that a query runs before it may be ended for another client."""
MAX_CLIENTS = 10_000
"""Clients that are counted; beyond it those that have used least are forgotten."""


class NoTurnError(Exception):
    """There is no place in time: the queue is full, or the wait was too long."""


@dataclass(slots=True, eq=False)
class Turn:
    """One query that waits or runs.

    Args:
        client: Its client; nothing for the server itself.
        number: How many came before it.
        place: Done when it may run.
        began: When it began to run.
        stop: Ends it for somebody else; set by what runs it.
        is_stopped: Whether it was ended for another client.
        has_place: Whether it has a place.
    """

    client: str
    number: int
    place: asyncio.Future[None]
    began: float = 0.0
    stop: Callable[[], None] | None = None
    is_stopped: bool = False
    has_place: bool = False


@dataclass(slots=True)
class _Used:
    seconds: float = 0.0
    seen: float = 0.0


@dataclass(slots=True)
class Turns:
    """The places, who has them, and who waits.

    Args:
        places: How many queries may run at once; with two or more, the last is not for everybody.
        max_waiting: How many may wait.
        wait_seconds: How long one waits.
        clock: Seconds that never go back.
    """

    places: int
    max_waiting: int
    wait_seconds: float
    clock: Callable[[], float]
    _running: dict[Turn, None] = field(default_factory=dict)
    _waiting: dict[Turn, None] = field(default_factory=dict)
    _held: Counter[str] = field(default_factory=Counter)
    _used: dict[str, _Used] = field(default_factory=dict)
    _count: int = 0

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """How many run."""
        return len(self._running)

    async def take(self, client: str) -> Turn:
        """Wait for a place.

        Args:
            client: The client.

        Returns:
            The turn, which has to be given back.

        Raises:
            NoTurnError: There is none in time.
        """
        loop = asyncio.get_running_loop()
        self._count += 1
        turn = Turn(client, self._count, loop.create_future())
        if not self._waiting and self._may_start(turn):
            self._start(turn)
            return turn
        if len(self._waiting) >= self.max_waiting:
            self._make_room(turn)
        self._waiting[turn] = None
        self._next()
        timer = loop.call_later(PATIENCE, self._preempt, turn)
        try:
            async with asyncio.timeout(self.wait_seconds):
                await turn.place
        except TimeoutError:
            self.give(turn)
            raise NoTurnError from None
        except BaseException:
            self.give(turn)
            raise
        finally:
            timer.cancel()
            self._waiting.pop(turn, None)
        return turn

    def close(self) -> None:
        """Have everybody who waits give up."""
        waiting, self._waiting = self._waiting, {}
        for turn in waiting:
            if not turn.place.done():
                turn.place.set_exception(NoTurnError())

    def give(self, turn: Turn) -> None:
        """Give a place back; nothing if the turn has none any more."""
        self._waiting.pop(turn, None)
        if not turn.has_place:
            return
        turn.has_place = False
        del self._running[turn]
        self._held[turn.client] -= 1
        if not self._held[turn.client]:
            del self._held[turn.client]
        now = self.clock()
        used = self._used.setdefault(turn.client, _Used(0.0, now))
        used.seconds, used.seen = self._decayed(used, now) + now - turn.began, now
        if len(self._used) > MAX_CLIENTS:
            kept = sorted(self._used.items(), key=lambda item: -self._decayed(item[1], now))
            self._used = dict(kept[: MAX_CLIENTS // 2])
        self._next()

    def used(self, client: str) -> float:
        """Seconds of workers that a client has used of late, with those of what runs now."""
        now = self.clock()
        known = self._used.get(client)
        seconds = self._decayed(known, now) if known else 0.0
        if self._held.get(client):
            seconds += sum(now - turn.began for turn in self._running if turn.client == client)
        return seconds

    @staticmethod
    def _decayed(used: _Used, now: float) -> float:
        return float(used.seconds * 0.5 ** ((now - used.seen) / HALF_LIFE))

    def _may_start(self, turn: Turn) -> bool:
        free = self.places - len(self._running)
        if free <= 0:
            return False
        if free > 1 or self.places == 1:
            return True
        return not self._held.get(turn.client) and self._is_light(turn.client)

    def _is_light(self, client: str) -> bool:
        """Whether a client has used little, by itself or beside the others that ask now."""
        own = self.used(client)
        if own <= LITTLE:
            return True
        used = [self.used(other) for other in {*self._held, *(turn.client for turn in self._waiting)}]
        return own <= min(used, default=0.0) + EXPECTED and own <= SHARE * max(used, default=0.0)

    def _start(self, turn: Turn) -> None:
        turn.began = self.clock()
        turn.has_place = True
        self._running[turn] = None
        self._held[turn.client] += 1

    def _next(self) -> None:
        """Let run who may: whoever has used least, then whoever came first."""
        while self._waiting and len(self._running) < self.places:
            each = Counter(turn.client for turn in self._waiting)
            used = {client: self.used(client) + EXPECTED * count for client, count in each.items()}
            order = sorted(self._waiting, key=lambda t: (used[t.client], t.number))
            turn = next((turn for turn in order if self._may_start(turn)), None)
            if turn is None:
                return
            del self._waiting[turn]
            if turn.place.done():  # it has just been given up
                continue
            self._start(turn)
            turn.place.set_result(None)

    def _make_room(self, turn: Turn) -> None:
        """Have whoever has most in the queue give up the last of it, if that is more than the newcomer has.

        Raises:
            NoTurnError: Nobody has.
        """
        each = Counter(waiting.client for waiting in self._waiting)
        client, count = each.most_common(1)[0] if each else ("", 0)
        if count <= each[turn.client] + 1:
            raise NoTurnError
        last = next(waiting for waiting in reversed(self._waiting) if waiting.client == client)
        del self._waiting[last]
        if not last.place.done():
            last.place.set_exception(NoTurnError())

    def _preempt(self, turn: Turn) -> None:
        """End a query of whoever has used most for somebody who has used little and has waited."""
        if turn not in self._waiting:
            return
        now = self.clock()
        heavy = [
            (self.used(running.client), running.began, running)
            for running in self._running
            if running.stop and running.client != turn.client and now - running.began >= GUARANTEED
        ]
        seconds, _, most = max(heavy, key=lambda query: query[:2], default=(0.0, 0.0, None))
        may_run = self.places == 1 or not self._held.get(turn.client)
        if most and most.stop and may_run and self.used(turn.client) < seconds and self._is_light(turn.client):
            most.is_stopped = True
            most.stop()
            self.give(most)
        if turn in self._waiting:
            asyncio.get_running_loop().call_later(PATIENCE / 4, self._preempt, turn)
