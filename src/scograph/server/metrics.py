"""Counts of requests in the text exposition format 0.0.4 of Prometheus."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

BOUNDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""The upper bounds of the histogram of times, in seconds."""
CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[str, str, str, float]
"""Name, what it is, `counter` or `gauge`, value."""


class Metrics:
    """The counts of one server."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        self.bytes = 0
        self.open = 0
        self._buckets = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0

    def count_request(self, part: str, status: int, size: int, seconds: float) -> None:
        """A request was answered.

        Args:
            part: Which part answered: `documents`, `sparql`, `data`, `own`.
            status: The status code.
            size: The bytes of the body.
            seconds: The time that it took.
        """
        self.requests[part, status] += 1
        self.bytes += size
        self._seconds += seconds
        self._buckets[bisect_left(BOUNDS, seconds)] += 1

    def text(self, samples: Iterable[Sample], ended: Mapping[str, int]) -> bytes:
        """All of it.

        Args:
            samples: Further samples.
            ended: How often workers were ended, by reason.

        Returns:
            The exposition.
        """
        return "".join(self._lines(samples, ended)).encode()

    def _lines(self, samples: Iterable[Sample], ended: Mapping[str, int]) -> Iterator[str]:
        yield "# HELP scograph_requests_total Requests answered.\n# TYPE scograph_requests_total counter\n"
        for (part, status), count in sorted(self.requests.items()):
            yield f'scograph_requests_total{{part="{part}",status="{status}"}} {count}\n'
        yield "# HELP scograph_request_seconds Time to answer.\n# TYPE scograph_request_seconds histogram\n"
        total = 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), self._buckets, strict=True):
            total += count
            yield f'scograph_request_seconds_bucket{{le="{bound}"}} {total}\n'
        yield f"scograph_request_seconds_sum {self._seconds:.6f}\nscograph_request_seconds_count {total}\n"
        yield "# HELP scograph_workers_ended_total Workers ended.\n# TYPE scograph_workers_ended_total counter\n"
        for reason, count in sorted(ended.items()):
            yield f'scograph_workers_ended_total{{reason="{reason}"}} {count}\n'
        own = (
            ("scograph_response_bytes_total", "Bytes of bodies sent.", "counter", float(self.bytes)),
            ("scograph_requests_open", "Requests being answered.", "gauge", float(self.open)),
        )
        for name, what, kind, value in (*own, *samples):
            yield f"# HELP {name} {what}\n# TYPE {name} {kind}\n{name} {value:g}\n"
