"""The twins of a page: what it says of its thing, in each format that a program may want."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.answers.reasons import Reason
from scograph.errors import InputError
from scograph.exports import context_of
from scograph.graph import Graph
from scograph.model import FORMATS_BY_NAME, in_default_graph
from scograph.serialise.context import Context, read_context
from scograph.serialise.jsonld import jsonld
from scograph.serialise.lines import n_triples, sorted_lines
from scograph.serialise.rdfxml import rdf_xml
from scograph.serialise.turtle import turtle

CSV_HEAD = ("subject", "property", "value", "language or datatype", "asserted", "basis", "passage", "document", "link")
_ESCAPES = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


@dataclass(frozen=True, slots=True)
class Twin:
    """One format of a page's data.

    Args:
        name: What readers call it.
        extension: Its file extension.
        media_type: Its media type.
    """

    name: str
    extension: str
    media_type: str


TWINS: tuple[Twin, ...] = (
    Twin("Turtle", "ttl", FORMATS_BY_NAME["ttl"].media_type),
    Twin("N-Triples", "nt", FORMATS_BY_NAME["nt"].media_type),
    Twin("JSON-LD", "jsonld", FORMATS_BY_NAME["jsonld"].media_type),
    Twin("RDF/XML", "rdf", FORMATS_BY_NAME["rdf"].media_type),
    Twin("CSV", "csv", "text/csv; charset=utf-8; header=present"),
)


class TwinWriter:
    """Writes twins, for one graph.

    Args:
        graph: The graph.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def write(self, triples: Sequence[Triple], reasons: Iterable[Reason]) -> Iterator[tuple[Twin, bytes]]:
        """Write the triples of a page in every format that can hold them.

        Args:
            triples: The triples.
            reasons: The statements with their sources, for the CSV.

        Returns:
            Each twin with its bytes; RDF/XML only where it has a way to write them.
        """
        quads = list(in_default_graph(triples))
        writers: dict[str, Callable[[], Iterable[bytes]]] = {
            "ttl": lambda: turtle(quads, self._graph.prefixes),
            "nt": lambda: sorted_lines(n_triples(quads)),
            "jsonld": lambda: jsonld(quads, self.context(triples)),
            "rdf": lambda: rdf_xml(quads, self._graph.prefixes),
            "csv": lambda: (csv_bytes(reasons),),
        }
        for twin in TWINS:
            try:
                yield twin, b"".join(writers[twin.extension]())
            except InputError:
                if twin.extension != "rdf":  # XML has no way to write some properties and some characters
                    raise

    def context(self, triples: Iterable[Triple]) -> Context:
        """The part of the graph's JSON-LD context that some triples use."""
        used = {t.predicate.value for t in triples}
        used |= {t.object.value for t in triples if t.predicate == terms.TYPE and isinstance(t.object, NamedNode)}
        used |= {t.object.datatype.value for t in triples if isinstance(t.object, Literal)}
        names = {self._names[iri] for iri in used if iri in self._names}
        values = [value for name in names for value in _strings(self._context[name])]
        iris = {t.subject.value for t in triples if isinstance(t.subject, NamedNode)} | used
        iris |= {t.object.value for t in triples if isinstance(t.object, NamedNode)}
        prefixes = {
            prefix
            for prefix, namespace in self._prefixes.items()
            if any(value.startswith(f"{prefix}:") for value in values) or any(i.startswith(namespace) for i in iris)
        }
        kept = names | prefixes | {"id", "type"}
        return {name: value for name, value in self._context.items() if name in kept}

    @cached_property
    def _context(self) -> Context:
        return context_of(self._graph)

    @cached_property
    def _prefixes(self) -> Mapping[str, str]:
        return read_context(self._context).prefixes

    @cached_property
    def _names(self) -> Mapping[str, str]:
        table = read_context(self._context)
        return {**table.classes, **{iri: definition.name for iri, definition in table.properties.items()}}


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (inner for inner in value.values() if isinstance(inner, str))
    elif isinstance(value, str):
        yield value


def csv_bytes(reasons: Iterable[Reason]) -> bytes:
    """Statements as CSV, a line for each passage behind one (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_HEAD)
    for reason in reasons:
        value = reason.triple.object
        kind = (value.language or value.datatype.value) if isinstance(value, Literal) else ""
        shown = value.value if isinstance(value, Literal | NamedNode) else str(value)
        subject = reason.triple.subject
        named = subject.value if isinstance(subject, NamedNode) else str(subject)
        row = (named, reason.triple.predicate.value, shown, kind, str(reason.is_asserted).lower())
        for support in reason.supports:
            writer.writerow((*row, support.basis, support.passage, support.document, support.link))
        if not reason.supports:
            writer.writerow((*row, "", "", "", ""))
    return text.getvalue().encode()


def in_script(document: bytes) -> Markup:
    """JSON to stand in a script element: what HTML would read in it is escaped, which only occurs inside strings."""
    return Markup(document.decode().translate(_ESCAPES))  # noqa: S704 -- nothing is left in it that HTML reads
