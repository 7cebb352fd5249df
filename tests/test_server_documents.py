from __future__ import annotations

import asyncio
import gzip
import json
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from pyld.documentloader.requests import RequestsDocumentLoader
from pyld.jsonld import JsonLdError

from scograph.server.app import App
from scograph.server.cache import AnswerCache
from scograph.server.documents import Documents
from scograph.server.folder import FileChangedError, read_folder
from scograph.server.headers import Access
from scograph.server.limits import ServerLimits
from scograph.server.metrics import Metrics
from scograph.server.request import Message, Request
from scograph.server.servedbuild import ServedBuild
from serving import BASE, KAZ, SITE, TWINS, Running, built, eventually, replaced, serving, with_site

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_site(built(tmp_path_factory.mktemp("server") / "dist"), SITE)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Running]:
    with serving(folder, "--log", "off", "--workers", "1", "--public") as running:
        yield running


@pytest.mark.parametrize("form", TWINS)
def test_a_thing_leads_to_the_document_that_fits(server: Running, form: str) -> None:
    got = server.ask("/id/state/kaz", Accept=TWINS[form])
    assert (got.status, got.headers["Location"]) == (303, f"/id/state/kaz.{form}")
    assert "Accept" in got.headers["Vary"]


@pytest.mark.parametrize("form", TWINS)
def test_the_negotiated_body_is_the_file(server: Running, folder: Path, form: str) -> None:
    got = server.ask("/doc/id/state/kaz", Accept=TWINS[form])
    assert got.status == 200
    assert got.body == (folder / f"id/state/kaz.{form}").read_bytes()
    assert got.headers["Content-Location"] == f"/id/state/kaz.{form}"
    assert got.headers["Content-Type"].partition(";")[0] == TWINS[form]


def test_every_file_of_the_manifest_is_served_with_its_bytes(server: Running, folder: Path) -> None:
    paths = [row["path"] for row in json.loads((folder / "manifest.json").read_bytes())["files"]]
    assert len(paths) > 30
    for path in [*paths, "manifest.json", "SHA256SUMS"]:
        got = server.ask(f"/{path}")
        assert (got.status, got.body) == (200, (folder / path).read_bytes()), path


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "html"),
        ("*/*", "html"),
        (BROWSER, "html"),
        ("text/turtle", "ttl"),
        ("TEXT/Turtle", "ttl"),
        ("text/turtle;q=0.5, application/ld+json", "jsonld"),
        ("text/turtle;q=0.5, application/ld+json;q=0.4", "ttl"),
        ("text/html;q=0, */*", "ttl"),
        ("text/*;q=0.5, text/turtle;q=0.1, application/n-triples;q=0.3", "html"),
        ("application/*", "jsonld"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
        ('application/ld+json;profile="a,b;q=0"', "jsonld"),
        ("text/turtle, */*", "ttl"),
        ("nonsense", "html"),
        (",;q=,/", "html"),
        ("text/turtle;q=7", "html"),
        ("application/json", "jsonld"),
        ("application/rdf+xml, text/turtle;q=0.9, */*;q=0.1", "rdf"),
    ],
)
def test_weights_wildcards_and_nonsense_in_accept(server: Running, accept: str, form: str) -> None:
    got = server.ask("/doc/id/state/kaz", **({"Accept": accept} if accept else {}))
    assert (got.status, got.headers["Content-Location"]) == (200, f"/id/state/kaz.{form}")


def test_json_alone_is_the_json_ld_with_its_context_named(server: Running) -> None:
    got = server.ask("/doc/id/state/kaz", Accept="application/json")
    assert got.headers["Content-Type"] == "application/json"
    assert got.links("http://www.w3.org/ns/json-ld#context") == ["/context.jsonld"]


@pytest.mark.parametrize("path", ["/id/state/kaz", "/doc/id/state/kaz"])
def test_what_no_form_fits_is_refused_with_the_list(server: Running, path: str) -> None:
    got = server.ask(path, Accept="image/png")
    assert got.status == 406
    assert "text/turtle  /id/state/kaz.ttl" in got.text
    assert "/id/state/kaz.jsonld" in got.links("alternate")


def test_a_page_without_data_is_never_refused(server: Running) -> None:
    got = server.ask("/about", Accept="image/png")
    assert (got.status, got.headers["Content-Location"]) == (200, "/about.html")


def test_a_file_is_what_it_is_whatever_is_accepted(server: Running) -> None:
    got = server.ask("/id/state/kaz.ttl", Accept="text/html")
    assert (got.status, got.headers["Content-Type"]) == (200, "text/turtle; charset=utf-8")
    assert "Content-Location" not in got.headers


def test_an_ontology_is_a_document_with_fragments(server: Running) -> None:
    got = server.ask("/ontology", Accept="text/turtle")
    assert (got.status, got.headers["Content-Location"]) == (200, "/ontology.ttl")


OWL_API = "application/rdf+xml, application/xml; q=0.7, text/xml;q=0.6, text/plain;q=0.1, */*;q=0.09"


@pytest.mark.parametrize("stem", ["ontology", "shapes", "void", "dcat", "prov"])
@pytest.mark.parametrize(
    ("accept", "extension"),
    [
        ("text/turtle", "ttl"),
        ("application/rdf+xml", "rdf"),
        ("application/ld+json", "jsonld"),
        ("application/ld+json;q=1.0, application/json;q=0.5", "jsonld"),
        ("application/n-triples", "nt"),
        (OWL_API, "rdf"),
        ("application/trig, application/n-quads;q=0.9, */*;q=0.1", "ttl"),
    ],
)
def test_a_document_has_each_syntax(server: Running, stem: str, accept: str, extension: str) -> None:
    got = server.ask(f"/{stem}", Accept=accept)
    assert (got.status, got.headers["Content-Location"]) == (200, f"/{stem}.{extension}")


@pytest.mark.parametrize(
    ("accept", "extension"),
    [
        (OWL_API, "rdf"),
        ("application/n-quads, */*;q=0.1", "ttl"),
        ("application/n-quads, text/html;q=0.2, */*;q=0.1", "html"),
        ("application/n-quads;q=0, */*", "html"),
        ("application/n-quads, text/*;q=0.2", "html"),
        ("image/png, */*;q=0.1", "html"),
        ("*/*", "html"),
    ],
)
def test_where_accept_names_rdf_and_no_page_anything_is_rdf(server: Running, accept: str, extension: str) -> None:
    got = server.ask("/id/state/kaz", Accept=accept)
    assert (got.status, got.headers["Location"]) == (303, f"/id/state/kaz.{extension}")


def test_a_version_of_the_ontology_leads_to_it(server: Running) -> None:
    got = server.ask("/ontology/1.0.0")
    assert (got.status, got.headers["Location"]) == (303, "/ontology")


@pytest.mark.parametrize(
    ("language", "location"),
    [
        ("ru", "/ru/id/state/kaz.html"),
        ("ru-RU, en;q=0.5", "/ru/id/state/kaz.html"),
        ("fr", "/id/state/kaz.html"),
        ("en;q=0.1, ru;q=0.2", "/ru/id/state/kaz.html"),
        ("ru;q=0, en", "/id/state/kaz.html"),
        ("???", "/id/state/kaz.html"),
    ],
)
def test_a_page_comes_in_the_language_that_is_wanted(server: Running, language: str, location: str) -> None:
    got = server.ask("/id/state/kaz", Accept="text/html", Accept_Language=language)
    assert (got.status, got.headers["Location"]) == (303, location)
    assert "Accept-Language" in got.headers["Vary"]


def test_the_front_page_and_a_document_lead_to_their_language(server: Running) -> None:
    assert server.ask("/", Accept_Language="ru").headers["Location"] == "/ru/"
    assert server.ask("/").text == SITE["index.html"]
    assert server.ask("/ru").headers["Location"] == "/ru/"
    assert server.ask("/about?lang=ru").headers["Location"] == "/ru/about.html"
    assert server.ask("/ru/about").headers["Content-Location"] == "/ru/about.html"


def test_data_has_no_language(server: Running) -> None:
    got = server.ask("/id/state/kaz", Accept="text/turtle", Accept_Language="ru")
    assert got.headers["Location"] == "/id/state/kaz.ttl"


def test_a_validator_answers_304_and_differs_by_coding(server: Running) -> None:
    plain = server.ask("/id/state/kaz.html")
    coded = server.ask("/id/state/kaz.html", Accept_Encoding="gzip")
    assert plain.headers["ETag"].startswith('"')
    assert plain.headers["ETag"] != coded.headers["ETag"]
    for got in (plain, coded):
        coding = {"Accept_Encoding": "gzip"} if got is coded else {}
        again = server.ask("/id/state/kaz.html", If_None_Match=got.headers["ETag"], **coding)
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", got.headers["ETag"])
        assert again.headers["Vary"] == got.headers["Vary"]
    weak = server.ask("/id/state/kaz.html", If_None_Match=f'"x", W/{plain.headers["ETag"]}')
    assert weak.status == 304
    assert server.ask("/id/state/kaz.html", If_None_Match='"x"').status == 200
    since = plain.headers["Last-Modified"]
    assert server.ask("/id/state/kaz.html", If_Modified_Since=since).status == 304
    assert server.ask("/id/state/kaz.html", If_Modified_Since="Mon, 01 Jan 2001 00:00:00 GMT").status == 200
    assert server.ask("/id/state/kaz.html", If_None_Match='"x"', If_Modified_Since=since).status == 200
    assert server.ask("/id/state/kaz.html", If_Match='"x"').status == 412
    assert server.ask("/id/state/kaz.html", If_Modified_Since="yesterday, or so").status == 200


def test_compression_is_what_the_client_wants(server: Running, folder: Path) -> None:
    whole = (folder / "id/state/kaz.html").read_bytes()
    got = server.ask("/id/state/kaz.html", Accept_Encoding="br;q=1, gzip;q=0.5")
    assert got.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(got.body) == whole
    assert got.headers["Accept-Ranges"] == "none"
    for refused in ("gzip;q=0", "identity", "br", "gzip;q=0.1, identity;q=0.9", "*;q=0"):
        assert server.ask("/id/state/kaz.html", Accept_Encoding=refused).body == whole, refused


def test_a_large_file_is_compressed_once_beside_the_requests(server: Running, folder: Path) -> None:
    whole = (folder / "large.ttl").read_bytes()
    first = server.ask("/large.ttl", Accept_Encoding="gzip")
    assert (gzip.decompress(first.body) if first.headers["Content-Encoding"] else first.body) == whole
    assert eventually(
        lambda: server.ask("/large.ttl", "HEAD", Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"
    )
    coded = server.ask("/large.ttl", Accept_Encoding="gzip")
    assert gzip.decompress(coded.body) == whole
    assert len(coded.body) < len(whole) / 10
    assert server.ask("/large.ttl").body == whole


@pytest.mark.parametrize("path", ["/sco.nt", "/large.ttl", "/id/state/kaz.ttl"])
def test_a_range_of_a_download(server: Running, folder: Path, path: str) -> None:
    whole = (folder / path[1:]).read_bytes()
    got = server.ask(path, Range="bytes=10-19")
    assert (got.status, got.body) == (206, whole[10:20])
    assert got.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert server.ask(path, Range="bytes=-7").body == whole[-7:]
    assert server.ask(path, Range=f"bytes={len(whole) - 3}-").body == whole[-3:]
    beyond = server.ask(path, Range=f"bytes={len(whole)}-")
    assert (beyond.status, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole)}")
    for ignored in ("bytes=0-1,3-4", "bytes=5-2", "lines=1-2", "bytes=x"):
        got = server.ask(path, Range=ignored)
        assert (got.status, len(got.body)) == (200, len(whole)), ignored
    tag = got.headers["ETag"]
    assert server.ask(path, Range="bytes=0-0", If_Range=tag).status == 206
    assert server.ask(path, Range="bytes=0-0", If_Range='"other"').status == 200
    for accepted in ("gzip", "gzip, deflate, br, zstd", "gzip;q=1, identity;q=0.1"):
        coded = server.ask(path, Range="bytes=10-19", Accept_Encoding=accepted)
        assert (coded.status, coded.body, coded.headers["Content-Encoding"]) == (206, whole[10:20], None), accepted
        assert coded.headers["ETag"] == tag
    assert server.ask(path, Range="bytes=0-0", If_Range=got.headers["Last-Modified"]).status == 206


@pytest.mark.parametrize(
    "path", ["/", "/id/state/kaz", "/doc/id/state/kaz", "/large.ttl", "/none", "/sparql?query=ASK%7B%7D"]
)
def test_head_is_get_without_the_body(server: Running, path: str) -> None:
    get, head = server.ask(path), server.ask(path, "HEAD")
    assert (head.status, head.body) == (get.status, b"")
    assert {k: v for k, v in head.headers.items() if k != "date"} == {
        k: v for k, v in get.headers.items() if k != "date"
    }


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/id/state/kaz", "GET, HEAD, OPTIONS"),
        ("/sparql", "GET, HEAD, POST, OPTIONS"),
        ("/data", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_answers_the_preflight(server: Running, path: str, methods: str) -> None:
    got = server.ask(path, "OPTIONS", Origin="https://example.org", Access_Control_Request_Method="GET")
    assert (got.status, got.headers["Allow"]) == (204, methods)
    assert got.headers["Access-Control-Allow-Origin"] == "*"
    assert "Content-Type" in got.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_told_what_there_is(server: Running, method: str) -> None:
    got = server.ask("/id/state/kaz", method)
    assert (got.status, got.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_an_error_comes_in_the_form_that_is_read(server: Running) -> None:
    page = server.ask("/none", Accept=BROWSER)
    assert (page.status, page.text) == (404, SITE["404.html"])
    said = json.loads(server.ask("/none", Accept="application/json").body)
    assert (said["status"], said["title"]) == (404, "Not Found")
    assert server.ask("/none", Accept="text/turtle").headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    "path", ["/", "/none", "/id/state/kaz", "/sco.nt", "/sparql", "/sparql?query=x", "/data?default", "/-/health"]
)
def test_every_answer_may_be_read_by_scripts_and_is_not_sniffed(server: Running, path: str) -> None:
    got = server.ask(path)
    assert got.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in got.headers["Access-Control-Expose-Headers"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in got.headers
    if got.headers["Content-Type"].startswith("text/html"):
        assert "default-src 'none'" in got.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in got.headers["Content-Security-Policy"]


def test_a_range_of_a_file_with_a_compressed_twin_is_one_of_the_file_itself(tmp_path: Path) -> None:
    folder = with_site(built(tmp_path / "dist"), {"sco.nt.gz": "as if it were compressed"})
    whole = (folder / "sco.nt").read_bytes()
    with serving(folder, "--log", "off", "--workers", "1") as server:
        assert server.ask("/sco.nt", Accept_Encoding="gzip").body == b"as if it were compressed"
        got = server.ask("/sco.nt", Range="bytes=5-9", Accept_Encoding="gzip")
        assert (got.status, got.body, got.headers["Content-Encoding"]) == (206, whole[5:10], None)
        got = server.ask("/sco.nt.gz", Range="bytes=3-4", Accept_Encoding="gzip")
        assert (got.status, got.body, got.headers["Content-Encoding"]) == (206, b"if", None)
        got = server.ask("/sco.nt", Range="bytes=5-9", Accept_Encoding="gzip, *;q=0")
        assert (got.status, got.headers["Content-Encoding"]) == (200, "gzip"), "no part of what is coded"


class Session:
    """What PyLD's loader asks with: `requests`, as far as it uses that."""

    def get(self, url: str, headers: dict[str, str]) -> httpx2.Response:
        got = httpx2.get(url, headers=headers, follow_redirects=True, timeout=60)
        got.__dict__["url"] = str(got.url)
        return got


LOADED = (
    "/id/state/kaz",
    "/doc/id/state/kaz",
    "/id/state/kaz.jsonld",
    "/sco.jsonld",
    "/schema-org.jsonld",
    "/context.jsonld",
    "/dataset?_profile=schema",
    "/search?q=kaz",
    "/sparql",
    "/sparql?query=DESCRIBE%20%3Chttps%3A%2F%2Fw3id.org%2Fscograph%2Fid%2Fstate%2Fkaz%3E",
    "/data?default",
)


@pytest.mark.parametrize("path", LOADED)
def test_pyld_loads_it(server: Running, path: str) -> None:
    load = RequestsDocumentLoader(session=Session())
    try:
        got = load(f"{server.url}{path}")
    except JsonLdError as error:
        pytest.fail(str(error))
    assert got["document"]
    final = server.ask(str(got["documentUrl"]).removeprefix(server.url), Accept="application/ld+json, application/json")
    assert final.status == 200
    assert len(final.links("alternate")) <= 1


def test_links_say_what_signposting_asks_for(server: Running) -> None:
    for method in ("GET", "HEAD"):
        page = server.ask("/id/state/kaz.html", method)
        assert page.links("cite-as") == [KAZ]
        assert set(page.links("type")) == {"https://schema.org/AboutPage", f"{BASE}ontology#State"}
        assert "/id/state/kaz.ttl" in page.links("describedby")
        assert page.links("license") == ["https://creativecommons.org/licenses/by/4.0/"]
        assert page.links("author") == [f"{BASE}id/organisation/scograph"]
        assert page.links("canonical") == ["/id/state/kaz.html"]
        assert "/ru/id/state/kaz.html" in page.links("alternate")
    data = server.ask("/id/state/kaz.ttl")
    assert data.links("describes") == [KAZ]
    assert data.links("canonical") == ["/id/state/kaz.ttl"]
    assert {"/id/state/kaz.html", "/id/state/kaz.nt", "/id/state/kaz.jsonld"} <= set(data.links("alternate"))


def test_the_dataset_answers_in_the_profile_that_is_asked_for(server: Running) -> None:
    paths = {"void": "/void.ttl", "dcat": "/dcat.ttl", "schema": "/schema-org.jsonld", "prov": "/prov.ttl"}
    for token, path in paths.items():
        got = server.ask(f"/dataset?_profile={token}")
        assert (got.status, got.headers["Location"]) == (303, path)
        assert len(got.links("profile")) == 1
    got = server.ask("/dataset", Accept_Profile="<http://www.w3.org/ns/dcat#>")
    assert got.headers["Location"] == "/dcat.ttl"
    assert "Accept-Profile" in got.headers["Vary"]
    assert server.ask("/dataset?_profile=other").status == 406
    assert server.ask("/void.ttl").links("profile") == ["http://rdfs.org/ns/void#"]
    assert server.ask("/.well-known/void").headers["Location"] == "/void.ttl"
    assert server.ask("/doc/id/state/kaz?_mediatype=text/turtle").headers["Content-Location"] == "/id/state/kaz.ttl"


def test_no_path_leads_out_of_the_folder(server: Running) -> None:
    paths = (
        "/../pyproject.toml",
        "/..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/doc/../../etc/passwd",
        "//etc/passwd",
        "/%00",
        "/id/state/kaz%00.ttl",
        "/%ff%fe",
        "/id/state/kaz.ttl/",
        "/" + "a" * 5000,
        "/doc/doc/x",
    )
    for path in paths:
        assert server.ask(path).status == 404, path


def test_a_percent_encoded_path_is_decoded_once(server: Running) -> None:
    assert server.ask("/id/state/%6Baz.ttl").status == 200
    assert server.ask("/id/state/%256Baz.ttl").status == 404


def test_csv_is_saved_and_not_opened(server: Running) -> None:
    assert server.ask("/id/state/kaz.csv").headers["Content-Disposition"] == "attachment"


def test_a_request_without_host_or_with_two_is_refused(server: Running) -> None:
    for hosts in ("", "Host: a\r\nHost: b\r\n", "Host: a b\r\n", "Host: localhost/y\r\n"):
        with socket.create_connection((server.host, server.port), timeout=10) as raw:
            raw.sendall(f"GET / HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n".encode())
            assert raw.recv(64).startswith(b"HTTP/1.1 400"), hosts


def test_another_build_is_taken_over_without_a_torn_answer(tmp_path: Path) -> None:
    folder = built(tmp_path / "dist")
    with_site(folder, {**SITE, "gone.html": SITE["about.html"], "n.html": "<html lang='en'>0</html>" * 1000})
    remembered = ("--remember", str(tmp_path / "paths"))
    with serving(folder, "--log", "off", "--workers", "1", "--rate", "0", *remembered) as server:
        errors: list[object] = []
        seen: set[str] = set()
        stopping = threading.Event()

        def keep_asking() -> None:
            while not stopping.is_set():
                for path in ("/n.html", "/large.ttl", "/sparql?query=ASK%7B%7D"):
                    got = server.ask(path)
                    if got.status != 200:
                        errors.append((path, got.status))
                    if path == "/n.html":
                        seen.add(got.text)

        threads = [threading.Thread(target=keep_asking) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            for number in (1, 2):
                text = f"<html lang='en'>{number}</html>" * 1000
                replaced(folder, {"n.html": text, "large.ttl": f"# {number}\n" * 400_000}, without="gone.html")
                assert eventually(lambda text=text: text in seen), "the build was not taken over"
        finally:
            stopping.set()
            for thread in threads:
                thread.join()
        assert errors == []
        assert len(seen) == 3
        assert all(len({part for part in text.split("</html>") if part}) == 1 for text in seen)
        assert server.ask("/gone.html", Accept="text/plain").status == 410
        assert server.ask("/never.html").status == 404
        assert server.health()["status"] == "ok"
        assert server.stop() == 0
    with serving(folder, "--log", "off", "--workers", "1", *remembered) as server:
        for path in ("/gone.html", "/gone"):
            assert server.ask(path, Accept="text/plain").status == 410, "what is gone stays gone after a restart"
        assert server.ask("/never.html").status == 404


def test_a_build_that_cannot_be_read_is_not_taken_over(tmp_path: Path) -> None:
    folder = built(tmp_path / "dist")
    with serving(folder, "--log", "off", "--workers", "1") as server:
        whole = server.ask("/sco.nt").body
        (folder / "manifest.json").write_text("{}", "utf-8")
        server.hear("cannot be loaded")
        assert server.ask("/sco.nt").body == whole


def test_a_folder_is_held_file_by_file_and_then_as_a_whole(tmp_path: Path) -> None:
    folder = with_site(built(tmp_path / "dist"), SITE)
    seen, held = read_folder(folder), read_folder(folder)
    about = seen.files["about.html"].read()
    held.hold()
    shutil.rmtree(folder)
    assert seen.files["about.html"].read() == about == SITE["about.html"].encode(), "what was asked for once is held"
    assert seen.files["large.ttl"].read() == SITE["large.ttl"].encode(), "what is large is held from the start"
    with pytest.raises(FileChangedError):
        seen.files["index.html"].read()
    with pytest.raises(FileChangedError):
        seen.hold()
    assert {path: file.read().decode() for path, file in held.files.items() if path in SITE} == SITE


def test_a_file_that_changed_before_it_was_held_is_never_sent(tmp_path: Path) -> None:
    folder = with_site(built(tmp_path / "dist"), SITE)
    (folder / "about.html").write_text(SITE["about.html"].replace("about", "ABOUT"), "utf-8")
    with serving(folder, "--log", "off", "--workers", "1") as server:
        got = server.ask("/about.html")
        assert (got.status, got.headers["Retry-After"]) == (503, "2")
        assert "ABOUT" not in got.text
        assert server.ask("/index.html").status == 200
        server.hear("about.html does not have the digest of the manifest")
        replaced(folder, {"about.html": SITE["about.html"]})
        assert eventually(lambda: server.ask("/about.html").text == SITE["about.html"])


def test_documents_are_cached_whole_and_what_is_missing_is_not(folder: Path) -> None:
    cache = AnswerCache()
    documents = Documents(read_folder(folder), cache)
    logged: list[tuple[str, int, int]] = []

    def log(request: Request, client: str, status: int, size: int, seconds: float) -> None:  # noqa: ARG001
        logged.append((request.text(b"user-agent"), status, size))

    app = App(ServedBuild(documents), ServerLimits(), Metrics(), log, lambda: 0.0, Access(is_public=True))

    def ask(path: str, query: bytes = b"", agent: bytes = b"a") -> list[Message]:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.disconnect"}

        headers = [(b"host", b"localhost"), (b"user-agent", agent)]
        scope = {"type": "http", "http_version": "1.1", "scheme": "http", "method": "GET", "path": path}
        asyncio.run(app({**scope, "query_string": query, "headers": headers}, receive, send))
        return sent

    page = (folder / "about.html").read_bytes()
    first = ask("/about.html")
    documents_of_path, responses = 1, 1
    assert len(cache) == documents_of_path + responses
    assert cache.size > len(page)
    second = ask("/about.html", agent=b"b")
    assert second == first
    assert first[1]["body"] == page
    assert logged == [("a", 200, len(page)), ("b", 200, len(page))]
    assert len(cache) == documents_of_path + responses  # another agent has no entry of its own
    for number in range(5):
        assert ask("/about.html", b"x=%d" % number) == first
    assert len(cache) == documents_of_path + responses
    size = len(cache)
    assert [ask(f"/missing-{number}")[0]["status"] for number in range(5)] == [404] * 5
    assert len(cache) <= size + 5
    app.publish(ServedBuild(Documents(read_folder(folder), AnswerCache())))
    assert ask("/about.html") == first
    assert app.metrics.requests["documents", 200] == len(logged) - 5
