"""Recognises files that are no RDF syntax in spite of their extension, by their first bytes: OWL/XML, OBO and others.

OWL 2 XML Serialization, 3.3; OWL 2 Structural Specification, 3.7; OWL 2 Manchester Syntax, 2.4; OBO 1.4, 3.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

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
