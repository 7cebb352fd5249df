"""Reads JSON-LD and says where each statement stands (JSON-LD 1.1 API, clauses 5 and 8)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from pyoxigraph import Quad

from scograph.jsonld.context import UnreadableError
from scograph.jsonld.scan import JsonPart, part_at, scan
from scograph.jsonld.walk import Walk
from scograph.written import Found, PlacedStatement, WrittenStatements


def read_json_ld(data: bytes, quads: Iterable[Quad], base: str = "") -> WrittenStatements | None:
    """Find where the statements of a document stand.

    Args:
        data: The document, within the bound of nesting.
        quads: What the parser reads in it.
        base: Its base IRI, or nothing.

    Returns:
        The places; None where the document cannot be followed, since a context stands elsewhere, say.

    >>> from pyoxigraph import RdfFormat, parse
    >>> data = b'{"@id": "http://e.org/a", "http://e.org/p": "x"}'
    >>> read_json_ld(data, parse(data, RdfFormat.JSON_LD)).triples[0].object
    TextSpan(start=44, end=47)
    """
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    walk = Walk(base, keeps=True)
    try:
        walk.document(json.loads(text, strict=False))
    except (UnreadableError, ValueError, TypeError, RecursionError):
        return None
    return WrittenStatements(text, quads, _found(walk, scan(text)))


def _found(walk: Walk, whole: JsonPart) -> Iterator[Found]:
    for one in walk.statements:
        subject, predicate, value = (
            part_at(whole, path) for path in (one.subject_path, one.predicate_path, one.value_path)
        )
        yield Found(one.subject, one.predicate, one.value, PlacedStatement(subject, predicate, value, one.owner))
