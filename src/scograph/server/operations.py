"""Addresses for operators, and files of the query page: health, metrics, style and script, below `/-/`."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from scograph.server import errors
from scograph.server.answer import Answer
from scograph.server.limits import ServerLimits
from scograph.server.metrics import CONTENT_TYPE, Metrics
from scograph.server.querypage import assets
from scograph.server.request import Request
from scograph.server.servedbuild import ServedBuild

PREFIX = "-/"
HEALTH, METRICS = "/-/health", "/-/metrics"


class Operations:
    """Answers what operators ask.

    Args:
        metrics: The counts of requests.
        limits: The limits.
        clock: Seconds that never go back.
    """

    def __init__(self, metrics: Metrics, limits: ServerLimits, clock: Callable[[], float]) -> None:
        self._metrics = metrics
        self._limits = limits
        self._clock = clock
        self._assets = assets()

    def handler(self, build: ServedBuild) -> Callable[[Request], Awaitable[Answer]]:
        """The handler of a build."""

        async def answer(request: Request) -> Answer:
            if request.path == HEALTH:
                return self._health(build)
            if request.path == METRICS:
                return self._counts(build)
            return self._asset(request)

        return answer

    def is_own(self, path: str) -> bool:
        """Whether something is at a path; below the prefix, others have no answer but for things of the data."""
        return path in (HEALTH, METRICS) or path[1:] in self._assets

    def _asset(self, request: Request) -> Answer:
        path = request.path[1:]
        if path not in self._assets:
            return errors.problem(404, request.text(b"accept"))
        media_type, body = self._assets[path]
        return Answer(200, {b"content-type": media_type.encode(), b"cache-control": b"public, max-age=3600"}, body)

    def _health(self, build: ServedBuild) -> Answer:
        pool = build.store.pool if build.store else None
        state = pool.state if pool else "ok"
        health = {
            "status": "a newer build could not be loaded" if build.newer and state == "ok" else state,
            "build": build.documents.snapshot.digest,
            "version": build.documents.snapshot.manifest.version,
            "date": build.documents.snapshot.manifest.date,
            "servedSince": build.since,
            "servedSeconds": round(self._clock() - build.began),
            "newerBuild": build.newer or None,
            "files": len(build.documents.snapshot.files),
            "workers": {"alive": pool.size, "busy": pool.busy, "waiting": pool.waiting} if pool else None,
            "protections": list(pool.protections) if pool else [],
            "limits": asdict(self._limits),
        }
        headers = {b"content-type": b"application/json", b"cache-control": b"no-store"}
        serves = pool is None or pool.size > 0  # the documents are there without a store elsewhere
        return Answer(200 if serves else 503, headers, (json.dumps(health, indent=1) + "\n").encode())

    def _counts(self, build: ServedBuild) -> Answer:
        pool = build.store.pool if build.store else None
        age = ("scograph_build_seconds", "Time since which this build is served.", "gauge", self._clock() - build.began)
        newer = (
            "scograph_build_refused",
            "Whether a newer build could not be loaded.",
            "gauge",
            float(bool(build.newer)),
        )
        samples = (age, newer, *(pool.samples() if pool else ()))
        body = self._metrics.text(samples, pool.ended if pool else {})
        return Answer(200, {b"content-type": CONTENT_TYPE, b"cache-control": b"no-store"}, body)
