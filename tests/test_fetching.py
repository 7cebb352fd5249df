"""One page is fetched within bounds, whatever the site does."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator

import pytest

from hostile_servers import Answer, bomb, drips, endless, head, hostile, says
from scograph import bounds
from scograph.bounds import change_bounds
from scograph.errors import StoreError, UsageError
from scograph.fetching import Fetched, fetch_page
from scograph.stores import exchange
from scograph.stores.exchange import AnswerBoundError, PrivateAddressError, SlowAnswerError


@pytest.fixture(autouse=True)
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(bounds, "_raised", dict(bounds._raised))  # noqa: SLF001
    monkeypatch.delenv(bounds.ENVIRONMENT, raising=False)
    change_bounds(["source-wait=2", "source-size=1"])
    yield
    monkeypatch.undo()


def fetched(answer: Answer, path: str = "/page") -> Fetched:
    with hostile(answer) as server:
        return fetch_page(server.address + path, asks_private=True)


def redirects(to: str, status: str = "301 Moved Permanently", body: bytes = b"<p>moved</p>") -> Answer:
    """A redirect from /page; any other path has a body."""

    def answer(connection: socket.socket, asked: bytes) -> None:
        if asked.startswith(b"GET /page "):
            connection.sendall(head(status, Location=to, Content_Type="text/html") + body)
        else:
            connection.sendall(head(Content_Type="text/html") + b"<p>here</p>")

    return answer


def test_a_page_comes_with_its_type() -> None:
    page = fetched(says(b"<p>here</p>", "text/html; charset=utf-8"))
    assert (page.status, page.data, page.content_type) == (200, b"<p>here</p>", "text/html; charset=utf-8")
    assert not page.is_redirected
    assert not page.is_moved


def test_a_fragment_is_not_sent_and_is_no_redirect() -> None:
    with hostile(says(b"x", "text/plain")) as server:
        page = fetch_page(f"{server.address}/page#part", asks_private=True)
    assert server.seen == ["GET /page HTTP/1.1"]
    assert not page.is_redirected


def test_a_compressed_page_is_unpacked() -> None:
    page = fetched(says(gzip.compress(b"<p>here</p>"), "text/html", Content_Encoding="gzip"))
    assert page.data == b"<p>here</p>"


@pytest.mark.parametrize(
    ("status", "is_moved"),
    [("301 Moved Permanently", True), ("308 Permanent Redirect", True), ("302 Found", False), ("307 Temp", False)],
)
def test_a_redirect_is_followed_and_told(status: str, is_moved: bool) -> None:  # noqa: FBT001
    page = fetched(redirects("/there#part", status))
    assert page.data == b"<p>here</p>"
    assert page.final.endswith("/there")
    assert page.is_redirected
    assert page.is_moved is is_moved


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "403 Forbidden", "401 Unauthorized", "503 Busy"])
def test_what_is_no_success_has_no_body(status: str) -> None:
    page = fetched(says(b"sorry", "text/plain", status))
    assert (page.status, page.data) == (int(status[:3]), b"")


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (endless(b"<p>again</p>" * 1000, "text/html"), AnswerBoundError, "source-size"),
        (drips(head(Content_Type="text/html"), 0.2), SlowAnswerError, "no complete answer within 2 seconds"),
        (drips(b"HTTP/1.1 200 OK\r\nX-Drip: ", 0.2), SlowAnswerError, "no complete answer within 2 seconds"),
        (
            bomb(40 << 20, "gzip", "text/html"),
            AnswerBoundError,
            "source-size",
        ),
        (says(b"x", "text/html", Content_Encoding="br"), StoreError, "the request did not accept"),
        (says(b"not gzip", "text/html", Content_Encoding="gzip"), StoreError, "damaged"),
        (redirects("/page"), StoreError, "redirects more than 10 times"),
        (redirects("file:///etc/passwd"), StoreError, "not an http"),
        (redirects("gopher://127.0.0.1/"), StoreError, "not an http"),
        (redirects("http://[::1"), StoreError, "not an http"),
        (lambda connection, _: connection.close(), StoreError, "cannot be fetched"),
    ],
)
def test_a_hostile_site_is_an_error_with_its_address(answer: Answer, error: type[StoreError], words: str) -> None:
    with hostile(answer) as server, pytest.raises(error) as caught:
        fetch_page(f"{server.address}/page", asks_private=True)
    assert words in caught.value.message
    assert server.address in caught.value.message


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254", "192.168.1.1"])
def test_a_private_address_is_not_asked(host: str) -> None:
    with pytest.raises(PrivateAddressError, match="a private address"):
        fetch_page(f"http://{host}:9/")


def test_a_public_site_does_not_lead_to_a_private_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "is_public", lambda host: host == "127.0.0.1")
    with hostile(redirects("http://127.0.0.2:9/secret")) as server, pytest.raises(PrivateAddressError):
        fetch_page(f"{server.address}/page")
    with (
        socket.create_server(("127.0.0.2", 0)) as inside,
        hostile(redirects(f"http://127.0.0.2:{inside.getsockname()[1]}/secret")) as server,
        pytest.raises(StoreError, match="private"),
    ):
        fetch_page(f"{server.address}/page", asks_private=True)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ftp://example.org/", "is not the URL of a page"),
        ("example.org", "is not the URL of a page"),
        ("http://", "is not the URL of a page"),
        ("http://[::1/", "is not a URL"),
        ("https://me:secret@example.org/", "has a user name or password"),
    ],
)
def test_what_is_no_address_is_refused(address: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        fetch_page(address)
    assert "secret" not in str(caught.value)


def test_a_site_that_cannot_be_reached_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(StoreError, match="cannot be fetched"):
        fetch_page(f"http://127.0.0.1:{port}/", asks_private=True)
