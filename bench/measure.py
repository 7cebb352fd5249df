"""Runs one command as a whole process and prints what it cost, as JSON.

    python -S measure.py SECONDS OUT ERR -- COMMAND...

A process of its own, so that the peak memory of the command is not that of the benchmark which started it: what a
process is forked from counts towards its peak until it execs.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time


def run(command: list[str], seconds: float, out: str, err: str) -> dict[str, float | int | bool]:
    """Run a command, with its children, and end it when its time is over.

    Args:
        command: The program and its arguments.
        seconds: The time it has, of the clock on the wall.
        out: The file for its standard output.
        err: The file for its error stream.

    Returns:
        `code`, `cut` (its time was over), `cpu` and `wall` in seconds, `peak` in megabytes (10^6 bytes).
    """
    cut = threading.Event()
    begin = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), 1)
        os.dup2(os.open(err, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), 2)
        try:
            os.execvp(command[0], command)  # noqa: S606 -- no shell is wanted
        finally:
            os._exit(127)

    def end() -> None:
        cut.set()
        os.killpg(pid, signal.SIGKILL)

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        _, status, used = os.wait4(pid, 0)
    except KeyboardInterrupt:
        end()
        raise
    finally:
        timer.cancel()
    wall = time.perf_counter() - begin
    return {
        "code": os.waitstatus_to_exitcode(status),
        "cut": cut.is_set(),
        "cpu": used.ru_utime + used.ru_stime,
        "wall": wall,
        "peak": used.ru_maxrss * 1024 / 1e6,
    }


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[5:], float(sys.argv[1]), sys.argv[2], sys.argv[3])))
