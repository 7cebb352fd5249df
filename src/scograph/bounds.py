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
        return f"if you trust it, raise the bound: {self.option or f'scograph --bound {self.name}=NUMBER …'}"


NESTING = Bound(
    "nesting",
    100,
    "levels",
    "nesting of JSON objects and arrays, and of JSON-LD terms that are defined by other terms",
    maximum=1000,
)
XML_NESTING = Bound(
    "xml-nesting", 1000, "levels", "elements of RDF/XML and of XML results, each read with all above it"
)
TRIPLE_TERMS = Bound("triple-terms", 50, "levels", "triple terms inside triple terms of stores' answers", maximum=1000)
XML_ATTRIBUTES = Bound(
    "xml-attributes",
    1000,
    "attributes",
    "attributes of one XML element with all namespaces that are declared there: each is compared with each",
)
XML_ENTITIES = Bound(
    "xml-entities",
    4 << 20,
    "bytes",
    "what the internal entities of an XML file become; external entities are always refused",
)
NAMESPACE = Bound(
    "namespace",
    500,
    "bytes",
    "a prefix's namespace, a base or @vocab: each short name becomes that long",
)
EXPANSION = Bound(
    "expansion",
    200,
    "times",
    "how many times larger than its bytes a file may become, compressed data or XML literals with the namespaces"
    " around them, from 16 MiB on",
)
CONTEXT_WORK = Bound(
    "context-work",
    20_000_000,
    "terms",
    "terms of a JSON-LD context times the objects or contexts that make the parser go through them again",
)
QUERY_NESTING = Bound(
    "query-nesting", 100, "levels", "brackets, triple terms and signs inside each other in a query", maximum=500
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
    "canonical-seconds", 30, "seconds", "processor time for naming blank nodes (RDFC-1.0); one more for each MiB"
)
CANONICAL_MEMORY = Bound(
    "canonical-memory",
    1024,
    "MiB",
    "memory for naming blank nodes (RDFC-1.0); a quarter of the machine's if that is less",
)
REGEX_LENGTH = Bound("regex-length", 10_000, "characters", "a pattern of sh:pattern")
IMPORTED_FILES = Bound("imported-files", 500, "files", "files that are read for owl:imports, and for their imports")
CONSTRAINT_SECONDS = Bound(
    "constraint-seconds",
    10,
    "seconds",
    "one constraint, rule or question of a check; one more for each 20,000 statements",
)
CONSTRAINT_MEMORY = Bound(
    "constraint-memory", 1024, "MiB", "memory that one constraint, rule or question of a check may add"
)
QUERY_SECONDS = Bound(
    "query-seconds", 60, "seconds", "what `query` is asked, with the reading of the data", "--timeout"
)
QUERY_MEMORY = Bound(
    "query-memory",
    64 << 10,
    "MiB",
    "memory that `query` may add, with the data that it reads; half of the machine's if that is less",
)
STORE_SECONDS = Bound(
    "store-seconds",
    600,
    "seconds",
    "how long a store may be silent; later its answer has to come at 1,000 bytes a second; of `load`: --timeout",
)
STORE_ANSWER = Bound("store-answer", 1024, "MiB", "the answer of a store to one query, held in memory")
STORE_GRAPH = Bound("store-graph", 64 << 10, "MiB", "one graph as a store gives it")
STORE_LINE = Bound("store-line", 16, "MiB", "one line of N-Triples that a store gives")

DOWNLOAD = Bound("download", 16 << 10, "MiB", "all files together that `verify` fetches from a site")
DOWNLOAD_LIST = Bound("download-list", 16, "MiB", "the manifest, or the sums, that `verify` fetches from a site")
DOWNLOAD_SECONDS = Bound(
    "download-seconds",
    30,
    "seconds",
    "how long a site may be silent that `verify` fetches from; later it has to send 10,000 bytes a second",
)
PROBE_SECONDS = Bound("probe-seconds", 20, "seconds", "one answer to `probe`")
PROBE_ANSWER = Bound("probe-answer", 4, "MiB", "what `probe` reads of one answer")
SOURCE_SIZE = Bound("source-size", 64, "MiB", "one file that the text of a source is read from")
SOURCE_TEXT = Bound("source-text", 16_000_000, "characters", "the text of a source")
SOURCE_WAIT = Bound("source-wait", 60, "seconds", "fetching the page of one source, with all redirects")
SOURCE_SECONDS = Bound("source-seconds", 60, "seconds", "processor time for the text of one source")
SOURCE_MEMORY = Bound("source-memory", 1024, "MiB", "memory that reading the text of one source may add")

BOUNDS: tuple[Bound, ...] = (
    NESTING,
    XML_NESTING,
    XML_ATTRIBUTES,
    TRIPLE_TERMS,
    XML_ENTITIES,
    NAMESPACE,
    EXPANSION,
    CONTEXT_WORK,
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
            raise ValueError(f"{name!r} is no bound: they are {', '.join(by_name)}")
        if not number.isascii() or not number.isdigit() or int(number) < 1:
            raise ValueError(f"{setting!r}: a bound is a whole number from 1, in {by_name[name].unit}")
        maximum = by_name[name].maximum
        if maximum is not None and int(number) > maximum:
            raise ValueError(f"{name} can be raised to {maximum:,} {by_name[name].unit}: the stack holds no more")
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
