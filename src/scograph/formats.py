"""The one table of formats: RDF syntaxes, query results, and what else is exported or published of a graph.

Every list of formats in the program is selected from it. A new RDF syntax is a row of `RDF_FORMATS`, and its writer in
`scograph.exports.writers.WRITERS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from pyoxigraph import QueryResultsFormat, RdfFormat

F = TypeVar("F", bound="Format")

W3C_FORMATS = "http://www.w3.org/ns/formats/"
"""The namespace of the W3C's IRIs of file formats (https://www.w3.org/ns/formats/)."""
JSON = "application/json"
XML = "application/xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format: a row of the table.

    Args:
        name: What `-f`, `--from` and `format=` call it.
        title: What people call it.
        media_type: Its media type, with the parameters that a published file has in the manifest.
        extensions: The file extensions that it goes by, the usual one first, without the dot.
        about: What an export in it is for, in a sentence; nothing if there is no such export.
        iri: Its IRI at the W3C, for VoID and for service descriptions, or nothing.
        file_type: Its code among the file types of the EU Publications Office, for DCAT-AP, or nothing.
        broader_types: Media types that stand for it in an Accept header, such as `application/json` for JSON-LD.
        rank: Its place among formats that a client accepts equally: the lowest is sent.
        is_negotiated: Whether servers choose it by Accept: the SPARQL endpoint, and hosts of the static site.
        is_twin: Whether the data of each page are published in it, beside the page.
        is_published: Whether a build publishes it of the whole dataset.
        is_facts_published: Whether a build also publishes the facts without their claims in it.
        aliases: Other names that options and arguments take for it.
    """

    name: str
    title: str
    media_type: str
    extensions: tuple[str, ...] = ()
    about: str = ""
    iri: str = ""
    file_type: str = ""
    broader_types: tuple[str, ...] = ()
    rank: int = 100
    is_negotiated: bool = False
    is_twin: bool = False
    is_published: bool = False
    is_facts_published: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def extension(self) -> str:
        """The usual file extension, without the dot."""
        return self.extensions[0]

    @property
    def essence(self) -> str:
        """The media type without its parameters (MIME Sniffing, clause 4.1)."""
        return self.media_type.partition(";")[0]

    @property
    def content_type(self) -> str:
        """What a Content-Type header says: text states its charset (RFC 9110, clause 8.3.2)."""
        is_text = self.media_type.startswith("text/") and ";" not in self.media_type
        return f"{self.media_type}; charset=utf-8" if is_text else self.media_type


@dataclass(frozen=True, slots=True, kw_only=True)
class RdfSyntax(Format):
    """A syntax of RDF.

    Args:
        rdf: pyoxigraph's value of it.
        graphs: Whether it has named graphs.
        has_prefixes: Whether pyoxigraph writes it with prefixes.
        base_declaration: How a file declares its base, in words for people; nothing where IRIs are absolute.
    """

    rdf: RdfFormat
    graphs: bool
    has_prefixes: bool = False
    base_declaration: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFormat(Format):
    """A format of the result of a SELECT or ASK query.

    Args:
        results: pyoxigraph's value of it; None for those that are ours, for people.
        has_booleans: Whether the SPARQL endpoint gives the result of ASK in it.
    """

    results: QueryResultsFormat | None = None
    has_booleans: bool = False


def rdf_syntax(  # noqa: PLR0913 -- the columns of the table
    rdf: RdfFormat,
    about: str,
    *,
    more_extensions: tuple[str, ...] = (),
    aliases: tuple[str, ...] = (),
    iri: str = "",
    file_type: str = "",
    broader_types: tuple[str, ...] = (),
    rank: int = 100,
    is_negotiated: bool = False,
    is_twin: bool = False,
    is_facts_published: bool = False,
    has_prefixes: bool = False,
    base_declaration: str = "",
) -> RdfSyntax:
    """A row for a syntax of RDF: name, title, media type, extension, IRI and whether it has graphs, as pyoxigraph says.

    Args:
        rdf: pyoxigraph's value of it.
        about: As for `Format`, and so the rest.
        more_extensions: Other extensions of it.
        aliases: See `Format`.
        iri: Its IRI, if pyoxigraph has another.
        file_type: See `Format`.
        broader_types: See `Format`.
        rank: See `Format`.
        is_negotiated: See `Format`.
        is_twin: See `Format`.
        is_facts_published: See `Format`.
        has_prefixes: See `RdfSyntax`.
        base_declaration: See `RdfSyntax`.

    Returns:
        The row; the whole dataset is published in it.
    """
    return RdfSyntax(
        name=rdf.file_extension,
        title=rdf.name,
        media_type=rdf.media_type,
        extensions=(rdf.file_extension, *more_extensions),
        aliases=aliases,
        about=about,
        iri=iri or rdf.iri,
        file_type=file_type,
        broader_types=broader_types,
        rank=rank,
        is_negotiated=is_negotiated,
        is_twin=is_twin,
        is_published=True,
        is_facts_published=is_facts_published,
        rdf=rdf,
        graphs=rdf.supports_datasets,
        has_prefixes=has_prefixes,
        base_declaration=base_declaration,
    )


RDF_FORMATS: tuple[RdfSyntax, ...] = (
    rdf_syntax(
        RdfFormat.TURTLE,
        "Turtle: to read.",
        aliases=("turtle",),
        file_type="RDF_TURTLE",
        rank=1,
        is_negotiated=True,
        is_twin=True,
        is_facts_published=True,
        has_prefixes=True,
        base_declaration="@base <https://…/> . in the file",
    ),
    rdf_syntax(
        RdfFormat.N_TRIPLES,
        "Sorted N-Triples: to load, to compare, to search line by line.",
        aliases=("ntriples", "n-triples"),
        file_type="RDF_N_TRIPLES",
        rank=3,
        is_negotiated=True,
        is_twin=True,
        is_facts_published=True,
    ),
    rdf_syntax(
        RdfFormat.JSON_LD,
        "Compact JSON-LD with its context inside: for programs that read JSON.",
        aliases=("json-ld",),
        iri=f"{W3C_FORMATS}JSON-LD",  # pyoxigraph has https://www.w3.org/ns/formats/data/JSON-LD
        file_type="JSON_LD",
        broader_types=(JSON,),
        rank=2,
        is_negotiated=True,
        is_twin=True,
        is_facts_published=True,
        base_declaration='"@base": "https://…/" in its @context',
    ),
    rdf_syntax(
        RdfFormat.N_QUADS,
        "Sorted N-Quads: each passage's facts in a graph of their own as well.",
        aliases=("nquads", "n-quads"),
        file_type="RDF_N_QUADS",
        rank=5,
    ),
    rdf_syntax(
        RdfFormat.TRIG,
        "TriG: the same quads, to read.",
        file_type="RDF_TRIG",
        rank=6,
        has_prefixes=True,
        base_declaration="@base <https://…/> . in the file",
    ),
    rdf_syntax(
        RdfFormat.RDF_XML,
        "RDF/XML: for tools that know nothing else.",
        aliases=("rdfxml", "rdf-xml", "rdf/xml"),
        more_extensions=("owl",),
        file_type="RDF_XML",
        broader_types=(XML,),
        rank=4,
        is_negotiated=True,
        is_twin=True,
        has_prefixes=True,
        base_declaration='xml:base="https://…/" in its root element',
    ),
)
"""The syntaxes of RDF that are read and written."""

RDF_FORMATS_BY_NAME = {rdf_format.name: rdf_format for rdf_format in RDF_FORMATS}
TURTLE = RDF_FORMATS_BY_NAME["ttl"]
N_TRIPLES = RDF_FORMATS_BY_NAME["nt"]
JSON_LD = RDF_FORMATS_BY_NAME["jsonld"]
N_QUADS = RDF_FORMATS_BY_NAME["nq"]
TRIG = RDF_FORMATS_BY_NAME["trig"]
RDF_XML = RDF_FORMATS_BY_NAME["rdf"]

NDJSON_LD = Format(
    name="ndjson-ld", title="NDJSON-LD", media_type="application/x-ndjson", extensions=("ndjsonld", "ndjson")
)
"""JSON-LD with a node a line."""
CSV = Format(
    name="csv",
    title="CSV",
    media_type=f"{QueryResultsFormat.CSV.media_type}; header=present",
    extensions=("csv",),
    file_type="CSV",
    rank=7,
    is_twin=True,
)
"""Tables (RFC 4180): one for each class as an export, one of statements and their sources beside a page."""
CONTEXT = Format(
    name="context",
    title="JSON-LD context",
    media_type=JSON_LD.media_type,
    extensions=("context.jsonld",),
    about="The JSON-LD context by itself.",
)
JSON_SCHEMA = Format(
    name="json-schema",
    title="JSON Schema",
    media_type="application/schema+json",
    extensions=("schema.json",),
    about="The JSON Schema of the JSON-LD: its keys, and the values under each.",
    is_published=True,
)
TYPESCRIPT = Format(
    name="typescript",
    title="TypeScript",
    media_type="text/plain",
    extensions=("d.ts",),
    about="Types of the JSON-LD for TypeScript.",
    is_published=True,
    aliases=("ts",),
)
OF_JSON_LD = (JSON_SCHEMA, TYPESCRIPT)
"""What says how the JSON-LD looks, and has none of its facts."""
OF_ONTOLOGY = (CONTEXT, *OF_JSON_LD)
"""What is made of the ontology and the shapes, and not of the facts."""
SPARQL_QUERY = Format(name="rq", title="SPARQL", media_type="application/sparql-query", extensions=("rq",), rank=9)
"""The text of a query (SPARQL 1.1 Query Language, clause 20)."""
HTML = Format(
    name="html",
    title="HTML",
    media_type="text/html",
    extensions=("html", "htm", "xhtml"),
    broader_types=("application/xhtml+xml",),
    rank=0,
)

MARKDOWN = Format(
    name="md",
    title="Markdown",
    media_type="text/markdown",
    extensions=("md", "markdown"),
    broader_types=("text/x-markdown",),
)
PLAIN_TEXT = Format(name="txt", title="plain text", media_type="text/plain", extensions=("txt", "text"))
PDF = Format(
    name="pdf", title="PDF", media_type="application/pdf", extensions=("pdf",), broader_types=("application/x-pdf",)
)
TSV = Format(
    name="tsv",
    title="TSV",
    media_type=f"{QueryResultsFormat.TSV.media_type}; header=present",
    extensions=("tsv", "tab"),
)

EXPORT_FORMATS: tuple[Format, ...] = (*RDF_FORMATS, NDJSON_LD, CSV, *OF_ONTOLOGY)
"""What `scograph export` writes; files, which have no ontology, give no context."""
TWIN_FORMATS: tuple[Format, ...] = tuple(row for row in (*RDF_FORMATS, CSV) if row.is_twin)
"""What the data of each page are published in."""
SOURCE_FORMATS: tuple[Format, ...] = (HTML, PDF, MARKDOWN, PLAIN_TEXT, CSV, TSV)
"""What the text of a source is read from."""

DOCUMENT_SYNTAXES: tuple[RdfSyntax, ...] = tuple(row for row in RDF_FORMATS if row.is_twin)
"""What the ontology, the shapes and the descriptions are published in: Turtle first."""

RESULT_FORMATS: tuple[ResultFormat, ...] = (
    ResultFormat(name="table", title="table", media_type=PLAIN_TEXT.media_type),
    ResultFormat(
        name="csv",
        title="CSV",
        media_type=CSV.media_type,
        extensions=("csv",),
        iri=QueryResultsFormat.CSV.iri,
        rank=3,
        is_negotiated=True,
        results=QueryResultsFormat.CSV,
    ),
    ResultFormat(
        name="tsv",
        title="TSV",
        media_type=TSV.media_type,
        extensions=("tsv",),
        iri=QueryResultsFormat.TSV.iri,
        rank=4,
        is_negotiated=True,
        results=QueryResultsFormat.TSV,
    ),
    ResultFormat(
        name="json",
        title="JSON",
        media_type=QueryResultsFormat.JSON.media_type,
        extensions=("json",),
        iri=QueryResultsFormat.JSON.iri,
        broader_types=(JSON,),
        rank=1,
        is_negotiated=True,
        results=QueryResultsFormat.JSON,
        has_booleans=True,
    ),
    ResultFormat(
        name="xml",
        title="XML",
        media_type=QueryResultsFormat.XML.media_type,
        extensions=("xml",),
        iri=QueryResultsFormat.XML.iri,
        broader_types=(XML,),
        rank=2,
        is_negotiated=True,
        results=QueryResultsFormat.XML,
        has_booleans=True,
    ),
    ResultFormat(name=MARKDOWN.name, title=MARKDOWN.title, media_type=MARKDOWN.media_type),
)
"""What the result of a SELECT or ASK query is written in; that of CONSTRUCT and DESCRIBE is RDF."""

RESULT_FORMATS_BY_NAME = {result_format.name: result_format for result_format in RESULT_FORMATS}


def format_name(name: str, names: Iterable[str]) -> str | None:
    """The name among some by which a format goes that is named by it or by an alias, in letters of any case.

    Args:
        name: What was given, such as `turtle`.
        names: The names that are known there.

    Returns:
        The name, or None if none of them is meant.

    Example:
        >>> format_name("Turtle", ["nt", "ttl"])
        'ttl'
    """
    known = list(names)
    given = name.lower()
    if given in known:
        return given
    return next((row.name for row in EXPORT_FORMATS if given in row.aliases and row.name in known), None)


def by_rank(formats: Iterable[F]) -> tuple[F, ...]:
    """Formats in the order in which a server prefers them."""
    return tuple(sorted(formats, key=lambda row: row.rank))


def rdf_format_of_type(media_type: str) -> RdfSyntax | None:
    """The RDF syntax with a media type, which may have parameters, or None."""
    essence = media_type.partition(";")[0]
    return next((rdf_format for rdf_format in RDF_FORMATS if rdf_format.essence == essence), None)


def rdf_format_of_extension(extension: str) -> RdfSyntax | None:
    """The RDF syntax that a file extension names, without its dot and in small letters, or None."""
    return next((rdf_format for rdf_format in RDF_FORMATS if extension in rdf_format.extensions), None)


_SPACE_AND_COMMENTS = re.compile(r"(?:\s+|#[^\n\r]*)*")
_XML = re.compile(r"<(?:\?xml|!--|!DOCTYPE|(?:[\w.-]+:)?[\w.-]+(?:\s[^<>]*)?\sxmlns\b)", re.IGNORECASE)
_JSON = re.compile(r"\{\s*(?:[\"}]|\Z)|\[\s*(?:[\[{\"]|\]\s*\Z)")
_STATEMENT = re.compile(
    r"@(?:prefix|base)\s|(?:prefix\s+[\w.-]*:|base)\s*<|graph\s*[<_]|<[^<>\"{}|^`\\\s]*>\s|_:\w|\[\s*(?:\]|[<\w_:])|\(|\{",
    re.IGNORECASE,
)
_NODE = r"(?:<[^<>\s]*>|_:[^\s<>\"]+)"
_LITERAL = r"\"(?:[^\"\\]|\\.)*\"(?:@[\w-]+|\^\^<[^<>\s]*>)?"
_LINE = re.compile(
    rf"{_NODE}[ \t]*<[^<>\s]*>[ \t]*(?:{_NODE}|{_LITERAL})[ \t]*(?P<graph>{_NODE})?[ \t]*\.[ \t]*(?:#.*)?"
)
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*(?:"""|\Z)|"(?:[^"\\\n]|\\.)*"?'
    r"|'''(?:[^'\\]|\\.|'{1,2}(?!'))*(?:'''|\Z)|'(?:[^'\\\n]|\\.)*'?"
    r"|<[^<>\s]*>|#[^\n\r]*|(?P<brace>\{)",
    re.DOTALL,
)
SNIFFED_BYTES = 1 << 12
"""So much of a file's beginning tells its format."""
TELLING_LITTLE = ("owl", "rdf")
"""Extensions that are given to RDF/XML, and to other syntaxes as well."""


def rdf_format_of_content(head: bytes) -> RdfSyntax | None:
    """The RDF syntax that a text begins with, or None where it is none of them.

    Args:
        head: Its first bytes, `SNIFFED_BYTES` or all; a byte order mark is no part of the text.

    Returns:
        The syntax; N-Triples are told from Turtle only where every line is a statement.

    Example:
        >>> rdf_format_of_content(b"@prefix ex: <https://example.org/> .").name
        'ttl'
        >>> rdf_format_of_content(b"Dear reader,") is None
        True
    """
    text = head[:SNIFFED_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
    start = text[_SPACE_AND_COMMENTS.match(text).end() :]  # type: ignore[union-attr]  # it matches nothing at least
    if _XML.match(start):
        return RDF_XML
    if _JSON.match(start):
        return JSON_LD
    if not _STATEMENT.match(start):
        return None
    lines = [line.strip() for line in text.splitlines()[: None if len(head) < SNIFFED_BYTES else -1]]
    said = [_LINE.fullmatch(line) for line in lines if line and not line.startswith("#")]
    if said and all(said):
        return N_QUADS if any(match["graph"] for match in said if match) else N_TRIPLES
    return TRIG if any(match["brace"] for match in _TOKEN.finditer(text)) else TURTLE
