"""What a query may not do: reach another host, change anything, or nest until the process dies."""

from __future__ import annotations

from scograph.errors import UsageError
from scograph.turtle.tokens import Lines, Token, tokens

DEEPEST = 100
"""The engine goes down by calls: some two thousand open braces end the process (measured: 2,172)."""

_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD")
_READS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


def refuse_unsafe(query: str) -> None:
    """Refuse a query that is not a plain read of the graph.

    Args:
        query: A SPARQL query.

    Raises:
        UsageError: It uses SERVICE, is an update, or nests deeper than `DEEPEST`.
    """
    depth = 0
    reads = False
    for token in tokens(query):
        word = token.text.upper() if token.kind == "word" else ""
        if word == "SERVICE":
            raise _refused(query, token, "SERVICE would send the query to another host", "query that host yourself")
        if word in _UPDATES and not reads and depth == 0:
            raise _refused(query, token, f"{word} is an update, and queries only read", "change the facts in data/")
        reads = reads or word in _READS
        if token.text in ("{", "(", "["):
            depth += 1
            if depth > DEEPEST:
                raise _refused(query, token, f"brackets nest deeper than {DEEPEST}", "write it flatter")
        elif token.text in ("}", ")", "]"):
            depth -= 1


def _refused(query: str, token: Token, message: str, hint: str) -> UsageError:
    line, column = Lines(query).position(token.start)
    return UsageError(f"query refused at line {line}, column {column}: {message}", hint=hint)
