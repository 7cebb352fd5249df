"""The exceptions of scograph, each with the exit code of the command line."""

from __future__ import annotations

import copyreg
from collections.abc import Sequence
from typing import Any

from scograph.messages import behind_mark, counted
from scograph.model import Finding, Place


class ScographError(Exception):
    """The base of all exceptions of scograph: an error that the user can correct.

    Args:
        message: What is wrong, in words for the user.
        hint: What to do about it; empty if there is no advice.
        place: The file, line and column; None if the error is not in a file.

    Example:
        >>> from scograph.errors import ScographError
        >>> print(ScographError("no source is called 'notes'", hint="sources: editorial"))
        no source is called 'notes'
        hint: sources: editorial
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "", place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.place = place

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the exception with all its attributes, whatever arguments its class takes."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{behind_mark(self.message)}" + (f"\nhint: {behind_mark(self.hint)}" if self.hint else "")


class FindingsError(ScographError):
    """The graph has errors, and the operation needs a graph without.

    Args:
        message: What cannot be done.
        findings: The findings that are errors.
        hint: What to do about it.

    Example:
        >>> from scograph.errors import FindingsError
        >>> FindingsError("it does not conform", []).findings
        ()
    """

    def __init__(self, message: str, findings: Sequence[Finding], *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.findings = tuple(findings)


class UsageError(ScographError):
    """The call is wrong: an unknown name, or two options that exclude each other.

    Example:
        >>> from scograph import Project
        >>> from scograph.errors import UsageError
        >>> try:
        ...     Project.builtin().load().export("docx")
        ... except UsageError as error:
        ...     print(error.exit_code)
        2
    """

    exit_code = 2


class InputError(ScographError):
    """An input cannot be read: it is missing, not UTF-8, not RDF, or a loop of links.

    Example:
        >>> from scograph import Project
        >>> from scograph.errors import InputError
        >>> try:
        ...     Project.open("nowhere")
        ... except InputError as error:
        ...     print(error.exit_code)
        3
    """

    exit_code = 3


class BeyondBoundError(InputError):
    """An input exceeds a bound of depth, size, time or memory (`docs/reference/bounds.md`).

    Example:
        >>> from scograph.errors import BeyondBoundError
        >>> BeyondBoundError("the document has 100001 levels, more than 1000 (bound: json-depth)").exit_code
        3
    """


class Rdf12Error(InputError):
    """An input uses a feature of RDF 1.2: a triple as a term, or a text with a base direction.

    Args:
        what: The term.
        where: The name of the input; empty if it is not known.

    Example:
        >>> from scograph.errors import Rdf12Error
        >>> print(Rdf12Error('"a"@en--ltr', "a.nt"))
        a.nt: "a"@en--ltr is RDF 1.2
        hint: leave it out: only RDF 1.1 is written
    """

    def __init__(self, what: str, where: str = "") -> None:
        self.what = what
        said = f"{where}: " if where else ""
        super().__init__(f"{said}{what} is RDF 1.2", hint="leave it out: only RDF 1.1 is written")


class RdfSyntaxError(InputError):
    """Files have syntax errors.

    Args:
        findings: All syntax errors, each with its place.

    Example:
        >>> import scograph
        >>> from scograph.errors import RdfSyntaxError
        >>> try:
        ...     scograph.validate(b"<https://example.org/a> a", b"")
        ... except RdfSyntaxError as error:
        ...     print(error.findings[0].place)
        data:1:26
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(counted(len(self.findings), "syntax error"))

    def __str__(self) -> str:
        return "\n".join(behind_mark(str(finding)) for finding in self.findings)


class StoreError(ScographError):
    """A store or the network failed.

    Example:
        >>> from scograph.errors import StoreError
        >>> StoreError("the store does not answer").exit_code
        4
    """

    exit_code = 4


class SilentStoreError(StoreError):
    """A store sent nothing for too long; it may still be working on the request.

    Example:
        >>> from scograph.errors import SilentStoreError
        >>> SilentStoreError("the store was silent for 600 s").exit_code
        4
    """


class TimeOverError(ScographError):
    """The time of the option `--timeout` is over; the exit code is that of GNU `timeout`.

    Example:
        >>> from scograph.errors import TimeOverError
        >>> TimeOverError("the query took more than 5 s").exit_code
        124
    """

    exit_code = 124


class MachineError(ScographError):
    """The machine does not have enough memory or other resources.

    Example:
        >>> from scograph.errors import MachineError
        >>> MachineError("memory ran out").exit_code
        5
    """

    exit_code = 5
