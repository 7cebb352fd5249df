"""The query page: a plain form that works without script, examples, and results with links."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from urllib.parse import quote, urlencode

from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape

from scograph.server.about import About
from scograph.server.answer import NO_HEADERS, Answer, Headers
from scograph.server.folder import Snapshot
from scograph.server.protocol import PAGE, ProtocolQuery, forms_of

MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 500, 100, 10_000
"""Rows, columns and cells that are shown; the rest is in the downloads."""
MAX_TEXT = 2000
"""Characters of a value that are shown."""
MAX_EXAMPLES = 40
MAX_TERMS = 2000
"""Terms that the page has for completion."""
_LOCAL = re.compile(r"\w(?:[\w.-]*[\w-])?")
"""Local names that are written without an escape (SPARQL 1.1 Query, rule PN_LOCAL, but for what is rare)."""
START = "SELECT ?thing ?kind ?label {\n  ?thing a ?kind ;\n    rdfs:label ?label\n}\nLIMIT 20"
SCRIPT = "-/sparql.js"
STYLE = "-/sparql.css"
_TEMPLATES = ("frame.html", "sparql.html", "list.html")


@dataclass(frozen=True, slots=True)
class Example:
    """A query to begin from.

    Args:
        question: What it asks, in words.
        query: Its text.
    """

    question: str
    query: str


@dataclass(frozen=True, slots=True)
class ResultCell:
    """One value of a result.

    Args:
        text: What is shown.
        href: Where it leads, or nothing.
        language: Its language tag, or nothing.
        note: Its datatype, or nothing.
    """

    text: str
    href: str = ""
    language: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ListItem:
    """One thing of a list.

    Args:
        iri: Its IRI.
        kind: The IRI of one of its classes, or nothing.
        label: Its name, or nothing.
        language: The language of that, or nothing.
    """

    iri: str
    kind: str
    label: str
    language: str


def assets() -> dict[str, tuple[str, bytes]]:
    """The style and script of the page by their paths, with media types."""
    folder = resources.files("scograph.server").joinpath("static")
    return {
        STYLE: ("text/css; charset=utf-8", folder.joinpath("sparql.css").read_bytes()),
        SCRIPT: ("text/javascript; charset=utf-8", folder.joinpath("sparql.js").read_bytes()),
    }


def examples_of(snapshot: Snapshot) -> tuple[Example, ...]:
    """The questions of a folder as examples.

    Args:
        snapshot: The folder; its questions are `question/*.rq`, each with what it asks in its first comment.

    Returns:
        The examples, by name.
    """
    paths = sorted(path for path in snapshot.files if path.startswith("question/") and path.endswith(".rq"))
    found = []
    for path in paths[:MAX_EXAMPLES]:
        query = snapshot.files[path].read().decode("utf-8", "replace")
        first = next((line for line in query.splitlines() if line.startswith("#")), path)
        found.append(Example(first.lstrip("# ").strip(), query))
    return tuple(found)


class QueryPage:
    """The page of one folder.

    Args:
        snapshot: The folder.
        facts: Its description.
    """

    def __init__(self, snapshot: Snapshot, facts: About) -> None:
        folder = resources.files("scograph.server").joinpath("templates")
        templates = {name: folder.joinpath(name).read_text("utf-8") for name in _TEMPLATES}
        environment = Environment(
            loader=DictLoader(templates),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._template = environment.get_template("sparql.html")
        self._list = environment.get_template("list.html")
        self._facts = facts
        self._examples = examples_of(snapshot)
        self._of_the_site = {"style": _asset(snapshot, "site.", ".css"), "icon": _asset(snapshot, "icon.", ".svg")}
        self._local = frozenset(path.removesuffix(".html") for path in snapshot.files if path.endswith(".html"))
        self._vocabulary = {"prefixes": sorted(dict(facts.prefixes).items()), "terms": list(self._terms())}
        prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in sorted(dict(facts.prefixes).items()))
        self._start = f"{prefixes}\n{START}" if "PREFIX rdfs:" in prefixes else "SELECT * { ?s ?p ?o } LIMIT 20"

    def empty(self, address: str) -> Answer:
        """The form."""
        return self._form_page(ProtocolQuery(self._start), address, 200)

    def failed(self, query: ProtocolQuery, message: str, status: int, address: str, headers: Headers) -> Answer:
        """The form with an error message."""
        return self._form_page(query, address, status, headers, failure=message)

    def result(self, query: ProtocolQuery, data: bytes, address: str, is_graph: bool) -> Answer:  # noqa: FBT001 -- as it is bound
        """The form with a result.

        Args:
            query: The query.
            data: The result, in Turtle or SPARQL JSON.
            address: The address of the endpoint.
            is_graph: Which of the two it is.

        Returns:
            The page.
        """
        if is_graph:
            return self._form_page(query, address, 200, graph=data.decode("utf-8"))
        result = json.loads(data)
        if "boolean" in result:
            return self._form_page(query, address, 200, boolean=result["boolean"])
        heads = result["head"].get("vars", [])
        bindings = result["results"]["bindings"]
        shown = heads[:MAX_COLUMNS]
        max_rows = min(MAX_ROWS, MAX_CELLS // max(1, len(shown)))
        rows = [[self._cell(binding.get(head)) for head in shown] for binding in bindings[:max_rows]]
        return self._form_page(query, address, 200, heads=shown, columns=len(heads), rows=rows, count=len(bindings))

    def list_page(self, items: Iterable[ListItem], q: str, count: int, pages: Mapping[str, str], path: str) -> bytes:
        """The page of a list.

        Args:
            items: The things on it.
            q: The text that is searched for.
            count: How many there are in all.
            pages: The addresses of other pages, by relation.
            path: The address of the list.

        Returns:
            The page.
        """
        rows = [(t.label or self._short(t.iri), self._href(t.iri), t.language, self._short(t.kind)) for t in items]
        context = {"q": q, "count": count, "pages": list(pages.items()), "path": path, "things": rows}
        return self._list.render(title=self._facts.title, **self._of_the_site, **context).encode()

    def _form_page(
        self, query: ProtocolQuery, address: str, status: int, headers: Headers = NO_HEADERS, **more: object
    ) -> Answer:
        kind = "graph" if "graph" in more else "boolean" if "boolean" in more else "rows" if "rows" in more else ""
        context: dict[str, object] = {
            "failure": "",
            "graph": "",
            "boolean": None,
            "heads": [],
            "columns": 0,
            "rows": [],
            "count": 0,
            "kind": kind,
            "query": query.query,
            "title": self._facts.title,
            "examples": self._examples,
            **self._of_the_site,
            "address": address,
            "share": "/sparql?" + urlencode(_fields(query)),
            "downloads": list(_downloads(query, kind)),
            "dataset": _fields(query)[1:],
            "vocabulary": self._vocabulary,
        }
        body = self._template.render({**context, **more}).encode()
        own = {
            b"content-type": PAGE.content_type.encode(),
            b"vary": b"Accept",
            b"cache-control": b"no-store" if query.query != self._start else b"public, max-age=60",
            b"link": b'</sparql>; rel="describedby"; type="text/turtle"',
            **headers,
        }
        return Answer(status, own, body)

    def _cell(self, value: Mapping[str, object] | None) -> ResultCell:
        if value is None:
            return ResultCell("")
        text = _cut(str(value.get("value", "")))
        if value["type"] == "uri":
            return ResultCell(_cut(self._short(str(value["value"]))), self._href(str(value["value"])))
        if value["type"] == "literal":
            datatype = str(value.get("datatype", ""))
            note = _cut(self._short(datatype)) if datatype else ""
            return ResultCell(text, language=_cut(str(value.get("xml:lang", ""))), note=note)
        return ResultCell(
            f"_:{text}" if value["type"] == "bnode" else _cut(json.dumps(value["value"], ensure_ascii=False))
        )

    def _terms(self) -> Iterator[tuple[str, str]]:
        """What the data use, each term as a query writes it, with its label; those without a prefix are left out."""
        for iri, label in self._facts.vocabulary[:MAX_TERMS]:
            name = self._short(iri)
            if name != iri and _LOCAL.fullmatch(name.partition(":")[2]):
                yield name, label

    def _short(self, iri: str) -> str:
        fitting = [
            (len(space), f"{name}:{iri[len(space) :]}") for name, space in self._facts.prefixes if iri.startswith(space)
        ]
        return max(fitting)[1] if fitting else iri

    def _href(self, iri: str) -> str:
        """Where an IRI leads: to its page here, else to the web, else nowhere (no `javascript:`)."""
        local = self._facts.local(iri)
        if local is not None and local.partition("#")[0] in self._local:
            page, hash_, fragment = local.partition("#")
            return f"/{quote(page)}" + (f"#{quote(fragment)}" if hash_ else "")
        return iri if iri.startswith(("http://", "https://")) else ""


def _asset(snapshot: Snapshot, start: str, end: str) -> str:
    """The path of a file that the pages of the site share, whatever digest is in its name; nothing without a site."""
    paths = (path for path in snapshot.files if path.startswith(f"assets/{start}") and path.endswith(end))
    return next(paths, "")


def _cut(text: str) -> str:
    """A text, or its beginning if it is too long to be shown."""
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]} …"


def _fields(query: ProtocolQuery) -> list[tuple[str, str]]:
    return [
        ("query", query.query),
        *(("default-graph-uri", iri) for iri in query.default_graphs or ()),
        *(("named-graph-uri", iri) for iri in query.named_graphs or ()),
    ]


def _downloads(query: ProtocolQuery, kind: str) -> Iterator[tuple[str, str]]:
    query_form = {"graph": "CONSTRUCT", "boolean": "ASK", "rows": "SELECT"}.get(kind)
    if query_form is None:
        return
    names = dict.fromkeys(form.name for form in forms_of(query_form) if form is not PAGE)
    for name in names:
        yield name, "/sparql?" + urlencode([*_fields(query), ("format", name)])
