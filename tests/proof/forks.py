"""A process that has imported the program and forks a command for each line of JSON on standard input: no start-up.

A line has `arguments`, `cwd`, `input`, `out` and `err` (files), `memory` (bytes of address space, or 0), `seconds` (of
processor time, or 0), `environment`, and `owns` (whether root keeps its rights over files that have none).
It is answered with the number of the process, then with its exit code.
"""

from __future__ import annotations

import atexit
import json
import os
import pkgutil
import resource
import signal
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1]))

import scograph
from rights import give_up
from scograph import cli


def _end(request: dict[str, Any]) -> int:
    """Run a command in this process, which is a fork, and give its exit code."""
    os.setsid()
    for name, number in (("out", 1), ("err", 2)):
        os.dup2(os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    os.dup2(os.open(request["input"] or os.devnull, os.O_RDONLY), 0)
    os.chdir(request["cwd"])
    if not request["owns"]:
        give_up()
    os.environ.update(request["environment"])
    sys.argv = ["scograph", *request["arguments"]]
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 -- the process's own
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if request["memory"]:
        resource.setrlimit(resource.RLIMIT_AS, (request["memory"], request["memory"]))
    if request["seconds"]:
        resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"], request["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        cli.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0


def _child(request: dict[str, Any]) -> None:
    code = 1
    try:
        code = _end(request)
    except BaseException:  # noqa: BLE001 -- as the interpreter does with what nobody caught
        traceback.print_exc()
    finally:
        atexit._run_exitfuncs()  # noqa: SLF001 -- as the interpreter does at its end
        with suppress(Exception):
            sys.stdout.flush()
        os._exit(code)


def main() -> None:
    """Fork for each line."""
    sys.path[:] = [folder for folder in sys.path if folder]
    for module in pkgutil.walk_packages(scograph.__path__, "scograph."):
        if module.name != "scograph.__main__":
            import_module(module.name)
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            _child(request)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
