"""Each IRI of the data leads to its page from its own path, on `serve`, nginx and Apache; Accept by RFC 9110."""

from __future__ import annotations

import hashlib
import http.client
import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from pyoxigraph import RdfFormat, parse

from odd_identifiers import BASE, CLASS, HASH, SLASH, iris, odd_project
from scograph import Project
from scograph.addresses import ADDRESSES, AddressTable, read_addresses, request_of_iri
from scograph.build import BuildOptions, build
from scograph.errors import InputError
from scograph.formats import RDF_FORMATS
from scograph.policies import KEEP
from scograph.server.accept import choose, names_data
from serving import serving
from web_servers import SERVERS, web_server

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RDF = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
}
MAX_REDIRECTS = 2


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    return build(Project.open(odd_project(folder / "project")), folder / "dist", options=BuildOptions(2)).folder


class Client:
    """A client that asks for targets as they are, and follows redirects on one connection."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)

    def once(self, target: str, accept: str | None) -> tuple[int, http.client.HTTPMessage, bytes]:
        self._connection.putrequest("GET", target, skip_accept_encoding=True)
        if accept is not None:
            self._connection.putheader("Accept", accept)
        self._connection.endheaders()
        answer = self._connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def get(self, target: str, accept: str | None) -> tuple[int, str, bytes, str]:
        """Status, type and body of what a target leads to, and its target."""
        for _ in range(MAX_REDIRECTS + 1):
            status, headers, body = self.once(target, accept)
            if status not in {301, 302, 303, 307, 308}:
                return status, headers.get_content_type(), body, target
            found = urlsplit(urljoin(target, headers["Location"]))
            target = found.path + (f"?{found.query}" if found.query else "")
        raise AssertionError(f"more than {MAX_REDIRECTS} redirects")

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(scope="module", params=["serve", *SERVERS])
def client(request: pytest.FixtureRequest, odd: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """What asks a server that has the odd site."""
    if request.param == "serve":
        with serving(odd, "--log", "off") as running:
            found = Client(running.url)
            yield found
            found.close()
        return
    with web_server(request.param, odd, tmp_path_factory.mktemp(request.param)) as address:
        found = Client(address)
        yield found
        found.close()


def subjects(body: bytes, media_type: str) -> set[str]:
    return {getattr(quad.subject, "value", "") for quad in parse(body, RDF[media_type], base_iri="https://no.example/")}


@pytest.mark.parametrize("accept", [HTML, *RDF])
def test_each_iri_leads_to_its_page_and_data(client: Client, accept: str) -> None:
    walked = 0
    for iri in iris():
        target = f"/{request_of_iri(iri.removeprefix(BASE))}"
        status, kind, body, at = client.get(target, accept)
        expected = "text/html" if accept == HTML else accept
        assert (status, kind) == (200, expected), (iri, at)
        if accept == HTML:
            text = body.decode()
            shown = set(map(unescape, re.findall(r"<code class=\"copy\"[^>]*>([^<]*)</code>", text)))
            linked = set(re.findall(r'<span id="([^"]*)"', text))
            assert iri in shown or (iri.partition("#")[0] in shown and linked), (iri, at)
        else:
            assert iri in subjects(body, accept), (iri, at)
        walked += 1
    assert walked == len(iris()) >= 200


def test_links_and_assets_of_a_page_work_where_its_iri_led(client: Client) -> None:
    seen = 0
    for rest in ("id/Q42", "deep/er/and/DEEPER/still/", "plain", "Doc"):
        assert rest in {*SLASH, *HASH}
        _, _, body, at = client.get(f"/{rest}", HTML)
        links = re.findall(r'(?:href|src)="([^"#?]+)"', body.decode())
        local = {urljoin(at, link) for link in links if not urlsplit(link).scheme}
        for link in sorted(local):
            status, headers, _ = client.once(link, HTML)
            assert status == 200 or headers["Location"], (rest, link)
            seen += 1
    assert seen > 50


def test_what_has_a_digest_in_its_name_is_kept_by_browsers_and_nothing_else(client: Client, odd: Path) -> None:
    kept = set()
    for file in sorted((odd / "assets").iterdir()):
        status, headers, _ = client.once(f"/assets/{file.name}", "*/*")
        assert status == 200, file
        if headers["Cache-Control"] == KEEP:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
            assert f".{digest}." in file.name
            kept.add(file.name.partition(".")[0])
    assert kept == {"icon", "land", "oxigraph", "query", "query-worker", "search", "site", "timeline"}
    assert client.once("/about.html", HTML)[1]["Cache-Control"] != KEEP
    of_hosts = (odd / "_headers").read_text("utf-8")
    assert of_hosts.count(f"\n  Cache-Control: {KEEP}\n") == len(list((odd / "assets").glob("*.????????????.*"))) == 10


def test_what_is_no_iri_of_the_data_is_not_there(client: Client) -> None:
    for target in ("/id/Q43", "/id/q42/", "/P/A", "/p/", "/caf%C3%89", "/Q42|/Q42|//elsewhere.example/|", "/%0A/Q42"):
        assert client.get(target, HTML)[0] == 404, target


def test_another_spelling_of_a_path_means_the_same_iri(client: Client) -> None:
    for target, rest in (("/Paris%2C_Texas", "Paris,_Texas"), ("/%51%34%32", "Q42"), ("/caf%c3%a9-list", "café-list")):
        iri = next(one for one in iris() if one.partition("#")[0] == BASE + rest)
        assert iri in subjects(client.get(target, "text/turtle")[2], "text/turtle"), target


@pytest.mark.parametrize(("target", "fragment"), [("/vocab", ""), ("/vocab/1.0", ""), ("/vocab/Thing", "thing")])
def test_a_term_leads_to_its_place(client: Client, target: str, fragment: str) -> None:
    status, headers, _ = client.once(target, HTML)
    assert status == 303
    assert urlsplit(headers["Location"]).path == "/ontology.html", "a thing of the data has /ontology"
    assert urlsplit(headers["Location"]).fragment.startswith(fragment)
    assert client.get(target, HTML)[:2] == (200, "text/html")


def test_the_front_page_is_for_readers_and_its_data_describe_the_dataset(client: Client) -> None:
    assert client.get("/", HTML)[:2] == (200, "text/html")
    for accept in RDF:
        status, kind, body, _ = client.get("/", accept)
        assert (status, kind) == (200, accept)
        assert f"{BASE}dataset" in subjects(body, accept)


ACCEPTS = (
    *(None, "", "*/*", HTML, "text/turtle", "TEXT/Turtle", "text/*", "application/*", "image/png", "text/turtle;q=0"),
    *("text/html;q=0.2,application/ld+json;q=0.9", "text/turtle;q=0.3, text/html;q=0.35", "text/html, text/turtle"),
    *("text/turtle, text/html", "text/turtle;q=1.0,text/html", "text/turtle;q=0.900,text/html;q=0.9", "*/*;q=0.1"),
    *("text/turtle;q=0.999,text/html;q=1.000", "text/html;q=0.001,application/n-triples;q=0.002", "text/html;q=0,*/*"),
    *("application/rdf+xml, text/turtle;q=0.9, */*;q=0.09", "*/*;q=0.8, text/turtle;q=0.5", "text/*;q=0.5,*/*;q=0.4"),
    *('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted", text/html;q=0.9', "text/turtle ; q=0.5"),
    *('text/html;x="a,text/turtle";q=0.3, application/n-triples;q=0.4', "text/html;level=1;q=0.3,text/turtle;q=0.31"),
    *("application/rdf+xml;q=0.5, */*", "application/trig, */*;q=0.1", "text/turtle;q=0, */*;q=0.5"),
    *(
        "application/n-triples;q=0.1,application/xhtml+xml,*/*",
        "application/n-quads;q=0.0,*/*",
        "text/*,application/trig",
    ),
    *("text/turtlex, text/html;q=0.1", "xtext/turtle, text/html;q=0.1", "text/turtle;q=0.5;x=1,text/html;q=0.4"),
    (
        "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,text/turtle;"
        "q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,application/xml;q=0.3,image/svg+xml;q=0.3,text/html;q=0.2"
    ),
)
"""What clients send: browsers, curl, Java, Jena, OWL API, Comunica, and what is hard to read."""


@pytest.mark.parametrize("accept", ACCEPTS)
def test_the_form_with_the_highest_weight_is_served(client: Client, accept: str | None) -> None:
    offered = ("text/html", "text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml")
    place = choose(accept or "", offered)
    if place == 0 and names_data(accept or "", {row.media_type for row in RDF_FORMATS}):
        place = (choose(accept or "", offered[1:]) or 0) + 1
    status, kind, _, _ = client.get("/plain", accept)
    if place is None:
        assert (status, kind) == (200, "text/html") or status == 406, "serve has data for programs, and refuses"
    else:
        assert (status, kind) == (200, offered[place])


@pytest.mark.parametrize(
    "path", ["CITATION.cff", "citation.bib", "hosting/addresses.tsv", "odd.d.ts", "odd.nt", "void.ttl"]
)
def test_a_file_has_its_type(client: Client, path: str) -> None:
    types = {
        "CITATION.cff": "application/yaml",
        "citation.bib": "application/x-bibtex",
        "hosting/addresses.tsv": "text/tab-separated-values",
        "odd.d.ts": "text/plain",
        "odd.nt": "application/n-triples",
        "void.ttl": "text/turtle",
    }
    assert client.get(f"/{path}", "*/*")[:2] == (200, types[path])


def test_no_file_has_a_name_that_a_system_confuses_or_reserves(odd: Path) -> None:
    paths = [path.relative_to(odd).as_posix() for path in odd.rglob("*") if path.is_file()]
    assert len({unicodedata.normalize("NFD", path).casefold() for path in paths}) == len(paths) > 1000
    for path in paths:
        assert len(path) < 220, path
        assert re.fullmatch(r"[A-Za-z0-9._/-]+", path), path
        for segment in path.split("/"):
            assert not re.fullmatch(r"con|prn|aux|nul|com\d|lpt\d", segment.partition(".")[0].casefold()), path
            assert segment[0] != "-", path
            assert segment[-1] != ".", path


def test_redirects_of_static_hosts_are_within_their_limits_and_the_rest_is_listed(odd: Path) -> None:
    rules = [line.split(" ") for line in (odd / "_redirects").read_text("utf-8").splitlines() if line[0] == "/"]
    assert len(rules) <= 2000
    assert all(len(" ".join(rule)) <= 1000 and len(rule) == 3 for rule in rules)
    found = {rule[0]: rule[1] for rule in rules if rule[2] == "302"}
    assert found["/id/Q42"].startswith("/thing/")
    for page in found.values():
        assert (odd / page.partition("#")[0][1:]).is_file(), page
    left = (odd / "hosting" / "not-redirected.txt").read_text("utf-8").splitlines()
    rows = read_addresses((odd / ADDRESSES).read_bytes(), ADDRESSES)
    asked = {f"/{row.request}": row.iri for row in rows if row.request}
    assert {*left} == {iri for request, iri in asked.items() if request not in found}
    assert {f"{BASE}item?id=1", f"{BASE}a*b", f"{BASE}x:Y"} <= {*left}
    assert len(found) + len(left) == len(asked) > 200


@pytest.fixture(scope="module")
def registry(odd: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """What asks an Apache that has the redirects for w3id.org."""
    work = tmp_path_factory.mktemp("registry")
    (work / "site").mkdir()
    (work / "site" / ".htaccess").write_text((odd / "hosting" / "w3id.htaccess").read_text("utf-8"), "utf-8")
    with web_server("registry", work / "site", work) as address:
        found = Client(address)
        yield found
        found.close()


def test_the_registry_sends_each_iri_to_the_file_that_accept_asks_for(registry: Client, odd: Path) -> None:
    table = read_addresses((odd / ADDRESSES).read_bytes(), ADDRESSES)
    pages = {f"/{row.request}": row.page for row in table if row.is_any_spelling and "#" not in row.page}
    # Before Apache reads the file in a folder, it looks for the path on the disk, where a name has at most 255 bytes.
    pages = {target: page for target, page in pages.items() if max(map(len, unquote(target).split("/"))) < 250 // 2}
    walked = 0
    for target, page in {**pages, "/plain": "plain", "/id/x": "id/x"}.items():
        for accept, extension in ((HTML, "html"), ("text/turtle", "ttl"), ("text/html;q=0.2,text/turtle", "ttl")):
            status, headers, _ = registry.once(target, accept)
            stem = page.removesuffix(".html")
            expected = "html" if page != stem else extension
            assert (status, headers["Location"]) == (303, f"https://HOST/{stem}.{expected}"), (target, accept)
            assert headers["Access-Control-Allow-Origin"] == "*"
            walked += 1
    assert walked > 400
    assert registry.once("/", "text/turtle")[1]["Location"] == "https://HOST/dataset.ttl"
    assert registry.once("/", HTML)[1]["Location"] == "https://HOST/index.html"
    assert registry.once("/classes", "text/turtle")[1]["Location"].startswith("https://HOST/thing/"), (
        "it is a thing here"
    )
    assert registry.once("/odd.nt", "*/*")[1]["Location"] == "https://HOST/odd.nt"


def test_a_project_whose_iris_are_safe_names_has_no_table(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.ttl").write_text(
        f'<{BASE}dataset> <http://rdfs.org/ns/void#uriSpace> "{BASE}" . <{BASE}id/x> a <{BASE}plain> .', "utf-8"
    )
    built = build(Project.open(tmp_path), tmp_path / "dist", options=BuildOptions(1)).folder
    assert not (built / ADDRESSES).exists()
    assert "map_hash" not in (built / "hosting" / "nginx.conf").read_text("utf-8")
    assert "RewriteMap" not in (built / "hosting" / "apache.conf").read_text("utf-8")


def test_two_iris_that_differ_in_their_spelling_alone_are_told_apart() -> None:
    table = (
        "iri\trequest\tspelling\tpage\n"
        "https://e.org/%41\t%41\texact\tthing/one\nhttps://e.org/A\tA\texact\tthing/two\n"
        "https://e.org/B\tB\tany\tthing/three\n"
    )
    found = AddressTable(read_addresses(table.encode(), "x.tsv"))
    assert [found.page(*asked) for asked in (("%41", "A"), ("A", "A"), ("%42", "B"), ("C", "C"))] == [
        *("thing/one", "thing/two", "thing/three", None)
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x.tsv: not a table of addresses"),
        ("iri\trequest\tspelling\tpage\na\tb\n", "x.tsv:2: not a row of a table of addresses"),
        ("iri\trequest\tspelling\tpage\na\tb\tsome\tc\n", "x.tsv:2: not a row of a table of addresses"),
        ("\udcff", "x.tsv: not UTF-8"),
    ],
)
def test_a_broken_table_is_said(text: str, message: str) -> None:
    with pytest.raises(InputError) as found:
        read_addresses(text.encode("utf-8", "surrogateescape"), "x.tsv")
    assert str(found.value).splitlines()[0] == message


def test_the_class_of_the_fixture_is_a_term() -> None:
    assert CLASS.startswith(BASE)
