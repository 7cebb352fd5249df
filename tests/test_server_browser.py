"""The running server in Chromium, and asked by Comunica: what needs Node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scograph.server.protocol import BOOLEANS, GRAPHS, SOLUTIONS
from serving import BASE, KAZ, SITE, Running, built, serving, with_site

HERE = Path(__file__).parent
OF_THE_SITE = HERE.parent / "src" / "scograph" / "site" / "static"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build with the pages of one thing and the style of the site."""
    folder = built(tmp_path_factory.mktemp("server") / "dist")
    twin = {"@id": KAZ, "@type": f"{BASE}ontology#State", LABEL: {"@value": "Kazakhstan", "@language": "en"}}
    assets = {f"assets/{name}": (OF_THE_SITE / name).read_text("utf-8") for name in ("site.css", "icon.svg")}
    with_site(folder, {**SITE, **assets, "id/state/kaz.jsonld": json.dumps(twin)})
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Running]:
    with serving(folder, "--log", "off", "--workers", "2", "--rate", "0") as running:
        yield running


def run(script: str, *arguments: str, given: str = "") -> str:
    done = subprocess.run(
        ["node", str(HERE / "browser" / script), *arguments], input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_query_page_completes_runs_and_is_accessible(server: Running) -> None:
    said = json.loads(run("query.mjs", server.url).splitlines()[0])
    assert (said["steps"], said["axe"], said["problems"]) == (9, 12, 0)


def test_comunica_asks_the_endpoint_and_the_documents(server: Running) -> None:
    labels = f"SELECT ?label {{ <{KAZ}> <{LABEL}> ?label }}"
    asked = [
        {"query": labels, "kind": "sparql", "path": "/sparql"},
        {"query": labels, "kind": "", "path": "/sparql"},
        {"query": f"CONSTRUCT WHERE {{ <{KAZ}> ?p ?o }}", "kind": "sparql", "path": "/sparql"},
        {"query": f"ASK {{ <{KAZ}> a <{BASE}ontology#State> }}", "kind": "sparql", "path": "/sparql"},
        {"query": f"ASK {{ <{KAZ}> a <{BASE}ontology#None> }}", "kind": "sparql", "path": "/sparql"},
        {"query": labels, "kind": "", "path": "/id/state/kaz"},
        {"query": labels, "kind": "file", "path": "/doc/id/state/kaz"},
    ]
    answers = json.loads(run("comunica.mjs", server.url, given=json.dumps(asked)))
    assert [answer["type"] for answer in answers] == [
        "bindings", "bindings", "quads", "boolean", "boolean", "bindings", "bindings",
    ]  # fmt: skip
    assert {"Kazakhstan", "Казахстан"} <= {row["label"] for row in answers[0]["found"]}
    assert answers[1]["found"] == answers[0]["found"], "what kind of source it is, it finds out by itself"
    assert [KAZ, TYPE, f"{BASE}ontology#State"] in answers[2]["found"]
    assert (answers[3]["found"], answers[4]["found"]) == (True, False)
    for answer in answers[5:]:
        assert answer["found"] == [{"label": "Kazakhstan"}], "the JSON-LD of the document has no other"
    assert answers[5]["asked"] == ["/id/state/kaz"], "the redirect to the twin is the client's own affair"


def test_every_form_of_a_result_is_downloaded(server: Running) -> None:
    queries = {
        f"SELECT ?label {{ <{KAZ}> <{LABEL}> ?label }}": SOLUTIONS,
        "ASK {}": BOOLEANS,
        f"DESCRIBE <{KAZ}>": GRAPHS,
    }
    rows = json.loads(run("download.mjs", server.url, given=json.dumps(list(queries))))
    assert [(row["query"], row["format"]) for row in rows] == [
        (query, name)
        for query, forms in queries.items()
        for name in dict.fromkeys(form.name for form in forms if form.name != "html")
    ]
    for row in rows:
        assert (row["failure"], row["same"]) == (None, True), row
        assert row["bytes"] > 10
        if row["format"] in ("csv", "tsv"):
            assert row["name"] == row["opened"] == f"result.{row['format']}", row
        else:
            assert row["opened"] != "neither a page nor a download", row
