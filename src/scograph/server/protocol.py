"""Query operations of the SPARQL 1.1 Protocol (clause 2.1), and the media types of results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import NamedNode

from scograph.formats import HTML, RDF_FORMATS, RESULT_FORMATS, SPARQL_QUERY, Format, by_rank
from scograph.server.accept import bounded_header, choose, media_ranges
from scograph.server.formfields import form_fields
from scograph.server.request import BadRequestError, Request

FORM = "application/x-www-form-urlencoded"
QUERY = SPARQL_QUERY.media_type
UPDATE = "application/sparql-update"
NO_QUERY = "There is no query: give one as the parameter `query`, or as the body of a POST."
MAX_CACHED_URL = 4096
"""Query operations in URLs of up to so many bytes are cached."""
MAX_FORM_NAME = 100
"""Longer values of `format=` are ignored."""


@dataclass(frozen=True, slots=True)
class ResultForm:
    """One form of a result.

    Args:
        name: Its name for workers, and in `format=`.
        media_type: Its media type, for Accept.
        content_type: The Content-Type of an answer.
    """

    name: str
    media_type: str
    content_type: str


XHTML = "application/xhtml+xml"
_PAGES = frozenset((HTML.media_type, XHTML))
PAGE = ResultForm(HTML.name, HTML.media_type, HTML.content_type)


def _result_forms(formats: Iterable[Format]) -> tuple[ResultForm, ...]:
    """The forms that are chosen by Accept: each format by its own media type, then by broader ones, and a page."""
    negotiated = [row for row in by_rank(formats) if row.is_negotiated]
    return (
        *(ResultForm(row.name, row.essence, row.content_type) for row in negotiated),
        *(ResultForm(row.name, broader, broader) for row in negotiated for broader in row.broader_types),
        PAGE,
    )


SOLUTIONS = _result_forms(RESULT_FORMATS)
BOOLEANS = _result_forms(row for row in RESULT_FORMATS if row.has_booleans)
GRAPHS = _result_forms(RDF_FORMATS)


@dataclass(frozen=True, slots=True)
class ProtocolQuery:
    """A query operation.

    Args:
        query: Its text.
        default_graphs: `default-graph-uri`; None with no dataset in the protocol.
        named_graphs: `named-graph-uri`; None with no dataset in the protocol.
        seconds: How long it may take, if it says so; 0 else.
        form: The name of the form that it asks for besides Accept, or nothing.
    """

    query: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    seconds: float = 0.0
    form: str = ""


def forms_of(query_form: str) -> tuple[ResultForm, ...]:
    """The forms that the result of a query has.

    Args:
        query_form: SELECT, ASK, CONSTRUCT or DESCRIBE; nothing where it does not parse.

    Returns:
        The forms, the default first.
    """
    if query_form in ("CONSTRUCT", "DESCRIBE"):
        return GRAPHS
    return BOOLEANS if query_form == "ASK" else SOLUTIONS


def takes_page(accept: str, method: str) -> bool:
    """Whether a client that names HTML shows pages to people.

    A browser names XHTML besides; whoever accepts nothing but pages, or lists what it takes by name, means it too. Java
    names HTML first in every request, and anything after it.

    Args:
        accept: The Accept header.
        method: The method of the request: a program sends POST, and gets results wherever it takes any.

    Returns:
        Whether a page may be its answer.

    Example:
        >>> java = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
        >>> [takes_page(one, "GET") for one in ("text/html", "text/html,application/xhtml+xml,*/*;q=0.8", java)]
        [True, True, False]
    """
    named = {f"{one.kind}/{one.subtype}" for one in media_ranges(accept) if one.weight > 0}
    if named <= _PAGES:
        return True
    return method != "POST" and (XHTML in named or not any("*" in name for name in named))


def choose_form(query_form: str, accept: str, named: str, method: str = "GET") -> ResultForm | None:
    """Choose the form of a result.

    Args:
        query_form: As for `forms_of`.
        accept: The Accept header.
        named: The name of a form, which comes before Accept where the result has that form, or nothing.
        method: The method of the request.

    Returns:
        The form, or None if none is acceptable.
    """
    return _choose_form(query_form, bounded_header(accept), named if len(named) <= MAX_FORM_NAME else "", method)


@lru_cache(maxsize=1024)
def _choose_form(query_form: str, accept: str, named: str, method: str) -> ResultForm | None:
    forms = forms_of(query_form)
    for form in forms:
        if named and named in (form.name, form.media_type):
            return form
    place = None
    if not takes_page(accept, method):
        place = choose(accept, [form.media_type for form in forms if form != PAGE])
    if place is None:
        place = choose(accept, [form.media_type for form in forms])
    return None if place is None else forms[place]


async def read_body(request: Request, max_body: int, slow_seconds: float, max_query: int) -> bytes:
    """Read the body of a query operation by POST.

    Args:
        request: The request.
        max_body: How many bytes a form may have.
        slow_seconds: How long it may take to come.
        max_query: How many bytes a query may have.

    Returns:
        The body.

    Raises:
        BadRequestError: It is too long, does not come, or is neither a form nor a query.
    """
    media_type, charset = _content_type(request.text(b"content-type"))
    if charset not in ("", "utf-8", "utf8"):
        raise BadRequestError(415, f"The charset is {charset}, but SPARQL must be sent as UTF-8.")
    if media_type == UPDATE:
        raise BadRequestError(403, "This endpoint is read-only: updates are not supported.")
    if media_type not in (FORM, QUERY):
        raise BadRequestError(415, f"The body must be {FORM} or {QUERY}.")
    return await request.body(max_body if media_type == FORM else max_query, slow_seconds)


def is_short(request: Request) -> bool:
    """Whether a query operation is read at once, from a URL that is not long."""
    return request.method != "POST" and len(request.query) <= MAX_CACHED_URL


def read_query(request: Request, body: bytes, max_query: int) -> ProtocolQuery | None:
    """Read a query operation.

    Args:
        request: The request, a GET, HEAD or POST.
        body: Its body, of a POST.
        max_query: How many bytes the query may have.

    Returns:
        The operation; None for a GET without any parameter, which asks for the service description.

    Raises:
        BadRequestError: The request is not one of the three of clause 2.1, or is too long.
    """
    if request.method != "POST":
        if not request.query:
            return None
        read = _cached_from_url if is_short(request) else _from_url
        return read(request.query, max_query)
    fields = form_fields(request.query, max_query)
    if _content_type(request.text(b"content-type"))[0] == FORM:
        return _query_of([*fields, *form_fields(body, max_query)], None, max_query)
    query = _utf8(body)
    if any(name == "query" for name, _ in fields):
        raise BadRequestError(400, "There are two queries: one in the URL and one in the body.")
    return _query_of(fields, query, max_query)


def _from_url(query: bytes, max_query: int) -> ProtocolQuery | None:
    """The query operation in a URL."""
    fields = form_fields(query, max_query)
    return _query_of(fields, None, max_query) if fields else None


@lru_cache(maxsize=1024)
def _cached_from_url(query: bytes, max_query: int) -> ProtocolQuery | None:
    """The same, cached: clients send the same again and again."""
    return _from_url(query, max_query)


def _query_of(fields: Sequence[tuple[str, str]], query: str | None, max_query: int) -> ProtocolQuery:
    given = [value for name, value in fields if name == "query"]
    names = {name for name, _ in fields}
    if "update" in names:
        raise BadRequestError(403, "This endpoint is read-only: updates are not supported.")
    if names & {"using-graph-uri", "using-named-graph-uri"}:
        raise BadRequestError(400, "using-graph-uri belongs to updates; a query has default-graph-uri.")
    if query is None:
        if len(given) != 1:
            raise BadRequestError(400, f"There are {len(given)} parameters `query`; give one." if given else NO_QUERY)
        query = given[0]
    if len(query.encode()) > max_query:
        raise BadRequestError(413, f"The query has more than {max_query:,} bytes.")
    version = [value for name, value in fields if name == "version"]
    if version and version[0] not in ("1.1", ""):
        raise BadRequestError(400, f"The version of SPARQL is {version[0]!r}, but this endpoint supports 1.1.")
    default = _graphs(fields, "default-graph-uri")
    named = _graphs(fields, "named-graph-uri")
    seconds = _seconds(next((value for name, value in fields if name == "timeout"), ""))
    form = next((value for name, value in fields if name in ("format", "_mediatype") and value), "")
    if not (default or named):
        return ProtocolQuery(query, seconds=seconds, form=form)
    return ProtocolQuery(query, default, named, seconds, form)


def _content_type(header: str) -> tuple[str, str]:
    media_type, *parameters = (part.strip() for part in header.split(";"))
    charset = next((p[8:].strip(' "').lower() for p in parameters if p[:8].lower() == "charset="), "")
    return media_type.lower(), charset


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequestError(400, f"The query is not UTF-8: byte {error.start + 1}.") from None


def _graphs(fields: Sequence[tuple[str, str]], parameter: str) -> tuple[str, ...]:
    """The IRIs of graphs that a parameter has (clause 2.1.4)."""
    found = []
    for name, value in fields:
        if name != parameter:
            continue
        if not value:
            raise BadRequestError(400, f"`{parameter}` is empty: give the IRI of a graph, or leave it out.")
        try:
            found.append(NamedNode(value).value)
        except ValueError:
            raise BadRequestError(
                400, f"`{parameter}` is {value[:200]!r}, which is not the absolute IRI of a graph."
            ) from None
    return tuple(found)


def _seconds(value: str) -> float:
    """The `timeout` of a request in seconds."""
    try:
        seconds = float(value) if value else 0.0
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 1e6:  # noqa: PLR2004 -- also refuses what is no number
        raise BadRequestError(400, f"timeout is {value[:40]!r}, but must be a number of seconds.")
    return seconds
