"""Shared fixtures and options: profiles of hypothesis, --renew for golden files, the built site, stacks on SIGTERM."""

from __future__ import annotations

import faulthandler
import fcntl
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from scograph import bounds
from scograph.build import BuildOptions, build
from scograph.project import Project
from store_servers import NEEDS

settings.register_profile(
    "scograph",
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("thorough", settings.get_profile("scograph"), max_examples=5000, derandomize=False)
settings.load_profile("scograph")

LONG_MARKS = ("browser", "owl", "slow", "stores", "wheel")
"""Marks of tests that may take ten minutes."""


class LoadScheduling(LoadFileScheduling):
    """All tests of a file go to one worker, but those of a store, which one worker starts once for all files.

    Marks of groups would say the same, but pytest-xdist 3.8 does not see them with pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        kind = nodeid.partition("[")[2].rstrip("]").partition("-")[0]
        return kind if kind in NEEDS else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScheduling:
    return LoadScheduling(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """Have SIGTERM, which `timeout` sends to all processes of a step, show where each process that runs tests is."""
    if hasattr(config, "workerinput") or not getattr(config.option, "numprocesses", None):
        shown = os.dup(2)  # output is not captured yet
        faulthandler.register(signal.SIGTERM, file=shown, all_threads=False, chain=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests, and whichever is the first to need the built site, have more time."""
    for item in items:
        if item.get_closest_marker("timeout"):
            continue
        if any(item.get_closest_marker(mark) for mark in LONG_MARKS):
            item.add_marker(pytest.mark.timeout(600))
        elif "built_site" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(400))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew", action="store_true", help="write golden files anew instead of comparing with them")


@pytest.fixture
def renew(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--renew"))


@pytest.fixture(autouse=True)
def _bounds_end_with_the_test() -> Iterator[None]:
    """Put the bounds of this process back, and the variable by which its children and the next command get them."""
    raised, variable = dict(bounds._raised), os.environ.get(bounds.ENVIRONMENT)  # noqa: SLF001 -- nothing else needs to
    yield
    bounds._raised.clear()  # noqa: SLF001 -- the same
    bounds._raised.update(raised)  # noqa: SLF001 -- the same
    os.environ.pop(bounds.ENVIRONMENT, None)
    if variable is not None:
        os.environ[bounds.ENVIRONMENT] = variable


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built-in project and its site, built once for all workers: a test may not change it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "built-site"
    with (shared / "built-site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            build(Project.builtin(), folder, options=BuildOptions(os.cpu_count() or 1))
    return folder
