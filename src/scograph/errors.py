"""The exceptions of scograph: one small tree, each with the exit code that the command line gives it."""

from __future__ import annotations

import copyreg
from collections.abc import Sequence
from typing import Any

from scograph.messages import behind_mark
from scograph.model import Finding, Place


class ScographError(Exception):
    """Something the user can put right.

    Args:
        message: What is wrong, in the reader's words.
        hint: What to do about it, or nothing.
        place: Where it stands, if it stands anywhere.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "", place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.place = place

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process with all that was said, whatever the class asks for when one is made."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{behind_mark(self.message)}" + (f"\nhint: {behind_mark(self.hint)}" if self.hint else "")


class FindingsError(ScographError):
    """A graph that does not conform was asked for something only a conforming one has."""

    def __init__(self, message: str, findings: Sequence[Finding], *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.findings = tuple(findings)


class UsageError(ScographError):
    """The call itself is wrong: a name that nothing has, two options that exclude each other."""

    exit_code = 2


class InputError(ScographError):
    """An input cannot be read: it is missing, not UTF-8, a loop of links, not RDF."""

    exit_code = 3


class BeyondBoundError(InputError):
    """An input would take more than a bound allows: of depth, size, time or memory."""


class RdfSyntaxError(InputError):
    """One or more files break the grammar of their format.

    Args:
        findings: Every syntax error, each with its place.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        count = len(self.findings)
        super().__init__(f"{count} syntax error{'' if count == 1 else 's'}")

    def __str__(self) -> str:
        return "\n".join(behind_mark(str(finding)) for finding in self.findings)


class StoreError(ScographError):
    """A store or the network did not do what was asked."""

    exit_code = 4


class SilentStoreError(StoreError):
    """A store was silent for too long, and may still be at work on what was asked."""


class TimeOverError(ScographError):
    """The time that was given with an option is over before the work is done; the code is that of `timeout` (GNU)."""

    exit_code = 124


class MachineError(ScographError):
    """The machine has not enough for what was asked: memory, most often."""

    exit_code = 5
