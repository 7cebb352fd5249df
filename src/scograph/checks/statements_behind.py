"""The statements behind the rows of an answer: the triple patterns of its query, filled in by all its solutions.

A query is asked once more for all its variables (SPARQL 1.1, clause 16.1, `SELECT *`). Only plain patterns count: those
whose predicate is a property, with variables, IRIs and prefixed names, outside of FILTER, MINUS and subqueries. A row
can have fewer statements behind it than it rests on.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

from pyoxigraph import BlankNode, NamedNode, QueryResultsFormat, QuerySolutions, Triple, parse_query_results

from scograph import terms
from scograph.bounded import Deadline, TaskLimits, run_tasks
from scograph.checks.questions import Question
from scograph.errors import UsageError
from scograph.model import Term
from scograph.stores.embedded import EmbeddedStore
from scograph.turtle.tokens import Token, tokens

MAX_SOLUTIONS = 5000
"""An answer with more solutions has no statements beside its rows."""
_PREFIX = re.compile(r"PREFIX\s+([\w.-]*):\s*<([^<>\s]*)>", re.IGNORECASE)
_SKIPPED = ("MINUS", "SERVICE", "GRAPH", "VALUES", "SELECT")
_NOT_PLAIN = frozenset("/^|*+?!")

Pattern = tuple[str, str, str]
"""Subject, predicate and object: `?name`, or an IRI."""
Filled = tuple[Pattern, Triple]
"""A pattern with the statement that fits it."""
Row = tuple[Term | None, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind the rows of an answer.

    Args:
        variables: The variables that tell the rows apart.
        rows: The statements of each row, by the values of these variables; each with its pattern.
    """

    variables: tuple[str, ...] = ()
    rows: Mapping[Row, tuple[Filled, ...]] | None = None

    def of(self, names: Sequence[str], row: Sequence[Term | None]) -> tuple[Filled, ...]:
        """The statements behind a row.

        Args:
            names: The variables of the answer.
            row: Its values.

        Returns:
            The statements, each with its pattern.
        """
        if not self.rows:
            return ()
        values = dict(zip(names, row, strict=True))
        return self.rows.get(tuple(values[name] for name in self.variables), ())


def statements_behind(
    questions: Sequence[Question], store: EmbeddedStore, prefixes: Mapping[str, str], deadline: Deadline
) -> list[Behind]:
    """Find the statements behind the answers to some questions, each within the bounds of a check.

    Args:
        questions: The questions.
        store: What they are asked of.
        prefixes: Prefixes that the queries need not declare.
        deadline: When it must be over.

    Returns:
        What stands behind each; nothing where the query has no plain pattern, or does not end in time.
    """
    tasks = [partial(_solutions, question.query, store, dict(prefixes)) for question in questions]
    found = [Behind() for _ in questions]
    for at, solutions in run_tasks(tasks, TaskLimits(len(store), deadline)):
        if isinstance(solutions, bytes) and solutions:
            found[at] = _behind(questions[at].query, solutions, prefixes)
    return found


def _solutions(query: str, store: EmbeddedStore, prefixes: dict[str, str]) -> bytes:
    """All solutions of a query's pattern with all variables, as JSON; nothing where that cannot be asked."""
    parts = _parts(query)
    if parts is None or not plain_patterns(query, prefixes):
        return b""
    prologue, body, _ = parts
    try:
        results = store.query(f"{prologue} SELECT * {body} LIMIT {MAX_SOLUTIONS + 1}", prefixes)
    except UsageError:
        return b""
    if not isinstance(results, QuerySolutions):
        return b""
    return results.serialize(format=QueryResultsFormat.JSON) or b""


def _behind(query: str, solutions: bytes, prefixes: Mapping[str, str]) -> Behind:
    results = parse_query_results(solutions, format=QueryResultsFormat.JSON)
    if not isinstance(results, QuerySolutions):
        return Behind()
    names = [variable.value for variable in results.variables]
    parts = _parts(query)
    shown = [name for name in (parts[2] if parts else ()) if name in names]
    patterns = plain_patterns(query, prefixes)
    rows: dict[Row, dict[Filled, None]] = defaultdict(dict)
    count = 0
    for solution in results:
        count += 1
        values = dict(zip(names, tuple(solution), strict=True))
        row = tuple(values[name] for name in shown)
        rows[row].update((filled, None) for pattern in patterns for filled in _filled(pattern, values))
    if count > MAX_SOLUTIONS:
        return Behind()
    return Behind(tuple(shown), {row: tuple(filled) for row, filled in rows.items()})


def _filled(pattern: Pattern, values: Mapping[str, Term | None]) -> Iterator[Filled]:
    subject, predicate, value = (values.get(part[1:]) if part.startswith("?") else NamedNode(part) for part in pattern)
    if isinstance(subject, NamedNode | BlankNode) and isinstance(predicate, NamedNode) and value is not None:
        yield pattern, Triple(subject, predicate, value)


def _parts(query: str) -> tuple[str, str, tuple[str, ...]] | None:
    """What stands before SELECT, the outermost group pattern, and the variables between; None for another query."""
    read = list(tokens(query))
    start = next((at for at, token in enumerate(read) if _is_word(token, "SELECT")), None)
    first = next((at for at, token in enumerate(read) if token.text == "{"), None)
    if start is None or first is None or start > first:
        return None
    if any(_is_word(token, "FROM") for token in read[start:first]):
        return None
    last = _closing(read, first)
    depths = accumulate((token.text == "(") - (token.text == ")") for token in read[start:first])
    outside = [token for token, depth in zip(read[start:first], depths, strict=True) if not depth]
    shown = tuple(token.text[1:] for token in outside if token.kind == "variable")
    body = query[read[first].start : read[last].start + 1]
    return query[: read[start].start], body, shown


def plain_patterns(query: str, prefixes: Mapping[str, str]) -> list[Pattern]:
    """The plain triple patterns of a query.

    Args:
        query: The query.
        prefixes: Prefixes that it need not declare.

    Returns:
        The patterns, in order.

    Example:
        >>> query = "SELECT ?a { ?a a ex:B ; ex:c/ex:d ?e ; ex:f ?g, 'x' . MINUS { ?a ex:h ?i } }"
        >>> plain_patterns(query, {"ex": "urn:"})
        [('?a', 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type', 'urn:B'), ('?a', 'urn:f', '?g')]
    """
    spaces = {**prefixes, **dict(_PREFIX.findall(query))}
    parts = _parts(query)
    if parts is None:
        return []
    return _PatternReader(list(tokens(parts[1])), spaces).patterns()


class _PatternReader:
    """Reads the plain patterns of a group.

    Args:
        read: Its tokens.
        spaces: The namespaces of its prefixes.
    """

    def __init__(self, read: Sequence[Token], spaces: Mapping[str, str]) -> None:
        self._read = read
        self._spaces = spaces
        self._found: list[Pattern] = []
        self._triple: list[str] = []

    def patterns(self) -> list[Pattern]:
        """The patterns; a term that is not plain is empty in them, and they are left out."""
        at = 0
        while at < len(self._read):
            at = self._next(at)
            if len(self._triple) == 3:  # noqa: PLR2004 -- subject, predicate, object
                subject, predicate, value = self._triple
                if subject and predicate and value:
                    self._found.append((subject, predicate, value))
        return self._found

    def _next(self, at: int) -> int:
        """Take one token, or what stands in brackets."""
        token = self._read[at]
        word = token.text.upper() if token.kind == "word" else ""
        if word in ("FILTER", "BIND") or word in _SKIPPED:
            self._triple = []
            return _after_group(self._read, at) if word in _SKIPPED else _after_condition(self._read, at + 1)
        if token.text in ("{", "}", ".") or word in ("OPTIONAL", "UNION"):
            self._triple = []
        elif token.text in (";", ","):
            self._triple = self._triple[: 1 if token.text == ";" else 2]
        elif token.text in _NOT_PLAIN and len(self._triple) in (1, 2):
            self._triple = [*self._triple[:1], ""]
            return _after_path(self._read, at)
        elif token.text in ("[", "("):
            self._triple.append("")
            return _closing(self._read, at) + 1
        else:
            self._triple.append(_term(token, self._spaces))
        return at + 1


def _term(token: Token, spaces: Mapping[str, str]) -> str:
    """A variable or an IRI as a pattern has it; nothing for another term."""
    if token.kind == "variable":
        return f"?{token.text[1:]}"
    if token.kind == "iri":
        return token.text[1:-1]
    if token.kind == "name":
        prefix, _, local = token.text.partition(":")
        return f"{spaces[prefix]}{local}" if prefix in spaces and "\\" not in local else ""
    return terms.TYPE.value if token.text == "a" else ""


def _after_path(read: Sequence[Token], at: int) -> int:
    """The place after a property path: before the object that follows it."""
    is_open = True  # a path goes on after an operator that joins
    while at < len(read):
        token = read[at]
        if token.text in "/^|!":
            is_open = True
        elif token.text in "*+?":
            is_open = False
        elif token.text == "(" and is_open:
            at = _closing(read, at)
            is_open = False
        elif is_open:
            is_open = False
        else:
            return at
        at += 1
    return at


def _after_condition(read: Sequence[Token], at: int) -> int:
    """The place after what FILTER or BIND has: brackets, a call, or a group after EXISTS."""
    while at < len(read) and read[at].text not in "({":
        at += 1
    return _closing(read, at) + 1


def _after_group(read: Sequence[Token], at: int) -> int:
    """The place after the group that a word begins; that of a subquery is the one that it stands in."""
    if _is_word(read[at], "SELECT"):
        depth = 0
        for place in range(at, len(read)):
            depth += {"{": 1, "}": -1}.get(read[place].text, 0)
            if depth < 0:
                return place
        return len(read)
    while at < len(read) and read[at].text != "{":
        at += 1
    return _closing(read, at) + 1


def _closing(read: Sequence[Token], at: int) -> int:
    """The place of the bracket that closes the one at a place; the last place where none does."""
    depth = 0
    for place in range(at, len(read)):
        text = read[place].text
        depth += (text in ("{", "(", "[")) - (text in ("}", ")", "]"))
        if not depth:
            return place
    return max(len(read) - 1, 0)


def _is_word(token: Token, word: str) -> bool:
    return token.kind == "word" and token.text.upper() == word
