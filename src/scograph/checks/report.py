"""The report of a check: its findings, and the numbers of files, triples and claims that were checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from scograph.checks.baseline import Suppressed
from scograph.checks.shacl.shape_warnings import MISSING_IMPORT, NO_SHAPE_APPLIED, TARGET_WITHOUT_NODES
from scograph.json_text import json_document
from scograph.messages import counted
from scograph.model import Finding, Severity


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found.

    Args:
        findings: The findings, gravest first.
        files: How many files were read.
        triples: How many triples would be published.
        claims: How many claims are among them; None where there is no project to claim anything.
        coverage: Non-blank characters of the source texts that a claim or a stated reason covers, and all of them; or
            None where no document states its length.
        notes: What was not checked, and why.
        shapes: How many shapes with targets the data were held to, where that is counted.
        are_shapes_flawed: Whether shapes, or parts of them, were left out since something is wrong with them.
        evidence: How many stated claims are shown by what, such as `shown in text`; None where there are none.
        suppressed: Findings that a baseline puts away, which are not among the others; None without a baseline.

    Example:
        >>> from scograph import Project
        >>> report = Project.builtin().load().check()
        >>> {finding.severity.value for finding in report.findings} <= {"warning", "info"}
        True
    """

    findings: tuple[Finding, ...]
    files: int
    triples: int
    claims: int | None
    coverage: tuple[int, int] | None = None
    notes: tuple[str, ...] = ()
    shapes: int | None = None
    are_shapes_flawed: bool = False
    suppressed: tuple[Suppressed, ...] | None = None
    evidence: Mapping[str, int] | None = None

    @property
    def conforms(self) -> bool:
        """Whether there is no error.

        Example:
            >>> from scograph import Project
            >>> Project.builtin().load().check().conforms
            True
        """
        return not any(finding.severity is Severity.ERROR for finding in self.findings)

    def count(self, severity: Severity) -> int:
        """The number of findings of a severity.

        Example:
            >>> from scograph import Project
            >>> from scograph.model import Severity
            >>> Project.builtin().load().check().count(Severity.ERROR)
            0
        """
        return Counter(finding.severity for finding in self.findings)[severity]

    @property
    def coverage_percent(self) -> float | None:
        """The coverage in percent, rounded down to a tenth so that 100.0 means all of it; None if it is not known.

        Example:
            >>> from scograph import Project
            >>> Project.builtin().load().check().coverage_percent
            100.0
        """
        if self.coverage is None:
            return None
        covered, total = self.coverage
        return (covered * 1000 // total) / 10 if total else 100.0

    def worst(self) -> Severity | None:
        """The gravest severity of the findings; None if there are none.

        Example:
            >>> from scograph import Project
            >>> print(Project.builtin().load().check().worst())
            warning
        """
        return min((finding.severity for finding in self.findings), key=lambda one: one.rank, default=None)

    @property
    def not_validated(self) -> tuple[str, ...]:
        """What few findings may be due to, in words: no shape applied, targets without nodes, imports missing.

        Example:
            >>> import scograph
            >>> scograph.validate(b"", b"").report().not_validated
            ('no shape applied',)
        """
        count = Counter(finding.code for finding in self.findings)
        said = (
            "no shape applied" if count[NO_SHAPE_APPLIED] else "",
            f"{counted(count[TARGET_WITHOUT_NODES], 'target')} without nodes" if count[TARGET_WITHOUT_NODES] else "",
            f"{counted(count[MISSING_IMPORT], 'import')} missing" if count[MISSING_IMPORT] else "",
        )
        return tuple(filter(None, said))

    def summary(self) -> str:
        """One line: findings by severity, files, triples, claims, what was not validated, coverage, evidence.

        Example:
            >>> from scograph import Project
            >>> Project.builtin().load().check().summary()
            '0 errors, ... coverage 100 % · stated: ... recorded, ... structure'
        """
        counts = ", ".join(counted(self.count(severity), str(severity)) for severity in Severity)
        if self.suppressed is not None:
            counts += f" · {len(self.suppressed):,} put away"
        sizes = {"file": self.files, "triple": self.triples, "claim": self.claims, "shape": self.shapes}
        size = ", ".join(counted(number, noun) for noun, number in sizes.items() if number is not None)
        size += "".join(f" · {one}" for one in self.not_validated)
        if self.claims is None:
            return f"{counts} · {size}" + (" · some shapes are left out" if self.are_shapes_flawed else "")
        percent = self.coverage_percent
        covered = "no source text to cover" if percent is None else f"coverage {percent:g} %"
        evidence = ", ".join(f"{count:,} {shown}" for shown, count in (self.evidence or {}).items() if count)
        return f"{counts} · {size} · {covered}" + (f" · stated: {evidence}" if evidence else "")

    def to_json(self, most: int | None = None) -> bytes:
        """The report as a JSON document with at most so many findings, the same bytes for the same ones."""
        document: dict[str, Any] = {
            "conforms": self.conforms,
            "counts": {str(severity): self.count(severity) for severity in Severity},
            **({} if self.suppressed is None else {"suppressed": len(self.suppressed)}),
            "files": self.files,
            "triples": self.triples,
            "claims": self.claims,
            "coverage": None
            if self.coverage is None
            else {"covered": self.coverage[0], "characters": self.coverage[1], "percent": self.coverage_percent},
            **({} if self.evidence is None else {"evidence": dict(self.evidence)}),
            "notes": list(self.notes),
            "findings": [
                *(_finding(finding) for finding in self.findings[:most]),
                *(_suppressed(one) for one in (self.suppressed or ())[:most]),
            ],
        }
        return json_document(document)


def _suppressed(one: Suppressed) -> dict[str, Any]:
    return {**_finding(one.finding), "suppressed": True, **({"reason": one.reason} if one.reason else {})}


def _finding(finding: Finding) -> dict[str, Any]:
    names = ("severity", "code", "message", "hint", "focus", "path", "value", "component", "shape", "note")
    fields: dict[str, Any] = {name: str(getattr(finding, name)) for name in names if getattr(finding, name)}
    for name, place in (("place", finding.place), ("requiredBy", finding.required_by)):
        if place:
            fields[name] = {key: value for key, value in asdict(place).items() if value is not None}
    if finding.details:
        fields["details"] = [_finding(one) for one in finding.details]
    return fields
