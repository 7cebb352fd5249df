"""The table of a built folder from IRIs to pages whose path is not that of the IRI, and the lookup of a request in it.

Not every IRI can be the name of a file: systems confuse capitals and small letters, reserve names, and limit lengths.
The page of such a thing lies elsewhere. Servers read here what a request for the IRI means.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from scograph.errors import InputError
from scograph.formats import RESULT_FORMATS_BY_NAME

ADDRESSES = "hosting/addresses.tsv"
"""The file of the table in a built folder; it is there if it has rows."""
TYPE = RESULT_FORMATS_BY_NAME["tsv"].media_type
_HEAD = ("iri", "request", "spelling", "page")
_EXACT, _ANY = "exact", "any"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_CHANGED = re.compile(r"%2f|%5c|//|(?:^|/)[.]{1,2}(?:/|$)", re.IGNORECASE)
"""What some servers change in a path before they look at it: encoded slashes, empty segments, and dots."""
_AS_THEY_ARE = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True, slots=True)
class Address:
    """One row of the table.

    Args:
        iri: The IRI of a thing, or of the document that IRIs with a fragment have in common.
        request: What clients ask a server for, without the slash before it: percent-encoded, with a query if the IRI
            has one; nothing if the IRI belongs to another host, or to a document that has a row of its own.
        is_any_spelling: Whether other percent-encodings of the same path mean it too (RFC 3986, clause 6.2.2.2); not
            where the IRI has a query, or where two IRIs differ by nothing else.
        page: The path of the page without extension, or with a fragment.
    """

    iri: str
    request: str
    is_any_spelling: bool
    page: str


def request_of_iri(rest: str) -> str:
    """What clients ask for an IRI: without its fragment, other characters than ASCII in UTF-8 and percent-encoded.

    Args:
        rest: The part of the IRI that follows the base.

    Returns:
        The request target (RFC 9112, clause 3.2) without a slash before it.

    Example:
        >>> request_of_iri("id/Zürich_(city)#it")
        'id/Z%C3%BCrich_(city)'
    """
    return quote(rest.partition("#")[0], safe=_AS_THEY_ARE)


def decoded_path(request: str) -> str | None:
    """The path that a server decodes from a request.

    Args:
        request: A request target.

    Returns:
        The path; None if the target has a query, or if its path is not UTF-8 or has control characters.

    Example:
        >>> decoded_path("id/Z%c3%bcrich")
        'id/Zürich'
    """
    try:
        path = unquote_to_bytes(request).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return path if "?" not in request and not _CONTROLS.search(path) else None


def addresses(rows: Iterable[tuple[str, str, str]], elsewhere: Iterable[str]) -> tuple[Address, ...]:
    """Make the table.

    Args:
        rows: An IRI, its request or nothing, and its page, for each thing whose page is not at its own path.
        elsewhere: The paths of the other things, where their pages are.

    Returns:
        The rows, sorted; of two IRIs with the same request the first has it.
    """
    found: dict[str, tuple[str, str, str]] = {}
    without = []
    for row in sorted(rows):
        if not row[1]:
            without.append(row)
        elif row[1] not in found:
            found[row[1]] = row
    paths = Counter([*elsewhere, *(_place(request) for request in found)])
    with_request = (
        Address(iri, request, _is_plain(request) and paths[_place(request)] == 1, page)
        for iri, request, page in found.values()
    )
    return tuple(
        sorted(
            (*with_request, *(Address(i, r, is_any_spelling=False, page=p) for i, r, p in without)),
            key=lambda row: row.iri,
        )
    )


def _is_plain(request: str) -> bool:
    path = decoded_path(request)
    return path is not None and not _CHANGED.search(request) and not _CHANGED.search(path)


def _place(request: str) -> str:
    """What two requests have in common that a server may take for one: the decoded path, without empty segments."""
    path = decoded_path(request) or request
    return "/".join(segment for segment in path.split("/") if segment) + ("/" if path.endswith("/") else "")


def write_addresses(table: Iterable[Address]) -> Iterator[bytes]:
    """Write the table as tab-separated values.

    Args:
        table: The rows.

    Returns:
        Its lines in UTF-8, a head first.
    """
    yield ("\t".join(_HEAD) + "\n").encode()
    for row in table:
        yield f"{row.iri}\t{row.request}\t{_ANY if row.is_any_spelling else _EXACT}\t{row.page}\n".encode()


def read_addresses(data: bytes, name: str) -> tuple[Address, ...]:
    """Read a table that `write_addresses` wrote.

    Args:
        data: Its bytes.
        name: The name of the file for messages.

    Returns:
        The rows.

    Raises:
        InputError: It is no such table.

    Example:
        >>> table = (Address("https://e.org/A", "A", True, "thing/a"),)
        >>> read_addresses(b"".join(write_addresses(table)), "addresses.tsv") == table
        True
    """
    hint = "build the folder anew with `scograph build`"
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8", hint=hint) from error
    if lines[0] != "\t".join(_HEAD) or lines.pop():
        raise InputError(f"{name}: not a table of addresses", hint=hint)
    rows = []
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != len(_HEAD) or cells[2] not in {_EXACT, _ANY}:
            raise InputError(f"{name}:{number}: not a row of a table of addresses", hint=hint)
        rows.append(Address(cells[0], cells[1], cells[2] == _ANY, cells[3]))
    return tuple(rows)


class AddressTable:
    """The lookup of requests.

    Args:
        rows: The table.
    """

    def __init__(self, rows: Iterable[Address] = ()) -> None:
        self._exact: dict[str, str] = {}
        self._decoded: dict[str, str] = {}
        self._iris: dict[str, str] = {}
        for row in rows:
            if row.request:
                self._exact[row.request] = row.page
            if row.is_any_spelling:
                self._decoded[decoded_path(row.request) or ""] = row.page
            self._iris.setdefault(row.page, row.iri)

    @property
    def iris(self) -> Mapping[str, str]:
        """The IRI that each page is about."""
        return self._iris

    @property
    def paths(self) -> frozenset[str]:
        """The decoded paths of requests that lead somewhere."""
        return frozenset(self._decoded)

    def page_of(self, iri: str) -> str | None:
        """The page of a thing that is not at the path of its IRI; None for others."""
        return next((page for page, one in self._iris.items() if one == iri), None)

    def page(self, request: str, path: str) -> str | None:
        """The page that a request leads to.

        Args:
            request: The target of the request without the slash before it, as it came, with its query.
            path: Its path, decoded once.

        Returns:
            The path of the page without extension, or with a fragment; None if the request is for no IRI of the table.
        """
        found = self._exact.get(request)
        return self._decoded.get(path) if found is None else found
