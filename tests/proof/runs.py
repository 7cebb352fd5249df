"""Commands of ours run by the hundred, with bounds of memory and time, signals at any moment, and calls that fail."""

from __future__ import annotations

import ctypes
import itertools
import json
import mmap
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from rights import give_up

HERE = Path(__file__).parent
FORKS, SOURCE = HERE / "forks.py", HERE / "calls.c"
HANGING = 400
"""Seconds after which a command is taken to hang: no bound of its own is so large, also on a busy machine."""
TRACEBACK = "Traceback (most recent call last)"
CODES = frozenset({0, 1, 2, 3, 4, 5, 124, 129, 130, 141, 143})
"""Exit codes of docs/reference/exit-codes.md, but the one for a fault of ours."""

OPEN, WRITE, FLUSH, NAME, SIZE, READ, REMOVE = 1, 2, 4, 8, 16, 32, 64
"""Kinds of calls, as in calls.c: opening to write, writing, flushing, naming, sizes, opening to read, removing."""
WRITING = OPEN | WRITE | FLUSH | NAME | SIZE | REMOVE
EVER = (1 << 64) - 1


class _Control(ctypes.Structure):
    """`struct control` of calls.c."""

    _fields_ = (
        ("count", ctypes.c_uint64),
        ("at", ctypes.c_uint64),
        ("until", ctypes.c_uint64),
        ("error", ctypes.c_uint32),
        ("number", ctypes.c_uint32),
        ("kinds", ctypes.c_uint32),
        ("is_on", ctypes.c_uint32),
        ("met", ctypes.c_uint64),
        ("log", ctypes.c_char * 512),
    )


@dataclass(frozen=True, slots=True)
class Meet:
    """What calls of a run meet.

    Args:
        at: The number of the first, from 0.
        error: The number of the error that it fails with.
        number: Or the signal that its process gets at that moment.
        until: The number of the first that is not met any more; None for that after `at`.
        kinds: The kinds of calls that count.
        log: The file that calls are written to, or nothing.
    """

    at: int = EVER
    error: int = 0
    number: int = 0
    until: int | None = None
    kinds: int = WRITING
    log: str = ""


@dataclass(frozen=True, slots=True)
class Send:
    """A signal that a run gets after some seconds."""

    number: int
    after: float


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended.

    Args:
        code: Its exit code; negative, the signal that ended it; None if it hung and was killed.
        out: What it wrote to standard output.
        err: What it said.
        seconds: How long it took.
        calls: How many calls counted.
        met: How many were met.
    """

    code: int | None
    out: str
    err: str
    seconds: float
    calls: int = 0
    met: int = 0

    @property
    def has_traceback(self) -> bool:
        """Whether Python's words for a fault of ours were said, or its exit code is that of one."""
        return TRACEBACK in self.err or TRACEBACK in self.out or self.code == 70

    @property
    def crashed(self) -> bool:
        """Whether a signal ended it that nobody sent, or it hung."""
        return self.code is None or self.code < 0

    def __str__(self) -> str:
        return f"exit {self.code}, {self.seconds:.1f} s: {self.err[-600:]!r}"


def can_meet() -> str:
    """Why calls cannot be met here; nothing if they can."""
    if sys.platform != "linux":
        return "calls are met by LD_PRELOAD, as Linux has it"
    return "" if shutil.which("cc") else "there is no C compiler (cc)"


class Runs:
    """A process that runs commands, one at a time.

    Args:
        folder: A folder for its own files, in which no command works.
        root: The folder whose calls count; None to meet none.
    """

    def __init__(self, folder: Path, root: Path | None = None) -> None:
        self._folder = folder
        self._numbers = itertools.count()
        self._control: _Control | None = None
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("SCOGRAPH_")}
        self._environment |= {"TMPDIR": str(folder / "tmp"), "PYTHONHASHSEED": "1", "TERM": "dumb", "COLUMNS": "100"}
        (folder / "tmp").mkdir(parents=True, exist_ok=True)
        if root is not None:
            self._prepare(root)
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(FORKS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            env=self._environment,
        )

    def _prepare(self, root: Path) -> None:
        library, control = self._folder / "calls.so", self._folder / "control"
        flags = ["-O2", "-D_LARGEFILE64_SOURCE", "-shared", "-fPIC"]
        subprocess.run(["cc", *flags, "-o", str(library), str(SOURCE), "-ldl"], check=True, timeout=120)
        control.write_bytes(bytes(ctypes.sizeof(_Control)))
        with control.open("r+b") as file:
            self._control = _Control.from_buffer(mmap.mmap(file.fileno(), 0))
        self._environment |= {"LD_PRELOAD": str(library), "PROOF_CONTROL": str(control), "PROOF_ROOT": str(root)}
        self._environment |= {"TMPDIR": str(root / "tmp")}
        (root / "tmp").mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def run(  # noqa: PLR0913 -- what a command may meet
        self,
        *arguments: str,
        cwd: Path,
        meet: Meet | None = None,
        send: Send | None = None,
        memory: int = 0,
        seconds: int = 0,
        environment: Mapping[str, str] | None = None,
        given: Path | None = None,
        owns: bool = True,
    ) -> Ended:
        """Run a command.

        Args:
            arguments: The command line.
            cwd: The folder that it runs in.
            meet: What its calls meet.
            send: The signal that it gets.
            memory: Bytes of address space that it may have.
            seconds: Seconds of the processor that it may take.
            environment: Variables that it gets.
            given: The file that is its standard input; None for nothing.
            owns: Whether root keeps its rights over files that have none.

        Returns:
            How it ended.
        """
        number = next(self._numbers)
        out, err = (self._folder / f"{number}.{name}" for name in ("out", "err"))
        self._set(meet)
        request = {"arguments": arguments, "cwd": str(cwd), "out": str(out), "err": str(err)}
        request |= {"input": str(given or ""), "owns": owns}
        request |= {"memory": memory, "seconds": seconds, "environment": dict(environment or {})}
        assert self._process.stdin
        assert self._process.stdout
        began = time.monotonic()
        self._process.stdin.write(json.dumps(request) + "\n")
        child = self._number()
        if send:
            select.select([self._process.stdout], [], [], send.after)
            with suppress(ProcessLookupError):
                os.kill(child, send.number)
        has_ended = bool(select.select([self._process.stdout], [], [], HANGING)[0])
        if not has_ended:
            os.kill(child, signal.SIGKILL)
        code = self._number()
        taken = time.monotonic() - began
        with suppress(ProcessLookupError, PermissionError):  # workers of one that was killed
            os.killpg(child, signal.SIGKILL)
        calls, met = (self._control.count, self._control.met) if self._control else (0, 0)
        self._set(None)
        texts = [path.read_text("utf-8", "replace") if path.exists() else "" for path in (out, err)]
        for path in (out, err):
            path.unlink(missing_ok=True)
        return Ended(code if has_ended else None, texts[0], texts[1], taken, calls, met)

    def start(self, *arguments: str, cwd: Path, given: Path | None = None) -> Ended:
        """Run a command as a shell does, in a new interpreter; root's rights over files that have none are taken.

        Args:
            arguments: The command line.
            cwd: The folder that it runs in.
            given: The file that is its standard input; None for nothing.

        Returns:
            How it ended.
        """
        began = time.monotonic()
        with (given or Path(os.devnull)).open("rb") as file:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "scograph", *map(os.fsencode, arguments)],
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=cwd,
                env=self._environment,
                preexec_fn=give_up,  # noqa: PLW1509 -- no threads run here
                start_new_session=True,
            )
        try:
            texts, code = process.communicate(timeout=HANGING), process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            texts, code = process.communicate(), None
        out, err = (text.decode("utf-8", "replace") for text in texts)
        return Ended(code, out, err, time.monotonic() - began)

    def _number(self) -> int:
        """The next line of the process: no more is read, since `select` sees no line that is in a buffer already."""
        assert self._process.stdout
        line = b""
        while not line.endswith(b"\n"):
            piece = os.read(self._process.stdout.fileno(), 1)
            if not piece:
                raise EOFError("the process that runs commands has ended")
            line += piece
        return int(line)

    @property
    def meets(self) -> bool:
        """Whether calls can be met."""
        return self._control is not None

    def _set(self, meet: Meet | None) -> None:
        control = self._control
        if control is None:
            assert meet is None, "calls cannot be met"
            return
        control.is_on = 0
        if meet:
            control.count, control.met, control.at = 0, 0, meet.at
            control.until = min(EVER, meet.at + 1) if meet.until is None else meet.until
            control.error, control.number, control.kinds, control.log = (
                meet.error,
                meet.number,
                meet.kinds,
                os.fsencode(meet.log),
            )
            control.is_on = 1
