"""What a query may not do: reach another host, change anything, or nest until the process dies."""

from __future__ import annotations

from enum import StrEnum

from scograph.errors import UsageError
from scograph.turtle.tokens import Lines, Token, tokens

DEEPEST = 100
"""The engine goes down by calls: some two thousand open braces end the process (measured: 2,172)."""

LONGEST_RUN = 100
"""Signs before a value nest as brackets do (measured: 9,277 of `!`)."""
MOST_UNIONS = 1000
"""So do the branches of a union (measured: 6,445), and the operators between values."""

_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD")
_OPERATORS = frozenset("!-+*/|&=^")
_STEPS = {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}
_READS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


class Refusal(StrEnum):
    """Why a query is refused."""

    SERVICE = "service"
    UPDATE = "update"
    NESTING = "nesting"


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
            raise _refused(
                Refusal.SERVICE,
                query,
                token,
                "SERVICE would send the query to another host",
                "query that host yourself",
            )
        if word in _UPDATES and not form and depth == 0:
            message = f"{word} is an update, and queries only read"
            raise _refused(Refusal.UPDATE, query, token, message, "change the facts in data/")
        form = form or (word if word in _READS else "")
        depth += _STEPS.get(text, 0)
        is_operator = text in _OPERATORS or word == "UNION" or (token.kind == "number" and text[0] in "+-")
        operators += is_operator
        run = run + 1 if text in _OPERATORS else run if text in _STEPS else 0
        if depth > DEEPEST:
            raise _refused(Refusal.NESTING, query, token, f"brackets nest deeper than {DEEPEST}", "write it flatter")
        if run > LONGEST_RUN or operators > MOST_UNIONS:
            message = f"more than {LONGEST_RUN} signs in a row or {MOST_UNIONS} operators"
            raise _refused(Refusal.NESTING, query, token, message, "divide it")
    return form


def _refused(reason: Refusal, query: str, token: Token, message: str, hint: str) -> QueryRefusedError:
    line, column = Lines(query).position(token.start)
    return QueryRefusedError(reason, f"query refused at line {line}, column {column}: {message}", hint)
