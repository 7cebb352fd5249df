"""Evaluate SPARQL-based constraints over the data, in one query for all focus nodes where possible (SHACL, 5.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store

from scograph.checks.shacl.index import Index
from scograph.checks.shacl.model import Constraint, Fault, Flaw, Shape, ShapeError, Values
from scograph.checks.shacl.nodes import sh
from scograph.checks.shacl.rewriting import MARKS, QueryError, RewrittenQuery, rewrite
from scograph.checks.shacl.sparql import Executable
from scograph.ntriples import datatype, is_blank, is_iri, is_literal, lexical, literal
from scograph.stores.embedded import unknown_function
from scograph.stores.lexical_forms import stored_token
from scograph.stores.lexical_queries import NO_PLACES, ask
from scograph.terms import XSD

SHAPES_GRAPH = "urn:scograph:shapes"
MIN_TRIPLES_PER_NODE = 20
"""With so many triples for each focus node or more, a query begins with the focus nodes."""

_GRAPH, _KEY = f"{MARKS}graph", f"{MARKS}key"
"""What stands in a query for the graph of its focus nodes, and for one of these."""
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


class SparqlEvaluator:
    """Evaluates the queries of a shapes graph over the data, in a store.

    Args:
        index: The data.
        shapes: The shapes graph, which is the named graph $shapesGraph.
    """

    def __init__(self, index: Index, shapes: Index) -> None:
        self._index = index
        self._shapes = shapes
        self._store: Store | None = None
        self._loaded: set[str] = set()
        self._size = 0
        self._has_shapes = False
        self._blank: dict[str, BlankNode] = {}
        self._label: dict[str, str] = {}
        self._predicates: set[str] = set()
        self._graphs = count()

    def load_query(self, shape: Shape, constraint: Constraint) -> frozenset[str] | None:
        """Load what a query reads.

        Args:
            shape: The shape that it belongs to.
            constraint: The constraint with the query.

        Returns:
            The predicates, in brackets, of the only triples that it looks at; where it looks for things of a class
            alone, rdf:type, a blank and the class. None for all triples, or where it cannot be evaluated.
        """
        executable: Executable = constraint.argument
        try:
            query = self._rewritten(shape, executable)
        except QueryError:
            return None
        self._load(query.predicates)
        return None if query.reads is None else frozenset(f"<{one.replace(' ', '> <')}>" for one in query.reads)

    def change(self, added: Iterable[tuple[str, str, str]], removed: Iterable[tuple[str, str, str]]) -> None:
        """Follow a change of the data in what is loaded.

        Args:
            added: The triples that the data have got.
            removed: Those that they have lost.
        """
        if self._store is None:
            return
        gone = [one for one in removed if one[1] in self._loaded]
        new = [one for one in added if one[1] in self._loaded]
        for subject, predicate, value in gone:
            stored = stored_token(value) if value[-1] == ">" else value
            ends = self._term(subject), NamedNode(predicate[1:-1]), self._term(stored)
            self._store.remove(Quad(*ends))  # type: ignore[arg-type]
        self._extend(new, "")
        self._size += len(new) - len(gone)

    def _rewritten(self, shape: Shape, executable: Executable) -> RewrittenQuery:
        joined = ("this", "value") if executable.is_ask else ("this",)
        constants = self._constants(shape, executable)
        return rewrite(executable.query, executable.prefixes, constants=constants, joined=joined)

    def faults(self, shape: Shape, constraint: Constraint, values: Values) -> Iterator[Fault]:
        """What one query finds.

        Args:
            shape: The shape that it belongs to.
            constraint: The constraint with the query.
            values: The focus nodes with their values.

        Returns:
            A fault per answer of a SELECT, those that say the same once, and per value that an ASK does not hold of.

        Raises:
            ShapeError: The query cannot be evaluated.
        """
        executable: Executable = constraint.argument
        joined = ("this", "value") if executable.is_ask else ("this",)
        rows: Sequence[tuple[str, ...]] = (
            list(dict.fromkeys(values.pairs())) if executable.is_ask else [(focus,) for focus in values.focus]
        )
        if not rows:
            return
        try:
            query = self._rewritten(shape, executable)
            self._load(query.predicates)
            answers = self._answers(query, joined, rows)
            if executable.is_ask:
                holds = {(row["this"], row["value"]) for row in answers}
                yield from (Fault(focus, value) for focus, value in rows if (focus, value) not in holds)
            else:
                yield from dict.fromkeys(self._fault(shape, constraint, row) for row in answers)
        except (QueryError, SyntaxError, ValueError, RuntimeError) as error:
            raise ShapeError(_query_flaw(executable, error)) from error

    def _constants(self, shape: Shape, executable: Executable) -> dict[str, str]:
        constants = {"shapesGraph": f"<{SHAPES_GRAPH}>", "currentShape": self._written(shape.node)}
        if shape.path is not None:
            constants["PATH"] = str(shape.path)
        constants |= {name: self._written(value) for name, value in executable.parameters.items()}
        return {name: text for name, text in constants.items() if text}

    @staticmethod
    def _written(term: str) -> str:
        """A term as SPARQL writes it; a blank node cannot be named."""
        return "" if is_blank(term) else term

    def _answers(
        self, query: RewrittenQuery, joined: Sequence[str], rows: Sequence[tuple[str, ...]]
    ) -> Iterator[Mapping[str, str]]:
        wanted = set(rows)
        at_top = len(rows) * MIN_TRIPLES_PER_NODE <= self._size or not query.is_batched
        if not (at_top or query.needed):
            for row in self._rows(query.text("", at_top=False)):
                if tuple(row.get(name, "") for name in joined) in wanted:
                    yield row
            return
        graph = f"{MARKS}{next(self._graphs)}"
        key = "?scographKey" if query.is_batched else f"<{_KEY}>"
        pattern = " ".join(f"{key} <{MARKS}{name}> ?{name} ." for name in joined)
        text = query.text(f"GRAPH <{_GRAPH}> {{ {pattern} }}", at_top=at_top)
        self._mark(graph, joined, rows)
        try:
            for i in range(1 if query.is_batched else len(rows)):
                yield from self._rows(text, {f"<{_GRAPH}>": f"<{graph}>", f"<{_KEY}>": f"<{graph}:{i}>"})
        finally:
            self._the_store.remove_graph(NamedNode(graph))

    def _rows(self, text: str, places: Mapping[str, str] = NO_PLACES) -> Iterator[Mapping[str, str]]:
        answers = ask(self._the_store, text, self._predicates, places=places)
        if not isinstance(answers, QuerySolutions):
            raise QueryError("it is no SELECT or ASK")
        names = [variable.value for variable in answers.variables]
        if "this" not in names:
            raise QueryError("it does not select $this")
        for solution in answers:
            found = {name: self._read(value) for name, value in zip(names, solution, strict=True) if value is not None}
            if found.get("failure") == f'"true"^^<{XSD}boolean>':
                raise QueryError("it answers that it failed: ?failure is true")
            if "this" in found:
                yield found

    def _fault(self, shape: Shape, constraint: Constraint, row: Mapping[str, str]) -> Fault:
        value = row.get("value") or (None if shape.path is not None else row["this"])
        path = row.get("path", "")
        messages = (row["message"],) if "message" in row else constraint.messages
        executable: Executable = constraint.argument
        bindings = {**executable.parameters, **row}
        filled = tuple(_filled(message, bindings) for message in messages or shape.messages)
        return Fault(row["this"], value, path if path and is_iri(path) else None, filled)

    # The store.

    @property
    def _the_store(self) -> Store:
        if self._store is None:
            self._store = Store()
        return self._store

    def _load(self, predicates: frozenset[str] | None) -> None:
        """Load the triples of some predicates, or all, and once the shapes graph."""
        wanted = self._index.predicates if predicates is None else [f"<{iri}>" for iri in sorted(predicates)]
        missing = [predicate for predicate in wanted if predicate not in self._loaded]
        self._loaded.update(missing)
        triples = list(self._index.triples(missing))
        self._size += len(triples)
        self._extend(triples, "")
        if not self._has_shapes:
            self._has_shapes = True
            shapes = (one for one in self._shapes.triples() if not (is_blank(one[0]) or is_blank(one[2])))
            self._extend(shapes, SHAPES_GRAPH)

    def _extend(self, triples: Iterable[tuple[str, str, str]], graph: str) -> None:
        """Add triples: those with blank nodes one by one, since a loaded file would get new ones."""
        where = f" <{graph}>" if graph else ""
        lines: list[str] = []
        others: list[Quad] = []
        name = NamedNode(graph) if graph else None
        for subject, predicate, value in triples:
            if value[-1] == ">" and (stored := stored_token(value)) is not value:
                value = stored  # noqa: PLW2901 -- as it is in the store
                self._predicates.add(predicate[1:-1])
            if subject[0] == "_" or value[0] == "_":
                ends = (self._term(subject), NamedNode(predicate[1:-1]), self._term(value))
                others.append(Quad(*ends, name) if name else Quad(*ends))  # type: ignore[arg-type]
            else:
                lines.append(f"{subject} {predicate} {value}{where} .\n")
        if lines:
            self._the_store.bulk_load("".join(lines).encode(), RdfFormat.N_QUADS)
        self._the_store.bulk_extend(others)

    def _mark(self, graph: str, joined: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
        self._extend(
            (
                (f"<{graph}:{i}>", f"<{MARKS}{name}>", value)
                for i, row in enumerate(rows)
                for name, value in zip(joined, row, strict=True)
            ),
            graph,
        )

    def _term(self, term: str) -> NamedNode | BlankNode | Literal:
        if is_iri(term):
            return NamedNode(term[1:-1])
        if is_literal(term):
            return _literal(term)
        if term not in self._blank:
            self._blank[term] = BlankNode()
            self._label[str(self._blank[term])] = term
        return self._blank[term]

    def _read(self, term: object) -> str:
        """A term of an answer as it stands in the data."""
        text = str(term)
        return self._label.get(text, text) if text[0] == "_" else text


def _filled(message: str, bindings: Mapping[str, str]) -> str:
    """A message with the values of the variables that it names in braces (SHACL, clause 5.3.2)."""
    end = message.rindex('"')

    def value(match: re.Match[str]) -> str:
        found = bindings.get(match[1])
        return match[0] if found is None else found if is_blank(found) else lexical(found)

    return literal(_PLACEHOLDER.sub(value, lexical(message)), message[end + 1 :]) if "{" in message else message


def _literal(term: str) -> Literal:
    end = term.rindex('"') + 1
    if term.startswith("@", end):
        return Literal(lexical(term), language=term[end + 1 :])
    return Literal(lexical(term), datatype=NamedNode(datatype(term)))


def _query_flaw(executable: Executable, error: Exception) -> Flaw:
    """What is wrong with a query that cannot be evaluated."""
    predicate = sh("ask" if executable.is_ask else "select")
    refused = unknown_function(executable.query, str(error), executable.prefixes)
    if refused:
        return Flaw(executable.node, predicate, refused.message, refused.hint)
    return Flaw(executable.node, predicate, f"a query that cannot be evaluated: {' '.join(str(error).split())}")
