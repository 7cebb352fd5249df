"""Limits on untrusted input: depth, size, expansion, time and memory, each with its name, default and option."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

ENVIRONMENT = "SCOGRAPH_BOUNDS"
"""The environment variable that `--bound` sets for child processes: `name=number`, separated by spaces."""

_raised: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit.

    Args:
        name: What `--bound` and messages call it.
        default: Its value unless it is changed.
        unit: What the value counts.
        guards: What it is a limit of, and against what.
        option: What changes it, if that is not `--bound`.
        maximum: The largest value that it may be given, since the stack of a thread holds no more; None for any.
    """

    name: str
    default: int
    unit: str
    guards: str
    option: str = ""
    maximum: int | None = None

    @property
    def limit(self) -> int:
        """The value that holds in this process."""
        return _raised.get(self.name, self.default)

    @property
    def is_changed(self) -> bool:
        """Whether it was given another value than its default."""
        return self.name in _raised

    @property
    def hint(self) -> str:
        """How it is raised, for messages."""
        return f"if you trust the input, raise the bound: {self.option or f'scograph --bound {self.name}=NUMBER …'}"


NESTING = Bound(
    "nesting",
    100,
    "levels",
    "nesting of JSON objects and arrays, and of JSON-LD terms that are defined by other terms",
    maximum=1000,
)
XML_NESTING = Bound("xml-nesting", 1000, "levels", "nesting of elements in RDF/XML and in XML results")
TRIPLE_TERMS = Bound("triple-terms", 50, "levels", "nesting of triple terms in the answers of stores", maximum=1000)
XML_ATTRIBUTES = Bound(
    "xml-attributes",
    1000,
    "attributes",
    "attributes and namespace declarations of one XML element",
)
XML_ENTITIES = Bound(
    "xml-entities",
    4 << 20,
    "bytes",
    "size of all internal entities of an XML file when expanded; external entities are always refused",
)
NAMESPACE = Bound(
    "namespace",
    500,
    "bytes",
    "length of a namespace, a base or an @vocab, which the parser puts before each short name",
)
EXPANSION = Bound(
    "expansion",
    200,
    "times",
    "how many times its size a file may expand to, by compression or by the namespaces of XML literals, from 16 MiB on",
)
CONTEXT_WORK = Bound(
    "context-work",
    20_000_000,
    "terms",
    "terms of a JSON-LD context, times the objects and contexts for which the parser reads them again",
)
JSON_LD_DOCUMENT = Bound(
    "json-ld-document",
    64,
    "MiB",
    "size of the expanded JSON-LD that is flattened, framed or compacted in memory",
)
QUERY_NESTING = Bound(
    "query-nesting", 100, "levels", "nesting of brackets, triple terms and signs in a query", maximum=500
)
QUERY_OPERATORS = Bound(
    "query-operators", 1000, "operators", "operators, unions and steps of paths in a query", maximum=2000
)
QUERY_CLAUSES = Bound(
    "query-clauses",
    2000,
    "clauses",
    "OPTIONAL, MINUS, BIND, AS, FILTER, EXISTS, VALUES and GRAPH of a query, conditions of HAVING, what DESCRIBE names",
    maximum=2500,
)
CANONICAL_SECONDS = Bound(
    "canonical-seconds",
    30,
    "seconds",
    "processor time for canonical blank node labels (RDFC-1.0); one second more for each MiB",
)
CANONICAL_MEMORY = Bound(
    "canonical-memory",
    1024,
    "MiB",
    "memory for canonical blank node labels (RDFC-1.0); a quarter of the machine's memory if that is less",
)
REGEX_LENGTH = Bound("regex-length", 10_000, "characters", "length of the regular expression of sh:pattern")
IMPORTED_FILES = Bound("imported-files", 500, "files", "files read for owl:imports, direct and indirect")
CONSTRAINT_SECONDS = Bound(
    "constraint-seconds",
    10,
    "seconds",
    "time for one constraint, rule or question of a check; one second more for each 20,000 statements",
)
CONSTRAINT_MEMORY = Bound(
    "constraint-memory", 1024, "MiB", "additional memory for one constraint, rule or question of a check"
)
QUERY_SECONDS = Bound("query-seconds", 60, "seconds", "time for `query`, reading the data included", "--timeout")
QUERY_MEMORY = Bound(
    "query-memory",
    64 << 10,
    "MiB",
    "additional memory for `query`, its data included; half of the machine's memory if that is less",
)
STORE_SECONDS = Bound(
    "store-seconds",
    600,
    "seconds",
    "time to wait for a store; after it, the answer must come at 1,000 bytes a second or more; for `load`: --timeout",
)
STORE_ANSWER = Bound("store-answer", 1024, "MiB", "size of a store's answer to one query, held in memory")
STORE_GRAPH = Bound("store-graph", 64 << 10, "MiB", "size of one graph as the store sends it")
STORE_LINE = Bound("store-line", 16, "MiB", "length of one line of N-Triples from a store")

DOWNLOAD = Bound("download", 16 << 10, "MiB", "total size of the files that `verify` fetches from a site")
DOWNLOAD_LIST = Bound(
    "download-list", 16, "MiB", "size of the manifest or of SHA256SUMS that `verify` fetches from a site"
)
DOWNLOAD_SECONDS = Bound(
    "download-seconds",
    30,
    "seconds",
    "time that `verify` waits for a site; after it, the site must send 10,000 bytes a second or more",
)
PROBE_SECONDS = Bound("probe-seconds", 20, "seconds", "time for one answer to `probe`")
PROBE_ANSWER = Bound("probe-answer", 4, "MiB", "part of one answer that `probe` reads")
SOURCE_SIZE = Bound("source-size", 64, "MiB", "size of a file from which the text of a source is read")
SOURCE_TEXT = Bound("source-text", 16_000_000, "characters", "the text of a source")
SOURCE_WAIT = Bound("source-wait", 60, "seconds", "time to fetch the page of one source, redirects included")
SOURCE_SECONDS = Bound("source-seconds", 60, "seconds", "processor time for the text of one source")
SOURCE_MEMORY = Bound("source-memory", 1024, "MiB", "additional memory for reading the text of one source")

BOUNDS: tuple[Bound, ...] = (
    NESTING,
    XML_NESTING,
    XML_ATTRIBUTES,
    TRIPLE_TERMS,
    XML_ENTITIES,
    NAMESPACE,
    EXPANSION,
    CONTEXT_WORK,
    JSON_LD_DOCUMENT,
    QUERY_NESTING,
    QUERY_OPERATORS,
    QUERY_CLAUSES,
    CANONICAL_SECONDS,
    CANONICAL_MEMORY,
    REGEX_LENGTH,
    IMPORTED_FILES,
    CONSTRAINT_SECONDS,
    CONSTRAINT_MEMORY,
    QUERY_SECONDS,
    QUERY_MEMORY,
    STORE_SECONDS,
    STORE_ANSWER,
    STORE_GRAPH,
    STORE_LINE,
    DOWNLOAD,
    DOWNLOAD_LIST,
    DOWNLOAD_SECONDS,
    PROBE_SECONDS,
    PROBE_ANSWER,
    SOURCE_SIZE,
    SOURCE_TEXT,
    SOURCE_WAIT,
    SOURCE_SECONDS,
    SOURCE_MEMORY,
)
"""Every limit, in the order of `docs/reference/bounds.md`, which is made from it."""


def change_bounds(settings: Iterable[str]) -> None:
    """Give limits other values, in this process and those that it starts.

    Args:
        settings: `name=number` each, the number in the bound's unit.

    Raises:
        ValueError: A name or a number is none, or the number is larger than the bound's `maximum`.

    >>> change_bounds(["nesting=200"])
    >>> NESTING.limit
    200
    >>> change_bounds(["nesting=100"])
    """
    by_name = {bound.name: bound for bound in BOUNDS if not bound.option}
    for setting in settings:
        name, _, number = setting.partition("=")
        if name not in by_name:
            raise ValueError(f"{name!r} is not a bound; the bounds are {', '.join(by_name)}")
        if not number.isascii() or not number.isdigit() or int(number) < 1:
            raise ValueError(f"{setting!r}: a bound is a whole number of at least 1, in {by_name[name].unit}")
        maximum = by_name[name].maximum
        if maximum is not None and int(number) > maximum:
            raise ValueError(f"{name} can be at most {maximum:,} {by_name[name].unit}: more would overflow the stack")
        _raised[name] = int(number)
    os.environ[ENVIRONMENT] = " ".join(f"{name}={number}" for name, number in _raised.items())


def _from_environment() -> None:
    """Take over what a parent process was given; the command line judges what a person wrote there."""
    try:
        change_bounds(os.environ.get(ENVIRONMENT, "").split())
    except ValueError:
        _raised.clear()


if ENVIRONMENT in os.environ:
    _from_environment()
