"""Recorded fits: what the table of each source records, held against its claims and passages as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.fit.table import MAX_TABLE_BYTES, FitRow, FitTable, TableFault, read_fit_table
from scograph.graph import Graph
from scograph.layout import SourceDocument
from scograph.model import Place
from scograph.project import FIT_FILE, read_bytes

MAX_DIGITS = 18
"""A longer number counts the characters of no text."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A row that does not agree with the graph.

    Args:
        row: The row.
        place: Where it stands.
        message: In what it differs.
        claim: The IRI of the stated claim that it is of, which is not shown then; empty where there is none.
    """

    row: FitRow
    place: Place
    message: str
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the table of a source records.

    Args:
        path: The file, as messages show it.
        table: The table; None where the source has none.
        agreeing: The rows that agree with the graph, by the IRI of the claim, each with its place.
        disagreeing: The others.
    """

    path: str
    table: FitTable | None = None
    agreeing: Mapping[str, tuple[FitRow, Place]] = field(default_factory=dict)
    disagreeing: tuple[Disagreement, ...] = ()


def table_path(source: SourceDocument) -> str:
    """The table of a source, relative to the project."""
    folder, slash, _ = source.parsed.path.rpartition("/")
    return f"{folder}{slash}{FIT_FILE}"


def recorded_fits(graph: Graph) -> tuple[Recorded, ...]:
    """Read the tables of a project, and hold them against its claims and passages.

    A row agrees if there is a stated claim of this name and passage, and the passage is placed in the edition, and has
    the offsets and the digest.

    Args:
        graph: The graph.

    Returns:
        An entry for each source, in their order.

    Raises:
        InputError: A table cannot be read, or a symbolic link leads it out of the project.
    """
    stated: dict[str, set[str]] = {}
    basis = terms.basis("stated")
    for claim in graph.claims:
        if claim.basis == basis:
            stated.setdefault(claim.passage.value, set()).add(claim.iri.value)
    return tuple(_recorded(graph, source, stated) for source in graph.sources)


def rows_now(source: SourceDocument) -> Mapping[NamedNode, FitRow]:
    """The row of each passage of a source as its source.ttl describes it, without a claim.

    Args:
        source: The source.

    Returns:
        The rows; none for a passage without an edition, offsets or digest.
    """
    said: dict[NamedNode, dict[NamedNode, str]] = {iri: {} for iri in source.passages.values()}
    for triple in source.parsed.triples:
        subject, value = triple.subject, triple.object
        if isinstance(subject, NamedNode) and subject in said and isinstance(value, NamedNode | Literal):
            said[subject].setdefault(triple.predicate, value.value)
    found = {}
    for number, iri in source.passages.items():
        values = said[iri]
        start, end = values.get(terms.CHAR_START, ""), values.get(terms.CHAR_END, "")
        edition = values.get(terms.IS_PLACED_IN, "").rpartition("/")[2]
        digest = values.get(terms.TEXT_SHA256, "")
        if (
            edition
            and digest
            and all(one.isascii() and one.isdecimal() and len(one) <= MAX_DIGITS for one in (start, end))
        ):
            found[iri] = FitRow("", number, edition, int(start), int(end), digest)
    return found


def _recorded(graph: Graph, source: SourceDocument, stated: Mapping[str, set[str]]) -> Recorded:
    path = table_path(source)
    file = graph.project.folder / path
    if not file.is_file():
        return Recorded(path)
    graph.project.own_file(file)
    if file.stat().st_size > MAX_TABLE_BYTES:
        message = f"the table has more than {MAX_TABLE_BYTES:,} bytes"
        return Recorded(path, FitTable(path, faults=(TableFault(message, Place(path)),)))
    table = read_fit_table(read_bytes(file), path)
    now = rows_now(source)
    agreeing: dict[str, tuple[FitRow, Place]] = {}
    disagreeing = []
    for line, row in table.rows:
        place = Place(path, line, 1)
        passage = source.passages.get(row.passage)
        iri = "" if passage is None else f"{passage.value}#{row.claim}"
        if passage is None:
            disagreeing.append(Disagreement(row, place, f"there is no passage {row.passage}"))
        elif iri not in stated.get(passage.value, ()):
            message = f"no stated claim of passage {row.passage} has this name: it was changed, moved or removed since"
            disagreeing.append(Disagreement(row, place, message))
        elif message := _difference(row, now.get(passage)):
            disagreeing.append(Disagreement(row, place, message, iri))
        else:
            agreeing[iri] = row, place
    return Recorded(path, table, agreeing, tuple(disagreeing))


def _difference(row: FitRow, now: FitRow | None) -> str:
    """In what a row differs from its passage; nothing where it does not."""
    if now is None:
        return f"passage {row.passage} has no place and words in an edition"
    if row.edition != now.edition:
        return f"passage {row.passage} is placed in edition {now.edition}, not {row.edition}"
    if (row.start, row.end) != (now.start, now.end):
        return f"passage {row.passage} stands at {now.start} to {now.end}, not {row.start} to {row.end}"
    return "" if row.sha256 == now.sha256 else f"the words of passage {row.passage} are others"
