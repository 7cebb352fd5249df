"""Who may ask the desk: a browser on this machine, under a loopback name, with the secret of this start."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scograph.policies import POLICY

NAMES = ("127.0.0.1", "localhost", "[::1]")
"""The names of this machine that a Host header may have."""
READING = ("GET", "HEAD")
"""The methods that change nothing (RFC 9110, clause 9.2.1)."""
HEADERS: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
"""The headers of each answer."""
_DEFAULT_PORT = 80


@dataclass(frozen=True, slots=True)
class Door:
    """Where the desk listens, and the secret of this start.

    Args:
        port: The port.
        secret: What the address has that the command prints, and then the cookie.
    """

    port: int
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def address(self) -> str:
        """The address that opens the desk."""
        return f"http://127.0.0.1:{self.port}/?key={self.secret}"

    @property
    def cookie(self) -> str:
        """The name of the cookie: cookies do not tell ports apart (RFC 6265, clause 8.5)."""
        return f"scograph-desk-{self.port}"

    @property
    def form_key(self) -> str:
        """What each form has: made of the secret, which it does not tell."""
        return hmac.new(self.secret.encode(), b"form", hashlib.sha256).hexdigest()

    def is_form_key(self, key: str) -> bool:
        """Whether a form has the key of this start."""
        return hmac.compare_digest(key.encode(), self.form_key.encode())

    def refusal(self, scope: Scope) -> str:
        """Why a request is not answered; empty where it is, or is to be asked for the secret first."""
        headers = Headers(scope=scope)
        client = scope.get("client")
        if not client or not _is_loopback(client[0]):
            return "the desk answers this machine only"
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return "the desk answers under 127.0.0.1, localhost and [::1] only, with its port"
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return "a page of another site asked: open the desk by its address"
        if scope["method"] in READING:
            return ""
        if headers.getlist("origin") != [f"http://{hosts[0].lower()}"]:
            return "a form of another site asked: it has not the Origin of the desk"
        return ""

    def knows(self, scope: Scope) -> bool:
        """Whether a request has the secret in its cookie."""
        jar: SimpleCookie = SimpleCookie()
        try:
            jar.load("; ".join(Headers(scope=scope).getlist("cookie")))
        except CookieError:
            return False
        found = jar.get(self.cookie)
        return found is not None and self._is_secret(found.value)

    def entry(self, scope: Scope) -> Response | None:
        """The answer to the address that the command printed: a cookie, and on to the page without the secret."""
        given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("key", [])
        if scope["method"] not in READING or scope["path"] != "/" or len(given) != 1 or not self._is_secret(given[0]):
            return None
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(self.cookie, self.secret, httponly=True, samesite="strict", path="/")
        return answer

    def _is_secret(self, text: str) -> bool:
        return hmac.compare_digest(text.encode(), self.secret.encode())

    @property
    def _hosts(self) -> tuple[str, ...]:
        bare = NAMES if self.port == _DEFAULT_PORT else ()
        return (*(f"{name}:{self.port}" for name in NAMES), *bare)


class Safe:
    """An application behind a door: what the door refuses does not reach it; each answer has the strict headers.

    Args:
        app: The application.
        door: The door.
    """

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope)(scope, receive, _with_headers(send))

    def _answer(self, scope: Scope) -> ASGIApp:
        refusal = self._door.refusal(scope)
        if refusal:
            return PlainTextResponse(f"{refusal}\n", status_code=403)
        if (entry := self._door.entry(scope)) is not None:
            return entry
        if not self._door.knows(scope):
            told = "open the desk by the address that `scograph desk` printed: it has the key of this start"
            return PlainTextResponse(f"{told}\n", status_code=403)
        return self._app


def is_own_path(path: str) -> bool:
    r"""Whether a path leads to a page of the desk, and nowhere else.

    Example:
        >>> [is_own_path(path) for path in ("/source/a?passage=01", "//example.org", "https://example.org", "/\\\\a")]
        [True, False, False, False]
    """
    is_plain = path.isascii() and path.isprintable() and not set(path) & {"\\", '"', "<", ">"}
    return is_plain and path.startswith("/") and not path.startswith("//")


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(HEADERS)
        await send(message)

    return sent


def _is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_loopback
