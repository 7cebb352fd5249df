"""How RDF files are read: their base IRI, their format, and the JSON-LD contexts that they may refer to."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat

from scograph.errors import UsageError
from scograph.formats import RDF_FORMATS, RdfSyntax

NO_BASE = "relative-iri://no-base/"
"""Stands for a base in JSON-LD without one, whose relative IRIs the parser would drop; no IRI begins with it."""


_DEVICES = ("/dev/", "/proc/")
"""Where paths stand for what has no IRI of its own, such as /dev/stdin."""


def checked_base(iri: str) -> str:
    """A base IRI that somebody gave.

    Args:
        iri: The IRI.

    Returns:
        The same.

    Raises:
        UsageError: It is not absolute (RFC 3986, 5.1).

    Example:
        >>> checked_base("https://example.org/data/")
        'https://example.org/data/'
    """
    try:
        NamedNode(iri)
    except ValueError as error:
        raise UsageError(f"the base {iri!r} is no absolute IRI", hint="give one like https://example.org/") from error
    return iri


def document(iri: str) -> str:
    """The IRI of an ontology's document: without an empty fragment, which some write and some do not.

    Args:
        iri: The IRI of an ontology, or what owl:imports names.

    Returns:
        The IRI.

    Example:
        >>> document("http://www.w3.org/ns/shacl#")
        'http://www.w3.org/ns/shacl'
    """
    return iri.removesuffix("#")


def checked_import(iri: str, file: str) -> None:
    """Refuse a file for an import whose IRI is none.

    Args:
        iri: The IRI that owl:imports names.
        file: The path of the file with its statements.

    Raises:
        UsageError: It is no absolute IRI, or there is no path.
    """
    try:
        NamedNode(iri)
    except ValueError:
        raise UsageError(f"{iri!r} is no absolute IRI", hint="an import is given with its IRI and its file") from None
    if not file:
        raise UsageError(f"no file for the import of {iri}", hint="an import is given with its IRI and its file")


def file_iri(path: str | Path) -> str:
    """The IRI of a file, which is its base where nothing else is (RFC 3986, 5.1.3; RFC 8089).

    Args:
        path: The path of the file; links in it stay as they are.

    Returns:
        The IRI, percent-encoded.

    Example:
        >>> file_iri("/data/a b.ttl")
        'file:///data/a%20b.ttl'
    """
    return Path(os.path.abspath(path)).as_uri()  # noqa: PTH100 -- links are kept


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How RDF files are read.

    Args:
        base: The IRI that relative IRIs are resolved against; nothing if none is given.
        has_own_base: Whether a file's own IRI is its base where none is given (RFC 3986, 5.1.3). If not, relative IRIs
            are errors, since what is published would name paths of this machine.
        moved: For comparisons: a file or folder, and the IRI that stands for its own.
        row: The format of files; None to go by their extension, and by their content where that does not tell.
        contexts: The JSON-LD contexts that may be referred to: by address, the file with a copy, or nothing where it
            may be fetched.
        fetch: What fetches a context from its address; None where nothing is fetched.
        advised: The options of the command, which hints may advise.
        imports: The files that are read for owl:imports, by the IRI of the document that is imported.
    """

    base: str = ""
    has_own_base: bool = False
    moved: tuple[str, str] | None = None
    row: RdfSyntax | None = None
    contexts: Mapping[str, str] = field(default_factory=dict)
    fetch: Callable[[str], bytes] | None = None
    advised: tuple[str, ...] = ()
    imports: Mapping[str, str] = field(default_factory=dict)

    def base_of(self, path: str | Path | None) -> str:
        """The base of a file.

        Args:
            path: Its path; None for standard input and others that have no IRI of their own.

        Returns:
            The IRI, or nothing where relative IRIs are errors.
        """
        if self.base or path is None or str(path).startswith(_DEVICES):
            return self.base
        if self.moved:
            top, iri = self.moved
            inner = os.path.relpath(path, top)
            return iri if inner == os.curdir else f"{iri.rstrip('/')}/{file_iri(f'/{inner}').removeprefix('file:///')}"
        return file_iri(path) if self.has_own_base else ""

    def base_hint(self, rdf: RdfFormat) -> str:
        """What to do about a relative IRI in a file without a base.

        Args:
            rdf: The format of the file.

        Returns:
            The ways out, as the format and the command have them.
        """
        row = next(row for row in RDF_FORMATS if row.rdf == rdf)
        if not row.base_declaration:
            return "write the IRI in full"
        given = "give --base IRI, or " if "--base" in self.advised else ""
        return f"{given}write {row.base_declaration}, or base in a project's scograph.toml"

    def context_hint(self, address: str = "URL") -> str:
        """What to do about a JSON-LD context on another host.

        Args:
            address: The address of the context.

        Returns:
            The ways out, as the command has them.
        """
        if "--allow-context" not in self.advised:
            return "copy the context into the file"
        return f"allow it: --allow-context {address}, or with a copy: --allow-context {address}=FILE"

    def import_hint(self, iri: str) -> str:
        """What to do about an import that is not at hand.

        Args:
            iri: The IRI that is imported.

        Returns:
            The ways out, as the command has them.
        """
        if "--import" not in self.advised:
            return "give its file as well, or name it: [imports] in scograph.toml, in Python imports={IRI: FILE}"
        return f"give its file as well, or name it: --import {iri}=FILE; nothing is fetched"


AS_WRITTEN = ReadOptions()
"""Files by their extension and content, without a base and without contexts of others."""
OWN_BASE = ReadOptions(has_own_base=True)
"""The same for what is only looked at: each file's own IRI is its base."""
