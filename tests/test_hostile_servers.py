"""Stores and sites of others: what they answer is bounded in bytes, expansion and time, and never a traceback."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from hostile_servers import ANSWERS, MIB, Answer, head, hostile, overlong, redirects, says
from scograph.bounds import change_bounds
from scograph.cli import cli
from scograph.cli.address import publication_target
from scograph.download import download
from scograph.errors import InputError, RdfSyntaxError, ScographError, SilentStoreError, StoreError, UsageError
from scograph.graph import load_graph
from scograph.probe import probe
from scograph.probe.client import Client, ElsewhereError, hosts_of, opened
from scograph.project import Project
from scograph.stores.exchange import Exchange
from scograph.stores.http import Body, Credentials, Http
from scograph.stores.link_check import MAX_UNREACHED, PRIVATE, UnreachedError, check_links
from scograph.stores.remote import RemoteStore

TRIPLE = b"<urn:x:s> <urn:x:p> <urn:x:o> .\n"
SECONDS = 0.5
PROXIES = ("no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY", "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY")


@pytest.fixture
def small_bounds() -> None:
    change_bounds(["store-answer=8", "store-graph=8", "store-line=1", "download-seconds=1"])


OPERATIONS: dict[str, Callable[[RemoteStore], object]] = {
    "query": lambda one: one.query("SELECT * WHERE { ?s ?p ?o }"),
    "construct": lambda one: one.query("CONSTRUCT WHERE { ?s ?p ?o }"),
    "count": lambda one: one.count(""),
    "counts": lambda one: one.counts(),
    "lines": lambda one: sum(map(len, one.lines("urn:x:g"))),
    "dump": lambda one: sum(1 for _ in one.dump("urn:x:g")),
    "holds": lambda one: one.holds("urn:x:g", TRIPLE),
    "put": lambda one: one.load("urn:x:g", [Body.of(TRIPLE, "application/n-triples")]),
    "update": lambda one: one.update("CLEAR ALL"),
}


def opened_store(address: str, http: Http) -> RemoteStore:
    return RemoteStore.open(address, http, name="sparql", update=address, graphs=f"{address}/graphs")


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("name", ANSWERS)
def test_no_answer_harms_who_asks(name: str, operation: str, small_bounds: None) -> None:
    """It is taken, or a StoreError says what is wrong with it; nothing else comes out, and it ends."""
    assert small_bounds is None
    with hostile(ANSWERS[name]) as server, closing(Http(server.address, seconds=SECONDS, wait=lambda _: None)) as http:
        with suppress(StoreError):
            OPERATIONS[operation](opened_store(server.address, http))
        assert server.seen


@pytest.mark.parametrize(
    ("name", "operation", "message"),
    [
        ("endless lines", "lines", r"the answer: more than 8 MiB \(bound: store-graph\)"),
        ("endless line", "lines", r"one line of the answer: more than 1 MiB \(bound: store-line\)"),
        ("endless results", "query", r"the answer: more than 8 MiB \(bound: store-answer\)"),
        ("gzip bomb", "query", r"more than 8 MiB \(bound: store-answer\)"),
        ("brotli", "query", "the answer is compressed as br, which the request did not accept"),
        ("zstd", "lines", "the answer is compressed as zstd, which the request did not accept"),
        ("damaged gzip", "query", "the compressed answer is damaged"),
        ("dripping head", "query", "no complete answer within 0.5 seconds"),
        ("dripping body", "lines", "(no complete answer within 0.5 seconds|slower than 1,000 bytes a second)"),
        ("dripping chunk", "lines", "no complete answer within 0.5 seconds"),
        ("redirect to no address", "count", "the store redirects to "),
        ("redirect with a password", "count", "the store redirects to 'http://127.0.0.1:9/'"),
        ("no rows", "count", "0 rows instead of one with a count"),
        ("three columns", "counts", "rows without a graph or a count"),
        ("a word as count", "count", "'many' instead of a count"),
        ("a count of a million digits", "count", f"'{'9' * 20}' instead of a count"),
        ("truth", "count", "true or false instead of rows"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said(name: str, operation: str, message: str, small_bounds: None) -> None:
    assert small_bounds is None
    with hostile(ANSWERS[name]) as server, closing(Http(server.address, seconds=SECONDS, wait=lambda _: None)) as http:
        with pytest.raises(StoreError) as raised:
            OPERATIONS[operation](opened_store(server.address, http))
        assert re.search(message, raised.value.message)
        assert "secret" not in str(raised.value)


def test_the_words_of_a_page_are_found_in_one_pass() -> None:
    page = b"<html><HEAD><style>a{}</style><title>t</title></head><p>It is <b>full</b>.<script>x</script> Sorry</p>"
    with hostile(says(page, "text/html", "500 Oh")) as server, closing(Http(server.address)) as http:
        with pytest.raises(StoreError) as raised:
            http.send("GET", server.address, repeat=False)
        assert raised.value.message == f"GET {server.address[7:]}/: 500 Oh: It is full . Sorry"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["endless lines", "endless line", "gzip bomb", "endless results", "endless refusal"])
def test_memory_stays_flat_however_much_is_sent(name: str) -> None:
    """512 MiB of answer are read by a process that may have 700 MiB of addresses in all."""
    program = (
        "import resource, sys\n"
        "from scograph.bounds import change_bounds\n"
        "from scograph.errors import StoreError\n"
        "from scograph.stores.http import Http\n"
        "from scograph.stores.remote import RemoteStore\n"
        "change_bounds(['store-graph=512', 'store-answer=64'])\n"
        "resource.setrlimit(resource.RLIMIT_AS, (700 << 20, 700 << 20))\n"
        "one = RemoteStore.open(sys.argv[1], Http(sys.argv[1]), name='sparql', graphs=sys.argv[1])\n"
        "for ask in (lambda: sum(map(len, one.lines('urn:x:g'))), lambda: one.count('')):\n"
        "    try:\n"
        "        ask()\n"
        "    except StoreError as error:\n"
        "        print(error.message)\n"
    )
    with hostile(ANSWERS[name]) as server:
        done = subprocess.run(
            [sys.executable, "-c", program, server.address], capture_output=True, text=True, timeout=250, check=False
        )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2


# A query is what the gate saw.


@pytest.mark.parametrize(
    ("prefix", "iri"),
    [
        ("ex", "http://x/> SELECT * { SERVICE <http://y/> { ?s ?p ?o } } #"),
        ("ex", "http://x/\n> INSERT DATA {} #"),
        ("ex: <http://y/> SELECT", "http://x/"),
        ("e\nx", "http://x/"),
    ],
)
def test_a_namespace_puts_nothing_into_a_query(prefix: str, iri: str) -> None:
    with hostile(ANSWERS["truth"]) as server, closing(Http(server.address)) as http:
        with pytest.raises(UsageError, match=r"is not (an IRI|a prefix)"):
            opened_store(server.address, http).query("ASK {}", {prefix: iri})
        assert server.seen == []
        assert opened_store(server.address, http).query("ASK {}", {"ex": "http://x/"})


@pytest.mark.parametrize(
    ("line", "message", "column"),
    [
        ('<urn:x:d> void:uriSpace "http://x/\\n> SELECT" .', r"'http://x/\n> SELECT' is no IRI", 25),
        ('<urn:x:d> void:uriSpace "relative/" .', "'relative/' is no IRI", 25),
        ('<urn:x:d> vann:preferredNamespaceUri "http://x y/" .', "'http://x y/' is no IRI", 38),
        ('<urn:x:d> vann:preferredNamespacePrefix "a b" .', "'a b' is no prefix", 41),
        ('<urn:x:d> vann:preferredNamespacePrefix "a:\\n" .', r"'a:\n' is no prefix", 41),
    ],
)
def test_a_header_that_would_be_written_into_files_is_refused_with_its_place(
    line: str, message: str, column: int, tmp_path: Path
) -> None:
    (tmp_path / "x.ttl").write_text(
        "@prefix void: <http://rdfs.org/ns/void#> .\n@prefix vann: <http://purl.org/vocab/vann/> .\n" + line + "\n",
        encoding="utf-8",
    )
    with pytest.raises(RdfSyntaxError) as raised:
        load_graph(Project.open(tmp_path))
    assert str(raised.value).startswith(f"x.ttl:3:{column}: error header {message}\n")


@pytest.mark.parametrize("option", ["--base-url", "--endpoint"])
@pytest.mark.parametrize(
    "value", ["http://x/\n> .", "http://x/\x1b", "http://[", "ftp://x/", "http://x/\u202e", "x", "http://x/{"]
)
def test_an_address_is_one_before_it_is_written_into_files(option: str, value: str) -> None:
    given = (value, "") if option == "--base-url" else ("", value)
    with pytest.raises(UsageError, match=f"^{option} .* is not a URL"):
        publication_target(*given)


def test_deep_settings_are_refused_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text("", encoding="utf-8")
    (tmp_path / "scograph.toml").write_text("[project]\nname = " + "[" * 5000 + "]" * 5000, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        Project.open(tmp_path)
    assert str(raised.value).startswith("scograph.toml:2:108: brackets nest too deeply\n")


# Sites.


@pytest.mark.parametrize("name", ANSWERS)
def test_a_site_that_is_probed_harms_nobody(name: str) -> None:
    with hostile(ANSWERS[name]) as server, suppress(StoreError):
        probe(f"{server.address}/", most=6, seconds=SECONDS, wait=lambda _: None)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_folder_that_is_fetched_harms_nobody(name: str, tmp_path: Path, small_bounds: None) -> None:
    assert small_bounds is None
    with hostile(ANSWERS[name]) as server, pytest.raises(ScographError) as raised:
        download(server.address, tmp_path)
    assert str(tmp_path) not in str(raised.value)
    assert "secret" not in str(raised.value)


def test_addresses_that_drip_are_said_not_to_answer() -> None:
    with hostile(ANSWERS["dripping head"]) as server:
        assert check_links([server.address], SECONDS, asks_private=True) == {
            server.address: "no: no complete answer within 0.5 seconds"
        }
    with hostile(ANSWERS["redirect with a password"]) as server:
        assert check_links([server.address], 5, asks_private=True) == {server.address: "307 to http://127.0.0.1:9/"}


def test_links_to_private_addresses_are_not_asked_unless_they_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name tells nothing: the connection does, before anything is sent."""
    private = [
        "http://localhost/",
        "http://[::1]:9/",
        "http://10.0.0.1/x",
        "http://169.254.169.254/",
        "http://0.0.0.0/",
    ]
    assert set(check_links(private, 5, wait=lambda _: None).values()) == {PRIVATE}
    with hostile(says(b"here", "text/plain")) as server:
        port = server.address.rpartition(":")[2]
        resolve = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", lambda _, *rest, **named: resolve("127.0.0.1", *rest, **named))
        address = f"http://public.example:{port}/"
        assert check_links([address], 5) == {address: PRIVATE}
        assert [line for line in server.seen if line] == []
        assert check_links([address], 5, asks_private=True) == {address: "200"}


def test_a_proxy_may_have_a_private_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    with hostile(says(b"here", "text/plain")) as proxy:
        monkeypatch.setenv("http_proxy", proxy.address)
        assert check_links(["http://public.example/a"], 5) == {"http://public.example/a": "200"}
        assert proxy.seen == ["HEAD http://public.example/a HTTP/1.1"]


@pytest.mark.parametrize("status", ["103 Early Hints", "102 Processing"])
def test_an_interim_answer_is_not_the_answer(status: str, tmp_path: Path) -> None:
    """RFC 9110, 15.2: there may be any number of them before the final one."""
    interim = f"HTTP/1.1 {status}\r\nLink: </style.css>\r\n\r\n".encode()

    def answer(connection: socket.socket, request: bytes) -> None:
        body = b'{"files": []}' if b"manifest.json" in request else b""
        connection.sendall(interim * 3 + head(Content_Type="application/json", Content_Length=str(len(body))) + body)

    with hostile(answer) as server:
        assert download(server.address, tmp_path).entries == ()
    assert (tmp_path / "manifest.json").read_bytes() == b'{"files": []}'


def test_a_probe_asks_other_hosts_only_if_it_may() -> None:
    with hostile(says(b"here", "text/plain")) as other, hostile(redirects(other.address)) as site:
        found = probe(f"{site.address}/", most=10, seconds=5, wait=lambda _: None)
        assert other.seen == []
        assert any("it leads to another host" in verdict.detail for verdict in found.verdicts) or not found.entity
        probe(f"{site.address}/", most=10, seconds=5, follows=True, wait=lambda _: None)
        assert other.seen


def test_a_private_address_is_not_asked_once_a_public_one_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection tells who is at its other end, whatever a name is said to be."""
    with hostile(says(b"secret", "text/plain")) as server, opened(5) as http:
        client = Client(http, 5, 0, lambda _: None, None, 5)
        assert client.ask(server.address).status == 200
        client.exchange = Exchange(is_guarded=True)
        client.http.close()
        monkeypatch.setattr(client.exchange, "_has_been_public", True)
        with opened(5) as again:
            client.http = again
            asked = len(server.seen)
            with pytest.raises(ElsewhereError, match=r"127\.0\.0\.1: a public site leads to this private address"):
                client.ask(server.address)
        assert [line for line in server.seen[asked:] if line] == []


def test_hosts_are_compared_with_their_ports_and_without_passwords() -> None:
    assert hosts_of(["http://a/", "https://A:443/x", "http://u:p@a:8080", "", "x"]) == {"a:80", "a:443", "a:8080", ""}


@pytest.mark.parametrize("command", [["probe"], ["verify"]])
def test_an_address_with_a_password_is_refused_without_repeating_it(command: list[str]) -> None:
    done = CliRunner().invoke(cli, [*command, "http://me:secret-password@127.0.0.1:9/"])
    assert done.exit_code == 2
    assert "secret-password" not in done.output


MANIFEST = b'{"files": [%s]}'
ENTRY = b'{"path": "%s", "mediaType": "text/turtle", "bytes": 3, "sha256": "' + b"0" * 64 + b'"}'


@pytest.mark.parametrize("paths", [(b"a", b"a/b"), (b"a/b", b"a"), (b"x" * 300,)])
def test_a_manifest_whose_files_exclude_each_other_names_no_folder_of_this_machine(
    paths: tuple[bytes, ...], tmp_path: Path
) -> None:
    manifest = MANIFEST % b", ".join(ENTRY % path for path in paths)

    def answer(connection: socket.socket, request: bytes) -> None:
        body = manifest if b"manifest.json" in request else b"abc"
        connection.sendall(head(Content_Type="application/json") + body)

    with hostile(answer) as server, pytest.raises(InputError, match="cannot be a file beside the others") as raised:
        download(server.address, tmp_path)
    assert str(tmp_path) not in str(raised.value)


def test_a_slow_answer_is_an_error_of_silence_to_who_waits() -> None:
    with hostile(ANSWERS["dripping head"]) as server, closing(Http(server.address, seconds=SECONDS)) as http:
        with pytest.raises(SilentStoreError):
            http.send("PUT", server.address, body=Body.of(TRIPLE, "application/n-triples"), repeat=True)
        assert len(server.seen) == 1


def test_who_is_at_work_on_an_answer_is_not_taken_for_a_slow_server() -> None:
    answer: Answer = says(TRIPLE * 10_000, "application/n-triples")
    with (
        hostile(answer) as server,
        closing(Http(server.address, seconds=0.3)) as http,
        http.stream("GET", server.address, repeat=False) as response,
    ):
        pieces = http.counted(response)
        first = next(pieces)
        time.sleep(1)
        assert len(first) + sum(map(len, pieces)) == len(TRIPLE) * 10_000


TAKEN = 64 * MIB
"""Bytes that a hostile server may lose to the buffers of sockets, over all connections, before nobody reads."""


def test_what_a_redirect_says_besides_is_not_read(tmp_path: Path) -> None:
    taken: list[int] = []
    start = b"HTTP/1.1 302 Found\r\nLocation: /again\r\nConnection: close\r\n\r\n"
    with hostile(overlong(start, taken)) as server, pytest.raises(StoreError, match="302"):
        download(server.address, tmp_path)
    assert sum(taken) < TAKEN


CHALLENGES = {
    "Basic": 'Basic realm="x"',
    "Digest": 'Digest realm="x", nonce="y", qop="auth"',
}


@pytest.mark.parametrize("challenge", CHALLENGES)
def test_what_a_challenge_says_besides_is_not_read(challenge: str) -> None:
    """The library reads a refusal to its end before it asks again with a password, each time that it is asked."""
    taken: list[int] = []
    start = f"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: {CHALLENGES[challenge]}\r\nConnection: close\r\n\r\n"
    who = Credentials("curator", "a secret")
    with (
        hostile(overlong(start.encode(), taken)) as server,
        closing(Http(server.address, who, seconds=20, wait=lambda _: None)) as http,
    ):
        store = opened_store(server.address, http)
        for _ in range(2):
            with pytest.raises(StoreError, match="401"):
                store.count("")
    assert sum(taken) < TAKEN


@pytest.mark.parametrize(
    "challenge",
    [
        'Digest realm="x", nonce="y", algorithm=ROT13',
        'Digest realm="x", nonce="y", qop="auth-int"',
        "Digest realm",
        'Digest realm="x"',
        "Digest",
        "Basic, Digest \x1b[31m",
    ],
)
def test_a_challenge_that_cannot_be_met_is_told(challenge: str) -> None:
    answer = says(b"", "text/plain", "401 Unauthorized", WWW_Authenticate=challenge)
    who = Credentials("curator", "a secret")
    with (
        hostile(answer) as server,
        closing(Http(server.address, who, seconds=5, wait=lambda _: None)) as http,
        pytest.raises(StoreError, match=r"an authentication scheme that is not supported|refuses as 'curator': 401"),
    ):
        opened_store(server.address, http).count("")


NOT_FOUND = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


def resolving(known: dict[str, int], asked: list[str]) -> Callable[..., object]:
    """A resolver that knows some names, all of this machine, and no other."""
    resolve: Callable[..., object] = socket.getaddrinfo

    def found(host: str, _: object, *rest: object, **named: object) -> object:
        asked.append(host)
        if host not in known:
            raise NOT_FOUND
        return resolve("127.0.0.1", known[host], *rest, **named)

    return found


def test_a_network_that_is_not_there_is_no_wrong_link(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(socket, "getaddrinfo", resolving({}, asked))
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    links = [f"http://{host}.example/{page}" for host in "abcdef" for page in (1, 2)]
    with pytest.raises(UnreachedError, match=r"none of the first 3 hosts can be reached \(a\.example: ") as raised:
        check_links(links, 5)
    assert raised.value.exit_code == 4
    assert asked == ["a.example", "b.example", "c.example"]
    assert len(asked) == MAX_UNREACHED
    with pytest.raises(UnreachedError, match=r"no host can be reached \(a\.example: "):
        check_links(links[:2], 5)


def test_a_host_that_is_not_there_is_a_wrong_link_where_another_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    with hostile(says(b"here", "text/plain")) as server:
        port = int(server.address.rpartition(":")[2])
        monkeypatch.setattr(socket, "getaddrinfo", resolving({"here.example": port}, asked))
        links = [f"http://{host}.example/{page}" for host in ("a", "b", "here", "c", "d") for page in (1, 2)]
        said = check_links(links, 5, asks_private=True, wait=lambda _: None)
    right = [link for link in links if said[link] == "200"]
    assert right == ["http://here.example/1", "http://here.example/2"]
    assert {said[link] for link in links if link not in right} == {
        "no: [Errno -3] Temporary failure in name resolution"
    }
    assert asked.count("a.example") == 1


def test_a_connection_that_is_refused_reached_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/"
        said = check_links([address], 5, asks_private=True)
    assert said[address].startswith("no: ")
    monkeypatch.setenv("http_proxy", address)
    with pytest.raises(UnreachedError, match=r"no host can be reached \(public\.example: "):
        check_links(["http://public.example/"], 5)


def test_links_offline_lists_them_and_says_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", resolving({}, []))
    see = "<http://www.w3.org/2000/01/rdf-schema#seeAlso>"
    pages = [f"https://www.wikidata.org/wiki/Q{number}" for number in (1, 2)] + ["https://other.example/x"]
    Path("a.nt").write_text("".join(f"<https://own.example/a> {see} <{page}> .\n" for page in pages), encoding="utf-8")
    done = CliRunner().invoke(cli, ["links", "a.nt", "--online"], prog_name="scograph")
    assert done.exit_code == 4, done.output
    assert [line.split()[1] for line in done.stdout.splitlines()] == sorted(pages)
    assert done.stderr.count("can be reached") == 1
    assert "; 0 wrong" in done.stderr
