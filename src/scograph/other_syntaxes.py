"""Recognises files that are no RDF syntax in spite of their extension: OWL/XML, OBO and others, and conflicts of git.

OWL 2 XML Serialization, 3.3; OWL 2 Structural Specification, 3.7; OWL 2 Manchester Syntax, 2.4; OBO 1.4, 3.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scograph.model import Finding, Place, Severity

HEAD_BYTES = 1 << 14
"""So much of a file is looked at."""
_CONVERT = "save it as RDF/XML or Turtle, as Protégé does, or: robot convert -i FILE -o FILE.ttl"
_KINDS: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (re.compile(rb"<(?:\w+:)?Ontology\b[^>]*\bhttp://www\.w3\.org/2002/07/owl#"), "OWL/XML", _CONVERT),
    (re.compile(rb"(?:Prefix\s*\(\s*[\w.-]*:\s*=|Ontology\s*\()"), "OWL in functional syntax", _CONVERT),
    (re.compile(rb"(?:Prefix:\s*[\w.-]*:\s*<|Ontology:\s)"), "OWL in Manchester syntax", _CONVERT),
    (re.compile(rb"format-version:\s"), "OBO", _CONVERT),
    (
        re.compile(rb"<(?:html|head|body)[\s>]", re.IGNORECASE),
        "HTML",
        "a server may have sent a page instead of the file: look at it, and download the file again",
    ),
)
"""How files begin, behind what may stand before that; what they are; and what to do about it."""
_BEFORE = re.compile(
    rb"(?:\s+|\xef\xbb\xbf|<\?[^>]{0,400}>|<!--.{0,4000}?-->|<!DOCTYPE[^>\[]{0,400}(?:\[[^\]]{0,8000}\]\s*)?>)*+",
    re.DOTALL | re.IGNORECASE,
)
"""What may stand before that: white space, a byte order mark, what XML has before its root."""
_MARKS = tuple(re.compile(rb"^%b(?: [^\r\n]*)?\r?$" % (mark * 7), re.MULTILINE) for mark in (b"<", b"=", b">"))
"""The lines between which git puts the two versions of a text that it could not merge (git-merge, "How conflicts")."""


@dataclass(frozen=True, slots=True)
class OtherSyntax:
    """A syntax that is none of RDF.

    Args:
        name: Its name.
        hint: How to come by RDF.
        offset: The bytes before the place that tells it.
    """

    name: str
    hint: str
    offset: int


def other_syntax(head: bytes) -> OtherSyntax | None:
    """The syntax that a file is in, if it is none of RDF and known all the same.

    Args:
        head: What the file begins with, `HEAD_BYTES` of it or less.

    Returns:
        The syntax, or None.

    Example:
        >>> other_syntax(b"Prefix(:=<https://example.org/>)").name
        'OWL in functional syntax'
        >>> other_syntax(b"@prefix : <https://example.org/> .") is None
        True
    """
    before = _BEFORE.match(head)
    at = before.end() if before else 0
    for begins, name, hint in _KINDS:
        if begins.match(head, at):
            return OtherSyntax(name, hint, at)
    return None


def merge_conflict(data: bytes, path: str) -> Finding | None:
    """The one error of a file in which a merge left both versions of some lines.

    Args:
        data: The file.
        path: Its name in messages.

    Returns:
        The error, at the first such place; None if there is none.

    Example:
        >>> lines = ("<<<<<<< HEAD", "<a> <b> 1 .", "=======", "<a> <b> 2 .", ">>>>>>> other")
        >>> print(merge_conflict(chr(10).join(lines).encode(), "a.ttl").place)
        a.ttl:1:1
    """
    first = at = -1
    for mark in _MARKS:
        found = mark.search(data, at + 1)
        if not found:
            return None
        at = found.start()
        first = at if first < 0 else first
    return Finding(
        Severity.ERROR,
        "syntax",
        "a merge left both versions of these lines",
        "keep one of them; where each has an edition of a source: git restore --source=HEAD --staged --worktree "
        "FOLDER, then scograph source update with the text of the other branch",
        place=Place(path, data.count(b"\n", 0, first) + 1, 1),
    )
