"""Findings as text: place, message, the line with the fault underlined, the constraint, and help."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scograph import terms
from scograph.messages import behind_mark, visible
from scograph.model import Finding, Place, Severity

MAX_LITERAL_LENGTH = 200
"""Longer literals are cut; the JSON report has them whole."""
MAX_LINE_LENGTH = 100
"""Maximum number of characters of a line that are shown."""

_IRI = re.compile("<([^<>]*)>")
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_COLOURS = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.INFO: "\x1b[1;36m"}
_LOCATING = "\x1b[34m"


@dataclass(frozen=True)
class Style:
    """How findings are written.

    Args:
        limit: Maximum number of errors of one kind; None for all.
        lesser: Maximum number of warnings or infos of one kind; None for all.
        line: A place to the line that it is in, or None.
        prefixes: Prefixes to shorten IRIs with.
        has_colour: Whether it is written for a terminal in colour.
    """

    limit: int | None = None
    lesser: int | None = None
    line: Callable[[Place], str | None] = lambda _: None
    prefixes: Mapping[str, str] = field(default_factory=dict)
    has_colour: bool = False

    def limit_of(self, severity: Severity) -> int | None:
        """The maximum number of findings of one kind and severity; None for all."""
        return self.limit if severity is Severity.ERROR else self.lesser

    def paint(self, code: str, text: str) -> str:
        """A text in a colour, if there are any."""
        return f"{code}{text}{_PLAIN}" if self.has_colour and text else text


def findings_text(findings: Iterable[Finding], style: Style) -> Iterator[str]:
    """Findings for people, those of one kind (of one rule and constraint) folded to a few and a count.

    Args:
        findings: The findings, in the order of the report.
        style: How they are written.

    Returns:
        A text a finding, then a line for each kind that has more.
    """
    counts: Counter[tuple[Severity, str, Place | None]] = Counter()
    for finding in findings:
        kind = (finding.severity, finding.code, finding.required_by)
        counts[kind] += 1
        limit = style.limit_of(finding.severity)
        if limit is None or counts[kind] <= limit:
            yield finding_text(finding, style)
    for (severity, code, required_by), count in counts.items():
        limit = style.limit_of(severity)
        if limit is not None and count > limit:
            by = f" required by {required_by}" if required_by else ""
            yield f"{severity} {code}: {count - limit:,} more{by}; --all shows them"


def finding_text(finding: Finding, style: Style = Style()) -> str:
    """A finding for people: its first line can be searched by place, severity and code.

    Args:
        finding: The finding.
        style: How it is written.

    Returns:
        One line, then indented ones: the line at fault, what requires otherwise, and help.
    """
    excerpt = _excerpt(finding, style)
    finding = _printable(finding)
    where = f"{style.paint(_BOLD, str(finding.place))}: " if finding.place else ""
    lines = [
        f"{where}{style.paint(_COLOURS[finding.severity], str(finding.severity))} {finding.code} {finding.message}"
    ]
    lines += excerpt
    if not excerpt:
        nodes = [text for text in (finding.focus, finding.path, finding.value) if text]
        prefixes = terms.with_well_known(style.prefixes)
        about = [_shortened(text, prefixes) for text in nodes]
        lines += [f"  at: {'  '.join(about)}"] if about else []
        lines += [f"  note: {finding.note}"] if finding.note else []
    lines += finding.reasons("  ")
    if finding.required_by:
        name = shape_name(finding.shape) if not finding.shape.endswith(".rq") else ""
        lines.append(f"  required by {finding.required_by}" + (f" ({name})" if name else ""))
    if finding.hint:
        lines.append(f"  {style.paint(_BOLD, 'help:')} {finding.hint}")
    return "\n".join(behind_mark(line) for line in lines)


def _printable(finding: Finding) -> Finding:
    """A finding with what others wrote in it made visible: a text with colours is not searched for more of them."""
    names = ("message", "hint", "note", "focus", "path", "value", "shape")
    texts: dict[str, Any] = {name: visible(getattr(finding, name)) for name in names}
    places: dict[str, Any] = {name: _printable_place(getattr(finding, name)) for name in ("place", "required_by")}
    return replace(finding, **texts, **places, details=tuple(map(_printable, finding.details)))


def _printable_place(place: Place | None) -> Place | None:
    return place and replace(place, path=visible(place.path))


def _shortened(text: str, prefixes: Mapping[str, str]) -> str:
    """A node, a path or a literal, its IRIs shortened, and itself if it is longer than a person reads."""
    body, quote, datatype = text.rpartition('"') if text.startswith('"') else ("", "", text)
    if len(body) > MAX_LITERAL_LENGTH:
        body = body[:MAX_LITERAL_LENGTH] + "…"

    def short(match: re.Match[str]) -> str:
        return terms.curie(match[1], prefixes) or match[0]

    return body + quote + (terms.curie(datatype, prefixes) or _IRI.sub(short, datatype))


def shape_name(shape: str) -> str:
    """A shape's name as a person says it: the last part of its IRI; a blank node has none."""
    return "" if shape.startswith("_:") else terms.local_name(shape)


def _excerpt(finding: Finding, style: Style) -> list[str]:
    """The line at fault with what is meant underlined, if its column is known."""
    place = finding.place
    line = style.line(place) if place and place.line and place.column else None
    if place is None or place.line is None or place.column is None or line is None:
        return []
    start = place.column - 1
    length = max(1, min(place.length or 1, len(line) - start))
    line, start, length = _window(line.replace("\t", " "), start, length)
    end = start + length
    before, meant, after = (visible(part) for part in (line[:start], line[start:end], line[end:]))
    number = f"{place.line:>5}"
    under = " " * _width(before) + style.paint(_COLOURS[finding.severity], "^" * max(1, _width(meant)))
    note = f" {visible(finding.note)}" if finding.note else ""
    bar = style.paint(_LOCATING, "|")
    return [f"{style.paint(_LOCATING, number)} {bar} {before}{meant}{after}", f"{'':>5} {bar} {under}{note}"]


def _window(line: str, start: int, length: int) -> tuple[str, int, int]:
    """The part of a long line around what is meant."""
    if len(line) <= MAX_LINE_LENGTH:
        return line, start, length
    first = max(0, min(start - MAX_LINE_LENGTH // 4, len(line) - MAX_LINE_LENGTH))
    last = min(len(line), first + MAX_LINE_LENGTH)
    before, after = "…" if first else "", "…" if last < len(line) else ""
    at = start - first + len(before)
    return before + line[first:last] + after, at, min(length, last - first - (start - first))


def _width(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese characters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
