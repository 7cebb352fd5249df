"""The SPARQL 1.1 Protocol's requests and the forms of its results (clauses 2.1 and 3.1 of the Recommendation)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import parse_qsl

from pyoxigraph import NamedNode

from scograph.formats import HTML, RDF_FORMATS, RESULT_FORMATS, SPARQL_QUERY, Format, by_rank
from scograph.server.accept import bounded, choose
from scograph.server.request import BadRequestError, Request

FORM = "application/x-www-form-urlencoded"
QUERY = SPARQL_QUERY.media_type
UPDATE = "application/sparql-update"
MOST_FIELDS = 200
SHORT = 4096
"""What an address of up to so many bytes asks is kept in mind."""
LONGEST_NAME = 100
"""So long may be what `format=` says."""


@dataclass(frozen=True, slots=True)
class ResultForm:
    """One form of a result.

    Args:
        name: What the worker, and `format=`, call it.
        media_type: What is asked for with Accept.
        content_type: What the answer says that it is.
    """

    name: str
    media_type: str
    content_type: str


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
class Asking:
    """A query as the protocol carries it.

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


def choose_form(query_form: str, accept: str, named: str) -> ResultForm | None:
    """Choose the form of a result.

    Args:
        query_form: As for `forms_of`.
        accept: The Accept header.
        named: The name of a form, which comes before Accept where the result has that form, or nothing.

    Returns:
        The form, or None if none is acceptable.
    """
    return _choose_form(query_form, bounded(accept), named if len(named) <= LONGEST_NAME else "")


@lru_cache(maxsize=1024)
def _choose_form(query_form: str, accept: str, named: str) -> ResultForm | None:
    forms = forms_of(query_form)
    for form in forms:
        if named and named in (form.name, form.media_type):
            return form
    place = choose(accept, [form.media_type for form in forms])
    return None if place is None else forms[place]


async def read_body(request: Request, most_body: int, slow_seconds: float, most_query: int) -> bytes:
    """Read the body of a query operation by POST.

    Args:
        request: The request.
        most_body: How many bytes a form may have.
        slow_seconds: How long it may take to come.
        most_query: How many bytes a query may have.

    Returns:
        The body.

    Raises:
        BadRequestError: It is too long, does not come, or is neither a form nor a query.
    """
    media_type, charset = _content_type(request.text(b"content-type"))
    if charset not in ("", "utf-8", "utf8"):
        raise BadRequestError(415, f"The charset is {charset}, and SPARQL is sent as UTF-8.")
    if media_type == UPDATE:
        raise BadRequestError(403, "This endpoint is read-only: there is no update.")
    if media_type not in (FORM, QUERY):
        raise BadRequestError(415, f"The body has to be {FORM} or {QUERY}.")
    return await request.body(most_body if media_type == FORM else most_query, slow_seconds)


def is_short(request: Request) -> bool:
    """Whether a query operation can be read at once: what it asks is in its address, and that is not long."""
    return request.method != "POST" and len(request.query) <= SHORT


def read_asking(request: Request, body: bytes, most_query: int) -> Asking | None:
    """Read a query operation.

    Args:
        request: The request, a GET, HEAD or POST.
        body: Its body, of a POST.
        most_query: How many bytes the query may have.

    Returns:
        What is asked; None for a GET without any parameter, which asks for the service description.

    Raises:
        BadRequestError: The request is not one of the three of clause 2.1, or is too long.
    """
    if request.method != "POST":
        if not request.query:
            return None
        return _short(request.query, most_query) if is_short(request) else _got(request.query, most_query)
    fields = _fields(request.query)
    if _content_type(request.text(b"content-type"))[0] == FORM:
        return _asking([*fields, *_fields(body)], None, most_query)
    query = _utf8(body)
    if any(name == "query" for name, _ in fields):
        raise BadRequestError(400, "There are two queries: one in the address and one in the body.")
    return _asking(fields, query, most_query)


def _got(query: bytes, most_query: int) -> Asking | None:
    """What the query of an address asks."""
    fields = _fields(query)
    return _asking(fields, None, most_query) if fields else None


@lru_cache(maxsize=1024)
def _short(query: bytes, most_query: int) -> Asking | None:
    """The same, read once: clients ask the same again and again."""
    return _got(query, most_query)


def _asking(fields: Sequence[tuple[str, str]], query: str | None, most_query: int) -> Asking:
    given = [value for name, value in fields if name == "query"]
    names = {name for name, _ in fields}
    if "update" in names:
        raise BadRequestError(403, "This endpoint is read-only: there is no update.")
    if names & {"using-graph-uri", "using-named-graph-uri"}:
        raise BadRequestError(400, "using-graph-uri belongs to updates; a query has default-graph-uri.")
    if query is None:
        if len(given) != 1:
            raise BadRequestError(400, f"There has to be one `query`, and there are {len(given)}.")
        query = given[0]
    if len(query.encode()) > most_query:
        raise BadRequestError(413, f"The query has more than {most_query:,} bytes.")
    version = [value for name, value in fields if name == "version"]
    if version and version[0] not in ("1.1", ""):
        raise BadRequestError(400, f"The version of SPARQL is {version[0]!r}, and this endpoint knows 1.1.")
    default = tuple(_iri(value) for name, value in fields if name == "default-graph-uri")
    named = tuple(_iri(value) for name, value in fields if name == "named-graph-uri")
    seconds = _seconds(next((value for name, value in fields if name == "timeout"), ""))
    form = next((value for name, value in fields if name in ("format", "_mediatype") and value), "")
    asking = Asking(query, seconds=seconds, form=form)
    return replace(asking, default_graphs=default, named_graphs=named) if default or named else asking


def _fields(data: bytes) -> list[tuple[str, str]]:
    """The fields of a form or a query, percent-decoded once (HTML, application/x-www-form-urlencoded)."""
    try:
        return parse_qsl(
            data.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=MOST_FIELDS
        )
    except UnicodeDecodeError:
        raise BadRequestError(400, "The parameters are not percent-encoded UTF-8.") from None
    except ValueError:
        raise BadRequestError(400, f"There are more than {MOST_FIELDS} parameters.") from None


def _content_type(header: str) -> tuple[str, str]:
    media_type, *parameters = (part.strip() for part in header.split(";"))
    charset = next((p[8:].strip(' "').lower() for p in parameters if p[:8].lower() == "charset="), "")
    return media_type.lower(), charset


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequestError(400, f"The query is not UTF-8: byte {error.start + 1}.") from None


def _iri(value: str) -> str:
    try:
        return NamedNode(value).value
    except ValueError:
        raise BadRequestError(400, f"{value[:200]!r} is no absolute IRI of a graph.") from None


def _seconds(value: str) -> float:
    """The `timeout` of a request in seconds."""
    try:
        seconds = float(value) if value else 0.0
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 1e6:  # noqa: PLR2004 -- also refuses what is no number
        raise BadRequestError(400, f"timeout is {value[:40]!r}, and it is a number of seconds.")
    return seconds
