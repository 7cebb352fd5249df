"""All facts as one CSV file (RFC 4180): a line for each passage behind a fact, with its document, date and link."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.formats import CSV
from scograph.graph import Graph
from scograph.labels import Labels
from scograph.model import Document, Term

FACTS_TABLE = "-facts.csv"
"""How the name of the file ends."""
HEAD = (
    *("subject", "subject name", "property", "property name", "value", "value name", "language or datatype"),
    *("basis", "document", "date", "retrieved", "link", "passage", "claim"),
)
"""The columns. A date is that of the edition: when it was updated, or else when the document was issued."""
_ISSUED = NamedNode(terms.DCTERMS + "issued")
_ASSERTED = frozenset(map(terms.basis, terms.ASSERTED_BASES))
_PIECE = 1 << 16


def facts_table(graph: Graph) -> Document:
    """Write the facts of a graph with where each is read.

    Args:
        graph: The graph.

    Returns:
        The document, its bytes made as they are read: lines by subject, property and value; of a fact that has no
        passage one line without a source. What is on record only is no fact.

    Example:
        >>> from scograph import Project
        >>> table = facts_table(Project.builtin().load())
        >>> table.path, next(iter(table.pieces))[:22]
        ('...-facts.csv', b'subject,subject name,p')
    """
    return Document(f"{graph.project.settings.name}{FACTS_TABLE}", CSV.media_type, _Lines(graph).pieces())


class _Lines:
    """Makes the lines of the table.

    Args:
        graph: The graph.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._labels = Labels(graph)
        self._sources: dict[NamedNode, tuple[str, str, str, str]] = {}

    def pieces(self) -> Iterator[bytes]:
        """The file, in pieces."""
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, lineterminator="\r\n")
        writer.writerow(HEAD)
        behind: dict[Triple, list[tuple[str, ...]]] = defaultdict(list)
        for claim in self._graph.claims:
            if claim.basis in _ASSERTED:
                ends = (claim.passage.value, claim.iri.value)
                basis = terms.local_name(claim.basis.value, "/#")
                behind[claim.triple].append((basis, *self._source(claim.passage), *ends))
        for triple in sorted(self._graph.facts, key=_order):
            said = self._said(triple)
            for source in sorted(behind.get(triple, [("",) * 7])):
                writer.writerow((*said, *source))
            if buffer.tell() > _PIECE:
                yield buffer.getvalue().encode()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue().encode()

    def _said(self, triple: Triple) -> tuple[str, ...]:
        value = triple.object
        kind = (value.language or value.datatype.value) if isinstance(value, Literal) else ""
        named = self._labels.own_label(value) if isinstance(value, NamedNode) else ""
        of_subject = self._labels.own_label(triple.subject)
        of_property = self._labels.label(triple.predicate)
        return (_text(triple.subject), of_subject, triple.predicate.value, of_property, _text(value), named, kind)

    def _source(self, passage: NamedNode) -> tuple[str, str, str, str]:
        """The document of a passage, its date, when it was retrieved, and the address that opens it at the passage."""
        if passage not in self._sources:
            document = self._first(passage, terms.IS_PASSAGE_OF)
            edition = self._first(passage, terms.IS_PLACED_IN) or self._first(document, terms.HAS_NEWEST_EDITION)
            self._sources[passage] = (
                self._labels.label(document) if document is not None else "",
                _text(self._first(edition, terms.LAST_UPDATED) or self._first(document, _ISSUED)),
                _text(self._first(edition, terms.RETRIEVED_ON)),
                _text(self._first(passage, terms.PASSAGE_URL) or self._first(document, terms.SOURCE_URL) or passage),
            )
        return self._sources[passage]

    def _first(self, node: Term | None, predicate: NamedNode) -> Term | None:
        described = self._graph.describing(node) if node is not None else ()
        return next((triple.object for triple in described if triple.predicate == predicate), None)


def _order(triple: Triple) -> tuple[str, str, str]:
    return _text(triple.subject), triple.predicate.value, str(triple.object)


def _text(term: Term | None) -> str:
    if term is None:
        return ""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)
