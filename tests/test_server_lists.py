"""Lists and search as data: the same addresses as the pages, filters, sorting, paging by links, in JSON-LD and CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from pyoxigraph import RdfFormat, Store, parse

from serving import BASE, KAZ, SITE, Response, Running, built, serving, with_site

HOW_TO = Path(__file__).parents[1] / "docs" / "how-to" / "serve-it.md"
STATE = f"{BASE}ontology#State"
PAGES = {
    **SITE,
    "search.html": '<!doctype html><html lang="en"><head><title>Search</title></head><body>search</body></html>',
    "class/state.html": '<!doctype html><html lang="en"><head><title>States</title></head><body>states</body></html>',
}
LD = "application/ld+json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_site(built(tmp_path_factory.mktemp("server") / "dist"), PAGES)


@pytest.fixture(scope="module")
def states(folder: Path) -> list[str]:
    store = Store()
    store.bulk_load(path=str(folder / "sco.nq"), format=RdfFormat.N_QUADS)
    return sorted(row["s"].value for row in store.query(f"SELECT ?s {{ ?s a <{STATE}> }}"))


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Running]:
    with serving(folder, "--log", "off", "--workers", "1", "--rate", "0") as running:
        yield running


def members(got: Response) -> list[str]:
    assert got.status == 200, got.text
    return [row["id"] for row in json.loads(got.body)["member"]]


def test_the_list_of_a_class_is_a_page_and_data_at_one_address(server: Running, states: list[str]) -> None:
    page = server.ask("/class/state", Accept="text/html")
    assert (page.status, page.text) == (200, PAGES["class/state.html"])
    got = server.ask("/class/state?size=500", Accept=LD)
    assert got.headers["Content-Type"] == LD
    assert sorted(members(got)) == states
    assert json.loads(got.body)["totalItems"] == len(states)
    rows = list(csv.DictReader(io.StringIO(server.ask("/class/state?size=500", Accept="text/csv").text, newline="")))
    assert sorted(row["iri"] for row in rows) == states
    assert {row["class"] for row in rows} == {STATE}
    assert next(row for row in rows if row["iri"] == KAZ)["label"] == "Kazakhstan"


def test_the_json_ld_is_rdf_and_says_what_it_is_a_page_of(server: Running) -> None:
    got = server.ask("/class/state?size=3", Accept=LD)
    quads = list(parse(got.body, RdfFormat.JSON_LD))
    predicates = {quad.predicate.value.rpartition("#")[2] for quad in quads}
    assert {"member", "totalItems", "view", "next", "first", "last", "label", "type"} <= predicates
    assert len([quad for quad in quads if quad.predicate.value.endswith("#member")]) == 3


def test_pages_follow_each_other_by_links_and_hold_each_thing_once(server: Running, states: list[str]) -> None:
    found: list[str] = []
    address = "/class/state?size=4"
    for _ in range(100):
        got = server.ask(address, Accept=LD)
        found += members(got)
        following = got.links("next")
        assert bool(following) == ("next" in json.loads(got.body)["view"])
        if not following:
            break
        (address,) = following
    assert sorted(found) == states
    assert len(found) == len(set(found))
    assert server.ask(f"/class/state?page={len(states)}", Accept=LD).status == 404


def test_lists_are_sorted_as_is_asked(server: Running, states: list[str]) -> None:
    def asked(sort: str) -> list[str]:
        return members(server.ask(f"/class/state?size=500&sort={sort}", Accept=LD))

    assert asked("iri") == states
    assert asked("-iri") == states[::-1]
    assert asked("label") == asked("label")
    assert asked("label") != states
    assert asked("-label")[0] == asked("label")[-1]


def test_a_search_finds_names_of_any_language(server: Running) -> None:
    for text in ("kazakh", "KAZAKHSTAN", "Казахстан", "哈萨克斯坦"):
        assert KAZ in members(server.ask(f"/search?q={quote(text)}", Accept=LD)), text
    assert KAZ in members(server.ask(f"/search?q=kazakh&class={quote(STATE)}", Accept=LD))
    assert KAZ in members(server.ask("/search?q=kazakh&class=state", Accept=LD))
    assert members(server.ask("/search?q=no+such+name+anywhere", Accept=LD)) == []
    english = json.loads(server.ask("/search?q=kazakh&class=state&lang=en", Accept=LD).body)
    assert english["member"][0]["label"] == {"@value": "Kazakhstan", "@language": "en"}
    russian = json.loads(server.ask("/search?q=kazakh&class=state&lang=ru", Accept=LD).body)
    assert russian["member"][0]["label"] == {"@value": "Казахстан", "@language": "ru"}


def test_a_search_needs_no_script(server: Running) -> None:
    form = server.ask("/search", Accept="text/html")
    assert form.text == PAGES["search.html"]
    page = server.ask("/search?q=kazakh&class=state", Accept="text/html")
    assert page.headers["Content-Type"].startswith("text/html")
    assert '<a href="/id/state/kaz" lang="en">Kazakhstan</a>' in page.text
    hostile = server.ask(f"/search?q={quote('<script>')}", Accept="text/html")
    assert "<script>" not in hostile.text


@pytest.mark.parametrize("text", ['")) } #', "\\", "'''", "\n", "?thing a ?x", "{", "%", "\u0000"])
def test_what_is_looked_for_is_text_and_nothing_else(server: Running, text: str) -> None:
    got = server.ask(f"/search?q={quote(text)}", Accept=LD)
    assert got.status == 200, got.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/search?q=a&sort=size", 400),
        ("/search?q=a&page=0", 400),
        ("/search?q=a&page=one", 400),
        ("/search?q=a&size=501", 400),
        ("/search?q=%FF", 400),
        ("/search?q=a&class=none", 404),
        ("/class/none", 404),
        ("/search?q=a&page=999999", 404),
        ("/search?" + "a=b&" * 50, 400),
    ],
)
def test_a_wrong_parameter_is_told(server: Running, path: str, status: int) -> None:
    assert server.ask(path, Accept=LD).status == status


def test_what_no_form_fits_is_refused_and_head_is_get(server: Running) -> None:
    assert server.ask("/search?q=a", Accept="image/png").status == 406
    get, head = (server.ask("/search?q=kazakh", method, Accept=LD) for method in ("GET", "HEAD"))
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", get.headers["Content-Length"])
    assert "Accept" in get.headers["Vary"]


def test_the_addresses_and_parameters_are_those_of_the_documentation(server: Running) -> None:
    text = HOW_TO.read_text("utf-8")
    rows = re.findall(r"^\| `(q|class|lang|sort|page|size)` \| [^|]+ \| `([^`]*)` \|$", text, re.MULTILINE)
    assert [name for name, _ in rows] == ["q", "class", "lang", "sort", "page", "size"]
    example = "&".join(f"{name}={value}" for name, value in rows)
    got = server.ask(f"/search?{example}", Accept=LD)
    assert got.status == 200, got.text
    view = json.loads(got.body)["view"]["first"]
    assert all(f"{name}=" in view for name in ("q", "class", "lang", "sort", "size"))
