"""Findings as SARIF 2.1.0 and as annotations of GitHub workflows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from scograph.checks.baseline import Suppressed
from scograph.json_text import json_document
from scograph.messages import visible
from scograph.model import Finding, Place, Severity

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def sarif(
    findings: Sequence[Finding], version: str, folder: str = "", suppressed: Sequence[Suppressed] | None = None
) -> bytes:
    """Write findings as a SARIF log (SARIF 2.1.0, clause 3.13).

    Args:
        findings: The findings.
        version: The tool's version.
        folder: What to put before paths, so that they begin where the reader of the log stands.
        suppressed: Findings that a baseline puts away (SARIF 2.1.0, clause 3.27.23); None without a baseline.

    Returns:
        JSON in UTF-8.
    """
    every = (*findings, *(one.finding for one in suppressed or ()))
    rules = {finding.code: number for number, finding in enumerate(_first_of_each_code(every))}
    results = [_result(finding, rules[finding.code], folder) for finding in findings]
    if suppressed is not None:  # then each result says whether it is
        results = [{**result, "suppressions": []} for result in results]
        for one in suppressed:
            why = {"justification": one.reason} if one.reason else {}
            result = _result(one.finding, rules[one.finding.code], folder)
            results.append({**result, "suppressions": [{"kind": "external", **why}]})
    run = {
        "tool": {
            "driver": {
                "name": "scograph",
                "version": version,
                "informationUri": "https://w3id.org/scograph",
                "rules": [_rule(finding) for finding in _first_of_each_code(every)],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json_document(log)


def github(findings: Iterable[Finding], folder: str = "") -> Iterator[bytes]:
    """Write findings as workflow commands, which GitHub shows at the lines of a change.

    Args:
        findings: The findings.
        folder: As for `sarif`.

    Returns:
        A line a finding.
    """
    for finding in findings:
        properties: dict[str, str | int] = {}
        if finding.place:
            properties["file"] = _report_path(finding.place, folder)
            if finding.place.line:
                properties["line"] = finding.place.line
                if finding.place.column:
                    properties["col"] = finding.place.column
                    properties["endColumn"] = finding.place.column + max(1, finding.place.length or 1)
        properties["title"] = finding.code
        text = "\n".join(_message_lines(finding))
        written_properties = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in properties.items())
        yield f"::{_COMMANDS[finding.severity]} {written_properties}::{_escaped(text)}\n".encode()


def _message_lines(finding: Finding) -> Iterator[str]:
    yield finding.message + (f" ({finding.note})" if finding.note else "")
    yield from finding.reasons()
    if finding.required_by:
        yield f"required by {finding.required_by}"
    if finding.hint:
        yield f"help: {finding.hint}"


def _escaped(text: str, more: str = "") -> str:
    """A text with the characters escaped that a workflow command excludes, and control characters made visible."""
    text = "\r".join(map(visible, text.split("\r")))  # a carriage return is escaped below
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _first_of_each_code(findings: Iterable[Finding]) -> Iterator[Finding]:
    seen: set[str] = set()
    for finding in findings:
        if finding.code not in seen:
            seen.add(finding.code)
            yield finding


def _rule(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.code,
        "shortDescription": {"text": finding.message.splitlines()[0]},
        "help": {"text": f"scograph explain {finding.code}"},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
    }


def _result(finding: Finding, rule: int, folder: str) -> dict[str, Any]:
    text = "\n".join([finding.message + (f" ({finding.note})" if finding.note else ""), *finding.reasons()])
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": text + (f"\nhelp: {finding.hint}" if finding.hint else "")},
    }
    if finding.place:
        result["locations"] = [{"physicalLocation": _location(finding.place, folder)}]
    related = [
        {"id": number, "physicalLocation": _location(place, folder), "message": {"text": said}}
        for number, (place, said) in enumerate(_related(finding), 1)
    ]
    if related:
        result["relatedLocations"] = related
    about = {"focus": finding.focus, "path": finding.path, "value": finding.value, "shape": finding.shape}
    properties = {name: value for name, value in about.items() if value}
    return result | ({"properties": properties} if properties else {})


def _related(finding: Finding) -> Iterator[tuple[Place, str]]:
    """The other places that a finding speaks of: where it is required, then those of its details."""
    if finding.required_by:
        yield finding.required_by, "required by this"
    for one in finding.details:
        if one.place:
            yield one.place, f"because {one.message}"
        yield from _related(one)


def _location(place: Place, folder: str) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(os.fsencode(_report_path(place, folder)), safe="/:")}}
    if place.line:
        region = {"startLine": place.line}
        if place.column:
            region |= {"startColumn": place.column}
            if place.length:
                region |= {"endColumn": place.column + place.length}
        location["region"] = region
    return location


def _report_path(place: Place, folder: str) -> str:
    return place.path if not folder or ":" in place.path else f"{folder.rstrip('/')}/{place.path}"
