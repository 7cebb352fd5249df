"""The site in a real browser and behind real servers: Chromium, nginx, Apache."""

from __future__ import annotations

import gzip
import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest

from scograph import Project
from scograph.build import BuildOptions, build
from scograph.releases import changes_of, release, releases_in
from scograph.site import SiteContent
from scograph.site.static_files import published_path
from serving import serving
from site_graphs import hostile
from web_servers import SERVERS, web_server

HERE = Path(__file__).parent
BROWSER = HERE / "browser"
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def builtin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(
        Project.builtin(), tmp_path_factory.mktemp("builtin") / "dist", options=BuildOptions(2, compress=True)
    ).folder


@pytest.fixture(scope="module")
def harmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of hostile data, with a page of hostile changes."""
    folder = tmp_path_factory.mktemp("hostile")
    project = hostile(folder / "project")
    release(Project.open(project), "1.0.0", folder / "releases")
    with (project / "data" / "notes" / "01-things.ttl").open("a", encoding="utf-8") as file:
        file.write(
            'ex:markup rdfs:label "<script>alert(5)</script>", "\\u202E"@ar . ex:added rdfs:comment "</bdi>" .\n'
        )
    release(Project.open(project), "1.1.0", folder / "releases")
    history = [changes_of(one) for one in releases_in(folder / "releases")]
    return build(Project.open(project), folder / "dist", SiteContent(history=history), BuildOptions(2)).folder


def visited(folder: Path, *options: str) -> dict[str, int]:
    """Run the browser over a site; what it found wrong fails the test."""
    return counted("run.mjs", folder, *options)


def counted(script: str, folder: Path, *options: str) -> dict[str, int]:
    """Run a script over a site: what it counted; what it found wrong fails the test."""
    done = subprocess.run(
        ["node", str(BROWSER / script), str(folder), *options], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    counts: dict[str, int] = json.loads(done.stdout.splitlines()[0])
    return counts


def test_the_built_in_site_works_in_a_browser(builtin: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counts = visited(builtin, "--walk")
    with capsys.disabled():
        print(f"\n{counts}")  # noqa: T201 -- how much was visited is what one wants to know
    assert counts["pages"] > 100
    assert counts["links"] > 10_000
    assert counts["axe"] > 80
    assert counts["steps"] == 11
    assert counts["evidence"] > 80


def test_a_hostile_site_works_in_a_browser(harmed: Path) -> None:
    assert visited(harmed)["pages"] > 50


def live(folder: Path, *origin: str) -> dict[str, int]:
    """Ask all questions on the page for queries; what was wrong fails the test."""
    return counted("live.mjs", folder, *origin)


def test_the_page_for_queries_gives_the_published_answers_below_a_path_and_on_a_host_of_files(builtin: Path) -> None:
    counts = live(builtin)
    assert counts["questions"] == len(list((builtin / "question").glob("*.rq"))) > 60
    assert counts["rows"] > 1_000
    assert counts["links"] > 20
    assert (counts["steps"], counts["axe"]) == (16, 24)


def test_the_timeline_shows_what_held_on_a_day(builtin: Path) -> None:
    counts = counted("days.mjs", builtin)
    assert (counts["steps"], counts["axe"], counts["cases"]) == (4, 4, 23)
    assert counts["held"] > 20


@pytest.mark.parametrize("site", ["builtin", "harmed"])
def test_each_kind_of_page_is_valid_html(site: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(site)
    pages = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    kinds: dict[str, list[str]] = {}
    for page in pages:
        kinds.setdefault(page.rpartition("/")[0] or page, []).append(page)
    chosen = [page for some in kinds.values() for page in some[:1]]
    done = subprocess.run(
        ["node", str(BROWSER / "validate.mjs"), str(folder), *chosen], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout) == {"pages": len(chosen), "wrong": 0}
    assert len(chosen) > (40 if site == "builtin" else 20)


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, builtin: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that runs with the configuration of the site."""
    with web_server(request.param, builtin, tmp_path_factory.mktemp(request.param)) as address:
        yield address


def test_queries_are_answered_behind_a_real_server(server: str, builtin: Path) -> None:
    assert live(builtin, server)["questions"] > 60


def test_queries_are_answered_under_serve(builtin: Path) -> None:
    with serving(builtin, "--log", "off", "--workers", "1", "--rate", "0") as running:
        assert live(builtin, running.url)["questions"] > 60


def asked(address: str, accept: str) -> tuple[int, str, bytes, dict[str, str]]:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept": accept})) as found:  # noqa: S310
            return found.status, found.headers.get_content_type(), found.read(), dict(found.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get_content_type(), error.read(), dict(error.headers)


THINGS = ("id/state/tjk", "source/unidir-sco-2021-03/passage/14", "source/unidir-sco-2021-03", "concept/role/party")


@pytest.mark.parametrize("thing", [*THINGS, "dataset"])
@pytest.mark.parametrize(
    ("accept", "extension", "media_type"),
    [
        (HTML, "html", "text/html"),
        ("text/turtle", "ttl", "text/turtle"),
        ("application/n-triples", "nt", "application/n-triples"),
        ("application/ld+json", "jsonld", "application/ld+json"),
        ("application/rdf+xml", "rdf", "application/rdf+xml"),
        ("*/*", "html", "text/html"),
        ("text/html;q=0.2, text/turtle;q=0.9", "ttl", "text/turtle"),
    ],
)
def test_an_iri_is_answered_in_the_form_that_is_asked_for(  # noqa: PLR0913, PLR0917 -- a row of a table
    server: str, builtin: Path, thing: str, accept: str, extension: str, media_type: str
) -> None:
    status, kind, body, headers = asked(f"{server}/{thing}", accept)
    assert (status, kind) == (200, media_type)
    assert body == (builtin / f"{thing}.{extension}").read_bytes()
    assert "Accept" in headers["Vary"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"


def sent(address: str, **headers: str) -> tuple[bytes, Message]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with urllib.request.urlopen(urllib.request.Request(address, headers=named)) as found:  # noqa: S310
        return found.read(), found.headers


@pytest.mark.parametrize(
    "path", ["id/state/tjk.html", "id/state/tjk", "", "sco.nt", "id/state/tjk.csv", published_path("site.css")]
)
def test_a_compressed_twin_is_sent_to_whoever_takes_it(server: str, builtin: Path, path: str) -> None:
    plain, described = sent(f"{server}/{path}", Accept="text/html", Accept_Encoding="gzip;q=0, identity")
    assert described["Content-Encoding"] is None
    packed, headers = sent(f"{server}/{path}", Accept="text/html", Accept_Encoding="deflate, gzip;q=0.8")
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    whole = {"": "index.html", "id/state/tjk": "id/state/tjk.html"}.get(path, path)
    assert packed == (builtin / f"{whole}.gz").read_bytes()
    assert headers["Content-Type"] == described["Content-Type"]
    for both in (headers, described):
        assert {"Accept", "Accept-Encoding"} <= {name.strip() for v in both.get_all("Vary") for name in v.split(",")}


def test_a_turtle_twin_that_accept_names_is_compressed_as_well(server: str, builtin: Path) -> None:
    packed, headers = sent(
        f"{server}/source/unidir-sco-2021-03/passage/14", Accept="text/turtle", Accept_Encoding="gzip"
    )
    assert packed == (builtin / "source/unidir-sco-2021-03/passage/14.ttl.gz").read_bytes()
    assert (headers["Content-Encoding"], headers.get_content_type()) == ("gzip", "text/turtle")


@pytest.mark.parametrize("server", ["apache"], indirect=True)
def test_apache_prefers_brotli(server: str, builtin: Path) -> None:
    packed, headers = sent(f"{server}/sco.nt", Accept_Encoding="gzip, deflate, br, zstd")
    assert (headers["Content-Encoding"], headers.get_content_type()) == ("br", "application/n-triples")
    assert brotli.decompress(packed) == (builtin / "sco.nt").read_bytes()


def test_a_compressed_file_that_is_asked_for_by_its_name_is_a_file(server: str, builtin: Path) -> None:
    body, headers = sent(f"{server}/sco.nt.gz", Accept_Encoding="gzip, br")
    assert headers["Content-Encoding"] is None
    assert body == (builtin / "sco.nt.gz").read_bytes()


@pytest.mark.parametrize(("path", "language"), [("nothing", "en"), ("id/state/xxx", "en"), ("ru/id/nothing", "ru")])
def test_what_is_not_there_is_said_in_the_language_of_the_tree(server: str, path: str, language: str) -> None:
    status, kind, body, _ = asked(f"{server}/{path}", HTML)
    assert (status, kind) == (404, "text/html")
    assert f'<html lang="{language}">'.encode() in body


def test_the_front_page_and_files_have_their_types(server: str) -> None:
    for path, media_type in (
        ("", "text/html"),
        ("ontology", "text/html"),
        ("id/state/tjk.csv", "text/csv"),
        ("sco.nq", "application/n-quads"),
        (published_path("site.css"), "text/css"),
        (published_path("land.svg"), "image/svg+xml"),
    ):
        assert asked(f"{server}/{path}", HTML)[:2] == (200, media_type), path
