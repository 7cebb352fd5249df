"""What became of a source's page: nothing is concluded from a failure, and no other page is taken for it."""

from __future__ import annotations

import doctest
import hashlib
import socket
from collections.abc import Iterator

import pytest

from hostile_servers import Answer, bomb, drips, endless, head, hostile, says
from pdf_files import PdfPage, pdf
from scograph import bounds
from scograph.alignment import comparison
from scograph.bounds import change_bounds
from scograph.extraction import extract
from scograph.stores import exchange
from scograph.updates import watching
from scograph.updates.watching import KnownText, PageState, Watched, watch

PAGE = b"""<!doctype html><title>Harbour Council</title><script>count()</script><h1>Harbour Council</h1>
<p>The council was founded by four ports in the spring of 1998 and has its seat in Oslo.</p>
<p>Its most recent assembly was held on 24 January 2016 in the city hall of Bergen.</p>"""
TEXT = extract(PAGE, content_type="text/html").text
KNOWN = KnownText(hashlib.sha256(TEXT.encode()).hexdigest(), hashlib.sha256(PAGE).hexdigest(), TEXT)
LOGIN = b"<title>Log in</title><form><p>Please log in to go on<input type='password' name=p></form>"
ANOTHER = b"<h1>Page not found</h1><p>We looked for it everywhere, and the page is not here any more, we are sorry.</p>"
SHELL = b"<div id=root></div><script src=app.js></script><noscript>Please switch JavaScript on.</noscript>"
LOCKED = pdf(PdfPage().at(50, 50, "Harbour"), password="harbour")  # noqa: S106 -- of a file made for the test
HTML = "text/html; charset=utf-8"


@pytest.fixture(autouse=True)
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(bounds, "_raised", dict(bounds._raised))  # noqa: SLF001
    monkeypatch.delenv(bounds.ENVIRONMENT, raising=False)
    change_bounds(["source-wait=2", "source-size=1"])
    yield
    monkeypatch.undo()


def watched(answer: Answer, known: KnownText = KNOWN) -> Watched:
    with hostile(answer) as server:
        return watch(f"{server.address}/page", known, asks_private=True)


def redirects(to: str, body: bytes, status: str = "302 Found") -> Answer:
    """A redirect from /page; any other path has the body."""

    def answer(connection: socket.socket, asked: bytes) -> None:
        if asked.startswith(b"GET /page "):
            connection.sendall(head(status, Location=to, Content_Type=HTML))
        else:
            connection.sendall(head(Content_Type=HTML) + body)

    return answer


ANSWERS: dict[str, tuple[Answer, PageState, str]] = {
    "the same bytes": (says(PAGE, HTML), PageState.UNCHANGED, ""),
    "the same text": (says(PAGE + b"<script>other()</script>", HTML), PageState.UNCHANGED, ""),
    "other quotes": (says(PAGE.replace(b"Oslo.", b"Oslo .").replace(b"four ports", b"four  ports"), HTML),
                     PageState.UNCHANGED, "but for white space"),
    "another number": (says(PAGE.replace(b"four", b"five"), HTML), PageState.CHANGED, ""),
    "half of it": (says(PAGE[: PAGE.index(b"<p>Its")], HTML), PageState.CHANGED, ""),
    "moved": (redirects("/there", PAGE, "301 Moved Permanently"), PageState.REDIRECTED, ""),
    "moved and edited": (redirects("/there", PAGE.replace(b"four", b"five")), PageState.CHANGED, ""),
    "led to the front page": (redirects("/", ANOTHER), PageState.OTHER, "Page not found"),
    "404": (says(ANOTHER, HTML, "404 Not Found"), PageState.NOT_FOUND, "404"),
    "404 with its text": (says(PAGE, HTML, "404 Not Found"), PageState.NOT_FOUND, "404"),
    "410": (says(ANOTHER, HTML, "410 Gone"), PageState.GONE, "410"),
    "403": (says(ANOTHER, HTML, "403 Forbidden"), PageState.REFUSED, "403"),
    "429": (says(ANOTHER, HTML, "429 Too Many Requests"), PageState.REFUSED, "429"),
    "451": (says(ANOTHER, HTML, "451 Unavailable For Legal Reasons"), PageState.REFUSED, "451"),
    "401": (says(LOGIN, HTML, "401 Unauthorized"), PageState.LOGIN, "401"),
    "500": (says(ANOTHER, HTML, "500 Internal Server Error"), PageState.NO_ANSWER, "500"),
    "503": (says(PAGE, HTML, "503 Service Unavailable"), PageState.NO_ANSWER, "503"),
    "304": (says(b"", HTML, "304 Not Modified"), PageState.NO_ANSWER, "304"),
    "a page to log in": (says(LOGIN, HTML), PageState.LOGIN, "log in"),
    "led to log in": (redirects("/accounts/login?next=/page", ANOTHER), PageState.LOGIN, "log in"),
    "led to log in, empty": (redirects("/sso/", b"<script>go()</script>"), PageState.LOGIN, "log in"),
    "a shell": (says(SHELL, HTML), PageState.EMPTY_SHELL, "scripts"),
    "a shell with a word": (says(SHELL + b"<p>Loading", HTML), PageState.EMPTY_SHELL, "hardly any text"),
    "not found, with 200": (says(ANOTHER, HTML), PageState.OTHER, "Page not found"),
    "nothing": (says(b"", HTML), PageState.UNREADABLE, ""),
    "204": (says(b"", HTML, "204 No Content"), PageState.UNREADABLE, ""),
    "a picture": (says(b"\x89PNG\r\n\x1a\n" + bytes(50), "image/png"), PageState.UNREADABLE, "a picture"),
    "a broken PDF": (says(b"%PDF-1.7 nothing", "application/pdf"), PageState.UNREADABLE, ""),
    "a PDF with a password": (says(LOCKED, "application/pdf"), PageState.UNREADABLE, "password"),
    "never ends": (endless(b"<p>again</p>" * 1000, HTML), PageState.NO_ANSWER, "source-size"),
    "drips": (drips(head(Content_Type=HTML), 0.2), PageState.NO_ANSWER, "2 seconds"),
    "a bomb": (bomb(40 << 20, "gzip", HTML), PageState.NO_ANSWER, ""),
    "redirects for ever": (redirects("/page", b""), PageState.NO_ANSWER, "redirects more than"),
    "closes": (lambda *_: None, PageState.NO_ANSWER, "cannot be fetched"),
    "no HTTP": (lambda connection, _: connection.sendall(b"\x00\x1b[31m"), PageState.NO_ANSWER, "cannot be fetched"),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_what_a_site_does_is_told_for_what_it_is(name: str) -> None:
    answer, state, words = ANSWERS[name]
    found = watched(answer)
    assert found.state is state, found
    assert words in found.message


def test_every_state_but_one_has_an_answer() -> None:
    assert set(PageState) - {state for _, state, _ in ANSWERS.values()} == {PageState.NOT_COMPARED}
    assert len(ANSWERS) == 35


def test_a_redirect_is_told_with_its_address() -> None:
    found = watched(ANSWERS["moved"][0])
    assert found.moved_to.endswith("/there")
    assert found.is_moved
    assert not watched(ANSWERS["moved and edited"][0]).is_moved


def test_a_private_address_is_not_asked_unless_it_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    with hostile(says(PAGE, HTML)) as server:
        found = watch(f"{server.address}/page", KNOWN)
        assert (found.state, server.seen) == (PageState.NO_ANSWER, [])
        assert "--private" in found.message
        monkeypatch.setattr(exchange, "is_public", lambda host: host == "127.0.0.1")
        with hostile(redirects("http://127.0.0.2:9/secret", b"")) as outside:
            found = watch(f"{outside.address}/page", KNOWN)
    assert (found.state, found.data) == (PageState.NO_ANSWER, b"")
    assert "private" in found.message


def test_a_text_that_is_not_at_hand_is_known_by_its_digest_and_first_words() -> None:
    words = ("Harbour Council", "The council was founded", "Its most recent assembly")
    known = KnownText(KNOWN.sha256, "", None, words)
    assert watched(says(PAGE, HTML), known).state is PageState.UNCHANGED
    assert watched(says(PAGE.replace(b"2016", b"2026"), HTML), known).state is PageState.CHANGED
    assert watched(says(ANOTHER, HTML), known).state is PageState.OTHER
    assert watched(says(ANOTHER, HTML), KnownText(KNOWN.sha256)).state is PageState.CHANGED


def test_a_page_of_which_nothing_is_known_is_not_compared() -> None:
    assert watched(says(PAGE, HTML), KnownText()).state is PageState.NOT_COMPARED


def test_the_examples_of_the_documentation_run() -> None:
    results = [doctest.testmod(module) for module in (watching, comparison)]
    assert [result.failed for result in results] == [0, 0]
    assert sum(result.attempted for result in results) >= 4
