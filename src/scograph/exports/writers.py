"""The writers of export formats, by name: triples and the quads of named graphs in, bytes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from pyoxigraph import Quad, Triple

from scograph.errors import InputError
from scograph.formats import DOCUMENT_SYNTAXES, RDF_XML
from scograph.model import Document, in_default_graph
from scograph.serialise.lines import n_quads, sorted_lines

if TYPE_CHECKING:
    from scograph.serialise.context import Context

# One run writes one format: a module that only one of them needs is imported where it is needed.


class Naming(Protocol):
    """What IRIs are shortened with; a `Graph` has its own."""

    @property
    def prefixes(self) -> Mapping[str, str]:
        """Each prefix with its namespace."""

    @property
    def context(self) -> Context:
        """The JSON-LD context."""


@dataclass(frozen=True, slots=True)
class Prefixed:
    """Prefixes alone, for triples that come without an ontology.

    Args:
        prefixes: Each prefix with its namespace.
    """

    prefixes: Mapping[str, str]

    @property
    def context(self) -> Context:
        """A JSON-LD context that has the prefixes."""
        return {prefix: namespace for prefix, namespace in sorted(self.prefixes.items()) if prefix}


Write = Callable[[Naming, Iterable[Triple], Iterable[Quad]], Iterator[bytes]]
"""What IRIs are shortened with, the triples of the default graph, and the quads of named graphs, to UTF-8 in pieces."""


def _n_triples(_naming: Naming, triples: Iterable[Triple], _named: Iterable[Quad]) -> Iterator[bytes]:
    return sorted_lines(n_quads(triples))


def _n_quads(_naming: Naming, triples: Iterable[Triple], named: Iterable[Quad]) -> Iterator[bytes]:
    return sorted_lines(chain(n_quads(triples), n_quads(named)))


def _turtle(naming: Naming, triples: Iterable[Triple], _named: Iterable[Quad]) -> Iterator[bytes]:
    from scograph.serialise.turtle import turtle  # noqa: PLC0415

    return turtle(triples, naming.prefixes)


def _trig(naming: Naming, triples: Iterable[Triple], named: Iterable[Quad]) -> Iterator[bytes]:
    from scograph.serialise.turtle import trig  # noqa: PLC0415

    return trig(chain(in_default_graph(triples), named), naming.prefixes)


def _jsonld(naming: Naming, triples: Iterable[Triple], _named: Iterable[Quad]) -> Iterator[bytes]:
    from scograph.serialise.jsonld import jsonld  # noqa: PLC0415

    return jsonld(in_default_graph(triples), naming.context)


def _rdf_xml(naming: Naming, triples: Iterable[Triple], _named: Iterable[Quad]) -> Iterator[bytes]:
    from scograph.serialise.rdfxml import rdf_xml  # noqa: PLC0415

    return rdf_xml(triples, naming.prefixes)


def _context(naming: Naming, _triples: Iterable[Triple], _named: Iterable[Quad]) -> Iterator[bytes]:
    from scograph.serialise.derive import context_bytes  # noqa: PLC0415

    yield context_bytes(naming.context)


def _json_schema(naming: Naming, _triples: Iterable[Triple], _named: Iterable[Quad]) -> Iterator[bytes]:
    from scograph.serialise.schema import json_schema_bytes  # noqa: PLC0415

    yield json_schema_bytes(naming.context)


def _typescript(naming: Naming, _triples: Iterable[Triple], _named: Iterable[Quad]) -> Iterator[bytes]:
    from scograph.serialise.schema import typescript  # noqa: PLC0415

    yield typescript(naming.context).encode()


WRITERS: Mapping[str, Write] = {
    "nt": _n_triples,
    "ttl": _turtle,
    "jsonld": _jsonld,
    "nq": _n_quads,
    "trig": _trig,
    "rdf": _rdf_xml,
    "context": _context,
    "json-schema": _json_schema,
    "typescript": _typescript,
}
"""The writer of each row of `scograph.formats.EXPORT_FORMATS` that has one, by name; it sorts what it writes."""


def in_each_syntax(stem: str, naming: Naming, triples: Sequence[Triple]) -> Iterator[Document]:
    """Write the triples of a document other than the dataset in each syntax of `DOCUMENT_SYNTAXES`.

    Args:
        stem: The path of the files, without extension.
        naming: What IRIs are shortened with.
        triples: The triples.

    Returns:
        The documents; RDF/XML only where it has a way to write all of them.
    """
    for row in DOCUMENT_SYNTAXES:
        pieces: Iterable[bytes] = WRITERS[row.name](naming, triples, ())
        if row is RDF_XML:  # XML has no way to write some properties and some characters (RDF/XML, clause 2.1)
            try:
                pieces = tuple(pieces)
            except InputError:
                continue
        yield Document(f"{stem}.{row.extension}", row.media_type, pieces)
