"""Terms of the SHACL vocabulary, and datatypes of strings, as N-Triples tokens."""

from __future__ import annotations

from scograph.ntriples import LANG_STRING, STRING
from scograph.terms import SH

TEXTS = (STRING, LANG_STRING)
"""The datatypes of literals that stand in quotes alone, or with a language."""


def sh(name: str) -> str:
    """A term of the SHACL vocabulary."""
    return f"<{SH}{name}>"
