"""Whether a query gives its rows in one order only, whatever store answers it (SPARQL 1.1, clause 15.1).

Rows that no condition of ORDER BY tells apart come as the store likes: another store, or the same one with other data
beside, gives them in another order, and with LIMIT other rows. It is decided by the values of the conditions in each
row, and not by the text alone: `ORDER BY ?date` is enough where no two rows have one date. Where a condition is not
among the columns, the query is asked once more with it as a column, and without LIMIT and OFFSET.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pyoxigraph import BlankNode, Literal, NamedNode

from scograph.checks.shacl.values import compare
from scograph.errors import UsageError
from scograph.model import Term
from scograph.turtle.tokens import Token, tokens

Row = Sequence[Term | None]

_DIRECTIONS = ("ASC", "DESC")
_ENDS = ("LIMIT", "OFFSET", "VALUES")
_KEY = "scographOrder"
"""How the added columns are called."""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Why the order of rows is not settled.

    Args:
        message: What is wrong.
        hint: What to do about it.
        at: Where in the query, in characters from its start.
    """

    message: str
    hint: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class _Select:
    """The parts of a SELECT query that say which columns and which order its rows have.

    Args:
        columns: Where the columns begin and end.
        is_distinct: Whether rows that are equal are one.
        order: Where ORDER begins, or -1.
        conditions: What it orders by, without ASC and DESC.
        end: Where LIMIT or OFFSET begins, or -1.
        after: Where they end.
        most: So many rows are of the answer; None for all.
    """

    columns: tuple[int, int]
    is_distinct: bool
    order: int
    conditions: tuple[str, ...]
    end: int
    after: int
    most: int | None


def unsettled(
    query: str, variables: Sequence[str], rows: Sequence[Row], ask: Callable[[str], Sequence[Row]]
) -> Unsettled | None:
    """Find out whether the rows of an answer could stand in another order.

    Args:
        query: A SELECT query that was answered.
        variables: The columns of its answer.
        rows: The rows.
        ask: Gives the rows of another query over the same data.

    Returns:
        Why the order is not settled; None if it is, as that of one row always is. Rows that are equal have no order
        that anybody sees.

    Example:
        >>> from scograph.model import Term
        >>> from pyoxigraph import Literal
        >>> rows = [(Literal("a"), Literal("1")), (Literal("a"), Literal("2"))]
        >>> found = unsettled("SELECT ?x ?y { ?s ?x ?y } ORDER BY ?x", ("x", "y"), rows, lambda query: [])
        >>> print(found.message, found.hint, sep="; ")
        the order of rows 1 and 2 is not settled: ?x is equal; add to ORDER BY: ?y
    """
    parts = _parts(query)
    if parts is None or not rows or (len(rows) == 1 and parts.most is None):
        return None
    names = " ".join(f"?{name}" for name in variables)
    if parts.order < 0:
        return _without_order(parts, rows, names)
    hidden = [condition for condition in parts.conditions if condition.lstrip("?") not in variables]
    width = len(variables)
    if not hidden and parts.most is None:
        places = [list(variables).index(condition[1:]) for condition in parts.conditions]
    elif hidden and parts.is_distinct:
        what = f"the order is not settled: {hidden[0]} is no column, and DISTINCT drops it"
        return Unsettled(what, f"make it a column, or order by {names}", parts.order)
    else:
        try:
            rows = ask(_with_keys(query, parts, names))
        except UsageError:
            hint = f"end the query with ORDER BY {names}"
            return Unsettled("it cannot be decided whether the order is settled", hint, parts.order)
        places = list(range(width, width + len(parts.conditions)))
    most = len(rows) if parts.most is None else parts.most + 1
    for number, (one, other) in enumerate(pairwise(rows[:most]), 1):
        found = _apart(one, other, places)
        if found is not None and tuple(one[:width]) != tuple(other[:width]):
            return _said(number, found, parts, variables, (one, other))
    return None


def _without_order(parts: _Select, rows: Sequence[Row], names: str) -> Unsettled | None:
    if parts.most is None and len({tuple(map(str, row)) for row in rows}) == 1:
        return None
    what = f"the order of the {len(rows):,} rows" if parts.most is None else "which rows come"
    return Unsettled(f"{what} is not settled: there is no ORDER BY", f"end the query with ORDER BY {names}")


def _apart(one: Row, other: Row, places: Sequence[int]) -> tuple[int, bool] | None:
    """The condition that leaves two rows without an order, and whether all are equal; None if one decides."""
    for number, place in enumerate(places):
        order = _order(one[place], other[place])
        if order is None:
            return number, False
        if order:
            return None
    return len(places) - 1, True


def _order(one: Term | None, other: Term | None) -> int | None:
    """0 for equal values, another number for those with an order, None for those that SPARQL gives none."""
    if one == other:
        return 0
    if _rank(one) != _rank(other) or isinstance(one, NamedNode):
        return 1
    if not isinstance(one, Literal) or not isinstance(other, Literal):
        return None  # blank nodes
    if one.language or other.language:
        is_one = (one.language or "").lower() == (other.language or "").lower()
        return 1 if is_one else None
    found = compare(str(one), str(other))
    if found is None and one.datatype == other.datatype:
        return 1  # stores take the text then
    return found


def _rank(term: Term | None) -> int:
    if term is None:
        return 0
    return next((rank for rank, kind in enumerate((BlankNode, NamedNode, Literal), 1) if isinstance(term, kind)), 4)


def _said(
    number: int, found: tuple[int, bool], parts: _Select, variables: Sequence[str], rows: tuple[Row, Row]
) -> Unsettled:
    which, is_equal = found
    said = f"the order of rows {number:,} and {number + 1:,} is not settled"
    if is_equal:
        conditions = ", ".join(dict.fromkeys(parts.conditions))
        differing = [f"?{name}" for name, one, other in zip(variables, *rows, strict=False) if one != other]
        verb = "are" if len(set(parts.conditions)) > 1 else "is"
        return Unsettled(f"{said}: {conditions} {verb} equal", f"add to ORDER BY: {' '.join(differing)}", parts.order)
    condition = parts.conditions[which]
    place = len(variables) + which if len(rows[0]) > len(variables) else list(variables).index(condition[1:])
    one, other = rows[0][place], rows[1][place]
    if isinstance(one, BlankNode):
        return Unsettled(f"{said}: {condition} is a blank node in both", "order by what is said of it", parts.order)
    keys = f"STR({condition}) LANG({condition})" if getattr(one, "language", None) else f"STR({condition})"
    return Unsettled(f"{said}: {one} and {other} have no order in SPARQL", f"order by {keys}", parts.order)


def _with_keys(query: str, parts: _Select, names: str) -> str:
    """The same query, with what it orders by as further columns, and all its rows."""
    begin, end = parts.columns
    columns = query[begin:end]
    if columns.strip() == "*":
        columns = f" {names} "
    keys = " ".join(f"({condition} AS ?{_KEY}{number})" for number, condition in enumerate(parts.conditions))
    rest = query[end:] if parts.end < 0 else query[end : parts.end] + query[parts.after :]
    return f"{query[:begin]}{columns} {keys} {rest}"


def _parts(query: str) -> _Select | None:
    """The parts of a query; None if it is no SELECT."""
    outer = list(_outermost(query))
    words = [token.text.upper() if token.kind == "word" else token.text for token in outer]
    if "SELECT" not in words:
        return None
    select = words.index("SELECT")
    is_distinct = words[select + 1 : select + 2] in (["DISTINCT"], ["REDUCED"])
    last = outer[select + is_distinct]
    begin = last.start + len(last.text)
    head = next((at for at in range(select, len(words)) if words[at] in ("FROM", "WHERE", "{")), len(words) - 1)
    body = next((at for at in range(head, len(words)) if words[at] == "{"), len(words) - 1)
    order = next((at for at in range(body, len(words) - 1) if words[at : at + 2] == ["ORDER", "BY"]), -1)
    limits = [at for at in range(body, len(words)) if words[at] in ("LIMIT", "OFFSET")]
    stop = next((at for at in range(max(order, 0), len(words)) if order >= 0 and words[at] in _ENDS), len(words))
    conditions = tuple(_conditions(query, outer[order + 2 : stop])) if order >= 0 else ()
    number = {words[at]: int(words[at + 1]) for at in limits}
    most = number.get("OFFSET", 0) + number["LIMIT"] if "LIMIT" in number else None
    if most is None and limits:  # rows are left out at the head
        most = 1 << 62
    end = outer[limits[0]].start if limits else -1
    after = outer[limits[-1] + 1].start + len(outer[limits[-1] + 1].text) if limits else -1
    start = outer[order].start if order >= 0 else -1
    return _Select((begin, outer[head].start), is_distinct, start, conditions, end, after, most)


def _outermost(query: str) -> Iterator[Token]:
    """The tokens that are in no braces, and the braces of the outermost groups."""
    depth = 0
    for token in tokens(query):
        if token.text == "}":
            depth -= 1
        if not depth:
            yield token
        if token.text == "{":
            depth += 1


def _conditions(query: str, found: Sequence[Token]) -> Iterator[str]:
    """The conditions of an ORDER BY: variables, calls and expressions in brackets."""
    depth, begin = 0, -1
    for at, token in enumerate(found):
        if begin < 0 and token.kind == "word" and token.text.upper() in _DIRECTIONS:
            continue
        begin = token.start if begin < 0 else begin
        depth += (token.text == "(") - (token.text == ")")
        calls = at + 1 < len(found) and found[at + 1].text == "(" and token.kind in ("word", "name", "iri")
        if depth == 0 and not calls:
            text = query[begin : token.start + len(token.text)]
            inner = text[1:-1].strip() if text.startswith("(") else text
            yield f"?{inner[1:]}" if inner[:1] in ("?", "$") and inner[1:].isidentifier() else text
            begin = -1
