"""Lists and search as data: `/class/NAME` and `/search` in JSON-LD and CSV, and search as a page without script.

One set of parameters for both: `q`, `class`, `lang`, `sort`, `page`, `size`. Pages of a list are linked (RFC 8288, next
and prev; Hydra's partial collection view in the JSON-LD), and their order is that of the labels, then of the IRIs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlencode

from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.formats import CSV, HTML, JSON, JSON_LD
from scograph.labels import ALSO_NAMING, ALT_LABEL, NAMING, is_read_condition
from scograph.serialise.table import csv_table
from scograph.server import errors
from scograph.server.accept import choose, choose_language
from scograph.server.answer import Answer, Header
from scograph.server.conditions import CONDITIONS
from scograph.server.documents import Documents
from scograph.server.links import Link, link_header
from scograph.server.protocol import SOLUTIONS, Asking
from scograph.server.querypage import QueryPage, Row
from scograph.server.request import BadRequestError, Request
from scograph.server.sparql import Endpoint

SEARCH, CLASS = "search", "class/"
HYDRA = "http://www.w3.org/ns/hydra/core#"
FORMS = (HTML.media_type, JSON_LD.media_type, CSV.essence, JSON)
SORTS = ("label", "-label", "iri", "-iri")
LARGEST, USUAL = 500, 50
_CONTEXT = {
    "hydra": HYDRA,
    "rdfs": terms.RDFS,
    "id": "@id",
    "type": "@type",
    "label": "rdfs:label",
    "member": {"@id": "hydra:member", "@container": "@set"},
    "totalItems": "hydra:totalItems",
    "view": "hydra:view",
    **{name: {"@id": f"hydra:{name}", "@type": "@id"} for name in ("first", "previous", "next", "last")},
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a list is wanted.

    Args:
        q: Text that a name has, in any language; nothing for any thing.
        kind: The IRI of the class; nothing for any.
        language: The language of the labels.
        sort: One of `SORTS`.
        page: Which page, from 1.
        size: How many things a page has.
    """

    q: str = ""
    kind: str = ""
    language: str = "en"
    sort: str = "label"
    page: int = 1
    size: int = USUAL


def is_list(path: str, request: Request, documents: Documents) -> bool:
    """Whether a path is answered here and not by the folder.

    Args:
        path: The path, without the slash before it.
        request: The request.
        documents: The documents.

    Returns:
        True for search with something to look for, and for the list of a class or search in a form that is data.
    """
    known = documents.stems.get(path)
    is_one = path == SEARCH or (path.startswith(CLASS) and known is not None and known.has_page)
    if not is_one or request.method not in ("GET", "HEAD"):
        return False
    offers_page = known is not None and not request.query
    place = choose(request.text(b"accept"), FORMS)
    return not (offers_page and place in (0, None)) and not (path != SEARCH and place == 0)


async def answer_list(path: str, request: Request, documents: Documents, endpoint: Endpoint, page: QueryPage) -> Answer:
    """Answer for a list.

    Args:
        path: `search`, or `class/` and the name of a class.
        request: The request.
        documents: The documents.
        endpoint: What runs queries.
        page: What makes pages.

    Returns:
        The page of the list that is wanted, in the form that is.
    """
    accept = request.text(b"accept")
    place = choose(accept, FORMS)
    if place is None:
        return errors.not_acceptable([(form, f"/{path}") for form in FORMS], b"Accept")
    try:
        wanted = _wanted(request, documents)
        if path.startswith(CLASS) or wanted.kind:
            wanted = replace(wanted, kind=await _class(wanted.kind or path.removeprefix(CLASS), request, endpoint))
        total = int((await _rows(_count(wanted), request, endpoint))[0]["n"]["value"])
        last = max(1, -(-total // wanted.size))
        if wanted.page > last:
            return errors.problem(404, accept, detail=f"There are {last} pages.")
        rows = await _rows(_select(wanted), request, endpoint)
    except BadRequestError as error:
        return errors.problem(error.status, accept, detail=error.message)
    except _AnsweredError as error:
        return error.answer
    return _made(path, wanted, total, last, rows, FORMS[place], request, page, changes=endpoint.changes)


class _AnsweredError(Exception):
    """A query of a list has no rows but an answer that says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def _wanted(request: Request, documents: Documents) -> Wanted:
    try:
        given = dict(parse_qsl(request.query.decode("ascii"), errors="strict", max_num_fields=20))
    except (UnicodeDecodeError, ValueError):
        raise BadRequestError(400, "The parameters are not percent-encoded UTF-8.") from None
    languages = tuple(tag for tag, _ in documents.languages) or ("en",)
    sort = given.get("sort", SORTS[0])
    if sort not in SORTS:
        raise BadRequestError(400, f"sort is {sort[:40]!r}, and it is one of {', '.join(SORTS)}.")
    return Wanted(
        given.get("q", "").strip()[:200],
        given.get("class", ""),
        choose_language(given.get("lang", request.text(b"accept-language")), languages),
        sort,
        _number(given, "page", 1, 1_000_000),
        _number(given, "size", USUAL, LARGEST),
    )


def _number(given: dict[str, str], name: str, usual: int, most: int) -> int:
    text = given.get(name, str(usual))
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:9]) <= most or len(text) > 9:  # noqa: PLR2004 -- digits
        raise BadRequestError(400, f"{name} is {text[:40]!r}, and it is a number from 1 to {most}.")
    return int(text)


async def _class(name: str, request: Request, endpoint: Endpoint) -> str:
    """The IRI of a class by its name in an address, or by itself."""
    found = await _rows("SELECT DISTINCT ?c { ?s a ?c }", request, endpoint)
    kinds = sorted(row["c"]["value"] for row in found if row["c"]["type"] == "uri")
    kind = next((kind for kind in kinds if name in (kind, terms.local_words(kind))), "")
    if not kind:
        raise BadRequestError(404, "No class of that name has things.")
    return kind


async def _rows(query: str, request: Request, endpoint: Endpoint) -> list[dict[str, dict[str, str]]]:
    """The rows of a query of our own."""
    plain = replace(request, headers={k: v for k, v in request.headers.items() if k not in CONDITIONS})
    got = await endpoint.run(plain, Asking(query), "SELECT", SOLUTIONS[0])
    if got.status != 200 or not isinstance(got.body, bytes):  # noqa: PLR2004 -- fine
        raise _AnsweredError(got)
    rows: list[dict[str, dict[str, str]]] = json.loads(got.body)["results"]["bindings"]
    return rows


def _pattern(wanted: Wanted) -> str:
    """What the things of a list have, from typed terms: nothing of a request stands in it as text."""
    kind = NamedNode(wanted.kind) if wanted.kind else "?kind"
    lines = [f"?thing a {kind} ."]
    if wanted.q:
        names = "|".join(str(name) for name in ALSO_NAMING)
        lines.append(f"?thing {names} ?found . FILTER(CONTAINS(LCASE(STR(?found)), LCASE({Literal(wanted.q)})))")
    lines.append("FILTER(isIRI(?thing))")
    return " ".join(lines)


def _count(wanted: Wanted) -> str:
    return f"SELECT (COUNT(DISTINCT ?thing) AS ?n) {{ {_pattern(wanted)} }}"


def _select(wanted: Wanted) -> str:
    names = "|".join(str(name) for name in NAMING)
    own, also = (is_read_condition(variable, wanted.language) for variable in ("?own", "?also"))
    down = wanted.sort.startswith("-")
    first = "DESC" if down else "ASC"
    order = f"{first}(?thing)" if wanted.sort.endswith("iri") else f"{first}(LCASE(STR(?label))) ?thing"
    kind = "" if not wanted.kind else f"BIND({NamedNode(wanted.kind)} AS ?kind)"
    return (
        "SELECT ?thing ?type ?label "
        "{ { SELECT ?thing (SAMPLE(?kind) AS ?type) "
        "(MIN(?own) AS ?first) (MIN(?also) AS ?second) (MIN(?any) AS ?other) "
        f"{{ {{ SELECT DISTINCT ?thing {{ {_pattern(wanted)} }} }} "
        + (kind or "?thing a ?kind .")
        + f" OPTIONAL {{ ?thing {names} ?own FILTER({own}) }}"
        f" OPTIONAL {{ ?thing {ALT_LABEL} ?also FILTER({also}) }}"
        f" OPTIONAL {{ ?thing {names}|{ALT_LABEL} ?any }} }}"
        # Virtuoso joins no aggregates in an expression.
        " GROUP BY ?thing } BIND(COALESCE(?first, ?second, ?other) AS ?label) }"
        f" ORDER BY {order} LIMIT {wanted.size} OFFSET {(wanted.page - 1) * wanted.size}"
    )


def _made(  # noqa: PLR0913, PLR0917 -- the parts of a page of a list
    path: str,
    wanted: Wanted,
    total: int,
    last: int,
    rows: list[dict[str, dict[str, str]]],
    form: str,
    request: Request,
    page: QueryPage,
    *,
    changes: bool,
) -> Answer:
    pages = {"first": 1, "last": last}
    if wanted.page > 1:
        pages["prev"] = wanted.page - 1
    if wanted.page < last:
        pages["next"] = wanted.page + 1
    addresses = {name: _address(path, replace(wanted, page=number)) for name, number in pages.items()}
    things = [_row(row) for row in rows]
    links: list[Link] = [(address, name, ()) for name, address in addresses.items()]
    here = _address(path, wanted)
    links += [(here, "alternate", (("type", other),)) for other in FORMS[:3] if other != form]
    headers: list[Header] = [
        (b"vary", b"Accept, Accept-Language"),
        (b"cache-control", b"no-store" if changes else b"public, max-age=60"),
        (b"link", link_header(links)),
    ]
    if form == HTML.media_type:
        body = page.things(things, wanted.q, total, addresses, path)
        return Answer(200, [(b"content-type", HTML.content_type.encode()), *headers], body)
    if form == CSV.essence:
        return Answer(200, [(b"content-type", CSV.media_type.encode()), *headers], _csv(things))
    body = _json(request.origin, here, wanted, total, things, addresses, path)
    return Answer(200, [(b"content-type", form.encode()), *headers], body)


def _row(row: dict[str, dict[str, str]]) -> Row:
    label = row.get("label", {})
    return Row(
        row["thing"]["value"], row.get("type", {}).get("value", ""), label.get("value", ""), label.get("xml:lang", "")
    )


def _address(path: str, wanted: Wanted) -> str:
    """The address of a page of a list, parameters in their one order, those with their usual value left out."""
    usual = Wanted()
    given = [
        ("q", wanted.q),
        ("class", wanted.kind if path == SEARCH else ""),
        ("lang", wanted.language),
        ("sort", "" if wanted.sort == usual.sort else wanted.sort),
        ("page", "" if wanted.page == 1 else str(wanted.page)),
        ("size", "" if wanted.size == usual.size else str(wanted.size)),
    ]
    return f"/{quote(path)}?{urlencode([(name, value) for name, value in given if value])}"


def _json(  # noqa: PLR0913, PLR0917 -- as above
    origin: str,
    here: str,
    wanted: Wanted,
    total: int,
    things: Sequence[Row],
    addresses: dict[str, str],
    path: str,
) -> bytes:
    names = {"first": "first", "last": "last", "prev": "previous", "next": "next"}
    whole = _address(path, replace(wanted, page=1))
    said = {
        "@context": _CONTEXT,
        "id": origin + whole,
        "type": "hydra:Collection",
        "totalItems": total,
        "member": [
            {
                "id": thing.iri,
                **({"type": thing.kind} if thing.kind else {}),
                **({"label": _labelled(thing)} if thing.label else {}),
            }
            for thing in things
        ],
        "view": {
            "id": origin + here if here != whole else origin + here + "#view",
            "type": "hydra:PartialCollectionView",
            **{names[name]: origin + address for name, address in addresses.items()},
        },
    }
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def _labelled(thing: Row) -> object:
    return {"@value": thing.label, "@language": thing.language} if thing.language else thing.label


def _csv(things: Sequence[Row]) -> bytes:
    rows = ((thing.iri, thing.kind, thing.label, thing.language) for thing in things)
    return csv_table(("iri", "class", "label", "language"), rows)
