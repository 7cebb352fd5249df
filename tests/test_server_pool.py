"""The pool of worker processes by itself: one query at a time each, and a process that goes too far is replaced."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from scograph.errors import StoreError
from scograph.server.limits import ServerLimits
from scograph.server.pool import Worker, WorkerPool
from scograph.server.querypool import MAX_CACHED_QUERY, Job, QueryFailedError, QueryPool
from scograph.stores.disk import store_place, write_store
from scograph.stores.gate import QueryRefusedError

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ALL = "SELECT ?s { ?s ?p ?o }"
ROWS = 300


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("pool") / "store"
    lines = b"".join(b'<http://example.org/%d> <http://example.org/p> "%d" .\n' % (n, n) for n in range(ROWS))
    write_store(target, [lines], is_durable=False)
    return store_place(target)[0]


async def result(pool: QueryPool, job: Job) -> bytes:
    async with pool.run(job) as pieces:
        return b"".join([piece async for piece in pieces])


async def until(holds: Callable[[], object]) -> None:
    while not holds():  # noqa: ASYNC110 -- a pool has no event for it
        await asyncio.sleep(0.01)


async def failure(pool: QueryPool, job: Job) -> str:
    with pytest.raises(QueryFailedError) as caught:
        await result(pool, job)
    return caught.value.kind


def with_pool(store: Path, play: Callable[[WorkerPool], Awaitable[None]], **limits: float) -> None:
    """Play with an open pool."""

    async def run() -> None:
        given = {"workers": 1, **limits}
        pool = WorkerPool(store, ServerLimits(**given), time.monotonic, (("ex", "http://example.org/"),))  # type: ignore[arg-type]
        await pool.open()
        try:
            await play(pool)
        finally:
            await pool.close()
        assert pool.size == 0

    asyncio.run(run())


def test_a_result_in_each_form(store: Path) -> None:
    async def play(pool: WorkerPool) -> None:
        rows = json.loads(await result(pool, Job(ALL, "json")))["results"]["bindings"]
        assert len(rows) == ROWS
        assert json.loads(await result(pool, Job("ASK {}", "json")))["boolean"] is True
        assert (await result(pool, Job(f"{ALL} LIMIT 2", "csv"))).count(b"\r\n") == 3
        described = await result(pool, Job("DESCRIBE <http://example.org/7>", "ttl"))
        assert b"@prefix ex:" in described
        assert (pool.size, pool.busy, pool.waiting, pool.state) == (1, 0, 0, "ok")
        assert "no new files" in pool.protections

    with_pool(store, play)


@pytest.mark.parametrize(
    ("job", "limits", "kind"),
    [
        (Job("SELEC", "json"), {}, "syntax"),
        (Job(ALL, "json", max_rows=ROWS - 1), {}, "too many rows"),
        (Job(ALL, "json"), {"result_bytes": 1000}, "too many bytes"),
        (Job(ENDLESS, "json", seconds=0.2), {}, "time"),
        (Job(ALL, "ttl"), {}, "ValueError"),
    ],
)
def test_a_query_without_a_result_and_then_one_with_a_result(
    store: Path, job: Job, limits: dict[str, float], kind: str
) -> None:
    async def play(pool: WorkerPool) -> None:
        assert await failure(pool, job) == kind
        assert await result(pool, Job("ASK {}", "json"))  # by the same process, or by the one in its place

    with_pool(store, play, **limits)


def test_a_worker_that_is_left_before_the_end_is_replaced(store: Path) -> None:
    async def play(pool: WorkerPool) -> None:
        (before,) = pool.processes
        async with pool.run(Job(ALL, "json")):
            pass
        assert await result(pool, Job("ASK {}", "json"))
        (after,) = pool.processes
        assert before != after
        assert pool.ended["replaced"] == 1

    with_pool(store, play)


def test_a_worker_that_is_killed_is_replaced_and_its_query_fails(store: Path) -> None:
    async def play(pool: WorkerPool) -> None:
        (process,) = pool.processes
        running = asyncio.create_task(failure(pool, Job(ENDLESS, "json")))
        await until(lambda: pool.busy)
        os.kill(process, signal.SIGTERM)
        assert await running == "died"
        assert await result(pool, Job("ASK {}", "json"))

    with_pool(store, play)


def test_who_finds_no_place_in_the_queue_is_told_at_once(store: Path) -> None:
    async def play(pool: WorkerPool) -> None:
        running = asyncio.create_task(failure(pool, Job(ENDLESS, "json", seconds=5)))
        await until(lambda: pool.busy)
        assert await failure(pool, Job("ASK {}", "json")) == "busy"
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    with_pool(store, play, waiting=0)


def test_a_query_that_waits_when_the_pool_closes_fails_as_stopping(store: Path) -> None:
    async def run() -> None:
        pool = WorkerPool(store, ServerLimits(workers=1), time.monotonic)
        await pool.open()
        running = asyncio.create_task(failure(pool, Job(ENDLESS, "json")))
        await until(lambda: pool.busy)
        waiting = asyncio.create_task(failure(pool, Job("ASK {}", "json")))
        await until(lambda: pool.waiting)
        await pool.close()
        assert await asyncio.gather(running, waiting) == ["stopping", "stopping"]
        assert await failure(pool, Job("ASK {}", "json")) == "stopping"
        assert pool.state == "no workers"

    asyncio.run(run())


def test_a_worker_without_a_store_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="a worker process cannot be started"):
        asyncio.run(Worker.start(tmp_path / "none", 0))


def test_the_form_of_accepted_queries() -> None:
    assert WorkerPool.form("ASK {}") == "ASK"
    assert WorkerPool.form(f"SELECT * {{}} #{'x' * MAX_CACHED_QUERY}") == "SELECT"
    with pytest.raises(QueryRefusedError, match="SERVICE"):
        WorkerPool.form("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }")
