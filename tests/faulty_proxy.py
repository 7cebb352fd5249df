"""A proxy on loopback with the faults of networks: it refuses, cuts, delays or redirects requests."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

Fault = Callable[["Seen"], str]
"""What becomes of a request: `` (passed on), `500`, `cut` (before the store has it), `lost` (after), `swallowed` (as if
it were done), `silent`, `elsewhere`, `half` (an answer that breaks off)."""

_PASSED_ON = ("content-type", "content-encoding", "www-authenticate", "location")
"""Headers of the store's answers that the client gets."""


@dataclass(frozen=True)
class Seen:
    """A request as it came: how many were before it, its method, path and headers."""

    number: int
    method: str
    path: str
    authorization: str

    @property
    def writes(self) -> bool:
        is_added = self.method == "POST" and "graph=" in self.path
        return self.method in ("PUT", "DELETE") or is_added or "update" in self.path or "statements" in self.path


@dataclass
class FaultyProxy:
    """A proxy to a store.

    Args:
        target: The store's base address.
        fault: What becomes of each request.
        user: Who may pass, and the password, or nobody in particular.
    """

    target: str
    fault: Fault = lambda _: ""
    user: tuple[str, str] | None = None
    seen: list[Seen] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{urlsplit(self.target).path}"

    def __enter__(self) -> Self:
        proxy = self
        self._stopped = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                proxy._handle(self)

            do_PUT = do_POST = do_DELETE = do_HEAD = do_GET  # noqa: N815 -- as the library calls them

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def _handle(self, request: BaseHTTPRequestHandler) -> None:
        seen = Seen(len(self.seen), request.command, request.path, request.headers.get("authorization", ""))
        self.seen.append(seen)
        fault = self.fault(seen)
        if fault == "cut":
            request.rfile.read(min(100, int(request.headers.get("content-length", 0))))
            self._break(request)
            return
        body = request.rfile.read(int(request.headers.get("content-length", 0)))
        expected = base64.b64encode(":".join(self.user).encode()).decode() if self.user else ""
        if self.user and seen.authorization != f"Basic {expected}":
            self._answer(request, 401, b"who are you?", {"WWW-Authenticate": 'Basic realm="test"'})
        elif fault == "500":
            self._answer(request, 500, b"a fault, made on purpose", {})
        elif fault == "silent":
            self._stopped.wait(30)
            self._break(request)
        elif fault == "swallowed":
            self._answer(request, 204, b"", {})
        elif fault == "elsewhere":
            self._answer(request, 307, b"", {"Location": "http://127.0.0.1:9/"})
        else:
            self._pass_on(request, body, fault)

    def _pass_on(self, request: BaseHTTPRequestHandler, body: bytes, fault: str) -> None:
        parts = urlsplit(self.target)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        dropped = ("host", "connection", "authorization" if self.user else "")
        headers = {name: value for name, value in request.headers.items() if name.lower() not in dropped}
        try:
            connection.request(request.command, request.path, body or None, headers)
            response = connection.getresponse()
            data = response.read()
        except OSError:
            self._break(request)
            return
        finally:
            connection.close()
        if fault == "lost":
            self._break(request)
            return
        kept = {n: v for n, v in response.getheaders() if n.lower() in _PASSED_ON}
        self._answer(request, response.status, data, kept, half=fault == "half")

    def _answer(
        self, request: BaseHTTPRequestHandler, status: int, data: bytes, headers: dict[str, str], *, half: bool = False
    ) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        if status != 204:
            request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data[: len(data) // 2] if half else data)
        request.wfile.flush()
        if half:
            self._break(request)

    def _break(self, request: BaseHTTPRequestHandler) -> None:
        request.close_connection = True
        with suppress(OSError):
            request.connection.shutdown(socket.SHUT_RDWR)
