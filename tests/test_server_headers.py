"""No response of the server repeats a header that may stand once, whatever is asked and however."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest

from scograph.policies import POLICY
from scograph.server.answer import Answer
from scograph.server.headers import PAGE as PAGE_HEADERS
from scograph.server.headers import PUBLIC, Access, with_standard_headers
from scograph.server.protocol import BOOLEANS, GRAPHS, PAGE, SOLUTIONS
from serving import BASE, KAZ, SITE, TWINS, Response, Running, built, serving, with_site

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
MAY_REPEAT = frozenset(
    [
        "accept-ranges",
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-expose-headers",
        "allow",
        "cache-control",
        "connection",
        "content-encoding",
        "content-language",
        "link",
        "pragma",
        "proxy-authenticate",
        "set-cookie",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "vary",
        "via",
        "warning",
        "www-authenticate",
    ]
)
"""Headers whose value is a list by their grammar, and Set-Cookie (RFC 9110, clause 5.3)."""
LONG = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
"""Its result is more than is held back: it is sent as it is made."""
QUERIES = {
    "SELECT ?label { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label } ORDER BY ?label LIMIT 3": SOLUTIONS,
    "ASK { ?s ?p ?o }": BOOLEANS,
    f"DESCRIBE <{KAZ}>": GRAPHS,
    LONG: GRAPHS,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lists = {f"class/state.{form}": SITE[f"id/state/kaz.{form}"] for form in ("html", "ttl")}
    return with_site(built(tmp_path_factory.mktemp("server") / "dist"), {**SITE, **lists})


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Running]:
    with serving(folder, "--log", "off", "--workers", "1", "--rate", "0", "--public") as running:
        yield running


def held(got: Response, what: str) -> Response:
    """A response whose headers are in order."""
    counts = Counter(name.lower() for name in got.headers)
    repeated = {name: got.headers.get_all(name) for name, count in counts.items() if count > 1}
    assert {name for name in repeated if name not in MAY_REPEAT} == set(), f"{what}: {repeated}"
    for name in ("content-disposition", "content-security-policy", "content-type"):
        assert ", " not in got.headers.get(name, ""), f"{what}: {name} has two values in one"
    for name, value in PUBLIC.items():
        assert got.headers[name.decode()] == value.decode(), f"{what}: {name.decode()}"
    is_page = got.headers.get("content-type", "").startswith("text/html")
    assert got.headers.get("content-security-policy") == (POLICY if is_page else None), what
    is_table = got.headers.get("content-type", "").startswith(("text/csv", "text/tab-separated-values"))
    assert got.headers.get("content-disposition", "").startswith("attachment") == is_table, what
    return got


def test_every_file_by_every_method(server: Running, folder: Path) -> None:
    paths = [row["path"] for row in json.loads((folder / "manifest.json").read_bytes())["files"]]
    assert len(paths) > 30
    for path in [*paths, "manifest.json"]:
        for method in ("GET", "HEAD"):
            assert held(server.ask(f"/{path}", method), f"{method} {path}").status == 200
        etag = server.ask(f"/{path}", "HEAD").headers["ETag"]
        assert held(server.ask(f"/{path}", If_None_Match=etag), f"{path} again").status == 304
        assert held(server.ask(f"/{path}", If_Match='"other"'), f"{path} in another state").status == 412
        assert held(server.ask(f"/{path}", Range="bytes=0-9"), f"a part of {path}").status == 206
        assert held(server.ask(f"/{path}", Range="bytes=99999999-"), f"no part of {path}").status == 416
        assert held(server.ask(f"/{path}", Accept_Encoding="gzip, br"), f"{path} compressed").status == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/id/state/kaz", 303),
        ("/doc/id/state/kaz", 200),
        ("/about", 200),
        ("/class/state", 200),
        ("/ru", 308),
        ("/none", 404),
        ("/robots.txt", 200),
        ("/.well-known/void", 303),
        ("/dataset", 303),
        ("/dataset?_profile=void", 303),
        ("/dataset?_profile=other", 406),
        ("/search?q=kaz", 200),
        ("/search?q=kaz&page=9", 404),
        ("/search?q=kaz&page=x", 400),
        ("/-/health", 200),
        ("/-/metrics", 200),
        ("/-/sparql.css", 200),
        ("/-/sparql.js", 200),
        ("/-/none", 404),
        ("/sparql", 200),
        ("/sparql?query=SELEC", 400),
        ("/sparql?query=ASK{}&query=ASK{}", 400),
        ("/sparql?query=" + quote("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"), 403),
        ("/data?default", 200),
        ("/data?graph=" + quote(f"{BASE}none"), 404),
        ("/data", 400),
    ],
)
def test_every_route_in_every_form(server: Running, path: str, status: int) -> None:
    accepts = ["", BROWSER, "application/problem+json", "application/sparql-results+json", "text/tab-separated-values"]
    found = []
    for accept in [*accepts, *TWINS.values()]:
        for method in ("GET", "HEAD"):
            got = held(server.ask(path, method, Accept=accept), f"{method} {path} as {accept}")
            found.append(got.status)
    assert status in found
    for method in ("OPTIONS", "PUT", "DELETE", "PATCH", "POST"):
        held(server.ask(path, method, b""), f"{method} {path}")


@pytest.mark.parametrize("query", QUERIES)
def test_every_form_of_a_result(server: Running, query: str) -> None:
    for form in QUERIES[query]:
        for once_more in ("", " from what is kept"):
            named = server.ask(f"/sparql?query={quote(query)}&format={quote(form.media_type)}")
            asked = server.ask(f"/sparql?query={quote(query)}", Accept=form.media_type)
            posted = server.query(query, form.media_type)
            for got in (named, asked, posted):
                held(got, f"{form.media_type}{once_more}")
                if form is PAGE and query == LONG:
                    assert got.status == 413  # a page shows no result that is longer than what is held back
                else:
                    assert (got.status, got.headers["Content-Type"]) == (200, form.content_type)
            if form.name in ("csv", "tsv"):
                assert named.headers.get_all("Content-Disposition") == [f'attachment; filename="result.{form.name}"']
        head = server.ask(f"/sparql?query={quote(query)}", "HEAD", Accept=form.media_type)
        assert held(head, f"HEAD of {form.media_type}").status == (413 if form is PAGE and query == LONG else 200)
        if head.headers["ETag"]:
            again = server.ask(
                f"/sparql?query={quote(query)}", Accept=form.media_type, If_None_Match=head.headers["ETag"]
            )
            assert held(again, f"{form.media_type} unchanged").status == 304


def test_a_head_of_a_long_result_leaves_nothing_running(server: Running) -> None:
    query = quote("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")
    for _ in range(8):  # more than one address may have running
        got = held(server.ask(f"/sparql?query={query}", "HEAD", Accept="application/rdf+xml"), "HEAD of a long result")
        assert (got.status, got.headers["Content-Length"]) == (200, None)
    assert server.query("ASK {}").status == 200


def test_a_request_without_a_host(server: Running) -> None:
    connection = http.client.HTTPConnection(server.host, server.port, timeout=60)
    connection.putrequest("GET", "/", skip_host=True)
    connection.endheaders()
    got = connection.getresponse()
    assert held(Response(got.status, got.headers, got.read()), "no host").status == 400
    connection.close()


def test_headers_of_a_handler_are_kept_and_standard_ones_are_set_once() -> None:
    sent = partial(with_standard_headers, access=Access(is_public=True))
    own = {b"content-type": b"text/csv", b"content-disposition": b'attachment; filename="a.csv"'}
    assert list(sent(own).items()) == [*own.items(), *PUBLIC.items()]
    assert sent(sent(own)) == sent(own)
    assert sent({b"content-type": b"text/csv"})[b"content-disposition"] == b"attachment"
    stricter = {b"content-type": b"text/html", b"content-security-policy": b"default-src 'none'"}
    assert sent(stricter) == {**PAGE_HEADERS, **PUBLIC, **stricter}


def test_further_headers_add_to_lists_and_replace_the_others() -> None:
    answer = Answer(200, {b"vary": b"Accept", b"etag": b'"1"'})
    assert answer.with_headers({b"vary": b"Accept"}).headers == answer.headers
    more = answer.with_headers({b"vary": b"Origin", b"etag": b'"2"', b"link": b"</a>"})
    assert more.headers == {b"vary": b"Accept, Origin", b"etag": b'"2"', b"link": b"</a>"}
    assert answer.headers == {b"vary": b"Accept", b"etag": b'"1"'}
