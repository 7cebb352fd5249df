"""Programs and terminals that tests need: where one is missing, the test is skipped with its name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

PACKAGES = {"nginx": "nginx-light", "systemd-analyze": "systemd"}
"""Programs whose package in Debian is called otherwise."""


def require(program: str) -> str:
    """The path of a program; the test is skipped if it is not installed."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed: sudo apt-get install {PACKAGES.get(program, program)}")
    return found


@contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    """Both ends of a pseudo-terminal: what is read, and what a program gets; the test is skipped if none can be had."""
    import pty  # noqa: PLC0415 -- where there are terminals

    try:
        reading, written = pty.openpty()
    except OSError as error:
        pytest.skip(f"no pseudo-terminal can be had: {error} (is /dev/pts mounted?)")
    try:
        yield reading, written
    finally:
        os.close(reading)
        os.close(written)
