"""The report of a check: what was found, over how much (SHACL, clause 3.6)."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from scograph import terms
from scograph.model import Finding, Severity

MOST_CHARACTERS = 200
"""A literal longer than this is cut where people read it; the JSON report has it whole."""

_IRI = re.compile("<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found.

    Args:
        findings: The findings, gravest first.
        files: How many files were read.
        triples: How many triples would be published.
        claims: How many claims are among them.
        coverage: Non-blank characters of the source texts that a claim or a stated reason covers, and all of them; or
            None where no document states its length.
        notes: What was not checked, and why.
    """

    findings: tuple[Finding, ...]
    files: int
    triples: int
    claims: int
    coverage: tuple[int, int] | None = None
    notes: tuple[str, ...] = ()

    @property
    def conforms(self) -> bool:
        """Whether there is no violation."""
        return not any(finding.severity is Severity.VIOLATION for finding in self.findings)

    def count(self, severity: Severity) -> int:
        """How many findings have a severity."""
        return Counter(finding.severity for finding in self.findings)[severity]

    @property
    def coverage_percent(self) -> float | None:
        """The coverage in percent, rounded down to a tenth so that 100.0 means all of it."""
        if self.coverage is None:
            return None
        covered, total = self.coverage
        return (covered * 1000 // total) / 10 if total else 100.0

    def summary(self) -> str:
        """One line: findings by severity, files, triples, claims, coverage."""
        counts = ", ".join(_counted(self.count(severity), str(severity)) for severity in Severity)
        size = ", ".join(
            (_counted(self.files, "file"), _counted(self.triples, "triple"), _counted(self.claims, "claim"))
        )
        percent = self.coverage_percent
        covered = "no source text to cover" if percent is None else f"coverage {percent:g} %"
        return f"{counts} · {size} · {covered}"

    def to_json(self) -> bytes:
        """The report as a JSON document, the same bytes for the same findings."""
        document: dict[str, Any] = {
            "conforms": self.conforms,
            "counts": {str(severity): self.count(severity) for severity in Severity},
            "files": self.files,
            "triples": self.triples,
            "claims": self.claims,
            "coverage": None
            if self.coverage is None
            else {"covered": self.coverage[0], "characters": self.coverage[1], "percent": self.coverage_percent},
            "notes": list(self.notes),
            "findings": [_finding(finding) for finding in self.findings],
        }
        return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _finding(finding: Finding) -> dict[str, Any]:
    fields = {key: value for key, value in asdict(finding).items() if value not in ("", None) and key != "place"}
    if finding.place:
        fields["place"] = {key: value for key, value in asdict(finding.place).items() if value is not None}
    return fields


def findings_text(findings: Iterable[Finding], prefixes: Mapping[str, str], most: int | None) -> Iterator[str]:
    """Findings for people, those of one kind folded to a few and a count.

    Args:
        findings: The findings, in the order of the report.
        prefixes: Prefixes to shorten IRIs with.
        most: So many of one code are written out; None for all.

    Returns:
        A text a finding, then a line for each code that has more.
    """
    shown: Counter[str] = Counter()
    for finding in findings:
        shown[finding.code] += 1
        if most is None or shown[finding.code] <= most:
            yield finding_text(finding, prefixes)
    for code, count in shown.items():
        if most is not None and count > most:
            yield f"{code}: {count - most} more; --all shows them"


def finding_text(finding: Finding, prefixes: Mapping[str, str] | None = None) -> str:
    """A finding for people: its first line can be searched by place, severity and code.

    Args:
        finding: The finding.
        prefixes: Prefixes to shorten IRIs with.

    Returns:
        One line, then indented ones: what it is about, and the hint.
    """
    where = f"{finding.place}: " if finding.place else ""
    lines = [f"{where}{finding.severity} {finding.code} {finding.message}"]
    own = prefixes or {}
    usual = {prefix: name for prefix, name in terms.WELL_KNOWN_PREFIXES.items() if name not in own.values()}
    known = {**usual, **own}
    about = [_shown(text, known) for text in (finding.focus, finding.path, finding.value) if text]
    if about:
        lines.append(f"  at: {'  '.join(about)}")
    if finding.hint:
        lines.append(f"  hint: {finding.hint}")
    return "\n".join(lines)


def _shown(text: str, prefixes: Mapping[str, str]) -> str:
    """A node, a path or a literal, its IRIs shortened, and itself if it is longer than a person reads."""
    body, quote, datatype = text.rpartition('"') if text.startswith('"') else ("", "", text)
    if len(body) > MOST_CHARACTERS:
        body = body[:MOST_CHARACTERS] + "…"

    def short(match: re.Match[str]) -> str:
        return terms.curie(match[1], prefixes) or match[0]

    return body + quote + (terms.curie(datatype, prefixes) or _IRI.sub(short, datatype))
