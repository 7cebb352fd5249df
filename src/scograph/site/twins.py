"""The data beside a page: the triples of its thing in each RDF format, and as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.answers.reasons import Reason
from scograph.errors import InputError
from scograph.exports.writers import WRITERS
from scograph.formats import CSV, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, TWIN_FORMATS, Format
from scograph.graph import Graph
from scograph.model import in_default_graph
from scograph.ntriples import TYPE, iri, is_iri, literal_parts, split_lines
from scograph.serialise.context import Context, read_context
from scograph.serialise.grouping import Grouping
from scograph.serialise.jsonld import JsonLd
from scograph.serialise.lines import n_triples
from scograph.serialise.names import MAX_KNOWN_IRIS, Prefixes
from scograph.serialise.rdfxml import XmlNames, rdf_xml_of
from scograph.serialise.table import csv_table
from scograph.serialise.turtle import turtle_of

CSV_HEAD = (
    "subject",
    "property",
    "value",
    "language or datatype",
    "asserted",
    "basis",
    "passage",
    "document",
    "link",
    "gone",
)


class TwinWriter:
    """Writes twins, for one graph.

    Args:
        graph: The graph.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._turtle_prefixes = Prefixes(graph.prefixes)
        self._xml_names = XmlNames(graph.prefixes)
        self._used: dict[str, frozenset[str]] = {}
        self._writers: dict[frozenset[str], JsonLd] = {}

    def write(self, triples: Sequence[Triple], reasons: Iterable[Reason]) -> Iterator[tuple[Format, bytes]]:
        """Write the triples of a page in every format that can hold them.

        Args:
            triples: The triples.
            reasons: The statements with their sources, for the CSV.

        Returns:
            Each twin with its bytes; RDF/XML only where it has a way to write them.
        """
        data = b"".join(n_triples(triples))
        lines = sorted(set(data.decode().split("\n")))[1:]  # what follows the last line end is empty, and first
        grouping = Grouping()
        grouping.add((data,))
        writers: dict[str, Callable[[], Iterable[bytes]]] = {
            TURTLE.name: lambda: turtle_of(grouping, self._turtle_prefixes),
            N_TRIPLES.name: lambda: ("".join(f"{line}\n" for line in lines).encode(),),
            JSON_LD.name: lambda: self._json_ld(lines).sorted(in_default_graph(triples)),
            RDF_XML.name: lambda: rdf_xml_of(grouping, self._xml_names),
            CSV.name: lambda: (csv_bytes(reasons),),
        }
        for twin in TWIN_FORMATS:
            write = writers.get(twin.name) or partial(WRITERS[twin.name], self._graph, triples, ())
            try:
                yield twin, b"".join(write())
            except InputError:
                if twin is not RDF_XML:  # XML has no way to write some properties and some characters
                    raise

    def _json_ld(self, lines: Iterable[str]) -> JsonLd:
        """What writes the triples of some lines with the part of the graph's JSON-LD context that they use."""
        words, iris = _words_and_iris(lines)
        kept = frozenset(("id", "type")).union(*map(self._term, words), *map(self._prefix, iris | words))
        if kept not in self._writers:
            self._writers[kept] = JsonLd({name: value for name, value in self._context.items() if name in kept})
        return self._writers[kept]

    def _term(self, iri: str) -> frozenset[str]:
        """The term of the context for a property, class or datatype, with the prefixes of its definition."""
        name = self._names.get(iri)
        if name is None:
            return frozenset()
        values = list(_strings(self._context[name]))
        prefixes = (prefix for prefix in self._prefixes if any(value.startswith(f"{prefix}:") for value in values))
        return frozenset((name, *prefixes))

    def _prefix(self, iri: str) -> frozenset[str]:
        """The prefixes of the context by which an IRI can be shortened."""
        if iri not in self._used:
            if len(self._used) >= MAX_KNOWN_IRIS:
                self._used.clear()
            fitting = (prefix for prefix, namespace in self._prefixes.items() if iri.startswith(namespace))
            self._used[iri] = frozenset(fitting)
        return self._used[iri]

    @cached_property
    def _context(self) -> Context:
        return self._graph.context

    @cached_property
    def _prefixes(self) -> Mapping[str, str]:
        return read_context(self._context).prefixes

    @cached_property
    def _names(self) -> Mapping[str, str]:
        table = read_context(self._context)
        return {**table.classes, **{iri: definition.name for iri, definition in table.properties.items()}}


def _words_and_iris(lines: Iterable[str]) -> tuple[set[str], set[str]]:
    """The properties, classes and datatypes of some lines, and their subjects and objects that are IRIs."""
    words, nodes = set(), set()
    for subject, predicate, value in split_lines(lines):
        words.add(iri(predicate))
        nodes.add(subject)
        nodes.add(value)
        if value[0] == '"':
            _, language, datatype = literal_parts(value)
            words.add(terms.LANG_STRING.value if language else datatype)
        elif predicate == TYPE and value[0] == "<":
            words.add(iri(value))
    return words, {iri(token) for token in nodes if is_iri(token)}


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (inner for inner in value.values() if isinstance(inner, str))
    elif isinstance(value, str):
        yield value


def csv_bytes(reasons: Iterable[Reason]) -> bytes:
    """Statements as CSV, a line for each passage behind one (RFC 4180)."""
    return csv_table(CSV_HEAD, _csv_rows(reasons))


def _csv_rows(reasons: Iterable[Reason]) -> Iterator[tuple[object, ...]]:
    for reason in reasons:
        value = reason.triple.object
        kind = (value.language or value.datatype.value) if isinstance(value, Literal) else ""
        shown = value.value if isinstance(value, Literal | NamedNode) else str(value)
        subject = reason.triple.subject
        named = subject.value if isinstance(subject, NamedNode) else str(subject)
        row = (named, reason.triple.predicate.value, shown, kind, str(reason.is_asserted).lower())
        for support in reason.supports:
            gone = "true" if support.is_gone else ""
            yield (*row, support.basis, support.passage, support.document, support.link, gone)
        if not reason.supports:
            yield (*row, "", "", "", "", "")
