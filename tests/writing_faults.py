"""Commands run with their writing calls recorded; one may fail, be the last (kill -9), or meet a signal.

For tests that go through every call, or through random ones: `run` gives the calls, `Fault` says which one it is.
The command runs in a process that a server forked, which spares it the imports: they are all done here. The server
is a program of its own: a fork of the tests would have opened stores of before, without the threads that write them,
and a load into a folder would wait for those for ever.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from scograph import cli, writing

cli.cli.all()
for _name in ("cli.tables", "cli.json_ld", "exports.tables", "stores.source", "serialise.formatted"):
    import_module(f"scograph.{_name}")  # these a command imports when it comes to them

tempfile.gettempdir()  # found by writing there, once in a process

CALLS = ("mkdir", "write", "link", "rename", "replace", "unlink", "rmdir", "fsync", "fchmod", "chmod")
"""Functions of `os` that change what is on the disk."""
EXCHANGE, SYNC = "exchange", "syncfs"
LIMIT = 100
"""Seconds after which a command that hangs is killed: before the test that runs it is taken to hang."""


@dataclass(frozen=True)
class Call:
    """One call: its name, and the paths that it was given, descriptors as the paths that they stand for."""

    name: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """What happens at the call of a number, the first being 0.

    Args:
        at: The number.
        kill: End the process there as `kill -9` does.
        number: Send this signal there.
        error: Let the call fail with this number of an error.
    """

    at: int
    kill: bool = False
    number: int = 0
    error: int = 0


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code (negative: the signal), what it said, and its calls."""

    code: int
    out: str
    err: str
    calls: tuple[Call, ...]


def run(
    *arguments: str | Path, cwd: Path, fault: Fault | None = None, before: Callable[[], None] | None = None
) -> Ended:
    """Run a command of ours.

    Args:
        arguments: The command line.
        cwd: The folder that it runs in.
        fault: What happens to it.
        before: A function of a module, or a partial of one, called in its process before it begins.

    Returns:
        How it ended.
    """
    with tempfile.TemporaryDirectory() as folder:
        texts = tuple(Path(folder) / name for name in ("out", "err", "calls"))
        for text in texts:
            text.touch()
        code = in_child(_command, tuple(map(str, arguments)), cwd, texts, fault, before)
        out, err, calls = (text.read_text(encoding="utf-8", errors="replace") for text in texts)
    rows = (json.loads(line) for line in calls.splitlines())
    return Ended(code, out, err, tuple(Call(row[0], tuple(row[1:])) for row in rows))


def _command(
    arguments: tuple[str, ...],
    cwd: Path,
    texts: tuple[Path, Path, Path],
    fault: Fault | None,
    before: Callable[[], None] | None,
) -> int:
    out, err, calls = (os.open(text, os.O_WRONLY | os.O_APPEND) for text in texts)
    os.dup2(out, 1)
    os.dup2(err, 2)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 -- the process's own
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    os.chdir(cwd)
    sys.argv = ["scograph", *arguments]
    _watch(calls, fault)
    if before:
        before()
    try:
        cli.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0


_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload([__name__])


def in_child(function: Callable[..., int], *arguments: object) -> int:
    """Call a function in a forked process that has opened nothing before.

    Args:
        function: A function of a module; its result is the exit code.
        arguments: What it is called with.

    Returns:
        The exit code; negative, the signal that ended the process.
    """
    child = _SERVER.Process(target=_called, args=(function, *arguments))
    child.start()
    child.join()
    code = child.exitcode
    child.close()
    assert code is not None, "it was waited for"
    return code


def _called(function: Callable[..., int], *arguments: object) -> None:
    code = 99
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.alarm(LIMIT)
        code = function(*arguments)
    except BaseException:  # noqa: BLE001 -- what the test sees is its code
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
        os._exit(code)


def _watch(log: int, fault: Fault | None) -> None:
    """Have every call that writes recorded from now on, in this process."""
    count = 0
    write, kill = os.write, os.kill
    owner = os.getpid()

    def watched(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def instead(*arguments: Any, **names: Any) -> Any:  # noqa: ANN401 -- of any call
            nonlocal count
            if os.getpid() != owner or (name == "write" and arguments[0] in (0, 1, 2)):
                return call(*arguments, **names)
            number, count = count, count + 1
            paths = [_path(argument) for argument in arguments if isinstance(argument, str | os.PathLike | int)]
            write(log, (json.dumps([name, *paths]) + "\n").encode())
            if fault and number == fault.at:
                if fault.kill:
                    kill(owner, signal.SIGKILL)
                if fault.number:
                    signal.raise_signal(fault.number)
                if fault.error:
                    raise OSError(fault.error, os.strerror(fault.error), paths[0] if paths else None)
            return call(*arguments, **names)

        return instead

    for name in CALLS:
        setattr(os, name, watched(name, getattr(os, name)))
    writing.exchange = watched(EXCHANGE, writing.exchange)
    writing.sync_file_system = watched(SYNC, writing.sync_file_system)


def _path(argument: str | os.PathLike[str] | int) -> str:
    if isinstance(argument, int):
        try:
            return os.readlink(  # noqa: PTH115 -- it may be no path
                f"/proc/self/fd/{argument}"
            )
        except OSError:
            return str(argument)
    return os.path.realpath(os.path.dirname(argument)) + os.sep + os.path.basename(argument)  # noqa: PTH119, PTH120


def points(calls: Sequence[Call], most: int, seed: int = 0) -> list[int]:
    """Some of the calls: the last ones, where things are put in their place, and random ones before.

    Args:
        calls: The calls.
        most: So many.
        seed: Which random ones.

    Returns:
        Their numbers.
    """
    steps = [at for at, call in enumerate(calls) if call.name in (EXCHANGE, "rename", "replace", SYNC, "fsync")]
    wanted = {at + more for at in steps for more in (0, 1)} | {0, 1, len(calls) - 1}
    near = sorted(at for at in wanted if 0 <= at < len(calls))
    others = sorted(set(range(len(calls))) - set(near))
    chooser = random.Random(seed)  # noqa: S311 -- no secret
    near = near if len(near) <= most else sorted(chooser.sample(near, most))
    return sorted({*near, *chooser.sample(others, min(len(others), max(0, most - len(near))))})


def tree(folder: Path) -> dict[str, bytes | str]:
    """What is below a folder: the bytes of files, where links lead, and folders that are empty."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name] = path.read_bytes()
        elif not any(path.iterdir()):
            found[name + "/"] = ""
    return found


def leftovers(folder: Path) -> list[str]:
    """The names of what was being written, anywhere below a folder."""
    return sorted(path.name for path in folder.rglob("*") if writing.is_beside_name(path.name))
