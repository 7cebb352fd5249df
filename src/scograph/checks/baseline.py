"""Baselines: a JSON file of known findings that a check does not report again, with the reason for each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from scograph.errors import InputError
from scograph.guard import read_json
from scograph.json_text import json_document
from scograph.messages import did_you_mean
from scograph.model import Finding

VERSION = 1
"""The version of the format."""
_BLANK = re.compile(r"_:\w+")
"""A label of a blank node, which another edition of a file gives to another node."""
_OPTIONAL = ("file", "focus", "path", "value", "shape")
_KEYS = ("code", "message", *_OPTIONAL, "count", "reason")
_HINT = "`scograph check --write-baseline FILE` writes one"


class Known(NamedTuple):
    """What a finding is known by from one check to the next: not by its line, which other changes move.

    Args:
        code: The code of its rule.
        message: What is wrong.
        file: The path of the file.
        focus: See `Finding`, and so the rest.
        path: See `Finding`.
        value: See `Finding`.
        shape: See `Finding`.
    """

    code: str
    message: str
    file: str = ""
    focus: str = ""
    path: str = ""
    value: str = ""
    shape: str = ""

    @classmethod
    def of(cls, finding: Finding) -> Known:
        """What a finding is known by."""
        file = finding.place.path if finding.place else ""
        texts = (finding.message, file, finding.focus, finding.path, finding.value, finding.shape)
        return cls(finding.code, *(_BLANK.sub("_:b", text) for text in texts))

    def __str__(self) -> str:
        return f"{self.file}: {self.code} {self.message}" if self.file else f"{self.code} {self.message}"


class Suppressed(NamedTuple):
    """A finding that was put away.

    Args:
        finding: The finding.
        reason: Why, if somebody wrote that down.
    """

    finding: Finding
    reason: str


@dataclass(frozen=True)
class Judged:
    """Findings as a baseline divides them.

    Args:
        new: Those that it does not have.
        suppressed: Those that it has.
        gone: What it has and the check did not find, with how many of each are missing.
    """

    new: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    gone: Mapping[Known, int]


@dataclass(frozen=True)
class Baseline:
    """Findings that were put away.

    Args:
        counts: How many there are of each.
        reasons: Why, where somebody wrote that down.
    """

    counts: Mapping[Known, int]
    reasons: Mapping[Known, str]

    def judge(self, findings: Iterable[Finding]) -> Judged:
        """Divide findings into new ones and those that were put away.

        Args:
            findings: The findings.

        Returns:
            Both, in their order. If there are more of one than were put away, the rest is new.
        """
        left = Counter(dict(self.counts))
        new, suppressed = [], []
        for finding in findings:
            known = Known.of(finding)
            if left[known] > 0:
                left[known] -= 1
                suppressed.append(Suppressed(finding, self.reasons.get(known, "")))
            else:
                new.append(finding)
        return Judged(tuple(new), tuple(suppressed), dict(sorted((+left).items())))

    def renewed(self, findings: Iterable[Finding]) -> Baseline:
        """A baseline of other findings, with the reasons of this one.

        Args:
            findings: All findings of a check.

        Returns:
            The baseline.
        """
        return Baseline(Counter(map(Known.of, findings)), self.reasons)

    def to_json(self) -> bytes:
        """The baseline as a file has it: sorted, one key on a line, the same bytes for the same findings."""
        entries: list[dict[str, Any]] = []
        for known, count in sorted(self.counts.items()):
            entry: dict[str, Any] = {"code": known.code, "message": known.message}
            entry |= {name: getattr(known, name) for name in _OPTIONAL if getattr(known, name)}
            entry |= {"count": count} if count > 1 else {}
            entries.append(entry | ({"reason": reason} if (reason := self.reasons.get(known)) else {}))
        document = {"scograph-baseline": VERSION, "findings": entries}
        return json_document(document)


EMPTY = Baseline({}, {})
"""The baseline of whoever has put nothing away."""


def read_baseline(data: bytes, shown: str) -> Baseline:
    """Read a baseline.

    Args:
        data: The bytes of the file.
        shown: Its name in messages.

    Returns:
        The baseline.

    Raises:
        InputError: It is none, or a key is unknown, or a value is of another kind.
    """
    try:
        document = read_json(data, shown)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{shown}: not JSON: {error}", hint=_HINT) from error
    entries = document.get("findings") if isinstance(document, dict) else None
    if not isinstance(document, dict) or document.get("scograph-baseline") != VERSION or not isinstance(entries, list):
        raise InputError(f"{shown}: no baseline of version {VERSION}", hint=_HINT)
    counts: Counter[Known] = Counter()
    reasons: dict[Known, str] = {}
    for number, entry in enumerate(entries, 1):
        known, count, reason = _entry(entry, f"{shown}: finding {number}")
        counts[known] += count
        if reason:
            reasons[known] = reason
    return Baseline(counts, reasons)


def _entry(entry: Any, where: str) -> tuple[Known, int, str]:  # noqa: ANN401 -- JSON
    if not isinstance(entry, dict):
        raise InputError(f"{where}: no object", hint=_HINT)
    unknown: Sequence[str] = [key for key in entry if key not in _KEYS]
    if unknown:
        known_keys = f"known here: {', '.join(_KEYS)}"
        raise InputError(f"{where}: unknown key {unknown[0]!r}", hint=did_you_mean(unknown[0], _KEYS, known_keys))
    texts = {key: value for key, value in entry.items() if key != "count"}
    wrong = next((key for key, value in texts.items() if not isinstance(value, str)), None)
    missing = next((key for key in ("code", "message") if not entry.get(key)), None)
    if wrong or missing:
        raise InputError(f"{where}: {wrong or missing} is no text", hint=f'write "{wrong or missing}": "…"')
    count = entry.get("count", 1)
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise InputError(f"{where}: count is no number of findings", hint='write "count": 2, or leave it out')
    return Known(**{key: value for key, value in texts.items() if key != "reason"}), count, texts.get("reason", "")
