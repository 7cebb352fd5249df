"""Who asks a store, at which address, by which way: what is refused before it is sent, and what is never shown."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from faulty_proxy import FaultyProxy
from programs import require, terminal
from scograph.cli.remote import credentials_for
from scograph.errors import StoreError, UsageError
from scograph.messages import visible
from scograph.stores.addresses import checked_address, is_address
from scograph.stores.http import Credentials, Http
from scograph.stores.remote import RemoteStore
from store_servers import Server

SECRET = "s3cret-word"  # noqa: S105 -- it is the test's
ADDRESS = "http://127.0.0.1:7878"
CLOSED = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"http://me:{SECRET}@127.0.0.1/", "has a user name or password"),
        (f"ftp://me:{SECRET}@127.0.0.1/", "has a user name or password"),
        (f"http://me:{SECRET}@[bad", "has a user name or password"),
        (f"http://127.0.0.1/?key={SECRET}", "has a query or a fragment"),
        ("http://127.0.0.1/#x", "has a query or a fragment"),
        ("ftp://127.0.0.1/", "'ftp://127.0.0.1/' is not the URL of a store"),
        ("http://", "'http://' is not the URL of a store"),
        ("http://a b/", "'http://a b/' is not the URL of a store"),
        ("http://127.0.0.1:port/", "'http://127.0.0.1:port/' is not a URL: Port could not be cast"),
        ("http://127.0.0.1:99999/", "'http://127.0.0.1:99999/' is not a URL: Port out of range"),
        ("http://[::1/", "'http://[::1/' is not a URL: Invalid IPv6 URL"),
    ],
)
def test_an_address_that_no_store_has_is_refused_without_repeating_a_secret(address: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        Http(address)
    assert said in str(raised.value)
    assert raised.value.hint
    assert SECRET not in str(raised.value)


def test_the_addresses_of_doors_are_held_to_the_same() -> None:
    bad = f"http://me:{SECRET}@127.0.0.1/update"
    with closing(Http(ADDRESS)) as http:
        with pytest.raises(UsageError, match=r"^--update-url: the address has a user name"):
            RemoteStore.open(ADDRESS, http, name="sparql", update=bad)
        with pytest.raises(UsageError, match=r"^--graph-store-url: the address has a user name"):
            RemoteStore.open(ADDRESS, http, name="sparql", graphs=bad)
    assert checked_address("https://[::1]:7878/sparql").port == 7878


def test_an_address_without_its_scheme_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("localhost:7878", "localhost:7878/x", "http:/localhost", "https:x", ""):
        with pytest.raises(UsageError, match="begins with http:// or https://"):
            is_address(name)
    (tmp_path / "a:1").mkdir()
    assert not any(is_address(name) for name in ("graph.store", "./localhost:7878", "a:1", "C:x"))
    assert is_address("http://localhost:7878")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without a netrc, and an environment that names nobody."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("NETRC", "SCOGRAPH_STORE_USER", "SCOGRAPH_STORE_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def netrc(home: Path, text: bytes, mode: int = 0o600) -> None:
    (home / ".netrc").write_bytes(text)
    (home / ".netrc").chmod(mode)


HOST = b"machine 127.0.0.1 login me password s3cret-word\n"


@pytest.mark.parametrize(
    ("text", "user", "expected"),
    [
        (b"machine elsewhere login o password x\n" + HOST, None, Credentials("me", SECRET)),
        (
            b"machine elsewhere login o password x\ndefault login me password s3cret-word\n",
            None,
            Credentials("me", SECRET),
        ),
        (HOST, "me", Credentials("me", SECRET)),
        (b"machine elsewhere login o password x\n", None, None),
    ],
)
def test_netrc_says_who_asks(text: bytes, user: str | None, expected: Credentials | None, home: Path) -> None:
    netrc(home, text)
    assert credentials_for(ADDRESS, user) == expected


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        (HOST, 0o644, "netrc: other users can read it\nhint: chmod 600 ~/.netrc"),
        (
            b"machine 127.0.0.1 login me s3cret-word\n",
            0o600,
            "netrc cannot be read: line 2 or the one before\nhint: correct the file",
        ),
        (b"machine 127.0.0.1 login m\xe9 password x\n", 0o600, "netrc cannot be read: it is not UTF-8"),
    ],
)
def test_a_netrc_that_cannot_be_used_is_said_without_its_words(text: bytes, mode: int, said: str, home: Path) -> None:
    netrc(home, text, mode)
    with pytest.raises(UsageError) as raised:
        credentials_for(ADDRESS, None)
    assert str(raised.value).startswith(said)
    assert SECRET not in str(raised.value)


def test_the_environment_comes_before_netrc_and_empty_is_nobody(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCOGRAPH_STORE_USER", "")
    monkeypatch.setenv("SCOGRAPH_STORE_PASSWORD", "")
    assert credentials_for(ADDRESS, None) is None
    netrc(home, HOST)
    assert credentials_for(ADDRESS, None) == Credentials("me", SECRET)
    monkeypatch.setenv("SCOGRAPH_STORE_USER", "you")
    monkeypatch.setenv("SCOGRAPH_STORE_PASSWORD", "other")
    assert credentials_for(ADDRESS, None) == Credentials("you", "other")
    assert credentials_for(ADDRESS, "she") == Credentials("she", "other")


def test_a_password_goes_to_the_host_that_asked_and_to_no_other(page: str) -> None:
    with (
        FaultyProxy(page, user=("me", SECRET)) as asks,
        FaultyProxy(page) as does_not,
        closing(Http(asks.address, Credentials("me", SECRET))) as http,
    ):
        for proxy in (does_not, asks, asks, does_not):
            assert http.send("GET", f"{proxy.address}/", repeat=False).is_success
        with pytest.raises(StoreError, match="the store refuses as 'me': 401"):
            http.send("GET", f"{does_not.address}/bearer", repeat=False)
    assert [bool(seen.authorization) for seen in asks.seen] == [False, True, True]
    assert [seen.authorization for seen in does_not.seen] == ["", "", ""]


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "scograph", *words]


@pytest.mark.usefixtures("home")
def test_nobody_is_asked_for_a_password_where_it_would_be_seen() -> None:
    words = command("query", "ASK {}", "--store", ADDRESS)
    environment = {**os.environ, "SCOGRAPH_STORE_USER": "me"}
    done = subprocess.run(
        words,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-2:] == [
        "error: no password for 'me'",
        "hint: set SCOGRAPH_STORE_PASSWORD, or write it into netrc",
    ]
    assert "Warning" not in done.stderr


def test_a_password_is_asked_for_on_a_terminal_and_not_shown(home: Path) -> None:
    with terminal():  # there are some
        pass
    on_a_terminal = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
    words = command("query", "ASK {}", "--store", CLOSED)
    with subprocess.Popen(
        [sys.executable, "-c", on_a_terminal, *words],
        cwd=home,
        env={**os.environ, "SCOGRAPH_STORE_USER": "me"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as asking:
        assert asking.stdin
        assert asking.stdout
        said = b""
        while not said.endswith(b"Password of me: "):
            piece = asking.stdout.read(1)
            assert piece, f"it said no more than {said!r}"
            said += piece
        asking.stdin.write(f"{SECRET}\n".encode())
        asking.stdin.flush()
        shown = [said]
        while piece := asking.stdout.read(1):
            shown.append(piece)
            if len(shown) == 2:  # it has the password, and goes on
                children = Path(f"/proc/{asking.pid}/task/{asking.pid}/children").read_text(encoding="utf-8").split()
                lists = [Path(f"/proc/{child}/cmdline").read_bytes() for child in children]
    assert asking.returncode == 4
    assert b"no answer" in b"".join(shown)
    assert [b"scograph" in line for line in lists] == [True]
    assert SECRET.encode() not in b"".join([*shown, *lists])


@pytest.mark.parametrize(("told", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_whoever_ends_a_load_is_told_what_becomes_of_it(told: signal.Signals, code: int, tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text("<urn:a> <urn:p> <urn:b> .\n", encoding="utf-8")
    server = Server("oxigraph", tmp_path / "server")
    server.start()
    words = ("--profile", "oxigraph", "--graph", "urn:g", "--name", "ended")
    try:
        with FaultyProxy(server.address, lambda seen: "silent" if seen.writes else "") as proxy:
            loading = subprocess.Popen(
                command("load", proxy.address, "a.nt", *words),
                cwd=tmp_path,
                stderr=subprocess.PIPE,
                text=True,
                preexec_fn=_heeds_ctrl_c,  # noqa: PLW1509 -- no thread
            )
            while not any(seen.writes for seen in proxy.seen):
                time.sleep(0.02)
                assert loading.poll() is None
            loading.send_signal(told)
            said = loading.communicate()[1]
        assert loading.returncode == code
        assert said.splitlines()[0] == "not everything was sent: run the command again, it continues where it stopped"
        subprocess.run(command("load", server.address, "a.nt", *words), cwd=tmp_path, capture_output=True, check=True)
        with closing(server.open()) as store:
            assert store.count("urn:g") == 1
    finally:
        server.stop()


def _heeds_ctrl_c() -> None:
    """As in a terminal: what a shell starts in the background ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


class _Secure(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server whose certificate nobody signed but itself, and that certificate."""
    folder = tmp_path_factory.mktemp("tls")
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1")
    made = (require("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names)
    subprocess.run([*made, "-keyout", "key.pem", "-out", "ca.pem"], cwd=folder, capture_output=True, check=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Secure)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_address[1]}", folder / "ca.pem"
    server.shutdown()
    server.server_close()


def test_a_certificate_that_nobody_trusts_is_refused_at_once(secure: tuple[str, Path]) -> None:
    address, _ = secure
    waited: list[float] = []
    for base in (address, ADDRESS):  # the address of a door may be another than that of the store
        with closing(Http(base, wait=waited.append)) as http, pytest.raises(StoreError) as raised:
            http.send("GET", address, repeat=True)
        assert str(raised.value).splitlines() == [
            f"{address.removeprefix('https://')}: its certificate is not trusted: self-signed certificate",
            "hint: if an authority of your own signed it, name that authority's certificate: SSL_CERT_FILE=ca.pem",
        ]
    assert not waited


def test_a_certificate_of_ones_own_authority_is_trusted_when_it_is_named(
    secure: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, authority = secure
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with closing(Http(address, trust_environment=True)) as http:
        assert http.send("GET", address, repeat=False).is_success
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    with closing(Http(address, trust_environment=True)) as http, pytest.raises(UsageError, match="SSL_CERT_FILE"):
        http.send("GET", address, repeat=False)


class _Page(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path.startswith("/endless"):
            with suppress(OSError):  # whoever asks has had enough
                self.send_response(404)
                self.end_headers()
                while True:
                    self.wfile.write(b"x" * 1_000_000)
            return
        if self.path.startswith("/empty"):
            self.send_response(200)
            self.end_headers()
            return
        page = b"<html><head><title>not shown</title></head><body><h1>It   works\x1b[31m</h1></body></html>"
        self.send_response({"/gone": 404, "/no": 405, "/bearer": 401}.get(self.path.partition("?")[0], 200))
        self.send_header("WWW-Authenticate", 'Bearer realm="of another kind"')
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    do_POST = do_GET  # noqa: N815 -- as the library calls them


@pytest.fixture(scope="module")
def page() -> Iterator[str]:
    """A server of web pages, which is no store."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "kind", "said", "hint"),
    [
        ("", "", "POST {}/: the answer is a web page, not data", "http://localhost:3030/DATASET (Apache Jena Fuseki)"),
        ("/gone", "", "POST {}/gone: 404 Not Found: It works\x1b[31m", "or the query endpoint of another"),
        ("/no", "", "POST {}/no: 405 Method Not Allowed: It works\x1b[31m", "or the query endpoint of another"),
        (
            "",
            "fuseki",
            "GET {}/data: the answer is a web page, not data",
            "looks like http://localhost:3030/DATASET: is ",
        ),
    ],
)
def test_an_address_where_no_store_stands_is_said_to_be_one(
    path: str, kind: str, said: str, hint: str, page: str
) -> None:
    with closing(Http(page + path, wait=lambda _: None)) as http, pytest.raises(StoreError) as raised:
        list(RemoteStore.open(page + path, http, name=kind).dump())
    assert raised.value.message == said.format(page.removeprefix("http://"))
    assert hint in raised.value.hint


def test_an_answer_that_is_empty_is_said_to_be(page: str) -> None:
    with closing(Http(page + "/empty", wait=lambda _: None)) as http, pytest.raises(StoreError) as raised:
        RemoteStore.open(page + "/empty", http).counts()
    assert raised.value.message == f"{page}/empty: the answer is empty"


def test_a_refusal_without_an_end_is_not_read_to_it(page: str) -> None:
    with closing(Http(page + "/endless", wait=lambda _: None)) as http, pytest.raises(StoreError) as raised:
        RemoteStore.open(page + "/endless", http).counts()
    assert raised.value.message.startswith(f"POST {page.removeprefix('http://')}/endless: 404 Not Found: xxx")


def test_a_message_of_others_gives_the_terminal_no_orders(page: str, tmp_path: Path) -> None:
    done = subprocess.run(
        command("query", "ASK {}", "--store", f"{page}/gone"), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 4
    assert "It works\N{SYMBOL FOR ESCAPE}[31m" in done.stderr
    assert "\x1b" not in done.stderr
    assert visible("tab\tline\n\x9b\x7f") == "tab\tline\n<U+009B>\N{SYMBOL FOR DELETE}"


def test_a_proxy_of_the_environment_is_used_but_not_for_this_machine(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "all_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", f"http://me:{SECRET}@127.0.0.1:9")
    with closing(Http(page, trust_environment=True, wait=lambda _: None)) as http:
        assert http.send("GET", page, repeat=False).is_success
        with pytest.raises(StoreError) as raised:
            http.send("GET", "http://store.example/", repeat=False)
    assert raised.value.hint == "is the store running, and is the proxy of the environment right?"
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("proxy", [f"foo://me:{SECRET}@127.0.0.1:9", f"socks5://me:{SECRET}@127.0.0.1:9"])
def test_a_proxy_that_cannot_be_used_is_said_without_its_password(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", proxy)
    with closing(Http(ADDRESS, trust_environment=True)) as http, pytest.raises(UsageError) as raised:
        http.send("GET", ADDRESS, repeat=False)
    assert "does not name a usable proxy" in str(raised.value)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    "words",
    [
        ("load", ADDRESS, "--graph", "no iri"),
        ("load", ADDRESS, "--graph", "x> } ; DROP ALL ; INSERT { GRAPH <y"),
        ("export", "-f", "nt", "--store", ADDRESS, "--graph", "relative"),
    ],
)
def test_a_graph_is_named_by_an_iri(words: tuple[str, ...], tmp_path: Path) -> None:
    done = subprocess.run(command(*words), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"Invalid value for '--graph': {words[-1]!r} is not an IRI: " in done.stderr


def test_options_that_a_folder_does_not_take_are_named(tmp_path: Path) -> None:
    done = subprocess.run(
        command("load", "--builtin", "some.store", "--prune", "--user", "me", "--chunk", "5"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "error: some.store is a folder: only stores with an address support" in done.stderr
    assert "support --prune, --chunk, --user\n" in done.stderr
    assert not (tmp_path / "some.store").exists()


@pytest.mark.parametrize("value", ["nan", "inf", "0", "-1"])
@pytest.mark.parametrize("words", [("load", ADDRESS), ("links", "--online")])
def test_a_time_is_a_number_of_seconds(words: tuple[str, ...], value: str, tmp_path: Path) -> None:
    done = subprocess.run(
        command(*words, "--timeout", value), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "Invalid value for '--timeout'" in done.stderr
    assert "Traceback" not in done.stderr
