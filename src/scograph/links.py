"""Links that open a source at a passage (URL Fragment Text Directives, WICG draft, clause 3)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.model import Node, Term

_BETWEEN_BOXES = re.compile(r"[\t\n\v\f\r\u2028\u2029]+")
"""What parts the cells and lines of a text. A browser finds no words across it: each is a box of its own there."""


def passage_link(url: str, first_words: str = "", last_words: str = "") -> str:
    """The address of a document, at a passage where its words are known.

    Args:
        url: The document's address.
        first_words: How the passage begins; the whole passage if it is as short as that.
        last_words: How it ends.

    Returns:
        The address with a text directive; the address alone where no words are known, or it has a fragment already.
        Words of several cells or lines are given by those of the first and those of the last.

    Example:
        >>> row = chr(9).join(("2022", "Tallinn", "Mari Tamm"))
        >>> passage_link("https://example.org/", row, row)
        'https://example.org/#:~:text=2022,Mari%20Tamm'
    """
    whole = [first_words] if not last_words or last_words == first_words else [first_words, last_words]
    boxes = [box.strip() for part in whole for box in _BETWEEN_BOXES.split(part) if box.strip()]
    if not boxes or "#" in url:
        return url
    words = boxes if len(boxes) == 1 else [boxes[0], boxes[-1]]
    return f"{url}#:~:text={','.join(_encoded(part) for part in words)}"


def passage_urls(triples: Iterable[Triple]) -> Iterator[Triple]:
    """The address of each passage whose words are known, derived from what is said of it and its document.

    The address is that of the document. Where the words are gone from the newest edition, it is the archived address of
    the edition in which they stand; without one there is none, since the words would not be found.

    Args:
        triples: The description of one document, its editions and its passages.

    Returns:
        A `scog:passageUrl` for each such passage, in the order of the passages.

    >>> from pyoxigraph import parse, RdfFormat
    >>> text = '''prefix scog: <https://w3id.org/scograph/ontology#>
    ... <urn:d> scog:sourceUrl "https://example.org/notes" .
    ... <urn:p> scog:isPassageOf <urn:d> ; scog:textStart "Anti-Terrorist" .'''
    >>> [t.object.value for t in passage_urls(q.triple for q in parse(text, format=RdfFormat.TURTLE))]
    ['https://example.org/notes#:~:text=Anti%2DTerrorist']
    """
    values: dict[Node, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if not isinstance(triple.subject, Triple):
            values[triple.subject][triple.predicate].append(triple.object)
    for node, said in values.items():
        for document in said.get(terms.IS_PASSAGE_OF, ()):
            if isinstance(document, NamedNode) and isinstance(node, NamedNode):
                url = _url(said, values.get(document, {}), values)
                if url:
                    yield Triple(node, terms.PASSAGE_URL, Literal(url, datatype=terms.ANY_URI))


def _url(
    passage: Mapping[NamedNode, Sequence[Term]],
    document: Mapping[NamedNode, Sequence[Term]],
    values: Mapping[Node, Mapping[NamedNode, Sequence[Term]]],
) -> str:
    """The address of one passage, or nothing."""
    first, last = _first(passage, terms.TEXT_START), _first(passage, terms.TEXT_END)
    words = (first, last) if first else (max(_texts(passage, terms.QUOTATION), key=len, default=""), "")
    url = _first(document, terms.SOURCE_URL)
    newest = document.get(terms.HAS_NEWEST_EDITION, ())
    if any(edition in newest for edition in passage.get(terms.IS_GONE_FROM, ())):
        placed = (node for node in passage.get(terms.IS_PLACED_IN, ()) if isinstance(node, NamedNode))
        url = next((_first(values.get(node, {}), terms.ARCHIVED_URL) for node in placed), "")
    is_web = url.startswith(("http://", "https://"))
    return passage_link(url, *words) if is_web and words[0] else ""


def _first(values: Mapping[NamedNode, Sequence[Term]], predicate: NamedNode) -> str:
    return min(_texts(values, predicate), default="")


def _texts(values: Mapping[NamedNode, Sequence[Term]], predicate: NamedNode) -> list[str]:
    return [value.value for value in values.get(predicate, ()) if isinstance(value, Literal)]


def _encoded(words: str) -> str:
    """Percent-encoded, with the characters that the directive itself uses: dash, comma, ampersand."""
    return quote(words, safe="").replace("-", "%2D")
