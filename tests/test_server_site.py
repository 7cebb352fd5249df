"""The whole site of the built-in project over HTTP: every IRI of the graph leads to a document that speaks of it."""

from __future__ import annotations

import csv
import http.client
import io
import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, parse

from scograph.probe import probe
from scograph.probe.checks import CHECKS
from serving import BASE, TWINS, Running, serving

HOW_TO = Path(__file__).parents[1] / "docs" / "how-to" / "serve-it.md"
SOLUTIONS = """
PREFIX rs: <http://www.w3.org/2001/sw/DataAccess/tests/result-set#>
SELECT ?index ?variable ?value {
  ?s rs:solution [ rs:index ?index ; rs:binding [ rs:variable ?variable ; rs:value ?value ] ] }"""


@pytest.fixture(scope="module")
def server(built_site: Path) -> Iterator[Running]:
    with serving(built_site, "--log", "off", "--workers", "1", "--rate", "0", "--public") as running:
        yield running


@pytest.fixture
def visitor(server: Running) -> Iterator[Visitor]:
    visitor = Visitor(server)
    yield visitor
    visitor.leave()


class Visitor:
    """One connection that asks one thing after another."""

    def __init__(self, server: Running) -> None:
        self._connection = http.client.HTTPConnection(server.host, server.port, timeout=60)

    def leave(self) -> None:
        """Close it."""
        self._connection.close()

    def ask(self, path: str, accept: str) -> tuple[int, str, bytes]:
        """The status, where it leads or lies, and the body."""
        self._connection.putrequest("GET", path, skip_accept_encoding=True)
        self._connection.putheader("Accept", accept)
        self._connection.endheaders()
        got = self._connection.getresponse()
        return got.status, got.headers["Location"] or got.headers["Content-Location"] or "", got.read()


def test_every_iri_of_the_graph_leads_to_a_document_that_speaks_of_it(visitor: Visitor, built_site: Path) -> None:
    subjects = {
        quad.subject.value
        for quad in parse(path=str(built_site / "sco.nt"), format=RdfFormat.N_TRIPLES)
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(BASE)
    }
    assert len(subjects) > 2000
    by_document: dict[str, set[str]] = {}
    for iri in subjects:
        by_document.setdefault(iri.partition("#")[0], set()).add(iri)
    for document, iris in sorted(by_document.items()):
        path = "/" + quote(document[len(BASE) :])
        status, place, body = visitor.ask(path, "text/turtle")
        if status == 303:
            status, place, body = visitor.ask(place, "text/turtle")
        assert status == 200, (path, status)
        said = {quad.subject for quad in parse(body, RdfFormat.TURTLE)}
        assert {NamedNode(iri) for iri in iris} <= said, path


def test_the_negotiated_body_is_the_static_twin_for_every_thing_and_form(visitor: Visitor, built_site: Path) -> None:
    paths = {row["path"] for row in json.loads((built_site / "manifest.json").read_bytes())["files"]}
    stems = sorted(path.removesuffix(".nt") for path in paths if path.endswith(".nt") and f"{path[:-3]}.html" in paths)
    assert len(stems) > 400
    count = 0
    for stem in stems:
        for form, media_type in TWINS.items():
            if f"{stem}.{form}" in paths:
                status, place, body = visitor.ask(f"/doc/{stem}", media_type)
                assert (status, place) == (200, f"/{stem}.{form}")
                assert body == (built_site / f"{stem}.{form}").read_bytes()
                count += 1
    assert count > 2400


def test_every_link_of_a_page_leads_somewhere_on_both_sides_of_the_mirror(visitor: Visitor) -> None:
    for prefix in ("", "/doc"):
        page = visitor.ask(f"{prefix}/id/state/kaz.html", "text/html")[2].decode()
        links = {link for link in re.findall(r'(?:href|src)="([^"#:]+)', page) if not link.startswith("http")}
        assert len(links) > 20
        for link in sorted(links):
            path = os.path.normpath(f"{prefix}/id/state/{link}")
            assert visitor.ask(path, "text/html")[0] in (200, 302), path


def test_a_question_answers_at_its_own_address_in_each_form(visitor: Visitor, built_site: Path) -> None:
    rows = re.findall(r"^\| `(/questions?(?:/[^`]*)?)` \|", HOW_TO.read_text("utf-8"), re.MULTILINE)
    assert len(rows) == 2, "the addresses are those of the documentation"
    forms = {"application/ld+json": "jsonld", "text/csv": "csv", "text/html": "html"}
    results = {"application/sparql-results+json": "json", "application/json": "json", "application/sparql-query": "rq"}
    for path in rows:
        for accept, extension in {**forms, **(results if path != "/questions" else {})}.items():
            status, place, body = visitor.ask(path, accept)
            assert (status, place) == (200, f"{path}.{extension}"), accept
            assert body == (built_site / f"{path[1:]}.{extension}").read_bytes()


def test_the_json_ld_of_each_question_says_what_its_result_says(visitor: Visitor, built_site: Path) -> None:
    listed = json.loads(visitor.ask("/questions", "application/ld+json")[2])
    assert listed["totalItems"] == len(listed["member"]) == len(list((built_site / "question").glob("*.rq"))) > 50
    table = list(csv.DictReader(io.StringIO(visitor.ask("/questions", "text/csv")[2].decode(), newline="")))
    rows = 0
    for member, line in zip(listed["member"], table, strict=True):
        assert (line["iri"], line["question"]) == (member["id"], member["label"])
        path = member["id"].removeprefix(BASE)
        data = visitor.ask(f"/{path}", "application/ld+json")[2]
        result = json.loads(visitor.ask(f"/{path}", "application/sparql-results+json")[2])
        graph = Store()
        graph.load(data, RdfFormat.JSON_LD)
        found: dict[int, set[tuple[str, str]]] = {}
        for row in graph.query(SOLUTIONS):
            found.setdefault(int(row["index"].value), set()).add((row["variable"].value, row["value"].value))
        bindings = result["results"]["bindings"]
        assert len(bindings) == int(line["rows"])
        for place, expected in enumerate(bindings, 1):
            assert found.get(place, set()) == {(name, value["value"]) for name, value in expected.items()}, path
        assert NamedNode(member["id"]) in {quad.subject for quad in graph}
        rows += len(bindings)
    assert rows > 300


def test_the_site_that_is_built_has_all_marks_of_the_doctor(server: Running) -> None:
    found = probe(f"{server.url}/", harms=True, wait=time.sleep)
    assert [(v.check.code, v.detail) for v in found.verdicts if v.state != "pass"] == []
    assert found.score() == (len(CHECKS), len(CHECKS))


def test_robots_leave_the_endpoint_alone_and_find_the_sitemap(server: Running) -> None:
    text = server.ask("/robots.txt").text
    assert "Disallow: /sparql\n" in text
    assert f"Sitemap: {BASE}sitemap.xml" in text
    assert "Disallow:\n" not in text
    assert server.ask("/sitemap.xml").headers["Content-Type"] == "application/xml"
