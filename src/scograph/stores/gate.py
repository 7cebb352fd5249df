"""What a query may not do: reach another host, change anything, or nest until the process dies."""

from __future__ import annotations

from enum import StrEnum

from scograph.errors import UsageError
from scograph.turtle.tokens import Lines, tokens

DEEPEST = 100
"""The engine goes down by calls: some two thousand open braces end the process (measured: 2,172)."""

LONGEST_RUN = 100
"""Signs before a value nest as brackets do (measured: 9,277 of `!`)."""
MOST_UNIONS = 1000
"""So do the branches of a union (measured: 6,445), and the operators between values."""

UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD")
_OPERATORS = frozenset("!-+*/|&=^")
_STEPS = {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}
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
        QueryRefusedError: It uses SERVICE, is an update, nests deeper than `DEEPEST`, or is as deep in another way.
    """
    depth = run = operators = 0
    form = ""
    for token in tokens(query):
        text = token.text
        word = text.upper() if token.kind == "word" else ""
        if word == "SERVICE":
            raise refused(
                Refusal.SERVICE,
                query,
                token.start,
                "SERVICE would send the query to another host",
                "query that host yourself",
            )
        if word in UPDATES and not form and depth == 0:
            message = f"{word} is an update, and queries only read"
            raise refused(Refusal.UPDATE, query, token.start, message, "change the facts in data/")
        form = form or (word if word in READS else "")
        depth += _STEPS.get(text, 0)
        is_operator = text in _OPERATORS or word == "UNION" or (token.kind == "number" and text[0] in "+-")
        operators += is_operator
        run = run + 1 if text in _OPERATORS else run if text in _STEPS else 0
        if depth > DEEPEST:
            raise refused(
                Refusal.NESTING, query, token.start, f"brackets nest deeper than {DEEPEST}", "write it flatter"
            )
        if run > LONGEST_RUN or operators > MOST_UNIONS:
            message = f"more than {LONGEST_RUN} signs in a row or {MOST_UNIONS} operators"
            raise refused(Refusal.NESTING, query, token.start, message, "divide it")
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
    line, column = Lines(query).position(start)
    return QueryRefusedError(reason, f"query refused at line {line}, column {column}: {message}", hint)
