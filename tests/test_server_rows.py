"""Rows are counted as they are, whatever stands in the values and wherever the bytes are cut."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import QueryResultsFormat, Store

from scograph.server.rows import RowCounter

TEXTS = st.lists(st.sampled_from(["{}", ",{}", "[{}", "\\", '"', '\\"', "a", '{"', ',{"', "\n", "é", "<result>", ","]))
ROWS = st.lists(st.dictionaries(st.sampled_from("ab"), TEXTS.map("".join)), max_size=12)


def counted(form: str, data: bytes, most: int, size: int) -> bool:
    counter = RowCounter(form, most)
    pieces = (data[start : start + size] for start in range(0, len(data), size))
    return any(counter.is_over(piece) for piece in pieces)


@given(ROWS, st.sampled_from([1, 2, 3, 7, 100_000]), st.sampled_from([None, 1]))
def test_json_has_as_many_rows_as_it_has_with_blanks_or_without(
    rows: list[dict[str, str]], size: int, indent: int | None
) -> None:
    said = [{name: {"type": "literal", "value": value} for name, value in row.items()} for row in rows]
    document = {"head": {"vars": ["a", "b"], "link": []}, "results": {"bindings": said}}
    data = json.dumps(document, indent=indent, ensure_ascii=False).encode()
    for most in range(1, 14):
        assert counted("json", data, most, size) == (len(rows) > most)


@given(ROWS, st.sampled_from([1, 2, 100_000]))
def test_csv_has_as_many_rows_as_it_has(rows: list[dict[str, str]], size: int) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["a", "b"], *([row.get("a", ""), row.get("b", "")] for row in rows)])
    for most in range(1, 14):
        assert counted("csv", text.getvalue().encode(), most, size) == (len(rows) > most)


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("row", ["(UNDEF UNDEF)", "(UNDEF 1)", '("{},{}" "<result>")'])
def test_rows_of_the_store_are_counted_bound_or_not(form: str, row: str) -> None:
    formats = {"json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML}
    formats |= {"csv": QueryResultsFormat.CSV, "tsv": QueryResultsFormat.TSV}
    results = Store().query(f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {row * 10} }} }}")
    data = results.serialize(format=formats[form])  # type: ignore[union-attr, call-arg]
    assert data
    for size in (1, 5, 100_000):
        assert [counted(form, data, most, size) for most in (9, 10, 11)] == [True, False, False]


def test_any_number_is_no_limit() -> None:
    assert not counted("json", b'{"results":{"bindings":[{},{},{}]}}', 0, 5)
