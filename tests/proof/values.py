"""Values of arguments and options, right ones first: names of what `odd.py` lays out, terms, numbers, addresses."""

from __future__ import annotations

from collections.abc import Mapping

import click

from proof.odd import FORMATS, JSON, NAMES, NOWHERE, PACKED, QUERIES, SHAPES, SPECIAL

IRIS = (
    *("https://example.org/chess/id/player/zoe-lind", "https://example.org/chess/ontology#Player", "chess:Player"),
    *("Zoë Lind", "urn:x", "no iri", "_:b0", "", "1", "<urn:x>", "http://[", "a b", "chess:", ":", "x:\udcff"),
)
TEXTS = (
    *("x", "ru", "zh-Hans", "notes", "R01", "1.0.0", "2.0.0-rc.1", "", "a=b", "..", "../x", "é", "\u202e", "-", "--"),
    *("-x", "a" * 300, "a\nb", "\udcff", "%00", "a:b", "X-Y: z", "X-Y: a\r\nb"),
)
NUMBERS = ("1", "2", "1000", "0", "-1", "0.5", "nan", "inf", "1e3", "99999999999999999999", "1_000", "٣", "x", "")
SECONDS = ("30", "1", "60", "0.001", "0", "-1", "nan", "inf", "1e30", "x", "")
QUERY_TEXTS = (
    "1",
    "ASK {}",
    "CONSTRUCT WHERE { ?s ?p ?o }",
    "DESCRIBE ?s { ?s a ?c }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT * { ?s ?p ?o } LIMIT 3",
    "SELECT ?x { VALUES ?x { 1 'a'@en <urn:x> UNDEF } }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } } LIMIT 3",
    *QUERIES,
    "99",
    "no.rq",
    "ASK { SERVICE <urn:x> {} }",
    "SELECT",
    "SELECT * { ?s ?p 'a\\u0000b' }",
    "DESCRIBE <urn:x>",
    "SELECT * FROM <urn:g> { ?s ?p ?o }",
    "DROP ALL",
    "LOAD <file:///etc/passwd>",
    "SELECT * { ?s nobody:p ?o }",
    "SELECT (1/0 AS ?n) {}",
    "# only a comment",
    "{",
    "\udcff",
    "PREFIX a: <a> SELECT * { a:b ?p ?o }",
    "SELECT * { <<( ?s ?p ?o )>> ?q 1 }",
)
OUTPUTS = (
    *("-", "out.txt", "out.nt.gz", "out.zip", "out/", "out.csv", "out\n.txt", "/dev/null", "no/such/out", "\udcff"),
    *("data/notes/source.ttl", ".", "a.ttl", "dist", "empty", "releases", "locked/x", "loop.ttl", "gone.ttl"),
    *("folder.ttl", "/dev/full", "o" * 300, "store", "project", "seen.json"),
)
PATHS = (
    *(".", "project", "plain", "dist", "store", "releases/1.0.0", "seen.json", "text.txt", "shapes.ttl", "fault.trig"),
    *("releases", "nowhere", "-", "empty", "a.png", "HEAD:", "HEAD:x.ttl", NOWHERE, "file:///etc/passwd", "/dev/null"),
    *("remote.jsonld", "scoped.jsonld", "entities.rdf", "dist/manifest.json", "a\x00b"),
)
GETS = (
    *("/", "/void.ttl", "/sparql?query=ASK+{}", "/sparql", "/search?q=a"),
    *("/id/x", "x", "/data?default", "//", "/%", "/../x", "/é", "/\udcff", ""),
)
NEAR = (
    *(NOWHERE, "http://127.0.0.1:9/x?y#z", "http://user:secret@127.0.0.1:9/"),
    *("x", "", "ftp://127.0.0.1/", "http://", "http://[::1", "file:///etc/passwd"),
)
"""Addresses that are asked: only of this machine."""
URLS = ("https://example.org/", "https://example.org/a/b", *NEAR, "https://example.org/é b")
CONTEXTS = (
    *(f"{NOWHERE}context.jsonld=context.jsonld", f"{NOWHERE}context.jsonld", f"{NOWHERE}=a.ttl"),
    *("x", "=", "a=b=c", ""),
)
PASSAGES = ("01", "02", "03", "04", "05", "06", "07", "1", "99", "x", "", "../01", "٣", "\udcff", "-1")
WORDS = (
    *(
        "The club",
        "Tuesday",
        "club",
        "Millbrook",
        "met",
        "in",
        "the",
        "The … .",
        "01",
        "02",
        "a",
        "",
        " ",
        "…",
        "\udcff",
    ),
    *("é", "a" * 300, "\u202e", "a\nb", '"', "\\", "*", "(", "%00"),
)
"""Words as a text may have them, or not."""
NAMES_OF_SOURCES = (
    "notes",
    "notes",
    "notes",
    "editorial",
    "new",
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "N",
    "é",
    "\udcff",
    "graph",
)
GOOD = (*(f"good.{form}" for form in FORMATS), "project", "project", ".", "plain", "a.ttl.gz", "b c.ttl", "text.txt")
FILES = (
    *(*GOOD, *(f"a.{form}" for form in FORMATS), *(f"shapes-{name}" for name in SHAPES)),
    *(*NAMES, *PACKED, *SPECIAL, *JSON, *PATHS),
)
TEXTS_OF_SOURCES = (*("newer.txt", "page.html", "page.md", "page.csv", "text.txt") * 8, *FILES)
NEW = (
    "new",
    "new/er",
    "empty",
    "project",
    "a.ttl",
    "no/such/new",
    "locked/new",
    "dist",
    "releases",
    "",
    "\udcff",
    "plain",
)
BY_NAME: Mapping[str, tuple[str, ...]] = {
    "query": QUERY_TEXTS,
    "gets": GETS,
    "context_file": (*JSON, "a.ttl", "locked.ttl"),
    "frame_file": (*JSON, "a.ttl", "locked.ttl"),
    "allowed": CONTEXTS,
    "version": ("2.0.0", "1.0.1-rc.1", "1.0.0", "0", "v1.0.0", "1.0.0+x", "", "x", "../1.0.0"),
    "code": ("F01", "E01", "sh:minCount", "R01", "M01", "x", "", "chess:Player", "https://example.org/x", "\udcff"),
    "folder": NEW,
    "host": ("127.0.0.1", "localhost", "x", ""),
    "log": ("log.txt", "no/such/log", ".", "-"),
    "headers": ("X-A: b", "x", "", ": b", "X-A: \r\nb", "é: b", "Content-Length: 1"),
    "proxy": ("127.0.0.1", "127.0.0.0/8", "x", "::1", ""),
    "where": ("dist", "releases/1.0.0", "store", "project", "a.ttl", "seen.json", "empty", "dist/manifest.json", *NEAR),
    "port": ("0", "x", "-1", "99999"),
    "timeout": SECONDS,
    "seconds": SECONDS,
    "baseline": ("seen.json", "seen.json", "a.ttl", "nowhere", "locked.ttl", "-", ""),
    **dict.fromkeys(("output", "new_baseline", "remember", "frozen", "plan_file"), OUTPUTS),
    **dict.fromkeys(("passage", "first", "second", "others"), PASSAGES),
    **dict.fromkeys(("name", "names"), NAMES_OF_SOURCES),
    **dict.fromkeys(("page", "text"), TEXTS_OF_SOURCES),
    "words": WORDS,
    "reader": ("ab", "x", "", "\udcff", "a b"),
    **dict.fromkeys(("base_url", "context_url", "base", "source_url"), (*URLS, *IRIS)),
    **dict.fromkeys(("url", "endpoint", "update_url", "graph_store_url"), NEAR),
    **dict.fromkeys(("target", "store"), ("store", "new-store", "empty", "dist", "a.ttl", "locked", *NEAR)),
    **dict.fromkeys(("term", "subject", "property_", "value", "kind", "focus", "graph", "entity"), IRIS),
}
"""Values of parameters, by their Python names."""
OF_FILES = ("FILE", "FOLDER", "PATH", "INPUT", "DATA", "URL", "BEFORE", "AFTER", "A", "[B]")
"""What the words for parameters that are files contain, or are."""


def values_of(parameter: click.Parameter) -> tuple[str, ...]:
    """Values of a parameter, right ones first.

    Args:
        parameter: An argument or an option.

    Returns:
        The values; `FILES` where it is a file or a folder to read.
    """
    kind, called = parameter.type, str(getattr(parameter, "metavar", "") or parameter.name).upper()
    if isinstance(kind, click.Choice):
        return (*map(str, kind.choices), "x", "")
    if parameter.name in BY_NAME:
        return BY_NAME[parameter.name]
    if isinstance(kind, click.types.FloatParamType | click.types.IntParamType):
        return NUMBERS
    if called in OF_FILES or any(word in called for word in OF_FILES if word.isalpha() and len(word) > 1):
        return FILES
    return TEXTS
