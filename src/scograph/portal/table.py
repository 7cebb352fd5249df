"""The table of a comparison: columns, rows, and cells with facts or why there are none; values without a graph."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from pyoxigraph import Literal, NamedNode, Triple

from scograph.answers.reasons import Support
from scograph.model import Term

INVERSE = "^"
"""What stands before a property that is read from its value, as in SPARQL (SPARQL 1.1, clause 9.1)."""
STATUS = "https://w3id.org/scograph/concept/comparison-status/"
"""What the IRIs of the concepts of a cell's status begin with."""


class Status(StrEnum):
    """What a cell says: the name of its concept."""

    STATED = "stated"
    DENIED = "denied"
    CONTRADICTED = "contradicted"
    NOT_STATED = "not-stated"
    NOT_READ = "not-yet-read"

    @property
    def iri(self) -> NamedNode:
        """The IRI of the concept."""
        return NamedNode(STATUS + self.value)


@dataclass(frozen=True, slots=True)
class ReadEdition:
    """An edition of a document that is the profile of an organisation.

    Args:
        document: The document.
        edition: The edition; None where none is stated, or none is as old as the day of the picture.
        day: When it was last updated, or else read; as precise as stated, nothing if it is not.
        is_whole: Whether all of it was read, and each character is accounted for.
    """

    document: NamedNode
    edition: NamedNode | None
    day: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Column:
    """An organisation, or a state, that is compared.

    Args:
        node: It.
        editions: Its profiles.
        project: The name of the project that has them; nothing where one project is compared in itself.
    """

    node: NamedNode
    editions: tuple[ReadEdition, ...]
    project: str = ""

    @property
    def is_read(self) -> bool:
        """Whether a profile of it was read whole, so that what is not found is not stated."""
        return any(one.is_whole for one in self.editions)


@dataclass(frozen=True, slots=True)
class RowTerm:
    """What a row looks for.

    Args:
        node: A property; or a section, role, kind, topic or class that things have.
        is_property: Whether it is a property.
        is_inverse: Whether the organisation is the value of the property.
    """

    node: NamedNode
    is_property: bool
    is_inverse: bool = False

    def __str__(self) -> str:
        return f"{INVERSE if self.is_inverse else ''}{self.node.value}"


@dataclass(frozen=True, slots=True)
class Row:
    """A heading.

    Args:
        titles: What it is called; nothing where its first term is what it is called.
        terms: What it looks for.
    """

    titles: tuple[Literal, ...]
    terms: tuple[RowTerm, ...]


@dataclass(frozen=True, slots=True)
class CellFact:
    """One fact in a cell.

    Args:
        thing: What is shown: the value of a property, the thing under a heading, the one who has a role.
        triple: The statement.
        record: The thing whose dates count: the record of an involvement, or the thing itself; None for a literal.
        dates: Its dates as `from`, `until`, `seen`, `on`, each with the text of the date.
        supports: The passages behind it that count.
        days: The day of the edition that each of them stands in, as `ReadEdition.day`.
        is_asserted: Whether it is a fact, and not only on record.
        statuses: What says that the thing is not in force: that it is proposed, or ended, say. The thing of each is the
            status.
    """

    thing: Term
    triple: Triple
    record: NamedNode | None
    dates: tuple[tuple[str, str], ...]
    supports: tuple[Support, ...]
    days: tuple[str, ...]
    is_asserted: bool
    statuses: tuple[CellFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """What is said of one organisation under one heading.

    Args:
        status: What it comes to.
        facts: The facts; none if it is not stated.
        against: What is on record only: values that are contradicted, or that a source denies.
    """

    status: Status
    facts: tuple[CellFact, ...]
    against: tuple[CellFact, ...]


@dataclass(frozen=True, slots=True)
class RowDifference:
    """What differs in a row.

    Args:
        common: What several organisations have, as the first of them has it, with the numbers of their columns.
        by_status: The numbers of the columns of each status, in the order of `Status`.
        is_same: Whether all have the same facts.
    """

    common: tuple[tuple[CellFact, tuple[int, ...]], ...]
    by_status: tuple[tuple[Status, tuple[int, ...]], ...]
    is_same: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """What facts are chosen by.

    Args:
        kind: `topic`, `kind`, `region` or `year`.
        value: The concept, the place, or the year as a literal.
    """

    kind: str
    value: Term


FACETS = ("topic", "kind", "region", "year")


@dataclass(frozen=True)
class Comparison:
    """A table of organisations and headings.

    Args:
        columns: The organisations.
        rows: The headings.
        cells: The cells, by row.
        day: The day of the picture, as `YYYY-MM-DD`; nothing for what is known now.
        facet: What its facts were chosen by; None for all.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    cells: tuple[tuple[Cell, ...], ...]
    day: str = ""
    facet: Facet | None = None

    def difference(self, row: int) -> RowDifference:
        """What differs in a row, by its number."""
        cells = self.cells[row]
        first: dict[Term, CellFact] = {}
        holders: dict[Term, dict[int, None]] = defaultdict(dict)
        for number, cell in enumerate(cells):
            for fact in cell.facts:
                first.setdefault(fact.thing, fact)
                holders[fact.thing][number] = None
        shared = tuple((first[thing], tuple(some)) for thing, some in holders.items() if len(some) > 1)
        groups = {status: tuple(n for n, cell in enumerate(cells) if cell.status is status) for status in Status}
        sets = {frozenset(fact.thing for fact in cell.facts) for cell in cells}
        is_same = len(sets) == 1 and len(groups[Status.STATED]) == len(cells) > 1
        return RowDifference(shared, tuple((status, some) for status, some in groups.items() if some), is_same)
