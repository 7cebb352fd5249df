"""Error responses in the form that a client accepts: a page, a problem in JSON (RFC 9457), or text."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from http import HTTPStatus

from scograph.json_text import json_document
from scograph.server.accept import choose
from scograph.server.answer import NO_HEADERS, TEXT, Answer, Headers
from scograph.server.representations import HTML

FORMS = ("text/plain", HTML, "application/problem+json", "application/json")
_DETAILS = {
    400: "The request cannot be read.",
    404: "Nothing is published at this address.",
    405: "This address does not allow that method.",
    410: "The document at this address was removed.",
    412: "It has changed: a precondition of the request is false.",
    413: "The request is too large.",
    429: "Too many requests from this address: try again later.",
    503: "The server is overloaded: try again later.",
}


def problem(
    status: int, accept: str, *, detail: str = "", page: bytes | None = None, headers: Headers = NO_HEADERS
) -> Answer:
    """An error.

    Args:
        status: Its status code.
        accept: The Accept header of the request.
        detail: What is wrong, in the reader's words; the status in words, if nothing is given.
        page: A page about the error, for people.
        headers: Further headers.

    Returns:
        The answer, which is not stored.
    """
    title = HTTPStatus(status).phrase
    detail = detail or _DETAILS.get(status, title)
    place = choose(accept, FORMS)
    form = FORMS[place or 0]
    common = {b"vary": b"Accept", b"cache-control": b"no-store", **headers}
    if form == HTML:
        html = page or _PAGE.format(status=status, title=escape(title), detail=escape(detail)).encode()
        return Answer(status, {b"content-type": b"text/html; charset=utf-8", **common}, html)
    if form == "text/plain":
        return Answer(status, {b"content-type": TEXT, **common}, f"{detail}\n".encode())
    document = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body = json_document(document, indent=None)
    return Answer(status, {b"content-type": form.encode(), **common}, body)


def not_acceptable(offered: Iterable[tuple[str, str]], vary: bytes) -> Answer:
    """A 406 response, with the list of the forms that there are (RFC 9110, clause 15.5.7).

    Args:
        offered: Each form's name with its address.
        vary: The headers that the choice depends on.

    Returns:
        The answer, with the forms as text and as links.
    """
    rows = list(offered)
    lines = "".join(f"{name}  {address}\n" for name, address in rows)
    links = ", ".join(f'<{address}>; rel="alternate"; type="{name}"' for name, address in rows if "/" in name)
    headers = {b"content-type": TEXT, b"vary": vary, b"cache-control": b"no-store"}
    if links:
        headers[b"link"] = links.encode("ascii", "ignore")
    return Answer(406, headers, f"No format that the request accepts. Available:\n{lines}".encode())


_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{status} {title}</title></head>
<body><main><h1>{title}</h1><p>{detail}</p><p><a href="/">Back to the start</a></p></main></body>
</html>
"""
