"""Literals as they were written, in a store that keeps the value of some of them only (SPARQL 1.1, clause 17.4.2.5).

Oxigraph keeps numbers, booleans, dates and durations by value: `"01"^^xsd:integer` becomes `"1"^^xsd:integer`, and
`"1"^^xsd:int` too. In SPARQL these are three terms, with the values of two. A literal that Oxigraph would give another
form enters the store under a datatype of our own (`STORED`), which it keeps as it is; `lexical_queries` lets queries
see it as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import IO, Protocol, TypeVar, cast

from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    Store,
    Triple,
    parse_query_results,
)

from scograph.escapes import unescape
from scograph.json_text import json_bytes
from scograph.stores.solutions import term_json
from scograph.terms import XSD

STORED = "urn:scograph:written:"
"""What the datatypes of literals that are stored as they were written begin with; the datatype follows."""
VALUE = "urn:scograph:function:value"
DATATYPE = "urn:scograph:function:datatype"
STRDT = "urn:scograph:function:strdt"
MIN = "urn:scograph:function:min"
MAX = "urn:scograph:function:max"
SUM_DISTINCT = "urn:scograph:function:sum-distinct"
AVG_DISTINCT = "urn:scograph:function:avg-distinct"

_WHOLE = (
    *("byte", "int", "integer", "long", "negativeInteger", "nonNegativeInteger", "nonPositiveInteger"),
    *("positiveInteger", "short", "unsignedByte", "unsignedInt", "unsignedLong", "unsignedShort"),
)
_VALUED = frozenset(_WHOLE) | {
    *("boolean", "date", "dateTime", "dateTimeStamp", "dayTimeDuration", "decimal", "double", "duration", "float"),
    *("gDay", "gMonth", "gMonthDay", "gYear", "gYearMonth", "time", "yearMonthDuration"),
}
"""The datatypes of XML Schema that Oxigraph keeps by value."""
_DAY = r"[1-9]\d{3}-\d\d-\d\d"
_KEPT = {
    "integer": r"0|-?[1-9]\d{0,17}",
    "decimal": r"0|-?[1-9]\d{0,15}|-?(?:0|[1-9]\d{0,12})\.\d{0,11}[1-9]",
    "double": r"-?[1-9]\d{0,6}(?:\.\d{0,6}[1-9])?",
    "float": r"-?[1-9]\d{0,2}(?:\.\d{0,1}[1-9])?",
    "boolean": "true|false",
    "date": _DAY,
    "dateTime": _DAY + r"T(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{0,8}[1-9])?(?:Z|[+-](?!00:00)\d\d:\d\d)?",
    "gYear": r"[1-9]\d{3}",
    "gYearMonth": r"[1-9]\d{3}-\d\d",
}
"""Forms that Oxigraph keeps for certain, valid or not: most literals have one."""
_CHANGED = {
    **dict.fromkeys(_WHOLE, r"[+-]?\d{1,18}"),
    "integer": r"\+\d{1,18}|-?0\d{1,17}|-0",
    "decimal": r"[+-]?\d{1,15}\.(?:\d{0,11}0)?|[+-]?\.\d{1,12}|\+\d{1,15}|-?0\d{1,14}",
    "double": (_DOUBLE := r"[+-]?\d{1,15}(?:\.\d{1,15})?[eE][+-]?\d{1,3}|[+-]?\d{1,15}\.\d{0,14}0"),
    "float": _DOUBLE,
    "boolean": "[01]",
}
"""Forms that Oxigraph changes for certain."""
_CHUNK = 1 << 14

T = TypeVar("T")


def is_kept(text: str, datatype: str) -> bool:
    """Whether the store gives a literal back as it is.

    Args:
        text: Its lexical form.
        datatype: The IRI of its datatype.

    Returns:
        Whether it does; false too for a datatype of `STORED`, which must not be taken for one of ours.

    Example:
        >>> XSD = "http://www.w3.org/2001/XMLSchema#"
        >>> is_kept("1", XSD + "integer"), is_kept("01", XSD + "integer"), is_kept("one", XSD + "integer")
        (True, False, True)
    """
    if not datatype.startswith(XSD):
        return not datatype.startswith(STORED)
    name = datatype[len(XSD) :]
    if name not in _VALUED:
        return True
    kept = _kept(name)
    return bool(kept and kept(text)) or _is_kept(text, name)


@cache
def _kept(name: str) -> Callable[[str], object] | None:
    return re.compile(_KEPT[name]).fullmatch if name in _KEPT else None


@lru_cache(maxsize=1 << 14)
def _is_kept(text: str, name: str) -> bool:
    if name in _CHANGED and re.fullmatch(_CHANGED[name], text):
        return False
    given = Literal(text, datatype=NamedNode(XSD + name))
    node = NamedNode(STORED)
    store = Store()
    store.add(Quad(node, node, given))
    return bool(next(iter(store)).object == given)


@cache
def _typed_lines() -> re.Pattern[bytes]:
    """Lines with a literal that Oxigraph may change: what is before it, its text, and the IRI of its datatype."""
    datatypes = f"{re.escape(XSD)}(?:{'|'.join(sorted(_VALUED))})|{STORED}[^>\n]*".encode()
    return re.compile(rb'^([^"\n]*)"((?:[^"\\\n]|\\.)*)"\^\^<(%s)>' % datatypes, re.MULTILINE)


# Terms, in the three ways in which the package has them.


def stored_term(term: T) -> T | Literal:
    """The term that stands for one in a store."""
    if isinstance(term, Literal) and not is_kept(term.value, datatype := term.datatype.value):
        return Literal(term.value, datatype=NamedNode(STORED + datatype))
    return term


def written_term(term: T) -> T | Literal:
    """The term that one of a store stands for."""
    if isinstance(term, Literal) and (datatype := term.datatype.value).startswith(STORED):
        return Literal(term.value, datatype=NamedNode(datatype[len(STORED) :]))
    return term


def stored_token(token: str) -> str:
    """The term that stands for one in a store, both in N-Triples.

    Example:
        >>> stored_token('"01"^^<http://www.w3.org/2001/XMLSchema#integer>')
        '"01"^^<urn:scograph:written:http://www.w3.org/2001/XMLSchema#integer>'
    """
    if token[0] != '"' or token[-1] != ">":
        return token
    end = token.rindex('"')
    datatype = token[end + 4 : -1]
    return token if is_kept(unescape(token[1:end]), datatype) else f"{token[: end + 4]}{STORED}{datatype}>"


def stored_quads(quads: Iterable[Quad], predicates: set[str]) -> list[Quad]:
    """The quads that stand for others in a store.

    Args:
        quads: The others.
        predicates: Takes the IRIs of the predicates of those that are changed.

    Returns:
        The quads, in order.
    """
    found = quads if isinstance(quads, list) else list(quads)
    literals = [(index, term) for index, quad in enumerate(found) if type(term := quad.object) is Literal]
    changed = [index for index, term in literals if not is_kept(term.value, term.datatype.value)]
    if changed:
        found = list(found)
    for index in changed:
        quad = found[index]
        found[index] = Quad(quad.subject, quad.predicate, stored_term(quad.object), quad.graph_name)
        predicates.add(quad.predicate.value)
    return found


def written_quads(quads: Iterable[Quad]) -> Iterator[Quad]:
    """The quads that those of a store stand for.

    Args:
        quads: Those of the store.

    Yields:
        The quads, in order.
    """
    for quad in quads:
        term = quad.object
        if type(term) is Literal and term.datatype.value.startswith(STORED):
            yield Quad(quad.subject, quad.predicate, written_term(term), quad.graph_name)
        else:
            yield quad


def stored_lines(piece: bytes, predicates: set[str]) -> bytes:
    """The lines that stand for others in a store.

    Args:
        piece: N-Triples or N-Quads, whole lines.
        predicates: Takes the IRIs of the predicates of those that are changed.

    Returns:
        The lines, in order.
    """

    def line(match: re.Match[bytes]) -> bytes:
        text, datatype = match[2].decode(), match[3].decode()
        if is_kept(unescape(text), datatype):
            return match[0]
        predicates.add(match[1][match[1].rindex(b"<") + 1 : match[1].rindex(b">")].decode())
        return b'%s"%s"^^<%s%s>' % (match[1], match[2], STORED.encode(), match[3])

    return _typed_lines().sub(line, piece)


# What queries call.


def _datatype(term: object) -> NamedNode | None:
    return written_term(term).datatype if isinstance(term, Literal) else None


def _strdt(text: object, datatype: object) -> Literal | None:
    is_plain = isinstance(text, Literal) and text.datatype.value == XSD + "string"
    if not is_plain or not isinstance(datatype, NamedNode):
        return None
    return stored_term(Literal(cast("Literal", text).value, datatype=datatype))


FUNCTIONS: Mapping[NamedNode, Callable[..., object]] = {
    NamedNode(VALUE): written_term,
    NamedNode(DATATYPE): _datatype,
    NamedNode(STRDT): _strdt,
}
"""The functions that stand in rewritten queries; what they give goes into the engine by its value."""


class Aggregate(Protocol):
    """An aggregate of pyoxigraph."""

    def accumulate(self, term: object) -> None:
        """Take a term of a group."""

    def finish(self) -> object:
        """The aggregate of what was taken."""


def _aggregate(query: str) -> Callable[[], Aggregate]:
    """An aggregate over the different terms of a group, by a query of them: each is the `<urn:of>` of its own node."""

    class QueryAggregate:
        def __init__(self) -> None:
            self._terms: dict[object, None] = {}

        def accumulate(self, term: object) -> None:
            self._terms[term] = None

        def finish(self) -> object:
            store = Store()
            of = NamedNode("urn:of")
            store.bulk_extend(Quad(NamedNode(f"urn:{i}"), of, term) for i, term in enumerate(self._terms))  # type: ignore[arg-type]
            solutions = cast("QuerySolutions", store.query(query, custom_functions=dict(FUNCTIONS)))  # type: ignore[arg-type]
            return next((solution[0] for solution in solutions), None)

    return QueryAggregate


AGGREGATES: Mapping[NamedNode, Callable[[], Aggregate]] = {
    NamedNode(MIN): _aggregate(f"SELECT ?x {{ ?node <urn:of> ?x }} ORDER BY <{VALUE}>(?x) LIMIT 1"),
    NamedNode(MAX): _aggregate(f"SELECT ?x {{ ?node <urn:of> ?x }} ORDER BY DESC(<{VALUE}>(?x)) LIMIT 1"),
    NamedNode(SUM_DISTINCT): _aggregate(f"SELECT (SUM(<{VALUE}>(?x)) AS ?all) {{ ?node <urn:of> ?x }}"),
    NamedNode(AVG_DISTINCT): _aggregate(f"SELECT (AVG(<{VALUE}>(?x)) AS ?all) {{ ?node <urn:of> ?x }}"),
}
"""The aggregates that stand in rewritten queries."""


# What queries give.


def written_results(
    results: QuerySolutions | QueryBoolean | Iterable[Triple],
) -> QuerySolutions | QueryBoolean | Iterator[Triple]:
    """The results of a query over a store, with each literal as it was written.

    Args:
        results: What pyoxigraph answers.

    Returns:
        The same, read as the results are: solutions, a boolean, or triples.
    """
    if isinstance(results, QueryBoolean):
        return results
    if isinstance(results, QuerySolutions):
        file = cast("IO[bytes]", _Solutions(results))
        return cast("QuerySolutions", parse_query_results(file, format=QueryResultsFormat.JSON))
    return (Triple(one.subject, one.predicate, written_term(one.object)) for one in results)


class _Solutions:
    """Solutions in JSON, as a file to be read: there is no other way to make `QuerySolutions`."""

    def __init__(self, solutions: QuerySolutions) -> None:
        self._names = [variable.value for variable in solutions.variables]
        self._pieces = self._json(solutions)
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes; nothing at the end."""
        held, length = [self._rest], len(self._rest)
        while size < 0 or length < min(size, _CHUNK):
            piece = next(self._pieces, b"")
            if not piece:
                break
            held.append(piece)
            length += len(piece)
        data = b"".join(held)
        end = len(data) if size < 0 else size
        self._rest = data[end:]
        return data[:end]

    def _json(self, solutions: QuerySolutions) -> Iterator[bytes]:
        yield b'{"head":{"vars":%s},"results":{"bindings":[' % json_bytes(self._names)
        separator = b""
        for solution in solutions:
            row = {
                name: term_json(written_term(term))
                for name, term in zip(self._names, solution, strict=True)
                if term is not None
            }
            yield separator + json_bytes(row)
            separator = b","
        yield b"]}}"
