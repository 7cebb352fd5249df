"""The search: 314 queries with their first hit, in pages, under `serve`, and in the browser; folding; typing errors."""

from __future__ import annotations

import csv
import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scograph.site.folding import fold, search_words
from scograph.site.searching import SearchIndex, distance, likeness, read_index
from serving import BASE, Running, serving

HERE = Path(__file__).parent
QUERIES = HERE / "search" / "queries.csv"
LD = "application/ld+json"


def queries() -> list[dict[str, str]]:
    with QUERIES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def index(built_site: Path) -> SearchIndex:
    return read_index([(built_site / "assets" / "search-0.js").read_bytes()])


@pytest.fixture(scope="module")
def server(built_site: Path) -> Iterator[Running]:
    with serving(built_site, "--log", "off", "--workers", "1", "--rate", "0") as running:
        yield running


def page_of(index: SearchIndex, query: str) -> str:
    found = index.search(query)
    return index.entries[found[0]]["p"].removesuffix(".html") if found else ""


def test_the_queries_are_of_each_language_and_kind() -> None:
    rows = queries()
    assert len(rows) == 314
    assert len({(row["query"], row["language"]) for row in rows}) == len(rows)
    assert min(Counter(row["language"] for row in rows).values()) >= 70
    assert set(Counter(row["language"] for row in rows)) == {"en", "ru", "zh"}
    assert len({row["kind"] for row in rows}) == 12


def test_each_query_has_its_first_hit(index: SearchIndex) -> None:
    rows = queries()
    found = [page_of(index, row["query"]) for row in rows]
    wrong = [(row, first) for row, first in zip(rows, found, strict=True) if first not in row["first"].split("|")]
    assert not wrong
    assert len(found) == 314


def test_the_server_has_the_same_first_hits(index: SearchIndex, server: Running) -> None:
    rows = queries()[::3]
    for row in rows:
        got = server.ask(f"/search?q={quote(row['query'])}&lang={row['language']}&size=1", Accept=LD)
        assert got.status == 200, got.text
        first = json.loads(got.body)["member"][0]["id"].removeprefix(BASE)
        assert first == page_of(index, row["query"]), row["query"]
    assert len(rows) == 105
    got = server.ask(f"/search?q={quote('which expert groups are there')}&size=1", Accept="text/html")
    assert '<a href="/question/10-expert-groups" lang="en">Which expert groups are there?</a>' in got.text


@pytest.mark.browser
def test_the_browser_has_the_same_first_hits(index: SearchIndex, built_site: Path, tmp_path: Path) -> None:
    rows = sorted(queries(), key=lambda row: row["language"])
    asked = tmp_path / "queries.json"
    asked.write_text(json.dumps([{key: row[key] for key in ("query", "language")} for row in rows]), encoding="utf-8")
    script = str(HERE / "browser" / "search.mjs")
    done = subprocess.run(
        ["node", script, str(built_site), str(asked)], capture_output=True, text=True, check=False, timeout=280
    )
    assert done.returncode == 0, done.stderr
    first = json.loads(done.stdout)
    assert [one.removesuffix(".html") for one in first] == [page_of(index, row["query"]) for row in rows]
    assert len(first) == 314


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Türkiye’s", "turkiye"),
        ("RATS' council", "rats  council"),
        ("Шанхайская организация", "shankhaiskaya organizatsiya"),
        ("上海合作組織", "上海合作组织"),
        ("第28/2013號", "第28/2013号"),
        ("", ""),
    ],
)
def test_text_is_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_words_are_runs_of_letters_and_pairs_of_chinese_characters() -> None:
    assert search_words("2022-2023 SCO 上合组织 X, sco") == ["2022", "2023", "sco", "上合", "合组", "组织", "x"]


@pytest.mark.parametrize(
    ("typed", "word", "is_like"),
    [
        ("kazakstan", "kazakhstan", True),
        ("tashknet", "tashkent", True),
        ("kazakhstana", "kazakhstan", True),
        ("kaz", "kazakhstan", True),
        ("islambad", "islamic", False),
        ("iran", "iraq", False),
        ("2009", "2008", False),
    ],
)
def test_words_are_alike_by_beginning_ending_and_typing_error(typed: str, word: str, is_like: bool) -> None:  # noqa: FBT001 -- of the table
    assert bool(likeness(typed, word)) is is_like


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_a_distance_is_one_of_the_letters(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) is (one == other)
    assert abs(len(one) - len(other)) <= distance(one, other) <= max(len(one), len(other))


@pytest.mark.parametrize("query", ["", " ", "…", "'", "\u0000", "zzzzqqq", "的", "a" * 200, "😀"])
def test_a_query_that_says_nothing_finds_nothing_or_little(index: SearchIndex, query: str) -> None:
    assert len(index.search(query)) < len(index.entries)
