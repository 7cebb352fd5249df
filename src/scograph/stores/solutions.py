"""Solutions of SELECT: `SELECT *` in the order of appearance, and CSV (SPARQL 1.1 Query Results CSV, clause 3).

pyoxigraph sorts the columns of `SELECT *` by name, and leaves IRIs with commas unquoted in CSV. This module imports
little, since each worker of the server imports it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple

from scograph.terms import STRING
from scograph.turtle.tokens import tokens

PIECE = 1 << 16
"""About how many characters a piece of CSV has."""
_NO_ROW = "VALUES ?scographNone { }"


def ordered_columns(query: str, prefixes: Mapping[str, str] | None = None, base: str | None = None) -> str:
    """Replace the `*` of SELECT by the variables in scope (SPARQL 1.1, clause 18.2.1), in the order of appearance.

    Args:
        query: A query.
        prefixes: Prefixes that it need not declare.
        base: What its IRIs are relative to.

    Returns:
        The query that names its columns; the same text if it is no `SELECT *`, has no variable, or does not parse.

    Example:
        >>> ordered_columns("SELECT * { ?state ?says ?it FILTER NOT EXISTS { ?other ?says ?it } }")
        'SELECT ?state ?says ?it { ?state ?says ?it FILTER NOT EXISTS { ?other ?says ?it } }'
    """
    star, names = _star(query)
    if star is None:
        return query
    in_scope = _in_scope(query, prefixes, base)
    columns = [name for name in dict.fromkeys(names) if name in in_scope]
    columns += sorted(in_scope.difference(columns))  # those that are written with escapes of code points
    if not columns:
        return query
    before, after = query[:star], query[star + 1 :]
    spaces = ["" if not text or text.isspace() else " " for text in (before[-1:], after[:1])]
    return f"{before}{spaces[0]}{' '.join(f'?{name}' for name in columns)}{spaces[1]}{after}"


def _star(query: str) -> tuple[int | None, list[str]]:
    """The offset of the `*` of the outermost SELECT, and the names of the variables after it."""
    star: int | None = None
    names: list[str] = []
    is_selecting = False
    for token in tokens(query):
        word = token.text.upper() if token.kind == "word" else ""
        if star is not None:
            if token.kind == "variable":
                names.append(token.text[1:])
        elif is_selecting and token.text == "*":
            star = token.start
        elif word not in ("DISTINCT", "REDUCED") if is_selecting else word in ("ASK", "CONSTRUCT", "DESCRIBE"):
            return None, []
        is_selecting |= word == "SELECT"
    return star, names


def _in_scope(query: str, prefixes: Mapping[str, str] | None, base: str | None) -> set[str]:
    """The names of the variables in scope, as the engine says; nothing for a query that it refuses.

    The query is asked of no data and joined with no row; one that has VALUES at its end is only asked of no data.
    """
    for text in (f"{query}\n{_NO_ROW}", query):
        try:
            solutions = Store().query(text, base_iri=base, prefixes=None if prefixes is None else dict(prefixes))
        except (SyntaxError, ValueError):
            continue
        except (RuntimeError, OSError):
            break
        if isinstance(solutions, QuerySolutions):
            return {variable.value for variable in solutions.variables} - {"scographNone"}
    return set()


def csv_pieces(solutions: QuerySolutions) -> Iterator[bytes]:
    """Write solutions as CSV (SPARQL 1.1 Query Results CSV and TSV Formats, clause 3; RFC 4180).

    Args:
        solutions: The solutions, which are read as the pieces are.

    Yields:
        UTF-8, in pieces of whole rows that end in CR LF. A value with a comma, a quotation mark or the end of a line is
        quoted, and so is an empty value that is alone in its row, which otherwise looks like no row.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([variable.value for variable in solutions.variables])
    for solution in solutions:
        writer.writerow([_field(value) for value in solution])
        if text.tell() >= PIECE:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _field(value: NamedNode | BlankNode | Literal | Triple | None) -> str:
    """A value as CSV has it (clause 3.2): IRIs without brackets, literals by their lexical form."""
    if isinstance(value, NamedNode | Literal):
        return value.value
    return "" if value is None else str(value)


def term_json(term: object) -> Mapping[str, object]:
    """A term as the JSON format has it (SPARQL 1.1 Query Results JSON Format, clause 3.2.2).

    Args:
        term: The term.

    Returns:
        Its object.

    Raises:
        TypeError: It is a triple.

    Example:
        >>> term_json(Literal("chess", language="en"))
        {'type': 'literal', 'value': 'chess', 'xml:lang': 'en'}
    """
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if not isinstance(term, Literal):
        raise TypeError("the format of the results has no triple terms")
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    datatype = {} if term.datatype == STRING else {"datatype": term.datatype.value}
    return {"type": "literal", "value": term.value, **datatype}
