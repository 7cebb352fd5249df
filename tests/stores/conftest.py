"""One real store after the other, and the table of what was loaded into each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from store_servers import Server, bring_jars

KINDS = (
    "oxigraph",
    pytest.param("fuseki", marks=pytest.mark.stores),
    pytest.param("rdf4j", marks=pytest.mark.stores),
    pytest.param("virtuoso", marks=pytest.mark.stores),
)
NEEDS = {"fuseki": ("java", "mvn"), "rdf4j": ("java", "mvn"), "virtuoso": ("virtuoso-t",), "oxigraph": ()}
HEADS = ("store", "version", "triples sent", "seconds", "reload", "verified by")
TABLE = pytest.StashKey[list[tuple[str, ...]]]()


@pytest.fixture(scope="session", params=KINDS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    kind = request.param
    absent = [program for program in NEEDS[kind] if shutil.which(program) is None]
    assert not absent, (
        f"{kind} needs {', '.join(absent)}: apt-get install default-jdk-headless maven virtuoso-opensource"
    )
    if "mvn" in NEEDS[kind]:
        bring_jars()
    running = Server(kind, tmp_path_factory.mktemp(kind))
    running.start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def table(request: pytest.FixtureRequest) -> list[tuple[str, ...]]:
    return request.config.stash.setdefault(TABLE, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    rows = [HEADS, *config.stash.get(TABLE, [])]
    if len(rows) > 1:
        widths = [max(len(row[i]) for row in rows) for i in range(len(HEADS))]
        terminalreporter.section("stores")
        for row in rows:
            terminalreporter.line(
                "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            )
