"""The mode of the desk for reading: claims are held against their words, and that is recorded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from desk_client import Tab
from source_projects import harbour


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return harbour(tmp_path / "harbour").folder


@pytest.fixture
def tab(folder: Path) -> Tab:
    return Tab(folder).open()


def claims(tab: Tab) -> list[str]:
    return re.findall(r'name="claim" value="([^"]+)" checked', tab.page)


def left(tab: Tab) -> int:
    match = re.search(r"(\d+) of \d+ claims not read yet", tab.text)
    assert match
    return int(match[1])


def source(folder: Path) -> str:
    return (folder / "data" / "harbour" / "source.ttl").read_text(encoding="utf-8")


def passage(tab: Tab) -> str:
    return tab.hidden("passage")


def test_claims_are_read_passage_by_passage_and_that_is_recorded(tab: Tab, folder: Path) -> None:
    assert tab.get("/source/harbour/read") == 200
    begun, before = left(tab), source(folder)
    rounds = 0
    while chosen := claims(tab):
        now = left(tab)
        form = {"passage": passage(tab), "claim": chosen, "reader": "ab", "depth": "beginning", "note": "Seen."}
        assert tab.send("/source/harbour/read", form) == 200
        assert left(tab) == now - len(chosen)
        assert f"Recorded: {len(chosen)} claims are read." in tab.text
        rounds += 1
    assert (left(tab), rounds > 1) == (0, True)
    assert "Every claim that rests on this text has been held against its words." in tab.text
    assert source(folder).count("scog:covers") == rounds
    assert source(folder).count('scog:reader "ab"') == rounds
    assert source(folder).count("reading-depth/beginning>") == rounds
    for _ in range(rounds):
        assert tab.send("/undo", {"back": "/source/harbour/read"}) == 200
    assert (left(tab), source(folder)) == (begun, before)


def test_a_passage_is_put_off(tab: Tab) -> None:
    tab.get("/source/harbour/read")
    first = passage(tab)
    tab.get(f"/source/harbour/read?after={first}")
    assert passage(tab) not in ("", first)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"reader": "zz", "depth": "quotation"}, "no reader is called 'zz'"),
        ({"reader": "ab", "depth": "deep"}, "Say how much was seen."),
        (
            {"reader": "ab", "depth": "quotation", "claim": "https://example.org/none"},
            "Tick the claims that the words say.",
        ),
    ],
)
def test_a_reading_that_cannot_be_recorded_is_told(
    fields: dict[str, str], message: str, tab: Tab, folder: Path
) -> None:
    before = source(folder)
    tab.get("/source/harbour/read")
    assert tab.send("/source/harbour/read", {"passage": passage(tab), "claim": claims(tab), **fields}) == 400
    assert message in tab.text
    assert source(folder) == before


def test_without_readers_the_page_says_where_to_name_one(folder: Path) -> None:
    (folder / "scograph.toml").write_text("", encoding="utf-8")
    tab = Tab(folder).open()
    tab.get("/source/harbour/read")
    assert "Write a handle below [readers] in scograph.toml" in tab.text
    assert 'name="reader"' not in tab.page
