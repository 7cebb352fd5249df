"""Safety checks of SPARQL queries: no SERVICE to other hosts, no update, bounded nesting."""

from __future__ import annotations

from enum import StrEnum

from scograph import bounds
from scograph.errors import UsageError
from scograph.turtle.tokens import LineIndex, tokens

UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD")
_OPERATORS = frozenset("!-+*/|&=^")
_STEPS = {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1, "<<": 1, "<<(": 1, ">>": -1, ")>>": -1, "{|": 1, "|}": -1}
_CLAUSES = frozenset(("OPTIONAL", "MINUS", "BIND", "AS", "FILTER", "EXISTS", "VALUES", "GRAPH"))
"""Words of which each makes the engine go a step deeper, as a condition of HAVING and what DESCRIBE names does."""
READS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


class Refusal(StrEnum):
    """Why a query is refused."""

    SERVICE = "service"
    UPDATE = "update"
    NESTING = "nesting"
    FOREIGN = "foreign"
    SYNTAX = "syntax"


class QueryRefusedError(UsageError):
    """A query does what none may do.

    Args:
        reason: What that is.
        message: The same in words, with its place.
        hint: What to do instead.
    """

    def __init__(self, reason: Refusal, message: str, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.reason = reason


def refuse_unsafe(query: str) -> str:
    """Refuse a query that is not a plain read of the graph.

    Args:
        query: A SPARQL query.

    Returns:
        Its form: SELECT, ASK, CONSTRUCT or DESCRIBE; nothing where it has none of these words, and does not parse.

    Raises:
        QueryRefusedError: It uses SERVICE, is an update, or is beyond a bound of depth.
    """
    depth = run = operators = clauses = 0
    form = ""
    deepest, most_operators, most_clauses = (
        bound.limit for bound in (bounds.QUERY_NESTING, bounds.QUERY_OPERATORS, bounds.QUERY_CLAUSES)
    )
    for token in tokens(query):
        text = token.text
        word = text.upper() if token.kind == "word" else ""
        if word == "SERVICE":
            raise refused(
                Refusal.SERVICE,
                query,
                token.start,
                "SERVICE sends a part of the query to another host",
                "query that host directly",
            )
        if word in UPDATES and not form and depth == 0:
            message = f"{word} is a SPARQL update; only queries are accepted"
            raise refused(Refusal.UPDATE, query, token.start, message, "change the facts in data/")
        form = form or (word if word in READS else "")
        depth += _STEPS.get(text, 0)
        is_operator = text in _OPERATORS or word == "UNION" or (token.kind == "number" and text[0] in "+-")
        operators += is_operator
        is_named = bool(form) and ((depth == 1 and text == "(") or (depth == 0 and token.kind in ("iri", "name")))
        clauses += word in _CLAUSES or is_named or text == "{"
        run = run + 1 if text in _OPERATORS else run if text in _STEPS else 0
        if depth > deepest or run > deepest:
            what = "brackets nest" if depth > deepest else "signs in a row nest"
            message = f"{what} deeper than {deepest} (bound: {bounds.QUERY_NESTING.name})"
            raise refused(Refusal.NESTING, query, token.start, message, "use less nesting")
        if operators > most_operators or clauses > most_clauses:
            bound = bounds.QUERY_OPERATORS if operators > most_operators else bounds.QUERY_CLAUSES
            message = f"more than {bound.limit} {bound.unit} (bound: {bound.name})"
            raise refused(Refusal.NESTING, query, token.start, message, "split the query")
    return form


def refused(reason: Refusal, query: str, start: int, message: str, hint: str) -> QueryRefusedError:
    """The error for a query that is refused.

    Args:
        reason: Why.
        query: The query.
        start: The offset in it of what it is refused for.
        message: What that is.
        hint: What to do instead.

    Returns:
        The error, which says the place.
    """
    line, column = LineIndex(query).position(start)
    return QueryRefusedError(reason, f"query refused at line {line}, column {column}: {message}", hint)
