"""Lists and search as data: `/class/NAME` and `/search` in JSON-LD and CSV, and search as a page without script.

One set of parameters for both: `q`, `class`, `lang`, `sort`, `page`, `size`. Pages of a list are linked (RFC 8288, next
and prev; Hydra's partial collection view in the JSON-LD). A search has the best first, as the page of the site has it,
where the folder has the index of that page; any other order is that of the labels, then of the IRIs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from http import HTTPStatus
from itertools import count, takewhile
from typing import Any
from urllib.parse import quote, urlencode

from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.formats import CSV, HTML, JSON, JSON_LD
from scograph.json_text import json_document
from scograph.labels import ALSO_NAMING, ALT_LABEL, NAMING, is_read_condition
from scograph.serialise.table import csv_table
from scograph.server import errors
from scograph.server.accept import choose, choose_language
from scograph.server.answer import Answer
from scograph.server.conditions import without_conditions
from scograph.server.documents import Documents
from scograph.server.formfields import MAX_PARAMETERS, form_fields
from scograph.server.links import Link, link_header, with_one_alternate
from scograph.server.protocol import SOLUTIONS, ProtocolQuery
from scograph.server.querypage import ListItem
from scograph.server.request import BadRequestError, Request
from scograph.server.sparql import Endpoint
from scograph.site.searching import SearchIndex, read_index

SEARCH, CLASS = "search", "class/"
HYDRA = "http://www.w3.org/ns/hydra/core#"
FORMS = (HTML.media_type, JSON_LD.media_type, CSV.essence, JSON)
SORTS = ("label", "-label", "iri", "-iri")
BEST = ""
"""The order where none is asked for: the best first in a search, by label in lists and where there is no index."""
MAX_PAGE_SIZE, DEFAULT_PAGE_SIZE = 500, 50
MAX_TEXT = 200
"""Characters that are searched for."""
MAX_PAGE = 1_000_000
MAX_DIGITS = 9
_NAMED, _SEARCHED = ("|".join(map(str, properties)) for properties in (NAMING, ALSO_NAMING))
"""Property paths to the names that a thing is shown with, and to all that a search looks at."""
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
class ListQuery:
    """One page of a list.

    Args:
        q: Text that a name has, in any language; nothing for any thing.
        kind: The IRI of the class; nothing for any.
        language: The language of the labels.
        sort: One of `SORTS`, or `BEST`.
        page: Which page, from 1.
        size: How many things a page has.
    """

    q: str = ""
    kind: str = ""
    language: str = "en"
    sort: str = BEST
    page: int = 1
    size: int = DEFAULT_PAGE_SIZE

    @property
    def is_ranked(self) -> bool:
        """Whether the best is to be first: a search of all classes that asks for no other order."""
        return bool(self.q) and not self.kind and self.sort == BEST


class Lists:
    """The lists of a build.

    Args:
        documents: Its documents.
        endpoint: What runs queries, and has the pages.
    """

    def __init__(self, documents: Documents, endpoint: Endpoint) -> None:
        self._documents = documents
        self._endpoint = endpoint

    def matches(self, request: Request) -> bool:
        """Whether a request is answered here and not by the folder.

        Args:
            request: The request.

        Returns:
            True for search with text to search for, and for the list of a class or search in a form that is data.
        """
        path = request.path[1:]
        if path != SEARCH and not path.startswith(CLASS):
            return False
        stem = self._documents.stems.get(path)
        if request.method not in ("GET", "HEAD") or (path != SEARCH and (stem is None or not stem.has_page)):
            return False
        has_document = stem is not None and not request.query
        place = choose(request.text(b"accept"), FORMS)
        return not (has_document and place in (0, None)) and not (path != SEARCH and place == 0)

    async def answer(self, request: Request) -> Answer:
        """Answer for a list.

        Args:
            request: The request.

        Returns:
            The page of the list, in the form that fits.
        """
        path, accept = request.path[1:], request.text(b"accept")
        place = choose(accept, FORMS)
        if place is None:
            return errors.not_acceptable([(form, f"/{path}") for form in FORMS], b"Accept")
        try:
            query = _list_query(request, self._documents)
            if path.startswith(CLASS) or query.kind:
                name = query.kind or path.removeprefix(CLASS)
                query = replace(query, kind=await self._class(name, request))
            total, items = await self._found(query, request)
            last = max(1, -(-total // query.size))
            if query.page > last:
                return errors.problem(404, accept, detail=f"There are {last} pages.")
        except BadRequestError as error:
            return errors.problem(error.status, accept, detail=error.message)
        except _FailedError as error:
            return error.answer
        page = _ListPage(path, query, total, items)
        return await self._endpoint.run_in_thread(self._page, page, FORMS[place], request.origin)

    @cached_property
    def _index(self) -> SearchIndex | None:
        """The index of the site's search; None where the folder has none."""
        files = self._documents.snapshot.files
        paths = takewhile(files.__contains__, (f"assets/search-{number}.js" for number in count()))
        data = [files[path].read() for path in paths]
        try:
            return read_index(data) if data else None
        except (ValueError, KeyError, TypeError):
            return None  # it is of another version, or no index: names are looked for in the store

    def _ranked(self, query: ListQuery) -> list[Mapping[str, Any]] | None:
        """What the site's search finds, the best first; None where there is no index."""
        index = self._index
        return None if index is None else [index.entries[place] for place in index.search(query.q)]

    async def _found(self, query: ListQuery, request: Request) -> tuple[int, list[ListItem]]:
        """How many things a list has, and those of its page."""
        ranked = await self._endpoint.run_in_thread(self._ranked, query) if query.is_ranked else None
        if ranked is not None:
            start = (query.page - 1) * query.size
            return len(ranked), await self._described(ranked[start : start + query.size], query, request)
        total = int((await self._rows(_count(query), request))[0]["n"]["value"])
        return total, [_item(row) for row in await self._rows(_select(query), request)]

    async def _described(
        self, found: Sequence[Mapping[str, Any]], query: ListQuery, request: Request
    ) -> list[ListItem]:
        """What is found, with its class and label as the store has them; a question has its text."""
        things = " ".join(str(NamedNode(one["i"])) for one in found)
        whole = replace(query, page=1, size=len(found) or 1)
        rows = await self._rows(_select(whole, f"VALUES ?thing {{ {things} }} ?thing a ?kind ."), request)
        items = {item.iri: item for item in map(_item, rows)}
        return [items.get(one["i"]) or _indexed(one, query.language) for one in found]

    async def _class(self, name: str, request: Request) -> str:
        """The IRI of a class by its name in an address, or by itself."""
        rows = await self._rows("SELECT DISTINCT ?c { ?s a ?c }", request)
        kinds = sorted(row["c"]["value"] for row in rows if row["c"]["type"] == "uri")
        kind = next((kind for kind in kinds if name in (kind, terms.local_words(kind))), "")
        if not kind:
            raise BadRequestError(404, "No class of that name has instances.")
        return kind

    async def _rows(self, query: str, request: Request) -> list[dict[str, dict[str, str]]]:
        """The rows of a query of our own."""
        plain = replace(request, headers=without_conditions(request.headers))
        answer = await self._endpoint.run(plain, ProtocolQuery(query), "SELECT", SOLUTIONS[0])
        if answer.status != HTTPStatus.OK or not isinstance(answer.body, bytes):
            raise _FailedError(answer)
        rows: list[dict[str, dict[str, str]]] = json.loads(answer.body)["results"]["bindings"]
        return rows

    def _page(self, page: _ListPage, form: str, origin: str) -> Answer:
        links: list[Link] = [(address, name, ()) for name, address in page.addresses.items()]
        links += [(page.address, "alternate", (("type", other),)) for other in FORMS[:3] if other != form]
        headers = {
            b"vary": b"Accept, Accept-Language",
            b"cache-control": b"no-store" if self._endpoint.may_change else b"public, max-age=60",
            b"link": link_header(with_one_alternate(links, form)),
        }
        if form == HTML.media_type:
            body = self._endpoint.page.list_page(page.items, page.query.q, page.total, page.addresses, page.path)
            return Answer(200, {b"content-type": HTML.content_type.encode(), **headers}, body)
        if form == CSV.essence:
            return Answer(200, {b"content-type": CSV.media_type.encode(), **headers}, page.csv())
        return Answer(200, {b"content-type": form.encode(), **headers}, page.json_ld(origin))


class _FailedError(Exception):
    """A query of a list has no rows but an error response."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def _list_query(request: Request, documents: Documents) -> ListQuery:
    fields = form_fields(request.query, len(request.query), MAX_PARAMETERS)
    given = {name: value for name, value in fields if value}
    languages = tuple(tag for tag, _ in documents.languages) or ("en",)
    sort = given.get("sort", BEST)
    if sort not in (BEST, *SORTS):
        raise BadRequestError(400, f"sort is {sort[:40]!r}, but must be one of {', '.join(SORTS)}.")
    return ListQuery(
        given.get("q", "").strip()[:MAX_TEXT],
        given.get("class", ""),
        choose_language(given.get("lang", request.text(b"accept-language")), languages),
        sort,
        _number(given, "page", 1, MAX_PAGE),
        _number(given, "size", DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE),
    )


def _number(given: dict[str, str], name: str, default: int, limit: int) -> int:
    text = given.get(name, str(default))
    is_number = text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS
    if not is_number or not 1 <= int(text) <= limit:
        raise BadRequestError(400, f"{name} is {text[:40]!r}, but must be a number from 1 to {limit}.")
    return int(text)


def _pattern(query: ListQuery) -> str:
    """The graph pattern of the things of a list, from typed terms: no text of a request stands in it as it is."""
    kind = NamedNode(query.kind) if query.kind else "?kind"
    lines = [f"?thing a {kind} ."]
    if query.q:
        lines.append(f"?thing {_SEARCHED} ?name . FILTER(CONTAINS(LCASE(STR(?name)), LCASE({Literal(query.q)})))")
    lines.append("FILTER(isIRI(?thing))")
    return " ".join(lines)


def _count(query: ListQuery) -> str:
    return f"SELECT (COUNT(DISTINCT ?thing) AS ?n) {{ {_pattern(query)} }}"


def _indexed(entry: Mapping[str, Any], language: str) -> ListItem:
    """What the index alone knows: a question."""
    tag = language if language in entry["n"] else next(iter(entry["n"]))
    return ListItem(entry["i"], "", entry["n"][tag], tag)


def _select(query: ListQuery, pattern: str = "") -> str:
    own, also = (is_read_condition(variable, query.language) for variable in ("?own", "?also"))
    direction = "DESC" if query.sort.startswith("-") else "ASC"
    order = f"{direction}(?thing)" if query.sort.endswith("iri") else f"{direction}(LCASE(STR(?label))) ?thing"
    kind = f"BIND({NamedNode(query.kind)} AS ?kind)" if query.kind else "?thing a ?kind ."
    return (
        "SELECT ?thing ?type ?label "
        "{ { SELECT ?thing (SAMPLE(?kind) AS ?type) "
        "(MIN(?own) AS ?first) (MIN(?also) AS ?second) (MIN(?any) AS ?other) "
        f"{{ {{ SELECT DISTINCT ?thing {{ {pattern or _pattern(query)} }} }} {kind}"
        f" OPTIONAL {{ ?thing {_NAMED} ?own FILTER({own}) }}"
        f" OPTIONAL {{ ?thing {ALT_LABEL} ?also FILTER({also}) }}"
        f" OPTIONAL {{ ?thing {_NAMED}|{ALT_LABEL} ?any }} }}"
        # Virtuoso joins no aggregates in an expression.
        " GROUP BY ?thing } BIND(COALESCE(?first, ?second, ?other) AS ?label) }"
        f" ORDER BY {order} LIMIT {query.size} OFFSET {(query.page - 1) * query.size}"
    )


def _item(row: dict[str, dict[str, str]]) -> ListItem:
    label = row.get("label", {})
    return ListItem(
        row["thing"]["value"], row.get("type", {}).get("value", ""), label.get("value", ""), label.get("xml:lang", "")
    )


@dataclass(frozen=True, slots=True)
class _ListPage:
    """One page of a list with its items.

    Args:
        path: The path of the list, without the slash before it.
        query: The page.
        total: The items of all pages.
        items: Its items.
    """

    path: str
    query: ListQuery
    total: int
    items: Sequence[ListItem]

    @property
    def address(self) -> str:
        """Its address."""
        return _address(self.path, self.query)

    @property
    def addresses(self) -> dict[str, str]:
        """The addresses of other pages, by relation (RFC 8288)."""
        last = max(1, -(-self.total // self.query.size))
        pages = {"first": 1, "last": last}
        if self.query.page > 1:
            pages["prev"] = self.query.page - 1
        if self.query.page < last:
            pages["next"] = self.query.page + 1
        return {name: _address(self.path, replace(self.query, page=number)) for name, number in pages.items()}

    def json_ld(self, origin: str) -> bytes:
        """It in JSON-LD."""
        names = {"first": "first", "last": "last", "prev": "previous", "next": "next"}
        collection = _address(self.path, replace(self.query, page=1))
        view = self.address
        document = {
            "@context": _CONTEXT,
            "id": origin + collection,
            "type": "hydra:Collection",
            "totalItems": self.total,
            "member": [
                {
                    "id": item.iri,
                    **({"type": item.kind} if item.kind else {}),
                    **({"label": _label(item)} if item.label else {}),
                }
                for item in self.items
            ],
            "view": {
                "id": origin + view if view != collection else origin + view + "#view",
                "type": "hydra:PartialCollectionView",
                **{names[name]: origin + address for name, address in self.addresses.items()},
            },
        }
        return json_document(document, indent=1)

    def csv(self) -> bytes:
        """It as a table."""
        rows = ((item.iri, item.kind, item.label, item.language) for item in self.items)
        return csv_table(("iri", "class", "label", "language"), rows)


def _address(path: str, query: ListQuery) -> str:
    """The address of a page of a list, parameters in their one order, those with their default value left out."""
    default = ListQuery()
    given = [
        ("q", query.q),
        ("class", query.kind if path == SEARCH else ""),
        ("lang", query.language),
        ("sort", "" if query.sort == default.sort else query.sort),
        ("page", "" if query.page == 1 else str(query.page)),
        ("size", "" if query.size == default.size else str(query.size)),
    ]
    return f"/{quote(path)}?{urlencode([(name, value) for name, value in given if value])}"


def _label(item: ListItem) -> object:
    return {"@value": item.label, "@language": item.language} if item.language else item.label
