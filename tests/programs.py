"""Programs and terminals that tests need: where one is missing, the test is skipped with its name."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

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
    reading, written = _terminal()
    try:
        yield reading, written
    finally:
        os.close(reading)
        os.close(written)


def shown_on_terminal(
    command: Sequence[str | Path],
    stream: str = "stderr",
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """All that a program writes to a terminal as one of its two streams; it must end with 0 or 1."""
    reading, written = _terminal()
    shown = b""
    try:
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: written}
        with subprocess.Popen(command, cwd=cwd, env=env, **streams) as process:
            os.close(written)
            with suppress(OSError):  # so a terminal ends; it gives what it has piece by piece
                while piece := os.read(reading, 1 << 16):
                    shown += piece
    finally:
        os.close(reading)
    assert process.returncode in (0, 1)
    return shown.decode()


def _terminal() -> tuple[int, int]:
    import pty  # noqa: PLC0415 -- where there are terminals

    try:
        return pty.openpty()
    except OSError as error:
        pytest.skip(f"no pseudo-terminal can be had: {error} (is /dev/pts mounted?)")
