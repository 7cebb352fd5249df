"""The application of the desk: its routes, and the way from a request to a page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from scograph.bounds import SOURCE_SIZE
from scograph.desk.desk import Desk
from scograph.desk.pages.adding import add, adding, take_text
from scograph.desk.pages.facts import change_facts, check_thing, choose_thing, save_thing, thing_form
from scograph.desk.pages.front import LANGUAGE, begin, findings, front, language, redo, steps, undo
from scograph.desk.pages.reading import reading, record
from scograph.desk.pages.source import passages, source
from scograph.desk.rendering import desk_words, language_of, static_file
from scograph.desk.requests import SMALL, PageRequest, TooLargeError, read_form
from scograph.desk.safety import Safe
from scograph.edit.changes import ChangedSinceError
from scograph.errors import ScographError, StoreError, UsageError

KEY, KEY_HEADER = "key", "x-desk-key"
"""The field of each form, or the header of a script's request, with the key of this start."""

Handler = Callable[[Desk, PageRequest], Response]


@dataclass(frozen=True, slots=True)
class DeskRoute:
    """A page of the desk, or a form that is sent to it.

    Args:
        path: Its path, with names in braces.
        handler: What answers; it may wait for files.
        method: GET for a page, POST for what changes something.
        takes_text: Whether its form may have a text of a source: then the bound `source-size` counts.
        page: The page that shows the form, with names in braces.
    """

    path: str
    handler: Handler
    method: str = "GET"
    takes_text: bool = False
    page: str = "/"

    @property
    def limit(self) -> int:
        """How many bytes its form may have."""
        return (SOURCE_SIZE.limit << 20) + SMALL if self.takes_text else SMALL


ROUTES = (
    DeskRoute("/", front),
    DeskRoute("/begin", begin, "POST"),
    DeskRoute("/add", adding),
    DeskRoute("/add", add, "POST", takes_text=True, page="/add"),
    DeskRoute("/source/{name}", source),
    DeskRoute("/source/{name}/text", take_text, "POST", takes_text=True, page="/source/{name}"),
    DeskRoute("/source/{name}/passages/{action}", passages, "POST", page="/source/{name}"),
    DeskRoute("/source/{name}/facts/{action}", change_facts, "POST", page="/source/{name}"),
    DeskRoute("/source/{name}/thing", thing_form, page="/source/{name}"),
    DeskRoute("/source/{name}/thing/save", save_thing, "POST", page="/source/{name}"),
    DeskRoute("/source/{name}/thing/choose", choose_thing, "POST", page="/source/{name}"),
    DeskRoute("/source/{name}/thing/check", check_thing, "POST", page="/source/{name}"),
    DeskRoute("/source/{name}/read", reading, page="/source/{name}"),
    DeskRoute("/source/{name}/read", record, "POST", page="/source/{name}/read"),
    DeskRoute("/findings", findings),
    DeskRoute("/steps", steps),
    DeskRoute("/undo", undo, "POST", page="/steps"),
    DeskRoute("/redo", redo, "POST", page="/steps"),
    DeskRoute("/language", language, "POST"),
)
"""The pages, and the forms that are sent to them."""


def application(desk: Desk) -> Safe:
    """The application, behind its door.

    Args:
        desk: The desk.

    Returns:
        An ASGI application.
    """
    routes = [Route(one.path, _endpoint(desk, one), methods=[one.method]) for one in ROUTES]
    assets = Route("/assets/{name}", _asset, methods=["GET"])
    handlers = {HTTPException: partial(_http_error, desk)}
    return Safe(Starlette(routes=[*routes, assets], exception_handlers=handlers), desk.door)


async def _asset(request: Request) -> Response:
    answer = await run_in_threadpool(static_file, request.path_params["name"])
    if answer is None:
        raise HTTPException(404)
    return answer


def _asked(request: Request) -> PageRequest:
    chosen = language_of(request.cookies.get(LANGUAGE, ""), request.headers.get("accept-language", ""))
    return PageRequest(desk_words(chosen), request.path_params, dict(request.query_params))


def _endpoint(desk: Desk, route: DeskRoute) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        asked = _asked(request)
        if route.method == "POST":
            try:
                fields, files = await read_form(request, route.limit)
            except TooLargeError as error:
                shown = UsageError(asked.words("too.large", limit=asked.words.number(error.limit)))
                return await run_in_threadpool(partial(desk.refused, asked, shown, status=413))
            given = request.headers.get(KEY_HEADER) or "".join(fields.pop(KEY, []))
            if not desk.door.is_form_key(given):
                return PlainTextResponse("the form has not the key of this start: load its page again\n", 403)
            asked = PageRequest(asked.words, asked.path, asked.query, fields, files)
        return await run_in_threadpool(_answer, desk, route, asked)

    return endpoint


def _answer(desk: Desk, route: DeskRoute, asked: PageRequest) -> Response:
    """What a handler answers; an error of the person's or of a file is a page that says it."""
    try:
        return route.handler(desk, asked)
    except ScographError as error:
        again = route.page.format(**{name: quote(part, safe="") for name, part in asked.path.items()})
        found = error.found if isinstance(error, ChangedSinceError) else ()
        return desk.refused(asked, error, status=_status(error), found=found, again=again)


def _status(error: ScographError) -> int:
    """The status of an answer that tells an error (RFC 9110, clause 15)."""
    if isinstance(error, ChangedSinceError):
        return 409
    return 502 if isinstance(error, StoreError) else 400


async def _http_error(desk: Desk, request: Request, error: Exception) -> Response:
    """A page that is not there, a method that it does not take, a form that is none."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    asked = _asked(request)
    said = {404: "not.found", 405: "not.found"}.get(status, "no.form")
    shown = UsageError(asked.words(said))
    return await run_in_threadpool(partial(desk.refused, asked, shown, status=status))
