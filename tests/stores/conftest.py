"""One real store after the other, and the table of what was loaded into each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest

from store_servers import NEEDS, Server, bring_jars

HEADS = ("store", "version", "triples sent", "seconds", "reload", "verified by")
ROW = "row of the table"
KINDS = [
    pytest.param(kind, marks=[pytest.mark.timeout(400), *([pytest.mark.stores] if needs else [])])
    for kind, needs in NEEDS.items()
]


@pytest.fixture(scope="session", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which store, its program there."""
    kind = str(request.param)
    absent = [program for program in NEEDS[kind] if shutil.which(program) is None]
    assert not absent, (
        f"{kind} needs {', '.join(absent)}: apt-get install default-jdk-headless maven virtuoso-opensource-7-bin"
    )
    if "mvn" in NEEDS[kind]:
        bring_jars()
    return kind


@pytest.fixture(scope="session")
def server(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(kind, tmp_path_factory.mktemp(kind))
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        owner = tmp_path_factory.getbasetemp().parent / f"{kind}.worker"
        if not owner.exists():
            owner.write_text(worker, encoding="utf-8")
        assert owner.read_text(encoding="utf-8") == worker, (
            f"two workers have tests of {kind}: see LoadScheduling in tests/conftest.py"
        )
    running.start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def table(record_property: Callable[[str, object], None]) -> Callable[[tuple[str, ...]], None]:
    """Takes a row of the table that is printed at the end."""
    return lambda row: record_property(ROW, row)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    passed = terminalreporter.stats.get("passed", [])
    found = [value for report in passed for name, value in report.user_properties if name == ROW]
    if found:
        rows = [HEADS, *found]
        widths = [max(len(row[i]) for row in rows) for i in range(len(HEADS))]
        terminalreporter.section("stores")
        for row in rows:
            terminalreporter.line(
                "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            )
