"""Findings about parts of a file that its format ignores silently, and which yield no triple: warnings, or errors."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from scograph.model import Finding, Severity

CODE = "dropped"
"""The code of these findings."""


class DroppedWarning(UserWarning):
    """A file has content that makes no statement, or another than its text says.

    Example:
        >>> import warnings
        >>> from pathlib import Path
        >>> import scograph
        >>> from scograph.losses import DroppedWarning
        >>> size = Path("bo.jsonld").write_text('{"name": "Bo"}')
        >>> with warnings.catch_warnings(record=True) as caught:
        ...     warnings.simplefilter("always", DroppedWarning)
        ...     validated = scograph.validate("bo.jsonld", b"")
        >>> print(*(finding.place for finding in validated.findings if finding.code == "dropped"))
        bo.jsonld:1:2
        >>> caught[0].category.__name__
        'DroppedWarning'
    """


def _warn(findings: Iterable[Finding]) -> None:
    for finding in findings:
        warnings.warn(str(finding), DroppedWarning, stacklevel=4)


_hear: Callable[[Iterable[Finding]], None] = _warn
_is_strict = False


def tell(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Tell what a file loses: as a warning, or where reading is strict, by the errors that are returned.

    Args:
        findings: The losses, as warnings; and what is refused, as errors.

    Returns:
        The errors; the losses as errors too if reading is strict, else somebody was told of them.
    """
    found = tuple(findings)
    if _is_strict:
        return tuple(replace(finding, severity=Severity.ERROR) for finding in found)
    refused = tuple(finding for finding in found if finding.severity is Severity.ERROR)
    if len(refused) < len(found):
        _hear(finding for finding in found if finding.severity is not Severity.ERROR)
    return refused


@contextmanager
def told(hear: Callable[[Iterable[Finding]], None] | None = None, *, strict: bool | None = None) -> Iterator[None]:
    """Say who is told of losses inside of a block, in the whole process.

    Args:
        hear: Called with the losses of each file; None leaves it as it is, which is a `DroppedWarning` at first.
        strict: Whether they are errors; None leaves it as it is.
    """
    global _hear, _is_strict  # noqa: PLW0603 -- as the filters of Python's warnings
    before = _hear, _is_strict
    _hear = hear or _hear
    _is_strict = _is_strict if strict is None else strict
    try:
        yield
    finally:
        _hear, _is_strict = before
