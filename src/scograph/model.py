"""The values that every layer passes on: RDF terms, places in files, findings, and published documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeVar

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

T = TypeVar("T")
MAX_REASONS = 6
"""So many details of a finding are lines of a text; JSON, SARIF and Turtle have all."""

BULLETS = "•‣⁃∙▪▫■□●○◦◆◇►▶➢➤✓✔·"
"""Marks before the items of a list, which say nothing of their own."""

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal | Triple
GraphName = NamedNode | BlankNode | DefaultGraph


def in_default_graph(statements: Iterable[Triple | Quad]) -> Iterator[Quad]:
    """Statements as quads of the default graph (RDF 1.1 Concepts, clause 4).

    Args:
        statements: Triples, or quads of any graph.

    Returns:
        A quad of the default graph for each, in their order.
    """
    return (Quad(statement.subject, statement.predicate, statement.object) for statement in statements)


class Severity(StrEnum):
    """The severity of a finding; a SHACL violation (clause 2.1.4) is an error.

    Example:
        >>> from scograph.model import Severity
        >>> [str(severity) for severity in Severity]
        ['error', 'warning', 'info']
    """

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """The order of gravity: 0 is the gravest."""
        return tuple(Severity).index(self)


class TextSpan(NamedTuple):
    """A part of a text, in code points.

    Args:
        start: Those of the text before it.
        end: Those of the text before what follows it.
    """

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file: its path and, if known, line and column, both counted from 1 in characters.

    Args:
        path: The file, relative to the project where it lies inside it.
        line: The line, or None where only the file is known.
        column: The column, or None.
        length: How many characters are meant, or None where only the beginning is known.

    Example:
        >>> from scograph.model import Place
        >>> print(Place("data/notes/01-first-item.ttl", 4, 5))
        data/notes/01-first-item.ttl:4:5
    """

    path: str
    line: int | None = None
    column: int | None = None
    length: int | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found, in the words of a SHACL validation result (SHACL, clause 3.6).

    Args:
        severity: How grave it is.
        code: The stable name of the rule that found it.
        message: What is wrong, in the reader's words.
        hint: What to do about it.
        focus: The node that the finding is about, as an IRI or a blank node label.
        path: The property or path at fault.
        value: The value at fault, as N-Triples writes it.
        component: The IRI of the constraint component.
        shape: The IRI of the shape, or of the one that a shape without a name is written in.
        place: Where the fault stands; for what is missing, where its subject does.
        note: What stands there, in a few words.
        required_by: Where what is broken is asked for: the constraint in its file of shapes, the rule.
        details: Why, where a shape inside of another is not met: what that shape finds, with its places.

    Example:
        >>> from scograph.model import Finding, Place, Severity
        >>> print(Finding(Severity.ERROR, "R01", "ex:acronim is not declared", place=Place("a.ttl", 4, 5)))
        a.ttl:4:5: error R01 ex:acronim is not declared
    """

    severity: Severity
    code: str
    message: str
    hint: str = ""
    focus: str = ""
    path: str = ""
    value: str = ""
    component: str = ""
    shape: str = ""
    place: Place | None = field(default=None)
    note: str = ""
    required_by: Place | None = field(default=None)
    details: tuple[Finding, ...] = ()

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        lines = [f"{where}{self.severity} {self.code} {self.message}", *self.reasons("  ")]
        return "\n".join([*lines, f"  help: {self.hint}"] if self.hint else lines)

    def reasons(self, indent: str = "") -> Iterator[str]:
        """The details, a line each: place, what is wrong there, and where that is required; those of others under them.

        Args:
            indent: What each line begins with.

        Returns:
            The lines, at most `MAX_REASONS` and one that counts the others.

        Example:
            >>> from scograph.model import Finding, Place, Severity
            >>> why = Finding(Severity.ERROR, "sh:class", "the value is not an ex:Address", place=Place("a.ttl", 4, 5))
            >>> list(Finding(Severity.ERROR, "sh:or", "the value is wrong", details=(why,)).reasons())
            ['because a.ttl:4:5: the value is not an ex:Address']
        """
        lines = list(self._reasons(indent))
        yield from lines[:MAX_REASONS]
        if len(lines) > MAX_REASONS:
            left = len(lines) - MAX_REASONS
            yield f"{indent}and {left} more {'reason' if left == 1 else 'reasons'}"

    def _reasons(self, indent: str) -> Iterator[str]:
        for one in self.details:
            where = f"{one.place}: " if one.place else ""
            by = f" (required by {one.required_by})" if one.required_by else ""
            yield f"{indent}because {where}{one.message}{by}"
            yield from one._reasons(f"{indent}  ")  # noqa: SLF001 -- of the same class

    def sort_key(self) -> tuple[int, str, int, int, str, str, str, str, str]:
        """The order in which findings are reported: gravest first, then by place, then by content."""
        place = self.place or Place("")
        return (
            self.severity.rank,
            place.path,
            place.line or 0,
            place.column or 0,
            self.code,
            self.focus,
            self.path,
            self.value,
            self.message,
        )


@dataclass(frozen=True, slots=True)
class Document:
    """Anything published: where it goes, what it is, and its bytes in pieces.

    Args:
        path: The path relative to the folder or host it is published at.
        media_type: Its media type, with parameters (RFC 9110, clause 8.3.1).
        pieces: Its bytes, in pieces, to be read once.
    """

    path: str
    media_type: str
    pieces: Iterable[bytes]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)

    def read(self) -> bytes:
        """All the bytes at once."""
        return b"".join(self.pieces)


def distinct(items: Iterable[T]) -> tuple[T, ...]:
    """The items in their order, each once."""
    return tuple(dict.fromkeys(items))
