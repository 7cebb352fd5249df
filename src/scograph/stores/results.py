"""Results of queries as text: tables for people, and the standard forms (SPARQL 1.1 Results, CSV/TSV, JSON, XML)."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    parse_query_results,
)

from scograph import terms
from scograph.errors import UsageError
from scograph.formats import RESULT_FORMATS_BY_NAME
from scograph.json_text import json_bytes
from scograph.messages import counted, visible
from scograph.model import Term
from scograph.stores.embedded import Results
from scograph.stores.solutions import csv_pieces, term_json

_SPACES = str.maketrans("\t\n\r", "   ")


def render_results(results: QuerySolutions | QueryBoolean, name: str, prefixes: Mapping[str, str]) -> bytes:
    """Write the result of a SELECT or ASK query.

    Args:
        results: The result; its solutions are read.
        name: The name of a row of `scograph.formats.RESULT_FORMATS`.
        prefixes: Prefixes that the tables for people may shorten IRIs with, besides those that are well known.

    Returns:
        UTF-8.

    Raises:
        UsageError: There is no such form.
    """
    result_format = RESULT_FORMATS_BY_NAME.get(name)
    if result_format is None:
        raise UsageError(f"no result format {name!r}", hint=f"one of {', '.join(RESULT_FORMATS_BY_NAME)}")
    if result_format.results == QueryResultsFormat.CSV and isinstance(results, QuerySolutions):
        return b"".join(csv_pieces(results))
    if result_format.results is not None:
        written = results.serialize(format=result_format.results) or b""
        return written if written.endswith(b"\n") else written + b"\n"
    if isinstance(results, QueryBoolean):
        return b"true\n" if results else b"false\n"
    heads = [variable.value for variable in results.variables]
    known = terms.with_well_known(prefixes)
    rows = [[_shown(value, known) for value in solution] for solution in results]
    return "".join(_markdown(heads, rows) if name == "md" else _table(heads, rows)).encode()


def results_json(names: Sequence[str], rows: Iterable[Sequence[Term | None]]) -> bytes:
    """Rows in the SPARQL 1.1 Query Results JSON Format.

    Args:
        names: The names of the columns.
        rows: The rows, each with a term or None for each column.

    Returns:
        JSON in UTF-8, on one line.

    Raises:
        UsageError: A term is a triple.

    Example:
        >>> from pyoxigraph import NamedNode
        >>> results_json(["a"], [[NamedNode("urn:x")]])
        b'{"head": {"vars": ["a"]}, "results": {"bindings": [{"a": {"type": "uri", "value": "urn:x"}}]}}'
    """
    bindings = [
        {name: term_json(term) for name, term in zip(names, row, strict=True) if term is not None} for row in rows
    ]
    return json_bytes({"head": {"vars": names}, "results": {"bindings": bindings}})


def rows_text(
    names: Sequence[str], rows: Iterable[Sequence[Term | None]], form: str, prefixes: Mapping[str, str]
) -> bytes:
    """Rows in a format of query results.

    Args:
        names: The names of the columns.
        rows: The rows, each with a term or None for each column.
        form: As for `render_results`.
        prefixes: As for `render_results`.

    Returns:
        UTF-8.
    """
    results = parse_query_results(results_json(names, rows), format=QueryResultsFormat.JSON)
    return render_results(results, form, prefixes)


def csv_rows(results: Results) -> list[list[str]]:
    """The rows of a result as CSV has them, the header first.

    Args:
        results: Solutions, a boolean, or triples (then subject, predicate, object in N-Triples).

    Returns:
        The rows.
    """
    if isinstance(results, QueryBoolean):
        return [["true" if results else "false"]]
    if isinstance(results, QuerySolutions):
        text = b"".join(csv_pieces(results)).decode()
        return list(csv.reader(io.StringIO(text, newline="")))
    header = ["subject", "predicate", "object"]
    return [header, *sorted([str(t.subject), str(t.predicate), str(t.object)] for t in results)]


def _shown(value: Term | None, prefixes: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, NamedNode):
        return terms.curie(value.value, prefixes) or f"<{value.value}>"
    if isinstance(value, Literal):
        return f"{value.value}@{value.language}" if value.language else value.value
    return str(value)


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _one_line(text: str) -> str:
    """A text that neither breaks a table nor gives orders to a terminal."""
    return visible(text.translate(_SPACES))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    cells = [[_one_line(cell) for cell in row] for row in rows]
    widths = [max([_width(head), *(_width(row[i]) for row in cells)]) for i, head in enumerate(heads)]
    for row in (list(heads), ["─" * width for width in widths], *cells):
        yield "  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
    yield f"({counted(len(cells), 'row')})\n"


def _markdown(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in (list(heads), ["---"] * len(heads), *rows):
        yield "| " + " | ".join(_one_line(cell).replace("|", "\\|") for cell in row) + " |\n"
