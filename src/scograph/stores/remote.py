"""A store at an address: SPARQL 1.1 Protocol, Update, and Graph Store HTTP Protocol, by the profile of its kind."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import httpx2
from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
    serialize,
)

from scograph.bounds import STORE_ANSWER
from scograph.errors import InputError, StoreError, UsageError
from scograph.guard import guard
from scograph.named_graphs import MissingGraphError
from scograph.ntriples import LABELS
from scograph.stores.addresses import checked_address
from scograph.stores.gate import refuse_unsafe
from scograph.stores.http import Body, Http
from scograph.stores.parts import DEFAULT, N_TRIPLES, held_lines
from scograph.stores.profiles import PROFILES, StoreProfile, profile
from scograph.stores.solutions import ordered_columns
from scograph.turtle.tokens import tokens

if TYPE_CHECKING:
    from scograph.stores.embedded import Results

MAX_COUNT_DIGITS = 20
MAX_COUNTED_BY_NAME = 100
"""Graphs that are counted by their names; Virtuoso takes a millisecond for each, and for all at once no longer."""

_RESULTS = QueryResultsFormat.JSON.media_type
_UPDATE = "application/sparql-update; charset=utf-8"  # RDF4J takes a body without charset for Latin-1
_FORM = "application/x-www-form-urlencoded; charset=utf-8"
_NODE_ID = re.compile(rb'("type"\s*:\s*"bnode"\s*,\s*"value"\s*:\s*")(?:nodeID://|_:)')
_READS_TRIPLES = ("CONSTRUCT", "DESCRIBE")


class RemoteStore:
    """A store at an address.

    Args:
        address: Its base address.
        http: The client.
        row: The profile of its kind, with the endpoints of this store.
        default_graph: The graph that stands for the default graph in a store that has none.
    """

    def __init__(self, address: str, http: Http, row: StoreProfile, *, default_graph: str = "") -> None:
        self.address = address.rstrip("/")
        self.profile = row
        self.default_graph = default_graph if not row.has_default_graph else ""
        self.version = ""
        self._http = http

    @classmethod
    def open(  # noqa: PLR0913 -- each has its default
        cls,
        address: str,
        http: Http,
        *,
        name: str = "",
        update: str = "",
        graphs: str = "",
        default_graph: str = "",
    ) -> RemoteStore:
        """Find out what kind of store is at an address.

        Args:
            address: Its base address; for a store known by the standard alone, its query endpoint.
            http: The client.
            name: The name of its profile, if it is known.
            update: The address of its update endpoint, if the profile does not tell.
            graphs: The address of its Graph Store Protocol, if the profile does not tell.
            default_graph: The graph that stands for the default graph in a store that has none.

        Returns:
            The store.

        Raises:
            StoreError: Nothing answers there.
            UsageError: No profile has that name, or an address is none or carries a password.
        """
        address = address.rstrip("/")
        for url, option in ((update, "--update-url"), (graphs, "--graph-store-url")):
            if url:
                checked_address(url, option)
        row = profile(name) if name else _detected(address, http)
        whole = replace(
            row,
            query=address + row.query,
            update=update or (address + row.update if row.update else ""),
            graphs=graphs or (address + row.graphs if row.graphs else ""),
            open_query=address + row.open_query if row.open_query else "",
            is_atomic=row.is_atomic or bool(graphs and not row.graphs),
        )
        return cls(address, http, whole, default_graph=default_graph)

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def query(self, text: str, prefixes: dict[str, str] | None = None, base: str = "", *, graph: str = "") -> Results:
        """Run a query on the store.

        Args:
            text: A SPARQL 1.1 query.
            prefixes: Prefixes that the query may use without declaring them.
            base: The IRI that relative IRIs in it are resolved against; nothing for the store's own.
            graph: The IRI of the named graph that it is asked of as the default graph; nothing for the store's own.

        Returns:
            Solutions, a boolean, or triples. The columns of `SELECT *` have the order in which they appear.

        Raises:
            UsageError: The query is refused (`stores.gate`), or the store refuses it and it does not parse.
            MissingGraphError: The store has no such graph.
            StoreError: The store does not answer it.
        """
        refuse_unsafe(text)
        found = tuple(tokens(text))
        words = [token.text.upper() for token in found if token.kind == "word"]
        declared = {name.text[:-1] for word, name in pairwise(found) if word.text.upper() == "PREFIX"}
        added = {prefix: iri for prefix, iri in (prefixes or {}).items() if prefix not in declared}
        head = f"BASE <{base}>\n" if base and "BASE" not in words else ""
        head += "".join(map(_declared, added, added.values()))  # RDF4J takes none twice
        refuse_unsafe(head + text)  # what is sent
        forms = (word in _READS_TRIPLES for word in words if word in ("SELECT", "ASK", *_READS_TRIPLES))
        wants_triples = next(forms, False)
        if graph and not self._has_graph(graph):
            raise MissingGraphError(graph)
        dataset = self._dataset(with_graphs="GRAPH" in words, graph=graph) if graph or "FROM" not in words else []
        try:
            answer = self._ask(
                head + ordered_columns(text, prefixes), N_TRIPLES if wants_triples else _RESULTS, dataset
            )
        except StoreError:
            _say_what_does_not_parse(text, prefixes)
            raise
        if wants_triples:
            return [quad.triple for quad in self._parsed([answer])]
        return self._solutions(answer)

    def update(self, text: str, *, repeat: bool = False) -> None:
        """Change the store's content.

        Args:
            text: A SPARQL 1.1 update.
            repeat: Whether the same again changes nothing.

        Raises:
            StoreError: The store refuses it, or its update endpoint is not known.
        """
        about = f"an update of {len(text):,} characters"
        if not self.profile.update:
            raise StoreError("the store's address for updates is not known", hint="give it with --update-url")
        self._http.send("POST", self.profile.update, body=Body.of(text.encode(), _UPDATE, about), repeat=repeat)

    def load(self, graph: str, bodies: Iterable[Body]) -> None:
        """Give a graph new content, all of it.

        Args:
            graph: Its IRI, or `DEFAULT`.
            bodies: The content; blank nodes of two bodies are two, whatever they are called.

        Raises:
            StoreError: The store refuses it; the graph may then be empty or incomplete, unless it is one body, and the
                store's PUT is atomic.
        """
        iterator = iter(bodies)
        first = next(iterator, Body.of(b"", N_TRIPLES))
        if self.profile.graphs:
            self._http.send("PUT", self.profile.graphs, params=self._named(graph), body=first, repeat=True)
            self.add(graph, iterator)
            return
        self.update(f"CLEAR SILENT {self._graph(graph)}", repeat=True)
        self.add(graph, (first, *iterator))

    def add(self, graph: str, bodies: Iterable[Body], *, repeat: bool = False) -> None:
        """Add content to a graph.

        Args:
            graph: Its IRI, or `DEFAULT`.
            bodies: The content; blank nodes of two bodies are two, whatever they are called.
            repeat: Whether the same again changes nothing, as it is without blank nodes.

        Raises:
            StoreError: The store refuses it; a part of it may then be there.
        """
        name = self._term(graph)
        for body in bodies:
            if self.profile.graphs:
                self._http.send("POST", self.profile.graphs, params=self._named(graph), body=body, repeat=repeat)
            elif lines := b"".join(body):
                data = f"GRAPH {name} {{\n{lines.decode()}}}" if name else f"\n{lines.decode()}"
                is_ground = b"_:" not in lines  # Virtuoso takes no blank nodes in constant data
                self.update(
                    f"INSERT DATA {{ {data} }}" if is_ground else f"INSERT {{ {data} }} WHERE {{}}", repeat=repeat
                )

    def load_together(self, bodies: Mapping[str, Body]) -> None:
        """Give several graphs new content, all at once for readers.

        Args:
            bodies: The content of each graph, by its IRI or `DEFAULT`, in a body each.

        Raises:
            StoreError: The store refuses it; the graphs are as they were, if the store is atomic.
        """
        cleared = "".join(f"CLEAR SILENT {self._graph(graph)} ;\n" for graph in bodies)
        inserted = []
        for n, (graph, body) in enumerate(bodies.items()):
            lines = b"".join(body)
            if b"_:" in lines:  # one request, in which equal labels would be one node
                lines = LABELS.sub(lambda match, n=n: b"_:g%d%s" % (n, match[0][2:]), lines)  # type: ignore[misc]
            name = self._term(graph)
            inserted.append(f"GRAPH {name} {{\n{lines.decode()}}}\n" if name else lines.decode())
        self.update(f"{cleared}INSERT DATA {{\n{''.join(inserted)}}}", repeat=True)

    def move(self, source: str, target: str) -> None:
        """Let a graph take the place of another, which readers see happen at once.

        Args:
            source: The graph that ceases to be.
            target: The graph that gets its content.

        Raises:
            StoreError: The store refuses it.
        """
        self.update(f"MOVE GRAPH {self._term(source)} TO {self._graph(target)}")

    def drop(self, graph: str) -> None:
        """Remove a graph, if it is there.

        Args:
            graph: Its IRI, or `DEFAULT`.

        Raises:
            StoreError: The store refuses it.
        """
        if self.profile.graphs:
            self._http.send("DELETE", self.profile.graphs, params=self._named(graph), repeat=True, also=(404,))
        else:
            self.update(f"DROP SILENT {self._graph(graph)}", repeat=True)

    def counts(self, graphs: Collection[str] | None = None) -> dict[str, int]:
        """The triples of each graph that has any.

        Args:
            graphs: The graphs that matter, by IRI or `DEFAULT`; a few of them are counted alone, however much the store
                holds beside them.

        Returns:
            Counts, by the graph's IRI or `DEFAULT`: those of `graphs`, and maybe of others.

        Raises:
            StoreError: The store does not answer.
        """
        asked = None if graphs is None or len(graphs) > MAX_COUNTED_BY_NAME else graphs
        named = [term for graph in asked or () if (term := self._term(graph))]
        chosen = f"VALUES ?g {{ {' '.join(named)} }} " if named else ""
        text = f"SELECT ?g (COUNT(*) AS ?n) WHERE {{ {chosen}GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g"
        grouped = self._select(text, []) if asked is None or named else []
        if any(len(row) != 2 for row in grouped):  # noqa: PLR2004 -- a graph and its count
            raise self._unreadable(ValueError("rows without a graph or a count"))
        found = {graph: self._whole_number(count) for graph, count in grouped if graph}
        if self.default_graph:
            found[DEFAULT] = found.pop(self.default_graph, 0)
        elif asked is None or DEFAULT in asked:
            found[DEFAULT] = self.count(DEFAULT)
        return {graph: count for graph, count in found.items() if count}

    def count(self, graph: str) -> int:
        """The triples of a graph."""
        name = self._term(graph)
        pattern = f"GRAPH {name} {{ ?s ?p ?o }}" if name else "?s ?p ?o"
        dataset = [] if name else self._dataset(with_graphs=False)
        return self._number(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}", dataset)

    def pattern(self, graph: str) -> str:
        """The pattern of any triple `?s ?p ?o` of a graph, in queries and updates.

        Args:
            graph: Its IRI, or `DEFAULT`.

        Returns:
            The pattern; that of the default graph names it where a query without a name is over all graphs.
        """
        iri = graph or self.default_graph or self.profile.default_graph
        return f"GRAPH {NamedNode(iri)} {{ ?s ?p ?o }}" if iri else "?s ?p ?o"

    def template(self, graph: str) -> str:
        """The template `?s ?p ?o` of a graph in an INSERT: there RDF4J takes a name of the default graph for a new one.

        Args:
            graph: Its IRI, or `DEFAULT`.

        Returns:
            The template.
        """
        return f"GRAPH {name} {{ ?s ?p ?o }}" if (name := self._term(graph)) else "?s ?p ?o"

    def matches(self, pattern: str) -> int:
        """How many solutions a pattern has.

        Args:
            pattern: A group of SPARQL, without its braces.

        Returns:
            The number.

        Raises:
            StoreError: The store does not answer.
        """
        return self._number(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}", [])

    def _number(self, text: str, dataset: list[tuple[str, str]]) -> int:
        rows = self._select(text, dataset)
        if len(rows) != 1 or len(rows[0]) != 1:
            raise self._unreadable(ValueError(f"{len(rows):,} rows instead of one with a count"))
        return self._whole_number(rows[0][0])

    def _whole_number(self, text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= MAX_COUNT_DIGITS):
            raise self._unreadable(ValueError(f"{text[:MAX_COUNT_DIGITS]!r} instead of a count"))
        return int(text)

    def graphs(self) -> tuple[str, ...]:
        """The IRIs of its named graphs, sorted, but for those that such a store brings with it."""
        return tuple(sorted(self.counts().keys() - {DEFAULT, *self.profile.own_graphs}))

    def lines(self, graph: str) -> Iterator[bytes]:
        """What a graph holds, as it comes from the store.

        Args:
            graph: Its IRI, or `DEFAULT`.

        Returns:
            N-Triples in the store's own manner (see `canonical_lines`), in pieces of whole lines, in the store's order.

        Raises:
            StoreError: The store does not answer, or its answer breaks off.
        """
        with self._content(graph) as response:
            if response.status_code == httpx2.codes.NOT_FOUND:
                return
            try:
                yield from held_lines(self._http.counted(response), self.address)
            except httpx2.TransportError as error:
                raise StoreError(
                    f"{self.address}: the answer broke off: {error}", hint="run the command again"
                ) from error

    def dump(self, graph: str = DEFAULT) -> Iterator[Quad]:
        """The quads of a graph, as a stream.

        Args:
            graph: Its IRI, or `DEFAULT`.

        Returns:
            The quads, in the store's order.

        Raises:
            StoreError: The store does not answer, or its answer breaks off or is cut.
        """
        name = NamedNode(graph) if graph else DefaultGraph()
        found = 0
        for quad in self._parsed(self.lines(graph)):
            found += 1
            yield Quad(quad.subject, quad.predicate, quad.object, name)
        if self.profile.cuts_answers and found < (there := self.count(graph)):
            raise StoreError(
                f"{self.address}: the store sent {found:,} of the {there:,} triples of a graph",
                hint="raise ResultSetMaxRows in its configuration, and restart it",
            )

    def holds(self, graph: str, line: bytes) -> bool:
        """Whether a graph has a triple without blank nodes, given as a line of N-Triples."""
        name = self._term(graph)
        triple = line.decode().rstrip("\n")
        pattern = f"GRAPH {name} {{ {triple} }}" if name else triple
        answer = self._ask(f"ASK {{ {pattern} }}", _RESULTS, [] if name else self._dataset(with_graphs=False))
        return bool(self._solutions(answer))

    def _content(self, graph: str) -> AbstractContextManager[httpx2.Response]:
        if self.profile.graphs:
            return self._http.stream(
                "GET",
                self.profile.graphs,
                params=self._named(graph),
                accept=N_TRIPLES,
                repeat=True,
                also=(404,),
                hint=self._looks_like,
            )
        name = self._term(graph)
        pattern = f"GRAPH {name} {{ ?s ?p ?o }}" if name else "?s ?p ?o"
        dataset = [] if name else self._dataset(with_graphs=False)
        body = _form(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}", dataset)
        return self._http.stream(
            "POST", self.profile.query, accept=N_TRIPLES, body=body, repeat=True, hint=self._looks_like
        )

    @property
    def _looks_like(self) -> str:
        """What to do where nothing of the kind is at the address."""
        if self.profile.address:
            return f"a base address of {self.profile.title} looks like {self.profile.address}: is {self.address} right?"
        known = ", ".join(f"{row.address} ({row.title})" for row in PROFILES if row.address)
        return f"give the base address of a known store ({known}), or the query endpoint of another"

    def _named(self, graph: str) -> list[tuple[str, str]]:
        iri = graph or self.default_graph
        return [("graph", iri)] if iri else [("default", "")]

    def _term(self, graph: str) -> str:
        iri = graph or self.default_graph
        return str(NamedNode(iri)) if iri else ""

    def _graph(self, graph: str) -> str:
        term = self._term(graph)
        return f"GRAPH {term}" if term else "DEFAULT"

    def _has_graph(self, graph: str) -> bool:
        return bool(self._solutions(self._ask(f"ASK {{ GRAPH {NamedNode(graph)} {{ ?s ?p ?o }} }}", _RESULTS, [])))

    def _dataset(self, *, with_graphs: bool, graph: str = "") -> list[tuple[str, str]]:
        """The dataset that the standard means, for a store whose queries are else over all graphs as one."""
        default = graph or self.default_graph or self.profile.default_graph
        if not default:
            return []
        named = self.graphs() if with_graphs else ()
        return [("default-graph-uri", default), *(("named-graph-uri", graph) for graph in named)]

    def values(self, text: str) -> tuple[str, ...]:
        """The first column of a query's rows, as text.

        Args:
            text: A SELECT that names its graphs.

        Returns:
            The values, in the store's order.

        Raises:
            StoreError: The store does not answer.
        """
        return tuple(row[0] for row in self._select(text, []) if row)

    def _select(self, text: str, dataset: list[tuple[str, str]]) -> list[list[str]]:
        """The rows of a SELECT: values without their datatypes."""
        found = self._solutions(self._ask(text, _RESULTS, dataset))
        if isinstance(found, QueryBoolean):
            raise self._unreadable(ValueError("true or false instead of rows"))
        return [[str(getattr(term, "value", "")) for term in row] for row in found]

    def _ask(self, text: str, accept: str, dataset: list[tuple[str, str]]) -> bytes:
        with self._http.stream(
            "POST",
            self.profile.query,
            accept=accept,
            body=_form(text, dataset),
            repeat=True,
            hint=self._looks_like,
        ) as response:
            held = io.BytesIO()
            try:
                for piece in self._http.counted(response, STORE_ANSWER):
                    held.write(piece)
            except httpx2.TransportError as error:
                raise StoreError(
                    f"{self.address}: the answer broke off: {error}", hint="run the command again"
                ) from error
            return held.getvalue()

    def _solutions(self, answer: bytes) -> QuerySolutions | QueryBoolean:
        if not answer:
            raise StoreError(f"{self.address}: the answer is empty", hint="did the store stop? Run the command again")
        try:
            guard(answer, RdfFormat.JSON_LD, "the answer")
            return parse_query_results(_NODE_ID.sub(rb"\1", answer), QueryResultsFormat.JSON)
        except (SyntaxError, ValueError, InputError) as error:
            raise self._unreadable(error) from error

    def _parsed(self, pieces: Iterable[bytes]) -> Iterator[Quad]:
        try:
            for piece in pieces:
                guard(piece, RdfFormat.N_TRIPLES, "the answer")
                yield from parse(piece, RdfFormat.N_TRIPLES)
        except (SyntaxError, MemoryError, InputError) as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> StoreError:
        return StoreError(
            f"{self.address}: the answer cannot be read: {error}", hint="is there a SPARQL store at this address?"
        )


def _say_what_does_not_parse(text: str, prefixes: dict[str, str] | None) -> None:
    """Say of a query where it does not parse: a store counts its lines with those of the prefixes, or says less."""
    from scograph.stores.embedded import EmbeddedStore  # noqa: PLC0415 -- a store that answers does not need it

    EmbeddedStore(()).query(text, prefixes)


_HEADER_HINT = "correct the header of the data"
_PREFIX_NAME = re.compile(r"[^\W\d_](?:[\w.\-\u00b7]*[\w\-\u00b7])?|")


def _declared(prefix: str, iri: str) -> str:
    """The declaration of a prefix, which holds no more than that."""
    try:
        term = NamedNode(iri)
    except ValueError as error:
        raise UsageError(f"the namespace of {prefix}: is not an IRI: {error}", hint=_HEADER_HINT) from error
    if not _PREFIX_NAME.fullmatch(prefix):
        raise UsageError(f"{prefix!r} is not a prefix", hint=_HEADER_HINT)
    return f"PREFIX {prefix}: {term}\n"


def _form(text: str, dataset: list[tuple[str, str]]) -> Body:
    return Body.of(str(httpx2.QueryParams([("query", text), *dataset])).encode(), _FORM)


def canonical_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Lines that a store wrote in its own manner, escapes and spaces, as this library writes them.

    Args:
        pieces: N-Triples, in pieces of whole lines.

    Returns:
        Canonical N-Triples, piece by piece.

    Raises:
        StoreError: They are no N-Triples.
    """
    try:
        for piece in pieces:
            guard(piece, RdfFormat.N_TRIPLES, "the answer")
            yield serialize(parse(piece, RdfFormat.N_TRIPLES), format=RdfFormat.N_TRIPLES) or b""
    except (SyntaxError, MemoryError, InputError) as error:
        raise StoreError(f"the store's N-Triples cannot be read: {error}", hint="see the log of the store") from error


def _detected(address: str, http: Http) -> StoreProfile:
    """The profile of the store at an address, by what its answers say of themselves.

    It is asked something small: Fuseki answers a request for the address alone with all that it has.
    """
    asked = http.stream("GET", address, params=[("query", "ASK{}")], repeat=True, also=tuple(range(300, 500)))
    with asked as answer:  # its head: what stands there may send without an end
        for row in PROFILES:
            header, begin = row.marks
            if header and header in answer.headers and answer.headers[header].startswith(begin):
                return row
    server, is_repository, _ = address.partition("/repositories/")
    if is_repository:
        version = http.send("GET", f"{server}/protocol", repeat=True, also=tuple(range(300, 600)))
        if version.is_success and version.body.strip().isdigit():
            return profile("rdf4j")
    return PROFILES[-1]
